/* SPDX-License-Identifier: MIT */
/* Files of the person's own: read whole, written whole or not at all. Blocking. */
#ifndef DASHBOARD_FILES_H
#define DASHBOARD_FILES_H

#include "base/bytes.h"

#include <stddef.h>

/* Append a file's contents. 0; -ENOENT …; -EFBIG: over `most` bytes; -ENOMEM. */
int file_read(const char *path, size_t most, struct bytes *to);

/*
 * Write a file that its owner alone may read: to a file beside it, to the disk, then in its place.
 * A symbolic link stays one; what it points to is replaced. 0; -errno: all is as it was.
 */
int file_write_secret(const char *path, const char *text, size_t len);

/* Make the folders that lead to a file (0700) and lock the last one until *lock is closed.
 * 0; -errno. */
int folder_make_and_lock(const char *path, int *lock);

#endif
