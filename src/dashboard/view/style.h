/* SPDX-License-Identifier: MIT */
/*
 * What a cell means. Views say the meaning, the terminal finds the look: here stands the look of
 * the shipped theme in the 16 ANSI names over the terminal's own colours, so that light and dark
 * backgrounds both read well, and where there is no colour the attributes still tell.
 *
 * STYLE(tag, letter in test pictures, colour, attributes)
 */
#ifndef DASHBOARD_VIEW_STYLE_H
#define DASHBOARD_VIEW_STYLE_H

enum colour {
    COLOUR_DEFAULT,
    COLOUR_RED,
    COLOUR_GREEN,
    COLOUR_YELLOW,
    COLOUR_BLUE,
    COLOUR_MAGENTA,
    COLOUR_CYAN,
};

enum attribute {
    ATTRIBUTE_BOLD = 1,
    ATTRIBUTE_DIM = 2,
    ATTRIBUTE_REVERSE = 4,
    ATTRIBUTE_UNDERLINE = 8,
};

#define STYLES                                                                                     \
    STYLE(TEXT, 'n', DEFAULT, 0)                                                                   \
    STYLE(QUIET, 'q', DEFAULT, ATTRIBUTE_DIM)   /* second-rank text */                             \
    STYLE(STRONG, 's', DEFAULT, ATTRIBUTE_BOLD) /* the program's name, names that matter */        \
    STYLE(BORDER, '-', DEFAULT, ATTRIBUTE_DIM)  /* of panes without the focus */                   \
    STYLE(FOCUS, '=', CYAN, 0)                  /* border of the pane with it */                   \
    STYLE(TITLE, 't', DEFAULT, 0)               /* titles of panes */                              \
    STYLE(TITLE_FOCUS, 'T', CYAN, ATTRIBUTE_BOLD)                                                  \
    STYLE(HEADING, 'h', DEFAULT, ATTRIBUTE_DIM) /* names of columns */                             \
    STYLE(WATCHING, 'W', GREEN, ATTRIBUTE_BOLD)                                                    \
    STYLE(ONLINE, 'O', GREEN, 0)                                                                   \
    STYLE(LEFT, 'L', YELLOW, 0) /* just left */                                                    \
    STYLE(OFFLINE, 'f', DEFAULT, ATTRIBUTE_DIM)                                                    \
    STYLE(UNKNOWN, 'u', BLUE, ATTRIBUTE_DIM)                                                       \
    STYLE(BANNED, 'x', RED, ATTRIBUTE_DIM)                                                         \
    STYLE(FLAPPING, 'z', MAGENTA, ATTRIBUTE_UNDERLINE)                                             \
    STYLE(STALE, '~', DEFAULT, ATTRIBUTE_DIM) /* true once; the link is down */                    \
    STYLE(LINK_LIVE, 'g', GREEN, 0)                                                                \
    STYLE(LINK_TRYING, 'y', YELLOW, 0)                                                             \
    STYLE(LINK_LOST, 'R', RED, ATTRIBUTE_BOLD)                                                     \
    STYLE(VISIBLE, 'v', GREEN, 0) /* my own badge */                                               \
    STYLE(INVISIBLE, 'I', MAGENTA, ATTRIBUTE_BOLD | ATTRIBUTE_REVERSE)                             \
    STYLE(PENDING, 'p', YELLOW, 0)                                                                 \
    STYLE(FAILED, 'F', RED, ATTRIBUTE_BOLD)                                                        \
    STYLE(KEY, 'k', CYAN, ATTRIBUTE_BOLD) /* a key in the last line and in help */                 \
    STYLE(UNREAD, '!', YELLOW, ATTRIBUTE_BOLD)                                                     \
    STYLE(CAME, '+', GREEN, 0)                                                                     \
    STYLE(WENT, 'm', DEFAULT, 0)                                                                   \
    STYLE(TOAST, 'o', YELLOW, 0)

enum style {
#define STYLE(tag, letter, colour, attributes) STYLE_##tag,
    STYLES
#undef STYLE
        STYLE_COUNT
};

struct style_look {
    char letter;
    enum colour colour;
    unsigned attributes; /* enum attribute, or-ed */
};

const struct style_look *style_look(enum style style);

#endif
