/* SPDX-License-Identifier: MIT */
/* Who is on which row: orders, rules, and that rows stay where they are while they are held. */
#include "support/case.h"

#include "base/chance.h"
#include "base/clock.h"
#include "dashboard/input/key.h"
#include "dashboard/model/told.h"
#include "picture.h"

enum { LONGEST_BURST = 40 };
enum { CROWD = 100 * 1000, QUICK_MS = 2000 /* with sanitizers, on a busy machine */ };

static struct model model;

static int furnish(void **state) {
    (void)state;
    picture_world(&model);
    update_size(&model, 24, 80);
    return 0;
}

static int clear(void **state) {
    (void)state;
    model_fini(&model);
    return 0;
}

/* The ids on the rows, with blanks. */
static void rows_are(const char *wanted) {
    char ids[400] = "";
    for (size_t i = 0; i < model.list.count; i++)
        snprintf(ids + strlen(ids), sizeof ids - strlen(ids), "%s%s", i > 0 ? " " : "",
            list_at(&model.list, i)->id);
    SAME_TEXT(ids, wanted);
}

static void command(enum action action, const char *argument) {
    update_command(&model, action, argument, PICTURE_NOW);
    update_settle(&model);
}

static void each_key_has_its_order_and_its_reverse(void **state) {
    (void)state;
    rows_are("ada me dana chen bob eve finn kim old-bot");
    command(ACTION_SORT, "name");
    rows_are("ada me bob dana eve finn kim old-bot chen");
    command(ACTION_REVERSE, "");
    rows_are("chen old-bot kim finn eve dana bob me ada");
    command(ACTION_REVERSE, "");
    command(ACTION_SORT, "last");
    rows_are("ada me dana chen bob eve finn old-bot kim");
    command(ACTION_SORT, "");
    command(ACTION_SORT, "");
    assert_int_equal(model.list.key, SORT_LOCAL);
    command(ACTION_SORT, "channels");
    rows_are("me dana eve ada chen bob finn kim old-bot");
    command(ACTION_SORT, "");
    assert_int_equal(model.list.key, SORT_STATE);
    command(ACTION_SORT, "size");
    assert_int_equal(model.list.key, SORT_STATE);
    assert_non_null(strstr(model.toast, "state|last|name|local|channels"));
}

static void is_east(const char *id, int hours) {
    const struct told told = {.kind = TOLD_CLOCK,
        .at_ms = PICTURE_NOW,
        .id = id,
        .zone = "",
        .there = {.is_fixed = true, .fixed_s = hours * 3600}};
    assert_int_equal(told_apply(&model, &told), 0);
}

/* Whoever says nothing of their clock is last, whatever their state. */
static void by_local_time_whose_day_is_earliest_is_first(void **state) {
    (void)state;
    is_east("finn", -8);
    is_east("kim", 0);
    is_east("ada", 9);
    command(ACTION_SORT, "local");
    rows_are("finn kim ada me dana chen bob eve old-bot");
    is_east("me", 1);
    model_tick(&model, PICTURE_NOW + 2000);
    update_settle(&model);
    rows_are("finn kim me ada dana chen bob eve old-bot");
    command(ACTION_REVERSE, "");
    rows_are("old-bot eve bob chen dana ada me kim finn");
}

static void who_watches_comes_before_who_is_only_there(void **state) {
    (void)state;
    static const char *const ids[] = {"dana", "eve"}; /* who is not there watches nothing */
    assert_int_equal(model_set_watchers(&model, "messaging:support", ids, 2), 0);
    update_settle(&model);
    rows_are("dana ada me chen bob eve finn kim old-bot");
    command(ACTION_FILTER, "is:watching");
    rows_are("dana");
    command(ACTION_FILTER, "-is:watching is:home");
    rows_are("ada me chen");
    command(ACTION_BACK, "");
    model_tick(&model, PICTURE_NOW + 2000);
    assert_int_equal(model_set_watches(&model, "messaging:support", "chen", true, PICTURE_NOW), 0);
    assert_int_equal(model_set_watches(&model, "messaging:support", "dana", false, PICTURE_NOW), 0);
    update_settle(&model);
    rows_are("chen ada me dana bob eve finn kim old-bot");
    command(ACTION_REVERSE, "");
    rows_are("old-bot kim finn eve bob dana me ada chen");
}

static void the_rule_of_states_is_walked(void **state) {
    (void)state;
    command(ACTION_SHOW, "");
    rows_are("ada me dana chen");
    command(ACTION_SHOW, "");
    rows_are("bob");
    command(ACTION_SHOW, "unknown");
    rows_are("kim");
    command(ACTION_SHOW, "");
    assert_int_equal(model.list.states, SHOW_ALL);
    command(ACTION_OFFLINE, "");
    rows_are("ada me dana chen bob kim old-bot");
}

/* The list is held by a key, and let go of when no more come. */
static void while_keys_come_nobody_changes_rows(void **state) {
    (void)state;
    update_key(&model, 'j', PICTURE_NOW);
    picture_person(&model, "ada", "Ada Lovelace", "", false, true, 1, PICTURE_NOW + 10);
    picture_person(&model, "eve", "Eve Martin", "", true, true, 1, PICTURE_NOW + 20);
    update_settle(&model);
    rows_are("ada me dana chen bob eve finn kim old-bot");
    assert_int_equal(list_at(&model.list, 0)->state, STATE_LEFT); /* the dot is true all the same */
    assert_int_equal(model_next_change(&model, PICTURE_NOW + 20), PICTURE_NOW + 1000);
    model_tick(&model, PICTURE_NOW + 1000);
    update_settle(&model);
    rows_are("me dana eve chen ada bob finn kim old-bot");
    SAME_TEXT(model_current(&model)->selected->id, "me");
}

static void who_goes_leaves_the_cursor_on_the_row(void **state) {
    (void)state;
    update_key(&model, 'j', PICTURE_NOW - 5000);
    update_key(&model, 'j', PICTURE_NOW - 5000);
    SAME_TEXT(model_current(&model)->selected->id, "dana");
    model_remove_member(&model, "messaging:support", "dana");
    model_tick(&model, PICTURE_NOW);
    update_settle(&model);
    SAME_TEXT(model_current(&model)->selected->id, "chen");
}

static void another_channel_is_another_list(void **state) {
    (void)state;
    update_key(&model, '1', PICTURE_NOW);
    update_key(&model, 'j', PICTURE_NOW);
    rows_are("me dana");
    model_drop_channel(&model, "messaging:dev");
    update_settle(&model);
    assert_ptr_equal(model.list.of, &model_current(&model)->members);
}

static bool before(const struct person *a, const struct person *b, enum sort_key key) {
    switch (key) {
    case SORT_NAME: return strcmp(a->fold, b->fold) <= 0;
    case SORT_LAST: return person_last_ms(a) >= person_last_ms(b);
    case SORT_LOCAL: return true; /* nobody of them says where they are */
    case SORT_CHANNELS: return a->channel_count >= b->channel_count;
    default: return a->state <= b->state;
    }
}

static void random_changes_leave_every_order_right(void **state) {
    (void)state;
    struct chance chance;
    chance_seed(&chance, 5);
    int64_t now = PICTURE_NOW;
    for (int step = 0; step < 4000; step++) {
        char id[16], name[16];
        snprintf(id, sizeof id, "u%d", (int)chance_between(&chance, 0, 99));
        snprintf(name, sizeof name, "%c%d", (int)chance_between(&chance, 'A', 'z'), step % 7);
        if (chance_between(&chance, 0, 3) == 0)
            model_put_member(&model, "messaging:support", id);
        else if (chance_between(&chance, 0, 9) == 0)
            model_remove_member(&model, "messaging:support", id);
        else
            picture_person(&model, id, name, "", chance_between(&chance, 0, 1),
                chance_between(&chance, 0, 9) > 0, 60000, now);
        if (step % 500 == 0)
            update_command(&model, step % 1000 == 0 ? ACTION_SORT : ACTION_REVERSE, "", now);
        now += 700;
        if (step % (1 + step / 100 % LONGEST_BURST) != 0)
            continue;
        model_tick(&model, now);
        update_settle(&model);
        const struct list *list = &model.list;
        assert_int_equal(list->count, model_current(&model)->members.count);
        for (size_t i = 0; i < list->count; i++)
            assert_int_equal(list_find(list, list->people[i], list->people[i]->row), i);
        for (size_t i = 1; i < list->count; i++)
            assert_true(before(list->people[list->reversed ? i : i - 1],
                list->people[list->reversed ? i - 1 : i], list->key));
    }
}

/* A hundred thousand in one channel: any order at once, and a change costs next to nothing. */
static void a_crowd_is_sorted_and_filtered_at_once(void **state) {
    (void)state;
    static struct person people[CROWD];
    static char names[CROWD][16];
    struct person **order = calloc(CROWD, sizeof *order);
    struct list list = {0};
    struct chance chance;
    chance_seed(&chance, 3);
    for (int i = 0; i < CROWD; i++) {
        snprintf(names[i], sizeof names[i], "n%05d", i);
        people[i] = (struct person){.id = names[i],
            .name = names[i],
            .fold = names[i],
            .status = names[i],
            .role = names[i],
            .online = true,
            .seen_ms = (int64_t)chance_between(&chance, 0, 1000000)};
        order[i] = &people[i];
    }
    const struct roster roster = {.people = order, .count = CROWD, .cap = CROWD};
    const int64_t begun_ms = clock_mono_ms();
    for (int key = SORT_STATE; key < SORT_KEYS; key++) {
        list.key = (enum sort_key)key;
        list_make_anew(&list);
        list_settle(&list, &roster, false, 0);
        assert_int_equal(list.count, CROWD);
        for (int change = 0; change < 100; change++) {
            list_touch(&list, &people[chance_between(&chance, 0, CROWD - 1)]);
            list_settle(&list, &roster, false, 0);
        }
        assert_int_equal(list.count, CROWD);
    }
    struct filter_fault fault;
    assert_int_equal(filter_read(&list.filter, "is:online 999", &fault), 0);
    list_make_anew(&list);
    list_settle(&list, &roster, false, 0);
    assert_int_equal(list.count, 280);
    assert_true(clock_mono_ms() - begun_ms < QUICK_MS);
    print_message("# all orders, 500 changes and a filter over %d: %lld ms\n", CROWD,
        (long long)(clock_mono_ms() - begun_ms));
    list_fini(&list);
    free(order);
}

int main(void) {
    const struct CMUnitTest cases[] = {
        cmocka_unit_test_setup_teardown(each_key_has_its_order_and_its_reverse, furnish, clear),
        cmocka_unit_test_setup_teardown(
            by_local_time_whose_day_is_earliest_is_first, furnish, clear),
        cmocka_unit_test_setup_teardown(who_watches_comes_before_who_is_only_there, furnish, clear),
        cmocka_unit_test_setup_teardown(the_rule_of_states_is_walked, furnish, clear),
        cmocka_unit_test_setup_teardown(while_keys_come_nobody_changes_rows, furnish, clear),
        cmocka_unit_test_setup_teardown(who_goes_leaves_the_cursor_on_the_row, furnish, clear),
        cmocka_unit_test_setup_teardown(another_channel_is_another_list, furnish, clear),
        cmocka_unit_test_setup_teardown(random_changes_leave_every_order_right, furnish, clear),
        CASE(a_crowd_is_sorted_and_filtered_at_once),
    };
    return RUN_CASES("dashboard-list", cases);
}
