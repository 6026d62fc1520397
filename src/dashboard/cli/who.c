/* SPDX-License-Identifier: MIT */
/*
 * Every member of every channel meant, each once. The channels' own answer brings the first
 * hundred members; what is beyond is paged in by id, because an offset has an end and an id has
 * none.
 */
#include "dashboard/cli/commands.h"
#include "dashboard/cli/resolve.h"
#include "dashboard/cli/text.h"

#include "base/table.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { PAGE = 100 };

struct people {
    const struct library *library;
    pl_user **at;
    size_t count, cap;
    struct table by_id;
};

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

static int collect(struct talk *talk, pl_channel *channel, struct people *people) {
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

/* Those at home first, then by name, then by id. */
static int by_state(const void *a, const void *b, void *context) {
    const struct library *library = context;
    const pl_user *one = *(pl_user *const *)a, *other = *(pl_user *const *)b;
    const bool one_online = library->user_online(one), other_online = library->user_online(other);
    if (one_online != other_online)
        return one_online ? -1 : 1;
    const int name = strcasecmp(library->user_name(one), library->user_name(other));
    return name != 0 ? name : strcmp(library->user_id(one), library->user_id(other));
}

static bool wants_colour(void) {
    const char *no = getenv("NO_COLOR"), *term = getenv("TERM");
    return isatty(STDOUT_FILENO) && (no == NULL || no[0] == '\0') && term != NULL &&
           strcmp(term, "dumb") != 0;
}

static void put_line(
    const struct library *library, const pl_user *user, bool colour, struct bytes *line) {
    const bool online = library->user_online(user);
    const char *word = online ? "online" : "offline";
    if (colour)
        bytes_printf(line, "\x1b[%dm%s\x1b[0m", online ? 32 : 2, word);
    else
        bytes_append_text(line, word);
    bytes_append_char(line, '\t');
    text_plain(line, library->user_id(user));
    bytes_append_char(line, '\t');
    text_plain(line, library->user_name(user));
    bytes_append_char(line, '\t');
    text_time(line, library->user_last_active_unix_ms(user));
    bytes_append_char(line, '\t');
    text_plain(line, library->user_status(user));
}

static bool put_json(const struct library *library, const pl_user *user, struct bytes *line) {
    char *json = library->user_to_json(user);
    if (json != NULL)
        text_one_line(line, json, strlen(json));
    library->free(json);
    return json != NULL;
}

static int print(struct people *people, const struct options *options) {
    const bool colour = wants_colour();
    struct bytes lines = BYTES_EMPTY;
    bool done = true;
    for (size_t i = 0; done && i < people->count; i++) {
        const pl_user *user = people->at[i];
        if (options->online && !people->library->user_online(user))
            continue;
        if (options->json)
            done = put_json(people->library, user, &lines);
        else
            put_line(people->library, user, colour, &lines);
        bytes_append_char(&lines, '\n');
    }
    done = done && !bytes_failed(&lines);
    if (done)
        fwrite(bytes_text(&lines), 1, lines.len, stdout);
    bytes_fini(&lines);
    return done ? EXIT_DONE : out_of_memory();
}

int command_who(struct talk *talk, const struct options *options) {
    struct channels channels;
    struct people people = {.library = talk->library};
    int code = resolve_channels(talk, options->words, options->word_count, &channels);
    for (size_t i = 0; code == EXIT_DONE && i < channels.count; i++)
        code = collect(talk, channels.at[i], &people);
    if (code == EXIT_DONE) {
        if (people.count > 0)
            qsort_r(people.at, people.count, sizeof people.at[0], by_state,
                (void *)(uintptr_t)talk->library);
        code = print(&people, options);
    }
    free(people.at);
    table_fini(&people.by_id);
    channels_fini(&channels);
    return code;
}
