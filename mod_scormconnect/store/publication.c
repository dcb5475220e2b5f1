/* SPDX-License-Identifier: Apache-2.0 */
#include "store/publication.h"

#include <string.h>

static int to_int(const char *column)
{
    return (int)sc_db_to_int(column, 0);
}

static sc_publication_t *from_row(const char *const *row, apr_pool_t *pool)
{
    sc_publication_t *publication = apr_pcalloc(pool, sizeof(*publication));

    publication->id = row[0];
    publication->rev = sc_db_to_int(row[1], 0);
    publication->training = row[2];
    publication->title = row[3];
    publication->langs = row[4];
    publication->pass = to_int(row[5]);
    publication->attempts = to_int(row[6]);
    publication->keep_incomplete = to_int(row[7]);
    publication->show_answers = to_int(row[8]);
    publication->enabled = to_int(row[9]);
    publication->admits_new = to_int(row[10]);
    publication->starts_at = sc_db_to_int(row[11], 0);
    publication->ends_at = sc_db_to_int(row[12], 0);
    publication->cap = to_int(row[13]);
    publication->created_at = sc_db_to_int(row[14], 0);
    publication->updated_at = sc_db_to_int(row[15], 0);
    publication->origins = apr_array_make(pool, 2, sizeof(sc_publication_origin_t));
    return publication;
}

static void add_origin(sc_publication_t *publication, const char *const *row)
{
    sc_publication_origin_t *origin = apr_array_push(publication->origins);

    origin->origin = row[1];
    origin->realm = row[2];
}

static sc_error_t *insert_origins(sc_db_t *db, const sc_publication_t *publication, apr_pool_t *pool)
{
    int i;

    for (i = 0; i < publication->origins->nelts; i++) {
        const sc_publication_origin_t *origin = &APR_ARRAY_IDX(publication->origins, i, sc_publication_origin_t);
        SC_TRY(sc_db_run(db, SC_SQL_ORIGIN_INSERT,
                         SC_ARGS(publication->id, origin->origin, origin->realm, sc_db_int(i, pool)), NULL, pool));
    }
    return NULL;
}

sc_error_t *sc_publication_insert(sc_db_t *db, const sc_publication_t *p, apr_pool_t *pool)
{
    SC_TRY(sc_db_run(db, SC_SQL_PUBLICATION_INSERT,
                     SC_ARGS(p->id, p->training, p->title, p->langs, sc_db_int(p->pass, pool),
                             sc_db_int(p->attempts, pool), sc_db_int(p->keep_incomplete, pool),
                             sc_db_int(p->show_answers, pool), sc_db_int(p->enabled, pool),
                             sc_db_int(p->admits_new, pool), sc_db_int(p->starts_at, pool),
                             sc_db_int(p->ends_at, pool), sc_db_int(p->cap, pool), sc_db_int(p->created_at, pool),
                             sc_db_int(p->updated_at, pool)),
                     NULL, pool));
    return insert_origins(db, p, pool);
}

sc_error_t *sc_publication_update(sc_db_t *db, const sc_publication_t *p, int *changed, apr_pool_t *pool)
{
    SC_TRY(sc_db_run(db, SC_SQL_PUBLICATION_UPDATE,
                     SC_ARGS(p->title, p->langs, sc_db_int(p->pass, pool), sc_db_int(p->attempts, pool),
                             sc_db_int(p->keep_incomplete, pool), sc_db_int(p->show_answers, pool),
                             sc_db_int(p->enabled, pool), sc_db_int(p->admits_new, pool),
                             sc_db_int(p->starts_at, pool), sc_db_int(p->ends_at, pool), sc_db_int(p->cap, pool),
                             sc_db_int(p->updated_at, pool), p->id, sc_db_int(p->rev, pool)),
                     changed, pool));
    if (!*changed)
        return NULL;
    SC_TRY(sc_db_run(db, SC_SQL_ORIGIN_DELETE, SC_ARGS(p->id), NULL, pool));
    return insert_origins(db, p, pool);
}

sc_error_t *sc_publication_find(sc_db_t *db, const char *id, sc_publication_t **out, apr_pool_t *pool)
{
    const char *const *row;
    apr_array_header_t *rows;
    int i;

    *out = NULL;
    SC_TRY(sc_db_select_one(db, SC_SQL_PUBLICATION_FIND, SC_ARGS(id), &row, pool));
    if (!row)
        return NULL;
    *out = from_row(row, pool);
    SC_TRY(sc_db_select(db, SC_SQL_ORIGIN_LIST, SC_ARGS(id), &rows, pool));
    for (i = 0; i < rows->nelts; i++)
        add_origin(*out, SC_ROW(rows, i));
    return NULL;
}

sc_error_t *sc_publication_list(sc_db_t *db, apr_array_header_t **out, apr_pool_t *pool)
{
    apr_hash_t *by_id = apr_hash_make(pool);
    apr_array_header_t *rows;
    int i;

    SC_TRY(sc_db_select(db, SC_SQL_PUBLICATION_LIST, SC_NO_ARGS, &rows, pool));
    *out = apr_array_make(pool, rows->nelts + 1, sizeof(sc_publication_t *));
    for (i = 0; i < rows->nelts; i++) {
        sc_publication_t *publication = from_row(SC_ROW(rows, i), pool);
        APR_ARRAY_PUSH(*out, sc_publication_t *) = publication;
        apr_hash_set(by_id, publication->id, APR_HASH_KEY_STRING, publication);
    }
    SC_TRY(sc_db_select(db, SC_SQL_ORIGIN_LIST_ALL, SC_NO_ARGS, &rows, pool));
    for (i = 0; i < rows->nelts; i++) {
        sc_publication_t *publication = apr_hash_get(by_id, SC_ROW(rows, i)[0], APR_HASH_KEY_STRING);
        if (publication)
            add_origin(publication, SC_ROW(rows, i));
    }
    return NULL;
}

static void take_figures(const char *const *row, sc_publication_figures_t *out)
{
    out->learners = to_int(row[1]);
    out->credits = to_int(row[2]);
    out->sessions = to_int(row[3]);
    out->in_progress = to_int(row[4]);
    out->completed = to_int(row[5]);
    out->failed = to_int(row[6]);
    out->passed = to_int(row[7]);
}

sc_error_t *sc_publication_figures(sc_db_t *db, const char *id, sc_publication_figures_t *out, apr_pool_t *pool)
{
    const char *const *row;

    memset(out, 0, sizeof(*out));
    SC_TRY(sc_db_select_one(db, SC_SQL_PUBLICATION_FIGURES, SC_ARGS(id), &row, pool));
    if (row)
        take_figures(row, out);
    return NULL;
}

sc_error_t *sc_publication_all_figures(sc_db_t *db, apr_hash_t **out, apr_pool_t *pool)
{
    apr_array_header_t *rows;
    int i;

    *out = apr_hash_make(pool);
    SC_TRY(sc_db_select(db, SC_SQL_PUBLICATION_FIGURES_ALL, SC_NO_ARGS, &rows, pool));
    for (i = 0; i < rows->nelts; i++) {
        sc_publication_figures_t *figures = apr_palloc(pool, sizeof(*figures));
        take_figures(SC_ROW(rows, i), figures);
        apr_hash_set(*out, SC_ROW(rows, i)[0], APR_HASH_KEY_STRING, figures);
    }
    return NULL;
}

sc_error_t *sc_publication_learners(sc_db_t *db, const char *id, int *count, apr_pool_t *pool)
{
    const char *const *row;

    SC_TRY(sc_db_run(db, SC_SQL_PUBLICATION_LOCK, SC_ARGS(id), NULL, pool));
    SC_TRY(sc_db_select_one(db, SC_SQL_PUBLICATION_LEARNERS, SC_ARGS(id), &row, pool));
    *count = row ? to_int(row[0]) : 0;
    return NULL;
}

/* ---- for a cache */

#define COLUMNS 16

apr_array_header_t *sc_publication_to_texts(const sc_publication_t *p, apr_pool_t *pool)
{
    const char *columns[COLUMNS] = { p->id, sc_db_int(p->rev, pool), p->training, p->title, p->langs,
                                     sc_db_int(p->pass, pool), sc_db_int(p->attempts, pool),
                                     sc_db_int(p->keep_incomplete, pool), sc_db_int(p->show_answers, pool),
                                     sc_db_int(p->enabled, pool), sc_db_int(p->admits_new, pool),
                                     sc_db_int(p->starts_at, pool), sc_db_int(p->ends_at, pool),
                                     sc_db_int(p->cap, pool), sc_db_int(p->created_at, pool),
                                     sc_db_int(p->updated_at, pool) };
    apr_array_header_t *texts = apr_array_make(pool, COLUMNS + 2 * p->origins->nelts, sizeof(const char *));
    int i;

    for (i = 0; i < COLUMNS; i++)
        APR_ARRAY_PUSH(texts, const char *) = columns[i];
    for (i = 0; i < p->origins->nelts; i++) {
        const sc_publication_origin_t *origin = &APR_ARRAY_IDX(p->origins, i, sc_publication_origin_t);
        APR_ARRAY_PUSH(texts, const char *) = origin->origin;
        APR_ARRAY_PUSH(texts, const char *) = origin->realm;
    }
    return texts;
}

sc_publication_t *sc_publication_from_texts(const apr_array_header_t *texts, apr_pool_t *pool)
{
    const char *const *columns = (const char *const *)texts->elts;
    sc_publication_t *publication = from_row(columns, pool);
    int i;

    for (i = COLUMNS; i + 1 < texts->nelts; i += 2) {
        sc_publication_origin_t *origin = apr_array_push(publication->origins);
        origin->origin = columns[i];
        origin->realm = columns[i + 1];
    }
    return publication;
}
