/* SPDX-License-Identifier: Apache-2.0 */
#include "store/store.h"

#include <apr_atomic.h>
#include <apr_strings.h>
#include <string.h>

/* How long another machine's change of a publication may go unseen. */
#define LIFETIME APR_USEC_PER_SEC

sc_error_t *sc_store_use(sc_store_t *store, sc_error_t *(*use)(sc_db_t *db, void *baton), void *baton, apr_pool_t *pool)
{
    return store->connect(store->connect_baton, use, baton, pool);
}

void sc_store_publications_changed(sc_store_t *store)
{
    apr_atomic_inc32(store->publications_changed);
}

typedef struct {
    const char *id;
    sc_publication_t *found;
    apr_pool_t *pool;
} search_t;

static sc_error_t *find(sc_db_t *db, void *baton)
{
    search_t *search = baton;

    return sc_publication_find(db, search->id, &search->found, search->pool);
}

/* The last two texts are the count of changes, and the time, before it was read. */
static int is_fresh(const apr_array_header_t *texts, const char *changes, apr_time_t now)
{
    apr_time_t age = now - sc_db_to_int(APR_ARRAY_IDX(texts, texts->nelts - 1, const char *), 0);

    return strcmp(APR_ARRAY_IDX(texts, texts->nelts - 2, const char *), changes) == 0 && age >= 0 && age < LIFETIME;
}

sc_error_t *sc_store_publication(sc_store_t *store, const char *id, sc_publication_t **out, apr_pool_t *pool)
{
    const char *changes = sc_db_int(apr_atomic_read32(store->publications_changed), pool);
    apr_array_header_t *texts = sc_cache_get(store->publications, id, pool);
    apr_time_t now = apr_time_now();
    search_t search = { id, NULL, pool };

    if (texts && is_fresh(texts, changes, now)) {
        texts->nelts -= 2;
        *out = sc_publication_from_texts(texts, pool);
        return NULL;
    }
    SC_TRY(sc_store_use(store, find, &search, pool));
    *out = search.found;
    if (!search.found)
        return NULL;
    texts = sc_publication_to_texts(search.found, pool);
    APR_ARRAY_PUSH(texts, const char *) = changes;
    APR_ARRAY_PUSH(texts, const char *) = sc_db_int(now, pool);
    sc_cache_put(store->publications, id, texts);
    return NULL;
}
