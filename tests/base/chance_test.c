/* SPDX-License-Identifier: MIT */
#include "support/case.h"

#include "base/chance.h"

static void a_seed_is_a_story_that_can_be_told_again(void **state) {
    (void)state;
    struct chance a, b, c;
    chance_seed(&a, 42);
    chance_seed(&b, 42);
    chance_seed(&c, 43);
    bool same = true;
    for (int i = 0; i < 100; i++) {
        uint64_t x = chance_next(&a);
        assert_true(x == chance_next(&b));
        same = same && x == chance_next(&c);
    }
    assert_false(same);
}

static void a_seed_of_zero_is_as_good_as_any(void **state) {
    (void)state;
    struct chance chance;
    chance_seed(&chance, 0);
    assert_true(chance_next(&chance) != chance_next(&chance));
}

static void between_reaches_both_ends_and_nothing_beyond(void **state) {
    (void)state;
    struct chance chance;
    chance_seed(&chance, 7);
    int seen[6] = {0};
    for (int i = 0; i < 6000; i++) {
        int64_t drawn = chance_between(&chance, -2, 3);
        assert_in_range(drawn + 2, 0, 5);
        seen[drawn + 2]++;
    }
    for (int i = 0; i < 6; i++)
        assert_in_range(seen[i], 800, 1200);
}

static void between_lives_with_any_bounds(void **state) {
    (void)state;
    struct chance chance;
    chance_seed(&chance, 7);
    assert_int_equal(chance_between(&chance, 5, 5), 5);
    assert_int_equal(chance_between(&chance, 5, 1), 5);
    chance_between(&chance, INT64_MIN, INT64_MAX);
    for (int i = 0; i < 100; i++)
        assert_true(chance_between(&chance, INT64_MAX - 1, INT64_MAX) >= INT64_MAX - 1);
}

static void secrets_fill_the_whole_of_the_room(void **state) {
    (void)state;
    unsigned char a[600] = {0}, b[600] = {0};
    assert_int_equal(chance_secret(a, sizeof a), 0);
    assert_int_equal(chance_secret(b, sizeof b), 0);
    assert_memory_not_equal(a, b, 300);
    assert_memory_not_equal(a + 300, b + 300, 300);
}

static void a_uuid_is_of_version_four_and_never_twice(void **state) {
    (void)state;
    char a[37], b[37];
    assert_int_equal(chance_uuid(a), 0);
    assert_int_equal(chance_uuid(b), 0);
    assert_int_equal(strlen(a), 36);
    assert_string_not_equal(a, b);
    for (int i = 0; i < 36; i++) {
        if (i == 8 || i == 13 || i == 18 || i == 23)
            assert_int_equal(a[i], '-');
        else
            assert_non_null(strchr("0123456789abcdef", a[i]));
    }
    assert_int_equal(a[14], '4');
    assert_non_null(strchr("89ab", a[19]));
}

int main(void) {
    const struct CMUnitTest cases[] = {
        CASE(a_seed_is_a_story_that_can_be_told_again),
        CASE(a_seed_of_zero_is_as_good_as_any),
        CASE(between_reaches_both_ends_and_nothing_beyond),
        CASE(between_lives_with_any_bounds),
        CASE(secrets_fill_the_whole_of_the_room),
        CASE(a_uuid_is_of_version_four_and_never_twice),
    };
    return RUN_CASES("base-chance", cases);
}
