/* SPDX-License-Identifier: MIT */
/*
 * Memory runs out once, at every allocation in turn, of what a client knows: what it knows then is
 * whole, or it says that it is torn, and so reads again.
 */
#include "support/scarce.h"
#include "support/wire_case.h"

#include "client/state.h"

static const struct state_moment NOW = {.now_ms = 1, .event_seq = UINT64_MAX};

enum { HALL, OTHER, CY, CY_AGAIN, CY_OLD, MEMBER, MESSAGE, REPLY, ALONE, DOCUMENTS };
static json *documents[DOCUMENTS];

static void read_documents(void) {
    static const char *const texts[DOCUMENTS] = {
        [HALL] = "{'channel':{'type':'team','id':'hall','cid':'team:hall','member_count':2,"
                 "'name':'Hall','floor':2},'members':["
                 "{'user_id':'ana','user':{'id':'ana','online':true},'role':'owner','banned':true,"
                 "'mood':{'is':'fine'}},{'user_id':'bo','user':{'id':'bo','status':'busy'}}],"
                 "'messages':[{'id':'m1','text':'hi','user':{'id':'ana'},"
                 "'created_at':'2026-01-01T00:00:01Z','latest_reactions':[{'type':'like',"
                 "'user_id':'bo','message_id':'m1','score':1}],'reaction_counts':{'like':1}}]}",
        [OTHER] = "{'channel':{'type':'team','id':'attic','cid':'team:attic'},'members':[]}",
        [CY] = "{'id':'cy','name':'Cy','image':'i','deactivated_at':'2026-01-01T00:00:00Z','x':1}",
        [CY_AGAIN] = "{'id':'cy','online':true,'updated_at':'2026-01-01T00:00:09Z','name':'Cyd'}",
        [CY_OLD] = "{'id':'cy','online':false,'updated_at':'2026-01-01T00:00:01Z','deactivated_at':"
                   "'2026-01-01T00:00:00Z','banned':true}",
        [MEMBER] = "{'user_id':'di','user':{'id':'di'},'is_moderator':true,'role':'moderator'}",
        [MESSAGE] = "{'id':'m2','text':'ho','user':{'id':'bo'},'created_at':'2026-01-01T00:00:02Z',"
                    "'attachments':[{'type':'image'}]}",
        [REPLY] = "{'id':'r1','text':'yes','user':{'id':'bo'},'parent_id':'m1',"
                  "'created_at':'2026-01-01T00:00:03Z'}",
        [ALONE] = "{'id':'m9','text':'alone','user':{'id':'eve'},'created_at':"
                  "'2026-01-01T00:00:04Z'}",
    };
    for (int i = 0; i < DOCUMENTS; i++)
        documents[i] = json_of(texts[i]);
}

struct known {
    size_t users, channels, members, messages, replies;
};

static void take_all_in(struct state *state, struct known *known) {
    pl_channel *hall = state_put_channel_state(state, documents[HALL], &NOW, true);
    state_put_channel_state(state, documents[OTHER], &NOW, true);
    state_put_user(state, documents[CY], &NOW);
    state_put_user(state, documents[CY_AGAIN], &NOW);
    state_put_user(state, documents[CY_OLD], &NOW); /* of a profile that is older, but of now */
    state_get_channel(state, "team:cellar");
    if (hall != NULL) {
        state_put_member(state, hall, documents[MEMBER], &NOW);
        state_put_message(state, hall, documents[MESSAGE], &NOW);
        state_put_message(state, hall, documents[REPLY], &NOW);
        state_put_channel_state(state, documents[HALL], &NOW, true); /* once more, over the old */
        state_note_departed(state, hall, "eve");
    }
    pl_message *alone = state_make_message(state, documents[ALONE], &NOW);
    if (alone != NULL)
        state_free_message(alone);
    *known = (struct known){.users = state->users.count, .channels = state->channels.count};
    if (hall != NULL) {
        known->members = hall->member_count;
        known->messages = hall->messages.count;
        known->replies = hall->replies.count;
    }
}

static void a_state(bool scarce, const void *context) {
    const struct known *whole = context;
    struct state state;
    struct known known;
    (void)scarce;
    state_init(&state, NULL, NULL);
    take_all_in(&state, &known);
    if (!state.torn && whole != NULL)
        assert_memory_equal(&known, whole, sizeof known);
    state_drop_channels(&state);
    state_fini(&state);
}

static void what_is_known_is_whole_or_torn(void **state_) {
    struct state state;
    struct known whole;
    (void)state_;
    read_documents();
    state_init(&state, NULL, NULL);
    take_all_in(&state, &whole);
    assert_false(state.torn);
    assert_int_equal(whole.users, 5);
    assert_int_equal(whole.messages, 1);
    state_fini(&state);
    assert_true(scarce_each(a_state, &whole) > 60);
    for (int i = 0; i < DOCUMENTS; i++)
        json_free(documents[i]);
}

int main(void) {
    const struct CMUnitTest cases[] = {CASE(what_is_known_is_whole_or_torn)};
    return RUN_CASES("client-scarce", cases);
}
