/* SPDX-License-Identifier: MIT */
#include "support/output.h"

#include "support/hostile.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum { MOST = 999, NUMBERS = 8 };

struct sequence {
    bool is_private;
    int numbers[NUMBERS], count;
    char final;
};

static bool is_one_of(int number, const int *of, size_t count) {
    for (size_t i = 0; i < count; i++)
        if (of[i] == number)
            return true;
    return false;
}
#define IS_ONE_OF(number, of) is_one_of(number, of, sizeof(of) / sizeof(of)[0])

static bool is_mode(const struct sequence *sequence) {
    static const int modes[] = {1, 7, 12, 25, 1000, 1004, 1006, 1049, 2004, 2026};
    for (int i = 0; i < sequence->count; i++)
        if (!(sequence->is_private ? IS_ONE_OF(sequence->numbers[i], modes)
                                   : sequence->numbers[i] == 4))
            return false;
    return sequence->count > 0;
}

static bool is_ours(const struct sequence *sequence) {
    if (sequence->final == 'h' || sequence->final == 'l')
        return is_mode(sequence);
    for (int i = 0; i < sequence->count; i++)
        if (sequence->numbers[i] > MOST)
            return false;
    if (sequence->final == 't')
        return sequence->count >= 2 && (sequence->numbers[0] == 22 || sequence->numbers[0] == 23);
    if (sequence->final == 'n')
        return sequence->count == 1 && sequence->numbers[0] == 6;
    return !sequence->is_private && strchr("mHABCDGdJKXP@LMSTrb", sequence->final) != NULL;
}

/* Behind "ESC [". The bytes of it; 0: it is cut off; -1: it is none. */
static int read_sequence(const char *text, size_t len, struct sequence *to) {
    size_t at = 0;
    *to = (struct sequence){0};
    if (at < len && text[at] == '?') {
        to->is_private = true;
        at++;
    }
    for (bool digit = false; at < len; at++) {
        if (text[at] >= '0' && text[at] <= '9') {
            to->count += digit ? 0 : 1;
            if (to->count > NUMBERS)
                return -1;
            int *number = &to->numbers[to->count - 1];
            *number = *number > MOST * 10 ? *number : *number * 10 + (text[at] - '0');
            digit = true;
        } else if (text[at] == ';')
            digit = false;
        else {
            to->final = text[at];
            return (int)at + 1;
        }
    }
    return 0;
}

/* Behind "ESC ]": a title of ours, a notice of ours, or the clipboard. */
static int read_command(const char *text, size_t len) {
    static const char *const begins[] = {
        "2;porchlight ", "9;porchlight: ", "777;notify;porchlight;", "52;c;"};
    const char *end = memmem(text, len, "\033\\", 2);
    const char *other = memchr(text, '\a', len);
    if (end == NULL)
        return other != NULL || len > 4096 ? -1 : 0;
    for (size_t i = 0; i < sizeof begins / sizeof begins[0]; i++)
        if (strncmp(text, begins[i], strlen(begins[i])) == 0 &&
            hostile_harm(text, (size_t)(end - text)) == NULL)
            return (int)(end - text) + 2;
    return -1;
}

/* At an ESC. */
static int read_escape(const char *text, size_t len) {
    struct sequence sequence;
    if (len < 3)
        return 0;
    if (text[1] == '[') {
        const int step = read_sequence(text + 2, len - 2, &sequence);
        return step <= 0 ? step : is_ours(&sequence) ? step + 2 : -1;
    }
    if (text[1] == ']') {
        const int step = read_command(text + 2, len - 2);
        return step <= 0 ? step : step + 2;
    }
    if (text[1] == '(')
        return strchr("B0", text[2]) != NULL ? 3 : -1;
    return strchr("=>78M", text[1]) != NULL ? 2 : -1;
}

const char *output_stray(const char *bytes, size_t len, size_t *where) {
    for (size_t at = 0; at < len;) {
        *where = at;
        if (bytes[at] == '\033') {
            const int step = read_escape(bytes + at, len - at);
            if (step == 0)
                return NULL;
            if (step < 0)
                return "a sequence that is none of ours";
            at += (size_t)step;
            continue;
        }
        size_t end = at;
        while (end < len && memchr("\033\r\n\b", bytes[end], 4) == NULL)
            end++;
        if (end == len) /* its last character may be on its way */
            return NULL;
        if (end == at) {
            at++;
            continue;
        }
        const char *harm = hostile_harm(bytes + at, end - at);
        if (harm != NULL)
            return harm;
        at = end;
    }
    return NULL;
}
