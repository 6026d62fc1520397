/* SPDX-License-Identifier: MIT */
/* Text from others, made harmless and measured. And ages. */
#include "support/case.h"

#include "base/chance.h"
#include "base/utf8.h"
#include "dashboard/view/age.h"
#include "dashboard/view/text.h"

static void cleans(const char *from, const char *to) {
    char *clean = text_cleaned(from);
    assert_non_null(clean);
    assert_string_equal(clean, to);
    free(clean);
}

static void controls_escapes_and_hidden_marks_are_gone(void **state) {
    (void)state;
    cleans("Ana", "Ana");
    cleans("a\x1b[31mb", "a\xef\xbf\xbd[31mb");
    cleans("a\x7f\xc2\x9b"
           "b",
        "a\xef\xbf\xbd\xef\xbf\xbd"
        "b");
    cleans("one\ntwo\r\nthree", "one⏎two⏎three");
    cleans("tab\there", "tab here");
    cleans("\xe2\x80\xae"
           "evil\xe2\x80\x8f",
        "evil");
    cleans("a\xe2\x80\x8b"
           "b\xef\xbb\xbf",
        "ab");
    cleans("\xf3\xa0\x81\xa1tag", "tag");
    cleans("bad\xff\xc3", "bad\xef\xbf\xbd\xef\xbf\xbd");
}

static void emoji_are_reduced_to_what_is_certain(void **state) {
    (void)state;
    cleans("\xf0\x9f\x91\xa8\xe2\x80\x8d\xf0\x9f\x91\xa9\xe2\x80\x8d\xf0\x9f\x91\xa7!",
        "\xf0\x9f\x91\xa8!");
    cleans("\xf0\x9f\x91\x8b\xf0\x9f\x8f\xbd", "\xf0\x9f\x91\x8b");
    cleans("\xe2\x98\x80\xef\xb8\x8f", "\xe2\x98\x80");
    cleans("\xf0\x9f\x87\xa9\xf0\x9f\x87\xaa", "DE");
}

static void marks_are_bounded_and_belong_to_their_base(void **state) {
    (void)state;
    cleans(
        "e\xcc\x81\xcc\x81\xcc\x81\xcc\x81\xcc\x81\xcc\x81x", "e\xcc\x81\xcc\x81\xcc\x81\xcc\x81x");
    cleans("\xcc\x81lonely", "lonely");
    int cells;
    assert_int_equal(text_cluster("e\xcc\x81x", &cells), 3);
    assert_int_equal(cells, 1);
    assert_int_equal(text_cells("陳大文"), 6);
    assert_int_equal(text_cells("Ana"), 3);
}

/* A cell of a terminal takes a base and what has no width; the rest would be lost or shifted. */
static void marks_that_have_a_cell_of_their_own_get_one(void **state) {
    (void)state;
    assert_int_equal(text_cells("हिन्दी"), 5);
    assert_int_equal(text_cells("한국"), 4);
    cleans("\xe1\x84\x92\xe1\x85\xa1\xe1\x86\xab", "\xe1\x84\x92\xe1\x85\xa1\xe1\x86\xab");
    assert_int_equal(text_cells("\xe1\x84\x92\xe1\x85\xa1\xe1\x86\xab"), 2);
    cleans("a\xe3\x85\xa4"
           "b\xe1\x85\x9f",
        "ab");
}

/*
 * Where the tables of utf8proc 2.8, glibc 2.36 and libvterm 0.1.4 differ, found by asking all three
 * about every character: marks that are younger than a table (a cell each there), spacing marks
 * (a cell, or none), emoji since 2016 (one cell, or two), jamo of the second block, Tangut, Nushu,
 * and two emoji that were never made. None of them is certain; what most text is made of, is.
 */
static void what_terminals_differ_about_is_not_certain(void **state) {
    static const char *const doubtful[] = {"e\xcc\x81", "\xe0\xa4\x83", "\xe0\xa4\x95\xe0\xa5\x8d",
        "\xf0\x9f\xa4\x8c", "\xf0\x9f\x91\x8b", "\xed\x9e\xb0", "\xf0\x96\xbf\xa1",
        "\xf0\x9f\xa4\xbb", "\xdb\x9e", "\xe3\x89\x88", "\xe4\xb7\x80", "\xe2\x8c\x9a"};
    static const char *const certain[] = {" ", "a", "\xc3\xa9", "\xd0\x9f", "\xd7\xa9",
        "\xe9\x99\xb3", "\xed\x95\x9c", "\xe2\x94\x82", "\xe2\x97\x89", "\xe2\xa3\xbf",
        "\xef\xbf\xbd"};
    (void)state;
    for (size_t i = 0; i < sizeof doubtful / sizeof doubtful[0]; i++)
        assert_false(text_is_certain(doubtful[i]));
    for (size_t i = 0; i < sizeof certain / sizeof certain[0]; i++)
        assert_true(text_is_certain(certain[i]));
    int cells;
    text_cluster("\xe4\xb7\x80", &cells);
    assert_int_equal(cells, 2);
}

static void ends(const char *from, const char *to) {
    char text[40];
    snprintf(text, sizeof text, "%s", from);
    text_end_whole(text);
    assert_string_equal(text, to);
}

static void what_was_cut_ends_with_a_whole_character(void **state) {
    (void)state;
    ends("", "");
    ends("abc", "abc");
    ends("a\xc3\xa9", "a\xc3\xa9");
    ends("a\xc3", "a");
    ends("a\xe9\x99", "a");
    ends("a\xe9\x99\xb3", "a\xe9\x99\xb3");
    ends("\xf0\x9f\x91", "");
    ends("\xf0\x9f\x91\x8b", "\xf0\x9f\x91\x8b");
    ends("\xf0", "");
}

static void fits(const char *text, int most, const char *wanted) {
    char to[40];
    text_fit(to, sizeof to, text, most);
    SAME_TEXT(to, wanted);
}

static void what_does_not_fit_says_so_with_its_last_cell(void **state) {
    (void)state;
    fits("Ana", 3, "Ana");
    fits("Anna", 3, "An~");
    fits("\xe4\xb8\x96\xe7\x95\x8c", 3, "\xe4\xb8\x96~");
    fits("\xe4\xb8\x96\xe7\x95\x8c", 2, "~");
    fits("", 0, "");
}

static void what_is_no_text_is_compared_as_it_is(void **state) {
    (void)state;
    char *folded = text_fold("B\xff"), *plain = text_fold("\xc3\x84NA");
    SAME_TEXT(folded, "B\xff");
    SAME_TEXT(plain, "\xc3\xa4na");
    assert_int_equal(text_grapheme(""), 0);
    assert_int_equal(text_grapheme("e\xcc\x81x"), 3);
    free(folded);
    free(plain);
}

static void append_random(struct bytes *to, struct chance *chance) {
    static const uint32_t favourites[] = {0x1b, 0x9b, 0x200d, 0x202e, 0x200b, 0xfe0f, 0x301,
        0x1f468, 0x1f1e9, 0x1f3fd, 0xe0041, 0x9673, 0xfeff, '\n', 0xad, 0x2028, 'a', 0x610, 0x1100,
        0xfffd};
    char encoded[4];
    const int64_t kind = chance_between(chance, 0, 9);
    if (kind == 0)
        bytes_append_char(to, (char)chance_between(chance, 1, 255));
    else if (kind < 6) {
        const size_t i = (size_t)chance_between(chance, 0, 19);
        bytes_append(to, encoded, utf8_put(encoded, favourites[i]));
    } else {
        uint32_t c = (uint32_t)chance_between(chance, 1, 0x10ffff);
        if (c >= 0xd800 && c < 0xe000)
            c = 'x';
        bytes_append(to, encoded, utf8_put(encoded, c));
    }
}

static bool is_harmless(const char *text) {
    const char *end = text + strlen(text);
    while (text < end) {
        const int32_t c = utf8_next(&text, end);
        if (c < 0x20 || (c >= 0x7f && c < 0xa0) || (c >= 0x200b && c <= 0x200f) ||
            (c >= 0x2028 && c <= 0x202e) || (c >= 0x2060 && c <= 0x206f) || c == 0xfeff ||
            (c >= 0xe0000 && c <= 0xe0fff))
            return false;
    }
    return true;
}

static void ten_thousand_hostile_texts_do_no_harm(void **state) {
    (void)state;
    struct chance chance;
    chance_seed(&chance, 42);
    for (int i = 0; i < 10000; i++) {
        struct bytes text = BYTES_EMPTY;
        for (int64_t n = chance_between(&chance, 0, 24); n > 0; n--)
            append_random(&text, &chance);
        char *clean = text_cleaned(bytes_text(&text)), *again = text_cleaned(clean);
        assert_true(utf8_is_valid(clean, strlen(clean)));
        assert_true(is_harmless(clean));
        assert_string_equal(clean, again);
        int total = 0, cells;
        for (const char *at = clean; *at != '\0';) {
            const size_t len = text_cluster(at, &cells);
            assert_true(len > 0 && len <= TEXT_CLUSTER_BYTES && cells >= 1 && cells <= 2);
            total += cells;
            at += len;
        }
        assert_int_equal(total, text_cells(clean));
        free(clean);
        free(again);
        bytes_fini(&text);
    }
}

static void age(int64_t ago_s, bool by_server, const char *wanted) {
    char text[AGE_BYTES];
    age_print(text, INT64_C(2000000000000) - ago_s * 1000, INT64_C(2000000000000), by_server);
    assert_string_equal(text, wanted);
}

static void an_age_is_honest_about_who_saw_it(void **state) {
    (void)state;
    char text[AGE_BYTES];
    age(0, false, "<1m");
    age(59, false, "<1m");
    age(120, false, "2m");
    age(540, true, "~9m");
    age(30, true, "~1m");
    age(-100, false, "<1m");
    age(3 * 3600 + 59, true, "3h");
    age(2 * 86400, false, "2d");
    age(35 * 86400, false, "5w");
    age(400 * 86400, false, "1y");
    age_print(text, 0, 1, true);
    assert_string_equal(text, "?");
}

int main(void) {
    const struct CMUnitTest cases[] = {
        CASE(controls_escapes_and_hidden_marks_are_gone),
        CASE(emoji_are_reduced_to_what_is_certain),
        CASE(marks_are_bounded_and_belong_to_their_base),
        CASE(marks_that_have_a_cell_of_their_own_get_one),
        CASE(what_terminals_differ_about_is_not_certain),
        CASE(what_was_cut_ends_with_a_whole_character),
        CASE(what_does_not_fit_says_so_with_its_last_cell),
        CASE(what_is_no_text_is_compared_as_it_is),
        CASE(ten_thousand_hostile_texts_do_no_harm),
        CASE(an_age_is_honest_about_who_saw_it),
    };
    return RUN_CASES("dashboard-text", cases);
}
