/* SPDX-License-Identifier: MIT */
/*
 * A libporchlight without a server, for the commands: some users and channels, answers that come
 * on the next dispatch, and a journal of every call that a server or other people would notice.
 * It understands the few filters that the commands write, and nothing else: an unknown one fails
 * the case.
 */
#ifndef TESTS_DASHBOARD_CLI_FAKE_LIBRARY_H
#define TESTS_DASHBOARD_CLI_FAKE_LIBRARY_H

#include "base/bytes.h"
#include "dashboard/library.h"
#include "support/case.h"

enum { FAKE_USERS = 400, FAKE_CHANNELS = 4, FAKE_MEMBERS = 400, FAKE_STEPS = 8 };

struct pl_user {
    char id[64];
    char name[64];
    char status[64];
    bool online, invisible;
    int64_t last_active_unix_ms;
    void *context;
};

struct pl_member {
    pl_user *user;
};

struct pl_channel {
    pl_client *client;
    char cid[64], name[64];
    struct pl_member members[FAKE_MEMBERS];
    size_t member_total, known; /* known: of members, as the client has them */
};

typedef void fake_step(void);

struct fake {
    struct library library;
    struct pl_user users[FAKE_USERS];
    size_t user_count;
    struct pl_channel channels[FAKE_CHANNELS];
    size_t channel_count;
    struct bytes journal;

    /* How the next calls end; PL_DONE at first. */
    enum pl_status status;
    int code, http_status;
    const char *message;

    /* Run one a dispatch, once nothing else is due. When none is left: SIGINT. */
    fake_step *steps[FAKE_STEPS];
    size_t step_count, next_step;
};

extern struct fake *fake; /* of the case that runs */

void fake_make(void);
void fake_destroy(void);

pl_user *fake_user(
    const char *id, const char *name, bool online, int64_t last_active_unix_ms, const char *status);
pl_channel *fake_channel(const char *cid, const char *name, const char *members);
void fake_add(pl_channel *channel, pl_user *user);
void fake_refuse(enum pl_status status, int code, int http_status, const char *message);
void fake_then(fake_step *step);

/* For steps. */
void fake_presence(const char *id, bool online, int64_t at_unix_ms);
void fake_link(enum pl_link_state state, const char *reason);
void fake_resynced(void);

#endif
