# SPDX-License-Identifier: MIT
"""What is done while porchlightd lacks memory: scenes (see scarce.py), and runs of the whole program.

A scene prepares what it needs, says what is known of it (users, channels, more looks), and returns what is asked
for while memory may run out.
"""
import os
import re
import shutil
import signal
import subprocess
import time

import wire
from scarce import CHECKER_FAILED, Closed, Scene, at, holds

SCENES, RUNS = [], []
RUN_PLACES = 300


def scene(function):
    SCENES.append((function.__name__, function))
    return function


# ---- coming and going -----------------------------------------------------------------------------------------

class Came:
    """A login as a reply: 200 and the hello, or what is in an error frame."""

    def __init__(self, socket):
        self.socket = socket
        if socket.status != 101 or socket.hello is None:
            socket.link.close()
            raise ConnectionError("closed after the upgrade: %s" % (socket.closed,))
        self.error = socket.hello.get("error")
        self.status = 200 if self.error is None else self.error.get("StatusCode")
        self.body = self.error or socket.hello

    def __repr__(self):
        return "%s %s" % (self.status, self.body)


def comes(scene_, caller, **details):
    links = []

    def act():
        came = Came(caller.connect(**details))
        links.append(came.socket)
        return came

    def leave():
        for link in links:
            link.link.close()
    scene_.after = leave
    # What they say of themself is kept before they are here, and whether or not they come in the end.
    scene_.between = sent_away
    return act


def sent_away(whole):
    """Of whom there was no memory to tell something: they come again."""
    return whole.replace('"online": true', '"online": false')


@scene
def a_first_login(s):
    s.users.append(s.id("cy"))
    return comes(s, s.house.user(s.id("cy")), name="Cy", floor=2)


@scene
def a_login_of_who_is_known(s):
    return comes(s, s.person("cy"))


@scene
def a_login_by_stealth(s):
    return comes(s, s.person("cy"), invisible=True)


@scene
def a_token_that_is_refused(s):
    cy = wire.Caller(s.house, "ana", wire.token("x" * 32, {"user_id": "ana"}))
    s.good = lambda reply: reply.status == 401
    return lambda: cy.get("/users", {"filter_conditions": {"id": "ana"}})


@scene
def a_login_that_is_refused(s):
    cy = wire.Caller(s.house, "ana", wire.token("x" * 32, {"user_id": "ana"}))
    s.good = lambda reply: reply.status == 401
    return comes(s, cy)


@scene
def a_goodbye(s):
    link = s.person("cy").connect()

    def act():
        link.goodbye()
        return link_closed(link)
    s.good = lambda reply: True
    s.after = link.link.close
    return act


def link_closed(link):
    closed = Closed()
    closed.status = 200 if link.closed else 0
    return closed


@scene
def health_is_checked(s):
    link = s.person("cy").connect()
    s.after = link.link.close

    def act():
        link.ask()
        event = link.next(wire.PATIENCE_S)
        if event is None:
            holds(link.closed is not None, "a health check is not answered")
            raise ConnectionError("closed: %s" % (link.closed,))
        holds(event["type"] == "health.check", "health: %s" % event)
        reply = Closed()
        reply.status = 200
        return reply
    s.good = lambda reply: reply.status == 200
    s.between = sent_away
    once = act

    def again():
        nonlocal link
        if link.closed is not None:
            link = s.house.user(s.id("cy")).connect()
            s.after = link.link.close
        return once()
    return again


@scene
def a_guest(s):
    nobody = wire.Caller(s.house, None, None)
    nobody.auth_type = "anonymous"
    s.good = lambda reply: reply.status == 201 and reply.body["access_token"]
    return lambda: nobody.post("/guest", {"user": {"id": s.id("guest"), "name": "Tourist"}})


# ---- users ----------------------------------------------------------------------------------------------------

@scene
def users_are_queried(s):
    for name in ("cy", "di"):
        s.person(name)
    s.good = lambda reply: reply.status == 200 and len(reply.body["users"]) == 2
    return lambda: s.ana.get("/users", {"filter_conditions": {"id": {"$in": s.users}},
                                        "sort": [{"field": "id", "direction": -1}]})


@scene
def users_are_listened_to(s):
    cy = s.person("cy")
    link = s.cast.link()
    s.good = lambda reply: reply.status == 200 and len(reply.body["users"]) == 1

    def act():
        reply = s.bo.get("/users", {"filter_conditions": {"id": cy.id}, "presence": True},
                         connection_id=s.cast.link().id)
        return reply
    holds(link.closed is None, "Bo is here")
    return act


@scene
def a_long_filter(s):
    s.person("cy")
    s.good = lambda reply: reply.status == 200 and len(reply.body["users"]) == 1
    conditions = {"$and": [{"id": {"$in": s.users}}, {"$or": [{"name": {"$autocomplete": "x"}}, {"banned": False},
                                                              {"role": {"$in": ["user", "admin"]}}]},
                           {"$nor": [{"id": "nobody"}, {"teams": {"$contains": "x"}}]}]}
    return lambda: s.ana.get("/users", {"filter_conditions": conditions, "sort": [{"field": "name", "direction": 1}]})


@scene
def a_user_is_renamed(s):
    cy = s.person("cy")
    return lambda: cy.post("/users", {"users": {cy.id: {"id": cy.id, "name": "Cy", "mood": {"a": [1, 2]}}}})


@scene
def a_user_is_changed_in_part(s):
    cy = s.person("cy")
    s.do(cy.patch("/users", {"users": [{"id": cy.id, "set": {"old": 1}}]}))
    return lambda: cy.patch("/users", {"users": [{"id": cy.id, "set": {"status.text": "busy"}, "unset": ["old"]}]})


@scene
def ten_users_at_once(s):
    s.users.extend(s.id("u%d" % i) for i in range(10))
    return lambda: s.root.post("/users", {"users": {u: {"id": u, "name": u} for u in s.users}})


@scene
def a_user_becomes_invisible(s):
    cy = s.person("cy")
    return lambda: cy.patch("/users", {"users": [{"id": cy.id, "set": {"invisible": True}}]})


@scene
def a_live_user_becomes_invisible(s):
    cy = s.person("cy")
    link = cy.connect()
    s.do(s.bo.get("/users", {"filter_conditions": {"id": cy.id}, "presence": True}, connection_id=s.cast.link().id))
    s.after = link.link.close
    s.between = sent_away
    s.hears = "user.presence.changed"
    return lambda: cy.patch("/users", {"users": [{"id": cy.id, "set": {"invisible": True}}]})


@scene
def a_user_is_deactivated(s):
    cy = s.person("cy")
    return lambda: s.root.post("/users/%s/deactivate" % cy.id, {})


@scene
def a_user_is_deleted(s):
    cy = s.person("cy")
    s.good = lambda reply: reply.status == 200
    return lambda: s.root.delete("/users/" + cy.id, mark_messages_deleted="true")


@scene
def a_user_is_muted(s):
    cy, di = s.person("cy"), s.person("di")
    s.looks.append(lambda: me_of(cy)["mutes"])
    return lambda: cy.post("/moderation/mute", {"target_id": di.id})


@scene
def a_user_is_unmuted(s):
    cy, di = s.person("cy"), s.person("di")
    s.do(cy.post("/moderation/mute", {"target_id": di.id}))
    s.looks.append(lambda: me_of(cy)["mutes"])
    return lambda: cy.post("/moderation/unmute", {"target_id": di.id})


def me_of(caller):
    link = caller.connect()
    me = link.me
    link.goodbye()
    return {k: me[k] for k in ("mutes", "channel_mutes", "total_unread_count", "unread_channels")}


# ---- channels -------------------------------------------------------------------------------------------------

@scene
def a_channel_is_made(s):
    cid = s.cid()
    return lambda: s.ana.post(at(cid) + "/query", {"data": {"members": ["ana", "bo"], "name": "Hall", "floor": 2},
                                                   "state": True})


@scene
def a_channel_is_made_by_its_members(s):
    cy = s.person("cy")
    s.looks.append(lambda: len(s.do(cy.post("/channels", {"filter_conditions": {"members": {"$in": [cy.id]}}}))["channels"]))
    return lambda: cy.post("/channels/messaging/query", {"data": {"members": [cy.id, "bo"]}, "state": True})


@scene
def a_channel_is_watched(s):
    cid = s.hall(watched=False)
    s.message(cid)
    s.good = lambda reply: reply.status == 201 and reply.body["messages"]
    return lambda: s.bo.post(at(cid) + "/query", {"watch": True, "presence": True, "state": True},
                             connection_id=s.cast.link().id)


@scene
def a_channel_is_watched_no_more(s):
    cid = s.hall()
    return lambda: s.bo.post(at(cid) + "/stop-watching", {}, connection_id=s.cast.link().id)


@scene
def channels_are_queried_and_watched(s):
    s.hall(watched=False)
    s.message(s.cids[0])
    s.good = lambda reply: reply.status == 201 and len(reply.body["channels"]) == 1
    return lambda: s.bo.post("/channels", {"filter_conditions": {"cid": s.cids[0], "members": {"$in": ["bo"]}},
                                           "sort": [{"field": "last_message_at", "direction": -1}], "watch": True,
                                           "presence": True, "state": True}, connection_id=s.cast.link().id)


@scene
def members_are_queried(s):
    cid = s.hall()
    s.good = lambda reply: reply.status == 200 and len(reply.body["members"]) == 2
    return lambda: s.ana.get("/members", {"type": cid.split(":")[0], "id": cid.split(":")[1], "filter_conditions": {},
                                          "sort": [{"field": "user_id", "direction": 1}]})


@scene
def a_channel_is_replaced(s):
    cid = s.hall(color="blue")
    s.hears = "channel.updated"
    return lambda: s.ana.post(at(cid), {"data": {"name": "Attic", "floor": 3}})


@scene
def a_channel_is_replaced_with_a_word(s):
    cid = s.hall()
    s.looks.append(lambda: None)
    s.hears = "channel.updated"
    return lambda: s.ana.post(at(cid), {"data": {"name": "Attic"},
                                        "message": {"id": s.id("w"), "text": "moved"}})


@scene
def a_channel_is_changed_in_part(s):
    cid = s.hall(color="blue", old=1)
    s.hears = "channel.updated"
    return lambda: s.ana.patch(at(cid), {"set": {"color": "red", "deep.er": 1}, "unset": ["old"]})


@scene
def a_member_is_added(s):
    cid, cy = s.hall(), s.person("cy")
    s.hears = "member.added"
    return lambda: s.ana.post(at(cid), {"add_members": [cy.id]})


@scene
def a_member_is_removed(s):
    cid, cy = s.hall(), s.person("cy")
    s.do(s.ana.post(at(cid), {"add_members": [cy.id]}))
    s.hears = "member.removed"
    return lambda: s.ana.post(at(cid), {"remove_members": [cy.id]})


@scene
def a_moderator_is_made(s):
    cid = s.hall()
    s.hears = "member.updated"
    return lambda: s.ana.post(at(cid), {"add_moderators": ["bo"]})


@scene
def somebody_is_invited(s):
    cid, cy = s.hall(), s.person("cy")
    return lambda: s.ana.post(at(cid), {"invites": [cy.id]})


@scene
def an_invite_is_accepted(s):
    cid, cy = s.hall(), s.person("cy")
    s.do(s.ana.post(at(cid), {"invites": [cy.id]}))
    return lambda: cy.post(at(cid), {"accept_invite": True})


@scene
def a_channel_is_hidden(s):
    cid = s.hall()
    return lambda: s.ana.post(at(cid) + "/hide", {})


@scene
def a_channel_is_shown(s):
    cid = s.hall()
    s.do(s.ana.post(at(cid) + "/hide", {}))
    return lambda: s.ana.post(at(cid) + "/show", {})


@scene
def a_channel_is_muted(s):
    cid, cy = s.hall(), s.person("cy")
    s.do(s.ana.post(at(cid), {"add_members": [cy.id]}))
    s.looks.append(lambda: me_of(cy)["channel_mutes"])
    return lambda: cy.post("/moderation/mute/channel", {"channel_cids": [cid]})


@scene
def a_channel_is_truncated(s):
    cid = s.hall()
    for name in ("m1", "m2"):
        s.message(cid, name)
    s.hears = "channel.truncated"
    return lambda: s.ana.post(at(cid) + "/truncate", {})


@scene
def a_channel_is_deleted(s):
    cid = s.hall()
    s.message(cid)
    s.hears = "channel.deleted"
    return lambda: s.ana.delete(at(cid))


# ---- messages -------------------------------------------------------------------------------------------------

@scene
def a_message_is_sent(s):
    cid = s.hall()
    s.hears = "message.new"
    return lambda: s.ana.post(at(cid) + "/message", {"message": {"id": s.id("m"), "text": "hello", "mood": "fine"}})


@scene
def a_message_mentions_somebody_and_quotes(s):
    cid = s.hall()
    first = s.message(cid, "first")
    s.hears = "message.new"
    return lambda: s.ana.post(at(cid) + "/message", {"message": {
        "id": s.id("m"), "text": "@bo", "mentioned_users": ["bo"], "quoted_message_id": first,
        "attachments": [{"type": "image", "title": "a cat"}]}})


@scene
def a_message_is_answered(s):
    cid = s.hall()
    parent = s.message(cid, "parent")
    s.hears = "message.new"
    s.looks.append(lambda: s.do(s.ana.get("/messages/%s/replies" % parent))["messages"])
    return lambda: s.ana.post(at(cid) + "/message", {"message": {"id": s.id("m"), "text": "yes", "parent_id": parent}})


@scene
def a_message_is_edited(s):
    cid = s.hall()
    sent = s.message(cid, mood="fine")
    s.hears = "message.updated"
    return lambda: s.ana.post("/messages/" + sent, {"message": {"text": "mended"}})


@scene
def a_message_is_edited_in_part(s):
    cid = s.hall()
    sent = s.message(cid, mood="fine")
    s.hears = "message.updated"
    return lambda: s.ana.put("/messages/" + sent, {"set": {"text": "mended"}, "unset": ["mood"]})


@scene
def a_message_is_deleted(s):
    cid = s.hall()
    sent = s.message(cid)
    s.hears = "message.deleted"
    return lambda: s.ana.delete("/messages/" + sent)


@scene
def a_message_is_deleted_hard(s):
    cid = s.hall()
    sent = s.message(cid)
    s.hears = "message.deleted"
    return lambda: s.ana.delete("/messages/" + sent, hard="true")


@scene
def a_message_is_read_alone(s):
    sent = s.message(s.hall())
    s.good = lambda reply: reply.status == 200 and reply.body["message"]["id"] == sent
    return lambda: s.bo.get("/messages/" + sent)


@scene
def replies_are_read_from_the_disk(s):
    cid = s.hall()
    parent = s.message(cid, "parent")
    s.message(cid, "reply", parent_id=parent)
    s.good = lambda reply: reply.status == 200 and len(reply.body["messages"]) == 1
    return lambda: s.bo.get("/messages/%s/replies" % parent)


@scene
def a_reaction(s):
    sent = s.message(s.hall())
    s.hears = "reaction.new"
    return lambda: s.ana.post("/messages/%s/reaction" % sent, {"reaction": {"type": "like", "score": 2}})


@scene
def a_reaction_instead_of_another(s):
    sent = s.message(s.hall())
    s.do(s.ana.post("/messages/%s/reaction" % sent, {"reaction": {"type": "love"}}))
    return lambda: s.ana.post("/messages/%s/reaction" % sent, {"reaction": {"type": "like"}, "enforce_unique": True})


@scene
def a_reaction_is_taken_back(s):
    sent = s.message(s.hall())
    s.do(s.ana.post("/messages/%s/reaction" % sent, {"reaction": {"type": "like"}}))
    s.hears = "reaction.deleted"
    return lambda: s.ana.delete("/messages/%s/reaction/like" % sent)


@scene
def reactions_are_listed(s):
    sent = s.message(s.hall())
    s.do(s.ana.post("/messages/%s/reaction" % sent, {"reaction": {"type": "like"}}))
    s.good = lambda reply: reply.status == 200 and len(reply.body["reactions"]) == 1
    return lambda: s.bo.get("/messages/%s/reactions" % sent)


# ---- reading, typing, catching up -----------------------------------------------------------------------------

@scene
def a_channel_is_read(s):
    cid = s.hall()
    s.message(cid, who=s.bo)
    s.hears = "message.read"
    return lambda: s.ana.post(at(cid) + "/read", {})


@scene
def a_message_is_marked_unread(s):
    cid = s.hall()
    sent = [s.message(cid, "m%d" % i, who=s.bo) for i in range(3)]
    s.do(s.ana.post(at(cid) + "/read", {}))
    return lambda: s.ana.post(at(cid) + "/unread", {"message_id": sent[1]})


@scene
def all_channels_are_read(s):
    cy, cid = s.person("cy"), s.hall()
    s.do(s.ana.post(at(cid), {"add_members": [cy.id]}))
    s.message(cid)
    s.looks.append(lambda: s.do(cy.get("/unread"))["total_unread_count"])
    return lambda: cy.post("/channels/read", {})


@scene
def unread_is_asked_for(s):
    cy, cid = s.person("cy"), s.hall()
    s.do(s.ana.post(at(cid), {"add_members": [cy.id]}))
    s.message(cid)
    s.good = lambda reply: reply.status == 200 and reply.body["total_unread_count"] == 1
    return lambda: cy.get("/unread")


@scene
def somebody_types(s):
    cid, cy = s.hall(), s.person("cy")
    s.do(s.ana.post(at(cid), {"add_members": [cy.id]}))
    link = cy.connect()
    s.after, s.between = link.link.close, sent_away
    s.hears = "typing.start"
    return lambda: cy.post(at(cid) + "/event", {"event": {"type": "typing.start"}})


@scene
def an_event_of_ones_own(s):
    cid = s.hall()
    s.hears = "wave"
    return lambda: s.ana.post(at(cid) + "/event", {"event": {"type": "wave", "with": {"both": ["hands"]}}})


@scene
def an_event_for_a_user(s):
    s.hears = "wave"
    return lambda: s.root.post("/users/bo/event", {"event": {"type": "wave", "custom": {"both": "hands"}}})


@scene
def what_was_missed_is_synced(s):
    cid = s.hall()
    body = s.do(s.ana.post(at(cid) + "/message", {"message": {"id": s.id("m0"), "text": "x"}}))
    for name in ("m1", "m2"):
        s.message(cid, name)
    s.do(s.ana.delete("/messages/" + s.id("m2")))
    s.good = lambda reply: reply.status == 201 and len(reply.body["events"]) == 2
    return lambda: s.bo.post("/sync", {"channel_cids": [cid], "last_sync_at": body["message"]["created_at"]})


# ---- the house ------------------------------------------------------------------------------------------------

@scene
def the_app_is_asked_for(s):
    s.good = lambda reply: reply.status == 200 and "app" in reply.body
    return lambda: s.ana.get("/app")


@scene
def the_app_is_changed(s):
    s.do(s.root.patch("/app", {"disable_auth_checks": False}))
    return lambda: s.root.patch("/app", {"disable_auth_checks": False, "revoke_tokens_issued_before": None})


@scene
def a_channel_type_is_made(s):
    name = s.id("k")[:60]
    s.looks.append(lambda: s.root.get("/channeltypes/" + name).status)
    return lambda: s.root.post("/channeltypes", {"name": name})


@scene
def a_channel_type_is_changed(s):
    name = s.id("k")[:60]
    s.do(s.root.post("/channeltypes", {"name": name}))
    s.looks.append(lambda: s.do(s.root.get("/channeltypes/" + name)))
    return lambda: s.root.put("/channeltypes/" + name, {"replies": False, "max_message_length": 100})


@scene
def a_channel_type_is_deleted(s):
    name = s.id("k")[:60]
    s.do(s.root.post("/channeltypes", {"name": name}))
    s.looks.append(lambda: s.root.get("/channeltypes/" + name).status)
    return lambda: s.root.delete("/channeltypes/" + name)


@scene
def channel_types_are_listed(s):
    s.good = lambda reply: reply.status == 200 and "messaging" in reply.body["channel_types"]
    return lambda: s.root.get("/channeltypes")


# ---- the whole program ----------------------------------------------------------------------------------------

def run(function):
    RUNS.append((function.__name__, function))
    return function


def each_place(memory, whole, most, act):
    """act(nth) for the first allocation, the second, …; a program that is started for each has thousands, so at most
    some hundreds, evenly. How many places were reached."""
    places, nth = 0, 1
    memory.arm(1 << 62)
    act(0)
    _, count = memory.disarm()
    step = max(1, count // (RUN_PLACES if whole else most))
    while nth <= count:
        memory.arm(nth)
        act(nth)
        failed, _ = memory.disarm()
        places += failed
        nth += step
    return "%d places of %d" % (places, count)


def furnished(house):
    """A house with somebody and something in it, which does not run."""
    ana = house.user("ana")
    Scene.do(house.server_side().post("/users", {"users": {n: {"id": n} for n in ("ana", "bo")}}))
    Scene.do(ana.post("/channels/messaging/kept/query", {"data": {"members": ["ana", "bo"]}}))
    sent = Scene.do(ana.post("/channels/messaging/kept/message", {"message": {"text": "kept"}}))["message"]["id"]
    Scene.do(ana.post("/messages/%s/reaction" % sent, {"reaction": {"type": "like"}}))
    Scene.do(ana.post("/moderation/mute", {"target_id": "bo"}))
    Scene.do(house.server_side().patch("/app", {"disable_auth_checks": False}))
    return house


def kept(house):
    house.memory.disarm()
    body = Scene.do(house.user("ana").post("/channels/messaging/kept/query", {"state": True}))
    holds([m["text"] for m in body["messages"]][-1:] == ["kept"], "what was there is not: %s" % body)


def said_why(house, was, code):
    """It ended by itself, and the last line says so in words."""
    with open(house.folder + "/log", encoding="utf-8", errors="replace") as log:
        said = log.read()[was:]
    holds(code == 1 and re.search(r"(?m)^porchlightd: .", said), "it ended with %r and said: %s" % (code, said))


def log_size(house):
    return os.path.getsize(house.folder + "/log")


@run
def the_server_starts(house, whole):
    furnished(house).stop()

    def act(nth):
        was = log_size(house)
        if not house.start(house.port):
            house.process.stdout.close()
            said_why(house, was, house.process.wait())
            house.process = None
            return
        kept(house)
        code = house.stop()
        holds(code == 0, "place %d: it ended with %r: %s" % (nth, code, house.log()))
    return each_place(house.memory, whole, 12, act)


@run
def the_server_stops(house, whole):
    furnished(house)

    def act(nth):
        house.memory.disarm()
        links = [house.user(n).connect() for n in ("ana", "bo")]
        house.memory.arm(nth or 1 << 62)
        code = house.stop()
        house.memory.disarm()
        for link in links:
            link.link.close()
        holds(code == 0, "place %d: it ended with %r: %s" % (nth, code, house.log()))
        house.start(house.port)
        kept(house)
    return each_place(house.memory, whole, 6, act)


@run
def settings_are_read_again(house, whole):
    furnished(house)

    def act(nth):
        was = log_size(house)
        house.process.send_signal(signal.SIGHUP)
        end = time.monotonic() + wire.PATIENCE_S
        while log_size(house) == was:
            holds(time.monotonic() < end, "place %d: nothing is said of it" % nth)
            time.sleep(0.005)
        kept(house)
    with open(house.data + "/config.ini", "a", encoding="utf-8") as settings:
        settings.write("log_level = info\n")
    house.restart()
    return each_place(house.memory, whole, 8, act)


def spoken(program, said, environment):
    """The leak checker itself fails now and then on a machine that is busy: that is no fault of the program's, and
    what it did is done."""
    done = subprocess.run([program, *said], env=environment, timeout=60, capture_output=True, text=True)
    if CHECKER_FAILED in done.stderr:
        done.stderr = done.stderr.split("==")[0]
        done.returncode = 1 if done.stderr else 0
    return done


def words(house, whole, most, words_of, right, undo=lambda nth: None):
    """A run of the program with words, each in turn: done and right, or not done, with a line that says why."""
    def act(nth):
        done = spoken(house.program, words_of(nth), house.memory.environment)
        if done.returncode == 0:
            holds(right(done.stdout, nth), "place %d: it printed %s" % (nth, done.stdout))
        else:
            failed, _ = house.memory.disarm()
            holds(failed, "place %d: it ended with %d: %s" % (nth, done.returncode, done.stderr))
            holds(done.returncode == 1 and done.stderr.startswith("porchlightd: "),
                  "place %d: it ended with %d: %s" % (nth, done.returncode, done.stderr))
            again = spoken(house.program, words_of(nth), None)
            holds(again.returncode == 0 and right(again.stdout, nth), "place %d: again: %s" % (nth, again))
        undo(nth)
    return each_place(house.memory, whole, most, act)


@run
def init_makes_a_folder_or_none(house, whole):
    def folder(nth):
        return "%s/made-%d" % (house.folder, nth)
    return words(house, whole, 8, lambda nth: ["init", folder(nth)], lambda out, nth: "api_key: " in out,
                 lambda nth: shutil.rmtree(folder(nth)))


@run
def a_token_is_printed(house, whole):
    house.stop()
    return words(house, whole, 8, lambda nth: ["token", "ana", "--data", house.data], lambda out, nth: out.count(".") == 2)


@run
def the_database_is_checked(house, whole):
    furnished(house).stop()
    return words(house, whole, 8, lambda nth: ["check", "--data", house.data], lambda out, nth: out == "sound\n")


@run
def a_backup_is_made(house, whole):
    furnished(house)
    return words(house, whole, 8, lambda nth: ["backup", "--data", house.data, "%s/backup-%d" % (house.folder, nth)],
                 lambda out, nth: True, lambda nth: shutil.rmtree("%s/backup-%d" % (house.folder, nth)))


@run
def a_backup_is_restored(house, whole):
    furnished(house)
    made = house.folder + "/backup"
    subprocess.run([house.program, "backup", "--data", house.data, made], check=True, stdout=subprocess.DEVNULL)
    return words(house, whole, 8, lambda nth: ["restore", "--data", "%s/restored-%d" % (house.folder, nth), made],
                 lambda out, nth: os.path.exists("%s/restored-%d/porchlight.db" % (house.folder, nth)),
                 lambda nth: shutil.rmtree("%s/restored-%d" % (house.folder, nth)))


@run
def an_admin_asks(house, whole):
    furnished(house)
    return words(house, whole, 8, lambda nth: ["admin", "channel", "messaging:kept", "--data", house.data],
                 lambda out, nth: "messaging:kept" in out)
