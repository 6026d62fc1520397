/* SPDX-License-Identifier: MIT */
#include "client/weight.h"

#include <string.h>

/* An allocation's own, the place in a table that is half full, and the one in an array that is. */
enum { ALLOCATION = 16, IN_TABLE = 40, IN_ARRAY = 16, JSON_NODE = 80 };

size_t weight_of_text(const char *text) {
    return text != NULL ? strlen(text) + ALLOCATION : 0;
}

size_t weight_of_json(const json *value) {
    if (value == NULL)
        return 0;
    size_t weight = JSON_NODE + weight_of_text(json_key(value)) +
                    weight_of_text(json_as_text(value));
    for (const json *item = json_first(value); item != NULL; item = json_next(item))
        weight += weight_of_json(item);
    return weight;
}

size_t weight_of_user(const struct user *wire, const char *status, const char *custom) {
    return sizeof(pl_user) + ALLOCATION + IN_TABLE + weight_of_text(wire->id) +
           weight_of_text(wire->name) + weight_of_text(wire->image) + weight_of_text(wire->role) +
           weight_of_text(status) + weight_of_text(custom);
}

size_t weight_of_rare(const pl_user *user) {
    return user->rare != NULL ? sizeof *user->rare + ALLOCATION : 0;
}

size_t weight_of_member(const struct member *wire) {
    return sizeof(pl_member) + ALLOCATION + IN_TABLE + IN_ARRAY +
           (member_is_usual(wire) ? 0 : sizeof(struct member_rare) + weight_of_text(wire->role));
}

size_t weight_of_channel(const struct channel *wire) {
    return sizeof(pl_channel) + ALLOCATION + IN_TABLE + IN_ARRAY + weight_of_text(wire->type) +
           weight_of_text(wire->id) + weight_of_text(wire->cid) + weight_of_text(wire->created_by) +
           weight_of_json(wire->custom);
}

size_t weight_of_message(const struct message *wire) {
    return sizeof(pl_message) + ALLOCATION + IN_ARRAY + weight_of_text(wire->id) +
           weight_of_text(wire->cid) + weight_of_text(wire->text) + weight_of_text(wire->type) +
           weight_of_text(wire->user_id) + weight_of_text(wire->parent_id) +
           weight_of_text(wire->quoted_id) + weight_of_json(wire->custom);
}

size_t weight_of_mark(const char *message_id) {
    return sizeof(struct mark) + ALLOCATION + IN_TABLE + IN_ARRAY + weight_of_text(message_id);
}

void weight_set(struct state *state, uint32_t *of, size_t now) {
    const uint32_t weight = now < UINT32_MAX ? (uint32_t)now : UINT32_MAX;
    state->weight += weight;
    state->weight -= *of;
    *of = weight;
}

static size_t bound_of(const struct state *state, const struct state_moment *moment) {
    return moment->event_seq == UINT64_MAX ? state->most - state->most / 8 : state->most;
}

bool weight_fits(
    struct state *state, size_t before, size_t now, const struct state_moment *moment) {
    if (state->most == 0 || now <= before ||
        state->weight + now - before <= bound_of(state, moment))
        return true;
    state->refused++;
    state->full = true;
    if (state->weight > state->refused_at)
        state->refused_at = state->weight;
    return false;
}
