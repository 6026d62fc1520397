#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Pages whose commands are run, in order, in one shell and an empty folder; what they promise is
compared with what was printed.

    pages.py PAGE [FOLDER_OF_PROGRAMS…]     speaks TAP, a line a command

In ```console blocks a line that begins with "$ " is a command, and what follows is what it prints:
all of it. A block that begins with ```c NAME is saved as that file first. "…" within a line stands for anything in that line, alone for any lines. A command that is
put in the background may print later; it is waited for.
"""
import os
import queue
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time

PATIENCE_S = 40.0
QUIET_S = 0.1  # after a command that promises nothing: does it print?


def steps(page):
    """(number of the line, command, lines promised); of a file to be saved "< NAME" and its lines"""
    found, inside, saving = [], False, False
    with open(page, encoding="utf-8") as file:
        for number, line in enumerate(file.read().split("\n"), 1):
            if saving and line != "```":
                found[-1][2].append(line)
            elif line.startswith("```"):
                inside, saving = line == "```console", line.startswith("```c ")
                if saving:
                    found.append((number, "< " + line[len("```c "):], []))
            elif inside and line.startswith("$ "):
                found.append((number, line[2:], []))
            elif inside:
                found[-1][2].append(line)
    return found


def pattern(promised):
    parts = []
    for line in promised:
        if line == "…":
            parts.append(r"(?:[^\n]*\n)*?")
        else:
            parts.append("[^\n]*?".join(re.escape(part) for part in line.split("…")) + r"\n")
    return re.compile("".join(parts))


class Shell:
    """A bash that is told one line after the other."""

    def __init__(self, folder, programs):
        path = os.pathsep.join(programs + [os.environ.get("PATH", "")])
        env = {k: v for k, v in os.environ.items() if not k.startswith(("PORCHLIGHT", "XDG_"))}
        env.update(PATH=path, HOME=folder, LC_ALL="C.UTF-8")
        self.process = subprocess.Popen(["bash", "--norc"], cwd=folder, env=env, stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                                        start_new_session=True)
        self.said, self.queue, self.turn = "", queue.Queue(), 0
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self):
        while True:
            got = os.read(self.process.stdout.fileno(), 65536)
            self.queue.put(got.decode("utf-8", "replace"))
            if not got:
                return

    def _more(self, until):
        """Whether more was said before a moment."""
        try:
            got = self.queue.get(timeout=max(0.0, until - time.monotonic()))
        except queue.Empty:
            return False
        self.said += got
        return got != ""

    def run(self, command, wanted):
        """What is wrong, or None."""
        self.turn += 1
        self.said = ""
        mark = re.compile("\x01%d ends with (\\d+)\x02" % self.turn)
        self.process.stdin.write("%s\nprintf '\\001%%s ends with %%s\\002' %d $?\n" % (command, self.turn))
        self.process.stdin.flush()
        until, ended = time.monotonic() + PATIENCE_S, None
        while True:
            found = mark.search(self.said)
            if found and ended is None:
                ended = int(found.group(1))
                before, after = self.said[:found.start()], self.said[found.end():]
                self.said = before + ("\n" if before and not before.endswith("\n") else "") + after
                if ended != 0:
                    return "it ends with %d, and prints %r" % (ended, self.said)
                later = command.rstrip().endswith("&") and wanted.pattern != ""
                if not later:  # it has printed all it will
                    until = time.monotonic() + (QUIET_S if self.said == "" else 0)
            matches = wanted.fullmatch(self.said) is not None
            if ended is not None and matches and (self.said != "" or not self._more(until)):
                return None if wanted.fullmatch(self.said) else "it prints %r" % self.said
            if not self._more(until):
                return "it prints %r" % self.said

    def close(self):
        try:
            os.killpg(self.process.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        self.process.wait()


def main():
    page, programs = sys.argv[1], [os.path.abspath(p) for p in sys.argv[2:]]
    todo = steps(page)
    folder = tempfile.mkdtemp(prefix="porchlight-page-")
    shell = Shell(folder, programs)
    print("1..%d" % len(todo))
    failed = 0
    try:
        for number, (line, command, promised) in enumerate(todo, 1):
            if command.startswith("< "):
                with open(os.path.join(folder, command[2:]), "w", encoding="utf-8") as file:
                    file.write("\n".join(promised + [""]))
                wrong = None
            else:
                wrong = "the page went wrong before" if failed else shell.run(command, pattern(promised))
            failed += wrong is not None
            print("%s %d - line %d: %s" % ("not ok" if wrong else "ok", number, line,
                                           command.replace("#", "\\#")[:100]), flush=True)
            if wrong:
                print("# " + wrong.replace("\n", "\n# "))
                print("\n".join("# wanted: " + p for p in promised), flush=True)
    finally:
        shell.close()
        shutil.rmtree(folder, ignore_errors=True)
    return 1 if failed or not todo else 0


if __name__ == "__main__":
    sys.exit(main())
