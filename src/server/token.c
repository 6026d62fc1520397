/* SPDX-License-Identifier: MIT */
/*
 * The keeper of OpenSSL. A JWT library was tried and left: the packaged one takes `alg: none` for
 * an empty key and never looks at `exp`. What is needed is one algorithm and five claims.
 *
 * The signature is checked before a claim is believed, over the very bytes that were sent. There is
 * one spelling of everything: base64url without padding, whose last character carries no stray
 * bits; a header of `alg` HS256 and nothing that must be understood (`crit`).
 */
#include "server/token.h"

#include "base/bytes.h"
#include "wire/id.h"
#include "wire/json.h"

#include <errno.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/sha.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MAC = 32, SKEW_S = 5, TOKEN_MAX = 4096 };

static const char ALPHABET[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

static int value_of(char c) {
    const char *at = c != '\0' ? strchr(ALPHABET, c) : NULL;
    return at != NULL ? (int)(at - ALPHABET) : -1;
}

/* base64url, strictly. The bytes written, or -1. */
static int decode(unsigned char *to, size_t cap, const char *from, size_t len) {
    size_t written = 0;
    unsigned bits = 0, count = 0;
    if (len % 4 == 1)
        return -1;
    for (size_t i = 0; i < len; i++) {
        const int value = value_of(from[i]);
        if (value < 0)
            return -1;
        bits = (bits << 6) | (unsigned)value;
        count += 6;
        if (count >= 8) {
            count -= 8;
            if (written == cap)
                return -1;
            to[written++] = (unsigned char)(bits >> count);
        }
    }
    return (bits & ((1u << count) - 1)) == 0 ? (int)written : -1;
}

static void encode(struct bytes *to, const void *from, size_t len) {
    const unsigned char *at = from;
    unsigned bits = 0, count = 0;
    for (size_t i = 0; i < len; i++) {
        bits = (bits << 8) | at[i];
        for (count += 8; count >= 6; count -= 6)
            bytes_append_char(to, ALPHABET[(bits >> (count - 6)) & 63]);
    }
    if (count > 0)
        bytes_append_char(to, ALPHABET[(bits << (6 - count)) & 63]);
}

/* One part of the token as a JSON object. 0; 1: it is none; -ENOMEM. */
static int decode_object(json **to, const char *from, size_t len) {
    unsigned char text[TOKEN_MAX];
    const int got = decode(text, sizeof text, from, len);
    *to = NULL;
    if (got < 0)
        return 1;
    const int rc = json_parse(to, (const char *)text, (size_t)got, &json_limits_frame, NULL);
    if (rc != 0)
        return rc < 0 ? rc : 1;
    if (json_is_object(*to))
        return 0;
    json_free(*to);
    *to = NULL;
    return 1;
}

struct parts {
    const char *head, *claims, *signature;
    size_t head_len, claims_len, signature_len;
};

static bool cut(struct parts *parts, const char *text) {
    const char *first = strchr(text, '.');
    const char *second = first != NULL ? strchr(first + 1, '.') : NULL;
    if (second == NULL || strchr(second + 1, '.') != NULL || strlen(text) > TOKEN_MAX)
        return false;
    *parts = (struct parts){.head = text,
        .head_len = (size_t)(first - text),
        .claims = first + 1,
        .claims_len = (size_t)(second - first - 1),
        .signature = second + 1,
        .signature_len = strlen(second + 1)};
    return true;
}

static int refuse(int code, const char *reason, const char **why) {
    *why = reason;
    return code;
}

/* What is no fault of the token's is not said to be one: who is told so would not come again. */
static int no_memory(const char **why) {
    return refuse(-ENOMEM, "out of memory", why);
}

static int check_head(const struct parts *parts, const char **why) {
    json *head;
    if (decode_object(&head, parts->head, parts->head_len) < 0)
        return no_memory(why);
    const char *alg = json_text_at(head, "alg");
    const bool good = alg != NULL && strcmp(alg, "HS256") == 0 && json_get(head, "crit") == NULL;
    json_free(head);
    return good ? 0 : refuse(5, "the token is not signed with HS256", why);
}

static int check_signature(
    const struct parts *parts, const char *secret, size_t secret_len, const char **why) {
    unsigned char mac[MAC], given[MAC];
    unsigned mac_len = 0;
    const size_t signed_len = (size_t)(parts->signature - 1 - parts->head);
    const int given_len = decode(given, sizeof given, parts->signature, parts->signature_len);
    if (HMAC(EVP_sha256(), secret, (int)secret_len, (const unsigned char *)parts->head, signed_len,
            mac, &mac_len) == NULL)
        return no_memory(why);
    const bool same = given_len == MAC && mac_len == MAC && CRYPTO_memcmp(mac, given, MAC) == 0;
    return same ? 0 : refuse(43, "the token's signature is wrong", why);
}

/* A time claim: absent is 0; false where it is not a whole number of seconds from 1 on. */
static bool take_time(int64_t *to, const json *claims, const char *name) {
    const json *value = json_get(claims, name);
    *to = 0;
    return value == NULL || (json_as_integer(value, to) && *to > 0);
}

static const char *take_claims(struct token *to, const json *claims) {
    const json *user_id = json_get(claims, "user_id");
    const json *server = json_get(claims, "server");
    const char *id = json_as_text(user_id);
    if (!take_time(&to->exp_unix_s, claims, "exp") || !take_time(&to->nbf_unix_s, claims, "nbf") ||
        !take_time(&to->iat_unix_s, claims, "iat"))
        return "exp, nbf and iat must be whole seconds of Unix time";
    if (server != NULL && !json_is_boolean(server))
        return "the claim server must be true or false";
    to->server = json_is_true(server);
    if (to->server)
        return user_id == NULL ? NULL : "a server token names no user";
    if (id == NULL || !id_is_user(id))
        return "the token has no valid user_id";
    snprintf(to->user_id, sizeof to->user_id, "%s", id);
    return NULL;
}

static int weigh_times(const struct token *token, int64_t now_unix_us, const char **why) {
    const int64_t now_s = now_unix_us / 1000000;
    if (token->exp_unix_s != 0 && now_s >= token->exp_unix_s) {
        *why = "the token has expired";
        return 40;
    }
    if (token->nbf_unix_s != 0 && now_s + SKEW_S < token->nbf_unix_s) {
        *why = "the token is not valid yet";
        return 41;
    }
    if (token->iat_unix_s != 0 && now_s + SKEW_S < token->iat_unix_s) {
        *why = "the token was used before it was issued";
        return 42;
    }
    return 0;
}

static int read_claims(
    struct token *to, const struct parts *parts, int64_t now_unix_us, const char **why) {
    struct token token = {0};
    json *claims;
    if (decode_object(&claims, parts->claims, parts->claims_len) < 0)
        return no_memory(why);
    const char *wrong = claims != NULL ? take_claims(&token, claims) : "the token is malformed";
    json_free(claims);
    if (wrong != NULL) {
        *why = wrong;
        return 5;
    }
    *to = token;
    return weigh_times(to, now_unix_us, why);
}

int token_check(struct token *to, const char *text, const char *secret, size_t secret_len,
    int64_t now_unix_us, const char **why) {
    struct parts parts;
    if (secret_len < TOKEN_SECRET_MIN)
        return refuse(43, "the app secret is too short to trust", why);
    if (!cut(&parts, text))
        return refuse(5, "the token is malformed", why);
    int rc = check_head(&parts, why);
    if (rc == 0)
        rc = check_signature(&parts, secret, secret_len, why);
    return rc != 0 ? rc : read_claims(to, &parts, now_unix_us, why);
}

int token_read_dev(struct token *to, const char *text, int64_t now_unix_us, const char **why) {
    struct parts parts;
    if (!cut(&parts, text) || strcmp(parts.signature, "devtoken") != 0)
        return refuse(5, "not a development token", why);
    return read_claims(to, &parts, now_unix_us, why);
}

static void print_claims(struct bytes *to, const struct token *token) {
    if (token->server)
        bytes_append_text(to, "{\"server\":true");
    else
        bytes_printf(to, "{\"user_id\":\"%s\"", token->user_id);
    const struct {
        const char *name;
        int64_t value;
    } times[] = {
        {"exp", token->exp_unix_s}, {"nbf", token->nbf_unix_s}, {"iat", token->iat_unix_s}};
    for (size_t i = 0; i < sizeof times / sizeof times[0]; i++)
        if (times[i].value != 0)
            bytes_printf(to, ",\"%s\":%lld", times[i].name, (long long)times[i].value);
    bytes_append_char(to, '}');
}

char *token_make(const struct token *token, const char *secret, size_t secret_len) {
    static const char head[] = "{\"alg\":\"HS256\",\"typ\":\"JWT\"}";
    struct bytes text = BYTES_EMPTY, claims = BYTES_EMPTY;
    unsigned char mac[MAC];
    unsigned mac_len = 0;
    print_claims(&claims, token);
    encode(&text, head, sizeof head - 1);
    bytes_append_char(&text, '.');
    encode(&text, bytes_text(&claims), claims.len);
    const bool made = !bytes_failed(&text) && !bytes_failed(&claims) &&
                      HMAC(EVP_sha256(), secret, (int)secret_len, (const unsigned char *)text.at,
                          text.len, mac, &mac_len) != NULL;
    bytes_fini(&claims);
    bytes_append_char(&text, '.');
    encode(&text, mac, mac_len);
    if (!made) {
        bytes_fini(&text);
        return NULL;
    }
    return bytes_take(&text);
}

int token_websocket_accept(char to[29], const char *key) {
    static const char guid[] = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
    char text[128];
    unsigned char digest[SHA_DIGEST_LENGTH];
    const int len = snprintf(text, sizeof text, "%.64s%s", key, guid);
    if (SHA1((const unsigned char *)text, (size_t)len, digest) == NULL)
        return -ENOMEM;
    EVP_EncodeBlock((unsigned char *)to, digest, sizeof digest);
    return 0;
}

static int compare_ids(const void *a, const void *b) {
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

int token_distinct_id(char to[LIMIT_CHANNEL_ID + 1], const char **ids, size_t count) {
    unsigned char digest[SHA256_DIGEST_LENGTH];
    struct bytes joined = BYTES_EMPTY, id = BYTES_EMPTY;
    qsort(ids, count, sizeof *ids, compare_ids);
    for (size_t i = 0; i < count; i++) {
        bytes_append_text(&joined, i > 0 ? "," : "");
        bytes_append_text(&joined, ids[i]);
    }
    const bool hashed = !bytes_failed(&joined) && SHA256((const unsigned char *)bytes_text(&joined),
                                                      joined.len, digest) != NULL;
    bytes_append_text(&id, "!members-");
    if (hashed)
        encode(&id, digest, sizeof digest);
    const int rc = hashed && !bytes_failed(&id) ? 0 : -ENOMEM;
    snprintf(to, LIMIT_CHANNEL_ID + 1, "%s", bytes_text(&id));
    bytes_fini(&joined);
    bytes_fini(&id);
    return rc;
}

/* Feed what is left of a file. 0, or -errno. */
static int digest_feed(EVP_MD_CTX *context, FILE *file) {
    unsigned char block[16 * 1024];
    size_t got;
    bool fed = true;
    while (fed && (got = fread(block, 1, sizeof block, file)) > 0)
        fed = EVP_DigestUpdate(context, block, got) == 1;
    return !fed ? -ENOMEM : ferror(file) != 0 ? -EIO : 0;
}

int token_digest_file(char to[65], const char *path) {
    unsigned char digest[SHA256_DIGEST_LENGTH];
    FILE *file = fopen(path, "re");
    if (file == NULL)
        return -errno;
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    int rc = context == NULL || EVP_DigestInit_ex(context, EVP_sha256(), NULL) != 1 ? -ENOMEM : 0;
    if (rc == 0)
        rc = digest_feed(context, file);
    if (rc == 0 && EVP_DigestFinal_ex(context, digest, NULL) != 1)
        rc = -ENOMEM;
    for (size_t i = 0; rc == 0 && i < sizeof digest; i++)
        snprintf(to + 2 * i, 3, "%02x", digest[i]);
    EVP_MD_CTX_free(context);
    fclose(file);
    return rc;
}
