/* SPDX-License-Identifier: MIT */
#include "dashboard/model/audience.h"

#include "dashboard/model/telling.h"

#include <errno.h>
#include <stdlib.h>

/* ---- of one channel ---- */

static struct onlooker *find(const struct audience *audience, const struct person *person) {
    for (size_t i = 0; i < audience->count; i++)
        if (audience->of[i].person == person)
            return &audience->of[i];
    return NULL;
}

static struct onlooker *add(struct audience *audience, struct person *person) {
    if (audience->count == audience->cap) {
        const size_t cap = audience->cap != 0 ? audience->cap * 2 : 8;
        struct onlooker *more = realloc(audience->of, cap * sizeof *more);
        if (more == NULL)
            return NULL;
        audience->of = more;
        audience->cap = cap;
    }
    audience->of[audience->count] = (struct onlooker){.person = person};
    return &audience->of[audience->count++];
}

static struct onlooker *need(struct audience *audience, struct person *person) {
    struct onlooker *known = find(audience, person);
    return known != NULL ? known : add(audience, person);
}

/* Those who are gone, and if only what was told is right, all others too. */
static void tidy(struct audience *audience, bool told_only) {
    size_t kept = 0;
    for (size_t i = 0; i < audience->count; i++)
        if (!audience->of[i].gone && (audience->of[i].told || !told_only))
            audience->of[kept++] = audience->of[i];
    audience->count = kept;
}

void audience_asked(struct audience *audience) {
    tidy(audience, false);
    for (size_t i = 0; i < audience->count; i++)
        audience->of[i].told = false;
    audience->state = AUDIENCE_ASKED;
}

int audience_take(struct audience *audience, struct person *const *people, size_t count) {
    for (size_t i = 0; i < count; i++) {
        struct onlooker *known = need(audience, people[i]);
        if (known == NULL)
            return -ENOMEM;
        known->told = true; /* by the answer, or else they are gone */
    }
    tidy(audience, true);
    audience->state = AUDIENCE_KNOWN;
    return 0;
}

int audience_begin(struct audience *audience, struct person *person, int64_t now_ms) {
    struct onlooker *known = need(audience, person);
    if (known == NULL)
        return -ENOMEM;
    *known = (struct onlooker){.person = person, .since_ms = now_ms, .told = true};
    return 0;
}

int audience_end(struct audience *audience, struct person *person) {
    struct onlooker *known = audience->state == AUDIENCE_ASKED ? need(audience, person)
                                                               : find(audience, person);
    if (known == NULL)
        return audience->state == AUDIENCE_ASKED ? -ENOMEM : 0;
    *known = (struct onlooker){.person = person, .told = true, .gone = true};
    if (audience->state != AUDIENCE_ASKED)
        tidy(audience, false);
    return 0;
}

bool audience_has(const struct audience *audience, const struct person *person, int64_t *since_ms) {
    const struct onlooker *known = find(audience, person);
    if (known == NULL || known->gone)
        return false;
    if (since_ms != NULL)
        *since_ms = known->since_ms;
    return true;
}

void audience_fini(struct audience *audience) {
    free(audience->of);
    *audience = (struct audience){0};
}

/* ---- of the one that is shown ---- */

static void set_watches(struct model *model, struct person *person, bool watches) {
    person->watches = watches;
    if (person->in_all)
        list_touch(&model->list, person);
}

/* Of those who did watch what was shown: who does not any more. */
static void keep_onlookers(struct model *model) {
    struct audience *before = &model->onlookers.people;
    size_t kept = 0;
    for (size_t i = 0; i < before->count; i++) {
        struct person *person = before->of[i].person;
        if (person->looks_on)
            before->of[kept++] = before->of[i];
        else
            set_watches(model, person, false);
    }
    before->count = kept;
}

void audience_show(struct model *model) {
    const struct channel_shown *channel = model_current(model);
    const struct audience *shown = &channel->audience;
    if (!model->onlookers.is_news && model->onlookers.of == channel)
        return;
    model->onlookers.is_news = false;
    model->onlookers.of = channel;
    for (size_t i = 0; i < shown->count; i++) /* that I look at it I know */
        shown->of[i].person->looks_on = !shown->of[i].gone && !shown->of[i].person->me;
    keep_onlookers(model);
    for (size_t i = 0; i < shown->count; i++) {
        struct person *person = shown->of[i].person;
        if (person->looks_on && !person->watches && add(&model->onlookers.people, person) != NULL)
            set_watches(model, person, true);
        person->looks_on = false;
    }
}

void audience_forget(struct model *model) {
    for (size_t i = 0; i < model->channel_count; i++)
        audience_fini(&model->channels[i]->audience);
    model->onlookers.is_news = true;
}

/* ---- told ---- */

int model_set_watchers(
    struct model *model, const char *cid, const char *const *user_ids, size_t count) {
    struct channel_shown *channel = model_find_channel(model, cid);
    if (channel == NULL)
        return 0;
    struct person **people = calloc(count + 1, sizeof(struct person *));
    size_t known = 0;
    if (people == NULL)
        return -ENOMEM;
    for (size_t i = 0; i < count; i++) {
        struct person *person = model_find_person(model, user_ids[i]);
        if (person != NULL)
            people[known++] = person;
    }
    const int fault = audience_take(&channel->audience, people, known);
    free(people);
    model->onlookers.is_news = true;
    return fault;
}

int model_set_watches(
    struct model *model, const char *cid, const char *user_id, bool watches, int64_t now_ms) {
    struct channel_shown *channel = model_find_channel(model, cid);
    struct person *person = model_find_person(model, user_id);
    if (channel == NULL || person == NULL)
        return 0;
    model->onlookers.is_news = true;
    return watches ? audience_begin(&channel->audience, person, now_ms)
                   : audience_end(&channel->audience, person);
}
