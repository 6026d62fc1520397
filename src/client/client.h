/* SPDX-License-Identifier: MIT */
/* A client's caller side, as its files share it. The caller's thread only. */
#ifndef CLIENT_CLIENT_H
#define CLIENT_CLIENT_H

#include "client/mailbox.h"
#include "client/state.h"
#include "wire/limits.h"
#include <porchlight/client.h>

#include <string.h>

struct handler {
    struct list in_handlers;
    int id;
    enum pl_event_type type;
    pl_event_fn *fn;             /* of the client */
    pl_presence_fn *presence_fn; /* of a user */
    pl_user *user;
    void *context;
    bool gone; /* taken off, but perhaps being walked over */
};

/* What a call was for, and so what its reply means. */
enum purpose {
    FOR_CHANNEL,    /* get or create, watch: one ChannelState */
    FOR_CHANNELS,   /* query channels */
    FOR_RESYNC,     /* query channels, after a reconnect */
    FOR_JOINED,     /* the same, of those we are in */
    FOR_SELF,       /* query users, of oneself */
    FOR_USERS,      /* query users */
    FOR_LISTENING,  /* query users, of the plan */
    FOR_MEMBERS,    /* query members */
    FOR_PAGE,       /* query members, of the plan */
    FOR_OWN_USER,   /* an update of oneself */
    FOR_MEMBERSHIP, /* add, remove members */
    FOR_SENDING,    /* of a message */
    FOR_MESSAGE,    /* update, get; a reaction */
    FOR_STOP_WATCHING,
    FOR_DELETION,       /* of a message */
    FOR_REPLIES,        /* to a message */
    FOR_OLDER,          /* messages of a channel */
    FOR_WATCHERS,       /* who watches a channel */
    FOR_REACTIONS,      /* to a message */
    FOR_CHANNEL_UPDATE, /* of its fields; a truncation */
    FOR_CHANNEL_DELETION,
    FOR_READ,   /* a read mark moved forwards */
    FOR_UNREAD, /* or backwards */
    FOR_UNREAD_COUNTS,
    FOR_EVENT, /* sent: nothing to be taken in */
    FOR_HIDING,
    FOR_SHOWING,
    FOR_MUTES,
    FOR_UPSERT,
    FOR_APP,
    FOR_SYNC,
    FOR_GUEST /* then a connect */
};

/* A call whose reply is awaited. */
struct pending {
    struct list in_pending;
    enum purpose purpose;
    unsigned flags; /* PL_WATCH, PL_PRESENCE, PL_STATE */
    pl_channel *channel;
    pl_done_fn *done;
    void *context;
    uint64_t event_seq;
    uint64_t epoch;
    uint64_t made_epoch; /* the newest when it was asked for */
    uint64_t losses;     /* client->losses then */
    uint64_t sent, came; /* the network's turns at which it went and ended */
    char **ids;          /* FOR_LISTENING: who was asked for; FOR_RESYNC: cids. Lent */
    size_t id_count;
    char *name;      /* FOR_DELETION: the message that goes for good; or NULL */
    uint64_t number; /* what the caller knows it by */
};

/* Who is told how a connect or a disconnect ended; done is NULL where nobody is, any more. */
struct answer_to {
    pl_done_fn *done;
    void *context;
};

/* A disconnect, and the connect that it ended. Until its PL_LINK_OFF, what is told of the link is
 * about that connect, even where there is a newer one. */
struct farewell {
    struct list in_farewells;
    struct answer_to connect, disconnect;
};

struct pl_client {
    struct heap heap;
    pl_network *network;
    bool holds_network;
    struct mailbox *mailbox;
    struct state state;
    char *api_key, *user_id;
    pl_user *local;
    struct pl_link link;
    char reason[256];
    uint64_t epoch;    /* of connections that were live */
    uint64_t live_seq; /* state.event_seq then: what was told by then is older than any answer */
    uint64_t losses;   /* of events, told by NOTE_LOST: what was asked for before may be old */
    uint64_t sums_seq, mutes_seq; /* state.event_seq when one last told them */
    bool wants_link;              /* connect was called, and disconnect was not */
    bool was_live;                /* as this user: what they watch is watched again */
    uint64_t given_up;            /* the connection that start_over() has given up; 0: none */
    bool hello_torn; /* the server's welcome was not taken in whole: we are not live yet */
    bool dispatching, ended;
    size_t forget_at; /* the weight at which it is worth looking for who may go (forget.c) */
    bool told_full;   /* PL_EVENT_MEMORY has told that state.full is true */
    pl_token_fn *token;
    void *token_context;
    pl_log_fn *log;
    void *log_context;
    struct list handlers;
    int next_handler;
    bool handlers_gone;
    struct list pending;
    size_t pending_count;
    uint64_t last_call;
    bool anonymous;                        /* the server says who we are, each time anew */
    bool joining;                          /* a guest is being made */
    int64_t unread_total, unread_channels; /* -1: not told yet */
    struct answer_to connecting;
    struct list farewells; /* disconnects whose PL_LINK_OFF has not come yet, oldest first */

    /* The plan of listening (listening.c). */
    pl_user **first; /* those on the screen */
    size_t first_count;
    pl_user **plan; /* all who wait, plan_at on */
    size_t plan_count, plan_cap, plan_at;
    size_t queued_count; /* users with queued set */
    size_t live_count, wanted_count;
    size_t live_unwanted;    /* of live_count */
    unsigned batches, pages; /* under way */
    size_t pages_owed;       /* channels with page_owed set */
    int64_t away_since_ms;
    unsigned resyncing; /* calls under way */
    bool resync_owed;   /* one could not even be asked for */
    bool again;         /* so are channels with again set, thirty a call */
    bool in_resync;
    bool remembers;     /* how all was before the link was lost (resync.c) */
    bool self_is_known; /* what is known of oneself is true on this connection … */
    bool self_owed;     /* … or was not even asked for; self_call: is asked for */
    uint64_t self_call;
    bool joined_owed;     /* of the channels that we are in, a page could not be asked for */
    uint64_t joined_call; /* whose reply is the next page of them; 0: none is under way */
    char joined_after[LIMIT_CID + 1]; /* the last cid of the pages so far */
    bool joined_ends;                 /* the page that came is the last */
    uint64_t joined_seq;              /* of the last event before the walk over them began */
};

/* calls.c: send one. body and payload are taken. 0, or a fault with `pending` freed. */
struct wish {
    enum purpose purpose;
    const char *method;
    char *path, *payload, *body;
    char *name; /* taken: pending->name */
    bool bare;  /* neither payload nor body */
    bool needs_connection, idempotent, paced;
    int64_t later_ms; /* it goes then, and not at once */
    unsigned flags;
    pl_channel *channel;
    pl_done_fn *done;
    void *context;
    char **ids;
    size_t id_count;
};
int calls_send(pl_client *client, struct wish *wish);
void calls_take_reply(pl_client *client, const struct note *note);
/* What its reply may overwrite. */
struct state_moment calls_moment(const pl_client *client, const struct pending *pending);
/* End all that is awaited. */
void calls_cancel_all(pl_client *client);

/* Into a filter: channels that we have hidden, too, which are not found otherwise. 0, < 0. */
int calls_find_hidden(json *filter);
/* Query these channels again, with presence; counted in client->resyncing. */
void calls_resync(pl_client *client, pl_channel *const *channels, size_t count);

/* account.c: the guest is made, and connects; or is not, and that was it. */
void account_take_guest(pl_client *client, const struct pending *pending, const json *body,
    const struct pl_outcome *outcome);
/* client.c: begin to be somebody, with a connection. */
int client_connect(pl_client *client, const struct pl_connect_options *options, bool anonymous,
    pl_done_fn *done, void *context);
/* The connect that the link's news are about has ended so, unless it had ended before. */
void client_answer_connect(pl_client *client, enum pl_status status);

/* events.c */
void events_take_frame(pl_client *client, const struct note *note);
/* One that is told by an answer; nothing but its user is taken into the state. */
void events_read(
    pl_client *client, const json *body, const struct state_moment *moment, struct pl_event *event);
void events_take_hello(pl_client *client, const struct note *note);
void events_take_link(pl_client *client, const struct note *note);
void events_emit(pl_client *client, struct pl_event *event);
void events_start_over(pl_client *client); /* what came was not taken in whole */

/* resync.c */
void resync_remember(pl_client *client);   /* what is known is no longer live: how is it? */
void resync_forget(pl_client *client);     /* that */
void resync_begin(pl_client *client);      /* read everything again */
void resync_after_loss(pl_client *client); /* on a link that is live, of which frames were lost */
void resync_step_done(pl_client *client);  /* perhaps all is true again */
/* A member who was known before is not there any more. False: it is the caller's to free. */
bool resync_keep_member(pl_client *client, pl_member *member);
void resync_take_joined(pl_client *client, const struct pending *pending, const json *body);
void resync_self_ended(pl_client *client, const struct pending *pending, enum pl_status status);
void resync_joined_ended(pl_client *client, const struct pending *pending, enum pl_status status);
/* That the channel is ours: the last walk over those that are did, or an event or an answer since. */
bool resync_has_named(const pl_client *client, const pl_channel *channel);

/* handlers.c */
void handlers_call(pl_client *client, const struct pl_event *event);
void handlers_call_presence(pl_client *client, pl_user *user);
void handlers_sweep(pl_client *client);
void handlers_free_all(pl_client *client);

/* listening.c */
int listening_want(pl_client *client, pl_user *user);
void listening_want_channel(pl_client *client, pl_channel *channel);
/* Somebody wants them listened to, and perhaps that is so already. */
void listening_note_wanted(pl_client *client, pl_user *user);
/* The server listens to these users for us: for a query, for a watched channel … */
void listening_mark(pl_client *client, pl_user *user);
void listening_mark_channel(pl_client *client, pl_channel *channel);
/* They are a member of one channel less: who is wanted for no other reason is wanted no more. */
void listening_let_go(pl_client *client, pl_user *user);
/* … and no longer does so for that: a member is gone, the channel is not watched. */
void listening_drop_member(pl_client *client, pl_member *member);
void listening_drop_channel(pl_client *client, pl_channel *channel);
void listening_restart(pl_client *client); /* a new connection */
void listening_pump(pl_client *client);
void listening_take_reply(pl_client *client, const struct pending *pending, enum pl_status status);
/* A page has come; `taken` of its members are in the state. */
void listening_note_page(const struct pending *pending, const json *members, size_t taken);
void listening_take_page(pl_client *client, const struct pending *pending, enum pl_status status);
bool listening_is_done(const pl_client *client);
void listening_fini(pl_client *client);

/* What its reply says about the server's listening and watching holds now, and every event since
 * the reply has come or will. */
static inline bool client_is_current(const pl_client *client, const struct pending *pending) {
    return pending->epoch == client->epoch && pending->losses == client->losses &&
           client->link.state == PL_LINK_LIVE;
}

static inline bool client_is_own(const pl_client *client, const pl_user *user) {
    return user != NULL && client->user_id != NULL && strcmp(user->id, client->user_id) == 0;
}

/* Takes the word: something could not be taken in for want of memory. */
static inline bool client_was_torn(pl_client *client) {
    const bool torn = client->state.torn;
    client->state.torn = false;
    return torn;
}

static inline int64_t client_live_epoch(const pl_client *client) {
    return client->link.state == PL_LINK_LIVE ? (int64_t)client->epoch : -1;
}

#endif
