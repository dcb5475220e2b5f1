/* SPDX-License-Identifier: Apache-2.0 */
#include "store/refusal.h"

#include "base/id.h"

static sc_refusal_t *from_row(const char *const *row, apr_pool_t *pool)
{
    sc_refusal_t *refusal = apr_pcalloc(pool, sizeof(*refusal));

    refusal->id = row[0];
    refusal->publication = row[1];
    refusal->origin = row[2];
    refusal->code = row[3];
    refusal->learner = row[4];
    refusal->times = (int)sc_db_to_int(row[5], 0);
    refusal->first_at = sc_db_to_int(row[6], 0);
    refusal->last_at = sc_db_to_int(row[7], 0);
    refusal->title = row[8];
    refusal->external_id = row[9];
    return refusal;
}

sc_error_t *sc_refusal_note(sc_db_t *db, const char *publication, const char *origin, const char *code,
                            const char *learner, apr_time_t now, apr_pool_t *pool)
{
    const char *when = sc_db_int(now, pool);

    return sc_db_run(db, SC_SQL_REFUSAL_NOTE,
                     SC_ARGS(sc_id_new(now, pool), origin, code, learner, when, when, publication, origin, code,
                             learner),
                     NULL, pool);
}

sc_error_t *sc_refusal_list(sc_db_t *db, const char *publication, apr_array_header_t **out, apr_pool_t *pool)
{
    apr_array_header_t *rows;
    int i;

    SC_TRY(publication ? sc_db_select(db, SC_SQL_REFUSAL_LIST_OF, SC_ARGS(publication), &rows, pool)
                       : sc_db_select(db, SC_SQL_REFUSAL_LIST, SC_NO_ARGS, &rows, pool));
    *out = apr_array_make(pool, rows->nelts + 1, sizeof(sc_refusal_t *));
    for (i = 0; i < rows->nelts; i++)
        APR_ARRAY_PUSH(*out, sc_refusal_t *) = from_row(SC_ROW(rows, i), pool);
    return NULL;
}

sc_error_t *sc_refusal_find(sc_db_t *db, const char *id, sc_refusal_t **out, apr_pool_t *pool)
{
    const char *const *row;

    SC_TRY(sc_db_select_one(db, SC_SQL_REFUSAL_FIND, SC_ARGS(id), &row, pool));
    *out = row ? from_row(row, pool) : NULL;
    return NULL;
}

sc_error_t *sc_audit_note(sc_db_t *db, const char *actor, const char *action, const char *subject, const char *detail,
                          apr_time_t now, apr_pool_t *pool)
{
    return sc_db_run(db, SC_SQL_AUDIT_INSERT,
                     SC_ARGS(sc_id_new(now, pool), sc_db_int(now, pool), actor, action, subject, detail), NULL, pool);
}
