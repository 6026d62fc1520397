/* SPDX-License-Identifier: MIT */
#include "dashboard/model/jump.h"

#include "dashboard/model/fuzzy.h"
#include "dashboard/model/update.h"
#include "dashboard/view/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { TOAST_MS = 4000, CHANNELS_FIRST = 4 /* where they are as good */ };

static void offer_channel(struct model *model, struct channel_shown *channel, const char *letters) {
    struct choice choice = {.channel = channel, .note = channel->cid, .score = 1};
    if (letters[0] != '\0') {
        const int by_name = fuzzy_score(channel->name, letters, NULL);
        const int by_cid = fuzzy_score(channel->cid, letters, NULL) / 2;
        choice.score = (by_name > by_cid ? by_name : by_cid) + CHANNELS_FIRST;
        if (choice.score == CHANNELS_FIRST)
            return;
    }
    snprintf(choice.text, sizeof choice.text, "%s%.200s", channel->cid[0] != '\0' ? "#" : "",
        channel->name);
    prompt_offer(&model->prompt, &choice);
}

static void offer_person(struct model *model, struct person *person, const char *letters) {
    const int by_name = fuzzy_score(person->fold, letters, NULL);
    const int by_id = fuzzy_score(person->id, letters, NULL);
    struct choice choice = {
        .person = person, .note = person->id, .score = by_name > by_id ? by_name : by_id};
    if (choice.score == 0 || !person->in_all)
        return;
    if (model->prompt.count == CHOICES && model->prompt.choices[CHOICES - 1].score >= choice.score)
        return; /* a hundred thousand names need not be written for forty */
    snprintf(choice.text, sizeof choice.text, "%.200s", person->name);
    prompt_offer(&model->prompt, &choice);
}

void jump_choices(struct model *model) {
    const char *text = editor_text(&model->prompt.editor);
    const char kind = text[0] == '#' || text[0] == '@' ? text[0] : '\0';
    char *letters = text_fold(text + (kind != '\0' ? 1 : 0));
    if (letters == NULL)
        return;
    for (size_t i = 0; kind != '@' && i <= model->channel_count; i++)
        offer_channel(model, model_channel(model, i), letters);
    const struct roster *all = &model->all.members;
    for (size_t i = 0; kind != '#' && letters[0] != '\0' && i < all->count; i++)
        offer_person(model, all->people[i], letters);
    free(letters);
}

static size_t place_of(const struct model *model, const struct channel_shown *channel) {
    for (size_t i = 0; i <= model->channel_count; i++)
        if (model_channel(model, i) == channel)
            return i;
    return 0;
}

static bool is_member(const struct person *person, const struct channel_shown *channel) {
    return roster_find(&channel->members, person) >= 0;
}

/* Where they can be seen: here, or in the first channel of theirs. */
static void go_to_person(struct model *model, struct person *person, int64_t now_ms) {
    struct list *list = &model->list;
    if (!is_member(person, model_current(model)) && person->channel_count > 0)
        model->channel_at = place_of(model, person_channels(person)[0]);
    model->focus = PANE_MEMBERS;
    update_settle(model);
    if (list_find(list, person, 0) < 0) {
        struct filter_fault fault;
        prompt_filter(model, "", &fault);
        list->states = SHOW_ALL;
        list->hide_offline = false;
        list_make_anew(list);
        model_set_toast(model, "The filter hid them: everybody is shown", now_ms + TOAST_MS);
    }
    update_settle(model);
    model_current(model)->selected = person;
}

unsigned jump_to(struct model *model, const struct choice *choice, int64_t now_ms) {
    model->talk_open = false;
    if (choice->channel != NULL) {
        model->channel_at = place_of(model, choice->channel);
        if (model->focus != PANE_CHANNELS)
            model->focus = PANE_MEMBERS;
    } else if (choice->person != NULL && choice->person->in_all) {
        go_to_person(model, choice->person, now_ms);
    }
    return EFFECT_LOOK;
}
