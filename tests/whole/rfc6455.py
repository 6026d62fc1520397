#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""RFC 6455 as a table of cases of our own, for the server and for the client library. Speaks TAP.

    rfc6455.py server PORCHLIGHTD      each case against a real porchlightd, whole and byte by byte
    rfc6455.py client LISTENER         each case told to the library by a server made of this script

A case is what a peer says after the handshake, and what must come of it, as words:

    heard        the message came through: a server answers its health check, a client tells its event
    passed       it came whole and is no language of ours: nothing comes of it
    pong:TEXT    a ping is answered
    close:CODE   a close frame with this code comes, and the end
    ends         the end comes, with or without a close frame before it: where section 7.1.7 leaves it open

What does not end is asked once more, by a ping of its own, whether it lives. Sections are the RFC's.
"""
import base64
import hashlib
import json
import os
import queue
import re
import select
import socket
import struct
import subprocess
import sys
import threading
import time
import urllib.parse

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import wire

PATIENCE_S = float(os.environ.get("PATIENCE_S", "10"))
CONT, TEXT, BINARY, CLOSE, PING, PONG = 0, 1, 2, 8, 9, 10
MARK = b"are you there"


class Side:
    """Who the peer plays: a client that masks, or a server that must not."""

    def __init__(self, masks):
        self.masks = masks

    def words(self, text, pad=0):
        """A message of the API that has these words in it; pad: bytes more."""
        body = {"type": "health.check" if self.masks else "words", "words": text}
        if pad:
            body["pad"] = "x" * pad
        return json.dumps(body, ensure_ascii=False).encode("utf-8", "surrogateescape")


class F:
    """A frame. Everything that may be wrong in it can be."""

    def __init__(self, opcode, payload=b"", fin=True, rsv=0, form=None, announced=None, mask=None, cut=None):
        self.opcode, self.payload, self.fin, self.rsv = opcode, payload, fin, rsv
        self.form, self.announced, self.mask, self.cut = form, announced, mask, cut

    def encode(self, side):
        payload = self.payload(side) if callable(self.payload) else self.payload
        size = len(payload) if self.announced is None else self.announced
        form = self.form or (7 if size < 126 else 16 if size < 65536 else 64)
        masked = side.masks if self.mask is None else self.mask is not False
        head = bytes([(0x80 if self.fin else 0) | self.rsv << 4 | self.opcode])
        mark = 0x80 if masked else 0
        head += (bytes([mark | size]) if form == 7 else bytes([mark | 126]) + struct.pack(">H", size) if form == 16
                 else bytes([mark | 127]) + struct.pack(">Q", size))
        if masked:
            key = self.mask if isinstance(self.mask, bytes) else b"\x11\xa2\x00\xff"
            head += key
            payload = bytes(b ^ key[i % 4] for i, b in enumerate(payload))
        whole = head + payload
        return whole[:self.cut] if self.cut is not None else whole


def words(text="hi", pad=0):
    return lambda side: side.words(text, pad)


def cut(at, upto=None, text="hi"):
    """A part of the message."""
    return lambda side: side.words(text)[at:upto]


def sized(size):
    """A message of so many bytes."""
    return lambda side: side.words("", size - len(side.words("")) - len(b', "pad": ""'))


def code(number, reason=b""):
    return F(CLOSE, struct.pack(">H", number) + reason)


CASES = []


def case(name, frames, server, client=""):
    """client: where it differs from what a server must do; None: it cannot be asked."""
    CASES.append((name, frames, server, server if client == "" else client))


# ---- 5.2 the frame --------------------------------------------------------------------------------

for size in (125, 126, 127, 128, 255, 256, 4096, 65534, 65535):
    case("5.2 a text of %d bytes" % size, [F(TEXT, sized(size))], "heard")
case("5.2 a text of 65536 bytes, the first with a length of 64 bits", [F(TEXT, sized(65536))], "heard")
case("5.2 an empty text", [F(TEXT, b"")], "passed")
case("5.2 a text of one byte", [F(TEXT, b"1")], "passed")
case("5.2 three texts in one breath", [F(TEXT, words("a")), F(TEXT, words("b")), F(TEXT, words("c"))], "heard heard heard")
for size, form in ((0, 16), (5, 16), (125, 16), (5, 64), (126, 64), (65535, 64)):
    case("5.2 a length of %d in %d bits, which is not its shortest form" % (size, form),
         [F(TEXT, b"x" * size, form=form)], "close:1002", "ends")
case("5.2 a ping's length in 16 bits", [F(PING, b"", form=16)], "close:1002", "ends")
case("5.2 a length with its highest bit set", [F(TEXT, b"", announced=1 << 63, form=64)], "close:1009", "ends")
case("5.2 a length of 2^64 - 1", [F(TEXT, b"", announced=(1 << 64) - 1, form=64)], "close:1009", "ends")
case("5.2 an announced length of 10^18", [F(TEXT, b"x" * 20000, announced=10 ** 18)], "close:1009", "ends")
for opcode in (3, 4, 5, 6, 7, 11, 12, 13, 14, 15):
    case("5.2 opcode %d, which is reserved" % opcode, [F(opcode, b"")], "close:1002")
for opcode in (3, 11):
    case("5.2 opcode %d with a payload, behind a text" % opcode, [F(TEXT, words()), F(opcode, b"x")], "heard close:1002")
for rsv in (1, 2, 3, 4, 5, 6, 7):
    case("5.2 reserved bits %d with no extension" % rsv, [F(TEXT, words(), rsv=rsv)], "close:1002")
for opcode, name in ((PING, "ping"), (PONG, "pong"), (CLOSE, "close")):
    case("5.2 a reserved bit in a %s" % name, [F(opcode, b"", rsv=4)], "close:1002")
case("5.2 a reserved bit in a continuation", [F(TEXT, cut(0, 5), fin=False), F(CONT, cut(5), rsv=1)], "close:1002")
case("5.6 a binary message", [F(BINARY, b"\x00\x01")], "close:1003", "ends")
case("5.6 an empty binary message", [F(BINARY, b"")], "close:1003", "ends")
case("5.6 a binary message in pieces", [F(BINARY, b"\x00", fin=False), F(CONT, b"\x01")], "close:1003", "ends")

# ---- 5.1, 5.3 masking -------------------------------------------------------------------------------


def wrong_mask(opcode, payload=b""):
    """A client's frame without a mask, a server's with one."""
    return lambda side: F(opcode, payload, mask=False if side.masks else b"\x01\x02\x03\x04")


case("5.1 a text masked as it must not be", [wrong_mask(TEXT, words())], "close:1002", "ends")
case("5.1 an empty text masked as it must not be", [wrong_mask(TEXT)], "close:1002", "ends")
case("5.1 a ping masked as it must not be", [wrong_mask(PING, b"x")], "close:1002", "ends")
case("5.1 a close masked as it must not be", [wrong_mask(CLOSE, b"\x03\xe8")], "close:1002", "ends")
case("5.1 a continuation masked as it must not be", [F(TEXT, cut(0, 5), fin=False), wrong_mask(CONT, cut(5))],
     "close:1002", "ends")
for key in (b"\x00\x00\x00\x00", b"\xff\xff\xff\xff", b"\x00\x00\x00\x01", b"{}[]"):
    case("5.3 the mask %s" % key.hex(), [lambda side, key=key: F(TEXT, words(), mask=key if side.masks else None)], "heard")
case("5.3 each piece has a mask of its own",
     [lambda side: F(TEXT, cut(0, 5), fin=False, mask=b"abcd" if side.masks else None),
      lambda side: F(CONT, cut(5), mask=b"wxyz" if side.masks else None)], "heard")

# ---- 5.4 fragments ----------------------------------------------------------------------------------

for at in (0, 1, 2, 3, 7):
    case("5.4 a text in two pieces, cut at %d" % at, [F(TEXT, cut(0, at), fin=False), F(CONT, cut(at))], "heard")
case("5.4 the last of two pieces is empty", [F(TEXT, words(), fin=False), F(CONT, b"")], "heard")
case("5.4 a text in three pieces", [F(TEXT, cut(0, 3), fin=False), F(CONT, cut(3, 9), fin=False), F(CONT, cut(9))], "heard")
case("5.4 empty pieces first, between and last",
     [F(TEXT, b"", fin=False), F(CONT, cut(0, 4), fin=False), F(CONT, b"", fin=False), F(CONT, cut(4), fin=False), F(CONT, b"")],
     "heard")
case("5.4 nothing but empty pieces", [F(TEXT, b"", fin=False), F(CONT, b"", fin=False), F(CONT, b"")], "passed")
case("5.4 a text in pieces of one byte",
     [F(TEXT, cut(0, 1), fin=False)] + [F(CONT, cut(i, i + 1), fin=False) for i in range(1, 60)] + [F(CONT, cut(60))], "heard")
case("5.4 two texts in pieces, one after the other",
     [F(TEXT, cut(0, 5), fin=False), F(CONT, cut(5))] * 2, "heard heard")
case("5.4 a ping between the pieces is answered before they are whole",
     [F(TEXT, cut(0, 5), fin=False), F(PING, b"now"), F(CONT, cut(5))], "pong:now heard")
case("5.4 a pong between the pieces", [F(TEXT, cut(0, 5), fin=False), F(PONG, b""), F(CONT, cut(5))], "heard")
case("5.4 pings between all pieces",
     [F(TEXT, cut(0, 2), fin=False), F(PING, b"1"), F(CONT, cut(2, 4), fin=False), F(PING, b"2"), F(CONT, cut(4))],
     "pong:1? pong:2 heard")
case("5.4 a close between the pieces", [F(TEXT, cut(0, 5), fin=False), code(1000)], "close:1000")
case("5.4 a continuation of nothing", [F(CONT, words())], "close:1002")
case("5.4 an empty continuation of nothing", [F(CONT, b"")], "close:1002")
case("5.4 a continuation of nothing that goes on", [F(CONT, words(), fin=False)], "close:1002")
case("5.4 a continuation of what has ended", [F(TEXT, cut(0, 5), fin=False), F(CONT, cut(5)), F(CONT, b"x")], "heard close:1002")
case("5.4 a continuation behind a whole text", [F(TEXT, words()), F(CONT, b"x")], "heard close:1002")
case("5.4 a text begins within a text", [F(TEXT, cut(0, 5), fin=False), F(TEXT, cut(5))], "close:1002")
case("5.4 a text begins within a text, and goes on", [F(TEXT, cut(0, 5), fin=False), F(TEXT, cut(5), fin=False)], "close:1002")
case("5.4 a binary message begins within a text", [F(TEXT, cut(0, 5), fin=False), F(BINARY, b"")], "close:1003", "ends")

# ---- 5.5 control frames -----------------------------------------------------------------------------

for payload in (b"", b"x", b"\x00\xff\xfe", b"y" * 124, b"y" * 125):
    case("5.5.2 a ping of %d bytes" % len(payload), [F(PING, payload)], "pong:" + payload.decode("latin-1"))
for opcode, name in ((PING, "ping"), (PONG, "pong"), (CLOSE, "close")):
    case("5.5 a %s of 126 bytes" % name, [F(opcode, b"\x03\xe8" + b"y" * 124)], "close:1002", "ends")
    case("5.5 a %s of 65536 bytes, announced" % name, [F(opcode, b"", announced=65536)], "close:1002", "ends")
    case("5.5 a %s in pieces" % name, [F(opcode, b"", fin=False), F(CONT, b"")], "close:1002", "ends")
case("5.5.3 a pong that nobody asked for", [F(PONG, b"")], "")
case("5.5.3 a pong that nobody asked for, with a payload", [F(PONG, b"z" * 125)], "")
case("5.5.2 pings in one breath: the newest is answered", [F(PING, b"1"), F(PING, b"2"), F(PING, b"3")],
     "pong:1? pong:2? pong:3")
case("5.5.2 a ping behind a text is answered behind it", [F(TEXT, words()), F(PING, b"p")], "heard pong:p", "pong:p heard")

# ---- 5.5.1, 7 close ---------------------------------------------------------------------------------

case("5.5.1 a close without a code", [F(CLOSE, b"")], "close:1000", "close:1005|1000")
case("5.5.1 half a code", [F(CLOSE, b"\x03")], "close:1002")
for number in (1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 3000, 3999, 4000, 4001, 4999):
    case("7.4 a close with %d is answered with it" % number, [code(number)], "close:%d" % number)
for number in (1012, 1013, 1014):
    case("7.4 a close with %d, registered since" % number, [code(number)], "close:%d" % number)
for number in (0, 999, 1004, 1005, 1006, 1015, 1016, 1100, 2000, 2999, 5000, 65535):
    case("7.4 a close with %d, which may not be sent" % number, [code(number)], "close:1002")
case("7.1.6 a close with a reason", [code(1000, b"bye")], "close:1000")
case("7.1.6 a reason of 123 bytes", [code(1000, b"r" * 123)], "close:1000")
case("7.1.6 a reason with characters of several bytes", [code(1000, "é😀".encode())], "close:1000")
case("7.1.6 a reason that is no UTF-8", [code(1000, b"\xff")], "close:1007")
case("7.1.6 a reason that ends within a character", [code(1000, b"a\xe2\x82")], "close:1007")
case("5.5.1 a text behind a close is not heard", [code(1000), F(TEXT, words())], "close:1000")
case("5.5.1 a ping behind a close is not answered", [code(1000), F(PING, b"x")], "close:1000")
case("5.5.1 a second close is not answered", [code(1001), code(1000)], "close:1001")
case("5.5.1 a text before a close is heard", [F(TEXT, words()), code(1000)], "heard close:1000", "heard? close:1000")

# ---- 8.1 UTF-8 --------------------------------------------------------------------------------------

GOOD = ["\u00e9", "\u07ff", "\u0800", "\u20ac", "\ud7ff", "\ue000", "\ufffd", "\uffff", "\U00010000", "\U0001f600", "\U0010ffff"]
for character in GOOD:
    case("8.1 U+%04X" % ord(character), [F(TEXT, words(character))], "heard")


def split_character(character, at, between=()):
    def whole(side):
        return side.words(character)

    def place(side):
        return whole(side).index(character.encode()) + at
    return [F(TEXT, lambda side: whole(side)[:place(side)], fin=False), *between, F(CONT, lambda side: whole(side)[place(side):])]


for character in ("\u00e9", "\u20ac", "\U0001f600"):
    for at in range(1, len(character.encode())):
        case("8.1 U+%04X, cut behind its byte %d" % (ord(character), at), split_character(character, at), "heard")
case("8.1 a character cut by a ping", split_character("\U0001f600", 2, [F(PING, b"p")]), "pong:p heard")
case("8.1 a character cut by an empty piece", split_character("\u20ac", 1, [F(CONT, b"", fin=False)]), "heard")
BAD = {"a lone continuation byte": b"\x80", "C0 80, a NUL in two bytes": b"\xc0\x80", "C1": b"\xc1\xbf",
       "E0 80 80, too long a form": b"\xe0\x80\x80", "F0 80 80 80, too long a form": b"\xf0\x80\x80\x80",
       "ED A0 80, a surrogate": b"\xed\xa0\x80", "F4 90 80 80, beyond U+10FFFF": b"\xf4\x90\x80\x80",
       "F5": b"\xf5\x80\x80\x80", "FE": b"\xfe", "FF": b"\xff", "a character that is not whole": b"\xe2\x82x"}
for name, wrong in BAD.items():
    case("8.1 %s" % name, [F(TEXT, b'{"a":"' + wrong + b'"}')], "close:1007")
case("8.1 a text ends within a character", [F(TEXT, b"a\xe2\x82")], "close:1007")
case("8.1 pieces end within a character", [F(TEXT, b"a\xe2", fin=False), F(CONT, b"\x82")], "close:1007")
case("8.1 a character's second byte is wrong in the next piece", [F(TEXT, b"a\xe2", fin=False), F(CONT, b"\x28\xa1")], "close:1007")
case("8.1 a wrong byte is told before the message ends", [F(TEXT, b"\xff", fin=False)], "close:1007")
case("8.1 a wrong second byte is told before the frame ends",
     [F(TEXT, b"\xe2\x28" + b"x" * 100, cut=24)], "close:1007", None)

# ---- 10.4 limits, which are ours ----------------------------------------------------------------------

case("10.4 a message of 65537 bytes", [F(TEXT, sized(65537))], "close:1009", "heard")
case("10.4 a message of 65537 bytes in two pieces",
     [F(TEXT, b"x" * 40000, fin=False), F(CONT, b"x" * 25537)], "close:1009", "passed")
case("10.4 a message of more than 1 MiB", [F(TEXT, sized((1 << 20) + 1))], "close:1009", "ends")
case("10.4 1,024 pieces", [F(TEXT, b"1", fin=False)] + [F(CONT, b"", fin=False)] * 1022 + [F(CONT, b"")], "passed")
case("10.4 1,025 pieces", [F(TEXT, b"1", fin=False)] + [F(CONT, b"", fin=False)] * 1023 + [F(CONT, b"")], "close:1008", "passed")
case("10.4 1,500 texts at once", [F(TEXT, b"1")] * 1500, "passed")
case("10.4 1,500 pongs at once", [F(PONG, b"")] * 1500, "passed")
case("10.4 100 pings at once", [F(PING, b"")] * 100, "pong: close:1008", "pong:")


# ---- what is heard ------------------------------------------------------------------------------------

class Silence(AssertionError):
    """Nothing came in time."""


class Ear:
    """Frames out of a stream of bytes."""

    def __init__(self, link, masked, rest=b""):
        self.link, self.masked, self.buffer = link, masked, rest

    def take(self):
        b = self.buffer
        if len(b) < 2:
            return None
        size, at = b[1] & 0x7f, 2
        if size >= 126:
            wide = 2 if size == 126 else 8
            if len(b) < 2 + wide:
                return None
            size, at = int.from_bytes(b[2:2 + wide], "big"), 2 + wide
        if (b[1] >> 7) != self.masked or b[0] & 0x70 or not b[0] & 0x80:
            raise AssertionError("a frame that we may not send: %s" % b[:16].hex())
        key = b"\0\0\0\0"
        if self.masked:
            key, at = b[at:at + 4], at + 4
        if len(b) < at + size:
            return None
        self.buffer = b[at + size:]
        return b[0] & 15, bytes(c ^ key[i % 4] for i, c in enumerate(b[at:at + size]))

    def next(self, patience=PATIENCE_S):
        """(opcode, payload), or None at the end."""
        while True:
            frame = self.take()
            if frame:
                return frame
            if not select.select([self.link], [], [], patience)[0]:
                raise Silence("silence, after %r" % self.buffer)
            try:
                got = self.link.recv(65536)
            except ConnectionError:
                return None
            if not got:
                return None
            self.buffer += got


def said(opcode, payload):
    if opcode == PONG:
        return "pong:" + payload.decode("latin-1")
    if opcode == CLOSE:
        return "close:%d" % (struct.unpack(">H", payload[:2])[0] if len(payload) >= 2 else 1005)
    return "text"


def agrees(got, wanted):
    """Words in order; `word?` may be left out; `close:A|B` is either; `pong:*` is any number of them."""
    got, missing = list(got), []
    if "pong:*" in wanted:
        wanted = wanted.replace(" pong:*", "")
        got = [w for i, w in enumerate(got) if i == 0 or not w.startswith("pong:")]
    for word in wanted.split(" "):
        may_lack, word = word.endswith("?"), word.rstrip("?")
        kind, _, choice = word.partition(":")
        if got and got[0] == word or got and kind == "close" and got[0] in ["close:" + c for c in choice.split("|")]:
            got.pop(0)
        elif word == "ends" and got and got[0].startswith("close:"):
            got.pop(0)
        elif word not in ("", "passed", "ends") and not may_lack:
            missing.append(word)
    return not got and not missing


def send(link, data, each_byte):
    try:
        if not each_byte:
            link.sendall(data)
        for i in range(len(data) if each_byte else 0):
            link.sendall(data[i:i + 1])
    except (BrokenPipeError, ConnectionResetError):
        pass


def encode(frames, side):
    return b"".join((f(side) if callable(f) else f).encode(side) for f in frames)


def listen(ear, side, wanted, heard_is):
    """The tale until the end, or until the mark is answered: (words, ended). Only the newest ping needs
    an answer, so the mark goes when the last word that must come has come, and answers to pings with it."""
    tale, marked = [], None
    must = [word for word in wanted.split(" ") if word and not word.endswith(("?", "*")) and word not in ("passed", "ends")]
    if not side.masks:
        must = [word for word in must if word != "heard"]
    while True:
        if marked is None and not re.search("close:|ends", wanted) and must == [w for w in tale if w in must][:len(must)]:
            send(ear.link, F(PING, MARK).encode(side), False)
            marked = 1
        try:
            frame = ear.next(1.0 if marked in (1, 2, 3) else PATIENCE_S)
        except Silence:
            if marked not in (1, 2, 3):
                raise
            marked += 1  # a ping that comes while another waits for its pong may be passed over
            send(ear.link, F(PING, MARK).encode(side), False)
            continue
        if frame is None:
            return tale, True
        opcode, payload = frame
        if opcode == PONG and payload == MARK:
            return tale, False
        word = said(opcode, payload)
        if word == "text":
            word = heard_is(payload)
        if word:
            tale.append(word)


# ---- the server -----------------------------------------------------------------------------------------

def health(payload):
    return "heard" if json.loads(payload)["type"] == "health.check" else None


def server_tale(server, frames, wanted, each_byte):
    server.number = getattr(server, "number", 0) + 1
    side, link = Side(True), wire.Socket(server.user("u%d" % server.number))
    link.link.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    lives = not re.search(r"close:|ends", wanted)
    send(link.link, encode(frames, side), each_byte)
    try:
        tale, ended = listen(Ear(link.link, False, link.buffer), side, wanted, health)
    finally:
        link.link.close()
    if ended == lives:
        return tale + ["(the end)" if ended else "(no end)"]
    return tale


def server_case(server, frames, wanted):
    data = encode(frames, Side(True))
    for each_byte in (False, True) if len(data) < 400 else (False,):
        tale = server_tale(server, frames, wanted, each_byte)
        if not agrees(tale, wanted):
            yield "%s: %s" % ("byte by byte" if each_byte else "whole", " ".join(tale) or "nothing")


HANDSHAKE = ("GET", "/connect?%s", "HTTP/1.1", [("Host", "h"), ("Upgrade", "websocket"), ("Connection", "Upgrade"),
             ("Sec-WebSocket-Version", "13"), ("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ==")])
ACCEPT = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="  # section 1.3


def handshake(server, method="GET", version="HTTP/1.1", without=(), more=(), **other):
    user = server.user("ana")
    query = urllib.parse.urlencode({"json": json.dumps({"user_id": "ana", "user_details": {"id": "ana"}}),
                                    "api_key": user.key, "authorization": user.jwt, "stream-auth-type": "jwt"})
    head = "%s /connect?%s %s\r\n" % (method, query, version)
    for name, value in HANDSHAKE[3]:
        if name not in without:
            head += "%s: %s\r\n" % (name, other.get(name.replace("-", "_"), value))
    head += "".join("%s: %s\r\n" % pair for pair in more) + "\r\n"
    with socket.create_connection(("127.0.0.1", server.port), timeout=PATIENCE_S) as link:
        link.sendall(head.encode())
        back = b""
        while b"\r\n\r\n" not in back:
            got = link.recv(65536)
            if not got:
                break
            back += got
    text = back.split(b"\r\n\r\n")[0].decode("latin-1")
    return int(text.split()[1]), text.lower()


# what a client asks: (name, how, statuses, what the head must have, what it must not have)
ASKED = [
    ("4.2.2 the answer of the RFC's own example", {}, [101], ["sec-websocket-accept: " + ACCEPT.lower(), "upgrade: websocket",
                                                            "connection: upgrade"], []),
    ("4.2.1 the words in any case", {"Upgrade": "WebSocket", "Connection": "keep-alive, upgrade"}, [101], [], []),
    ("4.1 no protocol is answered where one is asked for", {"more": [("Sec-WebSocket-Protocol", "chat, superchat")]}, [101], [],
     ["sec-websocket-protocol"]),
    ("9.1 no extension is answered where one is asked for",
     {"more": [("Sec-WebSocket-Extensions", "permessage-deflate; client_max_window_bits")]}, [101], [],
     ["sec-websocket-extensions"]),
    ("4.4 version 8", {"Sec_WebSocket_Version": "8"}, [426], ["sec-websocket-version: 13"], []),
    ("4.4 version 12", {"Sec_WebSocket_Version": "12"}, [426], ["sec-websocket-version: 13"], []),
    ("4.4 version 14", {"Sec_WebSocket_Version": "14"}, [426], ["sec-websocket-version: 13"], []),
    ("4.4 version 013", {"Sec_WebSocket_Version": "013"}, [426], ["sec-websocket-version: 13"], []),
    ("4.2.1 no version", {"without": ["Sec-WebSocket-Version"]}, [426], ["sec-websocket-version: 13"], []),
    ("4.2.1 two versions", {"more": [("Sec-WebSocket-Version", "13")]}, [400], [], []),
    ("4.2.1 no key", {"without": ["Sec-WebSocket-Key"]}, [400], [], []),
    ("4.2.1 an empty key", {"Sec_WebSocket_Key": ""}, [400], [], []),
    ("4.2.1 a key of 15 bytes", {"Sec_WebSocket_Key": base64.b64encode(b"x" * 15).decode()}, [400], [], []),
    ("4.2.1 a key of 17 bytes", {"Sec_WebSocket_Key": base64.b64encode(b"x" * 17).decode()}, [400], [], []),
    ("4.2.1 a key that is no base64", {"Sec_WebSocket_Key": "dGhlIHNhbXBsZSBub25jZ!=="}, [400], [], []),
    ("4.2.1 two keys", {"more": [("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ==")]}, [400], [], []),
    ("4.2.1 a POST", {"method": "POST"}, [400, 405], [], []),
    ("4.2.1 a HEAD", {"method": "HEAD"}, [400, 405], [], []),
    ("4.2.1 HTTP/1.0", {"version": "HTTP/1.0"}, [400], [], []),
    ("4.2.1 HTTP/2.0", {"version": "HTTP/2.0"}, [400, 505], [], []),
    ("4.2.1 no Host", {"without": ["Host"]}, [400], [], []),
    ("4.2.1 a body", {"more": [("Content-Length", "2")]}, [400], [], []),
    ("4.2.1 no Upgrade", {"without": ["Upgrade"]}, [400, 426], [], ["sec-websocket-accept"]),
    ("4.2.1 another Upgrade", {"Upgrade": "h2c"}, [400, 426], [], ["sec-websocket-accept"]),
    ("4.2.1 no Connection", {"without": ["Connection"]}, [400, 426], [], ["sec-websocket-accept"]),
    ("4.2.1 a Connection that does not upgrade", {"Connection": "keep-alive"}, [400, 426], [], ["sec-websocket-accept"]),
]


def asked_case(server, how, statuses, has, lacks):
    status, head = handshake(server, **how)
    if status not in statuses:
        yield "the status is %d" % status
    yield from ("the head lacks %s: %s" % (word, head) for word in has if word not in head)
    yield from ("the head has %s" % word for word in lacks if word in head)


def play_server(program):
    server = wire.Server(program, "rate_calls = 0\n")
    try:
        for name, how, statuses, has, lacks in ASKED:
            yield name, asked_case(server, how, statuses, has, lacks)
        for name, frames, wanted, _ in CASES:
            yield name, server_case(server, frames, wanted)
        yield "the server is sound after all that", ([sound] if (sound := server.sound()) else [])
    finally:
        server.close()


# ---- the client -----------------------------------------------------------------------------------------

class Listener:
    """A program with the library: a word in, what it is told out, a line each."""

    def __init__(self, program):
        no_way = dict.fromkeys(("http_proxy", "https_proxy", "all_proxy", "HTTPS_PROXY", "ALL_PROXY"), "http://127.0.0.1:9")
        self.process = subprocess.Popen([program], env=dict(os.environ, **no_way), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1)
        self.lines = queue.Queue()
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self):
        for line in self.process.stdout:
            self.lines.put(line.strip())
        self.lines.put(None)

    def begin(self, port):
        self.process.stdin.write("connect http://127.0.0.1:%d\n" % port)

    def end(self):
        """What was told from the connect on."""
        self.process.stdin.write("end\n")
        told = []
        while True:
            line = self.lines.get(timeout=PATIENCE_S)
            if line is None:
                raise AssertionError("the listener died, after %s" % told)
            if line == "ended":
                return told
            told.append(line)

    def until(self, wanted):
        """Lines until one of these, that one included."""
        told = []
        while not told or told[-1] not in wanted:
            line = self.lines.get(timeout=PATIENCE_S)
            if line is None:
                raise AssertionError("the listener died, after %s" % told)
            told.append(line)
        return told

    def close(self):
        self.process.stdin.close()
        return self.process.wait(timeout=PATIENCE_S)


HELLO = {"type": "health.check", "connection_id": "c-1", "cid": "*", "created_at": "2026-11-24T10:00:00Z",
         "me": {"id": "ana", "online": True}}


def accept_of(key):
    return base64.b64encode(hashlib.sha1((key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").encode()).digest()).decode()


def read_head(link):
    data = b""
    while b"\r\n\r\n" not in data:
        got = link.recv(65536)
        if not got:
            raise AssertionError("the client ended within its head: %r" % data)
        data += got
    head, rest = data.split(b"\r\n\r\n", 1)
    return head.decode("latin-1"), rest


def good_answer(key):
    return ("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            "Sec-WebSocket-Accept: %s\r\n\r\n" % accept_of(key)).encode()


class Door:
    """Where clients come in."""

    def __init__(self):
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.socket.settimeout(PATIENCE_S)
        self.port = self.socket.getsockname()[1]

    def take(self):
        """The next WebSocket that is asked for: (link, key, head, rest)."""
        link, _ = self.socket.accept()
        link.settimeout(PATIENCE_S)
        link.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        head, rest = read_head(link)
        key = re.search(r"(?im)^sec-websocket-key: *(\S+)", head).group(1)
        return link, key, head, rest


def converse(listener, door, frames, wanted, each_byte):
    """What the peer hears, and whether that was the end."""
    side = Side(False)
    link, key, _, rest = door.take()
    with link:
        link.sendall(good_answer(key) + F(TEXT, json.dumps(HELLO).encode()).encode(side))
        ear = Ear(link, True, rest)
        opcode, _ = ear.next()  # its own health check: it is live
        if opcode != TEXT:
            raise AssertionError("the client begins with opcode %d" % opcode)
        send(link, encode(frames, side), each_byte)
        return listen(ear, side, wanted, lambda payload: None)


def client_tale(listener, door, frames, wanted, each_byte):
    listener.begin(door.port)
    try:
        tale, ended = converse(listener, door, frames, wanted, each_byte)
    finally:
        told = listener.end()
    tale += ["heard"] * told.count("heard")
    tale.sort(key=lambda word: word.startswith("close"))
    if ended != bool(re.search(r"close:|ends", wanted)):
        tale.append("(the end)" if ended else "(no end)")
    return tale


def client_case(listener, door, frames, wanted):
    size = len(encode(frames, Side(False)))
    for each_byte in (False, True) if size < 400 else (False,):
        tale = client_tale(listener, door, frames, wanted, each_byte)
        words_ = sorted(wanted.split(" "), key=lambda word: (word.startswith(("close", "ends")), word.startswith("heard")))
        if not agrees(tale, " ".join(words_)):
            yield "%s: %s" % ("byte by byte" if each_byte else "whole", " ".join(tale) or "nothing")


def answer(status="101 Switching Protocols", without=(), more="", **other):
    lines = {"Upgrade": "websocket", "Connection": "Upgrade"}

    def made(key):
        lines["Sec-WebSocket-Accept"] = accept_of(key)
        all_ = {k: other.get(k.replace("-", "_"), v) for k, v in lines.items() if k not in without}
        return ("HTTP/1.1 %s\r\n%s%s\r\n" % (status, "".join("%s: %s\r\n" % i for i in all_.items()), more)).encode()
    return made


# what a server answers: (name, the answer, whether the client takes it)
ANSWERED = [
    ("4.1 a good answer", answer(), True),
    ("4.1 the words in any case", answer(Upgrade="WebSocket", Connection="upgrade"), True),
    ("4.1 status 200", answer("200 OK"), False),
    ("4.1 status 404", answer("404 Not Found", more="Content-Length: 0\r\n"), False),
    ("4.1 a redirect", answer("302 Found", more="Location: http://127.0.0.1:1/\r\nContent-Length: 0\r\n"), False),
    ("4.1 no Upgrade", answer(without=["Upgrade"]), False),
    ("4.1 another Upgrade", answer(Upgrade="h2c"), False),
    ("4.1 no Connection", answer(without=["Connection"]), False),
    ("4.1 a Connection that does not upgrade", answer(Connection="close"), False),
    ("4.1 no Sec-WebSocket-Accept", answer(without=["Sec-WebSocket-Accept"]), False),
    ("4.1 a wrong Sec-WebSocket-Accept", answer(Sec_WebSocket_Accept=ACCEPT), False),
    ("4.1 an empty Sec-WebSocket-Accept", answer(Sec_WebSocket_Accept=""), False),
    ("4.1 an extension that nobody asked for", answer(more="Sec-WebSocket-Extensions: permessage-deflate\r\n"), False),
    ("4.1 a protocol that nobody asked for", answer(more="Sec-WebSocket-Protocol: chat\r\n"), False),
]


def answered_case(listener, door, made, taken):
    listener.begin(door.port)
    link, key, head, rest = door.take()
    try:
        with link:
            link.sendall(made(key) + F(TEXT, json.dumps(HELLO).encode()).encode(Side(False)))
            told = listener.until(["live", "lost"])
    finally:
        listener.end()
    if ("live" in told) != taken:
        yield "the client is told %s" % told
    if len(base64.b64decode(key)) != 16:
        yield "the key is %s" % key
    for line in ("upgrade: websocket", "sec-websocket-version: 13"):
        if line not in head.lower():
            yield "the request lacks %s: %s" % (line, head)
    if "sec-websocket-extensions" in head.lower():
        yield "the request asks for an extension"


# What libwebsockets 4.1.6, which reads for the client, does otherwise than the RFC says, and why that is
# borne: (cases, what comes instead). A client trusts the server that it was told to reach; what is heard
# goes through the JSON gate, which has one reading of it or none.
LENIENT = [
    # It ends the connection, but without a close frame before (7.1.7 lets it).
    (r"opcode \d+, which is reserved|reserved bit|continuation of nothing|begins within a text$|begins within a text, and",
     "ends"),
    (r"opcode \d+ with a payload|continuation of what has ended|continuation behind a whole", "heard ends"),
    (r"half a code", "close:1005|1002"),
    # A length in a longer form has one meaning all the same. A mask is passed over, and not taken off: what is
    # masked is noise.
    (r"length of \d+ in \d+ bits", "passed"),
    (r"(text|continuation) masked as it must not be", "passed"),
    (r"a ping masked", "pong:}"),
    # Text is not looked at: the gate passes over what is no UTF-8.
    (r"^8.1 .*before the message ends", "passed"),
    (r"^8.1 (a lone|C0|C1|E0|F0|ED|F4|F5|FE|FF|a character that is not|a text ends|pieces end|a character's second)", "passed"),
    # While one pong waits to go out, further pings are passed over.
    (r"pings between all pieces", "pong:1 pong:2? heard"),
    (r"pings in one breath", "pong:1 pong:2? pong:3?"),
    (r"100 pings at once", "pong: pong:*"),
    # Codes: those that were registered since are none to it, and those beyond 4999 are; a reason is not
    # looked at. The connection ends as it would have.
    (r"a close with 101[234], registered since", "close:1002"),
    (r"a close with (5000|65535), which", "close:5000|65535"),
    (r"a reason that (is no UTF-8|ends within)", "close:1000"),
    (r"a second close is not answered", "close:1000|1001"),
]


def wanted_of_client(name, wanted):
    return next((instead for cases, instead in LENIENT if re.search(cases, name)), wanted)


def play_client(program):
    listener, door = Listener(program), Door()
    keys = set()
    for name, made, taken in ANSWERED:
        yield name, answered_case(listener, door, made, taken)
    for name, frames, _, wanted in CASES:
        if wanted is not None:
            yield name, client_case(listener, door, frames, wanted_of_client(name, wanted))
    yield "the listener ends well after all that", (["it ended with %d" % end] if (end := listener.close()) else [])


def main():
    side, program = sys.argv[1:3]
    only = sys.argv[3] if len(sys.argv) > 3 else ""
    number = broken = 0
    for name, faults in {"server": play_server, "client": play_client}[side](program):
        if not re.search(only, name):
            continue
        try:
            faults = list(faults)
        except (AssertionError, OSError, queue.Empty) as fault:
            faults = ["%s: %s" % (type(fault).__name__, fault)]
        number += 1
        broken += bool(faults)
        print("%sok %d - %s" % ("not " if faults else "", number, name.replace("#", "no. ")), flush=True)
        for fault in faults:
            print("# " + fault.replace("\n", "\n# "))
    print("1..%d" % number)
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
