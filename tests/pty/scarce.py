#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Memory runs out once in the dashboard, at every allocation of its own in turn, from its start to its end.

    scarce.py PORCHLIGHTD SCARCE_PORCHLIGHT LIBRARY           a few places, spread evenly (a test must end in time)
    scarce.py PORCHLIGHTD SCARCE_PORCHLIGHT LIBRARY all       all of them
    scarce.py PORCHLIGHTD SCARCE_PORCHLIGHT LIBRARY NTH       this one, with its stack

LIBRARY is libporchlight.so, which the program is not beside.

A real program in a real terminal against a real server. Whatever the place: it goes on and watches, or it ends with a
line that says why; the terminal is as it was, and nothing leaks (it is built with the checkers for that). Speaks TAP.
"""
import fcntl
import os
import pty
import re
import select
import signal
import struct
import subprocess
import sys
import tempfile
import termios
import time
import traceback

sys.dont_write_bytecode = True
HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "whole"))
import scarce as whole
import wire

PLACES = 24
PATIENCE_S = 20
LEAKS = "suppressions=" + os.path.join(HERE, "..", "support", "lsan.supp")


class Dashboard:
    def __init__(self, environment):
        self.seen = b""
        self.ours, theirs = pty.openpty()
        fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
        self.before = termios.tcgetattr(theirs)
        self.theirs = theirs
        self.process = subprocess.Popen([sys.argv[2]], stdin=theirs, stdout=theirs, stderr=theirs, env=environment,
                                        preexec_fn=lambda: (os.setsid(), fcntl.ioctl(0, termios.TIOCSCTTY, 0)))

    def read(self, patience_s):
        if select.select([self.ours], [], [], patience_s)[0]:
            self.seen += os.read(self.ours, 65536)
            return True
        return False

    def until(self, truth):
        """False: it ended before."""
        end = time.monotonic() + PATIENCE_S
        while not truth():
            if self.process.poll() is not None:
                return False
            whole.holds(time.monotonic() < end, "it neither goes on nor ends; seen: %s" % self.text()[-1500:])
            self.read(0.01)
        return True

    def press(self, key):
        os.write(self.ours, key)

    def end(self):
        end = time.monotonic() + PATIENCE_S
        while self.process.poll() is None:
            if time.monotonic() > end:
                self.process.send_signal(signal.SIGKILL)
                self.process.wait()
                whole.holds(False, "it does not end; seen: %s" % self.text()[-1500:])
            self.read(0.01)
        while self.read(0):
            pass

    def close(self):
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        os.close(self.ours)
        os.close(self.theirs)

    def text(self):
        return re.sub(rb"\x1b(\[[0-9;?>=]*[a-zA-Z]|\].*?(\x07|\x1b\\)|[()][A-Z0-9]|[=>78c])", b"", self.seen).decode(
            "utf-8", "replace")

    def is_given_back(self):
        now = termios.tcgetattr(self.theirs)
        whole.holds(now == self.before, "the terminal's modes are %s and were %s" % (now, self.before))
        for on, off, what in ((b"\x1b[?1049h", b"\x1b[?1049l", "the other screen"),
                              (b"\x1b[?25l", b"\x1b[?25h", "the cursor"), (b"\x1b[?2004h", b"\x1b[?2004l", "pasting"),
                              (b"\x1b[?1004h", b"\x1b[?1004l", "focus"), (b"\x1b[?1000h", b"\x1b[?1000l", "the mouse")):
            whole.holds(self.seen.rfind(on) <= self.seen.rfind(off), "%s is not given back" % what)


class Place:
    """A house with Bo in it, and Ana's dashboards."""

    def __init__(self):
        self.memory = whole.Memory()
        self.server = wire.Server(sys.argv[1], "\nlinger_ms = 0\nrate_calls = 0\nlog_level = error\n")
        self.ana, self.bo = self.server.user("ana"), self.server.user("bo")
        Scene = whole.Scene
        Scene.do(self.server.server_side().post("/users", {"users": {n: {"id": n} for n in ("ana", "bo")}}))
        for name in ("hall", "attic"):
            Scene.do(self.ana.post("/channels/messaging/%s/query" % name, {"data": {"members": ["ana", "bo"]}}))
            Scene.do(self.bo.post("/channels/messaging/%s/message" % name, {"message": {"text": "hello"}}))
        self.link = self.bo.connect()
        home = self.home = tempfile.mkdtemp(prefix="home-", dir=self.server.folder)
        os.makedirs(home + "/.config/porchlight")
        with open(home + "/.config/porchlight/config", "w", encoding="utf-8") as config:
            config.write("[alerts]\nrules = 2 of #hall are home\n")
        self.environment = {k: v for k, v in os.environ.items() if not k.startswith(("PORCHLIGHT_", "XDG_", "LC_"))}
        self.environment.update(
            HOME=home, TERM="xterm-256color", LC_ALL="C.UTF-8", TZ="Europe/Berlin", PORCHLIGHT_TOKEN=self.ana.jwt,
            PORCHLIGHT_USER="ana", PORCHLIGHT_URL="http://127.0.0.1:%d" % self.server.port,
            PORCHLIGHT_API_KEY=self.server.key, PORCHLIGHT_MEMORY=self.memory.file.name,
            LD_LIBRARY_PATH=os.path.dirname(os.path.abspath(sys.argv[3])),
            LSAN_OPTIONS="exitcode=%d:print_suppressions=0:%s" % (whole.CHECKER, LEAKS))
        self.counts = {"went on": 0, "ended with a line": 0}

    def is_watched(self):
        body = self.bo.post("/channels/messaging/hall/query", {"state": True}).body
        return body.get("watcher_count", 0) > 0

    def once(self, nth, shows=False):
        """Whether an allocation failed, and how many there were."""
        end = time.monotonic() + PATIENCE_S
        while self.is_watched():
            whole.holds(time.monotonic() < end, "who is gone watches still")
        self.memory.arm(nth, shows)
        dashboard = Dashboard(self.environment)
        try:
            lives = dashboard.until(self.is_watched)
            if lives:
                dashboard.press(b"Q")
            dashboard.end()
            failed, count = self.memory.disarm()
            if shows:
                print(dashboard.text()[-6000:])
            self.judge(dashboard, lives, failed)
            return failed, count
        finally:
            dashboard.close()

    def judge(self, dashboard, lives, failed):
        code, text = dashboard.process.returncode, dashboard.text()
        if code == whole.CHECKER and whole.CHECKER_FAILED in text:
            code, text = 0 if lives else 1, text.split("==")[0]
        whole.holds(code != whole.CHECKER and code >= 0 and "Sanitizer" not in text and "runtime error" not in text,
                    "it ended with %d: %s" % (code, text[-4000:]))
        dashboard.is_given_back()
        said = re.search(r"porchlight: [^\r\n]+\r?\n", text)
        if lives and code == 0:
            self.counts["went on"] += 1
        else:
            whole.holds(failed and code > 0 and said, "it ended with %d and said: %s" % (code, text[-1000:]))
            self.counts["ended with a line"] += 1

    def every(self, all_of_them):
        self.once(0)
        _, count = self.once(whole.NEVER)
        step, nth, places, wrong = 1 if all_of_them else max(1, count // PLACES), 1, 0, []
        while nth <= count and len(wrong) < 10:
            try:
                places += self.once(nth)[0]
            except AssertionError as why:
                wrong.append("place %d: %s" % (nth, why))
            nth += step
        whole.holds(not wrong, "\n".join(wrong))
        return "%d places of %d: %s" % (places, count, ", ".join("%d %s" % (n, w) for w, n in self.counts.items()))

    def close(self):
        self.link.link.close()
        self.server.close()


def main():
    place = Place()
    if len(sys.argv) > 4 and sys.argv[4].isdigit():
        try:
            print(place.once(int(sys.argv[4]), True))
        finally:
            place.close()
        return 0
    print("1..1", flush=True)
    name = "no_lack_of_memory_leaves_the_terminal_in_a_mess"
    try:
        print("# %s" % place.every(len(sys.argv) > 4))
        print("ok 1 - " + name)
        return 0
    except Exception:  # whatever it is, it is this case's failure
        print("# " + traceback.format_exc()[-12000:].replace("\n", "\n# "))
        print("not ok 1 - " + name)
        return 1
    finally:
        place.close()


if __name__ == "__main__":
    sys.exit(main())
