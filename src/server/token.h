/* SPDX-License-Identifier: MIT */
/*
 * Tokens: JWTs with HS256 over the app's secret, and nothing else. The keeper of OpenSSL.
 * Pure but for the comparison's constant time.
 */
#ifndef SERVER_TOKEN_H
#define SERVER_TOKEN_H

#include "wire/limits.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { TOKEN_SECRET_MIN = 32 };

struct token {
    bool server;                                /* {"server":true} */
    char user_id[LIMIT_USER_ID + 1];            /* "" for a server token */
    int64_t exp_unix_s, nbf_unix_s, iat_unix_s; /* 0: absent */
};

/* Read and check a token at a time. 0; > 0: the documented code (5, 40, 41, 42, 43), and *why
 * (static) says it to a person; `to` is set on 0 and on 40, 41, 42. -ENOMEM: nothing is known. */
int token_check(struct token *to, const char *text, const char *secret, size_t secret_len,
    int64_t now_unix_us, const char **why);

/* Like token_check(), but "devtoken" as the signature is taken, and the signature not looked at. */
int token_read_dev(struct token *to, const char *text, int64_t now_unix_us, const char **why);

/* Make one: freed with free(); NULL: out of memory. exp, nbf, iat 0: left out. */
char *token_make(const struct token *token, const char *secret, size_t secret_len);

/* The value of Sec-WebSocket-Accept for a key: 28 characters and the NUL. 0, or -ENOMEM. */
int token_websocket_accept(char to[29], const char *key);

/* "!members-" + url-safe base64 of the sha-256 of the ids, sorted, joined by ",": the id of a
 * distinct channel. `ids` is sorted in place. 0, or -ENOMEM. */
int token_distinct_id(char to[LIMIT_CHANNEL_ID + 1], const char **ids, size_t count);

/* The sha-256 of a file, in hexadecimal digits. 0, or -errno. */
int token_digest_file(char to[65], const char *path);

#endif
