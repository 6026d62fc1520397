/* SPDX-License-Identifier: MIT */
/*
 * What the screen knows. Pure: the feed tells it what is so, keys move it (update.h), the view
 * draws it. Times are milliseconds of Unix time, handed in.
 *
 * All text from others is made clean here, once, on its way in.
 */
#ifndef DASHBOARD_MODEL_MODEL_H
#define DASHBOARD_MODEL_MODEL_H

#include "base/table.h"
#include "dashboard/model/roster.h"

enum {
    MODEL_LINES = 20,  /* of a conversation */
    MODEL_EVENTS = 200 /* of the log */
};

enum pane { PANE_CHANNELS, PANE_MEMBERS, PANE_EVENTS, PANE_TALK };

/* One message of a conversation. */
struct line {
    char *id, *text; /* clean */
    struct person *author;
    int64_t at_ms;
};

struct channel_shown {
    char *cid, *name; /* name is clean; cid "" is everybody */
    struct roster members;
    size_t total;                   /* as the server counts */
    struct line lines[MODEL_LINES]; /* oldest first */
    unsigned line_count;
    unsigned unread;
    struct person *selected; /* the cursor is bound to the person, not to the row */
    size_t top;              /* the first row shown */
};

enum event_kind { EVENT_CAME, EVENT_WENT, EVENT_STATUS, EVENT_NOTE };

struct event_line {
    int64_t at_ms;
    enum event_kind kind;
    struct person *who; /* NULL: a note */
    char *text;         /* clean: the status, the note */
};

enum link_state { LINK_OFF, LINK_CONNECTING, LINK_LIVE, LINK_WAITING, LINK_REFUSED };

struct link_shown {
    enum link_state state;
    bool resyncing;
    int64_t stale_since_ms; /* 0: never was live */
    int64_t retry_at_ms;    /* 0: not waiting */
    int latency_ms;         /* -1: not known */
    char reason[160];       /* clean */
};

/* My own porch light, as the server acknowledged it; never a guess. */
enum light { LIGHT_UNKNOWN, LIGHT_ON, LIGHT_OFF };

struct model {
    int rows, cols;
    bool ascii;
    char label[64]; /* the profile, or "demo" */
    char me_id[256], me_name[128];

    struct table people; /* by id */
    struct table by_cid;
    struct channel_shown all;        /* everybody */
    struct channel_shown **channels; /* in the order in which they came */
    size_t channel_count, channel_cap;
    bool channels_known; /* they have been asked for, and answered */

    struct link_shown link;
    enum light light, light_wanted; /* wanted: LIGHT_UNKNOWN when nothing is pending */
    int64_t light_acked_ms;
    char light_failed[120]; /* why the last wish failed; "" if it did not */

    struct event_line events[MODEL_EVENTS]; /* a ring */
    size_t event_first, event_count;
    size_t event_scroll; /* how many of the newest are scrolled past */
    unsigned came, went; /* since the mark */
    int64_t mark_ms;

    enum pane focus;
    size_t channel_at; /* 0: everybody, then channels */
    size_t channel_top;
    bool talk_open, help_open, hide_offline;
    size_t help_top, talk_scroll;
    char toast[160];
    int64_t toast_until_ms;
};

/* 0, or -ENOMEM. */
int model_init(struct model *model, const char *label, const char *me_id, int64_t now_ms);
void model_fini(struct model *model);

/* What the feed tells. Those that return int: 0, or -ENOMEM with the model as it was. */
void model_set_link(struct model *model, const struct link_shown *link, int64_t now_ms);
int model_put_person(struct model *model, const struct person_told *told, int64_t now_ms);
/* Nobody is live any more. */
void model_link_lost(struct model *model, int64_t now_ms);
int model_put_channel(struct model *model, const char *cid, const char *name, size_t total);
void model_drop_channel(struct model *model, const char *cid);
int model_put_member(struct model *model, const char *cid, const char *user_id);
void model_remove_member(struct model *model, const char *cid, const char *user_id);
/* The members are exactly these. */
int model_set_members(
    struct model *model, const char *cid, const char *const *user_ids, size_t count);
int model_put_line(struct model *model, const char *cid, const char *id, const char *author,
    const char *text, int64_t at_ms, bool is_news);
void model_drop_line(struct model *model, const char *cid, const char *id);
void model_clear_lines(struct model *model, const char *cid);
void model_set_me(struct model *model, const char *name, bool invisible, int64_t now_ms);
void model_light_failed(struct model *model, const char *why);
void model_note(struct model *model, const char *text, int64_t now_ms);
void model_resynced(struct model *model, unsigned came, unsigned left, int64_t now_ms);
void model_set_toast(struct model *model, const char *text, int64_t until_ms);

/* Time has passed: who just left is offline now. */
void model_tick(struct model *model, int64_t now_ms);

/* When something on the screen must change though nothing happens; INT64_MAX: never. */
int64_t model_next_change(const struct model *model, int64_t now_ms);

struct person *model_find_person(const struct model *model, const char *id);
struct channel_shown *model_find_channel(const struct model *model, const char *cid);
/* The i-th of the channels pane: 0 is everybody. */
struct channel_shown *model_channel(const struct model *model, size_t i);
struct channel_shown *model_current(const struct model *model);
const struct event_line *model_event(const struct model *model, size_t newest_first);

#endif
