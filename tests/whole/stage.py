#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""libporchlight as a stranger has it: installed, in a folder of its own, with the `cc`, `c++` and
`pkg-config` that find it there.

    stage.py BUILD SANITIZERS COMMAND…     @BIN@ in the command is the folder of those programs
"""
import os
import re
import shutil
import stat
import subprocess
import sys
import tempfile


class Stage:
    def __init__(self, build, sanitizers):
        self.folder = tempfile.mkdtemp(prefix="porchlight-stage-")
        done = subprocess.run(["meson", "install", "-C", build, "--destdir", self.folder, "--no-rebuild",
                               "--tags", "devel,runtime"], stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, text=True)
        if done.returncode != 0:
            raise SystemExit("stage.py: " + done.stdout)
        found = subprocess.run(["find", self.folder, "-name", "porchlight*.pc"], stdout=subprocess.PIPE,
                               text=True, check=True).stdout.split()
        self.pkgconfig = os.path.dirname(found[0])
        self.lib = os.path.dirname(self.pkgconfig)
        for path in found:
            self.prefix = self._move(path)
        self.bin = os.path.join(self.folder, "bin")
        os.mkdir(self.bin)
        flags = "" if sanitizers == "none" else "-fsanitize=" + sanitizers
        for name in ("cc", "c++"):
            self._program(name, 'exec "%s" %s "$@" -Wl,-rpath,%s\n' % (shutil.which(name), flags, self.lib))
        self._program("pkg-config", 'PKG_CONFIG_PATH=%s exec "%s" "$@"\n'
                      % (self.pkgconfig, shutil.which("pkg-config")))
        self.env = dict(os.environ, PATH=self.bin + os.pathsep + os.environ["PATH"])

    def _move(self, path):
        """A file of pkg-config gets the prefix where we have put it; that prefix."""
        with open(path, encoding="utf-8") as file:
            text = file.read()
        prefix = self.folder + re.search(r"(?m)^prefix=(.*)$", text).group(1)
        with open(path, "w", encoding="utf-8") as file:
            file.write(re.sub(r"(?m)^prefix=.*$", "prefix=" + prefix, text))
        return prefix

    def _program(self, name, text):
        path = os.path.join(self.bin, name)
        with open(path, "w", encoding="utf-8") as file:
            file.write("#!/bin/sh\n" + text)
        os.chmod(path, stat.S_IRWXU)

    def close(self):
        shutil.rmtree(self.folder, ignore_errors=True)


def main():
    stage = Stage(*sys.argv[1:3])
    try:
        return subprocess.run([word.replace("@BIN@", stage.bin) for word in sys.argv[3:]]).returncode
    finally:
        stage.close()


if __name__ == "__main__":
    sys.exit(main())
