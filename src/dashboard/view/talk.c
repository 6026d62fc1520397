/* SPDX-License-Identifier: MIT */
/*
 * A conversation, newest at the bottom: time, the author's dot as it is now, the author, the text.
 * Below it what is being written. Who types stands on the frame, where it moves nothing.
 */
#include "dashboard/model/compose.h"
#include "dashboard/model/reading.h"
#include "dashboard/view/age.h"
#include "dashboard/view/lines.h"
#include "dashboard/view/view.h"
#include "dashboard/view/wrap.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct page {
    const struct scene *scene;
    struct box in;
    struct lines_fields fields;
    const struct chat *chat;
};

static bool is_inside(const struct page *page, int row) {
    return row >= page->in.row && row < page->in.row + page->in.rows;
}

/* ---- what stands above a line ---- */

static void put_rule(const struct page *page, int row, enum style style, const char *text) {
    const struct box *in = &page->in;
    struct cells *cells = page->scene->cells;
    if (!is_inside(page, row))
        return;
    cells_fill(cells, row, in->col + 1, in->cols - 2, STYLE_FRAME, page->scene->glyphs->across);
    const int width = text_cells(text) + 2;
    const int at = in->col + (in->cols - width) / 2;
    cells_put(cells, row, at, 1, STYLE_FRAME, " ");
    cells_put(cells, row, at + 1, in->cols - 3, style, text);
    cells_put(cells, row, at + width - 1, 1, STYLE_FRAME, " ");
}

static const char *top_text(const struct page *page) {
    const bool live = page->scene->model->link.state == LINK_LIVE;
    switch (page->chat->older) {
    case OLDER_NONE: return "the beginning";
    case OLDER_WANTED: return live ? "reading older ones..." : "no link: older ones later";
    case OLDER_ASKED: return "reading older ones...";
    case OLDER_FAILED: return "older ones could not be read";
    default: return "older ones above";
    }
}

static int put_head(const struct page *page, int row, size_t at) {
    const struct lines_head head = lines_head(page->chat, at);
    char day[AGE_DAY_BYTES], top[80];
    if (head.top) {
        age_day(day, page->chat->lines[at]->at_ms);
        snprintf(top, sizeof top, "%s, %s", top_text(page), day);
        put_rule(page, row++, STYLE_FAINT, text_cells(top) + 6 <= page->in.cols ? top : day);
    }
    if (head.day) {
        age_day(day, page->chat->lines[at]->at_ms);
        put_rule(page, row++, STYLE_FAINT, day);
    }
    if (head.is_news)
        put_rule(page, row++, STYLE_UNREAD, "new");
    return row;
}

/* ---- a line ---- */

static enum style text_style(const struct line *line) {
    if (line->deleted)
        return STYLE_FAINT;
    return line->state == LINE_SAID ? STYLE_PLAIN : STYLE_FAINT;
}

static void put_found(const struct page *page, int row, int col, int most, const char *text) {
    if (page->scene->model->focus == PANE_TALK)
        view_found(page->scene, row, col, most, text);
}

/* The rows of the text; the one after them, and in *last the cells that the last one has. */
static int put_text(const struct page *page, int row, const struct line *line, int *last) {
    const struct lines_fields *f = &page->fields;
    const char *text = lines_text(line);
    size_t len, next;
    do {
        len = wrap_row(text, f->text_cells, &next);
        char *piece = strndup(text, len);
        *last = piece != NULL ? text_cells(piece) : 0;
        if (piece != NULL && is_inside(page, row))
            cells_put(page->scene->cells, row, f->text, f->text_cells, text_style(line), piece);
        if (piece != NULL && is_inside(page, row) && !line->deleted)
            put_found(page, row, f->text, f->text_cells, piece);
        free(piece);
        text += next;
        row++;
    } while (*text != '\0' || (next > len && next > 0));
    return row;
}

static int put_foot(const struct page *page, int row, const struct line *line, int last) {
    const struct lines_fields *f = &page->fields;
    char foot[600];
    lines_foot(line, &page->scene->model->keymap, f->text_cells, foot, sizeof foot);
    if (foot[0] == '\0')
        return row;
    const bool behind = last + 1 + text_cells(foot) <= f->text_cells;
    const int at = behind ? row - 1 : row, indent = behind ? last + 1 : 0;
    if (is_inside(page, at))
        cells_put(page->scene->cells, at, f->text + indent, f->text_cells - indent,
            line->why != NULL ? STYLE_BAD : STYLE_FAINT, foot);
    return behind ? row : row + 1;
}

static void put_author(const struct page *page, int row, const struct line *line) {
    const struct scene *scene = page->scene;
    const struct lines_fields *f = &page->fields;
    char clock[6];
    if (!is_inside(page, row))
        return;
    const struct state_look look = view_state(scene, line->author);
    view_clock(scene, clock, line->at_ms);
    if (f->clock >= 0)
        cells_put(scene->cells, row, f->clock, 5, STYLE_FAINT, clock);
    cells_put(scene->cells, row, f->dot, 1, look.style, look.dot);
    cells_put(
        scene->cells, row, f->name, f->name_cells, look.name_style, view_name(scene, line->author));
    put_found(page, row, f->name, f->name_cells, view_name(scene, line->author));
}

static void put_line(const struct page *page, int row, size_t at) {
    const struct line *line = page->chat->lines[at];
    int last = 0;
    const int first = put_head(page, row, at);
    put_author(page, first, line);
    int end = put_text(page, first, line, &last);
    end = put_foot(page, end, line, last);
    if (page->chat->cursor != line)
        return;
    if (is_inside(page, first))
        cells_put(page->scene->cells, first, page->in.col, 1, STYLE_KEY, ">");
    for (row = first; row < end && page->scene->model->focus == PANE_TALK; row++)
        if (is_inside(page, row))
            cells_select(page->scene->cells, row, page->in.col, page->in.cols);
}

static void put_nothing(const struct page *page) {
    const bool known = page->chat->older == OLDER_NONE;
    const bool replies = model_current(page->scene->model)->replies_to != NULL;
    const bool live = page->scene->model->link.state == LINK_LIVE;
    char text[80];
    keymap_fill(&page->scene->model->keymap,
        known  ? (replies ? "No replies yet: {compose} writes one"
                          : "Nothing has been said here yet: {compose} begins")
        : live ? "Reading..."
               : "No link: what was said here is not known yet",
        text, sizeof text);
    cells_put(page->scene->cells, page->in.row + (page->in.rows > 1), page->in.col + 2,
        page->in.cols - 3, STYLE_FAINT, text);
}

static void put_lines(const struct page *page) {
    const struct chat *chat = page->chat;
    int row = page->in.row + page->in.rows + chat->cut;
    ptrdiff_t at = chat_at(chat, chat->end);
    if (chat->count == 0)
        put_nothing(page);
    for (at = at >= 0 ? at : (ptrdiff_t)chat->count - 1; at >= 0 && row > page->in.row; at--) {
        row -= lines_rows(chat, &page->scene->model->keymap, (size_t)at, page->fields.text_cells);
        put_line(page, row, (size_t)at);
    }
}

/* ---- what is written ---- */

/* Of the rows of a draft the one of the cursor, and the cell in it. */
struct spot {
    int row, col;
};

static struct spot spot_of(const char *text, size_t cursor, int cells) {
    struct spot spot = {0, 0};
    size_t at = 0, len, next;
    for (;;) {
        len = wrap_row(text + at, cells, &next);
        const bool is_last = text[at + next] == '\0' && next == len;
        if (cursor < at + next || is_last || (cursor == at + len && next > len))
            break;
        at += next;
        spot.row++;
    }
    for (int width; at < cursor; at += text_cluster(text + at, &width), spot.col += width) {
        if (text_cluster(text + at, &width) == 0)
            break;
    }
    return spot;
}

static void put_draft_row(
    const struct scene *scene, const struct box *box, int row, const char *text, enum style style) {
    const int cells = box->cols - 4;
    cells_put(scene->cells, box->row + row, box->col + 3, cells, style, text);
}

static void put_draft(const struct scene *scene, const struct box *box) {
    const struct model *model = scene->model;
    const int cells = box->cols - 5 > 1 ? box->cols - 5 : 1;
    size_t cursor, len, next = 0;
    char *shown = compose_shown(model, &cursor);
    if (shown == NULL)
        return;
    const struct spot spot = spot_of(shown, cursor, cells);
    const int skip = model->composing && spot.row >= box->rows ? spot.row - box->rows + 1 : 0;
    const char *text = shown;
    cells_put(scene->cells, box->row, box->col + 1, 1, STYLE_KEY, ">");
    for (int row = 0; row < skip + box->rows; row++, text += next) {
        len = wrap_row(text, cells, &next);
        char *piece = strndup(text, len);
        if (row >= skip && piece != NULL)
            put_draft_row(
                scene, box, row - skip, piece, model->composing ? STYLE_PLAIN : STYLE_FAINT);
        free(piece);
    }
    if (compose_is_open(model))
        cells_cursor(scene->cells, box->row + spot.row - skip, box->col + 3 + spot.col);
    free(shown);
}

static void put_composer(const struct scene *scene, const struct lines_boxes *boxes) {
    const struct model *model = scene->model;
    const struct box *box = &boxes->draft;
    if (box->rows == 0)
        return;
    char text[80];
    const char *words = !model->composing                     ? "draft: {compose} goes on"
                        : model_chat(model)->changing != NULL ? "another text: Enter changes it"
                        : box->cols >= 60
                            ? "Enter sends, Ctrl-j new line, @ Tab names, Esc keeps it"
                        : box->cols >= 46 ? "Enter sends, ^J new line, Esc keeps it"
                                          : "Enter sends, Esc keeps it";
    keymap_fill(&model->keymap, words, text, sizeof text);
    put_draft(scene, box);
    if (boxes->rule_row < 0)
        return;
    cells_fill(scene->cells, boxes->rule_row, box->col + 1, box->cols - 2, STYLE_FRAME,
        scene->glyphs->across);
    const int at = box->col + 2;
    const int used = cells_put(scene->cells, boxes->rule_row, at + 1, box->cols - 6,
        model->composing ? STYLE_FOCUS : STYLE_FAINT, text);
    cells_put(scene->cells, boxes->rule_row, at, 1, STYLE_FRAME, " ");
    cells_put(scene->cells, boxes->rule_row, at + 1 + used, 1, STYLE_FRAME, " ");
}

bool view_mention(const struct scene *scene, char *to, size_t size) {
    enum { MOST = 8 };
    struct person *people[MOST];
    const size_t count = compose_candidates(scene->model, people, MOST);
    size_t len = 0;
    to[0] = '\0';
    for (size_t i = 0; i < count && len < size; i++)
        len += (size_t)snprintf(to + len, size - len, "%s@%.80s %s", i == 0 ? "Tab: " : ", ",
            people[i]->id, view_name(scene, people[i]));
    return count > 0;
}

bool view_fault(const struct scene *scene, char *to, size_t size) {
    const struct chat *chat = model_chat(scene->model);
    const struct line *line = chat != NULL ? chat->cursor : NULL;
    if (scene->model->focus != PANE_TALK || scene->layout.talk.rows == 0 || line == NULL ||
        line->why == NULL)
        return false;
    snprintf(to, size, "%s", line->why);
    return true;
}

/* ---- the pane ---- */

bool view_typing(const struct scene *scene, char *to, size_t size) {
    const struct chat *chat = &model_current(scene->model)->chat;
    const bool live = scene->model->link.state == LINK_LIVE;
    size_t len = 0;
    to[0] = '\0';
    if (scene->layout.talk.rows == 0 || chat->typing_count == 0 || !live)
        return false;
    if (chat->typing_count > CHAT_TYPING) {
        snprintf(to, size, "%u people are typing...", chat->typing_count);
        return true;
    }
    for (unsigned i = 0; i < chat->typing_count && len < size; i++)
        len += (size_t)snprintf(
            to + len, size - len, "%s%.60s", i == 0 ? "" : ", ", view_name(scene, chat->typing[i]));
    if (len < size)
        snprintf(
            to + len, size - len, chat->typing_count == 1 ? " is typing..." : " are typing...");
    return true;
}

static void put_typing(const struct scene *scene) {
    const struct box *box = &scene->layout.talk;
    char text[400];
    if (scene->layout.single || !view_typing(scene, text, sizeof text))
        return;
    const int row = box->row + box->rows - 1;
    cells_put(scene->cells, row, box->col + 2, 1, STYLE_FRAME, " ");
    const int used = cells_put(scene->cells, row, box->col + 3, box->cols - 6, STYLE_STATUS, text);
    cells_put(scene->cells, row, box->col + 3 + used, 1, STYLE_FRAME, " ");
}

static void put_title(const struct scene *scene, char *to, size_t size) {
    const struct channel_shown *channel = model_current(scene->model);
    const char *id = channel->replies_to;
    const struct line *parent = id != NULL ? chat_find(&channel->chat, id) : NULL;
    if (parent != NULL)
        snprintf(to, size, "Replies to %.60s: %.200s", view_name(scene, parent->author),
            lines_text(parent));
    else
        snprintf(to, size, id != NULL ? "Replies in %s%s" : "Conversation %s%s",
            channel_sign(channel), channel->name);
    for (char *end = to; (end = strchr(end, '\n')) != NULL;)
        *end = ' ';
}

void view_talk(const struct scene *scene) {
    const struct model *model = scene->model;
    if (scene->layout.talk.rows == 0)
        return;
    char title[320], right[48], keyed[48];
    const size_t below = reading_below(model);
    put_title(scene, title, sizeof title);
    if (below > 0)
        snprintf(right, sizeof right, "%zu newer below ({last})", below);
    keymap_fill(&model->keymap, below > 0 ? right : "{back} closes", keyed, sizeof keyed);
    view_frame(scene, &scene->layout.talk, "", title, keyed, model->focus == PANE_TALK);
    const struct lines_boxes boxes = lines_boxes(model, &scene->layout);
    const struct page page = {scene, boxes.lines, lines_fields(&boxes.lines), model_chat(model)};
    put_typing(scene);
    if (page.chat == NULL)
        cells_put(scene->cells, page.in.row + 1, page.in.col + 2, page.in.cols - 3, STYLE_FAINT,
            "Choose one channel to read its conversation");
    else
        put_lines(&page);
    put_composer(scene, &boxes);
}
