/* SPDX-License-Identifier: MIT */
/* The system's time zones by name, read when somebody first is in one. Blocking, but of a local
 * file of a few kilobytes. */
#ifndef DASHBOARD_ZONES_H
#define DASHBOARD_ZONES_H

#include "base/table.h"
#include "dashboard/model/zone.h"

/* Zeroes are none yet. */
struct zones {
    struct table by_name;
};

/* Until zones_fini(). NULL: there is no such zone here, whatever somebody says. */
const struct zone *zones_get(struct zones *zones, const char *name);
void zones_fini(struct zones *zones);

#endif
