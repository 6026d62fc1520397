/* SPDX-License-Identifier: MIT */
#include "dashboard/view/lines.h"

#include "dashboard/model/compose.h"
#include "dashboard/view/age.h"
#include "dashboard/view/text.h"
#include "dashboard/view/wrap.h"

#include <stdio.h>
#include <string.h>

enum { CLOCK_CELLS = 6, NARROW = 36, RULE_FROM = 6 };

struct lines_boxes lines_boxes(const struct model *model, const struct layout *layout) {
    struct box in = layout->talk;
    if (!layout->single)
        in = (struct box){in.row + 1, in.col + 1, in.rows - 2, in.cols - 2};
    struct lines_boxes boxes = {.lines = in, .rule_row = -1};
    const bool low = in.rows < RULE_FROM; /* no rule, but what is written is seen */
    const int rows = compose_rows(model, in.cols - 4);
    const int share = low ? in.rows - 1 : in.rows / 3;
    const int most = share < LINES_DRAFT_MOST ? share : LINES_DRAFT_MOST;
    const int draft = rows < most ? rows : most;
    if (draft <= 0)
        return boxes;
    boxes.lines.rows -= draft + (low ? 0 : 1);
    boxes.rule_row = low ? -1 : in.row + boxes.lines.rows;
    boxes.draft = (struct box){in.row + in.rows - draft, in.col, draft, in.cols};
    return boxes;
}

struct lines_fields lines_fields(const struct box *in) {
    struct lines_fields f = {.clock = in->col + 1, .dot = in->col + 1 + CLOCK_CELLS};
    if (in->cols < NARROW) { /* when it was said is what can be missed first */
        f.clock = -1;
        f.dot = in->col + 1;
    }
    f.name = f.dot + 2;
    f.name_cells = in->cols >= 60   ? 14
                   : in->cols >= 50 ? 12
                   : in->cols >= 40 ? 10
                   : f.clock >= 0   ? 7
                                    : 5;
    f.text = f.name + f.name_cells + 1;
    f.text_cells = in->col + in->cols - 1 - f.text;
    if (f.text_cells < 1)
        f.text_cells = 1;
    return f;
}

static bool is_another_day(const struct chat *chat, size_t at) {
    char day[AGE_DAY_BYTES], before[AGE_DAY_BYTES];
    if (at == 0)
        return false;
    age_day(day, chat->lines[at]->at_ms);
    age_day(before, chat->lines[at - 1]->at_ms);
    return strcmp(day, before) != 0;
}

struct lines_head lines_head(const struct chat *chat, size_t at) {
    struct lines_head head = {
        .top = at == 0, .day = is_another_day(chat, at), .is_news = chat_news_begin(chat, at)};
    head.rows = head.top + head.day + head.is_news;
    return head;
}

const char *lines_text(const struct line *line) {
    return line->deleted ? "(deleted)" : line->text;
}

static void add(char *to, size_t size, const char *text) {
    const size_t len = strlen(to);
    snprintf(to + len, size - len, "%s%s", len > 0 ? ", " : "", text);
}

enum { REASON_FROM = 28 }; /* in fewer cells it stands below, for the line at the cursor */

/* What became of it, of the line itself or of a change of it. */
static void add_fate(
    const struct line *line, const struct keymap *keymap, int cells, char *to, size_t size) {
    char text[300], key[16];
    keymap_hint(keymap, ACTION_RECONNECT, key, sizeof key);
    if (line->why != NULL) {
        const char *fate = line->state == LINE_FAILED
                               ? (line->unsure ? "PERHAPS NOT SENT" : "NOT SENT")
                           : line->change == CHANGE_DELETE ? "NOT DELETED"
                                                           : "NOT CHANGED";
        if (cells < REASON_FROM)
            snprintf(
                text, sizeof text, "%s (%s)", cells < 20 && line->unsure ? "NOT SENT?" : fate, key);
        else
            snprintf(text, sizeof text, "%s (%s tries again): %.200s", fate, key, line->why);
        add(to, size, text);
    } else if (line->state != LINE_SAID) {
        add(to, size, "sending...");
    } else if (line->change != CHANGE_NONE) {
        add(to, size,
            line->draft != NULL      ? "changing..."
            : line->reaction != NULL ? "reacting..."
                                     : "deleting...");
    }
}

void lines_foot(
    const struct line *line, const struct keymap *keymap, int cells, char *to, size_t size) {
    char text[40];
    to[0] = '\0';
    add_fate(line, keymap, cells, to, size);
    if (line->edited && !line->deleted)
        add(to, size, "edited");
    if (line->replies > 0) {
        snprintf(text, sizeof text, line->replies == 1 ? "%d reply" : "%d replies", line->replies);
        add(to, size, text);
    }
    if (line->reactions[0] != '\0')
        add(to, size, line->reactions);
}

int lines_rows(const struct chat *chat, const struct keymap *keymap, size_t at, int text_cells_) {
    const struct line *line = chat->lines[at];
    char foot[600];
    int last;
    int rows = lines_head(chat, at).rows + wrap_rows(lines_text(line), text_cells_, &last);
    lines_foot(line, keymap, text_cells_, foot, sizeof foot);
    if (foot[0] != '\0' && last + 1 + text_cells(foot) > text_cells_)
        rows++;
    return rows;
}
