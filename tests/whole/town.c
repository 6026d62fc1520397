/* SPDX-License-Identifier: MIT */
#include "whole/town.h"

#include "support/case.h"

#include "base/chance.h"
#include "base/clock.h"

#include <cjson/cJSON.h>
#include <poll.h>

enum { IN_TIME_MS = 30 * 1000, SETTLED_MS = 90 * 1000, TURN_MS = 20, WRONG = 2048 };

/* ---- what a person is told ---- */

static void note_message(struct town *town, const char *id) {
    if (town->message_count == town->message_room) {
        town->message_room = 2 * town->message_room + 64;
        void *grown = realloc(town->messages, town->message_room * sizeof town->messages[0]);
        assert_non_null(grown);
        town->messages = grown;
    }
    snprintf(town->messages[town->message_count++], sizeof town->messages[0], "%s", id);
}

static void on_done(pl_client *client, const struct pl_outcome *outcome, void *context) {
    struct person *p = context;
    const bool done = outcome->status == PL_DONE;
    (void)client;
    p->asking = false;
    p->town->failed += !done;
    if (done && p->wished != NULL)
        p->wished->acked = p->wished->tried;
    if (done && p->message[0] != '\0')
        note_message(p->town, p->message);
    p->wished = NULL;
    p->message[0] = '\0';
}

static unsigned count_live(const struct person *p) {
    unsigned live = 0;
    for (int i = 0; i < TOWN_ALL; i++) {
        const pl_user *user = pl_client_find_user(p->client, p->town->people[i].id);
        live += user != NULL && pl_user_is_live(user);
    }
    return live;
}

static void look(struct person *p) {
    const bool live = pl_client_link(p->client).state == PL_LINK_LIVE;
    if (live) {
        p->stale_ms = 0;
        return;
    }
    if (p->stale_ms == 0) {
        p->stale_ms = clock_mono_ms();
        p->losses++;
    }
    p->lies += count_live(p);
}

static void on_event(pl_client *client, const struct pl_event *event, void *context) {
    struct person *p = context;
    look(p);
    if (event->type == PL_EVENT_RESYNCED)
        p->true_ms = clock_mono_ms();
    if (event->type == PL_EVENT_PRESENCE_CHANGED)
        p->lies += pl_client_link(client).state != PL_LINK_LIVE;
}

/* ---- the house and its people ---- */

void town_start_server(struct town *town) {
    strait_stand(town->strait, STRAIT_FAR);
    daemon_start_with(&town->daemon, town->environment);
    if (town->rest.token == NULL)
        rest_begin(&town->rest, &town->daemon);
    strait_stand(town->strait, STRAIT_NEAR);
}

static void write_settings(struct town *town, const char *settings) {
    char path[200];
    snprintf(path, sizeof path, "%s/config.ini", town->daemon.data);
    FILE *config = fopen(path, "a");
    assert_non_null(config);
    fprintf(config, "linger_ms = %d\nrate_calls = 0\n%s\n", TOWN_LINGER_MS, settings);
    fclose(config);
}

static void furnish(struct town *town) {
    struct bytes users = BYTES_EMPTY, hall = BYTES_EMPTY;
    bytes_append_text(&users, "{\"users\":{");
    bytes_append_text(&hall, "{\"data\":{\"created_by_id\":\"near0\",\"members\":[");
    for (int i = 0; i < TOWN_ALL; i++) {
        const char *id = town->people[i].id, *comma = i > 0 ? "," : "";
        bytes_printf(&users, "%s\"%s\":{\"id\":\"%s\",\"status\":\"0\"}", comma, id, id);
        bytes_printf(&hall, "%s\"%s\"", comma, id);
    }
    bytes_append_text(&users, "}}");
    bytes_append_text(&hall, "]}}");
    assert_int_equal(rest_call(&town->rest, "POST", "/users", bytes_text(&users)), 201);
    assert_int_equal(
        rest_call(&town->rest, "POST", "/channels/messaging/hall/query", bytes_text(&hall)), 201);
    bytes_fini(&users);
    bytes_fini(&hall);
}

static void come(struct person *p) {
    const struct pl_connect_options who = {
        .size = sizeof who, .user_id = p->id, .token = p->token, .invisible = -1};
    p->is_home = p->asking = true;
    assert_int_equal(pl_client_connect_user(p->client, &who, on_done, p), 0);
}

/* A server whose clock is an hour back takes no token that was made since, for good. */
static bool is_refused(const struct person *p) {
    return p->is_home && !p->asking && pl_client_link(p->client).state == PL_LINK_REFUSED;
}

static void go(struct person *p) {
    p->is_home = false;
    p->asking = true;
    assert_int_equal(pl_client_disconnect(p->client, on_done, p), 0);
}

static bool nobody_asks(const struct town *town) {
    for (int i = 0; i < TOWN_ALL; i++)
        if (town->people[i].asking)
            return false;
    return true;
}

static void until_nobody_asks(struct town *town, int at_most_ms) {
    for (const int64_t end_ms = clock_mono_ms() + at_most_ms; !nobody_asks(town);) {
        if (clock_mono_ms() > end_ms)
            fail_msg("a call has not ended within %d ms", at_most_ms);
        town_live(town, TURN_MS);
    }
}

static void bring(struct town *town, int i) {
    struct person *p = &town->people[i];
    const struct pl_client_options options = {.size = sizeof options,
        .url = town->daemon.url,
        .api_key = town->daemon.api_key,
        .network = town->networks[p->near ? STRAIT_NEAR : STRAIT_FAR],
        .seed = chance_next(town->chance) | 1};
    p->token = daemon_token(&town->daemon, p->id, NULL);
    assert_int_equal(pl_client_create(&p->client, &options), 0);
    assert_true(pl_client_on(p->client, PL_EVENT_ANY, on_event, p) > 0);
    come(p);
}

static void watch_all(struct town *town) {
    for (int i = 0; i < TOWN_ALL; i++) {
        struct person *p = &town->people[i];
        p->asking = true;
        assert_int_equal(pl_channel_get_or_create(p->client, "messaging", "hall", NULL,
                             PL_WATCH | PL_PRESENCE, on_done, p),
            0);
    }
    until_nobody_asks(town, IN_TIME_MS);
}

void town_open(struct town *town, struct strait *strait, struct chance *chance,
    const char *settings, const char *const *environment) {
    *town = (struct town){.strait = strait, .chance = chance, .environment = environment};
    for (int i = 0; i < TOWN_ALL; i++) {
        struct person *p = &town->people[i];
        p->town = town;
        p->near = i < TOWN_NEAR;
        snprintf(
            p->id, sizeof p->id, "%s%d", p->near ? "near" : "far", p->near ? i : i - TOWN_NEAR);
    }
    daemon_make(&town->daemon);
    snprintf(town->daemon.url, sizeof town->daemon.url, "http://%s:8750", STRAIT_FAR_HOST);
    write_settings(town, settings);
    town_start_server(town);
    furnish(town);
    assert_int_equal(pl_network_create(&town->networks[STRAIT_NEAR]), 0);
    strait_stand(strait, STRAIT_FAR);
    assert_int_equal(pl_network_create(&town->networks[STRAIT_FAR]), 0);
    strait_stand(strait, STRAIT_NEAR);
    for (int i = 0; i < TOWN_ALL; i++)
        bring(town, i);
    until_nobody_asks(town, IN_TIME_MS);
    watch_all(town);
}

void town_close(struct town *town) {
    for (int i = 0; i < TOWN_ALL; i++) {
        pl_client_destroy(town->people[i].client);
        free(town->people[i].token);
    }
    pl_network_destroy(town->networks[STRAIT_NEAR]);
    pl_network_destroy(town->networks[STRAIT_FAR]);
    rest_end(&town->rest);
    daemon_fini(&town->daemon);
    free(town->messages);
}

/* ---- a day ---- */

static void live_one_turn(struct town *town, int at_most_ms) {
    struct pollfd polls[TOWN_ALL];
    for (int i = 0; i < TOWN_ALL; i++)
        polls[i] = (struct pollfd){.fd = pl_client_fd(town->people[i].client), .events = POLLIN};
    poll(polls, TOWN_ALL, at_most_ms);
    for (int i = 0; i < TOWN_ALL; i++) {
        pl_client_dispatch(town->people[i].client);
        look(&town->people[i]);
    }
}

void town_live(struct town *town, int ms) {
    const int64_t end_ms = clock_mono_ms() + ms;
    for (int64_t left; (left = end_ms - clock_mono_ms()) > 0;)
        live_one_turn(town, left < TURN_MS ? (int)left : TURN_MS);
}

static void wish_for(struct person *p, struct wish *wish, int value) {
    char text[16];
    if (wish->acked != wish->tried && wish->doubtful_count < TOWN_DOUBTS)
        wish->doubtful[wish->doubtful_count++] = wish->tried;
    wish->tried = value;
    p->wished = wish;
    snprintf(text, sizeof text, "%d", value);
    const int accepted = wish == &p->status ? pl_client_set_status(p->client, text, on_done, p)
                         : value != 0       ? pl_client_mark_invisible(p->client, on_done, p)
                                            : pl_client_mark_visible(p->client, on_done, p);
    assert_int_equal(accepted, 0);
}

static void talk(struct person *p) {
    const struct pl_message_options options = {.size = sizeof options, .id = p->message};
    pl_channel *hall = pl_client_find_channel(p->client, "messaging:hall");
    assert_non_null(hall);
    snprintf(p->message, sizeof p->message, "m%u", p->town->asked);
    assert_int_equal(pl_channel_send_message_with(hall, "hello", &options, on_done, p), 0);
}

void town_stir(struct town *town) {
    struct person *p = &town->people[chance_between(town->chance, 0, TOWN_ALL - 1)];
    const int64_t what = chance_between(town->chance, 0, 9);
    if (p->asking)
        return;
    if (!p->is_home || is_refused(p)) {
        come(p);
    } else if (what == 0) {
        go(p);
    } else {
        p->asking = true;
        town->asked++;
        if (what < 3)
            wish_for(p, &p->hidden, !p->hidden.tried);
        else if (what < 6)
            wish_for(p, &p->status, p->status.tried + 1);
        else
            talk(p);
    }
}

/* ---- what must be so ---- */

static unsigned count_in_state(const struct town *town, bool near, bool live) {
    unsigned count = 0;
    for (int i = 0; i < TOWN_ALL; i++) {
        const struct person *p = &town->people[i];
        const struct pl_link link = pl_client_link(p->client);
        count += p->near == near && p->is_home && (link.state == PL_LINK_LIVE) == live &&
                 (!live || !link.resyncing);
    }
    return count;
}

static unsigned count_home(const struct town *town, bool near) {
    unsigned count = 0;
    for (int i = 0; i < TOWN_ALL; i++)
        count += town->people[i].near == near && town->people[i].is_home;
    return count;
}

bool town_comes_live(struct town *town, int at_most_ms) {
    for (const int64_t end_ms = clock_mono_ms() + at_most_ms; clock_mono_ms() < end_ms;) {
        if (count_in_state(town, true, true) == count_home(town, true) &&
            count_in_state(town, false, true) == count_home(town, false))
            return true;
        for (int i = 0; i < TOWN_ALL; i++)
            if (is_refused(&town->people[i]))
                come(&town->people[i]);
        town_live(town, TURN_MS);
    }
    return false;
}

bool town_goes_stale(struct town *town, bool near, int at_most_ms) {
    for (const int64_t end_ms = clock_mono_ms() + at_most_ms; clock_mono_ms() < end_ms;) {
        if (count_in_state(town, near, false) == count_home(town, near))
            return true;
        town_live(town, TURN_MS);
    }
    return false;
}

/* What the server says of somebody, as others see them. */
struct truth {
    bool online, hidden;
    int status;
};

static void ask_anew(struct town *town) {
    strait_stand(town->strait, STRAIT_FAR);
    rest_dial_again(&town->rest, &town->daemon);
    strait_stand(town->strait, STRAIT_NEAR);
}

static void read_truth(struct town *town, struct truth *truth) {
    struct bytes reply = BYTES_EMPTY;
    rest_read(&town->rest, "POST", "/channels/messaging/hall/query", "{\"state\":true}", &reply);
    cJSON *hall = cJSON_Parse(bytes_text(&reply));
    const cJSON *member;
    cJSON_ArrayForEach(member, cJSON_GetObjectItem(hall, "members")) {
        const cJSON *user = cJSON_GetObjectItem(member, "user");
        const char *id = cJSON_GetStringValue(cJSON_GetObjectItem(user, "id"));
        for (int i = 0; i < TOWN_ALL; i++)
            if (strcmp(id, town->people[i].id) == 0) {
                const char *status = cJSON_GetStringValue(cJSON_GetObjectItem(user, "status"));
                truth[i].hidden = cJSON_IsTrue(cJSON_GetObjectItem(user, "invisible"));
                truth[i].online = cJSON_IsTrue(cJSON_GetObjectItem(user, "online")) &&
                                  !truth[i].hidden;
                truth[i].status = status != NULL ? atoi(status) : -1;
            }
    }
    cJSON_Delete(hall);
    bytes_fini(&reply);
}

bool town_is_left(struct town *town, bool near, int at_most_ms) {
    ask_anew(town);
    for (const int64_t end_ms = clock_mono_ms() + at_most_ms; clock_mono_ms() < end_ms;) {
        struct truth truth[TOWN_ALL] = {0};
        unsigned online = 0;
        read_truth(town, truth);
        for (int i = 0; i < TOWN_ALL; i++)
            online += town->people[i].near == near && truth[i].online;
        if (online == 0)
            return true;
        town_live(town, 5 * TURN_MS);
    }
    return false;
}

static bool may_be(const struct wish *wish, int value) {
    if (value == wish->acked || value == wish->tried)
        return true;
    for (size_t i = 0; i < wish->doubtful_count; i++)
        if (value == wish->doubtful[i])
            return true;
    return false;
}

/* The server against what people were told. */
static void find_broken_word(const struct town *town, const struct truth *truth, char *wrong) {
    for (int i = 0; i < TOWN_ALL; i++) {
        const struct person *p = &town->people[i];
        if (truth[i].online != (p->is_home && !truth[i].hidden) ||
            !may_be(&p->hidden, truth[i].hidden) || !may_be(&p->status, truth[i].status))
            snprintf(wrong, WRONG,
                "the server has %s %s%s with status %d; they are %s, and were told hidden %d, "
                "status %d",
                p->id, truth[i].online ? "online" : "away", truth[i].hidden ? " and hidden" : "",
                truth[i].status, p->is_home ? "home" : "out", p->hidden.acked, p->status.acked);
    }
}

static void find_wrong_screen(const struct town *town, const struct truth *truth, char *wrong) {
    for (int i = 0; i < TOWN_ALL; i++)
        for (int j = 0; j < TOWN_ALL && town->people[i].is_home; j++) {
            const pl_user *user = pl_client_find_user(town->people[i].client, town->people[j].id);
            if (user == NULL)
                fail_msg("%s does not know %s", town->people[i].id, town->people[j].id);
            if (i == j || (pl_user_is_live(user) && pl_user_online(user) == truth[j].online &&
                              atoi(pl_user_status(user)) == truth[j].status))
                continue;
            snprintf(wrong, WRONG, "%s sees %s %s and %s with status %s; they are %s with %d",
                town->people[i].id, town->people[j].id, pl_user_is_live(user) ? "live" : "stale",
                pl_user_online(user) ? "online" : "away", pl_user_status(user),
                truth[j].online ? "online" : "away", truth[j].status);
        }
}

void town_agrees(struct town *town, int at_most_ms) {
    char wrong[WRONG];
    until_nobody_asks(town, SETTLED_MS);
    ask_anew(town);
    const int64_t end_ms = clock_mono_ms() + at_most_ms;
    do {
        struct truth truth[TOWN_ALL] = {0};
        wrong[0] = '\0';
        read_truth(town, truth);
        find_broken_word(town, truth, wrong);
        find_wrong_screen(town, truth, wrong);
        if (wrong[0] == '\0')
            break;
        town_live(town, TURN_MS);
    } while (clock_mono_ms() < end_ms);
    if (wrong[0] != '\0')
        fail_msg("after %d ms: %s", at_most_ms, wrong);
    for (size_t i = 0; i < town->message_count; i++) {
        char path[64];
        snprintf(path, sizeof path, "/messages/%s", town->messages[i]);
        if (rest_call(&town->rest, "GET", path, NULL) != 200)
            fail_msg("%s was acknowledged, and is not there", town->messages[i]);
    }
}

void town_has_told_no_lies(const struct town *town) {
    for (int i = 0; i < TOWN_ALL; i++)
        if (town->people[i].lies > 0)
            fail_msg("%s was shown %u dots that nobody could know", town->people[i].id,
                town->people[i].lies);
}
