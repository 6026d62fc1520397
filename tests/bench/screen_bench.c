/* SPDX-License-Identifier: MIT */
/*
 * From another person's change until the bytes that show it are on the terminal.
 *
 * Ours: a real porchlightd, the real porchlight in a real pseudo-terminal of 120x40, and members of
 * its channel who say goodbye over a bare socket: it counts from before their bytes leave until the
 * frame that shows it, which is one write, has been read from the terminal. Beside it, in turn in
 * the same run:
 *   - the limit: a program that reads a line and writes 15 bytes to its terminal
 *   - no client could beat: a bare socket that listens to the same server, parses nothing, and
 *     writes 15 bytes to its terminal; it is told of another channel's people, so that it and
 *     the dashboard are never awake for the same change
 *   - by the library: the goodbye said by a program on libporchlight, which is two threads more
 *
 *     bench-screen [--json] [screen | crowd]      crowd: with 100,000 members
 */
#include "bench/figures.h"
#include "bench/street.h"
#include "support/case.h"
#include "support/relay.h"

#include "base/clock.h"
#include <porchlight/porchlight.h>

#include <poll.h>
#include <termios.h>
#include <unistd.h>

enum {
    CHANGES = 200,
    READER_LASTS = 40,
    KEYS = 200,
    DEN = 8,
    ZOOMED = 16,
    IN_TIME_MS = 20 * 1000,
    REST_MS = 40
};
enum { FLOOD = 20 * 1000, FLOOD_A_MS = 4, FLOOD_FRAME = 600 };

#define ANYTHING "" /* a frame is one write */

static bool json;
static unsigned missed;

static void aim(const char *what, const char *members, double ours, double target, const char *unit,
    const char *of) {
    char text[160];
    snprintf(text, sizeof text, "%s: %s", members, what);
    figures_aim(&(struct aim){.bench = "screen",
                    .what = text,
                    .unit = unit,
                    .of = of,
                    .ours = ours,
                    .target = target},
        &missed, json);
}

/* ---- the terminal ---- */

static void settle(struct terminal *terminal) {
    while (terminal_quiet(terminal, REST_MS) > 0)
        continue;
    terminal_bytes_clear(terminal);
}

/* A title is said once a second, and may come alone: it shows no change. */
static bool is_but_a_title(const char *bytes) {
    const char *end = strncmp(bytes, "\033]2;", 4) == 0 ? strstr(bytes, "\033\\") : NULL;
    return end != NULL && end[2] == '\0';
}

/* When the first bytes that end in this text were read; `bytes`: how many there were. */
static int64_t written_us(struct terminal *terminal, const char *ends, size_t *bytes) {
    for (;;) {
        struct pollfd ready = {.fd = terminal_fd(terminal), .events = POLLIN};
        if (poll(&ready, 1, IN_TIME_MS) <= 0)
            fail_msg("nothing was drawn:\n%s", terminal_text(terminal));
        terminal_take(terminal);
        const int64_t at_us = clock_mono_us();
        const char *read = terminal_bytes(terminal, bytes);
        if (!is_but_a_title(read) && strstr(read, ends) != NULL)
            return at_us;
    }
}

/* ---- the limits, children of this program ---- */

static const char left[] = "\033[5;10Hjust lef";

static int without_echo(void) {
    struct termios modes;
    if (tcgetattr(STDIN_FILENO, &modes) != 0)
        return -1;
    modes.c_lflag &= ~(tcflag_t)ECHO;
    return tcsetattr(STDIN_FILENO, TCSANOW, &modes);
}

/* Without echo: else the first byte would be the kernel's. */
static int be_the_limit(void) {
    char line[64];
    if (without_echo() != 0 || write(STDOUT_FILENO, "ready", 5) < 0)
        return 1;
    while (read(STDIN_FILENO, line, sizeof line) > 0)
        if (write(STDOUT_FILENO, left, sizeof left - 1) < 0)
            return 1;
    return 0;
}

static int be_the_reader(const char *port, const char *api_key, const char *token) {
    static char bytes[64 * 1024];
    struct raw raw;
    raw_come(&raw, atoi(port), api_key, "cy", token);
    raw_watch(&raw, atoi(port), api_key, token, "den");
    if (without_echo() != 0 || write(STDOUT_FILENO, "ready", 5) < 0)
        return 1;
    while (read(raw.fd, bytes, sizeof bytes) > 0)
        if (write(STDOUT_FILENO, left, sizeof left - 1) < 0)
            return 1;
    return 0;
}

static struct terminal *open_limit(const char *self) {
    const char *const argv[] = {self, "--limit", NULL};
    return terminal_run(argv, 120, 40, NULL);
}

static struct terminal *open_reader(const char *self, struct street *street) {
    char port[16], *token = daemon_token(&street->daemon, "cy", NULL);
    snprintf(port, sizeof port, "%d", street->port);
    const char *const argv[] = {self, "--reader", port, street->daemon.api_key, token, NULL};
    struct terminal *reader = terminal_run(argv, 120, 40, NULL);
    free(token);
    SHOWS(reader, "ready", IN_TIME_MS);
    return reader;
}

/* ---- one change at a time ---- */

/* The reader's street: cy listens to these, and to nobody of the hall. They are several, because
 * the server lets ten comings and goings of one user be seen in a second, and no more. */
struct den {
    char *tokens[DEN];
};

static void den_id(int i, char to[16]) {
    snprintf(to, 16, "d%05d", i);
}

static void make_den(struct den *den, struct street *street) {
    assert_int_equal(
        rest_call(&street->rest, "POST", "/users", "{\"users\":{\"cy\":{\"id\":\"cy\"}}}"), 201);
    rest_make_users(&street->rest, "d", DEN);
    rest_make_channel(&street->rest, "den", "cy", "d", DEN);
    assert_int_equal(
        rest_call(&street->rest, "POST", "/channels/messaging/den", "{\"add_members\":[\"cy\"]}"),
        201);
    for (int i = 0; i < DEN; i++) {
        char id[16];
        den_id(i, id);
        den->tokens[i] = daemon_token(&street->daemon, id, NULL);
    }
}

static void den_fini(struct den *den) {
    for (int i = 0; i < DEN; i++)
        free(den->tokens[i]);
}

struct changes {
    struct figures ours, limit, reader;
    struct figures bytes; /* in thousandths, as figures_at() divides by thousand */
    int64_t cpu_ns, bytes_all;
};

static void one_of_the_limits(struct changes *to, struct terminal *least) {
    size_t bytes;
    settle(least);
    const int64_t from_us = clock_mono_us();
    terminal_send(least, "\n");
    figures_add(&to->limit, written_us(least, "just lef", &bytes) - from_us);
}

static void one_of_the_readers(struct changes *to, struct street *street, struct terminal *reader,
    const struct den *den, int i) {
    struct raw dee;
    char id[16];
    size_t bytes;
    den_id(i % DEN, id);
    raw_come(&dee, street->port, street->daemon.api_key, id, den->tokens[i % DEN]);
    settle(reader);
    const int64_t from_us = raw_go(&dee);
    figures_add(&to->reader, written_us(reader, "just lef", &bytes) - from_us);
    raw_end(&dee);
}

static void one_of_ours(
    struct changes *to, struct street *street, struct terminal *dashboard, int i) {
    struct raw bo;
    size_t bytes;
    street_come(street, &bo, i);
    written_us(dashboard, ANYTHING, &bytes);
    settle(dashboard);
    const int64_t before_ns = cost_cpu_ns(terminal_pid(dashboard));
    const int64_t from_us = raw_go(&bo);
    figures_add(&to->ours, written_us(dashboard, ANYTHING, &bytes) - from_us);
    raw_end(&bo);
    settle(dashboard);
    to->cpu_ns += cost_cpu_ns(terminal_pid(dashboard)) - before_ns;
    figures_add(&to->bytes, (int64_t)bytes * 1000);
}

static void name_all(struct changes *changes, const char *members) {
    static char texts[3][80];
    snprintf(texts[0], sizeof texts[0], "%s: a goodbye until it is on the screen", members);
    snprintf(texts[1], sizeof texts[1], "limit: read a line, write 15 bytes");
    snprintf(texts[2], sizeof texts[2], "no client could beat: bare socket");
    *changes = (struct changes){.ours = {.bench = "screen", .what = texts[0]},
        .limit = {.bench = "screen", .what = texts[1]},
        .reader = {.bench = "screen", .what = texts[2]}};
}

static void judge_changes(struct changes *changes, const char *members) {
    const double p50 = figures_at(&changes->limit, 0.5), p99 = figures_at(&changes->limit, 0.99);
    char text[120];
    const double floor50 = figures_at(&changes->reader, 0.5);
    figures_print(&changes->limit, NULL, json);
    figures_print(&changes->reader, &changes->limit, json);
    figures_print(&changes->ours, &changes->limit, json);
    aim("a change, p50", members, figures_at(&changes->ours, 0.5), 1.4 * p50, "ms", "1.4 x limit");
    aim("a change, p50", members, figures_at(&changes->ours, 0.5), 1.4 * floor50, "ms",
        "1.4 x what no client could beat: no target, a help");
    aim("a change, p99", members, figures_at(&changes->ours, 0.99), p99 + 2, "ms", "limit + 2 ms");
    aim("bytes of a change, 120x40, all panes", members, figures_at(&changes->bytes, 0.5), 400,
        "bytes", "");
    snprintf(text, sizeof text, "%s: a change, the client's processor time", members);
    figures_note("screen", text, (double)changes->cpu_ns / 1e6 / CHANGES, "ms", json);
}

/* First of all, and few: who comes and goes often is said to flap, which is more to say. */
static void measure_zoomed(struct changes *changes, struct street *street,
    struct terminal *dashboard, const char *members) {
    terminal_send(dashboard, "2zz");
    settle(dashboard);
    for (int i = 0; i < ZOOMED; i++)
        one_of_ours(changes, street, dashboard, i);
    aim("bytes of a change, members zoomed", members, figures_at(&changes->bytes, 0.5), 60, "bytes",
        "");
    terminal_send(dashboard, "z");
    settle(dashboard);
    changes->bytes.count = changes->ours.count = 0;
    changes->cpu_ns = 0;
}

/* ---- by the library ---- */

struct bo {
    pl_client *client;
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

static void bo_begin(struct bo *bo, struct street *street) {
    const struct pl_client_options options = {
        .size = sizeof options, .url = street->daemon.url, .api_key = street->daemon.api_key};
    assert_int_equal(pl_client_create(&bo->client, &options), 0);
}

/* In turn, as in the den: one alone would not be seen each time. */
static void measure_by_library(
    struct changes *changes, struct street *street, struct terminal *dashboard) {
    static struct figures by;
    by = (struct figures){.bench = "screen", .what = "the same, said by a program on the library"};
    struct bo bos[DEN] = {0};
    char id[16];
    size_t bytes;
    for (int i = 0; i < DEN; i++)
        bo_begin(&bos[i], street);
    for (int i = 0; i < CHANGES / 2; i++) {
        struct bo *bo = &bos[i % DEN];
        street_id(i % DEN, id);
        const struct pl_connect_options who = {
            .size = sizeof who, .user_id = id, .token = street->tokens[i % DEN], .invisible = -1};
        assert_int_equal(pl_client_connect_user(bo->client, &who, on_done, bo), 0);
        await(bo);
        settle(dashboard);
        const int64_t from_us = clock_mono_us();
        assert_int_equal(pl_client_disconnect(bo->client, on_done, bo), 0);
        figures_add(&by, written_us(dashboard, ANYTHING, &bytes) - from_us);
        await(bo);
    }
    for (int i = 0; i < DEN; i++)
        pl_client_destroy(bos[i].client);
    figures_print(&by, &changes->limit, json);
}

/* ---- keys ---- */

static void measure_keys(struct terminal *dashboard, const char *members) {
    static struct figures keys, spent; /* where others are busy, too, only the latter is ours */
    static const char *const pressed[] = {"j", "j", "\033[6~", "k", "\033[5~"};
    char text[80];
    size_t bytes;
    snprintf(text, sizeof text, "%s: a key until it is on the screen", members);
    keys = (struct figures){.bench = "screen", .what = text};
    spent = (struct figures){.bench = "screen", .what = "its processor time"};
    terminal_send(dashboard, "2");
    settle(dashboard);
    for (int i = 0; i < KEYS; i++) {
        const int64_t before_ns = cost_cpu_ns(terminal_pid(dashboard));
        const int64_t from_us = clock_mono_us();
        terminal_send(dashboard, pressed[i % 5]);
        figures_add(&keys, written_us(dashboard, ANYTHING, &bytes) - from_us);
        settle(dashboard);
        figures_add(&spent, (cost_cpu_ns(terminal_pid(dashboard)) - before_ns) / 1000);
    }
    figures_print(&keys, NULL, json);
    figures_print(&spent, NULL, json);
    aim("a key, p99", members, figures_at(&keys, 0.99), 2, "ms", "");
}

/* ---- a flood ---- */

static size_t presence_of(char to[FLOOD_FRAME], int user, bool online) {
    char text[FLOOD_FRAME], id[16];
    street_id(user, id);
    const int len = snprintf(text, sizeof text,
        "{\"type\":\"user.presence.changed\",\"created_at\":\"2026-11-24T10:00:00.000000Z\","
        "\"user\":{\"id\":\"%s\",\"role\":\"user\",\"name\":\"%s\",\"online\":%s,"
        "\"last_active\":\"2026-11-24T09:00:00.000000Z\",\"created_at\":"
        "\"2026-11-01T10:00:00.000000Z\",\"updated_at\":\"2026-11-24T09:00:00.000000Z\","
        "\"language\":\"\",\"teams\":[],\"banned\":false,\"status\":\"watching a movie\"}}",
        id, id, online ? "true" : "false");
    return raw_frame(to, text, (size_t)len);
}

/* 20,000 changes between the server and the dashboard, four in each millisecond; the last makes
 * that nobody but ana is home. When the last was said. */
static int64_t pour(struct relay *relay, struct terminal *dashboard, int users) {
    const int64_t began_us = clock_mono_us();
    char frames[FLOOD_A_MS * FLOOD_FRAME];
    int rounds = FLOOD / users;
    rounds -= rounds % 2;
    for (int i = 0; i < rounds * users;) {
        size_t len = 0;
        for (int n = 0; n < FLOOD_A_MS && i < rounds * users; n++, i++)
            len += presence_of(frames + len, i % users, i / users % 2 == 0);
        relay_say(relay, frames, len);
        const int64_t early_us = began_us + (int64_t)i * 1000 / FLOOD_A_MS - clock_mono_us();
        struct pollfd ready = {.fd = terminal_fd(dashboard), .events = POLLIN};
        if (early_us > 0 && poll(&ready, 1, (int)(early_us / 1000)) > 0)
            terminal_take(dashboard);
    }
    return clock_mono_us();
}

static void measure_flood(struct street *street, const char *members) {
    struct relay relay;
    const int users = street->members - 1 < 1000 ? street->members - 1 : 1000;
    relay_start(&relay, street->daemon.url, NULL, NULL);
    struct terminal *dashboard = street_look(street, relay.url);
    street_settle(street, dashboard);
    const int64_t before_ns = cost_cpu_ns(terminal_pid(dashboard));
    const int64_t last_us = pour(&relay, dashboard, users);
    /* Of the header's counts: it is drawn in every frame. */
    const bool whole = terminal_wait_for(dashboard,
        "\xe2\x97\x89"
        "1 ",
        IN_TIME_MS);
    const double late_ms = (double)(clock_mono_us() - last_us) / 1000;
    const double spent_s = (double)(cost_cpu_ns(terminal_pid(dashboard)) - before_ns) / 1e9;
    aim("flood of 20,000 at 4,000/s, last on screen late by", members, late_ms, 20, "ms", "");
    aim("flood, processor time per 1,000 events", members, spent_s / FLOOD * 1000, 0.03, "s", "");
    aim("flood, lost (0: the last state is shown)", members, whole ? 0 : 1, 0, "", "");
    terminal_destroy(dashboard);
    relay_end(&relay);
}

/* ---- all of it ---- */

static void measure(const char *self, int count, const char *members, bool hurried) {
    static struct street street;
    static struct changes changes;
    static struct den den;
    street_open(&street, count, hurried);
    make_den(&den, &street);
    struct terminal *least = open_limit(self), *reader = NULL;
    struct terminal *dashboard = street_look(&street, NULL);
    const int64_t from_ms = clock_mono_ms();
    SHOWS(least, "ready", IN_TIME_MS);
    street_settle(&street, dashboard);
    char text[80];
    snprintf(text, sizeof text, "%s: until all is known", members);
    figures_note("screen", text, (double)(clock_mono_ms() - from_ms) / 1000, "s", json);
    snprintf(text, sizeof text, "%s: processor time until all is known", members);
    figures_note("screen", text, (double)cost_cpu_ns(terminal_pid(dashboard)) / 1e9, "s", json);
    name_all(&changes, members);
    measure_zoomed(&changes, &street, dashboard, members);
    for (int i = 0; i < CHANGES; i++) {
        if (i % READER_LASTS == 0) { /* it says nothing, so the server lets go of it */
            terminal_destroy(reader);
            reader = open_reader(self, &street);
        }
        one_of_ours(&changes, &street, dashboard, i);
        one_of_the_limits(&changes, least);
        one_of_the_readers(&changes, &street, reader, &den, i);
    }
    judge_changes(&changes, members);
    if (!hurried)
        measure_by_library(&changes, &street, dashboard);
    measure_keys(dashboard, members);
    terminal_destroy(dashboard);
    terminal_destroy(least);
    terminal_destroy(reader);
    measure_flood(&street, members);
    den_fini(&den);
    street_close(&street);
}

int main(int argc, char **argv) {
    const char *part = "screen";
    if (argc == 2 && strcmp(argv[1], "--limit") == 0)
        return be_the_limit();
    if (argc == 5 && strcmp(argv[1], "--reader") == 0)
        return be_the_reader(argv[2], argv[3], argv[4]);
    for (int i = 1; i < argc; i++)
        if (strcmp(argv[i], "--json") == 0)
            json = true;
        else
            part = argv[i];
    if (strcmp(part, "crowd") != 0) {
        measure(argv[0], 10, "10 members", false);
        measure(argv[0], 1000, "1,000 members", false);
    } else {
        measure(argv[0], 100 * 1000, "100,000 members", true);
    }
    figures_note("screen", "rows that missed what was aimed at", missed, "", json);
    return 0;
}
