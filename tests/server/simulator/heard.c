/* SPDX-License-Identifier: MIT */
#include "server/simulator/heard.h"
#include "wire/time.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const user_names[USERS_MOST] = {
    "ana", "bo", "cy", "dee", "eve", "fay", "gus", "hal", "ida", "jo", "kim", "lee", "mo", "ned"};

const char *heard_user_name(unsigned user) {
    return user_names[user];
}

const char *heard_channel_type(unsigned type) {
    static const char *const names[TYPES] = {"messaging", "team", "livestream"};
    return names[type];
}

static int user_of(const char *id) {
    for (int i = 0; id != NULL && i < USERS_MOST; i++)
        if (strcmp(user_names[i], id) == 0)
            return i;
    return -1;
}

/* "s7" → 7; UNSAID: there is none; -3: something else. */
static int numbered(const json *value, char letter) {
    const char *text = json_as_text(value);
    if (value == NULL)
        return UNSAID;
    return text != NULL && text[0] == letter ? atoi(text + 1) : -3;
}

static bool time_at(const json *user, const char *key, int64_t *us) {
    const char *text = json_text_at(user, key);
    *us = 0;
    return json_get(user, key) == NULL || (text != NULL && time_parse(text, us) == 0);
}

bool heard_face(const json *user, struct face *to, int64_t *updated_us) {
    const json *invisible = json_get(user, "invisible"), *online = json_get(user, "online");
    *to = (struct face){.user = user_of(json_text_at(user, "id")),
        .online = json_is_true(online),
        .status = numbered(json_get(user, "status"), 's'),
        .name = numbered(json_get(user, "name"), 'n'),
        .invisible = invisible == NULL ? UNSAID : json_is_true(invisible)};
    return to->user >= 0 && json_is_boolean(online) &&
           (invisible == NULL || json_is_boolean(invisible)) &&
           time_at(user, "last_active", &to->last_active_us) &&
           time_at(user, "updated_at", updated_us);
}

int heard_channel(const char *cid) {
    const char *colon = cid != NULL ? strchr(cid, ':') : NULL;
    return colon != NULL && colon[1] == 'c' ? atoi(colon + 2) : -1;
}

static const struct {
    const char *name;
    const char *face; /* where a face is, that is checked */
} types[HEARD_TYPES] = {
    [HEARD_HELLO] = {"health.check", "me"},
    [HEARD_PRESENCE] = {"user.presence.changed", "user"},
    [HEARD_UPDATED] = {"user.updated", "user"},
    [HEARD_START] = {"user.watching.start", "user"},
    [HEARD_STOP] = {"user.watching.stop", "user"},
    [HEARD_TYPING_START] = {"typing.start", "user"},
    [HEARD_TYPING_STOP] = {"typing.stop", "user"},
    [HEARD_MEMBER_ADDED] = {"member.added", "member.user"},
    [HEARD_MEMBER_REMOVED] = {"member.removed", "member.user"},
    [HEARD_NOTED_ADDED] = {"notification.added_to_channel", "member.user"},
    [HEARD_NOTED_REMOVED] = {"notification.removed_from_channel", "member.user"},
    [HEARD_CHANNEL_UPDATED] = {"channel.updated", NULL},
    [HEARD_REFUSED] = {"connection.error", NULL},
};

const char *heard_type_name(enum heard_type type) {
    return types[type].name;
}

static bool read_event(struct heard *to, const json *event) {
    const char *name = json_text_at(event, "type");
    int64_t count = 0;
    unsigned type = 0;
    while (type < HEARD_TYPES && (name == NULL || strcmp(types[type].name, name) != 0))
        type++;
    if (type == HEARD_TYPES)
        return false;
    to->type = (enum heard_type)type;
    to->channel = type == HEARD_HELLO ? -1 : heard_channel(json_text_at(event, "cid"));
    to->is_alive = type == HEARD_HELLO && json_get(event, "me") == NULL;
    bool counts = type == HEARD_START || type == HEARD_STOP;
    if (counts && !json_as_integer(json_get(event, "watcher_count"), &count))
        return false;
    to->count = (int)count;
    to->has_face = types[type].face != NULL && !to->is_alive;
    return !to->has_face ||
           heard_face(json_path(event, types[type].face), &to->face, &to->updated_us);
}

bool heard_read(struct heard *to, const char *text) {
    json *event = NULL;
    *to = (struct heard){.channel = -1};
    snprintf(to->text, sizeof to->text, "%s", text);
    bool good = json_parse(&event, text, strlen(text), &json_limits_reply_frame, NULL) == 0 &&
                read_event(to, event);
    json_free(event);
    return good;
}

void heard_print_face(char *to, size_t size, const struct face *face) {
    snprintf(to, size, "%s %s, last_active %lld, status %d, name %d, invisible %d",
        face->user >= 0 ? heard_user_name((unsigned)face->user) : "?",
        face->online ? "online" : "offline", (long long)face->last_active_us, face->status,
        face->name, face->invisible);
}
