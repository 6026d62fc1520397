/* SPDX-License-Identifier: MIT */
/* A channel and the settings of its type. Pure. */
#ifndef WIRE_CHANNEL_H
#define WIRE_CHANNEL_H

#include "wire/json.h"

struct channel {
    const struct heap *heap; /* of the texts */
    char *type;              /* owned */
    char *id;                /* owned */
    char *cid;               /* owned */
    char *created_by;        /* owned user id, or NULL */
    int64_t created_us;
    int64_t updated_us;
    int64_t last_message_us; /* 0: none yet */
    int64_t truncated_us;    /* 0: never */
    int64_t deleted_us;      /* 0: not deleted */
    int64_t member_count;    /* by decode; the server counts itself */
    int cooldown_s;          /* between two messages of one member; 0: none */
    bool frozen;
    bool disabled;
    bool connect_events; /* by decode, from config; true where not told */
    json *custom;        /* owned object of all other fields (name, color, …), or NULL */
};

int channel_decode(
    struct channel *to, const struct heap *heap, const json *from, const char **error);
int channel_copy(struct channel *to, const struct channel *from);
void channel_fini(struct channel *channel);

/* `created_by`, `config` and `capabilities` (array) are taken, also on failure; each may be NULL
 * only for lack of memory, which makes the result NULL too. */
json *channel_encode(const struct channel *channel, int64_t member_count, json *created_by,
    json *config, json *capabilities);

/* The name, or NULL. */
const char *channel_name(const struct channel *channel);

bool channel_field_is_built_in(const char *name);

/* The settings of a channel type. */
struct channel_type {
    char *name; /* owned */
    int64_t created_us;
    int64_t updated_us;
    bool typing_events, read_events, connect_events, custom_events, search, reactions, replies,
        quotes, mutes, uploads, url_enrichment, push_notifications;
    int max_message_length;
    json *grants; /* owned object, or NULL: the defaults of the type */
};

/* The built-in settings of a type by name (livestream differs); others get messaging's. 0, or
 * -ENOMEM. */
int channel_type_init(struct channel_type *type, const char *name, int64_t now_us);
int channel_type_copy(struct channel_type *to, const struct channel_type *from);
void channel_type_fini(struct channel_type *type);

/* Apply a partial PUT: only the keys given. 0; > 0: a key is of the wrong kind or out of range,
 * *field names it, nothing is changed; -ENOMEM. */
int channel_type_apply(struct channel_type *type, const json *changes, const char **field);
json *channel_type_encode(const struct channel_type *type);
int channel_type_decode(struct channel_type *to, const json *from, const char **error);

#endif
