/* SPDX-License-Identifier: Apache-2.0
 *
 * What publishers read: the figures of a publication, and a learner's whole record. Figures are sums that were kept while
 * learners worked, so that a page costs the same however many there are.
 */
#ifndef SC_SERVICE_REPORT_H
#define SC_SERVICE_REPORT_H

#include "base/json.h"
#include "service/site.h"
#include "store/db.h"

/* {modules: […], activities: […], days: […]} of a publication, over its training as it is now; docs/admin-api.md. */
sc_error_t *sc_report_statistics(const sc_site_t *site, sc_db_t *db, const char *publication, sc_json_t **out,
                                 apr_pool_t *pool);

/* The account with all its registrations, their results, and what LMSes were told. SC_NOT_FOUND "learner_unknown". */
sc_error_t *sc_report_learner(const sc_site_t *site, sc_db_t *db, const char *account, sc_json_t **out, apr_pool_t *pool);

#endif
