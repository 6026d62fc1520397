/* SPDX-License-Identifier: MIT */
/* What a glance finds is what parsing finds; where it finds nothing, parsing may. */
#include "support/wire_case.h"

#include "base/chance.h"
#include "wire/json.h"

static void expect(const char *text, const char *outer, const char *key, const char *wanted) {
    struct json_piece found = {0};
    static const struct json_limits any = {1 << 20, 10000, 64};
    assert_int_equal(json_gate(text, strlen(text), &any, NULL), 0);
    const char *at = json_glance(text, outer, key, &found) ? found.at : "nothing";
    const size_t len = at == found.at ? found.len : strlen(at);
    if (wanted == NULL)
        wanted = "nothing"; /* none of the texts below is that */
    if (len != strlen(wanted) || memcmp(at, wanted, len) != 0)
        fail_msg("%s: found %.*s, wanted %s", text, (int)len, at, wanted);
}

static void a_text_is_found_wherever_it_stands(void **state) {
    (void)state;
    expect("{\"type\":\"a\"}", NULL, "type", "a");
    expect(" { \"x\" : 1 , \"type\" : \"a\" } ", NULL, "type", "a");
    expect("{\"x\":-1.5e3,\"y\":null,\"z\":[],\"type\":\"\"}", NULL, "type", "");
    expect("{\"x\":[1,{\"type\":\"b\"},\"]\"],\"type\":\"a\"}", NULL, "type", "a");
    expect("{\"x\":{\"type\":\"}\\\"\"},\"type\":\"a\"}", NULL, "type", "a");
    expect("{\"x\":\"\\\\\",\"type\":\"a\"}", NULL, "type", "a");
    expect("{\"typ\":\"b\",\"types\":\"c\",\"type\":\"\xc3\xa9\"}", NULL, "type", "\xc3\xa9");
    expect("{\"user\":{\"name\":\"B\",\"id\":\"bo\"},\"id\":\"x\"}", "user", "id", "bo");
    expect("{\"id\":\"x\",\"user\" :\n{\"id\":\t\"bo\"}}", "user", "id", "bo");
}

static void what_is_not_there_or_needs_reading_is_not_found(void **state) {
    (void)state;
    expect("{}", NULL, "type", NULL);
    expect(" [ \"type\" ] ", NULL, "type", NULL);
    expect("\"type\"", NULL, "type", NULL);
    expect("7", NULL, "type", NULL);
    expect("{\"type\":7}", NULL, "type", NULL);
    expect("{\"type\":{\"type\":\"a\"}}", NULL, "type", NULL);
    expect("{\"type\":\"\\u0061\"}", NULL, "type", NULL);
    expect("{\"t\\u0079pe\":\"a\"}", NULL, "type", NULL);
    expect("{\"x\":\"type\",\"y\":\"a\"}", NULL, "type", NULL);
    expect("{\"user\":\"id\",\"id\":\"x\"}", "user", "id", NULL);
    expect("{\"user\":[{\"id\":\"bo\"}]}", "user", "id", NULL);
    expect("{\"user\":{}}", "user", "id", NULL);
    expect("{\"id\":\"x\"}", "user", "id", NULL);
}

static void put_value(struct bytes *to, struct chance *chance, int depth);

static void put_text(struct bytes *to, struct chance *chance) {
    static const char *const pieces[] = {
        "type", "user", "id", "x", "\\\"", "\\\\", "{", "}", "[", "]", ",", ":", "\\u0041", " "};
    bytes_append_char(to, '"');
    for (int64_t i = chance_between(chance, 0, 2); i > 0; i--)
        bytes_append_text(to, pieces[chance_between(chance, 0, 13)]);
    bytes_append_char(to, '"');
}

static void put_object(struct bytes *to, struct chance *chance, int depth) {
    static const char *const keys[] = {"\"type\"", "\"user\"", "\"id\"", "\"t\\u0079pe\"", "\"x\""};
    const char *before = "{";
    const int64_t first = chance_between(chance, 0, 4);
    for (int64_t i = 0; i < 5; i++) {
        if (chance_between(chance, 0, 2) == 0)
            continue;
        bytes_printf(to, "%s%s%s:", before, chance_between(chance, 0, 3) == 0 ? " " : "",
            keys[(first + i) % 5]);
        put_value(to, chance, depth + 1);
        before = chance_between(chance, 0, 3) == 0 ? " , " : ",";
    }
    bytes_append_text(to, before[0] == '{' ? "{}" : "}");
}

static void put_value(struct bytes *to, struct chance *chance, int depth) {
    static const char *const plain[] = {"1", "-2.5e1", "true", "null", "[]", "{}", "[1,\"]\"]"};
    const int64_t kind = chance_between(chance, 0, depth < 3 ? 4 : 2);
    if (kind == 0)
        bytes_append_text(to, plain[chance_between(chance, 0, 6)]);
    else if (kind <= 2)
        put_text(to, chance);
    else
        put_object(to, chance, depth);
}

/* Whatever passes the gate: a glance is right, or it says that it does not know. */
static void a_glance_never_differs_from_reading(void **state) {
    (void)state;
    static const struct json_limits any = {1 << 20, 10000, 64};
    struct chance chance;
    struct bytes text = BYTES_EMPTY;
    size_t passed = 0, seen = 0;
    chance_seed(&chance, 1);
    for (int i = 0; i < 20000; i++) {
        json *body = NULL;
        bytes_clear(&text);
        put_object(&text, &chance, 0);
        if (json_parse(&body, bytes_text(&text), text.len, &any, NULL) != 0)
            continue; /* a key twice */
        passed++;
        for (int k = 0; k < 2; k++) {
            struct json_piece found;
            const char *wanted = k == 0 ? json_text_at(body, "type")
                                        : json_text_at(json_get(body, "user"), "id");
            if (!json_glance(
                    bytes_text(&text), k == 0 ? NULL : "user", k == 0 ? "type" : "id", &found))
                continue;
            seen++;
            assert_non_null(wanted);
            assert_int_equal(found.len, strlen(wanted));
            assert_memory_equal(found.at, wanted, found.len);
        }
        json_free(body);
    }
    bytes_fini(&text);
    assert_true(passed > 4000);
    assert_true(seen > 500);
}

int main(void) {
    const struct CMUnitTest cases[] = {
        CASE(a_text_is_found_wherever_it_stands),
        CASE(what_is_not_there_or_needs_reading_is_not_found),
        CASE(a_glance_never_differs_from_reading),
    };
    return RUN_CASES("wire-glance", cases);
}
