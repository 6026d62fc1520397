/* SPDX-License-Identifier: MIT */
/*
 * invisible-bot TYPE:ID: is in a channel without being seen, and answers "who is home?" there.
 * Hidden before anybody could see it come; what it says can be read all the same. The loop is
 * epoll, which also hears Ctrl-C.
 */
#include <porchlight/porchlight.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/signalfd.h>
#include <unistd.h>

/* Of the others: to ourselves we are home, hidden or not. */
static void who_is_home(const pl_channel *channel, char *text, size_t size) {
    const pl_user *me = pl_local_user(pl_channel_client(channel));
    size_t len = 0;
    text[0] = '\0';
    for (size_t i = 0; i < pl_channel_member_count(channel); i++) {
        const pl_user *user = pl_member_user(pl_channel_member_at(channel, i));
        if (user != me && pl_user_online(user) && len < size)
            len += (size_t)snprintf(
                text + len, size - len, "%s%s", len > 0 ? ", " : "home: ", pl_user_name(user));
    }
    if (len == 0)
        snprintf(text, size, "nobody is home");
}

static void on_sent(pl_client *client, const struct pl_outcome *outcome, void *context) {
    (void)client;
    (void)context;
    if (outcome->status != PL_DONE && outcome->status != PL_CANCELLED)
        fprintf(stderr, "invisible-bot: not answered: %s\n", outcome->message);
}

static void on_message(pl_client *client, const struct pl_event *event, void *context) {
    char text[1000];
    (void)context;
    if (event->user == pl_local_user(client)) /* never answer yourself */
        return;
    if (strcmp(pl_message_text(event->message), "who is home?") != 0)
        return;
    who_is_home(event->channel, text, sizeof text);
    pl_channel_send_message(event->channel, text, on_sent, NULL);
}

static void on_watched(pl_client *client, const struct pl_outcome *outcome, void *context) {
    int *result = context;
    if (outcome->status == PL_DONE) {
        printf("in %s, %s\n", pl_channel_cid(outcome->channel),
            pl_user_invisible(pl_local_user(client)) ? "unseen" : "seen by all");
        pl_channel_listen_all(outcome->channel);
    } else {
        fprintf(stderr, "invisible-bot: %s\n", outcome->message);
        *result = 1;
    }
}

static void on_connected(pl_client *client, const struct pl_outcome *outcome, void *context) {
    int *result = context;
    (void)client;
    if (outcome->status == PL_REFUSED) {
        fprintf(stderr, "invisible-bot: %s\n", outcome->message);
        *result = 1;
    }
}

static int start(pl_client *client, const char *cid, int *result) {
    const struct pl_connect_options me = {.size = sizeof me,
        .user_id = getenv("PORCHLIGHT_USER"),
        .token = getenv("PORCHLIGHT_TOKEN"),
        .invisible = 1};
    char type[65];
    const char *colon = strchr(cid, ':');
    if (colon == NULL || colon - cid >= (int)sizeof type)
        return PL_E_ARGUMENT;
    snprintf(type, sizeof type, "%.*s", (int)(colon - cid), cid);
    pl_client_on(client, PL_EVENT_MESSAGE_NEW, on_message, NULL);
    const int fault = pl_client_connect_user(client, &me, on_connected, result);
    return fault < 0 ? fault
                     : pl_channel_get_or_create(client, type, colon + 1, NULL,
                           PL_WATCH | PL_PRESENCE, on_watched, result);
}

static void loop(pl_client *client, const int *result) {
    sigset_t ends;
    sigemptyset(&ends);
    sigaddset(&ends, SIGINT);
    sigaddset(&ends, SIGTERM);
    sigprocmask(SIG_BLOCK, &ends, NULL);
    const int signals = signalfd(-1, &ends, SFD_CLOEXEC), poller = epoll_create1(EPOLL_CLOEXEC);
    struct epoll_event on_client = {.events = EPOLLIN, .data.fd = pl_client_fd(client)},
                       on_signal = {.events = EPOLLIN, .data.fd = signals}, event;
    epoll_ctl(poller, EPOLL_CTL_ADD, on_client.data.fd, &on_client);
    epoll_ctl(poller, EPOLL_CTL_ADD, signals, &on_signal);
    while (*result < 0 && epoll_wait(poller, &event, 1, -1) == 1 && event.data.fd != signals)
        pl_client_dispatch(client);
    close(poller);
    close(signals);
}

int main(int argc, char **argv) {
    const struct pl_client_options options = {.size = sizeof options,
        .url = getenv("PORCHLIGHT_URL"),
        .api_key = getenv("PORCHLIGHT_API_KEY")};
    pl_client *client = NULL;
    int result = -1;

    if (argc != 2) {
        fprintf(stderr, "usage: invisible-bot TYPE:ID\n");
        return 2;
    }
    setvbuf(stdout, NULL, _IOLBF, 0);
    int fault = pl_client_create(&client, &options);
    if (fault == 0)
        fault = start(client, argv[1], &result);
    if (fault == 0)
        loop(client, &result);
    else
        fprintf(stderr, "invisible-bot: %s\n", pl_status_name(fault));
    result = result < 0 ? 0 : result; /* before destroy: what it ends is no failure */
    pl_client_destroy(client);
    return fault < 0 ? 2 : result;
}
