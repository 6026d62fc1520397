/* SPDX-License-Identifier: MIT */
#include "dashboard/model/channel.h"

#include "dashboard/view/text.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

const char *channel_role(const struct channel_shown *channel, const struct person *person) {
    const char *role = table_find(&channel->roles, person->id);
    return role != NULL ? role : "";
}

int channel_set_role(struct channel_shown *channel, const struct person *person, const char *role) {
    void *before = NULL;
    if (role[0] == '\0' || strcmp(role, "member") == 0) {
        free(table_remove(&channel->roles, person->id));
        return 0;
    }
    char *clean = text_cleaned(role);
    if (clean == NULL || table_put(&channel->roles, person->id, clean, &before) < 0) {
        free(clean);
        return -ENOMEM;
    }
    free(before);
    return 0;
}

void channel_fini(struct channel_shown *channel) {
    size_t i = 0;
    for (char *role; (role = table_next(&channel->roles, &i)) != NULL;)
        free(role);
    table_fini(&channel->roles);
    chat_fini(&channel->chat);
    chat_fini(&channel->replies);
    free(channel->replies_to);
    audience_fini(&channel->audience);
    roster_fini(&channel->members);
    free(channel->cid);
    free(channel->name);
}
