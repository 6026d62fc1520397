/* SPDX-License-Identifier: MIT */
#include "server/store_look.h"

#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

/* The size of a file beside the database; -1: there is none. */
static long long size_beside(const char *path, const char *ending, char *beside, size_t size) {
    struct stat found;
    int len = snprintf(beside, size, "%s%s", path, ending);
    if (len < 0 || (size_t)len >= size)
        return -1;
    return stat(beside, &found) == 0 ? (long long)found.st_size : -1;
}

int store_look_open(struct store_look *look, const char *path, bool is_served) {
    char log[sizeof look->memory];
    *look = (struct store_look){0};
    bool had_log = size_beside(path, "-wal", log, sizeof log) > 0;
    bool had_memory = size_beside(path, "-shm", look->memory, sizeof look->memory) >= 0;
    look->made_memory = !is_served && had_log && !had_memory;
    return sql_open(&look->sql, path, is_served || had_log ? SQL_READ : SQL_FROZEN);
}

void store_look_close(struct store_look *look) {
    sql_close(look->sql);
    if (look->made_memory)
        unlink(look->memory);
}

int store_look_copy(const char *path, bool is_served, const char *to) {
    struct store_look from;
    struct sql *copy = NULL;
    int rc = store_look_open(&from, path, is_served);
    if (rc == 0)
        rc = sql_open(&copy, to, SQL_WRITE);
    if (rc == 0)
        rc = sql_copy(from.sql, copy);
    if (rc == 0)
        rc = sql_check(copy);
    sql_close(copy);
    store_look_close(&from);
    return rc;
}
