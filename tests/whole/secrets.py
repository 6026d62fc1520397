#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""No token and no secret where others can read it: argv, environments, logs, errors, records, files.

    secrets.py PORCHLIGHTD PORCHLIGHT     speaks TAP
"""
import base64
import glob
import os
import pty
import select
import signal
import stat
import subprocess
import sys
import time
import traceback

import wire

CASES = []
PATIENCE_S = 20


def case(function):
    CASES.append(function)
    return function


def holds(truth, what):
    if not truth:
        raise AssertionError(what)


def read(path):
    with open(path, "rb") as file:
        return file.read()


class Secrets:
    """Every form in which one of them could come out."""

    def __init__(self, server):
        self.texts = {"the secret": server.secret}

    def add(self, name, jwt):
        self.texts[name] = jwt.split(".")[2]  # the signature: the rest is no secret without it

    def none_in(self, where, data):
        for name, text in self.texts.items():
            raw = text.encode()
            for form in (raw, base64.b64encode(raw).rstrip(b"=")):
                holds(form not in data, "%s is in %s" % (name, where))


def of_process(pid, what):
    return read("/proc/%d/%s" % (pid, what))


@case
def the_server_says_them_nowhere():
    server = wire.Server(sys.argv[1], "\nlog_level = debug\nrate_calls = 0\n")
    try:
        secrets = Secrets(server)
        ana = server.user("ana")
        secrets.add("ana's token", ana.jwt)
        link = ana.connect()
        ana.get("/users", {"filter_conditions": {"id": "ana"}})
        ana.call("GET", "/users", params={"authorization": ana.jwt})
        for number, wrong in enumerate((ana.jwt + "x", ana.jwt[:-1], wire.token("x" * 32, {"user_id": "ana"}))):
            secrets.add("wrong token %d" % number, wrong)
            holds(wire.Caller(server, "ana", wrong).get("/users").status == 401, "a wrong token is taken")
        boss = server.server_side()
        secrets.add("the server's token", boss.jwt)
        boss.patch("/app", {"x": boss.jwt})
        boss.post("/users", {"users": {"bo": {"id": "bo", "token": "no secret of ours"}}})
        printed = server.token("ana")
        secrets.add("a printed token", printed)
        secrets.none_in("the server's argv", of_process(server.process.pid, "cmdline"))
        secrets.none_in("the server's environment", of_process(server.process.pid, "environ"))
        link.goodbye()
        server.stop()
        log = read(os.path.join(server.folder, "log"))
        holds(b"debug" in log, "nothing was logged at the level debug")
        secrets.none_in("the log", log)
        for path in glob.glob(os.path.join(server.data, "*")):
            mode = stat.S_IMODE(os.stat(path).st_mode)
            holds(mode & 0o077 == 0, "%s can be read by others: %o" % (path, mode))
            if not path.endswith("app.ini"):
                secrets.none_in(path, read(path))
        holds(stat.S_IMODE(os.stat(server.data).st_mode) == 0o700, "the folder is open")
    finally:
        server.close()


class Dashboard:
    """The real one, in a terminal of 80x24."""

    def __init__(self, words, environment):
        self.seen = b""
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            try:
                os.execve(sys.argv[2], [sys.argv[2], *words], environment)
            finally:
                os._exit(127)

    def until(self, truth, what):
        end = time.monotonic() + PATIENCE_S
        while not truth():
            holds(time.monotonic() < end, "%s did not come; seen: %r" % (what, self.seen[-2000:]))
            if select.select([self.fd], [], [], 0.02)[0]:
                try:
                    self.seen += os.read(self.fd, 65536)
                except OSError:
                    raise AssertionError("it ended; seen: %r" % self.seen[-2000:]) from None

    def quit(self):
        os.write(self.fd, b"Q")
        end = time.monotonic() + PATIENCE_S
        while os.waitpid(self.pid, os.WNOHANG)[0] == 0:
            if time.monotonic() > end:
                os.kill(self.pid, signal.SIGKILL)
            if select.select([self.fd], [], [], 0.02)[0]:
                try:
                    self.seen += os.read(self.fd, 65536)
                except OSError:
                    pass
        os.close(self.fd)


def watchers(user):
    return user.post("/channels/messaging/hall/query", {"state": True}).body.get("watcher_count", 0)


@case
def the_dashboard_keeps_its_token_to_itself():
    server = wire.Server(sys.argv[1])
    try:
        secrets = Secrets(server)
        ana, bo = server.user("ana"), server.user("bo")
        secrets.add("ana's token", ana.jwt)
        for user in (ana, bo):
            user.connect().goodbye()
        ana.post("/channels/messaging/hall/query", {"data": {"members": ["ana", "bo"]}})
        home, told = server.folder, os.path.join(server.folder, "told")
        script = os.path.join(home, "tell.sh")
        with open(script, "w", encoding="utf-8") as file:
            file.write("#!/bin/sh\ncat /proc/$$/environ > %s.part; echo \"$@\" >> %s.part; mv %s.part %s\n"
                       % (told, told, told, told))
        os.chmod(script, 0o700)
        os.makedirs(os.path.join(home, ".config/porchlight"))
        with open(os.path.join(home, ".config/porchlight/config"), "w", encoding="utf-8") as file:
            file.write("[alerts]\nnotify_command = %s {}\nrules = 2 of #hall are home\n" % script)
        record = os.path.join(home, "record.jsonl")
        environment = {k: v for k, v in os.environ.items() if not k.startswith(("PORCHLIGHT_", "XDG_"))}
        environment.update(HOME=home, TERM="xterm-256color", PORCHLIGHT_TOKEN=ana.jwt, PORCHLIGHT_USER="ana",
                           PORCHLIGHT_URL="http://127.0.0.1:%d" % server.port, PORCHLIGHT_API_KEY=server.key)
        dashboard = Dashboard(["--record", record], environment)
        # Not by what it draws: only what differs is painted, and so in pieces.
        dashboard.until(lambda: watchers(bo) > 0, "somebody who watches")
        secrets.none_in("argv", of_process(dashboard.pid, "cmdline"))
        secrets.none_in("the environment in /proc", of_process(dashboard.pid, "environ"))
        link = bo.connect()
        dashboard.until(lambda: os.path.exists(told), "the notification")
        secrets.none_in("the environment of notify_command", read(told))
        link.goodbye()
        dashboard.quit()
        secrets.none_in("what it drew", dashboard.seen)
        holds(server.key.encode() not in read(record), "the API key is in the record")
        written = [path for path in glob.glob(home + "/**", recursive=True, include_hidden=True)
                   if os.path.isfile(path) and not path.startswith(server.data)]
        holds(record in written, "there is no record")
        for path in written:
            secrets.none_in(path, read(path))
            if path == record or "/.local/" in path:
                mode = stat.S_IMODE(os.stat(path).st_mode)
                holds(mode & 0o077 == 0, "%s can be read by others: %o" % (path, mode))
    finally:
        server.close()


@case
def no_error_says_a_token():
    server = wire.Server(sys.argv[1])
    try:
        secrets = Secrets(server)
        jwt = server.user("ana").jwt
        secrets.add("ana's token", jwt)
        home = server.folder
        right = {"PORCHLIGHT_URL": "http://127.0.0.1:%d" % server.port, "PORCHLIGHT_API_KEY": server.key,
                 "PORCHLIGHT_USER": "ana", "PORCHLIGHT_TOKEN": jwt}
        base = {k: v for k, v in os.environ.items() if not k.startswith(("PORCHLIGHT_", "XDG_"))}
        for wrong in ({"PORCHLIGHT_TOKEN": jwt + "\x1b[0m"}, {"PORCHLIGHT_TOKEN": jwt[:-2]},
                      {"PORCHLIGHT_USER": "bo"}, {"PORCHLIGHT_API_KEY": "x"}, {"PORCHLIGHT_URL": "http://127.0.0.1:1"},
                      {"PORCHLIGHT_TOKEN_FILE": "/none", "PORCHLIGHT_TOKEN": ""}):
            done = subprocess.run([sys.argv[2], "is", "ana"], env={**base, **right, **wrong, "HOME": home},
                                  capture_output=True, timeout=60)
            holds(done.returncode == 3 and done.stderr, "%s is taken: %r" % (wrong, done))
            secrets.none_in("the error for %s" % list(wrong), done.stderr + done.stdout)
    finally:
        server.close()


@case
def what_a_command_prints_stays_between_the_two():
    server = wire.Server(sys.argv[1])
    try:
        secrets = Secrets(server)
        ana = server.user("ana")
        secrets.add("ana's token", ana.jwt)
        ana.connect().goodbye()
        home, seen = server.folder, server.folder + "/seen"
        with open(home + "/token", "w", encoding="utf-8") as file:
            file.write(ana.jwt + "\n")
        with open(home + "/tell.sh", "w", encoding="utf-8") as file:
            file.write("#!/bin/sh\ncat /proc/$$/environ /proc/$PPID/environ /proc/$PPID/cmdline /proc/$$/cmdline > %s\n"
                       "cat %s/token\n" % (seen, home))
        os.chmod(home + "/tell.sh", 0o700)
        environment = {k: v for k, v in os.environ.items() if not k.startswith(("PORCHLIGHT_", "XDG_"))}
        environment.update(HOME=home)
        os.makedirs(home + "/.config/porchlight")
        with open(home + "/.config/porchlight/config", "w", encoding="utf-8") as file:
            file.write("[profile default]\nurl = http://127.0.0.1:%d\napi_key = %s\nuser = ana\ntoken_command = %s\n"
                       % (server.port, server.key, home + "/tell.sh"))
        done = subprocess.run([sys.argv[2], "is", "ana"], env=environment, capture_output=True, timeout=60)
        holds(done.returncode in (0, 1) and read(seen), "the command is not asked: %r" % done)
        secrets.none_in("what both are started with", read(seen))
        secrets.none_in("what is said", done.stdout + done.stderr)
    finally:
        server.close()


@case
def the_operators_words_say_none_and_keep_none_open():
    server = wire.Server(sys.argv[1])
    try:
        secrets = Secrets(server)
        secrets.add("ana's token", server.user("ana").jwt)
        server.user("ana").connect().goodbye()
        data, copy, again = server.data, server.folder + "/copy", server.folder + "/again"
        for words, code in ((["check", "--data", data], 0), (["backup", "--data", data, copy], 0),
                            (["restore", "--data", again, copy], 0), (["admin", "users", "--data", data], 0),
                            (["admin", "user", "ana", "--json", "--data", data], 0), (["init", data], 2),
                            (["admin", "revoke", "--user", "ana", "--data", data], 0), (["backup", "--data", data, copy], 1),
                            (["--data", data, "--listen", "127.0.0.1:0"], 1), (["token", "not an id", "--data", data], 2)):
            done = subprocess.run([sys.argv[1], *words], capture_output=True, timeout=60)
            holds(done.returncode == code or (code and done.returncode in (1, 2)), "%s: %r" % (words, done))
            secrets.none_in("what %s says" % words[0], done.stdout + done.stderr)
        for folder in (copy, again):
            for path in [folder, *glob.glob(folder + "/*")]:
                mode = stat.S_IMODE(os.stat(path).st_mode)
                holds(mode & 0o077 == 0, "%s can be read by others: %o" % (path, mode))
                if os.path.isfile(path) and not path.endswith("app.ini"):
                    secrets.none_in(path, read(path))
        with open(data + "/app.ini", "a", encoding="utf-8") as app:
            app.write("secret = %s\nnonsense = %s\n" % (server.secret, server.secret))
        done = subprocess.run([sys.argv[1], "check", "--data", data], capture_output=True, timeout=60)
        secrets.none_in("what is said of a broken app.ini", done.stdout + done.stderr)
    finally:
        server.close()


@case
def the_server_can_become_no_more_than_it_is():
    server = wire.Server(sys.argv[1])
    try:
        holds(b"NoNewPrivs:\t1\n" in of_process(server.process.pid, "status"), "it may gain privileges")
    finally:
        server.close()


def main():
    print("1..%d" % len(CASES), flush=True)
    failed = 0
    for number, function in enumerate(CASES, 1):
        try:
            function()
            print("ok %d - %s" % (number, function.__name__), flush=True)
        except Exception:  # whatever it is, it is this case's failure
            failed += 1
            print("# " + traceback.format_exc()[-4000:].replace("\n", "\n# "))
            print("not ok %d - %s" % (number, function.__name__), flush=True)
    return 1 if failed else 0


sys.exit(main())
