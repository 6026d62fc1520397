/* SPDX-License-Identifier: MIT */
/*
 * Screens as pictures: a known world at a known time, drawn at a size, held against a file in
 * tests/golden. PORCHLIGHT_DRAW=1 in the environment draws the files anew: then look at the diff.
 */
#ifndef DASHBOARD_PICTURE_H
#define DASHBOARD_PICTURE_H

#include "dashboard/model/telling.h"
#include "dashboard/model/update.h"
#include "dashboard/view/view.h"

#define PICTURE_NOW INT64_C(1795516927000) /* 2026-11-24T10:42:07Z */

/* The world of ui: eight people, three channels, a conversation, myself; the link is live. */
void picture_world(struct model *model);

/* A word about somebody, as the feed would tell it. */
void picture_person(struct model *model, const char *id, const char *name, const char *status,
    bool online, bool live, int64_t active_ago_ms, int64_t now_ms);

/* The same people with a day behind them: who came when, a lost link, and chen, who flaps. */
void picture_day(struct model *model);
/* A message, as the feed would tell it. */
void picture_say(struct model *model, const char *cid, const char *id, const char *author,
    const char *text, int64_t at_ms, bool is_news);

/* Fails the case, showing both, where a text is not what tests/golden/NAME.txt has. */
void expect_golden(const char *name, const char *drawn);

/* The same with a screen. */
void expect_picture(const char *name, struct model *model, int rows, int cols);

/* Whether a text stands somewhere on a screen of so many rows and columns; and the case fails,
 * showing it, where it does not, or does. */
bool is_shown(struct model *model, int rows, int cols, const char *text);
void expect_shown(struct model *model, int rows, int cols, const char *text);
void expect_not_shown(struct model *model, int rows, int cols, const char *text);

/* The meaning of a screen: a letter a cell, as cells.h has them. */
void expect_styles(const char *name, struct model *model, int rows, int cols);

#endif
