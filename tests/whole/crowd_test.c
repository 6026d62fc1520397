/* SPDX-License-Identifier: MIT */
/*
 * A channel of ten thousand: every member is live in the end, at the rate that was asked for and
 * without a long stay in any dispatch; what is cut off is stale in one step and told again from
 * nothing, those on the screen first. And a server that is asked too much is waited for. What goes
 * over the wire is seen by a relay.
 */
#include "support/relay.h"
#include "support/rest.h"
#include "support/case.h"

#include "base/clock.h"
#include <porchlight/porchlight.h>

#include <poll.h>
#include <time.h>

enum {
    MANY = 10 * 1000,
    FEW = 45,
    RATE = 200,
    SCREEN = 30,
    BATCH = 30,
    SEEN = 4096,
    IN_TIME_MS = 60 * 1000,
    JITTER_MS = 100, /* between a request's leaving and its being seen here */
#ifdef __SANITIZE_THREAD__
    LONG_CPU_MS = 1000, /* it sees each access, and the caller parses what it is told */
#else
    LONG_CPU_MS = 250, /* in one dispatch, with the sanitizers */
#endif
    LONG_STAY_MS = 2000 /* with a machine that has other things to do */
};

static struct daemon daemon_;
static struct rest rest;

/* What a client of the relay asks for of itself, and when. */
struct seen {
    struct relay relay;
    pthread_mutex_t mutex;
    int64_t at_ms[SEEN];
    size_t count;
    char first_users[16 * 1024]; /* the first query of users since it was emptied */
    int too_many;                /* so many queries of users are answered with 429 … */
    int wait_s;                  /* … and are welcome again then */
    char refusal[256];
    int64_t refused_ms, reset_ms; /* when it was; when it may be asked again */
};

static const char *refuse(struct seen *seen) {
    static const char body[] = "{\"code\":9,\"message\":\"too many\",\"StatusCode\":429,"
                               "\"duration\":\"0ms\",\"more_info\":\"\",\"details\":[]}";
    const int64_t unix_ms = clock_unix_us() / 1000, reset_s = unix_ms / 1000 + seen->wait_s;
    seen->refused_ms = clock_mono_ms();
    seen->reset_ms = seen->refused_ms + reset_s * 1000 - unix_ms;
    seen->too_many--;
    snprintf(seen->refusal, sizeof seen->refusal,
        "HTTP/1.1 429 Too Many Requests\r\nX-RateLimit-Reset: %lld\r\n"
        "Content-Type: application/json\r\nContent-Length: %zu\r\n\r\n%s",
        (long long)reset_s, sizeof body - 1, body);
    return seen->refusal;
}

static const char *on_request(const char *head, void *context) {
    struct seen *seen = context;
    const bool users = strncmp(head, "GET /users?", 11) == 0;
    const char *answer = NULL;
    if (!users && strncmp(head, "GET /members?", 13) != 0 &&
        strncmp(head, "POST /channels?", 15) != 0)
        return NULL;
    pthread_mutex_lock(&seen->mutex);
    if (seen->count < SEEN)
        seen->at_ms[seen->count++] = clock_mono_ms();
    if (users && seen->first_users[0] == '\0')
        snprintf(
            seen->first_users, sizeof seen->first_users, "%.*s", (int)strcspn(head, "\r"), head);
    if (users && seen->too_many > 0)
        answer = refuse(seen);
    pthread_mutex_unlock(&seen->mutex);
    return answer;
}

/* ---- a client, and what it is told ---- */

struct watcher {
    pl_client *client;
    pl_channel *channel;
    bool done, resynced, lost;
    int status;
    size_t live, wanted, stale; /* of the channel; how many were live when the link was lost */
    unsigned while_doubtful;    /* presence told then */
    int64_t longest_cpu_ms, longest_ms;
};

static void on_done(pl_client *client, const struct pl_outcome *outcome, void *context) {
    struct watcher *w = context;
    (void)client;
    w->done = true;
    w->status = (int)outcome->status;
    if (outcome->channel != NULL)
        w->channel = outcome->channel;
}

static size_t count_live(const pl_channel *channel) {
    size_t live = 0;
    for (size_t i = 0; i < pl_channel_member_count(channel); i++)
        live += pl_user_is_live(pl_member_user(pl_channel_member_at(channel, i)));
    return live;
}

static void on_event(pl_client *client, const struct pl_event *event, void *context) {
    struct watcher *w = context;
    const bool live = pl_client_link(client).state == PL_LINK_LIVE;
    if (event->type == PL_EVENT_LISTENING && event->channel != NULL) {
        w->live = event->listening.live;
        w->wanted = event->listening.wanted;
    } else if (event->type == PL_EVENT_LINK_CHANGED && !live && w->channel != NULL) {
        w->lost = true;
        w->stale += count_live(w->channel);
    } else if (event->type == PL_EVENT_RESYNCED) {
        w->resynced = true;
    } else if (event->type == PL_EVENT_PRESENCE_CHANGED) {
        w->while_doubtful += !live;
    }
}

static int64_t cpu_ms(void) {
    struct timespec now;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static void dispatch(struct watcher *w) {
    const int64_t from_ms = clock_mono_ms(), from_cpu_ms = cpu_ms();
    pl_client_dispatch(w->client);
    const int64_t stay_ms = clock_mono_ms() - from_ms, spent_ms = cpu_ms() - from_cpu_ms;
    w->longest_ms = stay_ms > w->longest_ms ? stay_ms : w->longest_ms;
    w->longest_cpu_ms = spent_ms > w->longest_cpu_ms ? spent_ms : w->longest_cpu_ms;
}

static void until_line(bool (*is_so)(const struct watcher *), struct watcher *w, const char *what) {
    const int64_t end_ms = clock_mono_ms() + IN_TIME_MS;
    while (!is_so(w)) {
        if (clock_mono_ms() > end_ms)
            fail_msg("%s: not within %d ms; %zu of %zu", what, IN_TIME_MS, w->live, w->wanted);
        struct pollfd readable = {.fd = pl_client_fd(w->client), .events = POLLIN};
        poll(&readable, 1, 100);
        dispatch(w);
    }
}
#define until(is_so, whom) until_line(is_so, whom, #is_so)

static bool is_done(const struct watcher *w) {
    return w->done;
}

static bool is_lost(const struct watcher *w) {
    return w->lost;
}

static bool is_resynced(const struct watcher *w) {
    return w->resynced;
}

static bool all_live(const struct watcher *w) {
    return w->wanted > 0 && w->live == w->wanted && pl_channel_member_count(w->channel) == w->live;
}

static void ends_well(struct watcher *w, int accepted) {
    assert_int_equal(accepted, 0);
    until(is_done, w);
    assert_int_equal(w->status, PL_DONE);
    w->done = false;
}

static void watch(struct watcher *w, const char *url, const char *channel, int rate) {
    char *token = daemon_token(&daemon_, "ana", NULL);
    *w = (struct watcher){0};
    const struct pl_client_options options = {.size = sizeof options,
        .url = url,
        .api_key = daemon_.api_key,
        .seed = 7,
        .requests_a_second = rate};
    const struct pl_connect_options who = {
        .size = sizeof who, .user_id = "ana", .token = token, .invisible = -1};
    assert_int_equal(pl_client_create(&w->client, &options), 0);
    assert_true(pl_client_on(w->client, PL_EVENT_ANY, on_event, w) > 0);
    ends_well(w, pl_client_connect_user(w->client, &who, on_done, w));
    ends_well(w, pl_channel_get_or_create(
                     w->client, "messaging", channel, NULL, PL_WATCH | PL_PRESENCE, on_done, w));
    assert_int_equal(pl_channel_listen_all(w->channel), 0);
    free(token);
}

static int set_up(void **state) {
    (void)state;
    char path[200];
    daemon_make(&daemon_);
    snprintf(path, sizeof path, "%s/config.ini", daemon_.data);
    FILE *config = fopen(path, "a");
    assert_non_null(config);
    fputs("rate_calls = 0\n", config);
    fclose(config);
    daemon_start(&daemon_);
    rest_begin(&rest, &daemon_);
    assert_int_equal(rest_call(&rest, "POST", "/users",
                         "{\"users\":{\"ana\":{\"id\":\"ana\",\"role\":\"admin\"}}}"),
        201);
    rest_make_users(&rest, "u", MANY);
    rest_make_channel(&rest, "crowd", "ana", "u", MANY);
    rest_make_channel(&rest, "few", "ana", "u", FEW);
    return 0;
}

static int tear_down(void **state) {
    (void)state;
    rest_end(&rest);
    daemon_fini(&daemon_);
    return 0;
}

static void see(struct seen *seen) {
    *seen = (struct seen){.mutex = PTHREAD_MUTEX_INITIALIZER, .wait_s = 2};
    relay_start(&seen->relay, daemon_.url, on_request, seen);
}

/* Of every second that there is, but for as many more as the new connection brings. */
static void expect_rate(struct seen *seen, size_t rate, size_t least, size_t most) {
    pthread_mutex_lock(&seen->mutex);
    assert_in_range(seen->count, least, most);
    for (size_t i = 2 * rate; i < seen->count; i++)
        if (seen->at_ms[i] - seen->at_ms[i - rate] < 1000 - JITTER_MS)
            fail_msg(
                "%zu requests in %d ms", rate + 1, (int)(seen->at_ms[i] - seen->at_ms[i - rate]));
    pthread_mutex_unlock(&seen->mutex);
}

static void put_on_the_screen(struct watcher *w) {
    pl_user *users[SCREEN];
    for (int i = 0; i < SCREEN; i++) {
        char id[16];
        snprintf(id, sizeof id, "u%05d", MANY - 1 - 7 * i);
        users[i] = pl_client_find_user(w->client, id);
        assert_non_null(users[i]);
    }
    pl_client_listen_first(w->client, users, SCREEN);
}

static void expect_screen_first(struct seen *seen) {
    pthread_mutex_lock(&seen->mutex);
    for (int i = 0; i < SCREEN; i++) {
        char id[16];
        snprintf(id, sizeof id, "u%05d", MANY - 1 - 7 * i);
        if (strstr(seen->first_users, id) == NULL)
            fail_msg("%s is not in %s", id, seen->first_users);
    }
    pthread_mutex_unlock(&seen->mutex);
}

static void see_anew(struct seen *seen) {
    pthread_mutex_lock(&seen->mutex);
    seen->count = 0;
    seen->first_users[0] = '\0';
    pthread_mutex_unlock(&seen->mutex);
}

static void ten_thousand_are_live_and_again_after_a_cut_those_on_the_screen_first(void **state) {
    (void)state;
    static struct seen seen;
    static struct watcher ana;
    const size_t batches = (MANY + BATCH - 1) / BATCH, pages = MANY / 100 + 1;
    see(&seen);
    watch(&ana, seen.relay.url, "crowd", RATE);
    until(all_live, &ana);
    assert_int_equal(ana.live, MANY);
    assert_int_equal(count_live(ana.channel), MANY);
    /* Pages and batches, of which one may not be full each time that a page was late. */
    expect_rate(&seen, RATE, batches, batches + 2 * pages);
    put_on_the_screen(&ana);
    see_anew(&seen);
    relay_cut(&seen.relay);
    until(is_lost, &ana);
    assert_int_equal(count_live(ana.channel), 0);
    until(is_resynced, &ana);
    assert_int_equal(ana.stale, 0);
    assert_int_equal(ana.while_doubtful, 0);
    assert_int_equal(count_live(ana.channel), MANY);
    expect_rate(&seen, RATE, batches, batches + 2 * pages);
    expect_screen_first(&seen);
    print_message("# the longest dispatch: %d ms, %d ms of work\n", (int)ana.longest_ms,
        (int)ana.longest_cpu_ms);
    assert_in_range(ana.longest_cpu_ms, 0, LONG_CPU_MS);
    assert_in_range(ana.longest_ms, 0, LONG_STAY_MS);
    pl_client_destroy(ana.client);
    relay_end(&seen.relay);
}

static void a_server_that_is_asked_too_much_is_waited_for(void **state) {
    (void)state;
    static struct seen seen;
    static struct watcher ana;
    see(&seen);
    pthread_mutex_lock(&seen.mutex);
    seen.too_many = 1;
    pthread_mutex_unlock(&seen.mutex);
    watch(&ana, seen.relay.url, "few", RATE);
    until(all_live, &ana);
    assert_int_equal(ana.live, FEW);
    pthread_mutex_lock(&seen.mutex);
    assert_true(seen.reset_ms > 0);
    assert_true(seen.at_ms[seen.count - 1] >= seen.reset_ms - JITTER_MS);
    for (size_t i = 0; i < seen.count; i++) /* what was under way already comes yet */
        assert_false(seen.at_ms[i] > seen.refused_ms + JITTER_MS &&
                     seen.at_ms[i] < seen.reset_ms - JITTER_MS);
    pthread_mutex_unlock(&seen.mutex);
    pl_client_destroy(ana.client);
    relay_end(&seen.relay);
}

/* Who is there now has said nothing of the sort. */
static void what_was_told_to_wait_is_asked_at_once_on_a_new_connection(void **state) {
    (void)state;
    static struct seen seen;
    static struct watcher ana;
    bool refused = false;
    see(&seen);
    pthread_mutex_lock(&seen.mutex);
    seen.too_many = 2;
    seen.wait_s = 250;
    pthread_mutex_unlock(&seen.mutex);
    watch(&ana, seen.relay.url, "few", RATE);
    const int64_t began_ms = clock_mono_ms();
    while (!refused && clock_mono_ms() - began_ms < IN_TIME_MS) {
        pl_client_wait(ana.client, 20);
        pthread_mutex_lock(&seen.mutex);
        refused = seen.too_many == 0;
        pthread_mutex_unlock(&seen.mutex);
    }
    assert_true(refused);
    ana.live = 0;
    relay_cut(&seen.relay);
    until(is_lost, &ana);
    until(all_live, &ana);
    assert_int_equal(ana.live, FEW);
    pl_client_destroy(ana.client);
    relay_end(&seen.relay);
}

int main(void) {
    const struct CMUnitTest cases[] = {
        CASE(ten_thousand_are_live_and_again_after_a_cut_those_on_the_screen_first),
        CASE(a_server_that_is_asked_too_much_is_waited_for),
        CASE(what_was_told_to_wait_is_asked_at_once_on_a_new_connection),
    };
    return cmocka_run_group_tests_name("whole-crowd", cases, set_up, tear_down);
}
