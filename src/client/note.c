/* SPDX-License-Identifier: MIT */
#include "client/note.h"

#include <stdlib.h>
#include <string.h>

void call_free(struct call *call) {
    if (call == NULL)
        return;
    free(call->path);
    free(call->payload);
    free(call->body);
    note_free(call->reply);
    free(call);
}

void command_free(struct command *command) {
    if (command == NULL)
        return;
    if (command->token != NULL)
        explicit_bzero(command->token, strlen(command->token));
    free(command->user_id);
    free(command->token);
    free(command->text);
    call_free(command->call);
    free(command);
}

void note_free(struct note *note) {
    if (note == NULL)
        return;
    json_free(note->body);
    free(note->text);
    free(note->message);
    free(note);
}
