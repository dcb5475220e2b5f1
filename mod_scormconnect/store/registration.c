/* SPDX-License-Identifier: Apache-2.0 */
#include "store/registration.h"

#include <apr_strings.h>

#define PAGE 100

static int to_int(const char *column)
{
    return (int)sc_db_to_int(column, 0);
}

sc_registration_t *sc_registration_from_columns(const char *const *row, apr_pool_t *pool)
{
    sc_registration_t *r = apr_pcalloc(pool, sizeof(*r));

    r->publication = row[0];
    r->learner = row[1];
    r->id = row[2];
    r->started_at = sc_db_to_int(row[3], 0);
    r->session = row[4];
    r->status = to_int(row[5]);
    r->score = to_int(row[6]);
    r->percent = to_int(row[7]);
    r->final = to_int(row[8]);
    r->rev = sc_db_to_int(row[9], 0);
    r->seconds = sc_db_to_int(row[10], 0);
    r->sessions = to_int(row[11]);
    r->attempts = to_int(row[12]);
    r->location = row[13];
    r->placement = (sc_placement_e)to_int(row[14]);
    r->delivered_rev = sc_db_to_int(row[15], 0);
    r->delivered_lms = row[16];
    r->delivered_at = sc_db_to_int(row[17], 0);
    r->seen_at = sc_db_to_int(row[18], 0);
    r->version = sc_db_to_int(row[19], 0);
    r->last_seq = sc_db_to_int(row[20], 0);
    r->session_seconds = sc_db_to_int(row[21], 0);
    r->credited = to_int(row[22]);
    return r;
}

const char *const *sc_registration_to_columns(const sc_registration_t *r, apr_pool_t *pool)
{
    const char *columns[SC_REGISTRATION_COLUMNS] = {
        r->publication, r->learner, r->id, sc_db_int(r->started_at, pool), r->session, sc_db_int(r->status, pool),
        sc_db_int(r->score, pool), sc_db_int(r->percent, pool), sc_db_int(r->final, pool), sc_db_int(r->rev, pool),
        sc_db_int(r->seconds, pool), sc_db_int(r->sessions, pool), sc_db_int(r->attempts, pool), r->location,
        sc_db_int(r->placement, pool), sc_db_int(r->delivered_rev, pool), r->delivered_lms,
        sc_db_int(r->delivered_at, pool), sc_db_int(r->seen_at, pool), sc_db_int(r->version, pool),
        sc_db_int(r->last_seq, pool), sc_db_int(r->session_seconds, pool), sc_db_int(r->credited, pool)
    };

    return apr_pmemdup(pool, columns, sizeof(columns));
}

sc_error_t *sc_registration_find(sc_db_t *db, const char *id, sc_registration_t **out, apr_pool_t *pool)
{
    const char *const *row;

    SC_TRY(sc_db_select_one(db, SC_SQL_REGISTRATION_FIND, SC_ARGS(id), &row, pool));
    *out = row ? sc_registration_from_columns(row, pool) : NULL;
    return NULL;
}

static void line_from_row(const char *const *row, sc_registration_line_t *line)
{
    sc_registration_t *r = &line->registration;

    r->id = row[0];
    line->external_id = row[1];
    line->name = row[2];
    line->learner_state = to_int(row[3]);
    r->status = to_int(row[4]);
    r->score = to_int(row[5]);
    r->percent = to_int(row[6]);
    r->seconds = sc_db_to_int(row[7], 0);
    r->attempts = to_int(row[8]);
    r->sessions = to_int(row[9]);
    r->started_at = sc_db_to_int(row[10], 0);
    r->seen_at = sc_db_to_int(row[11], 0);
    r->rev = sc_db_to_int(row[12], 0);
    r->delivered_rev = sc_db_to_int(row[13], 0);
    r->delivered_lms = row[14];
    r->delivered_at = sc_db_to_int(row[15], 0);
    r->learner = row[16];
}

sc_error_t *sc_registration_page(sc_db_t *db, const char *publication, const char *before, apr_array_header_t **out,
                                 int *more, apr_pool_t *pool)
{
    apr_array_header_t *rows;
    int i;

    /* "z" sorts after every id in every collation: the first digit of an id is at most 7. */
    SC_TRY(sc_db_select(db, SC_SQL_REGISTRATION_PAGE, SC_ARGS(publication, before ? before : "z"), &rows, pool));
    *more = rows->nelts > PAGE;
    *out = apr_array_make(pool, PAGE, sizeof(sc_registration_line_t));
    for (i = 0; i < rows->nelts && i < PAGE; i++)
        line_from_row(SC_ROW(rows, i), apr_array_push(*out));
    return NULL;
}

sc_error_t *sc_registration_by_learner(sc_db_t *db, const char *learner, apr_array_header_t **rows, apr_pool_t *pool)
{
    return sc_db_select(db, SC_SQL_REGISTRATION_BY_LEARNER, SC_ARGS(learner), rows, pool);
}

sc_error_t *sc_registration_deliveries(sc_db_t *db, const char *id, apr_array_header_t **rows, apr_pool_t *pool)
{
    return sc_db_select(db, SC_SQL_REGISTRATION_DELIVERIES, SC_ARGS(id), rows, pool);
}

sc_error_t *sc_credit_count(sc_db_t *db, int *count, apr_pool_t *pool)
{
    const char *const *row;

    SC_TRY(sc_db_select_one(db, SC_SQL_CREDIT_COUNT, SC_NO_ARGS, &row, pool));
    *count = row ? to_int(row[0]) : 0;
    return NULL;
}

sc_error_t *sc_credit_list(sc_db_t *db, apr_array_header_t **rows, apr_pool_t *pool)
{
    return sc_db_select(db, SC_SQL_CREDIT_LIST, SC_NO_ARGS, rows, pool);
}
