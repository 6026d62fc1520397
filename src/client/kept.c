/* SPDX-License-Identifier: MIT */
/* A block of texts begins with a byte that says which of them are there: a bit each. */
#include "client/kept.h"

#include "client/state.h"
#include "client/weight.h"

#include <errno.h>
#include <string.h>

static const char usual_role[] = "member";

/* ---- texts ---- */

int kept_pack(const struct heap *heap, const char *const texts[KEPT_TEXTS], char **out) {
    unsigned there = 0;
    size_t size = 1;
    for (unsigned i = 0; i < KEPT_TEXTS; i++)
        if (texts[i] != NULL) {
            there |= 1u << i;
            size += strlen(texts[i]) + 1;
        }
    *out = NULL;
    if (there == 0)
        return 0;
    char *at = *out = heap_resize(heap, NULL, size);
    if (at == NULL)
        return -ENOMEM;
    *at++ = (char)there;
    for (unsigned i = 0; i < KEPT_TEXTS; i++)
        if (texts[i] != NULL)
            at = stpcpy(at, texts[i]) + 1;
    return 0;
}

const char *kept_text(const char *block, enum kept_text which) {
    const unsigned there = block != NULL ? (unsigned char)block[0] : 0;
    if ((there & 1u << which) == 0)
        return NULL;
    const char *at = block + 1;
    for (unsigned i = 0; i < which; i++)
        if ((there & 1u << i) != 0)
            at += strlen(at) + 1;
    return at;
}

/* ---- what few have ---- */

struct user_rare *user_rare(struct state *state, pl_user *user) {
    if (user->rare == NULL && (user->rare = heap_make(state->heap, sizeof *user->rare)) != NULL) {
        list_init(&user->rare->presence_handlers);
        weight_set(state, &user->weight, user->weight + weight_of_rare(user));
    }
    return user->rare;
}

int64_t user_muted_until_ms(const pl_user *user) {
    return user->rare != NULL ? user->rare->muted_until_ms : 0;
}

bool member_is_usual(const struct member *wire) {
    return wire->invite_accepted_us == 0 && wire->invite_rejected_us == 0 &&
           (wire->role == NULL || strcmp(wire->role, usual_role) == 0);
}

int member_rare(const struct heap *heap, const struct member *wire, struct member_rare **out) {
    const char *role = wire->role != NULL ? wire->role : usual_role;
    *out = NULL;
    if (member_is_usual(wire))
        return 0;
    const size_t size = strlen(role) + 1;
    struct member_rare *rare = *out = heap_make(heap, sizeof *rare + size);
    if (rare == NULL)
        return -ENOMEM;
    rare->invite_accepted_us = wire->invite_accepted_us;
    rare->invite_rejected_us = wire->invite_rejected_us;
    memcpy(rare->role, role, size);
    return 0;
}
