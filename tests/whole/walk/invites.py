# SPDX-License-Identifier: MIT
"""Invites: told to the invitee and the watchers, accepted or rejected; until then nothing is watched."""
from walk.cast import at, case, done, enveloped, equal, holds, refused, turned_away


def invite(cast, cid, who):
    cast.people(who)
    return done(cast.user("ana").post(at(cid), {"invites": [cast.id(who)]}))


@case
def an_invite_is_told_and_accepted(cast):
    cid = cast.hall("ana")
    ana, bo = cast.watcher("ana", cid), cast.come("bo")
    body = invite(cast, cid, "bo")
    holds("channel" in body and "members" in body, str(body))
    told = enveloped(bo.until("notification.invited"), cid)
    holds("channel" in told and told["member"]["user_id"] == cast.id("bo"), str(told))
    ana.until("notification.invited", cid=cid)
    body = done(bo.caller.post(at(cid), {"accept_invite": True}))
    holds(cast.id("bo") in [m["user_id"] for m in body["members"]], str(body))
    bo.until("notification.invite_accepted", cid=cid)
    ana.until("notification.invite_accepted", cid=cid)
    cast.watch(bo, cid)
    cast.message("ana", cid, "welcome")
    bo.until("message.new")


@case
def an_invite_is_told_and_rejected(cast):
    cid = cast.hall("ana")
    ana, bo = cast.watcher("ana", cid), cast.come("bo")
    invite(cast, cid, "bo")
    done(bo.caller.post(at(cid), {"reject_invite": True}))
    bo.until("notification.invite_rejected", cid=cid)
    ana.until("notification.invite_rejected", cid=cid)


@case
def pending_and_rejected_invitees_watch_nothing(cast):
    cid = cast.hall("ana", "cy")
    invite(cast, cid, "bo")
    bo = cast.come("bo")
    for answer in (None, "reject_invite"):
        if answer:
            done(bo.caller.post(at(cid), {answer: True}))
        bo.caller.post(at(cid) + "/query", {"watch": True, "presence": True}, connection_id=bo.id)
        bo.caller.post("/channels", {"filter_conditions": {"cid": cid}, "watch": True, "presence": True},
                       connection_id=bo.id)
        bo.quiet()
        cast.message("ana", cid, "for members")
        cast.come("cy").goodbye()
        ana = cast.watcher("ana", cid)
        equal(bo.quiet("message.new", "notification.message_new", "user.presence.changed", "user.watching.start"), [])
        ana.goodbye()


@case
def invites_that_may_not_be_are_refused(cast):
    cid = cast.hall("ana", "bo")
    cast.people("cy")
    refused(cast.user("ana").post(at(cid), {"invites": [cast.id("ghost")]}), 400, 4, cast.id("ghost"))
    refused(cast.user("ana").post(at(cid), {"invites": "cy"}), 400, 4, "invites")
    refused(cast.user("eve").post(at(cid), {"invites": [cast.id("cy")]}), 403, 17)
    for answer in ("accept_invite", "reject_invite"):
        for who in ("cy", "bo"):
            turned_away(cast.user(who).post(at(cid), {answer: True}), 4, 16, 17)


@case
def an_invite_outlives_a_restart(cast):
    cid = cast.hall("ana")
    invite(cast, cid, "bo")
    cast.server.restart()
    done(cast.user("bo").post(at(cid), {"accept_invite": True}))
    cast.message("bo", cid, "in")


@case
def an_invitee_stands_among_the_members_as_invited(cast):
    ana_id, bo_id = cast.people("ana", "bo")
    path, ana = "/channels/messaging/%s" % cast.name[:40], cast.user("ana")
    bo = cast.come("bo")
    state = done(ana.post(path + "/query", {"data": {"members": [ana_id], "invites": [bo_id]}}))
    bo.until("notification.invited")
    member = [m for m in state["members"] if m["user_id"] == bo_id][0]
    equal((member["invited"], "invite_accepted_at" in member), (True, False))

    def asked(who, invite):
        return len(done(cast.user(who).post("/channels", {"filter_conditions": {"invite": invite}}))["channels"])
    watching = cast.watcher("ana", "messaging:" + cast.name[:40])
    body = done(bo.caller.post(path, {"accept_invite": True}))
    member = [m for m in body["members"] if m["user_id"] == bo_id][0]
    holds("invite_accepted_at" in member, str(member))
    seen = [e["type"] for e in watching.quiet("member.updated", "notification.invite_accepted")]
    equal(seen, ["member.updated", "notification.invite_accepted"])
    equal((asked("bo", "accepted"), asked("bo", "pending")), (1, 0))
    refused(bo.caller.post(path, {"accept_invite": True}), 400, 4)


@case
def a_rejected_invite_is_told_in_order(cast):
    cid = cast.hall("ana")
    watching = cast.watcher("ana", cid)
    invite(cast, cid, "bo")
    done(cast.user("bo").post(at(cid), {"reject_invite": True}))
    seen = [e["type"] for e in watching.quiet("member.updated", "notification.invite_rejected")]
    equal(seen, ["member.updated", "notification.invite_rejected"])
    refused(cast.user("bo").post(at(cid) + "/query", {"state": True}), 403, 17)
    for wrong in ({"accept_invite": True, "reject_invite": True}, {"accept_invite": "yes"}):
        refused(cast.user("bo").post(at(cid), wrong), 400, 4)
