/* SPDX-License-Identifier: MIT */
/* The documented errors: code, HTTP status, and the object that carries them. */
#ifndef WIRE_ERROR_H
#define WIRE_ERROR_H

#include "wire/json.h"

enum wire_code {
    CODE_NONE = 0,
    CODE_INTERNAL = -1,
    CODE_API_KEY = 2,
    CODE_INPUT = 4,
    CODE_TOKEN = 5,
    CODE_RATE_LIMIT = 9,
    CODE_NOT_FOUND = 16,
    CODE_NOT_ALLOWED = 17,
    CODE_EVENT_OFF = 18,
    CODE_FEATURE_OFF = 19,
    CODE_MESSAGE_TOO_LONG = 20,
    CODE_TOO_BIG = 22,
    CODE_TIMEOUT = 23,
    CODE_HEAD_TOO_LARGE = 24,
    CODE_TOKEN_EXPIRED = 40,
    CODE_TOKEN_NOT_YET = 41,
    CODE_TOKEN_BEFORE_IAT = 42,
    CODE_TOKEN_SIGNATURE = 43,
    CODE_COOLDOWN = 60,
    CODE_TOO_MANY_CONNECTIONS = 71
};

/* The HTTP status of a code; 500 for an unknown one. */
int code_http_status(int code);

/* {"code","message","StatusCode","duration","more_info":"","details":[]}, and exception_fields
 * {field: reason} where field is not NULL. NULL: out of memory. */
json *error_encode(int code, const char *message, const char *field, const char *reason,
    int64_t duration_us);

/* An error object as a client reads it; strings point into the object. False: not one. */
struct wire_error {
    int code;
    int http_status;
    const char *message;
};
bool error_decode(const json *object, struct wire_error *error);

#endif
