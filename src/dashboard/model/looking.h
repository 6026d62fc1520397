/* SPDX-License-Identifier: MIT */
/* The actions that change how things are looked at: held still, larger, in other times; and the
 * menu of keys. Pure. */
#ifndef DASHBOARD_MODEL_LOOKING_H
#define DASHBOARD_MODEL_LOOKING_H

#include "dashboard/input/action.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct model;

/* Whether times are ages, or clock times here or in UTC. */
enum times { TIMES_AGES, TIMES_LOCAL, TIMES_UTC, TIMES_COUNT };

/* How large the pane with the keys is. */
enum zoom { ZOOM_NORMAL, ZOOM_HALF, ZOOM_FULL, ZOOMS };

/* What channels are ordered by. */
enum channel_order { ORDER_CAME, ORDER_NAME, ORDER_UNREAD, ORDER_HOME, ORDERS };

struct looking {
    bool paused;      /* rows stay where they are until it is not */
    unsigned changes; /* since then */
    bool menu_open;
    int menu_page;
    enum times times;
    enum zoom zoom;
    enum channel_order order;
    bool order_reversed;
};

/* Effects of update.h in *effects; false: the action is another's. */
bool looking_command(struct model *model, enum action action, const char *argument, int64_t now_ms,
    unsigned *effects);

/* Out of the menu or the zoom. False: there is none. */
bool looking_back(struct model *model);

/* Put the channels in their order; the cursor stays on its channel. */
void looking_order(struct model *model);

/* "came", "name", …; -1: no such. */
const char *channel_order_name(enum channel_order order);
int channel_order_of(const char *name);
/* "relative", "absolute", "utc". */
const char *times_name(enum times times);
int times_of(const char *name);

#endif
