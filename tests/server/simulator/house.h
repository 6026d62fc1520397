/* SPDX-License-Identifier: MIT */
/*
 * One schedule, played to the real server (on the stage: the whole world, a virtual clock, virtual
 * sockets) and to the model, step by step. After each step, and at each moment at which something
 * is due, every connection must have heard exactly what the model says, and what it knows of those
 * it listens to, built as a client builds it from replies and events alone, must be so.
 */
#ifndef SIMULATOR_HOUSE_H
#define SIMULATOR_HOUSE_H

#include "server/simulator/heard.h"
#include "server/stage.h"

enum { VERSIONS_MOST = 2048 };

/* What a client knows. */
struct picture {
    bool knows_user[USERS_MOST], knows_count[CHANNELS_MOST];
    bool listened[USERS_MOST]; /* when it was last compared */
    /* It began to listen while older news of them were on their way to it: these come behind the
     * snapshot that knows better, and nothing is checked until there is another word of them. */
    bool is_unsure[USERS_MOST];
    struct face user[USERS_MOST];
    int count[CHANNELS_MOST];
};

struct house {
    struct stage stage;
    struct model model;
    struct cast cast;
    struct picture pictures[CONNECTIONS_MOST];
    int64_t updated_us[VERSIONS_MOST]; /* what the server calls each version; 0: not heard yet */
    int statuses, names;               /* the last ones given */
    bool aloud;                        /* say each event */
    unsigned switched; /* types, while batches wait: counts from before a switch may still come */
    bool draining;     /* slow readers read what waited for them, too */
    bool failed;
    char why[4000];
    unsigned events;  /* how many were compared */
    unsigned cut_off; /* connections, after a failure */
};

/* A step is done. Returns what it came to be: there may have been no such thing to do. */
enum action house_step(struct house *house, const struct step *step);

void house_open(struct house *house, const struct cast *cast, bool on_disk, bool aloud);
void house_close(struct house *house);

/* The first difference is kept. */
void house_differs(struct house *house, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Slow readers catch up. Of presence they hear the last word alone. */
void house_drain(struct house *house);

/* Compare: all that was heard since the last time. `undone`: batches failed, and what had to be
 * told to whom is open; but what is told must be so. */
void house_compare(struct house *house, bool undone);
/* A user who was shown to a connection (-1: to nobody's): as wanted, and noted in its picture. */
void house_see(struct house *house, int connection, const struct face *wanted, const json *user,
    const char *where);
void house_see_face(struct house *house, int connection, const struct face *got, int64_t updated_us,
    const struct face *wanted, const char *where);

#endif
