#!/bin/sh
# SPDX-License-Identifier: MIT
# one_object.sh OUT.a LD OBJCOPY AR ARCHIVE…: a static library of one object, in which nothing but
# pl_* can be seen: what is hidden in the shared library cannot meet a name of the program's here.
set -eu
out=$1 ld=$2 objcopy=$3 ar=$4
shift 4
"$ld" -r -o "$out.o" --whole-archive "$@"
"$objcopy" --localize-hidden "$out.o"
rm -f "$out"
"$ar" rcs "$out" "$out.o"
rm -f "$out.o"
