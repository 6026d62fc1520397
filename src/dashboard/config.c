/* SPDX-License-Identifier: MIT */
#include "dashboard/config.h"

#include "dashboard/cli/ids.h"
#include "dashboard/config_edit.h"
#include "dashboard/config_lines.h"
#include "dashboard/files.h"
#include "dashboard/model/rule.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { LONGEST_FILE = 1024 * 1024, LONGEST_VALUE = 4000 };

struct reading {
    const char *wanted; /* NULL: none, all are checked */
    struct profile *to;
    struct settings *settings; /* NULL: those of the screen are not looked at */
    struct settings_lines lines;
    bool found;
    struct bytes names;    /* of all profiles, for a message */
    char last_name[40];    /* the last of them */
    char last_section[64]; /* that was complained about */
};

void profile_fini(struct profile *profile) {
    free(profile->url);
    free(profile->api_key);
    free(profile->user);
    free(profile->token_file);
    free(profile->token_command);
    free(profile->ca_file);
    *profile = (struct profile){0};
}

bool profile_name_is_valid(const char *name) {
    static const char letters[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.-";
    const size_t len = strlen(name);
    return len >= 1 && len <= 32 && strspn(name, letters) == len && name[0] != '.' &&
           name[0] != '-';
}

static char *joined(const char *folder, const char *rest) {
    struct bytes text = BYTES_EMPTY;
    bytes_append_text(&text, folder);
    bytes_append_text(&text, rest);
    return bytes_take(&text);
}

int config_path(char **path) {
    const char *folder = getenv("XDG_CONFIG_HOME"), *rest = "/porchlight/config";
    if (folder == NULL || folder[0] != '/') {
        folder = getenv("HOME");
        rest = "/.config/porchlight/config";
    }
    if (folder == NULL || folder[0] != '/')
        return -ENOENT;
    char *made = joined(folder, rest);
    if (made == NULL)
        return -ENOMEM;
    *path = made;
    return 0;
}

static char **member_of(struct profile *profile, const char *key) {
    const struct {
        const char *key;
        char **member;
    } members[] = {
        {"url", &profile->url},
        {"api_key", &profile->api_key},
        {"user", &profile->user},
        {"token_file", &profile->token_file},
        {"token_command", &profile->token_command},
        {"ca_file", &profile->ca_file},
    };
    for (size_t i = 0; i < sizeof members / sizeof members[0]; i++)
        if (strcmp(members[i].key, key) == 0)
            return members[i].member;
    return NULL;
}

static void note_name(struct reading *reading, const char *name) {
    if (strcmp(reading->last_name, name) == 0)
        return;
    snprintf(reading->last_name, sizeof reading->last_name, "%s", name);
    bytes_printf(&reading->names, "%s%s", reading->names.len > 0 ? ", " : "", name);
}

/* What cannot be so whatever the server is. */
static void check_profile_value(const struct config_line *line, struct bytes *complaint) {
    const char *value = line->value;
    if (value[0] == '\0')
        bytes_printf(complaint, "%s: nothing stands behind it: take the line away", line->key);
    else if (strcmp(line->key, "url") == 0 && strncmp(value, "http://", 7) != 0 &&
             strncmp(value, "https://", 8) != 0)
        bytes_append_text(complaint, "url: a URL here begins with http:// or https://");
    else if (strcmp(line->key, "user") == 0 && !is_user_id(value))
        bytes_append_text(
            complaint, "user: a user's id is 1 to 255 letters, digits, '@', '_' or '-'");
}

static int take_profile(struct reading *reading, const char *name, const struct config_line *line,
    struct bytes *complaint) {
    struct profile ignored = {0};
    if (!profile_name_is_valid(name)) {
        bytes_append_text(
            complaint, "a profile's name is 1 to 32 letters, digits, '_', '.' or '-'");
        return 0;
    }
    note_name(reading, name);
    const bool wanted = reading->wanted != NULL && strcmp(name, reading->wanted) == 0;
    char **member = member_of(wanted ? reading->to : &ignored, line->key);
    if (member == NULL)
        bytes_append_text(complaint, "no such setting; a profile has url, api_key, user, "
                                     "token_file, token_command, ca_file");
    else if (reading->settings != NULL) /* else whoever uses it judges it */
        check_profile_value(line, complaint);
    if (complaint->len > 0 || !wanted)
        return 0;
    if (*member != NULL) {
        bytes_append_text(complaint, "this setting stands there twice");
        return 0;
    }
    reading->found = true;
    *member = strdup(line->value);
    return *member != NULL ? 0 : -ENOMEM;
}

/* Once a section is enough. */
static void no_section(
    struct reading *reading, const struct config_line *line, struct bytes *complaint) {
    if (line->section[0] == '\0')
        bytes_append_text(complaint, "a setting stands in a section, such as [ui]");
    else if (strcmp(line->section, reading->last_section) != 0)
        settings_no_section(line->section, complaint);
    snprintf(reading->last_section, sizeof reading->last_section, "%s", line->section);
}

static int take(void *context, const struct config_line *line, struct bytes *complaint) {
    struct reading *reading = context;
    const char *name = config_profile_of(line->section);
    if (name != NULL)
        return take_profile(reading, name, line, complaint);
    if (!settings_has_section(line->section))
        no_section(reading, line, complaint);
    else if (reading->settings != NULL)
        settings_take(reading->settings, &reading->lines, line->section, line->key, line->value,
            line->number, complaint);
    return 0;
}

/* A path in the file is the owner's word: below home, absolute, or beside the file. */
static bool make_absolute(char **file, const char *config) {
    if (*file == NULL || (*file)[0] == '/')
        return true;
    const char *home = getenv("HOME");
    char *absolute;
    if (strncmp(*file, "~/", 2) == 0 && home != NULL)
        absolute = joined(home, *file + 1);
    else {
        struct bytes text = BYTES_EMPTY;
        const char *slash = strrchr(config, '/');
        bytes_append(&text, config, slash != NULL ? (size_t)(slash - config) + 1 : 0);
        bytes_append_text(&text, *file);
        absolute = bytes_take(&text);
    }
    free(*file);
    *file = absolute;
    return absolute != NULL;
}

int config_read(const char *path, const char *name, struct profile *to, struct bytes *why) {
    struct bytes text = BYTES_EMPTY, all = BYTES_EMPTY;
    struct profile read = {0};
    struct reading reading = {.wanted = name, .to = &read};
    int result = config_load(path, &text, why);
    if (result == 0) {
        result = config_walk(bytes_text(&text), path, take, &reading, &all);
        /* The first is enough for somebody who wanted something else. */
        if (result > 0)
            bytes_append(why, all.at, strcspn(all.at, "\n"));
        if (result > 0)
            result = -EINVAL;
        else if (result == 0 &&
                 (!make_absolute(&read.token_file, path) || !make_absolute(&read.ca_file, path)))
            result = -ENOMEM;
        else if (result == 0 && !reading.found)
            result = CONFIG_NONE;
    }
    if (result == 0)
        *to = read;
    else
        profile_fini(&read);
    if (result == CONFIG_NONE)
        bytes_append_text(why, bytes_text(&reading.names));
    bytes_fini(&reading.names);
    bytes_fini(&all);
    bytes_fini(&text);
    return result;
}

/* What only the whole can be wrong in. How many complaints. */
static int check_keys(const struct keymap *map, const char *called, struct bytes *why) {
    struct keymap_walk walk = {0};
    struct bytes complaint = BYTES_EMPTY;
    int line, count = 0;
    for (; keymap_conflict(map, &walk, &line, &complaint); count++) {
        bytes_printf(
            why, "%s%s:%d: %s", why->len > 0 ? "\n" : "", called, line, bytes_text(&complaint));
        bytes_clear(&complaint);
    }
    if (!keymap_has_exit(map)) {
        bytes_printf(why, "%s%s: neither quit nor quit-now has a key: there would be no way out",
            why->len > 0 ? "\n" : "", called);
        count++;
    }
    bytes_fini(&complaint);
    return count;
}

/* Groups and rules are read together; which of the two lines it is in the complaint says. */
static int check_rules(const struct settings *settings, const struct settings_lines *lines,
    const char *called, struct bytes *why) {
    struct rules rules = {0};
    struct bytes complaint = BYTES_EMPTY;
    const int fault = rules_read(&rules, settings->groups, "", &complaint);
    const char *key = fault == 0 ? "rules" : "groups";
    int result = fault != 0 ? fault
                            : rules_read(&rules, settings->groups, settings->rules, &complaint);
    if (result == -EINVAL) {
        bytes_printf(why, "%s%s:%d: %s: %s", why->len > 0 ? "\n" : "", called,
            settings_line(lines, key), key, bytes_text(&complaint));
        result = 1;
    }
    rules_fini(&rules);
    bytes_fini(&complaint);
    return result;
}

int config_settings(const char *path, const char *called, struct settings *to, struct bytes *why) {
    struct bytes text = BYTES_EMPTY;
    struct settings read;
    struct reading reading = {.settings = &read};
    settings_init(&read);
    int result = config_load(path, &text, why);
    if (result == 0) {
        result = config_walk(bytes_text(&text), called, take, &reading, why);
        if (result >= 0)
            result += check_keys(&read.keymap, called, why);
        if (result >= 0) {
            const int wrong = check_rules(&read, &reading.lines, called, why);
            result = wrong < 0 ? wrong : result + wrong;
        }
        if (result > 0)
            result = -EINVAL;
    }
    if (result >= 0)
        *to = read;
    bytes_fini(&reading.names);
    bytes_fini(&text);
    return result;
}

static int check_values(const struct profile *profile, struct bytes *why) {
    const char *const values[] = {profile->url, profile->api_key, profile->user,
        profile->token_file, profile->token_command, profile->ca_file};
    for (size_t i = 0; i < sizeof values / sizeof values[0]; i++) {
        const char *v = values[i];
        size_t plain = 0;
        while (v != NULL && ((unsigned char)v[plain] >= ' ' || v[plain] == '\t'))
            plain++;
        if (v != NULL && (v[plain] != '\0' || plain > LONGEST_VALUE || plain == 0)) {
            bytes_append_text(why, "a setting must be one line of text, not empty, of at most "
                                   "4000 bytes");
            return -EINVAL;
        }
    }
    return 0;
}

/* Both files, with the folder locked, so that two logins at once both end up in it. */
static int write_locked(const char *path, const char *name, const struct profile *profile,
    const char *token_path, const char *token) {
    struct bytes old = BYTES_EMPTY, text = BYTES_EMPTY;
    struct profile written = *profile;
    struct bytes token_name = BYTES_EMPTY, token_line = BYTES_EMPTY;
    int fault = file_read(path, LONGEST_FILE, &old);
    if (fault == -ENOENT)
        fault = 0;
    if (token != NULL) {
        bytes_printf(&token_name, "%s.token", name);
        bytes_printf(&token_line, "%s\n", token);
        written.token_file = token_name.at;
    }
    config_edit(&text, bytes_text(&old), name, &written);
    if (bytes_failed(&text) || bytes_failed(&token_name) || bytes_failed(&token_line))
        fault = -ENOMEM;
    if (fault == 0 && token != NULL)
        fault = file_write_secret(token_path, token_line.at, token_line.len);
    if (fault == 0)
        fault = file_write_secret(path, text.at, text.len);
    if (fault == 0 && token == NULL &&
        (profile->token_file == NULL || strcmp(profile->token_file, token_path) != 0))
        unlink(token_path);
    if (token_line.at != NULL)
        explicit_bzero(token_line.at, token_line.len);
    bytes_fini(&token_line);
    bytes_fini(&token_name);
    bytes_fini(&text);
    bytes_fini(&old);
    return fault;
}

int config_write(const char *path, const char *name, const struct profile *profile,
    const char *token, struct bytes *why) {
    int fault = check_values(profile, why);
    if (fault != 0)
        return fault;
    struct bytes token_path = BYTES_EMPTY;
    bytes_append(&token_path, path, (size_t)(strrchr(path, '/') - path) + 1);
    bytes_printf(&token_path, "%s.token", name);
    int lock = -1;
    if (bytes_failed(&token_path))
        fault = -ENOMEM;
    if (fault == 0)
        fault = folder_make_and_lock(path, &lock);
    if (fault == 0)
        fault = write_locked(path, name, profile, token_path.at, token);
    if (fault != 0)
        bytes_printf(why, "%s: cannot be written: %s", path, strerror(-fault));
    if (lock >= 0)
        close(lock);
    bytes_fini(&token_path);
    return fault;
}
