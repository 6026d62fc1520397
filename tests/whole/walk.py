#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""A walk through the wire contract by a client that knows only the page (assets/doc/wire.md).

    walk.py PORCHLIGHTD [REGEX] [--slow]     speaks TAP

REGEX chooses among `theme.case`. --slow adds what takes a minute of silence.
"""
import importlib
import os
import re
import sys
import traceback

sys.dont_write_bytecode = True  # the tree stays as it is
import walk                     # the folder beside this file, not this file
import walk.cast
import wire


def all_cases():
    """{theme: [case]}"""
    found = {}
    for theme in walk.THEMES:
        del walk.cast.CASES[:]
        importlib.import_module("walk." + theme)
        found[theme] = list(walk.cast.CASES)
    return found


def chosen(pattern, slow):
    """[(theme, [case])]"""
    def wanted(theme, function):
        return re.search(pattern, theme + "." + function.__name__) and (slow or not getattr(function, "slow", False))
    found = [(theme, [c for c in cases if wanted(theme, c)]) for theme, cases in all_cases().items()]
    return [(theme, cases) for theme, cases in found if cases]


def passes(function, server):
    cast = walk.cast.Cast(server, function.__name__.replace("_", "-")[:60])
    try:
        if server.process is None or server.process.poll() is not None:
            server.start(server.port)
        function(cast)
        return True
    except Exception:  # a case may fail in any way; the walk goes on
        print("\n".join("# " + line for line in traceback.format_exc().split("\n")))
        return False
    finally:
        cast.close()


def main():
    words = [w for w in sys.argv[1:] if not w.startswith("--")]
    themes = chosen(words[1] if len(words) > 1 else "", "--slow" in sys.argv)
    print("1..%d" % sum(len(cases) + (len(cases) > 1) for _, cases in themes))
    number = failed = 0
    for theme, cases in themes:
        server = wire.Server(words[0], "\nlinger_ms = %d\nrate_calls = 0\n" % (walk.cast.LINGER_S * 1000))
        bad = 0
        for function in cases:
            number += 1
            good = passes(function, server)
            bad += not good
            print("%s %d - %s.%s" % ("ok" if good else "not ok", number, theme, function.__name__), flush=True)
        if len(cases) > 1:  # what the whole theme leaves behind
            number += 1
            wrong = server.sound()
            bad += bool(wrong)
            print("%s %d - %s.leaves_sound_data_behind" % ("not ok" if wrong else "ok", number, theme))
            print("\n".join("# " + line for line in wrong.split("\n") if line), end="", flush=True)
        if bad and os.environ.get("WALK_LOG"):
            print("\n".join("# " + line for line in server.log().split("\n")))
        server.close()
        failed += bad
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
