/* SPDX-License-Identifier: MIT */
/* Order: all that can be wrong here is found first, then the server is asked once, then it is
 * written. A profile that is there is proof that it worked. */
#include "dashboard/cli/commands.h"
#include "dashboard/cli/user.h"
#include "dashboard/config.h"

#include <stdlib.h>

/* The configuration is sound, or it would be spoilt further. 0, or the exit code. */
static int check_config(const char *path, const char *name) {
    struct profile old = {0};
    struct bytes why = BYTES_EMPTY;
    const int result = config_read(path, name, &old, &why);
    if (result < 0)
        say("%s", why.len > 0 ? bytes_text(&why) : "out of memory");
    profile_fini(&old);
    bytes_fini(&why);
    return result < 0 ? EXIT_USE : EXIT_DONE;
}

static int find_path(const char *name, char **path) {
    if (!profile_name_is_valid(name)) {
        say("%s: a profile's name is 1 to 32 letters, digits, '_', '.' or '-'", name);
        return EXIT_USE;
    }
    if (config_path(path) != 0) {
        say("there is nowhere to keep it: set HOME or XDG_CONFIG_HOME");
        return EXIT_USE;
    }
    return check_config(*path, name);
}

static int keep(const struct talk *talk, const char *path, const char *name) {
    const struct account *account = talk->account;
    const bool by_command = account->source.kind == TOKEN_COMMAND;
    const struct profile profile = {
        .url = account->url,
        .api_key = account->api_key,
        .user = account->user,
        .ca_file = account->ca_file,
        .token_command = by_command ? account->source.at : NULL,
    };
    struct bytes why = BYTES_EMPTY;
    const int fault = config_write(path, name, &profile, by_command ? NULL : talk->token, &why);
    if (fault != 0)
        say("%s", why.len > 0 ? bytes_text(&why) : "out of memory");
    else
        say("%s lets %s in; kept as profile %s in %s", account->url, account->user, name, path);
    bytes_fini(&why);
    return fault == 0 ? EXIT_DONE : EXIT_USE;
}

static int ask(const struct library *library, const struct account *account, const char *path,
    const char *name) {
    struct talk talk;
    pl_user *me = NULL;
    int code = talk_open(&talk, library, account);
    if (code == EXIT_DONE)
        code = user_ask(&talk, account->user, 0, &me);
    if (code == EXIT_DONE)
        code = keep(&talk, path, name);
    talk_close(&talk);
    return code;
}

int command_login(const struct library *library, const struct options *options) {
    const char *name = options->profile != NULL ? options->profile : "default";
    struct account account;
    struct bytes why = BYTES_EMPTY;
    char *path = NULL;
    int code = EXIT_USE;
    if (account_for_login(&account, options, &why) != 0)
        say("%s", why.len > 0 ? bytes_text(&why) : "out of memory");
    else
        code = find_path(name, &path);
    if (code == EXIT_DONE)
        code = ask(library, &account, path, name);
    free(path);
    account_fini(&account);
    bytes_fini(&why);
    return code;
}
