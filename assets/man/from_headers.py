#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Man pages of all public functions, from what the public headers say of them: said once, so it cannot
say two things.

    from_headers.py list FOLDER_OF_HEADERS             their names
    from_headers.py VERSION FOLDER_OF_HEADERS OUT…     OUT: …/pl_client_create.3, one each
"""
import glob
import os
import re
import sys
import textwrap

# The main ones. page: the functions on it, the first names it; what whatis(1) shows; what else to read.
# Of the others each comment of a header is a page.
PAGES = {
    "pl_client_create": (["pl_client_create", "pl_client_destroy"], "make and end a client",
                         ["pl_client_connect_user", "pl_client_dispatch"]),
    "pl_client_connect_user": (["pl_client_connect_user", "pl_client_set_user", "pl_client_disconnect",
                                "pl_client_reconnect_now"], "be connected, as a user",
                               ["pl_client_create", "pl_client_on", "pl_client_mark_invisible"]),
    "pl_client_dispatch": (["pl_client_dispatch", "pl_client_fd", "pl_client_wait"],
                           "run the callbacks of what has arrived", ["pl_client_create", "pl_client_on"]),
    "pl_client_on": (["pl_client_on", "pl_client_off", "pl_user_on_presence_changed"],
                     "be told of events", ["pl_client_dispatch", "pl_channel_watch"]),
    "pl_client_mark_invisible": (["pl_client_mark_invisible", "pl_client_mark_visible",
                                  "pl_client_set_status"], "be seen by nobody, and be seen again",
                                 ["pl_client_connect_user"]),
    "pl_channel_watch": (["pl_channel_watch", "pl_channel_get_or_create", "pl_channel_stop_watching",
                          "pl_channel_listen_all"], "have the events and the presence of a channel",
                         ["pl_client_on", "pl_query_channels"]),
    "pl_channel_send_message": (["pl_channel_send_message"], "say something in a channel",
                                ["pl_channel_watch"]),
    "pl_query_channels": (["pl_query_channels", "pl_query_users", "pl_query_members"],
                          "ask for channels, users or members", ["pl_channel_watch"]),
}

# What whatis(1) shows where the first sentence of the comment does not say it.
PURPOSES = {
    "pl_message_parent_id": "what a message answers to or quotes, and whether it is silent",
    "pl_client_find_user": "a user by id, if they are known here",
    "pl_client_find_channel": "a channel by cid, if it is known here",
}


def declarations(folder):
    """{function: (header, declaration, words)}; what is said of one holds for those right below it."""
    found = {}
    for path in sorted(glob.glob(os.path.join(folder, "porchlight/*.h*"))):
        with open(path, encoding="utf-8") as file:
            text = file.read()
        for said, declared in re.findall(r"(?ms)^/\*\*((?:(?!\*/).)*)\*/\n((?:PL_API [^;]*;\n)+)", text):
            words = "\n".join(re.sub(r"^ ?\*? ?", "", line) for line in said.strip().split("\n"))
            for one in re.findall(r"(?s)PL_API ([^;]*;)", declared):
                name = re.search(r"\b(pl_\w+)\(", one).group(1)
                header = os.path.basename(path).replace(".in", "")
                found[name] = (header, " ".join(one.split()).replace("( ", "("), words.strip())
    return found


def purpose_of(name, words):
    """Its first sentence, or what stands before a colon or a semicolon in it."""
    first = re.split(r"[.;:](?:\s|$)", " ".join(words.split()))[0]
    lower = first[:1].lower() + first[1:] if first[1:2].islower() or first[1:2] == " " else first
    return PURPOSES.get(name, lower.replace("i have", "I have"))


def all_pages(known):
    """PAGES, and one for each comment that is not on them; whoever stands above in its header is also to
    be read."""
    pages, last = dict(PAGES), {}
    taken = {function for functions, _, _ in PAGES.values() for function in functions}
    owner = {function: first for first, (functions, _, _) in PAGES.items() for function in functions}
    for name, (header, _, words) in known.items():
        if name in taken:
            last[header] = owner[name]
        elif header in last and known[last[header]][2] == words and last[header] not in PAGES:
            pages[last[header]][0].append(name)
        else:
            above = [last[header]] if header in last else ["pl_client_create"]
            pages[name] = ([name], purpose_of(name, words), above)
            last[header] = name
    return pages


def escaped(text):
    return re.sub(r"(?m)^([.'])", r"\\&\1", text.replace("\\", "\\e").replace("-", "\\-"))


def page(name, version, known, pages):
    functions, purpose, others = pages[name]
    out = [".\\\" SPDX-License-Identifier: MIT", ".\\\" Made from the headers by from_headers.py",
           '.TH %s 3 "" "Porchlight %s" "libporchlight"' % (name.upper(), version),
           ".SH NAME", "%s \\- %s" % (", ".join(functions), escaped(purpose)), ".SH SYNOPSIS", ".nf",
           ".B #include <porchlight/porchlight.h>"]
    for function in functions:
        lines = textwrap.wrap(known[function][1], 70, subsequent_indent="    ")
        out += [".sp"]
        out += [".B \"%s\"" % escaped(line) for line in lines]
    out += [".fi", ".SH DESCRIPTION"]
    before = None
    for function in functions:
        words = known[function][2]
        out += [".SS %s()" % function]
        out += ["As above." if words == before else re.sub(r"\s+(Results\b)", r"\n.PP\n\1", escaped(words))]
        before = words
    if name not in PAGES and any(re.search(r"\babove\b", known[function][2]) for function in functions):
        out += [".PP", "Above it in its header stands", ".BR %s (3)." % others[0]]
    has_results = any(re.search(r"Result|PL_E_|pl_done_fn", " ".join(known[function][1:])) for function in functions)
    out += [] if not has_results else [
            ".SH RETURN VALUE",
            "What is called a result above is returned at once: 0, or a negative",
            ".BR PL_E_ ", "value, with which nothing was begun and no callback will run. How an accepted call ended",
            "is in the", ".I struct pl_outcome", "that its callback is handed, once, from inside",
            ".BR pl_client_dispatch (3)", "or", ".BR pl_client_destroy (3)."]
    out += [".SH SEE ALSO", ".BR libporchlight (3),"]
    out += [".BR %s (3)%s" % (other, "," if other != others[-1] else "") for other in others]
    return "\n".join(out) + "\n"


def main():
    version, folder = sys.argv[1:3]
    known = declarations(folder)
    pages = all_pages(known)
    if version == "list":
        print("\n".join(known))
        return
    for path in sys.argv[3:]:
        name = os.path.basename(path)[:-len(".3")]
        owner = next(first for first, (functions, _, _) in pages.items() if name in functions)
        text = page(name, version, known, pages) if owner == name else ".so man3/%s.3\n" % owner
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)


if __name__ == "__main__":
    main()
