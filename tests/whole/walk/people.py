# SPDX-License-Identifier: MIT
"""Users: upserted, updated in part, found, deactivated and deleted."""
import re

from walk.cast import STAMP, at, case, done, equal, holds, refused


@case
def upsert_replaces_custom_data_and_keeps_invisible(cast):
    me = cast.id("ana")
    ana = cast.user("ana")
    ana.post("/users", {"users": {me: {"id": me, "name": "Ana", "color": "green", "invisible": True}}})
    reply = ana.post("/users", {"users": {me: {"id": me, "name": "Ana B"}}})
    equal(reply.status, 201, str(reply))
    user = reply.body["users"][me]
    equal((user["name"], user["invisible"]), ("Ana B", True))
    holds("color" not in user, "replaced")
    refused(ana.post("/users", {"users": {cast.id("bo"): {"id": cast.id("bo")}}}), 403, 17)
    root = cast.server.server_side()
    both = {cast.id(w): {"id": cast.id(w)} for w in ("x", "y")}
    equal(root.post("/users", {"users": both}).status, 201)
    both[cast.id("z")] = {"id": "not an id"}
    refused(root.post("/users", {"users": dict(both, **{"bad id": {"id": "bad id"}})}), 400, 4)
    equal(root.get("/users", {"filter_conditions": {"id": cast.id("z")}}).body["users"], [], "all or nothing")


@case
def a_partial_update_sets_and_unsets_dotted_paths(cast):
    me = cast.id("ana")
    ana = cast.user("ana")
    ana.patch("/users", {"users": [{"id": me, "set": {"name": "Ana", "address.city": "Oslo", "address.zip": "1"}}]})
    reply = ana.patch("/users", {"users": [{"id": me, "unset": ["address.zip"], "set": {"n": 1}}]})
    equal(reply.status, 200, str(reply))
    user = reply.body["users"][me]
    equal((user["name"], user["address"], user["n"]), ("Ana", {"city": "Oslo"}, 1))
    refused(ana.patch("/users", {"users": [{"id": cast.id("bo"), "set": {"name": "B"}}]}), 403, 17)
    refused(ana.patch("/users", {"users": [{"id": me, "set": {"novel": "x" * 5200}}]}), 413, 22)
    refused(ana.patch("/users", {}), 400, 4)


@case
def users_are_filtered_sorted_and_paged(cast):
    root = cast.server.server_side()
    ids = [cast.id("u%d" % i) for i in range(6)]
    root.post("/users", {"users": {u: {"id": u, "name": "Name %d" % i, "n": i, "even": i % 2 == 0}
                                   for i, u in enumerate(ids)}})
    ana = cast.user("ana")

    def ask(conditions, **more):
        payload = dict({"filter_conditions": dict({"id": {"$in": ids}}, **conditions),
                        "sort": [{"field": "n", "direction": 1}]}, **more)
        reply = ana.get("/users", payload)
        equal(reply.status, 200, str(reply))
        return [ids.index(u["id"]) for u in reply.body["users"]]
    equal(ask({}), [0, 1, 2, 3, 4, 5])
    equal(ask({"n": {"$gt": 3}}), [4, 5])
    equal(ask({"even": True}), [0, 2, 4])
    equal(ask({"$nor": [{"even": True}]}), [1, 3, 5])
    equal(ask({"n": {"$nin": [0, 1]}}), [2, 3, 4, 5])
    equal(ask({"name": {"$autocomplete": "name 3"}}), [3])
    equal(ask({"nothing": None}), [0, 1, 2, 3, 4, 5])
    equal(ask({"n": {"$exists": False}}), [])
    equal(ask({}, limit=2, offset=2), [2, 3])
    equal(ask({}, sort=[{"field": "even", "direction": 1}, {"field": "n", "direction": -1}]), [5, 3, 1, 4, 2, 0])
    refused(ana.get("/users", {"filter_conditions": {}, "limit": 101}), 400, 4, "limit")
    refused(ana.get("/users", {"filter_conditions": {}, "offset": -1}), 400, 4, "offset")
    refused(ana.get("/users", {"filter_conditions": {"online": {"$gt": "x"}}}), 400, 4, "online")
    refused(ana.get("/users", {"filter_conditions": {}, "presence": True}), 400, 4)


@case
def users_are_paged_by_id(cast):
    ids = cast.people(*["u%d" % i for i in range(5)])
    ana = cast.user("ana")
    sort = [{"field": "id", "direction": 1}]
    first = done(ana.get("/users", {"filter_conditions": {"id": {"$in": ids}}, "sort": sort, "limit": 2}))["users"]
    rest = done(ana.get("/users", {"filter_conditions": {"id": {"$in": ids}}, "sort": sort,
                                   "id_gt": first[-1]["id"]}))["users"]
    equal([u["id"] for u in first + rest], ids)


@case
def a_change_is_told_to_listeners_and_to_own_connections(cast):
    bo_id, = cast.people("bo")
    ana, bo, eve = cast.come("ana"), cast.come("bo"), cast.come("eve")
    done(ana.caller.get("/users", {"filter_conditions": {"id": bo_id}, "presence": True}, connection_id=ana.id))
    done(bo.caller.patch("/users", {"users": [{"id": bo_id, "set": {"name": "Bo B"}}]}))
    told = ana.until("user.updated", user__id=bo_id)
    equal(told["user"]["name"], "Bo B")
    holds("invisible" not in told["user"] and "cid" not in told, str(told))
    equal(bo.until("user.updated")["user"]["invisible"], False, "own copy")
    equal(eve.quiet("user.updated"), [])


@case
def a_deactivated_user_is_cut_off_and_can_come_back(cast):
    bo_id, = cast.people("bo")
    bo = cast.come("bo")
    ana = cast.come("ana")
    done(ana.caller.get("/users", {"filter_conditions": {"id": bo_id}, "presence": True}, connection_id=ana.id))
    user = done(cast.root.post("/users/%s/deactivate" % bo_id, {"mark_messages_deleted": False}))["user"]
    equal(user["id"], bo_id)
    holds(re.match(STAMP, user["deactivated_at"]), str(user))
    bo.until_closed()
    ana.until("user.presence.changed", user__id=bo_id, user__online=False)
    holds(cast.user("bo").get("/app").status in (401, 403), "no calls")
    refusal = cast.come("bo")
    equal(refusal.hello["type"], "connection.error")
    equal(refusal.until_closed()[0], 1000)
    cast.server.restart()
    equal(cast.come("bo").hello["type"], "connection.error")
    user = done(cast.root.post("/users/%s/reactivate" % bo_id, {"name": "Bo"}))["user"]
    holds("deactivated_at" not in user, "never-set: left out")
    equal(cast.come("bo").hello["type"], "health.check")
    done(cast.user("bo").get("/app"))


@case
def a_deleted_user_is_gone_and_told(cast):
    cid = cast.hall("ana", "bo")
    bo_id = cast.id("bo")
    ana, bo = cast.watcher("ana", cid), cast.come("bo")
    cast.message("bo", cid, "before I go")
    equal(done(cast.root.delete("/users/" + bo_id))["user"]["id"], bo_id)
    told = ana.until("user.deleted", user__id=bo_id)
    holds("cid" not in told and "invisible" not in told["user"], str(told))
    bo.until_closed()
    body = done(cast.root.get("/users", {"filter_conditions": {"id": bo_id}}))
    equal(body["users"], [])
    cast.server.restart()
    equal(done(cast.root.get("/users", {"filter_conditions": {"id": bo_id}}))["users"], [])
    refused(cast.root.delete("/users/" + bo_id), 404, 16)


@case
def an_event_of_ones_own_goes_to_every_own_connection(cast):
    bo_id, = cast.people("bo")
    one, two, ana = cast.come("bo"), cast.come("bo"), cast.come("ana")
    done(cast.root.post("/users/%s/event" % bo_id, {"event": {"type": "friend_request", "from": "ana"}}))
    for socket in (one, two):
        equal(socket.until("friend_request")["from"], "ana")
    equal(ana.quiet(), [])


@case
def user_administration_is_for_the_server_side(cast):
    bo_id, = cast.people("bo")
    for caller in (cast.user("ana"), cast.user("bo")):
        refused(caller.delete("/users/" + bo_id), 403, 17)
        refused(caller.post("/users/%s/deactivate" % bo_id, {"a": 1}), 403, 17)
        refused(caller.post("/users/%s/reactivate" % bo_id, {"a": 1}), 403, 17)
        refused(caller.post("/users/%s/event" % bo_id, {"event": {"type": "x"}}), 403, 17)
    ghost = "/users/" + cast.id("ghost")
    refused(cast.root.delete(ghost), 404, 16)
    for word in ("/deactivate", "/reactivate"):
        refused(cast.root.post(ghost + word, {"a": 1}), 404, 16)
    refused(cast.root.post(ghost + "/event", {"event": {"type": "x"}}), 404, 16)
    refused(cast.root.post("/users/%s/event" % bo_id), 400, 4)
    refused(cast.root.post("/users/%s/event" % bo_id, {"event": {}}), 400, 4, "type")
    refused(cast.root.post("/users/%s/event" % bo_id, {"event": {"type": "message.new"}}), 400, 4)


@case
def wrong_users_are_refused_by_name(cast):
    me, = cast.people("ana")
    ana, root = cast.user("ana"), cast.root
    refused(root.post("/users", {}), 400, 4, "users")
    refused(root.post("/users", {"users": []}), 400, 4, "users")
    refused(root.post("/users", {"users": {me: {"id": me, "name": 3}}}), 400, 4, "name")
    refused(root.post("/users", {"users": {me: {"id": cast.id("bo")}}}), 400, 4, "id")
    for field in ("created_at", "updated_at", "deleted_at", "last_active", "online"):
        refused(ana.patch("/users", {"users": [{"id": me, "set": {field: "2020-01-01T00:00:00Z"}}]}), 400, 4, field)
    refused(ana.patch("/users", {"users": [{"id": me, "set": {"role": "admin"}}]}), 403, 17)
    refused(root.patch("/users", {"users": [{"id": cast.id("ghost"), "set": {"a": 1}}]}), 404, 16)
    refused(ana.get("/users", {"filter_conditions": {"id": {"$gtt": 3}}}), 400, 4, "$gtt")
    refused(ana.get("/users", {"filter_conditions": {}, "sort": [{"field": "id", "direction": 2}]}), 400, 4)
    refused(ana.call("GET", "/users", params={"payload": "{"}), 400, 4)


@case
def a_partial_update_of_several_is_all_or_nothing(cast):
    one, two = cast.people("a", "b")
    change = {"users": [{"id": one, "set": {"name": "changed"}}, {"id": two, "set": {"name": 7}}]}
    refused(cast.root.patch("/users", change), 400, 4, "name")
    seen = done(cast.root.get("/users", {"filter_conditions": {"id": one}}))["users"][0]
    holds(seen.get("name") != "changed", str(seen))
    change["users"][1] = {"id": two, "set": {"name": "too"}}
    equal(sorted(done(cast.root.patch("/users", change))["users"]), sorted([one, two]))


@case
def ids_are_as_long_as_the_page_says_and_no_longer(cast):
    longest = "u" * (255 - len(cast.name)) + cast.name
    done(cast.root.post("/users", {"users": {longest: {"id": longest}}}))
    socket = cast.come(cast.server.user(longest))
    equal(socket.me["id"], longest)
    for wrong in ("u" * 256, "", "ä", "a b", "a/b", "a.b", "a!b", "a:b"):
        refused(cast.root.post("/users", {"users": {wrong: {"id": wrong}}}), 400, 4)
    refused(cast.user("ana").get("/users", {"filter_conditions": []}), 400, 4)


@case
def sorts_put_the_missing_last_and_part_ties_by_id(cast):
    ids = cast.people("d", "b", "c", "a")
    done(cast.root.patch("/users", {"users": [{"id": ids[0], "set": {"n": 2}}, {"id": ids[1], "set": {"n": 1}}]}))

    def order(direction):
        body = done(cast.root.get("/users", {"filter_conditions": {"id": {"$in": ids}},
                                             "sort": [{"field": "n", "direction": direction}]}))
        return [u["id"][0] for u in body["users"]]
    equal((order(1), order(-1)), (["b", "d", "a", "c"], ["d", "b", "a", "c"]))


@case
def times_are_compared_to_the_microsecond(cast):
    one, = cast.people("one")
    made = done(cast.root.get("/users", {"filter_conditions": {"id": one}}))["users"][0]["created_at"]

    def found(**condition):
        return len(done(cast.root.get("/users", {"filter_conditions": {"id": one, "created_at": condition}}))["users"])
    equal((found(**{"$eq": made}), found(**{"$gte": made}), found(**{"$gt": made})), (1, 1, 0))
    equal((found(**{"$lte": made}), found(**{"$lt": made})), (1, 0))
    later = made[:-1] + "999Z"
    equal((found(**{"$lte": later}), found(**{"$gt": "2000-01-01T00:00:00Z"})), (1, 1))


@case
def who_is_shut_out_is_told_and_does_not_linger(cast):
    bo_id, cy_id = cast.people("bo", "cy")
    bo, cy, ana = cast.come("bo"), cast.come("cy"), cast.come("ana")
    done(ana.caller.get("/users", {"filter_conditions": {"id": bo_id}, "presence": True}, connection_id=ana.id))
    done(cast.root.post("/users/%s/deactivate" % bo_id, {}))
    done(cast.root.delete("/users/" + cy_id))
    for socket in (bo, cy):
        equal(socket.until("connection.error")["error"]["code"], 17)
        equal(socket.until_closed()[0], 4003)
    equal([e["user"]["online"] for e in ana.quiet("user.presence.changed")], [False], "no linger")
    for who in ("bo", "cy"):
        refused(cast.user(who).get("/app"), 403, 17)


@case
def a_deleted_user_leaves_everything_but_what_they_wrote(cast):
    cid = cast.hall("ana", "bo")
    bo_id = cast.id("bo")
    cast.message("bo", cid, "before I go")
    ana = cast.watcher("ana", cid)
    done(cast.root.delete("/users/" + bo_id))
    ana.until("member.removed", user__id=bo_id)
    state = cast.state("ana", cid)
    equal([m["user_id"] for m in state["members"]], [cast.id("ana")])
    holds("deleted_at" in state["messages"][0]["user"], str(state["messages"][0]["user"]))
    equal(cast.come("bo").hello["type"], "connection.error", "the id is not used again")
    reply = cast.root.post("/users", {"users": {bo_id: {"id": bo_id}}})
    holds(reply.status >= 400, str(reply))
    refused(cast.user("ana").post(at(cid), {"add_members": [bo_id]}), 400, 4, bo_id)


@case
def users_are_paged_by_id_both_ways(cast):
    ids = cast.people(*["u%d" % i for i in range(4)])

    def page(**paging):
        body = done(cast.user("ana").get("/users", dict({"filter_conditions": {"id": {"$in": ids}}}, **paging)))
        return [ids.index(u["id"]) for u in body["users"]]
    equal((page(id_gt=ids[1]), page(id_gte=ids[1], limit=2)), ([2, 3], [1, 2]))
    equal((page(id_lt=ids[2]), page(id_lte=ids[2])), ([0, 1], [0, 1, 2]))
