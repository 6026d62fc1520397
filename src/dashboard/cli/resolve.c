/* SPDX-License-Identifier: MIT */
#include "dashboard/cli/resolve.h"

#include "base/utf8.h"
#include "dashboard/cli/ids.h"
#include "dashboard/cli/text.h"

#include <stdlib.h>
#include <string.h>

enum { PAGE = 30, FARTHEST_OFFSET = 1000, MEMBERS = 100 };

void channels_fini(struct channels *channels) {
    free(channels->at);
    *channels = (struct channels){0};
}

/* Each once. */
static bool add(struct channels *to, pl_channel *channel) {
    for (size_t i = 0; i < to->count; i++)
        if (to->at[i] == channel)
            return true;
    pl_channel **grown = realloc(to->at, (to->count + 1) * sizeof grown[0]);
    if (grown == NULL)
        return false;
    to->at = grown;
    to->at[to->count++] = channel;
    return true;
}

/* One page of the channels that a filter brings. */
static int query(struct talk *talk, const struct bytes *filter, int offset, struct answer *answer) {
    const struct pl_query query = {
        .size = sizeof query,
        .filter_json = bytes_text(filter),
        .sort_json = "[{\"field\":\"created_at\",\"direction\":1}]",
        .flags = PL_STATE,
        .limit = PAGE,
        .offset = offset,
        .message_limit = 1,
        .member_limit = MEMBERS,
    };
    if (bytes_failed(filter)) {
        say("out of memory");
        return EXIT_NO;
    }
    return talk_await(
        talk, talk->library->query_channels(talk->client, &query, talk_done, answer), answer);
}

static int add_all(struct channels *to, const struct answer *answer) {
    for (size_t i = 0; i < answer->channel_count; i++) {
        if (!add(to, answer->channels[i])) {
            say("out of memory");
            return EXIT_NO;
        }
    }
    return EXIT_DONE;
}

static int resolve_mine(struct talk *talk, struct channels *to) {
    struct bytes filter = BYTES_EMPTY;
    bytes_append_text(&filter, "{\"members\":{\"$in\":[");
    text_json(&filter, talk->account->user);
    bytes_append_text(&filter, "]}}");
    int code = EXIT_DONE;
    size_t got = PAGE;
    for (int offset = 0; code == EXIT_DONE && got == PAGE; offset += PAGE) {
        if (offset > FARTHEST_OFFSET) {
            say("only the first %d of my channels are looked at", offset);
            break;
        }
        struct answer answer = {0};
        code = query(talk, &filter, offset, &answer);
        got = answer.channel_count;
        if (code == EXIT_DONE)
            code = add_all(to, &answer);
        answer_fini(&answer);
    }
    bytes_fini(&filter);
    return code;
}

static int query_cid(struct talk *talk, const char *cid, struct answer *answer) {
    struct bytes filter = BYTES_EMPTY;
    bytes_append_text(&filter, "{\"cid\":");
    text_json(&filter, cid);
    bytes_append_text(&filter, "}");
    const int code = query(talk, &filter, 0, answer);
    bytes_fini(&filter);
    return code;
}

static int query_name(struct talk *talk, const char *word, struct answer *answer) {
    struct bytes filter = BYTES_EMPTY;
    bytes_append_text(&filter, "{\"members\":{\"$in\":[");
    text_json(&filter, talk->account->user);
    bytes_append_text(&filter, "]},\"$or\":[{\"id\":");
    text_json(&filter, word);
    bytes_append_text(&filter, "},{\"name\":");
    text_json(&filter, word);
    bytes_append_text(&filter, "}]}");
    const int code = query(talk, &filter, 0, answer);
    bytes_fini(&filter);
    return code;
}

/* Of those with this id or name the one with the id, else the only one. */
static int pick(
    struct talk *talk, const char *word, const struct answer *answer, struct channels *to) {
    size_t ids = 0;
    pl_channel *with_id = NULL;
    for (size_t i = 0; i < answer->channel_count; i++) {
        if (strcmp(talk->library->channel_id(answer->channels[i]), word) != 0)
            continue;
        with_id = answer->channels[i];
        ids++;
    }
    if (answer->channel_count == 0) {
        say("unknown channel: %s", word);
        return EXIT_NO;
    }
    if (ids != 1 && answer->channel_count > 1) {
        say("%s is more than one of my channels; say which by its cid: %s or %s", word,
            talk->library->channel_cid(answer->channels[0]),
            talk->library->channel_cid(answer->channels[1]));
        return EXIT_NO;
    }
    if (add(to, ids == 1 ? with_id : answer->channels[0]))
        return EXIT_DONE;
    say("out of memory");
    return EXIT_NO;
}

static int resolve_one(struct talk *talk, const char *word, struct channels *to) {
    if (word[0] == '\0' || !utf8_is_valid(word, strlen(word))) {
        say("unknown channel: %s", word);
        return EXIT_NO;
    }
    struct answer answer = {0};
    int code = EXIT_DONE;
    if (is_cid(word))
        code = query_cid(talk, word, &answer);
    /* A name may look like a cid. */
    if (code == EXIT_DONE && answer.channel_count == 0) {
        answer_fini(&answer);
        code = query_name(talk, word, &answer);
    }
    if (code == EXIT_DONE)
        code = is_cid(word) && answer.channel_count == 1 ? add_all(to, &answer)
                                                         : pick(talk, word, &answer, to);
    answer_fini(&answer);
    return code;
}

int resolve_channels(struct talk *talk, char *const *words, size_t count, struct channels *to) {
    *to = (struct channels){0};
    if (count == 0)
        return resolve_mine(talk, to);
    for (size_t i = 0; i < count; i++) {
        const int code = resolve_one(talk, words[i], to);
        if (code != EXIT_DONE)
            return code;
    }
    return EXIT_DONE;
}
