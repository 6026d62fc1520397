/* SPDX-License-Identifier: MIT */
/*
 * What a person asks for by a command: each is one call, whose end is said there. What it changes
 * comes as events like everything else, so nothing is guessed here.
 */
#include "dashboard/feed_inner.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { TOAST_MS = 6000, MEMBERS_A_CALL = 100 };

/* Said where a call never began. */
static void begins(struct feed *feed, int accepted, const char *what) {
    char text[120];
    if (accepted == 0)
        return;
    snprintf(text, sizeof text, "%s: %.60s", what, feed->lib->status_name(accepted));
    feed_tell(feed,
        (struct told){.kind = TOLD_TOAST, .text = text, .until_ms = feed_now_ms() + TOAST_MS});
    feed->changed = true;
}

/* ---- channels ---- */

/* The words of a line, in `line` itself; those there is no room for are left out. */
static size_t split(char *line, const char **words, size_t most) {
    char *rest = NULL;
    size_t count = 0;
    for (char *word = strtok_r(line, " ,", &rest); word != NULL && count < most;
         word = strtok_r(NULL, " ,", &rest))
        words[count++] = word;
    return count;
}

void feed_obey_channel(struct feed *feed, const char *words) {
    const char *each[MEMBERS_A_CALL];
    char *line = strdup(words);
    const size_t count = line != NULL ? split(line, each, MEMBERS_A_CALL) : 0;
    if (count > 0)
        begins(feed, feed_make_channel(feed, each[0], each + 1, count - 1), "No channel");
    free(line);
}

void feed_obey_add(struct feed *feed, const char *cid, const char *words) {
    const char *each[MEMBERS_A_CALL];
    char *line = strdup(words);
    const size_t count = line != NULL ? split(line, each, MEMBERS_A_CALL) : 0;
    if (count > 0)
        begins(feed, feed_add_members(feed, cid, each, count), "Nobody is added");
    free(line);
}

void feed_obey_leave(struct feed *feed, const char *cid) {
    begins(feed, feed_leave_channel(feed, cid), "You are still in it");
}

/* ---- the unknown ---- */

void feed_query_unknown(struct feed *feed, const char *cid) {
    const struct channel_shown *shown = cid[0] != '\0' ? model_find_channel(feed->model, cid)
                                                       : &feed->model->all;
    const struct roster *members = shown != NULL ? &shown->members : NULL;
    const size_t first = members != NULL ? roster_before(members, STATE_UNKNOWN) : 0;
    const size_t count = members != NULL ? roster_count_state(members, STATE_UNKNOWN) : 0;
    const char **ids = calloc(count + 1, sizeof *ids);
    if (ids == NULL)
        return;
    for (size_t i = 0; i < count; i++)
        ids[i] = members->people[first + i]->id;
    begins(feed, feed->lib->client_listen_users(feed->client, ids, count), "Nobody is asked about");
    free(ids);
}
