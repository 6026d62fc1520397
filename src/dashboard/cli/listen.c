/* SPDX-License-Identifier: MIT */
#include "dashboard/cli/listen.h"

#include "dashboard/cli/text.h"

enum { BATCH = 30 };

/* Up to 30 channels a call, as the API has it. */
static int watch_some(struct talk *talk, pl_channel *const *channels, size_t count) {
    struct bytes filter = BYTES_EMPTY;
    bytes_append_text(&filter, "{\"cid\":{\"$in\":[");
    for (size_t i = 0; i < count; i++) {
        bytes_append_text(&filter, i > 0 ? "," : "");
        text_json(&filter, talk->library->channel_cid(channels[i]));
    }
    bytes_append_text(&filter, "]}}");
    const struct pl_query query = {
        .size = sizeof query,
        .filter_json = bytes_text(&filter),
        .flags = PL_WATCH | PL_PRESENCE | PL_STATE,
        .limit = BATCH,
        .message_limit = 1,
        .member_limit = 100,
    };
    struct answer answer = {0};
    int code = talk_await(
        talk, talk->library->query_channels(talk->client, &query, talk_done, &answer), &answer);
    for (size_t i = 0; code == EXIT_DONE && i < answer.channel_count; i++)
        if (talk->library->channel_listen_all(answer.channels[i]) < 0)
            code = EXIT_NO;
    answer_fini(&answer);
    bytes_fini(&filter);
    return code;
}

int watch_channels(struct talk *talk, const struct channels *channels) {
    int code = EXIT_DONE;
    for (size_t i = 0; code == EXIT_DONE && i < channels->count; i += BATCH) {
        const size_t left = channels->count - i;
        code = watch_some(talk, channels->at + i, left < BATCH ? left : BATCH);
    }
    return code;
}

static void added(pl_client *client, const struct pl_event *event, void *context) {
    (void)client;
    const struct library *library = ((struct talk *)context)->library;
    library->channel_watch(event->channel, PL_WATCH | PL_PRESENCE | PL_STATE, NULL, NULL);
    library->channel_listen_all(event->channel);
}

bool watch_added_channels(struct talk *talk) {
    return talk->library->client_on(talk->client, PL_EVENT_ADDED_TO_CHANNEL, added, talk) >= 0;
}
