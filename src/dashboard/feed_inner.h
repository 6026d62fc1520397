/* SPDX-License-Identifier: MIT */
/* What the files of the feed share, and nobody else sees. */
#ifndef DASHBOARD_FEED_INNER_H
#define DASHBOARD_FEED_INNER_H

#include "dashboard/feed.h"
#include "dashboard/model/told.h"
#include "dashboard/zones.h"

struct feed {
    const struct library *lib;
    struct model *model;
    struct record *record; /* or NULL */
    pl_client *client;
    char *user;
    int offset; /* of the query of my channels */
    bool asked; /* for my channels */
    bool was_live, refused, changed;
    int refusal_code;
    struct zones zones;
    unsigned watched_changes; /* of the list of the watched that was looked at */
    unsigned watched_asked;   /* queries of them that are under way */

    char *typing_in;         /* the channel that was told that I type; NULL: none */
    int64_t typing_again_ms; /* when it is to be told again */
    uint64_t lines_sent;     /* with `run` they make the ids of my lines */
    char run[20];
    unsigned audience_calls; /* questions who watches, that are under way */
    unsigned openings;       /* of channels, by me, that are under way */
};

int64_t feed_now_ms(void);
/* Whatever the model is told goes through here: now, and into the record. */
void feed_tell(struct feed *feed, struct told told);
void feed_tell_person(struct feed *feed, pl_user *user);
/* All that is known of a channel; it is gone when it is none of mine. */
void feed_tell_channel(struct feed *feed, pl_channel *channel);
/* Why a call failed, in a sentence. */
const char *feed_why(const struct feed *feed, const struct pl_outcome *outcome);

/* What they say of where they are. */
void feed_tell_clock(struct feed *feed, pl_user *user);

/* A call about conversations that is under way. It names its line by channel and id and not by
 * address, because the line may be gone when the answer comes. */
struct ask {
    struct feed *feed;
    char *cid, *id; /* of the line, or of the message whose replies are read; id "" for none, or
                     * what the channel is called */
    char *why;      /* why sending failed, while it is looked up */
    bool of_replies;
};

struct ask *feed_ask_create(
    struct feed *feed, const char *cid, const char *id); /* NULL: no memory */
void feed_ask_destroy(struct ask *ask);
struct line *feed_find_line(const struct model *model, const char *cid, const char *id);
void feed_toast(struct feed *feed, const char *text);

/* feed_said.c: what is said in conversations, and about them. */
void feed_said_tell(struct feed *feed, pl_channel *channel);
void feed_said_event(struct feed *feed, const struct pl_event *event);
void feed_tell_line(struct feed *feed, pl_channel *channel, pl_message *message, bool is_news);
void feed_tell_unread(struct feed *feed, pl_channel *channel);

/* feed_audience.c: who watches a channel. */
void feed_audience_event(struct feed *feed, const struct pl_event *event);

/* feed_channel.c: get or make a channel (id NULL: that of these people), and open it; to write, if
 * to_write. 0; < 0: a PL_E_… . */
int feed_open_channel(struct feed *feed, const char *type, const char *id, const char *name,
    const char *const *ids, size_t count, bool to_write);

/* feed_talk.c: what is wanted in conversations. */
int feed_talk_init(struct feed *feed);
void feed_talk_fini(struct feed *feed);

#endif
