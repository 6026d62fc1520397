/* SPDX-License-Identifier: MIT */
/*
 * All is counted from the end of the screen upwards, because that end is what is bound to a line:
 * older lines may come in above without anything moving.
 */
#include "dashboard/model/reading.h"

#include "dashboard/model/layout.h"
#include "dashboard/view/lines.h"

/* Where the lines are shown: so many rows of so many cells; rows below the end. */
struct sight {
    const struct keymap *keymap;
    struct chat *chat;
    int rows, cells;
};

bool reading_is_open(const struct model *model) {
    const struct layout layout = layout_of(model);
    return model->talk_open && layout.talk.rows > 0 && model_chat(model) != NULL;
}

static bool open_sight(const struct model *model, struct sight *sight) {
    const struct layout layout = layout_of(model);
    if (!model->talk_open || layout.talk.rows == 0)
        return false;
    const struct lines_boxes boxes = lines_boxes(model, &layout);
    sight->keymap = &model->keymap;
    sight->chat = model_chat(model);
    sight->rows = boxes.lines.rows > 0 ? boxes.lines.rows : 1;
    sight->cells = lines_fields(&boxes.lines).text_cells;
    return sight->chat != NULL && sight->chat->count > 0;
}

static int height(const struct sight *sight, ptrdiff_t at) {
    return lines_rows(sight->chat, sight->keymap, (size_t)at, sight->cells);
}

static ptrdiff_t last(const struct sight *sight) {
    return (ptrdiff_t)sight->chat->count - 1;
}

static ptrdiff_t end_at(const struct sight *sight) {
    const ptrdiff_t at = chat_at(sight->chat, sight->chat->end);
    return at >= 0 ? at : last(sight);
}

static void set_end(struct sight *sight, ptrdiff_t at, int cut) {
    const bool newest = at >= last(sight) && cut <= 0;
    sight->chat->end = newest ? NULL : sight->chat->lines[at];
    sight->chat->cut = newest ? 0 : cut;
}

/* by > 0: towards the oldest. */
static void scroll_up(struct sight *sight, ptrdiff_t by) {
    ptrdiff_t at = end_at(sight), cut = sight->chat->cut + by;
    while (at > 0 && cut >= height(sight, at))
        cut -= height(sight, at--);
    while (cut < 0 && at < last(sight))
        cut += height(sight, ++at);
    const int most = height(sight, at) - 1;
    set_end(sight, at, cut < 0 ? 0 : cut > most ? most : (int)cut);
}

/* The first line that shows. */
static ptrdiff_t top_at(const struct sight *sight) {
    ptrdiff_t at = end_at(sight);
    int rows = -sight->chat->cut;
    for (; at >= 0 && rows < sight->rows; at--)
        rows += height(sight, at);
    return at + 1;
}

/* No row stays empty above the first line while there are lines below the screen. */
static void fill(struct sight *sight) {
    ptrdiff_t at = end_at(sight);
    int rows = -sight->chat->cut;
    for (; at >= 0 && rows < sight->rows; at--)
        rows += height(sight, at);
    if (rows < sight->rows)
        scroll_up(sight, rows - sight->rows);
}

/* Rows from the end of the screen up to a line's end, and to its start. */
struct reach {
    ptrdiff_t low, high;
};

static struct reach reach_of(const struct sight *sight, ptrdiff_t line) {
    const ptrdiff_t end = end_at(sight);
    ptrdiff_t low = -sight->chat->cut;
    for (ptrdiff_t at = end; at > line; at--)
        low += height(sight, at);
    for (ptrdiff_t at = end + 1; at <= line; at++)
        low -= height(sight, at);
    return (struct reach){low, low + height(sight, line)};
}

/* As much of a line as fits: all of it, or if it is higher than the screen, some of it. */
static void show(struct sight *sight, ptrdiff_t line) {
    const struct reach reach = reach_of(sight, line);
    if (reach.high - reach.low > sight->rows) {
        if (reach.high <= 0)
            scroll_up(sight, reach.low);
        else if (reach.low >= sight->rows)
            scroll_up(sight, reach.low - sight->rows + 1);
        return;
    }
    if (reach.low < 0)
        scroll_up(sight, reach.low);
    else if (reach.high > sight->rows)
        scroll_up(sight, reach.high - sight->rows);
}

/* ---- moving ---- */

static void step(struct sight *sight, bool up) {
    struct chat *chat = sight->chat;
    ptrdiff_t at = chat_at(chat, chat->cursor);
    if (at < 0) {
        chat->cursor = up ? chat->lines[end_at(sight)] : NULL;
        if (!up)
            set_end(sight, last(sight), 0);
        return;
    }
    const struct reach reach = reach_of(sight, at);
    if (up && reach.high > sight->rows)
        scroll_up(sight, 1);
    else if (!up && reach.low < 0)
        scroll_up(sight, -1);
    else if (up && at > 0)
        chat->cursor = chat->lines[at - 1];
    else if (!up)
        chat->cursor = at < last(sight) ? chat->lines[at + 1] : NULL;
}

static void try_older_again(struct chat *chat) {
    if (chat->older == OLDER_FAILED)
        chat->older = OLDER_UNKNOWN;
}

void reading_move(struct model *model, ptrdiff_t by) {
    struct sight sight;
    if (!open_sight(model, &sight))
        return;
    try_older_again(sight.chat);
    if (by == 1 || by == -1) {
        step(&sight, by < 0);
    } else if (by > 0) { /* to the end */
        sight.chat->cursor = NULL;
        set_end(&sight, last(&sight), 0);
    } else {
        sight.chat->cursor = sight.chat->lines[0];
    }
    reading_settle(model);
}

/* The line in sight that is nearest to where the cursor was. */
static void keep_cursor(struct sight *sight, bool went_up) {
    struct chat *chat = sight->chat;
    ptrdiff_t at = chat_at(chat, chat->cursor);
    if (at < 0)
        return;
    if (went_up)
        for (; at > 0 && reach_of(sight, at).low < 0; at--) {
        }
    else
        for (; at < last(sight) && reach_of(sight, at).high > sight->rows; at++) {
        }
    chat->cursor = chat->lines[at];
}

void reading_scroll(struct model *model, ptrdiff_t by) {
    struct sight sight;
    if (!open_sight(model, &sight))
        return;
    try_older_again(sight.chat);
    scroll_up(&sight, -by);
    fill(&sight);
    keep_cursor(&sight, by < 0);
    reading_settle(model);
}

bool reading_select(struct model *model, int row) {
    struct sight sight;
    if (!open_sight(model, &sight) || row < 0 || row >= sight.rows)
        return false;
    int above = sight.rows + sight.chat->cut;
    for (ptrdiff_t at = end_at(&sight); at >= 0; at--) {
        above -= height(&sight, at);
        if (row >= above) {
            sight.chat->cursor = sight.chat->lines[at];
            return true;
        }
    }
    return false;
}

/* ---- seeing ---- */

bool reading_sees(const struct model *model) {
    const struct chat *chat = model_chat(model);
    return reading_is_open(model) && model->focus == PANE_TALK && !model->eye_away &&
           !model->help_open && model->link.state == LINK_LIVE && !model->link.resyncing &&
           chat->end == NULL;
}

const struct line *reading_mark(const struct model *model) {
    const struct chat *chat = model_chat(model);
    const struct channel_shown *channel = model_current(model);
    if (chat == NULL || chat != &channel->chat || !reading_sees(model))
        return NULL;
    const struct line *newest = chat_newest(chat);
    if (newest == NULL || newest->author->me || newest->at_ms <= chat->read_ms ||
        newest->at_ms <= chat->asked_ms)
        return NULL;
    return newest;
}

static void look(struct model *model, struct chat *chat) {
    const struct line *newest = chat_newest(chat);
    if (newest == NULL || !reading_sees(model))
        return;
    if (newest->at_ms > chat->seen_ms)
        chat->seen_ms = newest->at_ms;
    if (chat == &model_current(model)->chat)
        model_current(model)->unread = 0;
}

static void want_older(struct chat *chat) {
    if (chat->older == OLDER_UNKNOWN && chat->count < CHAT_MOST)
        chat->older = OLDER_WANTED;
}

void reading_settle(struct model *model) {
    struct sight sight;
    if (!open_sight(model, &sight)) {
        if (reading_is_open(model))
            want_older(model_chat(model));
        return;
    }
    fill(&sight);
    const ptrdiff_t cursor = chat_at(sight.chat, sight.chat->cursor);
    if (cursor >= 0)
        show(&sight, cursor);
    if (top_at(&sight) == 0)
        want_older(sight.chat);
    look(model, sight.chat);
}

size_t reading_below(const struct model *model) {
    struct chat *chat = model_chat(model);
    const ptrdiff_t at = chat != NULL ? chat_at(chat, chat->end) : -1;
    return at >= 0 ? chat->count - 1 - (size_t)at : 0;
}
