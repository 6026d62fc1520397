/* SPDX-License-Identifier: MIT */
/* What a command tells a person, on standard error, and how it ends. */
#ifndef DASHBOARD_CLI_SAY_H
#define DASHBOARD_CLI_SAY_H

enum exit_code {
    EXIT_DONE = 0,
    EXIT_NO = 1,             /* the server or the network said no, unknown channel */
    EXIT_USE = 2,            /* wrong use, not configured, no terminal */
    EXIT_NOT_AUTHORISED = 3, /* the key, the token, or what it allows */

    EXIT_WAIT_TIMEOUT = 4, /* of `wait` alone */

    /* Of `is` alone: to a script that asks, 1 and 2 are answers and every error is 3. So answers
     * carry a mark until the end of main(). */
    EXIT_ANSWER = 64,
    EXIT_IS_OFFLINE = EXIT_ANSWER + 1,
    EXIT_IS_UNKNOWN = EXIT_ANSWER + 2,
    EXIT_IS_ERROR = 3,

    /* Plus its number: a signal that ends the program once all is tidied up. */
    EXIT_SIGNAL = 128
};

/* "porchlight: …" and a line end, made harmless for a terminal whoever the text came from. */
void say(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
