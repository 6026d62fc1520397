/* SPDX-License-Identifier: MIT */
/*
 * Between the library and the model: what the library tells becomes what the screen knows, what the
 * person wants becomes calls. All on the one thread of the program.
 */
#ifndef DASHBOARD_FEED_H
#define DASHBOARD_FEED_H

#include "dashboard/library.h"
#include "dashboard/model/model.h"
#include "dashboard/record.h"

struct feed;

struct feed_options {
    const struct library *library;
    struct model *model;
    const char *url, *api_key, *user, *token, *ca_file; /* ca_file: or NULL */
    const char *status;                                 /* to put up at connect, or NULL */
    struct record *record;                              /* of what the model is told, or NULL */
    bool invisible;                                     /* hide before others see us come */
    pl_token_fn *again; /* asked when the token has expired, or NULL */
    void *again_context;
};

/* Connect and stay connected. 0; < 0: a PL_E_… . */
int feed_open(struct feed **out, const struct feed_options *options);
/* Say goodbye. Blocking, a second at most. NULL is fine. */
void feed_close(struct feed *feed);

/* Readable when feed_dispatch() has something to do. */
int feed_fd(const struct feed *feed);
/* Take in what came. True: the model changed. */
bool feed_dispatch(struct feed *feed);

/* Whether the server refused us before we were ever live: model->link.reason says why. */
bool feed_is_refused(const struct feed *feed);
int feed_refusal_code(const struct feed *feed);

void feed_set_invisible(struct feed *feed, bool invisible);
void feed_reconnect(struct feed *feed);
/* The status that model->mine wishes; mine_status_done() is told. */
void feed_set_status(struct feed *feed);
/* Listen to those who are watched and share no channel with me; cheap where all is done. */
void feed_watch(struct feed *feed);

/* Ask who watches the channel that is shown, where that is not known; cheap where it is. */
void feed_ask_audience(struct feed *feed);

/* What a person writes as a command; what became of it is said in a toast. */
void feed_obey_channel(struct feed *feed, const char *words); /* a channel, then members */
void feed_obey_add(struct feed *feed, const char *cid, const char *words); /* ids */
void feed_obey_leave(struct feed *feed, const char *cid);
/* Ask about those of a channel who are unknown; cid "": of all. */
void feed_query_unknown(struct feed *feed, const char *cid);

/* These are on the screen: listen to them before all others. */
void feed_look(struct feed *feed, struct person *const *people, size_t count);

/*
 * What is wanted in the conversation that is read: lines to be sent, changed, deleted, older ones,
 * a mark, a word that I type, a person to be written to. After keys and after what the feed told,
 * when the model is settled; cheap where nothing is wanted.
 */
void feed_talk(struct feed *feed);

/* Make a channel ("hall", or "messaging:hall") with me and these members, or get the one that is
 * there, and open it; add members to one; leave one. What came of it is said in a toast. At most
 * 100 ids. 0; < 0: a PL_E_… . */
int feed_make_channel(struct feed *feed, const char *name, const char *const *ids, size_t count);
int feed_add_members(struct feed *feed, const char *cid, const char *const *ids, size_t count);
int feed_leave_channel(struct feed *feed, const char *cid);

#endif
