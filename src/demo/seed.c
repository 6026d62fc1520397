/* SPDX-License-Identifier: MIT */
/*
 * The past cannot be made through the API, where everything happens now. So the world is written
 * straight into the store, in one batch, before the server opens it: people who were last here
 * three hours or five weeks ago, and conversations of this morning.
 */
#include "demo/seed.h"

#include "demo/people.h"
#include "server/store.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#define MINUTE_US (60 * INT64_C(1000000))
#define LINE_US (7 * MINUTE_US)
#define YEAR_US (365 * 24 * 60 * MINUTE_US)

struct seed {
    struct store_batch *batch;
    int64_t now_us;
    int fault;
};

static void note(struct seed *seed, int fault) {
    if (fault < 0 && seed->fault == 0)
        seed->fault = fault;
}

/* {"key": "text", …} from pairs; those with a NULL text are left out. */
static json *custom(struct seed *seed, const char *const pairs[][2], size_t count) {
    json *object = json_object();
    for (size_t i = 0; i < count; i++)
        if (pairs[i][1] != NULL)
            note(seed, json_set(object, pairs[i][0], json_text(pairs[i][1])));
    return object;
}

/* The wire's structs own their texts; what is lent here is given back before it is freed. */
static void put_user(struct seed *seed, const struct person *person) {
    const int64_t active_us = seed->now_us - person->away_minutes * MINUTE_US;
    const char *const pairs[][2] = {{"status", person->status}, {"timezone", person->timezone}};
    struct user user = {
        .id = (char *)person->id,
        .name = (char *)person->name,
        .created_us = seed->now_us - 2 * YEAR_US,
        .updated_us = seed->now_us - 2 * YEAR_US,
        .last_active_us = active_us,
        .invisible = person->habit == HABIT_HIDDEN ? INVISIBLE_YES : INVISIBLE_NO,
        .custom = custom(seed, pairs, sizeof pairs / sizeof pairs[0]),
    };
    store_put_user(seed->batch, &user);
    json_free(user.custom);
}

static void put_member(
    struct seed *seed, const char *cid, const char *user_id, const char *role, int64_t at_us) {
    const struct member member = {
        .user_id = (char *)user_id, .role = (char *)role, .created_us = at_us, .updated_us = at_us};
    store_put_member(seed->batch, cid, &member);
}

static void put_message(struct seed *seed, const struct place *place, const char *cid, int number,
    const char *line, size_t len, int64_t at_us) {
    char id[96], author[64], text[512];
    const char *colon = memchr(line, ':', len);
    if (colon == NULL)
        return;
    snprintf(id, sizeof id, "demo-%s-%d", place->id, number);
    snprintf(author, sizeof author, "%.*s", (int)(colon - line), line);
    snprintf(text, sizeof text, "%.*s", (int)(line + len - colon - 2), colon + 2);
    const struct message message = {.id = id,
        .cid = (char *)cid,
        .text = text,
        .user_id = author,
        .created_us = at_us,
        .updated_us = at_us};
    store_put_message(seed->batch, &message);
}

/* The person at the keyboard has read all but the newest. */
static void put_read_mark(
    struct seed *seed, const struct place *place, const char *cid, int64_t last_us) {
    const int64_t read_us = last_us - place->unread * LINE_US;
    const struct store_regard regard = {
        .cid = cid, .user_id = DEMO_ME, .read_us = read_us, .shown_read_us = read_us};
    store_put_regard(seed->batch, &regard);
}

/* Lines a few minutes apart, the last of them a quarter of an hour ago. Returns when that was. */
static int64_t put_lines(struct seed *seed, const struct place *place, const char *cid) {
    int lines = 1, number = 0;
    for (const char *c = place->lines; *c != '\0'; c++)
        lines += *c == '\n';
    int64_t at_us = seed->now_us - 15 * MINUTE_US - lines * LINE_US;
    for (const char *line = place->lines; line != NULL; number++) {
        const char *end = strchrnul(line, '\n');
        at_us += LINE_US;
        put_message(seed, place, cid, number, line, (size_t)(end - line), at_us);
        line = *end == '\0' ? NULL : end + 1;
    }
    return at_us;
}

static void put_place(struct seed *seed, const struct place *place) {
    char cid[80];
    snprintf(cid, sizeof cid, "messaging:%s", place->id);
    const int64_t made_us = seed->now_us - YEAR_US;
    const char *const pairs[][2] = {{"name", place->name}};
    struct channel channel = {.type = (char *)"messaging",
        .id = (char *)place->id,
        .cid = cid,
        .created_by = (char *)DEMO_ME,
        .created_us = made_us,
        .updated_us = made_us,
        .connect_events = true,
        .custom = custom(seed, pairs, 1)};
    /* The channel must stand before its messages; it is put again when their time is known. */
    store_put_channel(seed->batch, &channel);
    int64_t at_us = made_us;
    put_member(seed, cid, DEMO_ME, "owner", at_us);
    for (size_t i = 0; i < demo_people_count; i++)
        if (strchr(demo_people[i].channels, place->letter) != NULL)
            put_member(seed, cid, demo_people[i].id, "member", at_us += MINUTE_US);
    channel.last_message_us = put_lines(seed, place, cid);
    store_put_channel(seed->batch, &channel);
    put_read_mark(seed, place, cid, channel.last_message_us);
    json_free(channel.custom);
}

static void fill(struct seed *seed) {
    const struct person me = {
        .id = DEMO_ME, .name = "You", .habit = HABIT_STEADY, .away_minutes = DEMO_ME_AWAY_MINUTES};
    put_user(seed, &me);
    for (size_t i = 0; i < demo_people_count; i++)
        put_user(seed, &demo_people[i]);
    for (size_t i = 0; i < demo_places_count; i++)
        put_place(seed, &demo_places[i]);
}

static void settled(void *owner, uint64_t number, const struct store_batch *batch, int status) {
    (void)number;
    (void)batch;
    *(int *)owner = status;
}

static void ring(void *owner) {
    (void)owner; /* store close() tells all that is left on this thread */
}

int seed_world(const char *database, int64_t now_unix_us, char *why, size_t why_size) {
    int status = -EIO;
    struct store *store;
    const char *reason = "";
    const struct store_options options = {
        .path = database, .settled = settled, .ring = ring, .owner = &status};
    const int opened = store_sqlite_open(&store, &options, &reason);
    if (opened < 0) {
        snprintf(why, why_size, "%s: %s", database, reason);
        return opened;
    }
    struct seed seed = {.batch = store_batch_create(), .now_us = now_unix_us};
    if (seed.batch == NULL)
        seed.fault = -ENOMEM;
    else
        fill(&seed);
    if (seed.fault < 0)
        store_batch_free(seed.batch);
    else if (store->calls->submit(store, seed.batch) == 0)
        seed.fault = -ENOMEM;
    store->calls->close(store);
    if (seed.fault == 0)
        seed.fault = status;
    if (seed.fault < 0)
        snprintf(why, why_size, "%s: the demo's world could not be written: %s", database,
            strerror(-seed.fault));
    return seed.fault;
}
