/* SPDX-License-Identifier: MIT */
/*
 * The model holds what is wanted, this file does it and tells the model what came of it.
 *
 * A line of mine has its id before it is sent. So the event that tells everybody of it and the
 * answer to me are known to be about the same line, whichever comes first, and a second try of one
 * that did arrive makes no second message: the server refuses the id, and the line is read.
 *
 * What others may learn of me: that I type is told only while my light is on and nothing about it
 * is under way; read marks go to the server whether I am seen or not, which keeps those of a hidden
 * person to itself.
 */
#include "dashboard/feed_inner.h"

#include "dashboard/model/compose.h"
#include "dashboard/model/reading.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

enum {
    OLDER_A_CALL = 50,
    MOST_MENTIONED = 25,
    TYPING_AGAIN_MS = 7000, /* the server forgets it after ten seconds */
    CODE_INPUT = 4
};

/* ---- sending and changing ---- */

/* The id was taken: by this very line, when the answer to its first try was lost. */
static void on_looked_up(pl_client *client, const struct pl_outcome *outcome, void *context) {
    struct ask *ask = context;
    struct feed *feed = ask->feed;
    const struct library *lib = feed->lib;
    pl_message *message = outcome->message_object;
    struct line *line = feed_find_line(feed->model, ask->cid, ask->id);
    pl_channel *channel = lib->client_find_channel(client, ask->cid);
    feed->changed = true;
    if (outcome->status == PL_DONE && message != NULL && channel != NULL)
        feed_tell_line(feed, channel, message, false);
    else if (line != NULL)
        line_failed(line, ask->why);
    feed_ask_destroy(ask);
}

static bool look_up(struct ask *ask, const char *why) {
    const struct library *lib = ask->feed->lib;
    pl_channel *channel = lib->client_find_channel(ask->feed->client, ask->cid);
    free(ask->why);
    ask->why = strdup(why);
    return channel != NULL && ask->why != NULL &&
           lib->channel_query_message(channel, ask->id, on_looked_up, ask) == 0;
}

static void on_sent(pl_client *client, const struct pl_outcome *outcome, void *context) {
    struct ask *ask = context;
    struct feed *feed = ask->feed;
    struct line *line = feed_find_line(feed->model, ask->cid, ask->id);
    pl_channel *channel = feed->lib->client_find_channel(client, ask->cid);
    feed->changed = true;
    if (outcome->status == PL_DONE && outcome->message_object != NULL && channel != NULL) {
        feed_tell_line(feed, channel, outcome->message_object, false);
        feed_tell_unread(feed, channel);
    } else if (line != NULL && line->state != LINE_SAID) {
        if (outcome->code == CODE_INPUT && look_up(ask, feed_why(feed, outcome)))
            return;
        line_failed(line, feed_why(feed, outcome));
        line->unsure = outcome->status != PL_REFUSED && outcome->status != PL_CANCELLED;
    }
    feed_ask_destroy(ask);
}

/* What failed of mine stays, to be tried again. Another's line has no place for that: it is said
 * once; so is what became of a reaction. */
static void fail_change(struct feed *feed, struct line *line, const char *why) {
    char text[300];
    if (line->author->me && line->reaction == NULL) {
        line_failed(line, why);
        return;
    }
    snprintf(text, sizeof text, "%s: %.200s",
        line->reaction == NULL ? "NOT DELETED"
        : (line->change == CHANGE_ASKED ? line->asked : line->change) == CHANGE_REACT
            ? "NOT SET"
            : "NOT TAKEN BACK",
        why);
    feed_toast(feed, text);
    line_changed(line);
}

static void on_changed(pl_client *client, const struct pl_outcome *outcome, void *context) {
    struct ask *ask = context;
    struct feed *feed = ask->feed;
    struct line *line = feed_find_line(feed->model, ask->cid, ask->id);
    pl_channel *channel = feed->lib->client_find_channel(client, ask->cid);
    feed->changed = true;
    if (line != NULL && outcome->status == PL_DONE)
        line_changed(line);
    else if (line != NULL)
        fail_change(feed, line, feed_why(feed, outcome));
    if (outcome->status == PL_DONE && outcome->message_object != NULL && channel != NULL)
        feed_tell_line(feed, channel, outcome->message_object, false);
    feed_ask_destroy(ask);
}

static int send_line(struct feed *feed, pl_channel *channel, const struct channel_shown *shown,
    const struct line *line, struct ask *ask) {
    const char *ids[MOST_MENTIONED];
    size_t count = 0, at = 0;
    for (const struct person *person;
         count < MOST_MENTIONED && (person = compose_mentioned(shown, line->raw, &at)) != NULL;)
        ids[count++] = person->id;
    const struct pl_message_options options = {.size = sizeof options,
        .id = line->id,
        .parent_id = shown->replies_to,
        .mentioned = count > 0 ? ids : NULL,
        .mentioned_count = count};
    return feed->lib->channel_send_message_with(channel, line->raw, &options, on_sent, ask);
}

static int name_line(struct feed *feed, struct line *line) {
    char id[64];
    if (line->id[0] != '\0')
        return line_sending(line, line->id);
    snprintf(id, sizeof id, "%s-%llu", feed->run, (unsigned long long)++feed->lines_sent);
    return line_sending(line, id);
}

static int change_line(
    struct feed *feed, pl_channel *channel, const struct line *line, struct ask *ask) {
    const struct library *lib = feed->lib;
    switch (line->change) {
    case CHANGE_DELETE:
        return lib->channel_delete_message(channel, line->id, false, on_changed, ask);
    case CHANGE_REACT:
        return lib->channel_add_reaction(
            channel, line->id, line->reaction, 1, false, on_changed, ask);
    case CHANGE_UNREACT:
        return lib->channel_remove_reaction(channel, line->id, line->reaction, on_changed, ask);
    default: return lib->channel_edit_message(channel, line->id, line->draft, on_changed, ask);
    }
}

static bool is_wanted(const struct line *line) {
    return line->state == LINE_WANTED ||
           (line->state == LINE_SAID && line->why == NULL && line->change != CHANGE_NONE &&
               line->change != CHANGE_ASKED);
}

static void fail_line(struct feed *feed, struct line *line, const char *why) {
    if (line->state == LINE_SAID)
        fail_change(feed, line, why);
    else
        line_failed(line, why);
}

/* Said, or changed, now or not at all: nothing goes out by itself when a link comes back. */
static void do_line(
    struct feed *feed, pl_channel *channel, const struct channel_shown *shown, struct line *line) {
    const bool is_change = line->state == LINE_SAID;
    int fault = 0;
    if (feed->model->link.state != LINK_LIVE) {
        fail_line(feed, line, "there is no link to the server");
        return;
    }
    if (!is_change)
        fault = name_line(feed, line);
    struct ask *ask = fault == 0 ? feed_ask_create(feed, shown->cid, line->id) : NULL;
    if (ask == NULL)
        fault = PL_E_MEMORY;
    else
        fault = is_change ? change_line(feed, channel, line, ask)
                          : send_line(feed, channel, shown, line, ask);
    if (fault < 0) {
        feed_ask_destroy(ask);
        fail_line(feed, line, feed->lib->status_name(fault));
    } else if (is_change) {
        line_asked(line);
    }
}

static void do_lines(
    struct feed *feed, pl_channel *channel, const struct channel_shown *shown, struct chat *chat) {
    for (size_t i = chat->count; i > 0; i--)
        if (is_wanted(chat->lines[i - 1]) && chat->lines[i - 1]->state == LINE_SAID)
            do_line(feed, channel, shown, chat->lines[i - 1]);
    for (size_t i = 0; i < chat->count; i++) /* in the order in which they were written */
        if (is_wanted(chat->lines[i]))
            do_line(feed, channel, shown, chat->lines[i]);
}

/* ---- older ones ---- */

static struct chat *chat_of(const struct ask *ask) {
    struct channel_shown *shown = model_find_channel(ask->feed->model, ask->cid);
    if (shown == NULL || !ask->of_replies)
        return shown != NULL ? &shown->chat : NULL;
    return shown->replies_to != NULL && strcmp(shown->replies_to, ask->id) == 0 ? &shown->replies
                                                                                : NULL;
}

static void on_older(pl_client *client, const struct pl_outcome *outcome, void *context) {
    struct ask *ask = context;
    struct feed *feed = ask->feed;
    struct chat *chat = chat_of(ask);
    pl_channel *channel = feed->lib->client_find_channel(client, ask->cid);
    feed->changed = true;
    if (chat != NULL && outcome->status != PL_DONE) {
        chat->older = OLDER_FAILED;
        feed_toast(feed, feed_why(feed, outcome));
    } else if (chat != NULL && channel != NULL) {
        for (size_t i = 0; i < outcome->message_count; i++)
            feed_tell_line(feed, channel, outcome->messages[i], false);
        chat->older = outcome->message_count < OLDER_A_CALL ? OLDER_NONE : OLDER_UNKNOWN;
    }
    feed_ask_destroy(ask);
}

static const char *first_id(const struct chat *chat) {
    return chat->count > 0 && chat->lines[0]->state == LINE_SAID ? chat->lines[0]->id : NULL;
}

static void ask_older(
    struct feed *feed, pl_channel *channel, const struct channel_shown *shown, struct chat *chat) {
    if (chat->older != OLDER_WANTED || feed->model->link.state != LINK_LIVE)
        return;
    const bool of_replies = chat == &shown->replies;
    struct ask *ask = feed_ask_create(feed, shown->cid, of_replies ? shown->replies_to : "");
    int fault = PL_E_MEMORY;
    if (ask != NULL) {
        ask->of_replies = of_replies;
        fault = of_replies ? feed->lib->channel_query_replies(channel, shown->replies_to,
                                 OLDER_A_CALL, first_id(chat), on_older, ask)
                           : feed->lib->channel_query_messages(
                                 channel, OLDER_A_CALL, first_id(chat), on_older, ask);
    }
    chat->older = fault < 0 ? OLDER_FAILED : OLDER_ASKED;
    if (fault < 0)
        feed_ask_destroy(ask);
}

/* ---- what others learn ---- */

static bool my_light_is_certain(const struct model *model) {
    return model->light != LIGHT_UNKNOWN && model->light_wanted == LIGHT_UNKNOWN;
}

static void mark_read(struct feed *feed, pl_channel *channel, struct chat *chat) {
    const struct line *line = reading_mark(feed->model);
    if (line == NULL || !my_light_is_certain(feed->model))
        return;
    chat->asked_ms = line->at_ms;
    feed->lib->channel_mark_read(channel, line->id, NULL, NULL);
}

/* Whoever hides has stopped typing by that. */
static void stop_typing(struct feed *feed) {
    const struct model *model = feed->model;
    pl_channel *channel = feed->lib->client_find_channel(feed->client, feed->typing_in);
    if (channel != NULL && model->link.state == LINK_LIVE && model->light == LIGHT_ON &&
        my_light_is_certain(model))
        feed->lib->channel_stop_typing(channel, NULL, NULL, NULL);
    free(feed->typing_in);
    feed->typing_in = NULL;
}

static void tell_my_typing(struct feed *feed) {
    struct model *model = feed->model;
    const struct channel_shown *shown = model_current(model);
    const bool tells = compose_tells_typing(model), typed = model->typed;
    model->typed = false;
    if (feed->typing_in != NULL && (!tells || strcmp(feed->typing_in, shown->cid) != 0))
        stop_typing(feed);
    if (!tells || !typed || (feed->typing_in != NULL && feed_now_ms() < feed->typing_again_ms))
        return;
    pl_channel *channel = feed->lib->client_find_channel(feed->client, shown->cid);
    if (channel == NULL)
        return;
    if (feed->typing_in == NULL)
        feed->typing_in = strdup(shown->cid);
    feed->typing_again_ms = feed_now_ms() + TYPING_AGAIN_MS;
    feed->lib->channel_start_typing(channel, shown->replies_to, NULL, NULL);
}

/* ---- all of it ---- */

static void write_to(struct feed *feed) {
    char id[sizeof feed->model->write_to];
    if (feed->model->write_to[0] == '\0')
        return;
    snprintf(id, sizeof id, "%s", feed->model->write_to);
    feed->model->write_to[0] = '\0';
    const char *const two[] = {feed->user, id};
    const int fault = feed_open_channel(feed, "messaging", NULL, NULL, two, 2, true);
    if (fault < 0)
        feed_toast(feed, feed->lib->status_name(fault));
}

void feed_talk(struct feed *feed) {
    struct model *model = feed->model;
    struct channel_shown *shown = model_current(model);
    struct chat *chat = model_chat(model);
    pl_channel *channel = feed->lib->client_find_channel(feed->client, shown->cid);
    write_to(feed);
    tell_my_typing(feed);
    if (chat == NULL || channel == NULL)
        return;
    do_lines(feed, channel, shown, chat);
    ask_older(feed, channel, shown, chat);
    mark_read(feed, channel, chat);
}

/* ---- life ---- */

int feed_talk_init(struct feed *feed) {
    uint64_t seed = 0;
    if (getrandom(&seed, sizeof seed, 0) != (ssize_t)sizeof seed)
        return -errno;
    snprintf(feed->run, sizeof feed->run, "%016llx", (unsigned long long)seed);
    return 0;
}

void feed_talk_fini(struct feed *feed) {
    free(feed->typing_in);
}
