/* SPDX-License-Identifier: MIT */
#include "server/simulator/acts.h"

#include <errno.h>

/* ---- the clock ---- */

void house_settle_unless_held(struct house *house) {
    if (!house->stage.store.held)
        model_settle(&house->model, true);
}

bool house_waits(const struct house *house, bool changes) {
    const struct gate *gate = &house->stage.world.gate;
    return house->stage.store.held && (changes || gate->submitted > gate->settled);
}

static void advance(struct house *house, int64_t ms) {
    model_pass(&house->model, ms * 1000);
    house_settle_unless_held(house);
    stage_pass(&house->stage, ms);
    house_compare(house, false);
}

/* As the server's timer would: awake when something is due, and once just before, when it is not.
 */
void house_pass(struct house *house, int64_t ms) {
    while (ms > 0 && !house->failed) {
        int64_t next = model_next_us(&house->model);
        int64_t due = next == INT64_MAX ? INT64_MAX : (next - house->model.now_us) / 1000;
        int64_t slice = due > ms ? ms : due > 1 ? due - 1 : 1;
        advance(house, slice);
        ms -= slice;
    }
}

/* ---- the disk ---- */

void house_settle(struct house *house) {
    house->stage.store.held = false;
    stage_settle(&house->stage, 0);
    model_settle(&house->model, true);
    house_compare(house, false);
    house->switched = 0;
}

/* Who was refused is hung up on, and who missed something that was not undone must read again. */
static void let_go_of_closed(struct house *house) {
    for (unsigned i = 0; i < house->stage.socket_count; i++) {
        struct stage_socket *socket = &house->stage.sockets[i];
        struct model_connection *c = &house->model.connections[i];
        if (c->owed && c->line == LINE_LIVE && socket->closed != 1011)
            house_differs(house, "connection %u of %s must read again, and is not told so", i,
                heard_user_name(c->user));
        c->owed = false;
        if (socket->closed == 0 || socket->connection == NULL)
            continue;
        house->cut_off += socket->closed == 1011;
        bool lost = house->model.connections[i].line == LINE_LIVE;
        if (lost)
            model_go(&house->model, i, true);
        if (lost)
            stage_lose(socket);
        else
            stage_goodbye(socket);
    }
}

static void lose_batches(struct house *house) {
    house_drain(house);
    house->stage.store.held = false;
    stage_settle(&house->stage, -EIO);
    stage_settle(&house->stage, 0); /* what the undoing wrote */
    model_settle(&house->model, false);
    let_go_of_closed(house);
    for (unsigned i = 0; i < house->stage.socket_count; i++)
        stage_drain(&house->stage.sockets[i]);
    house->draining = true;
    house_compare(house, true);
    house->draining = false;
    house->switched = 0;
}

/* ---- whom a step touches ---- */

unsigned house_lines_of(const struct house *house, unsigned user, int *to) {
    unsigned count = 0;
    for (unsigned i = 0; i < house->model.connection_count; i++)
        if (house->model.connections[i].user == user &&
            house->model.connections[i].line == LINE_LIVE)
            to[count++] = (int)i;
    return count;
}

/* A live connection of this user, or else of the next one who has any; -1: nobody is there. */
int house_pick_line(const struct house *house, const struct step *step) {
    int lines[CONNECTIONS_MOST];
    for (unsigned k = 0; k < house->cast.users; k++) {
        unsigned count = house_lines_of(house, (step->user + k) % house->cast.users, lines);
        if (count > 0)
            return lines[step->pick % count];
    }
    return -1;
}

/* ---- replies ---- */

bool house_answered(struct house *house, int got, int wanted, const char *what) {
    if (got != wanted) {
        char *text = json_to_text(house->stage.reply);
        house_differs(house, "%s: answered %d instead of %d: %s", what, got, wanted,
            got != 0 && text != NULL ? text : "");
        free(text);
    }
    return got == wanted && got < 300 && got != 0;
}

void house_see_user(
    struct house *house, int connection, int viewer, unsigned user, const json *from) {
    struct face wanted = model_face(&house->model, user, viewer, viewer < 0);
    house_see(house, connection, &wanted, from, "a reply");
}

/* "POST /channels/team/c2", and what comes behind it. */
void house_line_of_channel(
    const struct house *house, char *to, unsigned channel, const char *rest) {
    const char *type = heard_channel_type(house->model.channels[channel].type);
    sprintf(to, "POST /channels/%s/c%u%s", type, channel, rest);
}

void house_see_members(struct house *house, int connection, unsigned channel, const json *list) {
    const struct model_channel *ch = &house->model.channels[channel];
    int viewer = connection >= 0 ? (int)house->model.connections[connection].user : -1;
    unsigned i = 0;
    for (const json *member = json_first(list); member != NULL && i < ch->member_count;
         member = json_next(member))
        house_see_user(house, connection, viewer, ch->members[i++], json_get(member, "user"));
    if (json_count(list) != ch->member_count)
        house_differs(house, "channel %u: %zu members instead of %u", channel, json_count(list),
            ch->member_count);
}

/* ---- steps ---- */

/* Nothing is said any more, and what waits never was. */
static void crash(struct house *house) {
    house->stage.world.down = true;
    for (unsigned i = 0; i < house->model.connection_count; i++)
        if (house->model.connections[i].line == LINE_OPENING)
            stage_goodbye(&house->stage.sockets[i]);
    stage_settle(&house->stage, -ECANCELED);
    house->stage.store.held = false;
}

/* The model knows nothing of the bound on how often others are told: presence_test.c and
 * home_test.c have it. Here each change is compared. */
static void tell_each_change(struct house *house) {
    house->stage.world.house.tells_all = true;
}

static enum action act_restart(struct house *house, const struct step *step) {
    bool crashes = step->action == ACT_CRASH && house->stage.store.held;
    if (crashes)
        crash(house);
    else
        house_settle(house);
    stage_restart(&house->stage);
    tell_each_change(house);
    house->stage.world.listen_channel = house->cast.listen_channel;
    if (crashes)
        model_crash(&house->model);
    else
        model_restart(&house->model);
    return crashes ? ACT_CRASH : ACT_RESTART;
}

static enum action act_drain(struct house *house, const struct step *step) {
    (void)step;
    house_drain(house);
    return ACT_DRAIN;
}

static enum action act_hold(struct house *house, const struct step *step) {
    if (step->action == ACT_HOLD || !house->stage.store.held) {
        house->stage.store.held = true;
        return ACT_HOLD;
    }
    if (step->action == ACT_FAIL) {
        lose_batches(house);
        return ACT_FAIL;
    }
    house_settle(house);
    return ACT_SETTLE;
}

static enum action act_pass(struct house *house, const struct step *step) {
    int64_t ms = step->action == ACT_PASS          ? 1 + step->number % 4000
                 : step->action == ACT_PASS_LINGER ? 5000 + step->number % 2000
                                                   : 15 * 60000 + step->number % 60000;
    house_pass(house, ms);
    return step->action;
}

static act_step *const acts[ACTION_COUNT] = {
    [ACT_CONNECT] = act_connect,
    [ACT_SECOND] = act_connect,
    [ACT_CONNECT_STATUS] = act_connect_saying,
    [ACT_CONNECT_HIDDEN] = act_connect_saying,
    [ACT_CONNECT_SHOWN] = act_connect_saying,
    [ACT_GOODBYE] = act_go,
    [ACT_LOSS] = act_go,
    [ACT_RECONNECT_WITHIN] = act_go,
    [ACT_RECONNECT_PAST] = act_go,
    [ACT_SILENCE] = act_go,
    [ACT_HIDE] = act_say,
    [ACT_SHOW] = act_say,
    [ACT_HIDE_STATUS] = act_say,
    [ACT_SHOW_STATUS] = act_say,
    [ACT_STATUS] = act_say,
    [ACT_STATUS_CLEAR] = act_say,
    [ACT_NO_CHANGE] = act_say,
    [ACT_RENAME] = act_say,
    [ACT_WATCH] = act_watch,
    [ACT_WATCH_ONLY] = act_watch,
    [ACT_LISTEN_ONLY] = act_watch,
    [ACT_QUERY_CHANNELS] = act_query_channels,
    [ACT_QUERY_USERS] = act_query_users,
    [ACT_QUERY_MEMBERS] = act_query_members,
    [ACT_STOP_WATCHING] = act_stop,
    [ACT_TYPING] = act_type,
    [ACT_SWITCH_OFF] = act_switch,
    [ACT_SWITCH_ON] = act_switch,
    [ACT_ADD_MEMBER] = act_member,
    [ACT_REMOVE_MEMBER] = act_member,
    [ACT_SHUT_OUT] = act_shut,
    [ACT_LET_IN] = act_shut,
    [ACT_PASS] = act_pass,
    [ACT_PASS_LINGER] = act_pass,
    [ACT_PASS_REFRESH] = act_pass,
    [ACT_RESTART] = act_restart,
    [ACT_CRASH] = act_restart,
    [ACT_DRAIN] = act_drain,
    [ACT_HOLD] = act_hold,
    [ACT_SETTLE] = act_hold,
    [ACT_FAIL] = act_hold,
};

enum action house_step(struct house *house, const struct step *step) {
    house_pass(house, 1 + step->number % 3);
    return acts[step->action](house, step);
}

/* ---- opening ---- */

static void make_users(struct house *house) {
    char body[2000] = "{\"users\":{";
    for (unsigned user = 0; user < house->cast.users; user++) {
        const char *id = heard_user_name(user);
        sprintf(body + strlen(body), "%s\"%s\":{\"id\":\"%s\",\"name\":\"n%u\"}",
            user > 0 ? "," : "", id, id, user);
    }
    strcat(body, "}}");
    stage_expect(&house->stage, NULL, NULL, "POST /users", body, 201, 0);
}

static void make_channel(struct house *house, unsigned channel) {
    const struct model_channel *ch = &house->model.channels[channel];
    char line[100], body[1000];
    house_line_of_channel(house, line, channel, "/query");
    sprintf(
        body, "{\"data\":{\"created_by_id\":\"%s\",\"members\":[", heard_user_name(ch->creator));
    for (unsigned i = 0; i < ch->member_count; i++)
        sprintf(body + strlen(body), "%s\"%s\"", i > 0 ? "," : "", heard_user_name(ch->members[i]));
    strcat(body, "]}}");
    stage_expect(&house->stage, NULL, NULL, line, body, 201, 0);
}

void house_open(struct house *house, const struct cast *cast, bool on_disk, bool aloud) {
    memset(house, 0, sizeof *house);
    house->aloud = aloud;
    if (on_disk)
        stage_open(&house->stage);
    else
        stage_open_in_memory(&house->stage);
    house->cast = *cast;
    tell_each_change(house);
    house->stage.world.listen_channel = cast->listen_channel;
    house->stage.house.listen_users = cast->listen_users;
    model_open(&house->model, cast, house->stage.world.now.unix_us);
    house->names = house->statuses = USERS_MOST;
    make_users(house);
    for (unsigned channel = 0; channel < cast->channels; channel++)
        make_channel(house, channel);
}

void house_close(struct house *house) {
    stage_close(&house->stage);
}
