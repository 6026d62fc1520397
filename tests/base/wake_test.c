/* SPDX-License-Identifier: MIT */
#include "support/case.h"

#include "base/spsc.h"
#include "base/wake.h"

#include <pthread.h>
#include <sched.h>
#include <unistd.h>

/* How often the descriptor was written since it was last read; it is quiet afterwards. */
static uint64_t writes(const struct wake *wake) {
    uint64_t count = 0;
    return read(wake->fd, &count, sizeof count) == sizeof count ? count : 0;
}

static void whoever_polls_before_the_first_drain_misses_nothing(void **state) {
    (void)state;
    struct wake wake;
    assert_int_equal(wake_init(&wake), 0);
    assert_false(case_readable(wake.fd, 0));
    wake_ring(&wake);
    assert_true(case_readable(wake.fd, 0));
    wake_fini(&wake);
    assert_int_equal(wake.fd, -1);
    wake_fini(&wake);
}

static void a_burst_writes_the_descriptor_once(void **state) {
    (void)state;
    struct wake wake;
    assert_int_equal(wake_init(&wake), 0);
    for (int i = 0; i < 100; i++)
        wake_ring(&wake);
    assert_int_equal(writes(&wake), 1);
    wake_fini(&wake);
}

static void an_awake_reader_costs_no_write(void **state) {
    (void)state;
    struct wake wake;
    assert_int_equal(wake_init(&wake), 0);
    wake_ring(&wake);
    wake_up(&wake);
    assert_false(case_readable(wake.fd, 0));
    for (int i = 0; i < 100; i++)
        wake_ring(&wake);
    assert_int_equal(writes(&wake), 0);
    wake_fini(&wake);
}

static void a_ring_while_awake_forbids_to_sleep_once(void **state) {
    (void)state;
    struct wake wake;
    assert_int_equal(wake_init(&wake), 0);
    wake_up(&wake);
    wake_ring(&wake);
    assert_false(wake_sleep(&wake));
    assert_true(wake_sleep(&wake));
    assert_true(wake_sleep(&wake));
    wake_ring(&wake);
    assert_int_equal(writes(&wake), 1);
    wake_fini(&wake);
}

static void asleep_again_the_next_ring_writes_again(void **state) {
    (void)state;
    struct wake wake;
    assert_int_equal(wake_init(&wake), 0);
    for (int i = 0; i < 5; i++) {
        assert_true(wake_sleep(&wake));
        wake_ring(&wake);
        assert_true(case_readable(wake.fd, 0));
        wake_up(&wake);
        assert_false(case_readable(wake.fd, 0));
    }
    wake_fini(&wake);
}

static void who_leaves_something_finds_the_descriptor_readable(void **state) {
    (void)state;
    struct wake wake;
    assert_int_equal(wake_init(&wake), 0);
    for (int rung = 0; rung < 2; rung++) {
        wake_up(&wake);
        if (rung)
            wake_ring(&wake); /* which wrote nothing, for the reader was awake */
        wake_again(&wake);
        assert_true(case_readable(wake.fd, 0));
        wake_ring(&wake);
        assert_int_equal(writes(&wake), 1);
    }
    wake_fini(&wake);
}

/* A whole conversation of ring and bell: the reader sleeps whenever it may, and an item left in
 * the ring while it sleeps would leave it there until the poll gives up. */

enum { ITEMS = 30000, GIVE_UP_MS = 20000 };

struct pair {
    struct spsc *spsc;
    struct wake wake;
};

static void *push_all(void *context) {
    struct pair *pair = context;
    for (int i = 0; i < ITEMS;) {
        if (spsc_push(pair->spsc, &i)) {
            wake_ring(&pair->wake);
            i++;
            if (i % 100 != 0)
                continue;
        }
        sched_yield(); /* full, or to let it fall asleep */
    }
    return NULL;
}

static void no_item_waits_while_the_reader_sleeps(void **state) {
    (void)state;
    struct pair pair = {.spsc = spsc_create(NULL, 16, sizeof(int))};
    assert_non_null(pair.spsc);
    assert_int_equal(wake_init(&pair.wake), 0);
    pthread_t writer;
    assert_int_equal(pthread_create(&writer, NULL, push_all, &pair), 0);
    int wanted = 0, sleeps = 0, items[8];
    bool lost = false;
    while (wanted < ITEMS && !lost) {
        size_t count = spsc_pop(pair.spsc, items, 8);
        for (size_t i = 0; i < count; i++)
            lost = lost || items[i] != wanted++;
        if (count > 0 || !wake_sleep(&pair.wake))
            continue;
        sleeps++;
        if (!case_readable(pair.wake.fd, GIVE_UP_MS))
            fail_msg("asleep at item %d although there is more", wanted);
        wake_up(&pair.wake);
    }
    pthread_join(writer, NULL);
    assert_false(lost);
    assert_true(sleeps > 0);
    wake_fini(&pair.wake);
    spsc_destroy(pair.spsc);
}

int main(void) {
    const struct CMUnitTest cases[] = {
        CASE(whoever_polls_before_the_first_drain_misses_nothing),
        CASE(a_burst_writes_the_descriptor_once),
        CASE(an_awake_reader_costs_no_write),
        CASE(a_ring_while_awake_forbids_to_sleep_once),
        CASE(asleep_again_the_next_ring_writes_again),
        CASE(who_leaves_something_finds_the_descriptor_readable),
        CASE(no_item_waits_while_the_reader_sleeps),
    };
    return RUN_CASES("base-wake", cases);
}
