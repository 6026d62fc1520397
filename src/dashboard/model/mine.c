/* SPDX-License-Identifier: MIT */
#include "dashboard/model/mine.h"

#include "dashboard/model/update.h"
#include "dashboard/view/age.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { MINUTE_MS = 60 * 1000, DAY_MS = 24 * 60 * MINUTE_MS, TOAST_MS = 6000 };

/* ---- when ---- */

static const char *after_word(const char *text, const char *word) {
    const size_t len = strlen(word);
    if (strncmp(text, word, len) != 0 || text[len] != ' ')
        return text;
    return text + len + strspn(text + len, " ");
}

/* "1h30m": the sum; 0 where it is none. */
static int64_t span_of(const char *text) {
    int64_t sum = 0;
    while (*text != '\0') {
        char *end;
        if (*text < '0' || *text > '9')
            return 0;
        const long count = strtol(text, &end, 10);
        const int64_t unit = *end == 's'   ? 1000
                             : *end == 'm' ? MINUTE_MS
                             : *end == 'h' ? 60 * MINUTE_MS
                             : *end == 'd' ? DAY_MS
                                           : 0;
        if (unit == 0 || count < 0 || count > 100000)
            return 0;
        sum += count * unit;
        text = end + 1;
    }
    return sum <= INT64_C(366) * DAY_MS ? sum : 0;
}

/* The next time at which a clock shows "18:00"; 0 where it is none. */
static int64_t clock_of(const char *text, int64_t now_ms) {
    int hour, minute, read = 0;
    const time_t now = (time_t)(now_ms / 1000);
    struct tm local;
    /* NOLINTNEXTLINE(cert-err34-c): two digits each, and both are looked at. */
    if (sscanf(text, "%2d:%2d%n", &hour, &minute, &read) != 2 || text[read] != '\0' || hour < 0 ||
        hour > 23 || minute < 0 || minute > 59 || localtime_r(&now, &local) == NULL)
        return 0;
    local.tm_hour = hour;
    local.tm_min = minute;
    local.tm_sec = 0;
    local.tm_isdst = -1;
    struct tm tomorrow = local;
    time_t at = mktime(&local);
    if (at != (time_t)-1 && (int64_t)at * 1000 <= now_ms) {
        tomorrow.tm_mday++;
        at = mktime(&tomorrow);
    }
    return at != (time_t)-1 ? (int64_t)at * 1000 : 0;
}

int mine_when(const char *text, int64_t now_ms, int64_t *at_ms) {
    const char *time = after_word(after_word(text, "for"), "until");
    const int64_t span = time != after_word(text, "until") || strncmp(text, "until", 5) != 0
                             ? span_of(time)
                             : 0;
    const int64_t at = span > 0 ? now_ms + span : clock_of(time, now_ms);
    if (at <= now_ms)
        return -EINVAL;
    *at_ms = at;
    return 0;
}

/* ---- my light ---- */

static void toast_until(struct model *model, const char *what, int64_t at_ms, int64_t now_ms) {
    char clock[6], text[160];
    age_clock(clock, at_ms);
    snprintf(text, sizeof text, "%s %s", what, clock);
    model_set_toast(model, text, now_ms + TOAST_MS);
}

static void say_invisible_until(struct model *model, int64_t at_ms, int64_t now_ms) {
    char clock[6], text[120];
    age_clock(clock, at_ms);
    snprintf(text, sizeof text,
        "Invisible until %s ({invisible-for}: longer, {invisible}: be seen)", clock);
    model_say(model, text, now_ms + TOAST_MS);
}

/* The next preset after what is planned: 0 is without an end. */
static int64_t next_preset(const struct model *model, int64_t now_ms) {
    static const int minutes[] = {30, 60, 120, 240};
    if (model->mine.show_at_ms == 0)
        return now_ms + minutes[0] * (int64_t)MINUTE_MS;
    for (size_t i = 0; i < sizeof minutes / sizeof minutes[0]; i++) {
        const int64_t at_ms = now_ms + minutes[i] * (int64_t)MINUTE_MS;
        if (at_ms > model->mine.show_at_ms + MINUTE_MS)
            return at_ms;
    }
    return 0;
}

unsigned mine_hide_for(struct model *model, const char *time, int64_t now_ms) {
    int64_t at_ms = 0;
    if (model->light == LIGHT_UNKNOWN) {
        model_set_toast(
            model, "Not connected yet: whether you are seen is not known", now_ms + TOAST_MS);
        return 0;
    }
    if (model->light_wanted == LIGHT_ON) {
        model_set_toast(model, "Already asked: waiting for the server", now_ms + TOAST_MS);
        return 0;
    }
    if (time[0] == '\0') {
        at_ms = next_preset(model, now_ms);
    } else if (mine_when(time, now_ms, &at_ms) < 0) {
        model_set_toast(model, "How long? 30m, 2h, 1h30m, or until 18:00", now_ms + TOAST_MS);
        return 0;
    }
    model->mine.show_at_ms = at_ms;
    model->mine.showing = false;
    if (at_ms == 0)
        model_say(model,
            "Invisible without an end ({invisible-for} again: 30m, {invisible}: be seen)",
            now_ms + TOAST_MS);
    else
        say_invisible_until(model, at_ms, now_ms);
    if (model->light == LIGHT_OFF || model->light_wanted == LIGHT_OFF)
        return 0;
    model->light_failed[0] = '\0';
    model->light_wanted = LIGHT_OFF;
    return EFFECT_HIDE;
}

void mine_forget_light(struct model *model) {
    model->mine.show_at_ms = 0;
    model->mine.showing = false;
}

/* ---- my status ---- */

/* Where "… for 45m" or "… until 14:00" ends a text, take it off. When that is, or 0. */
static int64_t take_end(char *text, int64_t now_ms) {
    static const char *const words[] = {" for ", " until "};
    for (char *at = text + strlen(text); at > text; at--) {
        for (size_t i = 0; i < 2; i++) {
            int64_t end_ms;
            if (strncmp(at, words[i], strlen(words[i])) != 0 ||
                mine_when(at + 1, now_ms, &end_ms) < 0)
                continue;
            *at = '\0';
            return end_ms;
        }
    }
    return 0;
}

unsigned mine_status(struct model *model, const char *text, int64_t now_ms) {
    struct mine *mine = &model->mine;
    if (strlen(text) >= sizeof mine->status) {
        model_set_toast(model, "That is too long for a status", now_ms + TOAST_MS);
        return 0;
    }
    snprintf(mine->status, sizeof mine->status, "%s", text);
    mine->wish_clear_at_ms = take_end(mine->status, now_ms);
    mine->clearing = false;
    return EFFECT_STATUS;
}

void mine_status_done(struct model *model, const char *why, int64_t now_ms) {
    struct mine *mine = &model->mine;
    char text[200];
    if (why != NULL) {
        snprintf(text, sizeof text, "Your status is as it was: %.150s", why);
        model_set_toast(model, text, now_ms + TOAST_MS);
        mine->ask_again_ms = now_ms + MINE_RETRY_MS;
        mine->clearing = false;
        return;
    }
    if (mine->clearing)
        model_note(model, "your status has ended and is taken down", now_ms);
    else if (mine->wish_clear_at_ms != 0)
        toast_until(model, "Your status is up, until", mine->wish_clear_at_ms, now_ms);
    else
        model_set_toast(model, mine->status[0] != '\0' ? "Your status is up" : "No status is up",
            now_ms + TOAST_MS);
    mine->clear_at_ms = mine->wish_clear_at_ms;
    mine->clearing = false;
}

/* ---- others ---- */

void mine_as_seen(const struct model *model, char *to, size_t size) {
    const struct person *me = model_find_person(model, model->me_id);
    if (model->light == LIGHT_UNKNOWN || me == NULL) {
        snprintf(to, size, "As others get you: not known, there is no link");
        return;
    }
    const char *status = me->status;
    snprintf(to, size, "As others get you: %.100s, %s%s%.100s%s%s", me->name,
        model->light == LIGHT_OFF ? "offline" : "online", status[0] != '\0' ? ", \"" : "", status,
        status[0] != '\0' ? "\"" : "",
        model->light_wanted != LIGHT_UNKNOWN ? " (a change is asked for)" : "");
}

/* ---- what is due ---- */

static unsigned show_again(struct model *model, int64_t now_ms) {
    struct mine *mine = &model->mine;
    char clock[6], text[120];
    if (model->light == LIGHT_ON && model->light_wanted == LIGHT_UNKNOWN) {
        age_clock(clock, mine->show_at_ms);
        snprintf(
            text, sizeof text, "your invisible time was over at %s: you are visible again", clock);
        if (mine->showing)
            model_note(model, text, now_ms);
        mine_forget_light(model);
        return 0;
    }
    if (model->light != LIGHT_OFF || model->light_wanted != LIGHT_UNKNOWN)
        return 0;
    mine->showing = true;
    mine->ask_again_ms = now_ms + MINE_RETRY_MS;
    model->light_failed[0] = '\0';
    model->light_wanted = LIGHT_ON;
    return EFFECT_SHOW;
}

static unsigned clear_status(struct model *model, int64_t now_ms) {
    struct mine *mine = &model->mine;
    mine->clearing = true;
    mine->status[0] = '\0';
    mine->wish_clear_at_ms = 0;
    mine->ask_again_ms = now_ms + MINE_RETRY_MS;
    return EFFECT_STATUS;
}

unsigned mine_due(struct model *model, int64_t now_ms) {
    struct mine *mine = &model->mine;
    unsigned effects = 0;
    if (model->link.state != LINK_LIVE)
        return 0;
    const bool shown = mine->showing && model->light == LIGHT_ON;
    if (mine->show_at_ms != 0 && now_ms >= mine->show_at_ms &&
        (shown || now_ms >= mine->ask_again_ms))
        effects |= show_again(model, now_ms);
    if (mine->clear_at_ms != 0 && now_ms >= mine->clear_at_ms && !mine->clearing &&
        now_ms >= mine->ask_again_ms)
        effects |= clear_status(model, now_ms);
    return effects;
}

int64_t mine_next(const struct model *model, int64_t now_ms) {
    const struct mine *mine = &model->mine;
    int64_t next = INT64_MAX;
    if (model->link.state != LINK_LIVE)
        return next;
    if (mine->show_at_ms != 0)
        next = mine->show_at_ms;
    if (mine->clear_at_ms != 0 && mine->clear_at_ms < next)
        next = mine->clear_at_ms;
    /* What is due and was tried waits for its next try. */
    if (next <= now_ms)
        next = mine->ask_again_ms > now_ms ? mine->ask_again_ms : now_ms + 1000;
    return next;
}

void mine_left_over(const struct model *model, bool kept, char *to, size_t size) {
    char show[6], clear[6];
    const struct mine *mine = &model->mine;
    const char *until = kept ? "until you start me again" : "until you change it yourself";
    age_clock(show, mine->show_at_ms);
    age_clock(clear, mine->clear_at_ms);
    to[0] = '\0';
    int len = 0;
    if (mine->show_at_ms != 0)
        len = snprintf(to, size, "you stay invisible past %s, %s", show, until);
    if (mine->clear_at_ms != 0 && len >= 0 && (size_t)len < size)
        snprintf(to + len, size - (size_t)len, "%syour status stays up past %s, %s",
            len > 0 ? "; " : "", clear, until);
}
