#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Faults that the fuzz targets were each seen to catch.

    faults.py check             each can still be planted: its text is there, once; speaks TAP
    faults.py plant [REGEX]     plants each in a copy of the tree, builds the target there, and demands that
                                it breaks within 60 s, from the corpus that is kept; REGEX chooses among
                                `target file what`
"""
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time

TOP = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
SECONDS = 60

# target, what is wrong then, file below src/, text, what it becomes
FAULTS = [
    ("http", "two Content-Lengths, the last counts", "server/http.c", "    if (head->has_length)\n", "    if (false)\n"),
    ("http", "a sign before a Content-Length", "server/http.c",
     'strspn(value, "0123456789")', 'strspn(value, "+0123456789")'),
    ("http", "Transfer-Encoding is passed over", "server/http.c", "    if (head->has_encoding)\n", "    if (false)\n"),
    ("http", "two Hosts", "server/http.c", "        if (head->has_host)\n", "        if (false)\n"),
    ("http", "a folded line goes on", "server/http.c",
     "        if (!is_token(*at))", "        if (!is_token(*at) && *at != ' ')"),
    ("http", "a control byte in a head", "server/http.c", "(c < 0x20 && c != '\\t')", "(c < 0x10 && c != '\\t')"),
    ("http", "the end of a head across two pieces is missed", "server/http.c",
     "parser->scanned > 3 ? parser->scanned - 3", "parser->scanned > 3 ? parser->scanned - 2"),
    ("http", "a body begins with the one before", "server/http.c",
     "    bytes_drop(&parser->in, parser->body_len);\n", ""),
    ("http", "a refusal is forgotten", "server/http.c",
     "        *refusal = parser->refusal;\n", "        *refusal = parser->refusal;\n        parser->refusal.status = 0;\n"),
    ("decode", "a parameter twice, the first counts", "server/http.c",
     "    if (http_param(request, name) != NULL)\n", "    if (false)\n"),
    ("decode", "%2e%2e is a segment", "server/http.c", ' && strcmp(segment, "..") != 0', ""),
    ("decode", "a path is decoded before it is split", "server/http.c",
     "    for (char *at = path + 1, *end;", "    if (!decode(path, false))\n        return refuse(head->refusal, 400, \"bad\");\n"
     "    for (char *at = path + 1, *end;"),
    ("decode", "a plus is a space in a path", "server/http.c", "!decode(at, false)", "!decode(at, true)"),
    ("decode", "%00 ends a value", "server/http.c", "low < 0 || high * 16 + low == 0", "low < 0"),
    ("decode", "a read behind a cut escape", "server/http.c",
     "low = high < 0 ? -1 : hex(at[2])", "low = hex(at[1] == '\\0' ? at[40] : at[2])"),
    ("decode", "a distinct channel's id is too long by its mark", "wire/id.c",
     "LIMIT_CHANNEL_ID - mark", "LIMIT_CHANNEL_ID"),
    ("decode", "a type may have an @", "wire/id.c", "is_made_of(text, LETTERS, LIMIT_CHANNEL_TYPE)",
     'is_made_of(text, LETTERS "@", LIMIT_CHANNEL_TYPE)'),
    ("frame", "unmasked frames are taken", "server/frame.c", "    if (!(reader->head[1] & 0x80))\n", "    if (false)\n"),
    ("frame", "the mask starts anew with each piece", "server/frame.c", "mask[(reader->at + i) & 3]", "mask[i & 3]"),
    ("frame", "a continuation of nothing", "server/frame.c",
     "(opcode == CONTINUATION) != (reader->fragments > 0)", "(opcode != CONTINUATION) && (reader->fragments > 0)"),
    ("frame", "pieces together are not bounded", "server/frame.c",
     "len > reader->max_message - reader->message.len", "len > reader->max_message"),
    ("frame", "a text may end within a character", "server/frame.c",
     "    if (!utf8_check_is_whole(&reader->text))\n", "    if (false)\n"),
    ("frame", "1006 closes", "server/frame.c", "code <= 1003)", "code <= 1006)"),
    ("frame", "a length in a longer form", "server/frame.c", "(form == 126 && len < 126)", "(form == 126 && len < 1)"),
    ("frame", "a reason that is no UTF-8", "server/frame.c",
     "    if (!utf8_is_valid(payload + 2, found->len - 2))\n", "    if (false)\n"),
    ("json", "keys are compared as they are written", "wire/gate.c", "    if (!a->escaped && !b->escaped)\n",
     "    if (true)\n"),
    ("json", "an escape changes a key's hash", "wire/gate.c", "        size_t more = utf8_put(held + count, passed_next(&at, end));",
     "        size_t more = utf8_put(held + count, passed_next(&at, end) | 0x20);"),
    ("json", "a lone surrogate", "wire/gate.c", "    if (low < 0xdc00 || low > 0xdfff)\n", "    if (low < 0)\n"),
    ("json", "a NUL in a text", "wire/gate.c", "    if (unit == 0)\n", "    if (unit < 0)\n"),
    ("json", "a deeper level", "wire/gate.c", "depth > gate->limits->depth", "depth > gate->limits->depth + 1"),
    ("json", "01 is a number", "wire/gate.c", "!pass_one(gate, '0') && !pass_digits(gate)", "!pass_digits(gate)"),
    ("json", "2^53 + 1 is a number", "wire/gate.c", "    return memcmp(from, most, len) <= 0;", "    return true;"),
    ("json", "1e999 is a number", "wire/gate.c", "exponent && !is_finite", "exponent && false && !is_finite"),
    ("json", "a keyword behind the end is read", "wire/gate.c",
     "(size_t)(gate->end - gate->at) < len || memcmp", "memcmp"),
    ("json", "a number beyond 2^53 prints as one the gate refuses", "wire/json.c",
     "fabs(number) > MOST_EXACT && strchr", "fabs(number) < 0 && strchr"),
    ("json", "a control byte is printed as it is", "wire/json.c",
     "(uint8_t)c >= 0x20 &&", "(uint8_t)c >= 0x1f &&"),
    ("filter", "depth is not looked at", "wire/filter.c", "depth > LIMIT_FILTER_DEPTH", "depth > LIMIT_FILTER_DEPTH + 1"),
    ("filter", "an empty name is a field", "wire/filter.c", "    if (field[0] == '\\0' || strlen", "    if (strlen"),
    ("filter", "missing sorts first when down", "wire/sort.c", "no_x - no_y :", "(no_x - no_y) * key->direction :"),
    ("token", "the signature is not compared whole", "server/token.c",
     "CRYPTO_memcmp(mac, given, MAC)", "CRYPTO_memcmp(mac, given, MAC - 1)"),
    ("token", "stray bits in the last character", "server/token.c",
     "return (bits & ((1u << count) - 1)) == 0 ? (int)written : -1;", "return (int)written;"),
    ("token", "any algorithm", "server/token.c", 'strcmp(alg, "HS256") == 0 && ', ""),
    ("token", "crit is passed over", "server/token.c", ' && json_get(head, "crit") == NULL', ""),
    ("token", "exp is a second late", "server/token.c", "now_s >= token->exp_unix_s", "now_s > token->exp_unix_s"),
    ("token", "iat is not looked at", "server/token.c",
     "token->iat_unix_s != 0 && now_s + SKEW_S", "token->iat_unix_s < 0 && now_s + SKEW_S"),
    ("token", "a server token names a user", "server/token.c", 'user_id == NULL ? NULL : "a server', 'user_id != claims ? NULL : "a server'),
    ("event", "a message that is told with another time stays where it was", "client/state.c",
     "        if (moved) {\n", "        if (false) {\n"),
    ("event", "who is not in a new picture stays in the table", "client/state.c",
     "            table_remove(&channel->by_user, member->user->id);\n", ""),
    ("event", "who is not listened to any more is counted", "client/listening.c",
     "    client->live_count--;\n", ""),
    ("text", "C1 is let through", "dashboard/view/text.c", "(c >= 0x7f && c < 0xa0)", "(c == 0x7f)"),
    ("text", "private use is let through", "dashboard/view/text.c", "           category == UTF8PROC_CATEGORY_CO || ", "           "),
    ("text", "tags are let through", "dashboard/view/text.c", " || (c >= 0xe0000 && c <= 0xe0fff)", ""),
    ("text", "a mark too many", "dashboard/view/text.c", "cleaning->marks < TEXT_MARKS", "cleaning->marks <= TEXT_MARKS"),
    ("text", "a wide one is written over the edge", "dashboard/view/cells.c",
     "&& used + width <= room;", "&& used < room;"),
    ("text", "a wide one that is cut leaves a half", "dashboard/view/cells.c",
     "    break_wide(cells, row, col);\n    break_wide(cells, row, col + width);\n", ""),
    ("settings", "a profile goes on through the next section", "dashboard/config_edit.c",
     "        if (is_header(line, len))\n            break;\n", ""),
    ("settings", "a setting is written beside the old one", "dashboard/config_edit.c",
     "        if (setting != NULL)\n            put(to, setting);\n        else\n", ""),
    ("config", "65536 is a port", "server/config.c", "read_number(colon + 1, 0, 65535, &number)",
     "read_number(colon + 1, 0, 65536, &number)"),
    ("config", "a certificate without a key", "server/config.c",
     "    if ((config->tls_cert == NULL) != (config->tls_key == NULL)) {\n", "    if (false) {\n"),
    ("config", "a short secret", "server/config.c", "(!is_key && len < 32)", "(!is_key && len < 16)"),
    ("url", "a blank in a host", "client/url.c", "(unsigned char)c <= ' '", "(unsigned char)c < ' '"),
    ("url", "a port beyond 65535", "client/url.c", "port <= 65535", "port <= 99999"),
    ("url", "a host too long", "client/url.c", "len >= sizeof url->host", "len >= sizeof url->host + 8"),
]


def check():
    failed = 0
    print("1..%d" % len(FAULTS))
    for i, (target, what, file, text, _) in enumerate(FAULTS, 1):
        with open(os.path.join(TOP, "src", file), encoding="utf-8") as source:
            times = source.read().count(text)
        failed += times != 1
        print("%sok %d - %s: %s" % ("" if times == 1 else "not ", i, target, what))
        if times != 1:
            print("# %s has this %d times, plant another: %r" % (file, times, text))
    return 1 if failed else 0


def copy_tree(folder):
    listed = subprocess.run(["git", "-C", TOP, "ls-files", "-coz", "--exclude-standard"], stdout=subprocess.PIPE,
                            check=True).stdout
    for path in listed.decode().strip("\0").split("\0"):
        to = os.path.join(folder, path)
        os.makedirs(os.path.dirname(to), exist_ok=True)
        shutil.copy2(os.path.join(TOP, path), to)
    subprocess.run(["meson", "setup", "build", "-Dfuzz=true", "-Dbuildtype=debug", "-Doptimization=1",
                    "-Db_sanitize=address,undefined", "-Db_lundef=false", "-Dwerror=false"], cwd=folder,
                   env=dict(os.environ, CC="clang"), stdout=subprocess.DEVNULL, check=True)


def outcome(folder, target):
    """None where it does not break; else after how many seconds it did."""
    program = "tests/fuzz/fuzz-" + target
    built = subprocess.run(["ninja", "-C", "build", "--quiet", program], cwd=folder, stdout=subprocess.PIPE,
                           stderr=subprocess.STDOUT, text=True)
    if built.returncode != 0:
        return "does not build: " + built.stdout[-800:]
    seeds = os.path.join(folder, "tests/fuzz/corpus", target)
    dictionary = os.path.join(folder, "tests/fuzz/dict", target)
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as found:
        done = subprocess.run([os.path.join(folder, "build", program), "-max_total_time=%d" % SECONDS, "-max_len=1024",
                               "-dict=" + dictionary, "-artifact_prefix=" + found + "/", found, seeds],
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    return None if done.returncode == 0 else "%4.1f s" % (time.monotonic() - began)


def plant(pattern):
    wanted = [fault for fault in FAULTS if re.search(pattern, "%s %s %s" % (fault[0], fault[2], fault[1]))]
    folder, caught = tempfile.mkdtemp(prefix="porchlight-fuzz-faults-"), 0
    try:
        copy_tree(folder)
        for target, what, file, text, instead in wanted:
            path = os.path.join(folder, "src", file)
            with open(path, encoding="utf-8") as source:
                whole = source.read()
            if whole.count(text) != 1:
                print("%-10s | %s: %s" % ("no text", target, what), flush=True)
                continue
            with open(path, "w", encoding="utf-8") as source:
                source.write(whole.replace(text, instead))
            end = outcome(folder, target)
            caught += bool(end) and end.endswith(" s")
            print("%-10s | %s: %s" % (end or "NOT CAUGHT", target, what), flush=True)
            with open(path, "w", encoding="utf-8") as source:
                source.write(whole)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    print("%d faults, %d caught" % (len(wanted), caught))
    return 0 if caught == len(wanted) else 1


if __name__ == "__main__":
    if sys.argv[1:2] == ["plant"]:
        sys.exit(plant(sys.argv[2] if len(sys.argv) > 2 else ""))
    sys.exit(check())
