/* SPDX-License-Identifier: Apache-2.0
 *
 * The cache of texts: what it gives back, what it forgets, and in which order.
 */
#include "unit.h"

#include <apr_strings.h>
#include <apr_thread_proc.h>
#include <string.h>

#include "store/cache.h"

#define PLENTY (1024 * 1024)

static apr_array_header_t *texts_of(apr_pool_t *pool, int count, const char *const *texts)
{
    apr_array_header_t *list = apr_array_make(pool, count + 1, sizeof(const char *));
    int i;

    for (i = 0; i < count; i++)
        APR_ARRAY_PUSH(list, const char *) = texts[i];
    return list;
}

#define TEXTS(pool, ...) \
    texts_of(pool, sizeof((const char *[]){ __VA_ARGS__ }) / sizeof(char *), (const char *[]){ __VA_ARGS__ })

/* What is there under `key`, joined by commas; NULL when nothing is. */
static const char *found(sc_cache_t *cache, const char *key, apr_pool_t *pool)
{
    apr_array_header_t *texts = sc_cache_get(cache, key, pool);
    const char *all = "";
    int i;

    for (i = 0; texts && i < texts->nelts; i++)
        all = apr_pstrcat(pool, all, i ? "," : "", APR_ARRAY_IDX(texts, i, const char *), NULL);
    return texts ? all : NULL;
}

/* How many of the keys "0" to "99" are there; `*oldest` is the first that is. */
static int count_found(sc_cache_t *cache, int *oldest, apr_pool_t *pool)
{
    int i, count = 0;

    *oldest = -1;
    for (i = 99; i >= 0; i--)
        if (sc_cache_get(cache, apr_itoa(pool, i), pool)) {
            *oldest = i;
            count++;
        }
    return count;
}

/* ---- one entry */

static void what_was_put_is_found(void **state)
{
    sc_cache_t *cache = sc_cache_create(10, PLENTY, *state);

    sc_cache_put(cache, "ada", TEXTS(*state, "one", "", "three"));
    sc_cache_put(cache, "bob", TEXTS(*state, "four"));
    assert_string_equal(found(cache, "ada", *state), "one,,three");
    assert_string_equal(found(cache, "bob", *state), "four");
    assert_string_equal(found(cache, "ada", *state), "one,,three");
    assert_null(found(cache, "ad", *state));
    assert_null(found(cache, "", *state));
}

static void a_list_may_be_empty(void **state)
{
    sc_cache_t *cache = sc_cache_create(10, PLENTY, *state);

    sc_cache_put(cache, "", apr_array_make(*state, 1, sizeof(const char *)));
    assert_int_equal(sc_cache_get(cache, "", *state)->nelts, 0);
}

static void a_later_list_takes_the_place_of_an_earlier_one(void **state)
{
    sc_cache_t *cache = sc_cache_create(2, PLENTY, *state);

    sc_cache_put(cache, "ada", TEXTS(*state, "one", "two"));
    sc_cache_put(cache, "bob", TEXTS(*state, "three"));
    sc_cache_put(cache, "ada", TEXTS(*state, "four"));
    assert_string_equal(found(cache, "ada", *state), "four");
    assert_string_equal(found(cache, "bob", *state), "three");
}

static void what_was_removed_is_gone(void **state)
{
    sc_cache_t *cache = sc_cache_create(10, PLENTY, *state);

    sc_cache_put(cache, "ada", TEXTS(*state, "one"));
    sc_cache_put(cache, "bob", TEXTS(*state, "two"));
    sc_cache_remove(cache, "ada");
    sc_cache_remove(cache, "ada");
    sc_cache_remove(cache, "nobody");
    assert_null(found(cache, "ada", *state));
    assert_string_equal(found(cache, "bob", *state), "two");
    sc_cache_put(cache, "ada", TEXTS(*state, "three"));
    assert_string_equal(found(cache, "ada", *state), "three");
}

static void texts_are_copies(void **state)
{
    sc_cache_t *cache = sc_cache_create(10, PLENTY, *state);
    char key[] = "ada", text[] = "one";
    apr_array_header_t *got;
    apr_pool_t *other;

    sc_cache_put(cache, key, TEXTS(*state, text));
    strcpy(key, "xxx");
    strcpy(text, "xxx");
    apr_pool_create(&other, *state);
    got = sc_cache_get(cache, "ada", other);
    assert_string_equal(APR_ARRAY_IDX(got, 0, const char *), "one");
    memcpy((char *)APR_ARRAY_IDX(got, 0, const char *), "yyy", 3);
    assert_string_equal(found(cache, "ada", *state), "one");
    got = sc_cache_get(cache, "ada", *state);
    apr_pool_destroy(other);
    sc_cache_remove(cache, "ada");
    assert_string_equal(APR_ARRAY_IDX(got, 0, const char *), "one");
}

/* ---- what is forgotten */

static void the_oldest_goes_when_there_are_too_many(void **state)
{
    sc_cache_t *cache = sc_cache_create(10, PLENTY, *state);
    int i, oldest;

    for (i = 0; i < 25; i++)
        sc_cache_put(cache, apr_itoa(*state, i), TEXTS(*state, "text"));
    assert_int_equal(count_found(cache, &oldest, *state), 10);
    assert_int_equal(oldest, 15);
}

static void the_oldest_goes_when_there_are_too_many_bytes(void **state)
{
    sc_cache_t *cache = sc_cache_create(1000, 10000, *state);
    const char *text = apr_psprintf(*state, "%01000d", 1);
    int i, count, oldest;

    for (i = 0; i < 25; i++)
        sc_cache_put(cache, apr_itoa(*state, i), TEXTS(*state, text));
    count = count_found(cache, &oldest, *state);
    assert_in_range(count, 8, 9);
    assert_int_equal(oldest, 25 - count);
}

static void what_was_used_stays(void **state)
{
    sc_cache_t *cache = sc_cache_create(3, PLENTY, *state);
    int i;

    sc_cache_put(cache, "got", TEXTS(*state, "one"));
    sc_cache_put(cache, "put", TEXTS(*state, "two"));
    for (i = 0; i < 25; i++) {
        sc_cache_put(cache, apr_itoa(*state, i), TEXTS(*state, "text"));
        assert_string_equal(found(cache, "got", *state), "one");
        sc_cache_put(cache, "put", TEXTS(*state, "three"));
    }
    assert_string_equal(found(cache, "put", *state), "three");
}

static void one_that_is_too_large_pushes_nobody_out(void **state)
{
    sc_cache_t *cache = sc_cache_create(10, 10000, *state);
    const char *large = apr_psprintf(*state, "%010000d", 1);

    sc_cache_put(cache, "ada", TEXTS(*state, "one"));
    sc_cache_put(cache, "bob", TEXTS(*state, "two"));
    sc_cache_put(cache, "large", TEXTS(*state, large));
    sc_cache_put(cache, "bob", TEXTS(*state, large));
    assert_null(found(cache, "large", *state));
    assert_null(found(cache, "bob", *state));
    assert_string_equal(found(cache, "ada", *state), "one");
}

/* ---- threads */

#define THREADS 8
#define ROUNDS 4000

typedef struct {
    sc_cache_t *cache;
    int number, found, wrong;
} worker_t;

/* All texts of a list say the same, so a mixture would be seen. */
static void *put_get_and_remove(apr_thread_t *thread, void *data)
{
    worker_t *worker = data;
    apr_pool_t *pool;
    int i, k;

    (void)thread;
    apr_pool_create(&pool, NULL);
    for (i = 0; i < ROUNDS; i++) {
        const char *key = apr_itoa(pool, (i * 7 + worker->number) % 40);
        const char *text = apr_psprintf(pool, "%s-%d-%d", key, worker->number, i);
        apr_array_header_t *got = sc_cache_get(worker->cache, key, pool);

        for (k = 0; got && k < got->nelts; k++)
            worker->wrong += strcmp(APR_ARRAY_IDX(got, k, const char *), APR_ARRAY_IDX(got, 0, const char *)) != 0
                          || strncmp(APR_ARRAY_IDX(got, k, const char *), key, strlen(key)) != 0;
        worker->found += got != NULL;
        if (i % 5 == 4)
            sc_cache_remove(worker->cache, key);
        else
            sc_cache_put(worker->cache, key, i % 2 ? TEXTS(pool, text, text, text) : TEXTS(pool, text));
        apr_pool_clear(pool);
    }
    apr_pool_destroy(pool);
    return NULL;
}

static void many_threads_use_it_at_once(void **state)
{
    sc_cache_t *cache = sc_cache_create(32, PLENTY, *state);
    worker_t workers[THREADS];
    apr_thread_t *threads[THREADS];
    apr_status_t outcome;
    int i, oldest;

    for (i = 0; i < THREADS; i++) {
        workers[i] = (worker_t){ cache, i, 0, 0 };
        assert_int_equal(apr_thread_create(&threads[i], NULL, put_get_and_remove, &workers[i], *state), APR_SUCCESS);
    }
    for (i = 0; i < THREADS; i++) {
        apr_thread_join(&outcome, threads[i]);
        assert_int_equal(workers[i].wrong, 0);
        assert_true(workers[i].found > ROUNDS / 10);
    }
    assert_in_range(count_found(cache, &oldest, *state), 1, 32);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_POOL(what_was_put_is_found),
        WITH_POOL(a_list_may_be_empty),
        WITH_POOL(a_later_list_takes_the_place_of_an_earlier_one),
        WITH_POOL(what_was_removed_is_gone),
        WITH_POOL(texts_are_copies),
        WITH_POOL(the_oldest_goes_when_there_are_too_many),
        WITH_POOL(the_oldest_goes_when_there_are_too_many_bytes),
        WITH_POOL(what_was_used_stays),
        WITH_POOL(one_that_is_too_large_pushes_nobody_out),
        WITH_POOL(many_threads_use_it_at_once),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
