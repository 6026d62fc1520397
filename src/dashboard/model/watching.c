/* SPDX-License-Identifier: MIT */
#include "dashboard/model/watching.h"

#include "dashboard/view/text.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct watched *find(const struct watching *watching, const char *id) {
    for (size_t i = 0; i < watching->count; i++)
        if (strcmp(watching->of[i].id, id) == 0)
            return &watching->of[i];
    return NULL;
}

static void take_off(struct watching *watching, struct watched *watched) {
    free(watched->id);
    watching->count--;
    memmove(
        watched, watched + 1, (size_t)(watching->of + watching->count - watched) * sizeof *watched);
}

static int add(struct watching *watching, const char *id, struct person *person, enum watch how) {
    if (watching->count == WATCHED_MOST)
        return -ENOSPC;
    if (watching->count == watching->cap) {
        const size_t cap = watching->cap != 0 ? watching->cap * 2 : 8;
        struct watched *more = realloc(watching->of, cap * sizeof *more);
        if (more == NULL)
            return -ENOMEM;
        watching->of = more;
        watching->cap = cap;
    }
    char *own = strdup(id);
    if (own == NULL)
        return -ENOMEM;
    watching->of[watching->count++] = (struct watched){own, person, how};
    return 0; /* cppcheck-suppress memleak ; it is in the table */
}

int watching_set(struct watching *watching, const char *id, struct person *person, enum watch how) {
    struct watched *watched = find(watching, id);
    int fault = 0;
    if (how == WATCH_OFF && watched != NULL)
        take_off(watching, watched);
    else if (how != WATCH_OFF && watched != NULL)
        watched->how = how;
    else if (how != WATCH_OFF)
        fault = add(watching, id, person, how);
    if (fault < 0)
        return fault;
    if (person != NULL)
        person->watch = how;
    watching->changes++;
    return 0;
}

void watching_meet(struct watching *watching, struct person *person) {
    struct watched *watched = find(watching, person->id);
    if (watched == NULL)
        return;
    watched->person = person;
    person->watch = watched->how;
}

enum watch watching_how(const struct watching *watching, const char *id) {
    const struct watched *watched = find(watching, id);
    return watched != NULL ? watched->how : WATCH_OFF;
}

static const char *const names[] = {
    [WATCH_OFF] = "off", [WATCH_NEXT] = "next", [WATCH_ALWAYS] = "always"};

const char *watch_name(enum watch how) {
    return names[how];
}

int watch_of_name(const char *name) {
    for (int how = WATCH_OFF; how <= WATCH_ALWAYS; how++)
        if (strcmp(names[how], name) == 0)
            return how;
    return -1;
}

void watching_alert(struct watching *watching, const char *text, bool is_logged) {
    if (watching->alert_count == ALERTS_MOST) {
        const size_t last = (watching->first_alert + ALERTS_MOST - 1) % ALERTS_MOST;
        watching->alerts[last].more++;
        watching->alerts[last].is_logged = watching->alerts[last].is_logged && is_logged;
        return;
    }
    const size_t at = (watching->first_alert + watching->alert_count++) % ALERTS_MOST;
    watching->alerts[at].more = 0;
    watching->alerts[at].is_logged = is_logged;
    char *clean = text_cleaned(text), *to = watching->alerts[at].text;
    snprintf(to, ALERT_BYTES, "%s", clean != NULL ? clean : "");
    text_end_whole(to);
    free(clean);
}

bool watching_take(struct watching *watching, struct alert *to) {
    if (watching->alert_count == 0)
        return false;
    *to = watching->alerts[watching->first_alert];
    watching->first_alert = (watching->first_alert + 1) % ALERTS_MOST;
    watching->alert_count--;
    return true;
}

void watching_fini(struct watching *watching) {
    for (size_t i = 0; i < watching->count; i++)
        free(watching->of[i].id);
    free(watching->of);
    *watching = (struct watching){0};
}
