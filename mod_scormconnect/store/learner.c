/* SPDX-License-Identifier: Apache-2.0 */
#include "store/learner.h"

#include <apr_strings.h>
#include <string.h>

#include "base/secret.h"
#include "store/tally.h"

/* A realm has no line feed in it, so the two can't be confused. */
const char *sc_learner_identity(const char *realm, const char *external_id, apr_pool_t *pool)
{
    const char *text = apr_pstrcat(pool, realm, "\n", external_id, NULL);

    return sc_secret_digest(text, strlen(text), 64, pool);
}

sc_learner_t *sc_learner_from_columns(const char *const *row, apr_pool_t *pool)
{
    sc_learner_t *learner = apr_pcalloc(pool, sizeof(*learner));

    learner->id = row[0];
    learner->realm = row[1];
    learner->external_id = row[2];
    learner->name = row[3];
    learner->state = sc_db_to_int(row[4], 0) ? SC_LEARNER_DISABLED : SC_LEARNER_ACTIVE;
    learner->tester = (int)sc_db_to_int(row[5], 0);
    learner->created_at = sc_db_to_int(row[6], 0);
    learner->seen_at = sc_db_to_int(row[7], 0);
    return learner;
}

static sc_error_t *select_all(sc_db_t *db, sc_sql_e statement, const char **args, apr_array_header_t **out,
                              apr_pool_t *pool)
{
    apr_array_header_t *rows;
    int i;

    SC_TRY(sc_db_select(db, statement, args, &rows, pool));
    *out = apr_array_make(pool, rows->nelts + 1, sizeof(sc_learner_t *));
    for (i = 0; i < rows->nelts; i++)
        APR_ARRAY_PUSH(*out, sc_learner_t *) = sc_learner_from_columns(SC_ROW(rows, i), pool);
    return NULL;
}

sc_error_t *sc_learner_get(sc_db_t *db, const char *id, sc_learner_t **out, apr_pool_t *pool)
{
    const char *const *row;

    SC_TRY(sc_db_select_one(db, SC_SQL_LEARNER_GET, SC_ARGS(id), &row, pool));
    *out = row ? sc_learner_from_columns(row, pool) : NULL;
    return NULL;
}

sc_error_t *sc_learner_find(sc_db_t *db, const char *realm, const char *external_id, sc_learner_t **out, apr_pool_t *pool)
{
    const char *const *row;

    SC_TRY(sc_db_select_one(db, SC_SQL_LEARNER_BY_IDENTITY, SC_ARGS(sc_learner_identity(realm, external_id, pool)), &row, pool));
    *out = row ? sc_learner_from_columns(row, pool) : NULL;
    return NULL;
}

const char *const *sc_learner_row(const sc_learner_t *learner, apr_pool_t *pool)
{
    const char *row[] = { sc_learner_identity(learner->realm, learner->external_id, pool), learner->id, learner->realm,
                          learner->external_id, sc_db_int(learner->state, pool), sc_db_int(learner->tester, pool),
                          sc_db_int(learner->created_at, pool), learner->name, sc_db_int(learner->seen_at, pool) };

    return apr_pmemdup(pool, row, sizeof(row));
}

sc_error_t *sc_learner_named(sc_db_t *db, const char *external_id, apr_array_header_t **out, apr_pool_t *pool)
{
    return select_all(db, SC_SQL_LEARNER_BY_EXTERNAL_ID, SC_ARGS(external_id), out, pool);
}

sc_error_t *sc_learner_page(sc_db_t *db, const char *after, apr_array_header_t **out, apr_pool_t *pool)
{
    return select_all(db, SC_SQL_LEARNER_LIST, SC_ARGS(after), out, pool);
}

sc_error_t *sc_learner_set_state(sc_db_t *db, const char *id, sc_learner_state_e state, apr_pool_t *pool)
{
    return sc_db_run(db, SC_SQL_LEARNER_SET_STATE, SC_ARGS(sc_db_int(state, pool), id), NULL, pool);
}

sc_error_t *sc_learner_delete(sc_db_t *db, const char *id, apr_pool_t *pool)
{
    /* What hangs on registrations before the registrations. */
    static const sc_sql_e steps[] = { SC_SQL_LEARNER_DELETE_DELIVERIES,    SC_SQL_LEARNER_DELETE_SESSIONS,
                                      SC_SQL_LEARNER_DELETE_MODULES,       SC_SQL_LEARNER_DELETE_ACTIVITIES,
                                      SC_SQL_LEARNER_DELETE_ATTEMPTS,      SC_SQL_LEARNER_DELETE_REGISTRATIONS,
                                      SC_SQL_LEARNER_DELETE_REFUSALS,      SC_SQL_LEARNER_DELETE };
    unsigned i;

    SC_TRY(sc_tally_forget(db, id, pool));
    for (i = 0; i < sizeof(steps) / sizeof(*steps); i++)
        SC_TRY(sc_db_run(db, steps[i], SC_ARGS(id), NULL, pool));
    return NULL;
}
