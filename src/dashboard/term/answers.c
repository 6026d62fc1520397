/* SPDX-License-Identifier: MIT */
/*
 * Everything is asked at once, and answers come in order: where a sign was drawn how wide is known
 * by where the cursor stands after it, and the answer to the last question tells that no more will
 * come. A terminal that does not know a question leaves it out.
 */
#include "dashboard/term/answers.h"

#include "dashboard/cli/text.h"

#include <stdlib.h>
#include <string.h>

const struct sign answers_signs[] = {{"─", 1, SIGN_LINE}, {"│", 1, SIGN_LINE}, {"┌", 1, SIGN_LINE},
    {"┘", 1, SIGN_LINE}, {"▾", 1, SIGN_LINE}, {"◉", 1, SIGN_NEUTRAL}, {"◒", 1, SIGN_NEUTRAL},
    {"◦", 1, SIGN_NEUTRAL}, {"◌", 1, SIGN_NEUTRAL}, {"⊘", 1, SIGN_NEUTRAL}, {"●", 1, SIGN_CLASSIC},
    {"◐", 1, SIGN_CLASSIC}, {"○", 1, SIGN_CLASSIC}, {"×", 1, SIGN_CLASSIC}, {"⣀", 1, SIGN_STRIP},
    {"⣿", 1, SIGN_STRIP}, {"陳", 2, SIGN_WIDE}, {"ゆ", 2, SIGN_WIDE}, {"🏄", 2, SIGN_WIDE}};
const size_t answers_sign_count = sizeof answers_signs / sizeof answers_signs[0];
_Static_assert(sizeof answers_signs / sizeof answers_signs[0] <= ANSWERS_SIGNS, "room for all");

void answers_ask(struct bytes *to, bool utf8) {
    bytes_append_text(to, "\033[>0q"); /* its name */
    bytes_append_text(to, "\033[?1004$p\033[?2004$p\033[?2026$p\033[?1006$p");
    for (size_t i = 0; utf8 && i < answers_sign_count; i++)
        bytes_printf(to, "\r%s\033[6n", answers_signs[i].text);
    bytes_append_text(to, "\r\033[K\033[c");
}

/* ---- reading ---- */

static enum can *mode_of(struct answers *answers, int mode) {
    switch (mode) {
    case 1004: return &answers->focus;
    case 2004: return &answers->paste;
    case 2026: return &answers->frames;
    case 1006: return &answers->mouse;
    default: return NULL;
    }
}

/* "?2026;2$y" */
static void read_mode(struct answers *answers, const char *body) {
    char *end;
    const int mode = (int)strtol(body + 1, &end, 10);
    enum can *can = mode_of(answers, mode);
    if (can != NULL && *end == ';')
        *can = end[1] >= '1' && end[1] <= '3' ? CAN : CAN_NOT;
}

/* "12;3R" */
static void read_place(struct answers *answers, const char *body) {
    const char *column = strchr(body, ';');
    const int at = column != NULL ? (int)strtol(column + 1, NULL, 10) : 0;
    size_t i = 0;
    while (i < answers_sign_count && answers->drawn[i] != 0)
        i++;
    /* Zero cells are as wrong as three, and are no "did not say". */
    if (i < answers_sign_count && at >= 1 && at < 100)
        answers->drawn[i] = at > 1 ? at - 1 : -1;
}

/* "?62;22;52c": 52 means that the clipboard may be written. */
static void read_kind(struct answers *answers, const char *body) {
    answers->answers = true;
    for (const char *at = body + 1; at != NULL && *at != '\0'; at = strpbrk(at, ";")) {
        at += *at == ';';
        if (strncmp(at, "52", 2) == 0 && (at[2] == ';' || at[2] == 'c'))
            answers->clipboard = CAN;
    }
}

/* One CSI, without its two first bytes. */
static bool read_csi(struct answers *answers, const char *body, size_t len) {
    const char last = body[len - 1];
    if (last == 'R')
        read_place(answers, body);
    else if (last == 'y' && body[0] == '?')
        read_mode(answers, body);
    else if (last == 'c' && body[0] == '?')
        read_kind(answers, body);
    return last == 'c' && body[0] == '?';
}

/* ">|XTerm(370)" between DCS and ST; only what may be printed. */
static void read_name(struct answers *answers, const char *body, size_t len) {
    if (len < 2 || body[0] != '>' || body[1] != '|')
        return;
    size_t at = 0;
    for (size_t i = 2; i < len && at + 1 < sizeof answers->name; i++)
        if (body[i] >= ' ' && body[i] <= '~')
            answers->name[at++] = body[i];
    answers->name[at] = '\0';
}

/* The bytes of an answer's body, with its end; 0: it has none. */
static size_t csi_len(const char *body, size_t left) {
    for (size_t i = 0; i < left && i < 64; i++)
        if (body[i] >= '@' && body[i] <= '~')
            return i + 1;
    return 0;
}

void answers_read(struct answers *answers, const char *bytes, size_t len, bool *ended) {
    *ended = false;
    for (size_t at = 0; at + 2 < len && !*ended;) {
        char body[66] = "";
        if (bytes[at] != '\033' || (bytes[at + 1] != '[' && bytes[at + 1] != 'P')) {
            at++;
            continue;
        }
        const char *from = bytes + at + 2;
        const size_t left = len - at - 2;
        const char *end = bytes[at + 1] == 'P' ? memmem(from, left, "\033\\", 2) : NULL;
        const size_t size = bytes[at + 1] == '[' ? csi_len(from, left)
                            : end != NULL        ? (size_t)(end - from)
                                                 : 0;
        if (bytes[at + 1] == '[' && size > 0) {
            memcpy(body, from, size);
            *ended = read_csi(answers, body, size);
        } else if (size > 0) {
            read_name(answers, from, size);
        }
        at += 2 + size;
    }
}

/* ---- what it means ---- */

static bool is_right(const struct answers *answers, enum sign_group group) {
    for (size_t i = 0; i < answers_sign_count; i++)
        if (answers_signs[i].group == group && answers->drawn[i] != 0 &&
            answers->drawn[i] != answers_signs[i].cells)
            return false;
    return true;
}

static bool knows_widths(const struct answers *answers) {
    return answers->drawn[0] != 0;
}

static void put_environment(const struct answers *answers, struct bytes *to) {
    bytes_append_text(to, "TERM                  ");
    text_plain(to, answers->term != NULL ? answers->term : "not set");
    if (answers->term != NULL && answers->colors >= 0)
        bytes_printf(to, ", %d colours", answers->colors);
    else if (answers->term != NULL)
        bytes_append_text(to, ", which is not known here");
    bytes_append_text(to, "\nCOLORTERM             ");
    text_plain(to, answers->color_term != NULL ? answers->color_term : "not set");
    bytes_append_char(to, '\n');
    bytes_printf(to, "NO_COLOR              %s\n", answers->no_color ? "set" : "not set");
    bytes_printf(to, "Characters            %s\n", answers->utf8 ? "UTF-8" : "not UTF-8 (LC_ALL)");
    bytes_printf(to, "It calls itself       %s\n",
        answers->name[0] != '\0' ? answers->name
        : answers->answers       ? "nothing"
                                 : "nothing: it answers no questions");
}

static void put_can(struct bytes *to, const char *what, enum can can, const char *so) {
    static const char *const words[] = {
        [CAN_UNKNOWN] = "not said", [CAN_NOT] = "no", [CAN] = "yes"};
    bytes_printf(
        to, "%-22s%s%s%s\n", what, words[can], can == CAN ? "" : ": ", can == CAN ? "" : so);
}

static void put_abilities(const struct answers *answers, struct bytes *to) {
    put_can(to, "Focus events", answers->focus, "what you missed begins where you press d");
    put_can(to, "Bracketed paste", answers->paste, "do not paste where keys are commands");
    put_can(to, "Whole frames", answers->frames, "a large change may be seen being drawn");
    put_can(to, "Mouse", answers->mouse, "everything has a key");
    put_can(to, "Clipboard (OSC 52)", answers->clipboard,
        "it cannot be asked for sure; press y and paste elsewhere");
}

static void put_signs(const struct answers *answers, struct bytes *to) {
    static const char *const groups[SIGN_GROUPS] = {[SIGN_LINE] = "Lines",
        [SIGN_NEUTRAL] = "Dots, neutral",
        [SIGN_CLASSIC] = "Dots, classic",
        [SIGN_STRIP] = "Strips",
        [SIGN_WIDE] = "Wide, two cells each"};
    for (int group = 0; group < SIGN_GROUPS; group++) {
        bytes_printf(to, "%-22s", groups[group]);
        for (size_t i = 0; i < answers_sign_count; i++)
            if (answers_signs[i].group == (enum sign_group)group)
                bytes_printf(to, "%s ", answers_signs[i].text);
        bytes_append_text(to, !knows_widths(answers) ? " (it does not say how wide)"
                              : is_right(answers, (enum sign_group)group)
                                  ? " as wide as they must be"
                                  : " NOT as wide as they must be");
        bytes_append_char(to, '\n');
    }
}

/* For the eye, whatever the terminal says. */
static void put_rulers(struct bytes *to) {
    bytes_append_text(to, "\nRulers: all bars on the right must stand under each other.\n"
                          "  |1234567890123456|\n"
                          "  |◉ ◒ ◦ ◌ ⊘ ◉◒◦◌⊘ |\n"
                          "  |● ◐ ○ ? × ●◐○?× |\n"
                          "  |────────────────|\n"
                          "  |⣀⣤⣶⣿⣿⣶⣤⣀⣀⣤⣶⣿⣿⣶⣤⣀|\n"
                          "  |陳大文ゆき🏄王伟|\n");
}

static void put_colors(struct bytes *to) {
    static const struct {
        const char *sgr, *word;
    } all[] = {{"32", "online"}, {"33", "just left"}, {"2", "offline"}, {"34", "unknown"},
        {"2;31", "banned"}, {"35;7;1", "[INVISIBLE]"}, {"1", "bold"}, {"7", "reverse"}};
    bytes_append_text(to, "\nColours: each word must be readable.\n  ");
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++)
        bytes_printf(to, "\033[%sm%s\033[0m  ", all[i].sgr, all[i].word);
    bytes_append_char(to, '\n');
}

static const char *glyphs_to_set(const struct answers *answers) {
    if (!answers->utf8 || !knows_widths(answers))
        return NULL; /* auto does it */
    if (is_right(answers, SIGN_NEUTRAL))
        return NULL;
    return is_right(answers, SIGN_CLASSIC) && is_right(answers, SIGN_LINE) ? "classic" : "ascii";
}

static void put_advice(const struct answers *answers, struct bytes *to) {
    const char *glyphs = glyphs_to_set(answers);
    bytes_append_text(to, "\nWhat to set\n");
    if (answers->term == NULL || answers->colors < 0)
        bytes_append_text(to, "  TERM, to a kind that is known here, such as xterm-256color;\n"
                              "  porchlight --plain does without\n");
    if (!answers->utf8)
        bytes_append_text(to, "  LC_ALL=C.UTF-8, or all is drawn in ASCII\n");
    if (glyphs != NULL)
        bytes_printf(to, "  in the configuration:\n    [ui]\n    glyphs = %s\n", glyphs);
    else if (answers->utf8 && !knows_widths(answers))
        bytes_append_text(to, "  glyphs = ascii under [ui] in the configuration, if the rulers do\n"
                              "  not agree; glyphs = classic, if only that line does\n");
    if (!is_right(answers, SIGN_WIDE))
        bytes_append_text(
            to, "  nothing helps names in wide signs: rows with them may look moved\n");
    if (answers->term != NULL && answers->colors >= 0 && answers->utf8 && glyphs == NULL &&
        knows_widths(answers))
        bytes_append_text(to, "  nothing: all is as it should be\n");
    bytes_append_text(to, "  and to taste: porchlight --theme NAME, or theme = NAME under [ui]\n");
}

void answers_print(const struct answers *answers, struct bytes *to) {
    put_environment(answers, to);
    bytes_append_char(to, '\n');
    put_abilities(answers, to);
    if (answers->utf8) {
        bytes_append_char(to, '\n');
        put_signs(answers, to);
        put_rulers(to);
    }
    if (!answers->no_color && answers->colors > 0)
        put_colors(to);
    put_advice(answers, to);
}
