/* SPDX-License-Identifier: MIT */
/*
 * The channels are found before the light goes on, so that a wrong word shows nobody anything.
 *
 * What changed while the link was lost has no event. After the resync the lines for it are made
 * from what was known before and is known now, in the text form alone: --json is the wire's word.
 * Each user's context keeps what was known: NULL nothing, else one of two marks.
 */
#include "dashboard/cli/commands.h"
#include "dashboard/cli/listen.h"
#include "dashboard/cli/text.h"

#include "base/clock.h"

#include <stdio.h>
#include <string.h>

struct watch {
    struct talk *talk;
    bool json;
    bool write_failed;
};

static const char mark_online, mark_offline;

static void remember(const struct library *library, pl_user *user) {
    const char *mark = library->user_online(user) ? &mark_online : &mark_offline;
    library->user_set_context(user, (void *)(uintptr_t)mark);
}

static void put(struct watch *watch, struct bytes *line) {
    bytes_append_char(line, '\n');
    if (bytes_failed(line) || fwrite(line->at, 1, line->len, stdout) != line->len ||
        fflush(stdout) != 0)
        watch->write_failed = true;
}

static void put_change(struct watch *watch, const pl_user *user, int64_t at_unix_ms) {
    const struct library *library = watch->talk->library;
    struct bytes line = BYTES_EMPTY;
    text_time(&line, at_unix_ms);
    bytes_append_char(&line, '\t');
    text_plain(&line, library->user_id(user));
    bytes_append_text(&line, library->user_online(user) ? "\tonline\t" : "\toffline\t");
    text_plain(&line, library->user_status(user));
    put(watch, &line);
    bytes_fini(&line);
}

static void changed(pl_client *client, const struct pl_event *event, void *context) {
    (void)client;
    struct watch *watch = context;
    remember(watch->talk->library, event->user);
    if (!watch->json) {
        put_change(watch, event->user, event->created_unix_ms);
        return;
    }
    struct bytes line = BYTES_EMPTY;
    text_one_line(&line, event->json, event->json_bytes);
    put(watch, &line);
    bytes_fini(&line);
}

/* Tell those who are not as they were remembered, if asked to, and remember all as they are. */
static void compare(struct watch *watch, bool tell) {
    const struct library *library = watch->talk->library;
    pl_client *client = watch->talk->client;
    const int64_t now_unix_ms = clock_unix_us() / 1000 +
                                library->client_link(client).clock_offset_ms;
    for (size_t c = 0; c < library->client_channel_count(client); c++) {
        const pl_channel *channel = library->client_channel_at(client, c);
        for (size_t i = 0; i < library->channel_member_count(channel); i++) {
            pl_user *user = library->member_user(library->channel_member_at(channel, i));
            const void *was = library->user_context(user);
            remember(library, user);
            if (tell && was != NULL && was != library->user_context(user))
                put_change(watch, user, now_unix_ms);
        }
    }
}

static void resynced(pl_client *client, const struct pl_event *event, void *context) {
    (void)client;
    (void)event;
    struct watch *watch = context;
    compare(watch, !watch->json);
}

/* More members came in: how they are is where their story begins. */
static void listening(pl_client *client, const struct pl_event *event, void *context) {
    (void)client;
    struct watch *watch = context;
    if (event->channel == NULL &&
        watch->talk->library->client_link(watch->talk->client).state == PL_LINK_LIVE &&
        !watch->talk->library->client_link(watch->talk->client).resyncing)
        compare(watch, false);
}

static int listen(struct watch *watch, bool all) {
    const struct library *library = watch->talk->library;
    pl_client *client = watch->talk->client;
    if (library->client_on(client, PL_EVENT_PRESENCE_CHANGED, changed, watch) >= 0 &&
        library->client_on(client, PL_EVENT_RESYNCED, resynced, watch) >= 0 &&
        library->client_on(client, PL_EVENT_LISTENING, listening, watch) >= 0 &&
        (!all || watch_added_channels(watch->talk)))
        return EXIT_DONE;
    say("out of memory");
    return EXIT_NO;
}

static int run(
    struct watch *watch, const struct options *options, const struct channels *channels) {
    struct talk *talk = watch->talk;
    int code = listen(watch, options->word_count == 0);
    if (code == EXIT_DONE)
        code = talk_connect(talk, options->invisible, options->status);
    if (code == EXIT_DONE)
        code = watch_channels(talk, channels);
    if (code == EXIT_DONE)
        compare(watch, false);
    while (code == EXIT_DONE && !watch->write_failed)
        code = talk_turn(talk);
    return code;
}

int command_watch(struct talk *talk, const struct options *options) {
    struct watch watch = {.talk = talk, .json = options->json};
    struct channels channels;
    talk->signal_is_well = true;
    talk->needs_reader = true;
    int code = resolve_channels(talk, options->words, options->word_count, &channels);
    if (code == EXIT_DONE)
        code = run(&watch, options, &channels);
    channels_fini(&channels);
    return code == TALK_WELL ? EXIT_DONE : code;
}
