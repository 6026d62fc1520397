/* SPDX-License-Identifier: MIT */
/*
 * Words to commands. Order: what can be wrong with the words is found before anything is read,
 * what can be wrong with the configuration before the library is loaded, and the lack of a
 * terminal before a demo is started for it.
 */
#include "dashboard/app.h"
#include "base/clock.h"
#include "dashboard/cli/commands.h"
#include "dashboard/cli/configure.h"
#include "dashboard/cli/demo.h"
#include "dashboard/cli/doctor.h"
#include "dashboard/cli/version.h"
#include "dashboard/plain/plain.h"
#include "dashboard/signals.h"
#include "dashboard/term/check.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

static command_fn *const commands[COMMAND_COUNT] = {
    [COMMAND_CHANNEL] = command_channel,
    [COMMAND_WHO] = command_who,
    [COMMAND_WATCH] = command_watch,
    [COMMAND_INVISIBLE] = command_invisible,
    [COMMAND_STATUS] = command_status,
    [COMMAND_IS] = command_is,
    [COMMAND_WAIT] = command_wait,
    [COMMAND_STATUSLINE] = command_statusline,
};

static int say_why(const struct bytes *why, int code) {
    say("%s", why->len > 0 ? bytes_text(why) : "out of memory");
    return code;
}

static int load_library(struct library *library) {
    char why[256] = "";
    if (library_open(library, why, sizeof why) == 0)
        return EXIT_DONE;
    say("%s", why);
    return EXIT_USE;
}

static int run_command(const struct account *account, const struct options *options) {
    struct library library;
    int code = load_library(&library);
    if (code != EXIT_DONE)
        return code;
    struct talk talk;
    code = talk_open(&talk, &library, account);
    if (code == EXIT_DONE)
        code = commands[options->command](&talk, options);
    talk_close(&talk);
    return code;
}

static int run_login(const struct options *options) {
    struct library library;
    const int code = load_library(&library);
    return code == EXIT_DONE ? command_login(&library, options) : code;
}

/* Nothing is drawn without both ends of a terminal. */
static bool has_terminal(void) {
    return isatty(STDIN_FILENO) && isatty(STDOUT_FILENO);
}

/* A terminal that can place no cursor is spoken to in sentences. */
static bool is_plain(const struct options *options) {
    const char *term = getenv("TERM");
    return options->plain || (term != NULL && strcmp(term, "dumb") == 0);
}

/* A server given by its URL is nobody's profile. */
static const char *state_profile(const struct options *options) {
    const char *url = getenv("PORCHLIGHT_URL");
    if (options->url != NULL || (url != NULL && url[0] != '\0'))
        return NULL;
    return options->profile != NULL ? options->profile : "default";
}

static int run_with(const struct account *account, const struct options *options, const char *label,
    const char *state, const struct bytes *past) {
    if (options->command == COMMAND_DOCTOR)
        return command_doctor(account, NULL, options);
    if (options->command != COMMAND_DASHBOARD)
        return run_command(account, options);
    struct app_options app = {.account = account,
        .label = label,
        .state_profile = state,
        .status = options->status,
        .past = past,
        .invisible = options->invisible,
        .record = options->record,
        .replay = options->replay,
        .speed = options->speed,
        .given = options};
    struct bytes why = BYTES_EMPTY;
    int code = EXIT_USE;
    if (settings_in_force(options, NULL, &app.settings, &why) == 0)
        code = is_plain(options) ? plain_run(&app) : app_run(&app);
    else if (why.len > 0)
        say_lines(&why);
    else
        say("out of memory");
    bytes_fini(&why);
    return code;
}

/* Whoever the demo says that I am. */
static int take_demo_login(struct account *to, const struct demo_login *login) {
    *to = (struct account){
        .url = strdup(login->url),
        .api_key = strdup(login->api_key),
        .user = strdup(login->user),
        .source = {TOKEN_TEXT, strdup(login->token)},
    };
    return to->url != NULL && to->api_key != NULL && to->user != NULL && to->source.at != NULL
               ? 0
               : -ENOMEM;
}

/* A signal of the process goes to any thread that lets it in, so the demo's threads let none in but
 * those of their own faults: a new size of the terminal is for the dashboard to hear. */
static int start_demo(struct demo_host *host, const struct options *options, struct bytes *why) {
    static const int faults[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGTRAP, SIGSYS};
    sigset_t all, before;
    sigfillset(&all);
    for (size_t i = 0; i < sizeof faults / sizeof faults[0]; i++)
        sigdelset(&all, faults[i]);
    sigprocmask(SIG_BLOCK, &all, &before);
    const int fault = demo_host_start(host, options->seed, why);
    sigprocmask(SIG_SETMASK, &before, NULL);
    return fault;
}

/* Those that end it wait from before the demo is there until after it is gone, so that it does go;
 * a command listens to them meanwhile. */
static int run_demo(const struct options *options) {
    struct demo_host host;
    sigset_t mask, old_mask;
    signals_that_end(&mask);
    sigprocmask(SIG_BLOCK, &mask, &old_mask);
    struct account account = {0};
    struct bytes why = BYTES_EMPTY, past = BYTES_EMPTY;
    int code = EXIT_NO;
    if (start_demo(&host, options, &why) != 0 || take_demo_login(&account, &host.login) != 0)
        say_why(&why, code);
    else {
        if (options->record == NULL) /* a record holds what was told, and this was not */
            demo_host_past(&host, options->seed, clock_unix_us() / 1000, &past);
        code = run_with(&account, options, "demo", NULL, &past); /* which leaves nothing behind */
    }
    bytes_fini(&past);
    account_fini(&account);
    demo_host_stop(&host);
    sigprocmask(SIG_SETMASK, &old_mask, NULL);
    bytes_fini(&why);
    return code;
}

static int run_configured(const struct options *options) {
    struct account account;
    struct bytes why = BYTES_EMPTY;
    int code;
    const int found = account_find(&account, options, &why);
    if (found == 0)
        code = run_with(&account, options,
            options->profile != NULL ? options->profile : account.user, state_profile(options),
            NULL);
    else if (options->command == COMMAND_DOCTOR)
        code = command_doctor(NULL, why.len > 0 ? bytes_text(&why) : "out of memory", options);
    else if (found == ACCOUNT_NONE && options->command == COMMAND_DASHBOARD) {
        say("%s; this is the demo", bytes_text(&why));
        code = run_demo(options);
    } else if (found == ACCOUNT_NONE) {
        say("%s; --demo does without", bytes_text(&why));
        code = EXIT_USE;
    } else
        code = say_why(&why, EXIT_USE);
    account_fini(&account);
    bytes_fini(&why);
    return code;
}

static int run(const struct options *options) {
    if (options->command == COMMAND_LOGIN)
        return run_login(options);
    if (options->command == COMMAND_CHECK_TERMINAL)
        return check_terminal();
    if (options->command == COMMAND_COMPLETE)
        return command_complete(options);
    if (options->command == COMMAND_CONFIG)
        return command_config(options);
    if (options->dump_keys)
        return command_dump_keys();
    if (options->command == COMMAND_DASHBOARD && !options->plain && !has_terminal()) {
        say("the dashboard needs a terminal; --plain does not, and for scripts there are who, "
            "watch, is and wait");
        return EXIT_USE;
    }
    if (options->replay != NULL)
        return run_with(NULL, options, NULL, NULL, NULL);
    return options->demo ? run_demo(options) : run_configured(options);
}

/* What was printed has arrived, or the exit code says so. A reader that went away knows that. */
static int flush(int code) {
    struct pollfd reader = {.fd = STDOUT_FILENO};
    const bool failed = fflush(stdout) != 0 || ferror(stdout);
    if (failed && (poll(&reader, 1, 0) <= 0 || (reader.revents & POLLERR) == 0))
        say("standard output cannot be written to");
    return failed && code == EXIT_DONE ? EXIT_NO : code;
}

/* No core and no debugger for who has a token in memory; the leak checker of a test build is a
 * debugger. */
static void hide_memory(void) {
#ifndef __SANITIZE_ADDRESS__
    prctl(PR_SET_DUMPABLE, 0);
#endif
}

int main(int argc, char **argv) {
    struct options options;
    struct bytes why = BYTES_EMPTY;
    hide_memory();
    signal(SIGPIPE, SIG_IGN);
    const int fault = options_read(&options, argc, argv, &why);
    int code = EXIT_DONE;
    if (fault != 0)
        code = say_why(&why, EXIT_USE);
    else if (options.help)
        word_help(options.command, stdout);
    else if (options.version)
        print_version();
    else
        code = run(&options);
    code = flush(code);
    if (code > EXIT_SIGNAL)
        raise(code - EXIT_SIGNAL);
    else if (code > EXIT_ANSWER)
        code -= EXIT_ANSWER;
    else if (options.command == COMMAND_IS && code != EXIT_DONE)
        code = EXIT_IS_ERROR;
    options_fini(&options);
    bytes_fini(&why);
    return code;
}
