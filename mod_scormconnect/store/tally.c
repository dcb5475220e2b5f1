/* SPDX-License-Identifier: Apache-2.0 */
#include "store/tally.h"

sc_error_t *sc_tally_recount(sc_db_t *db, apr_pool_t *pool)
{
    static const sc_sql_e steps[] = { SC_SQL_TALLY_CLEAR_PUBLICATIONS, SC_SQL_TALLY_CLEAR_DAYS,
                                      SC_SQL_TALLY_CLEAR_MODULES,      SC_SQL_TALLY_CLEAR_ACTIVITIES,
                                      SC_SQL_TALLY_REGISTRATIONS,      SC_SQL_TALLY_CREDITS,
                                      SC_SQL_TALLY_DAYS_STARTED,       SC_SQL_TALLY_DAYS_CREDITED,
                                      SC_SQL_TALLY_DAYS_VISITED,       SC_SQL_TALLY_MODULES_OPENED,
                                      SC_SQL_TALLY_MODULES_FINISHED,   SC_SQL_TALLY_MODULES_VALIDATED,
                                      SC_SQL_TALLY_ACTIVITIES };
    unsigned i;

    for (i = 0; i < sizeof(steps) / sizeof(*steps); i++)
        SC_TRY(sc_db_run(db, steps[i], SC_NO_ARGS, NULL, pool));
    return NULL;
}

sc_error_t *sc_tally_forget(sc_db_t *db, const char *learner, apr_pool_t *pool)
{
    /* Locked first: a status that changed in between would be counted wrong. */
    SC_TRY(sc_db_run(db, SC_SQL_LEARNER_LOCK_REGISTRATIONS, SC_ARGS(learner), NULL, pool));
    return sc_db_run(db, SC_SQL_TALLY_FORGET, SC_ARGS(learner), NULL, pool);
}

sc_error_t *sc_tally_modules(sc_db_t *db, const char *publication, apr_array_header_t **rows, apr_pool_t *pool)
{
    return sc_db_select(db, SC_SQL_TALLY_MODULES, SC_ARGS(publication), rows, pool);
}

sc_error_t *sc_tally_activities(sc_db_t *db, const char *publication, apr_array_header_t **rows, apr_pool_t *pool)
{
    return sc_db_select(db, SC_SQL_TALLY_ACTIVITY_SUMS, SC_ARGS(publication), rows, pool);
}

sc_error_t *sc_tally_days(sc_db_t *db, const char *publication, apr_array_header_t **rows, apr_pool_t *pool)
{
    return sc_db_select(db, SC_SQL_TALLY_DAYS, SC_ARGS(publication), rows, pool);
}
