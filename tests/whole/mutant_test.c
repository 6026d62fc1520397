/* SPDX-License-Identifier: MIT */
/*
 * The library against a server that lies (support/mutant.h), with all that it offers. In rounds:
 * for a while 40 of 100 replies and frames are lies, then the server is sane again. It must hold:
 *
 *   - nobody crashes (run it with the sanitizers), and memory stays bounded: what is kept of names
 *     that never were by most_memory, which is set so low that it is reached
 *   - every call ends exactly once, within its stated time
 *   - no redirect is followed
 *   - within a second of the next connection to the sane server all that the client shows is the
 *     server's truth: the channels that are watched, their members, messages and read marks, who is
 *     home, and whether oneself is seen
 *
 * The truth is what a new client, which has never heard a lie, is told at the same time.
 *
 * All else with the options that the library has by itself, the pace of its requests too.
 *
 *     whole-mutant [SECONDS [SEED [LATE_MS]]]
 *
 * With LATE_MS, frames and replies are held back for a while of chance up to so long, lies or not,
 * and everybody goes on for a moment when the server is sane: then replies are overtaken by events
 * and by younger replies all the time. All must be true once nothing is under way any more.
 */
#include "support/case.h"
#include "support/daemon.h"
#include "support/mutant.h"

#include "base/clock.h"
#include <porchlight/porchlight.h>

#include <dirent.h>
#include <unistd.h>

enum {
    LIE_LEAST_MS = 700,
    LIE_MOST_MS = 2500,
    LIVE_AGAIN_MS = 20 * 1000,
    TOLD_AGAIN_MS = 10 * 1000,
    CALL_MOST_MS = 40 * 1000,
    LAST_MOST_MS = 20 * 1000,
    CALLS_UNDER_WAY = 100,
    KEPT_MOST_BYTES = 1024 * 1024,
    OWN_USER_BYTES = 1024 * 1024, /* who has room in any case */
    OWN_MOST_BYTES = 96 * 1024 * 1024,
    RSS_MOST_MIB = 512,
    NEWEST = 10,
    TOLD_KEPT = 400,
    TOLD_BYTES = 600
};

static int seconds = 10;
/* The promise is a second. In the suite other tests have the processors, too. */
static int right_again_ms = 3000;
static uint64_t seed = 1;
static unsigned late_ms;
static struct daemon daemon_;
static struct mutant mutant;
static struct chance chance;
static pl_network *straight; /* of those who meet the server itself */

/* ---- the library's own memory ---- */

struct piece {
    _Alignas(16) size_t bytes;
};

static _Atomic size_t own_bytes, own_most;

static void *resize(void *context, void *at, size_t bytes) {
    struct piece *old = at != NULL ? (struct piece *)at - 1 : NULL;
    const size_t before = old != NULL ? old->bytes : 0;
    (void)context;
    if (bytes == 0) {
        atomic_fetch_sub(&own_bytes, before);
        free(old);
        return NULL;
    }
    struct piece *piece = realloc(old, sizeof *piece + bytes);
    if (piece == NULL)
        return NULL;
    piece->bytes = bytes;
    const size_t now = atomic_fetch_add(&own_bytes, bytes - before) + bytes - before;
    size_t most = atomic_load(&own_most);
    while (now > most && !atomic_compare_exchange_weak(&own_most, &most, now))
        continue;
    return piece + 1;
}

static long rss_mib(void) {
    long all = 0, resident = 0;
    FILE *file = fopen("/proc/self/statm", "r");
    if (file == NULL || fscanf(file, "%ld %ld", &all, &resident) != 2)
        resident = 0;
    if (file != NULL)
        fclose(file);
    return resident * sysconf(_SC_PAGESIZE) / (1024 * 1024);
}

/* The sanitizer keeps what is freed, by default a quarter of a gigabyte. */
__attribute__((visibility("default"))) const char *__asan_default_options(void);
const char *__asan_default_options(void) {
    return "quarantine_size_mb=16:allocator_may_return_null=1";
}

/* ---- chance ---- */

static int64_t between(int64_t low, int64_t high) {
    return chance_between(&chance, low, high);
}

static bool once_in(int64_t times) {
    return between(1, times) == 1;
}

#define ANY_OF(list) (list)[between(0, (int64_t)(sizeof(list) / sizeof *(list)) - 1)]

/* ---- what was told on the last connection ---- */

static char told[TOLD_KEPT][TOLD_BYTES];
static size_t told_count;
static int64_t live_at_ms; /* 0: not */

static int unread_of_hall(void);

static void note_told(const char *kind, const char *name, const char *text) {
    snprintf(told[told_count++ % TOLD_KEPT], TOLD_BYTES, "%6lld ms unread %d: %s %s %s",
        live_at_ms != 0 ? (long long)(clock_mono_ms() - live_at_ms) : -1, unread_of_hall(), kind,
        name, text);
}

static void print_told(void) {
    for (size_t i = told_count > TOLD_KEPT ? told_count - TOLD_KEPT : 0; i < told_count; i++)
        printf("# %s\n", told[i % TOLD_KEPT]);
}

/* ---- calls that are counted ---- */

struct ticket {
    const char *what;
    int64_t began_ms, ended_ms; /* 0: not yet */
    unsigned ends;
};

static struct ticket **tickets;
static size_t ticket_count, ticket_cap, under_way, ended[8], refused_at_once;

static struct ticket *take_ticket(const char *what) {
    if (ticket_count == ticket_cap) {
        ticket_cap = ticket_cap != 0 ? ticket_cap * 2 : 1024;
        tickets = realloc(tickets, ticket_cap * sizeof *tickets);
        assert_non_null(tickets);
    }
    struct ticket *ticket = calloc(1, sizeof *ticket);
    assert_non_null(ticket);
    ticket->what = what;
    ticket->began_ms = clock_mono_ms();
    tickets[ticket_count++] = ticket;
    under_way++;
    return ticket;
}

static void look_at(const pl_client *client, const struct pl_outcome *outcome);
static bool is_ana(const pl_client *client);

static void on_done(pl_client *client, const struct pl_outcome *outcome, void *context) {
    struct ticket *ticket = context;
    char status[64];
    snprintf(status, sizeof status, "%s, asked %lld ms ago", pl_status_name((int)outcome->status),
        (long long)(clock_mono_ms() - ticket->began_ms));
    if (is_ana(client))
        note_told("call", ticket->what, status);
    if (ticket->ends++ > 0)
        fail_msg("%s ended twice", ticket->what);
    ticket->ended_ms = clock_mono_ms();
    under_way--;
    ended[outcome->status & 7]++;
    look_at(client, outcome);
}

/* The call takes a ticket if it was accepted. */
#define CALL(call)                                                                                 \
    do {                                                                                           \
        struct ticket *ticket = take_ticket(#call);                                                \
        const int accepted = call;                                                                 \
        settle(ticket, accepted);                                                                  \
    } while (0)
#define TOLD on_done, ticket

static void settle(struct ticket *ticket, int accepted) {
    assert_true(accepted == 0 || accepted == PL_E_STATE || accepted == PL_E_FULL ||
                accepted == PL_E_ARGUMENT);
    if (accepted == 0)
        return;
    assert_int_equal(ticket->ends, 0);
    ticket->ends = 1;
    ticket->ended_ms = ticket->began_ms;
    under_way--;
    refused_at_once++;
}

static void check_ages(void) {
    const int64_t now_ms = clock_mono_ms();
    for (size_t i = 0; i < ticket_count; i++)
        if (tickets[i]->ends == 0 && now_ms - tickets[i]->began_ms > CALL_MOST_MS)
            fail_msg("%s has not ended after %lld ms", tickets[i]->what,
                (long long)(now_ms - tickets[i]->began_ms));
}

static void check_ends(void) {
    for (size_t i = 0; i < ticket_count; i++) {
        if (tickets[i]->ends != 1)
            fail_msg("%s ended %u times", tickets[i]->what, tickets[i]->ends);
        free(tickets[i]);
    }
    free(tickets);
    tickets = NULL;
    ticket_count = ticket_cap = 0;
}

/* ---- who is there ---- */

static const char *const cast_ids[] = {"bo", "cy", "di", "ed"};
enum { CAST = sizeof cast_ids / sizeof *cast_ids };
static const char *const all_ids[] = {"ana", "bo", "cy", "di", "ed", "flo"};
enum { ALL = sizeof all_ids / sizeof *all_ids };
static const char *const watched[] = {"messaging:hall", "messaging:yard", "team:den"};
enum { WATCHED = sizeof watched / sizeof *watched };

static struct player {
    pl_client *client;
    char *token;
    bool wants_link;
} cast[CAST];

static pl_client *ana, *visitor;
static char *ana_token;
static bool ana_wants_link;
static const char LAST[] = "lamp-out";
static bool last_is_told;
static unsigned lives, events_told, fulls, forgotten;
static size_t kept_most;

static bool is_ana(const pl_client *client) {
    return client == ana;
}

static int unread_of_hall(void) {
    const pl_channel *hall = ana != NULL ? pl_client_find_channel(ana, watched[0]) : NULL;
    return hall != NULL ? pl_channel_unread(hall) : -1;
}

static struct pl_connect_options as(const char *id, const char *token) {
    return (struct pl_connect_options){
        .size = sizeof(struct pl_connect_options), .user_id = id, .token = token, .invisible = -1};
}

/* Whatever is handed out must be whole: everything is read once. */
static size_t length_of(const char *text) {
    assert_non_null(text);
    return strlen(text);
}

static void look_at_user(const pl_user *user) {
    char *text = pl_user_to_json(user);
    assert_non_null(text);
    pl_free(text);
    length_of(pl_user_name(user));
    length_of(pl_user_status(user));
}

static void look_at_message(const pl_message *message) {
    length_of(pl_message_id(message));
    length_of(pl_message_text(message));
    look_at_user(pl_message_user(message));
    pl_free(pl_message_reactions_json(message));
}

static void look_at(const pl_client *client, const struct pl_outcome *outcome) {
    (void)client;
    length_of(outcome->message);
    assert_true(outcome->status == PL_DONE || outcome->message[0] != '\0');
    for (size_t i = 0; i < outcome->user_count; i++)
        look_at_user(outcome->users[i]);
    for (size_t i = 0; i < outcome->channel_count; i++)
        length_of(pl_channel_name(outcome->channels[i]));
    for (size_t i = 0; i < outcome->member_count; i++)
        look_at_user(pl_member_user(outcome->members[i]));
    for (size_t i = 0; i < outcome->message_count; i++)
        look_at_message(outcome->messages[i]);
    for (size_t i = 0; i < outcome->reaction_count; i++)
        look_at_user(outcome->reactions[i].user);
    if (outcome->message_object != NULL)
        look_at_message(outcome->message_object);
    if (outcome->channel != NULL)
        length_of(pl_channel_cid(outcome->channel));
}

static void on_event(pl_client *client, const struct pl_event *event, void *context) {
    (void)context;
    events_told++;
    length_of(event->json);
    length_of(event->type_name);
    length_of(event->cid);
    if (event->user != NULL)
        look_at_user(event->user);
    if (event->message != NULL)
        look_at_message(event->message);
    if (event->member != NULL)
        look_at_user(pl_member_user(event->member));
    fulls += event->type == PL_EVENT_MEMORY && pl_client_memory(client, NULL, NULL);
    forgotten += event->type == PL_EVENT_FORGETTING;
    last_is_told |= client == ana && strcmp(event->type_name, LAST) == 0;
    if (client == ana && event->type != PL_EVENT_LINK_CHANGED)
        note_told("event", event->type_name, event->json);
    if (event->type != PL_EVENT_LINK_CHANGED)
        return;
    const struct pl_link link = pl_client_link(client);
    length_of(link.reason);
    if (client != ana)
        return;
    note_told("link", link.state == PL_LINK_LIVE ? "live" : "not live", link.reason);
    if (link.state == PL_LINK_LIVE && live_at_ms == 0) {
        live_at_ms = clock_mono_ms();
        lives++;
    } else if (link.state != PL_LINK_LIVE) {
        live_at_ms = 0;
    }
    if (link.state == PL_LINK_REFUSED)
        ana_wants_link = false;
}

static void on_token_wanted(pl_client *client, void *context) {
    (void)context;
    if (once_in(5))
        pl_client_give_token(client, NULL, "there is none today");
    else
        pl_client_give_token(client, ana_token, NULL);
}

static void on_log(int level, const char *line, void *context) {
    (void)level;
    (void)context;
    for (const char *c = line; *c != '\0'; c++)
        assert_true(*c != '\n' && *c != '\033');
}

static pl_client *make(const char *url, pl_network *network) {
    const bool lied_to = network == NULL;
    pl_client *client = NULL;
    const struct pl_client_options options = {.size = sizeof options,
        .url = url,
        .api_key = daemon_.api_key,
        .network = network,
        .token = lied_to ? on_token_wanted : NULL,
        .log = lied_to ? on_log : NULL,
        .resize = lied_to ? resize : NULL,
        .seed = seed,
        .most_memory = lied_to ? KEPT_MOST_BYTES : 0};
    assert_int_equal(pl_client_create(&client, &options), 0);
    if (lied_to)
        assert_true(pl_client_on(client, PL_EVENT_ANY, on_event, NULL) > 0);
    return client;
}

/* Everybody dispatches once, and the daemon's log is read: it would wait for that. */
static void turn(int at_most_ms) {
    program_says(&daemon_.program, "\x01", 1);
    bytes_clear(&daemon_.program.err);
    pl_client_wait(ana, at_most_ms);
    size_t kept;
    pl_client_memory(ana, &kept, NULL);
    assert_in_range(kept, 0, KEPT_MOST_BYTES + OWN_USER_BYTES);
    if (kept > kept_most)
        kept_most = kept;
    for (int i = 0; i < CAST; i++)
        pl_client_dispatch(cast[i].client);
    if (visitor != NULL)
        pl_client_dispatch(visitor);
}

static void until_all_have_ended(void) {
    const int64_t began_ms = clock_mono_ms();
    while (under_way > 0) {
        turn(20);
        if (clock_mono_ms() - began_ms > CALL_MOST_MS)
            check_ages();
    }
}

/* ---- what the cast does, at the server itself ---- */

static pl_channel *hall_of(pl_client *client) {
    return pl_client_find_channel(client, watched[0]);
}

static void act(void) {
    struct player *player = &cast[between(0, CAST - 1)];
    pl_client *client = player->client;
    pl_channel *hall = hall_of(client);
    static const char *const flo[] = {"flo"};
    char text[64];
    snprintf(text, sizeof text, "act %u", (unsigned)between(0, 9999));
    if (hall == NULL)
        return;
    switch (between(0, 9)) {
    case 0:
    case 1:
        player->wants_link = !player->wants_link;
        const struct pl_connect_options me = as(cast_ids[player - cast], player->token);
        if (player->wants_link)
            CALL(pl_client_connect_user(client, &me, TOLD));
        else
            CALL(pl_client_disconnect(client, TOLD));
        break;
    case 2: CALL(pl_client_mark_invisible(client, TOLD)); break;
    case 3: CALL(pl_client_mark_visible(client, TOLD)); break;
    case 4: CALL(pl_client_set_status(client, text, TOLD)); break;
    case 5: CALL(pl_channel_send_message(hall, text, TOLD)); break;
    case 6: CALL(pl_channel_mark_read(hall, NULL, TOLD)); break;
    case 7: CALL(pl_channel_add_members(hall_of(cast[0].client), flo, 1, TOLD)); break;
    case 8: CALL(pl_channel_remove_members(hall_of(cast[0].client), flo, 1, TOLD)); break;
    case 9: CALL(pl_channel_start_typing(hall, NULL, TOLD)); break;
    }
}

/* ---- what ana does, at the mutant ---- */

static const char *some_message(const pl_channel *channel) {
    const size_t count = pl_channel_message_count(channel);
    return count > 0 ? pl_message_id(
                           pl_channel_message_at(channel, (size_t)between(0, (int64_t)count - 1)))
                     : "none";
}

static void ask_queries(pl_channel *channel) {
    static const unsigned flags[] = {0, PL_STATE, PL_WATCH | PL_PRESENCE, PL_PRESENCE};
    static const char *const filters[] = {"{\"members\":{\"$in\":[\"ana\"]}}", "{}",
        "{\"cid\":{\"$in\":[\"messaging:hall\",\"team:den\"]}}"};
    const struct pl_query channels = {
        .size = sizeof channels, .filter_json = ANY_OF(filters), .flags = ANY_OF(flags)};
    const struct pl_query users = {.size = sizeof users, .flags = once_in(2) ? PL_PRESENCE : 0};
    const struct pl_query members = {.size = sizeof members, .limit = 20};
    switch (between(0, 9)) {
    case 0: CALL(pl_query_channels(ana, &channels, TOLD)); break;
    case 1: CALL(pl_query_users(ana, &users, TOLD)); break;
    case 2: CALL(pl_query_members(channel, &members, TOLD)); break;
    case 3: CALL(pl_channel_query_messages(channel, 10, NULL, TOLD)); break;
    case 4: CALL(pl_channel_query_messages(channel, 300, some_message(channel), TOLD)); break;
    case 5: CALL(pl_channel_query_replies(channel, some_message(channel), 0, NULL, TOLD)); break;
    case 6: CALL(pl_channel_query_reactions(channel, some_message(channel), 0, 0, TOLD)); break;
    case 7: CALL(pl_channel_query_message(channel, some_message(channel), TOLD)); break;
    case 8: CALL(pl_client_query_unread(ana, TOLD)); break;
    case 9: CALL(pl_channel_query_watchers(channel, 0, 0, TOLD)); break;
    }
}

static void write_something(pl_channel *channel) {
    const char *message = some_message(channel);
    const struct pl_message_options reply = {.size = sizeof reply, .parent_id = message};
    switch (between(0, 9)) {
    case 0:
    case 1: CALL(pl_channel_send_message(channel, "hello", TOLD)); break;
    case 2: CALL(pl_channel_send_message_with(channel, "reply", &reply, TOLD)); break;
    case 3: CALL(pl_channel_edit_message(channel, message, "edited", TOLD)); break;
    case 4:
        CALL(pl_channel_update_message(channel, message, "{\"mood\":\"good\"}", NULL, 0, TOLD));
        break;
    case 5: CALL(pl_channel_delete_message(channel, message, once_in(2), TOLD)); break;
    case 6: CALL(pl_channel_add_reaction(channel, message, "like", 1, once_in(2), TOLD)); break;
    case 7: CALL(pl_channel_remove_reaction(channel, message, "like", TOLD)); break;
    case 8: CALL(pl_channel_mark_read(channel, once_in(2) ? message : NULL, TOLD)); break;
    case 9: CALL(pl_channel_mark_unread(channel, message, TOLD)); break;
    }
}

static void change_a_channel(pl_channel *channel) {
    static const char *const flo[] = {"flo"};
    static const char *const gone[] = {"color"};
    switch (between(0, 14)) {
    case 0: CALL(pl_channel_update(channel, "{\"color\":\"red\"}", NULL, 0, TOLD)); break;
    case 1: CALL(pl_channel_update(channel, NULL, gone, 1, TOLD)); break;
    case 2: CALL(pl_channel_truncate(channel, TOLD)); break;
    case 3: CALL(pl_channel_mute(channel, 1000, TOLD)); break;
    case 4: CALL(pl_channel_unmute(channel, TOLD)); break;
    case 5: CALL(pl_channel_add_moderators(channel, flo, 1, TOLD)); break;
    case 6: CALL(pl_channel_demote_moderators(channel, flo, 1, TOLD)); break;
    case 7: CALL(pl_channel_invite(channel, flo, 1, TOLD)); break;
    case 8: CALL(pl_channel_accept_invite(channel, TOLD)); break;
    case 9: CALL(pl_channel_reject_invite(channel, TOLD)); break;
    case 10: CALL(pl_channel_start_typing(channel, NULL, TOLD)); break;
    case 11: CALL(pl_channel_stop_typing(channel, NULL, TOLD)); break;
    case 12: CALL(pl_channel_send_event(channel, "lamp-lit", "{\"watts\":5}", TOLD)); break;
    case 13: CALL(pl_channel_watch(channel, PL_PRESENCE, TOLD)); break;
    case 14: pl_channel_listen_all(channel); break;
    }
}

/* Channels of her own, with which all may be done. */
static void play_with_a_channel(void) {
    static const char *const friends[] = {"ana", "bo"};
    const struct pl_channel_options options = {
        .size = sizeof options, .name = "Toy", .members = friends, .member_count = 2};
    char id[16], cid[32];
    snprintf(id, sizeof id, "toy%d", (int)between(1, 5));
    snprintf(cid, sizeof cid, "messaging:%s", id);
    pl_channel *toy = pl_client_find_channel(ana, cid);
    if (toy == NULL || once_in(4)) {
        CALL(
            pl_channel_get_or_create(ana, "messaging", id, &options, PL_WATCH | PL_PRESENCE, TOLD));
        return;
    }
    switch (between(0, 6)) {
    case 0: CALL(pl_channel_hide(toy, once_in(2), TOLD)); break;
    case 1: CALL(pl_channel_show(toy, TOLD)); break;
    case 2: CALL(pl_channel_delete(toy, once_in(2), TOLD)); break;
    case 3: CALL(pl_channel_stop_watching(toy, TOLD)); break;
    case 4: CALL(pl_channel_add_members(toy, all_ids, ALL, TOLD)); break;
    case 5: CALL(pl_channel_remove_members(toy, friends, 2, TOLD)); break;
    case 6: write_something(toy); break;
    }
}

static void change_herself(void) {
    static const char *const gone[] = {"hat"};
    switch (between(0, 9)) {
    case 0: CALL(pl_client_mark_invisible(ana, TOLD)); break;
    case 1: CALL(pl_client_mark_visible(ana, TOLD)); break;
    case 2: CALL(pl_client_set_status(ana, once_in(2) ? "here" : NULL, TOLD)); break;
    case 3: CALL(pl_client_update_self(ana, "{\"hat\":\"straw\"}", NULL, 0, TOLD)); break;
    case 4: CALL(pl_client_update_self(ana, NULL, gone, 1, TOLD)); break;
    case 5: CALL(pl_client_mute_user(ana, "bo", 1, TOLD)); break;
    case 6: CALL(pl_client_unmute_user(ana, "bo", TOLD)); break;
    case 7: CALL(pl_client_mark_all_read(ana, TOLD)); break;
    case 8: pl_client_cancel(ana, pl_client_last_call(ana)); break;
    case 9: pl_client_listen_users(ana, all_ids, ALL); break;
    }
}

static void keep_the_link(void) {
    const struct pl_connect_options me = as("ana", once_in(2) ? ana_token : NULL);
    if (!ana_wants_link) {
        CALL(pl_client_connect_user(ana, &me, TOLD));
        ana_wants_link = true;
    } else if (pl_client_link(ana).state != PL_LINK_LIVE) {
        pl_client_reconnect_now(ana);
    }
}

static void ask_something(void) {
    pl_channel *channel = pl_client_find_channel(ana, ANY_OF(watched));
    if (once_in(300) && ana_wants_link) {
        CALL(pl_client_disconnect(ana, TOLD));
        ana_wants_link = false;
    }
    if (once_in(10))
        keep_the_link();
    if (channel == NULL || under_way > CALLS_UNDER_WAY)
        return;
    switch (between(0, 5)) {
    case 0:
    case 1: ask_queries(channel); break;
    case 2: write_something(channel); break;
    case 3: change_a_channel(channel); break;
    case 4: play_with_a_channel(); break;
    case 5: change_herself(); break;
    }
}

/* One who comes and goes at any time, with and without a name. */
static void visit(void) {
    const struct pl_connect_options me = as("guest", NULL), again = as("ana", ana_token);
    const struct pl_query query = {.size = sizeof query};
    if (visitor != NULL) {
        pl_client_destroy(visitor);
        visitor = NULL;
        return;
    }
    visitor = make(mutant.url, NULL);
    switch (between(0, 2)) {
    case 0: CALL(pl_client_connect_guest(visitor, &me, TOLD)); break;
    case 1: CALL(pl_client_connect_anonymous(visitor, TOLD)); break;
    case 2:
        CALL(pl_client_connect_user(visitor, &again, TOLD));
        CALL(pl_query_users(visitor, &query, TOLD));
        break;
    }
}

static void live_for(int64_t some_ms) {
    const int64_t end_ms = clock_mono_ms() + some_ms;
    while (clock_mono_ms() < end_ms) {
        turn(10);
        ask_something();
        if (once_in(3))
            act();
        if (once_in(40))
            visit();
    }
}

static void live_with_lies(void) {
    mutant_set_sane(&mutant, false);
    live_for(between(LIE_LEAST_MS, LIE_MOST_MS) / (late_ms > 0 ? 3 : 1));
}

/* ---- the truth ---- */

static int order_of_texts(const void *a, const void *b) {
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* Lines of no order, sorted. */
static void put_sorted(struct bytes *to, char **lines, size_t count) {
    qsort(lines, count, sizeof *lines, order_of_texts);
    for (size_t i = 0; i < count; i++) {
        bytes_append_text(to, lines[i]);
        free(lines[i]);
    }
}

static void put_members(struct bytes *to, const pl_channel *channel) {
    char *lines[200];
    size_t count = 0;
    for (; count < pl_channel_member_count(channel) && count < 200; count++) {
        const pl_member *member = pl_channel_member_at(channel, count);
        const pl_user *user = pl_member_user(member);
        assert_true(
            asprintf(&lines[count], "  member %s %s%s\n", pl_user_id(user), pl_member_role(member),
                pl_member_is_invitee(member) ? " invited" : "") > 0);
    }
    put_sorted(to, lines, count);
}

/* Who has read, and nobody who never was: how far is not told to all. */
static bool is_read_by_others(const pl_channel *channel) {
    for (size_t i = 0; channel != NULL && i < pl_channel_read_count(channel); i++) {
        const char *id = pl_user_id(pl_channel_read_at(channel, i)->user);
        bool known = false;
        for (int k = 0; k < ALL; k++)
            known |= strcmp(id, all_ids[k]) == 0;
        if (!known)
            return true;
    }
    return false;
}

/* The newest: of older ones each client has as many as it has asked for. */
static void put_messages(struct bytes *to, const pl_channel *channel) {
    const size_t count = pl_channel_message_count(channel);
    for (size_t i = count > NEWEST ? count - NEWEST : 0; i < count; i++) {
        const pl_message *message = pl_channel_message_at(channel, i);
        char *reactions = pl_message_reactions_json(message);
        bytes_printf(to, "  message %s by %s at %lld: %s%s, reactions %s\n", pl_message_id(message),
            pl_user_id(pl_message_user(message)), (long long)pl_message_created_unix_ms(message),
            pl_message_text(message), pl_message_is_deleted(message) ? " (deleted)" : "",
            reactions);
        pl_free(reactions);
    }
}

static void put_channel(struct bytes *to, const pl_client *client, const char *cid) {
    const pl_channel *channel = pl_client_find_channel(client, cid);
    if (channel == NULL) {
        bytes_printf(to, "%s is not known\n", cid);
        return;
    }
    char *color = pl_channel_custom_json(channel, "color");
    bytes_printf(to, "%s %s color %s%s%s%s, %zu members, %d unread\n", cid,
        pl_channel_name(channel), color != NULL ? color : "none",
        pl_channel_is_mine(channel) ? " mine" : "", pl_channel_is_hidden(channel) ? " hidden" : "",
        pl_channel_is_deleted(channel) ? " deleted" : "", pl_channel_member_total(channel),
        pl_channel_unread(channel));
    pl_free(color);
    put_members(to, channel);
    put_messages(to, channel);
}

static void put_user(struct bytes *to, const pl_client *client, const char *id) {
    const pl_user *user = pl_client_find_user(client, id);
    const bool own = user != NULL && user == pl_local_user(client);
    if (user == NULL) {
        bytes_printf(to, "%s is not known\n", id);
        return;
    }
    char *hat = pl_user_custom_json(user, "hat");
    bytes_printf(to, "%s %s is %s, status %s, hat %s, role %s%s%s\n", id, pl_user_name(user),
        own                    ? pl_user_invisible(user) ? "hidden" : "seen"
        : pl_user_online(user) ? "home"
                               : "out",
        pl_user_status(user), hat != NULL ? hat : "none", pl_user_role(user),
        pl_user_banned(user) ? " banned" : "", pl_user_deactivated(user) ? " deactivated" : "");
    pl_free(hat);
}

static void put_all(struct bytes *to, const pl_client *client) {
    for (int i = 0; i < WATCHED; i++)
        put_channel(to, client, watched[i]);
    for (int i = 0; i < ALL; i++)
        put_user(to, client, all_ids[i]);
    bytes_printf(to, "%lld unread in %lld channels\n", (long long)pl_client_unread_total(client),
        (long long)pl_client_unread_channels(client));
}

static void find_truth(struct bytes *to) {
    pl_client *client = make(daemon_.url, straight);
    const struct pl_connect_options me = as("ana", ana_token);
    const struct pl_query channels = {.size = sizeof channels,
        .filter_json = "{\"cid\":{\"$in\":[\"messaging:hall\",\"messaging:yard\",\"team:den\"]}}",
        .flags = PL_STATE};
    const struct pl_query users = {.size = sizeof users,
        .filter_json = "{\"id\":{\"$in\":[\"ana\",\"bo\",\"cy\",\"di\",\"ed\",\"flo\"]}}"};
    const size_t before = under_way;
    assert_int_equal(pl_client_set_user(client, &me), 0);
    CALL(pl_query_channels(client, &channels, TOLD));
    CALL(pl_query_users(client, &users, TOLD));
    CALL(pl_client_query_unread(client, TOLD));
    while (under_way > before)
        pl_client_wait(client, 1000);
    bytes_clear(to);
    put_all(to, client);
    pl_client_destroy(client);
}

/* ---- right again ---- */

static int64_t slowest_ms, slowest_clock_ms, slowest_link_ms, slowest_told_ms;
static unsigned rounds;

static void until_live(void) {
    const int64_t began_ms = clock_mono_ms();
    while (pl_client_link(ana).state != PL_LINK_LIVE) {
        if (clock_mono_ms() - began_ms > LIVE_AGAIN_MS)
            fail_msg("not live within %d ms of a sane server: %s", LIVE_AGAIN_MS,
                pl_client_link(ana).reason);
        keep_the_link();
        turn(20);
    }
    if (clock_mono_ms() - began_ms > slowest_link_ms)
        slowest_link_ms = clock_mono_ms() - began_ms;
}

/* What is held back comes in order: behind this event nothing of before is on its way. */
static void until_nothing_comes(void) {
    const int64_t began_ms = clock_mono_ms();
    pl_channel *hall = hall_of(ana);
    last_is_told = false;
    if (hall != NULL)
        CALL(pl_channel_send_event(hall, LAST, NULL, TOLD));
    while (!last_is_told && clock_mono_ms() - began_ms < LAST_MOST_MS)
        turn(10);
    until_all_have_ended();
}

/* Everybody goes on, until nothing is under way any more. */
static void live_late(void) {
    live_for(between(LIE_LEAST_MS, LIE_MOST_MS) / 3);
    while (!ana_wants_link)
        keep_the_link();
    until_all_have_ended();
    until_nothing_comes();
    until_live();
    live_at_ms = clock_mono_ms();
}

/* The first that is not watched or not listened to; NULL: all are. */
static const char *who_is_not_live(void) {
    for (int i = 0; i < WATCHED; i++) {
        const pl_channel *channel = pl_client_find_channel(ana, watched[i]);
        if (channel == NULL || !pl_channel_is_watched(channel) || is_read_by_others(channel))
            return watched[i];
    }
    for (int i = 1; i < ALL; i++) {
        const pl_user *user = pl_client_find_user(ana, all_ids[i]);
        if (user == NULL || !pl_user_is_live(user))
            return all_ids[i];
    }
    return NULL;
}

static void print_lines(const char *before, const char *text) {
    const char *end;
    for (; (end = strchr(text, '\n')) != NULL; text = end + 1)
        printf("# %s %.*s\n", before, (int)(end - text), text);
}

/* How long the threads of a process have waited for a processor so far: the promise is not the
 * scheduler's. */
static int64_t waited_ms_of(int pid) {
    char path[320];
    int64_t sum_ns = 0;
    snprintf(path, sizeof path, "/proc/%d/task", pid);
    DIR *tasks = opendir(path);
    for (const struct dirent *task; tasks != NULL && (task = readdir(tasks)) != NULL;) {
        long long ran_ns, waited_ns = 0;
        snprintf(path, sizeof path, "/proc/%d/task/%.20s/schedstat", pid, task->d_name);
        FILE *file = task->d_name[0] != '.' ? fopen(path, "r") : NULL;
        if (file != NULL && fscanf(file, "%lld %lld", &ran_ns, &waited_ns) == 2)
            sum_ns += waited_ns;
        if (file != NULL)
            fclose(file);
    }
    if (tasks != NULL)
        closedir(tasks);
    return sum_ns / 1000000;
}

static int64_t waited_ms(void) {
    return waited_ms_of(getpid()) + waited_ms_of(daemon_.program.pid);
}

/* Both in full, and which of their lines the other lacks. */
static void print_lacking(const char *before, const char *text, const char *in) {
    const char *end;
    for (; (end = strchr(text, '\n')) != NULL; text = end + 1)
        if (memmem(in, strlen(in), text, (size_t)(end - text + 1)) == NULL)
            printf("# %s %.*s\n", before, (int)(end - text), text);
}

/* Who takes the room. */
static void print_channels(void) {
    for (size_t i = 0; i < pl_client_channel_count(ana); i++) {
        const pl_channel *channel = pl_client_channel_at(ana, i);
        printf("# %s%s%s%s: %zu members, %zu messages, %zu have read\n", pl_channel_cid(channel),
            pl_channel_is_watched(channel) ? " watched" : "",
            pl_channel_is_mine(channel) ? " mine" : "",
            pl_channel_is_hidden(channel) ? " hidden" : "", pl_channel_member_count(channel),
            pl_channel_message_count(channel), pl_channel_read_count(channel));
    }
}

static void fail_with(const struct bytes *got, const struct bytes *truth, const char *stale) {
    print_told();
    print_lines("got  ", bytes_text(got));
    print_lines("truth", bytes_text(truth));
    print_lacking("only got:  ", bytes_text(got), bytes_text(truth));
    print_lacking("only truth:", bytes_text(truth), bytes_text(got));
    size_t kept, live, wanted;
    const bool full = pl_client_memory(ana, &kept, NULL);
    print_channels();
    pl_client_listening(ana, &live, &wanted);
    printf("# not live: %s; resyncing: %d; kept %zu bytes%s; %zu of %zu listened to\n",
        stale != NULL ? stale : "nobody", pl_client_link(ana).resyncing, kept,
        full ? ", full" : "", live, wanted);
    fail_msg("round %u, seed %llu: not right %d ms after the link was live", rounds,
        (unsigned long long)seed, right_again_ms);
}

/* How long since then, but for what was waited for a processor. */
static int64_t lasted_ms(int64_t since_ms, int64_t waited_before_ms) {
    const int64_t waited = waited_ms() - waited_before_ms;
    return clock_mono_ms() - since_ms - (waited > 0 ? waited : 0);
}

/* It takes its time, in which ana takes in nothing: that is no part of the promise. */
static int64_t find_truth_aside(struct bytes *to) {
    const int64_t began_ms = clock_mono_ms(), waited_before_ms = waited_ms();
    find_truth(to);
    const int64_t took_ms = lasted_ms(began_ms, waited_before_ms);
    return took_ms > 0 ? took_ms : 0;
}

static void check_against_truth(void) {
    struct bytes got = BYTES_EMPTY, truth = BYTES_EMPTY;
    const char *stale = NULL;
    const int64_t waited_before_ms = waited_ms();
    int64_t aside_ms = 0;
    for (bool right = false; !right;) {
        turn(10);
        if (live_at_ms == 0) /* it was the last of the liar's that was live */
            until_live();
        const int64_t live_ms = clock_mono_ms() - live_at_ms;
        const int64_t took_ms = lasted_ms(live_at_ms, waited_before_ms) - aside_ms;
        stale = who_is_not_live();
        bytes_clear(&got);
        put_all(&got, ana);
        if (stale == NULL && strcmp(bytes_text(&got), bytes_text(&truth)) != 0)
            aside_ms += find_truth_aside(&truth);
        right = stale == NULL && strcmp(bytes_text(&got), bytes_text(&truth)) == 0;
        if (took_ms > right_again_ms)
            fail_with(&got, &truth, stale);
        if (right && took_ms > slowest_ms)
            slowest_ms = took_ms;
        if (right && live_ms > slowest_clock_ms)
            slowest_clock_ms = live_ms;
    }
    bytes_fini(&got);
    bytes_fini(&truth);
}

static void fail_resyncing(void) {
    size_t live, wanted;
    pl_client_listening(ana, &live, &wanted);
    print_told();
    printf("# %zu of %zu are listened to\n", live, wanted);
    fail_msg("round %u, seed %llu: still resyncing %d ms after the link was live", rounds,
        (unsigned long long)seed, TOLD_AGAIN_MS);
}

/* It says so itself when all that it was told of was read again, what never was, too. False: the
 * link was one of the liar's, and is cut. */
static bool is_told(void) {
    while (live_at_ms != 0 && pl_client_link(ana).resyncing) {
        turn(10);
        if (live_at_ms != 0 && clock_mono_ms() - live_at_ms > TOLD_AGAIN_MS)
            fail_resyncing();
    }
    if (live_at_ms != 0 && clock_mono_ms() - live_at_ms > slowest_told_ms)
        slowest_told_ms = clock_mono_ms() - live_at_ms;
    return live_at_ms != 0;
}

static void be_right_again(void) {
    mutant_set_sane(&mutant, true);
    live_at_ms = 0;
    /* The link that was live is cut; what is live now is a new one. */
    while (pl_client_link(ana).state == PL_LINK_LIVE && live_at_ms == 0)
        turn(10);
    until_live();
    if (late_ms > 0)
        live_late();
    do
        check_against_truth();
    while (!is_told());
    check_ages();
    assert_in_range(atomic_load(&own_bytes), 0, OWN_MOST_BYTES);
}

/* ---- the case ---- */

static void make_cast(void) {
    for (int i = 0; i < CAST; i++) {
        cast[i].token = daemon_token(&daemon_, cast_ids[i], NULL);
        cast[i].client = make(daemon_.url, straight);
        const struct pl_connect_options me = as(cast_ids[i], cast[i].token);
        CALL(pl_client_connect_user(cast[i].client, &me, TOLD));
        cast[i].wants_link = true;
    }
    until_all_have_ended();
}

static void make_channels(void) {
    const struct pl_channel_options all = {
        .size = sizeof all, .name = "Hall", .members = all_ids, .member_count = 5};
    const struct pl_channel_options two = {
        .size = sizeof two, .name = "Yard", .members = all_ids, .member_count = 3};
    CALL(pl_channel_get_or_create(cast[0].client, "messaging", "hall", &all, PL_WATCH, TOLD));
    CALL(pl_channel_get_or_create(cast[1].client, "messaging", "yard", &two, PL_WATCH, TOLD));
    CALL(pl_channel_get_or_create(cast[1].client, "team", "den", &two, PL_WATCH, TOLD));
    until_all_have_ended();
    for (int i = 1; i < CAST; i++)
        CALL(pl_channel_get_or_create(
            cast[i].client, "messaging", "hall", NULL, PL_WATCH | PL_STATE, TOLD));
    until_all_have_ended();
}

/* Ana asks for far more than a user may. */
static void bound_nobody(void) {
    char path[128];
    snprintf(path, sizeof path, "%s/config.ini", daemon_.data);
    FILE *config = fopen(path, "a");
    assert_non_null(config);
    fputs("rate_calls = 0\n", config);
    fclose(config);
}

static void begin(void) {
    char *flo_token;
    printf("# seed %llu, %d s\n", (unsigned long long)seed, seconds);
    chance_seed(&chance, seed);
    daemon_make(&daemon_);
    bound_nobody();
    daemon_start(&daemon_);
    assert_int_equal(pl_network_create(&straight), 0);
    mutant_start(&mutant, daemon_.url, seed);
    mutant_be_late(&mutant, late_ms);
    mutant_set_sane(&mutant, true);
    ana_token = daemon_token(&daemon_, "ana", NULL);
    flo_token = daemon_token(&daemon_, "flo", NULL);
    ana = make(mutant.url, NULL);
    pl_client *flo = make(daemon_.url, straight);
    const struct pl_connect_options me = as("ana", ana_token), her = as("flo", flo_token);
    CALL(pl_client_connect_user(flo, &her, TOLD));
    while (under_way > 0)
        pl_client_wait(flo, 100);
    pl_client_destroy(flo);
    free(flo_token);
    CALL(pl_client_connect_user(ana, &me, TOLD));
    ana_wants_link = true;
    make_cast();
    make_channels();
    const struct pl_query mine = {.size = sizeof mine,
        .filter_json = "{\"members\":{\"$in\":[\"ana\"]}}",
        .flags = PL_WATCH | PL_PRESENCE};
    CALL(pl_query_channels(ana, &mine, TOLD));
    assert_int_equal(pl_client_listen_users(ana, all_ids, ALL), 0);
    until_all_have_ended();
}

static void end(void) {
    pl_client_destroy(visitor);
    pl_client_destroy(ana);
    for (int i = 0; i < CAST; i++) {
        pl_client_destroy(cast[i].client);
        free(cast[i].token);
    }
    pl_network_destroy(straight);
    free(ana_token);
    mutant_stop(&mutant);
    daemon_fini(&daemon_);
}

static void tell_figures(long rss_before, long rss_most) {
    const double lies = (double)mutant_lies(&mutant);
    printf(
        "# %u rounds, %u connections of ana, %u events, %zu calls: %zu refused at once, %zu done, "
        "%zu refused, %zu offline, %zu cancelled, %zu timed out, %zu unreadable\n",
        rounds, lives, events_told, ticket_count, refused_at_once, ended[PL_DONE],
        ended[PL_REFUSED], ended[PL_OFFLINE], ended[PL_CANCELLED], ended[PL_TIMED_OUT],
        ended[PL_UNREADABLE]);
    printf("# %.0f lies, %.1f %% of all that was said:\n", lies,
        100 * lies / (lies + (double)mutant_truths(&mutant)));
    mutant_print(&mutant, stdout);
    printf("# live again after at most %lld ms; then right after %lld ms (%lld by the clock, with "
           "what was waited for a processor), and told after %lld ms\n",
        (long long)slowest_link_ms, (long long)slowest_ms, (long long)slowest_clock_ms,
        (long long)slowest_told_ms);
    printf("# kept at most %zu KiB of %d; full %u times, %u users and channels forgotten\n",
        kept_most / 1024, KEPT_MOST_BYTES / 1024, fulls, forgotten);
    printf("# the library's own memory: at most %zu KiB; resident: %ld MiB before, at most %ld\n",
        atomic_load(&own_most) / 1024, rss_before, rss_most);
}

static void a_server_that_lies_is_borne_and_forgotten(void **state) {
    (void)state;
    begin();
    const int64_t end_ms = clock_mono_ms() + seconds * 1000;
    const long rss_before = rss_mib();
    long rss_most = rss_before;
    be_right_again();
    while (clock_mono_ms() < end_ms) {
        rounds++;
        live_with_lies();
        be_right_again();
        if (rss_mib() > rss_most)
            rss_most = rss_mib();
        assert_in_range(rss_most - rss_before, 0, RSS_MOST_MIB);
    }
    assert_int_equal(atomic_load(&mutant.trapped), 0);
    tell_figures(rss_before, rss_most);
    end();
    assert_int_equal(atomic_load(&own_bytes), 0);
    assert_in_range(atomic_load(&own_most), 0, OWN_MOST_BYTES);
    check_ends();
}

int main(int argc, char **argv) {
    const struct CMUnitTest cases[] = {
        CASE(a_server_that_lies_is_borne_and_forgotten),
    };
    setvbuf(stdout, NULL, _IOLBF, 0);
    if (argc > 1) {
        seconds = atoi(argv[1]);
        right_again_ms = argc > 3 ? 5000 : 1000; /* what is late is late once more */
    }
    if (argc > 2)
        seed = strtoull(argv[2], NULL, 10);
    if (argc > 3)
        late_ms = (unsigned)atoi(argv[3]);
    return RUN_CASES("whole-mutant", cases);
}
