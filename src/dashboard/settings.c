/* SPDX-License-Identifier: MIT */
#include "dashboard/settings.h"

#include "base/nearest.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

static const struct setting_row rows[] = {
#define ROW_CHOICE(member, section, key, values, otherwise, help)                                  \
    {section, key, values, otherwise, help, true, offsetof(struct settings, member)},
#define ROW_TEXT(member, section, key, values, otherwise, help)                                    \
    {section, key, values, otherwise, help, false, offsetof(struct settings, member)},
    SETTINGS(ROW_CHOICE, ROW_TEXT)
#undef ROW_CHOICE
#undef ROW_TEXT
};
enum { ROWS = sizeof rows / sizeof rows[0] };
_Static_assert(ROWS <= sizeof((struct settings_lines){0}.of) / sizeof(int), "a line a row");

const struct setting_row *settings_row(size_t i) {
    return i < ROWS ? &rows[i] : NULL;
}

/* ---- one setting ---- */

/* The place of a value among "one, two, three"; -1: it is none of them. */
static int place_of(const char *values, const char *value) {
    const size_t len = strlen(value);
    for (int i = 0;; i++) {
        const size_t next = strcspn(values, ",");
        if (next == len && strncmp(values, value, len) == 0)
            return i;
        if (values[next] == '\0')
            return -1;
        values += next + 2;
    }
}

static void value_at(const char *values, int place, char *to, size_t size) {
    for (; place > 0; place--)
        values += strcspn(values, ",") + 2;
    snprintf(to, size, "%.*s", (int)strcspn(values, ","), values);
}

static int set_choice(struct settings *settings, const struct setting_row *row, const char *value,
    struct bytes *why) {
    const int place = place_of(row->values, value);
    if (place < 0) {
        bytes_printf(why, "%s: there is no '%.64s'; one of: %s", row->key, value, row->values);
        return -EINVAL;
    }
    memcpy((char *)settings + row->member, &place, sizeof place);
    return 0;
}

static int set_text(struct settings *settings, const struct setting_row *row, const char *value,
    struct bytes *why) {
    if (strlen(value) >= SETTING_TEXT) {
        bytes_printf(why, "%s: at most %d bytes", row->key, SETTING_TEXT - 1);
        return -EINVAL;
    }
    strcpy((char *)settings + row->member, value);
    return 0;
}

/* Quotation marks around the whole value are not part of it. */
static int set(struct settings *settings, const struct setting_row *row, const char *value,
    struct bytes *why) {
    char bare[SETTING_TEXT + 2];
    const size_t len = strlen(value);
    if (len >= 2 && len < sizeof bare && value[0] == '"' && value[len - 1] == '"') {
        snprintf(bare, sizeof bare, "%.*s", (int)len - 2, value + 1);
        value = bare;
    }
    return row->is_choice ? set_choice(settings, row, value, why)
                          : set_text(settings, row, value, why);
}

void settings_init(struct settings *settings) {
    struct bytes never = BYTES_EMPTY; /* a test reads the whole table */
    *settings = (struct settings){0};
    for (size_t i = 0; i < ROWS; i++)
        set(settings, &rows[i], rows[i].otherwise, &never);
    keymap_init(&settings->keymap);
    bytes_fini(&never);
}

static const struct setting_row *find(const char *section, const char *key) {
    for (size_t i = 0; i < ROWS; i++)
        if ((section == NULL || strcmp(rows[i].section, section) == 0) &&
            strcmp(rows[i].key, key) == 0)
            return &rows[i];
    return NULL;
}

/* ---- what is wrong ---- */

static void no_such_key(const char *section, const char *key, struct bytes *why) {
    const char *names[ROWS];
    size_t count = 0;
    for (size_t i = 0; i < ROWS; i++)
        if (strcmp(rows[i].section, section) == 0)
            names[count++] = rows[i].key;
    const char *near = nearest_name(key, names, count);
    bytes_printf(why, "[%s] has no setting '%.64s'", section, key);
    if (near != NULL) {
        bytes_printf(why, "; did you mean '%s'?", near);
        return;
    }
    for (size_t i = 0; i < count; i++)
        bytes_printf(why, "%s%s", i == 0 ? "; it has " : ", ", names[i]);
}

bool settings_has_section(const char *section) {
    for (size_t i = 0; i < ROWS; i++)
        if (strcmp(rows[i].section, section) == 0)
            return true;
    return strcmp(section, "keys") == 0;
}

/* Each section once. */
static size_t sections(const char *names[ROWS + 2]) {
    size_t count = 0;
    for (size_t i = 0; i < ROWS; i++)
        if (count == 0 || strcmp(names[count - 1], rows[i].section) != 0)
            names[count++] = rows[i].section;
    names[count++] = "keys";
    names[count++] = "profile NAME";
    return count;
}

void settings_no_section(const char *section, struct bytes *why) {
    const char *names[ROWS + 2] = {0};
    const size_t count = sections(names);
    const char *near = nearest_name(section, names, count);
    bytes_printf(why, "there is no section [%.48s]", section);
    if (near != NULL) {
        bytes_printf(why, "; did you mean [%s]?", near);
        return;
    }
    for (size_t i = 0; i < count; i++)
        bytes_printf(why, "%s[%s]", i == 0 ? "; there are " : ", ", names[i]);
}

int settings_take(struct settings *settings, struct settings_lines *lines, const char *section,
    const char *key, const char *value, int line, struct bytes *why) {
    if (strcmp(section, "keys") == 0)
        return keymap_bind(&settings->keymap, key, value, line, why);
    const struct setting_row *row = find(section, key);
    if (row == NULL) {
        no_such_key(section, key, why);
        return -EINVAL;
    }
    int *before = &lines->of[row - rows];
    if (*before != 0) {
        bytes_printf(why, "%s: stands in line %d already", key, *before);
        return -EINVAL;
    }
    *before = line;
    return set(settings, row, value, why);
}

int settings_line(const struct settings_lines *lines, const char *key) {
    return lines->of[find(NULL, key) - rows];
}

int settings_set(struct settings *settings, const char *key, const char *value, struct bytes *why) {
    return set(settings, find(NULL, key), value, why);
}

/* ---- printing ---- */

static void put_value(
    const struct settings *settings, const struct setting_row *row, char *to, size_t size) {
    const char *member = (const char *)settings + row->member;
    int place;
    if (row->is_choice) {
        memcpy(&place, member, sizeof place);
        value_at(row->values, place, to, size);
    } else
        snprintf(to, size, "%s", member);
}

void settings_value(const struct settings *settings, const char *key, char *to, size_t size) {
    put_value(settings, find(NULL, key), to, size);
}

static void print_rows(const struct settings *settings, bool example, struct bytes *to) {
    const char *section = "";
    char value[SETTING_TEXT];
    for (size_t i = 0; i < ROWS; i++) {
        const struct setting_row *row = &rows[i];
        if (strcmp(section, row->section) != 0)
            bytes_printf(to, "%s[%s]\n", i > 0 ? "\n" : "", row->section);
        section = row->section;
        if (example)
            bytes_printf(to, "# %s.\n# %s: %s.\n#", row->help, row->is_choice ? "One of" : "Value",
                row->values);
        put_value(settings, row, value, sizeof value);
        bytes_printf(to, "%s = %s%s", row->key, value, example ? "\n\n" : "\n");
    }
}

void settings_print(const struct settings *settings, struct bytes *to) {
    print_rows(settings, false, to);
    bytes_append_text(to, "\n");
    keymap_print(&settings->keymap, to);
}

/* The same lines, each of which would be a change when its '#' is taken away. */
static void print_keys_example(const struct keymap *map, struct bytes *to) {
    struct bytes keys = BYTES_EMPTY;
    keymap_print(map, &keys);
    for (const char *at = bytes_text(&keys), *next; *at != '\0'; at = next) {
        next = strchrnul(at, '\n');
        next += *next == '\n';
        if (at[0] != '#' && at[0] != '[')
            bytes_append_char(to, '#');
        bytes_append(to, at, (size_t)(next - at));
        if (at[0] == '[')
            bytes_append_text(to, "# No key does two things in one pane: give the other action "
                                  "other keys too.\n");
    }
    if (bytes_failed(&keys))
        to->failed = true;
    bytes_fini(&keys);
}

void settings_print_example(struct bytes *to) {
    struct settings settings;
    settings_init(&settings);
    bytes_append_text(to,
        "# Porchlight's dashboard. porchlight-config(5) tells more. Each setting stands here with\n"
        "# its default: take its '#' away and change it. A running dashboard reads this at once.\n"
        "# `porchlight config --check` reads it and says what is wrong.\n\n");
    print_rows(&settings, true, to);
    print_keys_example(&settings.keymap, to);
    bytes_append_text(to, "\n# How to reach a server; `porchlight login` writes these.\n"
                          "#[profile default]\n"
                          "#url = https://chat.example.org\n"
                          "#api_key = KEY\n"
                          "#user = ID\n"
                          "#token_file = default.token\n");
}
