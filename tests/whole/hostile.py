#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""A client that means ill, against a server with sanitizers in it, while an honest one asks for its health.

    hostile.py PORCHLIGHTD                         500 connections; speaks TAP
    hostile.py PORCHLIGHTD CONNECTIONS [SEED]      as many; one line at the end
    hostile.py PORCHLIGHTD one SEED NUMBER         what connection NUMBER says, again

What each connection says comes of the seed and its number alone: requests, handshakes, frames, bodies and
tokens that were right once and had bytes turned, cut, doubled and swapped; slowly, in pieces, several at once;
ended by a reset, half a close, or not at all. The server must live, leak nothing and say nothing that a
sanitizer would; the honest client has a process of its own, asks every 10 ms, and 99 of 100 answers must come
within 100 ms, each within 2 s. In the short form, on whatever machine it runs, 95 of 100 within 100 ms.
"""
import asyncio
import json
import multiprocessing
import random
import re
import socket
import struct
import sys
import time
import traceback

sys.dont_write_bytecode = True
import wire

AT_ONCE, PATIENCE_S = 64, 3.0
LATE_S, HANG_S = 0.1, 2.0
USERS = ["ana", "bo", "cy", "dee"]
ODD = [b"\x00", b"\xff", b"\r\n", b"\n", b"\r", b"%00", b"%zz", b"%2e%2e", b"\"", b"\\", b"\\u0000", b"\\ud800", b"{", b"[" * 70,
       b"9" * 40, b"-1", b"1e999", b"\xc0\x80", b"\xed\xa0\x80", b"\xf4\x90\x80\x80", b" ", b"\t", b":", b";", b",", b"..", b"//",
       b"chunked", b"Content-Length: 5\r\n", b"Transfer-Encoding: chunked\r\n", b"Host: b\r\n", b"HTTP/1.1", b"PRI * HTTP/2.0",
       b"A" * 5000, b"\x1b[2J", b"\xe2\x80\xae", b"\x80\x00", b"\x7f\xff\xff\xff\xff\xff\xff\xff", b"{\"$and\":[", b"null", b"true"]


# ---- what was right once ----

class Words:
    """Right ones, of this server and this chance."""

    def __init__(self, key, secret, chance):
        self.key, self.secret, self.chance = key, secret, chance

    def jwt(self):
        payload = self.chance.choice([{"user_id": self.chance.choice(USERS)}, {"server": True}, {"user_id": "eve", "exp": 1},
                                      {"user_id": "ana", "iat": 2 ** 40}, {"user_id": {"a": 1}}, {}, {"user_id": "x" * 300}])
        head = self.chance.choice([None, None, None, {"alg": "none"}, {"alg": ["HS256"]}, {"alg": "HS256", "crit": ["a"]}])
        return wire.token(self.secret, payload, head)

    def user_jwt(self, user):
        return wire.token(self.secret, {"user_id": user})

    def body(self):
        user, text = self.chance.choice(USERS), self.chance.choice(["x", "y" * 6000, "\u202e", "é" * 40])
        return self.chance.choice([
            {"users": {user: {"id": user, "name": text, "custom": {"a": [1, 2.5, None, True, {"b": text}]}}}},
            {"users": [{"id": user, "set": {"status": text, "invisible": True}, "unset": ["name"]}]},
            {"filter_conditions": {"$or": [{"id": {"$in": USERS}}, {"name": {"$autocomplete": "a"}}]},
             "sort": [{"field": "last_active", "direction": -1}], "limit": 30, "presence": True, "connection_id": text},
            {"watch": True, "state": True, "presence": True, "data": {"members": USERS, "name": text}, "messages": {"limit": 9}},
            {"message": {"id": text[:8], "text": text, "mentioned_users": USERS, "parent_id": "m"}},
            {"event": {"type": "typing.start", "a": {"b": [text] * 3}}}, {"event": {"type": text}},
            {"disable_auth_checks": False, "revoke_tokens_issued_before": "2026-01-01T00:00:00Z"},
            {"add_members": USERS, "remove_members": [user], "message": {"text": text}},
            {"last_sync_at": "2026-11-24T00:00:00Z", "channel_cids": ["messaging:hall"] * 20}])

    def path(self):
        return self.chance.choice(["/app", "/users", "/channels", "/channels/messaging/hall/query", "/channels/messaging/hall",
                                   "/channels/messaging/hall/message", "/channels/messaging/hall/event", "/messages/m1", "/sync",
                                   "/members", "/channeltypes", "/channels/messaging/hall/read", "/moderation/mute", "/guest",
                                   "/messages/m1/reaction", "/connect", "/nowhere", "/users/ana"])

    def request(self, jwt=None, body=None):
        method = self.chance.choice(["GET", "POST", "PATCH", "DELETE", "PUT", "OPTIONS", "HEAD"])
        text = body if body is not None else json.dumps(self.body()).encode()
        user = self.chance.choice(USERS)
        jwt = jwt or self.user_jwt(user)
        target = "%s?api_key=%s&user_id=%s&connection_id=x" % (self.path(), self.key, user)
        if method in ("GET", "DELETE", "HEAD") and self.chance.random() < 0.7:
            target, text = target + "&payload=" + wire.urllib.parse.quote(text), b""
        return ("%s %s HTTP/1.1\r\nHost: h\r\nAuthorization: %s\r\nstream-auth-type: jwt\r\nContent-Type: application/json\r\n"
                "Content-Length: %d\r\n\r\n" % (method, target, jwt, len(text))).encode() + text

    def handshake(self, jwt=None):
        user = self.chance.choice(USERS)
        said = json.dumps({"user_id": user, "user_details": {"id": user, "name": "n", "invisible": self.chance.random() < 0.3}})
        query = wire.urllib.parse.urlencode({"json": said, "api_key": self.key, "stream-auth-type": "jwt",
                                             "authorization": jwt or self.user_jwt(user)})
        return ("GET /connect?%s HTTP/1.1\r\nHost: h\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
                "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n" % query).encode()

    def frame(self):
        payload = self.chance.choice([b"[{\"type\":\"health.check\"}]", b"{}", b"x" * self.chance.choice([1, 125, 126, 65535, 65536]),
                                      json.dumps(self.body()).encode(), struct.pack(">H", self.chance.choice([1000, 1005, 0, 4999, 65535]))])
        opcode, final = self.chance.choice([1, 1, 1, 0, 2, 8, 9, 10, 3, 11]), self.chance.random() < 0.8
        masked = self.chance.random() < 0.95
        form = 0 if len(payload) < 126 else 1 if len(payload) < 65536 else 2
        form = max(form, self.chance.choice([0, 0, 0, 0, 1, 2]))
        size = [bytes([len(payload) & 0x7f]), b"\x7e" + struct.pack(">H", len(payload) & 0xffff),
                b"\x7f" + struct.pack(">Q", len(payload))][form]
        if self.chance.random() < 0.05:
            size = b"\x7f" + struct.pack(">Q", self.chance.choice([1 << 63, 10 ** 18, 1 << 32, 65537]))
        size = bytes([size[0] | (0x80 if masked else 0)]) + size[1:]
        mask = bytes(self.chance.randrange(256) for _ in range(4)) if masked else b""
        if masked:
            payload = bytes(b ^ mask[i & 3] for i, b in enumerate(payload[:2000])) + payload[2000:]
        rsv = self.chance.choice([0] * 9 + [0x40])
        return bytes([(0x80 if final else 0) | rsv | opcode]) + size + mask + payload


# ---- and is so no more ----

def spoil(chance, text, times):
    text = bytearray(text)
    for _ in range(times):
        at = chance.randrange(len(text) + 1)
        size = min(len(text) - at, 1 + int(chance.expovariate(0.1)))
        kind = chance.randrange(7)
        if kind == 0 and at < len(text):
            text[at] ^= 1 << chance.randrange(8)
        elif kind == 1:
            text[at:at] = chance.choice(ODD)
        elif kind == 2:
            del text[at:at + size]
        elif kind == 3:
            text[at:at] = text[at:at + size] * chance.choice([1, 2, 50])
        elif kind == 4:
            to = chance.randrange(len(text) + 1)
            text[to:to] = text[at:at + size]
        elif kind == 5:
            text[at:at + size] = bytes(chance.randrange(256) for _ in range(size))
        else:
            del text[at:]
            if not text:
                text += b"\x00"
    return bytes(text)


def spoilt_tokens(words, chance):
    jwt = words.jwt().encode()
    jwt = spoil(chance, jwt, chance.randrange(3)).translate(None, b"\r\n\x00").decode("latin-1")
    return words.handshake(jwt) if chance.random() < 0.4 else words.request(jwt).replace(b"\x80", b"")


def spoilt_bodies(words, chance):
    return words.request(body=spoil(chance, json.dumps(words.body()).encode(), 1 + chance.randrange(4)))


def spoilt_frames(words, chance):
    frames = [spoil(chance, words.frame(), chance.choice([0, 0, 1, 2])) for _ in range(chance.randrange(1, 8))]
    return words.handshake() + b"".join(frames)


def many_requests(words, chance):
    return b"".join(spoil(chance, words.request(), chance.choice([0, 0, 0, 1])) for _ in range(chance.randrange(2, 12)))


HABITS = [
    ("heads", lambda w, c: spoil(c, w.request(), 1 + c.randrange(6))),
    ("handshakes", lambda w, c: spoil(c, w.handshake(), 1 + c.randrange(6))),
    ("frames", spoilt_frames), ("bodies", spoilt_bodies), ("tokens", spoilt_tokens), ("many", many_requests),
    ("noise", lambda w, c: bytes(c.randrange(256) for _ in range(c.randrange(1, 3000)))),
]
ENDS = ["reset", "reset", "half", "half", "close", "close", "stay", "unread"]


def plan(seed, number, key, secret):
    """(habit, bytes, how long a pause between how large pieces, end)."""
    chance = random.Random(seed * 1000003 + number)
    habit, make = chance.choice(HABITS)
    text = make(Words(key, secret, chance), chance)
    pace = chance.choice([(0, 0), (0, 0), (0, 0), (0.001, 1 + len(text) // 40), (0.003, 7), (0, 1 + len(text) // 3)])
    return habit, text, pace, chance.choice(ENDS)


async def say(reader, writer, text, pace):
    pause, size = pace
    if size == 0:
        writer.write(text)
    for at in range(0, min(len(text), 200 * size) if size else 0, size or 1):
        writer.write(text[at:at + size])
        await writer.drain()
        await asyncio.sleep(pause)
    await writer.drain()


async def one(port, what):
    """One connection, from its begin to its end. True: the server answered something."""
    _, text, pace, end = what
    try:
        reader, writer = await asyncio.wait_for(asyncio.open_connection("127.0.0.1", port), PATIENCE_S)
    except OSError:
        return False
    got = b""
    try:
        await asyncio.wait_for(say(reader, writer, text, pace), PATIENCE_S)
        if end == "half" and writer.can_write_eof():
            writer.write_eof()
        if end in ("half", "close", "stay"):
            got = await asyncio.wait_for(reader.read(65536), 0.3)
    except (OSError, asyncio.TimeoutError):
        pass
    finally:
        link = writer.get_extra_info("socket")
        if end == "reset" and link.fileno() >= 0:
            link.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        writer.transport.abort()
    return bool(got)


async def attack(server, seed, numbers):
    counts, answered, room = {}, [0], asyncio.Semaphore(AT_ONCE)

    async def next_one(number):
        try:
            what = plan(seed, number, server.key, server.secret)
            counts[what[0]] = counts.get(what[0], 0) + 1
            was_answered = await one(server.port, what)
            answered[0] += was_answered
        finally:
            room.release()
    under_way = set()
    for number in numbers:
        await room.acquire()
        if server.process.poll() is not None:
            raise AssertionError("the server is gone after connection %d" % number)
        task = asyncio.ensure_future(next_one(number))
        under_way.add(task)
        task.add_done_callback(under_way.discard)
    await asyncio.gather(*under_way)
    return counts, answered[0]


# ---- who is honest ----

def ask_for_health(server, enough, pipe):
    """Every 10 ms, on one WebSocket, as long as it is not enough: how long each answer took."""
    took, socket_ = [], server.user("honest").connect()
    while not enough.is_set():
        began = time.monotonic()
        socket_.say([{"type": "health.check"}])
        event = socket_.next(wire.PATIENCE_S)
        while event is not None and event["type"] != "health.check":
            event = socket_.next(wire.PATIENCE_S)
        took.append(time.monotonic() - began if event is not None else 1e9)
        if event is None:
            break
        time.sleep(0.01)
    pipe.send(took)
    pipe.close()


class Honest:
    def __init__(self, server):
        self.enough = multiprocessing.Event()
        self.mine, theirs = multiprocessing.Pipe(False)
        self.process = multiprocessing.Process(target=ask_for_health, args=(server, self.enough, theirs))
        self.process.start()
        theirs.close()

    def end(self):
        self.enough.set()
        took = sorted(self.mine.recv())
        self.process.join()
        return took


def share_of(took, share):
    return took[min(len(took) - 1, int(len(took) * share))]


def held(server, took, share):
    if not took or took[-1] > HANG_S:
        raise AssertionError("the honest client waited for %.1f s" % (took[-1] if took else 0))
    if share_of(took, share) > LATE_S:
        raise AssertionError("%d of 100 of the honest client's answers took %.0f ms" % (
            100 * share, 1000 * share_of(took, share)))
    if server.user("honest").get("/app").status != 200:
        raise AssertionError("the next client is not served")


def nothing_was_said(server):
    """By a sanitizer, to the end."""
    code = server.stop()
    with open(server.folder + "/log", encoding="utf-8", errors="replace") as log:
        found = re.search(r"(?s)(ERROR: \w+Sanitizer|runtime error|LeakSanitizer).{0,3000}", log.read())
    if code != 0 or found:
        raise AssertionError("the server ended with %s: %s" % (code, found.group(0) if found else server.log()))


def run(program, connections, seed, share):
    server = wire.Server(program, "log_level = warning\nlinger_ms = 100\nrate_calls = 0\n")
    honest = None
    try:
        made = server.server_side().post("/users", {"users": {u: {"id": u} for u in USERS}})
        assert made.status == 201, made
        server.user("ana").post("/channels/messaging/hall/query", {"data": {"members": USERS}})
        began, honest = time.monotonic(), Honest(server)
        counts, answered = asyncio.run(attack(server, seed, range(connections)))
        took, lasted, honest = honest.end(), time.monotonic() - began, None
        held(server, took, share)
        nothing_was_said(server)
        return ("%d hostile connections in %.0f s (%s), %d answered; honest health checks: %d, p50 %.1f ms, p95 %.1f ms, "
                "p99 %.1f ms, most %.0f ms" % (
                    connections, lasted, ", ".join("%d %s" % (counts[k], k) for k in sorted(counts)), answered, len(took),
                    *(1000 * share_of(took, s) for s in (0.5, 0.95, 0.99, 1))))
    except BaseException:
        print("# the log of the server:\n# " + server.log().replace("\n", "\n# "))
        raise
    finally:
        if honest is not None:
            honest.enough.set()
            honest.process.kill()
        server.close()


def run_short(program):
    print("1..1", flush=True)
    try:
        print("# seed 7: " + run(program, 500, 7, 0.95))
        print("ok 1 - five_hundred_hostile_connections_do_no_harm_and_hold_up_nobody")
        return 0
    except Exception:  # whatever it is, it is this case's failure
        print("# " + traceback.format_exc()[-6000:].replace("\n", "\n# "))
        print("not ok 1 - five_hundred_hostile_connections_do_no_harm_and_hold_up_nobody")
        return 1


def main():
    program, words = sys.argv[1], sys.argv[2:]
    if not words:
        return run_short(program)
    if words[0] == "one" and len(words) == 3:
        print(plan(int(words[1]), int(words[2]), "KEY", "a secret of thirty-two bytes, or more"))
        return 0
    if len(words) > 2 or not all(w.isdigit() for w in words):
        sys.stderr.write(__doc__)
        return 2
    seed = int(words[1]) if len(words) > 1 else random.randrange(1 << 32)
    print("seed %d" % seed, flush=True)
    print(run(program, int(words[0]), seed, 0.99), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
