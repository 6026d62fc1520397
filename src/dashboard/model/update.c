/* SPDX-License-Identifier: MIT */
#include "dashboard/model/update.h"

#include "dashboard/input/key.h"
#include "dashboard/model/compose.h"
#include "dashboard/model/finding.h"
#include "dashboard/model/layout.h"
#include "dashboard/view/theme.h"
#include "dashboard/model/react.h"
#include "dashboard/model/reading.h"
#include "dashboard/model/search.h"
#include "dashboard/model/speak.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { TOAST_MS = 4000, DETAIL_SCROLL = 20, AUTHORS = 40 /* of the newest lines */ };

static ptrdiff_t cursor(const struct model *model) {
    const struct channel_shown *channel = model_current(model);
    return channel->selected != NULL
               ? list_find(&model->list, channel->selected, channel->selected_row)
               : -1;
}

static void keep_in_sight(size_t *top, size_t at, size_t count, int rows) {
    const size_t room = rows > 0 ? (size_t)rows : 1;
    if (at < *top)
        *top = at;
    if (at >= *top + room)
        *top = at - room + 1;
    if (*top + room > count)
        *top = count > room ? count - room : 0;
}

void update_settle(struct model *model) {
    const struct layout layout = layout_of(model);
    struct channel_shown *channel = model_current(model);
    if (!model_is_held(model))
        looking_order(model);
    audience_show(model);
    list_settle(&model->list, &channel->members, model_is_held(model), model->now_ms);
    const size_t count = model->list.count;
    ptrdiff_t at = cursor(model);
    if (at < 0 && count > 0) { /* they are gone: the cursor stays on its row */
        at = (ptrdiff_t)(channel->selected_row < count ? channel->selected_row : count - 1);
        channel->selected = list_at(&model->list, (size_t)at);
    }
    channel->selected_row = at > 0 ? (size_t)at : 0;
    keep_in_sight(
        &channel->top, at > 0 ? (size_t)at : 0, count, layout_list_rows(&layout, PANE_MEMBERS));
    groups_settle(model);
    keep_in_sight(&model->channel_top, groups_row_of(model, model->channel_at), groups_rows(model),
        layout_list_rows(&layout, PANE_CHANNELS));
    if (!model->talk_open || model->focus != PANE_TALK)
        model->composing = false;
    if (layout.plot.rows > 0 && !plot_is_of(&model->plot, model->now_ms))
        plot_fill(&model->plot, &model->all.members, model->now_ms);
    reading_settle(model);
    search_settle(model);
}

/* ---- moving ---- */

static size_t moved(size_t at, ptrdiff_t by, size_t count) {
    if (count == 0)
        return 0;
    if (by < 0 && (size_t)-by > at)
        return 0;
    const size_t to = (size_t)((ptrdiff_t)at + by);
    return to < count ? to : count - 1;
}

static void move_members(struct model *model, ptrdiff_t by) {
    const ptrdiff_t at = cursor(model);
    const size_t to = moved(at > 0 ? (size_t)at : 0, by, model->list.count);
    model_current(model)->selected = list_at(&model->list, to);
    model_current(model)->selected_row = to;
    model->detail_scroll = 0;
}

static void move_channels(struct model *model, ptrdiff_t by) {
    struct group_row row;
    const size_t at = groups_row_of(model, model->channel_at);
    const size_t to = moved(at, by, groups_rows(model));
    /* Upwards a heading is passed; downwards it is that of the channel below it. */
    if (groups_at(model, to, &row) && (!row.heading || by > 0 || groups_at(model, to - 1, &row)))
        model->channel_at = row.channel;
}

/* As far as there can be lines: what the view finds shorter, it stops at. */
static void move_detail(struct model *model, ptrdiff_t by) {
    const struct person *person = model_subject(model);
    const size_t lines = person != NULL ? 2 * person->history.count + person->channel_count : 0;
    model->detail_scroll = moved(model->detail_scroll, by, lines + DETAIL_SCROLL);
}

static void move_events(struct model *model, ptrdiff_t by) {
    const struct journal_filter filter = model_event_filter(model);
    const size_t count = journal_shown_count(&model->journal, &filter);
    model->event_scroll = moved(model->event_scroll, by, count);
}

static void move(struct model *model, ptrdiff_t by) {
    enum action listed[ACTION_COUNT];
    if (model->help_open)
        model->help_at = moved(model->help_at, by, finding_help(model, listed));
    else if (model->watch_open)
        model->watch_at = moved(model->watch_at, by, model->watching.count);
    else if (model->focus == PANE_CHANNELS)
        move_channels(model, by);
    else if (model->focus == PANE_MEMBERS)
        move_members(model, by);
    else if (model->focus == PANE_EVENTS)
        move_events(model, by);
    else if (model->focus == PANE_DETAIL)
        move_detail(model, by);
    else if (model->focus == PANE_TALK)
        reading_move(model, by);
}

static ptrdiff_t page(const struct model *model) {
    const struct layout layout = layout_of(model);
    const int rows = model->help_open ? finding_help_rows(model)
                                      : layout_list_rows(&layout, model->focus);
    if (model->help_open)
        return rows;
    return rows > 1 ? rows - 1 : 1;
}

/* ---- panes ---- */

static bool is_shown(const struct layout *layout, enum pane pane) {
    switch (pane) {
    case PANE_CHANNELS: return layout->channels.rows > 0;
    case PANE_MEMBERS: return layout->members.rows > 0;
    case PANE_EVENTS: return layout->events.rows > 0;
    case PANE_DETAIL: return layout->detail.rows > 0;
    case PANE_PLOT: return layout->plot.rows > 0;
    default: return layout->talk.rows > 0;
    }
}

/* Where panes are not side by side, each is a key away all the same. */
static void next_pane(struct model *model, int by) {
    const struct layout layout = layout_of(model);
    const bool one_at_a_time = layout.single || layout.channels.cols == model->cols ||
                               layout.members.cols == model->cols || layout.tiny;
    int pane = (int)model->focus;
    for (int tries = 0; tries < PANE_COUNT; tries++) {
        pane = (pane + by + PANE_COUNT) % PANE_COUNT;
        if (one_at_a_time ? pane <= PANE_EVENTS : is_shown(&layout, (enum pane)pane))
            break;
    }
    model->focus = (enum pane)pane;
    if (one_at_a_time)
        model->talk_open = false;
}

static void move_page(struct model *model, bool down) {
    const ptrdiff_t by = down ? page(model) : -page(model);
    if (model->focus == PANE_TALK && !model->help_open)
        reading_scroll(model, by);
    else
        move(model, by);
}

static void go_to(struct model *model, enum pane pane) {
    const bool narrow = model->cols < 110;
    if ((narrow && (pane == PANE_MEMBERS || pane == PANE_PLOT)) || pane == PANE_DETAIL)
        model->talk_open = false; /* it stands where they go */
    if (model->cols < 70)
        model->talk_open = false;
    model->focus = pane;
    model->help_open = model->watch_open = false;
}

static void show_timeline(struct model *model) {
    model->timeline_open = !model->timeline_open;
    model->detail_scroll = 0;
    go_to(model, PANE_DETAIL);
}

/* Esc and q back out of what is open; q at the top quits. */
static unsigned back(struct model *model, bool quits, int64_t now_ms) {
    if (model->help_open) {
        model->help_open = false;
    } else if (model->watch_open) {
        model->watch_open = false;
    } else if (looking_back(model) || (!quits && finding_back(model))) {
        return EFFECT_LOOK;
    } else if (model->focus == PANE_DETAIL && model->timeline_open) {
        show_timeline(model);
    } else if (speak_back(model)) {
        return EFFECT_LOOK;
    } else if (model->talk_open) {
        model->talk_open = false;
        if (model->focus == PANE_TALK)
            model->focus = PANE_CHANNELS;
    } else if (quits && model->focus != PANE_DETAIL && model->focus != PANE_PLOT) {
        return speak_holds(model, now_ms) ? 0 : EFFECT_QUIT;
    } else if (model->focus != PANE_MEMBERS) {
        model->focus = PANE_MEMBERS;
    }
    return EFFECT_LOOK;
}

/* ---- my light ---- */

static unsigned toggle_light(struct model *model, int64_t now_ms) {
    if (model->light_wanted != LIGHT_UNKNOWN) {
        model_set_toast(model, "Already asked: waiting for the server", now_ms + TOAST_MS);
        return 0;
    }
    if (model->light == LIGHT_UNKNOWN) {
        model_set_toast(
            model, "Not connected yet: whether you are seen is not known", now_ms + TOAST_MS);
        return 0;
    }
    model->light_failed[0] = '\0';
    model->light_wanted = model->light == LIGHT_ON ? LIGHT_OFF : LIGHT_ON;
    mine_forget_light(model);
    model_set_toast(model, "", 0); /* that I am hidden until then is not so any more */
    return model->light_wanted == LIGHT_OFF ? EFFECT_HIDE : EFFECT_SHOW;
}

/* Where only what changed is shown, that is less from now on. */
static void list_changes(struct model *model) {
    model->list.changed_since_ms = model->only_changed ? model->mark_ms : 0;
    list_make_anew(&model->list);
    model->event_scroll = 0;
}

static void mark_seen(struct model *model, int64_t now_ms) {
    model->came = model->went = 0;
    model->mark_ms = now_ms;
    model->event_scroll = 0;
    if (model->only_changed)
        list_changes(model);
}

/* Said, and shown in my own row for as long, if I am among those who are listed. */
static void as_seen(struct model *model, int64_t now_ms) {
    struct person *me = model_find_person(model, model->me_id);
    char text[300];
    mine_as_seen(model, text, sizeof text);
    model_set_toast(model, text, now_ms + 3 * TOAST_MS);
    if (me == NULL || model->light == LIGHT_UNKNOWN)
        return;
    model->mine.as_seen_until_ms = now_ms + 3 * TOAST_MS;
    if (list_find(&model->list, me, 0) >= 0)
        model_current(model)->selected = me;
}

static void watch_one(struct model *model, const char *id, int64_t now_ms) {
    struct person *person = model_find_person(model, id);
    const char *name = person != NULL ? person->name : id;
    const enum watch how = (enum watch)((watching_how(&model->watching, id) + 1) % 3);
    char text[300];
    if (watching_set(&model->watching, id, person, how) < 0)
        snprintf(text, sizeof text, "No more can be watched");
    else if (how == WATCH_OFF)
        snprintf(text, sizeof text, "%.200s is no longer watched", name);
    else
        snprintf(text, sizeof text, "You are told %s %.200s comes or goes",
            how == WATCH_NEXT ? "the next time" : "whenever", name);
    model_set_toast(model, text, now_ms + TOAST_MS);
}

/* By the argument of a command, in the list of the watched, or at the cursor. */
static void watch(struct model *model, const char *id, int64_t now_ms) {
    const struct person *selected = model_current(model)->selected;
    char own[300];
    if (id[0] == '\0' && model->watch_open)
        id = model->watch_at < model->watching.count ? model->watching.of[model->watch_at].id : "";
    else if (id[0] == '\0' && selected != NULL)
        id = selected->id;
    if (id[0] == '\0' || strlen(id) >= sizeof own || strcmp(id, model->me_id) == 0) {
        model_set_toast(model, "Whom? Choose somebody else in the members", now_ms + TOAST_MS);
        return;
    }
    snprintf(own, sizeof own, "%s", id); /* taking them off frees the list's own */
    watch_one(model, own, now_ms);
    if (model->watch_at >= model->watching.count)
        model->watch_at = model->watching.count > 0 ? model->watching.count - 1 : 0;
}

/* Only what changed since the mark; the second time all of it was seen, and the mark is now. */
static void show_changes(struct model *model, int64_t now_ms) {
    model->only_changed = !model->only_changed;
    if (!model->only_changed)
        mark_seen(model, now_ms);
    list_changes(model);
}

static void next_event_level(struct model *model, int64_t now_ms) {
    static const char *const words[LEVELS] = {
        "All events", "Events of the watched only", "No events"};
    model->event_level = (enum event_level)((model->event_level + 1) % LEVELS);
    model->event_scroll = 0;
    model_set_toast(model, words[model->event_level], now_ms + TOAST_MS);
}

static unsigned shut_detail(struct model *model) {
    model->detail_shut = !model->detail_shut;
    if (model->detail_shut && model->focus == PANE_DETAIL)
        model->focus = PANE_MEMBERS;
    return EFFECT_LOOK;
}

/* ---- the terminal ---- */

static unsigned set_theme(struct model *model, const char *name, int64_t now_ms) {
    char text[160];
    if (model->ui.colourless != NULL) {
        snprintf(text, sizeof text, "A theme is colours: %.100s", model->ui.colourless);
        model_set_toast(model, text, now_ms + TOAST_MS);
        return 0;
    }
    int i = name[0] == '\0' ? model->ui.theme + 1 : 0;
    if (name[0] == '\0' && theme_at(i) == NULL)
        i = 0;
    while (name[0] != '\0' && theme_at(i) != NULL && strcmp(theme_at(i)->name, name) != 0)
        i++;
    if (theme_at(i) == NULL) {
        model_set_toast(model, "theme: " THEME_NAMES, now_ms + TOAST_MS);
        return 0;
    }
    model->ui.theme = i;
    snprintf(text, sizeof text, "%s: %s", theme_at(i)->name, theme_at(i)->help);
    model_set_toast(model, text, now_ms + TOAST_MS);
    return EFFECT_UI;
}

static unsigned turn_mouse(struct model *model, int64_t now_ms) {
    model->ui.mouse = !model->ui.mouse;
    model_set_toast(
        model, model->ui.mouse ? "Mouse on; Shift selects text" : "Mouse off", now_ms + TOAST_MS);
    return EFFECT_UI;
}

/* What stands at the cursor, as it is called; NULL: nothing. */
static const char *what_to_copy(const struct model *model) {
    const struct channel_shown *channel = model_current(model);
    const struct chat *chat = model_chat(model);
    const struct person *person = model_subject(model);
    if (model->focus == PANE_CHANNELS)
        return channel->cid[0] != '\0' ? channel->cid : NULL;
    if (model->focus == PANE_TALK)
        return chat != NULL && chat->cursor != NULL ? chat->cursor->text : NULL;
    if (model->focus == PANE_EVENTS) {
        const struct journal_filter filter = model_event_filter(model);
        const struct event_line *event = journal_shown(
            &model->journal, &filter, model->event_scroll);
        return event == NULL ? NULL : event->who != NULL ? event->who->id : event->text;
    }
    return person != NULL ? person->id : NULL;
}

static unsigned copy(struct model *model, int64_t now_ms) {
    const char *text = what_to_copy(model);
    char *copied = text != NULL ? strdup(text) : NULL;
    if (copied == NULL) {
        model_set_toast(model, "There is nothing to copy here", now_ms + TOAST_MS);
        return 0;
    }
    free(model->copied);
    model->copied = copied;
    return EFFECT_COPY;
}

/* What comes while the person looks elsewhere is news. */
static void turn_eye(struct model *model, bool away, int64_t now_ms) {
    struct chat *chat = model_chat(model);
    if (away)
        mark_seen(model, now_ms);
    if (away && model->talk_open && chat != NULL && chat_newest(chat) != NULL && chat->new_ms < 0)
        chat->new_ms = chat_newest(chat)->at_ms;
    model->eye_away = away;
}

unsigned update_paste(struct model *model, const char *text, int64_t now_ms) {
    if (model->prompt.kind != PROMPT_NONE)
        prompt_paste(model, text, now_ms);
    else if (compose_is_open(model))
        compose_paste(model, text, now_ms);
    update_settle(model);
    return EFFECT_LOOK;
}

unsigned update_action(struct model *model, enum action action, int64_t now_ms) {
    return update_command(model, action, "", now_ms);
}

unsigned update_command(
    struct model *model, enum action action, const char *argument, int64_t now_ms) {
    unsigned effects;
    if (looking_command(model, action, argument, now_ms, &effects) ||
        finding_command(model, action, argument, now_ms, &effects))
        return effects;
    switch (action) {
    case ACTION_THEME: return set_theme(model, argument, now_ms);
    case ACTION_MOUSE: return turn_mouse(model, now_ms);
    case ACTION_COPY: return copy(model, now_ms);
    case ACTION_DOWN: move(model, 1); return EFFECT_LOOK;
    case ACTION_UP: move(model, -1); return EFFECT_LOOK;
    case ACTION_PAGE_DOWN: move_page(model, true); return EFFECT_LOOK;
    case ACTION_PAGE_UP: move_page(model, false); return EFFECT_LOOK;
    case ACTION_FIRST: move(model, -PTRDIFF_MAX / 2); return EFFECT_LOOK;
    case ACTION_LAST: move(model, PTRDIFF_MAX / 2); return EFFECT_LOOK;
    case ACTION_NEXT_PANE: next_pane(model, 1); return 0;
    case ACTION_LAST_PANE: next_pane(model, -1); return 0;
    case ACTION_CHANNELS: go_to(model, PANE_CHANNELS); return 0;
    case ACTION_MEMBERS: go_to(model, PANE_MEMBERS); return 0;
    case ACTION_EVENTS: go_to(model, PANE_EVENTS); return 0;
    case ACTION_OPEN: speak_open(model, now_ms); return EFFECT_LOOK;
    case ACTION_COMPOSE: speak_compose(model, now_ms); return 0;
    case ACTION_EDIT: speak_edit(model, now_ms); return 0;
    case ACTION_REACT:
        if (argument[0] == '\0')
            react_open(model, now_ms);
        else
            react_with(model, argument, now_ms);
        return 0;
    case ACTION_DELETE: speak_delete(model, now_ms); return 0;
    case ACTION_BACK: return back(model, false, now_ms);
    case ACTION_QUIT: return back(model, true, now_ms);
    case ACTION_QUIT_NOW: return EFFECT_QUIT;
    case ACTION_INVISIBLE: return toggle_light(model, now_ms);
    case ACTION_OFFLINE:
        model->list.hide_offline = !model->list.hide_offline;
        list_make_anew(&model->list);
        return EFFECT_LOOK;
    case ACTION_HIDE_FOR: return mine_hide_for(model, argument, now_ms);
    case ACTION_STATUS: return mine_status(model, argument, now_ms);
    case ACTION_AS_SEEN: as_seen(model, now_ms); return 0;
    case ACTION_WATCH: watch(model, argument, now_ms); return 0;
    case ACTION_HISTORY:
        if (strcmp(argument, "wipe") == 0)
            return EFFECT_WIPE;
        model_set_toast(model, "history wipe: forgets what was observed", now_ms + TOAST_MS);
        return 0;
    case ACTION_WATCHED:
        model->watch_open = !model->watch_open;
        model->watch_at = 0;
        return 0;
    case ACTION_DETAIL: go_to(model, PANE_DETAIL); return 0;
    case ACTION_PLOT: go_to(model, PANE_PLOT); return 0;
    case ACTION_TIMELINE: show_timeline(model); return 0;
    case ACTION_SHUT_DETAIL: return shut_detail(model);
    case ACTION_DIFF: show_changes(model, now_ms); return EFFECT_LOOK;
    case ACTION_EVENT_LEVEL: next_event_level(model, now_ms); return 0;
    case ACTION_RECONNECT: return speak_again(model) ? 0 : EFFECT_RECONNECT;
    case ACTION_REDRAW: return EFFECT_REDRAW;
    case ACTION_SUSPEND: return EFFECT_SUSPEND;
    default: return 0;
    }
}

char update_pane_letter(const struct model *model) {
    if (model->help_open)
        return 'h';
    if (model->watch_open)
        return 'w';
    return "cmetdp"[model->focus];
}

/* With another key what is said ends, and so does what "again" was meant to do; but where a line
 * is to be written, what is said may be what it is written by. */
static void end_said(struct model *model, enum action action) {
    if (action == ACTION_NONE || action == ACTION_COMMAND || action == ACTION_PALETTE)
        return;
    model_end_toast(model);
    if (action != ACTION_DELETE)
        model->doomed = NULL;
    if (action != ACTION_QUIT)
        model->held_until_ms = 0;
}

unsigned update_key(struct model *model, int key, int64_t now_ms) {
    if (key == KEY_CODE_FOCUS_OUT || key == KEY_CODE_FOCUS_IN) {
        turn_eye(model, key == KEY_CODE_FOCUS_OUT, now_ms);
        update_settle(model);
        return 0;
    }
    model->now_ms = model->keyed_ms = now_ms;
    if (model->prompt.kind != PROMPT_NONE) {
        const unsigned wanted = prompt_key(model, key, now_ms);
        update_settle(model);
        return wanted;
    }
    if (compose_is_open(model) && compose_key(model, key, now_ms)) {
        update_settle(model);
        return 0;
    }
    const enum action action = keymap_action(&model->keymap, key, update_pane_letter(model));
    end_said(model, action);
    if (model->looking.menu_open && action != ACTION_BACK && action != ACTION_QUIT)
        model->looking.menu_open = action == ACTION_MENU; /* it was for one key */
    const unsigned effects = update_action(model, action, now_ms);
    update_settle(model);
    return effects;
}

unsigned update_size(struct model *model, int rows, int cols) {
    model->rows = rows;
    model->cols = cols;
    update_settle(model);
    return EFFECT_LOOK;
}

size_t update_visible(const struct model *model, struct person **to, size_t most) {
    const struct layout layout = layout_of(model);
    const size_t rows = (size_t)layout_list_rows(&layout, PANE_MEMBERS);
    const struct channel_shown *channel = model_current(model);
    size_t count = 0;
    for (size_t i = channel->top; count < rows && count < most; i++) {
        struct person *person = list_at(&model->list, i);
        if (person == NULL)
            break;
        to[count++] = person;
    }
    const struct chat *chat = model_chat(model);
    for (size_t i = 0; chat != NULL && i < chat->count && i < AUTHORS && count < most; i++)
        to[count++] = chat->lines[chat->count - 1 - i]->author;
    return count;
}
