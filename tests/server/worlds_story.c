/* SPDX-License-Identifier: MIT */
/*
 * The story. Everybody is at home; Hana hides; the others go on with their evening while she is
 * about in one of the worlds, in every way there is; she shows herself, and it ends well.
 *
 * What she does in public while she hides (a message, a reaction, a word of status, an event of her
 * own) she does in both worlds: through a connection where she is, without one where she is not.
 */
#include "server/worlds.h"

#define HALL "/channels/messaging/hall"
#define DEN "/channels/messaging/den"
#define STREAM "/channels/livestream/stream"
#define CELL "/channels/quiet/cell"
#define WATCH "{\"watch\":true,\"presence\":true}"

static void must(struct tale *tale, enum place place, const char *line, const char *body) {
    int status = tale_call(tale, place, line, body);
    if ((status >= 200 && status < 300) || tale->stage.store.held || tale->loose)
        return;
    char *text = json_to_text(tale->stage.reply);
    fail_msg("%s %s: %d %s", line, body != NULL ? body : "", status, text);
}

static void must_server(struct tale *tale, const char *line, const char *body) {
    if (tale->loose)
        tale_call_by(tale, NULL, line, body);
    else
        stage_expect(
            &tale->stage, NULL, NULL, line, body, line[0] == 'P' && line[1] != 'A' ? 201 : 200, 0);
}

static void must_not(struct tale *tale, enum place place, const char *line, const char *body) {
    int status = tale_call(tale, place, line, body);
    assert_true(tale->loose || status == 400);
}

/* ---- before ---- */

static void make_channels(struct tale *tale) {
    must(tale, ANA, "POST " HALL "/query",
        "{\"data\":{\"name\":\"Hall\",\"members\":[\"ana\",\"hana\",\"ben\",\"cem\",\"ivy\"]}}");
    must(tale, BEN, "POST " DEN "/query", "{\"data\":{\"members\":[\"ben\",\"hana\",\"ivy\"]}}");
    must(tale, ANA, "POST " STREAM "/query", "{\"data\":{\"name\":\"Stream\"}}");
    must(tale, ANA, "POST " CELL "/query", "{\"data\":{\"members\":[\"ana\",\"hana\"]}}");
}

static void the_house_is_built(struct tale *tale) {
    must_server(tale, "POST /users",
        "{\"users\":{\"hana\":{\"id\":\"hana\",\"name\":\"Hana Hidden\",\"color\":\"green\"},"
        "\"ana\":{\"id\":\"ana\",\"name\":\"Ana\"},\"ben\":{\"id\":\"ben\",\"name\":\"Ben\"},"
        "\"cem\":{\"id\":\"cem\",\"name\":\"Cem\"},\"dot\":{\"id\":\"dot\",\"name\":\"Dot\"},"
        "\"ivy\":{\"id\":\"ivy\",\"name\":\"Ivy\",\"invisible\":true},\"late\":{\"id\":\"late\"},"
        "\"root\":{\"id\":\"root\",\"name\":\"Root\",\"role\":\"admin\"}}}");
    must_server(tale, "POST /channeltypes", "{\"name\":\"quiet\",\"connect_events\":false}");
    make_channels(tale);
}

static void watch_all(struct tale *tale, enum place place) {
    must(tale, place, "POST " HALL "/query", WATCH);
    must(tale, place, "POST " STREAM "/query", WATCH);
}

static void everybody_comes(struct tale *tale) {
    tale_connect(tale, ANA, "");
    tale_connect(tale, BEN, "");
    tale_connect(tale, DOT, "");
    tale_connect(tale, IVY, "");
    tale_connect(tale, ROOT, "");
    tale_connect(tale, ANON, "");
    watch_all(tale, ANA);
    must(tale, ANA, "POST " CELL "/query", WATCH);
    must(tale, BEN, "POST " HALL "/query", "{\"watch\":true}");
    must(tale, BEN, "POST " DEN "/query", "{\"watch\":true}");
    must(tale, DOT, "GET /users", "{\"filter_conditions\":{},\"presence\":true}");
    watch_all(tale, IVY);
    must(tale, ROOT, "POST /channels",
        "{\"filter_conditions\":{},\"watch\":true,\"presence\":true}");
    must(tale, ANON, "POST " STREAM "/query", WATCH);
}

static void hana_comes(struct tale *tale) {
    tale_connect(tale, HANA, ",\"status\":\"here\"");
    watch_all(tale, HANA);
    tale_connect(tale, HANA_TWO, "");
    must(tale, HANA_TWO, "POST " HALL "/query", WATCH);
}

static void hana_is_seen_about(struct tale *tale) {
    must(tale, HANA, "POST " HALL "/message",
        "{\"message\":{\"id\":\"of-hana\",\"text\":\"good evening\"}}");
    must(tale, ANA, "POST " HALL "/message",
        "{\"message\":{\"id\":\"of-ana\",\"text\":\"hello Hana\"}}");
    must(tale, HANA, "POST " HALL "/read", "{}");
    must(tale, HANA, "POST /messages/of-ana/reaction", "{\"reaction\":{\"type\":\"like\"}}");
    must(tale, BEN, "POST " HALL "/read", "{}");
}

static void hana_is_seen_about_again(struct tale *tale) {
    must(tale, HANA, "POST " HALL "/event", "{\"event\":{\"type\":\"typing.start\"}}");
}

static void hana_reads_half_of_it(struct tale *tale) {
    must(tale, HANA, "POST " HALL "/read", "{\"message_id\":\"late-1\"}");
}

static void hana_reads_what_is_unread(struct tale *tale) {
    must(tale, HANA, "POST /channels/read", "{}");
}

/* In these two she is away when she hides. */
static void hana_may_go_first(struct tale *tale) {
    if (tale->way != BY_FIRST_CONNECT && tale->way != BY_SERVER_WHILE_AWAY)
        return;
    tale_goodbye(tale, HANA_TWO);
    tale_goodbye(tale, HANA);
}

/* ---- hiding and showing ---- */

static void switch_by_users(struct tale *tale, bool hide, bool server, bool upsert) {
    char body[300];
    if (upsert)
        snprintf(body, sizeof body,
            "{\"users\":{\"hana\":{\"id\":\"hana\",\"name\":\"Hana Hidden\",\"color\":\"green\","
            "\"status\":\"%s\",\"invisible\":%s}}}",
            tale->status, hide ? "true" : "false");
    else
        snprintf(body, sizeof body, "{\"users\":[{\"id\":\"hana\",%s}]}",
            hide     ? "\"set\":{\"invisible\":true}"
            : server ? "\"set\":{\"invisible\":false}"
                     : "\"unset\":[\"invisible\"]");
    const char *line = upsert ? "POST /users" : "PATCH /users";
    if (server)
        must_server(tale, line, body);
    else
        must(tale, HANA, line, body);
}

static void switch_invisible(struct tale *tale, bool hide) {
    switch (tale->way) {
    case BY_CONNECT:
    case BY_FIRST_CONNECT:
        tale_connect(tale, HANA_THREE, hide ? ",\"invisible\":true" : ",\"invisible\":false");
        break;
    case BY_UPSERT: switch_by_users(tale, hide, false, true); break;
    case BY_PATCH: switch_by_users(tale, hide, false, false); break;
    case BY_SERVER_PATCH:
    case BY_SERVER_WHILE_AWAY: switch_by_users(tale, hide, true, false); break;
    case BY_SERVER_UPSERT: switch_by_users(tale, hide, true, true); break;
    case NOT_AT_ALL: break;
    }
}

static void hana_leaves(struct tale *tale) {
    tale_goodbye(tale, HANA_TWO);
    tale_goodbye(tale, HANA_THREE);
    tale_goodbye(tale, HANA);
}

static bool hides(const struct tale *tale) {
    return tale->busy || tale->absence == HID_AND_LEFT;
}

/* Where she is absent she leaves in the same moment. */
static void hana_hides(struct tale *tale) {
    tale->hid_us = tale->stage.world.now.unix_us;
    if (hides(tale))
        switch_invisible(tale, true);
    if (!tale->busy)
        hana_leaves(tale);
}

static void hana_is_lost(struct tale *tale) {
    tale_lose(tale, HANA);
    tale_lose(tale, HANA_TWO);
    tale_lose(tale, HANA_THREE);
    for (size_t i = 0; i < tale->stage.socket_count; i++) {
        struct stage_socket *socket = &tale->stage.sockets[i];
        if (strcmp(socket->user, "hana") == 0 && socket->connection != NULL)
            stage_lose(socket);
    }
}

/* Away, so that nobody sees anything of it. A connect shows and comes in one. */
static void hana_is_shown_while_away(struct tale *tale) {
    if (hides(tale) && tale->way != BY_CONNECT && tale->way != BY_FIRST_CONNECT)
        switch_invisible(tale, false);
}

static void hana_comes_for_all_to_see(struct tale *tale) {
    if (hides(tale) && (tale->way == BY_CONNECT || tale->way == BY_FIRST_CONNECT))
        switch_invisible(tale, false);
    else
        tale_connect(tale, HANA_THREE, "");
    tale->at[HANA] = tale->at[HANA_THREE];
    tale->at[HANA_THREE] = NULL;
    watch_all(tale, HANA);
}

/* To others it is as if she came: where she is absent she does. */
static void hana_shows_while_about(struct tale *tale) {
    if (!tale->busy) {
        hana_is_shown_while_away(tale);
        hana_comes_for_all_to_see(tale);
    } else
        switch_invisible(tale, false);
}

/* ---- about, and hidden ---- */

static void hana_connects(struct tale *tale) {
    if (tale->at[HANA] == NULL)
        tale_connect(tale, HANA, "");
    if (tale->at[HANA_TWO] == NULL)
        tale_connect(tale, HANA_TWO, ",\"name\":\"Hana Hidden\"");
    tale_goodbye(tale, HANA_THREE);
}

static void hana_connects_and_says_it_again(struct tale *tale) {
    tale_connect(tale, HANA_THREE, tale->way != NOT_AT_ALL ? ",\"invisible\":true" : "");
    stage_hear(tale->at[HANA_THREE], "[{\"type\":\"health.check\"}]");
}

static void hana_watches(struct tale *tale) {
    watch_all(tale, HANA);
    must(tale, HANA, "POST " CELL "/query", WATCH);
    must(tale, HANA_TWO, "POST /channels",
        "{\"filter_conditions\":{\"members\":{\"$in\":[\"hana\"]}},\"watch\":true,"
        "\"presence\":true}");
}

static void hana_stops_watching(struct tale *tale) {
    must(tale, HANA, "POST " STREAM "/stop-watching", "{}");
    must(tale, HANA_TWO, "POST " DEN "/stop-watching", "{}");
    must(tale, HANA_TWO, "POST " CELL "/stop-watching", "{}");
}

static void hana_watches_twice(struct tale *tale) {
    must(tale, HANA, "POST " HALL "/query", WATCH);
    must(tale, HANA_TWO, "POST " HALL "/query", WATCH);
    must(tale, HANA, "POST " DEN "/query", WATCH);
}

static void hana_types_unseen(struct tale *tale) {
    must(tale, HANA, "POST " HALL "/event", "{\"event\":{\"type\":\"typing.start\"}}");
    must(tale, HANA_TWO, "POST " DEN "/event",
        "{\"event\":{\"type\":\"typing.start\",\"parent_id\":\"of-ana\"}}");
}

static void hana_types_on(struct tale *tale) {
    must(tale, HANA, "POST " HALL "/event", "{\"event\":{\"type\":\"typing.start\"}}");
}

static void hana_stops_typing(struct tale *tale) {
    must(tale, HANA, "POST " HALL "/event", "{\"event\":{\"type\":\"typing.stop\"}}");
    tale_call_by(tale, "hana", "POST " HALL "/event", "{\"event\":{\"type\":\"typing.start\"}}");
}

static void hana_reads(struct tale *tale) {
    must(tale, HANA, "POST " HALL "/read", "{}");
    must(tale, HANA_TWO, "POST " DEN "/read", "{}");
}

static void hana_reads_in_vain(struct tale *tale) {
    tale_call(tale, HANA, "POST " HALL "/read", "{}");
}

static void hana_reads_everything(struct tale *tale) {
    must(tale, HANA, "POST /channels/read", "{}");
    must(tale, HANA, "GET /unread", NULL);
}

static void hana_unreads(struct tale *tale) {
    must(tale, HANA, "POST " HALL "/unread", "{\"message_id\":\"of-ana\"}");
}

static void hana_unreads_again(struct tale *tale) {
    must(tale, HANA, "POST " HALL "/unread", "{\"message_id\":\"late-1\"}");
}

static void hana_asks_for_everything(struct tale *tale) {
    must(tale, HANA, "GET /users", "{\"filter_conditions\":{},\"presence\":true}");
    must(tale, HANA, "GET /users", "{\"filter_conditions\":{\"invisible\":true,\"online\":true}}");
    must(tale, HANA_TWO, "POST /channels", "{\"filter_conditions\":{},\"presence\":true}");
    must(tale, HANA, "GET /members", "{\"type\":\"messaging\",\"id\":\"hall\"}");
    must(tale, HANA, "GET /app", NULL);
    must(tale, HANA, "POST /sync",
        "{\"channel_cids\":[\"messaging:hall\"],\"last_sync_at\":\"2026-11-24T00:00:00Z\"}");
}

static void hana_mutes(struct tale *tale) {
    must(tale, HANA, "POST /moderation/mute", "{\"target_id\":\"ana\"}");
    must(tale, HANA, "POST /moderation/mute/channel", "{\"channel_cid\":\"messaging:hall\"}");
    must(tale, HANA, "POST " DEN "/hide", "{}");
}

static void hana_unmutes(struct tale *tale) {
    must(tale, HANA, "POST /moderation/unmute", "{\"target_id\":\"ana\"}");
    must(tale, HANA, "POST /moderation/unmute/channel", "{\"channel_cid\":\"messaging:hall\"}");
    must(tale, HANA, "POST " DEN "/show", "{}");
}

static void hana_loses_one(struct tale *tale) {
    tale_lose(tale, HANA_TWO);
}

static void hana_comes_back(struct tale *tale) {
    tale_connect(tale, HANA_TWO, "");
    must(tale, HANA_TWO, "POST " HALL "/query", WATCH);
}

static void hana_says_goodbye(struct tale *tale) {
    tale_goodbye(tale, HANA_TWO);
    tale_goodbye(tale, HANA);
    tale_goodbye(tale, HANA_THREE);
}

static void hana_is_refused(struct tale *tale) {
    must(tale, HANA, "PATCH /users",
        "{\"users\":[{\"id\":\"hana\",\"set\":{\"name\":\"Hana Hidden\"}}]}");
    must_not(tale, HANA, "PATCH /users",
        "{\"users\":[{\"id\":\"hana\",\"set\":{\"last_active\":\"2026-11-24T00:00:00Z\"}}]}");
    must_not(tale, HANA, "POST " HALL "/event", "{\"event\":{\"type\":\"no.such\"}}");
}

static void hana_watches_hall_and_stream(struct tale *tale) {
    watch_all(tale, HANA);
}

static void hana_hides_the_hall(struct tale *tale) {
    must(tale, HANA, "POST " HALL "/hide", "{}");
}

/* Her back end does it for her. */
static void hana_is_helped(struct tale *tale) {
    must_server(tale, "POST " HALL "/read", "{\"user_id\":\"hana\"}");
    must_server(tale, "POST " HALL "/unread", "{\"user_id\":\"hana\",\"message_id\":\"of-ana\"}");
    must_server(tale, "POST /channels/read", "{\"user_id\":\"hana\"}");
    must_server(tale, "POST " HALL "/event",
        "{\"event\":{\"type\":\"typing.start\",\"user_id\":\"hana\"}}");
    must_server(tale, "POST /users/hana/event", "{\"event\":{\"type\":\"pssst\"}}");
}

/* ---- what she does in public, hidden as she is: in both worlds ---- */

static void hana_writes(struct tale *tale) {
    must(tale, HANA, "POST " HALL "/message",
        "{\"message\":{\"id\":\"of-hana-2\",\"text\":\"here I am not\"}}");
    must(tale, HANA, "POST /messages/of-hana", "{\"message\":{\"text\":\"good night\"}}");
}

static void hana_likes_and_replies(struct tale *tale) {
    must(tale, HANA, "POST /messages/of-ana/reaction", "{\"reaction\":{\"type\":\"wow\"}}");
    must(tale, HANA, "DELETE /messages/of-ana/reaction/like", NULL);
    must(tale, HANA, "POST /messages/of-hana/reaction", "{\"reaction\":{\"type\":\"sad\"}}");
    must(tale, HANA, "POST " HALL "/message",
        "{\"message\":{\"id\":\"reply-2\",\"text\":\"yes?\",\"parent_id\":\"of-hana\"}}");
}

static void hana_changes_her_status(struct tale *tale) {
    if (!tale->stage.store.full)
        tale->status = "busy";
    if (tale->busy)
        tale_connect(tale, HANA_THREE, ",\"status\":\"busy\"");
    else
        must(tale, HANA, "PATCH /users",
            "{\"users\":[{\"id\":\"hana\",\"set\":{\"status\":\"busy\"}}]}");
}

static void hana_waves(struct tale *tale) {
    must(tale, HANA, "POST " HALL "/event", "{\"event\":{\"type\":\"wave\",\"hand\":\"left\"}}");
}

static void hana_opens_a_channel(struct tale *tale) {
    must(tale, HANA, "POST /channels/team/hers/query",
        "{\"data\":{\"members\":[\"hana\",\"ana\",\"ben\"]}}");
    must(tale, HANA, "PATCH /channels/team/hers", "{\"set\":{\"color\":\"blue\"}}");
}

/* ---- the others' evening ---- */

static void ana_writes(struct tale *tale) {
    must(tale, ANA, "POST " HALL "/message",
        "{\"message\":{\"id\":\"of-ana-2\",\"text\":\"is Hana about?\","
        "\"mentioned_users\":[\"hana\"]}}");
    must(tale, BEN, "POST " DEN "/message", "{\"message\":{\"id\":\"of-ben\",\"text\":\"hm\"}}");
    must(tale, BEN, "POST /messages/of-hana/reaction", "{\"reaction\":{\"type\":\"like\"}}");
    must(tale, ANA, "POST " HALL "/message",
        "{\"message\":{\"id\":\"reply-1\",\"text\":\"Hana?\",\"parent_id\":\"of-hana\"}}");
}

static void ben_types_and_reads(struct tale *tale) {
    must(tale, BEN, "POST " HALL "/event", "{\"event\":{\"type\":\"typing.start\"}}");
    must(tale, BEN, "POST " HALL "/read", "{}");
    must(tale, IVY, "POST " HALL "/event", "{\"event\":{\"type\":\"typing.start\"}}");
}

static void dot_drops_in(struct tale *tale) {
    must(tale, DOT, "POST " STREAM "/query", WATCH);
    must(tale, DOT, "POST " STREAM "/stop-watching", "{}");
}

static void late_is_brought_in(struct tale *tale) {
    tale_connect(tale, LATE, "");
    must(tale, ANA, "POST " HALL, "{\"add_members\":[\"late\"]}");
    watch_all(tale, LATE);
    must(tale, LATE, "GET /users", "{\"filter_conditions\":{\"id\":\"hana\"},\"presence\":true}");
}

static void late_goes(struct tale *tale) {
    must(tale, ANA, "POST " HALL, "{\"remove_members\":[\"late\"]}");
    tale_goodbye(tale, LATE);
}

static void late_drops_in(struct tale *tale) {
    tale_connect(tale, LATE, "");
    must(tale, ANA, "POST " HALL, "{\"add_members\":[\"late\"]}");
    watch_all(tale, LATE);
}

static void the_hall_is_repainted(struct tale *tale) {
    must(tale, ANA, "PATCH " HALL, "{\"set\":{\"color\":\"red\"}}");
}

static void hana_is_put_out_of_the_den(struct tale *tale) {
    must(tale, BEN, "POST " DEN, "{\"remove_members\":[\"hana\"]}");
}

static void hana_is_let_in_again(struct tale *tale) {
    must(tale, BEN, "POST " DEN, "{\"add_members\":[\"hana\"]}");
}

static void ana_comes_back(struct tale *tale) {
    tale_lose(tale, ANA);
    tale_connect(tale, ANA, "");
    watch_all(tale, ANA);
    must(tale, ANA, "POST " CELL "/query", WATCH);
}

static void presence_is_switched_off(struct tale *tale) {
    must_server(tale, "PUT /channeltypes/messaging", "{\"connect_events\":false}");
    must_server(tale, "PUT /channeltypes/quiet", "{\"connect_events\":true}");
}

static void presence_is_switched_on(struct tale *tale) {
    must_server(tale, "PUT /channeltypes/messaging", "{\"connect_events\":true}");
    must_server(tale, "PUT /channeltypes/quiet", "{\"connect_events\":false}");
    watch_all(tale, ANA);
    watch_all(tale, IVY);
}

static void hana_is_promoted(struct tale *tale) {
    must(tale, ANA, "POST " HALL, "{\"add_moderators\":[\"hana\"]}");
}

static void hana_is_demoted(struct tale *tale) {
    must(tale, ANA, "POST " HALL, "{\"demote_moderators\":[\"hana\"]}");
}

static void hana_is_made_a_guest(struct tale *tale) {
    must_server(
        tale, "PATCH /users", "{\"users\":[{\"id\":\"hana\",\"set\":{\"role\":\"guest\"}}]}");
}

static void hana_is_made_a_user(struct tale *tale) {
    must_server(
        tale, "PATCH /users", "{\"users\":[{\"id\":\"hana\",\"set\":{\"role\":\"user\"}}]}");
}

/* Somebody whose first word of all is that they hide; where she is absent, they are only made. */
static void nora_is_new(struct tale *tale) {
    const bool hides_now = tale->way != NOT_AT_ALL;
    if (tale->busy)
        tale_connect(tale, NORA, hides_now ? ",\"name\":\"Nora\",\"invisible\":true" : "");
    else if (hides(tale))
        must_server(
            tale, "POST /users", "{\"users\":{\"nora\":{\"name\":\"Nora\",\"invisible\":true}}}");
    else
        must_server(tale, "POST /users", "{\"users\":{\"nora\":{\"name\":\"Nora\"}}}");
}

static void nora_watches(struct tale *tale) {
    if (tale->at[NORA] != NULL) /* a call makes a user, for all to see */
        must(tale, NORA, "POST " STREAM "/query", WATCH);
}

static void the_cell_is_closed(struct tale *tale) {
    must(tale, ANA, "DELETE " CELL, NULL);
}

static void ana_mutes_hana(struct tale *tale) {
    must(tale, ANA, "POST /moderation/mute", "{\"target_id\":\"hana\"}");
}

static void ana_unmutes_hana(struct tale *tale) {
    must(tale, ANA, "POST /moderation/unmute", "{\"target_id\":\"hana\"}");
}

static void hana_is_invited(struct tale *tale) {
    must(tale, ANA, "POST /channels/messaging/other/query",
        "{\"data\":{\"members\":[\"ana\",\"ben\"]}}");
    must(tale, ANA, "POST /channels/messaging/other", "{\"invites\":[\"hana\"]}");
}

static void hana_accepts(struct tale *tale) {
    must(tale, HANA, "POST /channels/messaging/other", "{\"accept_invite\":true}");
}

static void ivy_shows_and_hides(struct tale *tale) {
    must(tale, IVY, "PATCH /users", "{\"users\":[{\"id\":\"ivy\",\"set\":{\"invisible\":false}}]}");
    must(tale, IVY, "PATCH /users", "{\"users\":[{\"id\":\"ivy\",\"set\":{\"invisible\":true}}]}");
}

static void the_hall_is_emptied(struct tale *tale) {
    must(tale, ANA, "POST " HALL "/truncate", "{}");
}

static void hers_is_deleted(struct tale *tale) {
    must(tale, HANA, "DELETE /channels/team/hers", NULL);
}

static void ana_writes_late(struct tale *tale) {
    must(tale, ANA, "POST " HALL "/message", "{\"message\":{\"id\":\"late-1\",\"text\":\"1\"}}");
    must(tale, BEN, "POST " HALL "/message", "{\"message\":{\"id\":\"late-2\",\"text\":\"2\"}}");
}

static void ana_writes_again(struct tale *tale) {
    must(tale, ANA, "POST " HALL "/message",
        "{\"message\":{\"id\":\"of-ana-3\",\"text\":\"slowly\"}}");
}

/* ---- the disk, and the house ---- */

static void the_disk_is_slow(struct tale *tale) {
    tale->stage.store.held = true;
}

static void the_disk_is_quick_again(struct tale *tale) {
    tale->stage.store.held = false;
    stage_settle(&tale->stage, 0);
}

static void the_disk_is_full(struct tale *tale) {
    tale->stage.store.full = true;
}

static void the_disk_has_room_again(struct tale *tale) {
    tale->stage.store.full = false;
}

static void the_house_restarts(struct tale *tale) {
    stage_restart(&tale->stage);
    memset(tale->at, 0, sizeof tale->at);
    tale->restarts++;
}

static void nothing_happens(struct tale *tale) {
    (void)tale;
}

static void hana_is_deactivated(struct tale *tale) {
    must_server(tale, "POST /users/hana/deactivate", "{}");
}

static void hana_is_reactivated(struct tale *tale) {
    must_server(tale, "POST /users/hana/reactivate", "{}");
}

static void hana_is_deleted(struct tale *tale) {
    must_server(tale, "DELETE /users/hana", NULL);
}

enum { MINUTE = 60000 };

#define BOTH(act, ms)                                                                              \
    { IN_BOTH, #act, act, ms, false }
#define BUSY(act, ms)                                                                              \
    { IN_BUSY, #act, act, ms, false }
#define COARSE(act, ms)                                                                            \
    { IN_BOTH, #act, act, ms, true }

const struct step worlds_story[] = {
    BOTH(the_house_is_built, 1000),
    BOTH(everybody_comes, 1000),
    BOTH(hana_comes, 1000),
    BOTH(hana_is_seen_about, 1000),
    BOTH(hana_may_go_first, 1000),
    BOTH(nothing_happens, 20 * MINUTE),
    /* she hides, by goodbye or not */
    COARSE(hana_hides, 1000),
    BUSY(hana_connects, 1000),
    BUSY(hana_watches, 1000),
    BUSY(hana_hides_the_hall, 1000),
    BOTH(ana_writes, 1000),
    BUSY(hana_types_unseen, 4000),
    BUSY(hana_types_on, 1000),
    BOTH(ben_types_and_reads, 11000),
    BUSY(hana_stops_typing, 1000),
    BUSY(hana_reads, 1000),
    BUSY(hana_reads_everything, 1000),
    BUSY(hana_unreads, 1000),
    BUSY(hana_asks_for_everything, 1000),
    BUSY(hana_mutes, 1000),
    BUSY(hana_connects_and_says_it_again, 1000),
    BOTH(dot_drops_in, 1000),
    BUSY(hana_unmutes, 1000),
    BUSY(hana_is_helped, 1000),
    BOTH(nora_is_new, 1000),
    BUSY(nora_watches, 1000),
    BUSY(hana_stops_watching, 1000),
    BOTH(late_is_brought_in, 1000),
    BUSY(hana_watches_twice, 1000),
    BUSY(hana_loses_one, 2000),
    BUSY(hana_comes_back, 10000),
    BUSY(hana_loses_one, 6000),
    BUSY(hana_is_lost, 3000),
    BUSY(hana_connects, 1000),
    BUSY(hana_watches, 16 * MINUTE),
    BOTH(late_goes, 1000),
    BUSY(hana_is_refused, 1000),
    /* what she does in public */
    BOTH(hana_writes, 1000),
    BUSY(hana_reads, 1000),
    BOTH(hana_likes_and_replies, 1000),
    BOTH(hana_changes_her_status, 1000),
    BOTH(hana_waves, 1000),
    BOTH(hana_opens_a_channel, 1000),
    BUSY(hana_watches, 1000),
    /* what the others do with her */
    BOTH(hana_is_put_out_of_the_den, 1000),
    BOTH(hana_is_let_in_again, 1000),
    BUSY(hana_watches_twice, 1000),
    BOTH(the_hall_is_repainted, 1000),
    BOTH(hana_is_promoted, 1000),
    BOTH(hana_is_demoted, 1000),
    BOTH(hana_is_made_a_guest, 1000),
    BOTH(hana_is_made_a_user, 1000),
    BUSY(hana_watches, 1000),
    BOTH(ana_comes_back, 6000),
    BOTH(presence_is_switched_off, 1000),
    BUSY(hana_connects, 1000),
    BUSY(hana_watches, 1000),
    BOTH(presence_is_switched_on, 1000),
    BUSY(hana_stops_watching, 1000),
    BUSY(hana_watches, 1000),
    BOTH(ana_mutes_hana, 1000),
    BOTH(hana_is_invited, 1000),
    BOTH(hana_accepts, 1000),
    BOTH(ivy_shows_and_hides, 1000),
    BOTH(ana_unmutes_hana, 1000),
    /* the disk */
    BOTH(the_disk_is_slow, 10),
    BUSY(hana_reads, 10),
    BUSY(hana_types_unseen, 10),
    BUSY(hana_says_goodbye, 10),
    BOTH(ana_writes_again, 10),
    BUSY(hana_connects, 10),
    BOTH(the_disk_is_quick_again, 1000),
    BOTH(the_disk_is_full, 10),
    BUSY(hana_reads_in_vain, 10),
    BUSY(hana_connects, 10),
    BUSY(hana_watches, 10),
    BOTH(the_disk_has_room_again, 1000),
    /* a restart */
    BOTH(the_house_restarts, 1000),
    BUSY(hana_connects, 1000),
    BOTH(everybody_comes, 1000),
    BUSY(hana_watches, 1000),
    BUSY(hana_types_unseen, 16 * MINUTE),
    BOTH(the_hall_is_emptied, 1000),
    BOTH(hers_is_deleted, 1000),
    BOTH(ana_writes_late, 1000),
    BUSY(hana_reads, 1000),
    /* shown while away, nothing moves; then she comes */
    BUSY(hana_is_lost, 6000),
    BOTH(hana_is_shown_while_away, 1000),
    COARSE(hana_comes_for_all_to_see, 1000),
    BOTH(hana_is_seen_about_again, 1000),
    BOTH(hana_reads_half_of_it, 1000),
    BOTH(hana_reads_what_is_unread, 1000),
    /* hidden once more, shown while about: to others she comes */
    COARSE(hana_hides, 1000),
    BUSY(hana_connects, 1000),
    BUSY(hana_watches_hall_and_stream, 1000),
    BOTH(late_drops_in, 1000),
    BUSY(hana_types_unseen, 1000),
    BUSY(hana_unreads_again, 1000),
    COARSE(hana_shows_while_about, 1000),
    BOTH(hana_reads_what_is_unread, 1000),
    BOTH(late_goes, 1000),
    BOTH(hana_is_seen_about_again, 16 * MINUTE),
    BOTH(hana_leaves, 1000),
    /* hidden for the last time */
    COARSE(hana_hides, 1000),
    BUSY(hana_connects, 1000),
    BUSY(hana_watches, 1000),
    BOTH(hana_is_deactivated, 1000),
    BOTH(hana_is_reactivated, 1000),
    BUSY(hana_connects, 1000),
    BUSY(hana_watches, 1000),
    BOTH(the_cell_is_closed, 1000),
    BOTH(hana_is_deleted, 1000),
};

const size_t worlds_story_count = sizeof worlds_story / sizeof worlds_story[0];
