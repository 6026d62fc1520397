/* SPDX-License-Identifier: MIT */
/* The real porchlightd, word by word: what it prints, where, and its exit codes. */
#include "support/case.h"
#include "support/daemon.h"

#include <arpa/inet.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

enum { IN_TIME_MS = 20 * 1000 };

/* Run a line, its words parted by blanks. The exit code; program keeps what was printed. */
static int run(struct program *program, const char *line) {
    char copy[512], *rest = NULL;
    const char *argv[16] = {PORCHLIGHTD};
    int argc = 1;
    program_fini(program);
    *program = (struct program){0};
    snprintf(copy, sizeof copy, "%s", line);
    for (char *word = strtok_r(copy, " ", &rest); word != NULL; word = strtok_r(NULL, " ", &rest))
        argv[argc++] = word;
    program_start(program, argv, NULL, NULL);
    return program_end(program, IN_TIME_MS);
}

/* The line with %s for the data folder must end so, with nothing on stdout and this on stderr. */
static void refused(const struct daemon *daemon, const char *form, int code, const char *said) {
    struct program program = {0};
    char line[256], *at;
    snprintf(line, sizeof line, "%s", form);
    if ((at = strstr(line, "DATA")) != NULL)
        snprintf(
            at, sizeof line - (size_t)(at - line), "%s%s", daemon->data, form + (at - line) + 4);
    int got = run(&program, line);
    if (got != code || strstr(bytes_text(&program.err), said) == NULL)
        fail_msg("%s: %d, %s", line, got, bytes_text(&program.err));
    SAME_TEXT(bytes_text(&program.out), "");
    program_fini(&program);
}

static void wrong_use_is_2_and_what_cannot_be_is_1(void **state) {
    (void)state;
    struct daemon daemon;
    daemon_make(&daemon);
    refused(&daemon, "", 2, "--data DIR or --config FILE");
    refused(&daemon, "--listen 127.0.0.1:0", 2, "--data DIR or --config FILE");
    refused(&daemon, "--data DATA --listen nowhere", 2, "--listen takes HOST:PORT");
    refused(&daemon, "init", 2, "init wants a folder");
    refused(&daemon, "init DATA", 2, "not empty");
    refused(&daemon, "token bo", 2, "--data");
    refused(&daemon, "token bo --data DATA --expires", 2, "--expires");
    refused(&daemon, "token bo --data DATA --expires soon", 2, "--expires");
    refused(&daemon, "token b/o --data DATA", 2, "user id");
    refused(&daemon, "token --data DATA", 2, "token wants");
    refused(&daemon, "check", 2, "--data");
    refused(&daemon, "fly", 2, "no such word");
    refused(&daemon, "--fly", 2, "no such option");
    refused(&daemon, "token bo --data /nowhere", 1, "/nowhere is no folder");
    refused(&daemon, "check --data /nowhere", 1, "/nowhere is no folder");
    refused(&daemon, "check --data /tmp", 1, "no data folder");
    refused(&daemon, "--data /nowhere", 1, "/nowhere is no folder");
    refused(&daemon, "--config /nowhere", 1, "/nowhere cannot be read");
    refused(&daemon, "init /nowhere/at/all", 1, "cannot be made");
    daemon_fini(&daemon);
}

static void init_ends_with_the_key_and_tells_no_secret(void **state) {
    (void)state;
    struct daemon daemon;
    struct program program = {0};
    char line[160], file[160], text[256], *secret;
    daemon_make(&daemon);
    snprintf(line, sizeof line, "init %s/second", daemon.folder);
    assert_int_equal(run(&program, line), 0);
    const char *last = strstr(bytes_text(&program.out), "api_key: ");
    assert_non_null(last);
    assert_true(last[-1] == '\n');
    assert_ptr_equal(strchr(last, '\n') + 1, bytes_text(&program.out) + program.out.len);
    SAME_TEXT(bytes_text(&program.err), "");
    snprintf(file, sizeof file, "%s/second/app.ini", daemon.folder);
    FILE *app = fopen(file, "r");
    assert_non_null(app);
    text[fread(text, 1, sizeof text - 1, app)] = '\0';
    fclose(app);
    secret = strstr(text, "secret = ");
    assert_non_null(secret);
    secret[9 + 64] = '\0';
    assert_null(strstr(bytes_text(&program.out), secret + 9));
    program_fini(&program);
    daemon_fini(&daemon);
}

static void a_token_stands_alone(void **state) {
    (void)state;
    struct daemon daemon;
    daemon_make(&daemon);
    static const char *const words[] = {"ana", "ana --expires 1s", "--server"};
    for (size_t i = 0; i < 3; i++) {
        struct program program = {0};
        char line[160];
        snprintf(line, sizeof line, "token --data %s %s", daemon.data, words[i]);
        assert_int_equal(run(&program, line), 0);
        const char *token = bytes_text(&program.out);
        size_t len = strcspn(token, "\n");
        assert_int_equal(len + 1, program.out.len);
        assert_memory_equal(token, "eyJ", 3);
        assert_int_equal(strspn(token, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
                                       "0123456789-_."),
            len);
        SAME_TEXT(bytes_text(&program.err), "");
        program_fini(&program);
    }
    daemon_fini(&daemon);
}

static void help_and_version_are_printed(void **state) {
    (void)state;
    struct program program = {0};
    assert_int_equal(run(&program, "--help"), 0);
    assert_non_null(strstr(bytes_text(&program.out), "--expires DURATION"));
    assert_int_equal(run(&program, "--version"), 0);
    SAME_TEXT(bytes_text(&program.out), "porchlightd " PORCHLIGHT_VERSION "\n");
    program_fini(&program);
}

static void expect_sound(const struct daemon *daemon) {
    struct program program = {0};
    char line[160];
    snprintf(line, sizeof line, "check --data %s", daemon->data);
    int code = run(&program, line);
    if (code != 0)
        fail_msg("check: %d, %s", code, bytes_text(&program.out));
    SAME_TEXT(bytes_text(&program.out), "sound\n");
    program_fini(&program);
}

static void it_serves_says_where_and_stops_on_a_signal(void **state) {
    (void)state;
    struct daemon daemon;
    daemon_make(&daemon);
    expect_sound(&daemon);
    static const int signals[] = {SIGTERM, SIGINT};
    for (size_t i = 0; i < 2; i++) {
        daemon_start(&daemon);
        assert_memory_equal(daemon.url, "http://127.0.0.1:", 17);
        expect_sound(&daemon); /* also while it is served */
        assert_int_equal(daemon_stop(&daemon, signals[i]), 0);
        expect_sound(&daemon);
    }
    char log[160];
    snprintf(log, sizeof log, "%s/porchlight.db-wal", daemon.data);
    assert_int_not_equal(access(log, F_OK), 0); /* a clean end leaves no log */
    daemon_fini(&daemon);
}

static void a_second_daemon_and_a_busy_address_are_refused(void **state) {
    (void)state;
    struct daemon first, second;
    struct program program = {0};
    char line[256];
    daemon_make(&first);
    daemon_make(&second);
    daemon_start(&first);
    refused(&first, "--data DATA --listen 127.0.0.1:0", 1, "in use by another porchlightd");
    snprintf(line, sizeof line, "--data %s --listen %s", second.data, first.url + 7);
    assert_int_equal(run(&program, line), 1);
    SAME_TEXT(bytes_text(&program.out), "");
    assert_non_null(strstr(bytes_text(&program.err), first.url + 7));
    program_fini(&program);
    assert_int_equal(daemon_stop(&first, SIGKILL), 128 + SIGKILL);
    expect_sound(&first);
    daemon_start(&first); /* a lock does not outlive its holder */
    assert_int_equal(daemon_stop(&first, SIGTERM), 0);
    daemon_fini(&first);
    daemon_fini(&second);
}

static void a_configuration_alone_may_say_where_the_data_is(void **state) {
    (void)state;
    struct daemon daemon;
    struct program program = {0};
    char path[160];
    daemon_make(&daemon);
    snprintf(path, sizeof path, "%s/my.ini", daemon.folder);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs("data = data\nlisten = 127.0.0.1:0\n", file);
    fclose(file);
    program_start(&program, (const char *[]){PORCHLIGHTD, "--config", path, NULL}, NULL, NULL);
    assert_true(program_prints(&program, "\n", IN_TIME_MS));
    assert_memory_equal(
        bytes_text(&program.out), "porchlightd: listening on http://127.0.0.1:", 43);
    program_signal(&program, SIGTERM);
    assert_int_equal(program_end(&program, IN_TIME_MS), 0);
    program_fini(&program);

    file = fopen(path, "w");
    assert_non_null(file);
    fputs("log_level = notice\n", file);
    fclose(file);
    char line[200];
    snprintf(line, sizeof line, "--config %s", path);
    refused(&daemon, line, 2, "does not say where the data is");
    daemon_fini(&daemon);
}

int main(void) {
    const struct CMUnitTest cases[] = {
        CASE(wrong_use_is_2_and_what_cannot_be_is_1),
        CASE(init_ends_with_the_key_and_tells_no_secret),
        CASE(a_token_stands_alone),
        CASE(help_and_version_are_printed),
        CASE(it_serves_says_where_and_stops_on_a_signal),
        CASE(a_second_daemon_and_a_busy_address_are_refused),
        CASE(a_configuration_alone_may_say_where_the_data_is),
    };
    return RUN_CASES("server-main", cases);
}
