/* SPDX-License-Identifier: MIT */
/*
 * What a dashboard that is left open costs: until it shows something, what it keeps in memory, and
 * what it does while nothing happens. A real porchlightd and a real porchlight in a real
 * pseudo-terminal of 120x40.
 *
 *     bench-quiet [--json] start | memory | crowd | idle [SECONDS]    idle: 60 where not said
 *
 * crowd: the memory with 100,000 members. Without a word: start, memory and idle.
 */
#include "bench/figures.h"
#include "bench/street.h"
#include "support/case.h"

#include "base/clock.h"

#include <sys/stat.h>
#include <unistd.h>

enum { STARTS = 15, IN_TIME_MS = 20 * 1000, CELLS = 30, MINUTE_S = 60, CROWD = 100 * 1000 };

static bool json;
static unsigned missed;

static void aim(const char *bench, const char *what, double ours, double target, const char *unit) {
    figures_aim(
        &(struct aim){
            .bench = bench, .what = what, .unit = unit, .of = "", .ours = ours, .target = target},
        &missed, json);
}

/* ---- the start ---- */

static bool has_cells(struct terminal *terminal, void *context) {
    size_t cells = 0;
    (void)context;
    for (const char *at = terminal_text(terminal); *at != '\0'; at++)
        cells += *at > ' ';
    return cells >= CELLS;
}

static void measure_start(void) {
    static struct figures frame = {.bench = "start", .what = "exec to the first frame"};
    static struct figures live = {.bench = "start", .what = "exec to live data"};
    static struct street street;
    street_open(&street, 10, false);
    for (int i = 0; i < STARTS; i++) {
        const int64_t from_us = clock_mono_us();
        struct terminal *dashboard = street_look(&street, NULL);
        BECOMES(dashboard, has_cells, NULL, IN_TIME_MS);
        figures_add(&frame, clock_mono_us() - from_us);
        SHOWS(dashboard, "#hall", IN_TIME_MS);
        figures_add(&live, clock_mono_us() - from_us);
        terminal_send(dashboard, "q");
        terminal_end(dashboard, IN_TIME_MS);
        terminal_destroy(dashboard);
    }
    figures_print(&frame, NULL, json);
    figures_print(&live, NULL, json);
    aim("start", "the first frame, best", figures_at(&frame, 0), 15, "ms");
    aim("start", "the first frame, median", figures_at(&frame, 0.5), 25, "ms");
    aim("start", "live data, median", figures_at(&live, 0.5), 150, "ms");
    street_close(&street);
}

/* ---- memory ---- */

static void measure_memory(int members, const char *what, double most_mib) {
    static struct street street;
    street_open(&street, members, members > 1000);
    struct terminal *dashboard = street_look(&street, NULL);
    street_settle(&street, dashboard);
    aim("memory", what, (double)cost_rss_kib(terminal_pid(dashboard)) / 1024, most_mib, "MiB");
    terminal_destroy(dashboard);
    street_close(&street);
}

/* The program without what only a debugger reads. */
static void measure_size(void) {
    char path[] = "/tmp/porchlight-bench-XXXXXX";
    const int fd = mkstemp(path);
    struct program strip = {0};
    struct stat st;
    assert_true(fd >= 0);
    close(fd);
    program_start(
        &strip, (const char *const[]){"/usr/bin/strip", "-o", path, PORCHLIGHT, NULL}, NULL, NULL);
    assert_int_equal(program_end(&strip, IN_TIME_MS), 0);
    program_fini(&strip);
    assert_int_equal(stat(path, &st), 0);
    unlink(path);
    aim("memory", "porchlight, stripped", (double)st.st_size / 1024, 400, "KiB");
}

/* ---- nothing happens ---- */

static void measure_idle(int seconds) {
    static struct street street;
    char what[80];
    size_t bytes;
    street_open(&street, 1000, false);
    struct terminal *dashboard = street_look(&street, NULL);
    street_settle(&street, dashboard);
    const pid_t pid = terminal_pid(dashboard);
    terminal_bytes_clear(dashboard);
    const int64_t cpu_ns = cost_cpu_ns(pid), wakes = cost_wakes(pid);
    for (int s = 0; s < seconds; s++) {
        /* Nobody answers while a terminal is not read: it is, once a second. */
        terminal_quiet(dashboard, 1000);
    }
    terminal_bytes(dashboard, &bytes);
    const double percent = (double)(cost_cpu_ns(pid) - cpu_ns) / 1e7 / seconds;
    const double a_minute = (double)(cost_wakes(pid) - wakes) * MINUTE_S / seconds;
    snprintf(what, sizeof what, "%d s, 1,000 members: processor time", seconds);
    aim("idle", what, percent, 0.05, "%");
    snprintf(what, sizeof what, "%d s: to the terminal", seconds);
    aim("idle", what, (double)bytes / seconds, 20, "bytes/s");
    snprintf(what, sizeof what, "%d s: wake-ups a minute, all threads", seconds);
    figures_note("idle", what, a_minute, "", json);
    terminal_destroy(dashboard);
    street_close(&street);
}

int main(int argc, char **argv) {
    const char *part = "";
    int seconds = MINUTE_S;
    for (int i = 1; i < argc; i++)
        if (strcmp(argv[i], "--json") == 0)
            json = true;
        else if (argv[i][0] >= '1' && argv[i][0] <= '9')
            seconds = atoi(argv[i]);
        else
            part = argv[i];
    const bool all = part[0] == '\0';
    if (all || strcmp(part, "start") == 0)
        measure_start();
    if (all || strcmp(part, "memory") == 0) {
        measure_memory(0, "no members", 13);
        measure_memory(1000, "1,000 members", 16);
        measure_size();
    }
    if (strcmp(part, "crowd") == 0)
        measure_memory(CROWD, "100,000 members", 64);
    if (all || strcmp(part, "idle") == 0)
        measure_idle(seconds);
    return 0;
}
