/* SPDX-License-Identifier: MIT */
/*
 * Lies in JSON: a text that a server wrote comes out as one that it should not have written. Pure:
 * chance decides, and the same seed tells the same lies.
 */
#ifndef SUPPORT_DISTORT_H
#define SUPPORT_DISTORT_H

#include "base/bytes.h"
#include "base/chance.h"

#define DISTORTIONS(X)                                                                             \
    X(WRONG_TYPE, "a value of another type")                                                       \
    X(MISSING, "a value is null")                                                                  \
    X(HUGE_TEXT, "a huge text")                                                                    \
    X(HUGE_ARRAY, "a huge array")                                                                  \
    X(CROWD, "a list of thousands who never were")                                                 \
    X(HUGE_NUMBER, "a huge number")                                                                \
    X(DEEP, "deep nesting")                                                                        \
    X(BAD_UTF8, "bad UTF-8")                                                                       \
    X(NULS, "NULs")                                                                                \
    X(TIME, "an absurd time")                                                                      \
    X(OTHER_ID, "an id that is not theirs")                                                        \
    X(EVENT_TYPE, "a type of its own")                                                             \
    X(CODE, "an absurd code or count")                                                             \
    X(FLAG, "the opposite")                                                                        \
    X(SAME_KEY, "a key twice")                                                                     \
    X(CONTROLS, "control characters in a text")                                                    \
    X(CUT_SHORT, "JSON that ends early")                                                           \
    X(GARBAGE, "bytes of chance")                                                                  \
    X(NO_JSON, "a page for people")

enum distortion {
#define DISTORTION_TAG(tag, words) DISTORT_##tag,
    DISTORTIONS(DISTORTION_TAG)
#undef DISTORTION_TAG
        DISTORT_COUNT
};

const char *distortion_words(enum distortion distortion);

/* So many with new names: the template with a number for each #, and a comma between two. */
void distort_append_crowd(struct bytes *to, const char *of, int64_t count, struct chance *chance);

/* An object of JSON in, something else out. */
void distort(struct bytes *text, enum distortion distortion, struct chance *chance);

#endif
