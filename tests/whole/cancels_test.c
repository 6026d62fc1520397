/* SPDX-License-Identifier: MIT */
/*
 * Every request of the public headers, wanted no more at every state that it can be in, against a
 * real porchlightd: each ends exactly once, with PL_CANCELLED or with its own result. A test looks
 * into the headers whether one is missing here.
 */
#include "whole/requests.h"
#include "support/daemon.h"
#include "support/case.h"

#include "base/clock.h"
#include <porchlight/porchlight.h>

#include <arpa/inet.h>
#include <dirent.h>
#include <poll.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

enum { IN_TIME_MS = 20 * 1000, HEARD_MS = 2000, A_MOMENT_MS = 300 };

static struct daemon daemon_;
static struct guest ana;
static char *anas_token;
static unsigned halls;
static int silent_fd = -1;

/* ---- the table ---- */

static bool is_in_table(const char *function, size_t len) {
    for (size_t i = 0; i < REQUESTS_CALLS; i++)
        if (strlen(requests_calls[i].name) == len &&
            memcmp(requests_calls[i].name, function, len) == 0)
            return true;
    for (size_t i = 0; i < REQUESTS_COMINGS; i++)
        if (strlen(requests_comings[i].name) == len &&
            memcmp(requests_comings[i].name, function, len) == 0)
            return true;
    return false;
}

/* Those of one header, each from its PL_API to its semicolon. */
static size_t look_for_requests(const char *text) {
    size_t found = 0;
    for (const char *at = strstr(text, "PL_API "); at != NULL; at = strstr(at + 1, "PL_API ")) {
        const char *open = strchr(at, '('), *end = strchr(at, ';'), *begin = open;
        const char *done = strstr(at, "pl_done_fn *");
        if (open == NULL || end == NULL || open > end || done == NULL || done > end)
            continue;
        while (begin > at && strchr(" *\n", begin[-1]) == NULL)
            begin--;
        if (!is_in_table(begin, (size_t)(open - begin)))
            fail_msg("%.*s() is not in the table", (int)(open - begin), begin);
        found++;
    }
    return found;
}

static void every_request_of_the_headers_is_in_the_table(void **state) {
    (void)state;
    size_t found = 0;
    DIR *folder = opendir(SOURCE_ROOT "/include/porchlight");
    assert_non_null(folder);
    for (const struct dirent *entry; (entry = readdir(folder)) != NULL;) {
        char path[300];
        if (strstr(entry->d_name, ".h") == NULL || strstr(entry->d_name, ".h.in") != NULL)
            continue;
        snprintf(path, sizeof path, "include/porchlight/%s", entry->d_name);
        char *text = case_read_file(path, NULL);
        found += look_for_requests(text);
        free(text);
    }
    closedir(folder);
    assert_int_equal(found, REQUESTS_CALLS + REQUESTS_COMINGS);
}

/* ---- waiting ---- */

static void turn(void) {
    struct pollfd readable = {.fd = pl_client_fd(ana.client), .events = POLLIN};
    poll(&readable, 1, 50);
    pl_client_dispatch(ana.client);
}

#define UNTIL(what)                                                                                \
    do {                                                                                           \
        const int64_t until_ms = clock_mono_ms() + IN_TIME_MS;                                     \
        while (!(what)) {                                                                          \
            if (clock_mono_ms() > until_ms)                                                        \
                fail_msg("line %d: not in time: %s", __LINE__, #what);                             \
            turn();                                                                                \
        }                                                                                          \
    } while (0)

static void on_token(pl_client *client, void *context) {
    struct guest *guest = context;
    guest->tokens++;
    if (guest->token != NULL)
        pl_client_give_token(client, guest->token, NULL);
}

static void on_link(pl_client *client, const struct pl_event *event, void *context) {
    struct guest *guest = context;
    (void)event;
    guest->was_lost |= pl_client_link(client).state == PL_LINK_WAITING;
}

static void make(bool provider) {
    ana = (struct guest){0};
    const struct pl_client_options options = {.size = sizeof options,
        .url = daemon_.url,
        .api_key = daemon_.api_key,
        .token = provider ? on_token : NULL,
        .token_context = &ana,
        .seed = 5};
    assert_int_equal(pl_client_create(&ana.client, &options), 0);
    assert_true(pl_client_on(ana.client, PL_EVENT_LINK_CHANGED, on_link, &ana) > 0);
}

static struct ticket *ask(const struct request *request) {
    assert_true(ana.count < REQUESTS_AT_ONCE);
    struct ticket *ticket = &ana.tickets[ana.count++];
    *ticket = (struct ticket){.guest = &ana, .name = request->name};
    const int accepted = request->ask(&ana, ticket);
    if (accepted != 0)
        fail_msg("%s: %s", request->name, pl_status_name(accepted));
    ticket->number = pl_client_last_call(ana.client);
    return ticket;
}

/* Live, with a message in a hall of this case's own. */
static void settle_with(bool provider, const char *token) {
    char id[32];
    snprintf(id, sizeof id, "hall-%u", ++halls);
    make(provider);
    ana.token = token;
    requests_as_ana.token = provider ? NULL : token;
    const struct ticket *coming = ask(&requests_comings[COMES_AS_USER]);
    UNTIL(coming->ends == 1);
    assert_int_equal(coming->status, PL_DONE);
    struct ticket *t = &ana.tickets[ana.count++];
    *t = (struct ticket){.guest = &ana};
    assert_int_equal(pl_channel_get_or_create(ana.client, "messaging", id, NULL,
                         PL_WATCH | PL_PRESENCE, requests_on_done, t),
        0);
    UNTIL(t->ends == 1);
    assert_int_equal(t->status, PL_DONE);
    t->ends = 0;
    assert_int_equal(pl_channel_send_message(ana.hall, "hello", requests_on_done, t), 0);
    UNTIL(t->ends == 1);
    assert_true(ana.message_id[0] != '\0');
}

static void settle(void) {
    settle_with(false, anas_token);
}

static void ask_all(void) {
    ana.count = ana.ended = 0;
    for (size_t i = 0; i < REQUESTS_CALLS; i++)
        ask(&requests_calls[i]);
}

static void each_has_ended_once(void) {
    for (size_t i = 0; i < ana.count; i++) {
        const struct ticket *t = &ana.tickets[i];
        if (t->ends != 1)
            fail_msg("%s ended %u times", t->name, t->ends);
    }
}

/* Twice, which is once. */
static void cancel_all(void) {
    for (size_t i = 0; i < ana.count; i++) {
        assert_int_equal(pl_client_cancel(ana.client, ana.tickets[i].number), 0);
        assert_int_equal(pl_client_cancel(ana.client, ana.tickets[i].number), 0);
    }
    assert_int_equal(ana.ended, 0); /* in a later dispatch, never at once */
}

/* All by PL_CANCELLED, unless there is a server that may have been quicker. */
static void all_are_cancelled(bool may_be_answered) {
    UNTIL(ana.ended >= ana.count);
    each_has_ended_once();
    for (size_t i = 0; i < ana.count; i++) {
        const struct ticket *t = &ana.tickets[i];
        if (t->status != PL_CANCELLED && !may_be_answered)
            fail_msg("%s ended as %s", t->name, pl_status_name((int)t->status));
        assert_int_equal(pl_client_cancel(ana.client, t->number), PL_E_STATE);
    }
}

static void destroy(void) {
    pl_client_destroy(ana.client);
    ana.client = NULL;
}

/* Cancelled here, and asked again and destroyed here. Nobody is told more afterwards. */
static void cancel_and_destroy(bool may_be_answered) {
    ask_all();
    cancel_all();
    all_are_cancelled(may_be_answered);
    ask_all();
    destroy();
    each_has_ended_once();
}

/* ---- the states of a call ---- */

static int come(void **state) {
    (void)state;
    daemon_start(&daemon_);
    return 0;
}

static int go(void **state) {
    (void)state;
    pl_client_destroy(ana.client);
    ana.client = NULL;
    if (silent_fd >= 0)
        close(silent_fd);
    silent_fd = -1;
    if (daemon_.program.pid > 0) {
        program_signal(&daemon_.program, SIGCONT);
        daemon_stop(&daemon_, SIGKILL);
    }
    return 0;
}

/* A server that accepts and says nothing, where porchlightd was. */
static void take_its_place(void) {
    const int on = 1;
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    at.sin_port = htons((uint16_t)atoi(strrchr(daemon_.url, ':') + 1));
    const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    assert_return_code(bind(fd, (const struct sockaddr *)&at, sizeof at), 0);
    assert_return_code(listen(fd, 128), 0);
    silent_fd = fd;
}

static void before_it_was_sent(void **state) {
    (void)state;
    settle();
    cancel_and_destroy(true);
}

static void while_there_is_no_server(void **state) {
    (void)state;
    settle();
    daemon_stop(&daemon_, SIGKILL);
    UNTIL(pl_client_link(ana.client).state == PL_LINK_WAITING);
    ask_all();
    for (size_t i = 0; i < ana.count; i++)
        pl_client_cancel(ana.client, ana.tickets[i].number);
    UNTIL(ana.ended >= ana.count); /* as cancelled, or as offline */
    each_has_ended_once();
    ask_all();
    destroy();
    each_has_ended_once();
}

static void while_the_server_is_dialled(void **state) {
    (void)state;
    settle();
    daemon_stop(&daemon_, SIGKILL);
    take_its_place();
    pl_client_reconnect_now(ana.client);
    UNTIL(pl_client_link(ana.client).state == PL_LINK_CONNECTING);
    cancel_and_destroy(false);
}

static const struct ticket *ask_and_wait_a_moment(void) {
    ana.count = ana.ended = 0;
    const struct ticket *t = ask(&requests_calls[0]);
    for (const int64_t end_ms = clock_mono_ms() + A_MOMENT_MS;
         t->ends == 0 && clock_mono_ms() < end_ms;)
        turn();
    return t;
}

static void while_a_token_is_waited_for(void **state) {
    (void)state;
    char *token = daemon_token(&daemon_, "ana", "2s");
    settle_with(true, token);
    const unsigned before = ana.tokens;
    ana.token = NULL;
    UNTIL(ana.tokens > before);
    const struct ticket *probe;
    do
        probe = ask_and_wait_a_moment();
    while (probe->ends > 0); /* until the old one serves no more */
    cancel_all();
    all_are_cancelled(false);
    cancel_and_destroy(false);
    free(token);
}

/* The server has it, and does not answer. */
static void while_it_is_under_way(void **state) {
    (void)state;
    settle();
    assert_int_equal(kill(daemon_.program.pid, SIGSTOP), 0);
    ask_all();
    poll(NULL, 0, 30);
    cancel_all();
    all_are_cancelled(false);
    ask_all();
    poll(NULL, 0, 30);
    destroy();
    each_has_ended_once();
}

static void when_the_answer_is_here_already(void **state) {
    (void)state;
    unsigned cancelled = 0;
    settle();
    ana.count = ana.ended = 0;
    for (size_t i = 0; i < REQUESTS_CALLS; i++) {
        const struct ticket *t = ask(&requests_calls[i]);
        struct pollfd readable = {.fd = pl_client_fd(ana.client), .events = POLLIN};
        assert_int_equal(poll(&readable, 1, HEARD_MS), 1);
        assert_int_equal(pl_client_cancel(ana.client, t->number), 0);
        UNTIL(t->ends > 0);
        cancelled += t->status == PL_CANCELLED;
        assert_int_equal(pl_client_cancel(ana.client, t->number), PL_E_STATE);
        ana.hall = pl_client_channel_at(ana.client, 0);
    }
    assert_true(cancelled < REQUESTS_CALLS);
    assert_int_equal(ana.count, REQUESTS_CALLS);
    each_has_ended_once();
    destroy();
    each_has_ended_once();
}

static void cancel_the_others(struct guest *guest, struct ticket *of) {
    if (of->number == 0)
        return;
    for (size_t i = 0; i < guest->count; i++) {
        struct ticket *t = &guest->tickets[i];
        const int told = pl_client_cancel(guest->client, t->number);
        if (t->ends > 0) /* its own end, too */
            assert_int_equal(told, PL_E_STATE);
        else /* each callback asks for all: there is room for 1,024 such words at a time */
            assert_true(told == 0 || told == PL_E_FULL);
    }
}

static void from_inside_a_callback(void **state) {
    (void)state;
    settle();
    ask_all();
    ana.at_end = cancel_the_others;
    UNTIL(ana.ended >= ana.count);
    each_has_ended_once();
    destroy();
    each_has_ended_once();
}

static void destroy_inside(struct guest *guest, struct ticket *of) {
    (void)of;
    guest->at_end = NULL;
    pl_client_destroy(guest->client);
}

/* In the n-th end; those that come before it have ended by themselves. */
static void the_client_goes_from_inside_a_callback(void **state) {
    (void)state;
    settle();
    ask_all();
    ana.at_end = destroy_inside;
    while (ana.at_end != NULL)
        pl_client_wait(ana.client, 100);
    ana.client = NULL;
    each_has_ended_once();
}

static void what_was_never_asked_for_is_not_cancelled(void **state) {
    (void)state;
    settle();
    const uint64_t last = pl_client_last_call(ana.client);
    assert_int_equal(pl_client_cancel(ana.client, 0), PL_E_ARGUMENT);
    assert_int_equal(pl_client_cancel(ana.client, last + 1), PL_E_ARGUMENT);
    assert_int_equal(pl_client_cancel(NULL, 1), PL_E_ARGUMENT);
}

/* Listening goes on, whoever cancels what: those calls are the library's, and have no callback. */
static void listening_is_not_cancelled(void **state) {
    (void)state;
    static const char *const him[] = {"bo"};
    settle();
    struct ticket *t = ask(&requests_calls[0]);
    UNTIL(t->ends == 1);
    assert_int_equal(pl_client_listen_users(ana.client, him, 1), 0);
    assert_int_equal(pl_client_cancel(ana.client, pl_client_last_call(ana.client)), PL_E_STATE);
    assert_int_equal(pl_channel_listen_all(ana.hall), 0);
    assert_int_equal(pl_client_cancel(ana.client, pl_client_last_call(ana.client)), PL_E_STATE);
    UNTIL(pl_user_is_live(pl_client_find_user(ana.client, "bo")));
}

/* Queued by the pacer: eight a second go, and these are more. */
static void the_client_goes_while_calls_wait_for_their_turn(void **state) {
    (void)state;
    char ids[600][16];
    const char *all[600];
    for (int i = 0; i < 600; i++) {
        snprintf(ids[i], sizeof ids[i], "u%d", i);
        all[i] = ids[i];
    }
    settle();
    assert_int_equal(pl_client_listen_users(ana.client, all, 600), 0);
    const uint64_t first = pl_client_last_call(ana.client);
    UNTIL(pl_client_last_call(ana.client) > first + 8);
    cancel_and_destroy(true);
}

/* ---- coming and going ---- */

enum way { GOES_AGAIN, GOES_TWICE, GOES_AND_COMES, IS_DESTROYED, WAYS };

static bool is_over(const struct ticket *t) {
    return t->ends > 0;
}

/* Whether somebody who has a number (a guest that is not made yet) is on the way. */
static void give_up(size_t as, struct ticket *coming) {
    struct ticket *t = &ana.tickets[ana.count];
    *t = (struct ticket){.guest = &ana, .name = "pl_client_disconnect"};
    const int told = pl_client_disconnect(ana.client, requests_on_done, t);
    if (told == 0) {
        ana.count++;
        return;
    }
    assert_int_equal(told, PL_E_STATE);
    if (as == COMES_AS_GUEST && !is_over(coming))
        assert_int_equal(pl_client_cancel(ana.client, coming->number), 0);
}

static void end_in_this_way(enum way way, size_t as, struct ticket *coming) {
    if (way != IS_DESTROYED)
        give_up(as, coming);
    if (way == GOES_TWICE) {
        struct ticket none = {.guest = &ana};
        const int told = pl_client_disconnect(ana.client, requests_on_done, &none);
        assert_int_equal(told, PL_E_STATE);
    }
    if (way == GOES_AND_COMES && as != COMES_AS_GUEST)
        ask(&requests_comings[as]);
}

/* Everybody of this ending is told, before the client goes and not only because it goes; who has
 * come again is told only by a server that answers. */
static void come_and_give_up(enum way way, size_t as, int wait_ms, bool answers) {
    make(false);
    requests_as_ana.token = anas_token;
    struct ticket *first = ask(&requests_comings[as]);
    poll(NULL, 0, wait_ms);
    end_in_this_way(way, as, first);
    const bool again = way == GOES_AND_COMES && as != COMES_AS_GUEST;
    const size_t ending = again ? ana.count - 1 : ana.count;
    if (way != IS_DESTROYED)
        for (size_t i = 0; i < ending; i++)
            UNTIL(is_over(&ana.tickets[i]));
    if (again && answers) {
        UNTIL(is_over(&ana.tickets[ending]));
        assert_int_equal(ana.tickets[ending].status, PL_DONE);
        assert_int_equal(pl_client_link(ana.client).state, PL_LINK_LIVE);
        assert_false(ana.was_lost);
    }
    if (first->ends > 0 && first->status != PL_DONE)
        assert_int_equal(first->status, PL_CANCELLED);
    destroy();
    each_has_ended_once();
}

static void give_up_in_every_way(int wait_ms, bool answers) {
    for (enum way way = 0; way < WAYS; way++)
        for (size_t as = COMES_AS_USER; as <= COMES_AS_NOBODY; as++)
            come_and_give_up(way, as, wait_ms, answers);
}

static void who_comes_gives_up_at_every_moment(void **state) {
    (void)state;
    static const int waits_ms[] = {0, 1, 3, 10};
    for (size_t i = 0; i < sizeof waits_ms / sizeof waits_ms[0]; i++)
        give_up_in_every_way(waits_ms[i], true);
}

static void who_comes_to_a_silent_server_gives_up(void **state) {
    (void)state;
    daemon_stop(&daemon_, SIGKILL);
    take_its_place();
    give_up_in_every_way(0, false);
    give_up_in_every_way(10, false);
}

static void who_comes_without_a_token_gives_up(void **state) {
    (void)state;
    for (enum way way = 0; way < WAYS; way++) {
        make(true);
        requests_as_ana.token = NULL;
        struct ticket *first = ask(&requests_comings[COMES_AS_USER]);
        UNTIL(ana.tokens == 1);
        ana.token = anas_token;
        end_in_this_way(way, COMES_AS_USER, first);
        UNTIL(way == IS_DESTROYED || ana.ended == ana.count);
        destroy();
        each_has_ended_once();
    }
}

static void come_again(struct guest *guest, struct ticket *of) {
    guest->at_end = NULL;
    assert_string_equal(of->name, "pl_client_disconnect");
    ask(&requests_comings[COMES_AS_USER]);
}

static void go_at_once(struct guest *guest, struct ticket *of) {
    guest->at_end = come_again;
    assert_string_equal(of->name, "pl_client_connect_user");
    ask(&requests_comings[GOES]);
}

static void who_comes_goes_and_comes_again_from_inside_the_callbacks(void **state) {
    (void)state;
    make(false);
    requests_as_ana.token = anas_token;
    ana.at_end = go_at_once;
    ask(&requests_comings[COMES_AS_USER]);
    UNTIL(ana.ended == 3);
    each_has_ended_once();
    assert_int_equal(ana.tickets[2].status, PL_DONE);
    assert_int_equal(pl_client_link(ana.client).state, PL_LINK_LIVE);
    ana.at_end = destroy_inside;
    ask(&requests_comings[GOES]);
    while (ana.at_end != NULL)
        pl_client_wait(ana.client, 100);
    ana.client = NULL;
    each_has_ended_once();
}

/* Many wishes before the network has heard the first of them. */
static void who_cannot_decide_is_told_of_each_wish(void **state) {
    (void)state;
    make(false);
    requests_as_ana.token = anas_token;
    for (int i = 0; i < 20; i++) {
        ask(&requests_comings[i % 3 == 2 ? COMES_AS_NOBODY : COMES_AS_USER]);
        ask(&requests_comings[GOES]);
    }
    ask(&requests_comings[COMES_AS_USER]);
    UNTIL(ana.ended == ana.count);
    each_has_ended_once();
    for (size_t i = 0; i + 1 < ana.count; i++)
        assert_int_equal(ana.tickets[i].status, i % 2 == 1 ? PL_DONE : PL_CANCELLED);
    assert_int_equal(ana.tickets[ana.count - 1].status, PL_DONE);
    assert_string_equal(pl_user_id(pl_local_user(ana.client)), "ana");
}

/* ---- all ---- */

static void configure(void) {
    char path[128];
    snprintf(path, sizeof path, "%s/config.ini", daemon_.data);
    FILE *file = fopen(path, "a");
    assert_non_null(file);
    fputs("rate_calls = 0\nlog_level = error\n", file);
    fclose(file);
}

/* Bo was here once, so that the server knows of him. */
static int set_up(void **state) {
    daemon_make(&daemon_);
    configure();
    come(state);
    anas_token = daemon_token(&daemon_, "ana", NULL);
    char *bos_token = daemon_token(&daemon_, "bo", NULL);
    requests_as_ana = (struct pl_connect_options){
        .size = sizeof requests_as_ana, .user_id = "bo", .token = bos_token, .invisible = -1};
    make(false);
    const struct ticket *t = ask(&requests_comings[COMES_AS_USER]);
    UNTIL(t->ends == 1);
    free(bos_token);
    requests_as_ana.user_id = "ana";
    requests_as_gil = (struct pl_connect_options){
        .size = sizeof requests_as_gil, .user_id = "gil", .invisible = -1};
    return go(state);
}

static int tear_down(void **state) {
    (void)state;
    free(anas_token);
    daemon_fini(&daemon_);
    return 0;
}

#define WITH_SERVER(function) cmocka_unit_test_setup_teardown(function, come, go)

int main(void) {
    const struct CMUnitTest cases[] = {
        CASE(every_request_of_the_headers_is_in_the_table),
        WITH_SERVER(before_it_was_sent),
        WITH_SERVER(while_there_is_no_server),
        WITH_SERVER(while_the_server_is_dialled),
        WITH_SERVER(while_a_token_is_waited_for),
        WITH_SERVER(while_it_is_under_way),
        WITH_SERVER(when_the_answer_is_here_already),
        WITH_SERVER(from_inside_a_callback),
        WITH_SERVER(the_client_goes_from_inside_a_callback),
        WITH_SERVER(what_was_never_asked_for_is_not_cancelled),
        WITH_SERVER(listening_is_not_cancelled),
        WITH_SERVER(the_client_goes_while_calls_wait_for_their_turn),
        WITH_SERVER(who_comes_gives_up_at_every_moment),
        WITH_SERVER(who_comes_to_a_silent_server_gives_up),
        WITH_SERVER(who_comes_without_a_token_gives_up),
        WITH_SERVER(who_comes_goes_and_comes_again_from_inside_the_callbacks),
        WITH_SERVER(who_cannot_decide_is_told_of_each_wish),
    };
    return cmocka_run_group_tests_name("whole-cancels", cases, set_up, tear_down);
}
