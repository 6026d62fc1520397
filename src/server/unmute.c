/* SPDX-License-Identifier: MIT */
#include "server/unmute.h"

#include "server/fanout.h"
#include "server/regards.h"

/* Ends are times of the wall clock, which may be set. */
enum { LOOK_AGAIN_US = 5 * 1000 * 1000 };

static struct regard *first_to_end(const struct world *world) {
    return list_is_empty(&world->ending) ? NULL
                                         : LIST_ITEM(world->ending.next, struct regard, in_ending);
}

static void tell(struct world *world, const struct person *person) {
    struct news news = {.event = EVENT_NOTIFICATION_MUTES_UPDATED,
        .created_us = world_stamp(world),
        .user = person,
        .with_me = true};
    news_to_own(world, &news, person);
    news_fini(&news);
}

void unmute_tick(struct world *world) {
    struct regard *regard;
    while ((regard = first_to_end(world)) != NULL && regard->mute_until_us <= world->now.unix_us) {
        regard_mute(world, regard, 0, 0);
        tell(world, regard->person);
    }
}

int64_t unmute_next_mono_us(const struct world *world) {
    const struct regard *regard = first_to_end(world);
    if (regard == NULL)
        return INT64_MAX;
    const int64_t left_us = regard->mute_until_us - world->now.unix_us;
    return world->now.mono_us + (left_us < LOOK_AGAIN_US ? left_us : LOOK_AGAIN_US);
}
