/* SPDX-License-Identifier: MIT */
/* The completions, in the shells that are here, and the lists of the manual. */
#include "dashboard/cli/commands.h"
#include "dashboard/files.h"
#include "dashboard/input/action.h"
#include "dashboard/settings.h"
#include "folder.h"
#include "support/case.h"
#include "support/program.h"

#include <fcntl.h>
#include <unistd.h>

enum { IN_TIME_MS = 20 * 1000 };

/* What `porchlight complete WORD` prints is in a file of that name. */
static const char *file_of(const char *word) {
    char *words[] = {(char *)(uintptr_t)word, NULL};
    const struct options options = {.words = words, .word_count = 1, .command = COMMAND_COMPLETE};
    fflush(stdout);
    const int saved = dup(STDOUT_FILENO);
    const int to = open(folder_path(word), O_RDWR | O_CREAT | O_TRUNC, 0600);
    assert_true(to >= 0);
    dup2(to, STDOUT_FILENO);
    close(to);
    assert_int_equal(command_complete(&options), EXIT_DONE);
    fflush(stdout);
    dup2(saved, STDOUT_FILENO);
    close(saved);
    return folder_path(word);
}

static void has(const struct bytes *text, const char *part) {
    if (strstr(bytes_text(text), part) == NULL)
        fail_msg("'%s' is not in:\n%s", part, bytes_text(text));
}

/* What bash offers for a line, whose last word is being typed: sorted, with spaces between. */
static void offers(const char *line, const char *wanted) {
    char script[1024];
    struct program bash = {0};
    snprintf(script, sizeof script,
        "source '%s'; COMP_WORDS=(%s); COMP_CWORD=$((${#COMP_WORDS[@]} - 1)); cd '%s/d'; "
        "$(complete -p porchlight | sed 's/.*-F \\([^ ]*\\).*/\\1/') 2>&1; "
        "echo $(printf '%%s\\n' \"${COMPREPLY[@]}\" | LC_ALL=C sort)",
        file_of("bash"), line, folder_path(""));
    const char *const argv[] = {"/bin/bash", "--norc", "-c", script, NULL};
    program_start(&bash, argv, NULL, NULL);
    assert_int_equal(program_end(&bash, IN_TIME_MS), 0);
    char with_end[512];
    snprintf(with_end, sizeof with_end, "%s\n", wanted);
    SAME_TEXT(bytes_text(&bash.out), with_end);
    program_fini(&bash);
}

static void bash_completes_commands_options_words_and_files(void **state) {
    (void)state;
    assert_int_equal(mkdir(folder_path("d"), 0700), 0);
    assert_int_equal(mkdir(folder_path("d/my folder"), 0700), 0);
    folder_write("d/mine", "", 0600);
    offers("porchlight w", "wait watch who");
    offers("porchlight who --on", "--online");
    offers("porchlight wait bo --on", "--online");
    offers("porchlight watch --on", "");
    offers("porchlight --json who --js", "--json");
    offers("porchlight --profile x stat", "status statusline");
    offers("porchlight --profile = x stat", "status statusline");
    offers("porchlight invisible o", "off on");
    offers("porchlight complete z", "zsh");
    offers("porchlight who --token-file m", "mine my folder");
    offers("porchlight who --token-file = m", "mine my folder");
    offers("porchlight who --token-file =", "mine my folder");
    offers("porchlight who --url h", "");
    offers("porchlight --glyphs c", "classic");
    offers("porchlight --theme = l", "light linen");
    offers("porchlight --profile w", ""); /* and no command either */
    assert_int_equal(mkdir(folder_path("porchlight"), 0700), 0);
    folder_write("porchlight/config",
        "[ui]\n[profile work]\nurl = x\n[profile w-2]\n[profile $(touch evil)]\n", 0600);
    offers("porchlight who --profile w", "w-2 work");
    offers("porchlight --profile ", "--profile"); /* the word itself is not ended yet */
    assert_int_equal(access(folder_path("d/evil"), F_OK), -1);
    offers("porchlight --tok", "--token-file");
    offers("porchlight login --tok", "--token-command --token-file");
}

static void reads_it(const char *shell) {
    struct program program = {0};
    char path[64];
    snprintf(path, sizeof path, "/usr/bin/%s", shell);
    const char *const argv[] = {path, "-n", file_of(shell), NULL};
    if (access(path, X_OK) != 0)
        return;
    program_start(&program, argv, NULL, NULL);
    assert_int_equal(program_end(&program, IN_TIME_MS), 0);
    SAME_TEXT(bytes_text(&program.err), "");
    program_fini(&program);
}

static void each_shell_that_is_here_reads_its_own(void **state) {
    (void)state;
    reads_it("bash");
    reads_it("zsh");
    reads_it("fish");
}

static void no_command_and_no_option_is_left_out(void **state) {
    (void)state;
    static const char *const shells[] = {"bash", "zsh", "fish", "man-commands"};
    struct option_shown option;
    for (size_t s = 0; s < sizeof shells / sizeof shells[0]; s++) {
        struct bytes text = BYTES_EMPTY;
        assert_int_equal(file_read(file_of(shells[s]), 1 << 20, &text), 0);
        for (enum command c = COMMAND_DASHBOARD + 1; c < COMMAND_COUNT; c++) {
            char plain[32] = ""; /* roff escapes a hyphen */
            strncat(plain, word_of(c)->name, strcspn(word_of(c)->name, "-"));
            has(&text, s < 3 ? word_of(c)->name : plain);
        }
        for (size_t i = 0; s < 3 && options_shown(i, &option); i++)
            has(&text, option.name);
        bytes_fini(&text);
    }
}

static void the_manual_lists_every_option_of_the_dashboard_and_every_action(void **state) {
    (void)state;
    struct bytes text = BYTES_EMPTY;
    struct option_shown option;
    assert_int_equal(file_read(file_of("man-options"), 1 << 20, &text), 0);
    has(&text, ".B \\-\\-api\\-key \\fIKEY\\fR\nIts API key.\n");
    for (size_t i = 0; options_shown(i, &option); i++) {
        char plain[64] = "\n.B \\-\\-"; /* its name up to its first hyphen, which is escaped */
        strncat(plain, option.name, strcspn(option.name, "-"));
        if ((option.commands & COMMAND_BIT(COMMAND_DASHBOARD)) != 0)
            has(&text, plain);
    }
    bytes_clear(&text);
    assert_int_equal(file_read(file_of("man-keys"), 1 << 20, &text), 0);
    has(&text, ".B \"i\"\n");
    has(&text, "(\\fB:invisible\\fR)\n");
    for (int action = 1; action < ACTION_COUNT; action++)
        has(&text, action_row((enum action)action)->help + 1);
    bytes_fini(&text);
}

/* What stands behind these words, line by line, as a person reads it: without roff's escapes. */
static void lines_behind(const char *text, const char *words, struct bytes *to) {
    for (const char *at = text; (at = strstr(at, words)) != NULL;) {
        for (at += strlen(words); *at != '\n' && *at != '\0' && strncmp(at, "\\fR", 3) != 0; at++)
            if (*at != '\\')
                bytes_append_char(to, *at);
        bytes_append_char(to, '\n');
    }
}

static void lists_exactly(const char *list, const char *words, bool with_argument) {
    struct bytes text = BYTES_EMPTY, got = BYTES_EMPTY, wanted = BYTES_EMPTY;
    assert_int_equal(file_read(file_of(list), 1 << 20, &text), 0);
    lines_behind(bytes_text(&text), words, &got);
    for (int action = 1; action < ACTION_COUNT; action++) {
        const struct action_row *row = action_row((enum action)action);
        bytes_append_text(&wanted, row->name);
        if (with_argument && row->argument[0] != '\0')
            bytes_printf(&wanted, " %s", row->argument);
        bytes_append_char(&wanted, '\n');
    }
    SAME_TEXT(bytes_text(&got), bytes_text(&wanted));
    bytes_fini(&text);
    bytes_fini(&got);
    bytes_fini(&wanted);
}

/* The page is its template with the list in it; neither has a name of an action by hand. */
static void takes_in(const char *page, const char *list) {
    char path[80], mark[40];
    size_t len;
    snprintf(path, sizeof path, "assets/man/%s.in", page);
    snprintf(mark, sizeof mark, "\n.\\\" @%s@\n", list);
    char *text = case_read_file(path, &len);
    if (strstr(text, mark) == NULL)
        fail_msg("%s has no %s", path, mark);
    free(text);
}

static void the_manual_lists_the_actions_in_order_and_nothing_that_is_none(void **state) {
    (void)state;
    lists_exactly("man-keys", "(\\fB:", true);
    lists_exactly("man-actions", ".br\n.B ", false);
    takes_in("porchlight.1", "man-keys");
    takes_in("porchlight.1", "man-commands");
    takes_in("porchlight.1", "man-options");
    takes_in("porchlight-config.5", "man-actions");
    takes_in("porchlight-config.5", "man-settings");
}

/* The page of the configuration is this list, with what is not of the table around it. */
static void the_manual_lists_every_setting_with_its_values(void **state) {
    (void)state;
    struct bytes text = BYTES_EMPTY;
    const struct setting_row *row;
    assert_int_equal(file_read(file_of("man-settings"), 1 << 20, &text), 0);
    has(&text, ".SH [ui]\n.TP\n.B theme\nColours.");
    has(&text, "One of off, on; by default on.\n");
    for (size_t i = 0; (row = settings_row(i)) != NULL; i++) {
        char key[80];
        snprintf(key, sizeof key, ".B %s\n", row->key);
        has(&text, key);
        if (strpbrk(row->help, "-\\") == NULL)
            has(&text, row->help);
    }
    bytes_fini(&text);
}

static void another_word_is_wrong_use(void **state) {
    (void)state;
    char *words[] = {(char[]){"tcsh"}, NULL};
    const struct options options = {.words = words, .word_count = 1, .command = COMMAND_COMPLETE};
    assert_int_equal(command_complete(&options), EXIT_USE);
}

#define FOLDER_CASE(function) cmocka_unit_test_setup_teardown(function, folder_make, folder_remove)

int main(void) {
    const struct CMUnitTest cases[] = {
        FOLDER_CASE(bash_completes_commands_options_words_and_files),
        FOLDER_CASE(each_shell_that_is_here_reads_its_own),
        FOLDER_CASE(no_command_and_no_option_is_left_out),
        FOLDER_CASE(the_manual_lists_every_option_of_the_dashboard_and_every_action),
        FOLDER_CASE(the_manual_lists_the_actions_in_order_and_nothing_that_is_none),
        FOLDER_CASE(the_manual_lists_every_setting_with_its_values),
        CASE(another_word_is_wrong_use),
    };
    return RUN_CASES("dashboard-cli-complete", cases);
}
