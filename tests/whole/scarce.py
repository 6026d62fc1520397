#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Memory runs out once in porchlightd, at every allocation in turn, in each of the scenes of scarce_scenes.py.

    scarce.py SCARCE_PORCHLIGHTD                 a few places of each scene, spread evenly (a test must end in time)
    scarce.py SCARCE_PORCHLIGHTD all [REGEX]     all of them; or of the scenes whose names match
    scarce.py SCARCE_PORCHLIGHTD SCENE NTH       this one, with its stack in the server's log

Whatever the place: whoever asks gets the right reply, a refusal that says that it is the server's fault, or a
connection that is closed; what was acknowledged is done whole, what was refused is not done at all and told to
nobody; afterwards the same is asked again and done. The server goes on, has the same on its disk as in its memory,
and leaks nothing (it is built with the checkers for that). Speaks TAP.
"""
import http.client
import json
import mmap
import os
import re
import signal
import struct
import subprocess
import sys
import tempfile
import time
import traceback

sys.dont_write_bytecode = True
import wire

CHECKER = 99  # what a program ends with when ASan, UBSan or LSan have found something
CHECKER_FAILED = "LeakSanitizer has encountered a fatal error"  # itself, on a busy machine: nothing is known
NEVER = 1 << 62
PLACES = 8    # of a scene in the short form

os.environ["ASAN_OPTIONS"] = os.environ.get("ASAN_OPTIONS", "") + ":exitcode=%d:detect_leaks=1" % CHECKER
os.environ["LSAN_OPTIONS"] = os.environ.get("LSAN_OPTIONS", "") + ":exitcode=%d" % CHECKER
os.environ["UBSAN_OPTIONS"] = os.environ.get("UBSAN_OPTIONS", "") + ":print_stacktrace=1:halt_on_error=1"


class Memory:
    """As scarce_program.c has it."""

    def __init__(self):
        self.file = tempfile.NamedTemporaryFile(prefix="porchlight-memory-")
        self.file.write(bytes(32))
        self.file.flush()
        self.map = mmap.mmap(self.file.fileno(), 32)
        self.found = None
        self.environment = dict(os.environ, PORCHLIGHT_MEMORY=self.file.name)

    def _put(self, at, value):
        self.map[at * 8:at * 8 + 8] = struct.pack("=Q", value)

    def _get(self, at):
        return struct.unpack("=Q", self.map[at * 8:at * 8 + 8])[0]

    def arm(self, nth, shows=False):
        """The nth allocation from now on fails; 0: none does."""
        self.found = None
        for at, value in ((0, 0), (1, 0), (2, 0), (3, int(shows)), (0, nth)):
            self._put(at, value)

    def disarm(self):
        """Whether one failed, and how many there were until it was asked first."""
        self._put(0, 0)
        self.found = self.found or (self._get(2) > 0, self._get(1))
        return self.found


class House(wire.Server):
    """A server that may lack memory. What looks at its folder from outside does not."""

    def __init__(self, program, memory):
        self.memory = memory
        super().__init__(program, "\nlinger_ms = 0\nrate_calls = 0\nlog_level = warning\n")

    def command(self, port=0):
        return [self.program, "--data", self.data, "--listen", "127.0.0.1:%d" % port]

    def start(self, port=0):
        """True: it listens."""
        with open(os.path.join(self.folder, "log"), "ab") as log:
            self.process = subprocess.Popen(self.command(port), stdout=subprocess.PIPE, stderr=log, text=True,
                                            env=self.memory.environment)
        ready = re.match(r"porchlightd: listening on http://127\.0\.0\.1:(\d+)$", self.process.stdout.readline().strip())
        if ready:
            self.port = int(ready.group(1))
        return ready is not None

    def stop(self, how=signal.SIGTERM):
        code = super().stop(how)
        return 0 if code == CHECKER and CHECKER_FAILED in self.log()[-1500:] else code

    def well(self):
        if self.process.poll() is not None:
            raise AssertionError("the server died with %d:\n%s" % (self.process.returncode, self.log()))


def holds(truth, what):
    if not truth:
        raise AssertionError(what)


class Closed:
    """Instead of a reply."""
    status, body, text = 0, None, "the connection was closed"

    def __repr__(self):
        return self.text


def plain(value, key):
    """Without what differs between two times that the same is done: stamps, the scene's own name, who watches."""
    if isinstance(value, dict):
        if value.get("id") in ("ana", "bo"):
            value = {k: v for k, v in value.items() if k != "online"}
        return {str(k): "T" if str(k).endswith("_at") or k == "last_read" else plain(v, key) for k, v in value.items()
                if k not in ("duration", "last_active", "watcher_count", "watchers", "config", "own_capabilities")}
    if isinstance(value, list):
        return [plain(v, key) for v in value]
    return value.replace(key, "KEY") if isinstance(value, str) else value


class Scene:
    """One time that something is done: with its own users and channels, named after its key."""
    serial = 0

    def __init__(self, house, cast, name):
        Scene.serial += 1
        self.key = "%s-%05dx" % (name.replace("_", "-")[:30], Scene.serial)
        self.house, self.cast = house, cast
        self.ana, self.bo, self.root = cast.ana, cast.bo, cast.root
        self.cids, self.users, self.looks = [], [], []
        self.hears = None     # the type of the event that Bo is told
        self.between = None   # what else may be left of it when it is refused, as a change of what is seen
        self.good = lambda reply: reply.status in (200, 201)
        self.after = None     # what is to be undone once all is seen

    def id(self, name):
        return "%s-%s" % (name, self.key)

    def person(self, name):
        """A user of this scene alone."""
        self.users.append(self.id(name))
        self.do(self.root.post("/users", {"users": {self.id(name): {"id": self.id(name)}}}))
        return self.house.user(self.id(name))

    def cid(self, name="hall", kind="messaging"):
        cid = "%s:%s" % (kind, self.id(name))
        self.cids.append(cid)
        return cid

    def hall(self, kind="messaging", watched=True, **custom):
        """A channel of Ana and Bo; he watches."""
        cid = self.cid(kind=kind)
        self.do(self.ana.post(at(cid) + "/query", {"data": dict(custom, members=["ana", "bo"])}))
        if watched:
            self.do(self.bo.post(at(cid) + "/query", {"watch": True, "presence": True},
                                 connection_id=self.cast.link().id))
        return cid

    def message(self, cid, name="m", who=None, **fields):
        message = dict({"id": self.id(name), "text": "hello"}, **fields)
        self.do((who or self.ana).post(at(cid) + "/message", {"message": message}))
        return message["id"]

    @staticmethod
    def do(reply):
        holds(reply.status in (200, 201), "what stands before the scene: %r" % reply)
        return reply.body

    def seen(self):
        """All that is known of it."""
        found = {}
        if self.cids:
            for who in (self.ana, self.bo):
                body = self.do(who.post("/channels", {"filter_conditions": {"cid": {"$in": self.cids}}, "state": True,
                                                      "sort": [{"field": "created_at", "direction": 1}],
                                                      "message_limit": 20, "limit": 30}))
                found[who.id] = body["channels"]
            hidden = self.do(self.ana.post("/channels", {"filter_conditions": {"cid": {"$in": self.cids}, "hidden": True}}))
            found["hidden"] = [c["channel"]["cid"] for c in hidden["channels"]]
        if self.users:
            found["users"] = self.do(self.root.get("/users", {"filter_conditions": {"id": {"$in": self.users}},
                                                              "sort": [{"field": "id", "direction": 1}]}))["users"]
        for number, look in enumerate(self.looks):
            found[number] = look()
        return json.dumps(plain(found, self.key), sort_keys=True)


def unlike(now, wanted):
    """Where the two part, in words."""
    same = next((i for i, (a, b) in enumerate(zip(now, wanted)) if a != b), min(len(now), len(wanted)))
    begin = max(0, same - 150)
    return "… %s …\nand not … %s …" % (now[begin:same + 150], wanted[begin:same + 150])


def at(cid):
    return "/channels/" + cid.replace(":", "/", 1)


class Cast:
    """Ana asks; Bo listens, and comes again when he was sent away."""

    def __init__(self, house):
        self.house = house
        self.ana, self.bo, self.root = house.user("ana"), house.user("bo"), house.server_side()
        Scene.do(self.root.post("/users", {"users": {n: {"id": n} for n in ("ana", "bo")}}))
        self.socket = None

    def link(self):
        if self.socket is None or self.socket.closed is not None:
            self.socket = self.bo.connect()
        return self.socket

    def heard(self, wanted=None):
        """The types of what Bo was told until now, and soon where something is wanted; None: he was sent away."""
        end, types = time.monotonic() + 2, self.heard_now()
        while wanted and types is not None and wanted not in types and time.monotonic() < end:
            more = self.heard_now()
            types = None if more is None else types + more
        return types

    def heard_now(self):
        socket, types = self.link(), []
        socket.ask()
        while True:
            event = socket.next(wire.PATIENCE_S)
            if event is None:
                holds(socket.closed is not None, "Bo is not answered")
                socket.link.close()
                return None
            types.append(event["type"])
            if event["type"] == "health.check":
                return types

    def leave(self):
        if self.socket is not None:
            self.socket.link.close()
        self.socket = None


def outcome(act):
    try:
        return act()
    except (OSError, http.client.HTTPException, AssertionError) as end:
        holds(not isinstance(end, AssertionError) or "closed" in str(end), str(end))
        closed = Closed()
        closed.text = "the connection was closed: %s" % end
        return closed


def is_refusal(reply):
    """That it is our fault is said."""
    return reply.status in (500, 503) and reply.body is not None and reply.body.get("StatusCode") == reply.status


class Play:
    """A scene again and again, each time with another allocation that fails."""

    def __init__(self, house, cast, name, make):
        self.house, self.cast, self.name, self.make = house, cast, name, make
        self.before = self.whole = None
        self.scenes = []
        self.counts = {"done": 0, "refused": 0, "closed": 0}

    def once(self, nth, shows=False):
        """Whether an allocation failed, and how many there were."""
        scene = Scene(self.house, self.cast, self.name)
        act = self.make(scene)
        self.cast.link()
        before = scene.seen()
        self.before = self.before or before
        holds(before == self.before, "it begins with " + unlike(before, self.before))
        self.cast.heard()
        self.house.memory.arm(nth, shows)
        reply = outcome(act)
        time.sleep(0 if reply.status else 0.02)
        failed, count = self.house.memory.disarm()
        self.house.well()
        self.judge(scene, act, reply, failed)
        if scene.after is not None:
            scene.after()
        self.scenes.append(scene)
        return failed, count

    def judge(self, scene, act, reply, failed):
        done = reply.status and scene.good(reply)
        holds(done or (failed and (not reply.status or is_refusal(reply))), "it ended with %r" % reply)
        self.counts["done" if done else "refused" if reply.status else "closed"] += 1
        heard, now = self.cast.heard(scene.hears if done else None), scene.seen()
        if reply.status and not done:
            now = self.undone(scene, now)
        if self.whole is None:
            holds(done, "without a fault: %r" % reply)
            self.whole = now
        begun = scene.between is not None and now == scene.between(self.whole)
        if done:
            holds(begun or now == self.whole, "done, and yet it is " + unlike(now, self.whole))
            holds(scene.hears is None or heard is None or scene.hears in heard, "nobody was told: %s" % heard)
            return
        if reply.status and not begun:
            holds(now == self.before, "refused with %r, and yet it is %s" % (reply, unlike(now, self.before)))
            holds(scene.hears is None or heard is None or scene.between or scene.hears not in heard, "refused, and yet Bo was told")
        if now != self.whole or self.before == self.whole:
            holds(begun or now == self.before, "half done: %s\nnor %s" % (unlike(now, self.before), unlike(now, self.whole)))
            again = outcome(act)
            holds(again.status and scene.good(again), "with memory it ends with %r" % again)
            now = scene.seen()
            holds(now == self.whole, "done again, and yet it is " + unlike(now, self.whole))

    def undone(self, scene, now):
        """What is refused is undone when what was on its way to the disk is there: soon."""
        end = time.monotonic() + 2
        while now != self.before and time.monotonic() < end:
            time.sleep(0.01)
            now = scene.seen()
        return now

    def is_whole(self):
        for scene in self.scenes:
            now = scene.seen() if scene.after is None else self.whole
            holds(now == self.whole, "%s: on disk it is %s" % (scene.key, unlike(now, self.whole)))
        self.scenes = []


def disk_has_all(house, cast, plays):
    """What is read from the disk is what was known; what ended left nothing behind."""
    def unread():
        return [Scene.do(who.get("/unread"))["total_unread_count"] for who in (cast.ana, cast.bo)]
    counts = unread()
    cast.leave()
    code = house.stop()
    holds(code == 0, "the server ended with %r:\n%s" % (code, house.log()))
    holds(house.start(house.port), "it does not start again:\n" + house.log())
    holds(counts == unread(), "unread: %s in memory, %s on disk" % (counts, unread()))
    for each in plays:
        each.is_whole()
    del plays[:]


class Tally:
    def __init__(self):
        self.number = self.bad = 0

    def case(self, name, act):
        self.number += 1
        good = True
        try:
            line = act()
            if line:
                print("# " + line)
        except Exception:  # whatever it is, it is this case's failure
            good = False
            self.bad += 1
            print("# " + traceback.format_exc()[-6000:].replace("\n", "\n# "))
        print("%s %d - %s" % ("ok" if good else "not ok", self.number, name), flush=True)
        return good


def steps(count, whole):
    return 1 if whole else max(1, count // PLACES)


def play(acts, whole):
    """A line about it."""
    house, name = acts.house, acts.name
    acts.once(0)
    _, count = acts.once(NEVER)
    step, nth, places, wrong = steps(count, whole), 1, 0, []
    while len(wrong) < 5:
        failed = True
        try:
            failed, _ = acts.once(nth)
        except AssertionError as why:
            wrong.append("%s %d: %s" % (name, nth, why))
            house.well()
        if not failed and nth > count:
            break
        places += failed
        nth += step
    holds(not wrong, "\n".join(wrong))
    return "%d places of %d: %s" % (places, count, ", ".join("%d %s" % (n, w) for w, n in acts.counts.items()))


def main():
    import scarce_scenes
    program, words = sys.argv[1], sys.argv[2:]
    memory = Memory()
    if len(words) == 2 and words[1].isdigit():
        house = House(program, memory)
        acts = Play(house, Cast(house), words[0], dict(scarce_scenes.SCENES)[words[0]])
        acts.once(0)
        try:
            print(acts.once(int(words[1]), True))
            disk_has_all(house, acts.cast, [acts])
        finally:
            print(house.log())
            house.close()
        return 0
    return every(House(program, memory), words)


def chosen(pattern):
    import scarce_scenes
    return [(name, make, (name, make) in scarce_scenes.RUNS) for name, make in scarce_scenes.SCENES + scarce_scenes.RUNS
            if re.search(pattern, name)]


def every(house, words):
    """One restart for all scenes where time is short, else one for each."""
    whole, scenes = bool(words), chosen(words[1] if len(words) > 1 else "")
    tally, cast, plays = Tally(), Cast(house), []

    def one(name, make, is_run):
        if is_run:
            own = House(house.program, house.memory)
            try:
                line = make(own, whole)
                holds(own.process is None or own.stop() == 0, "at the end:\n" + own.log())
                return line
            finally:
                own.memory.disarm()
                own.stop(signal.SIGKILL)
                own.close()
        acts = Play(house, cast, name, make)
        line = play(acts, whole)
        plays.append(acts)
        if whole:
            disk_has_all(house, cast, plays)
        return line

    def look():
        return disk_has_all(house, cast, plays)
    try:
        for name, make, is_run in scenes:
            tally.case(name, lambda n=name, m=make, r=is_run: one(n, m, r))
        if plays:
            tally.case("the_disk_has_all_of_it", look)
        else:
            tally.case("nothing_leaks", lambda: holds(house.stop() == 0, house.log()))
    finally:
        house.memory.disarm()
        house.stop(signal.SIGKILL)
        house.close()
    print("1..%d" % tally.number)
    return 1 if tally.bad else 0


if __name__ == "__main__":
    sys.modules["scarce"] = sys.modules["__main__"]
    sys.exit(main())
