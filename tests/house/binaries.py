#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What was built is built to be attacked: where it lies, what may be written and run in it, and who
may look into it while it runs. Speaks TAP.

    binaries.py BUILD_ROOT SANITIZERS BUILDTYPE
"""
import os
import re
import shutil
import subprocess
import sys
import tempfile

BUILD, SANITIZERS, BUILDTYPE = sys.argv[1:4]
PROGRAMS = ["src/dashboard/porchlight", "src/server/porchlightd"]
MODULES = ["src/client/libporchlight.so", "src/demo/demo.so"]
NOBODY = 65534
DASHBOARD_KIB = 400


def elf(path, *words):
    return subprocess.run(["readelf", "--wide", *words, os.path.join(BUILD, path)], stdout=subprocess.PIPE,
                          text=True, check=True).stdout


def each(check):
    wrong = [path for path in PROGRAMS + MODULES
             if os.path.exists(os.path.join(BUILD, path)) and not check(path)]
    return ", ".join(wrong)


def it_lies_anywhere():
    return each(lambda path: re.search(r"Type:\s+DYN", elf(path, "-h")))


def nothing_is_relocated_late_or_in_code():
    def check(path):
        dynamic = elf(path, "-d")
        return "GNU_RELRO" in elf(path, "-l") and "NOW" in dynamic and "TEXTREL" not in dynamic
    return each(check)


def what_is_written_is_not_run():
    return each(lambda path: not re.search(r"(GNU_STACK|LOAD).*\bRWE\b", elf(path, "-l")) and
                "GNU_STACK" in elf(path, "-l"))


def a_smashed_stack_is_noticed():
    return each(lambda path: "__stack_chk_fail" in elf(path, "--dyn-syms"))


def copies_know_their_bounds():
    return each(lambda path: re.search(r"__\w+_chk@", elf(path, "--dyn-syms").replace("__stack_chk_fail", "")))


def jumps_land_where_they_may():
    """endbr64: the note that switches it on is the distribution's to give, by its start files."""
    if os.uname().machine != "x86_64":
        return ""
    return each(lambda path: b"\xf3\x0f\x1e\xfa" in open(os.path.join(BUILD, path), "rb").read())


def nobody_looks_into_a_server_that_runs():
    """Whoever is not root sees that its /proc files are root's: it is not dumpable."""
    program = os.path.abspath(os.path.join(BUILD, PROGRAMS[1]))
    if os.geteuid() != 0 or not os.path.exists(program):
        return ""
    folder = tempfile.mkdtemp(prefix="porchlight-house-")
    copy = shutil.copy(program, folder)  # where nobody may read it
    os.chown(folder, NOBODY, NOBODY)
    user = {"user": NOBODY, "group": NOBODY, "extra_groups": []}
    try:
        subprocess.run([copy, "init", folder + "/data"], check=True, stdout=subprocess.DEVNULL, **user)
        server = subprocess.Popen([copy, "--data", folder + "/data", "--listen", "127.0.0.1:0"],
                                  stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, **user)
        server.stdout.readline()
        owner = os.stat("/proc/%d/environ" % server.pid).st_uid
        server.terminate()
        server.wait(timeout=20)
        server.stdout.close()
        return "" if owner == 0 else "its memory is open to all processes of its user"
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def a_dashboard_is_small():
    """The program of a release without what only a debugger reads."""
    program = os.path.join(BUILD, PROGRAMS[0])
    if BUILDTYPE != "release" or not os.path.exists(program):
        return ""
    with tempfile.NamedTemporaryFile(prefix="porchlight-house-") as copy:
        subprocess.run(["strip", "-o", copy.name, program], check=True)
        kib = os.stat(copy.name).st_size / 1024
    print("# %s, stripped: %.0f KiB of %d" % (PROGRAMS[0], kib, DASHBOARD_KIB))
    return "" if kib <= DASHBOARD_KIB else "it takes %.0f KiB" % kib


CASES = [it_lies_anywhere, nothing_is_relocated_late_or_in_code, what_is_written_is_not_run,
         a_smashed_stack_is_noticed, copies_know_their_bounds, jumps_land_where_they_may,
         nobody_looks_into_a_server_that_runs, a_dashboard_is_small]


def main():
    if SANITIZERS != "none":
        print("1..0 # SKIP a build with sanitizers is for tests alone")
        return 0
    print("1..%d" % len(CASES), flush=True)
    failed = 0
    for number, case in enumerate(CASES, 1):
        wrong = case()
        if wrong:
            print("# " + wrong)
        print("%s %d - %s" % ("not ok" if wrong else "ok", number, case.__name__), flush=True)
        failed += bool(wrong)
    return 1 if failed else 0


sys.exit(main())
