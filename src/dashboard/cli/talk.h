/* SPDX-License-Identifier: MIT */
/*
 * One command's talk with its server: the client, the calls that are waited for, and what is said
 * when one fails.
 *
 * A talk begins without a connection: calls go over HTTP alone and my light stays as it is.
 * talk_connect() turns it on, for the commands that watch.
 *
 * SIGINT, SIGTERM and SIGHUP are blocked while it lasts and end the waiting, so that the goodbye
 * is said; the exit code carries the signal to the end of main(), where it acts.
 */
#ifndef DASHBOARD_CLI_TALK_H
#define DASHBOARD_CLI_TALK_H

#include "dashboard/cli/account.h"
#include "dashboard/cli/say.h"
#include "dashboard/library.h"

#include <signal.h>
#include <stdbool.h>

struct talk {
    const struct library *library;
    const struct account *account;
    pl_client *client;
    char *token;
    sigset_t old_mask;
    int signal_fd;       /* -1: none */
    int signal;          /* that came; 0: none */
    int64_t until_ms;    /* by clock_mono_ms(), whatever is waited for; -1: for ever */
    bool signal_is_well; /* being interrupted is how this command ends */
    bool needs_reader;   /* it ends when nobody reads standard output any more */

    /* The link, once connected. */
    bool was_live, is_lost;
    int ended; /* the exit code, once it ended for good; -1: it has not */
};

/* How a call ended and what it brought; the objects live on with the client. */
struct answer {
    bool has_ended, memory_failed;
    enum pl_status status;
    int code, http_status;
    char *message;
    pl_channel *channel;
    pl_channel **channels;
    size_t channel_count;
    pl_user **users;
    size_t user_count;
    pl_member **members; /* these only until their channel's state is replaced */
    size_t member_count;
};

/* Gets the token and makes the client. 0, or the exit code: then it was said why. *to is for
 * talk_close() in any case. */
int talk_open(struct talk *to, const struct library *library, const struct account *account);

/* Says goodbye if there is anybody to say it to. */
void talk_close(struct talk *talk);

/* The pl_done_fn of a call; context: a zeroed struct answer. */
void talk_done(pl_client *client, const struct pl_outcome *outcome, void *answer);

/* Wait for a call that returned `accepted`. 0, or the exit code: then it was said why, and the
 * talk may be over. */
int talk_await(struct talk *talk, int accepted, struct answer *answer);

/* Connect, hidden and with a status text if so asked, and wait until live. 0, or the exit code. */
int talk_connect(struct talk *talk, bool invisible, const char *status);

/* Wait for something to happen and run its callbacks. 0: go on, else the exit code, and it was said
 * why where that is worth saying. TALK_WELL: it is over, and well (exit code 0). */
enum { TALK_WELL = -1 };
int talk_turn(struct talk *talk);

void answer_fini(struct answer *answer);

#endif
