# SPDX-License-Identifier: MIT
"""Channels hidden, shown, truncated and deleted."""
import re

from walk.cast import STAMP, at, case, done, enveloped, equal, holds, refused


def listed(cast, who, cid, **conditions):
    body = done(cast.user(who).post("/channels", {"filter_conditions": dict({"cid": cid}, **conditions)}))
    return len(body["channels"]) == 1


@case
def a_hidden_channel_leaves_ones_own_lists_alone(cast):
    cid = cast.hall("ana", "bo")
    bo = cast.watcher("bo", cid)
    equal(sorted(done(bo.caller.post(at(cid) + "/hide", {}))), ["duration"])
    equal(bo.until("channel.hidden")["cid"], cid)
    equal(listed(cast, "bo", cid), False)
    equal(listed(cast, "bo", cid, hidden=True), True)
    equal(listed(cast, "ana", cid), True, "for Bo alone")
    equal(cast.state("bo", cid)["channel"]["hidden"], True)
    equal(cast.state("ana", cid)["channel"].get("hidden", False), False)


@case
def a_shown_channel_is_back(cast):
    cid = cast.hall("ana", "bo")
    bo = cast.watcher("bo", cid)
    done(bo.caller.post(at(cid) + "/hide", {}))
    equal(sorted(done(bo.caller.post(at(cid) + "/show", {}))), ["duration"])
    equal(bo.until("channel.visible")["cid"], cid)
    equal(listed(cast, "bo", cid), True)
    equal(listed(cast, "bo", cid, hidden=True), False)


@case
def a_new_message_brings_a_hidden_channel_back(cast):
    cid = cast.hall("ana", "bo")
    done(cast.user("bo").post(at(cid) + "/hide", {}))
    equal(listed(cast, "bo", cid), False)
    cast.message("ana", cid, "are you there?")
    equal(listed(cast, "bo", cid), True)


@case
def a_hidden_channel_stays_hidden_through_a_restart(cast):
    cid = cast.hall("ana", "bo")
    done(cast.user("bo").post(at(cid) + "/hide", {}))
    cast.server.restart()
    equal((listed(cast, "bo", cid), listed(cast, "ana", cid)), (False, True))


@case
def hiding_what_is_not_ones_own_is_refused(cast):
    cid = cast.hall("ana")
    for word in ("hide", "show"):
        refused(cast.user("eve").post(at(cid) + "/" + word, {}), 403, 17)
        refused(cast.user("ana").post("/channels/messaging/nosuch/" + word, {}), 404, 16)
        refused(cast.root.post(at(cid) + "/" + word, {}), 400, 4)


@case
def a_truncated_channel_has_no_messages_and_says_when(cast):
    cid = cast.hall("ana", "bo")
    bo = cast.watcher("bo", cid)
    sent = cast.message("ana", cid, "hello")
    channel = done(cast.user("ana").post(at(cid) + "/truncate", {}))["channel"]
    holds(re.match(STAMP, channel["truncated_at"]), str(channel))
    told = enveloped(bo.until("channel.truncated"), cid, cast.id("ana"))
    equal(told["channel"]["truncated_at"], channel["truncated_at"])
    state = cast.state("bo", cid)
    equal((state["messages"], state["channel"]["truncated_at"]), ([], channel["truncated_at"]))
    refused(cast.user("bo").get("/messages/" + sent["id"]), 404, 16)
    cast.message("ana", cid, "afresh")
    equal([m["text"] for m in cast.state("bo", cid)["messages"]], ["afresh"])
    cast.server.restart()
    equal([m["text"] for m in cast.state("bo", cid)["messages"]], ["afresh"])


@case
def moderators_truncate_and_members_do_not(cast):
    cid = cast.hall("ana", "bo")
    cast.message("ana", cid, "hello")
    refused(cast.user("bo").post(at(cid) + "/truncate", {}), 403, 17)
    refused(cast.user("eve").post(at(cid) + "/truncate", {}), 403, 17)
    refused(cast.user("ana").post("/channels/messaging/nosuch/truncate", {}), 404, 16)
    equal(len(cast.state("ana", cid)["messages"]), 1)
    done(cast.user("ana").post(at(cid), {"add_moderators": [cast.id("bo")]}))
    done(cast.user("bo").post(at(cid) + "/truncate", {}))
    equal(cast.state("ana", cid)["messages"], [])


@case
def a_deleted_channel_is_told_to_watchers_and_to_members(cast):
    cid = cast.hall("ana", "bo", "cy")
    bo, cy, eve = cast.watcher("bo", cid), cast.come("cy"), cast.come("eve")
    sent = cast.message("ana", cid, "hello")
    refused(cast.user("bo").delete(at(cid)), 403, 17)
    refused(cast.user("eve").delete(at(cid)), 403, 17)
    equal(done(cast.user("ana").delete(at(cid)))["channel"]["cid"], cid)
    told = enveloped(bo.until("channel.deleted"), cid, cast.id("ana"))
    equal(told["channel"]["cid"], cid)
    equal(cy.until("notification.channel_deleted")["channel"]["cid"], cid)
    equal(eve.quiet(), [])
    equal(listed(cast, "ana", cid), False)
    refused(cast.user("bo").post(at(cid) + "/message", {"message": {"text": "x"}}), 404, 16)
    refused(cast.user("ana").delete(at(cid)), 404, 16)
    cast.server.restart()
    equal(listed(cast, "ana", cid), False)
    holds(cast.user("bo").get("/messages/" + sent["id"]).status in (403, 404), "its messages are not read")


@case
def a_channel_deleted_hard_leaves_nothing(cast):
    cid = cast.hall("ana", "bo", color="green")
    sent = cast.message("ana", cid, "hello")
    done(cast.user("ana").delete(at(cid), hard_delete="true"))
    refused(cast.user("ana").get("/messages/" + sent["id"]), 404, 16)
    anew = cast.state("bo", cid)
    equal((anew["messages"], anew["members"], "color" in anew["channel"]), ([], [], False))
    equal(anew["channel"]["created_by"]["id"], cast.id("bo"))


@case
def a_history_cleared_is_cleared_for_the_hider_alone(cast):
    cid = cast.hall("ana", "bo")
    sent = cast.message("ana", cid, "old")
    ana, bo = cast.watcher("ana", cid), cast.come("bo")
    done(bo.caller.post(at(cid) + "/hide", {"clear_history": True}))
    equal(bo.until("channel.hidden")["cid"], cid)
    equal(ana.quiet("channel.hidden"), [], "own connections alone")
    cast.message("ana", cid, "new")
    equal([m["text"] for m in cast.state("bo", cid)["messages"]], ["new"])
    equal([m["text"] for m in cast.state("ana", cid)["messages"]], ["old", "new"])
    cast.server.restart()
    equal([m["text"] for m in cast.state("bo", cid)["messages"]], ["new"])
    holds(sent["id"] not in str(cast.state("bo", cid)), "nowhere in what Bo reads")
    refused(cast.user("bo").post(at(cid) + "/hide", {"clear_history": "yes"}), 400, 4, "clear_history")


@case
def a_truncation_may_say_up_to_when_and_leave_a_message(cast):
    cid = cast.hall("ana", "bo")
    sent = [cast.message("ana", cid, str(i)) for i in range(3)]
    body = {"truncated_at": sent[1]["created_at"], "message": {"text": "cleaned up"}}
    done(cast.user("ana").post(at(cid) + "/truncate", body))
    equal([m["text"] for m in cast.state("bo", cid)["messages"]], ["2", "cleaned up"])
    for wrong in ("then", 7, "2999-01-01T00:00:00Z"):
        refused(cast.user("ana").post(at(cid) + "/truncate", {"truncated_at": wrong}), 400, 4, "truncated_at")
