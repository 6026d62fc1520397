/* SPDX-License-Identifier: MIT */
/*
 * Server-side calls to a real porchlightd, one after the other over one connection, so that ten
 * thousand users are made in a moment. Fails the case when a call is not answered.
 */
#ifndef SUPPORT_REST_H
#define SUPPORT_REST_H

#include "support/daemon.h"

struct rest {
    int fd;
    char *token;
    char api_key[64];
};

void rest_begin(struct rest *rest, struct daemon *daemon);
/* On a new connection, to a server that was started again or has not been asked for long. */
void rest_dial_again(struct rest *rest, const struct daemon *daemon);
/* The HTTP status. path: with a query, too; body is JSON text, or NULL. */
int rest_call(struct rest *rest, const char *method, const char *path, const char *body);
/* The body of the answer is added to `to`; fails the case where it is none of 2xx. */
void rest_read(
    struct rest *rest, const char *method, const char *path, const char *body, struct bytes *to);
void rest_end(struct rest *rest);

/* The users "<prefix>00000" … */
void rest_make_users(struct rest *rest, const char *prefix, int count);
/* A channel "messaging:ID" made by `creator`, which is there, with these users as members. */
void rest_make_channel(
    struct rest *rest, const char *id, const char *creator, const char *prefix, int count);

#endif
