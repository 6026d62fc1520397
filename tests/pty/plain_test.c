/* SPDX-License-Identifier: MIT */
/* --plain and TERM=dumb, against a real porchlightd: at a terminal, and in a pipe. */
#include "support/case.h"
#include "support/daemon.h"
#include "support/terminal.h"

#include <signal.h>
#include <unistd.h>

enum { IN_TIME_MS = 20 * 1000 };

static struct daemon daemon_;
static struct terminal *terminal;
static struct program plain, bo;
static char tokens[2][2200], url[100], key[100], home[120];

static void knows(int i, const char *user) {
    char *token = daemon_token(&daemon_, user, NULL);
    snprintf(tokens[i], sizeof tokens[i], "PORCHLIGHT_TOKEN=%s", token);
    free(token);
}

static void runs(struct program *program, int i, const char *const *words) {
    const char *argv[8] = {PORCHLIGHT};
    for (int at = 0; words[at] != NULL; at++)
        argv[at + 1] = words[at];
    const char *const environment[] = {tokens[i], url, key, home,
        i == 0 ? "PORCHLIGHT_USER=ana" : "PORCHLIGHT_USER=bo", "TZ=UTC", "LC_ALL=C.UTF-8", NULL};
    program_start(program, argv, i == 0 && words[0][0] == '-' ? "2 2\nwho\n" : NULL, environment);
}

static const char *const watch[] = {"watch", NULL};

static int set_up(void **state) {
    (void)state;
    daemon_make(&daemon_);
    daemon_start(&daemon_);
    knows(0, "ana");
    knows(1, "bo");
    snprintf(url, sizeof url, "PORCHLIGHT_URL=%s", daemon_.url);
    snprintf(key, sizeof key, "PORCHLIGHT_API_KEY=%s", daemon_.api_key);
    snprintf(home, sizeof home, "XDG_CONFIG_HOME=%s/config", daemon_.folder);
    plain = bo = (struct program){0};
    /* Both have been there once, and are in the hall. */
    static const char *const status[] = {"status", "here", NULL};
    static const char *const channel[] = {
        "channel", "messaging:hall", "--add", "bo", "--name", "Hall", NULL};
    runs(&bo, 1, status);
    assert_int_equal(program_end(&bo, IN_TIME_MS), 0);
    runs(&bo, 0, channel);
    assert_int_equal(program_end(&bo, IN_TIME_MS), 0);
    return 0;
}

static int tear_down(void **state) {
    (void)state;
    terminal_destroy(terminal);
    terminal = NULL;
    program_fini(&plain);
    program_fini(&bo);
    daemon_fini(&daemon_);
    return 0;
}

static void opens(const char *option, const char *term) {
    const char *const argv[] = {PORCHLIGHT, option, NULL};
    const char *const environment[] = {
        tokens[0], url, key, home, "PORCHLIGHT_USER=ana", "TZ=UTC", term, "LC_ALL=C.UTF-8", NULL};
    terminal = terminal_run(argv, 80, 40, environment);
    SHOWS(terminal, "0 Quit.", IN_TIME_MS);
}

/* Nothing but text and line ends: no escape, no carriage that goes back over a line. */
static void is_only_text(void) {
    size_t len;
    const char *bytes = terminal_bytes(terminal, &len);
    for (size_t i = 0; i < len; i++)
        assert_true((unsigned char)bytes[i] >= 0x20 || bytes[i] == '\n' || bytes[i] == '\r' ||
                    bytes[i] == '\t' || bytes[i] == '\b');
    assert_false(terminal_is_alternate(terminal));
    assert_true(terminal_is_cooked(terminal));
}

static void tells_all(void) {
    SHOWS(terminal, "You are visible", IN_TIME_MS);
    runs(&bo, 1, watch);
    SHOWS(terminal, "bo came online in #Hall", IN_TIME_MS);
    terminal_send(terminal, "1\n");
    SHOWS(terminal, "bo is online", IN_TIME_MS);
    terminal_send(terminal, "6\n");
    SHOWS(terminal, "You are invisible", IN_TIME_MS);
    terminal_send(terminal, "4\n");
    SHOWS(terminal, "What is the message?", IN_TIME_MS);
    terminal_send(terminal, "good evening\n");
    SHOWS(terminal, "You in #Hall: good evening", IN_TIME_MS);
    program_signal(&bo, SIGTERM);
    SHOWS(terminal, "bo went offline in #Hall, after", IN_TIME_MS);
    is_only_text();
    terminal_send(terminal, "0\n");
    assert_int_equal(terminal_end(terminal, IN_TIME_MS), 0);
}

static void a_dumb_terminal_is_told_in_sentences(void **state) {
    (void)state;
    opens(NULL, "TERM=dumb");
    tells_all();
}

static void any_terminal_is_told_in_sentences_when_asked_to(void **state) {
    (void)state;
    opens("--plain", "TERM=xterm-256color");
    tells_all();
}

static void the_end_of_input_at_a_terminal_is_goodbye_and_a_signal_is_seen(void **state) {
    (void)state;
    opens("--plain", "TERM=nonsense");
    terminal_send(terminal, "\x04");
    assert_int_equal(terminal_end(terminal, IN_TIME_MS), 0);
    terminal_destroy(terminal);
    opens("--plain", "TERM");
    terminal_send(terminal, "\x03");
    assert_int_equal(terminal_end(terminal, IN_TIME_MS), 128 + SIGINT);
}

static void a_terminal_that_goes_away_ends_it_and_nothing_costs_nothing(void **state) {
    (void)state;
    opens("--plain", "TERM=xterm");
    SHOWS(terminal, "You are visible", IN_TIME_MS);
    /* Told once, it is silent: a minute's clock is not told. */
    assert_int_equal(terminal_quiet(terminal, 1500), 0);
    terminal_signal(terminal, SIGWINCH);
    assert_int_equal(terminal_quiet(terminal, 300), 0);
    terminal_close(terminal);
    assert_int_equal(terminal_end(terminal, 2000), 128 + SIGHUP);
}

static void a_pipe_is_answered_and_then_told_and_a_lost_link_is_no_secret(void **state) {
    (void)state;
    static const char *const words[] = {"--plain", NULL};
    runs(&plain, 0, words);
    assert_true(program_prints(&plain, "You are visible", IN_TIME_MS));
    /* What was piped in is at its end: the sentences go on. */
    runs(&bo, 1, watch);
    assert_true(program_prints(&plain, "bo came online in #Hall", IN_TIME_MS));
    assert_int_equal(daemon_stop(&daemon_, SIGTERM), 0);
    assert_true(program_prints(&plain, "The link is lost: ", IN_TIME_MS));
    daemon_start(&daemon_);
    assert_true(program_prints(&plain, "while we were away: ", 2 * IN_TIME_MS));
    const char *lost = strstr(bytes_text(&plain.out), "The link is lost");
    assert_null(strstr(lost + 1, "The link is lost")); /* once, however many attempts failed */
    assert_true(program_prints(&plain, "Connected", IN_TIME_MS));
    program_signal(&plain, SIGTERM);
    assert_int_equal(program_end(&plain, IN_TIME_MS), 128 + SIGTERM);
}

static bool has_rung(struct terminal *t, void *context) {
    size_t len;
    const char *bytes = terminal_bytes(t, &len);
    (void)context;
    return memchr(bytes, '\a', len) != NULL;
}

static void whom_one_watches_is_told_with_a_bell(void **state) {
    (void)state;
    opens("--plain", "TERM=xterm");
    SHOWS(terminal, "You are visible", IN_TIME_MS);
    terminal_send(terminal, "8 bo next\n");
    SHOWS(terminal, "You are told the next time bo comes or goes.", IN_TIME_MS);
    terminal_bytes_clear(terminal);
    runs(&bo, 1, watch);
    SHOWS(terminal, "Watched: bo came online in #Hall", IN_TIME_MS);
    BECOMES(terminal, has_rung, NULL, IN_TIME_MS); /* behind the sentence */
    program_signal(&bo, SIGTERM);
    SHOWS(terminal, " bo went offline in #Hall", IN_TIME_MS);
    assert_null(strstr(terminal_text(terminal), "Watched: bo went"));
}

static void one_hides_for_a_while_and_is_told_until_when(void **state) {
    (void)state;
    opens("--plain", "TERM=xterm");
    SHOWS(terminal, "You are visible", IN_TIME_MS);
    terminal_send(terminal, "7\n");
    SHOWS(terminal, "For how long?", IN_TIME_MS);
    terminal_send(terminal, "30m\n");
    SHOWS(terminal, "You will be visible again at ", IN_TIME_MS);
    SHOWS(terminal, "You are invisible", IN_TIME_MS);
    terminal_send(terminal, "0\n");
    assert_int_equal(terminal_end(terminal, IN_TIME_MS), 0);
    assert_non_null(strstr(terminal_said(terminal), "you stay invisible past "));
}

/* The server knows it, too: so it is told to the next run. */
static void what_was_read_is_unread_no_more(void **state) {
    (void)state;
    const char *const speaks[] = {PORCHLIGHT, "--plain", NULL};
    const char *const environment[] = {
        tokens[1], url, key, home, "PORCHLIGHT_USER=bo", "TZ=UTC", "LC_ALL=C.UTF-8", NULL};
    opens("--plain", "TERM=xterm");
    program_start(&bo, speaks, "2 2\n4 good evening\n", environment);
    assert_true(program_prints(&bo, "You in #Hall: good evening", IN_TIME_MS));
    SHOWS(terminal, "bo in #Hall: good evening", IN_TIME_MS);
    terminal_send(terminal, "9\n");
    SHOWS(terminal, "1 unread message.", IN_TIME_MS);
    terminal_send(terminal, "2 2\n3\n");
    SHOWS(terminal, "The last one is new.", IN_TIME_MS);
    SHOWS(terminal, "bo in #Hall: good evening", IN_TIME_MS);
    terminal_send(terminal, "9\n");
    SHOWS(terminal, "Nothing is unread.", IN_TIME_MS);
    terminal_send(terminal, "0\n");
    assert_int_equal(terminal_end(terminal, IN_TIME_MS), 0);
    terminal_destroy(terminal);
    opens("--plain", "TERM=xterm");
    terminal_send(terminal, "9\n");
    SHOWS(terminal, "Nothing is unread.", IN_TIME_MS);
}

static void a_record_told_again_is_the_same_sentences(void **state) {
    (void)state;
    char path[120];
    snprintf(path, sizeof path, "%s/r.jsonl", daemon_.folder);
    const char *const record[] = {"--plain", "--record", path, NULL};
    const char *const replay[] = {"--plain", "--replay", path, "--speed", "100000", NULL};
    struct program again = {0};
    runs(&plain, 0, record);
    assert_true(program_prints(&plain, "You are visible", IN_TIME_MS));
    runs(&bo, 1, watch);
    assert_true(program_prints(&plain, "bo came online in #Hall", IN_TIME_MS));
    program_signal(&bo, SIGTERM);
    assert_true(program_prints(&plain, "bo went offline in #Hall", IN_TIME_MS));
    program_signal(&plain, SIGTERM);
    assert_int_equal(program_end(&plain, IN_TIME_MS), 128 + SIGTERM);
    runs(&again, 1, replay); /* to its end, where nobody asks */
    assert_int_equal(program_end(&again, IN_TIME_MS), 0);
    const char *from = strstr(bytes_text(&plain.out), "bo came online");
    const char *told = strstr(bytes_text(&again.out), "bo came online");
    assert_non_null(told);
    SAME_TEXT(told, from);
    assert_null(strstr(bytes_text(&again.out), "Menu"));
    program_fini(&again);
}

static void a_server_that_refuses_ends_it_with_its_code(void **state) {
    (void)state;
    static const char *const words[] = {"--plain", "--api-key", "wrong", NULL};
    runs(&plain, 0, words);
    assert_int_equal(program_end(&plain, IN_TIME_MS), 3);
    assert_non_null(strstr(bytes_text(&plain.err), "porchlight: "));
}

#define WITH(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)

int main(void) {
    const struct CMUnitTest cases[] = {
        WITH(a_dumb_terminal_is_told_in_sentences),
        WITH(any_terminal_is_told_in_sentences_when_asked_to),
        WITH(the_end_of_input_at_a_terminal_is_goodbye_and_a_signal_is_seen),
        WITH(a_terminal_that_goes_away_ends_it_and_nothing_costs_nothing),
        WITH(a_pipe_is_answered_and_then_told_and_a_lost_link_is_no_secret),
        WITH(whom_one_watches_is_told_with_a_bell),
        WITH(one_hides_for_a_while_and_is_told_until_when),
        WITH(what_was_read_is_unread_no_more),
        WITH(a_record_told_again_is_the_same_sentences),
        WITH(a_server_that_refuses_ends_it_with_its_code),
    };
    return RUN_CASES("pty-plain", cases);
}
