/* SPDX-License-Identifier: MIT */
/*
 * Rules of the configuration: "3 of @oncall are home; #incident drops below 2; dana comes home".
 * Groups: "oncall: dana ada bob; ops: eve".
 *
 * A rule speaks when it becomes true, once: not at the start, not while the link is doubtful, and
 * then not again for RULE_QUIET_MS, however often it flaps. It never counts whom it does not know:
 * "drops below" is true only when those who are unknown could not change it. Pure.
 */
#ifndef DASHBOARD_MODEL_RULE_H
#define DASHBOARD_MODEL_RULE_H

#include "base/bytes.h"
#include "dashboard/model/model.h"

enum {
    RULES_MOST = 16,
    GROUPS_MOST = 16,
    GROUP_IDS_MOST = 64,
    RULE_NAME = 64,
    RULE_QUIET_MS = 10 * 60 * 1000
};

struct group {
    char name[RULE_NAME];
    char *ids[GROUP_IDS_MOST];
    size_t count;
};

enum rule_kind { RULE_HOME /* at least so many */, RULE_BELOW /* fewer than so many */ };

struct rule {
    enum rule_kind kind;
    unsigned number;
    char whom[RULE_NAME]; /* "@group", "#channel", or an id */
    int held;             /* 1 it was true, 0 it was not, -1 not known */
    int64_t quiet_until_ms;
};

struct rules {
    struct group groups[GROUPS_MOST];
    size_t group_count;
    struct rule rules[RULES_MOST];
    size_t count;
};

/* Replace what there is. 0; -EINVAL: `why` says what is wrong, and where; -ENOMEM. */
int rules_read(struct rules *rules, const char *groups, const char *text, struct bytes *why);
void rules_fini(struct rules *rules);

/* After something changed: rules that became true alert model->watching. */
void rules_look(struct rules *rules, struct model *model, int64_t now_ms);

#endif
