/* SPDX-License-Identifier: MIT */
/* PORCHLIGHT, HURRY: the paths of the program, and of the library that asks in a hurry, which finds
 * the other in LIBRARY_FOLDER. */
#include "bench/street.h"

#include "support/case.h"

#include "base/clock.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { COLS = 120, ROWS = 40, QUIET_MS = 100, ALL_QUIET_MS = 1500 };

/* ---- the house ---- */

static void copy(const char *from, const char *folder, const char *under, const char *name) {
    char path[160];
    struct stat st;
    snprintf(path, sizeof path, "%s/%s", folder, under);
    mkdir(path, 0700);
    snprintf(path, sizeof path, "%s/%s/%s", folder, under, name);
    const int in = open(from, O_RDONLY | O_CLOEXEC);
    const int out = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0700);
    assert_true(in >= 0 && out >= 0 && fstat(in, &st) == 0);
    for (off_t left = st.st_size; left > 0;) {
        const ssize_t sent = sendfile(out, in, NULL, (size_t)left);
        assert_true(sent > 0);
        left -= sent;
    }
    close(in);
    close(out);
}

/* The program looks for its library from where it is. */
static void make_hurried(struct street *street) {
    snprintf(street->folder, sizeof street->folder, "%s/hurried", street->daemon.folder);
    mkdir(street->folder, 0700);
    copy(PORCHLIGHT, street->folder, "dashboard", "porchlight");
    copy(HURRY, street->folder, "client", "libporchlight.so.0");
}

static void unlimit(const struct street *street) {
    char path[120];
    snprintf(path, sizeof path, "%s/config.ini", street->daemon.data);
    FILE *config = fopen(path, "a");
    assert_non_null(config);
    fputs("rate_calls = 0\n", config);
    fclose(config);
}

static void furnish(struct street *street) {
    assert_int_equal(rest_call(&street->rest, "POST", "/users",
                         "{\"users\":{\"ana\":{\"id\":\"ana\",\"role\":\"admin\"}}}"),
        201);
    if (street->members == 0)
        return;
    rest_make_users(&street->rest, "u", street->members - 1);
    rest_make_channel(&street->rest, "hall", "ana", "u", street->members - 1);
    assert_int_equal(
        rest_call(&street->rest, "POST", "/channels/messaging/hall", "{\"add_members\":[\"ana\"]}"),
        201);
    while (street->token_count < STREET_TOKENS && street->token_count < street->members - 1) {
        char id[16];
        street_id(street->token_count, id);
        street->tokens[street->token_count++] = daemon_token(&street->daemon, id, NULL);
    }
}

void street_open(struct street *street, int members, bool hurried) {
    *street = (struct street){.members = members};
    daemon_make(&street->daemon);
    unlimit(street);
    daemon_start(&street->daemon);
    rest_begin(&street->rest, &street->daemon);
    street->port = atoi(strrchr(street->daemon.url, ':') + 1);
    char *token = daemon_token(&street->daemon, "ana", NULL);
    snprintf(street->token, sizeof street->token, "PORCHLIGHT_TOKEN=%s", token);
    snprintf(street->key, sizeof street->key, "PORCHLIGHT_API_KEY=%s", street->daemon.api_key);
    snprintf(street->home, sizeof street->home, "XDG_CONFIG_HOME=%s/config", street->daemon.folder);
    free(token);
    furnish(street);
    if (hurried)
        make_hurried(street);
}

void street_close(struct street *street) {
    rest_end(&street->rest);
    daemon_fini(&street->daemon);
    for (int i = 0; i < street->token_count; i++)
        free(street->tokens[i]);
}

/* ---- who looks ---- */

struct terminal *street_look(struct street *street, const char *url) {
    char program[160], state[120];
    snprintf(program, sizeof program, "%s/dashboard/porchlight", street->folder);
    snprintf(state, sizeof state, "XDG_STATE_HOME=%s/state", street->daemon.folder);
    snprintf(street->url, sizeof street->url, "PORCHLIGHT_URL=%s",
        url != NULL ? url : street->daemon.url);
    const char *const argv[] = {street->folder[0] != '\0' ? program : PORCHLIGHT, NULL};
    const char *const environment[] = {street->token, street->url, street->key, street->home, state,
        "PORCHLIGHT_USER=ana", "TERM=xterm-256color", "LC_ALL=C.UTF-8",
        "LD_LIBRARY_PATH=" LIBRARY_FOLDER, NULL};
    return terminal_run(argv, COLS, ROWS, environment);
}

/* The header counts who is not known, while there is anybody. */
static bool are_all_known(struct terminal *terminal, void *context) {
    (void)context;
    return strstr(terminal_row(terminal, 0), "\xe2\x97\x8c") == NULL;
}

void street_settle(const struct street *street, struct terminal *terminal) {
    char all[32];
    SHOWS(terminal, "LIVE", STREET_IN_TIME_MS);
    if (street->members > 0) {
        snprintf(all, sizeof all, "%d", street->members);
        SHOWS(terminal, "#hall", STREET_IN_TIME_MS);
        SHOWS(terminal, all, STREET_IN_TIME_MS);
        BECOMES(terminal, are_all_known, NULL, STREET_IN_TIME_MS);
    }
    /* What is on its way is told at least this often. */
    while (terminal_quiet(terminal, ALL_QUIET_MS) > 0)
        continue;
}

void street_id(int i, char to[16]) {
    snprintf(to, 16, "u%05d", i);
}

void street_come(struct street *street, struct raw *raw, int i) {
    char id[16];
    street_id(i % street->token_count, id);
    raw_come(
        raw, street->port, street->daemon.api_key, id, street->tokens[i % street->token_count]);
}

/* ---- what it costs ---- */

static bool read_text(char *to, size_t size, const char *path) {
    FILE *file = fopen(path, "re");
    if (file == NULL)
        return false;
    to[fread(to, 1, size - 1, file)] = '\0';
    fclose(file);
    return true;
}

int64_t cost_cpu_ns(pid_t pid) {
    clockid_t clock;
    struct timespec at;
    assert_int_equal(clock_getcpuclockid(pid, &clock), 0);
    assert_return_code(clock_gettime(clock, &at), 0);
    return (int64_t)at.tv_sec * 1000000000 + at.tv_nsec;
}

int64_t cost_wakes(pid_t pid) {
    static const char word[] = "\nvoluntary_ctxt_switches:";
    char path[320], text[4096];
    int64_t all = 0;
    snprintf(path, sizeof path, "/proc/%d/task", (int)pid);
    DIR *tasks = opendir(path);
    assert_non_null(tasks);
    for (const struct dirent *task; (task = readdir(tasks)) != NULL;) {
        snprintf(path, sizeof path, "/proc/%d/task/%s/status", (int)pid, task->d_name);
        if (task->d_name[0] == '.' || !read_text(text, sizeof text, path))
            continue;
        const char *at = strstr(text, word);
        all += at != NULL ? strtoll(at + strlen(word), NULL, 10) : 0;
    }
    closedir(tasks);
    return all;
}

int64_t cost_rss_kib(pid_t pid) {
    char path[64], text[4096];
    snprintf(path, sizeof path, "/proc/%d/status", (int)pid);
    assert_true(read_text(text, sizeof text, path));
    const char *at = strstr(text, "VmRSS:");
    assert_non_null(at);
    return strtoll(at + strlen("VmRSS:"), NULL, 10);
}
