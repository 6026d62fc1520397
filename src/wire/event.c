/* SPDX-License-Identifier: MIT */
#include "wire/event.h"
#include "wire/field.h"

#include <string.h>

static const char *const names[EVENT_COUNT] = {[EVENT_CUSTOM] = "",
#define WIRE_EVENT_NAME(tag, name) [EVENT_##tag] = name,
    WIRE_EVENTS(WIRE_EVENT_NAME)
#undef WIRE_EVENT_NAME
};

const char *event_name(enum wire_event event) {
    return (unsigned)event < EVENT_COUNT ? names[event] : "";
}

enum wire_event event_from_name(const char *name) {
    for (int i = EVENT_CUSTOM + 1; i < EVENT_COUNT; i++)
        if (strcmp(names[i], name) == 0)
            return (enum wire_event)i;
    return EVENT_CUSTOM;
}

json *event_encode(const char *type, int64_t created_us, const char *cid) {
    json *event = json_object();
    bool bad = json_set(event, "type", json_text(type)) != 0;
    bad |= field_put_time(event, "created_at", created_us) != 0;
    const char *colon = cid != NULL ? strchr(cid, ':') : NULL;
    if (cid != NULL)
        bad |= json_set(event, "cid", json_text(cid)) != 0;
    if (colon != NULL) {
        bad |= json_set(event, "channel_id", json_text(colon + 1)) != 0;
        bad |= json_set(event, "channel_type", json_text_len(cid, (size_t)(colon - cid))) != 0;
    }
    return field_made(event, bad);
}
