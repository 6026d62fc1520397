/* SPDX-License-Identifier: MIT */
/* Asking, and who is found. */
#include "server/simulator/acts.h"

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

enum action act_query_users(struct house *house, const struct step *step) {
    int connection = house_pick_line(house, step);
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
    if (house_answered(house, status, 200, body)) {
        const json *list = json_get(house->stage.reply, "users"), *user = json_first(list);
        for (unsigned i = 0; i < count && user != NULL; i++, user = json_next(user))
            house_see_user(house, by_server ? -1 : connection, viewer, found[i], user);
        if (json_count(list) != count)
            house_differs(house, "%s: %zu users instead of %u", body, json_count(list), count);
    }
    house_compare(house, false);
    return step->action;
}

enum action act_query_members(struct house *house, const struct step *step) {
    int connection = house_pick_line(house, step);
    if (connection < 0)
        return act_connect(house, step);
    unsigned user = house->model.connections[connection].user;
    bool may = model_may_read(&house->model, user, step->channel);
    char body[200];
    sprintf(body, "{\"type\":\"%s\",\"id\":\"c%u\",\"filter_conditions\":{}}",
        heard_channel_type(house->model.channels[step->channel].type), step->channel);
    int status = stage_call(&house->stage, heard_user_name(user), &house->stage.sockets[connection],
        "GET /members", body);
    if (house_answered(house, status, may ? 200 : 403, body))
        house_see_members(
            house, connection, step->channel, json_get(house->stage.reply, "members"));
    house_compare(house, false);
    return step->action;
}
