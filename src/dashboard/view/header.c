/* SPDX-License-Identifier: MIT */
/*
 * One line that never scrolls: where, as whom, the link, how many are in which state, my own light,
 * the time. What matters most is placed first, from both ends; what no longer fits is left out.
 */
#include "dashboard/input/action.h"
#include "dashboard/view/age.h"
#include "dashboard/view/view.h"

#include <stdio.h>
#include <string.h>

enum { UNTIL_FROM = 36, UNTIL_FULL = 60, SPACIOUS = 100, WIDE = 110, MINUTE_MS = 60 * 1000 };

static const char *plural_seconds(char *to, size_t size, int64_t ms) {
    const int64_t seconds = ms > 0 ? ms / 1000 : 0;
    if (seconds < 120)
        snprintf(to, size, "%llds", (long long)seconds);
    else
        snprintf(to, size, "%lldm", (long long)seconds / 60);
    return to;
}

static enum style link_text(const struct scene *scene, char *to, size_t size) {
    const struct link_shown *link = &scene->model->link;
    char since[20] = "", wait[20] = "", key[16];
    keymap_hint(&scene->model->keymap, ACTION_RECONNECT, key, sizeof key);
    const bool stale = link->stale_since_ms != 0;
    if (stale)
        plural_seconds(since, sizeof since, scene->now_ms - link->stale_since_ms);
    switch (link->state) {
    case LINK_LIVE:
        if (link->resyncing)
            snprintf(to, size, "LIVE, reading again");
        else if (link->latency_ms >= 0)
            snprintf(to, size, "LIVE %dms", link->latency_ms);
        else
            snprintf(to, size, "LIVE");
        return link->resyncing ? STYLE_WARN : STYLE_GOOD;
    case LINK_WAITING:
        /* A second that has begun is still to be waited. */
        plural_seconds(wait, sizeof wait, link->retry_at_ms - scene->now_ms + 999);
        if (stale)
            snprintf(to, size, "STALE %s retry %s (%s now)", since, wait, key);
        else
            snprintf(to, size, "NO LINK retry %s (%s now)", wait, key);
        return STYLE_WARN;
    case LINK_CONNECTING:
        snprintf(to, size, stale ? "STALE, connecting" : "connecting");
        return STYLE_WARN;
    case LINK_REFUSED: snprintf(to, size, "REFUSED"); return STYLE_BAD;
    default: snprintf(to, size, "OFF"); return STYLE_WARN;
    }
}

static enum style light_text(const struct scene *scene, char *to, size_t size) {
    const struct model *model = scene->model;
    const bool small = scene->layout.single;
    if (model->light_wanted != LIGHT_UNKNOWN) {
        snprintf(to, size, small ? "pending" : "you:[pending...]");
        return STYLE_PENDING;
    }
    if (model->light == LIGHT_OFF) {
        char clock[6];
        age_clock(clock, model->mine.show_at_ms);
        if (model->mine.show_at_ms == 0 || model->cols < UNTIL_FROM)
            snprintf(to, size, small ? "INVIS" : "you:[INVISIBLE]");
        else
            snprintf(to, size,
                small                      ? "INVIS to %s"
                : model->cols < UNTIL_FULL ? "you:[INVIS to %s]"
                                           : "you:[INVISIBLE until %s]",
                clock);
        return STYLE_HIDDEN;
    }
    if (model->light_failed[0] != '\0') {
        snprintf(to, size, small ? "FAILED" : "you:[FAILED]");
        return STYLE_BAD;
    }
    if (model->light == LIGHT_UNKNOWN) {
        snprintf(to, size, small ? "?" : "you:[?]");
        return STYLE_FAINT;
    }
    snprintf(to, size, !small ? "you:[visible]" : model->cols < UNTIL_FROM ? "seen" : "visible");
    return STYLE_PLAIN;
}

/* Counts per state, each with its dot. Cells written. */
static int put_counts(const struct scene *scene, int col, int most) {
    static const enum style styles[STATES] = {
        STYLE_ONLINE, STYLE_LEFT, STYLE_OFFLINE, STYLE_UNKNOWN, STYLE_BANNED};
    const bool live = scene->model->link.state == LINK_LIVE;
    int at = col;
    for (int state = STATE_ONLINE; state <= STATE_UNKNOWN; state++) {
        char text[32];
        const size_t count = roster_count_state(&scene->model->all.members, (enum state)state);
        if (state == STATE_UNKNOWN && count == 0)
            continue;
        snprintf(text, sizeof text, "%s%zu", scene->glyphs->dots[state], count);
        if (at + text_cells(text) > col + most)
            break;
        at += cells_put(scene->cells, 0, at, most, live ? styles[state] : STYLE_STALE, text);
        at++;
    }
    return at - col;
}

static int put_from_right(
    const struct scene *scene, int right, enum style style, const char *text) {
    const int cells = text_cells(text);
    cells_put(scene->cells, 0, right - cells, cells, style, text);
    return right - cells;
}

/* Of how many, how long the link has been up, when the server said that I am invisible: where there
 * is room for it. */
static int put_total(const struct scene *scene, int col, int most) {
    char text[32];
    snprintf(text, sizeof text, "of %zu", scene->model->all.members.count);
    return text_cells(text) <= most ? cells_put(scene->cells, 0, col, most, STYLE_FAINT, text) : 0;
}

static int put_uptime(const struct scene *scene, int col, int most) {
    const struct model *model = scene->model;
    char span[SPAN_BYTES], text[32];
    const int64_t up_ms = (scene->now_ms - model->live_since_ms) / MINUTE_MS * MINUTE_MS;
    if (model->link.state != LINK_LIVE || model->live_since_ms == 0 || up_ms < MINUTE_MS)
        return 0;
    age_span(span, up_ms);
    snprintf(text, sizeof text, "up %s", span);
    return cells_put(scene->cells, 0, col, most, STYLE_FAINT, text) + 2;
}

static int put_ack(const struct scene *scene, int right) {
    const struct model *model = scene->model;
    char clock[6], text[16];
    if (model->light != LIGHT_OFF || model->light_wanted != LIGHT_UNKNOWN ||
        model->light_acked_ms == 0 || model->mine.show_at_ms != 0)
        return right;
    view_clock(scene, clock, model->light_acked_ms);
    snprintf(text, sizeof text, "ack %s", clock);
    return put_from_right(scene, right, STYLE_FAINT, text) - 1;
}

static void clock_text(const struct scene *scene, char to[9]) {
    if (scene->model->ui.seconds)
        age_clock_seconds(to, scene->now_ms);
    else
        view_clock(scene, to, scene->now_ms);
    if (scene->model->looking.times == TIMES_UTC && !scene->model->ui.seconds)
        strcat(to, "Z");
}

static void wide_header(const struct scene *scene) {
    const struct model *model = scene->model;
    char clock[9], light[32], link[80], name[200];
    struct cells *cells = scene->cells;
    clock_text(scene, clock);
    const enum style light_style = light_text(scene, light, sizeof light);
    const enum style link_style = link_text(scene, link, sizeof link);
    int right = put_from_right(scene, model->cols - 1, STYLE_FAINT, clock) - 2;
    if (model->cols >= WIDE)
        right = put_ack(scene, right);
    right = put_from_right(scene, right, light_style, light) - 2;
    cells_mark(cells, 0, right + 2, text_cells(light), ACTION_INVISIBLE, 0);
    int at = 1;
    at += cells_put(cells, 0, at, right - at, STYLE_TITLE, "porchlight") + 2;
    at += cells_put(cells, 0, at, right - at - text_cells(link) - 2, STYLE_PLAIN, model->label) + 2;
    const int link_at = at;
    at += cells_put(cells, 0, at, right - at, link_style, link) + 2;
    cells_mark(cells, 0, link_at, at - 2 - link_at, ACTION_RECONNECT, 0);
    if (model->cols >= SPACIOUS) {
        snprintf(name, sizeof name, "as %s", model->me_name);
        at += cells_put(cells, 0, at, 24, STYLE_FAINT, name) + 2;
    }
    if (model->looking.paused) {
        char waits[48], key[16];
        keymap_hint(&model->keymap, ACTION_PAUSE, key, sizeof key);
        snprintf(waits, sizeof waits, "PAUSED %u (%s)", model->looking.changes, key);
        at += cells_put(cells, 0, at, right - at, STYLE_PENDING, waits) + 2;
    }
    if (model->cols >= WIDE)
        at += put_uptime(scene, at, right - at);
    at += put_counts(scene, at, right - at);
    if (model->cols >= WIDE)
        put_total(scene, at, right - at);
}

enum { CLOCK_FROM = 32 }; /* in fewer columns it goes before the name is cut */

/* Which channel, and " 4/9" of it; before any is known, as whom. */
static void where_text(const struct model *model, char *to, size_t size, char count[48]) {
    const struct channel_shown *channel = model_current(model);
    const bool everybody = channel->cid[0] == '\0';
    snprintf(to, size, "%s%s", channel_sign(channel), everybody ? "all" : channel->name);
    snprintf(count, 48, " %zu/%zu", roster_count_state(&channel->members, STATE_ONLINE),
        channel->members.count);
    if (model->channels_known || channel->members.count > 0)
        return;
    snprintf(to, size, "%s", model->label);
    count[0] = '\0';
}

/* A word is all there is room for; when it is tried again stands below. */
static void shorten_link(const struct scene *scene, char *link, size_t size) {
    const struct link_shown *shown = &scene->model->link;
    char since[24];
    if (scene->model->cols < 60 && shown->state == LINK_LIVE)
        snprintf(link, size, shown->resyncing ? "reading" : "LIVE");
    else if (shown->state == LINK_WAITING && shown->stale_since_ms == 0)
        snprintf(link, size, "NO LINK");
    else if (shown->state == LINK_WAITING && scene->model->cols < 60)
        snprintf(link, size, "STALE");
    else if (shown->state == LINK_WAITING)
        snprintf(link, size, "STALE %s",
            plural_seconds(since, sizeof since, scene->now_ms - shown->stale_since_ms));
}

static void narrow_header(const struct scene *scene) {
    const struct model *model = scene->model;
    char clock[9], light[32], link[80], where[300], count[48];
    clock_text(scene, clock);
    const enum style light_style = light_text(scene, light, sizeof light);
    enum style link_style = link_text(scene, link, sizeof link);
    shorten_link(scene, link, sizeof link);
    if (model->looking.paused) {
        snprintf(link, sizeof link, "PAUSED %u", model->looking.changes);
        link_style = STYLE_PENDING;
    }
    where_text(model, where, sizeof where, count);
    const int least = 5 + text_cells(where) + text_cells(count) + text_cells(link) +
                      text_cells(light) + text_cells(clock);
    int right = model->cols - 1;
    if (least <= model->cols || model->cols >= CLOCK_FROM)
        right = put_from_right(scene, right, STYLE_FAINT, clock) - 1;
    right = put_from_right(scene, right, light_style, light) - 1;
    right = put_from_right(scene, right, link_style, link) - 1;
    const int room = right - 1 - text_cells(count);
    const int at = 1 + cells_put(scene->cells, 0, 1, room, STYLE_TITLE, where);
    cells_put(scene->cells, 0, at, right - at, STYLE_TITLE, count);
}

void view_header(const struct scene *scene) {
    if (scene->model->cols >= 70)
        wide_header(scene);
    else
        narrow_header(scene);
}

void view_tiny(const struct scene *scene) {
    char text[64];
    const struct roster *all = &scene->model->all.members;
    const bool live = scene->model->link.state == LINK_LIVE;
    snprintf(text, sizeof text, "%zu/%zu home%s", roster_count_state(all, STATE_ONLINE), all->count,
        live ? "" : " (stale)");
    cells_put(scene->cells, 0, 0, scene->cells->cols, live ? STYLE_PLAIN : STYLE_STALE, text);
}
