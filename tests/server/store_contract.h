/* SPDX-License-Identifier: MIT */
/* What every store must do. An implementation's test gives a way to open one and runs the cases. */
#ifndef SERVER_STORE_CONTRACT_H
#define SERVER_STORE_CONTRACT_H

#include "server/store.h"
#include "support/case.h"

/* Open the same database again and again; `fresh` empties it first. */
typedef struct store *contract_open(
    bool fresh, store_settled *settled, store_ring *ring, void *owner);

/* As cmocka's setup, once. */
void contract_begin(contract_open *open);

/* A store under test, with what it has told. */
struct told {
    struct store *store;
    int rung; /* a pipe's reading end: a byte a ring */
    int bell;
    uint64_t numbers[16384];
    int statuses[16384];
    size_t count;
};
void told_open(struct told *told, bool fresh);
void told_close(struct told *told);
/* Pump until so many have settled in all, or fail the case. */
void told_wait(struct told *told, size_t count);

/* A batch with one user in it. */
struct store_batch *contract_user(const char *id, int64_t last_active_us);
/* last_active of a user in the store; -1: there is none. */
int64_t contract_last_active(struct told *told, const char *id);

void every_object_comes_back_as_it_went_in(void **state);
void all_is_read_in_the_order_of_references(void **state);
void batches_settle_in_order_and_once(void **state);
void a_failing_batch_fails_its_followers_and_not_its_elders(void **state);
void a_touch_is_not_lost_with_a_later_one_that_fails(void **state);
void after_a_failure_was_told_the_store_takes_more(void **state);
void what_was_written_is_counted(void **state);
void touches_end_with_the_last(void **state);
void what_is_removed_is_gone(void **state);
void messages_are_paged_both_ways(void **state);
void replies_stand_apart_from_what_they_reply_to(void **state);
void a_message_goes_with_its_replies_and_reactions(void **state);
void truncating_removes_what_is_old(void **state);
void who_left_is_remembered_until_they_return(void **state);
void only_the_newest_messages_are_read_at_start(void **state);
void closing_finishes_what_is_queued(void **state);
void a_full_queue_refuses(void **state);
void a_reader_can_stop_the_reading(void **state);

#define CONTRACT_CASES                                                                             \
    CASE(every_object_comes_back_as_it_went_in), CASE(all_is_read_in_the_order_of_references),     \
        CASE(batches_settle_in_order_and_once),                                                    \
        CASE(a_failing_batch_fails_its_followers_and_not_its_elders),                              \
        CASE(a_touch_is_not_lost_with_a_later_one_that_fails),                                     \
        CASE(after_a_failure_was_told_the_store_takes_more), CASE(what_was_written_is_counted),    \
        CASE(touches_end_with_the_last), CASE(what_is_removed_is_gone),                            \
        CASE(messages_are_paged_both_ways), CASE(replies_stand_apart_from_what_they_reply_to),     \
        CASE(a_message_goes_with_its_replies_and_reactions), CASE(truncating_removes_what_is_old), \
        CASE(who_left_is_remembered_until_they_return),                                            \
        CASE(only_the_newest_messages_are_read_at_start), CASE(closing_finishes_what_is_queued),   \
        CASE(a_full_queue_refuses), CASE(a_reader_can_stop_the_reading)

#endif
