/* SPDX-License-Identifier: MIT */
/*
 * My own light and status over time: hidden for a while, a status with an end, what is due. What is
 * planned outlives the program (remember.h); what fell due meanwhile is done at the next start, and
 * said. Nothing here claims that something is so: it asks, and the server's answer decides. Pure.
 */
#ifndef DASHBOARD_MODEL_MINE_H
#define DASHBOARD_MODEL_MINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct model;

enum { MINE_STATUS_BYTES = 300, MINE_RETRY_MS = 60 * 1000 };

struct mine {
    int64_t show_at_ms;             /* be visible again then; 0: no such plan */
    int64_t clear_at_ms;            /* take the status down then; 0: no such plan */
    int64_t as_seen_until_ms;       /* my row is drawn as others get it */
    int64_t ask_again_ms;           /* what was due failed: not before */
    bool showing, clearing;         /* asked because it was due, not yet answered */
    char status[MINE_STATUS_BYTES]; /* a wish for the feed (EFFECT_STATUS); "": take it down */
    int64_t wish_clear_at_ms;       /* when the wished one ends; 0: it does not */
};

/* "30m", "1h30m", "for 2h", "18:00", "until 18:00" (the next such time). 0; -EINVAL. */
int mine_when(const char *text, int64_t now_ms, int64_t *at_ms);

/* Hide for a time; "": the next of half an hour, one, two, four, and without an end. Effects. */
unsigned mine_hide_for(struct model *model, const char *time, int64_t now_ms);

/* Put up a status, perhaps "… for 45m" or "… until 14:00"; "": take it down. Effects. */
unsigned mine_status(struct model *model, const char *text, int64_t now_ms);
/* What came of it. `why` NULL: it is so. */
void mine_status_done(struct model *model, const char *why, int64_t now_ms);

/* How others get my row, in a sentence. */
void mine_as_seen(const struct model *model, char *to, size_t size);

/* What is due now. Effects. */
unsigned mine_due(struct model *model, int64_t now_ms);
/* When something will be; INT64_MAX: never. */
int64_t mine_next(const struct model *model, int64_t now_ms);

/* Whoever changes the light by hand has other plans. */
void mine_forget_light(struct model *model);

/* What would be left undone by quitting, in a sentence; "": nothing. Whether the plans are kept for
 * the next start is known to the caller. */
void mine_left_over(const struct model *model, bool kept, char *to, size_t size);

#endif
