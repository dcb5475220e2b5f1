/* SPDX-License-Identifier: Apache-2.0 */
#include "store/learner.h"

#include <apr_strings.h>
#include <string.h>

#include "base/id.h"
#include "base/secret.h"

/* A realm has no line feed in it, so the two can't be confused. */
static const char *identity(const char *realm, const char *external_id, apr_pool_t *pool)
{
    const char *text = apr_pstrcat(pool, realm, "\n", external_id, NULL);

    return sc_secret_digest(text, strlen(text), 64, pool);
}

static sc_learner_t *from_row(const char *const *row, apr_pool_t *pool)
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
        APR_ARRAY_PUSH(*out, sc_learner_t *) = from_row(SC_ROW(rows, i), pool);
    return NULL;
}

sc_error_t *sc_learner_find(sc_db_t *db, const char *realm, const char *external_id, sc_learner_t **out, apr_pool_t *pool)
{
    const char *const *row;

    SC_TRY(sc_db_select_one(db, SC_SQL_LEARNER_BY_IDENTITY, SC_ARGS(identity(realm, external_id, pool)), &row, pool));
    *out = row ? from_row(row, pool) : NULL;
    return NULL;
}

sc_error_t *sc_learner_meet(sc_db_t *db, const char *realm, const char *external_id, const char *name, apr_time_t now,
                            sc_learner_t **out, apr_pool_t *pool)
{
    const char *when = sc_db_int(now, pool);

    SC_TRY(sc_db_run(db, SC_SQL_LEARNER_MEET,
                     SC_ARGS(sc_id_new(now, pool), identity(realm, external_id, pool), realm, external_id, name, when,
                             when),
                     NULL, pool));
    return sc_learner_find(db, realm, external_id, out, pool);
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

    for (i = 0; i < sizeof(steps) / sizeof(*steps); i++)
        SC_TRY(sc_db_run(db, steps[i], SC_ARGS(id), NULL, pool));
    return NULL;
}
