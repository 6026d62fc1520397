/* SPDX-License-Identifier: MIT */
/*
 * What happens to a small house: a list of steps, made from a seed. A step names whom and what it
 * would like to touch; where there is no such thing the nearest one is taken, so that a list with
 * steps left out is a list still, and a failing one can be made shorter.
 */
#ifndef SIMULATOR_SCHEDULE_H
#define SIMULATOR_SCHEDULE_H

#include <stdbool.h>
#include <stdint.h>

enum {
    USERS_MOST = 14,
    CHANNELS_MOST = 5,
    STEPS_LEAST = 60,
    STEPS_MOST = 400,
    SECONDS_MOST = 4 /* connections of one user; further ones are not opened */
};

#define ACTIONS(X)                                                                                 \
    X(CONNECT, "connect")                                                                          \
    X(SECOND, "second")                                                                            \
    X(CONNECT_STATUS, "connect+st")                                                                \
    X(CONNECT_HIDDEN, "connect+hi")                                                                \
    X(CONNECT_SHOWN, "connect+sh")                                                                 \
    X(GOODBYE, "goodbye")                                                                          \
    X(LOSS, "loss")                                                                                \
    X(RECONNECT_WITHIN, "back soon")                                                               \
    X(RECONNECT_PAST, "back late")                                                                 \
    X(SILENCE, "silence")                                                                          \
    X(HIDE, "hide")                                                                                \
    X(SHOW, "show")                                                                                \
    X(HIDE_STATUS, "hide+st")                                                                      \
    X(SHOW_STATUS, "show+st")                                                                      \
    X(STATUS, "status")                                                                            \
    X(STATUS_CLEAR, "status 0")                                                                    \
    X(NO_CHANGE, "no change")                                                                      \
    X(RENAME, "rename")                                                                            \
    X(WATCH, "watch")                                                                              \
    X(WATCH_ONLY, "watch-p")                                                                       \
    X(LISTEN_ONLY, "presence")                                                                     \
    X(QUERY_CHANNELS, "qchannels")                                                                 \
    X(QUERY_USERS, "qusers")                                                                       \
    X(QUERY_MEMBERS, "qmembers")                                                                   \
    X(STOP_WATCHING, "unwatch")                                                                    \
    X(TYPING, "typing")                                                                            \
    X(SWITCH_OFF, "type off")                                                                      \
    X(SWITCH_ON, "type on")                                                                        \
    X(ADD_MEMBER, "add")                                                                           \
    X(REMOVE_MEMBER, "remove")                                                                     \
    X(SHUT_OUT, "shut out")                                                                        \
    X(LET_IN, "let in")                                                                            \
    X(PASS, "pass")                                                                                \
    X(PASS_LINGER, "pass 5s")                                                                      \
    X(PASS_REFRESH, "pass 15m")                                                                    \
    X(RESTART, "restart")                                                                          \
    X(CRASH, "crash")                                                                              \
    X(DRAIN, "drain")                                                                              \
    X(HOLD, "hold")                                                                                \
    X(SETTLE, "settle")                                                                            \
    X(FAIL, "fail")

enum action {
#define ONE(name, text) ACT_##name,
    ACTIONS(ONE)
#undef ONE
        ACTION_COUNT
};

/* How a change of a user is made. */
enum way { BY_PATCH, BY_UPSERT, BY_SERVER_PATCH, BY_SERVER_UPSERT, WAYS };

struct step {
    enum action action;
    unsigned user, other, channel;
    unsigned pick; /* which connection of the user */
    enum way way;
    unsigned number; /* more chance, for whatever the action wants */
};

/* Who lives there. */
struct cast {
    unsigned users, channels;
    unsigned type[CHANNELS_MOST];    /* of each channel: 0 messaging, 1 team, 2 livestream */
    unsigned members[CHANNELS_MOST]; /* a bit a user; they sit in the order of their numbers, … */
    unsigned creator[CHANNELS_MOST];
    unsigned listen_channel, listen_users; /* the settings */
};

struct schedule {
    uint64_t seed;
    struct cast cast;
    struct step steps[STEPS_MOST];
    unsigned count;
};

const char *action_name(enum action action);

/* The same seed and count make the same schedule. count 0: between STEPS_LEAST and 100. */
void schedule_make(struct schedule *schedule, uint64_t seed, unsigned count);
void schedule_print_step(const struct step *step, unsigned number);

#endif
