/* SPDX-License-Identifier: MIT */
/* Held still, larger, in other times, by other orders; and which keys there are. */
#include "support/case.h"

#include "dashboard/input/key.h"
#include "dashboard/model/menu.h"
#include "dashboard/view/age.h"
#include "picture.h"

#include <time.h>

enum { LONG_AFTER_MS = 60000 };

static struct model model;

static int furnish(void **state) {
    (void)state;
    picture_world(&model);
    update_size(&model, 24, 80);
    return 0;
}

static int clear(void **state) {
    (void)state;
    model_fini(&model);
    return 0;
}

static unsigned type(const char *text) {
    unsigned effects = 0;
    for (; *text != '\0'; text++)
        effects = update_key(&model, (unsigned char)*text, PICTURE_NOW);
    return effects;
}

static void command(enum action action, const char *argument) {
    update_command(&model, action, argument, PICTURE_NOW);
    update_settle(&model);
}

static void while_it_is_paused_rows_stay_and_changes_are_counted(void **state) {
    (void)state;
    const struct event_line *newest = journal_at(&model.journal, 0);
    type("p");
    picture_person(&model, "ada", "Ada Lovelace", "", false, true, 1, PICTURE_NOW + LONG_AFTER_MS);
    picture_person(&model, "eve", "Eve Martin", "", true, true, 1, PICTURE_NOW + LONG_AFTER_MS);
    model_tick(&model, PICTURE_NOW + LONG_AFTER_MS);
    update_settle(&model);
    SAME_TEXT(list_at(&model.list, 0)->id, "ada");
    assert_int_equal(list_at(&model.list, 0)->state, STATE_LEFT); /* the dot is true */
    assert_int_equal(model.looking.changes, 2);
    assert_ptr_equal(journal_at(&model.journal, model.event_scroll), newest);
    assert_true(model_next_change(&model, PICTURE_NOW + LONG_AFTER_MS) >
                PICTURE_NOW + LONG_AFTER_MS); /* and nothing ticks */
    update_key(&model, 'p', PICTURE_NOW + LONG_AFTER_MS);
    SAME_TEXT(model.toast, "2 changes waited");
    model_tick(&model, PICTURE_NOW + 2 * LONG_AFTER_MS);
    update_settle(&model);
    SAME_TEXT(list_at(&model.list, 0)->id, "me");
    assert_int_equal(model.event_scroll, 0);
}

static void times_are_told_in_three_ways(void **state) {
    (void)state;
    char at[6];
    setenv("TZ", "XXX-6", 1);
    tzset();
    age_moment(at, PICTURE_NOW - 3600000, PICTURE_NOW, true);
    SAME_TEXT(at, "09:42");
    age_moment(at, PICTURE_NOW - 3600000, PICTURE_NOW, false);
    SAME_TEXT(at, "15:42");
    age_moment(at, PICTURE_NOW - INT64_C(2) * 86400000, PICTURE_NOW, true);
    SAME_TEXT(at, "11-22");
    age_moment(at, PICTURE_NOW - INT64_C(400) * 86400000, PICTURE_NOW, true);
    SAME_TEXT(at, "2025");
    type("t");
    assert_int_equal(model.looking.times, TIMES_LOCAL);
    model_set_toast(&model, "", 0);
    command(ACTION_TIMES, "utc");
    model_set_toast(&model, "", 0);
    command(ACTION_TIMES, "martian");
    assert_int_equal(model.looking.times, TIMES_UTC);
    type("t");
    assert_int_equal(model.looking.times, TIMES_AGES);
    setenv("TZ", "UTC", 1);
    tzset();
}

static void a_pane_is_made_larger_and_small_again(void **state) {
    (void)state;
    type("3z");
    type("z");
    type("z");
    assert_int_equal(model.looking.zoom, ZOOM_NORMAL);
    type("1+++");
    assert_int_equal(model.looking.zoom, ZOOM_FULL);
    type("_");
    update_key(&model, KEY_CODE_ESCAPE, PICTURE_NOW);
    assert_int_equal(model.looking.zoom, ZOOM_NORMAL);
    type("2z");
    update_size(&model, 15, 40);
    type("__z");
    assert_non_null(strstr(model.toast, "one pane fits"));
}

static void channels_are_ordered_and_the_cursor_stays_on_its_channel(void **state) {
    (void)state;
    type("1s");
    assert_int_equal(model.looking.order, ORDER_NAME);
    SAME_TEXT(model_channel(&model, 1)->name, "dev");
    SAME_TEXT(model_current(&model)->name, "support");
    type("s");
    SAME_TEXT(model_channel(&model, 1)->name, "dev"); /* it alone has news */
    type("s");
    SAME_TEXT(model_channel(&model, 1)->name, "support");
    type("S");
    SAME_TEXT(model_channel(&model, 1)->name, "lunch");
    type("Ss");
    assert_int_equal(model.looking.order, ORDER_CAME);
    SAME_TEXT(model_channel(&model, 3)->name, "lunch");
    type("2");
    command(ACTION_SORT, "unread"); /* of channels alone, wherever the keys are */
    assert_int_equal(model.looking.order, ORDER_UNREAD);
    command(ACTION_SORT, "name");
    assert_int_equal(model.list.key, SORT_NAME);
}

static void say(const char *id, const char *author, const char *text) {
    const struct line_told told = {
        .id = id, .author = author, .text = text, .at_ms = PICTURE_NOW, .is_news = true};
    assert_int_equal(model_put_line(&model, "messaging:dev", &told), 0);
}

static void a_group_folds_into_its_first_row(void **state) {
    (void)state;
    struct group_row row;
    model_put_channel(&model, "team:red", "red", 1);
    assert_int_equal(groups_rows(&model), 7); /* with two headings */
    type("1jj-");                             /* on lunch, the third of messaging */
    assert_int_equal(groups_rows(&model), 4);
    SAME_TEXT(model_current(&model)->name, "support");
    assert_true(groups_at(&model, 1, &row));
    assert_true(row.folded);
    SAME_TEXT(row.name, "messaging");
    assert_int_equal(row.channels, 3);
    assert_int_equal(row.unread, 1);
    assert_true(groups_at(&model, 2, &row));
    assert_true(row.heading);
    SAME_TEXT(row.name, "team");
    assert_false(groups_at(&model, 4, &row));
    type("j");
    SAME_TEXT(model_current(&model)->name, "red");
    type("k");
    SAME_TEXT(model_current(&model)->name, "support");
    type("\x0b#lunch\r"); /* whoever goes into it unfolds it */
    assert_int_equal(groups_rows(&model), 7);
    SAME_TEXT(model_current(&model)->name, "lunch");
    type("gg-");
    assert_non_null(strstr(model.toast, "Choose a channel"));
}

/* Groups stay together whatever comes, and the cursor passes their names. */
static void groups_have_headings_where_there_are_several(void **state) {
    (void)state;
    static const char *const names[] = {"", "support", "dev", "lunch", "late", "red", "blue"};
    struct group_row row;
    assert_int_equal(groups_rows(&model), 4); /* one group needs no name */
    model_put_channel(&model, "team:red", "red", 1);
    model_put_channel(&model, "messaging:late", "late", 1);
    model_put_channel(&model, "team:blue", "blue", 1);
    model_tick(&model, PICTURE_NOW + 2000);
    update_settle(&model);
    for (size_t i = 1; i < sizeof names / sizeof names[0]; i++)
        SAME_TEXT(model_channel(&model, i)->name, names[i]);
    assert_true(groups_at(&model, 1, &row));
    assert_true(row.heading);
    assert_int_equal(row.channels, 4);
    assert_true(groups_at(&model, 6, &row));
    assert_true(row.heading);
    assert_int_equal(row.channel, 5);
    type("1g");
    for (size_t i = 1; i < sizeof names / sizeof names[0]; i++) {
        type("j");
        SAME_TEXT(model_current(&model)->name, names[i]);
        assert_true(groups_at(&model, groups_row_of(&model, i), &row));
        assert_int_equal(row.channel, i);
        assert_false(row.heading);
    }
    for (size_t i = sizeof names / sizeof names[0] - 2; i > 0; i--) {
        type("k");
        SAME_TEXT(model_current(&model)->name, names[i]);
    }
    type("k");
    assert_int_equal(model.channel_at, 0);
    command(ACTION_SORT, "name");
}

static void a_line_that_names_me_is_marked(void **state) {
    (void)state;
    const struct channel_shown *dev = model_find_channel(&model, "messaging:dev");
    assert_false(channel_names_me(&model, dev));
    say("n1", "dana", "mail me@me2 or ask @Anatol");
    assert_false(channel_names_me(&model, dev));
    say("n2", "dana", "can @ana look?");
    say("n3", "dana", "or somebody else");
    assert_true(channel_names_me(&model, dev));
    model_set_unread(&model, "messaging:dev", 1, PICTURE_NOW);
    assert_false(channel_names_me(&model, dev));
}

static void equals_walks_the_channels_in_common(void **state) {
    (void)state;
    command(ACTION_JUMP, "");
    type("dana\r=");
    SAME_TEXT(model_current(&model)->name, "dev");
    SAME_TEXT(model_current(&model)->selected->id, "dana");
    type("=");
    SAME_TEXT(model_current(&model)->name, "support");
    type("\x0b"
         "ada\r=");
    assert_non_null(strstr(model.toast, "no other channel"));
}

static void space_shows_the_keys_for_one_key(void **state) {
    (void)state;
    type(" ");
    assert_true(model.looking.menu_open);
    type("S");
    assert_false(model.looking.menu_open);
    assert_true(model.list.reversed);
    type("  ");
    assert_false(model.looking.menu_open);
    type(" q");
    assert_false(model.looking.menu_open);
}

/* Whatever the screen: each key is on one page, and the key that turns them ends at the last. */
static void the_menu_has_as_many_pages_as_the_screen_needs(void **state) {
    (void)state;
    static const int sizes[][2] = {{6, 24}, {15, 40}, {24, 80}, {60, 200}};
    for (size_t i = 0; i < 4; i++) {
        struct menu menu;
        int seen[ACTION_COUNT] = {0}, pages = 0;
        update_size(&model, sizes[i][0], sizes[i][1]);
        for (type(" "); model.looking.menu_open && pages < 99; type(" "), pages++) {
            menu_lay(&menu, &model);
            assert_int_equal(menu.page, pages);
            for (int at = menu.first; at < menu.last; at++)
                seen[menu.items[at].action]++;
        }
        assert_int_equal(pages, menu.pages);
        assert_true(menu.count > 30);
        for (int at = 0; at < menu.count; at++)
            assert_int_equal(seen[menu.items[at].action], 1);
    }
    update_size(&model, 5, 20);
    menu_lay(&(struct menu){0}, &model);
}

static void no_size_breaks_any_of_it(void **state) {
    (void)state;
    for (int rows = 1; rows <= 52; rows += 3) {
        for (int cols = 1; cols <= 200; cols += 7) {
            for (int zoom = 0; zoom < ZOOMS; zoom++) {
                for (int pane = 0; pane < PANE_COUNT; pane++) {
                    struct cells cells;
                    model.looking.zoom = (enum zoom)zoom;
                    model.looking.menu_open = pane == PANE_EVENTS;
                    model.focus = (enum pane)pane;
                    model.talk_open = pane == PANE_TALK;
                    update_size(&model, rows, cols);
                    assert_int_equal(cells_init(&cells, rows, cols), 0);
                    view_draw(&cells, &model, PICTURE_NOW);
                    cells_fini(&cells);
                }
            }
        }
    }
}

#define IN_WORLD(function) cmocka_unit_test_setup_teardown(function, furnish, clear)

int main(void) {
    const struct CMUnitTest cases[] = {
        IN_WORLD(while_it_is_paused_rows_stay_and_changes_are_counted),
        IN_WORLD(times_are_told_in_three_ways),
        IN_WORLD(a_pane_is_made_larger_and_small_again),
        IN_WORLD(channels_are_ordered_and_the_cursor_stays_on_its_channel),
        IN_WORLD(groups_have_headings_where_there_are_several),
        IN_WORLD(a_group_folds_into_its_first_row),
        IN_WORLD(a_line_that_names_me_is_marked),
        IN_WORLD(equals_walks_the_channels_in_common),
        IN_WORLD(space_shows_the_keys_for_one_key),
        IN_WORLD(the_menu_has_as_many_pages_as_the_screen_needs),
        IN_WORLD(no_size_breaks_any_of_it),
    };
    return RUN_CASES("dashboard-looking", cases);
}
