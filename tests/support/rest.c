/* SPDX-License-Identifier: MIT */
#include "support/rest.h"

#include "support/case.h"

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

enum { BATCH = 100, IN_TIME_MS = 20 * 1000 };

static void dial(struct rest *rest, const struct daemon *daemon) {
    struct sockaddr_in to = {.sin_family = AF_INET};
    const int on = 1;
    char host[32];
    assert_int_equal(sscanf(daemon->url, "http://%31[0-9.]", host), 1);
    assert_int_equal(inet_pton(AF_INET, host, &to.sin_addr), 1);
    to.sin_port = htons((uint16_t)atoi(strrchr(daemon->url, ':') + 1));
    rest->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_return_code(connect(rest->fd, (const struct sockaddr *)&to, sizeof to), 0);
    setsockopt(rest->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
}

void rest_begin(struct rest *rest, struct daemon *daemon) {
    rest->token = daemon_token(daemon, "--server", NULL);
    snprintf(rest->api_key, sizeof rest->api_key, "%s", daemon->api_key);
    dial(rest, daemon);
}

void rest_dial_again(struct rest *rest, const struct daemon *daemon) {
    close(rest->fd);
    dial(rest, daemon);
}

static void send_all(int fd, const char *text, size_t len) {
    for (ssize_t sent; len > 0; text += sent, len -= (size_t)sent) {
        sent = send(fd, text, len, MSG_NOSIGNAL);
        assert_true(sent > 0);
    }
}

/* Where the head ends and how long the body is; false: not all of the head is there. */
static bool is_whole(const struct bytes *reply) {
    const char *end = strstr(bytes_text(reply), "\r\n\r\n");
    const char *length = end != NULL ? strcasestr(bytes_text(reply), "\r\ncontent-length:") : NULL;
    if (length == NULL)
        return false;
    const size_t head = (size_t)(end - bytes_text(reply)) + 4;
    return reply->len >= head + strtoul(length + strlen("\r\ncontent-length:"), NULL, 10);
}

static int ask(struct rest *rest, const char *method, const char *path, const char *body,
    struct bytes *reply) {
    struct bytes text = BYTES_EMPTY;
    char part[4096];
    int status = 0;
    bytes_printf(&text,
        "%s %s%capi_key=%s HTTP/1.1\r\nHost: x\r\nAuthorization: %s\r\nstream-auth-type: jwt\r\n"
        "Content-Type: application/json\r\nContent-Length: %zu\r\n\r\n%s",
        method, path, strchr(path, '?') != NULL ? '&' : '?', rest->api_key, rest->token,
        body != NULL ? strlen(body) : 0, body != NULL ? body : "");
    send_all(rest->fd, bytes_text(&text), text.len);
    bytes_clear(&text);
    while (!is_whole(&text)) {
        const ssize_t got = case_readable(rest->fd, IN_TIME_MS)
                                ? recv(rest->fd, part, sizeof part, 0)
                                : -1;
        if (got <= 0)
            fail_msg("%s %s is not answered: %s", method, path, bytes_text(&text));
        bytes_append(&text, part, (size_t)got);
    }
    sscanf(bytes_text(&text), "HTTP/1.1 %d", &status);
    if (status / 100 != 2)
        print_error("%s %s: %s\n", method, path, bytes_text(&text));
    if (reply != NULL)
        bytes_append_text(reply, strstr(bytes_text(&text), "\r\n\r\n") + 4);
    bytes_fini(&text);
    return status;
}

int rest_call(struct rest *rest, const char *method, const char *path, const char *body) {
    return ask(rest, method, path, body, NULL);
}

void rest_read(
    struct rest *rest, const char *method, const char *path, const char *body, struct bytes *to) {
    const int status = ask(rest, method, path, body, to);
    if (status / 100 != 2)
        fail_msg("%s %s: %d", method, path, status);
}

void rest_end(struct rest *rest) {
    close(rest->fd);
    free(rest->token);
}

void rest_make_users(struct rest *rest, const char *prefix, int count) {
    for (int first = 0; first < count; first += BATCH) {
        struct bytes body = BYTES_EMPTY;
        bytes_append_text(&body, "{\"users\":{");
        for (int i = first; i < first + BATCH && i < count; i++)
            bytes_printf(&body, "%s\"%s%05d\":{\"id\":\"%s%05d\"}", i > first ? "," : "", prefix, i,
                prefix, i);
        bytes_append_text(&body, "}}");
        assert_int_equal(rest_call(rest, "POST", "/users", bytes_text(&body)), 201);
        bytes_fini(&body);
    }
}

void rest_make_channel(
    struct rest *rest, const char *id, const char *creator, const char *prefix, int count) {
    char path[128], body[256];
    snprintf(path, sizeof path, "/channels/messaging/%s/query", id);
    snprintf(body, sizeof body, "{\"data\":{\"created_by_id\":\"%s\"},\"state\":false}", creator);
    assert_int_equal(rest_call(rest, "POST", path, body), 201);
    snprintf(path, sizeof path, "/channels/messaging/%s", id);
    for (int first = 0; first < count; first += BATCH) {
        struct bytes list = BYTES_EMPTY;
        bytes_append_text(&list, "{\"add_members\":[");
        for (int i = first; i < first + BATCH && i < count; i++)
            bytes_printf(&list, "%s\"%s%05d\"", i > first ? "," : "", prefix, i);
        bytes_append_text(&list, "]}");
        assert_int_equal(rest_call(rest, "POST", path, bytes_text(&list)), 201);
        bytes_fini(&list);
    }
}
