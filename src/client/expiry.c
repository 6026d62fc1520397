/* SPDX-License-Identifier: MIT */
#include "client/expiry.h"

#include "base/bytes.h"
#include "wire/json.h"

#include <string.h>

enum { BEFORE_MS = 30 * 1000, NOT_BEFORE_MS = 500 };

static int value_of(char c) {
    static const char alphabet[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    const char *at = c != '\0' ? strchr(alphabet, c) : NULL;
    return at != NULL ? (int)(at - alphabet) : -1;
}

/* The claims between the two dots, decoded; false: not base64url. */
static bool decode(struct bytes *to, const char *from, size_t len) {
    unsigned bits = 0, count = 0;
    for (size_t i = 0; i < len; i++) {
        const int value = value_of(from[i]);
        if (value < 0)
            return false;
        bits = (bits << 6) | (unsigned)value;
        count += 6;
        if (count >= 8) {
            count -= 8;
            bytes_append_char(to, (char)(bits >> count));
        }
    }
    return !bytes_failed(to);
}

int64_t expiry_of_token(const struct heap *heap, const char *token) {
    const char *first = strchr(token, '.');
    const char *second = first != NULL ? strchr(first + 1, '.') : NULL;
    struct bytes text = BYTES_IN(heap);
    json *claims = NULL;
    int64_t exp = 0;
    if (second != NULL && decode(&text, first + 1, (size_t)(second - first - 1)) &&
        json_parse(&claims, bytes_text(&text), text.len, &json_limits_frame, NULL) == 0)
        json_as_integer(json_get(claims, "exp"), &exp);
    json_free(claims);
    bytes_fini(&text);
    return exp > 0 ? exp : 0;
}

int64_t expiry_renew_in_ms(int64_t exp_s, int64_t server_unix_ms) {
    if (exp_s > INT64_MAX / 1000)
        return INT32_MAX;
    const int64_t life_ms = exp_s * 1000 - server_unix_ms;
    const int64_t before_ms = life_ms / 4 < BEFORE_MS ? life_ms / 4 : BEFORE_MS;
    const int64_t wait_ms = life_ms - before_ms;
    if (wait_ms < NOT_BEFORE_MS)
        return NOT_BEFORE_MS;
    return wait_ms < INT32_MAX ? wait_ms : INT32_MAX;
}
