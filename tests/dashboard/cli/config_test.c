/* SPDX-License-Identifier: MIT */
#include "dashboard/config.h"
#include "dashboard/config_edit.h"
#include "dashboard/files.h"
#include "folder.h"

static struct profile profile;
static struct bytes why;

static int reads(const char *name) {
    profile_fini(&profile);
    bytes_clear(&why);
    return config_read(folder_path("porchlight/config"), name, &profile, &why);
}

static void holds(const char *text) {
    mkdir(folder_path("porchlight"), 0700);
    folder_write("porchlight/config", text, 0600);
}

static int tidy(void **state) {
    profile_fini(&profile);
    bytes_fini(&why);
    return folder_remove(state);
}

static void complains(const char *text, const char *wanted) {
    char whole[512];
    holds(text);
    assert_int_equal(reads("default"), -EINVAL);
    snprintf(whole, sizeof whole, "%s%s", folder_path("porchlight/config"), wanted);
    SAME_TEXT(bytes_text(&why), whole);
}

static void the_file_is_where_xdg_or_home_says(void **state) {
    (void)state;
    char *path = NULL;
    assert_int_equal(config_path(&path), 0);
    SAME_TEXT(path, folder_path("porchlight/config"));
    free(path);
    setenv("XDG_CONFIG_HOME", "relative", 1);
    assert_int_equal(config_path(&path), 0);
    SAME_TEXT(path, folder_path(".config/porchlight/config"));
    free(path);
    unsetenv("XDG_CONFIG_HOME");
    unsetenv("HOME");
    assert_int_equal(config_path(&path), -ENOENT);
}

static void no_file_is_no_profile(void **state) {
    (void)state;
    assert_int_equal(reads("default"), CONFIG_NONE);
    SAME_TEXT(bytes_text(&why), "");
}

static void a_profile_is_read_and_its_files_are_beside_it(void **state) {
    (void)state;
    holds("# mine\n\n[profile other]\nurl = http://o\n[profile default]\nurl=https://h:1/\n"
          "api_key :  k ; no comment\nuser = ana\ntoken_file = t\nca_file = ~/ca.pem\n");
    assert_int_equal(reads("default"), 0);
    SAME_TEXT(profile.url, "https://h:1/");
    SAME_TEXT(profile.api_key, "k ; no comment");
    SAME_TEXT(profile.user, "ana");
    SAME_TEXT(profile.token_file, folder_path("porchlight/t"));
    SAME_TEXT(profile.ca_file, folder_path("ca.pem"));
    assert_null(profile.token_command);
}

static void an_unknown_profile_lists_the_known(void **state) {
    (void)state;
    holds("[profile ana]\nurl = x\nuser = ana\n[profile bo]\nurl = y\n");
    assert_int_equal(reads("default"), CONFIG_NONE);
    SAME_TEXT(bytes_text(&why), "ana, bo");
}

static void mistakes_are_told_with_file_and_line(void **state) {
    (void)state;
    complains("url = x\n", ":1: a setting stands in a section, such as [ui]");
    complains("[profile default]\nurl = x\n\nulr = x\n",
        ":4: no such setting; a profile has url, api_key, user, token_file, token_command, "
        "ca_file");
    complains("[profile default]\nurl = x\nurl = y\n", ":3: this setting stands there twice");
    complains("[profile other]\nulr = x\n",
        ":2: no such setting; a profile has url, api_key, user, token_file, token_command, "
        "ca_file");
    complains("[profile default]\nurl = x\nhello\n", ":3: neither [SECTION] nor NAME = VALUE");
    complains("[profile default\nurl = x\n", ":1: neither [SECTION] nor NAME = VALUE");
    complains(
        "[ui] sort = name\n", ":1: something stands behind the section: it would be left out");
    complains("[server]\nurl = x\n",
        ":2: there is no section [server]; there are [ui], [alerts], [keys], [profile NAME]");
    complains("[profile a/b]\nurl = x\n",
        ":2: a profile's name is 1 to 32 letters, digits, '_', '.' or '-'");
    complains("[profile aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa]\n",
        ":1: the section's name is too long");
}

static void what_is_no_text_is_not_read(void **state) {
    (void)state;
    char whole[512];
    holds("");
    FILE *file = fopen(folder_path("porchlight/config"), "w");
    assert_non_null(file);
    fwrite("[ui]\0\n", 1, 7, file);
    fclose(file);
    assert_int_equal(reads("default"), -EINVAL);
    snprintf(whole, sizeof whole, "%s: this is no text file", folder_path("porchlight/config"));
    SAME_TEXT(bytes_text(&why), whole);
    unlink(folder_path("porchlight/config"));
    mkdir(folder_path("porchlight/config"), 0700);
    assert_true(reads("default") < 0);
    assert_non_null(strstr(bytes_text(&why), "porchlight/config: "));
    rmdir(folder_path("porchlight/config"));
}

static void a_line_without_end_is_refused(void **state) {
    (void)state;
    char *text = malloc(9000);
    memset(text, 'x', 8999);
    memcpy(text, "[profile default]\nurl = ", 24);
    text[8999] = '\0';
    complains(text, ":2: the line is too long");
    free(text);
}

static const struct profile written = {
    (char[]){"http://h"}, (char[]){"k"}, (char[]){"ana"}, NULL, NULL, NULL};

static void becomes(const char *old, const char *name, const char *wanted) {
    struct bytes to = BYTES_EMPTY;
    config_edit(&to, old, name, &written);
    SAME_TEXT(bytes_text(&to), wanted);
    bytes_fini(&to);
}

static void writing_a_profile_changes_no_other_line(void **state) {
    (void)state;
    becomes("", "ana", "[profile ana]\nurl = http://h\napi_key = k\nuser = ana\n");
    becomes("# mine\n[profile bo]\nurl = y", "ana",
        "# mine\n[profile bo]\nurl = y\n\n[profile ana]\nurl = http://h\napi_key = k\nuser = "
        "ana\n");
    becomes(
        "[profile ana] # me\n; why\nuser=x\ntoken_command = c\nurl : z\n\n# bo's\n[profile bo]\n"
        "url = y\n",
        "ana",
        "[profile ana] # me\n; why\nuser = ana\nurl = http://h\napi_key = k\n\n# bo's\n[profile "
        "bo]\n"
        "url = y\n");
    becomes("[profile ana]", "ana", "[profile ana]\nurl = http://h\napi_key = k\nuser = ana\n");
    becomes("[profile anabel]\nurl = y\n", "ana",
        "[profile anabel]\nurl = y\n\n[profile ana]\nurl = http://h\napi_key = k\nuser = ana\n");
}

static unsigned mode_of(const char *name) {
    struct stat st;
    assert_int_equal(stat(folder_path(name), &st), 0);
    return st.st_mode & 0777;
}

static void what_is_written_is_read_back_and_is_private(void **state) {
    (void)state;
    umask(0);
    setenv("XDG_CONFIG_HOME", folder_path("deep/er"), 1);
    char *path = NULL;
    assert_int_equal(config_path(&path), 0);
    assert_int_equal(config_write(path, "default", &written, "TOKEN", &why), 0);
    assert_int_equal(config_read(path, "default", &profile, &why), 0);
    SAME_TEXT(profile.user, "ana");
    SAME_TEXT(profile.token_file, folder_path("deep/er/porchlight/default.token"));
    struct bytes token = BYTES_EMPTY;
    assert_int_equal(file_read(profile.token_file, 100, &token), 0);
    SAME_TEXT(bytes_text(&token), "TOKEN\n");
    bytes_fini(&token);
    assert_int_equal(mode_of("deep"), 0700);
    assert_int_equal(mode_of("deep/er/porchlight"), 0700);
    assert_int_equal(mode_of("deep/er/porchlight/config"), 0600);
    assert_int_equal(mode_of("deep/er/porchlight/default.token"), 0600);
    free(path);
}

static void a_kept_token_goes_when_a_command_takes_its_place(void **state) {
    (void)state;
    const char *path = folder_path("porchlight/config");
    assert_int_equal(config_write(path, "ana", &written, "TOKEN", &why), 0);
    assert_int_equal(access(folder_path("porchlight/ana.token"), F_OK), 0);
    struct profile command = written;
    command.token_command = (char[]){"pass show \"x\"; true"};
    path = folder_path("porchlight/config");
    assert_int_equal(config_write(path, "ana", &command, NULL, &why), 0);
    assert_int_equal(access(folder_path("porchlight/ana.token"), F_OK), -1);
    assert_int_equal(reads("ana"), 0);
    SAME_TEXT(profile.token_command, "pass show \"x\"; true");
    assert_null(profile.token_file);
}

static void a_value_of_two_lines_is_refused_and_nothing_is_written(void **state) {
    (void)state;
    struct profile bad = written;
    bad.token_command = (char[]){"a\nurl = http://evil"};
    assert_int_equal(
        config_write(folder_path("porchlight/config"), "ana", &bad, NULL, &why), -EINVAL);
    assert_int_equal(access(folder_path("porchlight"), F_OK), -1);
}

static void a_link_to_the_file_stays_a_link(void **state) {
    (void)state;
    mkdir(folder_path("porchlight"), 0700);
    folder_write("dotfile", "# mine\n", 0600);
    assert_int_equal(symlink("../dotfile", folder_path("porchlight/config")), 0);
    assert_int_equal(
        config_write(folder_path("porchlight/config"), "ana", &written, NULL, &why), 0);
    struct stat st;
    assert_int_equal(lstat(folder_path("porchlight/config"), &st), 0);
    assert_true(S_ISLNK(st.st_mode));
    assert_int_equal(reads("ana"), 0);
}

#define HOME_CASE(function) cmocka_unit_test_setup_teardown(function, folder_make, tidy)

int main(void) {
    const struct CMUnitTest cases[] = {
        HOME_CASE(the_file_is_where_xdg_or_home_says),
        HOME_CASE(no_file_is_no_profile),
        HOME_CASE(a_profile_is_read_and_its_files_are_beside_it),
        HOME_CASE(an_unknown_profile_lists_the_known),
        HOME_CASE(mistakes_are_told_with_file_and_line),
        HOME_CASE(what_is_no_text_is_not_read),
        HOME_CASE(a_line_without_end_is_refused),
        HOME_CASE(writing_a_profile_changes_no_other_line),
        HOME_CASE(what_is_written_is_read_back_and_is_private),
        HOME_CASE(a_kept_token_goes_when_a_command_takes_its_place),
        HOME_CASE(a_value_of_two_lines_is_refused_and_nothing_is_written),
        HOME_CASE(a_link_to_the_file_stays_a_link),
    };
    return RUN_CASES("dashboard-cli-config", cases);
}
