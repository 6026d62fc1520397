/* SPDX-License-Identifier: MIT */
#include "server/simulator/house.h"

void house_differs(struct house *house, const char *format, ...) {
    if (house->failed)
        return;
    house->failed = true;
    va_list args;
    va_start(args, format);
    vsnprintf(house->why, sizeof house->why, format, args);
    va_end(args);
}

/* ---- faces ---- */

/* A version has one updated_at, wherever it is heard, and a later one has a later. */
static bool same_version(struct house *house, unsigned version, int64_t updated_us) {
    assert_true(version < VERSIONS_MOST);
    if (house->updated_us[version] == 0)
        house->updated_us[version] = updated_us;
    return house->updated_us[version] == updated_us;
}

static bool same_face(const struct face *a, const struct face *b) {
    return a->user == b->user && a->online == b->online && a->last_active_us == b->last_active_us &&
           a->status == b->status && a->name == b->name && a->invisible == b->invisible;
}

static bool is_behind(const struct house *house, unsigned connection) {
    return house->stage.sockets[connection].slow &&
           house->model.connections[connection].awaited_count > 0;
}

static bool same_face_now(const struct house *house, int connection, const struct face *got) {
    struct face now = model_face(
        &house->model, (unsigned)got->user, (int)house->model.connections[connection].user, false);
    return same_face(got, &now);
}

void house_see_face(struct house *house, int connection, const struct face *got, int64_t updated_us,
    const struct face *wanted, const char *where) {
    if (!same_face(got, wanted)) {
        char left[200], right[200];
        heard_print_face(left, sizeof left, got);
        heard_print_face(right, sizeof right, wanted);
        house_differs(
            house, "%s (connection %d):\n  got    %s\n  wanted %s", where, connection, left, right);
    } else if (!same_version(house, wanted->version, updated_us)) {
        house_differs(house, "%s (connection %d): updated_at of %s moved", where, connection,
            heard_user_name((unsigned)got->user));
    }
    if (connection < 0 || got->user < 0)
        return;
    if (!model_waits(&house->model, (unsigned)got->user) && same_face_now(house, connection, got) &&
        !is_behind(house, (unsigned)connection))
        house->pictures[connection].is_unsure[got->user] = false;
    house->pictures[connection].knows_user[got->user] = true;
    house->pictures[connection].user[got->user] = *got;
}

void house_see(struct house *house, int connection, const struct face *wanted, const json *user,
    const char *where) {
    struct face got;
    int64_t updated_us;
    if (heard_face(user, &got, &updated_us)) {
        house_see_face(house, connection, &got, updated_us, wanted, where);
        return;
    }
    char *text = json_to_text(user);
    house_differs(house, "%s: not a user of ours: %s", where, text != NULL ? text : "");
    free(text);
}

/* ---- events ---- */

static void describe(char *to, size_t size, const struct awaited *event) {
    char face[200] = "";
    if (event->has_face)
        heard_print_face(face, sizeof face, &event->face);
    snprintf(to, size, "%s channel %d count %d %s", heard_type_name(event->type), event->channel,
        event->count, face);
}

static bool fits(const struct awaited *event, const struct heard *heard) {
    return event->type == heard->type && event->channel == heard->channel &&
           event->count == heard->count &&
           (!event->has_face || (heard->has_face && same_face(&event->face, &heard->face)));
}

static bool before(const struct awaited *a, const struct awaited *b) {
    return a->group < b->group || (a->group == b->group && a->rank < b->rank);
}

/* Presence is state: a slow reader hears the last of it alone, and that behind all that waited. */
static int match_last(const struct model_connection *c, bool *used, const struct heard *heard) {
    int found = -1;
    for (unsigned i = 0; i < c->awaited_count; i++)
        if (!used[i] && fits(&c->awaited[i], heard))
            found = (int)i;
    for (int i = 0; i < found; i++)
        if (c->awaited[i].type == HEARD_PRESENCE && c->awaited[i].face.user == heard->face.user)
            used[i] = true;
    return found;
}

/* Which of those that may come now it is; -1: none. It must be no later than any that is left. */
static int match(
    const struct model_connection *c, bool *used, const struct heard *heard, bool slow) {
    const struct awaited *first = NULL;
    if (slow && heard->type == HEARD_PRESENCE)
        return match_last(c, used, heard);
    for (unsigned i = 0; i < c->awaited_count; i++)
        if (!used[i] && !(slow && c->awaited[i].type == HEARD_PRESENCE) &&
            (first == NULL || before(&c->awaited[i], first)))
            first = &c->awaited[i];
    for (unsigned i = 0; i < c->awaited_count; i++)
        if (!used[i] && first != NULL && !before(first, &c->awaited[i]) &&
            fits(&c->awaited[i], heard))
            return (int)i;
    return -1;
}

static void note_count(struct house *house, unsigned connection, const struct heard *heard) {
    if ((heard->type != HEARD_START && heard->type != HEARD_STOP) || heard->channel < 0)
        return;
    house->pictures[connection].knows_count[heard->channel] = true;
    house->pictures[connection].count[heard->channel] = heard->count;
}

static void say_not_awaited(
    struct house *house, unsigned connection, const bool *used, const struct heard *heard) {
    const struct model_connection *c = &house->model.connections[connection];
    char text[2000] = "", one[300];
    for (unsigned i = 0; i < c->awaited_count; i++)
        if (!used[i] && strlen(text) + sizeof one < sizeof text) {
            describe(one, sizeof one, &c->awaited[i]);
            snprintf(text + strlen(text), sizeof text - strlen(text), "\n  awaited %s", one);
        }
    house_differs(house, "connection %u of %s heard what was not to come now:\n  %s%s", connection,
        heard_user_name(c->user), heard->text, text);
}

static void hear(struct house *house, unsigned connection, const struct heard *heard, bool *used) {
    const struct model_connection *c = &house->model.connections[connection];
    int found = match(c, used, heard, house->stage.sockets[connection].slow);
    note_count(house, connection, heard);
    if (found < 0) {
        say_not_awaited(house, connection, used, heard);
        return;
    }
    used[found] = true;
    if (heard->has_face && c->awaited[found].has_face)
        house_see_face(house, (int)connection, &heard->face, heard->updated_us,
            &c->awaited[found].face, "event");
}

/* After a failure: whatever is said of presence must be so. */
static void hear_undone(struct house *house, unsigned connection, const struct heard *heard) {
    note_count(house, connection, heard);
    if (heard->type != HEARD_PRESENCE && heard->type != HEARD_UPDATED)
        return;
    struct face wanted = model_face(&house->model, (unsigned)heard->face.user,
        (int)house->model.connections[connection].user, false);
    house_see_face(
        house, (int)connection, &heard->face, heard->updated_us, &wanted, "event of the undoing");
}

static void say_heard(const struct house *house, unsigned connection, const struct heard *heard) {
    char face[200] = "";
    if (heard->has_face)
        heard_print_face(face, sizeof face, &heard->face);
    printf("#       %u of %s hears %s channel %d count %d %s\n", connection,
        heard_user_name(house->model.connections[connection].user), heard_type_name(heard->type),
        heard->channel, heard->count, face);
}

static void compare_events(struct house *house, unsigned connection, bool undone) {
    struct stage_socket *socket = &house->stage.sockets[connection];
    struct model_connection *c = &house->model.connections[connection];
    bool used[AWAITED_MOST] = {false};
    for (size_t i = 0; i < socket->count; i++) {
        struct heard heard;
        if (!heard_read(&heard, socket->heard[i])) {
            house_differs(
                house, "connection %u heard what never comes: %s", connection, socket->heard[i]);
            continue;
        }
        if (heard.is_alive)
            continue;
        if (house->aloud)
            say_heard(house, connection, &heard);
        if (undone)
            hear_undone(house, connection, &heard);
        else
            hear(house, connection, &heard, used);
        house->events++;
    }
    for (unsigned i = 0; i < c->awaited_count && !undone; i++)
        if (!used[i]) {
            char one[300];
            describe(one, sizeof one, &c->awaited[i]);
            house_differs(house, "connection %u of %s did not hear %s", connection,
                heard_user_name(c->user), one);
        }
    c->awaited_count = 0;
}

/* ---- pictures ---- */

static void note_listening(struct house *house, unsigned connection, unsigned user) {
    struct picture *picture = &house->pictures[connection];
    bool listens = house->model.connections[connection].listens[user] != 0;
    if (listens && !picture->listened[user])
        picture->is_unsure[user] = model_waits(&house->model, user) || is_behind(house, connection);
    picture->listened[user] = listens;
}

static void compare_user(struct house *house, unsigned connection, unsigned user) {
    const struct model_connection *c = &house->model.connections[connection];
    struct picture *picture = &house->pictures[connection];
    if (c->listens[user] == 0)
        picture->knows_user[user] = false;
    if (!picture->knows_user[user] || model_waits(&house->model, user) || picture->is_unsure[user])
        return;
    struct face wanted = model_face(&house->model, user, (int)c->user, false);
    const struct face *got = &picture->user[user];
    /* While they are seen online, last_active moves without an event. */
    if (wanted.online && got->last_active_us <= wanted.last_active_us)
        wanted.last_active_us = got->last_active_us;
    if (same_face(got, &wanted))
        return;
    char left[200], right[200];
    heard_print_face(left, sizeof left, got);
    heard_print_face(right, sizeof right, &wanted);
    house_differs(house, "the picture of connection %u of %s lies:\n  has %s\n  is  %s", connection,
        heard_user_name(c->user), left, right);
}

static bool anybody_waits(const struct model *model) {
    for (unsigned user = 0; user < model->user_count; user++)
        if (model_waits(model, user))
            return true;
    return false;
}

static void compare_count(struct house *house, unsigned connection, unsigned channel) {
    const struct model *model = &house->model;
    const struct model_connection *c = &model->connections[connection];
    struct picture *picture = &house->pictures[connection];
    if (!(c->watches & 1u << channel) || !model->connect_events[model->channels[channel].type])
        picture->knows_count[channel] = false;
    if (house->switched & 1u << model->channels[channel].type)
        picture->knows_count[channel] = false;
    if (house->stage.sockets[connection].slow) /* what it was told earlier may come after a reply */
        picture->knows_count[channel] = false;
    if (!picture->knows_count[channel] || anybody_waits(model))
        return;
    int wanted = model_watcher_count(model, channel, (int)c->user);
    if (picture->count[channel] != wanted)
        house_differs(house, "connection %u of %s counts %d watchers of channel %u, there are %d",
            connection, heard_user_name(c->user), picture->count[channel], channel, wanted);
}

static void compare_pictures(struct house *house, unsigned connection) {
    for (unsigned user = 0; user < house->model.user_count; user++)
        compare_user(house, connection, user);
    for (unsigned channel = 0; channel < house->model.channel_count; channel++)
        compare_count(house, connection, channel);
}

/* Who is gone reads no more. */
static void compare_one(struct house *house, unsigned connection, bool undone) {
    struct model_connection *c = &house->model.connections[connection];
    bool slow = house->stage.sockets[connection].slow, live = c->line == LINE_LIVE;
    for (unsigned user = 0; user < house->model.user_count; user++)
        note_listening(house, connection, user);
    if (slow && !live) {
        c->awaited_count = 0;
        outbox_fini(&house->stage.sockets[connection].outbox);
    }
    if (slow && !house->draining)
        return;
    compare_events(house, connection, undone);
    if (live)
        compare_pictures(house, connection);
}

void house_compare(struct house *house, bool undone) {
    assert_int_equal(house->model.connection_count, house->stage.socket_count);
    for (unsigned i = 0; i < house->model.connection_count; i++)
        compare_one(house, i, undone);
    stage_forget(&house->stage);
}

void house_drain(struct house *house) {
    for (unsigned i = 0; i < house->model.connection_count; i++)
        stage_drain(&house->stage.sockets[i]);
    house->draining = true;
    house_compare(house, false);
    house->draining = false;
}
