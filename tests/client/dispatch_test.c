/* SPDX-License-Identifier: MIT */
/* What one call of the caller's takes in, with a client made by hand. */
#include "support/wire_case.h"

#include "client/client.h"

#include <poll.h>

enum { NOTES = 256 };

static pl_client client;
static int told;

static void ring(void *context) {
    (void)context;
}

static void take_a_moment(pl_client *who, const struct pl_event *event, void *context) {
    (void)who;
    (void)event;
    (void)context;
    told++;
    poll(NULL, 0, 1);
}

static int begin(void **state) {
    (void)state;
    memset(&client, 0, sizeof client);
    client.mailbox = mailbox_create(NULL, NOTES, ring, NULL);
    assert_non_null(client.mailbox);
    list_init(&client.handlers);
    list_init(&client.farewells);
    list_init(&client.pending);
    state_init(&client.state, &client, &client.heap);
    told = 0;
    assert_true(pl_client_on(&client, PL_EVENT_ANY, take_a_moment, NULL) > 0);
    return 0;
}

static int end(void **state) {
    (void)state;
    listening_fini(&client);
    handlers_free_all(&client);
    state_fini(&client.state);
    mailbox_unref(client.mailbox);
    mailbox_unref(client.mailbox);
    return 0;
}

static void say_something(void) {
    struct note *note = note_create(NULL, NOTE_FRAME);
    assert_non_null(note);
    note->body = json_of("{'type':'lamp-lit'}");
    mailbox_tell(client.mailbox, note);
}

static void a_flood_leaves_the_caller_time_and_nothing_is_lost(void **state) {
    (void)state;
    int taken = 0, calls = 0;
    for (int i = 0; i < NOTES; i++)
        say_something();
    mailbox_ring(client.mailbox);
    while (case_readable(mailbox_fd(client.mailbox), 0)) {
        const int count = pl_client_dispatch(&client);
        assert_in_range(count, 0, NOTES / 2); /* each takes a millisecond: a part of them in 20 */
        assert_true(count > 0 || taken == NOTES);
        assert_int_equal(told, taken += count);
        calls++;
    }
    assert_int_equal(taken, NOTES);
    assert_in_range(calls, 2, NOTES);
    assert_int_equal(pl_client_dispatch(&client), 0);
}

static void all_that_is_there_is_taken_in_while_there_is_time(void **state) {
    (void)state;
    say_something();
    say_something();
    mailbox_ring(client.mailbox);
    assert_int_equal(pl_client_dispatch(&client), 2);
    assert_false(case_readable(mailbox_fd(client.mailbox), 0));
}

int main(void) {
    const struct CMUnitTest cases[] = {
        cmocka_unit_test_setup_teardown(
            a_flood_leaves_the_caller_time_and_nothing_is_lost, begin, end),
        cmocka_unit_test_setup_teardown(
            all_that_is_there_is_taken_in_while_there_is_time, begin, end),
    };
    return RUN_CASES("client-dispatch", cases);
}
