/* SPDX-License-Identifier: MIT */
/*
 * Who serves a folder holds its lock, so trying to serve it tells whether somebody does. Only then
 * is the noted URL believed: that of a server which was killed may be anybody's port by now, and
 * what is sent there is a key to everything.
 *
 * Our own server is not listed: it goes as soon as we have our answer, and another operator had
 * better wait for the lock than be cut off.
 *
 * A token of the second to come is not older than a revocation of this one.
 */
#include "server/reach.h"
#include "base/clock.h"
#include "server/ask_curl.h"
#include "server/folder.h"
#include "server/plain.h"
#include "server/server.h"
#include "server/token.h"

#include <errno.h>
#include <pthread.h>
#include <pwd.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { TOKEN_LIFE_S = 60, PATIENCE_MS = 10 * 1000, STEP_MS = 50, CERTIFICATE_MOST = 64 * 1024 };

struct reach {
    char url[256];
    const struct app *app;
    char *certificate; /* owned; NULL: no TLS */
    unsigned answers;
    char *why;
    size_t why_size;
};

/* ---- calls ---- */

int reach_refuse(struct reach *reach, const char *form, ...) {
    va_list args;
    va_start(args, form);
    vsnprintf(reach->why, reach->why_size, form, args);
    va_end(args);
    return 1;
}

static char *make_token(const struct app *app) {
    int64_t now_s = clock_unix_us() / 1000000 + 1;
    const struct token token = {
        .server = true, .iat_unix_s = now_s, .exp_unix_s = now_s + TOKEN_LIFE_S};
    return token_make(&token, app->secret, strlen(app->secret));
}

/* What the server answered, taken apart. */
static int read_answer(struct reach *reach, long status, const struct bytes *answer, json **reply) {
    json *read = NULL;
    int rc = json_parse(&read, bytes_text(answer), answer->len, &json_limits_reply, NULL);
    if (rc < 0)
        return rc;
    reach->answers++;
    if (rc == 0 && status >= 200 && status < 300) {
        *reply = read;
        return 0;
    }
    struct bytes said = BYTES_EMPTY;
    if (json_text_at(read, "message") != NULL)
        plain_cell(&said, json_text_at(read, "message"));
    rc = said.len > 0 ? reach_refuse(reach, "%s", bytes_text(&said))
                      : reach_refuse(reach, "the server answered with %ld", status);
    bytes_fini(&said);
    json_free(read);
    return rc;
}

static int send(struct reach *reach, struct ask *what, json **reply) {
    struct bytes answer = BYTES_EMPTY;
    long status = 0;
    char *token = make_token(reach->app);
    what->token = token;
    what->certificate = reach->certificate;
    int rc = token != NULL ? ask(what, &status, &answer, reach->why, reach->why_size) : -ENOMEM;
    if (rc == 0)
        rc = read_answer(reach, status, &answer, reply);
    if (token != NULL)
        explicit_bzero(token, strlen(token));
    free(token);
    bytes_fini(&answer);
    return rc;
}

int reach_call(struct reach *reach, const char *method, const char *path, const char *query,
    const json *body, json **reply) {
    struct bytes url = BYTES_EMPTY;
    char *text = body != NULL ? json_to_text(body) : NULL;
    bytes_printf(&url, "%s%s?api_key=", reach->url, path);
    ask_escape(&url, reach->app->api_key);
    bytes_printf(&url, "%s%s", query[0] != '\0' ? "&" : "", query);
    snprintf(reach->why, reach->why_size, "out of memory");
    int rc = bytes_failed(&url) || (body != NULL && text == NULL) ? -ENOMEM : 0;
    if (rc == 0)
        rc = send(
            reach, &(struct ask){.method = method, .url = bytes_text(&url), .body = text}, reply);
    free(text);
    bytes_fini(&url);
    return rc;
}

/* ---- the certificate ---- */

/* The first of a file, which is the server's own; what follows are those who vouch for it, and
 * may have vouched for others. */
static char *first_certificate(const char *path) {
    static const char begin[] = "-----BEGIN CERTIFICATE-----", end[] = "-----END CERTIFICATE-----";
    FILE *file = fopen(path, "re");
    char *text = calloc(1, CERTIFICATE_MOST), *found = NULL;
    if (file != NULL && text != NULL && fread(text, 1, CERTIFICATE_MOST - 1, file) > 0) {
        const char *from = strstr(text, begin), *to = from != NULL ? strstr(from, end) : NULL;
        if (to != NULL && asprintf(&found, "%.*s%s\n", (int)(to - from), from, end) < 0)
            found = NULL;
    }
    if (file != NULL)
        fclose(file);
    free(text);
    return found;
}

static int find_certificate(struct reach *reach, const char *path) {
    struct config config;
    if (strncmp(reach->url, "https://", 8) != 0)
        return 0;
    int rc = config_init(&config);
    if (rc == 0)
        rc = config_load(&config, path, reach->why, reach->why_size);
    if (rc == 0 && config.tls_cert != NULL)
        reach->certificate = first_certificate(config.tls_cert);
    if (rc == 0 && reach->certificate == NULL) {
        snprintf(reach->why, reach->why_size,
            "%s speaks TLS, and %s names no certificate that can be read", reach->url, path);
        rc = -EINVAL;
    }
    config_fini(&config);
    return rc > 0 ? -EINVAL : rc;
}

/* ---- who serves ---- */

struct trip {
    struct reach reach;
    const char *data, *config_path;
    reach_errand *errand;
    void *context;
    struct server *server; /* our own, or NULL */
    int rc;
};

static void go(struct trip *trip) {
    free(trip->reach.certificate);
    trip->reach.certificate = NULL;
    trip->rc = find_certificate(&trip->reach, trip->config_path);
    if (trip->rc == 0)
        trip->rc = trip->errand(&trip->reach, trip->context);
}

static void *go_and_stop(void *context) {
    struct trip *trip = context;
    go(trip);
    server_stop(trip->server);
    return NULL;
}

/* Our own server runs here, and what asks it on a thread of its own. */
static int go_to_own(struct trip *trip) {
    pthread_t thread;
    snprintf(trip->reach.url, sizeof trip->reach.url, "%s", server_url(trip->server));
    int rc = -pthread_create(&thread, NULL, go_and_stop, trip);
    if (rc != 0) {
        snprintf(trip->reach.why, trip->reach.why_size, "no thread can be started");
        server_destroy(trip->server);
        return rc;
    }
    rc = server_run(trip->server);
    pthread_join(thread, NULL);
    server_destroy(trip->server);
    return rc != 0 ? rc : trip->rc;
}

/* -EAGAIN: nobody is there any more, or not yet. */
static int go_once(struct trip *trip, const struct server_options *options) {
    int rc = server_create(&trip->server, options, trip->reach.why, trip->reach.why_size);
    if (rc == 0)
        return go_to_own(trip);
    if (rc != -EBUSY)
        return rc;
    rc = folder_read_url(trip->data, trip->reach.url, sizeof trip->reach.url);
    if (rc == -ENOENT)
        return -EAGAIN;
    if (rc != 0) {
        snprintf(trip->reach.why, trip->reach.why_size, "%s/url cannot be read: %s", trip->data,
            strerror(-rc));
        return rc;
    }
    go(trip);
    return trip->rc == -ECONNREFUSED && trip->reach.answers == 0 ? -EAGAIN : trip->rc;
}

static int go_patiently(struct trip *trip, const struct server_options *options) {
    const struct timespec step = {.tv_nsec = STEP_MS * 1000000L};
    int64_t until_us = clock_mono_us() + PATIENCE_MS * INT64_C(1000);
    int rc;
    while ((rc = go_once(trip, options)) == -EAGAIN && clock_mono_us() < until_us)
        nanosleep(&step, NULL);
    if (rc == -EAGAIN)
        snprintf(trip->reach.why, trip->reach.why_size,
            "another porchlightd has %s, and does not answer", trip->data);
    return rc;
}

/* What another makes in a folder (its lock, a log) keeps its own server out of it: root too is
 * asked to be who owns it. */
static int check_owner(const struct folder *folder, char *why, size_t why_size) {
    struct stat found;
    if (stat(folder->database_path, &found) != 0 || found.st_uid == geteuid())
        return 0;
    const struct passwd *owner = getpwuid(found.st_uid);
    snprintf(why, why_size, "%s is not yours; run this as %s, whose it is", folder->database_path,
        owner != NULL ? owner->pw_name : "that user");
    return -EPERM;
}

int reach_run(const char *data, const char *config, reach_errand *errand, void *context, char *why,
    size_t why_size) {
    struct folder folder;
    int rc = folder_open(&folder, data, FOLDER_LOOK, why, why_size);
    if (rc != 0)
        return rc;
    struct trip trip = {.reach = {.app = &folder.app, .why = why, .why_size = why_size},
        .data = data,
        .config_path = config != NULL ? config : folder.config_path,
        .errand = errand,
        .context = context};
    const struct server_options options = {
        .folder = data, .config = config, .listen = "127.0.0.1:0", .linger_ms = -1};
    rc = check_owner(&folder, why, why_size);
    if (rc == 0)
        rc = go_patiently(&trip, &options);
    free(trip.reach.certificate);
    folder_fini(&folder);
    return rc;
}
