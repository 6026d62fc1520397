#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What was built is built to be attacked: where it lies, what may be written and run in it, and who
may look into it while it runs. Speaks TAP.

    binaries.py BUILD_ROOT SANITIZERS BUILDTYPE
"""
import glob
import os
import re
import resource
import select
import shutil
import signal
import subprocess
import sys
import tempfile
import time

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


def dies_badly(words, folder, ready):
    """Run as nobody, with room for a core: who owns what /proc says of it, and whether it left a core."""
    def room():
        resource.setrlimit(resource.RLIMIT_CORE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
        os.chdir(folder)
        os.setgroups([])
        os.setgid(NOBODY)
        os.setuid(NOBODY)
    began, out = os.pipe()
    pid = os.fork()
    if pid == 0:
        try:
            room()
            os.dup2(out, 1)
            os.dup2(out, 2)
            os.execve(words[0], words, {"PATH": "/usr/bin:/bin", "HOME": folder, "PORCHLIGHT_TOKEN": "a.b.c",
                                        "PORCHLIGHT_USER": "ana", "PORCHLIGHT_API_KEY": "k",
                                        "PORCHLIGHT_URL": "http://127.0.0.1:1"})
        finally:
            os._exit(127)
    os.close(out)
    try:
        end = time.monotonic() + 20
        while not ready(began, pid) and time.monotonic() < end:
            time.sleep(0.01)
        owner = os.stat("/proc/%d/environ" % pid).st_uid
        os.kill(pid, signal.SIGSEGV)
        status = os.waitpid(pid, 0)[1]
    finally:
        os.close(began)
    if not os.WIFSIGNALED(status) or os.WTERMSIG(status) != signal.SIGSEGV:
        return owner, "it did not die of the signal: %d" % status
    return owner, os.WCOREDUMP(status)


def keeps_to_itself(number, words_of, ready):
    """Whoever is not root sees that its /proc files are root's: it is not dumpable, and leaves no core."""
    program = os.path.abspath(os.path.join(BUILD, PROGRAMS[number]))
    if os.geteuid() != 0 or not os.path.exists(program):
        return ""
    folder = tempfile.mkdtemp(prefix="porchlight-house-")
    os.makedirs(folder + "/src/client")
    copy = shutil.copytree(os.path.dirname(program), folder + "/src/program", symlinks=True,
                           ignore=shutil.ignore_patterns("*.p", "*.a"))
    for path in glob.glob(os.path.abspath(BUILD) + "/src/client/libporchlight.so*"):
        if not os.path.isdir(path):
            shutil.copy(path, folder + "/src/client", follow_symlinks=False)
    subprocess.run(["chown", "-R", "%d:%d" % (NOBODY, NOBODY), folder], check=True)
    try:
        owner, core = dies_badly(words_of(os.path.join(copy, os.path.basename(program)), folder), folder, ready)
        if core not in (True, False):
            return core
        if owner != 0:
            return "its memory is open to all processes of its user"
        return "it left a core" if core else ""
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def has_said(began, _):
    return select.select([began], [], [], 0)[0] != []


def nobody_looks_into_a_server_that_runs():
    def words(program, folder):
        user = {"user": NOBODY, "group": NOBODY, "extra_groups": []}
        subprocess.run([program, "init", folder + "/data"], check=True, stdout=subprocess.DEVNULL, **user)
        return [program, "--data", folder + "/data", "--listen", "127.0.0.1:0"]
    return keeps_to_itself(1, words, has_said)


def nobody_looks_into_a_dashboard_that_runs():
    return keeps_to_itself(0, lambda program, folder: [program, "--plain"], has_said)


def a_core_would_have_been_seen():
    """The two above would notice: any other program leaves one, where the system writes any."""
    with open("/proc/sys/kernel/core_pattern", encoding="utf-8") as pattern:
        if os.geteuid() != 0 or pattern.read().strip() == "":
            return ""
    folder = tempfile.mkdtemp(prefix="porchlight-house-")
    os.chown(folder, NOBODY, NOBODY)
    try:
        owner, core = dies_badly(["/bin/sleep", "30"], folder, lambda _, pid: os.readlink(
            "/proc/%d/exe" % pid).endswith("sleep"))
        return "" if owner == NOBODY and core is True else "sleep, killed: owner %s, a core: %s" % (owner, core)
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
         nobody_looks_into_a_server_that_runs, nobody_looks_into_a_dashboard_that_runs, a_core_would_have_been_seen,
         a_dashboard_is_small]


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
