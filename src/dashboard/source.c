/* SPDX-License-Identifier: MIT */
#include "dashboard/source.h"

#include "base/clock.h"
#include "dashboard/cli/say.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

enum { CODE_KEY = 2, CODE_TOKEN = 5, CODE_DENIED = 17, CODE_AUTH_LOW = 40, CODE_AUTH_HIGH = 43 };

/* ---- before ---- */

static int prepare_replay(struct source *source) {
    struct bytes why = BYTES_EMPTY;
    const struct app_options *options = source->options;
    if (replay_open(&source->replay, options->replay, options->speed, clock_mono_ms(), &why) < 0) {
        say("%s", why.len > 0 ? bytes_text(&why) : "out of memory");
        bytes_fini(&why);
        return EXIT_USE;
    }
    char label[sizeof source->model->label];
    snprintf(label, sizeof label, "%.40s (replay)", replay_label(source->replay));
    if (model_init(source->model, label, replay_me(source->replay), source_now_ms(source)) == 0)
        return EXIT_DONE;
    say("out of memory");
    return EXIT_NO;
}

static int read_token(struct source *source) {
    struct bytes why = BYTES_EMPTY, warning = BYTES_EMPTY;
    const int fault = token_read(&source->options->account->source, &source->token, &why, &warning);
    if (fault < 0)
        say("%s", why.len > 0 ? bytes_text(&why) : "out of memory");
    else if (warning.len > 0)
        say("%s", bytes_text(&warning));
    bytes_fini(&why);
    bytes_fini(&warning);
    return fault < 0 ? EXIT_USE : EXIT_DONE;
}

static int open_record(struct source *source) {
    const struct app_options *options = source->options;
    struct bytes why = BYTES_EMPTY;
    int code = EXIT_DONE;
    if (options->record == NULL)
        return code;
    if (record_open(
            &source->record, options->record, options->label, options->account->user, &why) < 0) {
        say("%s", why.len > 0 ? bytes_text(&why) : "out of memory");
        code = EXIT_USE;
    } else if (record_hide(source->record, source->token) < 0 ||
               record_hide(source->record, options->account->api_key) < 0) {
        say("out of memory");
        code = EXIT_NO;
    }
    bytes_fini(&why);
    return code;
}

int source_prepare(struct source *to, const struct app_options *options, struct model *model) {
    *to = (struct source){.options = options, .model = model};
    if (options->replay != NULL)
        return prepare_replay(to);
    int code = read_token(to);
    if (code == EXIT_DONE)
        code = open_record(to);
    if (code == EXIT_DONE &&
        model_init(model, options->label, options->account->user, source_now_ms(to)) < 0) {
        say("out of memory");
        code = EXIT_NO;
    }
    return code;
}

/* ---- the feed ---- */

static void ask_again(pl_client *client, void *context) {
    struct source *source = context;
    struct bytes why = BYTES_EMPTY, warning = BYTES_EMPTY;
    char *token = NULL;
    token_read(&source->options->account->source, &token, &why, &warning);
    record_hide(source->record, token);
    source->library.client_give_token(client, token, bytes_text(&why));
    token_free(token);
    bytes_fini(&why);
    bytes_fini(&warning);
}

int source_begin(struct source *source, char *why, size_t why_size) {
    const struct account *account = source->options->account;
    if (source->replay != NULL)
        return EXIT_DONE;
    if (library_open(&source->library, why, why_size) < 0)
        return EXIT_USE;
    /* A file or a command may have another token tomorrow; a text stays what it is. */
    const bool renews = account->source.kind == TOKEN_FILE || account->source.kind == TOKEN_COMMAND;
    const struct feed_options options = {.library = &source->library,
        .model = source->model,
        .record = source->record,
        .url = account->url,
        .api_key = account->api_key,
        .user = account->user,
        .token = source->token,
        .ca_file = account->ca_file,
        .status = source->options->status,
        .invisible = source->options->invisible,
        .again = renews ? ask_again : NULL,
        .again_context = source};
    const int fault = feed_open(&source->feed, &options);
    if (fault == 0)
        return EXIT_DONE;
    snprintf(why, why_size, "%.180s: %s", account->url, source->library.status_name(fault));
    return fault == PL_E_ARGUMENT ? EXIT_USE : EXIT_NO;
}

int source_fd(const struct source *source) {
    return source->feed != NULL ? feed_fd(source->feed) : -1;
}

/* ---- time ---- */

int64_t source_now_ms(const struct source *source) {
    return source->replay != NULL ? replay_now_ms(source->replay, clock_mono_ms())
                                  : clock_unix_us() / 1000;
}

int source_wait_ms(const struct source *source, int64_t until_ms) {
    if (source->replay != NULL)
        return replay_wait_ms(source->replay, clock_mono_ms(), until_ms);
    const int64_t left = until_ms - source_now_ms(source);
    return left <= 0 ? 0 : left > 60000 ? 60000 : (int)left;
}

/* ---- what came ---- */

static int take_replay(struct source *source, bool *changed, char *why, size_t why_size) {
    struct bytes wrong = BYTES_EMPTY;
    const int told = replay_take(source->replay, source->model, clock_mono_ms(), &wrong);
    *changed = told != 0;
    if (told < 0)
        snprintf(why, why_size, "%s", wrong.len > 0 ? bytes_text(&wrong) : "out of memory");
    if (told > 0)
        model_tick(source->model, source_now_ms(source));
    bytes_fini(&wrong);
    return told < 0 ? EXIT_USE : EXIT_DONE;
}

int source_take(struct source *source, bool *changed, char *why, size_t why_size) {
    *changed = false;
    if (source->replay != NULL)
        return take_replay(source, changed, why, why_size);
    if (source->feed == NULL)
        return EXIT_DONE;
    *changed = feed_dispatch(source->feed);
    if (!*changed || !feed_is_refused(source->feed))
        return EXIT_DONE;
    const int code = feed_refusal_code(source->feed);
    snprintf(why, why_size, "%s", source->model->link.reason);
    return code == CODE_KEY || code == CODE_TOKEN || code == CODE_DENIED ||
                   (code >= CODE_AUTH_LOW && code <= CODE_AUTH_HIGH)
               ? EXIT_NOT_AUTHORISED
               : EXIT_NO;
}

/* Nobody is there who could have it. */
static void refuse_lines(struct model *model) {
    struct chat *chat = model_chat(model);
    for (size_t i = 0; chat != NULL && i < chat->count; i++)
        if (chat->lines[i]->state == LINE_WANTED)
            line_failed(chat->lines[i], "this is a replay");
    model->write_to[0] = '\0';
}

void source_talk(struct source *source) {
    if (source->feed != NULL)
        feed_talk(source->feed);
    else if (source->replay != NULL)
        refuse_lines(source->model);
}

int source_close(struct source *source, int code) {
    feed_close(source->feed);
    const int fault = record_close(source->record, source_now_ms(source));
    if (fault < 0)
        say("%s: the record is not whole: %s", source->options->record, strerror(-fault));
    replay_close(source->replay);
    token_free(source->token);
    source->feed = NULL;
    source->record = NULL;
    source->replay = NULL;
    source->token = NULL;
    return fault < 0 && code == EXIT_DONE ? EXIT_NO : code;
}
