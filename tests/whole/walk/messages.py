# SPDX-License-Identifier: MIT
"""Messages: sent, read back, changed, deleted, answered and paged."""
import re
import threading

from walk.cast import STAMP, at, case, done, enveloped, equal, holds, refused, turned_away


@case
def a_message_is_told_and_read_back_with_its_author(cast):
    cid = cast.hall("ana", "bo")
    path = "/channels/" + cid.replace(":", "/")
    ana = cast.come("ana")
    cast.watch(ana, cid)
    bo = cast.come("bo")
    sent = bo.caller.post(path + "/message", {"message": {"id": cast.name + "-1", "text": "hello", "mood": "fine"}})
    equal(sent.status, 201, str(sent))
    message = sent.body["message"]
    equal((message["id"], message["text"], message["type"], message["mood"], message["cid"]),
          (cast.name + "-1", "hello", "regular", "fine", cid))
    equal((message["user"]["id"], message["user"]["online"]), (cast.id("bo"), True))
    for key in ("attachments", "mentioned_users", "latest_reactions", "own_reactions"):
        equal(message[key], [], key)
    told = ana.until("message.new", cid=cid)
    equal(told["message"]["id"], message["id"])
    equal(bo.until("notification.message_new", cid=cid)["message"]["id"], message["id"])
    state = cast.user("ana").post(path + "/query", {"state": True}).body
    equal([m["text"] for m in state["messages"]], ["hello"])
    holds("last_message_at" in state["channel"], "last_message_at")
    refused(bo.caller.post(path + "/message", {"message": {"id": cast.name + "-1", "text": "again"}}), 400, 4)
    refused(bo.caller.post(path + "/message", {"message": {"text": "x" * 5001}}), 400, 20)
    nowhere = "/channels/messaging/nosuch%s/message" % cast.name[:30]
    refused(bo.caller.post(nowhere, {"message": {"text": "x"}}), 404, 16)
    for i in range(120):
        bo.caller.post(path + "/message", {"message": {"text": str(i)}})
    equal(len(cast.state("ana", cid)["messages"]), 100, "where nothing is said")
    state = cast.user("ana").post(path + "/query", {"messages": {"limit": 30}}).body
    equal([m["text"] for m in state["messages"]], [str(i) for i in range(90, 120)], "old to new")


@case
def an_old_or_deleted_message_is_not_written_over_by_its_id(cast):
    cid = cast.hall("ana", "bo")
    path = "/channels/" + cid.replace(":", "/")
    ana, eve, taken = cast.user("ana"), cast.user("eve"), cast.name + "-1"
    ana.post(path + "/message", {"message": {"id": taken, "text": "mine"}})
    equal(ana.delete("/messages/" + taken).status, 200)
    cast.server.restart()
    own = "/channels/messaging/evil-%s" % cast.name[:40]
    eve.post(own + "/query", {"data": {"members": [cast.id("eve")]}})
    refused(eve.post(own + "/message", {"message": {"id": taken, "text": "stolen"}}), 400, 4, taken)


@case
def a_message_is_changed_by_its_author_and_told(cast):
    cid = cast.hall("ana", "bo")
    sent = cast.message("ana", cid, "helo", mood="fine")
    bo = cast.watcher("bo", cid)
    body = done(cast.user("ana").post("/messages/" + sent["id"], {"message": {"text": "hello"}}))
    equal(body["message"]["text"], "hello")
    holds(body["message"]["updated_at"] > sent["updated_at"], "updated_at moves")
    equal(body["message"]["created_at"], sent["created_at"])
    told = enveloped(bo.until("message.updated"), cid, cast.id("ana"))
    equal((told["message"]["id"], told["message"]["text"]), (sent["id"], "hello"))
    body = done(cast.user("ana").put("/messages/" + sent["id"], {"set": {"mood": "better"}}))
    equal((body["message"]["mood"], body["message"]["text"]), ("better", "hello"))
    equal(done(cast.user("bo").get("/messages/" + sent["id"]))["message"]["mood"], "better")


@case
def a_deleted_message_is_told(cast):
    cid = cast.hall("ana", "bo")
    sent = cast.message("ana", cid, "oops")
    bo = cast.watcher("bo", cid)
    body = done(cast.user("ana").delete("/messages/" + sent["id"]))
    equal(body["message"]["id"], sent["id"])
    holds(re.match(STAMP, body["message"]["deleted_at"]), str(body))
    told = enveloped(bo.until("message.deleted"), cid, cast.id("ana"))
    equal(told["message"]["id"], sent["id"])
    holds("deleted_at" in told["message"], str(told))


@case
def a_message_deleted_hard_is_nowhere(cast):
    cid = cast.hall("ana", "bo")
    kept, gone = cast.message("ana", cid, "kept"), cast.message("ana", cid, "gone")
    bo = cast.watcher("bo", cid)
    done(cast.user("ana").delete("/messages/" + gone["id"], hard="true"))
    bo.until("message.deleted", message__id=gone["id"])
    refused(cast.user("ana").get("/messages/" + gone["id"]), 404, 16)
    equal([m["id"] for m in cast.state("bo", cid)["messages"]], [kept["id"]])
    refused(cast.user("ana").delete("/messages/" + gone["id"]), 404, 16)


@case
def anothers_message_is_not_touched(cast):
    cid = cast.hall("ana", "bo")
    sent = cast.message("ana", cid, "mine")
    path = "/messages/" + sent["id"]
    bo, eve = cast.user("bo"), cast.user("eve")
    refused(bo.post(path, {"message": {"text": "theirs"}}), 403, 17)
    refused(bo.put(path, {"set": {"text": "theirs"}}), 403, 17)
    refused(bo.delete(path), 403, 17)
    for reply in (eve.get(path), eve.post(path, {"message": {"text": "x"}}), eve.put(path, {"set": {"text": "x"}}),
                  eve.delete(path)):
        turned_away(reply, 16, 17)
    equal(done(cast.user("bo").get(path))["message"]["text"], "mine")
    done(cast.root.delete(path))


@case
def wrong_messages_are_refused(cast):
    cid = cast.hall("ana")
    ana, path = cast.user("ana"), at(cid) + "/message"
    refused(ana.post(path), 400, 4)
    refused(ana.post(path, {}), 400, 4, "message")
    refused(ana.post(path, {"message": "hello"}), 400, 4, "message")
    refused(ana.post(path, {"message": {"text": 5}}), 400, 4, "text")
    refused(ana.call("POST", path, raw=b'{"message":{"text":"\xff"}}'), 400, 4)
    sent = cast.message("ana", cid, "hello")
    for call in (ana.post, ana.put):
        refused(call("/messages/" + sent["id"]), 400, 4)
        refused(call("/messages/" + sent["id"], {}), 400, 4)
    for reply in (ana.get("/messages/nosuch"), ana.post("/messages/nosuch", {"message": {"text": "x"}}),
                  ana.put("/messages/nosuch", {"set": {"text": "x"}}), ana.delete("/messages/nosuch"),
                  ana.get("/messages/nosuch/replies")):
        refused(reply, 404, 16)


@case
def replies_are_counted_and_paged(cast):
    cid = cast.hall("ana", "bo")
    parent = cast.message("ana", cid, "who is home?")
    equal(parent["reply_count"], 0)
    bo = cast.watcher("bo", cid)
    sent = [cast.message("ana", cid, "answer %d" % i, parent_id=parent["id"]) for i in range(3)]
    equal(sent[0]["parent_id"], parent["id"])
    equal(bo.until("message.new")["message"]["parent_id"], parent["id"])
    equal(done(bo.caller.get("/messages/" + parent["id"]))["message"]["reply_count"], 3)
    path = "/messages/%s/replies" % parent["id"]
    equal([m["text"] for m in done(bo.caller.get(path))["messages"]], ["answer 0", "answer 1", "answer 2"])
    page = done(bo.caller.get(path, limit=2))["messages"]
    equal([m["id"] for m in page], [m["id"] for m in sent[1:]], "the newest, old to new")
    older = done(bo.caller.get(path, limit=2, id_lt=page[0]["id"]))["messages"]
    equal([m["id"] for m in older], [sent[0]["id"]])
    refused(bo.caller.get(path, limit=-1), 400, 4, "limit")
    refused(bo.caller.get(path, limit=301), 400, 4, "limit")
    turned_away(cast.user("eve").get(path), 16, 17)


@case
def a_reply_needs_a_parent_in_the_channel(cast):
    cid, other = cast.hall("ana"), cast.hall("ana")
    elsewhere = cast.message("ana", other, "elsewhere")
    ana = cast.user("ana")
    turned_away(ana.post(at(cid) + "/message", {"message": {"text": "x", "parent_id": "nosuch"}}), 4, 16)
    turned_away(ana.post(at(cid) + "/message", {"message": {"text": "x", "parent_id": elsewhere["id"]}}), 4, 16)
    refused(ana.post(at(cid) + "/message", {"message": {"text": "x", "parent_id": 5}}), 400, 4, "parent_id")
    equal(done(ana.get("/messages/" + elsewhere["id"]))["message"]["reply_count"], 0)


@case
def replies_off_for_the_type_are_refused_with_19(cast):
    cid = cast.hall("ana", type_=cast.kind(replies=False))
    parent = cast.message("ana", cid, "hello")
    refused(cast.user("ana").post(at(cid) + "/message", {"message": {"text": "x", "parent_id": parent["id"]}}), 400, 19)


@case
def messages_are_paged_around_an_id(cast):
    cid = cast.hall("ana")
    sent = [cast.message("ana", cid, str(i))["id"] for i in range(9)]

    def page(**paging):
        return [sent.index(m["id"]) for m in cast.state("ana", cid, messages=paging)["messages"]]
    equal(page(limit=3), [6, 7, 8])
    equal(page(limit=3, id_lt=sent[6]), [3, 4, 5])
    equal(page(limit=3, id_lte=sent[6]), [4, 5, 6])
    equal(page(limit=3, id_gt=sent[2]), [3, 4, 5])
    equal(page(limit=3, id_gte=sent[2]), [2, 3, 4])
    equal(page(limit=9, id_lt=sent[0]), [])
    refused(cast.user("ana").post(at(cid) + "/query", {"messages": {"limit": 301}}), 400, 4, "limit")


@case
def a_quote_stands_in_the_message(cast):
    cid = cast.hall("ana", "bo")
    first = cast.message("ana", cid, "hello")
    sent = cast.message("bo", cid, "hello yourself", quoted_message_id=first["id"], silent=True)
    equal(sent["quoted_message_id"], first["id"])
    equal(sent["silent"], True)


@case
def a_member_who_does_not_watch_is_notified_and_a_stranger_is_not(cast):
    cid = cast.hall("ana", "bo")
    watching, member, stranger = cast.watcher("ana", cid), cast.come("bo"), cast.come("eve")
    cast.message("ana", cid, "hello")
    told = enveloped(watching.until("message.new"), cid, cast.id("ana"))
    equal((told["watcher_count"], told["message"]["text"]), (1, "hello"))
    holds("unread_count" in told, str(told))
    note = enveloped(member.until("notification.message_new"), cid, cast.id("ana"))
    equal((note["channel"]["cid"], note["message"]["text"]), (cid, "hello"))
    equal(watching.quiet("notification.message_new"), [], "one or the other")
    equal(member.quiet("message.new"), [])
    equal(stranger.quiet(), [])


@case
def a_snapshot_and_the_events_after_it_have_neither_gap_nor_overlap(cast):
    cid = cast.hall("ana", "bo")
    bo, path, enough = cast.user("bo"), at(cid) + "/message", threading.Event()
    sent = []

    def write():
        while not enough.is_set():
            sent.append(done(bo.post(path, {"message": {"text": str(len(sent))}}))["message"]["text"])
    writer = threading.Thread(target=write)
    writer.start()
    try:
        for _ in range(12):
            ana = cast.come("ana")
            seen = [int(m["text"]) for m in cast.watch(ana, cid)["messages"]]
            seen += [int(ana.until("message.new")["message"]["text"]) for _ in range(5)]
            first = seen[0] if seen else 0
            equal(seen, list(range(first, first + len(seen))), "each once, in order")
    finally:
        enough.set()
        writer.join()


@case
def an_id_is_taken_once_however_many_ask(cast):
    cid = cast.hall("ana", "bo")
    replies = [None] * 6

    def send(i, who):
        replies[i] = cast.user(who).post(at(cid) + "/message", {"message": {"id": cast.name, "text": who}})
    senders = [threading.Thread(target=send, args=(i, ("ana", "bo")[i % 2])) for i in range(6)]
    for sender in senders:
        sender.start()
    for sender in senders:
        sender.join()
    equal(sorted(r.status for r in replies), [201] + [400] * 5)
    equal(len(cast.state("ana", cid)["messages"]), 1)


@case
def what_people_write_comes_back_as_it_was(cast):
    cid = cast.hall("ana")
    for text in ("grüße, мир, 世界", "👩‍👩‍👧‍👦 e\u0301", "\u202eright to left\u202c",
                 '"quoted" \\ and\nbroken\tlines', "a\u0000b"):
        reply = cast.user("ana").post(at(cid) + "/message", {"message": {"text": text}})
        if "\0" in text and reply.status >= 400:
            refused(reply, 400, 4)
            continue
        equal(done(reply)["message"]["text"], text)
        equal(cast.state("ana", cid)["messages"][-1]["text"], text)


@case
def messages_are_paged_by_their_times(cast):
    cid = cast.hall("ana")
    sent = [cast.message("ana", cid, str(i)) for i in range(6)]

    def page(**paging):
        return [int(m["text"]) for m in cast.state("ana", cid, messages=paging)["messages"]]
    third = sent[2]["created_at"]
    equal(page(limit=2, created_at_before=third), [0, 1])
    equal(page(limit=2, created_at_before_or_equal=third), [1, 2])
    equal(page(limit=2, created_at_after=third), [3, 4])
    equal(page(limit=2, created_at_after_or_equal=third), [2, 3])
    refused(cast.user("ana").post(at(cid) + "/query", {"messages": {"created_at_before": "then"}}), 400, 4,
            "created_at_before")
    turned_away(cast.user("ana").post(at(cid) + "/query", {"messages": {"id_lt": "nosuch"}}), 4, 16)


@case
def a_full_update_replaces_and_a_partial_one_does_not(cast):
    cid = cast.hall("ana")
    sent = cast.message("ana", cid, "helo", mood="fine", n=1)
    path, ana = "/messages/" + sent["id"], cast.user("ana")
    changed = done(ana.put(path, {"set": {"text": "hello", "deep.er": 2}, "unset": ["n"]}))["message"]
    equal((changed["text"], changed["mood"], changed["deep"], "n" in changed), ("hello", "fine", {"er": 2}, False))
    changed = done(ana.post(path, {"message": {"text": "hi"}}))["message"]
    equal((changed["text"], "mood" in changed), ("hi", False))
    refused(ana.put(path, {"set": {"text": "x" * 5001}}), 400, 20)
    refused(ana.put(path, {"set": {"user": {"id": "x"}}}), 400, 4)
    refused(ana.put(path, {"unset": "n"}), 400, 4)


@case
def a_quote_and_a_reply_name_a_message_of_the_channel(cast):
    cid, other = cast.hall("ana"), cast.hall("ana")
    first, elsewhere = cast.message("ana", cid, "first"), cast.message("ana", other, "elsewhere")
    reply = cast.message("ana", cid, "reply", parent_id=first["id"])
    ana, path = cast.user("ana"), at(cid) + "/message"
    for wrong in ({"quoted_message_id": elsewhere["id"]}, {"quoted_message_id": "nosuch"},
                  {"parent_id": elsewhere["id"]}, {"parent_id": "nosuch"}, {"parent_id": reply["id"]}):
        turned_away(ana.post(path, {"message": dict({"text": "x"}, **wrong)}), 4, 16)
    equal([m["text"] for m in cast.state("ana", cid)["messages"]], ["first"], "replies are not among them")


@case
def attachments_and_mentions_stay_with_a_message(cast):
    cid = cast.hall("ana", "bo")
    link = {"type": "link", "title": "x"}
    sent = cast.message("ana", cid, "look", attachments=[link], mentioned_users=[cast.id("bo")])
    seen = done(cast.user("bo").get("/messages/" + sent["id"]))["message"]
    for message in (sent, seen):
        equal((message["attachments"], [u["id"] for u in message["mentioned_users"]]), ([link], [cast.id("bo")]))
    path = at(cid) + "/message"
    for wrong in ({"attachments": [link] * 31}, {"attachments": link}, {"attachments": ["x"]},
                  {"mentioned_users": [cast.id("ghost")]}, {"mentioned_users": "bo"}):
        refused(cast.user("ana").post(path, {"message": dict({"text": "x"}, **wrong)}), 400, 4, next(iter(wrong)))


@case
def a_deleted_message_keeps_nothing_and_a_hard_deleted_one_takes_its_replies(cast):
    cid = cast.hall("ana", "bo")
    soft, hard = cast.message("ana", cid, "soft", mood="fine"), cast.message("ana", cid, "hard")
    reply = cast.message("bo", cid, "reply", parent_id=hard["id"])
    bo = cast.watcher("bo", cid)
    gone = done(cast.user("ana").delete("/messages/" + soft["id"]))["message"]
    equal((gone["type"], gone["text"], "mood" in gone), ("deleted", "", False))
    done(cast.user("ana").delete("/messages/" + hard["id"], hard="true"))
    equal(bo.until("message.deleted", message__id=hard["id"])["hard_delete"], True)
    refused(cast.user("bo").get("/messages/" + reply["id"]), 404, 16)
    cast.server.restart()
    refused(cast.user("bo").get("/messages/" + reply["id"]), 404, 16)


@case
def in_a_frozen_channel_nobody_writes_but_the_server_side(cast):
    cid = cast.hall("ana", "bo")
    sent = cast.message("ana", cid, "before")
    done(cast.user("ana").patch(at(cid), {"set": {"frozen": True}}))
    refused(cast.user("bo").post(at(cid) + "/message", {"message": {"text": "x"}}), 403, 17)
    refused(cast.user("bo").post("/messages/%s/reaction" % sent["id"], {"reaction": {"type": "like"}}), 403, 17)
    done(cast.root.post(at(cid) + "/message", {"message": {"text": "x", "user_id": cast.id("bo")}}))
    done(cast.user("ana").patch(at(cid), {"set": {"frozen": False}}))
    cast.message("bo", cid, "thawed")


@case
def a_message_deleted_hard_does_not_come_back_while_others_ask_for_it(cast):
    cid = cast.hall("ana", "bo")
    ana, bo, enough = cast.user("ana"), cast.user("bo"), threading.Event()
    now = [cast.message("ana", cid, "first")["id"]]

    def ask():
        while not enough.is_set():
            bo.get("/messages/" + now[0])
    askers = [threading.Thread(target=ask) for _ in range(3)]
    for asker in askers:
        asker.start()
    try:
        for i in range(40):
            now[0] = cast.message("ana", cid, str(i))["id"]
            done(ana.delete("/messages/" + now[0], hard="true"))
            refused(bo.get("/messages/" + now[0]), 404, 16)
    finally:
        enough.set()
        for asker in askers:
            asker.join()
    equal([m["text"] for m in cast.state("bo", cid)["messages"]], ["first"])
