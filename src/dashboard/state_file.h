/* SPDX-License-Identifier: MIT */
/*
 * What the dashboard remembers from one run to the next, which is never a setting: the pane, the
 * sort order, the watch list, when the person last looked. Names and texts, one file a profile:
 * $XDG_STATE_HOME/porchlight/PROFILE.state, else below ~/.local/state.
 *
 * A name is [a-z][A-Za-z0-9_.:@!-]*, so that an id may be part of it: "watch.dana". A text is one
 * line. Who remembers something gives it a name with a prefix of its own.
 *
 * Two dashboards of one profile may run: what is saved is what this one changed, over whatever the
 * file holds by then.
 */
#ifndef DASHBOARD_STATE_FILE_H
#define DASHBOARD_STATE_FILE_H

#include "base/bytes.h"

#include <stdbool.h>
#include <stdint.h>

struct state_file;

/*
 * What was remembered for a profile; NULL: nothing is, and nothing will be kept (the demo, a server
 * given by its URL). What the file has that cannot be so is passed over with a sentence in
 * `warning`: it is no reason not to start. 0; -ENOMEM.
 */
int state_file_open(struct state_file **out, const char *profile, struct bytes *warning);
/* Does not save. Takes NULL. */
void state_file_close(struct state_file *state);

/* NULL, or what `otherwise` is: nothing is remembered, or no number. Valid until the next put. */
const char *state_file_text(const struct state_file *state, const char *name);
int64_t state_file_number(const struct state_file *state, const char *name, int64_t otherwise);

/* Remember; NULL: forget. The same again is no change. 0; -EINVAL: no such name or text may be
 * kept; -ENOSPC: too many; -ENOMEM; then what was remembered is as it was. */
int state_file_put(struct state_file *state, const char *name, const char *text);
int state_file_put_number(struct state_file *state, const char *name, int64_t number);

/* The i-th with this prefix ("watch."), in no particular order, what follows the prefix in *rest;
 * false: there are not so many. */
bool state_file_each(const struct state_file *state, const char *prefix, size_t i,
    const char **rest, const char **text);

/* Whether something was put since it was saved. */
bool state_file_changed(const struct state_file *state);

/* Write what changed; the file is whole at any time. Does nothing where nothing is kept or changed.
 * 0; < 0: `why` says it, and it may be tried again. */
int state_file_save(struct state_file *state, struct bytes *why);

#endif
