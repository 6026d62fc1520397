/* SPDX-License-Identifier: MIT */
/*
 * `porchlight doctor`: each thing that must be right before a dot can be, in the order in which one
 * leads to the next, and what to do about the first that is not.
 *
 * It turns no light on. Whether events can come through is tried with a token that is none: on the
 * way to the server that is a connection like any other, and the server's "no" is the proof that it
 * arrived, with the server's clock in it.
 */
#include "dashboard/cli/doctor.h"

#include "base/clock.h"
#include "dashboard/cli/configure.h"
#include "dashboard/cli/diagnosis.h"
#include "dashboard/cli/text.h"
#include "dashboard/cli/token_life.h"
#include "dashboard/cli/user.h"
#include "dashboard/config.h"
#include "dashboard/term/screen.h"

#include <errno.h>
#include <langinfo.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

enum { PATIENCE_MS = 12 * 1000, CLOCK_MS = 30 * 1000 };

/* Codes of the API. */
enum { CODE_KEY = 2, CODE_TOKEN = 5, CODE_EXPIRED = 40, CODE_EARLY, CODE_IAT, CODE_SIGNATURE };

struct visit {
    struct diagnosis *found;
    const struct library *library;
    const struct account *account;
    char *token;
};

/* ---- here ---- */

static void look_at_terminal(struct diagnosis *found) {
    const char *term = getenv("TERM");
    struct winsize size = {0};
    setlocale(LC_CTYPE, "");
    const bool utf8 = strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
    if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO)) {
        diagnosis_say(found, PART_TERMINAL, VERDICT_NOTE,
            "none here: the dashboard needs one, the commands and --plain do not");
        return;
    }
    if (term != NULL && strcmp(term, "dumb") == 0) {
        diagnosis_say(found, PART_TERMINAL, VERDICT_NOTE,
            "TERM=dumb places no cursor: the dashboard speaks in sentences, as with --plain");
        return;
    }
    const int colors = term != NULL ? screen_kind_colors(term) : -1;
    if (colors < 0) {
        char what[128];
        snprintf(what, sizeof what, "TERM is %.64s, which is not known here",
            term != NULL ? term : "not set");
        diagnosis_wrong(found, PART_TERMINAL, EXIT_USE, what,
            "set TERM to a kind that is known, such as xterm-256color; --plain does without");
        return;
    }
    ioctl(STDOUT_FILENO, TIOCGWINSZ, &size);
    diagnosis_say(found, PART_TERMINAL, utf8 ? VERDICT_OK : VERDICT_NOTE,
        "%s, %dx%d, %d colours, %s; `porchlight check-terminal` asks it more", term, size.ws_col,
        size.ws_row, colors, utf8 ? "UTF-8" : "not UTF-8 (LC_ALL=C.UTF-8), so drawn in ASCII");
}

/* The file as a whole, whatever of it is needed here. False: it is wrong. */
static bool look_at_file(struct diagnosis *found, const struct options *options) {
    struct settings settings;
    struct bytes why = BYTES_EMPTY;
    const int fault = settings_in_force(options, NULL, &settings, &why);
    if (fault != 0)
        diagnosis_wrong(found, PART_CONFIGURATION, EXIT_USE,
            why.len > 0 ? bytes_text(&why) : "out of memory",
            "mend that line; `porchlight config --check` says whether it is, and man "
            "porchlight-config what may stand there");
    bytes_fini(&why);
    return fault == 0;
}

static void name_account(
    struct diagnosis *found, const struct account *account, const struct options *options) {
    char *path = NULL;
    const char *url = getenv("PORCHLIGHT_URL");
    const bool given = options->demo || options->url != NULL || (url != NULL && url[0] != '\0');
    (void)config_path(&path);
    diagnosis_say(found, PART_CONFIGURATION, VERDICT_OK, "%s at %s, by %s%s%s", account->user,
        account->url,
        options->demo ? "--demo"
        : given       ? "what was given"
                      : "profile ",
        given                      ? ""
        : options->profile != NULL ? options->profile
                                   : "default",
        given || path == NULL ? "" : " of the configuration");
    free(path);
}

/* ---- the token ---- */

static void say_expiry(struct visit *visit, int64_t end_s) {
    struct bytes until = BYTES_EMPTY;
    text_time(&until, end_s * 1000);
    if (end_s == 0)
        diagnosis_say(visit->found, PART_TOKEN, VERDICT_OK, "the server takes it; it never ends");
    else
        diagnosis_say(visit->found, PART_TOKEN, VERDICT_OK, "the server takes it; it ends %s",
            bytes_text(&until));
    bytes_fini(&until);
}

/* False: there is none to ask with. */
static bool get_token(struct visit *visit) {
    struct bytes why = BYTES_EMPTY, warning = BYTES_EMPTY;
    const bool got = token_read(&visit->account->source, &visit->token, &why, &warning) == 0;
    if (!got)
        diagnosis_wrong(visit->found, PART_TOKEN, EXIT_USE,
            why.len > 0 ? bytes_text(&why) : "out of memory",
            "ask for one where the server is run (`porchlightd token USER`), then `porchlight "
            "login` again");
    else if (token_life_end(visit->token) < 0) {
        diagnosis_wrong(visit->found, PART_TOKEN, EXIT_NOT_AUTHORISED,
            "what is configured as token is none: three parts with dots between are wanted",
            "`porchlight login` again, with the token alone on the first line");
    }
    bytes_fini(&why);
    bytes_fini(&warning);
    return got;
}

/* ---- the server ---- */

static void say_refused(struct visit *visit, const struct answer *answer) {
    struct diagnosis *found = visit->found;
    const char *why = answer->message;
    if (answer->code == CODE_KEY) {
        diagnosis_wrong(found, PART_KEY, EXIT_NOT_AUTHORISED, why,
            "ask for the api key of this server (it is in app.ini there), then `porchlight login` "
            "again");
        return;
    }
    diagnosis_say(found, PART_KEY, VERDICT_OK, "the server knows it");
    if (found->parts[PART_TOKEN].verdict == VERDICT_WRONG)
        return; /* and it was said better */
    if (answer->code == CODE_EARLY || answer->code == CODE_IAT)
        diagnosis_wrong(found, PART_TOKEN, EXIT_NOT_AUTHORISED, why,
            "set this clock or the server's; where both are right, get another token");
    else if (answer->code == CODE_EXPIRED)
        diagnosis_wrong(found, PART_TOKEN, EXIT_NOT_AUTHORISED, why,
            "get a new token, then `porchlight login` again");
    else if (answer->http_status == 401 || answer->http_status == 403)
        diagnosis_wrong(found, PART_TOKEN, EXIT_NOT_AUTHORISED, why,
            "get a token of this user, made with the secret of this server, then `porchlight "
            "login` again");
    else
        diagnosis_wrong(found, PART_SERVER, EXIT_NO, why, "see the log of the server");
}

static void say_unreachable(struct visit *visit, const struct answer *answer) {
    const char *why = answer->message;
    if (strncmp(why, "the name ", 9) == 0) {
        diagnosis_wrong(visit->found, PART_NETWORK, EXIT_NO, why,
            "is the URL right, and is this machine on the network? /etc/resolv.conf names who is "
            "asked");
        return;
    }
    diagnosis_say(visit->found, PART_NETWORK, VERDICT_OK, "the server's address is known");
    if (answer->status == PL_UNREADABLE)
        diagnosis_wrong(visit->found, PART_SERVER, EXIT_NO, why,
            "what answers there is something else: is the URL right, port and all?");
    else if (strstr(why, "certificate") != NULL || strstr(why, "TLS") != NULL)
        diagnosis_wrong(visit->found, PART_SERVER, EXIT_NO, why,
            "is it https or http there? --ca-file FILE trusts an authority of your own");
    else
        diagnosis_wrong(visit->found, PART_SERVER, EXIT_NO, why,
            "is it running there, is the URL right, and does a firewall stand between?");
}

static void wait_for(struct talk *talk, struct answer *answer, int accepted) {
    talk->until_ms = clock_mono_ms() + PATIENCE_MS;
    while (accepted >= 0 && !answer->has_ended)
        if (talk_turn(talk) != EXIT_DONE)
            break;
}

/* Over HTTP, as oneself. True: the server said something, whatever. */
static bool ask_server(struct visit *visit) {
    struct account account = *visit->account;
    struct answer answer = {0};
    struct talk talk;
    struct bytes filter = BYTES_EMPTY;
    bytes_append_text(&filter, "{\"id\":");
    text_json(&filter, account.user);
    bytes_append_char(&filter, '}');
    const struct pl_query query = {
        .size = sizeof query, .filter_json = bytes_text(&filter), .limit = 1};
    account.source = (struct token_source){TOKEN_TEXT, visit->token};
    const int64_t from_ms = clock_mono_ms();
    int code = talk_open(&talk, visit->library, &account);
    if (code == EXIT_DONE)
        wait_for(
            &talk, &answer, visit->library->query_users(talk.client, &query, talk_done, &answer));
    const bool answered = answer.status == PL_DONE || answer.status == PL_REFUSED;
    if (code != EXIT_DONE || !answer.has_ended)
        diagnosis_wrong(
            visit->found, PART_SERVER, EXIT_NO, "it was not asked to the end", "is the URL right?");
    else if (!answered)
        say_unreachable(visit, &answer);
    if (answer.has_ended && answered) {
        diagnosis_say(visit->found, PART_NETWORK, VERDICT_OK, "the server's address is known");
        diagnosis_say(visit->found, PART_SERVER, VERDICT_OK, "it answers, in %lld ms",
            (long long)(clock_mono_ms() - from_ms));
        if (answer.status == PL_REFUSED)
            say_refused(visit, &answer);
        else {
            diagnosis_say(visit->found, PART_KEY, VERDICT_OK, "the server knows it");
            if (visit->found->parts[PART_TOKEN].verdict != VERDICT_WRONG)
                say_expiry(visit, token_life_end(visit->token));
        }
    }
    talk_close(&talk);
    answer_fini(&answer);
    bytes_fini(&filter);
    return answered;
}

static void say_clock(struct visit *visit, int64_t ahead_ms) {
    char what[96];
    const bool ahead = ahead_ms > 0;
    const int64_t by_ms = ahead ? ahead_ms : -ahead_ms;
    snprintf(what, sizeof what, "the server's is %.*f s %s this one's", by_ms < CLOCK_MS,
        (double)by_ms / 1000, ahead ? "ahead of" : "behind");
    if (by_ms < CLOCK_MS)
        diagnosis_say(visit->found, PART_CLOCK, VERDICT_OK, "%s", what);
    else
        diagnosis_wrong(visit->found, PART_CLOCK, EXIT_NO, what,
            "set the one that is wrong (timedatectl set-ntp true): tokens end early or late, and "
            "\"last active\" is off by as much");
}

/* Whether a WebSocket gets there, with a token that no server takes. */
static void try_events(struct visit *visit) {
    struct account account = *visit->account;
    struct answer answer = {0};
    struct talk talk;
    char none[] = "not.a.token";
    account.source = (struct token_source){TOKEN_TEXT, none};
    if (talk_open(&talk, visit->library, &account) == EXIT_DONE) {
        const struct pl_connect_options me = {
            .size = sizeof me, .user_id = account.user, .token = none, .invisible = -1};
        struct pl_link link = {.state = PL_LINK_OFF, .reason = ""};
        talk.until_ms = clock_mono_ms() + PATIENCE_MS;
        if (visit->library->client_connect_user(talk.client, &me, talk_done, &answer) == 0)
            while (
                !answer.has_ended && link.state != PL_LINK_WAITING && talk_turn(&talk) == EXIT_DONE)
                link = visit->library->client_link(talk.client);
        if (answer.has_ended) {
            link = visit->library->client_link(talk.client);
            diagnosis_say(
                visit->found, PART_EVENTS, VERDICT_OK, "a WebSocket gets through to the server");
            say_clock(visit, link.clock_offset_ms);
        } else
            diagnosis_wrong(visit->found, PART_EVENTS, EXIT_NO,
                link.state == PL_LINK_WAITING ? link.reason : "no answer to a WebSocket",
                "whatever stands between, a proxy it is most often, must let WebSockets through on "
                "/connect");
    }
    talk_close(&talk);
    answer_fini(&answer);
}

/* ---- all of it ---- */

static void visit_server(struct diagnosis *found, const struct account *account) {
    struct library library;
    char why[256] = "";
    struct visit visit = {.found = found, .library = &library, .account = account};
    if (library_open(&library, why, sizeof why) != 0)
        diagnosis_wrong(found, PART_CONFIGURATION, EXIT_USE, why,
            "install libporchlight of the same version as this program");
    else if (get_token(&visit) && ask_server(&visit))
        try_events(&visit);
    token_free(visit.token);
}

int command_doctor(
    const struct account *account, const char *why_none, const struct options *options) {
    struct diagnosis found = {0};
    struct bytes text = BYTES_EMPTY;
    look_at_terminal(&found);
    const bool sound = look_at_file(&found, options);
    if (account == NULL && sound)
        diagnosis_wrong(&found, PART_CONFIGURATION, EXIT_USE, why_none,
            "ask whoever runs the server for its URL, api key and a token, then `porchlight login "
            "URL --api-key KEY --user ID`; `porchlight --demo` needs none");
    else if (account != NULL) {
        if (sound)
            name_account(&found, account, options);
        visit_server(&found, account);
    }
    diagnosis_print(&found, &text);
    fputs(bytes_text(&text), stdout);
    const int code = bytes_failed(&text) ? EXIT_NO : diagnosis_code(&found);
    bytes_fini(&text);
    diagnosis_fini(&found);
    return code;
}
