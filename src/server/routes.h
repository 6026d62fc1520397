/* SPDX-License-Identifier: MIT */
/* The families of calls; routes.c has the table. Each function answers one row of the contract. */
#ifndef SERVER_ROUTES_H
#define SERVER_ROUTES_H

#include "server/call.h"
#include "wire/event.h"

route_call channel_get_or_create, channel_get_or_create_distinct, channel_update,
    channel_update_partial, channel_delete, channel_stop_watching;
route_call channel_truncate, channel_hide, channel_show;
route_call channel_read, channel_unread, channels_read, unread_get;
route_call channels_query, users_query, members_query;
route_call users_upsert, users_update_partial;
route_call person_delete, person_deactivate, person_reactivate, person_event;
route_call message_send, message_get, message_update, message_delete, message_replies;
route_call reaction_send, reaction_delete, reactions_list;
route_call event_send;
route_call mute_person, unmute_person, mute_room, unmute_room;
route_call types_list, type_get, type_create, type_update, type_delete;
route_call app_get, app_update;
route_call guest_create;
route_call sync_events;

/* What several families need. All: 0; > 0: refused; < 0. */

int routes_find_room(struct call *call, const char *type, const char *id, struct room **out);
int routes_check_read(struct call *call, const struct room *room);
/* The room of "channels/T/ID/…" that the asker may read. */
int routes_room(struct call *call, struct room **out);
int routes_room_of_cid(struct call *call, const json *cid, struct room **out);
/* And may do this in. */
int routes_own_room(struct call *call, enum grant grant, struct room **out);
/* The message of "messages/ID/…" that the asker may read. */
int routes_note(struct call *call, struct note **out);

/* A list of user ids (or of objects with user_id), each known. *out is an array to be freed, of
 * *count persons; NULL where the list is not given. */
int routes_persons(
    struct call *call, const json *list, const char *name, struct person ***out, size_t *count);
/* Who does it: the asker, or whom a server-side caller names in `from`. */
int routes_actor(struct call *call, const json *from, struct person **out);
/* And is a member. */
int routes_actor_seat(
    struct call *call, const struct room *room, struct person **person, struct seat **out);
int routes_number(struct call *call, const char *key, int otherwise, int most, int *out);
bool routes_switched_on(struct call *call, const char *param);

/* limit, id_lt, id_lte, id_gt, id_gte, created_at_before, … of `from`, or of the query. */
int routes_page(struct call *call, const json *from, int otherwise, struct store_page *page);

/* Put a person into a room as a member, in the call's change. 0, or < 0. */
int routes_add_member(
    struct call *call, struct room *room, struct person *person, struct seat **out);
int routes_drop_member(struct call *call, struct room *room, struct person *person);
/* add_members, remove_members, add_moderators, demote_moderators, invites of the body. */
int members_update(struct call *call, struct room *room);
/* Ask a person in; told. */
int members_invite(struct call *call, struct room *room, struct person *person);
/* accept_invite, reject_invite; the room may be one that the invitee cannot read yet. */
int members_answer_invite(struct call *call, struct room *room, bool accept);
/* What an event has from us and from nobody else. */
void events_remove_fixed(json *event);
/* Who may not read it any more watches it no more. */
void routes_check_watchers(struct call *call, struct room *room);
/* notification.added_to_channel to their connections. */
void routes_tell_added(struct call *call, struct seat *seat);
/* Of a channel, by the asker: to those who watch it; to its members' connections that do not. */
void routes_tell_watchers(struct call *call, enum wire_event event, const struct room *room);
void routes_tell_members(struct call *call, enum wire_event event, const struct room *room);
/* By a person themself, to their own connections; `room` and `more` may be NULL. */
void routes_tell_own(struct call *call, enum wire_event event, const struct person *person,
    const struct room *room, const json *more);
/* A message as its object has it; then into the room, and told (takes it). */
int routes_draft_message(
    struct call *call, const struct room *room, const json *from, struct message *message);
int routes_put_message(
    struct call *call, struct room *room, struct message *message, struct note **out);

#endif
