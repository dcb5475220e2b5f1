/* SPDX-License-Identifier: Apache-2.0
 *
 * A site's data from one database into another, of whatever engine.
 *
 * Table by table, both are read in the order of the key: what the target lacks or has otherwise is written, what the source
 * doesn't have is removed, a transaction per page. So a copy that was interrupted goes on when it is begun again, and one
 * whose source has changed meanwhile catches up. At the end both are read once more and compared by counts and checksums.
 *
 * The target's row "copy" in the table meta tells what it is: "running SITE" from the first row on, "done SITE CHECKSUM" at the
 * end. Nobody uses a database that says "running" (sc_schema_check). SITE is the source's oldest publication; no two sites
 * have the same. A finished copy is written to again only if the checksum shows that it was not used since.
 */
#ifndef SC_STORE_COPY_H
#define SC_STORE_COPY_H

#include "store/db.h"

typedef enum { SC_COPY_LOOKING, SC_COPY_WRITING, SC_COPY_COMPARING } sc_copy_step_e;

/* How far it is: `done` of `total` rows of this step, over all tables. */
typedef struct {
    sc_copy_step_e step;
    const char *table;
    apr_int64_t done, total;
} sc_copy_progress_t;

/* Called after each page. An error ends the copy there, between two transactions. */
typedef sc_error_t *(*sc_copy_watch_fn)(void *baton, const sc_copy_progress_t *progress);

typedef struct {
    const char *table;
    apr_int64_t rows;                   /* the table has now */
    apr_int64_t written;                /* inserted, or changed */
    apr_int64_t removed;
    const char *checksum;
} sc_copied_t;

/* Makes the tables of `to` and fills them. `copied` is an array of sc_copied_t, one for each table.
 * SC_INVALID when these two are nothing to copy from and to; SC_CONFLICT when the source changed meanwhile: do it again. */
sc_error_t *sc_copy(sc_db_t *from, sc_db_t *to, sc_copy_watch_fn watch, void *baton, apr_array_header_t **copied,
                    apr_pool_t *pool);

#endif
