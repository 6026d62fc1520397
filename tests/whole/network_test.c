/* SPDX-License-Identifier: MIT */
/*
 * A bad network between real clients and a real server: late, lossy, out of order, and then
 * nothing at all. What is seen through it is late and never wrong; what is cut off says so within
 * its patience; and what heals is true again at once.
 */
/* PORCHLIGHT, LIBRARY_FOLDER: the dashboard, and where it finds its library. */
#include "support/terminal.h"
#include "whole/town.h"

#include "support/case.h"

#include "base/chance.h"
#include "base/clock.h"

enum {
    SEED = 7,
    DELAY_MS = 50,
    JITTER_MS = 20,
    LOSS = 5,
    STIRS = 80,
    SHORT_PART_MS = 62 * 1000, /* the long one is of two minutes */
    BUSY_MS = 3 * 1000,        /* what a machine may take that has other things to do */
    DIAL_MS = 15 * 1000        /* to connect through that weather, and to read all again */
};

static struct strait strait;
static struct chance chance;
static struct town town;
static const char *why_not;
static struct terminal *terminal; /* of the dashboard, or NULL */

static int set_up(void **state) {
    (void)state;
    chance_seed(&chance, SEED);
    if (why_not == NULL)
        town_open(&town, &strait, &chance, "", NULL);
    return 0;
}

static int tear_down(void **state) {
    (void)state;
    strait_heal(&strait);
    strait_weather(&strait, 0, 0, 0);
    terminal_destroy(terminal);
    terminal = NULL;
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

static void stir_for(int stirs) {
    for (int i = 0; i < stirs; i++) {
        town_stir(&town);
        town_live(&town, (int)chance_between(&chance, 0, 100));
    }
}

static void bad_weather_delays_the_truth_and_never_bends_it(void **state) {
    (void)state;
    needs_a_strait();
    strait_weather(&strait, DELAY_MS, JITTER_MS, LOSS);
    stir_for(STIRS);
    assert_true(town_comes_live(&town, TOWN_BACKOFF_MS + DIAL_MS));
    town_agrees(&town, TOWN_TRUE_MS + BUSY_MS);
    town_has_told_no_lies(&town);
    assert_true(strait.lost > 0 && strait.overtaken > 0);
    print_message("# %u wishes, %u of them without an answer, %zu messages; of %llu packets %llu "
                  "lost, %llu overtaken\n",
        town.asked, town.failed, town.message_count, (unsigned long long)strait.passed,
        (unsigned long long)strait.lost, (unsigned long long)strait.overtaken);
}

static unsigned far_losses(void) {
    unsigned losses = 0;
    for (int i = 0; i < TOWN_ALL; i++)
        losses += town.people[i].near ? 0 : town.people[i].losses;
    return losses;
}

static void be_true_again(void) {
    strait_heal(&strait);
    assert_true(town_comes_live(&town, TOWN_BACKOFF_MS + DIAL_MS));
    town_agrees(&town, TOWN_TRUE_MS + BUSY_MS);
    town_has_told_no_lies(&town);
}

/* The people of the far shore go on as if nothing were. */
static void go_on_until(int64_t end_ms) {
    while (clock_mono_ms() < end_ms) {
        town_stir(&town);
        town_live(&town, 200);
    }
}

/* ---- somebody at a dashboard ---- */

static void sit_down(const struct person *p) {
    char token[600], url[100], key[120], config[120], state[120], user[40];
    snprintf(token, sizeof token, "PORCHLIGHT_TOKEN=%s", p->token);
    snprintf(url, sizeof url, "PORCHLIGHT_URL=%s", town.daemon.url);
    snprintf(key, sizeof key, "PORCHLIGHT_API_KEY=%s", town.daemon.api_key);
    snprintf(user, sizeof user, "PORCHLIGHT_USER=%s", p->id);
    snprintf(config, sizeof config, "XDG_CONFIG_HOME=%s/config", town.daemon.folder);
    snprintf(state, sizeof state, "XDG_STATE_HOME=%s/state", town.daemon.folder);
    const char *const argv[] = {PORCHLIGHT, NULL};
    const char *const environment[] = {token, url, key, user, config, state, "TERM=xterm-256color",
        "LC_ALL=C.UTF-8", "LD_LIBRARY_PATH=" LIBRARY_FOLDER, NULL};
    terminal = terminal_run(argv, 120, 40, environment);
    SHOWS(terminal, "LIVE", DIAL_MS);
}

/* Whom a screen of the far shore, which was never cut off, has online has a full dot before their
 * name; nobody else has. */
static bool shows_the_truth(struct terminal *screen, void *context) {
    const struct person *from = town.people;
    (void)context;
    while (from < town.people + TOWN_ALL - 1 && (from->near || !from->is_home))
        from++;
    for (int i = 0; i < TOWN_ALL; i++) {
        char row[40];
        const pl_user *user = pl_client_find_user(from->client, town.people[i].id);
        snprintf(row, sizeof row, "\xe2\x97\x89  %s", town.people[i].id);
        if (&town.people[i] != from &&
            (terminal_row_with(screen, row) >= 0) != pl_user_online(user))
            return false;
    }
    return terminal_row_with(screen, "STALE") < 0;
}

static void part_for(bool from_near, bool from_far, int ms) {
    strait_weather(&strait, DELAY_MS, JITTER_MS, LOSS);
    town_live(&town, 1000);
    sit_down(&town.people[1]);
    const int64_t cut_ms = clock_mono_ms();
    const unsigned losses = far_losses();
    strait_part(&strait, from_near, from_far);
    assert_true(town_goes_stale(&town, true, TOWN_PATIENCE_MS + BUSY_MS));
    const int64_t stale_ms = clock_mono_ms() - cut_ms;
    SHOWS(terminal, "STALE", BUSY_MS);
    assert_true(town_is_left(
        &town, true, TOWN_SILENCE_MS + TOWN_LINGER_MS + BUSY_MS - (int)(clock_mono_ms() - cut_ms)));
    assert_int_equal(far_losses(), losses);
    print_message("# stale after %lld ms, away for others after %lld ms\n", (long long)stale_ms,
        (long long)(clock_mono_ms() - cut_ms));
    go_on_until(cut_ms + ms);
    be_true_again();
    if (!terminal_wait_until(terminal, shows_the_truth, NULL, TOWN_BACKOFF_MS + DIAL_MS))
        fail_msg("the dashboard shows %s", terminal_text(terminal));
}

static void a_silent_partition_is_known_in_time_on_both_shores(void **state) {
    (void)state;
    needs_a_strait();
    part_for(true, true, SHORT_PART_MS);
}

/* What leaves the server is lost, and the server hears its clients well. */
static void who_asks_knows_in_5_s_that_a_link_is_half_open(void **state) {
    (void)state;
    needs_a_strait();
    strait_weather(&strait, DELAY_MS, JITTER_MS, LOSS);
    stir_for(10);
    assert_true(town_comes_live(&town, DIAL_MS));
    strait_part(&strait, false, true);
    for (int i = 0; i < TOWN_NEAR; i++)
        pl_client_reconnect_now(town.people[i].client);
    assert_true(town_goes_stale(&town, true, 5000 + BUSY_MS));
    go_on_until(clock_mono_ms() + 2000);
    be_true_again();
}

int main(int argc, char **argv) {
    const struct CMUnitTest cases[] = {
        cmocka_unit_test_setup_teardown(
            a_silent_partition_is_known_in_time_on_both_shores, set_up, tear_down),
        cmocka_unit_test_setup_teardown(
            who_asks_knows_in_5_s_that_a_link_is_half_open, set_up, tear_down),
        cmocka_unit_test_setup_teardown(
            bad_weather_delays_the_truth_and_never_bends_it, set_up, tear_down),
    };
    if (argc > 1)
        cmocka_set_test_filter(argv[1]);
    if (strait_open(&strait, SEED, &why_not))
        why_not = NULL;
    const int failed = RUN_CASES("whole-network", cases);
    if (why_not == NULL)
        strait_close(&strait);
    return failed;
}
