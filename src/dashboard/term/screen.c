/* SPDX-License-Identifier: MIT */
/*
 * ncurses draws the difference; what we add is what it gets wrong or leaves open:
 *   - newterm(), because initscr() ends the process on a TERM it does not know
 *   - its handlers of SIGINT, SIGTERM, SIGTSTP and SIGWINCH are taken out again: on a signal that
 *     ends the program they call exit(1), and whoever waits for us must see the signal
 *   - every cell is put at its own place, so that a cluster the terminal draws wider or narrower
 *     than we count cannot push the rest of its row
 *   - on SIGSEGV and SIGABRT the terminal is restored with what was prepared beforehand, by
 *     functions that are safe in a signal handler, and the signal is raised again
 *   - a mouse is not asked for; focus events and bracketed paste are, and are switched off again
 *   - what is pasted is a text and no keys: as keys it would hide somebody, or quit
 *
 * The signal handler needs the one terminal there is: that is the one global, written before the
 * handlers are installed.
 */
#include "dashboard/term/screen.h"

#include "base/utf8.h"
#include "dashboard/input/key.h"

#define NCURSES_WIDECHAR 1
#include <curses.h>
#include <errno.h>
#include <langinfo.h>
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <term.h>
#include <termios.h>
#include <unistd.h>
#include <wchar.h>

/* Numbers for keys that ncurses has none for, from its last one down. */
enum {
    CURSES_WORD_LEFT = KEY_MAX - 6,
    CURSES_WORD_RIGHT = KEY_MAX - 5,
    CURSES_FOCUS_IN = KEY_MAX - 1,
    CURSES_FOCUS_OUT = KEY_MAX - 2,
    CURSES_PASTE_BEGINS = KEY_MAX - 3,
    CURSES_PASTE_ENDS = KEY_MAX - 4
};

enum { PASTE_MOST = 64 * 1024 };

struct screen {
    SCREEN *curses;
    bool ascii, colors;
    bool pasting;        /* between the two marks of a paste */
    struct bytes pasted; /* the last one, UTF-8, as it came */
    short pairs[STYLE_COUNT], selected;
    struct cells shown; /* what the terminal has; at NULL: not known */
};

/* ---- when all else fails ---- */

static struct rescue {
    struct termios before;
    char bytes[256];
    volatile sig_atomic_t len;
    volatile sig_atomic_t active;
} rescue;

static const char extras_on[] = "\033[?1004h\033[?2004h";
static const char extras_off[] = "\033[?1004l\033[?2004l";

static void put_out(const char *bytes, size_t len) {
    while (len > 0) {
        const ssize_t written = write(STDOUT_FILENO, bytes, len);
        if (written <= 0)
            return;
        bytes += written;
        len -= (size_t)written;
    }
}

static void on_crash(int number) {
    static const char line[] = "\r\nporchlight: a fault of its own; the terminal is restored\r\n";
    if (rescue.active) {
        put_out(rescue.bytes, (size_t)rescue.len);
        tcsetattr(STDIN_FILENO, TCSANOW, &rescue.before);
        put_out(line, sizeof line - 1);
    }
    signal(number, SIG_DFL);
    raise(number);
}

static void add_rescue(struct bytes *to, const char *capability) {
    if (capability != NULL && capability != (char *)-1)
        bytes_append_text(to, capability);
}

static void prepare_rescue(void) {
    struct bytes bytes = BYTES_EMPTY;
    bytes_append_text(&bytes, extras_off);
    add_rescue(&bytes, tigetstr("rmkx"));
    add_rescue(&bytes, tigetstr("sgr0"));
    add_rescue(&bytes, tigetstr("cnorm"));
    add_rescue(&bytes, tigetstr("rmcup"));
    const size_t len = bytes.len < sizeof rescue.bytes ? bytes.len : 0;
    memcpy(rescue.bytes, bytes_text(&bytes), len);
    rescue.len = (sig_atomic_t)len;
    rescue.active = 1;
    bytes_fini(&bytes);
    const struct sigaction crash = {.sa_handler = on_crash, .sa_flags = SA_NODEFER};
    static const int crashes[] = {SIGSEGV, SIGBUS, SIGABRT, SIGFPE, SIGILL};
    for (size_t i = 0; i < sizeof crashes / sizeof crashes[0]; i++)
        sigaction(crashes[i], &crash, NULL);
}

/* ---- styles ---- */

struct look {
    short color; /* -1: the terminal's own */
    attr_t attributes, mono;
};

static const struct look looks[STYLE_COUNT] = {
    [STYLE_PLAIN] = {-1, A_NORMAL, A_NORMAL},
    [STYLE_FRAME] = {-1, A_DIM, A_DIM},
    [STYLE_TITLE] = {-1, A_BOLD, A_BOLD},
    [STYLE_FOCUS] = {COLOR_YELLOW, A_BOLD, A_BOLD | A_UNDERLINE},
    [STYLE_FAINT] = {-1, A_DIM, A_DIM},
    [STYLE_ONLINE] = {COLOR_GREEN, A_NORMAL, A_BOLD},
    [STYLE_LEFT] = {COLOR_YELLOW, A_NORMAL, A_NORMAL},
    [STYLE_OFFLINE] = {-1, A_DIM, A_DIM},
    [STYLE_UNKNOWN] = {COLOR_BLUE, A_NORMAL, A_DIM},
    [STYLE_BANNED] = {COLOR_RED, A_DIM, A_DIM},
    [STYLE_STALE] = {-1, A_DIM, A_DIM},
    [STYLE_NAME] = {-1, A_BOLD, A_BOLD},
    [STYLE_STATUS] = {COLOR_CYAN, A_NORMAL, A_NORMAL},
    [STYLE_GOOD] = {COLOR_GREEN, A_NORMAL, A_NORMAL},
    [STYLE_WARN] = {COLOR_YELLOW, A_BOLD, A_BOLD},
    [STYLE_BAD] = {COLOR_RED, A_BOLD, A_BOLD | A_UNDERLINE},
    [STYLE_HIDDEN] = {COLOR_MAGENTA, A_REVERSE | A_BOLD, A_REVERSE},
    [STYLE_PENDING] = {COLOR_YELLOW, A_REVERSE, A_REVERSE},
    [STYLE_KEY] = {COLOR_YELLOW, A_NORMAL, A_BOLD},
    [STYLE_UNREAD] = {COLOR_YELLOW, A_BOLD, A_BOLD},
    [STYLE_FLAPS] = {COLOR_MAGENTA, A_NORMAL, A_UNDERLINE},
    [STYLE_WATCHED] = {COLOR_CYAN, A_BOLD, A_BOLD},
};

static void begin_colors(struct screen *screen, bool no_color) {
    screen->colors = !no_color && has_colors() && start_color() == OK;
    if (!screen->colors)
        return;
    const short behind = use_default_colors() == OK ? -1 : COLOR_BLACK;
    for (int style = 0; style < STYLE_COUNT; style++) {
        short color = looks[style].color;
        if (color < 0 && behind != -1)
            color = COLOR_WHITE;
        screen->pairs[style] = (short)(style + 1);
        if (init_pair(screen->pairs[style], color, behind) != OK)
            screen->pairs[style] = 0;
    }
    /* One look for the whole row: many colours reversed are a rag. */
    screen->selected = STYLE_COUNT + 1;
    if (init_pair(screen->selected, COLOR_BLACK, COLOR_CYAN) != OK)
        screen->selected = 0;
}

/* ---- life ---- */

static bool is_utf8(void) {
    return strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
}

static bool is_old_kind(const char *term) {
    return strcmp(term, "linux") == 0 || strncmp(term, "vt", 2) == 0 || strcmp(term, "ansi") == 0;
}

static void set_modes(void) {
    cbreak();
    noecho();
    nonl();
    keypad(stdscr, TRUE);
    nodelay(stdscr, TRUE);
    set_escdelay(25);
    curs_set(0);
    raw(); /* ^C and ^Z are keys here: they mean what the table of actions says */
    put_out(extras_on, sizeof extras_on - 1);
}

/* newterm(), and the signals as they were before it. */
static SCREEN *new_terminal(const char *term) {
    static const int theirs[] = {SIGINT, SIGTERM, SIGTSTP, SIGWINCH};
    enum { COUNT = sizeof theirs / sizeof theirs[0] };
    struct sigaction before[COUNT];
    for (size_t i = 0; i < COUNT; i++)
        sigaction(theirs[i], NULL, &before[i]);
    SCREEN *curses = newterm(term, stdout, stdin);
    for (size_t i = 0; i < COUNT; i++)
        sigaction(theirs[i], &before[i], NULL);
    return curses;
}

/* Whether the terminal can be drawn on at all; else why not. */
static bool can_draw(const char *term, char *why, size_t why_size) {
    int fault = 0;
    if (term == NULL || term[0] == '\0') {
        snprintf(why, why_size,
            "TERM is not set: set it to your terminal's kind, such as "
            "xterm-256color");
        return false;
    }
    if (setupterm(term, STDOUT_FILENO, &fault) != OK) {
        snprintf(why, why_size,
            "the terminal kind '%.40s' is not known here: set TERM to one that is, such as xterm",
            term);
        return false;
    }
    if (tigetstr("cup") == NULL || tigetstr("cup") == (char *)-1) {
        snprintf(why, why_size,
            "the terminal '%.40s' cannot place a cursor; porchlight who and watch need no screen",
            term);
        return false;
    }
    return true;
}

int screen_open(struct screen **out, bool no_color, char *why, size_t why_size) {
    const char *term = getenv("TERM");
    setlocale(LC_CTYPE, "");
    tcgetattr(STDIN_FILENO, &rescue.before);
    if (!can_draw(term, why, why_size))
        return 1;
    struct screen *screen = calloc(1, sizeof *screen);
    if (screen == NULL)
        return -ENOMEM;
    screen->ascii = !is_utf8() || is_old_kind(term);
    del_curterm(cur_term); /* that was for the look only: newterm() makes its own */
    screen->curses = new_terminal(term);
    if (screen->curses == NULL) {
        free(screen);
        snprintf(why, why_size, "the terminal '%.40s' cannot be opened", term);
        return 1;
    }
    prepare_rescue();
    define_key("\033[I", CURSES_FOCUS_IN);
    define_key("\033[O", CURSES_FOCUS_OUT);
    define_key("\033[1;5D", CURSES_WORD_LEFT);
    define_key("\033[1;5C", CURSES_WORD_RIGHT);
    define_key("\033[200~", CURSES_PASTE_BEGINS);
    define_key("\033[201~", CURSES_PASTE_ENDS);
    begin_colors(screen, no_color);
    set_modes();
    *out = screen;
    return 0;
}

void screen_close(struct screen *screen) {
    if (screen == NULL)
        return;
    rescue.active = 0;
    put_out(extras_off, sizeof extras_off - 1);
    curs_set(1);
    endwin();
    delscreen(screen->curses);
    cells_fini(&screen->shown);
    bytes_fini(&screen->pasted);
    free(screen);
}

bool screen_is_ascii(const struct screen *screen) {
    return screen->ascii;
}

void screen_size(const struct screen *screen, int *rows, int *cols) {
    struct winsize size = {0};
    (void)screen;
    if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_row > 0 && size.ws_col > 0) {
        *rows = size.ws_row;
        *cols = size.ws_col;
    } else {
        getmaxyx(stdscr, *rows, *cols);
    }
}

void screen_resize(struct screen *screen) {
    int rows, cols;
    screen_size(screen, &rows, &cols);
    resizeterm(rows, cols);
    cells_fini(&screen->shown);
}

void screen_suspend(struct screen *screen) {
    (void)screen;
    rescue.active = 0;
    put_out(extras_off, sizeof extras_off - 1);
    endwin();
}

void screen_resume(struct screen *screen) {
    rescue.active = 1;
    refresh();
    set_modes();
    screen_resize(screen);
}

/* ---- drawing ---- */

static bool differs(const struct cell *a, const struct cell *b) {
    return a->style != b->style || a->selected != b->selected || a->cells != b->cells ||
           strcmp(a->text, b->text) != 0;
}

static attr_t attributes_of(const struct screen *screen, const struct cell *cell) {
    const struct look *look = &looks[cell->style];
    if (!cell->selected)
        return screen->colors ? look->attributes : look->mono;
    return screen->selected != 0 ? A_NORMAL : A_REVERSE;
}

static short pair_of(const struct screen *screen, const struct cell *cell) {
    if (!screen->colors)
        return 0;
    return cell->selected ? screen->selected : screen->pairs[cell->style];
}

/* In ASCII mode what cannot be shown is a question mark, as wide as it was. */
static void put_ascii(int row, int col, const struct cell *cell) {
    const bool plain = (unsigned char)cell->text[0] < 0x80 && cell->text[0] != '\0';
    mvaddch(row, col, plain ? (chtype)(unsigned char)cell->text[0] : '?');
    if (cell->cells == 2)
        mvaddch(row, col + 1, ' ');
}

static void put_cell(const struct screen *screen, int row, int col, const struct cell *cell) {
    const attr_t attributes = attributes_of(screen, cell);
    const short pair = pair_of(screen, cell);
    attr_set(attributes, pair, NULL);
    if (screen->ascii) {
        put_ascii(row, col, cell);
        return;
    }
    wchar_t wide[CCHARW_MAX + 1];
    cchar_t put;
    const char *text = cell->text;
    mbstate_t state = {0};
    const size_t len = mbsrtowcs(wide, &text, CCHARW_MAX, &state);
    if (len == (size_t)-1) {
        put_ascii(row, col, cell);
        return;
    }
    wide[len < CCHARW_MAX ? len : CCHARW_MAX] = L'\0';
    /* The last cell of the screen is put, and reported as a fault, because no cursor can follow. */
    if (setcchar(&put, wide, attributes, pair, NULL) == OK)
        mvadd_wch(row, col, &put);
    else
        mvaddch(row, col, '?');
}

static bool keep(struct screen *screen, const struct cells *cells) {
    if (screen->shown.at != NULL && screen->shown.rows == cells->rows &&
        screen->shown.cols == cells->cols)
        return true;
    cells_fini(&screen->shown);
    return cells_init(&screen->shown, cells->rows, cells->cols) == 0;
}

void screen_show(struct screen *screen, const struct cells *cells, bool all) {
    const bool known = screen->shown.at != NULL && !all;
    if (!keep(screen, cells))
        return;
    if (!known)
        erase();
    for (int row = 0; row < cells->rows; row++) {
        for (int col = 0; col < cells->cols; col++) {
            const struct cell *cell = cells_at(cells, row, col);
            struct cell *shown = cells_at(&screen->shown, row, col);
            if (cell->cells == 0 || (known && !differs(cell, shown) &&
                                        (cell->cells == 1 || !differs(cell + 1, shown + 1))))
                continue;
            put_cell(screen, row, col, cell);
        }
    }
    memcpy(
        screen->shown.at, cells->at, (size_t)cells->rows * (size_t)cells->cols * sizeof *cells->at);
    if (all)
        clearok(stdscr, TRUE);
    refresh();
}

/* ---- being told ---- */

void screen_ring(struct screen *screen) {
    (void)screen;
    put_out("\a", 1);
}

/* With our name before it: a text that begins with "4;" would be a progress to some. */
void screen_notice(struct screen *screen, enum notice_kind kind, const char *text) {
    char bytes[400];
    (void)screen;
    if (kind == NOTICE_NONE)
        return;
    const int len = snprintf(bytes, sizeof bytes,
        kind == NOTICE_9 ? "\033]9;porchlight: %.300s\033\\"
                         : "\033]777;notify;porchlight;%.300s\033\\",
        text);
    if (len > 0 && (size_t)len < sizeof bytes)
        put_out(bytes, (size_t)len);
}

enum notice_kind screen_notice_kind(const char *term, const char *term_program) {
    static const char *const nines[] = {"iTerm.app", "WezTerm", "ghostty", "vscode"};
    term = term != NULL ? term : "";
    term_program = term_program != NULL ? term_program : "";
    if (strncmp(term, "rxvt", 4) == 0 || strncmp(term, "foot", 4) == 0)
        return NOTICE_777;
    for (size_t i = 0; i < sizeof nines / sizeof nines[0]; i++)
        if (strcmp(term_program, nines[i]) == 0)
            return NOTICE_9;
    return strcmp(term, "xterm-kitty") == 0 || strcmp(term, "xterm-ghostty") == 0 ? NOTICE_9
                                                                                  : NOTICE_NONE;
}

/* ---- keys ---- */

static int from_curses(wint_t key) {
    static const struct {
        int curses, ours;
    } keys[] = {{KEY_UP, KEY_CODE_UP}, {KEY_DOWN, KEY_CODE_DOWN}, {KEY_LEFT, KEY_CODE_LEFT},
        {KEY_RIGHT, KEY_CODE_RIGHT}, {KEY_HOME, KEY_CODE_HOME}, {KEY_END, KEY_CODE_END},
        {KEY_PPAGE, KEY_CODE_PAGE_UP}, {KEY_NPAGE, KEY_CODE_PAGE_DOWN},
        {KEY_BTAB, KEY_CODE_BACK_TAB}, {KEY_F(1), KEY_CODE_F1}, {KEY_ENTER, KEY_CODE_ENTER},
        {KEY_BACKSPACE, KEY_CODE_BACKSPACE}, {CURSES_FOCUS_IN, KEY_CODE_FOCUS_IN},
        {CURSES_FOCUS_OUT, KEY_CODE_FOCUS_OUT}, {KEY_DC, KEY_CODE_DELETE},
        {KEY_SLEFT, KEY_CODE_WORD_LEFT}, {KEY_SRIGHT, KEY_CODE_WORD_RIGHT},
        {CURSES_WORD_LEFT, KEY_CODE_WORD_LEFT}, {CURSES_WORD_RIGHT, KEY_CODE_WORD_RIGHT}};
    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++)
        if ((int)key == keys[i].curses)
            return keys[i].ours;
    return KEY_CODE_NONE;
}

static void collect(struct screen *screen, int kind, wint_t key) {
    char encoded[4];
    if (kind == KEY_CODE_YES || screen->pasted.len >= PASTE_MOST)
        return;
    bytes_append(&screen->pasted, encoded, utf8_put(encoded, (uint32_t)key));
}

/* Whether a key is part of a paste; the mark at its end is not. Nor ^C: a paste whose end is lost
 * must not keep the keyboard, and terminals take control characters out of what is pasted. */
static bool is_pasted(struct screen *screen, int kind, wint_t key) {
    if (kind == KEY_CODE_YES && key == CURSES_PASTE_BEGINS) {
        screen->pasting = true;
        bytes_clear(&screen->pasted);
        return true;
    }
    if (kind == KEY_CODE_YES && key == CURSES_PASTE_ENDS)
        return !screen->pasting;
    if (!screen->pasting || key == KEY_CODE_CONTROL('C'))
        return false;
    collect(screen, kind, key);
    return true;
}

const char *screen_pasted(const struct screen *screen) {
    return bytes_text(&screen->pasted);
}

int screen_key(struct screen *screen) {
    wint_t key;
    for (;;) {
        const int kind = get_wch(&key);
        if (kind == ERR)
            return KEY_CODE_NONE;
        if (is_pasted(screen, kind, key))
            continue;
        if (kind == KEY_CODE_YES && key == CURSES_PASTE_ENDS) {
            screen->pasting = false;
            return KEY_CODE_PASTE;
        }
        const int code = kind == KEY_CODE_YES ? from_curses(key) : (int)key;
        if (code != KEY_CODE_NONE)
            return code;
    }
}
