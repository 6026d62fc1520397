/* SPDX-License-Identifier: MIT */
#include "dashboard/view/wrap.h"

#include "dashboard/view/text.h"

size_t wrap_row(const char *text, int cells, size_t *next) {
    size_t used = 0, at_space = 0;
    int width, total = 0;
    for (size_t len; text[used] != '\n' && (len = text_cluster(text + used, &width)) > 0;
         used += len) {
        if (total + width > cells) {
            used = at_space > 0 ? at_space : used > 0 ? used : len;
            *next = used;
            return used;
        }
        total += width;
        if (text[used] == ' ')
            at_space = used + len; /* with the marks that stand on it */
    }
    *next = used + (text[used] == '\n' ? 1 : 0);
    return used;
}

int wrap_rows(const char *text, int cells, int *last) {
    int rows = 0;
    size_t len, next;
    const char *row;
    do {
        row = text;
        len = wrap_row(text, cells, &next);
        text += next;
        rows++;
    } while (*text != '\0' || (next > len && next > 0));
    if (last == NULL)
        return rows;
    *last = 0;
    for (size_t used = 0; used < len;) {
        int width;
        used += text_cluster(row + used, &width);
        *last += width;
    }
    return rows;
}
