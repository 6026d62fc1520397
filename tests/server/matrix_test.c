/* SPDX-License-Identifier: MIT */
/*
 * Who may call what, as a table: a row a call, a column somebody in a relation to the channel, a
 * picture of the outcomes for each of three kinds of channels. Written from the page; where the
 * page says nothing, this table is what was decided.
 *
 * Each cell has a channel of its own, made server-side and put into the state that the row needs,
 * so that no call sees what another did. Beside each outcome it is compared with what the channel
 * tells its reader they may do (own_capabilities).
 *
 * Each of these was planted once and caught: an invitee is a member; the creator is a stranger; an
 * unreadable message is refused, not absent; a member may change anybody's message; a frozen
 * channel takes reactions; anonymous callers hide channels; users delete users; a query shows all
 * channels; replies need no grant; guests are users; a removed member watches on; a type's new
 * grants are not looked at; an admin patches others; an own grant counts for all; sync tells all.
 */
#include "server/stage.h"

#include <ctype.h>

/* The columns, in the order of the pictures. */
enum who {
    SERVER,       /* s: server-side, for "other" */
    ADMIN,        /* a: role admin, in no relation */
    OWNER,        /* o: made it, and is a member */
    MODERATOR,    /* d */
    MEMBER,       /* m */
    CREATOR,      /* c: made it, and is no member */
    GUEST_MEMBER, /* G */
    PENDING,      /* i: invited */
    REJECTED,     /* j: invited, and has said no */
    REMOVED,      /* r: was a member */
    STRANGER,     /* x */
    GUEST,        /* g: role guest, in no relation */
    ANONYMOUS,    /* y */
    DEACTIVATED,  /* z: a member */
    WHOS
};
#define HEAD "saodmcG ijrxg yz"

static const char *const ids[WHOS] = {"other", "admin", "owner", "moderator", "member", "creator",
    "guest-member", "pending", "rejected", "removed", "stranger", "guest", "fourth", "deactivated"};

/* messaging is for members, livestream is open; a club is what its grants say. */
enum { TYPES = 3 };
static const char *const types[TYPES] = {"messaging", "livestream", "club"};

#define CLUB                                                                                       \
    "{\"name\":\"club\",\"grants\":{"                                                              \
    "\"user\":[\"read-channel\",\"create-channel\",\"join-channel\"],"                             \
    "\"guest\":[],\"anonymous\":[],"                                                               \
    "\"channel_member\":[\"read-channel\",\"create-message\",\"update-message-owner\","            \
    "\"create-reaction\"],"                                                                        \
    "\"channel_moderator\":[\"read-channel\",\"create-message\",\"update-message\","               \
    "\"delete-message\",\"update-channel\"]}}"

enum needs {
    A_SOCKET = 1,   /* the call names a connection */
    FROZEN = 2,     /* the channel is */
    A_REACTION = 4, /* of whoever calls, to the message of another */
    A_VICTIM = 8,   /* a user of this cell alone */
    A_LIST = 16     /* '-': answered with an empty list */
};

/*
 * . done                n 403 code 17     e 400 code 18 (off for the type)
 * - done, but nothing   0 404 code 16     4 400 code 4
 *
 * In lines and bodies: $T:$C the channel, $W the caller, $M another's message, $N their own, $V a
 * user of this cell alone. One picture stands for all types where the channel does not matter.
 */
struct row {
    const char *line, *body;
    const char *pictures[TYPES];
    unsigned needs;
    const char *capability; /* that says whether they may, or NULL */
};

/* Pictures that come often. */
#define MEMBERS "....... nnnnn nn"
#define EVERYBODY "....... ..... .n"
#define NAMED "....... ..... nn"
#define CLUB_READERS "....... ....n nn"
#define RULERS "....n.n nnnnn nn"
#define SERVER_OR_ADMIN "..nnnnn nnnnn nn"
#define SERVER_ALONE ".nnnnnn nnnnn nn"
#define BY_READING                                                                                 \
    { MEMBERS, EVERYBODY, CLUB_READERS }
#define BY_READING_NAMED                                                                           \
    { MEMBERS, NAMED, CLUB_READERS }
#define BY_FINDING                                                                                 \
    { "....... 00000 0n", EVERYBODY, "....... ....0 0n" }

static const struct row rows[] = {
    /* ---- channels: found, made, watched ---- */
    {"POST /channels", "{\"filter_conditions\":{\"cid\":\"$T:$C\"}}",
        {"....... ----- -n", "....... ..... .n", "....... ....- -n"}, A_LIST},
    {"GET /channels", "{\"filter_conditions\":{\"cid\":\"$T:$C\"}}",
        {"....... ----- -n", "....... ..... .n", "....... ....- -n"}, A_LIST},
    {"POST /channels",
        "{\"filter_conditions\":{\"cid\":\"$T:$C\"},\"watch\":true,\"presence\":true}",
        {"4...... ----- -n", "4...... ..... .n", "4...... ....- -n"}, A_LIST | A_SOCKET},
    {"POST /channels/$T/query",
        "{\"data\":{\"members\":[\"$W\",\"third\"],\"created_by_id\":\"other\"}}",
        {NAMED, NAMED, "......n ....n nn"}},
    {"POST /channels/$T/new-$C/query", "{\"data\":{\"created_by_id\":\"other\"}}",
        {NAMED, NAMED, "......n ....n nn"}},
    {"POST /channels/$T/$C/query", "{\"state\":true}", BY_READING},
    {"POST /channels/$T/$C/query", "{\"watch\":true,\"presence\":true}",
        {"4...... nnnnn nn", "4...... ..... .n", "4...... ....n nn"}, A_SOCKET},
    {"POST /channels/$T/$C/stop-watching", "{}",
        {"4...... nnnnn nn", "4...... ..... .n", "4...... ....n nn"}, A_SOCKET},

    /* ---- channels: changed ---- */
    {"POST /channels/$T/$C", "{\"add_members\":[\"third\"],\"user_id\":\"$W\"}",
        {RULERS, RULERS, SERVER_OR_ADMIN}, 0, "update-channel-members"},
    {"POST /channels/$T/$C", "{\"remove_members\":[\"other\"],\"user_id\":\"$W\"}",
        {RULERS, RULERS, SERVER_OR_ADMIN}, 0, "update-channel-members"},
    {"POST /channels/$T/$C", "{\"add_moderators\":[\"other\"],\"user_id\":\"$W\"}",
        {RULERS, RULERS, SERVER_OR_ADMIN}, 0, "update-channel-members"},
    {"POST /channels/$T/$C", "{\"demote_moderators\":[\"other\"],\"user_id\":\"$W\"}",
        {RULERS, RULERS, SERVER_OR_ADMIN}, 0, "update-channel-members"},
    {"POST /channels/$T/$C", "{\"invites\":[\"third\"],\"user_id\":\"$W\"}",
        {RULERS, RULERS, SERVER_OR_ADMIN}, 0, "update-channel-members"},
    {"POST /channels/$T/$C", "{\"add_members\":[\"$W\"],\"user_id\":\"$W\"}",
        {RULERS, NAMED, "......n ....n nn"}},
    {"POST /channels/$T/$C", "{\"remove_members\":[\"$W\"],\"user_id\":\"$W\"}",
        {MEMBERS, NAMED, SERVER_OR_ADMIN}},
    {"POST /channels/$T/$C", "{\"accept_invite\":true,\"user_id\":\"$W\"}",
        {"4444444 ..nnn nn", "4444444 ..444 nn", "4444444 ..44n nn"}},
    {"POST /channels/$T/$C", "{\"reject_invite\":true,\"user_id\":\"$W\"}",
        {"4444444 ..nnn nn", "4444444 ..444 nn", "4444444 ..44n nn"}},
    {"POST /channels/$T/$C", "{\"data\":{\"color\":\"red\"},\"user_id\":\"$W\"}",
        {RULERS, RULERS, RULERS}, 0, "update-channel"},
    {"POST /channels/$T/$C", "{\"message\":{\"text\":\"hi\",\"user_id\":\"$W\"}}",
        {MEMBERS, NAMED, MEMBERS}, 0, "send-message"},
    {"PATCH /channels/$T/$C", "{\"set\":{\"color\":\"red\"},\"user_id\":\"$W\"}",
        {RULERS, RULERS, RULERS}, 0, "update-channel"},
    {"DELETE /channels/$T/$C", NULL, {RULERS, RULERS, SERVER_OR_ADMIN}, 0, "delete-channel"},
    {"POST /channels/$T/$C/truncate", "{}", {RULERS, RULERS, SERVER_OR_ADMIN}, 0,
        "truncate-channel"},
    {"POST /channels/$T/$C/hide", "{\"user_id\":\"$W\"}", BY_READING_NAMED},
    {"POST /channels/$T/$C/show", "{\"user_id\":\"$W\"}", BY_READING_NAMED},

    /* ---- said in a channel ---- */
    {"POST /channels/$T/$C/message", "{\"message\":{\"text\":\"hi\",\"user_id\":\"$W\"}}",
        {MEMBERS, NAMED, MEMBERS}, 0, "send-message"},
    {"POST /channels/$T/$C/message", "{\"message\":{\"text\":\"hi\",\"user_id\":\"$W\"}}",
        {SERVER_OR_ADMIN, SERVER_OR_ADMIN, SERVER_OR_ADMIN}, FROZEN, "send-message"},
    {"POST /channels/$T/$C/message",
        "{\"message\":{\"text\":\"hi\",\"user_id\":\"$W\",\"parent_id\":\"$M\"}}",
        {MEMBERS, NAMED, SERVER_OR_ADMIN}, 0, "send-reply"},
    {"POST /channels/$T/$C/event", "{\"event\":{\"type\":\"typing.start\",\"user_id\":\"$W\"}}",
        {MEMBERS, "eeeeeee eeeee nn", MEMBERS}, 0, "typing-events"},
    {"POST /channels/$T/$C/event", "{\"event\":{\"type\":\"wave\",\"user_id\":\"$W\"}}",
        {MEMBERS, NAMED, SERVER_OR_ADMIN}, 0, "send-custom-events"},
    {"POST /channels/$T/$C/read", "{\"user_id\":\"$W\"}",
        {".n...n. nnnnn nn", "eeeeeee eeeee nn", ".n...n. nnnnn nn"}},
    {"POST /channels/$T/$C/unread", "{\"message_id\":\"$M\",\"user_id\":\"$W\"}",
        {".n...n. nnnnn nn", "eeeeeee eeeee nn", ".n...n. nnnnn nn"}},
    {"POST /channels/read", "{\"user_id\":\"$W\"}", {NAMED}},
    {"GET /unread", "{\"user_id\":\"$W\"}", {NAMED}},

    /* ---- messages ---- */
    {"GET /messages/$M", NULL, BY_FINDING},
    {"GET /messages/$M/replies", NULL, BY_FINDING},
    {"GET /messages/$M/reactions", NULL, BY_FINDING},
    {"POST /messages/$M", "{\"message\":{\"text\":\"ho\"}}",
        {"....n.n 00000 nn", RULERS, "....n.n nnnn0 nn"}, 0, "update-any-message"},
    {"PUT /messages/$M", "{\"message\":{\"text\":\"ho\"}}",
        {"....n.n 00000 nn", RULERS, "....n.n nnnn0 nn"}, 0, "update-any-message"},
    {"POST /messages/$N", "{\"message\":{\"text\":\"ho\"}}",
        {"....... 00000 nn", NAMED, "....... nnnn0 nn"}, 0, "update-own-message"},
    {"PUT /messages/$N", "{\"set\":{\"color\":\"red\"}}",
        {"....... 00000 nn", NAMED, "....... nnnn0 nn"}, 0, "update-own-message"},
    {"DELETE /messages/$M", NULL, {"....n.n 00000 nn", RULERS, "....n.n nnnn0 nn"}, 0,
        "delete-any-message"},
    {"DELETE /messages/$N", NULL, {"....... 00000 nn", NAMED, "....n.n nnnn0 nn"}, 0,
        "delete-own-message"},
    {"POST /messages/$M/reaction", "{\"reaction\":{\"type\":\"like\",\"user_id\":\"$W\"}}",
        {"....... 00000 nn", NAMED, ".....n. nnnn0 nn"}, 0, "send-reaction"},
    {"POST /messages/$M/reaction", "{\"reaction\":{\"type\":\"like\",\"user_id\":\"$W\"}}",
        {"..nnnnn 00000 nn", SERVER_OR_ADMIN, "..nnnnn nnnn0 nn"}, FROZEN, "send-reaction"},
    {"DELETE /messages/$M/reaction/like", "{\"user_id\":\"$W\"}",
        {"....... 00000 nn", NAMED, ".....n. nnnn0 nn"}, A_REACTION},

    /* ---- users ---- */
    {"GET /users", "{\"filter_conditions\":{}}", {EVERYBODY}},
    {"POST /users", "{\"users\":{\"$W\":{\"id\":\"$W\"}}}", {NAMED}},
    {"POST /users", "{\"users\":{\"third\":{\"id\":\"third\"}}}", {SERVER_ALONE}},
    {"PATCH /users", "{\"users\":[{\"id\":\"$W\",\"set\":{\"status\":\"in\"}}]}", {NAMED}},
    {"PATCH /users", "{\"users\":[{\"id\":\"third\",\"set\":{\"status\":\"in\"}}]}",
        {SERVER_ALONE}},
    {"DELETE /users/$V", NULL, {SERVER_ALONE}, A_VICTIM},
    {"POST /users/$V/deactivate", "{}", {SERVER_ALONE}, A_VICTIM},
    {"POST /users/$V/reactivate", "{}", {"4nnnnnn nnnnn nn"}, A_VICTIM},
    {"POST /users/$V/event", "{\"event\":{\"type\":\"wave\"}}", {SERVER_ALONE}, A_VICTIM},
    {"GET /members", "{\"type\":\"$T\",\"id\":\"$C\",\"filter_conditions\":{}}", BY_READING},
    {"POST /sync", "{\"channel_cids\":[\"$T:$C\"],\"last_sync_at\":\"2020-01-01T00:00:00Z\"}",
        BY_READING_NAMED},
    {"POST /guest", "{\"user\":{\"id\":\"visitor\"}}", {"....... ..... .."}},
    {"POST /moderation/mute", "{\"target_id\":\"third\",\"user_id\":\"$W\"}", {NAMED}},
    {"POST /moderation/unmute", "{\"target_id\":\"third\",\"user_id\":\"$W\"}", {NAMED}},
    {"POST /moderation/mute/channel", "{\"channel_cid\":\"$T:$C\",\"user_id\":\"$W\"}",
        {MEMBERS, NAMED, SERVER_OR_ADMIN}, 0, "mute-channel"},
    {"POST /moderation/unmute/channel", "{\"channel_cid\":\"$T:$C\",\"user_id\":\"$W\"}",
        {MEMBERS, NAMED, SERVER_OR_ADMIN}, 0, "mute-channel"},

    /* ---- the app ---- */
    {"GET /app", NULL, {EVERYBODY}},
    {"PATCH /app", "{\"disable_auth_checks\":false}", {SERVER_ALONE}},
    {"GET /channeltypes", NULL, {SERVER_ALONE}},
    {"POST /channeltypes", "{\"name\":\"type-$C\"}", {SERVER_ALONE}},
    {"GET /channeltypes/messaging", NULL, {SERVER_ALONE}},
    {"PUT /channeltypes/messaging", "{\"reactions\":true}", {SERVER_ALONE}},
    {"DELETE /channeltypes/messaging", NULL, {"4nnnnnn nnnnn nn"}},
};
enum { ROWS = sizeof rows / sizeof rows[0] };

/* ---- the town ---- */

struct town {
    struct stage stage;
    struct stage_socket *sockets[WHOS];
    unsigned cells;
};

static void close_town(struct town *town) {
    for (int who = 0; who < WHOS; who++)
        if (town->sockets[who] != NULL)
            stage_goodbye(town->sockets[who]);
    stage_close(&town->stage);
    free(town);
}

static void make_users(struct town *town) {
    static const char *const more[] = {"third", NULL};
    struct bytes body = BYTES_EMPTY;
    bytes_append_text(&body, "{\"users\":{");
    for (int who = 0; who < WHOS; who++)
        bytes_printf(&body, "%s\"%s\":{\"id\":\"%s\",\"role\":\"%s\"}", who > 0 ? "," : "",
            ids[who], ids[who],
            who == ADMIN                          ? "admin"
            : who == GUEST || who == GUEST_MEMBER ? "guest"
                                                  : "user");
    for (size_t i = 0; more[i] != NULL; i++)
        bytes_printf(&body, ",\"%s\":{\"id\":\"%s\"}", more[i], more[i]);
    bytes_append_text(&body, "}}");
    stage_expect(&town->stage, NULL, NULL, "POST /users", body.at, 201, 0);
    bytes_fini(&body);
}

static struct town *open_town(void) {
    struct town *town = calloc(1, sizeof *town);
    assert_non_null(town);
    stage_open(&town->stage);
    town->stage.house.rate.per_minute = 1000000;
    make_users(town);
    stage_expect(&town->stage, NULL, NULL, "POST /channeltypes", CLUB, 201, 0);
    for (int who = ADMIN; who < WHOS; who++)
        if (who != DEACTIVATED)
            town->sockets[who] = stage_connect(
                &town->stage, who == ANONYMOUS ? "!anybody" : ids[who], "");
    stage_expect(&town->stage, NULL, NULL, "POST /users/deactivated/deactivate", "{}", 201, 0);
    stage_forget(&town->stage);
    return town;
}

static const char *caller(enum who who) {
    return who == SERVER ? NULL : who == ANONYMOUS ? "!anybody" : ids[who];
}

/* ---- a cell ---- */

struct cell {
    struct town *town;
    const struct row *row;
    const char *type;
    enum who who;
    char id[32];
};

/* The row's text with its names filled in. */
static void fill(const struct cell *cell, const char *text, char *to, size_t size) {
    size_t len = 0;
    for (; *text != '\0' && len + 80 < size; text++) {
        if (*text != '$') {
            to[len++] = *text;
            continue;
        }
        const char *what = ++text;
        len += (size_t)snprintf(to + len, size - len, "%s%s",
            *what == 'M'   ? "other-"
            : *what == 'N' ? "own-"
            : *what == 'V' ? "victim-"
                           : "",
            *what == 'T'   ? cell->type
            : *what == 'W' ? ids[cell->who]
                           : cell->id);
    }
    to[len] = '\0';
}

static void tell(const struct cell *cell, const char *as, const char *line, const char *body) {
    char filled[200], said[600];
    fill(cell, line, filled, sizeof filled);
    fill(cell, body, said, sizeof said);
    stage_pass(&cell->town->stage, 1);
    stage_expect(&cell->town->stage, as, NULL, filled, said, 201, 0);
}

static bool is_seated(enum who who) {
    return who == OWNER || who == MODERATOR || who == MEMBER || who == GUEST_MEMBER ||
           who == REMOVED || who == DEACTIVATED;
}

static void make_channel(const struct cell *cell) {
    enum who who = cell->who;
    char body[400];
    const char *creator = who == CREATOR ? "creator" : "owner";
    snprintf(body, sizeof body,
        "{\"data\":{\"created_by_id\":\"%s\",\"members\":[\"other\"%s],\"invites\":[%s]}}", creator,
        is_seated(who) ? ",\"$W\"" : "", who == PENDING || who == REJECTED ? "\"$W\"" : "");
    tell(cell, NULL, "POST /channels/$T/$C/query", body);
    if (who == MODERATOR)
        tell(cell, NULL, "POST /channels/$T/$C", "{\"add_moderators\":[\"$W\"]}");
    if (who == REMOVED)
        tell(cell, NULL, "POST /channels/$T/$C", "{\"remove_members\":[\"$W\"]}");
    if (who == REJECTED)
        tell(cell, ids[who], "POST /channels/$T/$C", "{\"reject_invite\":true}");
}

static bool mentions(const struct cell *cell, const char *what) {
    return strstr(cell->row->line, what) != NULL ||
           (cell->row->body != NULL && strstr(cell->row->body, what) != NULL);
}

static void prepare(const struct cell *cell) {
    unsigned needs = cell->row->needs;
    if (mentions(cell, "$C") || mentions(cell, "$M") || mentions(cell, "$N"))
        make_channel(cell);
    if (mentions(cell, "$M"))
        tell(cell, NULL, "POST /channels/$T/$C/message",
            "{\"message\":{\"id\":\"$M\",\"text\":\"hey\",\"user_id\":\"other\"}}");
    if (mentions(cell, "$N"))
        tell(cell, NULL, "POST /channels/$T/$C/message",
            "{\"message\":{\"id\":\"$N\",\"text\":\"hey\",\"user_id\":\"$W\"}}");
    if (needs & A_REACTION)
        tell(cell, NULL, "POST /messages/$M/reaction",
            "{\"reaction\":{\"type\":\"like\",\"user_id\":\"$W\"}}");
    if (needs & A_VICTIM)
        tell(cell, NULL, "POST /users", "{\"users\":{\"$V\":{\"id\":\"$V\"}}}");
    if (needs & FROZEN) {
        char line[200];
        fill(cell, "PATCH /channels/$T/$C", line, sizeof line);
        stage_expect(&cell->town->stage, NULL, NULL, line, "{\"set\":{\"frozen\":true}}", 200, 0);
    }
}

/* What own_capabilities says before the call: 1, 0, or -1 where it cannot be asked for. */
static int tells_capability(const struct cell *cell) {
    char line[200];
    if (cell->row->capability == NULL || cell->who == SERVER)
        return -1;
    fill(cell, "POST /channels/$T/$C/query", line, sizeof line);
    if (stage_call(&cell->town->stage, caller(cell->who), NULL, line, "{\"state\":false}") != 201)
        return -1;
    const json *list = json_path(cell->town->stage.reply, "channel.own_capabilities");
    for (const json *item = json_first(list); item != NULL; item = json_next(item))
        if (strcmp(json_as_text(item), cell->row->capability) == 0)
            return 1;
    return 0;
}

/* The letter of what was answered; '?' for what no picture has. */
static char outcome(const struct cell *cell) {
    static const struct {
        int status, code;
        char letter;
    } letters[] = {{403, 17, 'n'}, {404, 16, '0'}, {400, 4, '4'}, {400, 18, 'e'}};
    const struct stage *stage = &cell->town->stage;
    bool makes = cell->row->line[1] == 'O' || cell->row->line[1] == 'U'; /* POST, PUT */
    if (stage->status == (makes ? 201 : 200))
        return (cell->row->needs & A_LIST) && json_first(json_get(stage->reply, "channels")) == NULL
                   ? '-'
                   : '.';
    int64_t code = 0;
    json_as_integer(json_get(stage->reply, "code"), &code);
    for (size_t i = 0; i < sizeof letters / sizeof letters[0]; i++)
        if (letters[i].status == stage->status && letters[i].code == code)
            return letters[i].letter;
    return '?';
}

static char try_cell(struct cell *cell) {
    char line[200], body[600];
    struct town *town = cell->town;
    snprintf(cell->id, sizeof cell->id, "c%u", town->cells++);
    prepare(cell);
    int may = tells_capability(cell);
    fill(cell, cell->row->line, line, sizeof line);
    if (cell->row->body != NULL)
        fill(cell, cell->row->body, body, sizeof body);
    stage_pass(&town->stage, 1);
    stage_call(&town->stage, caller(cell->who),
        cell->row->needs & A_SOCKET ? town->sockets[cell->who] : NULL, line,
        cell->row->body != NULL ? body : NULL);
    char letter = outcome(cell);
    if (letter == '?')
        fprintf(stderr, "# %s %s by %s: %d %s\n", line, cell->row->body != NULL ? body : "",
            ids[cell->who], town->stage.status, json_text_at(town->stage.reply, "message"));
    if (may >= 0 && (may == 1) != (letter == '.') && letter != 'e')
        return may ? '!' : '+'; /* told that they may, or may not, and it is not so */
    stage_forget(&town->stage);
    return letter;
}

/* ---- the cases ---- */

static bool row_agrees(struct town *town, const struct row *row, size_t type) {
    char got[sizeof HEAD];
    const char *wanted = row->pictures[type];
    size_t who = 0;
    if (wanted == NULL)
        return true;
    assert_int_equal(strlen(wanted), strlen(HEAD));
    for (size_t i = 0; i <= strlen(HEAD); i++) {
        struct cell cell = {.town = town, .row = row, .type = types[type], .who = (enum who)who};
        got[i] = HEAD[i];
        if (!isalpha((unsigned char)HEAD[i]))
            continue;
        got[i] = try_cell(&cell);
        who++;
    }
    if (strcmp(got, wanted) == 0)
        return true;
    fprintf(stderr, "# %s %s\n#   in %-11s %s\n#   got            %s\n#   wanted         %s\n",
        row->line, row->body != NULL ? row->body : "", types[type], HEAD, got, wanted);
    return false;
}

static void everybody_may_what_the_page_says(size_t type) {
    struct town *town = open_town();
    unsigned wrong = 0;
    for (size_t i = 0; i < ROWS; i++)
        wrong += !row_agrees(town, &rows[i], type);
    fprintf(stderr, "# %u cells in %s\n", town->cells, types[type]);
    close_town(town);
    if (wrong > 0)
        fail_msg("%u rows are otherwise in %s", wrong, types[type]);
}

static void messaging_is_for_its_members(void **state) {
    (void)state;
    everybody_may_what_the_page_says(0);
}

static void a_livestream_is_open(void **state) {
    (void)state;
    everybody_may_what_the_page_says(1);
}

static void a_type_with_grants_does_what_they_say(void **state) {
    (void)state;
    everybody_may_what_the_page_says(2);
}

/* ---- what may not be read is not heard either ---- */

static bool may_read(size_t type, enum who who) {
    static const char *const pictures[TYPES] = BY_READING;
    size_t met = 0;
    for (size_t i = 0;; i++)
        if (isalpha((unsigned char)HEAD[i]) && met++ == (size_t)who)
            return pictures[type][i] == '.';
}

/* All that could make somebody hear of a channel, whatever is answered. */
static void try_to_hear(const struct cell *cell) {
    static const struct {
        const char *line, *body;
    } tries[] = {
        {"POST /channels/$T/$C/query", "{\"watch\":true,\"presence\":true}"},
        {"POST /channels/$T/$C/query",
            "{\"data\":{\"members\":[\"$W\"]},\"watch\":true,\"presence\":true}"},
        {"POST /channels",
            "{\"filter_conditions\":{\"cid\":\"$T:$C\"},\"watch\":true,\"presence\":true}"},
        {"POST /channels", "{\"filter_conditions\":{\"members\":{\"$in\":[\"$W\"]}},"
                           "\"watch\":true,\"presence\":true}"},
        {"GET /members", "{\"type\":\"$T\",\"id\":\"$C\",\"filter_conditions\":{},"
                         "\"presence\":true}"},
        {"POST /channels/$T/$C/event", "{\"event\":{\"type\":\"typing.start\"}}"},
        {"POST /channels/$T/$C", "{\"add_members\":[\"$W\"]}"},
    };
    char line[200], body[600];
    for (size_t i = 0; i < sizeof tries / sizeof tries[0]; i++) {
        fill(cell, tries[i].line, line, sizeof line);
        fill(cell, tries[i].body, body, sizeof body);
        stage_call(
            &cell->town->stage, caller(cell->who), cell->town->sockets[cell->who], line, body);
    }
}

/* Everything that is told to those who watch a channel, and the coming of a member. */
static void live_in(const struct cell *cell) {
    char line[200];
    tell(cell, NULL, "POST /channels/$T/$C/message",
        "{\"message\":{\"id\":\"$M\",\"text\":\"hey\",\"user_id\":\"other\"}}");
    tell(cell, NULL, "POST /messages/$M/reaction",
        "{\"reaction\":{\"type\":\"like\",\"user_id\":\"other\"}}");
    tell(cell, NULL, "POST /messages/$M", "{\"message\":{\"text\":\"ho\"}}");
    tell(cell, NULL, "POST /channels/$T/$C/event", "{\"event\":{\"type\":\"wave\"}}");
    tell(cell, NULL, "POST /channels/$T/$C", "{\"add_members\":[\"third\"]}");
    tell(cell, NULL, "POST /channels/$T/$C", "{\"data\":{\"color\":\"red\"}}");
    struct stage_socket *other = stage_connect(&cell->town->stage, "other", "");
    fill(cell, "POST /channels/$T/$C/query", line, sizeof line);
    stage_expect(&cell->town->stage, "other", other, line, "{\"watch\":true}", 201, 0);
    if (strcmp(cell->type, "livestream") != 0) {
        stage_expect(&cell->town->stage, "other", other, "POST /channels/read", "{}", 201, 0);
        fill(cell, "POST /channels/$T/$C/event", line, sizeof line);
        stage_expect(&cell->town->stage, "other", other, line,
            "{\"event\":{\"type\":\"typing.start\"}}", 201, 0);
    }
    stage_goodbye(other);
    tell(cell, NULL, "POST /channels/$T/$C/truncate", "{}");
    fill(cell, "DELETE /channels/$T/$C", line, sizeof line);
    stage_expect(&cell->town->stage, NULL, NULL, line, NULL, 200, 0);
}

static void who_may_not_read_hears_nothing_whatever_they_try(void **state) {
    (void)state;
    struct town *town = open_town();
    unsigned deaf = 0, hearing = 0;
    for (size_t type = 0; type < TYPES; type++)
        for (enum who who = ADMIN; who < DEACTIVATED; who++) {
            struct cell cell = {.town = town, .type = types[type], .who = who};
            snprintf(cell.id, sizeof cell.id, "h%u", town->cells++);
            make_channel(&cell);
            try_to_hear(&cell);
            stage_forget(&town->stage);
            live_in(&cell);
            bool invitee = who == PENDING || who == REJECTED;
            const char *heard = stage_heard(town->sockets[who]);
            if (may_read(type, who) != (strstr(heard, "message.new") != NULL) ||
                (!may_read(type, who) && heard[0] != '\0' &&
                    !(invitee && strcmp(heard, "notification.channel_deleted") == 0)))
                fail_msg("%s in %s hears \"%s\"", ids[who], types[type], heard);
            (may_read(type, who) ? hearing++ : deaf++);
            stage_forget(&town->stage);
            town->stage.socket_count--; /* the other's, which is gone */
        }
    fprintf(stderr, "# %u deaf, %u hearing\n", deaf, hearing);
    close_town(town);
}

/* They watch, then lose the right to: in the channel, by their role, by the type. */
static void who_may_no_longer_read_hears_no_more(void **state) {
    (void)state;
    static const struct {
        const char *type;
        enum who who;
        const char *line, *body;
    } losses[] = {
        {"messaging", MEMBER, "POST /channels/$T/$C", "{\"remove_members\":[\"$W\"]}"},
        {"messaging", MODERATOR, "POST /channels/$T/$C", "{\"remove_members\":[\"$W\"]}"},
        {"messaging", ADMIN, "POST /users",
            "{\"users\":{\"admin\":{\"id\":\"admin\",\"role\":\"user\"}}}"},
        {"club", STRANGER, "PUT /channeltypes/club", "{\"grants\":{\"user\":[]}}"},
        {"livestream", ANONYMOUS, "PUT /channeltypes/livestream",
            "{\"grants\":{\"anonymous\":[]}}"},
    };
    struct town *town = open_town();
    for (size_t i = 0; i < sizeof losses / sizeof losses[0]; i++) {
        struct cell cell = {.town = town, .type = losses[i].type, .who = losses[i].who};
        snprintf(cell.id, sizeof cell.id, "l%u", town->cells++);
        make_channel(&cell);
        char line[200];
        fill(&cell, "POST /channels/$T/$C/query", line, sizeof line);
        stage_expect(&town->stage, caller(cell.who), town->sockets[cell.who], line,
            "{\"watch\":true,\"presence\":true}", 201, 0);
        stage_forget(&town->stage);
        tell(&cell, NULL, "POST /channels/$T/$C/event", "{\"event\":{\"type\":\"wave\"}}");
        SAME_TEXT(stage_heard(town->sockets[cell.who]), "wave");
        tell(&cell, NULL, losses[i].line, losses[i].body);
        stage_forget(&town->stage);
        live_in(&cell);
        SAME_TEXT(stage_heard(town->sockets[cell.who]), "");
        stage_forget(&town->stage);
        town->stage.socket_count--; /* the other's, which is gone */
    }
    close_town(town);
}

/* ---- what may not be known of is as what is not there ---- */

static char *answer_about(const struct cell *cell, const char *method, const char *id,
    const char *end, const char *body) {
    char line[300];
    snprintf(line, sizeof line, "%s /messages/%s%s", method, id, end);
    stage_call(&cell->town->stage, caller(cell->who), NULL, line, body);
    json *reply = json_copy(cell->town->stage.reply);
    json_remove(reply, "duration");
    char *text = json_to_text(reply);
    json_free(reply);
    for (char *at; (at = strstr(text, id)) != NULL;) /* the name that was asked for */
        memset(at, '*', strlen(id));
    return text;
}

static void a_message_of_a_closed_channel_is_one_that_is_not_there(void **state) {
    (void)state;
    static const struct {
        const char *method, *end, *body;
    } calls[] = {{"GET", "", NULL}, {"GET", "/replies", NULL}, {"GET", "/reactions", NULL},
        {"POST", "", "{\"message\":{\"text\":\"x\"}}"}, {"DELETE", "", NULL},
        {"POST", "/reaction", "{\"reaction\":{\"type\":\"like\"}}"},
        {"DELETE", "/reaction/like", NULL}};
    struct town *town = open_town();
    for (enum who who = PENDING; who <= ANONYMOUS; who++)
        for (size_t i = 0; i < sizeof calls / sizeof calls[0]; i++) {
            struct cell cell = {.town = town, .type = "messaging", .who = who};
            snprintf(cell.id, sizeof cell.id, "m%03u", town->cells++);
            make_channel(&cell);
            tell(&cell, NULL, "POST /channels/$T/$C/message",
                "{\"message\":{\"id\":\"$M\",\"text\":\"hey\",\"user_id\":\"other\"}}");
            char there[40];
            snprintf(there, sizeof there, "other-%s", cell.id);
            char *hidden = answer_about(&cell, calls[i].method, there, calls[i].end, calls[i].body);
            char *none = answer_about(
                &cell, calls[i].method, "other-none", calls[i].end, calls[i].body);
            SAME_TEXT(hidden, none);
            free(hidden);
            free(none);
            stage_forget(&town->stage);
        }
    close_town(town);
}

/* ---- a server-side caller acts for whom they name ---- */

static void what_is_done_for_somebody_is_done_by_them(void **state) {
    (void)state;
    static const struct {
        const char *line, *body, *heard;
    } calls[] = {
        {"POST /channels/$T/$C/event", "{\"event\":{\"type\":\"wave\",\"user_id\":\"third\"}}",
            "wave:third"},
        {"POST /channels/$T/$C/event", "{\"event\":{\"type\":\"wave\"}}", "wave"},
        {"POST /channels/$T/$C", "{\"data\":{\"color\":\"red\"},\"user_id\":\"third\"}",
            "channel.updated:third"},
        {"POST /channels/$T/$C/message", "{\"message\":{\"text\":\"hi\",\"user_id\":\"third\"}}",
            "message.new:third"},
        {"POST /channels/$T/$C/truncate", "{\"user_id\":\"third\"}", "channel.truncated:third"},
    };
    struct town *town = open_town();
    struct cell cell = {.town = town, .type = "messaging", .who = MEMBER, .id = "hall"};
    char line[200];
    make_channel(&cell);
    fill(&cell, "POST /channels/$T/$C/query", line, sizeof line);
    stage_expect(&town->stage, "member", town->sockets[MEMBER], line, "{\"watch\":true}", 201, 0);
    stage_forget(&town->stage);
    for (size_t i = 0; i < sizeof calls / sizeof calls[0]; i++) {
        tell(&cell, NULL, calls[i].line, calls[i].body);
        SAME_TEXT(stage_heard(town->sockets[MEMBER]), calls[i].heard);
    }
    fill(&cell, "POST /channels/$T/$C/event", line, sizeof line);
    stage_expect(&town->stage, NULL, NULL, line,
        "{\"event\":{\"type\":\"wave\",\"user_id\":\"nobody\"}}", 400, 4);
    /* A user is nobody else, whatever they say. */
    stage_expect(&town->stage, "member", NULL, line,
        "{\"event\":{\"type\":\"wave\",\"user_id\":\"third\"}}", 201, 0);
    SAME_TEXT(stage_heard(town->sockets[MEMBER]), "wave:member");
    stage_forget(&town->stage);
    close_town(town);
}

/* "POST /channels/$T/$C/message" is the route "channels/ * / * /message". */
static bool is_of_route(const char *line, const struct route *route) {
    char path[200];
    size_t len = 0;
    const char *method = http_method_name(route->method);
    if (strncmp(line, method, strlen(method)) != 0 || line[strlen(method)] != ' ')
        return false;
    for (const char *at = strchr(line, '/') + 1; *at != '\0'; at++)
        path[len++] = *at;
    path[len] = '\0';
    const char *wanted = route->path;
    for (const char *at = path; *at != '\0' || *wanted != '\0';) {
        size_t a = strcspn(at, "/"), b = strcspn(wanted, "/");
        bool any = b == 1 && wanted[0] == '*';
        if (!any && (a != b || memcmp(at, wanted, a) != 0))
            return false;
        if ((at[a] == '\0') != (wanted[b] == '\0'))
            return false;
        at += a + (at[a] == '/');
        wanted += b + (wanted[b] == '/');
    }
    return true;
}

static void every_route_has_its_row(void **state) {
    (void)state;
    unsigned missing = 0;
    for (size_t i = 0; i < route_count(); i++) {
        const struct route *route = route_at(i);
        bool found = false;
        for (size_t j = 0; j < ROWS; j++)
            found |= is_of_route(rows[j].line, route);
        if (!found)
            fprintf(stderr, "# no row for %s %s\n", http_method_name(route->method), route->path);
        missing += !found;
    }
    assert_int_equal(missing, 0);
}

int main(void) {
    const struct CMUnitTest cases[] = {
        CASE(every_route_has_its_row),
        CASE(messaging_is_for_its_members),
        CASE(a_livestream_is_open),
        CASE(a_type_with_grants_does_what_they_say),
        CASE(who_may_not_read_hears_nothing_whatever_they_try),
        CASE(who_may_no_longer_read_hears_no_more),
        CASE(a_message_of_a_closed_channel_is_one_that_is_not_there),
        CASE(what_is_done_for_somebody_is_done_by_them),
    };
    return RUN_CASES("server-matrix", cases);
}
