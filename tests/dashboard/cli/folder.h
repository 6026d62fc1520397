/* SPDX-License-Identifier: MIT */
/* A fresh folder that is HOME and XDG_CONFIG_HOME for one case, and no PORCHLIGHT_ variables. */
#ifndef TESTS_DASHBOARD_CLI_FOLDER_H
#define TESTS_DASHBOARD_CLI_FOLDER_H

#include "support/case.h"

#include <errno.h>
#include <ftw.h>
#include <sys/stat.h>
#include <unistd.h>

static char folder[64];

static int folder_remove_one(const char *path, const struct stat *st, int kind, struct FTW *walk) {
    (void)st;
    (void)kind;
    (void)walk;
    return remove(path);
}

static int folder_remove(void **state) {
    (void)state;
    return nftw(folder, folder_remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

static int folder_make(void **state) {
    (void)state;
    strcpy(folder, "/tmp/porchlight-test-XXXXXX");
    if (mkdtemp(folder) == NULL)
        return -1;
    setenv("HOME", folder, 1);
    setenv("XDG_CONFIG_HOME", folder, 1);
    const char *const names[] = {"PORCHLIGHT_URL", "PORCHLIGHT_API_KEY", "PORCHLIGHT_USER",
        "PORCHLIGHT_TOKEN", "PORCHLIGHT_TOKEN_FILE"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        unsetenv(names[i]);
    return 0;
}

/* The path of a file in it; good until the fourth call after. */
static const char *folder_path(const char *name) {
    static char paths[4][256];
    static int next;
    char *path = paths[next++ % 4];
    snprintf(path, sizeof paths[0], "%s/%s", folder, name);
    return path;
}

static void folder_write(const char *name, const char *text, unsigned mode) {
    const char *path = folder_path(name);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs(text, file);
    fclose(file);
    assert_int_equal(chmod(path, (mode_t)mode), 0);
}

#endif
