/* SPDX-License-Identifier: MIT */
/*
 * A record told again, at its own pace or another. Whoever wrote the file is a stranger: every line
 * is checked before the model hears of it, and a wrong one ends the replay with its number.
 *
 * Time is the record's: it begins at the first line, and stands still at the last.
 */
#ifndef DASHBOARD_REPLAY_H
#define DASHBOARD_REPLAY_H

#include "dashboard/model/told.h"

struct replay;

/* Read the first line. 0; < 0: `why` says it. speed: times as fast; mono_ms: now. */
int replay_open(
    struct replay **out, const char *path, double speed, int64_t mono_ms, struct bytes *why);
void replay_close(struct replay *replay);

/* Who recorded, and what it was called. */
const char *replay_me(const struct replay *replay);
const char *replay_label(const struct replay *replay);

/* The time of the record at a moment. */
int64_t replay_now_ms(const struct replay *replay, int64_t mono_ms);
/* From a moment until it is so late in the record, or until more is to be told if that is sooner;
 * -1: never, it is at its end. */
int replay_wait_ms(const struct replay *replay, int64_t mono_ms, int64_t until_ms);

/* Tell what is due. > 0: the model changed; 0: it did not; < 0: a line is wrong, `why` says it. */
int replay_take(struct replay *replay, struct model *model, int64_t mono_ms, struct bytes *why);

#endif
