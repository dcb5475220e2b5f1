/* SPDX-License-Identifier: Apache-2.0
 *
 * A learner opens a publication. The connector that asks may be SCORM's today and another's tomorrow: nothing here
 * depends on how the learner was identified.
 */
#ifndef SC_SERVICE_LAUNCH_H
#define SC_SERVICE_LAUNCH_H

#include "service/standing.h"
#include "service/token.h"
#include "store/store.h"

typedef struct {
    const char *publication;
    const char *origin;                 /* as the browser vouched for it */
    const char *learner_id, *learner_name;      /* as the LMS told them */
    sc_scorm_e scorm;
    const char *connector;              /* its version */
    int readonly;                       /* browse, review, or no credit */
    const char *lang;                   /* wanted, or NULL */
} sc_launch_request_t;

/* One unit of work: learner, registration, credit and session, or a refusal and nothing. A refusal of a known publication is
 * counted for its publisher. `answer` is that of docs/protocol.md §2. */
sc_error_t *sc_launch(const sc_site_t *site, sc_store_t *store, const sc_launch_request_t *ask, apr_time_t now,
                      sc_json_t **answer, apr_pool_t *pool);

#endif
