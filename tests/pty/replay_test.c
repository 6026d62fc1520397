/* SPDX-License-Identifier: MIT */
/* A record of the real demo, shown again in a real terminal: it ends with the same screen. */
#include "base/clock.h"
#include "support/case.h"
#include "support/terminal.h"

#include <ftw.h>
#include <unistd.h>

enum { IN_TIME_MS = 30 * 1000, TRIES = 5 };

static char folder[64];
static struct terminal *terminal;

static int remove_one(const char *path, const struct stat *st, int kind, struct FTW *walk) {
    (void)st;
    (void)kind;
    (void)walk;
    return remove(path);
}

static int set_up(void **state) {
    (void)state;
    strcpy(folder, "/tmp/porchlight-test-XXXXXX");
    return mkdtemp(folder) != NULL ? 0 : -1;
}

static int tear_down(void **state) {
    (void)state;
    terminal_destroy(terminal);
    terminal = NULL;
    return nftw(folder, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

static void opens(const char *const *argv) {
    char home[100], config[100], state[100];
    snprintf(home, sizeof home, "HOME=%s", folder);
    snprintf(config, sizeof config, "XDG_CONFIG_HOME=%s", folder);
    snprintf(state, sizeof state, "XDG_STATE_HOME=%s", folder);
    const char *const environment[] = {
        home, config, state, "TZ=UTC", "TERM=xterm-256color", "LC_ALL=C.UTF-8", "NO_COLOR", NULL};
    terminal_destroy(terminal);
    terminal = terminal_run(argv, 120, 40, environment);
}

static void quits(void) {
    terminal_send(terminal, "Q");
    assert_int_equal(terminal_end(terminal, IN_TIME_MS), 0);
}

/* All rows but the header, which says that it is a replay. */
static char *below_header(void) {
    const char *text = terminal_text(terminal), *rest = strchr(text, '\n');
    return strdup(rest != NULL ? rest : text);
}

static bool has_events(struct terminal *t, void *context) {
    const int row = terminal_row_with(t, "Events");
    (void)context;
    return row >= 0 && strstr(terminal_text(t), " came online") != NULL;
}

/* Record until somebody came; what the screen was when it was left. */
static char *records(const char *path) {
    const char *const argv[] = {PORCHLIGHT, "--demo", "--seed", "7", "--record", path, NULL};
    unlink(path);
    opens(argv);
    BECOMES(terminal, has_events, NULL, IN_TIME_MS);
    char *text = below_header();
    quits();
    return text;
}

static bool is_same(struct terminal *t, void *context) {
    (void)t;
    char *text = below_header();
    const bool same = strcmp(text, context) == 0;
    free(text);
    return same;
}

static void a_record_of_the_demo_ends_with_the_same_screen(void **state) {
    (void)state;
    char path[100];
    snprintf(path, sizeof path, "%s/r.jsonl", folder);
    const char *const argv[] = {PORCHLIGHT, "--replay", path, "--speed", "1000", NULL};
    bool same = false;
    /* Between a look at the screen and the key that ends it somebody may come, or a minute pass. */
    for (int i = 0; i < TRIES && !same; i++) {
        char *was = records(path);
        opens(argv);
        SHOWS(terminal, "demo (replay)", IN_TIME_MS);
        same = terminal_wait_until(terminal, is_same, was, 5000);
        if (!same)
            printf("# recorded:\n%s\n# replayed:\n%s\n", was, terminal_text(terminal));
        free(was);
    }
    assert_true(same);
    terminal_send(terminal, "i"); /* nobody is there who could hide us */
    SHOWS(terminal, "this is a replay", IN_TIME_MS);
    quits();
}

static void a_file_that_is_wrong_ends_it_with_its_line(void **state) {
    (void)state;
    char path[100];
    snprintf(path, sizeof path, "%s/w.jsonl", folder);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs("{\"porchlight_record\":1,\"at\":1764000000000,\"label\":\"x\",\"me\":\"ana\"}\n"
          "{\"at\":1764000000000,\"tell\":\"known\"}\n{\"at\":1764000000000,\"tell\":\"rm\"}\n",
        file);
    fclose(file);
    const char *const argv[] = {PORCHLIGHT, "--replay", path, NULL};
    opens(argv);
    assert_int_equal(terminal_end(terminal, IN_TIME_MS), 2);
    assert_non_null(strstr(terminal_said(terminal), "w.jsonl:3: "));
    assert_true(terminal_is_cooked(terminal));
    const char *const none[] = {PORCHLIGHT, "--replay", folder, NULL};
    opens(none);
    assert_int_equal(terminal_end(terminal, IN_TIME_MS), 2);
    assert_non_null(strstr(terminal_said(terminal), "no ordinary file"));
}

#define TERMINAL_CASE(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)

int main(void) {
    const struct CMUnitTest cases[] = {
        TERMINAL_CASE(a_record_of_the_demo_ends_with_the_same_screen),
        TERMINAL_CASE(a_file_that_is_wrong_ends_it_with_its_line),
    };
    return RUN_CASES("pty-replay", cases);
}
