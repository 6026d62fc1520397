/* SPDX-License-Identifier: MIT */
/*
 * Memory runs out once, at every allocation in turn, of all that reads and writes the language of
 * the wire: it is told, nothing is half done, and nothing is left behind (the leak checker looks).
 */
#include "support/scarce.h"
#include "support/wire_case.h"

#include "wire/channel.h"
#include "wire/error.h"
#include "wire/event.h"
#include "wire/filter.h"
#include "wire/member.h"
#include "wire/message.h"
#include "wire/reaction.h"
#include "wire/user.h"

#include <errno.h>

static const char user_text[] =
    "{'id':'ana','name':'Ana','image':'i','role':'admin','created_at':'2026-01-01T00:00:00Z',"
    "'status':'here','deep':{'a':[1,'x']}}";
static const char member_text[] = "{'user_id':'ana','channel_role':'channel_member','role':'owner',"
                                  "'created_at':'2026-01-01T00:00:00Z','mood':'good'}";
static const char channel_text[] =
    "{'id':'hall','type':'team','cid':'team:hall','created_by':{'id':'ana'},'frozen':true,"
    "'created_at':'2026-01-01T00:00:00Z','cooldown':5,'color':'green'}";
static const char message_text[] = "{'id':'m','text':'hi','type':'reply','user':{'id':'ana'},'"
                                   "parent_id':'p','quoted_message_id':'q',"
                                   "'created_at':'2026-01-01T00:00:00Z','mood':'good'}";
static const char reaction_text[] =
    "{'type':'like','user_id':'ana','message_id':'m','score':2,'mood':'good'}";

/* Made when memory is not scarce; what is read is what `act` is about. */
struct given {
    const json *from;
};

static void user_there_and_back(bool scarce, const void *context) {
    const struct given *given = context;
    struct user user, copy;
    (void)scarce;
    int rc = user_decode(&user, NULL, given->from, NULL);
    assert_true(rc == 0 || rc == -ENOMEM);
    if (rc != 0)
        return;
    rc = user_copy(&copy, &user);
    assert_true(rc == 0 || rc == -ENOMEM);
    if (rc == 0)
        user_fini(&copy);
    json_free(user_encode(&user, &(struct user_face){.online = true, .show_invisible = true}));
    user_fini(&user);
}

static void member_there_and_back(bool scarce, const void *context) {
    const struct given *given = context;
    struct member member, copy;
    (void)scarce;
    int rc = member_decode(&member, NULL, given->from, NULL);
    assert_true(rc == 0 || rc == -ENOMEM);
    if (rc != 0)
        return;
    rc = member_copy(&copy, &member);
    assert_true(rc == 0 || rc == -ENOMEM);
    if (rc == 0)
        member_fini(&copy);
    json_free(member_encode(&member, json_object()));
    member_fini(&member);
}

static void channel_there_and_back(bool scarce, const void *context) {
    const struct given *given = context;
    struct channel channel, copy;
    (void)scarce;
    int rc = channel_decode(&channel, NULL, given->from, NULL);
    assert_true(rc == 0 || rc == -ENOMEM);
    if (rc != 0)
        return;
    rc = channel_copy(&copy, &channel);
    assert_true(rc == 0 || rc == -ENOMEM);
    if (rc == 0)
        channel_fini(&copy);
    json_free(channel_encode(&channel, 2, json_object(), json_object(), json_array()));
    channel_fini(&channel);
}

static void message_there_and_back(bool scarce, const void *context) {
    const struct given *given = context;
    struct message message, copy;
    (void)scarce;
    int rc = message_decode(&message, NULL, given->from, NULL);
    assert_true(rc == 0 || rc == -ENOMEM);
    if (rc != 0)
        return;
    rc = message_copy(&copy, &message);
    assert_true(rc == 0 || rc == -ENOMEM);
    if (rc == 0)
        message_fini(&copy);
    json_free(message_encode(&message, json_object(), (struct message_others){0}));
    message_fini(&message);
}

static void reaction_there_and_back(bool scarce, const void *context) {
    const struct given *given = context;
    struct reaction reaction, copy;
    (void)scarce;
    int rc = reaction_decode(&reaction, given->from, NULL);
    assert_true(rc == 0 || rc == -ENOMEM);
    if (rc != 0)
        return;
    rc = reaction_copy(&copy, &reaction);
    assert_true(rc == 0 || rc == -ENOMEM);
    if (rc == 0)
        reaction_fini(&copy);
    json_free(reaction_encode(&reaction, json_object()));
    reaction_fini(&reaction);
}

static void objects_are_taken_whole_or_not_at_all(void **state) {
    (void)state;
    static const struct {
        const char *text;
        void (*act)(bool scarce, const void *context);
    } all[] = {{user_text, user_there_and_back}, {member_text, member_there_and_back},
        {channel_text, channel_there_and_back}, {message_text, message_there_and_back},
        {reaction_text, reaction_there_and_back}};
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) {
        json *from = json_of(all[i].text);
        assert_true(scarce_each(all[i].act, &(struct given){from}) > 5);
        json_free(from);
    }
}

static void json_there_and_back(bool scarce, const void *context) {
    static const char text[] = "{\"a\":[1,\"x\",{\"b\":null}],\"c\":true}";
    json *value = NULL;
    (void)scarce, (void)context;
    const int rc = json_parse(&value, text, sizeof text - 1, &json_limits_rest, NULL);
    assert_true((rc == 0 && value != NULL) || (rc == -ENOMEM && value == NULL));
    json *copy = json_copy(value), *other = json_object();
    char *printed = value != NULL ? json_to_text(value) : NULL;
    if (printed != NULL)
        SAME_TEXT(printed, text);
    if (json_merge_missing(other, value) == 0 && other != NULL && value != NULL)
        assert_true(json_equal(other, value));
    json_set(other, "a", json_text_len("xyz", 3));
    json_set(other, "d", json_integer(1));
    json_append(other, json_array());
    free(printed);
    json_free(other);
    json_free(copy);
    json_free(value);
}

static void what_is_built_is_built_or_not_there(bool scarce, const void *context) {
    (void)scarce, (void)context;
    json *error = error_encode(CODE_INPUT, "no", "field", "reason", 5);
    if (error != NULL)
        assert_string_equal(json_text_at(json_get(error, "exception_fields"), "field"), "reason");
    json_free(error);
    json_free(event_encode("typing.start", 1, "team:hall"));
}

static void json_is_whole_or_not_there(void **state) {
    (void)state;
    assert_true(scarce_each(json_there_and_back, NULL) > 20);
    assert_true(scarce_each(what_is_built_is_built_or_not_there, NULL) > 10);
}

static const struct filter_field fields[] = {
    {"id", FILTER_TEXT, 0}, {"seen", FILTER_TIME, 1}, {"name", FILTER_TEXT, 2}, {0}};

static void compile(bool scarce, const void *context) {
    const json *const *from = context;
    struct filter *filter = NULL;
    struct sort *sort = NULL;
    struct filter_error error = {0};
    (void)scarce;
    int rc = filter_compile(&filter, from[0], fields, &error);
    assert_true((rc == 0 && filter != NULL) || (rc == -ENOMEM && filter == NULL));
    filter_free(filter);
    rc = sort_compile(&sort, from[1], fields, &error);
    assert_true((rc == 0 && sort != NULL) || (rc == -ENOMEM && sort == NULL));
    sort_free(sort);
}

static void filters_and_sorts_are_whole_or_not_there(void **state) {
    (void)state;
    json *from[] = {
        json_of("{'$or':[{'id':{'$in':['a','b']}},{'seen':{'$gt':'2026-01-01T00:00:00Z'}},"
                "{'name':{'$autocomplete':'an'}},{'mood':{'a':1}}]}"),
        json_of("[{'field':'name','direction':1},{'field':'mood','direction':-1}]")};
    assert_true(scarce_each(compile, from) > 8);
    json_free(from[0]);
    json_free(from[1]);
}

int main(void) {
    const struct CMUnitTest cases[] = {
        CASE(objects_are_taken_whole_or_not_at_all),
        CASE(json_is_whole_or_not_there),
        CASE(filters_and_sorts_are_whole_or_not_there),
    };
    return RUN_CASES("wire-scarce", cases);
}
