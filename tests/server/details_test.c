/* SPDX-License-Identifier: MIT */
#include "server/details.h"
#include "support/case.h"
#include "wire/error.h"

static json *parse(const char *text) {
    json *value;
    assert_int_equal(json_parse(&value, text, strlen(text), &json_limits_rest, NULL), 0);
    return value;
}

static struct user bo(void) {
    struct user user;
    json *from = parse("{\"id\":\"bo\",\"name\":\"Bo\",\"invisible\":false,\"color\":\"red\","
                       "\"address\":{\"city\":\"Oslo\",\"zip\":\"1\"}}");
    assert_int_equal(user_decode(&user, NULL, from, NULL), 0);
    json_free(from);
    return user;
}

/* What becomes of Bo: the text of them, or "CODE text" of a refusal. */
static const char *after(const char *how, const char *text, enum details_by by) {
    static _Thread_local char told[1024];
    struct user user = bo(), before = bo();
    struct details_refusal why;
    json *given = parse(text);
    int rc = strcmp(how, "merge") == 0 ? details_merge(&user, given, &why)
             : strcmp(how, "replace") == 0
                 ? details_replace(&user, given, by, &why)
                 : details_patch(&user, json_get(given, "set"), json_get(given, "unset"), by, &why);
    if (rc != 0) {
        snprintf(told, sizeof told, "%d %s", why.code, why.text);
    } else {
        char *custom = user.custom != NULL ? json_to_text(user.custom) : strdup("-");
        snprintf(told, sizeof told, "%s %s %s%s %x", user.name != NULL ? user.name : "-",
            user.role != NULL ? user.role : "-", custom,
            user.invisible == INVISIBLE_YES ? " invisible" : "", details_compare(&before, &user));
        free(custom);
    }
    json_free(given);
    user_fini(&user);
    user_fini(&before);
    return told;
}

#define ALL_OF_BO "{\"color\":\"red\",\"address\":{\"city\":\"Oslo\",\"zip\":\"1\"}}"

static void a_connect_merges_and_keeps_the_rest(void **state) {
    (void)state;
    SAME_TEXT(after("merge", "{\"id\":\"bo\"}", BY_THEMSELF), "Bo - " ALL_OF_BO " 0");
    SAME_TEXT(after("merge", "{\"name\":\"B\",\"color\":\"green\"}", BY_THEMSELF),
        "B - {\"color\":\"green\",\"address\":{\"city\":\"Oslo\",\"zip\":\"1\"}} 1");
    SAME_TEXT(
        after("merge", "{\"status\":\"hi\",\"invisible\":true,\"address\":null}", BY_THEMSELF),
        "Bo - {\"color\":\"red\",\"status\":\"hi\"} invisible 7");
}

static void what_is_not_ones_own_is_passed_over_and_the_reserved_refused(void **state) {
    (void)state;
    SAME_TEXT(
        after("merge", "{\"role\":\"admin\",\"banned\":true,\"teams\":[\"x\"],\"language\":\"fr\"}",
            BY_THEMSELF),
        "Bo - " ALL_OF_BO " 0");
    const char *reserved[] = {"created_at", "updated_at", "deleted_at", "last_active", "online"};
    for (size_t i = 0; i < 5; i++) {
        char text[64], wanted[64];
        snprintf(text, sizeof text, "{\"%s\":true}", reserved[i]);
        snprintf(wanted, sizeof wanted, "4 %s is a reserved field", reserved[i]);
        SAME_TEXT(after("merge", text, BY_THEMSELF), wanted);
    }
}

static void an_upsert_replaces_all_but_invisible(void **state) {
    (void)state;
    SAME_TEXT(after("replace", "{\"id\":\"bo\",\"age\":3}", BY_THEMSELF), "- - {\"age\":3} 1");
    SAME_TEXT(after("replace", "{\"role\":\"admin\"}", BY_THEMSELF), "- - - 1");
    SAME_TEXT(after("replace", "{\"role\":\"admin\"}", BY_SERVER), "- admin - 1");
}

static void a_patch_goes_along_dotted_paths(void **state) {
    (void)state;
    SAME_TEXT(
        after("patch", "{\"set\":{\"address.city\":\"Rome\",\"a.b.c\":1},\"unset\":[\"color\"]}",
            BY_THEMSELF),
        "Bo - {\"address\":{\"city\":\"Rome\",\"zip\":\"1\"},\"a\":{\"b\":{\"c\":1}}} 1");
    SAME_TEXT(
        after("patch", "{\"unset\":[\"address\",\"color\",\"name\",\"no.such\"]}", BY_THEMSELF),
        "- - - 1");
    SAME_TEXT(after("patch", "{\"set\":{\"color.x\":1}}", BY_THEMSELF),
        "Bo - {\"address\":{\"city\":\"Oslo\",\"zip\":\"1\"},\"color\":{\"x\":1}} 1");
}

static void what_cannot_be_patched_is_refused(void **state) {
    (void)state;
    SAME_TEXT(after("patch", "{\"set\":{\"role\":\"admin\"}}", BY_THEMSELF),
        "17 role is not yours to change");
    SAME_TEXT(after("patch", "{\"set\":{\"id\":\"x\"}}", BY_SERVER), "4 id cannot be changed");
    SAME_TEXT(
        after("patch", "{\"set\":{\"online\":true}}", BY_SERVER), "4 online is a reserved field");
    SAME_TEXT(after("patch", "{\"set\":{\"name.x\":1}}", BY_THEMSELF), "4 name.x has no fields");
    SAME_TEXT(after("patch", "{\"set\":{\"a..b\":1}}", BY_THEMSELF), "4 \"a..b\" is not a path");
    SAME_TEXT(after("patch", "{\"set\":[]}", BY_THEMSELF), "4 set must be an object");
    SAME_TEXT(after("patch", "{\"unset\":[1]}", BY_THEMSELF), "4 unset must hold strings");
    SAME_TEXT(after("patch", "{\"set\":{\"name\":7}}", BY_THEMSELF), "4 name must be a string");
    SAME_TEXT(after("patch", "{\"set\":{\"invisible\":\"yes\"}}", BY_THEMSELF),
        "4 invisible must be a boolean");
}

static void five_kilobytes_are_enough(void **state) {
    (void)state;
    char *text = malloc(6000);
    assert_non_null(text);
    memset(text, 'x', 6000);
    memcpy(text, "{\"novel\":\"", 10);
    strcpy(text + 5200, "\"}");
    SAME_TEXT(after("merge", text, BY_THEMSELF), "22 custom data is over 5 KB");
    memcpy(text, "{\"name\" :\"", 10);
    SAME_TEXT(after("merge", text, BY_THEMSELF), "22 name is over 5 KB");
    free(text);
}

int main(void) {
    const struct CMUnitTest cases[] = {
        CASE(a_connect_merges_and_keeps_the_rest),
        CASE(what_is_not_ones_own_is_passed_over_and_the_reserved_refused),
        CASE(an_upsert_replaces_all_but_invisible),
        CASE(a_patch_goes_along_dotted_paths),
        CASE(what_cannot_be_patched_is_refused),
        CASE(five_kilobytes_are_enough),
    };
    return RUN_CASES("server-details", cases);
}
