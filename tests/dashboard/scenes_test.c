/* SPDX-License-Identifier: MIT */
/*
 * The whole matrix: every scene (scenes.h) at every size, with the signs of Unicode, with those of
 * ASCII, and as the attributes that are left where there are no colours; and at 80x24 by its
 * styles, which tests/golden/themes.txt has the colours of. A scene has a file for each of these,
 * with all sizes in it: tests/golden/MODE/SCENE.txt. What was forgotten fails: a pane, a prompt, a
 * drawing function, a style that no scene shows, and a file that no scene has.
 *
 * PORCHLIGHT_DRAW=1 in the environment draws the files anew: then look at the diff.
 */
#include "support/case.h"

#include "dashboard/view/theme.h"
#include "scenes.h"

#include <ctype.h>
#include <dirent.h>

static const int sizes[][2] = {
    {6, 24}, {15, 40}, {24, 80}, {40, 120}, {60, 200}, {4, 20}, {20, 60}};
enum { ALL_SIZES = sizeof sizes / sizeof sizes[0], THE_FIVE = 5, SAME_ROWS = 4 };

static const char style_letters[] = {
#define STYLE_LETTER(name, letter) letter,
    STYLES(STYLE_LETTER)
#undef STYLE_LETTER
};

/* ---- what a cell is drawn as ---- */

static void put_text(const struct cell *cell, struct bytes *to) {
    bytes_append_text(to, cell->text);
}

/* As the terminal gets it there (term/screen.c). */
static void put_ascii(const struct cell *cell, struct bytes *to) {
    if (cell->cells == 0)
        bytes_append_char(to, ' ');
    else
        bytes_append_char(to, (unsigned char)cell->text[0] < 0x80 ? cell->text[0] : '?');
}

/* Bold, dim, underlined, reversed; # is chosen, which is reversed, too, and = underlined besides.
 * Two at once are a capital. */
static void put_attributes(const struct cell *cell, struct bytes *to) {
    static const char letters[] = " bd?rR??uU??????";
    if (cell->selected)
        bytes_append_char(to, cell->style == STYLE_MATCH ? '=' : '#');
    else
        bytes_append_char(to, letters[theme_look((enum style)cell->style)->mono]);
}

static void put_style(const struct cell *cell, struct bytes *to) {
    bytes_append_char(to, cell->selected ? '#' : style_letters[cell->style]);
}

static const struct mode {
    const char *name;
    enum glyph_set set;
    void (*put)(const struct cell *cell, struct bytes *to);
    int first, count; /* of the sizes */
} modes[] = {
    {"utf8", GLYPH_SET_NEUTRAL, put_text, 0, ALL_SIZES},
    {"ascii", GLYPH_SET_ASCII, put_ascii, 0, THE_FIVE},
    {"mono", GLYPH_SET_NEUTRAL, put_attributes, 0, THE_FIVE},
    {"style", GLYPH_SET_NEUTRAL, put_style, 2, 1},
};
enum { MODES = sizeof modes / sizeof modes[0] };

static void put_row(const struct cells *cells, int row, const struct mode *mode, struct bytes *to) {
    for (int col = 0; col < cells->cols; col++)
        mode->put(cells_at(cells, row, col), to);
    while (to->len > 0 && to->at[to->len - 1] == ' ')
        to->at[--to->len] = '\0';
}

/* Rows that are the same are written once and counted: most of a large screen is. */
static void put_rows(struct bytes *to, const char *row, int count) {
    const int shown = count < SAME_ROWS ? count : 1;
    for (int i = 0; i < shown; i++)
        bytes_printf(to, "%s\n", row);
    if (shown < count)
        bytes_printf(to, "== and %d rows like it\n", count - shown);
}

static void draw_rows(const struct cells *cells, const struct mode *mode, struct bytes *to) {
    struct bytes row = BYTES_EMPTY, next = BYTES_EMPTY;
    int count = 0;
    for (int at = 0; at < cells->rows; at++, count++) {
        bytes_clear(&next);
        put_row(cells, at, mode, &next);
        if (at > 0 && strcmp(bytes_text(&row), bytes_text(&next)) != 0) {
            put_rows(to, bytes_text(&row), count);
            count = 0;
        }
        const struct bytes other = row;
        row = next;
        next = other;
    }
    put_rows(to, bytes_text(&row), count);
    bytes_fini(&row);
    bytes_fini(&next);
}

static void draw(const struct scene_set *scene, const struct mode *mode, struct bytes *to) {
    for (int i = mode->first; i < mode->first + mode->count; i++) {
        struct model model;
        struct cells cells;
        const int rows = sizes[i][0], cols = sizes[i][1];
        scene_begin(scene, &model, mode->set, rows, cols);
        assert_int_equal(cells_init(&cells, rows, cols), 0);
        view_draw(&cells, &model, PICTURE_NOW);
        bytes_printf(to, "== %dx%d", cols, rows);
        if (cells.cursor_row >= 0 && mode->put == put_text)
            bytes_printf(to, ", cursor in row %d, column %d", cells.cursor_row, cells.cursor_col);
        bytes_append_char(to, '\n');
        draw_rows(&cells, mode, to);
        cells_fini(&cells);
        model_fini(&model);
    }
}

static void expect_mode(const struct mode *mode) {
    const struct scene_set *scene;
    for (size_t i = 0; (scene = scene_at(i)) != NULL; i++) {
        struct bytes drawn = BYTES_EMPTY;
        char name[100];
        snprintf(name, sizeof name, "%s/%s", mode->name, scene->name);
        draw(scene, mode, &drawn);
        expect_golden(name, bytes_text(&drawn));
        bytes_fini(&drawn);
    }
}

static void every_scene_at_every_size(void **state) {
    (void)state;
    expect_mode(&modes[0]);
}

static void every_scene_in_ascii_and_nothing_else(void **state) {
    (void)state;
    expect_mode(&modes[1]);
}

static void every_scene_without_colours(void **state) {
    (void)state;
    expect_mode(&modes[2]);
}

static void every_scene_by_its_styles(void **state) {
    (void)state;
    expect_mode(&modes[3]);
}

/* ---- what a style looks like in each theme ---- */

static void put_colour(struct bytes *to, const char *what, struct colour colour) {
    static const char *const names[] = {"its own", "black", "red", "green", "yellow", "blue",
        "magenta", "cyan", "white", "bright black", "bright red", "bright green", "bright yellow",
        "bright blue", "bright magenta", "bright cyan", "bright white"};
    bytes_printf(to, "  %s%-14s", what, names[colour.ansi]);
    if (colour.rgb != 0)
        bytes_printf(to, " #%06x %3d", colour.rgb & 0xffffff, theme_256(colour.rgb & 0xffffff));
    else
        bytes_printf(to, "            ");
}

static void put_look(struct bytes *to, unsigned attributes) {
    static const char *const names[] = {" bold", " dim", " reverse", " underline"};
    for (int i = 0; i < 4; i++)
        if (attributes & 1u << i)
            bytes_append_text(to, names[i]);
    while (to->at[to->len - 1] == ' ')
        to->at[--to->len] = '\0';
    bytes_append_char(to, '\n');
}

static void put_theme(struct bytes *to, const struct theme *theme) {
    bytes_printf(to, "== %s: %s\n", theme->name, theme->help);
    for (int style = 0; style < STYLE_COUNT; style++) {
        const struct look *look = theme_look((enum style)style);
        bytes_printf(to, "%c", style_letters[style]);
        put_colour(to, "", theme->inks[look->ink]);
        put_colour(to, "on ", theme->inks[INK_PAPER]);
        put_look(to, theme->no_dim ? look->attributes & ~(unsigned)LOOK_DIM : look->attributes);
    }
    bytes_append_char(to, '#');
    put_colour(to, "", theme->inks[INK_CHOSEN]);
    put_colour(to, "on ", theme->inks[INK_CHOSEN_PAPER]);
    put_look(to, 0);
}

static void every_theme_has_its_colours(void **state) {
    (void)state;
    struct bytes drawn = BYTES_EMPTY;
    for (int i = 0; theme_at(i) != NULL; i++)
        put_theme(&drawn, theme_at(i));
    expect_golden("themes", bytes_text(&drawn));
    bytes_fini(&drawn);
}

/* ---- nothing is forgotten ---- */

struct shown {
    unsigned panes, prompts, zooms, lights, links, times, levels, states;
    bool styles[STYLE_COUNT];
};

static void look_at(const struct scene_set *scene, struct shown *shown) {
    struct model model;
    struct cells cells;
    scene_begin(scene, &model, GLYPH_SET_NEUTRAL, 24, 80);
    shown->panes |= 1u << model.focus;
    shown->prompts |= 1u << model.prompt.kind;
    shown->zooms |= 1u << model.looking.zoom;
    shown->lights |= 1u << model.light;
    shown->links |= 1u << model.link.state;
    shown->times |= 1u << model.looking.times;
    shown->levels |= 1u << model.event_level;
    for (int i = 0; i < STATES; i++)
        shown->states |= roster_count_state(&model.all.members, (enum state)i) > 0 ? 1u << i : 0;
    assert_int_equal(cells_init(&cells, 24, 80), 0);
    view_draw(&cells, &model, PICTURE_NOW);
    for (int i = 0; i < 24 * 80; i++)
        shown->styles[cells.at[i].style] = true;
    cells_fini(&cells);
    model_fini(&model);
}

static unsigned all_of(int count) {
    return (1u << count) - 1;
}

static void every_pane_prompt_state_and_style_has_a_scene(void **state) {
    (void)state;
    struct shown shown = {0};
    for (size_t i = 0; scene_at(i) != NULL; i++)
        look_at(scene_at(i), &shown);
    assert_int_equal(shown.panes, all_of(PANE_COUNT));
    assert_int_equal(shown.prompts, all_of(PROMPT_KINDS));
    assert_int_equal(shown.zooms, all_of(ZOOMS));
    assert_int_equal(shown.lights, all_of(LIGHT_OFF + 1));
    assert_int_equal(shown.links, all_of(LINK_REFUSED + 1));
    assert_int_equal(shown.times, all_of(TIMES_COUNT));
    assert_int_equal(shown.levels, all_of(LEVELS));
    assert_int_equal(shown.states, all_of(STATES));
    for (int i = 0; i < STYLE_COUNT; i++)
        if (!shown.styles[i])
            fail_msg("no scene shows style '%c'", style_letters[i]);
}

static bool is_drawn(const char *name, size_t len) {
    const struct scene_set *scene;
    for (size_t i = 0; (scene = scene_at(i)) != NULL; i++) {
        for (const char *at = scene->draws; (at = strstr(at, name)) != NULL; at += len)
            if ((at == scene->draws || at[-1] == ' ') && (at[len] == ' ' || at[len] == '\0'))
                return true;
    }
    return false;
}

/* An overlay has no place in an enum, but a function that draws it. */
static void every_drawing_function_has_a_scene(void **state) {
    (void)state;
    static const char *const begins = "void view_";
    size_t len, found = 0;
    char *header = case_read_file("src/dashboard/view/view.h", &len);
    for (char *at = header; (at = strstr(at, begins)) != NULL;) {
        at += strlen(begins);
        const size_t name_len = strcspn(at, "(");
        if (strncmp(at + name_len, "(const struct scene *", 21) != 0)
            continue;
        at[name_len] = '\0';
        if (!is_drawn(at, name_len))
            fail_msg("no scene is about view_%s", at);
        at += name_len + 1;
        found++;
    }
    assert_true(found > 10);
    free(header);
}

static bool is_of_a_scene(const char *file) {
    const struct scene_set *scene;
    for (size_t i = 0; (scene = scene_at(i)) != NULL; i++) {
        const size_t len = strlen(scene->name);
        if (strncmp(file, scene->name, len) == 0 && strcmp(file + len, ".txt") == 0)
            return true;
    }
    return false;
}

static void every_file_is_of_a_scene(void **state) {
    (void)state;
    for (int i = 0; i < MODES; i++) {
        char path[600];
        snprintf(path, sizeof path, "%s/tests/golden/%s", SOURCE_ROOT, modes[i].name);
        DIR *folder = opendir(path);
        assert_non_null(folder);
        for (struct dirent *file; (file = readdir(folder)) != NULL;)
            if (file->d_name[0] != '.' && !is_of_a_scene(file->d_name))
                fail_msg("%s/%s is of no scene", modes[i].name, file->d_name);
        closedir(folder);
    }
}

/* Whatever a terminal cannot show was replaced before it was placed. */
static void ascii_scenes_have_signs_of_ascii_only(void **state) {
    (void)state;
    const struct scene_set *scene;
    for (size_t i = 0; (scene = scene_at(i)) != NULL; i++) {
        struct model model;
        struct cells cells;
        scene_begin(scene, &model, GLYPH_SET_ASCII, 24, 80);
        assert_int_equal(cells_init(&cells, 24, 80), 0);
        view_draw(&cells, &model, PICTURE_NOW);
        for (int cell = 0; cell < 24 * 80; cell++) {
            const enum style style = (enum style)cells.at[cell].style;
            const bool is_text = style == STYLE_PLAIN || style == STYLE_STATUS;
            if (!is_text && (unsigned char)cells.at[cell].text[0] >= 0x80)
                fail_msg("%s has %s", scene->name, cells.at[cell].text);
        }
        cells_fini(&cells);
        model_fini(&model);
    }
}

int main(void) {
    const struct CMUnitTest cases[] = {
        CASE(every_scene_at_every_size),
        CASE(every_scene_in_ascii_and_nothing_else),
        CASE(every_scene_without_colours),
        CASE(every_scene_by_its_styles),
        CASE(every_theme_has_its_colours),
        CASE(every_pane_prompt_state_and_style_has_a_scene),
        CASE(every_drawing_function_has_a_scene),
        CASE(every_file_is_of_a_scene),
        CASE(ascii_scenes_have_signs_of_ascii_only),
    };
    return RUN_CASES("dashboard-scenes", cases);
}
