/* SPDX-License-Identifier: MIT */
#include "dashboard/view/age.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

enum { MINUTE = 60 * 1000, HOUR = 60 * MINUTE, DAY = 24 * HOUR };

void age_print(char to[AGE_BYTES], int64_t then_ms, int64_t now_ms, bool by_server) {
    static const struct {
        int64_t below_ms, unit_ms;
        char letter;
    } units[] = {{HOUR, MINUTE, 'm'}, {DAY, HOUR, 'h'}, {INT64_C(14) * DAY, DAY, 'd'},
        {INT64_C(365) * DAY, INT64_C(7) * DAY, 'w'}, {INT64_MAX, INT64_C(365) * DAY, 'y'}};
    if (then_ms <= 0) {
        strcpy(to, "?");
        return;
    }
    const int64_t age = now_ms - then_ms;
    if (age < MINUTE) {
        strcpy(to, by_server ? "~1m" : "<1m"); /* whoever is here is "now", and who left is not */
        return;
    }
    size_t i = 0;
    while (age >= units[i].below_ms)
        i++;
    int64_t count = age / units[i].unit_ms;
    if (count > 99)
        count = 99;
    /* The server's word is a quarter of an hour coarse; beyond an hour nobody minds. */
    snprintf(
        to, AGE_BYTES, "%s%d%c", by_server && age < HOUR ? "~" : "", (int)count, units[i].letter);
}

void age_span(char to[SPAN_BYTES], int64_t ms) {
    const int64_t ten_years = INT64_C(3650) * DAY;
    const int64_t span = ms < 0 ? 0 : ms > ten_years ? ten_years : ms;
    if (span < MINUTE)
        snprintf(to, SPAN_BYTES, "%ds", (int)(span / 1000));
    else if (span < HOUR)
        snprintf(to, SPAN_BYTES, "%dm", (int)(span / MINUTE));
    else if (span < DAY)
        snprintf(to, SPAN_BYTES, "%dh%02dm", (int)(span / HOUR), (int)(span % HOUR / MINUTE));
    else
        snprintf(to, SPAN_BYTES, "%dd%dh", (int)(span / DAY), (int)(span % DAY / HOUR));
}

static bool to_parts(struct tm *parts, int64_t unix_ms, bool utc) {
    const time_t seconds = (time_t)(unix_ms / 1000);
    return (utc ? gmtime_r(&seconds, parts) : localtime_r(&seconds, parts)) != NULL;
}

/* "09:05". By hand: strftime() looks each time on the disk whether the zone is another now. */
static void put_pair(char to[6], int first, char between, int second) {
    to[0] = (char)('0' + first / 10 % 10);
    to[1] = (char)('0' + first % 10);
    to[2] = between;
    to[3] = (char)('0' + second / 10 % 10);
    to[4] = (char)('0' + second % 10);
    to[5] = '\0';
}

static void put_clock(char to[6], int64_t unix_ms, bool utc) {
    struct tm parts;
    if (to_parts(&parts, unix_ms, utc))
        put_pair(to, parts.tm_hour, ':', parts.tm_min);
    else
        strcpy(to, "--:--");
}

void age_clock_seconds(char to[9], int64_t unix_ms) {
    struct tm local;
    if (!to_parts(&local, unix_ms, false)) {
        strcpy(to, "--:--:--");
        return;
    }
    put_pair(to, local.tm_hour, ':', local.tm_min);
    put_pair(to + 3, local.tm_min, ':', local.tm_sec);
}

void age_clock(char to[6], int64_t unix_ms) {
    put_clock(to, unix_ms, false);
}

void age_day(char to[AGE_DAY_BYTES], int64_t unix_ms) {
    const time_t seconds = (time_t)(unix_ms / 1000);
    struct tm local;
    if (localtime_r(&seconds, &local) == NULL ||
        strftime(to, AGE_DAY_BYTES, "%a %Y-%m-%d", &local) == 0)
        strcpy(to, "another day");
}

void age_clock_utc(char to[6], int64_t unix_ms) {
    put_clock(to, unix_ms, true);
}

void age_moment(char to[6], int64_t then_ms, int64_t now_ms, bool utc) {
    const int64_t age = now_ms - then_ms;
    struct tm parts;
    if (!to_parts(&parts, then_ms, utc))
        strcpy(to, "--");
    else if (age < 20 * (int64_t)HOUR)
        put_pair(to, parts.tm_hour, ':', parts.tm_min);
    else if (age < 300 * (int64_t)DAY)
        put_pair(to, parts.tm_mon + 1, '-', parts.tm_mday);
    else if (strftime(to, 6, "%Y", &parts) == 0)
        strcpy(to, "--");
}
