/* SPDX-License-Identifier: MIT */
/* The part of the menu that is about whom one waits for. Pure. */
#ifndef DASHBOARD_PLAIN_LOOKOUT_H
#define DASHBOARD_PLAIN_LOOKOUT_H

#include "dashboard/plain/menu.h"

/* Who may be meant, with numbers; and how they are watched. */
void lookout_ask(struct menu *menu, const struct model *model, struct bytes *to);

/* "Dana Reyes always", "dana", "2": whom, and perhaps how; without that it is asked for. */
void lookout_take(struct menu *menu, struct model *model, const char *text, struct bytes *to);

/* "next", "always", "off", or their numbers. */
void lookout_take_how(struct menu *menu, struct model *model, const char *text, struct bytes *to);

#endif
