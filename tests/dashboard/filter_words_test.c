/* SPDX-License-Identifier: MIT */
/* Tab in the filter: what the last term may become, and the members follow. */
#include "support/case.h"

#include "dashboard/input/key.h"
#include "picture.h"

static struct model model;

static int furnish(void **state) {
    (void)state;
    picture_world(&model);
    assert_int_equal(model_put_channel(&model, "messaging:night", "night shift", 1), 0);
    update_size(&model, 24, 80);
    return 0;
}

static int clear(void **state) {
    (void)state;
    model_fini(&model);
    return 0;
}

static void type(const char *text) {
    for (; *text != '\0'; text++)
        update_key(&model, (unsigned char)*text, PICTURE_NOW);
}

/* A filter that is being written, and what Tab, so many times, makes of it. */
static void becomes(const char *text, int tabs, const char *wanted) {
    type("\\");
    update_key(&model, KEY_CODE_CONTROL('U'), PICTURE_NOW);
    type(text);
    for (int i = 0; i < tabs; i++)
        update_key(&model, KEY_CODE_TAB, PICTURE_NOW);
    SAME_TEXT(editor_text(&model.prompt.editor), wanted);
    update_key(&model, KEY_CODE_ESCAPE, PICTURE_NOW);
}

static void the_last_term_is_completed(void **state) {
    (void)state;
    becomes("", 1, "is:");
    becomes("", 2, "last:");
    becomes("st", 1, "status:");
    becomes("is:", 1, "is:online");
    becomes("is:un", 1, "is:unknown");
    becomes("is:me,watche", 1, "is:me,watched");
    becomes("-is:off", 1, "-is:offline");
    becomes("last:", 2, "last:<1h");
    becomes("is:home in:de", 1, "is:home in:dev");
    becomes("in:#lu", 1, "in:lunch");
    becomes("in:nig", 1, "in:\"night shift\"");
    becomes("dan", 1, "\"Dana Reyes\"");
    becomes("is:home name:\"dan", 1, "is:home name:\"Dana Reyes\"");
    becomes("id:da", 1, "id:dana");
    becomes("role:a", 1, "role:admin");
    becomes("xyzzy", 1, "xyzzy"); /* nothing is meant by it */
    becomes("what:x", 1, "what:x");
}

static void the_members_follow_what_tab_put_in(void **state) {
    (void)state;
    type("\\is:ban");
    update_key(&model, KEY_CODE_TAB, PICTURE_NOW);
    assert_int_equal(model.list.count, 1);
    update_key(&model, KEY_CODE_BACK_TAB, PICTURE_NOW);
    assert_int_equal(model.list.count, 1); /* there is but one */
    update_key(&model, KEY_CODE_ENTER, PICTURE_NOW);
    assert_int_equal(model.prompt.kind, PROMPT_NONE);
    SAME_TEXT(model.filter_text, "is:banned");
}

/* What Tab offers is always a filter that can be read, whatever people are called. */
static void whatever_is_offered_makes_sense(void **state) {
    (void)state;
    static const char *const begun[] = {"", "is:", "last:", "in:", "name:a", "id:a", "role:", "a",
        "-", "e", "-in:", "is:home,", "b"};
    struct filter_fault fault;
    struct filter filter;
    picture_person(&model, "quote", "a \"b\" c", "", true, true, 1, PICTURE_NOW);
    picture_person(&model, "blank", "  a  b", "", true, true, 1, PICTURE_NOW);
    assert_int_equal(model_put_member(&model, "messaging:support", "quote"), 0);
    assert_int_equal(model_put_member(&model, "messaging:support", "blank"), 0);
    for (size_t i = 0; i < sizeof begun / sizeof begun[0]; i++) {
        type("\\");
        update_key(&model, KEY_CODE_CONTROL('U'), PICTURE_NOW);
        type(begun[i]);
        const size_t count = model.prompt.count;
        for (size_t tab = 0; tab < count; tab++) {
            update_key(&model, KEY_CODE_TAB, PICTURE_NOW);
            const char *text = editor_text(&model.prompt.editor);
            if (text[strlen(text) - 1] != ':') /* a key waits for what follows */
                assert_int_equal(filter_read(&filter, text, &fault), 0);
        }
        update_key(&model, KEY_CODE_ESCAPE, PICTURE_NOW);
    }
}

#define WITH(function) cmocka_unit_test_setup_teardown(function, furnish, clear)

int main(void) {
    const struct CMUnitTest cases[] = {
        WITH(the_last_term_is_completed),
        WITH(the_members_follow_what_tab_put_in),
        WITH(whatever_is_offered_makes_sense),
    };
    return RUN_CASES("dashboard-filter_words", cases);
}
