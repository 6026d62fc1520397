/* SPDX-License-Identifier: MIT */
#include "dashboard/remember.h"

#include "dashboard/view/theme.h"

#include <stdio.h>
#include <string.h>

enum { PAST_KEPT = 20 /* of each line */ };

/* The conversation is not among them: it belongs to a channel that may be gone. */
static const char *const panes[] = {
    [PANE_CHANNELS] = "channels", [PANE_MEMBERS] = "members", [PANE_EVENTS] = "events"};
enum { PANES = sizeof panes / sizeof panes[0] };

/* Which of count names a remembered text is; count: none of them. */
static size_t recall_one(
    const struct state_file *state, const char *name, const char *const *names, size_t count) {
    const char *text = state_file_text(state, name);
    size_t i = 0;
    while (i < count && (text == NULL || strcmp(names[i], text) != 0))
        i++;
    return i;
}

static void recall_list(const struct state_file *state, struct list *list) {
    const char *key = state_file_text(state, "ui.sort"), *rule = state_file_text(state, "ui.show");
    const int key_at = key != NULL ? sort_key_of(key) : -1;
    const int rule_at = rule != NULL ? state_rule_of(rule) : -1;
    if (key_at >= 0)
        list->key = (enum sort_key)key_at;
    if (rule_at >= 0)
        list->states = (enum state_rule)rule_at;
    list->reversed = state_file_number(state, "ui.sort_reversed", list->reversed ? 1 : 0) == 1;
    list_make_anew(list);
}

static void recall_watching(const struct state_file *state, struct model *model) {
    const char *id, *text;
    for (size_t i = 0; state_file_each(state, "watch.", i, &id, &text); i++) {
        const int how = watch_of_name(text);
        if (how > WATCH_OFF)
            watching_set(&model->watching, id, model_find_person(model, id), (enum watch)how);
    }
}

/* Those who are no longer watched are forgotten first, and one at a time: that changes the walk. */
static void note_watching(struct state_file *state, const struct model *model) {
    const char *id, *text;
    char name[300];
    for (size_t i = 0; state_file_each(state, "watch.", i, &id, &text);) {
        snprintf(name, sizeof name, "watch.%s", id);
        if (watching_how(&model->watching, id) == WATCH_OFF &&
            state_file_put(state, name, NULL) == 0)
            i = 0;
        else
            i++;
    }
    for (size_t i = 0; i < model->watching.count; i++) {
        snprintf(name, sizeof name, "watch.%s", model->watching.of[i].id);
        state_file_put(state, name, watch_name(model->watching.of[i].how));
    }
}

static void recall_mine(const struct state_file *state, struct model *model, int64_t now_ms) {
    model->mine.show_at_ms = state_file_number(state, "mine.show_at", 0);
    model->mine.clear_at_ms = state_file_number(state, "mine.clear_status_at", 0);
    const int64_t mark_ms = state_file_number(state, "seen.mark", 0);
    if (mark_ms <= 0 || mark_ms > now_ms)
        return;
    model->mark_ms = mark_ms;
    model->came = (unsigned)state_file_number(state, "seen.came", 0);
    model->went = (unsigned)state_file_number(state, "seen.went", 0);
}

static void note_plan(struct state_file *state, const char *name, int64_t at_ms) {
    if (at_ms != 0)
        state_file_put_number(state, name, at_ms);
    else
        state_file_put(state, name, NULL);
}

static void note_mine(struct state_file *state, const struct model *model) {
    note_plan(state, "mine.show_at", model->mine.show_at_ms);
    note_plan(state, "mine.clear_status_at", model->mine.clear_at_ms);
    state_file_put_number(state, "seen.mark", model->mark_ms);
    state_file_put_number(state, "seen.came", model->came);
    state_file_put_number(state, "seen.went", model->went);
}

static void recall_ui(const struct state_file *state, struct model *model) {
    const char *theme = state_file_text(state, "ui.theme");
    const int64_t level = state_file_number(state, "ui.events", model->event_level);
    for (int i = 0; theme != NULL && theme_at(i) != NULL; i++)
        if (strcmp(theme_at(i)->name, theme) == 0)
            model->ui.theme = i;
    model->ui.mouse = state_file_number(state, "ui.mouse", model->ui.mouse ? 1 : 0) == 1;
    if (level >= 0 && level < LEVELS)
        model->event_level = (enum event_level)level;
}

/* What was written into which line; of a status nothing, which is for others to read. */
static const char *const pasts[PROMPT_KINDS] = {
    [PROMPT_SEARCH] = "search", [PROMPT_FILTER] = "filter", [PROMPT_COMMAND] = "command"};

static void name_past(char name[32], int kind, size_t back) {
    snprintf(name, 32, "past.%s.%zu", pasts[kind], back);
}

static void recall_pasts(const struct state_file *state, struct model *model) {
    char name[32];
    for (int kind = 0; kind < PROMPT_KINDS; kind++) {
        for (size_t back = PAST_KEPT; pasts[kind] != NULL && back > 0; back--) {
            name_past(name, kind, back);
            const char *text = state_file_text(state, name);
            if (text != NULL)
                past_add(&model->pasts[kind], text);
        }
    }
}

/* Whatever is added is the newest: where that is kept already, all is. */
static void note_past(struct state_file *state, int kind, const struct past *past) {
    char name[32];
    name_past(name, kind, 1);
    const char *kept = state_file_text(state, name), *newest = past_at(past, 1);
    if (newest == NULL || (kept != NULL && strcmp(kept, newest) == 0))
        return;
    for (size_t back = 1; back <= PAST_KEPT && past_at(past, back) != NULL; back++) {
        name_past(name, kind, back);
        state_file_put(state, name, past_at(past, back));
    }
}

static void recall_looking(const struct state_file *state, struct looking *looking) {
    const char *times = state_file_text(state, "ui.times");
    const char *order = state_file_text(state, "ui.channels");
    const int times_at = times != NULL ? times_of(times) : -1;
    const int order_at = order != NULL ? channel_order_of(order) : -1;
    const int64_t zoom = state_file_number(state, "ui.zoom", ZOOM_NORMAL);
    if (times_at >= 0)
        looking->times = (enum times)times_at;
    if (order_at >= 0)
        looking->order = (enum channel_order)order_at;
    if (zoom > 0 && zoom < ZOOMS)
        looking->zoom = (enum zoom)zoom;
    looking->order_reversed = state_file_number(state, "ui.channels_reversed", 0) == 1;
}

static void note_looking(struct state_file *state, const struct looking *looking) {
    state_file_put(state, "ui.times", times_name(looking->times));
    state_file_put(state, "ui.channels", channel_order_name(looking->order));
    state_file_put_number(state, "ui.channels_reversed", looking->order_reversed ? 1 : 0);
    state_file_put_number(state, "ui.zoom", looking->zoom);
}

static void recall_filter(const struct state_file *state, struct model *model) {
    struct filter_fault fault;
    const char *text = state_file_text(state, "ui.filter");
    if (text != NULL)
        prompt_filter(model, text, &fault);
}

/* ---- drafts ---- */

/* As one line: a new line is \\n, a backslash two. */
static void escape(const char *text, struct bytes *to) {
    for (; *text != '\0'; text++) {
        if (*text == '\n' || *text == '\\')
            bytes_append_text(to, *text == '\n' ? "\\n" : "\\\\");
        else
            bytes_append_char(to, *text);
    }
}

static void unescape(const char *text, struct bytes *to) {
    for (; *text != '\0'; text++) {
        const bool escaped = text[0] == '\\' && text[1] != '\0';
        text += escaped ? 1 : 0;
        bytes_append_char(to, escaped && *text == 'n' ? '\n' : *text);
    }
}

static void recall_drafts(const struct state_file *state, struct model *model) {
    const char *cid, *text;
    for (size_t i = 0; state_file_each(state, "draft.", i, &cid, &text); i++) {
        struct bytes draft = BYTES_EMPTY;
        unescape(text, &draft);
        if (!bytes_failed(&draft))
            drafts_keep(&model->drafts, cid, bytes_text(&draft));
        bytes_fini(&draft);
    }
}

/* Whether it is kept now. */
static bool put_draft(struct state_file *state, const char *of, const char *text) {
    struct bytes draft = BYTES_EMPTY;
    char name[400];
    const bool any = text[0] != '\0';
    bool kept = false;
    snprintf(name, sizeof name, "draft.%.380s", of);
    escape(text, &draft);
    if (!bytes_failed(&draft))
        kept = state_file_put(state, name, any ? bytes_text(&draft) : NULL) == 0 && any;
    bytes_fini(&draft);
    return kept;
}

/* What was sent, or taken away, is forgotten. */
static void note_draft(struct state_file *state, struct channel_shown *channel) {
    const char *text = editor_text(&channel->chat.draft);
    char name[DRAFT_NAME];
    if (text[0] != '\0' || channel->draft_kept)
        channel->draft_kept = put_draft(state, channel->cid, text);
    if (channel->replies_to == NULL)
        return;
    drafts_reply_name(name, channel->replies_to);
    put_draft(state, name, editor_text(&channel->replies.draft));
}

/* Of replies that are not open, and channels that are not here. */
static void note_drafts_aside(struct state_file *state, const struct drafts *drafts) {
    const char *name, *text;
    for (size_t at = 0; drafts_next(drafts, &at, &name, &text);)
        put_draft(state, name, text);
}

void remember_recall(const struct state_file *state, struct model *model) {
    const size_t pane = recall_one(state, "ui.pane", panes, PANES);
    if (pane < PANES)
        model->focus = (enum pane)pane;
    model->list.hide_offline = state_file_number(
                                   state, "ui.hide_offline", model->list.hide_offline ? 1 : 0) == 1;
    recall_list(state, &model->list);
    recall_watching(state, model);
    recall_mine(state, model, model->mark_ms);
    recall_ui(state, model);
    recall_looking(state, &model->looking);
    recall_filter(state, model);
    recall_pasts(state, model);
    recall_drafts(state, model);
}

static void note_changed_watching(struct state_file *state, struct model *model) {
    if (model->watching.noted != model->watching.changes)
        note_watching(state, model);
    model->watching.noted = model->watching.changes;
}

void remember_note_watch(struct state_file *state, struct model *model) {
    note_changed_watching(state, model);
    note_plan(state, "mine.show_at", model->mine.show_at_ms);
    note_plan(state, "mine.clear_status_at", model->mine.clear_at_ms);
}

void remember_note(struct state_file *state, struct model *model) {
    if ((size_t)model->focus < PANES)
        state_file_put(state, "ui.pane", panes[model->focus]);
    state_file_put_number(state, "ui.hide_offline", model->list.hide_offline ? 1 : 0);
    state_file_put(state, "ui.theme", theme_at(model->ui.theme)->name);
    state_file_put_number(state, "ui.mouse", model->ui.mouse ? 1 : 0);
    state_file_put_number(state, "ui.events", model->event_level);
    state_file_put(state, "ui.sort", sort_key_name(model->list.key));
    state_file_put(state, "ui.show", state_rule_name(model->list.states));
    state_file_put_number(state, "ui.sort_reversed", model->list.reversed ? 1 : 0);
    note_changed_watching(state, model);
    note_mine(state, model);
    note_looking(state, &model->looking);
    state_file_put(state, "ui.filter", model->filter_text[0] != '\0' ? model->filter_text : NULL);
    for (int kind = 0; kind < PROMPT_KINDS; kind++)
        if (pasts[kind] != NULL)
            note_past(state, kind, &model->pasts[kind]);
    for (size_t i = 0; i < model->channel_count; i++)
        note_draft(state, model->channels[i]);
    note_drafts_aside(state, &model->drafts);
}
