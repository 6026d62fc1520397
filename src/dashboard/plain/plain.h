/* SPDX-License-Identifier: MIT */
/* The dashboard in sentences: no screen, for screen readers, dumb terminals and pipes. */
#ifndef DASHBOARD_PLAIN_PLAIN_H
#define DASHBOARD_PLAIN_PLAIN_H

#include "dashboard/app.h"

/* Run until the person quits. The exit code, as cli/say.h has them; what went wrong was said. */
int plain_run(const struct app_options *options);

#endif
