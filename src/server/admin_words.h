/* SPDX-License-Identifier: MIT */
/* What stands behind `porchlightd admin`, taken apart and checked. Pure. */
#ifndef SERVER_ADMIN_WORDS_H
#define SERVER_ADMIN_WORDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { ADMIN_FIELDS = 32 };

enum admin_word {
    ADMIN_TYPES,
    ADMIN_TYPE,
    ADMIN_USERS,
    ADMIN_USER,
    ADMIN_CHANNELS,
    ADMIN_CHANNEL,
    ADMIN_REVOKE
};

/* Of these a line has one at most. */
enum admin_deed { DEED_NONE, DEED_CREATE, DEED_DELETE, DEED_DEACTIVATE, DEED_REACTIVATE };

/* Texts are of argv; NULL: not given. */
struct admin_words {
    enum admin_word word;
    const char *name; /* of the type, user or channel */
    enum admin_deed deed;
    const char *creator, *add, *remove; /* channel; lists are parted by commas */
    const char *user;                   /* revoke */
    bool all;                           /* revoke */
    int64_t before_us;                  /* revoke; 0: now */
    bool json;
    const char *set[ADMIN_FIELDS], *unset[ADMIN_FIELDS]; /* "field=value", "field" */
    size_t set_count, unset_count;
};

/* Options of `admin`, by the letters that words.c gives them. */
enum admin_option {
    ADMIN_OPTION_JSON = 'j',
    ADMIN_OPTION_SET = 'S',
    ADMIN_OPTION_UNSET = 'U',
    ADMIN_OPTION_CREATE = 'C',
    ADMIN_OPTION_DELETE = 'D',
    ADMIN_OPTION_DEACTIVATE = 'X',
    ADMIN_OPTION_REACTIVATE = 'R',
    ADMIN_OPTION_CREATOR = 'O',
    ADMIN_OPTION_ADD = 'A',
    ADMIN_OPTION_REMOVE = 'M',
    ADMIN_OPTION_USER = 'u',
    ADMIN_OPTION_BEFORE = 'b',
    ADMIN_OPTION_ALL = 'a'
};
#define ADMIN_OPTIONS "jSUCDXROAMuba"

/* All three: 0; > 0: wrong use, and `why` says it. */
int admin_words_take(
    struct admin_words *words, int option, const char *value, char *why, size_t why_size);
/* What follows `admin` and is no option; *at is moved past what was read. */
int admin_words_read(
    struct admin_words *words, int argc, char **argv, int *at, char *why, size_t why_size);
/* Whether it is whole, and its parts fit together. */
int admin_words_check(const struct admin_words *words, char *why, size_t why_size);

/* The options that go with a word, as letters; with `data` and `config` among them. */
const char *admin_words_options(enum admin_word word);

#endif
