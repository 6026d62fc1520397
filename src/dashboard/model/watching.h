/* SPDX-License-Identifier: MIT */
/*
 * Who is waited for, by id, whether they are known yet or not; and what is to be told because of
 * it. The watch is the model's, so that it outlives channels; telling is somebody else's: alerts
 * wait here until they are taken. Pure.
 */
#ifndef DASHBOARD_MODEL_WATCHING_H
#define DASHBOARD_MODEL_WATCHING_H

#include "base/table.h"
#include "dashboard/model/person.h"

enum {
    WATCHED_MOST = 200,
    ALERTS_MOST = 8, /* that wait; past that the last one counts the others */
    ALERT_BYTES = 240
};

struct watched {
    char *id;              /* as the server has it */
    struct person *person; /* NULL: not known here */
    enum watch how;
};

struct alert {
    char text[ALERT_BYTES]; /* clean */
    bool is_logged;         /* a line of the log says it, too */
    unsigned more;          /* so many others that found no room */
};

struct watching {
    struct watched *of; /* in the order in which they were added */
    size_t count, cap;
    unsigned changes; /* counts up with every change of the list */
    unsigned noted;   /* `changes` when the list was remembered last */
    struct alert alerts[ALERTS_MOST];
    size_t first_alert, alert_count;
};

/* WATCH_OFF takes them off. 0; -ENOSPC: WATCHED_MOST are watched; -ENOMEM. */
int watching_set(struct watching *watching, const char *id, struct person *person, enum watch how);
/* Somebody became known. */
void watching_meet(struct watching *watching, struct person *person);
enum watch watching_how(const struct watching *watching, const char *id);

/* "next", "always"; -1: neither, nor "off". */
const char *watch_name(enum watch how);
int watch_of_name(const char *name);

/* To be told to the person. */
void watching_alert(struct watching *watching, const char *text, bool is_logged);
/* The oldest that was not told. False: there is none. */
bool watching_take(struct watching *watching, struct alert *to);

void watching_fini(struct watching *watching);

#endif
