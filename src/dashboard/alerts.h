/* SPDX-License-Identifier: MIT */
/* What was noticed about people goes to where the person wants it: bell, terminal, a command of
 * theirs, and the disk. */
#ifndef DASHBOARD_ALERTS_H
#define DASHBOARD_ALERTS_H

#include "dashboard/diary_file.h"
#include "dashboard/model/rule.h"
#include "dashboard/notify.h"
#include "dashboard/settings.h"
#include "dashboard/term/screen.h"

struct alerts {
    struct rules rules;
    struct notify notify;
    struct diary_file diary;
    bool diary_open;
};

/* What is set, at the start and when it is other than it was. `profile` NULL: nothing is kept. What
 * is wrong with it is shown in a toast, and the rest holds. */
void alerts_adopt(struct alerts *alerts, const struct settings *settings, const char *profile,
    struct model *model, int64_t now_ms);

/* After anything happened. True: something was told. screen NULL: there is none, and what a line of
 * the log says already is no toast. */
bool alerts_tell(struct alerts *alerts, const struct settings *settings, struct model *model,
    struct screen *screen, int64_t now_ms);

/* Forget what was observed, here and on disk, and say so. */
void alerts_wipe(struct alerts *alerts, struct model *model, int64_t now_ms);

void alerts_fini(struct alerts *alerts, struct model *model, int64_t now_ms);

#endif
