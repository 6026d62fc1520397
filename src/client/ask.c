/* SPDX-License-Identifier: MIT */
/* What calls are made of: paths and bodies. */
#include "client/ask.h"

#include <string.h>

char *ask_path(const pl_channel *channel, const char *last) {
    return heap_print(
        &channel->client->heap, "/channels/%s/%s%s", channel->wire.type, channel->wire.id, last);
}

/* Text of the caller's own, as JSON under a key. */
int ask_json(json *body, const char *key, const char *text) {
    json *value = NULL;
    if (text == NULL)
        return 0;
    const int bad = json_parse(&value, text, strlen(text), &json_limits_stored, NULL);
    if (bad != 0)
        return bad > 0 ? PL_E_ARGUMENT : PL_E_MEMORY;
    return json_set(body, key, value) < 0 ? PL_E_MEMORY : 0;
}

/* The text of the body, which is freed; a fault in building it comes out as one. */
int ask_text(const pl_client *client, json *body, int fault, char **text) {
    if (body == NULL && fault == 0)
        fault = PL_E_MEMORY;
    if (fault == 0 && (*text = json_to_text_in(&client->heap, body)) == NULL)
        fault = PL_E_MEMORY;
    json_free(body);
    return fault;
}

int ask_texts(json *body, const char *key, const char *const *ids, size_t count) {
    json *list = json_array();
    bool bad = false;
    for (size_t i = 0; i < count; i++)
        bad |= json_append(list, json_text(ids[i])) < 0;
    return json_set(body, key, list) < 0 || bad ? PL_E_MEMORY : 0;
}

int ask_about(pl_channel *channel, const char *last, json *body, int fault, struct wish *wish) {
    fault = ask_text(channel->client, body, fault, &wish->body);
    if (fault < 0)
        return fault;
    if (wish->method == NULL)
        wish->method = "POST";
    wish->path = ask_path(channel, last);
    wish->channel = channel;
    return calls_send(channel->client, wish);
}

int ask_object(json **out, const char *text) {
    if (text == NULL) {
        *out = json_object();
        return *out != NULL ? 0 : PL_E_MEMORY;
    }
    const int bad = json_parse(out, text, strlen(text), &json_limits_stored, NULL);
    if (bad != 0)
        return bad > 0 ? PL_E_ARGUMENT : PL_E_MEMORY;
    if (json_is_object(*out))
        return 0;
    json_free(*out);
    *out = NULL;
    return PL_E_ARGUMENT;
}

int ask_put(json *body, const char *key, json *value, int fault) {
    return json_set(body, key, value) < 0 && fault == 0 ? PL_E_MEMORY : fault;
}

int ask_changes(json *body, const char *set_json, const char *const *unset, size_t count) {
    json *set = NULL;
    if ((unset == NULL && count > 0) || (set_json == NULL && count == 0))
        return PL_E_ARGUMENT;
    int fault = ask_object(&set, set_json);
    if (fault < 0)
        return fault;
    fault = ask_put(body, "set", set, 0);
    return fault < 0 ? fault : ask_texts(body, "unset", unset, count);
}

int ask_bare(pl_client *client, char *path, struct wish *wish) {
    wish->bare = true;
    wish->path = path;
    return calls_send(client, wish);
}
