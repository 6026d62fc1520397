# SPDX-License-Identifier: MIT
"""Random stories in two channels, and replicas of these that are kept by events alone."""
import copy
import random

from walk.cast import at, done, equal, holds


def without(value, names):
    if isinstance(value, dict):
        return {k: without(v, names) for k, v in value.items() if k not in names}
    return [without(v, names) for v in value] if isinstance(value, list) else value


def difference(before, after, path=""):
    """Where two documents differ, in words."""
    if type(before) is not type(after):
        return ["%s: %r, then %r" % (path, before, after)]
    if isinstance(before, dict):
        return [line for key in sorted(set(before) | set(after))
                for line in difference(before.get(key), after.get(key), path + "." + key)]
    if isinstance(before, list) and len(before) == len(after):
        return [line for i, (b, a) in enumerate(zip(before, after)) for line in difference(b, a, "%s[%d]" % (path, i))]
    return [] if before == after else ["%s: %r, then %r" % (path, before, after)]


class Story:
    """People who do what comes to their mind in two channels. The same seed, the same story."""

    """clear: whether histories are cleared, and Ana and Bo removed, too."""

    def __init__(self, cast, seed, clear=True):
        self.clear = clear
        self.cast, self.random, self.told, self.count = cast, random.Random(seed), [], 0
        self.who = ["ana", "bo", "cy", "dan"]
        self.cids = [cast.hall(*self.who), cast.hall(*self.who)]

    def beside(self, seed):
        """Another who tells the same story at the same time."""
        made = copy.copy(self)
        made.random = random.Random(seed)
        return made

    def message(self):
        return self.random.choice(self.told)["id"] if self.told else "none"

    def write(self, caller, cid, **more):
        self.count += 1
        reply = caller.post(at(cid) + "/message", {"message": dict({"text": str(self.count)}, **more)})
        if reply.status == 201:
            self.told.append(reply.body["message"])
        return reply

    def step(self):
        caller, cid = self.cast.user(self.random.choice(self.who)), self.random.choice(self.cids)
        other = self.cast.id(self.random.choice(self.who if self.clear else self.who[2:]))
        path, note = at(cid), "/messages/" + self.message()
        kind = self.random.choice(("like", "wow"))
        acts = (
            lambda: self.write(caller, cid), lambda: self.write(caller, cid), lambda: self.write(caller, cid),
            lambda: self.write(caller, cid, silent=True), lambda: self.write(caller, cid, parent_id=note[10:]),
            lambda: caller.post(path + "/read", {}), lambda: caller.post(path + "/read", {"message_id": note[10:]}),
            lambda: caller.post(path + "/unread", {"message_id": note[10:]}), lambda: caller.post("/channels/read", {}),
            lambda: caller.delete(note), lambda: caller.delete(note, hard="true"),
            lambda: caller.put(note, {"set": {"text": "mended"}}),
            lambda: caller.post(note + "/reaction", {"reaction": {"type": kind}, "enforce_unique": kind == "wow"}),
            lambda: caller.delete(note + "/reaction/" + kind),
            lambda: caller.post(path + "/hide", {"clear_history": self.clear and kind == "wow"}),
            lambda: caller.post(path + "/show", {}),
            lambda: caller.post("/moderation/mute/channel", {"channel_cid": cid}),
            lambda: caller.post("/moderation/unmute/channel", {"channel_cid": cid}),
            lambda: caller.patch("/users", {"users": [{"id": caller.id, "set": {"invisible": kind == "wow"}}]}),
            lambda: self.cast.root.post(path, {"remove_members": [other]}),
            lambda: self.cast.root.post(path, {"add_members": [other]}),
            lambda: self.cast.root.post(path, {"invites": [other]}),
            lambda: caller.post(path, {self.random.choice(("accept_invite", "reject_invite")): True}),
            lambda: self.told and self.random.random() < 0.2 and self.cast.root.post(path + "/truncate", {
                "truncated_at": self.random.choice(self.told)["created_at"]}),
        )
        reply = self.random.choice(acts)()
        holds(not reply or reply.status in (200, 201, 400, 403, 404), str(reply))

    def picture(self):
        """What each reads of both channels, and the sums they are told."""
        seen = {}
        for who in self.who:
            caller = self.cast.user(who)
            for cid in self.cids:
                reply = caller.post(at(cid) + "/query", {"state": True, "messages": {"limit": 300}})
                seen[who, cid] = reply.body if reply.status == 201 else reply.code
            seen[who, "unread"] = done(caller.get("/unread"))
            me = self.cast.come(who).me
            self.cast.sockets.pop().goodbye()
            seen[who, "me"] = {k: me[k] for k in ("unread_count", "total_unread_count", "unread_channels", "mutes")}
            seen[who, "muted"] = sorted(m["channel"]["cid"] for m in me["channel_mutes"])
        return without(seen, ("duration", "last_active", "online"))


class Replica:
    """A channel as a watching client has it, that reads it once and then listens."""

    def __init__(self, cast, who, cid):
        self.cid, self.socket = cid, cast.come(who)
        state = cast.watch(self.socket, cid)
        self.messages = {m["id"]: m for m in state["messages"]}
        self.members = {m["user_id"]: m for m in state["members"]}
        self.users = {m["user_id"]: m["user"] for m in state["members"]}
        self.watching = state.get("watcher_count", 0)

    def hear(self):
        for event in self.socket.quiet():
            if event.get("cid", self.cid) == self.cid:
                self.take(event["type"], event)

    def take(self, type_, event):
        message, member = event.get("message"), event.get("member")
        if type_ in ("message.new", "message.updated", "message.deleted") or type_.startswith("reaction."):
            if event.get("hard_delete"):
                self.messages.pop(message["id"], None)
            elif "parent_id" not in message:
                self.messages[message["id"]] = message
        elif type_ == "channel.truncated":
            until = event["channel"]["truncated_at"]
            self.messages = {i: m for i, m in self.messages.items() if m["created_at"] > until}
        elif type_ in ("member.added", "member.updated", "notification.invited"):
            self.members[member["user_id"]] = member
        elif type_ == "member.removed":
            self.members.pop(member["user_id"], None)
        elif type_ in ("user.presence.changed", "user.updated"):
            self.users[event["user"]["id"]] = event["user"]
        elif type_ in ("user.watching.start", "user.watching.stop"):
            self.watching = event["watcher_count"]

    def shown(self):
        return self.of(self.messages.values(), self.members.values(), self.watching)

    def read(self):
        """The same, as it is read anew."""
        state = done(self.socket.caller.post(at(self.cid) + "/query", {"state": True, "messages": {"limit": 300}}))
        return self.of(state["messages"], state["members"], state.get("watcher_count", 0))

    @staticmethod
    def of(messages, members, watching):
        messages = [(m["created_at"], m["text"], m["type"], sorted(m["reaction_counts"].items()),
                     sorted((r["user_id"], r["type"]) for r in m["latest_reactions"]), len(m["own_reactions"]))
                    for m in messages]
        members = [(m["user_id"], m["channel_role"], m.get("invited", False), "invite_accepted_at" in m)
                   for m in members]
        return {"messages": sorted(messages), "members": sorted(members), "watching": watching}
