/* SPDX-License-Identifier: MIT */
#include "support/case.h"

#include "base/log.h"

#include <fcntl.h>
#include <unistd.h>

struct heard {
    int lines;
    enum log_level level;
    char line[4096];
};

static void hear(enum log_level level, const char *line, void *context) {
    struct heard *heard = context;
    heard->lines++;
    heard->level = level;
    snprintf(heard->line, sizeof heard->line, "%s", line);
}

static void a_line_reaches_its_sink_with_its_level(void **state) {
    (void)state;
    struct heard heard = {0};
    struct log log = {hear, &heard, LOG_INFO};
    log_line(&log, LOG_WARNING, "closed connections=%d", 3);
    SAME_TEXT(heard.line, "closed connections=3");
    assert_int_equal(heard.level, LOG_WARNING);
}

static void what_is_above_the_level_is_dropped(void **state) {
    (void)state;
    struct heard heard = {0};
    struct log log = {hear, &heard, LOG_WARNING};
    log_line(&log, LOG_INFO, "too much");
    assert_int_equal(heard.lines, 0);
    log.level = LOG_DEBUG;
    log_line(&log, LOG_DEBUG, "now wanted");
    assert_int_equal(heard.lines, 1);
}

static void no_sink_is_nowhere(void **state) {
    (void)state;
    struct log log = {NULL, NULL, LOG_DEBUG};
    log_line(&log, LOG_ERROR, "unheard");
    log_line(NULL, LOG_ERROR, "unheard");
}

static void nothing_from_outside_forges_a_line_or_reaches_a_terminal(void **state) {
    (void)state;
    struct heard heard = {0};
    struct log log = {hear, &heard, LOG_INFO};
    log_line(&log, LOG_INFO, "user=%s", "a\nb\x1b[2J\x7f");
    SAME_TEXT(heard.line, "user=a\\x0ab\\x1b[2J\\x7f");
    log_line(&log, LOG_INFO, "%s", "c1 \xc2\x9b bidi \xe2\x80\xae bad \xff\xc0\x80 ok é 你");
    SAME_TEXT(heard.line, "c1 \\xc2\\x9b bidi \\xe2\\x80\\xae bad \\xff\\xc0\\x80 ok é 你");
}

static void a_quoted_value_cannot_leave_its_quotes(void **state) {
    (void)state;
    char quoted[LOG_QUOTED];
    SAME_TEXT(log_quoted(quoted, "a\" role=\"admin\\"), "\"a\\x22 role=\\x22admin\\x5c\"");
    char longer[400];
    memset(longer, '\n', sizeof longer - 1);
    longer[sizeof longer - 1] = '\0';
    log_quoted(quoted, longer);
    size_t len = strlen(quoted);
    assert_in_range(len, 100, LOG_QUOTED - 1);
    assert_int_equal(quoted[len - 1], '"');
}

static void a_line_too_long_is_cut(void **state) {
    (void)state;
    struct heard heard = {0};
    struct log log = {hear, &heard, LOG_INFO};
    log_line(&log, LOG_INFO, "%05000d", 1);
    assert_in_range(strlen(heard.line), 1000, 2047);
}

static void levels_have_names_both_ways(void **state) {
    (void)state;
    enum log_level level = LOG_ERROR;
    for (int i = LOG_ERROR; i <= LOG_DEBUG; i++) {
        assert_true(log_level_from_name(log_level_name((enum log_level)i), &level));
        assert_int_equal(level, i);
    }
    assert_true(log_level_from_name("notice", &level)); /* as it was once called */
    assert_int_equal(level, LOG_INFO);
    assert_false(log_level_from_name("loud", &level));
    assert_false(log_level_from_name("", &level));
}

static void a_file_gets_stamp_level_and_line(void **state) {
    (void)state;
    char *text = NULL;
    size_t len = 0;
    FILE *file = open_memstream(&text, &len);
    assert_non_null(file);
    struct log_file to = {.file = file};
    struct log log = {log_to_file, &to, LOG_INFO};
    log_line(&log, LOG_INFO, "ready");
    fclose(file);
    /* 2026-11-24T10:42:07.123Z info ready */
    assert_int_equal(len, 24 + sizeof " info ready\n" - 1);
    SAME_TEXT(text + 23, "Z info ready\n");
    assert_int_equal(text[10], 'T');
    assert_int_equal(text[19], '.');
    free(text);
}

static void a_pipe_that_nobody_reads_holds_nobody_up(void **state) {
    (void)state;
    int pipe_fds[2];
    char text[4096];
    assert_int_equal(pipe2(pipe_fds, O_NONBLOCK), 0);
    struct log_file to = {.file = fdopen(pipe_fds[1], "w")};
    struct log log = {log_to_file, &to, LOG_INFO};
    while (write(pipe_fds[1], text, sizeof text) > 0)
        continue;
    assert_int_equal(fcntl(pipe_fds[1], F_SETFL, 0), 0); /* from now on a write would wait */
    for (int i = 0; i < 3; i++)
        log_line(&log, LOG_INFO, "unread");
    assert_int_equal(to.lost, 3);
    while (read(pipe_fds[0], text, sizeof text) > 0)
        continue;
    log_line(&log, LOG_INFO, "read");
    const ssize_t got = read(pipe_fds[0], text, sizeof text - 1);
    assert_true(got > 0);
    text[got] = '\0';
    assert_non_null(strstr(text, "Z warning log-lost lines=3\n"));
    assert_non_null(strstr(text, "Z info read\n"));
    fclose(to.file);
    close(pipe_fds[0]);
}

static void ten_lines_a_second_and_how_many_were_left_out(void **state) {
    (void)state;
    struct log_budget budget = {0};
    unsigned left_out = 99;
    for (int i = 0; i < LOG_LINES_A_SECOND; i++) {
        assert_true(log_may_say(&budget, 5000000 + i, &left_out));
        assert_int_equal(left_out, 0);
    }
    for (int i = 0; i < 7; i++)
        assert_false(log_may_say(&budget, 5999999, &left_out));
    assert_true(log_may_say(&budget, 6000000, &left_out));
    assert_int_equal(left_out, 7);
    assert_true(log_may_say(&budget, 6000001, &left_out));
    assert_int_equal(left_out, 0);
}

int main(void) {
    const struct CMUnitTest cases[] = {
        CASE(a_line_reaches_its_sink_with_its_level),
        CASE(what_is_above_the_level_is_dropped),
        CASE(no_sink_is_nowhere),
        CASE(nothing_from_outside_forges_a_line_or_reaches_a_terminal),
        CASE(a_quoted_value_cannot_leave_its_quotes),
        CASE(a_line_too_long_is_cut),
        CASE(levels_have_names_both_ways),
        CASE(a_file_gets_stamp_level_and_line),
        CASE(a_pipe_that_nobody_reads_holds_nobody_up),
        CASE(ten_lines_a_second_and_how_many_were_left_out),
    };
    return RUN_CASES("base-log", cases);
}
