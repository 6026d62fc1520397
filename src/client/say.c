/* SPDX-License-Identifier: MIT */
#include "client/say.h"

#include "client/client.h"

#include <stdarg.h>
#include <stdio.h>

enum { LONGEST = 512 };

void say(const pl_client *client, enum pl_log_level level, const char *format, ...) {
    if (client->log == NULL)
        return;
    char line[LONGEST];
    va_list values;
    va_start(values, format);
    vsnprintf(line, sizeof line, format, values);
    va_end(values);
    client->log((int)level, line, client->log_context);
}

void say_link(const pl_client *client) {
    static const char *const names[] = {[PL_LINK_OFF] = "off",
        [PL_LINK_CONNECTING] = "connecting",
        [PL_LINK_LIVE] = "live",
        [PL_LINK_WAITING] = "waiting",
        [PL_LINK_REFUSED] = "refused"};
    static const enum pl_log_level levels[] = {[PL_LINK_OFF] = PL_LOG_INFO,
        [PL_LINK_CONNECTING] = PL_LOG_DEBUG,
        [PL_LINK_LIVE] = PL_LOG_INFO,
        [PL_LINK_WAITING] = PL_LOG_WARNING,
        [PL_LINK_REFUSED] = PL_LOG_ERROR};
    const struct pl_link *link = &client->link;
    const size_t state = (size_t)link->state;
    char reason[LOG_QUOTED];
    if (state >= sizeof names / sizeof names[0])
        return;
    if (link->reason[0] == '\0')
        say(client, levels[state], "link state=%s", names[state]);
    else
        say(client, levels[state], "link state=%s code=%d reason=%s", names[state], link->code,
            log_quoted(reason, link->reason));
}
