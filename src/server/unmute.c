/* SPDX-License-Identifier: MIT */
#include "server/unmute.h"

#include "server/change.h"
#include "server/fanout.h"
#include "server/regards.h"

/* Ends are times of the wall clock, which may be set. */
enum { LOOK_AGAIN_US = 5 * 1000 * 1000, TRY_AGAIN_US = 250 * 1000 };

static struct regard *first_to_end(const struct world *world) {
    return list_is_empty(&world->ending) ? NULL
                                         : LIST_ITEM(world->ending.next, struct regard, in_ending);
}

static void tell(struct change *change, const struct person *person) {
    struct news news = {.event = EVENT_NOTIFICATION_MUTES_UPDATED,
        .created_us = world_stamp(change->world),
        .user = person,
        .with_me = true,
        .post = &change->held.post};
    news_to_own(change->world, &news, person);
    news_fini(&news);
}

/* As a call would, so that it is told behind what waits for the disk with older sums. Undone, or
 * without memory, it is due again. */
static void unmute(struct world *world, struct regard *regard) {
    const int64_t since_us = regard->muted_us, until_us = regard->mute_until_us;
    struct change *change = change_begin(world);
    if (change == NULL) {
        regard_mute(world, regard, since_us, until_us);
        return;
    }
    regard_mute(world, regard, 0, 0);
    change_put_regard(change, regard);
    tell(change, regard->person);
    change_commit(change, NULL, NULL);
}

void unmute_tick(struct world *world) {
    struct list due;
    struct regard *regard;
    list_init(&due);
    while ((regard = first_to_end(world)) != NULL && regard->mute_until_us <= world->now.unix_us) {
        list_remove(&regard->in_ending);
        list_append(&due, &regard->in_ending);
    }
    while (!list_is_empty(&due)) {
        regard = LIST_ITEM(due.next, struct regard, in_ending);
        list_remove(&regard->in_ending);
        unmute(world, regard);
    }
}

int64_t unmute_next_mono_us(const struct world *world) {
    const struct regard *regard = first_to_end(world);
    if (regard == NULL)
        return INT64_MAX;
    const int64_t left_us = regard->mute_until_us - world->now.unix_us;
    if (left_us <= 0)
        return world->now.mono_us + TRY_AGAIN_US;
    return world->now.mono_us + (left_us < LOOK_AGAIN_US ? left_us : LOOK_AGAIN_US);
}
