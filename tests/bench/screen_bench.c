/* SPDX-License-Identifier: MIT */
/*
 * From another person's change until the bytes that show it are on the terminal.
 *
 * Ours: a real porchlightd, the real porchlight in a real pseudo-terminal of 120x40, and Bo, who
 * says goodbye. The limit, in turn with it in the same run: a program that reads a line and writes
 * 15 bytes to its terminal. And the first frame: from exec to 30 cells.
 */
#include "bench/figures.h"
#include "support/daemon.h"
#include "support/terminal.h"
#include "support/case.h"

#include "base/clock.h"
#include <porchlight/porchlight.h>

#include <poll.h>
#include <signal.h>
#include <termios.h>
#include <unistd.h>

/* Of the counts in the header: the row says that they flap before long. */
#define LEFT_ONE                                                                                   \
    "\xe2\x97\x92"                                                                                 \
    "1"

enum { CHANGES = 200, STARTS = 15, IN_TIME_MS = 20 * 1000 };

static struct daemon daemon_;
static bool json;
static char token_line[2200], url_line[100], key_line[100], home_line[120];

struct bo {
    pl_client *client;
    char *token;
    bool done;
};

static void on_done(pl_client *client, const struct pl_outcome *outcome, void *context) {
    struct bo *bo = context;
    (void)client;
    if (outcome->status != PL_DONE)
        fail_msg("bo: %s", outcome->message);
    bo->done = true;
}

static void await(struct bo *bo) {
    const int64_t end_ms = clock_mono_ms() + IN_TIME_MS;
    while (!bo->done && clock_mono_ms() < end_ms) {
        struct pollfd ready = {.fd = pl_client_fd(bo->client), .events = POLLIN};
        poll(&ready, 1, 50);
        pl_client_dispatch(bo->client);
    }
    assert_true(bo->done);
    bo->done = false;
}

static void come(struct bo *bo) {
    const struct pl_connect_options who = {
        .size = sizeof who, .user_id = "bo", .token = bo->token, .invisible = -1};
    assert_int_equal(pl_client_connect_user(bo->client, &who, on_done, bo), 0);
    await(bo);
}

/* Until a byte is on the terminal: when that was. */
static int64_t first_byte_us(struct terminal *terminal) {
    struct pollfd ready = {.fd = terminal_fd(terminal), .events = POLLIN};
    assert_true(poll(&ready, 1, IN_TIME_MS) > 0);
    const int64_t at_us = clock_mono_us();
    terminal_take(terminal);
    return at_us;
}

static void settle(struct terminal *terminal) {
    while (terminal_quiet(terminal, 40) > 0)
        continue;
}

static struct terminal *open_dashboard(const char *program) {
    const char *const argv[] = {program, NULL};
    const char *const environment[] = {token_line, url_line, key_line, home_line,
        "PORCHLIGHT_USER=ana", "TERM=xterm-256color", "LC_ALL=C.UTF-8", NULL};
    return terminal_run(argv, 120, 40, environment);
}

static struct terminal *open_limit(const char *self) {
    const char *const argv[] = {self, "--limit", NULL};
    return terminal_run(argv, 120, 40, NULL);
}

/* The child that is the limit. Without echo: else the first byte would be the kernel's. */
static int be_the_limit(void) {
    char line[64];
    struct termios modes;
    if (tcgetattr(STDIN_FILENO, &modes) != 0)
        return 1;
    modes.c_lflag &= ~(tcflag_t)ECHO;
    if (tcsetattr(STDIN_FILENO, TCSANOW, &modes) != 0 || write(STDOUT_FILENO, "ready", 5) < 0)
        return 1;
    while (read(STDIN_FILENO, line, sizeof line) > 0)
        if (write(STDOUT_FILENO, "\033[5;10Hjust lef", 15) < 0)
            return 1;
    return 0;
}

static void furnish(struct bo *bo) {
    const struct pl_client_options options = {
        .size = sizeof options, .url = daemon_.url, .api_key = daemon_.api_key};
    static const char *const two[] = {"ana", "bo"};
    const struct pl_channel_options hall = {.size = sizeof hall, .members = two, .member_count = 2};
    bo->token = daemon_token(&daemon_, "bo", NULL);
    assert_int_equal(pl_client_create(&bo->client, &options), 0);
    come(bo);
    assert_int_equal(
        pl_channel_get_or_create(bo->client, "messaging", "hall", &hall, 0, on_done, bo), 0);
    await(bo);
}

static void measure_changes(const char *self, const char *program) {
    static struct figures ours = {.bench = "screen", .what = "a goodbye until it is on the screen"};
    static struct figures limit = {.bench = "screen", .what = "limit: read a line, write 15 bytes"};
    struct bo bo = {0};
    struct terminal *dashboard = open_dashboard(program), *least = open_limit(self);
    SHOWS(least, "ready", IN_TIME_MS);
    SHOWS(dashboard, "LIVE", IN_TIME_MS);
    furnish(&bo);
    SHOWS(dashboard, "#hall", IN_TIME_MS);
    for (int i = 0; i < CHANGES; i++) {
        settle(dashboard);
        int64_t from_us = clock_mono_us();
        assert_int_equal(pl_client_disconnect(bo.client, on_done, &bo), 0);
        figures_add(&ours, first_byte_us(dashboard) - from_us);
        SHOWS(dashboard, LEFT_ONE, IN_TIME_MS);
        await(&bo);
        from_us = clock_mono_us();
        terminal_send(least, "\n");
        figures_add(&limit, first_byte_us(least) - from_us);
        settle(least);
        come(&bo);
        LOSES(dashboard, LEFT_ONE, IN_TIME_MS);
    }
    figures_print(&limit, NULL, json);
    figures_print(&ours, &limit, json);
    pl_client_destroy(bo.client);
    free(bo.token);
    terminal_destroy(dashboard);
    terminal_destroy(least);
}

static bool has_thirty_cells(struct terminal *terminal, void *context) {
    size_t cells = 0;
    (void)context;
    for (const char *at = terminal_text(terminal); *at != '\0'; at++)
        cells += *at > ' ';
    return cells >= 30;
}

static void measure_start(const char *program) {
    static struct figures frame = {.bench = "start", .what = "exec to the first frame"};
    static struct figures live = {.bench = "start", .what = "exec to live data"};
    for (int i = 0; i < STARTS; i++) {
        const int64_t from_us = clock_mono_us();
        struct terminal *dashboard = open_dashboard(program);
        BECOMES(dashboard, has_thirty_cells, NULL, IN_TIME_MS);
        figures_add(&frame, clock_mono_us() - from_us);
        SHOWS(dashboard, "#hall", IN_TIME_MS);
        figures_add(&live, clock_mono_us() - from_us);
        terminal_send(dashboard, "q");
        terminal_end(dashboard, IN_TIME_MS);
        terminal_destroy(dashboard);
    }
    figures_print(&frame, NULL, json);
    figures_print(&live, NULL, json);
}

int main(int argc, char **argv) {
    const char *part = "";
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--limit") == 0)
            return be_the_limit();
        if (strcmp(argv[i], "--json") == 0)
            json = true;
        else
            part = argv[i];
    }
    daemon_make(&daemon_);
    daemon_start(&daemon_);
    char *token = daemon_token(&daemon_, "ana", NULL);
    snprintf(token_line, sizeof token_line, "PORCHLIGHT_TOKEN=%s", token);
    snprintf(url_line, sizeof url_line, "PORCHLIGHT_URL=%s", daemon_.url);
    snprintf(key_line, sizeof key_line, "PORCHLIGHT_API_KEY=%s", daemon_.api_key);
    snprintf(home_line, sizeof home_line, "XDG_CONFIG_HOME=%s/config", daemon_.folder);
    free(token);
    measure_changes(argv[0], PORCHLIGHT);
    if (strcmp(part, "screen") != 0)
        measure_start(PORCHLIGHT);
    daemon_fini(&daemon_);
    return 0;
}
