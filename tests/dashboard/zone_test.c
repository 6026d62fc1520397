/* SPDX-License-Identifier: MIT */
/* Zones of others, from files that may be anything. */
#include "support/case.h"

#include "base/chance.h"
#include "dashboard/model/zone.h"

#include <errno.h>
#include <time.h>

#define WINTER INT64_C(1795516927000) /* 2026-11-24T10:42:07Z */
#define SUMMER INT64_C(1784000000000) /* 2026-07-14 */

static char *read_zone(const char *name, size_t *len) {
    char path[200];
    snprintf(path, sizeof path, "/usr/share/zoneinfo/%s", name);
    FILE *file = fopen(path, "rb");
    if (file == NULL)
        return NULL;
    char *bytes = malloc(ZONE_FILE_MOST);
    assert_non_null(bytes);
    *len = fread(bytes, 1, ZONE_FILE_MOST, file);
    fclose(file);
    return bytes;
}

static struct zone *open_zone(const char *name) {
    size_t len = 0;
    struct zone *zone = NULL;
    char *bytes = read_zone(name, &len);
    assert_non_null(bytes);
    assert_int_equal(zone_create(&zone, bytes, len), 0);
    free(bytes);
    return zone;
}

/* What libc says when the whole process is moved there. */
static int by_libc(const char *name, int64_t unix_ms) {
    const time_t seconds = (time_t)(unix_ms / 1000);
    struct tm local;
    setenv("TZ", name, 1);
    tzset();
    localtime_r(&seconds, &local);
    return (int)local.tm_gmtoff;
}

static void offsets_are_what_libc_says(void **state) {
    (void)state;
    static const char *const names[] = {"Europe/Berlin", "America/New_York", "Asia/Kathmandu",
        "Australia/Lord_Howe", "Asia/Dhaka", "Pacific/Apia", "Africa/Casablanca", "UTC",
        "Etc/GMT+12", "America/St_Johns", "Europe/Dublin"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        struct zone *zone = open_zone(names[i]);
        for (int64_t at = WINTER - INT64_C(40) * 365 * 86400000;
             at < WINTER + INT64_C(9) * 365 * 86400000; at += INT64_C(37) * 86400000) {
            int seconds = 0;
            assert_true(zone_offset(zone, at, &seconds));
            assert_int_equal(seconds, by_libc(names[i], at));
        }
        zone_destroy(zone);
    }
}

static void summer_differs_from_winter(void **state) {
    (void)state;
    int winter = 0, summer = 0;
    struct zone *zone = open_zone("Europe/Berlin");
    assert_true(zone_offset(zone, WINTER, &winter));
    assert_true(zone_offset(zone, SUMMER, &summer));
    assert_int_equal(winter, 3600);
    assert_int_equal(summer, 7200);
    zone_destroy(zone);
}

static void names_that_lead_elsewhere_are_refused(void **state) {
    (void)state;
    static const char *const bad[] = {"", "../../etc/passwd", "/etc/passwd", "Europe/", "a//b",
        "Europe/Berlin\n", "Europe/B\xc3\xa9rlin", "a b", "x.y",
        "A123456789012345678901234567890123456789012345678"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        assert_false(zone_name_is_valid(bad[i]));
    assert_true(zone_name_is_valid("America/Argentina/Buenos_Aires"));
    assert_true(zone_name_is_valid("Etc/GMT+12"));
    assert_true(zone_name_is_valid("UTC"));
}

static void a_file_cut_anywhere_is_refused(void **state) {
    (void)state;
    size_t len = 0;
    char *bytes = read_zone("Europe/Berlin", &len);
    assert_non_null(bytes);
    for (size_t cut = 0; cut < len; cut++) {
        struct zone *zone = NULL;
        char *copy = malloc(cut + 1);
        assert_non_null(copy);
        memcpy(copy, bytes, cut);
        const int fault = zone_create(&zone, copy, cut);
        assert_true(fault == -EINVAL || fault == 0); /* without its last line it is still sound */
        if (fault == 0)
            assert_true(len - cut < 40);
        zone_destroy(zone);
        free(copy);
    }
    free(bytes);
}

static void a_file_with_any_byte_changed_crashes_nobody(void **state) {
    (void)state;
    size_t len = 0;
    struct chance chance;
    chance_seed(&chance, 5);
    char *bytes = read_zone("Europe/Berlin", &len);
    assert_non_null(bytes);
    for (int i = 0; i < 20000; i++) {
        struct zone *zone = NULL;
        int seconds = 0;
        const size_t at = (size_t)chance_between(&chance, 0, (int64_t)(i % 2 ? len : 120) - 1);
        const char before = bytes[at];
        bytes[at] = (char)chance_between(&chance, 0, 255);
        if (zone_create(&zone, bytes, len) == 0 && zone_offset(zone, WINTER, &seconds))
            assert_true(abs(seconds) <= ZONE_OFFSET_MOST);
        zone_destroy(zone);
        bytes[at] = before;
    }
    free(bytes);
}

int main(void) {
    const struct CMUnitTest cases[] = {
        CASE(offsets_are_what_libc_says),
        CASE(summer_differs_from_winter),
        CASE(names_that_lead_elsewhere_are_refused),
        CASE(a_file_cut_anywhere_is_refused),
        CASE(a_file_with_any_byte_changed_crashes_nobody),
    };
    return RUN_CASES("dashboard-zone", cases);
}
