/* SPDX-License-Identifier: MIT */
/*
 * We keep the program's side of the pseudo-terminal open too: the system resets its line
 * discipline when the last one closes it, and then nobody could see in what state it was left.
 * So the end of the program is seen by its process, not by an end of file.
 */
#include "support/terminal.h"

#include "base/bytes.h"
#include "base/clock.h"
#include "support/case.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <utmp.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/pidfd.h>
#include <sys/wait.h>
#include <unistd.h>
#include <vterm.h>

enum { MODES = 32 };

struct terminal {
    VTerm *vterm;
    VTermScreen *screen;
    int cols, rows;
    int fd, slave_fd, err_fd, pid_fd;
    pid_t pid; /* 0: its status was taken */
    int code;
    struct termios line; /* as it was before the program */
    bool alternate, hides_cursor;
    int modes[MODES]; /* private modes that are on; 0: a free place */
    struct bytes bytes, said, text;
    size_t modes_seen; /* of `bytes`: looked through for modes */
};

static void answer(const char *bytes, size_t len, void *user) {
    const struct terminal *terminal = user;
    if (terminal->fd >= 0 && write(terminal->fd, bytes, len) < 0)
        return; /* the program is gone, or does not read: no terminal minds */
}

static int on_property(VTermProp property, VTermValue *value, void *user) {
    struct terminal *terminal = user;
    if (property == VTERM_PROP_ALTSCREEN)
        terminal->alternate = value->boolean;
    else if (property == VTERM_PROP_CURSORVISIBLE)
        terminal->hides_cursor = !value->boolean;
    return 1;
}

static void make_screen(struct terminal *terminal) {
    static const VTermScreenCallbacks callbacks = {.settermprop = on_property};
    terminal->vterm = vterm_new(terminal->rows, terminal->cols);
    assert_non_null(terminal->vterm);
    vterm_set_utf8(terminal->vterm, 1);
    vterm_output_set_callback(terminal->vterm, answer, terminal);
    terminal->screen = vterm_obtain_screen(terminal->vterm);
    vterm_screen_set_callbacks(terminal->screen, &callbacks, terminal);
    vterm_screen_enable_altscreen(terminal->screen, 1);
    vterm_screen_reset(terminal->screen, 1);
}

/* A line that differs from a fresh one: what is put back must be what was there. */
static void prepare_line(struct terminal *terminal) {
    assert_int_equal(tcgetattr(terminal->slave_fd, &terminal->line), 0);
    terminal->line.c_cc[VERASE] = '\b';
    terminal->line.c_cc[VKILL] = 24;
    terminal->line.c_iflag &= ~(tcflag_t)IXON;
    terminal->line.c_lflag &= ~(tcflag_t)ECHOK;
    assert_int_equal(tcsetattr(terminal->slave_fd, TCSANOW, &terminal->line), 0);
    assert_int_equal(tcgetattr(terminal->slave_fd, &terminal->line), 0);
}

static void become(const char *const *argv, int slave_fd, int err_fd, const char *const *with) {
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    signal(SIGPIPE, SIG_DFL);
    signal(SIGHUP, SIG_DFL); /* nohup, before the test, ignores it */
    login_tty(slave_fd);
    dup2(err_fd, STDERR_FILENO);
    for (; with != NULL && *with != NULL; with++)
        putenv((char *)(uintptr_t)*with);
    execv(argv[0], (char *const *)(uintptr_t)argv);
    _exit(127);
}

struct terminal *terminal_run(
    const char *const *argv, int cols, int rows, const char *const *environment) {
    struct terminal *terminal = calloc(1, sizeof *terminal);
    assert_non_null(terminal);
    *terminal = (struct terminal){.cols = cols, .rows = rows};
    const struct winsize size = {.ws_row = (unsigned short)rows, .ws_col = (unsigned short)cols};
    int err[2];
    make_screen(terminal);
    assert_int_equal(openpty(&terminal->fd, &terminal->slave_fd, NULL, NULL, &size), 0);
    prepare_line(terminal);
    assert_int_equal(pipe2(err, O_CLOEXEC), 0);
    fcntl(terminal->fd, F_SETFD, FD_CLOEXEC);
    fcntl(terminal->slave_fd, F_SETFD, FD_CLOEXEC);
    fcntl(terminal->fd, F_SETFL, O_NONBLOCK);
    fflush(NULL);
    terminal->pid = fork();
    assert_true(terminal->pid >= 0);
    if (terminal->pid == 0)
        become(argv, terminal->slave_fd, err[1], environment);
    close(err[1]);
    terminal->err_fd = err[0];
    fcntl(err[0], F_SETFL, O_NONBLOCK);
    terminal->pid_fd = pidfd_open(terminal->pid, 0);
    assert_true(terminal->pid_fd >= 0);
    return terminal;
}

static void shut(int *fd) {
    if (*fd >= 0)
        close(*fd);
    *fd = -1;
}

void terminal_close(struct terminal *terminal) {
    shut(&terminal->slave_fd);
    shut(&terminal->fd);
}

void terminal_destroy(struct terminal *terminal) {
    if (terminal == NULL)
        return;
    if (terminal->pid > 0) {
        kill(terminal->pid, SIGKILL);
        waitpid(terminal->pid, NULL, 0);
    }
    terminal_close(terminal);
    shut(&terminal->err_fd);
    shut(&terminal->pid_fd);
    vterm_free(terminal->vterm);
    bytes_fini(&terminal->bytes);
    bytes_fini(&terminal->said);
    bytes_fini(&terminal->text);
    free(terminal);
}

/* ---- what is written ---- */

static void set_mode(struct terminal *terminal, int mode, bool on) {
    int *place = NULL;
    for (int i = 0; i < MODES; i++) {
        if (terminal->modes[i] == mode && !on)
            terminal->modes[i] = 0;
        if (terminal->modes[i] == mode)
            return;
        if (terminal->modes[i] == 0 && place == NULL)
            place = &terminal->modes[i];
    }
    if (on && place != NULL)
        *place = mode;
}

/* ESC [ ? N ; N h: at `at`, which is behind the '?'. False: it is not whole yet. */
static bool read_modes(struct terminal *terminal, const char *at) {
    const size_t len = strspn(at, "0123456789;");
    if (at[len] == '\0')
        return false;
    if (at[len] != 'h' && at[len] != 'l')
        return true;
    for (const char *end = at + len; at < end; at++)
        set_mode(terminal, (int)strtol(at, (char **)(uintptr_t)&at, 10), *end == 'h');
    return true;
}

static void look_for_modes(struct terminal *terminal) {
    const char *const text = bytes_text(&terminal->bytes);
    const char *const end = text + terminal->bytes.len;
    for (const char *at = text + terminal->modes_seen; at < end; at++) {
        if (*at == '\033' &&
            (end - at < 3 || (at[1] == '[' && at[2] == '?' && !read_modes(terminal, at + 3))))
            break;
        terminal->modes_seen = (size_t)(at + 1 - text);
    }
}

static bool take(int fd, char *piece, size_t cap, size_t *got) {
    const ssize_t count = fd >= 0 ? read(fd, piece, cap) : -1;
    *got = count > 0 ? (size_t)count : 0;
    return count > 0;
}

void terminal_take(struct terminal *terminal) {
    char piece[16384];
    size_t got;
    while (take(terminal->fd, piece, sizeof piece, &got)) {
        bytes_append(&terminal->bytes, piece, got);
        vterm_input_write(terminal->vterm, piece, got);
        look_for_modes(terminal);
    }
    while (take(terminal->err_fd, piece, sizeof piece, &got))
        bytes_append(&terminal->said, piece, got);
}

static void reap(struct terminal *terminal) {
    int status = 0;
    if (terminal->pid == 0 || waitpid(terminal->pid, &status, WNOHANG) != terminal->pid)
        return;
    terminal->pid = 0;
    terminal->code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    shut(&terminal->pid_fd);
}

/* Take what comes, wait for it until then; false: the time is up. */
static bool listen_until(struct terminal *terminal, int64_t until_ms) {
    const int64_t left_ms = until_ms - clock_mono_ms();
    struct pollfd polled[] = {{.fd = terminal->fd, .events = POLLIN},
        {.fd = terminal->err_fd, .events = POLLIN}, {.fd = terminal->pid_fd, .events = POLLIN}};
    poll(polled, 3, left_ms > 0 ? (int)left_ms : 0);
    terminal_take(terminal);
    if (polled[1].revents != 0 && (polled[1].revents & POLLIN) == 0)
        shut(&terminal->err_fd); /* closed at the other end: it would wake us for ever */
    if (polled[2].revents != 0) {
        reap(terminal);
        terminal_take(terminal); /* what it wrote before it ended */
    }
    return left_ms > 0;
}

bool terminal_wait_until(struct terminal *terminal,
    bool (*is_so)(struct terminal *terminal, void *context), void *context, int at_most_ms) {
    const int64_t until_ms = clock_mono_ms() + at_most_ms;
    terminal_take(terminal);
    while (!is_so(terminal, context)) {
        if (terminal->pid == 0) /* nothing more will come */
            return false;
        if (!listen_until(terminal, until_ms))
            return is_so(terminal, context);
    }
    return true;
}

size_t terminal_quiet(struct terminal *terminal, int for_ms) {
    terminal_take(terminal);
    const size_t before = terminal->bytes.len;
    const int64_t until_ms = clock_mono_ms() + for_ms;
    while (listen_until(terminal, until_ms))
        ;
    return terminal->bytes.len - before;
}

/* ---- what is on it ---- */

static void append_code_point(struct bytes *to, uint32_t c) {
    if (c < 0x80)
        bytes_append_char(to, (char)c);
    else if (c < 0x800)
        bytes_append(to, (char[]){(char)(0xc0 | c >> 6), (char)(0x80 | (c & 63))}, 2);
    else if (c < 0x10000)
        bytes_append(to,
            (char[]){(char)(0xe0 | c >> 12), (char)(0x80 | (c >> 6 & 63)), (char)(0x80 | (c & 63))},
            3);
    else
        bytes_append(to,
            (char[]){(char)(0xf0 | c >> 18), (char)(0x80 | (c >> 12 & 63)),
                (char)(0x80 | (c >> 6 & 63)), (char)(0x80 | (c & 63))},
            4);
}

enum { RIGHT_HALF = -1 };

static void append_cell(struct bytes *to, const VTermScreenCell *cell) {
    for (int i = 0; i < VTERM_MAX_CHARS_PER_CELL && cell->chars[i] != 0; i++)
        if (cell->chars[i] != (uint32_t)RIGHT_HALF)
            append_code_point(to, cell->chars[i]);
}

static void append_row(struct bytes *to, struct terminal *terminal, int row) {
    for (int col = 0; col < terminal->cols; col++) {
        VTermScreenCell cell;
        vterm_screen_get_cell(terminal->screen, (VTermPos){row, col}, &cell);
        if (cell.chars[0] == 0)
            bytes_append_char(to, ' ');
        else
            append_cell(to, &cell);
    }
}

const char *terminal_row(struct terminal *terminal, int row) {
    bytes_clear(&terminal->text);
    append_row(&terminal->text, terminal, row);
    return bytes_text(&terminal->text);
}

const char *terminal_text(struct terminal *terminal) {
    struct bytes *text = &terminal->text;
    bytes_clear(text);
    for (int row = 0; row < terminal->rows; row++) {
        append_row(text, terminal, row);
        while (text->len > 0 && text->at[text->len - 1] == ' ')
            text->len--;
        bytes_append_char(text, '\n');
    }
    return bytes_text(text);
}

struct cell terminal_cell(struct terminal *terminal, int row, int col) {
    VTermScreenCell from;
    struct bytes text = BYTES_EMPTY;
    vterm_screen_get_cell(terminal->screen, (VTermPos){row, col}, &from);
    append_cell(&text, &from);
    struct cell cell = {
        .width = from.width,
        .bold = from.attrs.bold,
        .underline = from.attrs.underline != 0,
        .reverse = from.attrs.reverse,
        .coloured = !VTERM_COLOR_IS_DEFAULT_FG(&from.fg) || !VTERM_COLOR_IS_DEFAULT_BG(&from.bg),
    };
    snprintf(cell.text, sizeof cell.text, "%s", bytes_text(&text));
    bytes_fini(&text);
    return cell;
}

int terminal_row_with(struct terminal *terminal, const char *text) {
    for (int row = 0; row < terminal->rows; row++)
        if (strstr(terminal_row(terminal, row), text) != NULL)
            return row;
    return -1;
}

bool terminal_is_alternate(const struct terminal *terminal) {
    return terminal->alternate;
}

bool terminal_shows_cursor(const struct terminal *terminal) {
    return !terminal->hides_cursor;
}

const char *terminal_modes(struct terminal *terminal) {
    bytes_clear(&terminal->text);
    for (int i = 0; i < MODES; i++)
        /* A cursor that is seen and lines that wrap are how a terminal begins. */
        if (terminal->modes[i] != 0 && terminal->modes[i] != 25 && terminal->modes[i] != 7)
            bytes_printf(&terminal->text, "?%d ", terminal->modes[i]);
    return bytes_text(&terminal->text);
}

bool terminal_is_cooked(const struct terminal *terminal) {
    struct termios line;
    assert_int_equal(tcgetattr(terminal->slave_fd, &line), 0);
    return (line.c_lflag & ECHO) && (line.c_lflag & ICANON) && (line.c_lflag & ISIG) &&
           (line.c_oflag & OPOST) && (line.c_iflag & ICRNL);
}

bool terminal_line_is_back(const struct terminal *terminal) {
    struct termios now;
    assert_int_equal(tcgetattr(terminal->slave_fd, &now), 0);
    return now.c_iflag == terminal->line.c_iflag && now.c_oflag == terminal->line.c_oflag &&
           now.c_cflag == terminal->line.c_cflag && now.c_lflag == terminal->line.c_lflag &&
           memcmp(now.c_cc, terminal->line.c_cc, sizeof now.c_cc) == 0;
}

/* Enough lines to scroll all that scrolls, and letters that are lines in the other character set.
 */
bool terminal_writes_plainly(struct terminal *terminal) {
    for (int row = 0; row < terminal->rows; row++)
        vterm_input_write(terminal->vterm, "\r\n", 2);
    vterm_input_write(terminal->vterm, "qx", 2);
    const struct cell cell = terminal_cell(terminal, terminal->rows - 1, 0);
    return strcmp(cell.text, "q") == 0 && !cell.bold && !cell.underline && !cell.reverse &&
           !cell.coloured;
}

const char *terminal_bytes(const struct terminal *terminal, size_t *len) {
    *len = terminal->bytes.len;
    return bytes_text(&terminal->bytes);
}

void terminal_bytes_clear(struct terminal *terminal) {
    bytes_clear(&terminal->bytes);
    terminal->modes_seen = 0;
}

const char *terminal_said(const struct terminal *terminal) {
    return bytes_text(&terminal->said);
}

/* ---- waiting for it ---- */

static bool has_text(struct terminal *terminal, void *text) {
    return strstr(terminal_text(terminal), text) != NULL;
}

static bool lacks_text(struct terminal *terminal, void *text) {
    return strstr(terminal_text(terminal), text) == NULL;
}

bool terminal_wait_for(struct terminal *terminal, const char *text, int at_most_ms) {
    return terminal_wait_until(terminal, has_text, (void *)(uintptr_t)text, at_most_ms);
}

bool terminal_wait_gone(struct terminal *terminal, const char *text, int at_most_ms) {
    return terminal_wait_until(terminal, lacks_text, (void *)(uintptr_t)text, at_most_ms);
}

static void fail_with_screen(
    struct terminal *terminal, const char *what, int at_most_ms, const char *file, int line) {
    print_error("after %d ms: %s%s\nthe screen, %dx%d:\n%s", at_most_ms, what,
        terminal->pid == 0 ? " (the program ended)" : "", terminal->cols, terminal->rows,
        terminal_text(terminal));
    print_error("it said: %s\n", terminal_said(terminal));
    _fail(file, line);
}

void terminal_must_show(
    struct terminal *terminal, const char *text, int at_most_ms, const char *file, int line) {
    char what[256];
    snprintf(what, sizeof what, "no '%s'", text);
    if (!terminal_wait_for(terminal, text, at_most_ms))
        fail_with_screen(terminal, what, at_most_ms, file, line);
}

void terminal_must_lose(
    struct terminal *terminal, const char *text, int at_most_ms, const char *file, int line) {
    char what[256];
    snprintf(what, sizeof what, "still '%s'", text);
    if (!terminal_wait_gone(terminal, text, at_most_ms))
        fail_with_screen(terminal, what, at_most_ms, file, line);
}

void terminal_must(struct terminal *terminal, bool (*is_so)(struct terminal *, void *),
    void *context, int at_most_ms, const char *what, const char *file, int line) {
    if (!terminal_wait_until(terminal, is_so, context, at_most_ms))
        fail_with_screen(terminal, what, at_most_ms, file, line);
}

/* ---- the person ---- */

void terminal_send(struct terminal *terminal, const char *keys) {
    assert_int_equal(write(terminal->fd, keys, strlen(keys)), strlen(keys));
}

void terminal_resize(struct terminal *terminal, int cols, int rows) {
    const struct winsize size = {.ws_row = (unsigned short)rows, .ws_col = (unsigned short)cols};
    terminal_take(terminal);
    terminal->cols = cols;
    terminal->rows = rows;
    vterm_set_size(terminal->vterm, rows, cols);
    assert_int_equal(ioctl(terminal->fd, TIOCSWINSZ, &size), 0);
}

void terminal_signal(struct terminal *terminal, int signal) {
    if (terminal->pid > 0)
        kill(terminal->pid, signal);
}

pid_t terminal_pid(const struct terminal *terminal) {
    return terminal->pid;
}

int terminal_fd(const struct terminal *terminal) {
    return terminal->fd;
}

int terminal_end(struct terminal *terminal, int at_most_ms) {
    const int64_t until_ms = clock_mono_ms() + at_most_ms;
    reap(terminal);
    while (terminal->pid != 0 && listen_until(terminal, until_ms))
        ;
    terminal_take(terminal);
    return terminal->pid == 0 ? terminal->code : -1;
}

/* ---- the oracle ---- */

/* The code point at `at`, its length in bytes in *len; a stray byte counts for itself. */
static uint32_t code_point_at(const unsigned char *at, size_t left, size_t *len) {
    const size_t wanted = at[0] < 0xc0 ? 1 : at[0] < 0xe0 ? 2 : at[0] < 0xf0 ? 3 : 4;
    uint32_t c = wanted == 1 ? at[0] : at[0] & (0x7fu >> wanted);
    *len = wanted <= left ? wanted : left;
    for (size_t i = 1; i < *len; i++)
        c = c << 6 | (at[i] & 63);
    return c;
}

static bool is_bidi_control(uint32_t c) {
    return c == 0x061c || c == 0x200e || c == 0x200f || (c >= 0x202a && c <= 0x202e) ||
           (c >= 0x2066 && c <= 0x2069);
}

const char *terminal_harm(const char *bytes, size_t len, const char *const *forbidden) {
    size_t step = 1;
    for (size_t at = 0; at < len; at += step) {
        const uint32_t c = code_point_at((const unsigned char *)bytes + at, len - at, &step);
        if (c >= 0x80 && c < 0xa0)
            return "a C1 control";
        if (is_bidi_control(c))
            return "a bidi control";
    }
    for (; forbidden != NULL && *forbidden != NULL; forbidden++)
        if (memmem(bytes, len, *forbidden, strlen(*forbidden)) != NULL)
            return *forbidden;
    return NULL;
}
