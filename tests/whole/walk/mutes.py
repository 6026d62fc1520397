# SPDX-License-Identifier: MIT
"""Mutes of users and of channels: whoever mutes is told, nobody else."""
from walk.cast import case, done, equal, refused, turned_away


@case
def a_muted_user_stands_in_ones_own_mutes(cast):
    target, = cast.people("bo")
    ana, bo = cast.come("ana"), cast.come("bo")
    body = done(ana.caller.post("/moderation/mute", {"target_id": target}))
    equal(body["mute"]["target"]["id"], target)
    equal(body["own_user"]["id"], cast.id("ana"))
    equal([m["target"]["id"] for m in body["own_user"]["mutes"]], [target])
    ana.until("notification.mutes_updated")
    equal(bo.quiet("notification.mutes_updated"), [], "own connections alone")
    again = cast.come("ana")
    equal([m["target"]["id"] for m in again.me["mutes"]], [target])
    cast.server.restart()
    equal(len(cast.come("ana").me["mutes"]), 1, "it lasts")


@case
def an_unmuted_user_is_not_in_them(cast):
    target, = cast.people("bo")
    ana = cast.come("ana")
    done(ana.caller.post("/moderation/mute", {"target_id": target}))
    ana.until("notification.mutes_updated")
    done(ana.caller.post("/moderation/unmute", {"target_id": target}))
    ana.until("notification.mutes_updated")
    equal(cast.come("ana").me["mutes"], [])


@case
def a_muted_channel_stands_in_ones_own_channel_mutes(cast):
    cid = cast.hall("ana", "bo")
    ana = cast.come("ana")
    done(ana.caller.post("/moderation/mute/channel", {"channel_cid": cid}))
    ana.until("notification.mutes_updated")
    equal([m["channel"]["cid"] for m in cast.come("ana").me["channel_mutes"]], [cid])
    equal(cast.come("bo").me["channel_mutes"], [])
    cast.server.restart()
    ana = cast.come("ana")
    equal(len(ana.me["channel_mutes"]), 1, "it lasts")
    done(ana.caller.post("/moderation/unmute/channel", {"channel_cid": cid}))
    ana.until("notification.mutes_updated")
    equal(cast.come("ana").me["channel_mutes"], [])


@case
def mutes_that_may_not_be_are_refused(cast):
    cid = cast.hall("bo")
    ana = cast.user("ana")
    for path, key, nobody in (("/moderation/mute", "target_id", cast.id("ghost")),
                              ("/moderation/mute/channel", "channel_cid", "messaging:nosuch")):
        refused(ana.post(path), 400, 4)
        refused(ana.post(path, {}), 400, 4, key)
        refused(ana.post(path, {key: 7}), 400, 4)
        turned_away(ana.post(path, {key: nobody}), 4, 16)
        turned_away(ana.post(path.replace("mute", "unmute", 1), {}), 4)
        turned_away(cast.root.post(path, {key: nobody}), 4)
    refused(ana.post("/moderation/mute/channel", {"channel_cid": cid}), 403, 17)
    equal(cast.come("ana").me["mutes"], [])


@case
def mutes_off_for_the_type_are_refused_with_19(cast):
    cid = cast.hall("ana", type_=cast.kind(mutes=False))
    refused(cast.user("ana").post("/moderation/mute/channel", {"channel_cid": cid}), 400, 19)


@case
def several_are_muted_at_once_and_for_a_while(cast):
    ids = cast.people("bo", "cy")
    one, two = cast.hall("ana"), cast.hall("ana")
    ana = cast.user("ana")
    done(ana.post("/moderation/mute", {"target_ids": ids, "timeout": 5}))
    done(ana.post("/moderation/mute/channel", {"channel_cids": [one, two], "expiration": 60000}))
    me = cast.come("ana").me
    equal(sorted(m["target"]["id"] for m in me["mutes"]), sorted(ids))
    equal(sorted(m["channel"]["cid"] for m in me["channel_mutes"]), sorted([one, two]))
    for mute in me["mutes"] + me["channel_mutes"]:
        equal(mute["user"]["id"], cast.id("ana"))
        equal(all(key in mute for key in ("created_at", "updated_at", "expires")), True, str(mute))
    done(ana.post("/moderation/mute/channel", {"channel_cid": one, "expiration": 1}))
    equal(len(cast.come("ana").me["channel_mutes"]), 1, "over after a millisecond")
    refused(ana.post("/moderation/mute", {"target_ids": ids, "timeout": -1}), 400, 4, "timeout")
    refused(ana.post("/moderation/mute/channel", {"channel_cid": one, "expiration": "long"}), 400, 4, "expiration")
