#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What strangers do to a server before they are anybody. Each case ends with an honest client who is
served at once. Speaks TAP.

    strangers.py PORCHLIGHTD QUICK_CLOCK [REGEX]

QUICK_CLOCK is tests/support/quick_clock.so, under which a server's minute takes three seconds.
"""
import json
import os
import re
import select
import signal
import socket
import ssl
import struct
import subprocess
import sys
import time
import traceback
import urllib.parse

sys.dont_write_bytecode = True
import wire

PATIENCE_S, TIMES = 15.0, 20
CASES = []


def case(function):
    CASES.append(function)
    return function


def holds(truth, what):
    if not truth:
        raise AssertionError(what)


def served_at_once(server):
    """An honest client, while whatever else is going on."""
    began = time.monotonic()
    holds(server.user("honest").get("/app").status == 200, "an honest client is not served")
    holds(time.monotonic() - began < 5, "an honest client waits for %.1f s" % (time.monotonic() - began))


class Line:
    """Bytes out and in, one connection."""

    def __init__(self, server):
        self.link = socket.create_connection(("127.0.0.1", server.port), timeout=PATIENCE_S)
        self.buffer = b""

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.link.close()

    def say(self, text):
        self.link.sendall(text if isinstance(text, bytes) else text.encode("latin-1"))

    def reply(self):
        """(status, head, body), or None at the end."""
        while b"\r\n\r\n" not in self.buffer:
            if not self._more():
                return None
        head, self.buffer = self.buffer.split(b"\r\n\r\n", 1)
        length = re.search(rb"(?i)\r\ncontent-length: (\d+)", head)
        length = int(length.group(1)) if length else 0
        while len(self.buffer) < length:
            holds(self._more(), "a reply that is not whole")
        body, self.buffer = self.buffer[:length], self.buffer[length:]
        return int(head.split()[1]), head.decode("latin-1").lower(), body

    def _more(self):
        try:
            got = self.link.recv(65536)
        except ConnectionError:
            got = b""
        self.buffer += got
        return bool(got)

    def ended(self):
        """Until the server ends it: what came on the way."""
        while self._more():
            pass
        return self.buffer


def asked(path, method="GET", head="", body=""):
    return "%s %s HTTP/1.1\r\nHost: h\r\n%s\r\n%s" % (method, path, head, body)


def refused(server, text, statuses, closes=True):
    """What came of it: one of these, and then the end."""
    with Line(server) as line:
        line.say(text)
        reply = line.reply()
        holds(reply is not None and reply[0] in statuses, "%r: %s" % (text[:80], reply and reply[:2]))
        if closes:
            holds(line.ended() == b"", "more came behind a refusal: %r" % line.buffer)
    served_at_once(server)
    return reply


@case
def requests_in_one_breath_are_answered_in_order(server):
    with Line(server) as line:
        get, post = asked("/app?api_key=wrong"), asked("/users?api_key=wrong", "POST", "Content-Length: 2\r\n", "{}")
        line.say(get + post + get + post)
        for _ in range(4):
            holds(line.reply()[0] == 401, "a pipelined request is not answered")
    served_at_once(server)


@case
def an_upgrade_to_something_else_on_a_used_connection_is_only_a_request(server):
    for name in ("foo", "h2c", "TLS/1.0"):
        with Line(server) as line:
            line.say(asked("/app?api_key=wrong"))
            holds(line.reply()[0] == 401, "the first request")
            line.say(asked("/app?api_key=wrong", head="Connection: Upgrade, HTTP2-Settings\r\nUpgrade: %s\r\n"
                                                      "HTTP2-Settings: AAMAAABkAARAAAAAAAIAAAAA\r\n" % name))
            status, head, _ = line.reply()
            holds(status in (400, 401, 426), "%s: %d" % (name, status))
            holds("\r\nupgrade:" not in head and "101" not in head.split("\r\n")[0], head)
    served_at_once(server)


@case
def http_2_is_not_entered(server):
    refused(server, b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", (400, 405, 505))


@case
def connect_makes_no_tunnel(server):
    refused(server, "CONNECT example.org:443 HTTP/1.1\r\nHost: example.org\r\n\r\n", (400, 405))
    refused(server, "CONNECT x HTTP/1.1\r\nHost: x\r\n\r\n", (400, 405))


@case
def a_body_in_chunks_smuggles_nothing(server):
    hidden = asked("/app?api_key=" + server.key)
    chunks = "%x\r\n%s\r\n0\r\n\r\n" % (len(hidden), hidden)
    refused(server, asked("/users", "POST", "Transfer-Encoding: chunked\r\n", chunks), (411, 501))
    refused(server, asked("/users", "POST", "Transfer-Encoding: chunked\r\nContent-Length: 4\r\n", chunks), (400,))
    refused(server, asked("/users", "POST", "Transfer-Encoding: identity, chunked\r\n", chunks), (400, 411, 501))
    refused(server, asked("/users", "POST", "transfer-encoding : chunked\r\n", chunks), (400,))


@case
def a_length_is_digits_said_once(server):
    for value in ("-1", "+5", "5, 5", "0x10", "", "5 5", "1e1", "18446744073709551621", "99999999999999999999"):
        refused(server, asked("/users", "POST", "Content-Length: %s\r\n" % value, "xxxxx"), (400,))
    refused(server, asked("/users", "POST", "Content-Length: 5\r\nContent-Length: 5\r\n", "xxxxx"), (400,))
    refused(server, asked("/users", "POST", "Content-Length: 5\r\nContent-Length: 6\r\n", "xxxxx"), (400,))
    refused(server, asked("/users", "POST", "Content-Length: 999999999\r\n"), (413,))


@case
def without_a_length_there_is_no_body_to_wait_for(server):
    jwt = wire.token(server.secret, {"server": True})
    head = "Authorization: %s\r\nstream-auth-type: jwt\r\n" % jwt
    for method, path in (("POST", "/users"), ("PATCH", "/users"), ("PUT", "/channeltypes/messaging")):
        for length in ("", "Content-Length: 0\r\n"):
            began = time.monotonic()
            reply = refused(server, asked(path + "?api_key=" + server.key, method, head + length), (400,), closes=False)
            holds(json.loads(reply[2])["code"] == 4, "%s %s: %s" % (method, length, reply[2]))
            holds(time.monotonic() - began < 5, "it waits for a body")


@case
def an_escaped_line_end_is_no_line_end(server):
    status, head, body = refused(
        server, asked("/app%0d%0aOrigin:http://trusted?api_key=x"), (400,))
    holds("trusted" not in head and b"trusted" not in body, "it came back: %s" % head)
    with Line(server) as line:  # in a value it is data, and comes back as such
        line.say(asked("/app?api_key=" + urllib.parse.quote("x\r\nX-Evil: 1")))
        status, head, _ = line.reply()
        holds(status == 401 and "x-evil" not in head, head)


@case
def a_head_may_have_16_kib_and_not_33(server):
    with Line(server) as line:
        line.say(asked("/app?api_key=wrong&x=" + "a" * 16000))
        holds(line.reply()[0] == 401, "a head of 16 KiB")
    for text in (asked("/app?x=" + "a" * 33000), asked("/app", head="X-Long: %s\r\n" % ("a" * 33000)), "GET /" + "a" * 40000):
        reply = refused(server, text, (431,))
        holds(json.loads(reply[2])["code"] == 24, "the code of 431: %s" % reply[2])


@case
def a_line_that_could_be_read_in_two_ways_is_refused(server):
    for text in ("GET /app HTTP/1.1\r\nHost: h\r\n folded\r\n\r\n", "GET /app HTTP/1.1\r\nHost : h\r\n\r\n",
                 "GET /app HTTP/1.1\nHost: h\n\n", "GET /app HTTP/1.1\r\n\r\n", "GET /app HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
                 "GET  /app HTTP/1.1\r\nHost: h\r\n\r\n", "GET /app HTTP/1.1\r\nHost: h\r\nX\x00: 1\r\n\r\n"):
        refused(server, text, (400,))


@case
def every_reply_tells_browsers_that_they_may_and_what_not_to_pass_on(server):
    key = "/app?api_key=" + server.key
    for text, status in ((asked("/nowhere?api_key=" + server.key), (401, 404)), (asked(key), (401,)),
                         (asked("/app?api_key=wrong"), (401,)), (asked("/app", "CONNECT"), (400, 405)),
                         (asked(key, "OPTIONS", "Origin: http://a\r\nAccess-Control-Request-Method: POST\r\n"), (200, 204)),
                         ("nonsense\r\n\r\n", (400,))):
        with Line(server) as line:
            line.say(text)
            got, head, _ = line.reply()
            holds(got in status, "%r: %d" % (text[:40], got))
            holds("\r\naccess-control-allow-origin: *" in head, "%r: no CORS: %s" % (text[:40], head))
            holds("access-control-allow-credentials" not in head, "%r: credentials" % text[:40])
            holds("\r\nreferrer-policy: no-referrer" in head, "%r: no Referrer-Policy: %s" % (text[:40], head))


@case
def with_tls_nothing_but_http_1_1_is_agreed(server):
    cert, key = (os.path.join(server.folder, name) for name in ("cert.pem", "key.pem"))
    subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=h",
                    "-keyout", key, "-out", cert], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    with open(os.path.join(server.data, "config.ini"), "a", encoding="utf-8") as config:
        config.write("tls_cert = %s\ntls_key = %s\n" % (cert, key))
    server.stop()
    server.process = subprocess.Popen([server.program, "--data", server.data, "--listen", "127.0.0.1:0"],
                                      stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    port = int(re.search(r":(\d+)$", server.process.stdout.readline().strip()).group(1))
    for offered, wanted in ((["h2", "http/1.1"], ("http/1.1",)), (["h2"], (None, "refused")), (["http/1.1"], ("http/1.1",))):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        context.set_alpn_protocols(offered)
        with socket.create_connection(("127.0.0.1", port), timeout=PATIENCE_S) as plain:
            try:
                with context.wrap_socket(plain) as link:
                    agreed = link.selected_alpn_protocol()
                    link.sendall(asked("/app?api_key=wrong").encode())
                    holds(link.recv(4096).startswith(b"HTTP/1.1 401"), "%s: no HTTP/1.1" % offered)
            except ssl.SSLError:
                agreed = "refused"
        holds(agreed in wanted, "%s: %s is agreed" % (offered, agreed))
    server.process.send_signal(signal.SIGTERM)
    server.process.wait(timeout=PATIENCE_S)
    server.process.stdout.close()
    server.process = None


# ---- under a quick clock ------------------------------------------------------------------------------------

def ends_within(line, low_s, high_s, what, feed=None):
    """It is ended by the server after so many seconds of its own. feed() is called now and then."""
    began = time.monotonic()
    while True:
        took = (time.monotonic() - began) * TIMES
        holds(took < high_s + 30, "%s: still there after %.0f s" % (what, took))
        if select.select([line.link], [], [], 0.02)[0]:
            if not line._more():
                break
        elif feed is not None:
            try:
                feed()
            except OSError:
                pass
    holds(low_s <= took <= high_s, "%s ends after %.0f s" % (what, took))


@case
def quick_a_head_has_ten_seconds(server):
    with Line(server) as silent, Line(server) as slow:
        slow.say("GET /app HTTP/1.1\r\nHost: h\r\nX: ")
        ends_within(slow, 5, 45, "a head a letter at a time", lambda: slow.say("x"))
        ends_within(silent, 0, 90, "a silent connection")
    served_at_once(server)


@case
def quick_a_request_has_thirty_seconds_however_it_drips(server):
    with Line(server) as line:
        line.say(asked("/users?api_key=" + server.key, "POST", "Content-Length: 100000\r\n"))
        ends_within(line, 12, 70, "a body a byte at a time", lambda: line.say("x"))
    served_at_once(server)


@case
def quick_between_requests_there_is_a_minute(server):
    with Line(server) as line:
        line.say(asked("/app?api_key=wrong"))
        holds(line.reply()[0] == 401, "the first request")
        ends_within(line, 40, 110, "an idle connection")


@case
def quick_a_message_has_thirty_seconds_however_it_drips(server):
    user = wire.Socket(server.user("dripping"))
    key = struct.pack(">I", 0)
    user.link.sendall(b"\x01\x80" + key)

    def feed():
        user.link.sendall(b"\x00\x81" + key + b"x")
    began = time.monotonic()
    while user.closed is None and (time.monotonic() - began) * TIMES < 100:
        try:
            feed()
        except OSError:
            pass
        user.next(0.01)
    took = (time.monotonic() - began) * TIMES
    holds(user.closed is not None and user.closed[0] in (1008, 1009), "closed: %s, after %.0f s" % (user.closed, took))
    served_at_once(server)


@case
def quick_who_floods_for_a_minute_is_sent_away(server):
    user = wire.Socket(server.user("flooding"))
    flood = b"\x81\x80\x00\x00\x00\x00" * 4000
    began, left = time.monotonic(), b""
    user.link.settimeout(0.2)
    while user.closed is None and time.monotonic() - began < 60:
        left = left or flood
        try:
            left = left[user.link.send(left):]
        except OSError:  # not read just now, or gone
            pass
        user.next(0.001)
    took = (time.monotonic() - began) * TIMES
    holds(user.closed is not None and took > 55, "closed: %s, after %.0f s" % (user.closed, took))
    holds(user.closed[0] in (0, 1008), "closed with %s" % (user.closed,))  # 0: a reset, for there was more to read
    holds("too many messages" in server.log(), "the log does not say why: %s" % server.log())
    served_at_once(server)


@case
def quick_who_says_nothing_for_a_minute_is_dropped_and_left_without_a_linger(server):
    silent, watching = wire.Socket(server.user("silent")), server.user("watching")
    eyes = watching.connect()
    got = watching.get("/users", {"filter_conditions": {"id": "silent"}, "presence": True}, connection_id=eyes.id)
    holds(got.body["users"][0]["online"], "silent is not home: %s" % got)
    began, gone, said = time.monotonic(), None, 0.0
    while gone is None and (time.monotonic() - began) * TIMES < 150:
        if time.monotonic() - said > 0.5:  # ten of the server's seconds
            eyes.say([{"type": "health.check"}])
            said = time.monotonic()
        event = eyes.next(0.25)
        if event is not None and event["type"] == "user.presence.changed":
            gone = event["user"]["online"]
    took = (time.monotonic() - began) * TIMES
    holds(gone is False, "nobody is told that silent is gone")
    holds(45 <= took <= 110, "it is told after %.0f s" % took)
    beats = 0
    while silent.closed is None and silent.next(1.0) is not None:
        beats += 1
    holds(beats >= 1, "the server said nothing by itself in a minute")


# ---- all of them --------------------------------------------------------------------------------------------

def run_one(function, program, clock):
    if function.__name__.startswith("quick_"):
        asan = os.environ.get("ASAN_OPTIONS", "")
        os.environ.update(LD_PRELOAD=clock, ASAN_OPTIONS=(asan + ":" if asan else "") + "verify_asan_link_order=0")
    server = None
    try:
        server = wire.Server(program, "rate_calls = 0\n")
        os.environ.pop("LD_PRELOAD", None)
        function(server)
        wrong = server.sound()
        return "the data is not sound afterwards: " + wrong if wrong else None
    except Exception:
        return traceback.format_exc() + (server.log() if server else "")
    finally:
        os.environ.pop("LD_PRELOAD", None)
        if server is not None:
            server.close()


def main():
    program, clock = sys.argv[1:3]
    wanted = [c for c in CASES if re.search(sys.argv[3] if len(sys.argv) > 3 else "", c.__name__)]
    print("1..%d" % len(wanted))
    broken = 0
    for number, function in enumerate(wanted, 1):
        wrong = run_one(function, program, clock)
        broken += wrong is not None
        print("%sok %d - %s" % ("not " if wrong else "", number, function.__name__), flush=True)
        if wrong:
            print("# " + wrong.replace("\n", "\n# "))
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
