/* SPDX-License-Identifier: MIT */
#include "server/caller.h"
#include "server/address.h"
#include "server/token.h"
#include "wire/error.h"
#include "wire/id.h"

#include <string.h>

static bool is_given(const char *text) {
    return text != NULL && text[0] != '\0';
}

static int refuse(int code, const char *text, const char **why) {
    *why = text;
    return code;
}

static bool is_anonymous(const struct caller_words *words) {
    return is_given(words->auth_type) && strcmp(words->auth_type, "anonymous") == 0 &&
           !is_given(words->token);
}

bool caller_is_revoked(int64_t iat_unix_s, int64_t before_us) {
    return before_us != 0 && (iat_unix_s == 0 || iat_unix_s < (before_us + 999999) / 1000000);
}

/* Whoever can write one may be anybody, but not the server. */
static int read_dev_token(
    struct token *token, const char *text, int64_t now_unix_us, const char **why) {
    int code = token_read_dev(token, text, now_unix_us, why);
    return code == 0 && token->server ? refuse(CODE_TOKEN, "a development token is of a user", why)
                                      : code;
}

static int check_token(struct token *token, const char *text, const struct caller_keys *keys,
    int64_t now_unix_us, const char **why) {
    const struct settings *settings = keys->settings;
    const char *signature = strrchr(text, '.');
    if (settings != NULL && settings->disable_auth_checks && signature != NULL &&
        strcmp(signature, ".devtoken") == 0)
        return keys->dev_tokens ? read_dev_token(token, text, now_unix_us, why)
                                : refuse(CODE_TOKEN_SIGNATURE,
                                      "development tokens are taken on the loopback alone", why);
    return token_check(token, text, keys->secret, keys->secret_len, now_unix_us, why);
}

bool caller_may_be_told(
    struct rate *refusals, const char *peer, int64_t now_unix_us, struct rate_state *state) {
    char party[ADDRESS_GROUP_BYTES];
    if (peer == NULL || address_is_loopback(peer))
        return true;
    address_group(peer, party);
    return rate_take(refusals, party, now_unix_us, state);
}

int caller_check(struct caller *to, const struct caller_words *words,
    const struct caller_keys *keys, int64_t now_unix_us, const char **why) {
    if (!is_given(words->api_key))
        return refuse(CODE_API_KEY, "api_key is missing", why);
    if (strcmp(words->api_key, keys->api_key) != 0)
        return refuse(CODE_API_KEY, "api_key is not known here", why);
    *to = (struct caller){0};
    if (is_anonymous(words)) {
        to->anonymous = true;
        return 0;
    }
    if (!is_given(words->token))
        return refuse(CODE_TOKEN, "a token is missing", why);
    struct token token;
    int code = check_token(&token, words->token, keys, now_unix_us, why);
    if (code != 0)
        return code;
    to->exp_unix_s = token.exp_unix_s;
    to->iat_unix_s = token.iat_unix_s;
    to->server = token.server;
    if (token.server)
        return 0;
    if (!id_is_user(token.user_id))
        return refuse(CODE_TOKEN, "the token's user_id is not a user id", why);
    if (is_given(words->user_id) && strcmp(words->user_id, token.user_id) != 0)
        return refuse(CODE_TOKEN, "the token belongs to another user", why);
    if (keys->settings != NULL &&
        caller_is_revoked(token.iat_unix_s, keys->settings->revoke_before_us))
        return refuse(CODE_TOKEN_EXPIRED, "the token was revoked", why);
    strcpy(to->user_id, token.user_id);
    return 0;
}
