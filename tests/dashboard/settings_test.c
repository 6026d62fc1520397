/* SPDX-License-Identifier: MIT */
/* The table of what a person may set: it is whole, it reads what it prints, it says what is wrong.
 */
#include "support/case.h"

#include "dashboard/model/list.h"
#include "dashboard/model/looking.h"
#include "dashboard/settings.h"

#include <errno.h>

static struct settings settings;
static struct settings_lines lines;
static struct bytes why;

static int set_up(void **state) {
    (void)state;
    settings_init(&settings);
    lines = (struct settings_lines){0};
    return 0;
}

static int tear_down(void **state) {
    (void)state;
    bytes_fini(&why);
    return 0;
}

static void takes(const char *section, const char *key, const char *value, int line) {
    assert_int_equal(settings_take(&settings, &lines, section, key, value, line, &why), 0);
    SAME_TEXT(bytes_text(&why), "");
}

static void refuses(
    const char *section, const char *key, const char *value, int line, const char *said) {
    assert_int_equal(settings_take(&settings, &lines, section, key, value, line, &why), -EINVAL);
    SAME_TEXT(bytes_text(&why), said);
    bytes_clear(&why);
}

static void every_row_is_whole_and_its_default_is_one_of_its_values(void **state) {
    (void)state;
    const struct setting_row *row;
    for (size_t i = 0; (row = settings_row(i)) != NULL; i++) {
        assert_true(row->help[0] != '\0' && row->values[0] != '\0' && row->key[0] != '\0');
        assert_true(row->help[strlen(row->help) - 1] != '.');
        assert_true(settings_has_section(row->section));
        assert_int_equal(settings_set(&settings, row->key, row->otherwise, &why), 0);
    }
}

static void names_are_those_of_the_things_they_name(void **state) {
    (void)state;
    for (int i = 0; theme_at(i) != NULL; i++) {
        assert_int_equal(settings_set(&settings, "theme", theme_at(i)->name, &why), 0);
        assert_int_equal(settings.theme, i);
    }
    for (int i = 0; i < SORT_KEYS; i++) {
        assert_int_equal(settings_set(&settings, "sort", sort_key_name((enum sort_key)i), &why), 0);
        assert_int_equal(settings.sort, i);
    }
    for (int i = 0; i < TIMES_COUNT; i++) {
        assert_int_equal(settings_set(&settings, "time", times_name((enum times)i), &why), 0);
        assert_int_equal(settings.times, i);
    }
    assert_int_equal(settings_set(&settings, "glyphs", "ascii", &why), 0);
    assert_int_equal(settings.glyphs, GLYPHS_ASCII);
}

static void a_setting_is_taken_with_or_without_quotation_marks(void **state) {
    (void)state;
    takes("ui", "theme", "ember", 2);
    SAME_TEXT(theme_at(settings.theme)->name, "ember");
    takes("ui", "mouse", "\"off\"", 3);
    assert_int_equal(settings.mouse, 0);
    takes("keys", "invisible", "i, F9", 4);
    SAME_TEXT(keymap_text(&settings.keymap, ACTION_INVISIBLE), "i F9");
}

static void what_is_wrong_is_told_with_what_would_be_right(void **state) {
    (void)state;
    refuses("ui", "theme", "blu", 2, "theme: there is no 'blu'; one of: " THEME_NAMES);
    lines = (struct settings_lines){0};
    refuses("ui", "theme", "", 2, "theme: there is no ''; one of: " THEME_NAMES);
    assert_int_equal(settings.theme, 0);
    settings_init(&settings);
    refuses("ui", "thme", "ember", 2, "[ui] has no setting 'thme'; did you mean 'theme'?");
    takes("ui", "mouse", "off", 7);
    refuses("ui", "mouse", "on", 9, "mouse: stands in line 7 already");
    assert_int_equal(settings.mouse, 0);
    settings_no_section("uii", &why);
    SAME_TEXT(bytes_text(&why), "there is no section [uii]; did you mean [ui]?");
    bytes_clear(&why);
    settings_no_section("server", &why);
    assert_non_null(strstr(bytes_text(&why), "there is no section [server]; there are [ui], "));
}

/* Give the lines of a printed file back, without the '#' of `NAME = VALUE` where `all`. */
static void a_text_has_its_length(void **state) {
    (void)state;
    char longest[SETTING_TEXT + 1];
    memset(longest, 'x', sizeof longest - 1);
    longest[SETTING_TEXT] = '\0';
    bytes_clear(&why);
    assert_int_equal(settings_set(&settings, "notify_command", longest, &why), -EINVAL);
    SAME_TEXT(bytes_text(&why), "notify_command: at most 511 bytes");
    longest[SETTING_TEXT - 1] = '\0';
    assert_int_equal(settings_set(&settings, "notify_command", longest, &why), 0);
    SAME_TEXT(settings.notify_command, longest);
}

static void reads_back(const char *text, bool all) {
    char section[32] = "";
    char *copy = strdup(text), *rest = copy, *line;
    for (int number = 1; (line = strsep(&rest, "\n")) != NULL; number++) {
        char *equals = strstr(line, " = ");
        if (line[0] == '[')
            snprintf(section, sizeof section, "%.*s", (int)strlen(line) - 2, line + 1);
        if (all && line[0] == '#' && line[1] != ' ')
            line++;
        if (equals == NULL || line[0] == '#')
            continue;
        *equals = '\0';
        if (strcmp(section, "keys") == 0 || settings_has_section(section))
            takes(section, line, equals + 3, number);
    }
    free(copy);
}

static void what_is_in_force_reads_back_as_itself(void **state) {
    (void)state;
    struct bytes first = BYTES_EMPTY, second = BYTES_EMPTY;
    takes("ui", "theme", "fjord", 1);
    takes("ui", "sort", "last", 2);
    takes("keys", "redraw", "F5, Comma, Quote", 3);
    settings_print(&settings, &first);
    settings_init(&settings);
    lines = (struct settings_lines){0};
    reads_back(bytes_text(&first), false);
    settings_print(&settings, &second);
    SAME_TEXT(bytes_text(&second), bytes_text(&first));
    assert_non_null(strstr(bytes_text(&first), "[ui]\ntheme = fjord\n"));
    bytes_fini(&first);
    bytes_fini(&second);
}

static void the_example_says_everything_and_changes_nothing(void **state) {
    (void)state;
    struct bytes text = BYTES_EMPTY, before = BYTES_EMPTY, after = BYTES_EMPTY;
    const struct setting_row *row;
    settings_print(&settings, &before);
    settings_print_example(&text);
    for (size_t i = 0; (row = settings_row(i)) != NULL; i++)
        assert_non_null(strstr(bytes_text(&text), row->help));
    /* As it is nothing is set; without its '#' everything is, to what it was. */
    char *at = strstr(bytes_text(&text), "#[profile");
    assert_non_null(at);
    *at = '\0';
    reads_back(bytes_text(&text), false);
    assert_int_equal(lines.of[0], 0);
    reads_back(bytes_text(&text), true);
    assert_true(lines.of[0] > 0 && settings.keymap.rows[ACTION_COUNT - 1].line > 0);
    settings_print(&settings, &after);
    SAME_TEXT(bytes_text(&after), bytes_text(&before));
    bytes_fini(&text);
    bytes_fini(&before);
    bytes_fini(&after);
}

#define WITH(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)

int main(void) {
    const struct CMUnitTest cases[] = {
        WITH(every_row_is_whole_and_its_default_is_one_of_its_values),
        WITH(names_are_those_of_the_things_they_name),
        WITH(a_setting_is_taken_with_or_without_quotation_marks),
        WITH(what_is_wrong_is_told_with_what_would_be_right),
        WITH(a_text_has_its_length),
        WITH(what_is_in_force_reads_back_as_itself),
        WITH(the_example_says_everything_and_changes_nothing),
    };
    return RUN_CASES("dashboard-settings", cases);
}
