/* SPDX-License-Identifier: MIT */
#include "dashboard/plain/keeping.h"

#include "base/clock.h"
#include "dashboard/adopt.h"
#include "dashboard/cli/configure.h"
#include "dashboard/config.h"
#include "dashboard/remember.h"

#include <stdlib.h>
#include <string.h>

enum { TOAST_MS = 8000, SAVE_AFTER_MS = 3000 };

int keeping_open(struct keeping *keeping, const struct app_options *options, struct model *model,
    int64_t now_ms) {
    struct bytes warning = BYTES_EMPTY;
    char *path = NULL;
    keeping->options = options;
    keeping->settings = options->settings;
    adopt_settings(model, &keeping->settings, NULL);
    if (state_file_open(&keeping->state, options->state_profile, &warning) < 0)
        return -1;
    remember_recall(keeping->state, model);
    /* What is folded away on a screen would be missing here without a sign. */
    model->list.hide_offline = false;
    if (warning.len > 0)
        model_set_toast(model, bytes_text(&warning), now_ms + TOAST_MS);
    bytes_fini(&warning);
    alerts_adopt(&keeping->alerts, &keeping->settings, options->state_profile, model, now_ms);
    if (config_path(&path) == 0)
        config_watch_init(&keeping->config, path);
    free(path);
    return 0;
}

static void save(struct keeping *keeping, struct model *model, int64_t now_ms) {
    struct bytes why = BYTES_EMPTY;
    if (keeping->state != NULL && state_file_save(keeping->state, &why) < 0)
        model_set_toast(model, bytes_text(&why), now_ms + TOAST_MS);
    keeping->save_at_ms = 0;
    bytes_fini(&why);
}

bool keeping_turn(struct keeping *keeping, struct model *model, int64_t now_ms) {
    const bool told = alerts_tell(&keeping->alerts, &keeping->settings, model, NULL, now_ms);
    remember_note_watch(keeping->state, model);
    if (keeping->save_at_ms == 0 && state_file_changed(keeping->state))
        keeping->save_at_ms = clock_mono_ms() + SAVE_AFTER_MS;
    if (keeping->save_at_ms != 0 && clock_mono_ms() >= keeping->save_at_ms)
        save(keeping, model, now_ms);
    return told && keeping->settings.bell != 0;
}

int keeping_wait_ms(const struct keeping *keeping) {
    const int64_t left = keeping->save_at_ms - clock_mono_ms();
    const int save = keeping->save_at_ms == 0 ? -1 : left <= 0 ? 0 : (int)left;
    const int look = config_watch_wait_ms(&keeping->config);
    return save < 0 || (look >= 0 && look < save) ? look : save;
}

void keeping_reload(struct keeping *keeping, struct model *model, int64_t now_ms) {
    struct settings now;
    struct bytes why = BYTES_EMPTY;
    if (!config_watch_take(&keeping->config))
        return;
    if (settings_in_force(keeping->options->given, "config", &now, &why) == 0) {
        keeping->settings = now;
        alerts_adopt(&keeping->alerts, &now, keeping->options->state_profile, model, now_ms);
        bytes_append_text(&why, config_watch_is_there(&keeping->config)
                                    ? "The configuration was read again"
                                    : "The configuration is gone: what is set by default holds");
    } else if (strchr(bytes_text(&why), '\n') != NULL)
        *strchr(why.at, '\n') = '\0';
    model_set_toast(model, bytes_text(&why), now_ms + TOAST_MS);
    bytes_fini(&why);
}

void keeping_close(struct keeping *keeping, struct model *model, int64_t now_ms) {
    if (keeping->options == NULL)
        return;
    alerts_fini(&keeping->alerts, model, now_ms);
    remember_note_watch(keeping->state, model);
    save(keeping, model, now_ms);
    state_file_close(keeping->state);
    config_watch_fini(&keeping->config);
}
