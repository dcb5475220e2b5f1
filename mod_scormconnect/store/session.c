/* SPDX-License-Identifier: Apache-2.0 */
#include "store/session.h"

#include <apr_strings.h>

sc_error_t *sc_session_find(sc_db_t *db, const char *id, sc_session_t **out, apr_pool_t *pool)
{
    const char *const *row;
    sc_session_t *session;

    *out = NULL;
    SC_TRY(sc_db_select_one(db, SC_SQL_SESSION_FIND, SC_ARGS(id), &row, pool));
    if (!row)
        return NULL;
    *out = session = apr_pcalloc(pool, sizeof(*session));
    session->id = row[0];
    session->registration = row[1];
    session->last_seq = sc_db_to_int(row[2], 0);
    session->seconds = sc_db_to_int(row[3], 0);
    session->state = sc_db_to_int(row[4], 0) ? SC_SESSION_ENDED : SC_SESSION_ACTIVE;
    session->started_at = sc_db_to_int(row[5], 0);
    return NULL;
}

void sc_session_write(const sc_session_t *session, const sc_session_origin_t *origin, apr_time_t now, sc_unit_t *unit)
{
    static const sc_session_origin_t known = { "", "", "", "" };
    const sc_session_origin_t *from = origin ? origin : &known;
    const char *row[] = { session->id, session->registration, from->origin, from->edition, from->connector, from->lang,
                          sc_db_int(session->started_at, unit->pool), sc_db_int(session->last_seq, unit->pool),
                          sc_db_int(session->seconds, unit->pool), sc_db_int(session->state, unit->pool),
                          sc_db_int(now, unit->pool) };

    sc_unit_add(unit, SC_ROW_SESSION, apr_pmemdup(unit->pool, row, sizeof(row)), NULL);
}
