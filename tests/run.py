#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Build every variant, run every test, end with `N passed, N failed`.

    tests/run.py                all of it
    tests/run.py --only asan    one variant: clang, asan, tsan, fuzz
    tests/run.py --match REGEX  only test programs whose name matches

Test programs speak TAP; each of their cases counts. A program that dies counts as one failure more.
"""
import argparse
import json
import os
import re
import subprocess
import sys

TOP = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))

# folder, meson options, environment of meson setup, the suites that run there, wrapper
VARIANTS = {
    "clang": ("build-clang", ["-Dbuildtype=debugoptimized"], {"CC": "clang"}, ["house"], []),
    "asan": ("build-asan", ["-Dbuildtype=debug", "-Doptimization=1", "-Db_sanitize=address,undefined",
                            "-Db_lundef=false"], {"CC": "gcc"}, [], []),
    "tsan": ("build-tsan", ["-Dbuildtype=debug", "-Doptimization=1", "-Db_sanitize=thread",
                            "-Db_lundef=false"], {"CC": "gcc"}, ["threads"], ["setarch", "-R"]),
    "fuzz": ("build-fuzz", ["-Dfuzz=true", "-Dbuildtype=debug", "-Doptimization=2",
                            "-Db_sanitize=address,undefined", "-Db_lundef=false"], {"CC": "clang"},
             ["fuzz"], []),
}

# Of these builds only what a test needs.
PARTS = {"build-fuzz": ["fuzz"]}

ENVIRONMENT = {
    "CMOCKA_MESSAGE_OUTPUT": "TAP",
    "ASAN_OPTIONS": "detect_leaks=1:abort_on_error=0:detect_stack_use_after_return=1",
    "UBSAN_OPTIONS": "print_stacktrace=1:halt_on_error=1",
    "TSAN_OPTIONS": "halt_on_error=0:exitcode=66:suppressions=" + os.path.join(TOP, "tests/support/tsan.supp"),
    "LSAN_OPTIONS": "suppressions=" + os.path.join(TOP, "tests/support/lsan.supp"),
}


def run(command, **more):
    return subprocess.run(command, cwd=TOP, **more)


def setarch_is_allowed():
    return subprocess.run(["setarch", "-R", "true"], stderr=subprocess.DEVNULL).returncode == 0


def build(folder, options, environment):
    env = dict(os.environ, **environment)
    if not os.path.exists(os.path.join(TOP, folder, "build.ninja")):
        done = run(["meson", "setup", folder] + options, env=env, stdout=subprocess.PIPE,
                   stderr=subprocess.STDOUT, text=True)
        if done.returncode != 0:
            print(done.stdout)
            return False
    return run(["ninja", "-C", folder, "--quiet"] + PARTS.get(folder, [])).returncode == 0


def tally(log, variant):
    """Cases passed and failed, by the JSON lines meson leaves behind."""
    passed = failed = 0
    with open(log, encoding="utf-8", errors="replace") as lines:
        for line in lines:
            test = json.loads(line)
            out = test.get("stdout", "")
            good = len(re.findall(r"(?m)^ok\b", out))
            bad = re.findall(r"(?m)^not ok\b.*", out)
            died = test["result"] not in ("OK", "SKIP", "EXPECTEDFAIL") and not bad
            if died or (test["result"] == "OK" and good == 0):
                bad.append("not ok - the program ended with " + test["result"])
            passed += good
            failed += len(bad)
            if bad:
                print("---- %s: %s" % (variant, test["name"]))
                print(out[-6000:])
                print(test.get("stderr", "")[-6000:])
    return passed, failed


def main():
    words = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    words.add_argument("--only", choices=VARIANTS)
    words.add_argument("--match", default="")
    words = words.parse_args()
    passed = failed = 0
    for variant, (folder, options, environment, suites, wrapper) in VARIANTS.items():
        if words.only not in (None, variant):
            continue
        print("==== %s: build" % variant, flush=True)
        if not build(folder, options, environment):
            print("%s does not build" % variant)
            failed += 1
            continue
        passed += 1
        names = run(["meson", "test", "-C", folder, "--list"] + [x for s in suites for x in ("--suite", s)],
                    stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True).stdout.split("\n")
        names = [n.split(" / ")[-1].strip() for n in names if n.strip()]
        names = [n for n in names if re.search(words.match, n)]
        if not names:
            continue
        print("==== %s: %d test programs" % (variant, len(names)), flush=True)
        # One more than there are processors: some minutes of the suite are only waited for.
        command = ["meson", "test", "-C", folder, "--no-rebuild", "--print-errorlogs", "-q",
                   "--num-processes", str((os.cpu_count() or 1) + 1)]
        if wrapper and setarch_is_allowed():
            command += ["--wrapper", " ".join(wrapper)]
        log = os.path.join(TOP, folder, "meson-logs", "testlog.json")
        if os.path.exists(log):
            os.remove(log)
        run(command + names, env=dict(os.environ, **ENVIRONMENT), stdout=subprocess.DEVNULL)
        if wrapper:
            log = os.path.join(TOP, folder, "meson-logs", "testlog-%s.json" % wrapper[0])
            if not os.path.exists(log):
                log = os.path.join(TOP, folder, "meson-logs", "testlog.json")
        good, bad = tally(log, variant)
        passed += good
        failed += bad
    print("%d passed, %d failed" % (passed, failed))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
