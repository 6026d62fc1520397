/* SPDX-License-Identifier: MIT */
/*
 * One look forward finds where the letters end first, one look back from there the shortest piece
 * that has them: linear, and what a person means by "the nearest" nearly always.
 */
#include "dashboard/model/fuzzy.h"

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

enum { LETTER = 16, TOGETHER = 12, WORD = 10, START = 8, GAP = 2, WHOLE = 20, LEAST = 1 };

static char low(char c) {
    return c >= 'A' && c <= 'Z' ? (char)(c + 'a' - 'A') : c;
}

static bool begins_word(const char *text, size_t at) {
    return at == 0 || strchr(" -_.:#@/", text[at - 1]) != NULL;
}

/* One past the last letter of the first piece that has them all; 0: none has. */
static size_t end_of(const char *text, const char *letters) {
    size_t at = 0;
    for (; *letters != '\0'; letters++, at++) {
        while (text[at] != '\0' && low(text[at]) != *letters)
            at++;
        if (text[at] == '\0')
            return 0;
    }
    return at;
}

static size_t start_of(const char *text, size_t end, const char *letters) {
    size_t at = end;
    for (size_t left = strlen(letters); left > 0; left--) {
        at--;
        while (low(text[at]) != letters[left - 1])
            at--;
    }
    return at;
}

int fuzzy_score(const char *text, const char *letters, uint64_t *marks) {
    const size_t end = end_of(text, letters);
    if (end == 0)
        return 0;
    const size_t start = start_of(text, end, letters);
    int score = start == 0 ? START : 0;
    bool together = false;
    for (size_t at = start; at < end; at++) {
        if (low(text[at]) != *letters) {
            score -= GAP;
            together = false;
            continue;
        }
        score += LETTER + (together ? TOGETHER : 0) + (begins_word(text, at) ? WORD : 0);
        if (marks != NULL && at < 64)
            *marks |= UINT64_C(1) << at;
        together = true;
        letters++;
    }
    if (start == 0 && text[end] == '\0')
        score += WHOLE;
    return score < LEAST ? LEAST : score;
}
