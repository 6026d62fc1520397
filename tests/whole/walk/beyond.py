# SPDX-License-Identifier: MIT
"""What is out of scope says so, and never answers with an empty success."""
from walk.cast import at, case, holds, refused

CALLS = (
    ("GET", "/devices"), ("POST", "/devices"), ("DELETE", "/devices"), ("POST", "/check_push"),
    ("GET", "/push_providers"), ("GET", "/search"), ("POST", "/polls"), ("POST", "/polls/query"),
    ("POST", "/moderation/flag"), ("POST", "/moderation/unflag"), ("POST", "/moderation/ban"),
    ("DELETE", "/moderation/ban"), ("GET", "/query_banned_users"), ("GET", "/moderation/flags/message"),
    ("GET", "/blocklists"), ("POST", "/blocklists"), ("POST", "/export_channels"), ("GET", "/export/users"),
    ("POST", "/imports"), ("GET", "/imports"), ("POST", "/threads"), ("GET", "/threads/x"),
    ("POST", "/campaigns"), ("POST", "/segments"), ("GET", "/commands"), ("GET", "/tasks/x"),
)


@case
def calls_out_of_scope_are_refused_and_say_so(cast):
    cid = cast.hall("ana")
    channel = [(m, at(cid) + "/" + w) for m in ("POST", "DELETE") for w in ("image", "file")]
    for caller in (cast.user("ana"), cast.root):
        for method, path in CALLS + tuple(channel):
            reply = caller.call(method, path, {"a": 1} if method == "POST" else None)
            refused(reply, 404, 16)
            holds(len(reply.body["message"]) > 20, "says so: %s" % reply)


@case
def an_unknown_path_or_method_is_refused(cast):
    ana = cast.user("ana")
    for method, path in (("GET", "/"), ("GET", "/nosuch"), ("GET", "/channels/messaging"), ("PUT", "/users"),
                         ("POST", "/messages/x/y/z"), ("GET", "//users"), ("GET", "/users/../app")):
        reply = ana.call(method, path, {"a": 1} if method != "GET" else None)
        holds(reply.status in (400, 404, 405) and "code" in reply.body, "%s %s: %s" % (method, path, reply))
