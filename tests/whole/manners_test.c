/* SPDX-License-Identifier: MIT */
/*
 * The library as a guest in this process: signals, locale, output, descriptors and threads are as
 * they were before it came, and it goes in any state in which it is told to.
 */
#include "support/daemon.h"
#include "support/case.h"

#include "base/clock.h"
#include <porchlight/porchlight.h>

#include <dirent.h>
#include <fcntl.h>
#include <locale.h>
#include <poll.h>
#include <signal.h>
#include <pthread.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum { IN_TIME_MS = 15 * 1000, LINES = 64 };

static struct daemon daemon_;

struct guest {
    pl_client *client;
    char *token;
    int connected, disconnected, asked, events, tokens; /* how often each was told */
    int last;                                           /* enum pl_status */
    bool destroy_at_connect, destroy_at_event, destroy_at_token, destroy_at_link;
    enum pl_link_state destroy_at_state;
    char lines[LINES][256];
    int levels[LINES];
    size_t line_count;
    pthread_t thread, said_on;
};

static void go(struct guest *g) {
    pl_client *client = g->client;
    g->client = NULL;
    pl_client_destroy(client);
}

static void on_log(int level, const char *line, void *context) {
    struct guest *g = context;
    g->said_on = pthread_self();
    if (g->line_count == LINES)
        return;
    g->levels[g->line_count] = level;
    snprintf(g->lines[g->line_count++], sizeof g->lines[0], "%s", line);
}

static void on_connected(pl_client *client, const struct pl_outcome *outcome, void *context) {
    struct guest *g = context;
    (void)client;
    g->connected++;
    g->last = (int)outcome->status;
    if (g->destroy_at_connect && g->client != NULL)
        go(g);
}

static void on_disconnected(pl_client *client, const struct pl_outcome *outcome, void *context) {
    struct guest *g = context;
    (void)client;
    g->disconnected++;
    g->last = (int)outcome->status;
}

static void on_answer(pl_client *client, const struct pl_outcome *outcome, void *context) {
    struct guest *g = context;
    (void)client;
    g->asked++;
    g->last = (int)outcome->status;
}

static void on_event(pl_client *client, const struct pl_event *event, void *context) {
    struct guest *g = context;
    g->events++;
    if (g->client == NULL)
        return;
    const bool link = event->type == PL_EVENT_LINK_CHANGED;
    if ((g->destroy_at_event && !link) ||
        (g->destroy_at_link && link && pl_client_link(client).state == g->destroy_at_state))
        go(g);
}

static void on_token(pl_client *client, void *context) {
    struct guest *g = context;
    g->tokens++;
    if (g->destroy_at_token)
        go(g);
    else
        pl_client_give_token(client, g->token, NULL);
}

static void make(struct guest *g, bool provider) {
    g->thread = pthread_self();
    const struct pl_client_options options = {.size = sizeof options,
        .url = daemon_.url,
        .api_key = daemon_.api_key,
        .token = provider ? on_token : NULL,
        .token_context = g,
        .log = on_log,
        .log_context = g};
    assert_int_equal(pl_client_create(&g->client, &options), 0);
    assert_true(pl_client_on(g->client, PL_EVENT_ANY, on_event, g) > 0);
}

static int connect_as(struct guest *g, const char *id, const char *token) {
    const struct pl_connect_options options = {
        .size = sizeof options, .user_id = id, .token = token, .invisible = -1};
    return pl_client_connect_user(g->client, &options, on_connected, g);
}

/* Dispatch until a count is above zero, or the client is gone; fails the case when it is late. */
static void until(struct guest *g, const int *count) {
    const int64_t end_ms = clock_mono_ms() + IN_TIME_MS;
    while (g->client != NULL && *count == 0) {
        struct pollfd p = {.fd = pl_client_fd(g->client), .events = POLLIN};
        const int64_t left_ms = end_ms - clock_mono_ms();
        if (left_ms <= 0)
            fail_msg("not within %d ms", IN_TIME_MS);
        poll(&p, 1, (int)left_ms);
        pl_client_dispatch(g->client);
    }
}

static int set_up(void **state) {
    (void)state;
    daemon_make(&daemon_);
    daemon_start(&daemon_);
    return 0;
}

static int tear_down(void **state) {
    (void)state;
    daemon_fini(&daemon_);
    return 0;
}

/* ---- a guest changes nothing in the house ---- */

/* What of a process a library could change behind its owner's back. */
struct house {
    struct sigaction actions[NSIG];
    sigset_t blocked;
    char locale[256], directory[256];
    mode_t mask;
    struct rlimit descriptors;
    size_t environment;
    uint64_t environment_sum;
};

static size_t entries(const char *folder) {
    size_t count = 0;
    DIR *open = opendir(folder);
    assert_non_null(open);
    while (readdir(open) != NULL)
        count++;
    closedir(open);
    return count;
}

static void look(struct house *house) {
    memset(house, 0, sizeof *house);
    for (int number = 1; number < NSIG; number++)
        sigaction(number, NULL, &house->actions[number]);
    pthread_sigmask(SIG_SETMASK, NULL, &house->blocked);
    snprintf(house->locale, sizeof house->locale, "%s", setlocale(LC_ALL, NULL));
    assert_non_null(getcwd(house->directory, sizeof house->directory));
    house->mask = umask(0);
    umask(house->mask);
    getrlimit(RLIMIT_NOFILE, &house->descriptors);
    for (char **at = environ; *at != NULL; at++, house->environment++)
        for (const char *c = *at; *c != '\0'; c++)
            house->environment_sum = house->environment_sum * 31 + (unsigned char)*c;
}

static void same(const struct house *before) {
    struct house now;
    look(&now);
    for (int number = 1; number < NSIG; number++)
        if (now.actions[number].sa_handler != before->actions[number].sa_handler ||
            now.actions[number].sa_flags != before->actions[number].sa_flags)
            fail_msg("signal %d (%s) is answered otherwise than before", number, strsignal(number));
    assert_memory_equal(&now.blocked, &before->blocked, sizeof now.blocked);
    assert_string_equal(now.locale, before->locale);
    assert_string_equal(now.directory, before->directory);
    assert_int_equal(now.mask, before->mask);
    assert_int_equal(now.descriptors.rlim_cur, before->descriptors.rlim_cur);
    assert_int_equal(now.environment, before->environment);
    assert_true(now.environment_sum == before->environment_sum);
}

static void visit(const char *token) {
    struct guest g = {0};
    make(&g, false);
    assert_int_equal(connect_as(&g, "ana", token), 0);
    until(&g, &g.connected);
    assert_int_equal(g.last, PL_DONE);
    assert_int_equal(pl_client_mark_invisible(g.client, on_answer, &g), 0);
    until(&g, &g.asked);
    assert_int_equal(pl_client_disconnect(g.client, on_disconnected, &g), 0);
    until(&g, &g.disconnected);
    go(&g);
}

static void the_process_is_as_it_was(void **state) {
    (void)state;
    char *token = daemon_token(&daemon_, "ana", NULL);
    struct house before;
    signal(SIGPIPE, SIG_DFL);
    look(&before);
    struct guest g = {0};
    make(&g, false);
    same(&before); /* not only after, also while it is here */
    assert_int_equal(connect_as(&g, "ana", token), 0);
    until(&g, &g.connected);
    same(&before);
    go(&g);
    same(&before);
    signal(SIGPIPE, SIG_IGN); /* nor is the other choice changed */
    look(&before);
    visit(token);
    same(&before);
    signal(SIGPIPE, SIG_DFL);
    free(token);
}

static void no_descriptor_and_no_thread_is_left_behind(void **state) {
    (void)state;
    char *token = daemon_token(&daemon_, "ana", NULL);
    visit(token); /* what the libraries open once is open now */
    const size_t descriptors = entries("/proc/self/fd"), threads = entries("/proc/self/task");
    for (int i = 0; i < 3; i++)
        visit(token);
    assert_int_equal(entries("/proc/self/fd"), descriptors);
    assert_int_equal(entries("/proc/self/task"), threads);
    free(token);
}

static void every_thread_of_the_library_blocks_all_signals(void **state) {
    (void)state;
    struct guest g = {0};
    make(&g, false);
    DIR *tasks = opendir("/proc/self/task");
    assert_non_null(tasks);
    size_t seen = 0;
    for (struct dirent *task; (task = readdir(tasks)) != NULL;) {
        char path[300], line[256];
        unsigned long long blocked = 0, wanted = 0;
        if (task->d_name[0] == '.' || atoi(task->d_name) == (int)getpid())
            continue;
        snprintf(path, sizeof path, "/proc/self/task/%s/status", task->d_name);
        FILE *status = fopen(path, "r");
        while (status != NULL && fgets(line, sizeof line, status) != NULL)
            sscanf(line, "SigBlk: %llx", &blocked);
        if (status != NULL)
            fclose(status);
        for (int number = 1; number < 32; number++)
            if (number != SIGKILL && number != SIGSTOP)
                wanted |= 1ull << (number - 1);
        /* A sanitizer's own helper is not ours. */
        if (blocked != 0 && (blocked & wanted) != wanted)
            fail_msg("thread %s blocks only %llx", task->d_name, blocked);
        seen += blocked != 0;
    }
    closedir(tasks);
    assert_true(seen >= 1);
    go(&g);
}

/* In a child, whose output is a pipe: refused, unreachable, and an ordinary visit. */
static void noisy_life(const char *token) {
    struct guest g = {0}, lost = {0}, plain = {0};
    make(&g, false);
    connect_as(&g, "ana", "not.a.token");
    until(&g, &g.connected);
    go(&g);
    const struct pl_client_options nowhere = {
        .size = sizeof nowhere, .url = "http://127.0.0.1:1", .api_key = "k"};
    const struct pl_connect_options me = {
        .size = sizeof me, .user_id = "ana", .token = "a.b.c", .invisible = -1};
    pl_client_create(&lost.client, &nowhere);
    pl_client_set_user(lost.client, &me);
    pl_client_mark_invisible(lost.client, on_answer, &lost);
    until(&lost, &lost.asked);
    go(&lost);
    const struct pl_client_options silent = {
        .size = sizeof silent, .url = daemon_.url, .api_key = daemon_.api_key};
    pl_client_create(&plain.client, &silent);
    connect_as(&plain, "ana", token);
    until(&plain, &plain.connected);
    go(&plain);
}

static void nothing_is_printed(void **state) {
    (void)state;
    char *token = daemon_token(&daemon_, "ana", NULL);
    int ends[2];
    char said[4096];
    assert_int_equal(pipe(ends), 0);
    fflush(NULL);
    const pid_t child = fork();
    if (child == 0) {
        dup2(ends[1], 1);
        dup2(ends[1], 2);
        close(ends[1]);
        noisy_life(token);
        _exit(0);
    }
    close(ends[1]);
    const ssize_t got = read(ends[0], said, sizeof said);
    int status = 0;
    waitpid(child, &status, 0);
    close(ends[0]);
    assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    if (got != 0)
        fail_msg("it printed %.*s", (int)got, said);
    free(token);
}

/* No connection goes through an exec. (curl has a pair of sockets with itself that does.) */
static void none_is_inherited(const bool before[], int most) {
    for (int fd = 0; fd < most; fd++) {
        struct sockaddr_storage to;
        socklen_t len = sizeof to;
        const int flags = fcntl(fd, F_GETFD);
        if (flags >= 0 && !before[fd] && getpeername(fd, (struct sockaddr *)&to, &len) == 0 &&
            to.ss_family != AF_UNIX)
            assert_true(flags & FD_CLOEXEC);
    }
}

static void a_child_may_exec_or_end_and_the_parent_stays_connected(void **state) {
    (void)state;
    enum { MOST = 256 };
    struct guest g = {0};
    bool open_before[MOST];
    char *token = daemon_token(&daemon_, "ana", NULL);
    for (int fd = 0; fd < MOST; fd++)
        open_before[fd] = fcntl(fd, F_GETFD) >= 0;
    make(&g, false);
    assert_int_equal(connect_as(&g, "ana", token), 0);
    until(&g, &g.connected);
    none_is_inherited(open_before, MOST);
    for (int i = 0; i < 2; i++) {
        const pid_t child = fork();
        if (child == 0 && i == 0)
            execl("/bin/true", "true", (char *)NULL);
        if (child == 0)
            _exit(0);
        int status = 0;
        waitpid(child, &status, 0);
        assert_true(WIFEXITED(status));
        assert_int_equal(WEXITSTATUS(status), 0);
    }
    assert_int_equal(pl_client_set_status(g.client, "still here", on_answer, &g), 0);
    until(&g, &g.asked);
    assert_int_equal(g.last, PL_DONE);
    assert_int_equal(pl_client_link(g.client).state, PL_LINK_LIVE);
    go(&g);
    free(token);
}

/* ---- the log ---- */

static void the_log_tells_what_happened_and_no_secret(void **state) {
    (void)state;
    struct guest g = {0}, refused = {0};
    char *token = daemon_token(&daemon_, "ana", NULL);
    make(&g, false);
    assert_int_equal(connect_as(&g, "ana", token), 0);
    until(&g, &g.connected);
    const struct pl_query query = {
        .size = sizeof query, .filter_json = "{\"id\":{\"$near\":1}}", .limit = 3};
    assert_int_equal(pl_query_users(g.client, &query, on_answer, &g), 0);
    until(&g, &g.asked);
    bool live = false, call = false;
    for (size_t i = 0; i < g.line_count; i++) {
        live |= strcmp(g.lines[i], "link state=live") == 0 && g.levels[i] == PL_LOG_INFO;
        call |= strstr(g.lines[i], "call status=refused code=4 http=400 message=\"") ==
                    g.lines[i] &&
                g.levels[i] == PL_LOG_WARNING;
        assert_null(strchr(g.lines[i], '\n'));
        assert_null(strstr(g.lines[i], token));
        assert_null(strstr(g.lines[i], daemon_.api_key));
    }
    assert_true(live);
    assert_true(call);
    assert_true(pthread_equal(g.said_on, g.thread));
    go(&g);
    make(&refused, false);
    assert_int_equal(connect_as(&refused, "ana", "not.a.token"), 0);
    until(&refused, &refused.connected);
    assert_int_equal(refused.last, PL_REFUSED);
    assert_int_equal(refused.levels[refused.line_count - 1], PL_LOG_ERROR);
    assert_non_null(strstr(refused.lines[refused.line_count - 1], "link state=refused code="));
    go(&refused);
    free(token);
}

/* ---- the end, in any state ---- */

static void a_client_goes_from_whichever_callback(void **state) {
    (void)state;
    char *token = daemon_token(&daemon_, "ana", NULL);
    struct guest connecting = {.destroy_at_link = true, .destroy_at_state = PL_LINK_CONNECTING},
                 live = {.destroy_at_link = true, .destroy_at_state = PL_LINK_LIVE},
                 event = {.destroy_at_event = true}, done = {.destroy_at_connect = true},
                 provider = {.destroy_at_token = true},
                 off = {.destroy_at_link = true, .destroy_at_state = PL_LINK_OFF};
    struct guest *const guests[] = {&connecting, &live, &event, &done, &provider, &off};
    for (size_t i = 0; i < sizeof guests / sizeof guests[0]; i++) {
        struct guest *g = guests[i];
        const int never = 0;
        make(g, g == &provider);
        assert_int_equal(connect_as(g, "ana", g == &provider ? NULL : token), 0);
        if (g == &off) {
            until(g, &g->connected);
            assert_int_equal(pl_client_disconnect(g->client, on_disconnected, g), 0);
        }
        until(g, &never);
        assert_null(g->client);
        assert_int_equal(g->connected, 1); /* whatever happens, each call ends once */
        assert_int_equal(g->disconnected, g == &off);
    }
    free(token);
}

static void a_client_goes_in_whichever_state(void **state) {
    (void)state;
    char *token = daemon_token(&daemon_, "ana", NULL);
    struct guest fresh = {0}, known = {0}, saying_goodbye = {0}, off = {0}, busy = {0}, lost = {0};
    make(&fresh, false);
    go(&fresh);
    make(&known, false);
    const struct pl_connect_options me = {
        .size = sizeof me, .user_id = "ana", .token = token, .invisible = -1};
    assert_int_equal(pl_client_set_user(known.client, &me), 0);
    assert_int_equal(pl_client_set_status(known.client, "x", on_answer, &known), 0);
    go(&known);
    assert_int_equal(known.asked, 1);
    assert_int_equal(known.last, PL_CANCELLED);
    make(&saying_goodbye, false);
    assert_int_equal(connect_as(&saying_goodbye, "ana", token), 0);
    until(&saying_goodbye, &saying_goodbye.connected);
    assert_int_equal(
        pl_client_disconnect(saying_goodbye.client, on_disconnected, &saying_goodbye), 0);
    go(&saying_goodbye);
    assert_int_equal(saying_goodbye.disconnected, 1);
    make(&off, false);
    assert_int_equal(connect_as(&off, "ana", token), 0);
    assert_int_equal(pl_client_disconnect(off.client, on_disconnected, &off), 0);
    until(&off, &off.disconnected);
    assert_int_equal(off.connected, 1);
    go(&off);
    make(&busy, false);
    assert_int_equal(connect_as(&busy, "ana", token), 0);
    until(&busy, &busy.connected);
    for (int i = 0; i < 50; i++)
        assert_int_equal(pl_client_set_status(busy.client, "y", on_answer, &busy), 0);
    go(&busy);
    assert_int_equal(busy.asked, 50);
    make(&lost, false);
    assert_int_equal(connect_as(&lost, "ana", token), 0);
    until(&lost, &lost.connected);
    daemon_stop(&daemon_, SIGKILL);
    do { /* a latency that changes is an event too */
        lost.events = 0;
        until(&lost, &lost.events);
    } while (pl_client_link(lost.client).state == PL_LINK_LIVE);
    go(&lost);
    daemon_start(&daemon_);
    free(token);
}

/* ---- memory ---- */

/* Each piece behind a mark, so that what is freed elsewhere, or never was ours, is found. */
struct piece {
    _Alignas(16) uint64_t mark;
    size_t bytes;
};

struct cellar {
    _Atomic size_t pieces, bytes, most, made;
    _Atomic bool odd;
};

enum { MARK = 0x600d5eed };

static void *resize(void *context, void *at, size_t bytes) {
    struct cellar *cellar = context;
    struct piece *old = at != NULL ? (struct piece *)at - 1 : NULL;
    if (old != NULL && old->mark != MARK) {
        cellar->odd = true;
        return NULL;
    }
    const size_t before = old != NULL ? old->bytes : 0;
    struct piece *piece = malloc(sizeof *piece + bytes);
    assert_non_null(piece);
    *piece = (struct piece){.mark = MARK, .bytes = bytes};
    if (old != NULL) {
        memcpy(piece + 1, at, before < bytes ? before : bytes);
        old->mark = 0;
        free(old);
    }
    cellar->pieces += at == NULL;
    cellar->pieces -= bytes == 0;
    cellar->bytes += bytes - before;
    cellar->made += at == NULL;
    if (cellar->bytes > cellar->most)
        cellar->most = cellar->bytes;
    if (bytes > 0)
        return piece + 1;
    free(piece);
    return NULL;
}

static void all_memory_comes_from_where_it_is_told(void **state) {
    (void)state;
    struct cellar own = {0}, shared = {0};
    const struct pl_network_options network_options = {
        .size = sizeof network_options, .resize = resize, .resize_context = &shared};
    pl_network *network = NULL;
    assert_int_equal(pl_network_create_with(&network, &network_options), 0);
    assert_true(shared.pieces > 0);
    char *token = daemon_token(&daemon_, "cellar", NULL);
    for (int turn = 0; turn < 2; turn++) { /* on its own network, and on the shared one */
        struct guest g = {.thread = pthread_self()};
        const struct pl_client_options options = {.size = sizeof options,
            .url = daemon_.url,
            .api_key = daemon_.api_key,
            .network = turn == 1 ? network : NULL,
            .resize = resize,
            .resize_context = &own};
        assert_int_equal(pl_client_create(&g.client, &options), 0);
        assert_true(pl_client_on(g.client, PL_EVENT_ANY, on_event, &g) > 0);
        const struct pl_connect_options who = {.size = sizeof who,
            .user_id = "cellar",
            .token = token,
            .status = "down here",
            .invisible = -1};
        assert_int_equal(pl_client_connect_user(g.client, &who, on_connected, &g), 0);
        until(&g, &g.connected);
        assert_int_equal(g.last, PL_DONE);
        assert_int_equal(pl_channel_get_or_create(g.client, "messaging", "cellar", NULL,
                             PL_WATCH | PL_PRESENCE, on_answer, &g),
            0);
        until(&g, &g.asked);
        assert_int_equal(g.last, PL_DONE);
        pl_channel *channel = pl_client_find_channel(g.client, "messaging:cellar");
        g.asked = 0;
        assert_int_equal(pl_channel_send_message(channel, "wine", on_answer, &g), 0);
        until(&g, &g.asked);
        assert_true(own.pieces > 20);
        g.asked = 0;
        assert_int_equal(pl_client_mark_invisible(g.client, on_answer, &g), 0);
        go(&g);
        assert_int_equal(g.asked, 1);
        if (turn == 1) /* whose thread lets go a moment later */
            pl_network_destroy(network);
        assert_int_equal(own.pieces, 0);
        assert_int_equal(own.bytes, 0);
    }
    assert_int_equal(shared.pieces, 0);
    assert_true(own.made > 100 && own.most > 10 * 1000);
    assert_false(own.odd);
    assert_false(shared.odd);
    free(token);
}

int main(void) {
    const struct CMUnitTest cases[] = {
        CASE(all_memory_comes_from_where_it_is_told),
        CASE(nothing_is_printed),
        CASE(the_process_is_as_it_was),
        CASE(no_descriptor_and_no_thread_is_left_behind),
        CASE(every_thread_of_the_library_blocks_all_signals),
        CASE(a_child_may_exec_or_end_and_the_parent_stays_connected),
        CASE(the_log_tells_what_happened_and_no_secret),
        CASE(a_client_goes_from_whichever_callback),
        CASE(a_client_goes_in_whichever_state),
    };
    return cmocka_run_group_tests_name("whole-manners", cases, set_up, tear_down);
}
