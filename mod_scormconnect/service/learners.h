/* SPDX-License-Identifier: Apache-2.0
 *
 * Learners, as administrators see them. An id may name several accounts, one in each realm.
 */
#ifndef SC_SERVICE_LEARNERS_H
#define SC_SERVICE_LEARNERS_H

#include "base/json.h"
#include "store/refusal.h"
#include "store/registration.h"

/* {learners: [{id, realm, name, state, tester, created_at, seen_at}]}, all of them, oldest first; names only when asked for. */
sc_error_t *sc_learners_list(sc_db_t *db, int with_names, sc_json_t **out, apr_pool_t *pool);

/* The fields of an account, and those of a registration that lists and profiles share. */
void sc_learners_tell(const sc_learner_t *learner, int with_name, sc_json_t *out, apr_pool_t *pool);
void sc_learners_tell_registration(const sc_registration_t *registration, sc_json_t *out, apr_pool_t *pool);

typedef enum { SC_LEARNERS_DISABLE, SC_LEARNERS_ENABLE, SC_LEARNERS_DELETE } sc_learners_verb_e;

/* Does `verb` to the learner that the LMS calls `external_id`, in `realm` (NULL: where there is just one such account).
 * SC_NOT_FOUND "learner_unknown"; SC_CONFLICT "learner_ambiguous" when several realms have it. */
sc_error_t *sc_learners_change(sc_db_t *db, sc_learners_verb_e verb, const char *external_id, const char *realm,
                               const char *actor, apr_time_t now, apr_pool_t *pool);

/* {learners: […], next}: a page of a publication's learners, with what each did and what the LMS acknowledged. */
sc_error_t *sc_learners_of(sc_db_t *db, const char *publication, const char *after, int with_names, sc_json_t **out,
                           apr_pool_t *pool);

/* {refusals: […]} of a publication, or of all (NULL). */
sc_error_t *sc_learners_refused(sc_db_t *db, const char *publication, sc_json_t **out, apr_pool_t *pool);

/* Whether the origin can be put on the publication's list: it was refused as such, and a browser told it. "null" can't. */
int sc_learners_can_authorise(const sc_refusal_t *refusal, apr_pool_t *pool);

#endif
