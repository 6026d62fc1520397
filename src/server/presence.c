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
 * 5. What others see changes at once, but at most ten times in any second: of whoever comes and
 *    goes without end the rest is left out. What they are told and what they read is the same at
 * any moment, so each who listens hears of a coming and a leaving in turn. Hiding and showing at a
 *    connect wait like leaving and coming, or one could be told from the other; by a call, which is
 *    counted where it comes in, they are seen when its reply says so.
 *
 * So there are two faces, and only the one for others is stored: a restart must not thaw what a
 * hidden user froze. The two lists are in the order of their timers, because every linger is
 * equally long and so is every refresh: a step costs the same however many users there are.
 */
#include "server/presence.h"

enum { LATELY_MS = 1001 }; /* milliseconds are counted whole */

void presence_house_init(struct presence_house *house, int64_t linger_us, int64_t refresh_us) {
    house->linger_us = linger_us;
    house->refresh_us = refresh_us;
    list_init(&house->lingering);
    list_init(&house->connected);
    list_init(&house->owing);
}

void presence_init(struct presence *presence, bool hidden, int64_t shown_active_us) {
    *presence = (struct presence){
        .hidden = hidden, .shown_active_us = shown_active_us, .own_active_us = shown_active_us};
    list_init(&presence->in_house);
    list_init(&presence->in_owing);
}

void presence_take_back(struct presence *presence, bool hidden, int64_t shown_active_us) {
    presence->hidden = hidden;
    presence->shown_active_us = presence->own_active_us = shown_active_us;
}

bool presence_is_shown(const struct presence *presence) {
    return presence->seen;
}

static bool is_to_be_seen(const struct presence *presence) {
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

/* ---- what others see follows the truth ---- */

/* Modulo 2^32 ms: after 49 days a moment may look like another one, and a word waits for nothing.
 */
static uint32_t ms_of(struct moment now) {
    return (uint32_t)(now.mono_us / 1000);
}

/* How long the tenth last word is not a second old yet. */
static int64_t wait_ms(
    const struct presence_house *house, const struct presence *presence, struct moment now) {
    const uint32_t age = ms_of(now) - presence->told_ms[presence->told_next];
    if (house->tells_all || presence->told_count < PRESENCE_TOLD || age >= LATELY_MS)
        return 0;
    return LATELY_MS - (int64_t)age;
}

static void count_told(struct presence *presence, struct moment now) {
    presence->told_ms[presence->told_next] = ms_of(now);
    presence->told_next = (uint8_t)((presence->told_next + 1) % PRESENCE_TOLD);
    if (presence->told_count < PRESENCE_TOLD)
        presence->told_count++;
    presence->owed = false;
    list_remove(&presence->in_owing);
}

/* Sorted in from the back: they are all due within a second. */
static void owe(
    struct presence_house *house, struct presence *presence, struct moment now, int64_t ms) {
    struct list *after = house->owing.prev;
    if (!list_is_empty(&presence->in_owing))
        return;
    presence->due_mono_us = now.mono_us + ms * 1000;
    while (after != &house->owing &&
           LIST_ITEM(after, struct presence, in_owing)->due_mono_us > presence->due_mono_us)
        after = after->prev;
    list_append(after->next, &presence->in_owing);
}

static enum presence_change follow(
    struct presence_house *house, struct presence *presence, struct moment now, bool at_once) {
    const int64_t ms = at_once ? 0 : wait_ms(house, presence, now);
    if (presence->seen == is_to_be_seen(presence))
        return PRESENCE_SAME;
    if (ms > 0) {
        owe(house, presence, now, ms);
        return PRESENCE_SAME;
    }
    presence->seen = !presence->seen;
    count_told(presence, now);
    return presence->seen ? PRESENCE_CAME : PRESENCE_LEFT;
}

bool presence_may_tell(struct presence_house *house, struct presence *presence, struct moment now) {
    const int64_t ms = wait_ms(house, presence, now);
    if (ms > 0) {
        owe(house, presence, now, ms);
        presence->owed = true;
        return false;
    }
    count_told(presence, now);
    return true;
}

struct presence *presence_owed(struct presence_house *house, struct moment now) {
    while (!list_is_empty(&house->owing)) {
        struct presence *presence = LIST_ITEM(house->owing.next, struct presence, in_owing);
        if (presence->due_mono_us > now.mono_us)
            return NULL;
        const bool owed = presence->owed && presence->seen;
        list_remove(&presence->in_owing);
        presence->owed = false;
        if (follow(house, presence, now, false) != PRESENCE_SAME)
            return presence;
        if (owed) {
            count_told(presence, now);
            return presence;
        }
    }
    return NULL;
}

/* ---- what happens ---- */

enum presence_change presence_connect(struct presence_house *house, struct presence *presence,
    struct presence_hold *hold, struct moment now) {
    *hold = (struct presence_hold){.of = presence};
    list_init(&hold->in_house);
    presence->connections++;
    move_last_active(presence, now.unix_us);
    await_refresh(house, presence, now);
    return follow(house, presence, now, false);
}

enum presence_change presence_leave(
    struct presence_house *house, struct presence_hold *hold, struct moment now) {
    struct presence *presence = hold->of;
    if (presence == NULL)
        return PRESENCE_SAME;
    list_remove(&hold->in_house);
    hold->of = NULL;
    presence->connections--;
    if (presence->connections == 0)
        list_remove(&presence->in_house);
    return follow(house, presence, now, false);
}

bool presence_lose(struct presence_house *house, struct presence_hold *hold, struct moment now) {
    if (hold->of == NULL || house->linger_us <= 0)
        return false;
    hold->until_mono_us = now.mono_us + house->linger_us;
    list_remove(&hold->in_house);
    list_append(&house->lingering, &hold->in_house);
    return true;
}

enum presence_change presence_hide(
    struct presence_house *house, struct presence *presence, struct moment now, bool by_call) {
    presence->hidden = true;
    return follow(house, presence, now, by_call);
}

enum presence_change presence_show(
    struct presence_house *house, struct presence *presence, struct moment now, bool by_call) {
    if (!presence->hidden)
        return PRESENCE_SAME;
    presence->hidden = false;
    if (presence->connections == 0)
        return PRESENCE_SAME;
    move_last_active(presence, now.unix_us);
    await_refresh(house, presence, now);
    return follow(house, presence, now, by_call);
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
    if (!list_is_empty(&house->owing)) {
        const struct presence *first = LIST_ITEM(house->owing.next, struct presence, in_owing);
        if (first->due_mono_us < next)
            next = first->due_mono_us;
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
