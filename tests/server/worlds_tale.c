/* SPDX-License-Identifier: MIT */
/* What one world says of itself: who connects, what they hear, what they are answered. */
#include "server/worlds.h"
#include "wire/time.h"

static const char *const users[PLACES] = {[ANA] = "ana",
    [BEN] = "ben",
    [DOT] = "dot",
    [IVY] = "ivy",
    [ROOT] = "root",
    [ANON] = "!anon",
    [LATE] = "late",
    [HANA] = "hana",
    [HANA_TWO] = "hana",
    [HANA_THREE] = "hana",
    [NORA] = "nora"};

const char *tale_user(enum place place) {
    return users[place];
}

bool tale_is_hidden(const char *user) {
    return strcmp(user, "hana") == 0 || strcmp(user, "nora") == 0;
}

/* ---- connections ---- */

/* By user, by the restart they live in, and in their order. */
static void note_name(struct tale *tale, const struct stage_socket *socket) {
    unsigned nth = 0;
    for (const struct stage_socket *s = tale->stage.sockets; s <= socket; s++)
        nth += strcmp(s->user, socket->user) == 0;
    assert_true(tale->name_count + 2 <= TALE_NAMES);
    struct tale_name *name = &tale->names[tale->name_count++];
    snprintf(name->uuid, sizeof name->uuid, "%s", socket->id);
    snprintf(name->name, sizeof name->name, "<%.8s %u.%u>", socket->user, tale->restarts, nth);
    if (socket->user[0] != '!')
        return;
    name = &tale->names[tale->name_count++];
    snprintf(name->uuid, sizeof name->uuid, "%s",
        socket->connection->person->user.id + strlen("!anon-"));
    snprintf(name->name, sizeof name->name, "<nobody %u.%u>", tale->restarts, nth);
}

void tale_connect(struct tale *tale, enum place place, const char *details) {
    tale->at[place] = stage_connect_now(&tale->stage, users[place], details);
    assert_non_null(tale->at[place]->connection);
    if (!tale_is_hidden(users[place]))
        note_name(tale, tale->at[place]);
    if (tale->at[place]->closed != 0) /* refused: the disk was full */
        tale_goodbye(tale, place);
}

void tale_goodbye(struct tale *tale, enum place place) {
    if (tale->at[place] != NULL)
        stage_goodbye(tale->at[place]);
    tale->at[place] = NULL;
}

void tale_lose(struct tale *tale, enum place place) {
    if (tale->at[place] != NULL)
        stage_lose(tale->at[place]);
    tale->at[place] = NULL;
}

int tale_call(struct tale *tale, enum place place, const char *line, const char *body) {
    return stage_call(&tale->stage, users[place], tale->at[place], line, body);
}

int tale_call_by(struct tale *tale, const char *user, const char *line, const char *body) {
    return stage_call(&tale->stage, user, NULL, line, body);
}

/* ---- names for uuids ---- */

static bool is_uuid(const char *at) {
    for (size_t i = 0; i < 36; i++) {
        bool dash = i == 8 || i == 13 || i == 18 || i == 23;
        if (at[i] == '\0' || (dash ? at[i] != '-' : strchr("0123456789abcdef", at[i]) == NULL))
            return false;
    }
    return true;
}

static const char *name_of(const struct tale *tale, const char *uuid) {
    for (size_t i = 0; i < tale->name_count; i++)
        if (memcmp(tale->names[i].uuid, uuid, 36) == 0)
            return tale->names[i].name;
    return NULL;
}

/* 2026-11-24T09:00:00.123456Z */
static bool is_stamp(const char *at) {
    static const char like[] = "0000-00-00T00:00:00.000000Z";
    for (size_t i = 0; like[i] != '\0'; i++)
        if (like[i] == '0' ? at[i] < '0' || at[i] > '9' : at[i] != like[i])
            return false;
    return true;
}

/* What stands at `at` in other words: the bytes it takes; 0: it stays as it is. `dash`: its first.
 */
static size_t put_otherwise(struct tale *tale, const char *at, const char *dash, bool coarse) {
    const char *name = dash - at >= 8 && is_uuid(dash - 8) ? name_of(tale, dash - 8) : NULL;
    if (name != NULL) {
        bytes_append(&tale->said, at, (size_t)(dash - 8 - at));
        bytes_append_text(&tale->said, name);
        return (size_t)(dash - 8 - at) + 36;
    }
    if (!coarse || dash - at < 4 || !is_stamp(dash - 4))
        return 0;
    bytes_append(&tale->said, at, (size_t)(dash - 4 - at) + 23);
    return (size_t)(dash - 4 - at) + 26;
}

static void say(struct tale *tale, const char *text, bool coarse) {
    const char *at = text, *from = text;
    for (const char *dash; (dash = strchr(from, '-')) != NULL;) {
        size_t taken = put_otherwise(tale, at, dash, coarse);
        at += taken;
        from = taken > 0 ? at : dash + 1;
    }
    bytes_append_text(&tale->said, at);
}

/* ---- hearing ---- */

static void listen_at(struct tale *tale, struct stage_socket *socket, bool coarse) {
    char head[80];
    unsigned nth = 0;
    for (const struct stage_socket *s = tale->stage.sockets; s <= socket; s++)
        nth += strcmp(s->user, socket->user) == 0;
    for (size_t i = 0; i < socket->count; i++) {
        snprintf(head, sizeof head, "%s %u hears ", socket->user, nth);
        bytes_append_text(&tale->said, head);
        say(tale, socket->heard[i], coarse);
        bytes_append_char(&tale->said, '\n');
    }
    if (socket->closed != 0)
        bytes_printf(&tale->said, "%s %u is closed: %u\n", socket->user, nth, socket->closed);
}

void worlds_listen(struct tale *tale, bool coarse) {
    for (size_t i = 0; i < tale->stage.socket_count; i++)
        if (!tale_is_hidden(tale->stage.sockets[i].user))
            listen_at(tale, &tale->stage.sockets[i], coarse);
    stage_forget(&tale->stage);
}

/* ---- asking ---- */

static const struct observer {
    const char *user;
    enum place place;
} observers[] = {
    {"ana", ANA},     /* owns the hall, watches with presence */
    {"ivy", IVY},     /* a member who hides, too */
    {"root", ROOT},   /* an admin, who sees what others see */
    {"ben", BEN},     /* a member who watches without presence */
    {"cem", NOWHERE}, /* a member who only asks */
    {"dot", DOT},     /* a stranger, who listens through a query of users */
    {"!anon", ANON},  /* nobody, at the livestream */
};

enum { OBSERVERS = sizeof observers / sizeof observers[0] };

static void put_time(char *to, int64_t us) {
    char text[TIME_TEXT_BYTES];
    time_print(text, us);
    strcpy(to, text);
}

static const char *her_connection(const struct tale *tale) {
    const struct stage_socket *socket = tale->at[HANA] != NULL ? tale->at[HANA]
                                                               : tale->at[HANA_TWO];
    return socket != NULL ? socket->id : "6a1f1de2-4c5e-4b4a-9d3e-1f0e5a7b9c11";
}

/* The word after an '@', written out; the number of its bytes. */
static size_t put_word(const struct tale *tale, const char *word, const char *me, char *to) {
    const int64_t now = tale->stage.world.now.unix_us, gone = tale->hid_us;
    if (strncmp(word, "now", 3) == 0)
        put_time(to, now);
    else if (strncmp(word, "gone", 4) == 0)
        put_time(to, gone);
    else if (strncmp(word, "then", 4) == 0)
        put_time(to, gone + (now - gone) / 2);
    else if (strncmp(word, "me", 2) == 0)
        strcpy(to, me);
    else if (strncmp(word, "her", 3) == 0)
        strcpy(to, her_connection(tale));
    return strspn(word, "abcdefghijklmnopqrstuvwxyz");
}

static const char *spell(
    const struct tale *tale, const char *body, const char *me, char *to, size_t size) {
    if (body == NULL)
        return NULL;
    size_t len = 0;
    while (*body != '\0') {
        assert_true(len + 64 < size);
        if (*body != '@') {
            to[len++] = *body++;
            continue;
        }
        to[len] = '\0';
        body += 1 + put_word(tale, body + 1, me, to + len);
        len += strlen(to + len);
    }
    to[len] = '\0';
    return to;
}

static const char *calls_left(struct stage *stage) {
    static const char word[] = "Remaining: ";
    char *at = strstr(stage->headers, word) + sizeof word - 1;
    at[strcspn(at, "\r")] = '\0';
    return at;
}

/* Its own: the last of that name. */
static const char *without_duration(struct bytes *reply) {
    static const char word[] = "\"duration\":\"";
    char *found = NULL;
    for (char *at = reply->at; (at = strstr(at, word)) != NULL; at++)
        found = at + sizeof word - 1;
    assert_non_null(found);
    const char *end = found + strcspn(found, "\"");
    memmove(found, end, strlen(end) + 1);
    return reply->at;
}

static void ask(struct tale *tale, const struct observer *who, const struct shape *shape) {
    char body[1024];
    const struct stage_socket *from = who->place != NOWHERE && !shape->stranger
                                          ? tale->at[who->place]
                                          : NULL;
    int status = stage_call(&tale->stage, who->user, from, shape->line,
        spell(tale, shape->body, who->user, body, sizeof body));
    bytes_printf(&tale->said, "%s asks %s %s\n%d %s left ", who->user, shape->line,
        shape->body != NULL ? shape->body : "", status, calls_left(&tale->stage));
    say(tale, without_duration(&tale->stage.bytes), false);
    bytes_append_char(&tale->said, '\n');
}

static void ask_all(struct tale *tale, const struct observer *who) {
    for (size_t i = 0; i < worlds_shape_count; i++)
        ask(tale, who, &worlds_shapes[i]);
}

void worlds_ask(struct tale *tale, size_t turn) {
    tale->stage.raw = true;
    ask_all(tale, &observers[0]);
    ask_all(tale, &observers[1 + turn % (OBSERVERS - 1)]);
    tale->stage.raw = false;
    worlds_listen(tale, false);
}
