/* SPDX-License-Identifier: MIT */
/* What was written before: each text once, the newest last, bounded. */
#include "support/case.h"

#include "dashboard/input/past.h"

static void each_text_is_kept_once_where_it_was_last(void **state) {
    (void)state;
    struct past past = {0};
    assert_int_equal(past_add(&past, "one"), 0);
    assert_int_equal(past_add(&past, "two"), 0);
    assert_int_equal(past_add(&past, "one"), 0);
    assert_int_equal(past_add(&past, "  "), 0);
    assert_int_equal(past.count, 2);
    SAME_TEXT(past_at(&past, 1), "one");
    SAME_TEXT(past_at(&past, 2), "two");
    assert_null(past_at(&past, 3));
    assert_null(past_at(&past, 0));
    past_fini(&past);
}

static void the_oldest_goes_when_there_is_no_room(void **state) {
    (void)state;
    struct past past = {0};
    for (int i = 0; i <= PAST_MOST; i++) {
        char text[16];
        snprintf(text, sizeof text, "%d", i);
        assert_int_equal(past_add(&past, text), 0);
    }
    assert_int_equal(past.count, PAST_MOST);
    SAME_TEXT(past_at(&past, PAST_MOST), "1");
    past_fini(&past);
}

int main(void) {
    const struct CMUnitTest cases[] = {
        CASE(each_text_is_kept_once_where_it_was_last),
        CASE(the_oldest_goes_when_there_is_no_room),
    };
    return RUN_CASES("dashboard-past", cases);
}
