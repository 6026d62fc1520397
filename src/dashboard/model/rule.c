/* SPDX-License-Identifier: MIT */
#include "dashboard/model/rule.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { WORDS_MOST = 6 };

/* ---- reading ---- */

static void trim(const char **at, size_t *len) {
    while (*len > 0 && strchr(" \t", (*at)[0]) != NULL)
        (*at)++, (*len)--;
    while (*len > 0 && strchr(" \t", (*at)[*len - 1]) != NULL)
        (*len)--;
}

static int refuse(struct bytes *why, const char *what, const char *at, size_t len) {
    bytes_printf(why, "%s: '%.*s'", what, (int)(len < 100 ? len : 100), at);
    return -EINVAL;
}

/* The next piece up to a semicolon that is not blank. False: there is none. */
static bool next_piece(const char **text, const char **at, size_t *len) {
    while (**text != '\0') {
        *at = *text;
        *len = strcspn(*text, ";");
        *text += *len + ((*text)[*len] == ';');
        trim(at, len);
        if (*len > 0)
            return true;
    }
    return false;
}

static int read_group(struct rules *rules, const char *at, size_t len, struct bytes *why) {
    const char *colon = memchr(at, ':', len);
    const char *name = at;
    size_t name_len = colon != NULL ? (size_t)(colon - at) : 0;
    trim(&name, &name_len);
    if (name_len > 0 && name[0] == '@')
        name++, name_len--;
    if (name_len == 0 || name_len >= RULE_NAME)
        return refuse(why, "a group is 'NAME: USER USER …'", at, len);
    if (rules->group_count == GROUPS_MOST)
        return refuse(why, "at most 16 groups; this is one too many", at, len);
    struct group *group = &rules->groups[rules->group_count++];
    snprintf(group->name, sizeof group->name, "%.*s", (int)name_len, name);
    for (const char *id = colon + 1, *end = at + len; id < end;) {
        const char *stop = id;
        while (stop < end && strchr(" ,\t", *stop) == NULL)
            stop++;
        if (stop > id && group->count == GROUP_IDS_MOST)
            return refuse(why, "at most 64 users in a group", name, name_len);
        if (stop > id && (group->ids[group->count++] = strndup(id, (size_t)(stop - id))) == NULL)
            return -ENOMEM;
        id = stop + 1;
    }
    return group->count > 0 ? 0 : refuse(why, "nobody is in the group", at, len);
}

static size_t split(const char *at, size_t len, char words[WORDS_MOST + 1][RULE_NAME]) {
    size_t count = 0;
    for (const char *end = at + len; at < end && count <= WORDS_MOST;) {
        const char *stop = at;
        while (stop < end && *stop != ' ' && *stop != '\t')
            stop++;
        if (stop > at)
            snprintf(words[count++], RULE_NAME, "%.*s", (int)(stop - at), at);
        at = stop + 1;
    }
    return count;
}

static bool number_of(const char *word, unsigned *to) {
    char *end;
    const unsigned long number = strtoul(word, &end, 10);
    if (*end != '\0' || word[0] < '0' || word[0] > '9' || number == 0 || number > 100000)
        return false;
    *to = (unsigned)number;
    return true;
}

static bool is(const char *word, const char *one, const char *other) {
    return strcmp(word, one) == 0 || strcmp(word, other) == 0;
}

/* "[when] 3 of X are home", "[when] X drops below 2", "[when] X comes home". */
static bool read_words(struct rule *rule, char (*words)[RULE_NAME], size_t count) {
    if (count > 0 && strcmp(words[0], "when") == 0)
        words++, count--;
    const char *whom = "";
    if (count == 5 && number_of(words[0], &rule->number) && strcmp(words[1], "of") == 0 &&
        is(words[3], "are", "is") && strcmp(words[4], "home") == 0) {
        rule->kind = RULE_HOME;
        whom = words[2];
    } else if (count == 4 && strcmp(words[1], "drops") == 0 && strcmp(words[2], "below") == 0 &&
               number_of(words[3], &rule->number)) {
        rule->kind = RULE_BELOW;
        whom = words[0];
    } else if (count == 3 && is(words[1], "comes", "is") && strcmp(words[2], "home") == 0) {
        rule->kind = RULE_HOME;
        rule->number = 1;
        whom = words[0];
    }
    snprintf(rule->whom, sizeof rule->whom, "%.63s", whom);
    return whom[0] != '\0';
}

static const struct group *find_group(const struct rules *rules, const char *name) {
    for (size_t i = 0; i < rules->group_count; i++)
        if (strcmp(rules->groups[i].name, name) == 0)
            return &rules->groups[i];
    return NULL;
}

static int read_rule(struct rules *rules, const char *at, size_t len, struct bytes *why) {
    char words[WORDS_MOST + 1][RULE_NAME] = {""};
    struct rule rule = {.held = -1};
    const size_t count = split(at, len, words);
    if (count > WORDS_MOST || !read_words(&rule, words, count))
        return refuse(why,
            "a rule is '3 of @group are home', '#channel drops below 2' or 'user comes home'", at,
            len);
    if (rule.whom[0] == '@' && find_group(rules, rule.whom + 1) == NULL)
        return refuse(why, "there is no such group", rule.whom, strlen(rule.whom));
    if (rules->count == RULES_MOST)
        return refuse(why, "at most 16 rules; this is one too many", at, len);
    rules->rules[rules->count++] = rule;
    return 0;
}

int rules_read(struct rules *rules, const char *groups, const char *text, struct bytes *why) {
    struct rules *read = calloc(1, sizeof *read);
    const char *at;
    size_t len;
    int fault = read != NULL ? 0 : -ENOMEM;
    while (fault == 0 && next_piece(&groups, &at, &len))
        fault = read_group(read, at, len, why);
    while (fault == 0 && next_piece(&text, &at, &len))
        fault = read_rule(read, at, len, why);
    if (fault == 0) {
        rules_fini(rules);
        *rules = *read;
        free(read);
        return 0;
    }
    if (read != NULL)
        rules_fini(read);
    free(read);
    return fault;
}

void rules_fini(struct rules *rules) {
    for (size_t g = 0; g < rules->group_count; g++)
        for (size_t i = 0; i < rules->groups[g].count; i++)
            free(rules->groups[g].ids[i]);
    *rules = (struct rules){0};
}

/* ---- looking ---- */

struct tally {
    unsigned home, unknown;
};

static void count_person(struct tally *tally, const struct person *person) {
    if (person == NULL || !person->live)
        tally->unknown++;
    else
        tally->home += person->online;
}

static struct channel_shown *channel_named(const struct model *model, const char *name) {
    for (size_t i = 0; i < model->channel_count; i++)
        if (strcmp(model->channels[i]->name, name) == 0 ||
            strcmp(model->channels[i]->cid, name) == 0)
            return model->channels[i];
    return NULL;
}

static struct tally count_whom(
    const struct rules *rules, const struct model *model, const char *whom) {
    struct tally tally = {0, 0};
    if (whom[0] == '#') {
        const struct channel_shown *channel = channel_named(model, whom + 1);
        if (channel == NULL || channel->members.count < channel->total)
            tally.unknown = UINT16_MAX; /* not all of it is here yet */
        for (size_t i = 0; channel != NULL && i < channel->members.count; i++)
            count_person(&tally, channel->members.people[i]);
    } else if (whom[0] == '@') {
        const struct group *group = find_group(rules, whom + 1);
        for (size_t i = 0; group != NULL && i < group->count; i++)
            count_person(&tally, model_find_person(model, group->ids[i]));
    } else {
        count_person(&tally, model_find_person(model, whom));
    }
    return tally;
}

/* 1 it is so, 0 it is not, -1 it cannot be known. */
static int holds(const struct rule *rule, const struct tally *tally) {
    const bool surely = tally->home >= rule->number;
    const bool perhaps = tally->home + tally->unknown >= rule->number;
    if (surely != perhaps)
        return -1;
    return rule->kind == RULE_HOME ? surely : !surely;
}

static void say(const struct rule *rule, const struct tally *tally, struct model *model) {
    char text[ALERT_BYTES];
    if (rule->kind == RULE_BELOW)
        snprintf(text, sizeof text, "%s dropped below %u: %u home", rule->whom, rule->number,
            tally->home);
    else if (rule->number == 1 && rule->whom[0] != '@' && rule->whom[0] != '#')
        snprintf(text, sizeof text, "%s is home", rule->whom);
    else
        snprintf(text, sizeof text, "%u of %s are home", tally->home, rule->whom);
    watching_alert(&model->watching, text, false);
}

void rules_look(struct rules *rules, struct model *model, int64_t now_ms) {
    if (model->link.state != LINK_LIVE || model->link.resyncing)
        return;
    for (size_t i = 0; i < rules->count; i++) {
        struct rule *rule = &rules->rules[i];
        const struct tally tally = count_whom(rules, model, rule->whom);
        const int now = holds(rule, &tally);
        if (now == 1 && rule->held == 0 && now_ms >= rule->quiet_until_ms) {
            say(rule, &tally, model);
            rule->quiet_until_ms = now_ms + RULE_QUIET_MS;
        }
        if (now >= 0)
            rule->held = now;
    }
}
