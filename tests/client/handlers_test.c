/* SPDX-License-Identifier: MIT */
/* Who is told what, and taking handlers off while they run. */
#include "client/client.h"
#include "support/wire_case.h"

static pl_client client;
static char told[64];
static int to_take_off;

static void note(const char *letter) {
    strncat(told, letter, sizeof told - strlen(told) - 1);
}

static void tell(pl_client *who, const struct pl_event *event, void *context) {
    (void)who;
    (void)event;
    note(context);
}

static void tell_and_take_off(pl_client *who, const struct pl_event *event, void *context) {
    tell(who, event, context);
    pl_client_off(who, to_take_off);
}

static void tell_presence(pl_user *user, bool online, int64_t last_active_ms, void *context) {
    assert_int_equal(online, user->online);
    assert_int_equal(last_active_ms, user->last_active_us / 1000);
    note(context);
}

static int begin(void **state) {
    (void)state;
    memset(&client, 0, sizeof client);
    list_init(&client.handlers);
    list_init(&client.farewells);
    state_init(&client.state, &client, NULL);
    told[0] = '\0';
    return 0;
}

static int end(void **state) {
    (void)state;
    handlers_free_all(&client);
    state_fini(&client.state);
    return 0;
}

static void call(enum pl_event_type type) {
    const struct pl_event event = {.type = type};
    client.dispatching = true;
    handlers_call(&client, &event);
    client.dispatching = false;
    handlers_sweep(&client);
}

static void each_hears_its_type_in_the_order_of_adding(void **state) {
    (void)state;
    assert_true(pl_client_on(&client, PL_EVENT_MESSAGE_NEW, tell, "m") > 0);
    assert_true(pl_client_on(&client, PL_EVENT_ANY, tell, "a") > 0);
    assert_true(pl_client_on(&client, PL_EVENT_USER_UPDATED, tell, "u") > 0);
    call(PL_EVENT_MESSAGE_NEW);
    call(PL_EVENT_USER_UPDATED);
    SAME_TEXT(told, "maau");
    assert_int_equal(pl_client_on(&client, PL_EVENT_ANY, NULL, NULL), PL_E_ARGUMENT);
}

static void one_taken_off_by_another_is_not_called_any_more(void **state) {
    (void)state;
    pl_client_on(&client, PL_EVENT_ANY, tell_and_take_off, "x");
    to_take_off = pl_client_on(&client, PL_EVENT_ANY, tell, "y");
    pl_client_on(&client, PL_EVENT_ANY, tell, "z");
    call(PL_EVENT_OTHER);
    SAME_TEXT(told, "xz");
    pl_client_off(&client, 12345); /* an unknown one is ignored */
}

static void one_may_take_itself_off(void **state) {
    (void)state;
    to_take_off = pl_client_on(&client, PL_EVENT_ANY, tell_and_take_off, "x");
    call(PL_EVENT_OTHER);
    call(PL_EVENT_OTHER);
    SAME_TEXT(told, "x");
}

static void a_users_own_handler_hears_of_that_user_alone(void **state) {
    (void)state;
    const struct state_moment now = {.event_seq = UINT64_MAX};
    json *bo = json_of("{'id':'bo','online':true}"), *cy = json_of("{'id':'cy'}");
    pl_user *user = state_put_user(&client.state, bo, &now);
    pl_user *other = state_put_user(&client.state, cy, &now);
    const int handle = pl_user_on_presence_changed(user, tell_presence, "b");
    assert_true(handle > 0);
    handlers_call_presence(&client, user);
    handlers_call_presence(&client, other);
    SAME_TEXT(told, "b");
    pl_client_off(&client, handle);
    handlers_call_presence(&client, user);
    SAME_TEXT(told, "b");
    json_free(bo);
    json_free(cy);
}

#define WITH(function) cmocka_unit_test_setup_teardown(function, begin, end)

int main(void) {
    const struct CMUnitTest cases[] = {WITH(each_hears_its_type_in_the_order_of_adding),
        WITH(one_taken_off_by_another_is_not_called_any_more), WITH(one_may_take_itself_off),
        WITH(a_users_own_handler_hears_of_that_user_alone)};
    return RUN_CASES("client-handlers", cases);
}
