/* SPDX-License-Identifier: MIT */
/* Settings become so; what keys changed stays as long as the setting does. */
#include "support/case.h"

#include "dashboard/adopt.h"
#include "dashboard/remember.h"

static struct model model;
static struct settings settings;
static struct state_file *memory;

static int set_up(void **state) {
    struct bytes none = BYTES_EMPTY;
    (void)state;
    settings_init(&settings);
    assert_int_equal(model_init(&model, "demo", "me", 1), 0);
    assert_int_equal(state_file_open(&memory, NULL, &none), 0);
    return 0;
}

static int tear_down(void **state) {
    (void)state;
    model_fini(&model);
    state_file_close(memory);
    return 0;
}

static void sets(const char *key, const char *value) {
    struct bytes why = BYTES_EMPTY;
    assert_int_equal(settings_set(&settings, key, value, &why), 0);
    bytes_fini(&why);
}

static void every_setting_becomes_so(void **state) {
    (void)state;
    sets("theme", "fjord");
    sets("mouse", "off");
    sets("sort", "name");
    sets("offline", "hide");
    sets("events", "watched");
    sets("time", "utc");
    sets("clock_seconds", "on");
    sets("strips", "blocks");
    settings.keymap.rows[ACTION_REDRAW].text[0] = 'x';
    adopt_settings(&model, &settings, NULL);
    SAME_TEXT(theme_at(model.ui.theme)->name, "fjord");
    assert_false(model.ui.mouse);
    assert_int_equal(model.list.key, SORT_NAME);
    assert_true(model.ui.blocks);
    assert_true(model.list.hide_offline);
    assert_int_equal(model.event_level, LEVEL_WATCHED);
    assert_int_equal(model.looking.times, TIMES_UTC);
    assert_true(model.ui.seconds);
    assert_int_equal(model.keymap.rows[ACTION_REDRAW].text[0], 'x');
}

static void what_keys_changed_stays_while_the_setting_does(void **state) {
    (void)state;
    adopt_settings(&model, &settings, NULL);
    model.ui.theme = 3;
    model.list.key = SORT_LAST;
    const struct settings before = settings;
    sets("sort", "name");
    adopt_settings(&model, &settings, &before);
    assert_int_equal(model.ui.theme, 3);
    assert_int_equal(model.list.key, SORT_NAME);
}

/* One run after another: what is set, what was remembered of the last. */
static void starts(void) {
    adopt_settings(&model, &settings, NULL);
    adopt_forget(memory, &settings);
    remember_recall(memory, &model);
}

static void a_setting_that_was_changed_wins_over_what_was_remembered(void **state) {
    (void)state;
    starts();
    model.ui.theme = 3;
    model.ui.mouse = false;
    model.event_level = LEVEL_NONE;
    remember_note(memory, &model);
    starts();
    assert_int_equal(model.ui.theme, 3);
    assert_false(model.ui.mouse);
    assert_int_equal(model.event_level, LEVEL_NONE);
    sets("theme", "ember");
    starts();
    SAME_TEXT(theme_at(model.ui.theme)->name, "ember");
    assert_false(model.ui.mouse);
}

static void what_was_remembered_and_cannot_be_is_passed_over(void **state) {
    (void)state;
    starts();
    state_file_put(memory, "ui.theme", "gone");
    state_file_put(memory, "ui.events", "99");
    state_file_put(memory, "ui.sort", "-1");
    state_file_put(memory, "ui.pane", "kitchen");
    starts();
    assert_int_equal(model.ui.theme, 0);
    assert_int_equal(model.event_level, LEVEL_ALL);
    assert_int_equal(model.list.key, SORT_STATE);
}

static void draws_with(bool utf8, bool signs, bool wide_lines, enum glyph_set wanted) {
    const struct terminal_can can = {utf8, signs, wide_lines};
    assert_int_equal(adopt_glyphs(&settings, &can), wanted);
}

static void glyphs_are_what_is_set_else_what_the_terminal_can(void **state) {
    (void)state;
    draws_with(true, true, false, GLYPH_SET_NEUTRAL);
    draws_with(true, true, true, GLYPH_SET_NARROW);
    draws_with(true, false, false, GLYPH_SET_ASCII);
    draws_with(false, true, false, GLYPH_SET_ASCII);
    sets("glyphs", "classic");
    draws_with(true, false, true, GLYPH_SET_CLASSIC);
    draws_with(false, true, false, GLYPH_SET_ASCII);
    sets("glyphs", "ascii");
    draws_with(true, true, false, GLYPH_SET_ASCII);
}

#define WITH(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)

int main(void) {
    const struct CMUnitTest cases[] = {
        WITH(every_setting_becomes_so),
        WITH(what_keys_changed_stays_while_the_setting_does),
        WITH(a_setting_that_was_changed_wins_over_what_was_remembered),
        WITH(what_was_remembered_and_cannot_be_is_passed_over),
        WITH(glyphs_are_what_is_set_else_what_the_terminal_can),
    };
    return RUN_CASES("dashboard-adopt", cases);
}
