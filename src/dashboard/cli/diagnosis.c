/* SPDX-License-Identifier: MIT */
#include "dashboard/cli/diagnosis.h"

#include "dashboard/cli/text.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static const char *const names[PARTS] = {
    [PART_CONFIGURATION] = "configuration",
    [PART_TERMINAL] = "terminal",
    [PART_NETWORK] = "network",
    [PART_SERVER] = "server",
    [PART_KEY] = "api key",
    [PART_TOKEN] = "token",
    [PART_EVENTS] = "live events",
    [PART_CLOCK] = "clock",
};

static const char *const words[] = {[VERDICT_UNKNOWN] = "-",
    [VERDICT_OK] = "ok",
    [VERDICT_NOTE] = "note",
    [VERDICT_WRONG] = "WRONG"};

void diagnosis_fini(struct diagnosis *diagnosis) {
    for (int part = 0; part < PARTS; part++) {
        bytes_fini(&diagnosis->parts[part].what);
        bytes_fini(&diagnosis->parts[part].advice);
    }
    *diagnosis = (struct diagnosis){0};
}

void diagnosis_say(
    struct diagnosis *diagnosis, enum part part, enum verdict verdict, const char *format, ...) {
    char text[1024];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    diagnosis->parts[part].verdict = verdict;
    bytes_clear(&diagnosis->parts[part].what);
    text_plain(&diagnosis->parts[part].what, text);
}

void diagnosis_wrong(
    struct diagnosis *diagnosis, enum part part, int code, const char *what, const char *advice) {
    diagnosis_say(diagnosis, part, VERDICT_WRONG, "%s", what);
    diagnosis->parts[part].code = code;
    bytes_clear(&diagnosis->parts[part].advice);
    text_plain(&diagnosis->parts[part].advice, advice);
}

void diagnosis_print(const struct diagnosis *diagnosis, struct bytes *to) {
    for (int part = 0; part < PARTS; part++) {
        const enum verdict verdict = diagnosis->parts[part].verdict;
        const struct bytes *advice = &diagnosis->parts[part].advice;
        bytes_printf(to, "%-15s%-7s%s\n", names[part], words[verdict],
            verdict == VERDICT_UNKNOWN ? "not known while another is wrong"
                                       : bytes_text(&diagnosis->parts[part].what));
        if (advice->len > 0)
            bytes_printf(to, "%22sdo: %s\n", "", bytes_text(advice));
    }
}

int diagnosis_code(const struct diagnosis *diagnosis) {
    for (int part = 0; part < PARTS; part++)
        if (diagnosis->parts[part].verdict == VERDICT_WRONG)
            return diagnosis->parts[part].code;
    return 0;
}
