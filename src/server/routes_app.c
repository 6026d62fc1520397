/* SPDX-License-Identifier: MIT */
/* The app: what it is, and what a server-side caller can switch while it is served. */
#include "server/home.h"
#include "server/routes.h"
#include "wire/error.h"

#include <errno.h>

static json *show_configs(const struct world *world) {
    json *configs = json_object();
    bool bad = configs == NULL;
    size_t i = 0;
    for (struct kind *kind; (kind = table_next(&world->kinds, &i)) != NULL;)
        if (!kind->absent)
            bad |= json_set(configs, kind->type.name, show_kind(kind)) != 0;
    if (!bad)
        return configs;
    json_free(configs);
    return NULL;
}

static int show(struct call *call) {
    json *app = json_object();
    bool bad = json_set(app, "name", json_text("porchlight")) != 0;
    bad |= json_set(app, "version", json_text(PORCHLIGHT_VERSION)) != 0;
    bad |= json_set(app, "disable_permissions_checks", json_boolean(false)) != 0;
    bad |= settings_encode(&call->world->settings, app) != 0;
    bad |= json_set(app, "channel_configs", show_configs(call->world)) != 0;
    if (!bad)
        return call_reply(call, "app", app);
    json_free(app);
    return -ENOMEM;
}

int app_get(struct call *call) {
    return show(call);
}

int app_update(struct call *call) {
    struct world *world = call->world;
    struct settings draft = world->settings;
    const char *field;
    if (settings_apply(&draft, call->body, &field) != 0)
        return call_refuse(call, CODE_INPUT, "%s cannot be set to that", field);
    struct change *change = call_change(call);
    if (change == NULL)
        return -ENOMEM;
    if (draft.disable_auth_checks && !world->settings.disable_auth_checks)
        call_warn_of_dev_tokens(call->house);
    world->settings = draft;
    change_put_settings(change);
    call->dismissal.sweep = true;
    return show(call);
}
