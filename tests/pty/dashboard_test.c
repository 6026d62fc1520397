/* SPDX-License-Identifier: MIT */
/*
 * The real porchlight in a real terminal, against a real porchlightd; Bo and the onlooker are real
 * clients of the library.
 */
#include "support/daemon.h"
#include "support/terminal.h"
#include "support/case.h"

#include "base/clock.h"
#include <porchlight/porchlight.h>

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

enum { IN_TIME_MS = 20 * 1000, REST_MS = 1500, LINGER_MS = 400 };

/* A sanitizer's own handler of SIGSEGV would come before ours. */
#define SANITIZERS_QUIET "ASAN_OPTIONS=handle_segv=0:handle_abort=0:detect_leaks=0"

static struct daemon daemon_;
static struct terminal *terminal;

/* Somebody else, on the library. */
struct other {
    pl_client *client;
    bool done;
    int status;
    pl_channel *channel;
};

static struct other bo, onlooker;

static void on_done(pl_client *client, const struct pl_outcome *outcome, void *context) {
    struct other *other = context;
    (void)client;
    other->done = true;
    other->status = (int)outcome->status;
    if (outcome->channel != NULL)
        other->channel = outcome->channel;
}

static void turn(struct other *other) {
    struct pollfd ready = {.fd = pl_client_fd(other->client), .events = POLLIN};
    poll(&ready, 1, 50);
    pl_client_dispatch(other->client);
}

static void ends(struct other *other, int accepted, int status) {
    const int64_t end_ms = clock_mono_ms() + IN_TIME_MS;
    assert_int_equal(accepted, 0);
    while (!other->done && clock_mono_ms() < end_ms)
        turn(other);
    assert_true(other->done);
    assert_int_equal(other->status, status);
    other->done = false;
}

static void come_named(struct other *other, const char *id, const char *name) {
    char *token = daemon_token(&daemon_, id, NULL);
    *other = (struct other){0};
    const struct pl_client_options options = {
        .size = sizeof options, .url = daemon_.url, .api_key = daemon_.api_key};
    const struct pl_connect_options who = {
        .size = sizeof who, .user_id = id, .token = token, .name = name, .invisible = -1};
    assert_int_equal(pl_client_create(&other->client, &options), 0);
    ends(other, pl_client_connect_user(other->client, &who, on_done, other), PL_DONE);
    free(token);
}

static void come(struct other *other, const char *id) {
    come_named(other, id, NULL);
}

static void go(struct other *other) {
    pl_client_destroy(other->client);
    other->client = NULL;
}

static void make_hall(struct other *maker, const char *const *members, size_t count) {
    const struct pl_channel_options options = {
        .size = sizeof options, .name = "hall", .members = members, .member_count = count};
    ends(maker,
        pl_channel_get_or_create(
            maker->client, "messaging", "hall", &options, PL_WATCH | PL_PRESENCE, on_done, maker),
        PL_DONE);
}

/* Until the onlooker sees ana so. */
static void sees_ana(struct other *other, bool online) {
    const int64_t end_ms = clock_mono_ms() + IN_TIME_MS;
    const pl_user *ana = pl_client_find_user(other->client, "ana");
    assert_non_null(ana);
    while (pl_user_online(ana) != online && clock_mono_ms() < end_ms)
        turn(other);
    assert_int_equal(pl_user_online(ana), online);
}

/* ---- the program ---- */

static char token_line[2200], url_line[100], key_line[100], home_line[120];

static void prepare_environment(void) {
    char *token = daemon_token(&daemon_, "ana", NULL);
    snprintf(token_line, sizeof token_line, "PORCHLIGHT_TOKEN=%s", token);
    snprintf(url_line, sizeof url_line, "PORCHLIGHT_URL=%s", daemon_.url);
    snprintf(key_line, sizeof key_line, "PORCHLIGHT_API_KEY=%s", daemon_.api_key);
    snprintf(home_line, sizeof home_line, "XDG_CONFIG_HOME=%s/config", daemon_.folder);
    free(token);
}

static void opens_with(int cols, int rows, const char *option, const char *term, const char *locale,
    const char *more) {
    const char *const argv[] = {PORCHLIGHT, option, NULL};
    const char *const environment[] = {token_line, url_line, key_line, home_line,
        "PORCHLIGHT_USER=ana", "TZ=UTC", term, locale, more, NULL};
    terminal = terminal_run(argv, cols, rows, environment);
}

static void opens(int cols, int rows) {
    opens_with(cols, rows, NULL, "TERM=xterm-256color", "LC_ALL=C.UTF-8", "NO_COLOR");
    SHOWS(terminal, "LIVE", IN_TIME_MS);
}

static bool row_says(struct terminal *t, const char *who, const char *word) {
    const int row = terminal_row_with(t, who);
    return row >= 0 && strstr(terminal_row(t, row), word) != NULL;
}

struct row_wanted {
    const char *who, *word;
};

static bool row_is(struct terminal *t, void *context) {
    const struct row_wanted *wanted = context;
    return row_says(t, wanted->who, wanted->word);
}

static void row_becomes(const char *who, const char *word) {
    struct row_wanted wanted = {who, word};
    BECOMES(terminal, row_is, &wanted, IN_TIME_MS);
}

static int set_up(void **state) {
    char path[200];
    (void)state;
    daemon_make(&daemon_);
    snprintf(path, sizeof path, "%s/config.ini", daemon_.data);
    FILE *config = fopen(path, "a");
    assert_non_null(config);
    fprintf(config, "linger_ms = %d\n", LINGER_MS);
    fclose(config);
    daemon_start(&daemon_);
    prepare_environment();
    bo = onlooker = (struct other){0};
    return 0;
}

static int tear_down(void **state) {
    (void)state;
    terminal_destroy(terminal);
    terminal = NULL;
    pl_client_destroy(bo.client);
    pl_client_destroy(onlooker.client);
    daemon_fini(&daemon_);
    return 0;
}

/* ana, bo and whoever else are in the hall; the onlooker is "cy". */
static void furnish(void) {
    static const char *const three[] = {"ana", "bo", "cy"};
    opens(80, 24);
    come_named(&bo, "bo", "Bo Peep");
    come(&onlooker, "cy");
    make_hall(&onlooker, three, 3);
    SHOWS(terminal, "#hall", IN_TIME_MS);
}

/* ---- what is held ---- */

static void an_empty_account_says_how_to_make_a_channel_and_one_appears_at_once(void **state) {
    (void)state;
    opens(80, 24);
    SHOWS(terminal, "You are in no channel yet", IN_TIME_MS);
    SHOWS(terminal, "porchlight channel messaging:hall --add", IN_TIME_MS);
    static const char *const two[] = {"ana", "bo"};
    come(&bo, "bo");
    make_hall(&bo, two, 2);
    SHOWS(terminal, "#hall", IN_TIME_MS);
    row_becomes("bo  ", "watching");
    row_becomes("ana (you)", "online");
}

static void somebody_coming_and_leaving_changes_their_row(void **state) {
    (void)state;
    furnish();
    row_becomes("Bo Peep", "online");
    go(&bo);
    row_becomes("Bo Peep", "just left");
    SHOWS(terminal, "Bo Peep went offline", IN_TIME_MS);
    come(&bo, "bo");
    row_becomes("Bo Peep", "online");
    ends(&bo, pl_client_set_status(bo.client, "tending sheep", on_done, &bo), PL_DONE);
    SHOWS(terminal, "tending sheep", IN_TIME_MS);
}

/* bo is another program, and dies without a word. */
static void a_lost_connection_shows_when_its_linger_is_up(void **state) {
    (void)state;
    struct program watch = {0};
    char *token = daemon_token(&daemon_, "bo", NULL);
    char bo_token[2200];
    snprintf(bo_token, sizeof bo_token, "PORCHLIGHT_TOKEN=%s", token);
    furnish();
    row_becomes("Bo Peep", "online");
    go(&bo);
    row_becomes("Bo Peep", "just left");
    const char *const argv[] = {PORCHLIGHT, "watch", NULL};
    const char *const environment[] = {
        bo_token, url_line, key_line, home_line, "PORCHLIGHT_USER=bo", NULL};
    program_start(&watch, argv, NULL, environment);
    row_becomes("Bo Peep", "watching");
    const int64_t killed_ms = clock_mono_ms();
    program_signal(&watch, SIGKILL);
    row_becomes("Bo Peep", "just left");
    assert_true(clock_mono_ms() - killed_ms >= LINGER_MS - 50);
    program_fini(&watch);
    free(token);
}

/* bo on a bare socket, so that it can be reset: the kernel sends RST where FIN would do. */
static int bare_bo(void) {
    char request[3000], reply[4096];
    char *token = daemon_token(&daemon_, "bo", NULL);
    struct sockaddr_in address = {.sin_family = AF_INET,
        .sin_port = htons((uint16_t)atoi(strrchr(daemon_.url, ':') + 1)),
        .sin_addr = {htonl(INADDR_LOOPBACK)}};
    const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_true(fd >= 0);
    assert_int_equal(connect(fd, (struct sockaddr *)&address, sizeof address), 0);
    const int len = snprintf(request, sizeof request,
        "GET /connect?json=%%7B%%22user_id%%22:%%22bo%%22,%%22user_details%%22:%%7B%%22id%%22:"
        "%%22bo%%22%%7D%%7D&api_key=%s&authorization=%s HTTP/1.1\r\nHost: x\r\n"
        "stream-auth-type: jwt\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
        daemon_.api_key, token);
    assert_int_equal(write(fd, request, (size_t)len), len);
    assert_true(case_readable(fd, IN_TIME_MS));
    assert_true(read(fd, reply, sizeof reply) > 12);
    assert_memory_equal(reply, "HTTP/1.1 101", 12);
    free(token);
    return fd;
}

static void a_reset_connection_shows_when_its_linger_is_up(void **state) {
    (void)state;
    furnish();
    row_becomes("Bo Peep", "online");
    go(&bo);
    row_becomes("Bo Peep", "just left");
    const int fd = bare_bo();
    row_becomes("Bo Peep", "online");
    const struct linger at_once = {.l_onoff = 1, .l_linger = 0};
    assert_int_equal(setsockopt(fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once), 0);
    const int64_t reset_ms = clock_mono_ms();
    close(fd);
    row_becomes("Bo Peep", "just left");
    assert_true(clock_mono_ms() - reset_ms >= LINGER_MS - 50);
}

static void one_key_hides_and_shows_and_the_badge_is_no_guess(void **state) {
    (void)state;
    furnish();
    sees_ana(&onlooker, true);
    SHOWS(terminal, "you:[visible]", IN_TIME_MS);
    terminal_send(terminal, "i");
    SHOWS(terminal, "you:[INVISIBLE]", IN_TIME_MS);
    row_becomes("ana (you)", "invisible");
    sees_ana(&onlooker, false);
    terminal_send(terminal, "i");
    SHOWS(terminal, "you:[visible]", IN_TIME_MS);
    sees_ana(&onlooker, true);
}

static void hidden_stays_hidden_after_quitting_and_starting_again(void **state) {
    (void)state;
    furnish();
    terminal_send(terminal, "i");
    SHOWS(terminal, "you:[INVISIBLE]", IN_TIME_MS);
    sees_ana(&onlooker, false);
    terminal_send(terminal, "q");
    assert_int_equal(terminal_end(terminal, IN_TIME_MS), 0);
    terminal_destroy(terminal);
    opens(80, 24);
    SHOWS(terminal, "you:[INVISIBLE]", IN_TIME_MS);
    sees_ana(&onlooker, false);
}

static void a_killed_server_makes_it_stale_and_a_restart_right_again(void **state) {
    (void)state;
    furnish();
    row_becomes("Bo Peep", "online");
    daemon_stop(&daemon_, SIGKILL);
    SHOWS(terminal, "STALE", IN_TIME_MS);
    SHOWS(terminal, "retry", IN_TIME_MS);
    row_becomes("Bo Peep", "was online");
    go(&bo);
    daemon_start(&daemon_);
    terminal_send(terminal, "r");
    SHOWS(terminal, "LIVE", IN_TIME_MS);
    row_becomes("Bo Peep", "offline");
    SHOWS(terminal, "while we were away", IN_TIME_MS);
}

static void a_hostile_name_is_harmless_text(void **state) {
    (void)state;
    static const char *const forbidden[] = {"\x1b]0;owned", "\x1b[31mEvil", NULL};
    static const char *const two[] = {"ana", "bo"};
    opens(80, 24);
    come_named(&bo, "bo", "\x1b[31mEvil\x1b]0;owned\x07\xe2\x80\xae\xc2\x9b");
    make_hall(&bo, two, 2);
    SHOWS(terminal, "[31mEvil", IN_TIME_MS);
    size_t len;
    const char *bytes = terminal_bytes(terminal, &len);
    const char *harm = terminal_harm(bytes, len, forbidden);
    if (harm != NULL)
        fail_msg("the terminal was sent %s", harm);
}

static bool fills_the_screen(struct terminal *t, void *context) {
    const int *size = context;
    const char *row = terminal_row(t, 1);
    return strstr(row, "┐") != NULL && terminal_row_with(t, "quit") >= size[1] - 2;
}

static void every_size_is_taken(void **state) {
    (void)state;
    furnish();
    static const int sizes[][2] = {
        {24, 6}, {20, 5}, {40, 15}, {1, 1}, {120, 40}, {200, 60}, {100, 30}};
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        terminal_resize(terminal, sizes[i][0], sizes[i][1]);
        if (sizes[i][0] >= 100) {
            int size[2] = {sizes[i][0], sizes[i][1]};
            BECOMES(terminal, fills_the_screen, size, IN_TIME_MS);
        } else if (sizes[i][0] == 20) {
            SHOWS(terminal, "home", IN_TIME_MS);
        } else if (sizes[i][0] == 40) {
            SHOWS(terminal, "[Mem]", IN_TIME_MS);
        }
    }
}

static void keys_move_panes_open_and_close(void **state) {
    (void)state;
    furnish();
    ends(&onlooker,
        pl_channel_send_message(onlooker.channel, "hello everybody", on_done, &onlooker), PL_DONE);
    terminal_send(terminal, "\r");
    SHOWS(terminal, "Conversation #hall", IN_TIME_MS);
    SHOWS(terminal, "hello everybody", IN_TIME_MS);
    terminal_send(terminal, "\x1b");
    LOSES(terminal, "Conversation #hall", IN_TIME_MS);
    terminal_send(terminal, "?");
    SHOWS(terminal, "Go to how many were home", IN_TIME_MS);
    terminal_send(terminal, "q");
    LOSES(terminal, "Go to how many were home", IN_TIME_MS);
    terminal_send(terminal, "1k");
    SHOWS(terminal, "Members of all channels", IN_TIME_MS);
    row_becomes("Bo Peep", "online");
    go(&bo);
    row_becomes("Bo Peep", "just left");
    terminal_send(terminal, "\x0c");
    SHOWS(terminal, "Bo Peep", IN_TIME_MS);
}

/* What the channel's members are, as somebody else reads them. */
static void has_members(struct other *other, const char *cid, size_t count) {
    const int64_t end_ms = clock_mono_ms() + IN_TIME_MS;
    pl_channel *channel = pl_client_find_channel(other->client, cid);
    assert_non_null(channel);
    while (pl_channel_member_count(channel) != count && clock_mono_ms() < end_ms)
        turn(other);
    assert_int_equal(pl_channel_member_count(channel), count);
}

static void a_few_letters_find_whoever_is_looked_for(void **state) {
    (void)state;
    furnish();
    row_becomes("Bo Peep", "online");
    terminal_send(terminal, "/peep");
    SHOWS(terminal, "1 found", IN_TIME_MS);
    terminal_send(terminal, "\r");
    SHOWS(terminal, "Bo Peep: online", IN_TIME_MS);
    terminal_send(terminal, "\\-is:me nam:");
    SHOWS(terminal, "^ there are is: last:", IN_TIME_MS);
    terminal_send(terminal, "\x17name:bo\r");
    SHOWS(terminal, "\\-is:me name:bo", IN_TIME_MS);
    LOSES(terminal, "ana (you)", IN_TIME_MS);
    terminal_send(terminal, "\x1b"); /* the marks of the search */
    SHOWS(terminal, "name:bo", IN_TIME_MS);
    terminal_send(terminal, "\x1b");
    LOSES(terminal, "name:bo", IN_TIME_MS);
    terminal_send(terminal, "\x0b"
                            "cy");
    SHOWS(terminal, "Channels and people", IN_TIME_MS);
    terminal_send(terminal, "\r");
    SHOWS(terminal, "cy: online", IN_TIME_MS);
    terminal_send(terminal, "?/reverse\r\r");
    SHOWS(terminal, "sort:state ▴", IN_TIME_MS);
}

static void commands_do_what_they_say(void **state) {
    (void)state;
    furnish();
    row_becomes("Bo Peep", "online");
    terminal_send(terminal, ":channel attic bo\r");
    SHOWS(terminal, "#attic", IN_TIME_MS);
    terminal_send(terminal, ":frobnicate\r");
    SHOWS(terminal, "No command", IN_TIME_MS);
    terminal_send(terminal, ":add cy\r");
    SHOWS(terminal, "Added to #attic", IN_TIME_MS);
    terminal_send(terminal, "\x0b#hall\r");
    SHOWS(terminal, "Members #hall", IN_TIME_MS);
    has_members(&onlooker, "messaging:hall", 3);
    terminal_send(terminal, "\x1b[200~q\ri\x1b[201~"); /* no key of a paste is one */
    terminal_send(terminal, "m\x1b[200~on the roof\x1b[201~\r");
    SHOWS(terminal, "on the roof", IN_TIME_MS);
    terminal_send(terminal, ":leave\r");
    has_members(&onlooker, "messaging:hall", 2);
    SHOWS(terminal, "Members #attic", IN_TIME_MS);
}

static void paused_rows_stay_and_the_dots_are_true(void **state) {
    (void)state;
    furnish();
    row_becomes("Bo Peep", "online");
    row_becomes("cy  ", "watching");
    const int row = terminal_row_with(terminal, "Bo Peep");
    terminal_send(terminal, "p");
    SHOWS(terminal, "PAUSED 0", IN_TIME_MS);
    go(&bo);
    row_becomes("Bo Peep", "just left");
    SHOWS(terminal, "PAUSED 1", IN_TIME_MS);
    assert_int_equal(terminal_row_with(terminal, "Bo Peep"), row);
    terminal_send(terminal, "pz");
    SHOWS(terminal, "changes waited", IN_TIME_MS);
    terminal_send(terminal, "z");
    LOSES(terminal, "┌1 Channels", IN_TIME_MS);
    terminal_send(terminal, "\x1b ");
    SHOWS(terminal, "The next key", IN_TIME_MS);
    terminal_send(terminal, "t");
    LOSES(terminal, "The next key", IN_TIME_MS);
    SHOWS(terminal, "Times are those of the clock here", IN_TIME_MS);
}

static void was_restored(void) {
    assert_false(terminal_is_alternate(terminal));
    assert_true(terminal_shows_cursor(terminal));
    assert_true(terminal_is_cooked(terminal));
    SAME_TEXT(terminal_modes(terminal), "");
}

static void the_terminal_is_restored_on_every_way_out(void **state) {
    (void)state;
    static const int signals[] = {SIGTERM, SIGINT, SIGHUP, SIGQUIT, SIGSEGV, SIGABRT};
    opens(80, 24);
    assert_true(terminal_is_alternate(terminal));
    terminal_send(terminal, "q");
    assert_int_equal(terminal_end(terminal, IN_TIME_MS), 0);
    was_restored();
    terminal_destroy(terminal);
    for (size_t i = 0; i < sizeof signals / sizeof signals[0]; i++) {
        opens_with(80, 24, NULL, "TERM=xterm-256color", "LC_ALL=C.UTF-8", SANITIZERS_QUIET);
        SHOWS(terminal, "LIVE", IN_TIME_MS);
        terminal_signal(terminal, signals[i]);
        /* Of the signal, as whoever waits for it must see: not of a library's exit(). */
        assert_int_equal(terminal_end(terminal, IN_TIME_MS), 128 + signals[i]);
        was_restored();
        terminal_destroy(terminal);
        terminal = NULL;
    }
}

static bool is_left(struct terminal *t, void *context) {
    (void)context;
    return !terminal_is_alternate(t) && terminal_is_cooked(t);
}

static bool is_taken(struct terminal *t, void *context) {
    (void)context;
    return terminal_is_alternate(t) && terminal_row_with(t, "LIVE") >= 0 &&
           !terminal_is_cooked(t) && strstr(terminal_modes(t), "?2004") != NULL;
}

static bool has_been_drawn_anew(struct terminal *t, void *context) {
    size_t len;
    const char *bytes = terminal_bytes(t, &len);
    (void)context;
    return memmem(bytes, len, "Channels", strlen("Channels")) != NULL && is_taken(t, NULL);
}

/* A SIGCONT to one who is about to stop, and has not, is lost. */
static void has_stopped(void) {
    siginfo_t how;
    assert_int_equal(waitid(P_PID, (id_t)terminal_pid(terminal), &how, WSTOPPED | WNOWAIT), 0);
}

static void a_suspended_dashboard_gives_the_terminal_back_and_takes_it_again(void **state) {
    (void)state;
    opens(80, 24);
    terminal_send(terminal, "\x1a");
    BECOMES(terminal, is_left, NULL, IN_TIME_MS);
    was_restored();
    has_stopped();
    terminal_signal(terminal, SIGCONT);
    BECOMES(terminal, is_taken, NULL, IN_TIME_MS);
}

/* What whoever stopped it wrote meanwhile is drawn over. */
static void stopped_by_somebody_else_it_draws_all_when_it_goes_on(void **state) {
    (void)state;
    opens(80, 24);
    terminal_signal(terminal, SIGSTOP);
    has_stopped();
    terminal_quiet(terminal, 50);
    terminal_bytes_clear(terminal);
    terminal_signal(terminal, SIGCONT);
    BECOMES(terminal, has_been_drawn_anew, NULL, IN_TIME_MS);
}

/* `i` would show or hide a person, `?` help, `Q` quit. */
static void what_is_pasted_is_no_key(void **state) {
    (void)state;
    opens(80, 24);
    SHOWS(terminal, "you:[visible]", IN_TIME_MS);
    terminal_send(terminal, "\x1b[200~i?\r");
    terminal_quiet(terminal, 50); /* a long paste comes in parts */
    terminal_send(terminal, "iQ\x1b[201~3");
    SHOWS(terminal, "[visible]", IN_TIME_MS);
    terminal_send(terminal, "?");
    SHOWS(terminal, "Go to how many were home", IN_TIME_MS);
    terminal_send(terminal, "q");
    LOSES(terminal, "Go to how many were home", IN_TIME_MS);
    SHOWS(terminal, "you:[visible]", IN_TIME_MS);
    /* A paste whose end is lost does not take the keyboard with it. */
    terminal_send(terminal, "\x1b[200~half\x03");
    assert_int_equal(terminal_end(terminal, IN_TIME_MS), 0);
    was_restored();
}

/* Redrawn until it waits for a terminal that takes no more: then it reads no keys any more. */
static void stall(void) {
    char redraws[256];
    const int fd = terminal_fd(terminal);
    const int flags = fcntl(fd, F_GETFL);
    struct pollfd room = {.fd = fd, .events = POLLOUT};
    memset(redraws, '\x0c', sizeof redraws);
    fcntl(fd, F_SETFL, flags | O_NONBLOCK);
    while (poll(&room, 1, 500) > 0)
        if (write(fd, redraws, sizeof redraws) < 0)
            assert_int_equal(errno, EAGAIN);
    fcntl(fd, F_SETFL, flags);
}

static void a_terminal_that_takes_no_more_does_not_keep_it(void **state) {
    (void)state;
    opens(200, 60);
    stall();
    terminal_signal(terminal, SIGTERM);
    const int64_t end_ms = clock_mono_ms() + 5000;
    siginfo_t ended = {0};
    /* Not terminal_end(): that would read what was drawn, and help. */
    while (ended.si_pid == 0 && clock_mono_ms() < end_ms) {
        waitid(P_PID, (id_t)terminal_pid(terminal), &ended, WEXITED | WNOHANG | WNOWAIT);
        poll(NULL, 0, 10);
    }
    assert_int_equal(ended.si_pid, terminal_pid(terminal));
    assert_int_equal(terminal_end(terminal, IN_TIME_MS), 128 + SIGTERM);
    was_restored();
}

static void a_terminal_that_goes_away_ends_the_program(void **state) {
    (void)state;
    opens(80, 24);
    terminal_close(terminal);
    assert_true(terminal_end(terminal, 5000) >= 0);
}

static void a_terminal_it_cannot_draw_on_is_said_in_one_line(void **state) {
    (void)state;
    static const char *const terms[] = {"TERM=nonsense", "TERM"};
    for (size_t i = 0; i < sizeof terms / sizeof terms[0]; i++) {
        opens_with(80, 24, NULL, terms[i], "LC_ALL=C.UTF-8", "NO_COLOR");
        assert_int_equal(terminal_end(terminal, IN_TIME_MS), 2);
        assert_non_null(strstr(terminal_said(terminal), "porchlight: "));
        assert_non_null(strstr(terminal_said(terminal), "\n"));
        was_restored();
        terminal_destroy(terminal);
        terminal = NULL;
    }
}

/* A select-graphic-rendition with a colour among its numbers, the default colours included. */
static bool sets_a_colour(const char *bytes, size_t len) {
    for (size_t i = 0; i + 2 < len; i++) {
        if (bytes[i] != '\x1b' || bytes[i + 1] != '[')
            continue;
        size_t at = i + 2;
        bool coloured = false;
        while (at < len && strchr("0123456789;:", bytes[at]) != NULL && bytes[at] != '\0') {
            char *end;
            const long number = strtol(bytes + at, &end, 10);
            coloured = coloured || (number >= 30 && number < 50) || (number >= 90 && number < 108);
            at = (size_t)(end - bytes) > at ? (size_t)(end - bytes) : at + 1;
        }
        if (coloured && at < len && bytes[at] == 'm')
            return true;
    }
    return false;
}

static void without_colour_nothing_is_coloured_and_without_utf8_all_is_ascii(void **state) {
    (void)state;
    opens_with(80, 24, NULL, "TERM=xterm-256color", "LC_ALL=C", "NO_COLOR=1");
    SHOWS(terminal, "LIVE", IN_TIME_MS);
    for (int row = 0; row < 24; row++)
        for (int col = 0; col < 80; col++)
            assert_false(terminal_cell(terminal, row, col).coloured);
    size_t len;
    const char *bytes = terminal_bytes(terminal, &len);
    for (size_t i = 0; i < len; i++)
        assert_true((unsigned char)bytes[i] < 0x80);
    assert_false(sets_a_colour(bytes, len));
    SHOWS(terminal, "+1 Channels---", IN_TIME_MS);
    terminal_destroy(terminal);
    opens(80, 24);
    bytes = terminal_bytes(terminal, &len);
    assert_true(sets_a_colour(bytes, len));
}

static void nothing_happens_and_nothing_is_written(void **state) {
    (void)state;
    furnish();
    row_becomes("Bo Peep", "online");
    assert_true(terminal_quiet(terminal, 700) < 4096); /* what was still on its way */
    size_t quietest = SIZE_MAX;
    /* A minute may end, or a health check tell another latency, in one rest; not in each. */
    for (int i = 0; i < 3 && quietest > 0; i++) {
        const size_t bytes = terminal_quiet(terminal, REST_MS);
        quietest = bytes < quietest ? bytes : quietest;
    }
    assert_int_equal(quietest, 0);
}

static void invisible_at_the_start_is_never_seen(void **state) {
    (void)state;
    static const char *const two[] = {"ana", "cy"};
    opens(80, 24);
    terminal_send(terminal, "q");
    assert_int_equal(terminal_end(terminal, IN_TIME_MS), 0);
    terminal_destroy(terminal);
    come(&onlooker, "cy");
    make_hall(&onlooker, two, 2);
    opens_with(80, 24, "--invisible", "TERM=xterm-256color", "LC_ALL=C.UTF-8", "NO_COLOR");
    SHOWS(terminal, "you:[INVISIBLE]", IN_TIME_MS);
    SHOWS(terminal, "#hall", IN_TIME_MS);
    ends(&onlooker, pl_client_set_status(onlooker.client, "waiting", on_done, &onlooker), PL_DONE);
    SHOWS(terminal, "waiting", IN_TIME_MS);
    assert_false(pl_user_online(pl_client_find_user(onlooker.client, "ana")));
}

static void a_wrong_key_is_said_once_the_terminal_is_back(void **state) {
    (void)state;
    snprintf(key_line, sizeof key_line, "PORCHLIGHT_API_KEY=nosuchkey");
    opens_with(80, 24, NULL, "TERM=xterm-256color", "LC_ALL=C.UTF-8", "NO_COLOR");
    assert_int_equal(terminal_end(terminal, IN_TIME_MS), 3);
    assert_non_null(strstr(terminal_said(terminal), "porchlight: "));
    was_restored();
}

static bool has_twenty_home(struct terminal *t, void *context) {
    (void)context;
    const char *dot = strstr(terminal_row(t, 0), "◉");
    return dot != NULL && atoi(dot + strlen("◉")) >= 20;
}

static void the_demo_is_a_street_of_people_who_come_and_go(void **state) {
    (void)state;
    opens_with(120, 40, "--demo", "TERM=xterm-256color", "LC_ALL=C.UTF-8", "PORCHLIGHT_URL");
    SHOWS(terminal, "demo", IN_TIME_MS);
    SHOWS(terminal, "#support", IN_TIME_MS);
    BECOMES(terminal, has_twenty_home, NULL, IN_TIME_MS);
    SHOWS(terminal, "came online", 60 * 1000);
    /* The demo's own threads would take some of these. */
    for (int i = 0; i < 12; i++) {
        int size[2] = {i % 2 == 0 ? 100 : 130, i % 2 == 0 ? 30 : 42};
        terminal_resize(terminal, size[0], size[1]);
        BECOMES(terminal, fills_the_screen, size, IN_TIME_MS);
    }
    terminal_send(terminal, "q");
    assert_int_equal(terminal_end(terminal, IN_TIME_MS), 0);
    was_restored();
}

#define WITH(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)

int main(void) {
    const struct CMUnitTest cases[] = {
        WITH(an_empty_account_says_how_to_make_a_channel_and_one_appears_at_once),
        WITH(somebody_coming_and_leaving_changes_their_row),
        WITH(a_lost_connection_shows_when_its_linger_is_up),
        WITH(a_reset_connection_shows_when_its_linger_is_up),
        WITH(one_key_hides_and_shows_and_the_badge_is_no_guess),
        WITH(hidden_stays_hidden_after_quitting_and_starting_again),
        WITH(a_killed_server_makes_it_stale_and_a_restart_right_again),
        WITH(a_hostile_name_is_harmless_text),
        WITH(every_size_is_taken),
        WITH(keys_move_panes_open_and_close),
        WITH(a_few_letters_find_whoever_is_looked_for),
        WITH(commands_do_what_they_say),
        WITH(paused_rows_stay_and_the_dots_are_true),
        WITH(the_terminal_is_restored_on_every_way_out),
        WITH(a_suspended_dashboard_gives_the_terminal_back_and_takes_it_again),
        WITH(stopped_by_somebody_else_it_draws_all_when_it_goes_on),
        WITH(what_is_pasted_is_no_key),
        WITH(a_terminal_that_takes_no_more_does_not_keep_it),
        WITH(a_terminal_that_goes_away_ends_the_program),
        WITH(a_terminal_it_cannot_draw_on_is_said_in_one_line),
        WITH(without_colour_nothing_is_coloured_and_without_utf8_all_is_ascii),
        WITH(nothing_happens_and_nothing_is_written),
        WITH(invisible_at_the_start_is_never_seen),
        WITH(a_wrong_key_is_said_once_the_terminal_is_back),
        WITH(the_demo_is_a_street_of_people_who_come_and_go),
    };
    return RUN_CASES("pty-dashboard", cases);
}
