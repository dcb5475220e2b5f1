/* SPDX-License-Identifier: Apache-2.0 */
#include "histogram.h"

#include <inttypes.h>

/* Values below 128 have a bucket each; above, the six bits after the leading one choose among 64. */
static unsigned bucket_of(uint64_t value)
{
    unsigned shift;

    if (value < 128)
        return (unsigned)value;
    shift = 63u - 6u - (unsigned)__builtin_clzll(value);
    return 64 * shift + (unsigned)(value >> shift);
}

static uint64_t highest_of(unsigned bucket)
{
    unsigned shift;

    if (bucket < 128)
        return bucket;
    shift = bucket / 64 - 1;
    return (((uint64_t)(bucket % 64 + 64) + 1) << shift) - 1;
}

void histogram_add(histogram_t *histogram, int64_t microseconds)
{
    uint64_t value = microseconds > 0 ? (uint64_t)microseconds : 0;
    unsigned bucket = bucket_of(value);

    histogram->buckets[bucket < HISTOGRAM_BUCKETS ? bucket : HISTOGRAM_BUCKETS - 1]++;
    histogram->count++;
    histogram->sum += value;
    if (value > histogram->most)
        histogram->most = value;
}

uint64_t histogram_quantile(const histogram_t *histogram, double share)
{
    uint64_t wanted = (uint64_t)(share * (double)histogram->count + 0.5), seen = 0;
    unsigned bucket;

    for (bucket = 0; bucket < HISTOGRAM_BUCKETS; bucket++) {
        seen += histogram->buckets[bucket];
        if (seen && seen >= wanted)
            return highest_of(bucket) < histogram->most ? highest_of(bucket) : histogram->most;
    }
    return 0;
}

void histogram_print(const histogram_t *histogram, FILE *out)
{
    fprintf(out, "{\"count\":%" PRIu64 ",\"mean\":%.1f", histogram->count,
            histogram->count ? (double)histogram->sum / (double)histogram->count : 0);
    fprintf(out, ",\"p50\":%" PRIu64, histogram_quantile(histogram, 0.5));
    fprintf(out, ",\"p90\":%" PRIu64, histogram_quantile(histogram, 0.9));
    fprintf(out, ",\"p99\":%" PRIu64, histogram_quantile(histogram, 0.99));
    fprintf(out, ",\"p999\":%" PRIu64, histogram_quantile(histogram, 0.999));
    fprintf(out, ",\"max\":%" PRIu64 "}", histogram->most);
}
