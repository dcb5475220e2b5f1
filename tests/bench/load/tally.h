/* SPDX-License-Identifier: Apache-2.0
 *
 * What became of the requests of one kind, while measuring.
 */
#ifndef LOAD_TALLY_H
#define LOAD_TALLY_H

#include "client.h"
#include "histogram.h"

typedef struct {
    uint64_t good;                      /* 200, and what was expected in it */
    uint64_t wrong;                     /* 200, and not what was expected: an event that was refused or lost */
    uint64_t unavailable;               /* 503 */
    uint64_t expired;                   /* 401 */
    uint64_t superseded;                /* 409 */
    uint64_t refused;                   /* any other status */
    uint64_t broken;                    /* no answer */
    uint64_t late;                      /* none in time */
    histogram_t latency;                /* of the good ones */
} tally_t;

/* Counts an answer that is not a good one. */
void tally_failure(tally_t *tally, const answer_t *answer);

void tally_good(tally_t *tally, int64_t nanoseconds);

/* A JSON object. */
void tally_print(const tally_t *tally, FILE *out);

#endif
