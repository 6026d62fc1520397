#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The rules of the house, read from the tree and from what was built. Speaks TAP.

    house.py SOURCE_ROOT BUILD_ROOT SANITIZERS
"""
import glob
import os
import re
import subprocess
import sys
import tempfile

ROOT, BUILD, SANITIZERS = sys.argv[1:4]

# room: the rooms it may include, besides itself. "porchlight" is the public promise.
DOORS = {
    "base": set(),
    "wire": {"base"},
    "client": {"porchlight", "wire", "base"},
    "server": {"wire", "base"},
    "demo": {"porchlight", "server", "base"},
    "dashboard": {"porchlight", "base"},
    "porchlight": set(),
}

# One header of another room, and why: the table by which a module that is opened at run time is
# called. It includes nothing, so the dashboard still links and sees no server.
PASSES = {("dashboard", "demo/demo.h")}

# A third-party header: the files that keep it, one a room.
KEEPERS = {
    "libwebsockets.h": {"client": 1, "server": 1},
    "uv.h": {"client": 2, "server": 3, "demo": 1},
    "cjson/cJSON.h": {"wire": 1, "dashboard": 1},
    "sqlite3.h": {"server": 1},
    "curl/curl.h": {"client": 1, "server": 1},
    "ares.h": {"client": 1},
    "utf8proc.h": {"dashboard": 1},
    "ini.h": {"dashboard": 1, "server": 1},
    "curses.h": {"dashboard": 1},
    "ncurses.h": {"dashboard": 1},
    "openssl/": {"server": 2},  # two libraries: libcrypto in token.c, libssl in certificate.c
    "openssl/ssl.h": {"server": 1},
}

# What never asks the system for time, chance, sockets or threads.
PURE = ["src/wire/", "src/client/session.", "src/client/retry.", "src/server/http.",
        "src/server/frame.", "src/server/http_reply.", "src/server/metrics.",
        "src/server/guest.", "src/server/presence.",
        "src/dashboard/model", "src/dashboard/view"]
IMPURE = re.compile(r"^(unistd|poll|pthread|fcntl|signal|netdb|uv|libwebsockets|spawn|threads|"
                    r"sys/.*|netinet/.*|arpa/.*|base/clock|base/wake)\.h$")
# Chance may be handed in; what draws it from the system may not be called.
DRAWS = re.compile(r"\bchance_(seed_from_system|secret|uuid)\b")

# Writable memory of file scope, and why it must be.
GLOBALS = {
    "rescue": "the signal handler that restores the terminal after a fault needs it",
}

VAGUE = re.compile(r"(^|_)(utils?|common|manager|helpers?|misc|stuff)(_|\.|$)")


def files(*ends, under=("include", "src", "tests")):
    for top in under:
        for folder, _, names in sorted(os.walk(os.path.join(ROOT, top))):
            for name in sorted(names):
                if name.endswith(ends):
                    yield os.path.relpath(os.path.join(folder, name), ROOT)


def read(path):
    with open(os.path.join(ROOT, path), encoding="utf-8") as file:
        return file.read()


def includes(path):
    return re.findall(r'(?m)^\s*#\s*include\s+["<]([^">]+)[">]', read(path))


def room_of(path):
    parts = path.split("/")
    return "porchlight" if parts[0] == "include" else parts[1]


def the_doors_between_rooms_are_kept():
    for path in files(".c", ".h", under=("include", "src")):
        room = room_of(path)
        for name in includes(path):
            to = name.split("/")[0]
            shut = "/" in name and to in DOORS and to != room and to not in DOORS[room]
            if shut and (room, name) not in PASSES:
                yield "%s includes %s" % (path, name)


def each_third_party_library_has_its_keeper():
    kept = {}
    for path in files(".c", ".h", under=("include", "src")):
        for name in includes(path):
            for header, rooms in KEEPERS.items():
                if name == header or (header.endswith("/") and name.startswith(header)):
                    kept.setdefault((header, room_of(path)), set()).add(path)
    for (header, room), paths in sorted(kept.items()):
        if len(paths) > KEEPERS[header].get(room, 0):
            yield "%s is included by %s" % (header, ", ".join(sorted(paths)))


def pure_files_ask_the_system_for_nothing():
    for path in files(".c", ".h", under=("src",)):
        if path.startswith(tuple(PURE)):
            for name in includes(path):
                if IMPURE.match(name):
                    yield "%s includes %s" % (path, name)
            with open(os.path.join(ROOT, path), encoding="utf-8") as text:
                drawn = DRAWS.search(text.read())
            if drawn:
                yield "%s calls %s" % (path, drawn.group(0))


# In the library, memory comes from the heap that its owner gave. What is not told to the heap, and
# why: texts for pl_free(), which knows no client.
FOREIGN = {"src/client/messages.c": {"strdup"}, "src/client/users.c": {"free"},
           "src/base/heap.c": {"malloc", "calloc", "realloc", "free"}}
RAW = re.compile(r"(?<![\w.>])(malloc|calloc|realloc|reallocarray|aligned_alloc|strdup|strndup|"
                 r"asprintf|vasprintf|free)\(")


def the_library_takes_memory_from_its_heap_alone():
    for path in files(".c", ".h", under=("src",)):
        if path.startswith(("src/client/", "src/base/")):
            code = re.sub(r"/\*.*?\*/", "", read(path), flags=re.S)
            for name in sorted(set(RAW.findall(code)) - FOREIGN.get(path, set())):
                yield "%s calls %s()" % (path, name)


def no_header_reaches_itself():
    graph = {}
    for path in files(".h", under=("include", "src")):
        graph[path.split("/", 1)[1]] = includes(path)
    done = set()

    def walk(name, above):
        if name in above:
            yield " -> ".join(above[above.index(name):] + [name])
        elif name in graph and name not in done:
            for to in graph[name]:
                yield from walk(to, above + [name])
            done.add(name)

    for name in sorted(graph):
        yield from walk(name, [])


def compiles(text, suffix, command):
    with tempfile.NamedTemporaryFile("w", suffix=suffix) as file:
        file.write(text)
        file.flush()
        done = subprocess.run(command + ["-fsyntax-only", "-Wall", "-Wextra", "-Werror",
                                         "-I" + ROOT + "/include", "-I" + BUILD + "/include",
                                         "-I" + ROOT + "/src", file.name],
                              stderr=subprocess.PIPE, text=True)
    if done.returncode == 0:
        return None
    return next((line for line in done.stderr.split("\n") if "error:" in line), done.stderr)


def each_header_compiles_alone():
    for path in files(".h", under=("include", "src")):
        fault = compiles('#include "%s"\n' % path.split("/", 1)[1], ".c",
                         ["cc", "-std=c11", "-D_GNU_SOURCE"])
        if fault:
            yield "%s: %s" % (path, fault)


def each_public_header_compiles_alone_in_strict_c_and_cpp():
    public = [path.split("/", 1)[1] for path in files(".h", under=("include",))]
    for name in public + ["porchlight/version.h"]:
        for command, suffix in ((["cc", "-std=c11"], ".c"), (["c++", "-std=c++11"], ".cc"),
                                (["c++", "-std=c++17"], ".cc")):
            fault = compiles("#include <%s>\n" % name, suffix, command + ["-Wpedantic"])
            if fault:
                yield "%s as %s: %s" % (name, command[1], fault)


def the_library_shows_nothing_but_pl():
    library = os.path.join(BUILD, "src/client/libporchlight.so")
    if not os.path.exists(library):
        return
    names = subprocess.run(["nm", "-D", "--defined-only", library], stdout=subprocess.PIPE,
                           text=True, check=True).stdout.split("\n")
    names = [line.split()[-1] for line in names if line.strip()]
    if not names:
        yield "it exports nothing"
    for name in names:
        if not re.match(r"pl_|PORCHLIGHT_|(_init|_fini)$", name.split("@")[0]):
            yield name


def each_source_file_names_its_licence():
    for path in files(".c", ".h", ".py", ".sh", "meson.build", ".in"):
        if "SPDX-License-Identifier: MIT" not in "\n".join(read(path).split("\n")[:3]):
            yield path


def no_file_has_a_vague_name():
    for path in files(".c", ".h"):
        if VAGUE.search(os.path.basename(path)):
            yield path


def nothing_of_file_scope_can_be_written():
    if SANITIZERS != "none":
        return
    archives = glob.glob(os.path.join(BUILD, "src", "*", "lib*.a"))
    if not archives:
        yield "nothing is built"
    for archive in sorted(archives):
        room = archive.split("/")[-2]
        table = subprocess.run(["objdump", "-t", archive], stdout=subprocess.PIPE, text=True,
                               check=True).stdout
        for line in table.split("\n"):
            found = re.search(r"\sO\s+(\.(?:t?bss|t?data)\S*)\s+\S+\s+(?:\.hidden )?(\S+)$", line)
            if found and not found.group(1).startswith(".data.rel.ro"):
                name = found.group(2).split(".")[0]
                if name not in GLOBALS:
                    yield "%s: %s in %s" % (room, found.group(2), found.group(1))


def whatever_the_feed_tells_can_be_recorded():
    """The feed tells the model through feed_tell() alone, or a record would lack it."""
    tells = re.compile(r"\bmodel_(put|set|drop|remove|clear|note|resynced|light_failed|name)[a-z_]*\(")
    for path in files(".c", under=("src",)):
        if path.startswith("src/dashboard/feed"):
            for found in tells.finditer(read(path)):
                yield "%s calls %s" % (path, found.group(0))


def a_signature_is_compared_in_constant_time():
    """In the one place, by the one function made for it; ./run bench token measures that it is so."""
    text = read("src/server/token.c")
    if not re.search(r"CRYPTO_memcmp\(mac, given, MAC\) == 0", text) or len(re.findall(r"CRYPTO_memcmp\(", text)) != 1:
        yield "src/server/token.c does not compare with CRYPTO_memcmp()"
    for found in re.finditer(r"(?<!CRYPTO_)\b(memcmp|bcmp|strncmp|strcasecmp)\(|(mac|given)\[[^]]+\] *[!=]=", text):
        yield "src/server/token.c compares with %s" % found.group(0)
    for path in files(".c", under=("src/server",)):
        for found in re.finditer(r'\b(?:strn?cmp|memcmp)\([^;")]*secret', read(path)):
            yield "%s compares a secret: %s" % (path, found.group(0))


RULES = [the_doors_between_rooms_are_kept, each_third_party_library_has_its_keeper,
         pure_files_ask_the_system_for_nothing, no_header_reaches_itself,
         whatever_the_feed_tells_can_be_recorded,
         each_header_compiles_alone, each_public_header_compiles_alone_in_strict_c_and_cpp,
         the_library_shows_nothing_but_pl, each_source_file_names_its_licence,
         no_file_has_a_vague_name, the_library_takes_memory_from_its_heap_alone,
         nothing_of_file_scope_can_be_written, a_signature_is_compared_in_constant_time]

print("1..%d" % len(RULES))
broken = 0
for number, rule in enumerate(RULES, 1):
    faults = list(rule())
    broken += bool(faults)
    for fault in faults:
        print("# " + fault)
    print("%s %d - %s" % ("not ok" if faults else "ok", number, rule.__name__))
sys.exit(1 if broken else 0)
