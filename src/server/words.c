/* SPDX-License-Identifier: MIT */
#include "server/words.h"
#include "wire/id.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char words_help[] =
    "Usage:\n"
    "  porchlightd [--config FILE] [--listen HOST:PORT] [--data DIR]   serve\n"
    "  porchlightd init DIR                                            make a data folder\n"
    "  porchlightd token USER --data DIR [--expires 24h]               a token for a user\n"
    "  porchlightd token --server --data DIR [--expires 24h]           one that may act for all\n"
    "  porchlightd check --data DIR                                    is the database sound?\n"
    "\n"
    "  --config FILE         settings; without it DIR/config.ini\n"
    "  --listen HOST:PORT    port 0: the system picks one\n"
    "  --data DIR            the data folder that init made\n"
    "  --expires DURATION    30s 10m 24h 7d; without it the token never ends\n"
    "  --help, --version\n"
    "\n"
    "Exit codes: 0 done; 1 it could not be done, or not sound; 2 wrong use.\n";

enum option_value {
    OPTION_CONFIG = 'c',
    OPTION_LISTEN = 'l',
    OPTION_DATA = 'd',
    OPTION_EXPIRES = 'e',
    OPTION_SERVER = 's',
    OPTION_HELP = 'h',
    OPTION_VERSION = 'v'
};

static const struct option options[] = {
    {"config", required_argument, NULL, OPTION_CONFIG},
    {"listen", required_argument, NULL, OPTION_LISTEN},
    {"data", required_argument, NULL, OPTION_DATA},
    {"expires", required_argument, NULL, OPTION_EXPIRES},
    {"server", no_argument, NULL, OPTION_SERVER},
    {"help", no_argument, NULL, OPTION_HELP},
    {"version", no_argument, NULL, OPTION_VERSION},
    {NULL, 0, NULL, 0},
};

/* Which options go with which word. */
static const char *const taken[] = {
    [WORD_SERVE] = "cld", [WORD_INIT] = "", [WORD_TOKEN] = "des", [WORD_CHECK] = "d"};

static int fault(char *why, size_t size, const char *what, const char *which) {
    snprintf(why, size, "%s%.100s", what, which);
    return 1;
}

/* "24h" in seconds; 0: no duration. */
static int64_t read_duration(const char *text) {
    static const struct {
        char unit;
        int64_t seconds;
    } units[] = {{'s', 1}, {'m', 60}, {'h', 3600}, {'d', 86400}};
    size_t digits = strspn(text, "0123456789");
    if (digits == 0 || digits > 9 || text[digits] == '\0' || text[digits + 1] != '\0')
        return 0;
    for (size_t i = 0; i < sizeof units / sizeof units[0]; i++)
        if (text[digits] == units[i].unit) {
            int64_t seconds = strtoll(text, NULL, 10) * units[i].seconds;
            return seconds <= INT64_C(100) * 366 * 86400 ? seconds : 0;
        }
    return 0;
}

static int take_option(struct words *words, int option, const char *value, char *why, size_t size) {
    if (value != NULL && value[0] == '\0')
        return fault(why, size, "an option has an empty value", "");
    switch (option) {
    case OPTION_CONFIG: words->config = value; return 0;
    case OPTION_LISTEN: words->listen = value; return 0;
    case OPTION_DATA: words->data = value; return 0;
    case OPTION_SERVER: words->server = true; return 0;
    case OPTION_EXPIRES:
        words->expires_s = read_duration(value);
        return words->expires_s > 0
                   ? 0
                   : fault(why, size, "--expires takes a duration as 30s, 10m, 24h or 7d, not ",
                         value);
    case OPTION_HELP: words->word = WORD_HELP; return 0;
    default: words->word = WORD_VERSION; return 0;
    }
}

/* Options first, in any place; what was seen is noted. */
static int read_options(
    struct words *words, int argc, char **argv, char seen[16], char *why, size_t size) {
    size_t count = 0;
    opterr = 0;
    optind = 0;
    for (int option; (option = getopt_long(argc, argv, ":", options, NULL)) != -1;) {
        if (option == ':')
            return fault(why, size, "a value is missing after ", argv[optind - 1]);
        if (option == '?')
            return fault(why, size, "no such option: ", argv[optind - 1]);
        int rc = take_option(words, option, optarg, why, size);
        if (rc != 0 || words->word == WORD_HELP || words->word == WORD_VERSION)
            return rc;
        if (strchr(seen, option) == NULL && count < 15)
            seen[count++] = (char)option;
    }
    return 0;
}

static int find_word(struct words *words, const char *name, char *why, size_t size) {
    static const char *const names[] = {
        [WORD_INIT] = "init", [WORD_TOKEN] = "token", [WORD_CHECK] = "check"};
    for (int i = WORD_INIT; i <= WORD_CHECK; i++)
        if (strcmp(name, names[i]) == 0) {
            words->word = (enum word)i;
            return 0;
        }
    return fault(why, size, "no such word, there are init, token and check: ", name);
}

static int check_options(const struct words *words, const char *seen, char *why, size_t size) {
    for (; *seen != '\0'; seen++)
        if (strchr(taken[words->word], *seen) == NULL)
            for (size_t i = 0; options[i].name != NULL; i++)
                if (options[i].val == *seen)
                    return fault(why, size, "does not go with this word: --", options[i].name);
    return 0;
}

static int check_needs(const struct words *words, char *why, size_t size) {
    switch (words->word) {
    case WORD_SERVE:
        return words->data != NULL || words->config != NULL
                   ? 0
                   : fault(why, size, "say where the data is: --data DIR or --config FILE", "");
    case WORD_INIT:
        return words->folder != NULL ? 0 : fault(why, size, "init wants a folder: init DIR", "");
    case WORD_TOKEN:
        if (words->data == NULL)
            return fault(why, size, "say where the data is: --data DIR", "");
        if ((words->user != NULL) == words->server)
            return fault(why, size, "token wants a user, or --server", "");
        return words->server || id_is_user(words->user)
                   ? 0
                   : fault(why, size, "a user id is 1 to 255 of a-z A-Z 0-9 @ _ -", "");
    default:
        return words->data != NULL ? 0 : fault(why, size, "say where the data is: --data DIR", "");
    }
}

int words_read(struct words *words, int argc, char **argv, char *why, size_t why_size) {
    char seen[16] = "";
    *words = (struct words){0};
    int rc = read_options(words, argc, argv, seen, why, why_size);
    if (rc != 0 || words->word != WORD_SERVE)
        return rc;
    if (optind < argc)
        rc = find_word(words, argv[optind++], why, why_size);
    if (rc == 0 && optind < argc && words->word == WORD_INIT)
        words->folder = argv[optind++];
    if (rc == 0 && optind < argc && words->word == WORD_TOKEN)
        words->user = argv[optind++];
    if (rc == 0 && optind < argc)
        rc = fault(why, why_size, "one word too many: ", argv[optind]);
    if (rc == 0)
        rc = check_options(words, seen, why, why_size);
    return rc != 0 ? rc : check_needs(words, why, why_size);
}
