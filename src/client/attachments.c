/* SPDX-License-Identifier: MIT */
/*
 * An attachment is an object of free form; some of its fields are common enough to have a name
 * here. In a row of them each begins as far behind the one before as the program's own header says.
 */
#include "client/attachments.h"

#include "client/ask.h"
#include "client/options.h"

#include <string.h>

/* The url of an image stands elsewhere than that of all else. */
static const char *url_key(const char *type) {
    return type != NULL && strcmp(type, "image") == 0 ? "image_url" : "asset_url";
}

static int put_text(json *to, const char *key, const char *text, int fault) {
    return text != NULL ? ask_put(to, key, json_text(text), fault) : fault;
}

static int encode(json **to, const struct pl_attachment *from) {
    int fault = from->bytes < 0 ? PL_E_ARGUMENT : ask_object(to, from->custom_json);
    if (fault < 0)
        return fault;
    fault = put_text(*to, "type", from->type, fault);
    fault = put_text(*to, "title", from->title, fault);
    fault = put_text(*to, "text", from->text, fault);
    fault = put_text(*to, url_key(from->type), from->url, fault);
    fault = put_text(*to, "thumb_url", from->thumb_url, fault);
    fault = put_text(*to, "title_link", from->link_url, fault);
    fault = put_text(*to, "mime_type", from->mime_type, fault);
    return from->bytes > 0 ? ask_put(*to, "file_size", json_integer(from->bytes), fault) : fault;
}

int attachments_fill(json *message, const struct pl_attachment *from, size_t count) {
    json *list = json_array();
    const char *at = (const char *)from;
    int fault = 0;
    for (size_t i = 0; i < count && fault == 0; i++, at += from->size) {
        struct pl_attachment one;
        json *object = NULL;
        if (!options_read(&one, sizeof one, sizeof one, at))
            fault = PL_E_ARGUMENT;
        else
            fault = encode(&object, &one);
        if (object != NULL && json_append(list, object) < 0 && fault == 0)
            fault = PL_E_MEMORY;
    }
    return ask_put(message, "attachments", list, fault);
}

/* ---- and back ---- */

static const json *find(const pl_message *message, size_t i) {
    const json *item = json_first(message->attachments);
    for (; item != NULL && i > 0; i--)
        item = json_next(item);
    return item;
}

PL_API size_t pl_message_attachment_count(const pl_message *message) {
    return json_count(message->attachments);
}

PL_API bool pl_message_attachment_at(
    const pl_message *message, size_t i, struct pl_attachment *to) {
    const json *from = find(message, i);
    if (to == NULL || to->size < sizeof to->size || !json_is_object(from))
        return false;
    const char *type = json_text_at(from, "type");
    struct pl_attachment found = {.size = to->size,
        .type = type,
        .title = json_text_at(from, "title"),
        .text = json_text_at(from, "text"),
        .url = json_text_at(from, url_key(type)),
        .thumb_url = json_text_at(from, "thumb_url"),
        .link_url = json_text_at(from, "title_link"),
        .mime_type = json_text_at(from, "mime_type")};
    if (!json_as_integer(json_get(from, "file_size"), &found.bytes) || found.bytes < 0)
        found.bytes = 0;
    memcpy(to, &found, to->size < sizeof found ? to->size : sizeof found);
    return true;
}
