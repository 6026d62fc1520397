/* SPDX-License-Identifier: MIT */
/*
 * ncurses knows terminals, and draws the whole of a screen. The difference between two frames it
 * writes in as many pieces as it moves the cursor (begun by newterm(), it flushes at each move), so
 * where a terminal speaks as xterm does we write it ourselves (brush.h), all in one write; ncurses,
 * which then does not know what is shown, clears the screen before it draws again. What we add to
 * it is what it gets wrong or leaves open:
 *   - newterm(), because initscr() ends the process on a TERM it does not know
 *   - its handlers of SIGINT, SIGTERM, SIGTSTP and SIGWINCH are taken out again: on a signal that
 *     ends the program they call exit(1), and whoever waits for us must see the signal
 *   - where terminals differ about the width of a cluster, the cursor is put behind it by its
 * place, and what follows is written once more: so that a cluster which the terminal draws wider or
 *     narrower than we count cannot push the rest of its row
 *   - on SIGSEGV and SIGABRT the terminal is restored with what was prepared beforehand, by
 *     functions that are safe in a signal handler, and the signal is raised again
 *   - mouse, focus events, bracketed paste and a title are asked for by ourselves, and are taken
 *     back; the mouse in numbers (SGR), which ncurses knows of some terminals only
 *   - a frame is shown at once by terminals that can (synchronized output); one that they read at
 *     once anyway does without
 *   - it is asked how wide a line is, before the first frame, which clears the question away; the
 *     answer comes among the keys, whenever it does
 *   - the colours of a theme are put among its 256 where a terminal has more, and are taken back
 *   - what is pasted is a text and no keys: as keys it would hide somebody, or quit
 *
 * The signal handler needs the one terminal there is: that is the one global, written before the
 * handlers are installed.
 */
#include "dashboard/term/screen.h"

#include "base/utf8.h"
#include "dashboard/input/key.h"
#include "dashboard/term/palette.h"
#include "dashboard/term/brush.h"
#include "dashboard/term/sequences.h"

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
    CURSES_LINE_NARROW = KEY_MAX - 10,
    CURSES_LINE_WIDE = KEY_MAX - 9,
    CURSES_OLD_MOUSE = KEY_MAX - 8,
    CURSES_MOUSE = KEY_MAX - 7,
    CURSES_WORD_LEFT = KEY_MAX - 6,
    CURSES_WORD_RIGHT = KEY_MAX - 5,
    CURSES_FOCUS_IN = KEY_MAX - 1,
    CURSES_FOCUS_OUT = KEY_MAX - 2,
    CURSES_PASTE_BEGINS = KEY_MAX - 3,
    CURSES_PASTE_ENDS = KEY_MAX - 4
};

enum { PASTE_MOST = 64 * 1024, MOUSE_MOST = 24, OLD_MOUSE_BYTES = 3 };
enum { AT_ONCE = 1024 /* bytes of a frame that a terminal reads in one piece */ };

/* A report of the mouse whose numbers are still to come. */
struct mouse_reading {
    bool active;
    int swallow; /* characters of an old-fashioned report, which says too little */
    size_t len;
    char numbers[MOUSE_MOST];
    struct mouse_event last;
};

struct screen {
    SCREEN *curses;
    enum screen_text text;
    bool ascii, colors;
    bool shows_cursor;
    bool pasting;        /* between the two marks of a paste */
    struct bytes pasted; /* the last one, UTF-8, as it came */
    bool is_modern;      /* has titles, a clipboard, frames */
    bool mouse;
    const struct theme *theme;
    bool has_real; /* colours beside its 256 */
    bool in_modes; /* the terminal has been told what is to be taken back */
    struct palette palette;
    int pairs[STYLE_COUNT], selected;
    bool bold[STYLE_COUNT]; /* where a bright colour is a bold one */
    struct mouse_reading reading;
    char title[SCREEN_TITLE];
    struct cells shown; /* what the terminal has; at NULL: not known */
    struct brush brush;
    bool paints;                /* with the brush */
    bool painted;               /* since ncurses drew */
    struct bytes out;           /* of the next frame */
    int cursor_row, cursor_col; /* where the brush left the cursor to be seen */
};

/* ---- when all else fails ---- */

static struct rescue {
    struct termios before;
    char bytes[512];
    volatile sig_atomic_t len;
    volatile sig_atomic_t active;
} rescue;

static void put_out(const char *bytes, size_t len) {
    while (len > 0) {
        const ssize_t written = write(STDOUT_FILENO, bytes, len);
        if (written <= 0)
            return;
        bytes += written;
        len -= (size_t)written;
    }
}

static void put_text(const char *text) {
    put_out(text, strlen(text));
}

static void on_crash(int number) {
    static const char line[] = "\r\nporchlight: a fault of its own; the terminal is restored\r\n";
    if (rescue.active) {
        tcflush(STDOUT_FILENO, TCOFLUSH); /* a terminal that takes no more would hold us here */
        put_out(rescue.bytes, (size_t)rescue.len);
        tcsetattr(STDIN_FILENO, TCSANOW, &rescue.before);
        put_out(line, sizeof line - 1);
    }
    signal(number, SIG_DFL);
    raise(number);
}

/* Without its pauses ("$<2>"), which are for tputs() and would be seen. */
static void add_rescue(struct bytes *to, const char *name) {
    const char *capability = tigetstr(name);
    if (capability == NULL || capability == (char *)-1)
        return;
    while (*capability != '\0') {
        const char *end = strncmp(capability, "$<", 2) == 0 ? strchr(capability, '>') : NULL;
        if (end == NULL)
            bytes_append_char(to, *capability);
        capability = end != NULL ? end + 1 : capability + 1;
    }
}

static void prepare_rescue(const struct screen *screen) {
    struct bytes bytes = BYTES_EMPTY;
    rescue.active = 0;
    palette_give_back(&screen->palette, &bytes);
    bytes_append_text(&bytes, SEQUENCE_MOUSE_OFF SEQUENCE_EXTRAS_OFF);
    if (screen->is_modern)
        bytes_append_text(&bytes, SEQUENCE_FRAME_ENDS SEQUENCE_TITLE_BACK);
    add_rescue(&bytes, "rmkx");
    add_rescue(&bytes, "sgr0");
    add_rescue(&bytes, "cnorm");
    add_rescue(&bytes, "rmcup");
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

enum { COLOURS_DIRECT = 1 << 24, COLOURS_MANY = 256, COLOURS_FEW = 8 };

/* The number that ncurses has for a colour; -1: the terminal's own. */
static int number_of(const struct palette *palette, const struct colour *colour, bool *bold) {
    if (colour->rgb != 0 && COLORS >= COLOURS_DIRECT)
        return (int)(colour->rgb & 0xffffff);
    if (colour->rgb != 0 && palette->count > 0)
        return palette_number(palette, colour->rgb);
    if (colour->rgb != 0 && COLORS >= COLOURS_MANY)
        return theme_256(colour->rgb);
    const int number = (int)colour->ansi - 1;
    *bold = number >= COLOURS_FEW && number >= COLORS;
    return *bold ? number - COLOURS_FEW : number;
}

static int make_pair(const struct screen *screen, int pair, enum ink ink, enum ink paper,
    bool has_default, bool *bold) {
    const struct colour *inks = screen->theme->inks;
    bool ignored;
    int front = number_of(&screen->palette, &inks[ink], bold);
    int behind = number_of(&screen->palette, &inks[paper], &ignored);
    if (front < 0 && !has_default)
        front = COLOR_WHITE;
    if (behind < 0 && !has_default)
        behind = COLOR_BLACK;
    return init_extended_pair(pair, front, behind) == OK ? pair : 0;
}

static void make_pairs(struct screen *screen) {
    const bool has_default = use_default_colors() == OK;
    bool ignored;
    for (int style = 0; style < STYLE_COUNT; style++)
        screen->pairs[style] = make_pair(screen, style + 1, theme_look((enum style)style)->ink,
            INK_PAPER, has_default, &screen->bold[style]);
    /* One look for the whole row: many colours reversed are a rag. */
    screen->selected = make_pair(
        screen, STYLE_COUNT + 1, INK_CHOSEN, INK_CHOSEN_PAPER, has_default, &ignored);
    bkgdset(' ' | (chtype)COLOR_PAIR(screen->pairs[STYLE_PLAIN]));
}

static attr_t to_curses(unsigned attributes) {
    return (attributes & LOOK_BOLD ? A_BOLD : 0) | (attributes & LOOK_DIM ? A_DIM : 0) |
           (attributes & LOOK_REVERSE ? A_REVERSE : 0) |
           (attributes & LOOK_UNDERLINE ? A_UNDERLINE : 0);
}

static attr_t attributes_of(const struct screen *screen, const struct cell *cell) {
    const struct look *look = theme_look((enum style)cell->style);
    if (cell->selected) /* what is looked for is marked there, too */
        return (screen->colors && screen->selected != 0 ? A_NORMAL : A_REVERSE) |
               (cell->style == STYLE_MATCH ? A_UNDERLINE : A_NORMAL);
    if (!screen->colors)
        return to_curses(look->mono);
    const attr_t dim = screen->theme->no_dim ? A_DIM : 0;
    return (to_curses(look->attributes) & ~dim) | (screen->bold[cell->style] ? A_BOLD : 0);
}

static short pair_of(const struct screen *screen, const struct cell *cell) {
    if (!screen->colors)
        return 0;
    return (short)(cell->selected ? screen->selected : screen->pairs[cell->style]);
}

/* What the terminal is told for a colour of a pair; "" for its own. */
static bool say_colour(char to[20], const char *capability, int number) {
    to[0] = '\0';
    return number < 0 || brush_colour(to, tiparm(capability, number));
}

static bool make_pen(const struct screen *screen, struct pen *pen, const struct cell *cell) {
    const attr_t attributes = attributes_of(screen, cell);
    int ink = -1, paper = -1;
    *pen = (struct pen){.attributes = (attributes & A_BOLD ? LOOK_BOLD : 0) |
                                      (attributes & A_DIM ? LOOK_DIM : 0) |
                                      (attributes & A_REVERSE ? LOOK_REVERSE : 0) |
                                      (attributes & A_UNDERLINE ? LOOK_UNDERLINE : 0)};
    if (screen->colors)
        extended_pair_content(pair_of(screen, cell), &ink, &paper);
    return say_colour(pen->ink, set_a_foreground, ink) &&
           say_colour(pen->paper, set_a_background, paper);
}

static void make_pens(struct screen *screen) {
    screen->paints = screen->is_modern;
    screen->brush.erases_in_colour = tigetflag("bce") > 0;
    for (int style = 0; style < STYLE_COUNT && screen->paints; style++) {
        struct cell cell = {.style = (uint8_t)style};
        screen->paints = make_pen(screen, &screen->brush.pens[style], &cell);
        cell.selected = true;
        screen->paints = screen->paints && make_pen(screen, &screen->brush.chosen[style], &cell);
    }
}

static void put_palette(
    const struct palette *palette, void (*append)(const struct palette *, struct bytes *)) {
    struct bytes bytes = BYTES_EMPTY;
    append(palette, &bytes);
    if (!bytes_failed(&bytes))
        put_out(bytes_text(&bytes), bytes.len);
    bytes_fini(&bytes);
}

/* Between set_modes() and reset_modes() the terminal has them. */
static void change_palette(struct screen *screen) {
    if (screen->in_modes)
        put_palette(&screen->palette, palette_give_back);
    palette_choose(&screen->palette, screen->theme);
    if (!screen->in_modes)
        return;
    prepare_rescue(screen);
    put_palette(&screen->palette, palette_set);
}

void screen_set_theme(struct screen *screen, const struct theme *theme) {
    screen->theme = theme;
    if (screen->has_real)
        change_palette(screen);
    if (screen->colors) {
        make_pairs(screen);
        cells_fini(&screen->shown);
    }
    make_pens(screen);
}

/* ---- life ---- */

static bool is_utf8(void) {
    return strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
}

static bool is_old_kind(const char *term) {
    return strcmp(term, "linux") == 0 || strncmp(term, "vt", 2) == 0 || strcmp(term, "ansi") == 0;
}

static void set_modes(struct screen *screen) {
    cbreak();
    noecho();
    nonl();
    keypad(stdscr, TRUE);
    nodelay(stdscr, TRUE);
    set_escdelay(25);
    curs_set(0);
    raw(); /* ^C and ^Z are keys here: they mean what the table of actions says */
    put_text(SEQUENCE_EXTRAS_ON);
    if (screen->mouse)
        put_text(SEQUENCE_MOUSE_ON);
    if (screen->is_modern)
        put_text(SEQUENCE_TITLE_KEEP);
    put_palette(&screen->palette, palette_set);
    screen->in_modes = true;
}

/* What the terminal was told and ncurses does not know of is taken back. */
static void reset_modes(struct screen *screen) {
    if (screen->mouse)
        put_text(SEQUENCE_MOUSE_OFF);
    if (screen->is_modern)
        put_text(SEQUENCE_TITLE_BACK);
    put_text(SEQUENCE_EXTRAS_OFF);
    put_palette(&screen->palette, palette_give_back);
    screen->in_modes = false;
    screen->title[0] = '\0';
    screen->reading.active = false;
}

void screen_set_mouse(struct screen *screen, bool on) {
    if (screen->mouse == on)
        return;
    screen->mouse = on;
    put_text(on ? SEQUENCE_MOUSE_ON : SEQUENCE_MOUSE_OFF);
}

bool screen_has_title(const struct screen *screen, const char *title) {
    return !screen->is_modern || strncmp(screen->title, title, sizeof screen->title - 1) == 0;
}

void screen_set_title(struct screen *screen, const char *title) {
    struct bytes bytes = BYTES_EMPTY;
    if (screen_has_title(screen, title))
        return;
    snprintf(screen->title, sizeof screen->title, "%s", title);
    text_end_whole(screen->title);
    sequence_title(&bytes, screen->title);
    bytes_append(&screen->out, bytes_text(&bytes), bytes.len);
    bytes_fini(&bytes);
}

bool screen_copy(const struct screen *screen, const char *text) {
    struct bytes bytes = BYTES_EMPTY;
    if (!screen->is_modern)
        return false;
    sequence_copy(&bytes, text);
    const bool whole = !bytes_failed(&bytes);
    if (whole)
        put_out(bytes.at, bytes.len);
    bytes_fini(&bytes);
    return whole;
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
            "the terminal kind '%.40s' is not known here: set TERM to one that is, such as xterm; "
            "porchlight --plain needs none",
            term);
        return false;
    }
    if (tigetstr("cup") == NULL || tigetstr("cup") == (char *)-1) {
        snprintf(why, why_size,
            "the terminal '%.40s' cannot place a cursor; porchlight --plain needs no screen", term);
        return false;
    }
    return true;
}

/* What terminals send, whatever TERM says: that of a VT100 has no page keys. In both modes of the
 * cursor's keys, as some send those of one in the other. */
static void define_usual_keys(void) {
    static const struct {
        const char *sent;
        int key;
    } usual[] = {{"\033[A", KEY_UP}, {"\033OA", KEY_UP}, {"\033[B", KEY_DOWN}, {"\033OB", KEY_DOWN},
        {"\033[C", KEY_RIGHT}, {"\033OC", KEY_RIGHT}, {"\033[D", KEY_LEFT}, {"\033OD", KEY_LEFT},
        {"\033[H", KEY_HOME}, {"\033OH", KEY_HOME}, {"\033[1~", KEY_HOME}, {"\033[7~", KEY_HOME},
        {"\033[F", KEY_END}, {"\033OF", KEY_END}, {"\033[4~", KEY_END}, {"\033[8~", KEY_END},
        {"\033[5~", KEY_PPAGE}, {"\033[6~", KEY_NPAGE}, {"\033[3~", KEY_DC}, {"\033[Z", KEY_BTAB}};
    for (size_t i = 0; i < sizeof usual / sizeof usual[0]; i++)
        define_key(usual[i].sent, usual[i].key);
}

static void define_keys(void) {
    define_usual_keys();
    define_key("\033[I", CURSES_FOCUS_IN);
    define_key("\033[O", CURSES_FOCUS_OUT);
    define_key("\033[1;5D", CURSES_WORD_LEFT);
    define_key("\033[1;5C", CURSES_WORD_RIGHT);
    define_key("\033[200~", CURSES_PASTE_BEGINS);
    define_key("\033[201~", CURSES_PASTE_ENDS);
    define_key(NULL, KEY_MOUSE); /* ours are the same bytes, and ncurses would take them first */
    define_key("\033[<", CURSES_MOUSE);
    define_key("\033[M", CURSES_OLD_MOUSE);
    define_key(SEQUENCE_IS_NARROW, CURSES_LINE_NARROW);
    define_key(SEQUENCE_IS_WIDE, CURSES_LINE_WIDE);
}

int screen_open(
    struct screen **out, const struct screen_options *options, char *why, size_t why_size) {
    const char *term = getenv("TERM");
    setlocale(LC_CTYPE, "");
    tcgetattr(STDIN_FILENO, &rescue.before);
    if (!can_draw(term, why, why_size))
        return 1;
    struct screen *screen = calloc(1, sizeof *screen);
    if (screen == NULL)
        return -ENOMEM;
    screen->text = !is_utf8() ? SCREEN_ASCII : is_old_kind(term) ? SCREEN_DOUBTFUL : SCREEN_UTF8;
    screen->ascii = screen->text != SCREEN_UTF8;
    del_curterm(cur_term); /* that was for the look only: newterm() makes its own */
    screen->curses = new_terminal(term);
    if (screen->curses == NULL) {
        free(screen);
        snprintf(why, why_size, "the terminal '%.40s' cannot be opened", term);
        return 1;
    }
    screen->colors = !options->no_color && has_colors() && start_color() == OK;
    screen->is_modern = !is_old_kind(term) && tigetflag("XT") > 0;
    screen->mouse = options->mouse && !is_old_kind(term);
    screen->has_real = screen->colors && screen->is_modern && COLORS >= COLOURS_MANY &&
                       COLORS < COLOURS_DIRECT &&
                       (palette_is_promised(getenv("COLORTERM")) || tigetflag("RGB") > 0);
    screen_set_theme(screen, options->theme);
    prepare_rescue(screen);
    set_modes(screen);
    define_keys(); /* after keypad(), which brings the terminal's own */
    if (options->asks_width && !screen->ascii)
        put_text(SEQUENCE_ASK_WIDTH); /* set_modes() has flushed what ncurses held */
    *out = screen;
    return 0;
}

void screen_close(struct screen *screen) {
    if (screen == NULL)
        return;
    rescue.active = 0;
    reset_modes(screen);
    curs_set(1);
    endwin();
    delscreen(screen->curses);
    cells_fini(&screen->shown);
    bytes_fini(&screen->pasted);
    bytes_fini(&screen->out);
    free(screen);
}

int screen_kind_colors(const char *term) {
    int fault = 0;
    if (setupterm(term, STDOUT_FILENO, &fault) != OK)
        return -1;
    const int colors = tigetnum("colors");
    del_curterm(cur_term);
    return colors > 0 ? colors : 0;
}

const char *screen_library_version(void) {
    return curses_version();
}

bool screen_has_colours(const struct screen *screen) {
    return screen->colors;
}

enum screen_text screen_text(const struct screen *screen) {
    return screen->text;
}

void screen_set_ascii(struct screen *screen, bool ascii) {
    if (screen->ascii == ascii)
        return;
    screen->ascii = ascii;
    cells_fini(&screen->shown);
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
    rescue.active = 0;
    reset_modes(screen);
    endwin();
}

void screen_resume(struct screen *screen) {
    rescue.active = 1;
    refresh();
    set_modes(screen);
    screen->shows_cursor = false;
    screen_resize(screen);
}

/* ---- drawing ---- */

static bool differs(const struct cell *a, const struct cell *b) {
    return a->style != b->style || a->selected != b->selected || a->cells != b->cells ||
           strcmp(a->text, b->text) != 0;
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
    wchar_t wide[CCHARW_MAX + 1] = {0};
    cchar_t put;
    const char *text = cell->text;
    mbstate_t state = {0};
    const size_t len = mbsrtowcs(wide, &text, CCHARW_MAX, &state);
    wide[len < CCHARW_MAX ? len : CCHARW_MAX] = L'\0';
    /* ncurses goes on from where the system says that a cluster ends. */
    if (len == (size_t)-1 || wcswidth(wide, CCHARW_MAX) != cell->cells) {
        put_ascii(row, col, cell);
        return;
    }
    /* The last cell of the screen is put, and reported as a fault, because no cursor can follow. */
    if (setcchar(&put, wide, attributes, pair, NULL) == OK)
        mvadd_wch(row, col, &put);
    else
        mvaddch(row, col, '?');
}

/* ---- clusters whose width is not certain ---- */

/* At the end of a row there is no room for a mistake: it would go on in the next one. */
static bool is_doubtful(const struct screen *screen, const struct cells *cells, int row, int col) {
    const struct cell *cell = cells_at(cells, row, col);
    return !screen->ascii && cell->cells > 0 && !text_is_certain(cell->text) &&
           col + cell->cells < cells->cols;
}

/* First pass: its place is blank, and what follows is something else than it will be, so that
 * ncurses writes it again. */
static void put_blanks(const struct cells *cells, int row, int col) {
    const int next = col + cells_at(cells, row, col)->cells;
    const int last = next + brush_overflow(cells, row, col);
    attr_set(A_NORMAL, 0, NULL);
    for (int at = col; at < last; at++)
        mvaddch(row, at, at < next || strcmp(cells_at(cells, row, at)->text, " ") != 0 ? ' ' : '.');
}

/* Second pass: the cluster, and the cursor by its place. What mvcur() writes waits in stdout, what
 * refresh() writes does not. */
static void put_doubtful(const struct screen *screen, const struct cells *cells, int row, int col) {
    const struct cell *cell = cells_at(cells, row, col);
    put_cell(screen, row, col, cell);
    move(row, col + cell->cells);
    refresh();
    mvcur(-1, -1, row, col + cell->cells);
    fflush(stdout);
}

static bool keep(struct screen *screen, const struct cells *cells) {
    if (screen->shown.at != NULL && screen->shown.rows == cells->rows &&
        screen->shown.cols == cells->cols)
        return true;
    cells_fini(&screen->shown);
    return cells_init(&screen->shown, cells->rows, cells->cols) == 0;
}

/* Behind a frame: what is seen of it is seen where it belongs. */
static void show_cursor(struct screen *screen, bool shows) {
    if (shows == screen->shows_cursor)
        return;
    screen->shows_cursor = shows;
    curs_set(shows ? 1 : 0);
}

static bool must_put(
    const struct screen *screen, const struct cells *cells, int row, int col, bool known) {
    const struct cell *cell = cells_at(cells, row, col);
    const struct cell *shown = cells_at(&screen->shown, row, col);
    if (cell->cells == 0)
        return false;
    return !known || differs(cell, shown) || (cell->cells == 2 && differs(cell + 1, shown + 1));
}

/* What changed, but the doubtful: how many cells, and of these how many wait. */
static int put_certain(
    struct screen *screen, const struct cells *cells, bool known, int *doubtful) {
    int put = 0;
    for (int row = 0; row < cells->rows; row++) {
        for (int col = 0; col < cells->cols; col++) {
            if (!must_put(screen, cells, row, col, known))
                continue;
            put++;
            if (is_doubtful(screen, cells, row, col))
                ++*doubtful;
            else
                put_cell(screen, row, col, cells_at(cells, row, col));
        }
    }
    return put;
}

/* A pass over a row: its doubtful clusters that changed, or that one before them may have written
 * over; and in the second pass what may have been written over. */
static void pass_row(
    struct screen *screen, const struct cells *cells, int row, bool known, bool second) {
    int reach = 0;
    for (int col = 0; col < cells->cols; col++) {
        const struct cell *cell = cells_at(cells, row, col);
        if (cell->cells == 0 || (col >= reach && !must_put(screen, cells, row, col, known)))
            continue;
        if (!is_doubtful(screen, cells, row, col)) {
            if (second && col < reach)
                put_cell(screen, row, col, cell);
            continue;
        }
        if (second)
            put_doubtful(screen, cells, row, col);
        else
            put_blanks(cells, row, col);
        const int last = col + cell->cells + brush_overflow(cells, row, col);
        reach = last > reach ? last : reach;
    }
}

static void show_doubtful(struct screen *screen, const struct cells *cells, bool known) {
    for (int row = 0; row < cells->rows; row++)
        pass_row(screen, cells, row, known, false);
    refresh();
    for (int row = 0; row < cells->rows; row++)
        pass_row(screen, cells, row, known, true);
}

/* By ncurses, the whole of a screen or what differs of it. */
static void put_frame(struct screen *screen, const struct cells *cells, bool known, bool all) {
    int doubtful = 0;
    if (!known)
        erase();
    const bool news = put_certain(screen, cells, known, &doubtful) > 0 || !known;
    if (all || screen->painted)
        clearok(stdscr, TRUE);
    screen->painted = false;
    if (news && screen->is_modern)
        bytes_append_text(&screen->out, SEQUENCE_FRAME_BEGINS);
    put_out(bytes_text(&screen->out), screen->out.len);
    if (doubtful > 0)
        show_doubtful(screen, cells, known);
    if (cells->cursor_row >= 0)
        move(cells->cursor_row, cells->cursor_col);
    refresh();
    if (news && screen->is_modern)
        put_text(SEQUENCE_FRAME_ENDS);
}

/* Where something is being written. */
static void paint_cursor(struct screen *screen, const struct cells *cells, bool moved) {
    moved = moved || screen->cursor_row != cells->cursor_row ||
            screen->cursor_col != cells->cursor_col || !screen->painted;
    screen->cursor_row = cells->cursor_row;
    screen->cursor_col = cells->cursor_col;
    if (moved && cells->cursor_row >= 0)
        brush_move(&screen->brush, &screen->out, cells->cursor_row, cells->cursor_col);
}

static void take_away(struct bytes *bytes, size_t from, size_t to) {
    memmove(bytes->at + from, bytes->at + to, bytes->len - to + 1);
    bytes->len -= to - from;
}

static void paint_frame(struct screen *screen, const struct cells *cells) {
    struct bytes *out = &screen->out;
    const size_t before = out->len;
    bytes_append_text(out, SEQUENCE_FRAME_BEGINS);
    const size_t begun = out->len;
    if (bytes_failed(out))
        return;
    screen->brush.ascii = screen->ascii;
    screen->brush.row = screen->brush.col = -1;
    const bool put = brush_paint(&screen->brush, out, &screen->shown, cells) > 0;
    paint_cursor(screen, cells, put);
    screen->painted = true;
    if (out->len - begun > AT_ONCE)
        bytes_append_text(out, SEQUENCE_FRAME_ENDS);
    else
        take_away(out, before, begun);
    put_out(bytes_text(out), out->len);
}

static void remember(struct screen *screen, const struct cells *cells) {
    const size_t len = (size_t)cells->cols * sizeof *cells->at;
    for (int row = 0; row < cells->rows; row++) {
        struct cell *shown = cells_at(&screen->shown, row, 0);
        const struct cell *now = cells_at(cells, row, 0);
        if (memcmp(shown, now, len) != 0)
            memcpy(shown, now, len);
    }
}

void screen_show(struct screen *screen, const struct cells *cells, bool all) {
    const bool known = screen->shown.at != NULL && !all && screen->shown.rows == cells->rows &&
                       screen->shown.cols == cells->cols;
    if (!keep(screen, cells))
        return;
    if (known && screen->paints)
        paint_frame(screen, cells);
    else
        put_frame(screen, cells, known, all);
    if (bytes_failed(&screen->out)) /* what is shown is not known */
        cells_fini(&screen->shown);
    else
        remember(screen, cells);
    bytes_clear(&screen->out);
    show_cursor(screen, cells->cursor_row >= 0);
}

/* ---- being told ---- */

void screen_ring(struct screen *screen) {
    (void)screen;
    put_out("\a", 1);
}

void screen_notice(struct screen *screen, enum notice_kind kind, const char *text) {
    struct bytes bytes = BYTES_EMPTY;
    (void)screen;
    sequence_notice(&bytes, kind, text);
    if (!bytes_failed(&bytes))
        put_out(bytes_text(&bytes), bytes.len);
    bytes_fini(&bytes);
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
        {KEY_BTAB, KEY_CODE_BACK_TAB}, {KEY_ENTER, KEY_CODE_ENTER},
        {KEY_BACKSPACE, KEY_CODE_BACKSPACE}, {CURSES_FOCUS_IN, KEY_CODE_FOCUS_IN},
        {CURSES_FOCUS_OUT, KEY_CODE_FOCUS_OUT}, {KEY_DC, KEY_CODE_DELETE},
        {KEY_SLEFT, KEY_CODE_WORD_LEFT}, {KEY_SRIGHT, KEY_CODE_WORD_RIGHT},
        {CURSES_WORD_LEFT, KEY_CODE_WORD_LEFT}, {CURSES_WORD_RIGHT, KEY_CODE_WORD_RIGHT},
        {CURSES_LINE_NARROW, KEY_CODE_LINE_NARROW}, {CURSES_LINE_WIDE, KEY_CODE_LINE_WIDE}};
    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++)
        if ((int)key == keys[i].curses)
            return keys[i].ours;
    if (key > KEY_F(0) && key <= KEY_F(12))
        return KEY_CODE_F((int)key - KEY_F(0));
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

/* Whether a key is part of a report of the mouse, which may come in pieces; its end is not. */
static bool is_of_mouse(struct mouse_reading *reading, int kind, wint_t key) {
    if (kind == KEY_CODE_YES && (key == CURSES_MOUSE || key == CURSES_OLD_MOUSE)) {
        *reading = (struct mouse_reading){.active = key == CURSES_MOUSE,
            .swallow = key == CURSES_OLD_MOUSE ? OLD_MOUSE_BYTES : 0};
        return true;
    }
    if (reading->swallow > 0) {
        reading->swallow--;
        return true;
    }
    if (!reading->active)
        return false;
    const bool is_number = kind == OK && ((key >= '0' && key <= '9') || key == ';');
    if (is_number && reading->len + 1 < MOUSE_MOST) {
        reading->numbers[reading->len++] = (char)key;
        return true;
    }
    reading->active = false;
    if (kind == OK && (key == 'M' || key == 'm'))
        reading->last = sequence_mouse(reading->numbers, key == 'M');
    else
        reading->last = (struct mouse_event){0};
    return reading->last.kind == MOUSE_NONE;
}

const struct mouse_event *screen_mouse(const struct screen *screen) {
    return &screen->reading.last;
}

/* Whether an Esc begins a sequence that nobody knows, which is then read to its end: it is no key,
 * least of all Esc. ncurses has waited for what follows, so that all of it is here. */
static bool is_sequence(void) {
    wint_t next;
    const int kind = get_wch(&next);
    if (kind == ERR)
        return false;
    if (kind == KEY_CODE_YES)
        ungetch((int)next);
    else if (next != '[' && next != 'O')
        unget_wch((wchar_t)next);
    if (kind == KEY_CODE_YES || (next != '[' && next != 'O'))
        return false;
    const bool is_short = next == 'O';
    while (get_wch(&next) == OK && !is_short && next >= ' ' && next < '@')
        continue;
    return true;
}

int screen_key(struct screen *screen) {
    wint_t key;
    screen->reading.last = (struct mouse_event){0};
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
        if (is_of_mouse(&screen->reading, kind, key))
            continue;
        if (screen->reading.last.kind != MOUSE_NONE)
            return KEY_CODE_MOUSE;
        if (kind == OK && key == KEY_CODE_ESCAPE && is_sequence())
            continue;
        const int code = kind == KEY_CODE_YES ? from_curses(key) : (int)key;
        if (code != KEY_CODE_NONE)
            return code;
    }
}
