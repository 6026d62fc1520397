/* SPDX-License-Identifier: MIT */
/*
 * What a person may set, once: this table feeds the reading of the configuration, its checks, the
 * file that `config --init` writes, `config --print` and the manual page.
 *
 * A row is KIND(member, section, key, values, default, help):
 *   CHOICE  one of `values`; the member is an int, its place among them
 *   TEXT    any one line, at most SETTING_TEXT bytes; `values` says what it is
 * [keys] is no table but the actions (input/action.h), and [profile NAME] is config.h's.
 * Pure.
 */
#ifndef DASHBOARD_SETTINGS_H
#define DASHBOARD_SETTINGS_H

#include "base/bytes.h"
#include "dashboard/input/keymap.h"
#include "dashboard/view/glyphs.h"
#include "dashboard/view/theme.h"

enum { SETTING_TEXT = 512 };

#define SETTINGS(CHOICE, TEXT)                                                                     \
    CHOICE(theme, "ui", "theme", THEME_NAMES, "default",                                           \
        "Colours. T takes the next theme while the dashboard runs")                                \
    CHOICE(glyphs, "ui", "glyphs", GLYPH_NAMES, "auto",                                            \
        "Signs: auto looks at the locale and asks the terminal how wide a line is")                \
    CHOICE(strips, "ui", "strips", "braille, blocks", "braille",                                   \
        "Signs of strips and plots: blocks where the letters have no braille")                     \
    CHOICE(mouse, "ui", "mouse", "off, on", "on",                                                  \
        "Clicks and wheel; the terminal's own selection then needs Shift. M changes it")           \
    CHOICE(sort, "ui", "sort", "state, last, name, local, channels", "state",                      \
        "How members are sorted at first; s takes the next")                                       \
    CHOICE(times, "ui", "time", "relative, absolute, utc", "relative",                             \
        "How times are told at first; t takes the next")                                           \
    CHOICE(offline, "ui", "offline", "hide, show", "show",                                         \
        "Whether members who are offline are listed at first")                                     \
    CHOICE(events, "ui", "events", "all, watched, none", "all",                                    \
        "Whose coming and going is logged at first; e takes the next")                             \
    CHOICE(title, "ui", "title", "off, on", "on",                                                  \
        "How many are home, in the title of the terminal's window")                                \
    CHOICE(history, "ui", "history", "off, 1d, 7d, 30d", "off",                                    \
        "How long what was observed is kept on disk; without, a day is, in memory")                \
    CHOICE(seconds, "ui", "clock_seconds", "off, on", "off",                                       \
        "Seconds on the clock: it then draws every second, even when nothing happens")             \
    CHOICE(bell, "alerts", "bell", "off, on", "on",                                                \
        "Ring when somebody who is watched comes or goes, or a rule comes true")                   \
    CHOICE(notice, "alerts", "notify", "auto, off, osc9, osc777", "auto",                          \
        "Let the terminal tell it; auto where its name says that it can")                          \
    TEXT(notify_command, "alerts", "notify_command", "COMMAND", "",                                \
        "Run then: words and no shell. What is told is the last word, or where {} stands")         \
    TEXT(groups, "alerts", "groups", "NAME: USER USER; NAME: USER", "",                            \
        "Who is meant by @NAME in rules")                                                          \
    TEXT(rules, "alerts", "rules", "RULE; RULE", "",                                               \
        "3 of @oncall are home; #incident drops below 2; dana comes home")

struct settings {
#define SETTINGS_CHOICE(member, ...) int member;
#define SETTINGS_TEXT(member, ...) char member[SETTING_TEXT];
    SETTINGS(SETTINGS_CHOICE, SETTINGS_TEXT)
#undef SETTINGS_CHOICE
#undef SETTINGS_TEXT
    struct keymap keymap;
};

/* Where each was set; for one reading of one file. Zeroes are the start. */
struct settings_lines {
    int of[32];
};

/* 0: it was not set. */
int settings_line(const struct settings_lines *lines, const char *key);

/* All as the table has it. */
void settings_init(struct settings *settings);

/* Whether there is a section of this name, [keys] included. */
bool settings_has_section(const char *section);

/* One line of the configuration. 0; -EINVAL: what is wrong in `why`, and the setting is as it was.
 */
int settings_take(struct settings *settings, struct settings_lines *lines, const char *section,
    const char *key, const char *value, int line, struct bytes *why);

/* The same for an option of the command line. */
int settings_set(struct settings *settings, const char *key, const char *value, struct bytes *why);

/* The value of a setting, as it is configured. */
void settings_value(const struct settings *settings, const char *key, char *to, size_t size);

/* What a section that is none was probably meant to be, as a sentence. */
void settings_no_section(const char *section, struct bytes *why);

/* What is in force, as a file that says the same. */
void settings_print(const struct settings *settings, struct bytes *to);

/* A file that says all there is to say, and changes nothing. */
void settings_print_example(struct bytes *to);

/* The i-th row, for the manual: false: there are not so many. */
struct setting_row {
    const char *section, *key, *values, *otherwise, *help;
    bool is_choice;
    size_t member;
};
const struct setting_row *settings_row(size_t i);

#endif
