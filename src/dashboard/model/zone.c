/* SPDX-License-Identifier: MIT */
/*
 * TZif has the same thing twice: with times of 32 bits, and from version 2 on with times of 64. The
 * second is read, the first stepped over; a file of version 1 has only that and is read as it is.
 * Every count is checked against the length before anything is read by it.
 *
 * The rule at the end of the file, for times after the last transition, is looked at but not
 * followed: Debian's files list transitions up to 2037. Where there is a rule with a summer time
 * and the list has ended, the offset is not known, rather than guessed.
 */
#include "dashboard/model/zone.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { HEADER = 44, TYPE_BYTES = 6, TYPES_MOST = 256 };

struct zone {
    int64_t *times; /* of the transitions, in seconds, rising */
    uint8_t *kinds; /* that each goes to */
    size_t count;
    int32_t offsets[TYPES_MOST];
    bool goes_on; /* after the last transition as that says */
};

bool zone_name_is_valid(const char *name) {
    static const char allowed[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
                                  "0123456789_+-/";
    const size_t len = strlen(name);
    return len > 0 && len < ZONE_NAME && strspn(name, allowed) == len && name[0] != '/' &&
           name[len - 1] != '/' && strstr(name, "//") == NULL;
}

/* ---- reading ---- */

struct part {
    const uint8_t *at;
    size_t utc, std, leaps, times, types, chars; /* how many of each, as the header says */
    size_t wide;                                 /* bytes a time */
};

static uint32_t read_32(const uint8_t *at) {
    return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
}

static int64_t read_time(const uint8_t *at, size_t wide) {
    if (wide == 4)
        return (int32_t)read_32(at);
    return (int64_t)((uint64_t)read_32(at) << 32 | read_32(at + 4));
}

static size_t body_len(const struct part *part) {
    return part->times * (part->wide + 1) + part->types * TYPE_BYTES + part->chars +
           part->leaps * (part->wide + 4) + part->std + part->utc;
}

static bool read_header(struct part *part, const uint8_t *at, size_t len, size_t wide) {
    if (len < HEADER || memcmp(at, "TZif", 4) != 0)
        return false;
    *part = (struct part){.at = at + HEADER,
        .utc = read_32(at + 20),
        .std = read_32(at + 24),
        .leaps = read_32(at + 28),
        .times = read_32(at + 32),
        .types = read_32(at + 36),
        .chars = read_32(at + 40),
        .wide = wide};
    const size_t most = ZONE_FILE_MOST;
    if (part->utc > most || part->std > most || part->leaps > most || part->times > most ||
        part->chars > most)
        return false;
    return part->types > 0 && part->types <= TYPES_MOST && body_len(part) <= len - HEADER;
}

static bool read_types(struct zone *zone, const struct part *part) {
    const uint8_t *at = part->at + part->times * (part->wide + 1);
    for (size_t i = 0; i < part->types; i++) {
        zone->offsets[i] = (int32_t)read_32(at + i * TYPE_BYTES);
        if (zone->offsets[i] > ZONE_OFFSET_MOST || zone->offsets[i] < -ZONE_OFFSET_MOST)
            return false;
    }
    return true;
}

static int read_times(struct zone *zone, const struct part *part) {
    zone->count = part->times;
    zone->times = calloc(part->times + 1, sizeof *zone->times);
    zone->kinds = calloc(part->times + 1, 1);
    if (zone->times == NULL || zone->kinds == NULL)
        return -ENOMEM;
    for (size_t i = 0; i < part->times; i++) {
        zone->times[i] = read_time(part->at + i * part->wide, part->wide);
        zone->kinds[i] = part->at[part->times * part->wide + i];
        if (zone->kinds[i] >= part->types || (i > 0 && zone->times[i] <= zone->times[i - 1]))
            return -EINVAL;
    }
    return read_types(zone, part) ? 0 : -EINVAL;
}

/* The rule between two line ends; one with a comma has a summer time. */
static bool goes_on(const uint8_t *at, const uint8_t *end) {
    if (at == end || *at++ != '\n')
        return false;
    const uint8_t *line_end = memchr(at, '\n', (size_t)(end - at));
    return line_end != NULL && memchr(at, ',', (size_t)(line_end - at)) == NULL;
}

static int read_file(struct zone *zone, const uint8_t *at, size_t len) {
    struct part part;
    const uint8_t *end = at + len;
    if (!read_header(&part, at, len, 4))
        return -EINVAL;
    zone->goes_on = false;
    if (at[4] >= '2') {
        const uint8_t *second = part.at + body_len(&part);
        if (!read_header(&part, second, (size_t)(end - second), 8))
            return -EINVAL;
        zone->goes_on = goes_on(part.at + body_len(&part), end);
    }
    return read_times(zone, &part);
}

int zone_create(struct zone **out, const void *file, size_t len) {
    if (len > ZONE_FILE_MOST)
        return -EINVAL;
    struct zone *zone = calloc(1, sizeof *zone);
    if (zone == NULL)
        return -ENOMEM;
    const int fault = read_file(zone, file, len);
    if (fault < 0) {
        zone_destroy(zone);
        return fault;
    }
    *out = zone;
    return 0;
}

void zone_destroy(struct zone *zone) {
    if (zone == NULL)
        return;
    free(zone->times);
    free(zone->kinds);
    free(zone);
}

bool zone_offset(const struct zone *zone, int64_t unix_ms, int *seconds) {
    const int64_t at = unix_ms / 1000;
    size_t low = 0, high = zone->count;
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        if (zone->times[middle] <= at)
            low = middle + 1;
        else
            high = middle;
    }
    if (low == zone->count && !zone->goes_on)
        return false;
    *seconds = zone->offsets[low > 0 ? zone->kinds[low - 1] : 0];
    return true;
}

bool clock_there_offset(const struct clock_there *there, int64_t unix_ms, int *seconds) {
    if (there->zone != NULL)
        return zone_offset(there->zone, unix_ms, seconds);
    *seconds = there->fixed_s;
    return there->is_fixed;
}
