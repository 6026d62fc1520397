/* SPDX-License-Identifier: MIT */
/*
 * What follows a name is completed by what the table says that it is: words, channels, people. The
 * last word alone is: ":add bob c" completes "c".
 */
#include "dashboard/model/command.h"

#include "base/bytes.h"
#include "dashboard/model/fuzzy.h"
#include "dashboard/model/update.h"
#include "dashboard/view/text.h"
#include "dashboard/view/theme.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    TOAST_MS = 6000,
    PREFIX = 1000, /* better than any letters here and there */
    BY_WORD = 500, /* and so is a word of what it does, but for the name */
    BY_WORD_LEAST = 3
};

/* ---- names ---- */

/* The action of this name, or the only one whose name begins so; ACTION_NONE, and how many begin
 * so. */
static enum action find(const char *name, size_t len, unsigned *count) {
    enum action found = ACTION_NONE;
    *count = 0;
    for (int action = 1; action < ACTION_COUNT; action++) {
        const char *full = action_row((enum action)action)->name;
        if (strncmp(full, name, len) != 0)
            continue;
        if (full[len] == '\0') {
            *count = 1;
            return (enum action)action;
        }
        found = (enum action)action;
        ++*count;
    }
    return *count == 1 ? found : ACTION_NONE;
}

static int score(const char *text, const char *letters) {
    if (letters[0] == '\0')
        return 1;
    const int fuzzy = fuzzy_score(text, letters, NULL);
    return fuzzy + (strncasecmp(text, letters, strlen(letters)) == 0 ? PREFIX : 0);
}

/* Whether a word of a text begins with so many bytes of another. */
static bool has_word(const char *text, const char *word, size_t len) {
    while (*text != '\0') {
        if (strncasecmp(text, word, len) == 0)
            return true;
        text += strcspn(text, " ");
        text += strspn(text, " ");
    }
    return false;
}

/* A newcomer knows what they want, and not what it is called here. */
bool command_is_described(enum action action, const char *words) {
    static const char *const more[ACTION_COUNT] = {[ACTION_THEME] = "colours colors dark",
        [ACTION_DETAIL] = "overlap",
        [ACTION_SORT] = "who left newest order",
        [ACTION_COMPOSE] = "say send message reply chat",
        [ACTION_OPEN] = "read messages chat",
        [ACTION_WATCH] = "notify alert bell comes back",
        [ACTION_INVISIBLE] = "hide hidden light",
        [ACTION_HIDE_FOR] = "hide hidden half an hour",
        [ACTION_SHOW] = "who left"};
    const char *also = more[action] != NULL ? more[action] : "";
    if (strlen(words) < BY_WORD_LEAST)
        return false;
    for (size_t len; *words != '\0'; words += len + strspn(words + len, " ")) {
        len = strcspn(words, " ");
        if (!has_word(action_row(action)->help, words, len) && !has_word(also, words, len))
            return false;
    }
    return true;
}

static void offer_actions(struct model *model, const char *letters, bool by_help) {
    for (int action = 1; action < ACTION_COUNT; action++) {
        const struct action_row *row = action_row((enum action)action);
        struct choice choice = {
            .action = (enum action)action, .note = row->help, .score = score(row->name, letters)};
        if (by_help && choice.score < BY_WORD && command_is_described((enum action)action, letters))
            choice.score = BY_WORD;
        if (choice.score == 0)
            continue;
        snprintf(choice.text, sizeof choice.text, "%s%s", row->name,
            row->argument[0] != '\0' && row->argument[0] != '[' ? " " : "");
        prompt_offer(&model->prompt, &choice);
    }
}

/* ---- what follows ---- */

static void offer_word(
    struct model *model, const char *word, size_t len, const char *note, const char *letters) {
    struct choice choice = {.note = note};
    snprintf(choice.text, sizeof choice.text, "%.*s", (int)(len < 200 ? len : 200), word);
    choice.score = score(choice.text, letters);
    if (choice.score > 0)
        prompt_offer(&model->prompt, &choice);
}

static void offer_words(struct model *model, const char *argument, const char *letters) {
    for (const char *at = argument; *at != '\0' && *at != ']';) {
        const size_t len = strcspn(at, "|]");
        offer_word(model, at, len, "", letters);
        at += len + (at[len] == '|' ? 1 : 0);
    }
}

static void offer_people(struct model *model, const char *letters) {
    const struct roster *all = &model->all.members;
    for (size_t i = 0; i < all->count; i++) {
        const struct person *person = all->people[i];
        const int by_name = letters[0] != '\0' ? fuzzy_score(person->fold, letters, NULL) : 0;
        const int by_id = score(person->id, letters);
        struct choice choice = {.note = person->name, .score = by_name > by_id ? by_name : by_id};
        if (choice.score == 0)
            continue;
        snprintf(choice.text, sizeof choice.text, "%.200s", person->id);
        prompt_offer(&model->prompt, &choice);
    }
}

static void offer_channels(struct model *model, const char *letters) {
    for (size_t i = 1; i <= model->channel_count; i++) {
        const struct channel_shown *channel = model_channel(model, i);
        offer_word(model, channel->cid, strlen(channel->cid), channel->name, letters);
    }
}

static void offer_themes(struct model *model, const char *letters) {
    for (int i = 0; theme_at(i) != NULL; i++)
        offer_word(model, theme_at(i)->name, strlen(theme_at(i)->name), theme_at(i)->help, letters);
}

static void offer_argument(struct model *model, const char *argument, const char *letters) {
    argument += argument[0] == '[' ? 1 : 0;
    if (strncmp(argument, "CHANNEL", 7) == 0 || strncmp(argument, "CID", 3) == 0)
        offer_channels(model, letters);
    else if (strncmp(argument, "USER", 4) == 0)
        offer_people(model, letters);
    else if (strchr(argument, '|') != NULL)
        offer_words(model, argument, letters);
}

void command_choices(struct model *model) {
    struct prompt *prompt = &model->prompt;
    const char *text = editor_text(&prompt->editor);
    const char *last = strrchr(text, ' ');
    unsigned count;
    const enum action action = find(text, strcspn(text, " "), &count);
    const bool in_words = prompt->kind == PROMPT_PALETTE && action == ACTION_NONE;
    prompt->from = last != NULL && !in_words ? (size_t)(last + 1 - text) : 0;
    char *letters = text_fold(text + prompt->from);
    if (letters == NULL)
        return;
    if (last == NULL || in_words)
        offer_actions(model, letters, prompt->kind == PROMPT_PALETTE);
    else if (action == ACTION_THEME)
        offer_themes(model, letters);
    else
        offer_argument(model, action_row(action)->argument, letters);
    free(letters);
}

/* ---- doing it ---- */

const char *command_denied(const struct model *model, enum action action) {
    const struct channel_shown *channel = model_current(model);
    switch (action) {
    case ACTION_OPEN:
        return channel->cid[0] == '\0' ? "Choose one channel to read its conversation" : NULL;
    case ACTION_INVISIBLE:
        return model->light_wanted != LIGHT_UNKNOWN ? "Already asked: waiting for the server"
               : model->light == LIGHT_UNKNOWN
                   ? "Not connected yet: whether you are seen is not known"
                   : NULL;
    case ACTION_ADD:
        return channel->cid[0] == '\0'          ? "Choose one channel first"
               : model->link.state != LINK_LIVE ? "Not connected: try again when it is live"
                                                : NULL;
    case ACTION_CHANNEL:
    case ACTION_LEAVE:
    case ACTION_STATUS:
    case ACTION_QUERY:
        return model->link.state != LINK_LIVE ? "Not connected: try again when it is live" : NULL;
    case ACTION_COPY_ROW:
        return channel->selected == NULL && model->focus != PANE_CHANNELS
                   ? "There is nobody to copy"
                   : NULL;
    case ACTION_NEXT_MATCH:
    case ACTION_LAST_MATCH:
        return model->needle.text[0] == '\0' ? "Nothing is looked for yet ({search})" : NULL;
    default: return NULL;
    }
}

static void toast(struct model *model, int64_t now_ms, const char *text) {
    model_set_toast(model, text, now_ms + TOAST_MS);
}

unsigned command_run(struct model *model, const char *line, int64_t now_ms) {
    char text[160], help[16];
    unsigned count;
    keymap_hint(&model->keymap, ACTION_HELP, help, sizeof help);
    line += strspn(line, " :");
    const size_t len = strcspn(line, " ");
    const char *argument = line + len + strspn(line + len, " ");
    if (len == 0)
        return 0;
    const enum action action = find(line, len, &count);
    const struct action_row *row = action_row(action);
    if (action == ACTION_NONE)
        snprintf(text, sizeof text, "%s \"%.60s\" (%s lists them)",
            count > 1 ? "Several commands begin with" : "No command", line, help);
    else if (row->argument[0] != '\0' && row->argument[0] != '[' && argument[0] == '\0')
        snprintf(text, sizeof text, ":%s wants %.80s", row->name, row->argument);
    else if (row->argument[0] == '\0' && argument[0] != '\0')
        snprintf(text, sizeof text, ":%s takes nothing after it", row->name);
    else
        return update_command(model, action, argument, now_ms);
    toast(model, now_ms, text);
    return 0;
}
