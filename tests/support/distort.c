/* SPDX-License-Identifier: MIT */
/*
 * Works on the text, not on a tree: what no JSON writer would write must come out, too. A value is
 * found by its quotes and brackets; a wrong guess is one more lie.
 */
#include "support/distort.h"

#include <stdio.h>
#include <string.h>

enum { HUGE_BYTES = 900 * 1024, VALUES = 4096, CROWD = 6000 };

const char *distortion_words(enum distortion distortion) {
    static const char *const words[] = {
#define DISTORTION_WORDS(tag, words) words,
        DISTORTIONS(DISTORTION_WORDS)
#undef DISTORTION_WORDS
    };
    return words[distortion];
}

static size_t one_of(struct chance *chance, size_t count) {
    return (size_t)chance_between(chance, 0, (int64_t)count - 1);
}

#define ONE_OF(chance, list) (list)[one_of(chance, sizeof(list) / sizeof *(list))]

/* Behind the value that begins at `at`. */
static size_t end_of_value(const struct bytes *text, size_t at) {
    int depth = 0;
    bool quoted = false;
    for (size_t i = at; i < text->len; i++) {
        const char c = text->at[i];
        if (quoted) {
            i += c == '\\';
            quoted = c != '"';
        } else if (c == '"') {
            quoted = true;
        } else if (c == '{' || c == '[') {
            depth++;
        } else if (c == '}' || c == ']') {
            depth--;
        } else if (c != ',' || depth > 0) {
            continue;
        }
        if (depth < 0 || (c == ',' && depth == 0 && !quoted))
            return i;
        if (depth == 0 && !quoted && (c == '"' || c == '}' || c == ']'))
            return i + 1;
    }
    return text->len;
}

/* Where values begin that stand behind one of these keys, or behind any. */
static size_t find_values(const struct bytes *text, const char *const *keys, size_t *at) {
    size_t count = 0;
    bool quoted = false;
    size_t opened = 0;
    for (size_t i = 0; i + 1 < text->len && count < VALUES; i++) {
        const char c = text->at[i];
        if (quoted && c == '\\') {
            i++;
        } else if (c == '"') {
            quoted = !quoted;
            if (quoted)
                opened = i + 1;
        } else if (!quoted && c == ':') {
            bool wanted = keys == NULL;
            for (size_t k = 0; keys != NULL && keys[k] != NULL; k++)
                wanted |= strlen(keys[k]) + opened + 1 == i &&
                          memcmp(text->at + opened, keys[k], strlen(keys[k])) == 0;
            if (wanted)
                at[count++] = i + 1;
        }
    }
    return count;
}

static void replace(struct bytes *text, size_t from, size_t to, const char *with, size_t len) {
    struct bytes made = BYTES_EMPTY;
    bytes_append(&made, text->at, from);
    bytes_append(&made, with, len);
    bytes_append(&made, text->at + to, text->len - to);
    bytes_fini(text);
    *text = made;
}

/* One value behind one of these keys, or behind any where there is none such. */
static void put(struct bytes *text, const char *const *keys, struct chance *chance,
    const char *with, size_t len) {
    static _Thread_local size_t at[VALUES];
    size_t count = find_values(text, keys, at);
    if (count == 0)
        count = find_values(text, NULL, at);
    if (count == 0)
        return;
    const size_t chosen = at[one_of(chance, count)];
    replace(text, chosen, end_of_value(text, chosen), with, len);
}

static void put_text(
    struct bytes *text, const char *const *keys, struct chance *chance, const char *with) {
    put(text, keys, chance, with, strlen(with));
}

static void put_repeated(struct bytes *text, struct chance *chance, const char *before,
    const char *often, const char *after) {
    struct bytes made = BYTES_EMPTY;
    const int64_t most = HUGE_BYTES / (int64_t)strlen(often);
    const int64_t times = chance_between(chance, 1, chance_between(chance, 1, most));
    bytes_append_text(&made, before);
    for (int64_t i = 0; i < times; i++)
        bytes_append_text(&made, often);
    bytes_append_text(&made, after);
    put(text, NULL, chance, made.at, made.len);
    bytes_fini(&made);
}

void distort_append_crowd(struct bytes *to, const char *of, int64_t count, struct chance *chance) {
    const int64_t first = chance_between(chance, 0, INT32_MAX);
    for (int64_t i = 0; i < count; i++) {
        if (i > 0)
            bytes_append_char(to, ',');
        for (const char *at = of; *at != '\0'; at++)
            if (*at == '#')
                bytes_printf(to, "%lld", (long long)(first + i));
            else
                bytes_append_char(to, *at);
    }
}

/* In a list that there is, whichever: else it is no lie that anybody would take in. */
static void put_crowd(struct bytes *text, struct chance *chance) {
    static const struct {
        const char *keys[2], *of;
    } lists[] = {
        {{"users", NULL}, "{\"id\":\"x#\",\"online\":true}"},
        {{"members", NULL}, "{\"user_id\":\"x#\",\"user\":{\"id\":\"x#\"}}"},
        {{"read", NULL}, "{\"user\":{\"id\":\"x#\"},\"last_read\":\"2026-01-01T00:00:00Z\"}"},
        {{"messages", NULL}, "{\"id\":\"x#\",\"text\":\"never said\",\"user\":{\"id\":\"x#\"}}"},
        {{"channels", NULL}, "{\"channel\":{\"type\":\"team\",\"id\":\"x#\",\"cid\":\"team:x#\"},"
                             "\"membership\":{\"user_id\":\"ana\"}}"},
        {{"mutes", NULL}, "{\"target\":{\"id\":\"x#\"}}"},
    };
    enum { LISTS = sizeof lists / sizeof *lists };
    static _Thread_local size_t at[VALUES];
    const size_t from = one_of(chance, LISTS);
    for (size_t i = 0; i < LISTS; i++) {
        const size_t list = (from + i) % LISTS;
        if (find_values(text, lists[list].keys, at) == 0)
            continue;
        struct bytes made = BYTES_EMPTY;
        bytes_append_char(&made, '[');
        distort_append_crowd(&made, lists[list].of, chance_between(chance, 1, CROWD), chance);
        bytes_append_char(&made, ']');
        put(text, lists[list].keys, chance, made.at, made.len);
        bytes_fini(&made);
        return;
    }
}

static void put_id(struct bytes *text, struct chance *chance) {
    static const char *const keys[] = {"id", "cid", "user_id", "channel_id", "channel_type",
        "parent_id", "connection_id", "last_read_message_id", "message_id", NULL};
    static const char *const ids[] = {"\"ana\"", "\"bo\"", "\"cy\"", "\"hall\"",
        "\"messaging:hall\"", "\"messaging:yard\"", "\"messaging:nowhere\"", "\"*\"", "\"\"",
        "\"../../etc\"", "\":\"", "\"a b\"", "\"\\u0000\"", "\"\\\"},{\\\"\"", "\"\\u001b[2J\""};
    char fresh[64];
    snprintf(fresh, sizeof fresh, "\"%s%06x\"", chance_next(chance) % 2 ? "messaging:" : "x",
        (unsigned)chance_next(chance) & 0xffffff);
    put_text(text, keys, chance, chance_next(chance) % 3 == 0 ? fresh : ONE_OF(chance, ids));
}

static void put_time(struct bytes *text, struct chance *chance) {
    static const char *const keys[] = {"created_at", "updated_at", "last_active", "deleted_at",
        "truncated_at", "last_message_at", "last_read", "expires", "invite_accepted_at", NULL};
    static const char *const times[] = {"\"9999-12-31T23:59:59.999999Z\"",
        "\"0000-01-01T00:00:00Z\"", "\"1970-01-01T00:00:00Z\"", "\"2099-02-30T00:00:00Z\"",
        "\"-0001-01-01T00:00:00Z\"", "\"12026-11-24T10:42:07Z\"", "\"yesterday\"", "\"\"", "0",
        "-9223372036854775808", "\"2026-11-24T10:42:07.1234567890123456789Z\"",
        "\"2040-01-01T00:00:00+23:59\""};
    put_text(text, keys, chance, ONE_OF(chance, times));
}

static void put_event_type(struct bytes *text, struct chance *chance) {
    static const char *const keys[] = {"type", NULL};
    static const char *const types[] = {"\"user.presence.changed\"", "\"user.updated\"",
        "\"user.deleted\"", "\"message.new\"", "\"message.updated\"", "\"message.deleted\"",
        "\"message.read\"", "\"member.added\"", "\"member.removed\"", "\"member.updated\"",
        "\"channel.deleted\"", "\"channel.truncated\"", "\"channel.updated\"", "\"channel.hidden\"",
        "\"typing.start\"", "\"typing.stop\"", "\"reaction.new\"", "\"reaction.deleted\"",
        "\"health.check\"", "\"connection.error\"", "\"notification.mark_read\"",
        "\"notification.mark_unread\"", "\"notification.added_to_channel\"",
        "\"notification.removed_from_channel\"", "\"notification.mutes_updated\"",
        "\"notification.invited\"", "\"never.heard.of\"", "\"\"", "\"livestream\""};
    put_text(text, keys, chance, ONE_OF(chance, types));
}

static void put_code(struct bytes *text, struct chance *chance) {
    static const char *const keys[] = {"code", "StatusCode", "watcher_count", "member_count",
        "unread_messages", "total_unread_count", "unread_channels", "reply_count", "score",
        "cooldown", NULL};
    static const char *const codes[] = {"0", "-1", "4", "5", "9", "16", "17", "40", "99999",
        "-9223372036854775808", "9223372036854775807", "18446744073709551616", "1e400", "0.5",
        "\"40\"", "2147483648"};
    put_text(text, keys, chance, ONE_OF(chance, codes));
}

static void put_flag(struct bytes *text, struct chance *chance) {
    static const char *const keys[] = {"online", "invisible", "banned", "frozen", "disabled",
        "silent", "hidden", "invited", "connect_events", "hard_delete", "clear_history", NULL};
    put_text(text, keys, chance, chance_next(chance) % 2 ? "true" : "false");
}

static void put_other_type(struct bytes *text, struct chance *chance) {
    static const char *const values[] = {"true", "false", "0", "-1", "1.5", "\"text\"", "\"\"",
        "[]", "{}", "[[]]", "[null]", "{\"id\":\"x\"}", "[{\"id\":1}]", "{\"\":null}",
        "[\"a\",\"b\"]"};
    put_text(text, NULL, chance, ONE_OF(chance, values));
}

static void put_number(struct bytes *text, struct chance *chance) {
    static const char *const values[] = {"1e308", "-1e309", "1e-400", "9007199254740993",
        "9223372036854775808", "-9223372036854775809", "0.0000000000000000000000000000000001", "-0",
        "01", "1e", "+1", "NaN", "Infinity"};
    if (chance_next(chance) % 4 == 0)
        put_repeated(text, chance, "", "9", "");
    else
        put_text(text, NULL, chance, ONE_OF(chance, values));
}

static void put_bad_utf8(struct bytes *text, struct chance *chance) {
    static const char *const values[] = {"\"\xff\xfe\"", "\"\xc0\xaf\"", "\"\xed\xa0\x80\"",
        "\"\xf4\x90\x80\x80\"", "\"\xe2\x82\"", "\"\\ud800\"", "\"\\udc00\\ud800\"", "\"\x80\""};
    put_text(text, NULL, chance, ONE_OF(chance, values));
}

static void put_deep(struct bytes *text, struct chance *chance) {
    const bool even = chance_next(chance) % 2;
    struct bytes made = BYTES_EMPTY;
    const int64_t depth = chance_between(chance, 1, chance_between(chance, 1, 100000));
    for (int64_t i = 0; i < depth; i++)
        bytes_append_text(&made, even ? "[" : "{\"a\":");
    bytes_append_text(&made, even ? "" : "1");
    for (int64_t i = 0; i < depth; i++)
        bytes_append_text(&made, even ? "]" : "}");
    put(text, NULL, chance, made.at, made.len);
    bytes_fini(&made);
}

static void make_garbage(struct bytes *text, struct chance *chance) {
    const int64_t len = chance_between(chance, 0, chance_between(chance, 0, 64 * 1024));
    bytes_clear(text);
    for (int64_t i = 0; i < len; i++)
        bytes_append_char(text, (char)chance_next(chance));
    if (len == 0)
        bytes_append_text(text, "");
}

static void repeat_a_key(struct bytes *text) {
    static const char keys[] = "\"type\":1,\"type\":{},\"id\":\"a\",\"id\":[],";
    if (text->len > 2)
        replace(text, 1, 1, keys, sizeof keys - 1);
}

void distort(struct bytes *text, enum distortion distortion, struct chance *chance) {
    switch (distortion) {
    case DISTORT_WRONG_TYPE: put_other_type(text, chance); break;
    case DISTORT_MISSING: put_text(text, NULL, chance, "null"); break;
    case DISTORT_HUGE_TEXT: put_repeated(text, chance, "\"", "huge ", "\""); break;
    case DISTORT_HUGE_ARRAY:
        put_repeated(text, chance, "[0", chance_next(chance) % 2 ? ",0" : ",{\"id\":\"u\"}", "]");
        break;
    case DISTORT_CROWD: put_crowd(text, chance); break;
    case DISTORT_HUGE_NUMBER: put_number(text, chance); break;
    case DISTORT_DEEP: put_deep(text, chance); break;
    case DISTORT_BAD_UTF8: put_bad_utf8(text, chance); break;
    case DISTORT_NULS:
        if (chance_next(chance) % 2)
            put(text, NULL, chance, "\"a\0b\"", 5);
        else
            put_text(text, NULL, chance, "\"a\\u0000b\"");
        break;
    case DISTORT_TIME: put_time(text, chance); break;
    case DISTORT_OTHER_ID: put_id(text, chance); break;
    case DISTORT_EVENT_TYPE: put_event_type(text, chance); break;
    case DISTORT_CODE: put_code(text, chance); break;
    case DISTORT_FLAG: put_flag(text, chance); break;
    case DISTORT_SAME_KEY: repeat_a_key(text); break;
    case DISTORT_CONTROLS:
        put_text(text, NULL, chance, "\"\\u001b]0;x\\u0007\\u009b\\u202e\\r\\n\\u0008\"");
        break;
    case DISTORT_CUT_SHORT: text->len = one_of(chance, text->len + 1); break;
    case DISTORT_GARBAGE: make_garbage(text, chance); break;
    case DISTORT_NO_JSON:
        bytes_clear(text);
        bytes_append_text(text, "<!DOCTYPE html><html><body>Welcome to nginx!</body></html>");
        break;
    case DISTORT_COUNT: break;
    }
}
