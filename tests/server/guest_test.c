/* SPDX-License-Identifier: MIT */
/* One connection's life, told as what came and when, answered with what is to be done. */
#include "server/guest.h"
#include "support/case.h"
#include "wire/limits.h"

#define SECOND INT64_C(1000000)

static const int64_t began_unix_us = INT64_C(1795510800) * 1000000;

static struct moment at(int64_t seconds) {
    return (struct moment){seconds * SECOND, began_unix_us + seconds * SECOND};
}

static const char *due(struct guest_house *house, int64_t seconds) {
    enum guest_act act;
    if (guest_due(house, at(seconds), &act) == NULL)
        return "nothing";
    return act == GUEST_EXPIRED ? "expired" : act == GUEST_HEALTH_CHECK ? "health.check" : "?";
}

static const char *hears(const struct guest *guest, const char *text) {
    return guest_hear(guest, text, strlen(text)) == GUEST_HEALTH_CHECK ? "health.check" : "nothing";
}

static void silence_is_broken_every_25_seconds(void **state) {
    (void)state;
    struct guest_house house;
    struct guest guest;
    guest_house_init(&house);
    guest_init(&guest, 0);
    SAME_TEXT(due(&house, 100), "nothing");
    guest_greet(&house, &guest, at(0));
    assert_int_equal(guest_next_mono_us(&house, at(0)), 25 * SECOND);
    SAME_TEXT(due(&house, 24), "nothing");
    guest_spoke(&house, &guest, at(24));
    SAME_TEXT(due(&house, 48), "nothing");
    SAME_TEXT(due(&house, 49), "health.check");
    SAME_TEXT(due(&house, 49), "nothing");
    SAME_TEXT(due(&house, 74), "health.check");
    guest_end(&guest);
    SAME_TEXT(due(&house, 200), "nothing");
    assert_int_equal(guest_next_mono_us(&house, at(200)), INT64_MAX);
}

static void the_longest_silence_comes_first(void **state) {
    (void)state;
    struct guest_house house;
    struct guest one, two;
    enum guest_act act;
    guest_house_init(&house);
    guest_init(&one, 0);
    guest_init(&two, 0);
    guest_greet(&house, &one, at(0));
    guest_greet(&house, &two, at(5));
    guest_spoke(&house, &one, at(10));
    assert_ptr_equal(guest_due(&house, at(30), &act), &two);
    assert_null(guest_due(&house, at(30), &act));
    assert_ptr_equal(guest_due(&house, at(35), &act), &one);
}

static void a_health_check_is_heard_in_array_or_object(void **state) {
    (void)state;
    struct guest_house house;
    struct guest guest;
    guest_house_init(&house);
    guest_init(&guest, 0);
    SAME_TEXT(hears(&guest, "{\"type\":\"health.check\"}"), "nothing");
    guest_greet(&house, &guest, at(0));
    SAME_TEXT(hears(&guest, "{\"type\":\"health.check\"}"), "health.check");
    SAME_TEXT(hears(&guest, "[{\"type\":\"health.check\",\"client_id\":\"x\"}]"), "health.check");
    SAME_TEXT(hears(&guest, "[{\"type\":\"x\"},{\"type\":\"health.check\"}]"), "health.check");
    SAME_TEXT(hears(&guest, "{\"type\":\"typing.start\"}"), "nothing");
    SAME_TEXT(hears(&guest, "[]"), "nothing");
    SAME_TEXT(hears(&guest, "7"), "nothing");
    SAME_TEXT(hears(&guest, "{\"type\":\"health.check\""), "nothing");
    SAME_TEXT(hears(&guest, "{\"type\":\"health.check\",\"type\":\"x\"}"), "nothing");
    guest_end(&guest);
    SAME_TEXT(hears(&guest, "{\"type\":\"health.check\"}"), "nothing");
}

static void a_token_ends_a_live_guest_once(void **state) {
    (void)state;
    struct guest_house house;
    struct guest later, sooner, never;
    enum guest_act act;
    guest_house_init(&house);
    guest_init(&later, began_unix_us / SECOND + 20);
    guest_init(&sooner, began_unix_us / SECOND + 10);
    guest_init(&never, 0);
    guest_greet(&house, &later, at(0));
    guest_greet(&house, &never, at(0));
    guest_greet(&house, &sooner, at(0));
    SAME_TEXT(due(&house, 9), "nothing");
    assert_ptr_equal(guest_due(&house, at(10), &act), &sooner);
    assert_int_equal(act, GUEST_EXPIRED);
    assert_int_equal(sooner.state, GUEST_OVER);
    SAME_TEXT(due(&house, 10), "nothing");
    assert_ptr_equal(guest_due(&house, at(20), &act), &later);
    assert_int_equal(act, GUEST_EXPIRED);
}

static void a_jump_of_the_wall_clock_is_noticed_within_5_seconds(void **state) {
    (void)state;
    struct guest_house house;
    struct guest guest;
    enum guest_act act;
    guest_house_init(&house);
    guest_init(&guest, began_unix_us / SECOND + 3600);
    guest_greet(&house, &guest, at(0));
    assert_int_equal(guest_next_mono_us(&house, at(0)), 5 * SECOND);
    struct moment jumped = {5 * SECOND, began_unix_us + 7200 * SECOND};
    assert_ptr_equal(guest_due(&house, jumped, &act), &guest);
}

static void an_absurd_end_of_a_token_is_never(void **state) {
    (void)state;
    struct guest guest;
    guest_init(&guest, INT64_MAX);
    assert_int_equal(guest.exp_unix_us, INT64_MAX);
}

static void the_frames_have_what_the_page_says(void **state) {
    (void)state;
    json *check = guest_health_check("id-1", NULL, false, began_unix_us);
    char *text = json_to_text(check);
    SAME_TEXT(text, "{\"type\":\"health.check\",\"created_at\":\"2026-11-24T09:00:00.000000Z\","
                    "\"connection_id\":\"id-1\",\"cid\":\"*\"}");
    free(text);
    json_free(check);
    json *error = guest_error("", 40, "over", began_unix_us);
    SAME_TEXT(json_text_at(error, "type"), "connection.error");
    SAME_TEXT(json_text_at(error, "connection_id"), "");
    SAME_TEXT(json_text_at(json_get(error, "error"), "message"), "over");
    json_free(error);
    assert_null(guest_health_check("id-1", NULL, true, began_unix_us));
}

int main(void) {
    const struct CMUnitTest cases[] = {
        CASE(silence_is_broken_every_25_seconds),
        CASE(the_longest_silence_comes_first),
        CASE(a_health_check_is_heard_in_array_or_object),
        CASE(a_token_ends_a_live_guest_once),
        CASE(a_jump_of_the_wall_clock_is_noticed_within_5_seconds),
        CASE(an_absurd_end_of_a_token_is_never),
        CASE(the_frames_have_what_the_page_says),
    };
    return RUN_CASES("server-guest", cases);
}
