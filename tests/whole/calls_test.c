/* SPDX-License-Identifier: MIT */
/* Every call of the library against a real porchlightd: done, refused, cancelled, offline. */
#include "support/daemon.h"
#include "support/case.h"

#include "base/clock.h"
#include <porchlight/porchlight.h>

#include <poll.h>
#include <signal.h>

enum { IN_TIME_MS = 15 * 1000, SEEN = 64 };

static struct daemon daemon_;

/* One who calls, and what they were told. */
struct caller {
    pl_client *client;
    unsigned ends; /* of calls */
    struct pl_outcome outcome;
    char message_id[300], text[200];
    pl_channel *channel;
    size_t messages, reactions, users;
    unsigned events[64];
    char last_type[SEEN], reaction[SEEN], user[SEEN];
};

static struct caller ana, bo;

static void on_event(pl_client *client, const struct pl_event *event, void *context) {
    struct caller *c = context;
    (void)client;
    assert_true((size_t)event->type < sizeof c->events / sizeof c->events[0]);
    c->events[event->type]++;
    if (event->type == PL_EVENT_OTHER)
        snprintf(c->last_type, sizeof c->last_type, "%s", event->type_name);
    if (event->reaction_type[0] != '\0')
        snprintf(c->reaction, sizeof c->reaction, "%s", event->reaction_type);
}

static void on_done(pl_client *client, const struct pl_outcome *outcome, void *context) {
    struct caller *c = context;
    (void)client;
    c->ends++;
    c->outcome = *outcome;
    c->messages = outcome->message_count;
    c->reactions = outcome->reaction_count;
    c->users = outcome->user_count;
    if (outcome->user_count > 0)
        snprintf(c->user, sizeof c->user, "%s", pl_user_id(outcome->users[0]));
    if (outcome->message_count > 0)
        snprintf(c->text, sizeof c->text, "%s", pl_message_text(outcome->messages[0]));
    if (outcome->reaction_count > 0)
        snprintf(c->reaction, sizeof c->reaction, "%s by %s", outcome->reactions[0].type,
            pl_user_id(outcome->reactions[0].user));
    if (outcome->channel != NULL)
        c->channel = outcome->channel;
    if (outcome->message_object != NULL) {
        snprintf(c->message_id, sizeof c->message_id, "%s", pl_message_id(outcome->message_object));
        snprintf(c->text, sizeof c->text, "%s", pl_message_text(outcome->message_object));
    }
}

/* Both dispatch once, and wait for more at most 50 ms. */
static void turn(void) {
    struct caller *const all[] = {&ana, &bo};
    struct pollfd polls[2];
    nfds_t count = 0;
    for (int i = 0; i < 2; i++) {
        if (all[i]->client == NULL)
            continue;
        polls[count++] = (struct pollfd){.fd = pl_client_fd(all[i]->client), .events = POLLIN};
    }
    poll(polls, count, 50);
    for (int i = 0; i < 2; i++)
        if (all[i]->client != NULL)
            pl_client_dispatch(all[i]->client);
}

#define UNTIL(what)                                                                                \
    do {                                                                                           \
        const int64_t until_ms = clock_mono_ms() + IN_TIME_MS;                                     \
        while (!(what)) {                                                                          \
            if (clock_mono_ms() > until_ms)                                                        \
                fail_msg("line %d: not in time: %s", __LINE__, #what);                             \
            turn();                                                                                \
        }                                                                                          \
    } while (0)

static void ends_at(
    struct caller *c, int accepted, enum pl_status status, int code, unsigned ends, int line) {
    if (accepted != 0)
        fail_msg("line %d: not accepted: %s", line, pl_status_name(accepted));
    UNTIL(c->ends == ends + 1);
    if (c->outcome.status != status || (status == PL_REFUSED && c->outcome.code != code))
        fail_msg("line %d: ended as %s, code %d", line, pl_status_name((int)c->outcome.status),
            c->outcome.code);
}

/* A call, and its one end. */
#define ENDS(c, call, status, code)                                                                \
    do {                                                                                           \
        const unsigned ends_before = (c)->ends;                                                    \
        ends_at(c, call, status, code, ends_before, __LINE__);                                     \
    } while (0)
#define DOES(c, call) ENDS(c, call, PL_DONE, 0)
#define TOLD(c, type) UNTIL((c)->events[type] > 0)

static void make(struct caller *c) {
    *c = (struct caller){0};
    const struct pl_client_options options = {
        .size = sizeof options, .url = daemon_.url, .api_key = daemon_.api_key, .seed = 5};
    assert_int_equal(pl_client_create(&c->client, &options), 0);
    assert_true(pl_client_on(c->client, PL_EVENT_ANY, on_event, c) > 0);
}

static void come(struct caller *c, const char *id) {
    char *token = daemon_token(&daemon_, id, NULL);
    const struct pl_connect_options options = {
        .size = sizeof options, .user_id = id, .token = token, .invisible = -1};
    make(c);
    DOES(c, pl_client_connect_user(c->client, &options, on_done, c));
    free(token);
}

static const char *const both[] = {"ana", "bo"};
static const char *const only_bo[] = {"bo"};

static void open_hall(struct caller *c, const char *type, const char *id, size_t members) {
    const struct pl_channel_options options = {
        .size = sizeof options, .members = both, .member_count = members};
    DOES(c, pl_channel_get_or_create(c->client, type, id, &options, PL_WATCH, on_done, c));
}

/* Ana's hall, in which Bo is; both watch. */
static void meet(void) {
    come(&bo, "bo");
    come(&ana, "ana");
    open_hall(&ana, "messaging", "hall", 2);
    open_hall(&bo, "messaging", "hall", 0);
    assert_non_null(bo.channel);
    assert_non_null(ana.channel);
}

static int set_up(void **state) {
    (void)state;
    daemon_make(&daemon_);
    daemon_start(&daemon_);
    ana = bo = (struct caller){0};
    return 0;
}

static int tear_down(void **state) {
    (void)state;
    pl_client_destroy(ana.client);
    pl_client_destroy(bo.client);
    daemon_fini(&daemon_);
    return 0;
}

static void say(struct caller *c, const char *text) {
    DOES(c, pl_channel_send_message(c->channel, text, on_done, c));
}

/* ---- messages ---- */

static void messages_are_changed_and_deleted_and_everybody_knows(void **state) {
    (void)state;
    static const char *const mood[] = {"mood"};
    meet();
    say(&ana, "hello");
    TOLD(&bo, PL_EVENT_MESSAGE_NEW);
    char id[300];
    snprintf(id, sizeof id, "%s", ana.message_id);
    const pl_message *seen = pl_channel_find_message(bo.channel, id);
    assert_non_null(seen);
    assert_ptr_equal(pl_message_user(seen), pl_client_find_user(bo.client, "ana"));
    DOES(&ana, pl_channel_edit_message(ana.channel, id, "hello, Bo", on_done, &ana));
    TOLD(&bo, PL_EVENT_MESSAGE_UPDATED);
    assert_string_equal(pl_message_text(pl_channel_find_message(bo.channel, id)), "hello, Bo");
    bo.events[PL_EVENT_MESSAGE_UPDATED] = 0;
    DOES(&ana, pl_channel_update_message(
                   ana.channel, id, "{\"mood\":\"better\"}", NULL, 0, on_done, &ana));
    TOLD(&bo, PL_EVENT_MESSAGE_UPDATED);
    char *custom = pl_message_custom_json(pl_channel_find_message(bo.channel, id), "mood");
    assert_string_equal(custom, "\"better\"");
    pl_free(custom);
    DOES(&ana, pl_channel_update_message(ana.channel, id, NULL, mood, 1, on_done, &ana));
    assert_null(pl_message_custom_json(pl_channel_find_message(ana.channel, id), "mood"));
    DOES(&bo, pl_channel_query_message(bo.channel, id, on_done, &bo));
    assert_string_equal(bo.text, "hello, Bo");
    ENDS(&bo, pl_channel_edit_message(bo.channel, id, "mine now", on_done, &bo), PL_REFUSED, 17);
    ENDS(&bo, pl_channel_delete_message(bo.channel, id, false, on_done, &bo), PL_REFUSED, 17);
    ENDS(&bo, pl_channel_query_message(bo.channel, "nothing", on_done, &bo), PL_REFUSED, 16);
    DOES(&ana, pl_channel_delete_message(ana.channel, id, false, on_done, &ana));
    TOLD(&bo, PL_EVENT_MESSAGE_DELETED);
    assert_true(pl_message_is_deleted(pl_channel_find_message(bo.channel, id)));
    bo.events[PL_EVENT_MESSAGE_DELETED] = 0;
    DOES(&ana, pl_channel_delete_message(ana.channel, id, true, on_done, &ana));
    TOLD(&bo, PL_EVENT_MESSAGE_DELETED);
    assert_null(pl_channel_find_message(bo.channel, id));
    assert_null(pl_channel_find_message(ana.channel, id));
}

static void a_reply_is_in_its_thread_and_not_among_the_messages(void **state) {
    (void)state;
    meet();
    say(&ana, "who comes?");
    char parent[300];
    snprintf(parent, sizeof parent, "%s", ana.message_id);
    const struct pl_message_options reply = {.size = sizeof reply,
        .id = "of-my-own",
        .parent_id = parent,
        .mentioned = both,
        .mentioned_count = 1,
        .silent = true,
        .custom_json = "{\"mood\":\"good\"}"};
    DOES(&bo, pl_channel_send_message_with(bo.channel, "I do", &reply, on_done, &bo));
    assert_string_equal(bo.message_id, "of-my-own");
    ENDS(&bo, pl_channel_send_message_with(bo.channel, "again", &reply, on_done, &bo), PL_REFUSED,
        4);
    UNTIL(pl_channel_reply_count(ana.channel) == 1);
    assert_int_equal(pl_channel_message_count(ana.channel), 1);
    const pl_message *known = pl_channel_find_message(ana.channel, "of-my-own");
    assert_string_equal(pl_message_parent_id(known), parent);
    assert_true(pl_message_is_silent(known));
    DOES(&ana, pl_channel_query_replies(ana.channel, parent, 0, NULL, on_done, &ana));
    assert_int_equal(ana.messages, 1);
    DOES(&ana, pl_channel_query_replies(ana.channel, parent, 5, "of-my-own", on_done, &ana));
    assert_int_equal(ana.messages, 0);
    DOES(&ana, pl_channel_query_message(ana.channel, parent, on_done, &ana));
    assert_int_equal(pl_message_reply_count(pl_channel_find_message(ana.channel, parent)), 1);
    DOES(&ana, pl_channel_delete_message(ana.channel, parent, true, on_done, &ana));
    UNTIL(pl_channel_find_message(bo.channel, parent) == NULL);
    assert_int_equal(pl_channel_reply_count(bo.channel), 0);
}

static void reactions_are_counted(void **state) {
    (void)state;
    meet();
    say(&ana, "cake!");
    TOLD(&bo, PL_EVENT_MESSAGE_NEW);
    const char *id = ana.message_id;
    DOES(&bo, pl_channel_add_reaction(bo.channel, id, "like", 1, false, on_done, &bo));
    TOLD(&ana, PL_EVENT_REACTION_NEW);
    assert_string_equal(ana.reaction, "like");
    const pl_message *message = pl_channel_find_message(ana.channel, id);
    assert_int_equal(pl_message_reaction_count(message, "like"), 1);
    assert_false(pl_message_has_my_reaction(message, "like"));
    assert_true(pl_message_has_my_reaction(pl_channel_find_message(bo.channel, id), "like"));
    DOES(&ana, pl_channel_add_reaction(ana.channel, id, "like", 3, false, on_done, &ana));
    DOES(&ana, pl_channel_add_reaction(ana.channel, id, "wow", 1, false, on_done, &ana));
    message = pl_channel_find_message(ana.channel, id);
    assert_int_equal(pl_message_reaction_count(message, "like"), 2);
    assert_int_equal(pl_message_reaction_count(message, NULL), 3);
    char *all = pl_message_reactions_json(message);
    assert_non_null(strstr(all, "\"wow\":1"));
    pl_free(all);
    DOES(&ana, pl_channel_add_reaction(ana.channel, id, "sad", 1, true, on_done, &ana));
    assert_int_equal(pl_message_reaction_count(pl_channel_find_message(ana.channel, id), NULL), 2);
    DOES(&bo, pl_channel_remove_reaction(bo.channel, id, "like", on_done, &bo));
    UNTIL(ana.events[PL_EVENT_REACTION_DELETED] > 0 &&
          pl_message_reaction_count(pl_channel_find_message(ana.channel, id), "like") == 0);
    ENDS(&bo, pl_channel_remove_reaction(bo.channel, id, "like", on_done, &bo), PL_REFUSED, 16);
}

static void who_reacted_is_told(void **state) {
    (void)state;
    meet();
    say(&ana, "cake!");
    DOES(&bo, pl_channel_add_reaction(bo.channel, ana.message_id, "like", 2, false, on_done, &bo));
    DOES(&ana, pl_channel_query_reactions(ana.channel, ana.message_id, 0, 0, on_done, &ana));
    assert_int_equal(ana.reactions, 1);
    assert_string_equal(ana.reaction, "like by bo");
    DOES(&ana, pl_channel_query_reactions(ana.channel, ana.message_id, 5, 1, on_done, &ana));
    assert_int_equal(ana.reactions, 0);
    ENDS(&ana, pl_channel_query_reactions(ana.channel, "nothing", 0, 0, on_done, &ana), PL_REFUSED,
        16);
}

static void older_messages_are_read_page_by_page(void **state) {
    (void)state;
    char text[20], third[300] = "";
    meet();
    for (int i = 0; i < 6; i++) {
        snprintf(text, sizeof text, "m%d", i);
        say(&ana, text);
        if (i == 3)
            snprintf(third, sizeof third, "%s", ana.message_id);
    }
    DOES(&bo, pl_channel_query_messages(bo.channel, 2, NULL, on_done, &bo));
    assert_int_equal(bo.messages, 2);
    assert_string_equal(bo.text, "m4");
    DOES(&bo, pl_channel_query_messages(bo.channel, 2, third, on_done, &bo));
    assert_int_equal(bo.messages, 2);
    assert_string_equal(bo.text, "m1");
    assert_int_equal(pl_channel_message_count(bo.channel), 6);
    ENDS(&bo, pl_channel_query_messages(bo.channel, 301, NULL, on_done, &bo), PL_REFUSED, 4);
}

/* ---- watching ---- */

static void who_watches_is_told(void **state) {
    (void)state;
    meet();
    DOES(&ana, pl_channel_query_watchers(ana.channel, 0, 0, on_done, &ana));
    assert_int_equal(ana.users, 2);
    DOES(&ana, pl_channel_query_watchers(ana.channel, 1, 1, on_done, &ana));
    assert_int_equal(ana.users, 1);
    /* Nothing else of the channel is other for it. */
    assert_int_equal(pl_channel_member_count(ana.channel), 2);
    assert_true(pl_channel_is_watched(ana.channel));
    DOES(&bo, pl_channel_stop_watching(bo.channel, on_done, &bo));
    TOLD(&ana, PL_EVENT_WATCHING_STOPPED);
    DOES(&ana, pl_channel_query_watchers(ana.channel, 0, 0, on_done, &ana));
    assert_int_equal(ana.users, 1);
    assert_string_equal(ana.user, "ana");
    /* Who hides is seen by themself alone. */
    DOES(&ana, pl_client_mark_invisible(ana.client, on_done, &ana));
    DOES(&bo, pl_channel_query_watchers(bo.channel, 0, 0, on_done, &bo));
    assert_int_equal(bo.users, 0);
    assert_int_equal(pl_channel_query_watchers(ana.channel, 101, 0, on_done, &ana), PL_E_ARGUMENT);
    assert_int_equal(pl_channel_query_watchers(ana.channel, 0, -1, on_done, &ana), PL_E_ARGUMENT);
    assert_int_equal(pl_channel_query_watchers(NULL, 0, 0, on_done, &ana), PL_E_ARGUMENT);
}

/* ---- reading ---- */

static void what_is_unread_is_counted_and_marked(void **state) {
    (void)state;
    meet();
    assert_int_equal(pl_channel_unread(bo.channel), 0);
    assert_int_equal(pl_client_unread_total(bo.client), 0);
    say(&ana, "one");
    char first[300];
    snprintf(first, sizeof first, "%s", ana.message_id);
    say(&ana, "two");
    UNTIL(pl_channel_unread(bo.channel) == 2);
    assert_int_equal(pl_client_unread_total(bo.client), 2);
    assert_int_equal(pl_channel_unread(ana.channel), 0);
    DOES(&bo, pl_channel_mark_read(bo.channel, first, on_done, &bo));
    assert_int_equal(pl_channel_unread(bo.channel), 1);
    DOES(&bo, pl_channel_mark_read(bo.channel, NULL, on_done, &bo));
    assert_int_equal(pl_channel_unread(bo.channel), 0);
    UNTIL(ana.events[PL_EVENT_MESSAGE_READ] >= 2);
    const struct pl_read *read = pl_channel_find_read(ana.channel, "bo");
    assert_non_null(read);
    assert_string_equal(read->last_read_message_id, ana.message_id);
    assert_ptr_equal(read->user, pl_client_find_user(ana.client, "bo"));
    DOES(&bo, pl_channel_mark_unread(bo.channel, first, on_done, &bo));
    TOLD(&bo, PL_EVENT_MARKED_UNREAD);
    assert_int_equal(pl_channel_unread(bo.channel), 2);
    assert_int_equal(pl_client_unread_channels(bo.client), 1);
    DOES(&bo, pl_client_query_unread(bo.client, on_done, &bo));
    assert_int_equal(pl_client_unread_total(bo.client), 2);
    DOES(&bo, pl_client_mark_all_read(bo.client, on_done, &bo));
    assert_int_equal(pl_channel_unread(bo.channel), 0);
    assert_int_equal(pl_client_unread_total(bo.client), 0);
    ENDS(&bo, pl_channel_mark_unread(bo.channel, "nothing", on_done, &bo), PL_REFUSED, 4);
    assert_int_equal(pl_channel_mark_unread(bo.channel, NULL, on_done, &bo), PL_E_ARGUMENT);
}

static void an_unread_message_that_is_deleted_is_unread_no_more(void **state) {
    (void)state;
    meet();
    say(&ana, "oops");
    UNTIL(pl_channel_unread(bo.channel) == 1);
    DOES(&ana, pl_channel_delete_message(ana.channel, ana.message_id, false, on_done, &ana));
    TOLD(&bo, PL_EVENT_MESSAGE_DELETED);
    assert_int_equal(pl_channel_unread(bo.channel), 0);
}

/* ---- events ---- */

static void typing_and_events_of_ones_own_are_told(void **state) {
    (void)state;
    meet();
    DOES(&ana, pl_channel_start_typing(ana.channel, NULL, on_done, &ana));
    TOLD(&bo, PL_EVENT_TYPING_STARTED);
    assert_int_equal(pl_channel_typing_count(bo.channel), 1);
    assert_ptr_equal(pl_channel_typing_at(bo.channel, 0), pl_client_find_user(bo.client, "ana"));
    DOES(&ana, pl_channel_stop_typing(ana.channel, NULL, on_done, &ana));
    TOLD(&bo, PL_EVENT_TYPING_STOPPED);
    assert_int_equal(pl_channel_typing_count(bo.channel), 0);
    DOES(&ana, pl_channel_send_event(ana.channel, "wave", "{\"hands\":2}", on_done, &ana));
    TOLD(&bo, PL_EVENT_OTHER);
    assert_string_equal(bo.last_type, "wave");
    assert_int_equal(pl_channel_send_event(ana.channel, "a.b", NULL, on_done, &ana), PL_E_ARGUMENT);
    assert_int_equal(
        pl_channel_send_event(ana.channel, "wave", "[1]", on_done, &ana), PL_E_ARGUMENT);
    open_hall(&ana, "livestream", "stage", 0);
    ENDS(&ana, pl_channel_start_typing(ana.channel, NULL, on_done, &ana), PL_REFUSED, 18);
}

/* ---- the channel ---- */

static void a_channel_is_changed_truncated_and_deleted(void **state) {
    (void)state;
    static const char *const color[] = {"color"};
    meet();
    DOES(&ana, pl_channel_update(ana.channel, "{\"name\":\"The hall\",\"color\":\"red\"}", NULL, 0,
                   on_done, &ana));
    UNTIL(strcmp(pl_channel_name(bo.channel), "The hall") == 0);
    DOES(&ana, pl_channel_update(ana.channel, NULL, color, 1, on_done, &ana));
    assert_null(pl_channel_custom_json(ana.channel, "color"));
    assert_int_equal(pl_channel_update(ana.channel, NULL, NULL, 0, on_done, &ana), PL_E_ARGUMENT);
    assert_int_equal(pl_channel_update(ana.channel, "{", NULL, 0, on_done, &ana), PL_E_ARGUMENT);
    ENDS(&ana, pl_channel_update(ana.channel, "{\"cid\":\"a:b\"}", NULL, 0, on_done, &ana),
        PL_REFUSED, 4);
    ENDS(&bo, pl_channel_delete(bo.channel, false, on_done, &bo), PL_REFUSED, 17);
    ENDS(&bo, pl_channel_truncate(bo.channel, on_done, &bo), PL_REFUSED, 17);
    say(&bo, "soon gone");
    UNTIL(pl_channel_message_count(ana.channel) == 1);
    DOES(&ana, pl_channel_truncate(ana.channel, on_done, &ana));
    UNTIL(bo.events[PL_EVENT_CHANNEL_TRUNCATED] > 0);
    assert_int_equal(pl_channel_message_count(bo.channel), 0);
    assert_int_equal(pl_channel_message_count(ana.channel), 0);
    DOES(&ana, pl_channel_delete(ana.channel, true, on_done, &ana));
    assert_true(pl_channel_is_deleted(ana.channel));
    TOLD(&bo, PL_EVENT_CHANNEL_DELETED);
    assert_true(pl_channel_is_deleted(bo.channel));
}

static void a_channel_is_hidden_until_there_is_something_new(void **state) {
    (void)state;
    meet();
    DOES(&bo, pl_channel_hide(bo.channel, true, on_done, &bo));
    TOLD(&bo, PL_EVENT_CHANNEL_HIDDEN);
    assert_true(pl_channel_is_hidden(bo.channel));
    say(&ana, "come out");
    TOLD(&bo, PL_EVENT_CHANNEL_VISIBLE);
    assert_false(pl_channel_is_hidden(bo.channel));
    DOES(&bo, pl_channel_hide(bo.channel, false, on_done, &bo));
    DOES(&bo, pl_channel_show(bo.channel, on_done, &bo));
    assert_false(pl_channel_is_hidden(bo.channel));
    assert_int_equal(ana.events[PL_EVENT_CHANNEL_HIDDEN], 0);
}

static void users_and_channels_are_muted(void **state) {
    (void)state;
    meet();
    DOES(&ana, pl_client_mute_user(ana.client, "bo", 0, on_done, &ana));
    assert_true(pl_user_is_muted(pl_client_find_user(ana.client, "bo")));
    TOLD(&ana, PL_EVENT_MUTES_UPDATED);
    DOES(&ana, pl_client_unmute_user(ana.client, "bo", on_done, &ana));
    assert_false(pl_user_is_muted(pl_client_find_user(ana.client, "bo")));
    ENDS(&ana, pl_client_mute_user(ana.client, "ana", 5, on_done, &ana), PL_REFUSED, 4);
    DOES(&ana, pl_channel_mute(ana.channel, 60 * 1000, on_done, &ana));
    assert_true(pl_channel_is_muted(ana.channel));
    DOES(&ana, pl_client_mute_user(ana.client, "bo", 5, on_done, &ana));
    /* Told again to who comes again. */
    pl_client_destroy(ana.client);
    come(&ana, "ana");
    assert_true(pl_user_is_muted(pl_client_find_user(ana.client, "bo")));
    assert_true(pl_channel_is_muted(pl_client_find_channel(ana.client, "messaging:hall")));
    pl_channel *hall = pl_client_find_channel(ana.client, "messaging:hall");
    DOES(&ana, pl_channel_unmute(hall, on_done, &ana));
    assert_false(pl_channel_is_muted(hall));
}

/* ---- members ---- */

static void an_invite_is_accepted_or_rejected(void **state) {
    (void)state;
    static const char *const ghost[] = {"ghost"};
    come(&bo, "bo");
    come(&ana, "ana");
    open_hall(&ana, "messaging", "party", 1);
    DOES(&ana, pl_channel_invite(ana.channel, only_bo, 1, on_done, &ana));
    TOLD(&bo, PL_EVENT_INVITED);
    pl_channel *party = pl_client_find_channel(bo.client, "messaging:party");
    assert_non_null(party);
    assert_false(pl_channel_is_mine(party));
    assert_true(pl_member_is_invitee(pl_channel_find_member(ana.channel, "bo")));
    DOES(&bo, pl_channel_reject_invite(party, on_done, &bo));
    TOLD(&ana, PL_EVENT_INVITE_REJECTED);
    assert_true(pl_member_invite_rejected_unix_ms(pl_channel_find_member(ana.channel, "bo")) > 0);
    DOES(&bo, pl_channel_accept_invite(party, on_done, &bo));
    TOLD(&ana, PL_EVENT_INVITE_ACCEPTED);
    assert_false(pl_member_is_invitee(pl_channel_find_member(ana.channel, "bo")));
    assert_true(pl_member_invite_accepted_unix_ms(pl_channel_find_member(ana.channel, "bo")) > 0);
    UNTIL(pl_channel_is_mine(party));
    ENDS(&bo, pl_channel_accept_invite(party, on_done, &bo), PL_REFUSED, 4);
    ENDS(&ana, pl_channel_invite(ana.channel, ghost, 1, on_done, &ana), PL_REFUSED, 4);
    DOES(&ana, pl_channel_add_moderators(ana.channel, only_bo, 1, on_done, &ana));
    UNTIL(strcmp(pl_member_role(pl_channel_find_member(ana.channel, "bo")), "moderator") == 0);
    DOES(&ana, pl_channel_demote_moderators(ana.channel, only_bo, 1, on_done, &ana));
    UNTIL(strcmp(pl_member_role(pl_channel_find_member(ana.channel, "bo")), "member") == 0);
    DOES(&ana, pl_channel_remove_members(ana.channel, only_bo, 1, on_done, &ana));
    UNTIL(pl_channel_find_member(ana.channel, "bo") == NULL);
    assert_null(pl_channel_find_read(ana.channel, "bo"));
}

/* ---- other ways to be somebody ---- */

static void a_guest_is_made_and_connects(void **state) {
    (void)state;
    const struct pl_connect_options options = {
        .size = sizeof options, .user_id = "gil", .name = "Gil", .invisible = -1};
    make(&ana);
    assert_int_equal(pl_client_connect_guest(ana.client, &options, on_done, &ana), 0);
    assert_int_equal(pl_client_connect_guest(ana.client, &options, on_done, &ana), PL_E_STATE);
    UNTIL(ana.ends == 1);
    assert_int_equal(ana.outcome.status, PL_DONE);
    const pl_user *me = pl_local_user(ana.client);
    assert_non_null(strstr(pl_user_id(me), "-gil"));
    assert_string_equal(pl_user_name(me), "Gil");
    assert_string_equal(pl_user_role(me), "guest");
    assert_int_equal(pl_client_link(ana.client).state, PL_LINK_LIVE);
    open_hall(&ana, "livestream", "stage", 0);
    say(&ana, "hello from outside");
}

static void ones_own_user_is_changed(void **state) {
    (void)state;
    static const char *const color[] = {"color"};
    come(&ana, "ana");
    DOES(&ana, pl_client_update_self(
                   ana.client, "{\"name\":\"Ana\",\"color\":\"red\"}", NULL, 0, on_done, &ana));
    assert_string_equal(pl_user_name(pl_local_user(ana.client)), "Ana");
    DOES(&ana, pl_client_update_self(ana.client, NULL, color, 1, on_done, &ana));
    assert_null(pl_user_custom_json(pl_local_user(ana.client), "color"));
    ENDS(&ana, pl_client_update_self(ana.client, "{\"online\":true}", NULL, 0, on_done, &ana),
        PL_REFUSED, 4);
    assert_int_equal(
        pl_client_update_self(ana.client, NULL, NULL, 0, on_done, &ana), PL_E_ARGUMENT);
}

static void who_is_nobody_watches_what_is_open(void **state) {
    (void)state;
    come(&bo, "bo");
    open_hall(&bo, "livestream", "stage", 0);
    open_hall(&bo, "messaging", "closed", 0);
    make(&ana);
    DOES(&ana, pl_client_connect_anonymous(ana.client, on_done, &ana));
    assert_int_equal(strncmp(pl_user_id(pl_local_user(ana.client)), "!anon-", 6), 0);
    const struct pl_query query = {.size = sizeof query, .flags = PL_WATCH};
    DOES(&ana, pl_query_channels(ana.client, &query, on_done, &ana));
    pl_channel *stage = pl_client_find_channel(ana.client, "livestream:stage");
    assert_non_null(stage);
    assert_null(pl_client_find_channel(ana.client, "messaging:closed"));
    bo.channel = pl_client_find_channel(bo.client, "livestream:stage");
    say(&bo, "welcome");
    TOLD(&ana, PL_EVENT_MESSAGE_NEW);
    ENDS(&ana, pl_channel_send_message(stage, "me too", on_done, &ana), PL_REFUSED, 17);
    /* Somebody else after a reconnect, and watching again. */
    char before[300];
    snprintf(before, sizeof before, "%s", pl_user_id(pl_local_user(ana.client)));
    daemon_stop(&daemon_, SIGKILL);
    UNTIL(pl_client_link(ana.client).state != PL_LINK_LIVE);
    daemon_start(&daemon_);
    pl_client_reconnect_now(ana.client);
    TOLD(&ana, PL_EVENT_RESYNCED);
    assert_string_not_equal(pl_user_id(pl_local_user(ana.client)), before);
    assert_true(pl_channel_is_watched(stage));
}

/* ---- every call, at every state ---- */

/* All that can be asked for, by number; false: there are no more. */
static bool ask(struct caller *c, unsigned which, int *accepted) {
    pl_client *client = c->client;
    pl_channel *hall = c->channel;
    const struct pl_query query = {.size = sizeof query};
    const char *const id = c->message_id;
    static const char *const name[] = {"name"};
    const char *const cids[] = {pl_channel_cid(hall)};
    switch (which) {
    case 0: *accepted = pl_query_channels(client, &query, on_done, c); break;
    case 1: *accepted = pl_query_users(client, &query, on_done, c); break;
    case 2: *accepted = pl_query_members(hall, &query, on_done, c); break;
    case 3: *accepted = pl_channel_send_message(hall, "hello", on_done, c); break;
    case 4: *accepted = pl_channel_edit_message(hall, id, "hello", on_done, c); break;
    case 5: *accepted = pl_channel_update_message(hall, id, "{}", name, 1, on_done, c); break;
    case 6: *accepted = pl_channel_query_message(hall, id, on_done, c); break;
    case 7: *accepted = pl_channel_query_replies(hall, id, 3, NULL, on_done, c); break;
    case 8: *accepted = pl_channel_add_reaction(hall, id, "like", 1, true, on_done, c); break;
    case 9: *accepted = pl_channel_remove_reaction(hall, id, "like", on_done, c); break;
    case 10: *accepted = pl_channel_mark_read(hall, NULL, on_done, c); break;
    case 11: *accepted = pl_channel_mark_unread(hall, id, on_done, c); break;
    case 12: *accepted = pl_client_mark_all_read(client, on_done, c); break;
    case 13: *accepted = pl_client_query_unread(client, on_done, c); break;
    case 14: *accepted = pl_channel_start_typing(hall, NULL, on_done, c); break;
    case 15: *accepted = pl_channel_stop_typing(hall, id, on_done, c); break;
    case 16: *accepted = pl_channel_send_event(hall, "wave", NULL, on_done, c); break;
    case 17: *accepted = pl_channel_update(hall, "{\"a\":1}", name, 1, on_done, c); break;
    case 18: *accepted = pl_channel_hide(hall, false, on_done, c); break;
    case 19: *accepted = pl_channel_show(hall, on_done, c); break;
    case 20: *accepted = pl_channel_mute(hall, 0, on_done, c); break;
    case 21: *accepted = pl_channel_unmute(hall, on_done, c); break;
    case 22: *accepted = pl_client_mute_user(client, "bo", 0, on_done, c); break;
    case 23: *accepted = pl_client_unmute_user(client, "bo", on_done, c); break;
    case 24: *accepted = pl_channel_add_members(hall, only_bo, 1, on_done, c); break;
    case 25: *accepted = pl_channel_invite(hall, only_bo, 1, on_done, c); break;
    case 26: *accepted = pl_channel_accept_invite(hall, on_done, c); break;
    case 27: *accepted = pl_channel_reject_invite(hall, on_done, c); break;
    case 28: *accepted = pl_channel_add_moderators(hall, only_bo, 1, on_done, c); break;
    case 29: *accepted = pl_channel_demote_moderators(hall, only_bo, 1, on_done, c); break;
    case 30: *accepted = pl_channel_remove_members(hall, only_bo, 1, on_done, c); break;
    case 31: *accepted = pl_client_mark_invisible(client, on_done, c); break;
    case 32: *accepted = pl_client_mark_visible(client, on_done, c); break;
    case 33: *accepted = pl_client_set_status(client, "busy", on_done, c); break;
    case 34: *accepted = pl_channel_watch(hall, PL_PRESENCE, on_done, c); break;
    case 35: *accepted = pl_channel_delete_message(hall, id, false, on_done, c); break;
    case 36: *accepted = pl_channel_delete_message(hall, id, true, on_done, c); break;
    case 37: *accepted = pl_channel_truncate(hall, on_done, c); break;
    case 38: *accepted = pl_channel_stop_watching(hall, on_done, c); break;
    case 39: *accepted = pl_channel_delete(hall, false, on_done, c); break;
    case 40: *accepted = pl_client_update_self(client, "{}", name, 1, on_done, c); break;
    case 41: *accepted = pl_channel_query_messages(hall, 3, id, on_done, c); break;
    case 42: *accepted = pl_channel_query_reactions(hall, id, 3, 0, on_done, c); break;
    case 43: *accepted = pl_client_upsert_users(client, "{\"ana\":{}}", on_done, c); break;
    case 44: *accepted = pl_client_query_app(client, on_done, c); break;
    case 45: *accepted = pl_client_sync(client, cids, 1, 0, on_done, c); break;
    case 46: *accepted = pl_channel_query_watchers(hall, 0, 0, on_done, c); break;
    default: return false;
    }
    return true;
}

/* Ana alone in her hall, with a message to speak of. */
static void settle(void) {
    come(&bo, "bo");
    come(&ana, "ana");
    open_hall(&ana, "messaging", "hall", 1);
    say(&ana, "hello");
}

static void every_call_is_cancelled_at_every_state(void **state) {
    (void)state;
    int accepted = 0;
    unsigned calls = 0, cancelled = 0;
    settle();
    /* Before it is sent; on its way; when its answer waits to be dispatched. */
    for (int wait_ms = 0; wait_ms <= 4; wait_ms += 2) {
        for (unsigned which = 0; ask(&ana, which, &accepted); which++, calls++) {
            const unsigned before = ana.ends;
            assert_int_equal(accepted, 0);
            const uint64_t number = pl_client_last_call(ana.client);
            poll(NULL, 0, wait_ms);
            assert_int_equal(pl_client_cancel(ana.client, number), 0);
            assert_int_equal(pl_client_cancel(ana.client, number), 0); /* twice is once */
            assert_int_equal(ana.ends, before);
            UNTIL(ana.ends > before);
            assert_int_equal(ana.ends, before + 1);
            assert_true(ana.outcome.status == PL_CANCELLED || ana.outcome.status == PL_DONE ||
                        ana.outcome.status == PL_REFUSED);
            cancelled += ana.outcome.status == PL_CANCELLED;
            assert_int_equal(pl_client_cancel(ana.client, number), PL_E_STATE);
        }
    }
    assert_int_equal(calls, 3 * 47);
    assert_true(cancelled >= 20);
    assert_int_equal(pl_client_cancel(ana.client, 0), PL_E_ARGUMENT);
    assert_int_equal(
        pl_client_cancel(ana.client, pl_client_last_call(ana.client) + 1), PL_E_ARGUMENT);
}

static void a_destroyed_client_ends_every_call_once(void **state) {
    (void)state;
    int accepted = 0;
    unsigned calls = 0;
    settle();
    const unsigned before = ana.ends;
    while (ask(&ana, calls, &accepted)) {
        assert_int_equal(accepted, 0);
        calls++;
    }
    pl_client_destroy(ana.client);
    ana.client = NULL;
    assert_int_equal(ana.ends, before + calls);
    assert_int_equal(ana.outcome.status, PL_CANCELLED);
}

static void a_lost_server_ends_every_call_once(void **state) {
    (void)state;
    int accepted = 0;
    unsigned calls = 0;
    settle();
    daemon_stop(&daemon_, SIGKILL);
    UNTIL(pl_client_link(ana.client).state != PL_LINK_LIVE);
    const unsigned before = ana.ends;
    while (ask(&ana, calls, &accepted)) {
        assert_int_equal(accepted, 0);
        calls++;
    }
    /* Those that belong to a connection wait for one, and are wanted no more. */
    UNTIL(ana.ends >= before + calls - 2);
    assert_int_equal(ana.outcome.status, PL_OFFLINE);
    const uint64_t last = pl_client_last_call(ana.client);
    for (unsigned i = 0; i < calls; i++)
        pl_client_cancel(ana.client, last - i);
    UNTIL(ana.ends == before + calls);
    assert_int_equal(ana.outcome.status, PL_CANCELLED);
}

/* A server that takes calls and does not answer. */
static void only_what_may_be_repeated_waits_out_a_silence(void **state) {
    (void)state;
    settle();
    bo.channel = NULL;
    assert_int_equal(kill(daemon_.program.pid, SIGSTOP), 0);
    /* On the connection that there is, so that the words are out. */
    ENDS(&ana, pl_channel_send_message(ana.channel, "anybody?", on_done, &ana), PL_TIMED_OUT, 0);
    const unsigned before = ana.ends;
    assert_int_equal(pl_channel_edit_message(ana.channel, ana.message_id, "ho", on_done, &ana), 0);
    assert_int_equal(pl_channel_start_typing(ana.channel, NULL, on_done, &ana), 0);
    UNTIL(ana.ends == before + 1);
    assert_int_equal(ana.outcome.status, PL_TIMED_OUT); /* the typing */
    assert_int_equal(kill(daemon_.program.pid, SIGCONT), 0);
    UNTIL(ana.ends == before + 2);
    assert_int_equal(ana.outcome.status, PL_DONE);
    UNTIL(pl_client_link(ana.client).state == PL_LINK_LIVE);
    say(&ana, "there you are");
    DOES(&ana, pl_channel_query_messages(ana.channel, 10, NULL, on_done, &ana));
    assert_true(ana.messages <= 3); /* "ho", perhaps "anybody?", "there you are" */
    assert_string_equal(ana.text, "ho");
}

static void a_guests_connect_is_cancelled(void **state) {
    (void)state;
    const struct pl_connect_options options = {
        .size = sizeof options, .user_id = "gil", .invisible = -1};
    make(&ana);
    assert_int_equal(pl_client_connect_guest(ana.client, &options, on_done, &ana), 0);
    assert_int_equal(pl_client_cancel(ana.client, pl_client_last_call(ana.client)), 0);
    UNTIL(ana.ends == 1);
    assert_int_equal(ana.outcome.status, PL_CANCELLED);
    assert_int_equal(pl_client_link(ana.client).state, PL_LINK_OFF);
    DOES(&ana, pl_client_connect_guest(ana.client, &options, on_done, &ana));
    pl_client_destroy(ana.client);
    make(&ana);
    daemon_stop(&daemon_, SIGTERM);
    ENDS(&ana, pl_client_connect_guest(ana.client, &options, on_done, &ana), PL_OFFLINE, 0);
}

#define WHOLE(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)

int main(void) {
    const struct CMUnitTest cases[] = {
        WHOLE(messages_are_changed_and_deleted_and_everybody_knows),
        WHOLE(a_reply_is_in_its_thread_and_not_among_the_messages),
        WHOLE(reactions_are_counted),
        WHOLE(who_reacted_is_told),
        WHOLE(older_messages_are_read_page_by_page),
        WHOLE(who_watches_is_told),
        WHOLE(what_is_unread_is_counted_and_marked),
        WHOLE(an_unread_message_that_is_deleted_is_unread_no_more),
        WHOLE(typing_and_events_of_ones_own_are_told),
        WHOLE(a_channel_is_changed_truncated_and_deleted),
        WHOLE(a_channel_is_hidden_until_there_is_something_new),
        WHOLE(users_and_channels_are_muted),
        WHOLE(an_invite_is_accepted_or_rejected),
        WHOLE(a_guest_is_made_and_connects),
        WHOLE(ones_own_user_is_changed),
        WHOLE(who_is_nobody_watches_what_is_open),
        WHOLE(every_call_is_cancelled_at_every_state),
        WHOLE(a_destroyed_client_ends_every_call_once),
        WHOLE(a_lost_server_ends_every_call_once),
        WHOLE(only_what_may_be_repeated_waits_out_a_silence),
        WHOLE(a_guests_connect_is_cancelled),
    };
    return RUN_CASES("whole-calls", cases);
}
