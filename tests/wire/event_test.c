/* SPDX-License-Identifier: MIT */
#include "support/wire_case.h"

#include "wire/event.h"

static void every_event_has_a_name_of_its_own_both_ways(void **state) {
    (void)state;
    for (int i = EVENT_CUSTOM + 1; i < EVENT_COUNT; i++) {
        const char *name = event_name((enum wire_event)i);
        assert_non_null(strchr(name, '.'));
        assert_int_equal(event_from_name(name), i);
    }
}

static void any_other_name_is_a_custom_event(void **state) {
    (void)state;
    assert_int_equal(event_from_name("friend_request"), EVENT_CUSTOM);
    assert_int_equal(event_from_name(""), EVENT_CUSTOM);
    assert_int_equal(event_from_name("Message.New"), EVENT_CUSTOM);
    SAME_TEXT(event_name(EVENT_CUSTOM), "");
    SAME_TEXT(event_name(EVENT_COUNT), "");
    SAME_TEXT(event_name((enum wire_event) - 1), "");
}

static void the_names_are_those_of_the_contract(void **state) {
    (void)state;
    SAME_TEXT(event_name(EVENT_PRESENCE_CHANGED), "user.presence.changed");
    SAME_TEXT(event_name(EVENT_HEALTH_CHECK), "health.check");
    SAME_TEXT(event_name(EVENT_CONNECTION_ERROR), "connection.error");
    SAME_TEXT(event_name(EVENT_NOTIFICATION_ADDED), "notification.added_to_channel");
}

static void an_event_of_no_channel_has_no_cid(void **state) {
    (void)state;
    SAME_JSON(event_encode("user.presence.changed", 1795516927123456, NULL),
        "{'type':'user.presence.changed','created_at':'2026-11-24T10:42:07.123456Z'}");
}

static void an_event_of_a_channel_names_it_three_times(void **state) {
    (void)state;
    SAME_JSON(event_encode("message.new", 1795516927000000, "messaging:hall"),
        "{'type':'message.new','created_at':'2026-11-24T10:42:07.000000Z','cid':'messaging:hall',"
        "'channel_id':'hall','channel_type':'messaging'}");
}

static void the_star_of_the_first_health_check_is_no_channel(void **state) {
    (void)state;
    SAME_JSON(event_encode("health.check", 1795516927000000, "*"),
        "{'type':'health.check','created_at':'2026-11-24T10:42:07.000000Z','cid':'*'}");
}

int main(void) {
    const struct CMUnitTest cases[] = {
        CASE(every_event_has_a_name_of_its_own_both_ways),
        CASE(any_other_name_is_a_custom_event),
        CASE(the_names_are_those_of_the_contract),
        CASE(an_event_of_no_channel_has_no_cid),
        CASE(an_event_of_a_channel_names_it_three_times),
        CASE(the_star_of_the_first_health_check_is_no_channel),
    };
    return RUN_CASES("wire-event", cases);
}
