#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""A page of the manual with its lists, which the program prints of the tables that it reads itself.

    fill.py TEMPLATE PROGRAM PAGE

A line `.\\" @LIST@` becomes what `PROGRAM complete LIST` prints.
"""
import re
import subprocess
import sys

template, program, page = sys.argv[1:4]


def the_list(found):
    return subprocess.run([program, "complete", found.group(1)], stdout=subprocess.PIPE, text=True,
                          check=True).stdout


with open(template, encoding="utf-8") as file:
    text = file.read()
with open(page, "w", encoding="utf-8") as file:
    file.write(re.sub(r'(?m)^\.\\" @([a-z-]+)@\n', the_list, text))
