/* SPDX-License-Identifier: MIT */
/* The command that tells the person: its words, its bounds. */
#include "support/case.h"

#include "dashboard/notify.h"

#include <errno.h>
#include <sys/stat.h>
#include <unistd.h>

static char folder[] = "/tmp/porchlight-notify-XXXXXX";

static bool is_idle(void *context) {
    return notify_is_idle(context);
}

static void write_script(const char *name, const char *text, char *path, size_t size) {
    snprintf(path, size, "%s/%s", folder, name);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs(text, file);
    fclose(file);
    assert_int_equal(chmod(path, 0700), 0);
}

static char *run_and_read(const char *words, const char *text) {
    char script[100], command[400], out[100];
    struct notify notify = {0};
    static char got[1000];
    write_script("show", "#!/bin/sh\nout=$1; shift; for w; do printf '[%s]' \"$w\"; done >$out\n",
        script, sizeof script);
    snprintf(out, sizeof out, "%s/out", folder);
    snprintf(command, sizeof command, "%s %s %s", script, out, words);
    unlink(out);
    assert_int_equal(notify_run(&notify, command, text, 1), 0);
    assert_true(case_until(is_idle, &notify, 8000));
    FILE *file = fopen(out, "r");
    assert_non_null(file);
    got[fread(got, 1, sizeof got - 1, file)] = '\0';
    fclose(file);
    unlink(out);
    unlink(script);
    return got;
}

static void the_text_is_one_word_whatever_is_in_it(void **state) {
    (void)state;
    SAME_TEXT(run_and_read("--urgency low", "$(touch /tmp/x); `id` \"'| & > < * ~"),
        "[--urgency][low][$(touch /tmp/x); `id` \"'| & > < * ~]");
    SAME_TEXT(run_and_read("-t {} -x", "Ada came"), "[-t][Ada came][-x]");
}

static void one_at_a_time_and_ten_a_minute(void **state) {
    (void)state;
    struct notify notify = {0};
    char script[100], gate[100], command[300];
    snprintf(gate, sizeof gate, "%s/gate", folder);
    assert_int_equal(mkfifo(gate, 0600), 0);
    write_script("wait", "#!/bin/sh\nread x <$1\n", script, sizeof script);
    snprintf(command, sizeof command, "%s %s", script, gate);
    assert_int_equal(notify_run(&notify, command, "a", 1000), 0);
    assert_int_equal(notify_run(&notify, command, "b", 1000), 1);
    FILE *file = fopen(gate, "w");
    fputs("go\n", file);
    fclose(file);
    assert_true(case_until(is_idle, &notify, 8000));
    for (int i = 1; i < NOTIFY_A_MINUTE; i++) {
        assert_int_equal(notify_run(&notify, "true", "c", 1000 + i), 0);
        assert_true(case_until(is_idle, &notify, 8000));
    }
    assert_int_equal(notify_run(&notify, "true", "d", 59999), 1);
    assert_int_equal(notify_run(&notify, "true", "d", 60000), 0);
    assert_true(case_until(is_idle, &notify, 8000));
    unlink(gate);
    unlink(script);
}

static void a_command_that_is_none_is_refused_or_ends(void **state) {
    (void)state;
    struct notify notify = {0};
    char many[200] = "true";
    assert_int_equal(notify_run(&notify, "", "x", 1), -EINVAL);
    assert_int_equal(notify_run(&notify, "  \t", "x", 1), -EINVAL);
    for (int i = 0; i < NOTIFY_WORDS; i++)
        strcat(many, " a");
    assert_int_equal(notify_run(&notify, many, "x", 1), -EINVAL);
    assert_int_equal(notify_run(&notify, "/nowhere/at/all", "x", 1), 0);
    assert_true(case_until(is_idle, &notify, 8000));
}

int main(void) {
    const struct CMUnitTest cases[] = {
        CASE(the_text_is_one_word_whatever_is_in_it),
        CASE(one_at_a_time_and_ten_a_minute),
        CASE(a_command_that_is_none_is_refused_or_ends),
    };
    if (mkdtemp(folder) == NULL)
        return 1;
    const int failed = RUN_CASES("dashboard-notify", cases);
    rmdir(folder);
    return failed;
}
