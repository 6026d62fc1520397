/* SPDX-License-Identifier: MIT */
/*
 * presence-log CID: a line for each who comes or goes in a channel ("messaging:porch"), until
 * Ctrl-C. When the link is lost it says so, and after it is back, what was missed meanwhile. The
 * loop is poll(), with a descriptor of our own beside the library's.
 */
#include <porchlight/porchlight.h>
#include <inttypes.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <unistd.h>

static void on_presence(pl_client *client, const struct pl_event *event, void *context) {
    (void)client;
    (void)context;
    const bool online = pl_user_online(event->user);
    if (online != event->presence.was_online)
        printf("%" PRId64 " %s %s\n", event->created_unix_ms, pl_user_id(event->user),
            online ? "came" : "left");
    else if (event->presence.status_changed)
        printf("%" PRId64 " %s says: %s\n", event->created_unix_ms, pl_user_id(event->user),
            pl_user_status(event->user));
}

static void on_link(pl_client *client, const struct pl_event *event, void *context) {
    bool *was_live = context;
    const struct pl_link link = pl_client_link(client);
    if (*was_live && link.state != PL_LINK_LIVE)
        printf("%" PRId64 " link lost: %s\n", event->created_unix_ms, link.reason);
    *was_live = link.state == PL_LINK_LIVE;
}

static void on_resynced(pl_client *client, const struct pl_event *event, void *context) {
    (void)client;
    (void)context;
    printf("%" PRId64 " link back: meanwhile %u came and %u left\n", event->created_unix_ms,
        event->resync.came, event->resync.left);
}

static void on_watched(pl_client *client, const struct pl_outcome *outcome, void *context) {
    int *result = context;
    (void)client;
    if (outcome->status == PL_DONE) {
        pl_channel_listen_all(outcome->channel); /* not only the first ten */
        printf("watching %s\n", pl_channel_name(outcome->channel));
    } else {
        fprintf(stderr, "presence-log: %s\n", outcome->message);
        *result = 1;
    }
}

static void on_connected(pl_client *client, const struct pl_outcome *outcome, void *context) {
    int *result = context;
    (void)client;
    if (outcome->status == PL_REFUSED) {
        fprintf(stderr, "presence-log: %s\n", outcome->message);
        *result = 1;
    }
}

static int watch(pl_client *client, const char *cid, int *result) {
    char type[65];
    const char *colon = strchr(cid, ':');
    if (colon == NULL || colon - cid >= (int)sizeof type)
        return PL_E_ARGUMENT;
    snprintf(type, sizeof type, "%.*s", (int)(colon - cid), cid);
    return pl_channel_get_or_create(
        client, type, colon + 1, NULL, PL_WATCH | PL_PRESENCE, on_watched, result);
}

static void loop(pl_client *client, const int *result) {
    sigset_t ends;
    sigemptyset(&ends);
    sigaddset(&ends, SIGINT);
    sigaddset(&ends, SIGTERM);
    sigprocmask(SIG_BLOCK, &ends, NULL);
    struct pollfd fds[2] = {{.fd = pl_client_fd(client), .events = POLLIN},
        {.fd = signalfd(-1, &ends, SFD_CLOEXEC), .events = POLLIN}};
    while (*result < 0 && fds[1].revents == 0 && poll(fds, 2, -1) >= 0)
        pl_client_dispatch(client);
    close(fds[1].fd);
}

int main(int argc, char **argv) {
    const struct pl_client_options options = {.size = sizeof options,
        .url = getenv("PORCHLIGHT_URL"),
        .api_key = getenv("PORCHLIGHT_API_KEY")};
    const struct pl_connect_options me = {.size = sizeof me,
        .user_id = getenv("PORCHLIGHT_USER"),
        .token = getenv("PORCHLIGHT_TOKEN"),
        .invisible = -1};
    pl_client *client = NULL;
    bool was_live = false;
    int result = -1;

    if (argc != 2) {
        fprintf(stderr, "usage: presence-log TYPE:ID\n");
        return 2;
    }
    setvbuf(stdout, NULL, _IOLBF, 0);
    int fault = pl_client_create(&client, &options);
    if (fault == 0) {
        pl_client_on(client, PL_EVENT_PRESENCE_CHANGED, on_presence, NULL);
        pl_client_on(client, PL_EVENT_LINK_CHANGED, on_link, &was_live);
        pl_client_on(client, PL_EVENT_RESYNCED, on_resynced, NULL);
        fault = pl_client_connect_user(client, &me, on_connected, &result);
    }
    if (fault == 0)
        fault = watch(client, argv[1], &result);
    if (fault == 0)
        loop(client, &result);
    else
        fprintf(stderr, "presence-log: %s\n", pl_status_name(fault));
    result = result < 0 ? 0 : result; /* before destroy: what it ends is no failure */
    pl_client_destroy(client);
    return fault < 0 ? 2 : result;
}
