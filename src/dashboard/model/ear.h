/* SPDX-License-Identifier: MIT */
#ifndef DASHBOARD_MODEL_EAR_H
#define DASHBOARD_MODEL_EAR_H

struct channel_shown;
struct event_line;
struct line_told;

/* Somebody to whom what happens is said as it happens: what the log has, but each for itself, and
 * what is said in conversations. Unused where NULL. */
struct ear {
    void (*happened)(void *context, const struct event_line *event);
    void (*said)(void *context, const struct channel_shown *channel, const struct line_told *told);
    void *context;
};

#endif
