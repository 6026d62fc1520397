#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""More than there should be of everything, while an honest client asks for its health.

    overload.py PORCHLIGHTD                 small numbers, a few seconds; speaks TAP
    overload.py PORCHLIGHTD readers [READERS EVENTS SECONDS]    who never read what flows past (1000 5000 20)
    overload.py PORCHLIGHTD flood [HEADS IDLE JUNK SECONDS]     heads that never end, connections that say
                                            nothing, requests a second that make no sense (20000 5000 2000 20)
    overload.py PORCHLIGHTD flaps [SECONDS]                     one user who comes and goes as fast as may be (10)
    overload.py PORCHLIGHTD all                                 each of these in its turn

The long forms want a release build and a machine that does nothing else. Each client is a process of its own,
for a process may have only so many descriptors; those that come in great numbers come from addresses 127.0.x.y.
"""
import errno
import json
import multiprocessing
import os
import re
import select
import socket
import struct
import sys
import time
import traceback
import urllib.parse

sys.dont_write_bytecode = True
import wire

SETTINGS = "log_level = warning\nrate_calls = 0\n"
CLOSE_1000 = b"\x88\x82\x00\x00\x00\x00\x03\xe8"  # masked with nothing


def holds(truth, what):
    if not truth:
        raise AssertionError(what)


def share_of(took, share):
    took = sorted(t for _, t in took)
    return took[min(len(took) - 1, int(len(took) * share))] if took else 1e9


# ---- the server ----

class House(wire.Server):
    def metrics(self):
        text = wire.raw(self.aside, b"GET /metrics HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n").decode()
        return {name: float(value) for name, value in re.findall(r"(?m)^(porchlight_\w+) (\S+)\r?$", text)}

    def rss(self):
        with open("/proc/%d/status" % self.process.pid, encoding="ascii") as status:
            return int(re.search(r"VmRSS:\s+(\d+) kB", status.read()).group(1)) / 1024

    def cpu_s(self):
        with open("/proc/%d/stat" % self.process.pid, encoding="ascii") as stat:
            fields = stat.read().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def log_lines(self):
        with open(os.path.join(self.folder, "log"), "rb") as log:
            return log.read().count(b"\n")


def opened(program, more=""):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    house = House(program, SETTINGS + "metrics_listen = 127.0.0.1:%d\n" % port + more)
    house.aside = port
    return house


# ---- clients, each a process ----

class Client:
    """`work(enough, say, …)` in a process of its own, until it is enough; say() tells us something."""

    def __init__(self, work, *words):
        self.enough = multiprocessing.Event()
        self.mine, theirs = multiprocessing.Pipe(False)
        self.process = multiprocessing.Process(target=self.run, args=(work, theirs, words))
        self.process.start()
        theirs.close()

    def run(self, work, pipe, words):
        try:
            work(self.enough, pipe.send, *words)
        except Exception:  # told to who waits
            pipe.send(AssertionError(traceback.format_exc()[-2000:]))

    def told(self, patience_s=120):
        holds(self.mine.poll(patience_s), "a client says nothing")
        said = self.mine.recv()
        if isinstance(said, Exception):
            raise said
        return said

    def end(self):
        self.enough.set()
        said = self.told()
        self.process.join()
        return said

    def kill(self):
        self.enough.set()
        if self.process.is_alive():
            self.process.kill()
        self.process.join()


def hurry():
    """Before those who only make work, where it is allowed: the server is measured, not who shares its machine."""
    try:
        os.setpriority(os.PRIO_PROCESS, 0, os.getpriority(os.PRIO_PROCESS, 0) - 4)
    except OSError:
        pass


def honest(enough, say, house):
    """A health check every 10 ms: when, and how long each took."""
    hurry()
    line, took = house.user("honest").connect(), []
    say("ready")
    while not enough.is_set():
        began = time.monotonic()
        line.say([{"type": "health.check"}])
        event = line.next(wire.PATIENCE_S)
        holds(event is not None, "the honest client hears nothing: %s" % (line.closed,))
        took.append((began, time.monotonic() - began))
        time.sleep(0.01)
    say(took)


def reader(enough, say, house):
    """Listens to what flows past, and reads all of it: how much it was."""
    hurry()
    line = house.user("reader").connect()
    watch(house, line)
    say("ready")
    count, rest, spoken = 0, b"", time.monotonic()
    line.link.settimeout(0.2)
    while True:
        if time.monotonic() - spoken > 10:  # who says nothing for a minute is thought gone
            spoken = time.monotonic()
            line.ask()
        try:
            got = line.link.recv(1 << 20)
            if not got:  # it was held up for so long that a thousand events waited for it
                break
        except socket.timeout:
            if enough.is_set():
                break
            continue
        rest += got
        count += rest.count(b'"type":"wave"')
        rest = rest[-12:] if not rest.endswith(b'"type":"wave"') else b""
    say((count, not enough.is_set()))


def watch(house, line, channel="hall"):
    made = line.caller.post("/channels/messaging/%s/query" % channel, {"watch": True}, connection_id=line.id)
    holds(made.status == 201, made)


UNDER_WAY = 250


def waves(enough, say, house, a_second):
    """So many events a second, in the order of one connection: how many there were."""
    caller = house.user("ana")
    body = json.dumps({"event": {"type": "wave", "text": "w" * 200}}).encode()
    request = ("POST /channels/messaging/hall/event?api_key=%s&user_id=ana HTTP/1.1\r\nHost: h\r\nAuthorization: %s\r\n"
               "stream-auth-type: jwt\r\nContent-Length: %d\r\n\r\n" % (house.key, caller.jwt, len(body))).encode() + body
    link = socket.create_connection(("127.0.0.1", house.port))
    link.setblocking(False)
    say("ready")
    out, sent, answered, rest, began = b"", 0, 0, b"", time.monotonic()
    while answered < sent or not enough.is_set():
        due = int((time.monotonic() - began) * a_second) - sent
        due = min(due, UNDER_WAY - (sent - answered))  # what was late does not come at once
        if due > 0 and not enough.is_set():
            out += request * due
            sent += due
        readable, writable, _ = select.select([link], [link] if out else [], [], 0.005)
        if writable:
            out = out[link.send(out):]
        if readable:
            got = link.recv(1 << 18)
            holds(got, "who makes the waves is cut off")
            rest += got
            answered += rest.count(b"HTTP/1.1 201 ")
            holds(b"HTTP/1.1 4" not in rest and b"HTTP/1.1 5" not in rest, rest[:600])
            rest = rest[-12:] if not rest.endswith(b"HTTP/1.1 201 ") else b""
    say((sent, time.monotonic() - began))


def unread(enough, say, house, count, looked_at, channel):
    """Listen, and never read; of some it is read at the end what the last word was."""
    os.nice(10)  # the server is measured, not who makes the work
    lines = []
    for i in range(count):
        line = wire.Socket(house.user("slow%d" % (i % 40)), rcvbuf=4096)
        watch(house, line, channel)
        lines.append(line)
    say("ready")
    enough.wait()
    say([last_word(line.link) for line in lines[-looked_at:]])


def last_word(link):
    """The code it is closed with; 0: none."""
    text, found = b"", None
    link.settimeout(wire.PATIENCE_S)
    link.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 20)
    try:
        while found is None:
            got = link.recv(1 << 20)
            if not got:
                return 0
            text = text[-200:] + got
            found = re.search(rb"(?s)\x88[\x02-\x7d](..)[^\x88]*$", text[-200:])
    except OSError:
        return 0
    return struct.unpack(">H", found.group(1))[0]


def until(true, patience_s, what):
    end = time.monotonic() + patience_s
    while not true():
        holds(time.monotonic() < end, what)
        time.sleep(0.05)  # between two looks


def measured(house, asker, seconds):
    """An honest client, for a while: how long its answers took, and how much memory there was at most. A share of the
    processor is told of, too."""
    end, most, used, began = time.monotonic() + seconds, 0, house.cpu_s(), time.monotonic()
    while time.monotonic() < end:
        most = max(most, house.rss())
        time.sleep(0.05)
    house.share = (house.cpu_s() - used) / (time.monotonic() - began)
    return asker.end(), most


# ---- who never reads ----

def readers(program, count, a_second, seconds, lenient=False):
    house, clients = opened(program), []
    try:
        people = ["ana", "reader", "honest"] + ["slow%d" % i for i in range(40)]
        holds(house.server_side().post("/users", {"users": {u: {"id": u} for u in people}}).status == 201, "users")
        for channel in ("hall", "den"):
            made = house.user("ana").post("/channels/messaging/%s/query" % channel, {"data": {"members": people}})
            holds(made.status == 201, made)
        listening, flow = Client(reader, house), Client(waves, house, a_second)
        clients += [listening, flow]
        for client in clients:
            client.told()
        rss, sockets = house.rss(), house.metrics()["porchlight_sockets"]
        # As many where nothing flows past: what it costs that they come is not what it costs that they do not read.
        calm, before = Client(unread, house, count, 0, "den"), Client(honest, house)
        clients += [calm, before]
        before.told()
        alone, _ = measured(house, before, seconds)
        calm.told()
        calm.end()
        share = house.share
        until(lambda: house.metrics()["porchlight_sockets"] <= sockets, 30, "they do not go")
        slow, after = Client(unread, house, count, 5, "hall"), Client(honest, house)
        clients += [slow, after]
        after.told()
        began = time.monotonic()
        slow.told()
        came = time.monotonic()

        def all_are_cut():
            return house.metrics()["porchlight_cut_off_total"] >= count
        with_them, most = measured(house, after, seconds)
        until(all_are_cut, 30, "not all are cut off after 30 s: %d of %d" % (
            house.metrics()["porchlight_cut_off_total"], count))
        last = slow.end()
        until(lambda: house.metrics()["porchlight_sockets"] <= sockets, 30, "some are still there 30 s later")
        gone = time.monotonic() - came
        sent, lasted = flow.end()
        heard, is_cut = listening.end()
        said = ("%d readers that never read under %.0f events/s: came in %.1f s, all gone %.1f s later, of those looked at "
                "%d of %d with 4008; memory %.0f MiB, at most %.0f more; honest p99 %.1f ms before, %.1f ms with them; "
                "processor %.0f %%, then %.0f %%; who reads heard %d of %d%s" % (
                    count, sent / lasted, came - began, gone, last.count(4008), len(last), rss, most - rss,
                    1000 * share_of(alone, 0.99), 1000 * share_of(with_them, 0.99), 100 * share,
                    100 * house.share, heard, sent, ", and was held up too long itself" if is_cut else ""))
        holds(heard == sent or (is_cut and not lenient), "lost: " + said)
        holds(last.count(4008) == len(last), "without 4008: " + said)
        holds(lenient or most - rss <= 64, "memory: " + said)
        bound = 0.1 if lenient else max(1.2 * share_of(alone, 0.99), share_of(alone, 0.99) + 0.01)
        holds(share_of(with_them, 0.95 if lenient else 0.99) <= bound, "held up: " + said)
        holds(house.stop() == 0, house.log())
        return said
    except BaseException:
        print("# the log of the server:\n# " + house.log().replace("\n", "\n# "))
        raise
    finally:
        for client in clients:
            client.kill()
        house.close()


# ---- a flood ----

def hold(enough, say, house, net, heads, idle, a_second):
    """So many connections that are kept open, and dialled again when they are closed."""
    os.nice(10)  # the server is measured, not who makes the work
    poll, links, number = select.epoll(), {}, 0
    text = b"GET /app?api_key=x HTTP/1.1\r\nHost: half a na"
    dialled = refused = most = 0
    grown, last, told = time.monotonic(), time.monotonic(), False
    budget = 0.0
    while not enough.is_set():
        now = time.monotonic()
        budget, last = min(budget + (now - last) * a_second, 500), now
        while budget >= 1 and len(links) < heads + idle:
            budget -= 1
            number += 1
            link = socket.socket()
            link.setblocking(False)
            link.bind(("127.0.%d.%d" % (net, 1 + number % 250), 0))
            rc = link.connect_ex(("127.0.0.1", house.port))
            if rc not in (0, errno.EINPROGRESS):
                link.close()
                continue
            dialled += 1
            links[link.fileno()] = (link, number % (heads + idle) < heads)
            poll.register(link, select.EPOLLOUT | select.EPOLLRDHUP)
        for fd, events in poll.poll(0.005, 2000):
            link, is_head = links[fd]
            if events & (select.EPOLLRDHUP | select.EPOLLHUP | select.EPOLLERR):
                refused += 1
                del links[fd]
                link.close()
                continue
            poll.modify(fd, select.EPOLLRDHUP)
            if is_head:
                try:
                    link.send(text)
                except OSError:
                    pass
        if len(links) > most:
            most, grown = len(links), time.monotonic()
        if not told and (len(links) >= heads + idle or time.monotonic() - grown > 2):
            told = True  # there is no room for more
            say("ready")
    say((dialled, refused, most))


def junk(enough, say, house, a_second):
    """Requests that make no sense, so many a second: how many were answered."""
    bad = wire.token("no secret of this server, but long enough", {"user_id": "ana"})
    good = house.user("ana").jwt
    made = []
    for target, jwt, body in (("/app", bad, b""), ("/users", good, b"{\"users\":["), ("/nowhere/at/all", good, b"{}"),
                              ("/users", good, b"[" * 65), ("/channels", good, b"{\"filter_conditions\":{\"$nor\":1}}")):
        made.append(("POST %s?api_key=%s&user_id=ana HTTP/1.1\r\nHost: h\r\nAuthorization: %s\r\nstream-auth-type: jwt\r\n"
                     "Content-Length: %d\r\n\r\n" % (target, house.key, jwt, len(body))).encode() + body)
    link = socket.create_connection(("127.0.0.1", house.port))
    link.setblocking(False)
    say("ready")
    out, sent, answered, rest, began = b"", 0, 0, b"", time.monotonic()
    while not enough.is_set():
        due = int((time.monotonic() - began) * a_second) - sent
        for _ in range(min(max(due, 0), 100) if len(out) < 1 << 18 else 0):
            out += made[sent % len(made)]
            sent += 1
        readable, writable, _ = select.select([link], [link] if out else [], [], 0.005)
        if writable:
            out = out[link.send(out):]
        if readable:
            got = link.recv(1 << 18)
            holds(got, "junk that is HTTP ends the connection")
            rest += got
            answered += rest.count(b"HTTP/1.1 4")
            rest = rest[-9:] if not rest.endswith(b"HTTP/1.1 4") else b""
    say((answered, time.monotonic() - began))


def flood(program, heads, idle, a_second, seconds, settings="", late_s=0.05, share=0.99):
    house, clients = opened(program, settings), []
    try:
        holds(house.server_side().post("/users", {"users": {u: {"id": u} for u in ("ana", "honest")}}).status == 201, "users")
        rubbish, asker = Client(junk, house, a_second), Client(honest, house)
        clients += [rubbish, asker]
        rubbish.told()
        asker.told()
        nets = max(1, -(-(heads + idle) // 12500))
        holders = [Client(hold, house, 1 + i, heads // nets, idle // nets, 4000 / nets) for i in range(nets)]
        clients += holders
        for holder in holders:
            holder.told()
        full = house.metrics()
        used, lines, began = house.cpu_s(), house.log_lines(), time.monotonic()
        took, _ = measured(house, asker, seconds)
        late = [t for t in took if t[0] >= began]
        on_the_way = [t for t in took if t[0] < began]
        lasted = time.monotonic() - began
        cpu, said_lines = (house.cpu_s() - used) / lasted, (house.log_lines() - lines) / lasted
        held = [holder.end() for holder in holders]
        answered, junk_lasted = rubbish.end()
        said = ("%d half-open heads and %d silent connections wanted: %d held at once by the server, %d dialled, %d closed; %.0f "
                "junk requests/s answered; processor %.0f %%, %.1f lines/s; honest health checks: %d, p50 %.1f ms, p99 %.1f ms, "
                "most %.0f ms (while they came: p99 %.1f ms)" % (
                    heads, idle, full["porchlight_sockets"], sum(h[0] for h in held), sum(h[1] for h in held),
                    answered / junk_lasted, 100 * cpu, said_lines, len(late), 1000 * share_of(late, 0.5),
                    1000 * share_of(late, 0.99), 1000 * share_of(late, 1), 1000 * share_of(on_the_way, 0.99)))
        holds(share_of(late, share) <= late_s, "held up: " + said)
        holds(said_lines <= 10, "the log: " + said)
        until(lambda: house.metrics()["porchlight_sockets"] <= 3, 30, "some are still held")
        holds(house.user("honest").get("/app").status == 200, "the next is not served")
        holds(house.stop() == 0, house.log())
        return said
    except BaseException:
        print("# the log of the server:\n# " + house.log().replace("\n", "\n# "))
        raise
    finally:
        for client in clients:
            client.kill()
        house.close()


# ---- who comes and goes ----

def flap(enough, say, house):
    """Come and say goodbye in one breath, over and over: how often."""
    user = house.user("flap")
    said = urllib.parse.urlencode({"json": json.dumps({"user_id": "flap", "user_details": {"id": "flap"}}), "api_key": house.key,
                                   "stream-auth-type": "jwt", "authorization": user.jwt})
    text = ("GET /connect?%s HTTP/1.1\r\nHost: h\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
            "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n" % said).encode() + CLOSE_1000
    count = 0
    say("ready")
    while not enough.is_set():
        with socket.create_connection(("127.0.0.1", house.port), timeout=wire.PATIENCE_S) as link:
            link.sendall(text)
            got = b""
            while True:
                more = link.recv(65536)
                if not more:
                    break
                got += more
            holds(b"health.check" in got, got[:300])
            count += 1
    say(count)


def listen_to_flaps(enough, say, house):
    """When each event came, and what the last said."""
    line, at, online = house.user("ana").connect(), [], None
    line.caller.get("/users", {"filter_conditions": {"id": "flap"}, "presence": True}, connection_id=line.id)
    say("ready")
    end = None
    while end is None or time.monotonic() < end:
        if enough.is_set() and end is None:
            end = time.monotonic() + 1
        event = line.next(0.05)
        if event is not None and event["type"] == "user.presence.changed":
            online = event["user"]["online"]
            at.append(time.monotonic())
    say((at, online))


def flaps(program, seconds, processes=3):
    house, clients = opened(program), []
    try:
        holds(house.server_side().post("/users", {"users": {u: {"id": u} for u in ("ana", "flap")}}).status == 201, "users")
        ear = Client(listen_to_flaps, house)
        clients.append(ear)
        ear.told()
        began = time.monotonic()
        flappers = [Client(flap, house) for _ in range(processes)]
        clients += flappers
        for flapper in flappers:
            flapper.told()
        time.sleep(seconds)  # for that long
        count = sum(flapper.end() for flapper in flappers)
        lasted = time.monotonic() - began
        at, online = ear.end()
        most = max([sum(1 for b in at if a <= b < a + 1) for a in at] or [0])
        said = "one user came and went %.0f times a second for %.0f s: %d events told, at most %d in a second, the last %s" % (
            count / lasted, lasted, len(at), most, {True: "online", False: "offline", None: "none"}[online])
        holds(count > 20, said)
        holds(most <= 11, "too many: " + said)  # ten leave in a second, and one more may arrive in it
        holds(len(at) <= 10 * (lasted + 1), "too many: " + said)
        holds(not online, "the last is not the truth: " + said)
        holds(house.stop() == 0, house.log())
        return said
    except BaseException:
        print("# the log of the server:\n# " + house.log().replace("\n", "\n# "))
        raise
    finally:
        for client in clients:
            client.kill()
        house.close()


# ---- which ----

def who_never_reads_is_cut_off_and_nobody_else_notices(program):
    return readers(program, 20, 1000, 2, lenient=True)


def half_open_heads_and_junk_at_a_full_house_hold_up_nobody(program):
    return flood(program, 300, 100, 200, 2, "max_connections = 300\n", 0.1, 0.95)


def who_comes_and_goes_without_end_is_told_of_ten_times_a_second(program):
    return flaps(program, 2, 2)


SHORT = [who_never_reads_is_cut_off_and_nobody_else_notices, half_open_heads_and_junk_at_a_full_house_hold_up_nobody,
         who_comes_and_goes_without_end_is_told_of_ten_times_a_second]
LONG = {"readers": (readers, [1000, 5000, 20]), "flood": (flood, [20000, 5000, 2000, 20]), "flaps": (flaps, [10])}


def run_short(program, pattern):
    cases = [case for case in SHORT if re.search(pattern, case.__name__)]
    print("1..%d" % len(cases), flush=True)
    failed = 0
    for number, case in enumerate(cases, 1):
        try:
            print("# " + case(program))
            print("ok %d - %s" % (number, case.__name__), flush=True)
        except Exception:  # whatever it is, it is this case's failure
            failed += 1
            print("# " + traceback.format_exc()[-4000:].replace("\n", "\n# "))
            print("not ok %d - %s" % (number, case.__name__), flush=True)
    return 1 if failed else 0


def main():
    program, words = sys.argv[1], sys.argv[2:]
    if words == ["all"]:
        for work, numbers in LONG.values():
            print(work(program, *numbers), flush=True)
        return 0
    if not words or words[0] not in LONG:
        return run_short(program, words[0] if words else "")
    if not all(word.isdigit() for word in words[1:]):
        sys.stderr.write(__doc__)
        return 2
    work, numbers = LONG[words[0]]
    given = [int(word) for word in words[1:]]
    print(work(program, *given, *numbers[len(given):]), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
