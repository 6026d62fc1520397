/* SPDX-License-Identifier: MIT */
#include "server/welcome.h"
#include "base/chance.h"
#include "server/change.h"
#include "server/details.h"
#include "server/fanout.h"
#include "server/home.h"
#include "server/users.h"
#include "wire/error.h"
#include "wire/id.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct asking {
    struct world *world;
    void *socket;
    struct caller caller;
    json *said;          /* the whole document */
    const json *details; /* user_details in it, or NULL */
    char user_id[LIMIT_USER_ID + 1];
    unsigned max_connections;
    int code;
    char why[256];
};

static int refuse(struct asking *asking, int code, const char *why) {
    asking->code = code;
    snprintf(asking->why, sizeof asking->why, "Connect failed with error: \"%s\"", why);
    return code;
}

static int refuse_caller(
    struct asking *asking, const struct welcome_words *words, int code, const char *why) {
    struct rate_state state;
    return caller_may_be_told(words->refusals, words->peer, asking->world->now.unix_us, &state)
               ? refuse(asking, code, why)
               : refuse(asking, CODE_RATE_LIMIT, CALLER_TOLD_ENOUGH);
}

static void tell_refusal(struct world *world, void *socket, int code, const char *why) {
    struct frame *frame = frame_of_event(guest_error("", code, why, world->now.unix_us), 0);
    if (frame != NULL)
        world->mouth->send(socket, frame);
    frame_unref(frame);
    world->mouth->close(socket, 1000, "");
}

/* What they say of themselves: the document, the details in it, the id. */
static int read_words(struct asking *asking, const char *text) {
    if (text == NULL)
        return refuse(asking, CODE_INPUT, "json is missing");
    const int rc = json_parse(&asking->said, text, strlen(text), &json_limits_rest, NULL);
    if (rc < 0)
        return refuse(asking, CODE_INTERNAL, "out of memory");
    if (rc != 0 || !json_is_object(asking->said))
        return refuse(asking, CODE_INPUT, "json is not a JSON object");
    asking->details = json_get(asking->said, "user_details");
    if (asking->details != NULL && !json_is_object(asking->details))
        return refuse(asking, CODE_INPUT, "user_details must be an object");
    const char *id = json_text_at(asking->details, "id");
    const char *user_id = json_text_at(asking->said, "user_id");
    if (id != NULL && user_id != NULL && strcmp(id, user_id) != 0)
        return refuse(asking, CODE_INPUT, "user_id and user_details.id are different");
    if (user_id == NULL)
        user_id = id;
    if (user_id == NULL || !id_is_user(user_id))
        return refuse(asking, CODE_INPUT, "user_id is missing or not a user id");
    strcpy(asking->user_id, user_id);
    return 0;
}

static int check_caller(
    struct asking *asking, const struct welcome_words *words, const struct caller_keys *keys) {
    const char *why;
    struct caller_words named = words->words;
    int code = caller_check(&asking->caller, &named, keys, asking->world->now.unix_us, &why);
    if (code != 0)
        return code > 0 ? refuse_caller(asking, words, code, why)
                        : refuse(asking, CODE_INTERNAL, why);
    code = read_words(asking, words->json);
    if (code != 0 || asking->caller.anonymous)
        return code;
    if (asking->caller.server)
        return refuse_caller(asking, words, CODE_TOKEN, "a server token opens no WebSocket");
    if (strcmp(asking->caller.user_id, asking->user_id) != 0)
        return refuse_caller(asking, words, CODE_TOKEN, "the token belongs to another user");
    return 0;
}

/* On disk, or not. The socket may be gone by now. */
static void settled(struct world *world, void *owner, int status) {
    struct connection *connection = owner;
    if (connection->socket != NULL && connection->person != NULL && !world->down) {
        if (status != 0)
            tell_refusal(world, connection->socket, CODE_INTERNAL, "the user could not be stored");
        else if (home_come(world, connection) != 0)
            tell_refusal(world, connection->socket, CODE_INTERNAL, "out of memory");
    }
    connection_unref(connection);
}

struct waiting {
    struct held held;
    struct connection *connection;
};

static void wait_settled(struct world *world, void *owner, int status) {
    struct waiting *waiting = owner;
    settled(world, waiting->connection, status);
    free(waiting);
}

/* Their row is still on its way to the disk. */
static bool wait_for(struct world *world, struct connection *connection, uint64_t number) {
    struct waiting *waiting = calloc(1, sizeof *waiting);
    if (waiting == NULL)
        return false;
    *waiting = (struct waiting){
        .connection = connection, .held = {.settled = wait_settled, .owner = waiting}};
    gate_hold(&world->gate, &waiting->held, number);
    return true;
}

static struct connection *greet(
    struct asking *asking, struct person *person, struct change *change) {
    struct world *world = asking->world;
    struct connection *connection = home_open(
        world, person, asking->socket, asking->caller.exp_unix_s);
    if (connection == NULL) {
        change_undo(change);
        refuse(asking, CODE_INTERNAL, "out of memory");
        return NULL;
    }
    connection->iat_unix_s = asking->caller.iat_unix_s;
    connection->refs++;
    if (change != NULL)
        change_commit(change, settled, connection);
    else if (person->pending <= world->gate.settled)
        settled(world, connection, 0);
    else if (!wait_for(world, connection, person->pending))
        settled(world, connection, -1);
    return connection;
}

static struct connection *welcome_anonymous(struct asking *asking) {
    char id[64], uuid[37];
    if (chance_uuid(uuid) != 0) {
        refuse(asking, CODE_INTERNAL, "no randomness");
        return NULL;
    }
    snprintf(id, sizeof id, "!anon-%s", uuid);
    struct person *person = person_create_anonymous(asking->world, id);
    if (person == NULL) {
        refuse(asking, CODE_INTERNAL, "out of memory");
        return NULL;
    }
    struct connection *connection = greet(asking, person, NULL);
    if (connection == NULL)
        person_destroy(person);
    return connection;
}

/* The draft of the user with what they said merged in. */
static int draft_user(struct asking *asking, const struct person *person, struct user *draft) {
    struct details_refusal why;
    int rc = person != NULL ? user_copy(draft, &person->user)
                            : users_new(asking->world, draft, asking->user_id);
    if (rc != 0)
        return refuse(asking, CODE_INTERNAL, "out of memory");
    rc = details_merge(draft, asking->details, &why);
    if (rc == 0)
        return 0;
    user_fini(draft);
    return rc > 0 ? refuse(asking, why.code, why.text)
                  : refuse(asking, CODE_INTERNAL, "out of memory");
}

static int may_not_come(struct asking *asking) {
    const struct person *person = table_find(&asking->world->persons, asking->user_id);
    if (person == NULL || person->absent)
        return 0;
    if (person->user.deleted_us != 0)
        return refuse(asking, CODE_NOT_ALLOWED, "this user was deleted");
    if (person->user.deactivated_us != 0)
        return refuse(asking, CODE_NOT_ALLOWED, "this user is deactivated");
    if (caller_is_revoked(asking->caller.iat_unix_s, person->user.revoke_before_us))
        return refuse(asking, CODE_TOKEN_EXPIRED, "the token was revoked");
    return 0;
}

static struct connection *welcome_user(struct asking *asking) {
    struct world *world = asking->world;
    struct person *person = person_find(world, asking->user_id);
    struct user draft;
    if (person != NULL && person->connection_count >= asking->max_connections) {
        refuse(asking, CODE_TOO_MANY_CONNECTIONS, "this user has too many connections");
        return NULL;
    }
    if (may_not_come(asking) != 0)
        return NULL;
    if (draft_user(asking, person, &draft) != 0)
        return NULL;
    bool is_new = person == NULL;
    if (!is_new && details_compare(&person->user, &draft) == 0) {
        user_fini(&draft);
        return greet(asking, person, NULL);
    }
    struct change *change = change_begin(world);
    if (change != NULL)
        change->by_connect = true;
    if (change == NULL || users_apply(change, &draft, &person) != 0) {
        user_fini(&draft);
        change_undo(change);
        refuse(asking, CODE_INTERNAL, "out of memory");
        return NULL;
    }
    return greet(asking, person, change);
}

struct connection *welcome(struct world *world, void *socket, const struct welcome_words *words,
    const struct caller_keys *keys, int *refused) {
    struct asking asking = {
        .world = world, .socket = socket, .max_connections = words->max_connections};
    struct connection *connection = NULL;
    if (check_caller(&asking, words, keys) == 0)
        connection = asking.caller.anonymous ? welcome_anonymous(&asking) : welcome_user(&asking);
    json_free(asking.said);
    *refused = connection == NULL ? asking.code : 0;
    if (connection == NULL)
        tell_refusal(world, socket, asking.code, asking.why);
    return connection;
}

/* A live one. */

static void check_health(struct world *world, struct connection *connection) {
    struct frame *frame = frame_of_event(
        guest_health_check(connection->id, NULL, false, world->now.unix_us), 0);
    if (frame != NULL)
        post_add(world, NULL, connection, frame);
    else if (connection->socket != NULL)
        world->mouth->close(connection->socket, 1011, "out of memory");
    frame_unref(frame);
}

void welcome_hear(
    struct world *world, struct connection *connection, const char *text, size_t len) {
    if (guest_hear(&connection->guest, text, len) == GUEST_HEALTH_CHECK)
        check_health(world, connection);
}

/* Told why, then closed: 4001 asks for another token, 4003 for none. */
static void send_away(
    struct world *world, struct connection *connection, int code, const char *why) {
    if (connection->socket == NULL)
        return;
    struct frame *frame = frame_of_event(
        guest_error(connection->id, code, why, world->now.unix_us), 0);
    if (frame != NULL)
        world->mouth->send(connection->socket, frame);
    frame_unref(frame);
    world->mouth->close(connection->socket, code == CODE_TOKEN_EXPIRED ? 4001 : 4003, why);
}

void welcome_dismiss(struct world *world, struct person *person, int code, const char *why) {
    LIST_EACH(&person->connections, item) {
        struct connection *connection = LIST_ITEM(item, struct connection, by_person);
        connection->dismissed = true;
        send_away(world, connection, code, why);
    }
}

static bool is_revoked(const struct world *world, const struct connection *connection) {
    const struct person *person = connection->person;
    return !person->anonymous &&
           (caller_is_revoked(connection->iat_unix_s, person->user.revoke_before_us) ||
               caller_is_revoked(connection->iat_unix_s, world->settings.revoke_before_us));
}

void welcome_sweep(struct world *world) {
    size_t i = 0;
    for (struct connection *c; (c = table_next(&world->connections, &i)) != NULL;)
        if (c->socket != NULL && is_revoked(world, c))
            send_away(world, c, CODE_TOKEN_EXPIRED, "the token was revoked");
}

void welcome_tick(struct world *world) {
    enum guest_act act;
    for (struct guest *guest; (guest = guest_due(&world->guests, world->now, &act)) != NULL;) {
        struct connection *connection = LIST_ITEM(guest, struct connection, guest);
        if (act == GUEST_EXPIRED)
            send_away(world, connection, CODE_TOKEN_EXPIRED, "the token has expired");
        else
            check_health(world, connection);
    }
}
