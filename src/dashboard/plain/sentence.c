/* SPDX-License-Identifier: MIT */
#include "dashboard/plain/sentence.h"

#include "dashboard/view/age.h"
#include "dashboard/view/text.h"

#include <stdlib.h>
#include <string.h>

enum { SECOND_MS = 1000, MINUTE_MS = 60 * SECOND_MS, HOUR_MS = 60 * MINUTE_MS, MANY_PLACES = 3 };

/* ---- pieces ---- */

static bool is_ascii(const char *text) {
    for (; *text != '\0'; text++)
        if ((unsigned char)*text >= 0x80)
            return false;
    return true;
}

/* A text of one line, in the signs that can be written. */
static void put(struct bytes *to, const struct model *model, const char *text) {
    for (; *text != '\0'; text++) {
        const unsigned char c = (unsigned char)*text;
        if (c == '\n')
            bytes_append_text(to, " / ");
        else if (c < 0x80 || !model->ascii)
            bytes_append_char(to, *text);
        else if (c >= 0xc0)
            bytes_append_char(to, '?');
    }
}

static void put_name(struct bytes *to, const struct model *model, const struct person *person) {
    if (person->me)
        bytes_append_text(to, "You");
    else
        put(to, model, model->ascii && !is_ascii(person->name) ? person->id : person->name);
}

static void put_channel(
    struct bytes *to, const struct model *model, const struct channel_shown *channel) {
    if (channel->cid[0] == '\0') {
        bytes_append_text(to, "All channels");
        return;
    }
    bytes_append_text(to, channel_sign(channel));
    put(to, model, channel->name);
}

static void put_clock(struct bytes *to, int64_t at_ms) {
    char clock[6];
    age_clock(clock, at_ms);
    bytes_printf(to, "%s ", clock);
}

/* "3h 12m": two units at most. */
static void put_span(struct bytes *to, int64_t ms) {
    static const struct {
        int64_t ms;
        char unit;
    } units[] = {{24 * HOUR_MS, 'd'}, {HOUR_MS, 'h'}, {MINUTE_MS, 'm'}, {SECOND_MS, 's'}};
    size_t i = 0;
    while (i < 3 && ms < units[i].ms)
        i++;
    bytes_printf(to, "%lld%c", (long long)(ms / units[i].ms), units[i].unit);
    const int64_t rest = ms % units[i].ms;
    if (i < 2 && rest >= units[i + 1].ms)
        bytes_printf(to, " %lld%c", (long long)(rest / units[i + 1].ms), units[i + 1].unit);
}

/* " in #support and #dev", " in 7 channels" */
static void put_places(struct bytes *to, const struct model *model, const struct person *person) {
    const unsigned count = person->channel_count;
    if (count > MANY_PLACES) {
        bytes_printf(to, " in %u channels", count);
        return;
    }
    for (unsigned i = 0; i < count; i++) {
        bytes_append_text(to, i == 0 ? " in " : i + 1 == count ? " and " : ", ");
        put_channel(to, model, person_channels(person)[i]);
    }
}

/* ---- what happens ---- */

void sentence_event(struct bytes *to, const struct model *model, const struct event_line *event) {
    put_clock(to, event->at_ms);
    if (event->watched)
        bytes_append_text(to, "Watched: ");
    if (event->who != NULL)
        put_name(to, model, event->who);
    switch (event->kind) {
    case EVENT_CAME:
    case EVENT_WENT:
        bytes_append_text(to, event->kind == EVENT_CAME ? " came online" : " went offline");
        put_places(to, model, event->who);
        if (event->lasted_ms > 0) {
            bytes_append_text(to, event->kind == EVENT_CAME ? ", away for " : ", after ");
            put_span(to, event->lasted_ms);
        }
        break;
    case EVENT_STATUS:
        bytes_append_text(to, " has the status: ");
        put(to, model, event->text);
        break;
    case EVENT_FLAPS:
        bytes_append_text(to, " comes and goes all the time, and is not told until that ends");
        break;
    case EVENT_AWAY:
        bytes_printf(to, "While we were away %u came and %u left", event->came, event->went);
        break;
    default: put(to, model, event->text != NULL ? event->text : ""); break;
    }
    bytes_append_text(to, ".\n");
}

void sentence_said(struct bytes *to, const struct model *model, const struct channel_shown *channel,
    const struct person *author, const char *text, int64_t at_ms) {
    put_clock(to, at_ms);
    put_name(to, model, author);
    bytes_append_text(to, " in ");
    put_channel(to, model, channel);
    bytes_append_text(to, ": ");
    put(to, model, text);
    bytes_append_char(to, '\n');
}

void sentence_link(struct bytes *to, const struct model *model, int64_t now_ms) {
    const struct link_shown *link = &model->link;
    put_clock(to, now_ms);
    if (link->state == LINK_LIVE) {
        bytes_append_text(to, "Connected. What is told from now on is so.\n");
        return;
    }
    bytes_append_text(to, link->stale_since_ms != 0 ? "The link is lost" : "No link yet");
    if (link->reason[0] != '\0') {
        bytes_append_text(to, ": ");
        put(to, model, link->reason);
    }
    bytes_append_text(to, link->stale_since_ms != 0
                              ? ". Nobody's state is known now; it is being tried again.\n"
                              : ". It is being tried again.\n");
}

void sentence_light(struct bytes *to, const struct model *model, int64_t now_ms) {
    put_clock(to, now_ms);
    bytes_append_text(
        to, model->light == LIGHT_OFF
                ? "You are invisible: others see you as offline. The server says so.\n"
                : "You are visible: others see that you are online.\n");
}

void sentence_note(struct bytes *to, const struct model *model, const char *text, int64_t now_ms) {
    put_clock(to, now_ms);
    put(to, model, text);
    const size_t len = strlen(text);
    bytes_append_text(to, len > 0 && strchr(".!?:", text[len - 1]) != NULL ? "\n" : ".\n");
}

/* ---- myself ---- */

/* What is planned: an end of it that nobody has to think of. */
static void put_plan(struct bytes *to, const char *what, int64_t at_ms) {
    char clock[6];
    if (at_ms == 0)
        return;
    age_clock(clock, at_ms);
    bytes_printf(to, "%s at %s.\n", what, clock);
}

void sentence_me(struct bytes *to, const struct model *model) {
    const struct link_shown *link = &model->link;
    char text[300];
    if (link->state != LINK_LIVE)
        bytes_append_text(to, "There is no link now.\n");
    else if (link->latency_ms >= 0)
        bytes_printf(to, "The link is live, and answers within %d ms.\n", link->latency_ms);
    else
        bytes_append_text(to, "The link is live.\n");
    mine_as_seen(model, text, sizeof text);
    text_end_whole(text);
    put(to, model, text);
    bytes_append_text(to, ".\n");
    put_plan(to, "You will be visible again", model->mine.show_at_ms);
    put_plan(to, "Your status will be taken down", model->mine.clear_at_ms);
}

void sentence_watch(struct bytes *to, const struct model *model, const char *name, enum watch how) {
    if (how == WATCH_OFF) {
        put(to, model, name);
        bytes_append_text(to, " is not watched any more.\n");
        return;
    }
    bytes_append_text(
        to, how == WATCH_NEXT ? "You are told the next time " : "You are told whenever ");
    put(to, model, name);
    bytes_append_text(to, " comes or goes.\n");
}

/* ---- who is here ---- */

void sentence_counts(
    struct bytes *to, const struct model *model, const struct channel_shown *channel) {
    const struct roster *all = &channel->members;
    const size_t total = channel->total > all->count ? channel->total : all->count;
    const size_t online = roster_count_state(all, STATE_ONLINE);
    const size_t left = roster_count_state(all, STATE_LEFT);
    const size_t unknown = roster_count_state(all, STATE_UNKNOWN) + total - all->count;
    put_channel(to, model, channel);
    bytes_printf(to, ": %zu of %zu online", online, total);
    if (left > 0)
        bytes_printf(to, ", %zu just left", left);
    if (unknown > 0)
        bytes_printf(to, ", %zu unknown", unknown);
    if (channel->unread > 0)
        bytes_printf(
            to, ", %u unread %s", channel->unread, channel->unread == 1 ? "message" : "messages");
}

/* When they were last there: what we saw ourselves, else what the server says. */
static void put_last(struct bytes *to, const struct person *person, int64_t now_ms) {
    if (person->seen_ms != 0 && person->seen_ms <= now_ms) {
        bytes_append_text(to, ", for ");
        put_span(to, now_ms - person->seen_ms);
    } else if (!person->online && person->last_active_ms > 0 && person->last_active_ms <= now_ms) {
        bytes_append_text(to, ", last active about ");
        put_span(to, now_ms - person->last_active_ms);
        bytes_append_text(to, " ago, the server says");
    }
}

static void put_person(
    struct bytes *to, const struct model *model, const struct person *person, int64_t now_ms) {
    static const char *const words[STATES] = {[STATE_ONLINE] = "online",
        [STATE_LEFT] = "",
        [STATE_OFFLINE] = "offline",
        [STATE_UNKNOWN] = "unknown",
        [STATE_BANNED] = "banned"};
    put_name(to, model, person);
    if (person->state == STATE_LEFT)
        bytes_append_text(to, " just left");
    else
        bytes_printf(to, " %s %s", person->me ? "are" : "is",
            person->me && model->light == LIGHT_OFF ? "invisible" : words[person->state]);
    if (person->state != STATE_UNKNOWN && person->state != STATE_BANNED && !person->me)
        put_last(to, person, now_ms);
    if (person->status[0] != '\0') {
        bytes_append_text(to, ", status: ");
        put(to, model, person->status);
    }
    bytes_append_text(to, ".\n");
}

void sentence_who(struct bytes *to, const struct model *model, const struct channel_shown *channel,
    int64_t now_ms) {
    const bool live = model->link.state == LINK_LIVE && !model->link.resyncing;
    const int64_t stale_ms = model->link.stale_since_ms;
    if (!live) {
        bytes_append_text(to, "There is no link. What follows was so");
        if (stale_ms != 0) {
            bytes_append_text(to, " at ");
            put_clock(to, stale_ms);
            to->len--;
        } else
            bytes_append_text(to, " when it was last heard");
        bytes_append_text(to, ".\n");
        now_ms = stale_ms != 0 ? stale_ms : now_ms;
    }
    sentence_counts(to, model, channel);
    bytes_append_text(to, ".\n");
    for (size_t i = 0; i < channel->members.count; i++)
        put_person(to, model, channel->members.people[i], now_ms);
}
