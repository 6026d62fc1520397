/* SPDX-License-Identifier: MIT */
/*
 * Order of life: folder, seed, server (a thread), cast (a thread). Order of death: the other way
 * round, so that nobody talks to what is gone; and the folder goes last, on every path.
 */
#include "demo/demo.h"

#include "base/clock.h"
#include "demo/cast.h"
#include "demo/past.h"
#include "demo/people.h"
#include "demo/seed.h"
#include "server/server.h"
#include "server/token.h"

#include <errno.h>
#include <ftw.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct demo {
    char folder[256]; /* "": not made */
    char api_key[33], secret[65];
    struct server *server;
    pthread_t server_thread;
    bool serving;
    struct cast *cast;
    char *token;
};

enum { SEED = 20261124 };

static int remove_one(const char *path, const struct stat *st, int kind, struct FTW *walk) {
    (void)st;
    (void)kind;
    (void)walk;
    return remove(path);
}

static void stop(struct demo *demo) {
    if (demo == NULL)
        return;
    cast_stop(demo->cast);
    if (demo->serving) {
        server_stop(demo->server);
        pthread_join(demo->server_thread, NULL);
    }
    server_destroy(demo->server);
    if (demo->folder[0] != '\0')
        nftw(demo->folder, remove_one, 8, FTW_DEPTH | FTW_PHYS);
    free(demo->token);
    explicit_bzero(demo->secret, sizeof demo->secret);
    free(demo);
}

static int make_folder(struct demo *demo, char *why, size_t why_size) {
    const char *parent = getenv("TMPDIR");
    if (parent == NULL || parent[0] != '/')
        parent = "/tmp";
    char folder[sizeof demo->folder];
    if (snprintf(folder, sizeof folder, "%s/porchlight-demo-XXXXXX", parent) >=
        (int)sizeof folder) {
        snprintf(why, why_size, "TMPDIR is too long for the demo's folder");
        return -ENAMETOOLONG;
    }
    if (mkdtemp(folder) == NULL) {
        const int fault = -errno;
        snprintf(why, why_size, "%s: cannot make the demo's folder: %s", folder, strerror(errno));
        return fault;
    }
    memcpy(demo->folder, folder, sizeof folder);
    const int made = server_init_folder(folder, demo->api_key, demo->secret, why, why_size);
    return made > 0 ? -EEXIST : made;
}

static int seed(struct demo *demo, char *why, size_t why_size) {
    char database[sizeof demo->folder + 32];
    snprintf(database, sizeof database, "%s/porchlight.db", demo->folder);
    return seed_world(database, clock_unix_us(), why, why_size);
}

static void *serve(void *context) {
    struct demo *demo = context;
    server_run(demo->server);
    return NULL;
}

static int start_server(struct demo *demo, char *why, size_t why_size) {
    const struct server_options options = {
        .folder = demo->folder, .listen = "127.0.0.1:0", .linger_ms = 1000};
    int fault = server_create(&demo->server, &options, why, why_size);
    if (fault < 0)
        return fault;
    fault = -pthread_create(&demo->server_thread, NULL, serve, demo);
    if (fault < 0)
        snprintf(why, why_size, "no thread for the demo's server: %s", strerror(-fault));
    demo->serving = fault == 0;
    return fault;
}

static char *token_of(const char *user_id, void *context) {
    const struct demo *demo = context;
    struct token token = {0};
    snprintf(token.user_id, sizeof token.user_id, "%s", user_id);
    return token_make(&token, demo->secret, strlen(demo->secret));
}

static int start_cast(struct demo *demo, uint64_t seed, char *why, size_t why_size) {
    const char *reason = "";
    const struct cast_options options = {.url = server_url(demo->server),
        .api_key = demo->api_key,
        .token = token_of,
        .context = demo,
        .seed = seed != 0 ? seed : SEED};
    const int fault = cast_start(&demo->cast, &options, &reason);
    if (fault < 0)
        snprintf(why, why_size, "%s", reason);
    return fault;
}

static int start(
    struct demo **out, struct demo_login *login, uint64_t chance, char *why, size_t why_size) {
    struct demo *demo = calloc(1, sizeof *demo);
    int fault = -ENOMEM;
    snprintf(why, why_size, "out of memory");
    if (demo != NULL)
        fault = make_folder(demo, why, why_size);
    if (fault == 0)
        fault = seed(demo, why, why_size);
    if (fault == 0)
        fault = start_server(demo, why, why_size);
    if (fault == 0 && (demo->token = token_of(DEMO_ME, demo)) == NULL)
        fault = -ENOMEM;
    if (fault == 0)
        fault = start_cast(demo, chance, why, why_size);
    if (fault < 0) {
        stop(demo);
        return fault;
    }
    *login = (struct demo_login){.url = server_url(demo->server),
        .api_key = demo->api_key,
        .user = DEMO_ME,
        .token = demo->token};
    *out = demo;
    return 0;
}

static void past(uint64_t chance, int64_t now_ms, demo_turn_fn tell, void *context) {
    past_tell(chance != 0 ? chance : SEED, now_ms, tell, context);
}

__attribute__((visibility("default"))) extern const struct demo_module porchlight_demo;
const struct demo_module porchlight_demo = {
    .version = DEMO_MODULE_VERSION, .start = start, .stop = stop, .past = past};
