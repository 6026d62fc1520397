/* SPDX-License-Identifier: MIT */
#include "server/grants.h"

#include <stdio.h>
#include <string.h>

static const struct {
    const char *name, *capability;
} names[GRANT_COUNT] = {
    [GRANT_READ] = {"read-channel", "read-channel"},
    [GRANT_CREATE_CHANNEL] = {"create-channel", "create-channel"},
    [GRANT_SEND] = {"create-message", "send-message"},
    [GRANT_REPLY] = {"create-reply", "send-reply"},
    [GRANT_REACT] = {"create-reaction", "send-reaction"},
    [GRANT_CUSTOM_EVENT] = {"send-custom-event", "send-custom-events"},
    [GRANT_UPDATE_MESSAGE] = {"update-message", "update-any-message"},
    [GRANT_DELETE_MESSAGE] = {"delete-message", "delete-any-message"},
    [GRANT_UPDATE_CHANNEL] = {"update-channel", "update-channel"},
    [GRANT_UPDATE_MEMBERS] = {"update-channel-members", "update-channel-members"},
    [GRANT_DELETE_CHANNEL] = {"delete-channel", "delete-channel"},
    [GRANT_TRUNCATE] = {"truncate-channel", "truncate-channel"},
    [GRANT_JOIN] = {"join-channel", "join-channel"},
    [GRANT_LEAVE] = {"leave-channel", "leave-channel"},
    [GRANT_MUTE] = {"mute-channel", "mute-channel"},
    [GRANT_SKIP_COOLDOWN] = {"skip-channel-cooldown", "skip-slow-mode"},
};

static const char *const roles[ROLE_COUNT] = {
    "admin", "user", "guest", "anonymous", "channel_member", "channel_moderator"};

#define BIT(grant) (1U << (GRANT_##grant))
#define SPEAK (BIT(SEND) | BIT(REPLY) | BIT(REACT) | BIT(CUSTOM_EVENT))
#define RULE                                                                                       \
    (BIT(UPDATE_MESSAGE) | BIT(DELETE_MESSAGE) | BIT(UPDATE_CHANNEL) | BIT(UPDATE_MEMBERS) |       \
        BIT(DELETE_CHANNEL) | BIT(TRUNCATE) | BIT(SKIP_COOLDOWN))
#define EVERYTHING ((1U << GRANT_COUNT) - 1)

static void make_usual(struct grants *grants, const char *type) {
    *grants = (struct grants){0};
    grants->of[ROLE_ADMIN].any = EVERYTHING;
    grants->of[ROLE_USER].any = BIT(CREATE_CHANNEL) | BIT(LEAVE);
    grants->of[ROLE_USER].own = BIT(READ) | SPEAK | BIT(UPDATE_MESSAGE) | BIT(DELETE_MESSAGE);
    grants->of[ROLE_MEMBER].any = BIT(READ) | SPEAK | BIT(MUTE);
    grants->of[ROLE_MODERATOR].any = BIT(READ) | SPEAK | BIT(MUTE) | RULE | BIT(JOIN);
    if (strcmp(type, "livestream") == 0) {
        grants->of[ROLE_USER].any |= BIT(READ) | SPEAK | BIT(JOIN) | BIT(MUTE);
        grants->of[ROLE_ANONYMOUS].any = BIT(READ);
    }
    grants->of[ROLE_GUEST] = grants->of[ROLE_USER];
}

enum grant_role grants_role(const char *name) {
    enum grant_role role = 0;
    while (role < ROLE_COUNT && (name == NULL || strcmp(roles[role], name) != 0))
        role++;
    return role;
}

/* A grant's name, with or without the end that makes it one's own. */
static enum grant find_grant(const char *name, bool *own) {
    static const char ending[] = "-owner";
    size_t len = name != NULL ? strlen(name) : 0, end = sizeof ending - 1;
    *own = len > end && strcmp(name + len - end, ending) == 0;
    if (*own)
        len -= end;
    enum grant grant = 0;
    while (grant < GRANT_COUNT && (len == 0 || strlen(names[grant].name) != len ||
                                      memcmp(names[grant].name, name, len) != 0))
        grant++;
    return grant;
}

void grants_compile(struct grants *grants, const char *type, const json *said) {
    make_usual(grants, type);
    for (const json *list = json_first(said); list != NULL; list = json_next(list)) {
        enum grant_role role = grants_role(json_key(list));
        if (role == ROLE_COUNT)
            continue;
        grants->of[role].any = grants->of[role].own = 0;
        for (const json *item = json_first(list); item != NULL; item = json_next(item)) {
            bool own;
            enum grant grant = find_grant(json_as_text(item), &own);
            if (grant == GRANT_COUNT)
                continue;
            if (own)
                grants->of[role].own |= 1U << grant;
            else
                grants->of[role].any |= 1U << grant;
        }
    }
}

bool grants_may(const struct grants *grants, enum grant_role role, enum grant grant, bool own) {
    uint32_t may = grants->of[role].any | (own ? grants->of[role].own : 0);
    return (may >> grant & 1U) != 0;
}

const char *grants_capability(enum grant grant) {
    return names[grant].capability;
}

static json *list_of(uint32_t any, uint32_t own) {
    json *list = json_array();
    bool bad = list == NULL;
    for (unsigned grant = 0; grant < GRANT_COUNT; grant++) {
        char name[64];
        snprintf(name, sizeof name, "%s-owner", names[grant].name);
        if (any >> grant & 1U)
            bad |= json_append(list, json_text(names[grant].name)) != 0;
        if (own >> grant & 1U)
            bad |= json_append(list, json_text(name)) != 0;
    }
    if (!bad)
        return list;
    json_free(list);
    return NULL;
}

json *grants_encode(const struct grants *grants) {
    json *to = json_object();
    bool bad = to == NULL;
    for (unsigned role = 0; role < ROLE_COUNT; role++)
        bad |= json_set(to, roles[role], list_of(grants->of[role].any, grants->of[role].own)) != 0;
    if (!bad)
        return to;
    json_free(to);
    return NULL;
}

const char *grants_unknown(const json *said) {
    for (const json *list = json_first(said); list != NULL; list = json_next(list)) {
        if (grants_role(json_key(list)) == ROLE_COUNT)
            return json_key(list);
        for (const json *item = json_first(list); item != NULL; item = json_next(item)) {
            bool own;
            if (find_grant(json_as_text(item), &own) == GRANT_COUNT)
                return json_as_text(item);
        }
    }
    return NULL;
}
