/* SPDX-License-Identifier: MIT */
#include "dashboard/model/diary.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MINUTE_MS = 60 * 1000, ID_BYTES = 256, CHECK = 9 };

static const char kinds[] = {[SEEN_UNKNOWN] = 'u', [SEEN_AWAY] = 'a', [SEEN_HOME] = 'h'};

struct past {
    char id[ID_BYTES];
    struct history history;
};

/* ---- lines ---- */

/* FNV-1a: against torn writes and bad disks, not against anybody. */
static unsigned check_of(const char *text, size_t len) {
    unsigned check = 2166136261u;
    for (size_t i = 0; i < len; i++)
        check = (check ^ (unsigned char)text[i]) * 16777619u;
    return check;
}

static void put_line(struct bytes *to, char kind, int64_t at_ms, const char *id) {
    char rest[ID_BYTES + 40];
    const int len = snprintf(rest, sizeof rest, "%c %lld%s%s", kind, (long long)(at_ms / 1000),
        id[0] != '\0' ? " " : "", id);
    if (len > 0 && (size_t)len < sizeof rest)
        bytes_printf(to, "%08x %s\n", check_of(rest, (size_t)len), rest);
}

void diary_line(struct bytes *to, enum seen seen, int64_t at_ms, const char *id) {
    put_line(to, kinds[seen], at_ms, id);
}

struct entry {
    char kind;
    int64_t at_ms;
    char id[ID_BYTES];
};

static bool read_line(const char *line, size_t len, struct entry *to) {
    char check[CHECK + 1], own[ID_BYTES + 40], *end;
    if (len < CHECK + 3 || len >= sizeof own)
        return false;
    memcpy(own, line, len);
    own[len] = '\0'; /* cppcheck-suppress arrayIndexOutOfBoundsCond ; it reads the `or` as `and` */
    snprintf(check, sizeof check, "%08x ", check_of(own + CHECK, len - CHECK));
    if (strncmp(own, check, CHECK) != 0 || strlen(own) != len)
        return false;
    to->kind = own[CHECK];
    to->at_ms = strtoll(own + CHECK + 2, &end, 10);
    if (to->at_ms <= 0 || to->at_ms > INT64_MAX / 1000 || (*end != '\0' && *end != ' '))
        return false;
    to->at_ms *= 1000;
    snprintf(to->id, sizeof to->id, "%s", *end == ' ' ? end + 1 : "");
    return true;
}

/* ---- reading ---- */

static struct past *past_of(struct diary *diary, const char *id) {
    struct past *past = table_find(&diary->past, id);
    if (past != NULL || diary->past.count >= DIARY_PEOPLE_MOST)
        return past;
    past = calloc(1, sizeof *past);
    if (past == NULL)
        return NULL;
    snprintf(past->id, sizeof past->id, "%s", id);
    if (table_put(&diary->past, past->id, past, NULL) < 0) {
        free(past);
        return NULL;
    }
    return past;
}

static void end_all(struct diary *diary, int64_t at_ms) {
    size_t i = 0;
    for (struct past *past; (past = table_next(&diary->past, &i)) != NULL;)
        if (history_put(&past->history, SEEN_UNKNOWN, at_ms) < 0)
            history_fini(&past->history);
}

static int take(struct diary *diary, const struct entry *entry) {
    if (entry->kind == 'b')
        return 0;
    if (entry->kind == 'e') {
        end_all(diary, entry->at_ms);
        return 0;
    }
    const char *at = memchr(kinds, entry->kind, sizeof kinds);
    if (at == NULL || entry->id[0] == '\0')
        return -EINVAL;
    struct past *past = past_of(diary, entry->id);
    if (past == NULL) /* too many people are no fault */
        return diary->past.count >= DIARY_PEOPLE_MOST ? 0 : -ENOMEM;
    return history_put(&past->history, (enum seen)(at - kinds), entry->at_ms);
}

int diary_read(struct diary *diary, const char *text, size_t len, int64_t now_ms) {
    const char *end = text + len;
    while (text < end) {
        struct entry entry;
        const char *stop = memchr(text, '\n', (size_t)(end - text));
        const size_t line = stop != NULL ? (size_t)(stop - text) : (size_t)(end - text);
        int fault = -EINVAL;
        /* What is not yet cannot have been seen: a clock was wrong then. */
        if (read_line(text, line, &entry) && entry.at_ms <= now_ms + MINUTE_MS)
            fault = take(diary, &entry);
        if (fault == -ENOMEM)
            return fault;
        diary->lines++;
        if (fault == 0 && entry.at_ms > diary->last_ms)
            diary->last_ms = entry.at_ms;
        diary->bad += fault != 0 && line > 0;
        text += line + 1;
    }
    end_all(diary, diary->last_ms);
    return 0;
}

void diary_meet(struct diary *diary, struct person *person) {
    struct past *past = table_remove(&diary->past, person->id);
    if (past == NULL)
        return;
    history_fini(&person->history);
    person->history = past->history;
    free(past);
}

/* ---- writing ---- */

void diary_note(struct diary *diary, const struct person *person) {
    const struct history *history = &person->history;
    if (!diary->on || history->count == 0 || strlen(person->id) >= ID_BYTES)
        return;
    const struct turn turn = history_turn(history, history->count - 1);
    diary_line(&diary->news, turn.seen, turn.at_ms, person->id);
    if (turn.at_ms > diary->last_ms)
        diary->last_ms = turn.at_ms;
}

void diary_beat(struct diary *diary, int64_t now_ms) {
    if (!diary->on || now_ms - diary->last_ms < DIARY_BEAT_MS)
        return;
    put_line(&diary->news, 'b', now_ms, "");
    diary->last_ms = now_ms;
}

void diary_end(struct diary *diary, int64_t now_ms) {
    if (diary->on)
        put_line(&diary->news, 'e', now_ms, "");
}

static void print_history(
    const struct history *history, const char *id, int64_t from_ms, struct bytes *to) {
    for (unsigned i = 0; i < history->count; i++) {
        const struct turn turn = history_turn(history, i);
        const bool is_last = i + 1 == history->count;
        if (!is_last && history_turn(history, i + 1).at_ms <= from_ms)
            continue;
        if (!is_last || turn.seen != SEEN_UNKNOWN || turn.at_ms > from_ms)
            diary_line(to, turn.seen, turn.at_ms > from_ms ? turn.at_ms : from_ms, id);
    }
}

void diary_print(
    const struct diary *diary, const struct table *people, int64_t from_ms, struct bytes *to) {
    size_t i = 0;
    for (const struct past *past; (past = table_next(&diary->past, &i)) != NULL;)
        print_history(&past->history, past->id, from_ms, to);
    i = 0;
    for (const struct person *person; (person = table_next(people, &i)) != NULL;)
        print_history(&person->history, person->id, from_ms, to);
}

void diary_clear(struct diary *diary) {
    size_t i = 0;
    for (struct past *past; (past = table_next(&diary->past, &i)) != NULL;) {
        history_fini(&past->history);
        free(past);
    }
    table_fini(&diary->past);
    bytes_fini(&diary->news);
    *diary = (struct diary){.on = diary->on};
}
