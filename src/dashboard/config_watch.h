/* SPDX-License-Identifier: MIT */
/* Hearing that the configuration was made, written anew, or is gone. */
#ifndef DASHBOARD_CONFIG_WATCH_H
#define DASHBOARD_CONFIG_WATCH_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

/* Zeroes but fd, which is -1, are a watch that never hears anything. */
struct config_watch {
    int fd; /* readable when there may be news; -1: there is nothing to watch. May become another
               by config_watch_take() */
    char *path;
    char *names[3]; /* of the file, of what it is a link to, of the folder that is missing */
    struct config_seen {
        dev_t device;
        ino_t inode; /* 0: there is no file */
        off_t size;
        int64_t changed_ns;
    } seen;
    int64_t gone_at_ms; /* monotonic: then it is believed that it is gone; 0: it is not */
};

/* Watch a file, which need not be there yet, nor its folder, and what it is a link to. */
void config_watch_init(struct config_watch *watch, const char *path);
void config_watch_fini(struct config_watch *watch);

/* Whether it is another file than when it was asked last, or none (config_watch_is_there). That it
 * is gone counts only after a moment, because some editors save so. Never blocks. */
bool config_watch_take(struct config_watch *watch);
bool config_watch_is_there(const struct config_watch *watch);

/* Until it is to be asked although nothing was heard, in milliseconds; -1: never. */
int config_watch_wait_ms(const struct config_watch *watch);

#endif
