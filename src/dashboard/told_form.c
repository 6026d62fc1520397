/* SPDX-License-Identifier: MIT */
#include "dashboard/told_form.h"

#define AT(name, kind, member)                                                                     \
    { name, FIELD_##kind, offsetof(struct told, member) }
#define END                                                                                        \
    { NULL, FIELD_END, 0 }
#define FIELDS(...)                                                                                \
    (const struct told_field[]) {                                                                  \
        __VA_ARGS__, END                                                                           \
    }
#define CHANNEL AT("cid", CID, cid)

const char *const told_link_states[LINK_REFUSED + 1] = {[LINK_OFF] = "off",
    [LINK_CONNECTING] = "connecting",
    [LINK_LIVE] = "live",
    [LINK_WAITING] = "waiting",
    [LINK_REFUSED] = "refused"};

#define OF_LINE(name, kind, member)                                                                \
    { name, FIELD_##kind, offsetof(struct line_told, member) }
const struct told_field told_line_fields[] = {OF_LINE("id", TEXT, id),
    OF_LINE("author", USER, author), OF_LINE("text", TEXT, text),
    OF_LINE("reactions", TEXT, reactions), OF_LINE("at", TIME, at_ms),
    OF_LINE("replies", INT, replies), OF_LINE("edited", FLAG, edited),
    OF_LINE("deleted", FLAG, deleted), OF_LINE("news", FLAG, is_news), END};

const struct told_form told_forms[TOLD_KINDS] = {
    [TOLD_LINK] = {"link",
        FIELDS(AT("state", STATE, link.state), AT("resyncing", FLAG, link.resyncing),
            AT("stale_since", TIME, link.stale_since_ms), AT("retry_at", TIME, link.retry_at_ms),
            AT("latency", INT, link.latency_ms), AT("reason", TEXT, text))},
    [TOLD_PERSON] = {"person",
        FIELDS(AT("id", USER, person.id), AT("name", TEXT, person.name),
            AT("status", TEXT, person.status), AT("role", TEXT, person.role),
            AT("online", FLAG, person.online), AT("banned", FLAG, person.banned),
            AT("live", FLAG, person.live), AT("last_active", TIME, person.last_active_ms))},
    [TOLD_CLOCK] = {"clock",
        FIELDS(AT("id", USER, id), AT("zone", TEXT, zone), AT("fixed", FLAG, there.is_fixed),
            AT("offset", INT, there.fixed_s))},
    [TOLD_ME] = {"me", FIELDS(AT("name", TEXT, text), AT("invisible", FLAG, flag))},
    [TOLD_LIGHT_FAILED] = {"light_failed", FIELDS(AT("why", TEXT, text))},
    [TOLD_CHANNEL] = {"channel", FIELDS(CHANNEL, AT("name", TEXT, text), AT("total", SIZE, total))},
    [TOLD_DIRECT] = {"direct", FIELDS(CHANNEL)},
    [TOLD_GONE] = {"gone", FIELDS(CHANNEL)},
    [TOLD_KNOWN] = {"known", FIELDS(END)},
    [TOLD_MEMBERS] = {"members", FIELDS(CHANNEL, AT("ids", IDS, ids))},
    [TOLD_MEMBER] = {"member", FIELDS(CHANNEL, AT("id", USER, id))},
    [TOLD_LEFT] = {"left", FIELDS(CHANNEL, AT("id", USER, id))},
    [TOLD_ROLE] = {"role", FIELDS(CHANNEL, AT("id", USER, id), AT("role", TEXT, text))},
    [TOLD_LINE] = {"line", FIELDS(CHANNEL, AT("line", LINE, line))},
    [TOLD_REPLY] = {"reply", FIELDS(CHANNEL, AT("to", TEXT, id), AT("line", LINE, line))},
    [TOLD_LINES] = {"lines", FIELDS(CHANNEL, AT("lines", LINES, lines))},
    [TOLD_LINE_GONE] = {"line_gone", FIELDS(CHANNEL, AT("id", TEXT, id))},
    [TOLD_CLEARED] = {"cleared", FIELDS(CHANNEL)},
    [TOLD_UNREAD] = {"unread",
        FIELDS(CHANNEL, AT("unread", INT, unread), AT("read_at", TIME, until_ms))},
    [TOLD_TYPING] = {"typing", FIELDS(CHANNEL, AT("ids", IDS, ids))},
    [TOLD_WATCHERS] = {"watchers", FIELDS(CHANNEL, AT("ids", IDS, ids))},
    [TOLD_WATCHES] = {"watches", FIELDS(CHANNEL, AT("id", USER, id), AT("watches", FLAG, flag))},
    [TOLD_NOTE] = {"note", FIELDS(AT("text", TEXT, text))},
    [TOLD_MISSED] = {"missed", FIELDS(AT("ids", IDS, ids), AT("text", TEXT, text))},
    [TOLD_RESYNCED] = {"resynced", FIELDS(AT("came", COUNT, came), AT("left", COUNT, left))},
    [TOLD_TOAST] = {"toast", FIELDS(AT("text", TEXT, text), AT("until", TIME, until_ms))},
    [TOLD_END] = {"end", FIELDS(END)},
};
