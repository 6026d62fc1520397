/* SPDX-License-Identifier: MIT */
/*
 * The lines of a conversation, or of the replies to one message: in the order of their times, what
 * is not sent yet at the end. Lines stand where they are in memory as long as they live, so the
 * cursor and the end of the screen are bound to lines and not to rows: what comes in above or below
 * moves neither. Pure.
 *
 * What is wanted of the world stands here too (LINE_WANTED, OLDER_WANTED), and the feed does it: a
 * wish that cannot be fulfilled now is not lost.
 */
#ifndef DASHBOARD_MODEL_CHAT_H
#define DASHBOARD_MODEL_CHAT_H

#include "dashboard/input/editor.h"
#include "dashboard/model/person.h"
#include <stddef.h>

enum {
    CHAT_MOST = 2000,
    CHAT_TYPING = 4,
    REACTION_MOST = 30,
    CHAT_TEXT_MOST = 5000 /* characters, as the server has it */
};

/* How a line of mine stands to the server. */
enum line_state {
    LINE_SAID,    /* the server has it */
    LINE_WANTED,  /* to be sent */
    LINE_SENDING, /* sent, not answered yet */
    LINE_FAILED   /* the server does not have it, or we do not know: why */
};

/* What is to be done with a line that is said already. */
enum line_change {
    CHANGE_NONE,
    CHANGE_TEXT,
    CHANGE_DELETE,
    CHANGE_REACT,
    CHANGE_UNREACT, /* take my reaction back */
    CHANGE_ASKED
};

struct line {
    char *id, *text; /* clean; '\n' between its rows */
    char *reactions; /* clean: "[like 2], wow", mine in brackets; "" */
    char *raw;       /* of mine: as it was written; else NULL */
    char *draft;     /* CHANGE_TEXT: what it is to become; else NULL */
    char *reaction;  /* CHANGE_REACT, CHANGE_UNREACT: which; else NULL */
    char *why;       /* LINE_FAILED, or a change that failed; else NULL */
    struct person *author;
    int64_t at_ms;
    int replies;
    bool edited, deleted;
    bool unsure; /* LINE_FAILED: the answer was lost, and the server may have it */
    enum line_state state;
    enum line_change change, asked; /* asked: what CHANGE_ASKED is about */
};

/* What the feed tells of a line; borrowed texts, not yet clean. */
struct line_told {
    const char *id, *author, *text, *reactions; /* reactions: NULL: none */
    int64_t at_ms;
    int replies;
    bool edited, deleted;
    bool is_news; /* it was said just now */
};

enum older {
    OLDER_UNKNOWN,
    OLDER_WANTED,
    OLDER_ASKED,
    OLDER_FAILED, /* until the person moves, or the link is there again */
    OLDER_NONE
};

/* Whether something that is looked for may lie further back than is read. */
enum seek {
    SEEK_OFF,
    SEEK_OFFERED, /* it was said so */
    SEEK_READS    /* and asked for */
};

struct chat {
    struct line **lines;
    size_t count, cap;
    enum older older; /* than the first line */
    enum seek seek;
    struct line *cursor; /* NULL: on none */
    struct line *end;    /* the last one on the screen; NULL: the newest, whatever comes */
    int cut;             /* rows of it that are below the screen */
    int64_t new_ms;      /* behind this is news, marked by a rule; < 0: nothing is */
    int64_t read_ms;     /* my mark, by the server */
    int64_t seen_ms;     /* the newest that my eye has seen */
    int64_t asked_ms;    /* up to where a mark was asked for */
    struct person *typing[CHAT_TYPING];
    unsigned typing_count; /* may be more than are named */

    struct editor draft;   /* what is being written; kept when the person goes elsewhere */
    struct editor change;  /* what becomes of `changing` */
    struct line *changing; /* NULL: nothing is changed, a new line is written */
};

void chat_init(struct chat *chat);
void chat_fini(struct chat *chat);

/* A line that is new or another now; told->author is `author`. 0, 1: it was there; -ENOMEM with
 * the chat as it was. */
int chat_put(struct chat *chat, const struct line_told *told, struct person *author);
/* What the server has, the newest ones, oldest first: lines among them that it has not are gone,
 * and lines older than them too where others may lie between. 0, or -ENOMEM. */
int chat_set(
    struct chat *chat, const struct line_told *told, struct person *const *authors, size_t count);
void chat_drop(struct chat *chat, const char *id);
void chat_remove(struct chat *chat, struct line *line);
/* All that the server has; what is not sent stays. */
void chat_clear(struct chat *chat);

/* A line of mine to be sent. NULL: out of memory. */
struct line *chat_write(struct chat *chat, const char *text, struct person *me, int64_t now_ms);
/* It is on its way, under this id. 0, or -ENOMEM. */
int line_sending(struct line *line, const char *id);
/* It, or its change, failed; why is not yet clean. */
void line_failed(struct line *line, const char *why);
/* Send it, or try its change, again. False: it has not failed. */
bool line_again(struct line *line);
/* Change what is said: 0, or -ENOMEM. */
int line_edit(struct line *line, const char *text);
void line_delete(struct line *line);
/* Letters, digits, - and _, at most 30. */
bool reaction_is_valid(const char *type);
/* Whether I reacted so. */
bool line_has_mine(const struct line *line, const char *type);
/* React so, or take that back where it is mine. 0, or -ENOMEM. */
int line_react(struct line *line, const char *type);
/* The change is on its way. */
void line_asked(struct line *line);
/* The server did it: the change itself comes as a line that is told. */
void line_changed(struct line *line);

struct line *chat_find(const struct chat *chat, const char *id);
/* Where a line stands, or -1. */
ptrdiff_t chat_at(const struct chat *chat, const struct line *line);
/* The newest one that the server has, or NULL. */
const struct line *chat_newest(const struct chat *chat);
/* Whether the rule of news stands before a line. */
bool chat_news_begin(const struct chat *chat, size_t at);
/* The text as it was written: of a line of mine. */
const char *line_written(const struct line *line);

#endif
