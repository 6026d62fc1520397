/* SPDX-License-Identifier: MIT */
#include "support/case.h"

#include "wire/time.h"

#include <time.h>

#define S(seconds) ((int64_t)(seconds)*1000000)

static const struct {
    const char *text;
    int64_t unix_us;
} good[] = {
    {"1970-01-01T00:00:00Z", 0},
    {"1970-01-01T00:00:00.000001Z", 1},
    {"1969-12-31T23:59:59.999999Z", -1},
    {"2026-11-24T10:42:07Z", S(1795516927)},
    {"2026-11-24T10:42:07.123456Z", S(1795516927) + 123456},
    {"2026-11-24t10:42:07.5z", S(1795516927) + 500000},
    /* fractions of every length; what is finer than a microsecond is cut */
    {"2026-11-24T10:42:07.1Z", S(1795516927) + 100000},
    {"2026-11-24T10:42:07.12Z", S(1795516927) + 120000},
    {"2026-11-24T10:42:07.123Z", S(1795516927) + 123000},
    {"2026-11-24T10:42:07.1234Z", S(1795516927) + 123400},
    {"2026-11-24T10:42:07.12345Z", S(1795516927) + 123450},
    {"2026-11-24T10:42:07.1234569Z", S(1795516927) + 123456},
    {"2026-11-24T10:42:07.12345699Z", S(1795516927) + 123456},
    {"2026-11-24T10:42:07.123456999Z", S(1795516927) + 123456},
    {"2026-11-24T10:42:07.000000999Z", S(1795516927)},
    /* offsets */
    {"2026-11-24T12:42:07+02:00", S(1795516927)},
    {"2026-11-24T05:12:07-05:30", S(1795516927)},
    {"2026-11-24T10:42:07+00:00", S(1795516927)},
    {"2026-11-24T10:42:07-00:00", S(1795516927)},
    {"2026-11-25T10:41:07.5+23:59", S(1795516927) + 500000},
    /* leap days */
    {"2024-02-29T00:00:00Z", S(1709164800)},
    {"2000-02-29T00:00:00Z", S(951782400)},
    {"2024-03-01T00:00:00Z", S(1709251200)},
    {"2025-03-01T00:00:00Z", S(1740787200)},
    /* a leap second is the next one */
    {"2016-12-31T23:59:60Z", S(1483228800)},
    {"2017-01-01T01:59:60.25+02:00", S(1483228800) + 250000},
    /* the ends */
    {"0000-01-01T00:00:00Z", S(-62167219200)},
    {"9999-12-31T23:59:59.999999Z", S(253402300799) + 999999},
};

static const char *const bad[] = {"", "now", "2026", "2026-11-24", "2026-11-24T10:42:07",
    "2026-11-24 10:42:07Z", "2026-11-24T10:42Z", "2026-11-24T10:42:07.Z", "2026-11-24T10:42:07.",
    "2026-11-24T10:42:07.1234567890Z", "2026-11-24T10:42:07,5Z", "2026-11-24T10:42:07ZZ",
    "2026-11-24T10:42:07Z ", " 2026-11-24T10:42:07Z", "2026-11-24T10:42:07+2:00",
    "2026-11-24T10:42:07+0200", "2026-11-24T10:42:07+24:00", "2026-11-24T10:42:07+02:60",
    "2026-11-24T10:42:07+02", "2026-11-24T24:00:00Z", "2026-11-24T10:60:00Z",
    "2026-11-24T10:42:61Z", "2026-11-24T10:42:60Z", "2026-00-24T10:42:07Z", "2026-13-24T10:42:07Z",
    "2026-11-00T10:42:07Z", "2026-11-31T10:42:07Z", "2026-02-29T00:00:00Z", "1900-02-29T00:00:00Z",
    "2023-02-29T00:00:00Z", "26-11-24T10:42:07Z", "+2026-11-24T10:42:07Z", "-001-11-24T10:42:07Z",
    "12026-11-24T10:42:07Z", "2026-1-24T10:42:07Z", "2026-11-24T1:42:07Z", "2026-11- 4T10:42:07Z",
    "2026-11-24T10:42:0xZ", "1795516927", "2026-11-24T10:42:07.12 Z", "0000-01-01T00:00:00+00:01",
    "9999-12-31T23:59:59-00:01"};

#define COUNT(table) (sizeof(table) / sizeof(table)[0])

static void each_good_time_is_read_to_the_microsecond(void **state) {
    (void)state;
    for (size_t i = 0; i < COUNT(good); i++) {
        int64_t got = -7;
        if (time_parse(good[i].text, &got) != 0 || got != good[i].unix_us)
            fail_msg(
                "%s: %lld, wanted %lld", good[i].text, (long long)got, (long long)good[i].unix_us);
    }
}

static void each_bad_time_is_refused_and_leaves_the_place_alone(void **state) {
    (void)state;
    for (size_t i = 0; i < COUNT(bad); i++) {
        int64_t got = -7;
        if (time_parse(bad[i], &got) <= 0 || got != -7)
            fail_msg("%s: %lld", bad[i], (long long)got);
    }
}

static void what_is_printed_reads_back(void **state) {
    (void)state;
    for (size_t i = 0; i < COUNT(good); i++) {
        char text[TIME_TEXT_BYTES];
        int64_t again = -7;
        time_print(text, good[i].unix_us);
        assert_int_equal(strlen(text), TIME_TEXT_BYTES - 1);
        assert_int_equal(time_parse(text, &again), 0);
        assert_true(again == good[i].unix_us);
    }
    char text[TIME_TEXT_BYTES];
    time_print(text, S(1795516927) + 123);
    SAME_TEXT(text, "2026-11-24T10:42:07.000123Z");
}

/* Every day of 800 years, and each end of it, against the C library. */
static void the_calendar_is_the_c_librarys(void **state) {
    (void)state;
    for (int64_t day = -146097; day <= 146097; day++) {
        time_t seconds = (time_t)(day * 86400 + (day % 2 != 0 ? 86399 : 0));
        struct tm tm;
        char text[TIME_TEXT_BYTES], wanted[64];
        gmtime_r(&seconds, &tm);
        strftime(wanted, sizeof wanted, "%Y-%m-%dT%H:%M:%S.000000Z", &tm);
        time_print(text, S(seconds));
        if (strcmp(text, wanted) != 0)
            fail_msg("%s, wanted %s", text, wanted);
        int64_t again = 0;
        assert_int_equal(time_parse(text, &again), 0);
        assert_true(again == S(seconds));
    }
}

static void what_lies_beyond_the_years_is_held_at_their_ends(void **state) {
    (void)state;
    char text[TIME_TEXT_BYTES];
    time_print(text, INT64_MAX);
    SAME_TEXT(text, "9999-12-31T23:59:59.000000Z");
    time_print(text, INT64_MIN);
    SAME_TEXT(text, "0000-01-01T00:00:00.000000Z");
}

static void a_duration_has_two_digits_of_a_millisecond(void **state) {
    (void)state;
    static const struct {
        int64_t us;
        const char *text;
    } durations[] = {{0, "0.00ms"}, {9, "0.00ms"}, {420, "0.42ms"}, {1234, "1.23ms"},
        {1000000, "1000.00ms"}, {-5, "0.00ms"}, {INT64_MAX, "9223372036854775.80ms"}};
    for (size_t i = 0; i < COUNT(durations); i++) {
        char text[TIME_DURATION_BYTES];
        time_print_duration(text, durations[i].us);
        SAME_TEXT(text, durations[i].text);
    }
}

int main(void) {
    const struct CMUnitTest cases[] = {
        CASE(each_good_time_is_read_to_the_microsecond),
        CASE(each_bad_time_is_refused_and_leaves_the_place_alone),
        CASE(what_is_printed_reads_back),
        CASE(the_calendar_is_the_c_librarys),
        CASE(what_lies_beyond_the_years_is_held_at_their_ends),
        CASE(a_duration_has_two_digits_of_a_millisecond),
    };
    return RUN_CASES("wire-time", cases);
}
