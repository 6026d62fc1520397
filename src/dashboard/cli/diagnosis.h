/* SPDX-License-Identifier: MIT */
/*
 * What `porchlight doctor` found out, a line a part: what is so, and what to do where it is wrong.
 * Pure.
 */
#ifndef DASHBOARD_CLI_DIAGNOSIS_H
#define DASHBOARD_CLI_DIAGNOSIS_H

#include "base/bytes.h"

/* In the order in which one leads to the next. */
enum part {
    PART_CONFIGURATION,
    PART_TERMINAL,
    PART_NETWORK,
    PART_SERVER,
    PART_KEY,
    PART_TOKEN,
    PART_EVENTS,
    PART_CLOCK,
    PARTS
};

enum verdict {
    VERDICT_UNKNOWN, /* could not be asked, because of another part */
    VERDICT_OK,
    VERDICT_NOTE, /* worth knowing, and not wrong */
    VERDICT_WRONG
};

struct diagnosis {
    struct {
        enum verdict verdict;
        int code;                  /* the exit code, where it is wrong */
        struct bytes what, advice; /* harmless for a terminal; advice may be empty */
    } parts[PARTS];
};

/* Zeroes are a diagnosis that knows nothing. */
void diagnosis_fini(struct diagnosis *diagnosis);

/* Of a part, once: `format` is what is so. */
void diagnosis_say(struct diagnosis *diagnosis, enum part part, enum verdict verdict,
    const char *format, ...) __attribute__((format(printf, 4, 5)));

/* It is wrong, ends the program with this code, and what to do is said in `advice`. */
void diagnosis_wrong(
    struct diagnosis *diagnosis, enum part part, int code, const char *what, const char *advice);

void diagnosis_print(const struct diagnosis *diagnosis, struct bytes *to);

/* Of the first part that is wrong; 0: none is. */
int diagnosis_code(const struct diagnosis *diagnosis);

#endif
