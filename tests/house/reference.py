#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The reference of libporchlight, by doxygen from the public headers, and its man pages.

    reference.py check SOURCE BUILD VERSION     not one warning; speaks TAP
    reference.py write SOURCE BUILD VERSION     into BUILD/reference/html and BUILD/reference/man
    reference.py filter HEADER                  what doxygen reads of a header

The headers are written to be read: the comment on top is the file's, and what is said of a function
holds for those on the lines right below it, too. The filter says that in doxygen's words.
"""
import os
import re
import shutil
import subprocess
import sys
import tempfile


def filtered(text):
    text = re.sub(r"\A(.*\n)/\*(?!\*)", r"\1/** @file\n * ", text)
    text = text.replace("[A-Za-z0-9@", "[A-Za-z0-9\\@")
    found, comment, before, open_comment = [], [], "", False
    for line in text.split("\n"):
        if line.startswith("/**"):
            comment, open_comment = [], True
        if open_comment:
            comment.append(line)
            open_comment = "*/" not in line
        elif line.startswith("PL_API") and before.endswith(";"):
            found += comment
        before = line
        found.append(line)
    return "\n".join(found)


def settings(source, build, version, to):
    with open(os.path.join(source, "assets/doc/Doxyfile.in"), encoding="utf-8") as file:
        text = file.read()
    headers = [os.path.join(source, "include/porchlight"), os.path.join(build, "include/porchlight")]
    words = {"VERSION": version, "OUTPUT": to, "HEADERS": " ".join(headers),
             "STRIP": " ".join(os.path.dirname(path) for path in headers),
             "FILTER": '"%s \\"%s\\" filter"' % (sys.executable, os.path.abspath(__file__))}
    return re.sub(r"@([A-Z]+)@", lambda found: words[found.group(1)], text)


def write(source, build, version, to):
    """What doxygen says."""
    os.makedirs(to, exist_ok=True)
    path = os.path.join(to, "Doxyfile")
    with open(path, "w", encoding="utf-8") as file:
        file.write(settings(os.path.abspath(source), os.path.abspath(build), version, to))
    done = subprocess.run(["doxygen", path], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    return done.stdout or ("" if done.returncode == 0 else "doxygen ended with %d" % done.returncode)


def check(source, build, version):
    if shutil.which("doxygen") is None:
        print("1..0 # SKIP doxygen is not installed")
        return 0
    with tempfile.TemporaryDirectory() as folder:
        said = write(source, build, version, folder)
    print("1..1")
    for line in said.strip().split("\n") if said.strip() else []:
        print("# " + line)
    print("%s 1 - the_reference_is_made_without_a_warning" % ("not ok" if said.strip() else "ok"))
    return 1 if said.strip() else 0


def main():
    if sys.argv[1] == "filter":
        with open(sys.argv[2], encoding="utf-8") as file:
            sys.stdout.write(filtered(file.read()))
        return 0
    if sys.argv[1] == "check":
        return check(*sys.argv[2:5])
    to = os.path.join(os.path.abspath(sys.argv[3]), "reference")
    said = write(*sys.argv[2:5], to)
    print(said + "the reference: %s/html/index.html; man pages: man -l %s/man/man3/…" % (to, to))
    return 1 if said.strip() else 0


sys.exit(main())
