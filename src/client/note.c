/* SPDX-License-Identifier: MIT */
#include "client/note.h"

#include <string.h>

void call_free(struct call *call) {
    if (call == NULL)
        return;
    heap_free(call->heap, call->path);
    heap_free(call->heap, call->payload);
    heap_free(call->heap, call->body);
    note_free(call->reply);
    heap_free(call->heap, call);
}

struct command *command_create(const struct heap *heap, enum command_kind kind) {
    struct command *command = heap_make(heap, sizeof *command);
    if (command != NULL)
        *command = (struct command){.heap = heap, .kind = kind};
    return command;
}

void command_free(struct command *command) {
    if (command == NULL)
        return;
    if (command->token != NULL)
        explicit_bzero(command->token, strlen(command->token));
    heap_free(command->heap, command->user_id);
    heap_free(command->heap, command->token);
    heap_free(command->heap, command->text);
    call_free(command->call);
    note_free(command->reply);
    heap_free(command->heap, command);
}

struct note *note_create(const struct heap *heap, enum note_kind kind) {
    struct note *note = heap_make(heap, sizeof *note);
    if (note != NULL)
        *note = (struct note){.heap = heap, .kind = kind};
    return note;
}

size_t note_weight_of(const char *text, size_t len) {
    enum { VALUE_BYTES = 80 };
    size_t values = 1;
    for (size_t i = 0; i < len; i++)
        values += text[i] == ',' || text[i] == '{' || text[i] == '[';
    return 2 * len + values * VALUE_BYTES;
}

void note_say(struct note *note, const char *message) {
    note->message = message[0] != '\0' ? heap_copy(note->heap, message) : NULL;
    note->wordless = message[0] != '\0' && note->message == NULL;
}

const char *note_words(const struct note *note) {
    if (note->message != NULL)
        return note->message;
    return note->wordless ? "out of memory" : "";
}

void note_free(struct note *note) {
    if (note == NULL)
        return;
    json_free(note->body);
    heap_free(note->heap, note->text);
    heap_free(note->heap, note->message);
    heap_free(note->heap, note);
}
