/* SPDX-License-Identifier: MIT */
/* Hearing that the configuration was written anew. */
#ifndef DASHBOARD_CONFIG_WATCH_H
#define DASHBOARD_CONFIG_WATCH_H

#include <stdbool.h>

/* Zeroes but fd, which is -1, are a watch that never hears anything. */
struct config_watch {
    int fd; /* readable when there may be news; -1: there is nothing to watch */
    char name[256], target[256]; /* of the file, and of what it is a link to */
};

/* Watch the folder of a file, which need not be there yet, and of what it is a link to. */
void config_watch_init(struct config_watch *watch, const char *path);
void config_watch_fini(struct config_watch *watch);

/* Whether it was written or replaced since it was asked last. Not: that it is gone, which happens
 * while an editor saves. Never blocks. */
bool config_watch_take(struct config_watch *watch);

#endif
