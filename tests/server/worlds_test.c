/* SPDX-License-Identifier: MIT */
/*
 * Nobody can tell a hidden user from an absent one (worlds.h says how it is tried).
 *
 * Leaks that were planted, one line each, and found by hidden_by_a_patch, with the step after which
 * the worlds were two; what the last but one says was found by evening 10:
 *
 *   presence.c         others see online while hidden                       hana_hides
 *   presence.c         others see the true last_active                      …says_it_again
 *   presence.c         last_active moves for others while hidden            …says_it_again
 *   presence.c         others see `invisible`                               hana_hides
 *   presence.c         showing while away moves last_active                 …shown_while_away
 *   show.c             hidden people among the watchers                     hana_hides
 *   show.c             hidden people in watcher_count                       hana_hides
 *   show.c             who hides counts all who hide                        hana_hides
 *   show.c             an admin is shown the truth                          hana_connects
 *   show.c             reactions, authors, read marks show the truth        hana_hides, hana_reads
 *   home.c             watching is begun, or ended, for all to hear         hana_watches, stops
 *   home.c             coming, or going, is told while hidden               …says_it_again, back
 *   home.c             hiding does not end the typing                       hana_hides
 *   home.c             hiding is told in another order than leaving         hana_hides
 *   home.c             who shows is not the last of those who watch         hana_shows_while_about
 *   typing.c           typing while hidden                                  hana_types_unseen
 *   regards.c          reading while hidden moves the mark for others       hana_reads
 *   regards.c          a mark moved unseen comes out with the next          hana_reads_half_of_it
 *   regards.c          unread_messages for others are the true ones         hana_reads
 *   routes_reads.c     message.read while hidden                            hana_reads
 *   routes_reads.c     … and where others see nothing unread                …what_is_unread
 *   routes_messages.c  a message while hidden, or away, moves the mark      hana_writes
 *   routes_messages.c  what she had hidden for herself takes a stamp        ana_writes
 *   query_users.c      filters and sorts see online                         hana_hides
 *   query_users.c      filters and sorts see last_active                    …says_it_again
 *   query_users.c      filters see invisible                                hana_hides
 *   query_members.c    filters and sorts see online, last_active            hana_hides, …again
 *   change.c           the true last_active is stored                       the_house_restarts
 *   world.c            who hid is not hidden after loading                  nora_is_new
 *   users.c            hiding moves updated_at                              hana_hides
 *   users.c            hiding is told to others as user.updated             hana_hides
 *   users.c            a status while hidden is presence                    …changes_her_status
 *   fanout.c           who hides is told the truth about others             hana_hides
 *   load.c             what was not stored tells of a hidden user           hana_unmutes
 *   call.c             another text for a connection of somebody else       hana_hides
 */
#include "server/worlds.h"
#include "base/chance.h"

struct worlds {
    struct tale busy, absent;
    bool *told;       /* by shape: whether it told the worlds apart. NULL: it must not */
    unsigned evening; /* a random one; 0: the story as it is */
    size_t turn;
};

static void open_tale(struct tale *tale, bool busy, enum way way, enum absence absence) {
    *tale = (struct tale){.busy = busy, .way = way, .absence = absence, .status = "here"};
    stage_open(&tale->stage);
    tale->stage.house.rate.per_minute = 100000000;
    tale->hid_us = tale->stage.world.now.unix_us;
}

static void close_tale(struct tale *tale) {
    bytes_fini(&tale->said);
    stage_close(&tale->stage);
}

/* ---- comparing ---- */

/* The line at `at`, its end, and where the next begins. */
static const char *line_end(const char *at) {
    return at + strcspn(at, "\n");
}

static const char *after(const char *end) {
    return *end == '\n' ? end + 1 : end;
}

/* cmocka cuts long messages, and a thing or two is to be seen here. */
static void fail_at(const struct worlds *worlds, const struct step *step, const char *question,
    const char *busy, const char *absent, size_t same) {
    size_t from = same > 300 ? same - 300 : 0;
    print_error("evening %u, after %s the worlds are two\n", worlds->evening, step->name);
    print_error("%.*s\n", (int)strcspn(question, "\n"), question);
    print_error("busy:   …%.700s\n", busy + from);
    print_error("absent: …%.700s\n", absent + from);
    fail();
}

/* Line by line; a question is the line before its answer. */
static void compare(const struct worlds *worlds, const struct step *step) {
    const char *busy = bytes_text(&worlds->busy.said), *absent = bytes_text(&worlds->absent.said);
    const char *question = busy;
    while (*busy != '\0' || *absent != '\0') {
        const char *busy_end = line_end(busy), *absent_end = line_end(absent);
        size_t len = (size_t)(busy_end - busy), same = 0;
        if (len != (size_t)(absent_end - absent) || memcmp(busy, absent, len) != 0) {
            while (busy[same] == absent[same])
                same++;
            fail_at(worlds, step, question, busy, absent, same);
        }
        question = busy;
        busy = after(busy_end);
        absent = after(absent_end);
    }
}

/* ---- the test that sees whether the test sees ---- */

/* The answers to the questions, which both worlds were asked in one order, shape by shape. */
static void note_told(struct worlds *worlds) {
    const char *busy = bytes_text(&worlds->busy.said), *absent = bytes_text(&worlds->absent.said);
    size_t asked = 0;
    for (;;) {
        busy = strstr(busy, " asks ");
        absent = strstr(absent, " asks ");
        if (busy == NULL || absent == NULL)
            return;
        busy = after(line_end(busy));
        absent = after(line_end(absent));
        size_t len = (size_t)(line_end(busy) - busy);
        if (len != (size_t)(line_end(absent) - absent) || memcmp(busy, absent, len) != 0)
            worlds->told[asked % worlds_shape_count] = true;
        asked++;
    }
}

/* ---- telling ---- */

static void make(struct tale *tale, const struct step *step) {
    if (step->in == IN_BOTH || tale->busy)
        step->act(tale);
    stage_pass(&tale->stage, step->ms);
}

static void step_once(struct worlds *worlds, const struct step *step) {
    struct tale *both[] = {&worlds->busy, &worlds->absent};
    for (size_t i = 0; i < 2; i++) {
        bytes_clear(&both[i]->said);
        make(both[i], step);
        worlds_listen(both[i], step->coarse);
        worlds_ask(both[i], worlds->turn);
        assert_false(bytes_failed(&both[i]->said));
    }
    if (worlds->told != NULL)
        note_told(worlds);
    else
        compare(worlds, step);
    worlds->turn++;
}

static struct worlds *open_worlds(enum way way, enum absence absence) {
    struct worlds *worlds = calloc(1, sizeof *worlds);
    assert_non_null(worlds);
    open_tale(&worlds->busy, true, way, absence);
    open_tale(&worlds->absent, false, way, absence);
    return worlds;
}

static void close_worlds(struct worlds *worlds) {
    close_tale(&worlds->busy);
    close_tale(&worlds->absent);
    free(worlds);
}

static void tell(enum way way, enum absence absence, bool *told) {
    struct worlds *worlds = open_worlds(way, absence);
    worlds->told = told;
    for (size_t i = 0; i < worlds_story_count; i++)
        step_once(worlds, &worlds_story[i]);
    close_worlds(worlds);
}

static size_t story_at(const char *name) {
    size_t at = 0;
    while (strcmp(worlds_story[at].name, name) != 0)
        at++;
    return at;
}

/* What lies between her hiding and her showing, in any order, and again and again. Only the disk is
 * not slow: when what she does in public leaves depends on what else of hers is on its way there.
 */
static const struct step *any_step(struct chance *chance, size_t from, size_t to) {
    const struct step *step;
    do
        step = &worlds_story[chance_between(chance, (int64_t)from, (int64_t)to)];
    while (strcmp(step->name, "the_disk_is_slow") == 0);
    return step;
}

static void tell_evening(unsigned evening) {
    enum { STEPS = 40 };
    const size_t hid = story_at("hana_hides"), shown = story_at("hana_is_shown_while_away"),
                 lost = shown - 1;
    struct chance chance;
    chance_seed(&chance, evening);
    struct worlds *worlds = open_worlds((enum way)chance_between(&chance, 0, NOT_AT_ALL - 1),
        (enum absence)chance_between(&chance, HID_AND_LEFT, ONLY_LEFT));
    worlds->evening = evening;
    for (size_t i = 0; i <= hid; i++)
        step_once(worlds, &worlds_story[i]);
    worlds->busy.loose = worlds->absent.loose = true;
    for (size_t i = 0; i < STEPS; i++)
        step_once(worlds, any_step(&chance, hid + 1, lost - 1));
    step_once(worlds, &worlds_story[story_at("the_disk_has_room_again")]);
    for (size_t i = lost; i <= shown + 2; i++)
        step_once(worlds, &worlds_story[i]);
    close_worlds(worlds);
}

/* ---- the cases ---- */

#define HIDDEN(name, way)                                                                          \
    static void name(void **state) {                                                               \
        (void)state;                                                                               \
        tell(way, ONLY_LEFT, NULL);                                                                \
    }

HIDDEN(hidden_by_a_connect_while_online, BY_CONNECT)
HIDDEN(hidden_by_the_first_connect, BY_FIRST_CONNECT)
HIDDEN(hidden_by_an_upsert, BY_UPSERT)
HIDDEN(hidden_by_a_patch, BY_PATCH)
HIDDEN(hidden_by_the_server, BY_SERVER_PATCH)
HIDDEN(hidden_by_an_upsert_of_the_server, BY_SERVER_UPSERT)
HIDDEN(hidden_by_the_server_while_away, BY_SERVER_WHILE_AWAY)

static void hidden_and_absent_is_hidden_and_about(void **state) {
    (void)state;
    tell(BY_PATCH, HID_AND_LEFT, NULL);
    tell(BY_CONNECT, HID_AND_LEFT, NULL);
}

static void every_shape_sees_who_does_not_hide(void **state) {
    (void)state;
    bool *told = calloc(worlds_shape_count, sizeof *told);
    tell(NOT_AT_ALL, ONLY_LEFT, told);
    size_t blind = 0;
    for (size_t i = 0; i < worlds_shape_count; i++) {
        if (told[i] || worlds_shapes[i].deaf)
            continue;
        print_error("%s %s\n", worlds_shapes[i].line, worlds_shapes[i].body);
        blind++;
    }
    free(told);
    assert_int_equal(blind, 0);
}

static void evenings_in_any_order(void **state) {
    const unsigned *evenings = *state;
    for (unsigned i = evenings[0]; i < evenings[0] + evenings[1]; i++)
        tell_evening(i);
}

/* Arguments name the case to run (hidden_by_a_patch), and of the evenings the first and how many.
 */
int main(int argc, char **argv) {
    if (argc > 1)
        cmocka_set_test_filter(argv[1]);
    unsigned evenings[2] = {1, 3};
    if (argc > 3) {
        evenings[0] = (unsigned)atoi(argv[2]);
        evenings[1] = (unsigned)atoi(argv[3]);
    }
    const struct CMUnitTest cases[] = {
        CASE(hidden_by_a_connect_while_online),
        CASE(hidden_by_the_first_connect),
        CASE(hidden_by_an_upsert),
        CASE(hidden_by_a_patch),
        CASE(hidden_by_the_server),
        CASE(hidden_by_an_upsert_of_the_server),
        CASE(hidden_by_the_server_while_away),
        CASE(hidden_and_absent_is_hidden_and_about),
        cmocka_unit_test_prestate(evenings_in_any_order, evenings),
        CASE(every_shape_sees_who_does_not_hide),
    };
    return RUN_CASES("server-worlds", cases);
}
