/* SPDX-License-Identifier: MIT */
/*
 * watch-with-glib PERSON…: a line for each of them who comes or goes, until Ctrl-C, in GLib's main
 * loop: so a GTK program does it, too.
 */
#include <porchlight/porchlight.h>
#include <glib-unix.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

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
        fprintf(stderr, "watch-with-glib: %s\n", outcome->message);
        g_main_loop_quit(context);
    }
}

static gboolean on_readable(gint fd, GIOCondition condition, gpointer client) {
    (void)fd;
    (void)condition;
    pl_client_dispatch(client);
    return G_SOURCE_CONTINUE;
}

static gboolean on_interrupt(gpointer loop) {
    g_main_loop_quit(loop);
    return G_SOURCE_CONTINUE;
}

static int start(pl_client *client, char **ids, size_t count, GMainLoop *loop) {
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
    GMainLoop *loop = g_main_loop_new(NULL, FALSE);
    pl_client *client = NULL;

    setvbuf(stdout, NULL, _IOLBF, 0);
    int fault = pl_client_create(&client, &options);
    if (fault == 0)
        fault = start(client, argv + 1, (size_t)(argc - 1), loop);
    if (fault == 0) {
        const guint readable = g_unix_fd_add(pl_client_fd(client), G_IO_IN, on_readable, client);
        const guint interrupt = g_unix_signal_add(SIGINT, on_interrupt, loop);
        g_main_loop_run(loop);
        g_source_remove(readable); /* before the descriptor goes */
        g_source_remove(interrupt);
    } else {
        fprintf(stderr, "watch-with-glib: %s\n", pl_status_name(fault));
    }
    pl_client_destroy(client);
    g_main_loop_unref(loop);
    return fault < 0;
}
