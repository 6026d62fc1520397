# SPDX-License-Identifier: MIT
"""The daemon: stopped, restarted, killed."""
import signal
import subprocess
import threading

import wire
from walk.cast import case, equal, holds


@case
def a_stop_closes_with_1012_and_a_restart_forgets_nobody_and_nothing(cast):
    cid = cast.hall("ana", "bo", color="green")
    ana = cast.come("ana", status="here")
    cast.user("bo").post("/channels/%s/message" % cid.replace(":", "/"), {"message": {"text": "kept"}})
    last = ana.me["last_active"]
    equal(cast.server.stop(), 0)
    equal(ana.until_closed()[0], 1012)
    cast.server.start(cast.server.port)
    state = cast.user("bo").post("/channels/%s/query" % cid.replace(":", "/"), {"state": True}).body
    equal(state["channel"]["color"], "green")
    equal([m["text"] for m in state["messages"]], ["kept"])
    shown = state["members"][0]["user"]
    equal((shown["status"], shown["online"], shown["last_active"]), ("here", False, last))


@case
def a_killed_daemon_has_lost_nothing_it_answered(cast):
    cid = cast.hall("ana")
    answered, told = [], threading.Semaphore(0)

    def write(number):
        ana = cast.server.user(cast.id("ana"))
        for i in range(400):
            text = "%d-%d" % (number, i)
            try:
                if ana.post("/channels/%s/message" % cid.replace(":", "/"),
                            {"message": {"id": cast.name + text, "text": text}}).status == 201:
                    answered.append(text)
                    told.release()
            except OSError:
                return
    writers = [threading.Thread(target=write, args=(n,)) for n in range(3)]
    for writer in writers:
        writer.start()
    for _ in range(60):
        holds(told.acquire(timeout=wire.PATIENCE_S), "a write is answered")
    cast.server.stop(signal.SIGKILL)
    for writer in writers:
        writer.join()
    check = subprocess.run([cast.server.program, "check", "--data", cast.server.data], capture_output=True, text=True)
    equal(check.returncode, 0, check.stdout + check.stderr)
    cast.server.start(cast.server.port)
    state = cast.server.user(cast.id("ana")).post("/channels/%s/query" % cid.replace(":", "/"),
                                                  {"messages": {"limit": 300}}).body
    there = {m["text"] for m in state["messages"]}
    equal(sorted(t for t in answered[-250:] if t not in there), [], "answered, and gone")
