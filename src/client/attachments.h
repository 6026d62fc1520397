/* SPDX-License-Identifier: MIT */
/* What is attached to a message, to and from the wire. The caller's thread only. */
#ifndef CLIENT_ATTACHMENTS_H
#define CLIENT_ATTACHMENTS_H

#include "wire/json.h"
#include <porchlight/message.h>

/* Into the message, as `attachments`. 0, PL_E_ARGUMENT, PL_E_MEMORY. */
int attachments_fill(json *message, const struct pl_attachment *from, size_t count);

#endif
