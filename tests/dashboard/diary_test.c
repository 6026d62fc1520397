/* SPDX-License-Identifier: MIT */
/* Histories as text, and back, whatever became of the text. */
#include "support/case.h"

#include "base/chance.h"
#include "dashboard/model/diary.h"
#include "picture.h"

enum { MINUTE = 60 * 1000, HOUR = 60 * MINUTE, DAY = 24 * HOUR };

#define T0 INT64_C(1795510800000)

static void met(struct diary *diary, struct person *person, const char *id) {
    *person = (struct person){.id = (char *)(uintptr_t)id};
    diary_meet(diary, person);
}

/* A day of the model's, noted, read by another. */
static char *written(void) {
    struct model model;
    picture_world(&model);
    bytes_clear(&model.diary.news);
    model.diary.on = true;
    picture_person(&model, "eve", "Eve", "", true, true, 1, PICTURE_NOW + MINUTE);
    picture_person(&model, "eve", "Eve", "", true, true, 1, PICTURE_NOW + 2 * MINUTE);
    picture_person(&model, "eve", "Eve", "", false, true, 1, PICTURE_NOW + 3 * MINUTE);
    const struct link_shown lost = {.state = LINK_WAITING};
    model_set_link(&model, &lost, PICTURE_NOW + 4 * MINUTE);
    diary_beat(&model.diary, PICTURE_NOW + 5 * MINUTE); /* too soon to be worth a line */
    diary_beat(&model.diary, PICTURE_NOW + 20 * MINUTE);
    char *text = strdup(bytes_text(&model.diary.news));
    model_fini(&model);
    return text;
}

static void what_is_noted_is_read_again(void **state) {
    (void)state;
    struct diary diary = {0};
    struct person eve, nobody;
    char *text = written();
    assert_int_equal(diary_read(&diary, text, strlen(text), PICTURE_NOW + HOUR), 0);
    assert_int_equal(diary.bad, 0);
    assert_true(diary.last_ms == (PICTURE_NOW + 20 * MINUTE) / 1000 * 1000);
    met(&diary, &eve, "eve");
    assert_int_equal(eve.history.count, 3); /* no turn where nothing turned */
    assert_int_equal(history_at(&eve.history, PICTURE_NOW + 2 * MINUTE), SEEN_HOME);
    assert_int_equal(history_at(&eve.history, PICTURE_NOW + 3 * MINUTE), SEEN_AWAY);
    assert_int_equal(history_at(&eve.history, PICTURE_NOW + 5 * MINUTE), SEEN_UNKNOWN);
    met(&diary, &nobody, "nobody");
    assert_int_equal(nobody.history.count, 0);
    history_fini(&eve.history);
    diary_clear(&diary);
    free(text);
}

/* The link is live, but of ada nobody tells us any more. */
static void who_is_not_told_of_is_not_observed(void **state) {
    (void)state;
    struct model model;
    picture_world(&model);
    const struct history *history = &model_find_person(&model, "ada")->history;
    assert_int_equal(history_at(history, PICTURE_NOW), SEEN_HOME);
    picture_person(&model, "ada", "Ada", "", true, false, 1, PICTURE_NOW + MINUTE);
    assert_int_equal(history_at(history, PICTURE_NOW + MINUTE), SEEN_UNKNOWN);
    picture_person(&model, "ada", "Ada", "", true, true, 1, PICTURE_NOW + 2 * MINUTE);
    assert_int_equal(history_at(history, PICTURE_NOW + 2 * MINUTE), SEEN_HOME);
    /* What was dead before anybody noticed is not known since then. */
    const struct link_shown lost = {
        .state = LINK_WAITING, .stale_since_ms = PICTURE_NOW + 5 * MINUTE};
    model_set_link(&model, &lost, PICTURE_NOW + 9 * MINUTE);
    assert_int_equal(history_at(history, PICTURE_NOW + 5 * MINUTE - 1000), SEEN_HOME);
    assert_int_equal(history_at(history, PICTURE_NOW + 5 * MINUTE), SEEN_UNKNOWN);
    model_fini(&model);
}

static void who_crashed_was_last_here_at_the_last_line(void **state) {
    (void)state;
    struct diary writer = {.on = true}, reader = {0};
    struct person ada = {.id = (char *)(uintptr_t) "ada"};
    history_put(&ada.history, SEEN_HOME, T0);
    diary_note(&writer, &ada);
    diary_beat(&writer, T0 + HOUR);
    assert_int_equal(
        diary_read(&reader, bytes_text(&writer.news), writer.news.len, T0 + 9 * HOUR), 0);
    history_fini(&ada.history);
    met(&reader, &ada, "ada");
    assert_int_equal(history_at(&ada.history, T0 + HOUR - 1000), SEEN_HOME);
    assert_int_equal(history_at(&ada.history, T0 + HOUR), SEEN_UNKNOWN);
    history_fini(&ada.history);
    diary_clear(&writer);
    diary_clear(&reader);
}

/* A line that is damaged costs itself; a text that is cut, at most its last line. */
static void damage_costs_no_more_than_its_line(void **state) {
    (void)state;
    char *text = written();
    const size_t len = strlen(text);
    size_t lines = 0;
    for (const char *at = text; *at != '\0'; at++)
        lines += *at == '\n';
    for (size_t cut = 0; cut <= len; cut++) {
        struct diary diary = {0};
        assert_int_equal(diary_read(&diary, text, cut, PICTURE_NOW + HOUR), 0);
        assert_true(diary.bad <= 1);
        diary_clear(&diary);
    }
    struct chance chance;
    chance_seed(&chance, 9);
    for (int i = 0; i < 3000; i++) {
        struct diary diary = {0};
        const size_t at = (size_t)chance_between(&chance, 0, (int64_t)len - 1);
        const char before = text[at];
        text[at] = (char)chance_between(&chance, 0, 255);
        assert_int_equal(diary_read(&diary, text, len, PICTURE_NOW + HOUR), 0);
        assert_true(diary.bad <= 2 && diary.lines <= lines + 1);
        assert_true(diary.bad >= 1 || text[at] == before || before == '\n');
        text[at] = before;
        diary_clear(&diary);
    }
    free(text);
}

static void what_has_not_been_yet_was_not_seen(void **state) {
    (void)state;
    struct diary diary = {0};
    char *text = written();
    assert_int_equal(diary_read(&diary, text, strlen(text), T0), 0);
    assert_int_equal(diary.past.count, 0);
    diary_clear(&diary);
    free(text);
}

static void printed_anew_it_says_the_same_but_for_what_is_old(void **state) {
    (void)state;
    struct model model;
    struct bytes text = BYTES_EMPTY;
    struct diary diary = {0};
    picture_world(&model);
    picture_day(&model);
    const int64_t from_ms = PICTURE_NOW - 6 * HOUR;
    diary_print(&model.diary, &model.people, from_ms, &text);
    assert_int_equal(diary_read(&diary, bytes_text(&text), text.len, PICTURE_NOW + HOUR), 0);
    assert_int_equal(diary.bad, 0);
    size_t i = 0;
    for (const struct person *known; (known = table_next(&model.people, &i)) != NULL;) {
        struct person read;
        met(&diary, &read, known->id);
        for (int64_t at = from_ms; at < PICTURE_NOW - 3 * MINUTE; at += MINUTE)
            assert_int_equal(history_at(&read.history, at), history_at(&known->history, at));
        assert_int_equal(history_at(&read.history, from_ms - MINUTE), SEEN_UNKNOWN);
        history_fini(&read.history);
    }
    diary_clear(&diary);
    bytes_fini(&text);
    model_fini(&model);
}

int main(void) {
    const struct CMUnitTest cases[] = {
        CASE(what_is_noted_is_read_again),
        CASE(who_is_not_told_of_is_not_observed),
        CASE(who_crashed_was_last_here_at_the_last_line),
        CASE(damage_costs_no_more_than_its_line),
        CASE(what_has_not_been_yet_was_not_seen),
        CASE(printed_anew_it_says_the_same_but_for_what_is_old),
    };
    return RUN_CASES("dashboard-diary", cases);
}
