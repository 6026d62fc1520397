#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The contract's rows, the cases that walk them, and the faults that the cases were seen to catch.

    faults.py check            every row of the page has its cases and a fault that can still be
                               planted; speaks TAP
    faults.py plant [REGEX]    plants each fault in a copy of the tree, builds porchlightd there and
                               demands that the case named beside it fails; REGEX chooses among
                               `row file case`
    faults.py table            prints it all
"""
import os
import re
import shutil
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True
import contract
import walk as names
import walk.cast

HERE = os.path.dirname(os.path.abspath(__file__))
TOP = os.path.dirname(os.path.dirname(HERE))
PAGE = os.path.join(TOP, "assets", "doc", "wire.md")


def section(page, number):
    return re.search(r"(?ms)^## %d\..*?(?=^## |\Z)" % number, page).group(0)


def cells(line):
    return [c.strip() for c in line.strip().strip("|").replace("\\|", "¦").split("|")]


def tables(text):
    """[(names of the columns, [cells of a row])]"""
    found, head = [], None
    for line in text.split("\n"):
        if not line.startswith("|"):
            head = None
        elif head is None:
            head = cells(line)
        elif not re.match(r"[| -]+$", line):
            found.append((head, cells(line)))
    return found


def rows(page):
    """What a row is called on the page: its first cell; limits stand two in a row; rules have numbers."""
    found = []
    for number in (4, 5):
        for head, row in tables(section(page, number)):
            found.append("%d %s" % (number, row[0]))
            if head.count("limit") == 2 and len(row) > 3 and row[3]:
                found.append("%d %s" % (number, row[3]))
    for rule in re.findall(r"(?m)^(\d+)\. ", section(page, 5)):
        found.append("5 presence, rule %s" % rule)
    return found + ["5 invisible"]


def known_cases():
    sys.argv[0] = os.path.join(HERE, "walk.py")
    import importlib
    found = set()
    for theme in names.THEMES:
        del walk.cast.CASES[:]
        importlib.import_module("walk." + theme)
        found.update(theme + "." + c.__name__ for c in walk.cast.CASES)
    return found


def wrong_with(row, known):
    """What is wrong with one row of the table, in words."""
    if row not in contract.ROWS:
        return ["has no entry in contract.py"]
    entry, wrong = contract.ROWS[row], []
    cases = entry["keeps"] + entry["refuses"] + [f.case for f in entry["faults"]]
    wrong += ["no such case: " + c for c in cases if c not in known]
    if not entry["keeps"]:
        wrong.append("names no case")
    if not entry["faults"]:
        wrong.append("names no fault")
    for fault in entry["faults"]:
        with open(os.path.join(TOP, fault.file), encoding="utf-8") as source:
            times = source.read().count(fault.text)
        if times != 1:
            wrong.append("%s has this %d times, plant another fault: %s" % (fault.file, times, fault.text))
    return wrong


def check():
    with open(PAGE, encoding="utf-8") as page:
        wanted = rows(page.read())
    known = known_cases()
    print("1..%d" % (len(wanted) + 1))
    failed = 0
    for number, row in enumerate(wanted, 1):
        wrong = wrong_with(row, known)
        failed += bool(wrong)
        print("%s %d - %s" % ("not ok" if wrong else "ok", number, row))
        for line in wrong:
            print("# " + line)
    strays = [r for r in contract.ROWS if r not in wanted]
    failed += bool(strays)
    print("%s %d - the table names no row that the page has not" % ("not ok" if strays else "ok", len(wanted) + 1))
    for line in strays:
        print("# " + line)
    return 1 if failed else 0


class Copy:
    """The tree in a temporary folder, with a porchlightd that can be built with a fault in it."""

    def __init__(self):
        self.folder = tempfile.mkdtemp(prefix="porchlight-faults-")
        listed = subprocess.run(["git", "-C", TOP, "ls-files", "-coz", "--exclude-standard"],
                                stdout=subprocess.PIPE, check=True).stdout
        for path in listed.decode().strip("\0").split("\0"):
            to = os.path.join(self.folder, path)
            os.makedirs(os.path.dirname(to), exist_ok=True)
            shutil.copy2(os.path.join(TOP, path), to)
        self.built = os.path.join(self.folder, "build")
        subprocess.run(["meson", "setup", self.built, "-Dbuildtype=debug", "-Dwerror=false", "-Ddashboard=false",
                        "-Dtests=false"],
                       cwd=self.folder, stdout=subprocess.DEVNULL, check=True)
        self.program = os.path.join(self.built, "src", "server", "porchlightd")

    def build(self):
        done = subprocess.run(["ninja", "-C", self.built, "src/server/porchlightd"], stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, text=True)
        return None if done.returncode == 0 else done.stdout[-1500:]

    def walks(self, cases):
        """(all passed, what was said)"""
        pattern = "^(%s)$" % "|".join(re.escape(c) for c in sorted(cases))
        done = subprocess.run([sys.executable, os.path.join(HERE, "walk.py"), self.program, pattern],
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        return done.returncode == 0 and re.search(r"(?m)^ok ", done.stdout) is not None, done.stdout

    def planted(self, fault):
        """What came of it: "caught", or why it was not."""
        path = os.path.join(self.folder, fault.file)
        with open(path, encoding="utf-8") as source:
            whole = source.read()
        if whole.count(fault.text) != 1:
            return "the text is not there once"
        try:
            with open(path, "w", encoding="utf-8") as source:
                source.write(whole.replace(fault.text, fault.replacement))
            broken = self.build()
            if broken is not None:
                return "does not build: " + broken
            passed, said = self.walks([fault.case])
            if passed:
                return "NOT CAUGHT"
            return "caught" if re.search(r"(?m)^not ok ", said) else "the case did not run: " + said[-500:]
        finally:
            with open(path, "w", encoding="utf-8") as source:
                source.write(whole)

    def close(self):
        shutil.rmtree(self.folder, ignore_errors=True)


def plant(pattern):
    wanted = [(row, fault) for row, entry in contract.ROWS.items() for fault in entry["faults"]
              if re.search(pattern, "%s %s %s" % (row, fault.file, fault.case))]
    if not wanted:
        print("no fault matches %s" % pattern)
        return 2
    copy, outcomes = Copy(), {}
    try:
        broken = copy.build()
        passed, said = (False, broken) if broken else copy.walks({f.case for _, f in wanted})
        if not passed:
            print("without a fault the cases do not pass:\n%s" % said)
            return 1
        for row, fault in wanted:
            if fault not in outcomes:
                outcomes[fault] = copy.planted(fault)
            print("%-10s | %s | %s: %r -> %r | %s" % (
                outcomes[fault], row, fault.file, fault.text, fault.replacement, fault.case), flush=True)
    finally:
        copy.close()
    caught = sum(o == "caught" for o in outcomes.values())
    print("%d faults, %d caught" % (len(outcomes), caught))
    return 0 if caught == len(outcomes) else 1


def table():
    for row, entry in contract.ROWS.items():
        print(row)
        for word in ("keeps", "refuses"):
            for name in entry[word]:
                print("    %-8s %s" % (word, name))
        for fault in entry["faults"]:
            print("    fault    %s: %r -> %r\n             caught by %s" % (
                fault.file, fault.text, fault.replacement, fault.case))
    return 0


def main():
    word = sys.argv[1] if len(sys.argv) > 1 else "check"
    if word == "plant":
        return plant(sys.argv[2] if len(sys.argv) > 2 else "")
    return {"check": check, "table": table}[word]()


if __name__ == "__main__":
    sys.exit(main())
