/* SPDX-License-Identifier: MIT */
/* Upsert and partial update: all or nothing, so every draft is made before the first is applied. */
#include "server/details.h"
#include "server/routes.h"
#include "server/users.h"
#include "wire/error.h"
#include "wire/id.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

struct drafts {
    struct user at[LIMIT_BATCH];
    size_t count;
};

static void drafts_free(struct drafts *drafts) {
    for (size_t i = 0; i < drafts->count; i++)
        user_fini(&drafts->at[i]);
    free(drafts);
}

/* A draft of a user who may be new, by whom the call is. */
static int draft(struct call *call, struct drafts *drafts, const char *id, bool may_be_new) {
    if (id == NULL || !id_is_user(id))
        return call_refuse(call, CODE_INPUT, "%.100s is not a user id", id != NULL ? id : "null");
    if (drafts->count == LIMIT_BATCH)
        return call_refuse(call, CODE_INPUT, "users must be at most %d", LIMIT_BATCH);
    if (!call->caller.server && strcmp(id, call->asker->user.id) != 0)
        return call_refuse(call, CODE_NOT_ALLOWED, "user %.255s is not you", id);
    for (size_t i = 0; i < drafts->count; i++)
        if (strcmp(drafts->at[i].id, id) == 0)
            return call_refuse(call, CODE_INPUT, "user %.255s is named twice", id);
    struct person *person = person_find(call->world, id);
    const struct person *known = table_find(&call->world->persons, id);
    if (person == NULL && may_be_new && known != NULL && known->user.deleted_us != 0)
        return call_refuse(call, CODE_INPUT, "user %.255s was deleted", id);
    if (person == NULL && !may_be_new)
        return call_refuse(call, CODE_NOT_FOUND, "user %.255s does not exist", id);
    struct user *to = &drafts->at[drafts->count];
    int rc = person != NULL ? user_copy(to, &person->user) : users_new(call->world, to, id);
    if (rc == 0)
        drafts->count++;
    return rc;
}

static int refused(struct call *call, int rc, const struct details_refusal *why) {
    return rc > 0 ? call_refuse(call, why->code, "%s", why->text) : rc;
}

static enum details_by by(const struct call *call) {
    return call->caller.server ? BY_SERVER : BY_THEMSELF;
}

static int draft_upsert(struct call *call, struct drafts *drafts, const json *item) {
    const char *key = json_key(item), *id = json_text_at(item, "id");
    if (!json_is_object(item))
        return call_refuse(call, CODE_INPUT, "a user must be an object");
    if (key != NULL && id != NULL && strcmp(key, id) != 0)
        return call_refuse(call, CODE_INPUT, "user %.100s has another id inside", key);
    int rc = draft(call, drafts, id != NULL ? id : key, true);
    if (rc != 0)
        return rc;
    struct details_refusal why;
    rc = details_replace(&drafts->at[drafts->count - 1], item, by(call), &why);
    return refused(call, rc, &why);
}

static int draft_patch(struct call *call, struct drafts *drafts, const json *item) {
    int rc = draft(call, drafts, json_text_at(item, "id"), false);
    if (rc != 0)
        return rc;
    struct details_refusal why;
    rc = details_patch(&drafts->at[drafts->count - 1], json_get(item, "set"),
        json_get(item, "unset"), by(call), &why);
    return refused(call, rc, &why);
}

/* What only a server-side caller changes acts at once: the role, and which tokens are good. */
static void act(struct call *call, struct person *person) {
    LIST_EACH(&person->watchers, item)
    routes_check_watchers(call, LIST_ITEM(item, struct watcher, by_person)->room);
    call->dismissal.sweep |= person->user.revoke_before_us != 0;
}

static int apply(struct call *call, struct drafts *drafts) {
    struct change *change = call_change(call);
    json *users = json_object();
    int rc = change != NULL && users != NULL ? 0 : -ENOMEM;
    for (size_t i = 0; rc == 0 && i < drafts->count; i++) {
        struct person *person;
        rc = users_apply(change, &drafts->at[i], &person);
        if (rc == 0 && call->caller.server)
            act(call, person);
        if (rc == 0)
            rc = json_set(users, person->user.id, show_user(person, call->view));
    }
    if (rc == 0)
        return call_reply(call, "users", users);
    json_free(users);
    return rc;
}

static int update(struct call *call,
    int (*draft_one)(struct call *call, struct drafts *drafts, const json *item), bool is_list) {
    const json *users = json_get(call->body, "users");
    if (users == NULL || json_first(users) == NULL ||
        (is_list ? !json_is_array(users) : !json_is_object(users)))
        return call_refuse(
            call, CODE_INPUT, "users must be an %s", is_list ? "array" : "object of users by id");
    struct drafts *drafts = calloc(1, sizeof *drafts);
    int rc = drafts != NULL ? 0 : -ENOMEM;
    for (const json *item = json_first(users); rc == 0 && item != NULL; item = json_next(item))
        rc = draft_one(call, drafts, item);
    if (rc == 0)
        rc = apply(call, drafts);
    if (drafts != NULL)
        drafts_free(drafts);
    return rc;
}

int users_upsert(struct call *call) {
    return update(call, draft_upsert, false);
}

int users_update_partial(struct call *call) {
    return update(call, draft_patch, true);
}
