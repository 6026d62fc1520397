/* SPDX-License-Identifier: MIT */
#include "dashboard/remember.h"

#include <string.h>

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

void remember_recall(const struct state_file *state, struct model *model) {
    const size_t pane = recall_one(state, "ui.pane", panes, PANES);
    if (pane < PANES)
        model->focus = (enum pane)pane;
    model->list.hide_offline = state_file_number(
                                   state, "ui.hide_offline", model->list.hide_offline ? 1 : 0) == 1;
    recall_list(state, &model->list);
}

void remember_note(struct state_file *state, const struct model *model) {
    if ((size_t)model->focus < PANES)
        state_file_put(state, "ui.pane", panes[model->focus]);
    state_file_put_number(state, "ui.hide_offline", model->list.hide_offline ? 1 : 0);
    state_file_put(state, "ui.sort", sort_key_name(model->list.key));
    state_file_put(state, "ui.show", state_rule_name(model->list.states));
    state_file_put_number(state, "ui.sort_reversed", model->list.reversed ? 1 : 0);
}
