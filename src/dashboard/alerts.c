/* SPDX-License-Identifier: MIT */
#include "dashboard/alerts.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { TOAST_MS = 8000, ALERT_MS = 15000, DAY_MS = 24 * 60 * 60 * 1000 };

/* As the values of the settings are listed. */
static const int history_days[] = {0, 1, 7, 30};
enum { NOTIFY_AUTO, NOTIFY_OFF, NOTIFY_OSC9, NOTIFY_OSC777 };

static void close_diary(struct alerts *alerts, struct model *model, int64_t now_ms) {
    if (alerts->diary_open)
        diary_file_close(&alerts->diary, model, now_ms);
    alerts->diary = (struct diary_file){.fd = -1};
    alerts->diary_open = model->diary.on = false;
    model->history_ms = DAY_MS;
}

static void open_diary(struct alerts *alerts, const char *profile, struct model *model, int days,
    int64_t now_ms, struct bytes *why) {
    alerts->diary.fd = -1;
    alerts->diary_open = true;
    model->history_ms = days * (int64_t)DAY_MS;
    diary_file_open(&alerts->diary, profile, model, now_ms, why);
}

void alerts_adopt(struct alerts *alerts, const struct settings *settings, const char *profile,
    struct model *model, int64_t now_ms) {
    struct bytes why = BYTES_EMPTY;
    const int days = profile != NULL ? history_days[settings->history] : 0;
    if (rules_read(&alerts->rules, settings->groups, settings->rules, &why) < 0 && why.len == 0)
        bytes_append_text(&why, "out of memory");
    if (days == 0)
        close_diary(alerts, model, now_ms);
    else if (!alerts->diary_open)
        open_diary(alerts, profile, model, days, now_ms, &why);
    else
        model->history_ms = days * (int64_t)DAY_MS;
    if (why.len > 0)
        model_set_toast(model, bytes_text(&why), now_ms + TOAST_MS);
    bytes_fini(&why);
}

static enum notice_kind kind_of(const struct settings *settings) {
    switch (settings->notice) {
    case NOTIFY_OFF: return NOTICE_NONE;
    case NOTIFY_OSC9: return NOTICE_9;
    case NOTIFY_OSC777: return NOTICE_777;
    default: return screen_notice_kind(getenv("TERM"), getenv("TERM_PROGRAM"));
    }
}

static void tell_one(struct alerts *alerts, const struct settings *settings, struct model *model,
    struct screen *screen, const struct alert *alert, int64_t now_ms) {
    char text[ALERT_BYTES + 40];
    snprintf(text, sizeof text, "%s", alert->text);
    if (alert->more > 0)
        snprintf(text, sizeof text, "%s (and %u more)", alert->text, alert->more);
    if (screen != NULL)
        model_set_alert(model, text, now_ms + ALERT_MS);
    else if (!alert->is_logged)
        model_set_toast(model, text, now_ms + ALERT_MS);
    if (screen != NULL)
        screen_notice(screen, kind_of(settings), text);
    if (settings->notify_command[0] == '\0')
        return;
    const int fault = notify_run(&alerts->notify, settings->notify_command, text, now_ms);
    if (fault >= 0)
        return;
    snprintf(text, sizeof text, "notify_command: %s", strerror(-fault));
    model_set_toast(model, text, now_ms + TOAST_MS);
}

bool alerts_tell(struct alerts *alerts, const struct settings *settings, struct model *model,
    struct screen *screen, int64_t now_ms) {
    struct alert alert;
    bool any = false;
    rules_look(&alerts->rules, model, now_ms);
    while (watching_take(&model->watching, &alert)) {
        tell_one(alerts, settings, model, screen, &alert, now_ms);
        any = true;
    }
    if (any && settings->bell != 0 && screen != NULL)
        screen_ring(screen);
    notify_is_idle(&alerts->notify); /* whoever has ended is not left lying about */
    const int fault = alerts->diary_open ? diary_file_write(&alerts->diary, model, now_ms, false)
                                         : 0;
    if (fault == 0)
        return any;
    char text[160];
    snprintf(text, sizeof text, "The history is not written: %.100s", strerror(-fault));
    model_set_toast(model, text, now_ms + TOAST_MS);
    return true;
}

void alerts_wipe(struct alerts *alerts, struct model *model, int64_t now_ms) {
    char text[160];
    if (!alerts->diary_open)
        alerts->diary.fd = -1;
    const int fault = diary_file_wipe(&alerts->diary, model, now_ms);
    snprintf(text, sizeof text, "What was observed is forgotten%s%.100s",
        fault == 0           ? ""
        : alerts->diary_open ? ", but not on disk: "
                             : "",
        fault == 0 ? "" : strerror(-fault));
    model_set_toast(model, text, now_ms + TOAST_MS);
}

void alerts_fini(struct alerts *alerts, struct model *model, int64_t now_ms) {
    close_diary(alerts, model, now_ms);
    rules_fini(&alerts->rules);
}
