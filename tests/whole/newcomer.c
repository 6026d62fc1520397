/* SPDX-License-Identifier: MIT */
/*
 * newcomer TYPE:ID: by somebody who had never seen the library, from the installed headers, the
 * manual and the tutorial alone; left as it was written but for its layout. Prints who comes and
 * goes in a channel. A line "i" on the standard input hides or shows me; "q", its end, or a signal
 * ends it.
 */
#include <porchlight/porchlight.h>
#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <time.h>
#include <unistd.h>

struct app {
    pl_channel *channel;
    char type[65];
    const char *id;
    bool was_live, over;
    int result;
};

static int64_t now_ms(void) {
    struct timespec t;
    clock_gettime(CLOCK_REALTIME, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static bool in_channel(struct app *a, pl_user *u) {
    return a->channel != NULL && pl_channel_find_member(a->channel, pl_user_id(u)) != NULL;
}
/* since when somebody is away, kept with the user: the event has only the new state */
static void remember(pl_user *u, int64_t since) {
    pl_user_set_context(u, (void *)(intptr_t)since);
}

static void remember_members(struct app *a) {
    for (size_t i = 0; i < pl_channel_member_count(a->channel); i++) {
        pl_user *u = pl_member_user(pl_channel_member_at(a->channel, i));
        if (!pl_user_online(u) && pl_user_context(u) == NULL)
            remember(u, pl_user_last_active_unix_ms(u));
    }
}

static void tell(pl_user *u, bool online, int64_t at) {
    const int64_t since = (int64_t)(intptr_t)pl_user_context(u);
    printf("%s is %s", pl_user_name(u), online ? "online" : "offline");
    if (online && since > 0 && at > since)
        printf(" (was away %" PRId64 ".%03" PRId64 " s)", (at - since) / 1000, (at - since) % 1000);
    putchar('\n');
    remember(u, online ? 0 : at);
}

static void on_presence(pl_client *c, const struct pl_event *e, void *x) {
    struct app *a = (struct app *)x;
    const bool is = pl_user_online(e->user);
    (void)c;
    if (is != e->presence.was_online && in_channel(a, e->user))
        tell(e->user, is, e->created_unix_ms);
}

static void on_link(pl_client *c, const struct pl_event *e, void *x) {
    struct app *a = (struct app *)x;
    const struct pl_link l = pl_client_link(c);
    (void)e;
    if (l.state == PL_LINK_WAITING)
        printf("link lost, who is home is not known: %s; again in %" PRId64 " ms\n", l.reason,
            l.retry_at_unix_ms - now_ms());
    else if (l.state == PL_LINK_REFUSED) {
        printf("link refused: %s\n", l.reason);
        a->over = true, a->result = 2;
    } else if (l.state == PL_LINK_LIVE)
        puts("link is live");
}

static void on_resynced(pl_client *c, const struct pl_event *e, void *x) {
    struct app *a = (struct app *)x;
    (void)c;
    printf("back after %" PRId64 " ms: %u came, %u left, %zu changes\n", e->resync.away_ms,
        e->resync.came, e->resync.left, e->missed.change_count);
    for (size_t i = 0; i < e->missed.change_count; i++) {
        const struct pl_change *h = &e->missed.changes[i];
        if ((h->kind == PL_CHANGE_CAME || h->kind == PL_CHANGE_LEFT) && in_channel(a, h->user)) {
            printf("meanwhile ");
            remember(h->user, h->kind == PL_CHANGE_CAME ? 0 : pl_user_last_active_unix_ms(h->user));
            printf("%s is %s\n", pl_user_name(h->user),
                h->kind == PL_CHANGE_CAME ? "online" : "offline");
        }
    }
}

static void on_listening(pl_client *c, const struct pl_event *e, void *x) {
    struct app *a = (struct app *)x;
    (void)c;
    if (e->channel != NULL && e->channel == a->channel) {
        remember_members(a);
        printf("listening to %zu of %zu\n", e->listening.live, e->listening.wanted);
    }
}

static void on_watched(pl_client *c, const struct pl_outcome *o, void *x) {
    struct app *a = (struct app *)x;
    (void)c;
    if (o->status == PL_CANCELLED)
        return;
    if (o->status != PL_DONE) {
        printf("not watched: %s: %s (code %d, http %d)\n", pl_status_name(o->status), o->message,
            o->code, o->http_status);
        a->over = true, a->result = 2;
        return;
    }
    a->channel = o->channel;
    printf("watching %s: %zu members%s%s\n", pl_channel_cid(o->channel),
        pl_channel_member_total(o->channel), pl_channel_is_mine(o->channel) ? "" : ", not mine",
        pl_channel_has_presence(o->channel) ? "" : ", no presence here");
    remember_members(a);
    int f = pl_channel_listen_all(o->channel);
    if (f < 0)
        printf("listening to the first ten only: %s\n", pl_status_name(f));
}

static void on_connected(pl_client *c, const struct pl_outcome *o, void *x) {
    struct app *a = (struct app *)x;
    int f;
    if (o->status == PL_CANCELLED)
        return;
    if (o->status == PL_DONE && (f = pl_channel_get_or_create(c, a->type, a->id, NULL,
                                     PL_WATCH | PL_PRESENCE, on_watched, a)) == 0)
        return;
    if (o->status == PL_DONE)
        printf("not asked for: %s\n", pl_status_name(f));
    else
        printf("not connected: %s: %s (code %d, http %d)\n", pl_status_name(o->status), o->message,
            o->code, o->http_status);
    a->over = true, a->result = 2;
}

static void on_toggled(pl_client *c, const struct pl_outcome *o, void *x) {
    (void)x;
    if (o->status == PL_DONE)
        printf("server says: %s\n", pl_user_invisible(pl_local_user(c)) ? "hidden" : "seen");
    else
        printf("not toggled: %s: %s\n", pl_status_name(o->status), o->message);
}

static void toggle(pl_client *c) {
    const pl_user *me = pl_local_user(c);
    int f = PL_E_STATE;
    if (me != NULL)
        f = pl_user_invisible(me) ? pl_client_mark_visible(c, on_toggled, NULL)
                                  : pl_client_mark_invisible(c, on_toggled, NULL);
    if (f < 0)
        printf("not toggled: %s\n", pl_status_name(f));
}

static char *token(char *buffer, int size) {
    const char *path = getenv("PORCHLIGHT_TOKEN_FILE");
    if (path == NULL)
        return getenv("PORCHLIGHT_TOKEN");
    FILE *f = fopen(path, "r");
    if (f == NULL || fgets(buffer, size, f) == NULL) {
        perror(path);
        buffer = NULL;
    } else
        buffer[strcspn(buffer, "\r\n")] = 0;
    if (f)
        fclose(f);
    return buffer;
}

int main(int argc, char **argv) {
    struct app a = {0};
    char buffer[4096];
    const char *colon = argc == 2 ? strchr(argv[1], ':') : NULL;
    if (colon == NULL || colon - argv[1] >= (long)sizeof a.type) {
        fputs("usage: newcomer TYPE:ID\n", stderr);
        return 1;
    }
    memcpy(a.type, argv[1], (size_t)(colon - argv[1]));
    a.id = colon + 1;
    setvbuf(stdout, NULL, _IOLBF, 0);
    struct pl_client_options server;
    memset(&server, 0, sizeof server);
    server.size = sizeof server;
    server.url = getenv("PORCHLIGHT_URL");
    server.api_key = getenv("PORCHLIGHT_API_KEY");
    struct pl_connect_options me;
    memset(&me, 0, sizeof me);
    me.size = sizeof me;
    me.user_id = getenv("PORCHLIGHT_USER");
    me.token = token(buffer, sizeof buffer);
    me.invisible = -1;
    pl_client *c = NULL;
    int f = pl_client_create(&c, &server);
    if (f == 0 && ((f = pl_client_on(c, PL_EVENT_PRESENCE_CHANGED, on_presence, &a)) > 0) &&
        ((f = pl_client_on(c, PL_EVENT_LINK_CHANGED, on_link, &a)) > 0) &&
        ((f = pl_client_on(c, PL_EVENT_RESYNCED, on_resynced, &a)) > 0) &&
        ((f = pl_client_on(c, PL_EVENT_LISTENING, on_listening, &a)) > 0))
        f = pl_client_connect_user(c, &me, on_connected, &a);
    if (f < 0) {
        printf("not begun: %s\n", pl_status_name(f));
        pl_client_destroy(c);
        return 2;
    }
    sigset_t ends;
    sigemptyset(&ends);
    sigaddset(&ends, SIGINT);
    sigaddset(&ends, SIGTERM);
    sigprocmask(SIG_BLOCK, &ends, NULL);
    struct pollfd p[3];
    p[0].fd = pl_client_fd(c);
    p[1].fd = STDIN_FILENO;
    p[2].fd = signalfd(-1, &ends, SFD_CLOEXEC);
    for (int i = 0; i < 3; i++)
        p[i].events = POLLIN, p[i].revents = 0;
    while (!a.over) {
        if (poll(p, 3, -1) < 0) {
            if (errno == EINTR)
                continue;
            break;
        }
        pl_client_dispatch(c);
        if (p[2].revents) {
            puts("signal");
            break;
        }
        if (p[1].revents) {
            char line[256];
            ssize_t n = read(STDIN_FILENO, line, sizeof line);
            if (n <= 0 || memchr(line, 'q', (size_t)n))
                break;
            if (memchr(line, 'i', (size_t)n))
                toggle(c);
        }
    }
    close(p[2].fd);
    pl_client_destroy(c);
    puts("ended");
    return a.result;
}
