/* SPDX-License-Identifier: MIT */
/*
 * One loop over four things: keys, the feed, signals, and the moment at which something on the
 * screen must change by itself. It sleeps in poll() until one of them; nothing ticks.
 *
 * The first frame is drawn before the library is loaded, because loading curl and libwebsockets
 * takes longer than drawing. The first change after a rest is drawn at once, what follows within
 * one frame: a burst costs sixty drawings a second at most.
 *
 * Signals act between two turns (signals.h), and the terminal is given back on every way out.
 */
#include "dashboard/app.h"

#include "base/clock.h"
#include "dashboard/adopt.h"
#include "dashboard/alerts.h"
#include "dashboard/cli/configure.h"
#include "dashboard/cli/say.h"
#include "dashboard/config.h"
#include "dashboard/config_watch.h"
#include "dashboard/input/key.h"
#include "dashboard/model/telling.h"
#include "dashboard/model/update.h"
#include "dashboard/remember.h"
#include "dashboard/signals.h"
#include "dashboard/source.h"
#include "dashboard/state_file.h"
#include "dashboard/term/screen.h"
#include "dashboard/view/view.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum {
    WEEK_MS = 7 * 24 * 60 * 60 * 1000,
    FRAME_MS = 16,
    KEYS_A_TURN = 64,
    LOOK_MOST = 256,
    TOAST_MS = 4000,
    TITLE_MS = 1000,
    SAVE_AFTER_MS = 3000 /* what is remembered: not at every key, but before a power cut */
};

struct app {
    const struct app_options *options;
    struct screen *screen;
    struct model model;
    struct source source;
    struct cells cells;
    struct settings settings; /* in force */
    struct config_watch config;
    bool lines_are_wide; /* the terminal says so */
    struct state_file *state;
    int64_t save_at_ms;  /* monotonic; 0: nothing to save */
    int64_t title_at_ms; /* monotonic; 0: it says what is so */
    bool title_is_live;
    struct alerts alerts;
    struct signals signals;
    bool dirty, anew;     /* something changed; the whole screen must be drawn */
    bool told;            /* by the source, since the last frame */
    bool more_keys;       /* there may be some that poll() does not tell */
    int64_t drawn_ms;     /* monotonic */
    int64_t next_unix_ms; /* when the screen changes by itself */
    bool quit;
    int code;
    char said[400]; /* for stderr, once the terminal is back */
    char left_over[240];
};

/* The time of what is shown. */
static int64_t now_ms(const struct app *app) {
    return source_now_ms(&app->source);
}

/* ---- drawing ---- */

static void make_title(const struct app *app, char title[SCREEN_TITLE]) {
    const struct roster *all = &app->model.all.members;
    if (app->model.link.state == LINK_LIVE)
        snprintf(title, SCREEN_TITLE, "porchlight %s: %zu of %zu home", app->model.label,
            roster_count_state(all, STATE_ONLINE), all->count);
    else
        snprintf(title, SCREEN_TITLE, "porchlight %s: not connected", app->model.label);
    text_end_whole(title);
}

/* Counts wait, so that a title is drawn once a second at most, and not at all for whoever was only
 * gone for a moment; whether they are true does not. */
static void put_title(struct app *app) {
    const bool is_live = app->model.link.state == LINK_LIVE;
    const int64_t now_ms = clock_mono_ms();
    char title[SCREEN_TITLE];
    make_title(app, title);
    if (app->settings.title == 0 || screen_has_title(app->screen, title)) {
        app->title_at_ms = 0;
        return;
    }
    if (is_live != app->title_is_live || screen_has_title(app->screen, ""))
        app->title_at_ms = now_ms;
    else if (app->title_at_ms == 0)
        app->title_at_ms = now_ms + TITLE_MS;
    if (now_ms < app->title_at_ms)
        return;
    screen_set_title(app->screen, title);
    app->title_is_live = is_live;
    app->title_at_ms = 0;
}

static void draw(struct app *app) {
    struct model *model = &app->model;
    if (app->cells.rows != model->rows || app->cells.cols != model->cols) {
        cells_fini(&app->cells);
        if (cells_init(&app->cells, model->rows, model->cols) < 0)
            return;
    }
    const int64_t now = now_ms(app);
    update_settle(model);
    view_draw(&app->cells, model, now);
    signals_let_in(&app->signals);
    put_title(app);
    screen_show(app->screen, &app->cells, app->anew);
    signals_keep_out(&app->signals);
    app->dirty = app->anew = false;
    app->drawn_ms = clock_mono_ms();
    app->next_unix_ms = model_next_change(model, now);
}

static void look(struct app *app) {
    struct person *people[LOOK_MOST];
    if (app->source.feed != NULL)
        feed_look(app->source.feed, people, update_visible(&app->model, people, LOOK_MOST));
}

/* ---- what the person wants ---- */

/* Whoever had the terminal meanwhile may have left it in any state, and the link may be
 * long dead. */
static void come_back(struct app *app) {
    screen_resume(app->screen);
    app->dirty = app->anew = true;
    if (app->source.feed != NULL)
        feed_reconnect(app->source.feed);
}

/* The terminal is given back first: who waits for us writes as soon as we stop. */
static void suspend(struct app *app, bool whole_job) {
    screen_suspend(app->screen);
    signals_stop(whole_job);
    come_back(app);
}

/* ---- what is set ---- */

static void choose_glyphs(struct app *app) {
    const enum screen_text text = screen_text(app->screen);
    const struct terminal_can can = {.utf8 = text != SCREEN_ASCII,
        .signs = text == SCREEN_UTF8,
        .wide_lines = app->lines_are_wide};
    const enum glyph_set set = adopt_glyphs(&app->settings, &can);
    screen_set_ascii(app->screen, set == GLYPH_SET_ASCII);
    model_set_glyphs(&app->model, set);
}

/* As the model has it; all is drawn anew in the new colours. */
static void adopt_ui(struct app *app) {
    screen_set_theme(app->screen, theme_at(app->model.ui.theme));
    screen_set_mouse(app->screen, app->model.ui.mouse);
    app->dirty = true;
}

static void adopt_alerts(struct app *app) {
    alerts_adopt(
        &app->alerts, &app->settings, app->options->state_profile, &app->model, now_ms(app));
}

/* What is wrong is said, and the old settings stay. */
static void reload(struct app *app) {
    struct settings now;
    struct bytes why = BYTES_EMPTY;
    const int fault = settings_in_force(app->options->given, "config", &now, &why);
    if (fault == 0) {
        adopt_settings(&app->model, &now, &app->settings);
        adopt_forget(app->state, &now);
        app->settings = now;
        adopt_alerts(app);
        choose_glyphs(app);
        adopt_ui(app);
        bytes_append_text(&why, config_watch_is_there(&app->config)
                                    ? "The configuration was read again"
                                    : "The configuration is gone: what is set by default holds");
    } else if (strchr(bytes_text(&why), '\n') != NULL) /* the rest is for config --check */
        *strchr(why.at, '\n') = '\0';
    model_set_toast(&app->model, bytes_text(&why), now_ms(app) + (fault == 0 ? 1 : 4) * TOAST_MS);
    app->dirty = true;
    bytes_fini(&why);
}

static void watch_config(struct app *app) {
    char *path = NULL;
    if (config_path(&path) == 0)
        config_watch_init(&app->config, path);
    free(path);
}

static void copy(struct app *app) {
    const bool can = screen_copy(app->screen, app->model.copied);
    char text[80];
    snprintf(text, sizeof text, can ? "Copied: %.60s" : "This terminal has no clipboard for us",
        app->model.copied);
    for (char *at = text; *at != '\0'; at++)
        if (*at == '\n')
            *at = ' ';
    model_set_toast(&app->model, text, now_ms(app) + TOAST_MS);
}

static void obey_wish(struct app *app, unsigned effects) {
    const char *wish = app->model.wish, *cid = model_current(&app->model)->cid;
    if (effects & EFFECT_CHANNEL)
        feed_obey_channel(app->source.feed, wish);
    if (effects & EFFECT_LEAVE)
        feed_obey_leave(app->source.feed, wish);
    if (effects & EFFECT_ADD)
        feed_obey_add(app->source.feed, cid, wish);
    if (effects & EFFECT_QUERY)
        feed_query_unknown(app->source.feed, cid);
}

static void take_size(struct app *app);

static void obey(struct app *app, unsigned effects) {
    if (effects & EFFECT_QUIT)
        app->quit = true;
    if (effects & EFFECT_REDRAW) {
        app->anew = true;
        take_size(app); /* somebody may have taken our SIGWINCH */
    }
    if (effects & EFFECT_SUSPEND)
        suspend(app, true);
    if (effects & EFFECT_UI)
        adopt_ui(app);
    if (effects & EFFECT_WIPE)
        alerts_wipe(&app->alerts, &app->model, now_ms(app));
    if (effects & EFFECT_COPY)
        copy(app);
    if (app->source.replay != NULL && (effects & (EFFECT_HIDE | EFFECT_SHOW)))
        model_light_failed(&app->model, "this is a replay");
    if (app->source.replay != NULL && (effects & EFFECT_STATUS))
        mine_status_done(&app->model, "this is a replay", now_ms(app));
    if (app->source.feed == NULL)
        return;
    if (effects & (EFFECT_HIDE | EFFECT_SHOW))
        feed_set_invisible(app->source.feed, effects & EFFECT_HIDE);
    if (effects & EFFECT_STATUS)
        feed_set_status(app->source.feed);
    if (effects & EFFECT_RECONNECT)
        feed_reconnect(app->source.feed);
    obey_wish(app, effects);
    if (effects & EFFECT_LOOK)
        look(app);
}

/* What is wanted in conversations, or is wanted now that the screen is as it is. */
static void talk(struct app *app) {
    update_settle(&app->model);
    source_talk(&app->source);
    if (app->source.feed == NULL)
        return;
    feed_watch(app->source.feed);
    feed_ask_audience(app->source.feed);
}

/* Whom we watch, and what is due of my own. */
static void tell(struct app *app) {
    obey(app, mine_due(&app->model, now_ms(app)));
    if (alerts_tell(&app->alerts, &app->settings, &app->model, app->screen, now_ms(app)))
        app->dirty = true;
}

static void take_width(struct app *app, bool wide) {
    app->lines_are_wide = wide;
    choose_glyphs(app);
}

/* So many a turn, so that a flood of keys holds up neither frames nor signals. What is left may be
 * with ncurses already, where poll() does not see it: the next turn looks without being told. */
static void take_keys(struct app *app) {
    app->more_keys = false;
    for (int i = 0; i < KEYS_A_TURN; i++) {
        const int key = screen_key(app->screen);
        if (key == 0)
            return;
        if (key == KEY_CODE_PASTE)
            obey(app, update_paste(&app->model, screen_pasted(app->screen), now_ms(app)));
        else if (key == KEY_CODE_MOUSE)
            obey(app,
                update_mouse(&app->model, &app->cells, screen_mouse(app->screen), now_ms(app)));
        else if (key == KEY_CODE_LINE_NARROW || key == KEY_CODE_LINE_WIDE)
            take_width(app, key == KEY_CODE_LINE_WIDE);
        else
            obey(app, update_key(&app->model, key, now_ms(app)));
        talk(app);
        app->dirty = true;
    }
    app->more_keys = true;
}

/* ---- what is remembered ---- */

static void save(struct app *app) {
    struct bytes why = BYTES_EMPTY;
    if (app->state != NULL && state_file_save(app->state, &why) < 0)
        model_set_toast(&app->model, bytes_text(&why), now_ms(app) + TOAST_MS);
    app->save_at_ms = 0;
    app->dirty = app->dirty || why.len > 0;
    bytes_fini(&why);
}

static void note(struct app *app) {
    remember_note(app->state, &app->model);
    if (app->save_at_ms == 0 && state_file_changed(app->state))
        app->save_at_ms = clock_mono_ms() + SAVE_AFTER_MS;
    if (app->save_at_ms != 0 && clock_mono_ms() >= app->save_at_ms)
        save(app);
}

static int recall(struct app *app) {
    struct bytes warning = BYTES_EMPTY;
    const int fault = state_file_open(&app->state, app->options->state_profile, &warning);
    if (fault == 0) {
        adopt_forget(app->state, &app->settings);
        remember_recall(app->state, &app->model);
    }
    if (warning.len > 0)
        model_set_toast(&app->model, bytes_text(&warning), now_ms(app) + TOAST_MS);
    bytes_fini(&warning);
    return fault;
}

/* ---- signals ---- */

static void take_size(struct app *app) {
    int rows, cols;
    screen_resize(app->screen);
    screen_size(app->screen, &rows, &cols);
    obey(app, update_size(&app->model, rows, cols));
    app->dirty = true;
}

static void take_signals(struct app *app) {
    for (int number; (number = signals_next(&app->signals)) != 0;) {
        if (number == SIGWINCH)
            take_size(app);
        else if (number == SIGTSTP)
            suspend(app, false);
        else if (number == SIGCONT) { /* stopped by somebody else, without a word to us */
            screen_suspend(app->screen);
            come_back(app);
        } else {
            app->quit = true;
            app->code = EXIT_SIGNAL + number;
        }
    }
}

/* ---- where it comes from ---- */

static void say_later(struct app *app, int code, const char *what) {
    snprintf(app->said, sizeof app->said, "%s", what);
    app->code = code;
    app->quit = true;
}

static void begin_source(struct app *app) {
    char why[256] = "";
    const int code = source_begin(&app->source, why, sizeof why);
    if (code != EXIT_DONE)
        say_later(app, code, why);
}

static void take_source(struct app *app) {
    char why[400] = "";
    bool changed = false;
    const int code = source_take(&app->source, &changed, why, sizeof why);
    if (code != EXIT_DONE)
        say_later(app, code, why);
    if (!changed)
        return;
    app->dirty = app->told = true;
}

/* Once a frame, however much was told since the last: first what is wanted now, which may be on the
 * screen, too; behind the drawing whom to listen to first, which is not. */
static void show(struct app *app) {
    const bool told = app->told;
    app->told = false;
    if (told)
        talk(app);
    draw(app);
    if (told)
        look(app);
}

/* ---- the loop ---- */

/* -1 is never, and so is 0 of what is monotonic. */
static int sooner_ms(int wait_ms, int64_t at_ms) {
    const int64_t in_ms = at_ms - clock_mono_ms();
    if (at_ms == 0 || (wait_ms >= 0 && wait_ms <= in_ms))
        return wait_ms;
    return in_ms <= 0 ? 0 : (int)in_ms;
}

static int wait_ms(const struct app *app) {
    if (app->more_keys)
        return 0;
    const int64_t since = clock_mono_ms() - app->drawn_ms;
    if (app->dirty)
        return since >= FRAME_MS ? 0 : (int)(FRAME_MS - since);
    const int next = source_wait_ms(&app->source, app->next_unix_ms);
    const int look = config_watch_wait_ms(&app->config);
    const int until = look >= 0 && (next < 0 || look < next) ? look : next;
    return sooner_ms(sooner_ms(until, app->save_at_ms), app->title_at_ms);
}

static void turn(struct app *app) {
    struct pollfd polls[] = {{.fd = STDIN_FILENO, .events = POLLIN},
        {.fd = app->signals.fd, .events = POLLIN},
        {.fd = source_fd(&app->source), .events = POLLIN},
        {.fd = app->config.fd, .events = POLLIN}};
    if (poll(polls, sizeof polls / sizeof polls[0], wait_ms(app)) < 0 && errno != EINTR) {
        say_later(app, EXIT_NO, strerror(errno));
        return;
    }
    if (polls[1].revents != 0)
        take_signals(app);
    if (app->more_keys || (polls[0].revents & POLLIN))
        take_keys(app);
    if (polls[0].revents & (POLLHUP | POLLERR | POLLNVAL)) {
        app->quit = true; /* the terminal is gone */
        app->code = EXIT_SIGNAL + SIGHUP;
    }
    if (polls[2].revents != 0 || app->source.replay != NULL)
        take_source(app);
    if ((polls[3].revents != 0 || config_watch_wait_ms(&app->config) == 0) &&
        config_watch_take(&app->config))
        reload(app);
    if (now_ms(app) >= app->next_unix_ms) {
        tzset(); /* a laptop travels */
        model_tick(&app->model, now_ms(app));
        app->dirty = true;
    }
    tell(app);
    if (app->title_at_ms != 0 && clock_mono_ms() >= app->title_at_ms)
        app->dirty = true;
    if (app->dirty && !app->quit && clock_mono_ms() - app->drawn_ms >= FRAME_MS)
        show(app);
    if (!app->dirty || app->quit)
        note(app);
}

static int open_screen(struct app *app) {
    char why[256] = "out of memory";
    const char *no_color = getenv("NO_COLOR");
    const struct screen_options options = {.theme = theme_at(app->model.ui.theme),
        .no_color = app->options->given->no_color || (no_color != NULL && no_color[0] != '\0'),
        .mouse = app->model.ui.mouse,
        .asks_width = app->settings.glyphs == GLYPHS_AUTO};
    int rows, cols;
    if (screen_open(&app->screen, &options, why, sizeof why) != 0) {
        say("%s", why);
        return EXIT_USE;
    }
    if (!screen_has_colours(app->screen))
        app->model.ui.colourless = options.no_color ? "none were wanted (NO_COLOR, --no-color)"
                                                    : "this terminal has none";
    choose_glyphs(app);
    screen_size(app->screen, &rows, &cols);
    update_size(&app->model, rows, cols);
    return EXIT_DONE;
}

/* Of people who are met from now on. */
static int remember_past(struct app *app) {
    const struct bytes *past = app->options->past;
    if (past == NULL)
        return 0;
    app->model.history_ms = WEEK_MS;
    return diary_read(&app->model.diary, bytes_text(past), past->len, now_ms(app));
}

static int begin(struct app *app) {
    const int code = source_prepare(&app->source, app->options, &app->model);
    if (code != EXIT_DONE)
        return code;
    if (signals_init(&app->signals) < 0) {
        say("out of memory");
        return EXIT_NO;
    }
    adopt_settings(&app->model, &app->settings, NULL);
    if (recall(app) < 0) {
        say("out of memory");
        return EXIT_NO;
    }
    if (remember_past(app) < 0) {
        say("out of memory");
        return EXIT_NO;
    }
    adopt_alerts(app);
    watch_config(app);
    return open_screen(app);
}

static void end(struct app *app) {
    signals_let_in(&app->signals);
    screen_close(app->screen);
    signals_keep_out(&app->signals);
    app->code = source_close(&app->source, app->code);
    alerts_fini(&app->alerts, &app->model, now_ms(app));
    mine_left_over(
        &app->model, app->options->state_profile != NULL, app->left_over, sizeof app->left_over);
    save(app);
    state_file_close(app->state);
    model_fini(&app->model);
    cells_fini(&app->cells);
    config_watch_fini(&app->config);
    signals_fini(&app->signals);
    if (app->said[0] != '\0')
        say("%s", app->said);
    if (app->left_over[0] != '\0')
        say("%s", app->left_over);
}

int app_run(const struct app_options *options) {
    struct app *app = calloc(1, sizeof *app);
    if (app == NULL) {
        say("out of memory");
        return EXIT_NO;
    }
    app->options = options;
    app->settings = options->settings;
    app->signals.fd = app->config.fd = -1;
    app->code = begin(app);
    if (app->code == EXIT_DONE) {
        draw(app);
        begin_source(app);
        while (!app->quit)
            turn(app);
    }
    end(app);
    const int code = app->code;
    free(app);
    return code;
}
