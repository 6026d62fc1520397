/* SPDX-License-Identifier: MIT */
#include "support/case.h"

#include "base/list.h"

struct thing {
    int number;
    struct list link;
};

static int sum(struct list *head) {
    int digits = 0;
    LIST_EACH(head, at)
    digits = digits * 10 + LIST_ITEM(at, struct thing, link)->number;
    return digits;
}

static void items_stand_in_the_order_they_came(void **state) {
    (void)state;
    struct list head;
    list_init(&head);
    assert_true(list_is_empty(&head));
    struct thing things[] = {{.number = 1}, {.number = 2}, {.number = 3}};
    for (int i = 0; i < 3; i++)
        list_append(&head, &things[i].link);
    assert_false(list_is_empty(&head));
    assert_int_equal(sum(&head), 123);
}

static void an_item_may_leave_twice(void **state) {
    (void)state;
    struct list head;
    list_init(&head);
    struct thing things[] = {{.number = 1}, {.number = 2}, {.number = 3}};
    for (int i = 0; i < 3; i++)
        list_append(&head, &things[i].link);
    list_remove(&things[1].link);
    list_remove(&things[1].link);
    assert_int_equal(sum(&head), 13);
}

static void a_walk_may_take_out_where_it_stands(void **state) {
    (void)state;
    struct list head;
    list_init(&head);
    struct thing things[] = {{.number = 1}, {.number = 2}, {.number = 3}};
    for (int i = 0; i < 3; i++)
        list_append(&head, &things[i].link);
    int walked = 0;
    LIST_EACH(&head, at) {
        list_remove(at);
        walked++;
    }
    assert_int_equal(walked, 3);
    assert_true(list_is_empty(&head));
}

int main(void) {
    const struct CMUnitTest cases[] = {
        CASE(items_stand_in_the_order_they_came),
        CASE(an_item_may_leave_twice),
        CASE(a_walk_may_take_out_where_it_stands),
    };
    return RUN_CASES("base-list", cases);
}
