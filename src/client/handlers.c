/* SPDX-License-Identifier: MIT */
/*
 * Who is told what. A handler may take itself or another off while they are being called: it is
 * marked, passed over from then on, and freed when nobody is walking.
 */
#include "client/client.h"

static struct handler *add(pl_client *client, struct list *to) {
    struct handler *handler = heap_make(&client->heap, sizeof *handler);
    if (handler == NULL)
        return NULL;
    handler->id = ++client->next_handler;
    list_append(to, &handler->in_handlers);
    return handler;
}

PL_API int pl_client_on(
    pl_client *client, enum pl_event_type type, pl_event_fn *fn, void *context) {
    if (client == NULL || fn == NULL)
        return PL_E_ARGUMENT;
    struct handler *handler = add(client, &client->handlers);
    if (handler == NULL)
        return PL_E_MEMORY;
    handler->type = type;
    handler->fn = fn;
    handler->context = context;
    return handler->id;
}

PL_API int pl_user_on_presence_changed(pl_user *user, pl_presence_fn *fn, void *context) {
    if (user == NULL || fn == NULL)
        return PL_E_ARGUMENT;
    struct user_rare *rare = user_rare(&user->client->state, user);
    struct handler *handler = rare != NULL ? add(user->client, &rare->presence_handlers) : NULL;
    if (handler == NULL)
        return PL_E_MEMORY;
    handler->presence_fn = fn;
    handler->user = user;
    handler->context = context;
    return handler->id;
}

static struct handler *find(struct list *handlers, int id) {
    LIST_EACH(handlers, item) {
        struct handler *handler = LIST_ITEM(item, struct handler, in_handlers);
        if (handler->id == id)
            return handler;
    }
    return NULL;
}

PL_API void pl_client_off(pl_client *client, int id) {
    struct handler *handler = find(&client->handlers, id);
    size_t i = 0;
    for (pl_user *user; handler == NULL && (user = table_next(&client->state.users, &i)) != NULL;)
        handler = user->rare != NULL ? find(&user->rare->presence_handlers, id) : NULL;
    if (handler == NULL)
        return;
    handler->gone = true;
    client->handlers_gone = true;
    if (!client->dispatching)
        handlers_sweep(client);
}

void handlers_call(pl_client *client, const struct pl_event *event) {
    for (struct list *item = client->handlers.next; item != &client->handlers && !client->ended;
         item = item->next) {
        const struct handler *handler = LIST_ITEM(item, struct handler, in_handlers);
        if (!handler->gone && (handler->type == PL_EVENT_ANY || handler->type == event->type))
            handler->fn(client, event, handler->context);
    }
}

void handlers_call_presence(pl_client *client, pl_user *user) {
    struct list *handlers = user->rare != NULL ? &user->rare->presence_handlers : NULL;
    for (struct list *item = handlers != NULL ? handlers->next : NULL;
         item != handlers && !client->ended; item = item->next) {
        const struct handler *handler = LIST_ITEM(item, struct handler, in_handlers);
        if (!handler->gone)
            handler->presence_fn(user, user->online, user->last_active_us / 1000, handler->context);
    }
}

static void sweep_list(const pl_client *client, struct list *handlers, bool all) {
    LIST_EACH(handlers, item) {
        struct handler *handler = LIST_ITEM(item, struct handler, in_handlers);
        if (!all && !handler->gone)
            continue;
        list_remove(item);
        heap_free(&client->heap, handler);
    }
}

static void sweep_all(pl_client *client, bool all) {
    sweep_list(client, &client->handlers, all);
    size_t i = 0;
    for (pl_user *user; (user = table_next(&client->state.users, &i)) != NULL;)
        if (user->rare != NULL)
            sweep_list(client, &user->rare->presence_handlers, all);
}

void handlers_sweep(pl_client *client) {
    if (!client->handlers_gone)
        return;
    client->handlers_gone = false;
    sweep_all(client, false);
}

void handlers_free_all(pl_client *client) {
    sweep_all(client, true);
}
