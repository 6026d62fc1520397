/* SPDX-License-Identifier: MIT */
/* Nothing leaves before it is on disk, and what did not get there never was. */
#include "server/stage.h"

#include <errno.h>

static struct stage stage;

static int open_stage(void **state) {
    (void)state;
    stage_open(&stage);
    stage_hall(&stage, "messaging:hall", "ana,bo");
    return 0;
}

static int close_stage(void **state) {
    (void)state;
    stage_close(&stage);
    return 0;
}

static const char say_hello[] = "{\"message\":{\"id\":\"m1\",\"text\":\"hello\"}}";
static const char busy[] = "{\"users\":[{\"id\":\"bo\",\"set\":{\"status\":\"busy\"}}]}";

static struct stage_socket *ana_watches(void) {
    struct stage_socket *ana = stage_connect(&stage, "ana", "");
    stage_watch(ana, "messaging:hall");
    return ana;
}

static void a_reply_and_its_events_wait_for_the_disk(void **state) {
    (void)state;
    struct stage_socket *ana = ana_watches();
    stage.store.held = true;
    assert_int_equal(
        stage_call(&stage, "bo", NULL, "POST /channels/messaging/hall/message", say_hello), 0);
    SAME_TEXT(stage_heard(ana), "");
    stage_settle(&stage, 0);
    assert_int_equal(stage.status, 201);
    SAME_TEXT(stage_heard(ana), "message.new:bo");
}

static void a_failed_batch_is_answered_with_500_and_never_was(void **state) {
    (void)state;
    struct stage_socket *ana = ana_watches();
    stage.store.held = true;
    stage_call(&stage, "bo", NULL, "POST /channels/messaging/hall/message", say_hello);
    stage_settle(&stage, -EIO);
    assert_int_equal(stage.status, 500);
    int64_t code;
    assert_true(json_as_integer(json_get(stage.reply, "code"), &code));
    assert_int_equal(code, -1);
    SAME_TEXT(stage_heard(ana), "");
    stage.store.held = false;
    stage_expect(&stage, "bo", NULL, "GET /messages/m1", NULL, 404, 16);
    stage_expect(&stage, "bo", NULL, "POST /channels/messaging/hall/message", say_hello, 201, 0);
    SAME_TEXT(stage_heard(ana), "message.new:bo");
}

static void who_asks_again_is_told_what_becomes_of_the_first(void **state) {
    (void)state;
    stage.store.held = true;
    stage_call(&stage, "bo", NULL, "PATCH /users", busy);
    stage_call(&stage, "bo", NULL, "PATCH /users", busy);
    assert_int_equal(stage.status, 0);
    stage_settle(&stage, -EIO);
    assert_int_equal(stage.status, 500);
    stage_call(&stage, "bo", NULL, "PATCH /users", busy);
    stage_call(&stage, "bo", NULL, "PATCH /users", busy);
    assert_int_equal(stage.status, 0);
    stage_settle(&stage, 0);
    assert_int_equal(stage.status, 200);
}

static void a_full_queue_is_answered_with_500_and_never_was(void **state) {
    (void)state;
    stage.store.full = true;
    stage_expect(&stage, "bo", NULL, "POST /channels/messaging/hall/message", say_hello, 500, -1);
    stage.store.full = false;
    stage_expect(&stage, "bo", NULL, "GET /messages/m1", NULL, 404, 16);
}

static void what_a_hidden_person_fails_to_store_is_told_to_nobody(void **state) {
    (void)state;
    struct stage_socket *ana = stage_connect(&stage, "ana", "");
    stage_watch(ana, "messaging:hall");
    stage_connect(&stage, "bo", ",\"invisible\":true");
    stage_forget(&stage);
    stage.store.full = true;
    stage_expect(&stage, "bo", NULL, "POST /moderation/mute", "{\"target_id\":\"ana\"}", 500, -1);
    SAME_TEXT(stage_heard(ana), "");
    stage.store.full = false;
}

static void what_a_failed_batch_undoes_does_not_undo_what_was_on_its_way(void **state) {
    (void)state;
    stage.store.held = true;
    stage_call(&stage, "bo", NULL, "POST /channels/messaging/hall/message", say_hello);
    stage.store.full = true;
    assert_int_equal(stage_call(&stage, "bo", NULL, "POST /channels/messaging/hall/message",
                         "{\"message\":{\"id\":\"m2\",\"text\":\"x\"}}"),
        500);
    stage.store.full = false;
    stage_settle(&stage, 0);
    stage.store.held = false;
    stage_expect(&stage, "bo", NULL, "GET /messages/m1", NULL, 200, 0);
    stage_expect(&stage, "bo", NULL, "GET /messages/m2", NULL, 404, 16);
}

static void a_hiding_that_failed_shows_again(void **state) {
    (void)state;
    struct stage_socket *ana = ana_watches();
    stage_connect(&stage, "bo", "");
    stage_forget(&stage);
    stage.store.held = true;
    stage_call(&stage, "bo", NULL, "PATCH /users",
        "{\"users\":[{\"id\":\"bo\",\"set\":{\"invisible\":true}}]}");
    stage_settle(&stage, -ENOSPC);
    assert_int_equal(stage.status, 500);
    struct person *bo = person_find(&stage.world, "bo");
    assert_false(bo->presence.hidden);
    assert_true(presence_is_shown(&bo->presence));
    SAME_TEXT(stage_heard(ana), "user.presence.changed:bo:online");
}

static void presence_does_not_overtake_the_update_before_it(void **state) {
    (void)state;
    struct stage_socket *ana = ana_watches();
    struct stage_socket *bo = stage_connect(&stage, "bo", "");
    stage_forget(&stage);
    stage.store.held = true;
    stage_call(&stage, "bo", NULL, "PATCH /users", busy);
    stage_goodbye(bo);
    SAME_TEXT(stage_heard(ana), "");
    stage_settle(&stage, 0);
    SAME_TEXT(stage_heard(ana), "user.updated:bo user.presence.changed:bo:online "
                                "user.presence.changed:bo:offline");
}

/* bo hides: his leaving waits for the disk. */
static void hide_bo(void) {
    stage.store.held = true;
    assert_int_equal(stage_call(&stage, "bo", NULL, "PATCH /users",
                         "{\"users\":[{\"id\":\"bo\",\"set\":{\"invisible\":true}}]}"),
        0);
}

static void counts_come_in_the_order_of_what_they_count(void **state) {
    (void)state;
    stage_hall(&stage, "messaging:three", "ana,bo,cy");
    struct stage_socket *ana = ana_watches();
    struct stage_socket *bo = stage_connect(&stage, "bo", "");
    struct stage_socket *cy = stage_connect(&stage, "cy", "");
    stage_watch(ana, "messaging:three");
    stage_watch(bo, "messaging:three");
    stage_watch(cy, "messaging:three");
    hide_bo();
    stage_goodbye(cy);
    SAME_TEXT(stage_heard(ana), "");
    stage_settle(&stage, 0);
    SAME_TEXT(stage_heard(ana), "user.watching.stop:bo:2 user.presence.changed:bo:offline "
                                "user.watching.stop:cy:1 user.presence.changed:cy:offline");
}

static void hiding_ends_the_typing_when_it_is_on_disk(void **state) {
    (void)state;
    struct stage_socket *ana = ana_watches();
    struct stage_socket *bo = stage_connect(&stage, "bo", "");
    stage_expect(&stage, "bo", bo, "POST /channels/messaging/hall/event",
        "{\"event\":{\"type\":\"typing.start\"}}", 201, 0);
    stage_forget(&stage);
    hide_bo();
    SAME_TEXT(stage_heard(ana), "");
    stage_settle(&stage, 0);
    SAME_TEXT(stage_heard(ana), "typing.stop:bo user.presence.changed:bo:offline");
}

static void who_missed_a_count_must_read_again(void **state) {
    (void)state;
    struct stage_socket *ana = ana_watches();
    stage_watch(stage_connect(&stage, "bo", ""), "messaging:hall");
    struct stage_socket *dee = stage_connect(&stage, "dee", "");
    hide_bo();
    stage_settle(&stage, -EIO);
    assert_int_equal(ana->closed, 1011);
    assert_int_equal(dee->closed, 0);
}

static void who_listens_no_more_because_of_what_failed_must_read_again(void **state) {
    (void)state;
    struct stage_socket *ana = ana_watches();
    struct stage_socket *bo = stage_connect(&stage, "bo", "");
    stage.store.held = true;
    stage_call(&stage, NULL, NULL, "PUT /channeltypes/messaging", "{\"connect_events\":false}");
    stage_settle(&stage, -EIO);
    assert_int_equal(ana->closed, 1011);
    assert_int_equal(bo->closed, 0);
}

static void who_listened_under_a_switch_that_failed_must_read_again(void **state) {
    (void)state;
    static const char off[] = "{\"connect_events\":false}", on[] = "{\"connect_events\":true}";
    stage_expect(&stage, NULL, NULL, "PUT /channeltypes/messaging", off, 201, 0);
    struct stage_socket *ana = stage_connect(&stage, "ana", "");
    struct stage_socket *bo = stage_connect(&stage, "bo", "");
    stage.store.held = true;
    stage_call(&stage, NULL, NULL, "PUT /channeltypes/messaging", on);
    stage_watch(ana, "messaging:hall");
    stage_settle(&stage, -EIO);
    assert_int_equal(ana->closed, 1011);
    assert_int_equal(bo->closed, 0);
}

static void who_was_let_in_by_what_failed_watches_no_more(void **state) {
    (void)state;
    struct stage_socket *ana = ana_watches();
    struct stage_socket *cy = stage_connect(&stage, "cy", "");
    stage_forget(&stage);
    stage.store.held = true;
    stage_call(&stage, NULL, NULL, "POST /channels/messaging/hall", "{\"add_members\":[\"cy\"]}");
    stage_watch(cy, "messaging:hall");
    stage_settle(&stage, -EIO);
    assert_int_equal(cy->closed, 1011);
    assert_int_equal(person_find(&stage.world, "cy")->connection_count, 1);
    assert_int_equal(room_find(&stage.world, "messaging:hall")->watcher_count, 1);
    assert_non_null(ana->connection);
}

static void who_listens_no_more_to_a_member_must_read_again(void **state) {
    (void)state;
    struct stage_socket *ana = ana_watches();
    struct stage_socket *bo = stage_connect(&stage, "bo", "");
    stage.store.held = true;
    stage_call(
        &stage, NULL, NULL, "POST /channels/messaging/hall", "{\"remove_members\":[\"bo\"]}");
    stage_settle(&stage, -EIO);
    assert_int_equal(ana->closed, 1011);
    assert_int_equal(bo->closed, 1011);
}

static void a_going_that_waited_behind_a_greeting_comes_before_it(void **state) {
    (void)state;
    struct stage_socket *ana = ana_watches();
    struct stage_socket *bo = stage_connect(&stage, "bo", "");
    stage_forget(&stage);
    stage.store.held = true;
    stage_connect(&stage, "bo", ",\"status\":\"busy\"");
    stage_connect(&stage, "bo", "");
    stage_goodbye(bo);
    stage_settle(&stage, 0);
    SAME_TEXT(stage_heard(ana), "user.updated:bo user.presence.changed:bo:online "
                                "user.presence.changed:bo:offline user.presence.changed:bo:online");
}

static void a_hiding_that_failed_while_they_went_is_a_going(void **state) {
    (void)state;
    struct stage_socket *ana = ana_watches();
    struct stage_socket *bo = stage_connect(&stage, "bo", "");
    stage_forget(&stage);
    hide_bo();
    stage_goodbye(bo);
    struct stage_socket *again = stage_connect(&stage, "bo", "");
    stage_settle(&stage, -EIO);
    SAME_TEXT(stage_heard(ana), "user.presence.changed:bo:offline");
    stage_goodbye(again);
}

static const char show_bo[] = "{\"users\":[{\"id\":\"bo\",\"set\":{\"invisible\":false}}]}";

static void a_showing_that_failed_and_was_seen_is_told_to_be_none(void **state) {
    (void)state;
    stage_connect(&stage, "bo", ",\"invisible\":true");
    struct person *bo = person_find(&stage.world, "bo");
    int64_t frozen = bo->presence.shown_active_us;
    stage_pass(&stage, 1000);
    stage.store.held = true;
    stage_call(&stage, "bo", NULL, "PATCH /users", show_bo);
    struct stage_socket *ana = ana_watches(); /* and sees bo */
    hide_bo();
    stage_settle(&stage, -EIO);
    SAME_TEXT(stage_heard(ana), "user.presence.changed:bo:offline");
    assert_int_equal(bo->presence.shown_active_us, frozen);
}

static void when_they_were_last_active_does_not_go_back_with_a_failure(void **state) {
    (void)state;
    stage.store.held = true;
    stage_goodbye(stage_connect(&stage, "bo", ""));
    struct person *bo = person_find(&stage.world, "bo");
    int64_t then = bo->presence.shown_active_us;
    assert_int_not_equal(then, 0);
    stage_settle(&stage, -EIO);
    assert_int_equal(bo->presence.shown_active_us, then);
}

static void others_do_not_wait_for_him(void **state) {
    (void)state;
    stage_hall(&stage, "messaging:three", "ana,bo,cy");
    struct stage_socket *ana = ana_watches();
    stage_watch(ana, "messaging:three");
    stage.store.held = true;
    stage_call(&stage, "bo", NULL, "PATCH /users", busy);
    stage_connect(&stage, "cy", "");
    SAME_TEXT(stage_heard(ana), "user.presence.changed:cy:online");
}

static void who_is_new_is_greeted_when_they_are_on_disk(void **state) {
    (void)state;
    stage.store.held = true;
    struct stage_socket *dee = stage_connect(&stage, "dee", ",\"name\":\"Dee\"");
    assert_int_equal(dee->count, 0);
    stage_settle(&stage, 0);
    assert_int_equal(dee->count, 1);
    assert_non_null(strstr(dee->heard[0], "\"name\":\"Dee\""));
}

static void who_could_not_be_stored_is_refused_and_may_come_again(void **state) {
    (void)state;
    stage.store.held = true;
    struct stage_socket *dee = stage_connect(&stage, "dee", "");
    stage_settle(&stage, -EIO);
    assert_non_null(strstr(dee->heard[0], "connection.error"));
    assert_int_equal(dee->closed, 1000);
    stage_goodbye(dee);
    stage.store.held = false;
    dee = stage_connect(&stage, "dee", "");
    assert_non_null(strstr(dee->heard[0], "health.check"));
}

static void who_leaves_before_the_greeting_was_never_there(void **state) {
    (void)state;
    struct stage_socket *ana = ana_watches();
    stage.store.held = true;
    struct stage_socket *bo = stage_connect(&stage, "bo", ",\"status\":\"hi\"");
    stage_goodbye(bo);
    stage_settle(&stage, 0);
    SAME_TEXT(stage_heard(ana), "user.updated:bo");
    assert_int_equal(bo->count, 0);
}

static void everything_is_there_after_a_restart(void **state) {
    (void)state;
    stage_expect(&stage, "ana", NULL, "PATCH /channels/messaging/hall",
        "{\"set\":{\"color\":\"green\"}}", 200, 0);
    stage_expect(&stage, "bo", NULL, "POST /channels/messaging/hall/message", say_hello, 201, 0);
    stage_expect(&stage, NULL, NULL, "POST /channeltypes",
        "{\"name\":\"own\",\"typing_events\":false}", 201, 0);
    stage_restart(&stage);
    struct room *room = room_find(&stage.world, "messaging:hall");
    assert_non_null(room);
    SAME_TEXT(json_text_at(room->channel.custom, "color"), "green");
    assert_int_equal(room->seat_of.count, 2);
    assert_int_equal(room->note_count, 1);
    assert_false(kind_find(&stage.world, "own")->type.typing_events);
}

static void a_deleted_channel_comes_back_empty_after_a_restart(void **state) {
    (void)state;
    stage_expect(&stage, "bo", NULL, "POST /channels/messaging/hall/message", say_hello, 201, 0);
    stage_expect(&stage, "ana", NULL, "DELETE /channels/messaging/hall", NULL, 200, 0);
    stage_expect(&stage, "ana", NULL, "POST /channels/messaging/hall/stop-watching", "{}", 404, 16);
    stage_restart(&stage);
    assert_null(room_find(&stage.world, "messaging:hall"));
    stage_expect(&stage, "ana", NULL, "POST /channels/messaging/hall/query",
        "{\"data\":{\"members\":[\"ana\"]}}", 201, 0);
    stage_restart(&stage);
    assert_int_equal(room_find(&stage.world, "messaging:hall")->seat_of.count, 1);
    assert_int_equal(room_find(&stage.world, "messaging:hall")->note_count, 0);
}

#define STAGED(function) cmocka_unit_test_setup_teardown(function, open_stage, close_stage)

int main(void) {
    const struct CMUnitTest cases[] = {
        STAGED(a_reply_and_its_events_wait_for_the_disk),
        STAGED(a_failed_batch_is_answered_with_500_and_never_was),
        STAGED(who_asks_again_is_told_what_becomes_of_the_first),
        STAGED(a_full_queue_is_answered_with_500_and_never_was),
        STAGED(what_a_hidden_person_fails_to_store_is_told_to_nobody),
        STAGED(what_a_failed_batch_undoes_does_not_undo_what_was_on_its_way),
        STAGED(a_hiding_that_failed_shows_again),
        STAGED(presence_does_not_overtake_the_update_before_it),
        STAGED(counts_come_in_the_order_of_what_they_count),
        STAGED(hiding_ends_the_typing_when_it_is_on_disk),
        STAGED(who_missed_a_count_must_read_again),
        STAGED(who_listens_no_more_because_of_what_failed_must_read_again),
        STAGED(who_listened_under_a_switch_that_failed_must_read_again),
        STAGED(who_was_let_in_by_what_failed_watches_no_more),
        STAGED(who_listens_no_more_to_a_member_must_read_again),
        STAGED(a_going_that_waited_behind_a_greeting_comes_before_it),
        STAGED(a_hiding_that_failed_while_they_went_is_a_going),
        STAGED(a_showing_that_failed_and_was_seen_is_told_to_be_none),
        STAGED(when_they_were_last_active_does_not_go_back_with_a_failure),
        STAGED(others_do_not_wait_for_him),
        STAGED(who_is_new_is_greeted_when_they_are_on_disk),
        STAGED(who_could_not_be_stored_is_refused_and_may_come_again),
        STAGED(who_leaves_before_the_greeting_was_never_there),
        STAGED(everything_is_there_after_a_restart),
        STAGED(a_deleted_channel_comes_back_empty_after_a_restart),
    };
    return RUN_CASES("server-change", cases);
}
