/* SPDX-License-Identifier: MIT */
/*
 * My channels are queried thirty at a time, watched with presence, and every member of them is
 * listened to. A channel that I am added to is watched when the notification comes, so that it is
 * on the screen at once.
 *
 * A user of the library knows its person (pl_user_set_context), so that a progress of listening
 * costs a look at each member and not a look-up.
 */
#include "dashboard/feed_inner.h"

#include "base/clock.h"
#include "dashboard/model/update.h"
#include "dashboard/view/text.h"
#include "dashboard/zones.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CHANNELS_A_CALL = 30, MEMBERS_A_CALL = 100, MESSAGES_A_CALL = 25, VISIBLE_MOST = 256 };

int64_t feed_now_ms(void) {
    return clock_unix_us() / 1000;
}

const char *feed_why(const struct feed *feed, const struct pl_outcome *outcome) {
    return outcome->message[0] != '\0' ? outcome->message
                                       : feed->lib->status_name((int)outcome->status);
}

void feed_tell(struct feed *feed, struct told told) {
    told.at_ms = feed_now_ms();
    record_put(feed->record, &told);
    told_apply(feed->model, &told);
}

/* ---- people ---- */

/* "\"Europe/Berlin\"", as JSON, without the quotes; a valid name needs no escape. "": none. */
static const char *zone_name(char *json) {
    const size_t len = json != NULL ? strlen(json) : 0;
    if (len < 3 || json[0] != '"' || json[len - 1] != '"')
        return "";
    json[len - 1] = '\0';
    return zone_name_is_valid(json + 1) ? json + 1 : "";
}

/* What they say of where they are: `timezone`, or else `utc_offset_minutes`. */
void feed_tell_clock(struct feed *feed, pl_user *user) {
    struct told told = {.kind = TOLD_CLOCK, .id = feed->lib->user_id(user)};
    char *zone = feed->lib->user_custom_json(user, "timezone");
    char *offset = feed->lib->user_custom_json(user, "utc_offset_minutes");
    char *end = offset;
    told.zone = zone_name(zone);
    told.there.zone = told.zone[0] != '\0' ? zones_get(&feed->zones, told.zone) : NULL;
    const double minutes = offset != NULL ? strtod(offset, &end) : 0;
    if (end != offset && *end == '\0' && minutes >= -18 * 60 && minutes <= 18 * 60) {
        told.there.is_fixed = true;
        told.there.fixed_s = (int)minutes * 60;
    }
    if (model_find_person(feed->model, told.id) != NULL)
        feed_tell(feed, told);
    feed->lib->free(zone);
    feed->lib->free(offset);
}

void feed_tell_person(struct feed *feed, pl_user *user) {
    const struct library *lib = feed->lib;
    const struct person_told told = {.id = lib->user_id(user),
        .name = lib->user_name(user),
        .status = lib->user_status(user),
        .role = lib->user_role(user),
        .online = lib->user_online(user),
        .banned = lib->user_banned(user) || lib->user_deactivated(user),
        .live = lib->user_is_live(user),
        .last_active_ms = lib->user_last_active_unix_ms(user)};
    feed_tell(feed, (struct told){.kind = TOLD_PERSON, .person = told});
    if (lib->user_context(user) == NULL)
        feed_tell_clock(feed, user);
    lib->user_set_context(user, model_find_person(feed->model, told.id));
    if (user == lib->local_user(feed->client))
        feed_tell(feed,
            (struct told){.kind = TOLD_ME, .text = told.name, .flag = lib->user_invisible(user)});
}

/* ---- channels ---- */

/* Told only where it is another than is known, so that a large channel costs a look at each. */
static void tell_role(struct feed *feed, pl_channel *channel, const pl_member *member) {
    const struct library *lib = feed->lib;
    const char *cid = lib->channel_cid(channel), *role = lib->member_role(member);
    const struct channel_shown *shown = model_find_channel(feed->model, cid);
    const struct person *person = lib->user_context(lib->member_user(member));
    if (shown == NULL || person == NULL)
        return;
    if (strcmp(role, "member") == 0)
        role = "";
    if (strcmp(role, channel_role(shown, person)) != 0)
        feed_tell(
            feed, (struct told){.kind = TOLD_ROLE, .cid = cid, .id = person->id, .text = role});
}

static void tell_members(struct feed *feed, pl_channel *channel) {
    const struct library *lib = feed->lib;
    const size_t count = lib->channel_member_count(channel);
    const char **ids = calloc(count + 1, sizeof *ids);
    if (ids == NULL)
        return;
    for (size_t i = 0; i < count; i++) {
        pl_user *user = lib->member_user(lib->channel_member_at(channel, i));
        ids[i] = lib->user_id(user);
        feed_tell_person(feed, user);
        feed_tell_clock(feed, user);
    }
    feed_tell(feed,
        (struct told){
            .kind = TOLD_MEMBERS, .cid = lib->channel_cid(channel), .ids = ids, .id_count = count});
    for (size_t i = 0; i < count; i++)
        tell_role(feed, channel, lib->channel_member_at(channel, i));
    free(ids);
}

/* A channel of people who have given it no name has the id that the server made of theirs. */
static void name_direct(struct feed *feed, pl_channel *channel) {
    const struct library *lib = feed->lib;
    if (strncmp(lib->channel_id(channel), "!members", 8) == 0 &&
        strcmp(lib->channel_name(channel), lib->channel_id(channel)) == 0)
        feed_tell(feed, (struct told){.kind = TOLD_DIRECT, .cid = lib->channel_cid(channel)});
}

static void tell_head(struct feed *feed, pl_channel *channel) {
    const struct library *lib = feed->lib;
    feed_tell(feed, (struct told){.kind = TOLD_CHANNEL,
                        .cid = lib->channel_cid(channel),
                        .text = lib->channel_name(channel),
                        .total = lib->channel_member_total(channel)});
    name_direct(feed, channel);
}

static bool is_shown(const struct feed *feed, const pl_channel *channel) {
    return feed->lib->channel_is_watched(channel) && feed->lib->channel_is_mine(channel) &&
           !feed->lib->channel_is_deleted(channel);
}

void feed_tell_channel(struct feed *feed, pl_channel *channel) {
    if (!is_shown(feed, channel)) {
        feed_tell(feed, (struct told){.kind = TOLD_GONE, .cid = feed->lib->channel_cid(channel)});
        return;
    }
    tell_head(feed, channel);
    tell_members(feed, channel);
    name_direct(feed, channel);
    feed_said_tell(feed, channel);
}

static void tell_all(struct feed *feed) {
    for (size_t i = 0; i < feed->lib->client_channel_count(feed->client); i++)
        feed_tell_channel(feed, feed->lib->client_channel_at(feed->client, i));
}

/* Whom nobody was told of joins alone: told all anew at each page, a hundred thousand would be told
 * fifty million times. */
static void tell_member_progress(struct feed *feed, pl_channel *channel, pl_member *member) {
    const struct library *lib = feed->lib;
    pl_user *user = lib->member_user(member);
    const struct person *person = lib->user_context(user);
    const bool is_new = person == NULL;
    if (!is_new && person->live == lib->user_is_live(user))
        return;
    feed_tell_person(feed, user);
    if (!is_new)
        return;
    feed_tell(
        feed, (struct told){
                  .kind = TOLD_MEMBER, .cid = lib->channel_cid(channel), .id = lib->user_id(user)});
    tell_role(feed, channel, member);
}

/* Listening made progress: who was unknown may be known, and pages of members may have come. */
static void tell_progress(struct feed *feed, pl_channel *channel) {
    const struct library *lib = feed->lib;
    const struct channel_shown *shown = model_find_channel(feed->model, lib->channel_cid(channel));
    const size_t count = lib->channel_member_count(channel);
    if (shown == NULL)
        return;
    for (size_t i = 0; i < count; i++)
        tell_member_progress(feed, channel, lib->channel_member_at(channel, i));
    /* Of whom was known of another channel, or is gone, all are told. */
    if (shown->members.count != count)
        tell_members(feed, channel);
}

/* Each answer makes progress, but a large channel is told of in steps: who is on the screen does
 * not wait for them. */
static void tell_visible(struct feed *feed) {
    struct person *people[VISIBLE_MOST];
    const size_t count = update_visible(feed->model, people, VISIBLE_MOST);
    for (size_t i = 0; i < count; i++) {
        pl_user *user = feed->lib->client_find_user(feed->client, people[i]->id);
        if (user != NULL && people[i]->live != feed->lib->user_is_live(user))
            feed_tell_person(feed, user);
    }
}

/* ---- calls ---- */

static void ask_channels(struct feed *feed);

static void on_channels(pl_client *client, const struct pl_outcome *outcome, void *context) {
    struct feed *feed = context;
    (void)client;
    feed->changed = true;
    if (outcome->status != PL_DONE) {
        feed->asked = false;
        feed_tell(feed,
            (struct told){
                .kind = TOLD_TOAST, .text = outcome->message, .until_ms = feed_now_ms() + 10000});
        return;
    }
    for (size_t i = 0; i < outcome->channel_count; i++) {
        feed_tell_channel(feed, outcome->channels[i]);
        feed->lib->channel_listen_all(outcome->channels[i]);
    }
    feed->offset += CHANNELS_A_CALL;
    if (outcome->channel_count == CHANNELS_A_CALL)
        ask_channels(feed);
    else
        feed_tell(feed, (struct told){.kind = TOLD_KNOWN});
}

static void ask_channels(struct feed *feed) {
    char filter[600];
    snprintf(filter, sizeof filter, "{\"members\":{\"$in\":[\"%s\"]}}", feed->user);
    const struct pl_query query = {.size = sizeof query,
        .filter_json = filter,
        .flags = PL_WATCH | PL_PRESENCE,
        .limit = CHANNELS_A_CALL,
        .offset = feed->offset,
        .message_limit = MESSAGES_A_CALL,
        .member_limit = MEMBERS_A_CALL};
    feed->asked = feed->lib->query_channels(feed->client, &query, on_channels, feed) == 0;
}

/* What I opened myself is no news. */
static void note_joined(struct feed *feed, const pl_channel *channel) {
    char text[300];
    const struct channel_shown *shown = model_find_channel(
        feed->model, feed->lib->channel_cid(channel));
    if (shown == NULL)
        return;
    snprintf(text, sizeof text, "you were added to %s%.200s", channel_sign(shown), shown->name);
    feed_tell(feed, (struct told){.kind = TOLD_NOTE, .text = text});
}

static void on_watched(pl_client *client, const struct pl_outcome *outcome, void *context) {
    struct feed *feed = context;
    (void)client;
    feed->changed = true;
    if (outcome->status != PL_DONE || outcome->channel == NULL)
        return;
    const bool is_news = feed->openings == 0 &&
                         model_find_channel(
                             feed->model, feed->lib->channel_cid(outcome->channel)) == NULL;
    feed_tell_channel(feed, outcome->channel);
    if (is_news)
        note_joined(feed, outcome->channel);
    feed->lib->channel_listen_all(outcome->channel);
}

static void join_channel(struct feed *feed, pl_channel *channel) {
    if (channel != NULL)
        feed->lib->channel_watch(channel, PL_PRESENCE, on_watched, feed);
}

static void leave_channel(struct feed *feed, const struct pl_event *event) {
    char text[300];
    const struct channel_shown *shown = model_find_channel(feed->model, event->cid);
    if (shown == NULL)
        return;
    snprintf(text, sizeof text, "%s%.200s is gone", channel_sign(shown), shown->name);
    feed_tell(feed, (struct told){.kind = TOLD_NOTE, .text = text});
    feed_tell(feed, (struct told){.kind = TOLD_GONE, .cid = event->cid});
}

/* ---- events ---- */

static void take_link(struct feed *feed) {
    static const enum link_state states[] = {[PL_LINK_OFF] = LINK_OFF,
        [PL_LINK_CONNECTING] = LINK_CONNECTING,
        [PL_LINK_LIVE] = LINK_LIVE,
        [PL_LINK_WAITING] = LINK_WAITING,
        [PL_LINK_REFUSED] = LINK_REFUSED};
    const struct pl_link link = feed->lib->client_link(feed->client);
    const struct link_shown shown = {.state = states[link.state],
        .resyncing = link.resyncing,
        .stale_since_ms = link.stale_since_unix_ms,
        .retry_at_ms = link.retry_at_unix_ms,
        .latency_ms = link.latency_ms};
    feed_tell(feed,
        (struct told){
            .kind = TOLD_LINK, .link = shown, .text = link.reason != NULL ? link.reason : ""});
    if (link.state == PL_LINK_REFUSED && !feed->was_live) {
        feed->refused = true;
        feed->refusal_code = link.code;
    }
    if (link.state != PL_LINK_LIVE)
        return;
    feed->was_live = true;
    pl_user *me = feed->lib->local_user(feed->client);
    if (me != NULL)
        feed_tell_person(feed, me);
    if (!feed->asked) {
        feed->offset = 0;
        ask_channels(feed);
    }
}

static void take_member(struct feed *feed, const struct pl_event *event) {
    const struct library *lib = feed->lib;
    if (event->channel == NULL || event->user == NULL ||
        model_find_channel(feed->model, event->cid) == NULL)
        return;
    struct told told = {.kind = TOLD_MEMBER, .cid = event->cid, .id = lib->user_id(event->user)};
    if (event->type == PL_EVENT_MEMBER_REMOVED)
        told.kind = TOLD_LEFT;
    else
        feed_tell_person(feed, event->user);
    feed_tell(feed, told);
    if (event->member != NULL)
        tell_role(feed, event->channel, event->member);
    tell_head(feed, event->channel); /* which may be named after its members */
}

static void add_count(struct bytes *to, size_t count, const char *one, const char *more) {
    if (count > 0)
        bytes_printf(to, "%s%zu %s", to->len > 0 ? ", " : "while we were away: ", count,
            count == 1 ? one : more);
}

/* What is no coming or leaving, in a line; "": nothing is. */
static void print_missed(const struct pl_event_missed *missed, struct bytes *to) {
    bytes_append_text(to, "");
    add_count(to, missed->messages, "message", "messages");
    add_count(to, missed->status_changed, "other status", "other statuses");
    add_count(to, missed->members_added, "joined", "joined");
    add_count(to, missed->members_removed, "left a channel", "left channels");
    add_count(to, missed->channels_new, "channel more", "channels more");
    add_count(to, missed->channels_gone, "channel less", "channels less");
}

static void tell_missed(struct feed *feed, const struct pl_event_missed *missed) {
    const char **ids = calloc(missed->change_count + 1, sizeof *ids);
    struct bytes text = BYTES_EMPTY;
    size_t count = 0;
    for (size_t i = 0; ids != NULL && missed->changes != NULL && i < missed->change_count; i++)
        if (missed->changes[i].user != NULL)
            ids[count++] = feed->lib->user_id(missed->changes[i].user);
    print_missed(missed, &text);
    if (ids != NULL && !bytes_failed(&text) && (count > 0 || text.len > 0))
        feed_tell(feed,
            (struct told){
                .kind = TOLD_MISSED, .ids = ids, .id_count = count, .text = bytes_text(&text)});
    bytes_fini(&text);
    free(ids);
}

/* Who is missing must not look absent. */
static void note_memory(struct feed *feed) {
    enum { MIB = 1024 * 1024 };
    size_t most = 0;
    char text[160];
    if (feed->lib->client_memory(feed->client, NULL, &most))
        snprintf(text, sizeof text,
            "no memory is left for more people (%zu MiB): who is new is not shown", most / MIB);
    else
        snprintf(text, sizeof text, "there is memory again: everybody is shown");
    feed_tell(feed, (struct told){.kind = TOLD_NOTE, .text = text});
}

static void on_event(pl_client *client, const struct pl_event *event, void *context) {
    struct feed *feed = context;
    (void)client;
    bool changes = true;
    switch (event->type) {
    case PL_EVENT_LINK_CHANGED: take_link(feed); break;
    case PL_EVENT_RESYNCED:
        take_link(feed);
        tell_all(feed);
        tell_missed(feed, &event->missed);
        feed_tell(feed,
            (struct told){
                .kind = TOLD_RESYNCED, .came = event->resync.came, .left = event->resync.left});
        break;
    case PL_EVENT_LISTENING:
        if (event->channel != NULL)
            tell_progress(feed, event->channel);
        else
            tell_visible(feed);
        break;
    case PL_EVENT_PRESENCE_CHANGED:
    case PL_EVENT_USER_UPDATED:
        if (event->user != NULL)
            feed_tell_person(feed, event->user);
        if (event->user != NULL && event->type == PL_EVENT_USER_UPDATED)
            feed_tell_clock(feed, event->user);
        break;
    case PL_EVENT_MEMBER_ADDED:
    case PL_EVENT_MEMBER_UPDATED:
    case PL_EVENT_MEMBER_REMOVED: take_member(feed, event); break;
    case PL_EVENT_MESSAGE_NEW:
    case PL_EVENT_MESSAGE_UPDATED:
    case PL_EVENT_MESSAGE_DELETED:
    case PL_EVENT_MESSAGE_READ:
    case PL_EVENT_MARKED_UNREAD:
    case PL_EVENT_TYPING_STARTED:
    case PL_EVENT_TYPING_STOPPED:
    case PL_EVENT_REACTION_NEW:
    case PL_EVENT_REACTION_UPDATED:
    case PL_EVENT_REACTION_DELETED:
    case PL_EVENT_CHANNEL_TRUNCATED: feed_said_event(feed, event); break;
    case PL_EVENT_CHANNEL_UPDATED:
        if (event->channel != NULL && model_find_channel(feed->model, event->cid) != NULL)
            tell_head(feed, event->channel);
        break;
    case PL_EVENT_WATCHING_STARTED:
    case PL_EVENT_WATCHING_STOPPED: feed_audience_event(feed, event); break;
    case PL_EVENT_ADDED_TO_CHANNEL: join_channel(feed, event->channel); break;
    case PL_EVENT_REMOVED_FROM_CHANNEL:
    case PL_EVENT_CHANNEL_DELETED: leave_channel(feed, event); break;
    case PL_EVENT_MEMORY: note_memory(feed); break;
    default: changes = false; break;
    }
    feed->changed = feed->changed || changes; /* one of a batch is enough */
}

/* ---- life ---- */

static int begin(struct feed *feed, const struct feed_options *options) {
    const struct pl_client_options client = {.size = sizeof client,
        .url = options->url,
        .api_key = options->api_key,
        .ca_file = options->ca_file,
        .token = options->again,
        .token_context = options->again_context};
    const struct pl_connect_options connect = {.size = sizeof connect,
        .user_id = options->user,
        .token = options->token,
        .status = options->status,
        .invisible = options->invisible ? 1 : -1};
    int fault = feed->lib->client_create(&feed->client, &client);
    if (fault < 0)
        return fault;
    fault = feed->lib->client_on(feed->client, PL_EVENT_ANY, on_event, feed);
    return fault < 0 ? fault : feed->lib->client_connect_user(feed->client, &connect, NULL, NULL);
}

int feed_open(struct feed **out, const struct feed_options *options) {
    struct feed *feed = calloc(1, sizeof *feed);
    if (feed == NULL)
        return PL_E_MEMORY;
    feed->lib = options->library;
    feed->model = options->model;
    feed->record = options->record;
    feed->user = strdup(options->user);
    const int fault = feed->user != NULL && feed_talk_init(feed) == 0 ? begin(feed, options)
                                                                      : PL_E_MEMORY;
    if (fault < 0) {
        feed_close(feed);
        return fault;
    }
    *out = feed;
    return 0;
}

void feed_close(struct feed *feed) {
    if (feed == NULL)
        return;
    if (feed->client != NULL)
        feed->lib->client_destroy(feed->client);
    feed_talk_fini(feed);
    zones_fini(&feed->zones);
    free(feed->user);
    free(feed);
}

int feed_fd(const struct feed *feed) {
    return feed->lib->client_fd(feed->client);
}

bool feed_dispatch(struct feed *feed) {
    feed->changed = false;
    feed->lib->client_dispatch(feed->client);
    record_flush(feed->record);
    return feed->changed;
}

bool feed_is_refused(const struct feed *feed) {
    return feed->refused;
}

int feed_refusal_code(const struct feed *feed) {
    return feed->refusal_code;
}

static void on_light(pl_client *client, const struct pl_outcome *outcome, void *context) {
    struct feed *feed = context;
    feed->changed = true;
    pl_user *me = feed->lib->local_user(client);
    if (outcome->status != PL_DONE)
        feed_tell(feed, (struct told){.kind = TOLD_LIGHT_FAILED, .text = feed_why(feed, outcome)});
    else if (me != NULL)
        feed_tell_person(feed, me);
}

void feed_set_invisible(struct feed *feed, bool invisible) {
    const int fault = invisible ? feed->lib->client_mark_invisible(feed->client, on_light, feed)
                                : feed->lib->client_mark_visible(feed->client, on_light, feed);
    if (fault < 0)
        feed_tell(
            feed, (struct told){.kind = TOLD_LIGHT_FAILED, .text = feed->lib->status_name(fault)});
}

void feed_reconnect(struct feed *feed) {
    feed->lib->client_reconnect_now(feed->client);
}

void feed_look(struct feed *feed, struct person *const *people, size_t count) {
    pl_user **users = calloc(count + 1, sizeof *users);
    size_t known = 0;
    if (users == NULL)
        return;
    for (size_t i = 0; i < count; i++) {
        pl_user *user = feed->lib->client_find_user(feed->client, people[i]->id);
        if (user != NULL)
            users[known++] = user;
    }
    feed->lib->client_listen_first(feed->client, users, known);
    free(users);
}
