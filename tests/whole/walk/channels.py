# SPDX-License-Identifier: MIT
"""Channels: made, found, watched, changed, deleted."""
import threading

from walk.cast import at, case, done, enveloped, equal, holds, refused


@case
def a_channel_is_made_once_with_its_members_and_data(cast):
    for who in ("ana", "bo"):
        cast.user(who).get("/app")
    path = "/channels/messaging/%s/query" % cast.name[:40]
    ids = [cast.id("ana"), cast.id("bo")]
    reply = cast.user("ana").post(path, {"data": {"members": ids, "color": "green", "name": "Hall"}})
    equal(reply.status, 201, str(reply))
    state = reply.body
    channel = state["channel"]
    equal((channel["color"], channel["name"], channel["member_count"], channel["type"]),
          ("green", "Hall", 2, "messaging"))
    equal((channel["frozen"], channel["disabled"], channel["created_by"]["id"]), (False, False, ids[0]))
    holds("last_message_at" not in channel and isinstance(channel["own_capabilities"], list), str(channel))
    equal(channel["config"]["name"], "messaging")
    equal([m["user_id"] for m in state["members"]], ids)
    for key in ("user", "created_at", "updated_at", "banned", "shadow_banned", "channel_role", "role",
                "notifications_muted"):
        holds(key in state["members"][0], key)
    for key in ("messages", "members", "read", "pinned_messages", "threads"):
        holds(isinstance(state[key], list), key)
    holds("watcher_count" not in state, "left out at 0")
    equal(state["membership"]["user_id"], ids[0])
    again = cast.user("ana").post(path, {"data": {"members": ids[:1], "color": "red"}}).body
    equal((again["channel"]["color"], again["channel"]["member_count"]), ("green", 2))
    bare = cast.user("ana").post(path, {"state": False}).body
    equal((bare["members"], bare["messages"]), ([], []))


@case
def bad_channels_are_refused_by_name(cast):
    ana = cast.user("ana")
    refused(ana.post("/channels/messaging/%s/query" % cast.name[:40],
                     {"data": {"members": [cast.id("nobody")]}}), 400, 4, cast.id("nobody"))
    refused(ana.post("/channels/messaging/no%20spaces/query", {"data": {}}), 400, 4)
    refused(ana.post("/channels/nosuchtype/x/query", {"data": {}}), 404, 16)
    refused(ana.post("/channels/messaging/%s/query" % ("x" * 65), {"data": {}}), 400, 4)
    refused(ana.post("/channels/messaging/y/query", {"watch": True}), 400, 4)
    refused(ana.call("POST", "/channels/messaging/y/query", raw=b"{"), 400, 4)
    refused(ana.call("POST", "/channels/messaging/y/query", raw=b'{"a":1,"a":2}'), 400, 4)
    refused(ana.call("POST", "/channels/messaging/y/query", raw=b"[" * 1001 + b"]" * 1001), 400, 4)


@case
def a_distinct_channel_is_the_same_for_the_same_people(cast):
    for who in ("ana", "bo", "cy"):
        cast.user(who).get("/app")
    ids = [cast.id(w) for w in ("ana", "bo")]
    one = cast.user("ana").post("/channels/messaging/query", {"data": {"members": ids}})
    equal(one.status, 201, str(one))
    two = cast.user("bo").post("/channels/messaging/query", {"data": {"members": ids[::-1]}})
    equal(one.body["channel"]["cid"], two.body["channel"]["cid"])
    holds(one.body["channel"]["id"].startswith("!members-"), one.body["channel"]["id"])
    refused(cast.user("ana").post("/channels/messaging/query", {"data": {"members": ids[:1]}}), 400, 4)


@case
def only_members_read_and_write_a_messaging_channel(cast):
    cid = cast.hall("ana", "bo")
    path = "/channels/" + cid.replace(":", "/")
    eve = cast.come("eve")
    refused(eve.caller.post(path + "/query", {"watch": True, "presence": True}, connection_id=eve.id), 403, 17)
    refused(eve.caller.post(path + "/message", {"message": {"text": "hi"}}), 403, 17)
    refused(eve.caller.post(path, {"add_members": [cast.id("eve")]}), 403, 17)
    reply = eve.caller.post("/channels", {"filter_conditions": {"cid": cid}})
    equal(reply.body["channels"], [])
    cast.come("bo")
    equal(eve.quiet("user.presence.changed"), [])


@case
def query_channels_filters_sorts_and_watches(cast):
    ana = cast.come("ana")
    cast.user("bo").get("/app")
    made = []
    for i, color in enumerate(("green", "red", "green")):
        reply = ana.caller.post("/channels/messaging/%s-%d/query" % (cast.name[:40], i),
                                {"data": {"members": [cast.id("ana"), cast.id("bo")], "color": color, "n": i}})
        made.append(reply.body["channel"]["cid"])
    mine = {"members": {"$in": [cast.id("ana")]}}

    def cids(conditions, **more):
        reply = ana.caller.post("/channels", dict({"filter_conditions": dict(mine, **conditions)}, **more))
        equal(reply.status, 201, str(reply))
        return [c["channel"]["cid"] for c in reply.body["channels"]]
    equal(cids({}), made[::-1], "last_updated, newest first")
    equal(cids({"color": "green"}, sort=[{"field": "n", "direction": 1}]), [made[0], made[2]])
    equal(cids({"n": {"$gte": 1}}, sort=[{"field": "n", "direction": 1}], limit=1, offset=1), [made[2]])
    equal(cids({"$or": [{"color": "red"}, {"n": 0}]}, sort=[{"field": "n", "direction": -1}]), [made[1], made[0]])
    ana.caller.post("/channels/messaging/%s-0/message" % cast.name[:40], {"message": {"text": "x"}})
    equal(cids({}), [made[0], made[2], made[1]], "a message moves its channel up")
    by_get = ana.caller.get("/channels", {"filter_conditions": dict(mine, color="red")})
    equal([c["channel"]["cid"] for c in by_get.body["channels"]], [made[1]])
    reply = ana.caller.post("/channels", {"filter_conditions": mine, "watch": True, "presence": True},
                            connection_id=ana.id)
    equal(reply.body["channels"][0]["watcher_count"], 1)
    cast.come("bo")
    equal(len(ana.quiet("user.presence.changed")), 1, "three channels, one event")
    refused(ana.caller.post("/channels", {"filter_conditions": mine, "limit": 31}), 400, 4, "limit")
    refused(ana.caller.post("/channels", {"filter_conditions": {"cid": {"$near": 3}}}), 400, 4, "$near")
    refused(ana.caller.post("/channels", {"filter_conditions": {"frozen": "yes"}}), 400, 4, "frozen")


@case
def watchers_are_told_of_watchers(cast):
    cid = cast.hall("ana", "bo")
    ana = cast.come("ana")
    cast.watch(ana, cid)
    own = ana.until("user.watching.start", user__id=cast.id("ana"))
    equal((own["cid"], own["channel_type"], own["watcher_count"]), (cid, "messaging", 1))
    bo = cast.come("bo")
    equal(cast.watch(bo, cid)["watcher_count"], 2)
    equal(ana.until("user.watching.start", user__id=cast.id("bo"))["watcher_count"], 2)
    twice = cast.come("bo")
    cast.watch(twice, cid)
    equal(ana.quiet("user.watching.start"), [], "counts are per user")
    bo.goodbye()
    equal(ana.quiet("user.watching.stop"), [])
    twice.goodbye()
    equal(ana.until("user.watching.stop", user__id=cast.id("bo"))["watcher_count"], 1)


@case
def a_channel_is_changed_in_part_and_told(cast):
    cid = cast.hall("ana", "bo", color="green", mood="fine")
    bo = cast.watcher("bo", cid)
    body = done(cast.user("ana").patch(at(cid), {"set": {"color": "red", "place.city": "Oslo"}, "unset": ["mood"]}))
    channel = body["channel"]
    equal((channel["color"], channel["place"], "mood" in channel), ("red", {"city": "Oslo"}, False))
    equal(len(body["members"]), 2)
    told = enveloped(bo.until("channel.updated"), cid, cast.id("ana"))
    equal(told["channel"]["color"], "red")
    refused(cast.user("eve").patch(at(cid), {"set": {"color": "blue"}}), 403, 17)
    refused(cast.user("ana").patch(at(cid)), 400, 4)
    refused(cast.user("ana").patch(at(cid), {}), 400, 4)
    refused(cast.user("ana").patch(at(cid), {"set": {"cid": "messaging:other"}}), 400, 4, "cid")
    refused(cast.user("ana").patch("/channels/messaging/nosuch", {"set": {"a": 1}}), 404, 16)
    cast.server.restart()
    equal(cast.state("ana", cid)["channel"]["color"], "red")


@case
def the_server_side_says_who_makes_sends_and_reads(cast):
    ana_id, = cast.people("ana")
    path, root = "/channels/messaging/%s" % cast.name[:40], cast.root
    refused(root.post(path + "/query", {"data": {"members": [ana_id]}}), 400, 4, "created_by")
    body = done(root.post(path + "/query", {"data": {"members": [ana_id], "created_by_id": ana_id}}))
    equal(body["channel"]["created_by"]["id"], ana_id)
    refused(root.post(path + "/message", {"message": {"text": "x"}}), 400, 4, "user_id")
    sent = done(root.post(path + "/message", {"message": {"text": "x", "user_id": ana_id}}))["message"]
    equal(sent["user"]["id"], ana_id)
    refused(root.post(path + "/read", {}), 400, 4, "user_id")
    done(root.post(path + "/read", {"user_id": ana_id}))


@case
def the_creator_owns_the_channel_and_is_no_member_by_that(cast):
    bo_id, = cast.people("bo")
    path, ana = "/channels/messaging/%s" % cast.name[:40], cast.user("ana")
    state = done(ana.post(path + "/query", {"data": {"members": [bo_id]}}))
    equal([m["user_id"] for m in state["members"]], [bo_id])
    done(ana.post(path + "/query", {"state": True}))
    done(ana.patch(path, {"set": {"color": "red"}}))
    done(ana.delete(path))


@case
def filters_know_every_operator(cast):
    cids = [cast.hall("ana", "bo", n=i, tags=["t%d" % i, "all"], name="Hall number %d" % i) for i in range(3)]
    cids.append(cast.hall("ana", name="Other"))
    ana, ids = cast.user("ana"), [cast.id("ana"), cast.id("bo")]

    def found(**conditions):
        conditions = dict({"cid": {"$in": cids}}, **conditions)
        body = done(ana.post("/channels", {"filter_conditions": conditions, "limit": 30,
                                           "sort": [{"field": "name", "direction": 1}]}))
        return [cids.index(c["channel"]["cid"]) for c in body["channels"]]
    equal(found(), [0, 1, 2, 3])
    equal((found(n={"$eq": 1}), found(n={"$ne": 1})), ([1], [0, 2, 3]))
    equal((found(n={"$gte": 1}), found(n={"$lt": 1}), found(n={"$lte": 1, "$gt": 0})), ([1, 2], [0], [1]))
    equal((found(n={"$exists": False}), found(n=None)), ([3], [3]))
    equal(found(tags={"$contains": "t2"}), [2])
    equal((found(name={"$autocomplete": "oth"}), found(name={"$q": "number"})), ([3], [0, 1, 2]))
    equal(found(**{"$and": [{"n": 0}, {"name": "Hall number 0"}]}), [0])
    equal(found(**{"$nor": [{"n": 0}, {"n": 1}]}), [2, 3])
    equal(found(members={"$in": [cast.id("bo")]}), [0, 1, 2])
    equal((found(members=ids), found(members=ids[:1])), ([0, 1, 2], [3]), "exactly these")
    for wrong, word in (({"n": {"$in": 3}}, "$in"), ({"$and": {}}, "$and"), ({"created_at": {"$gt": 3}}, "created_at"),
                        ({"n": {"$exists": "yes"}}, "$exists")):
        refused(ana.post("/channels", {"filter_conditions": wrong}), 400, 4, word)


@case
def two_at_once_make_one_channel(cast):
    ids = cast.people("ana", "bo")
    path = "/channels/messaging/%s/query" % cast.name[:40]
    bodies = [None, None]

    def make(i, who):
        bodies[i] = cast.user(who).post(path, {"data": {"members": ids}})
    both = [threading.Thread(target=make, args=(i, w)) for i, w in enumerate(("ana", "bo"))]
    for one in both:
        one.start()
    for one in both:
        one.join()
    makers = {done(b)["channel"]["created_by"]["id"] for b in bodies}
    equal(len(makers), 1, "one channel, one creator")


@case
def an_open_channel_is_read_and_written_by_anybody(cast):
    live = cast.hall("ana", type_="livestream")
    eve = cast.watcher("eve", live)
    cast.message("eve", live, "hello")
    equal(eve.until("message.new")["message"]["text"], "hello")
    refused(cast.user("eve").delete(at(live)), 403, 17)
    refused(cast.user("eve").patch(at(live), {"set": {"color": "red"}}), 403, 17)


@case
def watchers_are_listed_and_paged(cast):
    cid = cast.hall("ana", "bo", "cy")
    for who in ("ana", "bo", "cy"):
        cast.watcher(who, cid)
    state = cast.state("ana", cid, watchers={"limit": 2, "offset": 0})
    equal((state["watcher_count"], len(state["watchers"])), (3, 2))
    rest = cast.state("ana", cid, watchers={"limit": 2, "offset": 2})["watchers"]
    equal({u["id"] for u in state["watchers"] + rest}, {cast.id(w) for w in ("ana", "bo", "cy")})
    members = cast.state("ana", cid, members={"limit": 1, "offset": 1})["members"]
    equal([m["user_id"] for m in members], [cast.id("bo")])


@case
def stopping_to_watch_is_told_and_needs_a_connection(cast):
    cid = cast.hall("ana", "bo")
    ana, bo = cast.watcher("ana", cid), cast.watcher("bo", cid)
    equal(sorted(done(bo.caller.post(at(cid) + "/stop-watching", {}, connection_id=bo.id))), ["duration"])
    equal(enveloped(ana.until("user.watching.stop"), cid, cast.id("bo"))["watcher_count"], 1)
    cast.message("ana", cid, "gone already?")
    equal(bo.quiet("message.new"), [])
    refused(bo.caller.post(at(cid) + "/stop-watching", {}), 400, 4, "connection_id")
    refused(bo.caller.post("/channels/messaging/nosuch/stop-watching", {}, connection_id=bo.id), 404, 16)


@case
def a_cooldown_holds_for_members(cast):
    cid = cast.hall("ana", "bo")
    equal(done(cast.user("ana").patch(at(cid), {"set": {"cooldown": 30}}))["channel"]["cooldown"], 30)
    cast.message("bo", cid, "one")
    refused(cast.user("bo").post(at(cid) + "/message", {"message": {"text": "two"}}), 403, 60)


@case
def calls_without_a_body_are_refused(cast):
    cid = cast.hall("ana", "bo")
    ana = cast.user("ana")
    for path in ("/channels", "/channels/messaging/query", at(cid) + "/query", at(cid) + "/message",
                 at(cid) + "/event", at(cid)):
        refused(ana.call("POST", path), 400, 4)
        refused(ana.call("POST", path, raw=b""), 400, 4)
        for junk in (b"null", b"[]", b'"x"', b"3", b"{} {}"):
            refused(ana.call("POST", path, raw=junk), 400, 4)
    for path in ("/users", "/members"):
        refused(ana.get(path), 400, 4)
        refused(ana.call("GET", path, params={"payload": "[]"}), 400, 4)


@case
def names_of_channels_are_as_the_page_says(cast):
    ana = cast.user("ana")
    longest = "c" * 24 + cast.name[:40]
    done(ana.post("/channels/messaging/%s/query" % longest, {"data": {}}))
    for wrong in ("!x", "a!b", "a%3Ab", "%C3%A4", "c" * 65, "!members"):
        refused(ana.post("/channels/messaging/%s/query" % wrong, {"data": {}}), 400, 4)
    refused(ana.post("/channels/%s/x/query" % ("t" * 65), {"data": {}}), 400, 4)


@case
def anothers_connection_is_not_watched_with(cast):
    cid = cast.hall("ana", "bo")
    bo = cast.come("bo")
    watch = {"watch": True, "presence": True}
    refused(cast.user("ana").post(at(cid) + "/query", watch, connection_id=bo.id), 400, 4)
    refused(cast.user("ana").post(at(cid) + "/query", dict(watch, connection_id=bo.id)), 400, 4)
    gone = cast.come("ana")
    gone.goodbye()
    refused(cast.user("ana").post(at(cid) + "/query", watch, connection_id=gone.id), 400, 4)
    refused(cast.user("ana").post("/channels", dict(watch, filter_conditions={"cid": cid})), 400, 4)
    cast.message("ana", cid, "hello")
    equal(bo.quiet("message.new"), [])


@case
def who_is_no_member_has_no_membership(cast):
    bo_id, = cast.people("bo")
    path, ana = "/channels/messaging/%s" % cast.name[:40], cast.user("ana")
    state = done(ana.post(path + "/query", {"data": {"members": [bo_id]}}))
    holds("membership" not in state, str(state))
    equal(done(cast.user("bo").post(path + "/query", {"state": True}))["membership"]["user_id"], bo_id)


@case
def a_removed_member_and_a_deleted_channel_are_watched_no_more(cast):
    cid = cast.hall("ana", "bo", "cy")
    ana, bo = cast.user("ana"), cast.watcher("bo", cid)
    done(ana.post(at(cid), {"remove_members": [cast.id("bo")]}))
    bo.until("notification.removed_from_channel")
    bo.quiet()
    cy = cast.come("cy")
    equal(bo.quiet(), [], "neither presence nor watching")
    cast.watch(cy, cid)
    done(ana.delete(at(cid)))
    cy.until("channel.deleted")
    equal(bo.quiet(), [])


@case
def a_cooldown_is_at_most_two_minutes_and_spares_moderators(cast):
    cid = cast.hall("ana", "bo")
    for wrong in (121, -1, "long"):
        refused(cast.user("ana").patch(at(cid), {"set": {"cooldown": wrong}}), 400, 4, "cooldown")
    done(cast.user("ana").patch(at(cid), {"set": {"cooldown": 120}}))
    for text in ("one", "two"):
        cast.message("ana", cid, text)
    done(cast.user("ana").patch(at(cid), {"set": {"cooldown": 0}}))
    for text in ("one", "two"):
        cast.message("bo", cid, text)


@case
def channels_are_found_by_what_they_are_to_the_asker(cast):
    one, two = cast.hall("ana", "bo", n=1), cast.hall("ana", "bo", n=2)
    done(cast.root.patch("/users", {"users": [{"id": cast.id("bo"), "set": {"name": "Bo " + cast.name}}]}))
    done(cast.user("bo").post("/moderation/mute/channel", {"channel_cid": one}))
    cast.message("ana", two, "unread")

    def found(**conditions):
        body = done(cast.user("bo").post("/channels", {"filter_conditions": dict(
            {"cid": {"$in": [one, two]}}, **conditions), "sort": [{"field": "n", "direction": 1}]}))
        return [c["channel"]["n"] for c in body["channels"]]
    equal((found(muted=True), found(muted=False)), ([1], [2]))
    equal((found(has_unread=True), found(joined=True), found(joined=False)), ([2], [1, 2], []))
    equal(found(created_by_id=cast.id("ana")), [1, 2])
    equal(found(**{"member.user.name": "Bo " + cast.name}), [1, 2])
    equal(found(last_updated={"$gt": "2000-01-01T00:00:00Z"}), [1, 2])
