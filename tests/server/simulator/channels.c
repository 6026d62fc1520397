/* SPDX-License-Identifier: MIT */
/* Watching, listening, typing, and what a server-side caller does to channels. */
#include "server/simulator/acts.h"

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
        house_see_user(house, connection, viewer, (unsigned)face.user, item);
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
    house_see_user(house, connection, viewer, house->model.channels[channel].creator,
        json_path(state, "channel.created_by"));
    if (whole)
        house_see_members(house, connection, channel, json_get(state, "members"));
    if (json_get(state, "watchers") != NULL)
        see_watchers(house, connection, channel, json_get(state, "watchers"));
}

enum action act_watch(struct house *house, const struct step *step) {
    int connection = house_pick_line(house, step);
    if (connection < 0)
        return act_connect(house, step);
    unsigned user = house->model.connections[connection].user;
    bool may = model_may_read(&house->model, user, step->channel);
    bool watch = step->action != ACT_LISTEN_ONLY, presence = step->action != ACT_WATCH_ONLY;
    bool whole = step->number % 8 != 0;
    char line[100], body[200];
    house_line_of_channel(house, line, step->channel, "/query");
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
    if (house_answered(house, status, may ? 201 : 403, line))
        see_state(house, connection, step->channel, house->stage.reply, whole);
    house_compare(house, false);
    return step->action;
}

enum action act_query_channels(struct house *house, const struct step *step) {
    struct model *model = &house->model;
    int connection = house_pick_line(house, step);
    if (connection < 0)
        return act_connect(house, step);
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
    if (house_answered(house, status, 201, body)) {
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

enum action act_stop(struct house *house, const struct step *step) {
    int connection = house_pick_line(house, step);
    if (connection < 0)
        return act_connect(house, step);
    unsigned user = house->model.connections[connection].user;
    bool may = model_may_read(&house->model, user, step->channel);
    char line[100];
    house_line_of_channel(house, line, step->channel, "/stop-watching");
    if (may)
        model_stop(&house->model, (unsigned)connection, step->channel);
    int status = stage_call(
        &house->stage, heard_user_name(user), &house->stage.sockets[connection], line, "{}");
    house_answered(house, status, may ? 201 : 403, line);
    house_compare(house, false);
    return step->action;
}

enum action act_type(struct house *house, const struct step *step) {
    int connection = house_pick_line(house, step);
    if (connection < 0)
        return act_connect(house, step);
    unsigned user = house->model.connections[connection].user;
    bool may = model_may_read(&house->model, user, step->channel);
    bool is_off = house->model.channels[step->channel].type == 2, begin = step->number % 4 != 0;
    char line[100];
    house_line_of_channel(house, line, step->channel, "/event");
    if (may && !is_off)
        model_type(&house->model, (unsigned)connection, step->channel, begin);
    int status = stage_call(&house->stage, heard_user_name(user), &house->stage.sockets[connection],
        line,
        begin ? "{\"event\":{\"type\":\"typing.start\"}}"
              : "{\"event\":{\"type\":\"typing.stop\"}}");
    house_answered(house, status, !may ? 403 : is_off ? 400 : 201, line);
    house_compare(house, false);
    return step->action;
}

/* ---- server-side ---- */

enum action act_switch(struct house *house, const struct step *step) {
    bool on = step->action == ACT_SWITCH_ON;
    unsigned type = house->model.channels[step->channel].type;
    char line[100];
    sprintf(line, "PUT /channeltypes/%s", heard_channel_type(type));
    model_switch(&house->model, type, on);
    if (house->stage.store.held)
        house->switched |= 1u << type;
    house_settle_unless_held(house);
    house_answered(house,
        stage_call(&house->stage, NULL, NULL, line,
            on ? "{\"connect_events\":true}" : "{\"connect_events\":false}"),
        house->stage.store.held ? 0 : 201, line);
    house_compare(house, false);
    return step->action;
}

/* Somebody for whom it makes a difference, if there is anybody. */
static unsigned pick_member(const struct house *house, const struct step *step, bool add) {
    unsigned user = step->user;
    for (unsigned k = 0; k < house->cast.users; k++) {
        user = (step->user + k) % house->cast.users;
        if (model_is_member(&house->model, step->channel, user) != add)
            break;
    }
    return user;
}

enum action act_member(struct house *house, const struct step *step) {
    bool add = step->action == ACT_ADD_MEMBER;
    unsigned user = pick_member(house, step, add);
    unsigned creator = house->model.channels[step->channel].creator;
    bool by_server = step->number % 2 == 0 || house->model.users[creator].now.shut_out;
    int by = by_server ? -1 : (int)creator;
    char line[100], body[100];
    house_line_of_channel(house, line, step->channel, "");
    sprintf(body, "{\"%s_members\":[\"%s\"]}", add ? "add" : "remove", heard_user_name(user));
    bool changes = add ? model_add(&house->model, step->channel, user, by)
                       : model_remove(&house->model, step->channel, user, by);
    house_settle_unless_held(house);
    int status = stage_call(
        &house->stage, by < 0 ? NULL : heard_user_name((unsigned)by), NULL, line, body);
    house_answered(house, status, house_waits(house, changes) ? 0 : 201, line);
    house_compare(house, false);
    return step->action;
}
