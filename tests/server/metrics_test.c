/* SPDX-License-Identifier: MIT */
#include "support/case.h"

#include "server/metrics.h"

#include <ctype.h>

static void a_time_falls_into_the_first_bound_that_holds_it(void **state) {
    (void)state;
    struct histogram histogram = {0};
    histogram_add(&histogram, 0);
    histogram_add(&histogram, 100);
    histogram_add(&histogram, 101);
    histogram_add(&histogram, INT64_C(3600) * 1000000);
    histogram_add(&histogram, -5); /* no clock is asked to be perfect */
    assert_int_equal(histogram.counts[0], 3);
    assert_int_equal(histogram.counts[1], 1);
    assert_int_equal(histogram.counts[HISTOGRAM_BOUNDS], 1);
    assert_int_equal(histogram.sum_us, 201 + INT64_C(3600) * 1000000);
}

static void each_code_has_a_slot_and_strangers_share_one(void **state) {
    (void)state;
    static const int codes[] = {
        0, -1, 2, 4, 5, 9, 16, 17, 18, 19, 20, 22, 23, 24, 40, 41, 42, 43, 60, 70, 71};
    bool taken[METRICS_CODES] = {false};
    for (size_t i = 0; i < sizeof codes / sizeof codes[0]; i++) {
        const unsigned slot = metrics_code_slot(codes[i]);
        assert_true(slot < METRICS_CODES - 1 && !taken[slot]);
        taken[slot] = true;
    }
    assert_int_equal(metrics_code_slot(1234), metrics_code_slot(-99));
    assert_true(metrics_code_slot(1234) < METRICS_CODES && !taken[metrics_code_slot(1234)]);
}

static void expect(const char *text, const char *lines) {
    if (strstr(text, lines) == NULL)
        fail_msg("not there:\n%s\nin:\n%s", lines, text);
}

static void the_page_tells_what_was_counted(void **state) {
    (void)state;
    struct endpoint_counts endpoints[2] = {
        {.method = "POST", .path = "users"}, {.method = "none", .path = "none"}};
    endpoints[0].answers[metrics_code_slot(0)] = 3;
    endpoints[0].answers[metrics_code_slot(-1)] = 1;
    endpoints[1].answers[metrics_code_slot(999)] = 2;
    struct metrics_page page = {.version = "1.2.3",
        .server.started_unix_us = 1764000000123456,
        .endpoints = endpoints,
        .endpoint_count = 2};
    page.front.events[EVENT_CUSTOM] = 1;
    page.front.events[EVENT_PRESENCE_CHANGED] = 18446744073709551615u;
    page.front_now.outbox_most_bytes = 77;
    page.store.last_status = -28;
    histogram_add(&page.call, 150);
    histogram_add(&page.call, 150);
    histogram_add(&page.call, 20000000);
    struct bytes to = BYTES_EMPTY;
    metrics_print(&page, &to);
    const char *text = bytes_text(&to);
    expect(text, "\nporchlight_build_info{version=\"1.2.3\"} 1\n");
    expect(text, "\nporchlight_start_time_seconds 1764000000.123456\n");
    expect(text, "\nporchlight_events_total{type=\"custom\"} 1\n"
                 "porchlight_events_total{type=\"user.presence.changed\"} 18446744073709551615\n");
    assert_null(strstr(text, "message.new"));
    expect(text, "\nporchlight_calls_total{method=\"POST\",endpoint=\"users\",code=\"0\"} 3\n"
                 "porchlight_calls_total{method=\"POST\",endpoint=\"users\",code=\"-1\"} 1\n"
                 "porchlight_calls_total{method=\"none\",endpoint=\"none\",code=\"other\"} 2\n");
    expect(text, "# HELP porchlight_call_seconds From a request to its reply.\n"
                 "# TYPE porchlight_call_seconds histogram\n"
                 "porchlight_call_seconds_bucket{le=\"0.000100\"} 0\n"
                 "porchlight_call_seconds_bucket{le=\"0.000250\"} 2\n");
    expect(text, "_bucket{le=\"10.000000\"} 2\n"
                 "porchlight_call_seconds_bucket{le=\"+Inf\"} 3\n"
                 "porchlight_call_seconds_sum 20.000300\nporchlight_call_seconds_count 3\n");
    expect(text, "\nporchlight_store_failing 1\n");
    expect(text, "\nporchlight_outbox_most_bytes 77\n");
    bytes_fini(&to);
}

/* What a reader of the format insists on: HELP, then TYPE, then the samples of that name alone;
 * each name once; the page ends with a newline. */
static void the_page_is_of_the_format(void **state) {
    (void)state;
    struct metrics_page page = {.version = "1"};
    struct bytes to = BYTES_EMPTY;
    metrics_print(&page, &to);
    char *text = bytes_take(&to), *rest = NULL, name[80] = "", kind[20] = "", seen[8192] = "";
    assert_int_equal(text[strlen(text) - 1], '\n');
    for (char *line = strtok_r(text, "\n", &rest); line; line = strtok_r(NULL, "\n", &rest)) {
        char found[80], value[40], marked[84];
        if (sscanf(line, "# HELP %79s", found) == 1) {
            snprintf(name, sizeof name, "%s", found);
            snprintf(marked, sizeof marked, "|%s|", name);
            assert_null(strstr(seen, marked));
            strcat(seen, marked);
            kind[0] = '\0';
        } else if (sscanf(line, "# TYPE %79s %19s", found, kind) == 2) {
            SAME_TEXT(found, name);
            assert_true(
                strcmp(kind, "counter") != 0 || strcmp(name + strlen(name) - 6, "_total") == 0);
        } else {
            assert_memory_equal(line, name, strlen(name));
            assert_int_equal(sscanf(line, "%*s %39s", value), 1);
            assert_true(isdigit((unsigned char)value[0]) && kind[0] != '\0');
        }
    }
    free(text);
}

int main(void) {
    const struct CMUnitTest cases[] = {
        CASE(a_time_falls_into_the_first_bound_that_holds_it),
        CASE(each_code_has_a_slot_and_strangers_share_one),
        CASE(the_page_tells_what_was_counted),
        CASE(the_page_is_of_the_format),
    };
    return RUN_CASES("server-metrics", cases);
}
