/* SPDX-License-Identifier: MIT */
/* Read marks, unread counts, typing and mutes, from events alone; the network is the test. */
#include "support/wire_case.h"

#include "client/marks.h"
#include <porchlight/account.h>
#include <porchlight/message.h>

static pl_client client;
static pl_channel *hall;
static unsigned seen[64];
static const pl_message *told;

static void on_event(pl_client *of, const struct pl_event *event, void *context) {
    (void)of;
    (void)context;
    seen[event->type]++;
    told = event->message;
}

/* An event comes, as the network would leave it. */
static void event(const char *text) {
    json *body = json_of(text);
    const struct note note = {.kind = NOTE_FRAME,
        .event = event_from_name(json_text_at(body, "type")),
        .body = body,
        .text = "",
        .len = 0};
    events_take_frame(&client, &note);
    json_free(body);
}

static const char picture[] =
    "{'channel':{'id':'hall','type':'messaging','cid':'messaging:hall','member_count':2,"
    "'last_message_at':'2026-01-01T00:00:05Z'},'membership':{'user_id':'me'},'members':[],"
    "'messages':[],'read':[{'user':{'id':'me'},'last_read':'2026-01-01T00:00:01Z',"
    "'unread_messages':2},{'user':{'id':'bo'},'last_read':'2026-01-01T00:00:05Z',"
    "'unread_messages':0,'last_read_message_id':'m5'}]}";

static int begin(void **state) {
    (void)state;
    const struct state_moment now = {.event_seq = UINT64_MAX};
    client = (pl_client){.unread_total = -1, .unread_channels = -1};
    client.user_id = strdup("me");
    list_init(&client.handlers);
    list_init(&client.farewells);
    list_init(&client.pending);
    state_init(&client.state, &client, NULL);
    memset(seen, 0, sizeof seen);
    assert_true(pl_client_on(&client, PL_EVENT_ANY, on_event, NULL) > 0);
    json *from = json_of(picture);
    hall = state_put_channel_state(&client.state, from, &now, true);
    json_free(from);
    assert_non_null(hall);
    return 0;
}

static int end(void **state) {
    (void)state;
    listening_fini(&client);
    handlers_free_all(&client);
    state_fini(&client.state);
    free(client.user_id);
    return 0;
}

#define MESSAGE(id, second, by, more)                                                              \
    "{'type':'message.new','cid':'messaging:hall','message':{'id':'" id                            \
    "','text':'x','user':{'id':'" by "'},'created_at':'2026-01-01T00:00:" second "Z'" more "}}"

static void a_picture_tells_who_has_read_what(void **state) {
    (void)state;
    assert_int_equal(pl_channel_unread(hall), 2);
    assert_int_equal(pl_channel_read_count(hall), 2);
    SAME_TEXT(pl_channel_find_read(hall, "bo")->last_read_message_id, "m5");
    SAME_TEXT(pl_channel_find_read(hall, "me")->last_read_message_id, "");
    assert_null(pl_channel_find_read(hall, "nobody"));
    assert_null(pl_channel_read_at(hall, 2));
    assert_int_equal(pl_client_unread_total(&client), -1);
}

static void what_is_in_the_picture_is_not_counted_again(void **state) {
    (void)state;
    event(MESSAGE("m5", "05", "bo", ""));
    assert_int_equal(pl_channel_unread(hall), 2);
    event(MESSAGE("m6", "06", "bo", ""));
    assert_int_equal(pl_channel_unread(hall), 3);
    event(MESSAGE("m6", "06", "bo", ""));
    assert_int_equal(pl_channel_unread(hall), 3);
}

static void silence_replies_and_oneself_make_nothing_unread(void **state) {
    (void)state;
    event(MESSAGE("m6", "06", "bo", ",'silent':true"));
    event(MESSAGE("m7", "07", "bo", ",'parent_id':'m6'"));
    assert_int_equal(pl_channel_unread(hall), 2);
    assert_int_equal(pl_channel_message_count(hall), 1);
    assert_int_equal(pl_channel_reply_count(hall), 1);
    event(MESSAGE("m8", "08", "me", ""));
    assert_int_equal(pl_channel_unread(hall), 0); /* who writes has read */
}

static void marks_come_with_events(void **state) {
    (void)state;
    event("{'type':'message.read','cid':'messaging:hall','user':{'id':'me'},"
          "'last_read':'2026-01-01T00:00:09Z','unread_messages':0,'last_read_message_id':'m8',"
          "'total_unread_count':4,'unread_channels':2}");
    assert_int_equal(pl_channel_unread(hall), 0);
    SAME_TEXT(pl_channel_find_read(hall, "me")->last_read_message_id, "m8");
    assert_int_equal(pl_client_unread_total(&client), 4);
    assert_int_equal(pl_client_unread_channels(&client), 2);
    event("{'type':'notification.mark_unread','cid':'messaging:hall','user':{'id':'me'},"
          "'last_read':'2026-01-01T00:00:02Z','unread_messages':7}");
    assert_int_equal(pl_channel_unread(hall), 7);
    assert_int_equal(seen[PL_EVENT_MARKED_UNREAD], 1);
    event("{'type':'notification.mark_read','user':{'id':'me'},'total_unread_count':0}");
    assert_int_equal(pl_channel_unread(hall), 0);
    assert_int_equal(pl_client_unread_total(&client), 0);
}

static void take_picture(uint64_t event_seq) {
    const struct state_moment then = {.event_seq = event_seq};
    json *from = json_of(picture);
    assert_ptr_equal(state_put_channel_state(&client.state, from, &then, true), hall);
    json_free(from);
}

/* The answer was made before the events, and comes behind them. */
static void a_picture_undoes_nothing_that_events_have_told_since(void **state) {
    (void)state;
    const uint64_t asked = client.state.event_seq;
    event(MESSAGE("m6", "06", "bo", ""));
    assert_int_equal(pl_channel_unread(hall), 3);
    take_picture(asked);
    assert_non_null(pl_channel_find_message(hall, "m6"));
    assert_int_equal(pl_channel_unread(hall), 3);
    event("{'type':'message.read','cid':'messaging:hall','user':{'id':'me'},"
          "'last_read':'2026-01-01T00:00:09Z','unread_messages':0}");
    take_picture(asked);
    assert_int_equal(pl_channel_unread(hall), 0);
    take_picture(client.state.event_seq); /* this one is younger than all of it */
    assert_null(pl_channel_find_message(hall, "m6"));
    assert_int_equal(pl_channel_unread(hall), 2);
}

/* The channel's fields are younger than the picture: an event told them since. */
static void what_came_since_the_picture_is_counted_whoever_told_of_the_channel(void **state) {
    (void)state;
    const uint64_t asked = client.state.event_seq;
    event("{'type':'message.new','cid':'messaging:hall','channel':{'id':'hall','type':'messaging',"
          "'cid':'messaging:hall','last_message_at':'2026-01-01T00:00:06Z'},'message':{'id':'m6',"
          "'text':'x','user':{'id':'bo'},'created_at':'2026-01-01T00:00:06Z'}}");
    take_picture(asked);
    assert_int_equal(pl_channel_unread(hall), 3);
}

/* An answer that was made late had the message already; then the mark comes that is before it. */
static void what_comes_behind_the_own_mark_is_counted(void **state) {
    (void)state;
    event("{'type':'message.read','cid':'messaging:hall','user':{'id':'me'},"
          "'last_read':'2026-01-01T00:00:04Z','unread_messages':0}");
    event(MESSAGE("m5", "05", "bo", ""));
    assert_int_equal(pl_channel_unread(hall), 1);
}

static void what_is_truncated_or_cleared_is_not_unread(void **state) {
    (void)state;
    event(MESSAGE("m6", "06", "bo", ""));
    event("{'type':'channel.truncated','cid':'messaging:hall','channel':{'id':'hall',"
          "'type':'messaging','cid':'messaging:hall','truncated_at':'2026-01-01T00:00:05.5Z'}}");
    assert_int_equal(pl_channel_unread(hall), 1); /* it is younger */
    event("{'type':'channel.hidden','cid':'messaging:hall','clear_history':true}");
    assert_int_equal(pl_channel_unread(hall), 0);
}

static void who_has_not_read_in_the_picture_has_no_mark(void **state) {
    (void)state;
    event("{'type':'message.read','cid':'messaging:hall','user':{'id':'nobody'},"
          "'last_read':'2026-01-01T00:00:09Z'}");
    assert_int_equal(pl_channel_read_count(hall), 3);
    take_picture(client.state.event_seq);
    assert_int_equal(pl_channel_read_count(hall), 2);
    assert_null(pl_channel_find_read(hall, "nobody"));
}

static void junk_in_a_mark_does_no_harm(void **state) {
    (void)state;
    event("{'type':'message.read','cid':'messaging:hall','user':{'id':'me'},'last_read':7,"
          "'unread_messages':-3,'last_read_message_id':[],'total_unread_count':-1}");
    assert_int_equal(pl_channel_unread(hall), 2);
    event("{'type':'message.read','cid':'messaging:hall','unread_messages':1e15}");
    event("{'type':'message.read','cid':'messaging:hall','user':{'id':'me'},"
          "'unread_messages':1000000}");
    assert_int_equal(pl_channel_unread(hall), 300);
    assert_int_equal(pl_client_unread_total(&client), -1);
}

static void typing_ends_with_a_word_with_leaving_and_with_the_link(void **state) {
    (void)state;
    event("{'type':'typing.start','cid':'messaging:hall','user':{'id':'bo'}}");
    event("{'type':'typing.start','cid':'messaging:hall','user':{'id':'bo'}}");
    event("{'type':'typing.start','cid':'messaging:hall','user':{'id':'cy'}}");
    assert_int_equal(pl_channel_typing_count(hall), 2);
    event("{'type':'typing.stop','cid':'messaging:hall','user':{'id':'bo'}}");
    assert_int_equal(pl_channel_typing_count(hall), 1);
    SAME_TEXT(pl_user_id(pl_channel_typing_at(hall, 0)), "cy");
    event("{'type':'member.removed','cid':'messaging:hall','user':{'id':'cy'},"
          "'member':{'user_id':'cy'}}");
    assert_int_equal(pl_channel_typing_count(hall), 0);
    event("{'type':'typing.start','cid':'messaging:hall','user':{'id':'bo'}}");
    client.link.state = PL_LINK_LIVE;
    const struct note lost = {.kind = NOTE_LINK, .link = {.state = PL_LINK_WAITING}};
    events_take_link(&client, &lost);
    assert_int_equal(pl_channel_typing_count(hall), 0);
    assert_null(pl_channel_typing_at(hall, 0));
}

static void mutes_are_replaced_and_run_out(void **state) {
    (void)state;
    event("{'type':'notification.mutes_updated','me':{'id':'me','mutes':[{'target':{'id':'bo'}},"
          "{'target':{'id':'cy'},'expires':'2020-01-01T00:00:00Z'}],"
          "'channel_mutes':[{'channel':{'cid':'messaging:hall'}}],"
          "'total_unread_count':3,'unread_channels':2}}");
    assert_int_equal(pl_client_unread_total(&client), 3); /* without the hall */
    assert_int_equal(pl_client_unread_channels(&client), 2);
    assert_true(pl_user_is_muted(pl_client_find_user(&client, "bo")));
    assert_false(pl_user_is_muted(pl_client_find_user(&client, "cy")));
    assert_true(pl_channel_is_muted(hall));
    event("{'type':'notification.mutes_updated','me':{'id':'me','mutes':[],'channel_mutes':[]}}");
    assert_false(pl_user_is_muted(pl_client_find_user(&client, "bo")));
    assert_false(pl_channel_is_muted(hall));
}

static void a_hard_deletion_takes_the_message_when_all_were_told(void **state) {
    (void)state;
    event(MESSAGE("m6", "06", "bo", ""));
    event(MESSAGE("m7", "07", "me", ",'parent_id':'m6'"));
    event("{'type':'message.deleted','cid':'messaging:hall','hard_delete':true,'message':{'id':"
          "'m6','user':{'id':'bo'},'created_at':'2026-01-01T00:00:06Z','deleted_at':"
          "'2026-01-01T00:00:07Z'}}");
    assert_int_equal(seen[PL_EVENT_MESSAGE_DELETED], 1);
    assert_non_null(told);
    assert_int_equal(pl_channel_message_count(hall), 0);
    assert_int_equal(pl_channel_reply_count(hall), 0);
    assert_int_equal(pl_channel_unread(hall), 2);
}

static void a_truncation_takes_what_is_older(void **state) {
    (void)state;
    event(MESSAGE("m6", "06", "bo", ""));
    event(MESSAGE("m8", "08", "bo", ""));
    event("{'type':'channel.truncated','cid':'messaging:hall','channel':{'id':'hall','type':"
          "'messaging','cid':'messaging:hall','truncated_at':'2026-01-01T00:00:07Z'}}");
    assert_int_equal(pl_channel_message_count(hall), 1);
    SAME_TEXT(pl_message_id(pl_channel_message_at(hall, 0)), "m8");
}

static void reactions_stand_in_the_message(void **state) {
    (void)state;
    event(MESSAGE("m6", "06", "bo", ""));
    event("{'type':'reaction.new','cid':'messaging:hall','user':{'id':'me'},'reaction':{'type':"
          "'like','score':2},'message':{'id':'m6','user':{'id':'bo'},'created_at':"
          "'2026-01-01T00:00:06Z','reaction_counts':{'like':1,'bad':'x'},'own_reactions':"
          "[{'type':'like'},7]}}");
    const pl_message *message = pl_channel_find_message(hall, "m6");
    assert_int_equal(seen[PL_EVENT_REACTION_NEW], 1);
    assert_int_equal(pl_message_reaction_count(message, NULL), 1);
    assert_true(pl_message_has_my_reaction(message, "like"));
    assert_false(pl_message_has_my_reaction(message, "bad"));
    event("{'type':'reaction.deleted','cid':'messaging:hall','user':{'id':'me'},'message':{'id':"
          "'m6','user':{'id':'bo'},'created_at':'2026-01-01T00:00:06Z','reaction_counts':{},"
          "'own_reactions':[]}}");
    message = pl_channel_find_message(hall, "m6");
    assert_int_equal(pl_message_reaction_count(message, "like"), 0);
    assert_false(pl_message_has_my_reaction(message, "like"));
}

static void an_invitee_is_no_member_yet(void **state) {
    (void)state;
    event("{'type':'notification.invited','cid':'team:t','channel':{'id':'t','type':'team','cid':"
          "'team:t'},'user':{'id':'bo'},'member':{'user_id':'me','user':{'id':'me'},"
          "'invited':true}}");
    const pl_channel *channel = pl_client_find_channel(&client, "team:t");
    assert_false(pl_channel_is_mine(channel));
    assert_true(pl_member_is_invitee(pl_channel_find_member(channel, "me")));
    event("{'type':'notification.invite_accepted','cid':'team:t','member':{'user_id':'me','user':"
          "{'id':'me'},'invited':true,'invite_accepted_at':'2026-01-01T00:00:06Z'}}");
    assert_true(pl_channel_is_mine(channel));
    assert_int_equal(seen[PL_EVENT_INVITED] + seen[PL_EVENT_INVITE_ACCEPTED], 2);
}

static void hiding_and_showing_are_known(void **state) {
    (void)state;
    event(MESSAGE("m6", "06", "bo", ""));
    event("{'type':'channel.hidden','cid':'messaging:hall','clear_history':true}");
    assert_true(pl_channel_is_hidden(hall));
    assert_int_equal(pl_channel_message_count(hall), 0);
    event("{'type':'channel.visible','cid':'messaging:hall'}");
    assert_false(pl_channel_is_hidden(hall));
}

#define MARKS(function) cmocka_unit_test_setup_teardown(function, begin, end)

int main(void) {
    const struct CMUnitTest cases[] = {
        MARKS(a_picture_tells_who_has_read_what),
        MARKS(what_is_in_the_picture_is_not_counted_again),
        MARKS(silence_replies_and_oneself_make_nothing_unread),
        MARKS(marks_come_with_events),
        MARKS(a_picture_undoes_nothing_that_events_have_told_since),
        MARKS(what_came_since_the_picture_is_counted_whoever_told_of_the_channel),
        MARKS(what_comes_behind_the_own_mark_is_counted),
        MARKS(what_is_truncated_or_cleared_is_not_unread),
        MARKS(who_has_not_read_in_the_picture_has_no_mark),
        MARKS(junk_in_a_mark_does_no_harm),
        MARKS(typing_ends_with_a_word_with_leaving_and_with_the_link),
        MARKS(mutes_are_replaced_and_run_out),
        MARKS(a_hard_deletion_takes_the_message_when_all_were_told),
        MARKS(a_truncation_takes_what_is_older),
        MARKS(reactions_stand_in_the_message),
        MARKS(an_invitee_is_no_member_yet),
        MARKS(hiding_and_showing_are_known),
    };
    return RUN_CASES("client-marks", cases);
}
