/* SPDX-License-Identifier: MIT */
#include "server/store_contract.h"
#include "base/bytes.h"
#include "base/clock.h"

#include <inttypes.h>
#include <poll.h>
#include <unistd.h>

static contract_open *open_store;

void contract_begin(contract_open *open) {
    open_store = open;
}

static void settled(void *owner, uint64_t number, const struct store_batch *batch, int status) {
    struct told *told = owner;
    assert_non_null(batch);
    assert_true(told->count < 16384);
    told->numbers[told->count] = number;
    told->statuses[told->count++] = status;
}

static void ring(void *owner) {
    struct told *told = owner;
    assert_int_equal(write(told->bell, "!", 1), 1);
}

void told_open(struct told *told, bool fresh) {
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    memset(told, 0, sizeof *told);
    told->rung = ends[0];
    told->bell = ends[1];
    told->store = open_store(fresh, settled, ring, told);
    assert_non_null(told->store);
}

void told_close(struct told *told) {
    told->store->calls->close(told->store);
    close(told->rung);
    close(told->bell);
}

void told_wait(struct told *told, size_t count) {
    char bytes[64];
    store_pump(told->store);
    while (told->count < count) {
        if (!case_readable(told->rung, 10000))
            fail_msg("%zu of %zu batches settled within 10 s", told->count, count);
        assert_true(read(told->rung, bytes, sizeof bytes) > 0);
        store_pump(told->store);
    }
}

struct store_batch *contract_user(const char *id, int64_t last_active_us) {
    struct store_batch *batch = store_batch_create();
    assert_non_null(batch);
    store_put_user(
        batch, &(struct user){.id = (char *)(uintptr_t)id, .last_active_us = last_active_us});
    return batch;
}

static uint64_t submit(struct told *told, struct store_batch *batch) {
    return told->store->calls->submit(told->store, batch);
}

static int keep_last_active(void *context, const struct user *user) {
    *(int64_t *)context = user->last_active_us;
    return 0;
}

int64_t contract_last_active(struct told *told, const char *id) {
    int64_t found = -1;
    const struct store_reader reader = {.user = keep_last_active};
    assert_int_equal(told->store->calls->read_one(told->store, STORE_USER, id, &reader, &found), 0);
    return found;
}

/* ---- everything as text ---- */

static const char *or_null(const char *text) {
    return text != NULL ? text : "-";
}

static void add_json(struct bytes *to, const json *value) {
    bytes_append_text(to, " ");
    if (value != NULL)
        json_print(value, to);
    bytes_append_text(to, "\n");
}

static int tell_setting(void *to, const char *name, const char *value) {
    bytes_printf(to, "setting %s=%s\n", name, value);
    return 0;
}

static int tell_type(void *to, const struct channel_type *type) {
    bytes_printf(to, "type %s %" PRId64 " %" PRId64 " %d%d%d%d%d%d%d%d%d%d%d%d %d", type->name,
        type->created_us, type->updated_us, type->typing_events, type->read_events,
        type->connect_events, type->custom_events, type->search, type->reactions, type->replies,
        type->quotes, type->mutes, type->uploads, type->url_enrichment, type->push_notifications,
        type->max_message_length);
    add_json(to, type->grants);
    return 0;
}

static int tell_user(void *to, const struct user *user) {
    bytes_printf(to,
        "user %s %s %s %s %" PRId64 " %" PRId64 " %" PRId64 " %" PRId64 " %" PRId64 " %" PRId64
        " %d %d",
        user->id, or_null(user->name), or_null(user->image), or_null(user->role), user->created_us,
        user->updated_us, user->last_active_us, user->deactivated_us, user->deleted_us,
        user->revoke_before_us, user->banned, user->invisible);
    add_json(to, user->custom);
    return 0;
}

static int tell_channel(void *to, const struct channel *channel) {
    bytes_printf(to,
        "channel %s %s %s %s %" PRId64 " %" PRId64 " %" PRId64 " %" PRId64 " %" PRId64 " %d%d%d %d",
        channel->type, channel->id, channel->cid, or_null(channel->created_by), channel->created_us,
        channel->updated_us, channel->last_message_us, channel->truncated_us, channel->deleted_us,
        channel->frozen, channel->disabled, channel->connect_events, channel->cooldown_s);
    add_json(to, channel->custom);
    return 0;
}

static int tell_member(void *to, const char *cid, const struct member *member) {
    bytes_printf(to, "member %s %s %s %s %" PRId64 " %" PRId64 " %d%d%d%d %" PRId64 " %" PRId64,
        cid, member->user_id, or_null(member->channel_role), or_null(member->role),
        member->created_us, member->updated_us, member->banned, member->shadow_banned,
        member->notifications_muted, member->invited, member->invite_accepted_us,
        member->invite_rejected_us);
    add_json(to, member->custom);
    return 0;
}

static int tell_message(void *to, const struct message *message) {
    bytes_printf(to, "message %s %s %s [%s] %s %s %s %d %" PRId64 " %" PRId64 " %" PRId64 " %d",
        message->id, message->cid, message->user_id, message->text, or_null(message->type),
        or_null(message->parent_id), or_null(message->quoted_id), message->reply_count,
        message->created_us, message->updated_us, message->deleted_us, message->silent);
    add_json(to, message->custom);
    return 0;
}

static int tell_regard(void *to, const struct store_regard *regard) {
    bytes_printf(to,
        "regard %s %s %" PRId64 " %" PRId64 " %" PRId64 " %" PRId64 " %" PRId64 " %" PRId64 "\n",
        regard->cid, regard->user_id, regard->read_us, regard->shown_read_us, regard->hidden_us,
        regard->cleared_us, regard->muted_us, regard->mute_until_us);
    return 0;
}

static int tell_reaction(void *to, const struct reaction *reaction) {
    bytes_printf(to, "reaction %s %s %s %d %" PRId64 " %" PRId64, reaction->message_id,
        reaction->user_id, reaction->type, reaction->score, reaction->created_us,
        reaction->updated_us);
    add_json(to, reaction->custom);
    return 0;
}

static int tell_mute(void *to, const struct store_mute *mute) {
    bytes_printf(to, "mute %s %s %" PRId64 " %" PRId64 "\n", mute->user_id, mute->target_id,
        mute->created_us, mute->until_us);
    return 0;
}

static const struct store_reader printer = {.setting = tell_setting,
    .type = tell_type,
    .user = tell_user,
    .channel = tell_channel,
    .member = tell_member,
    .message = tell_message,
    .regard = tell_regard,
    .reaction = tell_reaction,
    .mute = tell_mute};

static json *object(const char *text) {
    json *made;
    assert_int_equal(json_parse(&made, text, strlen(text), &json_limits_stored, NULL), 0);
    return made;
}

/* One of everything, with every field away from its default. */
static struct store_batch *full_batch(int64_t shift) {
    struct store_batch *batch = contract_user("bo", 0);
    json *custom = object(
        "{\"status\":\"it's \\u0007 \\\"busy\\\"\",\"deep\":{\"a\":[1,2.5,null]}}");
    json *grants = object("{\"user\":[\"read-channel\"]}");
    store_put_message(batch, &(struct message){.id = "m-1",
                                 .cid = "messaging:hall",
                                 .text = "hi\n'x'",
                                 .type = "system",
                                 .user_id = "ana",
                                 .quoted_id = "m-0",
                                 .reply_count = 4,
                                 .created_us = 5 + shift,
                                 .updated_us = 6,
                                 .deleted_us = 7,
                                 .silent = true,
                                 .custom = custom});
    store_put_member(batch, "messaging:hall",
        &(struct member){.user_id = "ana",
            .channel_role = "channel_moderator",
            .role = "owner",
            .created_us = 3 + shift,
            .updated_us = 4,
            .banned = true,
            .shadow_banned = true,
            .notifications_muted = true,
            .invited = true,
            .invite_accepted_us = 8,
            .invite_rejected_us = 9,
            .custom = custom});
    store_put_regard(
        batch, &(struct store_regard){"messaging:hall", "ana", 1 + shift, 2, 3, 4, 5, 6});
    store_put_reaction(batch, "messaging:hall",
        &(struct reaction){.message_id = "m-1",
            .user_id = "ana",
            .type = "like",
            .score = -2,
            .created_us = 1 + shift,
            .updated_us = 2,
            .custom = custom});
    store_put_mute(batch, &(struct store_mute){"ana", "bo", 1 + shift, 2});
    store_put_channel(batch, &(struct channel){.type = "messaging",
                                 .id = "hall",
                                 .cid = "messaging:hall",
                                 .created_by = "ana",
                                 .created_us = 1 + shift,
                                 .updated_us = 2,
                                 .last_message_us = 3,
                                 .truncated_us = 4,
                                 .deleted_us = 5,
                                 .frozen = true,
                                 .disabled = true,
                                 .connect_events = true,
                                 .cooldown_s = 7,
                                 .custom = custom});
    store_put_user(batch, &(struct user){.id = "ana",
                              .name = "Ana \xe2\x98\x95",
                              .image = "i",
                              .role = "admin",
                              .created_us = 1 + shift,
                              .updated_us = 2,
                              .last_active_us = 3,
                              .deactivated_us = 4,
                              .deleted_us = 5,
                              .revoke_before_us = 6,
                              .banned = true,
                              .invisible = INVISIBLE_YES,
                              .custom = custom});
    store_put_type(batch, &(struct channel_type){.name = "quiet",
                              .created_us = 1 + shift,
                              .updated_us = 2,
                              .typing_events = true,
                              .connect_events = true,
                              .search = true,
                              .replies = true,
                              .mutes = true,
                              .url_enrichment = true,
                              .max_message_length = 77,
                              .grants = grants});
    store_put_setting(batch, "app", shift == 0 ? "{\"x\":1}" : "{\"x\":2}");
    json_free(custom);
    json_free(grants);
    return batch;
}

/* The same objects, with every field at its least: what comes after must replace each of them. */
static struct store_batch *bare_batch(void) {
    struct store_batch *batch = contract_user("bo", 0);
    store_put_user(batch, &(struct user){.id = "ana"});
    store_put_type(batch, &(struct channel_type){.name = "quiet", .max_message_length = 1});
    store_put_channel(
        batch, &(struct channel){.cid = "messaging:hall", .type = "messaging", .id = "hall"});
    store_put_member(batch, "messaging:hall", &(struct member){.user_id = "ana"});
    store_put_message(batch,
        &(struct message){.id = "m-1", .cid = "messaging:hall", .user_id = "bo", .text = ""});
    store_put_setting(batch, "app", "");
    store_put_regard(batch, &(struct store_regard){.cid = "messaging:hall", .user_id = "ana"});
    store_put_reaction(batch, "messaging:hall",
        &(struct reaction){.message_id = "m-1", .user_id = "ana", .type = "like"});
    store_put_mute(batch, &(struct store_mute){.user_id = "ana", .target_id = "bo"});
    return batch;
}

#define CUSTOM "{\"status\":\"it's \\u0007 \\\"busy\\\"\",\"deep\":{\"a\":[1,2.5,null]}}\n"

static void expect_all(struct told *told, const char *wanted) {
    struct bytes got = BYTES_EMPTY;
    assert_int_equal(told->store->calls->read_all(told->store, &printer, &got), 0);
    SAME_TEXT(bytes_text(&got), wanted);
    bytes_fini(&got);
}

static const char full_text[] =
    "setting app={\"x\":2}\n"
    "type quiet 11 2 101010101010 77 {\"user\":[\"read-channel\"]}\n"
    "user bo - - - 0 0 0 0 0 0 0 0 \n"
    "user ana Ana \xe2\x98\x95 i admin 11 2 3 4 5 6 1 1 " CUSTOM "mute ana bo 11 2\n"
    "channel messaging hall messaging:hall ana 11 2 3 4 5 111 7 " CUSTOM
    "member messaging:hall ana channel_moderator owner 13 4 1111 8 9 " CUSTOM
    "regard messaging:hall ana 11 2 3 4 5 6\n"
    "message m-1 messaging:hall ana [hi\n'x'] system - m-0 4 15 6 7 1 " CUSTOM
    "reaction m-1 ana like -2 11 2 " CUSTOM;

void every_object_comes_back_as_it_went_in(void **state) {
    (void)state;
    struct told told;
    told_open(&told, true);
    expect_all(&told, "");
    submit(&told, bare_batch());
    submit(&told, full_batch(10)); /* the same objects again, changed */
    told_wait(&told, 2);
    assert_int_equal(told.statuses[0], 0);
    assert_int_equal(told.statuses[1], 0);
    expect_all(&told, full_text);
    told_close(&told);
    told_open(&told, false); /* and after a restart */
    expect_all(&told, full_text);

    struct bytes got = BYTES_EMPTY;
    const struct store_calls *calls = told.store->calls;
    assert_int_equal(calls->read_one(told.store, STORE_SETTING, "app", &printer, &got), 0);
    assert_int_equal(calls->read_one(told.store, STORE_TYPE, "quiet", &printer, &got), 0);
    assert_int_equal(calls->read_one(told.store, STORE_USER, "bo", &printer, &got), 0);
    assert_int_equal(calls->read_one(told.store, STORE_USER, "ana", &printer, &got), 0);
    assert_int_equal(
        calls->read_one(told.store, STORE_CHANNEL, "messaging:hall", &printer, &got), 0);
    assert_int_equal(calls->read_one(told.store, STORE_CHANNEL, "messaging:no", &printer, &got), 0);
    assert_int_equal(calls->read_one(told.store, STORE_USER, "nobody", &printer, &got), 0);
    SAME_TEXT(bytes_text(&got), full_text);
    bytes_fini(&got);
    told_close(&told);
}

void all_is_read_in_the_order_of_references(void **state) {
    (void)state;
    struct told told;
    told_open(&told, true);
    for (int i = 0; i < 3; i++) {
        char id[16], cid[32];
        snprintf(id, sizeof id, "u%d", 2 - i);
        snprintf(cid, sizeof cid, "messaging:c%d", i);
        struct store_batch *batch = contract_user(id, 0);
        store_put_channel(
            batch, &(struct channel){.cid = cid, .type = "messaging", .id = cid + 10});
        store_put_member(batch, cid, &(struct member){.user_id = id});
        submit(&told, batch);
    }
    told_wait(&told, 3);
    expect_all(&told,
        "user u2 - - - 0 0 0 0 0 0 0 0 \nuser u1 - - - 0 0 0 0 0 0 0 0 \n"
        "user u0 - - - 0 0 0 0 0 0 0 0 \n"
        "channel messaging c0 messaging:c0 - 0 0 0 0 0 000 0 \n"
        "channel messaging c1 messaging:c1 - 0 0 0 0 0 000 0 \n"
        "channel messaging c2 messaging:c2 - 0 0 0 0 0 000 0 \n"
        "member messaging:c0 u2 - - 0 0 0000 0 0 \nmember messaging:c1 u1 - - 0 0 0000 0 0 \n"
        "member messaging:c2 u0 - - 0 0 0000 0 0 \n");
    told_close(&told);
}

void batches_settle_in_order_and_once(void **state) {
    (void)state;
    struct told told;
    told_open(&told, true);
    for (uint64_t i = 1; i <= 200; i++)
        assert_int_equal(submit(&told, contract_user("ana", (int64_t)i)), i);
    told_wait(&told, 200);
    for (uint64_t i = 1; i <= 200; i++) {
        assert_int_equal(told.numbers[i - 1], i);
        assert_int_equal(told.statuses[i - 1], 0);
    }
    store_pump(told.store);
    assert_int_equal(told.count, 200);
    assert_int_equal(contract_last_active(&told, "ana"), 200);
    told_close(&told);
    assert_int_equal(told.count, 200);
}

/* A member of a channel that is nowhere. */
static struct store_batch *impossible(void) {
    struct store_batch *batch = contract_user("half", 1);
    store_put_member(batch, "messaging:nowhere", &(struct member){.user_id = "half"});
    return batch;
}

void a_failing_batch_fails_its_followers_and_not_its_elders(void **state) {
    (void)state;
    struct told told;
    told_open(&told, true);
    submit(&told, contract_user("elder", 1));
    submit(&told, impossible());
    for (int i = 0; i < 20; i++)
        submit(&told, contract_user("follower", 1));
    told_wait(&told, 22);
    assert_int_equal(told.statuses[0], 0);
    for (size_t i = 1; i < 22; i++) {
        assert_int_equal(told.numbers[i], i + 1);
        assert_true(told.statuses[i] < 0);
    }
    assert_int_equal(contract_last_active(&told, "elder"), 1);
    assert_int_equal(contract_last_active(&told, "half"), -1);
    assert_int_equal(contract_last_active(&told, "follower"), -1);
    told_close(&told);
}

/* Keeps the writer busy, so that what follows is one group. */
static struct store_batch *long_batch(void) {
    struct store_batch *batch = contract_user("ana", 1);
    for (int i = 0; i < 3000; i++) {
        char name[16];
        snprintf(name, sizeof name, "s%d", i);
        store_put_setting(batch, name, name);
    }
    return batch;
}

void a_touch_is_not_lost_with_a_later_one_that_fails(void **state) {
    (void)state;
    struct told told;
    told_open(&told, true);
    submit(&told, long_batch());
    struct store_batch *elder = store_batch_create(), *failing = impossible();
    store_touch_user(elder, "ana", 10);
    store_touch_user(failing, "ana", 20);
    submit(&told, elder);
    submit(&told, failing);
    told_wait(&told, 3);
    assert_int_equal(told.statuses[1], 0);
    assert_true(told.statuses[2] < 0);
    assert_int_equal(contract_last_active(&told, "ana"), 10);
    told_close(&told);
}

void after_a_failure_was_told_the_store_takes_more(void **state) {
    (void)state;
    struct told told;
    told_open(&told, true);
    submit(&told, impossible());
    char bell;
    assert_true(case_readable(told.rung, 10000)); /* it has failed, and is not told yet */
    assert_int_equal(read(told.rung, &bell, 1), 1);
    submit(&told, contract_user("early", 1));
    assert_false(case_readable(told.rung, 100)); /* the writer rests until it is */
    told_wait(&told, 2);
    assert_true(told.statuses[1] < 0);
    submit(&told, contract_user("late", 1));
    told_wait(&told, 3);
    assert_int_equal(told.statuses[2], 0);
    assert_int_equal(contract_last_active(&told, "early"), -1);
    assert_int_equal(contract_last_active(&told, "late"), 1);
    told_close(&told);
}

static uint64_t all_of(const struct histogram *histogram) {
    uint64_t all = 0;
    for (int i = 0; i <= HISTOGRAM_BOUNDS; i++)
        all += histogram->counts[i];
    return all;
}

void what_was_written_is_counted(void **state) {
    (void)state;
    struct told told;
    struct store_counts counts;
    told_open(&told, true);
    for (size_t i = 1; i <= 3; i++) {
        submit(&told, contract_user("ana", (int64_t)i));
        told_wait(&told, i);
    }
    store_count(told.store, &counts);
    assert_int_equal(counts.batches, 3);
    assert_int_equal(counts.groups, 3);
    assert_int_equal(counts.failures, 0);
    assert_int_equal(counts.last_status, 0);
    assert_int_equal(counts.queued, 0);
    assert_int_equal(all_of(&counts.commit), 3);
    assert_int_equal(all_of(&counts.write), 3);
    assert_true(counts.write.sum_us > 0 && counts.commit.sum_us >= counts.write.sum_us);
    submit(&told, impossible());
    store_count(told.store, &counts);
    assert_int_equal(counts.queued, 1);
    told_wait(&told, 4);
    store_count(told.store, &counts);
    assert_int_equal(counts.queued, 0);
    assert_int_equal(counts.failures, 1);
    assert_true(counts.last_status < 0);
    submit(&told, contract_user("ana", 5));
    told_wait(&told, 5);
    store_count(told.store, &counts);
    assert_int_equal(counts.last_status, 0);
    told_close(&told);
}

void touches_end_with_the_last(void **state) {
    (void)state;
    struct told told;
    told_open(&told, true);
    submit(&told, contract_user("ana", 1));
    submit(&told, contract_user("bo", 1));
    for (int i = 0; i < 100; i++) {
        struct store_batch *batch = store_batch_create();
        store_touch_user(batch, "ana", 100 + i);
        if (i < 50)
            store_touch_user(batch, "bo", 500 + i);
        store_touch_user(batch, "nobody", 7);
        submit(&told, batch);
    }
    told_wait(&told, 102);
    assert_int_equal(told.statuses[101], 0);
    assert_int_equal(contract_last_active(&told, "ana"), 199);
    assert_int_equal(contract_last_active(&told, "bo"), 549);
    assert_int_equal(contract_last_active(&told, "nobody"), -1);
    told_close(&told);
}

void what_is_removed_is_gone(void **state) {
    (void)state;
    struct told told;
    told_open(&told, true);
    submit(&told, full_batch(0));
    struct store_batch *batch = store_batch_create();
    store_remove_member(batch, "messaging:hall", "ana", 9);
    store_remove_member(batch, "messaging:hall", "never", 9);
    store_remove_type(batch, "quiet");
    submit(&told, batch);
    told_wait(&told, 2);
    assert_int_equal(told.statuses[1], 0);
    struct bytes got = BYTES_EMPTY;
    assert_int_equal(told.store->calls->read_all(told.store, &printer, &got), 0);
    assert_null(strstr(bytes_text(&got), "member "));
    assert_null(strstr(bytes_text(&got), "type quiet"));
    assert_non_null(strstr(bytes_text(&got), "user ana"));
    bytes_fini(&got);
    told_close(&told);
}

/* 310 messages at the moments 1 to 310. */
static void fill_channel(struct told *told) {
    struct store_batch *batch = contract_user("ana", 1);
    store_put_channel(
        batch, &(struct channel){.cid = "messaging:c", .type = "messaging", .id = "c"});
    for (int i = 1; i <= 310; i++) {
        char id[16];
        snprintf(id, sizeof id, "m%d", i);
        store_put_message(batch,
            &(struct message){
                .id = id, .cid = "messaging:c", .text = "", .user_id = "ana", .created_us = i});
    }
    submit(told, batch);
    told_wait(told, 1);
    assert_int_equal(told->statuses[0], 0);
}

static int print_message_id(void *to, const struct message *message) {
    bytes_printf(to, "%s ", message->id);
    return 0;
}

static void read_page(struct told *told, struct bytes *got, struct store_page page) {
    const struct store_reader reader = {.message = print_message_id};
    assert_int_equal(told->store->calls->read_page(told->store, &page, &reader, got), 0);
    bytes_append_text(got, "| ");
}

void messages_are_paged_both_ways(void **state) {
    (void)state;
    struct told told;
    told_open(&told, true);
    fill_channel(&told);
    struct bytes got = BYTES_EMPTY;
    const struct {
        const char *cid;
        int64_t after_us, before_us;
        int limit;
        bool oldest_first;
    } pages[] = {{"messaging:c", -1, INT64_MAX, 3, false}, {"messaging:c", -1, 308, 2, false},
        {"messaging:c", -1, 3, 100, false}, {"messaging:c", -1, 1, 100, false},
        {"messaging:c", -1, 3, 0, false}, {"messaging:c", -1, 3, -1, false},
        {"messaging:c", 100, 104, 2, true}, {"messaging:d", 100, 104, 2, true}};
    for (size_t i = 0; i < sizeof pages / sizeof pages[0]; i++)
        read_page(&told, &got,
            (struct store_page){.cid = pages[i].cid,
                .after_us = pages[i].after_us,
                .before_us = pages[i].before_us,
                .limit = pages[i].limit,
                .oldest_first = pages[i].oldest_first});
    assert_int_equal(told.store->calls->has_message(told.store, "nobody-said-this"), 0);
    SAME_TEXT(bytes_text(&got), "m310 m309 m308 | m307 m306 | m2 m1 | | | | m101 m102 | | ");
    bytes_fini(&got);
    told_close(&told);
}

/* A message, two replies, and a reaction to each. */
static void fill_thread(struct told *told) {
    struct store_batch *batch = contract_user("ana", 1);
    store_put_channel(
        batch, &(struct channel){.cid = "messaging:c", .type = "messaging", .id = "c"});
    const char *const ids[] = {"m", "r1", "r2"};
    for (int i = 0; i < 3; i++) {
        char *id = (char *)(uintptr_t)ids[i];
        store_put_message(batch, &(struct message){.id = id,
                                     .cid = "messaging:c",
                                     .text = "",
                                     .user_id = "ana",
                                     .parent_id = i > 0 ? "m" : NULL,
                                     .reply_count = i > 0 ? 0 : 2,
                                     .created_us = 10 + i,
                                     .updated_us = 30 - i});
        store_put_reaction(batch, "messaging:c",
            &(struct reaction){.message_id = id, .user_id = "ana", .type = "like", .score = 1});
    }
    submit(told, batch);
    told_wait(told, 1);
    assert_int_equal(told->statuses[0], 0);
}

void replies_stand_apart_from_what_they_reply_to(void **state) {
    (void)state;
    struct told told;
    told_open(&told, true);
    fill_thread(&told);
    struct bytes got = BYTES_EMPTY;
    struct store_page page = {
        .cid = "messaging:c", .after_us = -1, .before_us = INT64_MAX, .limit = 9};
    read_page(&told, &got, page);
    page.of = STORE_REPLIES;
    page.parent_id = "m";
    read_page(&told, &got, page);
    page.of = STORE_CHANGED;
    page.oldest_first = true;
    page.after_us = 28;
    read_page(&told, &got, page);
    SAME_TEXT(bytes_text(&got), "m | r2 r1 | r1 m | ");
    bytes_clear(&got);
    const struct store_reader reader = {.message = tell_message, .reaction = tell_reaction};
    const struct store_calls *calls = told.store->calls;
    assert_int_equal(calls->read_message(told.store, "r1", &reader, &got), 0);
    assert_int_equal(calls->read_message(told.store, "nobody-said-this", &reader, &got), 0);
    SAME_TEXT(bytes_text(&got),
        "message r1 messaging:c ana [] - m - 0 11 29 0 0 \nreaction r1 ana like 1 0 0 \n");
    bytes_fini(&got);
    told_close(&told);
}

void a_message_goes_with_its_replies_and_reactions(void **state) {
    (void)state;
    struct told told;
    told_open(&told, true);
    fill_thread(&told);
    struct store_batch *batch = store_batch_create();
    store_remove_message(batch, "messaging:c", "m");
    submit(&told, batch);
    told_wait(&told, 2);
    assert_int_equal(told.statuses[1], 0);
    assert_int_equal(told.store->calls->has_message(told.store, "r1"), 0);
    struct bytes left = BYTES_EMPTY;
    const struct store_reader reader = {.reaction = tell_reaction};
    const char *const ids[] = {"m", "r1", "r2"};
    for (int i = 0; i < 3; i++)
        told.store->calls->read_message(told.store, ids[i], &reader, &left);
    SAME_TEXT(bytes_text(&left), "");
    bytes_fini(&left);
    told_close(&told);
}

void truncating_removes_what_is_old(void **state) {
    (void)state;
    struct told told;
    told_open(&told, true);
    fill_channel(&told);
    struct store_batch *batch = store_batch_create();
    store_truncate(batch, "messaging:c", 308);
    submit(&told, batch);
    told_wait(&told, 2);
    assert_int_equal(told.statuses[1], 0);
    struct bytes got = BYTES_EMPTY;
    read_page(&told, &got,
        (struct store_page){
            .cid = "messaging:c", .after_us = -1, .before_us = INT64_MAX, .limit = 9});
    SAME_TEXT(bytes_text(&got), "m310 m309 | ");
    bytes_fini(&got);
    told_close(&told);
}

static int print_departed(void *to, const char *user_id, int64_t removed_us) {
    bytes_printf(to, "%s %" PRId64 " ", user_id, removed_us);
    return 0;
}

void who_left_is_remembered_until_they_return(void **state) {
    (void)state;
    struct told told;
    told_open(&told, true);
    submit(&told, full_batch(0));
    struct store_batch *batch = store_batch_create();
    store_remove_member(batch, "messaging:hall", "ana", 77);
    submit(&told, batch);
    told_wait(&told, 2);
    const struct store_reader reader = {.departed = print_departed};
    const struct store_page page = {.of = STORE_DEPARTED,
        .cid = "messaging:hall",
        .after_us = 76,
        .before_us = INT64_MAX,
        .limit = 9,
        .oldest_first = true};
    struct bytes got = BYTES_EMPTY;
    const struct store_calls *calls = told.store->calls;
    assert_int_equal(calls->read_page(told.store, &page, &reader, &got), 0);
    SAME_TEXT(bytes_text(&got), "ana 77 ");
    submit(&told, full_batch(0));
    told_wait(&told, 3);
    bytes_clear(&got);
    assert_int_equal(calls->read_page(told.store, &page, &reader, &got), 0);
    SAME_TEXT(bytes_text(&got), "");
    bytes_fini(&got);
    told_close(&told);
}

struct span {
    int count;
    int64_t first, last;
    bool rising;
};

static int measure(void *context, const struct message *message) {
    struct span *span = context;
    if (span->count++ == 0)
        span->first = message->created_us;
    span->rising = span->count == 1 || (span->rising && message->created_us > span->last);
    span->last = message->created_us;
    return 0;
}

void only_the_newest_messages_are_read_at_start(void **state) {
    (void)state;
    struct told told;
    told_open(&told, true);
    fill_channel(&told);
    const struct store_reader reader = {.message = measure};
    struct span all = {0}, one = {0};
    assert_int_equal(told.store->calls->read_all(told.store, &reader, &all), 0);
    assert_int_equal(
        told.store->calls->read_one(told.store, STORE_CHANNEL, "messaging:c", &reader, &one), 0);
    assert_int_equal(all.count, 300);
    assert_int_equal(all.first, 11);
    assert_int_equal(all.last, 310);
    assert_true(all.rising);
    assert_memory_equal(&all, &one, sizeof all);
    told_close(&told);
}

void closing_finishes_what_is_queued(void **state) {
    (void)state;
    struct told told;
    told_open(&told, true);
    for (int i = 1; i <= 500; i++)
        submit(&told, contract_user("ana", i));
    told_close(&told);
    assert_int_equal(told.count, 500);
    assert_int_equal(told.statuses[499], 0);
    told_open(&told, false);
    assert_int_equal(contract_last_active(&told, "ana"), 500);
    submit(&told, impossible()); /* also where something fails on the way out */
    submit(&told, contract_user("bo", 1));
    told_close(&told);
    assert_int_equal(told.count, 2);
    assert_true(told.statuses[0] < 0 && told.statuses[1] < 0);
}

void a_full_queue_refuses(void **state) {
    (void)state;
    struct told told;
    told_open(&told, true);
    size_t taken = 0;
    while (taken < 16000 && submit(&told, contract_user("ana", 1)) != 0)
        taken++;
    assert_in_range(taken, 1000, 15999);
    told_wait(&told, taken);
    assert_int_not_equal(submit(&told, contract_user("ana", 2)), 0); /* room again */
    told_close(&told);
    assert_int_equal(told.count, taken + 1);
}

static int stop_at_second(void *context, const struct user *user) {
    (void)user;
    return ++*(int *)context == 2 ? -7 : 0;
}

void a_reader_can_stop_the_reading(void **state) {
    (void)state;
    struct told told;
    told_open(&told, true);
    submit(&told, contract_user("a", 1));
    submit(&told, contract_user("b", 1));
    submit(&told, contract_user("c", 1));
    told_wait(&told, 3);
    int count = 0;
    const struct store_reader reader = {.user = stop_at_second};
    assert_int_equal(told.store->calls->read_all(told.store, &reader, &count), -7);
    assert_int_equal(count, 2);
    count = 0;
    const struct store_reader all = {.user = stop_at_second};
    assert_int_equal(
        told.store->calls->read_all(told.store, &all, &count), -7); /* and read again */
    told_close(&told);
}
