/* SPDX-License-Identifier: MIT */
#include "bench/figures.h"

#include <stdio.h>
#include <stdlib.h>

void figures_add(struct figures *figures, int64_t us) {
    if (figures->count < sizeof figures->samples_us / sizeof figures->samples_us[0])
        figures->samples_us[figures->count++] = us;
}

static int compare(const void *a, const void *b) {
    const int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

double figures_at(struct figures *figures, double part) {
    qsort(figures->samples_us, figures->count, sizeof figures->samples_us[0], compare);
    if (figures->count == 0)
        return 0;
    return (double)figures->samples_us[(size_t)(part * (double)(figures->count - 1))] / 1000.0;
}

void figures_print(struct figures *figures, struct figures *limit, bool json) {
    const double p50 = figures_at(figures, 0.5), p99 = figures_at(figures, 0.99);
    const double least = figures_at(figures, 0), most = figures_at(figures, 1);
    const double ratio = limit != NULL && figures_at(limit, 0.5) > 0 ? p50 / figures_at(limit, 0.5)
                                                                     : 1;
    if (json)
        printf("{\"bench\":\"%s\",\"what\":\"%s\",\"n\":%zu,\"p50_ms\":%.3f,\"p99_ms\":%.3f,"
               "\"min_ms\":%.3f,\"max_ms\":%.3f,\"ratio\":%.2f}\n",
            figures->bench, figures->what, figures->count, p50, p99, least, most, ratio);
    else
        printf("%-8s %-34s n=%-5zu p50 %7.3f ms  p99 %7.3f ms  min %7.3f  max %7.3f  x%.2f\n",
            figures->bench, figures->what, figures->count, p50, p99, least, most, ratio);
    fflush(stdout);
}

void figures_aim(const struct aim *aim, unsigned *missed, bool json) {
    const bool holds = aim->ours <= aim->target;
    *missed += !holds;
    if (json)
        printf("{\"bench\":\"%s\",\"what\":\"%s\",\"ours\":%.4f,\"target\":%.4f,"
               "\"unit\":\"%s\",\"of\":\"%s\",\"holds\":%s}\n",
            aim->bench, aim->what, aim->ours, aim->target, aim->unit, aim->of,
            holds ? "true" : "false");
    else
        printf("%-8s   %-52s %10.3f, at most %9.3f %-9s %s%s%s%s\n", aim->bench, aim->what,
            aim->ours, aim->target, aim->unit, holds ? "holds" : "MISSED",
            aim->of[0] != '\0' ? " (" : "", aim->of, aim->of[0] != '\0' ? ")" : "");
    fflush(stdout);
}

void figures_note(const char *bench, const char *what, double ours, const char *unit, bool json) {
    if (json)
        printf("{\"bench\":\"%s\",\"what\":\"%s\",\"ours\":%.4f,\"unit\":\"%s\"}\n", bench, what,
            ours, unit);
    else
        printf("%-8s   %-52s %10.3f %s\n", bench, what, ours, unit);
    fflush(stdout);
}
