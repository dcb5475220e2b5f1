/* SPDX-License-Identifier: Apache-2.0
 *
 * Rows of `registration`: one learner in one publication, with the running totals; and the credits that first launches
 * consumed. Registrations are written by store/record.h, with all that hangs on them.
 */
#ifndef SC_STORE_REGISTRATION_H
#define SC_STORE_REGISTRATION_H

#include "store/learner.h"

typedef enum { SC_PLACEMENT_OPEN, SC_PLACEMENT_TAKEN, SC_PLACEMENT_SKIPPED } sc_placement_e;

typedef struct {
    const char *publication;
    const char *learner;
    const char *id;
    apr_time_t started_at;
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
    apr_time_t seen_at;
    apr_int64_t version;                /* rises with every write, here and in what hangs on it */
    apr_int64_t last_seq;               /* of the session that may write: its last event that is on disk */
    apr_int64_t session_seconds;        /* of the same */
    int credited;                       /* it has consumed its credit */
} sc_registration_t;

#define SC_REGISTRATION_COLUMNS 23

/* A line of the publication's list of learners. */
typedef struct {
    sc_registration_t registration;     /* without publication, session, location, placement and what follows */
    const char *external_id;
    const char *name;
    int learner_state;
} sc_registration_line_t;

/* `*out` is NULL when there is none. */
sc_error_t *sc_registration_find(sc_db_t *db, const char *id, sc_registration_t **out, apr_pool_t *pool);

/* The columns of a row, SC_REGISTRATION_COLUMNS texts, and back. */
const char *const *sc_registration_to_columns(const sc_registration_t *registration, apr_pool_t *pool);
sc_registration_t *sc_registration_from_columns(const char *const *row, apr_pool_t *pool);

/* At most 100 lines older than the registration `before` (NULL: the newest), an array of sc_registration_line_t;
 * `more` tells that there are others. */
sc_error_t *sc_registration_page(sc_db_t *db, const char *publication, const char *before, apr_array_header_t **out,
                                 int *more, apr_pool_t *pool);

/* Id and publication's title of a learner's registrations, newest first: rows of two columns. */
sc_error_t *sc_registration_by_learner(sc_db_t *db, const char *learner, apr_array_header_t **rows, apr_pool_t *pool);

/* rev, lms, element and time of the last 100 reports that an LMS was given, newest first: rows of four columns. */
sc_error_t *sc_registration_deliveries(sc_db_t *db, const char *id, apr_array_header_t **rows, apr_pool_t *pool);

sc_error_t *sc_credit_count(sc_db_t *db, int *count, apr_pool_t *pool);

/* Publication id, title and credits, newest publication first: rows of three columns. */
sc_error_t *sc_credit_list(sc_db_t *db, apr_array_header_t **rows, apr_pool_t *pool);

#endif
