/* SPDX-License-Identifier: MIT */
/*
 * Whether time tells strangers what they should not know, asked the way dudect asks: two kinds of
 * the same question in random order, many times, and Welch's t between how long they took, for all
 * of them and for those below several percentiles (what is slow is the machine's doing). |t| >= 4.5
 * is a difference.
 *
 *     bench-token [COUNT]
 *
 * A signature that is wrong in its last byte against one that is wrong in its first: the token
 * check itself, and the same source once more with a comparison that ends where the first byte
 * differs, which must be caught. Then ids tried one by one, through the whole server but for its
 * sockets: a message of a closed channel against one that is not there; what is found is told, not
 * judged.
 */
#include "server/stage.h"
#include "server/token.h"

#include <math.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { CROPS = 8, TOKENS = 64, WARM_UP = 5000, IDS_PART = 20, PLACE = 256 };
static const double MOST_T = 4.5;
static const char SECRET[] = "0123456789abcdef0123456789abcdef";

int planted_token_check(struct token *to, const char *text, const char *secret, size_t secret_len,
    int64_t now_unix_us, const char **why);
int early_out(const volatile void *a, const volatile void *b, size_t len);

/* What token.c is compiled with once more, instead of CRYPTO_memcmp(). */
int early_out(const volatile void *a, const volatile void *b, size_t len) {
    const volatile unsigned char *x = a, *y = b;
    for (size_t i = 0; i < len; i++)
        if (x[i] != y[i])
            return 1;
    return 0;
}

typedef int check_fn(struct token *to, const char *text, const char *secret, size_t secret_len,
    int64_t now_unix_us, const char **why);

struct sample {
    int64_t took_ns;
    bool second;
};

/* ---- statistics ---- */

static int by_time(const void *a, const void *b) {
    const int64_t x = ((const struct sample *)a)->took_ns, y = ((const struct sample *)b)->took_ns;
    return (x > y) - (x < y);
}

static double welch(const struct sample *samples, size_t count) {
    double n[2] = {0}, mean[2] = {0}, m2[2] = {0};
    for (size_t i = 0; i < count; i++) {
        const int of = samples[i].second;
        const double x = (double)samples[i].took_ns, delta = x - mean[of];
        n[of] += 1;
        mean[of] += delta / n[of];
        m2[of] += delta * (x - mean[of]);
    }
    if (n[0] < 2 || n[1] < 2)
        return 0;
    const double spread = m2[0] / (n[0] - 1) / n[0] + m2[1] / (n[1] - 1) / n[1];
    return spread > 0 ? (mean[0] - mean[1]) / sqrt(spread) : 0;
}

/* Of all, and of those below 50 % up to 99 %: the largest. */
static double most_t(struct sample *samples, size_t count) {
    double most = fabs(welch(samples, count));
    qsort(samples, count, sizeof *samples, by_time);
    for (int crop = 0; crop < CROPS; crop++) {
        const double part = 0.5 + 0.49 * crop / (CROPS - 1);
        const double t = fabs(welch(samples, (size_t)(part * (double)count)));
        most = t > most ? t : most;
    }
    return most;
}

static double median_of(const struct sample *samples, size_t count, bool second) {
    size_t all = 0, seen = 0;
    for (size_t i = 0; i < count; i++)
        all += samples[i].second == second;
    for (size_t i = 0; i < count; i++)
        if (samples[i].second == second && ++seen >= (all + 1) / 2)
            return (double)samples[i].took_ns;
    return 0;
}

static double report(const char *what, struct sample *samples, size_t count) {
    const double t = most_t(samples, count);
    printf("%-44s n=%-8zu |t| %8.2f   medians %9.0f and %9.0f ns\n", what, count, t,
        median_of(samples, count, false), median_of(samples, count, true));
    fflush(stdout);
    return t;
}

/* ---- tokens ---- */

static int64_t now_ns(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

static uint32_t chance(void) {
    static uint64_t state = 88172645463325252;
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return (uint32_t)(state >> 32);
}

/* Another character at a place of a signature whose bits all count. */
static void spoil(char *token, size_t at) {
    static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    char *signature = strrchr(token, '.') + 1;
    char other;
    do
        other = letters[chance() % (sizeof letters - 1)];
    while (other == signature[at]);
    signature[at] = other;
}

static char *token_of(int number) {
    struct token token = {0};
    snprintf(token.user_id, sizeof token.user_id, "user-%04d", number);
    char *text = token_make(&token, SECRET, sizeof SECRET - 1);
    assert_non_null(text);
    return text;
}

/* Both kinds bear the same signatures, so that what their characters cost is the same: one that is
 * nearly right for the first token of a pair is wrong from its first byte on for the second. */
static void make_tokens(char *tokens[2][TOKENS]) {
    int number = 0;
    for (int i = 0; i < TOKENS; i++) {
        char *near = token_of(number++), *far = NULL;
        const char *right = strrchr(near, '.') + 1;
        do {
            free(far);
            far = token_of(number++);
        } while (memcmp(strrchr(far, '.') + 1, right, 2) == 0);
        spoil(near, 41); /* of 43 characters */
        strcpy(strrchr(far, '.') + 1, right);
        tokens[0][i] = near;
        tokens[1][i] = far;
    }
}

/* At the same place and by the same way, whichever it is. */
static void place(char to[PLACE], const char *first, const char *second, bool is_second) {
    const size_t size = strlen(first) + 1;
    const char mask = is_second ? -1 : 0;
    assert_true(size <= PLACE && strlen(second) + 1 == size);
    for (size_t i = 0; i < size; i++)
        to[i] = (char)((first[i] & ~mask) | (second[i] & mask));
    atomic_thread_fence(memory_order_seq_cst);
}

static void measure_tokens(check_fn *check, struct sample *samples, size_t count) {
    char *tokens[2][TOKENS];
    make_tokens(tokens);
    for (size_t i = 0; i < count + WARM_UP; i++) {
        struct token token;
        const char *why;
        const uint32_t coin = chance();
        const bool second = coin & 1;
        char text[PLACE];
        const unsigned pair = (coin >> 1) % TOKENS;
        place(text, tokens[0][pair], tokens[1][pair], second);
        const int64_t began_ns = now_ns();
        const int code = check(&token, text, SECRET, sizeof SECRET - 1, 1000000, &why);
        const int64_t took_ns = now_ns() - began_ns;
        assert_int_equal(code, 43);
        if (i >= WARM_UP)
            samples[i - WARM_UP] = (struct sample){took_ns, second};
    }
    for (int i = 0; i < 2 * TOKENS; i++)
        free(tokens[i / TOKENS][i % TOKENS]);
}

/* ---- ids ---- */

static void measure_ids(struct sample *samples, size_t count) {
    static struct stage stage;
    stage_open(&stage);
    stage.house.rate.per_minute = 0;
    stage_connect(&stage, "ana", "");
    stage_connect(&stage, "eve", "");
    stage_expect(&stage, "ana", NULL, "POST /channels/messaging/hall/query",
        "{\"data\":{\"members\":[\"ana\"]}}", 201, 0);
    char line[80], body[120];
    for (int i = 0; i < TOKENS; i++) {
        snprintf(body, sizeof body, "{\"message\":{\"id\":\"there-%02d\",\"text\":\"hello\"}}", i);
        stage_expect(&stage, "ana", NULL, "POST /channels/messaging/hall/message", body, 201, 0);
    }
    for (size_t i = 0; i < count + WARM_UP / 5; i++) {
        const uint32_t coin = chance();
        const bool second = coin & 1;
        snprintf(line, sizeof line, "GET /messages/%s-%02d", second ? "never" : "there",
            (int)((coin >> 1) % TOKENS));
        const int64_t began_ns = now_ns();
        const int status = stage_call(&stage, "eve", NULL, line, NULL);
        const int64_t took_ns = now_ns() - began_ns;
        assert_int_equal(status, 404);
        if (i >= WARM_UP / 5)
            samples[i - WARM_UP / 5] = (struct sample){took_ns, second};
    }
    stage_close(&stage);
}

int main(int count_of_words, char **words) {
    const size_t count = count_of_words > 1 ? strtoul(words[1], NULL, 10) : 1000000;
    if (count < 1000) {
        fputs("bench-token takes a count from 1000 on\n", stderr);
        return 2;
    }
    struct sample *samples = malloc(count * sizeof *samples);
    assert_non_null(samples);
    measure_tokens(token_check, samples, count);
    const double ours = report("signatures, last against first byte", samples, count);
    measure_tokens(planted_token_check, samples, count);
    const double planted = report("the same, ending at the first difference", samples, count);
    measure_ids(samples, count / IDS_PART);
    report("ids, not yours against not there", samples, count / IDS_PART);
    free(samples);
    if (ours >= MOST_T)
        puts("MISSED: time tells how much of a signature is right");
    if (planted < MOST_T)
        puts("MISSED: the planted comparison is not caught: measure more, or on a calmer machine");
    return ours >= MOST_T || planted < MOST_T;
}
