/* SPDX-License-Identifier: Apache-2.0 */
#include "store/unit.h"

#include <apr_strings.h>
#include <string.h>

#include "store/rows.h"

#define MICROSECONDS_A_DAY (APR_INT64_C(86400) * APR_USEC_PER_SEC)
#define THURSDAY 3                      /* 1970-01-01, counted from Monday */

sc_unit_t *sc_unit_new(apr_pool_t *pool)
{
    sc_unit_t *unit = apr_pcalloc(pool, sizeof(*unit));

    unit->pool = pool;
    unit->rows = apr_array_make(pool, 8, sizeof(sc_row_t));
    unit->tallies = apr_array_make(pool, 4, sizeof(sc_tally_t));
    return unit;
}

void sc_unit_add(sc_unit_t *unit, sc_row_kind_e kind, const char *const *values, const char *expected)
{
    sc_row_t *row = apr_array_push(unit->rows);

    row->kind = kind;
    row->values = values;
    row->expected = expected;
}

sc_tally_t *sc_unit_tally(sc_unit_t *unit, sc_row_kind_e kind, const char *publication, const char *key, apr_int64_t period)
{
    sc_tally_t *tally = apr_array_push(unit->tallies);

    memset(tally, 0, sizeof(*tally));
    tally->kind = kind;
    tally->key[0] = publication;
    tally->key[1] = key;
    tally->period = period;
    return tally;
}

apr_int64_t sc_tally_day(apr_time_t when)
{
    return when / MICROSECONDS_A_DAY;
}

apr_int64_t sc_tally_week(apr_time_t when)
{
    return (sc_tally_day(when) + THURSDAY) / 7;
}

/* ---- one transaction */

typedef struct {
    sc_db_t *db;
    sc_unit_t *const *units;
    int count;
    const char *shard;
    apr_pool_t *pool;
} transaction_t;

/* Nothing of it is written this time. */
static int is_out(const sc_unit_t *unit)
{
    return unit->stale || unit->alone || unit->error;
}

/* The unit's row of that kind, which it has at most one of; NULL if it has none or is out of the race. */
static const sc_row_t *guard_of(const sc_unit_t *unit, sc_row_kind_e kind)
{
    int i;

    for (i = 0; !is_out(unit) && i < unit->rows->nelts; i++)
        if (APR_ARRAY_IDX(unit->rows, i, sc_row_t).kind == kind)
            return &APR_ARRAY_IDX(unit->rows, i, sc_row_t);
    return NULL;
}

/* Where the id stands among a guard's columns. */
static const char *id_of(const sc_row_t *guard)
{
    int is_learner = guard->kind == SC_ROW_LEARNER || guard->kind == SC_ROW_LEARNER_NEW;

    return guard->values[is_learner ? 1 : 2];
}

static apr_array_header_t *guards(transaction_t *t, sc_row_kind_e kind)
{
    apr_array_header_t *ids = apr_array_make(t->pool, t->count, sizeof(const char *));
    int i;

    for (i = 0; i < t->count; i++) {
        const sc_row_t *guard = guard_of(t->units[i], kind);
        if (guard)
            APR_ARRAY_PUSH(ids, const char *) = id_of(guard);
    }
    return ids;
}

/* Units whose guard does not hold are stale; so is the second of two that claim the same row. */
static sc_error_t *claim(transaction_t *t, sc_row_kind_e kind, sc_row_kind_e table)
{
    apr_array_header_t *ids = guards(t, kind);
    apr_hash_t *found;
    int i;

    if (!ids->nelts)
        return NULL;
    SC_TRY(sc_rows_claim(t->db, table, ids, &found, t->pool));
    for (i = 0; i < t->count; i++) {
        const sc_row_t *guard = guard_of(t->units[i], kind);
        const char *value = guard ? apr_hash_get(found, id_of(guard), APR_HASH_KEY_STRING) : NULL;
        if (!guard)
            continue;
        t->units[i]->stale = !value || (guard->expected && strcmp(value, guard->expected) != 0);
        if (!t->units[i]->stale)
            apr_hash_set(found, id_of(guard), APR_HASH_KEY_STRING, NULL);
    }
    return NULL;
}

/* A unit that is tried again may be there already: its COMMIT was done, and the answer to it got lost. */
static sc_error_t *find_written(transaction_t *t, sc_row_kind_e kind, sc_row_kind_e table)
{
    apr_array_header_t *ids = apr_array_make(t->pool, 1, sizeof(const char *));
    apr_hash_t *found;
    int i;

    for (i = 0; i < t->count; i++)
        if (t->units[i]->tries > 1 && guard_of(t->units[i], kind))
            APR_ARRAY_PUSH(ids, const char *) = id_of(guard_of(t->units[i], kind));
    if (!ids->nelts)
        return NULL;
    SC_TRY(sc_rows_claim(t->db, table, ids, &found, t->pool));
    for (i = 0; i < t->count; i++) {
        const sc_row_t *guard = guard_of(t->units[i], kind);
        if (guard && apr_hash_get(found, id_of(guard), APR_HASH_KEY_STRING))
            t->units[i]->stale = 1;
    }
    return NULL;
}

static sc_error_t *write_kind(transaction_t *t, sc_row_kind_e kind)
{
    apr_array_header_t *rows = apr_array_make(t->pool, t->count, sizeof(const char *const *));
    int i, j;

    for (i = 0; i < t->count; i++)
        for (j = 0; !is_out(t->units[i]) && j < t->units[i]->rows->nelts; j++) {
            const sc_row_t *row = &APR_ARRAY_IDX(t->units[i]->rows, j, sc_row_t);
            if (row->kind == kind)
                APR_ARRAY_PUSH(rows, const char *const *) = row->values;
        }
    return rows->nelts ? sc_rows_write(t->db, kind, rows, t->pool) : NULL;
}

/* ---- running figures: summed first, so that a batch touches each row once */

static const char *tally_key(const transaction_t *t, const sc_tally_t *tally)
{
    return apr_pstrcat(t->pool, sc_db_int(tally->kind, t->pool), "\n", tally->key[0], "\n", tally->key[1] ? tally->key[1] : "",
                       "\n", sc_db_int(tally->period, t->pool), NULL);
}

static apr_hash_t *sum_tallies(transaction_t *t)
{
    apr_hash_t *sums = apr_hash_make(t->pool);
    int i, j, k;

    for (i = 0; i < t->count; i++)
        for (j = 0; !is_out(t->units[i]) && j < t->units[i]->tallies->nelts; j++) {
            const sc_tally_t *tally = &APR_ARRAY_IDX(t->units[i]->tallies, j, sc_tally_t);
            const char *key = tally_key(t, tally);
            sc_tally_t *sum = apr_hash_get(sums, key, APR_HASH_KEY_STRING);
            if (!sum)
                apr_hash_set(sums, key, APR_HASH_KEY_STRING, apr_pmemdup(t->pool, tally, sizeof(*tally)));
            for (k = 0; sum && k < SC_TALLY_MOST; k++)
                sum->add[k] += tally->add[k];
        }
    return sums;
}

static const char *const *tally_row(const transaction_t *t, const sc_tally_t *tally)
{
    const char **row = apr_pcalloc(t->pool, sizeof(*row) * (4 + SC_TALLY_MOST));
    int at = 0, i, columns = sc_rows_columns(tally->kind);

    row[at++] = tally->key[0];
    if (tally->key[1])
        row[at++] = tally->key[1];
    if (tally->kind != SC_ROW_PUBLICATION_TALLY)
        row[at++] = sc_db_int(tally->period, t->pool);
    row[at++] = t->shard;
    for (i = 0; at < columns; i++)
        row[at++] = sc_db_int(tally->add[i], t->pool);
    return row;
}

static sc_error_t *write_tallies(transaction_t *t)
{
    apr_hash_t *sums = sum_tallies(t);
    int kind;

    for (kind = SC_ROW_PUBLICATION_TALLY; kind < SC_ROW_KINDS; kind++) {
        apr_array_header_t *rows = apr_array_make(t->pool, 8, sizeof(const char *const *));
        apr_hash_index_t *at;
        for (at = apr_hash_first(t->pool, sums); at; at = apr_hash_next(at)) {
            const sc_tally_t *tally = apr_hash_this_val(at);
            if ((int)tally->kind == kind)
                APR_ARRAY_PUSH(rows, const char *const *) = tally_row(t, tally);
        }
        if (rows->nelts)
            SC_TRY(sc_rows_write(t->db, (sc_row_kind_e)kind, rows, t->pool));
    }
    return NULL;
}

/* ---- what comes before */

static void begin(sc_unit_t *unit)
{
    unit->stale = unit->alone = 0;
    unit->error = NULL;
    unit->tries++;
    if (!unit->prepare)
        return;
    unit->check = NULL;
    apr_array_clear(unit->rows);
    apr_array_clear(unit->tallies);
}

/* Those with the same function as the unit at `first` together, if it is the first of them. */
static sc_error_t *prepare_alike(transaction_t *t, int first)
{
    sc_unit_prepare_fn prepare = t->units[first]->prepare;
    sc_unit_t **alike = apr_palloc(t->pool, sizeof(sc_unit_t *) * (apr_size_t)t->count);
    int i, count = 0;

    for (i = 0; i < first; i++)
        if (t->units[i]->prepare == prepare)
            return NULL;
    for (i = first; i < t->count; i++)
        if (t->units[i]->prepare == prepare)
            alike[count++] = t->units[i];
    return prepare(t->db, alike, count, t->pool);
}

/* An error of one that is checked would end the transaction of all. */
static sc_error_t *check(transaction_t *t)
{
    int i;

    for (i = 0; i < t->count; i++) {
        sc_unit_t *unit = t->units[i];
        if (!unit->check || is_out(unit))
            continue;
        if (t->count > 1)
            unit->alone = 1;
        else
            SC_TRY(unit->check(t->db, unit->baton, t->pool));
    }
    return NULL;
}

static sc_error_t *write_all(sc_db_t *db, void *baton, apr_pool_t *pool)
{
    transaction_t *t = baton;
    int kind, i;

    (void)db;
    (void)pool;
    for (i = 0; i < t->count; i++)
        begin(t->units[i]);
    for (i = 0; i < t->count; i++)
        if (t->units[i]->prepare)
            SC_TRY(prepare_alike(t, i));
    SC_TRY(check(t));
    SC_TRY(find_written(t, SC_ROW_LEARNER_NEW, SC_ROW_LEARNER));
    SC_TRY(find_written(t, SC_ROW_REGISTRATION_NEW, SC_ROW_REGISTRATION));
    SC_TRY(write_kind(t, SC_ROW_LEARNER_NEW));
    SC_TRY(claim(t, SC_ROW_LEARNER_NEW, SC_ROW_LEARNER));
    SC_TRY(claim(t, SC_ROW_LEARNER, SC_ROW_LEARNER));
    SC_TRY(write_kind(t, SC_ROW_REGISTRATION_NEW));
    SC_TRY(claim(t, SC_ROW_REGISTRATION_NEW, SC_ROW_REGISTRATION));
    SC_TRY(claim(t, SC_ROW_REGISTRATION, SC_ROW_REGISTRATION));
    SC_TRY(write_kind(t, SC_ROW_LEARNER));
    for (kind = SC_ROW_REGISTRATION; kind < SC_ROW_PUBLICATION_TALLY; kind++)
        SC_TRY(write_kind(t, (sc_row_kind_e)kind));
    return write_tallies(t);
}

sc_error_t *sc_unit_write(sc_db_t *db, sc_unit_t *const *units, int count, int shard, apr_pool_t *pool)
{
    transaction_t t;

    t.db = db;
    t.units = units;
    t.count = count;
    t.shard = sc_db_int(db->dialect == SC_SQLITE ? 0 : shard, pool);
    t.pool = pool;
    return sc_db_transact(db, write_all, &t, pool);
}
