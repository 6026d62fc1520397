/* SPDX-License-Identifier: MIT */
/* What --plain has in common with the screen beside the model: the state of the profile, the
 * settings in force and the file they come from, and who is told of what is watched for. */
#ifndef DASHBOARD_PLAIN_KEEPING_H
#define DASHBOARD_PLAIN_KEEPING_H

#include "dashboard/alerts.h"
#include "dashboard/app.h"
#include "dashboard/config_watch.h"
#include "dashboard/state_file.h"

struct keeping {
    const struct app_options *options;
    struct settings settings; /* in force */
    struct config_watch config;
    struct state_file *state;
    struct alerts alerts;
    int64_t save_at_ms; /* monotonic; 0: nothing to save */
};

/* What was remembered, and what is set. 0; -ENOMEM. What is wrong is a toast of the model. */
int keeping_open(struct keeping *keeping, const struct app_options *options, struct model *model,
    int64_t now_ms);

/* After anything happened: alerts are told, what changed is remembered. True: the bell is due. */
bool keeping_turn(struct keeping *keeping, struct model *model, int64_t now_ms);
/* Until something is to be saved or looked at, in milliseconds; -1: nothing is. */
int keeping_wait_ms(const struct keeping *keeping);

/* The file of the settings may have changed: they are read again, and a toast says so. */
void keeping_reload(struct keeping *keeping, struct model *model, int64_t now_ms);

/* Before the model is gone; all is saved. Zeroes are fine. */
void keeping_close(struct keeping *keeping, struct model *model, int64_t now_ms);

#endif
