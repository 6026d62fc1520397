/* SPDX-License-Identifier: MIT */
/*
 * Room that is bounded, with a client made by hand, whose memory is counted. The wire is played by
 * the test: what it says is taken in as dispatch would.
 */
#include "support/wire_case.h"

#include "client/client.h"
#include "client/forget.h"
#include <porchlight/message.h>

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
enum { LIES = 100 * 1000 };
#else
enum { LIES = 1000 * 1000 };
#endif
enum { MOST = 2 * 1024 * 1024 };

static pl_client client;
static char told[256];
static size_t forgotten, own_bytes, own_most;
static pl_user *to_hold;
static bool ends;

struct piece {
    _Alignas(16) size_t bytes;
};

static void *count(void *context, void *at, size_t bytes) {
    struct piece *old = at != NULL ? (struct piece *)at - 1 : NULL;
    const size_t before = old != NULL ? old->bytes : 0;
    (void)context;
    if (bytes == 0) {
        own_bytes -= before;
        free(old);
        return NULL;
    }
    struct piece *piece = realloc(old, sizeof *piece + bytes);
    assert_non_null(piece);
    own_bytes += bytes - before;
    piece->bytes = bytes;
    if (own_bytes > own_most)
        own_most = own_bytes;
    return piece + 1;
}

static void ring(void *context) {
    (void)context;
}

static void add_told(const char *word) {
    strncat(told, word, sizeof told - strlen(told) - 1);
}

static void note_down(pl_client *who, const struct pl_event *event, void *context) {
    (void)context;
    if (event->type == PL_EVENT_MEMORY)
        add_told(pl_client_memory(who, NULL, NULL) ? "full " : "room ");
    if (event->type == PL_EVENT_RESYNCED)
        add_told("resynced ");
    if (event->type != PL_EVENT_FORGETTING)
        return;
    forgotten++;
    assert_true((event->user != NULL) != (event->channel != NULL));
    if (event->user != NULL && event->user == to_hold)
        pl_user_set_context(event->user, told);
    if (ends)
        who->ended = true;
}

static int begin(void **state) {
    (void)state;
    memset(&client, 0, sizeof client);
    client.heap = (struct heap){.resize = count};
    client.mailbox = mailbox_create(&client.heap, 64, ring, NULL);
    assert_non_null(client.mailbox);
    client.user_id = heap_copy(&client.heap, "me");
    client.wants_link = true;
    client.epoch = 1;
    client.link.state = PL_LINK_LIVE;
    list_init(&client.handlers);
    list_init(&client.farewells);
    list_init(&client.pending);
    state_init(&client.state, &client, &client.heap);
    client.state.most = MOST;
    told[0] = '\0';
    forgotten = 0;
    own_most = own_bytes;
    to_hold = NULL;
    ends = false;
    assert_true(pl_client_on(&client, PL_EVENT_ANY, note_down, NULL) > 0);
    return 0;
}

static int end(void **state) {
    (void)state;
    client.ended = false;
    calls_cancel_all(&client);
    listening_fini(&client);
    handlers_free_all(&client);
    state_fini(&client.state);
    mailbox_unref(client.mailbox);
    mailbox_unref(client.mailbox);
    heap_free(&client.heap, client.user_id);
    assert_int_equal(own_bytes, 0);
    return 0;
}

static const struct state_moment ANSWER = {.now_ms = 1}, EVENT = {.event_seq = UINT64_MAX};

static pl_user *know(const char *id, const struct state_moment *moment) {
    json *from = json_object();
    json_set(from, "id", json_text(id));
    pl_user *user = state_put_user(&client.state, from, moment);
    json_free(from);
    return user;
}

/* As many as it takes until one is refused, or a hundred thousand. */
static size_t know_many(const char *prefix, const struct state_moment *moment) {
    char id[32];
    for (size_t i = 0; i < 100 * 1000; i++) {
        snprintf(id, sizeof id, "%s%zu", prefix, i);
        if (know(id, moment) == NULL)
            return i;
    }
    return 100 * 1000;
}

static void event(const char *text) {
    json *body = json_of(text);
    const struct note note = {.kind = NOTE_FRAME,
        .event = event_from_name(json_text_at(body, "type")),
        .body = body,
        .text = "",
        .len = 0};
    events_take_frame(&client, &note);
    json_free(body);
    forget_surplus(&client);
}

static pl_channel *put(const char *text, bool replace) {
    json *from = json_of(text);
    const struct state_moment now = {.now_ms = 1, .event_seq = client.state.event_seq};
    pl_channel *channel = state_put_channel_state(&client.state, from, &now, replace);
    json_free(from);
    return channel;
}

#define HALL                                                                                       \
    "{'channel':{'type':'team','id':'hall','cid':'team:hall','member_count':1},"                   \
    "'members':[{'user_id':'member','user':{'id':'member'}}],"                                     \
    "'messages':[{'id':'m','text':'t','user':{'id':'author'}}],"                                   \
    "'read':[{'user':{'id':'reader'},'last_read':'2026-01-01T00:00:00Z'}]}"

static void expect_known(const char *ids, bool known) {
    char copy[256];
    snprintf(copy, sizeof copy, "%s", ids);
    for (char *at = copy, *id; (id = strtok_r(at, " ", &at)) != NULL;)
        if ((pl_client_find_user(&client, id) != NULL) != known)
            fail_msg("%s is %s", id, known ? "forgotten" : "known");
}

static void on_presence(pl_user *user, bool online, int64_t last_active_ms, void *context) {
    (void)user;
    (void)online;
    (void)last_active_ms;
    (void)context;
}

static void who_is_held_stays_and_the_others_go_when_room_is_needed(void **state) {
    (void)state;
    pl_channel *hall = put(HALL, true);
    hall->mine = hall->seen_joined = true;
    pl_user_set_context(know("context", &ANSWER), told);
    assert_true(pl_user_on_presence_changed(know("handler", &ANSWER), on_presence, NULL) > 0);
    pl_user *first = know("first", &ANSWER);
    pl_client_listen_first(&client, &first, 1);
    user_rare(&client.state, know("muted", &ANSWER))->muted_until_ms = INT64_MAX;
    client.local = know("me", &ANSWER);
    assert_int_equal(pl_client_listen_users(&client, (const char *[]){"named"}, 1), 0);
    event("{'type':'typing.start','cid':'team:hall','user':{'id':'typist'}}");
    know("nobody", &ANSWER);
    forget_surplus(&client);
    expect_known("nobody", true); /* there is room */
    assert_in_range(know_many("u", &ANSWER), 1000, 99999);
    forget_surplus(&client);
    expect_known("member author reader context handler first muted me named typist", true);
    expect_known("nobody u0 u999", false);
    assert_in_range(client.state.weight, 0, MOST / 8);
    assert_true(forgotten > 1000);
}

static void a_channel_that_nobody_holds_goes_with_its_members(void **state) {
    (void)state;
    char text[128];
    pl_channel *hall = put(HALL, true);
    hall->mine = hall->seen_joined = true;
    for (size_t i = 0; client.state.weight < MOST - MOST / 5; i++) {
        snprintf(text, sizeof text,
            "{'channel':{'type':'team','id':'c%zu','cid':'team:c%zu'},'members':[{'user_id':'w%zu'}"
            "]}",
            i, i, i);
        assert_non_null(put(text, true));
    }
    pl_channel *asked = pl_client_find_channel(&client, "team:c7");
    assert_int_equal(
        pl_channel_query_messages(asked, 1, NULL, NULL, NULL), 0); /* and waits for the answer */
    forget_surplus(&client);
    assert_ptr_equal(pl_client_find_channel(&client, "team:hall"), hall);
    assert_ptr_equal(pl_client_find_channel(&client, "team:c7"), asked);
    assert_int_equal(client.state.channel_count, 2);
    assert_int_equal(client.state.channels.count, 2);
    expect_known("member w7", true);
    forget_surplus(&client);
    assert_in_range(client.state.weight, 0, MOST - MOST / 4);
}

/* A server that lied has said who is in it; nothing will ever tell that they are not. */
static void what_was_said_of_a_channel_that_is_not_watched_goes_and_the_channel_stays(
    void **state) {
    (void)state;
    char text[128];
    pl_channel *hall = put(HALL, true);
    hall->flags = PL_WATCH;
    pl_channel *toy = put("{'channel':{'type':'team','id':'toy','cid':'team:toy'}}", true);
    for (size_t i = 0; client.state.weight < MOST - MOST / 5; i++) {
        snprintf(text, sizeof text,
            "{'channel':{'type':'team','id':'toy','cid':'team:toy'},'members':[{'user_id':'w%zu'}]"
            "}",
            i);
        assert_ptr_equal(put(text, false), toy);
    }
    toy->mine = toy->seen_joined = true;
    forget_surplus(&client);
    assert_int_equal(toy->member_count, 0);
    assert_int_equal(hall->member_count, 1);
    assert_ptr_equal(pl_client_find_channel(&client, "team:toy"), toy);
    expect_known("member author reader", true);
    expect_known("w0 w1", false);
    assert_in_range(client.state.weight, 0, MOST / 8);
}

/* A liar said so, over whatever connections there were since all was true. */
static void whoever_said_that_a_channel_is_ours_the_walk_over_ours_says_whether_it_is(
    void **state) {
    (void)state;
    const struct pending walk = {.number = 7};
    event("{'type':'notification.added_to_channel','cid':'team:lie','channel':"
          "{'type':'team','id':'lie','cid':'team:lie'}}");
    pl_channel *lie = pl_client_find_channel(&client, "team:lie");
    pl_channel *asked = put("{'channel':{'type':'team','id':'asked','cid':'team:asked'},"
                            "'membership':{'user_id':'me'}}",
        true);
    client.joined_seq = client.state.event_seq;
    asked->seen_joined = false;
    put("{'channel':{'type':'team','id':'asked','cid':'team:asked'},"
        "'membership':{'user_id':'me'}}",
        true);
    event("{'type':'notification.added_to_channel','cid':'team:told','channel':"
          "{'type':'team','id':'told','cid':'team:told'}}");
    pl_channel *since = pl_client_find_channel(&client, "team:told");
    assert_true(lie->mine && asked->mine && since->mine);
    client.joined_call = walk.number;
    client.joined_ends = true;
    resync_joined_ended(&client, &walk, PL_DONE);
    assert_false(lie->mine);
    assert_true(asked->mine && since->mine);
    /* And what a late answer of an older connection says then holds no room. */
    json *late = json_of("{'channel':{'type':'team','id':'late','cid':'team:late'},"
                         "'membership':{'user_id':'me'}}");
    const struct state_moment old = {.now_ms = 1, .old_line = true};
    assert_true(state_put_channel_state(&client.state, late, &old, true)->mine);
    json_free(late);
    assert_in_range(know_many("u", &ANSWER), 1000, 99999);
    for (size_t i = 0; i < 1000; i++) {
        char id[32];
        snprintf(id, sizeof id, "u%zu", i);
        pl_user_set_context(pl_client_find_user(&client, id), told);
    }
    client.state.most = client.state.weight / 100; /* not even they leave enough */
    client.forget_at = 0;
    forget_surplus(&client);
    assert_null(pl_client_find_channel(&client, "team:late"));
    assert_null(pl_client_find_channel(&client, "team:lie"));
    assert_ptr_equal(pl_client_find_channel(&client, "team:asked"), asked);
    assert_ptr_equal(pl_client_find_channel(&client, "team:told"), since);
}

static void old_messages_go_where_nobody_else_can(void **state) {
    (void)state;
    char text[6000], filler[4001];
    pl_channel *hall = put(HALL, true);
    hall->mine = hall->seen_joined = true;
    hall->flags = PL_WATCH;
    memset(filler, 'x', 4000);
    filler[4000] = '\0';
    int i = 0;
    for (; i < 250; i++) {
        snprintf(text, sizeof text,
            "{'type':'message.new','cid':'team:hall','message':{'id':'n%d','text':'%s',"
            "'created_at':'2026-01-02T00:%02d:%02dZ','user':{'id':'author'}}}",
            i, filler, i / 60, i % 60);
        event(text);
    }
    assert_int_equal(hall->messages.count, 251);
    client.state.most = client.state.weight + client.state.weight / 10; /* it becomes tight */
    client.forget_at = 0;
    forget_surplus(&client);
    assert_int_equal(hall->messages.count, 25);
    SAME_TEXT(pl_message_id(pl_channel_message_at(hall, 24)), "n249");
    assert_int_equal(forgotten, 0);
}

static void what_has_no_room_is_refused_and_told_until_there_is(void **state) {
    (void)state;
    size_t bytes, most;
    const size_t known = know_many("u", &EVENT);
    assert_in_range(client.state.weight, MOST - MOST / 8 - 1000, MOST - MOST / 8);
    /* An answer has more room than what nobody asked for. */
    assert_non_null(know("asked", &ANSWER));
    for (size_t i = 0; i < known; i++) {
        char id[32];
        snprintf(id, sizeof id, "u%zu", i);
        pl_user_set_context(pl_client_find_user(&client, id), told); /* so that nobody may go */
    }
    forget_surplus(&client);
    SAME_TEXT(told, "full ");
    assert_true(pl_client_memory(&client, &bytes, &most));
    assert_int_equal(bytes, client.state.weight);
    assert_int_equal(most, MOST);
    event("{'type':'user.updated','user':{'id':'newcomer'}}");
    expect_known("newcomer", false);
    SAME_TEXT(told, "full "); /* once */
    for (size_t i = 0; i < known; i++) {
        char id[32];
        snprintf(id, sizeof id, "u%zu", i);
        pl_user_set_context(pl_client_find_user(&client, id), NULL);
    }
    client.forget_at = 0;
    forget_surplus(&client);
    SAME_TEXT(told, "full room resynced ");
    assert_false(pl_client_memory(&client, NULL, NULL));
    expect_known("asked u0", false);
    event("{'type':'user.updated','user':{'id':'newcomer'}}");
    expect_known("newcomer", true);
}

/* A server that lied has named them in answers; the one that tells the truth does not know them. */
static void whom_only_an_answer_named_makes_room_for_what_is_true(void **state) {
    (void)state;
    const size_t known = know_many("lie", &ANSWER);
    char id[32];
    assert_true(known > 1000);
    for (size_t i = 0; i < known; i++) {
        snprintf(id, sizeof id, "lie%zu", i);
        pl_user *user = pl_client_find_user(&client, id);
        user->queried = true;
        assert_int_equal(listening_want(&client, user), 0);
    }
    pl_user *heard = pl_client_find_user(&client, "lie7");
    listening_mark(&client, heard);
    assert_null(know("true", &ANSWER));
    forget_surplus(&client);
    assert_int_equal(client.losses, 1); /* what was refused is read again */
    assert_false(pl_client_memory(&client, NULL, NULL));
    expect_known("lie8", false);
    expect_known("lie7", true);
    assert_non_null(know("true", &ANSWER));
    assert_int_equal(client.wanted_count, 1);
}

/* What it was is not lost, nor what it would have been. */
/* Nothing comes any more that would make it look again. */
static void what_had_no_room_is_read_again_when_a_resync_has_ended_in_silence(void **state) {
    (void)state;
    client.forget_at = MOST; /* as if they were held until now */
    assert_true(know_many("lie", &EVENT) > 1000);
    forget_surplus(&client);
    SAME_TEXT(told, "full ");
    assert_null(know("true", &EVENT));
    client.in_resync = client.link.resyncing = true;
    assert_int_equal(pl_client_dispatch(&client), 0);
    SAME_TEXT(told, "full resynced room resynced ");
    assert_int_equal(client.losses, 1);
    assert_non_null(know("true", &EVENT));
}

static void a_message_told_again_by_whom_there_is_no_room_for_stays_as_it_was(void **state) {
    (void)state;
    json *hall = json_of("{'type':'messaging','id':'hall','cid':'messaging:hall'}");
    pl_channel *channel = state_put_channel(&client.state, hall, &ANSWER);
    json *was = json_of("{'id':'m','text':'was','user':{'id':'bo'},"
                        "'created_at':'2026-11-24T10:00:00Z','updated_at':'2026-11-24T10:00:00Z'}");
    json *is = json_of("{'id':'m','text':'is','user':{'id':'newcomer'},"
                       "'created_at':'2026-11-24T10:00:00Z','updated_at':'2026-11-24T11:00:00Z'}");
    pl_message *message = state_put_message(&client.state, channel, was, &ANSWER);
    assert_non_null(message);
    know_many("u", &ANSWER);
    assert_ptr_equal(state_put_message(&client.state, channel, is, &ANSWER), message);
    SAME_TEXT(pl_message_text(message), "was");
    json_free(hall);
    json_free(was);
    json_free(is);
}

/* It would be asked for without an end. */
static void what_is_too_large_for_all_the_room_is_not_read_again(void **state) {
    (void)state;
    const size_t long_enough = MOST + 1;
    char *name = malloc(long_enough + 1);
    assert_non_null(name);
    memset(name, 'x', long_enough);
    name[long_enough] = '\0';
    json *from = json_object();
    json_set(from, "id", json_text("huge"));
    json_set(from, "name", json_text(name));
    assert_null(state_put_user(&client.state, from, &ANSWER));
    json_free(from);
    free(name);
    for (int i = 0; i < 3; i++)
        forget_surplus(&client);
    SAME_TEXT(told, "full ");
}

static void presence_is_true_though_there_is_no_room(void **state) {
    (void)state;
    pl_user *bo = know("bo", &ANSWER);
    pl_user_set_context(bo, told);
    know_many("u", &EVENT);
    char *text = malloc(MOST + 200);
    assert_non_null(text);
    snprintf(
        text, MOST + 200, "{'type':'user.presence.changed','user':{'id':'bo','online':true,'s':'");
    memset(text + strlen(text), 'x', MOST);
    strcpy(text + strlen("{'type':'user.presence.changed','user':{'id':'bo','online':true,'s':'") +
               MOST,
        "'}}");
    event(text);
    free(text);
    assert_true(pl_user_online(bo));
    assert_ptr_equal(pl_client_find_user(&client, "bo"), bo);
}

static void there_is_room_for_oneself(void **state) {
    (void)state;
    know_many("u", &ANSWER);
    assert_null(know("other", &ANSWER));
    assert_non_null(know("me", &ANSWER));
}

static void a_callback_may_hold_whom_it_is_told_of(void **state) {
    (void)state;
    to_hold = know("bo", &ANSWER);
    know_many("u", &ANSWER);
    forget_surplus(&client);
    expect_known("u0", false);
    assert_ptr_equal(pl_client_find_user(&client, "bo"), to_hold);
    assert_ptr_equal(pl_user_context(to_hold), told);
}

static void a_callback_may_end_the_client(void **state) {
    (void)state;
    know_many("u", &ANSWER);
    ends = true;
    forget_surplus(&client);
    assert_int_equal(forgotten, 1);
    expect_known("u0 u1", true); /* as long as somebody on the stack may look at them */
}

static void whom_the_program_names_beyond_the_bound_has_no_room(void **state) {
    (void)state;
    char ids[2000][16];
    const char *list[2000];
    client.link.state = PL_LINK_WAITING;
    for (int round = 0; round < 10; round++) {
        for (int i = 0; i < 2000; i++) {
            snprintf(ids[i], sizeof ids[i], "n%d", round * 2000 + i);
            list[i] = ids[i];
        }
        const int result = pl_client_listen_users(&client, list, 2000);
        assert_true(result == 0 || (round > 0 && result == PL_E_FULL));
        forget_surplus(&client);
        if (result == PL_E_FULL)
            break;
        assert_int_not_equal(round, 9);
    }
    assert_in_range(client.state.weight, MOST / 2, MOST);
    assert_int_equal(forgotten, 0);
    expect_known("n0 n1999", true);
}

/* With a number for each #. */
static void tell_a_lie(char *to, size_t size, const char *lie, int number) {
    size_t at = 0;
    for (; *lie != '\0'; lie++)
        at += (size_t)(*lie == '#' ? snprintf(to + at, size - at, "%d", number)
                                   : snprintf(to + at, size - at, "%c", *lie));
}

/* The server has the hall, and nothing else. */
static void answer_all(void) {
    struct command *command;
    while (mailbox_asked(client.mailbox, &command, 1) == 1) {
        const bool channels = strcmp(command->call->path, "/channels") == 0;
        json *body = json_of(channels ? "{'channels':[" HALL "]}" : "{'users':[],'members':[]}");
        const struct note note = {
            .kind = NOTE_REPLY, .call = command->call->id, .epoch = client.epoch, .body = body};
        calls_take_reply(&client, &note);
        json_free(body);
        command_free(command);
        forget_surplus(&client);
    }
}

/* In events of all sorts. */
static void names_without_end_are_borne_and_forgotten(void **state) {
    (void)state;
    static const char *const lies[] = {
        "{'type':'user.presence.changed','user':{'id':'x#','online':true}}",
        "{'type':'member.added','cid':'team:hall','member':{'user_id':'x#','user':{'id':'x#'}}}",
        "{'type':'notification.added_to_channel','channel':"
        "{'type':'team','id':'x#','cid':'team:x#'}}",
        "{'type':'message.new','cid':'team:hall','message':"
        "{'id':'x#','text':'x','user':{'id':'x#'}}}",
        "{'type':'message.read','cid':'team:hall','user':{'id':'x#'}}",
        "{'type':'message.new','cid':'team:x#','message':{'id':'x','user':{'id':'x#'}}}",
        "{'type':'typing.start','cid':'team:hall','user':{'id':'x#'}}",
        "{'type':'member.removed','cid':'team:hall','user':{'id':'x#'}}",
    };
    pl_channel *hall = put(HALL, true);
    hall->flags = PL_WATCH;
    char text[256];
    for (int i = 0; i < LIES; i++) {
        tell_a_lie(text, sizeof text, lies[(i / 500) % 8], i);
        event(text);
        assert_in_range(client.state.weight, 0, MOST);
        answer_all();
    }
    print_message("# own memory: at most %zu KiB of %d\n", own_most / 1024, MOST / 1024);
    assert_in_range(own_most, 0, MOST * 3 / 2);
    expect_known("member", true);
    /* And what is true has room again. */
    assert_non_null(put(HALL, true));
    client.forget_at = 0;
    forget_surplus(&client);
    assert_int_equal(hall->member_count, 1);
    assert_int_equal(hall->mark_count, 1);
}

int main(void) {
#define ROOM_CASE(name) cmocka_unit_test_setup_teardown(name, begin, end)
    const struct CMUnitTest cases[] = {
        ROOM_CASE(who_is_held_stays_and_the_others_go_when_room_is_needed),
        ROOM_CASE(a_channel_that_nobody_holds_goes_with_its_members),
        ROOM_CASE(what_was_said_of_a_channel_that_is_not_watched_goes_and_the_channel_stays),
        ROOM_CASE(whoever_said_that_a_channel_is_ours_the_walk_over_ours_says_whether_it_is),
        ROOM_CASE(old_messages_go_where_nobody_else_can),
        ROOM_CASE(what_has_no_room_is_refused_and_told_until_there_is),
        ROOM_CASE(whom_only_an_answer_named_makes_room_for_what_is_true),
        ROOM_CASE(what_had_no_room_is_read_again_when_a_resync_has_ended_in_silence),
        ROOM_CASE(a_message_told_again_by_whom_there_is_no_room_for_stays_as_it_was),
        ROOM_CASE(what_is_too_large_for_all_the_room_is_not_read_again),
        ROOM_CASE(presence_is_true_though_there_is_no_room),
        ROOM_CASE(there_is_room_for_oneself),
        ROOM_CASE(a_callback_may_hold_whom_it_is_told_of),
        ROOM_CASE(a_callback_may_end_the_client),
        ROOM_CASE(whom_the_program_names_beyond_the_bound_has_no_room),
        ROOM_CASE(names_without_end_are_borne_and_forgotten),
    };
    return RUN_CASES("client-forget", cases);
}
