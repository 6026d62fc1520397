/* SPDX-License-Identifier: MIT */
/*
 * How each thing told is written as a line of JSON: one table for who writes and who reads, so that
 * they cannot differ.
 *
 *     {"porchlight_record":1,"program":"0.1.0","at":1764000000000,"label":"demo","me":"dana"}
 *     {"at":1764000000000,"tell":"person","id":"bo","name":"Bo","online":true,…}
 */
#ifndef DASHBOARD_TOLD_FORM_H
#define DASHBOARD_TOLD_FORM_H

#include "dashboard/model/told.h"

enum { TOLD_VERSION = 1 };

enum field_kind {
    FIELD_END,
    FIELD_USER,  /* const char *: an id of a user */
    FIELD_CID,   /* const char * */
    FIELD_TEXT,  /* const char * */
    FIELD_FLAG,  /* bool */
    FIELD_TIME,  /* int64_t: milliseconds of Unix time, 0: none */
    FIELD_INT,   /* int, -1 and more */
    FIELD_COUNT, /* unsigned */
    FIELD_SIZE,  /* size_t */
    FIELD_STATE, /* enum link_state, as a word */
    FIELD_IDS,   /* ids and id_count of struct told */
    FIELD_LINE,  /* struct line_told, as an object */
    FIELD_LINES  /* lines and line_count of struct told */
};

struct told_field {
    const char *name;
    enum field_kind kind;
    size_t offset;
};

struct told_form {
    const char *name;
    const struct told_field *fields; /* FIELD_END ends them */
};

extern const struct told_form told_forms[TOLD_KINDS];
/* Of a line; offsets in struct line_told. */
extern const struct told_field told_line_fields[];
extern const char *const told_link_states[LINK_REFUSED + 1];

#endif
