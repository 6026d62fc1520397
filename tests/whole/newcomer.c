/* SPDX-License-Identifier: MIT */
/*
 * newcomer TYPE:ID: written from the installed headers and the tutorial alone, as somebody new
 * would. Prints who comes and goes in a channel; a line "i" on the standard input hides or shows
 * me, an end of it ends the program.
 */
#include <poll.h>
#include <porchlight/porchlight.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct program {
    const char *type, *id;
    int ended;
};

static void toggled(pl_client *client, const struct pl_outcome *outcome, void *context) {
    (void)context;
    if (outcome->status != PL_DONE)
        printf("not toggled: %s\n", outcome->message);
    else
        printf("I am %s\n", pl_user_invisible(pl_local_user(client)) ? "hidden" : "seen");
}

static void presence(pl_client *client, const struct pl_event *event, void *context) {
    (void)client;
    (void)context;
    if (pl_user_online(event->user) && !event->presence.was_online)
        printf("%s came\n", pl_user_name(event->user));
    if (!pl_user_online(event->user) && event->presence.was_online)
        printf("%s left\n", pl_user_name(event->user));
}

static void watched(pl_client *client, const struct pl_outcome *outcome, void *context) {
    struct program *program = context;
    (void)client;
    if (outcome->status != PL_DONE) {
        printf("cannot watch: %s\n", outcome->message);
        program->ended = 1;
        return;
    }
    for (size_t i = 0; i < pl_channel_member_count(outcome->channel); i++) {
        pl_user *user = pl_member_user(pl_channel_member_at(outcome->channel, i));
        printf("%s is %s\n", pl_user_name(user), pl_user_online(user) ? "home" : "out");
    }
    pl_channel_listen_all(outcome->channel);
}

static void connected(pl_client *client, const struct pl_outcome *outcome, void *context) {
    struct program *program = context;
    if (outcome->status == PL_DONE)
        pl_channel_get_or_create(
            client, program->type, program->id, NULL, PL_WATCH | PL_PRESENCE, watched, program);
    else if (outcome->status == PL_REFUSED) {
        printf("refused: %s\n", outcome->message);
        program->ended = 1;
    }
}

static void toggle(pl_client *client) {
    pl_user *me = pl_local_user(client);
    if (me == NULL)
        return;
    if (pl_user_invisible(me))
        pl_client_mark_visible(client, toggled, NULL);
    else
        pl_client_mark_invisible(client, toggled, NULL);
}

int main(int argc, char **argv) {
    struct program program = {0};
    char line[16];
    if (argc != 2 || strchr(argv[1], ':') == NULL)
        return 2;
    program.type = strtok(argv[1], ":");
    program.id = strtok(NULL, "");
    setvbuf(stdout, NULL, _IOLBF, 0);
    struct pl_client_options options = {.size = sizeof options,
        .url = getenv("PORCHLIGHT_URL"),
        .api_key = getenv("PORCHLIGHT_API_KEY")};
    struct pl_connect_options me = {.size = sizeof me,
        .user_id = getenv("PORCHLIGHT_USER"),
        .token = getenv("PORCHLIGHT_TOKEN"),
        .invisible = -1};
    pl_client *client;
    if (pl_client_create(&client, &options) != 0)
        return 1;
    pl_client_on(client, PL_EVENT_PRESENCE_CHANGED, presence, NULL);
    if (pl_client_connect_user(client, &me, connected, &program) != 0)
        return 1;
    struct pollfd fds[] = {
        {.fd = pl_client_fd(client), .events = POLLIN}, {.fd = STDIN_FILENO, .events = POLLIN}};
    while (!program.ended && poll(fds, 2, -1) >= 0) {
        pl_client_dispatch(client);
        if (fds[1].revents == 0)
            continue;
        ssize_t got = read(STDIN_FILENO, line, sizeof line);
        if (got <= 0)
            break;
        if (line[0] == 'i')
            toggle(client);
    }
    pl_client_destroy(client);
    return program.ended;
}
