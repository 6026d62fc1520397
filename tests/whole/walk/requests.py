# SPDX-License-Identifier: MIT
"""What holds for every request: headers, callers, hostile bytes."""
import re

import wire
from walk.cast import case, done, equal, holds, refused


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
