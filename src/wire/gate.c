/* SPDX-License-Identifier: MIT */
/*
 * The gate before cJSON: one pass over the text, no allocation, recursion bounded by the limits.
 *
 * Duplicate keys are looked for among the keys of the objects still open, kept as hashes on a
 * small stack: most are new by a mask of 64 bits, the text is compared only where hashes meet. The
 * hash is keyed by an address, so that a stranger cannot prepare keys that meet. A text with more
 * open keys than the stack holds is too big: 5 KB of custom data does not come near.
 */
#include "wire/json.h"
#include "base/utf8.h"
#include "wire/limits.h"

#include <endian.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { OPEN_KEYS = 1024, FAULT = -1 };

const struct json_limits json_limits_rest = {
    LIMIT_REST_BODY, LIMIT_JSON_VALUES_REST, LIMIT_JSON_DEPTH};
const struct json_limits json_limits_frame = {
    LIMIT_FRAME, LIMIT_JSON_VALUES_FRAME, LIMIT_JSON_DEPTH};
const struct json_limits json_limits_reply = {
    LIMIT_REST_REPLY, LIMIT_JSON_VALUES_REPLY, LIMIT_JSON_DEPTH};
const struct json_limits json_limits_reply_frame = {
    LIMIT_REPLY_FRAME, LIMIT_JSON_VALUES_REPLY_FRAME, LIMIT_JSON_DEPTH};
const struct json_limits json_limits_stored = {
    LIMIT_STORED, LIMIT_JSON_VALUES_STORED, LIMIT_JSON_DEPTH};

struct key {
    uint32_t offset, len;
    bool escaped;
};

struct gate {
    const char *at;
    const char *end;
    const char *start;
    const struct json_limits *limits;
    unsigned values;
    uint64_t seed;
    int refusal;
    const char *reason;
    size_t key_count;
    uint32_t hashes[OPEN_KEYS];
    struct key keys[OPEN_KEYS];
};

static bool refuse(struct gate *gate, int refusal, const char *reason) {
    gate->refusal = refusal;
    gate->reason = reason;
    return false;
}

static bool malformed(struct gate *gate, const char *reason) {
    return refuse(gate, JSON_MALFORMED, reason);
}

static void skip_space(struct gate *gate) {
    while (gate->at < gate->end &&
           (*gate->at == ' ' || *gate->at == '\n' || *gate->at == '\r' || *gate->at == '\t'))
        gate->at++;
}

/* Keys: a hash that escapes do not change. */

static uint64_t fold(uint64_t hash, uint64_t word) {
    unsigned __int128 product = (unsigned __int128)(hash ^ word) * 0x9e3779b97f4a7c15u;
    return (uint64_t)product ^ (uint64_t)(product >> 64);
}

static int hex_value(char c) {
    if (c >= '0' && c <= '9')
        return c - '0';
    c = (char)(c | 0x20);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : FAULT;
}

/* The four digits at `at`; FAULT where they are not. */
static int32_t hex_four(const char *at, const char *end) {
    int32_t unit = 0;
    if (end - at < 4)
        return FAULT;
    for (int i = 0; i < 4; i++) {
        int digit = hex_value(at[i]);
        if (digit < 0)
            return FAULT;
        unit = unit << 4 | digit;
    }
    return unit;
}

/* One character of a string that has passed, escape resolved. */
static uint32_t passed_next(const char **at, const char *end) {
    if (**at != '\\')
        return (uint32_t)utf8_next(at, end);
    char c = (*at)[1];
    *at += 2;
    if (c != 'u') {
        static const char names[] = "bfnrt", meant[] = "\b\f\n\r\t";
        const char *found = strchr(names, c);
        return (uint8_t)(found != NULL ? meant[found - names] : c);
    }
    uint32_t unit = (uint32_t)hex_four(*at, end);
    *at += 4;
    if (unit < 0xd800 || unit > 0xdfff)
        return unit;
    uint32_t low = (uint32_t)hex_four(*at + 2, end);
    *at += 6;
    return 0x10000 + ((unit - 0xd800) << 10 | (low - 0xdc00));
}

/* Up to eight bytes as a number, the first lowest. */
static uint64_t word_of(const char *at, size_t len, const char *end) {
    uint64_t word = 0;
    if (end - at < 8) {
        for (size_t i = 0; i < len; i++)
            word |= (uint64_t)(uint8_t)at[i] << (8 * i);
        return word;
    }
    memcpy(&word, at, 8);
    word = le64toh(word);
    return len == 8 ? word : word & (((uint64_t)1 << (8 * len)) - 1);
}

/* `end` is that of the whole text: bytes after the key may be read, and are cut off. */
static uint64_t hash_plain(uint64_t hash, const char *at, size_t len, const char *end) {
    size_t left = len;
    for (; left > 8; left -= 8, at += 8)
        hash = fold(hash, word_of(at, 8, end));
    return fold(hash + len, word_of(at, left, end));
}

static uint64_t hash_escaped(uint64_t hash, const char *at, const char *end) {
    char held[8 + 4];
    size_t count = 0, len = 0;
    while (at < end) {
        size_t more = utf8_put(held + count, passed_next(&at, end));
        count += more;
        len += more;
        if (count > 8) {
            hash = fold(hash, word_of(held, 8, held + 8));
            memmove(held, held + 8, count -= 8);
        }
    }
    return fold(hash + len, word_of(held, count, held + count));
}

static bool keys_are_same(const struct gate *gate, const struct key *a, const struct key *b) {
    const char *x = gate->start + a->offset, *x_end = x + a->len;
    const char *y = gate->start + b->offset, *y_end = y + b->len;
    if (!a->escaped && !b->escaped)
        return a->len == b->len && memcmp(x, y, a->len) == 0;
    while (x < x_end && y < y_end)
        if (passed_next(&x, x_end) != passed_next(&y, y_end))
            return false;
    return x == x_end && y == y_end;
}

/* The keys of an object that is open. */
struct seen {
    size_t first;
    uint64_t mask; /* a bit for the low end of each hash */
};

/* The key between `from` and `to`. */
static bool add_key(
    struct gate *gate, struct seen *seen, const char *from, const char *to, bool escaped) {
    size_t count = gate->key_count;
    if (count == OPEN_KEYS)
        return refuse(gate, JSON_TOO_BIG, "too many keys");
    size_t len = (size_t)(to - from);
    struct key key = {(uint32_t)(from - gate->start), (uint32_t)len, escaped};
    uint32_t hash = (uint32_t)(escaped ? hash_escaped(gate->seed, from, to)
                                       : hash_plain(gate->seed, from, len, gate->end));
    uint64_t bit = (uint64_t)1 << (hash % 64);
    for (size_t i = seen->mask & bit ? seen->first : count; i < count; i++)
        if (gate->hashes[i] == hash && keys_are_same(gate, &gate->keys[i], &key))
            return malformed(gate, "duplicate key");
    seen->mask |= bit;
    gate->hashes[count] = hash;
    gate->keys[count] = key;
    gate->key_count++;
    return true;
}

/* Strings. */

static bool pass_unicode_escape(struct gate *gate) {
    int32_t unit = hex_four(gate->at + 2, gate->end);
    if (unit < 0)
        return malformed(gate, "bad escape");
    if (unit == 0)
        return malformed(gate, "\\u0000");
    if (unit >= 0xdc00 && unit <= 0xdfff)
        return malformed(gate, "lone surrogate");
    gate->at += 6;
    if (unit < 0xd800 || unit > 0xdbff)
        return true;
    if (gate->end - gate->at < 6 || gate->at[0] != '\\' || gate->at[1] != 'u')
        return malformed(gate, "lone surrogate");
    int32_t low = hex_four(gate->at + 2, gate->end);
    if (low < 0xdc00 || low > 0xdfff)
        return malformed(gate, "lone surrogate");
    gate->at += 6;
    return true;
}

static bool pass_escape(struct gate *gate) {
    if (gate->end - gate->at < 2)
        return malformed(gate, "unfinished string");
    switch (gate->at[1]) {
    case '"':
    case '\\':
    case '/':
    case 'b':
    case 'f':
    case 'n':
    case 'r':
    case 't': gate->at += 2; return true;
    case 'u': return pass_unicode_escape(gate);
    default: return malformed(gate, "bad escape");
    }
}

#define EACH_BYTE(byte) (0x0101010101010101u * (byte))

/* A high bit in each byte that needs a look: quote, backslash, control, not ASCII. Bytes after the
 * first such may be marked wrongly, never one before it. */
static uint64_t marked(uint64_t word) {
    uint64_t quote = word ^ EACH_BYTE('"'), slash = word ^ EACH_BYTE('\\');
    return (((quote - EACH_BYTE(1)) & ~quote) | ((slash - EACH_BYTE(1)) & ~slash) |
               ((word - EACH_BYTE(0x20)) & ~word) | word) &
           EACH_BYTE(0x80);
}

static void skip_plain(struct gate *gate) {
    const char *at = gate->at;
    uint64_t word;
    while (gate->end - at >= 8) {
        memcpy(&word, at, 8);
        uint64_t marks = marked(le64toh(word));
        if (marks != 0) {
            gate->at = at + __builtin_ctzll(marks) / 8;
            return;
        }
        at += 8;
    }
    while (at < gate->end && *at >= 0x20 && *at != '"' && *at != '\\')
        at++;
    gate->at = at;
}

/* From the opening quote to after the closing one. */
static bool pass_string(struct gate *gate, bool *escaped) {
    gate->at++;
    for (;;) {
        skip_plain(gate);
        if (gate->at == gate->end)
            return malformed(gate, "unfinished string");
        uint8_t byte = (uint8_t)*gate->at;
        if (byte == '"')
            break;
        if (byte == '\\') {
            *escaped = true;
            if (!pass_escape(gate))
                return false;
        } else if (byte < 0x20) {
            return malformed(gate, "control character in a string");
        } else if (utf8_next(&gate->at, gate->end) < 0) {
            gate->at--;
            return malformed(gate, "not UTF-8");
        }
    }
    gate->at++;
    return true;
}

/* Numbers. */

static bool pass_digits(struct gate *gate) {
    const char *from = gate->at;
    while (gate->at < gate->end && *gate->at >= '0' && *gate->at <= '9')
        gate->at++;
    return gate->at > from;
}

static bool pass_one(struct gate *gate, char c) {
    if (gate->at == gate->end || *gate->at != c)
        return false;
    gate->at++;
    return true;
}

/* Whether it stays finite when read as a double. The point is moved into the exponent first: what
 * strtod() takes for a point is the locale's. */
static bool is_finite(const char *from, const char *to) {
    char text[2 * LIMIT_NUMBER_CHARACTERS];
    size_t len = 0;
    long after_point = 0;
    bool point = false;
    for (; (*from | 0x20) != 'e'; from++) {
        if (*from == '.') {
            point = true;
            continue;
        }
        text[len++] = *from;
        after_point += point;
    }
    long exponent = 0;
    bool minus = from[1] == '-';
    for (from += minus || from[1] == '+' ? 2 : 1; from < to; from++)
        exponent = exponent < 10000 ? exponent * 10 + (*from - '0') : exponent;
    snprintf(text + len, sizeof text - len, "e%ld", (minus ? -exponent : exponent) - after_point);
    return isfinite(strtod(text, NULL));
}

static bool is_exact(const char *from, size_t len) {
    static const char most[] = "9007199254740992"; /* 2^53 */
    if (*from == '-') {
        from++;
        len--;
    }
    if (len != sizeof most - 1)
        return len < sizeof most - 1;
    return memcmp(from, most, len) <= 0;
}

static bool pass_number(struct gate *gate) {
    const char *from = gate->at;
    bool whole = true, exponent = false;
    pass_one(gate, '-');
    if (!pass_one(gate, '0') && !pass_digits(gate))
        return malformed(gate, "not a value");
    if (pass_one(gate, '.')) {
        whole = false;
        if (!pass_digits(gate))
            return malformed(gate, "bad number");
    }
    if (pass_one(gate, 'e') || pass_one(gate, 'E')) {
        whole = false;
        exponent = true;
        if (!pass_one(gate, '+'))
            pass_one(gate, '-');
        if (!pass_digits(gate))
            return malformed(gate, "bad number");
    }
    size_t len = (size_t)(gate->at - from);
    const char *reason = NULL;
    if (len > LIMIT_NUMBER_CHARACTERS)
        reason = "number too long";
    else if (whole && !is_exact(from, len))
        reason = "whole number beyond 2^53";
    else if (exponent && !is_finite(from, gate->at))
        reason = "number too large";
    if (reason == NULL)
        return true;
    gate->at = from;
    return malformed(gate, reason);
}

/* Values. */

static bool pass_value(struct gate *gate, unsigned depth);

static bool pass_word(struct gate *gate, const char *word, size_t len) {
    if ((size_t)(gate->end - gate->at) < len || memcmp(gate->at, word, len) != 0)
        return malformed(gate, "not a value");
    gate->at += len;
    return true;
}

/* The opening mark, and whether the closing one follows at once. */
static bool open_container(struct gate *gate, unsigned depth, char close, bool *empty) {
    if (depth > gate->limits->depth)
        return refuse(gate, JSON_TOO_DEEP, "nested too deeply");
    gate->at++;
    skip_space(gate);
    *empty = pass_one(gate, close);
    return true;
}

static bool pass_member(struct gate *gate, unsigned depth, struct seen *seen) {
    skip_space(gate);
    if (gate->at == gate->end || *gate->at != '"')
        return malformed(gate, "no key");
    const char *from = gate->at + 1;
    bool escaped = false;
    if (!pass_string(gate, &escaped))
        return false;
    if (!add_key(gate, seen, from, gate->at - 1, escaped))
        return false;
    skip_space(gate);
    if (!pass_one(gate, ':'))
        return malformed(gate, "no colon");
    return pass_value(gate, depth);
}

static bool pass_object(struct gate *gate, unsigned depth) {
    bool done;
    struct seen seen = {gate->key_count, 0};
    if (!open_container(gate, depth, '}', &done))
        return false;
    while (!done) {
        if (!pass_member(gate, depth, &seen))
            return false;
        skip_space(gate);
        done = pass_one(gate, '}');
        if (!done && !pass_one(gate, ','))
            return malformed(gate, "unfinished object");
    }
    gate->key_count = seen.first;
    return true;
}

static bool pass_array(struct gate *gate, unsigned depth) {
    bool done;
    if (!open_container(gate, depth, ']', &done))
        return false;
    while (!done) {
        if (!pass_value(gate, depth))
            return false;
        skip_space(gate);
        done = pass_one(gate, ']');
        if (!done && !pass_one(gate, ','))
            return malformed(gate, "unfinished array");
    }
    return true;
}

static bool pass_value(struct gate *gate, unsigned depth) {
    bool escaped;
    skip_space(gate);
    if (gate->at == gate->end)
        return malformed(gate, "not a value");
    if (++gate->values > gate->limits->values)
        return refuse(gate, JSON_TOO_BIG, "too many values");
    switch (*gate->at) {
    case '{': return pass_object(gate, depth + 1);
    case '[': return pass_array(gate, depth + 1);
    case '"': return pass_string(gate, &escaped);
    case 't': return pass_word(gate, "true", 4);
    case 'f': return pass_word(gate, "false", 5);
    case 'n': return pass_word(gate, "null", 4);
    default: return pass_number(gate);
    }
}

static bool pass_text(struct gate *gate) {
    if ((size_t)(gate->end - gate->start) > gate->limits->bytes)
        return refuse(gate, JSON_TOO_BIG, "too many bytes");
    if (!pass_value(gate, 0))
        return false;
    skip_space(gate);
    if (gate->at < gate->end)
        return malformed(gate, "more after the value");
    return true;
}

int json_gate(
    const char *text, size_t len, const struct json_limits *limits, struct json_error *error) {
    struct gate gate; /* not cleared: the stack of keys is large and empty */
    gate.at = gate.start = text;
    gate.end = text + len;
    gate.limits = limits;
    gate.values = 0;
    gate.seed = (uint64_t)(uintptr_t)&gate ^ (uint64_t)(uintptr_t)text << 16;
    gate.refusal = 0;
    gate.reason = "";
    gate.key_count = 0;
    if (pass_text(&gate))
        return 0;
    if (error != NULL)
        *error = (struct json_error){(size_t)(gate.at - text), gate.reason};
    return gate.refusal;
}
