/* SPDX-License-Identifier: MIT */
#include "dashboard/model/groups.h"

#include "dashboard/model/model.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

static void name_group(const struct channel_shown *channel, char to[GROUP_BYTES]) {
    if (channel->is_direct)
        snprintf(to, GROUP_BYTES, "direct");
    else
        snprintf(to, GROUP_BYTES, "%.*s", (int)strcspn(channel->cid, ":"), channel->cid);
}

/* Where a group is among the folded; GROUPS_FOLDED: it is not. */
static size_t find(const struct groups *groups, const char *name) {
    size_t i = 0;
    while (i < GROUPS_FOLDED && strcmp(groups->folded[i], name) != 0)
        i++;
    return i;
}

static bool is_folded(const struct model *model, const struct channel_shown *channel) {
    char name[GROUP_BYTES];
    if (channel->cid[0] == '\0')
        return false;
    name_group(channel, name);
    return find(&model->groups, name) < GROUPS_FOLDED;
}

static bool is_same_group(const struct channel_shown *a, const struct channel_shown *b) {
    if (a->is_direct || b->is_direct)
        return a->is_direct && b->is_direct;
    const size_t len = strcspn(a->cid, ":");
    return strncmp(a->cid, b->cid, len) == 0 && b->cid[len] == ':';
}

/* The channel on whose row one is: itself, or the first of its folded group. */
static size_t face_of(const struct model *model, size_t at) {
    const struct channel_shown *channel = model_channel(model, at);
    if (at == 0 || !is_folded(model, channel))
        return at;
    size_t first = 1;
    while (first < at && !is_same_group(model_channel(model, first), channel))
        first++;
    return first;
}

/* Over the first channel of a group that is not folded stands its name, where there are several:
 * those of a group are one after the other (looking_order). */
static bool has_heading(const struct model *model, size_t at) {
    const struct channel_shown *channel = model_channel(model, at);
    if (at == 0 ||
        is_same_group(model_channel(model, 1), model_channel(model, model->channel_count)))
        return false;
    return (at == 1 || !is_same_group(model_channel(model, at - 1), channel)) &&
           !is_folded(model, channel);
}

/* How many rows are a channel's: its own one is the last. */
static size_t rows_of(const struct model *model, size_t at) {
    return face_of(model, at) != at ? 0 : has_heading(model, at) ? 2 : 1;
}

size_t groups_rows(const struct model *model) {
    size_t rows = 0;
    for (size_t i = 0; i <= model->channel_count; i++)
        rows += rows_of(model, i);
    return rows;
}

size_t groups_row_of(const struct model *model, size_t channel) {
    const size_t face = face_of(model, channel);
    size_t rows = 0;
    for (size_t i = 0; i <= face; i++)
        rows += rows_of(model, i);
    return rows - 1;
}

static void sum_up(const struct model *model, struct group_row *to) {
    const struct channel_shown *first = model_channel(model, to->channel);
    name_group(first, to->name);
    for (size_t i = to->channel; i <= model->channel_count; i++) {
        const struct channel_shown *channel = model_channel(model, i);
        if (!is_same_group(channel, first))
            continue;
        to->channels++;
        to->unread += channel->unread;
        to->home += roster_count_state(&channel->members, STATE_ONLINE);
        to->members += channel->members.count;
    }
}

bool groups_at(const struct model *model, size_t row, struct group_row *to) {
    *to = (struct group_row){0};
    for (size_t i = 0, rows; i <= model->channel_count; i++, row -= rows) {
        rows = rows_of(model, i);
        if (row >= rows)
            continue;
        to->channel = i;
        to->heading = rows == 2 && row == 0;
        to->folded = is_folded(model, model_channel(model, i));
        if (to->folded || to->heading)
            sum_up(model, to);
        return true;
    }
    return false;
}

bool groups_toggle(struct model *model) {
    char name[GROUP_BYTES];
    if (model->channel_at == 0)
        return false;
    name_group(model_current(model), name);
    const size_t at = find(&model->groups, name), room = find(&model->groups, "");
    if (at < GROUPS_FOLDED)
        model->groups.folded[at][0] = '\0';
    else if (room < GROUPS_FOLDED)
        memcpy(model->groups.folded[room], name, sizeof name);
    else
        return false;
    model->channel_at = face_of(model, model->channel_at);
    return true;
}

void groups_settle(struct model *model) {
    if (face_of(model, model->channel_at) != model->channel_at)
        groups_toggle(model);
}

/* ---- mentions ---- */

static bool names(const char *text, const char *name) {
    const size_t len = strlen(name);
    for (const char *at = text; len > 0 && (at = strchr(at, '@')) != NULL; at++)
        if (strncasecmp(at + 1, name, len) == 0 && !isalnum((unsigned char)at[1 + len]))
            return true;
    return false;
}

bool channel_names_me(const struct model *model, const struct channel_shown *channel) {
    unsigned left = channel->unread;
    for (size_t i = channel->chat.count; i > 0 && left > 0; i--) {
        const struct line *line = channel->chat.lines[i - 1];
        if (line->author->me)
            continue;
        if (!line->deleted &&
            (names(line->text, model->me_id) || names(line->text, model->me_name)))
            return true;
        left--;
    }
    return false;
}

/* ---- order ---- */

/* Few types are known: past that each further one counts from its own first. */
void groups_rank(struct model *model) {
    enum { GROUPS = 16 };
    const struct channel_shown *first[GROUPS];
    size_t came[GROUPS], count = 0;
    for (size_t pass = 0; pass < 2; pass++) {
        for (size_t i = 0; i < model->channel_count; i++) {
            struct channel_shown *channel = model->channels[i];
            size_t at = 0;
            while (at < count && !is_same_group(first[at], channel))
                at++;
            if (at == count && count < GROUPS) {
                first[count] = channel;
                came[count++] = channel->came;
            }
            if (at < count && channel->came < came[at])
                came[at] = channel->came;
            channel->group_came = at < count ? came[at] : channel->came;
        }
    }
}
