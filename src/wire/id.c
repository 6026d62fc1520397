/* SPDX-License-Identifier: MIT */
#include "wire/id.h"

#include <stddef.h>
#include <string.h>

#define LETTERS "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-"
#define DISTINCT "!members-"

/* 1 to most characters, all of them in `of`. */
static bool is_made_of(const char *text, const char *of, size_t most) {
    if (text == NULL)
        return false;
    size_t len = strspn(text, of);
    return text[len] == '\0' && len >= 1 && len <= most;
}

bool id_is_user(const char *text) {
    return is_made_of(text, LETTERS "@", LIMIT_USER_ID);
}

bool id_is_channel(const char *text) {
    size_t mark = sizeof DISTINCT - 1;
    if (text != NULL && strncmp(text, DISTINCT, mark) == 0)
        return is_made_of(text + mark, LETTERS "@", LIMIT_CHANNEL_ID - mark);
    return is_made_of(text, LETTERS "@", LIMIT_CHANNEL_ID);
}

bool id_is_channel_type(const char *text) {
    return is_made_of(text, LETTERS, LIMIT_CHANNEL_TYPE);
}

bool id_is_message(const char *text) {
    return is_made_of(text, LETTERS "@", LIMIT_MESSAGE_ID);
}

bool id_split_cid(
    const char *cid, char type[LIMIT_CHANNEL_TYPE + 1], char id[LIMIT_CHANNEL_ID + 1]) {
    const char *colon = cid != NULL ? strchr(cid, ':') : NULL;
    if (colon == NULL || colon - cid > LIMIT_CHANNEL_TYPE || !id_is_channel(colon + 1))
        return false;
    char front[LIMIT_CHANNEL_TYPE + 1];
    memcpy(front, cid, (size_t)(colon - cid));
    front[colon - cid] = '\0';
    if (!id_is_channel_type(front))
        return false;
    strcpy(type, front);
    strcpy(id, colon + 1);
    return true;
}
