/* SPDX-License-Identifier: MIT */
#include "support/case.h"

#include "server/address.h"

static void this_machine_is_known_however_it_is_spelled(void **state) {
    (void)state;
    static const char *const here[] = {"127.0.0.1", "127.9.8.7", "::1", "::ffff:127.0.0.1"};
    static const char *const not_here[] = {
        "128.0.0.1", "12.7.0.1", "::", "::1:1", "::ffff:128.0.0.1", "::ffff:7f00", "?", ""};
    for (size_t i = 0; i < sizeof here / sizeof here[0]; i++)
        assert_true(address_is_loopback(here[i]));
    for (size_t i = 0; i < sizeof not_here / sizeof not_here[0]; i++)
        assert_false(address_is_loopback(not_here[i]));
}

static void a_party_has_one_ipv4_address_or_64_bits(void **state) {
    (void)state;
    static const struct {
        const char *address, *group;
    } rows[] = {
        {"192.0.2.7", "192.0.2.7"},
        {"::ffff:192.0.2.7", "192.0.2.7"},
        {"2001:db8:1:2:3:4:5:6", "2001:db8:1:2::"},
        {"2001:db8:1:2::", "2001:db8:1:2::"},
        {"fe80::1%eth0", "fe80::"},
        {"ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "ffff:ffff:ffff:ffff::"},
        {"?", "?"},
        {"", ""},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char group[ADDRESS_GROUP_BYTES];
        address_group(rows[i].address, group);
        SAME_TEXT(group, rows[i].group);
    }
}

static void a_crowd_counts_parties_and_forgets_who_has_left(void **state) {
    (void)state;
    struct crowd crowd = {0};
    assert_int_equal(crowd_count(&crowd, "192.0.2.7"), 0);
    assert_true(crowd_enter(&crowd, "192.0.2.7"));
    assert_true(crowd_enter(&crowd, "::ffff:192.0.2.7"));
    assert_true(crowd_enter(&crowd, "2001:db8::1"));
    assert_int_equal(crowd_count(&crowd, "192.0.2.7"), 2);
    assert_int_equal(crowd_count(&crowd, "2001:db8::ffff"), 1);
    crowd_leave(&crowd, "192.0.2.7");
    crowd_leave(&crowd, "192.0.2.7");
    crowd_leave(&crowd, "192.0.2.7"); /* once too often */
    assert_int_equal(crowd_count(&crowd, "192.0.2.7"), 0);
    assert_int_equal(crowd.parties.count, 1);
    crowd_fini(&crowd);
}

int main(void) {
    const struct CMUnitTest cases[] = {
        CASE(this_machine_is_known_however_it_is_spelled),
        CASE(a_party_has_one_ipv4_address_or_64_bits),
        CASE(a_crowd_counts_parties_and_forgets_who_has_left),
    };
    return RUN_CASES("server-address", cases);
}
