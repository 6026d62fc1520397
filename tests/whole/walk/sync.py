# SPDX-License-Identifier: MIT
"""Sync: what a channel has seen since; never presence, typing or read."""
import time

from walk.cast import at, case, done, equal, holds, refused

NEVER = ("user.presence.changed", "typing.start", "typing.stop", "message.read", "notification.mark_read",
         "user.watching.start", "user.watching.stop", "health.check")


def an_hour_ago():
    """Without the fraction and the zone."""
    return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(time.time() - 3600))


def since(cast, who, stamp, *cids):
    return done(cast.user(who).post("/sync", {"channel_cids": list(cids), "last_sync_at": stamp}))["events"]


@case
def what_happened_since_is_told_in_order(cast):
    cid = cast.hall("ana", "bo")
    cast.people("cy")
    ana = cast.user("ana")
    old, gone, before = [cast.message("ana", cid, text) for text in ("old", "gone", "before")]
    stamp = before["created_at"]
    kept = cast.message("ana", cid, "kept")
    done(ana.post("/messages/" + old["id"], {"message": {"text": "renewed"}}))
    done(ana.post("/messages/" + kept["id"], {"message": {"text": "mended"}}))
    done(ana.delete("/messages/" + gone["id"]))
    done(ana.post(at(cid), {"add_members": [cast.id("cy")]}))
    done(ana.patch(at(cid), {"set": {"color": "red"}}))
    events = since(cast, "bo", stamp, cid)
    types = [e["type"] for e in events]
    for type_ in ("message.new", "message.updated", "message.deleted", "member.added", "channel.updated"):
        holds(type_ in types, "%s in %s" % (type_, types))
    holds(all(e["cid"] == cid for e in events), str(events))
    told = {e["message"]["id"]: e["message"] for e in events if "message" in e}
    equal((told[kept["id"]]["text"], told[old["id"]]["text"]), ("mended", "renewed"), "as it stands at last")
    equal([e["message"]["id"] for e in events if e["type"] == "message.deleted"], [gone["id"]])
    equal(before["id"] in told, False, "what was before is not told")
    equal([e["created_at"] for e in events], sorted(e["created_at"] for e in events), "in order")
    equal(since(cast, "bo", "2999-01-01T00:00:00Z", cid), [])


@case
def presence_typing_and_reads_are_never_synced(cast):
    cid = cast.hall("ana", "bo")
    stamp = cast.message("ana", cid, "first")["created_at"]
    bo = cast.watcher("bo", cid)
    done(bo.caller.post(at(cid) + "/event", {"event": {"type": "typing.start"}}))
    done(bo.caller.post(at(cid) + "/read", {}))
    bo.goodbye()
    cast.message("ana", cid, "second")
    types = [e["type"] for e in since(cast, "ana", stamp, cid)]
    holds("message.new" in types, str(types))
    equal([t for t in types if t in NEVER], [])


@case
def syncs_that_may_not_be_are_refused(cast):
    cid, other = cast.hall("ana"), cast.hall("bo")
    ana, now = cast.user("ana"), an_hour_ago() + "Z"
    refused(ana.post("/sync"), 400, 4)
    refused(ana.post("/sync", {}), 400, 4)
    refused(ana.post("/sync", {"channel_cids": [cid]}), 400, 4, "last_sync_at")
    refused(ana.post("/sync", {"last_sync_at": now}), 400, 4, "channel_cids")
    refused(ana.post("/sync", {"channel_cids": [cid], "last_sync_at": "yesterday"}), 400, 4, "last_sync_at")
    refused(ana.post("/sync", {"channel_cids": cid, "last_sync_at": now}), 400, 4, "channel_cids")
    refused(ana.post("/sync", {"channel_cids": [cid, other], "last_sync_at": now}), 403, 17)
    refused(ana.post("/sync", {"channel_cids": ["not a cid"], "last_sync_at": now}), 400, 4)


@case
def dates_come_with_any_fraction(cast):
    cid = cast.hall("ana")
    for fraction in ("Z", ".1Z", ".123456789Z"):
        since(cast, "ana", an_hour_ago() + fraction, cid)
    ana = cast.user("ana")
    for date in (an_hour_ago() + ".1234567890Z", "2020-13-01T00:00:00Z", "2020-01-01"):
        refused(ana.post("/sync", {"channel_cids": [cid], "last_sync_at": date}), 400, 4)


@case
def reactions_departures_and_truncations_are_synced(cast):
    cid = cast.hall("ana", "bo", "cy")
    ana = cast.user("ana")
    sent = cast.message("ana", cid, "hello")
    stamp = cast.message("ana", cid, "now")["created_at"]
    done(cast.user("bo").post("/messages/%s/reaction" % sent["id"], {"reaction": {"type": "like"}}))
    done(ana.post(at(cid), {"remove_members": [cast.id("cy")], "add_moderators": [cast.id("bo")]}))
    events = since(cast, "bo", stamp, cid)
    told = {e["type"]: e for e in events}
    equal(told["reaction.new"]["reaction"]["type"], "like")
    equal(told["member.removed"]["member"]["user_id"], cast.id("cy"))
    equal(told["member.updated"]["member"]["user_id"], cast.id("bo"))
    done(ana.post(at(cid) + "/truncate", {}))
    holds("channel.truncated" in [e["type"] for e in since(cast, "bo", stamp, cid)], "truncated")
    cast.server.restart()
    kept = [e["type"] for e in since(cast, "bo", stamp, cid)]
    for type_ in ("member.removed", "member.updated", "channel.truncated"):
        holds(type_ in kept, "%s in %s after a restart" % (type_, kept))


@case
def a_hidden_user_is_absent_in_what_is_synced(cast):
    cid = cast.hall("ana", "bo")
    stamp = cast.message("ana", cid, "first")["created_at"]
    bo = cast.come("bo", invisible=True)
    cast.message("bo", cid, "hidden")
    done(bo.caller.post(at(cid) + "/read", {}))
    for event in since(cast, "ana", stamp, cid):
        users = [event.get("user"), event.get("message", {}).get("user"), event.get("member", {}).get("user")]
        for user in [u for u in users if u and u["id"] == cast.id("bo")]:
            equal((user["online"], "last_active" in user, "invisible" in user), (False, False, False), event["type"])
