/* SPDX-License-Identifier: MIT */
#include "client/retry.h"

enum { MOST = 1000 }; /* failures beyond this change nothing, and must not overflow */

int64_t retry_wait_ms(unsigned failures, struct chance *chance) {
    const int64_t n = failures > MOST ? MOST : failures;
    int64_t low = (n - 1) * 2000, high = 500 + n * 2000;
    if (low < 250)
        low = 250;
    if (low > 15000)
        low = 15000;
    if (high > 25000)
        high = 25000;
    return chance_between(chance, low, high);
}
