/* SPDX-License-Identifier: MIT */
#include "dashboard/model/filter.h"

#include "dashboard/model/model.h"

#include <stdio.h>
#include <string.h>

/* ---- reading ---- */

static const struct {
    const char *name;
    enum term_kind kind;
} keys[] = {{"is", TERM_IS}, {"last", TERM_LAST}, {"in", TERM_IN}, {"name", TERM_NAME},
    {"id", TERM_ID}, {"role", TERM_ROLE}, {"status", TERM_STATUS}};

static const struct {
    const char *word;
    unsigned states;
    bool me, watched, watches;
} kinds[] = {{.word = "online", .states = 1U << STATE_ONLINE},
    {.word = "left", .states = 1U << STATE_LEFT},
    {.word = "offline", .states = 1U << STATE_OFFLINE},
    {.word = "unknown", .states = 1U << STATE_UNKNOWN},
    {.word = "banned", .states = 1U << STATE_BANNED},
    {.word = "home", .states = 1U << STATE_ONLINE},
    {.word = "away", .states = 1U << STATE_LEFT | 1U << STATE_OFFLINE}, {.word = "me", .me = true},
    {.word = "watched", .watched = true}, {.word = "watching", .watches = true}};

struct reader {
    const char *text;
    size_t from, to; /* the part of it that is being read */
    char part[NEEDLE_BYTES];
    struct filter_fault *fault;
};

static int wrong(struct reader *reader, const char *why) {
    reader->fault->from = reader->from;
    reader->fault->to = reader->to;
    snprintf(reader->fault->why, sizeof reader->fault->why, "%s", why);
    return 1;
}

/* Up to a blank, or the closing quotation mark. */
static int read_part(struct reader *reader, size_t at) {
    const char *text = reader->text;
    const bool quoted = text[at] == '"';
    size_t len = quoted ? strcspn(text + at + 1, "\"") : strcspn(text + at, " ");
    reader->from = at;
    reader->to = at + len + (quoted ? 1 : 0);
    if (quoted && text[at + 1 + len] != '"')
        return wrong(reader, "the quotation is not closed");
    if (quoted)
        reader->to++;
    if (len >= sizeof reader->part)
        return wrong(reader, "that is too long");
    snprintf(reader->part, sizeof reader->part, "%.*s", (int)len, text + at + (quoted ? 1 : 0));
    return 0;
}

static int read_is(struct reader *reader, struct term *term) {
    const char *at = reader->part;
    do {
        const size_t len = strcspn(at, ",");
        size_t i = 0;
        while (i < sizeof kinds / sizeof kinds[0] &&
               (strlen(kinds[i].word) != len || strncmp(kinds[i].word, at, len) != 0))
            i++;
        if (i == sizeof kinds / sizeof kinds[0])
            return wrong(
                reader, "is: online left offline unknown banned home away watching me watched");
        term->states |= kinds[i].states;
        term->me = term->me || kinds[i].me;
        term->watched = term->watched || kinds[i].watched;
        term->watches = term->watches || kinds[i].watches;
        at += len;
    } while (*at++ == ',');
    return 0;
}

static int read_last(struct reader *reader, struct term *term) {
    static const char units[] = "smhdw";
    static const int64_t unit_ms[] = {1000, 60000, 3600000, 86400000, 604800000};
    const char *at = reader->part;
    term->older = *at == '>';
    if (*at != '<' && *at != '>')
        return wrong(reader, "last: needs < or >: last:<1h");
    int64_t count = 0;
    size_t digits = 0;
    for (at++; *at >= '0' && *at <= '9' && digits < 6; at++, digits++)
        count = count * 10 + (*at - '0');
    const char *unit = *at != '\0' ? strchr(units, *at) : NULL;
    if (digits == 0 || unit == NULL || at[1] != '\0')
        return wrong(reader, "a time is a number and one of s m h d w, such as 15m");
    term->ms = count * unit_ms[unit - units];
    return 0;
}

static int read_value(struct reader *reader, struct term *term) {
    if (reader->part[0] == '\0')
        return wrong(reader, "something is missing here");
    if (term->kind == TERM_IS)
        return read_is(reader, term);
    if (term->kind == TERM_LAST)
        return read_last(reader, term);
    const bool hash = term->kind == TERM_IN && reader->part[0] == '#';
    needle_set(&term->word, reader->part + (hash ? 1 : 0));
    return 0;
}

static int read_term(struct reader *reader, size_t at, struct term *term) {
    *term = (struct term){.negated = reader->text[at] == '-'};
    at += term->negated ? 1 : 0;
    const char *text = reader->text + at;
    const size_t len = strspn(text, "abcdefghijklmnopqrstuvwxyz");
    if (len > 0 && text[len] == ':') {
        size_t i = 0;
        while (i < sizeof keys / sizeof keys[0] &&
               (strlen(keys[i].name) != len || strncmp(keys[i].name, text, len) != 0))
            i++;
        reader->from = at;
        reader->to = at + len + 1;
        if (i == sizeof keys / sizeof keys[0])
            return wrong(reader, "there are is: last: in: name: id: role: status:");
        term->kind = keys[i].kind;
        at += len + 1;
    }
    return read_part(reader, at) != 0 ? 1 : read_value(reader, term);
}

int filter_read(struct filter *filter, const char *text, struct filter_fault *fault) {
    struct filter read = {0};
    struct reader reader = {.text = text, .fault = fault};
    for (size_t at = strspn(text, " "); text[at] != '\0';) {
        if (read.count == FILTER_TERMS) {
            reader.from = at;
            reader.to = strlen(text);
            return wrong(&reader, "there are too many terms");
        }
        struct term *term = &read.terms[read.count++];
        if (read_term(&reader, at, term) != 0)
            return 1;
        read.by_time = read.by_time || term->kind == TERM_LAST;
        at = reader.to + strspn(text + reader.to, " ");
    }
    *filter = read;
    return 0;
}

/* ---- asking ---- */

int64_t person_last_ms(const struct person *person) {
    if (person->state == STATE_UNKNOWN)
        return 0;
    if (person->online)
        return INT64_MAX;
    return person->seen_ms != 0 ? person->seen_ms : person->last_active_ms;
}

static bool is_so(const struct term *term, const struct person *person) {
    return (term->states & 1U << person->state) != 0 || (term->me && person->me) ||
           (term->watched && person->watch != WATCH_OFF) ||
           (term->watches && person_watches(person));
}

static bool is_since(const struct term *term, const struct person *person, int64_t now_ms) {
    const int64_t last_ms = person_last_ms(person);
    if (last_ms == 0)
        return false;
    const int64_t age_ms = last_ms == INT64_MAX || last_ms > now_ms ? 0 : now_ms - last_ms;
    return term->older ? age_ms > term->ms : age_ms < term->ms;
}

/* By its name, its id or its cid, in full. */
static bool is_in(const struct term *term, const struct person *person) {
    const char *word = term->word.text;
    for (unsigned i = 0; i < person->channel_count; i++) {
        const struct channel_shown *channel = person_channels(person)[i];
        const char *id = strchr(channel->cid, ':');
        if (strcasecmp(channel->name, word) == 0 || strcasecmp(channel->cid, word) == 0 ||
            (id != NULL && strcasecmp(id + 1, word) == 0))
            return true;
    }
    return false;
}

static bool holds(const struct term *term, const struct person *person, int64_t now_ms) {
    switch (term->kind) {
    case TERM_IS: return is_so(term, person);
    case TERM_LAST: return is_since(term, person, now_ms);
    case TERM_IN: return is_in(term, person);
    case TERM_NAME: return needle_is_in(&term->word, person->name, person->fold);
    case TERM_ID: return needle_is_in(&term->word, person->id, NULL);
    case TERM_ROLE: return needle_is_in(&term->word, person->role, NULL);
    case TERM_STATUS: return needle_is_in(&term->word, person->status, NULL);
    default: break;
    }
    return needle_is_in(&term->word, person->name, person->fold) ||
           needle_is_in(&term->word, person->id, NULL) ||
           needle_is_in(&term->word, person->status, NULL);
}

bool filter_takes(const struct filter *filter, const struct person *person, int64_t now_ms) {
    for (size_t i = 0; i < filter->count; i++)
        if (holds(&filter->terms[i], person, now_ms) == filter->terms[i].negated)
            return false;
    return true;
}
