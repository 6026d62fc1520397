/* SPDX-License-Identifier: MIT */
#include "support/program.h"

#include "base/clock.h"
#include "support/case.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

static void become(const char *const *argv, const int pipes[3][2], const char *const *environment) {
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    signal(SIGPIPE, SIG_DFL);
    signal(SIGHUP, SIG_DFL); /* nohup, before the test, ignores it */
    dup2(pipes[0][0], STDIN_FILENO);
    dup2(pipes[1][1], STDOUT_FILENO);
    dup2(pipes[2][1], STDERR_FILENO);
    for (; environment != NULL && *environment != NULL; environment++)
        putenv((char *)(uintptr_t)*environment);
    execv(argv[0], (char *const *)(uintptr_t)argv);
    _exit(127);
}

void program_start(struct program *to, const char *const *argv, const char *input,
    const char *const *environment) {
    int pipes[3][2];
    program_fini(to);
    for (int i = 0; i < 3; i++)
        assert_int_equal(pipe2(pipes[i], O_CLOEXEC), 0);
    fflush(NULL);
    to->pid = fork();
    assert_true(to->pid >= 0);
    if (to->pid == 0)
        become(argv, pipes, environment);
    if (input != NULL) /* short enough for the pipe, so it never waits */
        assert_int_equal(write(pipes[0][1], input, strlen(input)), strlen(input));
    close(pipes[0][0]);
    close(pipes[0][1]);
    close(pipes[1][1]);
    close(pipes[2][1]);
    to->out_fd = pipes[1][0];
    to->err_fd = pipes[2][0];
}

static void take(int *fd, struct bytes *to) {
    char piece[4096];
    const ssize_t got = read(*fd, piece, sizeof piece);
    if (got > 0)
        bytes_append(to, piece, (size_t)got);
    else if (got == 0 || errno != EINTR) {
        close(*fd);
        *fd = -1;
    }
}

/* Take what comes until the time; false: it is late, or both ends are closed. */
static bool listen_until(struct program *program, int64_t until_ms) {
    const int64_t left_ms = until_ms - clock_mono_ms();
    if (left_ms <= 0 || (program->out_fd < 0 && program->err_fd < 0))
        return false;
    struct pollfd polled[] = {
        {.fd = program->out_fd, .events = POLLIN}, {.fd = program->err_fd, .events = POLLIN}};
    if (poll(polled, 2, (int)left_ms) <= 0)
        return errno == EINTR;
    if (polled[0].revents != 0)
        take(&program->out_fd, &program->out);
    if (polled[1].revents != 0)
        take(&program->err_fd, &program->err);
    return true;
}

static bool has(struct program *program, const struct bytes *in, const char *text, int at_most_ms) {
    const int64_t until_ms = clock_mono_ms() + at_most_ms;
    while (strstr(bytes_text(in), text) == NULL)
        if (!listen_until(program, until_ms))
            return strstr(bytes_text(in), text) != NULL;
    return true;
}

bool program_prints(struct program *program, const char *text, int at_most_ms) {
    return has(program, &program->out, text, at_most_ms);
}

bool program_says(struct program *program, const char *text, int at_most_ms) {
    return has(program, &program->err, text, at_most_ms);
}

int program_end(struct program *program, int at_most_ms) {
    const int64_t until_ms = clock_mono_ms() + at_most_ms;
    while (listen_until(program, until_ms))
        ;
    if (program->out_fd >= 0 || program->err_fd >= 0)
        fail_msg("the program has not ended after %d ms; it said: %s", at_most_ms,
            bytes_text(&program->err));
    int status = 0;
    while (waitpid(program->pid, &status, 0) < 0 && errno == EINTR)
        ;
    program->pid = 0;
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

void program_signal(const struct program *program, int signal) {
    if (program->pid > 0)
        kill(program->pid, signal);
}

void program_fini(struct program *program) {
    if (program->pid > 0) {
        kill(program->pid, SIGKILL);
        while (waitpid(program->pid, NULL, 0) < 0 && errno == EINTR)
            ;
        if (program->out_fd >= 0)
            close(program->out_fd);
        if (program->err_fd >= 0)
            close(program->err_fd);
    }
    bytes_fini(&program->out);
    bytes_fini(&program->err);
    *program = (struct program){.out_fd = -1, .err_fd = -1};
}
