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

static double at(struct figures *figures, double part) {
    qsort(figures->samples_us, figures->count, sizeof figures->samples_us[0], compare);
    if (figures->count == 0)
        return 0;
    return (double)figures->samples_us[(size_t)(part * (double)(figures->count - 1))] / 1000.0;
}

void figures_print(struct figures *figures, struct figures *limit, bool json) {
    const double p50 = at(figures, 0.5), p99 = at(figures, 0.99);
    const double least = at(figures, 0), most = at(figures, 1);
    const double ratio = limit != NULL && at(limit, 0.5) > 0 ? p50 / at(limit, 0.5) : 1;
    if (json)
        printf("{\"bench\":\"%s\",\"what\":\"%s\",\"n\":%zu,\"p50_ms\":%.3f,\"p99_ms\":%.3f,"
               "\"min_ms\":%.3f,\"max_ms\":%.3f,\"ratio\":%.2f}\n",
            figures->bench, figures->what, figures->count, p50, p99, least, most, ratio);
    else
        printf("%-8s %-34s n=%-5zu p50 %7.3f ms  p99 %7.3f ms  min %7.3f  max %7.3f  x%.2f\n",
            figures->bench, figures->what, figures->count, p50, p99, least, most, ratio);
    fflush(stdout);
}
