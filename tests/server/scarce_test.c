/* SPDX-License-Identifier: MIT */
/*
 * Memory runs out once, at every allocation in turn, of what stands before the world: requests,
 * frames, tokens and the settings. A stranger is told so, or cut, and the next is served.
 */
#include "support/case.h"
#include "support/scarce.h"

#include "server/config.h"
#include "server/frame.h"
#include "server/http.h"
#include "server/token.h"

#include <errno.h>
#include <unistd.h>

static void a_request(bool scarce, const void *context) {
    static const char text[] = "POST /a?b=c HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\nxyz";
    struct http_parser *parser = http_parser_create(100);
    struct http_request request;
    struct http_refusal refusal = {0};
    (void)scarce, (void)context;
    if (parser != NULL && http_parser_feed(parser, text, sizeof text - 1) == 0) {
        const enum http_progress progress = http_parser_next(parser, &request, &refusal);
        assert_true(progress == HTTP_REQUEST || progress == HTTP_REFUSED);
        if (progress == HTTP_REQUEST)
            SAME_TEXT(request.body, "xyz");
        else
            assert_int_equal(refusal.status, 503);
    }
    http_parser_destroy(parser);
}

/* A ping between the pieces of a text. */
static void some_frames(bool scarce, const void *context) {
    unsigned char bytes[] = {
        0x01, 0x82, 0, 0, 0, 0, 'h', 'i', 0x89, 0x81, 0, 0, 0, 0, 'p', 0x80, 0x81, 0, 0, 0, 0, '!'};
    struct frame_reader reader = {.max_message = 100};
    unsigned char *at = bytes;
    bool failed = false;
    unsigned texts = 0;
    (void)scarce, (void)context;
    for (enum frame_found kind = FRAME_PING; kind != FRAME_NOTHING;) {
        struct frame_finding found = {0};
        kind = frame_read(&reader, &at, bytes + sizeof bytes, &found);
        failed |= kind == FRAME_FAULT;
        texts += kind == FRAME_TEXT;
        if (kind == FRAME_FAULT)
            assert_int_equal(found.code, 1011);
        if (kind == FRAME_TEXT)
            SAME_TEXT((const char *)found.payload, "hi!");
    }
    assert_int_equal(texts, failed ? 0 : 1);
    frame_reader_fini(&reader);
}

static void frames_of_ours(bool scarce, const void *context) {
    (void)scarce, (void)context;
    frame_unref(frame_text("hi", 2, 0));
    frame_unref(frame_close(1000, "bye"));
    frame_unref(frame_raw("x", 1));
    frame_unref(frame_ping());
}

static void a_token(bool scarce, const void *context) {
    static const char secret[] = "0123456789abcdef0123456789abcdef";
    const struct token token = {.user_id = "ana", .exp_unix_s = 9999999999};
    struct token read = {0};
    const char *why = NULL;
    (void)scarce, (void)context;
    char *text = token_make(&token, secret, sizeof secret - 1);
    const int code = text != NULL ? token_check(&read, text, secret, sizeof secret - 1, 1, &why)
                                  : 5;
    if (code == 0)
        SAME_TEXT(read.user_id, "ana");
    free(text);
}

static void the_settings(bool scarce, const void *context) {
    struct config config;
    char why[512] = "";
    (void)scarce;
    if (config_init(&config) != 0)
        return;
    const int rc = config_load(&config, context, why, sizeof why);
    if (rc == 0) {
        SAME_TEXT(config.host, "::1");
        SAME_TEXT(config.tls_key, "k");
        assert_int_equal(config.data[0], '/');
    } else {
        assert_true(why[0] != '\0');
    }
    config_fini(&config);
}

static void every_lack_of_memory_is_told(void **state) {
    (void)state;
    char path[] = "/tmp/porchlight-scarce-XXXXXX";
    static const char text[] =
        "listen = [::1]:9\nmetrics_listen = a:1\ntls_cert = c\ntls_key = k\ndata = d\n";
    const int fd = mkstemp(path);
    assert_true(fd >= 0 && write(fd, text, sizeof text - 1) == (ssize_t)(sizeof text - 1));
    close(fd);
    assert_true(scarce_each(a_request, NULL) >= 4);
    assert_true(scarce_each(some_frames, NULL) >= 2);
    assert_true(scarce_each(frames_of_ours, NULL) >= 4);
    assert_true(scarce_each(a_token, NULL) >= 4);
    assert_true(scarce_each(the_settings, path) >= 6);
    unlink(path);
    config_fini(NULL);
}

int main(void) {
    const struct CMUnitTest cases[] = {CASE(every_lack_of_memory_is_told)};
    return RUN_CASES("server-scarce", cases);
}
