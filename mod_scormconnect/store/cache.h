/* SPDX-License-Identifier: Apache-2.0
 *
 * What this process read from the database a moment ago, as texts, so that it need not be read again. A cache may forget
 * anything at any time and is never the truth: whoever writes on the strength of it compares a version.
 *
 * Thread-safe. Holds at most so many entries and bytes; the one unused for longest goes first.
 */
#ifndef SC_STORE_CACHE_H
#define SC_STORE_CACHE_H

#include <apr_pools.h>
#include <apr_tables.h>

typedef struct sc_cache_t sc_cache_t;

/* Lives as long as `pool`. `most_bytes` is memory outside of pools. */
sc_cache_t *sc_cache_create(int most_entries, apr_size_t most_bytes, apr_pool_t *pool);

/* Keeps a copy of `texts` (const char *, none NULL) under `key`, in the place of what was there. */
void sc_cache_put(sc_cache_t *cache, const char *key, const apr_array_header_t *texts);

/* The texts in `pool`, or NULL. */
apr_array_header_t *sc_cache_get(sc_cache_t *cache, const char *key, apr_pool_t *pool);

void sc_cache_remove(sc_cache_t *cache, const char *key);

#endif
