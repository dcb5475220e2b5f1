/* SPDX-License-Identifier: Apache-2.0
 *
 * Where a learner stands in the present course: results joined to the course as it is now. What was removed from
 * the course counts no more; it counts again when it comes back. Pure.
 */
#ifndef SC_DOMAIN_PROGRESS_H
#define SC_DOMAIN_PROGRESS_H

#include "base/json.h"
#include "domain/course.h"
#include "domain/status.h"

typedef struct {
    int opened, read, validated;
} sc_module_result_t;

typedef struct {
    int correct; /* of the last answer, or of an earlier one: once right, it stays right */
    int points;  /* best */
    int tries;
    const char *response; /* the last, JSON text of a list */
} sc_activity_result_t;

/* A learner's results, by id. Made by service/, read here. */
typedef struct {
    apr_hash_t *modules;    /* module id -> sc_module_result_t * */
    apr_hash_t *activities; /* activity id -> sc_activity_result_t *; of modules only */
    int placement_taken, placement_skipped;
    int attempts_ended;
    int best_score;           /* of ended attempts, hundredths of a percent, or SC_NO_SCORE */
    int open_attempt;         /* its number, or 0 */
    const char *open_answers; /* JSON text {activity id: response}, or NULL */
    const char *location;     /* module id, or NULL */
} sc_results_t;

/* Empty results in `pool`. */
sc_results_t *sc_results_new(apr_pool_t *pool);

typedef enum { SC_MODULE_OPEN, SC_MODULE_STARTED, SC_MODULE_DONE, SC_MODULE_VALIDATED } sc_module_state_e;

/* Done: read to its end, and every activity in it was answered. Validated by placement counts as done. */
sc_module_state_e sc_progress_module(const sc_module_t *module, const sc_results_t *results);

/* Whether the learner may open the module: unlock="previous" waits for the one before it in the path. */
int sc_progress_unlocked(const sc_course_t *course, const sc_module_t *module, const sc_results_t *results);

/* Counts `results` over the present `course`, with the publication's threshold and attempts (0: unlimited). */
sc_work_t sc_progress_work(const sc_course_t *course, const sc_results_t *results, int pass, int attempts);

/* The "progress" of docs/protocol.md §3, for a learner of status `status`. Responses that no longer fit their activity are left
 * out. */
sc_json_t *sc_progress_to_json(const sc_course_t *course, const sc_results_t *results, const sc_work_t *work, sc_status_e status,
                               apr_pool_t *pool);

#endif
