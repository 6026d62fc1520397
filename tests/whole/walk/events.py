# SPDX-License-Identifier: MIT
"""Events sent by people: typing, which ends by itself, and custom ones."""
import time

from walk.cast import LINGER_S, at, case, done, enveloped, equal, holds, refused


def send(caller, cid, type_, **fields):
    return caller.post(at(cid) + "/event", {"event": dict({"type": type_}, **fields)})


@case
def typing_is_told_to_watchers(cast):
    cid = cast.hall("ana", "bo", "cy")
    ana, cy, bo = cast.watcher("ana", cid), cast.come("cy"), cast.come("bo")
    parent = cast.message("ana", cid, "hello")
    equal(done(send(bo.caller, cid, "typing.start"))["event"]["type"], "typing.start")
    enveloped(ana.until("typing.start"), cid, cast.id("bo"))
    done(send(bo.caller, cid, "typing.stop"))
    enveloped(ana.until("typing.stop"), cid, cast.id("bo"))
    done(send(bo.caller, cid, "typing.start", parent_id=parent["id"]))
    equal(ana.until("typing.start")["parent_id"], parent["id"])
    equal(cy.quiet("typing.start", "typing.stop"), [], "watchers alone")


@case
def typing_ends_by_itself_after_ten_seconds(cast):
    cid = cast.hall("ana", "bo")
    ana, bo = cast.watcher("ana", cid), cast.come("bo")
    done(send(bo.caller, cid, "typing.start"))
    ana.until("typing.start")
    began = time.monotonic()
    equal(ana.quiet("typing.stop", seconds=9.3), [])
    enveloped(ana.until("typing.stop"), cid, cast.id("bo"))
    holds(9.3 < time.monotonic() - began < 13, "after 10 s")


@case
def typing_ends_when_the_typist_is_lost_and_before_the_linger(cast):
    cid = cast.hall("ana", "bo")
    ana, bo = cast.watcher("ana", cid), cast.come("bo")
    done(send(bo.caller, cid, "typing.start"))
    ana.until("typing.start")
    began = time.monotonic()
    bo.reset()
    ana.until("typing.stop", user__id=cast.id("bo"))
    holds(time.monotonic() - began < LINGER_S, "typing does not linger")


@case
def a_hidden_typist_is_not_told_and_hiding_ends_typing(cast):
    cid = cast.hall("ana", "bo")
    ana, bo = cast.watcher("ana", cid), cast.come("bo")
    done(send(bo.caller, cid, "typing.start"))
    ana.until("typing.start")
    done(bo.caller.patch("/users", {"users": [{"id": cast.id("bo"), "set": {"invisible": True}}]}))
    ana.until("typing.stop", user__id=cast.id("bo"))
    done(send(bo.caller, cid, "typing.start"))
    done(send(bo.caller, cid, "typing.stop"))
    equal(ana.quiet("typing.start", "typing.stop"), [])


@case
def a_custom_event_goes_to_watchers_with_all_its_fields(cast):
    cid = cast.hall("ana", "bo", "cy")
    ana, cy = cast.watcher("ana", cid), cast.come("cy")
    equal(done(send(cast.user("bo"), cid, "wave", hand="left", times=[1, 2]))["event"]["type"], "wave")
    told = enveloped(ana.until("wave"), cid, cast.id("bo"))
    equal((told["hand"], told["times"]), ("left", [1, 2]))
    equal(cy.quiet("wave"), [], "watchers alone")


@case
def events_that_may_not_be_are_refused(cast):
    cid, live = cast.hall("ana"), cast.hall("ana", type_="livestream")
    watching, ana = cast.watcher("ana", cid), cast.user("ana")
    refused(ana.post(at(cid) + "/event"), 400, 4)
    refused(ana.post(at(cid) + "/event", {}), 400, 4, "event")
    refused(ana.post(at(cid) + "/event", {"event": {}}), 400, 4, "type")
    refused(send(ana, cid, 5), 400, 4, "type")
    for forged in ("message.new", "user.presence.changed", "my.own", "health.check"):
        refused(send(ana, cid, forged), 400, 4)
    refused(send(ana, cid, "wave", novel="x" * 5200), 413, 22)
    refused(send(cast.user("eve"), cid, "wave"), 403, 17)
    refused(send(cast.user("eve"), cid, "typing.start"), 403, 17)
    refused(send(ana, "messaging:nosuch", "wave"), 404, 16)
    refused(send(ana, live, "typing.start"), 400, 18)
    equal(watching.quiet(), [])
