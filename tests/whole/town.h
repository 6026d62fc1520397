/* SPDX-License-Identifier: MIT */
/*
 * A house on the far shore of a strait, and people of both shores who come, go, hide, say how they
 * are and talk, each with the real library; and what must be so of every screen, whatever the
 * weather:
 *
 *   - while a link is not live nobody on that screen is live, and nothing is told of anybody;
 *   - a link that is dead is known to be within the library's patience;
 *   - in the end each screen is the server's truth, which is what people were told was done.
 *
 * One thread: it stands on the near shore, but where a function crosses and comes back.
 */
#ifndef WHOLE_TOWN_H
#define WHOLE_TOWN_H

#include "support/rest.h"
#include "support/strait.h"

#include <porchlight/porchlight.h>

enum {
    TOWN_NEAR = 4,
    TOWN_FAR = 5,
    TOWN_ALL = TOWN_NEAR + TOWN_FAR,
    TOWN_PATIENCE_MS = 35 * 1000, /* until a silent link is known to be dead */
    TOWN_BACKOFF_MS = 25 * 1000,  /* the longest between two attempts */
    TOWN_TRUE_MS = 2 * 1000,      /* after a link is true again, each dot is */
    TOWN_LINGER_MS = 1000,        /* of the server of these tests */
    TOWN_DOUBTS = 512,
    TOWN_SILENCE_MS = 60 * 1000, /* until the server holds a silent client for gone */
};
struct chance;

/* What somebody wants others to see. A wish that was not acknowledged may have been done, and as
 * late as its bytes are still in a kernel's hands. */
struct wish {
    int acked, tried;
    int doubtful[TOWN_DOUBTS];
    size_t doubtful_count;
};

struct person {
    struct town *town;
    pl_client *client;
    char id[16];
    char *token;
    bool near, is_home;
    struct wish hidden, status;
    bool asking;         /* a call is under way */
    struct wish *wished; /* what it is about; NULL: a message, or coming */
    char message[32];    /* its id, or "" */
    int64_t stale_ms;    /* since when the link is not live; 0: it is */
    int64_t true_ms;     /* when it was last said that all is true again */
    unsigned lies;       /* what was live, or told, while the link was not */
    unsigned losses;
};

struct town {
    struct strait *strait;
    struct daemon daemon;
    struct rest rest;
    pl_network *networks[2];
    struct person people[TOWN_ALL];
    struct chance *chance;
    const char *const *environment; /* of the server */
    char (*messages)[32];           /* acknowledged */
    size_t message_count, message_room;
    unsigned asked, failed; /* messages and wishes that were sent; that were not acknowledged */
};

/* The server runs, all are at home. settings: more lines of its config.ini; environment: of its
 * process, NULL at the end, or NULL; both must outlive the town. */
void town_open(struct town *town, struct strait *strait, struct chance *chance,
    const char *settings, const char *const *environment);
void town_close(struct town *town);

/* The server starts where it was, on the far shore. */
void town_start_server(struct town *town);

/* Let all hear what has come, for so long. */
void town_live(struct town *town, int ms);
/* Somebody does something, if they are not still at it. */
void town_stir(struct town *town);

/* Until everybody who is home is live, at most at_most_ms; who was refused comes again. */
bool town_comes_live(struct town *town, int at_most_ms);
/* Until nobody of that shore is. */
bool town_goes_stale(struct town *town, bool near, int at_most_ms);

/* Until the server has everybody of that shore for gone. */
bool town_is_left(struct town *town, bool near, int at_most_ms);

/* Nobody is at anything any more; each screen becomes the server's truth in time, and that is what
 * people were told. Fails the case with who is wrong about whom. */
void town_agrees(struct town *town, int at_most_ms);
/* No screen has said what it could not know. */
void town_has_told_no_lies(const struct town *town);

#endif
