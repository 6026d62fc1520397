# SPDX-License-Identifier: MIT
"""Limits: what is over one, or negative, is refused by name; what a limit cuts is cut silently where said so."""
import http.client
import time
import urllib.parse

from walk.cast import at, case, done, equal, holds, refused


@case
def pages_over_a_maximum_or_below_nothing_are_refused_by_name(cast):
    cid = cast.hall("ana")
    ana = cast.user("ana")

    def channels(**more):
        return ana.post("/channels", dict({"filter_conditions": {"cid": cid}}, **more))
    for wrong in ({"limit": 31}, {"limit": -1}, {"offset": 1001}, {"offset": -1}, {"message_limit": 301},
                  {"message_limit": -1}, {"member_limit": 101}, {"member_limit": -1}):
        refused(channels(**wrong), 400, 4, next(iter(wrong)))
    for right in ({"limit": 30}, {"offset": 1000}, {"message_limit": 300}, {"member_limit": 100}, {"member_limit": 0}):
        done(channels(**right))
    for wrong in ({"limit": 101}, {"limit": -1}, {"offset": 1001}, {"offset": -1}):
        refused(ana.get("/users", dict({"filter_conditions": {}}, **wrong)), 400, 4, next(iter(wrong)))
    done(ana.get("/users", {"filter_conditions": {}, "limit": 100, "offset": 1000}))
    type_, id_ = cid.split(":")
    for wrong in ({"limit": 101}, {"limit": -1}, {"offset": -1}):
        refused(ana.get("/members", dict({"type": type_, "id": id_, "filter_conditions": {}}, **wrong)), 400, 4,
                next(iter(wrong)))
    for wrong in ({"messages": {"limit": 301}}, {"messages": {"limit": -1}}, {"members": {"limit": 101}},
                  {"members": {"limit": -1}}):
        refused(ana.post(at(cid) + "/query", dict({"state": True}, **wrong)), 400, 4, "limit")
    for wrong in ({"limit": "ten"}, {"offset": []}, {"limit": 2.5}):
        refused(channels(**wrong), 400, 4, next(iter(wrong)))


@case
def defaults_are_ten_channels_and_twentyfive_messages_and_thirty_users(cast):
    made = [cast.hall("ana", color=cast.name) for _ in range(11)]
    mine = {"color": cast.name}
    for i in range(26):
        cast.message("ana", made[0], str(i))
    body = done(cast.user("ana").post("/channels", {"filter_conditions": mine, "state": True}))
    equal(len(body["channels"]), 10)
    equal(len(body["channels"][0]["messages"]), 25, "the channel of the newest message comes first")
    ids = cast.people(*["u%02d" % i for i in range(31)])
    body = done(cast.user("ana").get("/users", {"filter_conditions": {"id": {"$in": ids}}}))
    equal(len(body["users"]), 30)


@case
def a_hundred_are_upserted_added_and_removed_and_no_more(cast):
    ids = ["u%03d-%s" % (i, cast.name) for i in range(101)]
    users = {u: {"id": u} for u in ids}
    refused(cast.root.post("/users", {"users": users}), 400, 4, "users")
    last = users.pop(ids[-1])
    done(cast.root.post("/users", {"users": users}))
    done(cast.root.post("/users", {"users": {ids[-1]: last}}))
    cid = cast.hall("ana")
    ana = cast.user("ana")
    refused(ana.post(at(cid), {"add_members": ids}), 400, 4, "add_members")
    equal(done(ana.post(at(cid), {"add_members": ids[:100]}))["channel"]["member_count"], 101)
    refused(ana.post(at(cid), {"remove_members": ids}), 400, 4, "remove_members")
    equal(done(ana.post(at(cid), {"remove_members": ids[:100]}))["channel"]["member_count"], 1)


@case
def five_kilobytes_of_custom_data_an_object_and_no_more(cast):
    cid = cast.hall("ana")
    ana, fits, over = cast.user("ana"), "x" * 4900, "x" * 5200
    done(ana.patch(at(cid), {"set": {"novel": fits}}))
    refused(ana.patch(at(cid), {"set": {"novel": over}}), 413, 22)
    done(ana.post(at(cid) + "/message", {"message": {"text": "a", "novel": fits}}))
    refused(ana.post(at(cid) + "/message", {"message": {"text": "a", "novel": over}}), 413, 22)
    refused(ana.post("/channels/messaging/big-%s/query" % cast.name[:40], {"data": {"novel": over}}), 413, 22)
    refused(ana.post("/users", {"users": {ana.id: {"id": ana.id, "novel": over}}}), 413, 22)


@case
def five_thousand_characters_a_message(cast):
    cid = cast.hall("ana")
    ana = cast.user("ana")
    done(ana.post(at(cid) + "/message", {"message": {"text": "ä" * 5000}}))
    refused(ana.post(at(cid) + "/message", {"message": {"text": "ä" * 5001}}), 400, 20)


@case
def fifty_connections_a_user(cast):
    for _ in range(50):
        equal(cast.come("ana").hello["type"], "health.check")
    over = cast.come("ana")
    equal((over.hello["type"], over.hello["error"]["code"], over.hello["error"]["StatusCode"]),
          ("connection.error", 71, 429))
    equal(cast.come("bo").hello["type"], "health.check")
    cast.sockets[0].goodbye()
    equal(cast.come("ana").hello["type"], "health.check")


@case
def six_hundred_calls_a_minute_a_user_and_endpoint(cast):
    server = cast.own_server("rate_calls = 600\n")
    ana = server.user("ana")
    link = http.client.HTTPConnection("127.0.0.1", server.port, timeout=5)
    path = "/app?" + urllib.parse.urlencode({"api_key": server.key, "user_id": "ana"})

    def ask(jwt):
        link.request("GET", path if jwt == ana.jwt else path.split("&")[0], headers={"Authorization": jwt,
                                                                                     "stream-auth-type": "jwt"})
        answer = link.getresponse()
        answer.read()
        return answer
    while time.time() % 60 > 50:  # not across the minute
        time.sleep(0.5)
    first = ask(ana.jwt)
    equal((first.getheader("X-RateLimit-Limit"), first.getheader("X-RateLimit-Remaining")), ("600", "599"))
    holds(0 <= int(first.getheader("X-RateLimit-Reset")) - time.time() <= 61, "the reset, in unix seconds")
    equal({ask(ana.jwt).status for _ in range(599)}, {200})
    refused(ana.get("/app"), 429, 9)
    done(ana.get("/users", {"filter_conditions": {}}))
    done(server.user("bo").get("/app"))
    equal({ask(server.server_side().jwt).status for _ in range(602)}, {200}, "server tokens are exempt")
    link.close()
