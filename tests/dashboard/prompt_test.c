/* SPDX-License-Identifier: MIT */
/* What is written into the line at the bottom: what it does at once, with Enter, and with Esc. */
#include "support/case.h"

#include "base/chance.h"
#include "dashboard/input/key.h"
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

static unsigned press(int key) {
    return update_key(&model, key, PICTURE_NOW);
}

static unsigned type(const char *text) {
    unsigned effects = 0;
    for (; *text != '\0'; text++)
        effects = press((unsigned char)*text);
    return effects;
}

static void stands_on(const char *id) {
    SAME_TEXT(model_current(&model)->selected->id, id);
}

static void a_search_goes_there_as_it_is_written(void **state) {
    (void)state;
    type("/e");
    assert_int_equal(model.prompt.kind, PROMPT_SEARCH);
    stands_on("ada"); /* Lovelace, where the cursor was */
    type("ve");
    stands_on("eve"); /* and not Lovelace: "eve" */
    press(KEY_CODE_ENTER);
    assert_int_equal(model.prompt.kind, PROMPT_NONE);
    stands_on("eve");
    type("/an");
    stands_on("me"); /* around the end */
    assert_int_equal(model.prompt.found, 2);
    press(KEY_CODE_ENTER);
    type("n");
    stands_on("dana");
    type("n");
    stands_on("me");
    assert_non_null(strstr(model.toast, "from the beginning"));
    type("N");
    stands_on("dana");
    type("/zz");
    press(KEY_CODE_ESCAPE);
    stands_on("dana");
    type("/");
    press(KEY_CODE_ENTER); /* nothing: the last one again */
    stands_on("me");
    press(KEY_CODE_ESCAPE);
    SAME_TEXT(model.needle.text, "");
    type("n");
    assert_non_null(strstr(model.toast, "Nothing is looked for"));
}

static void each_pane_is_searched_in_its_own_rows(void **state) {
    (void)state;
    type("1/lun");
    press(KEY_CODE_ENTER);
    SAME_TEXT(model_current(&model)->name, "lunch");
    type("3/dana");
    press(KEY_CODE_ENTER);
    assert_int_equal(model.event_scroll, 1);
}

static void a_filter_filters_as_it_is_written_and_esc_undoes(void **state) {
    (void)state;
    type("\\is:online");
    assert_int_equal(model.list.count, 4);
    type(" foo:");
    assert_int_equal(model.prompt.fault.from, 10);
    press(KEY_CODE_ENTER); /* it makes no sense: it stays */
    assert_int_equal(model.prompt.kind, PROMPT_FILTER);
    press(KEY_CODE_CONTROL('W'));
    press(KEY_CODE_ENTER);
    assert_int_equal(model.prompt.kind, PROMPT_NONE);
    SAME_TEXT(model.filter_text, "is:online ");
    type("\\");
    press(KEY_CODE_CONTROL('U'));
    assert_int_equal(model.list.count, 9);
    press(KEY_CODE_ESCAPE);
    assert_int_equal(model.list.count, 4);
    press(KEY_CODE_ESCAPE);
    assert_int_equal(model.list.count, 9);
    SAME_TEXT(model.filter_text, "");
}

static void keys_are_text_while_one_is_open(void **state) {
    (void)state;
    assert_int_equal(type(":iq?") & (EFFECT_QUIT | EFFECT_HIDE), 0);
    SAME_TEXT(editor_text(&model.prompt.editor), "iq?");
    assert_int_equal(press(KEY_CODE_CONTROL('C')), EFFECT_QUIT);
    assert_int_equal(press(KEY_CODE_CONTROL('Z')), EFFECT_SUSPEND);
    update_paste(&model, "a\rb", PICTURE_NOW);
    SAME_TEXT(editor_text(&model.prompt.editor), "iq?a b");
    press(KEY_CODE_ESCAPE);
    update_paste(&model, "qi", PICTURE_NOW); /* into nothing */
    assert_int_equal(model.light_wanted, LIGHT_UNKNOWN);
}

static void a_command_is_an_action_by_its_name(void **state) {
    (void)state;
    type(":sort last");
    press(KEY_CODE_ENTER);
    assert_int_equal(model.list.key, SORT_LAST);
    type(":invisible");
    assert_int_equal(press(KEY_CODE_ENTER), EFFECT_HIDE);
    type(":filter is:left");
    press(KEY_CODE_ENTER);
    assert_int_equal(model.list.count, 1);
    type(":filter is:what");
    press(KEY_CODE_ENTER);
    assert_non_null(strstr(model.toast, "online left"));
    type(":status on holiday");
    assert_int_equal(press(KEY_CODE_ENTER), EFFECT_STATUS);
    SAME_TEXT(model.mine.status, "on holiday");
    type(":add bob eve");
    assert_int_equal(press(KEY_CODE_ENTER), EFFECT_ADD);
    SAME_TEXT(model.wish, "bob eve");
    type(":leave #dev");
    assert_int_equal(press(KEY_CODE_ENTER), EFFECT_LEAVE);
    SAME_TEXT(model.wish, "messaging:dev");
    type(":leave");
    press(KEY_CODE_ENTER);
    SAME_TEXT(model.wish, "messaging:support");
    type(":channel messaging:attic");
    assert_int_equal(press(KEY_CODE_ENTER), EFFECT_CHANNEL);
    SAME_TEXT(model.wish, "messaging:attic");
}

static void is_refused(const char *line, const char *why) {
    type(":");
    type(line);
    assert_int_equal(press(KEY_CODE_ENTER), 0);
    if (strstr(model.toast, why) == NULL)
        fail_msg("%s: %s", line, model.toast);
}

static void what_makes_no_sense_is_said(void **state) {
    (void)state;
    is_refused("frobnicate", "No command \"frobnicate\"");
    is_refused("re", "Several commands");
    is_refused("add", "wants USER");
    is_refused("reverse now", "takes nothing");
    is_refused("sort size", "state|last|name");
    is_refused("leave attic", "no such channel");
    is_refused("", "");
    type("1k");
    is_refused("add bob", "Choose one channel");
    const struct link_shown lost = {.state = LINK_WAITING, .stale_since_ms = 1};
    model_set_link(&model, &lost, PICTURE_NOW);
    is_refused("channel messaging:a", "Not connected");
}

static void tab_completes_names_words_channels_and_people(void **state) {
    (void)state;
    type(":so");
    press(KEY_CODE_TAB);
    SAME_TEXT(editor_text(&model.prompt.editor), "sort");
    type(" c");
    press(KEY_CODE_TAB);
    SAME_TEXT(editor_text(&model.prompt.editor), "sort channels");
    press(KEY_CODE_ESCAPE);
    type(":add eve ");
    type("da");
    press(KEY_CODE_TAB);
    SAME_TEXT(editor_text(&model.prompt.editor), "add eve dana");
    press(KEY_CODE_TAB);
    SAME_TEXT(editor_text(&model.prompt.editor), "add eve ada");
    press(KEY_CODE_BACK_TAB);
    SAME_TEXT(editor_text(&model.prompt.editor), "add eve dana");
    press(KEY_CODE_ESCAPE);
    type(":leave lu");
    press(KEY_CODE_TAB);
    SAME_TEXT(editor_text(&model.prompt.editor), "leave messaging:lunch");
    press(KEY_CODE_ESCAPE);
    type(":theme li");
    press(KEY_CODE_TAB);
    SAME_TEXT(editor_text(&model.prompt.editor), "theme light");
    press(KEY_CODE_ESCAPE);
    type(":xyzzy");
    press(KEY_CODE_TAB);
    SAME_TEXT(editor_text(&model.prompt.editor), "xyzzy");
}

static void what_was_written_comes_back_with_up(void **state) {
    (void)state;
    type(":sort name");
    press(KEY_CODE_ENTER);
    type(":");
    press(KEY_CODE_UP);
    SAME_TEXT(editor_text(&model.prompt.editor), "sort name");
    press(KEY_CODE_ESCAPE);
    type("/"); /* another past */
    press(KEY_CODE_UP);
    SAME_TEXT(editor_text(&model.prompt.editor), "");
}

static void a_palette_takes_what_is_chosen(void **state) {
    (void)state;
    press(KEY_CODE_CONTROL('P'));
    type("rvrs");
    press(KEY_CODE_ENTER);
    assert_true(model.list.reversed);
    press(KEY_CODE_CONTROL('P'));
    type("page");
    press(KEY_CODE_DOWN);
    SAME_TEXT(model.prompt.choices[model.prompt.at].text, "page-up");
    press(KEY_CODE_ESCAPE);
}

static void a_jump_goes_to_a_channel_or_a_person(void **state) {
    (void)state;
    press(KEY_CODE_CONTROL('K'));
    assert_int_equal(model.prompt.count, 4); /* everybody, and three channels */
    type("lnch");
    press(KEY_CODE_ENTER);
    SAME_TEXT(model_current(&model)->name, "lunch");
    press(KEY_CODE_CONTROL('K'));
    type("finn");
    press(KEY_CODE_ENTER);
    SAME_TEXT(model_current(&model)->name, "support");
    stands_on("finn");
    type("o"); /* finn is away, and hidden now */
    press(KEY_CODE_CONTROL('K'));
    type("@finn");
    press(KEY_CODE_ENTER);
    stands_on("finn");
    assert_non_null(strstr(model.toast, "The filter hid them"));
    press(KEY_CODE_CONTROL('K'));
    type("nobody at all");
    assert_int_equal(model.prompt.count, 0);
    press(KEY_CODE_ENTER);
    stands_on("finn");
}

static void m_changes_the_status_that_there_is(void **state) {
    (void)state;
    picture_person(&model, "me", "Ana", "here", true, true, 1, PICTURE_NOW);
    type("m!");
    SAME_TEXT(editor_text(&model.prompt.editor), "here!");
    assert_int_equal(press(KEY_CODE_ENTER), EFFECT_STATUS);
    SAME_TEXT(model.mine.status, "here!");
    type("m");
    press(KEY_CODE_CONTROL('U'));
    assert_int_equal(press(KEY_CODE_ENTER), EFFECT_STATUS);
    SAME_TEXT(model.mine.status, "");
}

static void no_size_breaks_them(void **state) {
    (void)state;
    static const char *const texts[] = {"/\xe9\x99\xb3 a", "\\last:oops", ":so", "\x0b#", "m"};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        press(KEY_CODE_ESCAPE);
        type(texts[i]);
        update_paste(&model, "long long long long long \x1b[2J", PICTURE_NOW);
        for (int rows = 1; rows <= 50; rows += 5) {
            for (int cols = 1; cols <= 150; cols += 9) {
                struct cells cells;
                update_size(&model, rows, cols);
                assert_int_equal(cells_init(&cells, rows, cols), 0);
                view_draw(&cells, &model, PICTURE_NOW);
                cells_fini(&cells);
            }
        }
    }
}

/* A cat on the keyboard, while people come and go and the window is pulled about. */
static void any_keys_at_all_break_nothing(void **state) {
    (void)state;
    static const int special[] = {KEY_CODE_UP, KEY_CODE_DOWN, KEY_CODE_LEFT, KEY_CODE_RIGHT,
        KEY_CODE_HOME, KEY_CODE_END, KEY_CODE_PAGE_UP, KEY_CODE_PAGE_DOWN, KEY_CODE_BACK_TAB,
        KEY_CODE_DELETE, KEY_CODE_ENTER, KEY_CODE_ESCAPE, KEY_CODE_TAB, 0x9673, 0x301};
    static const char *const ids[] = {"ada", "bob", "eve", "kim", "dana", "new1", "new2"};
    struct chance chance;
    int64_t now = PICTURE_NOW;
    chance_seed(&chance, 17);
    for (int step = 0; step < 20000; step++) {
        const size_t who = (size_t)chance_between(&chance, 0, sizeof ids / sizeof ids[0] - 1);
        const size_t some = (size_t)chance_between(
            &chance, 0, sizeof special / sizeof special[0] - 1);
        now += (int64_t)chance_between(&chance, 0, 900);
        switch (chance_between(&chance, 0, 9)) {
        case 0:
            picture_person(&model, ids[who], ids[who], "", step % 2, step % 5 > 0, 60000, now);
            break;
        case 1: model_put_member(&model, "messaging:support", ids[who]); break;
        case 2: model_remove_member(&model, "messaging:support", ids[who]); break;
        case 3: update_key(&model, special[some], now); break;
        case 4: update_key(&model, (int)chance_between(&chance, 1, 31), now); break;
        default: update_key(&model, (int)chance_between(&chance, 32, 126), now); break;
        }
        model_tick(&model, now);
        if (step % 16 != 0)
            continue;
        struct cells cells;
        update_size(
            &model, (int)chance_between(&chance, 1, 45), (int)chance_between(&chance, 1, 140));
        assert_int_equal(cells_init(&cells, model.rows, model.cols), 0);
        view_draw(&cells, &model, now);
        cells_fini(&cells);
        if (model.list.count > 0)
            assert_non_null(model_current(&model)->selected);
    }
}

#define IN_WORLD(function) cmocka_unit_test_setup_teardown(function, furnish, clear)

int main(void) {
    const struct CMUnitTest cases[] = {
        IN_WORLD(a_search_goes_there_as_it_is_written),
        IN_WORLD(each_pane_is_searched_in_its_own_rows),
        IN_WORLD(a_filter_filters_as_it_is_written_and_esc_undoes),
        IN_WORLD(keys_are_text_while_one_is_open),
        IN_WORLD(a_command_is_an_action_by_its_name),
        IN_WORLD(what_makes_no_sense_is_said),
        IN_WORLD(tab_completes_names_words_channels_and_people),
        IN_WORLD(what_was_written_comes_back_with_up),
        IN_WORLD(a_palette_takes_what_is_chosen),
        IN_WORLD(a_jump_goes_to_a_channel_or_a_person),
        IN_WORLD(m_changes_the_status_that_there_is),
        IN_WORLD(no_size_breaks_them),
        IN_WORLD(any_keys_at_all_break_nothing),
    };
    return RUN_CASES("dashboard-prompt", cases);
}
