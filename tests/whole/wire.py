# SPDX-License-Identifier: MIT
"""A client of the wire contract in plain sockets: HTTP, WebSocket, tokens, a server of one's own.

Written from assets/doc/wire.md alone, without looking at the server: so that the page, and not the
code, is what both are held to. Standard library only.
"""
import base64
import hashlib
import hmac
import http.client
import json
import os
import re
import select
import shutil
import signal
import socket
import struct
import subprocess
import tempfile
import time
import urllib.parse

PATIENCE_S = 10.0  # how long to wait for what must come
QUIET_S = 0.1      # how long to look for what must not


def base64url(raw):
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def token(secret, payload, header=None):
    head = header if header is not None else {"alg": "HS256", "typ": "JWT"}
    parts = [base64url(json.dumps(x, separators=(",", ":")).encode()) for x in (head, payload)]
    signed = ".".join(parts)
    mac = hmac.new(secret.encode(), signed.encode(), hashlib.sha256).digest()
    return signed + "." + base64url(mac)


class Reply:
    def __init__(self, method, status, headers, body):
        self.method, self.status, self.headers, self.text = method, status, headers, body.decode("utf-8")
        self.body = json.loads(self.text) if self.text else None

    @property
    def code(self):
        return (self.body or {}).get("code")

    def __repr__(self):
        return "%d %s" % (self.status, self.text[:2000])


class Server:
    """A porchlightd of one's own, in a folder of its own."""

    def __init__(self, program, settings=None):
        self.program = program
        self.folder = tempfile.mkdtemp(prefix="porchlight-walk-")
        self.data = os.path.join(self.folder, "data")
        made = subprocess.run([program, "init", self.data], stdout=subprocess.PIPE, text=True, check=True)
        self.key = re.match(r"api_key: (\S+)$", made.stdout.strip().split("\n")[-1]).group(1)
        with open(os.path.join(self.data, "app.ini"), encoding="utf-8") as app:
            self.secret = re.search(r"(?m)^secret *= *(\S+)$", app.read()).group(1)
        if settings:
            with open(os.path.join(self.data, "config.ini"), "a", encoding="utf-8") as config:
                config.write(settings)
        self.process = None
        self.port = 0
        self.start()

    def start(self, port=0):
        self.process = subprocess.Popen(
            [self.program, "--data", self.data, "--listen", "127.0.0.1:%d" % port],
            stdout=subprocess.PIPE, stderr=open(os.path.join(self.folder, "log"), "ab"), text=True)
        ready = self.process.stdout.readline()
        found = re.match(r"porchlightd: listening on http://127\.0\.0\.1:(\d+)$", ready.strip())
        if not found:
            raise AssertionError("the ready line is %r; the log: %s" % (ready, self.log()))
        self.port = int(found.group(1))

    def stop(self, how=signal.SIGTERM):
        if self.process is None:
            return None
        self.process.send_signal(how)
        code = self.process.wait(timeout=10)
        self.process.stdout.close()
        self.process = None
        return code

    def restart(self, how=signal.SIGTERM):
        self.stop(how)
        self.start(self.port)

    def sound(self):
        """What `porchlightd check` finds wrong with what a stopped server leaves behind, or ""."""
        self.stop()
        found = subprocess.run([self.program, "check", "--data", self.data], stdout=subprocess.PIPE,
                               stderr=subprocess.STDOUT, text=True)
        return "" if found.returncode == 0 else found.stdout

    def log(self):
        with open(os.path.join(self.folder, "log"), encoding="utf-8", errors="replace") as log:
            return log.read()[-4000:]

    def token(self, *words):
        out = subprocess.run([self.program, "token", *words, "--data", self.data],
                             stdout=subprocess.PIPE, text=True, check=True).stdout
        return out.strip()

    def user(self, user_id):
        return Caller(self, user_id, token(self.secret, {"user_id": user_id}))

    def server_side(self):
        return Caller(self, None, token(self.secret, {"server": True}))

    def close(self):
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)


class Caller:
    """REST calls as one user, or server-side where user_id is None."""

    def __init__(self, server, user_id, jwt, key=None):
        self.server, self.id, self.jwt = server, user_id, jwt
        self.key = key or server.key
        self.auth_type = "jwt"

    def call(self, method, path, body=None, params=None, raw=None, headers=None):
        query = {"api_key": self.key}
        if self.id is not None:
            query["user_id"] = self.id
        query.update(params or {})
        query = {k: v for k, v in query.items() if v is not None}
        head = {"stream-auth-type": self.auth_type, "X-Stream-Client": "walk"}
        if self.jwt is not None:
            head["Authorization"] = self.jwt
        if body is not None:
            raw = json.dumps(body).encode()
        if raw is not None:
            head["Content-Type"] = "application/json"
        given = headers or {}
        head = {k: v for k, v in head.items() if k.lower() not in [g.lower() for g in given]}
        head.update(given)
        link = http.client.HTTPConnection("127.0.0.1", self.server.port, timeout=PATIENCE_S)
        try:
            link.request(method, path + "?" + urllib.parse.urlencode(query), raw, head)
            answer = link.getresponse()
            return Reply(method, answer.status, {k.lower(): v for k, v in answer.getheaders()}, answer.read())
        finally:
            link.close()

    def get(self, path, payload=None, **params):
        if payload is not None:
            params["payload"] = json.dumps(payload)
        return self.call("GET", path, params=params)

    def post(self, path, body=None, **params):
        return self.call("POST", path, body, params)

    def put(self, path, body=None, **params):
        return self.call("PUT", path, body, params)

    def patch(self, path, body=None, **params):
        return self.call("PATCH", path, body, params)

    def delete(self, path, **params):
        return self.call("DELETE", path, params=params)

    def connect(self, **details):
        return Socket(self, details)


class Socket:
    """A WebSocket of a user. Frames are masked, as a client's must be."""

    def __init__(self, caller, details=None, authorization=None, json_text=None, head="", rcvbuf=None):
        self.caller = caller
        self.events, self.pongs, self.buffer, self.closed = [], [], b"", None
        self.link = socket.socket()
        self.link.settimeout(PATIENCE_S)
        if rcvbuf is not None:
            self.link.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, rcvbuf)
        self.link.connect(("127.0.0.1", caller.server.port))
        user = dict({"id": caller.id}, **(details or {}))
        text = json_text or json.dumps({"user_id": caller.id, "user_details": user})
        query = {"json": text, "api_key": caller.key, "stream-auth-type": caller.auth_type,
                 "X-Stream-Client": "walk"}
        if caller.jwt is not None and authorization is None:
            query["authorization"] = caller.jwt
        self.key = base64.b64encode(os.urandom(16)).decode()
        request = ("GET /connect?%s HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\n"
                   "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: %s\r\n%s%s\r\n"
                   % (urllib.parse.urlencode(query), self.key, head,
                      "Authorization: %s\r\n" % authorization if authorization else ""))
        self.link.sendall(request.encode())
        while b"\r\n\r\n" not in self.buffer:
            got = self.link.recv(65536)
            if not got:
                raise AssertionError("closed before the upgrade: %r" % self.buffer)
            self.buffer += got
        head_bytes, self.buffer = self.buffer.split(b"\r\n\r\n", 1)
        self.status = int(head_bytes.split()[1])
        self.head = head_bytes.decode()
        self.hello = self.next(PATIENCE_S) if self.status == 101 else None

    @property
    def id(self):
        return self.hello["connection_id"]

    @property
    def me(self):
        return self.hello["me"]

    def frame(self, payload, opcode=1, final=True, masked=True):
        payload = payload.encode() if isinstance(payload, str) else payload
        head = bytes([(0x80 if final else 0) | opcode])
        mark = 0x80 if masked else 0
        if len(payload) < 126:
            head += bytes([mark | len(payload)])
        elif len(payload) < 65536:
            head += bytes([mark | 126]) + struct.pack(">H", len(payload))
        else:
            head += bytes([mark | 127]) + struct.pack(">Q", len(payload))
        if masked:
            mask = os.urandom(4)
            payload = mask + bytes(b ^ mask[i % 4] for i, b in enumerate(payload))
        self.link.sendall(head + payload)

    def say(self, value):
        self.frame(json.dumps(value))

    def _take(self):
        """One frame out of the buffer: (opcode, payload), or None."""
        b = self.buffer
        if len(b) < 2:
            return None
        size, at = b[1] & 0x7F, 2
        if size == 126:
            if len(b) < 4:
                return None
            size, at = struct.unpack(">H", b[2:4])[0], 4
        elif size == 127:
            if len(b) < 10:
                return None
            size, at = struct.unpack(">Q", b[2:10])[0], 10
        if len(b) < at + size:
            return None
        self.buffer = b[at + size:]
        return b[0] & 0x0F, b[at:at + size]

    def next(self, patience_s):
        """The next event, or None when none comes in time or the socket is closed."""
        until = time.monotonic() + patience_s
        while self.closed is None:
            frame = self._take()
            if frame is None:
                left = until - time.monotonic()
                if left <= 0 or not select.select([self.link], [], [], left)[0]:
                    return None
                try:
                    got = self.link.recv(65536)
                except ConnectionError:
                    got = b""
                if not got:
                    self.closed = (0, "")
                    return None
                self.buffer += got
                continue
            opcode, payload = frame
            if opcode == 1:
                return json.loads(payload.decode("utf-8"))
            if opcode == 8:
                code = struct.unpack(">H", payload[:2])[0] if len(payload) >= 2 else 1005
                self.closed = (code, payload[2:].decode("utf-8"))
            elif opcode == 9:
                self.frame(payload, opcode=10)
            elif opcode == 10:
                self.pongs.append(payload)
        return None

    def until(self, type_, **fields):
        """The next event of a type whose fields match; others on the way are kept in events."""
        end = time.monotonic() + PATIENCE_S
        while True:
            event = self.next(max(0.0, end - time.monotonic()))
            if event is None:
                raise AssertionError("no %s %s came; what came: %s; closed: %s" % (
                    type_, fields, [e["type"] for e in self.events], self.closed))
            self.events.append(event)
            if event["type"] == type_ and all(dig(event, k) == v for k, v in fields.items()):
                return event

    def quiet(self, *types, seconds=QUIET_S):
        """What came of these types (all but health checks where none is named): until a health check
        asked for now is answered, however slow the machine, and a moment longer."""
        seen, event = [], None
        self.ask()
        while event is None or event["type"] != "health.check":
            event = self.next(PATIENCE_S)
            if event is None:
                if self.closed is not None:
                    return seen
                raise AssertionError("no health check is answered")
            self._note(event, types, seen)
        end = time.monotonic() + seconds
        while True:
            event = self.next(max(0.0, end - time.monotonic()))
            if event is None:
                return seen
            self._note(event, types, seen)

    def ask(self):
        """For a health check; a socket that is closed already is not asked."""
        try:
            self.say([{"type": "health.check"}])
        except OSError:
            pass

    @staticmethod
    def _note(event, types, seen):
        if event["type"] in types or (not types and event["type"] != "health.check"):
            seen.append(event)

    def until_closed(self):
        while self.closed is None:
            if self.next(PATIENCE_S) is None and self.closed is None:
                raise AssertionError("not closed in time")
        return self.closed

    def goodbye(self, code=1000):
        self.frame(struct.pack(">H", code), opcode=8)
        self.until_closed()
        self.link.close()

    def reset(self):
        self.link.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.link.close()


def dig(value, dotted):
    """user__id → value["user"]["id"], or None."""
    for key in dotted.split("__"):
        value = value.get(key) if isinstance(value, dict) else None
    return value


def raw(port, data, patience_s=PATIENCE_S):
    """Bytes out, bytes back until the server closes or is silent for a moment."""
    with socket.create_connection(("127.0.0.1", port), timeout=patience_s) as link:
        link.sendall(data)
        back = b""
        while select.select([link], [], [], 0.5 if back else patience_s)[0]:
            try:
                got = link.recv(65536)
            except ConnectionError:
                break
            if not got:
                break
            back += got
        return back
