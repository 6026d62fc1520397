/* SPDX-License-Identifier: MIT */
/*
 * That there is no such zone is remembered too, so that the disk is asked once a name; and at most
 * NAMES_MOST names, because they come from strangers.
 */
#include "dashboard/zones.h"

#include "base/bytes.h"
#include "dashboard/files.h"

#include <stdio.h>
#include <stdlib.h>

enum { NAMES_MOST = 1000 };

struct named {
    char name[ZONE_NAME];
    struct zone *zone; /* NULL: there is none */
};

static struct zone *read_zone(const char *name) {
    char path[sizeof ZONEINFO + 1 + ZONE_NAME];
    struct bytes file = BYTES_EMPTY;
    struct zone *zone = NULL;
    snprintf(path, sizeof path, "%s/%s", ZONEINFO, name);
    if (file_read(path, ZONE_FILE_MOST, &file) == 0 &&
        zone_create(&zone, bytes_text(&file), file.len) < 0)
        zone = NULL;
    bytes_fini(&file);
    return zone;
}

const struct zone *zones_get(struct zones *zones, const char *name) {
    if (!zone_name_is_valid(name))
        return NULL;
    struct named *named = table_find(&zones->by_name, name);
    if (named != NULL)
        return named->zone;
    if (zones->by_name.count >= NAMES_MOST || (named = calloc(1, sizeof *named)) == NULL)
        return NULL;
    snprintf(named->name, sizeof named->name, "%s", name);
    if (table_put(&zones->by_name, named->name, named, NULL) < 0) {
        free(named);
        return NULL;
    }
    return named->zone = read_zone(name);
}

void zones_fini(struct zones *zones) {
    size_t i = 0;
    for (struct named *named; (named = table_next(&zones->by_name, &i)) != NULL;) {
        zone_destroy(named->zone);
        free(named);
    }
    table_fini(&zones->by_name);
}
