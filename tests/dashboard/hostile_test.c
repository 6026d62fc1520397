/* SPDX-License-Identifier: MIT */
/*
 * Ten thousand names, statuses, messages and channel names of somebody who means harm, in every
 * pane and overlay at every width from 24 to 300; and where no cells are drawn: titles, notices,
 * clipboards, sentences, statuslines, records, logs and commands.
 *
 * They come in batches, each a small world of its own, and each batch at three of the widths, so
 * that all of them are met.
 */
#include "support/case.h"
#include "support/hostile.h"

#include "base/utf8.h"
#include "dashboard/cli/format.h"
#include "dashboard/cli/text.h"
#include "dashboard/input/key.h"
#include "dashboard/model/compose.h"
#include "dashboard/model/told.h"
#include "dashboard/notify.h"
#include "dashboard/plain/menu.h"
#include "dashboard/plain/sentence.h"
#include "dashboard/record.h"
#include "dashboard/term/sequences.h"
#include "picture.h"

#include <cjson/cJSON.h>
#include <locale.h>
#include <sys/stat.h>
#include <unistd.h>
#include <wchar.h>

enum {
    NARROWEST = 24,
    WIDEST = 300,
    WIDTHS = WIDEST - NARROWEST + 1,
    BATCH = 40,
    BATCHES = HOSTILE_TEXTS / BATCH,
    EACH = BATCH / 4, /* names, statuses, messages, channel names */
    SIZES = 3
};
#define NOW PICTURE_NOW

static struct chance chance;
static struct model model;
static char *names[EACH], *statuses[EACH], *messages[EACH], *channels[EACH];

/* ---- a world ---- */

static void write_texts(char *texts[EACH]) {
    for (int i = 0; i < EACH; i++)
        assert_non_null(texts[i] = hostile_text(&chance, false));
}

static void free_texts(char *texts[EACH]) {
    for (int i = 0; i < EACH; i++)
        free(texts[i]);
}

static const char *id_of(int i) {
    static char id[24];
    if (i == 0)
        return "me";
    snprintf(id, sizeof id, "u%d", i);
    return id;
}

static void put_people(void) {
    for (int i = 0; i < EACH; i++)
        for (int times = 0; times < (i == 3 ? 9 : i % 3 + 1); times++)
            picture_person(&model, id_of(i), names[i], statuses[i], (i + times) % 2 == 0,
                i % 4 != 3, 9 * 60000, NOW - 60000 + times * 1000);
}

static void put_channels(void) {
    for (int i = 0; i < EACH; i++) {
        char cid[40];
        snprintf(cid, sizeof cid, "%s:c%d", i % 3 == 2 ? "team" : "messaging", i);
        assert_int_equal(model_put_channel(&model, cid, channels[i], EACH), 0);
        for (int who = 0; who < EACH; who++)
            if (i == 0 || (who + i) % 3 == 0)
                assert_int_equal(model_put_member(&model, cid, id_of(who)), 0);
        if (i == 4)
            model_name_direct(&model, cid);
    }
}

static void put_messages(void) {
    static const char *const typing[] = {"u1", "u2", "u3", "u4"};
    for (int i = 0; i < EACH; i++) {
        char id[16];
        snprintf(id, sizeof id, "m%d", i);
        const struct line_told told = {.id = id,
            .author = id_of(i),
            .text = messages[i],
            .reactions = channels[i],
            .at_ms = NOW - (EACH - i) * 1000,
            .replies = i % 3,
            .edited = i % 4 == 1,
            .is_news = i > 6};
        assert_int_equal(model_put_line(&model, "messaging:c0", &told), 0);
    }
    model_set_typing(&model, "messaging:c0", typing, (size_t)chance_between(&chance, 0, 4));
}

/* All at once, as somebody would find it who was away. */
static void make_world(void) {
    const struct link_shown live = {.state = LINK_LIVE, .latency_ms = 4};
    write_texts(names);
    write_texts(statuses);
    write_texts(messages);
    write_texts(channels);
    assert_int_equal(model_init(&model, names[1], "me", NOW - 11 * 60000), 0);
    model_set_link(&model, &live, NOW);
    put_people();
    put_channels();
    put_people();
    put_messages();
    model.channels_known = true;
    model_set_me(&model, names[0], false, NOW);
    model_note(&model, statuses[2], NOW);
    model_tick(&model, NOW);
}

static void drop_world(void) {
    model_fini(&model);
    free_texts(names);
    free_texts(statuses);
    free_texts(messages);
    free_texts(channels);
}

/* ---- scenes ---- */

static void does(enum action action) {
    update_action(&model, action, NOW);
}

static void commands(enum action action, const char *argument) {
    update_command(&model, action, argument, NOW);
}

static void types(const char *text) {
    for (const char *at = text, *end = text + strlen(text); at < end;) {
        const int32_t c = utf8_next(&at, end);
        if (c > 0)
            update_key(&model, c, NOW);
    }
}

static void shows_members(void) {
    does(ACTION_MEMBERS);
    does(ACTION_DOWN);
}
static void shows_last_members(void) {
    does(ACTION_MEMBERS);
    does(ACTION_LAST);
}
static void shows_channels(void) {
    does(ACTION_CHANNELS);
}
static void shows_events(void) {
    does(ACTION_EVENTS);
}
static void shows_detail(void) {
    does(ACTION_MEMBERS);
    does(ACTION_DETAIL);
}
static void shows_timeline(void) {
    does(ACTION_DETAIL);
    does(ACTION_TIMELINE);
}
static void shows_plot(void) {
    does(ACTION_PLOT);
}
static void shows_talk(void) {
    assert_true(model_open_talk(&model, "messaging:c0"));
    model.focus = PANE_TALK;
    does(ACTION_LAST);
}
static void shows_draft(void) {
    shows_talk();
    compose_open(&model);
    update_paste(&model, messages[3], NOW);
}
static void shows_replies(void) {
    shows_talk();
    does(ACTION_UP);
    does(ACTION_OPEN);
}
static void shows_help(void) {
    does(ACTION_HELP);
}
static void shows_menu(void) {
    does(ACTION_MENU);
}
static void shows_watched(void) {
    for (int i = 1; i < EACH; i++)
        assert_int_equal(watching_set(&model.watching, id_of(i),
                             model_find_person(&model, id_of(i)), WATCH_ALWAYS),
            0);
    does(ACTION_WATCHED);
}
static void shows_jump(void) {
    does(ACTION_JUMP);
}
static void shows_filter(void) {
    does(ACTION_FILTER);
    update_paste(&model, names[4], NOW);
}
static void shows_search(void) {
    does(ACTION_SEARCH);
    update_paste(&model, names[2], NOW);
    types("a");
}
static void shows_command(void) {
    does(ACTION_COMMAND);
    types("watch u");
}
static void shows_toast(void) {
    model_set_toast(&model, statuses[1], NOW + 1000);
}
static void shows_stale(void) {
    struct told told = {.kind = TOLD_LINK,
        .at_ms = NOW,
        .text = statuses[4],
        .link = {.state = LINK_WAITING, .stale_since_ms = NOW - 1, .latency_ms = -1}};
    assert_int_equal(told_apply(&model, &told), 0);
}
static void shows_failure(void) {
    model_light_failed(&model, messages[1]);
    commands(ACTION_AS_SEEN, "");
}
static void shows_zoomed_events(void) {
    does(ACTION_EVENTS);
    does(ACTION_ZOOM);
}
static void shows_direct(void) {
    does(ACTION_CHANNELS);
    does(ACTION_LAST);
    does(ACTION_UP);
}

/* Some lie over the right borders of panes below them. */
static const struct {
    void (*shows)(void);
    bool covers;
} scenes[] = {{shows_members, false}, {shows_last_members, false}, {shows_channels, false},
    {shows_events, false}, {shows_detail, false}, {shows_timeline, false}, {shows_plot, false},
    {shows_talk, false}, {shows_draft, false}, {shows_replies, false}, {shows_help, true},
    {shows_menu, true}, {shows_watched, true}, {shows_jump, true}, {shows_filter, true},
    {shows_search, true}, {shows_command, true}, {shows_toast, false}, {shows_direct, false},
    {shows_zoomed_events, false}, {shows_failure, false}, {shows_stale, false}};
enum { SCENES = sizeof scenes / sizeof scenes[0] };

static void backs_out(void) {
    if (model.composing || compose_is_open(&model))
        update_key(&model, KEY_CODE_CONTROL('U'), NOW);
    for (int i = 0; i < 4; i++)
        update_key(&model, KEY_CODE_ESCAPE, NOW);
    model.talk_open = model.help_open = model.watch_open = model.timeline_open = false;
    model.looking.zoom = ZOOM_NORMAL;
    model.toast[0] = '\0';
}

/* ---- what must hold of every drawing ---- */

/* As the system, and so ncurses, counts it; where it knows the characters at all. */
static bool is_as_wide(const struct cell *cell) {
    wchar_t wide[TEXT_CLUSTER_BYTES + 1];
    const size_t count = mbstowcs(wide, cell->text, TEXT_CLUSTER_BYTES);
    if (count == (size_t)-1)
        return false;
    const int cells = wcswidth(wide, count);
    return cells < 0 || cells == cell->cells;
}

static const char *wrong_with(const struct cells *cells, int row) {
    int width = 0;
    for (int col = 0; col < cells->cols; col++) {
        const struct cell *cell = cells_at(cells, row, col);
        const char *harm = hostile_harm(cell->text, strlen(cell->text));
        width += cell->cells;
        if (harm != NULL)
            return harm;
        if ((cell->cells == 0) != (cell->text[0] == '\0') || cell->cells > 2)
            return "a cell without text";
        if (cell->cells == 0 && (col == 0 || cells_at(cells, row, col - 1)->cells != 2))
            return "the half of a wide character";
        if (cell->cells == 2 && (col + 1 == cells->cols || cell[1].cells != 0))
            return "a wide character without its half";
        if (!is_as_wide(cell)) {
            for (const char *at = cell->text; *at != '\0'; at++)
                printf("# %02x", (unsigned char)*at);
            printf(" is not %d wide\n", cell->cells);
            return "a character of another width";
        }
    }
    return width == cells->cols ? NULL : "a row of another width";
}

static const char *text_at(void *screen, int row, int col) {
    return cells_at(screen, row, col)->text;
}

static void fails_with(const struct cells *cells, int scene, int row, const char *what) {
    struct bytes text = BYTES_EMPTY;
    for (int i = 0; i < cells->rows; i++) {
        bytes_printf(&text, i == row ? "* " : "  ");
        cells_row_text(cells, i, &text);
        bytes_append_char(&text, '\n');
    }
    printf("%s\n", bytes_text(&text));
    bytes_fini(&text);
    fail_msg("scene %d at %dx%d, row %d: %s", scene, cells->cols, cells->rows, row, what);
}

static unsigned frames;

static void is_well_drawn(struct cells *cells, int scene) {
    const struct frame_look look = {.rows = cells->rows,
        .cols = cells->cols,
        .text_at = text_at,
        .screen = cells,
        .right_top = "┐",
        .right_bottom = "┘",
        .side = "│",
        .covered = scenes[scene].covers};
    update_settle(&model);
    view_draw(cells, &model, NOW);
    for (int row = 0; row < cells->rows; row++) {
        const char *wrong = wrong_with(cells, row);
        if (wrong != NULL)
            fails_with(cells, scene, row, wrong);
    }
    const int broken = hostile_broken_frame(&look, &frames);
    if (broken >= 0)
        fails_with(cells, scene, broken, "a right border that is not straight");
}

static void draws_all(int cols, int rows) {
    struct cells cells;
    update_size(&model, rows, cols);
    assert_int_equal(cells_init(&cells, rows, cols), 0);
    for (int scene = 0; scene < SCENES; scene++) {
        scenes[scene].shows();
        is_well_drawn(&cells, scene);
        backs_out();
    }
    cells_fini(&cells);
}

static void every_pane_and_overlay_is_straight_at_every_width(void **state) {
    static const int heights[] = {6, 12, 15, 24, 31, 50};
    bool met[WIDTHS] = {false};
    (void)state;
    chance_seed(&chance, HOSTILE_SEED);
    for (int batch = 0; batch < BATCHES; batch++) {
        make_world();
        for (int size = 0; size < SIZES; size++) {
            const int at = (batch * SIZES + size) * 100 % WIDTHS;
            met[at] = true;
            draws_all(NARROWEST + at, heights[(batch + size) % 6]);
            const struct link_shown live = {.state = LINK_LIVE, .latency_ms = 4};
            model_set_link(&model, &live, NOW);
        }
        drop_world();
    }
    for (int i = 0; i < WIDTHS; i++)
        assert_true(met[i]);
    assert_true(frames > 1000);
}

/* ---- where nothing is drawn ---- */

static void is_text(const char *text, size_t len) {
    const char *harm = hostile_harm(text, len);
    if (harm != NULL)
        fail_msg("%s in: %s", harm, text);
}

/* One sequence of ours, and between its ends nothing but text. */
static void is_sequence(const struct bytes *bytes, const char *begins) {
    const size_t from = strlen(begins);
    assert_true(bytes->len >= from + 2);
    assert_memory_equal(bytes->at, begins, from);
    assert_memory_equal(bytes->at + bytes->len - 2, "\033\\", 2);
    is_text(bytes->at + from, bytes->len - from - 2);
}

static void titles_notices_and_clipboards_carry_text_alone(void **state) {
    (void)state;
    chance_seed(&chance, HOSTILE_SEED);
    for (int i = 0; i < HOSTILE_TEXTS; i++) {
        struct bytes bytes = BYTES_EMPTY;
        char *text = hostile_text(&chance, false);
        assert_int_equal(model_init(&model, text, "me", NOW), 0);
        sequence_title(&bytes, model.label);
        is_sequence(&bytes, "\033]2;");
        bytes_clear(&bytes);
        watching_alert(&model.watching, text, true);
        struct alert alert;
        assert_true(watching_take(&model.watching, &alert));
        sequence_notice(&bytes, NOTICE_9, alert.text);
        is_sequence(&bytes, "\033]9;");
        bytes_clear(&bytes);
        sequence_notice(&bytes, NOTICE_777, alert.text);
        is_sequence(&bytes, "\033]777;notify;");
        bytes_clear(&bytes);
        sequence_copy(&bytes, text);
        is_sequence(&bytes, "\033]52;c;");
        bytes_fini(&bytes);
        model_fini(&model);
        free(text);
    }
}

/* Whatever stands in a line: the line is one. */
static void is_lines(const struct bytes *text) {
    const char *at = bytes_text(text);
    for (const char *end; (end = strchr(at, '\n')) != NULL; at = end + 1)
        is_text(at, (size_t)(end - at));
    assert_int_equal(*at, '\0');
}

static struct bytes said;

static void happened(void *context, const struct event_line *event) {
    (void)context;
    sentence_event(&said, &model, event);
}

static void told_line(
    void *context, const struct channel_shown *channel, const struct line_told *told) {
    (void)context;
    const struct line *line = chat_find(&channel->chat, told->id);
    if (line != NULL)
        sentence_said(&said, &model, channel, line->author, line->text, line->at_ms);
}

/* The menu is asked for all that it can tell. */
static void asks_all(void) {
    static const char *const lines[] = {"menu", "who", "2", "2 2", "who", "read", "nonsense"};
    struct menu menu = {0};
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++)
        menu_take(&menu, &model, lines[i], NOW, &said);
}

static void sentences_are_lines_of_text(void **state) {
    (void)state;
    chance_seed(&chance, HOSTILE_SEED);
    for (int batch = 0; batch < BATCHES; batch++) {
        make_world();
        model.ear = (struct ear){.happened = happened, .said = told_line};
        model.ascii = batch % 5 == 0;
        put_people();
        put_messages();
        for (int i = 0; i < EACH; i++) {
            model_note(&model, messages[i], NOW);
            model_set_toast(&model, statuses[i], NOW);
            sentence_note(&said, &model, model.toast, NOW);
            model_light_failed(&model, channels[i]);
            sentence_note(&said, &model, model.light_failed, NOW);
        }
        asks_all();
        is_lines(&said);
        for (const char *at = bytes_text(&said); model.ascii && *at != '\0'; at++)
            assert_true((unsigned char)*at < 0x80);
        model.ear = (struct ear){0};
        bytes_fini(&said);
        drop_world();
    }
}

static bool is_control_free(const char *text) {
    for (const char *at = text, *end = text + strlen(text); at < end;) {
        const int32_t c = utf8_next(&at, end);
        if (c < 0x20 || (c >= 0x7f && c < 0xa0) || (c >= 0x202a && c <= 0x202e) ||
            (c >= 0x2066 && c <= 0x2069) || (c >= 0x2028 && c <= 0x2029))
            return false;
    }
    return true;
}

/* As --json, records and logs print it: what a filter reads is as it was said. */
static void json_is_json_and_plain_words_are_one_line(void **state) {
    (void)state;
    chance_seed(&chance, HOSTILE_SEED);
    for (int i = 0; i < HOSTILE_TEXTS; i++) {
        struct bytes line = BYTES_EMPTY, wire = BYTES_EMPTY;
        char *text = hostile_text(&chance, i % 2 == 0);
        text_json(&line, text);
        assert_true(is_control_free(bytes_text(&line)));
        cJSON *back = cJSON_ParseWithLength(line.at, line.len);
        assert_true(cJSON_IsString(back));
        if (i % 2 == 0)
            assert_string_equal(back->valuestring, text);
        char *raw = i % 2 == 0 ? cJSON_PrintUnformatted(back) : NULL; /* as the wire carries it */
        for (; raw != NULL; raw = NULL) {
            text_one_line(&wire, raw, strlen(raw));
            assert_true(is_control_free(bytes_text(&wire)));
            cJSON *again = cJSON_Parse(wire.at);
            assert_true(cJSON_IsString(again));
            assert_string_equal(again->valuestring, text);
            cJSON_Delete(again);
            free(raw);
        }
        cJSON_Delete(back);
        bytes_clear(&line);
        text_plain(&line, text);
        assert_true(is_control_free(bytes_text(&line)));
        const struct statusline bar = {.live = true, .status = text, .channel = text};
        bytes_clear(&line);
        format_fill(&line, "%c: %s %o", &bar);
        assert_true(is_control_free(bytes_text(&line)));
        bytes_fini(&line);
        bytes_fini(&wire);
        free(text);
    }
}

static char folder[] = "/tmp/porchlight-hostile-XXXXXX";

static void a_record_is_lines_of_json(void **state) {
    char path[80];
    struct record *record = NULL;
    struct bytes why = BYTES_EMPTY;
    (void)state;
    snprintf(path, sizeof path, "%s/record", folder);
    chance_seed(&chance, HOSTILE_SEED);
    char *label = hostile_text(&chance, false);
    assert_int_equal(record_open(&record, path, label, "me", &why), 0);
    for (int i = 0; i < 1000; i++) {
        char *text = hostile_text(&chance, false);
        record_put(record, &(struct told){.kind = TOLD_NOTE, .at_ms = NOW, .text = text});
        free(text);
    }
    assert_int_equal(record_close(record, NOW), 0);
    FILE *file = fopen(path, "r");
    char *line = NULL;
    size_t cap = 0, lines = 0;
    assert_non_null(file);
    for (ssize_t len; (len = getline(&line, &cap, file)) > 0; lines++) {
        assert_int_equal(line[len - 1], '\n');
        line[len - 1] = '\0';
        assert_true(is_control_free(line));
        cJSON *object = cJSON_Parse(line);
        assert_true(cJSON_IsObject(object));
        cJSON_Delete(object);
    }
    assert_int_equal(lines, 1002);
    fclose(file);
    free(line);
    free(label);
    unlink(path);
    bytes_fini(&why);
}

static bool is_idle(void *context) {
    return notify_is_idle(context);
}

/* Sixty of them: a command is a process. */
static void a_command_gets_the_text_as_one_word(void **state) {
    char script[80], out[80], command[200], got[2 * ALERT_BYTES + 40], wanted[2 * ALERT_BYTES + 40];
    (void)state;
    snprintf(script, sizeof script, "%s/show", folder);
    snprintf(out, sizeof out, "%s/out", folder);
    snprintf(command, sizeof command, "%s %s", script, out);
    FILE *file = fopen(script, "w");
    assert_non_null(file);
    fputs("#!/bin/sh\nout=$1; shift; printf '%s|%s' $# \"$1\" >$out\n", file);
    fclose(file);
    assert_int_equal(chmod(script, 0700), 0);
    chance_seed(&chance, HOSTILE_SEED);
    for (int i = 0; i < 60; i++) {
        struct watching watching = {0};
        struct notify notify = {0};
        struct alert alert;
        char *text = hostile_text(&chance, false);
        watching_alert(&watching, text, true);
        assert_true(watching_take(&watching, &alert));
        assert_int_equal(notify_run(&notify, command, alert.text, NOW), 0);
        assert_true(case_until(is_idle, &notify, 8000));
        assert_non_null(file = fopen(out, "r"));
        got[fread(got, 1, sizeof got - 1, file)] = '\0';
        fclose(file);
        snprintf(wanted, sizeof wanted, "1|%s", alert.text);
        assert_string_equal(got, wanted);
        is_text(got, strlen(got));
        free(text);
        watching_fini(&watching);
    }
    unlink(script);
    unlink(out);
}

static int set_up(void **state) {
    (void)state;
    setenv("TZ", "UTC", 1);
    assert_non_null(setlocale(LC_CTYPE, "C.UTF-8"));
    return mkdtemp(folder) != NULL ? 0 : -1;
}

static int tear_down(void **state) {
    (void)state;
    return rmdir(folder);
}

int main(void) {
    const struct CMUnitTest cases[] = {
        CASE(every_pane_and_overlay_is_straight_at_every_width),
        CASE(titles_notices_and_clipboards_carry_text_alone),
        CASE(sentences_are_lines_of_text),
        CASE(json_is_json_and_plain_words_are_one_line),
        CASE(a_record_is_lines_of_json),
        CASE(a_command_gets_the_text_as_one_word),
    };
    return cmocka_run_group_tests_name("dashboard-hostile", cases, set_up, tear_down);
}
