#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Draw what a terminal program shows as an SVG: the README's pictures are made with this.

    assets/pictures/draw.py OUT.svg COLSxROWS SECONDS [-k KEY]... -- COMMAND [ARG ...]

Runs the command in tmux (Debian's package) at that size, waits, sends the keys, and draws the
screen with its colours. Nothing is retouched.
"""
import html
import os
import re
import subprocess
import sys
import time
import unicodedata

CELL_W, CELL_H = 9, 19
NORMAL = ["#1c1c1c", "#e06c75", "#7fd88f", "#e5c07b", "#61afef", "#d787d7", "#56c8d8", "#d0d0d0"]
FRONT, BACK = "#d0d0d0", "#161821"


def tmux(socket, *words):
    return subprocess.run(["tmux", "-L", socket, "-f", "/dev/null", *words], check=True,
                          stdout=subprocess.PIPE, text=True).stdout


def capture(size, seconds, keys, command):
    socket = "draw-%d" % os.getpid()
    cols, rows = size.split("x")
    quoted = " ".join("'" + w.replace("'", "'\\''") + "'" for w in command)
    tmux(socket, "new-session", "-d", "-x", cols, "-y", rows,
         "export TERM=tmux-256color LANG=C.UTF-8; exec " + quoted)
    try:
        tmux(socket, "set", "-g", "status", "off")
        time.sleep(seconds)
        for key in keys:
            tmux(socket, "send-keys", key)
            time.sleep(0.7)
        return tmux(socket, "capture-pane", "-e", "-p").rstrip("\n").split("\n"), int(cols), int(rows)
    finally:
        subprocess.run(["tmux", "-L", socket, "kill-server"])


class Pen:
    def __init__(self):
        self.reset()

    def reset(self):
        self.front = self.back = None
        self.bold = self.dim = self.reverse = self.under = False

    def take(self, codes):
        for code in [int(c or 0) for c in codes.split(";")]:
            if code == 0:
                self.reset()
            elif code in (1, 2, 4, 7):
                setattr(self, {1: "bold", 2: "dim", 4: "under", 7: "reverse"}[code], True)
            elif code == 22:
                self.bold = self.dim = False
            elif code in (24, 27):
                setattr(self, {24: "under", 27: "reverse"}[code], False)
            elif 30 <= code <= 37 or 90 <= code <= 97:
                self.front = NORMAL[code % 10]
            elif 40 <= code <= 47:
                self.back = NORMAL[code % 10]
            elif code in (39, 49):
                setattr(self, {39: "front", 49: "back"}[code], None)

    def look(self):
        front, back = self.front or FRONT, self.back
        if self.reverse:
            front, back = back or BACK, front
        return front, back, self.bold, self.dim and not self.reverse


def width(character):
    if unicodedata.combining(character):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def runs(pen, line):
    """(column, cells, text, look) for each stretch of one look. The pen goes on to the next line."""
    column, start, text = 0, 0, ""
    for part in re.split(r"(\x1b\[[0-9;]*m)", line):
        found = re.match(r"\x1b\[([0-9;]*)m$", part)
        if not found:
            for character in part:
                cells = width(character)
                # Wide ones stand alone, so that a font that draws them narrower moves nothing.
                if cells == 2 and text:
                    yield start, column - start, text, pen.look()
                    start, text = column, ""
                text += character
                column += cells
                if cells == 2:
                    yield start, 2, text, pen.look()
                    start, text = column, ""
            continue
        if text:
            yield start, column - start, text, pen.look()
        start, text = column, ""
        pen.take(found.group(1))
    if text:
        yield start, column - start, text, pen.look()


def draw(lines, cols, rows):
    wide, high = cols * CELL_W + 24, rows * CELL_H + 24
    yield ('<svg xmlns="http://www.w3.org/2000/svg" width="%d" height="%d" viewBox="0 0 %d %d" '
           'font-family="DejaVu Sans Mono, Menlo, Consolas, monospace" font-size="15">' % (wide, high, wide, high))
    yield '<rect width="%d" height="%d" rx="8" fill="%s"/>' % (wide, high, BACK)
    pen = Pen()
    for row, line in enumerate(lines):
        for column, cells, text, (front, back, bold, dim) in runs(pen, line):
            x, y = 12 + column * CELL_W, 12 + row * CELL_H
            if back:
                yield '<rect x="%d" y="%d" width="%d" height="%d" fill="%s"/>' % (x, y, cells * CELL_W, CELL_H, back)
            if text.strip():
                yield ('<text x="%d" y="%d" fill="%s"%s%s textLength="%d" lengthAdjust="spacingAndGlyphs" '
                       'xml:space="preserve">%s</text>' % (
                           x, y + 14, front, ' font-weight="bold"' if bold else "",
                           ' opacity="0.6"' if dim else "", cells * CELL_W, html.escape(text)))
    yield "</svg>"


def main():
    words = sys.argv[1:]
    if len(words) < 5 or "--" not in words:
        sys.exit(__doc__)
    out, size, seconds = words[:3]
    cut = words.index("--")
    keys = [words[i + 1] for i in range(3, cut) if words[i] == "-k"]
    lines, cols, rows = capture(size, float(seconds), keys, words[cut + 1:])
    with open(out, "w", encoding="utf-8") as picture:
        picture.write("\n".join(draw(lines, cols, rows)) + "\n")


if __name__ == "__main__":
    main()
