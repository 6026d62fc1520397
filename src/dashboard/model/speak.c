/* SPDX-License-Identifier: MIT */
#include "dashboard/model/speak.h"

#include "dashboard/model/compose.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { TOAST_MS = 4000 };

static bool open_talk(struct model *model, int64_t now_ms) {
    if (model_open_talk(model, model_current(model)->cid))
        return true;
    model_set_toast(model, "Choose one channel to read its conversation", now_ms + TOAST_MS);
    return false;
}

static void open_replies(struct model *model) {
    struct channel_shown *channel = model_current(model);
    const struct line *line = channel->chat.cursor;
    if (channel->replies_to != NULL || line == NULL || line->state != LINE_SAID || line->deleted)
        return;
    char *id = strdup(line->id);
    if (id == NULL)
        return;
    chat_fini(&channel->replies);
    chat_init(&channel->replies);
    channel->replies_to = id;
    channel->replies.older = OLDER_WANTED;
    drafts_meet_reply(&model->drafts, id, &channel->replies);
}

static void close_replies(struct model *model, struct channel_shown *channel) {
    drafts_keep_reply(&model->drafts, channel->replies_to, editor_text(&channel->replies.draft));
    free(channel->replies_to);
    channel->replies_to = NULL;
    chat_fini(&channel->replies);
    chat_init(&channel->replies);
}

static void write_to_member(struct model *model, int64_t now_ms) {
    const struct person *person = model_current(model)->selected;
    char toast[160];
    if (person == NULL)
        return;
    if (person->me)
        snprintf(toast, sizeof toast, "That is you");
    else if (model->link.state != LINK_LIVE)
        snprintf(toast, sizeof toast, "Not connected: nobody can be written to now");
    else {
        snprintf(model->write_to, sizeof model->write_to, "%s", person->id);
        snprintf(toast, sizeof toast, "Opening the conversation with %.100s...", person->name);
    }
    model_set_toast(model, toast, now_ms + TOAST_MS);
}

void speak_compose(struct model *model, int64_t now_ms) {
    if (model->focus == PANE_MEMBERS)
        write_to_member(model, now_ms);
    else if (model->focus == PANE_TALK ? model_chat(model) != NULL : open_talk(model, now_ms))
        compose_open(model);
}

/* Of mine, the line at the cursor; else it is said why there is none. */
static struct line *own_line(struct model *model, int64_t now_ms) {
    struct chat *chat = model_chat(model);
    struct line *line = chat != NULL ? chat->cursor : NULL;
    if (line == NULL)
        model_say(model, "Choose a message of yours first ({up}, {down})", now_ms + TOAST_MS);
    else if (!line->author->me || line->deleted)
        model_set_toast(model, "Only your own messages can be changed", now_ms + TOAST_MS);
    else
        return line;
    return NULL;
}

/* What never was sent is taken back into the draft. */
void speak_edit(struct model *model, int64_t now_ms) {
    struct line *line = own_line(model, now_ms);
    struct chat *chat = model_chat(model);
    if (line == NULL)
        return;
    if (line->state == LINE_SAID) {
        compose_change(model, line);
    } else if (line->state == LINE_FAILED) {
        editor_set(&chat->draft, line_written(line));
        chat_remove(chat, line);
        compose_open(model);
    }
}

/* Who may, the server says: here it is only said what is probable. */
static bool may_delete(const struct model *model, const struct line *line) {
    const struct person *me = model_find_person(model, model->me_id);
    if (line->author->me || me == NULL)
        return line->author->me;
    const char *role = channel_role(model_current(model), me);
    return strcmp(role, "owner") == 0 || strstr(role, "moderator") != NULL ||
           strcmp(me->role, "admin") == 0;
}

static void say_doom(struct model *model, const struct line *line, int64_t now_ms) {
    char key[16], toast[160], whose[80] = "this";
    keymap_first(&model->keymap, ACTION_DELETE, key, sizeof key);
    if (!line->author->me)
        snprintf(whose, sizeof whose, "%.60s's", line->author->name);
    snprintf(toast, sizeof toast,
        may_delete(model, line) ? "%s again deletes %s message for everybody"
                                : "%s again asks to delete %s message: that is for moderators",
        key, whose);
    model_set_toast(model, toast, now_ms + TOAST_MS);
}

/* What I may delete: my own lines, sent or not, and those of others that the server has. */
static struct line *doomed_line(struct model *model, int64_t now_ms) {
    struct chat *chat = model_chat(model);
    struct line *line = chat != NULL ? chat->cursor : NULL;
    if (line == NULL)
        model_say(model, "Choose a message first ({up}, {down})", now_ms + TOAST_MS);
    else if (line->deleted)
        model_set_toast(model, "It is deleted already", now_ms + TOAST_MS);
    else if (line->state == LINE_SAID || (line->author->me && line->state == LINE_FAILED))
        return line;
    return NULL;
}

void speak_delete(struct model *model, int64_t now_ms) {
    struct line *line = doomed_line(model, now_ms);
    if (line == NULL)
        return;
    if (model->doomed != line || now_ms >= model->doomed_until_ms) {
        say_doom(model, line, now_ms);
        model->doomed = line;
        model->doomed_until_ms = now_ms + TOAST_MS;
        return;
    }
    model->doomed = NULL;
    model_set_toast(model, "", 0);
    if (line->state == LINE_FAILED)
        chat_remove(model_chat(model), line);
    else
        line_delete(line);
}

/* What failed in the conversation is tried again: at the cursor, else all of it. */
bool speak_again(struct model *model) {
    struct chat *chat = model->focus == PANE_TALK ? model_chat(model) : NULL;
    bool any = false;
    if (chat == NULL)
        return false;
    if (chat->cursor != NULL && line_again(chat->cursor))
        return true;
    for (size_t i = 0; i < chat->count; i++)
        any = line_again(chat->lines[i]) || any;
    return any;
}

void speak_open(struct model *model, int64_t now_ms) {
    if (model->focus == PANE_TALK)
        open_replies(model);
    else
        open_talk(model, now_ms);
}

bool speak_back(struct model *model) {
    struct channel_shown *channel = model_current(model);
    if (!model->talk_open || channel->replies_to == NULL)
        return false;
    close_replies(model, channel);
    return true;
}

static bool is_on_its_way(const struct chat *chat) {
    for (size_t i = chat->count; i > 0 && chat->lines[i - 1]->state != LINE_SAID; i--)
        if (chat->lines[i - 1]->state != LINE_FAILED)
            return true;
    return false;
}

bool speak_holds(struct model *model, int64_t now_ms) {
    char key[16], toast[120];
    bool any = false;
    for (size_t i = 0; i < model->channel_count; i++)
        any = any || is_on_its_way(&model->channels[i]->chat) ||
              is_on_its_way(&model->channels[i]->replies);
    if (!any || now_ms < model->held_until_ms)
        return false;
    keymap_first(&model->keymap, ACTION_QUIT, key, sizeof key);
    snprintf(
        toast, sizeof toast, "A message is still being sent; %s again quits all the same", key);
    model_set_toast(model, toast, now_ms + TOAST_MS);
    model->held_until_ms = now_ms + TOAST_MS;
    return true;
}
