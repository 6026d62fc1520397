/* SPDX-License-Identifier: MIT */
/*
 * Every action there is, done: by each of its keys, by its command, and with whatever the table of
 * actions says may follow that. Ana is a real porchlight in a real terminal, at a real porchlightd;
 * bo is a client of the library who sees from outside what she did.
 *
 * A row of the table below says how to get to where the action means something, what is so after
 * it and was not before, and what doing it again does. An action without a row fails the test, and
 * so does a word of its argument that is not tried. All rows of a part run in one program, one
 * after the other: before each way of doing it everything is closed, and a command that does not
 * exist is given, so that its complaint says that all keys before it were taken, and stands where
 * the toast of the row before stood.
 */
#include "support/daemon.h"
#include "support/rest.h"
#include "support/terminal.h"
#include "support/case.h"

#include "base/bytes.h"
#include "base/clock.h"
#include "dashboard/input/key.h"
#include "dashboard/input/keymap.h"
#include <porchlight/porchlight.h>

#include <poll.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>

enum { IN_TIME_MS = 20 * 1000, CROWD = 45, SAID = 40, ROWS_SHOWN = 40 };

static struct daemon daemon_;
static struct terminal *ana;

/* bo, a client of the library: who sees from outside what ana does. */
static struct {
    pl_client *client;
    pl_channel *hall;
    bool done;
    int status;
    char last[400]; /* the newest message by ana */
    unsigned deleted, reactions;
} bo;

static void on_done(pl_client *client, const struct pl_outcome *outcome, void *context) {
    (void)client;
    (void)context;
    bo.done = true;
    bo.status = (int)outcome->status;
    if (outcome->channel != NULL)
        bo.hall = outcome->channel;
}

static void on_event(pl_client *client, const struct pl_event *event, void *context) {
    (void)client;
    (void)context;
    if (event->type == PL_EVENT_MESSAGE_DELETED)
        bo.deleted++;
    if (event->type == PL_EVENT_REACTION_NEW && strcmp(event->reaction_type, "like") == 0)
        bo.reactions++;
    if (event->type == PL_EVENT_MESSAGE_NEW && strcmp(pl_user_id(event->user), "ana") == 0)
        snprintf(bo.last, sizeof bo.last, "%s", pl_message_text(event->message));
}

static void turn(void) {
    struct pollfd ready = {.fd = pl_client_fd(bo.client), .events = POLLIN};
    poll(&ready, 1, 20);
    pl_client_dispatch(bo.client);
    if (ana != NULL)
        terminal_take(ana);
}

static void ends(int accepted) {
    const int64_t end_ms = clock_mono_ms() + IN_TIME_MS;
    assert_int_equal(accepted, 0);
    while (!bo.done && clock_mono_ms() < end_ms)
        turn();
    assert_true(bo.done);
    assert_int_equal(bo.status, PL_DONE);
    bo.done = false;
}

static void comes(const char *who) {
    char *token = daemon_token(&daemon_, who, NULL);
    const struct pl_client_options options = {
        .size = sizeof options, .url = daemon_.url, .api_key = daemon_.api_key};
    const struct pl_connect_options connect = {
        .size = sizeof connect, .user_id = who, .token = token, .invisible = -1};
    assert_int_equal(pl_client_create(&bo.client, &options), 0);
    ends(pl_client_connect_user(bo.client, &connect, on_done, NULL));
    free(token);
}

static void makes(const char *type, const char *id, size_t count) {
    static char names[CROWD][24];
    const char *members[CROWD + 2] = {"ana", "bo"};
    for (size_t i = 2; i < count; i++) {
        snprintf(names[i - 2], sizeof names[0], "u%05zu", i - 2);
        members[i] = names[i - 2];
    }
    const struct pl_channel_options options = {
        .size = sizeof options, .name = id, .members = members, .member_count = count};
    ends(pl_channel_get_or_create(
        bo.client, type, id, &options, PL_WATCH | PL_PRESENCE, on_done, NULL));
}

static void furnish(void) {
    struct rest rest;
    rest_begin(&rest, &daemon_);
    rest_make_users(&rest, "u", CROWD);
    rest_end(&rest);
    comes("ana");
    pl_client_destroy(bo.client);
    comes("bo");
    assert_true(pl_client_on(bo.client, PL_EVENT_ANY, on_event, NULL) > 0);
    makes("team", "core", 2);
    makes("messaging", "attic", 2);
    makes("messaging", "hall", CROWD + 2);
    for (int i = 1; i <= SAID; i++) {
        char text[40];
        snprintf(text, sizeof text, "note %d.", i);
        ends(pl_channel_send_message(bo.hall, text, on_done, NULL));
    }
}

static void put_file(const char *path, const char *text) {
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs(text, file);
    fclose(file);
    assert_int_equal(chmod(path, 0600), 0);
}

static void configures(void) {
    char folder[200], path[260], text[1600], *token = daemon_token(&daemon_, "ana", NULL);
    snprintf(folder, sizeof folder, "%s/config", daemon_.folder);
    mkdir(folder, 0700);
    snprintf(folder, sizeof folder, "%s/config/porchlight", daemon_.folder);
    mkdir(folder, 0700);
    snprintf(path, sizeof path, "%s/ana.token", folder);
    put_file(path, token);
    snprintf(path, sizeof path, "%s/config", folder);
    snprintf(text, sizeof text,
        "[profile default]\nurl = %s\napi_key = %s\nuser = ana\ntoken_file = ana.token\n",
        daemon_.url, daemon_.api_key);
    put_file(path, text);
    free(token);
}

/* Each time as if it were the first: nothing is remembered. */
static void opens(void) {
    static int times;
    char config_line[200], state_line[200];
    snprintf(config_line, sizeof config_line, "XDG_CONFIG_HOME=%s/config", daemon_.folder);
    snprintf(state_line, sizeof state_line, "XDG_STATE_HOME=%s/%d", daemon_.folder, ++times);
    const char *const argv[] = {PORCHLIGHT, NULL};
    const char *const environment[] = {config_line, state_line, "TZ=UTC", "TERM=xterm-256color",
        "LC_ALL=C.UTF-8", "NO_COLOR", "PORCHLIGHT_URL", "PORCHLIGHT_USER", NULL};
    ana = terminal_run(argv, 120, ROWS_SHOWN, environment);
    SHOWS(ana, "LIVE", IN_TIME_MS);
    SHOWS(ana, "#hall", IN_TIME_MS);
}

static void closes(void) {
    terminal_destroy(ana);
    ana = NULL;
}

/* ---- what may be so ---- */

/* Whether a text is on the screen and looks like what has the keys. */
static bool has_focus(const char *text) {
    const int row = terminal_row_with(ana, text);
    const char *line = row >= 0 ? terminal_row(ana, row) : "";
    int col = 0;
    for (const char *end = row >= 0 ? strstr(line, text) : line; line < end; line++)
        col += ((unsigned char)*line & 0xc0) != 0x80; /* titles stand before all that is wide */
    const struct cell first = terminal_cell(ana, row >= 0 ? row : 0, col);
    return row >= 0 && first.bold && first.coloured;
}

static bool bytes_have(const char *text) {
    size_t len;
    const char *bytes = terminal_bytes(ana, &len);
    return memmem(bytes, len, text, strlen(text)) != NULL;
}

static bool ana_is_seen(void) {
    turn();
    return pl_user_online(pl_client_find_user(bo.client, "ana"));
}

static bool ana_is_hidden(void) {
    return !ana_is_seen();
}

static const char *ana_status(void) {
    turn();
    return pl_user_status(pl_client_find_user(bo.client, "ana"));
}

static bool has_status(void) {
    return strcmp(ana_status(), "on the roof") == 0;
}

static bool has_lunch(void) {
    return strcmp(ana_status(), "lunch") == 0;
}

static bool is_heard(void) {
    turn();
    return strcmp(bo.last, "heard") == 0;
}

static bool bo_reads_a_reaction(void) {
    turn();
    return bo.reactions > 0;
}

static bool is_drawn_anew(void) {
    return bytes_have("Channels") && bytes_have("Legend");
}

static bool takes_no_mouse(void) {
    return strstr(terminal_modes(ana), "?1000") == NULL;
}

static bool is_given_back(void) {
    return !terminal_is_alternate(ana) && terminal_is_cooked(ana) &&
           strcmp(terminal_modes(ana), "") == 0;
}

static bool is_above(const char *upper, const char *lower) {
    const int above = terminal_row_with(ana, upper), below = terminal_row_with(ana, lower);
    return above >= 0 && above < below;
}

static bool attic_is_first(void) {
    return is_above("│ #attic ", "#hall ") && is_above("#hall ", "│ #core ");
}

static bool hall_is_first(void) {
    return is_above("#hall ", "#attic ");
}

static bool shed_is_gone(void) {
    return terminal_row_with(ana, "│ #shed") < 0 && terminal_row_with(ana, "│>#shed") < 0;
}

/* ---- the rows ---- */

enum part { MOVING, FINDING, LOOKING, MINE, PEOPLE, TALKING, LEAVING, PARTS };
enum { AGAIN = 4, ARGUMENTS = 10 };

struct row {
    enum action action;
    enum part part;
    void (*prepare)(void);
    const char *given, *from; /* keys that lead there, and what is shown then */

    /* What is so afterwards, and was not: a text that is shown ("!" before it: not any more); one
     * that has the keys; with what the last line begins; what was sent to the terminal; or a
     * question. */
    const char *shows, *focus, *bottom, *bytes;
    bool (*is_so)(void);
    const char *again[AGAIN]; /* what is shown each time it is done again */

    /* Of the command, and what they show. */
    struct argument {
        const char *text, *shows;
        bool (*is_so)(void);
    } arguments[ARGUMENTS];
    void (*restore)(void);
};

static void takes_first_theme(void);
static void is_seen_again(void);
static void clears_status(void);
static void says_something(void);
static void could_not_send(void);
static void goes_on(void);
static void makes_a_shed(void);
static void bo_reads_it_gone(void);

static const struct row rows[] = {
    {ACTION_DOWN, MOVING, .from = "(ana)", .shows = "(bo)"},
    {ACTION_UP, MOVING, .given = "jj", .from = "(u00000)", .shows = "(bo)", .again = {"(ana)"}},
    {ACTION_PAGE_DOWN, MOVING, .shows = "(u00019)", .again = {"(u00040)", "(u00044)"}},
    {ACTION_PAGE_UP, MOVING, .given = "G", .from = "(u00044)", .shows = "(u00023)"},
    {ACTION_FIRST, MOVING, .given = "G", .from = "(u00044)", .shows = "(ana)"},
    {ACTION_LAST, MOVING, .from = "(ana)", .shows = "(u00044)"},
    {ACTION_NEXT_PANE, MOVING, .focus = "Events"},
    {ACTION_LAST_PANE, MOVING, .focus = "Channels"},
    {ACTION_CHANNELS, MOVING, .focus = "Channels"},
    {ACTION_MEMBERS, MOVING, .given = "1", .focus = "Members #hall"},
    {ACTION_EVENTS, MOVING, .focus = "Events"},
    {ACTION_DETAIL, MOVING, .focus = "Detail"},
    {ACTION_PLOT, MOVING, .focus = "Online, last 24 h"},
    {ACTION_TIMELINE, MOVING, .given = "4", .shows = "4 Timeline", .again = {"4 Detail"}},
    {ACTION_NEXT_COMMON, MOVING, .from = "Members #hall", .shows = "Members #attic",
        .again = {"Members #core", "Members #hall"}},
    {ACTION_BACK, MOVING, .given = "?", .from = "/ finds, Enter does",
        .shows = "!/ finds, Enter does"},

    {ACTION_SEARCH, FINDING, .bottom = "/", .arguments = {{"u00007", "(u00007)"}}},
    {ACTION_NEXT_MATCH, FINDING, .given = "/u0000\r", .from = "(u00000)", .shows = "(u00001)",
        .again = {"(u00002)"}},
    {ACTION_LAST_MATCH, FINDING, .given = "/u0000\rnn", .from = "(u00002)", .shows = "(u00001)",
        .again = {"(u00000)"}},
    {ACTION_FILTER, FINDING, .bottom = "\\", .arguments = {{"is:me", "filter  is:me"}}},
    {ACTION_COMMAND, FINDING, .shows = "Tab completes", .bottom = ":"},
    {ACTION_PALETTE, FINDING, .shows = "Esc closes", .bottom = "> "},
    {ACTION_JUMP, FINDING, .bottom = "go to ", .arguments = {{"attic", "messaging:attic"}}},
    {ACTION_HELP, FINDING, .shows = "/ finds, Enter does", .again = {"!/ finds, Enter does"}},
    {ACTION_MENU, FINDING, .shows = "The next key", .again = {"!The next key"}},

    {ACTION_OFFLINE, LOOKING, .from = "u00003", .shows = "!u00003", .again = {"u00003"}},
    {ACTION_SHUT_DETAIL, LOOKING, .shows = "!4 Detail", .again = {"4 Detail"}},
    {ACTION_DIFF, LOOKING, .shows = "changed only", .again = {"!changed only"}},
    {ACTION_EVENT_LEVEL, LOOKING, .shows = "Events of the watched only",
        .again = {"No events", "All events"}},
    {ACTION_SORT, LOOKING, .shows = "sort:last",
        .again = {"sort:name", "sort:local", "sort:channels", "sort:state"},
        .arguments = {{"last", "sort:last"}, {"name", "sort:name"}, {"local", "sort:local"},
            {"channels", "sort:channels"}, {"state", "sort:state"}, {"home", NULL, attic_is_first},
            {"unread", NULL, hall_is_first}, {"home", NULL, attic_is_first},
            {"came", NULL, hall_is_first}}},
    {ACTION_REVERSE, LOOKING, .shows = "sort:state ▴", .again = {"sort:state ▾"}},
    {ACTION_SHOW, LOOKING, .shows = "online only",
        .again = {"left only", "offline only", "unknown only", "! only  "},
        .arguments = {{"online", "online only"}, {"left", "left only"}, {"offline", "offline only"},
            {"unknown", "unknown only"}, {"all", "! only  "}}},
    {ACTION_THEME, LOOKING, .prepare = takes_first_theme, .shows = "light: ",
        .arguments = {{"light", "light: "}, {"high-contrast", "high-contrast: "},
            {"deuteranopia", "deuteranopia: "}, {"ember", "ember: "}, {"fjord", "fjord: "},
            {"linen", "linen: "}, {"default", "default: "}}},
    {ACTION_MOUSE, LOOKING, .shows = "Mouse off", .is_so = takes_no_mouse, .again = {"Mouse on"}},
    {ACTION_COPY, LOOKING, .given = "/bo\r", .from = "(bo)", .bytes = "\x1b]52;c;Ym8=\x1b\\"},
    {ACTION_COPY_ROW, LOOKING, .given = "/bo\r", .from = "(bo)",
        .bytes = "\x1b]52;c;Ym8gKGJvKSBvbmxpbmUg"},
    {ACTION_PAUSE, LOOKING, .shows = "PAUSED 0 (p)", .again = {"!PAUSED"}},
    {ACTION_TIMES, LOOKING, .shows = "Times are those of the clock here",
        .again = {"Times are UTC", "Times are ages"},
        .arguments = {{"utc", "Times are UTC"}, {"absolute", "Times are those of the clock here"},
            {"relative", "Times are ages"}}},
    {ACTION_ZOOM, LOOKING, .shows = "!4 Detail", .again = {"!1 Channels", "4 Detail"}},
    {ACTION_ZOOM_IN, LOOKING, .shows = "!4 Detail", .again = {"!1 Channels"}},
    {ACTION_ZOOM_OUT, LOOKING, .given = "++", .shows = "1 Channels", .again = {"4 Detail"}},
    {ACTION_FOLD, LOOKING, .given = "1", .shows = "!│ #attic ", .again = {"│ #attic "}},
    {ACTION_REDRAW, LOOKING, .is_so = is_drawn_anew},
    {ACTION_SUSPEND, LOOKING, .is_so = is_given_back, .restore = goes_on},

    {ACTION_INVISIBLE, MINE, .shows = "you:[INVISIBLE]", .is_so = ana_is_hidden,
        .restore = is_seen_again},
    {ACTION_HIDE_FOR, MINE, .shows = "you:[INVISIBLE until ", .is_so = ana_is_hidden,
        .arguments = {{"30m", "you:[INVISIBLE until ", ana_is_hidden},
            {"1h30m", "you:[INVISIBLE until ", ana_is_hidden},
            {"until 18:00", "you:[INVISIBLE until 18:00", ana_is_hidden}},
        .restore = is_seen_again},
    {ACTION_AS_SEEN, MINE, .shows = "As others get you: ana, online"},
    {ACTION_STATUS, MINE, .bottom = "status ",
        .arguments = {{"on the roof", "Your status is up", has_status},
            {"lunch for 45m", "Your status is up, until ", has_lunch}},
        .restore = clears_status},

    {ACTION_WATCH, PEOPLE, .given = "j", .from = "(bo)", .shows = "the next time bo comes",
        .again = {"whenever bo comes", "bo is no longer watched"},
        .arguments = {{"u00003", "the next time u00003 comes"}}},
    {ACTION_WATCHED, PEOPLE, .shows = "w changes, Esc closes", .again = {"!w changes, Esc closes"}},
    {ACTION_HISTORY, PEOPLE, .arguments = {{"wipe", "What was observed is forgotten"}}},
    {ACTION_CHANNEL, PEOPLE,
        .arguments = {{"messaging:shed", "#shed"}, {"messaging:barn u00001", "#barn"}}},
    {ACTION_ADD, PEOPLE, .prepare = makes_a_shed, .given = "\x0b#shed\r", .from = "Members #shed",
        .arguments = {{"u00001", "Added to #shed"}, {"u00005 u00006", "u00006"}}},
    {ACTION_LEAVE, PEOPLE, .prepare = makes_a_shed, .given = "\x0b#shed\r", .from = "Members #shed",
        .shows = "You left #shed", .is_so = shed_is_gone,
        .arguments = {{"shed", "You left #shed", shed_is_gone}, {"barn", "You left #barn"}}},
    {ACTION_QUERY, PEOPLE, .shows = "Nobody here is unknown"},

    {ACTION_OPEN, TALKING, .given = "1", .shows = "Conversation #hall"},
    {ACTION_OPEN, TALKING, .prepare = says_something, .given = "k", .shows = "Replies to "},
    {ACTION_COMPOSE, TALKING, .given = "1\r", .from = "Conversation #hall",
        .shows = "All keys are text now"},
    {ACTION_COMPOSE, TALKING, .given = "j", .from = "(bo)", .shows = "Conversation @bo"},
    {ACTION_EDIT, TALKING, .prepare = says_something, .given = "k", .shows = "Enter changes it"},
    {ACTION_DELETE, TALKING, .prepare = says_something, .given = "k",
        .shows = "again deletes this message", .again = {"(deleted)"}, .restore = bo_reads_it_gone},
    {ACTION_REACT, TALKING, .prepare = says_something, .given = "k", .bottom = "react ",
        .arguments = {{"like", "[like]", bo_reads_a_reaction}}},
    {ACTION_RECONNECT, TALKING, .prepare = could_not_send, .from = "NOT SENT", .shows = "!NOT SENT",
        .is_so = is_heard},

    {ACTION_QUIT, LEAVING},
    {ACTION_QUIT_NOW, LEAVING},
};
enum { ROWS = sizeof rows / sizeof rows[0] };

/* ---- getting there, and back ---- */

static bool begins_bottom(const char *text) {
    return strncmp(terminal_row(ana, ROWS_SHOWN - 1), text, strlen(text)) == 0;
}

static void sends(const char *keys) {
    if (keys != NULL)
        terminal_send(ana, keys);
}

/* All keys were taken, and what was said before is not said any more. */
static void is_told_no(void) {
    static unsigned times;
    char command[40], complaint[60];
    snprintf(command, sizeof command, ":n%uz\r", ++times);
    snprintf(complaint, sizeof complaint, "o command \"n%uz\"", times);
    sends(command);
    SHOWS(ana, complaint, IN_TIME_MS);
}

/* Everything is closed, and ana stands at the top of the hall. */
static void goes_home(void) {
    sends("\x1b\x1b\x1b\x1b\x1b\x0b#hall\r2g");
    is_told_no();
}

static void commands(const char *command) {
    sends(":");
    sends(command);
    sends("\r");
}

static bool asks(struct terminal *terminal, void *question) {
    bool (*is_so)(void);
    (void)terminal;
    memcpy(&is_so, question, sizeof is_so);
    return is_so();
}

static void until_so(bool (*is_so)(void)) {
    BECOMES(ana, asks, &is_so, IN_TIME_MS);
}

static void takes_first_theme(void) {
    commands("theme default");
    is_told_no();
}

static void is_seen_again(void) {
    sends("i");
    SHOWS(ana, "you:[visible]", IN_TIME_MS);
    until_so(ana_is_seen);
}

static bool has_no_status(void) {
    return ana_status()[0] == '\0';
}

static void clears_status(void) {
    sends("\x1bm\x15\r");
    SHOWS(ana, "No status is up", IN_TIME_MS);
    until_so(has_no_status);
}

static void says(const char *text) {
    sends("1\r");
    SHOWS(ana, "Conversation #hall", IN_TIME_MS);
    sends("c");
    SHOWS(ana, "All keys are text now", IN_TIME_MS);
    sends(text);
    sends("\r");
}

static void says_something(void) {
    static unsigned times;
    char text[40];
    snprintf(text, sizeof text, "number %u", ++times);
    says(text);
    SHOWS(ana, text, IN_TIME_MS);
    LOSES(ana, "sending", IN_TIME_MS);
    sends("\x1b");
    LOSES(ana, "All keys are text now", IN_TIME_MS);
    bo.deleted = bo.reactions = 0;
}

static bool bo_heard_of_it(void) {
    turn();
    return bo.deleted > 0;
}

static void bo_reads_it_gone(void) {
    until_so(bo_heard_of_it);
}

static bool bo_is_live(void) {
    turn();
    return pl_client_link(bo.client).state == PL_LINK_LIVE && !pl_client_link(bo.client).resyncing;
}

static void could_not_send(void) {
    bo.last[0] = '\0';
    daemon_stop(&daemon_, SIGKILL);
    SHOWS(ana, "STALE", IN_TIME_MS);
    says("heard");
    SHOWS(ana, "NOT SENT", IN_TIME_MS);
    sends("\x1b");
    LOSES(ana, "All keys are text now", IN_TIME_MS);
    daemon_start(&daemon_);
    pl_client_reconnect_now(bo.client);
    terminal_signal(ana, SIGCONT); /* it tries at once, as after a rest */
    SHOWS(ana, "LIVE", IN_TIME_MS);
    until_so(bo_is_live);
}

static bool is_taken(void) {
    return terminal_is_alternate(ana) && !terminal_is_cooked(ana) &&
           strstr(terminal_modes(ana), "?2004") != NULL && terminal_row_with(ana, "LIVE") >= 0;
}

/* A SIGCONT to one who is about to stop, and has not, is lost. */
static void goes_on(void) {
    siginfo_t how;
    assert_int_equal(waitid(P_PID, (id_t)terminal_pid(ana), &how, WSTOPPED | WNOWAIT), 0);
    terminal_signal(ana, SIGCONT);
    until_so(is_taken);
}

static void makes_a_shed(void) {
    commands("channel messaging:shed");
    SHOWS(ana, "#shed", IN_TIME_MS);
}

/* ---- doing it ---- */

/* One way of doing what a row says: its key, or its command. */
struct way {
    const struct row *row;
    const struct argument *argument; /* of the command, or NULL */
    const char *keys;                /* all but the last of a command, which is Enter */
    bool is_command;
};

static bool shows_text(const char *text) {
    return text[0] == '!' ? terminal_row_with(ana, text + 1) < 0
                          : terminal_row_with(ana, text) >= 0;
}

/* While the command itself still stands there, what it completes to does too. */
static bool has_happened(struct terminal *terminal, void *context) {
    const struct way *way = context;
    const struct row *row = way->row;
    (void)terminal;
    if (way->is_command && begins_bottom(way->keys))
        return false;
    if (way->argument != NULL)
        return (way->argument->shows == NULL || shows_text(way->argument->shows)) &&
               (way->argument->is_so == NULL || way->argument->is_so());
    return (row->shows == NULL || shows_text(row->shows)) &&
           (row->focus == NULL || has_focus(row->focus)) &&
           (row->bottom == NULL || begins_bottom(row->bottom)) &&
           (row->bytes == NULL || bytes_have(row->bytes)) && (row->is_so == NULL || row->is_so());
}

static bool has_not_happened(struct terminal *terminal, void *context) {
    return !has_happened(terminal, context);
}

static bool has_typed(struct terminal *terminal, void *keys) {
    (void)terminal;
    return begins_bottom(keys);
}

static void press(const struct way *way) {
    terminal_bytes_clear(ana);
    sends(way->keys);
    if (!way->is_command)
        return;
    BECOMES(ana, has_typed, (void *)(uintptr_t)way->keys, IN_TIME_MS);
    sends("\r");
}

static void must(struct way *way, bool (*is_so)(struct terminal *, void *), const char *what) {
    if (terminal_wait_until(ana, is_so, way, IN_TIME_MS))
        return;
    fprintf(stderr, "%s by %s: %s\n%s\n", action_row(way->row->action)->name, way->keys, what,
        terminal_text(ana));
    fail();
}

static void does(struct way *way) {
    const struct row *row = way->row;
    goes_home();
    if (row->prepare != NULL)
        row->prepare();
    sends(row->given);
    if (row->from != NULL)
        SHOWS(ana, row->from, IN_TIME_MS);
    terminal_bytes_clear(ana);
    must(way, has_not_happened, "was so before");
    terminal_quiet(ana, 20);
    must(way, has_not_happened, "was so before");
    press(way);
    must(way, has_happened, "did nothing");
    for (int i = 0; way->argument == NULL && i < AGAIN && row->again[i] != NULL; i++) {
        press(way);
        if (row->again[i][0] == '!')
            LOSES(ana, row->again[i] + 1, IN_TIME_MS);
        else
            SHOWS(ana, row->again[i], IN_TIME_MS);
    }
    if (row->restore != NULL)
        row->restore();
}

/* What xterm sends, once its keypad is as ncurses wants it. */
static void encode(int key, char to[8]) {
    static const struct {
        int key;
        const char *bytes;
    } keys[] = {{KEY_CODE_UP, "\x1bOA"}, {KEY_CODE_DOWN, "\x1bOB"}, {KEY_CODE_RIGHT, "\x1bOC"},
        {KEY_CODE_LEFT, "\x1bOD"}, {KEY_CODE_HOME, "\x1bOH"}, {KEY_CODE_END, "\x1bOF"},
        {KEY_CODE_PAGE_UP, "\x1b[5~"}, {KEY_CODE_PAGE_DOWN, "\x1b[6~"},
        {KEY_CODE_BACK_TAB, "\x1b[Z"}, {KEY_CODE_F1, "\x1bOP"}};
    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++)
        if (keys[i].key == key) {
            strcpy(to, keys[i].bytes);
            return;
        }
    assert_true(key > 0 && key < 0x7f);
    to[0] = (char)key;
    to[1] = '\0';
}

/* By each key, by the command, and by the command with each argument. */
static void in_every_way(const struct row *row, void (*act)(struct way *way)) {
    static struct keymap map;
    const struct action_row *action = action_row(row->action);
    char keys[80];
    struct way way = {.row = row, .keys = keys};
    keymap_init(&map);
    for (unsigned i = 0; i < map.rows[row->action].count; i++) {
        encode(map.rows[row->action].keys[i], keys);
        act(&way);
    }
    way.is_command = true;
    snprintf(keys, sizeof keys, ":%s", action->name);
    if (action->argument[0] == '\0' || action->argument[0] == '[')
        act(&way);
    for (int i = 0; i < ARGUMENTS && row->arguments[i].text != NULL; i++) {
        way.argument = &row->arguments[i];
        snprintf(keys, sizeof keys, ":%s %s", action->name, way.argument->text);
        act(&way);
    }
}

static void does_all_of(enum part part) {
    opens();
    goes_home();
    SHOWS(ana, "47 of 47", IN_TIME_MS);
    if (part != LOOKING) /* who is first by their state depends on who was heard of first */
        commands("sort name");
    for (size_t i = 0; i < ROWS; i++)
        if (rows[i].part == part)
            in_every_way(&rows[i], does);
    closes();
}

static void what_moves_moves(void **state) {
    (void)state;
    does_all_of(MOVING);
}

static void what_finds_finds(void **state) {
    (void)state;
    does_all_of(FINDING);
}

static void what_changes_the_look_changes_it(void **state) {
    (void)state;
    does_all_of(LOOKING);
}

static void what_is_mine_is_seen_by_others(void **state) {
    (void)state;
    does_all_of(MINE);
}

static void people_and_channels_are_taken_and_left(void **state) {
    (void)state;
    does_all_of(PEOPLE);
}

static void what_is_said_is_heard(void **state) {
    (void)state;
    does_all_of(TALKING);
}

static void leaves(struct way *way) {
    opens();
    press(way);
    if (terminal_end(ana, IN_TIME_MS) != 0)
        must(way, NULL, "does not leave");
    assert_true(is_given_back());
    closes();
}

static void what_leaves_ends_the_program_and_gives_the_terminal_back(void **state) {
    (void)state;
    for (size_t i = 0; i < ROWS; i++)
        if (rows[i].part == LEAVING)
            in_every_way(&rows[i], leaves);
}

/* ---- where they are listed ---- */

/* Whether a row has, behind its marker, the keys and the name of an action. What it does may be
 * a reason why it cannot be done now. */
static bool is_row_of(const char *row, const struct action_row *action) {
    const size_t len = strlen(action->name), keys = strlen(action->keys);
    for (const char *at = row; (at = strstr(at, "│>")) != NULL;) {
        at += strlen("│>");
        const char *name = strncmp(at, action->keys, keys) == 0 ? at + keys : "";
        name += strspn(name, " ");
        if (strncmp(name, action->name, len) == 0 && name[len] == ' ')
            return true;
    }
    return false;
}

static bool marks(struct terminal *terminal, void *context) {
    const struct action_row *action = context;
    for (int row = 0; row < ROWS_SHOWN; row++)
        if (is_row_of(terminal_row(terminal, row), action))
            return true;
    return false;
}

/* One row after the other is marked, and below the last there is none. */
static void the_help_lists_every_action_in_order_and_nothing_else(void **state) {
    (void)state;
    opens();
    goes_home();
    sends("?");
    for (int action = 1; action < ACTION_COUNT; action++) {
        const struct action_row *row = action_row((enum action)action);
        if (!terminal_wait_until(ana, marks, (void *)(uintptr_t)row, IN_TIME_MS))
            fail_msg("%s is not where it should be:\n%s", row->name, terminal_text(ana));
        sends("j");
    }
    const struct action_row *last = action_row((enum action)(ACTION_COUNT - 1));
    sends("gG"); /* wherever the list ends */
    BECOMES(ana, marks, (void *)(uintptr_t)last, IN_TIME_MS);
    closes();
}

static bool completes(struct terminal *terminal, void *context) {
    const struct action_row *action = context;
    char name[40], sentence[13];
    snprintf(name, sizeof name, "│   %s ", action->name);
    snprintf(sentence, sizeof sentence, "%s", action->help); /* of a long one only its beginning */
    const int row = terminal_row_with(terminal, name);
    return row >= 0 && strstr(terminal_row(terminal, row), sentence) != NULL;
}

static void the_command_line_completes_every_action(void **state) {
    (void)state;
    opens();
    goes_home();
    for (int action = 1; action < ACTION_COUNT; action++) {
        const struct action_row *row = action_row((enum action)action);
        sends(":");
        sends(row->name);
        if (!terminal_wait_until(ana, completes, (void *)(uintptr_t)row, IN_TIME_MS))
            fail_msg(":%s is not completed:\n%s", row->name, terminal_text(ana));
        sends("\x1b");
    }
    closes();
}

static bool tries(const struct row *row, const char *word, size_t len) {
    for (int i = 0; i < ARGUMENTS && row->arguments[i].text != NULL; i++)
        if (strlen(row->arguments[i].text) == len && memcmp(row->arguments[i].text, word, len) == 0)
            return true;
    return false;
}

/* One of several words: each of them. What a person may write: something. */
static void tries_all_arguments(const struct row *row) {
    const char *at = action_row(row->action)->argument;
    if (at[0] != '\0' && row->arguments[0].text == NULL)
        fail_msg("no argument of %s is tried", action_row(row->action)->name);
    if (strchr(at, '|') == NULL)
        return;
    for (at += at[0] == '['; *at != '\0' && *at != ']';) {
        const size_t len = strcspn(at, "|]");
        if (!tries(row, at, len))
            fail_msg("%s %.*s is not tried", action_row(row->action)->name, (int)len, at);
        at += len + (at[len] == '|');
    }
}

static void no_action_and_no_argument_is_left_out(void **state) {
    bool has_row[ACTION_COUNT] = {false};
    (void)state;
    for (size_t i = 0; i < ROWS; i++) {
        has_row[rows[i].action] = true;
        tries_all_arguments(&rows[i]);
    }
    for (int action = 1; action < ACTION_COUNT; action++)
        if (!has_row[action])
            fail_msg("nobody tries %s", action_row((enum action)action)->name);
}

static int set_up(void **state) {
    (void)state;
    daemon_make(&daemon_);
    daemon_start(&daemon_);
    furnish();
    configures();
    return 0;
}

static int tear_down(void **state) {
    (void)state;
    pl_client_destroy(bo.client);
    daemon_fini(&daemon_);
    return 0;
}

static int let_go(void **state) {
    (void)state;
    closes();
    return 0;
}

#define WITH(function) cmocka_unit_test_teardown(function, let_go)

int main(void) {
    const struct CMUnitTest cases[] = {
        CASE(no_action_and_no_argument_is_left_out),
        WITH(what_moves_moves),
        WITH(what_finds_finds),
        WITH(what_changes_the_look_changes_it),
        WITH(what_is_mine_is_seen_by_others),
        WITH(people_and_channels_are_taken_and_left),
        WITH(what_is_said_is_heard),
        WITH(what_leaves_ends_the_program_and_gives_the_terminal_back),
        WITH(the_help_lists_every_action_in_order_and_nothing_else),
        WITH(the_command_line_completes_every_action),
    };
    return cmocka_run_group_tests_name("pty-actions", cases, set_up, tear_down);
}
