/* SPDX-License-Identifier: MIT */
/* Every member of every channel meant, each once, by the server's word. */
#ifndef DASHBOARD_CLI_PEOPLE_H
#define DASHBOARD_CLI_PEOPLE_H

#include "base/table.h"
#include "dashboard/cli/talk.h"

/* Begin with zeroes and `library` set. The users are the client's. */
struct people {
    const struct library *library;
    pl_user **at;
    size_t count, cap;
    struct table by_id;
};

/* All members of the channel, however many. 0, or the exit code: then it was said why. */
int people_add_members(struct people *people, struct talk *talk, pl_channel *channel);

void people_fini(struct people *people);

#endif
