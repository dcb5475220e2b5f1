/* SPDX-License-Identifier: Apache-2.0
 *
 * Reading and writing any table by pages, in the order of its key: however large the table, one page is in memory.
 *
 * The order is that of the bytes on every engine, so that two databases can be compared row by row while both are read.
 * The SQL is made from the description of the tables (store/tables.h).
 */
#ifndef SC_STORE_PAGE_H
#define SC_STORE_PAGE_H

#include "store/db.h"
#include "store/tables.h"

/* The rows of a page at most: fewer where a column may be long. */
#define SC_PAGE_ROWS 1000
#define SC_PAGE_WIDE_ROWS 250

typedef enum { SC_CURSOR_KEYS, SC_CURSOR_ROWS } sc_cursor_what_e;

/* Walks over a table, over its keys alone or over whole rows. */
typedef struct {
    sc_db_t *db;
    const sc_table_t *table;
    sc_cursor_what_e what;
    apr_pool_t *pool;
    apr_pool_t *page_pool;              /* of the present page */
    apr_array_header_t *page;
    int next;                           /* the row of the page where it stands */
    int at_end;
} sc_cursor_t;

void sc_cursor_open(sc_cursor_t *cursor, sc_db_t *db, const sc_table_t *table, sc_cursor_what_e what, apr_pool_t *pool);

/* The next page, as sc_db_select() gives rows; empty at the end. It lives until the next one is asked for. */
sc_error_t *sc_cursor_page(sc_cursor_t *cursor, apr_array_header_t **rows);

/* The next row; NULL at the end. It lives until the next one is asked for. */
sc_error_t *sc_cursor_row(sc_cursor_t *cursor, const char *const **row);

/* Walks on to the row with the key of `like`, or past it: `*row` is NULL when there is none. Ask in the order of the key. */
sc_error_t *sc_cursor_find(sc_cursor_t *cursor, const char *const *like, const char *const **row);

/* Which of two rows comes first: below, equal to or above 0, as strcmp(). */
int sc_page_compare(const sc_table_t *table, const char *const *one, const char *const *other);

/* Inserts rows, or brings them up to date where their keys are there already. In the caller's transaction. */
sc_error_t *sc_page_write(sc_db_t *db, const sc_table_t *table, const apr_array_header_t *rows, apr_pool_t *pool);

/* Deletes the rows with these keys. In the caller's transaction. */
sc_error_t *sc_page_remove(sc_db_t *db, const sc_table_t *table, const apr_array_header_t *rows, apr_pool_t *pool);

sc_error_t *sc_page_count(sc_db_t *db, const sc_table_t *table, apr_int64_t *count, apr_pool_t *pool);

/* Called after each page with the number of its rows; an error ends the walk. */
typedef sc_error_t *(*sc_page_seen_fn)(void *baton, int rows);

/* Counts all rows, and makes a checksum of them (SHA-256 in hex) that is the same on every engine. */
sc_error_t *sc_page_checksum(sc_db_t *db, const sc_table_t *table, sc_page_seen_fn seen, void *baton, apr_int64_t *count,
                             const char **checksum, apr_pool_t *pool);

#endif
