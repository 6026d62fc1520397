# SPDX-License-Identifier: MIT
"""Invisible: to others, hiding is a leaving and showing a coming."""
from walk.cast import case, done, equal, holds, refused


@case
def hiding_looks_like_leaving_and_showing_like_coming(cast):
    cid = cast.hall("ana", "bo")
    ana = cast.come("ana")
    cast.watch(ana, cid)
    bo = cast.come("bo")
    came = ana.until("user.presence.changed", user__online=True)
    reply = bo.caller.patch("/users", {"users": [{"id": cast.id("bo"), "set": {"invisible": True}}]})
    equal(reply.body["users"][cast.id("bo")]["invisible"], True)
    hid = ana.until("user.presence.changed", user__online=False)
    holds("user.updated" not in [e["type"] for e in ana.events], "that is for own connections")
    equal(hid["user"]["last_active"], came["user"]["last_active"])
    equal(hid["user"]["updated_at"], came["user"]["updated_at"])
    holds("invisible" not in hid["user"], str(hid))
    own = bo.until("user.updated", user__invisible=True)
    equal(own["user"]["online"], True)
    equal(ana.quiet(), [])
    bo.caller.post("/users", {"users": {cast.id("bo"): {"id": cast.id("bo"), "name": "Bo", "invisible": False}}})
    shown = ana.until("user.presence.changed", user__online=True)
    holds(shown["user"]["last_active"] > hid["user"]["last_active"], "fresh last_active")


@case
def invisible_at_connect_survives_everything_but_false(cast):
    cid = cast.hall("ana", "bo")
    ana = cast.come("ana")
    cast.watch(ana, cid)
    ana.until("user.watching.start", user__id=cast.id("ana"))
    bo = cast.come("bo", invisible=True, status="hiding")
    equal((bo.me["invisible"], bo.me["online"], bo.me["status"]), (True, True, "hiding"))
    equal(ana.quiet("user.presence.changed", "user.watching.start"), [])
    bo.goodbye()
    cast.server.restart()
    ana = cast.come("ana")
    state = cast.watch(ana, cid)
    shown = [m["user"] for m in state["members"] if m["user_id"] == cast.id("bo")][0]
    equal(shown["online"], False)
    holds("last_active" not in shown and "invisible" not in shown, str(shown))
    bo = cast.come("bo")
    equal(bo.me["invisible"], True)
    equal(ana.quiet("user.presence.changed"), [])
    bo.goodbye()
    bo = cast.come("bo", invisible=False)
    equal(bo.me["invisible"], False)
    ana.until("user.presence.changed", user__online=True)


@case
def filters_and_sorts_see_a_hidden_user_as_absent(cast):
    ids = [cast.id(w) for w in ("bo", "cy")]
    bo = cast.come("bo", invisible=True)
    cast.come("cy")
    ana = cast.user("ana")

    def found(**conditions):
        reply = ana.get("/users", {"filter_conditions": dict({"id": {"$in": ids}}, **conditions)})
        equal(reply.status, 200, str(reply))
        return sorted(u["id"] for u in reply.body["users"])
    equal(found(online=True), [ids[1]])
    equal(found(online=False), [ids[0]])
    equal(found(last_active={"$exists": True}), [ids[1]])
    equal(found(last_active=None), [ids[0]])
    equal(found(invisible=True), [])
    reply = ana.get("/users", {"filter_conditions": {"id": {"$in": ids}},
                               "sort": [{"field": "last_active", "direction": -1}]})
    equal([u["id"] for u in reply.body["users"]], [ids[1], ids[0]])
    own = bo.caller.get("/users", {"filter_conditions": {"id": ids[0]}})
    equal((own.body["users"][0]["online"], own.body["users"][0]["invisible"]), (True, True))


@case
def a_hidden_watcher_is_in_no_count(cast):
    cid = cast.hall("ana", "bo")
    ana = cast.come("ana")
    equal(cast.watch(ana, cid)["watcher_count"], 1)
    ana.quiet()
    bo = cast.come("bo", invisible=True)
    state = cast.watch(bo, cid)
    equal(ana.quiet("user.watching.start", "user.presence.changed"), [])
    equal(cast.watch(ana, cid)["watcher_count"], 1)
    holds(state["channel"]["cid"] == cid, "")
    bo.caller.patch("/users", {"users": [{"id": cast.id("bo"), "set": {"invisible": False}}]})
    ana.until("user.watching.start", user__id=cast.id("bo"))
    bo.caller.patch("/users", {"users": [{"id": cast.id("bo"), "set": {"invisible": True}}]})
    stop = ana.until("user.watching.stop", user__id=cast.id("bo"))
    equal(stop["watcher_count"], 1)


@case
def a_message_of_a_hidden_user_moves_nothing_else(cast):
    cid = cast.hall("ana", "bo")
    ana = cast.come("ana")
    cast.watch(ana, cid)
    ana.quiet()
    bo = cast.come("bo", invisible=True)
    sent = bo.caller.post("/channels/%s/message" % cid.replace(":", "/"), {"message": {"text": "boo"}})
    equal(sent.status, 201, str(sent))
    told = ana.until("message.new")
    equal((told["message"]["text"], told["message"]["user"]["online"]), ("boo", False))
    holds("last_active" not in told["message"]["user"], str(told))
    equal(ana.quiet("user.presence.changed"), [])


@case
def the_server_side_hides_anybody_and_nobody_hides_another(cast):
    cid = cast.hall("ana", "bo")
    ana, bo = cast.watcher("ana", cid), cast.come("bo")
    ana.until("user.presence.changed", user__online=True)
    hide = {"users": [{"id": cast.id("bo"), "set": {"invisible": True}}]}
    refused(ana.caller.patch("/users", hide), 403, 17)
    done(cast.root.patch("/users", hide))
    ana.until("user.presence.changed", user__id=cast.id("bo"), user__online=False)
    equal(bo.until("user.updated")["user"]["invisible"], True)
    refused(bo.caller.patch("/users", {"users": [{"id": cast.id("bo"), "set": {"invisible": "yes"}}]}), 400, 4,
            "invisible")
    shown = done(cast.root.get("/users", {"filter_conditions": {"id": cast.id("bo")}}))["users"][0]
    equal((shown["invisible"], shown["online"]), (True, True), "the server side sees the truth")


@case
def a_hidden_users_status_is_told_as_a_profile_only(cast):
    cid = cast.hall("ana", "bo")
    ana, bo = cast.watcher("ana", cid), cast.come("bo", invisible=True)
    done(bo.caller.patch("/users", {"users": [{"id": cast.id("bo"), "set": {"status": "still away"}}]}))
    told = ana.until("user.updated", user__id=cast.id("bo"))
    equal((told["user"]["status"], told["user"]["online"]), ("still away", False))
    equal(ana.quiet("user.presence.changed"), [])


@case
def shown_again_while_away_moves_no_last_active(cast):
    bo_id, = cast.people("bo")
    bo = cast.come("bo")
    bo.goodbye()
    ana = cast.user("ana")

    def seen():
        return done(ana.get("/users", {"filter_conditions": {"id": bo_id}}))["users"][0]
    before = seen()
    bo = cast.come("bo", invisible=True)
    equal((seen()["online"], seen()["last_active"]), (False, before["last_active"]))
    bo.goodbye()
    done(cast.user("bo").patch("/users", {"users": [{"id": bo_id, "set": {"invisible": False}}]}))
    equal((seen()["online"], seen()["last_active"]), (False, before["last_active"]))
    cast.come("bo")
    holds(seen()["last_active"] > before["last_active"], "visibly online again")


@case
def a_hidden_user_is_in_no_list_of_watchers(cast):
    cid = cast.hall("ana", "bo")
    cast.watcher("ana", cid)
    bo = cast.come("bo", invisible=True)
    cast.watch(bo, cid)
    state = cast.state("ana", cid, watchers={"limit": 10})
    equal([u["id"] for u in state["watchers"]], [cast.id("ana")])
    equal(state["watcher_count"], 1)


@case
def members_are_found_and_sorted_as_the_asker_sees_them(cast):
    cid = cast.hall("ana", "bo", "cy")
    type_, id_ = cid.split(":")
    cast.come("bo", invisible=True)
    cast.come("cy")

    def who(conditions):
        body = done(cast.user("ana").get("/members", {"type": type_, "id": id_, "filter_conditions": conditions}))
        return [m["user_id"].split("-")[0] for m in body["members"]]
    equal((who({"online": True}), who({"online": False})), (["cy"], ["ana", "bo"]))
    equal(who({"last_active": {"$exists": True}}), ["cy"])
