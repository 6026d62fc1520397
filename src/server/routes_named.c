/* SPDX-License-Identifier: MIT */
/* What a call names: a channel, users, whom it is for, a number. */
#include "server/access.h"
#include "server/home.h"
#include "server/routes.h"
#include "wire/error.h"
#include "wire/id.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int routes_find_room(struct call *call, const char *type, const char *id, struct room **out) {
    char cid[LIMIT_CID + 1];
    if (!id_is_channel_type(type) || !id_is_channel(id))
        return call_refuse(call, CODE_INPUT, "%.70s:%.70s is not a channel's name",
            type != NULL ? type : "", id != NULL ? id : "");
    snprintf(cid, sizeof cid, "%s:%s", type, id);
    *out = room_find(call->world, cid);
    return *out != NULL ? 0 : call_refuse(call, CODE_NOT_FOUND, "channel %s does not exist", cid);
}

int routes_check_read(struct call *call, const struct room *room) {
    return access_read(room, call->view)
               ? 0
               : call_refuse(call, CODE_NOT_ALLOWED, "channel %s is not for you to read",
                     room->channel.cid);
}

int routes_room(struct call *call, struct room **out) {
    int rc = routes_find_room(call, call->args[0], call->args[1], out);
    return rc != 0 ? rc : routes_check_read(call, *out);
}

int routes_room_of_cid(struct call *call, const json *cid, struct room **out) {
    char type[LIMIT_CHANNEL_TYPE + 1], id[LIMIT_CHANNEL_ID + 1];
    const char *text = json_as_text(cid);
    if (text == NULL || !id_split_cid(text, type, id))
        return call_refuse(
            call, CODE_INPUT, "%.140s is not a channel's cid", text != NULL ? text : "this");
    int rc = routes_find_room(call, type, id, out);
    return rc != 0 ? rc : routes_check_read(call, *out);
}

int routes_own_room(struct call *call, enum grant grant, struct room **out) {
    int rc = routes_room(call, out);
    if (rc == 0 && !access_may(*out, call->view, grant))
        rc = call_refuse(
            call, CODE_NOT_ALLOWED, "channel %s is not yours to change", (*out)->channel.cid);
    return rc;
}

/* Objects may stand for ids. */
static const char *id_of(const json *item) {
    const char *id = json_as_text(item);
    if (id == NULL)
        id = json_text_at(item, "user_id");
    return id != NULL ? id : json_text_at(item, "id");
}

int routes_persons(
    struct call *call, const json *list, const char *name, struct person ***out, size_t *count) {
    if (list == NULL || json_is_null(list))
        return 0;
    if (!json_is_array(list) || json_count(list) > LIMIT_BATCH)
        return call_refuse_field(call, name, " must be a list of at most %d users", LIMIT_BATCH);
    struct person **persons = calloc(json_count(list) + 1, sizeof(struct person *));
    if (persons == NULL)
        return -ENOMEM;
    size_t n = 0;
    for (const json *item = json_first(list); item != NULL; item = json_next(item)) {
        const char *id = id_of(item);
        struct person *person = id != NULL ? person_find(call->world, id) : NULL;
        if (person == NULL) {
            free(persons);
            return call_refuse_field(
                call, name, ": user %.255s does not exist", id != NULL ? id : "without an id");
        }
        persons[n++] = person;
    }
    *out = persons;
    *count = n;
    return 0;
}

int routes_actor(struct call *call, const json *from, struct person **out) {
    *out = call->asker;
    if (!call->caller.server)
        return 0;
    const char *id = json_text_at(from, "user_id");
    if (id == NULL)
        id = json_text_at(json_get(from, "user"), "id");
    if (id == NULL && call->asker != NULL)
        return 0;
    *out = id != NULL ? person_find(call->world, id) : NULL;
    if (*out != NULL)
        return 0;
    return id != NULL
               ? call_refuse_field(call, "user_id", ": user %.255s does not exist", id)
               : call_refuse(call, CODE_INPUT, "server-side, user_id must say who does this");
}

int routes_actor_seat(
    struct call *call, const struct room *room, struct person **person, struct seat **out) {
    int rc = routes_actor(call, call->body, person);
    if (rc != 0)
        return rc;
    *out = seat_find(room, *person);
    return *out != NULL && !member_is_invitee(&(*out)->member)
               ? 0
               : call_refuse(
                     call, CODE_NOT_ALLOWED, "only members of %s do this", room->channel.cid);
}

void routes_check_watchers(struct call *call, struct room *room) {
    LIST_EACH(&room->watchers, item) {
        struct person *person = LIST_ITEM(item, struct watcher, by_room)->person;
        if (!access_read(room, (struct view){.asker = person}))
            home_unwatch_all(call->world, call_post(call), person, room);
    }
}

/* Of the payload, or a query parameter of the same name. */
int routes_number(struct call *call, const char *key, int otherwise, int most, int *out) {
    const char *text = call->body == NULL ? http_param(call->request, key) : NULL;
    if (text == NULL)
        return call_number(call, call->body, key, otherwise, most, out);
    char *rest;
    long number = strtol(text, &rest, 10);
    if (text[0] == '\0' || *rest != '\0' || number < 0 || number > most)
        return call_refuse_field(call, key, " must be a whole number between 0 and %d", most);
    *out = (int)number;
    return 0;
}

/* Only `true` is. */
bool routes_switched_on(struct call *call, const char *param) {
    const char *text = http_param(call->request, param);
    return (text != NULL && strcmp(text, "true") == 0) || json_true_at(call->body, param);
}
