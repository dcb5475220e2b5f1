/* SPDX-License-Identifier: Apache-2.0
 *
 * The status policy: what a learner's work means, and what the LMS is told.
 *
 * Pure: no I/O, no clock. The table in status.c is the whole policy; docs/status.md shows the same
 * table to publishers.
 *
 * A status only ever rises, and SC_STATUS_* are in rising order: what was learnt is not unlearnt because the course
 * grew. To the LMS it looks like a fall when a learner who uses up the attempts goes from COMPLETED to FAILED. A learner
 * who failed and is granted another attempt stays FAILED until one reaches the threshold: then it is PASSED.
 */
#ifndef SC_DOMAIN_STATUS_H
#define SC_DOMAIN_STATUS_H

#include <apr_pools.h>

typedef enum {
    SC_STATUS_NOT_STARTED,
    SC_STATUS_IN_PROGRESS,
    SC_STATUS_COMPLETED,        /* everything seen, the score may still rise */
    SC_STATUS_FAILED,           /* below the threshold, no attempt left */
    SC_STATUS_PASSED
} sc_status_e;

/* Editions of SCORM. 2004-3 and 2004-4 share a run-time. */
typedef enum { SC_SCORM_12, SC_SCORM_2004_3, SC_SCORM_2004_4 } sc_scorm_e;

/* Scores are in hundredths of a percent, 0..10000; none is SC_NO_SCORE. */
#define SC_NO_SCORE (-1)

/* What was done, counted over the present course. */
typedef struct {
    int modules, modules_done;          /* done: read and answered, or validated by placement */
    int points, points_won;             /* of the activities inside modules */
    int has_assessment;
    int pass;                           /* threshold, percent 0..100 */
    int attempts_allowed;               /* 0: unlimited */
    int attempts_ended;
    int best_score;                     /* of ended attempts, or SC_NO_SCORE */
} sc_work_t;

/* The status that `work` has earned, given `before`. */
sc_status_e sc_status_decide(const sc_work_t *work, sc_status_e before);

/* The score to report: the assessment's best; without an assessment that of the activities. SC_NO_SCORE when there are
 * no points to win, and as long as `work` earns no more than IN_PROGRESS: LMSes never see a provisional score. */
int sc_status_score(const sc_work_t *work);

/* How far along, 0..100, rounded down. The assessment counts as one more module, done when it is passed or failed for good. */
int sc_status_percent(const sc_work_t *work);

/* No work can change it any more for the worse or the better, as far as the LMS is concerned. */
int sc_status_is_final(sc_status_e status);

/* The LMS words for `status` (RTE 4.2.4, 4.2.22; SCORM 1.2 RTE 3.4.4). NULL: write nothing.
 * In 1.2 `status` and `exit` are set, in 2004 `completion`, `success` and `exit`.
 * `keep_incomplete`: the publication reports SC_STATUS_COMPLETED as incomplete. */
typedef struct {
    const char *status;
    const char *completion, *success;
    const char *exit;
} sc_lms_words_t;
sc_lms_words_t sc_status_to_lms(sc_status_e status, sc_scorm_e scorm, int keep_incomplete);

/* "not_started", "in_progress" … as in docs/protocol.md. */
const char *sc_status_name(sc_status_e status);

/* "1.2", "2004-3", "2004-4", and back; parsing gives 0 for anything else. */
const char *sc_scorm_name(sc_scorm_e scorm);
int sc_scorm_parse(const char *name, sc_scorm_e *out);

#endif
