/* SPDX-License-Identifier: MIT */
/*
 * The keeper of cJSON. One line is read ahead, so that it is known when there is something to tell.
 *
 * What is checked here is what the model takes for granted because the library checked it before:
 * ids are ids, times and numbers are within bounds, and there are not so many of them that memory
 * ends. Texts may be anything: the model cleans them whoever they come from.
 */
#include "dashboard/replay.h"

#include "dashboard/cli/ids.h"
#include "dashboard/cli/text.h"
#include "dashboard/told_form.h"
#include "dashboard/zones.h"

#include <cjson/cJSON.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
    LINE_MOST = 8 << 20,
    TEXT_MOST = 64 << 10,
    IDS_MOST = 200 * 1000,
    PEOPLE_MOST = 200 * 1000,
    CHANNELS_MOST = 10 * 1000,
    LINES_A_TURN = 2000 /* so that a flood of them holds up no key */
};

static const double latest_ms = 253402300799999; /* the last of the year 9999 */

struct replay {
    FILE *file;
    char *path, *label, *me;
    char *text; /* getline()'s */
    size_t text_cap;
    size_t line;
    cJSON *next; /* the line that `told` borrows from; NULL: none is read ahead */
    struct told told;
    bool at_end;
    int64_t first_ms, last_ms, begun_mono_ms;
    double speed;
    struct zones zones;
};

__attribute__((format(printf, 3, 4))) static int wrong(
    const struct replay *replay, struct bytes *why, const char *format, ...) {
    char text[200];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    text_plain(why, replay->path);
    bytes_printf(why, ":%zu: ", replay->line);
    text_plain(why, text);
    return -EINVAL;
}

/* ---- values ---- */

static bool read_number(const cJSON *item, double least, double most, double *to) {
    /* Not: item < least || …, which a NaN would pass. */
    if (!cJSON_IsNumber(item) || !(item->valuedouble >= least && item->valuedouble <= most) ||
        item->valuedouble != (double)(int64_t)item->valuedouble)
        return false;
    *to = item->valuedouble;
    return true;
}

static bool read_text(const cJSON *item, enum field_kind kind, const char **to) {
    if (!cJSON_IsString(item) || strlen(item->valuestring) > TEXT_MOST)
        return false;
    *to = item->valuestring;
    /* The author of a message who is not known any more is "?". */
    if (kind == FIELD_USER)
        return is_user_id(*to) || strcmp(*to, "?") == 0;
    return kind != FIELD_CID || is_cid(*to);
}

static bool read_state(const cJSON *item, enum link_state *to) {
    for (int i = 0; cJSON_IsString(item) && i <= LINK_REFUSED; i++) {
        if (strcmp(told_link_states[i], item->valuestring) != 0)
            continue;
        *to = (enum link_state)i;
        return true;
    }
    return false;
}

static bool read_ids(const cJSON *item, struct told *to) {
    const int count = cJSON_IsArray(item) ? cJSON_GetArraySize(item) : -1;
    if (count < 0 || count > IDS_MOST)
        return false;
    to->ids = calloc((size_t)count + 1, sizeof *to->ids);
    if (to->ids == NULL)
        return false;
    for (const cJSON *id = item->child; id != NULL; id = id->next)
        if (!read_text(id, FIELD_USER, &to->ids[to->id_count++]))
            return false;
    return true;
}

static const char *read_object(const cJSON *from, void *to, const struct told_field *fields);

static bool read_lines(const cJSON *item, struct told *to) {
    const int count = cJSON_IsArray(item) ? cJSON_GetArraySize(item) : -1;
    if (count < 0 || count > CHAT_MOST)
        return false;
    to->lines = calloc((size_t)count + 1, sizeof *to->lines);
    if (to->lines == NULL)
        return false;
    for (const cJSON *line = item->child; line != NULL; line = line->next)
        if (read_object(line, &to->lines[to->line_count++], told_line_fields) != NULL)
            return false;
    return true;
}

static bool read_value(const cJSON *item, void *object, const struct told_field *field) {
    void *at = (char *)object + field->offset;
    double number = 0;
    switch (field->kind) {
    case FIELD_USER:
    case FIELD_CID:
    case FIELD_TEXT: return read_text(item, field->kind, at);
    case FIELD_FLAG: *(bool *)at = cJSON_IsTrue(item); return cJSON_IsBool(item);
    case FIELD_STATE: return read_state(item, at);
    case FIELD_IDS: return read_ids(item, object);
    case FIELD_LINE: return read_object(item, at, told_line_fields) == NULL;
    case FIELD_LINES: return read_lines(item, object);
    case FIELD_TIME:
        if (!read_number(item, 0, latest_ms, &number))
            return false;
        *(int64_t *)at = (int64_t)number;
        return true;
    case FIELD_INT:
        if (!read_number(item, -(1 << 30), 1 << 30, &number))
            return false;
        *(int *)at = (int)number;
        return true;
    default:
        if (!read_number(item, 0, 1 << 30, &number))
            return false;
        if (field->kind == FIELD_COUNT)
            *(unsigned *)at = (unsigned)number;
        else
            *(size_t *)at = (size_t)number;
        return true;
    }
}

/* NULL, or the name of the field that is missing or wrong. */
static const char *read_object(const cJSON *from, void *to, const struct told_field *fields) {
    if (!cJSON_IsObject(from))
        return "object";
    for (const struct told_field *field = fields; field->kind != FIELD_END; field++)
        if (!read_value(cJSON_GetObjectItemCaseSensitive(from, field->name), to, field))
            return field->name;
    return NULL;
}

/* ---- lines ---- */

static void drop_next(struct replay *replay) {
    cJSON_Delete(replay->next);
    free(replay->told.ids);
    free(replay->told.lines);
    replay->next = NULL;
    replay->told = (struct told){0};
}

/* The next line as JSON. 0, 1: there is none; < 0. */
static int read_line(struct replay *replay, struct bytes *why) {
    replay->line++;
    errno = 0;
    const ssize_t len = getline(&replay->text, &replay->text_cap, replay->file);
    if (len < 0 && errno != 0)
        return wrong(replay, why, "%s", strerror(errno));
    if (len < 0)
        return 1;
    if (len > LINE_MOST)
        return wrong(replay, why, "the line is longer than a record's");
    replay->next = cJSON_ParseWithLength(replay->text, (size_t)len);
    if (!cJSON_IsObject(replay->next))
        return wrong(replay, why, "this is no JSON object");
    return 0;
}

static enum told_kind kind_of(const cJSON *item) {
    for (int kind = 0; cJSON_IsString(item) && kind < TOLD_KINDS; kind++)
        if (strcmp(told_forms[kind].name, item->valuestring) == 0)
            return (enum told_kind)kind;
    return TOLD_KINDS;
}

static int check_next(struct replay *replay, struct bytes *why) {
    struct told *told = &replay->told;
    const struct told_field at = {"at", FIELD_TIME, offsetof(struct told, at_ms)};
    if (!read_value(cJSON_GetObjectItemCaseSensitive(replay->next, at.name), told, &at) ||
        told->at_ms < replay->last_ms)
        return wrong(replay, why, "\"at\" is no time, or before that of the line above");
    told->kind = kind_of(cJSON_GetObjectItemCaseSensitive(replay->next, "tell"));
    if (told->kind == TOLD_KINDS)
        return wrong(replay, why, "\"tell\" is nothing that this version knows");
    const char *field = read_object(replay->next, told, told_forms[told->kind].fields);
    if (field != NULL)
        return wrong(replay, why, "\"%s\" is missing or wrong", field);
    if (told->kind == TOLD_CLOCK)
        told->there.zone = told->zone[0] != '\0' ? zones_get(&replay->zones, told->zone) : NULL;
    return 0;
}

/* Have a line read ahead. 0; < 0. */
static int read_ahead(struct replay *replay, struct bytes *why) {
    if (replay->next != NULL || replay->at_end)
        return 0;
    int result = read_line(replay, why);
    if (result == 0)
        result = check_next(replay, why);
    replay->at_end = result != 0;
    return result < 0 ? result : 0;
}

/* ---- life ---- */

static int read_head(struct replay *replay, struct bytes *why) {
    double version = 0, at = 0;
    const char *label = NULL, *me = NULL;
    int result = read_line(replay, why);
    if (result > 0)
        result = wrong(replay, why, "the file is empty");
    if (result < 0)
        return result;
    const cJSON *head = replay->next;
    if (!read_number(cJSON_GetObjectItemCaseSensitive(head, "porchlight_record"), 1, 1e9, &version))
        return wrong(replay, why, "this is no record of porchlight");
    if ((int)version != TOLD_VERSION)
        return wrong(replay, why, "a record of version %d; this program reads version %d",
            (int)version, TOLD_VERSION);
    if (!read_number(cJSON_GetObjectItemCaseSensitive(head, "at"), 0, latest_ms, &at) ||
        !read_text(cJSON_GetObjectItemCaseSensitive(head, "label"), FIELD_TEXT, &label) ||
        !read_text(cJSON_GetObjectItemCaseSensitive(head, "me"), FIELD_USER, &me))
        return wrong(replay, why, "the first line is not whole");
    replay->first_ms = replay->last_ms = (int64_t)at;
    replay->label = strdup(label);
    replay->me = strdup(me);
    drop_next(replay);
    return replay->label != NULL && replay->me != NULL ? read_ahead(replay, why) : -ENOMEM;
}

/* A file that lies there: what has to be waited for would hold up the keys. */
static FILE *open_file(const char *path, struct bytes *why) {
    struct stat st;
    const int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd >= 0 && fstat(fd, &st) == 0 && S_ISREG(st.st_mode))
        return fdopen(fd, "r");
    text_plain(why, path);
    bytes_printf(why, ": %s", fd < 0 ? strerror(errno) : "this is no ordinary file");
    if (fd >= 0)
        close(fd);
    return NULL;
}

int replay_open(
    struct replay **out, const char *path, double speed, int64_t mono_ms, struct bytes *why) {
    struct replay *replay = calloc(1, sizeof *replay);
    FILE *file = replay != NULL ? open_file(path, why) : NULL;
    if (file == NULL) {
        free(replay);
        return -ENOENT;
    }
    replay->file = file;
    replay->speed = speed;
    replay->begun_mono_ms = mono_ms;
    replay->path = strdup(path);
    const int fault = replay->path != NULL ? read_head(replay, why) : -ENOMEM;
    if (fault < 0)
        replay_close(replay);
    else
        *out = replay;
    return fault;
}

void replay_close(struct replay *replay) {
    if (replay == NULL)
        return;
    drop_next(replay);
    zones_fini(&replay->zones);
    fclose(replay->file);
    free(replay->text);
    free(replay->path);
    free(replay->label);
    free(replay->me);
    free(replay);
}

const char *replay_me(const struct replay *replay) {
    return replay->me;
}

const char *replay_label(const struct replay *replay) {
    return replay->label;
}

/* ---- time ---- */

int64_t replay_now_ms(const struct replay *replay, int64_t mono_ms) {
    const double passed = (double)(mono_ms - replay->begun_mono_ms) * replay->speed;
    if (replay->at_end || passed >= latest_ms - (double)replay->last_ms)
        return replay->last_ms;
    const int64_t now_ms = replay->first_ms + (int64_t)passed;
    return now_ms > replay->last_ms ? now_ms : replay->last_ms;
}

int replay_wait_ms(const struct replay *replay, int64_t mono_ms, int64_t until_ms) {
    if (replay->at_end)
        return -1;
    if (replay->next != NULL && replay->told.at_ms < until_ms)
        until_ms = replay->told.at_ms;
    const double left = (double)(until_ms - replay_now_ms(replay, mono_ms)) / replay->speed;
    return left <= 0 ? 0 : left > 60000 ? 60000 : (int)left + 1;
}

/* ---- telling ---- */

static int tell(struct replay *replay, struct model *model, struct bytes *why) {
    const int fault = told_apply(model, &replay->told);
    replay->last_ms = replay->told.at_ms;
    drop_next(replay);
    if (fault < 0)
        return wrong(replay, why, "%s", strerror(-fault));
    if (model->people.count > PEOPLE_MOST || model->channel_count > CHANNELS_MOST)
        return wrong(replay, why, "more people or channels than a record has");
    return read_ahead(replay, why);
}

int replay_take(struct replay *replay, struct model *model, int64_t mono_ms, struct bytes *why) {
    int told = 0;
    for (; replay->next != NULL && told < LINES_A_TURN; told++) {
        if (replay->told.at_ms > replay_now_ms(replay, mono_ms))
            break;
        const int fault = tell(replay, model, why);
        if (fault < 0)
            return fault;
    }
    return told;
}
