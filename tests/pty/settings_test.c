/* SPDX-License-Identifier: MIT */
/*
 * What a person sets, in a real terminal: the file, read at the start and whenever it is written;
 * themes, glyphs and keys; the mouse; and what a terminal is asked for and gets back.
 */
#include "support/terminal.h"
#include "support/case.h"

#include <ftw.h>
#include <signal.h>
#include <sys/stat.h>

enum { IN_TIME_MS = 20 * 1000 };

#define SANITIZERS_QUIET "ASAN_OPTIONS=handle_segv=0:handle_abort=0:detect_leaks=0"

static struct terminal *terminal;
static char folder[64], config_line[100], state_line[100], tmp_line[100];
static const char *term_line, *more_line;

static int remove_one(const char *path, const struct stat *st, int kind, struct FTW *walk) {
    (void)st;
    (void)kind;
    (void)walk;
    return remove(path);
}

static int set_up(void **state) {
    char path[100];
    (void)state;
    strcpy(folder, "/tmp/porchlight-test-XXXXXX");
    assert_non_null(mkdtemp(folder));
    snprintf(path, sizeof path, "%s/porchlight", folder);
    assert_int_equal(mkdir(path, 0700), 0);
    snprintf(config_line, sizeof config_line, "XDG_CONFIG_HOME=%s", folder);
    snprintf(state_line, sizeof state_line, "XDG_STATE_HOME=%s/state", folder);
    snprintf(tmp_line, sizeof tmp_line, "TMPDIR=%s", folder);
    term_line = "TERM=xterm-256color";
    more_line = "NO_COLOR";
    return 0;
}

static int tear_down(void **state) {
    (void)state;
    terminal_destroy(terminal);
    terminal = NULL;
    return nftw(folder, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

/* As an editor does: beside it, then in its place. */
static void writes(const char *text) {
    char path[120], fresh[130];
    snprintf(path, sizeof path, "%s/porchlight/config", folder);
    snprintf(fresh, sizeof fresh, "%s~", path);
    FILE *file = fopen(fresh, "w");
    assert_non_null(file);
    fputs(text, file);
    assert_int_equal(fclose(file), 0);
    assert_int_equal(rename(fresh, path), 0);
}

static void runs(const char *one, const char *two, const char *three) {
    const char *const argv[] = {PORCHLIGHT, one, two, three, NULL};
    const char *const environment[] = {config_line, state_line, tmp_line, term_line, more_line,
        "PORCHLIGHT_URL", "PORCHLIGHT_TOKEN", "PORCHLIGHT_USER", "LC_ALL=C.UTF-8", "TZ=UTC", NULL};
    terminal_destroy(terminal);
    terminal = terminal_run(argv, 100, 30, environment);
}

static void opens(const char *option, const char *value) {
    runs("--demo", option, value);
    SHOWS(terminal, "LIVE", IN_TIME_MS);
    SHOWS(terminal, ">\xe2\x97\x89", IN_TIME_MS);
}

static bool wrote(struct terminal *t, void *context) {
    size_t len;
    const char *bytes = terminal_bytes(t, &len);
    return memmem(bytes, len, context, strlen(context)) != NULL;
}

static int count_of(const char *text) {
    size_t len;
    const char *bytes = terminal_bytes(terminal, &len), *at = bytes;
    int count = 0;
    for (; (at = memmem(at, len - (size_t)(at - bytes), text, strlen(text))) != NULL; at++)
        count++;
    return count;
}

static void quits(void) {
    terminal_send(terminal, "Q");
    assert_int_equal(terminal_end(terminal, IN_TIME_MS), 0);
}

/* ---- the file ---- */

static void what_is_wrong_is_said_before_anything_is_drawn(void **state) {
    (void)state;
    writes("[ui]\ntheme = blu\n[keys]\nredraw = j\n");
    runs("--demo", NULL, NULL);
    assert_int_equal(terminal_end(terminal, IN_TIME_MS), 2);
    assert_non_null(strstr(terminal_said(terminal), "config:2: theme: there is no 'blu'"));
    assert_non_null(strstr(terminal_said(terminal), "config:4: redraw: the key j means down"));
    assert_int_equal(count_of("\033[?1049h"), 0);
}

static void a_file_that_is_written_is_in_force_at_once(void **state) {
    (void)state;
    writes("[ui]\nglyphs = neutral\n");
    opens(NULL, NULL);
    SHOWS(terminal, "i invisible", IN_TIME_MS);
    writes("[ui]\nglyphs = ascii\n[keys]\ninvisible = F9\n");
    SHOWS(terminal, "The configuration was read again", IN_TIME_MS);
    SHOWS(terminal, "F9 invisible", IN_TIME_MS);
    SHOWS(terminal, "+1 Channels", IN_TIME_MS);
    terminal_send(terminal, "\033[20~");
    SHOWS(terminal, "you:[INVISIBLE]", IN_TIME_MS);
}

static void a_mistake_is_told_and_the_old_settings_stay(void **state) {
    (void)state;
    writes("[keys]\ninvisible = F9\n");
    opens(NULL, NULL);
    writes("[keys]\ninvisible = F8\n[ui]\nthem = light\n");
    SHOWS(terminal, "config:4: [ui] has no setting 'them'; did you mean 'theme'?", IN_TIME_MS);
    SHOWS(terminal, "F9 invisible", IN_TIME_MS);
    assert_int_equal(terminal_row_with(terminal, "F8 invisible"), -1);
}

/* And asks for nothing while it waits for one. */
static void a_folder_and_a_file_made_later_are_in_force_and_gone_again(void **state) {
    char path[100], file[120];
    (void)state;
    snprintf(path, sizeof path, "%s/porchlight", folder);
    snprintf(file, sizeof file, "%s/config", path);
    assert_int_equal(rmdir(path), 0);
    opens(NULL, NULL);
    SHOWS(terminal, "i invisible", IN_TIME_MS);
    assert_int_equal(mkdir(path, 0700), 0);
    writes("[keys]\ninvisible = F9\n[ui]\nglyphs = ascii\n");
    SHOWS(terminal, "The configuration was read again", IN_TIME_MS);
    SHOWS(terminal, "F9 invisible", IN_TIME_MS);
    SHOWS(terminal, "+1 Channels", IN_TIME_MS);
    assert_int_equal(unlink(file), 0);
    SHOWS(terminal, "The configuration is gone: what is set by default holds", IN_TIME_MS);
    SHOWS(terminal, "i invisible", IN_TIME_MS);
    LOSES(terminal, "+1 Channels", IN_TIME_MS);
    assert_int_equal(rmdir(path), 0);
    assert_int_equal(mkdir(path, 0700), 0);
    writes("[keys]\ninvisible = F8\n");
    SHOWS(terminal, "F8 invisible", IN_TIME_MS);
    quits();
}

static void sentences_hear_of_the_file_too(void **state) {
    char path[120];
    (void)state;
    snprintf(path, sizeof path, "%s/porchlight/config", folder);
    runs("--demo", "--plain", NULL);
    SHOWS(terminal, "0 Quit.", IN_TIME_MS);
    writes("[alerts]\nbell = off\n");
    SHOWS(terminal, "The configuration was read again.", IN_TIME_MS);
    writes("[alerts]\nbell = perhaps\n");
    SHOWS(terminal, "config:2: bell: there is no 'perhaps'", IN_TIME_MS);
    assert_int_equal(unlink(path), 0);
    SHOWS(terminal, "The configuration is gone: what is set by default holds.", IN_TIME_MS);
    terminal_send(terminal, "0\n");
    assert_int_equal(terminal_end(terminal, IN_TIME_MS), 0);
}

/* ---- looks ---- */

static bool has_paper(struct terminal *t, void *context) {
    const int *row = context;
    const struct cell cell = terminal_cell(t, *row, 99);
    return cell.coloured;
}

static void t_takes_the_next_theme_until_the_first_comes_again(void **state) {
    static const char *const names[] = {"light: ", "high-contrast: ", "deuteranopia: ", "ember: ",
        "fjord: ", "linen: ", "default: "};
    int header = 0;
    (void)state;
    opens(NULL, NULL);
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        terminal_send(terminal, "T");
        SHOWS(terminal, names[i], IN_TIME_MS);
        if (strcmp(names[i], "ember: ") == 0)
            BECOMES(terminal, has_paper, &header, IN_TIME_MS);
    }
    assert_false(has_paper(terminal, &header));
}

static void without_colour_a_theme_has_none(void **state) {
    (void)state;
    opens("--theme=ember", "--no-color");
    for (int row = 0; row < 30; row++)
        for (int col = 0; col < 100; col++)
            assert_false(terminal_cell(terminal, row, col).coloured);
    const int row = terminal_row_with(terminal, "porchlight");
    assert_true(terminal_cell(terminal, row, 1).bold);
}

static void a_theme_of_256_is_drawn_on_a_terminal_of_8(void **state) {
    (void)state;
    term_line = "TERM=xterm";
    opens("--theme", "high-contrast");
    int header = 0;
    assert_true(has_paper(terminal, &header));
    term_line = "TERM=xterm-256color";
}

static void what_t_took_is_there_again_until_the_setting_is_another(void **state) {
    static const char profile[] =
        "[profile default]\nurl = http://127.0.0.1:1\napi_key = k\nuser = "
        "ana\ntoken_command = echo t\n";
    char text[400];
    (void)state;
    writes(profile);
    runs(NULL, NULL, NULL);
    SHOWS(terminal, "Channels", IN_TIME_MS);
    terminal_send(terminal, "T");
    SHOWS(terminal, "light: ", IN_TIME_MS);
    quits();
    runs(NULL, NULL, NULL);
    SHOWS(terminal, "Channels", IN_TIME_MS);
    terminal_send(terminal, "T");
    SHOWS(terminal, "high-contrast: ", IN_TIME_MS);
    quits();
    snprintf(text, sizeof text, "[ui]\ntheme = ember\n%s", profile);
    writes(text);
    runs(NULL, NULL, NULL);
    SHOWS(terminal, "Channels", IN_TIME_MS);
    terminal_send(terminal, "T");
    SHOWS(terminal, "fjord: ", IN_TIME_MS);
}

/* Whatever ends it, the colours that were there are there again. */
static void real_colours_are_shown_where_there_are_some_and_given_back(void **state) {
    (void)state;
    more_line = "COLORTERM=truecolor";
    opens("--theme", "ember");
    const int set = count_of("\033]4;");
    assert_true(set > 5);
    assert_int_equal(count_of("\033]104;"), 0);
    terminal_send(terminal, "T");
    SHOWS(terminal, "fjord: ", IN_TIME_MS);
    assert_int_equal(count_of("\033]104;"), 1);
    assert_true(count_of("\033]4;") > set);
    terminal_send(terminal, "TT"); /* linen, then default, which has none */
    SHOWS(terminal, "default: ", IN_TIME_MS);
    assert_int_equal(count_of("\033]104;"), 3);
    quits();
    assert_int_equal(count_of("\033]104;"), 3);
    opens("--theme", "linen");
    terminal_signal(terminal, SIGABRT);
    assert_int_equal(terminal_end(terminal, IN_TIME_MS), 128 + SIGABRT);
    assert_int_equal(count_of("\033]104;"), 1);
    more_line = "NO_COLOR=1";
    opens("--theme", "linen");
    assert_int_equal(count_of("\033]4;"), 0);
}

static void glyphs_are_those_that_are_asked_for(void **state) {
    (void)state;
    runs("--demo", "--glyphs", "classic");
    SHOWS(terminal, "\xe2\x97\x8f", IN_TIME_MS);
    runs("--demo", "--ascii", NULL);
    SHOWS(terminal, ">*", IN_TIME_MS);
    SHOWS(terminal, "+1 Channels", IN_TIME_MS);
    size_t len;
    const char *bytes = terminal_bytes(terminal, &len);
    for (size_t i = 0; i < len; i++)
        assert_true((unsigned char)bytes[i] < 0x80);
    term_line = "TERM=linux";
    runs("--demo", "--glyphs", "neutral");
    SHOWS(terminal, ">\xe2\x97\x89", IN_TIME_MS);
}

static void a_terminal_with_wide_lines_gets_others(void **state) {
    (void)state;
    opens(NULL, NULL);
    assert_true(count_of("\033[6n") == 1);
    SHOWS(terminal,
        "\xe2\x94\x8c"
        "1 Channels",
        IN_TIME_MS);
    terminal_send(terminal, "\033[2;7R");
    SHOWS(terminal, "+1 Channels", IN_TIME_MS);
    SHOWS(terminal, ">\xe2\x97\x89", IN_TIME_MS);
    runs("--demo", "--glyphs", "neutral");
    SHOWS(terminal, "LIVE", IN_TIME_MS);
    assert_int_equal(count_of("\033[6n"), 0);
}

/* ---- the mouse ---- */

static void clicks_at(int row, int col) {
    char report[40];
    snprintf(report, sizeof report, "\033[<0;%d;%dM", col + 1, row + 1);
    terminal_send(terminal, report);
    report[strlen(report) - 1] = 'm';
    terminal_send(terminal, report);
}

static void clicks_on(const char *text) {
    SHOWS(terminal, text, IN_TIME_MS);
    const int row = terminal_row_with(terminal, text);
    assert_true(row >= 0);
    const char *line = terminal_row(terminal, row);
    const char *at = strstr(line, text);
    int col = 0;
    for (; line < at; line++)
        col += ((unsigned char)*line & 0xc0) != 0x80;
    clicks_at(row, col);
}

static void a_click_selects_and_two_open(void **state) {
    (void)state;
    opens(NULL, NULL);
    SHOWS(terminal, "#general", IN_TIME_MS);
    clicks_on("#general");
    SHOWS(terminal, "Members #general", IN_TIME_MS);
    clicks_on(">#general");
    clicks_on(">#general");
    SHOWS(terminal, "Conversation #general", IN_TIME_MS);
}

static void a_click_on_a_hint_a_heading_or_a_title_does_it(void **state) {
    (void)state;
    opens(NULL, NULL);
    clicks_on("? help");
    SHOWS(terminal, "Move down a page", IN_TIME_MS);
    terminal_send(terminal, "\033");
    LOSES(terminal, "Move down a page", IN_TIME_MS);
    clicks_on("NAME");
    SHOWS(terminal, "sort:name", IN_TIME_MS);
    clicks_on("you:[visible]");
    SHOWS(terminal, "you:[INVISIBLE]", IN_TIME_MS);
}

static void the_wheel_moves_what_it_is_over(void **state) {
    (void)state;
    opens(NULL, NULL);
    SHOWS(terminal, ">#", IN_TIME_MS);
    terminal_send(terminal, "\033[<65;5;5M");
    BECOMES(terminal, wrote, (void *)(uintptr_t) "Members #", IN_TIME_MS);
    terminal_send(terminal, "\033[<64;5;5M\033[<64;5;5M\033[<64;5;5M");
    SHOWS(terminal, ">ALL CHANNELS", IN_TIME_MS);
}

static void broken_reports_do_nothing(void **state) {
    (void)state;
    opens(NULL, NULL);
    terminal_send(terminal, "\033[<0;99999999999;1M\033[<;;M\033[<0;1M\033[<0;0;0M\033[<35;1;1M");
    terminal_send(terminal, "\033[M !!?");
    SHOWS(terminal, "Move down a page", IN_TIME_MS);
}

static bool has_no_mouse(struct terminal *t, void *context) {
    (void)context;
    return strstr(terminal_modes(t), "?1000") == NULL;
}

static bool has_mouse(struct terminal *t, void *context) {
    return !has_no_mouse(t, context) && strstr(terminal_modes(t), "?1006") != NULL;
}

static void the_mouse_is_off_by_key_option_and_file(void **state) {
    (void)state;
    opens(NULL, NULL);
    assert_true(has_mouse(terminal, NULL));
    terminal_send(terminal, "M");
    BECOMES(terminal, has_no_mouse, NULL, IN_TIME_MS);
    terminal_send(terminal, "M");
    BECOMES(terminal, has_mouse, NULL, IN_TIME_MS);
    writes("[ui]\nmouse = off\n");
    BECOMES(terminal, has_no_mouse, NULL, IN_TIME_MS);
    opens(NULL, NULL);
    assert_true(has_no_mouse(terminal, NULL));
    writes("");
    opens("--no-mouse", NULL);
    assert_true(has_no_mouse(terminal, NULL));
}

/* ---- what a terminal is asked for ---- */

static void y_copies_what_is_at_the_cursor(void **state) {
    (void)state;
    opens(NULL, NULL);
    terminal_send(terminal, "1");
    clicks_on("#general");
    terminal_send(terminal, "y");
    SHOWS(terminal, "Copied: messaging:general", IN_TIME_MS);
    assert_int_equal(count_of("\033]52;c;bWVzc2FnaW5nOmdlbmVyYWw=\033\\"), 1);
}

static void the_title_says_how_many_are_home_and_goes_again(void **state) {
    (void)state;
    opens(NULL, NULL);
    BECOMES(terminal, wrote, (void *)(uintptr_t) " home\033\\", IN_TIME_MS);
    assert_int_equal(count_of("\033[22;2t"), 1);
    terminal_bytes_clear(terminal);
    quits();
    assert_int_equal(count_of("\033[23;2t"), 1);
    writes("[ui]\ntitle = off\n");
    opens(NULL, NULL);
    assert_int_equal(count_of("\033]2;"), 0);
}

static void each_frame_is_whole(void **state) {
    (void)state;
    opens(NULL, NULL);
    terminal_send(terminal, "jjkT");
    SHOWS(terminal, "light: ", IN_TIME_MS);
    assert_true(count_of("\033[?2026h") > 1);
    quits();
    assert_int_equal(count_of("\033[?2026h"), count_of("\033[?2026l"));
    SAME_TEXT(terminal_modes(terminal), "");
}

static void an_old_terminal_is_asked_for_nothing_it_has_not(void **state) {
    (void)state;
    term_line = "TERM=vt100";
    runs("--demo", NULL, NULL);
    SHOWS(terminal, ">*", IN_TIME_MS);
    terminal_send(terminal, "y");
    SHOWS(terminal, "This terminal has no clipboard for us", IN_TIME_MS);
    quits();
    static const char *const none[] = {
        "\033[?1000h", "\033[?2026h", "\033]2;", "\033]52", "\033[6n"};
    for (size_t i = 0; i < sizeof none / sizeof none[0]; i++)
        assert_int_equal(count_of(none[i]), 0);
}

static void a_crash_gives_everything_back(void **state) {
    (void)state;
    static const int crashes[] = {SIGSEGV, SIGABRT, SIGBUS};
    more_line = SANITIZERS_QUIET;
    for (size_t i = 0; i < sizeof crashes / sizeof crashes[0]; i++) {
        opens(NULL, NULL);
        terminal_signal(terminal, crashes[i]);
        assert_int_equal(terminal_end(terminal, IN_TIME_MS), 128 + crashes[i]);
        SAME_TEXT(terminal_modes(terminal), "");
        assert_int_equal(count_of("\033[23;2t"), 1);
        assert_true(terminal_is_cooked(terminal) && !terminal_is_alternate(terminal));
        assert_true(terminal_shows_cursor(terminal));
    }
}

#define WITH(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)

int main(void) {
    const struct CMUnitTest cases[] = {
        WITH(what_is_wrong_is_said_before_anything_is_drawn),
        WITH(a_file_that_is_written_is_in_force_at_once),
        WITH(a_mistake_is_told_and_the_old_settings_stay),
        WITH(a_folder_and_a_file_made_later_are_in_force_and_gone_again),
        WITH(t_takes_the_next_theme_until_the_first_comes_again),
        WITH(without_colour_a_theme_has_none),
        WITH(a_theme_of_256_is_drawn_on_a_terminal_of_8),
        WITH(what_t_took_is_there_again_until_the_setting_is_another),
        WITH(sentences_hear_of_the_file_too),
        WITH(real_colours_are_shown_where_there_are_some_and_given_back),
        WITH(glyphs_are_those_that_are_asked_for),
        WITH(a_terminal_with_wide_lines_gets_others),
        WITH(a_click_selects_and_two_open),
        WITH(a_click_on_a_hint_a_heading_or_a_title_does_it),
        WITH(the_wheel_moves_what_it_is_over),
        WITH(broken_reports_do_nothing),
        WITH(the_mouse_is_off_by_key_option_and_file),
        WITH(y_copies_what_is_at_the_cursor),
        WITH(the_title_says_how_many_are_home_and_goes_again),
        WITH(each_frame_is_whole),
        WITH(an_old_terminal_is_asked_for_nothing_it_has_not),
        WITH(a_crash_gives_everything_back),
    };
    return RUN_CASES("pty-settings", cases);
}
