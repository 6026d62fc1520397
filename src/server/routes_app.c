/* SPDX-License-Identifier: MIT */
#include "server/routes.h"

#include <errno.h>

int app_get(struct call *call) {
    json *configs = json_object(), *app = json_object();
    size_t i = 0;
    bool bad = false;
    for (struct kind *kind; (kind = table_next(&call->world->kinds, &i)) != NULL;)
        if (!kind->absent)
            bad |= json_set(configs, kind->type.name, channel_type_encode(&kind->type)) != 0;
    bad |= json_set(app, "name", json_text("porchlight")) != 0;
    bad |= json_set(app, "version", json_text(PORCHLIGHT_VERSION)) != 0;
    bad |= json_set(app, "disable_auth_checks", json_boolean(false)) != 0;
    bad |= json_set(app, "disable_permissions_checks", json_boolean(false)) != 0;
    bad |= json_set(app, "channel_configs", configs) != 0;
    if (bad) {
        json_free(app);
        return -ENOMEM;
    }
    return call_reply(call, "app", app);
}
