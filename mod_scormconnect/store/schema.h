/* SPDX-License-Identifier: Apache-2.0
 *
 * The schema and its migrations: numbered steps, each of which the release before it can live with, because during a
 * graceful restart old and new children run together.
 */
#ifndef SC_STORE_SCHEMA_H
#define SC_STORE_SCHEMA_H

#include "store/db.h"

/* The version that this release needs. */
#define SC_SCHEMA_VERSION 2

/* The row of the table meta by which store/copy.c marks its target, and how its value begins until the copy is complete. */
#define SC_COPY_MARK "copy"
#define SC_COPY_RUNNING "running"

/* The version of the database: 0 when it has no schema at all. */
sc_error_t *sc_schema_version(sc_db_t *db, int *version, apr_pool_t *pool);

/* SC_UNAVAILABLE unless the database is at this release's version or a later one, and no half of a copy. */
sc_error_t *sc_schema_check(sc_db_t *db, apr_pool_t *pool);

/* Brings the database to this release's version. `from` and `to` tell what was done. May be repeated and interrupted. */
sc_error_t *sc_schema_migrate(sc_db_t *db, int *from, int *to, apr_pool_t *pool);

#endif
