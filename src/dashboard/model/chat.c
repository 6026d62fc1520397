/* SPDX-License-Identifier: MIT */
#include "dashboard/model/chat.h"

#include "dashboard/view/text.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { TEXT_BYTES = 4 * CHAT_TEXT_MOST };

void chat_init(struct chat *chat) {
    *chat = (struct chat){.new_ms = -1};
    editor_init(&chat->draft, TEXT_BYTES, true);
    editor_init(&chat->change, TEXT_BYTES, true);
}

static void free_line(struct line *line) {
    if (line == NULL)
        return;
    free(line->id);
    free(line->text);
    free(line->reactions);
    free(line->raw);
    free(line->draft);
    free(line->reaction);
    free(line->why);
    free(line);
}

void chat_fini(struct chat *chat) {
    for (size_t i = 0; i < chat->count; i++)
        free_line(chat->lines[i]);
    free(chat->lines);
    editor_fini(&chat->draft);
    editor_fini(&chat->change);
    *chat = (struct chat){0};
}

/* ---- order ---- */

ptrdiff_t chat_at(const struct chat *chat, const struct line *line) {
    for (size_t i = chat->count; line != NULL && i > 0; i--)
        if (chat->lines[i - 1] == line)
            return (ptrdiff_t)(i - 1);
    return -1;
}

struct line *chat_find(const struct chat *chat, const char *id) {
    for (size_t i = chat->count; i > 0; i--)
        if (strcmp(chat->lines[i - 1]->id, id) == 0)
            return chat->lines[i - 1];
    return NULL;
}

const struct line *chat_newest(const struct chat *chat) {
    for (size_t i = chat->count; i > 0; i--)
        if (chat->lines[i - 1]->state == LINE_SAID)
            return chat->lines[i - 1];
    return NULL;
}

static bool is_new(const struct chat *chat, size_t at) {
    const struct line *line = chat->lines[at];
    return line->at_ms > chat->new_ms && !line->author->me && line->state == LINE_SAID;
}

/* Looks back only over lines of mine that are news too: cheap for each line of a long list. */
bool chat_news_begin(const struct chat *chat, size_t at) {
    if (chat->new_ms < 0 || !is_new(chat, at))
        return false;
    while (at > 0 && chat->lines[at - 1]->at_ms > chat->new_ms)
        if (is_new(chat, --at))
            return false;
    return true;
}

/* What is not sent has no time yet that counts. */
static bool stands_after(const struct line *a, const struct line *b) {
    if ((a->state == LINE_SAID) != (b->state == LINE_SAID))
        return a->state != LINE_SAID;
    return a->at_ms > b->at_ms;
}

static void place(struct chat *chat, struct line *line) {
    size_t at = chat->count++;
    for (; at > 0 && stands_after(chat->lines[at - 1], line); at--)
        chat->lines[at] = chat->lines[at - 1];
    chat->lines[at] = line;
}

static void take_out(struct chat *chat, size_t at) {
    chat->count--;
    memmove(&chat->lines[at], &chat->lines[at + 1], (chat->count - at) * sizeof(struct line *));
}

/* Whoever stood on it stands on the next one, or on the one before. */
static void drop_at(struct chat *chat, size_t at) {
    struct line *line = chat->lines[at];
    take_out(chat, at);
    struct line *heir = at < chat->count ? chat->lines[at] : at > 0 ? chat->lines[at - 1] : NULL;
    if (chat->cursor == line)
        chat->cursor = heir;
    if (chat->changing == line)
        chat->changing = NULL;
    if (chat->end == line) {
        chat->end = at < chat->count ? heir : NULL;
        chat->cut = 0;
    }
    free_line(line);
}

void chat_remove(struct chat *chat, struct line *line) {
    const ptrdiff_t at = chat_at(chat, line);
    if (at >= 0)
        drop_at(chat, (size_t)at);
}

void chat_drop(struct chat *chat, const char *id) {
    chat_remove(chat, chat_find(chat, id));
}

void chat_clear(struct chat *chat) {
    for (size_t i = chat->count; i > 0; i--)
        if (chat->lines[i - 1]->state == LINE_SAID)
            drop_at(chat, i - 1);
    chat->older = OLDER_UNKNOWN;
}

/* Room for one more. At the bound the oldest makes room: it can be asked for again. */
static int make_room(struct chat *chat) {
    if (chat->count >= CHAT_MOST) {
        drop_at(chat, 0);
        chat->older = chat->older == OLDER_ASKED ? OLDER_ASKED : OLDER_UNKNOWN;
    }
    if (chat->count < chat->cap)
        return 0;
    const size_t cap = chat->cap != 0 ? chat->cap * 2 : 32;
    struct line **lines = realloc(chat->lines, cap * sizeof(struct line *));
    if (lines == NULL)
        return -ENOMEM;
    chat->lines = lines;
    chat->cap = cap;
    return 0;
}

/* ---- texts ---- */

/* Each row is made clean by itself; the line ends stay. */
static char *clean_rows(const char *from) {
    struct bytes text = BYTES_EMPTY;
    bytes_append_text(&text, "");
    while (*from != '\0') {
        const size_t len = strcspn(from, "\n");
        char *row = strndup(from, len > 0 && from[len - 1] == '\r' ? len - 1 : len);
        if (row == NULL) {
            bytes_fini(&text);
            return NULL;
        }
        text_clean(&text, row);
        free(row);
        from += len;
        if (*from == '\n') {
            bytes_append_char(&text, '\n');
            from++;
        }
    }
    return bytes_take(&text);
}

struct texts {
    char *text, *reactions, *raw;
};

static int read_texts(struct texts *to, const struct line_told *told, bool mine) {
    *to = (struct texts){.text = clean_rows(told->text),
        .reactions = text_cleaned(told->reactions != NULL ? told->reactions : ""),
        .raw = mine ? strdup(told->text) : NULL};
    if (to->text != NULL && to->reactions != NULL && (!mine || to->raw != NULL))
        return 0;
    free(to->text);
    free(to->reactions);
    free(to->raw);
    return -ENOMEM;
}

static void give_texts(struct line *line, const struct texts *texts) {
    free(line->text);
    free(line->reactions);
    free(line->raw);
    line->text = texts->text;
    line->reactions = texts->reactions;
    line->raw = texts->raw;
}

/* ---- what the feed tells ---- */

static void take_told(struct line *line, const struct line_told *told) {
    line->at_ms = told->at_ms;
    line->replies = told->replies;
    line->edited = told->edited;
    line->deleted = told->deleted;
    if (line->state != LINE_SAID) {
        free(line->why);
        line->why = NULL;
    }
    line->state = LINE_SAID;
}

static int put_again(struct chat *chat, struct line *line, const struct line_told *told) {
    struct texts texts;
    if (read_texts(&texts, told, line->author->me) < 0)
        return -ENOMEM;
    give_texts(line, &texts);
    const bool moves = line->state != LINE_SAID || line->at_ms != told->at_ms;
    take_told(line, told);
    if (moves) {
        take_out(chat, (size_t)chat_at(chat, line));
        place(chat, line);
    }
    return 1;
}

int chat_put(struct chat *chat, const struct line_told *told, struct person *author) {
    struct line *line = chat_find(chat, told->id);
    struct texts texts;
    if (line != NULL)
        return put_again(chat, line, told);
    line = calloc(1, sizeof *line);
    if (line == NULL || (line->id = strdup(told->id)) == NULL || make_room(chat) < 0 ||
        read_texts(&texts, told, author->me) < 0) {
        free_line(line);
        return -ENOMEM;
    }
    give_texts(line, &texts);
    line->author = author;
    take_told(line, told);
    place(chat, line);
    return 0;
}

static bool is_told(const struct line *line, const struct line_told *told, size_t count) {
    for (size_t i = 0; i < count; i++)
        if (strcmp(told[i].id, line->id) == 0)
            return true;
    return false;
}

int chat_set(
    struct chat *chat, const struct line_told *told, struct person *const *authors, size_t count) {
    const bool joins = count > 0 && chat_find(chat, told[0].id) != NULL;
    if (count == 0) {
        chat_clear(chat);
        return 0;
    }
    for (size_t i = chat->count; i > 0; i--) {
        const struct line *line = chat->lines[i - 1];
        const bool older = line->at_ms < told[0].at_ms;
        if (line->state != LINE_SAID || (older && joins) || is_told(line, told, count))
            continue;
        drop_at(chat, i - 1);
    }
    if (!joins)
        chat->older = OLDER_UNKNOWN;
    int fault = 0;
    for (size_t i = 0; i < count && fault >= 0; i++)
        fault = chat_put(chat, &told[i], authors[i]);
    return fault < 0 ? fault : 0;
}

/* ---- lines of mine ---- */

struct line *chat_write(struct chat *chat, const char *text, struct person *me, int64_t now_ms) {
    struct line *line = calloc(1, sizeof *line);
    const struct line_told told = {.text = text};
    struct texts texts;
    if (line == NULL || (line->id = strdup("")) == NULL || make_room(chat) < 0 ||
        read_texts(&texts, &told, true) < 0) {
        free_line(line);
        return NULL;
    }
    give_texts(line, &texts);
    line->author = me;
    line->at_ms = now_ms;
    line->state = LINE_WANTED;
    place(chat, line);
    return line;
}

int line_sending(struct line *line, const char *id) {
    if (strcmp(line->id, id) != 0) {
        char *own = strdup(id);
        if (own == NULL)
            return -ENOMEM;
        free(line->id);
        line->id = own;
    }
    line->state = LINE_SENDING;
    return 0;
}

static void set_why(struct line *line, const char *why) {
    free(line->why);
    line->why = why != NULL ? text_cleaned(why[0] != '\0' ? why : "no reason was given") : NULL;
}

void line_failed(struct line *line, const char *why) {
    line->unsure = false;
    if (line->state != LINE_SAID)
        line->state = LINE_FAILED;
    else if (line->change == CHANGE_ASKED)
        line->change = line->asked;
    set_why(line, why);
}

bool line_again(struct line *line) {
    if (line->why == NULL)
        return false;
    if (line->state == LINE_FAILED)
        line->state = LINE_WANTED;
    set_why(line, NULL);
    return true;
}

/* Of one change at a time. */
static void begin_change(struct line *line, enum line_change change, char *draft, char *reaction) {
    free(line->draft);
    free(line->reaction);
    line->draft = draft;
    line->reaction = reaction;
    line->change = change;
    set_why(line, NULL);
}

int line_edit(struct line *line, const char *text) {
    char *draft = strdup(text);
    if (draft == NULL)
        return -ENOMEM;
    begin_change(line, CHANGE_TEXT, draft, NULL);
    return 0;
}

void line_delete(struct line *line) {
    begin_change(line, CHANGE_DELETE, NULL, NULL);
}

bool reaction_is_valid(const char *type) {
    static const char letters[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-";
    const size_t len = strlen(type);
    return len > 0 && len <= REACTION_MOST && strspn(type, letters) == len;
}

bool line_has_mine(const struct line *line, const char *type) {
    const size_t len = strlen(type);
    for (const char *at = line->reactions; (at = strchr(at, '[')) != NULL; at++)
        if (strncmp(at + 1, type, len) == 0 && (at[len + 1] == ' ' || at[len + 1] == ']'))
            return true;
    return false;
}

int line_react(struct line *line, const char *type) {
    char *reaction = strdup(type);
    if (reaction == NULL)
        return -ENOMEM;
    begin_change(line, line_has_mine(line, type) ? CHANGE_UNREACT : CHANGE_REACT, NULL, reaction);
    return 0;
}

void line_asked(struct line *line) {
    line->asked = line->change;
    line->change = CHANGE_ASKED;
}

void line_changed(struct line *line) {
    begin_change(line, CHANGE_NONE, NULL, NULL);
}

const char *line_written(const struct line *line) {
    return line->draft != NULL ? line->draft : line->raw != NULL ? line->raw : line->text;
}
