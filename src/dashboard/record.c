/* SPDX-License-Identifier: MIT */
/*
 * The feed tells all members of a channel again with each page of them. Somebody who is told just
 * as before is not written again: without that a channel of ten thousand would be a file of a
 * hundred megabytes. What a link does to everybody is not told of each, so with it all begins anew.
 *
 * Times never go back in a record, although the clock may: what is told then is told at the time of
 * what was told before.
 */
#include "dashboard/record.h"

#include "base/clock.h"
#include "base/table.h"
#include "dashboard/cli/text.h"
#include "dashboard/told_form.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { SHORTEST_SECRET = 6 }; /* what is shorter stands in any text by chance */

/* How somebody was told last. */
struct told_before {
    char *id, *person, *clock; /* as JSON; NULL: not yet */
};

struct record {
    struct table before; /* by id */
    FILE *file;
    struct bytes line;
    char **secrets;
    size_t secret_count;
    int64_t at_ms;
    int fault;
};

/* ---- as JSON ---- */

static void put_object(struct bytes *to, const void *from, const struct told_field *fields);

static void put_ids(struct bytes *to, const struct told *told) {
    bytes_append_char(to, '[');
    for (size_t i = 0; i < told->id_count; i++) {
        bytes_append_text(to, i > 0 ? "," : "");
        text_json(to, told->ids[i]);
    }
    bytes_append_char(to, ']');
}

static void put_line(struct bytes *to, const struct line_told *line) {
    bytes_append_char(to, '{');
    put_object(to, line, told_line_fields);
    bytes_append_char(to, '}');
}

static void put_lines(struct bytes *to, const struct told *told) {
    bytes_append_char(to, '[');
    for (size_t i = 0; i < told->line_count; i++) {
        bytes_append_text(to, i > 0 ? "," : "");
        put_line(to, &told->lines[i]);
    }
    bytes_append_char(to, ']');
}

static void put_text(struct bytes *to, const char *text) {
    text_json(to, text != NULL ? text : "");
}

static void put_value(struct bytes *to, const void *object, const struct told_field *field) {
    const void *at = (const char *)object + field->offset;
    switch (field->kind) {
    case FIELD_USER:
    case FIELD_CID:
    case FIELD_TEXT: put_text(to, *(const char *const *)at); break;
    case FIELD_FLAG: bytes_append_text(to, *(const bool *)at ? "true" : "false"); break;
    case FIELD_TIME: bytes_printf(to, "%lld", (long long)*(const int64_t *)at); break;
    case FIELD_INT: bytes_printf(to, "%d", *(const int *)at); break;
    case FIELD_COUNT: bytes_printf(to, "%u", *(const unsigned *)at); break;
    case FIELD_SIZE: bytes_printf(to, "%zu", *(const size_t *)at); break;
    case FIELD_STATE: put_text(to, told_link_states[*(const enum link_state *)at]); break;
    case FIELD_IDS: put_ids(to, object); break;
    case FIELD_LINE: put_line(to, at); break;
    case FIELD_LINES: put_lines(to, object); break;
    case FIELD_END: break;
    }
}

static void put_object(struct bytes *to, const void *from, const struct told_field *fields) {
    for (const struct told_field *field = fields; field->kind != FIELD_END; field++) {
        bytes_printf(to, "%s\"%s\":", field != fields ? "," : "", field->name);
        put_value(to, from, field);
    }
}

/* ---- the file ---- */

static void hide(struct record *record) {
    for (size_t i = 0; i < record->secret_count; i++) {
        const size_t len = strlen(record->secrets[i]);
        for (char *at = record->line.at; (at = strstr(at, record->secrets[i])) != NULL; at += len)
            memset(at, '*', len);
    }
}

static void put_out(struct record *record) {
    bytes_append_char(&record->line, '\n');
    if (record->fault != 0)
        return;
    if (bytes_failed(&record->line)) {
        record->fault = -ENOMEM;
        return;
    }
    hide(record);
    if (fwrite(record->line.at, 1, record->line.len, record->file) != record->line.len)
        record->fault = errno != 0 ? -errno : -EIO;
}

static void forget_all(struct record *record) {
    size_t i = 0;
    for (struct told_before *was; (was = table_next(&record->before, &i)) != NULL;) {
        free(was->id);
        free(was->person);
        free(was->clock);
        free(was);
    }
    table_fini(&record->before);
    record->before = (struct table){0};
}

static struct told_before *get_before(struct record *record, const char *id) {
    struct told_before *was = table_find(&record->before, id);
    if (was != NULL)
        return was;
    was = calloc(1, sizeof *was);
    if (was == NULL || (was->id = strdup(id)) == NULL ||
        table_put(&record->before, was->id, was, NULL) < 0) {
        free(was != NULL ? was->id : NULL);
        free(was);
        return NULL;
    }
    return was;
}

/* Whether it was told just so; from now on it was. Without memory for it, it was not. */
static bool is_told_again(struct record *record, const struct told *told, const char *line) {
    if (told->kind == TOLD_LINK || told->kind == TOLD_RESYNCED)
        forget_all(record);
    if (told->kind != TOLD_PERSON && told->kind != TOLD_CLOCK)
        return false;
    struct told_before *was = get_before(
        record, told->kind == TOLD_PERSON ? told->person.id : told->id);
    if (was == NULL)
        return false;
    char **last = told->kind == TOLD_PERSON ? &was->person : &was->clock;
    if (*last != NULL && strcmp(*last, line) == 0)
        return true;
    free(*last);
    *last = strdup(line);
    return false;
}

int record_open(
    struct record **out, const char *path, const char *label, const char *me, struct bytes *why) {
    struct record *record = calloc(1, sizeof *record);
    const int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    const int fault = fd < 0 ? -errno : -ENOMEM;
    if (record == NULL || fd < 0 || (record->file = fdopen(fd, "w")) == NULL) {
        text_plain(why, path);
        bytes_printf(why, ": %s", strerror(-fault));
        if (fd >= 0)
            close(fd);
        free(record);
        return fault;
    }
    record->at_ms = clock_unix_us() / 1000;
    bytes_printf(&record->line,
        "{\"porchlight_record\":%d,\"program\":\"" PORCHLIGHT_VERSION "\",\"at\":%lld,\"label\":",
        TOLD_VERSION, (long long)record->at_ms);
    text_json(&record->line, label);
    bytes_append_text(&record->line, ",\"me\":");
    text_json(&record->line, me);
    bytes_append_char(&record->line, '}');
    put_out(record);
    *out = record;
    return 0;
}

int record_hide(struct record *record, const char *secret) {
    if (record == NULL || secret == NULL || strlen(secret) < SHORTEST_SECRET)
        return 0;
    char **more = realloc(record->secrets, (record->secret_count + 1) * sizeof *more);
    if (more == NULL)
        return -ENOMEM;
    record->secrets = more;
    more[record->secret_count] = strdup(secret);
    if (more[record->secret_count] == NULL)
        return -ENOMEM;
    record->secret_count++;
    return 0;
}

void record_put(struct record *record, const struct told *told) {
    if (record == NULL || record->fault != 0)
        return;
    if (told->at_ms > record->at_ms)
        record->at_ms = told->at_ms;
    bytes_clear(&record->line);
    bytes_printf(&record->line, "{\"at\":%lld,", (long long)record->at_ms);
    const size_t time_bytes = record->line.len;
    bytes_printf(&record->line, "\"tell\":\"%s\"", told_forms[told->kind].name);
    if (told_forms[told->kind].fields->kind != FIELD_END)
        bytes_append_char(&record->line, ',');
    put_object(&record->line, told, told_forms[told->kind].fields);
    bytes_append_char(&record->line, '}');
    if (bytes_failed(&record->line) || !is_told_again(record, told, record->line.at + time_bytes))
        put_out(record);
}

void record_flush(struct record *record) {
    if (record != NULL && fflush(record->file) != 0 && record->fault == 0)
        record->fault = -errno;
}

int record_close(struct record *record, int64_t now_ms) {
    if (record == NULL)
        return 0;
    record_put(record, &(struct told){.kind = TOLD_END, .at_ms = now_ms});
    if (fclose(record->file) != 0 && record->fault == 0)
        record->fault = -errno;
    const int fault = record->fault;
    for (size_t i = 0; i < record->secret_count; i++) {
        explicit_bzero(record->secrets[i], strlen(record->secrets[i]));
        free(record->secrets[i]);
    }
    free(record->secrets);
    forget_all(record);
    bytes_fini(&record->line);
    free(record);
    return fault;
}
