/* SPDX-License-Identifier: MIT */
/*
 * Memory runs out once, at every place at which it can: the n-th allocation of ours or of cJSON's
 * fails, on the caller's thread or on the network's, while Ana comes, watches the hall, is told
 * five things that Bo does, hides, shows herself and goes. Whatever n is: every call ends exactly
 * once, the library says that something failed or makes up for it by itself, what Ana sees is soon
 * the truth again, and when she is gone nothing is left of her.
 *
 *     whole-torture            some of the places, spread evenly (a test must end in time)
 *     whole-torture all        all of them; or: talks, all of the second day
 *     whole-torture caller 17  this one, with its stack; or: network 17; talks: of the second day
 */
#include "support/daemon.h"
#include "support/failing.h"
#include "support/case.h"

#include "base/clock.h"
#include <porchlight/porchlight.h>

#include <poll.h>
#include <signal.h>
#include <time.h>

enum { IN_TIME_MS = 12 * 1000, CALLS = 64, PLACES = 90, MOST_CPU_MS = 1500, MOST_IDLE = 2000 };

/* One call, and how often it ended. */
struct ticket {
    unsigned ends;
    enum pl_status status;
    char words[160];
};

struct guest {
    pl_client *client;
    pl_channel *hall;
    struct ticket tickets[CALLS];
    size_t used;
};

static struct daemon daemon_;
static pl_network *bos_network;
static char *anas_token;
static struct guest ana, bo;

static struct {
    enum failing_side side;
    unsigned long nth, idle;
    bool talks;   /* Ana, on the second kind of day */
    bool settled; /* everything of Bo's that is made once is made */
} now;

static char long_name[701];
static const char *const side_names[] = {"caller", "network"};

#define FAILS(...)                                                                                 \
    do {                                                                                           \
        fprintf(stderr, "%s %lu, line %d: ", side_names[now.side], now.nth, __LINE__);             \
        fprintf(stderr, __VA_ARGS__);                                                              \
        fputc('\n', stderr);                                                                       \
        fail();                                                                                    \
    } while (0)
#define HOLDS(what)                                                                                \
    do {                                                                                           \
        if (!(what))                                                                               \
            FAILS("%s", #what);                                                                    \
    } while (0)

static void on_done(pl_client *client, const struct pl_outcome *outcome, void *context) {
    struct ticket *ticket = context;
    struct guest *guest = client == bo.client ? &bo : &ana;
    ticket->ends++;
    ticket->status = outcome->status;
    snprintf(ticket->words, sizeof ticket->words, "%s", outcome->message);
    if (outcome->channel != NULL)
        guest->hall = outcome->channel;
}

static struct ticket *next_ticket(struct guest *guest) {
    HOLDS(guest->used < CALLS);
    struct ticket *ticket = &guest->tickets[guest->used++];
    *ticket = (struct ticket){0};
    return ticket;
}

static void dispatch_bo(void) {
    failing_pause(true);
    HOLDS(pl_client_dispatch(bo.client) >= 0);
    failing_pause(false);
}

/* A lost link is not waited for: the test has no patience. */
static void turn(void) {
    struct pollfd polls[2] = {{.fd = pl_client_fd(bo.client), .events = POLLIN}};
    nfds_t count = 1;
    if (ana.client != NULL)
        polls[count++] = (struct pollfd){.fd = pl_client_fd(ana.client), .events = POLLIN};
    const int ready = poll(polls, count, 20);
    dispatch_bo();
    if (ana.client == NULL)
        return;
    const int taken = pl_client_dispatch(ana.client);
    HOLDS(taken >= 0);
    now.idle += ready > 0 && taken == 0;
    if (pl_client_link(ana.client).state == PL_LINK_WAITING)
        pl_client_reconnect_now(ana.client);
}

static bool is_in_time(int64_t until_ms) {
    if (clock_mono_ms() > until_ms)
        return false;
    turn();
    return true;
}

#define UNTIL(what)                                                                                \
    do {                                                                                           \
        const int64_t until_ms = clock_mono_ms() + IN_TIME_MS;                                     \
        while (!(what))                                                                            \
            if (!is_in_time(until_ms))                                                             \
                FAILS("not in time: %s (link %d: %s)", #what,                                      \
                    ana.client != NULL ? (int)pl_client_link(ana.client).state : -1,               \
                    ana.client != NULL ? pl_client_link(ana.client).reason : "");                  \
    } while (0)

/* True: it is done. False: it failed, of which memory may be the reason, once. */
static bool is_done(struct guest *guest, struct ticket *ticket, int accepted) {
    if (accepted < 0) {
        guest->used--;
        if (accepted != PL_E_MEMORY && accepted != PL_E_STATE)
            FAILS("refused: %s", pl_status_name(accepted));
        HOLDS(failing_has_failed());
        turn();
        return false;
    }
    UNTIL(ticket->ends > 0);
    if (ticket->status == PL_DONE)
        return true;
    if (ticket->status != PL_OFFLINE && ticket->status != PL_UNREADABLE)
        FAILS("ended as %s: %s", pl_status_name((int)ticket->status), ticket->words);
    HOLDS(failing_has_failed());
    HOLDS(strstr(ticket->words, "memory") != NULL);
    return false;
}

/* A call, again where memory failed it. `t` is its ticket. */
#define DOES(guest, call)                                                                          \
    do {                                                                                           \
        struct ticket *t = next_ticket(guest);                                                     \
        for (int tries = 1; !is_done(guest, t, (call)); tries++) {                                 \
            HOLDS(tries < 4);                                                                      \
            t = next_ticket(guest);                                                                \
        }                                                                                          \
    } while (0)

static void bo_does_begin(void) {
    failing_pause(true);
}
#define BO_DOES(call)                                                                              \
    do {                                                                                           \
        bo_does_begin();                                                                           \
        struct ticket *t = next_ticket(&bo);                                                       \
        const int accepted = (call);                                                               \
        failing_pause(false);                                                                      \
        HOLDS(accepted == 0);                                                                      \
        UNTIL(t->ends > 0);                                                                        \
        HOLDS(t->status == PL_DONE);                                                               \
    } while (0)

/* ---- what Ana sees, and what is ---- */

static bool ana_sees_bo(bool online, const char *status) {
    const pl_user *user = pl_client_find_user(ana.client, "bo");
    return user != NULL && pl_user_is_live(user) && pl_user_online(user) == online &&
           strcmp(pl_user_status(user), status) == 0;
}

static bool bo_sees_ana(bool online, const char *status) {
    const pl_user *user = pl_client_find_user(bo.client, "ana");
    return user != NULL && pl_user_is_live(user) && pl_user_online(user) == online &&
           (!online || strcmp(pl_user_status(user), status) == 0);
}

/* The hall as it is: the members, and the first `count` of these messages. */
static const char *const said[] = {"hello", "anybody?", "good night"};

static bool ana_sees_hall(size_t count) {
    const pl_channel *hall = pl_client_find_channel(ana.client, "messaging:hall");
    if (hall == NULL || !pl_channel_is_watched(hall) || !pl_channel_is_mine(hall) ||
        pl_channel_member_count(hall) != 2 || pl_channel_message_count(hall) != count)
        return false;
    for (size_t i = 0; i < count; i++) {
        const pl_message *message = pl_channel_message_at(hall, i);
        if (strcmp(pl_message_text(message), said[i]) != 0 ||
            strcmp(pl_user_id(pl_message_user(message)), "bo") != 0)
            return false;
    }
    return pl_channel_find_member(hall, "ana") != NULL && pl_channel_unread(hall) == (int)count;
}

static bool ana_is(bool invisible) {
    const pl_user *me = pl_local_user(ana.client);
    return me != NULL && strcmp(pl_user_id(me), "ana") == 0 &&
           strcmp(pl_user_status(me), "at home") == 0 && pl_user_invisible(me) == invisible &&
           pl_user_is_live(me);
}

static bool ana_is_live(void) {
    const struct pl_link link = pl_client_link(ana.client);
    return link.state == PL_LINK_LIVE && !link.resyncing;
}

/* ---- the day ---- */

/* What is told is whole, or is not told. */
static void on_event(pl_client *client, const struct pl_event *event, void *context) {
    (void)client;
    switch (event->type) {
    case PL_EVENT_MESSAGE_NEW:
        HOLDS(event->channel != NULL && event->message != NULL && event->user != NULL);
        break;
    case PL_EVENT_PRESENCE_CHANGED:
    case PL_EVENT_USER_UPDATED: HOLDS(event->user != NULL); break;
    case PL_EVENT_MESSAGE_READ: HOLDS(event->channel == NULL || event->user != NULL); break;
    default: break;
    }
    ++*(unsigned *)context;
}

static void on_token(pl_client *client, void *context) {
    (void)context;
    int fault = pl_client_give_token(client, anas_token, NULL);
    if (fault == PL_E_MEMORY)
        fault = pl_client_give_token(client, anas_token, NULL);
    HOLDS(fault == 0);
}

static void ana_makes_a_client(bool provider) {
    const struct pl_client_options options = {.size = sizeof options,
        .url = daemon_.url,
        .api_key = daemon_.api_key,
        .token = provider ? on_token : NULL,
        .seed = 5,
        .resize = failing_resize};
    int fault;
    while ((fault = pl_client_create(&ana.client, &options)) < 0) {
        HOLDS(fault == PL_E_MEMORY || fault == PL_E_SYSTEM);
        HOLDS(failing_has_failed());
        ana.client = NULL;
    }
}

static void ana_comes(unsigned *events) {
    const struct pl_connect_options options = {.size = sizeof options,
        .user_id = "ana",
        .token = now.talks ? NULL : anas_token,
        .name = now.talks ? long_name : NULL,
        .status = "at home",
        .invisible = 0};
    ana_makes_a_client(now.talks);
    int handle = pl_client_on(ana.client, PL_EVENT_ANY, on_event, events);
    if (handle < 0)
        handle = pl_client_on(ana.client, PL_EVENT_ANY, on_event, events);
    HOLDS(handle > 0);
    DOES(&ana, pl_client_connect_user(ana.client, &options, on_done, t));
    UNTIL(bo_sees_ana(true, "at home"));
}

static void ana_watches(void) {
    const struct pl_query query = {.size = sizeof query,
        .filter_json = "{\"cid\":\"messaging:hall\"}",
        .sort_json = "[{\"field\":\"last_message_at\",\"direction\":-1}]",
        .flags = PL_WATCH | PL_PRESENCE,
        .message_limit = 10};
    DOES(&ana, pl_query_channels(ana.client, &query, on_done, t));
    UNTIL(ana_sees_hall(0) && ana_sees_bo(true, ""));
}

static void bo_does_five_things(void) {
    BO_DOES(pl_channel_send_message(bo.hall, said[0], on_done, t));
    UNTIL(ana_sees_hall(1));
    BO_DOES(pl_client_set_status(bo.client, "busy", on_done, t));
    UNTIL(ana_sees_bo(true, "busy"));
    BO_DOES(pl_channel_send_message(bo.hall, said[1], on_done, t));
    BO_DOES(pl_client_mark_invisible(bo.client, on_done, t));
    UNTIL(ana_sees_hall(2) && ana_sees_bo(false, "busy"));
    BO_DOES(pl_channel_send_message(bo.hall, said[2], on_done, t));
    UNTIL(ana_sees_hall(3));
}

static void ana_hides_and_shows_herself(void) {
    DOES(&ana, pl_client_mark_invisible(ana.client, on_done, t));
    UNTIL(bo_sees_ana(false, ""));
    UNTIL(ana_is(true));
    DOES(&ana, pl_client_mark_visible(ana.client, on_done, t));
    UNTIL(bo_sees_ana(true, "at home"));
}

/* ---- the other day: Ana talks, and has more to say of herself than a WebSocket's address holds
 * ---- */

static const pl_message *first_message(void) {
    return pl_channel_message_at(pl_client_find_channel(ana.client, "messaging:hall"), 0);
}

static void listen(pl_channel *hall) {
    int fault = pl_channel_listen_all(hall);
    if (fault == PL_E_MEMORY)
        fault = pl_channel_listen_all(hall);
    HOLDS(fault == 0);
}

static void ana_talks(void) {
    static const struct pl_channel_options named = {
        .size = sizeof named, .custom_json = "{\"floor\":2}"};
    pl_channel *hall = pl_client_find_channel(ana.client, "messaging:hall");
    static const char *const cids[] = {"messaging:hall"};
    const int64_t since_ms = pl_client_link(ana.client).since_unix_ms;
    char id[300];
    HOLDS(strcmp(pl_user_name(pl_local_user(ana.client)), long_name) == 0);
    listen(hall);
    BO_DOES(pl_channel_send_message(bo.hall, said[0], on_done, t));
    UNTIL(ana_sees_hall(1));
    snprintf(id, sizeof id, "%s", pl_message_id(first_message()));
    DOES(&ana, pl_channel_add_reaction(hall, id, "like", 1, true, on_done, t));
    UNTIL(pl_message_has_my_reaction(first_message(), "like"));
    DOES(&ana, pl_channel_query_reactions(hall, id, 10, 0, on_done, t));
    DOES(&ana, pl_channel_mark_read(hall, NULL, on_done, t));
    UNTIL(pl_channel_unread(hall) == 0);
    DOES(&ana, pl_client_query_unread(ana.client, on_done, t));
    DOES(&ana, pl_client_mute_user(ana.client, "bo", 0, on_done, t));
    UNTIL(pl_user_is_muted(pl_client_find_user(ana.client, "bo")));
    DOES(&ana, pl_client_unmute_user(ana.client, "bo", on_done, t));
    DOES(&ana, pl_channel_query_messages(hall, 5, NULL, on_done, t));
    DOES(&ana, pl_client_query_app(ana.client, on_done, t));
    DOES(&ana, pl_client_sync(ana.client, cids, 1, since_ms, on_done, t));
    DOES(&ana, pl_channel_get_or_create(
                   ana.client, "messaging", "hall", &named, PL_WATCH | PL_PRESENCE, on_done, t));
    DOES(&ana, pl_channel_start_typing(hall, NULL, on_done, t));
    DOES(&ana, pl_channel_send_message(hall, "dear Bo", on_done, t));
    UNTIL(pl_channel_message_count(hall) >= 2 && ana_sees_bo(true, ""));
    UNTIL(ana_is_live() && !pl_user_is_muted(pl_client_find_user(ana.client, "bo")));
    HOLDS(ana_is(false));
}

static void ana_goes(void) {
    DOES(&ana, pl_client_disconnect(ana.client, on_done, t));
    HOLDS(pl_client_link(ana.client).state == PL_LINK_OFF);
    pl_client_destroy(ana.client);
    ana.client = NULL;
}

/* Bo and the hall as they were before, and nothing of Ana. */
static void all_is_as_before(void) {
    bo.used = 0;
    BO_DOES(pl_client_mark_visible(bo.client, on_done, t));
    BO_DOES(pl_client_set_status(bo.client, "", on_done, t));
    BO_DOES(pl_channel_truncate(bo.hall, on_done, t));
    UNTIL(bo_sees_ana(false, ""));
}

static int64_t cpu_ms(void) {
    struct timespec used;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used);
    return used.tv_sec * 1000 + used.tv_nsec / 1000000;
}

/* True: the place was reached. */
static bool a_day(enum failing_side side, unsigned long nth) {
    unsigned events = 0;
    const long live = failing_live();
    const int64_t began_cpu_ms = cpu_ms();
    now.side = side;
    now.nth = nth;
    now.idle = 0;
    ana = (struct guest){0};
    failing_begin(side, nth);
    ana_comes(&events);
    ana_watches();
    if (now.talks) {
        ana_talks();
    } else {
        bo_does_five_things();
        ana_hides_and_shows_herself();
        UNTIL(ana_is_live() && ana_is(false) && ana_sees_hall(3) && ana_sees_bo(false, "busy"));
    }
    ana_goes();
    const bool failed = failing_end();
    for (size_t i = 0; i < ana.used; i++)
        if (ana.tickets[i].ends != 1)
            FAILS("call %zu ended %u times", i, ana.tickets[i].ends);
    HOLDS(events > 0);
    if (cpu_ms() - began_cpu_ms > MOST_CPU_MS || now.idle > MOST_IDLE)
        FAILS("busy: %d ms, %lu turns for nothing", (int)(cpu_ms() - began_cpu_ms), now.idle);
    all_is_as_before();
    if (now.settled)
        UNTIL(failing_live() == live);
    now.settled = true;
    return failed;
}

/* ---- all days ---- */

/* Once, so that the server knows of her. */
static void ana_was_here(void) {
    unsigned events = 0;
    const struct pl_connect_options options = {
        .size = sizeof options, .user_id = "ana", .token = anas_token, .invisible = -1};
    ana_makes_a_client(false);
    HOLDS(pl_client_on(ana.client, PL_EVENT_ANY, on_event, &events) > 0);
    DOES(&ana, pl_client_connect_user(ana.client, &options, on_done, t));
    ana_goes();
}

static void bo_comes(void) {
    static const char *const both[] = {"ana", "bo"};
    static const char *const her[] = {"ana"};
    char *token = daemon_token(&daemon_, "bo", NULL);
    const struct pl_client_options options = {.size = sizeof options,
        .url = daemon_.url,
        .api_key = daemon_.api_key,
        .network = bos_network,
        .seed = 7};
    const struct pl_connect_options who = {
        .size = sizeof who, .user_id = "bo", .token = token, .status = "", .invisible = -1};
    const struct pl_channel_options hall = {
        .size = sizeof hall, .members = both, .member_count = 2};
    HOLDS(pl_client_create(&bo.client, &options) == 0);
    BO_DOES(pl_client_connect_user(bo.client, &who, on_done, t));
    ana_was_here();
    BO_DOES(pl_channel_get_or_create(bo.client, "messaging", "hall", &hall, 0, on_done, t));
    HOLDS(pl_client_listen_users(bo.client, her, 1) == 0);
    UNTIL(bo_sees_ana(false, ""));
    free(token);
}

static void configure(void) {
    char path[128];
    snprintf(path, sizeof path, "%s/config.ini", daemon_.data);
    FILE *file = fopen(path, "a");
    assert_non_null(file);
    fputs("rate_calls = 0\nlinger_ms = 0\nlog_level = error\n", file); /* nobody reads its log */
    fclose(file);
}

static int set_up(void **state) {
    (void)state;
    const bool talks = now.talks;
    now.talks = false;
    memset(long_name, ' ', sizeof long_name - 1);
    long_name[0] = long_name[sizeof long_name - 2] = 'A';
    failing_init();
    daemon_make(&daemon_);
    configure();
    daemon_start(&daemon_);
    anas_token = daemon_token(&daemon_, "ana", NULL);
    failing_exempt_others(true);
    HOLDS(pl_network_create(&bos_network) == 0);
    bo_comes();
    failing_exempt_others(false);
    all_is_as_before();
    a_day(FAILING_CALLER, 0);
    now.talks = talks;
    now.settled = false;
    return 0;
}

static int tear_down(void **state) {
    (void)state;
    pl_client_destroy(ana.client);
    pl_client_destroy(bo.client);
    pl_network_destroy(bos_network);
    free(anas_token);
    daemon_fini(&daemon_);
    return 0;
}

static int she_is_gone(void **state) {
    (void)state;
    pl_client_destroy(ana.client);
    ana.client = NULL;
    return 0;
}

static unsigned long steps; /* how many places at most; 0: all */

static void every_place(enum failing_side side, bool talks) {
    now.talks = talks;
    now.settled = false;
    a_day(side, 0);
    const unsigned long all = failing_count(side), step = steps != 0 ? 1 + all / steps : 1;
    unsigned long nth = 1, slow = 0;
    int64_t slowest_ms = 0;
    const int64_t began_ms = clock_mono_ms();
    for (;; nth += step) {
        const int64_t day_ms = clock_mono_ms();
        if (!a_day(side, nth))
            break;
        const int64_t took_ms = clock_mono_ms() - day_ms;
        if (took_ms > slowest_ms) {
            slowest_ms = took_ms;
            slow = nth;
        }
    }
    fprintf(stderr, "# %s: %lu places, every %lu; %d ms in all, at most %d (at %lu)\n",
        side_names[side], nth, step, (int)(clock_mono_ms() - began_ms), (int)slowest_ms, slow);
    HOLDS(nth > all / 2);
}

static void no_lack_of_memory_on_the_callers_thread_is_lost(void **state) {
    (void)state;
    every_place(FAILING_CALLER, false);
}

static void no_lack_of_memory_on_the_networks_thread_is_lost(void **state) {
    (void)state;
    every_place(FAILING_NETWORK, false);
}

static void who_talks_loses_nothing_for_want_of_memory(void **state) {
    (void)state;
    every_place(FAILING_CALLER, true);
    every_place(FAILING_NETWORK, true);
}

static unsigned long only;
static enum failing_side only_side;

static void this_lack_of_memory_is_not_lost(void **state) {
    (void)state;
    assert_true(a_day(only_side, only));
}

int main(int count, char **words) {
    const struct CMUnitTest cases[] = {
        cmocka_unit_test_teardown(no_lack_of_memory_on_the_callers_thread_is_lost, she_is_gone),
        cmocka_unit_test_teardown(no_lack_of_memory_on_the_networks_thread_is_lost, she_is_gone),
        cmocka_unit_test_teardown(who_talks_loses_nothing_for_want_of_memory, she_is_gone),
    };
    const struct CMUnitTest talking[] = {
        cmocka_unit_test_teardown(who_talks_loses_nothing_for_want_of_memory, she_is_gone),
    };
    const struct CMUnitTest one[] = {CASE(this_lack_of_memory_is_not_lost)};
    steps = count > 1 ? 0 : PLACES;
    if (count == 2 && strcmp(words[1], "talks") == 0)
        return cmocka_run_group_tests_name("whole-torture", talking, set_up, tear_down);
    if (count < 3)
        return cmocka_run_group_tests_name("whole-torture", cases, set_up, tear_down);
    now.talks = count > 3 && strcmp(words[3], "talks") == 0;
    only_side = strcmp(words[1], "caller") == 0 ? FAILING_CALLER : FAILING_NETWORK;
    only = strtoul(words[2], NULL, 10);
    setenv("FAILING_SHOWS", "1", 1);
    return cmocka_run_group_tests_name("whole-torture", one, set_up, tear_down);
}
