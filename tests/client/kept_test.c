/* SPDX-License-Identifier: MIT */
#include "support/case.h"

#include "client/kept.h"
#include "client/state.h"

#include <stddef.h>
#include <stdio.h>

static void every_mixture_of_texts_is_found_again(void **state) {
    static const char *const texts[KEPT_TEXTS] = {"Ada", "", "admin", "at lunch", "{\"a\":1}"};
    (void)state;
    for (unsigned there = 0; there < 1u << KEPT_TEXTS; there++) {
        const char *some[KEPT_TEXTS];
        char *block;
        for (unsigned i = 0; i < KEPT_TEXTS; i++)
            some[i] = (there & 1u << i) != 0 ? texts[i] : NULL;
        assert_int_equal(kept_pack(NULL, some, &block), 0);
        for (unsigned i = 0; i < KEPT_TEXTS; i++) {
            const char *kept = kept_text(block, (enum kept_text)i);
            if (some[i] != NULL)
                assert_string_equal(kept, some[i]);
            else
                assert_null(kept);
        }
        assert_true((block == NULL) == (there == 0));
        free(block);
    }
}

static pl_member *put(struct state *state, pl_channel *channel, const char *from) {
    const struct state_moment moment = {0};
    json *object = NULL;
    assert_int_equal(json_parse(&object, from, strlen(from), &json_limits_reply, NULL), 0);
    pl_member *member = state_put_member(state, channel, object, &moment);
    json_free(object);
    return member;
}

static void what_is_usual_takes_no_memory_and_what_is_not_is_told(void **context) {
    struct state state;
    (void)context;
    state_init(&state, NULL, NULL);
    pl_channel *channel = state_get_channel(&state, "team:hall");
    pl_member *usual = put(&state, channel,
        "{\"user_id\":\"u1\",\"role\":\"member\",\"channel_role\":\"channel_member\","
        "\"user\":{\"id\":\"u1\",\"role\":\"user\",\"online\":true}}");
    assert_null(usual->rare);
    assert_null(usual->user->rare);
    assert_null(usual->user->texts);
    SAME_TEXT(pl_member_role(usual), "member");
    SAME_TEXT(pl_user_role(usual->user), "user");
    SAME_TEXT(pl_user_name(usual->user), "u1");
    assert_true(pl_user_online(usual->user));
    pl_member *other = put(&state, channel,
        "{\"user_id\":\"u2\",\"role\":\"owner\",\"invited\":true,"
        "\"invite_accepted_at\":\"2026-01-02T03:04:05Z\",\"user\":{\"id\":\"u2\","
        "\"name\":\"Two\",\"role\":\"admin\",\"deactivated_at\":\"2026-01-02T03:04:05Z\"}}");
    SAME_TEXT(pl_member_role(other), "owner");
    assert_int_equal(pl_member_invite_accepted_unix_ms(other), 1767323045000);
    assert_int_equal(pl_member_invite_rejected_unix_ms(other), 0);
    assert_true(pl_user_deactivated(other->user));
    SAME_TEXT(pl_user_role(other->user), "admin");
    /* And back again. */
    put(&state, channel, "{\"user_id\":\"u2\",\"user\":{\"id\":\"u2\"}}");
    SAME_TEXT(pl_member_role(other), "member");
    assert_null(other->rare);
    assert_false(pl_user_deactivated(other->user));
    assert_null(other->user->texts);
    state_fini(&state);
}

/* ---- a crowd ---- */

enum { CROWD = 20000, BYTES_EACH = 300 };

/* What was asked for; that much is noted before each. */
static void *counted(void *sum, void *at, size_t size) {
    const size_t head = sizeof(max_align_t);
    size_t *before = at != NULL ? (size_t *)(void *)((char *)at - head) : NULL;
    *(size_t *)sum -= before != NULL ? *before : 0;
    if (size == 0) {
        free(before);
        return NULL;
    }
    size_t *block = realloc(before, head + size);
    assert_non_null(block);
    *block = size;
    *(size_t *)sum += size;
    return (char *)block + head;
}

/* A crowd's worth of them is what a client's memory is made of. */
static void a_user_who_is_a_member_takes_little_memory(void **context) {
    size_t sum = 0;
    const struct heap heap = {.resize = counted, .context = &sum};
    struct state state;
    char text[200];
    (void)context;
    state_init(&state, NULL, &heap);
    pl_channel *channel = state_get_channel(&state, "team:hall");
    for (int i = 0; i < CROWD; i++) {
        snprintf(text, sizeof text,
            "{\"user_id\":\"u%05d\",\"role\":\"member\",\"channel_role\":\"channel_member\","
            "\"user\":{\"id\":\"u%05d\",\"role\":\"user\",\"name\":\"Somebody %d\"}}",
            i, i, i);
        assert_non_null(put(&state, channel, text));
    }
    print_message("# %zu bytes each\n", sum / CROWD);
    assert_in_range(sum / CROWD, 1, BYTES_EACH);
    state_fini(&state);
    assert_int_equal(sum, 0);
}

int main(void) {
    const struct CMUnitTest cases[] = {
        CASE(every_mixture_of_texts_is_found_again),
        CASE(what_is_usual_takes_no_memory_and_what_is_not_is_told),
        CASE(a_user_who_is_a_member_takes_little_memory),
    };
    return RUN_CASES("client-kept", cases);
}
