/* SPDX-License-Identifier: MIT */
/* --plain: what is said, and what a line that is typed does. */
#include "dashboard/model/update.h"
#include "dashboard/model/telling.h"
#include "dashboard/plain/menu.h"
#include "dashboard/plain/sentence.h"
#include "support/case.h"

#define AT 1764067320000 /* 10:42 UTC */
#define MINUTE 60000

static struct model model;
static struct bytes out;
static struct menu menu;

static void heard(void *context, const struct event_line *event) {
    (void)context;
    sentence_event(&out, &model, event);
}

static void is_told(const char *id, const char *name, bool online, int64_t at_ms) {
    const struct person_told told = {.id = id,
        .name = name,
        .status = "",
        .role = "user",
        .online = online,
        .live = true,
        .last_active_ms = AT - 20 * MINUTE};
    assert_int_equal(model_put_person(&model, &told, at_ms), 0);
}

static int set_up(void **state) {
    (void)state;
    setenv("TZ", "UTC", 1);
    assert_int_equal(model_init(&model, "x", "ana", AT), 0);
    const struct link_shown live = {.state = LINK_LIVE, .latency_ms = 1};
    model_set_link(&model, &live, AT);
    is_told("ana", "Ana", true, AT);
    is_told("bo", "Bo \x1b[31mPeep", false, AT);
    is_told("chen", "\xe9\x99\xb3\xe5\xa4\xa7\xe6\x96\x87", true, AT);
    model_set_me(&model, "Ana", false, AT);
    const char *const all[] = {"ana", "bo", "chen"};
    model_put_channel(&model, "messaging:hall", "Hall", 4);
    model_set_members(&model, "messaging:hall", all, 3);
    model_put_channel(&model, "messaging:dev", "dev", 2);
    model_set_members(&model, "messaging:dev", all, 2);
    menu = (struct menu){0};
    return 0;
}

static int tear_down(void **state) {
    (void)state;
    model_fini(&model);
    bytes_fini(&out);
    return 0;
}

#define SAYS(wanted) (SAME_TEXT(bytes_text(&out), wanted), bytes_clear(&out))

static unsigned types(const char *line) {
    bytes_clear(&out);
    return menu_take(&menu, &model, line, AT, &out);
}

static void says(const char *part) {
    if (strstr(bytes_text(&out), part) == NULL)
        fail_msg("it did not say '%s' but:\n%s", part, bytes_text(&out));
}

static void each_change_is_one_sentence(void **state) {
    (void)state;
    model.ear = (struct ear){.happened = heard};
    is_told("bo", "Bo Peep", true, AT);
    is_told("bo", "Bo Peep", false, AT + 192 * MINUTE);
    is_told("bo", "Bo Peep", true, AT + 193 * MINUTE);
    SAYS("10:42 Bo \xef\xbf\xbd[31mPeep came online in #Hall and #dev.\n"
         "13:54 Bo Peep went offline in #Hall and #dev, after 3h 12m.\n"
         "13:55 Bo Peep came online in #Hall and #dev, away for 1m.\n");
}

/* The screen makes one line of a burst; here everybody is told. */
static void who_comes_in_a_burst_is_told_one_by_one_but_who_flaps_only_once(void **state) {
    (void)state;
    model.ear = (struct ear){.happened = heard};
    for (int i = 0; i < 30; i++)
        is_told("bo", "Bo", i % 2 == 0, AT + i * 1000);
    size_t lines = 0;
    for (const char *at = bytes_text(&out); (at = strchr(at, '\n')) != NULL; at++)
        lines++;
    assert_in_range(lines, 6, 9);
    says("Bo comes and goes all the time");
}

static void who_is_here_is_told_in_words_with_what_is_not_known(void **state) {
    (void)state;
    assert_int_equal(types("1"), 0);
    SAYS("#Hall: 2 of 4 online, 1 unknown.\n"
         "You are online.\n"
         "\xe9\x99\xb3\xe5\xa4\xa7\xe6\x96\x87 is online.\n"
         "Bo \xef\xbf\xbd[31mPeep is offline, last active about 20m ago, the server says.\n");
    model.ascii = true;
    types("who");
    says("\nchen is online.\n");
    for (const char *at = bytes_text(&out); *at != '\0'; at++)
        assert_true((unsigned char)*at < 0x80);
}

static void a_lost_link_is_said_with_what_is_not_true_any_more(void **state) {
    (void)state;
    const struct link_shown lost = {
        .state = LINK_WAITING, .stale_since_ms = AT, .latency_ms = -1, .reason = "gone"};
    model_set_link(&model, &lost, AT);
    sentence_link(&out, &model, AT);
    SAYS("10:42 The link is lost: gone. Nobody's state is known now; it is being tried again.\n");
    types("1");
    says("There is no link. What follows was so at 10:42.\n");
    types("4 hello");
    SAYS("Not sent: there is no link.\n");
}

static void a_channel_is_chosen_by_number_or_name(void **state) {
    (void)state;
    types("2");
    says("1 All channels: 2 of 3 online.\n");
    says("3 #dev: 1 of 2 online.\n");
    assert_int_equal(types("3"), EFFECT_LOOK);
    says("Now in #dev");
    types("channel #hall");
    says("Now in #Hall");
    types("2 messaging:dev");
    says("Now in #dev");
    types("2 9");
    SAYS("There is no such channel.\n");
    types("2 0");
    SAYS("There is no such channel.\n");
    types("2");
    types("");
    SAYS("Nothing is changed.\n");
    says("");
    SAME_TEXT(model_current(&model)->name, "dev");
}

static void a_message_is_wanted_and_a_channel_must_be_chosen(void **state) {
    (void)state;
    types("4");
    says("What is the message?");
    types("hello  there");
    const struct chat *chat = &model_current(&model)->chat;
    assert_int_equal(chat->count, 1);
    SAME_TEXT(chat->lines[0]->text, "hello  there");
    assert_int_equal(chat->lines[0]->state, LINE_WANTED);
    types("2 1");
    types("send x");
    says("Choose one channel first");
    types("read");
    says("Choose one channel first");
    char *long_text = calloc(1, 6010);
    memcpy(long_text, "send ", 5);
    memset(long_text + 5, 'x', 6000);
    types("2 2");
    types(long_text);
    says("too long");
    assert_int_equal(chat->count, 1);
    free(long_text);
}

static void the_rest_of_the_menu_does_what_it_says(void **state) {
    (void)state;
    assert_int_equal(types("6"), EFFECT_HIDE);
    assert_int_equal(types("5 at lunch"), EFFECT_STATUS);
    SAME_TEXT(model.mine.status, "at lunch");
    types("status");
    assert_int_equal(types("-"), EFFECT_STATUS);
    SAME_TEXT(model.mine.status, "");
    assert_int_equal(types("0"), EFFECT_QUIT);
    assert_int_equal(types("quit"), EFFECT_QUIT);
    assert_int_equal(types("frobnicate"), 0);
    says("nothing of the menu");
    says("6 Become invisible (invisible).\n");
    model_set_me(&model, "Ana", true, AT);
    types("?");
    says("6 Become visible (invisible).\n");
    assert_int_equal(types("\xff"), 0);
    says("not UTF-8");
    assert_int_equal(types(""), 0);
    SAYS("");
}

static void somebody_is_watched_by_a_number_or_by_words(void **state) {
    (void)state;
    types("8");
    SAYS("Whom? Type a number, a name or an id, or nothing to leave it.\n"
         "1 \xe9\x99\xb3\xe5\xa4\xa7\xe6\x96\x87: not watched.\n"
         "2 Bo \xef\xbf\xbd[31mPeep: not watched.\n");
    types("2");
    says("When are you to be told that Bo \xef\xbf\xbd[31mPeep comes or goes? 1 the next time");
    types("1");
    SAYS("You are told the next time Bo \xef\xbf\xbd[31mPeep comes or goes.\n");
    assert_int_equal(watching_how(&model.watching, "bo"), WATCH_NEXT);
    types("watch bo always"); /* a name, or its beginning, in any case */
    SAYS("You are told whenever Bo \xef\xbf\xbd[31mPeep comes or goes.\n");
    assert_int_equal(watching_how(&model.watching, "bo"), WATCH_ALWAYS);
    types("watch");
    says("1 Bo \xef\xbf\xbd[31mPeep: watched.\n"); /* they come first */
    types("1 off");
    SAYS("Bo \xef\xbf\xbd[31mPeep is not watched any more.\n");
    assert_int_equal(watching_how(&model.watching, "bo"), WATCH_OFF);
    types("8 dana next");
    says("You are told the next time dana comes or goes.\nThey are in no channel of yours");
    assert_int_equal(watching_how(&model.watching, "dana"), WATCH_NEXT);
}

static void whom_nobody_knows_and_what_makes_no_sense_is_said(void **state) {
    (void)state;
    is_told("bob", "bobby", true, AT);
    is_told("bobb", "Bobbie", true, AT);
    const char *const all[] = {"ana", "bo", "bob", "bobb", "chen"};
    model_set_members(&model, "messaging:hall", all, 5);
    types("watch Bobb next");
    says("Several are called so");
    types("watch bobby next");
    says("You are told the next time bobby");
    types("watch Ana always");
    SAYS("That is you.\n");
    types("watch no body");
    SAYS("Nobody here is called so.\n");
    types("watch bo");
    types("sometimes");
    SAYS("That is none of next, always and off. Nothing is changed.\n");
    types("watch bo");
    types("");
    SAYS("Nothing is changed.\n");
    assert_int_equal(model.watching.count, 1);
}

static void a_change_of_whom_one_watches_says_so(void **state) {
    (void)state;
    model.ear = (struct ear){.happened = heard};
    assert_int_equal(
        watching_set(&model.watching, "bo", model_find_person(&model, "bo"), WATCH_NEXT), 0);
    bytes_clear(&out);
    is_told("bo", "Bo", true, AT);
    is_told("bo", "Bo", false, AT + MINUTE);
    SAYS("10:42 Watched: Bo \xef\xbf\xbd[31mPeep came online in #Hall and #dev.\n"
         "10:43 Bo went offline in #Hall and #dev, after 1m.\n");
}

static void what_came_and_went_before_is_one_sentence(void **state) {
    (void)state;
    const struct event_line line = {.kind = EVENT_AWAY, .at_ms = AT, .came = 4, .went = 2};
    bytes_clear(&out);
    sentence_event(&out, &model, &line);
    SAYS("10:42 While we were away 4 came and 2 left.\n");
}

static void hiding_for_a_while_says_until_when(void **state) {
    (void)state;
    types("7");
    SAYS("For how long? Type 30m, 2h, or until 18:00, or nothing to leave it.\n");
    assert_int_equal(types("30m"), EFFECT_HIDE);
    SAYS("You will be visible again at 11:12.\n");
    SAME_TEXT(model.toast, "");
    model_set_me(&model, "Ana", true, AT);
    types("10");
    SAYS("The link is live, and answers within 1 ms.\n"
         "As others get you: Ana, offline.\nYou will be visible again at 11:12.\n");
    assert_int_equal(types("hide for ever"), 0);
    says("");
    assert_non_null(strstr(model.toast, "How long?"));
}

static void what_is_unread_is_counted_and_reading_it_is_noted(void **state) {
    (void)state;
    types("9");
    SAYS("Nothing is unread.\n");
    const struct line_told told = {
        .id = "m1", .author = "bo", .text = "hi", .at_ms = AT, .is_news = true};
    assert_int_equal(model_put_line(&model, "messaging:dev", &told), 0);
    types("unread");
    SAYS("3 #dev: 1 of 2 online, 1 unread message.\n");
    assert_false(menu.has_read);
    types("2 dev");
    assert_false(menu.has_read);
    types("3");
    says("The last one is new.\n10:42 Bo \xef\xbf\xbd[31mPeep in #dev: hi\n");
    assert_true(menu.has_read);
}

#define WITH(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)

int main(void) {
    const struct CMUnitTest cases[] = {
        WITH(each_change_is_one_sentence),
        WITH(who_comes_in_a_burst_is_told_one_by_one_but_who_flaps_only_once),
        WITH(who_is_here_is_told_in_words_with_what_is_not_known),
        WITH(a_lost_link_is_said_with_what_is_not_true_any_more),
        WITH(a_channel_is_chosen_by_number_or_name),
        WITH(a_message_is_wanted_and_a_channel_must_be_chosen),
        WITH(the_rest_of_the_menu_does_what_it_says),
        WITH(somebody_is_watched_by_a_number_or_by_words),
        WITH(whom_nobody_knows_and_what_makes_no_sense_is_said),
        WITH(a_change_of_whom_one_watches_says_so),
        WITH(what_came_and_went_before_is_one_sentence),
        WITH(hiding_for_a_while_says_until_when),
        WITH(what_is_unread_is_counted_and_reading_it_is_noted),
    };
    return RUN_CASES("dashboard-plain", cases);
}
