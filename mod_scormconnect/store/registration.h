/* SPDX-License-Identifier: Apache-2.0
 *
 * Rows of `registration`: one learner in one publication, with the running totals; and the credit that the first
 * launch consumes.
 */
#ifndef SC_STORE_REGISTRATION_H
#define SC_STORE_REGISTRATION_H

#include "store/db.h"

typedef enum { SC_PLACEMENT_OPEN, SC_PLACEMENT_TAKEN, SC_PLACEMENT_SKIPPED } sc_placement_e;

typedef struct {
    const char *id;
    const char *publication;
    const char *learner;
    const char *session;                /* the session that may write */
    int status;                         /* sc_status_e */
    int score;                          /* hundredths of a percent, -1: none */
    int percent;
    int final;
    apr_int64_t rev;
    apr_int64_t seconds;
    int sessions;
    int attempts;
    const char *location;
    sc_placement_e placement;
    apr_int64_t delivered_rev;
    const char *delivered_lms;
    apr_time_t delivered_at;
    apr_time_t started_at, seen_at;
} sc_registration_t;

/* A line of the publication's list of learners. */
typedef struct {
    sc_registration_t registration;     /* without publication, learner, session, location, placement */
    const char *external_id;
    const char *name;
    int learner_state;
} sc_registration_line_t;

/* That of the learner in the publication, or NULL. */
sc_error_t *sc_registration_of(sc_db_t *db, const char *publication, const char *learner, sc_registration_t **out,
                               apr_pool_t *pool);

/* The same, made when new. */
sc_error_t *sc_registration_open(sc_db_t *db, const char *publication, const char *learner, apr_time_t now,
                                 sc_registration_t **out, apr_pool_t *pool);

/* `*out` is NULL when there is none. */
sc_error_t *sc_registration_find(sc_db_t *db, const char *id, sc_registration_t **out, apr_pool_t *pool);

/* Writes lease, totals and location. */
sc_error_t *sc_registration_update(sc_db_t *db, const sc_registration_t *registration, apr_pool_t *pool);

/* What the LMS said about snapshot `rev`: into the ledger, and on the registration. `element` may be "". */
sc_error_t *sc_registration_delivered(sc_db_t *db, const sc_registration_t *registration, const char *session,
                                      apr_int64_t rev, const char *lms, const char *element, apr_time_t now,
                                      apr_pool_t *pool);

/* At most 100 lines older than the registration `before` (NULL: the newest), an array of sc_registration_line_t;
 * `more` tells that there are others. */
sc_error_t *sc_registration_page(sc_db_t *db, const char *publication, const char *before, apr_array_header_t **out,
                                 int *more, apr_pool_t *pool);

/* Once for a learner and publication, however often it is called. */
sc_error_t *sc_credit_consume_once(sc_db_t *db, const char *publication, const char *learner, const char *origin,
                                   apr_time_t now, apr_pool_t *pool);

sc_error_t *sc_credit_count(sc_db_t *db, int *count, apr_pool_t *pool);

/* Publication id, title and credits, newest publication first: rows of three columns. */
sc_error_t *sc_credit_list(sc_db_t *db, apr_array_header_t **rows, apr_pool_t *pool);

#endif
