/* SPDX-License-Identifier: MIT */
/*
 * The stress: a producer and a consumer on two threads, small rings so that they wrap and fill all
 * the time, and a checksum in each item so that a torn one shows. It is run with 64 bytes an item,
 * as the mailbox has it, and with 40: gcc expands a copy of 64 where ThreadSanitizer does not see
 * it, and only a call of memcpy() shows it a missing order.
 */
#include "support/case.h"

#include "base/chance.h"
#include "base/spsc.h"

#include <pthread.h>
#include <sched.h>

static void capacity_is_rounded_up_to_a_power_of_two(void **state) {
    (void)state;
    const size_t asked[] = {0, 1, 2, 3, 4, 5, 100, 1024}, got[] = {2, 2, 2, 4, 4, 8, 128, 1024};
    for (size_t i = 0; i < sizeof asked / sizeof asked[0]; i++) {
        struct spsc *spsc = spsc_create(NULL, asked[i], 1);
        assert_non_null(spsc);
        assert_int_equal(spsc_room(spsc), got[i]);
        spsc_destroy(spsc);
    }
    spsc_destroy(NULL);
}

static void impossible_sizes_are_refused(void **state) {
    (void)state;
    assert_null(spsc_create(NULL, 4, 0));
    assert_null(spsc_create(NULL, SIZE_MAX, 1));
    assert_null(spsc_create(NULL, SIZE_MAX / 8, 64));
}

static void it_is_full_at_its_capacity_and_empty_at_nothing(void **state) {
    (void)state;
    struct spsc *spsc = spsc_create(NULL, 4, sizeof(int));
    assert_non_null(spsc);
    int got[8];
    assert_true(spsc_is_empty(spsc));
    assert_int_equal(spsc_pop(spsc, got, 8), 0);
    for (int i = 0; i < 4; i++) {
        assert_int_equal(spsc_room(spsc), 4 - i);
        assert_true(spsc_push(spsc, &i));
        assert_false(spsc_is_empty(spsc));
    }
    int more = 9;
    assert_false(spsc_push(spsc, &more));
    assert_int_equal(spsc_room(spsc), 0);
    assert_int_equal(spsc_pop(spsc, got, 8), 4);
    for (int i = 0; i < 4; i++)
        assert_int_equal(got[i], i);
    assert_true(spsc_is_empty(spsc));
    spsc_destroy(spsc);
}

static void a_batch_takes_no_more_than_asked_for_across_the_end(void **state) {
    (void)state;
    struct spsc *spsc = spsc_create(NULL, 4, 3); /* an item that is no power of two */
    assert_non_null(spsc);
    unsigned char got[4][3], next_in = 0, next_out = 0;
    for (int turn = 0; turn < 50; turn++) {
        for (int i = 0; i < 3; i++, next_in++) {
            unsigned char item[3] = {next_in, (unsigned char)~next_in, 7};
            assert_true(spsc_push(spsc, item));
        }
        assert_int_equal(spsc_pop(spsc, got, 2), 2);
        assert_int_equal(spsc_pop(spsc, got + 2, 0), 0);
        assert_int_equal(spsc_pop(spsc, got + 2, 2), 1);
        for (int i = 0; i < 3; i++, next_out++) {
            assert_int_equal(got[i][0], next_out);
            assert_int_equal(got[i][1], (unsigned char)~next_out);
        }
    }
    spsc_destroy(spsc);
}

struct item {
    uint64_t number;
    uint64_t check;
    uint64_t again[6];
};

enum { ITEMS = 60000, WHOLE = sizeof(struct item), PART = 40 };

struct race {
    struct spsc *spsc;
    uint64_t seed;
    bool room_lied; /* a push failed although there was room: the producer's until joined */
};

static uint64_t check_of(uint64_t number) {
    return number * 0x9e3779b97f4a7c15u ^ 0x5bd1e995;
}

/* In bursts, so that the ring is now full, now empty. */
static void *produce(void *context) {
    struct race *race = context;
    struct chance chance;
    chance_seed(&chance, race->seed);
    for (uint64_t number = 0; number < ITEMS;) {
        size_t room = spsc_room(race->spsc);
        for (int64_t burst = chance_between(&chance, 1, 40); burst > 0 && number < ITEMS; burst--) {
            struct item item = {number, check_of(number), {number, number, number}};
            if (!spsc_push(race->spsc, &item)) {
                race->room_lied = race->room_lied || room > 0;
                break;
            }
            room -= room > 0;
            number++;
        }
        if (room == 0)
            sched_yield();
    }
    return NULL;
}

static void race_one(size_t capacity, size_t item_bytes, uint64_t seed) {
    struct race race = {spsc_create(NULL, capacity, item_bytes), seed, false};
    assert_non_null(race.spsc);
    pthread_t producer;
    assert_int_equal(pthread_create(&producer, NULL, produce, &race), 0);
    struct chance chance;
    chance_seed(&chance, seed + 1);
    unsigned char items[64 * WHOLE];
    uint64_t wanted = 0, wrong = 0;
    while (wanted < ITEMS) {
        size_t max = (size_t)chance_between(&chance, 1, 64);
        size_t count = spsc_pop(race.spsc, items, max);
        for (size_t i = 0; i < count; i++, wanted++) {
            struct item item;
            memcpy(&item, items + i * item_bytes, PART);
            wrong += item.number != wanted || item.check != check_of(wanted) ||
                     item.again[2] != wanted;
        }
        if (count == 0)
            sched_yield();
    }
    pthread_join(producer, NULL);
    assert_int_equal(wrong, 0);
    assert_false(race.room_lied);
    assert_true(spsc_is_empty(race.spsc));
    assert_int_equal(spsc_pop(race.spsc, items, 64), 0);
    spsc_destroy(race.spsc);
}

static void two_threads_lose_nothing_and_keep_the_order(void **state) {
    (void)state;
    race_one(64, PART, 1);
    race_one(1024, WHOLE, 2);
}

static void the_smallest_ring_wraps_at_every_other_item_and_holds(void **state) {
    (void)state;
    race_one(2, PART, 3);
    race_one(4, WHOLE, 4);
}

int main(void) {
    const struct CMUnitTest cases[] = {
        CASE(capacity_is_rounded_up_to_a_power_of_two),
        CASE(impossible_sizes_are_refused),
        CASE(it_is_full_at_its_capacity_and_empty_at_nothing),
        CASE(a_batch_takes_no_more_than_asked_for_across_the_end),
        CASE(two_threads_lose_nothing_and_keep_the_order),
        CASE(the_smallest_ring_wraps_at_every_other_item_and_holds),
    };
    return RUN_CASES("base-spsc", cases);
}
