/* SPDX-License-Identifier: MIT */
/*
 * Servers that are none: one accepts and says nothing, one has a certificate that nobody trusts,
 * one is not there. Each ends in a stated time and in words for a person, and a client of a good
 * server on the same network thread waits for none of it.
 */
#include "support/daemon.h"
#include "support/case.h"

#include "base/clock.h"
#include <porchlight/porchlight.h>

#include <arpa/inet.h>
#include <poll.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

enum { STATED_MS = 5 * 1000, LENIENT_MS = 4 * 1000, AT_ONCE_MS = 4 * 1000, IN_TIME_MS = 15 * 1000 };

static struct daemon daemon_;
static char *token;
static pl_network *network;
static int silent_fd;
static char silent_url[64];

struct caller {
    pl_client *client;
    bool done, lost;
    int status;
    char words[256];
};

static int listen_and_say_nothing(char *url, size_t size) {
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t len = sizeof at;
    const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_return_code(bind(fd, (const struct sockaddr *)&at, len), 0);
    assert_return_code(listen(fd, 64), 0);
    assert_return_code(getsockname(fd, (struct sockaddr *)&at, &len), 0);
    snprintf(url, size, "http://127.0.0.1:%d", ntohs(at.sin_port));
    return fd;
}

static int set_up(void **state) {
    (void)state;
    daemon_make(&daemon_);
    daemon_start(&daemon_);
    token = daemon_token(&daemon_, "ana", NULL);
    silent_fd = listen_and_say_nothing(silent_url, sizeof silent_url);
    return pl_network_create(&network);
}

static int tear_down(void **state) {
    (void)state;
    pl_network_destroy(network);
    close(silent_fd);
    free(token);
    daemon_fini(&daemon_);
    return 0;
}

static void on_done(pl_client *client, const struct pl_outcome *outcome, void *context) {
    struct caller *caller = context;
    (void)client;
    caller->done = true;
    caller->status = (int)outcome->status;
    snprintf(caller->words, sizeof caller->words, "%s", outcome->message);
}

static void on_link(pl_client *client, const struct pl_event *event, void *context) {
    struct caller *caller = context;
    const struct pl_link link = pl_client_link(client);
    (void)event;
    if (link.state != PL_LINK_WAITING)
        return;
    caller->lost = true;
    snprintf(caller->words, sizeof caller->words, "%s", link.reason);
}

static void begin(struct caller *caller, const char *url, const char *ca_file) {
    *caller = (struct caller){0};
    const struct pl_client_options options = {.size = sizeof options,
        .url = url,
        .api_key = daemon_.api_key,
        .ca_file = ca_file,
        .network = network,
        .seed = 7};
    assert_int_equal(pl_client_create(&caller->client, &options), 0);
    assert_true(pl_client_on(caller->client, PL_EVENT_LINK_CHANGED, on_link, caller) > 0);
}

static struct pl_connect_options ana(void) {
    return (struct pl_connect_options){.size = sizeof(struct pl_connect_options),
        .user_id = "ana",
        .token = token,
        .invisible = -1};
}

static void call(struct caller *caller) {
    const struct pl_connect_options me = ana();
    const struct pl_query query = {.size = sizeof query};
    assert_int_equal(pl_client_set_user(caller->client, &me), 0);
    assert_int_equal(pl_query_users(caller->client, &query, on_done, caller), 0);
}

static void dial(struct caller *caller) {
    const struct pl_connect_options me = ana();
    assert_int_equal(pl_client_connect_user(caller->client, &me, NULL, NULL), 0);
}

/* How long it took until the flag was set. */
static int64_t until(struct caller *caller, const bool *flag) {
    const int64_t began_ms = clock_mono_ms();
    while (!*flag) {
        if (clock_mono_ms() - began_ms > IN_TIME_MS)
            fail_msg("nothing within %d ms", IN_TIME_MS);
        pl_client_wait(caller->client, 100);
    }
    return clock_mono_ms() - began_ms;
}

static void a_good_server_answers_meanwhile(void) {
    struct caller good;
    begin(&good, daemon_.url, NULL);
    call(&good);
    const int64_t took_ms = until(&good, &good.done);
    assert_int_equal(good.status, PL_DONE);
    assert_in_range(took_ms, 0, AT_ONCE_MS);
    pl_client_destroy(good.client);
}

static void a_call_to_a_silent_server_ends_and_holds_up_nobody(void **state) {
    (void)state;
    struct caller caller;
    begin(&caller, silent_url, NULL);
    call(&caller);
    const int64_t began_ms = clock_mono_ms();
    a_good_server_answers_meanwhile();
    until(&caller, &caller.done);
    const int64_t took_ms = clock_mono_ms() - began_ms;
    assert_int_equal(caller.status, PL_TIMED_OUT);
    assert_string_equal(caller.words, "the server accepts and says nothing");
    assert_in_range(took_ms, STATED_MS - 1000, STATED_MS + LENIENT_MS);
    pl_client_destroy(caller.client);
}

/* Twice: the first attempt is well over when the second is made. */
static void a_silent_server_is_dialled_again_and_again(void **state) {
    (void)state;
    struct caller caller;
    begin(&caller, silent_url, NULL);
    dial(&caller);
    for (int i = 0; i < 2; i++) {
        caller.lost = false;
        const int64_t began_ms = clock_mono_ms();
        if (i > 0)
            pl_client_reconnect_now(caller.client);
        a_good_server_answers_meanwhile();
        until(&caller, &caller.lost);
        assert_string_equal(caller.words, "the server accepts and says nothing");
        assert_in_range(clock_mono_ms() - began_ms, STATED_MS - 1000, STATED_MS + LENIENT_MS);
        assert_true(pl_client_link(caller.client).retry_at_unix_ms > 0);
    }
    pl_client_destroy(caller.client);
}

static void a_client_goes_while_a_silent_server_is_dialled(void **state) {
    (void)state;
    struct caller caller;
    begin(&caller, silent_url, NULL);
    dial(&caller);
    while (pl_client_link(caller.client).state != PL_LINK_CONNECTING)
        pl_client_wait(caller.client, 100);
    pl_client_destroy(caller.client);
    a_good_server_answers_meanwhile();
}

static void nobody_at_the_address_is_told_at_once(void **state) {
    (void)state;
    char url[64];
    struct caller caller;
    close(listen_and_say_nothing(url, sizeof url));
    begin(&caller, url, NULL);
    call(&caller);
    assert_in_range(until(&caller, &caller.done), 0, AT_ONCE_MS);
    assert_int_equal(caller.status, PL_OFFLINE);
    assert_string_equal(caller.words, "the server cannot be reached");
    pl_client_destroy(caller.client);
    begin(&caller, url, NULL);
    dial(&caller);
    assert_in_range(until(&caller, &caller.lost), 0, AT_ONCE_MS);
    assert_string_equal(caller.words, "the server cannot be reached");
    pl_client_destroy(caller.client);
}

static bool somebody_comes(int fd, int at_most_ms) {
    struct pollfd door = {.fd = fd, .events = POLLIN};
    return poll(&door, 1, at_most_ms) > 0;
}

/* Whoever comes is sent to `elsewhere`, until the flag is set. */
static void redirect_until(struct caller *caller, const bool *flag, int fd, const char *elsewhere) {
    const int64_t began_ms = clock_mono_ms();
    char text[4096];
    while (!*flag) {
        if (clock_mono_ms() - began_ms > IN_TIME_MS)
            fail_msg("nothing within %d ms", IN_TIME_MS);
        pl_client_wait(caller->client, 20);
        if (!somebody_comes(fd, 0))
            continue;
        const int guest = accept(fd, NULL, NULL);
        assert_true(read(guest, text, sizeof text) > 0);
        snprintf(text, sizeof text,
            "HTTP/1.1 301 Moved\r\nLocation: %s/\r\nContent-Length: 0\r\n\r\n", elsewhere);
        assert_true(write(guest, text, strlen(text)) > 0);
        close(guest);
    }
}

/* Elsewhere they would get the token. */
static void nobody_goes_where_a_server_sends_them(void **state) {
    (void)state;
    char url[64], elsewhere[64];
    struct caller caller;
    const int fd = listen_and_say_nothing(url, sizeof url);
    const int trap_fd = listen_and_say_nothing(elsewhere, sizeof elsewhere);
    begin(&caller, url, NULL);
    call(&caller);
    redirect_until(&caller, &caller.done, fd, elsewhere);
    assert_int_equal(caller.status, PL_UNREADABLE);
    assert_string_equal(
        caller.words, "the server sends us elsewhere, and we do not go: is this the right URL?");
    pl_client_destroy(caller.client);
    begin(&caller, url, NULL);
    dial(&caller);
    redirect_until(&caller, &caller.lost, fd, elsewhere);
    assert_string_equal(
        caller.words, "the server does not open a WebSocket: is this the right URL?");
    assert_false(somebody_comes(trap_fd, 300));
    pl_client_destroy(caller.client);
    close(fd);
    close(trap_fd);
}

static void is_not_trusted(const char *url, const char *ca_file) {
    struct caller caller;
    const char wrong[] = "the server's certificate is wrong or not trusted";
    begin(&caller, url, ca_file);
    call(&caller);
    a_good_server_answers_meanwhile();
    assert_in_range(until(&caller, &caller.done), 0, AT_ONCE_MS);
    assert_int_equal(caller.status, PL_OFFLINE);
    assert_memory_equal(caller.words, wrong, sizeof wrong - 1);
    pl_client_destroy(caller.client);
    begin(&caller, url, ca_file);
    dial(&caller);
    assert_in_range(until(&caller, &caller.lost), 0, AT_ONCE_MS);
    assert_memory_equal(caller.words, wrong, sizeof wrong - 1);
    a_good_server_answers_meanwhile(); /* between two attempts, too */
    pl_client_destroy(caller.client);
}

/* openssl(1) as the server: it prints "ACCEPT 127.0.0.1:PORT", and ends with its input. */
static void a_wrong_certificate_is_told_at_once(void **state) {
    (void)state;
    char pem[96], key[96], line[512];
    struct program server = {0};
    snprintf(pem, sizeof pem, "%s/other.pem", daemon_.folder);
    snprintf(key, sizeof key, "%s/other.key", daemon_.folder);
    snprintf(line, sizeof line,
        "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 "
        "-subj /CN=other.example -keyout %s -out %s 2>/dev/null",
        key, pem);
    assert_int_equal(system(line), 0);
    const char *const argv[] = {"/usr/bin/openssl", "s_server", "-www", "-accept", "127.0.0.1:0",
        "-cert", pem, "-key", key, NULL};
    program_start(&server, argv, NULL, NULL);
    assert_true(program_prints(&server, "ACCEPT 127.0.0.1:", IN_TIME_MS));
    assert_true(program_prints(&server, "\n", IN_TIME_MS));
    const char *at = strstr(bytes_text(&server.out), "ACCEPT ") + strlen("ACCEPT ");
    char url[64];
    snprintf(url, sizeof url, "https://%.*s", (int)strcspn(at, "\n"), at);
    is_not_trusted(url, NULL); /* nobody vouches for it */
    is_not_trusted(url, pem);  /* it is vouched for, and is another server's */
    program_signal(&server, SIGTERM);
    program_fini(&server);
}

int main(void) {
    const struct CMUnitTest cases[] = {
        CASE(a_call_to_a_silent_server_ends_and_holds_up_nobody),
        CASE(a_silent_server_is_dialled_again_and_again),
        CASE(a_client_goes_while_a_silent_server_is_dialled),
        CASE(nobody_at_the_address_is_told_at_once),
        CASE(nobody_goes_where_a_server_sends_them),
        CASE(a_wrong_certificate_is_told_at_once),
    };
    return cmocka_run_group_tests_name("whole-outages", cases, set_up, tear_down);
}
