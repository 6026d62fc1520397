/* SPDX-License-Identifier: MIT */
/*
 * One thread a connection, with blocking sockets that give up after a while; mutant_set_sane() and
 * mutant_stop() shut them all down, which wakes every thread.
 */
#include "support/mutant.h"

#include "support/case.h"

#include <arpa/inet.h>
#include <errno.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

enum {
    LIES_IN_100 = 40,
    HEAD_MOST = 64 * 1024,
    BODY_MOST = 16 * 1024 * 1024,
    GIVE_UP_S = 20,
    LOOK_MS = 20,
    DRIP_MS = 50,
    FRAME_FIN = 0x80,
    FRAME_TEXT_OF = 1,
    FRAME_BINARY_OF = 2,
    FRAME_CLOSE_OF = 8,
    FRAME_PING_OF = 9
};

/* A connection of a client. */
struct relay {
    struct mutant *mutant;
    int down, up; /* to the client, to the server */
    struct chance chance;
    struct bytes asked, answered; /* what has come from either */
    struct bytes late;            /* a frame that comes behind the next */
    bool silent;
};

static const char *lie_words(int lie) {
    static const char *const words[] = {
#define LIE_WORDS(tag, words) [tag] = words,
        REPLY_LIES(LIE_WORDS) UPGRADE_LIES(LIE_WORDS) FRAME_LIES(LIE_WORDS)
#undef LIE_WORDS
    };
    return lie <= LIE_FIRST ? distortion_words((enum distortion)lie) : words[lie];
}

/* ---- chance ---- */

static int64_t between(struct relay *relay, int64_t low, int64_t high) {
    return chance_between(&relay->chance, low, high);
}

static bool once_in(struct relay *relay, int64_t times) {
    return between(relay, 1, times) == 1;
}

#define ANY_OF(relay, list) (list)[between(relay, 0, (int64_t)(sizeof(list) / sizeof *(list)) - 1)]

/* A lie of those in [first, last], or one of JSON half of the time; -1: the truth. */
static int choose(struct relay *relay, int first, int last) {
    struct mutant *mutant = relay->mutant;
    const bool lies = !atomic_load(&mutant->sane) && between(relay, 1, 100) <= LIES_IN_100;
    const bool of_json = first != UPGRADE_WRONG_ACCEPT && once_in(relay, 2);
    const int lie = !lies     ? -1
                    : of_json ? (int)between(relay, 0, DISTORT_COUNT - 1)
                              : (int)between(relay, first, last);
    pthread_mutex_lock(&mutant->lock);
    if (lie >= 0)
        mutant->told[lie]++;
    else if (!atomic_load(&mutant->sane))
        mutant->passed++;
    pthread_mutex_unlock(&mutant->lock);
    return lie;
}

/* Half of the time at once, else there would be no bursts. */
static void hold_back(struct relay *relay) {
    const unsigned most_ms = atomic_load(&relay->mutant->late_ms);
    if (most_ms > 0 && once_in(relay, 2))
        poll(NULL, 0, (int)between(relay, 0, most_ms));
}

/* ---- sockets ---- */

static bool say(struct relay *relay, const void *at, size_t len) {
    const char *from = at;
    while (len > 0) {
        const ssize_t sent = send(relay->down, from, len, MSG_NOSIGNAL);
        if (sent <= 0)
            return false;
        from += sent;
        len -= (size_t)sent;
    }
    return true;
}

static bool say_text(struct relay *relay, const char *text) {
    return say(relay, text, strlen(text));
}

static bool hear(int fd, struct bytes *to) {
    char text[16 * 1024];
    const ssize_t len = recv(fd, text, sizeof text, 0);
    if (len > 0)
        bytes_append(to, text, (size_t)len);
    return len > 0;
}

/* Until the client has gone. */
static void say_nothing(struct relay *relay) {
    while (hear(relay->down, &relay->asked))
        bytes_clear(&relay->asked);
}

static bool go_up(struct relay *relay) {
    if (relay->up >= 0)
        return true;
    relay->up = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const struct sockaddr_in *at = &relay->mutant->server;
    return connect(relay->up, (const struct sockaddr *)(const void *)at, sizeof *at) == 0;
}

/* ---- HTTP, as far as it is needed ---- */

static size_t head_len(const struct bytes *text) {
    const char *end = text->at != NULL ? memmem(text->at, text->len, "\r\n\r\n", 4) : NULL;
    return end != NULL ? (size_t)(end - text->at) + 4 : 0;
}

static const char *header(const struct bytes *text, const char *name) {
    const char *at = strcasestr(bytes_text(text), name);
    return at != NULL && at < text->at + head_len(text) ? at + strlen(name) : NULL;
}

/* A head and its body in `text`; how long both are, 0: it did not come. */
static size_t hear_whole(int fd, struct bytes *text) {
    while (head_len(text) == 0)
        if (text->len > HEAD_MOST || !hear(fd, text))
            return 0;
    const char *length = header(text, "\r\nContent-Length:");
    const size_t body = length != NULL ? strtoul(length, NULL, 10) : 0;
    const size_t whole = head_len(text) + body;
    while (text->len < whole)
        if (body > BODY_MOST || !hear(fd, text))
            return 0;
    return whole;
}

/* The head with another length; `name` may be another header, too. */
static void put_head(
    struct bytes *to, const struct bytes *reply, const char *name, const char *value) {
    const char *length = header(reply, "\r\nContent-Length:");
    const size_t head = head_len(reply);
    if (length == NULL) {
        bytes_append(to, reply->at, head);
        return;
    }
    const size_t before = (size_t)(length - reply->at) - strlen("Content-Length:");
    const size_t behind = (size_t)(length - reply->at) + strcspn(length, "\r");
    bytes_append(to, reply->at, before);
    bytes_printf(to, "%s: %s", name, value);
    bytes_append(to, reply->at + behind, head - behind);
}

/* ---- replies ---- */

static bool say_reply(
    struct relay *relay, const struct bytes *reply, const char *length, const struct bytes *body) {
    struct bytes made = BYTES_EMPTY;
    put_head(&made, reply, "Content-Length", length);
    bytes_append(&made, bytes_text(body), body->len);
    const bool said = say(relay, made.at, made.len);
    bytes_fini(&made);
    return said;
}

static bool say_length_of(struct relay *relay, const struct bytes *reply, const struct bytes *body,
    int64_t length, int64_t more) {
    char text[48];
    snprintf(text, sizeof text, "%lld", (long long)(length + more));
    return say_reply(relay, reply, text, body);
}

/* Chunks until the client has had enough. */
static void say_chunks(struct relay *relay, const struct bytes *reply) {
    static const char chunk[] = "10\r\n0123456789abcdef\r\n";
    struct bytes made = BYTES_EMPTY;
    put_head(&made, reply, "Transfer-Encoding", "chunked");
    for (int i = 0; i < 512; i++)
        bytes_append_text(&made, chunk);
    const size_t head = head_len(&made);
    bool said = say(relay, made.at, made.len);
    const bool quick = once_in(relay, 2);
    while (said) {
        said = say(relay, made.at + head, quick ? made.len - head : sizeof chunk - 1);
        if (!quick)
            poll(NULL, 0, DRIP_MS);
    }
    bytes_fini(&made);
}

static void say_bad_chunks(struct relay *relay, const struct bytes *reply) {
    static const char *const chunks[] = {"zz\r\nabc\r\n0\r\n\r\n", "ffffffffffffffffff\r\nabc",
        "-1\r\nabc\r\n", "3\r\nabcdef\r\n0\r\n\r\n", "3;a=\x01\r\nabc\r\n0\r\nX: y\r\n\r\n",
        "0\r\n\r\nHTTP/1.1 200 OK\r\n\r\n", "7fffffffffffffff\r\nabc"};
    struct bytes made = BYTES_EMPTY;
    put_head(&made, reply, "Transfer-Encoding", "chunked");
    bytes_append_text(&made, ANY_OF(relay, chunks));
    say(relay, made.at, made.len);
    bytes_fini(&made);
}

static void say_zipped(struct relay *relay, const struct bytes *reply, const struct bytes *body) {
    static const char *const names[] = {"Content-Encoding", "Transfer-Encoding"};
    static const char *const values[] = {"gzip", "deflate", "br", "gzip, gzip, gzip, gzip, gzip",
        "identity", "gzip\r\nContent-Encoding: gzip"};
    struct bytes made = BYTES_EMPTY;
    put_head(&made, reply, ANY_OF(relay, names), ANY_OF(relay, values));
    bytes_append(&made, bytes_text(body), body->len);
    say(relay, made.at, made.len);
    bytes_fini(&made);
}

static void say_redirect(struct relay *relay) {
    static const int codes[] = {300, 301, 302, 303, 304, 305, 307, 308};
    char elsewhere[64], itself[80];
    snprintf(elsewhere, sizeof elsewhere, "http://127.0.0.1:%d/users",
        ntohs(relay->mutant->trap_at.sin_port));
    snprintf(itself, sizeof itself, "%s/users", relay->mutant->url);
    const char *const places[] = {elsewhere, elsewhere, itself, "/users", "file:///etc/passwd",
        "ftp://127.0.0.1/", "gopher://127.0.0.1:25/_HELO", "//127.0.0.1:9/", "", "http://",
        "javascript:alert(1)", "\x01\x02"};
    struct bytes made = BYTES_EMPTY;
    bytes_printf(&made, "HTTP/1.1 %d Elsewhere\r\nLocation: %s\r\nContent-Length: 0\r\n\r\n",
        ANY_OF(relay, codes), ANY_OF(relay, places));
    say(relay, made.at, made.len);
    bytes_fini(&made);
}

static void say_headers(struct relay *relay, const char *first, bool in_one) {
    char line[1024];
    memset(line, 'h', sizeof line);
    memcpy(line, "X-", 2);
    memcpy(line + 512, ": ", 2);
    memcpy(line + sizeof line - 2, "\r\n", 2);
    if (in_one)
        memset(line, 'h', sizeof line);
    bool said = say_text(relay, first);
    const int64_t lines = between(relay, 1, 64 * 1024); /* of 1 KiB */
    for (int64_t i = 0; i < lines && said; i++)
        said = say(relay, line, sizeof line);
    if (said)
        say_text(relay, "\r\n\r\n");
}

/* The template, with something in place of its "%". */
static void put_template(struct bytes *to, const char *template, const char *with, size_t len) {
    const size_t at = strcspn(template, "%");
    bytes_append(to, template, at);
    bytes_append(to, with, len);
    bytes_append_text(to, template + at + (template[at] != '\0'));
}

static void say_odd_head(struct relay *relay, const struct bytes *body) {
    static const char *const heads[] = {"HTTP/1.1 200 OK\r\nX: %\r\n\r\n",
        "HTTP/1.1 200% OK\r\n\r\n", "HTTP/9.9 200 OK\r\n%\r\n\r\n", "HTTP/1.1 2%0 OK\r\n\r\n",
        "HTTP/1.1 99999 OK\r\nX%\r\n\r\n", "HTTP/1.1 200 OK\r\n folded: %\r\n  more\r\n\r\n",
        "HTTP/1.1 200 OK\nContent-Length%: 5\n\n", "ICY 200 OK\r\n%\r\n\r\n"};
    struct bytes made = BYTES_EMPTY;
    const char junk = once_in(relay, 2) ? '\0' : (char)between(relay, 1, 255);
    put_template(&made, ANY_OF(relay, heads), &junk, 1);
    bytes_append(&made, bytes_text(body), body->len);
    say(relay, made.at, made.len);
    bytes_fini(&made);
}

static void say_status(struct relay *relay, const struct bytes *reply) {
    static const int statuses[] = {200, 201, 204, 205, 206, 400, 401, 403, 404, 407, 408, 409, 413,
        417, 421, 425, 426, 429, 431, 451, 500, 501, 502, 503, 504, 511, 600, 999};
    struct bytes made = BYTES_EMPTY;
    bytes_append(&made, reply->at, reply->len);
    char digits[16];
    snprintf(digits, sizeof digits, "%03d", ANY_OF(relay, statuses));
    memcpy(made.at + strlen("HTTP/1.1 "), digits, 3);
    say(relay, made.at, made.len);
    bytes_fini(&made);
}

static void say_refusal(struct relay *relay) {
    static const int codes[] = {-1, 0, 2, 4, 5, 9, 16, 17, 18, 19, 20, 22, 23, 24, 40, 41, 42, 43,
        60, 71, 12345, -2147483647};
    struct bytes body = BYTES_EMPTY, made = BYTES_EMPTY;
    bytes_printf(&body, "{\"code\":%d,\"message\":\"\\u001b[2Jno\",\"StatusCode\":%d}",
        ANY_OF(relay, codes), (int)between(relay, 0, 1000));
    bytes_printf(&made, "HTTP/1.1 403 Forbidden\r\nContent-Length: %zu\r\n\r\n%s", body.len,
        bytes_text(&body));
    say(relay, made.at, made.len);
    bytes_fini(&made);
    bytes_fini(&body);
}

static void say_garbage(struct relay *relay) {
    struct bytes made = BYTES_EMPTY;
    distort(&made, DISTORT_GARBAGE, &relay->chance);
    say(relay, bytes_text(&made), made.len);
    bytes_fini(&made);
}

static void say_too_much(struct relay *relay) {
    static char text[64 * 1024];
    const int64_t times = between(relay, 100, 400); /* 6 to 25 MiB */
    bool said = say_text(relay, once_in(relay, 2)
                                    ? "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n"
                                    : "HTTP/1.1 200 OK\r\nContent-Length: 999999999999\r\n\r\n");
    for (int64_t i = 0; i < times && said; i++)
        said = say(relay, text, sizeof text);
}

static void say_slowly(struct relay *relay, const struct bytes *reply) {
    bool said = true;
    for (size_t i = 0; i < reply->len && said; i++) {
        said = say(relay, reply->at + i, 1);
        poll(NULL, 0, DRIP_MS);
    }
}

static void say_continues(struct relay *relay, const struct bytes *reply) {
    bool said = true;
    const int64_t times = between(relay, 1, between(relay, 1, 200000));
    for (int64_t i = 0; i < times && said; i++)
        said = say_text(relay, "HTTP/1.1 100 Continue\r\nX: y\r\n\r\n");
    if (said)
        say(relay, reply->at, reply->len);
}

/* After these nothing more can come on the connection. */
static void say_lie(
    struct relay *relay, int lie, const struct bytes *reply, const struct bytes *body) {
    static const char *const lengths[] = {"-1", "99999999999999999999999999", "abc", "", "0x10",
        "5, 5", "5\r\nContent-Length: 6", "1e3", "+5", "18446744073709551615"};
    const int64_t len = (int64_t)body->len;
    switch (lie) {
    case REPLY_PROMISES_MORE:
        say_length_of(relay, reply, body, len, between(relay, 1, 100000));
        break;
    case REPLY_PROMISES_LESS:
        say_length_of(relay, reply, body, len, -between(relay, 0, len));
        break;
    case REPLY_TWO_LENGTHS: say_reply(relay, reply, "3\r\nTransfer-Encoding: chunked", body); break;
    case REPLY_ODD_LENGTH: say_reply(relay, reply, ANY_OF(relay, lengths), body); break;
    case REPLY_ENDLESS: say_chunks(relay, reply); break;
    case REPLY_BAD_CHUNKS: say_bad_chunks(relay, reply); break;
    case REPLY_ZIPPED: say_zipped(relay, reply, body); break;
    case REPLY_TOO_LARGE: say_too_much(relay); break;
    case REPLY_ELSEWHERE: say_redirect(relay); break;
    case REPLY_SWITCHES:
        say_text(relay, "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n"
                        "Connection: Upgrade\r\n\r\n\x81\x02{}");
        break;
    case REPLY_CONTINUES: say_continues(relay, reply); break;
    case REPLY_HEADERS: say_headers(relay, "HTTP/1.1 200 OK\r\n", false); break;
    case REPLY_LONG_HEADER: say_headers(relay, "HTTP/1.1 200 OK\r\nX: ", true); break;
    case REPLY_ODD_HEADERS: say_odd_head(relay, body); break;
    case REPLY_STATUS: say_status(relay, reply); break;
    case REPLY_REFUSAL: say_refusal(relay); break;
    case REPLY_NO_HTTP: say_garbage(relay); break;
    case REPLY_DRIPS: say_slowly(relay, reply); break;
    case REPLY_SILENT: say_nothing(relay); break;
    default: break;
    }
}

/* False: the connection ends. */
static bool answer(struct relay *relay, const struct bytes *reply) {
    hold_back(relay);
    const int lie = choose(relay, REPLY_PROMISES_MORE, REPLY_HANGS_UP);
    if (lie < 0)
        return say(relay, reply->at, reply->len);
    struct bytes body = BYTES_EMPTY;
    bytes_append(&body, reply->at + head_len(reply), reply->len - head_len(reply));
    bool said = false;
    if (lie <= LIE_FIRST) {
        distort(&body, (enum distortion)lie, &relay->chance);
        said = say_length_of(relay, reply, &body, (int64_t)body.len, 0);
    } else {
        say_lie(relay, lie, reply, &body);
    }
    bytes_fini(&body);
    return said;
}

/* ---- frames ---- */

static void put_frame_as(struct bytes *to, int first, uint64_t told, const char *at, size_t len) {
    bytes_append_char(to, (char)first);
    if (told < 126) {
        bytes_append_char(to, (char)told);
    } else if (told < 65536) {
        bytes_append_char(to, 126);
        bytes_append_char(to, (char)(told >> 8));
        bytes_append_char(to, (char)told);
    } else {
        bytes_append_char(to, 127);
        for (int shift = 56; shift >= 0; shift -= 8)
            bytes_append_char(to, (char)(told >> shift));
    }
    bytes_append(to, at, len);
}

static void put_frame(struct bytes *to, int first, const char *at, size_t len) {
    put_frame_as(to, first, len, at, len);
}

static void put_masked(struct bytes *to, const struct bytes *text) {
    struct bytes plain = BYTES_EMPTY;
    put_frame(&plain, FRAME_FIN | FRAME_TEXT_OF, text->at, text->len);
    const size_t head = plain.len - text->len;
    plain.at[1] = (char)(plain.at[1] | 0x80);
    bytes_append(to, plain.at, head);
    bytes_append(to, "\0\0\0\0", 4);
    bytes_append(to, text->at, text->len);
    bytes_fini(&plain);
}

static void put_split(struct relay *relay, struct bytes *to, const struct bytes *text) {
    size_t at = 0;
    int first = FRAME_TEXT_OF;
    do {
        const size_t left = text->len - at;
        const size_t len = (size_t)between(relay, 0, left < 100 ? (int64_t)left : 100);
        put_frame(to, first | (len == left ? FRAME_FIN : 0), text->at + at, len);
        if (once_in(relay, 3))
            put_frame(to, FRAME_FIN | FRAME_PING_OF, "in between", 10);
        first = 0;
        at += len;
        if (len == left)
            return;
    } while (true);
}

/* Up to 16 MiB of a message that never ends. */
static void say_endless(struct relay *relay) {
    static char text[32 * 1024];
    memset(text, ' ', sizeof text);
    struct bytes made = BYTES_EMPTY;
    bool said = true;
    for (int i = 0; i < 512 && said; i++) {
        bytes_clear(&made);
        put_frame(&made, i == 0 ? FRAME_TEXT_OF : 0, text, sizeof text);
        said = say(relay, made.at, made.len);
    }
    bytes_fini(&made);
}

static void put_close(struct relay *relay, struct bytes *to) {
    static const int codes[] = {0, 999, 1000, 1001, 1002, 1003, 1004, 1005, 1006, 1007, 1009, 1011,
        1012, 1015, 2999, 3000, 4000, 4008, 4999, 5000, 65535};
    static const char *const reasons[] = {"", "bye", "\xff\xfe", "\x1b[2J\x07", "a\xe2\x82"};
    const int code = ANY_OF(relay, codes);
    const char *reason = ANY_OF(relay, reasons);
    char text[130];
    text[0] = (char)(code >> 8);
    text[1] = (char)code;
    size_t len = 2 + strlen(reason);
    memcpy(text + 2, reason, strlen(reason));
    if (once_in(relay, 6))
        len = (size_t)between(relay, 0, 1); /* no code, or half of one */
    put_frame(to, FRAME_FIN | FRAME_CLOSE_OF, text, len);
}

static void put_event(struct relay *relay, struct bytes *to) {
    static const char *const events[] = {
        "{\"type\":\"user.presence.changed\",\"user\":{\"id\":\"%\",\"online\":true,"
        "\"name\":\"A lie\",\"updated_at\":\"9999-01-01T00:00:00Z\"}}",
        "{\"type\":\"user.presence.changed\",\"user\":{\"id\":\"%\",\"online\":false}}",
        "{\"type\":\"message.new\",\"cid\":\"messaging:hall\",\"message\":{\"id\":\"%\","
        "\"text\":\"never said\",\"user\":{\"id\":\"bo\",\"name\":\"Not Bo\"}}}",
        "{\"type\":\"message.deleted\",\"cid\":\"messaging:hall\",\"hard_delete\":true,"
        "\"message\":{\"id\":\"%\"}}",
        "{\"type\":\"member.added\",\"cid\":\"messaging:hall\",\"member\":{\"user_id\":\"%\"}}",
        "{\"type\":\"member.removed\",\"cid\":\"messaging:hall\",\"user\":{\"id\":\"%\"}}",
        "{\"type\":\"channel.deleted\",\"cid\":\"messaging:%\"}",
        "{\"type\":\"channel.deleted\",\"cid\":\"messaging:hall\",\"x\":\"%\"}",
        "{\"type\":\"channel.truncated\",\"cid\":\"messaging:hall\",\"channel\":{\"cid\":"
        "\"messaging:hall\",\"truncated_at\":\"9999-01-01T00:00:00Z\",\"name\":\"%\"}}",
        "{\"type\":\"notification.added_to_channel\",\"channel\":{\"cid\":\"messaging:%\"}}",
        "{\"type\":\"notification.removed_from_channel\",\"cid\":\"messaging:hall\",\"x\":\"%\"}",
        "{\"type\":\"typing.start\",\"cid\":\"messaging:hall\",\"user\":{\"id\":\"%\"}}",
        "{\"type\":\"message.read\",\"cid\":\"messaging:hall\",\"user\":{\"id\":\"%\"},"
        "\"last_read\":\"9999-01-01T00:00:00Z\"}",
        "{\"type\":\"user.deleted\",\"user\":{\"id\":\"%\",\"deleted_at\":"
        "\"2026-01-01T00:00:00Z\"}}",
        "{\"type\":\"health.check\",\"connection_id\":\"%\",\"me\":{\"id\":\"bo\"}}",
        "{\"type\":\"notification.mutes_updated\",\"me\":{\"mutes\":[{\"target\":{\"id\":\"%\"}}],"
        "\"channel_mutes\":[{\"channel\":{\"cid\":\"messaging:hall\"}}]}}",
        "{\"type\":\"user.updated\",\"user\":{\"id\":\"ana\",\"invisible\":true,\"name\":\"%\"}}"};
    static const char *const ids[] = {"ana", "bo", "cy", "di", "ed", "hall", "yard", "nobody"};
    char fresh[16];
    snprintf(fresh, sizeof fresh, "s%06x", (unsigned)chance_next(&relay->chance) & 0xffffff);
    const char *id = once_in(relay, 3) ? fresh : ANY_OF(relay, ids);
    put_template(to, ANY_OF(relay, events), id, strlen(id));
}

static void put_storm(struct relay *relay, struct bytes *to) {
    struct bytes text = BYTES_EMPTY;
    const int64_t times = between(relay, 1, 100);
    for (int64_t i = 0; i < times; i++) {
        bytes_clear(&text);
        put_event(relay, &text);
        put_frame(to, FRAME_FIN | FRAME_TEXT_OF, text.at, text.len);
    }
    if (once_in(relay, 10)) {
        static const int codes[] = {-1, 2, 4, 5, 9, 16, 17, 40, 43, 71, 4242};
        bytes_clear(&text);
        bytes_printf(&text,
            "{\"type\":\"connection.error\",\"error\":{\"code\":%d,\"message\":\"\\u001b[2Jgo\"}}",
            ANY_OF(relay, codes));
        put_frame(to, FRAME_FIN | FRAME_TEXT_OF, text.at, text.len);
    }
    bytes_fini(&text);
}

/* Of one kind, each with a name of its own. */
static void put_crowd(struct relay *relay, struct bytes *to) {
    static const char *const events[] = {
        "{\"type\":\"user.presence.changed\",\"user\":{\"id\":\"x#\",\"online\":true}}",
        "{\"type\":\"user.updated\",\"user\":{\"id\":\"x#\",\"hat\":\"a long one, and straw\"}}",
        "{\"type\":\"member.added\",\"cid\":\"messaging:hall\",\"member\":{\"user_id\":\"x#\"}}",
        "{\"type\":\"member.removed\",\"cid\":\"messaging:hall\",\"user\":{\"id\":\"x#\"}}",
        "{\"type\":\"message.new\",\"cid\":\"messaging:hall\",\"message\":{\"id\":\"x#\","
        "\"text\":\"never said\",\"user\":{\"id\":\"x#\"}}}",
        "{\"type\":\"message.new\",\"cid\":\"team:x#\",\"message\":{\"id\":\"x\","
        "\"text\":\"never said\",\"user\":{\"id\":\"x#\"}}}",
        "{\"type\":\"message.read\",\"cid\":\"messaging:yard\",\"user\":{\"id\":\"x#\"}}",
        "{\"type\":\"typing.start\",\"cid\":\"messaging:yard\",\"user\":{\"id\":\"x#\"}}",
        "{\"type\":\"notification.added_to_channel\",\"cid\":\"team:x#\",\"channel\":"
        "{\"type\":\"team\",\"id\":\"x#\",\"cid\":\"team:x#\"}}",
    };
    struct bytes text = BYTES_EMPTY;
    const char *of = ANY_OF(relay, events);
    const int64_t count = between(relay, 1, 6000);
    for (int64_t i = 0; i < count; i++) {
        bytes_clear(&text);
        distort_append_crowd(&text, of, 1, &relay->chance);
        put_frame(to, FRAME_FIN | FRAME_TEXT_OF, text.at, text.len);
    }
    bytes_fini(&text);
    pthread_mutex_lock(&relay->mutant->lock);
    relay->mutant->names += (unsigned long)count;
    pthread_mutex_unlock(&relay->mutant->lock);
}

/* What is said in place of the text frame; false: and then nothing more. */
static bool put_lie(struct relay *relay, int lie, const struct bytes *text, struct bytes *to) {
    static const int opcodes[] = {3, 4, 5, 6, 7, 11, 12, 13, 14, 15};
    static const uint64_t lengths[] = {
        UINT64_MAX, 1ull << 63, 1ull << 40, 16ull << 20, (1ull << 20) + 1, 100000};
    const int whole = FRAME_FIN | FRAME_TEXT_OF;
    switch (lie) {
    case FRAME_OPCODE:
        put_frame(to, FRAME_FIN | ANY_OF(relay, opcodes), text->at, text->len);
        break;
    case FRAME_RESERVED:
        put_frame(to, whole | (int)between(relay, 1, 7) << 4, text->at, text->len);
        break;
    case FRAME_MASKED: put_masked(to, text); break;
    case FRAME_LENGTH: put_frame_as(to, whole, ANY_OF(relay, lengths), text->at, text->len); break;
    case FRAME_SPLIT: put_split(relay, to, text); break;
    case FRAME_STRAY: put_frame(to, FRAME_FIN, text->at, text->len); break;
    case FRAME_BINARY: put_frame(to, FRAME_FIN | FRAME_BINARY_OF, text->at, text->len); break;
    case FRAME_BIG_CONTROL:
        put_frame(to, FRAME_FIN | (int)between(relay, 8, 10), text->at, text->len);
        break;
    case FRAME_PINGS:
        for (int64_t i = between(relay, 1, 5000); i > 0; i--)
            put_frame(to, FRAME_FIN | FRAME_PING_OF, "ping", (size_t)(i % 5));
        put_frame(to, whole, text->at, text->len);
        break;
    case FRAME_CLOSE: put_close(relay, to); break;
    case FRAME_CUT:
        put_frame(to, whole, text->at, text->len);
        to->len = (size_t)between(relay, 0, (int64_t)to->len);
        return false;
    case FRAME_TWICE:
        put_frame(to, whole, text->at, text->len);
        put_frame(to, whole, text->at, text->len);
        break;
    case FRAME_LATE:
        if (relay->late.len < BODY_MOST)
            put_frame(&relay->late, whole, text->at, text->len);
        break;
    case FRAME_SILENT: relay->silent = true; break;
    case FRAME_STORM:
        put_storm(relay, to);
        put_frame(to, whole, text->at, text->len);
        break;
    case FRAME_CROWD:
        put_crowd(relay, to);
        put_frame(to, whole, text->at, text->len);
        break;
    default: break; /* FRAME_LOST, and FRAME_ENDLESS, which is said piece by piece */
    }
    return true;
}

/* A text frame of the server's. False: the connection ends. */
static bool pass_text(struct relay *relay, struct bytes *text) {
    hold_back(relay);
    const int lie = choose(relay, FRAME_OPCODE, FRAME_CROWD);
    struct bytes made = BYTES_EMPTY;
    bool goes_on = true;
    if (lie == FRAME_ENDLESS) {
        say_endless(relay);
        return true;
    }
    if (lie > LIE_FIRST) {
        goes_on = put_lie(relay, lie, text, &made);
    } else {
        if (lie >= 0)
            distort(text, (enum distortion)lie, &relay->chance);
        put_frame(&made, FRAME_FIN | FRAME_TEXT_OF, bytes_text(text), text->len);
    }
    if (lie != FRAME_LATE && relay->late.len > 0) {
        bytes_append(&made, relay->late.at, relay->late.len);
        bytes_clear(&relay->late);
    }
    goes_on = say(relay, bytes_text(&made), made.len) && goes_on;
    bytes_fini(&made);
    return goes_on;
}

/* How long the frame at the front is with its head, 0: it is not whole. */
static size_t frame_len(const struct bytes *from, size_t *head) {
    const unsigned char *at = (const unsigned char *)from->at;
    if (from->len < 2)
        return 0;
    const int kind = at[1] & 127;
    *head = kind == 126 ? 4 : kind == 127 ? 10 : 2;
    if (from->len < *head)
        return 0;
    uint64_t len = kind < 126 ? (uint64_t)kind : 0;
    for (size_t i = 2; i < *head; i++)
        len = len << 8 | at[i];
    return from->len >= *head + len ? *head + (size_t)len : 0;
}

static bool pass_frames(struct relay *relay) {
    size_t head, len;
    bool goes_on = true;
    while (goes_on && (len = frame_len(&relay->answered, &head)) > 0) {
        const int kind = relay->answered.at[0] & 15;
        struct bytes text = BYTES_EMPTY;
        bytes_append(&text, relay->answered.at + head, len - head);
        if (relay->silent)
            ;
        else if (kind == FRAME_TEXT_OF)
            goes_on = pass_text(relay, &text);
        else
            goes_on = say(relay, relay->answered.at, len);
        bytes_fini(&text);
        bytes_drop(&relay->answered, len);
    }
    return goes_on;
}

static void pass_socket(struct relay *relay) {
    struct pollfd ends[] = {
        {.fd = relay->down, .events = POLLIN}, {.fd = relay->up, .events = POLLIN}};
    bool goes_on = pass_frames(relay);
    while (goes_on && poll(ends, 2, -1) > 0) {
        if (ends[0].revents != 0) {
            goes_on = hear(relay->down, &relay->asked);
            if (goes_on)
                goes_on = send(relay->up, relay->asked.at, relay->asked.len, MSG_NOSIGNAL) > 0;
            bytes_clear(&relay->asked);
        }
        if (goes_on && ends[1].revents != 0)
            goes_on = hear(relay->up, &relay->answered) && pass_frames(relay);
    }
}

/* ---- upgrades ---- */

static void replace_header(
    struct bytes *to, const struct bytes *reply, const char *name, const char *with) {
    const char *at = header(reply, name);
    const size_t head = head_len(reply);
    if (at == NULL) {
        bytes_append(to, reply->at, head);
        return;
    }
    const size_t before = (size_t)(at - reply->at) - strlen(name);
    const size_t behind = (size_t)(at - reply->at) + strcspn(at, "\r");
    bytes_append(to, reply->at, before);
    bytes_append_text(to, with);
    bytes_append(to, reply->at + behind, head - behind);
}

static void say_upgrade_lie(struct relay *relay, int lie, const struct bytes *reply) {
    static const char *const extras[] = {"\r\nSec-WebSocket-Extensions: permessage-deflate",
        "\r\nSec-WebSocket-Protocol: chat", "\r\nSec-WebSocket-Extensions: x; y=\"\x01\"",
        "\r\nSec-WebSocket-Version: 99", "\r\nTransfer-Encoding: chunked", "\r\nContent-Length: 5"};
    const char accept[] = "\r\nSec-WebSocket-Accept:";
    struct bytes made = BYTES_EMPTY;
    switch (lie) {
    case UPGRADE_WRONG_ACCEPT:
        replace_header(
            &made, reply, accept, "\r\nSec-WebSocket-Accept: AAAAAAAAAAAAAAAAAAAAAAAAAAA=");
        break;
    case UPGRADE_NO_ACCEPT: replace_header(&made, reply, accept, "\r\nX: y"); break;
    case UPGRADE_EXTRAS: {
        const char *value = header(reply, accept);
        struct bytes line = BYTES_EMPTY;
        bytes_printf(&line, "%s%.*s%s", accept, value != NULL ? (int)strcspn(value, "\r") : 0,
            value != NULL ? value : "", ANY_OF(relay, extras));
        replace_header(&made, reply, accept, bytes_text(&line));
        bytes_fini(&line);
        break;
    }
    case UPGRADE_ELSEWHERE: say_redirect(relay); break;
    case UPGRADE_STATUS: say_status(relay, reply); break;
    case UPGRADE_HEADERS:
        say_headers(relay, "HTTP/1.1 101 Switching Protocols\r\n", once_in(relay, 2));
        break;
    case UPGRADE_NO_HTTP: say_garbage(relay); break;
    case UPGRADE_CUT: bytes_append(&made, reply->at, reply->len / 2); break;
    case UPGRADE_SILENT: say_nothing(relay); break;
    default: break;
    }
    say(relay, bytes_text(&made), made.len);
    bytes_fini(&made);
}

static void upgrade(struct relay *relay, const struct bytes *reply) {
    const int lie = once_in(relay, 3) ? choose(relay, UPGRADE_WRONG_ACCEPT, UPGRADE_HANGS_UP) : -1;
    if (lie >= 0) {
        say_upgrade_lie(relay, lie, reply);
        if (lie == UPGRADE_EXTRAS || lie == UPGRADE_WRONG_ACCEPT || lie == UPGRADE_NO_ACCEPT)
            pass_socket(relay);
    } else if (say(relay, reply->at, reply->len)) {
        pass_socket(relay);
    }
}

/* ---- a connection ---- */

static void serve(struct relay *relay) {
    struct bytes reply = BYTES_EMPTY;
    for (bool goes_on = true; goes_on;) {
        const size_t asked = hear_whole(relay->down, &relay->asked);
        if (asked == 0 || !go_up(relay) ||
            send(relay->up, relay->asked.at, asked, MSG_NOSIGNAL) != (ssize_t)asked)
            break;
        bytes_drop(&relay->asked, asked);
        const size_t answered = hear_whole(relay->up, &relay->answered);
        if (answered == 0)
            break;
        bytes_clear(&reply);
        bytes_append(&reply, relay->answered.at, answered);
        bytes_drop(&relay->answered, answered);
        goes_on = strncmp(bytes_text(&reply), "HTTP/1.1 101", 12) != 0;
        if (goes_on)
            goes_on = answer(relay, &reply);
        else
            upgrade(relay, &reply);
    }
    bytes_fini(&reply);
}

/* False: there is no room, or it is too late. */
static bool enlist(struct mutant *mutant, int fd, bool in) {
    bool done = false;
    pthread_mutex_lock(&mutant->lock);
    for (int i = 0; i < MUTANT_LINES && !done; i++) {
        if (mutant->open[i] == (in ? -1 : fd)) {
            mutant->open[i] = in ? fd : -1;
            done = true;
        }
    }
    pthread_mutex_unlock(&mutant->lock);
    return done;
}

static void *run_relay(void *context) {
    struct relay *relay = context;
    struct mutant *mutant = relay->mutant;
    serve(relay);
    enlist(mutant, relay->down, false);
    close(relay->down);
    if (relay->up >= 0)
        close(relay->up);
    bytes_fini(&relay->asked);
    bytes_fini(&relay->answered);
    bytes_fini(&relay->late);
    free(relay);
    atomic_fetch_sub(&mutant->lines, 1);
    return NULL;
}

static void take_in(struct mutant *mutant, int fd) {
    const struct timeval wait = {.tv_sec = GIVE_UP_S};
    struct relay *relay = calloc(1, sizeof *relay);
    pthread_t thread;
    setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &wait, sizeof wait);
    relay->mutant = mutant;
    relay->down = fd;
    relay->up = -1;
    chance_seed(&relay->chance, mutant->seed * 1000003 + mutant->ordinal++);
    atomic_fetch_add(&mutant->lines, 1);
    if (enlist(mutant, fd, true) && pthread_create(&thread, NULL, run_relay, relay) == 0) {
        pthread_detach(thread);
        return;
    }
    atomic_fetch_sub(&mutant->lines, 1);
    enlist(mutant, fd, false);
    close(fd);
    free(relay);
}

static void *run(void *context) {
    struct mutant *mutant = context;
    struct pollfd doors[] = {
        {.fd = mutant->fd, .events = POLLIN}, {.fd = mutant->trap_fd, .events = POLLIN}};
    while (!atomic_load(&mutant->stop)) {
        if (poll(doors, 2, LOOK_MS) <= 0)
            continue;
        if (doors[0].revents != 0)
            take_in(mutant, accept4(mutant->fd, NULL, NULL, SOCK_CLOEXEC));
        if (doors[1].revents != 0) {
            close(accept4(mutant->trap_fd, NULL, NULL, SOCK_CLOEXEC));
            atomic_fetch_add(&mutant->trapped, 1);
        }
    }
    return NULL;
}

static int listen_at(struct sockaddr_in *at) {
    socklen_t size = sizeof *at;
    *at = (struct sockaddr_in){.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_return_code(bind(fd, (const struct sockaddr *)(const void *)at, size), errno);
    assert_return_code(listen(fd, 64), errno);
    assert_return_code(getsockname(fd, (struct sockaddr *)(void *)at, &size), errno);
    return fd;
}

void mutant_start(struct mutant *mutant, const char *server_url, uint64_t seed) {
    struct sockaddr_in at;
    memset(mutant, 0, sizeof *mutant);
    mutant->seed = seed;
    mutant->server = (struct sockaddr_in){.sin_family = AF_INET,
        .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
        .sin_port = htons((uint16_t)atoi(strrchr(server_url, ':') + 1))};
    mutant->fd = listen_at(&at);
    mutant->trap_fd = listen_at(&mutant->trap_at);
    snprintf(mutant->url, sizeof mutant->url, "http://127.0.0.1:%d", ntohs(at.sin_port));
    pthread_mutex_init(&mutant->lock, NULL);
    for (int i = 0; i < MUTANT_LINES; i++)
        mutant->open[i] = -1;
    assert_int_equal(pthread_create(&mutant->thread, NULL, run, mutant), 0);
}

static void cut(struct mutant *mutant) {
    pthread_mutex_lock(&mutant->lock);
    for (int i = 0; i < MUTANT_LINES; i++)
        if (mutant->open[i] >= 0)
            shutdown(mutant->open[i], SHUT_RDWR);
    pthread_mutex_unlock(&mutant->lock);
}

static bool nobody_is_left(void *context) {
    struct mutant *mutant = context;
    cut(mutant);
    return atomic_load(&mutant->lines) == 0;
}

void mutant_set_sane(struct mutant *mutant, bool sane) {
    atomic_store(&mutant->sane, sane);
    cut(mutant);
}

void mutant_be_late(struct mutant *mutant, unsigned most_ms) {
    atomic_store(&mutant->late_ms, most_ms);
}

void mutant_stop(struct mutant *mutant) {
    atomic_store(&mutant->stop, true);
    pthread_join(mutant->thread, NULL);
    assert_true(case_until(nobody_is_left, mutant, GIVE_UP_S * 1000));
    close(mutant->fd);
    close(mutant->trap_fd);
    pthread_mutex_destroy(&mutant->lock);
}

unsigned long mutant_lies(struct mutant *mutant) {
    unsigned long count = 0;
    pthread_mutex_lock(&mutant->lock);
    for (int i = 0; i < LIE_COUNT; i++)
        count += mutant->told[i];
    pthread_mutex_unlock(&mutant->lock);
    return count;
}

unsigned long mutant_truths(struct mutant *mutant) {
    pthread_mutex_lock(&mutant->lock);
    const unsigned long count = mutant->passed;
    pthread_mutex_unlock(&mutant->lock);
    return count;
}

void mutant_print(struct mutant *mutant, FILE *to) {
    pthread_mutex_lock(&mutant->lock);
    for (int i = 0; i < LIE_COUNT; i++)
        fprintf(to, "# %7lu  %s\n", mutant->told[i], lie_words(i));
    fprintf(to, "# %7lu  left as they were; %lu names in storms\n", mutant->passed, mutant->names);
    pthread_mutex_unlock(&mutant->lock);
}
