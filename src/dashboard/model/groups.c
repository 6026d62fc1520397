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
    char one[GROUP_BYTES], other[GROUP_BYTES];
    name_group(a, one);
    name_group(b, other);
    return strcmp(one, other) == 0;
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

size_t groups_rows(const struct model *model) {
    size_t rows = 0;
    for (size_t i = 0; i <= model->channel_count; i++)
        rows += face_of(model, i) == i ? 1 : 0;
    return rows;
}

size_t groups_row_of(const struct model *model, size_t channel) {
    const size_t face = face_of(model, channel);
    size_t row = 0;
    for (size_t i = 0; i < face; i++)
        row += face_of(model, i) == i ? 1 : 0;
    return row;
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
    for (size_t i = 0; i <= model->channel_count; i++) {
        if (face_of(model, i) != i || row-- > 0)
            continue;
        to->channel = i;
        to->folded = is_folded(model, model_channel(model, i));
        if (to->folded)
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
