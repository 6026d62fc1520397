#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Search for bytes that break a target, and keep those that lead somewhere.

    fuzz.py run NAME|all [SECONDS]    each target for so long (60), as many at once as there are processors;
                                      what is found stays in build-fuzz/corpus/NAME for the next time
    fuzz.py keep NAME|all             bring the best of what was found into tests/fuzz/corpus/NAME
    fuzz.py coverage                  which lines of the parsers no test and no corpus reaches; 98 % must be
    fuzz.py check PROGRAM SECONDS     one target, as a test: TAP, nothing is kept
"""
import concurrent.futures
import glob
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time

TOP = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
HERE = os.path.join(TOP, "tests", "fuzz")
BUILD = os.path.join(TOP, "build-fuzz")
MOST = {"http": 2048, "json": 1024, "event": 4096, "filter": 199}  # bytes of an input; else 512
ENVIRONMENT = dict(os.environ, ASAN_OPTIONS="detect_leaks=1:detect_stack_use_after_return=0",
                   UBSAN_OPTIONS="print_stacktrace=1:halt_on_error=1")


def names():
    return sorted(re.findall(r"^ +'(\w+)': \{", open(os.path.join(HERE, "meson.build")).read(), re.M))


def command(program, seconds, folders):
    name = os.path.basename(program)[len("fuzz-"):]
    words = [program, "-max_total_time=%d" % seconds, "-print_final_stats=1", "-timeout=10",
             "-rss_limit_mb=1024", "-max_len=%d" % MOST.get(name, 512), "-verbosity=1"]
    dictionary = os.path.join(HERE, "dict", name)
    if os.path.exists(dictionary):
        words.append("-dict=" + dictionary)
    return words + folders


def seeds(name):
    return os.path.join(HERE, "corpus", name)


def executions(said):
    found = re.search(r"stat::number_of_executed_units:\s*(\d+)", said)
    return int(found.group(1)) if found else 0


def check(program, seconds):
    name = os.path.basename(program)[len("fuzz-"):]
    with tempfile.TemporaryDirectory() as folder:
        done = subprocess.run(command(program, seconds, ["-artifact_prefix=" + folder + "/", folder, seeds(name)]),
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env=ENVIRONMENT)
        said = done.stdout.decode(errors="replace")
        good = done.returncode == 0 and executions(said) > 100
        if not good:
            print("# " + "\n# ".join(said[-4000:].split("\n")))
            for path in glob.glob(folder + "/*-*"):
                if re.match(r"(crash|leak|timeout|oom)-", os.path.basename(path)):
                    print("# input: " + repr(open(path, "rb").read()))
    print("1..1\n%s 1 - %d inputs in %d s break nothing" % ("ok" if good else "not ok", executions(said), seconds))
    return 0 if good else 1


def search(name, seconds):
    corpus = os.path.join(BUILD, "corpus", name)
    found = os.path.join(BUILD, "found-" + name + "-")
    os.makedirs(corpus, exist_ok=True)
    began = time.monotonic()
    done = subprocess.run(command(os.path.join(BUILD, "tests/fuzz/fuzz-" + name), seconds,
                                  ["-artifact_prefix=" + found, corpus, seeds(name)]),
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env=ENVIRONMENT)
    said = done.stdout.decode(errors="replace")
    took = time.monotonic() - began
    edges = re.findall(r"cov: (\d+)", said)
    print("%-9s %12d inputs, %7d a second, %5s edges, %5d kept%s" % (
        name, executions(said), executions(said) / took, edges[-1] if edges else "?", len(os.listdir(corpus)),
        "" if done.returncode == 0 else "  BROKEN"), flush=True)
    if done.returncode != 0:
        print("\n".join(said.split("\n")[-60:]))
        print("played again: %s/tests/fuzz/fuzz-%s FILE" % (os.path.relpath(BUILD), name), flush=True)
    return done.returncode, executions(said)


def run(which, seconds):
    which = names() if which == "all" else [which]
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        ends = list(pool.map(lambda name: search(name, seconds), which))
    print("%d inputs in all" % sum(count for _, count in ends))
    return 1 if any(code != 0 for code, _ in ends) else 0


def keep(which):
    """The fewest that reach all edges that are reached, the small ones first; at most three dozen."""
    for name in names() if which == "all" else [which]:
        program = os.path.join(BUILD, "tests/fuzz/fuzz-" + name)
        with tempfile.TemporaryDirectory() as folder:
            subprocess.run([program, "-set_cover_merge=1", "-max_len=%d" % MOST.get(name, 512), folder,
                            seeds(name), os.path.join(BUILD, "corpus", name)],
                           stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=ENVIRONMENT, check=True)
            kept = sorted(glob.glob(folder + "/*"), key=os.path.getsize)
            for path in glob.glob(os.path.join(seeds(name), "found-*")):
                os.remove(path)
            step = max(1, len(kept) // 24)
            for i, path in enumerate(kept[::step][:30]):
                shutil.copy(path, os.path.join(seeds(name), "found-%02d" % i))
            print("%s: %d of %d" % (name, len(kept[::step][:30]), len(kept)))
    return 0


# What reads bytes of strangers, and the tests that reach into it.
PARSERS = {
    "base": ["utf8.c"],
    "wire": ["gate.c", "json.c", "filter.c", "sort.c", "answer.c", "field.c", "id.c", "time.c", "user.c", "member.c",
             "channel.c", "message.c", "reaction.c", "event.c", "error.c"],
    "server": ["http.c", "frame.c", "token.c", "config.c"],
    "client": ["url.c", "events.c", "state.c", "words.c"],
    "dashboard": ["view/text.c", "settings.c", "config.c", "config_lines.c", "config_edit.c"],
}
TESTS = re.compile(r"fuzz-|base-utf8|wire-|server-(http|frame|token|config|main|folder|scarce)$|client-|"
                   r"dashboard-(text|cells|settings|adopt|cli-config|cli-configure|cli-scarce|keymap)$|whole-(library|calls|torture|resync|tokens)")
LEAST = 98.0


def counted(build, room, source):
    """{line: how often}, of one file of a room."""
    name = source.replace("/", "_")
    data = glob.glob(os.path.join(build, "src", room, "*.p", name + ".gcda"))
    lines = {}
    for path in data:
        said = subprocess.run(["gcov", "--json-format", "--stdout", path], stdout=subprocess.PIPE,
                              stderr=subprocess.DEVNULL, check=True, cwd=build).stdout
        for file in json.loads(said)["files"]:
            if file["file"].endswith("src/%s/%s" % (room, source)):
                for line in file["lines"]:
                    lines[line["line_number"]] = lines.get(line["line_number"], 0) + line["count"]
    return lines


def coverage():
    build = os.path.join(TOP, "build-coverage")
    if not os.path.exists(os.path.join(build, "build.ninja")):
        subprocess.run(["meson", "setup", build, "-Dbuildtype=debug", "-Db_coverage=true"], cwd=TOP,
                       stdout=subprocess.DEVNULL, check=True)
    subprocess.run(["ninja", "-C", build, "--quiet"], check=True)
    for path in glob.glob(build + "/**/*.gcda", recursive=True):
        os.remove(path)
    known = json.loads(subprocess.run(["meson", "introspect", "--tests", build], stdout=subprocess.PIPE,
                                      check=True).stdout)
    chosen = [test["name"] for test in known if TESTS.match(test["name"])]
    subprocess.run(["meson", "test", "-C", build, "--no-rebuild", "-q", "-t", "4"] + chosen, cwd=TOP,
                   env=dict(os.environ, CMOCKA_MESSAGE_OUTPUT="TAP"), stdout=subprocess.DEVNULL)
    lines = reached = 0
    for room, sources in PARSERS.items():
        for source in sources:
            counts = counted(build, room, source)
            never = sorted(line for line, count in counts.items() if count == 0)
            lines += len(counts)
            reached += len(counts) - len(never)
            print("%6.2f %%  %-32s %s" % (100.0 * (len(counts) - len(never)) / max(1, len(counts)),
                                         "src/%s/%s" % (room, source), " ".join(map(str, never))))
    share = 100.0 * reached / max(1, lines)
    print("%6.2f %% of %d lines" % (share, lines))
    return 0 if share >= LEAST else 1


def main():
    words = sys.argv[1:]
    if words[:1] == ["check"]:
        return check(words[1], int(words[2]))
    if words[:1] == ["run"]:
        if words[1] != "all" and words[1] not in names():
            print("fuzz: no target '%s'; one of: all, %s" % (words[1], ", ".join(names())), file=sys.stderr)
            return 2
        return run(words[1], int(words[2]) if len(words) > 2 else 60)
    if words == ["coverage"]:
        return coverage()
    if words[:1] == ["keep"]:
        return keep(words[1])
    print(__doc__, file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main())
