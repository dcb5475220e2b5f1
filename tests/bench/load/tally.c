/* SPDX-License-Identifier: Apache-2.0 */
#include "tally.h"

#include <inttypes.h>

void tally_failure(tally_t *tally, const answer_t *answer)
{
    switch (answer->status) {
    case ANSWER_NONE:
        tally->broken++;
        break;
    case ANSWER_LATE:
        tally->late++;
        break;
    case 200:
        tally->wrong++;
        break;
    case 401:
        tally->expired++;
        break;
    case 409:
        tally->superseded++;
        break;
    case 503:
        tally->unavailable++;
        break;
    default:
        tally->refused++;
    }
}

void tally_good(tally_t *tally, int64_t nanoseconds)
{
    tally->good++;
    histogram_add(&tally->latency, nanoseconds / 1000);
}

void tally_print(const tally_t *tally, FILE *out)
{
    fprintf(out, "{\"good\":%" PRIu64 ",\"wrong\":%" PRIu64 ",\"unavailable\":%" PRIu64 ",\"expired\":%" PRIu64, tally->good,
            tally->wrong, tally->unavailable, tally->expired);
    fprintf(out, ",\"superseded\":%" PRIu64 ",\"refused\":%" PRIu64 ",\"broken\":%" PRIu64 ",\"late\":%" PRIu64 ",\"latency\":",
            tally->superseded, tally->refused, tally->broken, tally->late);
    histogram_print(&tally->latency, out);
    fputc('}', out);
}
