/* SPDX-License-Identifier: MIT */
/* What a server says, as a sentence that may be shown to a person. Any thread. */
#ifndef CLIENT_WORDS_H
#define CLIENT_WORDS_H

#include <stddef.h>

enum { WORDS_BYTES = 512 }; /* of the longest such sentence, with the NUL */

/* Valid UTF-8 of whole characters, as much as there is room for; what is no character or controls a
 * terminal becomes a space. `otherwise` where nothing is left. `from` may be NULL. */
void words_from(char *to, size_t size, const char *from, const char *otherwise);

#endif
