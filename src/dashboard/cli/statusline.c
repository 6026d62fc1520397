/* SPDX-License-Identifier: MIT */
/*
 * One line for a bar. Once, it asks over HTTP as `who` does, and nobody's light goes on; --follow
 * connects as `watch` does, and prints whenever the line differs from the one before.
 *
 * Who is a member of several channels is counted once: each count has a mark of its own, which the
 * users it has counted wear.
 */
#include "dashboard/cli/commands.h"
#include "dashboard/cli/format.h"
#include "dashboard/cli/listen.h"
#include "dashboard/cli/people.h"
#include "dashboard/cli/user.h"

#include <stdio.h>
#include <string.h>

struct bar {
    struct talk *talk;
    const char *format;
    const struct channels *channels;
    bool all; /* every channel of mine, also those to come */
    struct bytes name, last;
    uintptr_t counts;
};

/* The channels asked for, by name. */
static void name_channels(struct bar *bar) {
    const struct library *library = bar->talk->library;
    bytes_clear(&bar->name);
    if (bar->all)
        bytes_append_text(&bar->name, "all channels");
    for (size_t i = 0; !bar->all && i < bar->channels->count; i++) {
        const pl_channel *channel = bar->channels->at[i];
        const char *name = library->channel_name(channel);
        bytes_append_text(&bar->name, i > 0 ? ", " : "");
        bytes_append_text(&bar->name, name[0] != '\0' ? name : library->channel_cid(channel));
    }
}

/* Nothing where the line is as it was. */
static int print(struct bar *bar, struct statusline *line) {
    struct bytes text = BYTES_EMPTY;
    line->channel = bytes_text(&bar->name);
    format_fill(&text, bar->format, line);
    bytes_append_char(&text, '\n');
    bool done = !bytes_failed(&text) && !bytes_failed(&bar->name);
    if (!done)
        say("out of memory");
    else if (strcmp(bytes_text(&text), bytes_text(&bar->last)) != 0) {
        done = fwrite(text.at, 1, text.len, stdout) == text.len && fflush(stdout) == 0;
        bytes_fini(&bar->last);
        bar->last = text;
        text = BYTES_EMPTY;
    }
    bytes_fini(&text);
    return done ? EXIT_DONE : EXIT_NO;
}

/* ---- once ---- */

static int print_once(struct bar *bar) {
    const struct library *library = bar->talk->library;
    struct people people = {.library = library};
    pl_user *me = NULL;
    int code = user_ask(bar->talk, bar->talk->account->user, 0, &me);
    for (size_t i = 0; code == EXIT_DONE && i < bar->channels->count; i++)
        code = people_add_members(&people, bar->talk, bar->channels->at[i]);
    struct statusline line = {.live = true,
        .total = people.count,
        .invisible = me != NULL && library->user_invisible(me),
        .status = me != NULL ? library->user_status(me) : ""};
    for (size_t i = 0; i < people.count; i++)
        line.online += library->user_online(people.at[i]);
    name_channels(bar);
    if (code == EXIT_DONE)
        code = print(bar, &line);
    people_fini(&people);
    return code;
}

/* ---- again and again ---- */

static void count_user(struct bar *bar, pl_user *user, struct statusline *line) {
    const struct library *library = bar->talk->library;
    void *counted = (void *)bar->counts;
    if (library->user_context(user) == counted)
        return;
    library->user_set_context(user, counted);
    line->total++;
    line->unknown += !library->user_is_live(user);
    line->online += library->user_is_live(user) && library->user_online(user);
}

/* Members that the client has not read yet are members of whom nothing is known. */
static void count_channel(struct bar *bar, const pl_channel *channel, struct statusline *line) {
    const struct library *library = bar->talk->library;
    const size_t known = library->channel_member_count(channel);
    const size_t total = library->channel_member_total(channel);
    for (size_t i = 0; i < known; i++)
        count_user(bar, library->member_user(library->channel_member_at(channel, i)), line);
    line->total += total > known ? total - known : 0;
    line->unknown += total > known ? total - known : 0;
}

static void count(struct bar *bar, struct statusline *line) {
    const struct library *library = bar->talk->library;
    pl_client *client = bar->talk->client;
    bar->counts++;
    for (size_t i = 0; !bar->all && i < bar->channels->count; i++)
        count_channel(bar, bar->channels->at[i], line);
    for (size_t i = 0; bar->all && i < library->client_channel_count(client); i++) {
        const pl_channel *channel = library->client_channel_at(client, i);
        if (library->channel_is_mine(channel) && !library->channel_is_deleted(channel))
            count_channel(bar, channel, line);
    }
}

static int print_now(struct bar *bar) {
    const struct library *library = bar->talk->library;
    const struct pl_link link = library->client_link(bar->talk->client);
    const pl_user *me = library->local_user(bar->talk->client);
    struct statusline line = {.live = link.state == PL_LINK_LIVE && !link.resyncing,
        .invisible = me != NULL && library->user_invisible(me),
        .status = me != NULL ? library->user_status(me) : ""};
    count(bar, &line);
    name_channels(bar);
    return print(bar, &line);
}

static int follow(struct bar *bar, const struct options *options) {
    struct talk *talk = bar->talk;
    int code = talk_connect(talk, options->invisible, options->status);
    if (code == EXIT_DONE && bar->all && !watch_added_channels(talk)) {
        say("out of memory");
        code = EXIT_NO;
    }
    if (code == EXIT_DONE)
        code = watch_channels(talk, bar->channels);
    while (code == EXIT_DONE) {
        code = print_now(bar);
        if (code == EXIT_DONE)
            code = talk_turn(talk);
    }
    return code;
}

int command_statusline(struct talk *talk, const struct options *options) {
    struct channels channels = {0};
    struct bytes why = BYTES_EMPTY;
    struct bar bar = {.talk = talk,
        .format = options->words[0],
        .channels = &channels,
        .all = options->word_count == 1};
    int code = EXIT_DONE;
    talk->signal_is_well = talk->needs_reader = options->follow;
    if (format_check(bar.format, &why) != 0) {
        say("%s", bytes_text(&why));
        code = EXIT_USE;
    }
    if (code == EXIT_DONE)
        code = resolve_channels(talk, options->words + 1, options->word_count - 1, &channels);
    if (code == EXIT_DONE)
        code = options->follow ? follow(&bar, options) : print_once(&bar);
    bytes_fini(&bar.name);
    bytes_fini(&bar.last);
    bytes_fini(&why);
    channels_fini(&channels);
    return code == TALK_WELL ? EXIT_DONE : code;
}
