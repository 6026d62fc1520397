/* SPDX-License-Identifier: MIT */
/*
 * A fuzz target without a fuzzer: it is given every file of its corpus, cut short at a few places,
 * too. A file of which something does not hold ends the program.
 *
 *     fuzz-NAME FOLDER
 */
#include "fuzz/target.h"

#include <dirent.h>

static uint8_t *read_whole(const char *path, size_t *len) {
    FILE *file = fopen(path, "rb");
    size_t cap = 1 << 20;
    uint8_t *bytes = file != NULL ? malloc(cap) : NULL;
    if (bytes == NULL)
        return NULL;
    *len = fread(bytes, 1, cap, file);
    fclose(file);
    return bytes;
}

/* The bytes as long as they are, so that a memory checker sees their end. */
static void play(const uint8_t *bytes, size_t len) {
    uint8_t *copy = malloc(len > 0 ? len : 1);
    if (copy == NULL)
        abort();
    memcpy(copy, bytes, len);
    LLVMFuzzerTestOneInput(copy, len);
    free(copy);
}

static bool play_file(const char *path) {
    size_t len;
    uint8_t *bytes = read_whole(path, &len);
    if (bytes == NULL)
        return false;
    fprintf(stderr, "# %s\n", path);
    for (size_t eighths = 0; eighths < 8; eighths++)
        play(bytes, len * eighths / 8);
    play(bytes, len);
    free(bytes);
    return true;
}

int main(int argc, char **argv) {
    DIR *folder = argc == 2 ? opendir(argv[1]) : NULL;
    unsigned played = 0;
    for (struct dirent *item; folder != NULL && (item = readdir(folder)) != NULL;) {
        char path[4096];
        snprintf(path, sizeof path, "%s/%s", argv[1], item->d_name);
        if (item->d_name[0] != '.')
            played += play_file(path);
    }
    if (folder != NULL)
        closedir(folder);
    printf(
        "1..1\n%s 1 - every file of the corpus holds: %u\n", played > 0 ? "ok" : "not ok", played);
    return played > 0 ? 0 : 1;
}
