/* SPDX-License-Identifier: MIT */
/*
 * Every way out, on every kind of terminal: what was written on the way, in what state the line is,
 * how the program ended, and how soon. A kind of terminal that cannot be drawn on is told in
 * sentences, or refused in one line. The lines have flags that a fresh one has not, so that what is
 * put back is what was there.
 */
#include "support/daemon.h"
#include "support/terminal.h"
#include "support/case.h"

#include "base/clock.h"
#include <porchlight/porchlight.h>

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum { IN_TIME_MS = 20 * 1000, GONE_MS = 1000, STORM = 1000, COLS = 80, ROWS = 24 };

/* A sanitizer's own handler of SIGSEGV would come before ours, and would take its time. */
#define SANITIZERS_QUIET "ASAN_OPTIONS=handle_segv=0:handle_abort=0:detect_leaks=0"

static struct daemon daemon_;
static struct terminal *terminal;
static char token_line[2200], url_line[100], key_line[100], home_line[120];

/* bo, who sees when ana is there. */
static pl_client *bo;
static bool bo_is_done;

static void on_done(pl_client *client, const struct pl_outcome *outcome, void *context) {
    (void)client;
    (void)context;
    assert_int_equal(outcome->status, PL_DONE);
    bo_is_done = true;
}

static void turn(void) {
    struct pollfd ready = {.fd = pl_client_fd(bo), .events = POLLIN};
    poll(&ready, 1, 20);
    pl_client_dispatch(bo);
}

static void ends(int accepted) {
    const int64_t end_ms = clock_mono_ms() + IN_TIME_MS;
    assert_int_equal(accepted, 0);
    for (bo_is_done = false; !bo_is_done && clock_mono_ms() < end_ms;)
        turn();
    assert_true(bo_is_done);
}

static void bo_sees_ana(bool online) {
    const int64_t end_ms = clock_mono_ms() + IN_TIME_MS;
    const pl_user *ana = pl_client_find_user(bo, "ana");
    assert_non_null(ana);
    while (pl_user_online(ana) != online && clock_mono_ms() < end_ms)
        turn();
    assert_int_equal(pl_user_online(ana), online);
}

static void comes(const char *who) {
    char *token = daemon_token(&daemon_, who, NULL);
    const struct pl_client_options options = {
        .size = sizeof options, .url = daemon_.url, .api_key = daemon_.api_key};
    const struct pl_connect_options connect = {
        .size = sizeof connect, .user_id = who, .token = token, .invisible = -1};
    assert_int_equal(pl_client_create(&bo, &options), 0);
    ends(pl_client_connect_user(bo, &connect, on_done, NULL));
    free(token);
}

/* Who says no goodbye is gone soon, and is not taken for who comes next. */
static void crashed_linger_for_a_moment(void) {
    char path[200];
    snprintf(path, sizeof path, "%s/config.ini", daemon_.data);
    FILE *config = fopen(path, "a");
    assert_non_null(config);
    fputs("linger_ms = 300\n", config);
    fclose(config);
}

static int set_up(void **state) {
    static const char *const three[] = {"ana", "bo", "zoe"};
    const struct pl_channel_options hall = {
        .size = sizeof hall, .name = "hall", .members = three, .member_count = 3};
    const struct rlimit no_core = {0, 0};
    (void)state;
    setrlimit(RLIMIT_CORE, &no_core);
    daemon_make(&daemon_);
    crashed_linger_for_a_moment();
    daemon_start(&daemon_);
    comes("ana");
    pl_client_destroy(bo);
    comes("zoe");
    pl_client_destroy(bo);
    comes("bo");
    ends(pl_channel_get_or_create(
        bo, "messaging", "hall", &hall, PL_WATCH | PL_PRESENCE, on_done, NULL));
    char *token = daemon_token(&daemon_, "ana", NULL);
    snprintf(token_line, sizeof token_line, "PORCHLIGHT_TOKEN=%s", token);
    snprintf(url_line, sizeof url_line, "PORCHLIGHT_URL=%s", daemon_.url);
    snprintf(key_line, sizeof key_line, "PORCHLIGHT_API_KEY=%s", daemon_.api_key);
    snprintf(home_line, sizeof home_line, "XDG_CONFIG_HOME=%s/config", daemon_.folder);
    free(token);
    return 0;
}

static int tear_down(void **state) {
    (void)state;
    pl_client_destroy(bo);
    daemon_fini(&daemon_);
    return 0;
}

static int let_go(void **state) {
    (void)state;
    terminal_destroy(terminal);
    terminal = NULL;
    return 0;
}

/* ---- kinds of terminals ---- */

enum drawn { AS_SCREEN, AS_SENTENCES, NOT_AT_ALL };

struct kind {
    const char *term;
    enum drawn drawn;
    const char *takes_back[8]; /* what it has to be told on the way out */
    const char *plain;         /* and in a crash, which may come between any two bytes */
};

#define NO_EXTRAS "\x1b[?1004l\x1b[?2004l"
#define NO_MOUSE "\x1b[?1006l\x1b[?1000l"

static const struct kind kinds[] = {
    {"TERM=xterm-256color", AS_SCREEN,
        {"\x1b[?1049l", "\x1b[?25h", "\x1b[?1l\x1b>", NO_EXTRAS, NO_MOUSE, "\x1b[23;2t"},
        "\x1b(B\x1b[m"},
    {"TERM=screen", AS_SCREEN,
        {"\x1b[?1049l", "\x1b[34h\x1b[?25h", "\x1b[?1l\x1b>", NO_EXTRAS, NO_MOUSE}, "\x1b[m\x0f"},
    {"TERM=linux", AS_SCREEN, {"\x1b[?25h\x1b[?0c", NO_EXTRAS}, "\x1b[m\x0f"},
    {"TERM=vt100", AS_SCREEN, {"\x1b[?1l\x1b>", NO_EXTRAS}, "\x1b[m\x0f"},
    {"TERM=dumb", AS_SENTENCES, {NULL}},
    {"TERM=nonsense", NOT_AT_ALL, {NULL}},
};
enum { KINDS = sizeof kinds / sizeof kinds[0] };

static void runs_argv(const struct kind *kind, const char *const *argv) {
    const char *const environment[] = {token_line, url_line, key_line, home_line,
        "PORCHLIGHT_USER=ana", "TZ=UTC", "LC_ALL=C.UTF-8", "NO_COLOR", "TERM_PROGRAM",
        SANITIZERS_QUIET, kind->term, NULL};
    terminal = terminal_run(argv, COLS, ROWS, environment);
    if (kind->drawn == AS_SCREEN) {
        SHOWS(terminal, "LIVE", IN_TIME_MS);
        SHOWS(terminal, "zoe", IN_TIME_MS);
    } else if (kind->drawn == AS_SENTENCES)
        SHOWS(terminal, "0 Quit.", IN_TIME_MS);
}

static void runs(const struct kind *kind) {
    const char *const argv[] = {PORCHLIGHT, NULL};
    runs_argv(kind, argv);
}

/* ---- what is so once it is out ---- */

static size_t count_of(const char *text, const char *bytes, size_t len) {
    size_t count = 0;
    for (const char *at = bytes; (at = memmem(at, len - (size_t)(at - bytes), text, strlen(text)));)
        at++, count++;
    return count;
}

static bool was_given_back(struct terminal *t, void *context) {
    (void)context;
    return !terminal_is_alternate(t) && terminal_shows_cursor(t) && terminal_line_is_back(t) &&
           strcmp(terminal_modes(t), "") == 0;
}

/* What was set is taken back after `from`, the title as often as it was kept, and nothing that a
 * terminal does not understand is left on it. */
static void is_restored(const struct kind *kind, size_t from) {
    size_t len;
    const char *bytes = terminal_bytes(terminal, &len);
    BECOMES(terminal, was_given_back, NULL, IN_TIME_MS);
    bytes = terminal_bytes(terminal, &len);
    for (size_t i = 0; i < 8 && kind->takes_back[i] != NULL; i++)
        if (count_of(kind->takes_back[i], bytes + from, len - from) == 0)
            fail_msg("%s is not told \\e%s", kind->term, kind->takes_back[i] + 1);
    assert_int_equal(count_of("\x1b[22;2t", bytes, len), count_of("\x1b[23;2t", bytes, len));
    assert_null(memmem(bytes, len, "$<", 2));
    if (kind->drawn != AS_SCREEN)
        assert_null(memchr(bytes, '\x1b', len));
}

static void is_over(const struct kind *kind, size_t from, int code, int at_most_ms) {
    const int ended = terminal_end(terminal, at_most_ms);
    if (ended != code)
        fail_msg("%s: ended with %d instead of %d:\n%s", kind->term, ended, code,
            terminal_text(terminal));
    is_restored(kind, from);
    assert_true(terminal_writes_plainly(terminal));
}

static size_t written(void) {
    size_t len;
    terminal_take(terminal);
    terminal_bytes(terminal, &len);
    return len;
}

static void quits(const struct kind *kind) {
    const size_t from = written();
    terminal_send(terminal, kind->drawn == AS_SCREEN ? "Q" : "0\n");
    is_over(kind, from, 0, IN_TIME_MS);
}

/* ---- ways out ---- */

static void by_key(const struct kind *kind) {
    quits(kind);
}

static void by_signal(const struct kind *kind, int number) {
    const size_t from = written();
    terminal_signal(terminal, number);
    is_over(kind, from, 128 + number, IN_TIME_MS);
}

static void by_term(const struct kind *kind) {
    by_signal(kind, SIGTERM);
}

static void by_int(const struct kind *kind) {
    by_signal(kind, SIGINT);
}

/* A SIGHUP by itself: the terminal is still there, and is given back. */
static void by_hup(const struct kind *kind) {
    by_signal(kind, SIGHUP);
}

static void by_quit(const struct kind *kind) {
    by_signal(kind, SIGQUIT);
}

/* It says so, where there was a screen to give back. */
static void by_crash(const struct kind *kind, int number) {
    size_t len;
    const size_t from = written();
    by_signal(kind, number);
    const char *bytes = terminal_bytes(terminal, &len);
    if (kind->drawn != AS_SCREEN)
        return;
    assert_true(count_of(kind->plain, bytes + from, len - from) > 0);
    assert_int_equal(count_of("porchlight: a fault of its own", bytes + from, len - from), 1);
}

static void by_segv(const struct kind *kind) {
    by_crash(kind, SIGSEGV);
}

static void by_abort(const struct kind *kind) {
    by_crash(kind, SIGABRT);
}

static bool is_there(struct terminal *t, void *context) {
    const struct kind *kind = context;
    if (kind->drawn == AS_SENTENCES)
        return true;
    return !terminal_is_cooked(t) && terminal_row_with(t, "LIVE") >= 0 &&
           strstr(terminal_modes(t), "?2004") != NULL &&
           (strcmp(kind->takes_back[0], "\x1b[?1049l") != 0 || terminal_is_alternate(t));
}

/* Stopped it has given the terminal back; gone on it takes it again; and it ends as ever. */
static void by_stop(const struct kind *kind) {
    siginfo_t how;
    const size_t from = written();
    terminal_signal(terminal, SIGTSTP);
    assert_int_equal(waitid(P_PID, (id_t)terminal_pid(terminal), &how, WSTOPPED | WNOWAIT), 0);
    is_restored(kind, from);
    terminal_signal(terminal, SIGCONT);
    BECOMES(terminal, is_there, (void *)(uintptr_t)kind, IN_TIME_MS);
    quits(kind);
}

/* It writes to nobody who could go away without the terminal, and goes on. */
static void by_pipe(const struct kind *kind) {
    terminal_signal(terminal, SIGPIPE);
    terminal_send(terminal, kind->drawn == AS_SCREEN ? "?" : "1\n");
    SHOWS(terminal, kind->drawn == AS_SCREEN ? "Move down" : "bo is online", IN_TIME_MS);
    quits(kind);
}

/* In clock ticks. */
static long cpu_of(pid_t pid) {
    char path[60], text[1000];
    unsigned long user = 0, system = 0;
    snprintf(path, sizeof path, "/proc/%d/stat", (int)pid);
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    text[fread(text, 1, sizeof text - 1, file)] = '\0';
    fclose(file);
    const char *at = strrchr(text, ')');
    assert_non_null(at);
    assert_int_equal(
        sscanf(at, ") %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %lu %lu", &user, &system), 2);
    return (long)(user + system);
}

/* The header has a latency, and the clock. */
static char *below_header(void) {
    const char *text = terminal_text(terminal);
    const char *end = strchr(text, '\n');
    return strdup(end != NULL ? end : "");
}

static bool has_size(struct terminal *t, void *context) {
    const char *const bottom = terminal_row(t, 30);
    (void)context;
    return strstr(bottom, "help") != NULL && strlen(terminal_row(t, 0)) >= 97;
}

static bool is_same(struct terminal *t, void *wanted) {
    char *text;
    (void)t;
    text = below_header();
    const bool same = strcmp(text, wanted) == 0;
    free(text);
    return same;
}

/* A thousand sizes in a row, the last of which is drawn: as it would be if it had been the first.
 */
static void by_storm(const struct kind *kind) {
    const long before = cpu_of(terminal_pid(terminal));
    const size_t from = written();
    for (int i = 0; i < STORM; i++) {
        terminal_resize(terminal, 20 + i % 130, 5 + i % 40);
        if (kind == kinds) /* long enough for many frames; the others have it at once */
            terminal_quiet(terminal, 1);
    }
    terminal_resize(terminal, 97, 31);
    if (kind->drawn == AS_SCREEN) {
        BECOMES(terminal, has_size, NULL, IN_TIME_MS);
        terminal_quiet(terminal, 50);
        char *stormed = below_header();
        terminal_send(terminal, "\x0c");
        terminal_quiet(terminal, 50);
        BECOMES(terminal, is_same, stormed, IN_TIME_MS);
        free(stormed);
    }
    const double seconds = (double)(cpu_of(terminal_pid(terminal)) - before) /
                           (double)sysconf(_SC_CLK_TCK);
    print_message("# %s: %d sizes cost %.2f s of CPU, %zu bytes\n", kind->term, STORM, seconds,
        written() - from);
    assert_true(seconds < 5); /* with sanitizers */
    quits(kind);
}

static void is_gone_since(const struct kind *kind, int64_t lost_ms) {
    const int64_t took_ms = clock_mono_ms() - lost_ms;
    print_message("# %s: gone after %d ms\n", kind->term, (int)took_ms);
    assert_true(took_ms <= GONE_MS);
}

/* Its window is closed: it is gone within a second. */
static void by_loss(const struct kind *kind) {
    const int64_t lost_ms = clock_mono_ms();
    terminal_close(terminal);
    assert_int_equal(terminal_end(terminal, IN_TIME_MS), 128 + SIGHUP);
    is_gone_since(kind, lost_ms);
}

static const struct way {
    const char *name;
    void (*out)(const struct kind *kind);
} ways[] = {
    {"its key", by_key},
    {"SIGTERM", by_term},
    {"SIGINT", by_int},
    {"SIGHUP", by_hup},
    {"SIGQUIT", by_quit},
    {"SIGTSTP, SIGCONT and its key", by_stop},
    {"SIGPIPE and its key", by_pipe},
    {"SIGSEGV", by_segv},
    {"SIGABRT", by_abort},
    {"1000 SIGWINCH and its key", by_storm},
    {"the loss of the terminal", by_loss},
};

static void every_way_out_of(const struct kind *kind) {
    for (size_t i = 0; i < sizeof ways / sizeof ways[0]; i++) {
        print_message("# %s: out by %s\n", kind->term, ways[i].name);
        runs(kind);
        bo_sees_ana(true);
        ways[i].out(kind);
        bo_sees_ana(false);
        let_go(NULL);
    }
}

static void every_way_out_of_an_xterm(void **state) {
    (void)state;
    every_way_out_of(&kinds[0]);
}

static void every_way_out_of_a_screen(void **state) {
    (void)state;
    every_way_out_of(&kinds[1]);
}

static void every_way_out_of_a_linux_console(void **state) {
    (void)state;
    every_way_out_of(&kinds[2]);
}

static void every_way_out_of_a_vt100(void **state) {
    (void)state;
    every_way_out_of(&kinds[3]);
}

static void every_way_out_of_a_dumb_terminal(void **state) {
    (void)state;
    every_way_out_of(&kinds[4]);
}

/* There is no way in. */
static void a_nonsense_terminal_is_refused_in_one_line(void **state) {
    (void)state;
    runs(&kinds[5]);
    is_over(&kinds[5], 0, 2, IN_TIME_MS);
    const char *said = terminal_said(terminal);
    assert_non_null(strstr(said, "porchlight: the terminal kind 'nonsense' is not known here"));
    assert_ptr_equal(strchr(said, '\n'), said + strlen(said) - 1);
    assert_int_equal(written(), 0);
}

/* It was not this terminal's session that we were in: nobody tells us but the terminal itself. */
static void without_a_signal_the_loss_of_the_terminal_is_seen(void **state) {
    static const char *const argv[] = {"/usr/bin/setsid", "--wait", PORCHLIGHT, NULL};
    (void)state;
    for (int i = 0; i < KINDS - 1; i += 4) { /* a screen, and sentences */
        runs_argv(&kinds[i], argv);
        bo_sees_ana(true);
        /* setsid is the one who gets the signal; it waits for ours. */
        const int64_t lost_ms = clock_mono_ms();
        terminal_close(terminal);
        bo_sees_ana(false);
        is_gone_since(&kinds[i], lost_ms);
        let_go(NULL);
    }
}

/* ---- a terminal that takes no more ---- */

/* Redrawn until it waits for a terminal that does not read: then it reads no keys either. */
static void stall(void) {
    char redraws[256];
    const int fd = terminal_fd(terminal), flags = fcntl(fd, F_GETFL);
    struct pollfd room = {.fd = fd, .events = POLLOUT};
    memset(redraws, '\x0c', sizeof redraws);
    fcntl(fd, F_SETFL, flags | O_NONBLOCK);
    while (poll(&room, 1, 300) > 0)
        if (write(fd, redraws, sizeof redraws) < 0)
            assert_int_equal(errno, EAGAIN);
    fcntl(fd, F_SETFL, flags);
}

/* Not terminal_end(): that would read what was drawn, and help. */
static void a_terminal_that_takes_no_more_holds_nobody(void **state) {
    static const int numbers[] = {SIGHUP, SIGQUIT, SIGSEGV, SIGABRT};
    (void)state;
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
        const int64_t end_ms = clock_mono_ms() + IN_TIME_MS;
        siginfo_t ended = {0};
        runs(&kinds[0]);
        stall();
        terminal_signal(terminal, numbers[i]);
        while (ended.si_pid == 0 && clock_mono_ms() < end_ms) {
            waitid(P_PID, (id_t)terminal_pid(terminal), &ended, WEXITED | WNOHANG | WNOWAIT);
            poll(NULL, 0, 5);
        }
        if (ended.si_pid == 0)
            fail_msg("signal %d does not end it", numbers[i]);
        is_over(&kinds[0], 0, 128 + numbers[i], IN_TIME_MS);
        let_go(NULL);
    }
}

/* ---- ^Z, with somebody who waits for us ---- */

/* A script has the terminal with us: it stops too, or nobody would know that there is a job. */
static void a_script_around_it_stops_with_it(void **state) {
    static const char script[] = "exec 2>/dev/tty; set -m; sh -c '" PORCHLIGHT
                                 "; echo left with $?'; "
                                 "echo stopped with $?; read line; fg";
    static const char *const argv[] = {"/bin/bash", "--norc", "-c", script, NULL};
    (void)state;
    runs_argv(&kinds[0], argv);
    terminal_send(terminal, "\x1a");
    SHOWS(terminal, "stopped with 148", IN_TIME_MS);
    terminal_send(terminal, "\n");
    BECOMES(terminal, is_there, (void *)(uintptr_t)&kinds[0], IN_TIME_MS);
    terminal_send(terminal, "Q");
    SHOWS(terminal, "left with 0", IN_TIME_MS);
    assert_int_equal(terminal_end(terminal, IN_TIME_MS), 0);
}

/* ---- with a server of its own ---- */

static bool is_empty(const char *path) {
    DIR *folder = opendir(path);
    unsigned count = 0;
    assert_non_null(folder);
    while (readdir(folder) != NULL)
        count++;
    closedir(folder);
    return count == 2; /* itself, and the one above */
}

/* Its server and its cast go with it, and leave no folder. */
static void the_demo_leaves_nothing_behind(void **state) {
    static const char *const dashboard[] = {PORCHLIGHT, "--demo", NULL};
    static const char *const bar[] = {
        PORCHLIGHT, "statusline", "%t members", "--follow", "--demo", NULL};
    static const struct {
        const char *const *argv;
        int number, code;
    } rows[] = {{dashboard, SIGTERM, 143}, {dashboard, SIGQUIT, 131}, {bar, SIGHUP, 129},
        {bar, SIGQUIT, 131}, {bar, SIGTERM, 0}};
    char path[120], tmp_line[140];
    (void)state;
    snprintf(path, sizeof path, "%s/tmp", daemon_.folder);
    snprintf(tmp_line, sizeof tmp_line, "TMPDIR=%s", path);
    assert_int_equal(mkdir(path, 0700), 0);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const char *const environment[] = {"TERM=xterm-256color", "LC_ALL=C.UTF-8", home_line,
            tmp_line, "PORCHLIGHT_URL", "PORCHLIGHT_TOKEN", SANITIZERS_QUIET, NULL};
        terminal = terminal_run(rows[i].argv, COLS, ROWS, environment);
        SHOWS(terminal, rows[i].argv == bar ? " members" : "LIVE", IN_TIME_MS);
        assert_false(is_empty(path));
        terminal_signal(terminal, rows[i].number);
        assert_int_equal(terminal_end(terminal, IN_TIME_MS), rows[i].code);
        assert_true(was_given_back(terminal, NULL));
        assert_true(is_empty(path));
        let_go(NULL);
    }
}

/* ---- in sentences, and in one word ---- */

static void starts(struct program *program, const char *const *argv) {
    const char *const environment[] = {token_line, url_line, key_line, home_line,
        "PORCHLIGHT_USER=ana", "LC_ALL=C.UTF-8", SANITIZERS_QUIET, NULL};
    bo_sees_ana(false);
    program_start(program, argv, NULL, environment);
    bo_sees_ana(true);
}

/* The light goes off with it: it said goodbye. */
static void ends_of(const char *const *argv, int number, int code) {
    struct program program = {0};
    starts(&program, argv);
    program_signal(&program, number);
    const int ended = program_end(&program, IN_TIME_MS);
    if (ended != code)
        fail_msg("%s %s: ended of %d with %d instead of %d", argv[1],
            argv[2] != NULL ? argv[2] : "", number, ended, code);
    SAME_TEXT(bytes_text(&program.err), "");
    program_fini(&program);
}

static void what_waits_dies_of_its_signal_and_what_watches_is_told_to_stop(void **state) {
    static const char *const wait[] = {PORCHLIGHT, "wait", "zoe", NULL};
    static const char *const watch[] = {PORCHLIGHT, "watch", NULL};
    static const char *const bar[] = {PORCHLIGHT, "statusline", "%o", "--follow", NULL};
    static const char *const plain[] = {PORCHLIGHT, "--plain", NULL};
    static const struct {
        const char *const *argv;
        int on_term, on_int;
    } rows[] = {{wait, 143, 130}, {watch, 0, 0}, {bar, 0, 0}, {plain, 143, 130}};
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        ends_of(rows[i].argv, SIGTERM, rows[i].on_term);
        ends_of(rows[i].argv, SIGINT, rows[i].on_int);
        ends_of(rows[i].argv, SIGHUP, 128 + SIGHUP);
        ends_of(rows[i].argv, SIGQUIT, 128 + SIGQUIT);
    }
}

/* As nohup starts it; SIGTERM ends it all the same. */
static void who_is_told_to_ignore_a_hang_up_does(void **state) {
    static const char *const words[] = {"watch", "--plain"};
    (void)state;
    for (size_t i = 0; i < 2; i++) {
        char script[400];
        struct program program = {0};
        snprintf(script, sizeof script, "trap '' HUP; exec %s %s", PORCHLIGHT, words[i]);
        const char *const argv[] = {"/bin/sh", "-c", script, NULL};
        starts(&program, argv);
        program_signal(&program, SIGHUP);
        program_signal(&program, SIGTERM);
        assert_int_equal(program_end(&program, IN_TIME_MS), i == 0 ? 0 : 128 + SIGTERM);
        program_fini(&program);
    }
}

#define WITH(function) cmocka_unit_test_teardown(function, let_go)

int main(void) {
    const struct CMUnitTest cases[] = {
        WITH(every_way_out_of_an_xterm),
        WITH(every_way_out_of_a_screen),
        WITH(every_way_out_of_a_linux_console),
        WITH(every_way_out_of_a_vt100),
        WITH(every_way_out_of_a_dumb_terminal),
        WITH(a_nonsense_terminal_is_refused_in_one_line),
        WITH(without_a_signal_the_loss_of_the_terminal_is_seen),
        WITH(a_terminal_that_takes_no_more_holds_nobody),
        WITH(a_script_around_it_stops_with_it),
        WITH(the_demo_leaves_nothing_behind),
        WITH(what_waits_dies_of_its_signal_and_what_watches_is_told_to_stop),
        WITH(who_is_told_to_ignore_a_hang_up_does),
    };
    return cmocka_run_group_tests_name("pty-signals", cases, set_up, tear_down);
}
