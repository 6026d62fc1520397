/* SPDX-License-Identifier: MIT */
/*
 * Telling the person by other means than the screen: a command of theirs. Never a shell: the words
 * of the command are its arguments, and the text is one more, or stands where a word is {}.
 *
 * Bounded: one at a time, ten a minute, ten seconds each. What finds no room is left out; the
 * screen has it all the same.
 */
#ifndef DASHBOARD_NOTIFY_H
#define DASHBOARD_NOTIFY_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

enum { NOTIFY_A_MINUTE = 10, NOTIFY_SECONDS = 10, NOTIFY_WORDS = 32 };

struct notify {
    pid_t running; /* 0: none */
    int64_t minute_ms;
    unsigned in_minute;
};

/* 0 it was started; 1 there is no room for it now; -EINVAL: too many words, or none; -errno. The
 * text is to be clean. */
int notify_run(struct notify *notify, const char *command, const char *text, int64_t now_ms);

/* Whether none is running any more. */
bool notify_is_idle(struct notify *notify);

#endif
