/* SPDX-License-Identifier: MIT */
/* What several families tell of a channel. */
#include "server/fanout.h"
#include "server/routes.h"

static struct news of_room(
    struct call *call, enum wire_event event, const struct room *room, const struct person *user) {
    return (struct news){.event = event,
        .created_us = world_stamp(call->world),
        .user = user,
        .room = room,
        .with_channel = room != NULL,
        .post = call_post(call)};
}

void routes_tell_watchers(struct call *call, enum wire_event event, const struct room *room) {
    struct news news = of_room(call, event, room, call->asker);
    news_to_watchers(call->world, &news, room, TO_ALL, NULL);
    news_fini(&news);
}

void routes_tell_members(struct call *call, enum wire_event event, const struct room *room) {
    struct news news = of_room(call, event, room, call->asker);
    LIST_EACH(&room->seats, item)
    news_to_not_watching(call->world, &news, LIST_ITEM(item, struct seat, by_room)->person);
    news_fini(&news);
}

void routes_tell_own(struct call *call, enum wire_event event, const struct person *person,
    const struct room *room, const json *more) {
    struct news news = of_room(call, event, room, person);
    news.more = more;
    news_to_own(call->world, &news, person);
    news_fini(&news);
}
