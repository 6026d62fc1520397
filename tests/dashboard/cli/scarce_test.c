/* SPDX-License-Identifier: MIT */
/*
 * Memory runs out once, at every allocation in turn, of what reads and writes the configuration:
 * what could not be done is told so, and the file is as it was.
 */
#include "support/case.h"
#include "support/scarce.h"

#include "dashboard/config.h"
#include "dashboard/config_edit.h"
#include "dashboard/files.h"
#include "dashboard/view/text.h"
#include "folder.h"

static const char before[] = "# mine\n[ui]\ntheme = dark\nsort = name\n[keys]\nquit = x\n"
                             "[profile work]\nurl = https://h\napi_key = k\nuser = ana\ntoken_file "
                             "= t\nca_file = ~/ca.pem\n";

static const char *place(void) {
    return folder_path("porchlight/config");
}

static void holds(const char *wanted, const char *other) {
    struct bytes text = BYTES_EMPTY;
    assert_int_equal(file_read(place(), 1 << 16, &text), 0);
    if (other == NULL || strcmp(bytes_text(&text), other) != 0)
        SAME_TEXT(bytes_text(&text), wanted);
    bytes_fini(&text);
}

static void the_path(bool scarce, const void *context) {
    char *path = NULL;
    (void)scarce, (void)context;
    if (config_path(&path) == 0)
        SAME_TEXT(path, place());
    free(path);
}

static void a_profile(bool scarce, const void *name) {
    struct profile profile = {0};
    struct bytes why = BYTES_EMPTY;
    (void)scarce;
    const int rc = config_read(place(), name, &profile, &why);
    if (rc == 0)
        SAME_TEXT(profile.ca_file, folder_path("ca.pem"));
    else
        assert_true(rc < 0 || rc == CONFIG_NONE);
    profile_fini(&profile);
    bytes_fini(&why);
}

static void the_settings(bool scarce, const void *context) {
    struct settings settings;
    struct bytes why = BYTES_EMPTY, printed = BYTES_EMPTY;
    (void)scarce, (void)context;
    settings_init(&settings);
    if (config_settings(place(), "config", &settings, &why) == 0) {
        char theme[SETTING_TEXT];
        settings_value(&settings, "theme", theme, sizeof theme);
        SAME_TEXT(theme, "dark");
    }
    settings_print(&settings, &printed);
    bytes_fini(&printed);
    settings_print_example(&printed);
    assert_true(bytes_failed(&printed) || printed.len > 1000);
    bytes_fini(&printed);
    bytes_fini(&why);
}

/* Mistakes are told, or that there is no memory to tell them. */
static void mistakes(bool scarce, const void *context) {
    struct settings settings;
    struct bytes why = BYTES_EMPTY;
    (void)scarce, (void)context;
    settings_init(&settings);
    assert_true(config_settings(folder_path("wrong"), "config", &settings, &why) < 0);
    bytes_fini(&why);
}

static void writing(bool scarce, const void *context) {
    const struct profile profile = {
        .url = (char[]){"https://i"}, .api_key = (char[]){"l"}, .user = (char[]){"bo"}};
    struct bytes why = BYTES_EMPTY;
    struct profile read = {0};
    (void)scarce, (void)context;
    folder_write("porchlight/config", before, 0600);
    if (config_write(place(), "work", &profile, "a.b.c", &why) != 0) {
        holds(before, NULL);
    } else if (config_read(place(), "work", &read, &why) == 0) {
        SAME_TEXT(read.url, "https://i");
        SAME_TEXT(read.token_file, folder_path("porchlight/work.token"));
    }
    profile_fini(&read);
    bytes_fini(&why);
}

static void texts(bool scarce, const void *context) {
    struct bytes clean = BYTES_EMPTY;
    (void)scarce, (void)context;
    free(text_fold("Bo\xff"));
    free(text_cleaned("a\x1b[0m"));
    text_clean(&clean, "\xff");
    bytes_fini(&clean);
}

static void every_lack_of_memory_is_told_and_changes_nothing(void **state) {
    (void)state;
    mkdir(folder_path("porchlight"), 0700);
    folder_write("porchlight/config", before, 0600);
    folder_write("wrong", "[ui]\nno = x\ntheme = none\n[keys]\nquit = \n[nothing]\na\n", 0600);
    assert_true(scarce_each(the_path, NULL) >= 1);
    assert_true(scarce_each(a_profile, "work") >= 4);
    assert_true(scarce_each(a_profile, "none") >= 2);
    assert_true(scarce_each(the_settings, NULL) >= 4);
    assert_true(scarce_each(mistakes, NULL) >= 2);
    assert_true(scarce_each(writing, NULL) >= 6);
    scarce_each(texts, NULL);
}

int main(void) {
    const struct CMUnitTest cases[] = {cmocka_unit_test_setup_teardown(
        every_lack_of_memory_is_told_and_changes_nothing, folder_make, folder_remove)};
    return RUN_CASES("dashboard-cli-scarce", cases);
}
