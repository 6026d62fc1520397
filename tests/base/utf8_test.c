/* SPDX-License-Identifier: MIT */
#include "support/case.h"

#include "base/utf8.h"

static const struct {
    const char *bytes;
    bool valid;
} texts[] = {
    {"", true},
    {"plain ascii, longer than eight bytes", true},
    {"\x7f", true},
    {"\xc2\x80", true},         /* the first of two bytes */
    {"\xdf\xbf", true},         /* the last of two */
    {"\xe0\xa0\x80", true},     /* the first of three */
    {"\xed\x9f\xbf", true},     /* before the surrogates */
    {"\xee\x80\x80", true},     /* after them */
    {"\xef\xbf\xbf", true},     /* a noncharacter is a character here */
    {"\xf0\x90\x80\x80", true}, /* the first of four */
    {"\xf4\x8f\xbf\xbf", true}, /* U+10FFFF */
    {"Gr\xc3\xbc\xc3\x9f Gott \xe4\xbd\xa0\xe5\xa5\xbd \xf0\x9f\x98\x80", true},
    {"\x80", false}, /* out of nowhere */
    {"\xbf", false},
    {"\xc0\x80", false}, /* overlong */
    {"\xc1\xbf", false},
    {"\xe0\x80\x80", false},
    {"\xe0\x9f\xbf", false},
    {"\xf0\x80\x80\x80", false},
    {"\xf0\x8f\xbf\xbf", false},
    {"\xed\xa0\x80", false}, /* surrogates */
    {"\xed\xbf\xbf", false},
    {"\xf4\x90\x80\x80", false}, /* above U+10FFFF */
    {"\xf5\x80\x80\x80", false},
    {"\xff", false},
    {"\xfe", false},
    {"\xc3", false}, /* unfinished */
    {"\xe4\xbd", false},
    {"\xf0\x9f\x98", false},
    {"\xc3(", false}, /* interrupted */
    {"\xe4\xbd(", false},
    {"\xf0\x9f(\x80", false},
    {"eight bytes and more \xff", false},
};
enum { TEXTS = sizeof texts / sizeof texts[0] };

static void each_text_is_what_the_rfc_says(void **state) {
    (void)state;
    for (size_t i = 0; i < TEXTS; i++)
        if (utf8_is_valid(texts[i].bytes, strlen(texts[i].bytes)) != texts[i].valid)
            fail_msg("text %zu (%s)", i, texts[i].bytes);
}

static void it_may_be_cut_anywhere(void **state) {
    (void)state;
    for (size_t i = 0; i < TEXTS; i++) {
        size_t len = strlen(texts[i].bytes);
        for (size_t cut = 0; cut <= len; cut++) {
            struct utf8_check check = {0};
            bool valid = utf8_check_feed(&check, texts[i].bytes, cut) &&
                         utf8_check_feed(&check, texts[i].bytes + cut, len - cut) &&
                         utf8_check_is_whole(&check);
            if (valid != texts[i].valid)
                fail_msg("text %zu cut at %zu", i, cut);
        }
    }
}

static void a_fault_is_told_as_soon_as_it_is_there_and_stays(void **state) {
    (void)state;
    struct utf8_check check = {0};
    assert_true(utf8_check_feed(&check, "\xf0", 1));
    assert_false(utf8_check_feed(&check, "\x80", 1));
    assert_false(utf8_check_feed(&check, "a", 1));
    assert_false(utf8_check_is_whole(&check));
}

static void a_nul_is_a_character(void **state) {
    (void)state;
    assert_true(utf8_is_valid("a\0b", 3));
}

static void every_code_point_comes_back_as_it_was_put(void **state) {
    (void)state;
    for (uint32_t point = 0; point <= 0x10ffff; point += point < 0x1000 ? 1 : 61) {
        if (point >= 0xd800 && point <= 0xdfff)
            continue;
        char text[4];
        size_t len = utf8_put(text, point);
        const char *at = text;
        assert_int_equal(utf8_next(&at, text + len), (int32_t)point);
        assert_ptr_equal(at, text + len);
        assert_true(utf8_is_valid(text, len));
    }
}

static void walking_a_broken_text_loses_one_byte_a_fault(void **state) {
    (void)state;
    const char text[] = "a\xff\xe4\xbd"
                        "b\xc3\xa9\xf0\x9f";
    const char *at = text, *end = text + sizeof text - 1;
    const int32_t wanted[] = {'a', -1, -1, -1, 'b', 0xe9, -1, -1};
    for (size_t i = 0; i < sizeof wanted / sizeof wanted[0]; i++)
        assert_int_equal(utf8_next(&at, end), wanted[i]);
    assert_ptr_equal(at, end);
    assert_int_equal(utf8_next(&at, end), -1);
    assert_ptr_equal(at, end);
}

static void characters_are_counted_not_bytes(void **state) {
    (void)state;
    const char text[] = "a\xc3\xa9\xe4\xbd\xa0\xf0\x9f\x98\x80";
    assert_int_equal(utf8_count(text, sizeof text - 1), 4);
    assert_int_equal(utf8_count("", 0), 0);
}

int main(void) {
    const struct CMUnitTest cases[] = {
        CASE(each_text_is_what_the_rfc_says),
        CASE(it_may_be_cut_anywhere),
        CASE(a_fault_is_told_as_soon_as_it_is_there_and_stays),
        CASE(a_nul_is_a_character),
        CASE(every_code_point_comes_back_as_it_was_put),
        CASE(walking_a_broken_text_loses_one_byte_a_fault),
        CASE(characters_are_counted_not_bytes),
    };
    return RUN_CASES("base-utf8", cases);
}
