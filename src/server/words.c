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
    "  porchlightd backup --data DIR TO                                copy it, also while it "
    "serves\n"
    "  porchlightd restore --data DIR FROM                             make a folder of a backup\n"
    "\n"
    "  porchlightd admin … --data DIR [--json]     ask the folder's server, or the folder itself:\n"
    "    types                                     channel types, and what is on in each\n"
    "    type NAME [--create | --delete] [--set FIELD=VALUE]…\n"
    "    users\n"
    "    user ID [--create | --delete | --deactivate | --reactivate]\n"
    "            [--set FIELD=VALUE]… [--unset FIELD]…\n"
    "    channels\n"
    "    channel CID [--create --creator USER | --delete] [--add USER,…] [--remove USER,…]\n"
    "            [--set FIELD=VALUE]… [--unset FIELD]…\n"
    "    revoke --user ID | --all [--before TIME]  tokens from before then (now) are refused\n"
    "\n"
    "  --config FILE         settings; without it DIR/config.ini\n"
    "  --listen HOST:PORT    port 0: the system picks one\n"
    "  --data DIR            the data folder that init made\n"
    "  --expires DURATION    30s 10m 24h 7d; without it the token never ends\n"
    "  --json                one object of the wire a line\n"
    "  --set FIELD=VALUE     a value that is JSON (true, 5, [\"a\"]) is taken as such, else as "
    "text\n"
    "  --before TIME         as 2026-11-24T10:42:07Z\n"
    "  --help, --version\n"
    "\n"
    "Settings (each with its default in the file that init writes): listen, metrics_listen,\n"
    "  tls_cert, tls_key, data, max_connections, max_connections_per_user,\n"
    "  max_connections_per_address, dev_tokens, allowed_origins, linger_ms,\n"
    "  listen_channel, listen_users, rate_calls, log_level\n"
    "SIGHUP reads them again; SIGTERM and SIGINT end the server in order. metrics_listen serves\n"
    "  /healthz and /metrics. porchlightd(1) says what each setting and each metric is.\n"
    "\n"
    "Exit codes: 0 done; 1 it could not be done, not sound, or the server said no; 2 wrong use.\n";

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
    {"json", no_argument, NULL, ADMIN_OPTION_JSON},
    {"set", required_argument, NULL, ADMIN_OPTION_SET},
    {"unset", required_argument, NULL, ADMIN_OPTION_UNSET},
    {"create", no_argument, NULL, ADMIN_OPTION_CREATE},
    {"delete", no_argument, NULL, ADMIN_OPTION_DELETE},
    {"deactivate", no_argument, NULL, ADMIN_OPTION_DEACTIVATE},
    {"reactivate", no_argument, NULL, ADMIN_OPTION_REACTIVATE},
    {"creator", required_argument, NULL, ADMIN_OPTION_CREATOR},
    {"add", required_argument, NULL, ADMIN_OPTION_ADD},
    {"remove", required_argument, NULL, ADMIN_OPTION_REMOVE},
    {"user", required_argument, NULL, ADMIN_OPTION_USER},
    {"all", no_argument, NULL, ADMIN_OPTION_ALL},
    {"before", required_argument, NULL, ADMIN_OPTION_BEFORE},
    {"help", no_argument, NULL, OPTION_HELP},
    {"version", no_argument, NULL, OPTION_VERSION},
    {NULL, 0, NULL, 0},
};

/* The words, and which options go with each; those of `admin` have more to say about it. */
static const struct {
    const char *name, *options;
} table[] = {
    [WORD_SERVE] = {"", "cld"},
    [WORD_INIT] = {"init", ""},
    [WORD_TOKEN] = {"token", "des"},
    [WORD_CHECK] = {"check", "d"},
    [WORD_ADMIN] = {"admin", ""},
    [WORD_BACKUP] = {"backup", "d"},
    [WORD_RESTORE] = {"restore", "d"},
};

enum { OPTIONS_SEEN = 32 };

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
    if (strchr(ADMIN_OPTIONS, option) != NULL)
        return admin_words_take(&words->admin, option, value, why, size);
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
    struct words *words, int argc, char **argv, char seen[OPTIONS_SEEN], char *why, size_t size) {
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
        if (strchr(seen, option) == NULL && count < OPTIONS_SEEN - 1)
            seen[count++] = (char)option;
    }
    return 0;
}

static int find_word(struct words *words, const char *name, char *why, size_t size) {
    for (unsigned i = WORD_INIT; i < sizeof table / sizeof table[0]; i++)
        if (strcmp(name, table[i].name) == 0) {
            words->word = (enum word)i;
            return 0;
        }
    return fault(
        why, size, "no such word, there are init, token, check, admin, backup and restore: ", name);
}

static int check_options(const struct words *words, const char *seen, char *why, size_t size) {
    const char *fitting = words->word == WORD_ADMIN ? admin_words_options(words->admin.word)
                                                    : table[words->word].options;
    for (; *seen != '\0'; seen++)
        if (strchr(fitting, *seen) == NULL)
            for (size_t i = 0; options[i].name != NULL; i++)
                if (options[i].val == *seen)
                    return fault(why, size, "does not go with this word: --", options[i].name);
    return 0;
}

static int check_token(const struct words *words, char *why, size_t size) {
    if ((words->user != NULL) == words->server)
        return fault(why, size, "token wants a user, or --server", "");
    return words->server || id_is_user(words->user)
               ? 0
               : fault(why, size, "a user id is 1 to 255 of a-z A-Z 0-9 @ _ -", "");
}

static int check_needs(const struct words *words, char *why, size_t size) {
    if (words->word == WORD_SERVE)
        return words->data != NULL || words->config != NULL
                   ? 0
                   : fault(why, size, "say where the data is: --data DIR or --config FILE", "");
    if (words->word == WORD_INIT)
        return words->folder != NULL ? 0 : fault(why, size, "init wants a folder: init DIR", "");
    if (words->data == NULL)
        return fault(why, size, "say where the data is: --data DIR", "");
    switch (words->word) {
    case WORD_TOKEN: return check_token(words, why, size);
    case WORD_ADMIN: return admin_words_check(&words->admin, why, size);
    case WORD_BACKUP:
        return words->backup != NULL ? 0 : fault(why, size, "backup wants a place: backup TO", "");
    case WORD_RESTORE:
        return words->backup != NULL ? 0
                                     : fault(why, size, "restore wants a backup: restore FROM", "");
    default: return 0;
    }
}

/* What follows the word and is no option. */
static int read_rest(struct words *words, int argc, char **argv, int *at, char *why, size_t size) {
    if (words->word == WORD_ADMIN)
        return admin_words_read(&words->admin, argc, argv, at, why, size);
    const char **to = words->word == WORD_INIT                                    ? &words->folder
                      : words->word == WORD_TOKEN                                 ? &words->user
                      : words->word == WORD_BACKUP || words->word == WORD_RESTORE ? &words->backup
                                                                                  : NULL;
    if (to != NULL && *at < argc)
        *to = argv[(*at)++];
    return 0;
}

int words_read(struct words *words, int argc, char **argv, char *why, size_t why_size) {
    char seen[OPTIONS_SEEN] = "";
    *words = (struct words){0};
    int rc = read_options(words, argc, argv, seen, why, why_size);
    if (rc != 0 || words->word != WORD_SERVE)
        return rc;
    if (optind < argc)
        rc = find_word(words, argv[optind++], why, why_size);
    if (rc == 0)
        rc = read_rest(words, argc, argv, &optind, why, why_size);
    if (rc == 0 && optind < argc)
        rc = fault(why, why_size, "one word too many: ", argv[optind]);
    if (rc == 0)
        rc = check_options(words, seen, why, why_size);
    return rc != 0 ? rc : check_needs(words, why, why_size);
}
