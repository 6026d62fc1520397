/* SPDX-License-Identifier: MIT */
/*
 * A step: a key, or a new size, changes the model and says what is to be done to the world. The
 * one who calls does it; nothing is done here.
 */
#ifndef DASHBOARD_MODEL_UPDATE_H
#define DASHBOARD_MODEL_UPDATE_H

#include "dashboard/input/key.h"
#include "dashboard/model/model.h"

enum effect_type {
    EFFECT_NONE,
    EFFECT_MARK_INVISIBLE, /* ask the server; answer with model_visibility_acknowledged/failed() */
    EFFECT_MARK_VISIBLE,
    EFFECT_RECONNECT,     /* dial now, or check a live link */
    EFFECT_WATCH_CHANNEL, /* cid: is being looked at now */
    EFFECT_LISTEN_FIRST,  /* those on the screen have changed: ask update_visible() for them */
    EFFECT_SEND_MESSAGE,  /* cid, text; tell a failure with model_toast() */
    EFFECT_QUIT,
    EFFECT_SUSPEND,
    EFFECT_REDRAW, /* the whole screen, whatever is believed to be on it */
};

struct effect {
    enum effect_type type;
    const char *cid;  /* "" where there is none; valid until the model's next call */
    const char *text; /* the same */
};

enum { EFFECTS_MOST = 4 };

struct effects {
    struct effect at[EFFECTS_MOST];
    size_t count;
};

/* A key was pressed. effects is overwritten. */
void update_key(struct model *model, press key, int64_t now_ms, struct effects *effects);

/* The screen has a new size. */
void update_size(struct model *model, int rows, int cols, struct effects *effects);

/* The ids of those on the screen, at most `most`; returns how many. Valid until the model's next
 * call. */
size_t update_visible(const struct model *model, const char **ids, size_t most);

#endif
