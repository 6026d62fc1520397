/* SPDX-License-Identifier: MIT */
/* Coming, going, hiding, watching: what each of the others hears, word for word. */
#include "server/stage.h"

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

static struct stage_socket *ana_watches(void) {
    struct stage_socket *ana = stage_connect(&stage, "ana", "");
    stage_watch(ana, "messaging:hall");
    return ana;
}

static void coming_and_a_goodbye_are_told_at_once(void **state) {
    (void)state;
    struct stage_socket *ana = ana_watches();
    struct stage_socket *bo = stage_connect(&stage, "bo", "");
    SAME_TEXT(stage_heard(ana), "user.presence.changed:bo:online");
    stage_goodbye(bo);
    SAME_TEXT(stage_heard(ana), "user.presence.changed:bo:offline");
}

static void a_second_connection_raises_nothing(void **state) {
    (void)state;
    struct stage_socket *ana = ana_watches();
    struct stage_socket *one = stage_connect(&stage, "bo", "");
    stage_forget(&stage);
    struct stage_socket *two = stage_connect(&stage, "bo", "");
    stage_goodbye(one);
    SAME_TEXT(stage_heard(ana), "");
    stage_goodbye(two);
    SAME_TEXT(stage_heard(ana), "user.presence.changed:bo:offline");
}

static void a_lost_connection_lingers_with_its_watching(void **state) {
    (void)state;
    struct stage_socket *ana = ana_watches();
    struct stage_socket *bo = stage_connect(&stage, "bo", "");
    stage_watch(bo, "messaging:hall");
    stage_forget(&stage);
    stage_lose(bo);
    stage_pass(&stage, 4999);
    SAME_TEXT(stage_heard(ana), "");
    stage_pass(&stage, 1);
    SAME_TEXT(stage_heard(ana), "user.watching.stop:bo:1 user.presence.changed:bo:offline");
}

static void a_reconnect_within_the_linger_shows_nothing(void **state) {
    (void)state;
    struct stage_socket *ana = ana_watches();
    struct stage_socket *bo = stage_connect(&stage, "bo", "");
    stage_forget(&stage);
    stage_lose(bo);
    stage_pass(&stage, 2000);
    stage_connect(&stage, "bo", "");
    stage_pass(&stage, 10000);
    SAME_TEXT(stage_heard(ana), "");
}

static void hiding_looks_like_leaving_and_showing_like_coming(void **state) {
    (void)state;
    struct stage_socket *ana = ana_watches();
    struct stage_socket *bo = stage_connect(&stage, "bo", "");
    stage_watch(bo, "messaging:hall");
    stage_forget(&stage);
    stage_expect(&stage, "bo", NULL, "PATCH /users",
        "{\"users\":[{\"id\":\"bo\",\"set\":{\"invisible\":true}}]}", 200, 0);
    SAME_TEXT(stage_heard(ana), "user.watching.stop:bo:1 user.presence.changed:bo:offline");
    SAME_TEXT(stage_heard(bo), "user.updated:bo");
    stage_expect(&stage, "bo", NULL, "POST /users",
        "{\"users\":{\"bo\":{\"id\":\"bo\",\"invisible\":false}}}", 201, 0);
    SAME_TEXT(stage_heard(ana), "user.presence.changed:bo:online user.watching.start:bo:2");
}

static void who_hides_at_connect_is_seen_by_nobody(void **state) {
    (void)state;
    struct stage_socket *ana = ana_watches();
    struct stage_socket *bo = stage_connect(&stage, "bo", ",\"invisible\":true");
    stage_expect(
        &stage, "bo", bo, "POST /channels/messaging/hall/query", "{\"watch\":true}", 201, 0);
    SAME_TEXT(stage_heard(bo), "user.watching.start:bo:2");
    stage_lose(bo);
    stage_pass(&stage, 20000);
    SAME_TEXT(stage_heard(ana), "");
}

static void who_shows_is_the_last_who_watches(void **state) {
    (void)state;
    struct stage_socket *bo = stage_connect(&stage, "bo", ",\"invisible\":true");
    stage_watch(bo, "messaging:hall");
    ana_watches();
    stage_connect(&stage, "bo", ",\"invisible\":false");
    stage_expect(&stage, "ana", NULL, "POST /channels/messaging/hall/query",
        "{\"watchers\":{\"limit\":2}}", 201, 0);
    const json *first = json_first(json_get(stage.reply, "watchers"));
    SAME_TEXT(json_text_at(first, "id"), "ana");
    SAME_TEXT(json_text_at(json_next(first), "id"), "bo");
}

static void write_as(const char *user, const char *id) {
    char body[100];
    snprintf(body, sizeof body, "{\"message\":{\"id\":\"%s\",\"text\":\"x\"}}", id);
    stage_expect(&stage, user, NULL, "POST /channels/messaging/hall/message", body, 201, 0);
}

/* What somebody sees of how far bo has read: the id of a message. */
static const char *read_by_bo(const char *asker) {
    stage_expect(&stage, asker, NULL, "POST /channels/messaging/hall/query", "{}", 201, 0);
    const json *read = json_first(json_get(stage.reply, "read"));
    while (read != NULL && strcmp(json_text_at(json_get(read, "user"), "id"), "bo") != 0)
        read = json_next(read);
    const char *id = json_text_at(read, "last_read_message_id");
    return id != NULL ? id : "";
}

static void what_was_read_unseen_is_not_made_known_later(void **state) {
    (void)state;
    struct stage_socket *bo = stage_connect(&stage, "bo", ",\"invisible\":true");
    write_as("ana", "one");
    write_as("ana", "two");
    stage_pass(&stage, 1);
    stage_expect(&stage, "bo", bo, "POST /channels/messaging/hall/read", "{}", 201, 0);
    SAME_TEXT(read_by_bo("ana"), "");
    SAME_TEXT(read_by_bo("bo"), "two");
    stage_connect(&stage, "bo", ",\"invisible\":false");
    stage_expect(
        &stage, "bo", bo, "POST /channels/messaging/hall/read", "{\"message_id\":\"one\"}", 201, 0);
    SAME_TEXT(read_by_bo("ana"), "one");
    SAME_TEXT(read_by_bo("bo"), "two");
}

static void reading_what_others_saw_read_is_told_to_nobody(void **state) {
    (void)state;
    struct stage_socket *ana = ana_watches();
    stage_connect(&stage, "bo", "");
    write_as("ana", "one");
    stage_expect(&stage, "bo", NULL, "POST /channels/read", "{}", 201, 0);
    stage_connect(&stage, "bo", ",\"invisible\":true");
    stage_expect(&stage, "bo", NULL, "POST /channels/messaging/hall/unread",
        "{\"message_id\":\"one\"}", 201, 0);
    stage_connect(&stage, "bo", ",\"invisible\":false");
    stage_forget(&stage);
    stage_expect(&stage, "bo", NULL, "POST /channels/read", "{}", 201, 0);
    SAME_TEXT(stage_heard(ana), "");
    SAME_TEXT(read_by_bo("bo"), "one");
}

static void a_message_of_who_is_not_seen_moves_no_mark_for_others(void **state) {
    (void)state;
    write_as("bo", "away");
    SAME_TEXT(read_by_bo("ana"), "");
    stage_connect(&stage, "bo", ",\"invisible\":true");
    write_as("bo", "hidden");
    SAME_TEXT(read_by_bo("ana"), "");
    stage_connect(&stage, "bo", ",\"invisible\":false");
    write_as("bo", "seen");
    SAME_TEXT(read_by_bo("ana"), "seen");
}

static void hiding_ends_the_typing(void **state) {
    (void)state;
    struct stage_socket *ana = ana_watches();
    struct stage_socket *bo = stage_connect(&stage, "bo", "");
    stage_expect(&stage, "bo", bo, "POST /channels/messaging/hall/event",
        "{\"event\":{\"type\":\"typing.start\"}}", 201, 0);
    stage_forget(&stage);
    stage_expect(&stage, "bo", NULL, "PATCH /users",
        "{\"users\":[{\"id\":\"bo\",\"set\":{\"invisible\":true}}]}", 200, 0);
    SAME_TEXT(stage_heard(ana), "typing.stop:bo user.presence.changed:bo:offline");
    stage_pass(&stage, TYPING_LASTS_MS);
    SAME_TEXT(stage_heard(ana), "");
}

static void hiding_survives_a_restart(void **state) {
    (void)state;
    stage_goodbye(stage_connect(&stage, "bo", ",\"invisible\":true"));
    stage_restart(&stage);
    struct stage_socket *ana = ana_watches();
    stage_connect(&stage, "bo", "");
    SAME_TEXT(stage_heard(ana), "");
    stage_connect(&stage, "bo", ",\"invisible\":false");
    SAME_TEXT(stage_heard(ana), "user.presence.changed:bo:online");
}

static void a_status_is_told_once_after_the_update(void **state) {
    (void)state;
    stage_hall(&stage, "messaging:second", "ana,bo");
    struct stage_socket *ana = ana_watches();
    stage_watch(ana, "messaging:second");
    stage_connect(&stage, "bo", "");
    stage_forget(&stage);
    static const char set[] = "{\"users\":[{\"id\":\"bo\",\"set\":{\"status\":\"busy\"}}]}";
    stage_expect(&stage, "bo", NULL, "PATCH /users", set, 200, 0);
    SAME_TEXT(stage_heard(ana), "user.updated:bo user.presence.changed:bo:online");
    stage_expect(&stage, "bo", NULL, "PATCH /users", set, 200, 0);
    SAME_TEXT(stage_heard(ana), "");
}

static void a_status_while_away_or_hidden_is_no_presence(void **state) {
    (void)state;
    struct stage_socket *ana = ana_watches();
    static const char set[] = "{\"users\":[{\"id\":\"bo\",\"set\":{\"status\":\"%s\"}}]}";
    char body[100];
    snprintf(body, sizeof body, set, "away");
    stage_expect(&stage, "bo", NULL, "PATCH /users", body, 200, 0);
    SAME_TEXT(stage_heard(ana), "user.updated:bo");
    stage_connect(&stage, "bo", ",\"invisible\":true");
    snprintf(body, sizeof body, set, "hidden");
    stage_expect(&stage, "bo", NULL, "PATCH /users", body, 200, 0);
    SAME_TEXT(stage_heard(ana), "user.updated:bo");
}

static void typing_ends_by_itself_and_with_its_connection(void **state) {
    (void)state;
    struct stage_socket *ana = ana_watches();
    struct stage_socket *bo = stage_connect(&stage, "bo", "");
    stage_forget(&stage);
    static const char start[] = "{\"event\":{\"type\":\"typing.start\"}}";
    stage_expect(&stage, "bo", bo, "POST /channels/messaging/hall/event", start, 201, 0);
    stage_pass(&stage, 9999);
    SAME_TEXT(stage_heard(ana), "typing.start:bo");
    stage_pass(&stage, 1);
    SAME_TEXT(stage_heard(ana), "typing.stop:bo");
    stage_expect(&stage, "bo", bo, "POST /channels/messaging/hall/event", start, 201, 0);
    stage_lose(bo);
    SAME_TEXT(stage_heard(ana), "typing.start:bo typing.stop:bo");
}

static void stop_watching_ends_what_came_only_from_it(void **state) {
    (void)state;
    stage_hall(&stage, "messaging:second", "ana,bo");
    struct stage_socket *ana = ana_watches();
    stage_watch(ana, "messaging:second");
    stage_expect(&stage, "ana", ana, "POST /channels/messaging/hall/stop-watching", "{}", 201, 0);
    struct stage_socket *bo = stage_connect(&stage, "bo", "");
    SAME_TEXT(stage_heard(ana), "user.presence.changed:bo:online");
    stage_expect(&stage, "ana", ana, "POST /channels/messaging/second/stop-watching", "{}", 201, 0);
    stage_goodbye(bo);
    SAME_TEXT(stage_heard(ana), "");
}

static void connect_events_off_acts_at_once(void **state) {
    (void)state;
    struct stage_socket *ana = ana_watches();
    struct stage_socket *bo = stage_connect(&stage, "bo", "");
    stage_forget(&stage);
    stage_expect(
        &stage, NULL, NULL, "PUT /channeltypes/messaging", "{\"connect_events\":false}", 201, 0);
    stage_watch(bo, "messaging:hall");
    stage_goodbye(bo);
    SAME_TEXT(stage_heard(ana), "");
}

static void who_is_removed_watches_no_more_and_is_listened_to_no_more(void **state) {
    (void)state;
    struct stage_socket *ana = ana_watches();
    struct stage_socket *bo = stage_connect(&stage, "bo", "");
    stage_watch(bo, "messaging:hall");
    stage_expect(&stage, "ana", NULL, "POST /channels/messaging/hall",
        "{\"remove_members\":[\"bo\"]}", 201, 0);
    SAME_TEXT(stage_heard(ana), "member.removed:bo user.watching.stop:bo:1 channel.updated:ana");
    SAME_TEXT(stage_heard(bo), "member.removed:bo notification.removed_from_channel:ana");
    stage_goodbye(bo);
    SAME_TEXT(stage_heard(ana), "");
}

static void who_listens_without_watching_hears_no_more_of_who_is_removed(void **state) {
    (void)state;
    struct stage_socket *ana = stage_connect(&stage, "ana", "");
    stage_expect(
        &stage, "ana", ana, "POST /channels/messaging/hall/query", "{\"presence\":true}", 201, 0);
    stage_expect(&stage, "ana", NULL, "POST /channels/messaging/hall",
        "{\"remove_members\":[\"bo\"]}", 201, 0);
    stage_forget(&stage);
    stage_connect(&stage, "bo", "");
    SAME_TEXT(stage_heard(ana), "");
}

static void who_is_added_sees_the_truth_of_themself(void **state) {
    (void)state;
    struct stage_socket *cy = stage_connect(&stage, "cy", "");
    stage_forget(&stage);
    stage_expect(
        &stage, "ana", NULL, "POST /channels/messaging/hall", "{\"add_members\":[\"cy\"]}", 201, 0);
    assert_int_equal(cy->count, 1);
    assert_non_null(strstr(cy->heard[0], "\"invisible\":false"));
}

static void who_is_added_is_told_on_all_connections(void **state) {
    (void)state;
    struct stage_socket *ana = ana_watches();
    struct stage_socket *cy = stage_connect(&stage, "cy", "");
    struct stage_socket *again = stage_connect(&stage, "cy", "");
    stage_forget(&stage);
    stage_expect(
        &stage, "ana", NULL, "POST /channels/messaging/hall", "{\"add_members\":[\"cy\"]}", 201, 0);
    SAME_TEXT(stage_heard(ana), "member.added:cy channel.updated:ana");
    SAME_TEXT(stage_heard(cy), "notification.added_to_channel:ana");
    SAME_TEXT(stage_heard(again), "notification.added_to_channel:ana");
}

static void last_active_is_refreshed_and_told_to_nobody(void **state) {
    (void)state;
    struct stage_socket *ana = ana_watches();
    stage_connect(&stage, "bo", "");
    struct person *bo = person_find(&stage.world, "bo");
    int64_t then = bo->presence.shown_active_us;
    stage_forget(&stage);
    stage_pass(&stage, LAST_ACTIVE_EVERY_MS);
    assert_true(bo->presence.shown_active_us > then);
    SAME_TEXT(stage_heard(ana), "");
    int64_t now = bo->presence.shown_active_us;
    stage_restart(&stage);
    assert_int_equal(person_find(&stage.world, "bo")->presence.shown_active_us, now);
}

/* What the leak checker says of the end. */
static void a_world_may_end_while_somebody_types(void **state) {
    (void)state;
    struct stage_socket *bo = stage_connect(&stage, "bo", "");
    stage_expect(&stage, "bo", bo, "POST /channels/messaging/hall/event",
        "{\"event\":{\"type\":\"typing.start\",\"parent_id\":\"m\"}}", 201, 0);
    stage_restart(&stage);
    assert_int_equal(typing_next_mono_us(&stage.world), INT64_MAX);
}

static void flap(int times) {
    for (int i = 0; i < times; i++)
        stage_goodbye(stage_connect(&stage, "bo", ""));
}

#define CAME_AND_LEFT "user.presence.changed:bo:online user.presence.changed:bo:offline"
#define FIVE_TIMES                                                                                 \
    CAME_AND_LEFT " " CAME_AND_LEFT " " CAME_AND_LEFT " " CAME_AND_LEFT " " CAME_AND_LEFT

static void who_comes_and_goes_without_end_is_told_of_now_and_then(void **state) {
    (void)state;
    struct stage_socket *ana = ana_watches();
    flap(50); /* in 50 ms */
    SAME_TEXT(stage_heard(ana), FIVE_TIMES);
    stage_pass(&stage, 10000);
    SAME_TEXT(stage_heard(ana), ""); /* it is as they were told */
    flap(5);
    stage_connect(&stage, "bo", "");
    stage_forget(&stage);
    stage_pass(&stage, 980);
    SAME_TEXT(stage_heard(ana), "");
    stage_pass(&stage, 20);
    SAME_TEXT(stage_heard(ana), "user.presence.changed:bo:online");
}

static void who_hides_at_a_connect_is_told_of_like_who_leaves(void **state) {
    (void)state;
    struct stage_socket *ana = ana_watches();
    flap(4);
    stage_connect(&stage, "bo", "");
    stage_forget(&stage);
    stage_connect(&stage, "bo", ",\"invisible\":true");
    SAME_TEXT(stage_heard(ana), "user.presence.changed:bo:offline");
    stage_connect(&stage, "bo", ",\"invisible\":false");
    stage_pass(&stage, 900);
    SAME_TEXT(stage_heard(ana), "");
    stage_pass(&stage, 200);
    SAME_TEXT(stage_heard(ana), "user.presence.changed:bo:online");
}

static void who_hides_by_a_call_is_hidden_when_it_is_answered(void **state) {
    (void)state;
    struct stage_socket *ana = ana_watches();
    struct stage_socket *bo = stage_connect(&stage, "bo", "");
    stage_forget(&stage);
    for (int i = 0; i < 10; i++) {
        stage_expect(&stage, "bo", bo, "PATCH /users",
            "{\"users\":[{\"id\":\"bo\",\"set\":{\"invisible\":true}}]}", 200, 0);
        SAME_TEXT(stage_heard(ana), "user.presence.changed:bo:offline");
        stage_expect(&stage, "bo", bo, "PATCH /users",
            "{\"users\":[{\"id\":\"bo\",\"set\":{\"invisible\":false}}]}", 200, 0);
        SAME_TEXT(stage_heard(ana), "user.presence.changed:bo:online");
    }
}

static void a_status_at_each_connect_is_told_of_now_and_then(void **state) {
    (void)state;
    struct stage_socket *ana = ana_watches();
    stage_connect(&stage, "bo", "");
    stage_pass(&stage, 2000);
    stage_forget(&stage);
    for (int i = 0; i < 40; i++) {
        char status[40];
        snprintf(status, sizeof status, ",\"status\":\"s%d\"", i);
        stage_goodbye(stage_connect(&stage, "bo", status));
    }
    size_t told = 0;
    for (const char *at = stage_heard(ana); (at = strstr(at, "presence")) != NULL; at++)
        told++;
    assert_int_equal(told, 10);
    stage_pass(&stage, 1000);
    assert_int_equal(ana->count, 1);
    assert_non_null(strstr(ana->heard[0], "\"status\":\"s39\""));
}

static void what_is_owed_waits_for_the_disk(void **state) {
    (void)state;
    struct stage_socket *ana = ana_watches();
    flap(4);
    struct stage_socket *bo = stage_connect(&stage, "bo", "");
    stage_goodbye(bo);
    stage_connect(&stage, "bo", "");
    stage_pass(&stage, 1000);
    stage_forget(&stage);
    stage.store.held = true;
    stage_connect(&stage, "bo", ",\"invisible\":true");
    stage_pass(&stage, 2000);
    SAME_TEXT(stage_heard(ana), "");
    stage.store.held = false;
    stage_settle(&stage, 0);
    SAME_TEXT(stage_heard(ana), "user.presence.changed:bo:offline");
}

/* They are counted where calls are. */
static void each_status_that_is_set_by_a_call_is_told(void **state) {
    (void)state;
    struct stage_socket *ana = ana_watches();
    flap(1);
    stage_connect(&stage, "bo", "");
    stage_forget(&stage);
    for (int i = 0; i < 20; i++) {
        char body[96];
        snprintf(
            body, sizeof body, "{\"users\":[{\"id\":\"bo\",\"set\":{\"status\":\"s%d\"}}]}", i);
        stage_expect(&stage, "bo", NULL, "PATCH /users", body, 200, 0);
        SAME_TEXT(stage_heard(ana), "user.updated:bo user.presence.changed:bo:online");
    }
}

#define STAGED(function) cmocka_unit_test_setup_teardown(function, open_stage, close_stage)

int main(void) {
    const struct CMUnitTest cases[] = {
        STAGED(coming_and_a_goodbye_are_told_at_once),
        STAGED(a_second_connection_raises_nothing),
        STAGED(a_lost_connection_lingers_with_its_watching),
        STAGED(a_reconnect_within_the_linger_shows_nothing),
        STAGED(who_comes_and_goes_without_end_is_told_of_now_and_then),
        STAGED(who_hides_at_a_connect_is_told_of_like_who_leaves),
        STAGED(who_hides_by_a_call_is_hidden_when_it_is_answered),
        STAGED(a_status_at_each_connect_is_told_of_now_and_then),
        STAGED(what_is_owed_waits_for_the_disk),
        STAGED(each_status_that_is_set_by_a_call_is_told),
        STAGED(hiding_looks_like_leaving_and_showing_like_coming),
        STAGED(who_hides_at_connect_is_seen_by_nobody),
        STAGED(who_shows_is_the_last_who_watches),
        STAGED(what_was_read_unseen_is_not_made_known_later),
        STAGED(reading_what_others_saw_read_is_told_to_nobody),
        STAGED(a_message_of_who_is_not_seen_moves_no_mark_for_others),
        STAGED(hiding_ends_the_typing),
        STAGED(hiding_survives_a_restart),
        STAGED(a_status_is_told_once_after_the_update),
        STAGED(a_status_while_away_or_hidden_is_no_presence),
        STAGED(typing_ends_by_itself_and_with_its_connection),
        STAGED(a_world_may_end_while_somebody_types),
        STAGED(stop_watching_ends_what_came_only_from_it),
        STAGED(connect_events_off_acts_at_once),
        STAGED(who_is_removed_watches_no_more_and_is_listened_to_no_more),
        STAGED(who_listens_without_watching_hears_no_more_of_who_is_removed),
        STAGED(who_is_added_sees_the_truth_of_themself),
        STAGED(who_is_added_is_told_on_all_connections),
        STAGED(last_active_is_refreshed_and_told_to_nobody),
    };
    return RUN_CASES("server-home", cases);
}
