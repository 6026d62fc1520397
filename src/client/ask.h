/* SPDX-License-Identifier: MIT */
/*
 * What calls are made of: paths and bodies. A fault (PL_E_...) of building one is carried along to
 * where the call would be sent. The caller's thread only.
 */
#ifndef CLIENT_ASK_H
#define CLIENT_ASK_H

#include "client/client.h"

/* "/channels/TYPE/ID" and what comes behind it. NULL: no memory. */
char *ask_path(const pl_channel *channel, const char *last);

/* Text of the caller's own, as JSON under a key; NULL: nothing. */
int ask_json(json *body, const char *key, const char *text);
/* The same as an object of its own; NULL: {}. *out is set only on 0. */
int ask_object(json **out, const char *text);
int ask_texts(json *body, const char *key, const char *const *texts, size_t count);
/* json_set() that keeps an earlier fault. */
int ask_put(json *body, const char *key, json *value, int fault);
/* {"set":{...},"unset":[...]}; PL_E_ARGUMENT where neither is given. */
int ask_changes(json *body, const char *set_json, const char *const *unset, size_t count);

/* The text of the body, which is freed; a fault in building it comes out as one. */
int ask_text(const pl_client *client, json *body, int fault, char **text);

/* A call about a channel; POST where the wish names no method. The body is taken. */
int ask_about(pl_channel *channel, const char *last, json *body, int fault, struct wish *wish);
/* One that has a path (taken) and no body. */
int ask_bare(pl_client *client, char *path, struct wish *wish);

#endif
