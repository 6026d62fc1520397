/* SPDX-License-Identifier: MIT */
#include "server/admin_print.h"
#include "server/plain.h"

#include <stdlib.h>
#include <string.h>

void print_json(struct bytes *out, const json *value) {
    char *text = json_to_text(value);
    if (text == NULL)
        out->failed = true;
    else
        plain_json(out, text);
    bytes_append_char(out, '\n');
    free(text);
}

/* One value as a cell: a text as it is, all else as JSON. */
static void print_cell(struct bytes *out, const json *value) {
    if (value == NULL || json_is_null(value) || json_is_text(value)) {
        plain_cell(out, json_as_text(value));
        return;
    }
    char *text = json_to_text(value);
    if (text == NULL)
        out->failed = true;
    else
        plain_cell(out, text);
    free(text);
}

void print_cells(struct bytes *out, const json *object, const char *const *names) {
    for (; *names != NULL; names++) {
        print_cell(out, json_path(object, *names));
        bytes_append_char(out, names[1] != NULL ? '\t' : '\n');
    }
}

void print_fields(struct bytes *out, const json *object) {
    for (const json *value = json_first(object); value != NULL; value = json_next(value)) {
        bool is_list = json_is_array(value) || json_is_object(value);
        if (strcmp(json_key(value), "duration") == 0 || (is_list && json_first(value) == NULL) ||
            (json_is_text(value) && json_as_text(value)[0] == '\0'))
            continue;
        plain_cell(out, json_key(value));
        bytes_append_char(out, '\t');
        print_cell(out, value);
        bytes_append_char(out, '\n');
    }
}
