/* SPDX-License-Identifier: MIT */
#include "server/admin_words.h"
#include "wire/id.h"
#include "wire/time.h"

#include <stdio.h>
#include <string.h>

/* What a word is called, which options go with it ("dc": --data and --config), and what its name
 * must be. */
static const struct {
    const char *text, *options;
    bool (*is_name)(const char *name);
    const char *wants;
} table[] = {
    [ADMIN_TYPES] = {"types", "dcj", NULL, NULL},
    [ADMIN_TYPE] = {"type", "dcjSCD", id_is_channel_type, "type wants a channel type's name"},
    [ADMIN_USERS] = {"users", "dcj", NULL, NULL},
    [ADMIN_USER] = {"user", "dcjSUCDXR", id_is_user,
        "user wants a user id: 1 to 255 of a-z A-Z 0-9 @ _ -"},
    [ADMIN_CHANNELS] = {"channels", "dcj", NULL, NULL},
    [ADMIN_CHANNEL] = {"channel", "dcjSUCDOAM", NULL, "channel wants a cid: TYPE:ID"},
    [ADMIN_REVOKE] = {"revoke", "dcuba", NULL, NULL},
};
enum { WORDS = sizeof table / sizeof table[0] };

static int fault(char *why, size_t size, const char *what, const char *which) {
    snprintf(why, size, "%s%.100s", what, which);
    return 1;
}

const char *admin_words_options(enum admin_word word) {
    return table[word].options;
}

static int take_deed(struct admin_words *words, enum admin_deed deed, char *why, size_t size) {
    if (words->deed != DEED_NONE && words->deed != deed)
        return fault(
            why, size, "one of --create, --delete, --deactivate and --reactivate at a time", "");
    words->deed = deed;
    return 0;
}

static int take_field(const char **fields, size_t *count, const char *field, bool with_value,
    char *why, size_t size) {
    const char *equals = strchr(field, '=');
    if (with_value ? equals == NULL || equals == field : equals != NULL)
        return fault(why, size,
            with_value ? "--set takes FIELD=VALUE, not " : "--unset takes a FIELD, not ", field);
    if (*count == ADMIN_FIELDS)
        return fault(why, size, "too many fields at once", "");
    fields[(*count)++] = field;
    return 0;
}

static int take_time(struct admin_words *words, const char *value, char *why, size_t size) {
    return time_parse(value, &words->before_us) == 0 && words->before_us > 0
               ? 0
               : fault(why, size, "--before takes a time as 2026-11-24T10:42:07Z, not ", value);
}

int admin_words_take(
    struct admin_words *words, int option, const char *value, char *why, size_t why_size) {
    switch (option) {
    case ADMIN_OPTION_JSON: words->json = true; return 0;
    case ADMIN_OPTION_SET:
        return take_field(words->set, &words->set_count, value, true, why, why_size);
    case ADMIN_OPTION_UNSET:
        return take_field(words->unset, &words->unset_count, value, false, why, why_size);
    case ADMIN_OPTION_CREATE: return take_deed(words, DEED_CREATE, why, why_size);
    case ADMIN_OPTION_DELETE: return take_deed(words, DEED_DELETE, why, why_size);
    case ADMIN_OPTION_DEACTIVATE: return take_deed(words, DEED_DEACTIVATE, why, why_size);
    case ADMIN_OPTION_REACTIVATE: return take_deed(words, DEED_REACTIVATE, why, why_size);
    case ADMIN_OPTION_CREATOR: words->creator = value; return 0;
    case ADMIN_OPTION_ADD: words->add = value; return 0;
    case ADMIN_OPTION_REMOVE: words->remove = value; return 0;
    case ADMIN_OPTION_USER: words->user = value; return 0;
    case ADMIN_OPTION_ALL: words->all = true; return 0;
    default: return take_time(words, value, why, why_size);
    }
}

int admin_words_read(
    struct admin_words *words, int argc, char **argv, int *at, char *why, size_t why_size) {
    static const char there_are[] =
        "admin wants one of types, type, users, user, channels, channel, revoke";
    if (*at == argc)
        return fault(why, why_size, there_are, "");
    unsigned word = 0;
    while (word < WORDS && strcmp(argv[*at], table[word].text) != 0)
        word++;
    if (word == WORDS) {
        snprintf(why, why_size, "%s; not %.100s", there_are, argv[*at]);
        return 1;
    }
    words->word = (enum admin_word)word;
    ++*at;
    if (table[word].wants != NULL && *at < argc)
        words->name = argv[(*at)++];
    return 0;
}

static bool is_cid(const char *name) {
    char type[LIMIT_CHANNEL_TYPE + 1], id[LIMIT_CHANNEL_ID + 1];
    return id_split_cid(name, type, id);
}

/* "ana,bo": ids, none of them empty. */
static bool is_list(const char *text) {
    char id[LIMIT_USER_ID + 1];
    for (;;) {
        size_t len = strcspn(text, ",");
        if (len >= sizeof id)
            return false;
        memcpy(id, text, len);
        id[len] = '\0';
        if (!id_is_user(id))
            return false;
        if (text[len] == '\0')
            return true;
        text += len + 1;
    }
}

static int check_channel(const struct admin_words *words, char *why, size_t size) {
    if ((words->add != NULL && !is_list(words->add)) ||
        (words->remove != NULL && !is_list(words->remove)))
        return fault(why, size, "--add and --remove take user ids parted by commas", "");
    if (words->creator != NULL && !id_is_user(words->creator))
        return fault(why, size, "--creator takes a user id, not ", words->creator);
    if ((words->deed == DEED_CREATE) != (words->creator != NULL))
        return fault(why, size, "--create and --creator USER go together", "");
    return 0;
}

static int check_revoke(const struct admin_words *words, char *why, size_t size) {
    if ((words->user != NULL) == words->all)
        return fault(why, size, "revoke wants --user ID or --all", "");
    return words->user == NULL || id_is_user(words->user)
               ? 0
               : fault(why, size, "--user takes a user id, not ", words->user);
}

int admin_words_check(const struct admin_words *words, char *why, size_t why_size) {
    bool (*is_name)(const char *) = words->word == ADMIN_CHANNEL ? is_cid
                                                                 : table[words->word].is_name;
    if (is_name != NULL && (words->name == NULL || !is_name(words->name)))
        return fault(why, why_size, table[words->word].wants, "");
    bool changes = words->set_count > 0 || words->unset_count > 0 || words->add != NULL ||
                   words->remove != NULL;
    if (changes && words->deed != DEED_NONE && words->deed != DEED_CREATE)
        return fault(why, why_size,
            "--delete, --deactivate and --reactivate change nothing else meanwhile", "");
    if (words->word == ADMIN_CHANNEL)
        return check_channel(words, why, why_size);
    return words->word == ADMIN_REVOKE ? check_revoke(words, why, why_size) : 0;
}
