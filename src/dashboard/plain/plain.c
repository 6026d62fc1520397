/* SPDX-License-Identifier: MIT */
/*
 * The same model and the same source as the screen's (app.c), told in lines. What happens is heard
 * through the model's ear, one by one; what is so (the link, my light) is compared with what was
 * said last, after each turn.
 *
 * Standard input may be a terminal, a pipe, or nothing. Its end at a terminal (^D) means goodbye; a
 * pipe that ends has no more wishes, and the sentences go on, as those of `watch` do. What is piped
 * in is there before there is a link: it waits until there is something it can be about.
 */
#include "dashboard/plain/plain.h"

#include "base/clock.h"
#include "dashboard/cli/say.h"
#include "dashboard/model/mine.h"
#include "dashboard/model/reading.h"
#include "dashboard/model/update.h"
#include "dashboard/model/telling.h"
#include "dashboard/plain/keeping.h"
#include "dashboard/plain/menu.h"
#include "dashboard/plain/sentence.h"
#include "dashboard/signals.h"
#include "dashboard/source.h"

#include <errno.h>
#include <langinfo.h>
#include <locale.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { LINE_MOST = 32 * 1024, TALL = 10 * 1000, AWAY_SETTLES_MS = 1000 };

struct plain {
    const struct app_options *options;
    struct source source;
    struct model model;
    struct menu menu;
    struct keeping keeping;
    struct signals signals;
    struct bytes in, out;
    int in_fd; /* -1: at its end */
    bool skips_line, in_is_terminal;

    /* What was said last. */
    bool was_live, said_link, greeted;
    enum light light;
    char failed[120], toast[160];
    unsigned away, away_said; /* how many came or went before the start */
    int64_t away_at_ms;

    int64_t next_ms; /* when time alone changes something */
    bool quit;
    int code;
    char said[400]; /* for stderr, at the end */
    char left_over[240];
};

static int64_t now_ms(const struct plain *plain) {
    return source_now_ms(&plain->source);
}

/* The time of what was told last: a replay may tell an hour at once. */
static int64_t told_ms(const struct plain *plain) {
    return plain->source.replay != NULL && plain->model.now_ms != 0 ? plain->model.now_ms
                                                                    : now_ms(plain);
}

static void leave(struct plain *plain, int code, const char *why) {
    snprintf(plain->said, sizeof plain->said, "%s", why);
    plain->code = code;
    plain->quit = true;
}

/* ---- out ---- */

/* A reader that goes away is how this ends in a pipe. */
static void put_out(struct plain *plain) {
    if (bytes_failed(&plain->out))
        leave(plain, EXIT_NO, "out of memory");
    signals_let_in(&plain->signals);
    const bool done = fwrite(bytes_text(&plain->out), 1, plain->out.len, stdout) ==
                          plain->out.len &&
                      fflush(stdout) == 0;
    signals_keep_out(&plain->signals);
    plain->quit = plain->quit || !done;
    bytes_clear(&plain->out);
}

static void say_link(struct plain *plain) {
    const struct link_shown *link = &plain->model.link;
    const bool live = link->state == LINK_LIVE && !link->resyncing;
    const bool failing = link->state == LINK_WAITING && !plain->said_link;
    if (live == plain->was_live && !failing)
        return;
    if (!live && link->state == LINK_LIVE)
        return; /* it is back, but what is known is still being replaced */
    plain->was_live = live;
    plain->said_link = !live; /* once, however many attempts fail */
    sentence_link(&plain->out, &plain->model, told_ms(plain));
}

static void say_mine(struct plain *plain) {
    struct model *model = &plain->model;
    if (model->light != plain->light && model->light != LIGHT_UNKNOWN)
        sentence_light(&plain->out, model, told_ms(plain));
    plain->light = model->light;
    if (strcmp(model->light_failed, plain->failed) != 0 && model->light_failed[0] != '\0') {
        char text[200];
        snprintf(text, sizeof text, "Your light is as it was: %s", model->light_failed);
        sentence_note(&plain->out, model, text, told_ms(plain));
    }
    snprintf(plain->failed, sizeof plain->failed, "%s", model->light_failed);
    if (strcmp(model->toast, plain->toast) != 0 && model->toast[0] != '\0')
        sentence_note(&plain->out, model, model->toast, told_ms(plain));
    snprintf(plain->toast, sizeof plain->toast, "%s", model->toast);
}

/* What is so, before what happened after it. */
static void say_so(struct plain *plain) {
    say_link(plain);
    say_mine(plain);
}

static void happened(void *context, const struct event_line *event) {
    struct plain *plain = context;
    say_so(plain);
    sentence_event(&plain->out, &plain->model, event);
}

/* In the channel that was chosen; of the others the menu counts what is unread. */
static void said(void *context, const struct channel_shown *channel, const struct line_told *told) {
    struct plain *plain = context;
    struct channel_shown *shown = model_current(&plain->model);
    const struct line *line = channel == shown ? chat_find(&channel->chat, told->id) : NULL;
    if (line == NULL || line->deleted)
        return;
    say_so(plain);
    sentence_said(&plain->out, &plain->model, channel, line->author, line->text, line->at_ms);
}

/* What could not be sent is said, and gone: it may be typed again. */
static void say_unsent(struct plain *plain) {
    struct chat *chat = &model_current(&plain->model)->chat;
    for (size_t i = chat->count; i > 0; i--) {
        struct line *line = chat->lines[i - 1];
        if (line->state != LINE_FAILED)
            continue;
        char text[400];
        snprintf(text, sizeof text, "Your message was not sent: %.200s",
            line->why != NULL ? line->why : "no reason was given");
        sentence_note(&plain->out, &plain->model, text, now_ms(plain));
        chat_remove(chat, line);
    }
}

/* The channels are known: now there is something to choose from. */
static void greet(struct plain *plain) {
    const bool empty = plain->model.channel_count == 0;
    if (plain->greeted || !plain->model.channels_known)
        return;
    plain->greeted = true;
    if (empty)
        sentence_note(&plain->out, &plain->model,
            "You are in no channel yet: porchlight channel messaging:hall --add USER makes one",
            now_ms(plain));
    if (plain->in_fd >= 0)
        menu_print(&plain->out, &plain->model);
}

/* What was found to have happened before the start: one sentence, once no more of it comes. */
static void say_away(struct plain *plain) {
    const struct journal_filter all = {.level = LEVEL_ALL, .since_ms = INT64_MIN};
    const struct event_line *line = NULL;
    for (size_t i = 0; (line = journal_shown(&plain->model.journal, &all, i)) != NULL; i++)
        if (line->kind == EVENT_AWAY)
            break;
    const unsigned found = line != NULL ? line->came + line->went : 0;
    if (found != plain->away) {
        plain->away = found;
        plain->away_at_ms = now_ms(plain) + AWAY_SETTLES_MS;
    }
    if (found == plain->away_said || now_ms(plain) < plain->away_at_ms)
        return;
    plain->away_said = found;
    sentence_event(&plain->out, &plain->model, line);
}

static void say_all(struct plain *plain) {
    const bool rings = keeping_turn(&plain->keeping, &plain->model, now_ms(plain));
    say_so(plain);
    say_unsent(plain);
    greet(plain);
    say_away(plain);
    if (rings && isatty(STDOUT_FILENO))
        bytes_append_char(&plain->out, '\a');
    if (plain->out.len > 0)
        put_out(plain);
}

/* ---- in ---- */

static void obey(struct plain *plain, unsigned effects) {
    struct feed *feed = plain->source.feed;
    if (effects & EFFECT_QUIT)
        plain->quit = true;
    if (feed == NULL && (effects & (EFFECT_HIDE | EFFECT_SHOW)))
        model_light_failed(&plain->model, "nobody is connected");
    if (feed == NULL && (effects & EFFECT_STATUS))
        mine_status_done(&plain->model, "nobody is connected", now_ms(plain));
    if (feed == NULL)
        return;
    if (effects & (EFFECT_HIDE | EFFECT_SHOW))
        feed_set_invisible(feed, effects & EFFECT_HIDE);
    if (effects & EFFECT_STATUS)
        feed_set_status(feed);
}

/* Whom one watches may be in no channel of mine. */
static void watch(struct plain *plain) {
    if (plain->source.feed != NULL)
        feed_watch(plain->source.feed);
}

/* What was asked for and said is read, and nothing else is: as if it had been open for a moment. */
static void mark_read(struct plain *plain) {
    struct model *model = &plain->model;
    const enum pane focus = model->focus;
    if (!plain->menu.has_read)
        return;
    plain->menu.has_read = false;
    model->talk_open = true;
    model->focus = PANE_TALK;
    if (reading_sees(model)) {
        source_talk(&plain->source);
        model_current(model)->unread = 0;
    }
    model->talk_open = false;
    model->focus = focus;
}

static void take_line(struct plain *plain, char *line) {
    const size_t len = strlen(line);
    if (len > 0 && line[len - 1] == '\r')
        line[len - 1] = '\0';
    obey(plain, menu_take(&plain->menu, &plain->model, line, now_ms(plain), &plain->out));
    source_talk(&plain->source);
    mark_read(plain);
    watch(plain);
}

static bool can_obey(const struct plain *plain) {
    const enum link_state link = plain->model.link.state;
    return plain->in_is_terminal || plain->greeted || link == LINK_WAITING || link == LINK_REFUSED;
}

static void take_lines(struct plain *plain) {
    char *end;
    while (!plain->quit && can_obey(plain) && plain->in.len > 0 &&
           (end = memchr(plain->in.at, '\n', plain->in.len)) != NULL) {
        *end = '\0';
        /* What stands behind a NUL is no part of a line that a person typed. */
        if (!plain->skips_line)
            take_line(plain, plain->in.at);
        plain->skips_line = false;
        bytes_drop(&plain->in, (size_t)(end - plain->in.at) + 1);
    }
    if (plain->in.len <= LINE_MOST)
        return;
    bytes_append_text(&plain->out, "That line is too long, and is left out.\n");
    bytes_clear(&plain->in);
    plain->skips_line = true;
}

static void take_input(struct plain *plain) {
    char bytes[4096];
    const ssize_t got = read(plain->in_fd, bytes, sizeof bytes);
    if (got < 0 && (errno == EAGAIN || errno == EINTR))
        return;
    if (got > 0) {
        bytes_append(&plain->in, bytes, (size_t)got);
        take_lines(plain);
        return;
    }
    plain->quit = plain->quit || plain->in_is_terminal;
    plain->in_fd = -1;
}

static void take_signals(struct plain *plain) {
    for (int number; (number = signals_next(&plain->signals)) != 0;) {
        if (number == SIGWINCH)
            continue;
        if (number == SIGTSTP)
            signals_stop(false);
        if (number == SIGTSTP || number == SIGCONT) {
            if (plain->source.feed != NULL)
                feed_reconnect(plain->source.feed);
            continue;
        }
        plain->quit = true;
        plain->code = EXIT_SIGNAL + number;
    }
}

/* ---- the loop ---- */

static void take_source(struct plain *plain) {
    char why[400] = "";
    bool changed = false;
    const int code = source_take(&plain->source, &changed, why, sizeof why);
    if (code != EXIT_DONE)
        leave(plain, code, why);
    if (!changed)
        return;
    source_talk(&plain->source);
    watch(plain);
}

static void take_time(struct plain *plain) {
    if (now_ms(plain) < plain->next_ms)
        return;
    model_tick(&plain->model, now_ms(plain));
    obey(plain, mine_due(&plain->model, now_ms(plain)));
    plain->next_ms = model_next_change(&plain->model, now_ms(plain));
}

static int sooner(int one_ms, int other_ms) {
    return one_ms < 0 || (other_ms >= 0 && other_ms < one_ms) ? other_ms : one_ms;
}

static int wait_ms(const struct plain *plain) {
    const int64_t away_ms = plain->away != plain->away_said ? plain->away_at_ms : INT64_MAX;
    const int64_t next_ms = away_ms < plain->next_ms ? away_ms : plain->next_ms;
    return sooner(source_wait_ms(&plain->source, next_ms), keeping_wait_ms(&plain->keeping));
}

static void turn(struct plain *plain) {
    struct pollfd polls[] = {{.fd = plain->in_fd, .events = POLLIN},
        {.fd = plain->signals.fd, .events = POLLIN},
        {.fd = source_fd(&plain->source), .events = POLLIN}, {.fd = STDOUT_FILENO, .events = 0},
        {.fd = plain->keeping.config.fd, .events = POLLIN}};
    if (poll(polls, 5, wait_ms(plain)) < 0 && errno != EINTR) {
        leave(plain, EXIT_NO, strerror(errno));
        return;
    }
    if (polls[1].revents != 0)
        take_signals(plain);
    if (polls[0].revents != 0)
        take_input(plain);
    if (polls[2].revents != 0 || plain->source.replay != NULL)
        take_source(plain);
    if (polls[4].revents != 0 || config_watch_wait_ms(&plain->keeping.config) == 0)
        keeping_reload(&plain->keeping, &plain->model, now_ms(plain));
    take_time(plain);
    say_all(plain);
    if (!plain->quit && plain->in.len > 0) { /* what has waited */
        take_lines(plain);
        say_all(plain);
    }
    /* A record that is told to its end, to somebody who cannot ask, is all there is. */
    if (plain->in_fd < 0 && plain->source.replay != NULL &&
        source_wait_ms(&plain->source, INT64_MAX) < 0)
        plain->quit = true;
    if (polls[3].revents & (POLLERR | POLLHUP | POLLNVAL))
        plain->quit = true;
}

static void begin(struct plain *plain) {
    char why[256] = "";
    struct model *model = &plain->model;
    plain->code = source_prepare(&plain->source, plain->options, model);
    if (plain->code == EXIT_DONE && signals_init(&plain->signals) < 0) {
        leave(plain, EXIT_NO, "signals cannot be waited for");
        return;
    }
    plain->quit = plain->code != EXIT_DONE;
    if (plain->quit)
        return;
    if (keeping_open(&plain->keeping, plain->options, model, now_ms(plain)) < 0) {
        leave(plain, EXIT_NO, "out of memory");
        return;
    }
    setlocale(LC_CTYPE, "");
    model->ascii = strcmp(nl_langinfo(CODESET), "UTF-8") != 0;
    model->ear = (struct ear){.happened = happened, .said = said, .context = plain};
    model->rows = model->cols = TALL; /* nothing is out of sight */
    plain->next_ms = model_next_change(model, now_ms(plain));
    bytes_printf(&plain->out, "Porchlight, %s, in sentences.\n", model->label);
    put_out(plain);
    const int code = source_begin(&plain->source, why, sizeof why);
    if (code != EXIT_DONE)
        leave(plain, code, why);
}

static int end(struct plain *plain) {
    plain->model.ear = (struct ear){0};
    const int code = source_close(&plain->source, plain->code);
    mine_left_over(&plain->model, plain->options->state_profile != NULL, plain->left_over,
        sizeof plain->left_over);
    keeping_close(&plain->keeping, &plain->model, now_ms(plain));
    model_fini(&plain->model);
    signals_fini(&plain->signals);
    bytes_fini(&plain->in);
    bytes_fini(&plain->out);
    if (plain->said[0] != '\0')
        say("%s", plain->said);
    if (plain->left_over[0] != '\0')
        say("%s", plain->left_over);
    free(plain);
    return code;
}

int plain_run(const struct app_options *options) {
    struct plain *plain = calloc(1, sizeof *plain);
    if (plain == NULL) {
        say("out of memory");
        return EXIT_NO;
    }
    plain->options = options;
    plain->signals.fd = plain->keeping.config.fd = -1;
    plain->in_fd = STDIN_FILENO;
    plain->in_is_terminal = isatty(STDIN_FILENO) == 1;
    begin(plain);
    while (!plain->quit)
        turn(plain);
    return end(plain);
}
