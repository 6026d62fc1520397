/* SPDX-License-Identifier: MIT */
/*
 * The folder is watched and not the file, because most editors put a new file in the place of the
 * old one.
 */
#include "dashboard/config_watch.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <unistd.h>

static bool watch_folder(struct config_watch *watch, const char *path, char name[256]) {
    char folder[PATH_MAX];
    const char *slash = strrchr(path, '/');
    if (slash == NULL || (size_t)(slash - path) >= sizeof folder)
        return false;
    snprintf(folder, sizeof folder, "%.*s", (int)(slash - path), path);
    snprintf(name, 256, "%s", slash + 1);
    return inotify_add_watch(watch->fd, folder, IN_CLOSE_WRITE | IN_MOVED_TO | IN_ONLYDIR) >= 0;
}

void config_watch_init(struct config_watch *watch, const char *path) {
    char target[PATH_MAX];
    *watch = (struct config_watch){.fd = inotify_init1(IN_CLOEXEC | IN_NONBLOCK)};
    if (watch->fd < 0)
        return;
    bool any = watch_folder(watch, path, watch->name);
    if (realpath(path, target) != NULL)
        any = watch_folder(watch, target, watch->target) || any;
    if (!any)
        config_watch_fini(watch);
}

void config_watch_fini(struct config_watch *watch) {
    if (watch->fd >= 0)
        close(watch->fd);
    watch->fd = -1;
}

bool config_watch_take(struct config_watch *watch) {
    char events[4096] __attribute__((aligned(__alignof__(struct inotify_event))));
    bool news = false;
    ssize_t got;
    while (watch->fd >= 0 && (got = read(watch->fd, events, sizeof events)) > 0) {
        for (const char *at = events; at < events + got;) {
            const struct inotify_event *event = (const struct inotify_event *)(const void *)at;
            if (event->len > 0 &&
                (strcmp(event->name, watch->name) == 0 || strcmp(event->name, watch->target) == 0))
                news = true;
            at += sizeof *event + event->len;
        }
    }
    return news;
}
