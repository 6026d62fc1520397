/* SPDX-License-Identifier: MIT */
/*
 * Ten thousand hostile texts in the real program: what it writes is parsed strictly, and what a
 * terminal makes of it has straight borders, at a dozen widths.
 *
 * They are told by a record, which carries what no wire does; and as many of them as it lets in by
 * a real porchlightd.
 */
#include "support/case.h"
#include "support/daemon.h"
#include "support/hostile.h"
#include "support/output.h"
#include "support/rest.h"
#include "support/terminal.h"

#include "base/bytes.h"

#include <ftw.h>
#include <unistd.h>

enum {
    IN_TIME_MS = 30 * 1000,
    PEOPLE = 2500,   /* a name and a status each */
    CHANNELS = 2500, /* a name each */
    MESSAGES = 2500, /* in the first few channels */
    TALKS = 5,
    WIDE = 120,
    TALL = 100,
    AT_MS = 500
};
#define AT "1764000000000"

static char folder[64], record_path[100];
static struct terminal *terminal;
static struct chance chance;

/* ---- a record ---- */

/* As JSON has it; what is not UTF-8 stays as it is. */
static void put_json(struct bytes *to, const char *text) {
    bytes_append_char(to, '"');
    for (; *text != '\0'; text++) {
        const unsigned char c = (unsigned char)*text;
        if (c < 0x20 || c == '"' || c == '\\')
            bytes_printf(to, "\\u%04x", c);
        else
            bytes_append_char(to, *text);
    }
    bytes_append_char(to, '"');
}

static void put_hostile(struct bytes *to, bool valid) {
    char *text = hostile_text(&chance, valid);
    put_json(to, text);
    free(text);
}

static void put_person(struct bytes *to, const char *id, int i) {
    bytes_printf(to, "{\"at\":" AT ",\"tell\":\"person\",\"id\":\"%s\",\"name\":", id);
    put_hostile(to, false);
    bytes_append_text(to, ",\"status\":");
    put_hostile(to, false);
    bytes_printf(to,
        ",\"role\":\"user\",\"online\":%s,\"banned\":%s,\"live\":%s,\"last_active\":1763999000000}"
        "\n",
        i % 2 == 0 ? "true" : "false", i % 9 == 0 ? "true" : "false",
        i % 5 != 0 ? "true" : "false");
}

static void put_channel(struct bytes *to, int i) {
    bytes_printf(to, "{\"at\":" AT ",\"tell\":\"channel\",\"cid\":\"messaging:c%d\",\"name\":", i);
    put_hostile(to, false);
    bytes_printf(to, ",\"total\":%d}\n", i == 0 ? PEOPLE : 3);
    if (i > 0)
        bytes_printf(to,
            "{\"at\":" AT
            ",\"tell\":\"members\",\"cid\":\"messaging:c%d\",\"ids\":[\"ana\",\"u%d\","
            "\"u%d\"]}\n",
            i, i % PEOPLE, (i + 7) % PEOPLE);
}

static void put_message(struct bytes *to, int i) {
    bytes_printf(to,
        "{\"at\":" AT ",\"tell\":\"line\",\"cid\":\"messaging:c%d\",\"line\":{\"id\":\"m%d\","
        "\"author\":\"u%d\",\"text\":",
        i % TALKS, i, i * 7 % PEOPLE);
    put_hostile(to, false);
    bytes_append_text(to, ",\"reactions\":");
    put_hostile(to, false);
    bytes_printf(to,
        ",\"at\":%lld,\"replies\":0,\"edited\":false,\"deleted\":false,\"news\":false}}\n",
        1763990000000 + (long long)i);
}

static void put_record(struct bytes *to) {
    bytes_append_text(to, "{\"porchlight_record\":1,\"at\":" AT ",\"label\":");
    put_hostile(to, false);
    bytes_append_text(to, ",\"me\":\"ana\"}\n");
    bytes_append_text(to, "{\"at\":" AT ",\"tell\":\"link\",\"state\":\"live\",\"resyncing\":false,"
                          "\"stale_since\":0,\"retry_at\":0,\"latency\":3,\"reason\":\"\"}\n");
    for (int i = 0; i < CHANNELS; i++)
        put_channel(to, i);
    put_person(to, "ana", 1);
    bytes_append_text(
        to, "{\"at\":" AT ",\"tell\":\"members\",\"cid\":\"messaging:c0\",\"ids\":[\"ana\"");
    for (int i = 0; i < PEOPLE; i++)
        bytes_printf(to, ",\"u%d\"", i);
    bytes_append_text(to, "]}\n");
    for (int i = 0; i < PEOPLE; i++) {
        char id[16];
        snprintf(id, sizeof id, "u%d", i);
        put_person(to, id, i);
    }
    for (int i = 0; i < MESSAGES; i++)
        put_message(to, i);
    bytes_append_text(to, "{\"at\":" AT ",\"tell\":\"me\",\"name\":");
    put_hostile(to, false);
    bytes_append_text(to, ",\"invisible\":false}\n{\"at\":" AT ",\"tell\":\"toast\",\"text\":");
    put_hostile(to, false);
    bytes_append_text(to, ",\"until\":1764000009000}\n{\"at\":" AT ",\"tell\":\"known\"}\n");
    bytes_append_text(to, "{\"at\":" AT ",\"tell\":\"end\"}\n");
}

static void write_record(void) {
    struct bytes text = BYTES_EMPTY;
    chance_seed(&chance, HOSTILE_SEED);
    put_record(&text);
    snprintf(record_path, sizeof record_path, "%s/hostile.jsonl", folder);
    FILE *file = fopen(record_path, "w");
    assert_non_null(file);
    assert_int_equal(fwrite(text.at, 1, text.len, file), text.len);
    fclose(file);
    bytes_fini(&text);
}

/* ---- what must hold ---- */

static const char *text_at(void *screen, int row, int col) {
    static char text[sizeof((struct cell *)NULL)->text];
    const struct cell cell = terminal_cell(screen, row, col);
    memcpy(text, cell.text, sizeof text);
    return text;
}

static int cols, rows;

static bool covered; /* by the box of a menu */

/* The row where a frame is broken; -1: all are whole. Frames there are from 50 columns on. */
static int broken_row(struct terminal *t) {
    unsigned found = 0;
    const struct frame_look look = {.rows = rows,
        .cols = cols,
        .text_at = text_at,
        .screen = t,
        .right_top = "┐",
        .right_bottom = "┘",
        .side = "│",
        .covered = covered};
    const bool framed = cols >= 50 && rows >= 12;
    const int broken = hostile_broken_frame(&look, &found);
    return broken < 0 && found == 0 && framed ? 0 : broken;
}

static bool is_straight(struct terminal *t, void *context) {
    (void)context;
    return broken_row(t) < 0;
}

static void must_be_straight(void) {
    if (terminal_wait_until(terminal, is_straight, NULL, IN_TIME_MS))
        return;
    const int broken = broken_row(terminal);
    for (int row = 0; row < rows; row++)
        printf("%c %s\n", row == broken ? '*' : ' ', terminal_row(terminal, row));
    fail_msg("a border is not straight at %dx%d", cols, rows);
}

/* All that was written since the start. */
static void is_clean(void) {
    size_t len, at = 0;
    const char *bytes = terminal_bytes(terminal, &len);
    const char *stray = output_stray(bytes, len, &at);
    if (stray == NULL)
        return;
    for (size_t i = at > 40 ? at - 40 : 0; i < at + 40 && i < len; i++)
        printf(bytes[i] >= 0x20 && bytes[i] < 0x7f ? "%c" : "<%02x>", (unsigned char)bytes[i]);
    fail_msg("\n%s at byte %zu of %zu", stray, at, len);
}

/* A whole one, after so many bytes. */
static bool has_frame(struct terminal *t, void *context) {
    size_t len;
    const char *bytes = terminal_bytes(t, &len);
    return len > *(size_t *)context && memcmp(bytes + len - 8, "\033[?2026l", 8) == 0;
}

static bool comes_frame(size_t after) {
    const bool came = terminal_wait_until(terminal, has_frame, &after, AT_MS);
    must_be_straight();
    return came;
}

static size_t written(void) {
    size_t len;
    terminal_bytes(terminal, &len);
    return len;
}

/* A key is pressed, and what it makes of the screen is straight. False: it made nothing of it, as
 * a key at the end of a list. */
static bool press(const char *key) {
    const size_t before = written();
    terminal_send(terminal, key);
    return comes_frame(before);
}

static void press_to_the_end(const char *key) {
    int times = 0;
    while (press(key))
        assert_true(++times < 1000);
    assert_true(times > 3);
}

static void opens(const char *const *argv, const char *const *more) {
    char home[100], config[100], state[100];
    const char *environment[16] = {home, config, state, "TZ=UTC", "TERM=xterm-256color",
        "LC_ALL=C.UTF-8", "TERM_PROGRAM=iTerm.app", "NO_COLOR"};
    snprintf(home, sizeof home, "HOME=%s", folder);
    snprintf(config, sizeof config, "XDG_CONFIG_HOME=%s", folder);
    snprintf(state, sizeof state, "XDG_STATE_HOME=%s", folder);
    for (int i = 0; more != NULL && more[i] != NULL; i++)
        environment[8 + i] = more[i];
    cols = WIDE;
    rows = TALL;
    terminal = terminal_run(argv, cols, rows, environment);
}

static void becomes(int new_cols, int new_rows) {
    const size_t before = written();
    cols = new_cols;
    rows = new_rows;
    terminal_resize(terminal, cols, rows);
    comes_frame(before);
}

static void quits(void) {
    terminal_send(terminal, "Q");
    assert_int_equal(terminal_end(terminal, IN_TIME_MS), 0);
    is_clean();
    assert_true(terminal_is_cooked(terminal));
}

/* ---- the cases ---- */

static void replays(void) {
    const char *const argv[] = {PORCHLIGHT, "--replay", record_path, "--speed", "1000", NULL};
    write_record();
    opens(argv, NULL);
    SHOWS(terminal, "/2501 ", IN_TIME_MS);
    must_be_straight();
}

/* Every name, every status, every channel and every message was on the screen. */
static void ten_thousand_texts_are_shown_and_only_shown(void **state) {
    (void)state;
    replays();
    press_to_the_end("\x04");
    press("1");
    press_to_the_end("\x04");
    press("g");
    for (int i = 0; i < TALKS; i++) {
        press("j");
        press("\r");
        press_to_the_end("\x15");
        press("\x1b");
        press("1");
    }
    quits();
}

static void borders_are_straight_at_every_width_of_a_dozen(void **state) {
    static const int widths[] = {24, 30, 40, 49, 50, 64, 70, 80, 109, 110, 150, 200, 300};
    static const char *const panes[] = {"1", "j", "\r", "\x15", "\x1b", "2", "j", "3", "4", "5",
        "?", "\x1b", " ", "\x1b", "\x0b", "\x1b", "2"};
    (void)state;
    replays();
    for (size_t w = 0; w < sizeof widths / sizeof widths[0]; w++) {
        becomes(widths[w], w % 2 == 0 ? 24 : 40);
        for (size_t i = 0; i < sizeof panes / sizeof panes[0]; i++) {
            covered = strchr("? \x0b", panes[i][0]) != NULL;
            press(panes[i]);
        }
    }
    quits();
}

/* ---- by a real server ---- */

enum { GUESTS = 200, HALLS = 60, SAID = 150 };
static struct daemon daemon_;
static struct rest rest;

/* What may not be is refused by the server, which says so: it must be most that may. */
static unsigned call(const char *method, const char *path, struct bytes *body) {
    const int status = rest_call(&rest, method, path, bytes_text(body));
    assert_true(status / 100 == 2 || status / 100 == 4);
    bytes_clear(body);
    return status / 100 == 2;
}

static void meets_hostile_people(void) {
    struct bytes body = BYTES_EMPTY;
    unsigned in = 0;
    char path[80];
    for (int i = 0; i < GUESTS; i++) {
        bytes_printf(&body, "{\"users\":{\"u%d\":{\"id\":\"u%d\",\"name\":", i, i);
        put_hostile(&body, true);
        bytes_append_text(&body, ",\"status\":");
        put_hostile(&body, true);
        bytes_append_text(&body, "}}}");
        in += call("POST", "/users", &body);
    }
    for (int i = 0; i < HALLS; i++) {
        bytes_append_text(&body, "{\"data\":{\"created_by_id\":\"ana\",\"members\":[\"ana\"");
        for (int who = 0; who < 20; who++)
            bytes_printf(&body, ",\"u%d\"", (i * 7 + who) % GUESTS);
        bytes_append_text(&body, "],\"name\":");
        put_hostile(&body, true);
        bytes_append_text(&body, "}}");
        snprintf(path, sizeof path, "/channels/messaging/c%d/query", i);
        in += call("POST", path, &body);
    }
    for (int i = 0; i < SAID; i++) {
        bytes_printf(&body, "{\"message\":{\"user_id\":\"u%d\",\"text\":", i % 20);
        put_hostile(&body, true);
        bytes_append_text(&body, "}}");
        in += call("POST", "/channels/messaging/c0/message", &body);
    }
    printf("# the server let %u of %d in\n", in, GUESTS + HALLS + SAID);
    assert_true(in > (GUESTS + HALLS + SAID) / 2);
    bytes_fini(&body);
}

static void a_real_server_full_of_them_is_shown(void **state) {
    static const char *const keys[] = {
        "1", "j", "\r", "\x15", "\x15", "\x1b", "2", "\x04", "\x04", "3", "4"};
    const char *const argv[] = {PORCHLIGHT, NULL};
    char url[100], key[100], token[2200], path[200];
    (void)state;
    daemon_make(&daemon_);
    snprintf(path, sizeof path, "%s/config.ini", daemon_.data);
    FILE *config = fopen(path, "a");
    assert_non_null(config);
    fputs("rate_calls = 0\n", config);
    fclose(config);
    daemon_start(&daemon_);
    rest_begin(&rest, &daemon_);
    chance_seed(&chance, HOSTILE_SEED);
    assert_int_equal(
        rest_call(&rest, "POST", "/users", "{\"users\":{\"ana\":{\"id\":\"ana\"}}}"), 201);
    meets_hostile_people();
    char *made = daemon_token(&daemon_, "ana", NULL);
    snprintf(token, sizeof token, "PORCHLIGHT_TOKEN=%s", made);
    free(made);
    snprintf(url, sizeof url, "PORCHLIGHT_URL=%s", daemon_.url);
    snprintf(key, sizeof key, "PORCHLIGHT_API_KEY=%s", daemon_.api_key);
    const char *const more[] = {token, url, key, "PORCHLIGHT_USER=ana", NULL};
    opens(argv, more);
    SHOWS(terminal, "LIVE", IN_TIME_MS);
    SHOWS(terminal, "/201 ", IN_TIME_MS);
    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++)
        press(keys[i]);
    quits();
    rest_end(&rest);
    daemon_fini(&daemon_);
}

#define TERMINAL_CASE(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)

static int remove_one(const char *path, const struct stat *st, int kind, struct FTW *walk) {
    (void)st;
    (void)kind;
    (void)walk;
    return remove(path);
}

static int set_up(void **state) {
    (void)state;
    strcpy(folder, "/tmp/porchlight-hostile-XXXXXX");
    return mkdtemp(folder) != NULL ? 0 : -1;
}

static int tear_down(void **state) {
    (void)state;
    terminal_destroy(terminal);
    terminal = NULL;
    return nftw(folder, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

int main(void) {
    const struct CMUnitTest cases[] = {
        TERMINAL_CASE(ten_thousand_texts_are_shown_and_only_shown),
        TERMINAL_CASE(borders_are_straight_at_every_width_of_a_dozen),
        TERMINAL_CASE(a_real_server_full_of_them_is_shown),
    };
    return RUN_CASES("pty-hostile", cases);
}
