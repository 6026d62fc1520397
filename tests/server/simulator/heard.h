/* SPDX-License-Identifier: MIT */
/* What the server said, read as a client would: users in it, and events. */
#ifndef SIMULATOR_HEARD_H
#define SIMULATOR_HEARD_H

#include "server/simulator/model.h"
#include "wire/json.h"

const char *heard_user_name(unsigned user);
const char *heard_channel_type(unsigned type);

struct heard {
    enum heard_type type;
    int channel;
    int count;
    bool has_face;
    struct face face;
    int64_t updated_us; /* of the face */
    bool is_alive;      /* a health check without `me`: no event */
    char text[1200];    /* for whoever reads a difference */
};

/* A user of ours; false: it is none, or not as the wire has users. */
bool heard_face(const json *user, struct face *to, int64_t *updated_us);
/* "messaging:c0" → 0; -1: none of ours. */
int heard_channel(const char *cid);
/* False: not an event that may come at all. */
bool heard_read(struct heard *to, const char *text);

const char *heard_type_name(enum heard_type type);
void heard_print_face(char *to, size_t size, const struct face *face);

#endif
