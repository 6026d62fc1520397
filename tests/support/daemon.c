/* SPDX-License-Identifier: MIT */
/* PORCHLIGHTD: the path of the program, from the build. */
#include "support/daemon.h"

#include "support/case.h"

#include <ftw.h>
#include <signal.h>
#include <unistd.h>

enum { IN_TIME_MS = 20 * 1000 };

static int remove_one(const char *path, const struct stat *st, int kind, struct FTW *walk) {
    (void)st;
    (void)kind;
    (void)walk;
    return remove(path);
}

/* Run porchlightd to its end and give what it printed, which is the caller's. */
static char *output_of(const char *const *argv) {
    struct program program = {0};
    program_start(&program, argv, NULL, NULL);
    const int code = program_end(&program, IN_TIME_MS);
    if (code != 0)
        fail_msg("%s %s ended with %d: %s", argv[0], argv[1], code, bytes_text(&program.err));
    char *text = strdup(bytes_text(&program.out));
    program_fini(&program);
    assert_non_null(text);
    return text;
}

void daemon_make(struct daemon *to) {
    *to = (struct daemon){.folder = "/tmp/porchlight-test-XXXXXX"};
    assert_non_null(mkdtemp(to->folder));
    snprintf(to->data, sizeof to->data, "%s/data", to->folder);
    char *said = output_of((const char *[]){PORCHLIGHTD, "init", to->data, NULL});
    const char *key = strstr(said, "api_key: ");
    assert_non_null(key);
    snprintf(to->api_key, sizeof to->api_key, "%s", key + strlen("api_key: "));
    to->api_key[strcspn(to->api_key, "\n")] = '\0';
    free(said);
}

void daemon_start(struct daemon *daemon) {
    daemon_start_with(daemon, NULL);
}

void daemon_start_with(struct daemon *daemon, const char *const *environment) {
    const char *listen = daemon->url[0] != '\0' ? daemon->url + strlen("http://") : "127.0.0.1:0";
    const char *const argv[] = {PORCHLIGHTD, "--data", daemon->data, "--listen", listen, NULL};
    const char ready[] = "porchlightd: listening on ";
    program_start(&daemon->program, argv, NULL, environment);
    if (!program_prints(&daemon->program, "\n", IN_TIME_MS))
        fail_msg("porchlightd is not ready: %s", bytes_text(&daemon->program.err));
    const char *line = bytes_text(&daemon->program.out);
    assert_memory_equal(line, ready, sizeof ready - 1);
    snprintf(daemon->url, sizeof daemon->url, "%s", line + sizeof ready - 1);
    daemon->url[strcspn(daemon->url, "\n")] = '\0';
}

int daemon_stop(struct daemon *daemon, int signal) {
    program_signal(&daemon->program, signal);
    return program_end(&daemon->program, IN_TIME_MS);
}

char *daemon_token(struct daemon *daemon, const char *user, const char *expires) {
    const char *argv[] = {PORCHLIGHTD, "token", user, "--data", daemon->data, NULL, NULL, NULL};
    if (expires != NULL) {
        argv[5] = "--expires";
        argv[6] = expires;
    }
    char *token = output_of(argv);
    token[strcspn(token, "\n")] = '\0';
    return token;
}

void daemon_fini(struct daemon *daemon) {
    program_fini(&daemon->program);
    if (daemon->folder[0] != '\0')
        nftw(daemon->folder, remove_one, 8, FTW_DEPTH | FTW_PHYS);
    *daemon = (struct daemon){0};
}
