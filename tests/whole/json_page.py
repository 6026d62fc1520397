#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""porchlight-json(5) and what `porchlight who --json` and `watch --json` really print: every field is
on the page, with its type, and what the page promises always is always there.

    json_page.py PORCHLIGHTD PORCHLIGHT PAGE     speaks TAP
"""
import json
import os
import re
import select
import signal
import subprocess
import sys
import traceback

import wire

TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?Z$")
TYPES = {
    "text": lambda value: isinstance(value, str),
    "time": lambda value: isinstance(value, str) and bool(TIME.match(value)),
    "boolean": lambda value: isinstance(value, bool),
    "list": lambda value: isinstance(value, list),
    "user": lambda value: isinstance(value, dict),
}
CUSTOM = {"timezone"}  # what Ana says of herself below
CASES = []


def case(function):
    CASES.append(function)
    return function


def holds(truth, what):
    if not truth:
        raise AssertionError(what)


def page_fields(path):
    """{"A user": {field: (type, always)}, …}"""
    with open(path, encoding="utf-8") as file:
        parts = re.split(r"(?m)^\.S[SH] (.*)$", file.read())
    fields = {}
    for title, text in zip(parts[1::2], parts[2::2]):
        found = re.findall(r"(?m)^\.TP\n\.B (\S+)\n(\w+)(, always)?\.", text)
        if found:
            fields[title] = {name: (type_, bool(always)) for name, type_, always in found}
    return fields


class Home:
    """Ana with everything that one may say of oneself, Bo with nothing, and both in a channel."""

    def __init__(self):
        self.server = wire.Server(sys.argv[1])
        self.ana, self.bo = self.server.user("ana"), self.server.user("bo")
        for user in (self.ana, self.bo):
            user.connect().goodbye()
        self.ana.post("/users", {"users": {"ana": {
            "id": "ana", "name": "Ana \u2028\n\"x\"", "image": "http://h/a.png", "status": "busy",
            "timezone": "UTC", "invisible": True}}})
        self.ana.post("/channels/messaging/hall/query", {"data": {"members": ["ana", "bo"]}, "state": True})

    def start(self, *words, who="ana"):
        env = {k: v for k, v in os.environ.items() if not k.startswith("PORCHLIGHT_")}
        env.update(PORCHLIGHT_URL="http://127.0.0.1:%d" % self.server.port, PORCHLIGHT_USER=who,
                   PORCHLIGHT_API_KEY=self.server.key, HOME=self.server.folder,
                   PORCHLIGHT_TOKEN=self.server.user(who).jwt)
        return subprocess.Popen([sys.argv[2], *words], env=env, stdout=subprocess.PIPE, bufsize=0)

    def who(self, who="ana"):
        done = self.start("who", "--json", who=who)
        return done.communicate(timeout=60)[0].decode("utf-8")


def is_so(fields, value, seen):
    for name, (type_, always) in fields.items():
        holds(name in value or not always, "%s is missing: %s" % (name, value))
        if name in value:
            holds(TYPES[type_](value[name]), "%s is no %s: %s" % (name, type_, value))
            seen.add(name)
    extra = set(value) - set(fields) - CUSTOM
    holds(not extra, "not on the page: %s" % extra)


@case
def the_page_has_both_tables_and_types_that_are_known(home, fields):
    holds(set(fields) == {"A user", "An event"}, fields.keys())
    for table in fields.values():
        holds(set(type_ for type_, _ in table.values()) <= set(TYPES), table)


@case
def who_prints_the_users_of_the_page_a_line_each(home, fields):
    seen = set()
    for who in ("ana", "bo"):
        text = home.who(who)
        lines = text.split("\n")
        holds(len(lines) == 3 and lines[2] == "", "two lines: %r" % text)
        users = {user["id"]: user for user in map(json.loads, lines[:2])}
        holds(set(users) == {"ana", "bo"}, users)
        for user in users.values():
            is_so(fields["A user"], user, seen)
        holds(set(k for k in users if "invisible" in users[k]) <= {who}, "invisible: %s" % users)
    holds({"name", "image", "status", "last_active"} <= seen, "seen: %s" % seen)


@case
def watch_prints_the_events_of_the_page_a_line_each(home, fields):
    seen = set()
    watch = home.start("watch", "--json")
    try:
        # When it listens it does not say: Bo comes and goes until it saw him.
        for _ in range(100):
            home.bo.connect().goodbye()
            if select.select([watch.stdout], [], [], 0.2)[0]:
                break
        events = []
        while {event["user"]["online"] for event in events} != {True, False}:
            holds(select.select([watch.stdout], [], [], wire.PATIENCE_S)[0], "more events: %s" % events)
            event = json.loads(watch.stdout.readline())
            is_so(fields["An event"], event, seen)
            holds(event["type"] == "user.presence.changed", event)
            is_so(fields["A user"], event["user"], set())
            events += [event] if event["user"]["id"] == "bo" else []
    finally:
        watch.send_signal(signal.SIGINT)
        holds(watch.wait(60) == 0, "the exit code")


def main():
    fields = page_fields(sys.argv[3])
    print("1..%d" % len(CASES))
    failed = 0
    for number, function in enumerate(CASES, 1):
        home = Home()
        try:
            function(home, fields)
            print("ok %d - %s" % (number, function.__name__), flush=True)
        except Exception:  # a case may fail in any way; the next is run
            failed += 1
            print("not ok %d - %s" % (number, function.__name__), flush=True)
            print("\n".join("# " + line for line in traceback.format_exc().split("\n")), flush=True)
        finally:
            home.server.close()
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
