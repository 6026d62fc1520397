/* SPDX-License-Identifier: MIT */
#include "support/case.h"

#include "base/chance.h"
#include "base/table.h"

static void zeroes_are_an_empty_table(void **state) {
    (void)state;
    struct table table = {0};
    size_t i = 0;
    assert_null(table_find(&table, "a"));
    assert_null(table_remove(&table, "a"));
    assert_null(table_next(&table, &i));
    table_fini(&table);
}

static void what_is_put_is_found_and_nothing_else(void **state) {
    (void)state;
    struct table table = {0};
    int one = 1, two = 2;
    void *old = &two;
    assert_int_equal(table_put(&table, "one", &one, &old), 0);
    assert_null(old);
    assert_ptr_equal(table_find(&table, "one"), &one);
    assert_null(table_find(&table, "on"));
    assert_null(table_find(&table, "one "));
    assert_null(table_find(&table, ""));
    assert_ptr_equal(table_find_len(&table, "one more", 3), &one);
    assert_null(table_find_len(&table, "one\0", 4));
    table_fini(&table);
}

static void putting_again_replaces_key_and_value(void **state) {
    (void)state;
    struct table table = {0};
    char first[] = "key", second[] = "key";
    int one = 1, two = 2;
    void *old = NULL;
    table_put(&table, first, &one, NULL);
    assert_int_equal(table_put(&table, second, &two, &old), 0);
    assert_ptr_equal(old, &one);
    assert_int_equal(table.count, 1);
    /* The first key may go with its value now. */
    first[0] = 'x';
    assert_ptr_equal(table_find(&table, "key"), &two);
    table_fini(&table);
}

static void keys_of_every_length_are_told_apart(void **state) {
    (void)state;
    struct table table = {0};
    char keys[40][48];
    for (size_t i = 0; i < 40; i++) {
        memset(keys[i], 'a', i);
        keys[i][i] = '\0';
        assert_int_equal(table_put(&table, keys[i], keys[i], NULL), 0);
    }
    for (size_t i = 0; i < 40; i++)
        assert_ptr_equal(table_find(&table, keys[i]), keys[i]);
    assert_int_equal(table.count, 40);
    table_fini(&table);
}

/* Against the plainest model there is: an array of flags. */
static void a_long_random_life_agrees_with_a_plain_array(void **state) {
    (void)state;
    enum { KEYS = 300, STEPS = 20000 };
    static char names[KEYS][16];
    bool there[KEYS] = {false};
    size_t count = 0;
    struct table table = {0};
    struct chance chance;
    chance_seed(&chance, 1);
    for (int i = 0; i < KEYS; i++)
        snprintf(names[i], sizeof names[i], "k%d", i);
    for (int step = 0; step < STEPS; step++) {
        int key = (int)chance_between(&chance, 0, KEYS - 1);
        void *was = table_find(&table, names[key]);
        assert_ptr_equal(was, there[key] ? names[key] : NULL);
        if (chance_between(&chance, 0, 1) == 0) {
            assert_int_equal(table_put(&table, names[key], names[key], NULL), 0);
            count += !there[key];
            there[key] = true;
        } else {
            assert_ptr_equal(table_remove(&table, names[key]), was);
            count -= there[key];
            there[key] = false;
        }
        assert_int_equal(table.count, count);
        assert_true((table.count + table.graves) * 8 <= table.cap * 7);
    }
    /* Graves do not make it grow for ever. */
    assert_true(table.cap <= 1024);
    table_fini(&table);
}

static void *count_bytes(void *most, void *at, size_t size) {
    if (size > *(size_t *)most)
        *(size_t *)most = size;
    if (size != 0)
        return realloc(at, size);
    free(at);
    return NULL;
}

/* A hundred thousand people stand in three of them. */
static void twenty_bytes_are_a_slot_and_an_eighth_of_them_stays_free(void **state) {
    (void)state;
    enum { KEYS = 7 * 128 };
    static char names[KEYS][16];
    size_t most = 0;
    const struct heap heap = {.resize = count_bytes, .context = &most};
    struct table table = {.heap = &heap};
    for (int i = 0; i < KEYS; i++) {
        snprintf(names[i], sizeof names[i], "%d", i);
        assert_int_equal(table_put(&table, names[i], names[i], NULL), 0);
    }
    assert_int_equal(table.cap, 1024);
    assert_int_equal(most, 20 * 1024);
    table_fini(&table);
}

static void a_walk_meets_everyone_once_and_may_remove_them(void **state) {
    (void)state;
    enum { KEYS = 100 };
    static char names[KEYS][16];
    int met[KEYS] = {0};
    struct table table = {0};
    for (int i = 0; i < KEYS; i++) {
        snprintf(names[i], sizeof names[i], "%d", i);
        table_put(&table, names[i], names[i], NULL);
    }
    size_t i = 0;
    for (char *name; (name = table_next(&table, &i)) != NULL;) {
        met[atoi(name)]++;
        assert_ptr_equal(table_remove(&table, name), name);
    }
    for (int k = 0; k < KEYS; k++)
        assert_int_equal(met[k], 1);
    assert_int_equal(table.count, 0);
    table_fini(&table);
}

static void two_tables_do_not_share_their_order(void **state) {
    (void)state;
    struct table a = {0}, b = {0};
    table_put(&a, "x", &a, NULL);
    table_put(&b, "x", &b, NULL);
    assert_true(a.seed != 0 && b.seed != 0);
    assert_true(a.seed != b.seed);
    table_fini(&a);
    table_fini(&b);
}

int main(void) {
    const struct CMUnitTest cases[] = {
        CASE(zeroes_are_an_empty_table),
        CASE(what_is_put_is_found_and_nothing_else),
        CASE(putting_again_replaces_key_and_value),
        CASE(keys_of_every_length_are_told_apart),
        CASE(a_long_random_life_agrees_with_a_plain_array),
        CASE(twenty_bytes_are_a_slot_and_an_eighth_of_them_stays_free),
        CASE(a_walk_meets_everyone_once_and_may_remove_them),
        CASE(two_tables_do_not_share_their_order),
    };
    return RUN_CASES("base-table", cases);
}
