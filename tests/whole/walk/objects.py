# SPDX-License-Identifier: MIT
"""Objects have the fields of the page: all that must be there, nothing that is never set."""
import re

from walk.cast import STAMP, at, case, done, equal, holds

USER = "id role language teams created_at updated_at banned online"
CHANNEL = "id type cid created_at updated_at created_by frozen disabled member_count config own_capabilities"
MEMBER = "user_id user created_at updated_at banned shadow_banned channel_role role notifications_muted"
MESSAGE = ("id text html type user cid created_at updated_at attachments mentioned_users latest_reactions "
           "own_reactions reaction_counts reaction_scores reply_count silent pinned")
STATE = "channel messages members membership read pinned_messages threads"
CONFIG = ("name created_at updated_at typing_events read_events connect_events custom_events search reactions "
          "replies quotes mutes uploads url_enrichment push_notifications delivery_events max_message_length "
          "message_retention automod automod_behavior commands grants")


def has(value, fields, what):
    missing = [f for f in fields.split() if f not in value]
    equal(missing, [], "missing in a " + what)
    for key in value:
        if key.endswith("_at") and value[key] is not None:
            holds(re.match(STAMP, value[key]), "%s of a %s: %s" % (key, what, value[key]))
    holds(None not in value.values(), "never set is left out of a %s: %s" % (what, value))


@case
def a_presence_event_has_just_the_fields_of_the_page(cast):
    bo_id, = cast.people("bo")
    ana = cast.come("ana")
    done(ana.caller.get("/users", {"filter_conditions": {"id": bo_id}, "presence": True}, connection_id=ana.id))
    cast.come("bo", name="Bo", status="watching a movie")
    event = ana.until("user.presence.changed")
    equal(sorted(event), ["created_at", "type", "user"])
    equal(sorted(event["user"]), sorted((USER + " name last_active status").split()))
    has(event["user"], USER, "user")


@case
def a_user_who_never_connected_has_no_more_than_must_be(cast):
    bo_id, = cast.people("bo")
    user = done(cast.user("ana").get("/users", {"filter_conditions": {"id": bo_id}}))["users"][0]
    equal(sorted(user), sorted(USER.split()))
    equal((user["online"], user["banned"], user["language"], user["teams"], user["role"]),
          (False, False, "", [], "user"))


@case
def a_channels_state_has_the_fields_of_the_page(cast):
    cid = cast.hall("ana", "bo")
    sent = cast.message("ana", cid, "hello")
    done(cast.user("bo").post(at(cid) + "/read", {}))
    ana = cast.come("ana")
    state = cast.watch(ana, cid)
    has(state, STATE, "state")
    has(state["channel"], CHANNEL + " last_message_at", "channel")
    has(state["channel"]["created_by"], USER, "user")
    has(state["channel"]["config"], CONFIG, "config")
    for key in ("hidden", "truncated_at", "cooldown"):
        holds(not state["channel"].get(key), key + " is not set")
    for member in state["members"] + [state["membership"]]:
        has(member, MEMBER, "member")
        equal(member["user"]["id"], member["user_id"])
    has(state["messages"][0], MESSAGE, "message")
    has(state["messages"][0]["user"], USER + " online", "user")
    has(sent, MESSAGE, "message")
    for mark in state["read"]:
        has(mark, "user last_read unread_messages", "read mark")
    equal({m["user"]["id"] for m in state["read"]}, {cast.id("ana"), cast.id("bo")})
    listed = done(cast.user("ana").post("/channels", {"filter_conditions": {"cid": cid}, "state": True}))["channels"]
    has(listed[0], STATE, "state")
    without = done(cast.user("ana").post("/channels", {"filter_conditions": {"cid": cid}, "state": False}))["channels"]
    equal((without[0]["messages"], without[0]["members"]), ([], []))


@case
def members_stand_by_age_and_messages_old_to_new(cast):
    cid = cast.hall("ana", "zoe")
    for who in ("mia", "bo"):
        cast.people(who)
        done(cast.user("ana").post(at(cid), {"add_members": [cast.id(who)]}))
    for text in ("1", "2", "3"):
        cast.message("ana", cid, text)
    state = cast.state("ana", cid)
    equal([m["user_id"].split("-")[0] for m in state["members"]], ["ana", "zoe", "mia", "bo"])
    equal([m["text"] for m in state["messages"]], ["1", "2", "3"])


@case
def custom_fields_stand_beside_the_fixed_ones(cast):
    cid = cast.hall("ana", color="green", deep={"er": [1, {"x": None}]})
    equal(cast.state("ana", cid)["channel"]["deep"], {"er": [1, {"x": None}]})
    message = cast.message("ana", cid, "hello", mood="fine", count=3, ratio=0.5)
    equal((message["mood"], message["count"], message["ratio"]), ("fine", 3, 0.5))
    ana = cast.come("ana", status="here", color="red", nested={"a": 1})
    equal((ana.me["status"], ana.me["color"], ana.me["nested"]), ("here", "red", {"a": 1}))
