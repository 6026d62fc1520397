/* SPDX-License-Identifier: MIT */
/* What a mouse did. Pure. */
#ifndef DASHBOARD_INPUT_MOUSE_H
#define DASHBOARD_INPUT_MOUSE_H

enum mouse_kind { MOUSE_NONE, MOUSE_CLICK, MOUSE_WHEEL_UP, MOUSE_WHEEL_DOWN };

struct mouse_event {
    enum mouse_kind kind;
    int row, col; /* from 0 */
};

#endif
