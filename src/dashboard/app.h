/* SPDX-License-Identifier: MIT */
/* The dashboard as a program: the terminal, the feed, and the loop between them. */
#ifndef DASHBOARD_APP_H
#define DASHBOARD_APP_H

#include "dashboard/cli/account.h"
#include "dashboard/settings.h"

struct app_options {
    const struct account *account;
    const char *label;         /* for the header: the profile's name, or "demo" */
    const char *state_profile; /* whose state is remembered; NULL: nobody's */
    const char *status;        /* to put up at connect, or NULL */
    const struct bytes *past;  /* histories to begin with, as a diary has them, or NULL */
    bool invisible;
    const char *record;          /* a file for what the server tells, or NULL */
    const char *replay;          /* a record to be shown instead of a server: no account; or NULL */
    double speed;                /* of the replay: times as fast */
    const struct options *given; /* what of the command line wins over the configuration */
    struct settings settings;    /* in force at the start */
};

/* Run until the person quits. The exit code, as cli/say.h has them; what went wrong was said. */
int app_run(const struct app_options *options);

#endif
