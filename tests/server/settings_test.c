/* SPDX-License-Identifier: MIT */
#include "support/wire_case.h"

#include "server/settings.h"

static int apply(struct settings *settings, const char *text, const char **field) {
    json *changes = json_of(text);
    int rc = settings_apply(settings, changes, field);
    json_free(changes);
    return rc;
}

static void only_what_is_given_changes(void **state) {
    (void)state;
    struct settings settings = {0};
    const char *field;
    assert_int_equal(apply(&settings, "{'disable_auth_checks':true}", &field), 0);
    assert_int_equal(
        apply(&settings, "{'revoke_tokens_issued_before':'2026-01-01T00:00:00Z','x':1}", &field),
        0);
    json *told = json_object();
    assert_int_equal(settings_encode(&settings, told), 0);
    SAME_JSON(told, "{'disable_auth_checks':true,"
                    "'revoke_tokens_issued_before':'2026-01-01T00:00:00.000000Z'}");
    assert_int_equal(apply(&settings, "{'revoke_tokens_issued_before':null}", &field), 0);
    assert_int_equal(settings.revoke_before_us, 0);
    assert_true(settings.disable_auth_checks);
}

static void a_wrong_one_is_named_and_nothing_changes(void **state) {
    (void)state;
    static const struct {
        const char *text, *field;
    } wrong[] = {{"{'disable_auth_checks':1}", "disable_auth_checks"},
        {"{'disable_auth_checks':true,'revoke_tokens_issued_before':'soon'}",
            "revoke_tokens_issued_before"},
        {"{'disable_auth_checks':true,'revoke_tokens_issued_before':7}",
            "revoke_tokens_issued_before"}};
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        struct settings settings = {0};
        const char *field = NULL;
        assert_true(apply(&settings, wrong[i].text, &field) > 0);
        SAME_TEXT(field, wrong[i].field);
        assert_false(settings.disable_auth_checks);
    }
}

int main(void) {
    const struct CMUnitTest cases[] = {
        CASE(only_what_is_given_changes), CASE(a_wrong_one_is_named_and_nothing_changes)};
    return RUN_CASES("server-settings", cases);
}
