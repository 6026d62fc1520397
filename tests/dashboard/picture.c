/* SPDX-License-Identifier: MIT */
#include "support/case.h"

#include "picture.h"

#include <time.h>

enum { MINUTE = 60 * 1000, HOUR = 60 * MINUTE, DAY = 24 * HOUR };

static const char style_letters[] = {
#define STYLE_LETTER(name, letter) letter,
    STYLES(STYLE_LETTER)
#undef STYLE_LETTER
};

void picture_person(struct model *model, const char *id, const char *name, const char *status,
    bool online, bool live, int64_t active_ago_ms, int64_t now_ms) {
    const struct person_told told = {.id = id,
        .name = name,
        .status = status,
        .role = "user",
        .online = online,
        .live = live,
        .banned = strcmp(id, "old-bot") == 0,
        .last_active_ms = active_ago_ms > 0 ? now_ms - active_ago_ms : 0};
    assert_int_equal(model_put_person(model, &told, now_ms), 0);
}

static void go_live(struct model *model) {
    const struct link_shown live = {.state = LINK_LIVE, .latency_ms = 4};
    model_set_link(model, &live, PICTURE_NOW);
}

static void fill_support(struct model *model) {
    static const char *const ids[] = {
        "me", "dana", "ada", "chen", "bob", "eve", "finn", "kim", "old-bot"};
    for (size_t i = 0; i < sizeof ids / sizeof ids[0]; i++)
        assert_int_equal(model_put_member(model, "messaging:support", ids[i]), 0);
    assert_int_equal(model_put_member(model, "messaging:dev", "dana"), 0);
    assert_int_equal(model_put_member(model, "messaging:dev", "me"), 0);
    assert_int_equal(model_put_member(model, "messaging:lunch", "eve"), 0);
}

static void fill_people(struct model *model) {
    const int64_t now = PICTURE_NOW;
    picture_person(model, "me", "Ana", "", true, true, 5 * MINUTE, now);
    picture_person(model, "ada", "Ada Lovelace", "reviewing", true, true, 9 * MINUTE, now);
    picture_person(model, "chen", "陳大文", "", true, true, 12 * MINUTE, now);
    picture_person(model, "dana", "Dana Reyes", "", false, true, 3 * HOUR, now - 2 * MINUTE);
    picture_person(model, "dana", "Dana Reyes", "on call", true, true, 1, now - 2 * MINUTE);
    picture_person(model, "bob", "Bob Okafor", "", true, true, 10 * MINUTE, now - 10 * MINUTE);
    picture_person(model, "bob", "Bob Okafor", "", false, true, 8 * MINUTE, now - 2 * MINUTE);
    picture_person(model, "eve", "Eve Martin", "", false, true, 3 * HOUR, now);
    picture_person(model, "finn", "Finn Sato", "back on Monday", false, true, 2 * DAY, now);
    picture_person(model, "old-bot", "old-bot", "", false, true, 400 * (int64_t)DAY, now);
    picture_person(model, "kim", "Kim Larsen", "", false, false, 0, now);
}

void picture_say(struct model *model, const char *cid, const char *id, const char *author,
    const char *text, int64_t at_ms, bool is_news) {
    const struct line_told told = {
        .id = id, .author = author, .text = text, .at_ms = at_ms, .is_news = is_news};
    assert_int_equal(model_put_line(model, cid, &told), 0);
}

static void fill_talk(struct model *model) {
    const char *cid = "messaging:support";
    const int64_t now = PICTURE_NOW;
    picture_say(
        model, cid, "m1", "ada", "Two tickets about the login page.", now - 40 * MINUTE, false);
    picture_say(model, cid, "m2", "chen", "我來修正文件。", now - 30 * MINUTE, false);
    picture_say(model, cid, "m3", "eve",
        "Thank you both; I will be away for an hour, and then I shall look at what is left of it.",
        now - 20 * MINUTE, false);
    picture_say(model, "messaging:dev", "m4", "dana", "Deployed.", now - MINUTE, true);
    model_find_channel(model, cid)->chat.older = OLDER_NONE;
}

void picture_world(struct model *model) {
    setenv("TZ", "UTC", 1);
    tzset();
    assert_int_equal(model_init(model, "demo", "me", PICTURE_NOW - 11 * MINUTE), 0);
    go_live(model);
    assert_int_equal(model_put_channel(model, "messaging:support", "support", 9), 0);
    assert_int_equal(model_put_channel(model, "messaging:dev", "dev", 2), 0);
    assert_int_equal(model_put_channel(model, "messaging:lunch", "lunch", 1), 0);
    fill_support(model);
    fill_people(model);
    fill_talk(model);
    model->channels_known = true;
    model_set_me(model, "Ana", false, PICTURE_NOW);
    model_tick(model, PICTURE_NOW);
}

static void stay(struct model *model, const char *id, int from_minute, int to_minute) {
    struct history *history = &model_find_person(model, id)->history;
    const int64_t midnight = PICTURE_NOW - PICTURE_NOW % DAY - DAY;
    history_put(history, SEEN_HOME, midnight + from_minute * (int64_t)MINUTE);
    history_put(history, SEEN_AWAY, midnight + to_minute * (int64_t)MINUTE);
}

static const char *const seen_all_day[] = {"me", "ada", "chen", "dana", "bob", "eve", "finn"};
enum { SEEN_ALL_DAY = sizeof seen_all_day / sizeof seen_all_day[0] };

/* From yesterday 08:00 on, with the link lost from 03:00 to 05:00 today. */
static void begin_day(struct model *model) {
    const int64_t midnight = PICTURE_NOW - PICTURE_NOW % DAY;
    for (size_t i = 0; i < SEEN_ALL_DAY; i++) {
        struct history *history = &model_find_person(model, seen_all_day[i])->history;
        history_fini(history);
        history_put(history, SEEN_AWAY, midnight - 16 * HOUR);
    }
    stay(model, "ada", 9 * 60, 17 * 60 + 30);
    stay(model, "bob", 13 * 60, 22 * 60 + 15);
    stay(model, "eve", 11 * 60, 12 * 60 + 20);
    stay(model, "chen", 8 * 60 + 30, 26 * 60);
    for (size_t i = 0; i < SEEN_ALL_DAY; i++) {
        struct history *history = &model_find_person(model, seen_all_day[i])->history;
        history_put(history, SEEN_UNKNOWN, midnight + 3 * HOUR);
        history_put(history, SEEN_AWAY, midnight + 5 * HOUR);
    }
}

void picture_day(struct model *model) {
    begin_day(model);
    stay(model, "dana", 24 * 60 + 6 * 60 + 58, 24 * 60 + 7 * 60 + 30);
    stay(model, "eve", 24 * 60 + 5 * 60 + 30, 24 * 60 + 7 * 60 + 42);
    stay(model, "me", 24 * 60 + 6 * 60, 24 * 60 + 11 * 60);
    for (int i = 0; i < 5; i++)
        picture_person(model, "chen", "陳大文", "", i % 2 == 0, true, 9 * MINUTE,
            PICTURE_NOW - (9 - i) * MINUTE);
    for (int i = 0; i < 4; i++)
        picture_person(model, "chen", "陳大文", "", i % 2 != 0, true, 9 * MINUTE,
            PICTURE_NOW - (4 - i) * MINUTE);
    stay(model, "ada", 24 * 60 + 8 * 60 + 40, 24 * 60 + 10 * 60 + 5);
    history_put(&model_find_person(model, "ada")->history, SEEN_HOME, PICTURE_NOW - 20 * MINUTE);
    history_put(&model_find_person(model, "dana")->history, SEEN_HOME, PICTURE_NOW - 2 * MINUTE);
    stay(model, "bob", 24 * 60 + 9 * 60, 24 * 60 + 10 * 60 + 40);
    model_find_person(model, "dana")->watch = WATCH_ALWAYS;
    model_find_person(model, "eve")->watch = WATCH_NEXT;
}

static void draw(struct model *model, int rows, int cols, bool styles, struct bytes *to) {
    struct cells cells;
    update_size(model, rows, cols);
    assert_int_equal(cells_init(&cells, rows, cols), 0);
    view_draw(&cells, model, PICTURE_NOW);
    for (int row = 0; row < rows; row++) {
        if (!styles) {
            cells_row_text(&cells, row, to);
        } else {
            for (int col = 0; col < cols; col++)
                bytes_append_char(to, style_letters[cells_at(&cells, row, col)->style]);
            while (to->len > 0 && to->at[to->len - 1] == ' ')
                to->at[--to->len] = '\0';
        }
        bytes_append_char(to, '\n');
    }
    cells_fini(&cells);
}

static void write_golden(const char *path, const char *drawn) {
    char full[600];
    snprintf(full, sizeof full, "%s/%s", SOURCE_ROOT, path);
    FILE *file = fopen(full, "w");
    assert_non_null(file);
    fputs(drawn, file);
    fclose(file);
}

/* The first line that is another one, and in which part of the file. */
static void fail_where(const char *name, const char *golden, const char *drawn) {
    const char *part = "";
    size_t is = 0, was = 0;
    for (;; golden += was + 1, drawn += is + 1) {
        is = strcspn(drawn, "\n");
        was = strcspn(golden, "\n");
        if (strncmp(drawn, "== ", 3) == 0)
            part = drawn;
        if (is != was || strncmp(golden, drawn, is) != 0 || golden[was] != drawn[is] ||
            drawn[is] == '\0')
            break;
    }
    fail_msg("%s is another picture, %.*s:\n%.*s\nand was:\n%.*s", name, (int)strcspn(part, "\n"),
        part, (int)is, drawn, (int)was, golden);
}

void expect_golden(const char *name, const char *drawn) {
    char path[200];
    size_t len;
    snprintf(path, sizeof path, "tests/golden/%s.txt", name);
    if (getenv("PORCHLIGHT_DRAW") != NULL) {
        write_golden(path, drawn);
        return;
    }
    char *golden = case_read_file(path, &len);
    if (strcmp(golden, drawn) != 0)
        fail_where(name, golden, drawn);
    free(golden);
}

static void expect_drawn(const char *name, struct model *model, int rows, int cols, bool styles) {
    struct bytes drawn = BYTES_EMPTY;
    draw(model, rows, cols, styles, &drawn);
    expect_golden(name, bytes_text(&drawn));
    bytes_fini(&drawn);
}

void expect_picture(const char *name, struct model *model, int rows, int cols) {
    expect_drawn(name, model, rows, cols, false);
}

void expect_styles(const char *name, struct model *model, int rows, int cols) {
    expect_drawn(name, model, rows, cols, true);
}

static char *drawn_text(struct model *model, int rows, int cols) {
    struct bytes drawn = BYTES_EMPTY;
    draw(model, rows, cols, false, &drawn);
    return bytes_take(&drawn);
}

bool is_shown(struct model *model, int rows, int cols, const char *text) {
    char *drawn = drawn_text(model, rows, cols);
    const bool is_there = strstr(drawn, text) != NULL;
    free(drawn);
    return is_there;
}

static void expect_there(
    struct model *model, int rows, int cols, const char *text, bool is_wanted) {
    char *drawn = drawn_text(model, rows, cols);
    const bool is_there = strstr(drawn, text) != NULL;
    if (is_there != is_wanted)
        fprintf(stderr, "%s \"%s\" on:\n%s\n", is_wanted ? "no" : "there is", text, drawn);
    free(drawn);
    if (is_there != is_wanted)
        fail();
}

void expect_shown(struct model *model, int rows, int cols, const char *text) {
    expect_there(model, rows, cols, text, true);
}

void expect_not_shown(struct model *model, int rows, int cols, const char *text) {
    expect_there(model, rows, cols, text, false);
}
