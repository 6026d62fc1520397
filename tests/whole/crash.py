#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What was acknowledged is there: after kill -9, after a power cut, after a disk that was full, broken
or slow; and whatever the disk does, the server neither dies nor lies.

    crash.py PORCHLIGHTD DISK                        a short form of each; speaks TAP
    crash.py PORCHLIGHTD DISK kills N [SEED]         ./run crash kills 1000
    crash.py PORCHLIGHTD DISK cuts N [SEED]          ./run crash cuts 1000
    crash.py PORCHLIGHTD DISK faults N [SEED]        ./run crash faults 100
    crash.py PORCHLIGHTD DISK calls [SEED]           ./run crash calls

DISK is tests/support/bad_disk.so, which stands between the server and its files.
"""
import contextlib
import errno
import mmap
import os
import random
import shutil
import signal
import struct
import subprocess
import sys
import threading
import time
import traceback

import wire

WRITERS, SECTOR = 4, 512
KEEP_CYCLES = 25   # how often all that was ever acknowledged is looked at, not only the newest
SLOW_MS = 500
CONTROL = ("write_errno", "sync_errno", "sync_ms", "fail_in", "fail_errno", "calls", "keep")


class Disk:
    """The control of bad_disk.so, and what it has seen synced."""

    def __init__(self, folder, module):
        self.folder, self.module = folder, module
        os.makedirs(folder)
        with open(os.path.join(folder, "control"), "wb+") as file:
            file.write(bytes(4 * len(CONTROL)))
            file.flush()
            self.words = mmap.mmap(file.fileno(), 4 * len(CONTROL))

    def __getitem__(self, name):
        return struct.unpack_from("<i", self.words, 4 * CONTROL.index(name))[0]

    def set(self, **words):
        for name, value in words.items():
            struct.pack_into("<i", self.words, 4 * CONTROL.index(name), value)

    def environment(self):
        asan = os.environ.get("ASAN_OPTIONS", "")
        return {"LD_PRELOAD": self.module, "PORCHLIGHT_DISK": self.folder,
                "ASAN_OPTIONS": (asan + ":" if asan else "") + "verify_asan_link_order=0"}

    def cut(self, data, chance):
        """The power goes: of what was written since the last sync of its file, any sectors may be lost.
        What shares memory is none of the disk's."""
        for name in os.listdir(data):
            path = os.path.join(data, name)
            if name.endswith("-shm"):
                os.unlink(path)
            elif ".db" in name:
                self._forget(path, os.path.join(self.folder, name), chance)

    @staticmethod
    def _forget(path, synced, chance):
        with open(path, "rb") as file:
            now = file.read()
        old = b""
        if os.path.exists(synced):
            with open(synced, "rb") as file:
                old = file.read()
        share, left = chance.random(), bytearray()
        for at in range(0, max(len(now), len(old)), SECTOR):
            new, was = now[at:at + SECTOR], old[at:at + SECTOR]
            kept = new if new == was or chance.random() < share else was
            if not kept and at >= len(old):
                kept = bytes(len(new))  # the file had grown; the sector had not arrived
            left += kept
        if chance.random() < 0.3 and len(left) > len(old):
            del left[len(old):]         # nor had its new length
        with open(path, "wb") as file:
            file.write(left)


class House:
    """A server on a bad disk, people who write all the time, and what they were told was done."""

    def __init__(self, program, module, seed):
        self.chance = random.Random(seed)
        self.server = wire.Server(program, "\nrate_calls = 0\n")
        self.server.stop()
        self.disk = Disk(os.path.join(self.server.folder, "disk"), module)
        self.acked, self.tried, self.counts, self.number = {}, {}, {}, 0
        self.refused = 0

    @contextlib.contextmanager
    def _preloaded(self):
        before = dict(os.environ)
        os.environ.update(self.disk.environment())
        try:
            yield
        finally:
            os.environ.clear()
            os.environ.update(before)

    def start(self):
        with self._preloaded():
            self.server.start()
        self.boss = self.server.server_side()

    def begin(self):
        self.disk.set(keep=1)
        for name in os.listdir(self.server.data):  # what init made, it has synced
            if ".db" in name:
                shutil.copy(os.path.join(self.server.data, name), self.disk.folder)
        self.start()
        users = {u: {"id": u} for u in ["w%d" % i for i in range(WRITERS)] + ["guest", "host"]}
        must(self.boss.post("/users", {"users": users}), 201)
        must(self.boss.post("/channels/messaging/hall/query",
                            {"data": {"created_by_id": "w0", "members": list(users)}}), 201)

    def write_one(self, who):
        """A message, or a change of a user; whether it was done. Raises where the server is gone."""
        self.number += 1
        number, user = self.number, "w%d" % who
        if number % 4 == 0:
            count = self.tried.get(user, 0) + 1
            self.tried[user] = count
            reply = self.boss.patch("/users", {"users": [{"id": user, "set": {"count": count}}]})
            if reply.status == 200:
                self.counts[user] = count
        else:
            key = "m%d" % number
            text = "%s " % key * self.chance.randint(1, 400)
            reply = self.boss.post("/channels/messaging/hall/message",
                                   {"message": {"id": key, "text": text[:4000], "user_id": user}})
            if reply.status == 201:
                self.acked[key] = text[:4000]
        if reply.status >= 500:
            if reply.code != -1:
                raise AssertionError("a write that failed is told as %r" % reply)
            self.refused += 1
        elif reply.status not in (200, 201):
            raise AssertionError("a write is answered with %r" % reply)
        return reply.status < 500

    def write_until(self, over, failures):
        def one(who):
            while not over.is_set():
                try:
                    self.write_one(who)
                except (OSError, wire.http.client.HTTPException):
                    over.wait(0.01)  # killed: what was under way was never acknowledged
                except AssertionError as wrong:
                    failures.append(wrong)
                    return
        threads = [threading.Thread(target=one, args=(who,)) for who in range(WRITERS)]
        for thread in threads:
            thread.start()
        return threads

    def sound(self):
        done = subprocess.run([self.server.program, "check", "--data", self.server.data],
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        if done.returncode != 0:
            raise AssertionError("porchlightd check: " + done.stdout)

    def look(self, keys):
        for key in keys:
            reply = self.boss.get("/messages/" + key)
            if reply.status != 200 or reply.body["message"]["text"].strip() != self.acked[key].strip():
                raise AssertionError("%s was acknowledged, and now: %r" % (key, reply))
        users = must(self.boss.get("/users", {"filter_conditions": {"id": {"$in": list(self.tried) or ["w0"]}}}), 200)
        for user in users.body["users"]:
            least = self.counts.get(user["id"], 0)
            if not least <= user.get("count", 0) <= self.tried.get(user["id"], 0):
                raise AssertionError("%s counted to %d, and now: %r" % (user["id"], least, user))
            if user["online"]:
                raise AssertionError("nobody is connected, and %s is online" % user["id"])

    def cycle(self, number, cut):
        seen, over, failures = set(self.acked), threading.Event(), []
        threads = self.write_until(over, failures)
        time.sleep(self.chance.uniform(0.01, 0.15))
        self.server.stop(signal.SIGKILL)
        over.set()
        for thread in threads:
            thread.join()
        if failures:
            raise failures[0]
        if cut:
            self.disk.cut(self.server.data, self.chance)
        self.sound()
        self.start()
        self.look(self.acked if number % KEEP_CYCLES == 0 else set(self.acked) - seen)

    def close(self):
        self.server.close()


def must(reply, status):
    if reply.status != status:
        raise AssertionError("%d expected: %r" % (status, reply))
    return reply


def deaths(house, count, cut):
    house.begin()
    for number in range(1, count + 1):
        house.cycle(number, cut)
    house.look(house.acked)
    return "%d cycles, %d messages and %d changes of users acknowledged, none lost" % (
        count, len(house.acked), sum(house.counts.values()))


def faults(house, count, kinds):
    """The disk fails for a while, and is well again."""
    house.begin()
    reader = house.server.user("host")
    link = reader.connect()
    reader.post("/channels/messaging/hall/query", {"watch": True, "presence": True}, connection_id=link.id)
    slowest = 0.0
    for number in range(count):
        over, failures = threading.Event(), []
        threads = house.write_until(over, failures)
        time.sleep(0.05)
        before = house.refused
        house.disk.set(**kinds[number % len(kinds)])
        end = time.monotonic() + 10
        while house.refused - before < WRITERS and time.monotonic() < end:
            must(reader.get("/users", {"filter_conditions": {"id": "w0"}}), 200)
            time.sleep(0.005)
        if house.refused - before < WRITERS:
            raise AssertionError("a disk that fails fails nothing")
        guest = house.server.user("guest").connect()  # presence goes on
        link.until("user.presence.changed", user__id="guest", user__online=True)
        house.disk.set(write_errno=0, sync_errno=0)
        well = time.monotonic()
        over.set()
        for thread in threads:
            thread.join()
        while not house.write_one(0):
            if time.monotonic() - well > 5:
                raise AssertionError("the disk has been well for 5 s, and writes still fail")
        slowest = max(slowest, time.monotonic() - well)
        guest.goodbye()
        link.until("user.presence.changed", user__id="guest", user__online=False)
        if failures:
            raise failures[0]
    refused = house.refused
    link.goodbye()
    house.server.stop()
    house.sound()
    house.start()
    house.look(house.acked)
    return "%d faults, %d writes refused, %d kept, well again within %.0f ms" % (
        count, refused, len(house.acked), 1000 * slowest)


FULL = [{"write_errno": errno.ENOSPC}]
BROKEN = [{"write_errno": errno.EIO}, {"sync_errno": errno.EIO}, {"write_errno": errno.EIO, "sync_errno": errno.EIO}]


def kill_nine_loses_nothing(house):
    return deaths(house, 20, False)


def a_power_cut_loses_nothing(house):
    return deaths(house, 20, True)


def a_full_disk_refuses_writes_and_is_forgiven(house):
    return faults(house, 3, FULL)


def a_broken_disk_refuses_writes_and_is_forgiven(house):
    return faults(house, 3, BROKEN)


def a_slow_disk_holds_up_nobody_who_reads(house):
    house.begin()
    house.disk.set(sync_ms=SLOW_MS)
    over, failures = threading.Event(), []
    threads = house.write_until(over, failures)
    waits = []
    for _ in range(100):
        began = time.monotonic()
        must(house.boss.get("/users", {"filter_conditions": {"id": "w0"}}), 200)
        waits.append(time.monotonic() - began)
        time.sleep(0.01)
    over.set()
    for thread in threads:
        thread.join()
    if failures:
        raise failures[0]
    waits.sort()
    if waits[-3] > SLOW_MS / 2000:
        raise AssertionError("reads waited for the disk: %s" % waits[-5:])
    return "each sync took %d ms; reads %.1f ms p50, %.1f ms p99" % (SLOW_MS, 1000 * waits[50], 1000 * waits[98])


def each_call_to_the_disk_may_fail_once(house):
    """While it serves: one write after another, with the n-th call of each failing."""
    house.begin()
    walked = 0
    for fault in (errno.EIO, errno.ENOSPC):
        quiet = 0
        for nth in range(1, 200):
            house.disk.set(fail_errno=fault, fail_in=nth)
            house.write_one(nth % WRITERS)
            fired = house.disk["fail_in"] == 0
            house.disk.set(fail_in=0)
            walked += fired
            quiet = 0 if fired else quiet + 1
            for _ in range(3):
                if house.write_one(nth % WRITERS):
                    break
            else:
                raise AssertionError("one failed call, and the third write after it still fails")
            if quiet == 8:
                break
    house.server.stop()
    house.sound()
    house.start()
    house.look(house.acked)
    return "%d calls failed once each, %d writes refused, none lost" % (walked, house.refused)


def each_call_to_the_disk_may_fail_at_the_start(house):
    """It starts all the same, or says why it does not, and starts the next time."""
    house.begin()
    for _ in range(20):
        house.write_one(0)
    house.server.stop(signal.SIGKILL)
    stopped = walked = 0
    for nth in range(1, 500):
        house.disk.set(fail_errno=errno.EIO, fail_in=nth)
        try:
            house.start()
        except AssertionError:
            stopped += 1
            code = house.server.process.wait(timeout=10)
            said = house.server.log().strip().split("\n")[-1]
            house.server.process.stdout.close()
            house.server.process = None
            if code != 1 or not said:
                raise AssertionError("call %d failed; it ended with %r and said %r" % (nth, code, said))
        fired = house.disk["fail_in"] == 0
        house.disk.set(fail_in=0)
        walked += fired
        if house.server.process is None:
            house.start()
        house.look(list(house.acked)[:3])
        house.server.stop(signal.SIGKILL)
        house.sound()
        if not fired:
            break
    house.start()
    house.look(house.acked)
    return "%d calls failed once each, %d starts refused" % (walked, stopped)


SHORT = [kill_nine_loses_nothing, a_power_cut_loses_nothing, a_full_disk_refuses_writes_and_is_forgiven,
         a_broken_disk_refuses_writes_and_is_forgiven, a_slow_disk_holds_up_nobody_who_reads,
         each_call_to_the_disk_may_fail_once, each_call_to_the_disk_may_fail_at_the_start]


def run_one(program, module, case, seed):
    house = House(program, module, seed)
    try:
        return case(house)
    except BaseException:
        print("# the log of the server:\n# " + house.server.log().replace("\n", "\n# "))
        raise
    finally:
        house.close()


def run_short(program, module):
    print("1..%d" % len(SHORT), flush=True)
    failed = 0
    for number, case in enumerate(SHORT, 1):
        try:
            print("# " + run_one(program, module, case, 7))
            print("ok %d - %s" % (number, case.__name__), flush=True)
        except Exception:  # whatever it is, it is this case's failure
            failed += 1
            print("# " + traceback.format_exc()[-4000:].replace("\n", "\n# "))
            print("not ok %d - %s" % (number, case.__name__), flush=True)
    return 1 if failed else 0


def run_long(program, module, word, numbers):
    seed = int(numbers[-1]) if len(numbers) > (word != "calls") else random.randrange(1 << 32)
    count = int(numbers[0]) if numbers and word != "calls" else 0
    print("seed %d" % seed, flush=True)
    long = {"kills": lambda house: deaths(house, count or 1000, False),
            "cuts": lambda house: deaths(house, count or 1000, True),
            "faults": lambda house: faults(house, count or 100, FULL + BROKEN)}
    for case in [long[word]] if word in long else [each_call_to_the_disk_may_fail_once,
                                                   each_call_to_the_disk_may_fail_at_the_start]:
        print(run_one(program, module, case, seed), flush=True)
    return 0


def main():
    program, module, words = sys.argv[1], sys.argv[2], sys.argv[3:]
    if not words:
        return run_short(program, module)
    if words[0] not in ("kills", "cuts", "faults", "calls") or not all(w.isdigit() for w in words[1:]):
        sys.stderr.write(__doc__)
        return 2
    return run_long(program, module, words[0], words[1:])


sys.exit(main())
