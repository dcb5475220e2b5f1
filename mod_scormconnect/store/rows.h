/* SPDX-License-Identifier: Apache-2.0
 *
 * The statements that write rows of a kind, made from one list of columns: for SQLite one row at a time, which costs
 * nothing in the same process; for the servers many rows at once as one JSON argument, which costs one round trip.
 */
#ifndef SC_STORE_ROWS_H
#define SC_STORE_ROWS_H

#include "store/unit.h"

/* How many columns rows of `kind` have. */
int sc_rows_columns(sc_row_kind_e kind);

/* Writes rows of one kind (an array of const char *const *), sorted by their keys. */
sc_error_t *sc_rows_write(sc_db_t *db, sc_row_kind_e kind, const apr_array_header_t *rows, apr_pool_t *pool);

/* Of those ids of learners (SC_ROW_LEARNER) or registrations (SC_ROW_REGISTRATION) that are there: id -> state, or version.
 * On the servers they are locked until the transaction ends, in the order of their ids. */
sc_error_t *sc_rows_claim(sc_db_t *db, sc_row_kind_e kind, const apr_array_header_t *ids, apr_hash_t **out, apr_pool_t *pool);

#endif
