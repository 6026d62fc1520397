/* SPDX-License-Identifier: MIT */
/* JSON in test programs: read it or fail the case, compare what prints. */
#ifndef SUPPORT_WIRE_CASE_H
#define SUPPORT_WIRE_CASE_H

#include "support/case.h"
#include "wire/json.h"

/* ' stands for ", so that texts stay readable; owned by the caller. */
static inline json *json_of(const char *text) {
    char *copy = strdup(text);
    assert_non_null(copy);
    for (char *at = copy; (at = strchr(at, '\'')) != NULL;)
        *at = '"';
    json *value = NULL;
    struct json_error error = {0, "no memory"};
    if (json_parse(&value, copy, strlen(copy), &json_limits_reply, &error) != 0)
        fail_msg("%s: %s at %zu", copy, error.reason, error.offset);
    free(copy);
    return value;
}

/* Takes `got`; wanted has ' for ". */
static inline void case_same_json(json *got, const char *wanted, const char *file, int line) {
    json *want = json_of(wanted);
    char *got_text = json_to_text(got), *want_text = json_to_text(want);
    case_same_text(got_text, want_text, file, line);
    free(got_text);
    free(want_text);
    json_free(got);
    json_free(want);
}
#define SAME_JSON(got, wanted) case_same_json(got, wanted, __FILE__, __LINE__)

#endif
