/* SPDX-License-Identifier: MIT */
/*
 * Conversations: ana and bo are two real porchlights in two real terminals, cy is a client of the
 * library; all of them are in the hall of a real porchlightd.
 */
#include "support/daemon.h"
#include "support/terminal.h"
#include "support/case.h"

#include "base/bytes.h"
#include "base/clock.h"
#include <porchlight/porchlight.h>

#include <poll.h>
#include <signal.h>

enum { IN_TIME_MS = 20 * 1000, PAGED = 200, PASTED = 50 };

#define ESCAPE "\x1b"
#define PASTE_BEGINS "\x1b[200~"
#define PASTE_ENDS "\x1b[201~"
#define LOOKS_AWAY "\x1b[O"
#define LOOKS_BACK "\x1b[I"

static struct daemon daemon_;
static struct terminal *ana, *bo;

/* What cy has heard. */
static struct {
    pl_client *client;
    pl_channel *hall;
    bool done;
    int status;
    unsigned read_by_ana, typed_by_ana, messages, reacted_by_ana;
    char last[8000], last_id[300], reacted_id[300];
} cy;

static void on_done(pl_client *client, const struct pl_outcome *outcome, void *context) {
    (void)client;
    (void)context;
    cy.done = true;
    cy.status = (int)outcome->status;
    if (outcome->channel != NULL)
        cy.hall = outcome->channel;
}

static bool is_by_ana(const struct pl_event *event) {
    return event->user != NULL && strcmp(pl_user_id(event->user), "ana") == 0;
}

static void on_event(pl_client *client, const struct pl_event *event, void *context) {
    (void)client;
    (void)context;
    if (event->type == PL_EVENT_MESSAGE_READ && is_by_ana(event))
        cy.read_by_ana++;
    if (event->type == PL_EVENT_REACTION_NEW && is_by_ana(event)) {
        cy.reacted_by_ana++;
        snprintf(cy.reacted_id, sizeof cy.reacted_id, "%s", pl_message_id(event->message));
    }
    if (event->type == PL_EVENT_TYPING_STARTED && is_by_ana(event))
        cy.typed_by_ana++;
    if (event->type == PL_EVENT_MESSAGE_NEW && is_by_ana(event)) {
        cy.messages++;
        snprintf(cy.last, sizeof cy.last, "%s", pl_message_text(event->message));
        snprintf(cy.last_id, sizeof cy.last_id, "%s", pl_message_id(event->message));
    }
}

static void turn(void) {
    struct pollfd ready = {.fd = pl_client_fd(cy.client), .events = POLLIN};
    poll(&ready, 1, 20);
    pl_client_dispatch(cy.client);
}

static void ends(int accepted) {
    const int64_t end_ms = clock_mono_ms() + IN_TIME_MS;
    assert_int_equal(accepted, 0);
    while (!cy.done && clock_mono_ms() < end_ms)
        turn();
    assert_true(cy.done);
    assert_int_equal(cy.status, PL_DONE);
    cy.done = false;
}

static void until(const unsigned *count, unsigned wanted) {
    const int64_t end_ms = clock_mono_ms() + IN_TIME_MS;
    while (*count < wanted && clock_mono_ms() < end_ms) {
        turn();
        if (ana != NULL)
            terminal_take(ana);
        if (bo != NULL)
            terminal_take(bo);
    }
    assert_int_equal(*count, wanted);
}

static void sees_ana(bool online) {
    const int64_t end_ms = clock_mono_ms() + IN_TIME_MS;
    const pl_user *user = pl_client_find_user(cy.client, "ana");
    while (pl_user_online(user) != online && clock_mono_ms() < end_ms)
        turn();
    assert_int_equal(pl_user_online(user), online);
}

static void connects(const char *who) {
    char *token = daemon_token(&daemon_, who, NULL);
    const struct pl_client_options options = {
        .size = sizeof options, .url = daemon_.url, .api_key = daemon_.api_key};
    const struct pl_connect_options connect = {
        .size = sizeof connect, .user_id = who, .token = token, .invisible = -1};
    assert_int_equal(pl_client_create(&cy.client, &options), 0);
    ends(pl_client_connect_user(cy.client, &connect, on_done, NULL));
    free(token);
}

/* Only those who were there once can be members. */
static void was_here(const char *who) {
    connects(who);
    pl_client_destroy(cy.client);
}

static void cy_comes(void) {
    static const char *const three[] = {"ana", "bo", "cy"};
    const struct pl_channel_options hall = {
        .size = sizeof hall, .name = "hall", .members = three, .member_count = 3};
    was_here("ana");
    was_here("bo");
    connects("cy");
    assert_true(pl_client_on(cy.client, PL_EVENT_ANY, on_event, NULL) > 0);
    ends(pl_channel_get_or_create(
        cy.client, "messaging", "hall", &hall, PL_WATCH | PL_PRESENCE, on_done, NULL));
}

static void cy_says(const char *text) {
    ends(pl_channel_send_message(cy.hall, text, on_done, NULL));
}

static struct terminal *opens(const char *who, int cols, int rows, const char *locale) {
    char *token = daemon_token(&daemon_, who, NULL);
    char token_line[2200], url_line[100], key_line[100], home_line[120], user_line[40];
    snprintf(token_line, sizeof token_line, "PORCHLIGHT_TOKEN=%s", token);
    snprintf(url_line, sizeof url_line, "PORCHLIGHT_URL=%s", daemon_.url);
    snprintf(key_line, sizeof key_line, "PORCHLIGHT_API_KEY=%s", daemon_.api_key);
    snprintf(home_line, sizeof home_line, "XDG_CONFIG_HOME=%s/config", daemon_.folder);
    snprintf(user_line, sizeof user_line, "PORCHLIGHT_USER=%s", who);
    const char *const argv[] = {PORCHLIGHT, NULL};
    const char *const environment[] = {token_line, url_line, key_line, home_line, user_line,
        "TZ=UTC", "TERM=xterm-256color", locale, "NO_COLOR", NULL};
    struct terminal *terminal = terminal_run(argv, cols, rows, environment);
    SHOWS(terminal, "LIVE", IN_TIME_MS);
    SHOWS(terminal, "#hall", IN_TIME_MS);
    free(token);
    return terminal;
}

static int set_up(void **state) {
    (void)state;
    daemon_make(&daemon_);
    daemon_start(&daemon_);
    memset(&cy, 0, sizeof cy);
    cy_comes();
    ana = opens("ana", 80, 24, "LC_ALL=C.UTF-8");
    return 0;
}

static int tear_down(void **state) {
    (void)state;
    terminal_destroy(ana);
    terminal_destroy(bo);
    ana = bo = NULL;
    pl_client_destroy(cy.client);
    daemon_fini(&daemon_);
    return 0;
}

static void reads(struct terminal *terminal) {
    terminal_send(terminal, "\r");
    SHOWS(terminal, "Conversation #hall", IN_TIME_MS);
}

static void says(struct terminal *terminal, const char *text) {
    terminal_send(terminal, "c");
    SHOWS(terminal, "Enter sends", IN_TIME_MS);
    terminal_send(terminal, text);
    terminal_send(terminal, "\r");
}

/* ---- what is held ---- */

static void two_people_write_to_each_other(void **state) {
    (void)state;
    bo = opens("bo", 120, 40, "LC_ALL=C.UTF-8");
    reads(ana);
    reads(bo);
    terminal_send(ana, "chello @b\tthere");
    SHOWS(bo, "ana is typing", IN_TIME_MS);
    terminal_send(ana, "\r");
    SHOWS(bo, "hello @bo there", IN_TIME_MS);
    LOSES(bo, "ana is typing", IN_TIME_MS);
    says(bo, "and to you\\\rin two lines");
    SHOWS(ana, "and to you", IN_TIME_MS);
    SHOWS(ana, "in two lines", IN_TIME_MS);
    LOSES(ana, "sending", IN_TIME_MS);
}

static void a_message_is_changed_and_deleted_for_everybody(void **state) {
    (void)state;
    bo = opens("bo", 80, 24, "LC_ALL=C.UTF-8");
    reads(ana);
    reads(bo);
    says(ana, "the frist");
    SHOWS(bo, "the frist", IN_TIME_MS);
    terminal_send(ana, ESCAPE);
    LOSES(ana, "Enter sends", IN_TIME_MS);
    terminal_send(ana, "ke");
    SHOWS(ana, "Enter changes it", IN_TIME_MS);
    terminal_send(ana, "\x15the first\r");
    SHOWS(bo, "the first edited", IN_TIME_MS);
    SHOWS(ana, "the first edited", IN_TIME_MS);
    terminal_send(ana, "D");
    SHOWS(ana, "again deletes", IN_TIME_MS);
    terminal_send(ana, "D");
    SHOWS(bo, "(deleted)", IN_TIME_MS);
    SHOWS(ana, "(deleted)", IN_TIME_MS);
    /* bo may not: what others wrote is theirs. */
    cy_says("by cy");
    SHOWS(bo, "by cy", IN_TIME_MS);
    terminal_send(bo, "ke");
    SHOWS(bo, "Only your own", IN_TIME_MS);
}

/* How many lines are said to be below; -1: it is not said. */
static int newer_below(struct terminal *terminal) {
    const int row = terminal_row_with(terminal, " newer below");
    const char *line = row >= 0 ? terminal_row(terminal, row) : NULL;
    const char *at = line != NULL ? strstr(line, " newer below") : NULL;
    while (at != NULL && at > line && at[-1] >= '0' && at[-1] <= '9')
        at--;
    return at != NULL ? atoi(at) : -1;
}

static bool has_below(struct terminal *terminal, void *context) {
    return newer_below(terminal) == *(const int *)context;
}

static void two_hundred_messages_are_paged_through_and_back(void **state) {
    (void)state;
    char text[40];
    for (int i = 1; i <= PAGED; i++) {
        snprintf(text, sizeof text, "note %d.", i);
        cy_says(text);
    }
    reads(ana);
    SHOWS(ana, "note 200.", IN_TIME_MS);
    for (int tries = 0; tries < 10 && terminal_row_with(ana, "the beginning") < 0; tries++) {
        terminal_send(ana, "g");
        terminal_wait_for(ana, "the beginning", 1000);
    }
    SHOWS(ana, "note 1.", IN_TIME_MS);
    SHOWS(ana, "newer below", IN_TIME_MS);
    terminal_send(ana, "\x1b[6~");
    LOSES(ana, "note 1.", IN_TIME_MS);
    /* What comes meanwhile moves nothing. */
    SHOWS(ana, "note 20.", IN_TIME_MS);
    terminal_quiet(ana, 100);
    const int row = terminal_row_with(ana, "note 20.");
    int below = newer_below(ana) + 1;
    cy_says("the newest");
    BECOMES(ana, has_below, &below, IN_TIME_MS);
    assert_int_equal(terminal_row_with(ana, "note 20."), row);
    terminal_send(ana, "G");
    SHOWS(ana, "the newest", IN_TIME_MS);
}

static void fifty_pasted_lines_are_one_message(void **state) {
    (void)state;
    struct bytes text = BYTES_EMPTY, keys = BYTES_EMPTY;
    bytes_append_text(&keys, PASTE_BEGINS);
    for (int i = 1; i <= PASTED; i++) {
        bytes_printf(&text, "%sQ line %d", i > 1 ? "\n" : "", i);
        bytes_printf(&keys, "%sQ line %d", i > 1 ? "\r" : "", i);
    }
    bytes_append_text(&keys, PASTE_ENDS);
    reads(ana);
    terminal_send(ana, "c");
    SHOWS(ana, "Enter sends", IN_TIME_MS);
    terminal_send(ana, bytes_text(&keys));
    SHOWS(ana, "Q line 50", IN_TIME_MS);
    assert_int_equal(cy.messages, 0);
    terminal_send(ana, "\r");
    until(&cy.messages, 1);
    SAME_TEXT(cy.last, bytes_text(&text));
    SHOWS(ana, "Q line 50", IN_TIME_MS);
    bytes_fini(&text);
    bytes_fini(&keys);
}

static void a_hostile_text_is_harmless(void **state) {
    (void)state;
    static const char *const forbidden[] = {"\x1b]0;owned", "\x1b[31mred", "\x1b[2J!", NULL};
    reads(ana);
    cy_says(
        "\x1b[31mred\x1b]0;owned\x07 \xe2\x80\xae\xc2\x9b\x1b[2J!\r\nsecond\trow \xf0\x9f\x91\xa8"
        "\xe2\x80\x8d\xf0\x9f\x91\xa9 end");
    SHOWS(ana, "second row", IN_TIME_MS);
    terminal_send(ana, "c\x1b[31mx");
    size_t len;
    const char *bytes = terminal_bytes(ana, &len);
    const char *harm = terminal_harm(bytes, len, forbidden);
    if (harm != NULL)
        fail_msg("the terminal was sent %s", harm);
}

static void only_what_the_eye_was_on_is_marked_read(void **state) {
    (void)state;
    cy_says("while members have the keys");
    SHOWS(ana, "#hall !", IN_TIME_MS);
    reads(ana);
    LOSES(ana, "#hall !", IN_TIME_MS);
    SHOWS(ana, " new ", IN_TIME_MS);
    until(&cy.read_by_ana, 1);
    terminal_send(ana, LOOKS_AWAY);
    cy_says("nobody looks");
    SHOWS(ana, "nobody looks", IN_TIME_MS);
    SHOWS(ana, "#hall !", IN_TIME_MS);
    cy_says("still nobody");
    SHOWS(ana, "still nobody", IN_TIME_MS);
    terminal_send(ana, LOOKS_BACK);
    LOSES(ana, "#hall !", IN_TIME_MS);
    until(&cy.read_by_ana, 2); /* and not one for each message */
}

static void while_hidden_nobody_learns_that_i_type_or_read(void **state) {
    (void)state;
    sees_ana(true);
    terminal_send(ana, "i");
    SHOWS(ana, "[INVISIBLE]", IN_TIME_MS);
    sees_ana(false);
    cy_says("are you there?");
    reads(ana);
    SHOWS(ana, "are you there?", IN_TIME_MS);
    terminal_send(ana, "cno");
    SHOWS(ana, "> no", IN_TIME_MS);
    terminal_send(ana, ESCAPE);
    SHOWS(ana, "draft", IN_TIME_MS);
    terminal_send(ana, "i");
    sees_ana(true);
    assert_int_equal(cy.typed_by_ana, 0);
    assert_int_equal(cy.read_by_ana, 0);
}

static void without_a_link_it_says_not_sent_and_sends_once_when_asked(void **state) {
    (void)state;
    reads(ana);
    daemon_stop(&daemon_, SIGKILL);
    SHOWS(ana, "STALE", IN_TIME_MS);
    says(ana, "hold the line");
    SHOWS(ana, "NOT SENT", IN_TIME_MS);
    terminal_send(ana, ESCAPE);
    LOSES(ana, "Enter sends", IN_TIME_MS);
    daemon_start(&daemon_);
    SHOWS(ana, "LIVE", IN_TIME_MS);
    SHOWS(ana, "NOT SENT", IN_TIME_MS);
    pl_client_reconnect_now(cy.client);
    terminal_send(ana, "r");
    LOSES(ana, "NOT SENT", IN_TIME_MS);
    LOSES(ana, "sending", IN_TIME_MS);
    SHOWS(ana, "hold the line", IN_TIME_MS);
}

static bool is_on_bo(struct terminal *terminal, void *context) {
    (void)context;
    for (int row = 0; row < 24; row++) {
        const char *text = strstr(terminal_row(terminal, row), "> ");
        if (text == NULL)
            text = strstr(terminal_row(terminal, row), ">\xe2");
        if (text != NULL && strstr(text, " bo ") != NULL)
            return true;
    }
    return false;
}

static void c_on_a_member_opens_the_conversation_of_the_two(void **state) {
    (void)state;
    bo = opens("bo", 80, 24, "LC_ALL=C.UTF-8");
    terminal_send(ana, "2g");
    for (int tries = 0; tries < 10 && !is_on_bo(ana, NULL); tries++) {
        terminal_send(ana, tries == 0 ? "g" : "j"); /* who watches is above */
        terminal_wait_until(ana, is_on_bo, NULL, 500);
    }
    terminal_send(ana, "c");
    SHOWS(ana, "Conversation @bo", IN_TIME_MS);
    SHOWS(ana, "Enter sends", IN_TIME_MS);
    terminal_send(ana, "just between us\r");
    SHOWS(ana, "just between us", IN_TIME_MS);
    SHOWS(bo, "added to @ana", IN_TIME_MS);
    assert_true(terminal_row_with(ana, "added to") < 0); /* what I did is no news to me */
    assert_int_equal(cy.messages, 0);
}

static void replies_are_counted_and_read_where_they_belong(void **state) {
    (void)state;
    cy_says("who has the keys?");
    reads(ana);
    SHOWS(ana, "who has the keys?", IN_TIME_MS);
    terminal_send(ana, "k\r");
    SHOWS(ana, "Replies to cy: who", IN_TIME_MS);
    says(ana, "the porter");
    until(&cy.messages, 1);
    SAME_TEXT(cy.last, "the porter");
    LOSES(ana, "sending", IN_TIME_MS);
    terminal_send(ana, ESCAPE);
    LOSES(ana, "Enter sends", IN_TIME_MS);
    terminal_send(ana, ESCAPE);
    SHOWS(ana, "Conversation #hall", IN_TIME_MS);
    SHOWS(ana, "1 reply", IN_TIME_MS);
}

/* Something that composes characters finds where they go. */
static bool shows_cursor(struct terminal *terminal, void *context) {
    (void)context;
    return terminal_shows_cursor(terminal);
}

static bool hides_cursor(struct terminal *terminal, void *context) {
    (void)context;
    return !terminal_shows_cursor(terminal);
}

static void a_draft_stays_with_its_channel(void **state) {
    (void)state;
    reads(ana);
    assert_false(terminal_shows_cursor(ana));
    terminal_send(ana, "chalf a thou");
    SHOWS(ana, "> half a thou", IN_TIME_MS);
    BECOMES(ana, shows_cursor, NULL, IN_TIME_MS);
    terminal_send(ana, ESCAPE);
    SHOWS(ana, "draft", IN_TIME_MS);
    BECOMES(ana, hides_cursor, NULL, IN_TIME_MS);
    terminal_send(ana, ESCAPE);
    LOSES(ana, "Conversation", IN_TIME_MS);
    reads(ana);
    terminal_send(ana, "cght\r");
    until(&cy.messages, 1);
    SAME_TEXT(cy.last, "half a thought");
}

static void reactions_are_shown(void **state) {
    (void)state;
    reads(ana);
    says(ana, "cake at four");
    until(&cy.messages, 1);
    ends(pl_channel_add_reaction(cy.hall, cy.last_id, "like", 1, false, on_done, NULL));
    SHOWS(ana, "cake at four like", IN_TIME_MS);
}

static void a_reaction_is_given_and_taken_back(void **state) {
    (void)state;
    cy_says("cake at four");
    reads(ana);
    SHOWS(ana, "cake at four", IN_TIME_MS);
    terminal_send(ana, "ka");
    SHOWS(ana, "React with", IN_TIME_MS);
    terminal_send(ana, "\r");
    SHOWS(ana, "cake at four [like]", IN_TIME_MS);
    terminal_send(ana, "aparty\r");
    SHOWS(ana, "[party]", IN_TIME_MS);
    until(&cy.reacted_by_ana, 2);
    /* Another's is counted, and mine stays mine. */
    ends(pl_channel_add_reaction(cy.hall, cy.reacted_id, "like", 1, false, on_done, NULL));
    SHOWS(ana, "[like 2]", IN_TIME_MS);
    SHOWS(ana, "[party]", IN_TIME_MS);
    terminal_send(ana, ":react like\r");
    LOSES(ana, "[like 2]", IN_TIME_MS);
    SHOWS(ana, "like, [party]", IN_TIME_MS);
}

static void what_was_said_long_ago_is_found(void **state) {
    (void)state;
    char text[40];
    for (int i = 1; i <= PAGED; i++) {
        snprintf(text, sizeof text, i == 3 ? "the key is under the mat" : "note %d.", i);
        cy_says(text);
    }
    terminal_destroy(ana); /* what she was told while she was there she has already */
    ana = opens("ana", 80, 24, "LC_ALL=C.UTF-8");
    reads(ana);
    SHOWS(ana, "note 200.", IN_TIME_MS);
    terminal_send(ana, "/under the\r");
    SHOWS(ana, "n reads further back", IN_TIME_MS);
    terminal_send(ana, "n");
    SHOWS(ana, "again reads on", IN_TIME_MS);
    terminal_send(ana, "n");
    SHOWS(ana, "the key is under the mat", IN_TIME_MS);
    SHOWS(ana, "newer below", IN_TIME_MS);
}

/* cy made the hall. */
static void a_moderator_deletes_what_another_wrote_and_nobody_else_does(void **state) {
    (void)state;
    static const char *const her[] = {"ana"};
    cy_says("by cy");
    reads(ana);
    SHOWS(ana, "by cy", IN_TIME_MS);
    terminal_send(ana, "kD");
    SHOWS(ana, "that is for moderators", IN_TIME_MS);
    terminal_send(ana, "D");
    SHOWS(ana, "NOT DELETED: ", IN_TIME_MS);
    SHOWS(ana, "by cy", IN_TIME_MS);
    ends(pl_channel_add_moderators(cy.hall, her, 1, on_done, NULL));
    for (int tries = 0; tries < 20 && terminal_row_with(ana, "(deleted)") < 0; tries++) {
        terminal_send(ana, "D");
        if (terminal_wait_for(ana, "for everybody", 500))
            terminal_send(ana, "D");
        terminal_wait_for(ana, "(deleted)", 500);
    }
    SHOWS(ana, "(deleted)", IN_TIME_MS);
    terminal_send(ana, "4g");
    SHOWS(ana, "moderator", IN_TIME_MS);
}

#define WITH(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)

int main(void) {
    const struct CMUnitTest cases[] = {
        WITH(two_people_write_to_each_other),
        WITH(a_message_is_changed_and_deleted_for_everybody),
        WITH(two_hundred_messages_are_paged_through_and_back),
        WITH(fifty_pasted_lines_are_one_message),
        WITH(a_hostile_text_is_harmless),
        WITH(only_what_the_eye_was_on_is_marked_read),
        WITH(while_hidden_nobody_learns_that_i_type_or_read),
        WITH(without_a_link_it_says_not_sent_and_sends_once_when_asked),
        WITH(c_on_a_member_opens_the_conversation_of_the_two),
        WITH(replies_are_counted_and_read_where_they_belong),
        WITH(a_draft_stays_with_its_channel),
        WITH(reactions_are_shown),
        WITH(a_reaction_is_given_and_taken_back),
        WITH(what_was_said_long_ago_is_found),
        WITH(a_moderator_deletes_what_another_wrote_and_nobody_else_does),
    };
    return RUN_CASES("pty-talk", cases);
}
