/* SPDX-License-Identifier: MIT */
/*
 * The rules (protocol "Presence, exactly" and "Invisible"), in the order in which they bite:
 *
 * 1. Others see a user online while at least one connection counts and they do not hide.
 * 2. A connection counts from its begin to its goodbye; a lost one counts until its linger is up,
 *    so that a reconnect within it shows nothing.
 * 3. last_active moves when a connection begins and every 15 minutes while one counts. It does not
 *    move at the end of one.
 * 4. While they hide, what others see of last_active stands still: hiding looks like leaving.
 *    Showing while connected looks like coming, with a fresh last_active; showing while away
 *    changes nothing that can be seen.
 *
 * So there are two faces, and only the one for others is stored: a restart must not thaw what a
 * hidden user froze. The two lists are in the order of their timers, because every linger is
 * equally long and so is every refresh: a step costs the same however many users there are.
 */
#include "server/presence.h"

void presence_house_init(struct presence_house *house, int64_t linger_us, int64_t refresh_us) {
    house->linger_us = linger_us;
    house->refresh_us = refresh_us;
    list_init(&house->lingering);
    list_init(&house->connected);
}

void presence_init(struct presence *presence, bool hidden, int64_t shown_active_us) {
    *presence = (struct presence){
        .hidden = hidden, .shown_active_us = shown_active_us, .own_active_us = shown_active_us};
    list_init(&presence->in_house);
}

bool presence_is_shown(const struct presence *presence) {
    return presence->connections > 0 && !presence->hidden;
}

/* Stamps never go back, whatever the wall clock does. */
static void move_last_active(struct presence *presence, int64_t unix_us) {
    if (unix_us > presence->own_active_us)
        presence->own_active_us = unix_us;
    if (!presence->hidden && presence->own_active_us > presence->shown_active_us)
        presence->shown_active_us = presence->own_active_us;
}

static void await_refresh(
    struct presence_house *house, struct presence *presence, struct moment now) {
    list_remove(&presence->in_house);
    presence->refresh_mono_us = now.mono_us + house->refresh_us;
    list_append(&house->connected, &presence->in_house);
}

static enum presence_change compare(bool was_shown, const struct presence *presence) {
    if (was_shown == presence_is_shown(presence))
        return PRESENCE_SAME;
    return was_shown ? PRESENCE_LEFT : PRESENCE_CAME;
}

enum presence_change presence_connect(struct presence_house *house, struct presence *presence,
    struct presence_hold *hold, struct moment now) {
    const bool was_shown = presence_is_shown(presence);
    *hold = (struct presence_hold){.of = presence};
    list_init(&hold->in_house);
    presence->connections++;
    move_last_active(presence, now.unix_us);
    await_refresh(house, presence, now);
    return compare(was_shown, presence);
}

enum presence_change presence_leave(struct presence_house *house, struct presence_hold *hold) {
    (void)house; /* a list is left without asking its head */
    struct presence *presence = hold->of;
    if (presence == NULL)
        return PRESENCE_SAME;
    const bool was_shown = presence_is_shown(presence);
    list_remove(&hold->in_house);
    hold->of = NULL;
    presence->connections--;
    if (presence->connections == 0)
        list_remove(&presence->in_house);
    return compare(was_shown, presence);
}

bool presence_lose(struct presence_house *house, struct presence_hold *hold, struct moment now) {
    if (hold->of == NULL || house->linger_us <= 0)
        return false;
    hold->until_mono_us = now.mono_us + house->linger_us;
    list_remove(&hold->in_house);
    list_append(&house->lingering, &hold->in_house);
    return true;
}

enum presence_change presence_hide(struct presence *presence) {
    const bool was_shown = presence_is_shown(presence);
    presence->hidden = true;
    return compare(was_shown, presence);
}

enum presence_change presence_show(
    struct presence_house *house, struct presence *presence, struct moment now) {
    if (!presence->hidden)
        return PRESENCE_SAME;
    presence->hidden = false;
    if (presence->connections == 0)
        return PRESENCE_SAME;
    move_last_active(presence, now.unix_us);
    await_refresh(house, presence, now);
    return PRESENCE_CAME;
}

struct presence_hold *presence_expire(struct presence_house *house, struct moment now) {
    if (list_is_empty(&house->lingering))
        return NULL;
    struct presence_hold *hold = LIST_ITEM(house->lingering.next, struct presence_hold, in_house);
    return hold->until_mono_us <= now.mono_us ? hold : NULL;
}

struct presence *presence_refresh(struct presence_house *house, struct moment now) {
    if (list_is_empty(&house->connected))
        return NULL;
    struct presence *presence = LIST_ITEM(house->connected.next, struct presence, in_house);
    if (presence->refresh_mono_us > now.mono_us)
        return NULL;
    move_last_active(presence, now.unix_us);
    await_refresh(house, presence, now);
    return presence;
}

int64_t presence_next_mono_us(const struct presence_house *house) {
    int64_t next = INT64_MAX;
    if (!list_is_empty(&house->lingering))
        next = LIST_ITEM(house->lingering.next, struct presence_hold, in_house)->until_mono_us;
    if (!list_is_empty(&house->connected)) {
        const struct presence *first = LIST_ITEM(house->connected.next, struct presence, in_house);
        if (first->refresh_mono_us < next)
            next = first->refresh_mono_us;
    }
    return next;
}

struct user_face presence_face(const struct presence *presence, bool for_themself) {
    if (for_themself)
        return (struct user_face){.online = presence->connections > 0,
            .last_active_us = presence->own_active_us,
            .show_invisible = true};
    return (struct user_face){.online = presence_is_shown(presence),
        .last_active_us = presence->shown_active_us,
        .show_invisible = false};
}
