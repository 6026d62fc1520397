/* SPDX-License-Identifier: MIT */
/* What the screen knows: order, counts, the log, the cursor, my light. */
#include "support/case.h"

#include "base/chance.h"
#include "dashboard/input/key.h"
#include "picture.h"

enum { CROWD = 400 };

static bool in_order(const struct roster *roster) {
    for (size_t i = 1; i < roster->count; i++)
        if (person_compare(roster->people[i - 1], roster->people[i]) >= 0)
            return false;
    return true;
}

static void random_changes_leave_every_roster_in_order(void **state) {
    (void)state;
    struct model model;
    struct chance chance;
    chance_seed(&chance, 7);
    setenv("TZ", "UTC", 1);
    assert_int_equal(model_init(&model, "x", "me", 0), 0);
    const struct link_shown live = {.state = LINK_LIVE};
    model_set_link(&model, &live, PICTURE_NOW);
    model_put_channel(&model, "messaging:a", "a", 0);
    model_put_channel(&model, "messaging:b", "b", 0);
    int64_t now = PICTURE_NOW;
    for (int step = 0; step < 20000; step++) {
        char id[16], name[16];
        snprintf(id, sizeof id, "u%d", (int)chance_between(&chance, 0, CROWD - 1));
        snprintf(name, sizeof name, "%c%d", (int)chance_between(&chance, 'A', 'z'), step % 7);
        const char *cid = chance_between(&chance, 0, 1) ? "messaging:a" : "messaging:b";
        switch (chance_between(&chance, 0, 5)) {
        case 0: assert_int_equal(model_put_member(&model, cid, id), 0); break;
        case 1: model_remove_member(&model, cid, id); break;
        case 2: model_tick(&model, now += 20000); break;
        default:
            picture_person(&model, id, name, "", chance_between(&chance, 0, 1),
                chance_between(&chance, 0, 9) > 0, 60000, now);
        }
    }
    size_t all = 0;
    for (int s = 0; s < STATES; s++)
        all += roster_count_state(&model.all.members, (enum state)s);
    assert_int_equal(all, model.all.members.count);
    assert_true(model.all.members.count > CROWD / 3);
    assert_true(in_order(&model.all.members));
    assert_true(in_order(&model.channels[0]->members));
    assert_true(in_order(&model.channels[1]->members));
    for (size_t i = 0; i < model.all.members.count; i++)
        assert_int_equal(roster_find(&model.all.members, model.all.members.people[i]), i);
    model_fini(&model);
}

static void who_just_left_is_offline_after_five_minutes(void **state) {
    (void)state;
    struct model model;
    picture_world(&model);
    const struct person *bob = model_find_person(&model, "bob");
    assert_int_equal(bob->state, STATE_LEFT);
    model_tick(&model, PICTURE_NOW + 2 * 60000);
    assert_int_equal(bob->state, STATE_LEFT);
    model_tick(&model, PICTURE_NOW + 3 * 60000);
    assert_int_equal(bob->state, STATE_OFFLINE);
    model_fini(&model);
}

static void unknown_is_not_offline(void **state) {
    (void)state;
    struct model model;
    picture_world(&model);
    const struct person *kim = model_find_person(&model, "kim");
    assert_int_equal(kim->state, STATE_UNKNOWN);
    picture_person(&model, "kim", "Kim", "", false, true, 0, PICTURE_NOW);
    assert_int_equal(kim->state, STATE_OFFLINE);
    picture_person(&model, "kim", "Kim", "", true, false, 0, PICTURE_NOW);
    assert_int_equal(kim->state, STATE_UNKNOWN);
    model_fini(&model);
}

static void a_lost_link_keeps_shapes_and_frees_nobody(void **state) {
    (void)state;
    struct model model;
    picture_world(&model);
    const struct person *ada = model_find_person(&model, "ada");
    const struct link_shown lost = {.state = LINK_WAITING, .stale_since_ms = PICTURE_NOW};
    model_set_link(&model, &lost, PICTURE_NOW);
    assert_int_equal(ada->state, STATE_ONLINE);
    assert_false(ada->live);
    const struct link_shown back = {.state = LINK_LIVE, .resyncing = true};
    model_set_link(&model, &back, PICTURE_NOW + 1000);
    assert_int_equal(ada->state, STATE_ONLINE);
    picture_person(&model, "ada", "Ada", "", false, true, 60000, PICTURE_NOW + 2000);
    const struct link_shown live = {.state = LINK_LIVE};
    model_set_link(&model, &live, PICTURE_NOW + 3000);
    assert_int_equal(ada->state, STATE_OFFLINE); /* not "just left": we did not see it */
    model_fini(&model);
}

static void the_cursor_is_bound_to_the_person(void **state) {
    (void)state;
    struct model model;
    picture_world(&model);
    update_size(&model, 24, 80);
    update_key(&model, 'j', PICTURE_NOW);
    struct person *selected = model_current(&model)->selected;
    assert_non_null(selected);
    picture_person(&model, selected->id, selected->name, "", false, true, 60000, PICTURE_NOW);
    update_settle(&model);
    assert_ptr_equal(model_current(&model)->selected, selected);
    model_remove_member(&model, "messaging:support", selected->id);
    model_tick(&model, PICTURE_NOW + 2000);
    update_settle(&model);
    assert_non_null(model_current(&model)->selected);
    assert_ptr_not_equal(model_current(&model)->selected, selected);
    model_fini(&model);
}

static void coming_and_leaving_are_logged_once_and_counted(void **state) {
    (void)state;
    struct model model;
    picture_world(&model);
    const unsigned came = model.came, went = model.went;
    picture_person(&model, "eve", "Eve Martin", "", true, true, 1, PICTURE_NOW);
    picture_person(&model, "eve", "Eve Martin", "", true, true, 1, PICTURE_NOW);
    assert_int_equal(model.came, came + 1);
    assert_int_equal(journal_at(&model.journal, 0)->kind, EVENT_CAME);
    picture_person(&model, "eve", "Eve Martin", "at lunch", true, true, 1, PICTURE_NOW);
    assert_int_equal(journal_at(&model.journal, 0)->kind, EVENT_STATUS);
    picture_person(&model, "eve", "Eve Martin", "", false, true, 1, PICTURE_NOW);
    assert_int_equal(model.went, went + 1);
    model.mark_ms = PICTURE_NOW;
    update_key(&model, 'd', PICTURE_NOW); /* only what is new; the counts say what that is */
    assert_int_equal(model.went, went + 1);
    struct journal_filter filter = model_event_filter(&model);
    assert_int_equal(journal_shown_count(&model.journal, &filter), 3);
    update_key(&model, 'd', PICTURE_NOW + 1); /* seen */
    assert_int_equal(model.came + model.went, 0);
    filter = model_event_filter(&model);
    assert_true(journal_shown_count(&model.journal, &filter) > 3);
    model_fini(&model);
}

static void members_are_replaced_as_a_whole(void **state) {
    (void)state;
    struct model model;
    picture_world(&model);
    static const char *const now[] = {"ada", "newcomer"};
    assert_int_equal(model_set_members(&model, "messaging:support", now, 2), 0);
    assert_int_equal(model_find_channel(&model, "messaging:support")->members.count, 2);
    model_drop_channel(&model, "messaging:support");
    assert_null(model_find_channel(&model, "messaging:support"));
    assert_int_equal(model_find_channel(&model, "messaging:dev")->members.count, 2);
    assert_int_equal(model.channel_count, 2);
    update_settle(&model);
    model_fini(&model);
}

static void what_others_say_elsewhere_is_unread_once(void **state) {
    (void)state;
    struct model model;
    picture_world(&model);
    const struct channel_shown *dev = model_find_channel(&model, "messaging:dev");
    assert_int_equal(dev->unread, 1);
    picture_say(&model, "messaging:dev", "n1", "ada", "news", PICTURE_NOW, true);
    picture_say(&model, "messaging:dev", "n1", "ada", "changed", PICTURE_NOW, true);
    picture_say(&model, "messaging:dev", "n2", "me", "mine", PICTURE_NOW, true);
    assert_int_equal(dev->unread, 2);
    model_fini(&model);
}

static void my_light_follows_the_server_and_nothing_else(void **state) {
    (void)state;
    struct model model;
    setenv("TZ", "UTC", 1);
    assert_int_equal(model_init(&model, "x", "me", 0), 0);
    assert_int_equal(update_key(&model, 'i', PICTURE_NOW), 0); /* not known yet: nothing is asked */
    model_set_me(&model, "Ana", false, PICTURE_NOW);
    assert_int_equal(update_key(&model, 'i', PICTURE_NOW), EFFECT_HIDE);
    assert_int_equal(model.light, LIGHT_ON);
    model_light_failed(&model, "refused");
    assert_int_equal(model.light, LIGHT_ON);
    assert_string_equal(model.light_failed, "refused");
    assert_int_equal(update_key(&model, 'i', PICTURE_NOW), EFFECT_HIDE);
    model_set_me(&model, "Ana", true, PICTURE_NOW + 5);
    assert_int_equal(model.light, LIGHT_OFF);
    assert_int_equal(model.light_acked_ms, PICTURE_NOW + 5);
    assert_string_equal(model.light_failed, "");
    model_fini(&model);
}

static void it_sleeps_until_a_minute_is_over_or_a_second_when_counting(void **state) {
    (void)state;
    struct model model;
    picture_world(&model);
    assert_int_equal(model_next_change(&model, PICTURE_NOW), PICTURE_NOW + 53000);
    const struct link_shown lost = {.state = LINK_WAITING, .stale_since_ms = 1, .retry_at_ms = 2};
    model_set_link(&model, &lost, PICTURE_NOW);
    assert_int_equal(model_next_change(&model, PICTURE_NOW), PICTURE_NOW + 1000);
    model_fini(&model);
}

/* The frame without it is drawn by itself, once. */
static void who_changed_while_we_were_away_flashes_once(void **state) {
    (void)state;
    struct model model;
    static const char *const ids[] = {"eve", "nobody", "ada"};
    picture_world(&model);
    const int64_t quiet_ms = model_next_change(&model, PICTURE_NOW);
    model_missed(&model, ids, 3, "while we were away: 3 messages\x1b[2J", PICTURE_NOW);
    assert_true(model_find_person(&model, "eve")->flash_until_ms > PICTURE_NOW);
    assert_true(model_find_person(&model, "ada")->flash_until_ms > PICTURE_NOW);
    assert_int_equal(model_find_person(&model, "bob")->flash_until_ms, 0);
    const struct event_line *note = journal_at(&model.journal, 0);
    assert_int_equal(note->kind, EVENT_NOTE);
    assert_null(strchr(note->text, '\x1b'));
    const int64_t next_ms = model_next_change(&model, PICTURE_NOW);
    assert_true(next_ms > PICTURE_NOW && next_ms <= PICTURE_NOW + 2000);
    assert_int_equal(model_next_change(&model, next_ms), quiet_ms);
    const size_t count = model.journal.count;
    model_missed(&model, ids, 1, "", PICTURE_NOW);
    assert_int_equal(model.journal.count, count);
    model_fini(&model);
}

int main(void) {
    const struct CMUnitTest cases[] = {
        cmocka_unit_test(who_changed_while_we_were_away_flashes_once),
        CASE(random_changes_leave_every_roster_in_order),
        CASE(who_just_left_is_offline_after_five_minutes),
        CASE(unknown_is_not_offline),
        CASE(a_lost_link_keeps_shapes_and_frees_nobody),
        CASE(the_cursor_is_bound_to_the_person),
        CASE(coming_and_leaving_are_logged_once_and_counted),
        CASE(members_are_replaced_as_a_whole),
        CASE(what_others_say_elsewhere_is_unread_once),
        CASE(my_light_follows_the_server_and_nothing_else),
        CASE(it_sleeps_until_a_minute_is_over_or_a_second_when_counting),
    };
    return RUN_CASES("dashboard-model", cases);
}
