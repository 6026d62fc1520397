/* SPDX-License-Identifier: MIT */
/*
 * A line an entry, NAME<tab>TEXT, under a first line that says what the file is. Lines that are not
 * so are passed over and go with the next save: the file is ours, and nobody edits it by hand.
 *
 * Forgotten entries stay in the list until they are saved, because a save must take them out of a
 * file that another dashboard may have written meanwhile.
 */
#include "dashboard/state_file.h"

#include "base/utf8.h"
#include "dashboard/files.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
    MOST_ENTRIES = 4096,
    LONGEST_NAME = 400,
    LONGEST_TEXT = 32 * 1024, /* a draft may be so long */
    LONGEST_FILE = 4 * 1024 * 1024
};

static const char first_line[] = "porchlight state 1";

struct entry {
    char *name, *text; /* text NULL: forgotten */
    bool changed;      /* since it was saved */
};

struct state_file {
    char *path; /* NULL: nothing is kept */
    struct entry *entries;
    size_t count, cap;
};

/* ---- entries ---- */

static bool is_name(const char *name, size_t len) {
    static const char letters[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.:@!-";
    return len >= 1 && len <= LONGEST_NAME && name[0] >= 'a' && name[0] <= 'z' &&
           strspn(name, letters) >= len;
}

static bool is_text(const char *text, size_t len) {
    for (size_t i = 0; i < len; i++)
        if ((unsigned char)text[i] < ' ' || text[i] == 0x7f)
            return false;
    return len <= LONGEST_TEXT && utf8_is_valid(text, len);
}

static struct entry *find(const struct state_file *state, const char *name) {
    for (size_t i = 0; i < state->count; i++)
        if (strcmp(state->entries[i].name, name) == 0)
            return &state->entries[i];
    return NULL;
}

/* The place of a name, made when there is none. */
static int place_of(struct state_file *state, const char *name, struct entry **to) {
    *to = find(state, name);
    if (*to != NULL)
        return 0;
    if (state->count == MOST_ENTRIES)
        return -ENOSPC;
    if (state->count == state->cap) {
        const size_t cap = state->cap == 0 ? 16 : state->cap * 2;
        struct entry *grown = reallocarray(state->entries, cap, sizeof *grown);
        if (grown == NULL)
            return -ENOMEM;
        state->entries = grown;
        state->cap = cap;
    }
    char *copy = strdup(name);
    if (copy == NULL)
        return -ENOMEM;
    *to = &state->entries[state->count++];
    **to = (struct entry){.name = copy};
    return 0;
}

static int set(struct state_file *state, const char *name, const char *text, bool changed) {
    struct entry *entry;
    char *copy = text != NULL ? strdup(text) : NULL;
    if (text != NULL && copy == NULL)
        return -ENOMEM;
    const int fault = place_of(state, name, &entry);
    if (fault < 0) {
        free(copy);
        return fault;
    }
    free(entry->text);
    entry->text = copy;
    entry->changed = changed;
    return 0;
}

static void clear(struct state_file *state) {
    for (size_t i = 0; i < state->count; i++) {
        free(state->entries[i].name);
        free(state->entries[i].text);
    }
    free(state->entries);
    state->entries = NULL;
    state->count = state->cap = 0;
}

/* ---- the file ---- */

static int find_path(struct state_file *state, const char *profile) {
    struct bytes path = BYTES_EMPTY;
    const char *folder = getenv("XDG_STATE_HOME"), *rest = "";
    if (folder == NULL || folder[0] != '/') {
        folder = getenv("HOME");
        rest = "/.local/state";
    }
    if (folder == NULL || folder[0] != '/')
        return -ENOENT;
    bytes_printf(&path, "%s%s/porchlight/%s.state", folder, rest, profile);
    state->path = bytes_take(&path);
    return state->path != NULL ? 0 : -ENOMEM;
}

/* NAME<tab>TEXT, which is made two texts. False: it is neither empty nor that. */
static bool take_line(struct state_file *state, char *line, int *fault) {
    char *tab = strchr(line, '\t');
    if (tab == NULL || !is_name(line, (size_t)(tab - line)) || !is_text(tab + 1, strlen(tab + 1)))
        return line[0] == '\0';
    *tab = '\0';
    const int result = set(state, line, tab + 1, false);
    if (result == -ENOMEM)
        *fault = result;
    return result == 0;
}

/* How many lines were passed over; < 0: -errno. */
static int take_text(struct state_file *state, char *text) {
    int fault = 0, bad = 0;
    char *rest = text, *line = strsep(&rest, "\n");
    if (strcmp(line, first_line) != 0)
        return line[0] == '\0' && rest == NULL ? 0 : 1; /* an empty file says nothing wrong */
    while (rest != NULL && fault == 0)
        bad += !take_line(state, strsep(&rest, "\n"), &fault);
    return fault < 0 ? fault : bad;
}

static int load(struct state_file *state, struct bytes *warning) {
    struct bytes text = BYTES_EMPTY;
    int result = file_read(state->path, LONGEST_FILE, &text);
    if (result == 0 && text.len > 0 && strlen(text.at) != text.len)
        result = 1; /* a NUL: not ours */
    else if (result == 0 && text.len > 0)
        result = take_text(state, text.at);
    bytes_fini(&text);
    if (result == -ENOMEM)
        return result;
    if (result > 0)
        bytes_printf(warning, "%s: %s was not understood and is ignored", state->path,
            result == 1 && state->count == 0 ? "what it says" : "some of what it says");
    else if (result < 0 && result != -ENOENT)
        bytes_printf(warning, "%s: cannot be read: %s", state->path, strerror(-result));
    return 0;
}

int state_file_open(struct state_file **out, const char *profile, struct bytes *warning) {
    struct state_file *state = calloc(1, sizeof *state);
    int fault = state != NULL ? 0 : -ENOMEM;
    if (fault == 0 && profile != NULL)
        fault = find_path(state, profile);
    if (fault == -ENOENT) {
        bytes_append_text(warning, "neither XDG_STATE_HOME nor HOME is set: nothing will be "
                                   "remembered");
        fault = 0;
    } else if (fault == 0 && profile != NULL)
        fault = load(state, warning);
    if (fault == 0)
        *out = state;
    else
        state_file_close(state);
    return fault;
}

void state_file_close(struct state_file *state) {
    if (state == NULL)
        return;
    clear(state);
    free(state->path);
    free(state);
}

/* ---- asking and telling ---- */

const char *state_file_text(const struct state_file *state, const char *name) {
    const struct entry *entry = find(state, name);
    return entry != NULL ? entry->text : NULL;
}

int64_t state_file_number(const struct state_file *state, const char *name, int64_t otherwise) {
    const char *text = state_file_text(state, name);
    if (text == NULL || strspn(text, "-0123456789") != strlen(text))
        return otherwise;
    char *end;
    errno = 0;
    const long long number = strtoll(text, &end, 10);
    return errno == 0 && end != text && *end == '\0' ? number : otherwise;
}

int state_file_put(struct state_file *state, const char *name, const char *text) {
    if (!is_name(name, strlen(name)) || (text != NULL && !is_text(text, strlen(text))))
        return -EINVAL;
    const struct entry *entry = find(state, name);
    const char *before = entry != NULL ? entry->text : NULL;
    if (before == NULL ? text == NULL : text != NULL && strcmp(before, text) == 0)
        return 0;
    return set(state, name, text, true);
}

int state_file_put_number(struct state_file *state, const char *name, int64_t number) {
    char text[24];
    snprintf(text, sizeof text, "%lld", (long long)number);
    return state_file_put(state, name, text);
}

bool state_file_each(const struct state_file *state, const char *prefix, size_t i,
    const char **rest, const char **text) {
    const size_t len = strlen(prefix);
    for (size_t at = 0; at < state->count; at++) {
        const struct entry *entry = &state->entries[at];
        if (entry->text == NULL || strncmp(entry->name, prefix, len) != 0 || i-- > 0)
            continue;
        *rest = entry->name + len;
        *text = entry->text;
        return true;
    }
    return false;
}

bool state_file_changed(const struct state_file *state) {
    for (size_t i = 0; i < state->count; i++)
        if (state->entries[i].changed)
            return true;
    return false;
}

/* ---- saving ---- */

static void print(const struct state_file *state, struct bytes *to) {
    bytes_printf(to, "%s\n", first_line);
    for (size_t i = 0; i < state->count; i++)
        if (state->entries[i].text != NULL)
            bytes_printf(to, "%s\t%s\n", state->entries[i].name, state->entries[i].text);
}

/* What the file says by now, with our changes over it. */
static int merge(const struct state_file *state, struct bytes *to) {
    struct state_file now = {.path = state->path};
    struct bytes ignored = BYTES_EMPTY;
    int fault = load(&now, &ignored);
    for (size_t i = 0; i < state->count && fault == 0; i++)
        if (state->entries[i].changed)
            fault = set(&now, state->entries[i].name, state->entries[i].text, false);
    if (fault == 0)
        print(&now, to);
    clear(&now);
    bytes_fini(&ignored);
    return fault == 0 && bytes_failed(to) ? -ENOMEM : fault;
}

static int write_merged(const struct state_file *state) {
    struct bytes text = BYTES_EMPTY;
    int lock = -1, fault = folder_make_and_lock(state->path, &lock);
    if (fault == 0)
        fault = merge(state, &text);
    if (fault == 0)
        fault = file_write_secret(state->path, text.at, text.len);
    if (lock >= 0)
        close(lock);
    bytes_fini(&text);
    return fault;
}

int state_file_save(struct state_file *state, struct bytes *why) {
    if (!state_file_changed(state))
        return 0;
    const int fault = state->path != NULL ? write_merged(state) : 0;
    if (fault < 0) {
        bytes_printf(why, "%s: cannot be written: %s", state->path, strerror(-fault));
        return fault;
    }
    for (size_t i = 0; i < state->count; i++)
        state->entries[i].changed = false;
    return 0;
}
