/* SPDX-License-Identifier: Apache-2.0
 *
 * Every reading of a training has a pool of its own, without a parent, and is counted: the library holds the newest one
 * and the last good one, each request those that it was given. The last who lets go frees it.
 */
#include "service/trainings.h"

#include <apr_atomic.h>
#include <apr_file_info.h>
#include <apr_hash.h>
#include <apr_strings.h>
#include <apr_thread_mutex.h>
#include <apr_time.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "service/training_folder.h"

#define LOOK_EVERY apr_time_from_sec(1)

/* What was read of a training at one time. Immutable but for its count. */
typedef struct {
    apr_pool_t *pool;
    volatile apr_uint32_t holders;
    const sc_course_t *course;          /* NULL when it has errors */
    apr_array_header_t *problems;
} reading_t;

/* A training. `mutex` of the library guards what changes; `loading` is held while its files are looked at and read, and
 * guards `stamp`. */
typedef struct {
    const char *id, *folder;
    apr_thread_mutex_t *loading;
    const char *stamp;                  /* of the newest reading; malloc'ed */
    apr_time_t looked_at;
    reading_t *newest, *good;           /* NULL before the first */
} entry_t;

struct sc_trainings_t {
    const char *folder, *schema;
    apr_thread_mutex_t *mutex;
    apr_hash_t *entries;                /* id -> entry_t * */
    apr_pool_t *pool;                   /* only under `mutex` */
};

/* ---- readings */

static reading_t *reading_new(void)
{
    apr_pool_t *pool;
    reading_t *reading;

    apr_pool_create_unmanaged_ex(&pool, NULL, NULL);
    reading = apr_pcalloc(pool, sizeof(*reading));
    reading->pool = pool;
    reading->holders = 1;
    reading->problems = apr_array_make(pool, 4, sizeof(sc_problem_t));
    return reading;
}

static apr_status_t let_go(void *data)
{
    reading_t *reading = data;

    if (reading && apr_atomic_dec32(&reading->holders) == 0)
        apr_pool_destroy(reading->pool);
    return APR_SUCCESS;
}

/* One more holder. The caller must know of another one that stays meanwhile. */
static reading_t *hold(reading_t *reading)
{
    if (reading)
        apr_atomic_inc32(&reading->holders);
    return reading;
}

static void hold_until(reading_t *reading, apr_pool_t *pool)
{
    if (reading)
        apr_pool_cleanup_register(pool, reading, let_go, apr_pool_cleanup_null);
}
