/* SPDX-License-Identifier: MIT */
/*
 * The same property as in tests/wire/filter_property_test.c, one floor up: random filters, sorts
 * and pages asked through the real calls, of a random town that real calls have made. What must
 * come is what the naive reading of the page finds among the objects that the same asker is shown
 * without a filter: so what they are not shown, as who hides, they cannot ask for either.
 *
 * Each of these was planted once and caught: online and last_active are the truth; invisible is a
 * field for everybody; id_gt takes its bound in; a page begins one too late; hidden channels are
 * found unasked; who asks for others' channels gets only their own; ties stay as they come;
 * last_updated forgets the messages; channels come oldest first; an invitee has joined; only the
 * first member's name is looked at.
 */
#include "server/stage.h"
#include "wire/filter_naive.h"
#include "wire/filter_random.h"

enum { TOWNS = 5, QUESTIONS = 150, USERS = 12, ROOMS = 9, MOMENTS = 48, SERVER = -1 };

struct town {
    struct stage stage;
    struct dice dice;
    bool muted[USERS][ROOMS];
    char moments[MOMENTS][40]; /* quoted, as they were shown */
    const char *moment_values[MOMENTS + 1];
    size_t moment_count;
    unsigned answered, refused, found;
};

/* ---- what may be asked for, from the page ---- */

static const char *const ids[] = {"\"u0\"", "\"u1\"", "\"u2\"", "\"u3\"", "\"u4\"", "\"u5\"",
    "\"u6\"", "\"u7\"", "\"u8\"", "\"u9\"", "\"u10\"", "\"u11\"", "\"nobody\"", NULL};
static const char *const names[] = {
    "\"Ada Lovelace\"", "\"Élodie\"", "\"élodie\"", "\"Жанна\"", "\"O’Brien\"", "\"Bo\"", NULL};
static const char *const colours[] = {"\"green\"", "\"Green\"", "\"blue\"", "\"gr ün\"", NULL};
static const char *const levels[] = {"0", "1", "2", "\"1\"", "true", "[1]", NULL};
static const char *const deeps[] = {
    "{\"er\":1}", "{\"er\":[\"a\",1]}", "{\"er\":\"b\"}", "{}", NULL};
static const char *const booleans[] = {"true", "false", NULL};
static const char *const counts[] = {"0", "1", "2", "3", "4", "5", "2.5", NULL};
static const char *const roles[] = {
    "\"user\"", "\"admin\"", "\"guest\"", "\"member\"", "\"moderator\"", "\"owner\"", NULL};
static const char *const channel_roles[] = {"\"channel_member\"", "\"channel_moderator\"", NULL};
static const char *const invites[] = {"\"pending\"", "\"accepted\"", "\"rejected\"", NULL};
static const char *const types[] = {"\"messaging\"", "\"livestream\"", "\"gaming\"", NULL};
static const char *const rooms[] = {"\"c0\"", "\"c1\"", "\"c2\"", "\"c3\"", "\"c4\"", NULL};
static const char *const cids[] = {"\"messaging:c0\"", "\"livestream:c1\"", "\"messaging:c2\"",
    "\"messaging:c3\"", "\"livestream:c4\"", "\"messaging:nowhere\"", NULL};
static const char *const languages[] = {"\"\"", "\"en\"", NULL};
static const char *const moments[] = {"", NULL}; /* stands for those of the town */

/* What users, channels and members may hold of their own. */
static const struct random_field own_fields[] = {{"name", FILTER_TEXT, names},
    {"color", FILTER_JSON, colours}, {"level", FILTER_JSON, levels}, {"deep", FILTER_JSON, deeps},
    {"status", FILTER_JSON, colours}, {0}};

#define OWN                                                                                        \
    {"color", FILTER_JSON, colours}, {"level", FILTER_JSON, levels}, {"deep", FILTER_JSON, deeps}, \
    {                                                                                              \
        "deep.er", FILTER_JSON, random_values                                                      \
    }

static const struct random_field user_fields[] = {{"id", FILTER_TEXT, ids},
    {"name", FILTER_TEXT, names}, {"image", FILTER_TEXT, names}, {"role", FILTER_TEXT, roles},
    {"language", FILTER_TEXT, languages}, {"teams", FILTER_LIST, colours},
    {"created_at", FILTER_TIME, moments}, {"updated_at", FILTER_TIME, moments},
    {"last_active", FILTER_TIME, moments}, {"online", FILTER_BOOLEAN, booleans},
    {"banned", FILTER_BOOLEAN, booleans}, {"deactivated_at", FILTER_TIME, moments},
    {"invisible", FILTER_BOOLEAN, booleans}, {"status", FILTER_JSON, colours}, OWN, {0}};

static const struct random_field channel_fields[] = {{"id", FILTER_TEXT, rooms},
    {"cid", FILTER_TEXT, cids}, {"type", FILTER_TEXT, types}, {"members", FILTER_LIST, ids},
    {"member_count", FILTER_NUMBER, counts}, {"created_at", FILTER_TIME, moments},
    {"updated_at", FILTER_TIME, moments}, {"last_message_at", FILTER_TIME, moments},
    {"last_updated", FILTER_TIME, moments}, {"created_by_id", FILTER_TEXT, ids},
    {"frozen", FILTER_BOOLEAN, booleans}, {"disabled", FILTER_BOOLEAN, booleans},
    {"hidden", FILTER_BOOLEAN, booleans}, {"muted", FILTER_BOOLEAN, booleans},
    {"joined", FILTER_BOOLEAN, booleans}, {"has_unread", FILTER_BOOLEAN, booleans},
    {"invite", FILTER_TEXT, invites}, {"truncated_at", FILTER_TIME, moments},
    {"cooldown", FILTER_NUMBER, counts}, {"member.user.name", FILTER_TEXTS, names},
    {"name", FILTER_JSON, names}, OWN, {0}};

static const struct random_field member_fields[] = {{"id", FILTER_TEXT, ids},
    {"user_id", FILTER_TEXT, ids}, {"name", FILTER_TEXT, names},
    {"created_at", FILTER_TIME, moments}, {"updated_at", FILTER_TIME, moments},
    {"banned", FILTER_BOOLEAN, booleans}, {"shadow_banned", FILTER_BOOLEAN, booleans},
    {"channel_role", FILTER_TEXT, channel_roles}, {"role", FILTER_TEXT, roles},
    {"notifications_muted", FILTER_BOOLEAN, booleans}, {"invited", FILTER_BOOLEAN, booleans},
    {"invite_accepted_at", FILTER_TIME, moments}, {"invite_rejected_at", FILTER_TIME, moments},
    {"invite", FILTER_TEXT, invites}, {"joined", FILTER_BOOLEAN, booleans},
    {"online", FILTER_BOOLEAN, booleans}, {"last_active", FILTER_TIME, moments}, OWN, {0}};

/* ---- the town ---- */

/* By a user, or server-side; later than before. */
__attribute__((format(printf, 4, 5))) static int tell(
    struct town *town, int user, const char *line, const char *format, ...) {
    char body[2048], name[16];
    va_list args;
    va_start(args, format);
    vsnprintf(body, sizeof body, format, args);
    va_end(args);
    snprintf(name, sizeof name, "u%d", user);
    stage_pass(&town->stage, dice_roll(&town->dice, 3000));
    return stage_call(&town->stage, user == SERVER ? NULL : name, NULL, line, body);
}

static int own(struct town *town, struct bytes *to, const char *id) {
    bytes_clear(to);
    random_object(&town->dice, own_fields, id, to);
    return (int)to->len;
}

static const char *type_of(int room) {
    return room % 3 == 1 ? "livestream" : "messaging";
}

static void line_of(char line[80], const char *method, int room, const char *end) {
    snprintf(line, 80, "%s /channels/%s/c%d%s", method, type_of(room), room, end);
}

static int some_user(struct town *town) {
    return (int)dice_roll(&town->dice, USERS);
}

static void make_users(struct town *town) {
    struct bytes text = BYTES_EMPTY;
    for (int i = 0; i < USERS; i++) {
        char id[16];
        snprintf(id, sizeof id, "u%d", i);
        own(town, &text, id);
        assert_int_equal(
            tell(town, SERVER, "POST /users", "{\"users\":{\"%s\":%s}}", id, text.at), 201);
        struct stage_socket *socket = NULL;
        if (i < 3 || dice_percent(&town->dice, 60))
            socket = stage_connect(&town->stage, id,
                i == 1 || dice_percent(&town->dice, 20) ? ",\"invisible\":true" : "");
        if (socket != NULL && i >= 3 && dice_percent(&town->dice, 30))
            stage_goodbye(socket);
        else if (dice_percent(&town->dice, 20))
            tell(town, SERVER, "PATCH /users",
                "{\"users\":[{\"id\":\"%s\",\"set\":{\"invisible\":%s,\"role\":\"%s\"}}]}", id,
                dice_percent(&town->dice, 50) ? "true" : "false", i % 2 == 0 ? "guest" : "user");
    }
    tell(town, SERVER, "POST /users/u11/deactivate", "{}");
    bytes_fini(&text);
}

static void make_room(struct town *town, int room, struct bytes *text) {
    char line[80], id[16];
    snprintf(id, sizeof id, "c%d", room);
    own(town, text, id);
    json *data;
    assert_int_equal(json_parse(&data, text->at, text->len, &json_limits_rest, NULL), 0);
    json_remove(data, "id");
    json *members = json_array();
    for (int i = 0; i < USERS - 1; i++) {
        char user[16];
        snprintf(user, sizeof user, "u%d", i);
        if (dice_percent(&town->dice, i < 3 ? 60 : 20))
            assert_int_equal(json_append(members, json_text(user)), 0);
    }
    assert_int_equal(json_set(data, "members", members), 0);
    bytes_clear(text);
    json_print(data, text);
    json_free(data);
    line_of(line, "POST", room, "/query");
    assert_int_equal(
        tell(town, (int)dice_roll(&town->dice, 3), line, "{\"data\":%s}", text->at), 201);
}

/* What happens in a room; much of it is refused, and that is well. */
static void live_in(struct town *town, int room) {
    char line[80];
    int user = some_user(town);
    switch (dice_roll(&town->dice, 9)) {
    case 0:
    case 1:
    case 2:
        line_of(line, "POST", room, "/message");
        tell(town, user, line, "{\"message\":{\"text\":\"hi\"}}");
        break;
    case 3:
        line_of(line, "POST", room, "/hide");
        tell(town, user % 3, line, "{\"user_id\":\"u%d\"}", user % 3);
        break;
    case 4:
        if (tell(town, user, "POST /moderation/mute/channel", "{\"channel_cid\":\"%s:c%d\"}",
                type_of(room), room) == 201)
            town->muted[user][room] = true;
        break;
    case 5:
        line_of(line, "PATCH", room, "");
        tell(town, SERVER, line, "{\"set\":{\"%s},\"user_id\":\"u0\"}",
            dice_percent(&town->dice, 50) ? "frozen\":true" : "cooldown\":3");
        break;
    case 6:
        line_of(line, "POST", room, "");
        tell(town, SERVER, line, "{\"invites\":[\"u%d\"],\"user_id\":\"u0\"}", user);
        if (dice_percent(&town->dice, 60))
            tell(town, user, line, "{\"%s_invite\":true}",
                dice_percent(&town->dice, 50) ? "accept" : "reject");
        break;
    case 7:
        line_of(line, "POST", room, "");
        tell(town, SERVER, line, "{\"add_moderators\":[\"u%d\"],\"user_id\":\"u0\"}", user);
        break;
    default:
        line_of(line, "POST", room, dice_percent(&town->dice, 25) ? "/truncate" : "/read");
        tell(town, user % 3, line, "{}");
        break;
    }
}

static void build(struct town *town, unsigned number) {
    *town = (struct town){.dice = dice_of(20261124, number)};
    stage_open(&town->stage);
    town->stage.house.rate.per_minute = 1000000;
    make_users(town);
    struct bytes text = BYTES_EMPTY;
    for (int room = 0; room < ROOMS; room++)
        make_room(town, room, &text);
    for (int i = 0; i < 60; i++)
        live_in(town, i % ROOMS);
    bytes_fini(&text);
}

/* ---- what the asker is shown, flat ---- */

static void move(json *to, const char *name, json *value) {
    if (value != NULL)
        assert_int_equal(json_set(to, name, value), 0);
}

static void copy(json *to, const char *name, const json *from, const char *key) {
    if (json_get(from, key) != NULL)
        move(to, name, json_copy(json_get(from, key)));
}

static void default_to(json *object, const char *name, bool boolean) {
    if (json_get(object, name) == NULL)
        move(object, name, json_boolean(boolean));
}

static bool is_invitee(const json *member) {
    return json_true_at(member, "invited") && json_get(member, "invite_accepted_at") == NULL;
}

static void put_invite(json *to, const json *member) {
    if (json_true_at(member, "invited"))
        move(to, "invite",
            json_text(json_get(member, "invite_accepted_at") != NULL   ? "accepted"
                      : json_get(member, "invite_rejected_at") != NULL ? "rejected"
                                                                       : "pending"));
}

static json *flat_member(const json *shown) {
    json *flat = json_copy(shown);
    const json *user = json_get(shown, "user");
    json_remove(flat, "user");
    copy(flat, "id", shown, "user_id");
    copy(flat, "name", user, "name");
    copy(flat, "online", user, "online");
    copy(flat, "last_active", user, "last_active");
    put_invite(flat, shown);
    move(flat, "joined", json_boolean(!is_invitee(shown)));
    return flat;
}

static bool has_unread(const json *state, const char *asker) {
    double unread = 0;
    for (const json *read = json_first(json_get(state, "read")); read; read = json_next(read))
        if (strcmp(json_text_at(json_get(read, "user"), "id"), asker) == 0)
            json_as_number(json_get(read, "unread_messages"), &unread);
    return unread > 0;
}

static void put_members(json *flat, const json *state, const char *asker) {
    json *members = json_array(), *member_names = json_array();
    bool joined = false;
    for (const json *member = json_first(json_get(state, "members")); member != NULL;
         member = json_next(member)) {
        const char *id = json_text_at(member, "user_id");
        const char *name = json_text_at(json_get(member, "user"), "name");
        assert_int_equal(json_append(members, json_text(id)), 0);
        if (name != NULL)
            assert_int_equal(json_append(member_names, json_text(name)), 0);
        if (strcmp(id, asker) == 0) {
            joined = !is_invitee(member);
            put_invite(flat, member);
        }
    }
    move(flat, "members", members);
    move(flat, "member.user.name", member_names);
    move(flat, "joined", json_boolean(joined));
}

static json *flat_channel(const struct town *town, const json *state, int asker) {
    json *flat = json_copy(json_get(state, "channel"));
    char name[16];
    snprintf(name, sizeof name, "u%d", asker);
    copy(flat, "created_by_id", json_get(flat, "created_by"), "id");
    json_remove(flat, "created_by");
    json_remove(flat, "config");
    json_remove(flat, "own_capabilities");
    const char *created = json_text_at(flat, "created_at");
    const char *message = json_text_at(flat, "last_message_at");
    move(flat, "last_updated",
        json_text(message != NULL && strcmp(message, created) > 0 ? message : created));
    put_members(flat, state, name);
    int room = atoi(json_text_at(flat, "id") + 1);
    move(flat, "muted", json_boolean(asker != SERVER && town->muted[asker][room]));
    move(flat, "has_unread", json_boolean(asker != SERVER && has_unread(state, name)));
    default_to(flat, "hidden", false);
    return flat;
}

/* ---- the three kinds of questions ---- */

enum subject { OF_USERS, OF_CHANNELS, OF_MEMBERS };

struct question {
    struct town *town;
    enum subject kind;
    int asker, room;
    const struct random_field *fields;
    const char *line, *list, *ties, *otherwise;
    struct random_field random[40]; /* fields, with the town's moments in them */
    struct filter_field built_in[40];
    json *objects; /* all that they are shown, flat */
};

static void ask(struct question *question, const char *more) {
    char name[16], room[80] = "";
    snprintf(name, sizeof name, "u%d", question->asker);
    struct bytes body = BYTES_EMPTY;
    if (question->kind == OF_MEMBERS)
        snprintf(room, sizeof room, ",\"type\":\"%s\",\"id\":\"c%d\"", type_of(question->room),
            question->room);
    bytes_printf(&body, "{\"x\":0%s%s}", room, more);
    stage_call(&question->town->stage, question->asker == SERVER ? NULL : name, NULL,
        question->line, bytes_text(&body));
    bytes_fini(&body);
}

static void take_all(struct question *question) {
    const json *list = json_get(question->town->stage.reply, question->list);
    assert_non_null(list);
    for (const json *shown = json_first(list); shown != NULL; shown = json_next(shown))
        assert_int_equal(json_append(question->objects,
                             question->kind == OF_USERS ? json_copy(shown)
                             : question->kind == OF_MEMBERS
                                 ? flat_member(shown)
                                 : flat_channel(question->town, shown, question->asker)),
            0);
}

static void note_moments(struct town *town, const json *objects) {
    for (const json *object = json_first(objects); object != NULL; object = json_next(object))
        for (const json *item = json_first(object); item != NULL; item = json_next(item)) {
            const char *text = json_as_text(item);
            if (text == NULL || strlen(text) != 27 || text[10] != 'T')
                continue;
            char *to = town->moments[town->moment_count++ % MOMENTS];
            snprintf(to, 40, "\"%s\"", text);
            if (dice_percent(&town->dice, 10)) /* a millisecond has no more digits */
                strcpy(to + 24, "Z\"");
        }
    for (size_t i = 0; i < MOMENTS && i < town->moment_count; i++)
        town->moment_values[i] = town->moments[i];
}

static void prepare(struct question *question) {
    struct town *town = question->town;
    question->objects = json_array();
    bool channels = question->kind == OF_CHANNELS;
    ask(question,
        channels ? ",\"limit\":30,\"message_limit\":1,\"filter_conditions\":{}" : ",\"limit\":100");
    take_all(question);
    if (channels) {
        ask(question, ",\"limit\":30,\"filter_conditions\":{\"hidden\":true}");
        take_all(question);
    }
    town->moment_count = 0;
    note_moments(town, question->objects);
    size_t count = 0;
    for (const struct random_field *from = question->fields; from->name != NULL; from++) {
        struct random_field *to = &question->random[count];
        *to = *from;
        if (to->values == moments)
            to->values = town->moment_values;
        question->built_in[count] = (struct filter_field){from->name, from->kind, 0};
        count++;
    }
}

/* The question, and what must come. */

struct page {
    unsigned limit, offset;
    const char *bound; /* or NULL */
    char bound_value[16];
};

static void some_page(struct question *question, struct page *page, struct bytes *more) {
    static const char *const bounds[] = {"id_gt", "id_gte", "id_lt", "id_lte"};
    struct dice *dice = &question->town->dice;
    *page = (struct page){.limit = question->kind == OF_USERS      ? 30
                                   : question->kind == OF_CHANNELS ? 10
                                                                   : 100};
    if (dice_percent(dice, 50)) {
        page->limit = 1 + dice_roll(dice, 6);
        bytes_printf(more, ",\"limit\":%u", page->limit);
    }
    if (dice_percent(dice, 30)) {
        page->offset = dice_roll(dice, 5);
        bytes_printf(more, ",\"offset\":%u", page->offset);
    }
    if (question->kind == OF_USERS && dice_percent(dice, 30)) {
        page->bound = bounds[dice_roll(dice, 4)];
        snprintf(page->bound_value, sizeof page->bound_value, "u%u", dice_roll(dice, USERS));
        bytes_printf(more, ",\"%s\":\"%s\"", page->bound, page->bound_value);
    }
}

static bool is_in(const struct page *page, const json *object) {
    if (page->bound == NULL)
        return true;
    int order = strcmp(json_text_at(object, "id"), page->bound_value);
    bool or_equal = strchr(page->bound, 'e') != NULL;
    return (order == 0 && or_equal) || (page->bound[3] == 'g' ? order > 0 : order < 0);
}

static const json *object_at(const json *objects, size_t at) {
    const json *object = json_first(objects);
    while (at-- > 0)
        object = json_next(object);
    return object;
}

static void want(const struct question *question, const json *filter, const json *sort,
    const struct page *page, struct bytes *to) {
    struct naive naive = {question->built_in, NULL};
    size_t order[NAIVE_OBJECTS], count = json_count(question->objects);
    char *said = json_to_text(filter);
    bool hidden_too = strstr(said, "\"hidden\"") != NULL;
    free(said);
    uint64_t set = naive_matches(&naive, filter, question->objects);
    naive_order(&naive, sort, question->objects, question->ties, order);
    unsigned offset = page->offset, limit = page->limit;
    for (size_t i = 0; i < count; i++) {
        const json *object = object_at(question->objects, order[i]);
        if ((set >> order[i] & 1) == 0 || !is_in(page, object) ||
            (question->kind == OF_CHANNELS && !hidden_too && json_true_at(object, "hidden")))
            continue;
        if (offset > 0)
            offset--;
        else if (limit-- > 0)
            bytes_printf(to, "%s ", json_text_at(object, question->ties));
        else
            break;
    }
}

static void take(const struct question *question, struct bytes *to) {
    const json *list = json_get(question->town->stage.reply, question->list);
    for (const json *shown = json_first(list); shown != NULL; shown = json_next(shown))
        bytes_printf(to, "%s ",
            json_text_at(question->kind == OF_CHANNELS ? json_get(shown, "channel") : shown,
                question->ties));
}

static json *parsed(const struct bytes *text) {
    json *value;
    assert_int_equal(json_parse(&value, text->at, text->len, &json_limits_rest, NULL), 0);
    return value;
}

static bool names_a_fault(const json *reply, const struct naive_faults *faults) {
    const char *said = json_text_at(reply, "message");
    for (size_t i = 0; i < faults->count; i++)
        if (strstr(said, faults->all[i].field) != NULL && strstr(said, faults->all[i].op) != NULL)
            return true;
    return faults->conditions > LIMIT_FILTER_NODES && strstr(said, "conditions") != NULL;
}

static void say_all(const struct question *question) {
    for (const json *each = json_first(question->objects); each != NULL; each = json_next(each)) {
        char *said = json_to_text(each);
        fprintf(stderr, "# %s\n", said);
        free(said);
    }
}

static void compare(struct question *question, const json *filter, const json *sort,
    const struct page *page, const char *more) {
    struct town *town = question->town;
    struct naive naive = {question->built_in, NULL};
    struct naive_faults faults;
    struct bytes wanted = BYTES_EMPTY, got = BYTES_EMPTY;
    naive_check(&naive, filter, &faults);
    ask(question, more);
    if (faults.count > 0 || faults.conditions > LIMIT_FILTER_NODES) {
        if (town->stage.status != 400 || !names_a_fault(town->stage.reply, &faults))
            fail_msg("u%d %s %s: status %d: %s, but %s is wrong with %s", question->asker,
                question->line, more, town->stage.status,
                json_text_at(town->stage.reply, "message"), faults.all[0].op, faults.all[0].field);
        town->refused++;
        return;
    }
    if (town->stage.status >= 400)
        fail_msg("u%d %s %s: %d: %s", question->asker, question->line, more, town->stage.status,
            json_text_at(town->stage.reply, "message"));
    want(question, filter, sort, page, &wanted);
    take(question, &got);
    if (strcmp(bytes_text(&got), bytes_text(&wanted)) != 0) {
        say_all(question);
        fprintf(stderr, "# asked %s\n", more);
        fail_msg("u%d %s: got %s, wanted %s", question->asker, question->line, bytes_text(&got),
            bytes_text(&wanted));
    }
    town->answered++;
    town->found += got.len > 0;
    bytes_fini(&wanted);
    bytes_fini(&got);
}

/* Any of three finds somebody more often than one does. */
static void some_filter(struct question *question, bool wrong, struct bytes *to) {
    struct dice *dice = &question->town->dice;
    bool three = dice_percent(dice, 60);
    for (int i = 0; i < (three ? 3 : 1); i++) {
        bytes_append_text(to, !three ? "" : i == 0 ? "{\"$or\":[" : ",");
        random_filter(dice, question->random, wrong, to);
    }
    bytes_append_text(to, three ? "]}" : "");
}

static void ask_one(struct question *question, bool wrong) {
    struct dice *dice = &question->town->dice;
    struct bytes more = BYTES_EMPTY, filter_said = BYTES_EMPTY, sort_said = BYTES_EMPTY;
    struct page page;
    some_filter(question, wrong, &filter_said);
    bytes_printf(&more, ",\"filter_conditions\":%s", filter_said.at);
    some_page(question, &page, &more);
    if (dice_percent(dice, 60)) {
        random_sort(dice, question->random, &sort_said);
        bytes_printf(&more, ",\"sort\":%s", sort_said.at);
    }
    if (sort_said.len <= 2) {
        bytes_clear(&sort_said);
        bytes_append_text(&sort_said, page.bound != NULL ? "[]" : question->otherwise);
    }
    json *filter = parsed(&filter_said), *sort = parsed(&sort_said);
    compare(question, filter, sort, &page, more.at);
    json_free(filter);
    json_free(sort);
    bytes_fini(&filter_said);
    bytes_fini(&sort_said);
    bytes_fini(&more);
}

static const struct question kinds[] = {
    [OF_USERS] = {.kind = OF_USERS,
        .fields = user_fields,
        .line = "GET /users",
        .list = "users",
        .ties = "id",
        .otherwise = "[{\"field\":\"created_at\",\"direction\":-1}]"},
    [OF_CHANNELS] = {.kind = OF_CHANNELS,
        .fields = channel_fields,
        .line = "POST /channels",
        .list = "channels",
        .ties = "cid",
        .otherwise = "[{\"field\":\"last_updated\",\"direction\":-1}]"},
    [OF_MEMBERS] = {.kind = OF_MEMBERS,
        .fields = member_fields,
        .line = "GET /members",
        .list = "members",
        .ties = "user_id",
        .otherwise = "[{\"field\":\"created_at\",\"direction\":1}]"},
};

static void answers_agree(enum subject kind, unsigned at_least) {
    struct town *town = malloc(sizeof *town);
    assert_non_null(town);
    unsigned answered = 0, refused = 0, found = 0;
    for (unsigned number = 0; number < TOWNS; number++) {
        build(town, number);
        /* One who is seen, one who hides, and the server itself. */
        for (int asker = SERVER; asker < 2; asker++) {
            struct question question = kinds[kind];
            question.town = town;
            question.asker = asker;
            question.room = 1;
            prepare(&question);
            if (json_count(question.objects) == 0)
                fail_msg("town %u shows nothing to u%d", number, asker);
            for (int i = 0; i < QUESTIONS; i++)
                ask_one(&question, i % 8 == 0);
            json_free(question.objects);
        }
        answered += town->answered;
        refused += town->refused;
        found += town->found;
        stage_close(&town->stage);
    }
    free(town);
    fprintf(
        stderr, "# %u answered, %u of them with something; %u refused\n", answered, found, refused);
    assert_true(answered > at_least && found > at_least / 3 && refused > 20);
}

static void users_are_found_as_the_page_has_it(void **state) {
    (void)state;
    answers_agree(OF_USERS, 1500);
}

static void channels_are_found_as_the_page_has_it(void **state) {
    (void)state;
    answers_agree(OF_CHANNELS, 1500);
}

static void members_are_found_as_the_page_has_it(void **state) {
    (void)state;
    answers_agree(OF_MEMBERS, 1500);
}

int main(void) {
    const struct CMUnitTest cases[] = {
        CASE(users_are_found_as_the_page_has_it),
        CASE(channels_are_found_as_the_page_has_it),
        CASE(members_are_found_as_the_page_has_it),
    };
    return RUN_CASES("server-filters", cases);
}
