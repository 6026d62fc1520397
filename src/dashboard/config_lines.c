/* SPDX-License-Identifier: MIT */
/*
 * Debian's libinih takes its settings from globals of its own; they are set here before each parse,
 * on the thread that runs main(): long lines, no values over several lines (an indented line would
 * silently belong to the one before), no comments behind a value (a token_command may hold a ';').
 *
 * inih tells a handler no line number, so its reader counts; and it tells only at the end which
 * line was the first that it did not understand, while the lines below a broken header were told
 * as if they belonged to the section above. So it reads twice: to find that line, and up to it.
 */
#include "dashboard/config_lines.h"

#include "dashboard/files.h"

#include <errno.h>
#include <ini.h>
#include <string.h>

enum {
    LONGEST_LINE = 4096,
    LONGEST_FILE = 1024 * 1024,
    LONGEST_SECTION = 48 /* inih cuts at 49 and says nothing */
};

struct walk {
    const char *at; /* what the reader has not given yet */
    int line;       /* of what it gave last */
    int bad_line;   /* the first that is wrong in itself; 0: none is known */
    const char *bad;
    config_line_fn *told; /* NULL: nobody is told */
    void *context;
    const char *called;
    struct bytes *why;
    int complaints, fault;
};

int config_load(const char *path, struct bytes *text, struct bytes *why) {
    const int fault = file_read(path, LONGEST_FILE, text);
    if (fault == -ENOENT || fault == -ENOTDIR)
        return CONFIG_LINES_NONE;
    if (fault == 0 && memchr(bytes_text(text), '\0', text->len) != NULL) {
        bytes_printf(why, "%s: this is no text file", path);
        return -EINVAL;
    }
    if (fault != 0)
        bytes_printf(why, "%s: %s", path, strerror(-fault));
    return fault;
}

static void complain(struct walk *walk, int line, const char *text) {
    bytes_printf(
        walk->why, "%s%s:%d: %s", walk->why->len > 0 ? "\n" : "", walk->called, line, text);
    walk->complaints++;
}

static char *refuse(struct walk *walk, const char *bad) {
    walk->bad_line = walk->line;
    walk->bad = bad;
    return NULL;
}

/* inih looks at nothing behind a section's name: a setting there would be lost without a word. */
static bool hides_something(const char *line, size_t len) {
    const char *end = line[0] == '[' ? memchr(line, ']', len) : NULL;
    if (end == NULL)
        return false;
    const size_t rest = len - (size_t)(end + 1 - line), blank = strspn(end + 1, " \t\r");
    return blank < rest && strchr("#;", end[1 + blank]) == NULL;
}

static char *next_line(char *to, int size, void *context) {
    struct walk *walk = context;
    if (*walk->at == '\0' || walk->fault != 0 ||
        (walk->bad_line != 0 && walk->line + 1 >= walk->bad_line))
        return NULL;
    walk->line++;
    const char *end = strchrnul(walk->at, '\n');
    const size_t len = (size_t)(end - walk->at);
    const size_t blank = strspn(walk->at, " \t");
    if (len + 2 > (size_t)size)
        return refuse(walk, "the line is too long");
    if (walk->at[blank] == '[' && len - blank > LONGEST_SECTION)
        return refuse(walk, "the section's name is too long");
    if (hides_something(walk->at + blank, len - blank))
        return refuse(walk, "something stands behind the section: it would be left out");
    memcpy(to, walk->at, len);
    memcpy(to + len, "\n", 2);
    walk->at = *end == '\n' ? end + 1 : end;
    return to;
}

/* Told one setting by inih, which goes on whatever we say. */
static int on_setting(void *context, const char *section, const char *key, const char *value) {
    struct walk *walk = context;
    if (walk->told == NULL || walk->fault != 0)
        return 1;
    const struct config_line line = {section, key, value, walk->line};
    struct bytes complaint = BYTES_EMPTY;
    walk->fault = walk->told(walk->context, &line, &complaint);
    if (complaint.len > 0)
        complain(walk, walk->line, complaint.at);
    if (bytes_failed(&complaint))
        walk->fault = -ENOMEM;
    bytes_fini(&complaint);
    return 1;
}

static int parse(struct walk *walk, const char *text) {
    walk->at = text;
    walk->line = 0;
    ini_max_line = LONGEST_LINE;
    ini_allow_multiline = false;
    ini_allow_inline_comments = false;
    return ini_parse_stream(next_line, walk, on_setting, walk);
}

int config_walk(
    const char *text, const char *called, config_line_fn *told, void *context, struct bytes *why) {
    struct walk walk = {.called = called, .why = why, .context = context};
    const int bad = parse(&walk, text);
    if (bad > 0 && (walk.bad_line == 0 || bad < walk.bad_line)) {
        walk.bad_line = bad;
        walk.bad = "neither [SECTION] nor NAME = VALUE";
    }
    walk.told = told;
    parse(&walk, text);
    if (walk.bad_line != 0 && walk.fault == 0)
        complain(&walk, walk.bad_line, walk.bad);
    if (bytes_failed(why))
        return -ENOMEM;
    return walk.fault != 0 ? walk.fault : walk.complaints;
}

const char *config_profile_of(const char *section) {
    const size_t blanks = strncmp(section, "profile", 7) == 0 ? strspn(section + 7, " \t") : 0;
    return blanks > 0 ? section + 7 + blanks : NULL;
}
