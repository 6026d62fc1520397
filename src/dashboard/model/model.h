/* SPDX-License-Identifier: MIT */
/*
 * What the screen knows. Pure: the feed tells it what is so, keys move it (update.h), the view
 * draws it. Times are milliseconds of Unix time, handed in.
 *
 * All text from others is made clean here, once, on its way in.
 */
#ifndef DASHBOARD_MODEL_MODEL_H
#define DASHBOARD_MODEL_MODEL_H

#include "base/table.h"
#include "dashboard/input/keymap.h"
#include "dashboard/model/channel.h"
#include "dashboard/model/ear.h"
#include "dashboard/model/groups.h"
#include "dashboard/model/journal.h"
#include "dashboard/model/link.h"
#include "dashboard/model/list.h"
#include "dashboard/model/diary.h"
#include "dashboard/model/drafts.h"
#include "dashboard/model/looking.h"
#include "dashboard/model/mine.h"
#include "dashboard/model/pane.h"
#include "dashboard/model/plot.h"
#include "dashboard/model/prompt.h"
#include "dashboard/model/watching.h"
#include "dashboard/view/glyphs.h"

struct model {
    struct ear ear;
    int rows, cols;
    enum glyph_set glyph_set;
    bool ascii; /* the glyphs are; names and strips too */
    struct keymap keymap;
    struct {
        int theme; /* of theme_at() */
        bool mouse, seconds, blocks;
        const char *colourless; /* why there are no colours, so that no theme changes a thing */
    } ui;
    struct {
        int row, col;
        int64_t at_ms;
    } click;        /* the last one */
    char *copied;   /* for the clipboard; NULL: nothing yet */
    char label[64]; /* the profile, or "demo" */
    char me_id[256], me_name[128];

    struct table people; /* by id */
    struct table by_cid;
    struct channel_shown all;        /* everybody */
    struct channel_shown **channels; /* in the order in which they came */
    size_t channel_count, channel_cap, channels_so_far;
    bool channels_came;  /* they are in the order in which they came */
    bool channels_known; /* they have been asked for, and answered */

    struct onlookers onlookers;
    struct drafts drafts;

    struct link_shown link;
    int64_t live_since_ms;          /* while it is */
    int64_t flash_until_ms;         /* rows of those who changed while we were away do; 0: none */
    enum light light, light_wanted; /* wanted: LIGHT_UNKNOWN when nothing is pending */
    int64_t light_acked_ms;
    char light_failed[120]; /* why the last wish failed; "" if it did not */

    struct mine mine;
    struct diary diary;
    struct plot plot; /* of everybody, as update_settle() left it */
    struct watching watching;
    bool watch_open; /* the list of the watched, with a cursor */
    size_t watch_at;
    struct journal journal;
    enum event_level event_level;
    bool only_changed;   /* since the mark */
    size_t event_scroll; /* how many of the newest are scrolled past */
    unsigned came, went; /* since the mark */
    int64_t mark_ms;
    int64_t history_ms; /* how much of people's histories is kept */
    int64_t tidied_ms;
    unsigned flapping; /* how many people do */

    enum pane focus;
    size_t channel_at;  /* 0: everybody, then channels */
    size_t channel_top; /* a row (groups.h) */
    bool talk_open, help_open;
    struct list list;         /* of the members that are shown */
    int64_t now_ms, keyed_ms; /* the last time that was handed in, and that of the last key */
    bool detail_shut;         /* no third column for the selected person */
    bool timeline_open;       /* the detail shows the days of the person */
    size_t detail_scroll;
    bool composing; /* keys are text (compose.h) */
    bool typed;     /* since the feed told others last */
    bool eye_away;  /* the terminal has not the person's eye */
    struct mention {
        size_t from, to, turn;
        char typed[80];
    } mention;          /* the one that Tab put in last; to 0: none */
    char write_to[256]; /* a person to be written to: a wish for the feed; "" */
    const struct line *doomed;
    int64_t doomed_until_ms; /* to delete it takes a second key */
    int64_t held_until_ms;   /* so does quitting while something is being sent */
    struct looking looking;
    struct groups groups;
    struct prompt prompt;
    struct past pasts[PROMPT_KINDS];
    struct needle needle; /* what is looked for, and marked where it stands */
    char search_text[PROMPT_BYTES], filter_text[PROMPT_BYTES], help_text[PROMPT_BYTES];
    char wish[PROMPT_BYTES]; /* what an effect is about */
    size_t help_at;
    char toast[160]; /* what a key did, or why it did nothing: until the next one */
    int64_t toast_until_ms, toast_from_ms;
    char alert[ALERT_BYTES]; /* whom I watch came: below it for a moment, and not instead */
    int64_t alert_until_ms;
};

/* 0, or -ENOMEM. */
int model_init(struct model *model, const char *label, const char *me_id, int64_t now_ms);
void model_fini(struct model *model);

void model_set_glyphs(struct model *model, enum glyph_set set);

/* The conversation of a channel is opened. False: there is no such channel. */
bool model_open_talk(struct model *model, const char *cid);
/* What is read and written to: of the channel at the cursor the lines, or the replies that are
 * open; NULL: everybody has none. */
struct chat *model_chat(const struct model *model);
void model_note(struct model *model, const char *text, int64_t now_ms);
void model_set_toast(struct model *model, const char *text, int64_t until_ms);
/* A sentence of ours with keys in it (keymap_fill). */
void model_say(struct model *model, const char *sentence, int64_t until_ms);
/* What is said ends with the next key, once there was time to read it. */
void model_end_toast(struct model *model);
/* Outranks what is said, outlives what is said after it, and stands before an earlier one. */
void model_set_alert(struct model *model, const char *text, int64_t until_ms);

/* Time has passed: who just left is offline now. */
void model_tick(struct model *model, int64_t now_ms);

/* When something on the screen must change though nothing happens; INT64_MAX: never. */
int64_t model_next_change(const struct model *model, int64_t now_ms);

struct person *model_find_person(const struct model *model, const char *id);
struct channel_shown *model_find_channel(const struct model *model, const char *cid);
/* The i-th of the channels pane: 0 is everybody. */
struct channel_shown *model_channel(const struct model *model, size_t i);
struct channel_shown *model_current(const struct model *model);
/* Of the log what is to be shown. */
struct journal_filter model_event_filter(const struct model *model);
/* Whether rows stay where they are: keys come. */
bool model_is_held(const struct model *model);
/* Whom the detail is about: the member, or the author, at the cursor; or NULL. */
struct person *model_subject(const struct model *model);

#endif
