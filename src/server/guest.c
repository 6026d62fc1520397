/* SPDX-License-Identifier: MIT */
/*
 * The server speaks by itself after 25 s of its own silence, so that the peer knows the line is
 * alive; the peer's silence is the front's business (it counts frames of any kind). Tokens end by
 * the wall clock, which may jump: while some guest's token ends, the house asks again every 5 s.
 */
#include "server/guest.h"
#include "wire/error.h"
#include "wire/event.h"
#include "wire/limits.h"

#include <string.h>

enum { LOOK_AGAIN_US = 5 * 1000 * 1000 };

void guest_house_init(struct guest_house *house) {
    list_init(&house->quiet);
    list_init(&house->expiring);
}

void guest_init(struct guest *guest, int64_t exp_unix_s) {
    *guest = (struct guest){.state = GUEST_WAITING,
        .exp_unix_us = exp_unix_s == 0 || exp_unix_s > INT64_MAX / 1000000 ? INT64_MAX
                                                                           : exp_unix_s * 1000000};
    list_init(&guest->in_quiet);
    list_init(&guest->in_expiring);
}

/* Sorted in from the back: tokens are mostly made equally long. */
static void await_end_of_token(struct guest_house *house, struct guest *guest) {
    struct list *after = house->expiring.prev;
    while (after != &house->expiring &&
           LIST_ITEM(after, struct guest, in_expiring)->exp_unix_us > guest->exp_unix_us)
        after = after->prev;
    list_append(after->next, &guest->in_expiring);
}

void guest_greet(struct guest_house *house, struct guest *guest, struct moment now) {
    guest->state = GUEST_LIVE;
    guest_spoke(house, guest, now);
    if (guest->exp_unix_us != INT64_MAX)
        await_end_of_token(house, guest);
}

void guest_spoke(struct guest_house *house, struct guest *guest, struct moment now) {
    if (guest->state != GUEST_LIVE)
        return;
    guest->speak_mono_us = now.mono_us + (int64_t)HEALTH_CHECK_EVERY_MS * 1000;
    list_remove(&guest->in_quiet);
    list_append(&house->quiet, &guest->in_quiet);
}

static bool is_health_check(const json *event) {
    const char *type = json_text_at(event, "type");
    return type != NULL && strcmp(type, "health.check") == 0;
}

enum guest_act guest_hear(const struct guest *guest, const char *text, size_t len) {
    json *said;
    if (guest->state != GUEST_LIVE)
        return GUEST_NOTHING;
    const int rc = json_parse(&said, text, len, &json_limits_frame, NULL);
    if (rc != 0) /* what could not be read may have been one, and to answer does no harm */
        return rc < 0 ? GUEST_HEALTH_CHECK : GUEST_NOTHING;
    bool asked = is_health_check(said);
    if (json_is_array(said))
        for (const json *event = json_first(said); event != NULL && !asked;
             event = json_next(event))
            asked = is_health_check(event);
    json_free(said);
    return asked ? GUEST_HEALTH_CHECK : GUEST_NOTHING;
}

void guest_end(struct guest *guest) {
    if (guest->in_quiet.next == NULL)
        return;
    guest->state = GUEST_OVER;
    list_remove(&guest->in_quiet);
    list_remove(&guest->in_expiring);
}

struct guest *guest_due(struct guest_house *house, struct moment now, enum guest_act *act) {
    if (!list_is_empty(&house->expiring)) {
        struct guest *guest = LIST_ITEM(house->expiring.next, struct guest, in_expiring);
        if (guest->exp_unix_us <= now.unix_us) {
            guest_end(guest);
            *act = GUEST_EXPIRED;
            return guest;
        }
    }
    if (!list_is_empty(&house->quiet)) {
        struct guest *guest = LIST_ITEM(house->quiet.next, struct guest, in_quiet);
        if (guest->speak_mono_us <= now.mono_us) {
            guest_spoke(house, guest, now);
            *act = GUEST_HEALTH_CHECK;
            return guest;
        }
    }
    return NULL;
}

int64_t guest_next_mono_us(const struct guest_house *house, struct moment now) {
    int64_t next = INT64_MAX;
    if (!list_is_empty(&house->quiet))
        next = LIST_ITEM(house->quiet.next, struct guest, in_quiet)->speak_mono_us;
    if (!list_is_empty(&house->expiring)) {
        const struct guest *guest = LIST_ITEM(house->expiring.next, struct guest, in_expiring);
        int64_t left = guest->exp_unix_us - now.unix_us;
        int64_t at = now.mono_us + (left < LOOK_AGAIN_US ? left : LOOK_AGAIN_US);
        if (at < next)
            next = at;
    }
    return next;
}

json *guest_error(const char *connection_id, int code, const char *message, int64_t unix_us) {
    json *event = event_encode("connection.error", unix_us, NULL);
    bool bad = json_set(event, "connection_id", json_text(connection_id)) != 0;
    bad |= json_set(event, "error", error_encode(code, message, NULL, NULL, 0)) != 0;
    if (!bad)
        return event;
    json_free(event);
    return NULL;
}

json *guest_health_check(const char *connection_id, json *me, bool with_me, int64_t unix_us) {
    json *event = event_encode("health.check", unix_us, NULL);
    bool bad = json_set(event, "connection_id", json_text(connection_id)) != 0;
    bad |= json_set(event, "cid", json_text("*")) != 0;
    if (with_me)
        bad |= json_set(event, "me", me) != 0;
    if (!bad)
        return event;
    json_free(event);
    return NULL;
}
