#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What cppcheck and clang-tidy say of the programs: nothing. Speaks TAP.

    lint.py SOURCE_ROOT BUILD_ROOT
"""
import concurrent.futures
import glob
import os
import re
import subprocess
import sys

SOURCE, BUILD = sys.argv[1:3]


def run(*command):
    return subprocess.run(command, cwd=SOURCE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)


def sources():
    return sorted(os.path.relpath(path, SOURCE)
                  for path in glob.glob(os.path.join(SOURCE, "src/**/*.c"), recursive=True))


def cppcheck():
    done = run("cppcheck", "--enable=warning,portability,performance", "--inline-suppr", "--error-exitcode=1",
               "--quiet", "--std=c11", "-Iinclude", "-Isrc", "-j2", "--suppress=missingIncludeSystem", "src")
    return done.stdout if done.returncode != 0 else ""


def tidy(paths):
    done = run("clang-tidy", "-p", BUILD, "--quiet", *paths)
    if done.returncode == 0:
        return ""
    return re.sub(r"(?m)^\d+ warnings? (generated|treated).*\n", "", done.stdout)


def clang_tidy():
    paths = sources()
    parts = [paths[i:i + 8] for i in range(0, len(paths), 8)]
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        return "".join(pool.map(tidy, parts))


def main():
    checks = [("cppcheck_finds_nothing", cppcheck), ("clang_tidy_finds_nothing", clang_tidy)]
    print("1..%d" % len(checks), flush=True)
    failed = 0
    for number, (name, check) in enumerate(checks, 1):
        said = check()
        if said:
            print("# " + said.strip().replace("\n", "\n# "))
        print("%s %d - %s" % ("not ok" if said else "ok", number, name), flush=True)
        failed += bool(said)
    return 1 if failed else 0


sys.exit(main())
