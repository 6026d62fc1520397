/* SPDX-License-Identifier: MIT */
/*
 * A server that is killed loses all its clients in one instant, and they all come back: each is the
 * real library, some to a network thread, in several processes. All are healthy in time,
 * no second wave follows, and every dot is right soon after: of those who stayed, of those who went
 * while nobody could be told, and of those who came then for the first time.
 *
 *     whole-storm            a small one, as a test
 *     whole-storm CLIENTS    `./run storm`: the figures
 */
#include "support/rest.h"
#include "support/case.h"

#include "base/clock.h"
#include <porchlight/porchlight.h>

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum {
    SMALL = 240,
    MOST = 15 * 1000,
    CHANNEL = 10, /* members: as many as a watch listens to */
    A_NETWORK = 50,
    A_WORKER = 2500, /* with its descriptors below the hard limit */
    AT_ONCE = 100,   /* connects under way, before the storm */
    HEALTHY_MS = 45 * 1000,
    TRUE_MS = 2 * 1000,
    CALM_MS = 30 * 1000,
    SMALL_CALM_MS = 3 * 1000,
    COMING_MS = 240 * 1000,
    BEHIND = 10, /* the server would have a machine of its own */
    SAY_MS = 4 * 1000,
    TURN_MS = 20
};

/* In each twenty one comes, and one goes, while the server is down. */
enum part { STAYS, COMES, GOES };

enum phase { GATHER, OUTAGE, LOOK, END };

/* Between the processes. */
struct board {
    _Atomic int phase;
    _Atomic unsigned looked; /* workers that have counted */
    struct count {
        _Atomic unsigned healthy, resyncing, waiting, losses, again, wrong, lies;
    } of[MOST / A_WORKER + 1];
};

static struct daemon daemon_;
static struct rest rest;
static struct board *board;

struct visitor {
    pl_client *client;
    int number;
    bool asked, watches, was_live, was_lost;
};

struct worker {
    struct visitor *visitors;
    pl_network *networks[A_WORKER / A_NETWORK + 1];
    int first, count, bell;
    unsigned asking;
    struct count *counts;
};

static enum part part_of(int number) {
    return number % 20 == 3 ? COMES : number % 20 == 7 ? GOES : STAYS;
}

static bool is_home(int number, enum phase phase) {
    return part_of(number) == STAYS || (part_of(number) == COMES) == (phase >= OUTAGE);
}

static int count_home(int count, enum phase phase) {
    int home = 0;
    for (int i = 0; i < count; i++)
        home += is_home(i, phase);
    return home;
}

/* ---- a worker ---- */

static void append_base64(char *to, const char *text) {
    static const char letters[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    char *end = to + strlen(to);
    unsigned bits = 0, held = 0;
    for (; *text != '\0'; text++) {
        held = held << 8 | (unsigned char)*text;
        for (bits += 8; bits >= 6; bits -= 6)
            *end++ = letters[held >> (bits - 6) & 63];
    }
    if (bits > 0)
        *end++ = letters[held << (6 - bits) & 63];
    *end = '\0';
}

static void write_token(char *to, int number) {
    char user[40];
    to[0] = '\0';
    append_base64(to, "{\"alg\":\"HS256\",\"typ\":\"JWT\"}");
    strcat(to, ".");
    snprintf(user, sizeof user, "{\"user_id\":\"u%05d\"}", number);
    append_base64(to, user);
    strcat(to, ".devtoken");
}

static void on_watched(pl_client *client, const struct pl_outcome *outcome, void *context) {
    struct visitor *v = context;
    (void)client;
    v->asked = false;
    v->watches = outcome->status == PL_DONE;
}

static void watch(struct visitor *v) {
    char channel[32];
    snprintf(channel, sizeof channel, "c%04d", v->number / CHANNEL);
    v->asked = pl_channel_get_or_create(v->client, "messaging", channel, NULL,
                   PL_WATCH | PL_PRESENCE, on_watched, v) == 0;
}

static void on_connected(pl_client *client, const struct pl_outcome *outcome, void *context) {
    struct visitor *v = context;
    (void)client;
    v->asked = false;
    if (outcome->status == PL_DONE)
        watch(v);
}

static void come(struct visitor *v) {
    char id[16], token[200];
    write_token(token, v->number);
    snprintf(id, sizeof id, "u%05d", v->number);
    const struct pl_connect_options who = {
        .size = sizeof who, .user_id = id, .token = token, .invisible = -1};
    v->asked = pl_client_connect_user(v->client, &who, on_connected, v) == 0;
}

static const pl_user *neighbour(const struct visitor *v, int i, int *number) {
    char id[16];
    *number = v->number / CHANNEL * CHANNEL + i;
    snprintf(id, sizeof id, "u%05d", *number);
    return pl_client_find_user(v->client, id);
}

static unsigned count_wrong(const struct visitor *v, enum phase phase) {
    unsigned wrong = 0;
    for (int i = 0, number; i < CHANNEL; i++) {
        const pl_user *user = neighbour(v, i, &number);
        wrong += number != v->number && (user == NULL || !pl_user_is_live(user) ||
                                            pl_user_online(user) != is_home(number, phase));
    }
    return wrong;
}

static void on_event(pl_client *client, const struct pl_event *event, void *context) {
    struct worker *w = context;
    if (event->type == PL_EVENT_PRESENCE_CHANGED && pl_client_link(client).state != PL_LINK_LIVE)
        w->counts->lies++;
}

static void open_visitor(struct worker *w, int i) {
    struct visitor *v = &w->visitors[i];
    pl_network **network = &w->networks[i / A_NETWORK];
    if (*network == NULL)
        assert_int_equal(pl_network_create(network), 0);
    const struct pl_client_options options = {.size = sizeof options,
        .url = daemon_.url,
        .api_key = daemon_.api_key,
        .network = *network,
        .seed = (uint64_t)(w->first + i + 1)};
    struct epoll_event ready = {.events = EPOLLIN, .data.ptr = v};
    v->number = w->first + i;
    assert_int_equal(pl_client_create(&v->client, &options), 0);
    assert_true(pl_client_on(v->client, PL_EVENT_ANY, on_event, w) > 0);
    assert_return_code(epoll_ctl(w->bell, EPOLL_CTL_ADD, pl_client_fd(v->client), &ready), errno);
}

/* Those who are to be home come, a few at a time; those who are not go. */
static void keep_the_part(struct worker *w, struct visitor *v, enum phase phase) {
    const enum pl_link_state state = pl_client_link(v->client).state;
    if (is_home(v->number, phase) && state == PL_LINK_OFF && !v->asked) {
        if (phase >= OUTAGE || w->asking < AT_ONCE)
            come(v);
    } else if (is_home(v->number, phase) && state == PL_LINK_LIVE && !v->asked && !v->watches) {
        watch(v);
    } else if (!is_home(v->number, phase) && state != PL_LINK_OFF) {
        pl_client_disconnect(v->client, NULL, NULL);
    }
    w->asking += v->asked;
}

static void look_around(struct worker *w, enum phase phase) {
    unsigned healthy = 0, resyncing = 0, waiting = 0;
    w->asking = 0;
    for (int i = 0; i < w->count; i++) {
        struct visitor *v = &w->visitors[i];
        const struct pl_link link = pl_client_link(v->client);
        const bool live = link.state == PL_LINK_LIVE;
        keep_the_part(w, v, phase);
        if (v->was_live && !live && is_home(v->number, phase)) {
            w->counts->losses++;
            w->counts->again += v->was_lost;
            v->was_lost = true;
        }
        v->was_live = live;
        resyncing += live && link.resyncing;
        waiting += link.state == PL_LINK_WAITING;
        healthy += live && !link.resyncing && v->watches && is_home(v->number, phase);
    }
    w->counts->healthy = healthy;
    w->counts->resyncing = resyncing;
    w->counts->waiting = waiting;
}

static void tell_wrong(struct worker *w) {
    unsigned wrong = 0;
    for (int i = 0; i < w->count; i++)
        if (is_home(w->visitors[i].number, LOOK))
            wrong += count_wrong(&w->visitors[i], LOOK);
    w->counts->wrong = wrong;
    board->looked++;
}

static void work(struct worker *w) {
    struct epoll_event ready[256];
    int64_t next_ms = 0;
    bool told = false;
    for (int phase; (phase = board->phase) != END;) {
        const int count = epoll_wait(w->bell, ready, 256, TURN_MS);
        for (int i = 0; i < count; i++)
            pl_client_dispatch(((struct visitor *)ready[i].data.ptr)->client);
        if (clock_mono_ms() >= next_ms) {
            look_around(w, (enum phase)phase);
            next_ms = clock_mono_ms() + TURN_MS;
        }
        if (phase == LOOK && !told)
            tell_wrong(w);
        told = phase == LOOK;
    }
}

static void be_worker(int index, int count) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    assert_return_code(setpriority(PRIO_PROCESS, 0, getpriority(PRIO_PROCESS, 0) + BEHIND), errno);
    struct worker w = {.first = index * A_WORKER, .counts = &board->of[index]};
    w.count = count - w.first < A_WORKER ? count - w.first : A_WORKER;
    w.visitors = calloc((size_t)w.count, sizeof *w.visitors);
    w.bell = epoll_create1(EPOLL_CLOEXEC);
    for (int i = 0; i < w.count; i++)
        open_visitor(&w, i);
    work(&w);
    for (int i = 0; i < w.count; i++)
        pl_client_destroy(w.visitors[i].client);
    for (size_t i = 0; i < sizeof w.networks / sizeof w.networks[0]; i++)
        pl_network_destroy(w.networks[i]);
    free(w.visitors);
    close(w.bell);
}

/* ---- the storm ---- */

static void furnish(int count) {
    char path[200], body[600];
    daemon_make(&daemon_);
    snprintf(path, sizeof path, "%s/config.ini", daemon_.data);
    FILE *config = fopen(path, "a");
    assert_non_null(config);
    fputs("rate_calls = 0\nmax_connections_per_address = 0\nlinger_ms = 1000\n", config);
    fclose(config);
    daemon_start(&daemon_);
    rest_begin(&rest, &daemon_);
    assert_int_equal(rest_call(&rest, "PATCH", "/app", "{\"disable_auth_checks\":true}") / 100, 2);
    rest_make_users(&rest, "u", count);
    for (int channel = 0; channel * CHANNEL < count; channel++) {
        const int first = channel * CHANNEL;
        size_t len = (size_t)snprintf(body, sizeof body,
            "{\"state\":false,\"data\":{\"created_by_id\":\"u%05d\",\"members\":[", first);
        for (int i = first; i < first + CHANNEL && i < count; i++)
            len += (size_t)snprintf(
                body + len, sizeof body - len, "%s\"u%05d\"", i > first ? "," : "", i);
        strcat(body, "]}}");
        snprintf(path, sizeof path, "/channels/messaging/c%04d/query", channel);
        assert_int_equal(rest_call(&rest, "POST", path, body), 201);
    }
    rest_end(&rest);
}

struct total {
    unsigned healthy, resyncing, waiting, losses, again, wrong, lies;
};

static struct total add_up(int workers) {
    struct total total = {0};
    for (int i = 0; i < workers; i++) {
        total.healthy += board->of[i].healthy;
        total.resyncing += board->of[i].resyncing;
        total.waiting += board->of[i].waiting;
        total.losses += board->of[i].losses;
        total.again += board->of[i].again;
        total.wrong += board->of[i].wrong;
        total.lies += board->of[i].lies;
    }
    return total;
}

static double cpu_s(void) {
    clockid_t clock;
    struct timespec at;
    assert_int_equal(clock_getcpuclockid(daemon_.program.pid, &clock), 0);
    assert_return_code(clock_gettime(clock, &at), 0);
    return (double)at.tv_sec + (double)at.tv_nsec / 1e9;
}

static void say(const struct total *now, int64_t since_ms, int wanted) {
    print_message("# after %lld ms %u of %d are healthy, %u read again, %u wait to dial; %u links "
                  "lost, %u a second time; the server spent %.1f s\n",
        (long long)since_ms, now->healthy, wanted, now->resyncing, now->waiting, now->losses,
        now->again, cpu_s());
}

static void until_healthy(int workers, int wanted, int at_most_ms) {
    const int64_t from_ms = clock_mono_ms();
    int64_t said_ms = from_ms;
    for (struct total now; (now = add_up(workers)).healthy != (unsigned)wanted;) {
        const int64_t now_ms = clock_mono_ms();
        if (now_ms > said_ms + SAY_MS) {
            say(&now, now_ms - from_ms, wanted);
            said_ms = now_ms;
        }
        if (now_ms > from_ms + at_most_ms)
            fail_msg("after %d ms %u of %d are healthy", at_most_ms, now.healthy, wanted);
        poll(NULL, 0, TURN_MS);
    }
}

static unsigned look(int workers) {
    board->looked = 0;
    board->phase = LOOK;
    const int64_t end_ms = clock_mono_ms() + COMING_MS;
    while (board->looked != (unsigned)workers) {
        assert_true(clock_mono_ms() < end_ms);
        poll(NULL, 0, TURN_MS);
    }
    board->phase = OUTAGE;
    return add_up(workers).wrong;
}

static void weather(int workers, int count, int calm_ms) {
    until_healthy(workers, count_home(count, GATHER), COMING_MS);
    const int64_t killed_ms = clock_mono_ms();
    assert_int_equal(daemon_stop(&daemon_, SIGKILL), 128 + SIGKILL);
    board->phase = OUTAGE;
    daemon_start(&daemon_);
    const int64_t up_ms = clock_mono_ms();
    until_healthy(
        workers, count_home(count, OUTAGE), HEALTHY_MS - (int)(clock_mono_ms() - killed_ms));
    const int64_t healthy_ms = clock_mono_ms();
    const double spent_s = cpu_s();
    const unsigned losses = add_up(workers).losses;
    poll(NULL, 0, TRUE_MS);
    const unsigned wrong = look(workers);
    poll(NULL, 0, calm_ms);
    const struct total end = add_up(workers);
    print_message("# %d clients; up again after %lld ms, all healthy %lld ms after the kill; the "
                  "server spent %.1f s, %.2f of a processor; %u links lost, %u of them a second "
                  "time, %u in the calm after; %u wrong dots after 2 s, %u told while doubtful\n",
        count, (long long)(up_ms - killed_ms), (long long)(healthy_ms - killed_ms), spent_s,
        spent_s / ((double)(healthy_ms - up_ms) / 1000), losses, end.again, end.losses - losses,
        wrong, end.lies);
    assert_int_equal(wrong, 0);
    assert_int_equal(end.losses, losses);
    assert_int_equal(end.again, 0);
    assert_int_equal(end.lies, 0);
    assert_int_equal(look(workers), 0);
}

static void storm(int count, int calm_ms) {
    const int workers = (count + A_WORKER - 1) / A_WORKER;
    pid_t pids[MOST / A_WORKER + 1];
    board = mmap(NULL, sizeof *board, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    assert_true(board != MAP_FAILED);
    furnish(count);
    for (int i = 0; i < workers; i++) {
        pids[i] = fork();
        assert_return_code(pids[i], errno);
        if (pids[i] == 0) {
            be_worker(i, count);
            _exit(0);
        }
    }
    weather(workers, count, calm_ms);
    board->phase = END;
    for (int i = 0; i < workers; i++)
        waitpid(pids[i], NULL, 0);
    daemon_fini(&daemon_);
    munmap(board, sizeof *board);
}

static void all_who_are_lost_at_once_are_back_and_right(void **state) {
    storm(state != NULL && *state != NULL ? *(int *)*state : SMALL,
        state != NULL && *state != NULL ? CALM_MS : SMALL_CALM_MS);
}

int main(int argc, char **argv) {
    int clients = argc > 1 ? atoi(argv[1]) : 0;
    if (argc > 1 && (clients < 2 * CHANNEL || clients > MOST)) {
        fprintf(stderr, "whole-storm: from %d to %d clients\n", 2 * CHANNEL, MOST);
        return 2;
    }
    const struct CMUnitTest cases[] = {
        cmocka_unit_test_prestate(
            all_who_are_lost_at_once_are_back_and_right, clients > 0 ? &clients : NULL),
    };
    return RUN_CASES("whole-storm", cases);
}
