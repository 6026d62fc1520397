/* SPDX-License-Identifier: MIT */
/* Smart case, and where a text is found, by whole signs. */
#include "support/case.h"

#include "dashboard/model/needle.h"
#include "dashboard/view/text.h"

#include <stdlib.h>

static bool is_in(const char *what, const char *text) {
    struct needle needle;
    needle_set(&needle, what);
    char *fold = text_fold(text);
    const bool with_fold = needle_is_in(&needle, text, fold);
    free(fold);
    assert_int_equal(needle_is_in(&needle, text, NULL), with_fold);
    return with_fold;
}

static void case_matters_when_there_is_a_capital(void **state) {
    (void)state;
    assert_true(is_in("ada", "Ada Lovelace"));
    assert_true(is_in("Ada", "Ada Lovelace"));
    assert_false(is_in("aDa", "Ada Lovelace"));
    assert_true(is_in("élan", "ÉLAN vital"));
    assert_false(is_in("Élan", "élan"));
    assert_true(is_in("strasse", "Straße"));
    assert_false(is_in("", "Ada"));
    assert_false(is_in("ada", ""));
}

static void finds(const char *what, const char *text, size_t from, size_t at, size_t len) {
    struct needle needle;
    size_t here = 0;
    needle_set(&needle, what);
    assert_int_equal(needle_find(&needle, text, from, &here), len);
    if (len > 0)
        assert_int_equal(here, at);
}

static void what_is_found_is_whole_signs(void **state) {
    (void)state;
    finds("lov", "Ada Lovelace", 0, 4, 3);
    finds("a", "Ada", 1, 2, 1);
    finds("ss", "Straße", 0, 4, 2);
    finds("大", "陳大文", 0, 3, 3);
    finds("x", "Ada", 0, 0, 0);
    finds("", "Ada", 0, 0, 0);
}

int main(void) {
    const struct CMUnitTest cases[] = {
        CASE(case_matters_when_there_is_a_capital), CASE(what_is_found_is_whole_signs)};
    return RUN_CASES("dashboard-needle", cases);
}
