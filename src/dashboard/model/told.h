/* SPDX-License-Identifier: MIT */
/*
 * Everything that the feed can tell the model, as one kind of thing: so that it can be written down
 * and told again (record.h, replay.h). Pure.
 */
#ifndef DASHBOARD_MODEL_TOLD_H
#define DASHBOARD_MODEL_TOLD_H

#include "dashboard/model/model.h"

enum told_kind {
    TOLD_LINK,         /* link, text: the reason */
    TOLD_PERSON,       /* person */
    TOLD_CLOCK,        /* id, zone, there */
    TOLD_ME,           /* text: my name, flag: invisible */
    TOLD_LIGHT_FAILED, /* text: why */
    TOLD_CHANNEL,      /* cid, text: its name, total */
    TOLD_DIRECT,       /* cid: it is named after its members */
    TOLD_GONE,         /* cid */
    TOLD_KNOWN,        /* all my channels have been told */
    TOLD_MEMBERS,      /* cid, ids: these and no others */
    TOLD_MEMBER,       /* cid, id */
    TOLD_LEFT,         /* cid, id */
    TOLD_ROLE,         /* cid, id, text: what a member is there */
    TOLD_LINE,         /* cid, line */
    TOLD_REPLY,        /* cid, id: of what is replied to, line */
    TOLD_LINES,        /* cid, lines: the newest ones */
    TOLD_LINE_GONE,    /* cid, id */
    TOLD_CLEARED,      /* cid: it has no lines any more */
    TOLD_UNREAD,       /* cid, unread, until_ms: my mark */
    TOLD_TYPING,       /* cid, ids */
    TOLD_WATCHERS,     /* cid, ids: these and no others */
    TOLD_WATCHES,      /* cid, id, flag */
    TOLD_NOTE,         /* text */
    TOLD_MISSED,       /* ids: of whom something changed while we were away; text: what else did */
    TOLD_RESYNCED,     /* came, left */
    TOLD_TOAST,        /* text, until_ms */
    TOLD_END,          /* of a record */
    TOLD_KINDS
};

/* All texts are borrowed, and may be as they came from others. */
struct told {
    enum told_kind kind;
    int64_t at_ms;
    const char *cid, *id, *text;
    struct person_told person;
    struct link_shown link;
    struct line_told line;
    const char **ids;
    size_t id_count;
    struct line_told *lines;
    size_t line_count;
    const char *zone; /* its name; "": none */
    struct clock_there there;
    int64_t until_ms;
    size_t total;
    int unread;
    unsigned came, left;
    bool flag;
};

/* 0, or -ENOMEM. */
int told_apply(struct model *model, const struct told *told);

#endif
