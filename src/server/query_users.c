/* SPDX-License-Identifier: MIT */
/*
 * online and last_active are what the asker sees, so that a filter or a sort cannot find out who
 * hides; `invisible` is a missing key to everybody else.
 */
#include "server/query.h"
#include "server/routes.h"

#include <string.h>

enum field {
    ID,
    NAME,
    IMAGE,
    ROLE,
    LANGUAGE,
    TEAMS,
    CREATED,
    UPDATED,
    LAST_ACTIVE,
    ONLINE,
    BANNED,
    DEACTIVATED,
    INVISIBLE
};

const struct filter_field query_user_fields[] = {
    {"id", FILTER_TEXT, ID},
    {"name", FILTER_TEXT, NAME},
    {"image", FILTER_TEXT, IMAGE},
    {"role", FILTER_TEXT, ROLE},
    {"language", FILTER_TEXT, LANGUAGE},
    {"teams", FILTER_LIST, TEAMS},
    {"created_at", FILTER_TIME, CREATED},
    {"updated_at", FILTER_TIME, UPDATED},
    {"last_active", FILTER_TIME, LAST_ACTIVE},
    {"online", FILTER_BOOLEAN, ONLINE},
    {"banned", FILTER_BOOLEAN, BANNED},
    {"deactivated_at", FILTER_TIME, DEACTIVATED},
    {"invisible", FILTER_BOOLEAN, INVISIBLE},
    {0},
};

static bool has_none(const void *list, const char *text) {
    (void)list;
    (void)text;
    return false;
}

static struct filter_value custom(const struct user *user, const char *name) {
    const json *value = json_path(user->custom, name);
    return (struct filter_value){
        .kind = value != NULL ? FILTER_JSON : FILTER_MISSING, .json = value};
}

struct filter_value query_user_get(
    const void *object, int tag, const char *name, const void *context) {
    const struct person *person = object;
    const struct user *user = &person->user;
    struct user_face face = show_face(person, *(const struct view *)context);
    switch (tag) {
    case ID: return filter_text(user->id);
    case NAME: return filter_text(user->name);
    case IMAGE: return filter_text(user->image);
    case ROLE: return filter_text(user->role != NULL ? user->role : "user");
    case LANGUAGE: return filter_text("");
    case TEAMS: return (struct filter_value){.kind = FILTER_LIST, .list = {.has = has_none}};
    case CREATED: return filter_time(user->created_us);
    case UPDATED: return filter_time(user->updated_us);
    case LAST_ACTIVE: return filter_time(face.last_active_us);
    case ONLINE: return filter_boolean(face.online);
    case BANNED: return filter_boolean(user->banned);
    case DEACTIVATED: return filter_time(user->deactivated_us);
    case INVISIBLE:
        return face.show_invisible ? filter_boolean(user->invisible == INVISIBLE_YES)
                                   : (struct filter_value){.kind = FILTER_MISSING};
    default: return custom(user, name);
    }
}

static int by_created_desc(const void *a, const void *b) {
    const struct person *left = a, *right = b;
    return left->user.created_us > right->user.created_us   ? -1
           : left->user.created_us < right->user.created_us ? 1
                                                            : 0;
}

static int by_id(const void *a, const void *b) {
    const struct person *left = a, *right = b;
    return strcmp(left->user.id, right->user.id);
}

static const struct query_kind users = {.fields = query_user_fields,
    .get = query_user_get,
    .otherwise = by_created_desc,
    .ties = by_id,
    .limit_default = LIMIT_USERS_DEFAULT,
    .limit_most = LIMIT_USERS};

/* One page after another: the ids are bounded and, where no order is asked for, ordered by. */
static const struct query_kind users_by_id = {.fields = query_user_fields,
    .get = query_user_get,
    .otherwise = by_id,
    .ties = by_id,
    .limit_default = LIMIT_USERS_DEFAULT,
    .limit_most = LIMIT_USERS};

enum { AFTER, FROM, BEFORE, UNTIL, BOUNDS };

static const char *const bounds[BOUNDS] = {
    [AFTER] = "id_gt", [FROM] = "id_gte", [BEFORE] = "id_lt", [UNTIL] = "id_lte"};

struct users_wish {
    struct query query;
    const char *bound[BOUNDS]; /* or NULL */
    bool bounded;
};

static int read_bounds(struct call *call, struct users_wish *wish) {
    for (size_t i = 0; i < BOUNDS; i++) {
        const json *given = json_get(call->body, bounds[i]);
        if (given == NULL || json_is_null(given))
            continue;
        if (!json_is_text(given))
            return call_refuse_field(call, bounds[i], "must be a string");
        wish->bound[i] = json_as_text(given);
        wish->bounded = true;
    }
    return 0;
}

static bool is_within(const struct users_wish *wish, const char *id) {
    const char *const *bound = wish->bound;
    return (bound[AFTER] == NULL || strcmp(id, bound[AFTER]) > 0) &&
           (bound[FROM] == NULL || strcmp(id, bound[FROM]) >= 0) &&
           (bound[BEFORE] == NULL || strcmp(id, bound[BEFORE]) < 0) &&
           (bound[UNTIL] == NULL || strcmp(id, bound[UNTIL]) <= 0);
}

static void look_at(struct users_wish *wish, const struct person *person) {
    if (person_is_there(person) && is_within(wish, person->user.id))
        query_look(&wish->query, person);
}

static void look_up(const char *id, void *context) {
    struct users_wish *wish = context;
    const struct query *query = &wish->query;
    struct person *person = person_find(query->call->world, id);
    for (size_t i = 0; person != NULL && i < query->count; i++)
        if (query->found[i] == person)
            return;
    if (person != NULL)
        look_at(wish, person);
}

static void look(struct users_wish *wish) {
    if (filter_demands(wish->query.filter, ID, look_up, wish))
        return;
    size_t i = 0;
    for (struct person *person;
         (person = table_next(&wish->query.call->world->persons, &i)) != NULL;)
        look_at(wish, person);
}

/* Listening before the snapshot is made, in one turn: nothing falls between. */
static int listen_and_show(struct query *query, struct connection *connection) {
    struct call *call = query->call;
    unsigned left = call->house->listen_users;
    json *list = json_array();
    int rc = 0;
    for (size_t i = 0; rc == 0 && i < query->count; i++) {
        struct person *person = table_find(
            &call->world->persons, ((const struct person *)query->found[i])->user.id);
        if (connection != NULL && person != call->asker && left > 0) {
            left--;
            rc = listen_to(&connection->listener, &person->sighted, LISTEN_QUERY);
        }
        if (rc == 0)
            rc = json_append(list, show_user(person, call->view));
    }
    if (rc == 0)
        return call_reply(call, "users", list);
    json_free(list);
    return rc;
}

int users_query(struct call *call) {
    bool presence;
    struct connection *connection = NULL;
    struct users_wish wish = {0};
    struct query *query = &wish.query;
    int rc = call_boolean(call, "presence", false, &presence);
    if (rc == 0)
        rc = read_bounds(call, &wish);
    if (rc == 0)
        rc = query_init(query, call, wish.bounded ? &users_by_id : &users);
    if (rc == 0 && presence)
        rc = call_connection(call, &connection);
    if (rc == 0) {
        look(&wish);
        rc = query_finish(query);
    }
    if (rc == 0)
        rc = listen_and_show(query, connection);
    query_fini(query);
    return rc;
}
