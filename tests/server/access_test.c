/* SPDX-License-Identifier: MIT */
/* Who may do what, as a table: relation to the channel down, right across. */
#include "support/case.h"

#include "server/access.h"

enum { READ, WRITE, OWN, ADD_OTHER, ADD_SELF, REMOVE_SELF, RIGHTS };

static struct kind kind;
static struct room room;
static struct seat seats[3];
static struct person people[7];

enum who { CREATOR, MEMBER, MODERATOR, STRANGER, ADMIN, ANONYMOUS, OTHER, SERVER, NOBODY };

static void make_person(enum who who, const char *id, const char *role) {
    people[who] = (struct person){
        .user = {.id = (char *)id, .role = (char *)role}, .anonymous = who == ANONYMOUS};
    list_init(&people[who].seats);
}

static void sit(int at, enum who who, const char *role) {
    seats[at] = (struct seat){.member = {.user_id = people[who].user.id, .role = (char *)role},
        .person = &people[who],
        .room = &room};
    assert_int_equal(table_put(&room.seat_of, people[who].user.id, &seats[at], NULL), 0);
}

static int begin(void **state) {
    (void)state;
    make_person(CREATOR, "creator", "user");
    make_person(MEMBER, "member", "user");
    make_person(MODERATOR, "moderator", "user");
    make_person(STRANGER, "stranger", "user");
    make_person(ADMIN, "boss", "admin");
    make_person(ANONYMOUS, "!anon-1", "anonymous");
    make_person(OTHER, "other", "user");
    kind = (struct kind){.type = {.name = (char *)"messaging", .typing_events = true}};
    grants_compile(&kind.grants, kind.type.name, NULL);
    room = (struct room){.kind = &kind, .channel = {.created_by = (char *)"creator"}};
    sit(0, MEMBER, "member");
    sit(1, MODERATOR, "moderator");
    return 0;
}

static int end(void **state) {
    (void)state;
    table_fini(&room.seat_of);
    return 0;
}

static struct view view_of(enum who who) {
    return (struct view){.asker = who < SERVER ? &people[who] : NULL, .server = who == SERVER};
}

/* "rwo+SL": read, write, own, add another, add oneself, leave; "-" where not. */
static void may(enum who who, const char *wanted) {
    const struct view view = view_of(who);
    const struct person *self = who < SERVER ? &people[who] : NULL;
    const bool rights[RIGHTS] = {access_read(&room, view), access_write(&room, view, GRANT_SEND),
        access_may(&room, view, GRANT_UPDATE_CHANNEL), access_seat(&room, view, &people[OTHER], true),
        access_seat(&room, view, self, true), access_seat(&room, view, self, false)};
    char got[RIGHTS + 1] = "rwo+SL";
    for (int i = 0; i < RIGHTS; i++)
        if (!rights[i])
            got[i] = '-';
    SAME_TEXT(got, wanted);
}

static void a_messaging_channel_is_for_its_members(void **state) {
    (void)state;
    may(CREATOR, "rwo+SL");
    may(MODERATOR, "rwo+SL");
    may(MEMBER, "rw---L");
    may(STRANGER, "-----L");
    may(ANONYMOUS, "------");
    may(ADMIN, "rwo+SL");
    may(SERVER, "rwo+SL");
    may(NOBODY, "------");
}

static void a_livestream_is_open_to_read_and_for_users_to_write(void **state) {
    (void)state;
    grants_compile(&kind.grants, "livestream", NULL);
    may(STRANGER, "rw--SL");
    may(ANONYMOUS, "r-----");
    may(NOBODY, "r-----");
}

static void a_frozen_channel_is_read_only_but_for_those_who_may_all(void **state) {
    (void)state;
    room.channel.frozen = true;
    may(MEMBER, "r----L");
    may(CREATOR, "r-o+SL");
    may(ADMIN, "rwo+SL");
}

static void users_make_channels_and_nobody_else_does(void **state) {
    (void)state;
    assert_true(access_create(&kind, view_of(STRANGER)));
    assert_true(access_create(&kind, view_of(SERVER)));
    assert_false(access_create(&kind, view_of(ANONYMOUS)));
    assert_false(access_create(&kind, view_of(NOBODY)));
}

static void capabilities_say_the_same(void **state) {
    (void)state;
    json *member = access_capabilities(&room, view_of(MEMBER));
    char *text = json_to_text(member);
    SAME_TEXT(text, "[\"typing-events\",\"update-own-message\",\"delete-own-message\",\"read-channel\","
                    "\"send-message\",\"leave-channel\"]");
    free(text);
    json_free(member);
    json *stranger = access_capabilities(&room, view_of(STRANGER));
    assert_int_equal(json_count(stranger), 0);
    json_free(stranger);
}

#define WITH(function) cmocka_unit_test_setup_teardown(function, begin, end)

int main(void) {
    const struct CMUnitTest cases[] = {WITH(a_messaging_channel_is_for_its_members),
        WITH(a_livestream_is_open_to_read_and_for_users_to_write),
        WITH(a_frozen_channel_is_read_only_but_for_those_who_may_all),
        WITH(users_make_channels_and_nobody_else_does), WITH(capabilities_say_the_same)};
    return RUN_CASES("server-access", cases);
}
