/* SPDX-License-Identifier: MIT */
#include "server/stage.h"
#include "server/change.h"
#include "server/home.h"
#include "server/ledger.h"
#include "server/load.h"
#include "server/token.h"
#include "server/typing.h"
#include "server/unmute.h"
#include "server/welcome.h"

#include <errno.h>
#include <poll.h>
#include <unistd.h>

static const char key[] = "key";
static const char secret[] = "a secret of thirty-two bytes, or more";

/* ---- the store ---- */

struct waiting_batch {
    struct store_batch *batch;
    uint64_t number;
    struct waiting_batch *next;
};

static void settle_one(struct stage_store *store, int status) {
    struct waiting_batch *first = store->waiting;
    store->waiting = first->next;
    store->settling = first->number;
    if (status == 0) {
        assert_int_not_equal(store->disk->calls->submit(store->disk, first->batch), 0);
        for (int i = 0; store->settling != 0 && i < 5000; i++) {
            poll(NULL, 0, 1);
            store_pump(store->disk);
        }
        assert_int_equal(store->settling, 0);
    } else {
        change_settled(&store->stage->world, first->number, first->batch, status);
        store_batch_free(first->batch);
    }
    free(first);
}

static void on_disk(void *owner, uint64_t number, const struct store_batch *batch, int status) {
    struct stage_store *store = owner;
    (void)number;
    uint64_t ours = store->settling;
    store->settling = 0;
    change_settled(&store->stage->world, ours, batch, status);
}

static uint64_t submit(struct store *base, struct store_batch *batch) {
    struct stage_store *store = (struct stage_store *)base;
    if (store->full) {
        store_batch_free(batch);
        return 0;
    }
    struct waiting_batch *waiting = calloc(1, sizeof *waiting);
    assert_non_null(waiting);
    *waiting = (struct waiting_batch){.batch = batch, .number = ++store->numbers};
    struct waiting_batch **last = &store->waiting;
    while (*last != NULL)
        last = &(*last)->next;
    *last = waiting;
    return waiting->number;
}

static int read_all(struct store *base, const struct store_reader *reader, void *context) {
    struct store *disk = ((struct stage_store *)base)->disk;
    return disk->calls->read_all(disk, reader, context);
}

static int read_one(struct store *base, enum store_object object, const char *name,
    const struct store_reader *reader, void *context) {
    struct store *disk = ((struct stage_store *)base)->disk;
    return disk->calls->read_one(disk, object, name, reader, context);
}

static int has_message(struct store *base, const char *id) {
    struct store *disk = ((struct stage_store *)base)->disk;
    return disk->calls->has_message(disk, id);
}

static int read_message(
    struct store *base, const char *id, const struct store_reader *reader, void *context) {
    struct store *disk = ((struct stage_store *)base)->disk;
    ((struct stage_store *)base)->looked++;
    return disk->calls->read_message(disk, id, reader, context);
}

static int read_page(struct store *base, const struct store_page *page,
    const struct store_reader *reader, void *context) {
    struct store *disk = ((struct stage_store *)base)->disk;
    return disk->calls->read_page(disk, page, reader, context);
}

static const struct store_calls store_calls = {.submit = submit,
    .read_all = read_all,
    .read_one = read_one,
    .has_message = has_message,
    .read_message = read_message,
    .read_page = read_page};

static void ring(void *owner) {
    (void)owner;
}

void stage_settle(struct stage *stage, int status) {
    while (stage->store.waiting != NULL)
        settle_one(&stage->store, status);
}

static void settle_unless_held(struct stage *stage) {
    if (!stage->store.held)
        stage_settle(stage, 0);
}

/* ---- the mouth ---- */

static void note(struct stage_socket *socket, const uint8_t *bytes, size_t len) {
    assert_true(socket->count < STAGE_HEARD);
    size_t at = bytes[1] < 126 ? 2 : bytes[1] == 126 ? 4 : 10;
    socket->heard[socket->count++] = strndup((const char *)bytes + at, len - at);
}

static void hear(void *to, struct frame *frame) {
    struct stage_socket *socket = to;
    if (!socket->slow)
        note(socket, frame->bytes, frame->len);
    else if (outbox_put(&socket->outbox, frame) != 0)
        socket->closed = 4008;
}

void stage_drain(struct stage_socket *socket) {
    struct iovec piece;
    while (outbox_gather(&socket->outbox, &piece, 1) == 1) {
        note(socket, piece.iov_base, piece.iov_len);
        outbox_sent(&socket->outbox, piece.iov_len);
    }
}

static void hang_up(void *to, uint16_t code, const char *reason) {
    struct stage_socket *socket = to;
    (void)reason;
    socket->closed = code;
}

static void attach(void *to, struct connection *connection) {
    ((struct stage_socket *)to)->connection = connection;
}

static void reply(
    void *exchange, int http_status, const char *headers, const char *body, size_t len) {
    struct stage *stage = exchange;
    assert_non_null(strstr(headers, "X-RateLimit-Remaining: "));
    snprintf(stage->headers, sizeof stage->headers, "%s", headers);
    stage->status = http_status;
    bytes_clear(&stage->bytes);
    bytes_append(&stage->bytes, body, len);
    json_free(stage->reply);
    stage->reply = NULL;
    if (!stage->raw)
        assert_int_equal(json_parse(&stage->reply, body, len, &json_limits_reply, NULL), 0);
}

static const struct world_mouth mouth = {
    .send = hear, .close = hang_up, .reply = reply, .attach = attach};

/* ---- the stage ---- */

static void open_disk(struct stage *stage) {
    const char *why;
    const struct store_options options = {
        .path = stage->path, .settled = on_disk, .ring = ring, .owner = &stage->store};
    if (stage->store.ledger != NULL)
        stage->store.disk = stage->store.ledger;
    else
        assert_int_equal(store_sqlite_open(&stage->store.disk, &options, &why), 0);
}

static void open_world(struct stage *stage) {
    const struct moment now = stage->world.now;
    open_disk(stage);
    assert_int_equal(world_init(&stage->world, &mouth, &stage->log, 5000000), 0);
    stage->world.now = now;
    stage->world.store = &stage->store.store;
    assert_int_equal(load_world(&stage->world), 0);
}

static void begin(struct stage *stage) {
    *stage = (struct stage){.store = {.store = {&store_calls}, .stage = stage}};
    stage->world.now = (struct moment){1000000, 1795510800000000};
}

static void open_house(struct stage *stage) {
    open_world(stage);
    stage->house = (struct call_house){.world = &stage->world,
        .keys = {key, secret, sizeof secret - 1, &stage->world.settings},
        .rate = {.per_minute = 600},
        .refusals = {.per_minute = 600},
        .listen_users = LIMIT_LISTEN_USERS};
}

void stage_open(struct stage *stage) {
    begin(stage);
    strcpy(stage->folder, "/tmp/porchlight-stage-XXXXXX");
    assert_non_null(mkdtemp(stage->folder));
    snprintf(stage->path, sizeof stage->path, "%s/db", stage->folder);
    open_house(stage);
}

void stage_open_in_memory(struct stage *stage) {
    begin(stage);
    stage->store.ledger = ledger_create(on_disk, &stage->store);
    assert_non_null(stage->store.ledger);
    open_house(stage);
}

static void close_world(struct stage *stage) {
    stage_settle(stage, 0);
    typing_fini(&stage->world);
    world_fini(&stage->world);
    stage->store.disk->calls->close(stage->store.disk);
    stage_forget(stage);
    for (size_t i = 0; i < stage->socket_count; i++)
        outbox_fini(&stage->sockets[i].outbox);
    stage->socket_count = 0;
}

void stage_restart(struct stage *stage) {
    close_world(stage);
    stage->store.numbers = 0;
    const struct moment now = stage->world.now;
    stage->world.now = now;
    open_world(stage);
}

void stage_close(struct stage *stage) {
    close_world(stage);
    rate_fini(&stage->house.rate);
    rate_fini(&stage->house.refusals);
    json_free(stage->reply);
    bytes_fini(&stage->bytes);
    ledger_destroy(stage->store.ledger);
    if (stage->store.ledger != NULL)
        return;
    const char *endings[] = {"", "-wal", "-shm"};
    for (size_t i = 0; i < 3; i++) {
        char path[128];
        snprintf(path, sizeof path, "%s%s", stage->path, endings[i]);
        unlink(path);
    }
    rmdir(stage->folder);
}

void stage_pass(struct stage *stage, int64_t ms) {
    stage->world.now.mono_us += ms * 1000;
    stage->world.now.unix_us += ms * 1000;
    welcome_tick(&stage->world);
    typing_tick(&stage->world);
    unmute_tick(&stage->world);
    home_tick(&stage->world);
    settle_unless_held(stage);
}

static bool is_anonymous(const char *user) {
    return user != NULL && user[0] == '!';
}

/* NULL: without one. */
static char *token_of(const char *user) {
    if (is_anonymous(user))
        return NULL;
    struct token token = {.server = user == NULL};
    if (user != NULL)
        strcpy(token.user_id, user);
    char *text = token_make(&token, secret, sizeof secret - 1);
    assert_non_null(text);
    return text;
}

struct stage_socket *stage_connect(struct stage *stage, const char *user, const char *details) {
    stage_pass(stage, 1);
    return stage_connect_now(stage, user, details);
}

struct stage_socket *stage_connect_now(struct stage *stage, const char *user, const char *details) {
    assert_true(stage->socket_count < STAGE_SOCKETS);
    struct stage_socket *socket = &stage->sockets[stage->socket_count++];
    *socket = (struct stage_socket){.stage = stage};
    snprintf(socket->user, sizeof socket->user, "%s", user);
    char *token = token_of(user);
    char *said;
    const char *id = user[0] == '!' ? user + 1 : user; /* nobody connects server-side */
    assert_true(asprintf(&said, "{\"user_id\":\"%s\",\"user_details\":{\"id\":\"%s\"%s}}", id, id,
                    details) > 0);
    const struct welcome_words words = {.words = {.api_key = key,
                                            .auth_type = is_anonymous(user) ? "anonymous" : "jwt",
                                            .token = token},
        .json = said,
        .max_connections = LIMIT_CONNECTIONS_PER_USER,
        .refusals = &stage->house.refusals,
        .peer = stage->house.peer};
    int refused;
    struct connection *connection = welcome(
        &stage->world, socket, &words, &stage->house.keys, &refused);
    if (connection != NULL)
        strcpy(socket->id, connection->id);
    free(token);
    free(said);
    settle_unless_held(stage);
    return socket;
}

void stage_hear(struct stage_socket *socket, const char *text) {
    welcome_hear(&socket->stage->world, socket->connection, text, strlen(text));
}

static void gone(struct stage_socket *socket, bool lost) {
    struct connection *connection = socket->connection;
    socket->connection = NULL;
    outbox_fini(&socket->outbox);
    typing_end_all(&socket->stage->world, connection);
    home_go(&socket->stage->world, connection, lost);
    settle_unless_held(socket->stage);
}

void stage_goodbye(struct stage_socket *socket) {
    gone(socket, false);
}

void stage_lose(struct stage_socket *socket) {
    gone(socket, true);
}

static enum http_method method_of(const char *line) {
    return strncmp(line, "GET", 3) == 0     ? HTTP_GET
           : strncmp(line, "PUT", 3) == 0   ? HTTP_PUT
           : strncmp(line, "PATCH", 5) == 0 ? HTTP_PATCH
           : strncmp(line, "DEL", 3) == 0   ? HTTP_DELETE
                                            : HTTP_POST;
}

static void add_param(struct http_request *request, const char *name, const char *value) {
    request->params[request->param_count++] = (struct http_param){name, value};
}

int stage_call(struct stage *stage, const char *user, const struct stage_socket *from,
    const char *line, const char *body) {
    char path[512];
    snprintf(path, sizeof path, "%s", strchr(line, '/') + 1);
    char *token = token_of(user);
    struct http_request request = {.method = method_of(line),
        .authorization = token != NULL ? token : "",
        .stream_auth_type = is_anonymous(user) ? "anonymous" : "jwt",
        .x_stream_client = "",
        .x_client_request_id = "",
        .origin = "",
        .body = "",
        .keep_alive = true};
    for (char *rest = path, *segment; (segment = strsep(&rest, "/")) != NULL;)
        request.segments[request.segment_count++] = segment;
    add_param(&request, "api_key", key);
    if (user != NULL && !is_anonymous(user))
        add_param(&request, "user_id", user);
    if (from != NULL)
        add_param(&request, "connection_id", from->id);
    if ((request.method == HTTP_GET || request.method == HTTP_DELETE) && body != NULL)
        add_param(&request, "payload", body);
    else if (body != NULL) {
        request.body = body;
        request.body_len = strlen(body);
    }
    stage->status = 0;
    call_answer(&stage->house, stage, &request, stage->world.now.mono_us);
    free(token);
    settle_unless_held(stage);
    return stage->status;
}

void stage_expect(struct stage *stage, const char *user, const struct stage_socket *from,
    const char *line, const char *body, int status, int code) {
    int got = stage_call(stage, user, from, line, body);
    int64_t got_code = 0;
    json_as_integer(json_get(stage->reply, "code"), &got_code);
    if (got == status && (code == 0 || got_code == code))
        return;
    char *text = json_to_text(stage->reply);
    fail_msg("%s %s: got %d, wanted %d with code %d: %s", line, body != NULL ? body : "", got,
        status, code, text);
}

/* ---- what was heard ---- */

static void describe(const char *text, struct bytes *to) {
    json *event;
    assert_int_equal(json_parse(&event, text, strlen(text), &json_limits_reply_frame, NULL), 0);
    const char *type = json_text_at(event, "type");
    const char *user = json_text_at(json_get(event, "user"), "id");
    int64_t count;
    if (strcmp(type, "health.check") != 0) {
        bytes_printf(to, "%s%s", to->len > 0 ? " " : "", type);
        if (user != NULL)
            bytes_printf(to, ":%s", user);
        if (strcmp(type, "user.presence.changed") == 0)
            bytes_printf(
                to, ":%s", json_true_at(json_get(event, "user"), "online") ? "online" : "offline");
        if (strncmp(type, "user.watching", 13) == 0 &&
            json_as_integer(json_get(event, "watcher_count"), &count))
            bytes_printf(to, ":%d", (int)count);
    }
    json_free(event);
}

static void forget(struct stage_socket *socket) {
    for (size_t i = 0; i < socket->count; i++)
        free(socket->heard[i]);
    socket->count = 0;
}

const char *stage_heard(struct stage_socket *socket) {
    static _Thread_local char text[8192];
    struct bytes all = BYTES_EMPTY;
    for (size_t i = 0; i < socket->count; i++)
        describe(socket->heard[i], &all);
    snprintf(text, sizeof text, "%s", bytes_text(&all));
    bytes_fini(&all);
    forget(socket);
    return text;
}

void stage_forget(struct stage *stage) {
    for (size_t i = 0; i < stage->socket_count; i++)
        forget(&stage->sockets[i]);
}

void stage_hall(struct stage *stage, const char *cid, const char *members) {
    char list[512] = "", names[256], line[200], body[1024];
    snprintf(names, sizeof names, "%s", members);
    char maker[64] = "";
    for (char *rest = names, *name; (name = strsep(&rest, ",")) != NULL;) {
        assert_int_equal(stage_call(stage, name, NULL, "GET /app", NULL), 200);
        if (maker[0] == '\0')
            snprintf(maker, sizeof maker, "%s", name);
        snprintf(list + strlen(list), sizeof list - strlen(list), "%s\"%s\"",
            list[0] != '\0' ? "," : "", name);
    }
    snprintf(line, sizeof line, "POST /channels/%.*s/%s/query", (int)strcspn(cid, ":"), cid,
        strchr(cid, ':') + 1);
    snprintf(body, sizeof body, "{\"data\":{\"members\":[%s]}}", list);
    stage_expect(stage, maker, NULL, line, body, 201, 0);
    stage_forget(stage);
}

void stage_watch(struct stage_socket *socket, const char *cid) {
    char line[200];
    snprintf(line, sizeof line, "POST /channels/%.*s/%s/query", (int)strcspn(cid, ":"), cid,
        strchr(cid, ':') + 1);
    stage_expect(
        socket->stage, socket->user, socket, line, "{\"watch\":true,\"presence\":true}", 201, 0);
    stage_forget(socket->stage);
}
