/* SPDX-License-Identifier: MIT */
/* A message as both ends know one. Its author is an id and, on the wire, a whole user. Pure. */
#ifndef WIRE_MESSAGE_H
#define WIRE_MESSAGE_H

#include "wire/json.h"

struct message {
    const struct heap *heap; /* of the texts */
    char *id;                /* owned, never NULL after a decode */
    char *cid;               /* owned, "" where not told */
    char *text;              /* owned, never NULL */
    char *type;              /* owned, or NULL: "regular" */
    char *user_id;           /* owned; "" where not told */
    char *parent_id;         /* owned, or NULL */
    char *quoted_id;         /* owned, or NULL */
    int64_t created_us;
    int64_t updated_us;
    int64_t deleted_us; /* 0: not deleted */
    int reply_count;
    bool silent;
    json *custom; /* owned object, or NULL; on the server also what was said as `attachments` and,
                     by id, as `mentioned_users` */
};

/* 0; > 0: not a message; -ENOMEM. */
int message_decode(
    struct message *to, const struct heap *heap, const json *from, const char **error);
int message_copy(struct message *to, const struct message *from);
void message_fini(struct message *message);

/* What others have to do with a message. Each is taken, also on failure. */
struct message_others {
    json *latest, *own;    /* arrays of reactions; all four NULL: there are none yet */
    json *counts, *scores; /* objects, by type */
    json *mentioned;       /* an array of users; NULL: nobody */
};

/* `user` (the author as the reader sees them) is taken, also on failure. NULL: out of memory. */
json *message_encode(const struct message *message, json *user, struct message_others others);

bool message_field_is_built_in(const char *name);

#endif
