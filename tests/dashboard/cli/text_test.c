/* SPDX-License-Identifier: MIT */
#include "dashboard/cli/text.h"
#include "support/case.h"

static void shows(const char *from, const char *wanted) {
    struct bytes to = BYTES_EMPTY;
    text_plain(&to, from);
    SAME_TEXT(bytes_text(&to), wanted);
    bytes_fini(&to);
}

#define MARK "\xef\xbf\xbd"

static void ordinary_text_of_any_script_goes_through(void **state) {
    (void)state;
    shows("", "");
    shows("Ada Lovelace", "Ada Lovelace");
    shows("陳大文 Ōé", "陳大文 Ōé");
    shows("👩‍💻 ❤️", "👩‍💻 ❤️");
    shows("back\\slash \"quote\"", "back\\slash \"quote\"");
}

static void escape_sequences_cannot_reach_a_terminal(void **state) {
    (void)state;
    shows("\x1b[2J", MARK "[2J");
    shows("\x1b]0;title\x07", MARK "]0;title" MARK);
    shows("a\x7f\b", "a" MARK MARK);
    shows("\xc2\x9b"
          "31m",
        MARK "31m"); /* CSI as one character */
    shows("\xc2\x90q", MARK "q");
}

static void a_name_makes_no_column_and_no_line(void **state) {
    (void)state;
    shows("a\tb\nc\rd\ve\ff", "a b c d e f");
    shows("a\xc2\x85"
          "b\xe2\x80\xa8"
          "c\xe2\x80\xa9"
          "d",
        "a b c d");
}

static void what_reorders_or_hides_is_marked(void **state) {
    (void)state;
    shows("\xe2\x80\xae"
          "abc",
        MARK "abc"); /* right-to-left override */
    shows("a\xe2\x80\x8b"
          "b",
        "a" MARK "b"); /* zero-width space */
    shows("a\xe2\x81\xa6"
          "b",
        "a" MARK "b"); /* isolate */
    shows("a\xef\xbb\xbf", "a" MARK);
}

static void what_is_not_utf8_is_marked(void **state) {
    (void)state;
    shows("a\xff"
          "b",
        "a" MARK "b");
    shows("\xc3", MARK);
    shows("\xed\xa0\x80", MARK MARK MARK);
}

static void a_time_is_utc_with_milliseconds_and_never_is_a_dash(void **state) {
    (void)state;
    struct bytes to = BYTES_EMPTY;
    text_time(&to, 1795603327123);
    bytes_append_char(&to, ' ');
    text_time(&to, 0);
    bytes_append_char(&to, ' ');
    text_time(&to, INT64_MAX);
    SAME_TEXT(bytes_text(&to), "2026-11-25T10:42:07.123Z - -");
    bytes_fini(&to);
}

static void json_strings_escape_what_json_wants_escaped(void **state) {
    (void)state;
    struct bytes to = BYTES_EMPTY;
    text_json(&to, "a\"b\\c\n\x01é");
    SAME_TEXT(bytes_text(&to), "\"a\\\"b\\\\c\\u000a\\u0001é\"");
    bytes_fini(&to);
}

static void json_over_lines_becomes_one_line(void **state) {
    (void)state;
    struct bytes to = BYTES_EMPTY;
    const char json[] = "{\r\n \"a\": \"\\n\"\n}";
    text_one_line(&to, json, sizeof json - 1);
    SAME_TEXT(bytes_text(&to), "{   \"a\": \"\\n\" }");
    bytes_fini(&to);
}

int main(void) {
    const struct CMUnitTest cases[] = {
        CASE(ordinary_text_of_any_script_goes_through),
        CASE(escape_sequences_cannot_reach_a_terminal),
        CASE(a_name_makes_no_column_and_no_line),
        CASE(what_reorders_or_hides_is_marked),
        CASE(what_is_not_utf8_is_marked),
        CASE(a_time_is_utc_with_milliseconds_and_never_is_a_dash),
        CASE(json_strings_escape_what_json_wants_escaped),
        CASE(json_over_lines_becomes_one_line),
    };
    return RUN_CASES("dashboard-cli-text", cases);
}
