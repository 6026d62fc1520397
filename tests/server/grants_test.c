/* SPDX-License-Identifier: MIT */
#include "support/wire_case.h"

#include "server/grants.h"

static struct grants usual(const char *type) {
    struct grants grants;
    grants_compile(&grants, type, NULL);
    return grants;
}

static struct grants said(const char *text) {
    struct grants grants;
    json *object = json_of(text);
    grants_compile(&grants, "messaging", object);
    json_free(object);
    return grants;
}

static void a_messaging_channel_is_for_its_members(void **state) {
    (void)state;
    struct grants grants = usual("messaging");
    assert_true(grants_may(&grants, ROLE_MEMBER, GRANT_READ, false));
    assert_true(grants_may(&grants, ROLE_MEMBER, GRANT_SEND, false));
    assert_false(grants_may(&grants, ROLE_MEMBER, GRANT_UPDATE_CHANNEL, false));
    assert_true(grants_may(&grants, ROLE_MODERATOR, GRANT_TRUNCATE, false));
    assert_false(grants_may(&grants, ROLE_USER, GRANT_READ, false));
    assert_true(grants_may(&grants, ROLE_USER, GRANT_READ, true));
    assert_false(grants_may(&grants, ROLE_ANONYMOUS, GRANT_READ, true));
    assert_true(grants_may(&grants, ROLE_ADMIN, GRANT_DELETE_CHANNEL, false));
}

static void ones_own_message_is_ones_own(void **state) {
    (void)state;
    struct grants grants = usual("team");
    assert_true(grants_may(&grants, ROLE_USER, GRANT_UPDATE_MESSAGE, true));
    assert_false(grants_may(&grants, ROLE_USER, GRANT_UPDATE_MESSAGE, false));
    assert_true(grants_may(&grants, ROLE_MODERATOR, GRANT_DELETE_MESSAGE, false));
}

static void a_livestream_is_open(void **state) {
    (void)state;
    struct grants grants = usual("livestream");
    assert_true(grants_may(&grants, ROLE_USER, GRANT_READ, false));
    assert_true(grants_may(&grants, ROLE_GUEST, GRANT_SEND, false));
    assert_true(grants_may(&grants, ROLE_ANONYMOUS, GRANT_READ, false));
    assert_false(grants_may(&grants, ROLE_ANONYMOUS, GRANT_SEND, false));
}

static void what_is_said_of_a_role_replaces_what_is_usual_for_it(void **state) {
    (void)state;
    struct grants grants = said(
        "{'channel_member':['read-channel'],'user':['create-message-owner']}");
    assert_true(grants_may(&grants, ROLE_MEMBER, GRANT_READ, false));
    assert_false(grants_may(&grants, ROLE_MEMBER, GRANT_SEND, false));
    assert_false(grants_may(&grants, ROLE_USER, GRANT_SEND, false));
    assert_true(grants_may(&grants, ROLE_USER, GRANT_SEND, true));
    assert_false(grants_may(&grants, ROLE_USER, GRANT_READ, true));
    assert_true(grants_may(&grants, ROLE_MODERATOR, GRANT_SEND, false));
}

static void what_is_told_means_the_same_when_it_is_said(void **state) {
    (void)state;
    struct grants grants = usual("livestream"), again;
    json *told = grants_encode(&grants);
    grants_compile(&again, "messaging", told);
    json_free(told);
    assert_memory_equal(&grants, &again, sizeof grants);
}

static void names_that_mean_nothing_are_found(void **state) {
    (void)state;
    static const struct {
        const char *text, *unknown;
    } given[] = {{"{'user':['read-channel','create-message-owner']}", NULL},
        {"{'king':['read-channel']}", "king"}, {"{'user':['rule']}", "rule"},
        {"{'user':['-owner']}", "-owner"}, {"{'user':['']}", ""}};
    for (size_t i = 0; i < sizeof given / sizeof given[0]; i++) {
        json *object = json_of(given[i].text);
        const char *unknown = grants_unknown(object);
        assert_true((unknown == NULL) == (given[i].unknown == NULL));
        if (unknown != NULL)
            SAME_TEXT(unknown, given[i].unknown);
        json_free(object);
    }
    assert_int_equal(grants_role("admin"), ROLE_ADMIN);
    assert_int_equal(grants_role("king"), ROLE_COUNT);
    assert_int_equal(grants_role(NULL), ROLE_COUNT);
}

int main(void) {
    const struct CMUnitTest cases[] = {CASE(a_messaging_channel_is_for_its_members),
        CASE(ones_own_message_is_ones_own), CASE(a_livestream_is_open),
        CASE(what_is_said_of_a_role_replaces_what_is_usual_for_it),
        CASE(what_is_told_means_the_same_when_it_is_said), CASE(names_that_mean_nothing_are_found)};
    return RUN_CASES("server-grants", cases);
}
