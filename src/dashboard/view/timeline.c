/* SPDX-License-Identifier: MIT */
#include "dashboard/view/timeline.h"

#include "dashboard/view/age.h"
#include "dashboard/view/wrap.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

void sheet_put(struct sheet *sheet, const char *label, enum style style, const char *text) {
    if (text[0] == '\0')
        return;
    const int row = sheet->row++;
    if (row < 0 || row >= sheet->in.rows)
        return;
    const int indent = label[0] != '\0' ? 10 : 1;
    struct cells *cells = sheet->scene->cells;
    cells_put(cells, sheet->in.row + row, sheet->in.col + 1, 9, STYLE_FAINT, label);
    cells_put(cells, sheet->in.row + row, sheet->in.col + indent, sheet->in.cols - indent - 1,
        style, text);
}

void sheet_words(struct sheet *sheet, const char *label, enum style style, const char *text) {
    const int cells = sheet->in.cols - (label[0] != '\0' ? 11 : 2);
    size_t next;
    for (const char *at = text; *at != '\0' && cells > 0; at += next) {
        const size_t len = wrap_row(at, cells, &next);
        char *piece = strndup(at, len);
        if (piece != NULL)
            sheet_put(sheet, label[0] == '\0' || at == text ? label : " ", style, piece);
        free(piece);
    }
}

void sheet_skip(struct sheet *sheet) {
    if (!sheet->tight)
        sheet->row++;
}

/* The first moment of a day, whose clock would say so many seconds if it were that of Greenwich.
 * By hand: mktime() looks each time on the disk whether the zone is another now. */
static time_t first_of_day(time_t naive, long offset) {
    time_t at = naive - offset, before = at;
    for (int i = 0; i < 3; i++) {
        struct tm local;
        if (localtime_r(&at, &local) == NULL || naive - local.tm_gmtoff == at)
            return at;
        before = at;
        at = naive - local.tm_gmtoff;
    }
    return at > before ? at
                       : before; /* there was no midnight that day: when the clock was put on */
}

int64_t view_midnight(int64_t unix_ms, int back) {
    const time_t seconds = (time_t)(unix_ms / 1000);
    struct tm local;
    if (localtime_r(&seconds, &local) == NULL)
        return unix_ms;
    struct tm day = {
        .tm_year = local.tm_year, .tm_mon = local.tm_mon, .tm_mday = local.tm_mday - back};
    return (int64_t)first_of_day(timegm(&day), local.tm_gmtoff) * 1000;
}

static void put_day(struct sheet *sheet, int64_t midnight_ms) {
    char text[32] = "";
    const time_t seconds = (time_t)(midnight_ms / 1000);
    struct tm local;
    if (localtime_r(&seconds, &local) != NULL)
        strftime(text, sizeof text, "%a %Y-%m-%d", &local);
    sheet_put(sheet, "", STYLE_TITLE, text);
}

enum { NARROW = 30 };

/* "08:40-10:05 home     1h25m"; what reaches over midnight stands in both days. */
static void put_turn(struct sheet *sheet, enum seen seen, int64_t from_ms, int64_t to_ms) {
    static const char *const words[] = {"not known", "away", "home"};
    static const enum style styles[] = {STYLE_UNKNOWN, STYLE_OFFLINE, STYLE_ONLINE};
    char from[6], to[6], span[SPAN_BYTES], text[64];
    const bool is_now = to_ms >= sheet->scene->now_ms;
    age_clock(from, from_ms);
    age_clock(to, to_ms);
    if (strcmp(to, "00:00") == 0)
        strcpy(to, "24:00"); /* of the same day */
    age_span(span, to_ms - from_ms);
    if (sheet->in.cols < NARROW)
        snprintf(text, sizeof text, " %s-%-5s %-4.4s %s", from, is_now ? "now" : to,
            seen == SEEN_UNKNOWN ? "?" : words[seen], span);
    else
        snprintf(
            text, sizeof text, " %s-%-5s %-9s %s", from, is_now ? "now" : to, words[seen], span);
    sheet_put(sheet, "", styles[seen], text);
}

/* What of a day was seen, from its end back to its beginning. True: there was something. */
static bool put_day_turns(
    struct sheet *sheet, const struct history *history, int64_t day_ms, int64_t end_ms) {
    bool any = false;
    int64_t until_ms = end_ms;
    for (unsigned i = history->count; i > 0 && until_ms > day_ms; i--) {
        const struct turn turn = history_turn(history, i - 1);
        if (turn.at_ms >= until_ms)
            continue;
        if (!any)
            put_day(sheet, day_ms);
        any = true;
        const int64_t from_ms = turn.at_ms > day_ms ? turn.at_ms : day_ms;
        put_turn(sheet, turn.seen, from_ms, until_ms);
        until_ms = from_ms;
    }
    return any;
}

void view_timeline(struct sheet *sheet, const struct person *person) {
    const struct history *history = &person->history;
    if (history->count == 0) {
        sheet_put(sheet, "", STYLE_FAINT, "Nothing seen yet");
        return;
    }
    const int64_t begin_ms = history_turn(history, 0).at_ms;
    int64_t end_ms = sheet->scene->now_ms;
    for (int back = 0; back < 32 && end_ms > begin_ms; back++) {
        const int64_t day_ms = view_midnight(sheet->scene->now_ms, back);
        put_day_turns(sheet, history, day_ms, end_ms);
        end_ms = day_ms;
    }
}
