/* SPDX-License-Identifier: MIT */
/* What waits for a socket, as text: each frame is its payload, "|" between them. */
#include "support/case.h"

#include "server/outbox.h"

static void put(struct outbox *outbox, const char *text, uint64_t mark, int wanted) {
    struct frame *frame = frame_raw(text, strlen(text));
    assert_non_null(frame);
    frame->coalesce = mark;
    assert_int_equal(outbox_put(outbox, frame), wanted);
    frame_unref(frame);
}

static void expect(const struct outbox *outbox, const char *wanted) {
    struct iovec pieces[16];
    char text[256] = "";
    size_t bytes = 0;
    const int count = outbox_gather(outbox, pieces, 16);
    for (int i = 0; i < count; i++) {
        snprintf(text + strlen(text), sizeof text - strlen(text), "%s%.*s", i > 0 ? "|" : "",
            (int)pieces[i].iov_len, (char *)pieces[i].iov_base);
        bytes += pieces[i].iov_len;
    }
    SAME_TEXT(text, wanted);
    assert_int_equal(outbox->bytes, bytes);
}

static void frames_leave_in_order_and_cut_anywhere(void **state) {
    (void)state;
    struct outbox outbox = {0};
    put(&outbox, "one", 0, 0);
    put(&outbox, "two", 0, 0);
    put(&outbox, "three", 0, 0);
    expect(&outbox, "one|two|three");
    outbox_sent(&outbox, 2);
    expect(&outbox, "e|two|three");
    outbox_sent(&outbox, 4);
    expect(&outbox, "three");
    put(&outbox, "four", 0, 0);
    outbox_sent(&outbox, 1);
    expect(&outbox, "hree|four");
    outbox_sent(&outbox, 8);
    assert_true(outbox_is_empty(&outbox));
    assert_null(outbox.frames); /* an idle one costs nothing */
}

static void a_newer_frame_drives_out_its_elder_and_comes_last(void **state) {
    (void)state;
    struct outbox outbox = {0};
    put(&outbox, "ada on", 1, 0);
    put(&outbox, "hello", 0, 0);
    put(&outbox, "bob on", 2, 0);
    put(&outbox, "ada is off", 1, 0);
    expect(&outbox, "hello|bob on|ada is off");
    put(&outbox, "hello", 0, 0);
    expect(&outbox, "hello|bob on|ada is off|hello");
    put(&outbox, "bob off", 2, 0);
    expect(&outbox, "hello|ada is off|hello|bob off");
    outbox_fini(&outbox);
}

static void what_has_begun_to_leave_is_not_touched(void **state) {
    (void)state;
    struct outbox outbox = {0};
    put(&outbox, "ada on", 1, 0);
    put(&outbox, "hello", 0, 0);
    outbox_sent(&outbox, 1);
    put(&outbox, "ada off", 1, 0);
    expect(&outbox, "da on|hello|ada off");
    put(&outbox, "ada again", 1, 0);
    expect(&outbox, "da on|hello|ada again");
    outbox_drop(&outbox);
    expect(&outbox, "da on");
    put(&outbox, "bye", 0, 0);
    expect(&outbox, "da on|bye");
    outbox_sent(&outbox, 5);
    outbox_drop(&outbox);
    assert_true(outbox_is_empty(&outbox));
    outbox_fini(&outbox);
}

static void the_ring_goes_round_and_grows(void **state) {
    (void)state;
    struct outbox outbox = {0};
    unsigned in = 0, out = 0;
    for (unsigned step = 0; step < 400; step++) {
        char text[8];
        for (unsigned i = 0; i < step % 5; i++) {
            snprintf(text, sizeof text, "%04u", in++);
            put(&outbox, text, 0, 0);
        }
        for (unsigned i = 0; i < step % 4 && !outbox_is_empty(&outbox); i++) {
            struct iovec piece;
            assert_int_equal(outbox_gather(&outbox, &piece, 1), 1);
            snprintf(text, sizeof text, "%04u", out++);
            assert_memory_equal(piece.iov_base, text, 4);
            outbox_sent(&outbox, 4);
        }
    }
    assert_int_equal(outbox.count, in - out);
    outbox_fini(&outbox);
}

static void it_is_bounded_in_frames(void **state) {
    (void)state;
    struct outbox outbox = {0};
    for (int i = 0; i < OUTBOX_FRAMES; i++)
        put(&outbox, "x", i == 0 ? 9 : 0, 0);
    put(&outbox, "x", 0, 1);
    put(&outbox, "newer", 9, 0); /* one that takes a place needs no room */
    assert_int_equal(outbox.count, OUTBOX_FRAMES);
    outbox_fini(&outbox);
}

static void it_is_bounded_in_bytes_but_takes_one_frame_of_any_size(void **state) {
    (void)state;
    struct outbox outbox = {0};
    char *huge = malloc(OUTBOX_BYTES + 2);
    memset(huge, 'a', OUTBOX_BYTES + 1);
    huge[OUTBOX_BYTES + 1] = '\0';
    put(&outbox, huge, 0, 0);
    put(&outbox, "x", 0, 1);
    outbox_sent(&outbox, 2);
    put(&outbox, "x", 0, 0);
    outbox_fini(&outbox);
    free(huge);
}

static void a_frame_is_shared_and_let_go(void **state) {
    (void)state;
    struct outbox one = {0}, two = {0};
    struct frame *frame = frame_raw("x", 1);
    assert_int_equal(outbox_put(&one, frame), 0);
    assert_int_equal(outbox_put(&two, frame), 0);
    assert_int_equal(frame->refs, 3);
    outbox_sent(&one, 1);
    outbox_fini(&two);
    assert_int_equal(frame->refs, 1);
    frame_unref(frame);
}

static void born(struct outbox *outbox, int64_t us) {
    struct frame *frame = frame_raw("ab", 2);
    frame->born_us = us;
    assert_int_equal(outbox_put(outbox, frame), 0);
    frame_unref(frame);
}

static void who_waited_longest_is_told_when_it_is_gone(void **state) {
    (void)state;
    struct outbox outbox = {0};
    born(&outbox, 0);
    born(&outbox, 70);
    born(&outbox, 50);
    born(&outbox, 60);
    assert_int_equal(outbox_sent(&outbox, 2), 0);  /* it tells of nothing */
    assert_int_equal(outbox_sent(&outbox, 1), 0);  /* half of one */
    assert_int_equal(outbox_sent(&outbox, 4), 50); /* the rest, a whole one, half of another */
    assert_int_equal(outbox_sent(&outbox, 1), 60);
    outbox_fini(&outbox);
}

int main(void) {
    const struct CMUnitTest cases[] = {
        CASE(frames_leave_in_order_and_cut_anywhere),
        CASE(a_newer_frame_drives_out_its_elder_and_comes_last),
        CASE(what_has_begun_to_leave_is_not_touched),
        CASE(the_ring_goes_round_and_grows),
        CASE(it_is_bounded_in_frames),
        CASE(it_is_bounded_in_bytes_but_takes_one_frame_of_any_size),
        CASE(a_frame_is_shared_and_let_go),
        CASE(who_waited_longest_is_told_when_it_is_gone),
    };
    return RUN_CASES("server-outbox", cases);
}
