/* SPDX-License-Identifier: Apache-2.0
 *
 * Correcting an answer. Pure: the same response is always graded the same, so an event that is sent twice
 * is answered twice alike.
 */
#ifndef SC_DOMAIN_GRADING_H
#define SC_DOMAIN_GRADING_H

#include "base/json.h"
#include "domain/course.h"

typedef struct {
    int correct;
    int points, max;
} sc_grade_t;

/* Grades `response`, a list of strings as in docs/protocol.md §3: all or nothing. `seed` is the one the course was shown with.
 * SC_INVALID "response_invalid" when it is no response to this activity (an unknown key, two for a single
 * choice, items missing); an empty list is a wrong answer, not a malformed one. */
sc_error_t *sc_grade(const sc_activity_t *activity, const sc_json_t *response, const char *seed, sc_grade_t *out,
                     apr_pool_t *pool);

/* Adds what may be told after the answer to `result`: "correct", "points", "max", "feedback", "options" (feedback of the chosen
 * ones by key), and "solution" when `solve` or when the answer is right. */
void sc_grade_to_json(const sc_activity_t *activity, const sc_json_t *response, const sc_grade_t *grade, int lang,
                      const char *seed, int solve, sc_json_t *result, apr_pool_t *pool);

#endif
