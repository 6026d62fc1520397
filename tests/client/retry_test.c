/* SPDX-License-Identifier: MIT */
#include "support/case.h"

#include "client/retry.h"

static const struct {
    unsigned failures;
    int64_t low, high;
} bounds[] = {{1, 250, 2500}, {2, 2000, 4500}, {3, 4000, 6500}, {8, 14000, 16500},
    {9, 15000, 18500}, {12, 15000, 24500}, {13, 15000, 25000}, {100, 15000, 25000},
    {UINT32_MAX, 15000, 25000}};

/* Uniform: each tenth of the range gets its share, and the ends are reached nearly. */
static void the_wait_is_uniform_between_the_documented_bounds(void **state) {
    (void)state;
    struct chance chance;
    chance_seed(&chance, 42);
    for (size_t i = 0; i < sizeof bounds / sizeof bounds[0]; i++) {
        const int64_t low = bounds[i].low, high = bounds[i].high;
        unsigned tenths[10] = {0};
        for (int n = 0; n < 10000; n++) {
            const int64_t wait = retry_wait_ms(bounds[i].failures, &chance);
            assert_in_range(wait, low, high);
            tenths[(wait - low) * 10 / (high - low + 1)]++;
        }
        for (int t = 0; t < 10; t++)
            assert_in_range(tenths[t], 850, 1150);
    }
}

static void two_clients_do_not_wait_alike(void **state) {
    (void)state;
    struct chance one, two;
    chance_seed(&one, 1);
    chance_seed(&two, 2);
    unsigned same = 0;
    for (int n = 0; n < 100; n++)
        same += retry_wait_ms(5, &one) == retry_wait_ms(5, &two);
    assert_in_range(same, 0, 3);
}

int main(void) {
    const struct CMUnitTest cases[] = {
        CASE(the_wait_is_uniform_between_the_documented_bounds),
        CASE(two_clients_do_not_wait_alike),
    };
    return RUN_CASES("client-retry", cases);
}
