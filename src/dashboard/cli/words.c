/* SPDX-License-Identifier: MIT */
#include "dashboard/cli/words.h"

#include "base/utf8.h"
#include "dashboard/cli/options.h"

#include <stdbool.h>
#include <string.h>

static const struct word words[COMMAND_COUNT] = {
    [COMMAND_DASHBOARD] = {"", "[OPTION…]", "the dashboard; the demo where nothing is configured",
        "", 0, 0},
    [COMMAND_LOGIN] = {"login", "login URL --api-key KEY --user ID [OPTION…]",
        "try a server and keep how to reach it",
        "The token is the first line of --token-file, of what --token-command prints, or else of\n"
        "standard input. The server is asked once; where it refuses, nothing is written.\n",
        0, 1},
    [COMMAND_CHANNEL] = {"channel", "channel CID [--add USER,…] [--name TEXT]",
        "get or make a channel, with me and these members in it",
        "CID is TYPE:ID, such as messaging:hall. Prints the cid. The name matters only when the\n"
        "channel is new.\n",
        1, 1},
    [COMMAND_WHO] = {"who", "who [CHANNEL] [--online] [--json]", "who is home, once",
        "A line a member: STATE, ID, NAME, LAST_ACTIVE or -, STATUS, with tabs between them.\n"
        "CHANNEL is a cid, or an id or name unique among my channels; without it, all of those.\n",
        0, 1},
    [COMMAND_WATCH] = {"watch", "watch [CHANNEL…] [--json]",
        "every change, one line each, until interrupted",
        "A line a change: TIME, ID, online or offline, STATUS, with tabs between them.\n"
        "Turns my own light on while it runs; --invisible hides it.\n",
        0, (size_t)-1},
    [COMMAND_INVISIBLE] = {"invisible", "invisible [on|off]", "hide, show, or print on or off", "",
        0, 1},
    [COMMAND_STATUS] = {"status", "status [TEXT | --clear]", "set, clear, or print my status text",
        "", 0, 1},
    [COMMAND_IS] = {"is", "is USER", "print whether somebody is home",
        "Exit code: 0 online, 1 offline, 2 no such user or not for me, 3 error.\n", 1, 1},
    [COMMAND_WAIT] = {"wait", "wait USER [--online|--offline] [--timeout 10m]",
        "wait until somebody comes or goes",
        "Exit code 0 when it comes true, 4 on time-out. Waits for --online, without end, unless\n"
        "told otherwise. Turns my own light on while it waits; --invisible hides it.\n",
        1, 1},
};

const struct word *word_of(enum command command) {
    return &words[command];
}

enum command word_find(const char *name) {
    for (enum command c = COMMAND_DASHBOARD + 1; c < COMMAND_COUNT; c++)
        if (strcmp(words[c].name, name) == 0)
            return c;
    return COMMAND_COUNT;
}

enum { LONGEST = 24 };

static size_t smaller(size_t a, size_t b) {
    return a < b ? a : b;
}

/* Edits between two short texts; a swap of neighbours counts as one. */
static size_t edits(const char *a, size_t a_len, const char *b, size_t b_len) {
    size_t at[LONGEST + 1][LONGEST + 1];
    for (size_t i = 0; i <= a_len; i++)
        at[i][0] = i;
    for (size_t j = 0; j <= b_len; j++)
        at[0][j] = j;
    for (size_t i = 1; i <= a_len; i++) {
        for (size_t j = 1; j <= b_len; j++) {
            const size_t change = at[i - 1][j - 1] + (a[i - 1] != b[j - 1]);
            at[i][j] = smaller(change, smaller(at[i - 1][j], at[i][j - 1]) + 1);
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                at[i][j] = smaller(at[i][j], at[i - 2][j - 2] + 1);
        }
    }
    return at[a_len][b_len];
}

const char *nearest_name(const char *slip, const char *const *names, size_t count) {
    const char *nearest = NULL;
    const size_t len = strlen(slip);
    size_t least = 1 + len / 3; /* more edits than that and it is another word */
    for (size_t i = 0; i < count && len <= LONGEST; i++) {
        const size_t name_len = strlen(names[i]);
        if (name_len > LONGEST || name_len == 0)
            continue;
        const size_t distance = edits(slip, len, names[i], name_len);
        if (distance < least || (distance == least && nearest == NULL)) {
            least = distance;
            nearest = names[i];
        }
    }
    return nearest;
}

const char *word_suggest(const char *slip) {
    const char *names[COMMAND_COUNT];
    for (size_t i = 0; i < COMMAND_COUNT; i++)
        names[i] = words[i].name;
    return nearest_name(slip, names, COMMAND_COUNT);
}

static void spaces(FILE *to, size_t from, size_t until) {
    fprintf(to, "%*s", from < until ? (int)(until - from) : 1, "");
}

static void all_commands(FILE *to) {
    fputs("Usage: porchlight [OPTION…] [COMMAND] [ARGUMENT…]\n\nCommands\n", to);
    for (enum command c = COMMAND_DASHBOARD; c < COMMAND_COUNT; c++) {
        const char *usage = c == COMMAND_DASHBOARD ? "(none)" : words[c].usage;
        fprintf(to, "  %s", usage);
        if (strlen(usage) > 29)
            fprintf(to, "\n%30s", "");
        else
            spaces(to, utf8_count(usage, strlen(usage)) + 2, 30);
        fprintf(to, "%s\n", words[c].about);
    }
}

void word_help(enum command command, FILE *to) {
    if (command == COMMAND_DASHBOARD)
        all_commands(to);
    else
        fprintf(to, "Usage: porchlight %s\n\n%c%s.\n%s", words[command].usage,
            words[command].about[0] & ~0x20, words[command].about + 1, words[command].more);
    fputs("\nOptions, before or after the command\n", to);
    options_help(command, to);
    if (command == COMMAND_DASHBOARD)
        fputs("\nEach option wins over PORCHLIGHT_URL, _API_KEY, _USER, _TOKEN, _TOKEN_FILE, and\n"
              "those win over the profile. Exit codes: 0 done; 1 the server or the network said\n"
              "no, unknown channel; 2 wrong use, not configured, no terminal; 3 not authorised.\n"
              "\n`porchlight COMMAND --help` tells more; so does man porchlight.\n",
            to);
}
