/* SPDX-License-Identifier: MIT */
#include "support/case.h"

#include "server/plain.h"
#include "wire/json.h"

static void cell_is(const char *text, const char *wanted) {
    struct bytes to = BYTES_EMPTY;
    plain_cell(&to, text);
    SAME_TEXT(bytes_text(&to), wanted);
    bytes_fini(&to);
}

#define MARK "\xef\xbf\xbd"

static void a_cell_stays_in_its_line_and_its_place(void **state) {
    (void)state;
    cell_is(NULL, "-");
    cell_is("", "-");
    cell_is("Ana Ångström 🏮", "Ana Ångström 🏮");
    cell_is("a\tb\nc\rd\x1b[31me\x7f", "a" MARK "b" MARK "c" MARK "d" MARK "[31me" MARK);
    cell_is("\xc2\x85\xc2\x9b|\xe2\x80\xae\xe2\x81\xa6\xe2\x80\x8f\xe2\x80\xa8",
        MARK MARK "|" MARK MARK MARK MARK);
    cell_is("\xf3\xa0\x81\x81", MARK);
    cell_is("\xff\xc3", MARK MARK);
    cell_is("\xc2\xa0\xe2\x80\xaf", "\xc2\xa0\xe2\x80\xaf"); /* their neighbours are fine */
}

static void json_says_the_same_in_plain_characters(void **state) {
    (void)state;
    const char text[] = "{\"a\":\"\xe2\x80\xae \xc2\x9b \xf3\xa0\x81\x81 ü \\n\"}";
    struct bytes to = BYTES_EMPTY;
    plain_json(&to, text);
    SAME_TEXT(bytes_text(&to), "{\"a\":\"\\u202e \\u009b \\udb40\\udc41 ü \\n\"}");
    json *before, *after;
    assert_int_equal(json_parse(&before, text, sizeof text - 1, &json_limits_rest, NULL), 0);
    assert_int_equal(json_parse(&after, bytes_text(&to), to.len, &json_limits_rest, NULL), 0);
    assert_true(json_equal(before, after));
    json_free(before);
    json_free(after);
    bytes_fini(&to);
}

int main(void) {
    const struct CMUnitTest cases[] = {
        CASE(a_cell_stays_in_its_line_and_its_place),
        CASE(json_says_the_same_in_plain_characters),
    };
    return RUN_CASES("server-plain", cases);
}
