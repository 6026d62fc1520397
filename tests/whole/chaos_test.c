/* SPDX-License-Identifier: MIT */
/*
 * Everything at once, unattended, by one seed: people of two shores come, go, hide and talk in bad
 * weather, while the server is killed, stopped, parted from them, its disk is full, and clocks of
 * both shores jump by an hour. After each misfortune or a few of them every screen is the server's
 * truth again, which is what people were told; no dot was live while its link was dead; nothing
 * that was acknowledged is lost.
 *
 *     whole-chaos                    a short day, as a test
 *     whole-chaos SECONDS [SEED]     `./run chaos`
 */
#include "support/moved_clock.h"
#include "whole/town.h"

#include "support/case.h"

#include "base/chance.h"
#include "base/clock.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
    SHORT_S = 25,
    SHORT_SEED = 11,
    LONG_DAY_S = 300, /* from then on misfortunes take as long as they do */
    DELAY_MS = 50,
    JITTER_MS = 20,
    LOSS = 5,
    HOUR_S = 3600,
    DIAL_MS = 20 * 1000,
    BUSY_MS = 5 * 1000
};

/* As tests/support/bad_disk.c has it. */
struct disk {
    _Atomic int32_t write_errno, sync_errno, sync_ms, fail_in, fail_errno, calls, keep;
};

static struct strait strait;
static struct chance chance;
static struct town town;
static const char *why_not;
static struct moved_clock *near_clock, *far_clock;
static struct disk *disk;
static char folder[] = "/tmp/porchlight-chaos-XXXXXX";
static int64_t day_ms;
static bool is_long;

struct misfortune {
    const char *name;
    void (*happen)(void);
    unsigned times;
};

static int between(int low, int high) {
    return (int)chance_between(&chance, low, high);
}

static void go_on_for(int ms) {
    for (const int64_t end_ms = clock_mono_ms() + ms; clock_mono_ms() < end_ms;) {
        town_stir(&town);
        town_live(&town, between(20, 300));
    }
}

/* ---- what happens ---- */

static void be_killed(void) {
    assert_int_equal(daemon_stop(&town.daemon, SIGKILL), 128 + SIGKILL);
    go_on_for(between(0, 3000));
    town_start_server(&town);
}

static void be_parted(void) {
    const int how = between(0, 3); /* nothing comes, nothing goes, or neither */
    strait_part(&strait, how != 1, how != 2);
    go_on_for(is_long ? between(5, 120) * 1000 : between(2, 5) * 1000);
    strait_heal(&strait);
}

static void be_stopped(void) {
    program_signal(&town.daemon.program, SIGSTOP);
    go_on_for(is_long ? between(5, 70) * 1000 : between(1, 3) * 1000);
    program_signal(&town.daemon.program, SIGCONT);
}

static void let_clock_jump(void) {
    struct moved_clock *clock = between(0, 1) == 0 ? near_clock : far_clock;
    clock->wall_us = (int64_t)between(-1, 1) * HOUR_S * 1000000 + between(0, 999999);
    go_on_for(between(1000, 5000));
}

static void let_disk_fail(void) {
    if (between(0, 1) == 0)
        disk->write_errno = ENOSPC;
    else
        disk->sync_errno = EIO;
    go_on_for(between(1000, 4000));
    disk->write_errno = disk->sync_errno = 0;
}

static void let_disk_be_slow(void) {
    disk->sync_ms = 500;
    go_on_for(between(2000, 5000));
    disk->sync_ms = 0;
}

static void let_weather_turn(void) {
    strait_weather(&strait, between(0, 150), 20, between(0, 15));
    go_on_for(between(2000, 5000));
    strait_weather(&strait, DELAY_MS, JITTER_MS, LOSS);
}

static void be_asked_for(void) {
    for (int i = 0; i < TOWN_ALL; i++)
        pl_client_reconnect_now(town.people[i].client);
    go_on_for(between(500, 2000));
}

static struct misfortune misfortunes[] = {
    {.name = "parted", .happen = be_parted},
    {.name = "stopped", .happen = be_stopped},
    {.name = "clock moved", .happen = let_clock_jump},
    {.name = "disk failed", .happen = let_disk_fail},
    {.name = "disk slow", .happen = let_disk_be_slow},
    {.name = "weather turned", .happen = let_weather_turn},
    {.name = "all asked anew", .happen = be_asked_for},
    {.name = "killed", .happen = be_killed},
};
enum { KINDS = sizeof misfortunes / sizeof misfortunes[0] };

/* ---- the day ---- */

static void be_right_again(void) {
    /* Who went while parted is there for the server until it holds them for silent. */
    const int gone_ms = TOWN_SILENCE_MS + TOWN_LINGER_MS;
    near_clock->wall_us = far_clock->wall_us = 0;
    if (!town_comes_live(&town, TOWN_BACKOFF_MS + DIAL_MS))
        fail_msg("not live within %d ms", TOWN_BACKOFF_MS + DIAL_MS);
    town_agrees(&town, gone_ms + BUSY_MS);
    town_has_told_no_lies(&town);
}

static void *map_file(const char *name, size_t size) {
    char path[80];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    const int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    assert_return_code(fd, errno);
    assert_return_code(ftruncate(fd, (off_t)size), errno);
    void *at = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    close(fd);
    assert_true(at != MAP_FAILED);
    return at;
}

static void prepare(void) {
    char path[80];
    assert_non_null(mkdtemp(folder));
    near_clock = map_file("near", sizeof *near_clock);
    far_clock = map_file("far", sizeof *far_clock);
    disk = map_file("control", sizeof *disk);
    snprintf(path, sizeof path, "%s/near", folder);
    setenv("PORCHLIGHT_CLOCK", path, 1);
}

static void clean_up(void) {
    static const char *const names[] = {"near", "far", "control"};
    char path[80];
    for (int i = 0; i < 3; i++) {
        snprintf(path, sizeof path, "%s/%s", folder, names[i]);
        unlink(path);
    }
    rmdir(folder);
}

static void tell(int64_t from_ms, uint64_t seed) {
    print_message("# seed %llu, %lld s:", (unsigned long long)seed,
        (long long)(clock_mono_ms() - from_ms) / 1000);
    for (int i = 0; i < KINDS; i++)
        print_message(" %s %u,", misfortunes[i].name, misfortunes[i].times);
    unsigned losses = 0;
    for (int i = 0; i < TOWN_ALL; i++)
        losses += town.people[i].losses;
    print_message(" %u links lost; %u wishes, %u without a good answer, %zu messages acknowledged "
                  "and there; of %llu packets %llu lost, %llu overtaken\n",
        losses, town.asked, town.failed, town.message_count, (unsigned long long)strait.passed,
        (unsigned long long)strait.lost, (unsigned long long)strait.overtaken);
}

/* The server's word on what it leaves behind. */
static void be_sound(void) {
    const char *const argv[] = {PORCHLIGHTD, "check", "--data", town.daemon.data, NULL};
    struct program check = {0};
    assert_int_equal(daemon_stop(&town.daemon, SIGTERM), 0);
    program_start(&check, argv, NULL, NULL);
    if (program_end(&check, BUSY_MS) != 0)
        fail_msg("porchlightd check: %s", bytes_text(&check.out));
    program_fini(&check);
}

static void live_through_it(int64_t from_ms) {
    for (int number = 0; clock_mono_ms() - from_ms < day_ms || number < KINDS; number++) {
        /* Each once, and then as it comes. */
        struct misfortune *next = &misfortunes[number < KINDS ? number : between(0, KINDS - 1)];
        print_message("# %lld s: %s\n", (long long)(clock_mono_ms() - from_ms) / 1000, next->name);
        next->times++;
        next->happen();
        if (between(0, 2) == 0)
            be_right_again();
    }
}

static void whatever_happens_the_end_is_right(void **state) {
    const uint64_t seed = *(const uint64_t *)*state;
    char clock[120], preload[400], where[120], asan[300];
    if (why_not != NULL) {
        print_message("# SKIP the kernel gives us %s\n", why_not);
        skip();
    }
    const char *before = getenv("ASAN_OPTIONS");
    snprintf(clock, sizeof clock, "PORCHLIGHT_CLOCK=%s/far", folder);
    snprintf(where, sizeof where, "PORCHLIGHT_DISK=%s", folder);
    snprintf(preload, sizeof preload, "LD_PRELOAD=%s:%s", MOVED_CLOCK, BAD_DISK);
    snprintf(asan, sizeof asan, "ASAN_OPTIONS=%s%sverify_asan_link_order=0",
        before != NULL ? before : "", before != NULL ? ":" : "");
    const char *const environment[] = {clock, where, preload, asan, NULL};
    chance_seed(&chance, seed);
    town_open(&town, &strait, &chance, "", environment);
    strait_weather(&strait, DELAY_MS, JITTER_MS, LOSS);
    const int64_t from_ms = clock_mono_ms();
    live_through_it(from_ms);
    be_right_again();
    tell(from_ms, seed);
    be_sound();
    town_close(&town);
}

int main(int argc, char **argv) {
    uint64_t seed = argc > 2 ? strtoull(argv[2], NULL, 10) : SHORT_SEED;
    day_ms = 1000 * (argc > 1 ? atoll(argv[1]) : SHORT_S);
    is_long = day_ms >= LONG_DAY_S * 1000;
    if (day_ms <= 0) {
        fprintf(stderr, "whole-chaos: [SECONDS [SEED]]\n");
        return 2;
    }
    const struct CMUnitTest cases[] = {
        cmocka_unit_test_prestate(whatever_happens_the_end_is_right, &seed),
    };
    prepare();
    if (strait_open(&strait, seed, &why_not))
        why_not = NULL;
    const int failed = RUN_CASES("whole-chaos", cases);
    if (why_not == NULL)
        strait_close(&strait);
    clean_up();
    return failed;
}
