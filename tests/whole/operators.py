#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What an operator does with porchlightd beside serving, against a real one.

    operators.py PORCHLIGHTD [REGEX]     speaks TAP
"""
import json
import os
import re
import resource
import shutil
import signal
import ssl
import subprocess
import sys
import tempfile
import threading
import time
import traceback
import urllib.request

import wire

CASES = []


def case(function):
    CASES.append(function)
    return function


def equal(got, wanted, what=""):
    if got != wanted:
        raise AssertionError("%s: got %r, wanted %r" % (what, got, wanted))


def holds(truth, what=""):
    if not truth:
        raise AssertionError(what)


class House:
    """A data folder, served or not, and the operator's words on it."""

    def __init__(self, program):
        self.program = program
        self.server = wire.Server(program, "\nrate_calls = 0\n")
        self.data, self.folder = self.server.data, self.server.folder

    def run(self, *words, data=None):
        return subprocess.run([self.program, *words, "--data", data or self.data],
                              capture_output=True, text=True, timeout=60)

    def does(self, *words, data=None):
        """It must be done: what it printed."""
        done = self.run(*words, data=data)
        equal((done.returncode, done.stderr), (0, ""), " ".join(words))
        return done.stdout

    def admin(self, *words):
        return self.does("admin", *words)

    def refused(self, code, *words, said):
        done = self.run(*words)
        equal((done.returncode, done.stdout), (code, ""), " ".join(words) + done.stderr)
        holds(said in done.stderr, "%s: %r says %r" % (" ".join(words), done.stderr, said))

    def objects(self, *words):
        return [json.loads(line) for line in self.admin(*words, "--json").splitlines()]

    def close(self):
        self.server.close()


def fields(text):
    """FIELD⇥VALUE lines; members apart."""
    pairs = [line.split("\t", 1) for line in text.splitlines()]
    return {key: value for key, value in pairs if key != "member"}


def both_ways(house, deed):
    """Once beside a server, once where none serves."""
    deed("served")
    equal(house.server.stop(), 0)
    holds(not os.path.exists(os.path.join(house.data, "url")), "the url goes with the server")
    deed("alone")


# ---- admin ----

@case
def users_are_made_changed_and_listed(house):
    def deed(way):
        ana, bo = "ana-" + way, "bo-" + way
        made = fields(house.admin("user", ana, "--create", "--set", "name=Ana", "--set", "age=3",
                                  "--set", "status=42"))
        equal((made["id"], made["name"], made["age"], made["status"], made["online"]),
              (ana, "Ana", "3", "42", "false"))
        equal(house.objects("user", ana)[0]["status"], "42", "a status is a text")
        house.admin("user", bo, "--create")
        house.refused(1, "admin", "user", ana, "--create", said="there is a user %s already" % ana)
        equal(fields(house.admin("user", ana))["age"], "3", "untouched by the refusal")
        after = fields(house.admin("user", ana, "--set", "role=admin", "--unset", "age"))
        equal((after["role"], "age" in after), ("admin", False))
        house.refused(1, "admin", "user", "nobody", said="there is no user nobody")
        house.refused(1, "admin", "user", "nobody", "--set", "a=1", said="nobody")
        lines = house.admin("users").splitlines()
        holds("offline\t%s\tAna\tadmin\t-\t42" % ana in lines, lines)
        holds("offline\t%s\t-\tuser\t-\t-" % bo in lines, lines)
        equal([user["id"] for user in house.objects("users")], [line.split("\t")[1] for line in lines])
    both_ways(house, deed)


@case
def a_live_server_is_asked_so_that_presence_is_true_and_told(house):
    house.admin("user", "ana", "--create")
    house.admin("user", "bo", "--create")
    house.admin("channel", "messaging:hall", "--create", "--creator", "ana", "--add", "ana,bo")
    ana = house.server.user("ana").connect()
    equal(house.admin("users").splitlines()[0].split("\t")[:2], ["online", "ana"])
    bo = house.server.user("bo")
    link = bo.connect()
    bo.post("/channels/messaging/hall/query", {"watch": True, "presence": True}, connection_id=link.id)
    house.admin("user", "ana", "--set", "name=Anna")
    equal(link.until("user.updated", user__id="ana")["user"]["name"], "Anna")
    ana.goodbye()
    link.goodbye()


@case
def channels_are_made_changed_listed_and_deleted(house):
    def deed(way):
        cid = "messaging:" + way
        for user in ("ana", "bo", "cy"):
            house.run("admin", "user", user + way, "--create")
        made = house.admin("channel", cid, "--create", "--creator", "ana" + way, "--add",
                           "ana%s,bo%s" % (way, way), "--set", "name=The hall")
        equal((fields(made)["name"], fields(made)["created_by_id"], fields(made)["member_count"]),
              ("The hall", "ana" + way, "2"))
        holds("member\tbo%s\tchannel_member\n" % way in made, made)
        after = house.admin("channel", cid, "--add", "cy" + way, "--remove", "bo" + way,
                            "--set", "color=red", "--unset", "name")
        equal(("member\tbo" in after, "member\tcy" in after, fields(after)["color"]), (False, True, "red"))
        equal("name" in fields(after), False)
        state = house.objects("channel", cid)[0]
        equal((state["channel"]["cid"], [m["user_id"] for m in state["members"]]),
              (cid, ["ana" + way, "cy" + way]))
        holds("%s\t-\tana%s\t2\t-" % (cid, way) in house.admin("channels").splitlines())
        house.refused(1, "admin", "channel", cid, "--add", "nobody", said="nobody")
        house.refused(1, "admin", "channel", "messaging:none", said="there is no channel messaging:none")
        house.refused(1, "admin", "channel", "messaging:new", "--create", "--creator", "nobody",
                      said="nobody")
        equal(house.admin("channel", cid, "--delete"), "")
        house.refused(1, "admin", "channel", cid, said="there is no channel")
    both_ways(house, deed)


@case
def channel_types_are_made_switched_and_deleted(house):
    def deed(way):
        name = "porch-" + way
        lines = house.admin("types").splitlines()
        holds({"commerce", "gaming", "livestream", "messaging", "team"} <=
              {line.split("\t")[0] for line in lines}, lines)
        made = fields(house.admin("type", name, "--create", "--set", "typing_events=false"))
        equal((made["name"], made["typing_events"], made["read_events"]), (name, "false", "true"))
        after = house.objects("type", name, "--set", "connect_events=false", "--set",
                              "max_message_length=9")[0]
        equal((after["connect_events"], after["max_message_length"], after["typing_events"]),
              (False, 9, False))
        on = dict(line.split("\t") for line in house.admin("types").splitlines())[name].split(" ")
        holds("read_events" in on and "connect_events" not in on, on)
        house.refused(1, "admin", "type", name, "--create", said="exists already")
        house.refused(1, "admin", "type", name, "--set", "connect_events=maybe", said="connect_events")
        equal(house.admin("type", name, "--delete"), "")
        house.refused(1, "admin", "type", name, said="does not exist")
        house.refused(1, "admin", "type", "messaging", "--delete", said="built in")
    both_ways(house, deed)


@case
def lists_longer_than_a_page_are_whole(house):
    boss = house.server.server_side()
    ids = ["u%03d" % i for i in range(230)]
    for i in range(0, 230, 100):
        equal(boss.post("/users", {"users": {u: {"id": u} for u in ids[i:i + 100]}}).status, 201)
    cids = ["messaging:c%03d" % i for i in range(70)]
    for cid in cids:
        boss.post("/channels/%s/query" % cid.replace(":", "/"), {"data": {"created_by_id": "u000"}})
    for i in range(0, 230, 100):
        boss.post("/channels/messaging/c000", {"add_members": ids[i:i + 100]})
    equal([line.split("\t")[1] for line in house.admin("users").splitlines()], ids)
    equal([line.split("\t")[0] for line in house.admin("channels").splitlines()], cids)
    members = [line for line in house.admin("channel", "messaging:c000").splitlines()
               if line.startswith("member\t")]
    equal([line.split("\t")[1] for line in members], ids)


@case
def users_are_shut_out_let_in_and_removed(house):
    def deed(way):
        ana = "ana-" + way
        house.admin("user", ana, "--create", "--set", "name=Ana")
        out = fields(house.admin("user", ana, "--deactivate"))
        holds("deactivated_at" in out, out)
        holds(any(line.startswith("deactivated\t" + ana) for line in house.admin("users").splitlines()))
        back = fields(house.admin("user", ana, "--reactivate"))
        equal(("deactivated_at" in back, back["name"]), (False, "Ana"))
        equal(house.admin("user", ana, "--delete"), "")
        house.refused(1, "admin", "user", ana, said="there is no user")
        for deed_ in ("--deactivate", "--reactivate", "--delete"):
            house.refused(1, "admin", "user", "nobody", deed_, said="nobody")
    both_ways(house, deed)


@case
def who_is_shut_out_is_sent_away_at_once(house):
    house.admin("user", "ana", "--create")
    ana = house.server.user("ana")
    link = ana.connect()
    house.admin("user", "ana", "--deactivate")
    link.until_closed()
    equal(ana.get("/users", {"filter_conditions": {}}).status // 100, 4)
    equal(ana.connect().hello["type"], "connection.error")
    house.admin("user", "ana", "--reactivate")
    equal(ana.connect().hello["type"], "health.check")


@case
def revoked_tokens_are_refused_and_newer_ones_are_good(house):
    def made(*words):
        return house.does("token", *words).strip()
    for user in ("ana", "bo"):
        house.admin("user", user, "--create")
    old, bos = made("ana"), made("bo")
    link = wire.Caller(house.server, "ana", old).connect()
    holds("tokens of ana" in house.admin("revoke", "--user", "ana"))
    new = made("ana")
    link.until_closed()
    for token, code in ((old, 40), (new, None), (bos, None)):
        who = "bo" if token == bos else "ana"
        equal(wire.Caller(house.server, who, token).get("/users", {"filter_conditions": {}}).code, code)
    operators = made("--server")
    holds("tokens of all users" in house.admin("revoke", "--all"))
    for token, who, code in ((new, "ana", 40), (bos, "bo", 40), (operators, None, None)):
        equal(wire.Caller(house.server, who, token).get("/users", {"filter_conditions": {}}).code, code)
    equal(wire.Caller(house.server, "bo", made("bo")).get("/users", {"filter_conditions": {}}).status, 200)
    equal(len(house.admin("users").splitlines()), 2)
    house.server.stop()
    house.admin("revoke", "--user", "bo", "--before", "2020-01-01T00:00:00Z")
    house.refused(1, "admin", "revoke", "--all", "--before", "2999-01-01T00:00:00Z", said="in the future")
    house.refused(1, "admin", "revoke", "--user", "nobody", said="nobody")


@case
def what_strangers_wrote_reaches_no_terminal_as_it_is(house):
    sly = "a\x1b[2Jb\nc\td\u202ee\u009bf\u2066g\U000e0041h"
    boss = house.server.server_side()
    boss.post("/users", {"users": {"ana": {"id": "ana", "name": sly, "k" + sly: [sly]}}})
    boss.post("/channels/messaging/hall/query", {"data": {"created_by_id": "ana", "name": sly}})
    for words in (["users"], ["user", "ana"], ["channels"], ["channel", "messaging:hall"]):
        text = house.admin(*words)
        holds("a\ufffd[2Jb\ufffdc\ufffdd\ufffde\ufffdf\ufffdg\ufffdh" in text, text)
        holds(not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\U000e0041]", text), text)
        text = house.admin(*words, "--json")
        holds(not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\U000e0041]", text), text)
        holds(sly in walk(json.loads(text)), "--json keeps what is there")


def walk(value):
    """Every text within."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield key
            yield from walk(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from walk(inner)
    elif isinstance(value, str):
        yield value


@case
def the_url_of_a_killed_server_is_not_believed(house):
    house.admin("user", "ana", "--create")
    house.server.stop(signal.SIGKILL)
    url = os.path.join(house.data, "url")
    holds(os.path.exists(url), "a killed server leaves it")
    heard = []
    import http.server

    class Thief(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            heard.append(self.headers.get("authorization"))
    thief = http.server.HTTPServer(("127.0.0.1", 0), Thief)
    threading.Thread(target=thief.serve_forever, daemon=True).start()
    with open(url, "w", encoding="ascii") as file:
        file.write("http://127.0.0.1:%d\n" % thief.server_port)
    equal(house.admin("users").split("\t")[1], "ana")
    equal(heard, [])
    thief.shutdown()


@case
def the_url_is_private_and_true(house):
    url = os.path.join(house.data, "url")
    equal(open(url, encoding="ascii").read(), "http://127.0.0.1:%d\n" % house.server.port)
    equal(os.stat(url).st_mode & 0o777, 0o600)


@case
def many_operators_at_once_wait_for_each_other(house):
    house.server.stop()
    done = []

    def make(number):
        done.append(house.run("admin", "user", "u%d" % number, "--create"))
    threads = [threading.Thread(target=make, args=(n,)) for n in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    equal([(d.returncode, d.stderr) for d in done], [(0, "")] * 6)
    equal(len(house.admin("users").splitlines()), 6)


@case
def a_server_with_tls_is_asked_and_an_impostor_is_not(house):
    house.admin("user", "ana", "--create")
    house.server.stop()
    def certificate(name):
        key, cert = os.path.join(house.folder, name + ".key"), os.path.join(house.folder, name + ".pem")
        subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj",
                        "/CN=chat.example.org", "-keyout", key, "-out", cert],
                       check=True, capture_output=True)
        return key, cert
    key, cert = certificate("ours")
    with open(os.path.join(house.data, "config.ini"), "a", encoding="utf-8") as config:
        config.write("tls_cert = %s\ntls_key = %s\n" % (cert, key))
    equal(house.admin("users").split("\t")[1], "ana", "alone")
    with subprocess.Popen([house.program, "--data", house.data, "--listen", "127.0.0.1:0"],
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as server:
        holds("https://127.0.0.1:" in server.stdout.readline(), "it speaks TLS")
        equal(house.admin("users").split("\t")[1], "ana", "served")
        certificate("ours")  # another key stands in the file now: whoever serves is not that one
        house.refused(1, "admin", "users", said="ertificate")
        server.send_signal(signal.SIGTERM)


# ---- backup, restore ----

def house_of(house, data):
    """A server on another folder of the same key."""
    other = object.__new__(wire.Server)
    vars(other).update(vars(house.server), data=data, process=None, port=0)
    other.start()
    return other


def furnish(house):
    """Ana and Bo in a hall with a word said; gives Ana."""
    boss = house.server.server_side()
    boss.post("/users", {"users": {"ana": {"id": "ana", "color": "red"}, "bo": {"id": "bo", "invisible": True}}})
    boss.post("/channels/messaging/hall/query", {"data": {"created_by_id": "ana", "members": ["ana", "bo"]}})
    ana = house.server.user("ana")
    equal(ana.post("/channels/messaging/hall/message", {"message": {"id": "m", "text": "hi"}}).status, 201)
    return ana


@case
def what_was_answered_before_a_backup_began_is_in_it(house):
    ana = furnish(house)
    answered, go_on, started = [], threading.Event(), threading.Semaphore(0)
    go_on.set()

    def write(number):
        i = 0
        while go_on.is_set():
            text = "%d-%d" % (number, i)
            if ana.post("/channels/messaging/hall/message", {"message": {"id": text, "text": text}}).status == 201:
                answered.append(text)
                started.release()
            i += 1
    writers = [threading.Thread(target=write, args=(n,)) for n in range(3)]
    for writer in writers:
        writer.start()
    backups = []
    for turn in range(3):
        for _ in range(20):
            holds(started.acquire(timeout=wire.PATIENCE_S), "a write is answered")
        before = list(answered)
        to = os.path.join(house.folder, "backup-%d" % turn)
        equal(house.does("backup", to), "")
        backups.append((to, before))
    go_on.clear()
    for writer in writers:
        writer.join()
    equal(house.server.stop(), 0)
    for to, before in backups:
        equal(subprocess.run(["sha256sum", "--quiet", "-c", "SHA256SUMS"], cwd=to).returncode, 0)
        equal(house.does("check", data=to), "sound\n")
        again = to + "-again"
        equal(house.does("restore", to, data=again), "")
        server = house_of(house, again)
        try:
            state = server.user("ana").post("/channels/messaging/hall/query", {}).body
            gone = [text for text in ["m"] + before
                    if server.user("ana").get("/messages/" + text).status != 200]
            equal(gone, [], "answered before, and gone")
            equal([m["user_id"] for m in state["members"]], ["ana", "bo"])
            users = {u["id"]: u for u in server.server_side().get("/users", {"filter_conditions": {}}).body["users"]}
            equal((users["ana"]["color"], users["bo"]["invisible"]), ("red", True))
        finally:
            equal(server.stop(), 0)


@case
def a_backup_is_private_whole_and_never_over_another(house):
    furnish(house)
    to = os.path.join(house.folder, "backup")
    house.does("backup", to + "//")
    equal(sorted(os.listdir(to)), ["SHA256SUMS", "app.ini", "config.ini", "porchlight.db"])
    equal(os.stat(to).st_mode & 0o777, 0o700)
    equal({os.stat(os.path.join(to, name)).st_mode & 0o777 for name in os.listdir(to)}, {0o600})
    house.refused(2, "backup", to, said="is there already")
    os.symlink("/nowhere", to + "-link")
    house.refused(2, "backup", to + "-link", said="is there already")
    house.refused(1, "backup", "/nowhere/at/all", said="cannot be made")
    equal([name for name in os.listdir(house.folder) if "part" in name], [], "no half is left")
    house.server.stop()
    before = sorted(os.listdir(house.data))
    house.does("backup", to + "-still")
    equal(sorted(os.listdir(house.data)), before, "the folder is as it was")
    equal(house.does("check", data=to + "-still"), "sound\n")


@case
def a_folder_whose_server_was_killed_is_backed_up_with_its_log(house):
    furnish(house)
    house.server.stop(signal.SIGKILL)
    holds(os.path.getsize(os.path.join(house.data, "porchlight.db-wal")) > 0, "the log has something")
    to = os.path.join(house.folder, "backup")
    os.unlink(os.path.join(house.data, "porchlight.db-shm"))
    before = sorted(os.listdir(house.data))
    house.does("backup", to)
    equal(sorted(os.listdir(house.data)), before, "the folder is as it was")
    house.does("restore", to, data=to + "-again")
    done = house.run("admin", "users", data=to + "-again")
    equal([line.split("\t")[1] for line in done.stdout.splitlines()], ["ana", "bo"], done.stderr)


def flip(path, at):
    with open(path, "r+b") as file:
        file.seek(at)
        byte = file.read(1)
        file.seek(at)
        file.write(bytes([byte[0] ^ 1]))


@case
def a_damaged_backup_is_refused_and_leaves_nothing(house):
    furnish(house)
    good, again = os.path.join(house.folder, "good"), os.path.join(house.folder, "again")
    house.does("backup", good)
    sound = open(os.path.join(good, "porchlight.db"), "rb").read()

    def spoiled(how, said):
        bad = os.path.join(house.folder, "bad")
        shutil.copytree(good, bad)
        how(bad)
        done = house.run("restore", bad, data=again)
        equal(done.returncode, 1, done.stderr)
        holds(said in done.stderr, "%r says %r" % (done.stderr, said))
        holds(not os.path.exists(again), "nothing is left")
        os.mkdir(again)
        equal(house.run("restore", bad, data=again).returncode, 1)
        equal(os.listdir(again), [], "what was empty is empty")
        os.rmdir(again)
        shutil.rmtree(bad)

    def forge(bad):
        """Wrong within, and its sum is right: what check finds."""
        path = os.path.join(bad, "porchlight.db")
        subprocess.run(["python3", "-c", "import sqlite3,sys; d=sqlite3.connect(sys.argv[1]);"
                        "d.execute('delete from users'); d.commit()", path], check=True)
        subprocess.run("sha256sum app.ini config.ini porchlight.db > SHA256SUMS", shell=True, cwd=bad, check=True)

    def newer(bad):
        subprocess.run(["python3", "-c", "import sqlite3,sys; d=sqlite3.connect(sys.argv[1]);"
                        "d.execute('pragma user_version=999'); d.commit()", os.path.join(bad, "porchlight.db")],
                       check=True)
        subprocess.run("sha256sum app.ini config.ini porchlight.db > SHA256SUMS", shell=True, cwd=bad, check=True)

    def link(bad):
        os.unlink(os.path.join(bad, "app.ini"))
        os.symlink(os.path.join(good, "app.ini"), os.path.join(bad, "app.ini"))
    at = sound.index(b"hi", len(sound) // 8)
    spoiled(lambda bad: flip(os.path.join(bad, "porchlight.db"), at), "porchlight.db: it is damaged")
    spoiled(lambda bad: os.truncate(os.path.join(bad, "porchlight.db"), 5000), "porchlight.db: it is damaged")
    spoiled(lambda bad: flip(os.path.join(bad, "app.ini"), 60), "app.ini: it is damaged")
    spoiled(lambda bad: os.unlink(os.path.join(bad, "porchlight.db")), "porchlight.db: No such file")
    spoiled(lambda bad: os.unlink(os.path.join(bad, "SHA256SUMS")), "is no backup of porchlightd")
    spoiled(lambda bad: os.truncate(os.path.join(bad, "SHA256SUMS"), 100), "porchlight.db: No such file")
    spoiled(forge, "is not sound")
    spoiled(newer, "newer porchlightd")
    spoiled(link, "app.ini")
    house.refused(2, "restore", good, said="not empty")
    house.does("restore", good, data=again)
    equal(sorted(os.listdir(again)), ["app.ini", "config.ini", "porchlight.db"])


@case
def a_disk_that_is_full_leaves_no_half_backup_and_no_half_folder(house):
    furnish(house)
    to = os.path.join(house.folder, "backup")
    house.does("backup", to)
    for size in range(0, os.path.getsize(os.path.join(to, "porchlight.db")), 8192):
        def limit():
            resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))
        for words in (["backup", to + "-2", "--data", house.data], ["restore", to, "--data", to + "-again"]):
            done = subprocess.run([house.program, *words], capture_output=True, text=True, preexec_fn=limit)
            equal(done.returncode, 1, "%s at %d: %s" % (words[0], size, done.stderr))
            holds(done.stderr.startswith("porchlightd: /"), done.stderr)
            equal([n for n in os.listdir(house.folder) if "part" in n or "-2" in n or "again" in n], [])


@case
def a_folder_of_the_first_schema_is_served_backed_up_and_restored(house):
    import sqlite3
    house.server.stop()
    database = os.path.join(house.data, "porchlight.db")
    golden = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../golden/schema-1.sql")

    def make_first():
        open(database, "w", encoding="ascii").close()
        link = sqlite3.connect(database)
        with open(golden, encoding="utf-8") as file:
            link.executescript(file.read())
        link.close()

    def look(data):
        server = house_of(house, data)
        try:
            bo = server.user("bo")
            state = bo.post("/channels/messaging/hall/query", {}).body
            equal([(m["id"], m["text"]) for m in state["messages"] if m["id"] == "m-1"], [("m-1", "hello\nworld")])
            equal([m["user_id"] for m in state["members"]], ["ana", "bo", "dee"])
            equal((state["channel"]["name"], state["channel"]["frozen"]), ("The hall", True))
            equal(bo.get("/messages/m-3").body["message"]["parent_id"], "m-1")
            equal(bo.get("/channels/messaging/gone", None).status // 100, 4)
            users = {u["id"]: u for u in server.server_side().get("/users", {"filter_conditions": {}}).body["users"]}
            equal((users["ana"]["nested"], users["bo"]["invisible"], users["cy"]["role"]),
                  ({"deep": [1, 2.5, None, True, "ü"]}, True, "admin"))
        finally:
            equal(server.stop(), 0)
        equal(house.does("check", data=data), "sound\n")
    make_first()
    to = os.path.join(house.folder, "backup")
    house.does("backup", to)
    look(house.data)
    house.does("restore", to, data=to + "-again")
    look(to + "-again")


@case
def a_damaged_database_gives_no_backup(house):
    furnish(house)
    house.server.stop()
    os.truncate(os.path.join(house.data, "porchlight.db"), 30000)
    to = os.path.join(house.folder, "backup")
    house.refused(1, "backup", to, said="porchlight.db: it is damaged")
    equal([name for name in os.listdir(house.folder) if "backup" in name], [])


@case
def root_leaves_nothing_in_the_folder_of_another(house):
    house.server.stop()
    if os.geteuid() != 0:
        return  # nobody else can give a file away
    for name in os.listdir(house.data):
        os.chown(os.path.join(house.data, name), 65534, 65534)
    os.unlink(os.path.join(house.data, "lock"))
    before = sorted(os.listdir(house.data))
    house.refused(1, "admin", "users", said="is not yours; run this as nobody")
    equal(sorted(os.listdir(house.data)), before)


@case
def wrong_use_is_2(house):
    for words, said in ((["admin"], "admin wants one of"), (["admin", "nonsense"], "admin wants one of"),
                        (["admin", "user"], "a user id"), (["admin", "user", "a.b"], "a user id"),
                        (["admin", "channel", "hall"], "a cid"), (["admin", "type", "a b"], "a channel type"),
                        (["admin", "users", "x"], "one word too many"),
                        (["admin", "users", "--set", "a=1"], "does not go with this word"),
                        (["admin", "revoke"], "--user ID or --all")):
        house.refused(2, *words, said=said)
    done = subprocess.run([house.program, "admin", "users"], capture_output=True, text=True)
    equal((done.returncode, "--data DIR" in done.stderr), (2, True))
    done = subprocess.run([house.program, "admin", "users", "--data", "/nowhere"], capture_output=True, text=True)
    equal((done.returncode, "/nowhere is no folder" in done.stderr), (1, True))


@case
def help_and_man_page_know_the_same_words(house):
    man = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../assets/man/porchlightd.1")
    with open(man, encoding="utf-8") as file:
        manual = file.read().replace("\\-", "-")
    manual = re.sub(r"\\f[BIRP]|\\&", "", manual)
    usage = subprocess.run([house.program, "--help"], capture_output=True, text=True, check=True).stdout
    options = set(re.findall(r"--[a-z]+", usage))
    equal(options - set(re.findall(r"--[a-z]+", manual)), set(), "not in the man page")
    spoken = set(re.findall(r"--[a-z]+", manual)) - options
    equal(spoken, set(), "not in --help")
    for word in ("init", "token", "check", "backup", "restore", "admin", "types", "type", "users", "user",
                 "channels", "channel", "revoke"):
        holds(re.search(r"\b%s\b" % word, usage), word)
        holds(re.search(r"^(\.[BT]\w* )?(porchlightd )?%s\b" % word, manual, re.M), "the man page has " + word)


def main():
    program, pattern = sys.argv[1], sys.argv[2] if len(sys.argv) > 2 else ""
    chosen = [c for c in CASES if re.search(pattern, c.__name__)]
    print("1..%d" % len(chosen))
    failed = 0
    for number, function in enumerate(chosen, 1):
        house = House(program)
        try:
            function(house)
            print("ok %d - %s" % (number, function.__name__), flush=True)
        except Exception:  # a case may fail in any way; the rest go on
            failed += 1
            print("not ok %d - %s" % (number, function.__name__), flush=True)
            print("\n".join("# " + line for line in traceback.format_exc().split("\n")), flush=True)
            print("\n".join("# " + line for line in house.server.log().split("\n")), flush=True)
        finally:
            house.close()
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
