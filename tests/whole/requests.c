/* SPDX-License-Identifier: MIT */
#include "whole/requests.h"

#include <stdio.h>

static const char *const nobody[] = {"bo"};
static const char *const name[] = {"name"};
static const char *const its_cid[] = {"messaging:hall"};
static const struct pl_query everything = {.size = sizeof everything};
static const struct pl_query live = {
    .size = sizeof live, .flags = PL_PRESENCE, .filter_json = "{\"id\":\"bo\"}"};

void requests_on_done(pl_client *client, const struct pl_outcome *outcome, void *context) {
    struct ticket *ticket = context;
    struct guest *guest = ticket->guest;
    (void)client;
    ticket->ends++;
    ticket->status = outcome->status;
    guest->ended++;
    if (outcome->status == PL_DONE && outcome->channel != NULL)
        guest->hall = outcome->channel;
    if (outcome->message_object != NULL && guest->message_id[0] == '\0')
        snprintf(guest->message_id, sizeof guest->message_id, "%s",
            pl_message_id(outcome->message_object));
    if (guest->at_end != NULL)
        guest->at_end(guest, ticket);
}

/* What takes the hall away comes last. */
#define CALLS(X)                                                                                   \
    X(pl_query_channels, g->client, &everything)                                                   \
    X(pl_query_users, g->client, &live)                                                            \
    X(pl_query_members, g->hall, &everything)                                                      \
    X(pl_channel_get_or_create, g->client, "messaging", "lounge", NULL, PL_STATE)                  \
    X(pl_channel_send_message, g->hall, "hello")                                                   \
    X(pl_channel_send_message_with, g->hall, "hello", NULL)                                        \
    X(pl_channel_edit_message, g->hall, g->message_id, "hello")                                    \
    X(pl_channel_update_message, g->hall, g->message_id, "{}", name, 1)                            \
    X(pl_channel_query_message, g->hall, g->message_id)                                            \
    X(pl_channel_query_replies, g->hall, g->message_id, 3, NULL)                                   \
    X(pl_channel_query_messages, g->hall, 3, g->message_id)                                        \
    X(pl_channel_query_reactions, g->hall, g->message_id, 3, 0)                                    \
    X(pl_channel_add_reaction, g->hall, g->message_id, "like", 1, true)                            \
    X(pl_channel_remove_reaction, g->hall, g->message_id, "like")                                  \
    X(pl_channel_query_watchers, g->hall, 0, 0)                                                    \
    X(pl_channel_mark_read, g->hall, NULL)                                                         \
    X(pl_channel_mark_unread, g->hall, g->message_id)                                              \
    X(pl_client_mark_all_read, g->client)                                                          \
    X(pl_client_query_unread, g->client)                                                           \
    X(pl_channel_start_typing, g->hall, NULL)                                                      \
    X(pl_channel_stop_typing, g->hall, NULL)                                                       \
    X(pl_channel_send_event, g->hall, "wave", NULL)                                                \
    X(pl_channel_update, g->hall, "{\"a\":1}", name, 1)                                            \
    X(pl_channel_hide, g->hall, false)                                                             \
    X(pl_channel_show, g->hall)                                                                    \
    X(pl_channel_mute, g->hall, 0)                                                                 \
    X(pl_channel_unmute, g->hall)                                                                  \
    X(pl_client_mute_user, g->client, "bo", 0)                                                     \
    X(pl_client_unmute_user, g->client, "bo")                                                      \
    X(pl_channel_add_members, g->hall, nobody, 1)                                                  \
    X(pl_channel_invite, g->hall, nobody, 1)                                                       \
    X(pl_channel_accept_invite, g->hall)                                                           \
    X(pl_channel_reject_invite, g->hall)                                                           \
    X(pl_channel_add_moderators, g->hall, nobody, 1)                                               \
    X(pl_channel_demote_moderators, g->hall, nobody, 1)                                            \
    X(pl_channel_remove_members, g->hall, nobody, 1)                                               \
    X(pl_client_mark_invisible, g->client)                                                         \
    X(pl_client_mark_visible, g->client)                                                           \
    X(pl_client_set_status, g->client, "busy")                                                     \
    X(pl_client_update_self, g->client, "{}", name, 1)                                             \
    X(pl_client_upsert_users, g->client, "{\"ana\":{}}")                                           \
    X(pl_client_query_app, g->client)                                                              \
    X(pl_client_sync, g->client, its_cid, 1, 0)                                                    \
    X(pl_channel_watch, g->hall, PL_PRESENCE)                                                      \
    X(pl_channel_delete_message, g->hall, g->message_id, true)                                     \
    X(pl_channel_truncate, g->hall)                                                                \
    X(pl_channel_stop_watching, g->hall)                                                           \
    X(pl_channel_delete, g->hall, false)
#define COMINGS(X)                                                                                 \
    X(pl_client_connect_user, g->client, &requests_as_ana)                                         \
    X(pl_client_connect_guest, g->client, &requests_as_gil)                                        \
    X(pl_client_connect_anonymous, g->client)                                                      \
    X(pl_client_disconnect, g->client)

struct pl_connect_options requests_as_ana, requests_as_gil;

#define FUNCTION(function, ...)                                                                    \
    static int ask_##function(struct guest *g, struct ticket *t) {                                 \
        return function(__VA_ARGS__, requests_on_done, t);                                         \
    }
CALLS(FUNCTION)
COMINGS(FUNCTION)
#undef FUNCTION

#define ENTRY(function, ...) {#function, ask_##function},
const struct request requests_calls[REQUESTS_CALLS] = {CALLS(ENTRY)};
const struct request requests_comings[REQUESTS_COMINGS] = {COMINGS(ENTRY)};
