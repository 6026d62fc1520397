/* SPDX-License-Identifier: MIT */
/*
 * is-home PERSON: prints whether somebody is home; exits with 0 if so, 1 if not, 2 on a failure.
 * Nobody sees us ask: without a connect our own light stays off.
 */
#include <porchlight/porchlight.h>
#include <stdio.h>
#include <stdlib.h>

static void on_answer(pl_client *client, const struct pl_outcome *outcome, void *context) {
    int *result = context;
    (void)client;
    if (outcome->status != PL_DONE) {
        fprintf(stderr, "is-home: %s\n", outcome->message);
        *result = 2;
    } else if (outcome->user_count == 0) {
        fprintf(stderr, "is-home: there is nobody of that name\n");
        *result = 2;
    } else {
        const pl_user *user = outcome->users[0];
        printf("%s is %s\n", pl_user_name(user), pl_user_online(user) ? "home" : "out");
        *result = !pl_user_online(user);
    }
}

int main(int argc, char **argv) {
    const struct pl_client_options options = {.size = sizeof options,
        .url = getenv("PORCHLIGHT_URL"),
        .api_key = getenv("PORCHLIGHT_API_KEY")};
    const struct pl_connect_options me = {.size = sizeof me,
        .user_id = getenv("PORCHLIGHT_USER"),
        .token = getenv("PORCHLIGHT_TOKEN"),
        .invisible = -1};
    char filter[300];
    const struct pl_query query = {.size = sizeof query, .filter_json = filter, .limit = 1};
    pl_client *client = NULL;
    int result = -1;

    if (argc != 2) {
        fprintf(stderr, "usage: is-home PERSON\n");
        return 2;
    }
    snprintf(filter, sizeof filter, "{\"id\":\"%s\"}", argv[1]);
    int fault = pl_client_create(&client, &options);
    if (fault == 0)
        fault = pl_client_set_user(client, &me);
    if (fault == 0)
        fault = pl_query_users(client, &query, on_answer, &result);
    while (fault == 0 && result < 0)
        pl_client_wait(client, -1);
    if (fault < 0)
        fprintf(stderr, "is-home: %s\n", pl_status_name(fault));
    pl_client_destroy(client);
    return fault < 0 ? 2 : result;
}
