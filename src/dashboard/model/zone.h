/* SPDX-License-Identifier: MIT */
/*
 * A time zone of somebody else: what the system's zoneinfo says of it, without touching the zone
 * that this process is in, which is one for all of it and no argument of libc's calls. Pure.
 */
#ifndef DASHBOARD_MODEL_ZONE_H
#define DASHBOARD_MODEL_ZONE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { ZONE_NAME = 48, ZONE_OFFSET_MOST = 26 * 3600, ZONE_FILE_MOST = 64 * 1024 };

struct zone;

/* Whether a name may be looked for below the folder of zones: "Europe/Berlin", never "../x". */
bool zone_name_is_valid(const char *name);

/* From the bytes of a TZif file, RFC 8536. 0; -EINVAL: it is none, or not sound; -ENOMEM. */
int zone_create(struct zone **out, const void *file, size_t len);
void zone_destroy(struct zone *zone);

/* Seconds east of Greenwich at a time. False: the file does not reach so far. */
bool zone_offset(const struct zone *zone, int64_t unix_ms, int *seconds);

/* What somebody says of their clock: a zone, or else a fixed offset, or nothing. */
struct clock_there {
    const struct zone *zone;
    bool is_fixed;
    int fixed_s;
};
bool clock_there_offset(const struct clock_there *there, int64_t unix_ms, int *seconds);

#endif
