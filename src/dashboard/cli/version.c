/* SPDX-License-Identifier: MIT */
/* The first line is for programs, and stays as it is. The library is asked, not its headers: it is
 * loaded at run time, and may be another. */
#include "dashboard/cli/version.h"

#include "dashboard/cli/demo.h"
#include "dashboard/library.h"
#include "dashboard/term/screen.h"
#include "dashboard/view/text.h"

#include <stdio.h>

void print_version(void) {
    struct library library;
    char why[256] = "";
    puts("porchlight " PORCHLIGHT_VERSION);
    if (library_open(&library, why, sizeof why) == 0)
        printf("libporchlight %s\n", library.version());
    else
        printf("libporchlight: %s\n", why);
    puts("protocol: the chat API's first generation, REST and WebSocket");
    printf("demo: %s\n", demo_host_is_there() ? "here" : "not installed");
    printf("%s, utf8proc %s, Unicode %s\n", screen_library_version(), text_library_version(),
        text_unicode_version());
}
