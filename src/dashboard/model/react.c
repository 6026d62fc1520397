/* SPDX-License-Identifier: MIT */
#include "dashboard/model/react.h"

#include "dashboard/model/fuzzy.h"
#include "dashboard/view/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    TOAST_MS = 4000,
    PREFIX = 1000 /* better than any letters here and there */,
    AS_WRITTEN = 1
};

static const char *const usual[] = {"like", "love", "haha", "wow", "sad", "thanks", "done", "no"};
static const char taken_back[] = "yours: Enter takes it back";

/* The message at the cursor, if the server has it; else it is said why there is none. */
static struct line *at_cursor(struct model *model, int64_t now_ms) {
    const struct chat *chat = model_chat(model);
    struct line *line = chat != NULL ? chat->cursor : NULL;
    if (line == NULL)
        model_say(model, "Choose a message first ({up}, {down})", now_ms + TOAST_MS);
    else if (line->state != LINE_SAID || line->deleted)
        model_set_toast(model, "There is nothing to react to", now_ms + TOAST_MS);
    else if (line->change != CHANGE_NONE)
        model_set_toast(model, "Something about it is under way", now_ms + TOAST_MS);
    else
        return line;
    return NULL;
}

static void react(struct model *model, struct line *line, const char *type, int64_t now_ms) {
    if (!reaction_is_valid(type))
        model_set_toast(
            model, "A reaction is one word of letters, digits, - and _", now_ms + TOAST_MS);
    else if (model->link.state != LINK_LIVE)
        model_set_toast(model, "Not connected: try again when it is live", now_ms + TOAST_MS);
    else if (line_react(line, type) < 0)
        model_set_toast(model, "Out of memory", now_ms + TOAST_MS);
}

void react_with(struct model *model, const char *type, int64_t now_ms) {
    struct line *line = at_cursor(model, now_ms);
    if (line != NULL)
        react(model, line, type, now_ms);
}

/* ---- chosen ---- */

void react_open(struct model *model, int64_t now_ms) {
    const struct line *line = at_cursor(model, now_ms);
    if (line == NULL)
        return;
    prompt_open(model, PROMPT_REACT, "");
    snprintf(model->prompt.was_text, sizeof model->prompt.was_text, "%s", line->id);
}

/* The cursor may be elsewhere by then, and the message gone. */
void react_chosen(struct model *model, const char *type, int64_t now_ms) {
    const struct chat *chat = model_chat(model);
    struct line *line = chat != NULL ? chat_find(chat, model->prompt.was_text) : NULL;
    if (line == NULL || line != chat->cursor)
        model_set_toast(model, "That message is gone", now_ms + TOAST_MS);
    else if (type[0] != '\0')
        react_with(model, type, now_ms);
}

static bool is_offered(const struct prompt *prompt, const char *type) {
    for (size_t i = 0; i < prompt->count; i++)
        if (strcmp(prompt->choices[i].text, type) == 0)
            return true;
    return false;
}

static void offer(
    struct model *model, const struct line *line, const char *type, size_t len, int score) {
    struct choice choice = {.note = "", .score = score};
    snprintf(choice.text, sizeof choice.text, "%.*s", (int)(len < 64 ? len : 64), type);
    if (line_has_mine(line, choice.text))
        choice.note = taken_back;
    if (score > 0 && !is_offered(&model->prompt, choice.text))
        prompt_offer(&model->prompt, &choice);
}

static int score(const char *type, size_t len, const char *letters) {
    char text[64];
    snprintf(text, sizeof text, "%.*s", (int)len, type);
    if (letters[0] == '\0')
        return AS_WRITTEN + 1;
    const int fuzzy = fuzzy_score(text, letters, NULL);
    return fuzzy + (strncasecmp(text, letters, strlen(letters)) == 0 ? PREFIX : 0);
}

/* "[like 2], wow": those that are there. */
static void offer_present(struct model *model, const struct line *line, const char *letters) {
    for (const char *at = line->reactions; *at != '\0';) {
        at += strspn(at, "[, ");
        const size_t len = strcspn(at, " ],");
        offer(model, line, at, len, score(at, len, letters));
        at += strcspn(at, ",");
    }
}

/* Those that are there first, then the usual ones, then what is written. */
void react_choices(struct model *model) {
    const struct chat *chat = model_chat(model);
    const struct line *line = chat != NULL ? chat->cursor : NULL;
    const char *text = editor_text(&model->prompt.editor);
    char *letters = text_fold(text);
    if (line != NULL && letters != NULL) {
        offer_present(model, line, letters);
        for (size_t i = 0; i < sizeof usual / sizeof usual[0]; i++)
            offer(model, line, usual[i], strlen(usual[i]),
                score(usual[i], strlen(usual[i]), letters));
        if (reaction_is_valid(text))
            offer(model, line, text, strlen(text), AS_WRITTEN);
    }
    free(letters);
}
