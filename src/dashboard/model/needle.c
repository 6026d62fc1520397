/* SPDX-License-Identifier: MIT */
#include "dashboard/model/needle.h"

#include "dashboard/view/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void needle_set(struct needle *needle, const char *text) {
    needle->exact = text_has_capital(text);
    char *fold = needle->exact ? NULL : text_fold(text);
    snprintf(needle->text, sizeof needle->text, "%s", fold != NULL ? fold : text);
    free(fold);
}

static char low(char c) {
    return c >= 'A' && c <= 'Z' ? (char)(c + 'a' - 'A') : c;
}

/* Of ASCII alone: whether it has a folded text; -1: it is not ASCII. strcasestr() asks the locale
 * at every letter, which a hundred thousand people feel. */
static int is_in_ascii(const char *text, const char *folded) {
    bool found = false;
    for (; *text != '\0'; text++) {
        size_t same = 0;
        if ((unsigned char)*text >= 0x80)
            return -1;
        while (!found && folded[same] != '\0' && low(text[same]) == folded[same])
            same++;
        found = found || folded[same] == '\0';
    }
    return found;
}

static bool is_ascii(const char *text) {
    for (; *text != '\0'; text++)
        if ((unsigned char)*text >= 0x80)
            return false;
    return true;
}

/* By bytes, which is quick; within a sign of several characters it can be wrong. */
static bool may_be_in(const struct needle *needle, const char *text, const char *fold) {
    if (needle->text[0] == '\0' || text[0] == '\0')
        return false;
    if (needle->exact)
        return strstr(text, needle->text) != NULL;
    if (fold != NULL)
        return strstr(fold, needle->text) != NULL;
    const int in_ascii = is_in_ascii(text, needle->text);
    if (in_ascii >= 0)
        return in_ascii;
    char *folded = text_fold(text);
    const bool is_in = folded != NULL && strstr(folded, needle->text) != NULL;
    free(folded);
    return is_in;
}

/* How many bytes of a text, by whole clusters, fold to something that begins with the needle. */
static size_t length_here(const struct needle *needle, const char *text) {
    char part[NEEDLE_BYTES * 2];
    int cells;
    size_t len = 0;
    for (size_t step; (step = text_cluster(text + len, &cells)) > 0;) {
        len += step;
        if (len >= sizeof part)
            return 0;
        memcpy(part, text, len);
        part[len] = '\0';
        char *fold = needle->exact ? strdup(part) : text_fold(part);
        const size_t have = fold != NULL ? strlen(fold) : 0, want = strlen(needle->text);
        const bool so_far = fold != NULL &&
                            strncmp(fold, needle->text, have < want ? have : want) == 0;
        free(fold);
        if (!so_far)
            return 0;
        if (have >= want)
            return len;
    }
    return 0;
}

size_t needle_find(const struct needle *needle, const char *text, size_t from, size_t *at) {
    int cells;
    if (!may_be_in(needle, text + from, NULL))
        return 0;
    for (size_t here = from, step; (step = text_cluster(text + here, &cells)) > 0; here += step) {
        const size_t len = length_here(needle, text + here);
        if (len > 0) {
            *at = here;
            return len;
        }
    }
    return 0;
}

bool needle_is_in(const struct needle *needle, const char *text, const char *fold) {
    size_t at;
    return may_be_in(needle, text, fold) &&
           (is_ascii(text) || needle_find(needle, text, 0, &at) > 0);
}
