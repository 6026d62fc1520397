/* SPDX-License-Identifier: MIT */
/*
 * The keeper of libinih. Debian's libinih takes its settings from globals of its own; they are set
 * here before each parse, on the thread that runs main(): long lines, no values over several lines
 * (an indented line would silently belong to the one before), no comments behind a value (a
 * token_command may hold a ';').
 *
 * inih tells a handler no line number, so its reader counts.
 */
#include "dashboard/config.h"

#include "dashboard/config_edit.h"
#include "dashboard/files.h"

#include <errno.h>
#include <ini.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
    LONGEST_LINE = 4096,
    LONGEST_FILE = 1024 * 1024,
    LONGEST_SECTION = 48, /* inih cuts at 49 and says nothing */
    LONGEST_VALUE = 4000,
};

struct parse {
    const char *at; /* what the reader has not given yet */
    int line;       /* of what it gave last */
    const char *path, *wanted;
    struct profile *to;
    bool found;
    struct bytes names; /* of all profiles, for a message */
    char last_name[40]; /* the last of them */
    int bad_line;       /* 0: none */
    struct bytes *why;
    bool memory_failed;
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

/* The first complaint by line is the one that is told. */
static int complain(struct parse *parse, const char *text) {
    if (parse->bad_line == 0) {
        parse->bad_line = parse->line;
        bytes_printf(parse->why, "%s:%d: %s", parse->path, parse->line, text);
    }
    return 0;
}

static char *next_line(char *to, int size, void *context) {
    struct parse *parse = context;
    if (*parse->at == '\0' || parse->bad_line != 0)
        return NULL;
    parse->line++;
    const char *end = strchrnul(parse->at, '\n');
    const size_t len = (size_t)(end - parse->at);
    const size_t blank = strspn(parse->at, " \t");
    if (len + 2 > (size_t)size) {
        complain(parse, "the line is too long");
        return NULL;
    }
    if (parse->at[blank] == '[' && len - blank > LONGEST_SECTION) {
        complain(parse, "the section's name is too long");
        return NULL;
    }
    memcpy(to, parse->at, len);
    memcpy(to + len, "\n", 2);
    parse->at = *end == '\n' ? end + 1 : end;
    return to;
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

static void note_name(struct parse *parse, const char *name) {
    if (strcmp(parse->last_name, name) == 0)
        return;
    snprintf(parse->last_name, sizeof parse->last_name, "%s", name);
    bytes_printf(&parse->names, "%s%s", parse->names.len > 0 ? ", " : "", name);
}

/* Told one setting. 1: go on; 0: it is wrong. */
static int take(void *context, const char *section, const char *key, const char *value) {
    struct parse *parse = context;
    const size_t prefix = strncmp(section, "profile", 7) == 0 ? strspn(section + 7, " \t") : 0;
    const char *name = section + 7 + prefix;
    if (section[0] == '\0')
        return complain(parse, "a setting stands in a section, [profile NAME]");
    if (prefix == 0)
        return complain(parse, "the only sections are [profile NAME]");
    if (!profile_name_is_valid(name))
        return complain(parse, "a profile's name is 1 to 32 letters, digits, '_', '.' or '-'");
    note_name(parse, name);
    struct profile ignored = {0};
    const bool wanted = strcmp(name, parse->wanted) == 0;
    char **member = member_of(wanted ? parse->to : &ignored, key);
    if (member == NULL)
        return complain(parse, "no such setting; a profile has url, api_key, user, token_file, "
                               "token_command, ca_file");
    if (!wanted)
        return 1;
    if (*member != NULL)
        return complain(parse, "this setting stands there twice");
    parse->found = true;
    *member = strdup(value);
    parse->memory_failed = parse->memory_failed || *member == NULL;
    return 1;
}

static void parse_text(struct parse *parse) {
    ini_max_line = LONGEST_LINE;
    ini_allow_multiline = false;
    ini_allow_inline_comments = false;
    const int bad = ini_parse_stream(next_line, parse, take, parse);
    /* A broken header also spoils the lines below it, which complained first. */
    if (bad > 0 && (parse->bad_line == 0 || bad < parse->bad_line)) {
        parse->line = bad;
        parse->bad_line = 0;
        bytes_clear(parse->why);
        complain(parse, "neither [profile NAME] nor NAME = VALUE");
    }
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

/* 0; CONFIG_NONE: there is no file. */
static int load(const char *path, struct bytes *text, struct bytes *why) {
    const int fault = file_read(path, LONGEST_FILE, text);
    if (fault == -ENOENT || fault == -ENOTDIR)
        return CONFIG_NONE;
    if (fault == 0 && memchr(bytes_text(text), '\0', text->len) != NULL) {
        bytes_printf(why, "%s: this is no text file", path);
        return -EINVAL;
    }
    if (fault != 0)
        bytes_printf(why, "%s: %s", path, strerror(-fault));
    return fault;
}

int config_read(const char *path, const char *name, struct profile *to, struct bytes *why) {
    struct bytes text = BYTES_EMPTY;
    struct profile read = {0};
    int result = load(path, &text, why);
    struct parse parse = {
        .at = bytes_text(&text), .path = path, .wanted = name, .to = &read, .why = why};
    if (result == 0) {
        parse_text(&parse);
        if (parse.bad_line != 0)
            result = -EINVAL;
        else if (!make_absolute(&read.token_file, path) || !make_absolute(&read.ca_file, path) ||
                 parse.memory_failed)
            result = -ENOMEM;
        else if (!parse.found)
            result = CONFIG_NONE;
    }
    if (result == 0)
        *to = read;
    else
        profile_fini(&read);
    if (result == CONFIG_NONE)
        bytes_append_text(why, bytes_text(&parse.names));
    bytes_fini(&parse.names);
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
