/* SPDX-License-Identifier: MIT */
/* One table feeds keys, help and configuration: it is whole, and nothing in it is doubtful. */
#include "support/case.h"

#include "dashboard/input/keymap.h"

static void every_action_has_a_name_a_key_and_a_sentence(void **state) {
    (void)state;
    struct keymap map;
    keymap_init(&map);
    for (int action = 1; action < ACTION_COUNT; action++) {
        const struct action_row *row = action_row((enum action)action);
        assert_true(row->name[0] != '\0' && row->help[0] != '\0' && row->where[0] != '\0');
        /* Each key of the table is one that can be read, and is written as it is read. */
        SAME_TEXT(keymap_text(&map, (enum action)action), row->keys);
        for (int other = 1; other < action; other++)
            assert_string_not_equal(row->name, action_row((enum action)other)->name);
    }
    SAME_TEXT(action_row(ACTION_NONE)->keys, "");
}

static void no_key_means_two_things_in_one_pane(void **state) {
    (void)state;
    struct keymap map;
    struct keymap_walk walk = {0};
    struct bytes why = BYTES_EMPTY;
    int line;
    keymap_init(&map);
    if (keymap_conflict(&map, &walk, &line, &why))
        fail_msg("%s", bytes_text(&why));
    assert_true(keymap_has_exit(&map));
}

int main(void) {
    const struct CMUnitTest cases[] = {CASE(every_action_has_a_name_a_key_and_a_sentence),
        CASE(no_key_means_two_things_in_one_pane)};
    return RUN_CASES("dashboard-action", cases);
}
