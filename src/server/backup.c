/* SPDX-License-Identifier: MIT */
/*
 * Both ways end with a rename: a backup has its name, and a folder its database, when all of it is
 * on disk and was looked at, and not before.
 */
#include "server/backup.h"
#include "base/bytes.h"
#include "server/folder.h"
#include "server/store.h"
#include "server/store_look.h"
#include "server/token.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { DIGEST = 64, SUMS_MOST = 4096, BLOCK = 64 * 1024 };

static const char sums_name[] = "SHA256SUMS";
/* Where a database stands before it may have its name. */
static const char part_name[] = "porchlight.db.part";

static const struct part {
    const char *name;
    bool may_lack;
} parts[] = {{"app.ini", false}, {"config.ini", true}, {"porchlight.db", false}};
enum { PARTS = sizeof parts / sizeof parts[0] };

/* A path in a folder; NULL: out of memory. */
static char *in(const char *folder, const char *name) {
    char *path;
    return asprintf(&path, "%s/%s", folder, name) < 0 ? NULL : path;
}

static int complain(const char *what, const char *name, int rc, char *why, size_t why_size) {
    snprintf(
        why, why_size, "%s/%s: %s", what, name, rc == -EBADMSG ? "it is damaged" : strerror(-rc));
    return rc;
}

/* ---- files ---- */

static int create_file(const char *path) {
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
    return fd < 0 ? -errno : fd;
}

static int write_all(int fd, const char *from, size_t len) {
    while (len > 0) {
        ssize_t wrote = write(fd, from, len);
        if (wrote < 0 && errno != EINTR)
            return -errno;
        if (wrote > 0) {
            from += wrote;
            len -= (size_t)wrote;
        }
    }
    return 0;
}

/* On disk, and closed. */
static int finish_file(int fd, int rc) {
    if (rc == 0 && fsync(fd) != 0)
        rc = -errno;
    if (close(fd) != 0 && rc == 0)
        rc = -errno;
    return rc;
}

static int copy_bytes(int from, int to) {
    char *block = malloc(BLOCK);
    int rc = block != NULL ? 0 : -ENOMEM;
    while (rc == 0) {
        ssize_t got = read(from, block, BLOCK);
        if (got == 0)
            break;
        if (got < 0 && errno != EINTR)
            rc = -errno;
        if (got > 0)
            rc = write_all(to, block, (size_t)got);
    }
    if (block != NULL)
        explicit_bzero(block, BLOCK); /* the secret went through it */
    free(block);
    return rc;
}

/* A regular file and no link, into a new one. */
static int copy_file(const char *from, const char *to) {
    int source = open(from, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
    if (source < 0)
        return -errno;
    struct stat found;
    int rc = fstat(source, &found) != 0 ? -errno : S_ISREG(found.st_mode) ? 0 : -EINVAL;
    int target = rc == 0 ? create_file(to) : rc;
    if (target >= 0)
        rc = finish_file(target, copy_bytes(source, target));
    close(source);
    return target < 0 ? target : rc;
}

static int write_file(const char *path, const char *text) {
    int fd = create_file(path);
    return fd < 0 ? fd : finish_file(fd, write_all(fd, text, strlen(text)));
}

static int sync_file(const char *path) {
    int fd = open(path, O_RDWR | O_CLOEXEC | O_NOFOLLOW);
    return fd < 0 ? -errno : finish_file(fd, 0);
}

/* Without memory, too. */
static void remove_in(const char *folder, const char *name) {
    char path[PATH_MAX];
    if (snprintf(path, sizeof path, "%s/%s", folder, name) < (int)sizeof path)
        unlink(path);
}

/* Take back what was made. */
static void remove_all(const char *folder, bool itself) {
    static const char *const others[] = {sums_name, part_name, "porchlight.db-journal",
        "porchlight.db.part-wal", "porchlight.db.part-shm", "porchlight.db.part-journal"};
    for (size_t i = 0; i < PARTS; i++)
        remove_in(folder, parts[i].name);
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++)
        remove_in(folder, others[i]);
    if (itself)
        rmdir(folder);
}

/* ---- making one ---- */

static int copy_database(const struct folder *folder, const char *to) {
    int fd = create_file(to); /* first, so that SQLite takes over its mode */
    if (fd < 0)
        return fd;
    int rc = finish_file(fd, 0);
    if (rc == 0)
        rc = store_look_copy(folder->database_path, folder->is_served, to);
    return rc == 0 ? sync_file(to) : rc;
}

static int copy_part(const struct folder *folder, const char *data, const char *to,
    const struct part *part, struct bytes *sums) {
    char digest[DIGEST + 1], *from_path = in(data, part->name), *to_path = in(to, part->name);
    int rc = from_path == NULL || to_path == NULL ? -ENOMEM : 0;
    bool lacks = rc == 0 && part->may_lack && access(from_path, F_OK) != 0;
    if (rc == 0 && !lacks)
        rc = strcmp(part->name, "porchlight.db") == 0 ? copy_database(folder, to_path)
                                                      : copy_file(from_path, to_path);
    if (rc == 0 && !lacks)
        rc = token_digest_file(digest, to_path);
    if (rc == 0 && !lacks)
        bytes_printf(sums, "%s  %s\n", digest, part->name);
    free(from_path);
    free(to_path);
    return rc;
}

static int fill(
    const struct folder *folder, const char *data, const char *to, char *why, size_t why_size) {
    struct bytes sums = BYTES_EMPTY;
    int rc = 0;
    for (size_t i = 0; rc == 0 && i < PARTS; i++)
        if ((rc = copy_part(folder, data, to, &parts[i], &sums)) != 0)
            complain(data, parts[i].name, rc, why, why_size);
    if (rc == 0) {
        char *path = in(to, sums_name);
        rc = path == NULL || bytes_failed(&sums) ? -ENOMEM : write_file(path, bytes_text(&sums));
        if (rc == 0)
            rc = folder_sync(to);
        if (rc != 0)
            complain(to, sums_name, rc, why, why_size);
        free(path);
    }
    bytes_fini(&sums);
    return rc;
}

/* The folder that a path stands in. */
static int sync_above(const char *path) {
    char above[PATH_MAX];
    if (snprintf(above, sizeof above, "%s", path) >= (int)sizeof above)
        return -ENAMETOOLONG;
    char *slash = strrchr(above, '/');
    if (slash != NULL)
        slash[slash == above] = '\0';
    return folder_sync(slash != NULL ? above : ".");
}

static int make_as(const struct folder *folder, const char *data, const char *part, const char *to,
    char *why, size_t why_size) {
    int rc = fill(folder, data, part, why, why_size);
    if (rc == 0) {
        if (rename(part, to) != 0)
            rc = -errno;
        else
            rc = sync_above(to);
        if (rc != 0)
            snprintf(why, why_size, "%s cannot be made: %s", to, strerror(-rc));
    }
    if (rc != 0)
        remove_all(part, true);
    return rc;
}

/* "to" without slashes at its end. */
static char *trim(const char *path) {
    size_t len = strlen(path);
    while (len > 1 && path[len - 1] == '/')
        len--;
    return strndup(path, len);
}

int backup_make(const char *data, const char *to, char *why, size_t why_size) {
    struct folder folder;
    struct stat there;
    char *name = trim(to), *part = NULL;
    int rc = name == NULL || asprintf(&part, "%s.part-XXXXXX", name) < 0 ? -ENOMEM : 0;
    snprintf(why, why_size, "out of memory");
    if (rc == 0 && lstat(name, &there) == 0) {
        snprintf(why, why_size, "%s is there already", name);
        rc = 1;
    }
    if (rc == 0 && (rc = folder_open(&folder, data, FOLDER_STILL, why, why_size)) == 0) {
        if (mkdtemp(part) == NULL) { /* of mode 0700 */
            rc = -errno;
            snprintf(why, why_size, "%s cannot be made: %s", name, strerror(-rc));
        } else
            rc = make_as(&folder, data, part, name, why, why_size);
        folder_fini(&folder);
    }
    free(part);
    free(name);
    return rc;
}

/* ---- restoring ---- */

/* What SHA256SUMS says of a name; NULL: nothing. The digest is DIGEST characters long. */
static const char *find_sum(const char *sums, const char *name) {
    size_t len = strlen(name);
    for (const char *line = sums; *line != '\0';) {
        size_t whole = strcspn(line, "\n");
        if (whole == DIGEST + 2 + len && memcmp(line + DIGEST, "  ", 2) == 0 &&
            memcmp(line + DIGEST + 2, name, len) == 0)
            return line;
        line += whole + (line[whole] == '\n');
    }
    return NULL;
}

static int read_sums(const char *from, char sums[SUMS_MOST]) {
    char *path = in(from, sums_name);
    if (path == NULL)
        return -ENOMEM;
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
    ssize_t len = fd < 0 ? -1 : read(fd, sums, SUMS_MOST - 1);
    int rc = len < 0 ? -errno : 0;
    if (fd >= 0)
        close(fd);
    free(path);
    sums[rc == 0 ? len : 0] = '\0';
    return rc;
}

/* A part is proved where it is now, not where it came from. */
static int take_part(
    const char *from, const char *data, const struct part *part, const char *sums) {
    const char *sum = find_sum(sums, part->name);
    if (sum == NULL)
        return part->may_lack ? 0 : -ENOENT;
    bool is_database = strcmp(part->name, "porchlight.db") == 0;
    char digest[DIGEST + 1], *source = in(from, part->name),
                             *target = in(data, is_database ? part_name : part->name);
    int rc = source == NULL || target == NULL ? -ENOMEM : copy_file(source, target);
    if (rc == 0)
        rc = token_digest_file(digest, target);
    if (rc == 0 && memcmp(digest, sum, DIGEST) != 0)
        rc = -EBADMSG;
    free(source);
    free(target);
    return rc;
}

static int check_settings(const char *data, char *why, size_t why_size) {
    struct app app = {0};
    struct config config;
    char *app_path = in(data, "app.ini"), *config_path = in(data, "config.ini");
    int rc = app_path == NULL || config_path == NULL ? -ENOMEM : config_init(&config);
    if (rc == 0) {
        rc = config_load_app(&app, app_path, why, why_size);
        if (rc == 0 && access(config_path, F_OK) == 0)
            rc = config_load(&config, config_path, why, why_size);
        config_fini(&config);
    }
    app_fini(&app);
    free(app_path);
    free(config_path);
    return rc > 0 ? -EINVAL : rc;
}

static void hear_nothing(
    void *owner, uint64_t number, const struct store_batch *batch, int status) {
    (void)owner;
    (void)number;
    (void)batch;
    (void)status;
}

struct first_fault {
    char *why;
    size_t why_size;
    bool said;
};

static void note_fault(void *context, const char *line) {
    struct first_fault *fault = context;
    if (!fault->said)
        snprintf(fault->why, fault->why_size, "the database of the backup is not sound: %s", line);
    fault->said = true;
}

/* Brought to today's schema, as serving would, and read from end to end. */
static int check_database(const char *path, char *why, size_t why_size) {
    struct store *store;
    const char *said = "";
    int rc = store_sqlite_open(
        &store, &(struct store_options){.path = path, .settled = hear_nothing}, &said);
    snprintf(why, why_size, "%s: %s", path, said);
    if (rc != 0)
        return rc;
    store->calls->close(store);
    struct first_fault fault = {.why = why, .why_size = why_size};
    int wrong = store_sqlite_check(path, false, note_fault, &fault);
    return wrong > 0 ? -EBADMSG : wrong;
}

static int name_database(const char *data, const char *path, char *why, size_t why_size) {
    char *name = in(data, "porchlight.db");
    int rc = name == NULL ? -ENOMEM : sync_file(path);
    if (rc == 0)
        rc = folder_sync(data);
    if (rc == 0 && rename(path, name) != 0)
        rc = -errno;
    if (rc == 0)
        rc = folder_sync(data);
    if (rc != 0)
        complain(data, "porchlight.db", rc, why, why_size);
    free(name);
    return rc;
}

static int take_all(const char *from, const char *data, char *why, size_t why_size) {
    char sums[SUMS_MOST];
    int rc = read_sums(from, sums);
    if (rc != 0) {
        snprintf(why, why_size, "%s is no backup of porchlightd: %s: %s", from, sums_name,
            strerror(-rc));
        return rc;
    }
    for (size_t i = 0; i < PARTS; i++)
        if ((rc = take_part(from, data, &parts[i], sums)) != 0)
            return complain(from, parts[i].name, rc, why, why_size);
    rc = check_settings(data, why, why_size);
    char *path = in(data, part_name);
    if (rc == 0)
        rc = path == NULL ? -ENOMEM : check_database(path, why, why_size);
    if (rc == 0)
        rc = name_database(data, path, why, why_size);
    free(path);
    return rc;
}

int backup_restore(const char *from, const char *data, char *why, size_t why_size) {
    struct stat there;
    bool was_there = lstat(data, &there) == 0;
    int rc = folder_begin(data);
    if (rc > 0) {
        snprintf(why, why_size, "%s is there already and not empty", data);
        return rc;
    }
    if (rc < 0) {
        snprintf(why, why_size, "%s cannot be made: %s", data, strerror(-rc));
        return rc;
    }
    snprintf(why, why_size, "out of memory");
    rc = take_all(from, data, why, why_size);
    if (rc != 0)
        remove_all(data, !was_there);
    return rc;
}
