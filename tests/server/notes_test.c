/* SPDX-License-Identifier: MIT */
/* Messages that memory does not hold are there all the same. */
#include "server/stage.h"

#include "server/notes.h"

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

static void say(const char *id, const char *more) {
    char body[256];
    snprintf(body, sizeof body, "{\"message\":{\"id\":\"%s\",\"text\":\"x\"%s}}", id, more);
    stage_pass(&stage, 1000);
    stage_expect(&stage, "ana", NULL, "POST /channels/messaging/hall/message", body, 201, 0);
}

/* m0 … m(n-1), an hour's worth of them at most in a minute. */
static void say_many(int n) {
    char id[16];
    for (int i = 0; i < n; i++) {
        snprintf(id, sizeof id, "m%d", i);
        say(id, "");
    }
}

static void ids_are(const char *key, const char *wanted) {
    struct bytes got = BYTES_EMPTY;
    for (const json *item = json_first(json_get(stage.reply, key)); item != NULL;
         item = json_next(item))
        bytes_printf(&got, "%s%s", got.len > 0 ? " " : "", json_text_at(item, "id"));
    SAME_TEXT(bytes_text(&got), wanted);
    bytes_fini(&got);
}

static void page(const char *messages, const char *wanted) {
    char body[200];
    snprintf(body, sizeof body, "{\"messages\":%s}", messages);
    stage_expect(&stage, "bo", NULL, "POST /channels/messaging/hall/query", body, 201, 0);
    ids_are("messages", wanted);
}

static void page_all_over(void) {
    page("{\"limit\":2}", "m308 m309");
    page("{\"limit\":2,\"id_lt\":\"m10\"}", "m8 m9");
    page("{\"limit\":2,\"id_lte\":\"m10\"}", "m9 m10");
    page("{\"limit\":2,\"id_gt\":\"m3\"}", "m4 m5");
    page("{\"limit\":2,\"id_gte\":\"m3\"}", "m3 m4");
    page("{\"limit\":3,\"id_gt\":\"m9\",\"id_lt\":\"m12\"}", "m10 m11");
    page("{\"limit\":3,\"id_lt\":\"m0\"}", "");
    page("{\"limit\":3,\"id_gt\":\"m309\"}", "");
    page("{\"limit\":0}", "");
}

static void pages_go_back_to_the_first_message(void **state) {
    (void)state;
    say_many(310);
    page_all_over();
    stage_restart(&stage);
    page_all_over();
}

static void pages_of_a_young_channel_come_from_memory(void **state) {
    (void)state;
    say_many(5);
    page("{\"limit\":2}", "m3 m4");
    page("{\"limit\":2,\"id_lt\":\"m3\"}", "m1 m2");
    page("{\"limit\":2,\"id_gt\":\"m0\"}", "m1 m2");
    stage_expect(&stage, "bo", NULL, "POST /channels/messaging/hall/query",
        "{\"messages\":{\"id_lt\":\"nobody-said-this\"}}", 400, 4);
    stage_expect(&stage, "bo", NULL, "POST /channels/messaging/hall/query",
        "{\"messages\":{\"limit\":301}}", 400, 4);
}

static void an_old_message_can_be_read_changed_and_reacted_to(void **state) {
    (void)state;
    say_many(305);
    stage_restart(&stage);
    assert_null(note_find(&stage.world, "m0"));
    stage_expect(&stage, "bo", NULL, "GET /messages/m0", NULL, 200, 0);
    stage_expect(&stage, "bo", NULL, "POST /messages/m1/reaction",
        "{\"reaction\":{\"type\":\"like\"}}", 201, 0);
    stage_expect(
        &stage, "ana", NULL, "POST /messages/m2", "{\"message\":{\"text\":\"new\"}}", 201, 0);
    stage_restart(&stage);
    stage_expect(&stage, "bo", NULL, "GET /messages/m1", NULL, 200, 0);
    const json *message = json_get(stage.reply, "message");
    assert_int_equal(json_count(json_get(message, "own_reactions")), 1);
    stage_expect(&stage, "bo", NULL, "GET /messages/m2", NULL, 200, 0);
    SAME_TEXT(json_text_at(json_get(stage.reply, "message"), "text"), "new");
}

static void replies_stand_aside_and_are_counted(void **state) {
    (void)state;
    say("m0", "");
    say("r1", ",\"parent_id\":\"m0\"");
    say("r2", ",\"parent_id\":\"m0\"");
    page("{\"limit\":9}", "m0");
    for (int again = 0; again < 2; again++) {
        stage_expect(&stage, "bo", NULL, "GET /messages/m0/replies", NULL, 200, 0);
        ids_are("messages", "r1 r2");
        stage_expect(&stage, "bo", NULL, "GET /messages/m0", NULL, 200, 0);
        int64_t count;
        assert_true(json_as_integer(json_path(stage.reply, "message.reply_count"), &count));
        assert_int_equal(count, 2);
        stage_restart(&stage);
    }
}

static void what_waits_for_the_disk_is_not_let_go(void **state) {
    (void)state;
    say("m0", "");
    say("r1", ",\"parent_id\":\"m0\"");
    stage.store.held = true;
    stage_call(&stage, "ana", NULL, "POST /messages/r1", "{\"message\":{\"text\":\"new\"}}");
    struct note *note = note_find(&stage.world, "r1");
    assert_non_null(note);
    assert_true(note->pending > stage.world.gate.settled);
    size_t crowd = stage.world.aside_count;
    stage.world.aside_count = 100000; /* as if there were too many */
    notes_tidy(&stage.world);
    assert_ptr_equal(note_find(&stage.world, "r1"), note);
    stage.world.aside_count = crowd;
    stage_settle(&stage, 0);
    stage.store.held = false;
    stage.world.aside_count = 100000;
    notes_tidy(&stage.world);
    assert_null(note_find(&stage.world, "r1"));
    stage.world.aside_count = 0;
    stage_expect(&stage, "ana", NULL, "GET /messages/r1", NULL, 200, 0);
    SAME_TEXT(json_text_at(json_get(stage.reply, "message"), "text"), "new");
}

static void a_truncated_channel_is_empty_and_stays_so(void **state) {
    (void)state;
    say_many(305);
    say("r1", ",\"parent_id\":\"m304\"");
    stage_expect(&stage, "ana", NULL, "POST /channels/messaging/hall/truncate", "{}", 201, 0);
    for (int again = 0; again < 2; again++) {
        page("{\"limit\":9}", "");
        stage_expect(&stage, "bo", NULL, "GET /messages/m0", NULL, 404, 16);
        stage_expect(&stage, "bo", NULL, "GET /messages/r1", NULL, 404, 16);
        stage_restart(&stage);
    }
    say("after", "");
    page("{\"limit\":9}", "after");
}

static void a_message_deleted_for_good_takes_its_replies_along(void **state) {
    (void)state;
    say("m0", "");
    say("r1", ",\"parent_id\":\"m0\"");
    stage_expect(&stage, "ana", NULL, "DELETE /messages/m0", "{\"hard\":true}", 200, 0);
    stage_expect(&stage, "ana", NULL, "GET /messages/m0", NULL, 404, 16);
    stage_expect(&stage, "ana", NULL, "GET /messages/r1", NULL, 404, 16);
}

static void a_softly_deleted_one_is_there_without_its_text(void **state) {
    (void)state;
    say("m0", ",\"secret\":1");
    stage_expect(&stage, "ana", NULL, "DELETE /messages/m0", NULL, 200, 0);
    for (int again = 0; again < 2; again++) {
        stage_expect(&stage, "bo", NULL, "GET /messages/m0", NULL, 200, 0);
        const json *message = json_get(stage.reply, "message");
        SAME_TEXT(json_text_at(message, "type"), "deleted");
        SAME_TEXT(json_text_at(message, "text"), "");
        assert_null(json_get(message, "secret"));
        stage_restart(&stage);
    }
    stage_expect(
        &stage, "ana", NULL, "POST /messages/m0", "{\"message\":{\"text\":\"back\"}}", 400, 4);
}

static void what_an_author_names_is_kept(void **state) {
    (void)state;
    say("m0", ",\"attachments\":[{\"type\":\"image\"}],\"mentioned_users\":[\"bo\",\"bo\"]");
    for (int again = 0; again < 2; again++) {
        stage_expect(&stage, "bo", NULL, "GET /messages/m0", NULL, 200, 0);
        const json *message = json_get(stage.reply, "message");
        SAME_TEXT(json_text_at(json_first(json_get(message, "attachments")), "type"), "image");
        SAME_TEXT(json_text_at(json_first(json_get(message, "mentioned_users")), "id"), "bo");
        stage_restart(&stage);
    }
    static const char *const wrong[] = {"\"attachments\":{}", "\"attachments\":[1]",
        "\"mentioned_users\":[\"nobody\"]", "\"mentioned_users\":\"bo\""};
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        char body[128];
        snprintf(body, sizeof body, "{\"message\":{\"text\":\"x\",%s}}", wrong[i]);
        stage_expect(&stage, "ana", NULL, "POST /channels/messaging/hall/message", body, 400, 4);
    }
}

/* Else time tells whether the id is somebody's. `./run bench token` measures how much is left. */
static void what_may_not_be_read_is_looked_for_as_long_as_what_is_not_there(void **state) {
    (void)state;
    static const char *const ids[] = {"m0", "never", "m0"};
    say("m0", "");
    stage_connect(&stage, "eve", "");
    for (size_t i = 0; i < sizeof ids / sizeof ids[0]; i++) {
        char line[40];
        const unsigned before = stage.store.looked;
        snprintf(line, sizeof line, "GET /messages/%s", ids[i]);
        stage_expect(&stage, "eve", NULL, line, NULL, 404, 16);
        assert_int_equal(stage.store.looked, before + 1);
    }
    const unsigned before = stage.store.looked;
    stage_expect(&stage, "bo", NULL, "GET /messages/m0", NULL, 200, 0);
    assert_int_equal(stage.store.looked, before);
}

#define WITH(function) cmocka_unit_test_setup_teardown(function, open_stage, close_stage)

int main(void) {
    const struct CMUnitTest cases[] = {WITH(pages_go_back_to_the_first_message),
        WITH(pages_of_a_young_channel_come_from_memory),
        WITH(an_old_message_can_be_read_changed_and_reacted_to),
        WITH(replies_stand_aside_and_are_counted), WITH(what_waits_for_the_disk_is_not_let_go),
        WITH(a_truncated_channel_is_empty_and_stays_so),
        WITH(a_message_deleted_for_good_takes_its_replies_along),
        WITH(a_softly_deleted_one_is_there_without_its_text), WITH(what_an_author_names_is_kept),
        WITH(what_may_not_be_read_is_looked_for_as_long_as_what_is_not_there)};
    return RUN_CASES("server-notes", cases);
}
