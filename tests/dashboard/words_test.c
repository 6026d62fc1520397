/* SPDX-License-Identifier: MIT */
/*
 * What a newcomer reads, and what they can find with nothing but the screen: nothing is cut where
 * it teaches, nothing is silent, and the words are theirs.
 */
#include "support/case.h"

#include "dashboard/input/key.h"
#include "dashboard/view/text.h"
#include "picture.h"

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

static void type(const char *text) {
    for (; *text != '\0'; text++)
        update_key(&model, (unsigned char)*text, PICTURE_NOW);
}

static void press(int key) {
    update_key(&model, key, PICTURE_NOW);
}

static void shows(const char *text) {
    expect_shown(&model, 24, 80, text);
}

static void shows_small(const char *text) {
    expect_shown(&model, 15, 40, text);
}

/* ---- finding what can be done ---- */

static void the_help_says_its_row_in_full_and_where_it_works(void **state) {
    (void)state;
    update_size(&model, 15, 40);
    type("?/changes\r");
    shows_small("Only what changed since you looked;");
    shows_small("again: all");
    type("q?/previous-match\r");
    shows_small("channels, members, events, talk)");
}

static void the_help_says_how_much_of_it_there_is(void **state) {
    (void)state;
    char place[40];
    type("?j");
    snprintf(place, sizeof place, "2 of %d", ACTION_COUNT - 1);
    shows(place);
    update_size(&model, 15, 40);
    press(KEY_CODE_PAGE_DOWN);
    snprintf(place, sizeof place, "%d of %d", 2 + 9, ACTION_COUNT - 1);
    shows_small(place);
}

static void what_a_newcomer_calls_it_is_found(void **state) {
    (void)state;
    press(KEY_CODE_CONTROL('P'));
    type("hide half");
    assert_int_equal(model.prompt.count, 1);
    press(KEY_CODE_ENTER);
    assert_true(model.mine.show_at_ms > PICTURE_NOW);
    type("?/who left\r");
    shows("Sort by");
    shows("Show only who is online, just left");
}

static void what_an_action_does_is_not_cut_where_it_is_chosen(void **state) {
    (void)state;
    for (int action = 1; action < ACTION_COUNT; action++) {
        const struct action_row *row = action_row((enum action)action);
        if (text_cells(row->help) > 55)
            continue; /* the help has it in full */
        type(":");
        type(row->name);
        shows(row->help);
        press(KEY_CODE_ESCAPE);
    }
}

static void where_nothing_matches_it_is_said(void **state) {
    (void)state;
    const int keys[] = {KEY_CODE_CONTROL('P'), KEY_CODE_CONTROL('K')};
    for (int i = 0; i < 2; i++) {
        press(keys[i]);
        type("xyzzy");
        shows("Nothing is called so");
        shows_small("Nothing is called so");
        press(KEY_CODE_ESCAPE);
    }
}

static void an_empty_prompt_shows_an_example(void **state) {
    (void)state;
    static const char *const examples[][3] = {{"m", "such as: lunch for 45m", "lunch for 45m"},
        {"\\", "such as: is:online last:<1h in:#dev name", "is:online"},
        {":", "such as: invisible-for 30m", "invisible-for 30m"},
        {"/", "a part of what stands in this pane", "a part of"}};
    for (size_t i = 0; i < sizeof examples / sizeof examples[0]; i++) {
        type(examples[i][0]);
        shows(examples[i][1]);
        shows_small(examples[i][2]);
        type("x");
        expect_not_shown(&model, 24, 80, examples[i][1]);
        press(KEY_CODE_ESCAPE);
    }
}

/* ---- what would do nothing ---- */

static void a_theme_where_there_are_no_colours_says_why_nothing_changes(void **state) {
    (void)state;
    type("T");
    assert_int_equal(model.ui.theme, 1);
    model.ui.colourless = "this terminal has none";
    type("T");
    assert_int_equal(model.ui.theme, 1);
    shows("A theme is colours: this terminal has none");
}

static void the_key_of_what_changed_says_what_it_does_next(void **state) {
    (void)state;
    shows("d new");
    type("d");
    shows("d all");
}

/* ---- who left last ---- */

static void leaves(const char *id, int64_t at_ms) {
    picture_person(&model, id, model_find_person(&model, id)->name, "", false, true, 1, at_ms);
}

static void who_just_left_is_not_now_and_is_the_first_of_those_away(void **state) {
    (void)state;
    leaves("dana", PICTURE_NOW - 50000);
    leaves("ada", PICTURE_NOW - 20000);
    type("s");
    model_tick(&model, PICTURE_NOW + 2000);
    update_settle(&model);
    const char *const wanted[] = {"me", "chen", "ada", "dana", "bob", "eve"};
    for (size_t i = 0; i < sizeof wanted / sizeof wanted[0]; i++)
        SAME_TEXT(list_at(&model.list, i)->id, wanted[i]);
    shows("Ada Lovelace      just left    <1m");
    shows_small("Ada Lovelace       just left    <1m");
}

static void by_what_the_members_are_sorted_is_marked(void **state) {
    (void)state;
    shows_small("STATE ▾");
    type("s");
    shows("sort:last ▾");
    shows_small("LAST ▾");
    shows_small("STATE  ");
    type("ssS");
    shows("LOCAL▴");
}

static void f_offers_the_offline_and_says_what_it_shows(void **state) {
    (void)state;
    const char *const rules[] = {"online", "left", "offline", "unknown"};
    type("o"); /* hidden; but asked for by name they are shown */
    for (size_t i = 0; i < sizeof rules / sizeof rules[0]; i++) {
        char only[40];
        type("f");
        snprintf(only, sizeof only, "filter  %s (f)", rules[i]);
        shows(only);
        assert_true(model.list.count > 0);
    }
    type("f");
    shows("filter  none");
    type("1jj2f"); /* only eve, who is offline */
    shows("Nobody is online (f shows others)");
    type("f");
    shows("Nobody left within 5 minutes (f shows others)");
    type("f");
    shows("Eve Martin");
    type("f");
    shows("Nobody is unknown (f shows others)");
}

/* ---- what happened ---- */

static void a_long_name_never_hides_what_they_did(void **state) {
    (void)state;
    const int cols[] = {40, 60, 80, 120};
    picture_person(&model, "ada", "Adalbert Bonaventura Chrysostomus Dagobert Emmanuel the Younger",
        "", true, true, 1, PICTURE_NOW);
    leaves("ada", PICTURE_NOW);
    model_set_toast(&model, "", 0);
    for (size_t i = 0; i < sizeof cols / sizeof cols[0]; i++) {
        expect_shown(&model, 15, cols[i], cols[i] < 80 ? "~ went offline" : " went offline");
        type("3");
        expect_shown(&model, 24, cols[i], cols[i] < 80 ? "~ went offline" : " went offline");
        type("2");
    }
    picture_person(&model, "ada", model_find_person(&model, "ada")->name, "at sea", true, true, 1,
        PICTURE_NOW + 9000);
    picture_person(&model, "ada", model_find_person(&model, "ada")->name, "ashore", true, true, 1,
        PICTURE_NOW + 9000);
    expect_shown(&model, 15, 40, "is \"ashore\"");
}

/* ---- what is looked for ---- */

static unsigned finds(const char *text) {
    type("/");
    type(text);
    const unsigned found = (unsigned)model.prompt.found;
    press(KEY_CODE_ENTER);
    return found;
}

static unsigned finds_sign(int sign) {
    type("/");
    press(sign);
    const unsigned found = (unsigned)model.prompt.found;
    press(KEY_CODE_ENTER);
    return found;
}

static void a_search_finds_what_can_be_seen_and_nothing_else(void **state) {
    (void)state;
    picture_person(&model, "u-77", "Theo", "", true, true, 1, PICTURE_NOW);
    assert_int_equal(model_put_member(&model, "messaging:support", "u-77"), 0);
    update_settle(&model);
    assert_int_equal(finds("u-7"), 0); /* an id: nowhere on this screen */
    update_size(&model, 40, 120);
    assert_int_equal(finds("u-7"), 1); /* the detail has it */
    expect_shown(&model, 40, 120, "(u-77)");
    update_size(&model, 24, 80);
    model_set_glyphs(&model, GLYPH_SET_ASCII);
    assert_int_equal(finds("chen"), 1); /* so is he called where his name cannot be shown */
    assert_int_equal(finds_sign(0x9673), 0);
    model_set_glyphs(&model, GLYPH_SET_NEUTRAL);
    assert_int_equal(finds_sign(0x9673), 1);
    type("1");
    assert_int_equal(finds("#lun"), 1);
}

static void what_is_found_in_a_status_is_shown(void **state) {
    (void)state;
    picture_person(&model, "bob", "Bob Okafor",
        "at the dentist, then at the garage, and after that in the long meeting of the whole house",
        true, true, 1, PICTURE_NOW);
    assert_int_equal(finds("garage"), 1);
    model_set_toast(&model, "", 0);
    shows("garage");
    shows_small("Bob Okafor: \"~garage");
    assert_int_equal(finds("dentist"), 1);
    shows_small("Bob Okafor: \"at the dentist");
}

static void events_are_found_by_what_they_say(void **state) {
    (void)state;
    type("3");
    assert_int_equal(finds("went off"), 1);
    assert_int_equal(finds("bob"), 1);
    assert_int_equal(finds("on call"), 0); /* dana's status now: her line says that she came */
}

static void a_part_of_a_sign_is_not_found(void **state) {
    (void)state;
    struct needle needle;
    needle_set(&needle, "\xcc\x81"); /* a mark: nothing that can be shown found by itself */
    assert_false(needle_is_in(&needle, "cafe\xcc\x81", NULL));
    needle_set(&needle, "fe\xcc\x81");
    assert_true(needle_is_in(&needle, "cafe\xcc\x81", NULL));
}

static void the_line_of_the_selection_says_whom_it_is_about(void **state) {
    (void)state;
    shows_small("Ada Lovelace: active ~9m, \"reviewing\"");
    expect_shown(&model, 6, 24, "Ada Lov~: active ~9m");
    type("jj");
    shows_small("Dana Reyes: since 10:40, \"on call\"");
    type("G");
    expect_shown(&model, 24, 60, "old-bot: banned");
}

/* ---- what is said ---- */

static void key_at(int key, int64_t now_ms) {
    model_tick(&model, now_ms);
    update_key(&model, key, now_ms);
}

static void that_somebody_came_outlives_what_is_said_after_it(void **state) {
    (void)state;
    model_set_toast(&model, "Sorted", PICTURE_NOW + 4000);
    model_set_alert(&model, "Bob Okafor came online", PICTURE_NOW + 15000);
    shows("Bob Okafor came online");
    key_at('T', PICTURE_NOW + 14000);
    shows("light: ");
    expect_not_shown(&model, 24, 80, "Bob Okafor came online");
    model_tick(&model, PICTURE_NOW + 18000);
    shows("Bob Okafor came online"); /* for as long as it takes to read it */
    assert_true(model_next_change(&model, PICTURE_NOW + 18000) <= PICTURE_NOW + 22000);
    model_set_alert(&model, "Eve Martin came online", PICTURE_NOW + 33000);
    shows("Eve Martin came online; Bob Okafor came online");
    model_tick(&model, PICTURE_NOW + 33000);
    expect_not_shown(&model, 24, 80, "came online; Bob");
}

static void what_is_said_ends_with_the_next_key_and_with_its_time(void **state) {
    (void)state;
    key_at('T', PICTURE_NOW + 2000);
    key_at('j', PICTURE_NOW + 2300);
    shows("light: "); /* nobody reads so fast */
    key_at('j', PICTURE_NOW + 3500);
    expect_not_shown(&model, 24, 80, "light: ");
    key_at('T', PICTURE_NOW + 5000);
    model_tick(&model, PICTURE_NOW + 9000);
    SAME_TEXT(model.toast, "");
    key_at('T', PICTURE_NOW + 10000);
    model_tick(&model, PICTURE_NOW - 3600000); /* the clock was set back */
    SAME_TEXT(model.toast, "");
}

static void what_is_said_is_said_to_its_end_in_forty_columns(void **state) {
    (void)state;
    update_size(&model, 15, 40);
    type("jjjw");
    shows_small("You are told the next time");
    shows_small("comes or goes");
    model_tick(&model, PICTURE_NOW + 5000);
    shows_small(" +1 -1"); /* and the event is back */
    type("I");
    model_set_me(&model, "Ana", true, PICTURE_NOW);
    type("I");
    shows_small(" be seen)");
}

static void keys_have_words_where_there_is_room(void **state) {
    (void)state;
    expect_shown(&model, 20, 60, "i invisible w watch q quit");
    shows_small("visible 10:42");
    type("1");
    expect_shown(&model, 20, 60, "i invisible c write q quit");
}

static void again_is_the_very_next_key(void **state) {
    (void)state;
    picture_say(&model, "messaging:support", "mine", "me", "Mine.", PICTURE_NOW, false);
    type("\rkD");
    assert_non_null(strstr(model.toast, "again deletes"));
    type("tD");
    assert_non_null(strstr(model.toast, "again deletes"));
    assert_int_equal(model_chat(&model)->cursor->change, CHANGE_NONE);
    type("D");
    assert_int_not_equal(model_chat(&model)->cursor->change, CHANGE_NONE);
}

/* ---- my own light ---- */

static void until_when_i_am_invisible_is_said_at_every_width(void **state) {
    (void)state;
    model_set_me(&model, "Ana", true, PICTURE_NOW);
    type("I");
    assert_non_null(strstr(model.toast, "Invisible until 11:12 (I: longer, i: be seen)"));
    model_set_toast(&model, "", 0);
    shows("you:[INVISIBLE until 11:12]");
    shows_small("INVIS to 11:12");
    expect_shown(&model, 24, 60, "you:[INVISIBLE until 11:12]");
    expect_shown(&model, 24, 50, "you:[INVIS to 11:12]");
    shows("Ana (you)         invis 11:12  now");
    model_current(&model)->selected = model_find_person(&model, "me");
    shows("Ana: invisible until 11:12: others see you offline");
    shows_small("Ana: invisible until 11:12");
    type("4");
    shows_small("invisible until 11:12");
}

static void panes_that_q_does_not_quit_say_so(void **state) {
    (void)state;
    const char *const panes[] = {"4", "5"};
    for (size_t i = 0; i < sizeof panes / sizeof panes[0]; i++) {
        type(panes[i]);
        shows("Esc/q ");
        shows_small("Esc/q ");
    }
}

/* ---- what came while we were away ---- */

static bool flashes(const char *text) {
    struct cells cells;
    struct bytes row = BYTES_EMPTY;
    bool is_selected = false;
    assert_int_equal(cells_init(&cells, 24, 80), 0);
    view_draw(&cells, &model, model.now_ms);
    for (int at = 0; at < 24; at++) {
        bytes_clear(&row);
        cells_row_text(&cells, at, &row);
        if (strstr(bytes_text(&row), text) != NULL)
            is_selected = is_selected || cells_at(&cells, at, 3)->selected;
    }
    bytes_fini(&row);
    cells_fini(&cells);
    return is_selected;
}

static void a_channel_in_which_somebody_changed_flashes_as_they_do(void **state) {
    (void)state;
    static const char *const ids[] = {"eve"};
    assert_false(flashes("#lunch"));
    model_missed(&model, ids, 1, "", PICTURE_NOW);
    assert_true(flashes("#lunch"));
    assert_false(flashes("#dev"));
    model_tick(&model, PICTURE_NOW + 1300);
    assert_false(flashes("#lunch"));
    model.link.resyncing = true;
    model_set_unread(&model, "messaging:dev", 3, PICTURE_NOW - 1);
    assert_true(flashes("#dev"));
    assert_true(model_next_change(&model, PICTURE_NOW + 1300) <= PICTURE_NOW + 2500);
    model_tick(&model, PICTURE_NOW + 2600);
    assert_false(flashes("#dev"));
}

/* ---- rows that are held, keys that are others ---- */

static void a_held_order_says_so(void **state) {
    (void)state;
    type("p");
    shows("sort:state \xe2\x96\xbe (held)");
    type("p");
    expect_not_shown(&model, 24, 80, "(held)");
}

static void binds(enum action action, const char *keys) {
    struct bytes why = BYTES_EMPTY;
    assert_int_equal(keymap_bind(&model.keymap, action_row(action)->name, keys, 1, &why), 0);
    bytes_fini(&why);
}

static void what_is_to_be_pressed_is_what_is_mapped(void **state) {
    (void)state;
    binds(ACTION_SHOW, "F2");
    binds(ACTION_OFFLINE, "");
    binds(ACTION_EVENT_LEVEL, "F4");
    binds(ACTION_PAUSE, "F5");
    binds(ACTION_WATCH, "F6");
    binds(ACTION_COMPOSE, "F7");
    binds(ACTION_RECONNECT, "F8");
    binds(ACTION_SEARCH, "F9");
    binds(ACTION_MEMBERS, "F10");
    shows("hidden  none (:offl~"); /* it has no key */
    shows("F10 Members #support");
    press(KEY_CODE_F1 + 1);
    press(KEY_CODE_F1 + 1);
    press(KEY_CODE_F1 + 1);
    press(KEY_CODE_F1 + 1);
    model_current(&model)->selected = model_find_person(&model, "ada");
    press(KEY_CODE_F1 + 5);
    shows("WATCHED (F6)");
    press(KEY_CODE_F1 + 3);
    press(KEY_CODE_F1 + 3);
    shows("No events are shown (F4)");
    press(KEY_CODE_F1 + 4);
    assert_non_null(strstr(model.toast, "(F5 goes on)"));
    shows("PAUSED 0 (F5)");
    type("n");
    assert_non_null(strstr(model.toast, "Nothing is looked for yet (F9)"));
    type("?");
    shows("F9 finds, Enter does");
    type("q");
    model_set_toast(&model, "", 0);
    type("1j\r");
    chat_clear(model_chat(&model));
    model_chat(&model)->older = OLDER_NONE;
    shows("Nothing has been said here yet: F7 begins");
    const struct link_shown lost = {.state = LINK_WAITING,
        .stale_since_ms = PICTURE_NOW,
        .retry_at_ms = PICTURE_NOW + 3000,
        .reason = "no word from the server"};
    model_set_link(&model, &lost, PICTURE_NOW);
    shows("(F8 now)");
}

#define IN_WORLD(function) cmocka_unit_test_setup_teardown(function, furnish, clear)

int main(void) {
    const struct CMUnitTest cases[] = {
        IN_WORLD(the_help_says_its_row_in_full_and_where_it_works),
        IN_WORLD(the_help_says_how_much_of_it_there_is),
        IN_WORLD(what_a_newcomer_calls_it_is_found),
        IN_WORLD(what_an_action_does_is_not_cut_where_it_is_chosen),
        IN_WORLD(where_nothing_matches_it_is_said),
        IN_WORLD(an_empty_prompt_shows_an_example),
        IN_WORLD(a_theme_where_there_are_no_colours_says_why_nothing_changes),
        IN_WORLD(the_key_of_what_changed_says_what_it_does_next),
        IN_WORLD(who_just_left_is_not_now_and_is_the_first_of_those_away),
        IN_WORLD(by_what_the_members_are_sorted_is_marked),
        IN_WORLD(f_offers_the_offline_and_says_what_it_shows),
        IN_WORLD(a_long_name_never_hides_what_they_did),
        IN_WORLD(a_search_finds_what_can_be_seen_and_nothing_else),
        IN_WORLD(what_is_found_in_a_status_is_shown),
        IN_WORLD(events_are_found_by_what_they_say),
        IN_WORLD(a_part_of_a_sign_is_not_found),
        IN_WORLD(the_line_of_the_selection_says_whom_it_is_about),
        IN_WORLD(that_somebody_came_outlives_what_is_said_after_it),
        IN_WORLD(what_is_said_ends_with_the_next_key_and_with_its_time),
        IN_WORLD(what_is_said_is_said_to_its_end_in_forty_columns),
        IN_WORLD(keys_have_words_where_there_is_room),
        IN_WORLD(again_is_the_very_next_key),
        IN_WORLD(until_when_i_am_invisible_is_said_at_every_width),
        IN_WORLD(a_held_order_says_so),
        IN_WORLD(what_is_to_be_pressed_is_what_is_mapped),
        IN_WORLD(panes_that_q_does_not_quit_say_so),
        IN_WORLD(a_channel_in_which_somebody_changed_flashes_as_they_do),
    };
    return RUN_CASES("dashboard-words", cases);
}
