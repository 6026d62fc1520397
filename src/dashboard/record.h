/* SPDX-License-Identifier: MIT */
/* What the feed tells, written to a file as it is told (told_form.h). Blocking, but of a local
 * file; a write that fails ends the record, never the program. */
#ifndef DASHBOARD_RECORD_H
#define DASHBOARD_RECORD_H

#include "dashboard/model/told.h"

struct record;

/* A new file, for its owner alone. 0; < 0: `why` says it: what is there already stays. */
int record_open(
    struct record **out, const char *path, const char *label, const char *me, struct bytes *why);

/* This text is never written, whoever says it: each time it would be, stars are. */
int record_hide(struct record *record, const char *secret);

/* NULL records nothing. */
void record_put(struct record *record, const struct told *told);
void record_flush(struct record *record);

/* 0; -errno: not all of it is there. NULL is fine. */
int record_close(struct record *record, int64_t now_ms);

#endif
