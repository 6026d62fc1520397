/* SPDX-License-Identifier: MIT */
/*
 * The folder is watched and not the file, because most editors put a new file in the place of the
 * old one. Where there is no folder, the nearest one above it that there is: there the next one is
 * awaited. All of them are watched for being moved away, which the file's own folder does not hear.
 *
 * What is heard is only a reason to look. Whether it is news, the file itself says: so nothing is
 * told twice, and what happened before a folder was watched is not missed.
 *
 * A file that was made just now and is still empty is being written: its end is heard.
 */
#include "dashboard/config_watch.h"

#include "base/clock.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <unistd.h>

enum { GONE_AFTER_MS = 200 };
enum name { NAME_FILE, NAME_TARGET, NAME_MISSING, NAMES };

static const uint32_t moves = IN_MOVE_SELF | IN_DELETE_SELF | IN_ONLYDIR | IN_MASK_ADD;
static const uint32_t files = IN_CLOSE_WRITE | IN_MOVED_TO | IN_MOVED_FROM | IN_CREATE | IN_DELETE;

static void keep_name(struct config_watch *watch, enum name which, const char *name, size_t len) {
    free(watch->names[which]);
    watch->names[which] = strndup(name, len);
}

/* The folder of a file. False: there is none. */
static bool watch_folder(struct config_watch *watch, const char *path, enum name which) {
    char folder[PATH_MAX];
    const char *slash = strrchr(path, '/');
    if (slash == NULL || (size_t)(slash - path) >= sizeof folder)
        return false;
    snprintf(folder, sizeof folder, "%.*s", (int)(slash - path), path);
    keep_name(watch, which, slash + 1, strlen(slash + 1));
    return inotify_add_watch(watch->fd, folder[0] != '\0' ? folder : "/", files | moves) >= 0;
}

/* All folders that there are on the way to it, and where the next one is missing. */
static void watch_way(struct config_watch *watch) {
    char folder[PATH_MAX] = "/";
    size_t missing = 1;
    for (const char *at = watch->path; at != NULL; at = strchr(at + 1, '/')) {
        const size_t len = (size_t)(at - watch->path);
        if (len >= sizeof folder)
            return;
        if (len > 0) {
            memcpy(folder, watch->path, len);
            folder[len] = '\0';
        }
        if (access(folder, F_OK) != 0)
            break;
        inotify_add_watch(watch->fd, folder, moves);
        missing = len + 1;
    }
    memcpy(folder, watch->path, missing);
    folder[missing] = '\0';
    const char *name = watch->path + missing;
    keep_name(watch, NAME_MISSING, name, strcspn(name, "/"));
    inotify_add_watch(watch->fd, folder, IN_CREATE | IN_MOVED_TO | moves);
}

static void watch_all(struct config_watch *watch) {
    char target[PATH_MAX];
    if (watch->fd >= 0)
        close(watch->fd);
    watch->fd = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
    if (watch->fd < 0)
        return;
    if (!watch_folder(watch, watch->path, NAME_FILE))
        watch_way(watch);
    else {
        for (char *at = strchr(watch->path + 1, '/'); at != NULL; at = strchr(at + 1, '/')) {
            *at = '\0';
            inotify_add_watch(watch->fd, watch->path, moves);
            *at = '/';
        }
    }
    if (realpath(watch->path, target) != NULL && strcmp(target, watch->path) != 0)
        watch_folder(watch, target, NAME_TARGET);
}

static struct config_seen look(const struct config_watch *watch) {
    struct stat st;
    if (stat(watch->path, &st) != 0)
        return (struct config_seen){0};
    return (struct config_seen){.device = st.st_dev,
        .inode = st.st_ino,
        .size = st.st_size,
        .changed_ns = st.st_ctim.tv_sec * INT64_C(1000000000) + st.st_ctim.tv_nsec};
}

static bool is_same(const struct config_seen *a, const struct config_seen *b) {
    return a->device == b->device && a->inode == b->inode && a->size == b->size &&
           a->changed_ns == b->changed_ns;
}

void config_watch_init(struct config_watch *watch, const char *path) {
    *watch = (struct config_watch){.fd = -1, .path = strdup(path)};
    if (watch->path == NULL || path[0] != '/')
        return;
    watch_all(watch);
    watch->seen = look(watch);
}

void config_watch_fini(struct config_watch *watch) {
    if (watch->fd >= 0)
        close(watch->fd);
    for (size_t i = 0; i < NAMES; i++)
        free(watch->names[i]);
    free(watch->path);
    *watch = (struct config_watch){.fd = -1};
}

/* ---- hearing ---- */

static bool is_named(const struct config_watch *watch, const char *name) {
    for (size_t i = 0; i < NAMES; i++)
        if (watch->names[i] != NULL && strcmp(watch->names[i], name) == 0)
            return true;
    return false;
}

/* Whether there is a reason to look; *anew: the way there is another one, perhaps. */
static bool hear(const struct config_watch *watch, bool *anew) {
    char events[4096] __attribute__((aligned(__alignof__(struct inotify_event))));
    bool any = false;
    ssize_t got;
    while (watch->fd >= 0 && (got = read(watch->fd, events, sizeof events)) > 0) {
        for (const char *at = events; at < events + got;) {
            const struct inotify_event *event = (const struct inotify_event *)(const void *)at;
            const bool self = event->mask &
                              (IN_MOVE_SELF | IN_DELETE_SELF | IN_IGNORED | IN_Q_OVERFLOW);
            any = any || self || (event->len > 0 && is_named(watch, event->name));
            *anew = *anew || self || (event->mask & (IN_CREATE | IN_MOVED_TO)) != 0;
            at += sizeof *event + event->len;
        }
    }
    return any;
}

/* Made, and nothing written yet. */
static bool is_being_made(const struct config_watch *watch, const struct config_seen *now) {
    return watch->seen.inode != now->inode && now->inode != 0 && now->size == 0;
}

static bool believe_gone(struct config_watch *watch) {
    if (watch->gone_at_ms == 0)
        watch->gone_at_ms = clock_mono_ms() + GONE_AFTER_MS;
    return clock_mono_ms() >= watch->gone_at_ms;
}

bool config_watch_take(struct config_watch *watch) {
    bool anew = false;
    if (watch->path == NULL || (!hear(watch, &anew) && watch->gone_at_ms == 0))
        return false;
    if (anew)
        watch_all(watch);
    const struct config_seen now = look(watch);
    if (now.inode == 0 && watch->seen.inode != 0 && !believe_gone(watch))
        return false;
    watch->gone_at_ms = 0;
    if (is_same(&now, &watch->seen) || is_being_made(watch, &now))
        return false;
    watch->seen = now;
    return true;
}

bool config_watch_is_there(const struct config_watch *watch) {
    return watch->seen.inode != 0;
}

int config_watch_wait_ms(const struct config_watch *watch) {
    const int64_t left = watch->gone_at_ms - clock_mono_ms();
    return watch->gone_at_ms == 0 ? -1 : left <= 0 ? 0 : (int)left;
}
