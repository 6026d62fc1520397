/* SPDX-License-Identifier: MIT */
/*
 * A person as the dashboard knows them: one object wherever they appear. Owned by the model, lives
 * until model_fini(). All texts are already harmless (view/text.h) and never NULL.
 */
#ifndef DASHBOARD_MODEL_PERSON_H
#define DASHBOARD_MODEL_PERSON_H

#include "base/list.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* In the order in which people stand in a list. */
enum presence {
    PRESENCE_WATCHING, /* online, and watching this very channel */
    PRESENCE_ONLINE,
    PRESENCE_LEFT, /* seen leaving less than LEFT_MS ago */
    PRESENCE_OFFLINE,
    PRESENCE_UNKNOWN, /* nobody tells us of their changes */
    PRESENCE_BANNED,  /* or deactivated */
    PRESENCE_COUNT
};

/* How long someone who was seen leaving is "just left". */
#define LEFT_MS INT64_C(300000)

/* More changes than FLAP_CHANGES within FLAP_MS is flapping. */
#define FLAP_MS INT64_C(600000)
enum { FLAP_CHANGES = 6 };

struct person {
    char *id, *name, *status, *role;
    bool online, live, banned;
    bool is_me;

    int64_t server_active_ms; /* the server's last_active; 0: none */
    int64_t seen_ms;          /* last sign of life that we saw ourselves; 0: none */
    int64_t changed_ms;       /* when we saw them come or go; 0: never */
    int64_t flash_until_ms;   /* changed while we were away, shown once */
    int64_t *changes;         /* last FLAP_CHANGES + 1 changes, oldest first; NULL: none yet */

    struct list leaving;       /* among those who just left, oldest first */
    struct member *everywhere; /* their row of ALL CHANNELS; NULL: member of no channel */
    struct member *rows;       /* their rows of channels, linked by member.next_of_person */
    size_t channels;           /* how many */
};

/* Regardless of any channel: never PRESENCE_WATCHING. */
enum presence person_presence(const struct person *person);

/* The last sign of life: ours (*exact) or the server's, whichever is later; 0: none. */
int64_t person_active_ms(const struct person *person, bool *exact);

/* Changes within the last hour's rate, when flapping at `now_ms`; else 0. */
int person_flaps_per_hour(const struct person *person, int64_t now_ms);

#endif
