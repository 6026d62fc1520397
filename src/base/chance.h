/* SPDX-License-Identifier: MIT */
/* Chance is an argument: whoever needs it is given a struct chance, seeded by tests or the system. */
#ifndef BASE_CHANCE_H
#define BASE_CHANCE_H

#include <stddef.h>
#include <stdint.h>

struct chance {
    uint64_t state[2];
};

void chance_seed(struct chance *chance, uint64_t seed);

/* Seeded by the system: not for secrets. */
void chance_seed_from_system(struct chance *chance);

uint64_t chance_next(struct chance *chance);

/* Uniform in [low, high]. */
int64_t chance_between(struct chance *chance, int64_t low, int64_t high);

/* Bytes fit for secrets, from the system. 0, or -errno. Any thread. */
int chance_secret(void *to, size_t len);

/* A uuid v4 from the system's randomness: 36 characters and the NUL. 0, or -errno. Any thread. */
int chance_uuid(char to[37]);

#endif
