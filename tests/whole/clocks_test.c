/* SPDX-License-Identifier: MIT */
/*
 * Clocks that jump under a real server and real clients: the time of day goes an hour forth and an
 * hour back, a process sleeps. No timer cares, no stamp goes back, tokens end by the time of day,
 * and who slept finds out which of their links have died.
 */
#include "support/moved_clock.h"
#include "whole/town.h"

#include "support/case.h"

#include "base/chance.h"
#include "base/clock.h"

#include <cjson/cJSON.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/mman.h>
#include <unistd.h>

enum {
    SEED = 5,
    HOUR_S = 3600,
    SLEPT_S = 70, /* longer than either end bears silence */
    STOPPED_MS = 8 * 1000,
    DIAL_MS = 15 * 1000,
    BUSY_MS = 3 * 1000
};

static struct strait strait;
static struct chance chance;
static struct town town;
static const char *why_not;
static struct moved_clock *near_clock, *far_clock;
static char folder[] = "/tmp/porchlight-clocks-XXXXXX";
static char far_path[80], near_path[80];

/* What starts the server with a clock of its own; it lives as long as the town. */
static struct {
    char clock[120], preload[300], asan[300];
    const char *all[4];
} environment;

static int set_up(void **state) {
    (void)state;
    chance_seed(&chance, SEED);
    if (why_not == NULL)
        town_open(&town, &strait, &chance, "", environment.all);
    return 0;
}

static int tear_down(void **state) {
    (void)state;
    strait_heal(&strait);
    near_clock->wall_us = far_clock->wall_us = 0;
    if (why_not == NULL)
        town_close(&town);
    return 0;
}

static void needs_a_strait(void) {
    if (why_not == NULL)
        return;
    print_message("# SKIP the kernel gives us %s\n", why_not);
    skip();
}

static void go_on_for(int ms) {
    for (const int64_t end_ms = clock_mono_ms() + ms; clock_mono_ms() < end_ms;) {
        town_stir(&town);
        town_live(&town, 100);
    }
}

static void be_right_again(void) {
    assert_true(town_comes_live(&town, TOWN_BACKOFF_MS + DIAL_MS));
    town_agrees(&town, TOWN_TRUE_MS + BUSY_MS);
    town_has_told_no_lies(&town);
}

static unsigned losses(void) {
    unsigned all = 0;
    for (int i = 0; i < TOWN_ALL; i++)
        all += town.people[i].losses;
    return all;
}

/* The stamp of a message that is sent now, as text: these sort as their times do. */
static void say_and_read_stamp(char *to, size_t size) {
    struct bytes reply = BYTES_EMPTY;
    rest_read(&town.rest, "POST", "/channels/messaging/hall/message",
        "{\"message\":{\"text\":\"now\",\"user_id\":\"far0\"}}", &reply);
    cJSON *whole = cJSON_Parse(bytes_text(&reply));
    const cJSON *message = cJSON_GetObjectItem(whole, "message");
    const char *stamp = cJSON_GetStringValue(cJSON_GetObjectItem(message, "created_at"));
    assert_non_null(stamp);
    snprintf(to, size, "%s", stamp);
    cJSON_Delete(whole);
    bytes_fini(&reply);
}

static void an_hour_forth_and_back_moves_no_timer_and_no_stamp(void **state) {
    (void)state;
    needs_a_strait();
    /* The server's goes back to where its tokens were made, and no further: it would take none. */
    static const int to_hour[] = {1, 0, 1, -1};
    struct moved_clock *const clocks[] = {far_clock, far_clock, near_clock, near_clock};
    char before[64], after[64];
    const unsigned lost = losses();
    say_and_read_stamp(before, sizeof before);
    for (int i = 0; i < 4; i++) {
        clocks[i]->wall_us = to_hour[i] * (int64_t)HOUR_S * 1000000;
        town_live(&town, 2000);
        say_and_read_stamp(after, sizeof after);
        if (strcmp(after, before) <= 0)
            fail_msg("%s comes after %s", after, before);
        strcpy(before, after);
    }
    assert_int_equal(losses(), lost);
    be_right_again();
}

static bool is_refused(void *context) {
    town_live(&town, 10);
    return pl_client_link(((struct person *)context)->client).state == PL_LINK_REFUSED;
}

static bool is_live(void *context) {
    town_live(&town, 10);
    return pl_client_link(((struct person *)context)->client).state == PL_LINK_LIVE;
}

static void a_token_ends_by_the_time_of_day(void **state) {
    (void)state;
    needs_a_strait();
    struct person *p = &town.people[0];
    char *token = daemon_token(&town.daemon, p->id, "30m");
    const struct pl_connect_options who = {
        .size = sizeof who, .user_id = p->id, .token = token, .invisible = -1};
    assert_int_equal(pl_client_disconnect(p->client, NULL, NULL), 0);
    assert_int_equal(pl_client_connect_user(p->client, &who, NULL, NULL), 0);
    assert_true(case_until(is_live, p, DIAL_MS));
    town_live(&town, 1000);
    assert_true(is_live(p));
    far_clock->wall_us = (int64_t)HOUR_S * 1000000;
    assert_true(case_until(is_refused, p, 5000 + BUSY_MS));
    assert_int_equal(pl_client_link(p->client).code, 40);
    far_clock->wall_us = 0;
    assert_int_equal(pl_client_connect_user(p->client, &who, NULL, NULL), 0);
    assert_true(case_until(is_live, p, DIAL_MS));
    free(token);
    be_right_again();
}

/* To each its clock says that it has not run for longer than it bears silence. */
static void who_slept_for_a_minute_is_right_again(void **state) {
    (void)state;
    needs_a_strait();
    far_clock->mono_us += (int64_t)SLEPT_S * 1000000;
    go_on_for(2000);
    be_right_again();
    near_clock->mono_us += (int64_t)SLEPT_S * 1000000;
    go_on_for(2000);
    be_right_again();
}

/* As a program does that is told to go on. */
static void links_that_died_in_a_sleep_are_found_in_5_s(void **state) {
    (void)state;
    needs_a_strait();
    strait_part(&strait, true, true);
    near_clock->mono_us += (int64_t)SLEPT_S * 1000000;
    for (int i = 0; i < TOWN_NEAR; i++)
        pl_client_reconnect_now(town.people[i].client);
    assert_true(town_goes_stale(&town, true, 5000 + BUSY_MS));
    strait_heal(&strait);
    be_right_again();
}

static void a_server_that_is_stopped_for_a_while_loses_nobody(void **state) {
    (void)state;
    needs_a_strait();
    const unsigned lost = losses();
    program_signal(&town.daemon.program, SIGSTOP);
    town_live(&town, STOPPED_MS);
    program_signal(&town.daemon.program, SIGCONT);
    be_right_again();
    assert_int_equal(losses(), lost);
}

static struct moved_clock *map_clock(const char *path) {
    const int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    assert_return_code(fd, errno);
    assert_return_code(ftruncate(fd, sizeof(struct moved_clock)), errno);
    void *at = mmap(NULL, sizeof(struct moved_clock), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    close(fd);
    assert_true(at != MAP_FAILED);
    return at;
}

static void prepare(void) {
    const char *before = getenv("ASAN_OPTIONS");
    assert_non_null(mkdtemp(folder));
    snprintf(near_path, sizeof near_path, "%s/near", folder);
    snprintf(far_path, sizeof far_path, "%s/far", folder);
    near_clock = map_clock(near_path);
    far_clock = map_clock(far_path);
    setenv("PORCHLIGHT_CLOCK", near_path, 1);
    snprintf(environment.clock, sizeof environment.clock, "PORCHLIGHT_CLOCK=%s", far_path);
    snprintf(environment.preload, sizeof environment.preload, "LD_PRELOAD=%s", MOVED_CLOCK);
    snprintf(environment.asan, sizeof environment.asan, "ASAN_OPTIONS=%s%sverify_asan_link_order=0",
        before != NULL ? before : "", before != NULL ? ":" : "");
    environment.all[0] = environment.clock;
    environment.all[1] = environment.preload;
    environment.all[2] = environment.asan;
}

#define IN_TOWN(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)

int main(int argc, char **argv) {
    const struct CMUnitTest cases[] = {
        IN_TOWN(an_hour_forth_and_back_moves_no_timer_and_no_stamp),
        IN_TOWN(a_token_ends_by_the_time_of_day),
        IN_TOWN(who_slept_for_a_minute_is_right_again),
        IN_TOWN(links_that_died_in_a_sleep_are_found_in_5_s),
        IN_TOWN(a_server_that_is_stopped_for_a_while_loses_nobody),
    };
    if (argc > 1)
        cmocka_set_test_filter(argv[1]);
    prepare();
    if (strait_open(&strait, SEED, &why_not))
        why_not = NULL;
    const int failed = RUN_CASES("whole-clocks", cases);
    if (why_not == NULL)
        strait_close(&strait);
    unlink(near_path);
    unlink(far_path);
    rmdir(folder);
    return failed;
}
