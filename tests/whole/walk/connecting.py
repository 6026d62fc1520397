# SPDX-License-Identifier: MIT
"""Connecting: the first frame, refusals, the keep-alive, and who is anonymous."""
import re
import time

import wire
from walk.cast import case, done, equal, holds, refused


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


@case
def an_expired_token_is_refused_and_a_live_one_is_cut(cast):
    who = cast.id("ana")
    short = wire.token(cast.server.secret, {"user_id": who, "exp": int(time.time()) + 3})
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


@case
def a_silent_server_sends_a_health_check_every_25_seconds(cast):
    ana = cast.come("ana")
    began = time.monotonic()
    event = ana.next(30)
    equal((event["type"], "me" in event, event["connection_id"]), ("health.check", False, ana.id))
    holds(24 < time.monotonic() - began < 28, "after 25 s")


a_silent_server_sends_a_health_check_every_25_seconds.slow = True


@case
def a_silent_client_is_dropped_after_60_seconds_and_has_no_further_linger(cast):
    cid = cast.hall("ana", "bo")
    ana, bo = cast.watcher("ana", cid), cast.come("bo")
    ana.until("user.presence.changed", user__online=True)
    for _ in range(4):
        equal(ana.quiet("user.presence.changed", seconds=14), [])
        ana.say([{"type": "health.check"}])
    ana.until("user.presence.changed", user__id=cast.id("bo"), user__online=False)
    bo.until_closed()


a_silent_client_is_dropped_after_60_seconds_and_has_no_further_linger.slow = True


@case
def a_ping_is_answered(cast):
    ana = cast.come("ana")
    ana.frame("are you there", opcode=9)
    ana.say({"type": "health.check"})
    ana.until("health.check")
    equal(ana.pongs, [b"are you there"])


@case
def a_changed_profile_is_told_before_the_presence_that_has_it(cast):
    bo_id, = cast.people("bo")
    ana = cast.come("ana")
    done(ana.caller.get("/users", {"filter_conditions": {"id": bo_id}, "presence": True}, connection_id=ana.id))
    cast.come("bo", status="Eating")
    seen = ana.quiet("user.updated", "user.presence.changed")
    equal([e["type"] for e in seen], ["user.updated", "user.presence.changed"])
    equal([e["user"]["status"] for e in seen], ["Eating", "Eating"])


@case
def the_tokens_of_the_page_are_what_the_page_says(cast):
    page = ("eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJ1c2VyX2lkIjoiYWxpY2UifQ."
            "YbDM4fmZOvvxOWjBdMVV--0AGcSWNENiVdni8bfgD_M")
    equal(wire.token("secret", {"user_id": "alice"}), page)
    me, now = cast.id("ana"), int(time.time())

    def with_claims(**claims):
        return wire.Caller(cast.server, me, wire.token(cast.server.secret, dict({"user_id": me}, **claims)))
    done(with_claims(exp=now + 60, iat=now - 60, nbf=now - 60).get("/app"))
    refused(with_claims(exp=now - 60).get("/app"), 401, 40)
    refused(with_claims(nbf=now + 600).get("/app"), 401, 41)
    refused(with_claims(iat=now + 600).get("/app"), 401, 42)
    refused(wire.Caller(cast.server, me, wire.token("wrong", {"user_id": me})).get("/app"), 401, 43)
    refused(with_claims(exp="soon").get("/app"), 401, 5)
    refused(wire.Caller(cast.server, me, "Bearer " + cast.user("ana").jwt).get("/app"), 401, 5)
