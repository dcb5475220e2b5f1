/* SPDX-License-Identifier: Apache-2.0
 *
 * Identifiers that the application makes: 128 bits as 26 characters of [0-9a-z] (no i, l, o, u), the first 48 bits being
 * milliseconds since 1970. Later ids sort after earlier ones, on every node, without asking a database.
 */
#ifndef SC_BASE_ID_H
#define SC_BASE_ID_H

#include <apr_pools.h>
#include <apr_time.h>

#define SC_ID_LENGTH 26

/* A new id for the moment `now`, allocated in `pool`. */
const char *sc_id_new(apr_time_t now, apr_pool_t *pool);

/* Whether `text` has the form of such an id. NULL has not. */
int sc_id_valid(const char *text);

#endif
