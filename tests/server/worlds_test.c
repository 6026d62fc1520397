/* SPDX-License-Identifier: MIT */
/*
 * Nobody can tell a hidden user from an absent one (worlds.h says how it is tried).
 */
#include "server/worlds.h"

struct worlds {
    struct tale busy, absent;
    bool *told; /* by shape: whether it told the worlds apart. NULL: it must not */
    size_t heard_apart;
};

static void open_tale(struct tale *tale, bool busy, enum way way, enum absence absence) {
    *tale = (struct tale){.busy = busy, .way = way, .absence = absence, .status = "here"};
    stage_open(&tale->stage);
    tale->stage.house.rate.per_minute = 100000000;
    tale->hid_us = tale->stage.world.now.unix_us;
}

static void close_tale(struct tale *tale) {
    bytes_fini(&tale->said);
    stage_close(&tale->stage);
}

/* ---- comparing ---- */

/* The line at `at`, its end, and where the next begins. */
static const char *line_end(const char *at) {
    return at + strcspn(at, "\n");
}

static const char *after(const char *end) {
    return *end == '\n' ? end + 1 : end;
}

static void fail_at(const struct step *step, const char *question, const char *busy,
    const char *absent, size_t same) {
    size_t from = same > 400 ? same - 400 : 0;
    fail_msg("after %s the worlds are two\n%.*s\nbusy:   …%.700s\nabsent: …%.700s", step->name,
        (int)strcspn(question, "\n"), question, busy + from, absent + from);
}

/* Line by line; a question is the line before its answer. */
static void compare(const struct step *step, const char *busy, const char *absent) {
    const char *question = busy;
    while (*busy != '\0' || *absent != '\0') {
        const char *busy_end = line_end(busy), *absent_end = line_end(absent);
        size_t len = (size_t)(busy_end - busy), same = 0;
        if (len != (size_t)(absent_end - absent) || memcmp(busy, absent, len) != 0) {
            while (busy[same] == absent[same])
                same++;
            fail_at(step, question, busy, absent, same);
        }
        question = busy;
        busy = after(busy_end);
        absent = after(absent_end);
    }
}

/* ---- the test that sees whether the test sees ---- */

/* The answers to the questions, which both worlds were asked in one order, shape by shape. */
static void note_told(struct worlds *worlds) {
    const char *busy = bytes_text(&worlds->busy.said), *absent = bytes_text(&worlds->absent.said);
    size_t asked = 0;
    for (;;) {
        busy = strstr(busy, " asks ");
        absent = strstr(absent, " asks ");
        if (busy == NULL || absent == NULL)
            return;
        busy = after(line_end(busy));
        absent = after(line_end(absent));
        size_t len = (size_t)(line_end(busy) - busy);
        if (len != (size_t)(line_end(absent) - absent) || memcmp(busy, absent, len) != 0)
            worlds->told[asked % worlds_shape_count] = true;
        asked++;
    }
}

/* ---- telling ---- */

static void make(struct tale *tale, const struct step *step) {
    if (step->in == IN_BOTH || tale->busy)
        step->act(tale);
    stage_pass(&tale->stage, step->ms);
}

static void step_once(struct worlds *worlds, const struct step *step) {
    struct tale *both[] = {&worlds->busy, &worlds->absent};
    for (size_t i = 0; i < 2; i++) {
        bytes_clear(&both[i]->said);
        make(both[i], step);
        worlds_listen(both[i], step->coarse);
        worlds_ask(both[i], (size_t)(step - worlds_story));
        assert_false(bytes_failed(&both[i]->said));
    }
    if (worlds->told != NULL)
        note_told(worlds);
    else
        compare(step, bytes_text(&worlds->busy.said), bytes_text(&worlds->absent.said));
}

static void tell(enum way way, enum absence absence, bool *told) {
    struct worlds *worlds = calloc(1, sizeof *worlds);
    assert_non_null(worlds);
    worlds->told = told;
    open_tale(&worlds->busy, true, way, absence);
    open_tale(&worlds->absent, false, way, absence);
    for (size_t i = 0; i < worlds_story_count; i++)
        step_once(worlds, &worlds_story[i]);
    close_tale(&worlds->busy);
    close_tale(&worlds->absent);
    free(worlds);
}

/* ---- the cases ---- */

#define HIDDEN(name, way)                                                                          \
    static void name(void **state) {                                                               \
        (void)state;                                                                               \
        tell(way, ONLY_LEFT, NULL);                                                                \
    }

HIDDEN(hidden_by_a_connect_while_online, BY_CONNECT)
HIDDEN(hidden_by_the_first_connect, BY_FIRST_CONNECT)
HIDDEN(hidden_by_an_upsert, BY_UPSERT)
HIDDEN(hidden_by_a_patch, BY_PATCH)
HIDDEN(hidden_by_the_server, BY_SERVER_PATCH)
HIDDEN(hidden_by_an_upsert_of_the_server, BY_SERVER_UPSERT)
HIDDEN(hidden_by_the_server_while_away, BY_SERVER_WHILE_AWAY)

static void hidden_and_absent_is_hidden_and_about(void **state) {
    (void)state;
    tell(BY_PATCH, HID_AND_LEFT, NULL);
    tell(BY_CONNECT, HID_AND_LEFT, NULL);
}

static void every_shape_sees_who_does_not_hide(void **state) {
    (void)state;
    bool *told = calloc(worlds_shape_count, sizeof *told);
    tell(NOT_AT_ALL, ONLY_LEFT, told);
    size_t blind = 0;
    for (size_t i = 0; i < worlds_shape_count; i++) {
        if (told[i] || worlds_shapes[i].deaf)
            continue;
        print_error("%s %s\n", worlds_shapes[i].line, worlds_shapes[i].body);
        blind++;
    }
    free(told);
    assert_int_equal(blind, 0);
}

/* An argument names the case to run: hidden_by_a_patch. */
int main(int argc, char **argv) {
    if (argc > 1)
        cmocka_set_test_filter(argv[1]);
    const struct CMUnitTest cases[] = {
        CASE(hidden_by_a_connect_while_online),
        CASE(hidden_by_the_first_connect),
        CASE(hidden_by_an_upsert),
        CASE(hidden_by_a_patch),
        CASE(hidden_by_the_server),
        CASE(hidden_by_an_upsert_of_the_server),
        CASE(hidden_by_the_server_while_away),
        CASE(hidden_and_absent_is_hidden_and_about),
        CASE(every_shape_sees_who_does_not_hide),
    };
    return RUN_CASES("server-worlds", cases);
}
