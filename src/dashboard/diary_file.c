/* SPDX-License-Identifier: MIT */
/*
 * Appended to and never changed in place, so that a crash can only tear the last line. When most
 * of what was read is too old, or the file is large, it is written anew as a whole, to a file
 * beside it; but the lock is on the file itself, so then it is opened again.
 */
#include "dashboard/diary_file.h"

#include "dashboard/files.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

enum { LARGE = 1024 * 1024 };

static int find_path(struct diary_file *file, const char *profile) {
    const char *folder = getenv("XDG_STATE_HOME"), *rest = "";
    if (folder == NULL || folder[0] != '/') {
        folder = getenv("HOME");
        rest = "/.local/state";
    }
    if (folder == NULL || folder[0] != '/')
        return -ENOENT;
    return asprintf(&file->path, "%s%s/porchlight/%s.history", folder, rest, profile) >= 0
               ? 0
               : -ENOMEM;
}

/* 1: somebody else has it. */
static int open_and_lock(struct diary_file *file) {
    file->fd = open(file->path, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (file->fd < 0)
        return -errno;
    if (flock(file->fd, LOCK_EX | LOCK_NB) == 0 && fchmod(file->fd, 0600) == 0)
        return 0;
    const int fault = errno == EWOULDBLOCK ? 1 : -errno;
    close(file->fd);
    file->fd = -1;
    return fault;
}

static int write_anew(struct diary_file *file, struct model *model, int64_t now_ms) {
    struct bytes text = BYTES_EMPTY;
    diary_print(&model->diary, &model->people, now_ms - model->history_ms, &text);
    int fault = bytes_failed(&text) ? -ENOMEM
                                    : file_write_secret(file->path, bytes_text(&text), text.len);
    bytes_fini(&text);
    if (fault == 0) {
        close(file->fd);
        fault = open_and_lock(file);
    }
    return fault;
}

static int load(struct diary_file *file, struct model *model, int64_t now_ms, struct bytes *why) {
    struct bytes text = BYTES_EMPTY;
    int fault = file_read(file->path, DIARY_FILE_MOST, &text);
    if (fault == -ENOENT)
        fault = 0;
    if (fault == 0)
        fault = diary_read(&model->diary, bytes_text(&text), text.len, now_ms);
    file->damaged = text.len > 0 && text.at[text.len - 1] != '\n';
    if (fault == 0 && model->diary.bad > 0)
        bytes_printf(why, "%u of %u lines of the history could not be read", model->diary.bad,
            model->diary.lines);
    const bool large = text.len > LARGE;
    bytes_fini(&text);
    return fault == 0 && large && file->fd >= 0 ? write_anew(file, model, now_ms) : fault;
}

int diary_file_open(struct diary_file *file, const char *profile, struct model *model,
    int64_t now_ms, struct bytes *why) {
    int lock = -1, fault = find_path(file, profile);
    if (fault == 0)
        fault = folder_make_and_lock(file->path, &lock);
    if (lock >= 0)
        close(lock);
    const int locked = fault == 0 ? open_and_lock(file) : fault;
    fault = locked >= 0 ? load(file, model, now_ms, why) : locked;
    model->diary.on = fault == 0 && locked == 0;
    if (fault < 0)
        bytes_printf(why, "the history is not kept: %s", strerror(-fault));
    else if (locked == 1)
        bytes_printf(why, "another dashboard keeps the history");
    return fault < 0 ? fault : locked;
}

int diary_file_write(struct diary_file *file, struct model *model, int64_t now_ms, bool at_once) {
    struct bytes *news = &model->diary.news;
    diary_beat(&model->diary, now_ms);
    if (file->fd < 0 || news->len == 0)
        return 0;
    if (!at_once && now_ms - file->written_ms < DIARY_WRITE_AFTER_MS && now_ms >= file->written_ms)
        return 0;
    file->written_ms = now_ms;
    if (file->damaged && write(file->fd, "\n", 1) == 1)
        file->damaged = false;
    const ssize_t put = write(file->fd, bytes_text(news), news->len);
    if (put < 0)
        return -errno;
    if ((size_t)put == news->len) {
        bytes_clear(news);
        return 0;
    }
    /* A line that is half there is no line: it and what follows are still news. */
    size_t whole = (size_t)put;
    while (whole > 0 && news->at[whole - 1] != '\n')
        whole--;
    file->damaged = whole < (size_t)put;
    news->len -= whole;
    memmove(news->at, news->at + whole, news->len + 1);
    return -ENOSPC;
}

int diary_file_wipe(struct diary_file *file, struct model *model, int64_t now_ms) {
    size_t i = 0;
    diary_clear(&model->diary);
    plot_forget(&model->plot);
    for (struct person *person; (person = table_next(&model->people, &i)) != NULL;) {
        history_fini(&person->history);
        if (!person->live ||
            history_put(&person->history, person->online ? SEEN_HOME : SEEN_AWAY, now_ms) < 0)
            continue;
        diary_note(&model->diary, person);
    }
    if (file->fd < 0)
        return 0;
    return ftruncate(file->fd, 0) == 0 && fsync(file->fd) == 0 ? 0 : -errno;
}

void diary_file_close(struct diary_file *file, struct model *model, int64_t now_ms) {
    diary_end(&model->diary, now_ms);
    diary_file_write(file, model, now_ms, true);
    if (file->fd >= 0)
        close(file->fd);
    free(file->path);
}
