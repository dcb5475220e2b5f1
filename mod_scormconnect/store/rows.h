/* SPDX-License-Identifier: Apache-2.0
 *
 * The statements that write rows of a kind, made from one list of columns: for SQLite one row at a time, which costs
 * nothing in the same process; for the servers many rows at once, which costs one round trip: an array for each column on
 * PostgreSQL, one JSON text on MariaDB.
 */
#ifndef SC_STORE_ROWS_H
#define SC_STORE_ROWS_H

#include "store/unit.h"

/* How many columns rows of `kind` have. */
int sc_rows_columns(sc_row_kind_e kind);

/* Writes rows of one kind (an array of const char *const *), sorted by their keys. */
sc_error_t *sc_rows_write(sc_db_t *db, sc_row_kind_e kind, const apr_array_header_t *rows, apr_pool_t *pool);

/* Of those ids of learners (SC_ROW_LEARNER) or registrations (SC_ROW_REGISTRATION) that are there: id -> state, or version.
 * `ids` are sorted, and made unique.
 * On the servers they are locked until the transaction ends, in the order of their ids. */
sc_error_t *sc_rows_claim(sc_db_t *db, sc_row_kind_e kind, apr_array_header_t *ids, apr_hash_t **out, apr_pool_t *pool);

/* Ids as the one argument of a query that looks for many: sorted, and made unique. */
const char *sc_rows_ids_text(const sc_db_t *db, apr_array_header_t *ids, apr_pool_t *pool);

/* Rows as arguments of other queries: all of them as one JSON text, or a column of them as the text of a PostgreSQL array, whose
 * elements are `quoted` if they are texts. */
const char *sc_rows_json_text(const apr_array_header_t *rows, int columns, apr_pool_t *pool);
const char *sc_rows_column_text(const apr_array_header_t *rows, int column, int quoted, apr_pool_t *pool);

#endif
