/* SPDX-License-Identifier: MIT */
/*
 * What was observed, kept on disk where the person asked for it: a file a profile, 0600, beside the
 * state file. One dashboard writes it at a time; another one reads it and keeps its own to itself.
 * Blocking, but of appends to a local file, once in a while.
 */
#ifndef DASHBOARD_DIARY_FILE_H
#define DASHBOARD_DIARY_FILE_H

#include "dashboard/model/model.h"

enum { DIARY_FILE_MOST = 32 * 1024 * 1024, DIARY_WRITE_AFTER_MS = 30 * 1000 };

struct diary_file {
    char *path;
    int fd;       /* < 0: nothing is written */
    bool damaged; /* the end has no line end */
    int64_t written_ms;
};

/* Read what is kept for a profile into the model, and go on there. What stands in the way is in
 * `why`, and is no reason not to start. 0; 1: another dashboard writes it; -errno. */
int diary_file_open(struct diary_file *file, const char *profile, struct model *model,
    int64_t now_ms, struct bytes *why);

/* Write the model's news, where they are old enough. 0; -errno, and they stay news. */
int diary_file_write(struct diary_file *file, struct model *model, int64_t now_ms, bool at_once);

/* Forget everything, here and on disk. 0; -errno. */
int diary_file_wipe(struct diary_file *file, struct model *model, int64_t now_ms);

/* The last word, if anything is written. Takes one that was never opened, with fd -1. */
void diary_file_close(struct diary_file *file, struct model *model, int64_t now_ms);

#endif
