#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Faults that the hostile client was seen to catch.

    hostile_faults.py check            each can still be planted: its text is there, once; speaks TAP
    hostile_faults.py plant [REGEX]    plants each in a copy of the tree, builds the server there with sanitizers,
                                       and demands that 3,000 connections do not end well; REGEX chooses
"""
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time

TOP = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
PROGRAM, CONNECTIONS, SEED = "src/server/porchlightd", 3000, 7

# what is wrong then, file below src/server, text, what it becomes
FAULTS = [
    ("a reply to who has gone meanwhile reads what was freed", "front.c", "        link->exchange->link = NULL;\n", ""),
    ("half a message is not given back at the end", "front.c", "    frame_reader_fini(&link->reader);\n", ""),
    ("who is refused for the token holds up the loop for 300 ms", "welcome.c",
     "        return code > 0 ? refuse_caller(asking, words, code, why)\n",
     "        return poll(NULL, 0, 300), code > 0 ? refuse_caller(asking, words, code, why)\n"),
    ("what was parsed of a body is not freed", "call.c", "    json_free(call.parsed);\n", ""),
]


def whole(file):
    with open(os.path.join(TOP, "src/server", file), encoding="utf-8") as source:
        return source.read()


def check():
    failed = 0
    print("1..%d" % len(FAULTS))
    for i, (what, file, text, _) in enumerate(FAULTS, 1):
        times = whole(file).count(text)
        failed += times != 1
        print("%sok %d - %s" % ("" if times == 1 else "not ", i, what))
        if times != 1:
            print("# %s has this %d times, plant another: %r" % (file, times, text))
    return 1 if failed else 0


def copy_tree(folder):
    listed = subprocess.run(["git", "-C", TOP, "ls-files", "-coz", "--exclude-standard"], stdout=subprocess.PIPE,
                            check=True).stdout
    for path in listed.decode().strip("\0").split("\0"):
        to = os.path.join(folder, path)
        os.makedirs(os.path.dirname(to), exist_ok=True)
        shutil.copy2(os.path.join(TOP, path), to)
    subprocess.run(["meson", "setup", "build", "-Dbuildtype=debug", "-Doptimization=1", "-Db_sanitize=address,undefined",
                    "-Db_lundef=false", "-Dwerror=false", "-Ddashboard=false", "-Dtests=false"], cwd=folder,
                   stdout=subprocess.DEVNULL, check=True)


def outcome(folder):
    """How it was caught; "" where it was not."""
    built = subprocess.run(["ninja", "-C", "build", "--quiet", PROGRAM], cwd=folder, stdout=subprocess.PIPE,
                           stderr=subprocess.STDOUT, text=True)
    if built.returncode != 0:
        return "does not build: " + built.stdout[-800:]
    began = time.monotonic()
    done = subprocess.run([sys.executable, os.path.join(TOP, "tests/whole/hostile.py"), os.path.join(folder, "build", PROGRAM),
                           str(CONNECTIONS), str(SEED)], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    if done.returncode == 0:
        return ""
    how = re.search(r"(?:ERROR: )?\w+Sanitizer: [a-z][\w-]+|runtime error: .{0,60}|(?<=\nAssertionError: ).*", done.stdout)
    return "%4.1f s, %s" % (time.monotonic() - began, how.group(0) if how else done.stdout.strip().split("\n")[-1])


def plant(pattern):
    wanted = [fault for fault in FAULTS if re.search(pattern, "%s %s" % (fault[1], fault[0]))]
    folder, caught = tempfile.mkdtemp(prefix="porchlight-hostile-faults-"), 0
    try:
        copy_tree(folder)
        for what, file, text, instead in wanted:
            path, source = os.path.join(folder, "src/server", file), whole(file)
            spoilt = source.replace(text, instead)
            if "poll(" in instead:
                spoilt = spoilt.replace("#include <stdio.h>\n", "#include <poll.h>\n#include <stdio.h>\n", 1)
            with open(path, "w", encoding="utf-8") as to:
                to.write(spoilt)
            how = outcome(folder)
            caught += " s, " in how
            print("%s | %s" % (what, how or "NOT CAUGHT"), flush=True)
            with open(path, "w", encoding="utf-8") as to:
                to.write(source)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    print("%d faults, %d caught" % (len(wanted), caught))
    return 0 if caught == len(wanted) else 1


if __name__ == "__main__":
    if sys.argv[1:2] == ["plant"]:
        sys.exit(plant(sys.argv[2] if len(sys.argv) > 2 else ""))
    sys.exit(check())
