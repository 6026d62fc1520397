# SPDX-License-Identifier: MIT
"""What holds for every request: headers, callers, hostile bytes."""
import copy
import json
import re

import wire
from walk.cast import at, case, done, equal, holds, refused


@case
def every_reply_has_its_headers(cast):
    ana = cast.user("ana")
    for reply in (ana.get("/app"), ana.get("/nosuch"), wire.Caller(cast.server, "x", "bad").get("/app")):
        equal(reply.headers["access-control-allow-origin"], "*")
        holds("duration" in reply.body, "duration")
        for name in ("x-ratelimit-limit", "x-ratelimit-remaining", "x-ratelimit-reset"):
            holds(reply.headers[name].isdigit(), name)
        holds("x-ratelimit" in reply.headers["access-control-expose-headers"].lower(), "expose")
    flight = wire.raw(cast.server.port, b"OPTIONS /users HTTP/1.1\r\nHost: x\r\nOrigin: http://a\r\n"
                      b"Access-Control-Request-Method: PATCH\r\nConnection: close\r\n\r\n").decode().lower()
    holds(re.match(r"http/1\.1 20[04] ", flight), flight)
    for word in ("authorization", "content-type", "stream-auth-type", "x-stream-client", "x-client-request-id"):
        holds(word in flight, word)
    for method in ("get", "post", "put", "patch", "delete", "options"):
        holds(method in flight, method)


@case
def wrong_callers_get_the_documented_codes(cast):
    ana = cast.user("ana")
    refused(wire.Caller(cast.server, ana.id, ana.jwt, key="nosuchkey").get("/app"), 401, 2)
    refused(wire.Caller(cast.server, ana.id, "rubbish").get("/app"), 401, 5)
    refused(wire.Caller(cast.server, ana.id, None).get("/app"), 401, 5)
    refused(wire.Caller(cast.server, cast.id("bo"), ana.jwt).get("/app"), 401, 5)
    refused(ana.get("/nosuch"), 404, 16)
    refused(ana.get("/channeltypes"), 403, 17)
    refused(ana.post("/users"), 400, 4)
    refused(ana.get("/users", {"filter_conditions": {}, "presence": True}, connection_id="not-mine"), 400, 4)


@case
def hostile_http_is_refused_and_the_next_client_served(cast):
    port = cast.server.port
    get = b"GET /app?api_key=x HTTP/1.1\r\nHost: x\r\n\r\n"
    post = b"POST /users?api_key=x HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{}"
    equal(wire.raw(port, get + post + get).count(b"HTTP/1.1 401"), 3, "pipelined, answered in order")
    hostile = {
        b"400": [b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
                 b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: +5\r\n\r\nhello",
                 b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5, 5\r\n\r\nhello",
                 b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
                 b"GET / HTTP/1.1\r\n\r\n", b"GET / HTTP/1.1\nHost: x\n\n",
                 b"GET / HTTP/1.1\r\nHost : x\r\n\r\n", b"GET / HTTP/1.1\r\nHost: x\r\n folded\r\n\r\n",
                 b"GET /%00 HTTP/1.1\r\nHost: x\r\n\r\n", b"GET /%zz HTTP/1.1\r\nHost: x\r\n\r\n"],
        b"405": [b"CONNECT x:1 HTTP/1.1\r\nHost: x\r\n\r\n"],
        b"431": [b"GET / HTTP/1.1\r\nHost: x\r\nX: " + b"y" * 40000 + b"\r\n\r\n"],
        b"413": [b"POST /users HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999\r\n\r\n"],
    }
    for status, requests in hostile.items():
        for request in requests:
            back = wire.raw(port, request)
            holds(back.startswith(b"HTTP/1.1 " + status), "%r: %r" % (request[:80], back[:200]))
            equal(cast.user("ana").get("/app").status, 200)


@case
def hostile_frames_are_closed_and_the_next_client_served(cast):
    def after(code, send):
        socket = cast.come("ana")
        send(socket)
        equal(socket.until_closed()[0], code)
        equal(cast.come("ana").hello["type"], "health.check")
    after(1002, lambda s: s.frame("{}", masked=False))
    after(1009, lambda s: s.link.sendall(b"\x81\xff" + (2 ** 62).to_bytes(8, "big") + b"\0\0\0\0"))
    after(1002, lambda s: s.frame("x", opcode=3))
    after(1002, lambda s: s.link.sendall(b"\xc1\x80\0\0\0\0"))
    after(1007, lambda s: s.frame(b"\xff\xfe"))
    after(1002, lambda s: s.frame("x" * 126, opcode=9))
    after(1002, lambda s: s.frame("x", opcode=0))


@case
def unknown_parameters_and_odd_cases_of_headers_are_taken(cast):
    ana = cast.user("ana")
    reply = ana.call("GET", "/app", params={"no_such": "thing", "z": ""}, headers={
        "STREAM-AUTH-TYPE": "jwt", "x-client-request-id": "6a1b0c52-8f3d-4a53-9d07-3fb0e5a5d001"})
    done(reply)
    socket = cast.come("ana")
    done(ana.post("/channels", {"filter_conditions": {"cid": "x:y"}, "watch": True, "connection_id": socket.id,
                                "no_such": 1}))


@case
def an_error_maps_the_field_at_fault(cast):
    reply = cast.user("ana").post("/channels", {"filter_conditions": {"cid": "x:y"}, "limit": 31})
    refused(reply, 400, 4, "limit")
    holds("limit" in reply.body["exception_fields"], str(reply))
    equal(reply.body["details"], [])


JUNK = (None, True, 0, -1, 2 ** 53, 1e300, 0.5, "", "x", "\0", "a" * 300, "2020-01-01T00:00:00Z", [], [[]], [None], {},
        {"id": 1}, {"$in": 3}, [{"field": 1}], {"a.b": {"c": []}})


def leaves(body, path=()):
    """The path of every value in a body, objects and arrays too."""
    found = [path] if path else []
    for key in (body if isinstance(body, dict) else range(len(body)) if isinstance(body, list) else ()):
        found += leaves(body[key], path + (key,))
    return found


def with_junk(body, path, junk):
    if not path:
        return junk
    made = copy.deepcopy(body)
    inner = made
    for key in path[:-1]:
        inner = inner[key]
    inner[path[-1]] = junk
    return made


def bodies(cast, cid, message):
    """(method, path, a body that is right), of every call that has one."""
    me, bo = cast.people("ana", "bo")
    channel, note = at(cid), "/messages/" + message
    return (
        ("POST", channel + "/query", {"data": {"members": [me], "created_by": {"id": me}}, "messages": {
            "limit": 1, "id_lt": message, "created_at_after": "2020-01-01T00:00:00Z"}, "members": {"limit": 1},
            "watchers": {"limit": 1, "offset": 1}, "state": True, "watch": False, "presence": False}),
        ("POST", "/channels/messaging/query", {"data": {"members": [me, bo]}}),
        ("POST", "/channels", {"filter_conditions": {"members": {"$in": [me]}, "$or": [{"a": 1}]}, "sort": [
            {"field": "a", "direction": 1}], "limit": 1, "offset": 0, "message_limit": 1, "member_limit": 1}),
        ("GET", "/users", {"filter_conditions": {"id": {"$in": [me]}, "$and": [{"name": {"$autocomplete": "x"}}]},
                           "sort": [{"field": "name", "direction": -1}], "id_gt": "x", "presence": False}),
        ("GET", "/members", {"type": "messaging", "id": cid.split(":")[1], "filter_conditions": {"name": {"$q": "x"}},
                             "sort": [{"field": "created_at", "direction": 1}], "limit": 1, "offset": 0}),
        ("GET", note + "/replies", {"limit": 1, "id_lt": message, "created_at_after": "2020-01-01T00:00:00Z"}),
        ("GET", note + "/reactions", {"limit": 1, "offset": 1}),
        ("POST", channel, {"add_members": [bo], "data": {"color": "red", "frozen": False}, "message": {"text": "x"}}),
        ("POST", channel, {"invites": [bo], "add_moderators": [bo], "demote_moderators": [bo]}),
        ("PATCH", channel, {"set": {"color": "red", "cooldown": 0}, "unset": ["mood"]}),
        ("POST", channel + "/message", {"message": {"text": "x", "attachments": [{"a": 1}], "mentioned_users": [bo],
                                                    "parent_id": message, "silent": False}}),
        ("POST", channel + "/event", {"event": {"type": "wave", "parent_id": "x"}}),
        ("POST", channel + "/read", {"message_id": message}),
        ("POST", channel + "/unread", {"message_id": message}),
        ("POST", channel + "/hide", {"clear_history": False}),
        ("POST", channel + "/show", {"user_id": me}),
        ("POST", channel + "/truncate", {"truncated_at": "2020-01-01T00:00:00Z", "message": {"text": "x"}}),
        ("POST", note, {"message": {"text": "y", "attachments": []}}),
        ("PUT", note, {"set": {"text": "z", "a.b": 1}, "unset": ["c"]}),
        ("POST", note + "/reaction", {"reaction": {"type": "like", "score": 1}, "enforce_unique": False}),
        ("POST", "/users", {"users": {me: {"id": me, "name": "Ana", "invisible": False, "status": "x"}}}),
        ("PATCH", "/users", {"users": [{"id": me, "set": {"name": "Ana", "a.b": 1}, "unset": ["c"]}]}),
        ("POST", "/sync", {"channel_cids": [cid], "last_sync_at": "2020-01-01T00:00:00Z"}),
        ("POST", "/guest", {"user": {"id": "x", "name": "X"}}),
        ("POST", "/moderation/mute", {"target_id": bo, "target_ids": [bo], "timeout": 1}),
        ("POST", "/moderation/unmute", {"target_id": bo}),
        ("POST", "/moderation/mute/channel", {"channel_cid": cid, "channel_cids": [cid], "expiration": 1}),
        ("POST", "/moderation/unmute/channel", {"channel_cid": cid}),
        ("POST", "/users/%s/event" % bo, {"event": {"type": "x", "y": 1}}),
        ("POST", "/channeltypes", {"name": "junk", "grants": {"user": ["read-channel"]}, "max_message_length": 5}),
        ("PUT", "/channeltypes/gaming", {"reactions": True, "grants": {"user": ["read-channel"]}, "commands": []}),
        ("PATCH", "/app", {"disable_auth_checks": False}),
    )


@case
def no_junk_in_a_body_brings_the_server_down(cast):
    cid = cast.hall("ana", "bo")
    message = cast.message("ana", cid, "hello")["id"]
    watching = cast.watcher("bo", cid)
    for method, path, body in bodies(cast, cid, message):
        for caller in (cast.user("ana"), cast.root):
            for leaf in [()] + leaves(body):
                for junk in JUNK:
                    made = with_junk(body, leaf, junk)
                    reply = caller.get(path, made) if method == "GET" else caller.call(method, path, made)
                    holds(reply.status in (200, 201, 400, 401, 403, 404, 413),
                          "%s %s %r at %r: %s" % (method, path, junk, leaf, reply))
    while watching.next(0.2) is not None:
        pass
    watching.say({"type": "health.check"})
    watching.until("health.check")


@case
def no_junk_in_a_connect_brings_the_server_down(cast):
    ana = cast.user("ana")
    right = {"user_id": ana.id, "user_details": {"id": ana.id, "name": "Ana", "image": "x", "invisible": False,
                                                 "status": "x", "deep": {"er": 1}}, "client_request_id": "x"}
    texts = [json.dumps(with_junk(right, leaf, junk)) for leaf in leaves(right) for junk in JUNK]
    for text in texts + ["{", "[]", "null", '"x"', "{}", "[" * 2000, '{"user_id":"a","user_id":"b"}']:
        socket = wire.Socket(ana, json_text=text)
        holds(socket.hello["type"] in ("health.check", "connection.error"), text)
        if socket.hello["type"] == "connection.error":
            equal((socket.hello["connection_id"], socket.until_closed()[0]), ("", 1000))
        else:
            socket.goodbye()
    equal(cast.come("ana").hello["type"], "health.check")
