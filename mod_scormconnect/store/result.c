/* SPDX-License-Identifier: Apache-2.0 */
#include "store/result.h"

sc_error_t *sc_result_modules(sc_db_t *db, const char *registration, apr_array_header_t **out, apr_pool_t *pool)
{
    apr_array_header_t *rows;
    int i;

    SC_TRY(sc_db_select(db, SC_SQL_MODULE_LIST, SC_ARGS(registration), &rows, pool));
    *out = apr_array_make(pool, rows->nelts + 1, sizeof(sc_module_row_t));
    for (i = 0; i < rows->nelts; i++) {
        const char *const *row = SC_ROW(rows, i);
        sc_module_row_t *module = apr_array_push(*out);
        module->module = row[0];
        module->opened_at = sc_db_to_int(row[1], 0);
        module->read_at = sc_db_to_int(row[2], 0);
        module->validated_at = sc_db_to_int(row[3], 0);
    }
    return NULL;
}

sc_error_t *sc_result_activities(sc_db_t *db, const char *registration, apr_array_header_t **out, apr_pool_t *pool)
{
    apr_array_header_t *rows;
    int i;

    SC_TRY(sc_db_select(db, SC_SQL_ACTIVITY_LIST, SC_ARGS(registration), &rows, pool));
    *out = apr_array_make(pool, rows->nelts + 1, sizeof(sc_activity_row_t));
    for (i = 0; i < rows->nelts; i++) {
        const char *const *row = SC_ROW(rows, i);
        sc_activity_row_t *activity = apr_array_push(*out);
        activity->activity = row[0];
        activity->correct = (int)sc_db_to_int(row[1], 0);
        activity->points = (int)sc_db_to_int(row[2], 0);
        activity->tries = (int)sc_db_to_int(row[3], 0);
        activity->response = row[4];
    }
    return NULL;
}

sc_error_t *sc_result_attempts(sc_db_t *db, const char *registration, apr_array_header_t **out, apr_pool_t *pool)
{
    apr_array_header_t *rows;
    int i;

    SC_TRY(sc_db_select(db, SC_SQL_ATTEMPT_LIST, SC_ARGS(registration), &rows, pool));
    *out = apr_array_make(pool, rows->nelts + 1, sizeof(sc_attempt_row_t));
    for (i = 0; i < rows->nelts; i++) {
        const char *const *row = SC_ROW(rows, i);
        sc_attempt_row_t *attempt = apr_array_push(*out);
        attempt->number = (int)sc_db_to_int(row[0], 0);
        attempt->started_at = sc_db_to_int(row[1], 0);
        attempt->ended_at = sc_db_to_int(row[2], 0);
        attempt->score = (int)sc_db_to_int(row[3], -1);
        attempt->pass = (int)sc_db_to_int(row[4], 0);
        attempt->answers = row[5];
        attempt->session = row[6];
        attempt->seq = sc_db_to_int(row[7], 0);
    }
    return NULL;
}

sc_error_t *sc_result_open(sc_db_t *db, const char *registration, const char *module, apr_time_t now, apr_pool_t *pool)
{
    return sc_db_run(db, SC_SQL_MODULE_OPEN, SC_ARGS(registration, module, sc_db_int(now, pool)), NULL, pool);
}

sc_error_t *sc_result_read(sc_db_t *db, const char *registration, const char *module, apr_time_t now, apr_pool_t *pool)
{
    const char *when = sc_db_int(now, pool);

    return sc_db_run(db, SC_SQL_MODULE_READ, SC_ARGS(registration, module, when, when), NULL, pool);
}

sc_error_t *sc_result_validate(sc_db_t *db, const char *registration, const char *module, apr_time_t now, apr_pool_t *pool)
{
    return sc_db_run(db, SC_SQL_MODULE_VALIDATE, SC_ARGS(registration, module, sc_db_int(now, pool)), NULL, pool);
}

sc_error_t *sc_result_answer(sc_db_t *db, const char *registration, const sc_activity_row_t *answer, apr_time_t now,
                             apr_pool_t *pool)
{
    const char *correct = sc_db_int(answer->correct, pool), *when = sc_db_int(now, pool);

    return sc_db_run(db, SC_SQL_ACTIVITY_ANSWER,
                     SC_ARGS(registration, answer->activity, correct, correct, sc_db_int(answer->points, pool),
                             answer->response, when, when),
                     NULL, pool);
}

sc_error_t *sc_attempt_start(sc_db_t *db, const char *registration, int number, apr_time_t now, apr_pool_t *pool)
{
    return sc_db_run(db, SC_SQL_ATTEMPT_INSERT, SC_ARGS(registration, sc_db_int(number, pool), sc_db_int(now, pool)),
                     NULL, pool);
}

sc_error_t *sc_attempt_keep(sc_db_t *db, const char *registration, int number, const char *answers, apr_pool_t *pool)
{
    return sc_db_run(db, SC_SQL_ATTEMPT_ANSWERS, SC_ARGS(answers, registration, sc_db_int(number, pool)), NULL, pool);
}

sc_error_t *sc_attempt_end(sc_db_t *db, const char *registration, const sc_attempt_row_t *attempt, apr_pool_t *pool)
{
    return sc_db_run(db, SC_SQL_ATTEMPT_END,
                     SC_ARGS(sc_db_int(attempt->ended_at, pool), sc_db_int(attempt->score, pool),
                             sc_db_int(attempt->pass, pool), attempt->session, sc_db_int(attempt->seq, pool), registration,
                             sc_db_int(attempt->number, pool)),
                     NULL, pool);
}
