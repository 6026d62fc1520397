/* SPDX-License-Identifier: MIT */
#include "support/wire_case.h"

#include "wire/error.h"

static void each_code_has_its_documented_status(void **state) {
    (void)state;
    static const struct {
        int code, status;
    } rows[] = {{-1, 500}, {2, 401}, {4, 400}, {5, 401}, {9, 429}, {16, 404}, {17, 403}, {18, 400},
        {19, 400}, {20, 400}, {22, 413}, {23, 408}, {24, 431}, {40, 401}, {41, 401}, {42, 401},
        {43, 401}, {60, 403}, {71, 429}, {0, 500}, {12345, 500}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        assert_int_equal(code_http_status(rows[i].code), rows[i].status);
}

static void an_error_has_all_its_documented_fields(void **state) {
    (void)state;
    SAME_JSON(error_encode(CODE_INPUT, "QueryUsers failed with error: \"limit\"", NULL, NULL, 420),
        "{'code':4,'message':'QueryUsers failed with error: \\'limit\\'','StatusCode':400,"
        "'duration':'0.42ms','more_info':'','details':[]}");
}

static void a_field_at_fault_is_named_with_its_reason(void **state) {
    (void)state;
    json *error = error_encode(CODE_INPUT, "no", "limit", "must be at most 30", 0);
    json *fields = json_detach(error, "exception_fields");
    SAME_JSON(fields, "{'limit':'must be at most 30'}");
    json_free(error);
}

static void what_is_encoded_is_decoded(void **state) {
    (void)state;
    json *object = error_encode(CODE_TOKEN_EXPIRED, "token expired", NULL, NULL, 0);
    struct wire_error error;
    assert_true(error_decode(object, &error));
    assert_int_equal(error.code, 40);
    assert_int_equal(error.http_status, 401);
    SAME_TEXT(error.message, "token expired");
    json_free(object);
}

static void a_meagre_error_is_one_still_and_a_senseless_one_is_none(void **state) {
    (void)state;
    struct wire_error error;
    json *object = json_of("{'code':17,'StatusCode':99999,'message':5}");
    assert_true(error_decode(object, &error));
    assert_int_equal(error.http_status, 403);
    SAME_TEXT(error.message, "");
    json_free(object);
    const char *const bad[] = {"{}", "{'code':'4'}", "{'code':1.5}", "[]", "{'code':1e15}", "null"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        object = json_of(bad[i]);
        assert_false(error_decode(object, &error));
        json_free(object);
    }
    assert_false(error_decode(NULL, &error));
}

int main(void) {
    const struct CMUnitTest cases[] = {
        CASE(each_code_has_its_documented_status),
        CASE(an_error_has_all_its_documented_fields),
        CASE(a_field_at_fault_is_named_with_its_reason),
        CASE(what_is_encoded_is_decoded),
        CASE(a_meagre_error_is_one_still_and_a_senseless_one_is_none),
    };
    return RUN_CASES("wire-error", cases);
}
