# SPDX-License-Identifier: MIT
"""Read marks and counts: read, unread, all read, and what each is told of it."""
import re

from walk.cast import STAMP, at, case, done, enveloped, equal, holds, refused, turned_away


def mark(cast, who, cid):
    """The read[] entry of a user."""
    found = [r for r in cast.state(who, cid)["read"] if r["user"]["id"] == cast.id(who)]
    equal(len(found), 1, "one mark a user")
    return found[0]


def counts(me):
    return me["total_unread_count"], me["unread_channels"]


@case
def reading_is_told_to_watchers_and_to_own_connections(cast):
    cid = cast.hall("ana", "bo")
    ana, bo = cast.watcher("ana", cid), cast.come("bo")
    last = cast.message("ana", cid, "hello")
    bo.until("notification.message_new")
    event = done(bo.caller.post(at(cid) + "/read", {}))["event"]
    equal(event["type"], "message.read")
    told = enveloped(ana.until("message.read"), cid, cast.id("bo"))
    holds(re.match(STAMP, told["last_read"]), str(told))
    own = enveloped(bo.until("notification.mark_read"), cid, cast.id("bo"))
    equal((own["unread_count"], own["total_unread_count"], own["unread_channels"]), (0, 0, 0))
    equal(ana.quiet("notification.mark_read"), [], "that is Bo's")
    entry = mark(cast, "bo", cid)
    equal(entry["unread_messages"], 0)
    equal(entry.get("last_read_message_id", last["id"]), last["id"])
    holds(re.match(STAMP, entry["last_read"]), str(entry))


@case
def a_read_needs_no_body(cast):
    cid = cast.hall("ana")
    done(cast.user("ana").call("POST", at(cid) + "/read"))


@case
def unread_messages_are_counted_per_channel_and_in_all(cast):
    one, two = cast.hall("ana", "bo"), cast.hall("ana", "bo")
    bo = cast.come("bo")
    equal(counts(bo.me), (0, 0))
    for text in ("a", "b"):
        cast.message("ana", one, text)
    told = bo.until("notification.message_new", message__text="b")
    equal((told["cid"], told["channel"]["cid"]), (one, one))
    cast.message("ana", two, "c")
    told = bo.until("notification.message_new", message__text="c")
    holds(told["unread_count"] in (1, 3), "of the channel or of all: %s" % told["unread_count"])
    equal((mark(cast, "bo", one)["unread_messages"], mark(cast, "bo", two)["unread_messages"]), (2, 1))
    again = cast.come("bo")
    equal(counts(again.me), (3, 2))
    equal(again.me["unread_count"], 3)
    done(bo.caller.post(at(one) + "/read", {}))
    equal(counts(bo.until("notification.mark_read", cid=one)), (1, 1))
    equal(counts(again.until("notification.mark_read", cid=one)), (1, 1), "every own connection")


@case
def a_new_message_brings_each_viewer_their_own_count(cast):
    cid = cast.hall("ana", "bo", "cy")
    bo, cy = cast.watcher("bo", cid), cast.watcher("cy", cid)
    cast.message("ana", cid, "one")
    equal(bo.until("message.new")["unread_count"], 1)
    equal(cy.until("message.new")["unread_count"], 1)
    done(cy.caller.post(at(cid) + "/read", {}))
    cast.message("ana", cid, "two")
    equal(bo.until("message.new")["unread_count"], 2)
    equal(cy.until("message.new")["unread_count"], 1)


@case
def all_channels_are_marked_read_in_one_call(cast):
    one, two = cast.hall("ana", "bo"), cast.hall("ana", "bo")
    bo = cast.come("bo")
    for cid in (one, two):
        cast.message("ana", cid, "hello")
    body = done(bo.caller.post("/channels/read", {}))
    holds("event" in body, str(body))
    equal(counts(bo.until("notification.mark_read", total_unread_count=0)), (0, 0))
    equal(counts(cast.come("bo").me), (0, 0))
    equal([mark(cast, "bo", c)["unread_messages"] for c in (one, two)], [0, 0])


@case
def a_message_marked_unread_counts_from_there_on(cast):
    cid = cast.hall("ana", "bo")
    sent = [cast.message("ana", cid, str(i)) for i in range(4)]
    bo = cast.user("bo")
    done(bo.post(at(cid) + "/read", {}))
    equal(mark(cast, "bo", cid)["unread_messages"], 0)
    body = done(bo.post(at(cid) + "/unread", {"message_id": sent[1]["id"]}))
    equal(sorted(body), ["duration"], "{}, with duration")
    equal(mark(cast, "bo", cid)["unread_messages"], 3)
    equal(counts(cast.come("bo").me), (3, 1))


@case
def unread_counts_can_be_asked_for(cast):
    cid = cast.hall("ana", "bo")
    equal(done(cast.user("bo").get("/unread"))["total_unread_count"], 0)
    cast.message("ana", cid, "hello")
    cast.message("ana", cid, "again")
    equal(done(cast.user("bo").get("/unread"))["total_unread_count"], 2)
    turned_away(cast.root.get("/unread"), 4)


@case
def reads_that_may_not_be_are_refused(cast):
    cid, other = cast.hall("ana", "bo"), cast.hall("ana")
    elsewhere = cast.message("ana", other, "hello")
    bo = cast.user("bo")
    refused(cast.user("eve").post(at(cid) + "/read", {}), 403, 17)
    refused(cast.user("eve").post(at(cid) + "/unread", {"message_id": elsewhere["id"]}), 403, 17)
    refused(bo.post("/channels/messaging/nosuch/read", {}), 404, 16)
    refused(bo.post(at(cid) + "/unread"), 400, 4)
    refused(bo.post(at(cid) + "/unread", {}), 400, 4)
    refused(bo.post(at(cid) + "/unread", {"message_id": 7}), 400, 4, "message_id")
    turned_away(bo.post(at(cid) + "/unread", {"message_id": "nosuch"}), 4, 16)
    turned_away(bo.post(at(cid) + "/unread", {"message_id": elsewhere["id"]}), 4, 16)
    turned_away(cast.root.post(at(cid) + "/read", {}), 4)


@case
def read_events_off_for_the_type_are_refused_with_18(cast):
    cid = cast.hall("ana", "bo", type_=cast.kind(read_events=False))
    sent = cast.message("ana", cid, "hello")
    refused(cast.user("bo").post(at(cid) + "/read", {}), 400, 18)
    refused(cast.user("bo").post(at(cid) + "/unread", {"message_id": sent["id"]}), 400, 18)
    live = cast.hall("ana", type_="livestream")
    refused(cast.user("ana").post(at(live) + "/read", {}), 400, 18)


@case
def a_hidden_readers_mark_is_frozen_for_others(cast):
    cid = cast.hall("ana", "bo")
    ana, bo = cast.watcher("ana", cid), cast.come("bo", invisible=True)
    before = [r for r in cast.state("ana", cid)["read"] if r["user"]["id"] == cast.id("bo")]
    cast.message("ana", cid, "hello")
    done(bo.caller.post(at(cid) + "/read", {}))
    bo.until("notification.mark_read")
    equal(ana.quiet("message.read"), [])
    after = [r for r in cast.state("ana", cid)["read"] if r["user"]["id"] == cast.id("bo")]
    equal([r.get("last_read") for r in after], [r.get("last_read") for r in before])
    equal([r.get("last_read_message_id") for r in after], [r.get("last_read_message_id") for r in before])
    equal(mark(cast, "bo", cid)["unread_messages"], 0, "the truth is Bo's")


@case
def marks_last_through_a_restart(cast):
    cid = cast.hall("ana", "bo")
    cast.message("ana", cid, "one")
    done(cast.user("bo").post(at(cid) + "/read", {}))
    cast.message("ana", cid, "two")
    before = mark(cast, "bo", cid)
    cast.server.restart()
    equal(mark(cast, "bo", cid), before)
    equal(before["unread_messages"], 1)


@case
def a_hidden_readers_mark_stays_frozen_until_they_read_in_sight(cast):
    cid = cast.hall("ana", "bo")
    cast.message("ana", cid, "one")
    bo = cast.come("bo", invisible=True)
    done(bo.caller.post(at(cid) + "/read", {}))

    def seen():
        found = [r for r in cast.state("ana", cid)["read"] if r["user"]["id"] == cast.id("bo")]
        return [(r.get("last_read"), r.get("unread_messages"), r.get("last_read_message_id")) for r in found]
    frozen = seen()
    cast.server.restart()
    equal(seen(), frozen, "a restart thaws nothing")
    done(cast.user("bo").patch("/users", {"users": [{"id": cast.id("bo"), "set": {"invisible": False}}]}))
    equal(seen(), frozen, "shown while away: nothing to be seen")
    cast.come("bo")
    done(cast.user("bo").post(at(cid) + "/read", {}))
    equal(seen()[0][1], 0, "read in sight of all")


@case
def what_is_own_silent_deleted_or_a_reply_does_not_count(cast):
    cid = cast.hall("ana", "bo")
    first = cast.message("ana", cid, "counts")
    cast.message("ana", cid, "silent", silent=True)
    cast.message("ana", cid, "a reply", parent_id=first["id"])
    gone = cast.message("ana", cid, "gone")
    done(cast.user("ana").delete("/messages/" + gone["id"]))
    equal((mark(cast, "bo", cid)["unread_messages"], counts(cast.come("bo").me)), (1, (1, 1)))
    equal(mark(cast, "ana", cid)["unread_messages"], 0, "her own")
    cast.message("bo", cid, "mine")
    equal(mark(cast, "bo", cid)["unread_messages"], 0, "who sends has read what is before it")


@case
def a_read_may_name_the_message_up_to_which(cast):
    cid = cast.hall("ana", "bo")
    sent = [cast.message("ana", cid, str(i)) for i in range(4)]
    event = done(cast.user("bo").post(at(cid) + "/read", {"message_id": sent[1]["id"]}))["event"]
    holds("last_read" in event, str(event))
    entry = mark(cast, "bo", cid)
    equal((entry["unread_messages"], entry["last_read_message_id"]), (2, sent[1]["id"]))
    turned_away(cast.user("bo").post(at(cid) + "/read", {"message_id": "nosuch"}), 4, 16)


@case
def muted_channels_and_types_without_read_events_are_in_no_sum(cast):
    muted, off = cast.hall("ana", "bo"), cast.hall("ana", "bo", type_=cast.kind(read_events=False))
    done(cast.user("bo").post("/moderation/mute/channel", {"channel_cid": muted}))
    for cid in (muted, off):
        cast.message("ana", cid, "hello")
    equal(counts(cast.come("bo").me), (0, 0))
    done(cast.user("bo").post("/moderation/unmute/channel", {"channel_cid": muted}))
    equal(counts(cast.come("bo").me), (1, 1))


@case
def a_mark_put_back_is_told_to_own_connections(cast):
    cid = cast.hall("ana", "bo")
    ana, bo = cast.watcher("ana", cid), cast.come("bo")
    sent = [cast.message("ana", cid, str(i)) for i in range(3)]
    done(bo.caller.post(at(cid) + "/read", {}))
    ana.until("message.read")
    done(bo.caller.post(at(cid) + "/unread", {"message_id": sent[1]["id"]}))
    told = enveloped(bo.until("notification.mark_unread"), cid, cast.id("bo"))
    equal(counts(told), (2, 1))
    equal(ana.quiet("notification.mark_unread", "message.read"), [])


@case
def members_alone_have_marks(cast):
    bo_id, = cast.people("bo")
    path, ana = "/channels/messaging/%s" % cast.name[:40], cast.user("ana")
    state = done(ana.post(path + "/query", {"data": {"members": [bo_id]}}))
    equal([r["user"]["id"] for r in state["read"]], [bo_id])
    refused(ana.post(path + "/read", {}), 403, 17)


@case
def unread_counts_are_told_by_channel_and_type(cast):
    cid = cast.hall("ana", "bo")
    for text in ("one", "two"):
        cast.message("ana", cid, text)
    body = done(cast.user("bo").get("/unread"))
    equal((body["total_unread_count"], body["threads"]), (2, []))
    channel, = body["channels"]
    equal((channel["channel_id"], channel["unread_count"]), (cid, 2))
    holds(re.match(STAMP, channel["last_read"]), str(channel))
    equal(body["channel_type"], [{"channel_type": "messaging", "channel_count": 1, "unread_count": 2}])
