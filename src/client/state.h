/* SPDX-License-Identifier: MIT */
/*
 * What a client knows: users, channels, members, messages. The caller's thread only.
 *
 * One user is one object, wherever they appear. A reply is a picture of the moment at which the
 * server made it, and may arrive behind events that are younger; so what an event
 * told since the call began is not overwritten by its reply (event_seq): not presence, messages,
 * members, read marks or a channel's fields; and who or what has gone since does not come back
 * (departed).
 *
 * Replies overtake each other, too. Of a user who is listened to, of ourselves and of a channel
 * whose picture came over a watch (told_since), events tell all that changes, so a reply is taken
 * only where it is no older than what is known: by `updated_at`, and where that is the same by
 * whether it was asked for before the picture came. A time is compared only with one of the same
 * connection; a server that once lied about it is believed again on the next.
 *
 * All of it together is bounded (weight.h), and what nobody holds may go for that (forget.c): a
 * user is held by what points to them here, by a wish to listen to them, or by the program; a
 * channel by being watched, ours or asked about.
 *
 * What lacks memory is left out, and `torn` says so until somebody takes the word: what is known is
 * then not what was told, and must be read again (client.c).
 */
#ifndef CLIENT_STATE_H
#define CLIENT_STATE_H

#include "base/list.h"
#include "base/table.h"
#include "client/kept.h"
#include "wire/channel.h"
#include "wire/member.h"
#include "wire/message.h"
#include "wire/user.h"
#include <porchlight/channel.h>
#include <porchlight/conversation.h>
#include <porchlight/user.h>

enum { STATE_MESSAGES = 300, STATE_MISSES = 8 };

/* But for the id, what of it is not here is in kept.h. */
struct pl_user {
    pl_client *client;
    void *context;
    char *texts;            /* owned, or NULL: kept_text() */
    struct user_rare *rare; /* owned, or NULL */
    int64_t created_us, updated_us, last_active_us;
    int64_t known_ms;
    uint64_t event_seq;     /* of the last presence event */
    uint64_t told_seq;      /* of the last event that had a picture of them */
    uint32_t live_epoch;    /* the connection that listens to them */
    uint32_t heard_in;      /* how many channels it listens to them for; on this connection */
    uint32_t member_of;     /* how many channels they are a member of */
    uint32_t weight;        /* of state.weight */
    uint32_t status_before; /* a hash of it, when the link was lost */
    int16_t invisible;      /* INVISIBLE_… */
    uint8_t
        misses; /* times in a row that they were asked for and not shown; STATE_MISSES: or more */
    bool online : 1, banned : 1;
    bool heard_by_query : 1; /* it does for a query; on this connection */
    bool wanted : 1;         /* to be listened to beyond what the calls brought */
    bool queued : 1;         /* in the plan, not yet asked for */
    bool named : 1;          /* the program itself has asked to listen to them */
    bool queried : 1;        /* by a query of its own */
    bool held : 1;           /* forget.c */
    bool was_live : 1;       /* the connection before this one listened to them */
    bool online_before : 1;  /* when the link was lost; so is the next */
    bool known_before : 1;
    char id[];
};

struct pl_member {
    pl_user *user;
    pl_channel *channel;
    union {
        struct member_rare *rare; /* owned, or NULL: all of it is usual */
        pl_member *next_gone;     /* of who is in channel->gone, of whom nothing more is asked */
    };
    int64_t created_us, updated_us;
    uint64_t event_seq; /* of the last event that told of them; 0: none did */
    uint32_t weight;    /* of state.weight */
    bool invited : 1;
    bool seen : 1;   /* in the picture that is being taken in */
    bool heard : 1;  /* the server listens to them for this channel; on this connection */
    bool before : 1; /* they were one when the link was lost */
};

struct pl_message {
    struct message wire;
    struct state *state; /* NULL: it is kept nowhere */
    uint32_t weight;     /* of state->weight */
    pl_user *user;       /* never NULL */
    json *counts;        /* reactions by type; or NULL: none */
    json *own;           /* our own reactions; or NULL: none */
    uint64_t event_seq;  /* of the last event that brought it; 0: none did */
    json *attachments;   /* or NULL: none */
};

/* Oldest first, at most STATE_MESSAGES. */
struct message_list {
    pl_message **items;
    size_t count, cap;
};

/* Whoever has said that they are typing, or reads. */
struct mark {
    struct pl_read read; /* what of it is shown; last_read_message_id points to `message_id` */
    char *message_id;    /* owned, or NULL */
    uint64_t event_seq;  /* of the last event that told it; 0: none did */
    uint32_t weight;     /* of state.weight */
    bool seen;           /* in the picture that is being taken in */
};

struct pl_channel {
    struct channel wire;
    pl_client *client;
    struct state *state;
    pl_member **members;
    size_t member_count, member_cap;
    struct table by_user;         /* members */
    struct message_list messages; /* of the channel itself */
    struct message_list replies;  /* in threads; they are not among the messages */
    struct mark **marks;          /* how far members have read, as told */
    size_t mark_count, mark_cap;
    struct table by_reader; /* marks */
    int64_t counted_us;     /* messages up to here are in the own mark's unread_messages */
    pl_user **typing;
    size_t typing_count, typing_cap;
    int64_t muted_until_ms; /* 0: not muted; INT64_MAX: until it is unmuted */
    unsigned flags;         /* it is to be watched with these; 0: not watched */
    uint64_t event_seq;     /* of the last event that told its fields; 0: none did */
    uint64_t own_seq;       /* of the last that told whether it is ours, or hidden */
    uint64_t doubted_seq;   /* of the last that told of it aside: older or younger than a picture */
    uint64_t told_since;    /* the turn at which the picture came since when all is told; 0: none */
    unsigned misses;        /* times in a row that it was asked for and not shown */
    uint32_t weight;        /* of state.weight */
    bool held;              /* forget.c */
    bool again;             /* it is to be read once more */
    bool lost;              /* it is not watched for all that: it is not shown to us */
    bool mine, deleted, listen_all, hidden;
    bool whole;       /* every member is known */
    char *page_after; /* the last user id of the pages so far; NULL: none is asked for */
    uint64_t page;    /* the call whose reply is the next page; 0: none is under way */
    bool page_owed;   /* it could not even be asked for */
    size_t untold;    /* members that were asked for since progress here was told */
    bool page_ends;   /* the page that came is the last */
    bool page_torn;   /* some of a page could not be taken in */
    size_t watcher_count;
    size_t heard; /* members with heard set */
    /* As it was when the link was lost (resync.c). */
    pl_member *gone; /* who was a member then, and is not */
    int64_t newest_before_us;
    /* ours: mine or watched, and not deleted; whole: every member was known */
    bool known_before, mine_before, ours_before, whole_before;
    bool seen_joined; /* the server of this connection named it among those that we are in */
};

struct state {
    pl_client *client;
    const struct heap *heap; /* of all of it */
    struct table users;
    struct table channels;
    pl_channel **order; /* channels in the order in which they came to be known */
    size_t channel_count, channel_cap;
    uint64_t event_seq;   /* events taken in so far */
    struct list departed; /* since the oldest call under way began */
    size_t departed_count;
    bool torn;         /* something could not be taken in for want of memory */
    size_t most;       /* 0: without a bound */
    size_t weight;     /* of all that is kept */
    size_t refused;    /* how often something was not taken in for want of room */
    size_t refused_at; /* the weight then, at most … */
    bool full;         /* … since all was last read */
};

/* What a reply or an event may overwrite. */
struct state_moment {
    int64_t now_ms;
    uint64_t event_seq;  /* state.event_seq when the call, or the connection, began; UINT64_MAX: an
                            event */
    bool beside;         /* a picture in a reply, or in an event about something else … */
    bool own;            /* of ourselves: there is room for that */
    uint64_t live_epoch; /* … where presence events are right about who is listened to now */
    bool aside;          /* an event that is told without a watch, too: what it tells of a channel
                            may be older than the picture that is on its way, or younger */
    uint64_t sent;       /* of a reply: the network's turn at which its call went */
    bool old_line;       /* of a reply: it went on a connection that is gone */
};

void state_init(struct state *state, pl_client *client, const struct heap *heap);
void state_fini(struct state *state);

/* Take in what the wire has. NULL: not such an object, or no memory, or no room. */
pl_user *state_put_user(struct state *state, const json *from, const struct state_moment *moment);
pl_channel *state_put_channel(
    struct state *state, const json *from, const struct state_moment *moment);
/* A ChannelState. With replace, messages and members that are not in it are gone; where more
 * members are to be paged in (channel->whole is false), only state_end_members() drops them. */
pl_channel *state_put_channel_state(
    struct state *state, const json *from, const struct state_moment *moment, bool replace);
void state_end_members(pl_channel *channel);
/* Events tell all that changes in it. */
bool state_is_told(const pl_channel *channel);
/* This reply may be older than what is known of a channel of which events tell all. */
bool state_is_overtaken(const pl_channel *channel, const struct state_moment *moment);
/* Those in channel->gone are looked at no more. */
void state_forget_gone(pl_channel *channel);
pl_member *state_put_member(
    struct state *state, pl_channel *channel, const json *from, const struct state_moment *moment);
pl_message *state_put_message(
    struct state *state, pl_channel *channel, const json *from, const struct state_moment *moment);
/* One that is kept nowhere, for state_free_message(). */
pl_message *state_make_message(
    struct state *state, const json *from, const struct state_moment *moment);
void state_free_message(pl_message *message);
/* NULL: not known here. */
pl_message *state_find_message(const pl_channel *channel, const char *id);
/* With its replies; what points to it is lost. */
void state_remove_message(pl_channel *channel, const char *id);
/* The same for good: replies that began before do not bring it back. */
void state_lose_message(struct state *state, pl_channel *channel, const char *id);
/* An event says that a message or a member of the channel is gone: replies that began before it do
 * not bring them back. With all calls ended nobody needs to remember. */
void state_note_departed(struct state *state, const pl_channel *channel, const char *id);
void state_forget_departed(struct state *state);
/* All that are not younger. */
void state_truncate(pl_channel *channel, int64_t until_us);
void state_remove_member(pl_channel *channel, const char *user_id);
void state_clear_messages(pl_channel *channel);
/* Nothing points to them any more. */
void state_drop_user(struct state *state, pl_user *user);
/* All that are not held; how many they were. */
size_t state_drop_channels(struct state *state);
/* All but so many of the newest. */
void state_trim_messages(pl_channel *channel, size_t newest);
/* Its members, messages and marks: only that there is such a channel stays. */
void state_forget_picture(pl_channel *channel);
/* It is not for us any more: nothing of it is known, and it is neither ours nor watched. That may
 * be a lie, so it is asked for again after STATE_MISSES - 1 more losses of the link. */
void state_lose_channel(pl_channel *channel);

/* Room for one more of `item` bytes in the array at *array. 0, -ENOMEM. */
int state_grow(const struct heap *heap, void *array, size_t *cap, size_t count, size_t item);

pl_user *state_find_user(const struct state *state, const char *id);
pl_channel *state_find_channel(const struct state *state, const char *cid);
/* Found, or made without being known to the server. NULL: malformed, or no memory, or no room. */
pl_channel *state_get_channel(struct state *state, const char *cid);

#endif
