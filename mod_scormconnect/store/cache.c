/* SPDX-License-Identifier: Apache-2.0 */
#include "store/cache.h"

#include <apr_hash.h>
#include <apr_ring.h>
#include <apr_strings.h>
#include <apr_thread_mutex.h>
#include <stdlib.h>
#include <string.h>

/* One entry, one piece of memory: the key and the texts stand behind it, each with its NUL. */
typedef struct entry_t {
    APR_RING_ENTRY(entry_t) link;
    apr_size_t room;                    /* of all of it */
    apr_size_t length;                  /* of the texts */
    apr_size_t key_length;
    int count;
} entry_t;

APR_RING_HEAD(ring_t, entry_t);

/* What grows a little with every change gets room for more, once it has grown. */
#define SPARE(length) ((length) / 4)

struct sc_cache_t {
    apr_thread_mutex_t *lock;
    apr_hash_t *by_key;
    struct ring_t ring;                 /* the latest used first */
    int entries, most_entries;
    apr_size_t bytes, most_bytes;
};

static char *key_of(entry_t *entry)
{
    return (char *)(entry + 1);
}

static char *texts_of(entry_t *entry)
{
    return key_of(entry) + entry->key_length + 1;
}

static apr_status_t free_all(void *baton)
{
    sc_cache_t *cache = baton;

    while (!APR_RING_EMPTY(&cache->ring, entry_t, link)) {
        entry_t *entry = APR_RING_FIRST(&cache->ring);
        /* The analyzer doesn't see that the ring has closed behind it. NOLINTNEXTLINE(clang-analyzer-unix.Malloc) */
        APR_RING_REMOVE(entry, link);
        free(entry);
    }
    return APR_SUCCESS;
}

sc_cache_t *sc_cache_create(int most_entries, apr_size_t most_bytes, apr_pool_t *pool)
{
    sc_cache_t *cache = apr_pcalloc(pool, sizeof(*cache));

    cache->by_key = apr_hash_make(pool);
    cache->most_entries = most_entries;
    cache->most_bytes = most_bytes;
    APR_RING_INIT(&cache->ring, entry_t, link);
    /* Without a lock it keeps nothing. */
    if (apr_thread_mutex_create(&cache->lock, APR_THREAD_MUTEX_DEFAULT, pool) != APR_SUCCESS)
        cache->lock = NULL;
    apr_pool_cleanup_register(pool, cache, free_all, apr_pool_cleanup_null);
    return cache;
}

static void drop(sc_cache_t *cache, entry_t *entry)
{
    apr_hash_set(cache->by_key, key_of(entry), (apr_ssize_t)entry->key_length, NULL);
    APR_RING_REMOVE(entry, link);
    cache->entries--;
    cache->bytes -= entry->room;
    free(entry);
}

static void insert(sc_cache_t *cache, entry_t *entry)
{
    apr_hash_set(cache->by_key, key_of(entry), (apr_ssize_t)entry->key_length, entry);
    APR_RING_INSERT_HEAD(&cache->ring, entry, entry_t, link);
    cache->entries++;
    cache->bytes += entry->room;
    while (cache->entries > cache->most_entries || cache->bytes > cache->most_bytes)
        /* The same. NOLINTNEXTLINE(clang-analyzer-unix.Malloc) */
        drop(cache, APR_RING_LAST(&cache->ring));
}

static apr_size_t length_of(const apr_array_header_t *texts)
{
    apr_size_t length = 0;
    int i;

    for (i = 0; i < texts->nelts; i++)
        length += strlen(APR_ARRAY_IDX(texts, i, const char *)) + 1;
    return length;
}

static entry_t *make(const char *key, apr_size_t length)
{
    apr_size_t key_length = strlen(key), room = sizeof(entry_t) + key_length + 1 + length;
    entry_t *entry = malloc(room);

    if (!entry)
        return NULL;
    entry->room = room;
    entry->key_length = key_length;
    memcpy(key_of(entry), key, key_length + 1);
    return entry;
}

static int has_room(entry_t *entry, apr_size_t length)
{
    return entry->room - (apr_size_t)(texts_of(entry) - (char *)entry) >= length;
}

static void fill(entry_t *entry, const apr_array_header_t *texts, apr_size_t length)
{
    char *at = texts_of(entry);
    int i;

    entry->count = texts->nelts;
    entry->length = length;
    for (i = 0; i < texts->nelts; i++) {
        const char *text = APR_ARRAY_IDX(texts, i, const char *);
        apr_size_t size = strlen(text) + 1;
        memcpy(at, text, size);
        at += size;
    }
}

static void use(sc_cache_t *cache, entry_t *entry)
{
    APR_RING_REMOVE(entry, link);
    APR_RING_INSERT_HEAD(&cache->ring, entry, entry_t, link);
}

/* With the lock held. */
static void put(sc_cache_t *cache, const char *key, const apr_array_header_t *texts, apr_size_t length)
{
    entry_t *old = apr_hash_get(cache->by_key, key, APR_HASH_KEY_STRING), *entry;

    if (old && has_room(old, length)) {
        fill(old, texts, length);
        use(cache, old);
        return;
    }
    entry = make(key, old ? length + SPARE(length) : length);
    if (old)
        drop(cache, old);
    if (!entry)
        return;
    fill(entry, texts, length);
    /* One that would push out all others, and then itself, is not taken. */
    if (entry->room > cache->most_bytes)
        free(entry);
    else
        insert(cache, entry);
}

void sc_cache_put(sc_cache_t *cache, const char *key, const apr_array_header_t *texts)
{
    apr_size_t length = length_of(texts);

    if (!cache->lock)
        return;
    apr_thread_mutex_lock(cache->lock);
    put(cache, key, texts, length);
    apr_thread_mutex_unlock(cache->lock);
}

apr_array_header_t *sc_cache_get(sc_cache_t *cache, const char *key, apr_pool_t *pool)
{
    apr_array_header_t *texts = NULL;
    entry_t *entry;
    char *at = NULL;
    int i;

    if (!cache->lock)
        return NULL;
    apr_thread_mutex_lock(cache->lock);
    entry = apr_hash_get(cache->by_key, key, APR_HASH_KEY_STRING);
    if (entry) {
        texts = apr_array_make(pool, entry->count + 1, sizeof(const char *));
        texts->nelts = entry->count;
        at = apr_pmemdup(pool, texts_of(entry), entry->length);
        use(cache, entry);
    }
    apr_thread_mutex_unlock(cache->lock);
    for (i = 0; texts && i < texts->nelts; i++) {
        APR_ARRAY_IDX(texts, i, const char *) = at;
        at += strlen(at) + 1;
    }
    return texts;
}

void sc_cache_remove(sc_cache_t *cache, const char *key)
{
    entry_t *entry;

    if (!cache->lock)
        return;
    apr_thread_mutex_lock(cache->lock);
    entry = apr_hash_get(cache->by_key, key, APR_HASH_KEY_STRING);
    if (entry)
        drop(cache, entry);
    apr_thread_mutex_unlock(cache->lock);
}
