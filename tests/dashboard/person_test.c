/* SPDX-License-Identifier: MIT */
#include "support/case.h"

#include "dashboard/model/model.h"
#include "dashboard/model/telling.h"

#include <malloc.h>
#include <stdio.h>

static void tell(struct person *person, struct person_told told, int made) {
    struct person_texts texts;
    assert_int_equal(person_texts_make(&texts, person, &told), made);
    if (made == 0)
        person_texts_take(person, &texts);
}

static void are(const struct person *person, const char *name, const char *fold, const char *status,
    const char *role) {
    assert_string_equal(person->name, name);
    assert_string_equal(person->fold, fold);
    assert_string_equal(person->status, status);
    assert_string_equal(person->role, role);
}

static void what_all_have_stands_nowhere_twice(void **state) {
    struct person *a = person_create("ada"), *b = person_create("bob");
    (void)state;
    tell(a, (struct person_told){.role = "user"}, 0);
    tell(b, (struct person_told){.name = "", .role = "user", .status = ""}, 0);
    are(a, "ada", "ada", "", "user");
    assert_ptr_equal(a->name, a->id);
    assert_ptr_equal(a->fold, a->id);
    assert_ptr_equal(a->role, b->role);
    person_destroy(a);
    person_destroy(b);
}

static void every_mixture_of_texts_is_kept_and_replaced(void **state) {
    static const char *const names[] = {"", "ada", "Ada", "b"}, *const texts[] = {"", "at\nlunch"},
                             *const roles[] = {"user", "captain", ""};
    struct person *person = person_create("ada");
    (void)state;
    for (int round = 0; round < 48; round++) {
        const int to = round * 7 % 24;
        const char *name = names[to % 4], *status = texts[to / 4 % 2], *role = roles[to / 8];
        tell(person, (struct person_told){.name = name, .status = status, .role = role}, 0);
        are(person, name[0] != '\0' ? name : "ada", name[0] == 'b' ? "b" : "ada",
            status[0] != '\0' ? "at\xe2\x8f\x8elunch" : "", role);
    }
    person_destroy(person);
}

static void told_again_is_no_news(void **state) {
    struct person *person = person_create("ada");
    const struct person_told told = {.name = "Ada", .status = "here", .role = "captain"};
    (void)state;
    tell(person, told, 0);
    tell(person, told, 1);
    tell(person, (struct person_told){.name = "Ada", .status = "gone", .role = "captain"}, 0);
    are(person, "Ada", "ada", "gone", "captain");
    person_destroy(person);
}

/* Channels are not looked at here: any addresses do. */
static void channels_are_joined_and_left_in_any_number(void **state) {
    enum { MOST = 70 };
    static char at[MOST];
    struct person *person = person_create("ada");
    (void)state;
    for (int round = 0; round < 3; round++) {
        for (int i = 0; i < MOST; i++) {
            assert_int_equal(person_join(person, (struct channel_shown *)(void *)&at[i]), 0);
            assert_int_equal(person->channel_count, i + 1);
            for (int j = 0; j <= i; j++)
                assert_ptr_equal(person_channels(person)[j], &at[j]);
        }
        for (int i = MOST - 1; i >= round; i--)
            person_leave(person, (struct channel_shown *)(void *)&at[i]);
        for (int i = round - 1; i >= 0; i--)
            person_leave(person, (struct channel_shown *)(void *)&at[i]);
        person_leave(person, (struct channel_shown *)(void *)&at[0]);
        assert_int_equal(person->channel_count, 0);
    }
    person_destroy(person);
}

/* A crowd's worth of them is what a dashboard's memory is made of. The checker of a test build has
 * an allocator that does not count. */
static void a_crowd_takes_little_memory(void **state) {
    enum { CROWD = 20000, BYTES_EACH = 300 };
    struct model model;
    char id[16], name[32];
    (void)state;
    assert_int_equal(model_init(&model, "demo", "me", 1), 0);
    assert_int_equal(model_put_channel(&model, "team:hall", "hall", CROWD), 0);
    const struct mallinfo2 before = mallinfo2();
    for (int i = 0; i < CROWD; i++) {
        snprintf(id, sizeof id, "u%05d", i);
        snprintf(name, sizeof name, "Somebody %d", i);
        const struct person_told told = {
            .id = id, .name = name, .role = "user", .online = i % 2 == 0, .live = true};
        assert_int_equal(model_put_person(&model, &told, 1000), 0);
        assert_int_equal(model_put_member(&model, "team:hall", id), 0);
    }
    const struct mallinfo2 after = mallinfo2();
    const size_t each = (after.uordblks + after.hblkhd - before.uordblks - before.hblkhd) / CROWD;
    print_message("# %zu bytes each\n", each);
    assert_in_range(each, 0, BYTES_EACH);
    assert_in_range(sizeof(struct person), 1, 128);
    model_fini(&model);
}

int main(void) {
    const struct CMUnitTest cases[] = {
        CASE(what_all_have_stands_nowhere_twice),
        CASE(every_mixture_of_texts_is_kept_and_replaced),
        CASE(told_again_is_no_news),
        CASE(channels_are_joined_and_left_in_any_number),
        CASE(a_crowd_takes_little_memory),
    };
    return RUN_CASES("dashboard-person", cases);
}
