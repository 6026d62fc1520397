/* SPDX-License-Identifier: MIT */
/*
 * `init` makes the database last, so that a folder without one is an `init` that was cut off, and
 * is refused as such.
 */
#include "server/folder.h"
#include "base/chance.h"
#include "server/store.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

static char *join(const char *folder, const char *name) {
    char *path;
    return asprintf(&path, "%s/%s", folder, name) < 0 ? NULL : path;
}

static int write_file(const char *folder, const char *name, const char *text) {
    char *path = join(folder, name);
    if (path == NULL)
        return -ENOMEM;
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
    int rc = fd < 0 ? -errno : 0;
    free(path);
    size_t len = strlen(text);
    while (rc == 0 && len > 0) {
        ssize_t wrote = write(fd, text, len);
        if (wrote < 0 && errno != EINTR)
            rc = -errno;
        if (wrote > 0) {
            text += wrote;
            len -= (size_t)wrote;
        }
    }
    if (rc == 0 && fsync(fd) != 0)
        rc = -errno;
    if (fd >= 0 && close(fd) != 0 && rc == 0)
        rc = -errno;
    return rc;
}

/* ---- using one ---- */

static int find_database(const struct folder *folder, const char *path, char *why, size_t size) {
    struct stat stat_of;
    if (stat(path, &stat_of) != 0 || !S_ISDIR(stat_of.st_mode)) {
        snprintf(why, size, "%s is no folder; `porchlightd init %s` makes one", path, path);
        return -ENOENT;
    }
    if (stat(folder->database_path, &stat_of) != 0 || !S_ISREG(stat_of.st_mode)) {
        snprintf(why, size,
            "%s is no data folder of porchlightd: it has no porchlight.db; "
            "`porchlightd init` makes one",
            path);
        return -ENOENT;
    }
    return 0;
}

static int lock(struct folder *folder, const char *path, char *why, size_t size) {
    char *lock_path = join(path, "lock");
    folder->lock = lock_path == NULL
                       ? -1
                       : open(lock_path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    int rc = folder->lock < 0 ? -errno : 0;
    if (rc == 0 && flock(folder->lock, LOCK_EX | LOCK_NB) != 0)
        rc = errno == EWOULDBLOCK ? -EBUSY : -errno;
    if (rc == -EBUSY)
        snprintf(why, size, "%s is in use by another porchlightd", path);
    else if (rc != 0)
        snprintf(why, size, "%s/lock cannot be locked: %s", path, strerror(-rc));
    free(lock_path);
    if (rc == 0) /* of one that was killed */
        unlink(folder->url_path);
    return rc;
}

/* Hold still what nobody serves. A folder that was never served has no lock, and is given none. */
static int hold(struct folder *folder, const char *path) {
    char *lock_path = join(path, "lock");
    if (lock_path == NULL)
        return -ENOMEM;
    folder->lock = open(lock_path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    folder->is_served = folder->lock >= 0 && flock(folder->lock, LOCK_SH | LOCK_NB) != 0;
    free(lock_path);
    return 0;
}

/* The app's file tells its own faults. */
static int load_app(struct folder *folder, const char *path, char *why, size_t size) {
    char *app_path = join(path, "app.ini");
    if (app_path == NULL)
        return -ENOMEM;
    int rc = config_load_app(&folder->app, app_path, why, size);
    free(app_path);
    return rc > 0 ? -EINVAL : rc;
}

int folder_open(
    struct folder *folder, const char *path, enum folder_use use, char *why, size_t why_size) {
    struct folder opened = {
        .config_path = join(path, "config.ini"),
        .database_path = join(path, "porchlight.db"),
        .url_path = join(path, "url"),
        .lock = -1,
    };
    snprintf(why, why_size, "out of memory");
    int rc = opened.config_path == NULL || opened.database_path == NULL || opened.url_path == NULL
                 ? -ENOMEM
                 : 0;
    if (rc == 0)
        rc = find_database(&opened, path, why, why_size);
    if (rc == 0)
        rc = load_app(&opened, path, why, why_size);
    if (rc == 0 && use == FOLDER_SERVE)
        rc = lock(&opened, path, why, why_size);
    if (rc == 0 && use == FOLDER_STILL)
        rc = hold(&opened, path);
    if (rc != 0) {
        folder_fini(&opened);
        return rc;
    }
    *folder = opened;
    app_fini(&opened.app);
    return 0;
}

void folder_fini(struct folder *folder) {
    if (folder == NULL)
        return;
    if (folder->has_url)
        unlink(folder->url_path);
    free(folder->config_path);
    free(folder->database_path);
    free(folder->url_path);
    app_fini(&folder->app);
    if (folder->lock >= 0)
        close(folder->lock);
    *folder = (struct folder){.lock = -1};
}

/* Whole or not at all: who reads it meanwhile sees no half. */
int folder_note_url(struct folder *folder, const char *url) {
    char *path = strdup(folder->url_path), *slash = path != NULL ? strrchr(path, '/') : NULL;
    char *text, *part = NULL;
    if (slash != NULL)
        *slash = '\0';
    int rc = slash == NULL || asprintf(&part, "%s.part", folder->url_path) < 0 ? -ENOMEM : 0;
    if (rc == 0)
        unlink(part);
    if (rc == 0 && asprintf(&text, "%s\n", url) >= 0) {
        rc = write_file(path, "url.part", text);
        free(text);
    } else if (rc == 0)
        rc = -ENOMEM;
    if (rc == 0 && rename(part, folder->url_path) != 0)
        rc = -errno;
    folder->has_url = rc == 0;
    free(part);
    free(path);
    return rc;
}

int folder_read_url(const char *path, char *url, size_t size) {
    char *file_path = join(path, "url");
    if (file_path == NULL)
        return -ENOMEM;
    int fd = open(file_path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
    int rc = fd < 0 ? -errno : 0;
    free(file_path);
    ssize_t len = fd < 0 ? -1 : read(fd, url, size - 1);
    if (rc == 0 && len < 0)
        rc = -errno;
    if (fd >= 0)
        close(fd);
    if (rc != 0)
        return rc;
    url[len] = '\0';
    char *end = strchr(url, '\n');
    bool whole = end != NULL && end[1] == '\0';
    if (whole)
        *end = '\0';
    bool plain = strspn(url, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
                             "-._~:/[]%") == strlen(url);
    return whole && plain && (strncmp(url, "http://", 7) == 0 || strncmp(url, "https://", 8) == 0)
               ? 0
               : -EBADMSG;
}

/* ---- making one ---- */

/* 0: there and empty; 1: not empty. */
static int is_filled(const char *path) {
    DIR *dir = opendir(path);
    if (dir == NULL)
        return errno == ENOTDIR ? 1 : -errno;
    const struct dirent *entry;
    int filled = 0;
    while ((entry = readdir(dir)) != NULL)
        if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
            filled = 1;
    closedir(dir);
    return filled;
}

int folder_begin(const char *path) {
    if (mkdir(path, 0700) == 0)
        return 0;
    if (errno != EEXIST)
        return -errno;
    int rc = is_filled(path);
    return rc != 0 ? rc : chmod(path, 0700) != 0 ? -errno : 0;
}

static int pick(char *to, size_t bytes) {
    unsigned char chance[32];
    int rc = chance_secret(chance, bytes);
    for (size_t i = 0; rc == 0 && i < bytes; i++)
        snprintf(to + 2 * i, 3, "%02x", chance[i]);
    explicit_bzero(chance, sizeof chance);
    return rc;
}

static int write_app(const char *path, const char *api_key, const char *secret) {
    char text[256];
    snprintf(text, sizeof text,
        "# Who knows the secret may act for everybody. Keep it.\napi_key = %s\nsecret = %s\n",
        api_key, secret);
    int rc = write_file(path, "app.ini", text);
    explicit_bzero(text, sizeof text);
    return rc;
}

static void hear_nothing(
    void *owner, uint64_t number, const struct store_batch *batch, int status) {
    (void)owner;
    (void)number;
    (void)batch;
    (void)status;
}

/* An empty file first, so that SQLite takes over its mode. */
static int make_database(const char *path) {
    int rc = write_file(path, "porchlight.db", "");
    char *database = rc == 0 ? join(path, "porchlight.db") : NULL;
    struct store *store;
    const char *why;
    if (rc == 0)
        rc = database == NULL
                 ? -ENOMEM
                 : store_sqlite_open(&store,
                       &(struct store_options){.path = database, .settled = hear_nothing}, &why);
    free(database);
    if (rc == 0)
        store->calls->close(store);
    return rc;
}

/* The names are to last as the contents do. */
int folder_sync(const char *path) {
    int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    int rc = fd < 0 || fsync(fd) != 0 ? -errno : 0;
    if (fd >= 0)
        close(fd);
    return rc;
}

static int fill_folder(const char *path, char api_key[33], char secret[65]) {
    int rc = pick(api_key, 6);
    if (rc == 0)
        rc = pick(secret, 32);
    if (rc == 0)
        rc = write_file(path, "config.ini", config_sample);
    if (rc == 0)
        rc = write_app(path, api_key, secret);
    if (rc == 0)
        rc = make_database(path);
    if (rc == 0)
        rc = folder_sync(path);
    return rc;
}

/* What was begun is taken back, so that it can be begun again. */
static void empty_folder(const char *path, bool itself) {
    static const char *const names[] = {"config.ini", "app.ini", "porchlight.db",
        "porchlight.db-wal", "porchlight.db-shm", "porchlight.db-journal"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        char file[PATH_MAX];
        if (snprintf(file, sizeof file, "%s/%s", path, names[i]) < (int)sizeof file)
            unlink(file);
    }
    if (itself)
        rmdir(path);
}

int folder_make(const char *path, char api_key[33], char secret[65], char *why, size_t why_size) {
    const bool is_new = access(path, F_OK) != 0;
    int rc = folder_begin(path);
    if (rc > 0) {
        snprintf(why, why_size, "%s is there already and not empty", path);
        return rc;
    }
    if (rc == 0 && (rc = fill_folder(path, api_key, secret)) != 0)
        empty_folder(path, is_new);
    if (rc < 0)
        snprintf(why, why_size, "%s cannot be made: %s", path, strerror(-rc));
    return rc;
}
