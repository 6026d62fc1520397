/* SPDX-License-Identifier: MIT */
#include "dashboard/cli/words.h"
#include "support/case.h"

static void every_word_is_found_by_its_name(void **state) {
    (void)state;
    const char *const names[] = {
        "login", "channel", "who", "watch", "invisible", "status", "is", "wait",
        "statusline", "complete", "doctor"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        const enum command command = word_find(names[i]);
        assert_true(command != COMMAND_COUNT);
        SAME_TEXT(word_of(command)->name, names[i]);
    }
    assert_int_equal(word_find("whoo"), COMMAND_COUNT);
    assert_int_equal(word_find(""), COMMAND_COUNT);
}

static void a_slip_of_the_finger_is_recognised(void **state) {
    (void)state;
    SAME_TEXT(word_suggest("hwo"), "who");
    SAME_TEXT(word_suggest("wacth"), "watch");
    SAME_TEXT(word_suggest("statsu"), "status");
    SAME_TEXT(word_suggest("invisable"), "invisible");
    SAME_TEXT(word_suggest("chanel"), "channel");
}

static void another_word_suggests_nothing(void **state) {
    (void)state;
    assert_null(word_suggest("frobnicate"));
    assert_null(word_suggest("zzz"));
    assert_null(word_suggest("a-word-that-is-much-longer-than-any-of-ours"));
}

static void help_names_every_command_and_option(void **state) {
    (void)state;
    char *text = NULL;
    size_t len = 0;
    FILE *to = open_memstream(&text, &len);
    assert_non_null(to);
    word_help(COMMAND_DASHBOARD, to);
    fclose(to);
    const char *const wanted[] = {"login URL", "channel CID", "who [CHANNEL]", "watch [CHANNEL",
        "invisible [on|off]", "status [TEXT", "is USER", "wait USER", "--url URL", "--api-key KEY",
        "--user ID", "--token-file FILE", "--ca-file FILE", "--profile NAME", "--invisible",
        "--status TEXT", "--demo", "PORCHLIGHT_URL"};
    for (size_t i = 0; i < sizeof wanted / sizeof wanted[0]; i++)
        if (strstr(text, wanted[i]) == NULL)
            fail_msg("the help does not mention %s:\n%s", wanted[i], text);
    assert_null(strstr(text, "--timeout TIME"));
    free(text);
}

int main(void) {
    const struct CMUnitTest cases[] = {
        CASE(every_word_is_found_by_its_name),
        CASE(a_slip_of_the_finger_is_recognised),
        CASE(another_word_suggests_nothing),
        CASE(help_names_every_command_and_option),
    };
    return RUN_CASES("dashboard-cli-words", cases);
}
