/* SPDX-License-Identifier: MIT */
/* Who is waited for, the rules, and what is told because of them. */
#include "support/case.h"

#include "dashboard/input/key.h"
#include "dashboard/model/rule.h"
#include "picture.h"

#include <errno.h>

enum { MINUTE = 60 * 1000 };

static void comes(struct model *model, const char *id, bool online, int64_t now_ms) {
    picture_person(model, id, id, "", online, true, 1, now_ms);
}

static void expect_alert(struct model *model, const char *wanted) {
    struct alert alert;
    assert_true(watching_take(&model->watching, &alert));
    SAME_TEXT(alert.text, wanted);
}

static void expect_silence(struct model *model) {
    struct alert alert;
    assert_false(watching_take(&model->watching, &alert));
}

static void w_is_the_next_time_then_always_then_off(void **state) {
    (void)state;
    struct model model;
    picture_world(&model);
    update_size(&model, 24, 80);
    struct person *eve = model_find_person(&model, "eve");
    model_current(&model)->selected = eve;
    static const enum watch wanted[] = {WATCH_NEXT, WATCH_ALWAYS, WATCH_OFF, WATCH_NEXT};
    for (size_t i = 0; i < 4; i++) {
        update_key(&model, 'w', PICTURE_NOW);
        assert_int_equal(eve->watch, wanted[i]);
        assert_int_equal(watching_how(&model.watching, "eve"), wanted[i]);
    }
    assert_int_equal(model.watching.count, 1);
    model_current(&model)->selected = model_find_person(&model, "me");
    update_key(&model, 'w', PICTURE_NOW); /* nobody waits for themself */
    assert_int_equal(model.watching.count, 1);
    model_fini(&model);
}

static void the_next_time_is_told_once_and_always_is_always(void **state) {
    (void)state;
    struct model model;
    picture_world(&model);
    update_command(&model, ACTION_WATCH, "eve", PICTURE_NOW);
    update_command(&model, ACTION_WATCH, "finn", PICTURE_NOW);
    update_command(&model, ACTION_WATCH, "finn", PICTURE_NOW);
    comes(&model, "eve", true, PICTURE_NOW);
    comes(&model, "finn", true, PICTURE_NOW);
    comes(&model, "ada", false, PICTURE_NOW);
    expect_alert(&model, "Eve Martin came online");
    expect_alert(&model, "Finn Sato came online");
    expect_silence(&model);
    assert_int_equal(model_find_person(&model, "eve")->watch, WATCH_OFF);
    comes(&model, "eve", false, PICTURE_NOW);
    comes(&model, "finn", false, PICTURE_NOW);
    expect_alert(&model, "finn went offline");
    expect_silence(&model);
    model_fini(&model);
}

static void who_flaps_is_told_of_no_more(void **state) {
    (void)state;
    struct model model;
    picture_world(&model);
    update_command(&model, ACTION_WATCH, "eve", PICTURE_NOW);
    update_command(&model, ACTION_WATCH, "eve", PICTURE_NOW);
    int told = 0;
    struct alert alert;
    for (int i = 0; i < 30; i++) {
        comes(&model, "eve", i % 2 == 0, PICTURE_NOW + i * 1000);
        told += watching_take(&model.watching, &alert);
    }
    assert_int_equal(told, FLAP_CHANGES + 1);
    assert_true(model_find_person(&model, "eve")->flaps);
    model_tick(&model, PICTURE_NOW + 12 * MINUTE);
    assert_false(model_find_person(&model, "eve")->flaps);
    comes(&model, "eve", true, PICTURE_NOW + 13 * MINUTE);
    expect_alert(&model, "eve came online");
    model_fini(&model);
}

static void who_is_waited_for_once_is_told_of_though_they_flap(void **state) {
    (void)state;
    struct model model;
    picture_world(&model);
    for (int i = 0; i < 2 * FLAP_CHANGES; i++)
        comes(&model, "eve", i % 2 == 0, PICTURE_NOW + i * 1000);
    assert_true(model_find_person(&model, "eve")->flaps);
    update_command(&model, ACTION_WATCH, "eve", PICTURE_NOW);
    comes(&model, "eve", true, PICTURE_NOW + MINUTE);
    expect_alert(&model, "eve came online");
    comes(&model, "eve", false, PICTURE_NOW + MINUTE);
    expect_silence(&model);
    model_fini(&model);
}

static void who_is_not_known_yet_is_watched_once_they_are(void **state) {
    (void)state;
    struct model model;
    picture_world(&model);
    update_command(&model, ACTION_WATCH, "zoe", PICTURE_NOW);
    assert_null(model.watching.of[0].person);
    comes(&model, "zoe", false, PICTURE_NOW);
    assert_ptr_equal(model.watching.of[0].person, model_find_person(&model, "zoe"));
    expect_silence(&model); /* the first word is no event */
    comes(&model, "zoe", true, PICTURE_NOW);
    expect_alert(&model, "zoe came online");
    model_fini(&model);
}

static void alerts_that_find_no_room_are_counted(void **state) {
    (void)state;
    struct watching watching = {0};
    struct alert alert;
    for (int i = 0; i < ALERTS_MOST + 5; i++) {
        char text[20];
        snprintf(text, sizeof text, "%d", i);
        watching_alert(&watching, text, true);
    }
    for (int i = 0; i < ALERTS_MOST; i++) {
        assert_true(watching_take(&watching, &alert));
        assert_int_equal(atoi(alert.text), i);
        assert_int_equal(alert.more, i == ALERTS_MOST - 1 ? 5 : 0);
    }
    assert_false(watching_take(&watching, &alert));
    for (int i = 0; i < WATCHED_MOST; i++) {
        char id[20];
        snprintf(id, sizeof id, "u%d", i);
        assert_int_equal(watching_set(&watching, id, NULL, WATCH_ALWAYS), 0);
    }
    assert_int_equal(watching_set(&watching, "x", NULL, WATCH_NEXT), -ENOSPC);
    assert_int_equal(watching_set(&watching, "u7", NULL, WATCH_NEXT), 0);
    assert_int_equal(watching_set(&watching, "u8", NULL, WATCH_OFF), 0);
    assert_int_equal(watching_set(&watching, "x", NULL, WATCH_NEXT), 0);
    watching_fini(&watching);
}

/* ---- rules ---- */

static void read_rules(struct rules *rules, const char *groups, const char *text) {
    struct bytes why = BYTES_EMPTY;
    assert_int_equal(rules_read(rules, groups, text, &why), 0);
    SAME_TEXT(bytes_text(&why), "");
    bytes_fini(&why);
}

static void a_rule_speaks_when_it_becomes_true_and_not_before(void **state) {
    (void)state;
    struct model model;
    struct rules rules = {0};
    picture_world(&model);
    comes(&model, "kim", false, PICTURE_NOW);
    read_rules(
        &rules, "oncall: eve finn kim; b: ada", "when 2 of @oncall are home; finn comes home");
    rules_look(&rules, &model, PICTURE_NOW);
    expect_silence(&model);
    comes(&model, "eve", true, PICTURE_NOW);
    rules_look(&rules, &model, PICTURE_NOW);
    expect_silence(&model);
    comes(&model, "finn", true, PICTURE_NOW);
    rules_look(&rules, &model, PICTURE_NOW);
    expect_alert(&model, "2 of @oncall are home");
    expect_alert(&model, "finn is home");
    rules_look(&rules, &model, PICTURE_NOW);
    expect_silence(&model);
    /* It flaps: nothing for ten minutes. */
    comes(&model, "finn", false, PICTURE_NOW);
    rules_look(&rules, &model, PICTURE_NOW);
    comes(&model, "finn", true, PICTURE_NOW);
    rules_look(&rules, &model, PICTURE_NOW + RULE_QUIET_MS - 1);
    expect_silence(&model);
    comes(&model, "finn", false, PICTURE_NOW);
    rules_look(&rules, &model, PICTURE_NOW + RULE_QUIET_MS);
    comes(&model, "finn", true, PICTURE_NOW);
    rules_look(&rules, &model, PICTURE_NOW + RULE_QUIET_MS);
    expect_alert(&model, "2 of @oncall are home");
    rules_fini(&rules);
    model_fini(&model);
}

static void who_is_unknown_makes_no_rule_true(void **state) {
    (void)state;
    struct model model;
    struct rules rules = {0};
    picture_world(&model);
    read_rules(&rules, "", "#support drops below 4; #nowhere drops below 9");
    rules_look(&rules, &model, PICTURE_NOW); /* four are home, and kim is unknown */
    comes(&model, "ada", false, PICTURE_NOW);
    rules_look(&rules, &model, PICTURE_NOW); /* three or four */
    expect_silence(&model);
    comes(&model, "kim", false, PICTURE_NOW);
    rules_look(&rules, &model, PICTURE_NOW);
    expect_alert(&model, "#support dropped below 4: 3 home");
    const struct link_shown lost = {.state = LINK_WAITING, .stale_since_ms = PICTURE_NOW};
    model_set_link(&model, &lost, PICTURE_NOW);
    rules_look(&rules, &model, PICTURE_NOW + 2 * RULE_QUIET_MS);
    expect_silence(&model);
    rules_fini(&rules);
    model_fini(&model);
}

static void a_rule_that_makes_no_sense_is_refused_with_a_reason(void **state) {
    (void)state;
    static const char *const bad[][3] = {
        {"", "3 of @oncall are home", "there is no such group: '@oncall'"},
        {"", "dana maybe", "a rule is"},
        {"", "0 of #dev are home", "a rule is"},
        {"", "999999999 of #dev are home", "a rule is"},
        {"", "when #dev drops below two", "a rule is"},
        {"oncall", "", "a group is"},
        {": dana", "", "a group is"},
        {"empty:  ", "", "nobody is in the group"},
    };
    struct rules rules = {0};
    read_rules(&rules, "a: b", "1 of @a are home");
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        struct bytes why = BYTES_EMPTY;
        assert_int_equal(rules_read(&rules, bad[i][0], bad[i][1], &why), -EINVAL);
        assert_non_null(strstr(bytes_text(&why), bad[i][2]));
        bytes_fini(&why);
    }
    assert_int_equal(rules.count, 1); /* as it was */
    rules_fini(&rules);
}

static void the_watched_have_a_list_and_a_group(void **state) {
    (void)state;
    struct model model;
    picture_world(&model);
    update_command(&model, ACTION_WATCH, "dana", PICTURE_NOW);
    update_command(&model, ACTION_WATCH, "dana", PICTURE_NOW);
    update_command(&model, ACTION_WATCH, "eve", PICTURE_NOW);
    update_command(&model, ACTION_WATCH, "zoe", PICTURE_NOW);
    model_set_toast(&model, "", 0);
    update_key(&model, 'W', PICTURE_NOW);
    update_key(&model, 'j', PICTURE_NOW);
    update_key(&model, 'w', PICTURE_NOW);
    update_key(&model, 'w', PICTURE_NOW);
    assert_int_equal(watching_how(&model.watching, "eve"), WATCH_OFF);
    assert_int_equal(model.watching.count, 2);
    update_key(&model, KEY_CODE_ESCAPE, PICTURE_NOW);
    assert_false(model.watch_open);
    model_fini(&model);
}

int main(void) {
    const struct CMUnitTest cases[] = {
        CASE(w_is_the_next_time_then_always_then_off),
        CASE(the_next_time_is_told_once_and_always_is_always),
        CASE(who_flaps_is_told_of_no_more),
        CASE(who_is_waited_for_once_is_told_of_though_they_flap),
        CASE(who_is_not_known_yet_is_watched_once_they_are),
        CASE(alerts_that_find_no_room_are_counted),
        CASE(a_rule_speaks_when_it_becomes_true_and_not_before),
        CASE(who_is_unknown_makes_no_rule_true),
        CASE(a_rule_that_makes_no_sense_is_refused_with_a_reason),
        CASE(the_watched_have_a_list_and_a_group),
    };
    return RUN_CASES("dashboard-watching", cases);
}
