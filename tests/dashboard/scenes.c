/* SPDX-License-Identifier: MIT */
#include "support/case.h"

#include "scenes.h"

#include "dashboard/input/key.h"
#include "dashboard/model/compose.h"

#include <ctype.h>
#include <time.h>

#define CID "messaging:support"

enum { MINUTE = 60 * 1000, HOUR = 60 * MINUTE, DAY = 24 * HOUR };

/* ---- worlds ---- */

static void furnish_day(struct model *model) {
    picture_world(model);
    picture_day(model);
    model_find_person(model, "dana")->there = (struct clock_there){
        .is_fixed = true, .fixed_s = 6 * 3600};
    update_command(model, ACTION_WATCH, "finn", PICTURE_NOW);
    update_command(model, ACTION_WATCH, "zoe", PICTURE_NOW);
    model_set_toast(model, "", 0);
    model_tick(model, PICTURE_NOW);
}

static void select_person(struct model *model, const char *id) {
    model_current(model)->selected = model_find_person(model, id);
}

static void furnish_dana(struct model *model) {
    furnish_day(model);
    select_person(model, "dana");
}

static void tell(struct model *model, struct line_told told) {
    assert_int_equal(model_put_line(model, CID, &told), 0);
}

/* A conversation with everything in it: another day, news, marks, replies. */
static void furnish_talk(struct model *model) {
    const int64_t now = PICTURE_NOW;
    furnish_day(model);
    picture_say(model, CID, "y1", "bob", "Good night.", now - DAY, false);
    tell(model, (struct line_told){.id = "m1",
                    .author = "ada",
                    .text = "Two tickets about the login page.",
                    .at_ms = now - 40 * MINUTE,
                    .replies = 2,
                    .reactions = "like 2, wow"});
    tell(model,
        (struct line_told){
            .id = "d1", .author = "dana", .text = "", .at_ms = now - 35 * MINUTE, .deleted = true});
    tell(model, (struct line_told){.id = "e1",
                    .author = "me",
                    .text = "I have one of them:\nthe second.",
                    .at_ms = now - 10 * MINUTE,
                    .edited = true});
    picture_say(
        model, CID, "n1", "kim", "\x1b[31mred\x07 \xe2\x80\xae and more", now - MINUTE, true);
    model_set_unread(model, CID, 1, now - 10 * MINUTE);
}

static void furnish_direct(struct model *model) {
    static const char *const cid = "messaging:!members-1";
    furnish_day(model);
    assert_int_equal(model_put_channel(model, cid, "!members-1", 2), 0);
    assert_int_equal(model_put_member(model, cid, "me"), 0);
    assert_int_equal(model_put_member(model, cid, "dana"), 0);
    model_name_direct(model, cid);
    picture_say(model, cid, "p1", "dana", "Are you there?", PICTURE_NOW - MINUTE, true);
}

static void furnish_bare(struct model *model) {
    setenv("TZ", "UTC", 1);
    tzset();
    assert_int_equal(model_init(model, "ana", "ana", PICTURE_NOW), 0);
}

static void furnish_empty(struct model *model) {
    const struct link_shown live = {.state = LINK_LIVE, .latency_ms = 0};
    furnish_bare(model);
    model_set_link(model, &live, PICTURE_NOW);
    model_set_me(model, "Ana", false, PICTURE_NOW);
    model->channels_known = true;
}

static void furnish_asking(struct model *model) {
    const struct link_shown live = {.state = LINK_LIVE, .latency_ms = -1, .resyncing = true};
    furnish_bare(model);
    model_set_link(model, &live, PICTURE_NOW);
}

/* More of everything than fits, and names that are hard to place. */
static void furnish_crowd(struct model *model) {
    static const char *const odd[] = {"陳大文陳大文陳大文陳大文陳大文",
        "e\xcc\x81\xcc\x81\xcc\x81 of many marks",
        "\xf0\x9f\x91\xa9\xe2\x80\x8d\xf0\x9f\x91\xa7 family", "\x1b]0;title\x07\x1b[31mred",
        "A name that is longer than any column has room for"};
    char id[32], name[64];
    furnish_day(model);
    for (int i = 0; i < 40; i++) {
        snprintf(id, sizeof id, "messaging:room-%d", i);
        snprintf(name, sizeof name, i % 7 == 3 ? "room %d with a long name" : "room-%d", i);
        assert_int_equal(model_put_channel(model, id, name, 100 * (size_t)i), 0);
        assert_int_equal(model_put_member(model, id, i % 3 == 0 ? "eve" : "ada"), 0);
    }
    for (int i = 0; i < 90; i++) {
        snprintf(id, sizeof id, "guest-%02d", i);
        snprintf(name, sizeof name, "Guest %02d", i);
        picture_person(model, id, i % 6 == 0 ? odd[i / 6 % 5] : name,
            i % 4 == 0 ? "in the garden, back when the bell rings, and not before" : "", i % 3 == 0,
            i % 5 != 4, (i + 1) * (int64_t)HOUR, PICTURE_NOW);
        assert_int_equal(model_put_member(model, CID, id), 0);
    }
    model_tick(model, PICTURE_NOW);
}

/* ---- what happens ---- */

static void comes(struct model *model, const char *id, bool online, int64_t at_ms) {
    picture_person(model, id, model_find_person(model, id)->name, "", online, true, 1, at_ms);
}

static void lose_link(struct model *model) {
    const struct link_shown lost = {.state = LINK_WAITING,
        .stale_since_ms = PICTURE_NOW - 42000,
        .retry_at_ms = PICTURE_NOW + 3000,
        .latency_ms = 4,
        .reason = "no word from the server"};
    model_set_link(model, &lost, PICTURE_NOW);
    model_tick(model, PICTURE_NOW);
}

static void lose_link_reading(struct model *model) {
    lose_link(model);
    model_chat(model)->older = OLDER_WANTED;
}

static void be_refused(struct model *model) {
    const struct link_shown refused = {
        .state = LINK_REFUSED, .latency_ms = -1, .reason = "the token has expired"};
    model_set_link(model, &refused, PICTURE_NOW);
}

static void be_off(struct model *model) {
    const struct link_shown off = {.state = LINK_OFF, .latency_ms = -1};
    model_set_link(model, &off, PICTURE_NOW);
}

static void come_back(struct model *model) {
    const struct link_shown live = {.state = LINK_LIVE, .latency_ms = 12};
    lose_link(model);
    model_set_link(model, &live, PICTURE_NOW);
    comes(model, "eve", true, PICTURE_NOW);
    comes(model, "ada", false, PICTURE_NOW);
    static const char *const ids[] = {"eve", "ada"};
    model_missed(model, ids, 2, "while we were away: 3 messages", PICTURE_NOW);
    model_resynced(model, 1, 1, PICTURE_NOW);
}

static void be_hidden(struct model *model) {
    model_set_me(model, "Ana", true, PICTURE_NOW);
    model_set_toast(model, "", 0);
}

static void be_hidden_until(struct model *model) {
    be_hidden(model);
    model->mine.show_at_ms = PICTURE_NOW + HOUR;
}

static void fail_to_hide(struct model *model) {
    model_light_failed(model, "the server is busy");
}

static void let_things_wait(struct model *model) {
    comes(model, "ada", false, PICTURE_NOW);
    comes(model, "eve", true, PICTURE_NOW);
}

static void let_eve_come(struct model *model) {
    comes(model, "eve", true, PICTURE_NOW + MINUTE);
    update_key(model, 'd', PICTURE_NOW + MINUTE);
}

/* A log with a line of each kind. */
static void let_much_happen(struct model *model) {
    static const char *const ids[] = {"ada", "bob", "eve", "finn", "kim", "dana"};
    for (size_t i = 0; i < sizeof ids / sizeof ids[0]; i++)
        comes(model, ids[i], model_find_person(model, ids[i])->state != STATE_ONLINE,
            PICTURE_NOW - 20000 + (int64_t)i * 100);
    model_resynced(model, 4, 2, PICTURE_NOW - 10000);
    model_note(model, "The history of 3 days was read", PICTURE_NOW - 9000);
    picture_person(model, "ada", "Ada Lovelace",
        "off to lunch, and then to the long meeting of "
        "the whole house",
        false, true, 1, PICTURE_NOW - 8000);
    comes(model, "eve", false, PICTURE_NOW - 5000);
    comes(model, "eve", true, PICTURE_NOW);
}

/* Lines of mine that wait and that failed; others type. */
static void write_and_fail(struct model *model) {
    static const char *const typing[] = {"me", "dana", "chen"};
    struct person *me = model_find_person(model, "me");
    struct chat *chat = model_chat(model);
    struct line *failed = chat_write(chat, "Is anybody there?", me, PICTURE_NOW);
    line_sending(failed, "x-1");
    line_failed(failed, "the channel is frozen");
    struct line *lost = chat_write(chat, "Where is everybody?", me, PICTURE_NOW);
    line_sending(lost, "x-3");
    line_failed(lost, "no answer in time");
    lost->unsure = true;
    line_sending(chat_write(chat, "Hello?", me, PICTURE_NOW), "x-2");
    model_set_typing(model, CID, typing, 3);
    model_set_toast(model, "", 0);
}

static void stand_on_failure(struct model *model) {
    write_and_fail(model);
    for (int i = 0; i < 3; i++)
        update_key(model, 'k', PICTURE_NOW);
}

static void answer_a_reply(struct model *model) {
    const struct line_told reply = {
        .id = "r1", .author = "eve", .text = "Mine too.", .at_ms = PICTURE_NOW - 5 * MINUTE};
    assert_int_equal(model_put_reply(model, CID, "m1", &reply), 0);
    model_chat(model)->older = OLDER_NONE;
}

static void open_direct(struct model *model) {
    assert_true(model_open_talk(model, "messaging:!members-1"));
    model_chat(model)->older = OLDER_NONE;
}

static void say_nothing(struct model *model) {
    model_set_toast(model, "", 0);
}

/* Ada before we asked, and Dana since a minute. */
static void let_two_watch(struct model *model) {
    static const char *const ids[] = {"ada"};
    assert_int_equal(model_set_watchers(model, CID, ids, 1), 0);
    assert_int_equal(model_set_watches(model, CID, "dana", true, PICTURE_NOW - MINUTE), 0);
}

/* Between two runs of the program. */
static void find_what_was_missed(struct model *model) {
    for (int i = 0; i < 5; i++)
        journal_away(&model->journal, i != 2, PICTURE_NOW);
}

static void be_named(struct model *model) {
    picture_say(model, "messaging:dev", "m5", "dana", "can @ana look?", PICTURE_NOW, true);
}

static void work(struct model *model, const char *id, int64_t from_ms) {
    struct history *history = &model_find_person(model, id)->history;
    history_put(history, SEEN_HOME, from_ms);
    history_put(history, SEEN_AWAY, from_ms + 8 * HOUR + 20 * MINUTE);
}

/* A week that was kept, a moderator who watches, and I am invisible: all that there is to say. */
static void furnish_known(struct model *model) {
    picture_world(model);
    const int64_t monday_ms = PICTURE_NOW - PICTURE_NOW % DAY - 7 * (int64_t)DAY;
    static const char *const ids[] = {"dana", "me"};
    model->history_ms = 7 * (int64_t)DAY;
    for (int i = 0; i < 2; i++) {
        struct history *history = &model_find_person(model, ids[i])->history;
        history_fini(history);
        history_put(history, SEEN_AWAY, monday_ms);
        for (int day = 0; day < 5; day++)
            work(model, ids[i], monday_ms + day * (int64_t)DAY + (9 + 2 * i) * HOUR + 10 * MINUTE);
    }
    struct person *dana = model_find_person(model, "dana");
    history_put(&dana->history, SEEN_HOME, PICTURE_NOW - 2 * MINUTE);
    dana->there = (struct clock_there){.is_fixed = true, .fixed_s = 5 * 3600 + 45 * 60};
    model_current(model)->selected = dana;
    assert_int_equal(model_set_role(model, CID, "dana", "moderator"), 0);
    assert_int_equal(model_set_watches(model, CID, "dana", true, PICTURE_NOW - MINUTE), 0);
    model_set_me(model, "Ana", true, PICTURE_NOW - 11 * MINUTE);
    model->live_since_ms = PICTURE_NOW - 134 * MINUTE;
}

/* Two teams in between, a stream that is folded, and somebody to talk with. */
static void furnish_groups(struct model *model) {
    furnish_direct(model);
    assert_int_equal(model_put_channel(model, "team:red", "red team", 1), 0);
    assert_int_equal(model_put_channel(model, "livestream:talks", "talks", 120), 0);
    assert_int_equal(model_put_channel(model, "livestream:news", "news", 2000), 0);
    assert_int_equal(model_put_channel(model, "messaging:late", "late", 3), 0);
    assert_int_equal(model_put_channel(model, "team:blue", "blue team", 4), 0);
    snprintf(model->groups.folded[0], GROUP_BYTES, "livestream");
    model->channels_came = false;
}

static void ask_as_seen(struct model *model) {
    model_set_me(model, "Ana", true, PICTURE_NOW - 11 * MINUTE);
    update_action(model, ACTION_AS_SEEN, PICTURE_NOW);
}

static void want_blocks(struct model *model) {
    model->ui.blocks = true;
}

/* Another and I liked it, somebody was astonished. */
static void let_it_be_liked(struct model *model) {
    const struct line *line = model_chat(model)->cursor;
    if (line == NULL)
        return; /* too small for one */
    const struct line_told told = {.id = line->id,
        .author = line->author->id,
        .text = line->text,
        .reactions = "[like 2], wow",
        .at_ms = line->at_ms};
    assert_int_equal(model_put_line(model, CID, &told), 0);
    update_key(model, KEY_CODE_ESCAPE, PICTURE_NOW);
    update_key(model, 'a', PICTURE_NOW);
}

static const struct scene_set scenes[] = {
    /* The panes. */
    {"members", "members legend event_line detail_line keys header tiny", NULL, "", NULL},
    {"channels", "channels watched_group", NULL, "1", NULL},
    {"channels-named", "channels", NULL, "1", be_named},
    {"events", "events", NULL, "3", let_much_happen},
    {"detail", "detail", furnish_dana, "4", NULL},
    {"watching", "members detail", NULL, "", let_two_watch},
    {"watching-detail", "detail", furnish_dana, "4", let_two_watch},
    {"known", "detail header", furnish_known, "", NULL},
    {"timeline", "detail", furnish_dana, "4 Enter", NULL},
    {"plot", "plot", NULL, "5", NULL},
    {"talk", "talk", furnish_talk, "Enter", write_and_fail},
    {"talk-failed", "talk", furnish_talk, "Enter", stand_on_failure},
    {"talk-stale", "talk", furnish_talk, "Enter g", lose_link_reading},
    {"talk-beside", "talk", furnish_talk, "Enter 2", NULL},
    {"replies", "talk", furnish_talk, "Enter g j Enter", answer_a_reply},
    {"direct", "talk", furnish_direct, "", open_direct},
    {"everybody", "members", furnish_crowd, "1 k 2", NULL},
    {"crowd", "members channels", furnish_crowd, "G k", NULL},
    {"crowd-channels", "channels", furnish_crowd, "1 G k", NULL},
    /* What is written. */
    {"draft", "talk", furnish_talk,
        "Enter c \"The second one is mine, and I think that it is done by noon\" ^J \"unless @d\"",
        NULL},
    {"draft-kept", "talk", furnish_talk, "Enter c \"The second one\" Esc", NULL},
    {"draft-changes", "talk", furnish_talk, "Enter k k e \" now\"", NULL},
    {"search", "prompt", NULL, "/ an", NULL},
    {"search-talk", "talk prompt", furnish_talk, "Enter / the", NULL},
    {"search-talk-found", "talk", furnish_talk, "Enter / the Enter n", say_nothing},
    {"search-found", "members", NULL, "/ an Enter", NULL},
    {"filter", "prompt", NULL, "\\ is:online", NULL},
    {"filter-terms", "prompt", NULL, "\\ is: Tab Tab", NULL},
    {"filter-fault", "prompt", NULL, "\\ \"is:online last:1h\"", NULL},
    {"filtered", "members channels", NULL, "\\ \"is:online in:#support\" Enter", NULL},
    {"filtered-all", "members", NULL, "\\ nobody-is-called-so Enter", NULL},
    {"command", "prompt", NULL, ": so", NULL},
    {"command-name", "prompt", NULL, ": \"add eve da\" Tab", NULL},
    {"command-refused", "detail_line", NULL, ": frobnicate Enter", NULL},
    {"palette", "prompt", NULL, "^P in", NULL},
    {"palette-all", "prompt", NULL, "^P Down Down", NULL},
    {"jump", "prompt", NULL, "^K da", NULL},
    {"jump-all", "prompt", furnish_crowd, "^K", NULL},
    {"react", "prompt", furnish_talk, "Enter k k a", let_it_be_liked},
    {"status", "prompt", NULL, "m \"lunch for 45m\"", NULL},
    /* Over it. */
    {"help", "help", NULL, "?", NULL},
    {"help-found", "help prompt", NULL, "? / invisible", NULL},
    {"help-nothing", "help", NULL, "? / xyzzy Enter", NULL},
    {"menu", "menu", NULL, "Space", NULL},
    {"menu-more", "menu", NULL, "Space Space", NULL},
    {"menu-talk", "menu", furnish_talk, "Enter Space", NULL},
    {"watched", "watched", NULL, "W j", say_nothing},
    {"watched-nobody", "watched", picture_world, "W", say_nothing},
    /* The link, and my light. */
    {"connecting", "members", furnish_bare, "", NULL},
    {"refused", "members", furnish_bare, "", be_refused},
    {"off", "header", furnish_bare, "", be_off},
    {"asking", "members", furnish_asking, "", NULL},
    {"empty", "members", furnish_empty, "", NULL},
    {"stale", "header", NULL, "", lose_link},
    {"back", "events members", NULL, "3", come_back},
    {"missed", "events", NULL, "3", find_what_was_missed},
    {"pending", "header", NULL, "i", NULL},
    {"invisible", "header", NULL, "", be_hidden},
    {"invisible-until", "header", NULL, "", be_hidden_until},
    {"failed", "header", NULL, "i", fail_to_hide},
    {"as-seen", "members detail_line", NULL, "", ask_as_seen},
    /* How it is looked at. */
    {"blocks", "members plot", NULL, "5", want_blocks},
    {"paused", "header", NULL, "p", let_things_wait},
    {"changes", "members events", NULL, "d d", let_eve_come},
    {"changes-none", "members events", NULL, "d d d", say_nothing},
    {"offline-hidden", "members channels", NULL, "o", NULL},
    {"left-only", "members", NULL, "f f", NULL},
    {"sorted", "members channels", NULL, "s S 1 s s s S", say_nothing},
    {"groups", "channels", furnish_groups, "1 j", NULL},
    {"folded", "channels", NULL, "1 -", NULL},
    {"watched-events", "events", NULL, "3 e", say_nothing},
    {"no-events", "events", NULL, "3 e e", say_nothing},
    {"times-absolute", "members", NULL, "t", say_nothing},
    {"times-utc", "members", NULL, "t t", say_nothing},
    {"detail-shut", "members", NULL, "x", NULL},
    {"zoom-half-channels", "channels", NULL, "1 z", NULL},
    {"zoom-half-members", "members", NULL, "z", NULL},
    {"zoom-half-events", "events", NULL, "3 z", NULL},
    {"zoom-half-detail", "detail", furnish_dana, "4 z", NULL},
    {"zoom-half-plot", "plot", NULL, "5 z", NULL},
    {"zoom-half-talk", "talk", furnish_talk, "Enter z", NULL},
    {"zoom-full-channels", "channels", NULL, "1 z z", NULL},
    {"zoom-full-members", "members", NULL, "z z", NULL},
    {"zoom-full-events", "events", NULL, "3 z z", NULL},
    {"zoom-full-detail", "detail", furnish_dana, "4 z z", NULL},
    {"zoom-full-plot", "plot", NULL, "5 z z", NULL},
    {"zoom-full-talk", "talk", furnish_talk, "Enter z z", NULL},
};

const struct scene_set *scene_at(size_t i) {
    return i < sizeof scenes / sizeof scenes[0] ? &scenes[i] : NULL;
}

/* ---- keys ---- */

static void type(struct model *model, const char *text, size_t len) {
    for (size_t i = 0; i < len; i++)
        update_key(model, (unsigned char)text[i], PICTURE_NOW);
}

/* A word is a key by its name, or else text; so is what stands in quotation marks. */
static void press(struct model *model, const char *keys) {
    while (*keys != '\0') {
        const bool quoted = *keys == '"';
        const char *from = keys + (quoted ? 1 : 0);
        const size_t len = strcspn(from, quoted ? "\"" : " ");
        const bool breaks = !quoted && len == 2 && memcmp(from, "^J", 2) == 0;
        const int key = breaks   ? KEY_CODE_CONTROL('J')
                        : quoted ? KEY_CODE_NONE
                                 : key_read(from, len);
        if (key != KEY_CODE_NONE)
            update_key(model, key, PICTURE_NOW);
        else
            type(model, from, len);
        keys = from + len + (quoted ? 1 : 0);
        keys += strspn(keys, " ");
    }
}

void scene_begin(
    const struct scene_set *scene, struct model *model, enum glyph_set set, int rows, int cols) {
    (scene->furnish != NULL ? scene->furnish : furnish_day)(model);
    model_set_glyphs(model, set);
    update_size(model, rows, cols);
    press(model, scene->keys);
    if (scene->then != NULL)
        scene->then(model);
    update_settle(model);
}
