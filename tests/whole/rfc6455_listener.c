/* SPDX-License-Identifier: MIT */
/*
 * The library, told by words what to do: for rfc6455.py, which plays the server.
 *
 *     connect URL   a new client is ana there; then a line each: `live`, `lost`, and `heard` for
 * each event named "words" whose text is whole end           it is destroyed: `ended`
 *
 * One network for all of them. Ends at the end of its input.
 */
#include <porchlight/porchlight.h>

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void say(const char *word) {
    printf("%s\n", word);
    fflush(stdout);
}

static void on_event(pl_client *client, const struct pl_event *event, void *context) {
    bool *live = context;
    const bool is = pl_client_link(client).state == PL_LINK_LIVE;
    if (event->type == PL_EVENT_LINK_CHANGED && is != *live)
        say(is ? "live" : "lost");
    else if (event->type == PL_EVENT_LINK_CHANGED && !is &&
             pl_client_link(client).state == PL_LINK_WAITING && !*live)
        say("lost");
    else if (event->type == PL_EVENT_OTHER && strcmp(event->type_name, "words") == 0)
        say("heard");
    if (event->type == PL_EVENT_LINK_CHANGED)
        *live = is;
}

static pl_client *connect_to(pl_network *network, const char *url, bool *live) {
    pl_client *client = NULL;
    const struct pl_client_options options = {
        .size = sizeof options, .url = url, .api_key = "key", .network = network};
    const struct pl_connect_options who = {.size = sizeof who, .user_id = "ana", .token = "a.b.c"};
    *live = false;
    if (pl_client_create(&client, &options) < 0 ||
        pl_client_on(client, PL_EVENT_ANY, on_event, live) < 0 ||
        pl_client_connect_user(client, &who, NULL, NULL) < 0)
        say("fault");
    return client;
}

/* One line of the input. False: its end. */
static bool obey(pl_network *network, pl_client **client, bool *live) {
    char line[256];
    if (fgets(line, sizeof line, stdin) == NULL)
        return false;
    line[strcspn(line, "\n")] = '\0';
    if (strncmp(line, "connect ", 8) == 0) {
        *client = connect_to(network, line + 8, live);
    } else {
        pl_client_destroy(*client);
        *client = NULL;
        say("ended");
    }
    return true;
}

int main(void) {
    pl_network *network = NULL;
    pl_client *client = NULL;
    bool live = false;
    setvbuf(stdin, NULL, _IONBF, 0);
    if (pl_network_create(&network) < 0)
        return 1;
    for (bool on = true; on;) {
        struct pollfd fds[] = {{.fd = STDIN_FILENO, .events = POLLIN},
            {.fd = client != NULL ? pl_client_fd(client) : -1, .events = POLLIN}};
        poll(fds, 2, -1);
        if (client != NULL)
            pl_client_dispatch(client);
        if (fds[0].revents != 0)
            on = obey(network, &client, &live);
    }
    pl_client_destroy(client);
    pl_network_destroy(network);
    return 0;
}
