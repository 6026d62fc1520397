/* SPDX-License-Identifier: MIT */
/* The configuration as a person meets it: written, checked, printed, and what is in force. */
#include "folder.h"

#include "dashboard/cli/commands.h"
#include "dashboard/cli/configure.h"
#include "dashboard/config.h"
#include "dashboard/files.h"

#include <errno.h>
#include <fcntl.h>

static struct bytes out, err;

/* What a command prints and says. */
static int runs(const struct options *options) {
    const int saved[] = {dup(STDOUT_FILENO), dup(STDERR_FILENO)};
    static const char *const names[] = {"out", "err"};
    fflush(NULL);
    for (int i = 0; i < 2; i++) {
        const int to = open(folder_path(names[i]), O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
        assert_true(to >= 0);
        dup2(to, STDOUT_FILENO + i);
        close(to);
    }
    const int code = options->dump_keys ? command_dump_keys() : command_config(options);
    fflush(NULL);
    for (int i = 0; i < 2; i++) {
        dup2(saved[i], STDOUT_FILENO + i);
        close(saved[i]);
    }
    bytes_clear(&out);
    bytes_clear(&err);
    assert_int_equal(file_read(folder_path("out"), 1 << 20, &out), 0);
    assert_int_equal(file_read(folder_path("err"), 1 << 20, &err), 0);
    return code;
}

static int set_up(void **state) {
    const int fault = folder_make(state);
    assert_int_equal(mkdir(folder_path("porchlight"), 0700), 0);
    return fault;
}

static int tear_down(void **state) {
    bytes_fini(&out);
    bytes_fini(&err);
    return folder_remove(state);
}

static void writes(const char *text) {
    folder_write("porchlight/config", text, 0600);
}

static const char *file_now(void) {
    static char copy[1 << 16];
    struct bytes text = BYTES_EMPTY;
    assert_int_equal(file_read(folder_path("porchlight/config"), 1 << 20, &text), 0);
    snprintf(copy, sizeof copy, "%s", bytes_text(&text));
    bytes_fini(&text);
    return copy;
}

static const struct options init = {.init = true}, force = {.init = true, .force = true},
                            check = {.check = true}, print = {.print = true}, plain = {0},
                            dump = {.dump_keys = true};

static bool said(const char *text) {
    return strstr(bytes_text(&err), text) != NULL;
}

static void a_file_is_written_once_and_is_right(void **state) {
    struct stat st;
    (void)state;
    assert_int_equal(runs(&init), EXIT_DONE);
    assert_non_null(strstr(bytes_text(&out), "/porchlight/config\n"));
    assert_int_equal(stat(folder_path("porchlight/config"), &st), 0);
    assert_int_equal(st.st_mode & 0777, 0600);
    assert_non_null(strstr(file_now(), "\n#theme = default\n"));
    assert_int_equal(runs(&check), EXIT_DONE);
    SAME_TEXT(bytes_text(&err), "");
    writes("# mine\n");
    assert_int_equal(runs(&init), EXIT_USE);
    assert_true(said("is there already; --force"));
    SAME_TEXT(file_now(), "# mine\n");
}

static void by_force_all_is_anew_but_the_profiles(void **state) {
    (void)state;
    writes(
        "# about me\n[ui]\ntheme = ember\n\n# the office\n[profile work]\nurl = http://w\n; key\n"
        "api_key = k\n[keys]\nredraw = F5\n[profile home]\nurl = http://h\n");
    assert_int_equal(runs(&force), EXIT_DONE);
    const char *now = file_now();
    const char *kept = strstr(now, "\n\n# the office\n[profile work]\nurl = http://w\n");
    assert_non_null(kept);
    assert_non_null(strstr(kept, "api_key = k\n[profile home]\nurl = http://h\n"));
    assert_null(strstr(now, "theme = ember"));
    assert_null(strstr(now, "F5"));
    assert_int_equal(runs(&check), EXIT_DONE);
    struct profile profile = {0};
    struct bytes why = BYTES_EMPTY;
    assert_int_equal(config_read(folder_path("porchlight/config"), "work", &profile, &why), 0);
    SAME_TEXT(profile.api_key, "k");
    profile_fini(&profile);
    bytes_fini(&why);
}

static void everything_wrong_is_told_with_its_line(void **state) {
    (void)state;
    writes("[ui]\ntheme = blu\nthme = x\n[uii]\na = 1\nb = 2\n[keys]\nredraw = j\nreconnect = F5\n"
           "offline = F5\n[profile a]\nulr = x\n[broken\nc = 3\n");
    assert_int_equal(runs(&check), EXIT_USE);
    assert_true(said("config:2: theme: there is no 'blu'; one of: default, light"));
    assert_true(said("config:3: [ui] has no setting 'thme'; did you mean 'theme'?"));
    assert_true(said("config:5: there is no section [uii]; did you mean [ui]?"));
    assert_false(said("config:6:"));
    assert_true(said("config:8: redraw: the key j means down already"));
    assert_true(said("config:10: offline: the key F5 means reconnect in line 9"));
    assert_true(said("config:12: no such setting; a profile has url"));
    assert_true(said("config:13: neither [SECTION] nor NAME = VALUE"));
    assert_false(said("config:14:"));
}

/* Of every profile, also of those that nobody asks for now. */
static void what_no_profile_can_have_is_told_too(void **state) {
    (void)state;
    writes("[profile a]\nurl = ftp://h\nuser = a b\napi_key =\n[profile b]\nurl = https://h\n"
           "user = ana\napi_key = k\n");
    assert_int_equal(runs(&check), EXIT_USE);
    assert_true(said("config:2: url: a URL here begins with http:// or https://"));
    assert_true(said("config:3: user: a user's id is 1 to 255 letters"));
    assert_true(said("config:4: api_key: nothing stands behind it"));
    assert_false(said("config:6:"));
    assert_false(said("config:7:"));
}

static void a_rule_that_is_none_is_told_too(void **state) {
    (void)state;
    writes("[alerts]\ngroups = team: bo zoe\n\nrules = when pigs fly\n");
    assert_int_equal(runs(&check), EXIT_USE);
    assert_true(said("config:4: rules: a rule is '3 of @group are home'"));
    writes("[alerts]\ngroups = team bo\nrules = 1 of @team is home\n");
    assert_int_equal(runs(&check), EXIT_USE);
    assert_true(said("config:2: groups: "));
    writes("[alerts]\ngroups = team: bo zoe\nrules = 1 of @team is home\n");
    assert_int_equal(runs(&check), EXIT_DONE);
}

static void nobody_is_left_without_a_way_out(void **state) {
    (void)state;
    writes("[keys]\nquit =\nquit-now =\n");
    assert_int_equal(runs(&check), EXIT_USE);
    assert_true(said("neither quit nor quit-now has a key"));
}

static void what_is_in_force_is_printed_and_reads_back(void **state) {
    (void)state;
    writes("[ui]\ntheme = fjord\n[keys]\ninvisible = \"i, F9\"\n");
    assert_int_equal(runs(&print), EXIT_DONE);
    assert_non_null(strstr(bytes_text(&out), "[ui]\ntheme = fjord\n"));
    assert_non_null(strstr(bytes_text(&out), "\ninvisible = \"i, F9\"\n"));
    writes(bytes_text(&out));
    assert_int_equal(runs(&check), EXIT_DONE);
    assert_int_equal(runs(&dump), EXIT_DONE);
    assert_ptr_equal(strstr(bytes_text(&out), "[keys]\n"), bytes_text(&out));
    assert_null(strstr(bytes_text(&out), "[ui]"));
    writes("[ui]\ntheme = x\n");
    assert_int_equal(runs(&dump), EXIT_USE);
    assert_int_equal(runs(&print), EXIT_USE);
}

static void without_a_file_all_is_as_it_is(void **state) {
    (void)state;
    assert_int_equal(runs(&check), EXIT_DONE);
    assert_true(said("there is no such file"));
    assert_int_equal(runs(&print), EXIT_DONE);
    assert_non_null(strstr(bytes_text(&out), "theme = default\n"));
    assert_int_equal(runs(&plain), EXIT_DONE);
    assert_non_null(strstr(bytes_text(&out), "/porchlight/config\n"));
    unsetenv("XDG_CONFIG_HOME");
    unsetenv("HOME");
    assert_int_equal(runs(&plain), EXIT_USE);
    assert_int_equal(runs(&print), EXIT_DONE);
}

static void options_win_over_the_file(void **state) {
    struct settings settings;
    struct bytes why = BYTES_EMPTY;
    (void)state;
    writes("[ui]\ntheme = fjord\nglyphs = classic\nmouse = on\n");
    const struct options given = {.theme = "linen", .ascii = true, .no_mouse = true};
    assert_int_equal(settings_in_force(&given, "config", &settings, &why), 0);
    SAME_TEXT(theme_at(settings.theme)->name, "linen");
    assert_int_equal(settings.glyphs, GLYPHS_ASCII);
    assert_int_equal(settings.mouse, 0);
    const struct options wrong = {.theme = "x"};
    assert_int_equal(settings_in_force(&wrong, "config", &settings, &why), -EINVAL);
    assert_non_null(strstr(bytes_text(&why), "--theme: there is no 'x'; one of: default"));
    bytes_fini(&why);
}

static void commands_read_their_profile_whatever_the_screen_is_set_to(void **state) {
    struct profile profile = {0};
    struct bytes why = BYTES_EMPTY;
    (void)state;
    writes("[ui]\ntheme = blu\n[keys]\nredraw = j\n[profile a]\nurl = http://a\n");
    assert_int_equal(config_read(folder_path("porchlight/config"), "a", &profile, &why), 0);
    SAME_TEXT(profile.url, "http://a");
    profile_fini(&profile);
    bytes_fini(&why);
}

#define HOME_CASE(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)

int main(void) {
    const struct CMUnitTest cases[] = {
        HOME_CASE(a_file_is_written_once_and_is_right),
        HOME_CASE(by_force_all_is_anew_but_the_profiles),
        HOME_CASE(everything_wrong_is_told_with_its_line),
        HOME_CASE(what_no_profile_can_have_is_told_too),
        HOME_CASE(a_rule_that_is_none_is_told_too),
        HOME_CASE(nobody_is_left_without_a_way_out),
        HOME_CASE(what_is_in_force_is_printed_and_reads_back),
        HOME_CASE(without_a_file_all_is_as_it_is),
        HOME_CASE(options_win_over_the_file),
        HOME_CASE(commands_read_their_profile_whatever_the_screen_is_set_to),
    };
    return RUN_CASES("dashboard-cli-configure", cases);
}
