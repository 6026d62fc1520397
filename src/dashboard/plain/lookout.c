/* SPDX-License-Identifier: MIT */
/*
 * Where a channel is small its members are numbered, and else only those who are watched: nobody
 * listens to two hundred names. The numbers are those that were said, whoever came meanwhile.
 */
#include "dashboard/plain/lookout.h"

#include "dashboard/cli/ids.h"
#include "dashboard/plain/sentence.h"
#include "dashboard/view/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const words[] = {[WATCH_OFF] = "not watched",
    [WATCH_NEXT] = "watched the next time",
    [WATCH_ALWAYS] = "watched"};

static const char *shown_name(const struct model *model, const struct person *person) {
    for (const char *at = person->name; model->ascii && *at != '\0'; at++)
        if ((unsigned char)*at >= 0x80)
            return person->id;
    return person->name;
}

static void list_one(struct menu *menu, const struct person *person) {
    for (size_t i = 0; i < menu->listed_count; i++)
        if (menu->listed[i] == person)
            return;
    if (person != NULL && !person->me && menu->listed_count < MENU_LISTED)
        menu->listed[menu->listed_count++] = person;
}

void lookout_ask(struct menu *menu, const struct model *model, struct bytes *to) {
    const struct roster *members = &model_current(model)->members;
    menu->listed_count = 0;
    for (size_t i = 0; i < model->watching.count; i++)
        list_one(menu, model->watching.of[i].person);
    for (size_t i = 0; members->count <= MENU_LISTED && i < members->count; i++)
        list_one(menu, members->people[i]);
    bytes_append_text(to, "Whom? Type a number, a name or an id, or nothing to leave it.\n");
    for (size_t i = 0; i < menu->listed_count; i++)
        bytes_printf(to, "%zu %s: %s.\n", i + 1, shown_name(model, menu->listed[i]),
            words[menu->listed[i]->watch]);
}

/* ---- whom ---- */

/* By their name, or the beginning of it; *several: that may be more than one. */
static const struct person *find_by_name(
    const struct model *model, const char *name, bool *several) {
    const struct roster *all = &model->all.members;
    const struct person *found = NULL;
    char *wanted = text_fold(name);
    const size_t len = wanted != NULL ? strlen(wanted) : 0;
    unsigned whole = 0, begun = 0;
    for (size_t i = 0; len > 0 && i < all->count; i++) {
        const struct person *person = all->people[i];
        const bool is_whole = strcmp(person->fold, wanted) == 0;
        if ((person->me && !is_whole) || strncmp(person->fold, wanted, len) != 0)
            continue;
        begun++;
        whole += is_whole;
        if (found == NULL || (is_whole && whole == 1))
            found = person;
    }
    free(wanted);
    *several = whole > 1 || (whole == 0 && begun > 1);
    return found;
}

static const struct person *find_listed(const struct menu *menu, const char *text) {
    char *end = NULL;
    const unsigned long number = strtoul(text, &end, 10);
    const bool is_number = text[0] >= '0' && text[0] <= '9' && *end == '\0';
    return is_number && number >= 1 && number <= menu->listed_count ? menu->listed[number - 1]
                                                                    : NULL;
}

/* The id of whom is meant to menu->whom. False: it was said why not. */
static bool find_whom(
    struct menu *menu, const struct model *model, const char *text, struct bytes *to) {
    bool several = false;
    const struct person *person = find_listed(menu, text);
    if (person == NULL)
        person = model_find_person(model, text);
    if (person == NULL)
        person = find_by_name(model, text, &several);
    if (person != NULL && person->me) {
        bytes_append_text(to, "That is you.\n");
        return false;
    }
    if (several) {
        bytes_append_text(to, "Several are called so: type an id, or more of the name.\n");
        return false;
    }
    if (person == NULL && !is_user_id(text)) {
        bytes_append_text(to, "Nobody here is called so.\n");
        return false;
    }
    snprintf(menu->whom, sizeof menu->whom, "%.255s", person != NULL ? person->id : text);
    return true;
}

/* ---- how ---- */

static const char *name_of_whom(const struct menu *menu, const struct model *model) {
    const struct person *person = model_find_person(model, menu->whom);
    return person != NULL ? shown_name(model, person) : menu->whom;
}

static void watch(struct menu *menu, struct model *model, enum watch how, struct bytes *to) {
    struct person *person = model_find_person(model, menu->whom);
    if (watching_set(&model->watching, menu->whom, person, how) < 0)
        bytes_append_text(to, "No more can be watched.\n");
    else
        sentence_watch(to, model, name_of_whom(menu, model), how);
    if (person == NULL && how != WATCH_OFF)
        bytes_append_text(to, "They are in no channel of yours: the server is asked about them.\n");
}

/* "next", "always", "off", "1", "2", "3"; -1: none of them. */
static int how_of(const char *text) {
    static const enum watch numbered[] = {WATCH_NEXT, WATCH_ALWAYS, WATCH_OFF};
    if (text[0] >= '1' && text[0] <= '3' && text[1] == '\0')
        return (int)numbered[text[0] - '1'];
    return watch_of_name(text);
}

void lookout_take_how(struct menu *menu, struct model *model, const char *text, struct bytes *to) {
    const int how = how_of(text);
    if (how >= 0)
        watch(menu, model, (enum watch)how, to);
    else
        bytes_append_text(to, "That is none of next, always and off. Nothing is changed.\n");
}

void lookout_take(struct menu *menu, struct model *model, const char *text, struct bytes *to) {
    char whom[300];
    const char *last = strrchr(text, ' ');
    const int how = last != NULL ? watch_of_name(last + 1) : -1;
    const size_t len = how >= 0 ? (size_t)(last - text) : strlen(text);
    if (len >= sizeof whom) {
        bytes_append_text(to, "Nobody here is called so.\n");
        return;
    }
    snprintf(whom, sizeof whom, "%.*s", (int)len, text);
    if (!find_whom(menu, model, whom, to))
        return;
    if (how >= 0) {
        watch(menu, model, (enum watch)how, to);
        return;
    }
    menu->asking = ASKING_HOW;
    bytes_printf(to,
        "When are you to be told that %s comes or goes? 1 the next time (next), 2 whenever it "
        "happens (always), 3 not (off), or nothing to leave it.\n",
        name_of_whom(menu, model));
}
