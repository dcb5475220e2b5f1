/* SPDX-License-Identifier: Apache-2.0
 *
 * The database as the learner's use cases see it: connections for reading, the writer, and what this process remembers.
 * One for each virtual host and process. Nothing in it is the truth; the database is.
 */
#ifndef SC_STORE_STORE_H
#define SC_STORE_STORE_H

#include "store/publication.h"
#include "store/record.h"
#include "store/writer.h"

typedef struct {
    sc_connect_fn connect;
    void *connect_baton;
    sc_writer_t *writer;
    sc_cache_t *records;
    sc_cache_t *publications;
    volatile apr_uint32_t *publications_changed;        /* rises with every change that this machine makes to a publication */
} sc_store_t;

/* The publication, at most a second behind other machines' changes and none behind this one's. `*out` is NULL when there is
 * none. */
sc_error_t *sc_store_publication(sc_store_t *store, const char *id, sc_publication_t **out, apr_pool_t *pool);

/* Call when a publication was changed. */
void sc_store_publications_changed(sc_store_t *store);

/* Calls `use` with a connection. */
sc_error_t *sc_store_use(sc_store_t *store, sc_error_t *(*use)(sc_db_t *db, void *baton), void *baton, apr_pool_t *pool);

#endif
