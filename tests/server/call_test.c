/* SPDX-License-Identifier: MIT */
/* The calls, as a table of who asks what and what they are told; and what a hidden person leaves
 * behind in the answers to others: nothing. */
#include "server/stage.h"

static struct stage stage;

static int open_stage(void **state) {
    (void)state;
    stage_open(&stage);
    stage_hall(&stage, "messaging:hall", "ana,bo,cy");
    stage_hall(&stage, "livestream:show", "ana");
    stage_call(&stage, "eve", NULL, "GET /app", NULL);
    stage_expect(&stage, "bo", NULL, "POST /channels/messaging/hall/message",
        "{\"message\":{\"id\":\"m1\",\"text\":\"hello\"}}", 201, 0);
    return 0;
}

static int close_stage(void **state) {
    (void)state;
    stage_close(&stage);
    return 0;
}

struct row {
    const char *user, *line, *body;
    int status, code;
};

static void hold(const struct row *rows, size_t count) {
    for (size_t i = 0; i < count; i++)
        stage_expect(
            &stage, rows[i].user, NULL, rows[i].line, rows[i].body, rows[i].status, rows[i].code);
}
#define HOLD(rows) hold(rows, sizeof rows / sizeof rows[0])

#define HALL "/channels/messaging/hall"
#define SHOW "/channels/livestream/show"

static void only_who_may_reads_and_writes(void **state) {
    (void)state;
    const struct row rows[] = {
        {"bo", "POST " HALL "/query", "{\"state\":true}", 201, 0},
        {"eve", "POST " HALL "/query", "{\"state\":true}", 403, 17},
        {"eve", "POST " HALL "/message", "{\"message\":{\"text\":\"x\"}}", 403, 17},
        {"eve", "POST " HALL "/event", "{\"event\":{\"type\":\"typing.start\"}}", 403, 17},
        {"eve", "POST " HALL, "{\"add_members\":[\"eve\"]}", 403, 17},
        {"eve", "PATCH " HALL, "{\"set\":{\"color\":\"red\"}}", 403, 17},
        {"eve", "DELETE " HALL, NULL, 403, 17},
        {"eve", "GET /members", "{\"type\":\"messaging\",\"id\":\"hall\"}", 403, 17},
        {"eve", "GET /messages/m1", NULL, 404, 16},
        {"bo", "POST " HALL, "{\"add_members\":[\"eve\"]}", 403, 17},
        {"bo", "POST " HALL, "{\"remove_members\":[\"cy\"]}", 403, 17},
        {"bo", "POST " HALL, "{\"add_moderators\":[\"bo\"]}", 403, 17},
        {"bo", "PATCH " HALL, "{\"set\":{\"color\":\"red\"}}", 403, 17},
        {"bo", "DELETE " HALL, NULL, 403, 17},
        {"cy", "DELETE /messages/m1", NULL, 403, 17},
        {"cy", "POST /messages/m1", "{\"message\":{\"text\":\"x\"}}", 403, 17},
        {"bo", "POST /messages/m1", "{\"message\":{\"text\":\"x\"}}", 201, 0},
        {"cy", "POST " HALL, "{\"remove_members\":[\"cy\"]}", 201, 0},
        {"cy", "POST " HALL "/query", "{\"state\":true}", 403, 17},
        {"ana", "POST " HALL, "{\"add_moderators\":[\"bo\"]}", 201, 0},
        {"bo", "POST " HALL, "{\"add_members\":[\"cy\"]}", 201, 0},
        {"eve", "POST " SHOW "/query", "{\"state\":true}", 201, 0},
        {"eve", "POST " SHOW "/message", "{\"message\":{\"text\":\"x\"}}", 201, 0},
        {"eve", "POST " SHOW, "{\"add_members\":[\"eve\"]}", 201, 0},
        {"eve", "DELETE " SHOW, NULL, 403, 17},
        {"ana", "GET /channeltypes", NULL, 403, 17},
        {"ana", "PUT /channeltypes/messaging", "{\"connect_events\":false}", 403, 17},
        {"bo", "POST /users", "{\"users\":{\"ana\":{\"id\":\"ana\"}}}", 403, 17},
    };
    HOLD(rows);
}

static void what_is_wrong_is_refused_with_its_code(void **state) {
    (void)state;
    const struct row rows[] = {
        {"ana", "GET /nosuch", NULL, 404, 16},
        {"ana", "POST /app", "{}", 404, 16},
        {"ana", "POST /channels/nosuch/x/query", "{\"state\":true}", 404, 16},
        {"ana", "POST /channels/messaging/no space/query", "{\"state\":true}", 400, 4},
        {"ana", "POST /channels/messaging/new/query", NULL, 400, 4},
        {"ana", "POST /channels/messaging/new/query", "[]", 400, 4},
        {"ana", "POST /channels/messaging/new/query", "{\"data\":{\"members\":[\"ghost\"]}}", 400,
            4},
        {"ana", "POST /channels/messaging/new/query", "{\"watch\":true}", 400, 4},
        {"ana", "POST /channels/messaging/new/query", "{\"presence\":true}", 400, 4},
        {"ana", "POST /channels/messaging/new/query", "{\"messages\":{\"limit\":301}}", 400, 4},
        {"ana", "POST /channels/messaging/new/query", "{\"members\":{\"limit\":-1}}", 400, 4},
        {"ana", "POST /channels/messaging/new/query", "{\"watch\":\"yes\"}", 400, 4},
        {"ana", "POST /channels/messaging/new/message", "{\"message\":{\"text\":\"x\"}}", 404, 16},
        {"ana", "POST /channels/messaging/query", "{\"data\":{\"members\":[\"ana\"]}}", 400, 4},
        {"ana", "POST /channels", "{\"limit\":31}", 400, 4},
        {"ana", "POST /channels", "{\"offset\":1001}", 400, 4},
        {"ana", "POST /channels", "{\"member_limit\":101}", 400, 4},
        {"ana", "POST /channels", "{\"filter_conditions\":{\"frozen\":\"x\"}}", 400, 4},
        {"ana", "POST /channels", "{\"sort\":[{\"field\":\"cid\",\"direction\":2}]}", 400, 4},
        {"ana", "GET /users", "{\"limit\":101}", 400, 4},
        {"ana", "GET /users", "{\"presence\":true}", 400, 4},
        {"ana", "GET /users", "{", 400, 4},
        {"ana", "GET /members", "{\"type\":\"messaging\"}", 400, 4},
        {"ana", "GET /members", "{\"type\":\"messaging\",\"id\":\"nosuch\"}", 404, 16},
        {"ana", "POST " HALL, "{\"add_members\":[\"ghost\"]}", 400, 4},
        {"ana", "POST " HALL, "{\"add_members\":\"bo\"}", 400, 4},
        {"ana", "PATCH " HALL, "{}", 400, 4},
        {"ana", "PATCH " HALL, "{\"set\":{\"cid\":\"x\"}}", 400, 4},
        {"ana", "POST " HALL "/message", "{\"message\":{\"id\":\"m1\",\"text\":\"x\"}}", 400, 4},
        {"ana", "POST " HALL "/message", "{\"message\":{\"text\":\"\"}}", 400, 4},
        {"ana", "POST " HALL "/message", "{}", 400, 4},
        {"ana", "POST " HALL "/event", "{\"event\":{\"type\":\"message.new\"}}", 400, 4},
        {"ana", "POST " SHOW "/event", "{\"event\":{\"type\":\"typing.start\"}}", 400, 18},
        {"ana", "GET /messages/nosuch", NULL, 404, 16},
        {"ana", "PATCH /users", "{\"users\":[{\"id\":\"ana\",\"set\":{\"role\":\"admin\"}}]}", 403,
            17},
        {"ana", "PATCH /users", "{\"users\":[]}", 400, 4},
        {NULL, "PATCH /users", "{\"users\":[{\"id\":\"ghost\",\"set\":{}}]}", 404, 16},
        {NULL, "POST /channels/messaging/new/query", "{\"data\":{}}", 400, 4},
        {NULL, "POST " HALL "/message", "{\"message\":{\"text\":\"x\"}}", 400, 4},
        {NULL, "POST /channeltypes", "{\"name\":\"messaging\"}", 400, 4},
        {NULL, "PUT /channeltypes/messaging", "{\"connect_events\":\"no\"}", 400, 4},
        {NULL, "PUT /channeltypes/nosuch", "{\"connect_events\":true}", 404, 16},
        {NULL, "DELETE /channeltypes/messaging", NULL, 400, 4},
    };
    HOLD(rows);
}

static void a_refused_members_call_changes_nothing(void **state) {
    (void)state;
    struct room *room = room_find(&stage.world, "messaging:hall");
    stage_expect(&stage, "ana", NULL, "POST " HALL,
        "{\"add_members\":[\"eve\"],\"remove_members\":[\"ghost\"]}", 400, 4);
    stage_expect(&stage, "ana", NULL, "POST " HALL,
        "{\"add_members\":[\"eve\"],\"data\":{\"color\":\"red\"},\"message\":{\"text\":\"\"}}", 400,
        4);
    assert_int_equal(room->seat_of.count, 3);
    assert_null(room->channel.custom);
    stage_expect(&stage, "ana", NULL, "POST " HALL,
        "{\"add_members\":[\"eve\"],\"data\":{\"color\":\"red\"},\"message\":{\"text\":\"hi\"}}",
        201, 0);
    assert_int_equal(room->seat_of.count, 4);
    assert_int_equal(room->note_count, 2);
    SAME_TEXT(json_text_at(room->channel.custom, "color"), "red");
}

static void an_upsert_is_all_or_nothing(void **state) {
    (void)state;
    stage_expect(&stage, NULL, NULL, "POST /users",
        "{\"users\":{\"x1\":{\"id\":\"x1\"},\"x2\":{\"id\":\"x2\",\"online\":true}}}", 400, 4);
    assert_null(person_find(&stage.world, "x1"));
    stage_expect(&stage, NULL, NULL, "POST /users",
        "{\"users\":{\"x1\":{\"id\":\"x1\"},\"x2\":{\"id\":\"x2\"}}}", 201, 0);
    assert_non_null(person_find(&stage.world, "x1"));
}

static void a_connection_is_only_good_for_its_own_user(void **state) {
    (void)state;
    struct stage_socket *ana = stage_connect(&stage, "ana", "");
    stage_expect(&stage, "bo", ana, "POST " HALL "/query", "{\"watch\":true}", 400, 4);
    stage_expect(&stage, "ana", ana, "POST " HALL "/query", "{\"watch\":true}", 201, 0);
    stage_lose(ana);
    stage_expect(&stage, "ana", ana, "POST " HALL "/query", "{\"watch\":true}", 400, 4);
}

static void a_user_has_fifty_connections(void **state) {
    (void)state;
    for (int i = 0; i < LIMIT_CONNECTIONS_PER_USER; i++)
        assert_int_equal(stage_connect(&stage, "bo", "")->closed, 0);
    struct stage_socket *last = stage_connect(&stage, "bo", "");
    assert_int_equal(last->closed, 1000);
    assert_non_null(strstr(last->heard[0], "\"code\":71"));
    stage_goodbye(&stage.sockets[0]);
    assert_int_equal(stage_connect(&stage, "bo", "")->closed, 0);
}

static void calls_are_counted_a_user_and_endpoint(void **state) {
    (void)state;
    for (int i = 0; i < 600; i++)
        stage_call(&stage, "bo", NULL, "GET /users", "{}");
    assert_int_equal(stage.status, 200);
    stage_expect(&stage, "bo", NULL, "GET /users", "{}", 429, 9);
    stage_expect(&stage, "bo", NULL, "GET /app", NULL, 200, 0);
    stage_expect(&stage, "ana", NULL, "GET /users", "{}", 200, 0);
    stage_pass(&stage, 61000);
    stage_expect(&stage, "bo", NULL, "GET /users", "{}", 200, 0);
}

static void who_tries_tokens_is_told_no_more_and_a_good_one_is_never_held_up(void **state) {
    (void)state;
    const char *secret = stage.house.keys.secret;
    stage.house.peer = "192.0.2.7";
    stage.house.keys.secret = "another secret, of as many bytes as the right one has, and more so";
    for (int i = 0; i < 600; i++)
        stage_expect(&stage, "bo", NULL, "GET /app", NULL, 401, 43);
    stage_expect(&stage, "bo", NULL, "GET /app", NULL, 429, 9);
    stage.house.peer = "192.0.2.8";
    stage_expect(&stage, "bo", NULL, "GET /app", NULL, 401, 43);
    for (size_t i = 0; i < 700; i++) { /* here at home everybody may try */
        stage.house.peer = (const char *const[]){
            "127.0.0.1", "::1", "::ffff:127.0.0.1", NULL}[i % 4];
        stage_expect(&stage, "bo", NULL, "GET /app", NULL, 401, 43);
    }
    stage.house.peer = "192.0.2.7";
    stage.house.keys.secret = secret;
    stage_expect(&stage, "bo", NULL, "GET /app", NULL, 200, 0);
    stage.house.keys.secret = "another secret, of as many bytes as the right one has, and more so";
    stage_expect(&stage, "bo", NULL, "GET /app", NULL, 429, 9);
    stage_pass(&stage, 61000);
    stage_expect(&stage, "bo", NULL, "GET /app", NULL, 401, 43);
    stage.house.keys.secret = secret;
}

static int code_heard(const struct stage_socket *socket) {
    assert_int_equal(socket->count, 1);
    json *event = NULL;
    assert_int_equal(
        json_parse(&event, socket->heard[0], strlen(socket->heard[0]), &json_limits_rest, NULL), 0);
    int64_t code = 0;
    json_as_integer(json_get(json_get(event, "error"), "code"), &code);
    json_free(event);
    return (int)code;
}

static void tokens_that_are_tried_at_sockets_are_counted_with_the_others(void **state) {
    (void)state;
    const char *secret = stage.house.keys.secret;
    const char *other = "another secret, of as many bytes as the right one has, and more so";
    stage.house.peer = "2001:db8:0:7::1";
    stage.house.keys.secret = other;
    for (int i = 0; i < 10; i++)
        assert_int_equal(code_heard(stage_connect(&stage, "bo", "")), 43);
    for (int i = 0; i < 590; i++)
        stage_expect(&stage, "bo", NULL, "GET /app", NULL, 401, 43);
    stage_expect(&stage, "bo", NULL, "GET /app", NULL, 429, 9);
    assert_int_equal(code_heard(stage_connect(&stage, "bo", "")), 9);
    stage.house.peer = "2001:db8:0:7::2"; /* whoever has one has 2^64 of them */
    assert_int_equal(code_heard(stage_connect(&stage, "bo", "")), 9);
    stage.house.peer = "2001:db8:0:8::1";
    assert_int_equal(code_heard(stage_connect(&stage, "bo", "")), 43);
    stage.house.peer = "2001:db8:0:7::1";
    stage.house.keys.secret = secret;
    assert_int_equal(code_heard(stage_connect(&stage, "bo", "")), 0);
    stage.house.keys.secret = other;
    stage_pass(&stage, 61000);
    assert_int_equal(code_heard(stage_connect(&stage, "bo", "")), 43);
    stage.house.keys.secret = secret;
}

/* Everything that ana can ask about bo, as one text. */
static char *all_that_is_seen(void) {
    static const struct row asked[] = {
        {"ana", "GET /users", "{\"filter_conditions\":{\"id\":\"bo\"}}", 0, 0},
        {"ana", "GET /users", "{\"filter_conditions\":{\"online\":true}}", 0, 0},
        {"ana", "GET /users", "{\"filter_conditions\":{\"online\":false}}", 0, 0},
        {"ana", "GET /users", "{\"filter_conditions\":{\"invisible\":true}}", 0, 0},
        {"ana", "GET /users", "{\"filter_conditions\":{\"invisible\":{\"$exists\":true}}}", 0, 0},
        {"ana", "GET /users", "{\"filter_conditions\":{\"last_active\":{\"$exists\":true}}}", 0, 0},
        {"ana", "GET /users", "{\"sort\":[{\"field\":\"last_active\",\"direction\":1}]}", 0, 0},
        {"ana", "GET /users", "{\"sort\":[{\"field\":\"online\",\"direction\":-1}]}", 0, 0},
        {"ana", "GET /members", "{\"type\":\"messaging\",\"id\":\"hall\"}", 0, 0},
        {"ana", "GET /members",
            "{\"type\":\"messaging\",\"id\":\"hall\",\"filter_conditions\":{\"online\":true}}", 0,
            0},
        {"ana", "POST /channels", "{\"filter_conditions\":{}}", 0, 0},
        {"ana", "POST " HALL "/query", "{\"watchers\":{\"limit\":10}}", 0, 0},
        {"ana", "GET /messages/m1", NULL, 0, 0},
    };
    struct bytes all = BYTES_EMPTY;
    for (size_t i = 0; i < sizeof asked / sizeof asked[0]; i++) {
        stage_call(&stage, asked[i].user, NULL, asked[i].line, asked[i].body);
        json_remove(stage.reply, "duration");
        json_print(stage.reply, &all);
        bytes_append_char(&all, '\n');
    }
    return bytes_take(&all);
}

static void a_hidden_user_cannot_be_told_from_an_absent_one(void **state) {
    (void)state;
    struct stage_socket *ana = stage_connect(&stage, "ana", "");
    stage_watch(ana, "messaging:hall");
    stage_expect(&stage, NULL, NULL, "PATCH /users",
        "{\"users\":[{\"id\":\"bo\",\"set\":{\"invisible\":true}}]}", 200, 0);
    stage_forget(&stage);
    char *absent = all_that_is_seen();
    struct stage_socket *bo = stage_connect(&stage, "bo", "");
    stage_expect(&stage, "bo", bo, "POST " HALL "/query", "{\"watch\":true}", 201, 0);
    stage_expect(
        &stage, "bo", bo, "POST " HALL "/event", "{\"event\":{\"type\":\"typing.start\"}}", 201, 0);
    char *hidden = all_that_is_seen();
    SAME_TEXT(hidden, absent);
    stage_goodbye(bo);
    free(hidden);
    hidden = all_that_is_seen();
    SAME_TEXT(hidden, absent);
    SAME_TEXT(stage_heard(ana), "");
    free(absent);
    free(hidden);
}

static void who_hides_is_no_word_to_filter_by(void **state) {
    (void)state;
    stage_connect(&stage, "bo", ",\"invisible\":true");
    const char *const asked[] = {"{\"filter_conditions\":{\"invisible\":true}}",
        "{\"filter_conditions\":{\"id\":\"bo\",\"invisible\":{\"$exists\":true}}}"};
    for (size_t i = 0; i < 2; i++) {
        stage_expect(&stage, "ana", NULL, "GET /users", asked[i], 200, 0);
        assert_int_equal(json_count(json_get(stage.reply, "users")), 0);
    }
}

static void a_hidden_user_sees_the_truth_about_themself(void **state) {
    (void)state;
    struct stage_socket *bo = stage_connect(&stage, "bo", ",\"invisible\":true");
    stage_watch(bo, "messaging:hall");
    stage_expect(&stage, "bo", bo, "POST " HALL "/query", "{\"watchers\":{\"limit\":10}}", 201, 0);
    int64_t count;
    assert_true(json_as_integer(json_get(stage.reply, "watcher_count"), &count));
    assert_int_equal(count, 1);
    assert_int_equal(json_count(json_get(stage.reply, "watchers")), 1);
    stage_expect(&stage, "bo", NULL, "GET /users",
        "{\"filter_conditions\":{\"online\":true,\"invisible\":true}}", 200, 0);
    assert_int_equal(json_count(json_get(stage.reply, "users")), 1);
}

#define STAGED(function) cmocka_unit_test_setup_teardown(function, open_stage, close_stage)

int main(void) {
    const struct CMUnitTest cases[] = {
        STAGED(only_who_may_reads_and_writes),
        STAGED(what_is_wrong_is_refused_with_its_code),
        STAGED(a_refused_members_call_changes_nothing),
        STAGED(an_upsert_is_all_or_nothing),
        STAGED(a_connection_is_only_good_for_its_own_user),
        STAGED(a_user_has_fifty_connections),
        STAGED(calls_are_counted_a_user_and_endpoint),
        STAGED(who_tries_tokens_is_told_no_more_and_a_good_one_is_never_held_up),
        STAGED(tokens_that_are_tried_at_sockets_are_counted_with_the_others),
        STAGED(a_hidden_user_cannot_be_told_from_an_absent_one),
        STAGED(who_hides_is_no_word_to_filter_by),
        STAGED(a_hidden_user_sees_the_truth_about_themself),
    };
    return RUN_CASES("server-call", cases);
}
