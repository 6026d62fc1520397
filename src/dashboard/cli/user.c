/* SPDX-License-Identifier: MIT */
#include "dashboard/cli/user.h"

#include "dashboard/cli/text.h"

#include <string.h>

int user_ask(struct talk *talk, const char *id, unsigned flags, pl_user **user) {
    struct bytes filter = BYTES_EMPTY;
    bytes_append_text(&filter, "{\"id\":");
    text_json(&filter, id);
    bytes_append_char(&filter, '}');
    const struct pl_query query = {
        .size = sizeof query, .filter_json = bytes_text(&filter), .flags = flags, .limit = 1};
    struct answer answer = {0};
    const int code = talk_await(
        talk, talk->library->query_users(talk->client, &query, talk_done, &answer), &answer);
    if (code == EXIT_DONE)
        *user = answer.user_count > 0 ? answer.users[0] : NULL;
    answer_fini(&answer);
    bytes_fini(&filter);
    return code;
}
