/* SPDX-License-Identifier: MIT */
#include "dashboard/model/drafts.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct draft {
    char *cid, *text;
};

static void free_draft(struct draft *draft) {
    if (draft == NULL)
        return;
    free(draft->cid);
    free(draft->text);
    free(draft);
}

int drafts_keep(struct drafts *drafts, const char *cid, const char *text) {
    struct draft *before = table_find(&drafts->by_cid, cid);
    if (text[0] == '\0') {
        table_remove(&drafts->by_cid, cid);
        free_draft(before);
        return 0;
    }
    struct draft *draft = calloc(1, sizeof *draft);
    if (draft != NULL) {
        draft->cid = strdup(cid);
        draft->text = strdup(text);
    }
    if (draft == NULL || draft->cid == NULL || draft->text == NULL ||
        table_put(&drafts->by_cid, draft->cid, draft, NULL) < 0) {
        free_draft(draft);
        return -ENOMEM;
    }
    free_draft(before);
    return 0;
}

void drafts_meet(struct drafts *drafts, struct channel_shown *channel) {
    struct draft *draft = table_remove(&drafts->by_cid, channel->cid);
    if (draft != NULL && editor_text(&channel->chat.draft)[0] == '\0')
        editor_set(&channel->chat.draft, draft->text);
    free_draft(draft);
}

void drafts_reply_name(char to[DRAFT_NAME], const char *id) {
    snprintf(to, DRAFT_NAME, "reply.%.290s", id);
}

int drafts_keep_reply(struct drafts *drafts, const char *id, const char *text) {
    char name[DRAFT_NAME];
    drafts_reply_name(name, id);
    return drafts_keep(drafts, name, text);
}

void drafts_meet_reply(struct drafts *drafts, const char *id, struct chat *replies) {
    char name[DRAFT_NAME];
    drafts_reply_name(name, id);
    struct draft *draft = table_remove(&drafts->by_cid, name);
    if (draft != NULL)
        editor_set(&replies->draft, draft->text);
    free_draft(draft);
}

bool drafts_next(const struct drafts *drafts, size_t *at, const char **name, const char **text) {
    const struct draft *draft = table_next(&drafts->by_cid, at);
    if (draft == NULL)
        return false;
    *name = draft->cid;
    *text = draft->text;
    return true;
}

void drafts_fini(struct drafts *drafts) {
    size_t i = 0;
    for (struct draft *draft; (draft = table_next(&drafts->by_cid, &i)) != NULL;)
        free_draft(draft);
    table_fini(&drafts->by_cid);
}
