/* SPDX-License-Identifier: MIT */
/*
 * porchlightd: what the words do. What was asked for goes to stdout, all else to stderr.
 *
 * Signals are blocked in every thread and waited for by one, so that no handler and no global is
 * needed: SIGTERM and SIGINT end the server, SIGHUP lets it read its settings again. A write past
 * the limit of file sizes is an error of the disk, not a signal: SIGXFSZ is ignored.
 */
#include "base/clock.h"
#include "server/admin.h"
#include "server/backup.h"
#include "server/config.h"
#include "server/folder.h"
#include "server/server.h"
#include "server/store.h"
#include "server/supervisor.h"
#include "server/token.h"
#include "server/words.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

enum { EXIT_DONE = 0, EXIT_NOT_DONE = 1, EXIT_WRONG_USE = 2, WHY = 1024 };

static int fail(int code, const char *why) {
    fprintf(stderr, "porchlightd: %s\n", why);
    return code;
}

/* What was printed must have arrived: a full disk behind stdout is no success. */
static int printed(void) {
    if (fflush(stdout) == 0 && ferror(stdout) == 0)
        return EXIT_DONE;
    return fail(EXIT_NOT_DONE, "stdout cannot be written");
}

/* ---- init, token, check, admin, backup, restore ---- */

static int do_init(const struct words *words) {
    char api_key[33], secret[65], why[WHY];
    int rc = folder_make(words->folder, api_key, secret, why, sizeof why);
    explicit_bzero(secret, sizeof secret);
    if (rc != 0)
        return fail(rc > 0 ? EXIT_WRONG_USE : EXIT_NOT_DONE, why);
    printf("made %s: config.ini, app.ini (api key and secret), porchlight.db\n"
           "serve it:  porchlightd --data %s\n"
           "a token:   porchlightd token USER --data %s\n"
           "api_key: %s\n",
        words->folder, words->folder, words->folder, api_key);
    return printed();
}

static int do_token(const struct words *words) {
    struct folder folder;
    char why[WHY];
    if (folder_open(&folder, words->data, FOLDER_LOOK, why, sizeof why) != 0)
        return fail(EXIT_NOT_DONE, why);
    struct token token = {.server = words->server, .iat_unix_s = clock_unix_us() / 1000000};
    if (words->user != NULL)
        snprintf(token.user_id, sizeof token.user_id, "%s", words->user);
    if (words->expires_s > 0)
        token.exp_unix_s = token.iat_unix_s + words->expires_s;
    char *text = token_make(&token, folder.app.secret, strlen(folder.app.secret));
    folder_fini(&folder);
    if (text == NULL)
        return fail(EXIT_NOT_DONE, "out of memory");
    puts(text);
    explicit_bzero(text, strlen(text));
    free(text);
    return printed();
}

static void say(void *context, const char *line) {
    (void)context;
    puts(line);
}

static int do_check(const struct words *words) {
    struct folder folder;
    char why[WHY];
    if (folder_open(&folder, words->data, FOLDER_STILL, why, sizeof why) != 0)
        return fail(EXIT_NOT_DONE, why);
    int wrong = store_sqlite_check(folder.database_path, folder.is_served, say, NULL);
    if (wrong < 0)
        fprintf(
            stderr, "porchlightd: %s cannot be read: %s\n", folder.database_path, strerror(-wrong));
    folder_fini(&folder);
    if (wrong < 0)
        return EXIT_NOT_DONE;
    if (wrong > 0)
        printf("%d wrong\n", wrong);
    else
        puts("sound");
    return printed() == EXIT_DONE && wrong == 0 ? EXIT_DONE : EXIT_NOT_DONE;
}

static int do_admin(const struct words *words) {
    struct bytes out = BYTES_EMPTY;
    char why[WHY] = "";
    signal(SIGPIPE, SIG_IGN);
    signal(SIGXFSZ, SIG_IGN);
    int rc = admin(&words->admin, words->data, words->config, &out, why, sizeof why);
    if (rc == 0)
        fwrite(bytes_text(&out), 1, out.len, stdout);
    bytes_fini(&out);
    return rc != 0 ? fail(EXIT_NOT_DONE, why) : printed();
}

static int do_backup(const struct words *words) {
    char why[WHY] = "";
    signal(SIGXFSZ, SIG_IGN);
    int rc = words->word == WORD_BACKUP
                 ? backup_make(words->data, words->backup, why, sizeof why)
                 : backup_restore(words->backup, words->data, why, sizeof why);
    return rc == 0 ? EXIT_DONE : fail(rc > 0 ? EXIT_WRONG_USE : EXIT_NOT_DONE, why);
}

/* ---- serving ---- */

/* The one thread that hears signals. */
struct listener {
    struct server *server;
    sigset_t signals;
    pthread_t thread;
};

static void *wait_for_signal(void *context) {
    struct listener *listener = context;
    int signal_number = 0;
    while (sigwait(&listener->signals, &signal_number) == 0 && signal_number == SIGHUP)
        server_reload(listener->server);
    server_stop(listener->server);
    return NULL;
}

static void block_signals(sigset_t *signals) {
    signal(SIGPIPE, SIG_IGN);
    signal(SIGXFSZ, SIG_IGN);
    sigemptyset(signals);
    sigaddset(signals, SIGTERM);
    sigaddset(signals, SIGINT);
    sigaddset(signals, SIGHUP);
    pthread_sigmask(SIG_BLOCK, signals, NULL);
}

/* A socket a connection: as many descriptors as we may have. */
static void raise_descriptors(void) {
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0)
        return;
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
}

static int run(struct server *server, struct listener *listener) {
    listener->server = server;
    int rc = pthread_create(&listener->thread, NULL, wait_for_signal, listener);
    if (rc != 0)
        return fail(EXIT_NOT_DONE, "no thread can be started");
    printf("porchlightd: listening on %s\n", server_url(server));
    int code = printed();
    if (code != EXIT_DONE)
        server_stop(server);
    rc = server_run(server);
    if (rc != 0)
        fprintf(stderr, "porchlightd: %s\n", strerror(-rc));
    /* The signal is blocked, and the thread waits for it in sigwait(). */
    /* NOLINTNEXTLINE(bugprone-bad-signal-to-kill-thread,cert-pos44-c) */
    pthread_kill(listener->thread, SIGTERM);
    pthread_join(listener->thread, NULL);
    return rc != 0 ? EXIT_NOT_DONE : code;
}

/* The settings that are needed before the server is made: where the data is, how much to tell. */
static int load_settings(struct config *config, const struct words *words, char *why) {
    int rc = config_init(config);
    if (rc != 0) {
        snprintf(why, WHY, "out of memory");
        return EXIT_NOT_DONE;
    }
    if (words->config != NULL && config_load(config, words->config, why, WHY) != 0)
        return EXIT_NOT_DONE;
    if (words->data == NULL && config->data == NULL) {
        snprintf(why, WHY, "%s does not say where the data is (data = DIR), nor does --data",
            words->config);
        return EXIT_WRONG_USE;
    }
    if (words->config == NULL) {
        struct folder folder;
        if (folder_open(&folder, words->data, FOLDER_LOOK, why, WHY) != 0)
            return EXIT_NOT_DONE;
        rc = access(folder.config_path, F_OK) == 0
                 ? config_load(config, folder.config_path, why, WHY)
                 : 0;
        folder_fini(&folder);
        if (rc != 0)
            return EXIT_NOT_DONE;
    }
    return EXIT_DONE;
}

/* RELOADING wants to know when, by the clock that only goes forward. */
static void tell(void *context, enum server_state state) {
    char text[64] = "READY=1";
    (void)context;
    if (state == SERVER_STOPPING)
        snprintf(text, sizeof text, "STOPPING=1");
    if (state == SERVER_RELOADING)
        snprintf(text, sizeof text, "RELOADING=1\nMONOTONIC_USEC=%lld", (long long)clock_mono_us());
    supervisor_tell(text);
}

static int serve_with(
    const struct words *words, struct config *config, struct listener *listener, char *why) {
    if (words->listen != NULL && !config_set_listen(config, words->listen)) {
        snprintf(why, WHY, "--listen takes HOST:PORT, not %.100s", words->listen);
        return fail(EXIT_WRONG_USE, why);
    }
    const int inherited_fd = supervisor_socket(why, WHY);
    if (inherited_fd < 0)
        return fail(EXIT_NOT_DONE, why);
    struct log_file errors = {.file = stderr};
    struct server_options options = {
        .folder = words->data != NULL ? words->data : config->data,
        .config = words->config,
        .listen = words->listen,
        .inherited_fd = inherited_fd,
        .log = {.sink = log_to_file, .context = &errors, .level = config->log_level},
        .linger_ms = -1,
        .listed = true,
        .tell = tell,
    };
    struct server *server;
    if (server_create(&server, &options, why, WHY) != 0)
        return fail(EXIT_NOT_DONE, why);
    int code = run(server, listener);
    server_destroy(server);
    return code;
}

static int do_serve(const struct words *words) {
    struct listener listener;
    struct config config;
    char why[WHY] = "";
    block_signals(&listener.signals);
    raise_descriptors();
    int code = load_settings(&config, words, why);
    code = code != EXIT_DONE ? fail(code, why) : serve_with(words, &config, &listener, why);
    config_fini(&config);
    return code;
}

/* No core and no debugger for who has the secret in memory; the leak checker of a test build is a
 * debugger. */
static void hide_memory(void) {
    prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0); /* nor may anything it starts be more than it is */
#ifndef __SANITIZE_ADDRESS__
    prctl(PR_SET_DUMPABLE, 0);
#endif
}

int main(int argc, char **argv) {
    struct words words;
    char why[WHY] = "";
    hide_memory();
    if (words_read(&words, argc, argv, why, sizeof why) != 0) {
        fail(EXIT_WRONG_USE, why);
        fputs("porchlightd --help says more\n", stderr);
        return EXIT_WRONG_USE;
    }
    switch (words.word) {
    case WORD_INIT: return do_init(&words);
    case WORD_TOKEN: return do_token(&words);
    case WORD_CHECK: return do_check(&words);
    case WORD_ADMIN: return do_admin(&words);
    case WORD_BACKUP:
    case WORD_RESTORE: return do_backup(&words);
    case WORD_HELP: fputs(words_help, stdout); return printed();
    case WORD_VERSION: puts("porchlightd " PORCHLIGHT_VERSION); return printed();
    default: return do_serve(&words);
    }
}
