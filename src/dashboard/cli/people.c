/* SPDX-License-Identifier: MIT */
/*
 * The channels' own answer brings the first hundred members; what is beyond is paged in by id,
 * because an offset has an end and an id has none.
 */
#include "dashboard/cli/people.h"

#include "dashboard/cli/text.h"

#include <stdlib.h>
#include <string.h>

enum { PAGE = 100 };

static int out_of_memory(void) {
    say("out of memory");
    return EXIT_NO;
}

static bool add(struct people *people, pl_user *user) {
    const char *id = people->library->user_id(user);
    if (table_find(&people->by_id, id) != NULL)
        return true;
    if (people->count == people->cap) {
        const size_t cap = people->cap > 0 ? 2 * people->cap : 64;
        pl_user **grown = realloc(people->at, cap * sizeof grown[0]);
        if (grown == NULL)
            return false;
        people->at = grown;
        people->cap = cap;
    }
    people->at[people->count++] = user;
    return table_put(&people->by_id, id, user, NULL) == 0;
}

/* All members of the channel that the client knows by now. */
static int add_known(struct people *people, const pl_channel *channel) {
    const struct library *library = people->library;
    const size_t count = library->channel_member_count(channel);
    for (size_t i = 0; i < count; i++)
        if (!add(people, library->member_user(library->channel_member_at(channel, i))))
            return out_of_memory();
    return EXIT_DONE;
}

/* The page of members after this id; *got of them, and the last one's id in `after`. */
static int page(struct talk *talk, pl_channel *channel, struct bytes *after, struct people *people,
    size_t *got) {
    struct bytes filter = BYTES_EMPTY;
    if (after->len > 0) {
        bytes_append_text(&filter, "{\"user_id\":{\"$gt\":");
        text_json(&filter, bytes_text(after));
        bytes_append_text(&filter, "}}");
    }
    const struct pl_query query = {
        .size = sizeof query,
        .filter_json = filter.len > 0 ? bytes_text(&filter) : NULL,
        .sort_json = "[{\"field\":\"user_id\",\"direction\":1}]",
        .limit = PAGE,
    };
    struct answer answer = {0};
    int code = talk_await(
        talk, talk->library->query_members(channel, &query, talk_done, &answer), &answer);
    *got = answer.member_count;
    for (size_t i = 0; code == EXIT_DONE && i < answer.member_count; i++) {
        pl_user *user = talk->library->member_user(answer.members[i]);
        if (!add(people, user))
            code = out_of_memory();
        bytes_clear(after);
        bytes_append_text(after, talk->library->user_id(user));
    }
    answer_fini(&answer);
    bytes_fini(&filter);
    return code;
}

int people_add_members(struct people *people, struct talk *talk, pl_channel *channel) {
    const struct library *library = talk->library;
    if (library->channel_member_count(channel) >= library->channel_member_total(channel))
        return add_known(people, channel);
    struct bytes after = BYTES_EMPTY;
    int code = EXIT_DONE;
    size_t got = PAGE;
    while (code == EXIT_DONE && got == PAGE)
        code = page(talk, channel, &after, people, &got);
    bytes_fini(&after);
    return code;
}

void people_fini(struct people *people) {
    free(people->at);
    table_fini(&people->by_id);
    *people = (struct people){0};
}
