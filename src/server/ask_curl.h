/* SPDX-License-Identifier: MIT */
/* One call to a porchlightd, blocking. The keeper of curl on the server's side. Any thread. */
#ifndef SERVER_ASK_CURL_H
#define SERVER_ASK_CURL_H

#include "base/bytes.h"

struct ask {
    const char *method, *url;
    const char *token;
    const char *body; /* or NULL */
    /* https: the one certificate (PEM) that the server must show, whatever its name. */
    const char *certificate;
};

/* 0: answered, with *status and the reply; -ECONNREFUSED: nobody listens there; < 0: another
 * -errno, and `why` says it to a person. */
int ask(const struct ask *ask, long *status, struct bytes *reply, char *why, size_t why_size);

/* Text fit for a path or a query: appended. */
void ask_escape(struct bytes *to, const char *text);

#endif
