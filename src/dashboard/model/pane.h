/* SPDX-License-Identifier: MIT */
#ifndef DASHBOARD_MODEL_PANE_H
#define DASHBOARD_MODEL_PANE_H

/* What has the keys; where panes are not side by side, the first three have tabs. */
enum pane {
    PANE_CHANNELS,
    PANE_MEMBERS,
    PANE_EVENTS,
    PANE_TALK,
    PANE_DETAIL,
    PANE_PLOT,
    PANE_COUNT
};

#endif
