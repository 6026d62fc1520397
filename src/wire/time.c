/* SPDX-License-Identifier: MIT */
/* Own arithmetic over the proleptic Gregorian calendar: timegm() and strptime() know no fractions,
 * take white space and signs, and depend on the locale. */
#include "wire/time.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

enum { NOT_A_TIME = 1, MICROSECONDS = 1000000, SECONDS_A_DAY = 86400 };

#define FIRST_SECOND (-62167219200) /* 0000-01-01T00:00:00Z */
#define LAST_SECOND 253402300799    /* 9999-12-31T23:59:59Z */

/* Days since 1970-01-01. The year is taken to begin in March, so that the leap day is its last. */
static int64_t days_from_date(int64_t year, int month, int day) {
    year -= month <= 2;
    int64_t era = (year >= 0 ? year : year - 399) / 400;
    int64_t of_era = year - era * 400;
    int64_t of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
    return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
}

static void date_from_days(int64_t days, int *year, int *month, int *day) {
    days += 719468;
    int64_t era = (days >= 0 ? days : days - 146096) / 146097;
    int64_t of_era = days - era * 146097;
    int64_t years = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
    int64_t of_year = of_era - (365 * years + years / 4 - years / 100);
    int64_t march = (5 * of_year + 2) / 153;
    *day = (int)(of_year - (153 * march + 2) / 5 + 1);
    *month = (int)(march < 10 ? march + 3 : march - 9);
    *year = (int)(years + era * 400 + (*month <= 2));
}

static int days_in_month(int year, int month) {
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    return days[month - 1] + (month == 2 && leap);
}

/* Exactly so many digits, then the text moves on. */
static bool take_number(const char **text, int digits, int low, int high, int *number) {
    int got = 0;
    for (int i = 0; i < digits; i++) {
        char c = (*text)[i];
        if (c < '0' || c > '9')
            return false;
        got = got * 10 + (c - '0');
    }
    *text += digits;
    *number = got;
    return got >= low && got <= high;
}

static bool take_one(const char **text, const char *of) {
    if (**text == '\0' || strchr(of, **text) == NULL)
        return false;
    (*text)++;
    return true;
}

static bool take_date(const char **text, int64_t *days) {
    int year, month, day;
    if (!take_number(text, 4, 0, 9999, &year) || !take_one(text, "-") ||
        !take_number(text, 2, 1, 12, &month) || !take_one(text, "-") ||
        !take_number(text, 2, 1, days_in_month(year, month), &day))
        return false;
    *days = days_from_date(year, month, day);
    return true;
}

static bool take_clock(const char **text, int *seconds) {
    int hour, minute, second;
    if (!take_number(text, 2, 0, 23, &hour) || !take_one(text, ":") ||
        !take_number(text, 2, 0, 59, &minute) || !take_one(text, ":") ||
        !take_number(text, 2, 0, 60, &second))
        return false;
    *seconds = hour * 3600 + minute * 60 + second;
    return true;
}

static bool take_fraction(const char **text, int *microseconds) {
    *microseconds = 0;
    if (!take_one(text, "."))
        return true;
    int digits = 0, scale = MICROSECONDS / 10;
    for (; **text >= '0' && **text <= '9'; (*text)++, digits++, scale /= 10)
        *microseconds += (**text - '0') * scale;
    return digits >= 1 && digits <= 9;
}

static bool take_offset(const char **text, int *seconds) {
    *seconds = 0;
    if (take_one(text, "Zz"))
        return true;
    int sign = **text == '-' ? -1 : 1, hour, minute;
    if (!take_one(text, "+-") || !take_number(text, 2, 0, 23, &hour) || !take_one(text, ":") ||
        !take_number(text, 2, 0, 59, &minute))
        return false;
    *seconds = sign * (hour * 3600 + minute * 60);
    return true;
}

int time_parse(const char *text, int64_t *unix_us) {
    int64_t days;
    int clock, microseconds, offset;
    const char *second;
    if (!take_date(&text, &days) || !take_one(&text, "Tt"))
        return NOT_A_TIME;
    second = text + 6;
    if (!take_clock(&text, &clock))
        return NOT_A_TIME;
    bool leap = second[0] == '6';
    if (!take_fraction(&text, &microseconds) || !take_offset(&text, &offset) || *text != '\0')
        return NOT_A_TIME;
    int64_t seconds = days * SECONDS_A_DAY + clock - offset;
    /* A leap second is the first of the next day, and may stand nowhere else. */
    if (leap && seconds % SECONDS_A_DAY != 0)
        return NOT_A_TIME;
    if (seconds < FIRST_SECOND || seconds > LAST_SECOND)
        return NOT_A_TIME;
    *unix_us = seconds * MICROSECONDS + microseconds;
    return 0;
}

void time_print(char to[TIME_TEXT_BYTES], int64_t unix_us) {
    int64_t seconds = unix_us / MICROSECONDS, microseconds = unix_us % MICROSECONDS;
    if (microseconds < 0) {
        microseconds += MICROSECONDS;
        seconds--;
    }
    if (seconds < FIRST_SECOND || seconds > LAST_SECOND) {
        seconds = seconds < 0 ? FIRST_SECOND : LAST_SECOND;
        microseconds = 0;
    }
    int64_t days = (seconds - FIRST_SECOND) / SECONDS_A_DAY + FIRST_SECOND / SECONDS_A_DAY;
    int clock = (int)(seconds - days * SECONDS_A_DAY);
    int year, month, day;
    date_from_days(days, &year, &month, &day);
    char text[64]; /* for the compiler, which does not know how small the numbers are */
    snprintf(text, sizeof text, "%04d-%02d-%02dT%02d:%02d:%02d.%06dZ", year, month, day,
        clock / 3600, clock / 60 % 60, clock % 60, (int)microseconds);
    memcpy(to, text, TIME_TEXT_BYTES - 1);
    to[TIME_TEXT_BYTES - 1] = '\0';
}

void time_print_duration(char to[TIME_DURATION_BYTES], int64_t us) {
    if (us < 0)
        us = 0;
    snprintf(to, TIME_DURATION_BYTES, "%lld.%02dms", (long long)(us / 1000), (int)(us % 1000 / 10));
}
