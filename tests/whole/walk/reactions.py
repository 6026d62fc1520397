# SPDX-License-Identifier: MIT
"""Reactions: given, given again, taken back, counted."""
from walk.cast import case, done, enveloped, equal, holds, refused, turned_away


def react(caller, message, type_, **fields):
    return caller.post("/messages/%s/reaction" % message["id"], {"reaction": dict({"type": type_}, **fields)})


@case
def a_reaction_is_told_counted_and_shown_to_each_as_their_own(cast):
    cid = cast.hall("ana", "bo")
    message = cast.message("ana", cid, "hello")
    ana = cast.watcher("ana", cid)
    body = done(react(cast.user("bo"), message, "like"))
    equal(body["reaction"]["type"], "like")
    equal(body["message"]["reaction_counts"], {"like": 1})
    holds(body["message"]["reaction_scores"]["like"] >= 1, "scored")
    equal([r["type"] for r in body["message"]["own_reactions"]], ["like"])
    told = enveloped(ana.until("reaction.new"), cid, cast.id("bo"))
    equal((told["message"]["id"], told["reaction"]["type"]), (message["id"], "like"))
    equal(told["message"]["reaction_counts"], {"like": 1})
    seen = done(cast.user("ana").get("/messages/" + message["id"]))["message"]
    equal([r["type"] for r in seen["latest_reactions"]], ["like"])
    equal(seen["own_reactions"], [], "it is Bo's")
    seen = done(cast.user("bo").get("/messages/" + message["id"]))["message"]
    equal([r["type"] for r in seen["own_reactions"]], ["like"])
    shown = cast.state("bo", cid)["messages"][0]
    equal((shown["reaction_counts"], len(shown["own_reactions"])), ({"like": 1}, 1))


@case
def reactions_of_several_people_and_types_are_counted_apart(cast):
    cid = cast.hall("ana", "bo", "cy")
    message = cast.message("ana", cid, "hello")
    for who, type_ in (("ana", "like"), ("bo", "like"), ("bo", "wow"), ("cy", "love")):
        done(react(cast.user(who), message, type_))
    seen = done(cast.user("bo").get("/messages/" + message["id"]))["message"]
    equal(seen["reaction_counts"], {"like": 2, "wow": 1, "love": 1})
    equal(sorted(r["type"] for r in seen["own_reactions"]), ["like", "wow"])
    equal(len(seen["latest_reactions"]), 4)


@case
def a_second_reaction_of_the_same_type_replaces_the_first(cast):
    cid = cast.hall("ana", "bo")
    message = cast.message("ana", cid, "hello")
    ana = cast.watcher("ana", cid)
    done(react(cast.user("bo"), message, "like", strength="some"))
    ana.until("reaction.new")
    body = done(react(cast.user("bo"), message, "like", strength="much"))
    equal(body["message"]["reaction_counts"], {"like": 1})
    equal(body["reaction"]["strength"], "much")
    told = enveloped(ana.until("reaction.updated"), cid, cast.id("bo"))
    equal(told["reaction"]["strength"], "much")
    equal(ana.quiet("reaction.new"), [], "updated, not new")


@case
def a_reaction_taken_back_is_told_and_gone(cast):
    cid = cast.hall("ana", "bo")
    message = cast.message("ana", cid, "hello")
    path = "/messages/%s/reaction/like" % message["id"]
    ana, bo = cast.watcher("ana", cid), cast.user("bo")
    refused(bo.delete(path), 404, 16)
    done(react(bo, message, "like"))
    refused(cast.user("ana").delete(path), 404, 16)
    body = done(bo.delete(path))
    equal((body["message"]["reaction_counts"], body["message"]["own_reactions"]), ({}, []))
    equal(body["reaction"]["type"], "like")
    told = enveloped(ana.until("reaction.deleted"), cid, cast.id("bo"))
    equal((told["reaction"]["type"], told["message"]["latest_reactions"]), ("like", []))
    refused(bo.delete(path), 404, 16)


@case
def reactions_are_listed_and_paged(cast):
    crowd = ["u%d" % i for i in range(4)]
    cid = cast.hall("ana", *crowd)
    message = cast.message("ana", cid, "hello")
    for who in crowd:
        done(react(cast.user(who), message, "like"))
    path = "/messages/%s/reactions" % message["id"]
    ana = cast.user("ana")
    equal(len(done(ana.get(path))["reactions"]), 4)
    first = done(ana.get(path, limit=3))["reactions"]
    rest = done(ana.get(path, limit=3, offset=3))["reactions"]
    equal((len(first), len(rest)), (3, 1))
    equal({r["user"]["id"] for r in first + rest}, {cast.id(w) for w in crowd})
    refused(ana.get(path, limit=-1), 400, 4, "limit")
    turned_away(cast.user("eve").get(path), 16, 17)


@case
def reactions_that_may_not_be_are_refused(cast):
    cid = cast.hall("ana", "bo")
    message = cast.message("ana", cid, "hello")
    path = "/messages/%s/reaction" % message["id"]
    ana = cast.user("ana")
    refused(ana.post(path), 400, 4)
    refused(ana.post(path, {}), 400, 4)
    refused(ana.post(path, {"reaction": {}}), 400, 4, "type")
    refused(ana.post(path, {"reaction": {"type": 3}}), 400, 4, "type")
    refused(ana.post(path, {"reaction": "like"}), 400, 4, "reaction")
    refused(ana.post("/messages/nosuch/reaction", {"reaction": {"type": "like"}}), 404, 16)
    refused(ana.get("/messages/nosuch/reactions"), 404, 16)
    turned_away(cast.user("eve").post(path, {"reaction": {"type": "like"}}), 16, 17)
    turned_away(cast.root.post(path, {"reaction": {"type": "like"}}), 4)
    equal(done(ana.get("/messages/" + message["id"]))["message"]["reaction_counts"], {})


@case
def reactions_off_for_the_type_are_refused_with_19(cast):
    cid = cast.hall("ana", type_=cast.kind(reactions=False))
    message = cast.message("ana", cid, "hello")
    refused(react(cast.user("ana"), message, "like"), 400, 19)


@case
def reactions_last_through_a_restart(cast):
    cid = cast.hall("ana", "bo")
    message = cast.message("ana", cid, "hello")
    done(react(cast.user("bo"), message, "like"))
    cast.server.restart()
    seen = done(cast.user("bo").get("/messages/" + message["id"]))["message"]
    equal((seen["reaction_counts"], [r["type"] for r in seen["own_reactions"]]), ({"like": 1}, ["like"]))


@case
def a_unique_reaction_takes_the_place_of_the_others(cast):
    cid = cast.hall("ana", "bo")
    message = cast.message("ana", cid, "hello")
    path, bo = "/messages/%s/reaction" % message["id"], cast.user("bo")
    done(react(cast.user("ana"), message, "like"))
    done(react(bo, message, "like", score=3))
    shown = done(bo.post(path, {"reaction": {"type": "wow"}, "enforce_unique": True}))["message"]
    equal(shown["reaction_counts"], {"like": 1, "wow": 1})
    equal([r["type"] for r in shown["own_reactions"]], ["wow"])


@case
def reactions_have_scores_types_and_fields(cast):
    cid = cast.hall("ana", "bo")
    message = cast.message("ana", cid, "hello")
    body = done(react(cast.user("bo"), message, "like"))
    reaction = body["reaction"]
    equal((reaction["message_id"], reaction["user_id"], reaction["user"]["id"], reaction["score"]),
          (message["id"], cast.id("bo"), cast.id("bo"), 1))
    holds("created_at" in reaction and "updated_at" in reaction, str(reaction))
    body = done(react(cast.user("ana"), message, "like", score=5))
    equal((body["message"]["reaction_counts"], body["message"]["reaction_scores"]), ({"like": 2}, {"like": 6}))
    done(react(cast.user("ana"), message, "t" * 30))
    for wrong in ("t" * 31, "", "a b", "a.b", "ä"):
        refused(react(cast.user("ana"), message, wrong), 400, 4, "type")
    refused(react(cast.user("ana"), message, "like", score="much"), 400, 4, "score")


@case
def the_newest_ten_reactions_are_listed_first(cast):
    crowd = ["u%02d" % i for i in range(12)]
    cid = cast.hall("ana", *crowd)
    message = cast.message("ana", cid, "hello")
    for who in crowd:
        done(react(cast.user(who), message, "like"))
    path = "/messages/%s/reactions" % message["id"]
    listed = done(cast.user("ana").get(path))["reactions"]
    equal([r["user_id"] for r in listed], [cast.id(w) for w in crowd[:1:-1]])
    equal(len(done(cast.user("ana").get(path, limit=300))["reactions"]), 12)
    refused(cast.user("ana").get(path, limit=301), 400, 4, "limit")
    shown = done(cast.user("ana").get("/messages/" + message["id"]))["message"]
    equal((len(shown["latest_reactions"]), shown["reaction_counts"]), (10, {"like": 12}))


@case
def an_event_shows_each_their_own_reactions(cast):
    cid = cast.hall("ana", "bo", "cy")
    message = cast.message("ana", cid, "hello")
    bo, cy = cast.watcher("bo", cid), cast.watcher("cy", cid)
    done(react(bo.caller, message, "wow"))
    done(react(cast.user("ana"), message, "like"))
    for socket, own in ((bo, ["wow"]), (cy, [])):
        told = socket.until("reaction.new", reaction__type="like")["message"]
        equal([r["type"] for r in told["own_reactions"]], own)
        equal(told["reaction_counts"], {"like": 1, "wow": 1})
