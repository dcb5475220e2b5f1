/* SPDX-License-Identifier: Apache-2.0
 *
 * Rows of `session`: one visit. Its `last_seq` is what makes sending an event twice harmless.
 */
#ifndef SC_STORE_SESSION_H
#define SC_STORE_SESSION_H

#include "store/db.h"

typedef enum { SC_SESSION_ACTIVE, SC_SESSION_LEFT } sc_session_state_e;

typedef struct {
    const char *id;
    const char *registration;
    const char *edition;
    apr_int64_t last_seq;
    apr_int64_t seconds;
    sc_session_state_e state;
    apr_time_t started_at;
} sc_session_t;

typedef struct {
    const char *origin, *connector, *lang;
} sc_session_origin_t;

sc_error_t *sc_session_insert(sc_db_t *db, const sc_session_t *session, const sc_session_origin_t *from, apr_pool_t *pool);

/* `*out` is NULL when there is none. */
sc_error_t *sc_session_find(sc_db_t *db, const char *id, sc_session_t **out, apr_pool_t *pool);

/* Writes last_seq, seconds and state. */
sc_error_t *sc_session_advance(sc_db_t *db, const sc_session_t *session, apr_time_t now, apr_pool_t *pool);

#endif
