/* SPDX-License-Identifier: MIT */
/* What a word about somebody means that was not so before: history, log, counts, flaps. Pure. */
#ifndef DASHBOARD_MODEL_NOTICE_H
#define DASHBOARD_MODEL_NOTICE_H

#include "dashboard/model/model.h"

/* Before the person becomes what is told. */
void notice_told(
    struct model *model, struct person *person, const struct person_told *told, int64_t now_ms);

/* After it: what is so now goes into their history. 0, or -ENOMEM. */
int notice_state(struct model *model, struct person *person, int64_t now_ms);

/* Nobody tells us of them since a time. */
void notice_silence(struct model *model, struct person *person, int64_t since_ms);

/* Time has passed: who flapped may have calmed down, what is too old is forgotten. */
void notice_time(struct model *model, int64_t now_ms);

/* How often they changed in the last hour. */
unsigned notice_flaps_an_hour(const struct person *person, int64_t now_ms);

#endif
