/* SPDX-License-Identifier: MIT */
/*
 * Where what is shown comes from: a server, or a record of one (replay.h). And what time it is
 * there. Order: source_prepare() before a terminal is taken, source_begin() once something is
 * drawn.
 */
#ifndef DASHBOARD_SOURCE_H
#define DASHBOARD_SOURCE_H

#include "dashboard/app.h"
#include "dashboard/feed.h"
#include "dashboard/replay.h"

struct source {
    const struct app_options *options;
    struct model *model;
    struct library library;
    struct feed *feed;     /* NULL: none yet, or a replay */
    struct replay *replay; /* NULL: none */
    struct record *record; /* NULL: none */
    char *token;
};

/* Find all that is needed, and make the model. 0, or the exit code: then it was said why. The
 * source, and the model, are for source_close() and model_fini() in any case. */
int source_prepare(struct source *to, const struct app_options *options, struct model *model);

/* Load the library and connect. 0, or the exit code with `why` for a person. */
int source_begin(struct source *source, char *why, size_t why_size);

/* Readable when there is something to take; -1: nothing will be. */
int source_fd(const struct source *source);
int64_t source_now_ms(const struct source *source);
/* Until it is so late, or until a replay has more to tell. In milliseconds; -1: never. */
int source_wait_ms(const struct source *source, int64_t until_ms);
/* Take in what came. *changed: the model did. 0, or the exit code with `why` for a person. */
int source_take(struct source *source, bool *changed, char *why, size_t why_size);

/* What is wanted in conversations, once the model is settled. */
void source_talk(struct source *source);

/* Says what is wrong with the record. The exit code, made worse where it was 0. */
int source_close(struct source *source, int code);

#endif
