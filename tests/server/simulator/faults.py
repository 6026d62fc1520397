#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Faults that random schedules were each seen to catch.

    faults.py check           each can still be planted: its text is there, once; speaks TAP
    faults.py plant [REGEX]   plants each in a copy of the tree, builds server-simulate there, and
                              demands that some of 500 schedules differ; says which was the first
"""
import os
import re
import shutil
import subprocess
import sys
import tempfile

TOP = os.path.dirname(os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__)))))
SCHEDULES = "500"

# what is wrong then, file, text, what it becomes
FAULTS = [
    ("a lost connection does not linger", "presence.c",
     "now.mono_us + house->linger_us;", "now.mono_us;"),
    ("the linger is a fifth too short", "presence.c",
     "now.mono_us + house->linger_us;", "now.mono_us + house->linger_us / 5 * 4;"),
    ("last_active of who hides moves for others", "presence.c",
     "if (!presence->hidden && presence->own_active_us", "if (presence->own_active_us"),
    ("showing while away is an activity", "presence.c",
     "    if (presence->connections == 0)\n        return PRESENCE_SAME;\n", ""),
    ("leaving is told with the first connection that goes", "home.c",
     "if (change == PRESENCE_LEFT)", "if (!person->presence.hidden)"),
    ("a second connection is told", "home.c",
     "if (change == PRESENCE_CAME)", "if (!person->presence.hidden)"),
    ("the refresh of last_active is told", "home.c",
     "        touch(world, LIST_ITEM(presence, struct person, presence));",
     "        home_tell_presence(world, NULL, LIST_ITEM(presence, struct person, presence));"),
    ("the refresh of last_active is not written down", "home.c",
     "        touch(world, LIST_ITEM(presence, struct person, presence));", "        (void)presence;"),
    ("who hides starts to watch before all eyes", "home.c",
     "watcher->hidden ? TO_ONLY : TO_ALL", "TO_ALL"),
    ("who hides stops watching before all eyes", "home.c",
     "    if (!watcher->hidden)\n        tell_watching", "        tell_watching"),
    ("hiding ends no watching for others", "home.c",
     "    hide_watching(world, post, person, true);\n", ""),
    ("stopping to watch goes on listening", "home.c",
     "    listen_end_reason(&connection->listener, room);\n}\n\nvoid home_unwatch_all",
     "}\n\nvoid home_unwatch_all"),
    ("self is counted among the oldest members", "home.c",
     "        if (person == connection->person)\n            continue;\n", ""),
    ("one member too many is listened to", "home.c",
     "        if (left-- == 0)\n            break;\n        int rc = listen_to",
     "        if (left-- + 1 == 0)\n            break;\n        int rc = listen_to"),
    ("a type that is off is listened to", "home.c",
     "    if (!room->kind->type.connect_events)\n        return 0;\n", ""),
    ("switching a type off ends no listening", "routes_types.c",
     "        if (listening_ended)\n            home_stop_listening", "        if (listening_ended && room == NULL)\n            home_stop_listening"),
    ("a second reason ends with the first", "listeners.c",
     "        *first = *next;\n        free(next);\n        return true;",
     "        return false;"),
    ("a removed member is listened to", "routes_members.c",
     "    home_stop_listening_to(call->world, call_post(call), person, room);\n", ""),
    ("a status is told while they are away or hide", "users.c",
     "(differences & DETAILS_STATUS) && was_shown && presence_is_shown(&person->presence)",
     "(differences & DETAILS_STATUS)"),
    ("hiding with a status is told twice", "users.c",
     "(differences & DETAILS_STATUS) && was_shown && presence_is_shown(&person->presence)",
     "(differences & DETAILS_STATUS) && was_shown"),
    ("hiding by itself is an update for others", "users.c",
     "    if (differences & DETAILS_SHOWN)\n        news_to_listeners", "        news_to_listeners"),
    ("a restart thaws what was frozen", "change.c",
     "person->user.last_active_us = person->presence.shown_active_us;",
     "person->user.last_active_us = person->presence.own_active_us;"),
    ("self is listened to by a query", "query_users.c",
     "person != call->asker && left > 0", "left > 0"),
    ("news overtake what waits", "fanout.c",
     "    return gate_post(gate, number);", "    return number == UINT64_MAX ? gate_post(gate, number) : NULL;"),
    ("what waits for the disk is told at once", "gate.c",
     "    if (post == NULL) {\n        speak", "    if (frame != NULL) {\n        speak"),
    ("a connect waits for nothing", "welcome.c",
     "    else if (person->pending <= world->gate.settled)", "    else if (person != NULL)"),
    ("typing does not stop when they hide", "home.c", "    typing_end_person(world, post, person);\n", ""),
    ("hiding stops the typing before it is on disk", "home.c",
     "typing_end_person(world, post, person);", "typing_end_person(world, NULL, person);"),
    ("a lost connection types on", "typing.c", "    end_all(world, NULL, connection);", "    (void)connection;"),
    ("who is shut out lingers", "home.c", "if (lost && !connection->dismissed && ", "if (lost && "),
    ("to a slow reader a newer word of presence stands where its elder did", "outbox.c",
     "        *at(outbox, outbox->count++) = frame_ref(frame);",
     "        for (unsigned k = outbox->count++; k > i; k--)\n            *at(outbox, k) = *at(outbox, k - 1);\n"
     "        *at(outbox, i) = frame_ref(frame);"),
    ("to a slow reader presence is not coalesced with the last", "outbox.c",
     "if ((*at(outbox, i))->coalesce != frame->coalesce)\n            continue;",
     "if ((*at(outbox, i))->coalesce == 0)\n            continue;"),
    ("own connections see themself as others do", "fanout.c",
     "(news->seat != NULL && news->seat->person == viewer)", "(news->seat == NULL && news->seat != NULL)"),
    ("nobody is told what undoing brought back", "load.c",
     "    home_tell_presence(world, NULL, person);\n}", "}"),
    ("a showing that failed thaws what was frozen", "world.c",
     "        person->presence.shown_active_us = user->last_active_us;", "        (void)0;"),
    ("who lost their listening to a failed switch is not asked to read again", "home.c",
     "        if (post != NULL && listens_because(&c->listener, room))\n            post_owe(world, post, c);\n", ""),
    ("who lost their listening to a failed removal is not asked to read again", "home.c",
     "        post_owe(world, post, LIST_ITEM(listening_by(l), struct connection, listener));", "        (void)post;"),
    ("who missed a count is not asked to read again", "home.c",
     "        .owed = true};", "        .owed = false};"),
]


def path_of(top, file):
    return os.path.join(top, "src", "server", file)


def check():
    failed = 0
    print("1..%d" % len(FAULTS))
    for i, (name, file, text, _) in enumerate(FAULTS, 1):
        with open(path_of(TOP, file), encoding="utf-8") as source:
            times = source.read().count(text)
        failed += times != 1
        print("%sok %d - simulate: %s" % ("" if times == 1 else "not ", i, name))
        if times != 1:
            print("# its text is %d times in %s" % (times, file))
    return 1 if failed else 0


def copy_tree():
    folder = tempfile.mkdtemp(prefix="porchlight-faults-")
    listed = subprocess.run(["git", "-C", TOP, "ls-files", "-coz", "--exclude-standard"],
                            stdout=subprocess.PIPE, check=True).stdout
    for path in listed.decode().strip("\0").split("\0"):
        to = os.path.join(folder, path)
        os.makedirs(os.path.dirname(to), exist_ok=True)
        shutil.copy2(os.path.join(TOP, path), to)
    subprocess.run(["meson", "setup", os.path.join(folder, "build"), "-Dbuildtype=debug", "-Doptimization=1",
                    "-Dwerror=false", "-Ddashboard=false"], cwd=folder, stdout=subprocess.DEVNULL, check=True)
    return folder


def simulate(folder):
    """What is said, or why nothing could be."""
    build = os.path.join(folder, "build")
    done = subprocess.run(["ninja", "-C", build, "tests/server/server-simulate"], stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True)
    if done.returncode != 0:
        return False, done.stdout[-1500:]
    done = subprocess.run([os.path.join(build, "tests", "server", "server-simulate"), "--schedules", SCHEDULES, "--long"],
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    return True, done.stdout


def planted(folder, fault):
    _, file, text, instead = fault
    path = path_of(folder, file)
    with open(path, encoding="utf-8") as source:
        whole = source.read()
    with open(path, "w", encoding="utf-8") as source:
        source.write(whole.replace(text, instead))
    built, said = simulate(folder)
    with open(path, "w", encoding="utf-8") as source:
        source.write(whole)
    if not built:
        return "does not build: " + said
    differs = re.search(r"(?m)^# (seed \d+ differs at step \d+)", said)
    return "caught: " + differs.group(1) if differs else "NOT CAUGHT"


def plant(pattern):
    folder, missed = copy_tree(), 0
    try:
        built, said = simulate(folder)
        if not built or not re.search(r"(?m)^ok ", said):
            print("without any fault: " + said[-2000:])
            return 1
        for fault in FAULTS:
            if re.search(pattern, fault[0]):
                became = planted(folder, fault)
                missed += not became.startswith("caught")
                print("%-60s %s" % (fault[0], became), flush=True)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return 1 if missed else 0


if __name__ == "__main__":
    if sys.argv[1:] == ["check"]:
        sys.exit(check())
    if sys.argv[1:2] == ["plant"] and len(sys.argv) <= 3:
        sys.exit(plant(sys.argv[2] if len(sys.argv) == 3 else ""))
    print(__doc__, file=sys.stderr)
    sys.exit(2)
