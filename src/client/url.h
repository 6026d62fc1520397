/* SPDX-License-Identifier: MIT */
/* Where a server is. Pure. */
#ifndef CLIENT_URL_H
#define CLIENT_URL_H

#include <stdbool.h>

struct url {
    bool tls;
    char host[256]; /* without the brackets of IPv6 */
    int port;
    char base[320]; /* "http://host:port", what paths are put behind */
};

/* "http://host[:port]" or "https://…" with at most a slash behind it; IPv6 in brackets. False: it
 * is none. */
bool url_read(struct url *url, const char *text);

#endif
