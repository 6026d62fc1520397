/* SPDX-License-Identifier: MIT */
/* xorshift128+ for what need not be secret, getrandom(2) for what must be. */
#include "base/chance.h"
#include "base/clock.h"

#include <errno.h>
#include <stdio.h>
#include <sys/random.h>

/* splitmix64: turns any seed, 0 too, into bits that look independent. */
static uint64_t spread(uint64_t *seed) {
    uint64_t z = *seed += 0x9e3779b97f4a7c15u;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

void chance_seed(struct chance *chance, uint64_t seed) {
    chance->state[0] = spread(&seed);
    chance->state[1] = spread(&seed) | 1; /* never both zero */
}

void chance_seed_from_system(struct chance *chance) {
    uint64_t seed;
    if (chance_secret(&seed, sizeof seed) != 0)
        seed = (uint64_t)clock_mono_us() ^ (uint64_t)(uintptr_t)chance << 20;
    chance_seed(chance, seed);
}

uint64_t chance_next(struct chance *chance) {
    uint64_t a = chance->state[0], b = chance->state[1];
    chance->state[0] = b;
    a ^= a << 23;
    chance->state[1] = a ^ b ^ (a >> 17) ^ (b >> 26);
    return chance->state[1] + b;
}

int64_t chance_between(struct chance *chance, int64_t low, int64_t high) {
    if (low >= high)
        return low;
    uint64_t span = (uint64_t)high - (uint64_t)low + 1;
    if (span == 0)
        return (int64_t)chance_next(chance);
    /* What is above the last whole multiple of span would favour the low ones. */
    uint64_t fair = UINT64_MAX - UINT64_MAX % span;
    uint64_t drawn;
    do
        drawn = chance_next(chance);
    while (drawn >= fair);
    return (int64_t)((uint64_t)low + drawn % span);
}

int chance_secret(void *to, size_t len) {
    for (size_t done = 0; done < len;) {
        ssize_t got = getrandom((char *)to + done, len - done, 0);
        if (got < 0 && errno != EINTR)
            return -errno;
        if (got > 0)
            done += (size_t)got;
    }
    return 0;
}

int chance_uuid(char to[37]) {
    uint8_t b[16];
    int rc = chance_secret(b, sizeof b);
    if (rc != 0)
        return rc;
    b[6] = (uint8_t)((b[6] & 0x0f) | 0x40); /* version 4 */
    b[8] = (uint8_t)((b[8] & 0x3f) | 0x80); /* variant of RFC 4122 */
    snprintf(to, 37, "%02x%02x%02x%02x-%02x%02x-%02x%02x-%02x%02x-%02x%02x%02x%02x%02x%02x", b[0],
        b[1], b[2], b[3], b[4], b[5], b[6], b[7], b[8], b[9], b[10], b[11], b[12], b[13], b[14],
        b[15]);
    return 0;
}
