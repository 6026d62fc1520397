# SPDX-License-Identifier: MIT
"""Presence: who is told, when, and once."""
import threading
import time

from walk.cast import LINGER_S, case, done, equal, holds


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
    holds(time.monotonic() - began < LINGER_S, "a goodbye is offline at once")
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
    cast.watch(cast.come("bo"), cid)
    equal(again.quiet("user.presence.changed", "user.watching.start"), [])
    again.caller.get("/users", {"filter_conditions": {"id": cast.id("bo")}, "presence": True}, connection_id=again.id)
    cast.sockets[-1].goodbye()
    again.until("user.presence.changed", user__online=False)


@case
def a_status_by_upsert_is_told_like_one_by_update(cast):
    cid = cast.hall("ana", "bo")
    ana, bo = cast.watcher("ana", cid), cast.come("bo")
    ana.until("user.presence.changed", user__online=True)
    me = cast.id("bo")
    done(bo.caller.post("/users", {"users": {me: {"id": me, "status": "here"}}}))
    seen = ana.quiet("user.presence.changed", "user.updated")
    equal(sorted(e["type"] for e in seen), ["user.presence.changed", "user.updated"])
    done(bo.caller.post("/users", {"users": {me: {"id": me, "status": "here", "name": "Bo"}}}))
    seen = ana.quiet("user.presence.changed", "user.updated")
    equal([e["type"] for e in seen], ["user.updated"], "a name is no presence")


@case
def watching_lingers_like_presence(cast):
    cid = cast.hall("ana", "bo")
    ana, bo = cast.watcher("ana", cid), cast.watcher("bo", cid)
    bo.reset()
    equal(ana.quiet("user.watching.stop", seconds=LINGER_S / 2), [])
    equal(ana.until("user.watching.stop", user__id=cast.id("bo"))["watcher_count"], 1)


@case
def listening_ends_with_its_connection(cast):
    cid = cast.hall("ana", "bo")
    one, two = cast.watcher("ana", cid), cast.come("ana")
    one.goodbye()
    cast.come("bo")
    equal(two.quiet("user.presence.changed"), [], "the listening was the other's")


@case
def a_connection_listens_to_the_union_of_its_calls(cast):
    bo_id, cy_id = cast.people("bo", "cy")
    ana = cast.come("ana")
    for who in (bo_id, cy_id, bo_id):
        done(ana.caller.get("/users", {"filter_conditions": {"id": who}, "presence": True}, connection_id=ana.id))
    cast.come("bo")
    cast.come("cy")
    equal(sorted(e["user"]["id"] for e in ana.quiet("user.presence.changed")), sorted([bo_id, cy_id]))


@case
def the_reply_that_starts_the_listening_and_the_events_after_it_agree(cast):
    bo_id, = cast.people("bo")
    enough = threading.Event()

    def come_and_go():
        while not enough.is_set():
            socket = cast.user("bo").connect()
            socket.goodbye()
    bo = threading.Thread(target=come_and_go)
    bo.start()
    try:
        for _ in range(15):
            ana = cast.come("ana")
            body = done(ana.caller.get("/users", {"filter_conditions": {"id": bo_id}, "presence": True},
                                       connection_id=ana.id))
            shown = [body["users"][0]["online"]]
            shown += [ana.until("user.presence.changed")["user"]["online"] for _ in range(4)]
            equal(shown, [shown[0], not shown[0]] * 2 + [shown[0]], "each coming and going once, in order")
    finally:
        enough.set()
        bo.join()
