/* SPDX-License-Identifier: MIT */
#include "dashboard/cli/talk.h"

#include "base/clock.h"
#include "dashboard/signals.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <unistd.h>

void answer_fini(struct answer *answer) {
    free(answer->message);
    free(answer->channels);
    free(answer->users);
    free(answer->members);
    *answer = (struct answer){0};
}

static void *copy_of(struct answer *answer, const void *from, size_t bytes) {
    void *copy = bytes > 0 ? malloc(bytes) : NULL;
    if (copy != NULL)
        memcpy(copy, from, bytes);
    else if (bytes > 0)
        answer->memory_failed = true;
    return copy;
}

void talk_done(pl_client *client, const struct pl_outcome *outcome, void *context) {
    (void)client;
    struct answer *answer = context;
    answer->has_ended = true;
    answer->status = outcome->status;
    answer->code = outcome->code;
    answer->http_status = outcome->http_status;
    answer->message = copy_of(answer, outcome->message, strlen(outcome->message) + 1);
    answer->channel = outcome->channel;
    answer->channels = copy_of(
        answer, outcome->channels, outcome->channel_count * sizeof outcome->channels[0]);
    answer->channel_count = outcome->channel_count;
    answer->users = copy_of(answer, outcome->users, outcome->user_count * sizeof outcome->users[0]);
    answer->user_count = outcome->user_count;
    answer->members = copy_of(
        answer, outcome->members, outcome->member_count * sizeof outcome->members[0]);
    answer->member_count = outcome->member_count;
}

/* Codes of the API that are about the key or the token. */
enum { CODE_KEY = 2, CODE_TOKEN = 5, CODE_EXPIRED = 40, CODE_EARLY, CODE_IAT, CODE_SIGNATURE };

static const char *advice(int code) {
    switch (code) {
    case CODE_KEY: return "is --api-key the one that this server knows?";
    case CODE_EXPIRED: return "get a new token, then `porchlight login` again";
    case CODE_TOKEN:
    case CODE_SIGNATURE: return "is the token this user's, and of this server?";
    case CODE_EARLY:
    case CODE_IAT: return "is this clock right, and the server's?";
    default: return NULL;
    }
}

static int refused(const struct talk *talk, int code, int http_status, const char *message) {
    const char *hint = advice(code);
    say("%s: %s%s%s", talk->account->url, message, hint != NULL ? "; " : "",
        hint != NULL ? hint : "");
    return hint != NULL || http_status == 401 || http_status == 403 ? EXIT_NOT_AUTHORISED : EXIT_NO;
}

static int unreachable(const struct talk *talk, const char *message) {
    say("cannot reach %s: %s; is the server running there, and is the URL right?",
        talk->account->url, message);
    return EXIT_NO;
}

static int failed(const struct talk *talk, const struct answer *answer) {
    const char *message = answer->message != NULL ? answer->message : "";
    switch (answer->status) {
    case PL_DONE: break;
    case PL_REFUSED: return refused(talk, answer->code, answer->http_status, message);
    case PL_OFFLINE: return unreachable(talk, message);
    case PL_TIMED_OUT: say("%s: no answer in time: %s", talk->account->url, message); break;
    case PL_UNREADABLE:
        say("%s: what answers there does not speak our API: %s", talk->account->url, message);
        break;
    case PL_CANCELLED: say("interrupted"); break;
    }
    return EXIT_NO;
}

/* The call is still under way and will end in `answer`, which is not to outlive this function. */
static void hang_up(struct talk *talk) {
    talk->library->client_destroy(talk->client);
    talk->client = NULL;
}

int talk_await(struct talk *talk, int accepted, struct answer *answer) {
    if (accepted < 0) {
        say("the call cannot be made: %s", talk->library->status_name(accepted));
        return accepted == PL_E_ARGUMENT ? EXIT_USE : EXIT_NO;
    }
    while (!answer->has_ended) {
        const int over = talk_turn(talk);
        if (over == EXIT_DONE)
            continue;
        hang_up(talk);
        return over;
    }
    if (answer->memory_failed) {
        say("out of memory");
        return EXIT_NO;
    }
    return answer->status == PL_DONE ? EXIT_DONE : failed(talk, answer);
}

static int on_signal(struct talk *talk) {
    struct signalfd_siginfo which;
    if (read(talk->signal_fd, &which, sizeof which) != (ssize_t)sizeof which)
        return EXIT_DONE;
    talk->signal = (int)which.ssi_signo;
    const bool asked = talk->signal == SIGINT || talk->signal == SIGTERM;
    return talk->signal_is_well && asked ? TALK_WELL : EXIT_SIGNAL + talk->signal;
}

int talk_turn(struct talk *talk) {
    struct pollfd polled[] = {
        {.fd = talk->library->client_fd(talk->client), .events = POLLIN},
        {.fd = talk->signal_fd, .events = POLLIN},
        {.fd = talk->needs_reader ? STDOUT_FILENO : -1, .events = 0},
    };
    const int64_t left_ms = talk->until_ms < 0 ? -1 : talk->until_ms - clock_mono_ms();
    if (talk->until_ms >= 0 && left_ms <= 0)
        return EXIT_WAIT_TIMEOUT;
    const int most_ms = 60 * 1000;
    if (poll(polled, 3, left_ms > most_ms ? most_ms : (int)left_ms) < 0) {
        if (errno == EINTR)
            return EXIT_DONE;
        say("cannot wait: %s", strerror(errno));
        return EXIT_NO;
    }
    if (polled[1].revents != 0)
        return on_signal(talk);
    talk->library->client_dispatch(talk->client);
    if (talk->ended >= 0)
        return talk->ended;
    return (polled[2].revents & (POLLERR | POLLHUP)) != 0 ? TALK_WELL : EXIT_DONE;
}

static void block_signals(struct talk *talk) {
    sigset_t mask;
    signals_that_end(&mask);
    sigprocmask(SIG_BLOCK, &mask, &talk->old_mask);
    talk->signal_fd = signalfd(-1, &mask, SFD_CLOEXEC | SFD_NONBLOCK);
}

/* Asked for a fresh token: a file may have been written anew, a command may know a new one. */
static void renew(pl_client *client, void *context) {
    struct talk *talk = context;
    struct bytes why = BYTES_EMPTY, warning = BYTES_EMPTY;
    char *token = NULL;
    int fault = token_read(&talk->account->source, &token, &why, &warning);
    if (fault == 0 && talk->token != NULL && strcmp(token, talk->token) == 0) {
        bytes_append_text(&why, "the token has expired, and there is no newer one");
        fault = -EINVAL;
    }
    talk->library->client_give_token(client, fault == 0 ? token : NULL, bytes_text(&why));
    if (fault == 0) {
        token_free(talk->token);
        talk->token = token;
    } else
        token_free(token);
    bytes_fini(&why);
    bytes_fini(&warning);
}

static int get_token(struct talk *talk) {
    struct bytes why = BYTES_EMPTY, warning = BYTES_EMPTY;
    const int fault = token_read(&talk->account->source, &talk->token, &why, &warning);
    if (warning.len > 0)
        say("warning: %s", bytes_text(&warning));
    if (fault != 0)
        say("%s", why.len > 0 ? bytes_text(&why) : "out of memory");
    bytes_fini(&why);
    bytes_fini(&warning);
    return fault == 0 ? EXIT_DONE : EXIT_USE;
}

static int make_client(struct talk *talk) {
    const struct account *account = talk->account;
    const bool renewable = account->source.kind == TOKEN_COMMAND;
    const struct pl_client_options options = {
        .size = sizeof options,
        .url = account->url,
        .api_key = account->api_key,
        .ca_file = account->ca_file,
        .token = renewable ? renew : NULL,
        .token_context = talk,
    };
    const struct pl_connect_options me = {
        .size = sizeof me, .user_id = account->user, .token = talk->token, .invisible = -1};
    int made = talk->library->client_create(&talk->client, &options);
    if (made == 0)
        made = talk->library->client_set_user(talk->client, &me);
    if (made == PL_E_ARGUMENT)
        say("%s: this is no URL, key and user that a server could have", account->url);
    else if (made != 0)
        say("cannot start: %s", talk->library->status_name(made));
    return made == 0 ? EXIT_DONE : made == PL_E_ARGUMENT ? EXIT_USE : EXIT_NO;
}

int talk_open(struct talk *to, const struct library *library, const struct account *account) {
    *to = (struct talk){
        .library = library, .account = account, .signal_fd = -1, .until_ms = -1, .ended = -1};
    sigprocmask(SIG_BLOCK, NULL, &to->old_mask);
    int code = get_token(to);
    if (code != EXIT_DONE)
        return code;
    /* Before the network thread starts: it inherits the mask. */
    block_signals(to);
    return make_client(to);
}

void talk_close(struct talk *talk) {
    if (talk->client != NULL)
        talk->library->client_destroy(talk->client);
    if (talk->signal_fd >= 0)
        close(talk->signal_fd);
    token_free(talk->token);
    talk->client = NULL;
    talk->token = NULL;
    talk->signal_fd = -1;
    sigprocmask(SIG_SETMASK, &talk->old_mask, NULL);
}

static void link_changed(pl_client *client, const struct pl_event *event, void *context) {
    (void)event;
    struct talk *talk = context;
    const struct pl_link link = talk->library->client_link(client);
    const char *reason = link.reason != NULL ? link.reason : "";
    if (link.state == PL_LINK_REFUSED)
        talk->ended = refused(talk, link.code, 0, reason);
    else if (link.state == PL_LINK_WAITING && !talk->was_live)
        talk->ended = unreachable(talk, reason);
    else if (link.state == PL_LINK_WAITING && !talk->is_lost) {
        talk->is_lost = true; /* said once, however many attempts fail */
        say("the link is lost: %s; trying again", reason);
    }
}

/* Live is not enough: it is back when what is known is true again. */
static void link_is_back(pl_client *client, const struct pl_event *event, void *context) {
    (void)client;
    (void)event;
    struct talk *talk = context;
    if (talk->is_lost)
        say("the link is back");
    talk->is_lost = false;
}

int talk_connect(struct talk *talk, bool invisible, const char *status) {
    const struct pl_connect_options me = {
        .size = sizeof me,
        .user_id = talk->account->user,
        .token = talk->token,
        .status = status,
        .invisible = invisible ? 1 : -1,
    };
    if (talk->library->client_on(talk->client, PL_EVENT_LINK_CHANGED, link_changed, talk) < 0 ||
        talk->library->client_on(talk->client, PL_EVENT_RESYNCED, link_is_back, talk) < 0) {
        say("out of memory");
        return EXIT_NO;
    }
    struct answer answer = {0};
    const int code = talk_await(
        talk, talk->library->client_connect_user(talk->client, &me, talk_done, &answer), &answer);
    if (code == EXIT_DONE)
        talk->was_live = true;
    answer_fini(&answer);
    return code;
}
