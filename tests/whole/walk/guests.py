# SPDX-License-Identifier: MIT
"""Guests get a token for nothing; anonymous users have none and are shown to nobody."""
import uuid

import wire
from walk.cast import at, case, done, equal, holds, refused, turned_away


def nobody(cast):
    caller = wire.Caller(cast.server, None, None)
    caller.auth_type = "anonymous"
    return caller


def anonymous(cast):
    caller = nobody(cast)
    caller.id = str(uuid.uuid4())
    return caller


@case
def a_guest_gets_a_token_that_works(cast):
    body = done(nobody(cast).post("/guest", {"user": {"id": "tourist", "name": "Tourist"}}))
    user = body["user"]
    equal((user["name"], user["role"]), ("Tourist", "guest"))
    holds("tourist" in user["id"], "the id is kept, or stands in the new one: " + user["id"])
    guest = wire.Caller(cast.server, user["id"], body["access_token"])
    socket = cast.come(guest, name="Tourist", role="admin", teams=["x"])
    equal(socket.hello["type"], "health.check", str(socket.hello))
    equal((socket.me["id"], socket.me["role"], socket.me["teams"]), (user["id"], "guest", []))
    refused(wire.Caller(cast.server, cast.id("ana"), body["access_token"]).get("/app"), 401, 5)


@case
def guests_have_presence(cast):
    body = done(nobody(cast).post("/guest", {"user": {"id": "visitor", "name": "V"}}))
    guest = wire.Caller(cast.server, body["user"]["id"], body["access_token"])
    ana = cast.come("ana")
    done(ana.caller.get("/users", {"filter_conditions": {"id": guest.id}, "presence": True}, connection_id=ana.id))
    cast.come(guest)
    equal(ana.until("user.presence.changed", user__id=guest.id)["user"]["online"], True)


@case
def guests_that_may_not_be_are_refused(cast):
    ana, = cast.people("ana")
    anyone = nobody(cast)
    refused(anyone.post("/guest"), 400, 4)
    refused(anyone.post("/guest", {}), 400, 4, "user")
    refused(anyone.post("/guest", {"user": {"name": "no id"}}), 400, 4, "id")
    refused(anyone.post("/guest", {"user": {"id": "not an id"}}), 400, 4, "id")
    anyone.key = "nosuchkey"
    refused(anyone.post("/guest", {"user": {"id": "x"}}), 401, 2)
    back = nobody(cast).post("/guest", {"user": {"id": ana, "name": "Taken over"}})
    if back.status < 300:
        holds(back.body["user"]["id"] != ana, "nobody becomes an existing user for nothing")
    equal(cast.root.get("/users", {"filter_conditions": {"id": ana}}).body["users"][0]["role"], "user")


@case
def guests_are_kept_out_of_members_channels(cast):
    cid = cast.hall("ana")
    live = cast.hall("ana", type_="livestream")
    body = done(nobody(cast).post("/guest", {"user": {"id": "stranger"}}))
    guest = wire.Caller(cast.server, body["user"]["id"], body["access_token"])
    refused(guest.post(at(cid) + "/query", {"state": True}), 403, 17)
    refused(guest.post(at(cid) + "/message", {"message": {"text": "x"}}), 403, 17)
    equal(done(guest.post(at(live) + "/query", {"state": True}))["channel"]["cid"], live)
    refused(guest.get("/channeltypes"), 403, 17)


@case
def anonymous_users_read_what_is_open_and_nothing_else(cast):
    cid, live = cast.hall("ana"), cast.hall("ana", type_="livestream")
    cast.message("ana", live, "on air")
    socket = cast.come(anonymous(cast), anon=True)
    caller = socket.caller
    state = done(caller.post(at(live) + "/query", {"state": True, "watch": True}, connection_id=socket.id))
    equal([m["text"] for m in state["messages"]], ["on air"])
    cast.message("ana", live, "still")
    equal(socket.until("message.new")["message"]["text"], "still")
    refused(caller.post(at(cid) + "/query", {"state": True}), 403, 17)
    refused(caller.post("/users", {"users": {caller.id: {"id": caller.id}}}), 403, 17)


@case
def anonymous_users_are_told_to_nobody(cast):
    live = cast.hall("ana", type_="livestream")
    ana = cast.watcher("ana", live)
    socket = cast.come(anonymous(cast), anon=True)
    done(socket.caller.post(at(live) + "/query", {"watch": True, "presence": True}, connection_id=socket.id))
    equal(ana.quiet("user.presence.changed"), [])
    socket.goodbye()
    equal(ana.quiet("user.presence.changed"), [])


@case
def a_caller_with_neither_token_nor_word_of_anonymity_is_refused(cast):
    caller = nobody(cast)
    caller.auth_type = "jwt"
    refused(caller.get("/app"), 401, 5)
    turned_away(nobody(cast).get("/channeltypes"), 17)


@case
def a_guests_id_begins_with_chance(cast):
    ids = [done(nobody(cast).post("/guest", {"user": {"id": "same"}}))["user"]["id"] for _ in range(2)]
    for id_ in ids:
        holds(id_.startswith("guest-") and id_.endswith("-same"), id_)
    holds(ids[0] != ids[1], "no guest is somebody else")
