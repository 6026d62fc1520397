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
import resource
import select
import shutil
import signal
import socket
import sqlite3
import ssl
import struct
import subprocess
import sys
import tempfile
import threading
import time
import traceback

import wire

CASES = []
ASIDE = "metrics_listen = 127.0.0.1:0\n"


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
        self.env, self.passed, self.scheme, self.host = None, (), "http", "127.0.0.1"
        self.lines, self.heard, self.hearing = [], threading.Condition(), None
        super().__init__(program, settings)

    @property
    def settings_path(self):
        return os.path.join(self.data, "config.ini")

    def start(self, port=0):
        self.process = subprocess.Popen(
            self.command(port), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=self.env,
            pass_fds=self.passed)
        self.hearing = threading.Thread(target=self.hear, args=(self.process.stderr,))
        self.hearing.start()
        ready = self.process.stdout.readline()
        found = re.match(r"porchlightd: listening on (https?)://%s:(\d+)$" % re.escape(self.host), ready.strip())
        holds(found, "the ready line is %r; the log: %s" % (ready, self.log()))
        self.scheme, self.port = found.group(1), int(found.group(2))

    def command(self, port):
        return [self.program, "--data", self.data, "--listen", "%s:%d" % (self.host, port)]

    def stop(self, how=signal.SIGTERM):
        code = super().stop(how)
        if self.hearing is not None:
            self.hearing.join()
            self.hearing = None
        return code

    def hear(self, stderr):
        with stderr:
            for line in stderr:
                with self.heard:
                    self.lines.append(line.rstrip("\n"))
                    self.heard.notify_all()

    def log(self):
        return "".join(line + "\n" for line in self.lines)

    def said(self, pattern, times=1):
        """Until the log has so many lines of this pattern: the last of them."""
        wanted = re.compile(r"\S+Z (%s)" % pattern)
        with self.heard:
            if not self.heard.wait_for(
                    lambda: sum(1 for line in self.lines if wanted.fullmatch(line)) >= times, wire.PATIENCE_S):
                raise AssertionError("%d times %s in the log:\n%s" % (times, pattern, self.log()))
            return [m for m in map(wanted.fullmatch, self.lines) if m][-1].group(1)

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


def tls(house, ciphers=None):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    if ciphers is not None:
        context.maximum_version = ssl.TLSVersion.TLSv1_2
        context.set_ciphers(ciphers)
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
        equal(tls(house, "aRSA")[1], old, "to who takes no other kind")
        new = certificate(folder, "new", "ec")  # of another kind: nothing of the old may remain
        equal(tls(house)[1], old, "until the server is told")
        house.hup(r"info config-reloaded certificate=new")
        for _ in range(3):
            link, shown = tls(house)
            equal(shown, new, "the second certificate")
            equal(ask(link), b"HTTP/1.1 401 Unauthorized", "and it serves")
            link.close()
        equal(ask(stays), b"HTTP/1.1 401 Unauthorized", "who was connected stays so")
        try:
            tls(house, "aRSA")
        except ssl.SSLError:
            pass
        else:
            raise AssertionError("the old certificate is still shown to who takes no other kind")
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
            house.hup(r"info config-reloaded certificate=new" if good else r"error certificate-refused .*")
        equal(tls(house)[1], third, "of a pair that belongs together")
        equal(ask(stays), b"HTTP/1.1 401 Unauthorized", "through all of it")
        stays.close()
        equal(house.stop(), 0, "it ends well: " + house.log())
    finally:
        house.close()
        shutil.rmtree(folder)


@case
def hangups_in_any_number_harm_no_handshake(program):
    folder = tempfile.mkdtemp(prefix="porchlight-tls-")
    certificate(folder, "any")
    house = House(program, "tls_cert = %s/cert.pem\ntls_key = %s/key.pem\n%s" % (folder, folder, ASIDE))
    try:
        equal(house.aside("GET", "/healthz")[::2], (200, "ok\n"), "aside it is plain")
        failed, over = [], threading.Event()

        def shake():
            while not over.is_set():
                try:
                    link, _ = tls(house)
                    equal(ask(link), b"HTTP/1.1 401 Unauthorized")
                    link.close()
                except Exception as fault:  # told below
                    failed.append(fault)
                    return
        shakers = [threading.Thread(target=shake) for _ in range(3)]
        for shaker in shakers:
            shaker.start()
        for _ in range(60):
            house.hup(r"info config-reloaded certificate=new")
        over.set()
        for shaker in shakers:
            shaker.join()
        equal(failed, [])
        equal(house.stop(), 0, "it ends well: " + house.log())
    finally:
        house.close()
        shutil.rmtree(folder)


# ---- development tokens ----

@with_house()
def a_development_token_is_taken_where_nobody_else_can_come_and_loudly(house):
    words = wire.token(house.secret, {"user_id": "ana"}).rsplit(".", 1)[0]
    ana, root = wire.Caller(house, "ana", words + ".devtoken"), house.server_side()
    warned = 'warning development-tokens taken=%s advice="[^"]+"'
    house.user("ana").connect().goodbye()
    equal(ana.get("/app").code, 43, "not before the app says so")
    holds("development-tokens" not in house.log(), "nor is anything said")
    root.patch("/app", {"disable_auth_checks": True})
    house.said(warned % "yes")
    equal((ana.get("/app").status, ana.connect().hello["type"]), (200, "health.check"), "on the loopback")
    house.stop()
    house.start()
    house.said(warned % "yes", 2)
    equal(ana.get("/app").status, 200, "after a restart")
    house.stop()
    house.host = "0.0.0.0"
    house.start()
    house.said(warned % "no")
    equal((ana.get("/app").code, ana.connect().hello["error"]["code"]), (43, 43), "where others can come")
    equal(house.user("ana").get("/app").status, 200, "a good one")
    house.set("dev_tokens = anywhere\n")
    house.hup()
    equal(ana.get("/app").status, 200, "forced")
    house.set("dev_tokens = loopback\n")
    house.hup()
    equal(ana.get("/app").code, 43, "and not any more")


# ---- health and metrics ----

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


@with_house(ASIDE)
def health_is_bad_while_nothing_can_be_written(house):
    ana = house.user("ana")
    link = ana.connect()  # whoever is let go of, leaves, and that is a write of its own
    equal(ana.post("/channels/messaging/first/query", {}).status, 201)  # all before it is on disk
    hard = resource.getrlimit(resource.RLIMIT_FSIZE)[1]
    resource.prlimit(house.process.pid, resource.RLIMIT_FSIZE, (1, hard))
    equal(ana.post("/channels/messaging/porch/query", {}).code, -1, "what cannot be written is not done")
    status, _, text = house.aside("GET", "/healthz")
    equal(status, 503)
    holds(re.fullmatch(r"the last write failed: .+\n", text), text)
    numbers = house.metrics()
    equal((numbers["porchlight_store_failing"], numbers["porchlight_store_failures_total"]), (1, 1))
    house.said(r"error write-failed batch=\d+ errno=\d+ left_out=0")
    house.said(r'error call-refused call=GetOrCreateChannel code=-1 user="ana" .*')
    resource.prlimit(house.process.pid, resource.RLIMIT_FSIZE, (hard, hard))
    equal(ana.post("/channels/messaging/porch/query", {}).status, 201)
    equal(house.aside("GET", "/healthz")[::2], (200, "ok\n"))
    link.goodbye()


@with_house(ASIDE)
def health_is_bad_to_the_very_end(house):
    ana = house.user("ana").connect()
    house.process.send_signal(signal.SIGTERM)
    house.said("info stopping")
    equal(house.aside("GET", "/healthz")[::2], (503, "the server is ending\n"))
    equal(house.metrics()["porchlight_draining"], 1)
    equal(ana.until_closed()[0], 1012)
    equal(house.stop(), 0)


@case
def who_looks_at_a_server_that_ends_is_answered_or_turned_away(program):
    for _ in range(3):
        house = House(program, ASIDE)
        url = re.search(r"metrics=http://127\.0\.0\.1:(\d+)", house.said("info serving .*"))
        links = [http.client.HTTPConnection("127.0.0.1", int(url.group(1)), timeout=wire.PATIENCE_S) for _ in range(4)]
        looked = threading.Semaphore(0)

        def look(link):
            try:
                while True:
                    link.request("GET", "/metrics")
                    holds(link.getresponse().read(), "a page")
                    looked.release()
            except (OSError, http.client.HTTPException):
                link.close()
        lookers = [threading.Thread(target=look, args=(link,)) for link in links]
        for looker in lookers:
            looker.start()
        for _ in range(40):
            holds(looked.acquire(timeout=wire.PATIENCE_S), "they look")
        code = house.stop()
        for looker in lookers:
            looker.join()
        house.close()
        equal(code, 0, house.log())


# ---- no descriptors ----

def cpu_s(pid):
    with open("/proc/%d/stat" % pid, encoding="ascii") as stat:
        fields = stat.read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def knock(house, seconds, a_second):
    """Connect and connect, whatever comes of it."""
    links, began = [], time.monotonic()
    while time.monotonic() - began < seconds:
        links.append(socket.create_connection(("127.0.0.1", house.port), timeout=wire.PATIENCE_S))
        time.sleep(max(0, len(links) / a_second - (time.monotonic() - began)))
    return links


def knock_at_a_full_house(house, room, reason):
    """While it has room for no more than so many."""
    used, lines, began = cpu_s(house.process.pid), len(house.lines), time.monotonic()
    links = knock(house, 3, 200)
    wait_until(lambda: len(select.select(links, [], [], 0)[0]) >= len(links) - room)
    took = time.monotonic() - began
    share, said = (cpu_s(house.process.pid) - used) / took, (len(house.lines) - lines) / took
    print("# %s: %d knocks in %.1f s: %.1f %% of a processor, %.1f lines a second"
          % (reason, len(links), took, 100 * share, said))
    holds(len(links) > 100, "only %d knocks" % len(links))
    holds(share <= 0.05, "%.1f %% of a processor" % (100 * share))
    holds(said <= 10, "%.1f lines a second" % said)
    house.said("warning refusing-connections reason=%s connections=.*" % reason)
    for link in links:
        link.close()


@with_house("log_level = debug\n")
def without_descriptors_it_rests_and_says_little_and_serves_who_is_there(house):
    bo, pid = house.user("bo").connect(), house.process.pid
    have = 1 + max(int(fd) for fd in os.listdir("/proc/%d/fd" % pid))
    limit = resource.prlimit(pid, resource.RLIMIT_NOFILE)
    resource.prlimit(pid, resource.RLIMIT_NOFILE, (have + 5, limit[1]))
    knock_at_a_full_house(house, 5, "no-descriptors")
    bo.quiet()
    resource.prlimit(pid, resource.RLIMIT_NOFILE, limit)
    wait_until(lambda: is_served(house))
    bo.quiet()


@with_house("log_level = debug\nmax_connections = 6\n")
def when_it_is_full_it_says_little_and_serves_who_is_there(house):
    bo = house.user("bo").connect()
    knock_at_a_full_house(house, 5, "too-many")
    bo.quiet()
    wait_until(lambda: is_served(house))
    bo.quiet()


def is_served(house):
    try:
        return house.user("bo").get("/app").status == 200
    except (OSError, http.client.HTTPException):
        return False


# ---- the log ----

@with_house(ASIDE)
def strangers_cannot_fill_the_log(house):
    eve = wire.Caller(house, "eve", "not.a.token")
    began = time.monotonic()
    for _ in range(200):
        wire.Socket(eve).link.close()
    most = 10 * (2 + int(time.monotonic() - began))
    equal(house.metrics()["porchlight_connects_refused_total"], 200)
    lines = re.findall("connect-refused .*", house.log())
    holds(0 < len(lines) <= most, "%d lines" % len(lines))

@with_house("log_level = debug\n")
def the_log_has_a_line_for_what_happens_and_no_secret(house):
    with open(os.path.join(house.data, "app.ini"), encoding="utf-8") as app:
        secret = re.search(r"secret = (\S+)", app.read()).group(1)
    server, ana = house.server_side(), house.user("ana")
    secrets = ["Sibyl-%d" % i for i in range(12)] + [secret, server.jwt, ana.jwt, house.key, "api_key", "json="]
    text = iter(secrets)
    socket_ = ana.connect(name=next(text), status=next(text), custom=next(text))
    ana.post("/channels/messaging/porch/query", {"watch": True, "data": {"members": ["ana"], "topic": next(text)}},
             connection_id=socket_.id)
    ana.post("/channels/messaging/porch/message", {"message": {"text": next(text)}})
    equal(ana.post("/channels/messaging/porch/message", {"message": {"text": next(text) * 5000}}).code, 20)
    equal(ana.get("/users", {"filter_conditions": {"name": {"$" + next(text): 1}}}).code, 4)
    equal(ana.post("/" + next(text), {"text": next(text)}).code, 16)
    equal(ana.get("/channeltypes").code, 17)
    secrets.append(wire.token(next(text) * 8, {"user_id": "ana"}))
    equal(wire.Socket(wire.Caller(house, "ana", secrets[-1])).hello["error"]["code"], 43)
    equal(wire.Caller(house, "ana", secrets[-1]).get("/app").code, 43)
    wire.raw(house.port, ("GET /%s HTTP/1.1\r\n\r\n" % next(text)).encode())
    socket_.frame("[{\"type\":\"%s\"}]" % next(text))
    socket_.frame(struct.pack(">H", 4999) + b"see you\n2026-11-24T00:00:00.000Z info serving \xe2\x80\xae\x1b[2J",
                  opcode=8)
    house.said(r'info connect connection=\S+ user="ana" peer=127\.0\.0\.1')
    house.said(r'info disconnect connection=%s user="ana" end=lost code=4999 '
               r'reason="see you\\x0a2026-\S+ info serving \\xe2\\x80\\xae\\x1b\[2J"' % socket_.id)
    house.said(r"info connect-refused code=43 peer=127\.0\.0\.1 left_out=0")
    house.said(r'debug call-refused call=ListChannelTypes code=17 user="ana" duration_ms=\d+ left_out=0')
    house.said(r'debug call-refused call=none code=16 user="ana" duration_ms=\d+ left_out=0')
    house.stop()
    house.said("info stopping")
    house.said("info stopped")
    for line in house.lines:
        holds(re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z (error|warning|info|debug) [ -~]+", line), line)
        for word in secrets:
            holds(word not in line, "%r stands in %s" % (word, line))
    house.start()


@with_house()
def a_call_that_took_more_than_a_second_is_told(house):
    ana = house.user("ana")
    ana.connect()
    other = sqlite3.connect(os.path.join(house.data, "porchlight.db"), isolation_level=None, timeout=5)
    other.execute("BEGIN IMMEDIATE")  # nobody else writes meanwhile
    answers = []
    writer = threading.Thread(target=lambda: answers.append(ana.post("/channels/messaging/porch/query", {})))
    writer.start()
    writer.join(1.3)  # longer than what counts as slow
    other.execute("ROLLBACK")
    other.close()
    writer.join()
    equal(answers[0].status, 201)
    house.said(r'warning call-slow call=GetOrCreateChannel code=0 user="ana" duration_ms=[1-9]\d{3} left_out=0')


# ---- whoever started it ----

@case
def a_socket_that_listens_already_is_taken_over(program):
    """As systemd does it: descriptor 3, and an environment that names the process."""
    door = socket.create_server(("127.0.0.1", 0))
    ear = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    ear.settimeout(wire.PATIENCE_S)
    folder = tempfile.mkdtemp(prefix="porchlight-notify-")
    ear.bind(os.path.join(folder, "notify"))
    waiting = socket.create_connection(door.getsockname())  # came before there was a server

    class Started(House):
        def __init__(self):
            self.port_wanted = 0
            super().__init__(program, "linger_ms = 0\n")

        def start(self, port=0):
            self.env = dict(os.environ, NOTIFY_SOCKET=os.path.join(folder, "notify"))
            self.passed = (door.fileno(),)
            super().start(port)

        def command(self, port):
            # The shell takes the socket to 3 and becomes the server, whose number it knows.
            return ["sh", "-c", 'exec 3<&%d; LISTEN_PID=$$ LISTEN_FDS=1 exec "$0" --data "$1"' % door.fileno(),
                    self.program, self.data]

    house = Started()
    try:
        equal(house.port, door.getsockname()[1], "the port of the socket")
        equal(ear.recv(100), b"READY=1")
        waiting.sendall(b"GET /app HTTP/1.1\r\nHost: h\r\n\r\n")
        holds(waiting.recv(4096).startswith(b"HTTP/1.1 401 "), "who was waiting is served")
        equal(house.user("ana").connect().hello["type"], "health.check")
        house.hup()
        holds(re.fullmatch(rb"RELOADING=1\nMONOTONIC_USEC=\d+", ear.recv(100)), "it says that it reads")
        equal(ear.recv(100), b"READY=1")
        equal(house.stop(), 0, house.log())
        equal(ear.recv(100), b"STOPPING=1")
        house.start()  # the same socket again
        equal(house.user("ana").get("/app").status, 200)
        equal(house.stop(), 0, house.log())
    finally:
        house.close()
        waiting.close()
        door.close()
        ear.close()
        shutil.rmtree(folder)


@case
def what_is_handed_over_must_listen(program):
    folder = tempfile.mkdtemp(prefix="porchlight-door-")
    data = os.path.join(folder, "data")
    subprocess.run([program, "init", data], stdout=subprocess.DEVNULL, check=True)
    for count, said in (("1", "descriptor 3 is no TCP socket that listens"), ("2", "one socket")):
        ended = subprocess.run(
            ["sh", "-c", 'exec 3</dev/null; LISTEN_PID=$$ LISTEN_FDS=%s exec "$0" --data "$1"' % count,
             program, data], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, timeout=20)
        equal((ended.returncode, ended.stdout), (1, ""))
        holds(said in ended.stderr, ended.stderr)
    shutil.rmtree(folder)


@case
def the_unit_files_are_sound(program):
    """Where systemd's own judge is there, it has nothing to say."""
    units = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../assets/systemd")
    if shutil.which("systemd-analyze") is None:
        print("# no systemd-analyze here")
        return
    folder = tempfile.mkdtemp(prefix="porchlight-units-")
    shutil.copy(os.path.join(units, "porchlightd.socket"), folder)
    os.symlink(os.path.abspath(program), os.path.join(folder, "porchlightd"))
    with open(os.path.join(units, "porchlightd.service.in"), encoding="utf-8") as file:
        unit = file.read().replace("@bindir@", folder)
    with open(os.path.join(folder, "porchlightd.service"), "w", encoding="utf-8") as file:
        file.write(unit)
    judged = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", os.path.join(folder, "porchlightd.service"),
         os.path.join(folder, "porchlightd.socket")],
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=60)
    ours = [line for line in judged.stdout.split("\n") if "porchlightd" in line]
    equal(ours, [], judged.stdout)
    shutil.rmtree(folder)


def version(program):
    return subprocess.run([program, "--version"], stdout=subprocess.PIPE, text=True, check=True).stdout.split()[1]


@with_house(ASIDE)
def each_setting_signal_option_and_metric_is_in_the_manual(house):
    _, headers, text = house.aside("GET", "/metrics")
    equal(headers["content-type"], "text/plain; version=0.0.4; charset=utf-8")
    manual = os.path.join(os.path.dirname(__file__), "../../assets/man/porchlightd.1")
    with open(manual, encoding="utf-8") as file:
        manual = file.read().replace("\\-", "-")
    missing = [name for name in re.findall(r"(?m)^# HELP (\S+)", text) if name not in manual]
    equal(missing, [], "metrics")
    usage = subprocess.run([house.program, "--help"], stdout=subprocess.PIPE, text=True, check=True).stdout
    with open(house.settings_path, encoding="utf-8") as sample:
        settings = dict(re.findall(r"(?m)^#([a-z_]+) =(.*)$", sample.read()))
    house.set("no_such_thing = 1\n")
    known = re.search(r"there are ([^\"]*)", house.hup("error config-refused .*")).group(1).split(", ")
    equal(sorted(settings), sorted(known), "the sample has every setting")
    for name in known:
        holds(re.search(r"\b%s\b" % name, usage), "%s in --help" % name)
        holds("\\fB%s\\fR" % name in manual, "%s in the manual" % name)
        default = settings[name].strip()
        holds(name in ("tls_cert", "tls_key", "data") or re.search(
            r"(?m)^\\fB%s\\fR =%s( \(restart\))?$" % (name, re.escape(" " + default if default else "")), manual),
            "the default of %s, %r, in the manual" % (name, default))
    for option in re.findall(r"--[a-z]+", usage):
        holds(option in manual, "%s in the manual" % option)
    for name in ("SIGHUP", "SIGTERM", "SIGINT"):
        holds(name in usage and name in manual, name)


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
