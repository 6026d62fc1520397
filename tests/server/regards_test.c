/* SPDX-License-Identifier: MIT */
/* What is unread, in every way that it can come to be: told in replies, after a restart, and of
 * somebody who hides. */
#include "server/stage.h"

#include "server/regards.h"

static struct stage stage;

static int open_stage(void **state) {
    (void)state;
    stage_open(&stage);
    stage_hall(&stage, "messaging:hall", "ana,bo,cy");
    return 0;
}

static int close_stage(void **state) {
    (void)state;
    stage_close(&stage);
    return 0;
}

static void say(const char *user, const char *id, const char *more) {
    char body[256];
    snprintf(body, sizeof body, "{\"message\":{\"id\":\"%s\",\"text\":\"x\"%s}}", id, more);
    stage_expect(&stage, user, NULL, "POST /channels/messaging/hall/message", body, 201, 0);
}

static void act(const char *user, const char *what, const char *body) {
    char line[128];
    snprintf(line, sizeof line, "POST /channels/messaging/hall/%s", what);
    stage_expect(&stage, user, NULL, line, body, 201, 0);
}

static struct seat *seat_of(const char *user) {
    return seat_find(room_find(&stage.world, "messaging:hall"), person_find(&stage.world, user));
}

/* Counted anew it must be what was kept. */
static void unread(const char *user, unsigned wanted) {
    struct seat *seat = seat_of(user);
    assert_int_equal(regard_unread(seat, true), wanted);
    regard_recount(seat);
    assert_int_equal(regard_unread(seat, true), wanted);
    assert_int_equal(seat->person->unread, wanted);
    assert_int_equal(seat->person->unread_rooms, wanted > 0);
}

static void what_others_say_is_unread_until_it_is_read(void **state) {
    (void)state;
    say("ana", "m1", "");
    say("ana", "m2", "");
    unread("ana", 0);
    unread("bo", 2);
    act("bo", "read", "{}");
    unread("bo", 0);
    unread("cy", 2);
    say("bo", "m3", "");
    unread("bo", 0);
    unread("ana", 1);
    unread("cy", 3);
}

static void who_speaks_has_read_what_was_before(void **state) {
    (void)state;
    say("ana", "m1", "");
    say("bo", "m2", "");
    unread("bo", 0);
}

static void silent_messages_and_replies_are_not_counted(void **state) {
    (void)state;
    say("ana", "m1", ",\"silent\":true");
    unread("bo", 0);
    say("ana", "m2", ",\"parent_id\":\"m1\"");
    unread("bo", 0);
}

static void a_deleted_message_is_unread_no_more(void **state) {
    (void)state;
    say("ana", "m1", "");
    say("ana", "m2", "");
    stage_expect(&stage, "ana", NULL, "DELETE /messages/m1", NULL, 200, 0);
    unread("bo", 1);
    stage_expect(&stage, "ana", NULL, "DELETE /messages/m1", NULL, 200, 0);
    unread("bo", 1);
}

static void what_is_marked_unread_is_from_that_message_on(void **state) {
    (void)state;
    say("ana", "m1", "");
    say("ana", "m2", "");
    say("ana", "m3", "");
    act("bo", "read", "{}");
    act("bo", "unread", "{\"message_id\":\"m2\"}");
    unread("bo", 2);
}

static void it_is_the_same_after_a_restart(void **state) {
    (void)state;
    say("ana", "m1", "");
    act("bo", "read", "{}");
    say("ana", "m2", "");
    say("cy", "m3", "");
    unread("bo", 2);
    stage_restart(&stage);
    unread("ana", 1);
    unread("bo", 2);
    unread("cy", 0);
}

static void only_the_newest_three_hundred_count(void **state) {
    (void)state;
    char id[16];
    for (int i = 0; i < 305; i++) {
        snprintf(id, sizeof id, "n%d", i);
        stage_pass(&stage, 60000);
        say("ana", id, "");
    }
    unread("bo", ROOM_NOTES);
    stage_restart(&stage);
    unread("bo", ROOM_NOTES);
}

static void a_muted_channel_is_not_in_the_sum(void **state) {
    (void)state;
    say("ana", "m1", "");
    stage_expect(&stage, "bo", NULL, "POST /moderation/mute/channel",
        "{\"channel_cid\":\"messaging:hall\"}", 201, 0);
    assert_int_equal(seat_of("bo")->person->unread, 0);
    say("ana", "m2", "");
    assert_int_equal(seat_of("bo")->person->unread, 0);
    stage_expect(&stage, "bo", NULL, "POST /moderation/unmute/channel",
        "{\"channel_cid\":\"messaging:hall\"}", 201, 0);
    unread("bo", 2);
}

static void a_mute_that_ends_counts_again_and_own_connections_are_told(void **state) {
    (void)state;
    struct stage_socket *bo = stage_connect(&stage, "bo", "");
    say("ana", "m1", "");
    stage_expect(&stage, "bo", NULL, "POST /moderation/mute/channel",
        "{\"channel_cid\":\"messaging:hall\",\"expiration\":60000}", 201, 0);
    stage_expect(&stage, "ana", NULL, "POST /moderation/mute/channel",
        "{\"channel_cid\":\"messaging:hall\",\"expiration\":30000}", 201, 0);
    assert_int_equal(seat_of("bo")->person->unread, 0);
    stage_heard(bo);
    stage_pass(&stage, 59 * 1000);
    assert_int_equal(seat_of("ana")->regard->muted_us, 0); /* whose came later, and ended first */
    assert_int_equal(seat_of("bo")->person->unread, 0);
    SAME_TEXT(stage_heard(bo), "");
    stage_pass(&stage, 1000);
    unread("bo", 1);
    SAME_TEXT(stage_heard(bo), "notification.mutes_updated:bo");
    stage_expect(&stage, "bo", NULL, "POST /moderation/mute/channel",
        "{\"channel_cid\":\"messaging:hall\",\"expiration\":60000}", 201, 0);
    stage_restart(&stage);
    assert_int_equal(seat_of("bo")->person->unread, 0);
    stage_pass(&stage, 60 * 1000);
    unread("bo", 1);
}

static void read_events_that_are_off_count_nothing(void **state) {
    (void)state;
    say("ana", "m1", "");
    stage_expect(
        &stage, NULL, NULL, "PUT /channeltypes/messaging", "{\"read_events\":false}", 201, 0);
    assert_int_equal(seat_of("bo")->person->unread, 0);
    stage_expect(
        &stage, NULL, NULL, "PUT /channeltypes/messaging", "{\"read_events\":true}", 201, 0);
    unread("bo", 1);
}

static void what_a_hidden_person_reads_moves_their_own_mark_alone(void **state) {
    (void)state;
    say("ana", "m1", "");
    stage_expect(&stage, "bo", NULL, "PATCH /users",
        "{\"users\":[{\"id\":\"bo\",\"set\":{\"invisible\":true}}]}", 200, 0);
    act("bo", "read", "{}");
    unread("bo", 0);
    assert_int_equal(regard_unread(seat_of("bo"), false), 1);
    say("ana", "m2", "");
    assert_int_equal(regard_unread(seat_of("bo"), false), 2);
    stage_expect(&stage, "bo", NULL, "PATCH /users",
        "{\"users\":[{\"id\":\"bo\",\"set\":{\"invisible\":false}}]}", 200, 0);
    assert_int_equal(regard_unread(seat_of("bo"), false), 2);
    act("bo", "read", "{}");
    assert_int_equal(regard_unread(seat_of("bo"), false), 0);
}

static void what_is_not_on_disk_was_not_read(void **state) {
    (void)state;
    say("ana", "m1", "");
    stage.store.held = true;
    stage_call(&stage, "bo", NULL, "POST /channels/messaging/hall/read", "{}");
    stage_settle(&stage, -5);
    stage.store.held = false;
    assert_int_equal(stage.status, 500);
    unread("bo", 1);
    unread("cy", 1);
}

static void who_leaves_takes_their_count_along(void **state) {
    (void)state;
    say("ana", "m1", "");
    stage_expect(&stage, "bo", NULL, "POST /channels/messaging/hall",
        "{\"remove_members\":[\"bo\"]}", 201, 0);
    assert_int_equal(person_find(&stage.world, "bo")->unread, 0);
    stage_expect(
        &stage, "ana", NULL, "POST /channels/messaging/hall", "{\"add_members\":[\"bo\"]}", 201, 0);
    unread("bo", 0);
    say("ana", "m2", "");
    unread("bo", 1);
}

#define WITH(function) cmocka_unit_test_setup_teardown(function, open_stage, close_stage)

int main(void) {
    const struct CMUnitTest cases[] = {WITH(what_others_say_is_unread_until_it_is_read),
        WITH(who_speaks_has_read_what_was_before),
        WITH(silent_messages_and_replies_are_not_counted),
        WITH(a_deleted_message_is_unread_no_more),
        WITH(what_is_marked_unread_is_from_that_message_on), WITH(it_is_the_same_after_a_restart),
        WITH(only_the_newest_three_hundred_count), WITH(a_muted_channel_is_not_in_the_sum),
        WITH(a_mute_that_ends_counts_again_and_own_connections_are_told),
        WITH(read_events_that_are_off_count_nothing),
        WITH(what_a_hidden_person_reads_moves_their_own_mark_alone),
        WITH(what_is_not_on_disk_was_not_read), WITH(who_leaves_takes_their_count_along)};
    return RUN_CASES("server-regards", cases);
}
