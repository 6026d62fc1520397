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

void remember_recall(const struct state_file *state, struct model *model) {
    const size_t pane = recall_one(state, "ui.pane", panes, PANES);
    if (pane < PANES)
        model->focus = (enum pane)pane;
    model->hide_offline = state_file_number(
                              state, "ui.hide_offline", model->hide_offline ? 1 : 0) == 1;
}

void remember_note(struct state_file *state, const struct model *model) {
    if ((size_t)model->focus < PANES)
        state_file_put(state, "ui.pane", panes[model->focus]);
    state_file_put_number(state, "ui.hide_offline", model->hide_offline ? 1 : 0);
}
