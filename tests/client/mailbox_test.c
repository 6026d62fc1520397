/* SPDX-License-Identifier: MIT */
/*
 * The wall between two threads, from both sides. A small ring, so that it is full all the time.
 * What the caller takes is a text: "m1" a frame, "ada=2" presence, "r7" a reply, "lost".
 */
#include "support/wire_case.h"

#include "client/mailbox.h"

#include <pthread.h>
#include <stdatomic.h>

static void ring(void *context) {
    if (context != NULL)
        atomic_fetch_add((_Atomic unsigned *)context, 1);
}

/* A frame that is named; who: the user whose presence it is, or NULL. */
static struct note *frame(const char *name, const char *who) {
    struct note *note = calloc(1, sizeof *note);
    assert_non_null(note);
    note->kind = NOTE_FRAME;
    note->text = strdup(name);
    note->body = json_object();
    if (who != NULL) {
        assert_int_equal(json_set(note->body, "id", json_text(who)), 0);
        note->coalesce = json_text_at(note->body, "id");
    }
    return note;
}

static struct note *reply(uint64_t call) {
    struct note *note = calloc(1, sizeof *note);
    note->kind = NOTE_REPLY;
    note->call = call;
    return note;
}

/* Take one a time, and let the network move on, until nothing is left. */
static void expect(struct mailbox *mailbox, const char *wanted) {
    char text[512] = "";
    struct note *note;
    while (mailbox_take(mailbox, &note, 1) == 1) {
        const size_t len = strlen(text);
        const char *space = len > 0 ? " " : "";
        if (note->kind == NOTE_FRAME)
            snprintf(text + len, sizeof text - len, "%s%s", space, note->text);
        else if (note->kind == NOTE_LOST)
            snprintf(text + len, sizeof text - len, "%slost", space);
        else
            snprintf(text + len, sizeof text - len, "%sr%d", space, (int)note->call);
        note_free(note);
        mailbox_move_on(mailbox);
    }
    SAME_TEXT(text, wanted);
}

static void let_go(struct mailbox *mailbox) {
    mailbox_unref(mailbox);
    mailbox_unref(mailbox);
}

static void notes_come_in_order_through_a_full_ring(void **state) {
    (void)state;
    struct mailbox *mailbox = mailbox_create(NULL, 2, ring, NULL);
    mailbox_tell(mailbox, frame("m1", NULL));
    mailbox_tell(mailbox, reply(2));
    mailbox_tell(mailbox, frame("m3", NULL));
    mailbox_tell(mailbox, reply(4));
    mailbox_tell(mailbox, frame("m5", NULL));
    expect(mailbox, "m1 r2 m3 r4 m5");
    mailbox_tell(mailbox, frame("m6", NULL));
    expect(mailbox, "m6");
    let_go(mailbox);
}

static void presence_that_waits_gives_way_to_its_younger(void **state) {
    (void)state;
    struct mailbox *mailbox = mailbox_create(NULL, 2, ring, NULL);
    mailbox_tell(mailbox, frame("ada=1", "ada")); /* in the ring: told as it is */
    mailbox_tell(mailbox, frame("m1", NULL));
    mailbox_tell(mailbox, frame("ada=2", "ada"));
    mailbox_tell(mailbox, frame("m2", NULL));
    mailbox_tell(mailbox, frame("bob=1", "bob"));
    mailbox_tell(mailbox, frame("ada=3", "ada"));
    mailbox_tell(mailbox, frame("ada=4", "ada"));
    mailbox_tell(mailbox, frame("bob=2", "bob"));
    expect(mailbox, "ada=1 m1 ada=4 m2 bob=2");
    /* Once it is told, the next waits anew. */
    mailbox_tell(mailbox, frame("ada=5", "ada"));
    expect(mailbox, "ada=5");
    let_go(mailbox);
}

/* Frames of channels "a" and "b", and presence of three between them: what gives way leaves the
 * order of the rest as it was, and takes no later place than its elder had. */
static void the_order_in_each_channel_stays(void **state) {
    (void)state;
    struct mailbox *mailbox = mailbox_create(NULL, 2, ring, NULL);
    static const char *const told[] = {"a1", "b1", "ada=1", "a2", "bob=1", "b2", "ada=2", "a3",
        "cyd=1", "b3", "ada=3", "bob=2", "a4", "b4", "cyd=2"};
    for (size_t i = 0; i < sizeof told / sizeof told[0]; i++) {
        const char *equals = strchr(told[i], '=');
        char who[8] = "";
        memcpy(who, told[i], equals != NULL ? (size_t)(equals - told[i]) : 0);
        mailbox_tell(mailbox, frame(told[i], equals != NULL ? who : NULL));
    }
    expect(mailbox, "a1 b1 ada=3 a2 bob=2 b2 a3 cyd=2 b3 a4 b4");
    let_go(mailbox);
}

static void thousands_of_changes_of_one_user_take_one_place(void **state) {
    (void)state;
    struct mailbox *mailbox = mailbox_create(NULL, 2, ring, NULL);
    mailbox_tell(mailbox, frame("m1", NULL));
    mailbox_tell(mailbox, frame("m2", NULL));
    char name[32];
    for (int i = 0; i < 2 * MAILBOX_OVERFLOW; i++) {
        snprintf(name, sizeof name, "ada=%d", i);
        mailbox_tell(mailbox, frame(name, "ada"));
    }
    expect(mailbox, "m1 m2 ada=8191");
    let_go(mailbox);
}

static void past_the_bound_frames_are_lost_and_it_is_said_but_no_reply_is(void **state) {
    (void)state;
    struct mailbox *mailbox = mailbox_create(NULL, 2, ring, NULL);
    mailbox_tell(mailbox, frame("m1", NULL));
    mailbox_tell(mailbox, frame("m2", NULL));
    mailbox_tell(mailbox, reply(7));
    for (int i = 0; i < MAILBOX_OVERFLOW - 1; i++)
        mailbox_tell(mailbox, frame("x", NULL));
    mailbox_tell(mailbox, frame("ada=1", "ada"));
    mailbox_tell(mailbox, frame("one too many", NULL));
    mailbox_tell(mailbox, frame("and another", NULL));
    mailbox_tell(mailbox, frame("ada=2", "ada"));
    mailbox_tell(mailbox, reply(8));
    expect(mailbox, "m1 m2 r7 lost r8");
    mailbox_tell(mailbox, frame("m3", NULL));
    mailbox_tell(mailbox, frame("ada=3", "ada"));
    expect(mailbox, "m3 ada=3");
    let_go(mailbox);
}

static void the_network_is_rung_when_there_is_room_again(void **state) {
    (void)state;
    _Atomic unsigned rung = 0;
    struct mailbox *mailbox = mailbox_create(NULL, 2, ring, &rung);
    struct note *notes[2];
    mailbox_tell(mailbox, frame("m1", NULL));
    mailbox_tell(mailbox, frame("m2", NULL));
    assert_int_equal(rung, 0);
    mailbox_tell(mailbox, frame("m3", NULL));
    assert_int_equal(mailbox_take(mailbox, notes, 1), 1);
    assert_int_equal(rung, 1);
    note_free(notes[0]);
    mailbox_move_on(mailbox);
    assert_int_equal(mailbox_take(mailbox, notes, 2), 2);
    assert_int_equal(rung, 1);
    note_free(notes[0]);
    note_free(notes[1]);
    let_go(mailbox);
}

static void commands_are_bounded_and_the_caller_is_told(void **state) {
    (void)state;
    _Atomic unsigned rung = 0;
    struct mailbox *mailbox = mailbox_create(NULL, 2, ring, &rung);
    for (unsigned i = 0; i < MAILBOX_COMMANDS; i++) {
        struct command *command = calloc(1, sizeof *command);
        command->kind = COMMAND_DISCONNECT;
        assert_int_equal(mailbox_ask(mailbox, command), 0);
        assert_int_equal(rung, i + 1);
    }
    struct command *command = calloc(1, sizeof *command);
    assert_true(mailbox_ask(mailbox, command) < 0);
    struct command *taken;
    assert_int_equal(mailbox_asked(mailbox, &taken, 1), 1);
    command_free(taken);
    assert_int_equal(mailbox_ask(mailbox, command), 0);
    let_go(mailbox);
}

static void the_descriptor_tells_a_sleeper_at_the_end_of_a_burst(void **state) {
    (void)state;
    struct mailbox *mailbox = mailbox_create(NULL, 4, ring, NULL);
    mailbox_wake(mailbox);
    assert_true(mailbox_sleep(mailbox));
    assert_false(case_readable(mailbox_fd(mailbox), 0));
    mailbox_tell(mailbox, frame("m1", NULL));
    assert_false(case_readable(mailbox_fd(mailbox), 0));
    mailbox_ring(mailbox);
    assert_true(case_readable(mailbox_fd(mailbox), 1000));
    mailbox_wake(mailbox);
    expect(mailbox, "m1");
    mailbox_tell(mailbox, frame("m2", NULL));
    mailbox_ring(mailbox);
    assert_false(mailbox_sleep(mailbox));
    expect(mailbox, "m2");
    mailbox_wake(mailbox);
    assert_true(mailbox_sleep(mailbox));
    let_go(mailbox);
}

/* ---- two threads ---- */

enum { FRAMES = 20000 };

struct race {
    struct mailbox *mailbox;
    _Atomic unsigned rung;
};

static void *tell_all(void *context) {
    struct race *race = context;
    for (unsigned i = 1; i <= FRAMES; i++) {
        mailbox_tell(race->mailbox, reply(i));
        if (i % 7 == 0)
            mailbox_tell(race->mailbox, frame("ada", "ada"));
        if (i % 3 == 0)
            mailbox_ring(race->mailbox);
        if (atomic_exchange(&race->rung, 0) > 0)
            mailbox_move_on(race->mailbox);
    }
    /* What is left moves on whenever the caller rings: nothing else would wake us. */
    mailbox_tell(race->mailbox, reply(FRAMES + 1));
    mailbox_ring(race->mailbox);
    struct command *end = NULL;
    while (mailbox_asked(race->mailbox, &end, 1) == 0)
        if (atomic_exchange(&race->rung, 0) > 0)
            mailbox_move_on(race->mailbox);
    command_free(end);
    mailbox_unref(race->mailbox);
    return NULL;
}

static void between_two_threads_no_reply_is_lost_or_late(void **state) {
    (void)state;
    struct race race = {.rung = 0};
    race.mailbox = mailbox_create(NULL, 8, ring, &race.rung);
    pthread_t thread;
    assert_int_equal(pthread_create(&thread, NULL, tell_all, &race), 0);
    uint64_t next = 1;
    while (next <= FRAMES + 1) {
        struct note *notes[16];
        if (!case_readable(mailbox_fd(race.mailbox), 20000))
            fail_msg("nothing comes after %u", (unsigned)next);
        mailbox_wake(race.mailbox);
        do {
            const size_t count = mailbox_take(race.mailbox, notes, 16);
            for (size_t i = 0; i < count; i++) {
                if (notes[i]->kind == NOTE_REPLY && notes[i]->call != next++)
                    fail_msg("%u where %u is due", (unsigned)notes[i]->call, (unsigned)next - 1);
                note_free(notes[i]);
            }
            if (count > 0)
                continue;
        } while (!mailbox_sleep(race.mailbox));
    }
    assert_int_equal(mailbox_ask(race.mailbox, calloc(1, sizeof(struct command))), 0);
    pthread_join(thread, NULL);
    mailbox_unref(race.mailbox);
}

static struct note *heavy(const char *name) {
    struct note *note = frame(name, NULL);
    note->weight = MAILBOX_BYTES / 4 + 1;
    return note;
}

/* Few and large: the ring has room, but they are dropped, and told of when half has been taken. */
static void what_waits_is_bounded_in_weight_too(void **state) {
    (void)state;
    struct mailbox *mailbox = mailbox_create(NULL, 64, ring, NULL);
    struct note *note;
    static const char *const names[] = {"m1", "m2", "m3", "m4", "m5", "m6"};
    for (int i = 0; i < 6; i++)
        mailbox_tell(mailbox, heavy(names[i]));
    assert_true(mailbox_is_heavy(mailbox));
    mailbox_tell(mailbox, reply(7));
    for (int i = 0; i < 2; i++) {
        assert_int_equal(mailbox_take(mailbox, &note, 1), 1);
        SAME_TEXT(note->text, names[i]);
        note_free(note);
        mailbox_move_on(mailbox);
    }
    assert_false(mailbox_is_heavy(mailbox));
    mailbox_tell(mailbox, frame("x", NULL)); /* it is not told yet that some are lost */
    expect(mailbox, "m3 m4 lost r7");
    mailbox_tell(mailbox, heavy("m8"));
    expect(mailbox, "m8");
    let_go(mailbox);
}

static void a_text_weighs_what_is_read_out_of_it(void **state) {
    (void)state;
    assert_int_equal(note_weight_of("", 0), 80);
    assert_int_equal(note_weight_of("[1,2,3]", 7), 14 + 4 * 80);
}

static void what_was_never_taken_is_freed(void **state) {
    (void)state;
    struct mailbox *mailbox = mailbox_create(NULL, 2, ring, NULL);
    for (int i = 0; i < 10; i++) {
        mailbox_tell(mailbox, frame("m", i % 2 ? "ada" : NULL));
        mailbox_tell(mailbox, reply(1));
    }
    struct command *command = calloc(1, sizeof *command);
    assert_int_equal(mailbox_ask(mailbox, command), 0);
    let_go(mailbox);
    mailbox_unref(NULL);
}

int main(void) {
    const struct CMUnitTest cases[] = {
        CASE(notes_come_in_order_through_a_full_ring),
        CASE(presence_that_waits_gives_way_to_its_younger),
        CASE(the_order_in_each_channel_stays),
        CASE(thousands_of_changes_of_one_user_take_one_place),
        CASE(past_the_bound_frames_are_lost_and_it_is_said_but_no_reply_is),
        CASE(the_network_is_rung_when_there_is_room_again),
        CASE(commands_are_bounded_and_the_caller_is_told),
        CASE(the_descriptor_tells_a_sleeper_at_the_end_of_a_burst),
        CASE(between_two_threads_no_reply_is_lost_or_late),
        CASE(what_waits_is_bounded_in_weight_too),
        CASE(a_text_weighs_what_is_read_out_of_it),
        CASE(what_was_never_taken_is_freed),
    };
    return RUN_CASES("client-mailbox", cases);
}
