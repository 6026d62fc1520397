/* SPDX-License-Identifier: MIT */
/* The little language: what it takes, and where it says that something makes no sense. */
#include "support/case.h"

#include "dashboard/model/filter.h"
#include "picture.h"

static struct model model;

static int furnish(void **state) {
    (void)state;
    picture_world(&model);
    return 0;
}

static int clear(void **state) {
    (void)state;
    model_fini(&model);
    return 0;
}

static void takes(const char *text, const char *wanted) {
    struct filter filter;
    struct filter_fault fault;
    char ids[400] = "";
    if (filter_read(&filter, text, &fault) != 0)
        fail_msg("%s: %s", text, fault.why);
    const struct roster *all = &model.all.members;
    for (size_t i = 0; i < all->count; i++)
        if (filter_takes(&filter, all->people[i], PICTURE_NOW))
            snprintf(ids + strlen(ids), sizeof ids - strlen(ids), "%s%s", ids[0] != '\0' ? " " : "",
                all->people[i]->id);
    SAME_TEXT(ids, wanted);
}

static void every_term_takes_whom_it_says(void **state) {
    (void)state;
    takes("", "ada me dana chen bob eve finn kim old-bot");
    takes("ada", "ada");
    takes("AN", "");
    takes("Ana", "me");
    takes("an", "me dana");
    takes("call", "dana");
    takes("is:online", "ada me dana chen");
    takes("is:left,unknown", "bob kim");
    takes("is:away", "bob eve finn");
    takes("is:me", "me");
    takes("is:banned", "old-bot");
    takes("last:<1h", "ada me dana chen bob");
    takes("last:>1d", "finn old-bot");
    takes("in:#dev", "me dana");
    takes("in:messaging:LUNCH", "eve");
    /* Who is home in both, and in one and not the other. */
    takes("is:home in:#support in:#dev", "me dana");
    takes("in:#support in:#lunch", "eve");
    takes("is:home in:#support in:#lunch", "");
    takes("is:home in:#support -in:#dev", "ada chen");
    takes("name:陳", "chen");
    takes("id:ch", "chen");
    takes("status:\"on call\"", "dana");
    takes("\"eve martin\"", "eve");
    takes("role:user -is:online -last:>1d", "bob eve kim");
    takes("  is:online   in:dev  na ", "me dana");
}

static void makes_no_sense(const char *text, size_t from, size_t to, const char *why) {
    struct filter filter = {.count = 3};
    struct filter_fault fault;
    assert_int_equal(filter_read(&filter, text, &fault), 1);
    assert_int_equal(fault.from, from);
    assert_int_equal(fault.to, to);
    if (strstr(fault.why, why) == NULL)
        fail_msg("%s: %s", text, fault.why);
    assert_int_equal(filter.count, 3);
}

static void what_makes_no_sense_is_said_at_its_place(void **state) {
    (void)state;
    makes_no_sense("ada is:asleep", 7, 13, "online left offline");
    makes_no_sense("is:", 3, 3, "missing");
    makes_no_sense("is:online,", 3, 10, "online left");
    makes_no_sense("state:online", 0, 6, "is: last:");
    makes_no_sense("last:1h", 5, 7, "< or >");
    makes_no_sense("last:<h", 5, 7, "s m h d w");
    makes_no_sense("last:<1h30", 5, 10, "s m h d w");
    makes_no_sense("a \"b c", 2, 6, "not closed");
    makes_no_sense("a b c d e f g h i j k l m", 24, 25, "too many");
}

int main(void) {
    const struct CMUnitTest cases[] = {
        cmocka_unit_test_setup_teardown(every_term_takes_whom_it_says, furnish, clear),
        CASE(what_makes_no_sense_is_said_at_its_place),
    };
    return RUN_CASES("dashboard-filter", cases);
}
