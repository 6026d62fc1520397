/* SPDX-License-Identifier: MIT */
/*
 * Get or create says nothing about who is in a channel that was there before, so whoever is not a
 * member after it is added; adding is by the server's leave.
 */
#include "dashboard/cli/commands.h"
#include "dashboard/cli/ids.h"

#include "base/utf8.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { BATCH = 100 };

/* Ids, each once; all owned together in `text`. */
struct ids {
    const char **at;
    size_t count;
    char *text;
};

static void ids_fini(struct ids *ids) {
    free(ids->at);
    free(ids->text);
}

static void add_once(struct ids *ids, const char *id) {
    for (size_t i = 0; i < ids->count; i++)
        if (strcmp(ids->at[i], id) == 0)
            return;
    ids->at[ids->count++] = id;
}

/* Me, and all that --add names. */
static int read_ids(struct ids *ids, const char *me, const struct options *options) {
    struct bytes text = BYTES_EMPTY;
    bytes_append_text(&text, me);
    for (size_t i = 0; i < options->add_count; i++) {
        bytes_append_char(&text, ',');
        bytes_append_text(&text, options->add[i]);
    }
    ids->at = calloc(text.len / 2 + 2, sizeof ids->at[0]);
    ids->text = bytes_take(&text);
    if (ids->at == NULL || ids->text == NULL) {
        say("out of memory");
        return EXIT_NO;
    }
    char *rest = ids->text;
    for (char *id; (id = strsep(&rest, ",")) != NULL;) {
        if (id[0] == '\0')
            continue;
        if (!is_user_id(id)) {
            say("%s: a user's id is 1 to 255 letters, digits, '@', '_' or '-'", id);
            return EXIT_USE;
        }
        add_once(ids, id);
    }
    return EXIT_DONE;
}

static int get_or_create(struct talk *talk, const char *cid, const struct options *options,
    const struct ids *ids, pl_channel **channel) {
    char type[65] = "";
    const char *colon = strchr(cid, ':');
    memcpy(type, cid, (size_t)(colon - cid));
    const struct pl_channel_options wanted = {
        .size = sizeof wanted,
        .name = options->name,
        .members = ids->at,
        .member_count = ids->count < BATCH ? ids->count : BATCH,
    };
    struct answer answer = {0};
    const int code = talk_await(talk,
        talk->library->channel_get_or_create(
            talk->client, type, colon + 1, &wanted, PL_STATE, talk_done, &answer),
        &answer);
    *channel = answer.channel;
    answer_fini(&answer);
    return code;
}

/* Drop those who are members as far as the answer told. */
static void keep_missing(struct talk *talk, const pl_channel *channel, struct ids *ids) {
    size_t kept = 0;
    for (size_t i = 0; i < ids->count; i++)
        if (talk->library->channel_find_member(channel, ids->at[i]) == NULL)
            ids->at[kept++] = ids->at[i];
    ids->count = kept;
}

static int add_missing(struct talk *talk, pl_channel *channel, struct ids *ids) {
    keep_missing(talk, channel, ids);
    int code = EXIT_DONE;
    for (size_t i = 0; code == EXIT_DONE && i < ids->count; i += BATCH) {
        const size_t left = ids->count - i;
        struct answer answer = {0};
        code = talk_await(talk,
            talk->library->channel_add_members(
                channel, ids->at + i, left < BATCH ? left : BATCH, talk_done, &answer),
            &answer);
        answer_fini(&answer);
    }
    return code;
}

int command_channel(struct talk *talk, const struct options *options) {
    const char *cid = options->words[0];
    if (!is_cid(cid)) {
        say("%s: a cid is TYPE:ID, such as messaging:hall", cid);
        return EXIT_USE;
    }
    if (options->name != NULL && !utf8_is_valid(options->name, strlen(options->name))) {
        say("a name is UTF-8, and this is not");
        return EXIT_USE;
    }
    struct ids ids = {0};
    pl_channel *channel = NULL;
    int code = read_ids(&ids, talk->account->user, options);
    if (code == EXIT_DONE)
        code = get_or_create(talk, cid, options, &ids, &channel);
    if (code == EXIT_DONE)
        code = add_missing(talk, channel, &ids);
    if (code == EXIT_DONE && options->name != NULL &&
        strcmp(talk->library->channel_name(channel), options->name) != 0)
        say("%s was there before and keeps its name, %s", cid,
            talk->library->channel_name(channel));
    if (code == EXIT_DONE)
        puts(talk->library->channel_cid(channel));
    ids_fini(&ids);
    return code;
}
