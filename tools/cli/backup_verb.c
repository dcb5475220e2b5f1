/* SPDX-License-Identifier: Apache-2.0
 *
 * backup: a copy of a SQLite database, as it is at one moment, while httpd goes on writing.
 *
 * VACUUM INTO is one reading transaction, and in write-ahead logging readers keep no writer waiting. The copy is written beside
 * its place under another name, flushed, checked, and renamed: under FILE there is a whole database or none.
 */
#include <apr_file_io.h>
#include <apr_strings.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli.h"
#include "store/page.h"
#include "store/schema.h"

typedef struct {
    cli_t *cli;
    const char *path;
    char *temporary;
    sc_json_t *answer, *tables;
    apr_int64_t rows;
    int counted;                        /* tables */
    apr_off_t bytes;
    apr_time_t copying, checking;       /* how long it took */
} backup_t;

/* ---- an interrupted backup leaves nothing behind */

static const char *volatile unfinished, *volatile journal;

static void interrupt(int number)
{
    if (unfinished) {
        unlink(unfinished);
        unlink(journal);
    }
    signal(number, SIG_DFL);
    raise(number);
}

/* ---- may it be? */

static sc_error_t *refuse_servers(const cli_t *cli)
{
    const char *instead;

    if (!cli->driver || strcmp(cli->driver, "sqlite3") == 0)
        return NULL;
    instead = strcmp(cli->driver, "pgsql") == 0
        ? "pg_dump --format=custom --file=FILE DATABASE"
        : "mariadb-dump --single-transaction --default-character-set=utf8mb4 --result-file=FILE DATABASE";
    return sc_error(cli->pool, SC_INVALID, SC_MSG(730), "backup_server",
                    "This verb is for SQLite; the server has a program of its own: %s", instead);
}

static int exists(const char *path, apr_pool_t *pool)
{
    apr_finfo_t info;

    return apr_stat(&info, path, APR_FINFO_LINK | APR_FINFO_TYPE, pool) == APR_SUCCESS;
}

static sc_error_t *there_already(const backup_t *backup)
{
    return sc_error(backup->cli->pool, SC_CONFLICT, SC_MSG(731), "backup_exists",
                    "%s is there already: take another name, or --overwrite", backup->path);
}

static sc_error_t *refuse_source(const backup_t *backup)
{
    apr_pool_t *pool = backup->cli->pool;
    apr_finfo_t one, other;

    if (apr_stat(&one, backup->path, APR_FINFO_IDENT, pool) == APR_SUCCESS
        && apr_stat(&other, backup->cli->params, APR_FINFO_IDENT, pool) == APR_SUCCESS && one.inode == other.inode
        && one.device == other.device)
        return sc_error(pool, SC_INVALID, SC_MSG(732), "backup_same", "%s is the database itself", backup->path);
    return NULL;
}

/* ---- the steps */

static sc_error_t *failed(const backup_t *backup, apr_status_t rv)
{
    return sc_error_cause(sc_error(backup->cli->pool, SC_INTERNAL, SC_MSG(733), "backup_failed", "%s can't be written",
                                   backup->path),
                          rv);
}

/* A text in SQL: VACUUM takes no arguments. */
static const char *quoted(const char *text, apr_pool_t *pool)
{
    char *out = apr_palloc(pool, 2 * strlen(text) + 3), *to = out;

    *to++ = '\'';
    for (; *text; text++) {
        if (*text == '\'')
            *to++ = '\'';
        *to++ = *text;
    }
    *to++ = '\'';
    *to = '\0';
    return out;
}

/* An empty file, for its owner alone: there are learners in it. */
static sc_error_t *make_temporary(backup_t *backup)
{
    apr_pool_t *pool = backup->cli->pool;
    apr_file_t *file;
    apr_status_t rv;

    backup->temporary = apr_pstrcat(pool, backup->path, ".XXXXXX", NULL);
    rv = apr_file_mktemp(&file, backup->temporary, APR_FOPEN_CREATE | APR_FOPEN_WRITE | APR_FOPEN_EXCL, pool);
    if (rv != APR_SUCCESS)
        return failed(backup, rv);
    apr_file_close(file);
    journal = apr_pstrcat(pool, backup->temporary, "-journal", NULL);
    unfinished = backup->temporary;
    signal(SIGINT, interrupt);
    signal(SIGTERM, interrupt);
    signal(SIGHUP, interrupt);
    return NULL;
}

static sc_error_t *copy_database(backup_t *backup, sc_db_t *db)
{
    apr_pool_t *pool = backup->cli->pool;
    apr_time_t began = apr_time_now();
    sc_error_t *error;

    error = sc_db_run_text(db, apr_pstrcat(pool, "VACUUM INTO ", quoted(backup->temporary, pool), NULL), pool);
    backup->copying = apr_time_now() - began;
    return error;
}

/* apr_file_sync() knows no folders. */
static apr_status_t flush(const char *path)
{
    int file = open(path, O_RDONLY);
    apr_status_t rv = APR_SUCCESS;

    if (file < 0)
        return APR_FROM_OS_ERROR(errno);
    if (fsync(file) != 0)
        rv = APR_FROM_OS_ERROR(errno);
    close(file);
    return rv;
}

static sc_error_t *count_rows(backup_t *backup, sc_db_t *db)
{
    const sc_table_t *table;
    apr_int64_t count;

    for (table = sc_tables; table->name; table++) {
        SC_TRY(sc_page_count(db, table, &count, backup->cli->pool));
        sc_json_set_int(backup->tables, table->name, count);
        backup->rows += count;
        backup->counted++;
    }
    return NULL;
}

static const char *integrity_sql(const sc_db_t *db, int which, apr_pool_t *pool)
{
    (void)db;
    (void)which;
    (void)pool;
    return "PRAGMA integrity_check(1)";
}

static sc_error_t *check_integrity(const backup_t *backup, sc_db_t *db)
{
    sc_statement_t check = { "integrity_check", integrity_sql, 0 };
    apr_array_header_t *rows;

    SC_TRY(sc_db_select_made(db, &check, SC_NO_ARGS, &rows, backup->cli->pool));
    if (rows->nelts != 1 || strcmp(SC_ROW(rows, 0)[0], "ok") != 0)
        return sc_error_detail(sc_error(backup->cli->pool, SC_INTERNAL, SC_MSG(734), "backup_damaged",
                                        "The copy is damaged, and so may the database be"),
                               "%s", rows->nelts ? SC_ROW(rows, 0)[0] : "no answer");
    return NULL;
}

static sc_error_t *check_opened(backup_t *backup, sc_db_t *db, int version)
{
    int copied;

    SC_TRY(check_integrity(backup, db));
    SC_TRY(sc_schema_version(db, &copied, backup->cli->pool));
    if (copied != version)
        return sc_error(backup->cli->pool, SC_INTERNAL, SC_MSG(735), "backup_incomplete",
                        "The copy has tables of version %d, the database of version %d", copied, version);
    /* A backup before an upgrade: the tables of another version are not known here. */
    return version == SC_SCHEMA_VERSION ? count_rows(backup, db) : NULL;
}

static sc_error_t *check_copy(backup_t *backup, int version)
{
    apr_time_t began = apr_time_now();
    cli_t of_copy = *backup->cli;
    sc_error_t *error;
    sc_db_t db;

    of_copy.params = backup->temporary;
    SC_TRY(cli_connect(&of_copy, &db));
    error = check_opened(backup, &db, version);
    cli_disconnect(&db);
    backup->checking = apr_time_now() - began;
    return error;
}

/* A second name for the file can be given only where there is none yet; renaming would not ask. */
static sc_error_t *put_in_place(backup_t *backup)
{
    apr_pool_t *pool = backup->cli->pool;
    const char *slash = strrchr(backup->path, '/');
    const char *folder = slash ? apr_pstrmemdup(pool, backup->path, (apr_size_t)(slash - backup->path + 1)) : ".";
    apr_finfo_t info;
    apr_status_t rv = flush(backup->temporary);

    if (rv == APR_SUCCESS)
        rv = apr_stat(&info, backup->temporary, APR_FINFO_SIZE, pool);
    if (rv == APR_SUCCESS && !backup->cli->overwrite) {
        rv = apr_file_link(backup->temporary, backup->path);
        if (APR_STATUS_IS_EEXIST(rv))
            return there_already(backup);
        if (rv == APR_SUCCESS)
            rv = apr_file_remove(backup->temporary, pool);
        else if (!exists(backup->path, pool))       /* a file system without second names */
            rv = apr_file_rename(backup->temporary, backup->path, pool);
    }
    else if (rv == APR_SUCCESS)
        rv = apr_file_rename(backup->temporary, backup->path, pool);
    if (rv == APR_SUCCESS)
        rv = flush(folder);
    if (rv != APR_SUCCESS)
        return failed(backup, rv);
    unfinished = NULL;
    backup->bytes = info.size;
    return NULL;
}

static sc_error_t *back_up(backup_t *backup, sc_db_t *db)
{
    sc_error_t *error;
    int version;

    SC_TRY(sc_schema_version(db, &version, backup->cli->pool));
    SC_TRY(make_temporary(backup));
    error = copy_database(backup, db);
    if (!error)
        error = check_copy(backup, version);
    if (!error)
        error = put_in_place(backup);
    if (error && unfinished)
        apr_file_remove(unfinished, backup->cli->pool);
    return error;
}

static void print_backup(const backup_t *backup)
{
    char size[5];

    if (backup->cli->json) {
        sc_json_set_string(backup->answer, "file", backup->path);
        sc_json_set_int(backup->answer, "bytes", backup->bytes);
        sc_json_set_int(backup->answer, "rows", backup->rows);
        sc_json_set_int(backup->answer, "copy_milliseconds", apr_time_as_msec(backup->copying));
        sc_json_set_int(backup->answer, "check_milliseconds", apr_time_as_msec(backup->checking));
        cli_print_json(backup->cli, backup->answer);
        return;
    }
    printf("%s: %s", backup->path, apr_strfsize(backup->bytes, size));
    if (backup->counted)
        printf(", %" APR_INT64_T_FMT " rows in %d tables", backup->rows, backup->counted);
    printf("; copied in %.1f s, checked in %.1f s\n", (double)backup->copying / APR_USEC_PER_SEC,
           (double)backup->checking / APR_USEC_PER_SEC);
}

sc_error_t *cli_backup(cli_t *cli, cli_end_e *end)
{
    backup_t backup = { 0 };
    sc_error_t *error;
    sc_db_t db;

    if (cli->words->nelts != 1) {
        *end = CLI_USAGE;
        return NULL;
    }
    backup.cli = cli;
    backup.path = APR_ARRAY_IDX(cli->words, 0, const char *);
    backup.answer = sc_json_object(cli->pool);
    backup.tables = sc_json_set_new_object(backup.answer, "tables");
    SC_TRY(refuse_servers(cli));
    SC_TRY(cli_open_existing(cli, &db));
    error = refuse_source(&backup);
    if (!error && !cli->overwrite && exists(backup.path, cli->pool))
        error = there_already(&backup);
    if (!error)
        error = back_up(&backup, &db);
    cli_disconnect(&db);
    if (!error)
        print_backup(&backup);
    return error;
}
