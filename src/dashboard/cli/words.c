/* SPDX-License-Identifier: MIT */
#include "dashboard/cli/words.h"

#include "base/nearest.h"
#include "base/utf8.h"
#include "dashboard/cli/options.h"

#include <stdbool.h>
#include <string.h>

static const struct word words[COMMAND_COUNT] = {
    [COMMAND_DASHBOARD] = {"", "[OPTION…]", "the dashboard; the demo where nothing is configured",
        "", 0, 0},
    [COMMAND_LOGIN] = {"login", "login URL --api-key KEY --user ID [OPTION…]",
        "try a server and keep how to reach it",
        "The token is the first line, without white space at its end, of --token-file, of what\n"
        "--token-command prints (it is run by sh -c), or else of standard input. The server is\n"
        "asked once; where it refuses, nothing is written. The token is kept in a file that only\n"
        "you can read; of a command the command is kept, and run whenever a token is needed.\n",
        0, 1},
    [COMMAND_CHANNEL] = {"channel", "channel CID [--add USER,…] [--name TEXT]",
        "get or make a channel, with me and these members in it",
        "CID is TYPE:ID, such as messaging:hall. Prints the cid. The name matters only when the\n"
        "channel is new.\n",
        1, 1},
    [COMMAND_WHO] = {"who", "who [CHANNEL] [--online] [--json]", "who is home, once",
        "A line a member, however many: STATE, ID, NAME, LAST_ACTIVE or -, STATUS, with tabs\n"
        "between them. STATE is online or offline; times are UTC. With --json one user object a\n"
        "line, as the server has it; porchlight-json(5) has its fields. CHANNEL is a cid, or an "
        "id\n"
        "or name that only one of my channels has; without it, all of those.\n",
        0, 1},
    [COMMAND_WATCH] = {"watch", "watch [CHANNEL…] [--json]",
        "every change, one line each, until interrupted",
        "Nothing at first, then a line a change: TIME, ID, online or offline, STATUS, with tabs\n"
        "between them. With --json one user.presence.changed event a line, as the server sent it;\n"
        "porchlight-json(5) has its fields. When the link is lost, a line on standard error says\n"
        "so, and it goes on once the link is back: the lines for what changed in between then "
        "come\n"
        "at once (not with --json: there was no event). Turns my own light on while it runs;\n"
        "--invisible hides it. SIGINT and SIGTERM end it with exit code 0.\n",
        0, (size_t)-1},
    [COMMAND_INVISIBLE] = {"invisible", "invisible [on|off]", "hide, show, or print on or off",
        "Who is invisible is offline to everybody else. Without a word it prints which, by the\n"
        "server's word. It lasts until it is turned off, whatever ends or restarts in between.\n",
        0, 1, "on off"},
    [COMMAND_STATUS] = {"status", "status [TEXT | --clear]", "set, clear, or print my status text",
        "Without a text it prints the one there is; where there is none, nothing.\n", 0, 1},
    [COMMAND_IS] = {"is", "is USER", "print whether somebody is home",
        "Prints online, offline or unknown. Exit code: 0 online, 1 offline, 2 no such user or not\n"
        "for me, 3 error.\n",
        1, 1},
    [COMMAND_WAIT] = {"wait", "wait USER [--online|--offline] [--timeout 10m]",
        "wait until somebody comes or goes",
        "Exit code 0 when it comes true, 4 on time-out. Waits for --online, without end, unless\n"
        "told otherwise. A TIME is a whole number and one of s, m, h, d. Turns my own light on\n"
        "while it waits; --invisible hides it.\n",
        1, 1},
    [COMMAND_STATUSLINE] = {"statusline", "statusline FORMAT [CHANNEL…] [--follow]",
        "one line for a status bar, such as '%o/%t'",
        "In FORMAT %o is how many are online, %f offline, %u unknown, %t all members; %v is\n"
        "visible or invisible, %s my status text, %c the channel, %l live or lost, %% a %.\n"
        "Once, my own light stays as it is; --follow prints a line a change, and turns it on\n"
        "while it runs; --invisible hides it. While the link is lost nobody's state is known:\n"
        "%o and %f are ? then, and %u is everybody. Where tmux runs it, write each % twice.\n",
        1, (size_t)-1},
    [COMMAND_CHECK_TERMINAL] = {"check-terminal", "check-terminal",
        "what this terminal can do, and what to set",
        "Asks the terminal how wide it draws our signs, and whether it tells of focus, pastes,\n"
        "whole frames, the mouse and the clipboard; shows rulers and colours for the eye; and\n"
        "says what to set in the configuration, if anything.\n",
        0, 0},
    [COMMAND_DOCTOR] = {"doctor", "doctor", "what is wrong, and what to do",
        "Looks at the configuration, the terminal, the network, the server, the API key, the\n"
        "token, whether events get through, and the clock: a line each, with ok, note or WRONG,\n"
        "and below what is wrong what to do. Turns no light on. Exit code: 0 nothing is wrong;\n"
        "else that of the first that is: 1 the network, the server, the clock; 2 the\n"
        "configuration, the terminal; 3 the key, the token.\n",
        0, 0},
    [COMMAND_COMPLETE] = {"complete", "complete bash|zsh|fish", "print the completions for a shell",
        "They are installed with the program. Where a shell does not find them:\n"
        "  source <(porchlight complete bash)\n",
        1, 1, "bash zsh fish"},
    [COMMAND_CONFIG] = {"config", "config [--init [--force] | --check | --print]",
        "write, check or print the configuration",
        "Without an option it prints where the file is. porchlight-config(5) says what may stand "
        "in\n"
        "it. --init makes no file over one that is there, unless --force says so.\n",
        0, 0},
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
