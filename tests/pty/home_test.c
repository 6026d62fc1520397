/* SPDX-License-Identifier: MIT */
/*
 * People who are waited for, and my own light over time: ana is a real porchlight with a profile of
 * her own in a real terminal; bo shares the hall with her, zoe does not; both are clients of the
 * library. All of them are at a real porchlightd.
 */
#include "support/daemon.h"
#include "support/terminal.h"
#include "support/case.h"

#include "base/bytes.h"
#include "base/clock.h"
#include <porchlight/porchlight.h>

#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

enum { IN_TIME_MS = 20 * 1000 };

static struct daemon daemon_;
static struct terminal *ana;

struct guest {
    pl_client *client;
    bool done;
};
static struct guest bo, zoe;

/* ---- the others ---- */

static void on_done(pl_client *client, const struct pl_outcome *outcome, void *context) {
    struct guest *guest = context;
    (void)client;
    assert_int_equal(outcome->status, PL_DONE);
    guest->done = true;
}

static void turn(struct guest *guest) {
    struct pollfd ready = {.fd = pl_client_fd(guest->client), .events = POLLIN};
    poll(&ready, 1, 20);
    pl_client_dispatch(guest->client);
    if (ana != NULL)
        terminal_take(ana);
}

static void ends(struct guest *guest, int accepted) {
    const int64_t end_ms = clock_mono_ms() + IN_TIME_MS;
    assert_int_equal(accepted, 0);
    while (!guest->done && clock_mono_ms() < end_ms)
        turn(guest);
    assert_true(guest->done);
    guest->done = false;
}

static void comes(struct guest *guest, const char *who) {
    char *token = daemon_token(&daemon_, who, NULL);
    const struct pl_client_options options = {
        .size = sizeof options, .url = daemon_.url, .api_key = daemon_.api_key};
    const struct pl_connect_options connect = {
        .size = sizeof connect, .user_id = who, .token = token, .invisible = -1};
    assert_int_equal(pl_client_create(&guest->client, &options), 0);
    ends(guest, pl_client_connect_user(guest->client, &connect, on_done, guest));
    free(token);
}

static void goes(struct guest *guest) {
    pl_client_destroy(guest->client);
    guest->client = NULL;
}

static void bo_sees_ana(bool online) {
    const int64_t end_ms = clock_mono_ms() + IN_TIME_MS;
    const pl_user *user = pl_client_find_user(bo.client, "ana");
    assert_non_null(user);
    while (pl_user_online(user) != online && clock_mono_ms() < end_ms)
        turn(&bo);
    assert_int_equal(pl_user_online(user), online);
}

/* ---- ana ---- */

static void put_file(const char *path, const char *text) {
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs(text, file);
    fclose(file);
    assert_int_equal(chmod(path, 0600), 0);
}

/* Her profile, and what else she has set. */
static void configures(const char *settings) {
    char folder[200], path[260], text[1600], *token = daemon_token(&daemon_, "ana", NULL);
    snprintf(folder, sizeof folder, "%s/config", daemon_.folder);
    mkdir(folder, 0700);
    snprintf(folder, sizeof folder, "%s/config/porchlight", daemon_.folder);
    mkdir(folder, 0700);
    snprintf(path, sizeof path, "%s/ana.token", folder);
    put_file(path, token);
    snprintf(path, sizeof path, "%s/config", folder);
    snprintf(text, sizeof text,
        "[profile default]\nurl = %s\napi_key = %s\nuser = ana\ntoken_file = ana.token\n\n%s",
        daemon_.url, daemon_.api_key, settings);
    put_file(path, text);
    free(token);
}

static void starts(void) {
    char config_line[200], state_line[200];
    snprintf(config_line, sizeof config_line, "XDG_CONFIG_HOME=%s/config", daemon_.folder);
    snprintf(state_line, sizeof state_line, "XDG_STATE_HOME=%s/state", daemon_.folder);
    const char *const argv[] = {PORCHLIGHT, NULL};
    const char *const environment[] = {config_line, state_line, "TZ=UTC", "TERM=xterm-256color",
        "LC_ALL=C.UTF-8", "NO_COLOR", "PORCHLIGHT_URL", "PORCHLIGHT_USER", NULL};
    ana = terminal_run(argv, 120, 40, environment);
}

static void opens(void) {
    starts();
    SHOWS(ana, "LIVE", IN_TIME_MS);
    SHOWS(ana, "#hall", IN_TIME_MS);
}

static void quits(void) {
    terminal_send(ana, "Q");
    assert_int_equal(terminal_end(ana, IN_TIME_MS), 0);
}

static void commands(const char *command) {
    terminal_send(ana, ":");
    terminal_send(ana, command);
    terminal_send(ana, "\r");
}

static bool rang(struct terminal *terminal, void *context) {
    size_t len;
    const char *bytes = terminal_bytes(terminal, &len);
    (void)context;
    return memmem(bytes, len, "\a", 1) != NULL;
}

static int set_up(void **state) {
    static const char *const two[] = {"ana", "bo"};
    const struct pl_channel_options hall = {
        .size = sizeof hall, .name = "hall", .members = two, .member_count = 2};
    (void)state;
    daemon_make(&daemon_);
    daemon_start(&daemon_);
    comes(&bo, "ana"); /* only those who were there once can be members */
    goes(&bo);
    comes(&zoe, "zoe");
    goes(&zoe);
    comes(&bo, "bo");
    ends(&bo, pl_channel_get_or_create(
                  bo.client, "messaging", "hall", &hall, PL_WATCH | PL_PRESENCE, on_done, &bo));
    return 0;
}

static int tear_down(void **state) {
    (void)state;
    terminal_destroy(ana);
    ana = NULL;
    if (bo.client != NULL)
        goes(&bo);
    if (zoe.client != NULL)
        goes(&zoe);
    daemon_fini(&daemon_);
    return 0;
}

/* ---- what is held ---- */

static void who_is_watched_rings_and_runs_a_command(void **state) {
    char settings[600], script[200], told[200];
    (void)state;
    snprintf(script, sizeof script, "%s/tell", daemon_.folder);
    snprintf(told, sizeof told, "%s/told", daemon_.folder);
    put_file(script, "#!/bin/sh\nprintf '%s' \"$2\" >\"$1.new\" && mv \"$1.new\" \"$1\"\n");
    chmod(script, 0700);
    snprintf(settings, sizeof settings, "[alerts]\nnotify = osc777\nnotify_command = %s %s\n",
        script, told);
    configures(settings);
    opens();
    SHOWS(ana, "bo", IN_TIME_MS);
    commands("watch bo");
    SHOWS(ana, "the next time bo comes or goes", IN_TIME_MS);
    commands("watch bo");
    SHOWS(ana, "whenever bo comes or goes", IN_TIME_MS);
    SHOWS(ana, "WATCHED (w)", IN_TIME_MS);
    terminal_bytes_clear(ana);
    goes(&bo);
    SHOWS(ana, "bo went offline", IN_TIME_MS);
    SHOWS(ana, "[watched]", IN_TIME_MS);
    BECOMES(ana, rang, NULL, IN_TIME_MS);
    size_t len;
    const char *bytes = terminal_bytes(ana, &len);
    static const char notice[] = "\033]777;notify;porchlight;bo went offline\033\\";
    assert_non_null(memmem(bytes, len, notice, sizeof notice - 1));
    const int64_t end_ms = clock_mono_ms() + IN_TIME_MS;
    while (access(told, F_OK) != 0 && clock_mono_ms() < end_ms)
        terminal_quiet(ana, 20);
    FILE *file = fopen(told, "r");
    assert_non_null(file);
    char text[100] = "";
    text[fread(text, 1, sizeof text - 1, file)] = '\0';
    fclose(file);
    SAME_TEXT(text, "bo went offline");
    quits();
}

static void the_watch_outlives_the_program_and_reaches_who_shares_no_channel(void **state) {
    (void)state;
    configures("");
    opens();
    commands("watch nobody");
    SHOWS(ana, "There is no nobody here", IN_TIME_MS);
    commands("watch nobody");
    commands("watch nobody");
    commands("watch zoe");
    SHOWS(ana, "the next time zoe", IN_TIME_MS);
    quits();
    terminal_destroy(ana);
    opens();
    SHOWS(ana, "WATCHED (w)", IN_TIME_MS);
    SHOWS(ana, "zoe", IN_TIME_MS);
    terminal_send(ana, "W");
    SHOWS(ana, "w changes", IN_TIME_MS);
    LOSES(ana, "◌ zoe", IN_TIME_MS); /* they are listened to */
    terminal_send(ana, "\x1b");
    LOSES(ana, "w changes", IN_TIME_MS);
    comes(&zoe, "zoe");
    SHOWS(ana, "zoe came online", IN_TIME_MS);
    LOSES(ana, "WATCHED (w)", IN_TIME_MS); /* that was the next time */
    quits();
}

static void hidden_for_a_while_is_seen_again(void **state) {
    (void)state;
    configures("");
    opens();
    bo_sees_ana(true);
    commands("invisible-for 3s");
    SHOWS(ana, "INVISIBLE", IN_TIME_MS);
    bo_sees_ana(false);
    commands("as-seen");
    SHOWS(ana, "As others get you: ana, offline", IN_TIME_MS);
    bo_sees_ana(true);
    SHOWS(ana, "you are visible again", IN_TIME_MS);
    LOSES(ana, "INVISIBLE", IN_TIME_MS);
    quits();
    assert_null(strstr(terminal_said(ana), "invisible"));
}

static void what_falls_due_while_away_is_done_at_the_next_start(void **state) {
    (void)state;
    configures("");
    opens();
    commands("invisible-for 2s");
    SHOWS(ana, "INVISIBLE", IN_TIME_MS);
    const int64_t due_ms = clock_mono_ms() + 2200;
    bo_sees_ana(false);
    quits();
    assert_non_null(strstr(terminal_said(ana), "you stay invisible past"));
    terminal_destroy(ana);
    ana = NULL;
    while (clock_mono_ms() < due_ms)
        turn(&bo);
    opens();
    SHOWS(ana, "your invisible time was over at", IN_TIME_MS);
    bo_sees_ana(true);
    quits();
}

static void a_status_ends_when_it_was_said_to(void **state) {
    (void)state;
    configures("");
    opens();
    commands("status at lunch for 2s");
    SHOWS(ana, "Your status is up, until", IN_TIME_MS);
    const pl_user *user = pl_client_find_user(bo.client, "ana");
    const int64_t end_ms = clock_mono_ms() + IN_TIME_MS;
    while (strcmp(pl_user_status(user), "at lunch") != 0 && clock_mono_ms() < end_ms)
        turn(&bo);
    SAME_TEXT(pl_user_status(user), "at lunch");
    while (strcmp(pl_user_status(user), "") != 0 && clock_mono_ms() < end_ms)
        turn(&bo);
    SAME_TEXT(pl_user_status(user), "");
    SHOWS(ana, "your status has ended", IN_TIME_MS);
    quits();
}

static void history_is_kept_when_asked_for_and_wiped_when_asked_for(void **state) {
    (void)state;
    char path[200];
    struct stat status;
    snprintf(path, sizeof path, "%s/state/porchlight/default.history", daemon_.folder);
    configures("");
    opens();
    SHOWS(ana, "bo", IN_TIME_MS);
    quits();
    assert_int_not_equal(stat(path, &status), 0); /* nobody asked */
    terminal_destroy(ana);
    configures("[ui]\nhistory = 7d\n");
    opens();
    goes(&bo);
    SHOWS(ana, "bo went offline", IN_TIME_MS);
    quits();
    assert_int_equal(stat(path, &status), 0);
    assert_int_equal(status.st_mode & 0777, 0600);
    terminal_destroy(ana);
    opens();
    SHOWS(ana, "bo", IN_TIME_MS);
    terminal_send(ana, "2j");
    SHOWS(ana, "(bo)", IN_TIME_MS);
    SHOWS(ana, "LAST CHANGES", IN_TIME_MS);
    commands("history wipe");
    SHOWS(ana, "What was observed is forgotten", IN_TIME_MS);
    LOSES(ana, "LAST CHANGES", IN_TIME_MS);
    assert_int_equal(stat(path, &status), 0);
    assert_int_equal(status.st_size, 0);
    quits();
}

static void a_rule_of_the_configuration_is_told(void **state) {
    (void)state;
    configures(
        "[alerts]\ngroups = team: bo zoe\nrules = #hall drops below 2; 1 of @team is home\n");
    opens();
    SHOWS(ana, "2/2", IN_TIME_MS);
    goes(&bo);
    SHOWS(ana, "#hall dropped below 2: 1 home", IN_TIME_MS);
    quits();
}

static void a_rule_that_is_none_is_said(void **state) {
    (void)state;
    configures("[alerts]\nrules = when pigs fly\n");
    starts();
    assert_int_equal(terminal_end(ana, IN_TIME_MS), 2);
    assert_non_null(strstr(terminal_said(ana), "config:8: rules: a rule is"));
    terminal_destroy(ana);
    configures("");
    opens();
    configures("[alerts]\nrules = when pigs fly\n");
    SHOWS(ana, "config:8: rules: a rule is", IN_TIME_MS);
    quits();
}

/* "bo   watching" in the members. */
static bool bo_is(struct terminal *terminal, void *context) {
    for (int row = 0; row < 40; row++) {
        const char *name = strstr(terminal_row(terminal, row), " bo  ");
        const char *word = name != NULL ? name + strspn(name + 3, " ") + 3 : "";
        if (strncmp(word, context, strlen(context)) == 0)
            return true;
    }
    return false;
}

static void who_watches_the_channel_is_said(void **state) {
    static char watching[] = "watching ", online[] = "online ";
    (void)state;
    configures("");
    opens();
    BECOMES(ana, bo_is, watching, IN_TIME_MS); /* bo was there first: ana asked */
    pl_channel *hall = pl_client_find_channel(bo.client, "messaging:hall");
    ends(&bo, pl_channel_stop_watching(hall, on_done, &bo));
    BECOMES(ana, bo_is, online, IN_TIME_MS);
    ends(&bo, pl_channel_watch(hall, PL_PRESENCE, on_done, &bo));
    BECOMES(ana, bo_is, watching, IN_TIME_MS);
    terminal_send(ana, "2g");
    SHOWS(ana, "online, watching", IN_TIME_MS);
    SHOWS(ana, "  #hall since ", IN_TIME_MS);
    quits();
}

static void what_i_was_writing_is_there_at_the_next_start(void **state) {
    (void)state;
    char path[200], text[4000] = "";
    struct stat status;
    configures("");
    opens();
    terminal_send(ana, "1\r");
    SHOWS(ana, "Conversation #hall", IN_TIME_MS);
    terminal_send(ana, "chalf a\nthought");
    SHOWS(ana, "thought", IN_TIME_MS);
    terminal_send(ana, "\x03");
    assert_int_equal(terminal_end(ana, IN_TIME_MS), 0);
    terminal_destroy(ana);
    snprintf(path, sizeof path, "%s/state/porchlight/default.state", daemon_.folder);
    assert_int_equal(stat(path, &status), 0);
    assert_int_equal(status.st_mode & 0777, 0600);
    snprintf(path, sizeof path, "%s/config/porchlight/config", daemon_.folder);
    FILE *config = fopen(path, "r");
    assert_non_null(config);
    assert_true(fread(text, 1, sizeof text - 1, config) > 0);
    fclose(config);
    assert_null(strstr(text, "thought"));
    opens();
    terminal_send(ana, "1\r");
    SHOWS(ana, "draft: c goes on", IN_TIME_MS);
    SHOWS(ana, "half a", IN_TIME_MS);
    terminal_send(ana, "c, whole\r");
    SHOWS(ana, "thought, whole", IN_TIME_MS);
    LOSES(ana, "sending", IN_TIME_MS);
    terminal_send(ana, "\x03");
    assert_int_equal(terminal_end(ana, IN_TIME_MS), 0);
}

#define HOME_CASE(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)

int main(void) {
    const struct CMUnitTest cases[] = {
        HOME_CASE(who_is_watched_rings_and_runs_a_command),
        HOME_CASE(the_watch_outlives_the_program_and_reaches_who_shares_no_channel),
        HOME_CASE(who_watches_the_channel_is_said),
        HOME_CASE(what_i_was_writing_is_there_at_the_next_start),
        HOME_CASE(hidden_for_a_while_is_seen_again),
        HOME_CASE(what_falls_due_while_away_is_done_at_the_next_start),
        HOME_CASE(a_status_ends_when_it_was_said_to),
        HOME_CASE(history_is_kept_when_asked_for_and_wiped_when_asked_for),
        HOME_CASE(a_rule_of_the_configuration_is_told),
        HOME_CASE(a_rule_that_is_none_is_said),
    };
    return RUN_CASES("pty-home", cases);
}
