/* SPDX-License-Identifier: MIT */
/*
 * Between fork() and exec() only what is safe in a signal handler, because the demo has threads. An
 * alarm outlives exec(): it ends a command that does not end by itself. It gets no terminal: what
 * it said would be on the screen.
 */
#include "dashboard/notify.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* Words in their place, NULs between them. How many; -1: too many. */
static int split(char *command, char *words[NOTIFY_WORDS + 2]) {
    int count = 0;
    for (char *at = command; *at != '\0';) {
        at += strspn(at, " \t");
        if (*at == '\0')
            break;
        if (count == NOTIFY_WORDS)
            return -1;
        words[count++] = at;
        at += strcspn(at, " \t");
        if (*at != '\0')
            *at++ = '\0';
    }
    return count;
}

static void put_text(char **words, int *count, char *text) {
    bool placed = false;
    for (int i = 1; i < *count; i++) {
        if (strcmp(words[i], "{}") != 0)
            continue;
        words[i] = text;
        placed = true;
    }
    if (!placed)
        words[(*count)++] = text;
    words[*count] = NULL;
}

static void become(char **words) {
    sigset_t none;
    sigemptyset(&none);
    for (int number = 1; number < NSIG; number++)
        signal(number, SIG_DFL);
    sigprocmask(SIG_SETMASK, &none, NULL);
    setsid();
    const int nothing = open("/dev/null", O_RDWR);
    if (nothing < 0 || dup2(nothing, STDIN_FILENO) < 0 || dup2(nothing, STDOUT_FILENO) < 0 ||
        dup2(nothing, STDERR_FILENO) < 0)
        _exit(126);
    alarm(NOTIFY_SECONDS);
    execvp(words[0], words);
    _exit(127);
}

bool notify_is_idle(struct notify *notify) {
    if (notify->running != 0 && waitpid(notify->running, NULL, WNOHANG) != 0)
        notify->running = 0;
    return notify->running == 0;
}

static bool has_room(struct notify *notify, int64_t now_ms) {
    if (!notify_is_idle(notify))
        return false;
    if (now_ms - notify->minute_ms >= 60 * 1000 || now_ms < notify->minute_ms) {
        notify->minute_ms = now_ms;
        notify->in_minute = 0;
    }
    return notify->in_minute < NOTIFY_A_MINUTE;
}

int notify_run(struct notify *notify, const char *command, const char *text, int64_t now_ms) {
    char *words[NOTIFY_WORDS + 2];
    if (!has_room(notify, now_ms))
        return 1;
    char *own = strdup(command), *own_text = strdup(text);
    int count = own != NULL && own_text != NULL ? split(own, words) : -1;
    int fault = own == NULL || own_text == NULL ? -ENOMEM : count <= 0 ? -EINVAL : 0;
    if (fault == 0) {
        put_text(words, &count, own_text);
        const pid_t child = fork();
        if (child == 0)
            become(words);
        fault = child < 0 ? -errno : 0;
        if (child > 0) {
            notify->running = child;
            notify->in_minute++;
        }
    }
    free(own);
    free(own_text);
    return fault;
}
