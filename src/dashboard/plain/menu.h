/* SPDX-License-Identifier: MIT */
/*
 * The numbered menu of --plain: a line that was typed becomes an answer, a change of the model, and
 * effects (model/update.h). A number and a word mean the same; what a choice needs may follow it on
 * the line, or is asked for. Pure.
 */
#ifndef DASHBOARD_PLAIN_MENU_H
#define DASHBOARD_PLAIN_MENU_H

#include "dashboard/model/model.h"

enum { MENU_LISTED = 20 };

struct menu {
    enum asking {
        ASKING_NOTHING,
        ASKING_CHANNEL,
        ASKING_MESSAGE,
        ASKING_STATUS,
        ASKING_TIME, /* until when to hide */
        ASKING_WHOM, /* to watch */
        ASKING_HOW
    } asking;
    const struct person *listed[MENU_LISTED]; /* whom the numbers meant that were said last */
    size_t listed_count;
    char whom[256]; /* the id of whom is to be watched */
    bool has_read;  /* what is said in the channel was read: its caller tells the server, once */
};

/* What may be typed. */
void menu_print(struct bytes *to, const struct model *model);

/* A line without its end, as it was typed; the answer is appended. Effects. */
unsigned menu_take(
    struct menu *menu, struct model *model, const char *line, int64_t now_ms, struct bytes *to);

#endif
