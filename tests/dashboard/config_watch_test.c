/* SPDX-License-Identifier: MIT */
/* A file that is written or replaced is heard, whoever saves it and however; others are not. */
#include "support/case.h"

#include "dashboard/config_watch.h"

#include <ftw.h>
#include <sys/stat.h>
#include <unistd.h>

enum { IN_TIME_MS = 5000, SOON_MS = 50 };

static struct config_watch watch;
static char folder[64], path[100];

static int remove_one(const char *name, const struct stat *st, int kind, struct FTW *walk) {
    (void)st;
    (void)kind;
    (void)walk;
    return remove(name);
}

static int set_up(void **state) {
    (void)state;
    strcpy(folder, "/tmp/porchlight-test-XXXXXX");
    assert_non_null(mkdtemp(folder));
    snprintf(path, sizeof path, "%s/config", folder);
    return 0;
}

static int tear_down(void **state) {
    (void)state;
    config_watch_fini(&watch);
    return nftw(folder, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

static void write_to(const char *name, const char *text) {
    FILE *file = fopen(name, "w");
    assert_non_null(file);
    fputs(text, file);
    assert_int_equal(fclose(file), 0);
}

static void is_heard(void) {
    assert_true(case_readable(watch.fd, IN_TIME_MS));
    assert_true(config_watch_take(&watch));
    assert_false(config_watch_take(&watch));
}

static void a_file_that_is_made_changed_and_replaced_is_heard(void **state) {
    char fresh[110];
    (void)state;
    config_watch_init(&watch, path);
    assert_false(config_watch_take(&watch));
    write_to(path, "one");
    is_heard();
    write_to(path, "two");
    is_heard();
    snprintf(fresh, sizeof fresh, "%s~", path);
    write_to(fresh, "three");
    assert_int_equal(rename(fresh, path), 0);
    is_heard();
}

static void other_files_and_its_end_are_no_news(void **state) {
    char other[110];
    (void)state;
    write_to(path, "one");
    config_watch_init(&watch, path);
    snprintf(other, sizeof other, "%s.token", path);
    write_to(other, "x");
    assert_int_equal(unlink(path), 0);
    case_readable(watch.fd, SOON_MS);
    assert_false(config_watch_take(&watch));
}

static void what_a_link_points_to_is_watched_too(void **state) {
    char far[100], target[110];
    (void)state;
    snprintf(far, sizeof far, "%s/dotfiles", folder);
    snprintf(target, sizeof target, "%s/porch", far);
    assert_int_equal(mkdir(far, 0700), 0);
    write_to(target, "one");
    assert_int_equal(symlink(target, path), 0);
    config_watch_init(&watch, path);
    write_to(target, "two");
    is_heard();
}

static void a_folder_that_is_not_there_is_never_heard_of(void **state) {
    (void)state;
    snprintf(path, sizeof path, "%s/none/config", folder);
    config_watch_init(&watch, path);
    assert_int_equal(watch.fd, -1);
    assert_false(config_watch_take(&watch));
}

#define WITH(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)

int main(void) {
    const struct CMUnitTest cases[] = {
        WITH(a_file_that_is_made_changed_and_replaced_is_heard),
        WITH(other_files_and_its_end_are_no_news),
        WITH(what_a_link_points_to_is_watched_too),
        WITH(a_folder_that_is_not_there_is_never_heard_of),
    };
    return RUN_CASES("dashboard-config_watch", cases);
}
