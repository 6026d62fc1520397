/* SPDX-License-Identifier: MIT */
/* A key moves the model; what it wants done to the world comes back as effects, or-ed. Pure. */
#ifndef DASHBOARD_MODEL_UPDATE_H
#define DASHBOARD_MODEL_UPDATE_H

#include "dashboard/input/action.h"
#include "dashboard/input/mouse.h"
#include "dashboard/model/model.h"
#include "dashboard/view/cells.h"

enum {
    EFFECT_QUIT = 1,
    EFFECT_HIDE = 2, /* be invisible */
    EFFECT_SHOW = 4, /* be seen */
    EFFECT_RECONNECT = 8,
    EFFECT_REDRAW = 16,
    EFFECT_SUSPEND = 32,
    EFFECT_LOOK = 64,    /* other people are on the screen: listen to them first */
    EFFECT_STATUS = 128, /* model->mine has a status to be put up, or taken down */
    EFFECT_COPY = 256,   /* model->copied goes to the clipboard */
    EFFECT_UI = 512,     /* the terminal looks or acts in another way: model->ui */
    EFFECT_WIPE = 1024,  /* what was observed is to be forgotten, on disk, too */
    /* With model->wish: */
    EFFECT_CHANNEL = 1 << 12, /* get or make this channel, with these members after it */
    EFFECT_ADD = 1 << 13,     /* these ids, with blanks between, to the channel at the cursor */
    EFFECT_LEAVE = 1 << 14,   /* the channel of this cid */
    EFFECT_QUERY = 1 << 15    /* who is unknown where the cursor is; the wish is not used */
};

unsigned update_key(struct model *model, int key, int64_t now_ms);
unsigned update_action(struct model *model, enum action action, int64_t now_ms);
/* The same with what follows its name as a command; "": nothing. What makes no sense is said. */
unsigned update_command(
    struct model *model, enum action action, const char *argument, int64_t now_ms);
/* What the mouse did on what is shown. */
unsigned update_mouse(struct model *model, const struct cells *shown,
    const struct mouse_event *event, int64_t now_ms);
/* A text that was pasted: no key of it means anything but text. */
unsigned update_paste(struct model *model, const char *text, int64_t now_ms);
unsigned update_size(struct model *model, int rows, int cols);

/* After the feed told things: the cursor still stands on somebody, and in sight. */
void update_settle(struct model *model);

/* The people on the screen, at most `most`; how many. */
size_t update_visible(const struct model *model, struct person **to, size_t most);

/* The pane that has the keys, as action.h letters them. */
char update_pane_letter(const struct model *model);

#endif
