/* SPDX-License-Identifier: MIT */
/* Who listens to whom: reasons, both ends of the ring, many at once. */
#include "support/case.h"

#include "server/listeners.h"

#include <stdio.h>

static const char HALL[] = "hall", DEV[] = "dev";

struct stage {
    struct listener ana;
    struct sighted bo, cy;
};

static void begin(struct stage *stage) {
    listener_init(&stage->ana);
    sighted_init(&stage->bo, "bo");
    sighted_init(&stage->cy, "cy");
}

static size_t audience(const struct sighted *sighted) {
    size_t n = 0;
    for (struct listening *l = sighted_first(sighted); l; l = sighted_next(sighted, l))
        n++;
    return n;
}

static void one_person_through_two_channels_is_heard_once(void **state) {
    (void)state;
    struct stage s;
    begin(&s);
    assert_int_equal(listen_to(&s.ana, &s.bo, HALL), 0);
    assert_int_equal(listen_to(&s.ana, &s.bo, DEV), 0);
    assert_int_equal(listen_to(&s.ana, &s.bo, DEV), 0);
    assert_int_equal(audience(&s.bo), 1);
    assert_ptr_equal(listening_by(sighted_first(&s.bo)), &s.ana);
    listener_fini(&s.ana);
    assert_int_equal(audience(&s.bo), 0);
}

static void listening_ends_with_its_last_reason(void **state) {
    (void)state;
    struct stage s;
    begin(&s);
    listen_to(&s.ana, &s.bo, HALL);
    listen_to(&s.ana, &s.bo, LISTEN_QUERY);
    listen_to(&s.ana, &s.cy, HALL);
    assert_true(listens_because(&s.ana, HALL));
    assert_false(listens_because(&s.ana, DEV));
    listen_end_reason(&s.ana, HALL);
    assert_false(listens_because(&s.ana, HALL));
    assert_true(listens_to(&s.ana, &s.bo));
    assert_false(listens_to(&s.ana, &s.cy));
    listen_end_reason(&s.ana, DEV);
    assert_true(listens_to(&s.ana, &s.bo));
    sighted_end_reason(&s.bo, LISTEN_QUERY);
    assert_false(listens_to(&s.ana, &s.bo));
    assert_int_equal(s.ana.count, 0);
    listener_fini(&s.ana);
}

static void a_deleted_user_is_heard_by_nobody(void **state) {
    (void)state;
    struct stage s;
    begin(&s);
    struct listener dee;
    listener_init(&dee);
    listen_to(&s.ana, &s.bo, HALL);
    listen_to(&dee, &s.bo, LISTEN_QUERY);
    listen_to(&dee, &s.cy, LISTEN_QUERY);
    assert_int_equal(audience(&s.bo), 2);
    sighted_fini(&s.bo);
    assert_int_equal(s.ana.count, 0);
    assert_int_equal(dee.count, 1);
    listener_fini(&s.ana);
    listener_fini(&dee);
}

static void a_listener_to_many_finds_each_of_them(void **state) {
    (void)state;
    enum { CROWD = 500 };
    static struct sighted crowd[CROWD];
    static char ids[CROWD][16];
    struct listener ana;
    listener_init(&ana);
    for (int i = 0; i < CROWD; i++) {
        snprintf(ids[i], sizeof ids[i], "u%d", i);
        sighted_init(&crowd[i], ids[i]);
        assert_int_equal(listen_to(&ana, &crowd[i], i % 2 ? HALL : DEV), 0);
    }
    for (int i = 0; i < CROWD; i++)
        assert_int_equal(listen_to(&ana, &crowd[i], HALL), 0);
    assert_int_equal(ana.count, CROWD);
    listen_end_reason(&ana, HALL);
    assert_int_equal(ana.count, CROWD / 2);
    for (int i = 0; i < CROWD; i++)
        assert_int_equal(listens_to(&ana, &crowd[i]), i % 2 == 0);
    listener_fini(&ana);
    for (int i = 0; i < CROWD; i++)
        assert_int_equal(audience(&crowd[i]), 0);
}

static void nothing_was_begun_and_nothing_breaks(void **state) {
    (void)state;
    struct listener listener = {0};
    struct sighted sighted = {0};
    listener_fini(&listener);
    sighted_fini(&sighted);
    assert_int_equal(listener.count, 0);
}

int main(void) {
    const struct CMUnitTest cases[] = {
        CASE(one_person_through_two_channels_is_heard_once),
        CASE(listening_ends_with_its_last_reason),
        CASE(a_deleted_user_is_heard_by_nobody),
        CASE(a_listener_to_many_finds_each_of_them),
        CASE(nothing_was_begun_and_nothing_breaks),
    };
    return RUN_CASES("server-listeners", cases);
}
