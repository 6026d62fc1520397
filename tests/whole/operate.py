#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Keeping porchlightd running: settings that are read again, certificates that are renewed, health
and metrics, the log, and whoever starts it and hands it its socket.

    operate.py PORCHLIGHTD [REGEX]     speaks TAP
"""
import http.client
import json
import os
import re
import shutil
import signal
import socket
import ssl
import subprocess
import sys
import tempfile
import time
import traceback

import wire

CASES = []


def case(function):
    CASES.append(function)
    return function


def equal(got, wanted, what=""):
    if got != wanted:
        raise AssertionError("%s: got %r, wanted %r" % (what, got, wanted))


def holds(truth, what=""):
    if not truth:
        raise AssertionError(what)


class House(wire.Server):
    """A server whose settings, start and log the case decides on."""

    def __init__(self, program, settings=""):
        self.env, self.passed, self.scheme, self.out = None, (), "http", ""
        super().__init__(program, settings)

    @property
    def settings_path(self):
        return os.path.join(self.data, "config.ini")

    def start(self, port=0):
        self.process = subprocess.Popen(
            self.command(port), stdout=subprocess.PIPE, text=True, env=self.env, pass_fds=self.passed,
            stderr=open(os.path.join(self.folder, "log"), "ab"))
        ready = self.process.stdout.readline()
        found = re.match(r"porchlightd: listening on (https?)://127\.0\.0\.1:(\d+)$", ready.strip())
        holds(found, "the ready line is %r; the log: %s" % (ready, self.log()))
        self.scheme, self.port = found.group(1), int(found.group(2))

    def command(self, port):
        return [self.program, "--data", self.data, "--listen", "127.0.0.1:%d" % port]

    def log(self):
        with open(os.path.join(self.folder, "log"), encoding="utf-8") as log:
            return log.read()

    def said(self, pattern, times=1):
        """Until the log has lines of this pattern: the last of them."""
        end = time.monotonic() + wire.PATIENCE_S
        while True:
            found = re.findall(r"(?m)^\S+Z (%s)$" % pattern, self.log())
            if len(found) >= times:
                return found[-1] if isinstance(found[-1], str) else found[-1][0]
            holds(time.monotonic() < end, "%d times %s in the log:\n%s" % (times, pattern, self.log()))
            time.sleep(0.005)  # between two looks

    def set(self, text):
        with open(self.settings_path, "w", encoding="utf-8") as settings:
            settings.write(text)

    def hup(self, pattern=r"info config-reloaded .*"):
        """Read the settings again; until this is said of it."""
        times = len(re.findall(r"(?m)^\S+Z %s$" % pattern, self.log())) + 1
        self.process.send_signal(signal.SIGHUP)
        return self.said(pattern, times)

    def aside(self, method, path):
        url = re.search(r"metrics=http://127\.0\.0\.1:(\d+)", self.said("info serving .*"))
        link = http.client.HTTPConnection("127.0.0.1", int(url.group(1)), timeout=wire.PATIENCE_S)
        try:
            link.request(method, path)
            answer = link.getresponse()
            return answer.status, {k.lower(): v for k, v in answer.getheaders()}, answer.read().decode()
        finally:
            link.close()

    def metrics(self):
        status, _, text = self.aside("GET", "/metrics")
        equal(status, 200, text)
        return {line.rsplit(" ", 1)[0]: float(line.rsplit(" ", 1)[1])
                for line in text.split("\n") if line and not line.startswith("#")}


def with_house(settings="", **options):
    """The case gets a house of its own, in order and gone afterwards."""
    def wrap(function):
        def run(program):
            house = House(program, "\nlinger_ms = 300\n" + settings, **options)
            try:
                function(house)
            except Exception:
                print("\n".join("# log: " + line for line in house.log().split("\n")))
                raise
            finally:
                if house.process is not None:
                    equal(house.stop(), 0, "the server ends well: " + house.log())
                house.close()
        run.__name__ = function.__name__
        return case(run)
    return wrap


# ---- settings ----

@with_house()
def a_hangup_ends_nobody_and_reads_the_settings_again(house):
    ana = house.user("ana").connect()
    house.set("linger_ms = 300\nrate_calls = 3\nlog_level = debug\n")
    house.hup()
    ana.say([{"type": "health.check"}])
    ana.until("health.check")
    headers = house.user("ana").get("/app").headers
    equal(headers["x-ratelimit-limit"], "3", "the limit of calls")
    house.set("log_level = error\n")
    house.process.send_signal(signal.SIGHUP)
    wait_until(lambda: house.user("bo").get("/app").headers["x-ratelimit-limit"] == "600")
    lines = house.log()
    house.user("cy").connect().goodbye()
    equal(house.log(), lines, "what is below the level is not said")
    ana.goodbye()


def wait_until(true):
    end = time.monotonic() + wire.PATIENCE_S
    while not true():
        holds(time.monotonic() < end, "it never came true")
        time.sleep(0.005)  # between two looks


@with_house("max_connections_per_user = 1\nlisten_users = 1\nlinger_ms = 60000\n")
def limits_change_for_who_comes_next(house):
    server = house.server_side()
    server.post("/users", {"users": {"u%d" % i: {"id": "u%d" % i} for i in range(3)}})
    first = house.user("ana").connect()
    equal(house.user("ana").connect().hello["error"]["code"], 71, "one is the limit")
    house.set("linger_ms = 0\nmax_connections_per_user = 2\nlisten_users = 5\n")
    house.hup()
    second = house.user("ana").connect()
    equal(second.hello["type"], "health.check", "two is the limit now")
    house.user("ana").get("/users", {"filter_conditions": {"id": {"$in": ["u0", "u1", "u2"]}},
                                     "presence": True, "connection_id": second.id},
                          connection_id=second.id)
    sockets = [house.user("u%d" % i).connect() for i in range(3)]
    for i in range(3):
        second.until("user.presence.changed", user__id="u%d" % i)
    sockets[2].reset()  # and no linger holds them
    second.until("user.presence.changed", user__id="u2", user__online=False)
    first.goodbye()


@with_house("max_connections = 2\n")
def the_bound_on_connections_moves(house):
    held = [socket.create_connection(("127.0.0.1", house.port)) for _ in range(2)]
    third = socket.create_connection(("127.0.0.1", house.port), timeout=wire.PATIENCE_S)
    equal(third.recv(1), b"", "a third is refused")
    house.set("max_connections = 4\n")
    house.hup()
    equal(house.user("ana").get("/app").status, 200, "and taken now")
    for link in held + [third]:
        link.close()


@with_house()
def a_bad_file_changes_nothing_and_says_where(house):
    ana = house.user("ana").connect()
    for text, why in (("rate_calls = 7\nlinger_ms = soon\n", r":2: linger_ms: a whole number"),
                      ("rate_calls = 7\nporch = light\n", r":2: porch: no such setting"),
                      ("rate_calls = 7\ntls_cert = /nowhere\n", r"both or neither")):
        house.set(text)
        said = house.hup(r'error config-refused why="[^"]*%s[^"]*"' % why)
        holds(house.settings_path in said, said)
        equal(house.user("ana").get("/app").headers["x-ratelimit-limit"], "600", "nothing changed")
    os.unlink(house.settings_path)
    os.mkdir(house.settings_path)
    house.hup(r'error config-refused why=".*cannot be read.*"')
    ana.say([{"type": "health.check"}])
    ana.until("health.check")
    equal(len(re.findall("config-refused", house.log())), 4, "one line each")


@with_house()
def what_only_a_restart_can_change_is_said(house):
    house.set("listen = 127.0.0.1:1\ndata = /elsewhere\nmetrics_listen = 127.0.0.1:2\n"
              "tls_cert = /a\ntls_key = /b\nrate_calls = 9\n")
    house.hup()
    for setting in ("data", "metrics_listen", "tls_cert"):
        house.said("warning config-needs-restart setting=%s" % setting)
    holds("setting=listen" not in house.log(), "--listen comes before the file's")
    equal(house.user("ana").get("/app").headers["x-ratelimit-limit"], "9", "the rest is applied")


@with_house("allowed_origins = https://a.example https://b.example\n")
def pages_of_other_origins_are_kept_out(house):
    ana = house.user("ana")

    def asked(origin):
        return ana.call("GET", "/app", headers={"Origin": origin}).headers.get("access-control-allow-origin")
    equal(asked("https://b.example"), "https://b.example")
    equal([asked(o) for o in ("https://c.example", "https://a.example https://b.example", "https://a")],
          [None] * 3, "whole and exact")
    equal(ana.call("OPTIONS", "/app", headers={"Origin": "https://a.example"})
          .headers["access-control-allow-origin"], "https://a.example", "preflight")
    equal(wire.Socket(ana, head="Origin: https://c.example\r\n").status, 403, "their WebSocket")
    equal(wire.Socket(ana, head="Origin: https://a.example\r\n").status, 101, "one of ours")
    equal(wire.Socket(ana).status, 101, "a program has none")
    house.set("allowed_origins = https://c.example\n")
    house.hup()
    equal(asked("https://c.example"), "https://c.example")
    equal(asked("https://a.example"), None)
    house.set("")
    house.hup()
    equal(asked("https://a.example"), "*")


# ---- TLS ----

def certificate(folder, name, kind="rsa:2048"):
    """A new self-signed one for localhost, in the places a server looks at."""
    cert, key = os.path.join(folder, "cert.pem"), os.path.join(folder, "key.pem")
    kind = ["-newkey", kind] if kind != "ec" else ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"]
    subprocess.run(["openssl", "req", "-x509", *kind, "-nodes", "-days", "2", "-subj", "/CN=" + name,
                    "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", key, "-out", cert],
                   check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    with open(cert, encoding="ascii") as file:
        return ssl.PEM_cert_to_DER_cert(file.read())


def tls(house):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    link = context.wrap_socket(socket.create_connection(("127.0.0.1", house.port), timeout=wire.PATIENCE_S),
                               server_hostname="localhost")
    return link, link.getpeercert(binary_form=True)


def ask(link):
    link.sendall(b"GET /app HTTP/1.1\r\nHost: h\r\n\r\n")
    back = b""
    while b"}" not in back:
        got = link.recv(65536)
        holds(got, "closed after %r" % back)
        back += got
    return back.split(b"\r\n", 1)[0]


@case
def a_renewed_certificate_is_shown_and_who_is_connected_stays(program):
    folder = tempfile.mkdtemp(prefix="porchlight-tls-")
    old = certificate(folder, "old")
    house = House(program, "tls_cert = %s/cert.pem\ntls_key = %s/key.pem\n" % (folder, folder))
    try:
        equal(house.scheme, "https", "the URL that is printed")
        stays, shown = tls(house)
        equal(shown, old, "the first certificate")
        new = certificate(folder, "new", "ec")  # of another kind: nothing of the old may remain
        equal(tls(house)[1], old, "until the server is told")
        house.hup(r"info config-reloaded certificate=good")
        for _ in range(3):
            link, shown = tls(house)
            equal(shown, new, "the second certificate")
            equal(ask(link), b"HTTP/1.1 401 Unauthorized", "and it serves")
            link.close()
        equal(ask(stays), b"HTTP/1.1 401 Unauthorized", "who was connected stays so")
        with open(os.path.join(folder, "key.pem"), "w", encoding="ascii") as key:
            key.write("no key\n")
        house.hup(r'error certificate-refused why="[^"]*key.pem[^"]*"')
        equal(tls(house)[1], new, "a bad one leaves the old in its place")
        os.unlink(os.path.join(folder, "cert.pem"))
        house.hup(r'error certificate-refused why="[^"]*cert.pem[^"]*"')
        equal(tls(house)[1], new, "a missing one too")
        certificate(folder, "other")
        with open(os.path.join(folder, "cert.pem"), encoding="ascii") as file:
            kept = file.read()
        third = certificate(folder, "third")
        with open(os.path.join(folder, "cert.pem"), encoding="ascii") as file:
            right = file.read()
        for text, good in ((kept, False), (right, True)):
            with open(os.path.join(folder, "cert.pem"), "w", encoding="ascii") as file:
                file.write(text)
            house.hup(r"info config-reloaded certificate=good" if good else r"error certificate-refused .*")
        equal(tls(house)[1], third, "of a pair that belongs together")
        equal(ask(stays), b"HTTP/1.1 401 Unauthorized", "through all of it")
        stays.close()
        equal(house.stop(), 0, "it ends well: " + house.log())
    finally:
        house.close()
        shutil.rmtree(folder)


# ---- health and metrics ----

ASIDE = "metrics_listen = 127.0.0.1:0\n"


@with_house(ASIDE)
def health_is_told_aside_and_nowhere_else(house):
    equal(house.aside("GET", "/healthz")[::2], (200, "ok\n"))
    status, headers, text = house.aside("HEAD", "/healthz")
    equal((status, headers["content-length"], text), (200, "3", ""))
    equal([house.aside(*ask)[0] for ask in (("POST", "/healthz"), ("GET", "/"), ("GET", "/app"))], [405, 404, 404])
    for path in ("/healthz", "/metrics"):
        equal(house.server_side().get(path).code, 16, "not where the users are")
    back = wire.raw(int(re.search(r"metrics=http://127\.0\.0\.1:(\d+)", house.log()).group(1)),
                    b"GET /connect HTTP/1.1\r\nHost: h\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                    b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n")
    holds(back.startswith(b"HTTP/1.1 404 "), back)


@with_house()
def without_a_setting_nothing_is_aside(house):
    holds(house.said("info serving .*").endswith("metrics=off"))


@with_house(ASIDE + "max_connections = 2\n")
def who_looks_after_a_full_server_gets_in(house):
    held = [socket.create_connection(("127.0.0.1", house.port)) for _ in range(3)]
    equal(held[2].recv(1), b"", "the server is full")
    numbers = house.metrics()
    equal((numbers["porchlight_sockets"], numbers["porchlight_refused_total"]), (2, 1))
    for link in held:
        link.close()


@with_house(ASIDE)
def the_page_has_what_happened(house):
    server = house.server_side()
    server.post("/users", {"users": {"bo": {"id": "bo"}}})
    ana, bo = house.user("ana"), house.user("bo")
    before = house.metrics()
    sockets = [ana.connect(), bo.connect()]
    equal(ana.post("/channels/messaging/porch/query", {"watch": True, "presence": True, "data": {
        "members": ["ana", "bo"]}}, connection_id=sockets[0].id).status, 201)
    ana.post("/channels/messaging/porch/message", {"message": {"text": "hello"}})
    sockets[0].until("message.new")
    equal(ana.get("/nowhere").code, 16)
    equal(ana.get("/channeltypes").code, 17)
    wire.Socket(wire.Caller(house, "ana", "not.a.token"))
    sockets[1].reset()
    wait_until(lambda: house.metrics()["porchlight_connections_lingering"] == 1)
    numbers = house.metrics()

    def grew(name):
        return numbers.get("porchlight_" + name, 0) - before.get("porchlight_" + name, 0)
    equal(numbers['porchlight_build_info{version="%s"}' % version(house.program)], 1)
    equal((grew("upgraded_total"), grew("connects_refused_total"), grew("cut_off_total")), (3, 1, 0))
    equal((grew("users"), grew("channels"), grew("listenings"), grew("watchers")), (1, 1, 1, 1))
    equal(numbers["porchlight_connections_live"], 1)
    equal(grew('events_total{type="message.new"}'), 1)
    equal(grew('events_total{type="connection.error"}'), 1)
    equal(grew('events_total{type="health.check"}'), 2)
    holds(grew("event_to_socket_seconds_count") >= 1)
    equal(grew('calls_total{method="POST",endpoint="channels/*/*/message",code="0"}'), 1)
    equal(grew('calls_total{method="none",endpoint="none",code="16"}'), 1)
    equal(grew('calls_total{method="GET",endpoint="channeltypes",code="17"}'), 1)
    equal(grew("call_seconds_count"), 4)
    holds(grew("store_batches_total") >= 3 and grew("store_groups_total") >= 1)
    equal(grew("store_commit_seconds_count"), grew("store_batches_total"))
    equal(grew("store_write_seconds_count"), grew("store_groups_total"))
    equal((numbers["porchlight_store_failing"], numbers["porchlight_draining"]), (0, 0))
    house.set(ASIDE)
    house.hup()
    house.set("nonsense\n")
    house.hup("error config-refused .*")
    equal(house.metrics()['porchlight_config_reloads_total{result="done"}'], 1)
    equal(house.metrics()['porchlight_config_reloads_total{result="refused"}'], 1)


def version(program):
    return subprocess.run([program, "--version"], stdout=subprocess.PIPE, text=True, check=True).stdout.split()[1]


@with_house(ASIDE)
def each_metric_is_in_the_manual(house):
    _, headers, text = house.aside("GET", "/metrics")
    equal(headers["content-type"], "text/plain; version=0.0.4; charset=utf-8")
    manual = os.path.join(os.path.dirname(__file__), "../../assets/man/porchlightd.1")
    with open(manual, encoding="utf-8") as file:
        manual = file.read().replace("\\-", "-")
    missing = [name for name in re.findall(r"(?m)^# HELP (\S+)", text) if name not in manual]
    equal(missing, [])


def main():
    program, pattern = sys.argv[1], sys.argv[2] if len(sys.argv) > 2 else ""
    chosen = [c for c in CASES if re.search(pattern, c.__name__)]
    print("1..%d" % len(chosen))
    failed = 0
    for number, function in enumerate(chosen, 1):
        try:
            function(program)
            print("ok %d - %s" % (number, function.__name__), flush=True)
        except Exception:  # a case may fail in any way; the next is run
            failed += 1
            print("not ok %d - %s" % (number, function.__name__), flush=True)
            print("\n".join("# " + line for line in traceback.format_exc().split("\n")), flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
