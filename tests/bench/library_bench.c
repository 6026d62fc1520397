/* SPDX-License-Identifier: MIT */
/*
 * What the library costs whoever uses it: how much of a stream it bears, processor time a presence
 * event, and memory a known user. All listeners have core 0, the library with both its threads;
 * the server that speaks has core 1. They take turns, so that what else the machine does befalls
 * all of them.
 *
 *   throughput   20,000 events a second are offered for some seconds. The bare parse is a loop that
 *                reads the WebSocket's frames from a socket and has cJSON parse each: no check of
 *                UTF-8, depth or size, no state, no thread, no callback. It and the library are
 *                counted by the second; told is what the callback was told. The loss is that of
 *                throughput at this rate. It is no loss of processor time, which stands beside it:
 *                an event costs the library several times what the parse alone costs.
 *   at once      so many events as the socket takes, by the clock; on a busy machine it is the
 *                speaker who is slower, also than the bare parse. The library lets no socket wait
 *                for its user: what the callback does not get in time is coalesced, by the newest
 *                of each user. So taken and told are counted apart.
 *   time         an event's processor time: of text that is there already (cJSON, nothing else), of
 *                the bare parse from its socket, and of the library from its socket to the
 *                callback. Events go in batches, so that nothing is coalesced. How many a second
 *                a core bears that does nothing else follows from it.
 *
 *     bench-library [throughput|once|time|memory] [--json]
 */
#include "bench/figures.h"
#include "bench/loud_server.h"
#include "support/case.h"

#include "base/clock.h"
#include <cjson/cJSON.h>
#include <porchlight/porchlight.h>

#include <arpa/inet.h>
#include <malloc.h>
#include <poll.h>
#include <stdatomic.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { RUNS = 7, EVENTS = 60 * 1000, BATCH = 2000, USERS = 1000, KNOWN = 100 * 1000 };
enum { PACE = 20 * 1000, PACED_S = 4, ROUNDS = 5, IN_TIME_MS = 20 * 1000 };
enum { AT_ONCE = 400 * 1000, LAST_USER = 9999999 };

static struct loud_server server;
static bool json;

/* Of this process, all threads. */
static int64_t cpu_ns(void) {
    struct timespec at;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &at);
    return (int64_t)at.tv_sec * 1000000000 + at.tv_nsec;
}

/* ---- the peers ---- */

static void parse(const char *text, size_t len) {
    cJSON *event = cJSON_ParseWithLength(text, len);
    assert_non_null(event);
    cJSON_Delete(event);
}

static int64_t only_parse(void) {
    static char texts[USERS][LOUD_FRAME];
    static size_t lens[USERS];
    for (size_t i = 0; i < USERS; i++)
        lens[i] = loud_event(texts[i], i, i);
    const int64_t from_ns = cpu_ns();
    for (size_t i = 0; i < EVENTS; i++)
        parse(texts[i % USERS], lens[i % USERS]);
    return cpu_ns() - from_ns;
}

struct reader {
    int fd;
    unsigned char at[64 * 1024];
    size_t len;
};

/* As many whole frames as are there: how many. */
static size_t take_frames(struct reader *reader) {
    size_t from = 0, frames = 0;
    while (reader->len - from >= 4) {
        const unsigned char *head = reader->at + from;
        const size_t size = (size_t)(head[2] << 8 | head[3]);
        if (reader->len - from < size + 4)
            break;
        parse((const char *)head + 4, size);
        from += size + 4;
        frames++;
    }
    memmove(reader->at, reader->at + from, reader->len - from);
    reader->len -= from;
    return frames;
}

static size_t read_some(struct reader *reader) {
    const ssize_t got = read(reader->fd, reader->at + reader->len, sizeof reader->at - reader->len);
    assert_true(got > 0);
    reader->len += (size_t)got;
    return take_frames(reader);
}

static void open_reader(struct reader *reader) {
    static const char ask[] = "GET /connect HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\n"
                              "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
                              "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
    const struct sockaddr_in at = {.sin_family = AF_INET,
        .sin_port = htons((uint16_t)server.port),
        .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    reader->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_return_code(connect(reader->fd, (const struct sockaddr *)&at, sizeof at), 0);
    assert_int_equal(write(reader->fd, ask, sizeof ask - 1), sizeof ask - 1);
    const char *end = NULL;
    while (end == NULL) {
        const ssize_t got = read(reader->fd, reader->at + reader->len, 4096);
        assert_true(got > 0);
        reader->len += (size_t)got;
        end = memmem(reader->at, reader->len, "\r\n\r\n", 4);
    }
    const size_t head = (size_t)((const unsigned char *)end - reader->at) + 4;
    memmove(reader->at, reader->at + head, reader->len - head);
    reader->len -= head;
    size_t greetings = take_frames(reader);
    while (greetings == 0)
        greetings = read_some(reader);
}

static int64_t read_and_parse(void) {
    static struct reader reader;
    reader.len = 0;
    open_reader(&reader);
    const int64_t from_ns = cpu_ns();
    for (size_t done = 0; done < EVENTS; done += BATCH) {
        loud_server_say(&server, BATCH, 0, USERS, 0);
        for (size_t got = 0; got < BATCH;)
            got += read_some(&reader);
    }
    const int64_t took_ns = cpu_ns() - from_ns;
    close(reader.fd);
    return took_ns;
}

/* ---- the library ---- */

struct listener {
    pl_client *client;
    bool connected, last_came;
    size_t events;
};

static void on_connected(pl_client *client, const struct pl_outcome *outcome, void *context) {
    struct listener *listener = context;
    (void)client;
    assert_int_equal(outcome->status, PL_DONE);
    listener->connected = true;
}

static const char last_id[] = "user-9999999";

static void on_presence(pl_client *client, const struct pl_event *event, void *context) {
    struct listener *listener = context;
    (void)client;
    listener->events += event->user != NULL;
    listener->last_came |= event->user != NULL && strcmp(pl_user_id(event->user), last_id) == 0;
}

static void open_listener(struct listener *listener, pl_resize_fn *resize, void *context) {
    const struct pl_client_options options = {.size = sizeof options,
        .url = server.url,
        .api_key = "bench",
        .resize = resize,
        .resize_context = context};
    const struct pl_connect_options who = {
        .size = sizeof who, .user_id = "ana", .token = "a.b.c", .invisible = -1};
    *listener = (struct listener){0};
    assert_int_equal(pl_client_create(&listener->client, &options), 0);
    assert_true(
        pl_client_on(listener->client, PL_EVENT_PRESENCE_CHANGED, on_presence, listener) > 0);
    assert_int_equal(pl_client_connect_user(listener->client, &who, on_connected, listener), 0);
    const int64_t end_ms = clock_mono_ms() + IN_TIME_MS;
    while (!listener->connected && clock_mono_ms() < end_ms)
        pl_client_wait(listener->client, 100);
    assert_true(listener->connected);
}

static void hear(struct listener *listener, size_t events) {
    const size_t enough = listener->events + events;
    const int64_t end_ms = clock_mono_ms() + IN_TIME_MS;
    while (listener->events < enough && clock_mono_ms() < end_ms)
        pl_client_wait(listener->client, 100);
    assert_int_equal(listener->events, enough);
}

static int64_t listen_all(void) {
    struct listener listener;
    open_listener(&listener, NULL, NULL);
    loud_server_say(&server, USERS, 0, USERS, 0); /* so that all are known */
    hear(&listener, USERS);
    const int64_t from_ns = cpu_ns();
    for (size_t done = 0; done < EVENTS; done += BATCH) {
        loud_server_say(&server, BATCH, 0, USERS, 0);
        hear(&listener, BATCH);
    }
    const int64_t took_ns = cpu_ns() - from_ns;
    pl_client_destroy(listener.client);
    return took_ns;
}

/* ---- throughput ---- */

/* What one listener gets: by the second, from the first event on, and for what. */
struct tally {
    const char *what;
    size_t counts[ROUNDS * PACED_S], count;
    int64_t cpu_ns[ROUNDS];
    size_t runs, events;
    int64_t from_us; /* of this run */
    size_t second, in_second;
};

static void begin_tally(struct tally *tally) {
    tally->from_us = 0;
    tally->second = tally->in_second = 0;
    tally->cpu_ns[tally->runs] = cpu_ns();
}

/* Seconds in which nothing came count, too. */
static void note_events(struct tally *tally, size_t events) {
    const int64_t now_us = clock_mono_us();
    if (events == 0)
        return;
    if (tally->from_us == 0)
        tally->from_us = now_us;
    const size_t second = (size_t)((now_us - tally->from_us) / 1000000);
    for (; tally->second < second && tally->second < PACED_S; tally->second++) {
        tally->counts[tally->count++] = tally->in_second;
        tally->in_second = 0;
    }
    tally->in_second += events;
    tally->events += events;
}

static void end_tally(struct tally *tally) {
    for (; tally->second < PACED_S; tally->second++) {
        tally->counts[tally->count++] = tally->in_second;
        tally->in_second = 0;
    }
    tally->cpu_ns[tally->runs] = cpu_ns() - tally->cpu_ns[tally->runs];
    tally->runs++;
}

static void parse_at_pace(struct tally *tally) {
    static struct reader reader;
    reader.len = 0;
    open_reader(&reader);
    begin_tally(tally);
    loud_server_say(&server, PACE * PACED_S, 0, USERS, PACE);
    for (size_t got = 0; got < PACE * PACED_S;) {
        const size_t some = read_some(&reader);
        note_events(tally, some);
        got += some;
    }
    end_tally(tally);
    close(reader.fd);
}

static void listen_at_pace(struct tally *tally) {
    struct listener listener;
    open_listener(&listener, NULL, NULL);
    loud_server_say(&server, USERS, 0, USERS, 0); /* so that all are known */
    hear(&listener, USERS);
    const size_t before = listener.events;
    const int64_t end_us = clock_mono_us() + (PACED_S + 2) * 1000000;
    begin_tally(tally);
    loud_server_say(&server, PACE * PACED_S, 0, USERS, PACE);
    for (size_t got = 0; got < PACE * PACED_S && clock_mono_us() < end_us;) {
        pl_client_wait(listener.client, 100);
        note_events(tally, listener.events - before - got);
        got = listener.events - before;
    }
    end_tally(tally);
    pl_client_destroy(listener.client);
}

static int by_count(const void *a, const void *b) {
    const size_t x = *(const size_t *)a, y = *(const size_t *)b;
    return (x > y) - (x < y);
}

static int by_time(const void *a, const void *b) {
    const int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

/* The median of what came in a second. */
static size_t print_tally(struct tally *tally) {
    qsort(tally->counts, tally->count, sizeof tally->counts[0], by_count);
    qsort(tally->cpu_ns, tally->runs, sizeof tally->cpu_ns[0], by_time);
    const double us = (double)tally->cpu_ns[tally->runs / 2] / 1000 / (PACE * PACED_S);
    const size_t median = tally->counts[tally->count / 2];
    printf(json
               ? "{\"bench\":\"library\",\"what\":\"throughput, %s\",\"offered\":%d,\"told\":%zu,"
                 "\"per_s\":%zu,\"least\":%zu,\"most\":%zu,\"cpu_us\":%.2f,\"core_percent\":%.1f}\n"
               : "library  %-16s %d offered, %zu told; a second %zu (%zu to %zu); %.2f us of the "
                 "core an event, %.1f %% of it\n",
        tally->what, PACE * PACED_S * ROUNDS, tally->events, median, tally->counts[0],
        tally->counts[tally->count - 1], us, us * PACE / 1e4);
    return median;
}

static void measure_throughput(void) {
    static struct tally bare = {.what = "the bare parse"}, ours = {.what = "the library"};
    for (int round = 0; round < ROUNDS; round++) {
        parse_at_pace(&bare);
        listen_at_pace(&ours);
    }
    const double parsed = (double)print_tally(&bare), told = (double)print_tally(&ours);
    const double loss = (1 - told / parsed) * 100;
    printf(json ? "{\"bench\":\"library\",\"what\":\"loss of throughput\",\"percent\":%.2f}\n"
                : "library  loss of throughput at 20,000 events/s on one core: %.2f %%\n",
        loss > 0 ? loss : 0);
    fflush(stdout);
}

/* ---- as many as go ---- */

static double per_second(size_t events, int64_t from_us) {
    return (double)events * 1e6 / (double)(clock_mono_us() - from_us);
}

static double parse_at_once(void) {
    static struct reader reader;
    reader.len = 0;
    open_reader(&reader);
    const int64_t from_us = clock_mono_us();
    loud_server_say(&server, AT_ONCE, 0, USERS, 0);
    for (size_t got = 0; got < AT_ONCE;)
        got += read_some(&reader);
    const double rate = per_second(AT_ONCE, from_us);
    close(reader.fd);
    return rate;
}

/* Taken from the socket, and told. */
static void listen_at_once(double *taken, double *told) {
    struct listener listener;
    open_listener(&listener, NULL, NULL);
    const int64_t from_us = clock_mono_us(), end_us = from_us + IN_TIME_MS * 1000;
    loud_server_say(&server, AT_ONCE, 0, USERS, 0);
    loud_server_say(&server, 1, LAST_USER, 1, 0);
    while (!listener.last_came && clock_mono_us() < end_us)
        pl_client_wait(listener.client, 100);
    assert_true(listener.last_came);
    *taken = per_second(AT_ONCE, from_us);
    *told = per_second(listener.events, from_us);
    pl_client_destroy(listener.client);
}

static int by_rate(const void *a, const void *b) {
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static void print_rates(const char *what, double *rates) {
    qsort(rates, ROUNDS, sizeof *rates, by_rate);
    printf(json ? "{\"bench\":\"library\",\"what\":\"at once, %s\",\"per_s\":%.0f,\"least\":%.0f,"
                  "\"most\":%.0f}\n"
                : "library  at once, %-22s %7.0f events/s (%.0f to %.0f)\n",
        what, rates[ROUNDS / 2], rates[0], rates[ROUNDS - 1]);
    fflush(stdout);
}

static void measure_at_once(void) {
    double parsed[ROUNDS], taken[ROUNDS], told[ROUNDS];
    for (int round = 0; round < ROUNDS; round++) {
        parsed[round] = parse_at_once();
        listen_at_once(&taken[round], &told[round]);
    }
    print_rates("the bare parse", parsed);
    print_rates("the library, taken", taken);
    print_rates("the library, told", told);
}

/* ---- memory ---- */

struct scale {
    _Atomic int64_t bytes;
};

static void *weigh(void *context, void *at, size_t bytes) {
    struct scale *scale = context;
    const size_t before = at != NULL ? malloc_usable_size(at) : 0;
    if (bytes == 0) {
        scale->bytes -= (int64_t)before;
        free(at);
        return NULL;
    }
    void *now = realloc(at, bytes);
    if (now != NULL)
        scale->bytes += (int64_t)malloc_usable_size(now) - (int64_t)before;
    return now;
}

static int64_t resident(void) {
    long pages = 0, shared = 0;
    FILE *from = fopen("/proc/self/statm", "r");
    assert_non_null(from);
    assert_int_equal(fscanf(from, "%*d %ld %ld", &pages, &shared), 2);
    fclose(from);
    return (int64_t)(pages - shared) * sysconf(_SC_PAGESIZE);
}

/* What a user's texts are: id, name, role, status. */
static double text_bytes(pl_client *client, size_t known) {
    size_t bytes = 0;
    for (size_t i = 0; i < known; i++) {
        char id[32];
        snprintf(id, sizeof id, "user-%07zu", i);
        const pl_user *user = pl_client_find_user(client, id);
        assert_non_null(user);
        bytes += strlen(id) + strlen(pl_user_name(user)) + strlen(pl_user_role(user)) +
                 strlen(pl_user_status(user)) + 4;
    }
    return (double)bytes / (double)known;
}

static void measure_memory(void) {
    struct listener listener;
    struct scale scale = {0};
    open_listener(&listener, weigh, &scale);
    loud_server_say(&server, USERS, KNOWN, USERS, 0); /* whatever is made once is made */
    hear(&listener, USERS);
    malloc_trim(0);
    const int64_t bytes = scale.bytes, rss = resident();
    for (size_t first = 0; first < KNOWN; first += BATCH) {
        loud_server_say(&server, BATCH, first, BATCH, 0);
        hear(&listener, BATCH);
    }
    malloc_trim(0);
    const double own = (double)(scale.bytes - bytes) / KNOWN;
    const int64_t grown = resident() - rss;
    const double texts = text_bytes(listener.client, KNOWN);
    printf(json ? "{\"bench\":\"library\",\"what\":\"memory\",\"users\":%d,\"resident_mib\":%.1f,"
                  "\"resident_a_user\":%.0f,\"own_a_user\":%.0f,\"texts_a_user\":%.0f}\n"
                : "library  %d users known: %.1f MiB resident, %.0f bytes each; of them ours %.0f, "
                  "its texts %.0f\n",
        KNOWN, (double)grown / 1048576, (double)grown / KNOWN, own, texts);
    pl_client_destroy(listener.client);
}

/* ---- all of it ---- */

/* The median is in the middle: they were sorted to be printed. */
static double borne(const struct figures *figures) {
    return EVENTS * 1e6 / (double)figures->samples_us[figures->count / 2];
}

static void print_borne(const struct figures *bare, const struct figures *ours) {
    printf(json ? "{\"bench\":\"library\",\"what\":\"borne by one core\",\"bare_per_s\":%.0f,"
                  "\"per_s\":%.0f}\n"
                : "library  one core that does nothing else bears %.0f events/s of the bare parse, "
                  "%.0f of the library\n",
        borne(bare), borne(ours));
    fflush(stdout);
}

static void measure_time(void) {
    static struct figures parse_ = {.bench = "library", .what = "only parse, 60,000 events"};
    static struct figures read_ = {.bench = "library", .what = "limit: read a socket and parse"};
    static struct figures ours = {.bench = "library", .what = "the library, socket to callback"};
    for (int run = 0; run < RUNS; run++) {
        figures_add(&parse_, only_parse() / 1000);
        figures_add(&read_, read_and_parse() / 1000);
        figures_add(&ours, listen_all() / 1000);
    }
    figures_print(&parse_, NULL, json);
    figures_print(&read_, &parse_, json);
    figures_print(&ours, &read_, json);
    print_borne(&read_, &ours);
}

int main(int argc, char **argv) {
    static const struct {
        const char *name;
        void (*measure)(void);
    } all[] = {{"throughput", measure_throughput}, {"once", measure_at_once},
        {"time", measure_time}, {"memory", measure_memory}};
    json = argc > 1 && strcmp(argv[argc - 1], "--json") == 0;
    const char *only = argc > 1 && argv[1][0] != '-' ? argv[1] : NULL;
    loud_server_start(&server);
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        if (only == NULL || strcmp(only, all[i].name) == 0)
            all[i].measure();
    loud_server_end(&server);
    return 0;
}
