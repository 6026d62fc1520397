/* SPDX-License-Identifier: MIT */
/*
 * Tokens: what is taken, and what is refused with which code, is what a second reading says that
 * knows HMAC and nothing else of the first. A third of the inputs are texts as they are; in the
 * others head and claims are what the input says, signed rightly, and perhaps spoiled afterwards:
 * so the search comes past the signature.
 */
#include "fuzz/target.h"

#include "server/token.h"
#include "wire/id.h"
#include "wire/json.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>

static const char SECRET[] = "porchlight-fuzz-secret-0123456789abcdef";
static const int64_t NOW_S = 1795500000;

/* ---- base64url by OpenSSL, which knows another alphabet and padding ---- */

static char *encode(const void *bytes, size_t len) {
    char *text = malloc(len * 2 + 8);
    HOLDS(text != NULL);
    text[EVP_EncodeBlock((unsigned char *)text, bytes, (int)len)] = '\0';
    for (char *at = text; *at != '\0'; at++)
        *at = *at == '+' ? '-' : *at == '/' ? '_' : *at;
    text[strcspn(text, "=")] = '\0';
    return text;
}

/* Strict by construction: what is decoded is encoded again and must be the same. NULL: it is not.
 */
static unsigned char *decode(const char *from, size_t len, size_t *got) {
    const size_t whole = (len + 3) / 4 * 4;
    char *text = malloc(whole + 1);
    unsigned char *to = malloc(whole + 4);
    HOLDS(text != NULL && to != NULL);
    memset(text, '=', whole);
    memcpy(text, from, len);
    text[whole] = '\0';
    bool good = len % 4 != 1;
    for (size_t i = 0; i < len; i++) {
        good &= text[i] != '+' && text[i] != '/' && text[i] != '=';
        text[i] = text[i] == '-' ? '+' : text[i] == '_' ? '/' : text[i];
        good &= strchr("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/",
                    text[i]) != NULL;
    }
    const int all = good ? EVP_DecodeBlock(to, (const unsigned char *)text, (int)whole) : -1;
    *got = all >= 0 ? (size_t)all - (whole - len) : 0;
    free(text);
    char *again = all >= 0 ? encode(to, *got) : NULL;
    if (again == NULL || strlen(again) != len || memcmp(again, from, len) != 0) {
        free(to);
        to = NULL;
    }
    free(again);
    return to;
}

static void sign(unsigned char mac[32], const char *text, size_t len) {
    unsigned mac_len = 32;
    HMAC(EVP_sha256(), SECRET, sizeof SECRET - 1, (const unsigned char *)text, len, mac, &mac_len);
}

/* ---- the second reading ---- */

static json *object_of(const char *from, size_t len) {
    size_t got = 0;
    json *object = NULL;
    unsigned char *text = decode(from, len, &got);
    if (text != NULL)
        json_parse(&object, (const char *)text, got, &json_limits_frame, NULL);
    free(text);
    if (!json_is_object(object)) {
        json_free(object);
        return NULL;
    }
    return object;
}

/* Seconds; 0: absent; -1: nonsense. */
static double seconds_at(const json *claims, const char *name) {
    double number;
    const json *value = json_get(claims, name);
    if (value == NULL)
        return 0;
    return json_as_number(value, &number) && number >= 1 && number <= 9007199254740992.0 &&
                   number == (double)(int64_t)number
               ? number
               : -1;
}

static bool has_good_claims(const json *claims) {
    const json *server = json_get(claims, "server"), *user_id = json_get(claims, "user_id");
    if (seconds_at(claims, "exp") < 0 || seconds_at(claims, "nbf") < 0 ||
        seconds_at(claims, "iat") < 0)
        return false;
    if (server != NULL && !json_is_boolean(server))
        return false;
    if (json_is_true(server))
        return user_id == NULL;
    return json_is_text(user_id) && id_is_user(json_as_text(user_id));
}

static int code_of_times(const json *claims) {
    const double exp = seconds_at(claims, "exp"), nbf = seconds_at(claims, "nbf"),
                 iat = seconds_at(claims, "iat");
    if (exp != 0 && exp <= (double)NOW_S)
        return 40;
    if (nbf > (double)NOW_S + 5)
        return 41;
    return iat > (double)NOW_S + 5 ? 42 : 0;
}

static int code_of_claims(const char *from, size_t len, struct token *token) {
    json *claims = object_of(from, len);
    int code = 5;
    if (claims != NULL && has_good_claims(claims)) {
        code = code_of_times(claims);
        token->server = json_is_true(json_get(claims, "server"));
        if (!token->server)
            strcpy(token->user_id, json_text_at(claims, "user_id"));
        token->exp_unix_s = (int64_t)seconds_at(claims, "exp");
    }
    json_free(claims);
    return code;
}

static bool is_hs256(const char *from, size_t len) {
    json *head = object_of(from, len);
    const char *alg = json_text_at(head, "alg");
    const bool good = alg != NULL && strcmp(alg, "HS256") == 0 && json_get(head, "crit") == NULL;
    json_free(head);
    return good;
}

static int code_of(const char *text, struct token *token, bool dev) {
    const char *first = strchr(text, '.'), *last = strrchr(text, '.');
    unsigned char mac[32];
    size_t got = 0;
    if (first == NULL || first == last || memchr(first + 1, '.', (size_t)(last - first - 1)) ||
        strlen(text) > 4096)
        return 5;
    if (dev)
        return strcmp(last, ".devtoken") == 0
                   ? code_of_claims(first + 1, (size_t)(last - first - 1), token)
                   : 5;
    if (!is_hs256(text, (size_t)(first - text)))
        return 5;
    sign(mac, text, (size_t)(last - text));
    unsigned char *given = decode(last + 1, strlen(last + 1), &got);
    const bool same = given != NULL && got == 32 && memcmp(given, mac, 32) == 0;
    free(given);
    return same ? code_of_claims(first + 1, (size_t)(last - first - 1), token) : 43;
}

static void check(const char *text) {
    for (int dev = 0; dev < 2; dev++) {
        struct token wanted = {0}, got = {0};
        const char *why = NULL;
        const int code = code_of(text, &wanted, dev);
        const int real = dev ? token_read_dev(&got, text, NOW_S * 1000000, &why)
                             : token_check(
                                   &got, text, SECRET, sizeof SECRET - 1, NOW_S * 1000000, &why);
        HOLDS(real == code);
        HOLDS((why != NULL) == (code != 0));
        if (code == 0 || (code >= 40 && code <= 42)) {
            HOLDS(got.server == wanted.server && strcmp(got.user_id, wanted.user_id) == 0);
            HOLDS(got.exp_unix_s == wanted.exp_unix_s);
        }
    }
    struct token none = {0};
    const char *why = NULL;
    HOLDS(token_check(&none, text, SECRET, 31, NOW_S * 1000000, &why) == 43);
}

/* What we make ourselves is taken, whatever is in it. */
static void check_made(const char *id, unsigned shape) {
    const struct token token = {.server = shape & 1, .exp_unix_s = shape & 2 ? NOW_S + 1 : 0};
    struct token made = token, read = {0};
    const char *why = NULL;
    if (!made.server && !id_is_user(id))
        return;
    if (!made.server)
        snprintf(made.user_id, sizeof made.user_id, "%s", id);
    char *text = token_make(&made, SECRET, sizeof SECRET - 1);
    HOLDS(text != NULL);
    HOLDS(token_check(&read, text, SECRET, sizeof SECRET - 1, NOW_S * 1000000, &why) == 0);
    HOLDS(memcmp(read.user_id, made.user_id, strlen(made.user_id) + 1) == 0);
    HOLDS(read.server == made.server && read.exp_unix_s == made.exp_unix_s);
    check(text);
    free(text);
}

/* One character of the text is another, or one more stands there. */
static void spoil(struct bytes *text, struct input *input) {
    const size_t at = (input_byte(input) * 256 + input_byte(input)) % (text->len + 1);
    if (at == text->len)
        bytes_append_char(text, (char)(1 + input_byte(input) % 255));
    else
        text->at[at] = (char)(1 + input_byte(input) % 255);
}

static void check_signed(struct input *input, unsigned shape) {
    struct bytes text = BYTES_EMPTY;
    const unsigned spoils = input_byte(input) % 4;
    struct input spoiled = {input->at, input->at};
    if (spoils == 1 && input_left(input) >= 3) {
        spoiled.end = input->at + 3;
        input->at += 3;
    }
    char *head = shape & 4 ? strdup("{\"alg\":\"HS256\",\"typ\":\"JWT\"}")
                           : input_text(input, '\n');
    char *claims = input_text(input, '\n');
    HOLDS(head != NULL);
    char *head_part = encode(head, strlen(head)), *claims_part = encode(claims, strlen(claims));
    unsigned char mac[32];
    bytes_printf(&text, "%s.%s", head_part, claims_part);
    sign(mac, bytes_text(&text), text.len);
    char *signature = shape & 8 ? strdup("devtoken") : encode(mac, sizeof mac);
    bytes_printf(&text, ".%s", signature);
    if (spoils == 1)
        spoil(&text, &spoiled);
    check(bytes_text(&text));
    bytes_fini(&text);
    free(signature);
    free(claims_part);
    free(head_part);
    free(claims);
    free(head);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len) {
    struct input input = input_of(bytes, len);
    const unsigned shape = input_byte(&input);
    if (shape % 3 == 0) {
        char *text = input_text(&input, -1);
        check(text);
        check_made(text, shape >> 4);
        free(text);
    } else {
        check_signed(&input, shape);
    }
    return 0;
}
