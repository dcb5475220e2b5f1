/* SPDX-License-Identifier: Apache-2.0
 *
 * Counts of microseconds in buckets that grow with the value: 64 to each power of two, so that a quantile is right to 1.6 %.
 */
#ifndef LOAD_HISTOGRAM_H
#define LOAD_HISTOGRAM_H

#include <stdint.h>
#include <stdio.h>

#define HISTOGRAM_BUCKETS (64 * 36)

typedef struct {
    uint64_t count, sum, most;
    uint64_t buckets[HISTOGRAM_BUCKETS];
} histogram_t;

void histogram_add(histogram_t *histogram, int64_t microseconds);

/* The value that `share` (0..1) of all values do not exceed; 0 of none. */
uint64_t histogram_quantile(const histogram_t *histogram, double share);

/* A JSON object: count, mean, p50, p90, p99, p999, max. */
void histogram_print(const histogram_t *histogram, FILE *out);

#endif
