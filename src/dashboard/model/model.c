/* SPDX-License-Identifier: MIT */
/*
 * Everybody is one person, in the rosters of all their channels and of everybody. What orders a
 * roster is changed only between taking them out of every roster and putting them back, so that
 * all rosters are in order at any time (move_person).
 */
#include "dashboard/model/telling.h"

#include "dashboard/model/notice.h"
#include "dashboard/model/reading.h"
#include "dashboard/view/text.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    MINUTE_MS = 60 * 1000,
    DAY_MS = 24 * 60 * MINUTE_MS,
    FLASH_MS = 1200,
    HOLD_MS = 1000, /* after a key rows stay where they are */
    READ_MS = 700,  /* what is said stays so long whatever keys come */
    SAID_MOST_MS = 60 * 1000,
    ALERT_LEFT_MS = 4000, /* after what was said over it */
    NAMES_BYTES = 80
};

/* A text of others in a place of so many bytes. Without memory: nothing. */
static void put_clean(char *to, size_t size, const char *text) {
    char *clean = text_cleaned(text);
    snprintf(to, size, "%s", clean != NULL ? clean : "");
    text_end_whole(to);
    free(clean);
}

int model_init(struct model *model, const char *label, const char *me_id, int64_t now_ms) {
    *model = (struct model){
        .rows = 24, .cols = 80, .focus = PANE_MEMBERS, .mark_ms = now_ms, .history_ms = DAY_MS};
    keymap_init(&model->keymap);
    model->link = (struct link_shown){.state = LINK_CONNECTING, .latency_ms = -1};
    put_clean(model->label, sizeof model->label, label);
    snprintf(model->me_id, sizeof model->me_id, "%s", me_id);
    snprintf(model->me_name, sizeof model->me_name, "%s", me_id);
    model->all.cid = strdup("");
    model->all.name = strdup("ALL CHANNELS");
    if (model->all.cid == NULL || model->all.name == NULL) {
        model_fini(model);
        return -ENOMEM;
    }
    return 0;
}

/* ---- people ---- */

void model_set_glyphs(struct model *model, enum glyph_set set) {
    model->glyph_set = set;
    model->ascii = set == GLYPH_SET_ASCII;
}

struct person *model_find_person(const struct model *model, const char *id) {
    return table_find(&model->people, id);
}

/* Whoever is in no channel of mine is on no row. */
static void touch(struct model *model, struct person *person) {
    if (person->in_all)
        list_touch(&model->list, person);
}

static void take_out(struct model *model, struct person *person) {
    for (unsigned i = 0; i < person->channel_count; i++)
        roster_remove(&person_channels(person)[i]->members, person);
    if (person->in_all)
        roster_remove(&model->all.members, person);
}

/* Rosters never shrink their memory, so putting back what was just taken out cannot fail. */
static void put_back(struct model *model, struct person *person) {
    for (unsigned i = 0; i < person->channel_count; i++)
        roster_add(&person_channels(person)[i]->members, person);
    if (person->in_all)
        roster_add(&model->all.members, person);
}

static bool link_is_live(const struct model *model) {
    return model->link.state == LINK_LIVE && !model->link.resyncing;
}

/* Found as they were, and put where they are now: of a hundred thousand most stay where they are.
 */
static void resettle(
    struct roster *roster, struct person *person, enum state before, enum state after) {
    person->state = before;
    const ptrdiff_t at = roster_find(roster, person);
    person->state = after;
    if (at >= 0)
        roster_mend(roster, (size_t)at);
}

static void settle_state(struct model *model, struct person *person, int64_t now_ms) {
    const enum state state = person_state(person, link_is_live(model), now_ms);
    if (state == person->state)
        return;
    const enum state before = person->state;
    for (unsigned i = 0; i < person->channel_count; i++)
        resettle(&person_channels(person)[i]->members, person, before, state);
    if (person->in_all)
        resettle(&model->all.members, person, before, state);
    person->state = state;
    touch(model, person);
}

static int replace(char **to, const char *text) {
    char *clean = text_cleaned(text != NULL ? text : "");
    if (clean == NULL)
        return -ENOMEM;
    free(*to);
    *to = clean;
    return 0;
}

static int put_texts(struct model *model, struct person *person, const struct person_told *told) {
    struct person_texts texts;
    const int made = person_texts_make(&texts, person, told);
    if (made != 0)
        return made < 0 ? made : 0;
    const bool renamed = person->name == NULL || strcmp(texts.name, person->name) != 0;
    if (renamed)
        take_out(model, person);
    person_texts_take(person, &texts);
    if (renamed) {
        put_back(model, person);
        touch(model, person);
    }
    return 0;
}

static struct person *add_person(struct model *model, const char *id) {
    struct person *person = person_create(id);
    if (person == NULL)
        return NULL;
    if (put_texts(model, person, &(struct person_told){0}) < 0 ||
        table_put(&model->people, person->id, person, NULL) < 0) {
        person_destroy(person);
        return NULL;
    }
    person->me = strcmp(id, model->me_id) == 0;
    watching_meet(&model->watching, person);
    diary_meet(&model->diary, person);
    return person;
}

static struct person *get_person(struct model *model, const char *id) {
    struct person *person = model_find_person(model, id);
    return person != NULL ? person : add_person(model, id);
}

/* ---- the log ---- */

struct journal_filter model_event_filter(const struct model *model) {
    return (struct journal_filter){
        .level = model->event_level, .since_ms = model->only_changed ? model->mark_ms : INT64_MIN};
}

void model_note(struct model *model, const char *text, int64_t now_ms) {
    const struct event_line line = {
        .at_ms = now_ms, .kind = EVENT_NOTE, .text = text_cleaned(text)};
    if (line.text != NULL && model->ear.happened != NULL)
        model->ear.happened(model->ear.context, &line);
    model->looking.changes++;
    if (line.text != NULL && journal_add(&model->journal, &line) > 0 &&
        (model->event_scroll > 0 || model->looking.paused))
        model->event_scroll++;
}

int model_put_person(struct model *model, const struct person_told *told, int64_t now_ms) {
    struct person *person = get_person(model, told->id);
    if (person == NULL)
        return -ENOMEM;
    notice_told(model, person, told, now_ms);
    if (put_texts(model, person, told) < 0)
        return -ENOMEM;
    if (!person->live && person->was_live && told->online != person->online) {
        person->seen_ms = 0; /* it happened while we were away: the server's word is all there is */
        person->changed_ms = now_ms;
    }
    person->online = told->online;
    person->banned = told->banned;
    person->last_active_ms = told->last_active_ms;
    person->live = told->live;
    person->was_live = person->was_live || told->live;
    settle_state(model, person, now_ms);
    touch(model, person);
    model->now_ms = now_ms;
    return notice_state(model, person, now_ms);
}

void model_link_lost(struct model *model, int64_t now_ms) {
    /* It may have been dead for a while before anybody noticed. */
    const int64_t stale_ms = model->link.stale_since_ms;
    const int64_t since_ms = stale_ms != 0 && stale_ms < now_ms ? stale_ms : now_ms;
    size_t i = 0;
    for (struct person *person; (person = table_next(&model->people, &i)) != NULL;) {
        person->live = false;
        notice_silence(model, person, since_ms);
        settle_state(model, person, now_ms);
    }
}

void model_set_link(struct model *model, const struct link_shown *link, int64_t now_ms) {
    const bool was_live = link_is_live(model);
    model->link = *link;
    if (was_live && !link_is_live(model))
        model_link_lost(model, now_ms);
    if (!was_live && link_is_live(model)) {
        model->live_since_ms = now_ms;
        audience_forget(model);
        model_tick(model, now_ms);
    }
}

/* ---- channels ---- */

struct channel_shown *model_find_channel(const struct model *model, const char *cid) {
    return table_find(&model->by_cid, cid);
}

struct channel_shown *model_channel(const struct model *model, size_t i) {
    if (i == 0)
        return (struct channel_shown *)&model->all;
    return i <= model->channel_count ? model->channels[i - 1] : NULL;
}

struct channel_shown *model_current(const struct model *model) {
    struct channel_shown *channel = model_channel(model, model->channel_at);
    return channel != NULL ? channel : (struct channel_shown *)&model->all;
}

static struct channel_shown *add_channel(struct model *model, const char *cid) {
    if (model->channel_count == model->channel_cap) {
        const size_t cap = model->channel_cap != 0 ? model->channel_cap * 2 : 8;
        struct channel_shown **more = realloc(
            model->channels, cap * sizeof(struct channel_shown *));
        if (more == NULL)
            return NULL;
        model->channels = more;
        model->channel_cap = cap;
    }
    struct channel_shown *channel = calloc(1, sizeof *channel);
    if (channel == NULL)
        return NULL;
    chat_init(&channel->chat);
    chat_init(&channel->replies);
    channel->cid = strdup(cid);
    if (channel->cid == NULL || replace(&channel->name, cid) < 0 ||
        table_put(&model->by_cid, channel->cid, channel, NULL) < 0) {
        channel_fini(channel);
        free(channel);
        return NULL;
    }
    drafts_meet(&model->drafts, channel);
    channel->came = model->channels_so_far++;
    model->channels_came = false;
    model->channels[model->channel_count++] = channel;
    return channel;
}

int model_put_channel(struct model *model, const char *cid, const char *name, size_t total) {
    struct channel_shown *channel = model_find_channel(model, cid);
    if (channel == NULL) {
        channel = add_channel(model, cid);
        /* The first one is what a person wants to see. */
        if (channel != NULL && model->channel_count == 1 && model->channel_at == 0)
            model->channel_at = 1;
    }
    if (channel == NULL || replace(&channel->name, name) < 0)
        return -ENOMEM;
    channel->total = total;
    model->channels_came = model->channels_came && !channel->is_direct;
    channel->is_direct = false;
    return 0;
}

/* Everybody is whoever shares a channel with me. */
static void leave_all(struct model *model, struct person *person) {
    if (person->channel_count > 0 || !person->in_all)
        return;
    roster_remove(&model->all.members, person);
    if (person->history.count > 0)
        plot_forget(&model->plot);
    touch(model, person);
    person->in_all = false;
    if (model->all.selected == person)
        model->all.selected = NULL;
}

static void remove_member(
    struct model *model, struct channel_shown *channel, struct person *person) {
    if (!roster_remove(&channel->members, person))
        return;
    person_leave(person, channel);
    touch(model, person);
    if (channel->selected == person)
        channel->selected = NULL;
    leave_all(model, person);
}

/* What was being written to one channel must not go to the one that takes its place. */
static void close_talk(struct model *model) {
    if (model->focus == PANE_TALK)
        model->focus = PANE_CHANNELS;
    model->talk_open = model->composing = false;
}

void model_drop_channel(struct model *model, const char *cid) {
    struct channel_shown *channel = model_find_channel(model, cid);
    if (channel == NULL)
        return;
    while (channel->members.count > 0)
        remove_member(model, channel, channel->members.people[channel->members.count - 1]);
    size_t at = 0;
    while (model->channels[at] != channel)
        at++;
    if (model->channel_at == at + 1)
        close_talk(model);
    model->channel_count--;
    memmove(&model->channels[at], &model->channels[at + 1],
        (model->channel_count - at) * sizeof *model->channels);
    if (model->channel_at > at + 1 || model->channel_at > model->channel_count)
        model->channel_at--;
    table_remove(&model->by_cid, channel->cid);
    drafts_keep(&model->drafts, channel->cid, editor_text(&channel->chat.draft));
    if (channel->replies_to != NULL)
        drafts_keep_reply(
            &model->drafts, channel->replies_to, editor_text(&channel->replies.draft));
    list_make_anew(&model->list); /* it may be of this one's members */
    model->onlookers.is_news = true;
    channel_fini(channel);
    free(channel);
}

static int join(struct model *model, struct channel_shown *channel, struct person *person) {
    if (roster_find(&channel->members, person) >= 0)
        return 0;
    if (!person->in_all && roster_add(&model->all.members, person) < 0)
        return -ENOMEM;
    if (!person->in_all)
        plot_join(&model->plot, &person->history);
    person->in_all = true;
    if (roster_add(&channel->members, person) < 0) {
        leave_all(model, person);
        return -ENOMEM;
    }
    if (person_join(person, channel) < 0) {
        roster_remove(&channel->members, person);
        leave_all(model, person);
        return -ENOMEM;
    }
    touch(model, person);
    return 0;
}

int model_put_member(struct model *model, const char *cid, const char *user_id) {
    struct channel_shown *channel = model_find_channel(model, cid);
    struct person *person = channel != NULL ? get_person(model, user_id) : NULL;
    return person != NULL ? join(model, channel, person) : channel != NULL ? -ENOMEM : 0;
}

void model_remove_member(struct model *model, const char *cid, const char *user_id) {
    struct channel_shown *channel = model_find_channel(model, cid);
    struct person *person = model_find_person(model, user_id);
    if (channel != NULL && person != NULL)
        remove_member(model, channel, person);
}

int model_set_members(
    struct model *model, const char *cid, const char *const *user_ids, size_t count) {
    struct channel_shown *channel = model_find_channel(model, cid);
    struct table wanted = {0};
    int fault = 0;
    if (channel == NULL)
        return 0;
    for (size_t i = 0; i < count && fault == 0; i++) {
        fault = model_put_member(model, cid, user_ids[i]);
        struct person *person = model_find_person(model, user_ids[i]);
        if (fault == 0 && person != NULL)
            fault = table_put(&wanted, person->id, person, NULL);
    }
    for (size_t i = channel->members.count; i > 0 && fault == 0; i--) {
        struct person *person = channel->members.people[i - 1];
        if (table_find(&wanted, person->id) == NULL)
            remove_member(model, channel, person);
    }
    table_fini(&wanted);
    return fault;
}

int model_set_role(struct model *model, const char *cid, const char *user_id, const char *role) {
    struct channel_shown *channel = model_find_channel(model, cid);
    const struct person *person = model_find_person(model, user_id);
    return channel != NULL && person != NULL ? channel_set_role(channel, person, role) : 0;
}

/* ---- conversations ---- */

struct person *model_subject(const struct model *model) {
    const struct chat *chat = model_chat(model);
    if (model->focus == PANE_TALK && model->talk_open && chat != NULL && chat->cursor != NULL)
        return chat->cursor->author;
    return model_current(model)->selected;
}

void model_name_direct(struct model *model, const char *cid) {
    struct channel_shown *channel = model_find_channel(model, cid);
    struct bytes names = BYTES_EMPTY;
    if (channel == NULL)
        return;
    for (size_t i = 0; i < channel->members.count && names.len < NAMES_BYTES; i++) {
        const struct person *person = channel->members.people[i];
        if (person->me)
            continue;
        bytes_printf(&names, "%s%s", names.len > 0 ? ", " : "", person->name);
    }
    if (names.len > 0 && replace(&channel->name, bytes_text(&names)) == 0) {
        channel->is_direct = true;
        model->channels_came = false; /* it is in another group */
    }
    bytes_fini(&names);
}

struct chat *model_chat(const struct model *model) {
    struct channel_shown *channel = model_current(model);
    if (channel == &model->all)
        return NULL;
    return channel->replies_to != NULL ? &channel->replies : &channel->chat;
}

static bool is_read_now(const struct model *model, const struct channel_shown *channel) {
    return model_current(model) == channel && channel->replies_to == NULL && reading_sees(model);
}

int model_put_line(struct model *model, const char *cid, const struct line_told *told) {
    struct channel_shown *channel = model_find_channel(model, cid);
    struct person *author = channel != NULL ? get_person(model, told->author) : NULL;
    if (author == NULL)
        return channel != NULL ? -ENOMEM : 0;
    const int fault = chat_put(&channel->chat, told, author);
    if (fault == 0 && told->is_news && !author->me && !is_read_now(model, channel))
        channel->unread++;
    if (fault >= 0 && told->is_news && model->ear.said != NULL)
        model->ear.said(model->ear.context, channel, told);
    return fault < 0 ? fault : 0;
}

int model_put_reply(
    struct model *model, const char *cid, const char *parent, const struct line_told *told) {
    struct channel_shown *channel = model_find_channel(model, cid);
    if (channel == NULL || channel->replies_to == NULL || strcmp(channel->replies_to, parent) != 0)
        return 0;
    struct person *author = get_person(model, told->author);
    const int fault = author != NULL ? chat_put(&channel->replies, told, author) : -ENOMEM;
    return fault < 0 ? fault : 0;
}

int model_set_lines(
    struct model *model, const char *cid, const struct line_told *told, size_t count) {
    struct channel_shown *channel = model_find_channel(model, cid);
    if (channel == NULL)
        return 0;
    struct person **authors = calloc(count + 1, sizeof(struct person *));
    int fault = authors != NULL ? 0 : -ENOMEM;
    for (size_t i = 0; i < count && fault == 0; i++) {
        authors[i] = get_person(model, told[i].author);
        fault = authors[i] != NULL ? 0 : -ENOMEM;
    }
    if (fault == 0)
        fault = chat_set(&channel->chat, told, authors, count);
    free(authors);
    return fault;
}

void model_drop_line(struct model *model, const char *cid, const char *id) {
    struct channel_shown *channel = model_find_channel(model, cid);
    if (channel == NULL)
        return;
    chat_drop(&channel->chat, id);
    chat_drop(&channel->replies, id);
}

void model_clear_lines(struct model *model, const char *cid) {
    struct channel_shown *channel = model_find_channel(model, cid);
    if (channel != NULL)
        chat_clear(&channel->chat);
}

/* What my eye has seen is not unread, whatever is still on its way to the server. */
void model_set_unread(struct model *model, const char *cid, int unread, int64_t read_ms) {
    struct channel_shown *channel = model_find_channel(model, cid);
    if (channel == NULL)
        return;
    const struct line *newest = chat_newest(&channel->chat);
    channel->chat.read_ms = read_ms;
    const bool seen = newest != NULL && newest->at_ms <= channel->chat.seen_ms;
    const unsigned before = channel->unread;
    channel->unread = unread > 0 && !seen ? (unsigned)unread : 0;
    if (channel->unread > before && model->link.resyncing) /* it came while we were away */
        channel->flash_until_ms = model->flash_until_ms = model->now_ms + FLASH_MS;
}

void model_set_typing(
    struct model *model, const char *cid, const char *const *user_ids, size_t count) {
    struct channel_shown *channel = model_find_channel(model, cid);
    if (channel == NULL)
        return;
    struct chat *chat = &channel->chat;
    chat->typing_count = 0;
    for (size_t i = 0; i < count; i++) {
        struct person *person = model_find_person(model, user_ids[i]);
        if (person == NULL || person->me)
            continue;
        if (chat->typing_count < CHAT_TYPING)
            chat->typing[chat->typing_count] = person;
        chat->typing_count++;
    }
}

bool model_open_talk(struct model *model, const char *cid) {
    for (size_t i = 1; i <= model->channel_count; i++) {
        struct channel_shown *channel = model_channel(model, i);
        if (strcmp(channel->cid, cid) != 0)
            continue;
        model->channel_at = i;
        model->talk_open = true;
        model->focus = PANE_TALK;
        model->help_open = false;
        channel->chat.cursor = channel->chat.end = NULL;
        channel->chat.cut = 0;
        channel->chat.new_ms = channel->unread > 0 ? channel->chat.read_ms : -1;
        reading_settle(model);
        return true;
    }
    return false;
}

/* ---- myself ---- */

void model_set_me(struct model *model, const char *name, bool invisible, int64_t now_ms) {
    const enum light light = invisible ? LIGHT_OFF : LIGHT_ON;
    put_clean(model->me_name, sizeof model->me_name, name);
    if (light != model->light || model->light_wanted == light)
        model->light_acked_ms = now_ms;
    model->light = light;
    if (model->light_wanted == light) {
        model->light_wanted = LIGHT_UNKNOWN;
        model->light_failed[0] = '\0';
    }
}

void model_light_failed(struct model *model, const char *why) {
    model->light_wanted = LIGHT_UNKNOWN;
    put_clean(model->light_failed, sizeof model->light_failed, why);
    if (model->light_failed[0] == '\0')
        put_clean(model->light_failed, sizeof model->light_failed, "no reason was given");
}

void model_missed(struct model *model, const char *const *user_ids, size_t count, const char *text,
    int64_t now_ms) {
    for (size_t i = 0; i < count; i++) {
        struct person *person = model_find_person(model, user_ids[i]);
        if (person == NULL)
            continue;
        person->flash_until_ms = model->flash_until_ms = now_ms + FLASH_MS;
        for (unsigned at = 0; at < person->channel_count; at++)
            person_channels(person)[at]->flash_until_ms = now_ms + FLASH_MS;
    }
    if (text[0] != '\0')
        model_note(model, text, now_ms);
}

void model_resynced(struct model *model, unsigned came, unsigned left, int64_t now_ms) {
    char text[80];
    model->came += came;
    model->went += left;
    snprintf(text, sizeof text, "while we were away: %u came, %u left", came, left);
    model_note(model, text, now_ms);
}

void model_set_toast(struct model *model, const char *text, int64_t until_ms) {
    put_clean(model->toast, sizeof model->toast, text);
    model->toast_until_ms = until_ms;
    model->toast_from_ms = model->now_ms;
    if (model->alert[0] != '\0' && text[0] != '\0' &&
        model->alert_until_ms < until_ms + ALERT_LEFT_MS)
        model->alert_until_ms = until_ms + ALERT_LEFT_MS;
}

void model_say(struct model *model, const char *sentence, int64_t until_ms) {
    char text[sizeof model->toast];
    keymap_fill(&model->keymap, sentence, text, sizeof text);
    model_set_toast(model, text, until_ms);
}

void model_end_toast(struct model *model) {
    if (model->now_ms - model->toast_from_ms < READ_MS)
        return;
    model->toast[0] = '\0';
    model->toast_until_ms = 0;
}

void model_set_alert(struct model *model, const char *text, int64_t until_ms) {
    char before[ALERT_BYTES], both[2 * ALERT_BYTES + 4];
    snprintf(before, sizeof before, "%s", model->alert);
    snprintf(both, sizeof both, "%s%s%s", text, before[0] != '\0' ? "; " : "", before);
    put_clean(model->alert, sizeof model->alert, both);
    model->alert_until_ms = until_ms;
    model->toast[0] = '\0';
    model->toast_until_ms = 0;
}

/* Also where the clock was set back meanwhile. */
static bool is_over(int64_t until_ms, int64_t now_ms) {
    return until_ms != 0 && (now_ms >= until_ms || until_ms - now_ms > SAID_MOST_MS);
}

static void end_said(struct model *model, int64_t now_ms) {
    if (is_over(model->toast_until_ms, now_ms)) {
        model->toast[0] = '\0';
        model->toast_until_ms = 0;
    }
    if (is_over(model->alert_until_ms, now_ms)) {
        model->alert[0] = '\0';
        model->alert_until_ms = 0;
    }
}

/* ---- time ---- */

/* Which minute it is decides who was active within the hour. */
static void pass_time(struct model *model, int64_t now_ms) {
    if (model->list.filter.by_time && now_ms / MINUTE_MS != model->now_ms / MINUTE_MS)
        list_make_anew(&model->list);
    model->now_ms = now_ms;
}

bool model_is_held(const struct model *model) {
    return model->looking.paused || model->now_ms - model->keyed_ms < HOLD_MS;
}

void model_tick(struct model *model, int64_t now_ms) {
    pass_time(model, now_ms);
    end_said(model, now_ms);
    if (now_ms - model->tidied_ms >= MINUTE_MS || now_ms < model->tidied_ms) {
        notice_time(model, now_ms);
        model->tidied_ms = now_ms;
    }
    if (!link_is_live(model))
        return;
    const struct roster *all = &model->all.members;
    for (size_t i = roster_before(all, STATE_OFFLINE); i > roster_before(all, STATE_LEFT); i--)
        settle_state(model, all->people[i - 1], now_ms);
}

int64_t model_next_change(const struct model *model, int64_t now_ms) {
    const bool counts_seconds = model->link.state == LINK_WAITING || model->ui.seconds;
    const int64_t step = counts_seconds ? 1000 : MINUTE_MS;
    int64_t next = (now_ms / step + 1) * step;
    if (model->toast_until_ms != 0 && model->toast_until_ms < next)
        next = model->toast_until_ms;
    if (model->alert_until_ms != 0 && model->alert_until_ms < next)
        next = model->alert_until_ms;
    if (model->list.waiting_count > 0 && model_is_held(model) && !model->looking.paused &&
        model->keyed_ms + HOLD_MS < next)
        next = model->keyed_ms + HOLD_MS;
    if (model->flash_until_ms > now_ms && model->flash_until_ms < next)
        next = model->flash_until_ms;
    const int64_t due_ms = mine_next(model, now_ms);
    return due_ms < next ? due_ms : next;
}

void model_fini(struct model *model) {
    for (size_t i = 0; i < model->channel_count; i++) {
        channel_fini(model->channels[i]);
        free(model->channels[i]);
    }
    free(model->channels);
    free(model->copied);
    channel_fini(&model->all);
    audience_fini(&model->onlookers.people);
    list_fini(&model->list);
    prompt_close(model);
    for (int kind = 0; kind < PROMPT_KINDS; kind++)
        past_fini(&model->pasts[kind]);
    size_t i = 0;
    for (struct person *person; (person = table_next(&model->people, &i)) != NULL;)
        person_destroy(person);
    table_fini(&model->people);
    table_fini(&model->by_cid);
    journal_fini(&model->journal);
    watching_fini(&model->watching);
    drafts_fini(&model->drafts);
    diary_clear(&model->diary);
    *model = (struct model){0};
}
