/* SPDX-License-Identifier: MIT */
/*
 * A backup is a folder with what a data folder cannot do without, under the same names: app.ini,
 * config.ini, porchlight.db; and SHA256SUMS, by which `sha256sum -c` can prove it. A folder and no
 * file of a format of ours: when it is needed everything else is gone, and then it can be read,
 * packed, sent and looked into with any tool; `porchlightd check --data BACKUP` works on it, too.
 *
 * It holds the secret: 0700, files 0600. Certificates are not in it, nor is a configuration file
 * that stands elsewhere.
 */
#ifndef SERVER_BACKUP_H
#define SERVER_BACKUP_H

#include <stddef.h>

/* Make one, also while a server serves the folder: all that was answered before this began is in
 * it. 0; > 0: `to` is there already; < 0: -errno; `why` says it to a person. */
int backup_make(const char *data, const char *to, char *why, size_t why_size);

/* Make a data folder of one: proved, its schema brought forward, checked row by row. 0; > 0: `data`
 * is there and not empty; < 0: -errno, and nothing is left. */
int backup_restore(const char *from, const char *data, char *why, size_t why_size);

#endif
