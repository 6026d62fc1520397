/* SPDX-License-Identifier: MIT */
/* What `porchlightd admin …` does: words into calls, replies into lines. */
#ifndef SERVER_ADMIN_H
#define SERVER_ADMIN_H

#include "base/bytes.h"
#include "server/admin_words.h"

/* Do it, and append what is to be printed. 0; > 0: the server said no; < 0: -errno; `why` says it
 * to a person. */
int admin(const struct admin_words *words, const char *data, const char *config, struct bytes *out,
    char *why, size_t why_size);

#endif
