/* SPDX-License-Identifier: MIT */
/*
 * What a server tells a client: frames, welcomes and replies, in any order, true or not. The input
 * is a script, a line each, whose first letter says what comes:
 *
 *     E{…} an event    H{…} a welcome    L the link is lost, and back    W Q U M P calls of ours
 *     R0{…} the reply to the oldest call that waits, R1{…} to the next    F0 it failed
 *
 * After each line what the client knows is sound: every user is one object, counts are counts, what
 * it tells points into what it knows, and what it prints of a user is JSON.
 */
#include "fuzz/target.h"

#include "client/client.h"
#include <porchlight/conversation.h>
#include <porchlight/message.h>

enum { LINES = 40 };

struct stage {
    pl_client client;
    unsigned told;
};

static void ring(void *context) {
    (void)context;
}

/* ---- what holds ---- */

static void check_user(const struct state *state, const pl_user *user) {
    HOLDS(state_find_user(state, user->id) == user);
    HOLDS(pl_user_name(user) != NULL && pl_user_status(user) != NULL && pl_user_role(user) != NULL);
}

static void check_list(const struct message_list *list, const struct state *state) {
    HOLDS(list->count <= STATE_MESSAGES && list->count <= list->cap);
    for (size_t i = 0; i < list->count; i++) {
        const pl_message *message = list->items[i];
        HOLDS(message->user != NULL && pl_message_text(message) != NULL);
        HOLDS(i == 0 || list->items[i - 1]->wire.created_us <= message->wire.created_us);
        for (size_t j = 0; j < i; j++)
            HOLDS(strcmp(list->items[j]->wire.id, message->wire.id) != 0);
        check_user(state, message->user);
    }
}

static void check_marks(pl_channel *channel) {
    HOLDS(channel->by_reader.count == channel->mark_count);
    HOLDS(pl_channel_read_count(channel) <= channel->mark_count);
    for (size_t i = 0; i < pl_channel_read_count(channel); i++)
        HOLDS(pl_channel_read_at(channel, i)->user != NULL);
    HOLDS(pl_channel_unread(channel) >= -1 && pl_channel_unread(channel) <= STATE_MESSAGES);
    HOLDS(channel->typing_count <= channel->typing_cap);
}

static void check_channel(const struct state *state, pl_channel *channel) {
    size_t heard = 0;
    HOLDS(state_find_channel(state, channel->wire.cid) == channel);
    HOLDS(channel->by_user.count == channel->member_count);
    for (size_t i = 0; i < channel->member_count; i++) {
        const pl_member *member = channel->members[i];
        HOLDS(member->channel == channel);
        HOLDS(table_find(&channel->by_user, member->user->id) == member);
        HOLDS(pl_member_role(member) != NULL);
        check_user(state, member->user);
        heard += member->heard;
    }
    HOLDS(heard == channel->heard);
    check_list(&channel->messages, state);
    check_list(&channel->replies, state);
    check_marks(channel);
}

static void check_client(const pl_client *client) {
    size_t at = 0, live = 0, unwanted = 0, wanted = 0, queued = 0;
    for (const pl_user *user; (user = table_next(&client->state.users, &at)) != NULL;) {
        const bool is = user->live_epoch == client->epoch;
        check_user(&client->state, user);
        live += is;
        unwanted += is && !user->wanted;
        wanted += user->wanted;
        queued += user->queued;
        HOLDS(!is || user->heard_by_query || user->heard_in > 0);
    }
    HOLDS(live == client->live_count && unwanted == client->live_unwanted);
    HOLDS(wanted == client->wanted_count && queued == client->queued_count);
    HOLDS(client->state.channels.count == client->state.channel_count);
    for (size_t i = 0; i < client->state.channel_count; i++)
        check_channel(&client->state, client->state.order[i]);
    HOLDS(!client->state.torn);
}

static void check_user_text(const pl_user *user) {
    json *read = NULL;
    char *text = pl_user_to_json(user);
    HOLDS(text != NULL);
    HOLDS(json_parse(&read, text, strlen(text), &json_limits_stored, NULL) == 0);
    HOLDS(strcmp(json_text_at(read, "id"), user->id) == 0);
    json_free(read);
    pl_free(text);
}

static void on_event(pl_client *client, const struct pl_event *event, void *context) {
    struct stage *stage = context;
    stage->told++;
    HOLDS(event->type != PL_EVENT_ANY && event->type <= PL_EVENT_INVITE_REJECTED);
    HOLDS(event->type_name != NULL && event->cid != NULL && event->json != NULL);
    HOLDS(event->reaction_type != NULL && strlen(event->json) == event->json_bytes);
    if (event->user != NULL) {
        check_user(&client->state, event->user);
        check_user_text(event->user);
    }
    if (event->channel != NULL)
        HOLDS(state_find_channel(&client->state, event->channel->wire.cid) == event->channel);
    if (event->member != NULL)
        HOLDS(event->member->channel == event->channel && event->member->user == event->user);
    if (event->message != NULL)
        HOLDS(event->message->user != NULL);
    for (size_t i = 0; i < event->missed.change_count; i++)
        HOLDS(event->missed.changes[i].user != NULL || event->missed.changes[i].channel != NULL);
}

static void on_done(pl_client *client, const struct pl_outcome *outcome, void *context) {
    (void)client, (void)context;
    HOLDS(outcome->message != NULL && outcome->json != NULL);
}

/* ---- the script ---- */

static void begin(struct stage *stage) {
    pl_client *client = &stage->client;
    client->mailbox = mailbox_create(NULL, 8, ring, NULL);
    HOLDS(client->mailbox != NULL);
    client->user_id = strdup("me");
    client->wants_link = true;
    client->epoch = 1;
    client->link = (struct pl_link){.state = PL_LINK_LIVE, .reason = client->reason};
    client->was_live = true;
    client->unread_total = client->unread_channels = -1;
    list_init(&client->handlers);
    list_init(&client->farewells);
    list_init(&client->pending);
    state_init(&client->state, client, &client->heap);
    HOLDS(pl_client_on(client, PL_EVENT_ANY, on_event, stage) > 0);
}

/* What was asked of the network goes nowhere. */
static void drop_commands(pl_client *client) {
    struct command *command;
    while (mailbox_asked(client->mailbox, &command, 1) == 1)
        command_free(command);
}

static void end(struct stage *stage) {
    pl_client *client = &stage->client;
    drop_commands(client);
    resync_forget(client);
    calls_cancel_all(client);
    listening_fini(client);
    handlers_free_all(client);
    state_fini(&client->state);
    mailbox_unref(client->mailbox);
    mailbox_unref(client->mailbox);
    free(client->user_id);
}

static void take_frame(pl_client *client, const char *text, bool hello) {
    struct note note = {.heap = &client->heap, .kind = hello ? NOTE_HELLO : NOTE_FRAME};
    if (json_parse(&note.body, text, strlen(text), &json_limits_reply_frame, NULL) != 0)
        return;
    const char *type = json_text_at(note.body, "type");
    note.event = event_from_name(type != NULL ? type : "");
    note.text = (char *)text;
    note.len = strlen(text);
    if (hello)
        events_take_hello(client, &note);
    else if (note.event != EVENT_CONNECTION_ERROR)
        events_take_frame(client, &note);
    json_free(note.body);
}

static void take_reply(pl_client *client, const char *text, enum pl_status status) {
    struct note note = {.heap = &client->heap,
        .kind = NOTE_REPLY,
        .epoch = client->epoch,
        .status = status,
        .code = status == PL_DONE ? 0 : 16};
    const struct list *item = client->pending.next;
    for (int skip = text[0] != '\0' ? text[0] - '0' : 0; skip > 0 && item != &client->pending;
         skip--)
        item = item->next;
    if (text[0] == '\0' || item == &client->pending)
        return;
    note.call = (uint64_t)(uintptr_t)LIST_ITEM(item, struct pending, in_pending);
    if (status == PL_DONE &&
        json_parse(&note.body, text + 1, strlen(text + 1), &json_limits_reply, NULL) != 0)
        return;
    calls_take_reply(client, &note);
    json_free(note.body);
}

static void lose_and_find(pl_client *client) {
    struct note note = {.heap = &client->heap, .kind = NOTE_LINK, .epoch = client->epoch};
    note.link = (struct pl_link){.state = PL_LINK_WAITING, .reason = ""};
    events_take_link(client, &note);
    check_client(client);
    note.epoch = client->epoch + 1;
    note.link.state = PL_LINK_LIVE;
    events_take_link(client, &note);
}

static void ask(pl_client *client, char what, const char *text) {
    static const struct pl_query query = {
        .size = sizeof query, .flags = PL_WATCH | PL_PRESENCE | PL_STATE};
    pl_channel *channel = client->state.channel_count > 0 ? client->state.order[0] : NULL;
    switch (what) {
    case 'W':
        pl_channel_get_or_create(
            client, "team", text, NULL, PL_WATCH | PL_PRESENCE | PL_STATE, on_done, NULL);
        break;
    case 'Q': pl_query_channels(client, &query, on_done, NULL); break;
    case 'U': pl_client_listen_users(client, (const char *[]){text}, 1); break;
    case 'M':
        if (channel != NULL)
            pl_channel_listen_all(channel);
        break;
    default:
        if (channel != NULL)
            pl_channel_send_message(channel, text, on_done, NULL);
    }
}

static void play(struct stage *stage, const char *line) {
    pl_client *client = &stage->client;
    switch (line[0]) {
    case 'E': take_frame(client, line + 1, false); break;
    case 'H': take_frame(client, line + 1, true); break;
    case 'R': take_reply(client, line + 1, PL_DONE); break;
    case 'F': take_reply(client, line + 1, PL_REFUSED); break;
    case 'L': lose_and_find(client); break;
    case 'W':
    case 'Q':
    case 'U':
    case 'M':
    case 'P': ask(client, line[0], line + 1); break;
    default: break;
    }
    drop_commands(client);
    check_client(client);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len) {
    struct input input = input_of(bytes, len);
    struct stage *stage = calloc(1, sizeof *stage);
    HOLDS(stage != NULL);
    begin(stage);
    for (int i = 0; i < LINES && input_left(&input) > 0; i++) {
        char *line = input_text(&input, '\n');
        play(stage, line);
        free(line);
    }
    end(stage);
    free(stage);
    return 0;
}
