/* SPDX-License-Identifier: MIT */
#include "dashboard/model/compose.h"

#include "base/utf8.h"
#include "dashboard/input/key.h"
#include "dashboard/model/layout.h"
#include "dashboard/model/reading.h"
#include "dashboard/view/text.h"
#include "dashboard/view/wrap.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { TOAST_MS = 4000, PAGE_OVERLAP = 2 };

static struct editor *editor_of(struct chat *chat) {
    return chat->changing != NULL ? &chat->change : &chat->draft;
}

const struct editor *compose_editor(const struct model *model) {
    struct chat *chat = model_chat(model);
    return chat != NULL ? editor_of(chat) : NULL;
}

/* Whatever the size: where the pane has no room, keys are still no commands. */
bool compose_is_open(const struct model *model) {
    return model->composing && model->focus == PANE_TALK && model->talk_open &&
           model_chat(model) != NULL;
}

void compose_open(struct model *model) {
    if (model_chat(model) != NULL)
        model->composing = true;
}

void compose_change(struct model *model, struct line *line) {
    struct chat *chat = model_chat(model);
    chat->changing = line;
    editor_set(&chat->change, line_written(line));
    model->composing = true;
}

/* ---- mentions ---- */

static bool is_id_char(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '-' || c == '@';
}

/* The bytes before the cursor that begin with an '@' behind a blank; where it is, or -1. */
static ptrdiff_t mention_start(const struct editor *editor) {
    const char *text = editor_text(editor);
    for (size_t at = editor->at; at > 0; at--) {
        const char c = text[at - 1];
        if (c == ' ' || c == '\n')
            return -1;
        if (c == '@' && (at == 1 || text[at - 2] == ' ' || text[at - 2] == '\n'))
            return (ptrdiff_t)(at - 1);
    }
    return -1;
}

static bool begins_with(const char *text, const char *prefix) {
    return strncmp(text, prefix, strlen(prefix)) == 0;
}

/* By id, or by any word of the name, whatever its case. */
static bool may_be(const struct person *person, const char *prefix) {
    if (begins_with(person->id, prefix) || begins_with(person->fold, prefix))
        return true;
    for (const char *at = person->fold; (at = strchr(at, ' ')) != NULL; at++)
        if (begins_with(at + 1, prefix))
            return true;
    return false;
}

static char *prefix_of(const struct editor *editor, ptrdiff_t start) {
    char *typed = strndup(editor_text(editor) + start + 1, editor->at - (size_t)start - 1);
    char *prefix = typed != NULL ? text_fold(typed) : NULL;
    free(typed);
    return prefix;
}

size_t compose_candidates(const struct model *model, struct person **to, size_t most) {
    const struct editor *editor = compose_editor(model);
    const struct roster *members = &model_current(model)->members;
    const ptrdiff_t start = editor != NULL && compose_is_open(model) ? mention_start(editor) : -1;
    char *prefix = start >= 0 ? prefix_of(editor, start) : NULL;
    size_t count = 0;
    for (size_t i = 0; prefix != NULL && i < members->count && count < most; i++)
        if (!members->people[i]->me && may_be(members->people[i], prefix))
            to[count++] = members->people[i];
    free(prefix);
    return count;
}

/* Put in the first who may be meant; again and again, the next one. */
static void complete(struct model *model) {
    enum { MOST = 64 };
    struct editor *editor = editor_of(model_chat(model));
    struct person *people[MOST];
    struct mention *last = &model->mention;
    const bool again = last->to > 0 && last->to == editor->at;
    char text[300];
    if (again)
        editor_replace(editor, last->from, last->to, last->typed);
    const ptrdiff_t start = mention_start(editor);
    const size_t count = compose_candidates(model, people, MOST);
    if (start < 0 || count == 0)
        return;
    last->turn = again ? (last->turn + 1) % count : 0;
    last->from = (size_t)start;
    snprintf(last->typed, sizeof last->typed, "%.*s", (int)(editor->at - last->from),
        editor_text(editor) + start);
    snprintf(text, sizeof text, "@%s ", people[last->turn]->id);
    editor_replace(editor, last->from, editor->at, text);
    last->to = editor->at;
}

struct person *compose_mentioned(
    const struct channel_shown *channel, const char *text, size_t *at) {
    for (size_t i = *at; text[i] != '\0'; i++) {
        if (text[i] != '@' || (i > 0 && is_id_char(text[i - 1])))
            continue;
        size_t len = 0;
        while (is_id_char(text[i + 1 + len]))
            len++;
        for (size_t m = 0; m < channel->members.count; m++) {
            struct person *person = channel->members.people[m];
            if (strlen(person->id) != len || strncmp(person->id, text + i + 1, len) != 0)
                continue;
            *at = i + 1 + len;
            return person;
        }
    }
    return NULL;
}

/* ---- sending ---- */

static bool is_blank(const char *text) {
    return text[strspn(text, " \n")] == '\0';
}

/* A backslash at the end of a line is a new line, for those whose Ctrl-j is taken. */
static bool goes_on(struct editor *editor) {
    const char *text = editor_text(editor);
    if (editor->at == 0 || text[editor->at - 1] != '\\')
        return false;
    return editor_replace(editor, editor->at - 1, editor->at, "\n");
}

static bool fits(struct model *model, const char *text, int64_t now_ms) {
    char toast[100];
    const size_t count = utf8_count(text, strlen(text));
    if (count <= CHAT_TEXT_MOST)
        return true;
    snprintf(toast, sizeof toast, "Not sent: %zu characters, and a message has %d at most", count,
        CHAT_TEXT_MOST);
    model_set_toast(model, toast, now_ms + TOAST_MS);
    return false;
}

static void end_change(struct model *model, struct chat *chat) {
    chat->changing = NULL;
    editor_set(&chat->change, "");
    model->composing = false;
}

static void send(struct model *model, int64_t now_ms) {
    struct chat *chat = model_chat(model);
    struct editor *editor = editor_of(chat);
    const char *text = editor_text(editor);
    struct person *me = model_find_person(model, model->me_id);
    if (goes_on(editor) || is_blank(text) || me == NULL || !fits(model, text, now_ms))
        return;
    const bool failed = chat->changing != NULL ? line_edit(chat->changing, text) < 0
                                               : chat_write(chat, text, me, now_ms) == NULL;
    if (failed) {
        model_set_toast(model, "Not sent: out of memory", now_ms + TOAST_MS);
        return;
    }
    if (chat->changing != NULL) {
        end_change(model, chat);
        return;
    }
    editor_set(editor, "");
    chat->cursor = chat->end = NULL;
    chat->cut = 0;
    chat->new_ms = -1; /* who answers has read */
}

/* ---- keys ---- */

/* Esc: a draft stays, a change does not. */
static void leave(struct model *model) {
    struct chat *chat = model_chat(model);
    model->composing = false;
    if (chat->changing != NULL)
        end_change(model, chat);
}

static bool move_key(struct model *model, int key) {
    const struct layout layout = layout_of(model);
    const int page = layout_list_rows(&layout, PANE_TALK) - PAGE_OVERLAP;
    if (key != KEY_CODE_PAGE_UP && key != KEY_CODE_PAGE_DOWN)
        return false;
    reading_scroll(model, key == KEY_CODE_PAGE_UP ? -page : page);
    return true;
}

bool compose_key(struct model *model, int key, int64_t now_ms) {
    struct editor *editor = editor_of(model_chat(model));
    if (key == KEY_CODE_TAB) {
        complete(model);
        model->typed = true;
        return true;
    }
    model->mention = (struct mention){0};
    if (move_key(model, key))
        return true;
    switch (editor_key(editor, key, NULL)) {
    case EDITOR_NOT_MINE:
        return key != KEY_CODE_CONTROL('C') && key != KEY_CODE_CONTROL('Z') &&
               key != KEY_CODE_CONTROL('L') && key != KEY_CODE_FOCUS_IN &&
               key != KEY_CODE_FOCUS_OUT && key != KEY_CODE_PASTE;
    case EDITOR_CHANGED: model->typed = true; return true;
    case EDITOR_DONE: send(model, now_ms); return true;
    case EDITOR_ENDED: leave(model); return true;
    default: return true;
    }
}

void compose_paste(struct model *model, const char *text, int64_t now_ms) {
    struct editor *editor = editor_of(model_chat(model));
    model->mention = (struct mention){0};
    if (!editor_insert(editor, text, strlen(text)))
        model_set_toast(
            model, "Only the beginning was pasted: the message is full", now_ms + TOAST_MS);
    model->typed = true;
}

/* ---- what is shown ---- */

static void clean_up_to(struct bytes *to, const char *text, size_t len) {
    while (len > 0) {
        const char *end = memchr(text, '\n', len);
        const size_t row = end != NULL ? (size_t)(end - text) : len;
        char *copy = strndup(text, row);
        text_clean(to, copy != NULL ? copy : "");
        free(copy);
        if (end != NULL)
            bytes_append_char(to, '\n');
        text += row + (end != NULL);
        len -= row + (end != NULL);
    }
}

char *compose_shown(const struct model *model, size_t *cursor) {
    const struct editor *editor = compose_editor(model);
    struct bytes shown = BYTES_EMPTY;
    bytes_append_text(&shown, "");
    *cursor = 0;
    if (editor != NULL) {
        clean_up_to(&shown, editor_text(editor), editor->at);
        *cursor = shown.len;
        clean_up_to(&shown, editor_text(editor) + editor->at, editor->text.len - editor->at);
    }
    return bytes_take(&shown);
}

int compose_rows(const struct model *model, int cells) {
    const struct editor *editor = compose_editor(model);
    if (editor == NULL || (!model->composing && editor->text.len == 0))
        return 0;
    if (!model->composing)
        return 1;
    size_t cursor;
    char *shown = compose_shown(model, &cursor);
    const int rows = shown != NULL ? wrap_rows(shown, cells > 1 ? cells - 1 : 1, NULL) : 1;
    free(shown);
    return rows;
}

bool compose_tells_typing(const struct model *model) {
    const struct editor *editor = compose_editor(model);
    return compose_is_open(model) && model_chat(model)->changing == NULL &&
           model->light == LIGHT_ON && model->light_wanted == LIGHT_UNKNOWN &&
           model->link.state == LINK_LIVE && !model->link.resyncing && editor->text.len > 0;
}
