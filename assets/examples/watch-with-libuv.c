/* SPDX-License-Identifier: MIT */
/*
 * watch-with-libuv PERSON…: a line for each of them who comes or goes, until Ctrl-C. The library's
 * descriptor is one poll handle of the loop; that is all there is to it.
 */
#include <porchlight/porchlight.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <uv.h>

static void on_presence(pl_client *client, const struct pl_event *event, void *context) {
    (void)client;
    (void)context;
    if (pl_user_online(event->user) != event->presence.was_online)
        printf("%s %s\n", pl_user_id(event->user), event->presence.was_online ? "left" : "came");
}

static void on_listening(pl_client *client, const struct pl_event *event, void *context) {
    (void)client;
    (void)context;
    if (event->channel == NULL) /* in all */
        printf("%zu of %zu are listened to\n", event->listening.live, event->listening.wanted);
}

static void on_connected(pl_client *client, const struct pl_outcome *outcome, void *context) {
    (void)client;
    if (outcome->status == PL_REFUSED) {
        fprintf(stderr, "watch-with-libuv: %s\n", outcome->message);
        uv_stop(context);
    }
}

static void on_readable(uv_poll_t *handle, int status, int events) {
    (void)status;
    (void)events;
    pl_client_dispatch(handle->data);
}

static void on_signal(uv_signal_t *handle, int number) {
    (void)number;
    uv_stop(handle->loop);
}

static int start(pl_client *client, char **ids, size_t count, uv_loop_t *loop) {
    const struct pl_connect_options me = {.size = sizeof me,
        .user_id = getenv("PORCHLIGHT_USER"),
        .token = getenv("PORCHLIGHT_TOKEN"),
        .invisible = -1};
    pl_client_on(client, PL_EVENT_PRESENCE_CHANGED, on_presence, NULL);
    pl_client_on(client, PL_EVENT_LISTENING, on_listening, NULL);
    const int fault = pl_client_connect_user(client, &me, on_connected, loop);
    return fault < 0 ? fault : pl_client_listen_users(client, (const char *const *)ids, count);
}

int main(int argc, char **argv) {
    const struct pl_client_options options = {.size = sizeof options,
        .url = getenv("PORCHLIGHT_URL"),
        .api_key = getenv("PORCHLIGHT_API_KEY")};
    pl_client *client = NULL;
    uv_loop_t loop;
    uv_poll_t readable;
    uv_signal_t interrupt;

    setvbuf(stdout, NULL, _IOLBF, 0);
    uv_loop_init(&loop);
    int fault = pl_client_create(&client, &options);
    if (fault == 0)
        fault = start(client, argv + 1, (size_t)(argc - 1), &loop);
    if (fault == 0) {
        uv_poll_init(&loop, &readable, pl_client_fd(client));
        readable.data = client;
        uv_poll_start(&readable, UV_READABLE, on_readable);
        uv_signal_init(&loop, &interrupt);
        uv_signal_start(&interrupt, on_signal, SIGINT);
        uv_run(&loop, UV_RUN_DEFAULT);
        uv_close((uv_handle_t *)&readable, NULL); /* before the descriptor goes */
        uv_close((uv_handle_t *)&interrupt, NULL);
        uv_run(&loop, UV_RUN_DEFAULT);
    } else {
        fprintf(stderr, "watch-with-libuv: %s\n", pl_status_name(fault));
    }
    pl_client_destroy(client);
    uv_loop_close(&loop);
    return fault < 0;
}
