/* SPDX-License-Identifier: Apache-2.0
 *
 * Rows of `session`: one visit. Its last number is what makes sending an event twice harmless. As long as a session holds
 * the lease, the registration has its last number and seconds; they come here when the lease moves on, or the learner leaves.
 */
#ifndef SC_STORE_SESSION_H
#define SC_STORE_SESSION_H

#include "store/unit.h"

/* Ended: the learner left, or a newer session took the lease. */
typedef enum { SC_SESSION_ACTIVE, SC_SESSION_ENDED } sc_session_state_e;

typedef struct {
    const char *id;
    const char *registration;
    apr_int64_t last_seq;
    apr_int64_t seconds;
    sc_session_state_e state;
    apr_time_t started_at;
} sc_session_t;

/* What is only known when it begins. */
typedef struct {
    const char *origin, *edition, *connector, *lang;
} sc_session_origin_t;

/* `*out` is NULL when there is none. */
sc_error_t *sc_session_find(sc_db_t *db, const char *id, sc_session_t **out, apr_pool_t *pool);

/* Adds it to a unit: a new one with its origin, or (NULL) where a known one stands now. */
void sc_session_write(const sc_session_t *session, const sc_session_origin_t *origin, apr_time_t now, sc_unit_t *unit);

#endif
