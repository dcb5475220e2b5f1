/* SPDX-License-Identifier: Apache-2.0 */
#include "store/session.h"

sc_error_t *sc_session_insert(sc_db_t *db, const sc_session_t *session, const sc_session_origin_t *from, apr_pool_t *pool)
{
    const char *when = sc_db_int(session->started_at, pool);

    return sc_db_run(db, SC_SQL_SESSION_INSERT,
                     SC_ARGS(session->id, session->registration, from->origin, session->edition, from->connector,
                             from->lang, when, when),
                     NULL, pool);
}

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
    session->edition = row[2];
    session->last_seq = sc_db_to_int(row[3], 0);
    session->seconds = sc_db_to_int(row[4], 0);
    session->state = sc_db_to_int(row[5], 0) ? SC_SESSION_LEFT : SC_SESSION_ACTIVE;
    session->started_at = sc_db_to_int(row[6], 0);
    return NULL;
}

sc_error_t *sc_session_advance(sc_db_t *db, const sc_session_t *session, apr_time_t now, apr_pool_t *pool)
{
    return sc_db_run(db, SC_SQL_SESSION_ADVANCE,
                     SC_ARGS(sc_db_int(session->last_seq, pool), sc_db_int(session->seconds, pool),
                             sc_db_int(session->state, pool), sc_db_int(now, pool), session->id),
                     NULL, pool);
}
