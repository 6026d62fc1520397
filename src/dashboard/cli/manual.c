/* SPDX-License-Identifier: MIT */
#include "dashboard/cli/manual.h"

#include "dashboard/cli/options.h"
#include "dashboard/input/action.h"
#include "dashboard/input/key.h"
#include "dashboard/input/keymap.h"
#include "dashboard/settings.h"

#include <string.h>

/* Text as roff prints it: no line of it is a request, and a hyphen may be copied as one. */
static void put(const char *text) {
    bool begins = true;
    for (; *text != '\0'; text++) {
        if (begins && (*text == '.' || *text == '\''))
            fputs("\\&", stdout);
        begins = *text == '\n';
        if (strncmp(text, "…", 3) == 0) {
            fputs("\\&...", stdout);
            text += 2;
        } else if (*text == '\\')
            fputs("\\e", stdout);
        else if (*text == '-')
            fputs("\\-", stdout);
        else
            putchar(*text);
    }
}

/* "be seen" as "Be seen." */
static void put_sentence(const char *text) {
    putchar(text[0] >= 'a' && text[0] <= 'z' ? text[0] & ~0x20 : text[0]);
    put(text + 1);
    fputs(".\n", stdout);
}

/* The options that this command takes and the dashboard does not. */
static void put_own_options(enum command command) {
    struct option_shown option;
    for (size_t i = 0; options_shown(i, &option); i++) {
        if ((option.commands & COMMAND_BIT(command)) == 0 ||
            (option.commands & COMMAND_BIT(COMMAND_DASHBOARD)) != 0)
            continue;
        printf(".br\n.B \\-\\-");
        put(option.name);
        printf("%s%s\n", option.value != NULL ? " " : "", option.value != NULL ? "\\c" : "");
        if (option.value != NULL) {
            fputs(".I ", stdout);
            put(option.value);
            putchar('\n');
        }
        fputs("\\(en ", stdout);
        put(option.about);
        putchar('\n');
    }
}

void manual_put_commands(void) {
    for (enum command c = COMMAND_DASHBOARD + 1; c < COMMAND_COUNT; c++) {
        const struct word *word = word_of(c);
        fputs(".TP\n.B ", stdout);
        put(word->usage);
        putchar('\n');
        put_sentence(word->about);
        put(word->more);
        put_own_options(c);
    }
}

void manual_put_options(void) {
    struct option_shown option;
    for (size_t i = 0; options_shown(i, &option); i++) {
        if ((option.commands & COMMAND_BIT(COMMAND_DASHBOARD)) == 0)
            continue;
        fputs(".TP\n.B \\-\\-", stdout);
        put(option.name);
        if (option.value != NULL) {
            fputs(" \\fI", stdout);
            put(option.value);
            fputs("\\fR", stdout);
        }
        putchar('\n');
        put_sentence(option.about);
    }
}

/* As it is written after the dashboard's ":". */
static void put_command(const struct action_row *row) {
    fputs(":", stdout);
    put(row->name);
    if (row->argument[0] != '\0') {
        fputs(" ", stdout);
        put(row->argument);
    }
}

void manual_put_keys(void) {
    for (int action = 1; action < ACTION_COUNT; action++) {
        const struct action_row *row = action_row((enum action)action);
        if (row->help[0] == '\0')
            continue;
        fputs(".TP\n.B \"", stdout);
        if (row->keys[0] != '\0')
            put(row->keys);
        else
            put_command(row);
        fputs("\"\n", stdout);
        put_sentence(row->help);
        fputs("(\\fB", stdout);
        put_command(row);
        fputs("\\fR)\n", stdout);
    }
}

/* What [keys] may give keys to, and which they have by themselves, as they are written there. */
void manual_put_actions(void) {
    struct keymap map;
    char key[KEY_BYTES];
    keymap_init(&map);
    for (int action = 1; action < ACTION_COUNT; action++) {
        const struct keymap_row *row = &map.rows[action];
        fputs(".br\n.B ", stdout);
        put(action_row((enum action)action)->name);
        fputs("\n=", stdout);
        for (unsigned i = 0; i < row->count; i++) {
            key_print(row->keys[i], key);
            fputs(i > 0 ? ", " : " ", stdout);
            put(key);
        }
        putchar('\n');
    }
}

void manual_put_settings(void) {
    const struct setting_row *row;
    const char *section = "";
    for (size_t i = 0; (row = settings_row(i)) != NULL; i++) {
        if (strcmp(section, row->section) != 0) {
            fputs(".SH [", stdout);
            put(row->section);
            fputs("]\n", stdout);
        }
        section = row->section;
        fputs(".TP\n.B ", stdout);
        put(row->key);
        putchar('\n');
        put_sentence(row->help);
        fputs(row->is_choice ? "One of " : "Value: ", stdout);
        put(row->values);
        if (row->otherwise[0] != '\0') {
            fputs("; by default ", stdout);
            put(row->otherwise);
        }
        fputs(".\n", stdout);
    }
}
