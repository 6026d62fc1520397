/* SPDX-License-Identifier: MIT */
/* What was observed, on disk: private, one writer, wiped when that is asked for. */
#include "support/case.h"

#include "dashboard/diary_file.h"
#include "picture.h"

#include <sys/stat.h>
#include <unistd.h>

enum { MINUTE = 60 * 1000, HOUR = 60 * MINUTE };

static char folder[] = "/tmp/porchlight-diary-XXXXXX";
static char path[100];

struct run {
    struct model model;
    struct diary_file file;
};

static int open_run(struct run *run, int64_t now_ms) {
    struct bytes why = BYTES_EMPTY;
    setenv("TZ", "UTC", 1);
    assert_int_equal(model_init(&run->model, "x", "me", now_ms), 0);
    const struct link_shown live = {.state = LINK_LIVE};
    model_set_link(&run->model, &live, now_ms);
    const int code = diary_file_open(&run->file, "x", &run->model, now_ms, &why);
    bytes_fini(&why);
    return code;
}

static void close_run(struct run *run, int64_t now_ms) {
    diary_file_close(&run->file, &run->model, now_ms);
    model_fini(&run->model);
}

static void ada(struct run *run, bool online, int64_t now_ms) {
    picture_person(&run->model, "ada", "Ada", "", online, true, 1, now_ms);
}

static void the_next_run_knows_what_this_one_saw(void **state) {
    (void)state;
    struct run run;
    struct stat status;
    assert_int_equal(open_run(&run, PICTURE_NOW), 0);
    ada(&run, true, PICTURE_NOW);
    ada(&run, false, PICTURE_NOW + HOUR);
    close_run(&run, PICTURE_NOW + 2 * HOUR);
    assert_int_equal(stat(path, &status), 0);
    assert_int_equal(status.st_mode & 0777, 0600);
    assert_int_equal(open_run(&run, PICTURE_NOW + 3 * HOUR), 0);
    ada(&run, true, PICTURE_NOW + 3 * HOUR);
    const struct history *history = &model_find_person(&run.model, "ada")->history;
    assert_int_equal(history_at(history, PICTURE_NOW + MINUTE), SEEN_HOME);
    assert_int_equal(history_at(history, PICTURE_NOW + HOUR + MINUTE), SEEN_AWAY);
    assert_int_equal(history_at(history, PICTURE_NOW + 2 * HOUR + MINUTE), SEEN_UNKNOWN);
    assert_int_equal(history_at(history, PICTURE_NOW + 3 * HOUR), SEEN_HOME);
    close_run(&run, PICTURE_NOW + 4 * HOUR);
    unlink(path);
}

static void what_happened_between_two_runs_is_one_line(void **state) {
    (void)state;
    static const char *const ids[] = {"a", "b", "c", "d", "new"};
    static const bool then[] = {true, true, false, true}, now[] = {true, false, true, false, true};
    struct run run;
    assert_int_equal(open_run(&run, PICTURE_NOW), 0);
    for (int i = 0; i < 4; i++)
        picture_person(&run.model, ids[i], ids[i], "", then[i], true, 1, PICTURE_NOW + MINUTE);
    close_run(&run, PICTURE_NOW + HOUR);
    assert_int_equal(open_run(&run, PICTURE_NOW + 2 * HOUR), 0);
    for (int i = 0; i < 5; i++)
        picture_person(&run.model, ids[i], ids[i], "", now[i], true, 1, PICTURE_NOW + 2 * HOUR + i);
    assert_int_equal(run.model.journal.count, 1);
    const struct event_line *line = journal_at(&run.model.journal, 0);
    assert_int_equal(line->kind, EVENT_AWAY);
    assert_int_equal(line->came, 1);
    assert_int_equal(line->went, 2);
    assert_int_equal(run.model.went, 2);
    close_run(&run, PICTURE_NOW + 3 * HOUR);
    unlink(path);
}

static void a_second_one_reads_and_does_not_write(void **state) {
    (void)state;
    struct run first, second;
    struct stat before, after;
    assert_int_equal(open_run(&first, PICTURE_NOW), 0);
    ada(&first, true, PICTURE_NOW);
    ada(&first, false, PICTURE_NOW + MINUTE);
    assert_int_equal(diary_file_write(&first.file, &first.model, PICTURE_NOW, true), 0);
    assert_int_equal(stat(path, &before), 0);
    assert_int_equal(open_run(&second, PICTURE_NOW + 2 * MINUTE), 1);
    ada(&second, false, PICTURE_NOW + 2 * MINUTE);
    assert_int_equal(
        history_at(&model_find_person(&second.model, "ada")->history, PICTURE_NOW), SEEN_HOME);
    close_run(&second, PICTURE_NOW + HOUR);
    assert_int_equal(stat(path, &after), 0);
    assert_int_equal(before.st_size, after.st_size);
    close_run(&first, PICTURE_NOW + HOUR);
    unlink(path);
}

static void wiped_is_wiped_here_and_on_disk(void **state) {
    (void)state;
    struct run run;
    struct stat status;
    assert_int_equal(open_run(&run, PICTURE_NOW), 0);
    ada(&run, true, PICTURE_NOW);
    ada(&run, false, PICTURE_NOW + HOUR);
    assert_int_equal(diary_file_write(&run.file, &run.model, PICTURE_NOW, true), 0);
    assert_int_equal(diary_file_wipe(&run.file, &run.model, PICTURE_NOW + 2 * HOUR), 0);
    assert_int_equal(stat(path, &status), 0);
    assert_int_equal(status.st_size, 0);
    const struct history *history = &model_find_person(&run.model, "ada")->history;
    assert_int_equal(history_at(history, PICTURE_NOW + HOUR), SEEN_UNKNOWN);
    assert_int_equal(history_at(history, PICTURE_NOW + 2 * HOUR), SEEN_AWAY); /* that is so now */
    close_run(&run, PICTURE_NOW + 2 * HOUR);
    unlink(path);
}

static void a_torn_end_costs_one_line_and_the_next_is_whole(void **state) {
    (void)state;
    struct run run;
    assert_int_equal(open_run(&run, PICTURE_NOW), 0);
    ada(&run, true, PICTURE_NOW);
    close_run(&run, PICTURE_NOW + HOUR);
    struct stat status;
    assert_int_equal(stat(path, &status), 0);
    assert_int_equal(truncate(path, status.st_size - 5), 0);
    assert_int_equal(open_run(&run, PICTURE_NOW + 2 * HOUR), 0);
    assert_int_equal(run.model.diary.bad, 1);
    ada(&run, false, PICTURE_NOW + 2 * HOUR);
    close_run(&run, PICTURE_NOW + 3 * HOUR);
    assert_int_equal(open_run(&run, PICTURE_NOW + 4 * HOUR), 0);
    assert_int_equal(run.model.diary.bad, 1); /* the same one */
    ada(&run, false, PICTURE_NOW + 4 * HOUR);
    assert_int_equal(
        history_at(&model_find_person(&run.model, "ada")->history, PICTURE_NOW + 2 * HOUR + MINUTE),
        SEEN_AWAY);
    close_run(&run, PICTURE_NOW + 5 * HOUR);
    unlink(path);
}

static void news_are_written_after_a_while_and_not_at_once(void **state) {
    (void)state;
    struct run run;
    struct stat status;
    assert_int_equal(open_run(&run, PICTURE_NOW), 0);
    run.file.written_ms = PICTURE_NOW;
    ada(&run, true, PICTURE_NOW);
    diary_file_write(&run.file, &run.model, PICTURE_NOW + DIARY_WRITE_AFTER_MS - 1, false);
    assert_int_equal(stat(path, &status), 0);
    assert_int_equal(status.st_size, 0);
    diary_file_write(&run.file, &run.model, PICTURE_NOW + DIARY_WRITE_AFTER_MS, false);
    assert_int_equal(stat(path, &status), 0);
    assert_true(status.st_size > 0);
    close_run(&run, PICTURE_NOW + HOUR);
    unlink(path);
}

int main(void) {
    const struct CMUnitTest cases[] = {
        CASE(the_next_run_knows_what_this_one_saw),
        CASE(what_happened_between_two_runs_is_one_line),
        CASE(a_second_one_reads_and_does_not_write),
        CASE(wiped_is_wiped_here_and_on_disk),
        CASE(a_torn_end_costs_one_line_and_the_next_is_whole),
        CASE(news_are_written_after_a_while_and_not_at_once),
    };
    if (mkdtemp(folder) == NULL || setenv("XDG_STATE_HOME", folder, 1) != 0)
        return 1;
    snprintf(path, sizeof path, "%s/porchlight/x.history", folder);
    const int failed = RUN_CASES("dashboard-diary-file", cases);
    char sub[100];
    snprintf(sub, sizeof sub, "%s/porchlight", folder);
    rmdir(sub);
    rmdir(folder);
    return failed;
}
