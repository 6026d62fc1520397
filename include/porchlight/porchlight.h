/* SPDX-License-Identifier: MIT */
/* All of libporchlight in one include. */
#ifndef PORCHLIGHT_PORCHLIGHT_H
#define PORCHLIGHT_PORCHLIGHT_H

#include <porchlight/version.h>
#include <porchlight/status.h>
#include <porchlight/client.h>
#include <porchlight/user.h>
#include <porchlight/channel.h>
#include <porchlight/event.h>
#include <porchlight/message.h>
#include <porchlight/conversation.h>
#include <porchlight/account.h>

#endif
