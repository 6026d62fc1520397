/* SPDX-License-Identifier: MIT */
#include "dashboard/view/event_text.h"

#include "dashboard/view/age.h"
#include "dashboard/view/text.h"

#include <stdio.h>

struct words {
    const char *sign, *verb;
    enum style style;
};

static struct words words_of(const struct event_line *event) {
    static const struct words all[] = {
        [EVENT_CAME] = {"+", "came online", STYLE_ONLINE},
        [EVENT_WENT] = {"-", "went offline", STYLE_LEFT},
        [EVENT_STATUS] = {"=", "is", STYLE_STATUS},
        [EVENT_NOTE] = {"*", "", STYLE_WARN},
        [EVENT_BURST] = {"%", "", STYLE_PLAIN},
        [EVENT_FLAPS] = {"z", "flaps", STYLE_FLAPS},
        [EVENT_AWAY] = {"*", "", STYLE_WARN},
    };
    struct words words = all[event->kind];
    if (event->kind == EVENT_BURST && event->went == 0)
        words.sign = "+", words.style = STYLE_ONLINE;
    else if (event->kind == EVENT_BURST && event->came == 0)
        words.sign = "-", words.style = STYLE_LEFT;
    return words;
}

/* "12 came online: Ada, Bob, Chen and others" */
static void burst_text(
    const struct model *model, const struct event_line *event, char to[EVENT_BYTES]) {
    struct bytes text = BYTES_EMPTY;
    if (event->came > 0)
        bytes_printf(&text, "%u came online", event->came);
    if (event->went > 0)
        bytes_printf(&text, "%s%u went offline", event->came > 0 ? ", " : "", event->went);
    for (int i = 0; i < JOURNAL_SOME && event->some[i] != NULL; i++)
        bytes_printf(
            &text, "%s%s", i == 0 ? ": " : ", ", person_shown(event->some[i], model->ascii));
    if (event->came + event->went > JOURNAL_SOME)
        bytes_printf(&text, " and others");
    snprintf(to, EVENT_BYTES, "%s", bytes_text(&text));
    bytes_fini(&text);
}

/* " flaps: 8 changes since 10:34" */
static void flaps_text(
    const struct model *model, const struct event_line *event, int most, char *to, size_t size) {
    const unsigned changes = event->came + event->went;
    char clock[6] = "";
    if (model->looking.times == TIMES_UTC)
        age_clock_utc(clock, event->at_ms);
    else
        age_clock(clock, event->at_ms);
    snprintf(to, size, " flaps: %u change%s%s%s", changes, changes == 1 ? "" : "s",
        most < 44 ? "" : " since ", most < 44 ? "" : clock);
}

/* In other words where there is little room. */
enum { NAME_ALONE = 20, NAME_LEAST = 4, NAME_BYTES = 300 };

/* What they did has its room first. */
static void put_named(const char *name, const char *did, int most, char to[EVENT_BYTES]) {
    char fitting[NAME_BYTES];
    int room = most - text_cells(did);
    room = room < most / 3 ? most / 3 : room;
    text_fit(fitting, sizeof fitting, name, room < NAME_LEAST ? NAME_LEAST : room);
    snprintf(to, EVENT_BYTES, "%s%s", fitting, did);
}

void event_text(
    const struct model *model, const struct event_line *event, int most, char to[EVENT_BYTES]) {
    const char *name = event->who != NULL ? person_shown(event->who, model->ascii) : "";
    char did[400];
    switch (event->kind) {
    case EVENT_NOTE: snprintf(to, EVENT_BYTES, "%s", event->text); return;
    case EVENT_BURST: burst_text(model, event, to); return;
    case EVENT_AWAY:
        snprintf(to, EVENT_BYTES,
            most < NAME_ALONE ? "away: +%u -%u"
            : most < 38       ? "while away: +%u -%u"
                              : "while we were away: %u came, %u left",
            event->came, event->went);
        return;
    case EVENT_STATUS: snprintf(did, sizeof did, " is \"%.300s\"", event->text); break;
    case EVENT_FLAPS: flaps_text(model, event, most, did, sizeof did); break;
    default: /* the sign says it, too */
        snprintf(did, sizeof did, "%s%s", most < NAME_ALONE ? "" : " ",
            most < NAME_ALONE ? "" : words_of(event).verb);
        break;
    }
    put_named(name, did, most, to);
}

const char *event_sign(const struct event_line *event, enum style *style) {
    const struct words words = words_of(event);
    *style = words.style;
    return words.sign;
}

int event_cells(const struct event_line *event, int cols) {
    const int room = cols - EVENT_LEAD - 1;
    const int beside = EVENT_LASTED + 1 + EVENT_WATCHED + 1;
    if (room < EVENT_PLACES_FROM || event->who == NULL ||
        (event->lasted_ms == 0 && !event->watched))
        return room;
    return room - beside < EVENT_MOST ? room - beside : EVENT_MOST;
}
