/* SPDX-License-Identifier: MIT */
/* What a getter answered, and what it can be compared with. */
#include "support/wire_case.h"
#include "wire/answer.h"

static bool equals(struct filter_value got, const char *wanted) {
    json *want = json_of(wanted);
    const bool same = answer_equals(&got, want);
    json_free(want);
    return same;
}

/* -1, 0, 1; 9: no order. */
static int order(struct filter_value got, const char *wanted) {
    json *want = json_of(wanted);
    int way = 0;
    const bool has = answer_order(&got, want, &way);
    json_free(want);
    return !has ? 9 : (way > 0) - (way < 0);
}

static const struct filter_value missing = {.kind = FILTER_MISSING};

static void equal_is_of_the_same_kind(void **state) {
    (void)state;
    assert_true(equals(filter_text("ana"), "'ana'"));
    assert_false(equals(filter_text("ana"), "'Ana'"));
    assert_true(equals(filter_boolean(true), "true"));
    assert_false(equals(filter_boolean(true), "1"));
    /* Times are the filter's own, which reads them once when it is compiled. */
    assert_false(equals(filter_time(1), "'1970-01-01T00:00:00.000001Z'"));
    assert_false(equals(missing, "'ana'"));
    assert_false(equals(filter_text(NULL), "''"));
}

static void order_is_of_numbers_and_of_texts(void **state) {
    (void)state;
    const struct filter_value three = {.kind = FILTER_NUMBER, .number = 3};
    assert_int_equal(order(three, "4"), -1);
    assert_int_equal(order(three, "3"), 0);
    assert_int_equal(order(filter_text("b"), "'a'"), 1);
    assert_int_equal(order(three, "'3'"), 9);
    assert_int_equal(order(missing, "3"), 9);
}

static void words_are_found_at_their_beginning_or_anywhere(void **state) {
    (void)state;
    const struct filter_value name = filter_text("Ada Lovelace");
    assert_true(answer_has_words(&name, "love", true));
    assert_false(answer_has_words(&name, "lace", true));
    assert_true(answer_has_words(&name, "LACE", false));
    assert_false(answer_has_words(&missing, "x", false));
}

static void answers_of_one_field_have_an_order(void **state) {
    (void)state;
    const struct filter_value a = filter_text("a"), b = filter_text("b");
    assert_true(answer_compare(&a, &b) < 0);
    assert_true(answer_compare(&b, &a) > 0);
    assert_int_equal(answer_compare(&a, &a), 0);
    const struct filter_value no = filter_boolean(false), yes = filter_boolean(true);
    assert_true(answer_compare(&no, &yes) < 0);
}

int main(void) {
    const struct CMUnitTest cases[] = {CASE(equal_is_of_the_same_kind),
        CASE(order_is_of_numbers_and_of_texts),
        CASE(words_are_found_at_their_beginning_or_anywhere),
        CASE(answers_of_one_field_have_an_order)};
    return RUN_CASES("wire-answer", cases);
}
