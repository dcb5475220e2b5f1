/* SPDX-License-Identifier: Apache-2.0 */
#include "store/db.h"

#include <apr_atomic.h>
#include <apr_strings.h>
#include <string.h>

#include "base/log.h"
#include "base/text.h"

/* What SQLite says when a prepared statement no longer fits, because another process changed the schema. */
static const char *const stale_texts[] = { "schema has changed", "not an error", NULL };

/* What PostgreSQL says of one that the connection does not know, because it was made anew; and when another process has changed
 * the schema. */
static const char *const unknown_texts[] = { "prepared statement", "cached plan", NULL };

/* MariaDB's codes for a statement that the connection does not know: it was lost and made again. The text that goes with
 * them may be empty, or that of another error. */
#define CODE_NOT_PREPARED 2030
#define CODE_UNKNOWN_STATEMENT 1243

/* MariaDB's code for a transaction that it has ended because others were first, on this node or another one of its cluster. Any
 * statement may be told so, and COMMIT. */
#define CODE_CONFLICT 1213
#define MOST_CONFLICTS 10

/* MariaDB's code for what can't be done inside a transaction. */
#define CODE_IN_TRANSACTION 1568

/* The label in a connection's hash of prepared statements under which ours lie. */
#define STATEMENTS "scormconnect_statements"

/* What a connection keeps of a statement, under its name. */
typedef struct {
    const char *text;
    apr_dbd_prepared_t *prepared;
    int has_name;
} kept_t;

/* A mark among the statements of a connection, which is none itself. */
#define ROLLBACK_DUE "rollback_due"
static kept_t rollback_due;

/* So often is a SQLite file tried that another program has locked: about ten seconds. */
#define LOCKED_TRIES 6

/* PostgreSQL keeps a plan as long as the connection: one that was made while the tables were empty would read all of them for
 * ever. Where there is no other way than to read a table, its cost then looks so high that PostgreSQL would compile the query,
 * which takes 30 ms. */
#define BY_INDEX(scope) "SET " scope "enable_seqscan = off; SET " scope "jit = off"

/* So long may a server wait for the next statement of a transaction. Whose machine lost its power or its network sends none, and
 * its locks would keep the other nodes waiting until TCP gives up, after hours. */
#define IDLE_SECONDS "5"

const char *sc_db_int(apr_int64_t value, apr_pool_t *pool)
{
    char digits[SC_TEXT_INT_ROOM];
    const char *from = sc_text_put_int(digits + sizeof(digits), value);

    return apr_pstrmemdup(pool, from, (apr_size_t)(digits + sizeof(digits) - from));
}

apr_int64_t sc_db_to_int(const char *column, apr_int64_t fallback)
{
    char *end;
    apr_int64_t value;

    if (!column || !*column)
        return fallback;
    value = apr_strtoi64(column, &end, 10);
    return *end ? fallback : value;
}

/* From here on apr_dbd's driver for MariaDB cuts a value, and tells nobody (fldsz of DBDParams). */
#define MARIADB_CUTS_AT 1048575

/* A member of a cluster that has lost its peers refuses even ROLLBACK, on a connection that stays good: the next BEGIN
 * would commit the half transaction, and until then every query would see it. */
static sc_error_t *roll_back_what_is_due(sc_db_t *db, apr_pool_t *pool)
{
    if (!apr_hash_get(db->statements, ROLLBACK_DUE, APR_HASH_KEY_STRING))
        return NULL;
    SC_TRY(sc_db_run_text(db, "ROLLBACK", pool));
    apr_hash_set(db->statements, ROLLBACK_DUE, APR_HASH_KEY_STRING, NULL);
    return NULL;
}

sc_error_t *sc_db_init(sc_db_t *db, const apr_dbd_driver_t *driver, apr_dbd_t *handle, apr_hash_t *prepared,
                       apr_pool_t *connection_pool, apr_pool_t *pool)
{
    const char *name = apr_dbd_name(driver);

    memset(db, 0, sizeof(*db));
    db->driver = driver;
    db->handle = handle;
    db->pool = connection_pool;
    db->statements = apr_hash_get(prepared, STATEMENTS, APR_HASH_KEY_STRING);
    if (!db->statements) {
        db->statements = apr_hash_make(connection_pool);
        apr_hash_set(prepared, STATEMENTS, APR_HASH_KEY_STRING, db->statements);
    }
    if (strcmp(name, "sqlite3") == 0)
        db->dialect = SC_SQLITE;
    else if (strcmp(name, "pgsql") == 0)
        db->dialect = SC_POSTGRESQL;
    else if (strcmp(name, "mysql") == 0)
        db->dialect = SC_MARIADB;
    else
        return sc_error_detail(sc_error(pool, SC_UNAVAILABLE, SC_MSG(401), "unavailable",
                                        "The database driver is not supported"),
                               "DBDriver %s; use sqlite3, pgsql or mysql", name);
    return roll_back_what_is_due(db, pool);
}

static sc_error_t *unavailable(sc_db_t *db, const char *what, const char *why, apr_pool_t *pool)
{
    db->failed = 1;
    return sc_error_detail(sc_error(pool, SC_UNAVAILABLE, SC_MSG(402), "unavailable",
                                    "The database can't be used at the moment"),
                           "%s: %s", what, why);
}

static sc_error_t *db_error(sc_db_t *db, int code, const char *what, apr_pool_t *pool)
{
    const char *text = apr_dbd_error(db->driver, db->handle, code);

    if (db->dialect == SC_MARIADB && code == CODE_CONFLICT)
        db->conflict = 1;
    if (!text || !*text)
        return unavailable(db, what, apr_psprintf(pool, "no reason given, code %d", code), pool);
    /* The first line: in the others PostgreSQL shows the row, which may name a learner. */
    return unavailable(db, what, apr_pstrndup(pool, text, strcspn(text, "\n")), pool);
}

sc_error_t *sc_db_run_text(sc_db_t *db, const char *sql, apr_pool_t *pool)
{
    int changed = 0;
    int code = apr_dbd_query(db->driver, db->handle, &changed, sql);

    return code ? db_error(db, code, sql, pool) : NULL;
}

/* What a site's my.cnf may have said otherwise. In MariaDB's own default, REPEATABLE READ, a transaction does not see the
 * row that its own upsert just met, and without a strict mode texts are cut short unseen. */
static sc_error_t *set_up_mariadb(sc_db_t *db, apr_pool_t *pool)
{
    sc_error_t *error;

    SC_TRY(sc_db_run_text(db, "SET NAMES utf8mb4", pool));
    /* On a cluster: see what other nodes have committed. A server without that variable is none of a cluster. */
    error = sc_db_run_text(db, "SET SESSION wsrep_sync_wait = 1", pool);
    if (error)
        sc_log_error(SC_LOG_DEBUG, error);
    SC_TRY(sc_db_run_text(db, "SET SESSION idle_transaction_timeout = " IDLE_SECONDS, pool));
    SC_TRY(sc_db_run_text(db, "SET SESSION sql_mode = 'STRICT_ALL_TABLES,NO_ENGINE_SUBSTITUTION'", pool));
    return sc_db_run_text(db, "SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED", pool);
}

sc_error_t *sc_db_setup(sc_db_t *db, apr_pool_t *pool)
{
    apr_dbd_results_t *results = NULL;
    int code;

    if (db->dialect == SC_MARIADB)
        return set_up_mariadb(db, pool);
    if (db->dialect == SC_POSTGRESQL)
        return sc_db_run_text(db, BY_INDEX(""), pool);
    /* As a query: this PRAGMA answers with a row, which apr_dbd_query takes for a failure. */
    code = apr_dbd_select(db->driver, pool, db->handle, &results, "PRAGMA journal_mode=WAL", 1);
    if (code)
        return db_error(db, code, "PRAGMA journal_mode", pool);
    SC_TRY(sc_db_run_text(db, "PRAGMA cache_size=-16000", pool));
    return sc_db_run_text(db, "PRAGMA synchronous=FULL", pool);
}

/* ---- transactions */

static const char *begin_text(const sc_db_t *db)
{
    switch (db->dialect) {
    case SC_SQLITE:
        /* IMMEDIATE: take the write lock now, or a read that becomes a write could fail half-way. */
        return "BEGIN IMMEDIATE";
    case SC_POSTGRESQL:
        /* Each time, because the driver connects anew unseen. */
        return "BEGIN; SET LOCAL idle_in_transaction_session_timeout = '" IDLE_SECONDS "s'; " BY_INDEX("LOCAL ");
    case SC_MARIADB:
        break;
    }
    return "START TRANSACTION";
}

/* Another program has the file: a backup, the command line tool. The driver itself waits for about 1.6 seconds. */
static int is_locked(const sc_db_t *db, const sc_error_t *error)
{
    return db->dialect == SC_SQLITE && error->detail && strstr(error->detail, "locked");
}

static sc_error_t *begin(sc_db_t *db, apr_pool_t *pool)
{
    sc_error_t *error;
    int tries;

    SC_TRY(roll_back_what_is_due(db, pool));
    error = sc_db_run_text(db, begin_text(db), pool);
    for (tries = 1; error && is_locked(db, error) && tries < LOCKED_TRIES; tries++)
        error = sc_db_run_text(db, begin_text(db), pool);
    if (error && db->dialect != SC_SQLITE && apr_dbd_check_conn(db->driver, pool, db->handle) == APR_SUCCESS)
        error = sc_db_run_text(db, begin_text(db), pool);
    return error;
}

sc_error_t *sc_db_change_schema(sc_db_t *db, const char *sql, apr_pool_t *pool)
{
    SC_TRY(sc_db_run_text(db, sql, pool));
    return db->dialect == SC_MARIADB ? sc_db_run_text(db, begin_text(db), pool) : NULL;
}

static void rollback(sc_db_t *db, apr_pool_t *pool)
{
    sc_error_t *error = sc_db_run_text(db, "ROLLBACK", pool);

    if (!error)
        return;
    sc_log_error(SC_LOG_DEBUG, error);
    if (db->dialect == SC_MARIADB)
        apr_hash_set(db->statements, ROLLBACK_DUE, APR_HASH_KEY_STRING, &rollback_due);
}

/* Pool cleanup: an abandoned transaction must not stay open on a shared connection. */
static apr_status_t abandon(void *baton)
{
    sc_db_t *db = baton;

    if (db->in_transaction) {
        int changed;
        apr_dbd_query(db->driver, db->handle, &changed, "ROLLBACK");
        db->in_transaction = 0;
    }
    return APR_SUCCESS;
}

static sc_error_t *transact_once(sc_db_t *db, sc_db_work_fn work, void *baton, apr_pool_t *pool)
{
    sc_error_t *error;

    SC_TRY(begin(db, pool));
    db->in_transaction = 1;
    db->failed = 0;
    apr_pool_cleanup_register(pool, db, abandon, apr_pool_cleanup_null);
    error = work(db, baton, pool);
    /* PostgreSQL answers a COMMIT after a failure with a rollback and calls that a success. */
    if (!error && db->failed)
        error = unavailable(db, "COMMIT", "a statement has failed", pool);
    if (!error)
        error = sc_db_run_text(db, "COMMIT", pool);
    if (error)
        rollback(db, pool);
    db->in_transaction = 0;
    apr_pool_cleanup_kill(pool, db, abandon);
    return error;
}

static sc_error_t *transact_locked(sc_db_t *db, sc_db_work_fn work, void *baton, apr_pool_t *pool)
{
    sc_error_t *error;
    int conflicts = 0;

    do {
        db->conflict = 0;
        error = transact_once(db, work, baton, pool);
        if (error && db->conflict)
            sc_log_error(SC_LOG_DEBUG, error);
    } while (error && db->conflict && ++conflicts < MOST_CONFLICTS);
    return error;
}

sc_error_t *sc_db_transact(sc_db_t *db, sc_db_work_fn work, void *baton, apr_pool_t *pool)
{
    sc_error_t *error;
    int locked = 0;

    if (db->lock && db->dialect == SC_SQLITE) {
        apr_status_t rv = db->lock->acquire(db->lock->baton);
        if (rv != APR_SUCCESS)
            return sc_error_cause(sc_error(pool, SC_UNAVAILABLE, SC_MSG(403), "unavailable",
                                           "The lock for writing can't be had"),
                                  rv);
        locked = 1;
    }
    error = transact_locked(db, work, baton, pool);
    if (locked)
        db->lock->release(db->lock->baton);
    return error;
}

/* ---- statements */

static const char *text_in_table(const sc_db_t *db, int which, apr_pool_t *pool)
{
    (void)pool;
    return sc_sql_text((sc_sql_e)which, db->dialect == SC_MARIADB);
}

static int prepare(sc_db_t *db, kept_t *kept, apr_pool_t *pool)
{
    /* No other statement of the connection may have had the same. */
    static volatile apr_uint32_t numbers;
    const char *label = kept->has_name ? apr_psprintf(pool, "sc%u", apr_atomic_inc32(&numbers)) : NULL;
    /* In the connection's pool: the SQLite driver keeps what it allocates here as long as the statement. */
    int code = apr_dbd_prepare(db->driver, db->pool, db->handle, kept->text, label, &kept->prepared);

    if (code)
        kept->prepared = NULL;
    return code;
}

/* A node of a Galera cluster that ends a transaction for another node's sake while a statement of it is being prepared tells
 * nobody, and would run the rest each on its own. What is asked for here is refused inside a transaction only, and is harmless
 * elsewhere. */
static sc_error_t *check_transaction(sc_db_t *db, const char *what, apr_pool_t *pool)
{
    static const char *const text = "SET TRANSACTION READ WRITE";
    int changed, code;

    if (db->dialect != SC_MARIADB || !db->in_transaction)
        return NULL;
    code = apr_dbd_query(db->driver, db->handle, &changed, text);
    if (code == CODE_IN_TRANSACTION)
        return NULL;
    if (code)
        return db_error(db, code, text, pool);
    db->conflict = 1;
    return unavailable(db, what, "the transaction was ended while this was being prepared", pool);
}

static kept_t *kept_for(sc_db_t *db, const sc_statement_t *statement)
{
    kept_t *kept = apr_hash_get(db->statements, statement->name, APR_HASH_KEY_STRING);

    if (!kept) {
        kept = apr_pcalloc(db->pool, sizeof(*kept));
        kept->text = statement->text(db, statement->which, db->pool);
        /* PostgreSQL plans a statement anew each time unless it has a name. What is made stands in the way of every answer; what
         * is in the table is mostly for pages, whose plans should follow how much there is. */
        kept->has_name = db->dialect == SC_POSTGRESQL && statement->text != text_in_table;
        apr_hash_set(db->statements, apr_pstrdup(db->pool, statement->name), APR_HASH_KEY_STRING, kept);
    }
    return kept;
}

static int says_one_of(sc_db_t *db, int code, const char *const *texts)
{
    const char *text = apr_dbd_error(db->driver, db->handle, code);
    int i;

    for (i = 0; text && texts[i]; i++)
        if (strstr(text, texts[i]))
            return 1;
    return 0;
}

static sc_error_t *forget_statements(sc_db_t *db, apr_pool_t *pool)
{
    apr_hash_index_t *at;

    for (at = apr_hash_first(pool, db->statements); at; at = apr_hash_next(at))
        ((kept_t *)apr_hash_this_val(at))->prepared = NULL;
    return sc_db_setup(db, pool);
}

/* Whether what ended with `code` can be done again without doing it twice, or outside of the transaction that it belongs to.
 * `harmless`: it changes nothing. */
static int may_try_again(sc_db_t *db, int code, int harmless, apr_pool_t *pool)
{
    int unknown;

    switch (db->dialect) {
    case SC_SQLITE:
        return says_one_of(db, code, stale_texts);
    case SC_POSTGRESQL:
        unknown = says_one_of(db, code, unknown_texts);
        /* The transaction has failed by it, and can be done again as a whole. */
        if (unknown && db->in_transaction)
            db->conflict = 1;
        /* It tells of a lost connection only when one is used, and makes another. */
        if (!unknown && (!harmless || db->in_transaction || apr_dbd_check_conn(db->driver, pool, db->handle) != APR_SUCCESS))
            return 0;
        return !forget_statements(db, pool) && !db->in_transaction;
    case SC_MARIADB:
        if (code != CODE_NOT_PREPARED && code != CODE_UNKNOWN_STATEMENT)
            return 0;
        /* Another connection: all statements are gone, and the transaction too. */
        return !forget_statements(db, pool) && !db->in_transaction;
    }
    return 0;
}

static sc_error_t *execute(sc_db_t *db, const sc_statement_t *statement, const char **args, int *changed,
                           apr_dbd_results_t **results, apr_pool_t *pool)
{
    kept_t *kept = kept_for(db, statement);
    int code, tries;

    /* MariaDB may have rolled back by itself, and would run the rest each on its own. */
    if (db->in_transaction && db->failed)
        return unavailable(db, statement->name, "an earlier statement has failed", pool);
    for (tries = 0;; tries++) {
        int fresh = !kept->prepared || tries > 0;

        code = fresh ? prepare(db, kept, pool) : 0;
        if (!code && fresh)
            SC_TRY(check_transaction(db, statement->name, pool));
        if (!code)
            code = results ? apr_dbd_pselect(db->driver, pool, db->handle, results, kept->prepared, 1, 0, args)
                           : apr_dbd_pquery(db->driver, pool, db->handle, changed, kept->prepared, 0, args);
        if (!code)
            return NULL;
        if (tries > 0 || !may_try_again(db, code, results || !kept->prepared, pool))
            return db_error(db, code, statement->name, pool);
    }
}

sc_error_t *sc_db_run_made(sc_db_t *db, const sc_statement_t *statement, const char **args, int *changed, apr_pool_t *pool)
{
    int ignored = 0;

    return execute(db, statement, args, changed ? changed : &ignored, NULL, pool);
}

static sc_statement_t in_table(sc_sql_e statement)
{
    return (sc_statement_t){ sc_sql_name(statement), text_in_table, (int)statement };
}

sc_error_t *sc_db_run(sc_db_t *db, sc_sql_e statement, const char **args, int *changed, apr_pool_t *pool)
{
    sc_statement_t made = in_table(statement);

    return sc_db_run_made(db, &made, args, changed, pool);
}

static const char *column_text(sc_db_t *db, apr_dbd_row_t *row, int column, apr_pool_t *pool)
{
    char *value = NULL;

    if (apr_dbd_datum_get(db->driver, row, column, APR_DBD_TYPE_STRING, &value) != APR_SUCCESS || !value)
        return NULL;
    return apr_pstrdup(pool, value);
}

sc_error_t *sc_db_select_made(sc_db_t *db, const sc_statement_t *statement, const char **args, apr_array_header_t **rows,
                              apr_pool_t *pool)
{
    apr_dbd_results_t *results = NULL;
    int count, columns, i, c;

    SC_TRY(execute(db, statement, args, NULL, &results, pool));
    count = apr_dbd_num_tuples(db->driver, results);
    columns = apr_dbd_num_cols(db->driver, results);
    *rows = apr_array_make(pool, count > 0 ? count : 1, sizeof(const char *const *));
    for (i = 1; i <= count; i++) {
        apr_dbd_row_t *row = NULL;
        const char **values = apr_pcalloc(pool, sizeof(*values) * (apr_size_t)columns);

        /* SQLite's driver keeps a list, and looks for row i from its head; -1 is the next one. */
        if (apr_dbd_get_row(db->driver, pool, results, &row, db->dialect == SC_SQLITE ? -1 : i) != 0)
            return db_error(db, 0, statement->name, pool);
        /* Copied at once: PostgreSQL frees the result after the last row, MariaDB reuses its buffers. */
        for (c = 0; c < columns; c++) {
            values[c] = column_text(db, row, c, pool);
            if (db->dialect == SC_MARIADB && values[c] && strlen(values[c]) >= MARIADB_CUTS_AT)
                return unavailable(db, statement->name, "a value is too long to be read whole", pool);
        }
        APR_ARRAY_PUSH(*rows, const char *const *) = values;
    }
    return NULL;
}

sc_error_t *sc_db_select(sc_db_t *db, sc_sql_e statement, const char **args, apr_array_header_t **rows, apr_pool_t *pool)
{
    sc_statement_t made = in_table(statement);

    return sc_db_select_made(db, &made, args, rows, pool);
}

sc_error_t *sc_db_select_one(sc_db_t *db, sc_sql_e statement, const char **args, const char *const **row, apr_pool_t *pool)
{
    apr_array_header_t *rows;

    SC_TRY(sc_db_select(db, statement, args, &rows, pool));
    *row = rows->nelts ? SC_ROW(rows, 0) : NULL;
    return NULL;
}

const char *const *sc_db_copy_row(const char *const *row, int columns, apr_pool_t *pool)
{
    const char **copy = apr_palloc(pool, sizeof(*copy) * (apr_size_t)columns);
    int i;

    for (i = 0; i < columns; i++)
        copy[i] = row[i] ? apr_pstrdup(pool, row[i]) : NULL;
    return copy;
}
