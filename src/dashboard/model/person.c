/* SPDX-License-Identifier: MIT */
/*
 * There may be a hundred thousand of them, so a person is two blocks of memory at most: one with
 * the id behind it, and one with those texts that are theirs alone, in the order of `texts_of`.
 * What most share stands nowhere twice: a name that is the id, a fold that is the name, no status,
 * and the usual roles. Who is in one channel needs no array of them.
 */
#include "dashboard/model/person.h"

#include "dashboard/view/text.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { TEXTS = 4, FEW_CHANNELS = 4 };

static const char *const usual_roles[] = {"", "user", "admin", "moderator", "guest", "anonymous"};

struct person *person_create(const char *id) {
    char *clean = text_cleaned(id);
    const size_t size = clean != NULL ? strlen(clean) + 1 : 0;
    struct person *person = clean != NULL ? calloc(1, sizeof *person + size) : NULL;
    if (person != NULL) {
        person->id = memcpy(person + 1, clean, size);
        person->state = STATE_UNKNOWN;
        person->first_own = TEXTS;
    }
    free(clean);
    return person;
}

/* ---- texts ---- */

static void free_own(const struct person *person) {
    const char *const texts[TEXTS] = {person->name, person->fold, person->status, person->role};
    if (person->first_own < TEXTS)
        free((char *)texts[person->first_own]);
}

static bool is_told_already(const struct person *person, const struct person_texts *told) {
    return person->name != NULL && strcmp(told->name, person->name) == 0 &&
           strcmp(told->status, person->status) == 0 && strcmp(told->role, person->role) == 0;
}

static const char *usual_role(const char *role) {
    for (size_t i = 0; i < sizeof usual_roles / sizeof usual_roles[0]; i++)
        if (strcmp(role, usual_roles[i]) == 0)
            return usual_roles[i];
    return NULL;
}

/* Those of `texts` that nobody else has go into a block, and are pointed to there. */
static int pack(struct person_texts *to, const char *const texts[TEXTS], const char *id) {
    const bool named = strcmp(texts[0], id) != 0, folded = strcmp(texts[1], texts[0]) != 0;
    const char *shared[TEXTS] = {named ? NULL : id, folded ? NULL : "",
        texts[2][0] != '\0' ? NULL : "", usual_role(texts[3])};
    size_t size = 0;
    to->first_own = TEXTS;
    for (int i = TEXTS - 1; i >= 0; i--)
        if (shared[i] == NULL) {
            size += strlen(texts[i]) + 1;
            to->first_own = (unsigned char)i;
        }
    char *at = size > 0 ? malloc(size) : NULL;
    if (size > 0 && at == NULL)
        return -ENOMEM;
    for (int i = to->first_own; i < TEXTS; i++)
        if (shared[i] == NULL) {
            shared[i] = strcpy(at, texts[i]);
            at += strlen(at) + 1;
        }
    to->name = shared[0];
    to->fold = folded ? shared[1] : shared[0];
    to->status = shared[2];
    to->role = shared[3];
    return 0;
}

int person_texts_make(
    struct person_texts *to, const struct person *person, const struct person_told *told) {
    const bool named = told->name != NULL && told->name[0] != '\0';
    *to = (struct person_texts){.name = named ? told->name : person->id,
        .status = told->status != NULL ? told->status : "",
        .role = told->role != NULL ? told->role : ""};
    if (is_told_already(person, to))
        return 1;
    char *name = text_cleaned(to->name), *fold = name != NULL ? text_fold(name) : NULL;
    char *status = text_cleaned(to->status), *role = text_cleaned(to->role);
    const char *const texts[TEXTS] = {name, fold, status, role};
    const bool made = fold != NULL && status != NULL && role != NULL;
    const int fault = made ? pack(to, texts, person->id) : -ENOMEM;
    free(name);
    free(fold);
    free(status);
    free(role);
    return fault;
}

void person_texts_take(struct person *person, const struct person_texts *texts) {
    free_own(person);
    person->name = texts->name;
    person->fold = texts->fold;
    person->status = texts->status;
    person->role = texts->role;
    person->first_own = texts->first_own;
}

/* ---- channels ---- */

int person_join(struct person *person, struct channel_shown *channel) {
    const unsigned count = person->channel_count;
    if (!person->in_many && count == 0) {
        person->in.one = channel;
        person->channel_count = 1;
        return 0;
    }
    /* Room is made at powers of two. One who left since may have it already: that is no loss. */
    struct channel_shown **many = person->in_many ? person->in.many : NULL;
    if (many == NULL || (count >= FEW_CHANNELS && (count & (count - 1)) == 0)) {
        const size_t cap = many != NULL ? 2 * (size_t)count : FEW_CHANNELS;
        struct channel_shown **more = realloc(many, cap * sizeof(struct channel_shown *));
        if (more == NULL)
            return -ENOMEM;
        if (!person->in_many)
            more[0] = person->in.one;
        person->in.many = many = more;
        person->in_many = true;
    }
    many[person->channel_count++] = channel;
    return 0;
}

void person_leave(struct person *person, const struct channel_shown *channel) {
    struct channel_shown **in = person->in_many ? person->in.many : &person->in.one;
    for (unsigned i = 0; i < person->channel_count; i++)
        if (in[i] == channel)
            in[i--] = in[--person->channel_count];
}

void person_destroy(struct person *person) {
    if (person == NULL)
        return;
    free_own(person);
    if (person->in_many)
        free(person->in.many);
    history_fini(&person->history);
    free(person);
}
