#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Where two threads meet, proved: spin walks every interleaving of the models beside this file.

Each model holds as it is, and each FAULT_ that can be planted in it is found: a model that finds
nothing proves nothing.

    prove.py            speaks TAP
    prove.py --long     larger capacities, too (./run prove)
"""
import os
import re
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
CAPACITIES = {"spsc": [2, 4]}
LONG = {"spsc": [2, 4, 8]}


def walk(model, flags):
    """Errors and states of a whole walk; None and why, where there was none."""
    with tempfile.TemporaryDirectory() as folder:
        steps = (["spin", "-a", *flags, os.path.join(HERE, model + ".pml")],
                 [os.environ.get("CC", "gcc"), "-O2", "-w", "-DSAFETY", "-DCOLLAPSE", "-o", "pan", "pan.c"],
                 ["./pan", "-E", "-m5000000", "-w24"])
        for step in steps:
            done = subprocess.run(step, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
            if done.returncode != 0:
                return None, done.stdout
        errors = re.search(r"errors: (\d+)", done.stdout)
        states = re.search(r"(\d+) states, stored", done.stdout)
        if errors is None or states is None or "max search depth too small" in done.stdout:
            return None, done.stdout
        return int(errors[1]), states[1]


def cases(long):
    for name in sorted(os.listdir(HERE)):
        model, ending = os.path.splitext(name)
        if ending != ".pml":
            continue
        with open(os.path.join(HERE, name), encoding="utf-8") as file:
            faults = sorted(set(re.findall(r"FAULT_[A-Z]+", file.read())))
        capacities = (LONG if long else CAPACITIES).get(model, [0])
        for capacity in capacities:
            yield model, capacity, ["-DCAPACITY=%d" % capacity], None
        for fault in faults:
            yield model, capacities[0], ["-DCAPACITY=%d" % capacities[0], "-D" + fault], fault


def main():
    rows = list(cases("--long" in sys.argv))
    print("1..%d" % len(rows), flush=True)
    failed = 0
    for number, (model, capacity, flags, fault) in enumerate(rows, 1):
        errors, said = walk(model, flags)
        good = errors is not None and (errors > 0) == (fault is not None)
        what = model + ("_of_%d" % capacity if capacity else "")
        name = "%s_with_%s_is_found_wrong" % (what, fault) if fault else "%s_holds_in_every_interleaving" % what
        if errors is None:
            print("# " + said.strip().replace("\n", "\n# "))
        elif fault is None:
            print("# %s states" % said)
        print("%s %d - %s" % ("ok" if good else "not ok", number, name), flush=True)
        failed += not good
    return 1 if failed else 0


sys.exit(main())
