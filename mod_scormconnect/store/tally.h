/* SPDX-License-Identifier: Apache-2.0
 *
 * The running figures: rows of publication_tally, publication_day, module_tally and activity_tally. The writer adds to them in
 * the transactions of the work that they count; here they are read, and counted anew from that work.
 */
#ifndef SC_STORE_TALLY_H
#define SC_STORE_TALLY_H

#include "store/db.h"

/* Counts everything anew, in a transaction of the caller's. Of a learner's work in a module or activity only the first and the
 * best are kept, so that weeks of later tries become the week of the first. Takes as long as there is work. */
sc_error_t *sc_tally_recount(sc_db_t *db, apr_pool_t *pool);

/* Takes a learner, who is about to be deleted, out of the figures of learners now; what they did stays counted. In a
 * transaction of the caller's. */
sc_error_t *sc_tally_forget(sc_db_t *db, const char *learner, apr_pool_t *pool);

/* Sums of a publication: module and three figures; activity and four; of the last 400 days, newest first, the day and six.
 * Rows of columns, in the order of docs/admin-api.md. */
sc_error_t *sc_tally_modules(sc_db_t *db, const char *publication, apr_array_header_t **rows, apr_pool_t *pool);
sc_error_t *sc_tally_activities(sc_db_t *db, const char *publication, apr_array_header_t **rows, apr_pool_t *pool);
sc_error_t *sc_tally_days(sc_db_t *db, const char *publication, apr_array_header_t **rows, apr_pool_t *pool);

#endif
