/* SPDX-License-Identifier: MIT */
#include "server/simulator/house.h"

#include <errno.h>

/* ---- the clock ---- */

static void settle_unless_held(struct house *house) {
    if (!house->stage.store.held)
        model_settle(&house->model, true);
}

static void advance(struct house *house, int64_t ms) {
    model_pass(&house->model, ms * 1000);
    settle_unless_held(house);
    stage_pass(&house->stage, ms);
    house_compare(house, false);
}

/* As the server's timer would: awake when something is due, and once just before, when it is not.
 */
static void pass(struct house *house, int64_t ms) {
    while (ms > 0 && !house->failed) {
        int64_t next = model_next_us(&house->model);
        int64_t due = next == INT64_MAX ? INT64_MAX : (next - house->model.now_us) / 1000;
        int64_t slice = due > ms ? ms : due > 1 ? due - 1 : 1;
        advance(house, slice);
        ms -= slice;
    }
}

/* ---- the disk ---- */

static void settle(struct house *house) {
    house->stage.store.held = false;
    stage_settle(&house->stage, 0);
    model_settle(&house->model, true);
    house_compare(house, false);
}

/* Who was refused is hung up on, and who missed something that was not undone must read again. */
static void let_go_of_closed(struct house *house) {
    for (unsigned i = 0; i < house->stage.socket_count; i++) {
        struct stage_socket *socket = &house->stage.sockets[i];
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
    house->stage.store.held = false;
    stage_settle(&house->stage, -EIO);
    stage_settle(&house->stage, 0); /* what the undoing wrote */
    model_settle(&house->model, false);
    let_go_of_closed(house);
    house_compare(house, true);
}

/* ---- whom a step touches ---- */

static unsigned lines_of(const struct house *house, unsigned user, int *to) {
    unsigned count = 0;
    for (unsigned i = 0; i < house->model.connection_count; i++)
        if (house->model.connections[i].user == user &&
            house->model.connections[i].line == LINE_LIVE)
            to[count++] = (int)i;
    return count;
}

/* A live connection of this user, or else of the next one who has any; -1: nobody is there. */
static int pick_line(const struct house *house, const struct step *step) {
    int lines[CONNECTIONS_MOST];
    for (unsigned k = 0; k < house->cast.users; k++) {
        unsigned count = lines_of(house, (step->user + k) % house->cast.users, lines);
        if (count > 0)
            return lines[step->pick % count];
    }
    return -1;
}

/* ---- replies ---- */

static bool answered(struct house *house, int got, int wanted, const char *what) {
    if (got != wanted) {
        char *text = json_to_text(house->stage.reply);
        house_differs(house, "%s: answered %d instead of %d: %s", what, got, wanted,
            got != 0 && text != NULL ? text : "");
        free(text);
    }
    return got == wanted && got < 300 && got != 0;
}

static void see_user(
    struct house *house, int connection, int viewer, unsigned user, const json *from) {
    struct face wanted = model_face(&house->model, user, viewer, viewer < 0);
    house_see(house, connection, &wanted, from, "a reply");
}

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
    settle_unless_held(house);
    struct picture *picture = &house->pictures[house->model.connection_count - 1];
    memset(picture, 0, sizeof *picture);
    stage_connect(&house->stage, heard_user_name(user), details);
    house_compare(house, false);
}

static bool is_full(const struct house *house, unsigned user) {
    int lines[CONNECTIONS_MOST];
    return house->model.connection_count + 2 >= CONNECTIONS_MOST ||
           lines_of(house, user, lines) >= SECONDS_MOST;
}

static enum action do_connect(struct house *house, const struct step *step, bool second) {
    int lines[CONNECTIONS_MOST];
    unsigned user = step->user;
    for (unsigned k = 0; k < house->cast.users; k++) {
        unsigned next = (step->user + k) % house->cast.users;
        if ((lines_of(house, next, lines) > 0) == second && !is_full(house, next)) {
            user = next;
            break;
        }
    }
    if (is_full(house, user)) {
        pass(house, 1 + step->number % 4000);
        return ACT_PASS;
    }
    bool is_second = lines_of(house, user, lines) > 0;
    connect_user(house, user, nothing_said);
    return is_second ? ACT_SECOND : ACT_CONNECT;
}

static enum action do_connect_saying(
    struct house *house, const struct step *step, struct saying saying) {
    if (is_full(house, step->user)) {
        pass(house, 1 + step->number % 4000);
        return ACT_PASS;
    }
    connect_user(house, step->user, saying);
    return step->action;
}

static void go(struct house *house, int connection, bool lost) {
    struct stage_socket *socket = &house->stage.sockets[connection];
    model_go(&house->model, (unsigned)connection, lost);
    settle_unless_held(house);
    if (lost)
        stage_lose(socket);
    else
        stage_goodbye(socket);
    house_compare(house, false);
}

static enum action do_go(struct house *house, const struct step *step) {
    int connection = pick_line(house, step);
    if (connection < 0)
        return do_connect(house, step, false);
    unsigned user = house->model.connections[connection].user;
    if (step->action == ACT_SILENCE)
        pass(house, 60000);
    if (house->failed)
        return step->action;
    go(house, connection, step->action != ACT_GOODBYE && step->action != ACT_SILENCE);
    if (step->action != ACT_RECONNECT_WITHIN && step->action != ACT_RECONNECT_PAST)
        return step->action;
    pass(house, step->action == ACT_RECONNECT_WITHIN ? 1 + step->number % 4900
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
    bool by_server = step->way >= BY_SERVER_PATCH;
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
    settle_unless_held(house);
    int status = stage_call(
        &house->stage, by_server ? NULL : id, NULL, upsert ? "POST /users" : "PATCH /users", body);
    if (answered(house, status, house->stage.store.held && changes ? 0 : upsert ? 201 : 200, body))
        see_user(house, -1, by_server ? -1 : (int)user, user,
            json_get(json_get(house->stage.reply, "users"), id));
    house_compare(house, false);
}

/* Half of the time of somebody who is there. */
static unsigned sayer(const struct house *house, const struct step *step) {
    int connection = step->number % 4 != 0 ? pick_line(house, step) : -1;
    return connection >= 0 ? house->model.connections[connection].user : step->user;
}

static enum action do_say(struct house *house, const struct step *step) {
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

/* ---- channels ---- */

/* "POST /channels/team/c2", and what comes behind it. */
static void line_of_channel(
    const struct house *house, char *to, unsigned channel, const char *rest) {
    const char *type = heard_channel_type(house->model.channels[channel].type);
    sprintf(to, "POST /channels/%s/c%u%s", type, channel, rest);
}

static void see_members(struct house *house, int connection, unsigned channel, const json *list) {
    const struct model_channel *ch = &house->model.channels[channel];
    int viewer = connection >= 0 ? (int)house->model.connections[connection].user : -1;
    unsigned i = 0;
    for (const json *member = json_first(list); member != NULL && i < ch->member_count;
         member = json_next(member))
        see_user(house, connection, viewer, ch->members[i++], json_get(member, "user"));
    if (json_count(list) != ch->member_count)
        house_differs(house, "channel %u: %zu members instead of %u", channel, json_count(list),
            ch->member_count);
}

static int count_at(const json *state) {
    int64_t count = 0;
    const json *value = json_get(state, "watcher_count");
    return value != NULL && (!json_as_integer(value, &count) || count == 0) ? -1 : (int)count;
}

/* watchers: all that they see watching, in whatever order. */
static void see_watchers(struct house *house, int connection, unsigned channel, const json *list) {
    const struct model *model = &house->model;
    int viewer = (int)model->connections[connection].user;
    unsigned seen = 0;
    for (const json *item = json_first(list); item != NULL; item = json_next(item)) {
        struct face face;
        int64_t updated_us;
        if (!heard_face(item, &face, &updated_us))
            continue;
        see_user(house, connection, viewer, (unsigned)face.user, item);
        seen |= 1u << face.user;
    }
    for (unsigned user = 0; user < model->user_count; user++) {
        bool is_seen = seen & 1u << user,
             is_there = model_watches(model, channel, user) &&
                        (!model->users[user].now.hidden || viewer == (int)user);
        if (is_seen != is_there)
            house_differs(house, "channel %u: %s is%s among the watchers", channel,
                heard_user_name(user), is_seen ? "" : " not");
    }
}

static void see_state(
    struct house *house, int connection, unsigned channel, const json *state, bool whole) {
    int viewer = (int)house->model.connections[connection].user;
    struct picture *picture = &house->pictures[connection];
    int wanted = model_watcher_count(&house->model, channel, viewer), got = count_at(state);
    if (got != wanted)
        house_differs(house, "channel %u: watcher_count %d instead of %d", channel, got, wanted);
    picture->knows_count[channel] = true;
    picture->count[channel] = got;
    see_user(house, connection, viewer, house->model.channels[channel].creator,
        json_path(state, "channel.created_by"));
    if (whole)
        see_members(house, connection, channel, json_get(state, "members"));
    if (json_get(state, "watchers") != NULL)
        see_watchers(house, connection, channel, json_get(state, "watchers"));
}

static enum action do_watch(struct house *house, const struct step *step) {
    int connection = pick_line(house, step);
    if (connection < 0)
        return do_connect(house, step, false);
    unsigned user = house->model.connections[connection].user;
    bool may = model_may_read(&house->model, user, step->channel);
    bool watch = step->action != ACT_LISTEN_ONLY, presence = step->action != ACT_WATCH_ONLY;
    bool whole = step->number % 8 != 0;
    char line[100], body[200];
    line_of_channel(house, line, step->channel, "/query");
    snprintf(body, sizeof body, "{\"watch\":%s,\"presence\":%s,\"state\":%s%s}",
        watch ? "true" : "false", presence ? "true" : "false", whole ? "true" : "false",
        step->number % 3 == 0 ? ",\"watchers\":{\"limit\":100}" : "");
    if (may && watch)
        model_watch(&house->model, (unsigned)connection, step->channel);
    if (may && presence)
        model_listen(&house->model, (unsigned)connection, step->channel);
    int status = stage_call(
        &house->stage, heard_user_name(user), &house->stage.sockets[connection], line, body);
    /* What the reply brings is known before the events that come after it. */
    if (answered(house, status, may ? 201 : 403, line))
        see_state(house, connection, step->channel, house->stage.reply, whole);
    house_compare(house, false);
    return step->action;
}

static enum action do_query_channels(struct house *house, const struct step *step) {
    struct model *model = &house->model;
    int connection = pick_line(house, step);
    if (connection < 0)
        return do_connect(house, step, false);
    unsigned user = model->connections[connection].user, found = 0, group = model->group;
    bool watch = step->number % 4 != 0, presence = step->number % 5 != 0;
    char body[300];
    snprintf(body, sizeof body,
        "{\"filter_conditions\":{\"members\":{\"$in\":[\"%s\"]}},\"watch\":%s,\"presence\":%s}",
        heard_user_name(user), watch ? "true" : "false", presence ? "true" : "false");
    /* The newest first; how their events are mixed is open. */
    for (unsigned channel = model->channel_count; channel-- > 0;) {
        if (!model_is_member(model, channel, user))
            continue;
        found++;
        model->group = group;
        if (watch)
            model_watch(model, (unsigned)connection, channel);
        if (presence)
            model_listen(model, (unsigned)connection, channel);
    }
    int status = stage_call(&house->stage, heard_user_name(user), &house->stage.sockets[connection],
        "POST /channels", body);
    if (answered(house, status, 201, body)) {
        const json *list = json_get(house->stage.reply, "channels");
        if (json_count(list) != found)
            house_differs(house, "%zu channels instead of %u", json_count(list), found);
        for (const json *state = json_first(list); state != NULL; state = json_next(state)) {
            int channel = heard_channel(json_text_at(json_get(state, "channel"), "cid"));
            if (channel < 0 || !model_is_member(model, (unsigned)channel, user))
                house_differs(house, "a channel that is not theirs: %d", channel);
            else
                see_state(house, connection, (unsigned)channel, state, true);
        }
    }
    house_compare(house, false);
    return step->action;
}

static enum action do_stop(struct house *house, const struct step *step) {
    int connection = pick_line(house, step);
    if (connection < 0)
        return do_connect(house, step, false);
    unsigned user = house->model.connections[connection].user;
    bool may = model_may_read(&house->model, user, step->channel);
    char line[100];
    line_of_channel(house, line, step->channel, "/stop-watching");
    if (may)
        model_stop(&house->model, (unsigned)connection, step->channel);
    int status = stage_call(
        &house->stage, heard_user_name(user), &house->stage.sockets[connection], line, "{}");
    answered(house, status, may ? 201 : 403, line);
    house_compare(house, false);
    return step->action;
}

static enum action do_type(struct house *house, const struct step *step) {
    int connection = pick_line(house, step);
    if (connection < 0)
        return do_connect(house, step, false);
    unsigned user = house->model.connections[connection].user;
    bool may = model_may_read(&house->model, user, step->channel);
    bool is_off = house->model.channels[step->channel].type == 2, begin = step->number % 4 != 0;
    char line[100];
    line_of_channel(house, line, step->channel, "/event");
    if (may && !is_off)
        model_type(&house->model, (unsigned)connection, step->channel, begin);
    int status = stage_call(&house->stage, heard_user_name(user), &house->stage.sockets[connection],
        line,
        begin ? "{\"event\":{\"type\":\"typing.start\"}}"
              : "{\"event\":{\"type\":\"typing.stop\"}}");
    answered(house, status, !may ? 403 : is_off ? 400 : 201, line);
    house_compare(house, false);
    return step->action;
}

/* ---- queries ---- */

enum sort { BY_ID, BY_LAST_ACTIVE, SORTS };

static bool sorts_before(const struct face *a, const struct face *b, enum sort sort) {
    if (sort == BY_LAST_ACTIVE && a->last_active_us != b->last_active_us) {
        if (a->last_active_us == 0 || b->last_active_us == 0)
            return b->last_active_us == 0;
        return a->last_active_us > b->last_active_us;
    }
    return strcmp(heard_user_name((unsigned)a->user), heard_user_name((unsigned)b->user)) < 0;
}

enum filter { ALL_USERS, ONLINE_USERS, INVISIBLE_USERS, HALF_OF_THEM, FILTERS };

static bool passes(const struct face *face, enum filter filter, unsigned half) {
    return filter == ALL_USERS         ? true
           : filter == ONLINE_USERS    ? face->online
           : filter == INVISIBLE_USERS ? face->invisible == 1
                                       : (half & 1u << face->user) != 0;
}

static unsigned find_users(const struct house *house, int viewer, enum filter filter,
    enum sort sort, unsigned half, unsigned *to) {
    unsigned count = 0;
    for (unsigned user = 0; user < house->cast.users; user++) {
        struct face face = model_face(&house->model, user, viewer, viewer < 0);
        if (!passes(&face, filter, half))
            continue;
        unsigned at = count++;
        for (; at > 0; at--) {
            struct face other = model_face(&house->model, to[at - 1], viewer, viewer < 0);
            if (!sorts_before(&face, &other, sort))
                break;
            to[at] = to[at - 1];
        }
        to[at] = user;
    }
    return count;
}

static void print_users_query(const struct house *house, char *to, enum filter filter,
    enum sort sort, unsigned half, bool presence) {
    static const char *const filters[] = {
        "", "\"online\":true", "\"invisible\":true", "\"id\":{\"$in\":["};
    sprintf(to, "{\"filter_conditions\":{%s", filters[filter]);
    for (unsigned user = 0, n = 0; filter == HALF_OF_THEM && user < house->cast.users; user++)
        if (half & 1u << user)
            sprintf(to + strlen(to), "%s\"%s\"", n++ > 0 ? "," : "", heard_user_name(user));
    sprintf(to + strlen(to), "%s},\"sort\":[{\"field\":\"%s\",\"direction\":%s}],\"presence\":%s}",
        filter == HALF_OF_THEM ? "]}" : "", sort == BY_ID ? "id" : "last_active",
        sort == BY_ID ? "1" : "-1", presence ? "true" : "false");
}

static enum action do_query_users(struct house *house, const struct step *step) {
    int connection = pick_line(house, step);
    bool by_server = step->number % 5 == 0 || connection < 0;
    int viewer = by_server ? -1 : (int)house->model.connections[connection].user;
    bool presence = !by_server && step->number % 3 != 0;
    enum filter filter = (enum filter)(step->number / 16 % FILTERS);
    enum sort sort = (enum sort)(step->number / 64 % SORTS);
    unsigned half = step->number / 256 | 1u, found[USERS_MOST];
    unsigned count = find_users(house, viewer, filter, sort, half, found);
    char body[500];
    print_users_query(house, body, filter, sort, half, presence);
    if (presence)
        model_listen_to(&house->model, (unsigned)connection, found, count);
    int status = stage_call(&house->stage, by_server ? NULL : heard_user_name((unsigned)viewer),
        by_server ? NULL : &house->stage.sockets[connection], "GET /users", body);
    if (answered(house, status, 200, body)) {
        const json *list = json_get(house->stage.reply, "users"), *user = json_first(list);
        for (unsigned i = 0; i < count && user != NULL; i++, user = json_next(user))
            see_user(house, by_server ? -1 : connection, viewer, found[i], user);
        if (json_count(list) != count)
            house_differs(house, "%s: %zu users instead of %u", body, json_count(list), count);
    }
    house_compare(house, false);
    return step->action;
}

static enum action do_query_members(struct house *house, const struct step *step) {
    int connection = pick_line(house, step);
    if (connection < 0)
        return do_connect(house, step, false);
    unsigned user = house->model.connections[connection].user;
    bool may = model_may_read(&house->model, user, step->channel);
    char body[200];
    sprintf(body, "{\"type\":\"%s\",\"id\":\"c%u\",\"filter_conditions\":{}}",
        heard_channel_type(house->model.channels[step->channel].type), step->channel);
    int status = stage_call(&house->stage, heard_user_name(user), &house->stage.sockets[connection],
        "GET /members", body);
    if (answered(house, status, may ? 200 : 403, body))
        see_members(house, connection, step->channel, json_get(house->stage.reply, "members"));
    house_compare(house, false);
    return step->action;
}

/* ---- server-side ---- */

static enum action do_switch(struct house *house, const struct step *step) {
    bool on = step->action == ACT_SWITCH_ON;
    unsigned type = house->model.channels[step->channel].type;
    char line[100];
    settle(house);
    sprintf(line, "PUT /channeltypes/%s", heard_channel_type(type));
    model_switch(&house->model, type, on);
    settle_unless_held(house);
    answered(house,
        stage_call(&house->stage, NULL, NULL, line,
            on ? "{\"connect_events\":true}" : "{\"connect_events\":false}"),
        201, line);
    house_compare(house, false);
    return step->action;
}

static enum action do_member(struct house *house, const struct step *step) {
    bool add = step->action == ACT_ADD_MEMBER;
    unsigned user = step->user;
    settle(house);
    /* Somebody for whom it makes a difference, if there is anybody. */
    for (unsigned k = 0; k < house->cast.users; k++) {
        user = (step->user + k) % house->cast.users;
        if (model_is_member(&house->model, step->channel, user) != add)
            break;
    }
    char line[100], body[100];
    line_of_channel(house, line, step->channel, "");
    sprintf(body, "{\"%s_members\":[\"%s\"]}", add ? "add" : "remove", heard_user_name(user));
    const char *creator = heard_user_name(house->model.channels[step->channel].creator);
    if (add)
        model_add(&house->model, step->channel, user);
    else
        model_remove(&house->model, step->channel, user);
    settle_unless_held(house);
    answered(house,
        stage_call(&house->stage, step->number % 2 == 0 ? NULL : creator, NULL, line, body), 201,
        line);
    house_compare(house, false);
    return step->action;
}

static enum action do_restart(struct house *house) {
    settle(house);
    stage_restart(&house->stage);
    house->stage.world.listen_channel = house->cast.listen_channel;
    model_restart(&house->model);
    return ACT_RESTART;
}

static enum action do_hold(struct house *house, const struct step *step) {
    if (step->action == ACT_HOLD || !house->stage.store.held) {
        house->stage.store.held = true;
        return ACT_HOLD;
    }
    if (step->action == ACT_SETTLE)
        settle(house);
    else
        lose_batches(house);
    return step->action;
}

static enum action do_pass(struct house *house, const struct step *step) {
    int64_t ms = step->action == ACT_PASS          ? 1 + step->number % 4000
                 : step->action == ACT_PASS_LINGER ? 5000 + step->number % 2000
                                                   : 15 * 60000 + step->number % 60000;
    pass(house, ms);
    return step->action;
}

enum action house_step(struct house *house, const struct step *step) {
    struct saying saying = nothing_said;
    pass(house, 1 + step->number % 3);
    switch (step->action) {
    case ACT_CONNECT: return do_connect(house, step, false);
    case ACT_SECOND: return do_connect(house, step, true);
    case ACT_CONNECT_STATUS:
        saying.status = ++house->statuses;
        return do_connect_saying(house, step, saying);
    case ACT_CONNECT_HIDDEN: saying.invisible = 1; return do_connect_saying(house, step, saying);
    case ACT_CONNECT_SHOWN: saying.invisible = 0; return do_connect_saying(house, step, saying);
    case ACT_GOODBYE:
    case ACT_LOSS:
    case ACT_RECONNECT_WITHIN:
    case ACT_RECONNECT_PAST:
    case ACT_SILENCE: return do_go(house, step);
    case ACT_WATCH:
    case ACT_WATCH_ONLY:
    case ACT_LISTEN_ONLY: return do_watch(house, step);
    case ACT_QUERY_CHANNELS: return do_query_channels(house, step);
    case ACT_QUERY_USERS: return do_query_users(house, step);
    case ACT_QUERY_MEMBERS: return do_query_members(house, step);
    case ACT_STOP_WATCHING: return do_stop(house, step);
    case ACT_TYPING: return do_type(house, step);
    case ACT_SWITCH_OFF:
    case ACT_SWITCH_ON: return do_switch(house, step);
    case ACT_ADD_MEMBER:
    case ACT_REMOVE_MEMBER: return do_member(house, step);
    case ACT_PASS:
    case ACT_PASS_LINGER:
    case ACT_PASS_REFRESH: return do_pass(house, step);
    case ACT_RESTART: return do_restart(house);
    case ACT_HOLD:
    case ACT_SETTLE:
    case ACT_FAIL: return do_hold(house, step);
    default: return do_say(house, step);
    }
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
    line_of_channel(house, line, channel, "/query");
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
