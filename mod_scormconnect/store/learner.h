/* SPDX-License-Identifier: Apache-2.0
 *
 * Rows of `learner`: one for each (realm, id that the LMS told).
 */
#ifndef SC_STORE_LEARNER_H
#define SC_STORE_LEARNER_H

#include "store/db.h"

typedef enum { SC_LEARNER_ACTIVE, SC_LEARNER_DISABLED } sc_learner_state_e;

typedef struct {
    const char *id;
    const char *realm;
    const char *external_id;
    const char *name;
    sc_learner_state_e state;
    int tester;                         /* consumes no credit */
    apr_time_t created_at, seen_at;
} sc_learner_t;

/* The account `id`, or NULL. */
sc_error_t *sc_learner_get(sc_db_t *db, const char *id, sc_learner_t **out, apr_pool_t *pool);

/* The learner of that realm and id, or NULL. */
sc_error_t *sc_learner_find(sc_db_t *db, const char *realm, const char *external_id, sc_learner_t **out, apr_pool_t *pool);

/* A learner's row for a unit of work, new or with a new name; see unit.h. */
const char *const *sc_learner_row(const sc_learner_t *learner, apr_pool_t *pool);

/* What stands in for realm and id in an index. */
const char *sc_learner_identity(const char *realm, const char *external_id, apr_pool_t *pool);

/* From the columns of a row that begins with a learner's. */
#define SC_LEARNER_COLUMNS 8
sc_learner_t *sc_learner_from_columns(const char *const *row, apr_pool_t *pool);

/* Those with that id, in all realms: an array of sc_learner_t *. */
sc_error_t *sc_learner_named(sc_db_t *db, const char *external_id, apr_array_header_t **out, apr_pool_t *pool);

/* The next 500 after the account `after` ("" to begin). */
sc_error_t *sc_learner_page(sc_db_t *db, const char *after, apr_array_header_t **out, apr_pool_t *pool);

sc_error_t *sc_learner_set_state(sc_db_t *db, const char *id, sc_learner_state_e state, apr_pool_t *pool);

/* Erases the account and all that hangs on it. The credits stay: they name an account, not a person; so do the figures of what
 * was done. In a transaction of the caller's. */
sc_error_t *sc_learner_delete(sc_db_t *db, const char *id, apr_pool_t *pool);

#endif
