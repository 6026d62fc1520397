/* SPDX-License-Identifier: MIT */
#include "wire/error.h"
#include "wire/time.h"

#include <stddef.h>

int code_http_status(int code) {
    static const struct {
        int code, status;
    } known[] = {
        {CODE_INTERNAL, 500},
        {CODE_API_KEY, 401},
        {CODE_INPUT, 400},
        {CODE_TOKEN, 401},
        {CODE_RATE_LIMIT, 429},
        {CODE_NOT_FOUND, 404},
        {CODE_NOT_ALLOWED, 403},
        {CODE_EVENT_OFF, 400},
        {CODE_FEATURE_OFF, 400},
        {CODE_MESSAGE_TOO_LONG, 400},
        {CODE_TOO_BIG, 413},
        {CODE_TIMEOUT, 408},
        {CODE_HEAD_TOO_LARGE, 431},
        {CODE_TOKEN_EXPIRED, 401},
        {CODE_TOKEN_NOT_YET, 401},
        {CODE_TOKEN_BEFORE_IAT, 401},
        {CODE_TOKEN_SIGNATURE, 401},
        {CODE_COOLDOWN, 403},
        {CODE_TOO_MANY_CONNECTIONS, 429},
    };
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++)
        if (known[i].code == code)
            return known[i].status;
    return 500;
}

json *error_encode(
    int code, const char *message, const char *field, const char *reason, int64_t duration_us) {
    char duration[TIME_DURATION_BYTES];
    time_print_duration(duration, duration_us);
    json *error = json_object();
    bool bad = json_set(error, "code", json_integer(code)) != 0;
    bad |= json_set(error, "message", json_text(message)) != 0;
    bad |= json_set(error, "StatusCode", json_integer(code_http_status(code))) != 0;
    if (field != NULL) {
        json *fields = json_object();
        bad |= json_set(fields, field, json_text(reason != NULL ? reason : "")) != 0;
        bad |= json_set(error, "exception_fields", fields) != 0;
    }
    bad |= json_set(error, "duration", json_text(duration)) != 0;
    bad |= json_set(error, "more_info", json_text("")) != 0;
    bad |= json_set(error, "details", json_array()) != 0;
    if (!bad)
        return error;
    json_free(error);
    return NULL;
}

bool error_decode(const json *object, struct wire_error *error) {
    int64_t code, status;
    const char *message = json_text_at(object, "message");
    if (!json_as_integer(json_get(object, "code"), &code) || code < INT32_MIN || code > INT32_MAX)
        return false;
    if (!json_as_integer(json_get(object, "StatusCode"), &status) || status < 100 || status > 599)
        status = code_http_status((int)code);
    *error = (struct wire_error){(int)code, (int)status, message != NULL ? message : ""};
    return true;
}
