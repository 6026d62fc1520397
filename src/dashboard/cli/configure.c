/* SPDX-License-Identifier: MIT */
/*
 * The configuration as a person meets it: written once with everything explained, checked, and
 * printed as it is in force. A file that is written anew keeps the profiles of the old one, line by
 * line: they are how servers are reached, and `login` made them.
 */
#include "dashboard/cli/configure.h"

#include "dashboard/cli/commands.h"
#include "dashboard/config.h"
#include "dashboard/config_lines.h"
#include "dashboard/files.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* ---- what is in force ---- */

static int override(const struct options *options, struct settings *settings, struct bytes *why) {
    struct bytes complaint = BYTES_EMPTY;
    int fault = 0;
    if (options->theme != NULL)
        fault = settings_set(settings, "theme", options->theme, &complaint);
    if (fault == 0 && options->glyphs != NULL)
        fault = settings_set(settings, "glyphs", options->glyphs, &complaint);
    if (fault == 0 && options->ascii)
        fault = settings_set(settings, "glyphs", "ascii", &complaint);
    if (fault == 0 && options->no_mouse)
        fault = settings_set(settings, "mouse", "off", &complaint);
    if (fault != 0)
        bytes_printf(why, "--%s", bytes_text(&complaint));
    bytes_fini(&complaint);
    return fault;
}

int settings_in_force(
    const struct options *options, const char *called, struct settings *to, struct bytes *why) {
    char *path = NULL;
    struct settings read;
    int fault = config_path(&path);
    settings_init(&read);
    if (fault == 0)
        fault = config_settings(path, called != NULL ? called : path, &read, why);
    free(path);
    if (fault == CONFIG_NONE || fault == -ENOENT) /* no file, or no home to have one in */
        fault = 0;
    if (fault == 0)
        fault = override(options, &read, why);
    if (fault == 0)
        *to = read;
    return fault;
}

void say_lines(const struct bytes *why) {
    const char *at = bytes_text(why);
    while (*at != '\0') {
        const size_t len = strcspn(at, "\n");
        say("%.*s", (int)len, at);
        at += len + (at[len] == '\n');
    }
}

/* ---- config ---- */

static int say_fault(const struct bytes *why) {
    if (why->len > 0)
        say_lines(why);
    else
        say("out of memory");
    return EXIT_USE;
}

static int put(const struct bytes *text) {
    if (bytes_failed(text)) {
        say("out of memory");
        return EXIT_NO;
    }
    fputs(bytes_text(text), stdout);
    return EXIT_DONE;
}

static int print(void) {
    static const struct options none;
    struct settings settings;
    struct bytes text = BYTES_EMPTY, why = BYTES_EMPTY;
    int code = EXIT_DONE;
    if (settings_in_force(&none, NULL, &settings, &why) < 0)
        code = say_fault(&why);
    else {
        settings_print(&settings, &text);
        code = put(&text);
    }
    bytes_fini(&text);
    bytes_fini(&why);
    return code;
}

int command_dump_keys(void) {
    static const struct options none;
    struct settings settings;
    struct bytes text = BYTES_EMPTY, why = BYTES_EMPTY;
    int code = EXIT_DONE;
    if (settings_in_force(&none, NULL, &settings, &why) < 0)
        code = say_fault(&why);
    else {
        keymap_print(&settings.keymap, &text);
        code = put(&text);
    }
    bytes_fini(&text);
    bytes_fini(&why);
    return code;
}

static int check(const char *path) {
    struct settings settings;
    struct bytes why = BYTES_EMPTY;
    int code = EXIT_DONE;
    const int result = config_settings(path, path, &settings, &why);
    if (result < 0)
        code = say_fault(&why);
    else if (result == CONFIG_NONE)
        say("%s: there is no such file; all is as it is by default", path);
    bytes_fini(&why);
    return code;
}

/* The lines of all [profile NAME], with what stands right above each. */
static void keep_profiles(const char *old, struct bytes *to) {
    const char *kept = NULL; /* comments and blank lines that may belong to the next section */
    bool inside = false;
    for (const char *at = old, *next; *at != '\0'; at = next) {
        next = strchrnul(at, '\n');
        const size_t blank = strspn(at, " \t");
        const char first = at[blank];
        if (first == '[') {
            inside = strncmp(at + blank + 1 + strspn(at + blank + 1, " \t"), "profile", 7) == 0;
            if (inside && kept != NULL && kept < at)
                bytes_append(to, kept, (size_t)(at - kept));
        }
        next += *next == '\n';
        if (first == '[' || (first != '#' && first != ';' && first != '\n' && first != '\0')) {
            if (inside)
                bytes_append(to, at, (size_t)(next - at));
            kept = NULL;
        } else if (kept == NULL)
            kept = at;
    }
}

static int write_example(const char *path, const struct bytes *old, struct bytes *why) {
    struct bytes text = BYTES_EMPTY;
    int lock = -1;
    settings_print_example(&text);
    if (old->len > 0) {
        bytes_append_char(&text, '\n');
        keep_profiles(old->at, &text);
    }
    int fault = bytes_failed(&text) ? -ENOMEM : folder_make_and_lock(path, &lock);
    if (fault == 0)
        fault = file_write_secret(path, text.at, text.len);
    if (fault < 0)
        bytes_printf(why, "%s: cannot be written: %s", path, strerror(-fault));
    if (lock >= 0)
        close(lock);
    bytes_fini(&text);
    return fault;
}

static int init(const char *path, bool force) {
    struct bytes old = BYTES_EMPTY, why = BYTES_EMPTY;
    const int found = config_load(path, &old, &why);
    int code = EXIT_DONE;
    if (found == 0 && !force) {
        say("%s: is there already; --force writes it anew, but for its profiles", path);
        code = EXIT_USE;
    } else if (found < 0 || write_example(path, &old, &why) < 0)
        code = say_fault(&why);
    else
        puts(path);
    bytes_fini(&old);
    bytes_fini(&why);
    return code;
}

int command_config(const struct options *options) {
    char *path = NULL;
    int code = EXIT_DONE;
    if (options->print) /* which needs no file, nor a place for one */
        return print();
    const int fault = config_path(&path);
    if (fault < 0) {
        say(fault == -ENOENT ? "neither XDG_CONFIG_HOME nor HOME is set" : "out of memory");
        return EXIT_USE;
    }
    if (options->init)
        code = init(path, options->force);
    else if (options->check)
        code = check(path);
    else
        puts(path);
    free(path);
    return code;
}
