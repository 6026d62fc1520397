/* SPDX-License-Identifier: MIT */
/* What a client knows, from pictures and events that arrive in any order. */
#include "support/wire_case.h"

#include "client/state.h"

static const struct state_moment NOW = {.now_ms = 1, .event_seq = UINT64_MAX};

static pl_user *put_user(struct state *state, const char *text, const struct state_moment *moment) {
    json *from = json_of(text);
    pl_user *user = state_put_user(state, from, moment);
    json_free(from);
    return user;
}

static pl_channel *put_state(struct state *state, const char *text, bool replace) {
    json *from = json_of(text);
    pl_channel *channel = state_put_channel_state(state, from, &NOW, replace);
    json_free(from);
    return channel;
}

static pl_message *put_message(struct state *state, pl_channel *channel, const char *text) {
    json *from = json_of(text);
    pl_message *message = state_put_message(state, channel, from, &NOW);
    json_free(from);
    return message;
}

/* "ada bob" in the order in which they stand. */
static void expect_members(const pl_channel *channel, const char *wanted) {
    char text[256] = "";
    for (size_t i = 0; i < channel->member_count; i++)
        snprintf(text + strlen(text), sizeof text - strlen(text), "%s%s", i > 0 ? " " : "",
            channel->members[i]->user->id);
    SAME_TEXT(text, wanted);
    assert_int_equal(channel->by_user.count, channel->member_count);
}

static void expect_messages(const pl_channel *channel, const char *wanted) {
    char text[256] = "";
    for (size_t i = 0; i < channel->messages.count; i++)
        snprintf(text + strlen(text), sizeof text - strlen(text), "%s%s", i > 0 ? " " : "",
            channel->messages.items[i]->wire.id);
    SAME_TEXT(text, wanted);
}

#define CHANNEL(count)                                                                             \
    "'channel':{'type':'team','id':'hall','cid':'team:hall','member_count':" #count "}"
#define MEMBER(id) "{'user_id':'" id "','user':{'id':'" id "','online':true}}"
#define MESSAGE(id, second)                                                                        \
    "{'id':'" id "','text':'t','user':{'id':'ada'},'created_at':'2026-01-01T00:00:" second "Z'}"

static void every_word_of_a_user_tells_how_old_what_is_known_is(void **state_) {
    (void)state_;
    struct state state;
    struct state_moment then = {.now_ms = 1000};
    state_init(&state, NULL, NULL);
    pl_channel *channel = put_state(&state, "{" CHANNEL(1) ",'members':[{'user_id':'bob'}]}", true);
    pl_user *bob = state_find_user(&state, "bob");
    assert_int_equal(pl_user_known_unix_ms(bob), 0); /* the id alone is no word of them */
    assert_ptr_equal(
        put_user(&state, "{'id':'bob','updated_at':'2026-01-01T00:00:09Z'}", &then), bob);
    assert_int_equal(pl_user_known_unix_ms(bob), 1000);
    json *member = json_of(MEMBER("bob"));
    then.now_ms = 2000;
    assert_non_null(state_put_member(&state, channel, member, &then));
    json_free(member);
    assert_int_equal(pl_user_known_unix_ms(bob), 2000);
    /* Older than what an event said, and still the server's word of now. */
    bob->event_seq = 5;
    then.now_ms = 3000;
    put_user(&state, "{'id':'bob','updated_at':'2026-01-01T00:00:01Z'}", &then);
    assert_int_equal(pl_user_known_unix_ms(bob), 3000);
    put_user(&state, "{'name':'nobody'}", &then);
    state_fini(&state);
}

static void a_user_is_one_object_wherever_they_appear(void **state_) {
    (void)state_;
    struct state state;
    state_init(&state, NULL, NULL);
    pl_user *ada = put_user(&state, "{'id':'ada','name':'Ada'}", &NOW);
    pl_channel *channel = put_state(&state,
        "{" CHANNEL(2) ",'members':[" MEMBER("ada") "," MEMBER("bob") "],'messages':[" MESSAGE(
            "m1", "01") "]}",
        true);
    assert_non_null(channel);
    assert_ptr_equal(state_find_user(&state, "ada"), ada);
    assert_ptr_equal(channel->members[0]->user, ada);
    assert_ptr_equal(channel->messages.items[0]->user, ada);
    assert_ptr_equal(state_find_channel(&state, "team:hall"), channel);
    assert_int_equal(state.users.count, 2);
    state_fini(&state);
}

static void what_is_no_user_is_not_taken_in(void **state_) {
    (void)state_;
    struct state state;
    state_init(&state, NULL, NULL);
    assert_null(put_user(&state, "{'name':'nobody'}", &NOW));
    assert_null(put_user(&state, "{'id':7}", &NOW));
    assert_null(put_user(&state, "[]", &NOW));
    assert_null(state_put_user(&state, NULL, &NOW));
    assert_null(put_state(&state, "{'members':[]}", true));
    assert_null(put_state(&state, "{'channel':{'type':'team'}}", true));
    assert_null(state_get_channel(&state, "nocolon"));
    assert_null(state_get_channel(&state, "a b:c"));
    assert_int_equal(state.users.count + state.channels.count, 0);
    state_fini(&state);
}

static void a_late_reply_does_not_undo_an_event(void **state_) {
    (void)state_;
    struct state state;
    state_init(&state, NULL, NULL);
    const struct state_moment before = {.event_seq = state.event_seq};
    pl_user *bob = put_user(&state,
        "{'id':'bob','online':true,'last_active':'2026-01-01T00:00:09Z','status':'new',"
        "'updated_at':'2026-01-01T00:00:09Z'}",
        &NOW);
    bob->event_seq = ++state.event_seq; /* as an event of presence does */
    /* The reply to a call that began before the event: an older picture. */
    put_user(&state,
        "{'id':'bob','name':'Bob','online':false,'last_active':'2026-01-01T00:00:01Z',"
        "'status':'old','updated_at':'2026-01-01T00:00:01Z'}",
        &before);
    assert_true(bob->online);
    SAME_TEXT(pl_user_status(bob), "new");
    /* As old in its presence, but with a younger profile. */
    put_user(&state,
        "{'id':'bob','name':'Bob','online':false,"
        "'updated_at':'2026-01-01T00:00:10Z'}",
        &before);
    assert_true(bob->online);
    SAME_TEXT(pl_user_name(bob), "Bob");
    /* The reply to a call that began after it. */
    const struct state_moment after = {.event_seq = state.event_seq};
    put_user(&state, "{'id':'bob','online':false}", &after);
    assert_false(bob->online);
    state_fini(&state);
}

static void invisible_is_not_forgotten_where_it_is_not_said(void **state_) {
    (void)state_;
    struct state state;
    state_init(&state, NULL, NULL);
    pl_user *me = put_user(&state, "{'id':'me','invisible':true}", &NOW);
    const int hidden = me->invisible;
    put_user(&state, "{'id':'me','name':'Me'}", &NOW);
    assert_int_equal(me->invisible, hidden);
    put_user(&state, "{'id':'me','invisible':false}", &NOW);
    assert_int_not_equal(me->invisible, hidden);
    state_fini(&state);
}

static void a_new_picture_drops_who_is_not_in_it(void **state_) {
    (void)state_;
    struct state state;
    state_init(&state, NULL, NULL);
    pl_channel *channel = put_state(&state,
        "{" CHANNEL(3) ",'members':[" MEMBER("ada") "," MEMBER("bob") "," MEMBER(
            "cat") "],'messages':[" MESSAGE("m1", "01") "," MESSAGE("m2",
            "02") "],'watcher_count':2,"
                  "'membership':{'user_id':'ada'}}",
        true);
    assert_true(channel->whole);
    assert_true(channel->mine);
    assert_int_equal(channel->watcher_count, 2);
    pl_user *bob = state_find_user(&state, "bob");
    put_state(&state,
        "{" CHANNEL(2) ",'members':[" MEMBER("ada") "," MEMBER("cat") "],'messages':[" MESSAGE(
            "m3", "03") "]}",
        true);
    expect_members(channel, "ada cat");
    expect_messages(channel, "m3");
    assert_false(channel->mine);
    assert_int_equal(channel->watcher_count, 0);
    assert_ptr_equal(state_find_user(&state, "bob"), bob); /* users stay */
    /* Without replace it is added to. */
    put_state(&state,
        "{" CHANNEL(3) ",'members':[" MEMBER("dan") "],'messages':[" MESSAGE("m2", "02") "]}",
        false);
    expect_members(channel, "ada cat dan");
    expect_messages(channel, "m2 m3");
    state_fini(&state);
}

static void members_to_be_paged_in_are_dropped_only_at_the_end(void **state_) {
    (void)state_;
    struct state state;
    state_init(&state, NULL, NULL);
    pl_channel *channel = put_state(&state,
        "{" CHANNEL(3) ",'members':[" MEMBER("ada") "," MEMBER("bob") "," MEMBER("cat") "]}", true);
    channel->listen_all = true;
    put_state(&state, "{" CHANNEL(2) ",'members':[" MEMBER("ada") "]}", true);
    assert_false(channel->whole);
    expect_members(channel, "ada bob cat");
    channel->members[1]->seen = channel->members[2]->seen = false; /* paging begins behind her */
    json *page = json_of(MEMBER("cat"));
    state_put_member(&state, channel, page, &NOW);
    json_free(page);
    state_end_members(channel);
    expect_members(channel, "ada cat");
    state_fini(&state);
}

/* A query that names some of them while they are paged in. */
static void who_has_been_paged_in_stays_whatever_a_part_of_the_picture_has(void **state_) {
    (void)state_;
    struct state state;
    state_init(&state, NULL, NULL);
    pl_channel *channel = put_state(&state,
        "{" CHANNEL(3) ",'members':[" MEMBER("ada") "," MEMBER("bob") "," MEMBER("cy") "]}", true);
    channel->listen_all = true;
    channel->members[2]->seen = false; /* of a page that has not come yet */
    put_state(&state, "{" CHANNEL(3) ",'members':[" MEMBER("bob") "]}", true);
    assert_false(channel->whole);
    state_end_members(channel);
    expect_members(channel, "ada bob");
    state_fini(&state);
}

static void members_go_one_by_one(void **state_) {
    (void)state_;
    struct state state;
    state_init(&state, NULL, NULL);
    pl_channel *channel = put_state(&state,
        "{" CHANNEL(3) ",'members':[" MEMBER("ada") "," MEMBER("bob") "," MEMBER("cat") "]}", true);
    state_remove_member(channel, "ada");
    state_remove_member(channel, "ada");
    state_remove_member(channel, "nobody");
    expect_members(channel, "bob cat");
    state_remove_member(channel, "cat");
    state_remove_member(channel, "bob");
    expect_members(channel, "");
    /* The same person twice is one member. */
    put_state(&state, "{" CHANNEL(1) ",'members':[" MEMBER("ada") "," MEMBER("ada") "]}", false);
    expect_members(channel, "ada");
    state_fini(&state);
}

static void messages_stand_in_the_order_of_their_times(void **state_) {
    (void)state_;
    struct state state;
    state_init(&state, NULL, NULL);
    pl_channel *channel = state_get_channel(&state, "team:hall");
    put_message(&state, channel, MESSAGE("c", "03"));
    put_message(&state, channel, MESSAGE("a", "01"));
    put_message(&state, channel, MESSAGE("b", "02"));
    put_message(&state, channel, MESSAGE("d", "03"));
    expect_messages(channel, "a b c d");
    pl_message *b = put_message(&state, channel,
        "{'id':'b','text':'edited','user':{'id':'bob'},'created_at':'2026-01-01T00:00:02Z'}");
    expect_messages(channel, "a b c d");
    SAME_TEXT(b->wire.text, "edited");
    /* One that is told with another time than before stands where that is. */
    put_message(&state, channel, MESSAGE("a", "09"));
    expect_messages(channel, "b c d a");
    put_message(&state, channel, MESSAGE("d", "00"));
    expect_messages(channel, "d b c a");
    state_clear_messages(channel);
    expect_messages(channel, "");
    assert_null(put_message(&state, channel, "{'text':'no id'}"));
    state_fini(&state);
}

static void the_newest_three_hundred_messages_are_kept(void **state_) {
    (void)state_;
    struct state state;
    state_init(&state, NULL, NULL);
    pl_channel *channel = state_get_channel(&state, "team:hall");
    char text[256];
    for (int i = 100; i < 100 + STATE_MESSAGES + 20; i++) {
        snprintf(text, sizeof text,
            "{'id':'m%d','text':'t','user':{'id':'ada'},'created_at':'2026-01-01T00:%02d:%02dZ'}",
            i, i / 60, i % 60);
        assert_non_null(put_message(&state, channel, text));
    }
    assert_int_equal(channel->messages.count, STATE_MESSAGES);
    SAME_TEXT(channel->messages.items[0]->wire.id, "m120");
    /* One older than all of them comes too late, and drives nobody out. */
    assert_null(put_message(&state, channel, MESSAGE("old", "01")));
    SAME_TEXT(channel->messages.items[0]->wire.id, "m120");
    state_fini(&state);
}

static void a_channel_is_there_before_the_server_tells_of_it(void **state_) {
    (void)state_;
    struct state state;
    state_init(&state, NULL, NULL);
    pl_channel *channel = state_get_channel(&state, "team:hall");
    assert_ptr_equal(state_get_channel(&state, "team:hall"), channel);
    assert_ptr_equal(put_state(&state, "{" CHANNEL(0) "}", true), channel);
    assert_int_equal(state.channel_count, 1);
    assert_ptr_equal(state.order[0], channel);
    state_fini(&state);
}

/* An event, and a picture whose call began before it. */
static void a_late_picture_does_not_undo_what_events_told_since(void **state_) {
    (void)state_;
    struct state state;
    state_init(&state, NULL, NULL);
    pl_channel *hall = put_state(&state,
        "{" CHANNEL(3) ",'members':[" MEMBER("ada") "," MEMBER("bob") "],'messages':[" MESSAGE(
            "m1", "01") "," MESSAGE("m2", "02") "]}",
        true);
    const struct state_moment before = {.now_ms = 1, .event_seq = state.event_seq};
    const char *const late = "{'channel':{'type':'team','id':'hall','cid':'team:hall','name':'old',"
                             "'member_count':2},'members':[" MEMBER("ada") "," MEMBER(
                                 "bob") "],"
                                        "'messages':[" MESSAGE("m1", "01") "," MESSAGE(
                                            "m2", "02") "]}";
    state.event_seq++;
    put_message(&state, hall, MESSAGE("m3", "03"));
    state.event_seq++;
    put_message(&state, hall,
        "{'id':'m1','text':'changed','user':{'id':'ada'},'created_at':'2026-01-01T00:00:01Z'}");
    state.event_seq++;
    state_lose_message(&state, hall, "m2");
    state_note_departed(&state, hall, "bob");
    state_remove_member(hall, "bob");
    json *cy = json_of(MEMBER("cy"));
    assert_non_null(state_put_member(&state, hall, cy, &NOW));
    json *renamed = json_of(
        "{'type':'team','id':'hall','cid':'team:hall','name':'new','member_count':2}");
    assert_ptr_equal(state_put_channel(&state, renamed, &NOW), hall);

    json *picture = json_of(late);
    assert_ptr_equal(state_put_channel_state(&state, picture, &before, true), hall);
    expect_messages(hall, "m1 m3");
    SAME_TEXT(state_find_message(hall, "m1")->wire.text, "changed");
    expect_members(hall, "ada cy");
    SAME_TEXT(channel_name(&hall->wire), "new");

    /* One whose call began after all that is believed. */
    const struct state_moment after = {.now_ms = 2, .event_seq = state.event_seq};
    assert_ptr_equal(state_put_channel_state(&state, picture, &after, true), hall);
    expect_messages(hall, "m1 m2");
    SAME_TEXT(state_find_message(hall, "m1")->wire.text, "t");
    expect_members(hall, "ada bob");
    SAME_TEXT(channel_name(&hall->wire), "old");
    json_free(picture);
    json_free(renamed);
    json_free(cy);
    state_fini(&state);
}

static void a_late_picture_has_nothing_from_before_a_truncation(void **state_) {
    (void)state_;
    struct state state;
    state_init(&state, NULL, NULL);
    pl_channel *hall = put_state(
        &state, "{" CHANNEL(0) ",'messages':[" MESSAGE("m1", "01") "]}", true);
    const struct state_moment before = {.now_ms = 1, .event_seq = state.event_seq};
    state.event_seq++;
    json *truncated = json_of("{'type':'team','id':'hall','cid':'team:hall','member_count':0,"
                              "'truncated_at':'2026-01-01T00:00:05Z'}");
    state_put_channel(&state, truncated, &NOW);
    state_truncate(hall, hall->wire.truncated_us);
    json *picture = json_of("{" CHANNEL(0) ",'messages':[" MESSAGE("m1", "01") "]}");
    state_put_channel_state(&state, picture, &before, true);
    expect_messages(hall, "");
    json_free(picture);
    json_free(truncated);
    state_fini(&state);
}

int main(void) {
    const struct CMUnitTest cases[] = {
        CASE(a_late_picture_does_not_undo_what_events_told_since),
        CASE(a_late_picture_has_nothing_from_before_a_truncation),
        CASE(every_word_of_a_user_tells_how_old_what_is_known_is),
        CASE(a_user_is_one_object_wherever_they_appear),
        CASE(what_is_no_user_is_not_taken_in),
        CASE(a_late_reply_does_not_undo_an_event),
        CASE(invisible_is_not_forgotten_where_it_is_not_said),
        CASE(a_new_picture_drops_who_is_not_in_it),
        CASE(members_to_be_paged_in_are_dropped_only_at_the_end),
        CASE(who_has_been_paged_in_stays_whatever_a_part_of_the_picture_has),
        CASE(members_go_one_by_one),
        CASE(messages_stand_in_the_order_of_their_times),
        CASE(the_newest_three_hundred_messages_are_kept),
        CASE(a_channel_is_there_before_the_server_tells_of_it),
    };
    return RUN_CASES("client-state", cases);
}
