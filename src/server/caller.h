/* SPDX-License-Identifier: MIT */
/*
 * Who calls: the API key, then the token, then whether it is the token of who they say they are.
 * The same for a request and for a connect. Pure.
 */
#ifndef SERVER_CALLER_H
#define SERVER_CALLER_H

#include "server/rate.h"
#include "server/settings.h"
#include "wire/limits.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct caller_keys {
    const char *api_key, *secret;
    size_t secret_len;
    const struct settings *settings; /* NULL: as they are at first */
    bool dev_tokens; /* may be taken where the settings say so: nobody else reaches us, or forced */
};

/* What came with the call; NULL or "": nothing. */
struct caller_words {
    const char *api_key;
    const char *auth_type; /* stream-auth-type */
    const char *token;
    const char *user_id; /* whom they say they are; optional for a request */
};

struct caller {
    bool server;
    bool anonymous;
    char user_id[LIMIT_USER_ID + 1]; /* "" for server-side and anonymous ones */
    int64_t exp_unix_s;              /* 0: never */
    int64_t iat_unix_s;              /* 0: the token does not say */
};

/* Whether a token issued then is no longer good; before_us 0: none is revoked. */
bool caller_is_revoked(int64_t iat_unix_s, int64_t before_us);

/* Who tries one token after the other is not told any more what is wrong with them: whether this
 * refusal may still be told, of which the address has so many a minute. It counts nobody who has a
 * good token, nor this machine itself, nor a NULL peer. */
bool caller_may_be_told(
    struct rate *refusals, const char *peer, int64_t now_unix_us, struct rate_state *state);

#define CALLER_TOLD_ENOUGH "too many refused calls from this address"

/* 0; > 0: the documented code; -ENOMEM: nothing is known. *why (static) says it. */
int caller_check(struct caller *to, const struct caller_words *words,
    const struct caller_keys *keys, int64_t now_unix_us, const char **why);

#endif
