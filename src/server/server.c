/* SPDX-License-Identifier: MIT */
/*
 * The house put together: settings, store, world, front, on one loop.
 *
 * Every way in (request, socket, timer, a batch on disk) is a turn: it reads both clocks once, and
 * what follows from it happens within it. What is due by time has one timer, set anew before the
 * loop sleeps.
 *
 * The end: 1012 to every socket; when the last is gone the loop is left, the store finishes what is
 * queued and is closed. Requests that still wait are answered on the way, or not at all.
 */
#include "server/server.h"
#include "base/clock.h"
#include "server/aside.h"
#include "server/call.h"
#include "server/folder.h"
#include "server/front.h"
#include "server/home.h"
#include "server/load.h"
#include "server/in_force.h"
#include "server/typing.h"
#include "server/unmute.h"
#include "server/welcome.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { DRAIN_MS = 2000, REFUSALS_A_MINUTE = 600 };

struct server {
    struct log log;
    struct in_force in_force;
    void (*tell)(void *context, enum server_state state);
    void *context;
    struct server_counts counts;
    struct log_budget refusals, failures;
    struct folder folder;
    uv_loop_t loop;
    uv_async_t stop, ring, reload;
    uv_timer_t timer;
    uv_prepare_t before_sleep;
    struct front *front;
    struct world world;
    struct call_house calls;
    bool has_loop;
};

/* ---- turns ---- */

static void begin_turn(struct server *server) {
    server->world.now = (struct moment){clock_mono_us(), clock_unix_us()};
}

static void on_request(
    void *owner, struct front_exchange *exchange, const struct http_request *request) {
    struct server *server = owner;
    begin_turn(server);
    server->calls.peer = front_exchange_peer(exchange);
    call_answer(&server->calls, exchange, request, server->world.now.mono_us);
}

static const char *first_given(const char *a, const char *b) {
    return a != NULL && a[0] != '\0' ? a : b;
}

static void note_connect(const struct server *server, const struct front_socket *socket,
    const struct connection *connection) {
    char user[LOG_QUOTED];
    log_line(&server->log, LOG_INFO, "connect connection=%s user=%s peer=%s", connection->id,
        log_quoted(user, connection->person->user.id), front_socket_peer(socket));
}

static void note_disconnect(const struct server *server, const struct front_socket *socket,
    const struct connection *connection, enum front_end end) {
    static const char *const ends[] = {[FRONT_GOODBYE] = "goodbye",
        [FRONT_LOST] = "lost",
        [FRONT_SILENT] = "silent",
        [FRONT_CUT] = "cut"};
    char user[LOG_QUOTED], reason[LOG_QUOTED];
    log_line(&server->log, LOG_INFO, "disconnect connection=%s user=%s end=%s code=%d reason=%s",
        connection->id, log_quoted(user, connection->person->user.id), ends[end],
        front_socket_code(socket), log_quoted(reason, front_socket_reason(socket)));
}

static void on_opened(
    void *owner, struct front_socket *socket, const struct http_request *request) {
    struct server *server = owner;
    begin_turn(server);
    struct welcome_words words = {
        .words = {.api_key = http_param(request, "api_key"),
            .auth_type = first_given(
                request->stream_auth_type, http_param(request, "stream-auth-type")),
            .token = first_given(request->authorization, http_param(request, "authorization"))},
        .json = http_param(request, "json"),
        .max_connections = (unsigned)server->in_force.now.max_connections_per_user,
        .refusals = &server->calls.refusals,
        .peer = front_socket_peer(socket)};
    int refused;
    const struct connection *connection = welcome(
        &server->world, socket, &words, &server->calls.keys, &refused);
    if (connection != NULL) {
        note_connect(server, socket, connection);
        return;
    }
    unsigned left_out;
    server->counts.refused_connects++;
    if (log_may_say(&server->refusals, server->world.now.mono_us, &left_out))
        log_line(&server->log, LOG_INFO, "connect-refused code=%d peer=%s left_out=%u", refused,
            front_socket_peer(socket), left_out);
}

static void on_message(void *owner, struct front_socket *socket, const char *text, size_t len) {
    struct server *server = owner;
    struct connection *connection = front_socket_owner(socket);
    begin_turn(server);
    if (connection != NULL)
        welcome_hear(&server->world, connection, text, len);
}

static void on_closed(void *owner, struct front_socket *socket, enum front_end end) {
    struct server *server = owner;
    struct connection *connection = front_socket_owner(socket);
    begin_turn(server);
    if (connection == NULL)
        return;
    note_disconnect(server, socket, connection, end);
    front_socket_set_owner(socket, NULL);
    typing_end_all(&server->world, connection);
    home_go(&server->world, connection,
        !server->counts.draining && (end == FRONT_LOST || end == FRONT_CUT));
}

static void on_aside(
    void *owner, struct front_exchange *exchange, const struct http_request *request) {
    const struct server *server = owner;
    aside_answer(&(struct aside){.world = &server->world,
                     .front = server->front,
                     .calls = &server->calls,
                     .counts = server->counts},
        exchange, request);
}

static const struct front_ears ears = {.request = on_request,
    .aside = on_aside,
    .opened = on_opened,
    .message = on_message,
    .closed = on_closed};

static void on_settled(void *owner, uint64_t number, const struct store_batch *batch, int status) {
    struct server *server = owner;
    unsigned left_out;
    if (status != 0 && log_may_say(&server->failures, server->world.now.mono_us, &left_out))
        log_line(&server->log, LOG_ERROR, "write-failed batch=%llu errno=%d left_out=%u",
            (unsigned long long)number, -status, left_out);
    change_settled(&server->world, number, batch, status);
}

/* On the store's thread. */
static void on_store_rings(void *owner) {
    struct server *server = owner;
    uv_async_send(&server->ring);
}

static void on_ring(uv_async_t *ring) {
    struct server *server = ring->data;
    if (server->world.store == NULL) /* rung by the close itself, and heard while handles close */
        return;
    begin_turn(server);
    store_pump(server->world.store);
}

static void on_timer(uv_timer_t *timer) {
    struct server *server = timer->data;
    if (server->world.store == NULL)
        return;
    begin_turn(server);
    welcome_tick(&server->world);
    typing_tick(&server->world);
    unmute_tick(&server->world);
    home_tick(&server->world);
}

static int64_t earlier(int64_t a, int64_t b) {
    return a < b ? a : b;
}

static void before_sleep(uv_prepare_t *prepare) {
    struct server *server = prepare->data;
    struct world *world = &server->world;
    if (server->counts.draining) {
        uv_timer_stop(&server->timer);
        return;
    }
    int64_t next = presence_next_mono_us(&world->house);
    next = earlier(next, guest_next_mono_us(&world->guests, world->now));
    next = earlier(next, typing_next_mono_us(world));
    next = earlier(next, unmute_next_mono_us(world));
    if (next == INT64_MAX) {
        uv_timer_stop(&server->timer);
        return;
    }
    int64_t left = next - clock_mono_us();
    uv_update_time(&server->loop);
    uv_timer_start(&server->timer, on_timer, left > 0 ? (uint64_t)(left + 999) / 1000 : 0, 0);
}

/* ---- the mouth ---- */

static void say(void *socket, struct frame *frame) {
    front_send(socket, frame);
}

static void hang_up(void *socket, uint16_t code, const char *reason) {
    front_close(socket, code, reason);
}

static void reply(void *exchange, int status, const char *headers, const char *body, size_t len) {
    front_reply(exchange, status, headers, body, len);
}

static void attach(void *socket, struct connection *connection) {
    front_socket_set_owner(socket, connection);
}

static const struct world_mouth mouth = {
    .send = say, .close = hang_up, .reply = reply, .attach = attach};

/* ---- the end ---- */

static void on_drained(void *owner) {
    struct server *server = owner;
    uv_stop(&server->loop);
}

static void on_stop(uv_async_t *stop) {
    struct server *server = stop->data;
    if (server->counts.draining)
        return;
    begin_turn(server);
    server->counts.draining = true;
    server->world.down = true;
    log_line(&server->log, LOG_INFO, "stopping");
    if (server->tell != NULL)
        server->tell(server->context, SERVER_STOPPING);
    front_drain(server->front, 1012, "restart", DRAIN_MS, on_drained);
}

/* ---- reading the settings again ---- */

/* The old certificate stays where the new one is no good. */
static bool use_certificate(struct server *server, struct config *read) {
    char why[512], quoted[1024];
    if (read->tls_cert == NULL || server->in_force.now.tls_cert == NULL)
        return true;
    if (front_use_certificate(server->front, read->tls_cert, read->tls_key, why, sizeof why) != 0) {
        log_line(&server->log, LOG_ERROR, "certificate-refused why=%s",
            log_quote(quoted, sizeof quoted, why));
        return false;
    }
    in_force_take_certificate(&server->in_force, read);
    return true;
}

/* Whoever can reach us can write one. */
static void take_dev_tokens(struct server *server) {
    server->calls.keys.dev_tokens = server->in_force.now.dev_tokens_anywhere ||
                                    front_is_private(server->front);
}

/* For all who come from now on. */
static void apply(struct server *server) {
    const struct config *now = &server->in_force.now;
    server->log.level = now->log_level;
    server->world.house.linger_us = now->linger_ms * 1000;
    server->world.listen_channel = (unsigned)now->listen_channel;
    server->calls.listen_users = (unsigned)now->listen_users;
    server->calls.rate.per_minute = (unsigned)now->rate_calls;
    front_set_most(
        server->front, (unsigned)now->max_connections, (unsigned)now->max_connections_per_address);
    take_dev_tokens(server);
}

static void note_fixed(const struct server *server, const struct config *read) {
    unsigned number = 0;
    for (const char *name; (name = in_force_next_fixed(&server->in_force, read, &number)) != NULL;)
        log_line(&server->log, LOG_WARNING, "config-needs-restart setting=%s", name);
}

static bool reload(struct server *server) {
    struct config read;
    char why[512], quoted[1024];
    int rc = in_force_read(&server->in_force, &read, why, sizeof why);
    if (rc == 0)
        rc = front_set_origins(server->front, read.allowed_origins);
    if (rc != 0) {
        log_line(&server->log, LOG_ERROR, "config-refused why=%s",
            log_quote(quoted, sizeof quoted, why));
        config_fini(&read);
        return false;
    }
    note_fixed(server, &read);
    const bool has_tls = server->in_force.now.tls_cert != NULL;
    const bool good = use_certificate(server, &read);
    in_force_take(&server->in_force, &read);
    apply(server);
    config_fini(&read);
    log_line(&server->log, LOG_INFO, "config-reloaded certificate=%s",
        !has_tls ? "none"
        : good   ? "new"
                 : "old");
    return good;
}

static void on_reload(uv_async_t *async) {
    struct server *server = async->data;
    if (server->counts.draining)
        return;
    begin_turn(server);
    if (server->tell != NULL)
        server->tell(server->context, SERVER_RELOADING);
    if (reload(server))
        server->counts.reloads++;
    else
        server->counts.reload_failures++;
    if (server->tell != NULL)
        server->tell(server->context, SERVER_READY);
}

/* ---- the house, room by room ---- */

static int load_config(
    struct server *server, const struct server_options *options, char *why, size_t why_size) {
    int rc = folder_open(&server->folder, options->folder, FOLDER_SERVE, why, why_size);
    const char *path = options->config != NULL ? options->config : server->folder.config_path;
    if (rc == 0)
        rc = in_force_init(
            &server->in_force, path, options->listen, options->linger_ms, why, why_size);
    if (rc == 0)
        server->log.level = server->in_force.now.log_level;
    server->tell = options->tell;
    server->context = options->context;
    return rc;
}

static int open_loop(struct server *server) {
    int rc = uv_loop_init(&server->loop);
    if (rc != 0)
        return rc;
    server->has_loop = true;
    server->stop.data = server->ring.data = server->reload.data = server;
    server->timer.data = server->before_sleep.data = server;
    uv_timer_init(&server->loop, &server->timer);
    uv_prepare_init(&server->loop, &server->before_sleep);
    uv_prepare_start(&server->before_sleep, before_sleep);
    uv_unref((uv_handle_t *)&server->before_sleep);
    rc = uv_async_init(&server->loop, &server->stop, on_stop);
    if (rc == 0)
        rc = uv_async_init(&server->loop, &server->ring, on_ring);
    if (rc == 0)
        rc = uv_async_init(&server->loop, &server->reload, on_reload);
    return rc;
}

static int open_store(struct server *server, char *why, size_t why_size) {
    const char *said = "";
    const struct store_options options = {.path = server->folder.database_path,
        .settled = on_settled,
        .ring = on_store_rings,
        .owner = server};
    int rc = store_sqlite_open(&server->world.store, &options, &said);
    if (rc == 0) {
        begin_turn(server);
        rc = load_world(&server->world);
        said = rc == -ENOMEM ? "there is not the memory to read it" : "it cannot be read";
    }
    if (rc != 0)
        snprintf(why, why_size, "%s: %s", server->folder.database_path, said);
    return rc > 0 ? -EINVAL : rc;
}

static int open_front(
    struct server *server, const struct server_options *options, char *why, size_t why_size) {
    const char *said = "";
    const struct front_options front = {.loop = &server->loop,
        .host = server->in_force.now.host,
        .port = server->in_force.now.port,
        .inherited_fd = options->inherited_fd,
        .aside_host = options->listed ? server->in_force.now.metrics_host : NULL,
        .aside_port = server->in_force.now.metrics_port,
        .tls_cert = server->in_force.now.tls_cert,
        .tls_key = server->in_force.now.tls_key,
        .max_connections = (unsigned)server->in_force.now.max_connections,
        .max_per_address = (unsigned)server->in_force.now.max_connections_per_address,
        .allowed_origins = server->in_force.now.allowed_origins,
        .log = &server->log,
        .ears = &ears,
        .owner = server};
    int rc = front_create(&server->front, &front, &said);
    if (rc != 0)
        snprintf(why, why_size, "%s", said);
    else
        take_dev_tokens(server);
    if (rc == 0 && options->listed &&
        (rc = folder_note_url(&server->folder, front_url(server->front))) != 0)
        snprintf(why, why_size, "%s cannot be written: %s", server->folder.url_path, strerror(-rc));
    return rc;
}

static struct endpoint_counts *list_endpoints(void) {
    struct endpoint_counts *endpoints = calloc(route_count() + 1, sizeof *endpoints);
    for (size_t i = 0; endpoints != NULL && i < route_count(); i++) {
        endpoints[i].method = http_method_name(route_at(i)->method);
        endpoints[i].path = route_at(i)->path;
    }
    if (endpoints != NULL)
        endpoints[route_count()].method = endpoints[route_count()].path = "none";
    return endpoints;
}

static int open_world(struct server *server) {
    int rc = world_init(
        &server->world, &mouth, &server->log, server->in_force.now.linger_ms * 1000);
    server->world.listen_channel = (unsigned)server->in_force.now.listen_channel;
    server->calls = (struct call_house){.world = &server->world,
        .keys = {.api_key = server->folder.app.api_key,
            .secret = server->folder.app.secret,
            .secret_len = strlen(server->folder.app.secret),
            .settings = &server->world.settings},
        .rate = {.per_minute = (unsigned)server->in_force.now.rate_calls},
        .refusals = {.per_minute = REFUSALS_A_MINUTE},
        .endpoints = list_endpoints(),
        .listen_users = (unsigned)server->in_force.now.listen_users};
    return rc == 0 && server->calls.endpoints == NULL ? -ENOMEM : rc;
}

int server_create(
    struct server **out, const struct server_options *options, char *why, size_t why_size) {
    struct server *server = calloc(1, sizeof *server);
    if (server == NULL)
        return -ENOMEM;
    server->log = options->log;
    server->counts.started_unix_us = clock_unix_us();
    server->folder.lock = -1;
    snprintf(why, why_size, "out of memory");
    int rc = load_config(server, options, why, why_size);
    if (rc == 0)
        rc = open_loop(server);
    if (rc == 0)
        rc = open_world(server);
    if (rc == 0)
        rc = open_store(server, why, why_size);
    if (rc == 0)
        rc = open_front(server, options, why, why_size);
    if (rc != 0) {
        server_destroy(server);
        return rc;
    }
    *out = server;
    return 0;
}

const char *server_url(const struct server *server) {
    return front_url(server->front);
}

int server_run(struct server *server) {
    const char *aside = front_aside_url(server->front);
    log_line(&server->log, LOG_INFO, "serving version=%s url=%s metrics=%s", PORCHLIGHT_VERSION,
        front_url(server->front), aside[0] != '\0' ? aside : "off");
    if (server->world.settings.disable_auth_checks)
        call_warn_of_dev_tokens(&server->calls);
    if (server->tell != NULL)
        server->tell(server->context, SERVER_READY);
    int rc = uv_run(&server->loop, UV_RUN_DEFAULT);
    log_line(&server->log, LOG_INFO, "stopped");
    return server->counts.draining ? 0 : rc < 0 ? rc : 0;
}

void server_stop(struct server *server) {
    uv_async_send(&server->stop);
}

void server_reload(struct server *server) {
    uv_async_send(&server->reload);
}

static void close_handle(uv_handle_t *handle, void *context) {
    const struct server *server = context;
    if (handle->data == server && !uv_is_closing(handle))
        uv_close(handle, NULL);
}

static void close_loop(struct server *server) {
    if (!server->has_loop)
        return;
    uv_walk(&server->loop, close_handle, server);
    uv_run(&server->loop, UV_RUN_DEFAULT);
    int rc = uv_loop_close(&server->loop);
    if (rc != 0)
        log_line(&server->log, LOG_WARNING, "loop-not-empty");
}

void server_destroy(struct server *server) {
    if (server == NULL)
        return;
    server->world.down = server->counts.draining = true;
    if (server->world.store != NULL)
        server->world.store->calls->close(server->world.store);
    server->world.store = NULL;
    typing_fini(&server->world);
    world_fini(&server->world);
    front_destroy(server->front);
    close_loop(server);
    rate_fini(&server->calls.rate);
    rate_fini(&server->calls.refusals);
    free(server->calls.endpoints);
    folder_fini(&server->folder);
    in_force_fini(&server->in_force);
    free(server);
}

int server_init_folder(
    const char *folder, char api_key[33], char secret[65], char *why, size_t why_size) {
    return folder_make(folder, api_key, secret, why, why_size);
}
