/* SPDX-License-Identifier: MIT */
#include "dashboard/cli/account.h"

#include "dashboard/cli/ids.h"
#include "dashboard/cli/text.h"
#include "dashboard/config.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

void account_fini(struct account *account) {
    free(account->url);
    free(account->api_key);
    free(account->user);
    free(account->ca_file);
    token_source_fini(&account->source);
    *account = (struct account){0};
}

/* An empty variable is one that is not set. */
static const char *environment(const char *name) {
    const char *value = getenv(name);
    return value != NULL && value[0] != '\0' ? value : NULL;
}

/* The first that there is, copied; or what the profile has, taken. */
static int choose(char **to, const char *option, const char *variable, char **profile) {
    if (option == NULL && variable != NULL)
        option = environment(variable);
    if (option == NULL) {
        *to = *profile;
        *profile = NULL;
        return 0;
    }
    *to = strdup(option);
    return *to != NULL ? 0 : -ENOMEM;
}

/* Whoever we start would inherit a token that stands in the environment, and /proc would show it as
 * long as we run: it is ours from now on, and in neither. The text was the last of its kind. */
static int take_token_text(char **to) {
    char *text = getenv("PORCHLIGHT_TOKEN");
    *to = strdup(text);
    explicit_bzero(text, strlen(text));
    unsetenv("PORCHLIGHT_TOKEN");
    return *to != NULL ? 0 : -ENOMEM;
}

static int choose_token(
    struct token_source *to, const struct options *options, struct profile *profile) {
    char *text = NULL;
    int fault = environment("PORCHLIGHT_TOKEN") != NULL ? take_token_text(&text) : 0;
    if (options->token_file == NULL && text != NULL) {
        *to = (struct token_source){TOKEN_TEXT, text};
        return 0;
    }
    token_free(text);
    if (fault != 0)
        return fault;
    fault = choose(&to->at, options->token_file, "PORCHLIGHT_TOKEN_FILE", &profile->token_file);
    if (to->at != NULL)
        to->kind = TOKEN_FILE;
    else if (profile->token_command != NULL) {
        to->kind = TOKEN_COMMAND;
        fault = choose(&to->at, NULL, NULL, &profile->token_command);
    }
    return fault;
}

static int check(const struct account *account, struct bytes *why) {
    const char *missing = account->url == NULL       ? "URL of the server: --url, PORCHLIGHT_URL"
                          : account->api_key == NULL ? "API key: --api-key, PORCHLIGHT_API_KEY"
                          : account->user == NULL    ? "user: --user, PORCHLIGHT_USER"
                          : account->source.kind == TOKEN_NONE
                              ? "token: --token-file, PORCHLIGHT_TOKEN, PORCHLIGHT_TOKEN_FILE"
                              : NULL;
    if (missing != NULL) {
        bytes_printf(why, "not configured: there is no %s, or `porchlight login`", missing);
        return -EINVAL;
    }
    if (strncmp(account->url, "http://", 7) != 0 && strncmp(account->url, "https://", 8) != 0) {
        text_plain(why, account->url);
        bytes_append_text(why, ": a URL here begins with http:// or https://");
        return -EINVAL;
    }
    if (!is_user_id(account->user)) {
        text_plain(why, account->user);
        bytes_append_text(why, ": a user's id is 1 to 255 letters, digits, '@', '_' or '-'");
        return -EINVAL;
    }
    return 0;
}

/* 0; CONFIG_NONE; < 0. */
static int read_profile(const struct options *options, struct profile *profile,
    struct bytes *others, struct bytes *why) {
    const char *name = options->profile != NULL ? options->profile : "default";
    char *path = NULL;
    int result = config_path(&path);
    if (result == -ENOENT)
        return CONFIG_NONE;
    if (result != 0)
        return result;
    struct bytes text = BYTES_EMPTY;
    result = config_read(path, name, profile, &text);
    text_plain(result == CONFIG_NONE ? others : why, bytes_text(&text));
    bytes_fini(&text);
    free(path);
    return result;
}

static int nothing_there(
    const struct options *options, const struct bytes *others, struct bytes *why) {
    if (options->profile != NULL) {
        bytes_append_text(why, "there is no profile ");
        text_plain(why, options->profile);
    } else
        bytes_append_text(why, "not configured");
    if (others->len > 0)
        bytes_printf(why, "; there is --profile %s", bytes_text(others));
    bytes_append_text(why, "; `porchlight login URL --api-key KEY --user ID` makes one");
    return options->profile != NULL ? -EINVAL : ACCOUNT_NONE;
}

int account_find(struct account *to, const struct options *options, struct bytes *why) {
    *to = (struct account){0};
    struct profile profile = {0};
    struct bytes others = BYTES_EMPTY;
    int result = read_profile(options, &profile, &others, why);
    const bool has_url = options->url != NULL || environment("PORCHLIGHT_URL") != NULL;
    if (result == CONFIG_NONE && (options->profile != NULL || !has_url))
        result = nothing_there(options, &others, why);
    else if (result >= 0) {
        result = choose(&to->url, options->url, "PORCHLIGHT_URL", &profile.url);
        if (result == 0)
            result = choose(&to->api_key, options->api_key, "PORCHLIGHT_API_KEY", &profile.api_key);
        if (result == 0)
            result = choose(&to->user, options->user, "PORCHLIGHT_USER", &profile.user);
        if (result == 0)
            result = choose(&to->ca_file, options->ca_file, NULL, &profile.ca_file);
        if (result == 0)
            result = choose_token(&to->source, options, &profile);
        if (result == 0)
            result = check(to, why);
    }
    bytes_fini(&others);
    profile_fini(&profile);
    return result;
}

int account_for_login(struct account *to, const struct options *options, struct bytes *why) {
    *to = (struct account){.source.kind = TOKEN_STDIN};
    char *none = NULL;
    const char *url = options->word_count > 0 ? options->words[0] : options->url;
    int result = choose(&to->url, url, "PORCHLIGHT_URL", &none);
    if (result == 0)
        result = choose(&to->api_key, options->api_key, "PORCHLIGHT_API_KEY", &none);
    if (result == 0)
        result = choose(&to->user, options->user, "PORCHLIGHT_USER", &none);
    if (result == 0 && options->ca_file != NULL) {
        /* The profile is read from anywhere, so it needs the whole path. */
        to->ca_file = realpath(options->ca_file, NULL);
        if (to->ca_file == NULL) {
            text_plain(why, options->ca_file);
            bytes_printf(why, ": %s", strerror(errno));
            result = -EINVAL;
        }
    }
    if (options->token_command != NULL)
        to->source.kind = TOKEN_COMMAND;
    else if (options->token_file != NULL)
        to->source.kind = TOKEN_FILE;
    if (result == 0 && to->source.kind != TOKEN_STDIN)
        result = choose(&to->source.at,
            to->source.kind == TOKEN_FILE ? options->token_file : options->token_command, NULL,
            &none);
    return result == 0 ? check(to, why) : result;
}
