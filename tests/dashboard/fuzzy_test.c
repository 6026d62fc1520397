/* SPDX-License-Identifier: MIT */
/* A few letters: which texts they stand for, and for which best. */
#include "support/case.h"

#include "dashboard/model/fuzzy.h"

static void all_letters_in_their_order_or_not_at_all(void **state) {
    (void)state;
    assert_true(fuzzy_score("incident-4711", "i47", NULL) > 0);
    assert_int_equal(fuzzy_score("incident-4711", "74", NULL), 0);
    assert_int_equal(fuzzy_score("", "a", NULL), 0);
    assert_int_equal(fuzzy_score("ab", "abc", NULL), 0);
    assert_true(fuzzy_score("陳大文", "大", NULL) > 0);
    assert_true(fuzzy_score("a very very very very very long gap z", "az", NULL) > 0);
}

static void better(const char *letters, const char *good, const char *less) {
    if (fuzzy_score(good, letters, NULL) <= fuzzy_score(less, letters, NULL))
        fail_msg("for %s, %s is no better than %s", letters, good, less);
}

static void together_and_at_the_beginnings_is_better(void **state) {
    (void)state;
    better("dev", "dev", "devops");
    better("dev", "devops", "my-dev");
    better("dev", "my-dev", "undevoted");
    better("dev", "undevoted", "sudden love");
    better("dr", "dana reyes", "dora");
}

static void the_letters_are_marked(void **state) {
    (void)state;
    uint64_t marks = 0;
    assert_true(fuzzy_score("abcabc", "bc", &marks) > 0);
    assert_int_equal(marks, 0x6);
}

int main(void) {
    const struct CMUnitTest cases[] = {CASE(all_letters_in_their_order_or_not_at_all),
        CASE(together_and_at_the_beginnings_is_better), CASE(the_letters_are_marked)};
    return RUN_CASES("dashboard-fuzzy", cases);
}
