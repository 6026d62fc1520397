#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The installed library in the hands of others: the examples, compiled as their Makefile says and run
against a real porchlightd; CMake; the static library; a newcomer's program. Speaks TAP.

    installed.py SOURCE BUILD SANITIZERS PORCHLIGHTD
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
import traceback

sys.dont_write_bytecode = True  # the tree stays as it is
import stage
import wire

SOURCE, BUILD, SANITIZERS, PORCHLIGHTD = sys.argv[1:5]
PATIENCE_S = 20.0
HERE = os.path.dirname(os.path.abspath(__file__))


class Program:
    """One that runs, and what it prints."""

    def __init__(self, argv, env):
        self.process = subprocess.Popen(argv, env=env, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        stderr=subprocess.STDOUT, text=True, bufsize=1)
        self.lines, self.said = queue.Queue(), []
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self):
        for line in self.process.stdout:
            self.lines.put(line.rstrip("\n"))
        self.lines.put(None)

    def until(self, pattern):
        """The next line that is like this; what is between is passed over."""
        end = time.monotonic() + PATIENCE_S
        while True:
            try:
                line = self.lines.get(timeout=max(0.01, end - time.monotonic()))
            except queue.Empty:
                line = None
            if line is None:
                raise AssertionError("no line like %r; it printed %r" % (pattern, self.said))
            self.said.append(line)
            if re.fullmatch(pattern, line):
                return line

    def type(self, text):
        self.process.stdin.write(text)
        self.process.stdin.flush()

    def end(self, how=None):
        """Its exit code."""
        if how is None:
            self.process.stdin.close()
        else:
            self.process.send_signal(how)
        try:
            return self.process.wait(timeout=PATIENCE_S)
        except subprocess.TimeoutExpired:
            self.process.kill()
            raise


class Room:
    """A server with a porch on which ana, bo, cy and dee are, and a folder where things are built."""

    def __init__(self):
        self.stage = stage.Stage(BUILD, SANITIZERS)
        self.folder = tempfile.mkdtemp(prefix="porchlight-installed-")
        self.server = wire.Server(PORCHLIGHTD, "\nlinger_ms = 0\n")
        operator = self.server.server_side()
        for user in ("ana", "bo", "cy", "dee"):
            self.good(operator.post("/users", {"users": {user: {"id": user, "name": user.capitalize()}}}))
        self.good(operator.post("/channels/messaging/porch/query", {
            "data": {"created_by_id": "ana", "members": ["ana", "bo", "cy", "dee"], "name": "The porch"}}))

    @staticmethod
    def good(reply):
        if reply.status not in (200, 201):
            raise AssertionError(repr(reply))

    def env(self, user):
        return dict(self.stage.env, PORCHLIGHT_URL="http://127.0.0.1:%d" % self.server.port,
                    PORCHLIGHT_API_KEY=self.server.key, PORCHLIGHT_USER=user,
                    PORCHLIGHT_TOKEN=self.server.token(user))

    def program(self, name):
        return os.path.join(self.folder, "examples", name)

    def run(self, command, **more):
        done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                              env=self.stage.env, **more)
        if done.returncode != 0:
            raise AssertionError("%s: %s" % (" ".join(command), done.stdout))
        return done.stdout

    def close(self):
        self.server.close()
        self.stage.close()
        shutil.rmtree(self.folder, ignore_errors=True)


def the_examples_compile_as_their_makefile_says(room):
    shutil.copytree(os.path.join(SOURCE, "assets/examples"), os.path.join(room.folder, "examples"))
    room.run(["make", "-s", "-C", os.path.join(room.folder, "examples"), "CC=cc", "CFLAGS=-O1 -g -Werror"])


def is_home_says_who_is_home(room):
    def ask(person):
        done = subprocess.run([room.program("is-home"), person], env=room.env("ana"),
                              stdout=subprocess.PIPE, text=True, stderr=subprocess.DEVNULL)
        return done.returncode, done.stdout
    assert ask("bo") == (1, "Bo is out\n"), ask("bo")
    bo = room.server.user("bo").connect()
    assert ask("bo") == (0, "Bo is home\n"), ask("bo")
    bo.goodbye()
    assert ask("nobody") == (2, ""), ask("nobody")


def presence_log_tells_who_comes_and_goes_and_when_the_link_is_lost(room):
    log = Program([room.program("presence-log"), "messaging:porch"], room.env("ana"))
    log.until("watching The porch")
    user = room.server.user("bo")
    bo = user.connect()
    log.until(r"\d+ bo came")
    # Who watches is told of in events of their own, which come first and say "offline", too.
    room.good(user.post("/channels/messaging/porch/query", {"watch": True, "connection_id": bo.id}))
    bo.goodbye()
    log.until(r"\d+ bo left")
    room.server.restart(signal.SIGKILL)
    log.until(r"\d+ link lost: .+")
    log.until(r"\d+ link back: meanwhile 0 came and 0 left")
    assert log.end(signal.SIGINT) == 0


def watches(room, name):
    watch = Program([room.program(name), "bo", "cy"], room.env("ana"))
    watch.until("2 of 2 are listened to")
    bo = room.server.user("bo").connect()
    watch.until("bo came")
    bo.goodbye()
    watch.until("bo left")
    assert watch.end(signal.SIGINT) == 0


def libuv_is_a_loop_for_it(room):
    watches(room, "watch-with-libuv")


def glib_is_a_loop_for_it(room):
    watches(room, "watch-with-glib")


def the_bot_answers_and_is_not_seen(room):
    bo = room.server.user("bo")
    socket = bo.connect()
    room.good(bo.post("/channels/messaging/porch/query",
                      {"watch": True, "presence": True, "state": True, "connection_id": socket.id}))
    bot = Program([room.program("invisible-bot"), "messaging:porch"], room.env("dee"))
    bot.until("in messaging:porch, unseen")
    room.good(bo.post("/channels/messaging/porch/message", {"message": {"text": "who is home?"}}))
    said = None
    while said != "home: Bo":
        event = socket.until("message.new")
        said = event["message"]["text"]
        assert said in ("who is home?", "home: Bo"), said
    assert bot.end(signal.SIGTERM) == 0
    socket.quiet("user.presence.changed")
    socket.goodbye()


def a_newcomer_sees_who_comes_and_goes_and_hides(room):
    flags = room.run(["pkg-config", "--cflags", "--libs", "porchlight"]).split()
    program = os.path.join(room.folder, "newcomer")
    source = os.path.join(HERE, "newcomer.c")
    room.run(["c++", "-x", "c++", "-std=c++17", "-D_GNU_SOURCE", source, "-o", program] + flags)
    room.run(["cc", "-std=c11", "-D_GNU_SOURCE", "-Wall", "-Wextra", "-Werror", source, "-o", program]
             + flags)
    ana = Program([program, "messaging:porch"], room.env("ana"))
    ana.until("watching messaging:porch: 4 members")
    cy = room.server.user("cy").connect()
    ana.until(r"Cy is online( \(.*\))?")
    ana.type("i\n")
    ana.until("server says: hidden")
    found = room.server.user("cy").get("/users", {"filter_conditions": {"id": "ana"}})
    assert found.body["users"][0]["online"] is False, found
    ana.type("i\n")
    ana.until("server says: seen")
    cy.goodbye()
    ana.until("Cy is offline")
    ana.type("q\n")
    ana.until("ended")
    assert ana.end() == 0


def the_static_library_stands_in_for_the_shared_one(room):
    flags = room.run(["pkg-config", "--cflags", "--libs", "porchlight-static"]).split()
    program = os.path.join(room.folder, "is-home-static")
    room.run(["cc", os.path.join(SOURCE, "assets/examples/is-home.c"), "-o", program] + flags)
    assert "libporchlight" not in room.run(["readelf", "-d", program])
    done = subprocess.run([program, "bo"], env=room.env("ana"), stdout=subprocess.PIPE, text=True)
    assert (done.returncode, done.stdout) == (1, "Bo is out\n"), done


def the_static_library_shows_nothing_but_pl(room):
    names = room.run(["nm", "-g", "--defined-only", os.path.join(room.stage.lib, "libporchlight.a")])
    names = [line.split()[-1] for line in names.split("\n") if len(line.split()) == 3]
    names = [n for n in names if not n.startswith(("__asan", "__odr_asan", "__ubsan"))]
    assert names and all(n.startswith("pl_") for n in names), names


def a_program_asks_for_the_soname(room):
    wanted = [line for line in room.run(["readelf", "-d", room.program("is-home")]).split("\n")
              if "NEEDED" in line and "porchlight" in line]
    assert len(wanted) == 1 and "[libporchlight.so.0]" in wanted[0], wanted
    versions = room.run(["readelf", "--dyn-syms", "--wide", room.program("is-home")])
    assert "pl_client_create@PORCHLIGHT_0" in versions, versions


CMAKE = """cmake_minimum_required(VERSION 3.20)
project(stranger C CXX)
find_package(porchlight 0.1 REQUIRED)
add_executable(shared main.c)
target_link_libraries(shared PRIVATE porchlight::porchlight)
add_executable(static main.c)
target_link_libraries(static PRIVATE porchlight::static)
add_executable(cpp main.cc)
target_link_libraries(cpp PRIVATE porchlight::porchlight)
"""


def cmake_finds_it(room):
    folder = os.path.join(room.folder, "cmake")
    os.mkdir(folder)
    shutil.copy(os.path.join(SOURCE, "assets/examples/is-home.c"), os.path.join(folder, "main.c"))
    for name, text in (("CMakeLists.txt", CMAKE), ("main.cc", "#include <porchlight/porchlight.h>\n"
                       "int main() { return pl_version()[0] == '\\0'; }\n")):
        with open(os.path.join(folder, name), "w", encoding="utf-8") as file:
            file.write(text)
    room.run(["cmake", "-S", folder, "-B", folder + "/build", "-DCMAKE_PREFIX_PATH=" + room.stage.prefix,
              "-DCMAKE_LIBRARY_ARCHITECTURE=" + os.path.basename(room.stage.lib),
              "-DCMAKE_C_COMPILER=" + room.stage.bin + "/cc", "-DCMAKE_CXX_COMPILER=" + room.stage.bin + "/c++"])
    room.run(["cmake", "--build", folder + "/build"])
    for name in ("shared", "static"):
        done = subprocess.run([folder + "/build/" + name, "bo"], env=room.env("ana"),
                              stdout=subprocess.PIPE, text=True)
        assert (done.returncode, done.stdout) == (1, "Bo is out\n"), (name, done)
    room.run([folder + "/build/cpp"])


CASES = [the_examples_compile_as_their_makefile_says, is_home_says_who_is_home,
         presence_log_tells_who_comes_and_goes_and_when_the_link_is_lost, libuv_is_a_loop_for_it,
         glib_is_a_loop_for_it, the_bot_answers_and_is_not_seen,
         a_newcomer_sees_who_comes_and_goes_and_hides,
         the_static_library_stands_in_for_the_shared_one,
         the_static_library_shows_nothing_but_pl, a_program_asks_for_the_soname, cmake_finds_it]


def main():
    room, failed = Room(), 0
    print("1..%d" % len(CASES))
    try:
        for number, case in enumerate(CASES, 1):
            try:
                case(room)
                wrong = None
            except Exception:  # a case may fail in any way; the others go on
                wrong = traceback.format_exc()
                failed += 1
            print("%s %d - %s" % ("not ok" if wrong else "ok", number, case.__name__), flush=True)
            if wrong:
                print("# " + wrong.replace("\n", "\n# "), flush=True)
    finally:
        room.close()
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
