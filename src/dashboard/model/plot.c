/* SPDX-License-Identifier: MIT */
/*
 * Every stay adds one where it begins and takes one where it ends; a running sum then is the
 * count. So it costs a step for every turn and every minute, not their product.
 */
#include "dashboard/model/plot.h"

enum { MINUTE_MS = 60 * 1000 };

struct sums {
    int home[PLOT_MINUTES + 1], known[PLOT_MINUTES + 1];
};

/* The first minute whose end is at or after a time. */
static int minute_of(int64_t at_ms, int64_t now_ms) {
    const int64_t before_now = now_ms - at_ms;
    if (before_now < 0)
        return PLOT_MINUTES;
    const int64_t minute = PLOT_MINUTES - 1 - before_now / MINUTE_MS;
    return minute < 0 ? 0 : (int)minute;
}

static void add_person(struct sums *sums, const struct history *history, int64_t now_ms) {
    for (unsigned i = 0; i < history->count; i++) {
        const struct turn turn = history_turn(history, i);
        if (turn.seen == SEEN_UNKNOWN)
            continue;
        const int first = minute_of(turn.at_ms, now_ms);
        const int last = i + 1 < history->count
                             ? minute_of(history_turn(history, i + 1).at_ms, now_ms)
                             : PLOT_MINUTES;
        sums->known[first]++;
        sums->known[last]--;
        sums->home[first] += turn.seen == SEEN_HOME;
        sums->home[last] -= turn.seen == SEEN_HOME;
    }
}

static void end_now(struct plot *plot) {
    const bool is_peak = plot->home_now > plot->peak_before;
    plot->home[PLOT_MINUTES - 1] = plot->known_now > 0 ? plot->home_now : PLOT_UNKNOWN;
    plot->peak = is_peak ? plot->home_now : plot->peak_before;
    plot->peak_ms = is_peak ? plot->filled_ms : plot->peak_before_ms;
}

void plot_fill(struct plot *plot, const struct roster *people, int64_t now_ms) {
    struct sums sums = {{0}, {0}};
    int home = 0, known = 0;
    plot->peak_before = 0;
    plot->peak_before_ms = 0;
    plot->filled_ms = now_ms;
    for (size_t i = 0; i < people->count; i++)
        add_person(&sums, &people->people[i]->history, now_ms);
    for (int minute = 0; minute < PLOT_MINUTES - 1; minute++) {
        home += sums.home[minute];
        known += sums.known[minute];
        plot->home[minute] = known > 0 ? home : PLOT_UNKNOWN;
        if (home > plot->peak_before) {
            plot->peak_before = home;
            plot->peak_before_ms = now_ms - (int64_t)(PLOT_MINUTES - 1 - minute) * MINUTE_MS;
        }
    }
    plot->home_now = home + sums.home[PLOT_MINUTES - 1];
    plot->known_now = known + sums.known[PLOT_MINUTES - 1];
    end_now(plot);
}

bool plot_is_of(const struct plot *plot, int64_t now_ms) {
    return plot->filled_ms != 0 && now_ms >= plot->filled_ms &&
           now_ms / MINUTE_MS == plot->filled_ms / MINUTE_MS;
}

void plot_note(struct plot *plot, enum seen before, enum seen after, int64_t at_ms) {
    if (plot->filled_ms == 0 || at_ms <= plot->filled_ms - MINUTE_MS ||
        at_ms / MINUTE_MS > plot->filled_ms / MINUTE_MS) {
        plot_forget(plot);
        return;
    }
    plot->home_now += (after == SEEN_HOME) - (before == SEEN_HOME);
    plot->known_now += (after != SEEN_UNKNOWN) - (before != SEEN_UNKNOWN);
    end_now(plot);
}

void plot_join(struct plot *plot, const struct history *history) {
    if (history->count == 0)
        return;
    const struct turn last = history_turn(history, history->count - 1);
    plot_note(plot, SEEN_UNKNOWN, last.seen, history_turn(history, 0).at_ms);
}

void plot_forget(struct plot *plot) {
    plot->filled_ms = 0;
}

void plot_columns(const struct plot *plot, int *columns, int count) {
    for (int i = 0; i < count; i++) {
        const int begin = (int)((int64_t)PLOT_MINUTES * i / count);
        int end = (int)((int64_t)PLOT_MINUTES * (i + 1) / count);
        end = end > begin ? end : begin + 1;
        columns[i] = PLOT_UNKNOWN;
        for (int minute = begin; minute < end; minute++)
            if (plot->home[minute] > columns[i])
                columns[i] = plot->home[minute];
    }
}

int plot_top(int most) {
    static const int steps[] = {1, 2, 4, 5, 8};
    for (int ten = 1;; ten *= 10) {
        for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++)
            if (most <= steps[i] * ten)
                return steps[i] * ten;
        if (ten > 10000000)
            return most;
    }
}
