/* SPDX-License-Identifier: MIT */
/* What is remembered is there at the next run, whoever else writes, and nothing in the file can do
 * harm. */
#include "folder.h"

#include "dashboard/files.h"
#include "dashboard/state_file.h"

#include <errno.h>

static struct state_file *state_;
static struct bytes said;

static void opens(const char *profile) {
    bytes_clear(&said);
    state_file_close(state_);
    assert_int_equal(state_file_open(&state_, profile, &said), 0);
}

static void saves(void) {
    bytes_clear(&said);
    assert_int_equal(state_file_save(state_, &said), 0);
    SAME_TEXT(bytes_text(&said), "");
}

static int set_up(void **state) {
    const int fault = folder_make(state);
    setenv("XDG_STATE_HOME", folder, 1);
    return fault;
}

static int tear_down(void **state) {
    state_file_close(state_);
    state_ = NULL;
    bytes_fini(&said);
    return folder_remove(state);
}

static void what_is_put_is_there_at_the_next_run(void **state) {
    (void)state;
    opens("ana");
    assert_null(state_file_text(state_, "ui.sort"));
    assert_int_equal(state_file_number(state_, "look.mark", 7), 7);
    assert_int_equal(state_file_put(state_, "ui.sort", "name \xe2\x97\x89"), 0);
    assert_int_equal(state_file_put_number(state_, "look.mark", -1795000000123), 0);
    assert_int_equal(state_file_put(state_, "watch.Dana@x_-", ""), 0);
    assert_true(state_file_changed(state_));
    saves();
    assert_false(state_file_changed(state_));
    opens("ana");
    SAME_TEXT(bytes_text(&said), "");
    SAME_TEXT(state_file_text(state_, "ui.sort"), "name \xe2\x97\x89");
    assert_int_equal(state_file_number(state_, "look.mark", 7), -1795000000123);
    SAME_TEXT(state_file_text(state_, "watch.Dana@x_-"), "");
    assert_int_equal(state_file_put(state_, "ui.sort", NULL), 0);
    assert_null(state_file_text(state_, "ui.sort"));
    saves();
    opens("ana");
    assert_null(state_file_text(state_, "ui.sort"));
    opens("bo");
    assert_null(state_file_text(state_, "watch.Dana@x_-"));
}

static void the_file_is_private_and_where_xdg_says(void **state) {
    (void)state;
    struct stat st;
    setenv("XDG_STATE_HOME", "relative", 1);
    opens("ana");
    assert_int_equal(state_file_put(state_, "ui.pane", "members"), 0);
    saves();
    assert_int_equal(stat(folder_path(".local/state/porchlight/ana.state"), &st), 0);
    assert_int_equal(st.st_mode & 0777, 0600);
}

static void without_a_profile_nothing_is_kept(void **state) {
    (void)state;
    opens(NULL);
    assert_int_equal(state_file_put(state_, "ui.pane", "members"), 0);
    SAME_TEXT(state_file_text(state_, "ui.pane"), "members");
    saves();
    assert_int_equal(access(folder_path("porchlight"), F_OK), -1);
}

static void the_same_again_is_no_change_and_writes_nothing(void **state) {
    (void)state;
    opens("ana");
    assert_int_equal(state_file_put(state_, "ui.pane", NULL), 0);
    assert_false(state_file_changed(state_));
    assert_int_equal(state_file_put(state_, "ui.pane", "events"), 0);
    saves();
    assert_int_equal(unlink(folder_path("porchlight/ana.state")), 0);
    assert_int_equal(state_file_put(state_, "ui.pane", "events"), 0);
    saves();
    assert_int_equal(access(folder_path("porchlight/ana.state"), F_OK), -1);
}

static void two_dashboards_keep_what_each_of_them_changed(void **state) {
    (void)state;
    struct state_file *other;
    opens("ana");
    assert_int_equal(state_file_put(state_, "watch.bo", "always"), 0);
    assert_int_equal(state_file_put(state_, "watch.cy", "always"), 0);
    saves();
    assert_int_equal(state_file_open(&other, "ana", &said), 0);
    assert_int_equal(state_file_put(other, "watch.dana", "next"), 0);
    assert_int_equal(state_file_put(other, "watch.bo", NULL), 0);
    assert_int_equal(state_file_save(other, &said), 0);
    state_file_close(other);
    assert_int_equal(state_file_put(state_, "ui.pane", "events"), 0);
    saves();
    opens("ana");
    assert_null(state_file_text(state_, "watch.bo"));
    SAME_TEXT(state_file_text(state_, "watch.cy"), "always");
    SAME_TEXT(state_file_text(state_, "watch.dana"), "next");
    SAME_TEXT(state_file_text(state_, "ui.pane"), "events");
}

static void those_with_a_prefix_are_walked(void **state) {
    (void)state;
    const char *rest, *text;
    opens("ana");
    assert_int_equal(state_file_put(state_, "watch.bo", "always"), 0);
    assert_int_equal(state_file_put(state_, "watch.cy", "next"), 0);
    assert_int_equal(state_file_put(state_, "watching", "no"), 0);
    assert_int_equal(state_file_put(state_, "watch.dana", "next"), 0);
    assert_int_equal(state_file_put(state_, "watch.cy", NULL), 0);
    assert_true(state_file_each(state_, "watch.", 0, &rest, &text));
    SAME_TEXT(rest, "bo");
    SAME_TEXT(text, "always");
    assert_true(state_file_each(state_, "watch.", 1, &rest, &text));
    SAME_TEXT(rest, "dana");
    assert_false(state_file_each(state_, "watch.", 2, &rest, &text));
}

static void what_could_break_the_file_is_not_put(void **state) {
    (void)state;
    static const char *const names[] = {"", "Up", "9", "a b", "a\tb", "a\nb", "a/b", "\xc3\xa9"};
    static const char *const texts[] = {"a\nb", "a\tb", "\033[2J", "\x7f", "\xff"};
    opens("ana");
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        assert_int_equal(state_file_put(state_, names[i], "x"), -EINVAL);
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        assert_int_equal(state_file_put(state_, "ui.x", texts[i]), -EINVAL);
    char *longest = calloc(32 * 1024 + 2, 1);
    memset(longest, 'x', 32 * 1024 + 1);
    assert_int_equal(state_file_put(state_, "ui.x", longest), -EINVAL);
    free(longest);
    for (int i = 0; i < 4096; i++) {
        char name[16];
        snprintf(name, sizeof name, "n%d", i);
        assert_int_equal(state_file_put(state_, name, "x"), 0);
    }
    assert_int_equal(state_file_put(state_, "more", "x"), -ENOSPC);
}

static void hostile_content_is_ignored_with_a_word(void **state) {
    (void)state;
    assert_int_equal(mkdir(folder_path("porchlight"), 0700), 0);
    folder_write("porchlight/ana.state",
        "porchlight state 1\nui.sort\tname\nno tab\nui.x\t\033]0;evil\007\nUI\tx\n\xff\tx\n"
        "look.mark\t99999999999999999999\nui.top\t12x\nui.pane\tevents",
        0600);
    opens("ana");
    assert_non_null(strstr(bytes_text(&said), "ana.state: some of what it says was not"));
    SAME_TEXT(state_file_text(state_, "ui.sort"), "name");
    SAME_TEXT(state_file_text(state_, "ui.pane"), "events");
    assert_null(state_file_text(state_, "ui.x"));
    assert_int_equal(state_file_number(state_, "look.mark", -1), -1);
    assert_int_equal(state_file_number(state_, "ui.top", -1), -1);
    folder_write("porchlight/ana.state", "something else\nui.sort\tname\n", 0600);
    opens("ana");
    assert_non_null(strstr(bytes_text(&said), "what it says was not understood"));
    assert_null(state_file_text(state_, "ui.sort"));
    folder_write("porchlight/ana.state", "", 0600);
    opens("ana");
    SAME_TEXT(bytes_text(&said), "");
}

static void a_place_that_cannot_be_written_is_told_and_tried_again(void **state) {
    (void)state;
    folder_write("porchlight", "a file where the folder should be", 0600);
    opens("ana");
    bytes_clear(&said);
    assert_int_equal(state_file_put(state_, "ui.pane", "events"), 0);
    assert_true(state_file_save(state_, &said) < 0);
    assert_non_null(strstr(bytes_text(&said), "cannot be written"));
    assert_true(state_file_changed(state_));
    assert_int_equal(unlink(folder_path("porchlight")), 0);
    saves();
    opens("ana");
    SAME_TEXT(state_file_text(state_, "ui.pane"), "events");
}

#define WITH(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)

int main(void) {
    const struct CMUnitTest cases[] = {
        WITH(what_is_put_is_there_at_the_next_run),
        WITH(the_file_is_private_and_where_xdg_says),
        WITH(without_a_profile_nothing_is_kept),
        WITH(the_same_again_is_no_change_and_writes_nothing),
        WITH(two_dashboards_keep_what_each_of_them_changed),
        WITH(those_with_a_prefix_are_walked),
        WITH(what_could_break_the_file_is_not_put),
        WITH(hostile_content_is_ignored_with_a_word),
        WITH(a_place_that_cannot_be_written_is_told_and_tried_again),
    };
    return RUN_CASES("dashboard-cli-state_file", cases);
}
