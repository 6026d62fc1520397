/* SPDX-License-Identifier: MIT */
#include "support/wire_case.h"

#include "wire/channel.h"

static const char hall[] =
    "{'id':'hall','type':'messaging','cid':'messaging:hall','created_at':'2026-01-01T00:00:00."
    "000000Z',"
    "'updated_at':'2026-01-02T00:00:00.000000Z','last_message_at':'2026-01-03T00:00:00.000000Z',"
    "'truncated_at':'2026-01-04T00:00:00.000000Z','created_by':{'id':'ana'},'frozen':true,"
    "'disabled':true,'member_count':3,'config':{'connect_events':false},"
    "'own_capabilities':['send-message'],'name':'The hall','color':'green'}";

static void what_is_read_is_written_again(void **state) {
    (void)state;
    json *object = json_of(hall);
    struct channel channel, copy;
    assert_int_equal(channel_decode(&channel, NULL, object, NULL), 0);
    json_free(object);
    assert_int_equal(channel_copy(&copy, &channel), 0);
    channel_fini(&channel);
    SAME_TEXT(copy.created_by, "ana");
    SAME_TEXT(channel_name(&copy), "The hall");
    assert_int_equal(copy.member_count, 3);
    assert_false(copy.connect_events);
    SAME_JSON(channel_encode(&copy, 3, json_of("{'id':'ana'}"), json_of("{'connect_events':false}"),
                  json_of("['send-message']")),
        hall);
    channel_fini(&copy);
}

static void a_cid_or_its_parts_name_a_channel(void **state) {
    (void)state;
    const char *const texts[] = {"{'cid':'team:a@b'}", "{'type':'team','id':'a@b'}",
        "{'cid':'team:a@b','type':'other','id':'other'}"};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        json *object = json_of(texts[i]);
        struct channel channel;
        assert_int_equal(channel_decode(&channel, NULL, object, NULL), 0);
        SAME_TEXT(channel.cid, "team:a@b");
        SAME_TEXT(channel.type, "team");
        SAME_TEXT(channel.id, "a@b");
        assert_null(channel.created_by);
        assert_null(channel_name(&channel));
        assert_true(channel.connect_events);
        assert_int_equal(channel.member_count, 0);
        channel_fini(&channel);
        json_free(object);
    }
    channel_fini(NULL);
}

static void what_has_no_name_is_no_channel(void **state) {
    (void)state;
    const char *const bad[] = {"{}", "[]", "null", "{'type':'a'}", "{'id':'a'}", "{'cid':'a'}",
        "{'cid':'a:b c'}", "{'type':'a b','id':'c'}", "{'cid':'nonsense','type':'a','id':'b'}"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        json *object = json_of(bad[i]);
        struct channel channel;
        const char *error = NULL;
        assert_true(channel_decode(&channel, NULL, object, &error) > 0);
        assert_non_null(error);
        json_free(object);
    }
}

static void a_part_that_could_not_be_made_makes_none_of_it(void **state) {
    (void)state;
    struct channel channel = {.type = strdup("a"), .id = strdup("b"), .cid = strdup("a:b")};
    assert_null(channel_encode(&channel, 0, NULL, json_of("{}"), json_of("[]")));
    assert_null(channel_encode(&channel, 0, json_of("{}"), NULL, json_of("[]")));
    assert_null(channel_encode(&channel, 0, json_of("{}"), json_of("{}"), NULL));
    channel_fini(&channel);
}

static void a_custom_field_never_stands_in_for_a_built_in_one(void **state) {
    (void)state;
    json *object = json_of("{'cid':'a:b','members':['x'],'created_by_id':'ana','hidden':true}");
    struct channel channel;
    assert_int_equal(channel_decode(&channel, NULL, object, NULL), 0);
    json_free(object);
    SAME_TEXT(channel.created_by, "ana");
    assert_null(channel.custom);
    channel.custom = json_of("{'frozen':true,'member_count':9,'x':1}");
    object = channel_encode(&channel, 2, json_of("{}"), json_of("{}"), json_of("[]"));
    assert_false(json_true_at(object, "frozen"));
    int64_t count = 0;
    assert_true(json_as_integer(json_get(object, "member_count"), &count));
    assert_int_equal(count, 2);
    assert_non_null(json_get(object, "x"));
    json_free(object);
    channel_fini(&channel);
}

int main(void) {
    const struct CMUnitTest cases[] = {
        CASE(what_is_read_is_written_again),
        CASE(a_cid_or_its_parts_name_a_channel),
        CASE(what_has_no_name_is_no_channel),
        CASE(a_part_that_could_not_be_made_makes_none_of_it),
        CASE(a_custom_field_never_stands_in_for_a_built_in_one),
    };
    return RUN_CASES("wire-channel", cases);
}
