/* SPDX-License-Identifier: MIT */
/* The grammar of ids. Pure. */
#ifndef WIRE_ID_H
#define WIRE_ID_H

#include "wire/limits.h"
#include <stdbool.h>

bool id_is_user(const char *text);
bool id_is_channel(const char *text);      /* also "!members-…" */
bool id_is_channel_type(const char *text);
bool id_is_message(const char *text);

/* "type:id" taken apart; false where it is not one. */
bool id_split_cid(const char *cid, char type[LIMIT_CHANNEL_TYPE + 1], char id[LIMIT_CHANNEL_ID + 1]);

#endif
