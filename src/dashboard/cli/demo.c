/* SPDX-License-Identifier: MIT */
/*
 * The module is looked for from where the program itself is: in the tree it was built in, or under
 * the prefix it was installed to, wherever that was moved. Never by a bare name, which would be
 * looked for in LD_LIBRARY_PATH.
 */
#include "dashboard/cli/demo.h"

#include "dashboard/beside.h"
#include "dashboard/model/diary.h"

#include <dlfcn.h>
#include <errno.h>

/* DEMO_MODULE_BUILT and DEMO_MODULE_INSTALLED: relative to the program's folder. */
static int find(char path[PATH_MAX]) {
    const int fault = beside_program(DEMO_MODULE_INSTALLED, path);
    return fault == 0 ? 0 : beside_program(DEMO_MODULE_BUILT, path);
}

bool demo_host_is_there(void) {
    char path[PATH_MAX];
    return find(path) == 0;
}

int demo_host_start(struct demo_host *to, uint64_t seed, struct bytes *why) {
    *to = (struct demo_host){0};
    char path[PATH_MAX], reason[256] = "";
    int fault = find(path);
    if (fault != 0) {
        bytes_append_text(why, "there is no demo here: its module is not installed");
        return fault;
    }
    to->handle = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    if (to->handle == NULL) {
        bytes_printf(why, "the demo cannot be opened: %s", dlerror());
        return -ENOEXEC;
    }
    const struct demo_module *module = dlsym(to->handle, DEMO_MODULE_SYMBOL);
    if (module == NULL || module->version != DEMO_MODULE_VERSION) {
        bytes_printf(why, "%s: this is the demo of another version", path);
        return -ENOEXEC;
    }
    fault = module->start(&to->demo, &to->login, seed, reason, sizeof reason);
    if (fault == 0)
        to->module = module;
    else
        bytes_printf(why, "the demo cannot start: %s", reason);
    return fault;
}

static void note_turn(void *context, const char *user_id, int64_t at_ms, bool home) {
    diary_line(context, home ? SEEN_HOME : SEEN_AWAY, at_ms, user_id);
}

void demo_host_past(const struct demo_host *host, uint64_t seed, int64_t now_ms, struct bytes *to) {
    host->module->past(seed, now_ms, note_turn, to);
}

/* The handle stays open: threads of the module's libraries may still be on their way out. */
void demo_host_stop(struct demo_host *host) {
    if (host->module != NULL)
        host->module->stop(host->demo);
    *host = (struct demo_host){0};
}
