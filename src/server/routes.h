/* SPDX-License-Identifier: MIT */
/* The families of calls; routes.c has the table. Each function answers one row of the contract. */
#ifndef SERVER_ROUTES_H
#define SERVER_ROUTES_H

#include "server/call.h"

route_call channel_get_or_create, channel_get_or_create_distinct, channel_update,
    channel_update_partial, channel_delete, channel_stop_watching;
route_call channels_query, users_query, members_query;
route_call users_upsert, users_update_partial;
route_call message_send, message_get, message_update, message_delete;
route_call event_send;
route_call types_list, type_get, type_create, type_update, type_delete;
route_call app_get;

/* What several families need. */

/* The room of "channels/T/ID/…" that the asker may read. 0; > 0: refused. */
int routes_room(struct call *call, struct room **out);
/* A list of user ids (or of objects with user_id), each known. *out is an array to be freed, of
 * *count persons; NULL where the list is not given. */
int routes_persons(
    struct call *call, const json *list, const char *name, struct person ***out, size_t *count);
/* Put a person into a room as a member, in the call's change. 0, or < 0. */
int routes_add_member(
    struct call *call, struct room *room, struct person *person, struct seat **out);
/* add_members, remove_members, add_moderators, demote_moderators of the body. */
int members_update(struct call *call, struct room *room);
/* notification.added_to_channel to their connections. */
void routes_tell_added(struct call *call, struct seat *seat);
/* A message as its object has it; then into the room, and told (takes it). */
int routes_draft_message(
    struct call *call, const struct room *room, const json *from, struct message *message);
int routes_put_message(
    struct call *call, struct room *room, struct message *message, struct note **out);

#endif
