/* SPDX-License-Identifier: MIT */
#include "dashboard/config_edit.h"

#include <string.h>

enum { SETTINGS = 6 };

struct setting {
    const char *key, *value; /* value NULL: shall not stand there */
};

static bool is_blank(char c) {
    return c == ' ' || c == '\t' || c == '\r';
}

static void trim(const char **text, size_t *len) {
    while (*len > 0 && is_blank(**text))
        ++*text, --*len;
    while (*len > 0 && is_blank((*text)[*len - 1]))
        --*len;
}

static bool is_header(const char *line, size_t len) {
    trim(&line, &len);
    return len > 0 && line[0] == '[';
}

bool config_line_is_profile(const char *line, size_t len, const char *name) {
    const char *const end = memchr(line, ']', len);
    trim(&line, &len);
    if (end == NULL || len == 0 || line[0] != '[')
        return false;
    const char *inside = line + 1;
    size_t inside_len = (size_t)(end - inside);
    trim(&inside, &inside_len);
    if (inside_len < 8 || memcmp(inside, "profile", 7) != 0 || !is_blank(inside[7]))
        return false;
    inside += 7, inside_len -= 7;
    trim(&inside, &inside_len);
    return inside_len == strlen(name) && memcmp(inside, name, inside_len) == 0;
}

/* Which of ours a line sets; NULL: none. */
static struct setting *setting_of(struct setting *settings, const char *line, size_t len) {
    trim(&line, &len);
    const char *equals = memchr(line, '=', len);
    const char *colon = memchr(line, ':', len);
    if (equals == NULL || (colon != NULL && colon < equals))
        equals = colon;
    if (equals == NULL)
        return NULL;
    len = (size_t)(equals - line);
    trim(&line, &len);
    for (size_t i = 0; i < SETTINGS; i++)
        if (strlen(settings[i].key) == len && memcmp(settings[i].key, line, len) == 0)
            return &settings[i];
    return NULL;
}

static void put(struct bytes *to, struct setting *setting) {
    if (setting->value != NULL)
        bytes_printf(to, "%s = %s\n", setting->key, setting->value);
    setting->value = NULL;
}

static void put_all(struct bytes *to, struct setting *settings) {
    for (size_t i = 0; i < SETTINGS; i++)
        put(to, &settings[i]);
}

/* The end of the section's own lines: blank lines and comments before the next header are that
 * one's. */
static const char *section_end(const char *at) {
    const char *end = at;
    while (*at != '\0') {
        const char *next = strchr(at, '\n');
        next = next != NULL ? next + 1 : at + strlen(at);
        const char *line = at;
        size_t len = (size_t)(next - at);
        if (is_header(line, len))
            break;
        if (len > 0 && line[len - 1] == '\n')
            len--;
        trim(&line, &len);
        if (len > 0 && line[0] != '#' && line[0] != ';')
            end = next;
        at = next;
    }
    return end;
}

/* Copy the section that begins at `at`, with what is set in it changed; where it ended. */
static const char *edit_section(struct bytes *to, const char *at, struct setting *settings) {
    const char *const end = section_end(at);
    while (at < end) {
        const char *next = memchr(at, '\n', (size_t)(end - at));
        next = next != NULL ? next + 1 : end;
        struct setting *setting = setting_of(settings, at, (size_t)(next - at));
        if (setting != NULL)
            put(to, setting);
        else
            bytes_append(to, at, (size_t)(next - at));
        at = next;
    }
    if (to->len > 0 && to->at[to->len - 1] != '\n')
        bytes_append_char(to, '\n');
    put_all(to, settings);
    return end;
}

void config_edit(
    struct bytes *to, const char *old, const char *name, const struct profile *profile) {
    struct setting settings[SETTINGS] = {
        {"url", profile->url},
        {"api_key", profile->api_key},
        {"user", profile->user},
        {"token_file", profile->token_file},
        {"token_command", profile->token_command},
        {"ca_file", profile->ca_file},
    };
    bool found = false;
    while (*old != '\0') {
        const char *next = strchr(old, '\n');
        next = next != NULL ? next + 1 : old + strlen(old);
        bytes_append(to, old, (size_t)(next - old));
        if (!found && config_line_is_profile(old, (size_t)(next - old), name)) {
            found = true;
            if (to->len > 0 && to->at[to->len - 1] != '\n')
                bytes_append_char(to, '\n');
            next = edit_section(to, next, settings);
        }
        old = next;
    }
    if (found)
        return;
    if (to->len > 0 && to->at[to->len - 1] != '\n')
        bytes_append_char(to, '\n');
    bytes_printf(to, "%s[profile %s]\n", to->len > 0 ? "\n" : "", name);
    put_all(to, settings);
}
