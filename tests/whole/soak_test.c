/* SPDX-License-Identifier: MIT */
/*
 * As many people as one server may have descriptors for are home, and stay: each authenticated,
 * each listening to two others, while somebody comes, goes, and says how they are in every second.
 * None is dropped, every change reaches each who listens to it once, memory does not grow, and when
 * all have left the server has given back every descriptor.
 *
 *     whole-soak                        a short one, as a test
 *     whole-soak CONNECTIONS SECONDS    `./run soak`: the figures
 */
#include "support/rest.h"
#include "whole/bare.h"
#include "support/case.h"

#include "base/clock.h"
#include "server/token.h"

#include <dirent.h>
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
    SMALL = 300,
    SMALL_S = 4,
    MOST = 19 * 1000,
    MOST_S = 7 * 24 * 3600,
    TELLING_S = 600, /* from here on memory has settled, and its slope means something */
    A_WORKER = 2500,
    AT_ONCE = 50,   /* dialled and not greeted, of a worker */
    A_TURN = 20,    /* who begin to listen in a turn of a worker */
    MOVERS = 20,    /* who come and go; each is listened to by as many */
    SPEAKERS = 20,  /* who say how they are */
    A_SECOND = 2,   /* come or go, and as many say how they are */
    ASK_MS = 50,    /* of the honest client */
    BUCKET_US = 20, /* of its times */
    BUCKETS = 100 * 1000,
    BEHIND = 10, /* the server would have a machine of its own */
    TURN_MS = 20,
    COMING_MS = 600 * 1000,
    TOLD_MS = 30 * 1000,
    SAY_MS = 60 * 1000
};

#if defined __SANITIZE_THREAD__ || defined __SANITIZE_ADDRESS__
enum { SANITIZED = true }; /* and the memory is the sanitizer's */
#else
enum { SANITIZED = false };
#endif

enum phase { FURNISH, COME, LISTEN, HOLD, PROVE, LEAVE, END };

/* Between the processes. */
struct board {
    _Atomic int phase;
    struct count {
        _Atomic unsigned home, listening, presences, proved, dropped, close_code;
    } of[MOST / A_WORKER + 1];
    _Atomic unsigned times[BUCKETS], longest_us;
};

static struct daemon daemon_;
static struct rest rest;
static struct board *board;
static char secret[128];
static pid_t owner, pids[MOST / A_WORKER + 2];

struct worker {
    struct bare *all;
    unsigned *checks; /* before each was asked to prove that it is home */
    int index, first, count, crowd, bell;
    int dialled, listening, asked;
    struct rest rest;
    struct count *counts;
};

static char *make_token(const char *user) {
    struct token token = {0};
    snprintf(token.user_id, sizeof token.user_id, "%s", user);
    char *text = token_make(&token, secret, strlen(secret));
    assert_non_null(text);
    return text;
}

static void dial(struct bare *bare, int bell, unsigned char host, char prefix, int number) {
    const struct sockaddr_in server = bare_address(daemon_.url);
    struct epoll_event ready = {.events = EPOLLIN, .data.ptr = bare};
    char user[16];
    snprintf(user, sizeof user, "%c%05d", prefix, number);
    char *token = make_token(user);
    bare_dial(bare, &server, host, daemon_.api_key, user, token);
    free(token);
    if (bell >= 0)
        assert_return_code(epoll_ctl(bell, EPOLL_CTL_ADD, bare->fd, &ready), errno);
}

/* ---- a worker ---- */

static void come_some(struct worker *w) {
    while (w->dialled < w->count && w->dialled - (int)w->counts->home < AT_ONCE) {
        dial(&w->all[w->dialled], w->bell, (unsigned char)(2 + w->index), 'u',
            w->first + w->dialled);
        w->dialled++;
        if (w->dialled % A_TURN == 0)
            return;
    }
}

/* The next one, and one of those who come and go. */
static void listen_to_two(struct worker *w, int i) {
    const int number = w->first + i;
    char user[16], path[400], *server = w->rest.token;
    snprintf(user, sizeof user, "u%05d", number);
    snprintf(path, sizeof path,
        "/users?user_id=%s&connection_id=%s&payload=%%7B%%22filter_conditions%%22:%%7B%%22id%%22:"
        "%%7B%%22$in%%22:%%5B%%22u%05d%%22,%%22m%05d%%22%%5D%%7D%%7D,%%22presence%%22:true%%7D",
        user, w->all[i].connection_id, (number + 1) % w->crowd, number % MOVERS);
    w->rest.token = make_token(user);
    assert_int_equal(rest_call(&w->rest, "GET", path, NULL), 200);
    free(w->rest.token);
    w->rest.token = server;
}

static void listen_some(struct worker *w) {
    if (w->listening == w->count)
        return;
    if (w->listening == 0)
        rest_begin(&w->rest, &daemon_);
    for (int i = 0; i < A_TURN && w->listening < w->count; i++)
        listen_to_two(w, w->listening++);
    if (w->listening == w->count)
        rest_end(&w->rest);
    w->counts->listening = (unsigned)w->listening;
}

static void ask_all(struct worker *w) {
    for (; w->asked < w->count; w->asked++) {
        w->checks[w->asked] = w->all[w->asked].checks;
        bare_ask(&w->all[w->asked]);
    }
}

static void leave_all(struct worker *w) {
    for (int i = 0; i < w->count; i++)
        if (w->all[i].state == BARE_HOME)
            bare_leave(&w->all[i]);
}

static void look_around(struct worker *w) {
    unsigned home = 0, presences = 0, proved = 0;
    const int64_t now_ms = clock_mono_ms();
    for (int i = 0; i < w->count; i++) {
        bare_keep_alive(&w->all[i], now_ms);
        home += w->all[i].state == BARE_HOME;
        presences += w->all[i].presences;
        proved += w->asked == w->count && w->all[i].checks > w->checks[i];
    }
    w->counts->home = home;
    w->counts->presences = presences;
    w->counts->proved = proved;
}

static void hear(struct worker *w, struct bare *bare) {
    const bool leaves = bare->state == BARE_LEAVES;
    if (bare_hear(bare) || leaves)
        return;
    w->counts->dropped++;
    w->counts->close_code = (unsigned)bare->close_code;
}

static void work(struct worker *w) {
    struct epoll_event ready[256];
    int64_t next_ms = 0;
    for (int phase; (phase = board->phase) != END;) {
        const int count = epoll_wait(w->bell, ready, 256, TURN_MS);
        for (int i = 0; i < count; i++)
            hear(w, ready[i].data.ptr);
        if (phase == COME)
            come_some(w);
        else if (phase == LISTEN)
            listen_some(w);
        else if (phase == PROVE)
            ask_all(w);
        else if (phase == LEAVE)
            leave_all(w);
        if (clock_mono_ms() >= next_ms) {
            look_around(w);
            next_ms = clock_mono_ms() + (phase == HOLD ? 10 * TURN_MS : TURN_MS);
        }
    }
}

static void be_worker(int index, int crowd) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    assert_return_code(setpriority(PRIO_PROCESS, 0, getpriority(PRIO_PROCESS, 0) + BEHIND), errno);
    struct worker w = {
        .index = index, .first = index * A_WORKER, .crowd = crowd, .counts = &board->of[index]};
    w.count = crowd - w.first < A_WORKER ? crowd - w.first : A_WORKER;
    w.all = calloc((size_t)w.count, sizeof *w.all);
    w.checks = calloc((size_t)w.count, sizeof *w.checks);
    w.bell = epoll_create1(EPOLL_CLOEXEC);
    work(&w);
    for (int i = 0; i < w.count; i++)
        bare_fini(&w.all[i]);
    free(w.all);
    free(w.checks);
    close(w.bell);
}

/* ---- who asks for their health, before those who only make work ---- */

static void until_home(struct bare *bare) {
    while (bare->state != BARE_HOME) {
        assert_true(case_readable(bare->fd, TOLD_MS));
        assert_true(bare_hear(bare));
    }
}

static void time_one(struct bare *bare) {
    const unsigned before = bare->checks;
    const int64_t from_us = clock_mono_us();
    bare_ask(bare);
    while (bare->checks == before) {
        assert_true(case_readable(bare->fd, TOLD_MS));
        assert_true(bare_hear(bare));
    }
    const int64_t took_us = clock_mono_us() - from_us;
    const int64_t bucket = took_us / BUCKET_US;
    board->times[bucket < BUCKETS ? bucket : BUCKETS - 1]++;
    if (took_us > board->longest_us)
        board->longest_us = (unsigned)took_us;
}

static void be_honest(void) {
    struct bare bare = {0};
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    setpriority(PRIO_PROCESS, 0, getpriority(PRIO_PROCESS, 0) - 4); /* where it is allowed */
    while (board->phase < HOLD)
        poll(NULL, 0, TURN_MS);
    dial(&bare, -1, 250, 'h', 0);
    until_home(&bare);
    while (board->phase == HOLD) {
        time_one(&bare);
        poll(NULL, 0, ASK_MS);
    }
    bare_leave(&bare);
    while (bare_hear(&bare))
        case_readable(bare.fd, TOLD_MS);
}

/* Milliseconds that a share of its checks took at most. */
static double share_ms(double share) {
    unsigned long all = 0, so_far = 0;
    size_t i = 0;
    for (size_t at = 0; at < BUCKETS; at++)
        all += board->times[at];
    while (i < BUCKETS - 1 && (double)(so_far += board->times[i]) < share * (double)all)
        i++;
    return (double)(i + 1) * BUCKET_US / 1000;
}

/* ---- the server ---- */

static double cpu_s(void) {
    clockid_t clock;
    struct timespec at;
    assert_int_equal(clock_getcpuclockid(daemon_.program.pid, &clock), 0);
    assert_return_code(clock_gettime(clock, &at), 0);
    return (double)at.tv_sec + (double)at.tv_nsec / 1e9;
}

static int count_descriptors(void) {
    char path[64];
    int count = -2; /* . and .. */
    snprintf(path, sizeof path, "/proc/%d/fd", (int)daemon_.program.pid);
    DIR *folder = opendir(path);
    assert_non_null(folder);
    while (readdir(folder) != NULL)
        count++;
    closedir(folder);
    return count;
}

/* To the page, which `status` is not. */
static double resident_kib(void) {
    char line[256];
    long kib = 0;
    snprintf(line, sizeof line, "/proc/%d/smaps_rollup", (int)daemon_.program.pid);
    FILE *map = fopen(line, "r");
    assert_non_null(map);
    while (kib == 0 && fgets(line, sizeof line, map) != NULL)
        sscanf(line, "Rss: %ld kB", &kib);
    fclose(map);
    assert_true(kib > 0);
    return (double)kib;
}

static void read_secret(void) {
    char path[120], line[200];
    snprintf(path, sizeof path, "%s/app.ini", daemon_.data);
    FILE *app = fopen(path, "r");
    assert_non_null(app);
    while (secret[0] == '\0' && fgets(line, sizeof line, app) != NULL)
        sscanf(line, "secret = %127s", secret);
    fclose(app);
    assert_true(secret[0] != '\0');
}

static void raise_limit(void) {
    struct rlimit limit;
    assert_return_code(getrlimit(RLIMIT_NOFILE, &limit), errno);
    limit.rlim_cur = limit.rlim_max;
    assert_return_code(setrlimit(RLIMIT_NOFILE, &limit), errno);
}

static void furnish(int crowd) {
    char path[120];
    raise_limit();
    daemon_make(&daemon_);
    read_secret();
    snprintf(path, sizeof path, "%s/config.ini", daemon_.data);
    FILE *config = fopen(path, "a");
    assert_non_null(config);
    fputs("log_level = warning\n", config);
    fclose(config);
    daemon_start(&daemon_);
    rest_begin(&rest, &daemon_);
    rest_make_users(&rest, "u", crowd);
    rest_make_users(&rest, "m", MOVERS);
}

/* ---- those who come and go, and who say how they are ---- */

struct stir {
    struct bare movers[MOVERS];
    int crowd;
    unsigned next, told; /* how many times somebody was to be told of something */
};

static unsigned listeners_of(int mover, int crowd) {
    return (unsigned)(crowd / MOVERS + (mover < crowd % MOVERS));
}

static void until_away(struct bare *bare) {
    do
        assert_true(case_readable(bare->fd, TOLD_MS));
    while (bare_hear(bare));
}

static void move(struct stir *stir) {
    const int number = (int)(stir->next % MOVERS);
    struct bare *mover = &stir->movers[number];
    if (mover->state == BARE_AWAY) {
        dial(mover, -1, 251, 'm', number);
        until_home(mover);
    } else {
        while (case_readable(mover->fd, 0))
            assert_true(bare_hear(mover));
        bare_leave(mover);
        until_away(mover);
    }
    stir->told += listeners_of(number, stir->crowd);
}

/* The same few, of the same length: what the server has to remember does not grow. */
static void speak(struct stir *stir) {
    char body[160];
    snprintf(body, sizeof body, "{\"users\":[{\"id\":\"u%05u\",\"set\":{\"status\":\"%07u\"}}]}",
        stir->next % SPEAKERS, stir->next);
    assert_int_equal(rest_call(&rest, "PATCH", "/users", body), 200);
    stir->told++;
}

static void stir_once(struct stir *stir) {
    move(stir);
    speak(stir);
    stir->next++;
    for (int i = 0; i < MOVERS; i++)
        bare_keep_alive(&stir->movers[i], clock_mono_ms());
}

static void leave(struct stir *stir) {
    for (int i = 0; i < MOVERS; i++)
        if (stir->movers[i].state == BARE_HOME) {
            bare_leave(&stir->movers[i]);
            until_away(&stir->movers[i]);
        }
}

/* ---- the soak ---- */

struct total {
    unsigned home, listening, presences, proved, dropped, close_code;
};

static struct total add_up(void) {
    struct total total = {0};
    for (size_t i = 0; i < sizeof board->of / sizeof board->of[0]; i++) {
        total.home += board->of[i].home;
        total.listening += board->of[i].listening;
        total.presences += board->of[i].presences;
        total.proved += board->of[i].proved;
        total.dropped += board->of[i].dropped;
        total.close_code |= board->of[i].close_code;
    }
    return total;
}

/* Until this many of something; nobody is dropped meanwhile. */
static void until(size_t field, unsigned wanted, int at_most_ms, const char *what) {
    for (const int64_t end_ms = clock_mono_ms() + at_most_ms;;) {
        const struct total now = add_up();
        const unsigned is = *(const unsigned *)((const char *)&now + field);
        if (now.dropped > 0)
            fail_msg("%u were dropped (close code %u)", now.dropped, now.close_code);
        if (is == wanted)
            return;
        if (clock_mono_ms() > end_ms)
            fail_msg("after %d ms %u of %u %s", at_most_ms, is, wanted, what);
        poll(NULL, 0, TURN_MS);
    }
}
#define UNTIL(field, wanted, at_most_ms, what)                                                     \
    until(offsetof(struct total, field), (unsigned)(wanted), at_most_ms, what)

/* A line through what was measured, in each second. */
struct line {
    double n, t, r, tt, tr;
};

static void line_add(struct line *line, double t, double r) {
    line->n++;
    line->t += t;
    line->r += r;
    line->tt += t * t;
    line->tr += t * r;
}

static double line_slope(const struct line *line) {
    const double spread = line->n * line->tt - line->t * line->t;
    return spread > 0 ? (line->n * line->tr - line->t * line->r) / spread : 0;
}

struct figures {
    double before_kib, start_kib, end_kib, cpu_s, held_s;
    struct line line; /* of KiB, of the whole time but its first tenth */
    int before, at_most, after;
};

static void no_race(void) {
    if (program_says(&daemon_.program, "ThreadSanitizer", 1))
        program_end(&daemon_.program, 1000); /* fails with what it says */
}

static void hold(struct stir *stir, struct figures *figures, int seconds) {
    const int64_t from_ms = clock_mono_ms(), span_ms = seconds * (int64_t)1000;
    int64_t said_ms = from_ms, now_ms = from_ms, next_ms = from_ms;
    const double cpu_before_s = cpu_s();
    figures->start_kib = resident_kib();
    for (; now_ms < from_ms + span_ms; now_ms = clock_mono_ms()) {
        stir_once(stir);
        const double kib = resident_kib();
        if (now_ms - from_ms > span_ms / 10)
            line_add(&figures->line, (double)(now_ms - from_ms) / 1000, kib);
        UNTIL(home, stir->crowd, 0, "are home");
        no_race();
        if (now_ms > said_ms + SAY_MS) {
            print_message("# after %lld s: %u home, %u changes told, %.1f MiB, %.1f s of a "
                          "processor\n",
                (long long)(now_ms - from_ms) / 1000, add_up().home, add_up().presences, kib / 1024,
                cpu_s() - cpu_before_s);
            said_ms = now_ms;
        }
        next_ms += 1000 / A_SECOND;
        if (next_ms > clock_mono_ms())
            poll(NULL, 0, (int)(next_ms - clock_mono_ms()));
    }
    figures->cpu_s = cpu_s() - cpu_before_s;
    figures->held_s = (double)(clock_mono_ms() - from_ms) / 1000;
    figures->end_kib = resident_kib();
    figures->at_most = count_descriptors();
}

static double percent_an_hour(const struct figures *f) {
    return line_slope(&f->line) * 3600 / f->start_kib * 100;
}

static void say(const struct figures *f, const struct stir *stir) {
    const double grown_kib = f->start_kib - f->before_kib;
    print_message("# %d connections held for %.0f s, 0 dropped; %u changes, %u tellings, none "
                  "lost or doubled\n",
        stir->crowd, f->held_s, 2 * stir->next, stir->told);
    print_message("# resident: %.1f MiB with nobody, %.1f when all were home, %.1f at the end: "
                  "%.2f and %.2f KiB a connection, of all there is %.2f\n",
        f->before_kib / 1024, f->start_kib / 1024, f->end_kib / 1024, grown_kib / stir->crowd,
        (f->end_kib - f->before_kib) / stir->crowd, f->end_kib / stir->crowd);
    if (f->held_s >= 60)
        print_message("# slope of that: %+.2f %%/h\n", percent_an_hour(f));
    print_message(
        "# descriptors: %d before, %d with all, %d when all had left; processor %.1f %%\n",
        f->before, f->at_most, f->after, f->cpu_s / f->held_s * 100);
    print_message("# an honest health check: p50 %.2f ms, p99 %.2f ms, longest %.1f ms\n",
        share_ms(0.5), share_ms(0.99), board->longest_us / 1000.0);
}

static bool is_empty_again(void *context) {
    const struct figures *figures = context;
    return count_descriptors() <= figures->before;
}

static void soak_with(struct stir *stir, int seconds) {
    struct figures figures = {0};
    const int crowd = stir->crowd;
    figures.before = count_descriptors();
    move(stir); /* what the server claims with its first is not what each costs */
    leave(stir);
    stir->told = 0;
    figures.before_kib = resident_kib();
    board->phase = COME;
    UNTIL(home, crowd, COMING_MS, "are home");
    board->phase = LISTEN;
    UNTIL(listening, crowd, COMING_MS, "listen");
    rest_dial_again(&rest, &daemon_);
    board->phase = HOLD;
    hold(stir, &figures, seconds);
    UNTIL(presences, stir->told, TOLD_MS, "tellings came");
    board->phase = PROVE;
    UNTIL(proved, crowd, TOLD_MS, "answer");
    assert_int_equal(add_up().presences, stir->told);
    assert_true(figures.at_most >= figures.before + crowd);
    leave(stir);
    board->phase = LEAVE;
    UNTIL(home, 0, TOLD_MS, "are home");
    if (!case_until(is_empty_again, &figures, TOLD_MS))
        fail_msg("%d descriptors before, %d after", figures.before, count_descriptors());
    figures.after = count_descriptors();
    say(&figures, stir);
    if (seconds >= TELLING_S && !SANITIZED)
        assert_true(percent_an_hour(&figures) < 1);
}

static pid_t start(int index, int workers, int crowd) {
    const pid_t pid = fork();
    assert_return_code(pid, errno);
    if (pid != 0)
        return pid;
    close(rest.fd); /* or it stays open, to the server, when its owner dials again */
    if (index < workers)
        be_worker(index, crowd);
    else
        be_honest();
    _exit(0);
}

static void soak(int crowd, int seconds) {
    const int workers = (crowd + A_WORKER - 1) / A_WORKER;
    struct stir stir = {.crowd = crowd};
    board = mmap(NULL, sizeof *board, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    assert_true(board != MAP_FAILED);
    furnish(crowd);
    for (int i = 0; i <= workers; i++)
        pids[i] = start(i, workers, crowd);
    soak_with(&stir, seconds);
    board->phase = END;
    for (int i = 0, status; i <= workers; i++) {
        assert_int_equal(waitpid(pids[i], &status, 0), pids[i]);
        assert_int_equal(status, 0);
        pids[i] = 0;
    }
    munmap(board, sizeof *board);
}

static void who_is_home_stays_home_and_costs_no_more_with_time(void **state) {
    const int *words = *state;
    soak(words[0], words[1]);
    rest_end(&rest);
    const int code = daemon_stop(&daemon_, SIGTERM);
    if (code != 0)
        fail_msg("the server ended with %d: %s", code, bytes_text(&daemon_.program.err));
}

static int tidy(void **state) {
    (void)state;
    if (getpid() != owner) /* one of the others failed, which says so and ends */
        return 0;
    for (size_t i = 0; i < sizeof pids / sizeof pids[0]; i++)
        if (pids[i] > 0)
            kill(pids[i], SIGKILL);
    daemon_fini(&daemon_);
    return 0;
}

int main(int argc, char **argv) {
    int words[] = {argc > 1 ? atoi(argv[1]) : SMALL, argc > 2 ? atoi(argv[2]) : SMALL_S};
    if (words[0] < MOVERS || words[0] > MOST || words[1] < 1 || words[1] > MOST_S) {
        fprintf(stderr, "whole-soak: from %d to %d connections, from 1 to %d seconds\n", MOVERS,
            MOST, MOST_S);
        return 2;
    }
    owner = getpid();
    const struct CMUnitTest cases[] = {
        cmocka_unit_test_prestate_setup_teardown(
            who_is_home_stays_home_and_costs_no_more_with_time, NULL, tidy, words),
    };
    return RUN_CASES("whole-soak", cases);
}
