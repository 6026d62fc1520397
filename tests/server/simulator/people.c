/* SPDX-License-Identifier: MIT */
/* Coming and going, and what they say of themselves. */
#include "server/simulator/acts.h"

/* ---- connecting ---- */

static const struct saying nothing_said = {UNSAID, UNSAID, UNSAID};

static void connect_user(struct house *house, unsigned user, struct saying saying) {
    char details[100] = "";
    if (saying.status != UNSAID)
        sprintf(details, ",\"status\":\"s%d\"", saying.status);
    if (saying.invisible != UNSAID)
        sprintf(
            details + strlen(details), ",\"invisible\":%s", saying.invisible ? "true" : "false");
    model_pass(&house->model, 1000); /* stage_connect() lets it pass, too */
    model_connect(&house->model, user, saying);
    house_settle_unless_held(house);
    struct picture *picture = &house->pictures[house->model.connection_count - 1];
    memset(picture, 0, sizeof *picture);
    struct stage_socket *socket = stage_connect(&house->stage, heard_user_name(user), details);
    house_compare(house, false);
    socket->slow = house->stage.socket_count % 5 == 0;
}

static bool is_full(const struct house *house, unsigned user) {
    int lines[CONNECTIONS_MOST];
    return house->model.connection_count + 2 >= CONNECTIONS_MOST ||
           house_lines_of(house, user, lines) >= SECONDS_MOST;
}

/* For somebody who is not there, or who is. */
enum action act_connect(struct house *house, const struct step *step) {
    bool second = step->action == ACT_SECOND;
    int lines[CONNECTIONS_MOST];
    unsigned user = step->user;
    for (unsigned k = 0; k < house->cast.users; k++) {
        unsigned next = (step->user + k) % house->cast.users;
        if ((house_lines_of(house, next, lines) > 0) == second && !is_full(house, next)) {
            user = next;
            break;
        }
    }
    if (is_full(house, user)) {
        house_pass(house, 1 + step->number % 4000);
        return ACT_PASS;
    }
    bool is_second = house_lines_of(house, user, lines) > 0;
    connect_user(house, user, nothing_said);
    return is_second ? ACT_SECOND : ACT_CONNECT;
}

enum action act_connect_saying(struct house *house, const struct step *step) {
    struct saying saying = nothing_said;
    if (is_full(house, step->user)) {
        house_pass(house, 1 + step->number % 4000);
        return ACT_PASS;
    }
    if (step->action == ACT_CONNECT_STATUS)
        saying.status = ++house->statuses;
    else
        saying.invisible = step->action == ACT_CONNECT_HIDDEN;
    connect_user(house, step->user, saying);
    return step->action;
}

static void go(struct house *house, int connection, bool lost) {
    struct stage_socket *socket = &house->stage.sockets[connection];
    model_go(&house->model, (unsigned)connection, lost);
    house_settle_unless_held(house);
    if (lost)
        stage_lose(socket);
    else
        stage_goodbye(socket);
    house_compare(house, false);
}

enum action act_go(struct house *house, const struct step *step) {
    int connection = house_pick_line(house, step);
    if (connection < 0)
        return act_connect(house, step);
    unsigned user = house->model.connections[connection].user;
    if (step->action == ACT_SILENCE)
        house_pass(house, 60000);
    if (house->failed)
        return step->action;
    go(house, connection, step->action != ACT_GOODBYE && step->action != ACT_SILENCE);
    if (step->action != ACT_RECONNECT_WITHIN && step->action != ACT_RECONNECT_PAST)
        return step->action;
    house_pass(house, step->action == ACT_RECONNECT_WITHIN ? 1 + step->number % 4900
                                                           : 5000 + step->number % 3000);
    if (!house->failed && house->model.connection_count + 2 < CONNECTIONS_MOST)
        connect_user(house, user, nothing_said);
    return step->action;
}

/* ---- what they say of themselves ---- */

static void print_fields(
    char *to, const struct model_user *user, struct saying saying, bool whole) {
    int status = saying.status != UNSAID ? saying.status : user->now.status;
    int name = saying.name != UNSAID ? saying.name : user->now.name;
    to[0] = '\0';
    if (saying.name != UNSAID || whole)
        sprintf(to, ",\"name\":\"n%d\"", name);
    if (status >= 0 && (saying.status != UNSAID || whole))
        sprintf(to + strlen(to), ",\"status\":\"s%d\"", status);
    if (saying.invisible != UNSAID)
        sprintf(to + strlen(to), ",\"invisible\":%s", saying.invisible ? "true" : "false");
}

/* The same thing said in one of four ways. */
static void say(struct house *house, const struct step *step, unsigned user, struct saying saying) {
    const char *id = heard_user_name(user);
    bool by_server = step->way >= BY_SERVER_PATCH || house->model.users[user].now.shut_out;
    bool upsert = step->way == BY_UPSERT || step->way == BY_SERVER_UPSERT;
    bool changes = model_changes(&house->model, user, saying);
    char fields[200], body[400];
    print_fields(fields, &house->model.users[user], saying, upsert);
    if (upsert)
        snprintf(body, sizeof body, "{\"users\":{\"%s\":{\"id\":\"%s\"%s}}}", id, id, fields);
    else
        snprintf(body, sizeof body, "{\"users\":[{\"id\":\"%s\",\"set\":{%s}%s}]}", id,
            fields[0] != '\0' ? fields + 1 : "",
            saying.status == CLEARED ? ",\"unset\":[\"status\"]" : "");
    model_say(&house->model, user, saying);
    house_settle_unless_held(house);
    int status = stage_call(
        &house->stage, by_server ? NULL : id, NULL, upsert ? "POST /users" : "PATCH /users", body);
    if (house_answered(house, status, house_waits(house, changes) ? 0 : upsert ? 201 : 200, body))
        house_see_user(house, -1, by_server ? -1 : (int)user, user,
            json_get(json_get(house->stage.reply, "users"), id));
    house_compare(house, false);
}

/* Half of the time of somebody who is there. */
static unsigned sayer(const struct house *house, const struct step *step) {
    int connection = step->number % 4 != 0 ? house_pick_line(house, step) : -1;
    return connection >= 0 ? house->model.connections[connection].user : step->user;
}

enum action act_say(struct house *house, const struct step *step) {
    unsigned user = sayer(house, step);
    const struct row now = house->model.users[user].now;
    struct saying saying = nothing_said;
    switch (step->action) {
    case ACT_HIDE_STATUS: saying.status = ++house->statuses; /* fall through */
    case ACT_HIDE: saying.invisible = 1; break;
    case ACT_SHOW_STATUS: saying.status = ++house->statuses; /* fall through */
    case ACT_SHOW: saying.invisible = 0; break;
    case ACT_STATUS: saying.status = ++house->statuses; break;
    case ACT_STATUS_CLEAR: saying.status = CLEARED; break;
    case ACT_RENAME: saying.name = ++house->names; break;
    default:
        saying = (struct saying){now.status == UNSAID ? CLEARED : now.status, now.name, now.hidden};
    }
    say(house, step, user, saying);
    return step->action;
}

/* ---- shut out, and let in again ---- */

/* Who is there is shut out, who is out is let in; -1: there is nobody for that. */
static int pick_shut(const struct house *house, const struct step *step) {
    bool out = step->action == ACT_SHUT_OUT;
    for (unsigned k = 0; k < house->cast.users; k++) {
        unsigned user = (step->user + k) % house->cast.users;
        if (house->model.users[user].now.shut_out != out)
            return (int)user;
    }
    return -1;
}

/* They do not linger. */
static void let_go_of_shut_out(struct house *house, unsigned user) {
    for (unsigned i = 0; i < house->model.connection_count; i++) {
        struct stage_socket *socket = &house->stage.sockets[i];
        if (house->model.connections[i].user != user || socket->connection == NULL)
            continue;
        if (socket->closed != 4003)
            house_differs(house, "connection %u of %s, who is shut out, is closed with %u", i,
                heard_user_name(user), socket->closed);
        model_go(&house->model, i, false);
        house_settle_unless_held(house);
        stage_lose(socket);
        house_compare(house, false);
    }
}

enum action act_shut(struct house *house, const struct step *step) {
    bool out = step->action == ACT_SHUT_OUT;
    int user = pick_shut(house, step);
    char line[100];
    house_settle(house);
    if (user < 0) {
        house_pass(house, 1 + step->number % 4000);
        return ACT_PASS;
    }
    sprintf(line, "POST /users/%s/%sactivate", heard_user_name((unsigned)user), out ? "de" : "re");
    model_shut(&house->model, (unsigned)user, out);
    house_answered(house, stage_call(&house->stage, NULL, NULL, line, "{}"), 201, line);
    house_compare(house, false);
    if (out)
        let_go_of_shut_out(house, (unsigned)user);
    return step->action;
}
