/* SPDX-License-Identifier: MIT */
/*
 * Two worlds: the same story told twice, step by step, on two stages with one clock. In the busy
 * world Hana hides and is about all the same; in the other she is absent. After each step everybody
 * but her says what they heard and asks all there is to ask, and both worlds must have said the
 * same, byte for byte.
 *
 * Both clocks always show the same, and between two steps they move by more than one turn can stamp
 * things apart. So stamps are compared as they are, to the microsecond. What differs by its nature
 * are the uuids that are drawn: those of the observers' own connections are replaced by their
 * names. An unknown uuid is left, and tells the worlds apart. The duration of a call is left out.
 *
 * Only in a step that is `coarse` stamps are cut to milliseconds: where the worlds are told apart
 * in what happens (in one she hides, in the other she leaves; in one she shows, in the other she
 * comes) and must look the same, a turn stamps one thing more or less.
 */
#ifndef SERVER_WORLDS_H
#define SERVER_WORLDS_H

#include "server/stage.h"

/* How she hides and shows. */
enum way {
    BY_CONNECT,       /* user_details of a further connection, while online */
    BY_FIRST_CONNECT, /* of the first, while away */
    BY_UPSERT,
    BY_PATCH,
    BY_SERVER_PATCH,
    BY_SERVER_UPSERT,
    BY_SERVER_WHILE_AWAY,
    NOT_AT_ALL /* to see that the test sees */
};

/* What the other world's Hana did when this one's hid. */
enum absence {
    HID_AND_LEFT,
    ONLY_LEFT /* she never hid: hiding is a leaving, showing a coming */
};

enum place {
    ANA,
    BEN,
    DOT,
    IVY,
    ROOT,
    ANON,
    LATE,
    HANA,
    HANA_TWO,
    HANA_THREE,
    NORA,
    PLACES,
    NOWHERE = PLACES
};

enum { TALE_NAMES = 2 * STAGE_SOCKETS };

struct tale {
    struct stage stage;
    bool busy;
    enum way way;
    enum absence absence;
    struct stage_socket *at[PLACES];
    int64_t hid_us;     /* when she hid */
    const char *status; /* hers */
    bool loose;         /* calls may fail: the steps come in any order */
    struct tale_name {
        char uuid[37], name[40];
    } names[TALE_NAMES]; /* of the observers' connections */
    size_t name_count;
    unsigned restarts;
    struct bytes said; /* in this moment */
};

/* A step is made in both worlds, or in the busy one alone; then time passes. */
enum step_in { IN_BOTH, IN_BUSY };

struct step {
    enum step_in in;
    const char *name;
    void (*act)(struct tale *tale);
    int64_t ms;
    bool coarse;
};

extern const struct step worlds_story[];
extern const size_t worlds_story_count;

/* Something an observer asks. In line and body, `@now`, `@gone` and `@then` are the moment, the
 * moment in which she hid, and one between; `@me` is the observer, `@her` a connection of hers. */
struct shape {
    const char *line, *body;
    bool stranger; /* not through the own connection */
    bool deaf;     /* its answer is the same whether she is seen or not */
};

extern const struct shape worlds_shapes[];
extern const size_t worlds_shape_count;

/* Everybody but her says what they heard, and asks: some every time, the others in turn. It is
 * added to tale->said, a line each. */
void worlds_listen(struct tale *tale, bool coarse);
void worlds_ask(struct tale *tale, size_t turn);

/* Sockets by place; the old one of the place is forgotten. */
void tale_connect(struct tale *tale, enum place place, const char *details);
void tale_goodbye(struct tale *tale, enum place place);
void tale_lose(struct tale *tale, enum place place);
const char *tale_user(enum place place);
/* Whether it is somebody who hides, and so no observer. */
bool tale_is_hidden(const char *user);
/* A call through the place's socket, if there is one, which need not be answered well. */
int tale_call(struct tale *tale, enum place place, const char *line, const char *body);
/* The same of somebody without a connection; NULL: server-side. */
int tale_call_by(struct tale *tale, const char *user, const char *line, const char *body);

#endif
