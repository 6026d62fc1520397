/* SPDX-License-Identifier: MIT */
/* Who watches a channel: what is told while the answer is on its way holds against it. */
#include "support/case.h"

#include "dashboard/model/audience.h"
#include "picture.h"

static struct model model;
static struct audience audience;

static int furnish(void **state) {
    (void)state;
    picture_world(&model);
    update_size(&model, 40, 120);
    audience = (struct audience){0};
    return 0;
}

static int clear(void **state) {
    (void)state;
    audience_fini(&audience);
    model_fini(&model);
    return 0;
}

static struct person *person(const char *id) {
    return model_find_person(&model, id);
}

static bool has(const char *id) {
    return audience_has(&audience, person(id), NULL);
}

static void answer(const char *first, const char *second) {
    struct person *people[] = {person(first), person(second)};
    assert_int_equal(audience_take(&audience, people, 2), 0);
}

static void an_answer_replaces_what_was_known(void **state) {
    (void)state;
    int64_t since_ms = 1;
    assert_int_equal(audience_begin(&audience, person("bob"), 5), 0);
    assert_true(has("bob"));
    audience_asked(&audience);
    answer("ada", "dana");
    assert_int_equal(audience.state, AUDIENCE_KNOWN);
    assert_true(has("ada") && has("dana"));
    assert_false(has("bob"));
    assert_true(audience_has(&audience, person("ada"), &since_ms));
    assert_int_equal(since_ms, 0); /* since before we asked */
    assert_int_equal(audience_end(&audience, person("ada")), 0);
    assert_int_equal(audience_end(&audience, person("ada")), 0);
    assert_int_equal(audience_end(&audience, person("eve")), 0);
    assert_false(has("ada"));
}

static void what_is_told_meanwhile_holds_against_the_answer(void **state) {
    (void)state;
    int64_t since_ms = 0;
    audience_asked(&audience);
    assert_int_equal(audience_end(&audience, person("dana")), 0); /* not known to watch yet */
    assert_int_equal(audience_begin(&audience, person("bob"), 7), 0);
    assert_false(has("dana"));
    answer("ada", "dana");
    assert_true(has("ada") && has("bob"));
    assert_false(has("dana"));
    assert_true(audience_has(&audience, person("bob"), &since_ms));
    assert_int_equal(since_ms, 7);
    audience_asked(&audience); /* what held against that answer does not against the next */
    answer("ada", "dana");
    assert_true(has("ada") && has("dana"));
    assert_false(has("bob"));
}

static void people_watch_what_is_shown(void **state) {
    (void)state;
    static const char *const support[] = {"ada", "dana"};
    static const char *const dev[] = {"dana", "me", "chen", "nobody"};
    assert_int_equal(model_set_watchers(&model, "messaging:support", support, 2), 0);
    assert_int_equal(model_set_watchers(&model, "messaging:dev", dev, 4), 0);
    assert_int_equal(model_set_watchers(&model, "messaging:none", dev, 3), 0);
    update_settle(&model);
    assert_true(person_watches(person("ada")) && person_watches(person("dana")));
    assert_false(person_watches(person("chen")));
    model.channel_at = 2;
    update_settle(&model);
    assert_false(person_watches(person("ada")));
    assert_true(person_watches(person("chen")) && person_watches(person("dana")));
    assert_false(person_watches(person("me"))); /* that I know */
    model_drop_channel(&model, "messaging:dev");
    model.channel_at = 0;
    update_settle(&model);
    assert_false(person_watches(person("chen")) || person_watches(person("dana")));
}

static void a_link_that_was_lost_makes_it_a_picture_of_the_past(void **state) {
    (void)state;
    static const char *const support[] = {"ada"};
    const struct link_shown lost = {.state = LINK_WAITING,
                                .stale_since_ms = PICTURE_NOW,
                                .retry_at_ms = PICTURE_NOW + 4000},
                            live = {.state = LINK_LIVE};
    assert_int_equal(model_set_watchers(&model, "messaging:support", support, 1), 0);
    update_settle(&model);
    model_set_link(&model, &lost, PICTURE_NOW);
    update_settle(&model);
    assert_true(person("ada")->watches); /* rows stay where they are */
    model_set_link(&model, &live, PICTURE_NOW + 5000);
    update_settle(&model);
    assert_false(person("ada")->watches);
    assert_int_equal(model_find_channel(&model, "messaging:support")->audience.state,
        AUDIENCE_UNKNOWN); /* it is asked for again */
}

int main(void) {
    const struct CMUnitTest cases[] = {
        cmocka_unit_test_setup_teardown(an_answer_replaces_what_was_known, furnish, clear),
        cmocka_unit_test_setup_teardown(
            what_is_told_meanwhile_holds_against_the_answer, furnish, clear),
        cmocka_unit_test_setup_teardown(people_watch_what_is_shown, furnish, clear),
        cmocka_unit_test_setup_teardown(
            a_link_that_was_lost_makes_it_a_picture_of_the_past, furnish, clear),
    };
    return RUN_CASES("dashboard-audience", cases);
}
