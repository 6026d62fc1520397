/* SPDX-License-Identifier: MIT */
#include "dashboard/cli/token.h"

#include "dashboard/cli/text.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

enum { LONGEST_TOKEN = 8192 };

void token_free(char *token) {
    if (token != NULL)
        explicit_bzero(token, strlen(token));
    free(token);
}

void token_source_fini(struct token_source *source) {
    token_free(source->at);
    *source = (struct token_source){0};
}

/* The first line, cut at its end. A token is visible ASCII without spaces: anything else is some
 * other file, and shall not be sent to a server. */
static int first_line(char *text, const char *from, char **token, struct bytes *why) {
    text[strcspn(text, "\n")] = '\0';
    size_t len = strlen(text);
    while (len > 0 && strchr(" \t\r\v\f", text[len - 1]) != NULL)
        text[--len] = '\0';
    size_t visible = 0;
    while (text[visible] > ' ' && text[visible] < 0x7f)
        visible++;
    if (len == 0 || visible != len) {
        text_plain(why, from);
        bytes_append_text(
            why, len == 0 ? ": the first line holds no token" : ": the first line is no token");
        return -EINVAL;
    }
    *token = strdup(text);
    return *token != NULL ? 0 : -ENOMEM;
}

/* Read what there is up to the first line's end, and no more than a token may have. */
static int read_line(int fd, const char *from, char **token, struct bytes *why) {
    char text[LONGEST_TOKEN + 1] = "";
    size_t len = 0;
    int fault = 0;
    while (fault == 0 && len < LONGEST_TOKEN && memchr(text, '\n', len) == NULL) {
        const ssize_t got = read(fd, text + len, LONGEST_TOKEN - len);
        if (got == 0)
            break;
        if (got < 0 && errno != EINTR) {
            text_plain(why, from);
            bytes_printf(why, ": %s", strerror(errno));
            fault = -EINVAL;
        } else if (got > 0)
            len += (size_t)got;
    }
    text[len] = '\0';
    if (fault == 0 && memchr(text, '\n', len) == NULL && len == LONGEST_TOKEN) {
        text_plain(why, from);
        bytes_append_text(why, ": the first line is too long for a token");
        fault = -EINVAL;
    }
    if (fault == 0)
        fault = first_line(text, from, token, why);
    explicit_bzero(text, sizeof text);
    return fault;
}

static int from_file(const char *path, char **token, struct bytes *why, struct bytes *warning) {
    struct stat st;
    const int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
    if (fd < 0) {
        bytes_append_text(why, "the token file ");
        text_plain(why, path);
        bytes_printf(why, ": %s", strerror(errno));
        return -EINVAL;
    }
    if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && (st.st_mode & 077) != 0) {
        text_plain(warning, path);
        bytes_append_text(warning, ": others can read this token; chmod 600 is for that");
    }
    const int fault = read_line(fd, path, token, why);
    close(fd);
    return fault;
}

extern char **environ;

/* With signals as a program expects them, whatever we block and ignore. */
static int spawn(pid_t *pid, const posix_spawn_file_actions_t *actions, char **argv) {
    posix_spawnattr_t attributes;
    int fault = posix_spawnattr_init(&attributes);
    if (fault != 0)
        return fault;
    sigset_t none, pipe;
    sigemptyset(&none);
    sigemptyset(&pipe);
    sigaddset(&pipe, SIGPIPE);
    posix_spawnattr_setsigmask(&attributes, &none);
    posix_spawnattr_setsigdefault(&attributes, &pipe);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
    fault = posix_spawn(pid, "/bin/sh", actions, &attributes, argv, environ);
    posix_spawnattr_destroy(&attributes);
    return fault;
}

/* sh -c, with its output to us and the rest as we have it. */
static int start(const char *command, pid_t *pid, int *out) {
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0)
        return -errno;
    posix_spawn_file_actions_t actions;
    int fault = posix_spawn_file_actions_init(&actions);
    if (fault == 0) {
        char *argv[] = {(char[]){"sh"}, (char[]){"-c"}, NULL, NULL};
        union {
            const char *in;
            char *out;
        } text = {command}; /* exec takes char * and promises not to write */
        argv[2] = text.out;
        fault = posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
        if (fault == 0)
            fault = spawn(pid, &actions, argv);
        posix_spawn_file_actions_destroy(&actions);
    }
    close(ends[1]);
    if (fault != 0)
        close(ends[0]);
    else
        *out = ends[0];
    return -fault;
}

static int from_command(const char *command, char **token, struct bytes *why) {
    pid_t pid = -1;
    int out = -1, status = 0;
    int fault = start(command, &pid, &out);
    if (fault != 0) {
        bytes_printf(why, "the token command cannot be run: %s", strerror(-fault));
        return -EINVAL;
    }
    char *read = NULL;
    fault = read_line(out, "the token command", &read, why);
    close(out);
    while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
        ;
    /* It may be killed by our closing the pipe after the first line; its own "no" counts. */
    if (WIFEXITED(status) && WEXITSTATUS(status) != 0) {
        token_free(read);
        bytes_clear(why);
        bytes_printf(why, "the token command ended with exit code %d", WEXITSTATUS(status));
        return -EINVAL;
    }
    if (fault == 0)
        *token = read;
    return fault;
}

/* A terminal is asked, and does not show what is typed. */
static int from_stdin(char **token, struct bytes *why) {
    struct termios old, quiet;
    const bool ask = isatty(STDIN_FILENO) && tcgetattr(STDIN_FILENO, &old) == 0;
    if (ask) {
        quiet = old;
        quiet.c_lflag &= ~(tcflag_t)ECHO;
        tcsetattr(STDIN_FILENO, TCSAFLUSH, &quiet);
        fputs("Token: ", stderr);
    }
    const int fault = read_line(STDIN_FILENO, "standard input", token, why);
    if (ask) {
        tcsetattr(STDIN_FILENO, TCSAFLUSH, &old);
        fputc('\n', stderr);
    }
    return fault;
}

int token_read(
    const struct token_source *source, char **token, struct bytes *why, struct bytes *warning) {
    switch (source->kind) {
    case TOKEN_TEXT: {
        char *copy = strdup(source->at);
        if (copy == NULL)
            return -ENOMEM;
        const int fault = first_line(copy, "PORCHLIGHT_TOKEN", token, why);
        token_free(copy);
        return fault;
    }
    case TOKEN_FILE: return from_file(source->at, token, why, warning);
    case TOKEN_COMMAND: return from_command(source->at, token, why);
    case TOKEN_STDIN: return from_stdin(token, why);
    case TOKEN_NONE: break;
    }
    bytes_append_text(why, "there is no token: give --token-file or PORCHLIGHT_TOKEN");
    return -EINVAL;
}
