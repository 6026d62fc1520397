/* SPDX-License-Identifier: MIT */
/*
 * Where a server is, as a client is told: what is taken has a host and a port that stand in a
 * request's head as they are, and its base, read again, is the same place.
 */
#include "fuzz/target.h"

#include "client/url.h"

static bool is_plain_host(const char *host) {
    for (const char *at = host; *at != '\0'; at++)
        if ((unsigned char)*at <= ' ' || *at == 0x7f || strchr("/?#@\\<>\"'`{}|^[]", *at) != NULL)
            return false;
    return host[0] != '\0';
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len) {
    struct input input = input_of(bytes, len);
    char *text = input_text(&input, -1);
    struct url url, again;
    const bool secure = strncmp(text, "https://", 8) == 0;
    if (url_read(&url, text)) {
        HOLDS(url.tls == secure && (secure || strncmp(text, "http://", 7) == 0));
        HOLDS(is_plain_host(url.host) && strstr(text, url.host) != NULL);
        HOLDS(url.port >= 1 && url.port <= 65535);
        HOLDS(url_read(&again, url.base));
        HOLDS(again.tls == url.tls && again.port == url.port);
        HOLDS(strcmp(again.host, url.host) == 0 && strcmp(again.base, url.base) == 0);
    }
    free(text);
    return 0;
}
