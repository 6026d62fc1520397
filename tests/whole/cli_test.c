/* SPDX-License-Identifier: MIT */
/*
 * The real porchlight against a real porchlightd: every command as a person or a script uses it,
 * what it prints, and the code it ends with. PORCHLIGHT: the path of the program, from the build.
 */
#include "base/clock.h"
#include "support/case.h"
#include "support/daemon.h"

#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

enum { IN_TIME_MS = 20 * 1000, ARGUMENTS = 24 };

static struct daemon daemon_;
static struct program ran; /* the command that ended last */

static const char *beside(const char *name) {
    static char paths[4][128];
    static int next;
    char *path = paths[next++ % 4];
    snprintf(path, sizeof paths[0], "%s/%s", daemon_.folder, name);
    return path;
}

/* Start a command line, cut at its spaces. Its HOME is the case's folder; %URL and %KEY stand for
 * the daemon's. */
static void starts_with(
    struct program *program, const char *line, const char *input, const char *const *environment) {
    char copy[512];
    const char *argv[ARGUMENTS] = {PORCHLIGHT};
    int argc = 1;
    snprintf(copy, sizeof copy, "%s", line);
    for (char *word = strtok(copy, " "); word != NULL; word = strtok(NULL, " ")) {
        assert_true(argc < ARGUMENTS - 1);
        argv[argc++] = strcmp(word, "%URL") == 0   ? daemon_.url
                       : strcmp(word, "%KEY") == 0 ? daemon_.api_key
                                                   : word;
    }
    program_start(program, argv, input, environment);
}

static void starts(struct program *program, const char *line) {
    starts_with(program, line, NULL, NULL);
}

static int runs_with(const char *line, const char *input, const char *const *environment) {
    starts_with(&ran, line, input, environment);
    return program_end(&ran, IN_TIME_MS);
}

static int runs(const char *line) {
    return runs_with(line, NULL, NULL);
}

/* The code it ended with, and if another, what it said. */
static void ends(const char *line, int code) {
    const int got = runs(line);
    if (got != code)
        fail_msg("porchlight %s: ended with %d, not %d; printed: %s; said: %s", line, got, code,
            bytes_text(&ran.out), bytes_text(&ran.err));
}

static void prints(const char *line, const char *wanted) {
    ends(line, 0);
    SAME_TEXT(bytes_text(&ran.out), wanted);
}

static void said(const char *part) {
    if (strstr(bytes_text(&ran.err), part) == NULL)
        fail_msg("it did not say '%s' but: %s", part, bytes_text(&ran.err));
}

static bool printed(const char *part) {
    return strstr(bytes_text(&ran.out), part) != NULL;
}

static void logs_in(const char *user) {
    char line[128], *token = daemon_token(&daemon_, user, NULL);
    snprintf(line, sizeof line, "login %%URL --api-key %%KEY --user %s --profile %s", user, user);
    if (runs_with(line, token, NULL) != 0)
        fail_msg("login of %s: %s", user, bytes_text(&ran.err));
    free(token);
}

/* Ask, which turns nobody's light on, until the answer is this. */
static void becomes(const char *user, const char *word, const char *by) {
    const int64_t until_ms = clock_mono_ms() + IN_TIME_MS;
    char line[128];
    snprintf(line, sizeof line, "is %s --profile %s", user, by);
    do {
        runs(line);
    } while (strncmp(bytes_text(&ran.out), word, strlen(word)) != 0 && clock_mono_ms() < until_ms);
    assert_memory_equal(bytes_text(&ran.out), word, strlen(word));
}

/* Make the server know them: they come, and go. */
static void comes_once(const char *user) {
    struct program watch = {0};
    char line[128];
    snprintf(line, sizeof line, "watch --profile %s", user);
    starts(&watch, line);
    becomes(user, "online", user);
    program_signal(&watch, SIGTERM);
    assert_int_equal(program_end(&watch, IN_TIME_MS), 0);
    program_fini(&watch);
}

static int set_up(void **state) {
    (void)state;
    daemon_make(&daemon_);
    setenv("HOME", daemon_.folder, 1);
    setenv("XDG_CONFIG_HOME", daemon_.folder, 1);
    unsetenv("PORCHLIGHT_URL");
    unsetenv("PORCHLIGHT_API_KEY");
    unsetenv("PORCHLIGHT_USER");
    unsetenv("PORCHLIGHT_TOKEN");
    unsetenv("PORCHLIGHT_TOKEN_FILE");
    daemon_start(&daemon_);
    return 0;
}

static int tidy(void **state) {
    (void)state;
    program_fini(&ran);
    daemon_fini(&daemon_);
    return 0;
}

/* Ana and Bo are known, and in messaging:hall, "Hall". */
static int set_up_hall(void **state) {
    set_up(state);
    logs_in("ana");
    logs_in("bo");
    comes_once("ana");
    comes_once("bo");
    prints("channel messaging:hall --add ana,bo --name Hall --profile ana", "messaging:hall\n");
    return 0;
}

static void login_keeps_a_profile_and_a_token_for_its_owner_alone(void **state) {
    (void)state;
    char *token = daemon_token(&daemon_, "ana", NULL);
    char *padded = NULL;
    assert_true(asprintf(&padded, "%s \t\r\nsecond line\n", token) > 0);
    assert_int_equal(runs_with("login %URL --api-key %KEY --user ana", padded, NULL), 0);
    SAME_TEXT(bytes_text(&ran.out), "");
    assert_null(strstr(bytes_text(&ran.err), token));
    struct stat st;
    assert_int_equal(stat(beside("porchlight/config"), &st), 0);
    assert_int_equal(st.st_mode & 0777, 0600);
    assert_int_equal(stat(beside("porchlight/default.token"), &st), 0);
    assert_int_equal(st.st_mode & 0777, 0600);
    prints("who", "");
    free(padded);
    free(token);
}

static void login_takes_a_token_from_a_file_or_a_command(void **state) {
    (void)state;
    char line[512], *token = daemon_token(&daemon_, "ana", NULL);
    FILE *file = fopen(beside("t"), "w");
    assert_non_null(file);
    fprintf(file, "%s\n", token);
    fclose(file);
    chmod(beside("t"), 0644);
    snprintf(
        line, sizeof line, "login %%URL --api-key %%KEY --user ana --token-file %s", beside("t"));
    ends(line, 0);
    said("others can read this token");
    FILE *script = fopen(beside("give"), "w");
    assert_non_null(script);
    fprintf(script, "#!/bin/sh\ncat %s\n", beside("t"));
    fclose(script);
    chmod(beside("give"), 0700);
    snprintf(line, sizeof line,
        "login %%URL --api-key %%KEY --user ana --profile cmd --token-command %s", beside("give"));
    ends(line, 0);
    assert_int_equal(access(beside("porchlight/cmd.token"), F_OK), -1);
    prints("who --profile cmd", "");
    unlink(beside("t"));
    ends("who --profile cmd", 2);
    prints("who", ""); /* its token was kept */
    free(token);
}

static void a_refused_login_writes_nothing(void **state) {
    (void)state;
    char *token = daemon_token(&daemon_, "ana", NULL);
    assert_int_equal(runs_with("login %URL --api-key wrong --user ana", token, NULL), 3);
    assert_int_equal(runs_with("login %URL --api-key %KEY --user bo", token, NULL), 3);
    assert_int_equal(runs_with("login %URL --api-key %KEY --user ana", "no.such.token\n", NULL), 3);
    assert_int_equal(runs_with("login %URL --api-key %KEY --user ana", "\n", NULL), 2);
    assert_int_equal(runs_with("login http://127.0.0.1:1 --api-key k --user ana", token, NULL), 1);
    said("cannot reach http://127.0.0.1:1");
    assert_int_equal(runs_with("login %URL --user ana", token, NULL), 2);
    assert_int_equal(runs_with("login", token, NULL), 2);
    assert_int_equal(access(beside("porchlight"), F_OK), -1);
    free(token);
}

static void an_expired_token_is_said_to_be_expired(void **state) {
    (void)state;
    char *token = daemon_token(&daemon_, "ana", "1s");
    char *variable = NULL;
    assert_true(asprintf(&variable, "PORCHLIGHT_TOKEN=%s", token) > 0);
    const char *const environment[] = {variable, NULL};
    /* At most three seconds: until the server says so. */
    int code = 0;
    for (int i = 0; i < 60 && code == 0; i++) {
        code = runs_with("who --url %URL --api-key %KEY --user ana", NULL, environment);
        if (code == 0)
            (void)case_readable(daemon_.program.err_fd, 50);
    }
    assert_int_equal(code, 3);
    said("`porchlight login` again");
    free(variable);
    free(token);
}

static void options_win_over_the_environment_and_that_over_the_profile(void **state) {
    (void)state;
    logs_in("bo");
    char *ana = daemon_token(&daemon_, "ana", NULL), *token = NULL, *url = NULL, *key = NULL;
    assert_true(asprintf(&token, "PORCHLIGHT_TOKEN=%s", ana) > 0);
    assert_true(asprintf(&url, "PORCHLIGHT_URL=%s", daemon_.url) > 0);
    assert_true(asprintf(&key, "PORCHLIGHT_API_KEY=%s", daemon_.api_key) > 0);
    const char *const all[] = {token, url, key, "PORCHLIGHT_USER=ana", NULL};
    assert_int_equal(runs_with("who", NULL, all), 0);
    assert_int_equal(runs_with("who --profile bo", NULL, all), 0);
    assert_int_equal(runs_with("--user bo who", NULL, all), 3); /* ana's token */
    assert_int_equal(runs_with("who --url http://127.0.0.1:1", NULL, all), 1);
    const char *const lost[] = {"PORCHLIGHT_URL=http://127.0.0.1:1", NULL};
    assert_int_equal(runs_with("who --profile bo", NULL, lost), 1);
    assert_int_equal(runs_with("--url %URL --profile bo who", NULL, lost), 0);
    free(ana);
    free(token);
    free(url);
    free(key);
}

static void without_configuration_the_commands_say_what_to_do(void **state) {
    (void)state;
    ends("who", 2);
    said("porchlight login");
    said("--demo");
    ends("is bo", 3);
    ends("who --profile nobody", 2);
    ends("--url %URL who", 2);
    ends("hwo", 2);
    said("did you mean 'who'?");
    ends("", 2);
    said("terminal");
    ends("--help", 0);
    ends("who --help", 0);
    ends("--version", 0);
    assert_memory_equal(bytes_text(&ran.out), "porchlight " PORCHLIGHT_VERSION "\n",
        strlen("porchlight " PORCHLIGHT_VERSION "\n"));
    assert_true(printed("\nlibporchlight " PORCHLIGHT_VERSION "\n"));
    assert_true(printed("\nprotocol: "));
    assert_true(printed("\ndemo: here\n"));
    assert_true(printed("\nncurses "));
}

static void a_server_that_is_not_there_is_said_with_its_url(void **state) {
    (void)state;
    logs_in("ana");
    daemon_stop(&daemon_, SIGTERM);
    const char *const lines[] = {"who --profile ana", "watch --profile ana",
        "wait bo --profile ana", "status --profile ana", "invisible on --profile ana",
        "channel messaging:x --profile ana"};
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
        ends(lines[i], 1);
        said("cannot reach http://127.0.0.1:");
    }
    ends("is bo --profile ana", 3);
}

static void who_is_a_line_a_member_and_reading_creates_nothing(void **state) {
    (void)state;
    const char *const words[] = {"hall", "Hall", "messaging:hall", ""};
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        char line[64];
        snprintf(line, sizeof line, "who %s --profile ana", words[i]);
        ends(line, 0);
        assert_memory_equal(bytes_text(&ran.out), "offline\tana\tana\t20", 18);
        assert_true(printed("\noffline\tbo\tbo\t20"));
    }
    prints("who hall --online --profile ana", "");
    ends("who --json hall --profile bo", 0);
    assert_memory_equal(bytes_text(&ran.out), "{", 1);
    assert_true(printed("\"id\":\"ana\""));
    for (int i = 0; i < 2; i++) { /* the second time it would be there, had the first made it */
        ends("who messaging:nowhere --profile ana", 1);
        said("unknown channel: messaging:nowhere");
        SAME_TEXT(bytes_text(&ran.out), "");
    }
    ends("watch messaging:nowhere --profile ana", 1);
}

static void asking_turns_nobodys_light_on(void **state) {
    (void)state;
    struct program watch = {0};
    starts(&watch, "watch hall --profile bo");
    becomes("bo", "online", "ana");
    ends("who hall --profile ana", 0);
    ends("status busy --profile ana", 0);
    ends("invisible --profile ana", 0);
    ends("is ana --profile ana", 1);
    ends("channel messaging:hall --profile ana", 0);
    logs_in("ana");
    /* The first thing that bo sees of ana is that she comes. */
    struct program ana = {0};
    starts(&ana, "watch --profile ana");
    assert_true(program_prints(&watch, "\tana\tonline\tbusy\n", IN_TIME_MS));
    assert_null(strstr(bytes_text(&watch.out), "\toffline\t"));
    program_signal(&ana, SIGINT);
    assert_int_equal(program_end(&ana, IN_TIME_MS), 0);
    assert_true(program_prints(&watch, "\tana\toffline\tbusy\n", IN_TIME_MS));
    program_signal(&watch, SIGTERM);
    assert_int_equal(program_end(&watch, IN_TIME_MS), 0);
    program_fini(&ana);
    program_fini(&watch);
}

static void watch_prints_each_change_and_with_json_the_event_itself(void **state) {
    (void)state;
    struct program text = {0}, json = {0}, bo = {0};
    starts(&text, "watch --profile ana");
    starts(&json, "watch messaging:hall --json --profile ana");
    becomes("ana", "online", "bo");
    starts(&bo, "watch --status here --profile bo");
    assert_true(program_prints(&text, "Z\tbo\tonline\there\n", IN_TIME_MS));
    assert_true(program_prints(&json, "\"bo\"", IN_TIME_MS));
    program_signal(&bo, SIGTERM);
    assert_true(program_prints(&text, "Z\tbo\toffline\there\n", IN_TIME_MS));
    assert_int_equal(program_end(&bo, IN_TIME_MS), 0);
    assert_true(program_prints(&json, "\"online\":false", IN_TIME_MS));
    program_signal(&json, SIGINT);
    program_signal(&text, SIGINT);
    assert_int_equal(program_end(&json, IN_TIME_MS), 0);
    assert_int_equal(program_end(&text, IN_TIME_MS), 0);
    char *rest = json.out.at;
    size_t lines = 0;
    for (char *line; (line = strsep(&rest, "\n")) != NULL && line[0] != '\0'; lines++)
        assert_non_null(strstr(line, "\"type\":\"user.presence.changed\""));
    assert_true(lines >= 2);
    program_fini(&bo);
    program_fini(&json);
    program_fini(&text);
}

static void watch_goes_on_after_the_server_was_away(void **state) {
    (void)state;
    struct program watch = {0}, bo = {0};
    starts(&watch, "watch --profile ana");
    becomes("ana", "online", "bo");
    assert_int_equal(daemon_stop(&daemon_, SIGTERM), 0);
    assert_true(program_says(&watch, "the link is lost", IN_TIME_MS));
    daemon_start(&daemon_);
    assert_true(program_says(&watch, "the link is back", 2 * IN_TIME_MS));
    starts(&bo, "watch --profile bo");
    assert_true(program_prints(&watch, "\tbo\tonline\t", IN_TIME_MS));
    program_signal(&watch, SIGTERM);
    assert_int_equal(program_end(&watch, IN_TIME_MS), 0);
    program_fini(&bo);
    program_fini(&watch);
}

static void is_and_wait_answer_with_their_own_codes(void **state) {
    (void)state;
    struct program bo = {0}, wait = {0};
    ends("is bo --profile ana", 1);
    SAME_TEXT(bytes_text(&ran.out), "offline\n");
    ends("is nobody --profile ana", 2);
    ends("is --profile ana", 3);
    ends("is bo --url http://127.0.0.1:1 --profile ana", 3);
    ends("wait nobody --profile ana", 1);
    ends("wait bo --offline --profile ana", 0);
    ends("wait bo --timeout 1s --profile ana", 4);
    starts(&wait, "wait bo --profile ana --timeout 1m");
    becomes("ana", "online", "bo");
    starts(&bo, "watch --profile bo");
    assert_int_equal(program_end(&wait, IN_TIME_MS), 0);
    prints("is bo --profile ana", "online\n");
    starts(&wait, "wait bo --offline --profile ana --timeout 1m");
    becomes("ana", "online", "bo");
    program_signal(&bo, SIGTERM);
    assert_int_equal(program_end(&wait, IN_TIME_MS), 0);
    program_fini(&wait);
    program_fini(&bo);
}

static void statusline_is_a_line_once_and_a_line_a_change(void **state) {
    (void)state;
    struct program line = {0}, bo = {0}, watch = {0};
    starts(&watch, "watch hall --profile bo");
    becomes("bo", "online", "ana");
    prints("statusline %o/%t,%u,%c,%v hall --profile ana", "1/2,0,Hall,visible\n");
    program_signal(&watch, SIGTERM);
    assert_int_equal(program_end(&watch, IN_TIME_MS), 0);
    assert_null(strstr(bytes_text(&watch.out), "\tana\t")); /* nobody's light went on */
    starts(&line, "statusline %o/%t,%l --follow --invisible --profile ana");
    assert_true(program_prints(&line, "/2,live\n", IN_TIME_MS));
    starts(&bo, "watch --profile bo");
    assert_true(program_prints(&line, "2/2,live\n", IN_TIME_MS)); /* I see myself */
    program_signal(&bo, SIGTERM);
    assert_int_equal(program_end(&bo, IN_TIME_MS), 0);
    assert_int_equal(daemon_stop(&daemon_, SIGTERM), 0);
    assert_true(program_prints(&line, "?/2,lost\n", IN_TIME_MS));
    program_signal(&line, SIGINT);
    assert_int_equal(program_end(&line, IN_TIME_MS), 0);
    ends("statusline %o --profile ana", 1);
    SAME_TEXT(bytes_text(&ran.out), "");
    ends("statusline %z --profile ana", 2);
    program_fini(&bo);
    program_fini(&watch);
    program_fini(&line);
}

static void invisible_holds_over_everything_until_it_is_turned_off(void **state) {
    (void)state;
    struct program bo = {0};
    prints("invisible --profile bo", "off\n");
    ends("invisible on --profile bo", 0);
    SAME_TEXT(bytes_text(&ran.out), "");
    prints("invisible --profile bo", "on\n");
    starts(&bo, "watch --profile bo");
    becomes("bo", "online", "bo"); /* to himself he is there */
    ends("is bo --profile ana", 1);
    assert_int_equal(daemon_stop(&daemon_, SIGTERM), 0);
    daemon_start(&daemon_);
    prints("invisible --profile bo", "on\n");
    assert_true(program_says(&bo, "the link is back", 2 * IN_TIME_MS));
    ends("is bo --profile ana", 1);
    ends("invisible off --profile bo", 0);
    prints("invisible --profile bo", "off\n");
    prints("is bo --profile ana", "online\n");
    program_signal(&bo, SIGTERM);
    program_end(&bo, IN_TIME_MS);
    starts(&bo, "--invisible watch --profile bo");
    becomes("bo", "online", "bo");
    ends("is bo --profile ana", 1);
    prints("invisible --profile bo", "on\n");
    program_fini(&bo);
}

static void status_is_set_printed_harmlessly_and_cleared(void **state) {
    (void)state;
    prints("status --profile bo", "");
    ends("status at\x1b[2Jlunch --profile bo", 0);
    prints("status --profile bo", "at\xef\xbf\xbd[2Jlunch\n");
    ends("who hall --profile ana", 0);
    assert_true(printed("\tat\xef\xbf\xbd[2Jlunch\n"));
    ends("status --clear --profile bo", 0);
    prints("status --profile bo", "");
}

static void channel_refuses_what_it_must(void **state) {
    (void)state;
    ends("channel hall --profile ana", 2);
    ends("channel messaging:new --add stranger --profile ana", 1);
    said("stranger");
    ends("who messaging:new --profile ana", 1);
    prints("channel messaging:private --profile ana", "messaging:private\n");
    ends("channel messaging:private --profile bo", 3);
    ends("who messaging:private --profile bo", 1);
    prints("channel messaging:private --add bo --profile ana", "messaging:private\n");
    ends("who messaging:private --profile bo", 0);
}

static size_t entries_of(const char *folder) {
    DIR *open = opendir(folder);
    assert_non_null(open);
    size_t count = 0;
    for (struct dirent *entry; (entry = readdir(open)) != NULL;)
        count += entry->d_name[0] != '.';
    closedir(open);
    return count;
}

static void the_demo_serves_a_command_and_leaves_nothing_behind(void **state) {
    (void)state;
    char *folder = NULL;
    assert_true(asprintf(&folder, "TMPDIR=%s", beside("tmp")) > 0);
    const char *const environment[] = {folder, NULL};
    assert_int_equal(mkdir(beside("tmp"), 0700), 0);
    assert_int_equal(runs_with("who --demo", NULL, environment), 0);
    assert_true(printed("\tada\tAda Lovelace\t"));
    assert_int_equal(runs_with("--demo is nobody", NULL, environment), 2);
    assert_int_equal(runs_with("--demo", NULL, environment), 2); /* no terminal */
    struct program watch = {0};
    starts_with(&watch, "watch --demo", NULL, environment);
    assert_true(program_prints(&watch, "line\t", 2 * IN_TIME_MS)); /* somebody comes or goes */
    program_signal(&watch, SIGTERM);
    assert_int_equal(program_end(&watch, IN_TIME_MS), 0);
    program_fini(&watch);
    assert_int_equal(entries_of(beside("tmp")), 0);
    free(folder);
}

/* Whether any process's command line holds this text. */
static bool stands_in_a_command_line(const char *text) {
    DIR *proc = opendir("/proc");
    assert_non_null(proc);
    bool found = false;
    for (struct dirent *entry; !found && (entry = readdir(proc)) != NULL;) {
        char path[300], line[8192];
        snprintf(path, sizeof path, "/proc/%s/cmdline", entry->d_name);
        const int fd = open(path, O_RDONLY);
        const ssize_t got = fd >= 0 ? read(fd, line, sizeof line) : 0;
        found = got > 0 && memmem(line, (size_t)got, text, strlen(text)) != NULL;
        if (fd >= 0)
            close(fd);
    }
    closedir(proc);
    return found;
}

static void a_token_stands_in_no_command_line_and_no_message(void **state) {
    (void)state;
    char *token = daemon_token(&daemon_, "ana", NULL), *variable = NULL;
    assert_true(asprintf(&variable, "PORCHLIGHT_TOKEN=%s", token) > 0);
    const char *const environment[] = {variable, NULL};
    struct program watch = {0};
    starts_with(&watch, "watch --url %URL --api-key %KEY --user ana", NULL, environment);
    becomes("ana", "online", "bo");
    assert_true(stands_in_a_command_line("--api-key"));
    assert_false(stands_in_a_command_line(token));
    program_signal(&watch, SIGTERM);
    assert_int_equal(program_end(&watch, IN_TIME_MS), 0);
    assert_null(strstr(bytes_text(&watch.err), token));
    program_fini(&watch);
    assert_int_equal(runs_with("who --url %URL --api-key wrong --user ana", NULL, environment), 3);
    assert_null(strstr(bytes_text(&ran.err), token));
    free(variable);
    free(token);
}

#define EMPTY(function) cmocka_unit_test_setup_teardown(function, set_up, tidy)
#define HALL(function) cmocka_unit_test_setup_teardown(function, set_up_hall, tidy)

int main(void) {
    const struct CMUnitTest cases[] = {
        EMPTY(login_keeps_a_profile_and_a_token_for_its_owner_alone),
        EMPTY(login_takes_a_token_from_a_file_or_a_command),
        EMPTY(a_refused_login_writes_nothing),
        EMPTY(an_expired_token_is_said_to_be_expired),
        EMPTY(options_win_over_the_environment_and_that_over_the_profile),
        EMPTY(without_configuration_the_commands_say_what_to_do),
        EMPTY(a_server_that_is_not_there_is_said_with_its_url),
        HALL(who_is_a_line_a_member_and_reading_creates_nothing),
        HALL(asking_turns_nobodys_light_on),
        HALL(watch_prints_each_change_and_with_json_the_event_itself),
        HALL(watch_goes_on_after_the_server_was_away),
        HALL(is_and_wait_answer_with_their_own_codes),
        HALL(statusline_is_a_line_once_and_a_line_a_change),
        HALL(invisible_holds_over_everything_until_it_is_turned_off),
        HALL(status_is_set_printed_harmlessly_and_cleared),
        HALL(channel_refuses_what_it_must),
        EMPTY(the_demo_serves_a_command_and_leaves_nothing_behind),
        HALL(a_token_stands_in_no_command_line_and_no_message),
    };
    return RUN_CASES("whole-cli", cases);
}
