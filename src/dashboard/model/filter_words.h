/* SPDX-License-Identifier: MIT */
#ifndef DASHBOARD_MODEL_FILTER_WORDS_H
#define DASHBOARD_MODEL_FILTER_WORDS_H

#include "dashboard/model/model.h"

/* What the last term of the filter that is being written may become: a key, then what such a key
 * takes; else somebody's name. Pure. */
void filter_choices(struct model *model);

#endif
