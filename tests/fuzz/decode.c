/* SPDX-License-Identifier: MIT */
/*
 * The target of a request, and ids: a target means what a slow decoding says it means, or is
 * refused by both; bytes that a client encodes come out as they went in, or are refused as bytes;
 * and an id is one by the letters of the page alone.
 */
#include "fuzz/target.h"

#include "base/utf8.h"
#include "server/http.h"
#include "wire/id.h"

/* ---- the slow decoding ---- */

struct slow {
    char *segments[HTTP_SEGMENTS + 1], *names[HTTP_PARAMS + 1], *values[HTTP_PARAMS + 1];
    unsigned segment_count, param_count;
    bool bad;
};

/* A copy, decoded; NULL: it cannot be. */
static char *decoded(const char *from, size_t len, bool plus) {
    char *to = calloc(1, len + 1);
    size_t at = 0;
    HOLDS(to != NULL);
    for (size_t i = 0; i < len; i++) {
        char digits[3] = "";
        to[at] = from[i] == '+' && plus ? ' ' : from[i];
        if (from[i] == '%') {
            memcpy(digits, from + i + 1, len - i > 2 ? 2 : 0);
            if (strlen(digits) != 2 || digits[strspn(digits, "0123456789abcdefABCDEF")] != '\0' ||
                strcmp(digits, "00") == 0) {
                free(to);
                return NULL;
            }
            to[at] = (char)strtol(digits, NULL, 16);
            i += 2;
        }
        at++;
    }
    if (!utf8_is_valid(to, strlen(to))) {
        free(to);
        return NULL;
    }
    return to;
}

static bool has_control(const char *text) {
    for (; *text != '\0'; text++)
        if ((unsigned char)*text < ' ' || *text == 0x7f)
            return true;
    return false;
}

static void slow_segment(struct slow *slow, const char *from, size_t len) {
    char *segment = decoded(from, len, false);
    if (segment == NULL || segment[0] == '\0' || has_control(segment) ||
        strcmp(segment, ".") == 0 || strcmp(segment, "..") == 0 ||
        slow->segment_count == HTTP_SEGMENTS) {
        slow->bad = true;
        free(segment);
        return;
    }
    slow->segments[slow->segment_count++] = segment;
}

static void slow_param(struct slow *slow, const char *from, size_t len) {
    const char *equals = len > 0 ? memchr(from, '=', len) : NULL;
    const size_t name_len = equals != NULL ? (size_t)(equals - from) : len;
    if (len == 0)
        return;
    char *name = decoded(from, name_len, true);
    char *value = equals != NULL ? decoded(equals + 1, len - name_len - 1, true) : strdup("");
    bool good = name != NULL && value != NULL && slow->param_count < HTTP_PARAMS;
    for (unsigned i = 0; good && i < slow->param_count; i++)
        good = strcmp(slow->names[i], name) != 0;
    if (!good) {
        slow->bad = true;
        free(name);
        free(value);
        return;
    }
    slow->names[slow->param_count] = name;
    slow->values[slow->param_count++] = value;
}

/* Each part of it between marks. */
static void slow_split(struct slow *slow, const char *from, const char *end, char mark,
    void (*take)(struct slow *slow, const char *from, size_t len)) {
    while (from < end && !slow->bad) {
        const char *to = memchr(from, mark, (size_t)(end - from));
        to = to != NULL ? to : end;
        take(slow, from, (size_t)(to - from));
        from = to + 1;
    }
}

static void slow_target(struct slow *slow, const char *target) {
    const char *query = strchrnul(target, '?');
    slow->bad = target[0] != '/';
    slow_split(slow, target + 1, query, '/', slow_segment);
    if (*query == '?')
        slow_split(slow, query + 1, query + strlen(query), '&', slow_param);
}

static void slow_free(struct slow *slow) {
    for (unsigned i = 0; i < slow->segment_count; i++)
        free(slow->segments[i]);
    for (unsigned i = 0; i < slow->param_count; i++) {
        free(slow->names[i]);
        free(slow->values[i]);
    }
}

/* ---- the real one ---- */

static enum http_progress read_target(
    struct http_parser *parser, const char *target, struct http_request *request) {
    struct http_refusal refusal = {0};
    HOLDS(http_parser_feed(parser, "GET ", 4) == 0);
    HOLDS(http_parser_feed(parser, target, strlen(target)) == 0);
    HOLDS(http_parser_feed(parser, " HTTP/1.1\r\nHost: a\r\n\r\n", 22) == 0);
    const enum http_progress progress = http_parser_next(parser, request, &refusal);
    HOLDS(progress != HTTP_WANTS_MORE);
    HOLDS(progress == HTTP_REQUEST || refusal.status == 400 || refusal.status == 404);
    return progress;
}

static void check_target(const char *target) {
    struct slow slow = {0};
    struct http_request request;
    struct http_parser *parser = http_parser_create(0);
    HOLDS(parser != NULL);
    slow_target(&slow, target);
    HOLDS((read_target(parser, target, &request) == HTTP_REQUEST) == !slow.bad);
    if (!slow.bad) {
        HOLDS(request.segment_count == slow.segment_count);
        for (unsigned i = 0; i < slow.segment_count; i++)
            HOLDS(strcmp(request.segments[i], slow.segments[i]) == 0);
        HOLDS(request.param_count == slow.param_count);
        for (unsigned i = 0; i < slow.param_count; i++) {
            HOLDS(strcmp(request.params[i].name, slow.names[i]) == 0);
            HOLDS(strcmp(http_param(&request, slow.names[i]), slow.values[i]) == 0);
        }
    }
    slow_free(&slow);
    http_parser_destroy(parser);
}

static void encode(struct bytes *to, const char *text) {
    for (; *text != '\0'; text++)
        bytes_printf(to, "%%%02X", (unsigned char)*text);
}

/* There and back: whatever a client encodes is read as it was meant, or not at all. */
static void check_round(const char *text) {
    struct bytes target = BYTES_EMPTY;
    struct http_request request;
    struct http_parser *parser = http_parser_create(0);
    const bool dots = strcmp(text, ".") == 0 || strcmp(text, "..") == 0;
    const bool good = text[0] != '\0' && !dots && !has_control(text) &&
                      utf8_is_valid(text, strlen(text));
    HOLDS(parser != NULL);
    bytes_append_text(&target, "/a/");
    encode(&target, text);
    bytes_append_text(&target, "?q=");
    encode(&target, text);
    const bool taken = read_target(parser, bytes_text(&target), &request) == HTTP_REQUEST;
    HOLDS(taken == (good || text[0] == '\0'));
    if (taken && text[0] != '\0') {
        HOLDS(request.segment_count == 2 && strcmp(request.segments[1], text) == 0);
        HOLDS(strcmp(http_param(&request, "q"), text) == 0);
    }
    bytes_fini(&target);
    http_parser_destroy(parser);
}

/* ---- ids ---- */

static bool is_of(const char *text, bool at_sign, size_t most) {
    size_t len = 0;
    for (; text[len] != '\0'; len++) {
        const char c = text[len];
        if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                c == '_' || c == '-' || (c == '@' && at_sign)))
            return false;
    }
    return len >= 1 && len <= most;
}

static bool is_channel(const char *text) {
    const size_t mark = strncmp(text, "!members-", 9) == 0 ? 9 : 0;
    return is_of(text + mark, true, 64 - mark);
}

static void check_ids(const char *text) {
    char type[LIMIT_CHANNEL_TYPE + 1], id[LIMIT_CHANNEL_ID + 1], cid[LIMIT_CID + 1];
    const char *colon = strchr(text, ':');
    char *front = strndup(text, colon != NULL ? (size_t)(colon - text) : 0);
    HOLDS(front != NULL);
    HOLDS(id_is_user(text) == is_of(text, true, 255));
    HOLDS(id_is_message(text) == is_of(text, true, 255));
    HOLDS(id_is_channel_type(text) == is_of(text, false, 64));
    HOLDS(id_is_channel(text) == is_channel(text));
    const bool is_cid = colon != NULL && is_of(front, false, 64) && is_channel(colon + 1);
    HOLDS(id_split_cid(text, type, id) == is_cid);
    if (is_cid) {
        snprintf(cid, sizeof cid, "%s:%s", type, id);
        HOLDS(strcmp(cid, text) == 0);
    }
    free(front);
}

/* Bytes that end a request's line stand in no target. */
static bool may_be_a_target(const char *text) {
    return text[0] != '\0' && !has_control(text) && strchr(text, ' ') == NULL;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len) {
    struct input input = input_of(bytes, len);
    char *text = input_text(&input, -1);
    struct bytes target = BYTES_EMPTY;
    if (may_be_a_target(text))
        check_target(text);
    bytes_printf(&target, "/%s", text);
    if (may_be_a_target(bytes_text(&target)))
        check_target(bytes_text(&target));
    check_round(text);
    check_ids(text);
    bytes_fini(&target);
    free(text);
    return 0;
}
