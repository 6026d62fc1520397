/* SPDX-License-Identifier: MIT */
/* Which part of what a channel keeps is wanted: by id, or by moment, and how much. */
#include "server/notes.h"
#include "server/routes.h"
#include "wire/error.h"
#include "wire/id.h"
#include "wire/time.h"

#include <stdlib.h>

/* One end of the part: what it is called, which end, and whether what is named belongs to it. */
static const struct page_end {
    const char *by_id, *by_time;
    bool after, inclusive;
} ends[] = {
    {"id_lt", "created_at_before", false, false},
    {"id_lte", "created_at_before_or_equal", false, true},
    {"id_gt", "created_at_after", true, false},
    {"id_gte", "created_at_after_or_equal", true, true},
};

static int find_moment(
    struct call *call, const json *from, const struct page_end *end, int64_t *at_us) {
    const json *id = json_get(from, end->by_id), *moment = json_get(from, end->by_time);
    struct note *note = NULL;
    *at_us = -1;
    if (moment != NULL &&
        (json_as_text(moment) == NULL || time_parse(json_as_text(moment), at_us) != 0))
        return call_refuse_field(call, end->by_time, " must be a time");
    if (id == NULL)
        return 0;
    int rc = json_as_text(id) != NULL && id_is_message(json_as_text(id))
                 ? note_recall(call->world, json_as_text(id), &note)
                 : 1;
    if (rc > 0)
        return call_refuse_field(call, end->by_id, " names no message");
    if (rc == 0)
        *at_us = note->message.created_us;
    return rc;
}

/* Query parameters stand for a body where a GET has none. */
static const json *page_wish(struct call *call, const json *from, json **made) {
    static const char *const names[] = {"limit", "id_lt", "id_lte", "id_gt", "id_gte"};
    *made = NULL;
    if (from != NULL || call->request->method != HTTP_GET)
        return from;
    *made = json_object();
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        const char *text = http_param(call->request, names[i]);
        char *rest;
        if (text == NULL)
            continue;
        long number = strtol(text, &rest, 10);
        json_set(*made, names[i],
            i == 0 && *text != '\0' && *rest == '\0' ? json_integer(number) : json_text(text));
    }
    return *made;
}

int routes_page(struct call *call, const json *from, int otherwise, struct store_page *page) {
    json *made;
    from = page_wish(call, from, &made);
    page->after_us = -1;
    page->before_us = INT64_MAX;
    int rc = call_number(call, from, "limit", otherwise, LIMIT_MESSAGES, &page->limit);
    for (size_t i = 0; rc == 0 && i < sizeof ends / sizeof ends[0]; i++) {
        int64_t at_us;
        rc = find_moment(call, from, &ends[i], &at_us);
        if (rc != 0 || at_us < 0)
            continue;
        if (ends[i].after) {
            page->after_us = at_us - ends[i].inclusive;
            page->oldest_first = true;
        } else {
            page->before_us = at_us + ends[i].inclusive;
        }
    }
    json_free(made);
    return rc;
}
