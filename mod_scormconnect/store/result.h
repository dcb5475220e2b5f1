/* SPDX-License-Identifier: Apache-2.0
 *
 * Rows of `module_result`, `activity_result` and `attempt`: what a registration has done. Reading gives
 * plain rows; service/progress.c makes the domain's results of them.
 */
#ifndef SC_STORE_RESULT_H
#define SC_STORE_RESULT_H

#include "store/db.h"

typedef struct {
    const char *module;
    apr_time_t opened_at, read_at, validated_at;        /* 0: not yet */
} sc_module_row_t;

typedef struct {
    const char *activity;
    int correct, points, tries;
    const char *response;
} sc_activity_row_t;

typedef struct {
    int number;
    apr_time_t started_at, ended_at;                    /* ended_at 0: under way */
    int score;                                          /* hundredths of a percent, -1: none */
    int pass;
    const char *answers;
    const char *session;                                /* the event that ended it, "" and 0 before */
    apr_int64_t seq;
} sc_attempt_row_t;

/* Each an array of such rows. */
sc_error_t *sc_result_modules(sc_db_t *db, const char *registration, apr_array_header_t **out, apr_pool_t *pool);
sc_error_t *sc_result_activities(sc_db_t *db, const char *registration, apr_array_header_t **out, apr_pool_t *pool);
sc_error_t *sc_result_attempts(sc_db_t *db, const char *registration, apr_array_header_t **out, apr_pool_t *pool);

/* The first time counts, later ones change nothing. */
sc_error_t *sc_result_open(sc_db_t *db, const char *registration, const char *module, apr_time_t now, apr_pool_t *pool);
sc_error_t *sc_result_read(sc_db_t *db, const char *registration, const char *module, apr_time_t now, apr_pool_t *pool);
sc_error_t *sc_result_validate(sc_db_t *db, const char *registration, const char *module, apr_time_t now, apr_pool_t *pool);

/* One more try at an activity. Once right, it stays right; the best points stay. */
sc_error_t *sc_result_answer(sc_db_t *db, const char *registration, const sc_activity_row_t *answer, apr_time_t now,
                             apr_pool_t *pool);

sc_error_t *sc_attempt_start(sc_db_t *db, const char *registration, int number, apr_time_t now, apr_pool_t *pool);
sc_error_t *sc_attempt_keep(sc_db_t *db, const char *registration, int number, const char *answers, apr_pool_t *pool);
/* Writes the end of `attempt`: ended_at, score, pass, session and seq. */
sc_error_t *sc_attempt_end(sc_db_t *db, const char *registration, const sc_attempt_row_t *attempt, apr_pool_t *pool);

#endif
