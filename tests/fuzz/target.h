/* SPDX-License-Identifier: MIT */
/*
 * What every fuzz target starts with. A target is one function that is given bytes of a stranger
 * and says what holds of them; it returns where it holds and aborts where it does not.
 *
 * With clang's libFuzzer (`./run fuzz NAME`) the bytes are searched for; in every other build
 * replay.c plays the corpus that is kept in the tree.
 */
#ifndef FUZZ_TARGET_H
#define FUZZ_TARGET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

_Noreturn static inline void target_broken(const char *what, const char *file, int line) {
    fprintf(stderr, "%s:%d: does not hold: %s\n", file, line, what);
    abort();
}
#define HOLDS(what) ((what) ? (void)0 : target_broken(#what, __FILE__, __LINE__))

/* The bytes, taken from the front. At the end there are only zeroes. */
struct input {
    const uint8_t *at, *end;
};

static inline struct input input_of(const uint8_t *bytes, size_t len) {
    return (struct input){bytes, len > 0 ? bytes + len : bytes};
}

static inline size_t input_left(const struct input *input) {
    return (size_t)(input->end - input->at);
}

static inline unsigned input_byte(struct input *input) {
    return input->at < input->end ? *input->at++ : 0;
}

/* The next bytes as a text of its own, up to a byte `until` (taken, and no part of it) or the end,
 * or, with until < 0, all of them. It ends where its memory ends; NULs in it end it, too. */
static inline char *input_text(struct input *input, int until) {
    const uint8_t *end = until >= 0 && input->at < input->end
                             ? memchr(input->at, until, input_left(input))
                             : NULL;
    const size_t len = end != NULL ? (size_t)(end - input->at) : input_left(input);
    char *text = malloc(len + 1);
    if (text == NULL)
        abort();
    if (len > 0)
        memcpy(text, input->at, len);
    text[len] = '\0';
    input->at += len + (end != NULL);
    return text;
}

/* How much of `left` is given in one piece: all of it, a byte, or some by the seed. */
enum cutting { CUT_NOT, CUT_EACH_BYTE, CUT_BY_SEED, CUTTINGS };

static inline size_t cut_next(enum cutting cutting, uint32_t *seed, size_t left) {
    if (cutting == CUT_NOT || left <= 1)
        return left;
    if (cutting == CUT_EACH_BYTE)
        return 1;
    *seed = *seed * 1664525u + 1013904223u;
    const size_t piece = 1 + (*seed >> 24) % 41;
    return piece < left ? piece : left;
}

#endif
