/* SPDX-License-Identifier: MIT */
/*
 * Not getopt_long(): it takes abbreviations, and its complaints quote the whole argument, so that
 * `--token=SECRET` would end up in somebody's log.
 */
#include "dashboard/cli/options.h"

#include "base/nearest.h"
#include "dashboard/cli/duration.h"
#include "dashboard/view/glyphs.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum kind { KIND_TEXT, KIND_FLAG, KIND_ADD };

struct option {
    const char *name, *value, *about;
    enum kind kind;
    size_t offset; /* in struct options */
    unsigned commands;
};

enum { EVERY = (1u << COMMAND_COUNT) - 1 };

#define TEXT(member) KIND_TEXT, offsetof(struct options, member)
#define FLAG(member) KIND_FLAG, offsetof(struct options, member)
#define OF(command) COMMAND_BIT(COMMAND_##command)

static const struct option table[] = {
    {"online", NULL, "only those who are online", FLAG(online), OF(WHO)},
    {"online", NULL, "wait until they are online (as without it)", FLAG(online), OF(WAIT)},
    {"offline", NULL, "wait until they are offline", FLAG(offline), OF(WAIT)},
    {"timeout", "TIME", "wait no longer than 30s, 10m, 24h, 7d", TEXT(timeout), OF(WAIT)},
    {"json", NULL, "one JSON object a line, as the server has it", FLAG(json), OF(WHO) | OF(WATCH)},
    {"add", "USER,…", "members to add", KIND_ADD, 0, OF(CHANNEL)},
    {"name", "TEXT", "its name, if it is new", TEXT(name), OF(CHANNEL)},
    {"init", NULL, "write a file that explains every setting", FLAG(init), OF(CONFIG)},
    {"force", NULL, "though there is one: its profiles stay, the rest is written anew", FLAG(force),
        OF(CONFIG)},
    {"check", NULL, "read it and say what is wrong", FLAG(check), OF(CONFIG)},
    {"print", NULL, "print what is in force", FLAG(print), OF(CONFIG)},
    {"theme", "NAME", "colours: default, light, ember, fjord, linen and more", TEXT(theme),
        OF(DASHBOARD)},
    {"glyphs", "SET", "signs: " GLYPH_NAMES, TEXT(glyphs), OF(DASHBOARD)},
    {"ascii", NULL, "draw with nothing but ASCII", FLAG(ascii), OF(DASHBOARD)},
    {"no-color", NULL, "no colours; bold, dim and reverse stay (as with NO_COLOR)", FLAG(no_color),
        OF(DASHBOARD)},
    {"no-mouse", NULL, "leave the mouse to the terminal", FLAG(no_mouse), OF(DASHBOARD)},
    {"dump-keys", NULL, "print which keys do what, as [keys] of the configuration", FLAG(dump_keys),
        OF(DASHBOARD)},
    {"follow", NULL, "a line a change, until interrupted", FLAG(follow), OF(STATUSLINE)},
    {"clear", NULL, "have no status text", FLAG(clear), OF(STATUS)},
    {"url", "URL", "the server, http://… or https://…", TEXT(url), EVERY},
    {"api-key", "KEY", "its API key", TEXT(api_key), EVERY},
    {"user", "ID", "who I am", TEXT(user), EVERY},
    {"token-file", "FILE", "my token: the first line of this file", TEXT(token_file), EVERY},
    {"token-command", "CMD", "my token: the first line that this prints", TEXT(token_command),
        OF(LOGIN)},
    {"ca-file", "FILE", "trust these authorities (PEM) and no others", TEXT(ca_file), EVERY},
    {"profile", "NAME", "use this profile instead of `default`", TEXT(profile), EVERY},
    {"invisible", NULL, "be hidden before others see me connect", FLAG(invisible), EVERY},
    {"status", "TEXT", "set my status text as I connect", TEXT(status), EVERY},
    {"demo", NULL, "a server and people inside this process", FLAG(demo), EVERY & ~OF(LOGIN)},
    {"seed", "N", "with --demo: the same people come and go in the same way", TEXT(seed_text),
        EVERY & ~OF(LOGIN)},
    {"plain", NULL, "sentences instead of a screen, and a menu of numbers", FLAG(plain),
        OF(DASHBOARD)},
    {"record", "FILE", "write what the server tells to a new file", TEXT(record), OF(DASHBOARD)},
    {"replay", "FILE", "show such a record instead of a server", TEXT(replay), OF(DASHBOARD)},
    {"speed", "N", "with --replay: so many times as fast", TEXT(speed_text), OF(DASHBOARD)},
    {"help", NULL, "print this", FLAG(help), EVERY},
    {"version", NULL, "print the version", FLAG(version), EVERY},
};
enum { OPTIONS = sizeof table / sizeof table[0] };

/* The option of this name that the command takes, or any of that name. */
static const struct option *find(const char *name, size_t len, enum command command) {
    const struct option *any = NULL;
    for (size_t i = 0; i < OPTIONS; i++) {
        if (strlen(table[i].name) != len || memcmp(table[i].name, name, len) != 0)
            continue;
        any = &table[i];
        if ((table[i].commands & COMMAND_BIT(command)) != 0)
            return any;
    }
    return any;
}

static int unknown(const char *name, size_t len, struct bytes *why) {
    char slip[32] = "";
    if (len < sizeof slip)
        memcpy(slip, name, len);
    bytes_printf(why, "unknown option --%.*s", (int)(len < 64 ? len : 64), name);
    if (strcmp(slip, "token") == 0) {
        bytes_append_text(why, "; a token never stands on a command line: use --token-file or the "
                               "environment's PORCHLIGHT_TOKEN");
        return -EINVAL;
    }
    const char *names[OPTIONS];
    for (size_t i = 0; i < OPTIONS; i++)
        names[i] = table[i].name;
    const char *near = nearest_name(slip, names, OPTIONS);
    if (near != NULL)
        bytes_printf(why, "; did you mean --%s?", near);
    return -EINVAL;
}

static void keep(struct options *to, const struct option *option, char *value) {
    void *member = (char *)to + option->offset;
    switch (option->kind) {
    case KIND_FLAG: *(bool *)member = true; break;
    case KIND_TEXT: *(const char **)member = value; break;
    case KIND_ADD: to->add[to->add_count++] = value; break;
    }
}

/* The option at argv[*i], its value with it. The command may come later, so whether it takes the
 * option is asked at the end. */
static int take(struct options *to, char **argv, int *i, struct bytes *why) {
    const char *name = argv[*i] + 2;
    char *value = strchr(argv[*i], '=');
    const size_t len = value != NULL ? (size_t)(value++ - name) : strlen(name);
    const struct option *option = find(name, len, to->command);
    if (option == NULL)
        return unknown(name, len, why);
    if (option->kind == KIND_FLAG && value != NULL) {
        bytes_printf(why, "--%s takes no value", option->name);
        return -EINVAL;
    }
    if (option->kind != KIND_FLAG && value == NULL)
        value = argv[++*i];
    if (option->kind != KIND_FLAG && value == NULL) {
        bytes_printf(why, "--%s needs a value (%s)", option->name, option->value);
        return -EINVAL;
    }
    keep(to, option, value);
    return 0;
}

static bool is_given(const struct options *from, const struct option *option) {
    const void *member = (const char *)from + option->offset;
    switch (option->kind) {
    case KIND_FLAG: return *(const bool *)member;
    case KIND_TEXT: return *(const char *const *)member != NULL;
    default: return from->add_count > 0;
    }
}

static int check_options(const struct options *from, struct bytes *why) {
    for (size_t i = 0; i < OPTIONS; i++) {
        const struct option *option = find(table[i].name, strlen(table[i].name), from->command);
        if ((option->commands & COMMAND_BIT(from->command)) != 0 || !is_given(from, option))
            continue;
        if (from->command == COMMAND_DASHBOARD)
            bytes_printf(why, "--%s belongs to a command, and there is none", option->name);
        else
            bytes_printf(why, "%s takes no --%s", word_of(from->command)->name, option->name);
        return -EINVAL;
    }
    if (from->online && from->offline)
        bytes_append_text(why, "--online or --offline, not both");
    else if (from->init + from->check + from->print > 1 || (from->force && !from->init))
        bytes_append_text(why, "one of --init, --check and --print; --force goes with --init");
    else if (from->clear && from->word_count > 0)
        bytes_append_text(why, "a status TEXT or --clear, not both");
    else if (from->demo && from->url != NULL)
        bytes_append_text(why, "--demo or --url, not both");
    else if (from->token_file != NULL && from->token_command != NULL)
        bytes_append_text(why, "--token-file or --token-command, not both");
    else if (from->replay != NULL && (from->record != NULL || from->demo || from->url != NULL))
        bytes_append_text(why, "--replay needs no server: not with --record, --demo or --url");
    else if (from->speed_text != NULL && from->replay == NULL)
        bytes_append_text(why, "--speed goes with --replay");
    else if (from->seed_text != NULL && !from->demo)
        bytes_append_text(why, "--seed goes with --demo");
    else
        return 0;
    return -EINVAL;
}

static int check_words(const struct options *from, struct bytes *why) {
    const struct word *word = word_of(from->command);
    if (from->word_count < word->least)
        bytes_printf(why, "usage: porchlight %s", word->usage);
    else if (from->word_count > word->most)
        bytes_printf(why, "too many arguments; usage: porchlight %s", word->usage);
    else
        return 0;
    return -EINVAL;
}

static int check_timeout(struct options *to, struct bytes *why) {
    if (to->timeout == NULL || duration_read(to->timeout, &to->timeout_ms))
        return 0;
    bytes_append_text(why, "--timeout takes a whole number and a unit: 30s, 10m, 24h, 7d");
    return -EINVAL;
}

static int check_numbers(struct options *to, struct bytes *why) {
    char *end = NULL;
    if (to->speed_text != NULL) {
        to->speed = strtod(to->speed_text, &end);
        /* So that what is no number is refused with what is too small. */
        if (end == to->speed_text || *end != '\0' || !(to->speed >= 0.01 && to->speed <= 1e6)) {
            bytes_append_text(why, "--speed takes a number from 0.01 to 1000000");
            return -EINVAL;
        }
    }
    if (to->seed_text != NULL) {
        errno = 0;
        to->seed = strtoull(to->seed_text, &end, 10);
        if (to->seed_text[0] < '0' || to->seed_text[0] > '9' || *end != '\0' || errno != 0 ||
            to->seed == 0) {
            bytes_append_text(why, "--seed takes a whole number above 0");
            return -EINVAL;
        }
    }
    return 0;
}

/* A word that is no option: the command first, then what belongs to it. */
static int take_word(struct options *to, char *word, bool *has_command, struct bytes *why) {
    if (*has_command) {
        to->words[to->word_count++] = word;
        return 0;
    }
    *has_command = true;
    to->command = word_find(word);
    if (to->command != COMMAND_COUNT)
        return 0;
    to->command = COMMAND_DASHBOARD;
    bytes_printf(why, "unknown command '%.64s'", word);
    const char *near = word_suggest(word);
    if (near != NULL)
        bytes_printf(why, "; did you mean '%s'?", near);
    else
        bytes_append_text(why, "; see porchlight --help");
    return -EINVAL;
}

int options_read(struct options *to, int argc, char **argv, struct bytes *why) {
    *to = (struct options){.command = COMMAND_DASHBOARD, .timeout_ms = -1, .speed = 1};
    to->words = calloc((size_t)argc + 1, sizeof *to->words);
    to->add = calloc((size_t)argc + 1, sizeof *to->add);
    if (to->words == NULL || to->add == NULL)
        return -ENOMEM;
    bool has_command = false, only_words = false;
    for (int i = 1, fault; i < argc; i++) {
        if (!only_words && strcmp(argv[i], "--") == 0) {
            only_words = true;
            continue;
        }
        if (!only_words && strcmp(argv[i], "-h") == 0)
            to->help = true, fault = 0;
        else if (!only_words && strncmp(argv[i], "--", 2) == 0)
            fault = take(to, argv, &i, why);
        else if (!only_words && argv[i][0] == '-' && argv[i][1] != '\0') {
            bytes_printf(why, "unknown option %.2s; options begin with --", argv[i]);
            fault = -EINVAL;
        } else
            fault = take_word(to, argv[i], &has_command, why);
        if (fault != 0)
            return fault;
    }
    if (to->help || to->version)
        return 0;
    int fault = check_options(to, why);
    if (fault == 0)
        fault = check_words(to, why);
    if (fault == 0)
        fault = check_numbers(to, why);
    return fault != 0 ? fault : check_timeout(to, why);
}

void options_fini(struct options *options) {
    free(options->words);
    free(options->add);
    *options = (struct options){0};
}

bool options_shown(size_t i, struct option_shown *to) {
    if (i >= OPTIONS)
        return false;
    *to = (struct option_shown){table[i].name, table[i].value, table[i].about, table[i].commands};
    return true;
}

void options_help(enum command command, FILE *to) {
    for (size_t i = 0; i < OPTIONS; i++) {
        if ((table[i].commands & COMMAND_BIT(command)) == 0)
            continue;
        const char *value = table[i].value != NULL ? table[i].value : "";
        const int width = 22 - (int)strlen(table[i].name);
        /* "…" is three bytes and one cell. */
        const int extra = strstr(value, "…") != NULL ? 2 : 0;
        fprintf(to, "  --%s %-*s%s\n", table[i].name, width + extra, value, table[i].about);
    }
}
