# SPDX-License-Identifier: MIT
"""What a case is made of: people named after it, and the few words it demands things with."""
import re

import wire

CASES = []
LINGER_S = 0.8  # what the walk's server is told
STAMP = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$"


def case(function):
    CASES.append(function)
    return function


def equal(got, wanted, what=""):
    if got != wanted:
        raise AssertionError("%s: got %r, wanted %r" % (what, got, wanted))


def holds(truth, what=""):
    if not truth:
        raise AssertionError(what)


def done(reply):
    """The body of a reply that is a success as the page knows them: 201 to POST and PUT, 200 else."""
    equal(reply.status, 201 if reply.method in ("POST", "PUT") else 200, str(reply))
    holds(re.match(r"[0-9.]+[a-zµ]+$", reply.body["duration"]), "every reply has a duration: %s" % reply)
    return reply.body


def refused(reply, http_status, code, *words):
    equal((reply.status, reply.code), (http_status, code), str(reply))
    for key in ("message", "StatusCode", "duration", "more_info", "details"):
        holds(key in reply.body, "an error has %r: %s" % (key, reply))
    equal(reply.body["StatusCode"], http_status, "StatusCode")
    for word in words:
        holds(word in reply.body["message"], "the message names %r: %s" % (word, reply.body["message"]))


def turned_away(reply, *codes):
    """Refused with one of the codes, where the page leaves open which."""
    http_status = {4: 400, 16: 404, 17: 403, 18: 400, 19: 400}
    holds(reply.code in codes, "%s, wanted one of %s" % (reply, codes))
    refused(reply, http_status[reply.code], reply.code)


def at(cid):
    """The path of a channel: messaging:hall → /channels/messaging/hall."""
    return "/channels/" + cid.replace(":", "/", 1)


class Cast:
    """Users named after the case, so that cases do not meet."""

    def __init__(self, server, name):
        self.server, self.name, self.sockets, self.servers = server, name, [], []
        self.halls = 0

    def id(self, who):
        return "%s-%s" % (who, self.name)

    def user(self, who):
        return self.server.user(self.id(who))

    @property
    def root(self):
        """A server-side caller."""
        return self.server.server_side()

    def people(self, *who):
        """They exist, as ids, and have never been seen."""
        done(self.root.post("/users", {"users": {self.id(w): {"id": self.id(w)} for w in who}}))
        return [self.id(w) for w in who]

    def come(self, who, **details):
        caller = who if isinstance(who, wire.Caller) else self.user(who)
        socket = caller.connect(**details)
        self.sockets.append(socket)
        return socket

    def hall(self, *who, type_="messaging", **custom):
        """A channel with these members, made by the first of them; its cid."""
        members = self.people(*who)
        self.halls += 1
        cid = "%s:%s%s" % (type_, self.name[:40], "-%d" % self.halls if self.halls > 1 else "")
        done(self.user(who[0]).post(at(cid) + "/query", {"data": dict(custom, members=members)}))
        return cid

    def kind(self, **switches):
        """A channel type of one's own with these switches; its name."""
        name = "kind-" + self.name[:40]
        done(self.root.post("/channeltypes", {"name": name}))
        if switches:
            done(self.root.put("/channeltypes/" + name, switches))
        return name

    def watch(self, socket, cid, presence=True):
        return done(socket.caller.post(at(cid) + "/query", {"watch": True, "presence": presence, "state": True},
                                       connection_id=socket.id))

    def watcher(self, who, cid):
        """A connection of a user that watches and has heard of its own coming."""
        socket = self.come(who)
        self.watch(socket, cid)
        socket.until("user.watching.start", user__id=self.id(who))
        return socket

    def message(self, who, cid, text, **fields):
        """A message sent; as the reply shows it."""
        message = dict({"text": text}, **fields)
        return done(self.user(who).post(at(cid) + "/message", {"message": message}))["message"]

    def state(self, who, cid, **more):
        """The channel as a user reads it, without watching."""
        return done(self.user(who).post(at(cid) + "/query", dict({"state": True}, **more)))

    def own_server(self, settings=""):
        """A server that the case may turn upside down."""
        server = wire.Server(self.server.program, "\nlinger_ms = %d\nrate_calls = 0\n" % (LINGER_S * 1000) + settings)
        self.servers.append(server)
        return server

    def close(self):
        for socket in self.sockets:
            socket.link.close()
        for server in self.servers:
            server.close()


def enveloped(event, cid, who=None):
    """A channel's event has what every channel's event has."""
    type_, id_ = cid.split(":", 1)
    equal((event["cid"], event["channel_id"], event["channel_type"]), (cid, id_, type_), str(event))
    holds(re.match(STAMP, event["created_at"]), "created_at of " + event["type"])
    if who is not None:
        equal(event["user"]["id"], who, "user: who acted")
    return event
