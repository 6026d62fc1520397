/* SPDX-License-Identifier: MIT */
/*
 * What the feed tells the model, thing by thing (told.h has all of it as one kind of thing). Those
 * that return int: 0, or -ENOMEM with the model as it was. What is about a channel or somebody not
 * known here is left out. Pure.
 */
#ifndef DASHBOARD_MODEL_TELLING_H
#define DASHBOARD_MODEL_TELLING_H

#include "dashboard/model/model.h"

void model_set_link(struct model *model, const struct link_shown *link, int64_t now_ms);
int model_put_person(struct model *model, const struct person_told *told, int64_t now_ms);
/* Nobody is live any more. */
void model_link_lost(struct model *model, int64_t now_ms);
int model_put_channel(struct model *model, const char *cid, const char *name, size_t total);
/* It has no name of its own, and is called by those whom it is with. */
void model_name_direct(struct model *model, const char *cid);
void model_drop_channel(struct model *model, const char *cid);
int model_put_member(struct model *model, const char *cid, const char *user_id);
void model_remove_member(struct model *model, const char *cid, const char *user_id);
/* The members are exactly these. */
int model_set_members(
    struct model *model, const char *cid, const char *const *user_ids, size_t count);
/* What a member is in a channel. */
int model_set_role(struct model *model, const char *cid, const char *user_id, const char *role);
/* Those of them who are known watch a channel; somebody begins to watch it, or ends (audience.h).
 */
int model_set_watchers(
    struct model *model, const char *cid, const char *const *user_ids, size_t count);
int model_set_watches(
    struct model *model, const char *cid, const char *user_id, bool watches, int64_t now_ms);
/* A line that is said, new or another now. */
int model_put_line(struct model *model, const char *cid, const struct line_told *told);
/* The same of a reply; left out where the replies to that message are not open. */
int model_put_reply(
    struct model *model, const char *cid, const char *parent, const struct line_told *told);
/* The newest lines are exactly these, oldest first (chat_set). */
int model_set_lines(
    struct model *model, const char *cid, const struct line_told *told, size_t count);
void model_drop_line(struct model *model, const char *cid, const char *id);
void model_clear_lines(struct model *model, const char *cid);
/* My mark, and how much the server says is behind it. */
void model_set_unread(struct model *model, const char *cid, int unread, int64_t read_ms);
/* Who types there, but me. */
void model_set_typing(
    struct model *model, const char *cid, const char *const *user_ids, size_t count);
void model_set_me(struct model *model, const char *name, bool invisible, int64_t now_ms);
void model_light_failed(struct model *model, const char *why);
/* These changed while we were away: their rows flash once. What else happened is a line of the log;
 * "": nothing did. */
void model_missed(struct model *model, const char *const *user_ids, size_t count, const char *text,
    int64_t now_ms);
/* The link is back, and what was missed is told. */
void model_resynced(struct model *model, unsigned came, unsigned left, int64_t now_ms);

#endif
