/* SPDX-License-Identifier: MIT */
#include "dashboard/cli/commands.h"
#include "dashboard/cli/people.h"
#include "dashboard/cli/resolve.h"
#include "dashboard/cli/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Those at home first, then by name, then by id. */
static int by_state(const void *a, const void *b, void *context) {
    const struct library *library = context;
    const pl_user *one = *(pl_user *const *)a, *other = *(pl_user *const *)b;
    const bool one_online = library->user_online(one), other_online = library->user_online(other);
    if (one_online != other_online)
        return one_online ? -1 : 1;
    const int name = strcasecmp(library->user_name(one), library->user_name(other));
    return name != 0 ? name : strcmp(library->user_id(one), library->user_id(other));
}

static bool wants_colour(void) {
    const char *no = getenv("NO_COLOR"), *term = getenv("TERM");
    return isatty(STDOUT_FILENO) && (no == NULL || no[0] == '\0') && term != NULL &&
           strcmp(term, "dumb") != 0;
}

static void put_line(
    const struct library *library, const pl_user *user, bool colour, struct bytes *line) {
    const bool online = library->user_online(user);
    const char *word = online ? "online" : "offline";
    if (colour)
        bytes_printf(line, "\x1b[%dm%s\x1b[0m", online ? 32 : 2, word);
    else
        bytes_append_text(line, word);
    bytes_append_char(line, '\t');
    text_plain(line, library->user_id(user));
    bytes_append_char(line, '\t');
    text_plain(line, library->user_name(user));
    bytes_append_char(line, '\t');
    text_time(line, library->user_last_active_unix_ms(user));
    bytes_append_char(line, '\t');
    text_plain(line, library->user_status(user));
}

static bool put_json(const struct library *library, const pl_user *user, struct bytes *line) {
    char *json = library->user_to_json(user);
    if (json != NULL)
        text_one_line(line, json, strlen(json));
    library->free(json);
    return json != NULL;
}

static int print(struct people *people, const struct options *options) {
    const bool colour = wants_colour();
    struct bytes lines = BYTES_EMPTY;
    bool done = true;
    for (size_t i = 0; done && i < people->count; i++) {
        const pl_user *user = people->at[i];
        if (options->online && !people->library->user_online(user))
            continue;
        if (options->json)
            done = put_json(people->library, user, &lines);
        else
            put_line(people->library, user, colour, &lines);
        bytes_append_char(&lines, '\n');
    }
    done = done && !bytes_failed(&lines);
    if (done)
        fwrite(bytes_text(&lines), 1, lines.len, stdout);
    bytes_fini(&lines);
    if (!done)
        say("out of memory");
    return done ? EXIT_DONE : EXIT_NO;
}

int command_who(struct talk *talk, const struct options *options) {
    struct channels channels;
    struct people people = {.library = talk->library};
    int code = resolve_channels(talk, options->words, options->word_count, &channels);
    for (size_t i = 0; code == EXIT_DONE && i < channels.count; i++)
        code = people_add_members(&people, talk, channels.at[i]);
    if (code == EXIT_DONE) {
        if (people.count > 0)
            qsort_r(people.at, people.count, sizeof people.at[0], by_state,
                (void *)(uintptr_t)talk->library);
        code = print(&people, options);
    }
    people_fini(&people);
    channels_fini(&channels);
    return code;
}
