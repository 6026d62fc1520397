/* SPDX-License-Identifier: MIT */
/*
 * What the dashboard knows. Told by the calls below and by update.h, read by the views. It asks
 * nobody for anything: time comes with each call, in milliseconds of Unix time on our own clock
 * (who tells it server times takes the clock's offset off first). Texts may be anything: they are
 * made harmless here, once, so that nothing behind this header can hold what a stranger wrote.
 *
 * Calls that can run out of memory return -ENOMEM and leave the model whole: what they could not
 * keep is missing, never half there. Ids are compared as bytes and are not shown raw.
 *
 * While the link is not live, or live but not yet resynced, everything known is stale: ages stand
 * still and nobody moves from "just left" to "offline".
 */
#ifndef DASHBOARD_MODEL_MODEL_H
#define DASHBOARD_MODEL_MODEL_H

#include "dashboard/model/channel.h"
#include "dashboard/model/journal.h"
#include "dashboard/model/line.h"

enum pane { PANE_CHANNELS, PANE_MEMBERS, PANE_EVENTS, PANE_TALK };

enum link_state { LINK_OFF, LINK_CONNECTING, LINK_LIVE, LINK_WAITING, LINK_REFUSED };

/* Longest reason that is kept, NUL included. */
enum { REASON_BYTES = 160 };

struct model_link {
    enum link_state state;
    bool resyncing;         /* live again, but what was known is still being replaced */
    int64_t stale_since_ms; /* since when what is known may be wrong; 0 while live, or never live */
    int64_t retry_at_ms;    /* LINK_WAITING */
    int latency_ms;         /* -1: not known */
    char reason[REASON_BYTES]; /* why it is not live */
};

/* My own light. Known only by the server's word; a wish is pending until the server acknowledges
 * it or it fails with a reason, and a failure leaves what was known. */
struct visibility {
    enum { VISIBILITY_UNKNOWN, VISIBILITY_ON, VISIBILITY_OFF } known; /* OFF: invisible */
    bool pending;
    bool wants_invisible;
    int64_t acknowledged_ms;   /* when the server last acknowledged a wish of ours; 0: never */
    char failed[REASON_BYTES]; /* "": the last wish did not fail */
};

struct toast {
    char text[REASON_BYTES]; /* "": none */
    int64_t until_ms;
};

struct model {
    struct model_link link;
    struct visibility visibility;
    struct person *me; /* NULL until known */

    struct table people;       /* id to person */
    struct list leaving;       /* who just left, oldest first */
    struct channel all;        /* everyone */
    struct channel **channels; /* by name */
    size_t channel_count, channel_cap;
    struct channel *current; /* whose members are shown; never NULL */
    size_t channel_row_top;  /* first channel on the screen */
    size_t live, wanted;     /* how many are listened to, of how many */
    bool is_loaded;          /* the first answer about my channels has come */

    struct journal journal;
    size_t journal_top;
    size_t talk_top; /* how far the conversation is scrolled back */
    struct toast toast;

    enum pane focus;
    enum sort sort;
    bool hide_offline;
    bool talk_is_open;
    bool detail_is_hidden;
    bool help_is_open;
    size_t help_top;
    bool finding;   /* `line` is what to find */
    bool composing; /* `line` is a message */
    struct line line;
    struct line found; /* what n looks for */

    int rows, cols; /* of the screen */
};

int model_init(struct model *model, int rows, int cols, int64_t now_ms);
void model_fini(struct model *model);

/* Time passes: those who left long enough ago are offline, the toast goes. Call it before drawing.
 */
void model_reach(struct model *model, int64_t now_ms);

/* Now, or the moment since when what is known is stale. */
bool model_is_stale(const struct model *model);
int64_t model_truth_ms(const struct model *model, int64_t now_ms);

/* The i-th channel of the list, ALL first; NULL past the end. And where the current one is. */
struct channel *model_channel_at(const struct model *model, size_t i);
size_t model_current_index(const struct model *model);
struct channel *model_find_channel(const struct model *model, const char *cid);
struct person *model_find_person(const struct model *model, const char *id);

/* ---- what the feed tells -------------------------------------------------------------------- */

/* The link changed. reason may be anything. */
void model_link_changed(struct model *model, const struct model_link *link, int64_t now_ms);

/* The server's word on my own light, whoever changed it. */
int model_me(struct model *model, const char *id, bool invisible);

/* How a wish ended. reason may be anything. */
void model_visibility_acknowledged(struct model *model, bool invisible, int64_t now_ms);
void model_visibility_failed(struct model *model, const char *reason, int64_t now_ms);

/* After a reconnect everything is true again. */
void model_resynced(
    struct model *model, unsigned came, unsigned left, int64_t away_ms, int64_t now_ms);

void model_listening(struct model *model, size_t live, size_t wanted);

/* The answer about my channels has come, be it empty. */
void model_loaded(struct model *model);

enum told {
    TOLD_ASKED, /* an answer to a question: a picture, whenever it changed */
    TOLD_EVENT, /* it happened now: we saw it */
};

struct told_person {
    const char *id;     /* required */
    const char *name;   /* "" or NULL: the id */
    const char *status; /* NULL: "" */
    const char *role;   /* NULL: "" */
    bool online;
    bool live; /* their changes arrive; looked at only while the link is live */
    bool banned;
    int64_t last_active_ms; /* 0: never */
};

int model_person_put(
    struct model *model, const struct told_person *person, enum told how, int64_t now_ms);

struct told_channel {
    const char *cid;  /* required */
    const char *name; /* "" or NULL: the id part of the cid */
    size_t member_total;
};

int model_channel_put(struct model *model, const struct told_channel *channel);
void model_channel_gone(struct model *model, const char *cid);

struct told_member {
    const char *user_id; /* a person already put; others are skipped */
    const char *role;    /* NULL, "member": an ordinary one */
};

/* These are the members, and no others. */
int model_members_replace(struct model *model, const char *cid, const struct told_member *members,
    size_t count, int64_t now_ms);

int model_member_put(struct model *model, const char *cid, const struct told_member *member,
    enum told how, int64_t now_ms);
void model_member_gone(
    struct model *model, const char *cid, const char *user_id, enum told how, int64_t now_ms);

/* They started or stopped to watch this channel. */
void model_watching(
    struct model *model, const char *cid, const char *user_id, bool watching, int64_t now_ms);

struct told_message {
    const char *id;      /* required */
    const char *user_id; /* a person already put */
    const char *text;
    int64_t created_ms;
    bool deleted;
};

/* Add or replace by id. */
int model_message_put(struct model *model, const char *cid, const struct told_message *message,
    enum told how, int64_t now_ms);
void model_messages_clear(struct model *model, const char *cid);

/* A line above the last one, for a few seconds. */
void model_toast(struct model *model, const char *text, int64_t now_ms);

#endif
