/* SPDX-License-Identifier: MIT */
#include "dashboard/model/filter_words.h"

#include "dashboard/model/fuzzy.h"
#include "dashboard/view/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PREFIX = 1000 /* better than any letters here and there */ };

struct word {
    const char *text, *note;
};

static const struct word keys[] = {{"is:", "online left offline unknown banned home away watching"},
    {"last:", "last active: <1h, or longer ago: >2d"}, {"in:", "who is in this channel, too"},
    {"name:", "the name has it"}, {"id:", "the id has it"}, {"role:", "the role has it"},
    {"status:", "the status has it"}, {NULL, NULL}};
static const struct word states[] = {{"online", ""}, {"left", "in the last five minutes"},
    {"offline", ""}, {"unknown", "nobody tells us"}, {"banned", ""}, {"home", "online"},
    {"away", "left or offline"}, {"watching", "the channel that is shown"},
    {"watched", "whom you watch"}, {"me", ""}, {NULL, NULL}};
static const struct word times[] = {{"<15m", "less than so long ago"}, {"<1h", ""}, {"<8h", ""},
    {"<1d", ""}, {">1d", "longer ago"}, {">1w", ""}, {NULL, NULL}};
static const struct word roles[] = {{"user", ""}, {"admin", ""}, {"guest", ""}, {NULL, NULL}};

static int score(const char *text, const char *letters) {
    if (letters[0] == '\0')
        return 1;
    const int fuzzy = fuzzy_score(text, letters, NULL);
    return fuzzy + (strncasecmp(text, letters, strlen(letters)) == 0 ? PREFIX : 0);
}

/* Beginnings only: letters here and there mean somebody's name. */
static void offer_words(struct model *model, const struct word *word, const char *letters) {
    for (; word->text != NULL; word++) {
        struct choice choice = {.note = word->note, .score = PREFIX};
        snprintf(choice.text, sizeof choice.text, "%s", word->text);
        if (strncasecmp(word->text, letters, strlen(letters)) == 0)
            prompt_offer(&model->prompt, &choice);
    }
}

/* With blanks in it, it is quoted; with a quotation mark in it, it cannot be written. */
static void offer(struct model *model, const char *text, const char *note, int score_) {
    struct choice choice = {.note = note, .score = score_};
    const char *quote = strchr(text, ' ') != NULL ? "\"" : "";
    if (score_ == 0 || strchr(text, '"') != NULL)
        return;
    snprintf(choice.text, sizeof choice.text, "%s%.200s%s", quote, text, quote);
    prompt_offer(&model->prompt, &choice);
}

static void offer_channels(struct model *model, const char *letters) {
    letters += letters[0] == '#' ? 1 : 0;
    for (size_t i = 1; i <= model->channel_count; i++) {
        const struct channel_shown *channel = model_channel(model, i);
        offer(model, channel->name, channel->cid, score(channel->name, letters));
    }
}

static void offer_people(struct model *model, const char *letters, bool by_id) {
    const struct roster *all = &model->all.members;
    for (size_t i = 0; i < all->count && letters[0] != '\0'; i++) {
        const struct person *person = all->people[i];
        offer(model, by_id ? person->id : person->name, by_id ? person->name : person->id,
            score(by_id ? person->id : person->fold, letters));
    }
}

static void offer_after(struct model *model, const char *key, size_t len, const char *letters) {
    const struct word *of_is = strncmp(key, "is", len) == 0 && len == 2     ? states
                               : strncmp(key, "last", len) == 0 && len == 4 ? times
                               : strncmp(key, "role", len) == 0 && len == 4 ? roles
                                                                            : NULL;
    if (of_is != NULL)
        offer_words(model, of_is, letters);
    else if (len == 2 && strncmp(key, "in", len) == 0)
        offer_channels(model, letters);
    else if (len == 4 && strncmp(key, "name", len) == 0)
        offer_people(model, letters, false);
    else if (len == 2 && strncmp(key, "id", len) == 0)
        offer_people(model, letters, true);
}

/* Where the last term begins: behind the last blank that is in no quotation. */
static size_t term_start(const char *text) {
    size_t start = 0;
    bool quoted = false;
    for (size_t i = 0; text[i] != '\0'; i++) {
        quoted = quoted != (text[i] == '"');
        if (text[i] == ' ' && !quoted)
            start = i + 1;
    }
    return start;
}

void filter_choices(struct model *model) {
    struct prompt *prompt = &model->prompt;
    const char *text = editor_text(&prompt->editor);
    size_t from = term_start(text);
    from += text[from] == '-' ? 1 : 0;
    const char *key = text + from, *colon = strchr(key, ':');
    const size_t len = colon != NULL ? (size_t)(colon - key) : 0;
    if (colon != NULL)
        from += len + 1;
    const char *comma = colon != NULL ? strrchr(text + from, ',') : NULL;
    if (comma != NULL && len == 2 && strncmp(key, "is", len) == 0)
        from = (size_t)(comma + 1 - text);
    prompt->from = from;
    char *letters = text_fold(text + from + (text[from] == '"' ? 1 : 0));
    if (letters != NULL && colon != NULL) {
        offer_after(model, key, len, letters);
    } else if (letters != NULL) {
        offer_words(model, keys, letters);
        offer_people(model, letters, false);
    }
    free(letters);
}
