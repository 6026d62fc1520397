# SPDX-License-Identifier: MIT
"""App settings, revocation, and channel types with their switches."""
import time

import wire
from walk.cast import at, case, done, equal, holds, refused, turned_away

SWITCHES = ("typing_events", "read_events", "connect_events", "custom_events", "search", "reactions", "replies",
            "quotes", "mutes", "uploads", "url_enrichment", "push_notifications", "delivery_events")


def dev_token(user_id):
    head, body = ({"alg": "HS256", "typ": "JWT"}, {"user_id": user_id})
    return wire.token("", body, head).rsplit(".", 1)[0] + ".devtoken"


@case
def anybody_reads_the_app_and_only_the_server_side_changes_it(cast):
    holds(isinstance(done(cast.user("ana").get("/app"))["app"], dict), "app")
    refused(cast.user("ana").patch("/app", {"disable_auth_checks": True}), 403, 17)
    refused(cast.root.patch("/app"), 400, 4)
    refused(cast.root.patch("/app", {"disable_auth_checks": "yes"}), 400, 4, "disable_auth_checks")


@case
def dev_tokens_count_only_while_the_app_says_so(cast):
    server = cast.own_server()
    dev, root = wire.Caller(server, "dev", dev_token("dev")), server.server_side()
    holds(dev.get("/app").status == 401, "not without the setting")
    done(root.patch("/app", {"disable_auth_checks": True}))
    done(dev.get("/app"))
    socket = cast.come(dev)
    equal(socket.hello["type"], "health.check", str(socket.hello))
    holds(wire.Caller(server, "other", dev.jwt).get("/app").status == 401, "of another user")
    server.restart()
    done(dev.get("/app"))
    done(root.patch("/app", {"disable_auth_checks": False}))
    equal(dev.get("/app").status, 401)


@case
def an_app_revocation_ends_older_tokens(cast):
    server = cast.own_server()
    now = int(time.time())

    def with_iat(iat):
        return wire.Caller(server, "ana", wire.token(server.secret, {"user_id": "ana", "iat": iat}))
    old, new, bare = with_iat(now - 3600), with_iat(now), server.user("ana")
    for caller in (old, new, bare):
        done(caller.get("/app"))
    stamp = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(now - 60))
    done(server.server_side().patch("/app", {"revoke_tokens_issued_before": stamp}))
    done(new.get("/app"))
    for caller in (old, bare):
        equal(caller.get("/app").status, 401, "without iat counts as revoked")
        refusal = cast.come(caller)
        equal((refusal.hello["type"], refusal.hello["error"]["StatusCode"]), ("connection.error", 401))
    server.restart()
    equal(old.get("/app").status, 401)
    refused(server.server_side().patch("/app", {"revoke_tokens_issued_before": "soon"}), 400, 4,
            "revoke_tokens_issued_before")


@case
def a_users_revocation_ends_that_users_older_tokens(cast):
    me, other = cast.people("ana", "bo")
    now = int(time.time())
    old = wire.Caller(cast.server, me, wire.token(cast.server.secret, {"user_id": me, "iat": now - 3600}))
    new = wire.Caller(cast.server, me, wire.token(cast.server.secret, {"user_id": me, "iat": now}))
    done(old.get("/app"))
    stamp = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(now - 60))
    change = {"users": [{"id": me, "set": {"revoke_tokens_issued_before": stamp}}]}
    done(cast.root.patch("/users", change))
    equal(old.get("/app").status, 401)
    done(new.get("/app"))
    equal(cast.user("ana").get("/app").status, 401, "without iat")
    done(cast.user("bo").get("/app"))
    holds(cast.user("bo").id == other, "")


@case
def a_channel_type_is_made_listed_changed_and_deleted(cast):
    name, root = "kind-" + cast.name[:30], cast.root
    made = done(root.post("/channeltypes", {"name": name, "reactions": False}))
    equal((made["name"], made["reactions"], made["replies"]), (name, False, True))
    for switch in SWITCHES:
        holds(isinstance(made[switch], bool), switch)
    equal((made["delivery_events"], made["max_message_length"], made["message_retention"], made["automod"],
           made["automod_behavior"], made["commands"]), (False, 5000, "infinite", "disabled", "flag", []))
    holds(isinstance(made["grants"], dict) and "created_at" in made and "updated_at" in made, str(made))
    listed = done(root.get("/channeltypes"))["channel_types"]
    for builtin in ("messaging", "team", "livestream", "gaming", "commerce", name):
        equal(listed[builtin]["name"], builtin)
    equal((listed["livestream"]["typing_events"], listed["livestream"]["read_events"]), (False, False))
    equal((listed["messaging"]["typing_events"], listed["messaging"]["connect_events"]), (True, True))
    changed = done(root.put("/channeltypes/" + name, {"max_message_length": 10}))
    equal((changed["max_message_length"], changed["reactions"]), (10, False), "PUT is partial")
    one = done(root.get("/channeltypes/" + name))
    equal((one["name"], one["max_message_length"]), (name, 10))
    cast.server.restart()
    equal(done(cast.root.get("/channeltypes/" + name))["max_message_length"], 10)
    done(cast.root.delete("/channeltypes/" + name))
    refused(cast.root.get("/channeltypes/" + name), 404, 16)
    refused(cast.user("ana").post("/channels/%s/x/query" % name, {"data": {}}), 404, 16)


@case
def channel_types_that_may_not_be_are_refused(cast):
    root, ana, name = cast.root, cast.user("ana"), cast.kind()
    refused(root.post("/channeltypes"), 400, 4)
    refused(root.post("/channeltypes", {}), 400, 4, "name")
    refused(root.post("/channeltypes", {"name": "not a name"}), 400, 4, "name")
    refused(root.post("/channeltypes", {"name": "x" * 65}), 400, 4, "name")
    refused(root.post("/channeltypes", {"name": name}), 400, 4)
    refused(root.put("/channeltypes/" + name), 400, 4)
    refused(root.put("/channeltypes/" + name, {"connect_events": "off"}), 400, 4, "connect_events")
    refused(root.put("/channeltypes/" + name, {"max_message_length": -1}), 400, 4, "max_message_length")
    for call in (root.get, root.delete):
        refused(call("/channeltypes/nosuch"), 404, 16)
    refused(root.put("/channeltypes/nosuch", {"connect_events": False}), 404, 16)
    refused(ana.get("/channeltypes/messaging"), 403, 17)
    refused(ana.post("/channeltypes", {"name": "mine"}), 403, 17)
    refused(ana.put("/channeltypes/messaging", {"connect_events": False}), 403, 17)
    refused(ana.delete("/channeltypes/" + name), 403, 17)


@case
def what_is_off_for_a_type_is_refused(cast):
    cid = cast.hall("ana", type_=cast.kind(typing_events=False, custom_events=False, quotes=False,
                                           replies=False, max_message_length=10))
    ana, path = cast.user("ana"), at(cid)
    sent = cast.message("ana", cid, "hello")
    for type_ in ("typing.start", "typing.stop", "wave"):
        refused(ana.post(path + "/event", {"event": {"type": type_}}), 400, 18)
    refused(ana.post(path + "/message", {"message": {"text": "x", "quoted_message_id": sent["id"]}}), 400, 19)
    refused(ana.post(path + "/message", {"message": {"text": "x", "parent_id": sent["id"]}}), 400, 19)
    refused(ana.post(path + "/message", {"message": {"text": "x" * 11}}), 400, 20)
    config = cast.state("ana", cid)["channel"]["config"]
    equal((config["quotes"], config["max_message_length"]), (False, 10))


@case
def a_grant_decides_for_the_type_that_has_it(cast):
    grants = done(cast.root.get("/channeltypes/messaging"))["grants"]
    holds(all(isinstance(g, list) for g in grants.values()), str(grants))
    turned_away(cast.root.put("/channeltypes/messaging", {"grants": "all"}), 4)


@case
def a_revoked_tokens_socket_is_cut(cast):
    me, = cast.people("ana")
    now = int(time.time())
    old = cast.come(wire.Caller(cast.server, me, wire.token(cast.server.secret, {"user_id": me, "iat": now - 3600})))
    new = cast.come(wire.Caller(cast.server, me, wire.token(cast.server.secret, {"user_id": me, "iat": now})))
    stamp = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(now - 60))
    done(cast.root.patch("/users", {"users": [{"id": me, "set": {"revoke_tokens_issued_before": stamp}}]}))
    equal(old.until("connection.error")["error"]["code"], 40)
    equal(old.until_closed()[0], 4001)
    refused(old.caller.get("/app"), 401, 40)
    equal(new.quiet("connection.error"), [])
    done(cast.root.get("/app"))


@case
def a_dev_token_is_never_the_servers(cast):
    server = cast.own_server()
    done(server.server_side().patch("/app", {"disable_auth_checks": True}))
    forged = wire.token("", {"server": True}).rsplit(".", 1)[0] + ".devtoken"
    equal(wire.Caller(server, None, forged).get("/channeltypes").status, 401)


@case
def a_role_has_the_grants_it_is_given_and_no_others(cast):
    name = cast.kind()
    cid = cast.hall("ana", "bo", type_=name)
    bo = cast.watcher("bo", cid)
    done(cast.root.put("/channeltypes/" + name, {"grants": {"channel_member": ["read-channel"]}}))
    equal(cast.state("bo", cid)["channel"]["config"]["grants"]["channel_member"], ["read-channel"])
    refused(bo.caller.post(at(cid) + "/message", {"message": {"text": "x"}}), 403, 17)
    refused(bo.caller.post(at(cid) + "/event", {"event": {"type": "wave"}}), 403, 17)
    sent = cast.message("ana", cid, "the creator is a moderator")
    refused(bo.caller.post("/messages/%s/reaction" % sent["id"], {"reaction": {"type": "like"}}), 403, 17)
    bo.until("message.new")
    done(cast.root.put("/channeltypes/" + name, {"grants": {"channel_member": ["create-message"]}}))
    refused(bo.caller.post(at(cid) + "/query", {"state": True}), 403, 17)
    bo.quiet()
    cast.message("ana", cid, "not for Bo")
    cast.come("ana").goodbye()
    equal(bo.quiet(), [], "watched no more, at once")
    refused(bo.caller.get("/messages/" + sent["id"]), 404, 16)
    for wrong in ({"nobody": ["read-channel"]}, {"user": ["fly"]}, {"user": "all"}, []):
        refused(cast.root.put("/channeltypes/" + name, {"grants": wrong}), 400, 4, "grants")


@case
def who_made_a_channel_joins_leaves_and_owns_by_grants(cast):
    live = cast.hall("ana", type_="livestream")
    bo = cast.user("bo")
    done(bo.post(at(live), {"add_members": [bo.id]}))
    holds(bo.id in [m["user_id"] for m in cast.state("ana", live)["members"]], "joined by oneself")
    refused(bo.post(at(live), {"add_members": [cast.id("ana")], "remove_members": [cast.id("ana")]}), 403, 17)
    done(bo.post(at(live), {"remove_members": [bo.id]}))
    made = cast.hall("ana", "bo")
    refused(bo.post(at(made), {"add_members": [cast.people("cy")[0]]}), 403, 17)


@case
def an_admin_may_all_and_a_user_makes_nobody_one(cast):
    cid = cast.hall("ana", "bo")
    boss_id, = cast.people("boss")
    boss = cast.user("boss")
    refused(boss.post(at(cid) + "/query", {"state": True}), 403, 17)
    boss.post("/users", {"users": {boss_id: {"id": boss_id, "role": "admin"}}})
    refused(boss.post(at(cid) + "/query", {"state": True}), 403, 17)
    done(cast.root.patch("/users", {"users": [{"id": boss_id, "set": {"role": "admin"}}]}))
    equal(cast.come("boss").me["role"], "admin")
    sent = cast.message("boss", cid, "look what I may")
    equal(sent["user"]["role"], "admin")
    mine = cast.message("bo", cid, "mine")
    done(boss.delete("/messages/" + mine["id"]))
    done(boss.patch(at(cid), {"set": {"color": "red"}}))
    refused(boss.get("/channeltypes"), 403, 17)
    done(boss.delete(at(cid)))
