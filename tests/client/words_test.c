/* SPDX-License-Identifier: MIT */
#include "client/words.h"
#include "support/case.h"

static const char *shown(const char *from) {
    static char to[16];
    words_from(to, sizeof to, from, "nothing");
    return to;
}

static void plain_words_stay(void **state) {
    (void)state;
    SAME_TEXT(shown("no such user"), "no such user");
    SAME_TEXT(shown("Zoë · 東"), "Zoë · 東");
}

static void nothing_controls_the_terminal(void **state) {
    (void)state;
    SAME_TEXT(shown("\x1b[2Jno\r\n"), " [2Jno  ");
    SAME_TEXT(shown("a\xc2\x9b"
                    "b\x7f"),
        "a b ");
    SAME_TEXT(shown("a\xe2\x80\xae"
                    "b"),
        "a b");
}

static void what_is_no_text_becomes_a_space(void **state) {
    (void)state;
    SAME_TEXT(shown("a\xff\xfe"
                    "b"),
        "a  b");
    SAME_TEXT(shown("a\xe2\x82"), "a  ");
}

static void a_character_is_never_cut(void **state) {
    (void)state;
    SAME_TEXT(shown("0123456789abcdefgh"), "0123456789abcde");
    SAME_TEXT(shown("0123456789abc東"), "0123456789abc");
}

static void where_nothing_is_said_something_is(void **state) {
    (void)state;
    SAME_TEXT(shown(""), "nothing");
    SAME_TEXT(shown(NULL), "nothing");
    SAME_TEXT(shown(" \n\x1b"), "nothing");
}

int main(void) {
    const struct CMUnitTest cases[] = {
        CASE(plain_words_stay),
        CASE(nothing_controls_the_terminal),
        CASE(what_is_no_text_becomes_a_space),
        CASE(a_character_is_never_cut),
        CASE(where_nothing_is_said_something_is),
    };
    return RUN_CASES("client-words", cases);
}
