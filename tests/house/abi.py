#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What programs that were compiled with the library rely on: its functions, their types, the layout of
its structs. The dump of each version is kept in assets/abi, and a build that differs from its own
version's fails: either the change was not meant, or it wants a version of its own.

    abi.py check SOURCE LIBRARY VERSION     speaks TAP
    abi.py write SOURCE LIBRARY VERSION     keep this version's dump (./run abi)
"""
import os
import shutil
import subprocess
import sys
import tempfile
from xml.etree import ElementTree

WORD, SOURCE, LIBRARY, VERSION = sys.argv[1:5]
KEPT = os.path.join(SOURCE, "assets/abi/libporchlight-%s.abi" % VERSION)
# What is behind a pointer that nobody outside can look behind.
OPAQUE = {"pl_client", "pl_network", "pl_user", "pl_channel", "pl_member", "pl_message"}
HEADERS = os.path.join(SOURCE, "include")


def run(*command):
    return subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)


def dump(to):
    """What went wrong, or ""."""
    done = run("abidw", "--headers-dir", HEADERS, "--drop-private-types", "--exported-interfaces-only",
               "--no-corpus-path", "--no-comp-dir-path", "--no-show-locs", "--no-elf-needed",
               "--out-file", to, LIBRARY)
    if done.returncode != 0:
        return done.stdout or "abidw failed"
    tree = ElementTree.parse(to)
    for kind in tree.iter("class-decl"):
        if kind.get("name") in OPAQUE:
            for child in list(kind):
                kind.remove(child)
            kind.attrib.pop("size-in-bits", None)
            kind.set("is-declaration-only", "yes")
    tree.write(to, encoding="unicode")
    return ""


def write():
    wrong = dump(KEPT)
    print(wrong, end="")
    return 1 if wrong else 0


def difference():
    with tempfile.TemporaryDirectory() as folder:
        built = os.path.join(folder, "built.abi")
        wrong = dump(built)
        if wrong:
            return wrong
        done = run("abidiff", "--harmless", "--no-show-locs", KEPT, built)
        return done.stdout if done.returncode != 0 else ""


def check():
    if shutil.which("abidiff") is None:
        print("1..0 # SKIP abigail-tools is not installed")
        return 0
    if ".debug_info" not in run("readelf", "-S", "--wide", LIBRARY).stdout:
        print("1..0 # SKIP built without debug info")
        return 0
    print("1..1")
    if os.path.exists(KEPT):
        wrong = difference()
    else:
        wrong = "no dump of version %s is kept: ./run abi" % VERSION
    if wrong:
        print("# " + wrong.strip().replace("\n", "\n# "))
        print("# Meant? A released version changes its number; an unreleased one is dumped again: ./run abi")
    print("%s 1 - the_abi_of_a_version_stays_as_it_is" % ("not ok" if wrong else "ok"))
    return 1 if wrong else 0


sys.exit(write() if WORD == "write" else check())
