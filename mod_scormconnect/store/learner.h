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

/* The learner of that realm and id, or NULL. */
sc_error_t *sc_learner_find(sc_db_t *db, const char *realm, const char *external_id, sc_learner_t **out, apr_pool_t *pool);

/* The same, made when new; the name is brought up to date. */
sc_error_t *sc_learner_meet(sc_db_t *db, const char *realm, const char *external_id, const char *name, apr_time_t now,
                            sc_learner_t **out, apr_pool_t *pool);

/* Those with that id, in all realms: an array of sc_learner_t *. */
sc_error_t *sc_learner_named(sc_db_t *db, const char *external_id, apr_array_header_t **out, apr_pool_t *pool);

/* The next 500 after the account `after` ("" to begin). */
sc_error_t *sc_learner_page(sc_db_t *db, const char *after, apr_array_header_t **out, apr_pool_t *pool);

sc_error_t *sc_learner_set_state(sc_db_t *db, const char *id, sc_learner_state_e state, apr_pool_t *pool);

/* Erases the account and all that hangs on it. The credits stay: they name an account, not a person. */
sc_error_t *sc_learner_delete(sc_db_t *db, const char *id, apr_pool_t *pool);

#endif
