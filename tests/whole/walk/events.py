# SPDX-License-Identifier: MIT
"""Events sent by people: typing, which ends by itself, and custom ones."""
import os
import threading
import time

from walk.cast import LINGER_S, at, case, done, enveloped, equal, holds, refused
from walk.story import Replica, Story, difference


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


class Stage:
    """Six people around one channel, and what each of their connections is told by one act."""

    def __init__(self, cast):
        self.cast, self.cid = cast, cast.hall("ana", "bo", "cy")
        cast.people("dan", "eve", "li")
        self.sockets = {name: cast.come(name.split(",")[0]) for name in (
            "ana", "bo", "bo,idle", "cy", "dan", "eve", "li")}
        cast.watch(self.sockets["ana"], self.cid)
        cast.watch(self.sockets["bo"], self.cid, presence=False)
        li = self.sockets["li"]
        done(li.caller.get("/users", {"filter_conditions": {"id": cast.id("bo")}, "presence": True},
                           connection_id=li.id))
        self.heard()

    def heard(self):
        told = {name: [e["type"] for e in socket.quiet(seconds=0.02)] for name, socket in self.sockets.items()}
        return {name: types for name, types in told.items() if types}

    def by(self, reply, **wanted):
        """A call's reply, then who is told what, in order; "idle" is Bo's other connection."""
        body = done(reply)
        wanted = {("bo,idle" if k == "idle" else k): v.split() for k, v in wanted.items()}
        equal(self.heard(), wanted)
        return body


@case
def each_event_goes_to_exactly_whom_the_page_names(cast):
    stage = Stage(cast)
    path, by = at(stage.cid), stage.by
    ana, bo, cy = cast.user("ana"), cast.user("bo"), cast.user("cy")
    note = "notification.message_new"
    sent = by(bo.post(path + "/message", {"message": {"text": "x"}}),
              ana="message.new", bo="message.new", idle=note, cy=note)["message"]["id"]
    by(bo.post("/messages/" + sent, {"message": {"text": "y"}}), ana="message.updated", bo="message.updated")
    like = {"reaction": {"type": "like"}}
    by(cy.post("/messages/%s/reaction" % sent, like), ana="reaction.new", bo="reaction.new")
    by(cy.post("/messages/%s/reaction" % sent, like), ana="reaction.updated", bo="reaction.updated")
    by(cy.delete("/messages/%s/reaction/like" % sent), ana="reaction.deleted", bo="reaction.deleted")
    for type_ in ("typing.start", "typing.stop", "wave"):
        by(send(bo, stage.cid, type_), ana=type_, bo=type_)
    by(bo.post(path + "/read", {}), ana="message.read", bo="message.read notification.mark_read",
       idle="notification.mark_read")
    by(bo.post("/moderation/mute", {"target_id": cast.id("cy")}), bo="notification.mutes_updated",
       idle="notification.mutes_updated")
    by(bo.delete("/messages/" + sent), ana="message.deleted", bo="message.deleted")


@case
def each_change_of_a_user_goes_to_exactly_whom_the_page_names(cast):
    stage = Stage(cast)
    bo, changed, seen = cast.user("bo"), "user.updated", "user.updated user.presence.changed"

    def set_(**fields):
        return bo.patch("/users", {"users": [{"id": cast.id("bo"), "set": fields}]})
    stage.by(set_(name="Bo"), ana=changed, li=changed, bo=changed, idle=changed)
    stage.by(set_(status="here"), ana=seen, li=seen, bo=changed, idle=changed)
    stage.by(set_(name="Bo", status="here"))
    stage.by(set_(invisible=True), ana="user.watching.stop user.presence.changed", li="user.presence.changed",
             bo=changed, idle=changed)
    stage.by(set_(status="gone"), ana=changed, li=changed, bo=changed, idle=changed)
    stage.by(set_(invisible=False), ana="user.presence.changed user.watching.start", li="user.presence.changed",
             bo=changed, idle=changed)


@case
def each_change_of_a_channel_goes_to_exactly_whom_the_page_names(cast):
    stage = Stage(cast)
    path, by, ana, dan = at(stage.cid), stage.by, cast.user("ana"), cast.id("dan")
    for call, member, own in (("add_members", "member.added", "notification.added_to_channel"),
                              ("remove_members", "member.removed", "notification.removed_from_channel")):
        both = member + " channel.updated"
        by(ana.post(path, {call: [dan]}), ana=both, bo=both, dan=own)
    both = "member.updated channel.updated"
    by(ana.post(path, {"add_moderators": [cast.id("cy")]}), ana=both, bo=both)
    by(ana.patch(path, {"set": {"color": "red"}}), ana="channel.updated", bo="channel.updated")
    by(cast.user("bo").post(path + "/hide", {}), bo="channel.hidden", idle="channel.hidden")
    by(cast.user("bo").post(path + "/show", {}), bo="channel.visible", idle="channel.visible")
    by(ana.post(path + "/truncate", {}), ana="channel.truncated", bo="channel.truncated")
    gone = "notification.channel_deleted"
    by(ana.delete(path), ana="channel.deleted", bo="channel.deleted", idle=gone, cy=gone)


@case
def what_is_kept_by_events_alone_is_what_is_read(cast):
    for seed in range(int(os.environ.get("WALK_SEEDS", "4"))):
        story = Story(cast, 1000 + seed, clear=False)
        replicas = [Replica(cast, who, cid) for who in ("ana", "bo") for cid in story.cids]
        for _ in range(120):
            story.step()
        for replica in replicas:
            replica.hear()
            shown, read = replica.shown(), replica.read()
            for what in read:
                equal("\n".join(difference(shown[what], read[what])), "", "seed %d, %s of %s for %s" % (
                    seed, what, replica.cid, replica.socket.caller.id))
            replica.socket.goodbye()


@case
def replicas_stay_right_also_when_all_act_at_once(cast):
    for seed in range(int(os.environ.get("WALK_SEEDS", "2"))):
        stories = [Story(cast, 100 * seed, clear=False)]
        stories += [stories[0].beside(100 * seed + i) for i in range(1, 4)]
        replicas = [Replica(cast, who, cid) for who in ("ana", "bo") for cid in stories[0].cids]
        faults = []

        def tell(story):
            try:
                for _ in range(50):
                    story.step()
            except Exception as fault:  # told below, in the thread of the case
                faults.append(fault)
        tellers = [threading.Thread(target=tell, args=(story,)) for story in stories]
        for teller in tellers:
            teller.start()
        late = [Replica(cast, who, cid) for who in ("ana", "bo") for cid in stories[0].cids]
        for teller in tellers:
            teller.join()
        equal(faults, [])
        for replica in replicas + late:
            replica.hear()
            shown, read = replica.shown(), replica.read()
            for what in read:
                equal("\n".join(difference(shown[what], read[what])), "", "seed %d, %s" % (seed, what))
            replica.socket.goodbye()
