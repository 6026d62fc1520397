/* SPDX-License-Identifier: MIT */
#include "support/case.h"

#include "server/http_reply.h"
#include "wire/json.h"

static char *printed(struct http_reply reply) {
    struct bytes to = BYTES_EMPTY;
    if (reply.headers == NULL)
        reply.headers = "";
    if (reply.origin == NULL)
        reply.origin = "";
    http_reply_print(&reply, &to);
    return bytes_take(&to);
}

static void a_reply_is_a_head_and_a_body(void **state) {
    (void)state;
    char *text = printed(
        (struct http_reply){.status = 201, .headers = "X-More: 1\r\n", .body = "{}ab", .len = 2});
    assert_memory_equal(text, "HTTP/1.1 201 Created\r\nContent-Type: application/json\r\n", 54);
    assert_non_null(strstr(text, "\r\nContent-Length: 2\r\n"));
    assert_non_null(strstr(text, "\r\nAccess-Control-Allow-Origin: *\r\n"));
    assert_null(strstr(text, "Connection:"));
    SAME_TEXT(strstr(text, "X-More"), "X-More: 1\r\n\r\n{}");
    free(text);
    text = printed((struct http_reply){
        .status = 404, .body = "{}", .len = 2, .without_body = true, .is_last = true});
    SAME_TEXT(strstr(text, "Connection"), "Connection: close\r\n\r\n");
    assert_non_null(strstr(text, "\r\nContent-Length: 2\r\n"));
    free(text);
}

static void a_page_is_text_and_says_nothing_to_browsers(void **state) {
    (void)state;
    char *text = printed(
        (struct http_reply){.status = 200, .body = "ok\n", .len = 3, .is_page = true});
    SAME_TEXT(text, "HTTP/1.1 200 OK\r\nContent-Type: text/plain; version=0.0.4; charset=utf-8\r\n"
                    "Content-Length: 3\r\n\r\nok\n");
    free(text);
}

static void an_origin_is_allowed_whole_and_exact(void **state) {
    (void)state;
    static const char list[] = "  https://a.example\thttps://b.example:8443 ";
    assert_true(http_origin_is_allowed(list, "https://a.example"));
    assert_true(http_origin_is_allowed(list, "https://b.example:8443"));
    static const char *const strangers[] = {"", "https://a.exampl", "https://a.example/",
        "https://a.example.evil", "http://a.example", "HTTPS://A.EXAMPLE", "null", "*",
        "https://a.example https://b.example:8443", " https://a.example", "b.example:8443"};
    for (size_t i = 0; i < sizeof strangers / sizeof strangers[0]; i++)
        if (http_origin_is_allowed(list, strangers[i]))
            fail_msg("allowed: %s", strangers[i]);
    assert_false(http_origin_is_allowed("", "https://a.example"));
    assert_false(http_origin_is_allowed("   ", ""));
}

static void a_list_of_origins_names_the_one_that_asks(void **state) {
    (void)state;
    struct http_reply reply = {.status = 200,
        .body = "",
        .origin = "https://a.example",
        .allowed_origins = "https://a.example"};
    char *text = printed(reply);
    assert_non_null(
        strstr(text, "\r\nAccess-Control-Allow-Origin: https://a.example\r\nVary: Origin\r\n"));
    free(text);
    reply.origin = "https://c.example";
    text = printed(reply);
    assert_null(strstr(text, "Allow-Origin"));
    assert_non_null(strstr(text, "\r\nVary: Origin\r\n"));
    free(text);
}

static void a_refusal_is_an_error_of_the_contract(void **state) {
    (void)state;
    static const struct {
        int status, code;
    } wanted[] = {{400, 4}, {403, 17}, {404, 16}, {405, 4}, {408, 23}, {413, 22}, {426, 4},
        {431, 24}, {501, 4}, {503, -1}};
    for (size_t i = 0; i < sizeof wanted / sizeof wanted[0]; i++) {
        struct bytes to = BYTES_EMPTY;
        json *error;
        int64_t number;
        http_refusal_print(wanted[i].status, "no", &to);
        assert_int_equal(json_parse(&error, to.at, to.len, &json_limits_rest, NULL), 0);
        assert_true(json_as_integer(json_get(error, "StatusCode"), &number));
        assert_int_equal(number, wanted[i].status);
        assert_true(json_as_integer(json_get(error, "code"), &number));
        assert_int_equal(number, wanted[i].code);
        SAME_TEXT(json_text_at(error, "message"), "no");
        json_free(error);
        bytes_fini(&to);
    }
    assert_non_null(strstr(http_refusal_headers(426), "Sec-WebSocket-Version: 13\r\n"));
    assert_memory_equal(http_refusal_headers(405), "Allow: ", 7);
    SAME_TEXT(http_refusal_headers(400), "");
}

int main(void) {
    const struct CMUnitTest cases[] = {
        CASE(a_reply_is_a_head_and_a_body),
        CASE(a_page_is_text_and_says_nothing_to_browsers),
        CASE(an_origin_is_allowed_whole_and_exact),
        CASE(a_list_of_origins_names_the_one_that_asks),
        CASE(a_refusal_is_an_error_of_the_contract),
    };
    return RUN_CASES("server-http_reply", cases);
}
