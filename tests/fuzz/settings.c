/* SPDX-License-Identifier: MIT */
/*
 * The dashboard's configuration: what is taken, printed, is taken again and prints the same; a
 * profile written into it is read back as it was written, and all else in the file stays as it is;
 * every complaint has its line.
 */
#include "fuzz/file.h"

#include "dashboard/config.h"
#include "dashboard/config_edit.h"

static const char CALLED[] = "config";

static int read_settings(const char *text, size_t len, struct settings *to, struct bytes *why) {
    struct file file = file_of(text, len);
    const int rc = config_settings(file.path, CALLED, to, why);
    file_end(&file);
    return rc;
}

/* Each line of it is "config:N: …", or "config: …" where it is about the whole. */
static void check_complaints(const char *why, const char *path) {
    for (const char *line = why; *line != '\0';) {
        const bool called = strncmp(line, CALLED, sizeof CALLED - 1) == 0 &&
                            line[sizeof CALLED - 1] == ':';
        HOLDS(called || strncmp(line, path, strlen(path)) == 0);
        const size_t len = strcspn(line, "\n");
        HOLDS(len > sizeof CALLED + 1);
        line += len + (line[len] == '\n');
    }
}

static void check_printed(const struct settings *settings) {
    struct bytes first = BYTES_EMPTY, second = BYTES_EMPTY, why = BYTES_EMPTY;
    struct settings again;
    settings_print(settings, &first);
    HOLDS(read_settings(bytes_text(&first), first.len, &again, &why) == 0 && why.len == 0);
    settings_print(&again, &second);
    HOLDS(strcmp(bytes_text(&first), bytes_text(&second)) == 0);
    bytes_fini(&first);
    bytes_fini(&second);
    bytes_fini(&why);
}

static bool is_same(const char *a, const char *b) {
    return a == NULL || b == NULL ? a == b : strcmp(a, b) == 0;
}

/* What another profile says, or that there is none. */
static void print_other(struct bytes *to, const char *text, size_t len) {
    struct profile read = {0};
    struct bytes why = BYTES_EMPTY;
    struct file file = file_of(text, len);
    bytes_printf(to, "%d", config_read(file.path, "other", &read, &why));
    const char *const values[] = {read.url, read.api_key, read.user, read.token_command};
    for (size_t i = 0; i < sizeof values / sizeof values[0]; i++)
        bytes_printf(to, " %s", values[i] != NULL ? values[i] : "-");
    profile_fini(&read);
    bytes_fini(&why);
    file_end(&file);
}

static void check_edited(const char *old, const struct settings *settings) {
    const struct profile profile = {.url = "https://chat.example.org:1",
        .api_key = "k=;#[x]",
        .user = "ana",
        .token_file = "/t"};
    struct profile read = {0};
    struct bytes text = BYTES_EMPTY, twice = BYTES_EMPTY, why = BYTES_EMPTY;
    struct bytes before = BYTES_EMPTY, after = BYTES_EMPTY;
    struct settings again;
    config_edit(&text, old, "home", &profile);
    struct file file = file_of(bytes_text(&text), text.len);
    HOLDS(config_read(file.path, "home", &read, &why) == 0);
    HOLDS(is_same(read.url, profile.url) && is_same(read.api_key, profile.api_key));
    HOLDS(is_same(read.user, profile.user) && is_same(read.token_file, profile.token_file));
    HOLDS(read.token_command == NULL && read.ca_file == NULL);
    config_edit(&twice, bytes_text(&text), "home", &profile);
    HOLDS(strcmp(bytes_text(&text), bytes_text(&twice)) == 0);
    HOLDS(config_settings(file.path, CALLED, &again, &why) == 0);
    settings_print(settings, &before);
    settings_print(&again, &after);
    print_other(&before, old, strlen(old));
    print_other(&after, bytes_text(&text), text.len);
    HOLDS(strcmp(bytes_text(&before), bytes_text(&after)) == 0);
    file_end(&file);
    profile_fini(&read);
    bytes_fini(&text);
    bytes_fini(&twice);
    bytes_fini(&why);
    bytes_fini(&before);
    bytes_fini(&after);
}

static void check_profile(const struct file *file) {
    struct profile profile = {0};
    struct bytes why = BYTES_EMPTY;
    const int rc = config_read(file->path, "home", &profile, &why);
    HOLDS(rc == 0 || rc == CONFIG_NONE || (rc < 0 && why.len > 0));
    if (rc == 0) {
        HOLDS(profile.token_file == NULL || profile.token_file[0] == '/');
        HOLDS(profile.ca_file == NULL || profile.ca_file[0] == '/');
    }
    profile_fini(&profile);
    bytes_fini(&why);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len) {
    struct file file = file_of(bytes, len);
    struct settings settings;
    struct bytes why = BYTES_EMPTY;
    const int rc = config_settings(file.path, CALLED, &settings, &why);
    HOLDS(rc <= 0 && (rc == 0) == (why.len == 0));
    if (rc == 0) {
        struct input input = input_of(bytes, len);
        char *text = input_text(&input, -1);
        check_printed(&settings);
        check_edited(text, &settings);
        free(text);
    } else {
        check_complaints(bytes_text(&why), file.path);
    }
    check_profile(&file);
    bytes_fini(&why);
    file_end(&file);
    return 0;
}
