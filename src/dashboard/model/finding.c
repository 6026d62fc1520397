/* SPDX-License-Identifier: MIT */
#include "dashboard/model/finding.h"

#include "base/bytes.h"
#include "dashboard/model/command.h"
#include "dashboard/model/search.h"
#include "dashboard/model/update.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { TOAST_MS = 4000 };

static void toast(struct model *model, const char *text, int64_t now_ms) {
    model_set_toast(model, text, now_ms + TOAST_MS);
}

/* ---- the list ---- */

/* `at` is -1 where a word makes no sense: then what would is said. */
static unsigned relist(struct model *model, enum action action, int at, int64_t now_ms) {
    char text[120];
    if (at < 0) {
        snprintf(
            text, sizeof text, "%s: %s", action_row(action)->name, action_row(action)->argument);
        toast(model, text, now_ms);
        return 0;
    }
    if (action == ACTION_SORT)
        model->list.key = (enum sort_key)at;
    else if (action == ACTION_SHOW)
        model->list.states = (enum state_rule)at;
    list_make_anew(&model->list);
    return EFFECT_LOOK;
}

static unsigned sort(struct model *model, const char *word, int64_t now_ms) {
    const int next = ((int)model->list.key + 1) % SORT_KEYS;
    return relist(model, ACTION_SORT, word[0] != '\0' ? sort_key_of(word) : next, now_ms);
}

static unsigned show(struct model *model, const char *word, int64_t now_ms) {
    const int next = ((int)model->list.states + 1) % STATE_RULES;
    return relist(model, ACTION_SHOW, word[0] != '\0' ? state_rule_of(word) : next, now_ms);
}

static unsigned reverse(struct model *model, int64_t now_ms) {
    model->list.reversed = !model->list.reversed;
    return relist(model, ACTION_REVERSE, 0, now_ms);
}

static unsigned filter(struct model *model, const char *text, int64_t now_ms) {
    struct filter_fault fault;
    if (text[0] == '\0')
        prompt_open(model, PROMPT_FILTER, model->filter_text);
    else if (prompt_filter(model, text, &fault) != 0)
        toast(model, fault.why, now_ms);
    return EFFECT_LOOK;
}

/* ---- searching ---- */

static unsigned search(struct model *model, const char *text, int64_t now_ms) {
    if (model->help_open)
        prompt_open(model, PROMPT_HELP, model->help_text);
    else if (text[0] == '\0')
        prompt_open(model, PROMPT_SEARCH, "");
    else {
        search_set(model, text);
        return search_next(model, 1, now_ms);
    }
    return 0;
}

bool finding_back(struct model *model) {
    struct filter_fault fault;
    if (model->needle.text[0] != '\0')
        search_set(model, "");
    else if (model->focus == PANE_MEMBERS && model->filter_text[0] != '\0')
        prompt_filter(model, "", &fault);
    else
        return false;
    return true;
}

/* ---- help ---- */

size_t finding_help(const struct model *model, enum action to[ACTION_COUNT]) {
    struct needle needle;
    size_t count = 0;
    needle_set(&needle, model->help_text);
    for (int action = 1; action < ACTION_COUNT; action++) {
        const struct action_row *row = action_row((enum action)action);
        if (needle.text[0] == '\0' || needle_is_in(&needle, row->name, NULL) ||
            needle_is_in(&needle, row->help, NULL) ||
            command_is_described((enum action)action, model->help_text) ||
            strcmp(keymap_text(&model->keymap, (enum action)action), model->help_text) == 0)
            to[count++] = (enum action)action;
    }
    return count;
}

int finding_help_rows(const struct model *model) {
    const int rows = model->rows - 4 - finding_help_below(model);
    return rows > 1 ? rows : 1;
}

int finding_help_below(const struct model *model) {
    return model->rows < 10 ? 0 : model->cols < 60 ? 2 : 1;
}

static unsigned toggle_help(struct model *model) {
    model->help_open = !model->help_open;
    model->help_at = 0;
    model->help_text[0] = '\0';
    return 0;
}

/* Enter on a row: what it lists is done, or it is said why not. */
static unsigned run_listed(struct model *model, int64_t now_ms) {
    enum action listed[ACTION_COUNT];
    const size_t count = finding_help(model, listed);
    if (model->help_at >= count)
        return 0;
    const enum action action = listed[model->help_at];
    const char *denied = command_denied(model, action);
    if (denied != NULL) {
        model_say(model, denied, now_ms + TOAST_MS);
        return 0;
    }
    const struct action_row *row = action_row(action);
    toggle_help(model);
    if (row->argument[0] == '\0' || row->argument[0] == '[')
        return action == ACTION_HELP ? 0 : update_action(model, action, now_ms);
    char line[64];
    snprintf(line, sizeof line, "%s ", row->name);
    prompt_open(model, PROMPT_COMMAND, line);
    return 0;
}

/* ---- wishes ---- */

static void write_status(struct model *model) {
    const struct person *me = model_find_person(model, model->me_id);
    prompt_open(model, PROMPT_STATUS, me != NULL ? me->status : "");
}

/* A channel of mine that a person means by its cid, its id or its name; without a word the one at
 * the cursor. */
static const struct channel_shown *meant(const struct model *model, const char *word) {
    const struct channel_shown *found = NULL;
    if (word[0] == '\0')
        return model->channel_at > 0 ? model_current(model) : NULL;
    word += word[0] == '#' ? 1 : 0;
    for (size_t i = 1; i <= model->channel_count; i++) {
        const struct channel_shown *channel = model_channel(model, i);
        const char *id = strchr(channel->cid, ':');
        if (strcmp(channel->cid, word) == 0)
            return channel;
        if (strcmp(channel->name, word) == 0 || (id != NULL && strcmp(id + 1, word) == 0))
            found = channel;
    }
    return found;
}

static unsigned leave(struct model *model, const char *word, int64_t now_ms) {
    const struct channel_shown *channel = meant(model, word);
    if (channel == NULL) {
        toast(model, word[0] != '\0' ? "You are in no such channel" : "Choose one channel first",
            now_ms);
        return 0;
    }
    snprintf(model->wish, sizeof model->wish, "%s", channel->cid);
    return EFFECT_LEAVE;
}

static unsigned wish(struct model *model, const char *text, unsigned effect) {
    snprintf(model->wish, sizeof model->wish, "%s", text);
    return effect;
}

static unsigned query(struct model *model, int64_t now_ms) {
    char text[80];
    const size_t unknown = roster_count_state(&model_current(model)->members, STATE_UNKNOWN);
    if (unknown == 0)
        snprintf(text, sizeof text, "Nobody here is unknown");
    else
        snprintf(text, sizeof text, "Asking about %zu who are unknown...", unknown);
    toast(model, text, now_ms);
    return unknown > 0 ? EFFECT_QUERY : 0;
}

static unsigned copy_row(struct model *model, int64_t now_ms) {
    static const char *const words[STATES] = {
        "online", "just left", "offline", "unknown", "banned"};
    const struct channel_shown *channel = model_current(model);
    const struct person *person = channel->selected;
    struct bytes text = BYTES_EMPTY;
    if (model->focus == PANE_CHANNELS)
        bytes_printf(&text, "%s %zu/%zu", channel->name,
            roster_count_state(&channel->members, STATE_ONLINE), channel->members.count);
    else
        bytes_printf(
            &text, "%s (%s) %s %s", person->name, person->id, words[person->state], person->status);
    char *copied = bytes_take(&text);
    if (copied == NULL) {
        toast(model, "Out of memory", now_ms);
        return 0;
    }
    free(model->copied);
    model->copied = copied;
    return EFFECT_COPY;
}

/* ---- all of them ---- */

static unsigned open_prompt(struct model *model, enum prompt_kind kind, const char *text) {
    prompt_open(model, kind, text);
    return 0;
}

static bool find_command(struct model *model, enum action action, const char *argument,
    int64_t now_ms, unsigned *effects) {
    switch (action) {
    case ACTION_SORT: *effects = sort(model, argument, now_ms); return true;
    case ACTION_SHOW: *effects = show(model, argument, now_ms); return true;
    case ACTION_REVERSE: *effects = reverse(model, now_ms); return true;
    case ACTION_FILTER: *effects = filter(model, argument, now_ms); return true;
    case ACTION_SEARCH: *effects = search(model, argument, now_ms); return true;
    case ACTION_NEXT_MATCH: *effects = search_next(model, 1, now_ms); return true;
    case ACTION_LAST_MATCH: *effects = search_next(model, -1, now_ms); return true;
    case ACTION_HELP: *effects = toggle_help(model); return true;
    case ACTION_COMMAND: *effects = open_prompt(model, PROMPT_COMMAND, ""); return true;
    case ACTION_PALETTE: *effects = open_prompt(model, PROMPT_PALETTE, ""); return true;
    case ACTION_JUMP: *effects = open_prompt(model, PROMPT_JUMP, argument); return true;
    default: return false;
    }
}

bool finding_command(struct model *model, enum action action, const char *argument, int64_t now_ms,
    unsigned *effects) {
    if (action == ACTION_OPEN && model->help_open) {
        *effects = run_listed(model, now_ms);
        return true;
    }
    const char *denied = command_denied(model, action);
    if (denied != NULL) {
        model_say(model, denied, now_ms + TOAST_MS);
        *effects = 0;
        return true;
    }
    switch (action) {
    case ACTION_STATUS:
        *effects = 0;
        if (argument[0] == '\0')
            write_status(model);
        return argument[0] == '\0';
    case ACTION_LEAVE: *effects = leave(model, argument, now_ms); return true;
    case ACTION_CHANNEL: *effects = wish(model, argument, EFFECT_CHANNEL); return true;
    case ACTION_QUERY: *effects = query(model, now_ms); return true;
    case ACTION_COPY_ROW: *effects = copy_row(model, now_ms); return true;
    case ACTION_ADD: *effects = wish(model, argument, EFFECT_ADD); return true;
    default: return find_command(model, action, argument, now_ms, effects);
    }
}
