# SPDX-License-Identifier: MIT
"""The daemon: stopped, restarted, killed."""
import os
import signal
import subprocess
import threading

import wire
from walk.cast import at, case, done, equal, holds
from walk.story import Story, difference


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


def furnish(cast):
    """One channel in which everything has happened that leaves a trace; its cid."""
    cid, other = cast.hall("ana", "bo", "cy", color="green"), cast.hall("ana", "bo")
    path, ana, bo = at(cid), cast.user("ana"), cast.user("bo")
    dan, eve = cast.people("dan", "eve")
    done(ana.post(path, {"add_moderators": [cast.id("bo")], "invites": [dan, eve]}))
    done(cast.user("eve").post(path, {"reject_invite": True}))
    old = cast.message("ana", cid, "old")
    done(ana.post(path + "/truncate", {"truncated_at": old["created_at"]}))
    kept, gone = cast.message("ana", cid, "kept", mood="fine", attachments=[{"a": 1}]), cast.message("bo", cid, "gone")
    quote = {"quoted_message_id": kept["id"], "mentioned_users": [dan]}
    for text, more in (("reply", {"parent_id": kept["id"]}), ("quote", quote), ("silent", {"silent": True})):
        cast.message("bo", cid, text, **more)
    done(bo.delete("/messages/" + gone["id"]))
    for caller, type_, score in ((ana, "like", 2), (bo, "like", 1), (bo, "wow", 1)):
        done(caller.post("/messages/%s/reaction" % kept["id"], {"reaction": {"type": type_, "score": score, "x": 1}}))
    done(ana.put("/messages/" + kept["id"], {"set": {"text": "mended"}}))
    done(bo.post(path + "/unread", {"message_id": kept["id"]}))
    done(cast.user("cy").post(path + "/hide", {"clear_history": True}))
    done(ana.post("/moderation/mute", {"target_id": cast.id("bo")}))
    done(ana.post("/moderation/mute/channel", {"channel_cid": other}))
    done(ana.patch(path, {"set": {"cooldown": 5, "deep.er": [1]}, "unset": ["color"]}))
    done(cast.root.patch("/users", {"users": [{"id": cast.id("cy"), "set": {"invisible": True, "image": "x"}}]}))
    done(cast.root.delete("/users/" + eve))
    done(cast.root.post("/users/%s/deactivate" % dan, {}))
    return cid


def picture(cast, cid):
    """All that each of them can read, but for how long it took."""
    seen = {}
    for who in ("ana", "bo", "cy"):
        caller = cast.user(who)
        type_, id_ = cid.split(":")
        seen[who, "channels"] = done(caller.post("/channels", {
            "filter_conditions": {"members": {"$in": [caller.id]}, "hidden": {"$in": [True, False]}},
            "state": True, "message_limit": 300, "member_limit": 100}))
        seen[who, "members"] = done(caller.get("/members", {"type": type_, "id": id_, "filter_conditions": {}}))
        seen[who, "unread"] = done(caller.get("/unread"))
        for message in seen[who, "channels"]["channels"][0]["messages"]:
            for what in ("", "/replies", "/reactions"):
                seen[who, message["text"], what] = done(caller.get("/messages/" + message["id"] + what))
    seen["users"] = done(cast.root.get("/users", {"filter_conditions": {}, "sort": [{"field": "id", "direction": 1}]}))
    seen["types"], seen["app"] = done(cast.root.get("/channeltypes")), done(cast.root.get("/app"))
    for body in seen.values():
        body.pop("duration")
    return seen


@case
def a_restart_and_a_kill_change_nothing_that_can_be_read(cast):
    cid = furnish(cast)
    before = picture(cast, cid)
    holds(len(before["ana", "channels"]["channels"]) == 2 and ("bo", "mended", "/replies") in before, str(before))
    for how in (signal.SIGTERM, signal.SIGKILL):
        cast.server.restart(how)
        after = picture(cast, cid)
        for key, body in before.items():
            equal("\n".join(difference(body, after.get(key))), "", str(key))
        me = cast.come("ana").me
        equal((len(me["mutes"]), len(me["channel_mutes"])), (1, 1))
        cast.sockets.pop().goodbye()
        # When she was last active is written down without anybody waiting; behind it, somebody does.
        done(cast.root.patch("/app", {"disable_auth_checks": False}))
        before = picture(cast, cid)


@case
def what_is_kept_up_to_date_is_what_a_restart_finds(cast):
    for seed in range(int(os.environ.get("WALK_SEEDS", "4"))):
        story = Story(cast, seed)
        for _ in range(150):
            story.step()
        before = story.picture()
        cast.server.restart(signal.SIGKILL if seed % 2 else signal.SIGTERM)
        after = story.picture()
        for key, body in before.items():
            equal("\n".join(difference(body, after[key])), "", "seed %d, %s" % (seed, key))
