/* SPDX-License-Identifier: MIT */
/*
 * A search moves the cursor while it is written, a filter filters, and both come back with Esc: so
 * what was there before is kept when the line is opened. A command and a jump do nothing before
 * Enter.
 */
#include "dashboard/model/prompt.h"

#include "dashboard/input/key.h"
#include "dashboard/model/command.h"
#include "dashboard/model/filter_words.h"
#include "dashboard/model/jump.h"
#include "dashboard/model/react.h"
#include "dashboard/model/search.h"
#include "dashboard/model/update.h"

#include <stdio.h>
#include <string.h>

enum { TOAST_MS = 4000 };

static struct past *past_of(struct model *model) {
    const enum prompt_kind kind = model->prompt.kind;
    return kind == PROMPT_PALETTE ? &model->pasts[PROMPT_COMMAND] : &model->pasts[kind];
}

static bool has_choices(const struct prompt *prompt) {
    return prompt->kind == PROMPT_COMMAND || prompt->kind == PROMPT_PALETTE ||
           prompt->kind == PROMPT_JUMP || prompt->kind == PROMPT_REACT ||
           prompt->kind == PROMPT_FILTER;
}

static bool is_chosen_from(const struct prompt *prompt) {
    return prompt->kind == PROMPT_PALETTE || prompt->kind == PROMPT_JUMP ||
           prompt->kind == PROMPT_REACT;
}

/* ---- choices ---- */

void prompt_offer(struct prompt *prompt, const struct choice *choice) {
    if (prompt->count == CHOICES && prompt->choices[CHOICES - 1].score >= choice->score)
        return;
    size_t at = prompt->count < CHOICES ? prompt->count++ : CHOICES - 1;
    for (; at > 0 && prompt->choices[at - 1].score < choice->score; at--)
        prompt->choices[at] = prompt->choices[at - 1];
    prompt->choices[at] = *choice;
}

static void look_again(struct model *model) {
    struct prompt *prompt = &model->prompt;
    prompt->count = prompt->at = prompt->from = 0;
    prompt->chosen = false;
    if (prompt->kind == PROMPT_JUMP)
        jump_choices(model);
    else if (prompt->kind == PROMPT_REACT)
        react_choices(model);
    else if (prompt->kind == PROMPT_FILTER)
        filter_choices(model);
    else if (has_choices(prompt))
        command_choices(model);
}

static void choose(struct prompt *prompt, int by) {
    if (prompt->count == 0)
        return;
    if (prompt->chosen || is_chosen_from(prompt))
        prompt->at = (prompt->at + prompt->count + (size_t)by) % prompt->count;
    prompt->chosen = true;
}

/* Tab: a command's line becomes the next choice; the choices stay, so that Tab goes on. */
static void complete(struct prompt *prompt, int by) {
    choose(prompt, by);
    if (prompt->count > 0 && prompt->kind != PROMPT_JUMP)
        editor_replace(&prompt->editor, prompt->from, prompt->editor.text.len,
            prompt->choices[prompt->at].text);
}

/* ---- opening and closing ---- */

void prompt_open(struct model *model, enum prompt_kind kind, const char *text) {
    struct prompt *prompt = &model->prompt;
    const struct channel_shown *channel = model_current(model);
    prompt_close(model);
    prompt->kind = kind;
    editor_init(&prompt->editor, PROMPT_BYTES - 1, false);
    editor_set(&prompt->editor, text);
    prompt->fault.why[0] = '\0';
    prompt->found = 0;
    prompt->was_selected = channel->selected;
    prompt->was_row = channel->selected_row;
    prompt->was_at = search_place(model);
    snprintf(prompt->was_text, sizeof prompt->was_text, "%s",
        kind == PROMPT_FILTER ? model->filter_text
        : kind == PROMPT_HELP ? model->help_text
                              : model->search_text);
    look_again(model);
}

void prompt_close(struct model *model) {
    editor_fini(&model->prompt.editor);
    model->prompt.kind = PROMPT_NONE;
    model->prompt.count = 0;
}

/* ---- what writing does ---- */

int prompt_filter(struct model *model, const char *text, struct filter_fault *fault) {
    fault->why[0] = '\0';
    if (filter_read(&model->list.filter, text, fault) != 0)
        return 1;
    snprintf(model->filter_text, sizeof model->filter_text, "%s", text);
    list_make_anew(&model->list);
    return 0;
}

static unsigned changed(struct model *model) {
    struct prompt *prompt = &model->prompt;
    const char *text = editor_text(&prompt->editor);
    switch (prompt->kind) {
    case PROMPT_SEARCH:
        search_from(model, text, prompt->was_at);
        prompt->found = search_count(model);
        break;
    case PROMPT_FILTER:
        prompt_filter(model, text, &prompt->fault);
        look_again(model);
        break;
    case PROMPT_HELP:
        snprintf(model->help_text, sizeof model->help_text, "%s", text);
        model->help_at = 0;
        break;
    default: look_again(model); break;
    }
    return EFFECT_LOOK;
}

/* Esc: as it was. */
static unsigned give_up(struct model *model) {
    struct prompt *prompt = &model->prompt;
    struct filter_fault fault;
    if (prompt->kind == PROMPT_FILTER)
        prompt_filter(model, prompt->was_text, &fault);
    if (prompt->kind == PROMPT_HELP)
        snprintf(model->help_text, sizeof model->help_text, "%.100s", prompt->was_text);
    if (prompt->kind == PROMPT_SEARCH) {
        search_set(model, prompt->was_text);
        search_go(model, prompt->was_at);
    }
    prompt_close(model);
    return EFFECT_LOOK;
}

static unsigned set_status(struct model *model, int64_t now_ms) {
    char text[PROMPT_BYTES];
    snprintf(text, sizeof text, "%s", editor_text(&model->prompt.editor));
    prompt_close(model);
    return mine_status(model, text, now_ms);
}

/* A copy: what is done may open another prompt. */
static unsigned run(struct model *model, int64_t now_ms) {
    char line[PROMPT_BYTES];
    const struct prompt *prompt = &model->prompt;
    const struct choice choice = prompt->count > 0 ? prompt->choices[prompt->at]
                                                   : (struct choice){0};
    const bool pick = prompt->count > 0 && prompt->kind == PROMPT_PALETTE && prompt->from == 0;
    const bool jump = prompt->kind == PROMPT_JUMP;
    snprintf(line, sizeof line, "%s", pick ? choice.text : editor_text(&prompt->editor));
    if (!jump)
        past_add(past_of(model), line);
    prompt_close(model);
    if (jump)
        return prompt->count == 0 && choice.text[0] == '\0' ? 0 : jump_to(model, &choice, now_ms);
    return command_run(model, line, now_ms);
}

static unsigned react(struct model *model, int64_t now_ms) {
    char type[NEEDLE_BYTES] = "";
    const struct prompt *prompt = &model->prompt;
    if (prompt->count > 0)
        snprintf(type, sizeof type, "%s", prompt->choices[prompt->at].text);
    else if (prompt->editor.text.len > 0) /* no word that could be one */
        snprintf(type, sizeof type, "%.100s", editor_text(&prompt->editor));
    react_chosen(model, type, now_ms);
    prompt_close(model);
    return 0;
}

static unsigned done(struct model *model, int64_t now_ms) {
    struct prompt *prompt = &model->prompt;
    const char *text = editor_text(&prompt->editor);
    switch (prompt->kind) {
    case PROMPT_REACT: return react(model, now_ms);
    case PROMPT_STATUS: return set_status(model, now_ms);
    case PROMPT_SEARCH:
        if (text[0] == '\0') { /* again what was looked for last */
            prompt_close(model);
            return search_next(model, 1, now_ms);
        }
        if (prompt->found == 0)
            model_say(model,
                model->focus == PANE_TALK ? "Not in what is read: {next-match} reads further back"
                                          : "Nothing is found ({back} forgets it)",
                now_ms + TOAST_MS);
        break;
    case PROMPT_FILTER:
        if (prompt->fault.why[0] != '\0')
            return 0; /* it is said where, and can be mended */
        break;
    case PROMPT_HELP: break;
    default: return run(model, now_ms);
    }
    past_add(past_of(model), text);
    prompt_close(model);
    return EFFECT_LOOK;
}

/* ---- keys ---- */

static bool choice_key(struct prompt *prompt, int key) {
    const bool chosen_from = is_chosen_from(prompt);
    if (key == KEY_CODE_TAB || key == KEY_CODE_BACK_TAB)
        complete(prompt, key == KEY_CODE_TAB ? 1 : -1);
    else if (chosen_from && (key == KEY_CODE_DOWN || key == KEY_CODE_CONTROL('N')))
        choose(prompt, 1);
    else if (chosen_from && (key == KEY_CODE_UP || key == KEY_CODE_CONTROL('P')))
        choose(prompt, -1);
    else
        return false;
    return true;
}

unsigned prompt_key(struct model *model, int key, int64_t now_ms) {
    struct prompt *prompt = &model->prompt;
    if (has_choices(prompt) && choice_key(prompt, key)) {
        if (prompt->kind == PROMPT_FILTER) /* the choices stay, so that Tab goes on */
            prompt_filter(model, editor_text(&prompt->editor), &prompt->fault);
        return prompt->kind == PROMPT_FILTER ? EFFECT_LOOK : 0;
    }
    switch (editor_key(&prompt->editor, key, past_of(model))) {
    case EDITOR_CHANGED: return changed(model);
    case EDITOR_DONE: return done(model, now_ms);
    case EDITOR_ENDED: return give_up(model);
    case EDITOR_NOT_MINE: break;
    default: return 0;
    }
    const enum action action = keymap_action(&model->keymap, key, 'm');
    if (action == ACTION_QUIT_NOW || action == ACTION_SUSPEND || action == ACTION_REDRAW)
        return update_action(model, action, now_ms);
    return 0;
}

void prompt_paste(struct model *model, const char *text, int64_t now_ms) {
    if (!editor_insert(&model->prompt.editor, text, strlen(text)))
        model_set_toast(model, "There was no room for all of it", now_ms + TOAST_MS);
    changed(model);
}
