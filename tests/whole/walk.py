#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""A walk through the wire contract by a client that knows only the page (assets/doc/wire.md).

    walk.py PORCHLIGHTD [REGEX]     speaks TAP
"""
import json
import re
import sys
import time
import traceback

import wire

CASES = []
LINGER_S = 0.4


def case(function):
    CASES.append(function)
    return function


def equal(got, wanted, what=""):
    if got != wanted:
        raise AssertionError("%s: got %r, wanted %r" % (what, got, wanted))


def holds(truth, what=""):
    if not truth:
        raise AssertionError(what)


def refused(reply, http_status, code, *words):
    equal((reply.status, reply.code), (http_status, code), str(reply))
    for key in ("message", "StatusCode", "duration", "more_info", "details"):
        holds(key in reply.body, "an error has %r: %s" % (key, reply))
    equal(reply.body["StatusCode"], http_status, "StatusCode")
    for word in words:
        holds(word in reply.body["message"], "the message names %r: %s" % (word, reply.body["message"]))


class Cast:
    """Users named after the case, so that cases do not meet."""

    def __init__(self, server, name):
        self.server, self.name, self.sockets = server, name, []

    def id(self, who):
        return "%s-%s" % (who, self.name)

    def user(self, who):
        return self.server.user(self.id(who))

    def come(self, who, **details):
        caller = who if isinstance(who, wire.Caller) else self.user(who)
        socket = caller.connect(**details)
        self.sockets.append(socket)
        return socket

    def hall(self, *who, type_="messaging", **custom):
        """A channel with these members, made by the first of them; its cid."""
        maker = self.user(who[0])
        for other in who[1:]:
            self.user(other).get("/app")
        cid = "%s:%s" % (type_, self.name[:40])
        reply = maker.post("/channels/%s/query" % cid.replace(":", "/"),
                           {"data": dict(custom, members=[self.id(w) for w in who])})
        equal(reply.status, 201, str(reply))
        return cid

    def watch(self, socket, cid, presence=True):
        reply = socket.caller.post("/channels/%s/query" % cid.replace(":", "/"),
                                   {"watch": True, "presence": presence, "state": True},
                                   connection_id=socket.id)
        equal(reply.status, 201, str(reply))
        return reply.body

    def close(self):
        for socket in self.sockets:
            socket.link.close()


# ---- connecting -------------------------------------------------------------------------------

@case
def the_first_frame_is_a_health_check_with_the_own_user(cast):
    ana = cast.come("ana", name="Ana", color="green")
    equal(ana.hello["type"], "health.check")
    equal(ana.hello["cid"], "*")
    holds(0 < len(ana.id) <= 36, "connection_id")
    me = ana.me
    equal((me["id"], me["name"], me["color"], me["role"]), (cast.id("ana"), "Ana", "green", "user"))
    equal((me["online"], me["invisible"], me["banned"], me["language"], me["teams"]), (True, False, False, "", []))
    for empty in ("devices", "mutes", "channel_mutes"):
        equal(me[empty], [], empty)
    for count in ("unread_count", "total_unread_count", "unread_channels", "unread_threads"):
        equal(me[count], 0, count)
    for stamp in ("created_at", "updated_at", "last_active"):
        holds(re.match(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$", me[stamp]), stamp + " " + me[stamp])


@case
def a_connect_merges_details_and_keeps_the_rest(cast):
    ana = cast.come("ana", name="Ana", status="Eating")
    before = ana.me["updated_at"]
    ana.goodbye()
    again = cast.come("ana")
    equal((again.me["name"], again.me["status"], again.me["updated_at"]), ("Ana", "Eating", before))
    again.goodbye()
    third = cast.come("ana", status="Done")
    equal((third.me["name"], third.me["status"]), ("Ana", "Done"))
    holds(third.me["updated_at"] > before, "updated_at moves with a change")


@case
def role_and_teams_are_ignored_and_reserved_fields_refused(cast):
    ana = cast.come("ana", role="admin", banned=True, teams=["x"], language="fr")
    equal((ana.me["role"], ana.me["banned"], ana.me["teams"], ana.me["language"]), ("user", False, [], ""))
    for field in ("created_at", "updated_at", "deleted_at", "last_active", "online"):
        bad = cast.come("bad", **{field: "2020-01-01T00:00:00Z"})
        equal((bad.hello["type"], bad.hello["error"]["code"]), ("connection.error", 4), field)
        equal(bad.until_closed()[0], 1000)
    big = cast.come("big", novel="x" * 5200)
    equal((big.hello["type"], big.hello["error"]["code"]), ("connection.error", 22))


@case
def a_refused_connect_is_upgraded_told_and_closed(cast):
    server, who = cast.server, cast.id("ana")
    far = int(time.time()) + 3600
    secret = "not the secret of this server at all"
    wrong = [
        (5, "not.a.token"), (5, "x"), (5, server.token(cast.id("someone-else"))),
        (43, wire.token(secret, {"user_id": who})),
        (43, server.token(who)[:-4] + "AAAA"),
        (5, wire.token(secret, {"user_id": who}, {"alg": "none", "typ": "JWT"})),
        (5, wire.token(secret, {"user_id": who}, {"alg": "HS512", "typ": "JWT"})),
        (5, server.token("--server")),
    ]
    for code, jwt in wrong:
        socket = cast.come(wire.Caller(server, who, jwt))
        equal(socket.hello["type"], "connection.error", jwt)
        equal(socket.hello["connection_id"], "")
        error = socket.hello["error"]
        holds(error["code"] == code, "%d for %s: %s" % (code, jwt, error))
        equal(error["StatusCode"], 401)
        equal(socket.until_closed()[0], 1000)
    socket = cast.come(wire.Caller(server, who, server.token(who), key="nosuchkey"))
    equal(socket.hello["error"]["code"], 2)
    holds(far, "")


@case
def an_expired_token_is_refused_and_a_live_one_is_cut(cast):
    who = cast.id("ana")
    short = cast.server.token(who, "--expires", "1s")
    ana = cast.come(wire.Caller(cast.server, who, short))
    equal(ana.hello["type"], "health.check", str(ana.hello))
    equal(ana.until("connection.error")["error"]["code"], 40)
    equal(ana.until_closed()[0], 4001)
    late = cast.come(wire.Caller(cast.server, who, short))
    equal(late.hello["error"]["code"], 40)
    refused(wire.Caller(cast.server, who, short).get("/app"), 401, 40)


@case
def the_token_may_come_in_the_header(cast):
    ana = cast.user("ana")
    socket = wire.Socket(ana, authorization=ana.jwt)
    equal(socket.hello["type"], "health.check", str(socket.hello))
    socket.link.close()


@case
def health_checks_are_answered_in_array_or_object(cast):
    ana = cast.come("ana")
    for message in ([{"type": "health.check", "client_id": ana.id}], {"type": "health.check"},
                    [{"type": "health.check"}, {"type": "some.thing"}]):
        ana.say(message)
        event = ana.until("health.check", connection_id=ana.id)
        holds("me" not in event, "only the first has me")
    ana.say({"type": "what.is.this"})
    ana.say([])
    ana.say({"type": "health.check"})
    ana.until("health.check")


@case
def an_anonymous_connection_has_no_presence(cast):
    anyone = wire.Caller(cast.server, None, None)
    anyone.auth_type = "anonymous"
    anyone.id = "6a1b0c52-8f3d-4a53-9d07-3fb0e5a5d001"
    socket = cast.come(anyone, anon=True)
    equal(socket.hello["type"], "health.check", str(socket.hello))
    holds(socket.me["id"].startswith("!anon"), socket.me["id"])
    equal(socket.me["role"], "anonymous")


# ---- presence ---------------------------------------------------------------------------------

@case
def coming_and_a_clean_leaving_are_told_at_once(cast):
    cid = cast.hall("ana", "bo")
    ana = cast.come("ana")
    state = cast.watch(ana, cid)
    bo_id = cast.id("bo")
    bo_then = [m["user"] for m in state["members"] if m["user_id"] == bo_id][0]
    equal(bo_then["online"], False)
    holds("last_active" not in bo_then, "never connected: no last_active")
    bo = cast.come("bo", name="Bo", status="here")
    came = ana.until("user.presence.changed", user__id=bo_id)
    holds("cid" not in came, "no cid")
    user = came["user"]
    equal((user["online"], user["name"], user["status"], user["role"]), (True, "Bo", "here", "user"))
    equal((user["language"], user["teams"], user["banned"]), ("", [], False))
    holds("invisible" not in user, "invisible is nobody else's business")
    for stamp in ("last_active", "created_at", "updated_at"):
        holds(stamp in user, stamp)
    began = time.monotonic()
    bo.goodbye()
    left = ana.until("user.presence.changed", user__id=bo_id)
    holds(time.monotonic() - began < 0.3, "a goodbye is offline at once")
    equal((left["user"]["online"], left["user"]["last_active"]), (False, user["last_active"]))


@case
def a_second_connection_is_not_told(cast):
    cid = cast.hall("ana", "bo")
    ana = cast.come("ana")
    cast.watch(ana, cid)
    one = cast.come("bo")
    ana.until("user.presence.changed", user__online=True)
    two = cast.come("bo")
    equal(ana.quiet("user.presence.changed"), [])
    one.goodbye()
    equal(ana.quiet("user.presence.changed"), [])
    two.goodbye(1001)
    ana.until("user.presence.changed", user__online=False)


@case
def a_reset_connection_lingers_and_a_reconnect_shows_nothing(cast):
    cid = cast.hall("ana", "bo")
    ana = cast.come("ana")
    cast.watch(ana, cid)
    bo = cast.come("bo")
    ana.until("user.presence.changed", user__online=True)
    bo.reset()
    equal(ana.quiet("user.presence.changed", seconds=LINGER_S / 2), [])
    bo = cast.come("bo")
    equal(ana.quiet("user.presence.changed", seconds=2 * LINGER_S), [])
    bo.reset()
    began = time.monotonic()
    ana.until("user.presence.changed", user__online=False)
    holds(time.monotonic() - began > LINGER_S / 2, "not before the linger is up")


@case
def a_status_change_is_told_once_with_the_updated_user(cast):
    cid = cast.hall("ana", "bo")
    other = cast.user("ana").post("/channels/messaging/second-%s/query" % cast.name[:30],
                                  {"data": {"members": [cast.id("ana"), cast.id("bo")]}}).body["channel"]["cid"]
    ana = cast.come("ana")
    cast.watch(ana, cid)
    cast.watch(ana, other)
    bo = cast.come("bo")
    ana.until("user.presence.changed", user__online=True)
    reply = bo.caller.patch("/users", {"users": [{"id": cast.id("bo"), "set": {"status": "watching a movie"}}]})
    equal(reply.status, 200, str(reply))
    equal(reply.body["users"][cast.id("bo")]["status"], "watching a movie")
    seen = ana.quiet("user.presence.changed", "user.updated")
    equal(sorted(e["type"] for e in seen), ["user.presence.changed", "user.updated"])
    for event in seen:
        equal(event["user"]["status"], "watching a movie")
    bo.caller.patch("/users", {"users": [{"id": cast.id("bo"), "set": {"status": "watching a movie"}}]})
    equal(ana.quiet("user.presence.changed"), [])
    bo.caller.patch("/users", {"users": [{"id": cast.id("bo"), "unset": ["status"]}]})
    holds("status" not in ana.until("user.presence.changed")["user"], "unset")


@case
def query_users_listens_and_its_snapshot_is_current(cast):
    bo = cast.come("bo")
    ana = cast.come("ana")
    ids = [cast.id("bo"), cast.id("cy")]
    cast.user("cy").get("/app")
    reply = ana.caller.get("/users", {"filter_conditions": {"id": {"$in": ids}}, "presence": True},
                           connection_id=ana.id)
    equal(reply.status, 200, str(reply))
    equal({u["id"]: u["online"] for u in reply.body["users"]}, {ids[0]: True, ids[1]: False})
    bo.goodbye()
    ana.until("user.presence.changed", user__id=ids[0], user__online=False)
    cast.come("cy")
    ana.until("user.presence.changed", user__id=ids[1], user__online=True)


@case
def without_presence_nobody_is_listened_to(cast):
    cid = cast.hall("ana", "bo")
    ana = cast.come("ana")
    cast.watch(ana, cid, presence=False)
    cast.come("bo")
    equal(ana.quiet("user.presence.changed"), [])


@case
def watching_listens_to_ten_members_and_query_users_to_thirty(cast):
    crowd = ["u%02d" % i for i in range(14)]
    cid = cast.hall("ana", *crowd)
    ana = cast.come("ana")
    cast.watch(ana, cid)
    for who in crowd:
        cast.come(who)
    told = {e["user"]["id"] for e in ana.quiet("user.presence.changed", seconds=0.6)}
    equal(told, {cast.id(w) for w in crowd[:10]}, "the oldest ten, self not counted")
    many = ["v%02d" % i for i in range(33)]
    for who in many:
        cast.user(who).get("/app")
    reply = ana.caller.get("/users", {"filter_conditions": {"id": {"$in": [cast.id(w) for w in many]}},
                                      "sort": [{"field": "id", "direction": 1}],
                                      "presence": True, "limit": 100}, connection_id=ana.id)
    equal([u["id"] for u in reply.body["users"]], [cast.id(w) for w in many])
    for who in many:
        cast.come(who)
    told = {e["user"]["id"] for e in ana.quiet("user.presence.changed", seconds=0.8)}
    equal(told, {cast.id(w) for w in many[:30]})


@case
def stop_watching_ends_the_listening_that_came_only_from_it(cast):
    cid = cast.hall("ana", "bo", "cy")
    ana = cast.come("ana")
    cast.watch(ana, cid)
    ana.caller.get("/users", {"filter_conditions": {"id": cast.id("cy")}, "presence": True}, connection_id=ana.id)
    reply = ana.caller.post("/channels/%s/stop-watching" % cid.replace(":", "/"), {}, connection_id=ana.id)
    equal(reply.status, 201, str(reply))
    cast.come("bo")
    equal(ana.quiet("user.presence.changed"), [])
    cast.come("cy")
    ana.until("user.presence.changed", user__id=cast.id("cy"))


@case
def a_channel_type_switches_presence_off_at_once(cast):
    root = cast.server.server_side()
    name = "quiet-" + cast.name[:20]
    reply = root.post("/channeltypes", {"name": name})
    equal(reply.status, 201, str(reply))
    equal(reply.body["connect_events"], True)
    cid = cast.hall("ana", "bo", type_=name)
    ana = cast.come("ana")
    state = cast.watch(ana, cid)
    equal(state["channel"]["config"]["connect_events"], True)
    bo = cast.come("bo")
    ana.until("user.presence.changed", user__online=True)
    equal(root.put("/channeltypes/" + name, {"connect_events": False}).status, 201)
    bo.goodbye()
    equal(ana.quiet("user.presence.changed"), [])
    again = cast.come("ana")
    cast.watch(again, cid)
    cast.come("bo")
    equal(again.quiet("user.presence.changed", "user.watching.start"), [])
    again.caller.get("/users", {"filter_conditions": {"id": cast.id("bo")}, "presence": True}, connection_id=again.id)
    cast.sockets[-1].goodbye()
    again.until("user.presence.changed", user__online=False)


# ---- invisible --------------------------------------------------------------------------------

@case
def hiding_looks_like_leaving_and_showing_like_coming(cast):
    cid = cast.hall("ana", "bo")
    ana = cast.come("ana")
    cast.watch(ana, cid)
    bo = cast.come("bo")
    came = ana.until("user.presence.changed", user__online=True)
    reply = bo.caller.patch("/users", {"users": [{"id": cast.id("bo"), "set": {"invisible": True}}]})
    equal(reply.body["users"][cast.id("bo")]["invisible"], True)
    hid = ana.until("user.presence.changed", user__online=False)
    equal(hid["user"]["last_active"], came["user"]["last_active"])
    equal(hid["user"]["updated_at"], came["user"]["updated_at"])
    holds("invisible" not in hid["user"], str(hid))
    own = bo.until("user.updated", user__invisible=True)
    equal(own["user"]["online"], True)
    equal(ana.quiet(), [])
    bo.caller.post("/users", {"users": {cast.id("bo"): {"id": cast.id("bo"), "name": "Bo", "invisible": False}}})
    shown = ana.until("user.presence.changed", user__online=True)
    holds(shown["user"]["last_active"] > hid["user"]["last_active"], "fresh last_active")


@case
def invisible_at_connect_survives_everything_but_false(cast):
    cid = cast.hall("ana", "bo")
    ana = cast.come("ana")
    cast.watch(ana, cid)
    ana.until("user.watching.start", user__id=cast.id("ana"))
    bo = cast.come("bo", invisible=True, status="hiding")
    equal((bo.me["invisible"], bo.me["online"], bo.me["status"]), (True, True, "hiding"))
    equal(ana.quiet("user.presence.changed", "user.watching.start"), [])
    bo.goodbye()
    cast.server.restart()
    ana = cast.come("ana")
    state = cast.watch(ana, cid)
    shown = [m["user"] for m in state["members"] if m["user_id"] == cast.id("bo")][0]
    equal(shown["online"], False)
    holds("last_active" not in shown and "invisible" not in shown, str(shown))
    bo = cast.come("bo")
    equal(bo.me["invisible"], True)
    equal(ana.quiet("user.presence.changed"), [])
    bo.goodbye()
    bo = cast.come("bo", invisible=False)
    equal(bo.me["invisible"], False)
    ana.until("user.presence.changed", user__online=True)


@case
def filters_and_sorts_see_a_hidden_user_as_absent(cast):
    ids = [cast.id(w) for w in ("bo", "cy")]
    bo = cast.come("bo", invisible=True)
    cast.come("cy")
    ana = cast.user("ana")

    def found(**conditions):
        reply = ana.get("/users", {"filter_conditions": dict({"id": {"$in": ids}}, **conditions)})
        equal(reply.status, 200, str(reply))
        return sorted(u["id"] for u in reply.body["users"])
    equal(found(online=True), [ids[1]])
    equal(found(online=False), [ids[0]])
    equal(found(last_active={"$exists": True}), [ids[1]])
    equal(found(last_active=None), [ids[0]])
    equal(found(invisible=True), [])
    reply = ana.get("/users", {"filter_conditions": {"id": {"$in": ids}},
                               "sort": [{"field": "last_active", "direction": -1}]})
    equal([u["id"] for u in reply.body["users"]], [ids[1], ids[0]])
    own = bo.caller.get("/users", {"filter_conditions": {"id": ids[0]}})
    equal((own.body["users"][0]["online"], own.body["users"][0]["invisible"]), (True, True))


@case
def a_hidden_watcher_is_in_no_count(cast):
    cid = cast.hall("ana", "bo")
    ana = cast.come("ana")
    equal(cast.watch(ana, cid)["watcher_count"], 1)
    ana.quiet()
    bo = cast.come("bo", invisible=True)
    state = cast.watch(bo, cid)
    equal(ana.quiet("user.watching.start", "user.presence.changed"), [])
    equal(cast.watch(ana, cid)["watcher_count"], 1)
    holds(state["channel"]["cid"] == cid, "")
    bo.caller.patch("/users", {"users": [{"id": cast.id("bo"), "set": {"invisible": False}}]})
    ana.until("user.watching.start", user__id=cast.id("bo"))
    bo.caller.patch("/users", {"users": [{"id": cast.id("bo"), "set": {"invisible": True}}]})
    stop = ana.until("user.watching.stop", user__id=cast.id("bo"))
    equal(stop["watcher_count"], 1)


@case
def a_message_of_a_hidden_user_moves_nothing_else(cast):
    cid = cast.hall("ana", "bo")
    ana = cast.come("ana")
    cast.watch(ana, cid)
    ana.quiet()
    bo = cast.come("bo", invisible=True)
    sent = bo.caller.post("/channels/%s/message" % cid.replace(":", "/"), {"message": {"text": "boo"}})
    equal(sent.status, 201, str(sent))
    told = ana.until("message.new")
    equal((told["message"]["text"], told["message"]["user"]["online"]), ("boo", False))
    holds("last_active" not in told["message"]["user"], str(told))
    equal(ana.quiet("user.presence.changed"), [])


# ---- channels ---------------------------------------------------------------------------------

@case
def a_channel_is_made_once_with_its_members_and_data(cast):
    for who in ("ana", "bo"):
        cast.user(who).get("/app")
    path = "/channels/messaging/%s/query" % cast.name[:40]
    ids = [cast.id("ana"), cast.id("bo")]
    reply = cast.user("ana").post(path, {"data": {"members": ids, "color": "green", "name": "Hall"}})
    equal(reply.status, 201, str(reply))
    state = reply.body
    channel = state["channel"]
    equal((channel["color"], channel["name"], channel["member_count"], channel["type"]),
          ("green", "Hall", 2, "messaging"))
    equal((channel["frozen"], channel["disabled"], channel["created_by"]["id"]), (False, False, ids[0]))
    holds("last_message_at" not in channel and isinstance(channel["own_capabilities"], list), str(channel))
    equal(channel["config"]["name"], "messaging")
    equal([m["user_id"] for m in state["members"]], ids)
    for key in ("user", "created_at", "updated_at", "banned", "shadow_banned", "channel_role", "role",
                "notifications_muted"):
        holds(key in state["members"][0], key)
    for key in ("messages", "members", "read", "pinned_messages", "threads"):
        holds(isinstance(state[key], list), key)
    holds("watcher_count" not in state, "left out at 0")
    equal(state["membership"]["user_id"], ids[0])
    again = cast.user("ana").post(path, {"data": {"members": ids[:1], "color": "red"}}).body
    equal((again["channel"]["color"], again["channel"]["member_count"]), ("green", 2))
    bare = cast.user("ana").post(path, {"state": False}).body
    equal((bare["members"], bare["messages"]), ([], []))


@case
def bad_channels_are_refused_by_name(cast):
    ana = cast.user("ana")
    refused(ana.post("/channels/messaging/%s/query" % cast.name[:40],
                     {"data": {"members": [cast.id("nobody")]}}), 400, 4, cast.id("nobody"))
    refused(ana.post("/channels/messaging/no%20spaces/query", {"data": {}}), 400, 4)
    refused(ana.post("/channels/nosuchtype/x/query", {"data": {}}), 404, 16)
    refused(ana.post("/channels/messaging/%s/query" % ("x" * 65), {"data": {}}), 400, 4)
    refused(ana.post("/channels/messaging/y/query", {"watch": True}), 400, 4)
    refused(ana.call("POST", "/channels/messaging/y/query", raw=b"{"), 400, 4)
    refused(ana.call("POST", "/channels/messaging/y/query", raw=b'{"a":1,"a":2}'), 400, 4)
    refused(ana.call("POST", "/channels/messaging/y/query", raw=b"[" * 1001 + b"]" * 1001), 400, 4)


@case
def a_distinct_channel_is_the_same_for_the_same_people(cast):
    for who in ("ana", "bo", "cy"):
        cast.user(who).get("/app")
    ids = [cast.id(w) for w in ("ana", "bo")]
    one = cast.user("ana").post("/channels/messaging/query", {"data": {"members": ids}})
    equal(one.status, 201, str(one))
    two = cast.user("bo").post("/channels/messaging/query", {"data": {"members": ids[::-1]}})
    equal(one.body["channel"]["cid"], two.body["channel"]["cid"])
    holds(one.body["channel"]["id"].startswith("!members-"), one.body["channel"]["id"])
    refused(cast.user("ana").post("/channels/messaging/query", {"data": {"members": ids[:1]}}), 400, 4)


@case
def only_members_read_and_write_a_messaging_channel(cast):
    cid = cast.hall("ana", "bo")
    path = "/channels/" + cid.replace(":", "/")
    eve = cast.come("eve")
    refused(eve.caller.post(path + "/query", {"watch": True, "presence": True}, connection_id=eve.id), 403, 17)
    refused(eve.caller.post(path + "/message", {"message": {"text": "hi"}}), 403, 17)
    refused(eve.caller.post(path, {"add_members": [cast.id("eve")]}), 403, 17)
    reply = eve.caller.post("/channels", {"filter_conditions": {"cid": cid}})
    equal(reply.body["channels"], [])
    cast.come("bo")
    equal(eve.quiet("user.presence.changed"), [])


@case
def query_channels_filters_sorts_and_watches(cast):
    ana = cast.come("ana")
    cast.user("bo").get("/app")
    made = []
    for i, color in enumerate(("green", "red", "green")):
        reply = ana.caller.post("/channels/messaging/%s-%d/query" % (cast.name[:40], i),
                                {"data": {"members": [cast.id("ana"), cast.id("bo")], "color": color, "n": i}})
        made.append(reply.body["channel"]["cid"])
    mine = {"members": {"$in": [cast.id("ana")]}}

    def cids(conditions, **more):
        reply = ana.caller.post("/channels", dict({"filter_conditions": dict(mine, **conditions)}, **more))
        equal(reply.status, 201, str(reply))
        return [c["channel"]["cid"] for c in reply.body["channels"]]
    equal(cids({}), made[::-1], "last_updated, newest first")
    equal(cids({"color": "green"}, sort=[{"field": "n", "direction": 1}]), [made[0], made[2]])
    equal(cids({"n": {"$gte": 1}}, sort=[{"field": "n", "direction": 1}], limit=1, offset=1), [made[2]])
    equal(cids({"$or": [{"color": "red"}, {"n": 0}]}, sort=[{"field": "n", "direction": -1}]), [made[1], made[0]])
    ana.caller.post("/channels/messaging/%s-0/message" % cast.name[:40], {"message": {"text": "x"}})
    equal(cids({}), [made[0], made[2], made[1]], "a message moves its channel up")
    by_get = ana.caller.get("/channels", {"filter_conditions": dict(mine, color="red")})
    equal([c["channel"]["cid"] for c in by_get.body["channels"]], [made[1]])
    reply = ana.caller.post("/channels", {"filter_conditions": mine, "watch": True, "presence": True},
                            connection_id=ana.id)
    equal(reply.body["channels"][0]["watcher_count"], 1)
    cast.come("bo")
    equal(len(ana.quiet("user.presence.changed")), 1, "three channels, one event")
    refused(ana.caller.post("/channels", {"filter_conditions": mine, "limit": 31}), 400, 4, "limit")
    refused(ana.caller.post("/channels", {"filter_conditions": {"cid": {"$near": 3}}}), 400, 4, "$near")
    refused(ana.caller.post("/channels", {"filter_conditions": {"frozen": "yes"}}), 400, 4, "frozen")


@case
def watchers_are_told_of_watchers(cast):
    cid = cast.hall("ana", "bo")
    ana = cast.come("ana")
    cast.watch(ana, cid)
    own = ana.until("user.watching.start", user__id=cast.id("ana"))
    equal((own["cid"], own["channel_type"], own["watcher_count"]), (cid, "messaging", 1))
    bo = cast.come("bo")
    equal(cast.watch(bo, cid)["watcher_count"], 2)
    equal(ana.until("user.watching.start", user__id=cast.id("bo"))["watcher_count"], 2)
    twice = cast.come("bo")
    cast.watch(twice, cid)
    equal(ana.quiet("user.watching.start"), [], "counts are per user")
    bo.goodbye()
    equal(ana.quiet("user.watching.stop"), [])
    twice.goodbye()
    equal(ana.until("user.watching.stop", user__id=cast.id("bo"))["watcher_count"], 1)


@case
def members_come_and_go_and_are_told(cast):
    cid = cast.hall("ana", "bo")
    path = "/channels/" + cid.replace(":", "/")
    ana = cast.come("ana")
    cast.watch(ana, cid)
    cy = cast.come("cy")
    reply = ana.caller.post(path, {"add_members": [cast.id("cy")]})
    equal(reply.status, 201, str(reply))
    holds(cast.id("cy") in [m["user_id"] for m in reply.body["members"]], str(reply))
    equal(reply.body["channel"]["member_count"], 3)
    told = cy.until("notification.added_to_channel", cid=cid)
    holds("channel" in told and "member" in told, str(told))
    added = ana.until("member.added")
    equal((added["member"]["user_id"], added["cid"]), (cast.id("cy"), cid))
    ana.until("channel.updated")
    reply = ana.caller.post(path, {"remove_members": [cast.id("cy")]})
    equal(reply.body["channel"]["member_count"], 2)
    ana.until("member.removed", user__id=cast.id("cy"))
    cy.until("notification.removed_from_channel", cid=cid)
    refused(ana.caller.post(path, {"add_members": [cast.id("ghost")]}), 400, 4, cast.id("ghost"))
    refused(cast.user("bo").post(path, {"remove_members": [cast.id("ana")]}), 403, 17)


@case
def query_members_pages_through_a_channel(cast):
    crowd = ["u%d" % i for i in range(5)]
    cid = cast.hall("ana", *crowd)
    type_, id_ = cid.split(":")
    ana = cast.user("ana")

    def ask(**more):
        reply = ana.get("/members", dict({"type": type_, "id": id_, "filter_conditions": {}}, **more))
        equal(reply.status, 200, str(reply))
        return [m["user_id"] for m in reply.body["members"]]
    everybody = [cast.id(w) for w in ["ana"] + crowd]
    equal(ask(), everybody)
    equal(ask(limit=2, offset=3), everybody[3:5])
    equal(ask(filter_conditions={"id": {"$in": everybody[1:3]}}), everybody[1:3])
    refused(cast.user("eve").get("/members", {"type": type_, "id": id_, "filter_conditions": {}}), 403, 17)


@case
def a_message_is_told_and_read_back_with_its_author(cast):
    cid = cast.hall("ana", "bo")
    path = "/channels/" + cid.replace(":", "/")
    ana = cast.come("ana")
    cast.watch(ana, cid)
    bo = cast.come("bo")
    sent = bo.caller.post(path + "/message", {"message": {"id": cast.name + "-1", "text": "hello", "mood": "fine"}})
    equal(sent.status, 201, str(sent))
    message = sent.body["message"]
    equal((message["id"], message["text"], message["type"], message["mood"], message["cid"]),
          (cast.name + "-1", "hello", "regular", "fine", cid))
    equal((message["user"]["id"], message["user"]["online"]), (cast.id("bo"), True))
    for key in ("attachments", "mentioned_users", "latest_reactions", "own_reactions"):
        equal(message[key], [], key)
    told = ana.until("message.new", cid=cid)
    equal(told["message"]["id"], message["id"])
    equal(bo.until("notification.message_new", cid=cid)["message"]["id"], message["id"])
    state = cast.user("ana").post(path + "/query", {"state": True}).body
    equal([m["text"] for m in state["messages"]], ["hello"])
    holds("last_message_at" in state["channel"], "last_message_at")
    refused(bo.caller.post(path + "/message", {"message": {"id": cast.name + "-1", "text": "again"}}), 400, 4)
    refused(bo.caller.post(path + "/message", {"message": {"text": "x" * 5001}}), 400, 20)
    refused(bo.caller.post("/channels/messaging/nosuch%s/message" % cast.name[:30], {"message": {"text": "x"}}), 404, 16)
    for i in range(120):
        bo.caller.post(path + "/message", {"message": {"text": str(i)}})
    state = cast.user("ana").post(path + "/query", {"messages": {"limit": 30}}).body
    equal([m["text"] for m in state["messages"]], [str(i) for i in range(90, 120)], "old to new")


@case
def an_old_or_deleted_message_is_not_written_over_by_its_id(cast):
    cid = cast.hall("ana", "bo")
    path = "/channels/" + cid.replace(":", "/")
    ana, eve, taken = cast.user("ana"), cast.user("eve"), cast.name + "-1"
    ana.post(path + "/message", {"message": {"id": taken, "text": "mine"}})
    equal(ana.delete("/messages/" + taken).status, 200)
    cast.server.restart()
    own = "/channels/messaging/evil-%s" % cast.name[:40]
    eve.post(own + "/query", {"data": {"members": [cast.id("eve")]}})
    refused(eve.post(own + "/message", {"message": {"id": taken, "text": "stolen"}}), 400, 4, taken)


# ---- users ------------------------------------------------------------------------------------

@case
def upsert_replaces_custom_data_and_keeps_invisible(cast):
    me = cast.id("ana")
    ana = cast.user("ana")
    ana.post("/users", {"users": {me: {"id": me, "name": "Ana", "color": "green", "invisible": True}}})
    reply = ana.post("/users", {"users": {me: {"id": me, "name": "Ana B"}}})
    equal(reply.status, 201, str(reply))
    user = reply.body["users"][me]
    equal((user["name"], user["invisible"]), ("Ana B", True))
    holds("color" not in user, "replaced")
    refused(ana.post("/users", {"users": {cast.id("bo"): {"id": cast.id("bo")}}}), 403, 17)
    root = cast.server.server_side()
    both = {cast.id(w): {"id": cast.id(w)} for w in ("x", "y")}
    equal(root.post("/users", {"users": both}).status, 201)
    both[cast.id("z")] = {"id": "not an id"}
    refused(root.post("/users", {"users": dict(both, **{"bad id": {"id": "bad id"}})}), 400, 4)
    equal(root.get("/users", {"filter_conditions": {"id": cast.id("z")}}).body["users"], [], "all or nothing")


@case
def a_partial_update_sets_and_unsets_dotted_paths(cast):
    me = cast.id("ana")
    ana = cast.user("ana")
    ana.patch("/users", {"users": [{"id": me, "set": {"name": "Ana", "address.city": "Oslo", "address.zip": "1"}}]})
    reply = ana.patch("/users", {"users": [{"id": me, "unset": ["address.zip"], "set": {"n": 1}}]})
    equal(reply.status, 200, str(reply))
    user = reply.body["users"][me]
    equal((user["name"], user["address"], user["n"]), ("Ana", {"city": "Oslo"}, 1))
    refused(ana.patch("/users", {"users": [{"id": cast.id("bo"), "set": {"name": "B"}}]}), 403, 17)
    refused(ana.patch("/users", {"users": [{"id": me, "set": {"novel": "x" * 5200}}]}), 413, 22)
    refused(ana.patch("/users", {}), 400, 4)


@case
def users_are_filtered_sorted_and_paged(cast):
    root = cast.server.server_side()
    ids = [cast.id("u%d" % i) for i in range(6)]
    root.post("/users", {"users": {u: {"id": u, "name": "Name %d" % i, "n": i, "even": i % 2 == 0}
                                   for i, u in enumerate(ids)}})
    ana = cast.user("ana")

    def ask(conditions, **more):
        payload = dict({"filter_conditions": dict({"id": {"$in": ids}}, **conditions),
                        "sort": [{"field": "n", "direction": 1}]}, **more)
        reply = ana.get("/users", payload)
        equal(reply.status, 200, str(reply))
        return [ids.index(u["id"]) for u in reply.body["users"]]
    equal(ask({}), [0, 1, 2, 3, 4, 5])
    equal(ask({"n": {"$gt": 3}}), [4, 5])
    equal(ask({"even": True}), [0, 2, 4])
    equal(ask({"$nor": [{"even": True}]}), [1, 3, 5])
    equal(ask({"n": {"$nin": [0, 1]}}), [2, 3, 4, 5])
    equal(ask({"name": {"$autocomplete": "name 3"}}), [3])
    equal(ask({"nothing": None}), [0, 1, 2, 3, 4, 5])
    equal(ask({"n": {"$exists": False}}), [])
    equal(ask({}, limit=2, offset=2), [2, 3])
    equal(ask({}, sort=[{"field": "even", "direction": 1}, {"field": "n", "direction": -1}]), [5, 3, 1, 4, 2, 0])
    refused(ana.get("/users", {"filter_conditions": {}, "limit": 101}), 400, 4, "limit")
    refused(ana.get("/users", {"filter_conditions": {}, "offset": -1}), 400, 4, "offset")
    refused(ana.get("/users", {"filter_conditions": {"online": {"$gt": "x"}}}), 400, 4, "online")
    refused(ana.get("/users", {"filter_conditions": {}, "presence": True}), 400, 4)


# ---- every request ----------------------------------------------------------------------------

@case
def every_reply_has_its_headers(cast):
    ana = cast.user("ana")
    for reply in (ana.get("/app"), ana.get("/nosuch"), wire.Caller(cast.server, "x", "bad").get("/app")):
        equal(reply.headers["access-control-allow-origin"], "*")
        holds("duration" in reply.body, "duration")
        for name in ("x-ratelimit-limit", "x-ratelimit-remaining", "x-ratelimit-reset"):
            holds(reply.headers[name].isdigit(), name)
        holds("x-ratelimit" in reply.headers["access-control-expose-headers"].lower(), "expose")
    flight = wire.raw(cast.server.port, b"OPTIONS /users HTTP/1.1\r\nHost: x\r\nOrigin: http://a\r\n"
                      b"Access-Control-Request-Method: PATCH\r\nConnection: close\r\n\r\n").decode().lower()
    holds(re.match(r"http/1\.1 20[04] ", flight), flight)
    for word in ("authorization", "content-type", "stream-auth-type", "x-stream-client", "x-client-request-id"):
        holds(word in flight, word)
    for method in ("get", "post", "put", "patch", "delete", "options"):
        holds(method in flight, method)


@case
def wrong_callers_get_the_documented_codes(cast):
    ana = cast.user("ana")
    refused(wire.Caller(cast.server, ana.id, ana.jwt, key="nosuchkey").get("/app"), 401, 2)
    refused(wire.Caller(cast.server, ana.id, "rubbish").get("/app"), 401, 5)
    refused(wire.Caller(cast.server, ana.id, None).get("/app"), 401, 5)
    refused(wire.Caller(cast.server, cast.id("bo"), ana.jwt).get("/app"), 401, 5)
    refused(ana.get("/nosuch"), 404, 16)
    refused(ana.get("/channeltypes"), 403, 17)
    refused(ana.post("/users"), 400, 4)
    refused(ana.get("/users", {"filter_conditions": {}, "presence": True}, connection_id="not-mine"), 400, 4)


@case
def hostile_http_is_refused_and_the_next_client_served(cast):
    port = cast.server.port
    get = b"GET /app?api_key=x HTTP/1.1\r\nHost: x\r\n\r\n"
    post = b"POST /users?api_key=x HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{}"
    equal(wire.raw(port, get + post + get).count(b"HTTP/1.1 401"), 3, "pipelined, answered in order")
    hostile = {
        b"400": [b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
                 b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: +5\r\n\r\nhello",
                 b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5, 5\r\n\r\nhello",
                 b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
                 b"GET / HTTP/1.1\r\n\r\n", b"GET / HTTP/1.1\nHost: x\n\n",
                 b"GET / HTTP/1.1\r\nHost : x\r\n\r\n", b"GET / HTTP/1.1\r\nHost: x\r\n folded\r\n\r\n",
                 b"GET /%00 HTTP/1.1\r\nHost: x\r\n\r\n", b"GET /%zz HTTP/1.1\r\nHost: x\r\n\r\n"],
        b"405": [b"CONNECT x:1 HTTP/1.1\r\nHost: x\r\n\r\n"],
        b"431": [b"GET / HTTP/1.1\r\nHost: x\r\nX: " + b"y" * 40000 + b"\r\n\r\n"],
        b"413": [b"POST /users HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999\r\n\r\n"],
    }
    for status, requests in hostile.items():
        for request in requests:
            back = wire.raw(port, request)
            holds(back.startswith(b"HTTP/1.1 " + status), "%r: %r" % (request[:80], back[:200]))
            equal(cast.user("ana").get("/app").status, 200)


@case
def hostile_frames_are_closed_and_the_next_client_served(cast):
    def after(code, send):
        socket = cast.come("ana")
        send(socket)
        equal(socket.until_closed()[0], code)
        equal(cast.come("ana").hello["type"], "health.check")
    after(1002, lambda s: s.frame("{}", masked=False))
    after(1009, lambda s: s.link.sendall(b"\x81\xff" + (2 ** 62).to_bytes(8, "big") + b"\0\0\0\0"))
    after(1002, lambda s: s.frame("x", opcode=3))
    after(1002, lambda s: s.link.sendall(b"\xc1\x80\0\0\0\0"))
    after(1007, lambda s: s.frame(b"\xff\xfe"))
    after(1002, lambda s: s.frame("x" * 126, opcode=9))
    after(1002, lambda s: s.frame("x", opcode=0))


# ---- the daemon -------------------------------------------------------------------------------

@case
def a_stop_closes_with_1012_and_a_restart_forgets_nobody_and_nothing(cast):
    cid = cast.hall("ana", "bo", color="green")
    ana = cast.come("ana", status="here")
    cast.user("bo").post("/channels/%s/message" % cid.replace(":", "/"), {"message": {"text": "kept"}})
    last = ana.me["last_active"]
    equal(cast.server.stop(), 0)
    equal(ana.until_closed()[0], 1012)
    cast.server.start(cast.server.port)
    state = cast.user("bo").post("/channels/%s/query" % cid.replace(":", "/"), {"state": True}).body
    equal(state["channel"]["color"], "green")
    equal([m["text"] for m in state["messages"]], ["kept"])
    shown = state["members"][0]["user"]
    equal((shown["status"], shown["online"], shown["last_active"]), ("here", False, last))


@case
def a_killed_daemon_has_lost_nothing_it_answered(cast):
    import signal
    import threading
    cid = cast.hall("ana")
    answered, told = [], threading.Semaphore(0)

    def write(number):
        ana = cast.server.user(cast.id("ana"))
        for i in range(400):
            text = "%d-%d" % (number, i)
            try:
                if ana.post("/channels/%s/message" % cid.replace(":", "/"),
                            {"message": {"id": cast.name + text, "text": text}}).status == 201:
                    answered.append(text)
                    told.release()
            except OSError:
                return
    writers = [threading.Thread(target=write, args=(n,)) for n in range(3)]
    for writer in writers:
        writer.start()
    for _ in range(60):
        holds(told.acquire(timeout=wire.PATIENCE_S), "a write is answered")
    cast.server.stop(signal.SIGKILL)
    for writer in writers:
        writer.join()
    import subprocess
    check = subprocess.run([cast.server.program, "check", "--data", cast.server.data], capture_output=True, text=True)
    equal(check.returncode, 0, check.stdout + check.stderr)
    cast.server.start(cast.server.port)
    state = cast.server.user(cast.id("ana")).post("/channels/%s/query" % cid.replace(":", "/"),
                                                  {"messages": {"limit": 300}}).body
    there = {m["text"] for m in state["messages"]}
    equal(sorted(t for t in answered[-250:] if t not in there), [], "answered, and gone")


def main():
    program, pattern = sys.argv[1], sys.argv[2] if len(sys.argv) > 2 else ""
    chosen = [c for c in CASES if re.search(pattern, c.__name__)]
    server = wire.Server(program, "\nlinger_ms = 400\nrate_calls = 0\n")
    print("1..%d" % len(chosen))
    failed = 0
    for number, function in enumerate(chosen, 1):
        cast = Cast(server, function.__name__.replace("_", "-")[:60])
        try:
            if server.process is None or server.process.poll() is not None:
                server.start(server.port)
            function(cast)
            print("ok %d - %s" % (number, function.__name__), flush=True)
        except Exception:  # a case may fail in any way; the walk goes on
            failed += 1
            print("not ok %d - %s" % (number, function.__name__), flush=True)
            print("\n".join("# " + line for line in traceback.format_exc().split("\n")), flush=True)
        finally:
            cast.close()
    if failed:
        print("\n".join("# " + line for line in server.log().split("\n")))
    server.close()
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
