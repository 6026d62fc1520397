/* SPDX-License-Identifier: MIT */
/* What people make of messages: one reaction of each type a person. */
#include "server/access.h"
#include "server/details.h"
#include "server/fanout.h"
#include "server/notes.h"
#include "server/routes.h"
#include "wire/error.h"
#include "wire/field.h"

#include <errno.h>
#include <limits.h>
#include <string.h>

static int find_note(struct call *call, struct note **out) {
    int rc = routes_note(call, out);
    if (rc != 0)
        return rc;
    const struct room *room = (*out)->room;
    if (!room->kind->type.reactions)
        return call_refuse(
            call, CODE_FEATURE_OFF, "reactions are off for %s", room->kind->type.name);
    if (!access_write(room, call->view, GRANT_REACT))
        return call_refuse(call, CODE_NOT_ALLOWED, "you may not react in %s", room->channel.cid);
    return 0;
}

static int draft(
    struct call *call, const struct note *note, const json *from, struct reaction *reaction) {
    const json *score = json_get(from, "score");
    const char *type = json_text_at(from, "type");
    int64_t number = 1;
    if (!json_is_object(from))
        return call_refuse_field(call, "reaction", " must be an object");
    if (type == NULL || !reaction_is_type(type))
        return call_refuse_field(
            call, "reaction.type", " must be 1 to %d letters, digits, - or _", LIMIT_REACTION_TYPE);
    if (score != NULL && (!json_as_integer(score, &number) || number < INT_MIN || number > INT_MAX))
        return call_refuse_field(call, "reaction.score", " must be a whole number");
    *reaction = (struct reaction){.score = (int)number};
    int rc = field_copy_text(NULL, &reaction->message_id, note->message.id);
    if (rc == 0)
        rc = field_copy_text(NULL, &reaction->type, type);
    if (rc == 0)
        rc = field_take_custom(&reaction->custom, from, reaction_field_is_built_in);
    struct details_refusal why;
    if (rc == 0 && (rc = details_check_size(reaction->custom, &why)) > 0)
        rc = call_refuse(call, why.code, "%s", why.text);
    if (rc != 0)
        reaction_fini(reaction);
    return rc;
}

static void tell(
    struct call *call, enum wire_event event, const struct note *note, const struct nod *nod) {
    struct news news = {.event = event,
        .created_us = world_stamp(call->world),
        .user = nod->person,
        .room = note->room,
        .note = note,
        .nod = nod,
        .post = call_post(call)};
    news_to_watchers(call->world, &news, note->room, TO_ALL, NULL);
    news_fini(&news);
}

static int show(struct call *call, const struct note *note, const struct nod *nod) {
    int rc = call_reply(call, "message", show_note(call->world, note, call->view));
    return rc != 0 ? rc : call_reply(call, "reaction", show_nod(nod, call->view));
}

static void remove_others(
    struct call *call, struct note *note, const struct person *person, const char *type) {
    LIST_EACH(&note->nods, item) {
        struct nod *nod = LIST_ITEM(item, struct nod, by_note);
        if (nod->person == person && strcmp(nod->reaction.type, type) != 0)
            change_remove_nod(call->change, note, nod);
    }
}

static int put(
    struct call *call, struct note *note, struct person *person, struct reaction *reaction) {
    struct nod *nod = nod_find(note, person, reaction->type);
    bool is_new = nod == NULL;
    int rc = field_copy_text(NULL, &reaction->user_id, person->user.id);
    if (rc != 0 || call_change(call) == NULL) {
        reaction_fini(reaction);
        return -ENOMEM;
    }
    if (json_true_at(call->body, "enforce_unique"))
        remove_others(call, note, person, reaction->type);
    reaction->updated_us = world_stamp(call->world);
    reaction->created_us = is_new ? reaction->updated_us : nod->reaction.created_us;
    rc = nod_put(note, person, reaction, &nod);
    if (rc != 0)
        return rc;
    change_put_nod(call->change, note, nod);
    tell(call, is_new ? EVENT_REACTION_NEW : EVENT_REACTION_UPDATED, note, nod);
    return show(call, note, nod);
}

int reaction_send(struct call *call) {
    struct note *note;
    struct person *person = NULL;
    struct reaction reaction;
    const json *from = json_get(call->body, "reaction");
    int rc = find_note(call, &note);
    if (rc == 0 && note->message.deleted_us != 0)
        rc = call_refuse(call, CODE_INPUT, "message %.255s is deleted", call->args[0]);
    if (rc == 0)
        rc = routes_actor(call, from, &person);
    if (rc == 0)
        rc = draft(call, note, from, &reaction);
    return rc != 0 ? rc : put(call, note, person, &reaction);
}

int reaction_delete(struct call *call) {
    struct note *note;
    struct person *person;
    int rc = find_note(call, &note);
    if (rc == 0)
        rc = routes_actor(call, call->body, &person);
    struct nod *nod = rc == 0 ? nod_find(note, person, call->args[1]) : NULL;
    if (rc == 0 && nod == NULL)
        rc = call_refuse(call, CODE_NOT_FOUND, "reaction %.60s does not exist", call->args[1]);
    if (rc == 0 && call_change(call) == NULL)
        rc = -ENOMEM;
    if (rc != 0)
        return rc;
    /* Told with the message as it is without it. */
    list_remove(&nod->by_note);
    tell(call, EVENT_REACTION_DELETED, note, nod);
    rc = show(call, note, nod);
    list_append(&note->nods, &nod->by_note);
    change_remove_nod(call->change, note, nod);
    return rc;
}

/* The newest first. */
int reactions_list(struct call *call) {
    struct note *note;
    int limit, offset;
    int rc = routes_note(call, &note);
    if (rc == 0)
        rc = routes_number(call, "limit", LIMIT_REACTIONS_SHOWN, LIMIT_REACTIONS, &limit);
    if (rc == 0)
        rc = routes_number(call, "offset", 0, LIMIT_OFFSET, &offset);
    if (rc != 0)
        return rc;
    json *list = json_array();
    for (struct list *item = note->nods.prev; rc == 0 && item != &note->nods; item = item->prev)
        if (offset-- <= 0 && limit-- > 0)
            rc = json_append(list, show_nod(LIST_ITEM(item, struct nod, by_note), call->view));
    if (rc == 0)
        return call_reply(call, "reactions", list);
    json_free(list);
    return rc;
}
