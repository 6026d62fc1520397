/* SPDX-License-Identifier: MIT */
/*
 * What bash, zsh and fish offer for a line, asked of the shells themselves with the scripts that
 * the program prints: all that its tables have there, and nothing else. zsh completes only where
 * somebody types, so it sits in a real terminal; a widget of ours writes down what it was given.
 */
#include "dashboard/cli/commands.h"
#include "support/case.h"
#include "support/program.h"
#include "support/terminal.h"

#include "base/clock.h"

#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

enum { IN_TIME_MS = 60 * 1000, BASH = 1, ZSH = 2, FISH = 4, EVERY_SHELL = 7, MOST = 100 };

static char folder[64], home_line[100], config_line[100];

static void path_of(char path[200], const char *name) {
    snprintf(path, 200, "%s/%s", folder, name);
}

static void put_file(const char *name, const char *text) {
    char path[200];
    path_of(path, name);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs(text, file);
    assert_int_equal(fclose(file), 0);
}

static void put_script(const char *shell) {
    struct program program = {0};
    const char *const argv[] = {PORCHLIGHT, "complete", shell, NULL};
    program_start(&program, argv, NULL, NULL);
    assert_int_equal(program_end(&program, IN_TIME_MS), 0);
    put_file(shell, bytes_text(&program.out));
    program_fini(&program);
}

static int set_up(void **state) {
    char path[200];
    (void)state;
    strcpy(folder, "/tmp/porchlight-test-XXXXXX");
    assert_non_null(mkdtemp(folder));
    snprintf(home_line, sizeof home_line, "HOME=%s", folder);
    snprintf(config_line, sizeof config_line, "XDG_CONFIG_HOME=%s", folder);
    path_of(path, "porchlight");
    assert_int_equal(mkdir(path, 0700), 0);
    put_file("porchlight/config", "[ui]\n[profile work]\nurl = x\n[profile w-2]\n"
                                  "[profile $(touch evil)]\n[profile home]\n");
    put_script("bash");
    put_script("zsh");
    put_script("fish");
    return 0;
}

static int tear_down(void **state) {
    const char *const argv[] = {"/bin/rm", "-rf", folder, NULL};
    struct program program = {0};
    (void)state;
    program_start(&program, argv, NULL, NULL);
    assert_int_equal(program_end(&program, IN_TIME_MS), 0);
    program_fini(&program);
    return 0;
}

/* ---- lists of words ---- */

struct words {
    char *at[MOST];
    size_t count;
};

static void add_word(struct words *words, const char *from, size_t len) {
    for (size_t i = 0; i < words->count; i++)
        if (strlen(words->at[i]) == len && memcmp(words->at[i], from, len) == 0)
            return;
    if (len == 0)
        return;
    assert_true(words->count < MOST);
    words->at[words->count++] = strndup(from, len);
}

/* Parted by any of these. */
static void add_words(struct words *words, const char *text, const char *parting) {
    while (*text != '\0') {
        const size_t len = strcspn(text, parting);
        add_word(words, text, len);
        text += len + (text[len] != '\0');
    }
}

static int by_text(const void *a, const void *b) {
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static void same_words(struct words *got, struct words *wanted, const char *where) {
    struct words *const both[] = {got, wanted};
    struct bytes text[2] = {BYTES_EMPTY, BYTES_EMPTY};
    for (int i = 0; i < 2; i++) {
        qsort(both[i]->at, both[i]->count, sizeof both[i]->at[0], by_text);
        bytes_printf(&text[i], "%s:", where);
        for (size_t k = 0; k < both[i]->count; k++) {
            bytes_printf(&text[i], " %s", both[i]->at[k]);
            free(both[i]->at[k]);
        }
        both[i]->count = 0;
    }
    SAME_TEXT(bytes_text(&text[0]), bytes_text(&text[1]));
    bytes_fini(&text[0]);
    bytes_fini(&text[1]);
}

/* ---- the shells ---- */

static void ask(const char *const *argv, struct words *to) {
    const char *const environment[] = {home_line, config_line, "LC_ALL=C.UTF-8", NULL};
    struct program shell = {0};
    program_start(&shell, argv, NULL, environment);
    assert_int_equal(program_end(&shell, IN_TIME_MS), 0);
    for (const char *at = bytes_text(&shell.out); *at != '\0';
         at += strcspn(at, "\n"), at += *at != '\0')
        add_word(to, at, strcspn(at, "\t\n")); /* fish says behind a tab what it is */
    SAME_TEXT(bytes_text(&shell.err), "");
    program_fini(&shell);
}

static void ask_bash(const char *line, struct words *to) {
    char script[1000];
    const bool begins = line[strlen(line) - 1] == ' ';
    snprintf(script, sizeof script,
        "cd %s; source ./bash; COMP_WORDS=(%s%s); COMP_CWORD=$((${#COMP_WORDS[@]} - 1)); "
        "_porchlight; printf '%%s\\n' \"${COMPREPLY[@]}\"",
        folder, line, begins ? "''" : "");
    const char *const argv[] = {"/bin/bash", "--norc", "-c", script, NULL};
    ask(argv, to);
}

static void ask_fish(const char *line, struct words *to) {
    char script[1000];
    snprintf(script, sizeof script, "cd %s; source ./fish; complete -C '%s'", folder, line);
    const char *const argv[] = {"/usr/bin/fish", "-N", "-c", script, NULL};
    ask(argv, to);
}

/* What compadd is asked to find, and not to give to its caller, is what zsh offers. */
static const char zsh_setup[] =
    "PS1='ready> '\n"
    "autoload -Uz compinit && compinit -u -D\n"
    "source ./zsh\n"
    "compadd() {\n"
    "    if [[ ${@[1,(i)(-|--)]} == *-(O|A|D)\\ * ]]; then builtin compadd \"$@\"; return; fi\n"
    "    local -a found\n"
    "    builtin compadd -O found \"$@\"\n"
    "    offered+=(\"${found[@]}\")\n"
    "    builtin compadd \"$@\"\n"
    "}\n"
    "offer() {\n"
    "    offered=()\n"
    "    _main_complete\n"
    "    compstate[insert]= compstate[list]=\n"
    "    print -rl -- \"${offered[@]}\" >offered.new && mv offered.new offered\n"
    "}\n"
    "zle -C offer complete-word offer\n"
    "bindkey '^I' offer\n";

static struct terminal *zsh_begins(void) {
    const char *const argv[] = {"/usr/bin/zsh", "-f", "-i", NULL};
    const char *const environment[] = {
        home_line, config_line, "LC_ALL=C.UTF-8", "TERM=xterm", "PS1=first> ", NULL};
    char command[200];
    struct terminal *zsh = terminal_run(argv, 200, 50, environment);
    put_file("setup", zsh_setup);
    snprintf(command, sizeof command, "cd %s && source ./setup\r", folder);
    terminal_send(zsh, command);
    SHOWS(zsh, "ready>", IN_TIME_MS);
    return zsh;
}

static bool is_there(struct terminal *terminal, void *path) {
    (void)terminal;
    return access(path, F_OK) == 0;
}

static void ask_zsh(struct terminal *zsh, const char *line, struct words *to) {
    char path[200], text[8000];
    path_of(path, "offered");
    unlink(path);
    terminal_send(zsh, "\x15");
    terminal_send(zsh, line);
    terminal_send(zsh, "\t");
    const int64_t end_ms = clock_mono_ms() + IN_TIME_MS;
    while (!is_there(zsh, path) && clock_mono_ms() < end_ms)
        terminal_quiet(zsh, 5);
    FILE *file = fopen(path, "r");
    if (file == NULL)
        fail_msg("zsh offers nothing for '%s':\n%s", line, terminal_text(zsh));
    text[fread(text, 1, sizeof text - 1, file)] = '\0';
    fclose(file);
    add_words(to, text, "\n");
}

/* ---- what is offered ---- */

static void offers(
    struct terminal *zsh, const char *line, const char *wanted_words, unsigned shells) {
    static const char *const names[] = {"bash", "zsh", "fish"};
    for (unsigned i = 0; i < 3; i++) {
        struct words got = {0}, wanted = {0};
        char where[200];
        if ((shells & (1u << i)) == 0)
            continue;
        if (i == 0)
            ask_bash(line, &got);
        else if (i == 1)
            ask_zsh(zsh, line, &got);
        else
            ask_fish(line, &got);
        snprintf(where, sizeof where, "%s, %s", names[i], line);
        add_words(&wanted, wanted_words, " ");
        same_words(&got, &wanted, where);
    }
}

static void the_words_the_values_and_the_profiles_are_offered(void **state) {
    (void)state;
    struct terminal *zsh = zsh_begins();
    struct bytes all = BYTES_EMPTY;
    for (enum command c = COMMAND_DASHBOARD + 1; c < COMMAND_COUNT; c++)
        bytes_printf(&all, "%s ", word_of(c)->name);
    offers(zsh, "porchlight ", bytes_text(&all), EVERY_SHELL);
    offers(zsh, "porchlight w", "wait watch who", EVERY_SHELL);
    offers(zsh, "porchlight --profile ", "home w-2 work", EVERY_SHELL);
    offers(zsh, "porchlight --profile w", "w-2 work", EVERY_SHELL);
    offers(zsh, "porchlight who --profile w", "w-2 work", EVERY_SHELL);
    offers(zsh, "porchlight --profile work st", "status statusline", EVERY_SHELL);
    offers(zsh, "porchlight --profile who inv", "invisible", EVERY_SHELL);
    offers(zsh, "porchlight invisible ", "off on", EVERY_SHELL);
    offers(zsh, "porchlight complete ", "bash fish zsh", EVERY_SHELL);
    offers(zsh, "porchlight --glyphs c", "classic", EVERY_SHELL);
    offers(zsh, "porchlight --theme l", "light linen", EVERY_SHELL);
    offers(zsh, "porchlight --profile=h", "home", ZSH);
    offers(zsh, "porchlight --profile=h", "--profile=home", FISH);
    offers(zsh, "porchlight --profile = h", "home", BASH); /* as it parts words */
    terminal_destroy(zsh);
    bytes_fini(&all);
}

/* What the manual says that a setting may be: "One of a, b\\-c; by default a." */
static void values_of(const char *setting, const char *manual, struct bytes *to) {
    char heading[60];
    snprintf(heading, sizeof heading, "\n.B %s\n", setting);
    const char *at = strstr(manual, heading);
    assert_non_null(at);
    at = strstr(at, "One of ");
    assert_non_null(at);
    for (at += strlen("One of "); *at != ';' && *at != '.'; at++)
        if (*at != ',' && *at != '\\')
            bytes_append_char(to, *at);
}

static void every_value_of_the_manual_is_offered(void **state) {
    (void)state;
    struct terminal *zsh = zsh_begins();
    struct program manual = {0};
    const char *const argv[] = {PORCHLIGHT, "complete", "man-settings", NULL};
    static const char *const settings[] = {"theme", "glyphs"};
    program_start(&manual, argv, NULL, NULL);
    assert_int_equal(program_end(&manual, IN_TIME_MS), 0);
    for (size_t i = 0; i < 2; i++) {
        char line[60];
        struct bytes values = BYTES_EMPTY;
        values_of(settings[i], bytes_text(&manual.out), &values);
        snprintf(line, sizeof line, "porchlight --%s ", settings[i]);
        offers(zsh, line, bytes_text(&values), EVERY_SHELL);
        bytes_fini(&values);
    }
    program_fini(&manual);
    terminal_destroy(zsh);
}

static void the_options_of_a_command_are_offered_behind_it_and_no_other(void **state) {
    (void)state;
    struct terminal *zsh = zsh_begins();
    for (enum command c = COMMAND_DASHBOARD; c < COMMAND_COUNT; c++) {
        struct bytes wanted = BYTES_EMPTY;
        struct option_shown option;
        char line[80];
        for (size_t i = 0; options_shown(i, &option); i++)
            if ((option.commands & COMMAND_BIT(c)) != 0)
                bytes_printf(&wanted, "--%s ", option.name);
        snprintf(line, sizeof line, "porchlight %s%s--", word_of(c)->name,
            c == COMMAND_DASHBOARD ? "" : " ");
        offers(zsh, line, bytes_text(&wanted), EVERY_SHELL);
        bytes_fini(&wanted);
    }
    terminal_destroy(zsh);
}

int main(void) {
    const struct CMUnitTest cases[] = {
        CASE(the_words_the_values_and_the_profiles_are_offered),
        CASE(every_value_of_the_manual_is_offered),
        CASE(the_options_of_a_command_are_offered_behind_it_and_no_other),
    };
    return cmocka_run_group_tests_name("pty-completion", cases, set_up, tear_down);
}
