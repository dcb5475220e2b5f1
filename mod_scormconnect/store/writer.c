/* SPDX-License-Identifier: Apache-2.0 */
#include "store/writer.h"

#include <apr_thread_cond.h>
#include <apr_thread_mutex.h>
#include <apr_thread_rwlock.h>

#include "base/log.h"

/* Two errors in a row, each in a transaction of its own, are no unit's fault: the rest need not try. */
#define HOPELESS 2

/* A deadlock, or another node of a cluster that was faster, ends a whole transaction, and the next try succeeds. */
#define BATCH_TRIES 3

/* A transaction that takes longer than this stands still, and nobody waits any more for room in the queue behind it. */
#define PATIENCE (APR_USEC_PER_SEC / 2)

/* Followers wait for the gate's read lock, which the leader keeps from them by the write lock: they all pass at once when it
 * opens, without a mutex that each would have to take in turn. */
typedef struct {
    sc_unit_t *first;                   /* newest first; the last of the list leads */
    int count;
    apr_thread_rwlock_t *gate;
} batch_t;

/* Two are in use; the others' followers have time to leave through their gates. */
#define BATCHES 8

struct sc_writer_t {
    sc_connect_fn connect;
    void *connect_baton;
    int most_waiting, shard;
    apr_thread_mutex_t *lock;           /* of all that follows */
    int waiting;
    int at_the_door;                    /* waiting for room */
    apr_thread_cond_t *room;
    apr_time_t writing_since;           /* 0: nobody is */
    apr_thread_cond_t *turn;            /* for the leader of the open batch */
    batch_t batches[BATCHES];
    int open;                           /* which of them is filling */
};

sc_error_t *sc_writer_create(sc_connect_fn connect, void *connect_baton, int most_waiting, int shard, sc_writer_t **out,
                             apr_pool_t *pool)
{
    sc_writer_t *writer = apr_pcalloc(pool, sizeof(*writer));
    apr_status_t rv = apr_thread_mutex_create(&writer->lock, APR_THREAD_MUTEX_DEFAULT, pool);
    int i;

    writer->connect = connect;
    writer->connect_baton = connect_baton;
    writer->most_waiting = most_waiting;
    writer->shard = shard;
    if (rv == APR_SUCCESS)
        rv = apr_thread_cond_create(&writer->turn, pool);
    if (rv == APR_SUCCESS)
        rv = apr_thread_cond_create(&writer->room, pool);
    for (i = 0; i < BATCHES && rv == APR_SUCCESS; i++)
        rv = apr_thread_rwlock_create(&writer->batches[i].gate, pool);
    if (rv != APR_SUCCESS)
        return sc_error_cause(sc_error(pool, SC_INTERNAL, SC_MSG(410), "internal", "No writer can be made"), rv);
    *out = writer;
    return NULL;
}

/* ---- the leader */

typedef struct {
    const sc_writer_t *writer;
    sc_unit_t **units;
    int count;
    apr_pool_t *pool;
} turn_t;

/* An error lives with the request that it is told to: the leader's own ends sooner. */
static sc_error_t *copy_for(const sc_unit_t *unit, const sc_error_t *error)
{
    sc_error_t *copy = sc_error(unit->pool, error->kind, error->number, error->code, "%s", error->message);

    if (error->subject)
        copy = sc_error_about(copy, error->subject);
    if (error->detail)
        copy = sc_error_detail(copy, "%s", error->detail);
    return sc_error_cause(copy, error->status);
}

static void fail(sc_unit_t *const *units, int count, const sc_error_t *error)
{
    int i;

    for (i = 0; i < count; i++)
        units[i]->error = copy_for(units[i], error);
}

/* One after the other, so that a unit which can't be written harms nobody. */
static void write_one_by_one(sc_db_t *db, sc_unit_t *const *units, int count, int shard, apr_pool_t *pool)
{
    sc_error_t *error = NULL;
    int i, failures = 0;

    for (i = 0; i < count && failures < HOPELESS; i++) {
        error = sc_unit_write(db, &units[i], 1, shard, pool);
        if (error)
            fail(&units[i], 1, error);
        failures = error ? failures + (error->kind == SC_UNAVAILABLE) : 0;
    }
    if (i < count)
        fail(units + i, count - i, error);
}

/* Those that have something to check, behind the others. */
static void write_those_alone(sc_db_t *db, sc_unit_t **units, int count, int shard, apr_pool_t *pool)
{
    int i, alone = 0;

    for (i = 0; i < count; i++)
        if (units[i]->alone)
            units[alone++] = units[i];
    write_one_by_one(db, units, alone, shard, pool);
}

static sc_error_t *write_batch(sc_db_t *db, void *baton)
{
    turn_t *turn = baton;
    int shard = turn->writer->shard;
    sc_error_t *error = NULL;
    int tries;

    for (tries = 0; tries < BATCH_TRIES && (tries == 0 || error); tries++) {
        error = sc_unit_write(db, turn->units, turn->count, shard, turn->pool);
        if (error)
            sc_log_error(SC_LOG_INFO, error);
    }
    if (error)
        write_one_by_one(db, turn->units, turn->count, shard, turn->pool);
    else
        write_those_alone(db, turn->units, turn->count, shard, turn->pool);
    return NULL;
}

/* Empties the batch; the units in the order in which they came. */
static sc_unit_t **close_batch(batch_t *batch, apr_pool_t *pool)
{
    sc_unit_t **units = apr_palloc(pool, sizeof(*units) * (size_t)batch->count);
    sc_unit_t *unit;
    int i = batch->count;

    for (unit = batch->first; unit; unit = unit->next)
        units[--i] = unit;
    batch->first = NULL;
    batch->count = 0;
    return units;
}

/* Called with the lock held, which is given up. */
static void lead(sc_writer_t *writer, batch_t *batch, apr_pool_t *parent)
{
    turn_t turn = { writer, NULL, 0, NULL };
    sc_error_t *error;

    apr_thread_rwlock_wrlock(batch->gate);
    apr_pool_create(&turn.pool, parent);
    while (writer->writing_since)
        apr_thread_cond_wait(writer->turn, writer->lock);
    writer->writing_since = apr_time_now();
    writer->open = (writer->open + 1) % BATCHES;
    turn.count = batch->count;
    turn.units = close_batch(batch, turn.pool);
    apr_thread_mutex_unlock(writer->lock);

    error = writer->connect(writer->connect_baton, write_batch, &turn, turn.pool);
    if (error)
        fail(turn.units, turn.count, error);

    apr_thread_mutex_lock(writer->lock);
    writer->waiting -= turn.count;
    writer->writing_since = 0;
    apr_thread_cond_signal(writer->turn);
    if (writer->at_the_door)
        apr_thread_cond_broadcast(writer->room);
    apr_thread_mutex_unlock(writer->lock);
    apr_thread_rwlock_unlock(batch->gate);
    apr_pool_destroy(turn.pool);
}

/* ---- everybody */

/* How much longer the transaction under way may take. When the clock was set back it begins now: patience must neither be
 * endless nor end at once. */
static apr_interval_time_t patience_left(sc_writer_t *writer)
{
    apr_time_t now = apr_time_now();

    if (!writer->writing_since)
        return PATIENCE;
    if (writer->writing_since > now)
        writer->writing_since = now;
    return PATIENCE - (now - writer->writing_since);
}

static int has_room(sc_writer_t *writer)
{
    writer->at_the_door++;
    while (writer->waiting >= writer->most_waiting && patience_left(writer) > 0)
        apr_thread_cond_timedwait(writer->room, writer->lock, patience_left(writer));
    writer->at_the_door--;
    return writer->waiting < writer->most_waiting;
}

sc_error_t *sc_writer_commit(sc_writer_t *writer, sc_unit_t *unit, int *stale)
{
    batch_t *batch;

    unit->stale = *stale = 0;
    unit->error = NULL;
    apr_thread_mutex_lock(writer->lock);
    if (!has_room(writer)) {
        apr_thread_mutex_unlock(writer->lock);
        return sc_error_detail(sc_error(unit->pool, SC_UNAVAILABLE, SC_MSG(411), "busy", "The server is busy"),
                               "the database stands still, and %d requests wait for it", writer->most_waiting);
    }
    writer->waiting++;
    batch = &writer->batches[writer->open];
    unit->next = batch->first;
    batch->first = unit;
    if (++batch->count == 1)
        lead(writer, batch, unit->pool);
    else {
        apr_thread_mutex_unlock(writer->lock);
        apr_thread_rwlock_rdlock(batch->gate);
        apr_thread_rwlock_unlock(batch->gate);
    }
    *stale = unit->stale;
    return unit->error;
}
