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

static void other_files_are_no_news(void **state) {
    char other[110];
    (void)state;
    write_to(path, "one");
    config_watch_init(&watch, path);
    snprintf(other, sizeof other, "%s.token", path);
    write_to(other, "x");
    case_readable(watch.fd, SOON_MS);
    assert_false(config_watch_take(&watch));
    assert_int_equal(config_watch_wait_ms(&watch), -1);
}

static bool is_news(void *context) {
    (void)context;
    return config_watch_take(&watch);
}

/* Some editors take it away before they put the new one there. */
static void that_it_is_gone_is_news_after_a_moment(void **state) {
    char aside[110];
    (void)state;
    write_to(path, "one");
    config_watch_init(&watch, path);
    snprintf(aside, sizeof aside, "%s~", path);
    assert_int_equal(rename(path, aside), 0);
    assert_true(case_readable(watch.fd, IN_TIME_MS));
    assert_false(config_watch_take(&watch));
    assert_in_range(config_watch_wait_ms(&watch), 0, 1000);
    write_to(path, "two");
    is_heard();
    assert_true(config_watch_is_there(&watch));
    assert_int_equal(unlink(path), 0);
    assert_true(case_until(is_news, NULL, IN_TIME_MS));
    assert_false(config_watch_is_there(&watch));
    assert_int_equal(config_watch_wait_ms(&watch), -1);
    write_to(path, "three");
    is_heard();
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

static void folders_that_are_made_later_are_followed(void **state) {
    char one[100], two[110];
    (void)state;
    snprintf(one, sizeof one, "%s/a", folder);
    snprintf(two, sizeof two, "%s/b", one);
    snprintf(path, sizeof path, "%.80s/config", two);
    config_watch_init(&watch, path);
    assert_int_equal(mkdir(one, 0700), 0);
    assert_true(case_readable(watch.fd, IN_TIME_MS));
    assert_false(config_watch_take(&watch));
    assert_int_equal(mkdir(two, 0700), 0);
    assert_true(case_readable(watch.fd, IN_TIME_MS));
    assert_false(config_watch_take(&watch));
    write_to(path, "one");
    is_heard();
    write_to(path, "two");
    is_heard();
    /* All of it at once, and away with it. */
    assert_int_equal(unlink(path), 0);
    assert_int_equal(rmdir(two), 0);
    assert_int_equal(rmdir(one), 0);
    assert_true(case_until(is_news, NULL, IN_TIME_MS));
    assert_int_equal(mkdir(one, 0700), 0);
    assert_int_equal(mkdir(two, 0700), 0);
    write_to(path, "three");
    assert_true(case_until(is_news, NULL, IN_TIME_MS));
    assert_true(config_watch_is_there(&watch));
}

static void a_folder_above_that_is_moved_away_is_heard(void **state) {
    char one[100], two[110], away[110];
    (void)state;
    snprintf(one, sizeof one, "%s/a", folder);
    snprintf(two, sizeof two, "%s/b", one);
    snprintf(away, sizeof away, "%s/c", folder);
    snprintf(path, sizeof path, "%.80s/config", two);
    assert_int_equal(mkdir(one, 0700), 0);
    assert_int_equal(mkdir(two, 0700), 0);
    write_to(path, "one");
    config_watch_init(&watch, path);
    assert_int_equal(rename(one, away), 0);
    assert_true(case_until(is_news, NULL, IN_TIME_MS));
    assert_false(config_watch_is_there(&watch));
    assert_int_equal(rename(away, one), 0);
    assert_true(case_until(is_news, NULL, IN_TIME_MS));
    assert_true(config_watch_is_there(&watch));
}

#define WITH(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)

int main(void) {
    const struct CMUnitTest cases[] = {
        WITH(a_file_that_is_made_changed_and_replaced_is_heard),
        WITH(other_files_are_no_news),
        WITH(that_it_is_gone_is_news_after_a_moment),
        WITH(what_a_link_points_to_is_watched_too),
        WITH(folders_that_are_made_later_are_followed),
        WITH(a_folder_above_that_is_moved_away_is_heard),
    };
    return RUN_CASES("dashboard-config_watch", cases);
}
