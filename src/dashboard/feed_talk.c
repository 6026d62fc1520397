/* SPDX-License-Identifier: MIT */
/*
 * The model holds what is wanted, this file does it and tells the model what came of it. A call's
 * context names its line by channel and id and not by address, because the line may be gone when
 * the answer comes.
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

#include "base/bytes.h"
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
    TOAST_MS = 5000,
    CODE_INPUT = 4
};

/* ---- calls under way ---- */

struct ask {
    struct feed *feed;
    char *cid, *id; /* of the line, or of the message whose replies are read; id "" for none */
    char *why;      /* why sending failed, while it is looked up */
    bool of_replies;
};

static struct ask *ask_create(struct feed *feed, const char *cid, const char *id) {
    struct ask *ask = calloc(1, sizeof *ask);
    if (ask == NULL)
        return NULL;
    ask->feed = feed;
    ask->cid = strdup(cid);
    ask->id = strdup(id);
    if (ask->cid != NULL && ask->id != NULL)
        return ask;
    free(ask->cid);
    free(ask->id);
    free(ask);
    return NULL;
}

static void ask_destroy(struct ask *ask) {
    if (ask == NULL)
        return;
    free(ask->cid);
    free(ask->id);
    free(ask->why);
    free(ask);
}

static struct line *find_line(const struct model *model, const char *cid, const char *id) {
    const struct channel_shown *channel = model_find_channel(model, cid);
    struct line *line = channel != NULL ? chat_find(&channel->chat, id) : NULL;
    return line == NULL && channel != NULL ? chat_find(&channel->replies, id) : line;
}

static void toast(struct feed *feed, const char *text) {
    feed_tell(feed,
        (struct told){.kind = TOLD_TOAST, .text = text, .until_ms = feed_now_ms() + TOAST_MS});
    feed->changed = true;
}

/* ---- what is said ---- */

/* {"like":2,"wow":1} as "like 2, wow". Types are words, counts are numbers: nothing to unescape. */
static void print_reactions(const char *json, struct bytes *to) {
    for (const char *at = json; (at = strchr(at, '"')) != NULL;) {
        const char *type = at + 1, *end = strchr(type, '"');
        if (end == NULL || end[1] != ':')
            return;
        const long count = strtol(end + 2, NULL, 10);
        if (count > 0)
            bytes_printf(to, "%s%.*s", to->len > 0 ? ", " : "", (int)(end - type), type);
        if (count > 1)
            bytes_printf(to, " %ld", count);
        at = end + 1;
    }
}

static void read_reactions(const struct feed *feed, const pl_message *message, struct bytes *to) {
    char *json = feed->lib->message_reactions_json(message);
    bytes_append_text(to, "");
    if (json != NULL)
        print_reactions(json, to);
    feed->lib->free(json);
}

/* reactions: owned by the caller, and pointed to by what is returned. */
static struct line_told told_of(
    struct feed *feed, const pl_message *message, struct bytes *reactions) {
    const struct library *lib = feed->lib;
    pl_user *author = lib->message_user(message);
    const int64_t created_ms = lib->message_created_unix_ms(message);
    bytes_clear(reactions);
    read_reactions(feed, message, reactions);
    if (author != NULL)
        feed_tell_person(feed, author);
    return (struct line_told){.id = lib->message_id(message),
        .author = author != NULL ? lib->user_id(author) : "?",
        .text = lib->message_text(message),
        .reactions = bytes_text(reactions),
        .at_ms = created_ms,
        .replies = lib->message_reply_count(message),
        .edited = lib->message_updated_unix_ms(message) > created_ms,
        .deleted = lib->message_is_deleted(message)};
}

static void tell_line(struct feed *feed, pl_channel *channel, pl_message *message, bool is_news) {
    const struct library *lib = feed->lib;
    struct bytes reactions = BYTES_EMPTY;
    struct line_told told = told_of(feed, message, &reactions);
    const char *cid = lib->channel_cid(channel), *parent = lib->message_parent_id(message);
    told.is_news = is_news;
    if (parent[0] == '\0') {
        feed_tell(feed, (struct told){.kind = TOLD_LINE, .cid = cid, .line = told});
    } else {
        feed_tell(feed, (struct told){.kind = TOLD_REPLY, .cid = cid, .id = parent, .line = told});
    }
    bytes_fini(&reactions);
}

static void tell_unread(struct feed *feed, pl_channel *channel) {
    const struct library *lib = feed->lib;
    const struct pl_read *mine = lib->channel_find_read(channel, feed->user);
    const int unread = lib->channel_unread(channel);
    if (unread >= 0)
        feed_tell(feed, (struct told){.kind = TOLD_UNREAD,
                            .cid = lib->channel_cid(channel),
                            .unread = unread,
                            .until_ms = mine != NULL ? mine->last_read_unix_ms : 0});
}

static void tell_typing(struct feed *feed, pl_channel *channel) {
    const struct library *lib = feed->lib;
    const size_t count = lib->channel_typing_count(channel);
    const char **ids = calloc(count + 1, sizeof *ids);
    if (ids == NULL)
        return;
    for (size_t i = 0; i < count; i++) {
        pl_user *user = lib->channel_typing_at(channel, i);
        feed_tell_person(feed, user);
        ids[i] = lib->user_id(user);
    }
    feed_tell(feed,
        (struct told){
            .kind = TOLD_TYPING, .cid = lib->channel_cid(channel), .ids = ids, .id_count = count});
    free(ids);
}

static void tell_lines(struct feed *feed, pl_channel *channel) {
    const struct library *lib = feed->lib;
    const size_t count = lib->channel_message_count(channel);
    struct line_told *told = calloc(count + 1, sizeof *told);
    struct bytes *reactions = calloc(count + 1, sizeof *reactions);
    for (size_t i = 0; told != NULL && reactions != NULL && i < count; i++)
        told[i] = told_of(feed, lib->channel_message_at(channel, i), &reactions[i]);
    if (told != NULL && reactions != NULL)
        feed_tell(feed, (struct told){.kind = TOLD_LINES,
                            .cid = lib->channel_cid(channel),
                            .lines = told,
                            .line_count = count});
    for (size_t i = 0; reactions != NULL && i < count; i++)
        bytes_fini(&reactions[i]);
    free(reactions);
    free(told);
}

void feed_talk_tell(struct feed *feed, pl_channel *channel) {
    struct channel_shown *shown = model_find_channel(feed->model, feed->lib->channel_cid(channel));
    tell_lines(feed, channel);
    tell_unread(feed, channel);
    tell_typing(feed, channel);
    if (shown == NULL)
        return;
    /* What failed with a link that was lost may be asked for again. */
    shown->chat.asked_ms = 0;
    if (shown->chat.older == OLDER_FAILED)
        shown->chat.older = OLDER_UNKNOWN;
    if (shown->replies_to != NULL)
        shown->replies.older = OLDER_WANTED;
}

static void on_parent(pl_client *client, const struct pl_outcome *outcome, void *context) {
    struct ask *ask = context;
    struct feed *feed = ask->feed;
    pl_channel *channel = feed->lib->client_find_channel(client, ask->cid);
    feed->changed = true;
    if (outcome->status == PL_DONE && outcome->message_object != NULL && channel != NULL)
        tell_line(feed, channel, outcome->message_object, false);
    ask_destroy(ask);
}

/* Nobody is told that a message has another count of replies: it is read again, where it shows. */
static void recount_replies(struct feed *feed, pl_channel *channel, const pl_message *reply) {
    const struct library *lib = feed->lib;
    const char *cid = lib->channel_cid(channel), *parent = lib->message_parent_id(reply);
    if (parent[0] == '\0' || find_line(feed->model, cid, parent) == NULL)
        return;
    struct ask *ask = ask_create(feed, cid, parent);
    if (ask != NULL && lib->channel_query_message(channel, parent, on_parent, ask) < 0)
        ask_destroy(ask);
}

static void take_message(struct feed *feed, const struct pl_event *event) {
    if (event->channel == NULL || event->message == NULL)
        return;
    if (event->type == PL_EVENT_MESSAGE_DELETED &&
        strstr(event->json, "\"hard_delete\":true") != NULL)
        feed_tell(feed, (struct told){.kind = TOLD_LINE_GONE,
                            .cid = event->cid,
                            .id = feed->lib->message_id(event->message)});
    else
        tell_line(feed, event->channel, event->message, event->type == PL_EVENT_MESSAGE_NEW);
    if (event->type == PL_EVENT_MESSAGE_NEW || event->type == PL_EVENT_MESSAGE_DELETED)
        recount_replies(feed, event->channel, event->message);
    tell_unread(feed, event->channel);
}

static void take_read(struct feed *feed, const struct pl_event *event) {
    const struct library *lib = feed->lib;
    if (event->type == PL_EVENT_MARKED_UNREAD) {
        struct channel_shown *shown = model_find_channel(feed->model, event->cid);
        if (shown != NULL)
            shown->chat.seen_ms = 0; /* it is to be news again */
    }
    if (event->channel != NULL)
        tell_unread(feed, event->channel);
    for (size_t i = 0; event->channel == NULL && i < lib->client_channel_count(feed->client); i++)
        tell_unread(feed, lib->client_channel_at(feed->client, i));
}

void feed_talk_event(struct feed *feed, const struct pl_event *event) {
    switch (event->type) {
    case PL_EVENT_MESSAGE_READ:
    case PL_EVENT_MARKED_UNREAD: take_read(feed, event); break;
    case PL_EVENT_TYPING_STARTED:
    case PL_EVENT_TYPING_STOPPED:
        if (event->channel != NULL)
            tell_typing(feed, event->channel);
        break;
    case PL_EVENT_CHANNEL_TRUNCATED:
        if (event->channel != NULL)
            feed_talk_tell(feed, event->channel);
        break;
    default: take_message(feed, event); break;
    }
}

/* ---- sending and changing ---- */

/* The id was taken: by this very line, when the answer to its first try was lost. */
static void on_looked_up(pl_client *client, const struct pl_outcome *outcome, void *context) {
    struct ask *ask = context;
    struct feed *feed = ask->feed;
    const struct library *lib = feed->lib;
    pl_message *message = outcome->message_object;
    struct line *line = find_line(feed->model, ask->cid, ask->id);
    pl_channel *channel = lib->client_find_channel(client, ask->cid);
    feed->changed = true;
    if (outcome->status == PL_DONE && message != NULL && channel != NULL)
        tell_line(feed, channel, message, false);
    else if (line != NULL)
        line_failed(line, ask->why);
    ask_destroy(ask);
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
    struct line *line = find_line(feed->model, ask->cid, ask->id);
    pl_channel *channel = feed->lib->client_find_channel(client, ask->cid);
    feed->changed = true;
    if (outcome->status == PL_DONE && outcome->message_object != NULL && channel != NULL) {
        tell_line(feed, channel, outcome->message_object, false);
        tell_unread(feed, channel);
    } else if (line != NULL && line->state != LINE_SAID) {
        if (outcome->code == CODE_INPUT && look_up(ask, feed_why(feed, outcome)))
            return;
        line_failed(line, feed_why(feed, outcome));
        line->unsure = outcome->status != PL_REFUSED && outcome->status != PL_CANCELLED;
    }
    ask_destroy(ask);
}

static void on_changed(pl_client *client, const struct pl_outcome *outcome, void *context) {
    struct ask *ask = context;
    struct feed *feed = ask->feed;
    struct line *line = find_line(feed->model, ask->cid, ask->id);
    pl_channel *channel = feed->lib->client_find_channel(client, ask->cid);
    feed->changed = true;
    if (line != NULL && outcome->status == PL_DONE)
        line_changed(line);
    else if (line != NULL)
        line_failed(line, feed_why(feed, outcome));
    if (outcome->status == PL_DONE && outcome->message_object != NULL && channel != NULL)
        tell_line(feed, channel, outcome->message_object, false);
    ask_destroy(ask);
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
    if (line->change == CHANGE_DELETE)
        return feed->lib->channel_delete_message(channel, line->id, false, on_changed, ask);
    return feed->lib->channel_edit_message(channel, line->id, line->draft, on_changed, ask);
}

static bool is_wanted(const struct line *line) {
    return line->state == LINE_WANTED ||
           (line->state == LINE_SAID && line->why == NULL &&
               (line->change == CHANGE_TEXT || line->change == CHANGE_DELETE));
}

/* Said, or changed, now or not at all: nothing goes out by itself when a link comes back. */
static void do_line(
    struct feed *feed, pl_channel *channel, const struct channel_shown *shown, struct line *line) {
    const bool is_change = line->state == LINE_SAID;
    int fault = 0;
    if (feed->model->link.state != LINK_LIVE) {
        line_failed(line, "there is no link to the server");
        return;
    }
    if (!is_change)
        fault = name_line(feed, line);
    struct ask *ask = fault == 0 ? ask_create(feed, shown->cid, line->id) : NULL;
    if (ask == NULL)
        fault = PL_E_MEMORY;
    else
        fault = is_change ? change_line(feed, channel, line, ask)
                          : send_line(feed, channel, shown, line, ask);
    if (fault < 0) {
        ask_destroy(ask);
        line_failed(line, feed->lib->status_name(fault));
    } else if (is_change) {
        line->change = CHANGE_ASKED;
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
        toast(feed, feed_why(feed, outcome));
    } else if (chat != NULL && channel != NULL) {
        for (size_t i = 0; i < outcome->message_count; i++)
            tell_line(feed, channel, outcome->messages[i], false);
        chat->older = outcome->message_count < OLDER_A_CALL ? OLDER_NONE : OLDER_UNKNOWN;
    }
    ask_destroy(ask);
}

static const char *first_id(const struct chat *chat) {
    return chat->count > 0 && chat->lines[0]->state == LINE_SAID ? chat->lines[0]->id : NULL;
}

static void ask_older(
    struct feed *feed, pl_channel *channel, const struct channel_shown *shown, struct chat *chat) {
    if (chat->older != OLDER_WANTED || feed->model->link.state != LINK_LIVE)
        return;
    const bool of_replies = chat == &shown->replies;
    struct ask *ask = ask_create(feed, shown->cid, of_replies ? shown->replies_to : "");
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
        ask_destroy(ask);
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

/* ---- channels ---- */

struct opening {
    struct feed *feed;
    bool to_write;
};

/* Who has begun to write elsewhere meanwhile is not taken away: what they type would go here. */
static void show_opened(struct feed *feed, pl_channel *channel, bool to_write) {
    const char *cid = feed->lib->channel_cid(channel);
    feed_tell_channel(feed, channel);
    feed->lib->channel_listen_all(channel);
    if (compose_is_open(feed->model)) {
        toast(feed, "The conversation is there now, among the channels");
        return;
    }
    toast(feed, "");
    if (model_open_talk(feed->model, cid) && to_write)
        compose_open(feed->model);
}

static void on_opened(pl_client *client, const struct pl_outcome *outcome, void *context) {
    struct opening *opening = context;
    struct feed *feed = opening->feed;
    (void)client;
    feed->changed = true;
    if (outcome->status == PL_DONE && outcome->channel != NULL)
        show_opened(feed, outcome->channel, opening->to_write);
    else
        toast(feed, feed_why(feed, outcome));
    feed->openings--;
    free(opening);
}

static int open_channel(struct feed *feed, const char *type, const char *id, const char *name,
    const char *const *ids, size_t count, bool to_write) {
    const struct pl_channel_options options = {
        .size = sizeof options, .name = name, .members = ids, .member_count = count};
    struct opening *opening = calloc(1, sizeof *opening);
    if (opening == NULL)
        return PL_E_MEMORY;
    *opening = (struct opening){feed, to_write};
    const int fault = feed->lib->channel_get_or_create(
        feed->client, type, id, &options, PL_WATCH | PL_PRESENCE, on_opened, opening);
    if (fault < 0)
        free(opening);
    else
        feed->openings++;
    return fault;
}

static void write_to(struct feed *feed) {
    char id[sizeof feed->model->write_to];
    if (feed->model->write_to[0] == '\0')
        return;
    snprintf(id, sizeof id, "%s", feed->model->write_to);
    feed->model->write_to[0] = '\0';
    const char *const two[] = {feed->user, id};
    const int fault = open_channel(feed, "messaging", NULL, NULL, two, 2, true);
    if (fault < 0)
        toast(feed, feed->lib->status_name(fault));
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

/* An id has fewer letters than a name. */
static void id_of_name(const char *name, char *to, size_t size) {
    size_t len = 0;
    for (; *name != '\0' && len + 1 < size; name++) {
        const char c = *name;
        const bool fits = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                          (c >= '0' && c <= '9') || c == '_' || c == '-';
        if (fits || (len > 0 && to[len - 1] != '-'))
            to[len++] = fits ? c : '-';
    }
    to[len] = '\0';
}

int feed_make_channel(struct feed *feed, const char *name, const char *const *ids, size_t count) {
    const char *colon = strchr(name, ':');
    char type[65] = "messaging", id[65];
    const char *all[101] = {feed->user};
    if (count > 99 || (colon != NULL && (size_t)(colon - name) >= sizeof type))
        return PL_E_ARGUMENT;
    if (colon != NULL)
        snprintf(type, sizeof type, "%.*s", (int)(colon - name), name);
    id_of_name(colon != NULL ? colon + 1 : name, id, sizeof id);
    for (size_t i = 0; i < count; i++)
        all[i + 1] = ids[i];
    return open_channel(feed, type, id, colon != NULL ? colon + 1 : name, all, count + 1, false);
}

static void on_members(pl_client *client, const struct pl_outcome *outcome, void *context) {
    struct ask *ask = context;
    struct feed *feed = ask->feed;
    const struct channel_shown *shown = model_find_channel(feed->model, ask->cid);
    const bool left = strcmp(ask->id, feed->user) == 0;
    char text[300];
    (void)client;
    if (outcome->status != PL_DONE)
        snprintf(text, sizeof text, "%s", feed_why(feed, outcome));
    else
        snprintf(text, sizeof text, left ? "You left %s%s" : "Added to %s%s",
            shown != NULL ? channel_sign(shown) : "", shown != NULL ? shown->name : ask->cid);
    toast(feed, text);
    if (outcome->status == PL_DONE && left)
        feed_tell(feed, (struct told){.kind = TOLD_GONE, .cid = ask->cid});
    ask_destroy(ask);
}

static int change_members(struct feed *feed, const char *cid, const char *const *ids, size_t count,
    __typeof__(pl_channel_add_members) *change, const char *whom) {
    pl_channel *channel = feed->lib->client_find_channel(feed->client, cid);
    if (channel == NULL)
        return PL_E_ARGUMENT;
    struct ask *ask = ask_create(feed, cid, whom);
    const int fault = ask != NULL ? change(channel, ids, count, on_members, ask) : PL_E_MEMORY;
    if (fault < 0)
        ask_destroy(ask);
    return fault;
}

int feed_add_members(struct feed *feed, const char *cid, const char *const *ids, size_t count) {
    return change_members(feed, cid, ids, count, feed->lib->channel_add_members, "");
}

int feed_leave_channel(struct feed *feed, const char *cid) {
    const char *const me[] = {feed->user};
    return change_members(feed, cid, me, 1, feed->lib->channel_remove_members, feed->user);
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
