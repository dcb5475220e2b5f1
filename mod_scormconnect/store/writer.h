/* SPDX-License-Identifier: Apache-2.0
 *
 * Group commit. Requests hand over units of work; the first to join an open batch leads it: when the batch before has
 * committed, it closes its own, writes all of it in one transaction, and wakes the others. While one batch is flushed to
 * the disk the next fills by itself, so there is no timer and no delay, and a lone request commits at once.
 *
 * One writer for each process and database. Whoever is answered without an error has its unit on disk.
 */
#ifndef SC_STORE_WRITER_H
#define SC_STORE_WRITER_H

#include "store/unit.h"

typedef struct sc_writer_t sc_writer_t;

/* Gives a connection to `use` for its duration. */
typedef sc_error_t *(*sc_connect_fn)(void *baton, sc_error_t *(*use)(sc_db_t *db, void *use_baton), void *use_baton,
                                     apr_pool_t *pool);

/* At most `most_waiting` units wait for the database at a time. Whoever finds the queue full waits a moment for room: when the
 * database stands still, it must not take every thread of the server. */
sc_error_t *sc_writer_create(sc_connect_fn connect, void *connect_baton, int most_waiting, int shard, sc_writer_t **out,
                             apr_pool_t *pool);

/* Waits until `unit` is on disk, or is known not to be. `*stale`: somebody else was faster, and nothing was written.
 * SC_UNAVAILABLE "busy" when the queue stays full, "unavailable" when it can't be used. */
sc_error_t *sc_writer_commit(sc_writer_t *writer, sc_unit_t *unit, int *stale);

#endif
