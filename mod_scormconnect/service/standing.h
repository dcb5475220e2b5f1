/* SPDX-License-Identifier: Apache-2.0
 *
 * Where a learner stands: the stored results joined to the present course under the publication's rules, and what follows
 * from it for the registration, the player and the LMS.
 */
#ifndef SC_SERVICE_STANDING_H
#define SC_SERVICE_STANDING_H

#include "domain/progress.h"
#include "service/site.h"
#include "store/publication.h"
#include "store/record.h"

/* A publication with its training as they are now. */
typedef struct {
    const sc_publication_t *publication;
    const sc_course_t *course;
    const char *const *langs;           /* those of the publication, NULL at the end; empty: all */
    int pass, attempts;                 /* in force: the publication's, or else the training's */
} sc_offer_t;

/* `publication` with its course. SC_UNAVAILABLE "training_unavailable" when there is no version to serve. */
sc_error_t *sc_offer_of(const sc_site_t *site, const sc_publication_t *publication, sc_offer_t *out, apr_pool_t *pool);

typedef struct {
    sc_results_t *results;
    sc_work_t work;
    sc_status_e status;
} sc_standing_t;

/* Where the learner of `record` (NULL: nobody, all empty) stands. */
sc_standing_t *sc_standing_of(const sc_offer_t *offer, const sc_record_t *record, apr_pool_t *pool);

/* Brings the registration's totals to where the learner stands; its rev rises when the LMS should hear of it. */
void sc_standing_settle(const sc_standing_t *standing, sc_registration_t *registration);

/* The "progress" and the "snapshot" of docs/protocol.md. `seconds` are those of the session. */
sc_json_t *sc_standing_progress(const sc_offer_t *offer, const sc_standing_t *standing, apr_pool_t *pool);
sc_json_t *sc_standing_snapshot(const sc_offer_t *offer, const sc_registration_t *registration, sc_scorm_e scorm,
                                apr_int64_t seconds, apr_pool_t *pool);

/* The course for the browser, as JSON text, in the language that serves `wanted` best. */
const char *sc_standing_course(const sc_offer_t *offer, const char *wanted, const char *seed, apr_pool_t *pool);

#endif
