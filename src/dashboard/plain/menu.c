/* SPDX-License-Identifier: MIT */
#include "dashboard/plain/menu.h"

#include "base/utf8.h"
#include "dashboard/model/mine.h"
#include "dashboard/model/update.h"
#include "dashboard/plain/lookout.h"
#include "dashboard/plain/sentence.h"
#include "dashboard/view/age.h"
#include "dashboard/view/text.h"

#include <stdlib.h>
#include <string.h>

enum { LINES_READ = 10 };

enum item {
    ITEM_QUIT,
    ITEM_WHO,
    ITEM_CHANNEL,
    ITEM_READ,
    ITEM_SEND,
    ITEM_STATUS,
    ITEM_LIGHT,
    ITEM_HIDE,
    ITEM_WATCH,
    ITEM_UNREAD,
    ITEM_ME,
    ITEM_MENU,
    ITEMS
};

/* The number is the place in the table. */
static const struct {
    const char *word, *about;
} choices[ITEMS] = {
    [ITEM_QUIT] = {"quit", "Quit"},
    [ITEM_WHO] = {"who", "Who is here"},
    [ITEM_CHANNEL] = {"channel", "Choose a channel"},
    [ITEM_READ] = {"read", "Read the last messages"},
    [ITEM_SEND] = {"send", "Send a message"},
    [ITEM_STATUS] = {"status", "Set your status"},
    [ITEM_LIGHT] = {"invisible", "Become invisible"},
    [ITEM_HIDE] = {"hide", "Become invisible for a while"},
    [ITEM_WATCH] = {"watch", "Be told when somebody comes or goes"},
    [ITEM_UNREAD] = {"unread", "What is unread"},
    [ITEM_ME] = {"me", "The link, and how others see you"},
    [ITEM_MENU] = {"menu", "Say this again"},
};

static void put_choice(struct bytes *to, const struct model *model, enum item choice) {
    const char *about = choices[choice].about;
    if (choice == ITEM_LIGHT && model->light == LIGHT_OFF)
        about = "Become visible";
    bytes_printf(to, "%d %s", (int)choice, about);
    if (strncmp(choices[choice].word, "quit", 4) != 0)
        bytes_printf(to, " (%s)", choices[choice].word);
    bytes_append_text(to, ".\n");
}

void menu_print(struct bytes *to, const struct model *model) {
    bytes_append_text(to, "Menu. Type a number, or its word, and Enter. Now in ");
    sentence_counts(to, model, model_current(model));
    bytes_append_text(to, ".\n");
    for (int choice = ITEM_WHO; choice < ITEMS; choice++)
        put_choice(to, model, (enum item)choice);
    put_choice(to, model, ITEM_QUIT);
}

/* ---- channels ---- */

static void put_channels(struct bytes *to, const struct model *model) {
    const struct channel_shown *channel;
    bytes_append_text(to, "Which channel? Type its number or its name, or nothing to stay.\n");
    for (size_t i = 0; (channel = model_channel(model, i)) != NULL; i++) {
        bytes_printf(to, "%zu ", i + 1);
        sentence_counts(to, model, channel);
        bytes_append_text(to, ".\n");
    }
}

/* Its place, or SIZE_MAX. */
static size_t find_channel(const struct model *model, const char *word) {
    char *end = NULL;
    const unsigned long number = strtoul(word, &end, 10);
    if (word[0] >= '0' && word[0] <= '9' && *end == '\0')
        return number >= 1 && number <= model->channel_count + 1 ? number - 1 : SIZE_MAX;
    const char *name = word + (word[0] == '#' || word[0] == '@');
    const struct channel_shown *channel;
    for (size_t i = 1; (channel = model_channel(model, i)) != NULL; i++)
        if (strcasecmp(channel->name, name) == 0 || strcmp(channel->cid, word) == 0)
            return i;
    return SIZE_MAX;
}

static unsigned choose_channel(struct model *model, const char *word, struct bytes *to) {
    const size_t at = find_channel(model, word);
    if (at == SIZE_MAX) {
        bytes_append_text(to, "There is no such channel.\n");
        return 0;
    }
    model->channel_at = at;
    bytes_append_text(to, "Now in ");
    sentence_counts(to, model, model_current(model));
    bytes_append_text(to, ".\n");
    return EFFECT_LOOK;
}

/* ---- conversations ---- */

static void put_unread(struct bytes *to, const struct model *model) {
    const struct channel_shown *channel;
    bool any = false;
    for (size_t i = 1; (channel = model_channel(model, i)) != NULL; i++) {
        if (channel->unread == 0)
            continue;
        any = true;
        bytes_printf(to, "%zu ", i + 1);
        sentence_counts(to, model, channel);
        bytes_append_text(to, ".\n");
    }
    bytes_append_text(to, any ? "" : "Nothing is unread.\n");
}

/* The last ones; they are read by that. */
static void read_lines(struct menu *menu, struct bytes *to, struct model *model) {
    struct channel_shown *channel = model_current(model);
    if (channel->cid[0] == '\0') {
        bytes_append_text(to, "Choose one channel first: 2.\n");
        return;
    }
    const struct chat *chat = &channel->chat;
    if (chat->count == 0)
        bytes_append_text(to, "Nothing has been said here yet.\n");
    if (channel->unread > 0)
        bytes_printf(to, channel->unread == 1 ? "The last one is new.\n" : "The last %u are new.\n",
            channel->unread);
    menu->has_read = true;
    for (size_t i = chat->count > LINES_READ ? chat->count - LINES_READ : 0; i < chat->count; i++) {
        const struct line *line = chat->lines[i];
        const char *text = line->deleted ? "(deleted)" : line->text;
        sentence_said(to, model, channel, line->author, text, line->at_ms);
    }
}

static unsigned send(struct model *model, const char *text, int64_t now_ms, struct bytes *to) {
    struct channel_shown *channel = model_current(model);
    struct person *me = model_find_person(model, model->me_id);
    char *clean = text_cleaned(text);
    if (channel->cid[0] == '\0')
        bytes_append_text(to, "Choose one channel first: 2.\n");
    else if (me == NULL || model->link.state != LINK_LIVE)
        bytes_append_text(to, "Not sent: there is no link.\n");
    else if (clean == NULL || utf8_count(clean, strlen(clean)) > CHAT_TEXT_MOST)
        bytes_append_text(to, "Not sent: it is too long.\n");
    else if (chat_write(&channel->chat, clean, me, now_ms) == NULL)
        bytes_append_text(to, "Not sent: out of memory.\n");
    free(clean);
    return 0;
}

/* ---- my light ---- */

/* The model's own words are about keys. */
static unsigned hide(struct model *model, const char *time, int64_t now_ms, struct bytes *to) {
    char clock[6];
    const int64_t before_ms = model->mine.show_at_ms;
    const unsigned effects = mine_hide_for(model, time, now_ms);
    if (model->mine.show_at_ms == before_ms)
        return effects;
    age_clock(clock, model->mine.show_at_ms);
    bytes_printf(to, "You will be visible again at %s.\n", clock);
    model->toast[0] = '\0';
    return effects;
}

/* ---- a line ---- */

static unsigned ask(
    struct menu *menu, const struct model *model, enum asking what, struct bytes *to) {
    menu->asking = what;
    if (what == ASKING_CHANNEL)
        put_channels(to, model);
    else if (what == ASKING_WHOM)
        lookout_ask(menu, model, to);
    else if (what == ASKING_TIME)
        bytes_append_text(
            to, "For how long? Type 30m, 2h, or until 18:00, or nothing to leave it.\n");
    else if (what == ASKING_STATUS)
        bytes_append_text(
            to, "Which status? Type it, or a hyphen for none, or nothing to leave it.\n");
    else
        bytes_append_text(to, "What is the message? Type it, or nothing to send none.\n");
    return 0;
}

static unsigned answer(struct menu *menu, enum asking asked, struct model *model, const char *text,
    int64_t now_ms, struct bytes *to) {
    if (text[0] == '\0') {
        bytes_append_text(to, "Nothing is changed.\n");
        return 0;
    }
    switch (asked) {
    case ASKING_CHANNEL: return choose_channel(model, text, to);
    case ASKING_MESSAGE: return send(model, text, now_ms, to);
    case ASKING_STATUS: return mine_status(model, strcmp(text, "-") == 0 ? "" : text, now_ms);
    case ASKING_TIME: return hide(model, text, now_ms, to);
    case ASKING_WHOM: lookout_take(menu, model, text, to); return 0;
    case ASKING_HOW: lookout_take_how(menu, model, text, to); return 0;
    default: return 0;
    }
}

static unsigned do_choice(struct menu *menu, struct model *model, enum item choice,
    const char *rest, int64_t now_ms, struct bytes *to) {
    static const enum asking asks[ITEMS] = {[ITEM_CHANNEL] = ASKING_CHANNEL,
        [ITEM_SEND] = ASKING_MESSAGE,
        [ITEM_STATUS] = ASKING_STATUS,
        [ITEM_HIDE] = ASKING_TIME,
        [ITEM_WATCH] = ASKING_WHOM};
    if (asks[choice] != ASKING_NOTHING)
        return rest[0] != '\0' ? answer(menu, asks[choice], model, rest, now_ms, to)
                               : ask(menu, model, asks[choice], to);
    switch (choice) {
    case ITEM_QUIT: return EFFECT_QUIT;
    case ITEM_WHO: sentence_who(to, model, model_current(model), now_ms); return 0;
    case ITEM_READ: read_lines(menu, to, model); return 0;
    case ITEM_UNREAD: put_unread(to, model); return 0;
    case ITEM_ME: sentence_me(to, model); return 0;
    case ITEM_LIGHT: return update_action(model, ACTION_INVISIBLE, now_ms);
    default: menu_print(to, model); return 0;
    }
}

static enum item find_choice(const char *word, size_t len) {
    int number = 0;
    size_t digits = 0;
    for (; digits < len && digits < 2 && word[digits] >= '0' && word[digits] <= '9'; digits++)
        number = number * 10 + (word[digits] - '0');
    if (digits == len && number < ITEMS)
        return (enum item)number;
    if (len == 1 && word[0] == 'q')
        return ITEM_QUIT;
    if ((len == 1 && word[0] == '?') || (len == 4 && strncasecmp(word, "help", 4) == 0))
        return ITEM_MENU;
    for (int choice = 0; choice < ITEMS; choice++)
        if (strlen(choices[choice].word) == len &&
            strncasecmp(choices[choice].word, word, len) == 0)
            return (enum item)choice;
    return ITEMS;
}

unsigned menu_take(
    struct menu *menu, struct model *model, const char *line, int64_t now_ms, struct bytes *to) {
    const enum asking asked = menu->asking;
    if (!utf8_is_valid(line, strlen(line))) {
        bytes_append_text(to, "That is not UTF-8, and is left out.\n");
        return 0;
    }
    line += strspn(line, " \t");
    menu->asking = ASKING_NOTHING;
    if (asked != ASKING_NOTHING)
        return answer(menu, asked, model, line, now_ms, to);
    if (line[0] == '\0')
        return 0;
    const size_t len = strcspn(line, " \t");
    const enum item choice = find_choice(line, len);
    if (choice != ITEMS)
        return do_choice(menu, model, choice, line + len + strspn(line + len, " \t"), now_ms, to);
    bytes_append_text(to, "That is nothing of the menu. ");
    menu_print(to, model);
    return 0;
}
