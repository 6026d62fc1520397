/* SPDX-License-Identifier: MIT */
/*
 * Guests: users without a token of their own. A guest's id begins with chance, so that nobody can
 * become, as a guest, a user who is there or who will be.
 */
#include "base/chance.h"
#include "server/details.h"
#include "server/routes.h"
#include "server/token.h"
#include "server/users.h"
#include "wire/error.h"
#include "wire/field.h"
#include "wire/id.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LONGEST_OWN_ID = 200 };

static int make_id(struct call *call, const json *user, char id[LIMIT_USER_ID + 1]) {
    char uuid[37];
    const char *own = json_text_at(user, "id");
    if (!json_is_object(user))
        return call_refuse_field(call, "user", " must be an object with an id");
    if (own == NULL || !id_is_user(own) || strlen(own) > LONGEST_OWN_ID)
        return call_refuse_field(
            call, "user.id", " must be 1 to %d of a-z A-Z 0-9 @ _ -", LONGEST_OWN_ID);
    if (chance_uuid(uuid) != 0)
        return -EIO;
    snprintf(id, LIMIT_USER_ID + 1, "guest-%s-%s", uuid, own);
    return 0;
}

static int draft(struct call *call, const json *user, struct user *to) {
    char id[LIMIT_USER_ID + 1];
    int rc = make_id(call, user, id);
    if (rc == 0)
        rc = users_new(call->world, to, id);
    if (rc != 0)
        return rc;
    json *details = json_copy(user);
    struct details_refusal why;
    json_remove(details, "id");
    rc = details != NULL ? details_merge(to, details, &why) : -ENOMEM;
    if (rc > 0)
        rc = call_refuse(call, why.code, "%s", why.text);
    if (rc == 0) {
        free(to->role);
        rc = field_copy_text(NULL, &to->role, "guest");
    }
    json_free(details);
    if (rc != 0)
        user_fini(to);
    return rc;
}

static int reply(struct call *call, struct person *person) {
    const struct caller_keys *keys = &call->house->keys;
    struct token token = {.iat_unix_s = call->world->now.unix_us / 1000000};
    snprintf(token.user_id, sizeof token.user_id, "%s", person->user.id);
    char *text = token_make(&token, keys->secret, keys->secret_len);
    int rc = call_reply(call, "access_token", json_text(text));
    free(text);
    return rc != 0 ? rc
                   : call_reply(call, "user", show_user(person, (struct view){.asker = person}));
}

int guest_create(struct call *call) {
    struct user user;
    struct person *person;
    int rc = draft(call, json_get(call->body, "user"), &user);
    if (rc != 0)
        return rc;
    struct change *change = call_change(call);
    rc = change != NULL ? users_apply(change, &user, &person) : -ENOMEM;
    if (rc != 0) {
        user_fini(&user);
        return rc;
    }
    return reply(call, person);
}
