/* SPDX-License-Identifier: MIT */
#include "dashboard/cli/options.h"
#include "support/case.h"

#include <errno.h>

static struct options options;
static struct bytes why;

/* The line is cut at its spaces. */
static int reads(const char *line) {
    static char copy[512];
    static char *argv[64];
    options_fini(&options);
    bytes_clear(&why);
    snprintf(copy, sizeof copy, "porchlight %s", line);
    int argc = 0;
    for (char *word = strtok(copy, " "); word != NULL; word = strtok(NULL, " "))
        argv[argc++] = word;
    argv[argc] = NULL;
    return options_read(&options, argc, argv, &why);
}

static void refuses(const char *line, const char *wanted) {
    assert_int_equal(reads(line), -EINVAL);
    SAME_TEXT(bytes_text(&why), wanted);
}

static int tidy(void **state) {
    (void)state;
    options_fini(&options);
    bytes_fini(&why);
    return 0;
}

static void no_word_is_the_dashboard(void **state) {
    (void)state;
    assert_int_equal(reads(""), 0);
    assert_int_equal(options.command, COMMAND_DASHBOARD);
    assert_int_equal(reads("--invisible --status away"), 0);
    assert_int_equal(options.command, COMMAND_DASHBOARD);
    assert_true(options.invisible);
    SAME_TEXT(options.status, "away");
}

static void options_may_stand_before_or_after_the_command(void **state) {
    (void)state;
    const char *const lines[] = {"--json --url http://h who hall", "who --json hall --url http://h",
        "who hall --url=http://h --json", "--url=http://h who --json -- hall"};
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
        assert_int_equal(reads(lines[i]), 0);
        assert_int_equal(options.command, COMMAND_WHO);
        assert_true(options.json);
        SAME_TEXT(options.url, "http://h");
        assert_int_equal(options.word_count, 1);
        SAME_TEXT(options.words[0], "hall");
    }
}

static void the_value_of_an_option_is_no_command(void **state) {
    (void)state;
    assert_int_equal(reads("--status who is bo"), 0);
    SAME_TEXT(options.status, "who");
    assert_int_equal(options.command, COMMAND_IS);
    assert_int_equal(reads("status -- --clear"), 0);
    SAME_TEXT(options.words[0], "--clear");
    assert_false(options.clear);
    assert_int_equal(reads("--status= who"), 0);
    SAME_TEXT(options.status, "");
}

static void the_last_of_two_wins_and_every_add_counts(void **state) {
    (void)state;
    assert_int_equal(reads("channel --add a,b m:h --user x --user y --add c"), 0);
    SAME_TEXT(options.user, "y");
    assert_int_equal(options.add_count, 2);
    SAME_TEXT(options.add[1], "c");
}

static void wait_takes_a_duration(void **state) {
    (void)state;
    assert_int_equal(reads("wait bo"), 0);
    assert_int_equal(options.timeout_ms, -1);
    assert_int_equal(reads("wait bo --timeout 10m"), 0);
    assert_int_equal(options.timeout_ms, 600000);
    refuses(
        "wait bo --timeout soon", "--timeout takes a whole number and a unit: 30s, 10m, 24h, 7d");
}

static void a_replay_has_a_speed_and_a_demo_a_seed(void **state) {
    (void)state;
    assert_int_equal(reads("--replay f"), 0);
    assert_true(options.speed == 1);
    assert_int_equal(reads("--replay f --speed 0.5"), 0);
    assert_true(options.speed == 0.5);
    assert_int_equal(reads("who --demo --seed 18446744073709551615"), 0);
    assert_true(options.seed == UINT64_MAX);
}

static void wrong_use_is_said_in_one_sentence(void **state) {
    (void)state;
    refuses("hwo", "unknown command 'hwo'; did you mean 'who'?");
    refuses("frobnicate", "unknown command 'frobnicate'; see porchlight --help");
    refuses("who --jsno", "unknown option --jsno; did you mean --json?");
    refuses("who -j", "unknown option -j; options begin with --");
    refuses("who --json=yes", "--json takes no value");
    refuses("who --url", "--url needs a value (URL)");
    refuses("is bo --json", "is takes no --json");
    refuses("who --timeout 3s", "who takes no --timeout");
    refuses("--json", "--json belongs to a command, and there is none");
    refuses("is", "usage: porchlight is USER");
    refuses("is a b", "too many arguments; usage: porchlight is USER");
    refuses("channel", "usage: porchlight channel CID [--add USER,…] [--name TEXT]");
    refuses("wait bo --online --offline", "--online or --offline, not both");
    refuses("status --clear lunch", "a status TEXT or --clear, not both");
    refuses("--demo --url http://h", "--demo or --url, not both");
    refuses("who --token-command x", "who takes no --token-command");
    refuses("who --replay f", "who takes no --replay");
    refuses("--replay f --demo", "--replay needs no server: not with --record, --demo or --url");
    refuses(
        "--replay f --record g", "--replay needs no server: not with --record, --demo or --url");
    refuses("--speed 2", "--speed goes with --replay");
    refuses("--replay f --speed fast", "--speed takes a number from 0.01 to 1000000");
    refuses("--replay f --speed nan", "--speed takes a number from 0.01 to 1000000");
    refuses("--seed 3", "--seed goes with --demo");
    refuses("--demo --seed -1", "--seed takes a whole number above 0");
    refuses("--demo --seed 99999999999999999999", "--seed takes a whole number above 0");
}

/* Every command with every option that it takes, before and after it, and with those it does not.
 */
static void each_command_takes_its_options_on_both_sides_and_no_others(void **state) {
    (void)state;
    struct option_shown option;
    for (enum command c = COMMAND_DASHBOARD + 1; c < COMMAND_COUNT; c++) {
        for (size_t i = 0; options_shown(i, &option); i++) {
            const struct word *word = word_of(c);
            const char *name = option.name, *value = "";
            if (option.value != NULL)
                value = strcmp(name, "timeout") == 0 ? "=1s"
                        : strcmp(name, "seed") == 0  ? "=1"
                        : strcmp(name, "speed") == 0 ? "=1"
                                                     : "=x";
            /* Which go together is another case. */
            const char *with = strcmp(name, "seed") == 0                           ? "--demo"
                               : strcmp(name, "force") == 0 && c == COMMAND_CONFIG ? "--init"
                                                                                   : "";
            const char *words = word->least > 0 ? "x" : "";
            char line[128];
            bool takes = false;
            struct option_shown same;
            for (size_t j = 0; options_shown(j, &same); j++)
                takes = takes ||
                        (strcmp(same.name, name) == 0 && (same.commands & COMMAND_BIT(c)) != 0);
            const int wanted = takes ? 0 : -EINVAL;
            snprintf(line, sizeof line, "%s %s --%s%s %s", word->name, words, name, value, with);
            if (reads(line) != wanted)
                fail_msg("%s: %s", line, bytes_text(&why));
            snprintf(line, sizeof line, "%s --%s%s %s %s", with, name, value, word->name, words);
            if (reads(line) != wanted)
                fail_msg("%s: %s", line, bytes_text(&why));
            assert_true(wanted != 0 || options.command == c);
        }
    }
}

static void a_token_on_the_command_line_is_refused_and_not_repeated(void **state) {
    (void)state;
    const char *const lines[] = {"who --token=SECRET", "who --token SECRET"};
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
        assert_int_equal(reads(lines[i]), -EINVAL);
        assert_non_null(strstr(bytes_text(&why), "--token-file"));
        assert_null(strstr(bytes_text(&why), "SECRET"));
    }
}

static void help_and_version_ask_for_nothing_else(void **state) {
    (void)state;
    assert_int_equal(reads("is --help"), 0);
    assert_true(options.help);
    assert_int_equal(options.command, COMMAND_IS);
    assert_int_equal(reads("--version"), 0);
    assert_true(options.version);
}

int main(void) {
    const struct CMUnitTest cases[] = {
        cmocka_unit_test_teardown(no_word_is_the_dashboard, tidy),
        cmocka_unit_test_teardown(options_may_stand_before_or_after_the_command, tidy),
        cmocka_unit_test_teardown(the_value_of_an_option_is_no_command, tidy),
        cmocka_unit_test_teardown(the_last_of_two_wins_and_every_add_counts, tidy),
        cmocka_unit_test_teardown(wait_takes_a_duration, tidy),
        cmocka_unit_test_teardown(a_replay_has_a_speed_and_a_demo_a_seed, tidy),
        cmocka_unit_test_teardown(wrong_use_is_said_in_one_sentence, tidy),
        cmocka_unit_test_teardown(each_command_takes_its_options_on_both_sides_and_no_others, tidy),
        cmocka_unit_test_teardown(a_token_on_the_command_line_is_refused_and_not_repeated, tidy),
        cmocka_unit_test_teardown(help_and_version_ask_for_nothing_else, tidy),
    };
    return RUN_CASES("dashboard-cli-options", cases);
}
