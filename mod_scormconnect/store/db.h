/* SPDX-License-Identifier: Apache-2.0
 *
 * One database connection, by apr_dbd, in the way that is safe on SQLite, PostgreSQL and MariaDB.
 *
 * The module fills a sc_db_t from mod_dbd's ap_dbd_t, the command line tool from apr_dbd_open_ex. Statements are
 * numbered (store/sql.h), prepared when first used, kept with the connection, and prepared anew once when the
 * database says that they have gone stale. Transactions are plain SQL: apr_dbd's own report success after a
 * rollback, commit what was abandoned, and crash on a dead PostgreSQL connection.
 *
 * A sc_db_t belongs to one thread at a time.
 */
#ifndef SC_STORE_DB_H
#define SC_STORE_DB_H

#include <apr_dbd.h>
#include <apr_hash.h>
#include <apr_pools.h>
#include <apr_tables.h>
#include <apr_time.h>

#include "base/error.h"
#include "store/sql.h"

typedef enum { SC_SQLITE, SC_POSTGRESQL, SC_MARIADB } sc_dialect_e;

/* SQLite has no fair queue for its one writer: whoever sleeps loses. The owner of the connection may give a lock that
 * is held from BEGIN to COMMIT, across threads and processes. */
typedef struct {
    apr_status_t (*acquire)(void *baton);
    void (*release)(void *baton);
    void *baton;
} sc_db_lock_t;

typedef struct {
    const apr_dbd_driver_t *driver;
    apr_dbd_t *handle;
    apr_hash_t *statements;             /* those that were prepared, by their names */
    apr_pool_t *pool;                   /* lives as long as the connection */
    const sc_db_lock_t *lock;           /* or NULL */
    sc_dialect_e dialect;
    int in_transaction;
    int failed;                         /* something has failed since BEGIN: nothing more is run, nothing is committed */
    int conflict;                       /* others were first: the same transaction can succeed at once */
} sc_db_t;

/* Makes `db` from an open connection. SC_UNAVAILABLE for a driver that is none of ours, and for a connection that can't be
 * brought out of an earlier transaction. */
sc_error_t *sc_db_init(sc_db_t *db, const apr_dbd_driver_t *driver, apr_dbd_t *handle, apr_hash_t *prepared,
                       apr_pool_t *connection_pool, apr_pool_t *pool);

/* Prepares a new connection for use: on SQLite write-ahead logging with a flush at every commit, on MariaDB character set,
 * strictness and isolation. Call once per connection. */
sc_error_t *sc_db_setup(sc_db_t *db, apr_pool_t *pool);

/* Runs `work` in one transaction: all of it is durable, or none. An error of `work` rolls back and is returned; one that
 * `work` kept to itself rolls back too. After a conflict with other writers `work` runs again, from the beginning. The
 * connection is out of the transaction afterwards, or can't be used. */
typedef sc_error_t *(*sc_db_work_fn)(sc_db_t *db, void *baton, apr_pool_t *pool);
sc_error_t *sc_db_transact(sc_db_t *db, sc_db_work_fn work, void *baton, apr_pool_t *pool);

/* Arguments are strings; NULL is SQL NULL. The list must have as many as the statement has places. */
#define SC_ARGS(...) ((const char *[]){ __VA_ARGS__, NULL })
#define SC_NO_ARGS ((const char *[]){ NULL })
const char *sc_db_int(apr_int64_t value, apr_pool_t *pool);

/* Runs a statement that returns no rows. `changed` (may be NULL) is the number of rows that it changed. */
sc_error_t *sc_db_run(sc_db_t *db, sc_sql_e statement, const char **args, int *changed, apr_pool_t *pool);

/* Runs a query. `rows` is an array of `const char *const *`, the columns as text, NULL for SQL NULL; all in `pool`. */
sc_error_t *sc_db_select(sc_db_t *db, sc_sql_e statement, const char **args, apr_array_header_t **rows, apr_pool_t *pool);

/* The same for at most one row; `*row` is NULL when there is none. */
sc_error_t *sc_db_select_one(sc_db_t *db, sc_sql_e statement, const char **args, const char *const **row, apr_pool_t *pool);

/* A statement that is not in the table: its text is made when a connection first needs it, from `which`. */
typedef struct {
    const char *name;                   /* a label, and for the log; is copied */
    const char *(*text)(const sc_db_t *db, int which, apr_pool_t *pool);
    int which;
} sc_statement_t;

sc_error_t *sc_db_run_made(sc_db_t *db, const sc_statement_t *statement, const char **args, int *changed, apr_pool_t *pool);

sc_error_t *sc_db_select_made(sc_db_t *db, const sc_statement_t *statement, const char **args, apr_array_header_t **rows,
                              apr_pool_t *pool);

/* Runs SQL without preparing it. */
sc_error_t *sc_db_run_text(sc_db_t *db, const char *sql, apr_pool_t *pool);

/* Makes or changes a table, in a transaction. MariaDB commits that before and after; what follows is in another one. */
sc_error_t *sc_db_change_schema(sc_db_t *db, const char *sql, apr_pool_t *pool);

/* The first `columns` of a row, copied into `pool`. */
const char *const *sc_db_copy_row(const char *const *row, int columns, apr_pool_t *pool);

/* A column as a number; NULL and what is no number give `fallback`. */
apr_int64_t sc_db_to_int(const char *column, apr_int64_t fallback);

#define SC_ROW(rows, i) APR_ARRAY_IDX(rows, i, const char *const *)

#endif
