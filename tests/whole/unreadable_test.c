/* SPDX-License-Identifier: MIT */
/*
 * A server that answers something else than was asked for: a web page, half a text, a text of
 * another shape, too much of it. Every call is told that its answer is unreadable, once and at
 * once, and what is known stays as it was.
 */
#include "support/daemon.h"
#include "support/relay.h"
#include "whole/requests.h"
#include "support/case.h"

#include "base/clock.h"

#include <poll.h>
#include <stdatomic.h>

enum { IN_TIME_MS = 20 * 1000, TOO_LARGE = 9 * 1024 * 1024 };

static struct daemon daemon_;
static struct relay relay;
static _Atomic(char *) answer; /* to every call; NULL: the server's own */
static _Atomic unsigned asked;
static char *answers[64];
static size_t answer_count;
static struct guest ana;
static char *anas_token;
static char words[REQUESTS_AT_ONCE][160]; /* of the tickets, in their order */

static void turn(void) {
    struct pollfd readable = {.fd = pl_client_fd(ana.client), .events = POLLIN};
    poll(&readable, 1, 50);
    pl_client_dispatch(ana.client);
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

static void on_log(int level, const char *line, void *context) {
    (void)context;
    const char *status = strstr(line, "message=");
    if (level == PL_LOG_WARNING && strstr(line, "call status=unreadable") != NULL && status != NULL)
        snprintf(words[ana.ended % REQUESTS_AT_ONCE], sizeof words[0], "%s", status + 8);
}

static struct ticket *ask(const struct request *request) {
    struct ticket *t = &ana.tickets[ana.count++];
    *t = (struct ticket){.guest = &ana, .name = request->name};
    const int accepted = request->ask(&ana, t);
    if (accepted != 0)
        fail_msg("%s: %s", request->name, pl_status_name(accepted));
    t->number = pl_client_last_call(ana.client);
    return t;
}

static const char *on_request(const char *head, void *context) {
    (void)context;
    if (strncmp(head, "GET /connect", strlen("GET /connect")) == 0)
        return NULL;
    atomic_fetch_add(&asked, 1);
    return atomic_load(&answer);
}

/* From now on. The blanks stand before the body. */
static void answer_with(const char *status, const char *type, const char *body, size_t blanks) {
    char *text = NULL;
    assert_true(
        asprintf(&text, "HTTP/1.1 %s\r\nContent-Type: %s\r\nContent-Length: %zu\r\n\r\n%*s%s",
            status, type, strlen(body) + blanks, (int)blanks, "", body) > 0);
    assert_true(answer_count < sizeof answers / sizeof answers[0]);
    answers[answer_count++] = text;
    atomic_store(&answer, text);
}

/* Somebody with a hall and a message, known from a good server that speaks no more then. */
static int set_up(void **state) {
    (void)state;
    static const char *const me[] = {"ana"};
    const struct pl_channel_options options = {
        .size = sizeof options, .members = me, .member_count = 1};
    daemon_make(&daemon_);
    daemon_start(&daemon_);
    relay_start(&relay, daemon_.url, on_request, NULL);
    anas_token = daemon_token(&daemon_, "ana", NULL);
    requests_as_ana = (struct pl_connect_options){
        .size = sizeof requests_as_ana, .user_id = "ana", .token = anas_token, .invisible = -1};
    const struct pl_client_options wanted = {.size = sizeof wanted,
        .url = relay.url,
        .api_key = daemon_.api_key,
        .log = on_log,
        .seed = 5};
    assert_int_equal(pl_client_create(&ana.client, &wanted), 0);
    struct ticket *t = ask(&requests_comings[COMES_AS_USER]);
    UNTIL(t->ends == 1);
    assert_int_equal(pl_channel_get_or_create(
                         ana.client, "messaging", "hall", &options, PL_WATCH, requests_on_done, t),
        0);
    UNTIL(t->ends == 2);
    assert_int_equal(pl_channel_send_message(ana.hall, "hello", requests_on_done, t), 0);
    UNTIL(t->ends == 3);
    assert_int_equal(t->status, PL_DONE);
    return 0;
}

static int tear_down(void **state) {
    (void)state;
    pl_client_destroy(ana.client);
    relay_end(&relay);
    for (size_t i = 0; i < answer_count; i++)
        free(answers[i]);
    free(anas_token);
    daemon_fini(&daemon_);
    return 0;
}

static void what_is_known_stays(void) {
    const pl_channel *hall = pl_client_find_channel(ana.client, "messaging:hall");
    assert_ptr_equal(hall, ana.hall);
    assert_int_equal(pl_client_channel_count(ana.client), 1);
    assert_int_equal(pl_channel_member_count(hall), 1);
    assert_int_equal(pl_channel_message_count(hall), 1);
    assert_string_equal(pl_message_text(pl_channel_message_at(hall, 0)), "hello");
    assert_false(pl_message_is_deleted(pl_channel_message_at(hall, 0)));
    assert_false(pl_channel_is_deleted(hall));
    assert_string_equal(pl_user_id(pl_local_user(ana.client)), "ana");
}

static void is_unreadable(const struct request *request, const char *why) {
    ana.count = ana.ended = 0;
    words[0][0] = '\0';
    const struct ticket *t = ask(request);
    UNTIL(t->ends > 0);
    assert_int_equal(t->ends, 1);
    if (t->status != PL_UNREADABLE)
        fail_msg("%s ended as %s", t->name, pl_status_name((int)t->status));
    if (strstr(words[0], why) == NULL)
        fail_msg("%s: \"%s\" and not \"%s\"", t->name, words[0], why);
}

static void all_are_unreadable(const char *status, const char *type, const char *body) {
    answer_with(status, type, body, 0);
    for (size_t i = 0; i < REQUESTS_CALLS; i++)
        is_unreadable(&requests_calls[i], "not what this API promises");
    what_is_known_stays();
}

static const char json[] = "application/json";

static void a_web_page_is_unreadable(void **state) {
    (void)state;
    all_are_unreadable("200 OK", "text/html", "<!doctype html><h1>Welcome</h1>");
    all_are_unreadable("502 Bad Gateway", "text/html", "<html><h1>Bad Gateway</h1></html>");
}

static void an_empty_answer_is_unreadable(void **state) {
    (void)state;
    all_are_unreadable("200 OK", json, "");
}

static void spoiled_json_is_unreadable(void **state) {
    (void)state;
    static const char *const bodies[] = {"{\"channels\":[", "{\"a\":1}{\"b\":2}",
        "{\"a\":\"\xff\"}", "{\"a\":1,\"a\":2}", "[{}]", "null", "\"done\"", "NaN"};
    for (size_t i = 0; i < sizeof bodies / sizeof bodies[0]; i++)
        all_are_unreadable("200 OK", json, bodies[i]);
}

static void a_bottomless_answer_is_unreadable(void **state) {
    (void)state;
    static char deep[20000];
    memset(deep, '[', sizeof deep - 1);
    all_are_unreadable("200 OK", json, deep);
}

static void too_large_an_answer_is_unreadable(void **state) {
    (void)state;
    answer_with("200 OK", json, "{}", TOO_LARGE);
    for (size_t i = 0; i < 3; i++)
        is_unreadable(&requests_calls[i], "larger than 8 MiB");
    what_is_known_stays();
}

/* Those of which it is known what they bring; for the others {} is done. */
static void an_answer_of_another_shape_is_unreadable(void **state) {
    (void)state;
    static const char *const bring[] = {"pl_query_channels", "pl_query_users", "pl_query_members",
        "pl_channel_get_or_create", "pl_channel_watch", "pl_channel_send_message",
        "pl_channel_send_message_with", "pl_channel_edit_message", "pl_channel_update_message",
        "pl_channel_query_message", "pl_channel_query_replies", "pl_channel_query_messages",
        "pl_channel_query_reactions", "pl_channel_add_reaction", "pl_channel_remove_reaction",
        "pl_client_query_unread", "pl_channel_update", "pl_channel_add_members",
        "pl_channel_remove_members", "pl_client_mark_invisible", "pl_client_mark_visible",
        "pl_client_set_status", "pl_client_update_self", "pl_channel_delete_message",
        "pl_channel_truncate", "pl_channel_delete", "pl_channel_query_watchers"};
    static const char *const bodies[] = {"{}",
        "{\"channels\":{},\"members\":\"all\",\"messages\":1,\"reactions\":null,\"users\":1,"
        "\"message\":[],\"channel\":[]}"};
    for (size_t b = 0; b < sizeof bodies / sizeof bodies[0]; b++) {
        answer_with("200 OK", json, bodies[b], 0);
        for (size_t i = 0; i < REQUESTS_CALLS; i++)
            for (size_t n = 0; n < sizeof bring / sizeof bring[0]; n++)
                if (strcmp(requests_calls[i].name, bring[n]) == 0)
                    is_unreadable(&requests_calls[i], "");
        what_is_known_stays();
    }
}

/* What is not retried: one request each, though it may be repeated. */
static void an_unreadable_answer_is_not_asked_for_again(void **state) {
    (void)state;
    answer_with("200 OK", json, "<h1>", 0);
    pl_client *live = ana.client;
    const struct pl_client_options wanted = {
        .size = sizeof wanted, .url = relay.url, .api_key = daemon_.api_key, .log = on_log};
    assert_int_equal(pl_client_create(&ana.client, &wanted), 0);
    assert_int_equal(pl_client_set_user(ana.client, &requests_as_ana), 0);
    pl_client_destroy(live);
    const unsigned before = atomic_load(&asked);
    is_unreadable(&requests_calls[0], "not what this API promises");
    assert_int_equal(atomic_load(&asked), before + 1);
}

static void a_guest_without_a_token_is_unreadable(void **state) {
    (void)state;
    requests_as_gil = (struct pl_connect_options){
        .size = sizeof requests_as_gil, .user_id = "gil", .invisible = -1};
    static const char *const bodies[] = {"{}", "{\"user\":{\"id\":\"gil\"}}",
        "{\"user\":{\"id\":\"g i l\"},\"access_token\":\"a.b.c\"}", "<h1>"};
    for (size_t b = 0; b < sizeof bodies / sizeof bodies[0]; b++) {
        answer_with("201 Created", json, bodies[b], 0);
        is_unreadable(&requests_comings[COMES_AS_GUEST], "");
        assert_int_equal(pl_client_link(ana.client).state, PL_LINK_OFF);
    }
}

int main(void) {
    const struct CMUnitTest cases[] = {
        CASE(a_web_page_is_unreadable),
        CASE(an_empty_answer_is_unreadable),
        CASE(spoiled_json_is_unreadable),
        CASE(a_bottomless_answer_is_unreadable),
        CASE(too_large_an_answer_is_unreadable),
        CASE(an_answer_of_another_shape_is_unreadable),
        CASE(an_unreadable_answer_is_not_asked_for_again),
        CASE(a_guest_without_a_token_is_unreadable),
    };
    return cmocka_run_group_tests_name("whole-unreadable", cases, set_up, tear_down);
}
