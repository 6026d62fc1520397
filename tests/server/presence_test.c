/* SPDX-License-Identifier: MIT */
/* The presence machine, rule by rule, as others see it and as they see themselves. */
#include "support/case.h"

#include "server/presence.h"

enum { SECOND = 1000 * 1000, LINGER = 5 * SECOND, REFRESH = 15 * 60 * SECOND };

struct stage {
    struct presence_house house;
    struct presence bo;
    struct moment now;
};

static struct stage stage(void) {
    struct stage stage = {.now = {.mono_us = 7 * SECOND, .unix_us = 1700000000LL * SECOND}};
    return stage;
}

static void begin(struct stage *stage, bool hidden, int64_t last_active_us) {
    presence_house_init(&stage->house, LINGER, REFRESH);
    presence_init(&stage->bo, hidden, last_active_us);
}

static void pass(struct stage *stage, int64_t us) {
    stage->now.mono_us += us;
    stage->now.unix_us += us;
}

static bool seen_online(const struct stage *stage) {
    return presence_face(&stage->bo, false).online;
}

static int64_t seen_active(const struct stage *stage) {
    return presence_face(&stage->bo, false).last_active_us;
}

static void a_first_connection_is_seen_and_a_second_is_not(void **state) {
    (void)state;
    struct stage s = stage();
    begin(&s, false, 0);
    struct presence_hold one, two;
    assert_int_equal(presence_connect(&s.house, &s.bo, &one, s.now), PRESENCE_CAME);
    assert_int_equal(seen_active(&s), s.now.unix_us);
    assert_int_equal(presence_connect(&s.house, &s.bo, &two, s.now), PRESENCE_SAME);
    assert_int_equal(presence_leave(&s.house, &one, s.now), PRESENCE_SAME);
    assert_true(seen_online(&s));
    assert_int_equal(presence_leave(&s.house, &two, s.now), PRESENCE_LEFT);
    assert_false(seen_online(&s));
}

static void leaving_does_not_move_last_active(void **state) {
    (void)state;
    struct stage s = stage();
    begin(&s, false, 0);
    struct presence_hold hold;
    presence_connect(&s.house, &s.bo, &hold, s.now);
    const int64_t came = s.now.unix_us;
    pass(&s, 60 * SECOND);
    presence_leave(&s.house, &hold, s.now);
    assert_int_equal(seen_active(&s), came);
}

static void a_lost_connection_counts_until_its_linger_is_up(void **state) {
    (void)state;
    struct stage s = stage();
    begin(&s, false, 0);
    struct presence_hold hold;
    presence_connect(&s.house, &s.bo, &hold, s.now);
    assert_true(presence_lose(&s.house, &hold, s.now));
    assert_int_equal(presence_next_mono_us(&s.house), s.now.mono_us + LINGER);
    pass(&s, LINGER - 1);
    assert_null(presence_expire(&s.house, s.now));
    assert_true(seen_online(&s));
    pass(&s, 1);
    assert_ptr_equal(presence_expire(&s.house, s.now), &hold);
    assert_int_equal(presence_leave(&s.house, &hold, s.now), PRESENCE_LEFT);
    assert_null(presence_expire(&s.house, s.now));
    assert_int_equal(presence_next_mono_us(&s.house), INT64_MAX);
}

static void a_reconnect_within_the_linger_shows_nothing(void **state) {
    (void)state;
    struct stage s = stage();
    begin(&s, false, 0);
    struct presence_hold lost, back;
    presence_connect(&s.house, &s.bo, &lost, s.now);
    presence_lose(&s.house, &lost, s.now);
    pass(&s, SECOND);
    assert_int_equal(presence_connect(&s.house, &s.bo, &back, s.now), PRESENCE_SAME);
    pass(&s, LINGER);
    assert_ptr_equal(presence_expire(&s.house, s.now), &lost);
    assert_int_equal(presence_leave(&s.house, &lost, s.now), PRESENCE_SAME);
    assert_true(seen_online(&s));
}

static void without_a_linger_a_lost_connection_is_left_at_once(void **state) {
    (void)state;
    struct stage s = stage();
    begin(&s, false, 0);
    s.house.linger_us = 0;
    struct presence_hold hold;
    presence_connect(&s.house, &s.bo, &hold, s.now);
    assert_false(presence_lose(&s.house, &hold, s.now));
    assert_int_equal(presence_leave(&s.house, &hold, s.now), PRESENCE_LEFT);
}

static void last_active_moves_every_fifteen_minutes_of_a_connection(void **state) {
    (void)state;
    struct stage s = stage();
    begin(&s, false, 0);
    struct presence_hold hold;
    presence_connect(&s.house, &s.bo, &hold, s.now);
    const int64_t came = s.now.unix_us;
    pass(&s, REFRESH - 1);
    assert_null(presence_refresh(&s.house, s.now));
    assert_int_equal(seen_active(&s), came);
    pass(&s, 1);
    assert_ptr_equal(presence_refresh(&s.house, s.now), &s.bo);
    assert_int_equal(seen_active(&s), came + REFRESH);
    assert_null(presence_refresh(&s.house, s.now));
    assert_int_equal(presence_next_mono_us(&s.house), s.now.mono_us + REFRESH);
    presence_leave(&s.house, &hold, s.now);
    pass(&s, REFRESH);
    assert_null(presence_refresh(&s.house, s.now));
}

static void a_hidden_user_comes_and_goes_unseen_and_sees_the_truth(void **state) {
    (void)state;
    struct stage s = stage();
    const int64_t before = s.now.unix_us - 3600LL * SECOND;
    begin(&s, true, before);
    struct presence_hold hold;
    assert_int_equal(presence_connect(&s.house, &s.bo, &hold, s.now), PRESENCE_SAME);
    assert_false(seen_online(&s));
    assert_int_equal(seen_active(&s), before);
    const struct user_face own = presence_face(&s.bo, true);
    assert_true(own.online);
    assert_true(own.show_invisible);
    assert_int_equal(own.last_active_us, s.now.unix_us);
    pass(&s, REFRESH);
    assert_ptr_equal(presence_refresh(&s.house, s.now), &s.bo);
    assert_int_equal(seen_active(&s), before);
    assert_int_equal(presence_leave(&s.house, &hold, s.now), PRESENCE_SAME);
}

static void hiding_looks_like_leaving_and_showing_like_coming(void **state) {
    (void)state;
    struct stage s = stage();
    begin(&s, false, 0);
    struct presence_hold hold;
    presence_connect(&s.house, &s.bo, &hold, s.now);
    const int64_t came = s.now.unix_us;
    pass(&s, 60 * SECOND);
    assert_int_equal(presence_hide(&s.house, &s.bo, s.now, false), PRESENCE_LEFT);
    assert_int_equal(presence_hide(&s.house, &s.bo, s.now, false), PRESENCE_SAME);
    assert_int_equal(seen_active(&s), came);
    pass(&s, 60 * SECOND);
    assert_int_equal(presence_show(&s.house, &s.bo, s.now, false), PRESENCE_CAME);
    assert_int_equal(presence_show(&s.house, &s.bo, s.now, false), PRESENCE_SAME);
    assert_int_equal(seen_active(&s), s.now.unix_us);
}

static void showing_while_away_thaws_nothing(void **state) {
    (void)state;
    struct stage s = stage();
    const int64_t before = s.now.unix_us - 3600LL * SECOND;
    begin(&s, true, before);
    struct presence_hold hold;
    presence_connect(&s.house, &s.bo, &hold, s.now);
    presence_leave(&s.house, &hold, s.now);
    assert_int_equal(presence_show(&s.house, &s.bo, s.now, false), PRESENCE_SAME);
    assert_int_equal(seen_active(&s), before);
    pass(&s, SECOND);
    assert_int_equal(presence_connect(&s.house, &s.bo, &hold, s.now), PRESENCE_CAME);
    assert_int_equal(seen_active(&s), s.now.unix_us);
}

static void stamps_never_go_back_with_the_wall_clock(void **state) {
    (void)state;
    struct stage s = stage();
    begin(&s, false, 0);
    struct presence_hold hold;
    presence_connect(&s.house, &s.bo, &hold, s.now);
    const int64_t came = s.now.unix_us;
    presence_leave(&s.house, &hold, s.now);
    s.now.unix_us -= 3600LL * SECOND;
    presence_connect(&s.house, &s.bo, &hold, s.now);
    assert_int_equal(seen_active(&s), came);
}

static void leaving_twice_changes_nothing(void **state) {
    (void)state;
    struct stage s = stage();
    begin(&s, false, 0);
    struct presence_hold hold;
    presence_connect(&s.house, &s.bo, &hold, s.now);
    assert_int_equal(presence_leave(&s.house, &hold, s.now), PRESENCE_LEFT);
    assert_int_equal(presence_leave(&s.house, &hold, s.now), PRESENCE_SAME);
    assert_false(presence_lose(&s.house, &hold, s.now));
}

/* Those who are told within a second, counting back from the last. */
static unsigned told_within_a_second(const int64_t *told, size_t count) {
    unsigned within = 0;
    for (size_t i = count; i > 0 && told[i - 1] > told[count - 1] - SECOND; i--)
        within++;
    return within;
}

static void a_thousand_flaps_a_second_are_ten_changes(void **state) {
    (void)state;
    struct stage s = stage();
    begin(&s, false, 0);
    struct presence_hold hold;
    int64_t told[200];
    size_t count = 0;
    bool seen = false;
    for (int i = 0; i < 6001; i++) { /* in and out, three seconds long */
        const enum presence_change change = i % 2 == 0
                                                ? presence_connect(&s.house, &s.bo, &hold, s.now)
                                                : presence_leave(&s.house, &hold, s.now);
        bool is_told = change != PRESENCE_SAME;
        assert_true(i >= 10 || is_told);
        if (!is_told)
            is_told = presence_owed(&s.house, s.now) == &s.bo;
        assert_int_equal(seen_online(&s), seen != is_told); /* what is read is what is told */
        seen = seen_online(&s);
        if (is_told)
            told[count++] = s.now.mono_us;
        assert_true(told_within_a_second(told, count) <= 10);
        pass(&s, SECOND / 2000);
    }
    assert_true(count >= 10);
    if (seen) /* it is the truth already */
        return;
    const int64_t due = presence_next_mono_us(&s.house);
    assert_true(due <= s.now.mono_us + SECOND + 1000);
    pass(&s, due - s.now.mono_us);
    assert_ptr_equal(presence_owed(&s.house, s.now), &s.bo);
    assert_true(seen_online(&s));
}

static void what_came_too_soon_is_seen_within_a_second(void **state) {
    (void)state;
    struct stage s = stage();
    begin(&s, false, 0);
    struct presence_hold hold;
    for (int i = 0; i < 5; i++) {
        assert_int_equal(presence_connect(&s.house, &s.bo, &hold, s.now), PRESENCE_CAME);
        assert_int_equal(presence_leave(&s.house, &hold, s.now), PRESENCE_LEFT);
        pass(&s, 10 * 1000);
    }
    assert_int_equal(presence_connect(&s.house, &s.bo, &hold, s.now), PRESENCE_SAME);
    assert_false(seen_online(&s));
    assert_true(presence_face(&s.bo, true).online); /* they know better */
    const int64_t left = SECOND + 1000 - 5 * 10 * 1000;
    assert_int_equal(presence_next_mono_us(&s.house), s.now.mono_us + left);
    pass(&s, left - 1);
    assert_null(presence_owed(&s.house, s.now));
    pass(&s, 1);
    assert_ptr_equal(presence_owed(&s.house, s.now), &s.bo);
    assert_true(seen_online(&s));
    assert_null(presence_owed(&s.house, s.now));
    assert_int_equal(presence_hide(&s.house, &s.bo, s.now, false), PRESENCE_LEFT); /* one is over */
    assert_int_equal(presence_show(&s.house, &s.bo, s.now, false), PRESENCE_SAME);
    assert_int_equal(presence_hide(&s.house, &s.bo, s.now, false), PRESENCE_SAME);
    pass(&s, SECOND);
    assert_null(presence_owed(&s.house, s.now)); /* it was nothing, in the end */
    assert_int_equal(presence_next_mono_us(&s.house), s.bo.refresh_mono_us);
}

static void who_hides_by_a_call_is_hidden_when_it_is_answered(void **state) {
    (void)state;
    struct stage s = stage();
    begin(&s, false, 0);
    struct presence_hold hold;
    assert_int_equal(presence_connect(&s.house, &s.bo, &hold, s.now), PRESENCE_CAME);
    for (int i = 0; i < 20; i++) {
        assert_int_equal(presence_hide(&s.house, &s.bo, s.now, true), PRESENCE_LEFT);
        assert_int_equal(presence_show(&s.house, &s.bo, s.now, true), PRESENCE_CAME);
    }
    assert_int_equal(presence_leave(&s.house, &hold, s.now), PRESENCE_SAME); /* they count, too */
    assert_true(seen_online(&s));
    assert_int_equal(presence_hide(&s.house, &s.bo, s.now, true), PRESENCE_LEFT);
    assert_null(presence_owed(&s.house, s.now));
    pass(&s, 2 * SECOND);
    assert_null(presence_owed(&s.house, s.now));
}

static void of_two_who_are_owed_the_first_to_be_due_comes_first(void **state) {
    (void)state;
    struct stage s = stage();
    begin(&s, false, 0);
    struct presence ana;
    struct presence_hold one, two;
    presence_init(&ana, false, 0);
    presence_connect(&s.house, &s.bo, &one, s.now);
    presence_connect(&s.house, &ana, &two, s.now);
    pass(&s, 2 * SECOND);
    for (int i = 0; i < 10; i++)
        assert_true(presence_may_tell(&s.house, &ana, s.now));
    pass(&s, SECOND / 2);
    for (int i = 0; i < 10; i++)
        assert_true(presence_may_tell(&s.house, &s.bo, s.now));
    assert_false(presence_may_tell(&s.house, &s.bo, s.now));
    assert_false(presence_may_tell(&s.house, &ana, s.now)); /* later, and due earlier */
    pass(&s, SECOND / 2 + 1000);
    assert_ptr_equal(presence_owed(&s.house, s.now), &ana);
    assert_null(presence_owed(&s.house, s.now));
    pass(&s, SECOND / 2);
    assert_ptr_equal(presence_owed(&s.house, s.now), &s.bo);
}

int main(void) {
    const struct CMUnitTest cases[] = {
        CASE(a_first_connection_is_seen_and_a_second_is_not),
        CASE(leaving_does_not_move_last_active),
        CASE(a_lost_connection_counts_until_its_linger_is_up),
        CASE(a_reconnect_within_the_linger_shows_nothing),
        CASE(without_a_linger_a_lost_connection_is_left_at_once),
        CASE(last_active_moves_every_fifteen_minutes_of_a_connection),
        CASE(a_hidden_user_comes_and_goes_unseen_and_sees_the_truth),
        CASE(hiding_looks_like_leaving_and_showing_like_coming),
        CASE(showing_while_away_thaws_nothing),
        CASE(stamps_never_go_back_with_the_wall_clock),
        CASE(leaving_twice_changes_nothing),
        CASE(a_thousand_flaps_a_second_are_ten_changes),
        CASE(what_came_too_soon_is_seen_within_a_second),
        CASE(who_hides_by_a_call_is_hidden_when_it_is_answered),
        CASE(of_two_who_are_owed_the_first_to_be_due_comes_first),
    };
    return RUN_CASES("server-presence", cases);
}
