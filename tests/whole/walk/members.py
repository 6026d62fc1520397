# SPDX-License-Identifier: MIT
"""Members: added, removed, made moderators, paged through."""
from walk.cast import at, case, done, enveloped, equal, holds, refused


@case
def members_come_and_go_and_are_told(cast):
    cid = cast.hall("ana", "bo")
    path = "/channels/" + cid.replace(":", "/")
    ana = cast.come("ana")
    cast.watch(ana, cid)
    cy = cast.come("cy")
    reply = ana.caller.post(path, {"add_members": [cast.id("cy")]})
    equal(reply.status, 201, str(reply))
    holds(cast.id("cy") in [m["user_id"] for m in reply.body["members"]], str(reply))
    equal(reply.body["channel"]["member_count"], 3)
    told = cy.until("notification.added_to_channel", cid=cid)
    holds("channel" in told and "member" in told, str(told))
    added = ana.until("member.added")
    equal((added["member"]["user_id"], added["cid"]), (cast.id("cy"), cid))
    ana.until("channel.updated")
    reply = ana.caller.post(path, {"remove_members": [cast.id("cy")]})
    equal(reply.body["channel"]["member_count"], 2)
    ana.until("member.removed", user__id=cast.id("cy"))
    cy.until("notification.removed_from_channel", cid=cid)
    refused(ana.caller.post(path, {"add_members": [cast.id("ghost")]}), 400, 4, cast.id("ghost"))
    refused(cast.user("bo").post(path, {"remove_members": [cast.id("ana")]}), 403, 17)


@case
def query_members_pages_through_a_channel(cast):
    crowd = ["u%d" % i for i in range(5)]
    cid = cast.hall("ana", *crowd)
    type_, id_ = cid.split(":")
    ana = cast.user("ana")

    def ask(**more):
        reply = ana.get("/members", dict({"type": type_, "id": id_, "filter_conditions": {}}, **more))
        equal(reply.status, 200, str(reply))
        return [m["user_id"] for m in reply.body["members"]]
    everybody = [cast.id(w) for w in ["ana"] + crowd]
    equal(ask(), everybody)
    equal(ask(limit=2, offset=3), everybody[3:5])
    equal(ask(filter_conditions={"id": {"$in": everybody[1:3]}}), everybody[1:3])
    refused(cast.user("eve").get("/members", {"type": type_, "id": id_, "filter_conditions": {}}), 403, 17)


@case
def a_member_made_moderator_is_told_and_may_more(cast):
    cid = cast.hall("ana", "bo", "cy")
    ana, path = cast.watcher("ana", cid), at(cid)

    def role(body, who):
        return [(m["channel_role"], m["role"]) for m in body["members"] if m["user_id"] == cast.id(who)][0]
    before = role(cast.state("ana", cid), "bo")
    refused(cast.user("bo").post(path, {"remove_members": [cast.id("cy")]}), 403, 17)
    refused(cast.user("bo").post(path, {"add_moderators": [cast.id("bo")]}), 403, 17)
    live = at(cast.hall("ana", type_="livestream"))
    refused(cast.user("bo").post(live, {"add_moderators": [cast.id("bo")]}), 403, 17)
    body = done(cast.user("ana").post(path, {"add_moderators": [cast.id("bo")]}))
    holds(role(body, "bo") != before, str(body))
    told = enveloped(ana.until("member.updated"), cid)
    equal(told["member"]["user_id"], cast.id("bo"))
    ana.until("channel.updated")
    done(cast.user("bo").post(path, {"remove_members": [cast.id("cy")]}))
    body = done(cast.user("ana").post(path, {"demote_moderators": [cast.id("bo")]}))
    equal(role(body, "bo"), before)
    ana.until("member.updated")
    cast.server.restart()
    equal(role(cast.state("ana", cid), "bo"), before)


@case
def a_members_call_may_bring_data_and_a_message(cast):
    cid = cast.hall("ana", "bo")
    cast.people("cy")
    bo = cast.watcher("bo", cid)
    body = done(cast.user("ana").post(at(cid), {"add_members": [cast.id("cy")], "data": {"color": "red"},
                                                "message": {"text": "cy is here"}}))
    equal((body["channel"]["color"], body["channel"]["member_count"]), ("red", 3))
    seen = [e["type"] for e in bo.quiet()]
    for type_ in ("member.added", "channel.updated", "message.new"):
        holds(type_ in seen, "%s in %s" % (type_, seen))
    holds(seen.index("member.added") < seen.index("channel.updated"), "then channel.updated: %s" % seen)
    equal([m["text"] for m in cast.state("bo", cid)["messages"]], ["cy is here"])


@case
def one_may_leave_by_oneself(cast):
    cid = cast.hall("ana", "bo")
    ana, bo = cast.watcher("ana", cid), cast.watcher("bo", cid)
    ana.quiet()
    done(bo.caller.post(at(cid), {"remove_members": [cast.id("bo")]}))
    ana.until("member.removed", user__id=cast.id("bo"))
    bo.until("notification.removed_from_channel", cid=cid)
    bo.quiet()
    cast.message("ana", cid, "without Bo")
    equal(bo.quiet("message.new"), [], "no longer watching")
    refused(bo.caller.post(at(cid) + "/query", {"state": True}), 403, 17)


@case
def wrong_members_calls_are_refused(cast):
    cid = cast.hall("ana", "bo")
    ana = cast.user("ana")
    refused(ana.post(at(cid)), 400, 4)
    refused(ana.post(at(cid), {}), 400, 4)
    for key in ("add_members", "remove_members", "add_moderators", "demote_moderators"):
        refused(ana.post(at(cid), {key: "bo"}), 400, 4, key)
        refused(ana.post(at(cid), {key: [7]}), 400, 4, key)
    for key in ("add_members", "add_moderators"):
        refused(ana.post(at(cid), {key: [cast.id("ghost")]}), 400, 4, cast.id("ghost"))
    refused(ana.post("/channels/messaging/nosuch", {"add_members": [cast.id("bo")]}), 404, 16)
    refused(cast.user("eve").post(at(cid), {"data": {"color": "red"}}), 403, 17)


@case
def members_are_filtered_sorted_and_refused_by_name(cast):
    crowd = ["u%d" % i for i in range(4)]
    cid = cast.hall("ana", *crowd)
    type_, id_ = cid.split(":")
    cast.come("u2")
    ana = cast.user("ana")

    def ask(conditions, **more):
        return ana.get("/members", dict({"type": type_, "id": id_, "filter_conditions": conditions}, **more))

    def who(conditions, **more):
        return [m["user_id"].split("-")[0] for m in done(ask(conditions, **more))["members"]]
    equal(who({}, sort=[{"field": "user_id", "direction": -1}]), ["u3", "u2", "u1", "u0", "ana"])
    equal(who({"user_id": cast.id("u1")}), ["u1"])
    equal(who({"id": {"$nin": [cast.id("ana")]}}), crowd)
    member = done(ask({"user_id": cast.id("u2")}))["members"][0]
    equal((member["user"]["online"], member["banned"], member["shadow_banned"]), (True, False, False))
    refused(ask({"user_id": {"$near": 1}}), 400, 4, "$near")
    refused(ana.get("/members", {"type": type_, "filter_conditions": {}}), 400, 4, "id")
    refused(ana.get("/members", {"id": id_, "filter_conditions": {}}), 400, 4, "type")
    refused(ana.get("/members", {"type": type_, "id": "nosuch", "filter_conditions": {}}), 404, 16)
    refused(ana.get("/members"), 400, 4)


@case
def members_are_found_by_name_and_invite(cast):
    cid = cast.hall("ana", "bo")
    type_, id_ = cid.split(":")
    cy_id, = cast.people("cy")
    done(cast.root.patch("/users", {"users": [{"id": cy_id, "set": {"name": "Cy"}}]}))
    done(cast.user("ana").post(at(cid), {"invites": [cy_id]}))

    def who(conditions):
        body = done(cast.user("ana").get("/members", {"type": type_, "id": id_, "filter_conditions": conditions}))
        return [m["user_id"].split("-")[0] for m in body["members"]]
    equal((who({"name": "Cy"}), who({"invite": "pending"}), who({"joined": True})), (["cy"], ["cy"], ["ana", "bo"]))
