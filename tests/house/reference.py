#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The reference of libporchlight, by doxygen from the public headers, and its man pages.

    reference.py check SOURCE BUILD VERSION     not one warning; speaks TAP
    reference.py write SOURCE BUILD VERSION     into BUILD/reference/html and BUILD/reference/man
    reference.py filter HEADER                  what doxygen reads of a header

The headers are written to be read: the comment on top is the file's, and what is said of a function
holds for those on the lines right below it, too. The filter says that in doxygen's words.
"""
import glob
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


def the_reference_is_made_without_a_warning(source, build, version):
    with tempfile.TemporaryDirectory() as folder:
        return write(source, build, version, folder)


def each_man_page_is_set_without_a_warning(source, build, _):
    pages = glob.glob(os.path.join(source, "assets/man/*.[135]")) + glob.glob(build + "/assets/man/*.3")
    pages += glob.glob(build + "/src/dashboard/*.[15]")
    if not pages or len(pages) < 100:
        return "there are %d pages" % len(pages)
    said = ""
    for page in sorted(pages):
        with open(page, encoding="utf-8") as file:
            if file.read().startswith(".so "):
                continue
        said += subprocess.run(["groff", "-K", "utf8", "-man", "-Tutf8", "-ww", "-z", page],
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True).stdout
    return said


def each_public_function_has_a_man_page(source, build, _):
    declared = set()
    for header in glob.glob(os.path.join(source, "include/porchlight/*.h*")):
        with open(header, encoding="utf-8") as file:
            declared |= set(re.findall(r"^PL_API [^;(]*?\b(pl_\w+)\(", file.read(), re.M))
    missing = [name for name in sorted(declared) if not os.path.exists("%s/assets/man/%s.3" % (build, name))]
    if len(declared) < 100:
        return "there are %d functions" % len(declared)
    return "".join("%s has no page\n" % name for name in missing)


CASES = [("doxygen", the_reference_is_made_without_a_warning), ("groff", each_man_page_is_set_without_a_warning),
         ("python3", each_public_function_has_a_man_page)]


def check(*where):
    failed = False
    print("1..%d" % len(CASES))
    for number, (program, case) in enumerate(CASES, 1):
        missing = shutil.which(program) is None
        said = "" if missing else case(*where).strip()
        failed = failed or said != ""
        for line in said.split("\n") if said else []:
            print("# " + line)
        print("%s %d - %s%s" % ("not ok" if said else "ok", number, case.__name__,
                                " # SKIP %s is not installed" % program if missing else ""))
    return 1 if failed else 0


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
