/* SPDX-License-Identifier: MIT */
#include "dashboard/view/theme.h"

#include <stddef.h>

static const struct look looks[STYLE_COUNT] = {
    [STYLE_PLAIN] = {INK_TEXT, 0, 0},
    [STYLE_FRAME] = {INK_FRAME, LOOK_DIM, LOOK_DIM},
    [STYLE_TITLE] = {INK_TEXT, LOOK_BOLD, LOOK_BOLD},
    [STYLE_FOCUS] = {INK_ACCENT, LOOK_BOLD, LOOK_BOLD | LOOK_UNDERLINE},
    [STYLE_FAINT] = {INK_FAINT, LOOK_DIM, LOOK_DIM},
    [STYLE_WATCHES] = {INK_HOME, LOOK_BOLD, LOOK_BOLD},
    [STYLE_ONLINE] = {INK_HOME, 0, 0},
    [STYLE_LEFT] = {INK_LEFT, 0, 0},
    [STYLE_OFFLINE] = {INK_FAINT, LOOK_DIM, LOOK_DIM},
    [STYLE_UNKNOWN] = {INK_UNKNOWN, 0, LOOK_DIM},
    [STYLE_BANNED] = {INK_BANNED, LOOK_DIM, LOOK_DIM},
    [STYLE_STALE] = {INK_FAINT, LOOK_DIM, LOOK_DIM},
    [STYLE_NAME] = {INK_TEXT, LOOK_BOLD, LOOK_BOLD},
    [STYLE_STATUS] = {INK_STATUS, 0, 0},
    [STYLE_GOOD] = {INK_HOME, 0, 0},
    [STYLE_WARN] = {INK_WARN, LOOK_BOLD, LOOK_BOLD},
    [STYLE_BAD] = {INK_BAD, LOOK_BOLD, LOOK_BOLD | LOOK_UNDERLINE},
    [STYLE_HIDDEN] = {INK_HIDDEN, LOOK_REVERSE | LOOK_BOLD, LOOK_REVERSE},
    [STYLE_PENDING] = {INK_WARN, LOOK_REVERSE, LOOK_REVERSE},
    [STYLE_KEY] = {INK_ACCENT, 0, LOOK_BOLD},
    [STYLE_UNREAD] = {INK_WARN, LOOK_BOLD, LOOK_BOLD},
    [STYLE_FLAPS] = {INK_HIDDEN, 0, LOOK_UNDERLINE},
    [STYLE_MATCH] = {INK_WARN, LOOK_BOLD | LOOK_UNDERLINE, LOOK_REVERSE},
    [STYLE_WATCHED] = {INK_STATUS, LOOK_BOLD, LOOK_BOLD},
};

/* Among the sixteen. */
enum {
    BLACK = 1,
    RED,
    GREEN,
    YELLOW,
    BLUE,
    MAGENTA,
    CYAN,
    WHITE,
    BRIGHT_BLACK,
    BRIGHT_RED,
    BRIGHT_GREEN,
    BRIGHT_YELLOW,
    BRIGHT_BLUE,
    BRIGHT_MAGENTA,
    BRIGHT_CYAN,
    BRIGHT_WHITE
};

#define RGB(rgb) (COLOUR_RGB | (rgb))

static const struct theme
    themes[] =
        {
            {
                .name = "default",
                .help = "the sixteen colours of the terminal, on its own background",
                .inks =
                    {
                        [INK_ACCENT] = {YELLOW, 0},
                        [INK_HOME] = {GREEN, 0},
                        [INK_LEFT] = {YELLOW, 0},
                        [INK_UNKNOWN] = {BLUE, 0},
                        [INK_BANNED] = {RED, 0},
                        [INK_STATUS] = {CYAN, 0},
                        [INK_WARN] = {YELLOW, 0},
                        [INK_BAD] = {RED, 0},
                        [INK_HIDDEN] = {MAGENTA, 0},
                        [INK_CHOSEN] = {BLACK, 0},
                        [INK_CHOSEN_PAPER] = {CYAN, 0},
                    },
            },
            {
                .name = "light",
                .help = "darker inks for a light background, which stays the terminal's own",
                .inks =
                    {
                        [INK_ACCENT] = {BLUE, RGB(0x0040a0)},
                        [INK_HOME] = {GREEN, RGB(0x006e1e)},
                        [INK_LEFT] = {MAGENTA, RGB(0x8f5300)},
                        [INK_UNKNOWN] = {BLUE, RGB(0x2a52be)},
                        [INK_BANNED] = {RED, RGB(0xa01c1c)},
                        [INK_STATUS] = {BLUE, RGB(0x005f73)},
                        [INK_WARN] = {RED, RGB(0x9c4a00)},
                        [INK_BAD] = {RED, RGB(0xb00020)},
                        [INK_HIDDEN] = {MAGENTA, RGB(0x7a1f8a)},
                        [INK_CHOSEN] = {BRIGHT_WHITE, 0},
                        [INK_CHOSEN_PAPER] = {BLUE, RGB(0x1d4f91)},
                    },
            },
            {
                .name = "high-contrast",
                .help = "bright on black, nothing dim",
                .no_dim = true,
                .inks =
                    {
                        [INK_TEXT] = {BRIGHT_WHITE, RGB(0xffffff)},
                        [INK_PAPER] = {BLACK, RGB(0x000000)},
                        [INK_FAINT] = {WHITE, RGB(0xd0d0d0)},
                        [INK_FRAME] = {WHITE, RGB(0xd0d0d0)},
                        [INK_ACCENT] = {BRIGHT_YELLOW, RGB(0xffff00)},
                        [INK_HOME] = {BRIGHT_GREEN, RGB(0x5fff5f)},
                        [INK_LEFT] = {BRIGHT_YELLOW, RGB(0xffff00)},
                        [INK_UNKNOWN] = {BRIGHT_CYAN, RGB(0x87d7ff)},
                        [INK_BANNED] = {BRIGHT_RED, RGB(0xff8787)},
                        [INK_STATUS] = {BRIGHT_CYAN, RGB(0x5fffff)},
                        [INK_WARN] = {BRIGHT_YELLOW, RGB(0xffff00)},
                        [INK_BAD] = {BRIGHT_RED, RGB(0xff8787)},
                        [INK_HIDDEN] = {BRIGHT_MAGENTA, RGB(0xffafff)},
                        [INK_CHOSEN] = {BLACK, RGB(0x000000)},
                        [INK_CHOSEN_PAPER] = {BRIGHT_YELLOW, RGB(0xffff00)},
                    },
            },
            {
                .name = "deuteranopia",
                .help = "blue and orange where others have green and red",
                .inks =
                    {
                        [INK_ACCENT] = {YELLOW, RGB(0xd7af00)},
                        [INK_HOME] = {BRIGHT_BLUE, RGB(0x2f8fff)},
                        [INK_LEFT] = {YELLOW, RGB(0xd7af00)},
                        [INK_UNKNOWN] = {0, 0},
                        [INK_BANNED] = {YELLOW, RGB(0xd06000)},
                        [INK_STATUS] = {CYAN, RGB(0x5fafd7)},
                        [INK_WARN] = {YELLOW, RGB(0xd7af00)},
                        [INK_BAD] = {YELLOW, RGB(0xe06600)},
                        [INK_HIDDEN] = {BLUE, RGB(0x3f6fd7)},
                        [INK_CHOSEN] = {BLACK, 0},
                        [INK_CHOSEN_PAPER] = {CYAN, RGB(0x5fafd7)},
                    },
            },
            {
                .name = "ember",
                .help = "dusk, and a lamp over the door (256 colours)",
                .no_dim = true,
                .inks =
                    {
                        [INK_TEXT] = {WHITE, RGB(0xd9cdb8)},
                        [INK_PAPER] = {BLACK, RGB(0x1d1a17)},
                        [INK_FAINT] = {WHITE, RGB(0x8c8378)},
                        [INK_FRAME] = {WHITE, RGB(0x5c544b)},
                        [INK_ACCENT] = {YELLOW, RGB(0xff9f45)},
                        [INK_HOME] = {BRIGHT_YELLOW, RGB(0xffd75f)},
                        [INK_LEFT] = {YELLOW, RGB(0xc07f52)},
                        [INK_UNKNOWN] = {CYAN, RGB(0x7f9fae)},
                        [INK_BANNED] = {RED, RGB(0xcc7b73)},
                        [INK_STATUS] = {CYAN, RGB(0x9fc7b5)},
                        [INK_WARN] = {BRIGHT_YELLOW, RGB(0xffb02e)},
                        [INK_BAD] = {BRIGHT_RED, RGB(0xff6b5e)},
                        [INK_HIDDEN] = {MAGENTA, RGB(0xb995d9)},
                        [INK_CHOSEN] = {BLACK, RGB(0x1d1a17)},
                        [INK_CHOSEN_PAPER] = {YELLOW, RGB(0xe0a95c)},
                    },
            },
            {
                .name = "fjord",
                .help = "deep water and cold light (256 colours)",
                .no_dim = true,
                .inks =
                    {
                        [INK_TEXT] = {WHITE, RGB(0xd3dde6)},
                        [INK_PAPER] = {BLACK, RGB(0x18222d)},
                        [INK_FAINT] = {WHITE, RGB(0x8795a1)},
                        [INK_FRAME] = {WHITE, RGB(0x4f6273)},
                        [INK_ACCENT] = {CYAN, RGB(0x62d0c8)},
                        [INK_HOME] = {GREEN, RGB(0x9ad58a)},
                        [INK_LEFT] = {YELLOW, RGB(0xe3c46f)},
                        [INK_UNKNOWN] = {BLUE, RGB(0x7ba7dc)},
                        [INK_BANNED] = {RED, RGB(0xd98088)},
                        [INK_STATUS] = {CYAN, RGB(0x86c5dc)},
                        [INK_WARN] = {YELLOW, RGB(0xf0b264)},
                        [INK_BAD] = {RED, RGB(0xff7d7d)},
                        [INK_HIDDEN] = {MAGENTA, RGB(0xc69adb)},
                        [INK_CHOSEN] = {BLACK, RGB(0x18222d)},
                        [INK_CHOSEN_PAPER] = {CYAN, RGB(0x6fb7d6)},
                    },
            },
            {
                .name = "linen",
                .help = "ink on light cloth (256 colours)",
                .no_dim = true,
                .inks =
                    {
                        [INK_TEXT] = {BLACK, RGB(0x35302b)},
                        [INK_PAPER] = {WHITE, RGB(0xf3eee4)},
                        [INK_FAINT] = {BLACK, RGB(0x746b61)},
                        [INK_FRAME] = {BLACK, RGB(0xb0a8a0)},
                        [INK_ACCENT] = {BLUE, RGB(0x8f4a00)},
                        [INK_HOME] = {GREEN, RGB(0x087508)},
                        [INK_LEFT] = {MAGENTA, RGB(0x9c5f00)},
                        [INK_UNKNOWN] = {BLUE, RGB(0x2058b0)},
                        [INK_BANNED] = {RED, RGB(0xa33a34)},
                        [INK_STATUS] = {BLUE, RGB(0x00677a)},
                        [INK_WARN] = {RED, RGB(0xa85200)},
                        [INK_BAD] = {RED, RGB(0xb81414)},
                        [INK_HIDDEN] = {MAGENTA, RGB(0x87309f)},
                        [INK_CHOSEN] = {WHITE, RGB(0xf3eee4)},
                        [INK_CHOSEN_PAPER] = {BLUE, RGB(0x205f87)},
                    },
            },
};
enum { THEMES = sizeof themes / sizeof themes[0] };

const struct look *theme_look(enum style style) {
    return &looks[style];
}

const struct theme *theme_at(int i) {
    return i >= 0 && i < THEMES ? &themes[i] : NULL;
}

static int far(uint32_t a, uint32_t b) {
    const int red = (int)(a >> 16 & 255) - (int)(b >> 16 & 255);
    const int green = (int)(a >> 8 & 255) - (int)(b >> 8 & 255);
    const int blue = (int)(a & 255) - (int)(b & 255);
    return red * red + green * green + blue * blue;
}

/* What one of the 256 colours is, past the 16 that every terminal has its own of: a cube, and
 * greys. */
static uint32_t colour_of(unsigned i) {
    static const uint32_t levels[] = {0, 95, 135, 175, 215, 255};
    if (i >= 232) {
        const uint32_t grey = 8 + 10 * (i - 232);
        return grey << 16 | grey << 8 | grey;
    }
    const unsigned cube = i - 16;
    return levels[cube / 36] << 16 | levels[cube / 6 % 6] << 8 | levels[cube % 6];
}

int theme_256(uint32_t rgb) {
    int best = 16, least = far(rgb, 0);
    for (int i = 16; i < 256; i++) {
        const int is_far = far(rgb, colour_of((unsigned)i));
        if (is_far < least) {
            least = is_far;
            best = i;
        }
    }
    return best;
}
