/* SPDX-License-Identifier: MIT */
/*
 * What shells complete, and the lists of the manual, all from the tables that the program itself
 * reads: a command, an option or a key that exists is in them, and one that does not is not.
 *
 * The scripts ask nobody: they neither connect nor run this program.
 */
#include "dashboard/cli/commands.h"
#include "dashboard/cli/say.h"
#include "dashboard/view/glyphs.h"
#include "dashboard/view/theme.h"
#include "dashboard/cli/manual.h"

#include <stdio.h>
#include <string.h>

enum { EVERY = (1u << COMMAND_COUNT) - 1 };

static bool is_for(const struct option_shown *option, enum command command) {
    return (option->commands & COMMAND_BIT(command)) != 0;
}

static bool is_file(const struct option_shown *option) {
    return option->value != NULL && strcmp(option->value, "FILE") == 0;
}

/* "auto, ascii": what the value of an option may be; NULL: anything. */
static const char *values_of(const struct option_shown *option) {
    if (strcmp(option->name, "glyphs") == 0)
        return GLYPH_NAMES;
    return strcmp(option->name, "theme") == 0 ? THEME_NAMES : NULL;
}

/* With spaces between. */
static void put_values(const char *values) {
    for (; *values != '\0'; values++)
        if (*values != ',')
            putchar(*values);
}

/* What of the configuration names a profile: of its name only what one may have, because bash
 * expands what it is offered, as code. */
#define SED_PROFILES "sed -n 's/^\\[profile \\([A-Za-z0-9_.-]*\\)\\].*/\\1/p'"

static bool is_profile(const struct option_shown *option) {
    return strcmp(option->name, "profile") == 0;
}

/* Text inside single quotes of a shell, with these characters escaped besides. */
static void put_quoted(const char *text, const char *escaped) {
    for (; *text != '\0'; text++) {
        if (*text == '\'')
            fputs("'\\''", stdout);
        else if (strchr(escaped, *text) != NULL)
            printf("\\%c", *text);
        else
            putchar(*text);
    }
}

/* ---- bash ---- */

/* "--a|--b" of those with a value, or with a file for one; each name once. */
static void put_bash_cases(bool files_only) {
    struct option_shown option;
    bool first = true;
    for (size_t i = 0; options_shown(i, &option); i++) {
        if (option.value == NULL || (files_only && !is_file(&option)))
            continue;
        printf("%s--%s", first ? "" : "|", option.name);
        first = false;
    }
}

static void put_bash_options(enum command command) {
    struct option_shown option;
    bool first = true;
    for (size_t i = 0; options_shown(i, &option); i++) {
        if (!is_for(&option, command))
            continue;
        printf("%s--%s", first ? "" : " ", option.name);
        first = false;
    }
}

static void put_commands(void) {
    for (enum command c = COMMAND_DASHBOARD + 1; c < COMMAND_COUNT; c++)
        printf("%s%s", c > COMMAND_DASHBOARD + 1 ? " " : "", word_of(c)->name);
}

static void put_bash_command(enum command command) {
    const struct word *word = word_of(command);
    printf("    %s) options='", command == COMMAND_DASHBOARD ? "''" : word->name);
    put_bash_options(command);
    fputs("' words='", stdout);
    if (command == COMMAND_DASHBOARD)
        put_commands();
    else if (word->choices != NULL)
        fputs(word->choices, stdout);
    fputs("' ;;\n", stdout);
}

static void put_bash_values(void) {
    struct option_shown option;
    fputs("    --profile)\n"
          "        is_value=1 words=$(" SED_PROFILES " \\\n"
          "            \"${XDG_CONFIG_HOME:-$HOME/.config}/porchlight/config\" 2>/dev/null) ;;\n",
        stdout);
    for (size_t i = 0; options_shown(i, &option); i++) {
        if (values_of(&option) == NULL)
            continue;
        printf("    --%s) is_value=1 words='", option.name);
        put_values(values_of(&option));
        fputs("' ;;\n", stdout);
    }
}

static void put_bash(void) {
    fputs("# bash completion for porchlight, made by `porchlight complete bash`\n"
          "_porchlight() {\n"
          "    local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD - 1]}\n"
          "    local command= options= words= is_value= i\n"
          "    COMPREPLY=()\n"
          "    # --name=value comes as three words, as bash has = among its COMP_WORDBREAKS\n"
          "    [[ $cur == = ]] && cur= && prev==\n"
          "    [[ $prev == = ]] && for ((i = COMP_CWORD; i > 0; i--)); do\n"
          "        [[ ${COMP_WORDS[i]} == -* ]] && prev=${COMP_WORDS[i]} && break\n"
          "    done\n"
          "    for ((i = 1; i < COMP_CWORD; i++)); do\n"
          "        case ${COMP_WORDS[i]} in\n"
          "        ",
        stdout);
    put_bash_cases(false);
    fputs(")\n"
          "            [[ ${COMP_WORDS[i + 1]} == = ]] && ((i++))\n"
          "            ((i++)) ;;\n"
          "        -*|=) ;;\n"
          "        *) command=${COMP_WORDS[i]}; break ;;\n"
          "        esac\n"
          "    done\n"
          "    case $prev in\n"
          "    ",
        stdout);
    put_bash_cases(true);
    fputs(")\n"
          "        compopt -o filenames 2>/dev/null\n"
          "        mapfile -t COMPREPLY < <(compgen -f -- \"$cur\")\n"
          "        return ;;\n",
        stdout);
    put_bash_values();
    fputs("    ", stdout);
    put_bash_cases(false);
    fputs(") return ;;\n"
          "    esac\n"
          "    if [[ $is_value ]]; then\n"
          "        mapfile -t COMPREPLY < <(compgen -W \"$words\" -- \"$cur\")\n"
          "        return\n"
          "    fi\n"
          "    case $command in\n",
        stdout);
    for (enum command c = COMMAND_DASHBOARD; c < COMMAND_COUNT; c++)
        put_bash_command(c);
    fputs("    esac\n"
          "    [[ $cur == -* ]] && words=$options\n"
          "    mapfile -t COMPREPLY < <(compgen -W \"$words\" -- \"$cur\")\n"
          "}\n"
          "complete -F _porchlight porchlight\n",
        stdout);
}

/* ---- zsh ---- */

static void put_zsh_option(const struct option_shown *option) {
    printf("        '--%s%s[", option->name, option->value != NULL ? "=" : "");
    put_quoted(option->about, "[]");
    putchar(']');
    if (option->value != NULL)
        printf(":%s:%s", option->value,
            is_file(option)      ? "_files"
            : is_profile(option) ? "_porchlight_profiles"
                                 : "");
    if (values_of(option) != NULL) {
        putchar('(');
        put_values(values_of(option));
        putchar(')');
    }
    fputs("' \\\n", stdout);
}

static void put_zsh_command(enum command command) {
    struct option_shown option;
    const char *choices = word_of(command)->choices;
    printf("    %s) _arguments \\\n", word_of(command)->name);
    for (size_t i = 0; options_shown(i, &option); i++)
        if (is_for(&option, command))
            put_zsh_option(&option);
    if (choices != NULL)
        printf("        '1:argument:(%s)' ;;\n", choices);
    else
        fputs("        '*:argument:' ;;\n", stdout);
}

static void put_zsh(void) {
    struct option_shown option;
    fputs("#compdef porchlight\n"
          "# zsh completion for porchlight, made by `porchlight complete zsh`\n"
          "_porchlight_profiles() {\n"
          "    local -a profiles\n"
          "    profiles=(${(f)\"$(" SED_PROFILES " \\\n"
          "        \"${XDG_CONFIG_HOME:-$HOME/.config}/porchlight/config\" 2>/dev/null)\"})\n"
          "    _describe -t profiles profile profiles\n"
          "}\n"
          "_porchlight() {\n"
          "    local curcontext=$curcontext state line\n"
          "    local -a commands\n"
          "    commands=(\n",
        stdout);
    for (enum command c = COMMAND_DASHBOARD + 1; c < COMMAND_COUNT; c++) {
        printf("        '%s:", word_of(c)->name);
        put_quoted(word_of(c)->about, ":");
        fputs("'\n", stdout);
    }
    fputs("    )\n"
          "    _arguments -C \\\n",
        stdout);
    for (size_t i = 0; options_shown(i, &option); i++)
        if (is_for(&option, COMMAND_DASHBOARD))
            put_zsh_option(&option);
    fputs("        '1:command:->command' '*::argument:->argument'\n"
          "    case $state in\n"
          "    command) _describe -t commands command commands ;;\n"
          "    argument) case $words[1] in\n",
        stdout);
    for (enum command c = COMMAND_DASHBOARD + 1; c < COMMAND_COUNT; c++)
        put_zsh_command(c);
    fputs("    esac ;;\n"
          "    esac\n"
          "}\n"
          "if [[ $zsh_eval_context[-1] == loadautofunc ]]; then\n"
          "    _porchlight \"$@\"\n"
          "else\n"
          "    compdef _porchlight porchlight\n"
          "fi\n",
        stdout);
}

/* ---- fish ---- */

/* Which command a line has: fish's own idea of it takes the value of an option for one. */
static void put_fish_functions(void) {
    struct option_shown option;
    fputs("function __porchlight_profiles\n"
          "    set -l folder $HOME/.config\n"
          "    test -n \"$XDG_CONFIG_HOME\"; and set folder $XDG_CONFIG_HOME\n"
          "    " SED_PROFILES " $folder/porchlight/config 2>/dev/null\n"
          "end\n"
          "function __porchlight_command\n"
          "    set -l words (commandline -opc)\n"
          "    set -l is_value yes\n"
          "    for word in $words\n"
          "        if test $is_value = yes\n"
          "            set is_value no\n"
          "            continue\n"
          "        end\n"
          "        switch $word\n"
          "            case",
        stdout);
    for (size_t i = 0; options_shown(i, &option); i++)
        if (option.value != NULL)
            printf(" --%s", option.name);
    fputs("\n"
          "                set is_value yes\n"
          "            case '-*'\n"
          "            case '*'\n"
          "                echo $word\n"
          "                return\n"
          "        end\n"
          "    end\n"
          "end\n"
          "function __porchlight_is\n"
          "    set -l command (__porchlight_command)\n"
          "    contains -- \"$command\" $argv\n"
          "end\n",
        stdout);
}

/* When an option is offered: always, or with the commands that take it; "" is none. */
static void put_fish_condition(const struct option_shown *option) {
    if (option->commands == EVERY)
        return;
    fputs(" -n '__porchlight_is", stdout);
    for (enum command c = COMMAND_DASHBOARD; c < COMMAND_COUNT; c++)
        if (is_for(option, c))
            printf(" %s", c == COMMAND_DASHBOARD ? "\"\"" : word_of(c)->name);
    putchar('\'');
}

static void put_fish_option(const struct option_shown *option) {
    fputs("complete -c porchlight", stdout);
    put_fish_condition(option);
    printf(" -l %s%s", option->name,
        is_file(option)         ? " -r -F"
        : option->value != NULL ? " -x"
                                : "");
    if (values_of(option) != NULL) {
        fputs(" -a '", stdout);
        put_values(values_of(option));
        putchar('\'');
    }
    if (is_profile(option))
        fputs(" -a '(__porchlight_profiles)'", stdout);
    fputs(" -d '", stdout);
    put_quoted(option->about, "");
    fputs("'\n", stdout);
}

static void put_fish(void) {
    struct option_shown option;
    fputs("# fish completion for porchlight, made by `porchlight complete fish`\n", stdout);
    put_fish_functions();
    fputs("complete -c porchlight -f\n", stdout);
    for (enum command c = COMMAND_DASHBOARD + 1; c < COMMAND_COUNT; c++) {
        const struct word *word = word_of(c);
        printf("complete -c porchlight -n '__porchlight_is \"\"' -a %s -d '", word->name);
        put_quoted(word->about, "");
        fputs("'\n", stdout);
        if (word->choices != NULL)
            printf("complete -c porchlight -n '__porchlight_is %s' -a '%s'\n", word->name,
                word->choices);
    }
    for (size_t i = 0; options_shown(i, &option); i++)
        put_fish_option(&option);
}

int command_complete(const struct options *options) {
    static const struct {
        const char *name;
        void (*put)(void);
    } all[] = {{"bash", put_bash}, {"zsh", put_zsh}, {"fish", put_fish},
        /* For the build, which makes the manual of them. */
        {"man-commands", manual_put_commands}, {"man-options", manual_put_options},
        {"man-keys", manual_put_keys}, {"man-actions", manual_put_actions},
        {"man-settings", manual_put_settings}};
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) {
        if (strcmp(all[i].name, options->words[0]) != 0)
            continue;
        all[i].put();
        return EXIT_DONE;
    }
    say("usage: porchlight %s", word_of(COMMAND_COMPLETE)->usage);
    return EXIT_USE;
}
