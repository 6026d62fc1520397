/* SPDX-License-Identifier: MIT */
/* A table of texts, good and bad, and what the gate says of each; then what passed is parsed,
 * printed and parsed again, and must be the same. */
#include "support/case.h"

#include "base/chance.h"
#include "wire/json.h"

static const struct good {
    const char *text;
    const char *printed; /* NULL: as it is */
} good[] = {
    /* values alone */
    {"null", NULL},
    {"true", NULL},
    {"false", NULL},
    {"0", NULL},
    {"\"\"", NULL},
    {"[]", NULL},
    {"{}", NULL},
    {" \t\r\n1 \t\r\n", "1"},
    {"[ ]", "[]"},
    {"{ }", "{}"},
    {" [ 1 , 2 ] ", "[1,2]"},
    {" { \"a\" : 1 } ", "{\"a\":1}"},
    /* numbers */
    {"-1", NULL},
    {"-0", "0"},
    {"-0.0", "0"},
    {"0.5", NULL},
    {"1e3", "1000"},
    {"1E+3", "1000"},
    {"1e-2", "0.01"},
    {"0e0", "0"},
    {"0e999999", "0"},
    {"0.1", NULL},
    {"0.30000000000000004", NULL},
    {"9007199254740991", NULL},
    {"9007199254740992", NULL},
    {"-9007199254740992", NULL},
    {"1.7976931348623157e308", "1.7976931348623157e+308"},
    {"5e-324", "4.94065645841247e-324"},
    {"1e-999", "0"},
    {"0.000000000000000000000000001e28", "10"},
    {"1e20", "1e+20"},
    {"1.23456789012345678901234567890", "1.2345678901234567"}, /* and the longest there may be: */
    {"1.234567890123456789012345678901", "1.2345678901234567"},
    /* strings */
    {"\"plain\"", NULL},
    {"\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"", "\"\\\"\\\\/\\b\\f\\n\\r\\t\""},
    {"\"\\u0041\\u00e9\\u4f60\"", "\"A\xc3\xa9\xe4\xbd\xa0\""},
    {"\"\\u0001\\u001F\"", "\"\\u0001\\u001f\""},
    {"\"\\ud83d\\ude00\"", "\"\xf0\x9f\x98\x80\""},
    {"\"\\uDBFF\\uDFFF\"", "\"\xf4\x8f\xbf\xbf\""},
    {"\"\\uFFFF\"", "\"\xef\xbf\xbf\""},
    {"\"\xc3\xa9 \xf0\x9f\x98\x80\"", NULL},
    {"\"\x7f\"", NULL},
    {"\"\\u2028\"", "\"\xe2\x80\xa8\""},
    {"\"eight by\\u0074es and mo\\re\"", "\"eight bytes and mo\\re\""},
    /* objects */
    {"{\"a\":1,\"A\":2,\"\":3,\"aa\":4}", NULL},
    {"{\"a\":{\"a\":{\"a\":1}},\"b\":{\"a\":2}}", NULL},
    {"[{\"a\":1},{\"a\":1}]", NULL},
    {"{\"abcdefgh\":1,\"abcdefg\":2,\"abcdefghi\":3}", NULL},
    {"{\"a/b\":1,\"a.b\":2}", NULL},
};

static const struct bad {
    const char *text;
    const char *reason;
} bad[] = {
    {"", "not a value"},
    {" ", "not a value"},
    {"nul", "not a value"},
    {"True", "not a value"},
    {"NaN", "not a value"},
    {"Infinity", "not a value"},
    {"-Infinity", "not a value"},
    {"undefined", "not a value"},
    {"'a'", "not a value"},
    {"// no\n1", "not a value"},
    {"\xef\xbb\xbf{}", "not a value"},
    {"\xff\xfe{", "not a value"},
    {"\v1", "not a value"},
    {"\xc2\xa0"
     "1",
        "not a value"},
    /* more after the value */
    {"{}{}", "more after the value"},
    {"1 2", "more after the value"},
    {"{}x", "more after the value"},
    {"nullx", "more after the value"},
    {"[]]", "more after the value"},
    {"1,", "more after the value"},
    {"\"a\"\"", "more after the value"},
    /* numbers */
    {"-", "not a value"},
    {"+1", "not a value"},
    {".5", "not a value"},
    {"-a", "not a value"},
    {"01", "more after the value"},
    {"-01", "more after the value"},
    {"0x10", "more after the value"},
    {"1.", "bad number"},
    {"1.e3", "bad number"},
    {"1e", "bad number"},
    {"1e+", "bad number"},
    {"1e1.5", "more after the value"},
    {"1_000", "more after the value"},
    {"1e400", "number too large"},
    {"-1e309", "number too large"},
    {"1e99999999999", "number too large"},
    {"1.7976931348623159e308", "number too large"},
    {"17976931348623159.0e292", "number too large"},
    {"9007199254740993", "whole number beyond 2^53"},
    {"-9007199254740993", "whole number beyond 2^53"},
    {"10000000000000000", "whole number beyond 2^53"},
    {"0.1234567890123456789012345678901", "number too long"},
    {"123456789012345678901234567890123", "number too long"},
    /* strings */
    {"\"", "unfinished string"},
    {"\"a", "unfinished string"},
    {"\"a\\", "unfinished string"},
    {"\"a\\\"", "unfinished string"},
    {"\"\\x41\"", "bad escape"},
    {"\"\\a\"", "bad escape"},
    {"\"\\U0041\"", "bad escape"},
    {"\"\\u41\"", "bad escape"},
    {"\"\\u00g1\"", "bad escape"},
    {"\"\\u", "bad escape"},
    {"\"\\u004", "bad escape"},
    {"\"\\u 041\"", "bad escape"},
    {"\"\\u0000\"", "\\u0000"},
    {"\"admin\\u0000x\"", "\\u0000"},
    {"{\"\\u0000\":1}", "\\u0000"},
    {"\"\\ud800\"", "lone surrogate"},
    {"\"\\udc00\"", "lone surrogate"},
    {"\"\\ud800\\u0041\"", "lone surrogate"},
    {"\"\\ud800x\"", "lone surrogate"},
    {"\"\\ud800\\ud800\"", "lone surrogate"},
    {"\"\\udfff\\ud800\"", "lone surrogate"},
    {"\"\\ud83d\\", "lone surrogate"},
    {"\"\\ud83d\\ude0\"", "lone surrogate"},
    {"\"a\nb\"", "control character in a string"},
    {"\"\t\"", "control character in a string"},
    {"\"\x1f\"", "control character in a string"},
    {"\"\x01\"", "control character in a string"},
    {"\"long enough for a word\n\"", "control character in a string"},
    {"\"\xff\"", "not UTF-8"},
    {"\"\xc0\x80\"", "not UTF-8"},
    {"\"\xed\xa0\x80\"", "not UTF-8"},
    {"\"\xf4\x90\x80\x80\"", "not UTF-8"},
    {"\"\xe4\xbd\"", "not UTF-8"},
    {"\"\xe4\xbd", "not UTF-8"},
    {"{\"\xff\":1}", "not UTF-8"},
    /* arrays */
    {"[", "not a value"},
    {"[1", "unfinished array"},
    {"[1,", "not a value"},
    {"[1,]", "not a value"},
    {"[,1]", "not a value"},
    {"[1 2]", "unfinished array"},
    {"[1,,2]", "not a value"},
    {"[1}", "unfinished array"},
    {"]", "not a value"},
    /* objects */
    {"{", "no key"},
    {"{\"a\"", "no colon"},
    {"{\"a\":", "not a value"},
    {"{\"a\":1", "unfinished object"},
    {"{\"a\":1,", "no key"},
    {"{\"a\":1,}", "no key"},
    {"{a:1}", "no key"},
    {"{1:1}", "no key"},
    {"{\"a\" 1}", "no colon"},
    {"{\"a\":1 \"b\":2}", "unfinished object"},
    {"{\"a\",\"b\"}", "no colon"},
    {"{,}", "no key"},
    {"{\"a\":1]", "unfinished object"},
    {"{null:1}", "no key"},
    {"}", "not a value"},
    /* duplicate keys */
    {"{\"a\":1,\"a\":2}", "duplicate key"},
    {"{\"a\":1,\"b\":2,\"a\":1}", "duplicate key"},
    {"{\"\":1,\"\":2}", "duplicate key"},
    {"{\"a\":1,\"\\u0061\":2}", "duplicate key"},
    {"{\"\\u0061\":1,\"a\":2}", "duplicate key"},
    {"{\"\\u00e9\":1,\"\xc3\xa9\":2}", "duplicate key"},
    {"{\"\\ud83d\\ude00\":1,\"\xf0\x9f\x98\x80\":2}", "duplicate key"},
    {"{\"\\/\":1,\"/\":2}", "duplicate key"},
    {"{\"\\n\":1,\"\\u000a\":2}", "duplicate key"},
    {"{\"ab\\u0063defghijk\":1,\"abcdefghij\\u006b\":2}", "duplicate key"},
    {"{\"abcdefg\\u0068\":1,\"abcdefgh\":2}", "duplicate key"},
    {"{\"abcdefgh12345678\":1,\"\\u0061bcdefgh12345678\":2}", "duplicate key"},
    {"[{\"x\":{\"a\":1,\"a\":2}}]", "duplicate key"},
    {"{\"a\":{\"b\":1},\"c\":[{\"d\":1}],\"a\":2}", "duplicate key"},
    {"{\"user_id\":\"a\",\"b\":{\"user_id\":1},\"user_id\":\"b\"}", "duplicate key"},
};

#define COUNT(table) (sizeof(table) / sizeof(table)[0])

static void each_good_text_passes_and_prints_as_it_reads(void **state) {
    (void)state;
    for (size_t i = 0; i < COUNT(good); i++) {
        const char *text = good[i].text;
        struct json_error error = {0, ""};
        json *value = NULL, *again = NULL;
        if (json_parse(&value, text, strlen(text), &json_limits_rest, &error) != 0)
            fail_msg("%s: %s at %zu", text, error.reason, error.offset);
        char *printed = json_to_text(value);
        SAME_TEXT(printed, good[i].printed != NULL ? good[i].printed : text);
        assert_int_equal(json_parse(&again, printed, strlen(printed), &json_limits_rest, NULL), 0);
        assert_true(json_equal(value, again));
        free(printed);
        json_free(value);
        json_free(again);
    }
}

static void each_bad_text_is_refused_with_its_reason(void **state) {
    (void)state;
    for (size_t i = 0; i < COUNT(bad); i++) {
        struct json_error error = {0, "passed"};
        json *value = NULL;
        size_t len = strlen(bad[i].text);
        int rc = json_parse(&value, bad[i].text, len, &json_limits_rest, &error);
        if (rc != JSON_MALFORMED || strcmp(error.reason, bad[i].reason) != 0 || error.offset > len)
            fail_msg("%s: %d %s, wanted %s", bad[i].text, rc, error.reason, bad[i].reason);
        assert_null(value);
    }
}

static void a_refusal_without_a_place_for_the_reason_is_one_too(void **state) {
    (void)state;
    assert_int_equal(json_gate("[", 1, &json_limits_rest, NULL), JSON_MALFORMED);
}

static void the_offset_points_at_the_fault(void **state) {
    (void)state;
    struct json_error error;
    json_gate("{\"a\":1,\"b\":tru}", 15, &json_limits_rest, &error);
    assert_int_equal(error.offset, 11);
    json_gate("[1, 1e400]", 10, &json_limits_rest, &error);
    assert_int_equal(error.offset, 4);
    json_gate("[\"ab\xff\"]", 7, &json_limits_rest, &error);
    assert_int_equal(error.offset, 4);
}

static void a_raw_nul_is_no_end(void **state) {
    (void)state;
    assert_int_equal(json_gate("1\0", 2, &json_limits_rest, NULL), JSON_MALFORMED);
    assert_int_equal(json_gate("\"a\0b\"", 5, &json_limits_rest, NULL), JSON_MALFORMED);
}

/* The text stands at the end of its memory, so that ASan sees a read beyond it. */
static void nothing_beyond_the_length_is_read(void **state) {
    (void)state;
    for (size_t i = 0; i < COUNT(good) + COUNT(bad); i++) {
        const char *text = i < COUNT(good) ? good[i].text : bad[i - COUNT(good)].text;
        size_t len = strlen(text);
        for (size_t cut = 0; cut <= len; cut++) {
            char *exact = malloc(cut + (cut == 0));
            assert_non_null(exact);
            memcpy(exact, text, cut);
            json *value = NULL;
            json_parse(&value, exact, cut, &json_limits_rest, NULL);
            json_free(value);
            free(exact);
        }
    }
}

static int gate_nested(const char *open, const char *close, int depth) {
    struct bytes text = BYTES_EMPTY;
    for (int i = 0; i < depth; i++)
        bytes_append_text(&text, open);
    bytes_append_text(&text, "1");
    for (int i = 0; i < depth; i++)
        bytes_append_text(&text, close);
    int rc = json_gate(text.at, text.len, &json_limits_rest, NULL);
    bytes_fini(&text);
    return rc;
}

static void depth_64_passes_and_65_does_not(void **state) {
    (void)state;
    assert_int_equal(gate_nested("[", "]", 64), 0);
    assert_int_equal(gate_nested("[", "]", 65), JSON_TOO_DEEP);
    assert_int_equal(gate_nested("{\"a\":", "}", 64), 0);
    assert_int_equal(gate_nested("{\"a\":", "}", 65), JSON_TOO_DEEP);
    assert_int_equal(gate_nested("[", "]", 1001), JSON_TOO_DEEP);
    assert_int_equal(gate_nested("[", "]", 100000), JSON_TOO_DEEP);
}

static int gate_array(unsigned values, const struct json_limits *limits) {
    struct bytes text = BYTES_EMPTY;
    bytes_append_text(&text, "[0");
    for (unsigned i = 2; i < values; i++)
        bytes_append_text(&text, ",0");
    bytes_append_text(&text, "]");
    int rc = json_gate(text.at, text.len, limits, NULL);
    bytes_fini(&text);
    return rc;
}

static void values_are_counted_containers_too(void **state) {
    (void)state;
    assert_int_equal(gate_array(4096, &json_limits_rest), 0);
    assert_int_equal(gate_array(4097, &json_limits_rest), JSON_TOO_BIG);
    assert_int_equal(gate_array(256, &json_limits_frame), 0);
    assert_int_equal(gate_array(257, &json_limits_frame), JSON_TOO_BIG);
    assert_int_equal(gate_array(100000, &json_limits_reply), 0);
}

static void bytes_are_counted_before_anything_is_read(void **state) {
    (void)state;
    char text[16] = "[1]             ";
    struct json_limits limits = {15, 10, 10};
    assert_int_equal(json_gate(text, 15, &limits, NULL), 0);
    assert_int_equal(json_gate(text, 16, &limits, NULL), JSON_TOO_BIG);
}

static int gate_keys(int count, int twice) {
    struct bytes text = BYTES_EMPTY;
    for (int i = 0; i < count; i++)
        bytes_printf(&text, "%s\"key%d\":0", i == 0 ? "{" : ",", i == count - 1 && twice ? 0 : i);
    bytes_append_text(&text, "}");
    int rc = json_gate(text.at, text.len, &json_limits_rest, NULL);
    bytes_fini(&text);
    return rc;
}

static void many_keys_pass_too_many_are_too_big_and_the_last_double_is_seen(void **state) {
    (void)state;
    assert_int_equal(gate_keys(1024, false), 0);
    assert_int_equal(gate_keys(1024, true), JSON_MALFORMED);
    assert_int_equal(gate_keys(1025, false), JSON_TOO_BIG);
}

static void closed_objects_give_their_keys_back(void **state) {
    (void)state;
    struct bytes text = BYTES_EMPTY;
    for (int i = 0; i < 1800; i++)
        bytes_append_text(&text, i == 0 ? "[{\"a\":1}" : ",{\"a\":1}");
    bytes_append_text(&text, "]");
    assert_int_equal(json_gate(text.at, text.len, &json_limits_rest, NULL), 0);
    bytes_fini(&text);
}

/* Whatever bytes a stranger sends: what passes is what cJSON reads, and what it prints passes. */
static void any_text_that_passes_survives_its_own_printing(void **state) {
    (void)state;
    static const char *const pieces[] = {"{", "}", "[", "]", ",", ":", "\"a\"", "\"b\"",
        "\"\\u0061\"", "1", "-0", "1e5", "true", "null", " ", "\"\xc3\xa9\"", "\"", "\\", "\xff",
        "9007199254740993"};
    struct chance chance;
    chance_seed(&chance, 5);
    int passed = 0;
    for (int turn = 0; turn < 30000; turn++) {
        struct bytes text = BYTES_EMPTY;
        for (int64_t left = chance_between(&chance, 1, 9); left > 0; left--)
            bytes_append_text(
                &text, pieces[chance_between(&chance, 0, (int64_t)COUNT(pieces) - 1)]);
        json *value = NULL, *again = NULL;
        int rc = json_parse(&value, text.at, text.len, &json_limits_rest, NULL);
        assert_true(rc >= 0);
        if (rc == 0) {
            passed++;
            char *printed = json_to_text(value);
            assert_int_equal(
                json_parse(&again, printed, strlen(printed), &json_limits_rest, NULL), 0);
            assert_true(json_equal(value, again));
            free(printed);
            json_free(value);
            json_free(again);
        }
        bytes_fini(&text);
    }
    assert_true(passed > 1000);
}

int main(void) {
    const struct CMUnitTest cases[] = {
        CASE(each_good_text_passes_and_prints_as_it_reads),
        CASE(each_bad_text_is_refused_with_its_reason),
        CASE(a_refusal_without_a_place_for_the_reason_is_one_too),
        CASE(the_offset_points_at_the_fault),
        CASE(a_raw_nul_is_no_end),
        CASE(nothing_beyond_the_length_is_read),
        CASE(depth_64_passes_and_65_does_not),
        CASE(values_are_counted_containers_too),
        CASE(bytes_are_counted_before_anything_is_read),
        CASE(many_keys_pass_too_many_are_too_big_and_the_last_double_is_seen),
        CASE(closed_objects_give_their_keys_back),
        CASE(any_text_that_passes_survives_its_own_printing),
    };
    return RUN_CASES("wire-gate", cases);
}
