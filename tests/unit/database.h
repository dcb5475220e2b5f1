/* SPDX-License-Identifier: Apache-2.0
 *
 * SQLite databases in memory, for unit tests of the store.
 */
#ifndef SC_TESTS_DATABASE_H
#define SC_TESTS_DATABASE_H

#include "unit.h"

#include <apr_dbd.h>
#include <apr_strings.h>

#include "store/db.h"
#include "store/schema.h"

/* For cmocka_run_group_tests(): apr_dbd can be set up once per process, so APR must outlive the single test. */
static inline int start_databases(void **state)
{
    static apr_pool_t *pool;

    (void)state;
    apr_initialize();
    return apr_pool_create(&pool, NULL) == APR_SUCCESS && apr_dbd_init(pool) == APR_SUCCESS ? 0 : -1;
}

static inline apr_status_t close_database(void *baton)
{
    sc_db_t *db = baton;

    return apr_dbd_close(db->driver, db->handle);
}

/* A new one, without tables. It is gone with `pool`. */
static inline sc_db_t *open_database(apr_pool_t *pool)
{
    sc_db_t *db = apr_palloc(pool, sizeof(*db));
    const apr_dbd_driver_t *driver;
    apr_dbd_t *handle;

    assert_int_equal(apr_dbd_get_driver(pool, "sqlite3", &driver), APR_SUCCESS);
    assert_int_equal(apr_dbd_open(driver, pool, ":memory:", &handle), APR_SUCCESS);
    assert_fine(sc_db_init(db, driver, handle, apr_hash_make(pool), pool, pool));
    assert_fine(sc_db_setup(db, pool));
    apr_pool_cleanup_register(pool, db, close_database, apr_pool_cleanup_null);
    return db;
}

/* A new one with all tables. */
static inline sc_db_t *make_database(apr_pool_t *pool)
{
    sc_db_t *db = open_database(pool);
    int from, to;

    assert_fine(sc_schema_migrate(db, &from, &to, pool));
    return db;
}

/* Whole numbers and texts that are ours: no arguments needed. */
static inline void run_sql(sc_db_t *db, const char *sql, apr_pool_t *pool)
{
    assert_fine(sc_db_run_text(db, sql, pool));
}

/* Rows as sc_db_select() gives them. */
static inline apr_array_header_t *rows_of(sc_db_t *db, const char *sql, apr_pool_t *pool)
{
    apr_array_header_t *rows = apr_array_make(pool, 8, sizeof(const char *const *));
    apr_dbd_results_t *results = NULL;
    apr_dbd_row_t *row = NULL;

    assert_int_equal(apr_dbd_select(db->driver, pool, db->handle, &results, sql, 0), 0);
    while (apr_dbd_get_row(db->driver, pool, results, &row, -1) == 0) {
        int columns = apr_dbd_num_cols(db->driver, results), i;
        const char **values = apr_palloc(pool, sizeof(*values) * (apr_size_t)columns);

        for (i = 0; i < columns; i++)
            values[i] = apr_dbd_get_entry(db->driver, row, i);
        APR_ARRAY_PUSH(rows, const char *const *) = values;
    }
    return rows;
}

/* The first column of the first row. */
static inline const char *ask_sql(sc_db_t *db, const char *sql, apr_pool_t *pool)
{
    apr_array_header_t *rows = rows_of(db, sql, pool);

    assert_int_not_equal(rows->nelts, 0);
    return SC_ROW(rows, 0)[0];
}

#endif
