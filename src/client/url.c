/* SPDX-License-Identifier: MIT */
/*
 * The host goes into the head of every request as it stands here, so nothing is in it that could
 * end a line, a host or a URL. A name that is not ASCII is the caller's to encode: bytes above it
 * are left to the resolver, which knows none.
 */
#include "client/url.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool is_host(const char *from, size_t len, bool bracket) {
    for (size_t i = 0; i < len; i++) {
        const char c = from[i];
        if ((unsigned char)c <= ' ' || c == 0x7f || strchr("/?#@\\<>\"'`{}|^[]", c) != NULL ||
            (c == ':' && !bracket))
            return false;
    }
    return len > 0;
}

/* The digits at `at`. 0: it is no port. */
static int read_port(const char *at, const char **end) {
    const size_t digits = strspn(at, "0123456789");
    const long port = digits > 0 && digits < 10 ? strtol(at, NULL, 10) : 0;
    *end = at + digits;
    return port >= 1 && port <= 65535 ? (int)port : 0;
}

bool url_read(struct url *url, const char *text) {
    *url = (struct url){.tls = strncmp(text, "https://", 8) == 0};
    if (!url->tls && strncmp(text, "http://", 7) != 0)
        return false;
    const char *at = text + (url->tls ? 8 : 7);
    const bool bracket = *at == '[';
    at += bracket;
    const size_t len = strcspn(at, bracket ? "]" : ":/?#@");
    if (len >= sizeof url->host || !is_host(at, len, bracket) || (bracket && at[len] != ']'))
        return false;
    memcpy(url->host, at, len);
    at += len + bracket;
    url->port = url->tls ? 443 : 80;
    if (*at == ':' && (url->port = read_port(at + 1, &at)) == 0)
        return false;
    if (strcmp(at, "") != 0 && strcmp(at, "/") != 0)
        return false;
    snprintf(url->base, sizeof url->base, bracket ? "%s://[%s]:%d" : "%s://%s:%d",
        url->tls ? "https" : "http", url->host, url->port);
    return true;
}
