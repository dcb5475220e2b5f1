/* SPDX-License-Identifier: Apache-2.0 */
#include "store/page.h"

#include <apr_strings.h>
#include <string.h>

#include "base/secret.h"

/* One statement writes so many rows: as many as fit of the first size, then of the next … Few sizes, because each is a
 * statement that is prepared and kept. SQLite gains nothing by more than a few, and older ones take 999 values at most. */
#define MOST_AT_ONCE 250
static const int server_sizes[] = { MOST_AT_ONCE, 25, 1 };
static const int sqlite_sizes[] = { 25, 1 };

/* The servers refuse packets that are too long (MariaDB from 16 MB, unless told otherwise). */
#define MOST_BYTES (1024 * 1024)

/* No text of ours holds it, nor does UTF-8. */
#define NULL_MARK "\xff"

/* ---- pieces of SQL */

static void push(apr_array_header_t *parts, const char *text)
{
    APR_ARRAY_PUSH(parts, const char *) = text;
}

static apr_array_header_t *new_parts(apr_pool_t *pool)
{
    return apr_array_make(pool, 16, sizeof(const char *));
}

static const char *join(apr_array_header_t *parts, apr_pool_t *pool)
{
    return apr_array_pstrcat(pool, parts, 0);
}

static const char *place(const sc_column_t *column)
{
    return column->kind == SC_COLUMN_NUMBER ? "%lld" : "%s";
}

/* How a column is named where the order counts. The collation of a PostgreSQL database may be any; the others have the order
 * of the bytes by their nature, or by that of the table. */
static const char *ordered(const sc_db_t *db, const sc_column_t *column, apr_pool_t *pool)
{
    if (db->dialect == SC_POSTGRESQL && column->kind != SC_COLUMN_NUMBER)
        return apr_pstrcat(pool, column->name, " COLLATE \"C\"", NULL);
    return column->name;
}

/* "a, b, c": the names of the first `count` columns. */
static const char *names(const sc_table_t *table, int count, apr_pool_t *pool)
{
    apr_array_header_t *parts = new_parts(pool);
    int i;

    for (i = 0; i < count; i++) {
        push(parts, i ? ", " : "");
        push(parts, table->columns[i].name);
    }
    return join(parts, pool);
}

/* The same of the key, as the order counts. */
static const char *ordered_key(const sc_db_t *db, const sc_table_t *table, apr_pool_t *pool)
{
    apr_array_header_t *parts = new_parts(pool);
    int i;

    for (i = 0; i < table->keys; i++) {
        push(parts, i ? ", " : "");
        push(parts, ordered(db, &table->columns[i], pool));
    }
    return join(parts, pool);
}

/* "(%s, %lld)": places for the first `count` columns. */
static const char *places(const sc_table_t *table, int count, apr_pool_t *pool)
{
    apr_array_header_t *parts = new_parts(pool);
    int i;

    for (i = 0; i < count; i++) {
        push(parts, i ? ", " : "(");
        push(parts, place(&table->columns[i]));
    }
    push(parts, ")");
    return join(parts, pool);
}

static const char *of_the_site(const sc_table_t *table, apr_pool_t *pool)
{
    return table->own ? apr_psprintf(pool, "NOT (%s)", table->own) : "1 = 1";
}

/* ---- reading */

static int rows_of_a_page(const sc_table_t *table)
{
    return sc_table_is_wide(table) ? SC_PAGE_WIDE_ROWS : SC_PAGE_ROWS;
}

/* The first column stands alone too: MariaDB takes no index for a comparison of several columns at once. */
static const char *after_sql(const sc_db_t *db, const sc_table_t *table, apr_pool_t *pool)
{
    const char *key = ordered_key(db, table, pool);

    return apr_psprintf(pool, " AND %s >= %s AND (%s) > %s", ordered(db, &table->columns[0], pool),
                        place(&table->columns[0]), key, places(table, table->keys, pool));
}

/* The statements that read a table: keys or whole rows, the first page or one after a key. */
#define READ(what, after) (2 * ((what) == SC_CURSOR_KEYS) + ((after) != 0))
#define READS 4

static const char *read_sql(const sc_db_t *db, int which, apr_pool_t *pool)
{
    const sc_table_t *table = &sc_tables[which / READS];
    int columns = which % READS / 2 ? table->keys : sc_table_columns(table);

    return apr_psprintf(pool, "SELECT %s FROM %s WHERE %s%s ORDER BY %s LIMIT %d", names(table, columns, pool), table->name,
                        of_the_site(table, pool), which % 2 ? after_sql(db, table, pool) : "", ordered_key(db, table, pool),
                        rows_of_a_page(table));
}

static sc_error_t *read_page(const sc_cursor_t *cursor, const char *const *after, apr_array_header_t **rows, apr_pool_t *pool)
{
    const sc_table_t *table = cursor->table;
    const char *args[SC_TABLE_MOST_COLUMNS + 2] = { NULL };
    int read = READ(cursor->what, after), i;
    sc_statement_t statement = { apr_psprintf(pool, "page_read_%s_%d", table->name, read), read_sql,
                                 READS * (int)(table - sc_tables) + read };

    if (after) {
        args[0] = after[0];
        for (i = 0; i < table->keys; i++)
            args[i + 1] = after[i];
    }
    return sc_db_select_made(cursor->db, &statement, args, rows, pool);
}

void sc_cursor_open(sc_cursor_t *cursor, sc_db_t *db, const sc_table_t *table, sc_cursor_what_e what, apr_pool_t *pool)
{
    memset(cursor, 0, sizeof(*cursor));
    cursor->db = db;
    cursor->table = table;
    cursor->what = what;
    cursor->pool = pool;
    cursor->page = apr_array_make(pool, 1, sizeof(const char *const *));
}

sc_error_t *sc_cursor_page(sc_cursor_t *cursor, apr_array_header_t **rows)
{
    apr_pool_t *pool;
    sc_error_t *error = NULL;

    cursor->next = 0;
    if (cursor->at_end) {
        apr_array_clear(cursor->page);
        *rows = cursor->page;
        return NULL;
    }
    apr_pool_create(&pool, cursor->pool);
    error = read_page(cursor, cursor->page->nelts ? SC_ROW(cursor->page, cursor->page->nelts - 1) : NULL, &cursor->page, pool);
    if (cursor->page_pool && !error)
        apr_pool_destroy(cursor->page_pool);
    cursor->page_pool = pool;
    if (!error)
        cursor->at_end = cursor->page->nelts < rows_of_a_page(cursor->table);
    *rows = cursor->page;
    return error;
}

/* The row where it stands. */
static sc_error_t *peek(sc_cursor_t *cursor, const char *const **row)
{
    apr_array_header_t *page;

    if (cursor->next == cursor->page->nelts)
        SC_TRY(sc_cursor_page(cursor, &page));
    *row = cursor->next < cursor->page->nelts ? SC_ROW(cursor->page, cursor->next) : NULL;
    return NULL;
}

sc_error_t *sc_cursor_row(sc_cursor_t *cursor, const char *const **row)
{
    SC_TRY(peek(cursor, row));
    if (*row)
        cursor->next++;
    return NULL;
}

sc_error_t *sc_cursor_find(sc_cursor_t *cursor, const char *const *like, const char *const **row)
{
    int order;

    for (;;) {
        SC_TRY(peek(cursor, row));
        if (!*row)
            return NULL;
        order = sc_page_compare(cursor->table, *row, like);
        if (order >= 0)
            break;
        cursor->next++;
    }
    if (order > 0)
        *row = NULL;
    return NULL;
}

int sc_page_compare(const sc_table_t *table, const char *const *one, const char *const *other)
{
    int i, order = 0;

    for (i = 0; i < table->keys && order == 0; i++) {
        if (table->columns[i].kind == SC_COLUMN_NUMBER) {
            apr_int64_t a = sc_db_to_int(one[i], 0), b = sc_db_to_int(other[i], 0);
            order = (a > b) - (a < b);
        }
        else
            order = strcmp(one[i], other[i]);
    }
    return order;
}

static const char *count_sql(const sc_db_t *db, int which, apr_pool_t *pool)
{
    (void)db;
    return apr_psprintf(pool, "SELECT COUNT(*) FROM %s WHERE %s", sc_tables[which].name, of_the_site(&sc_tables[which], pool));
}

sc_error_t *sc_page_count(sc_db_t *db, const sc_table_t *table, apr_int64_t *count, apr_pool_t *pool)
{
    sc_statement_t statement = { apr_psprintf(pool, "page_count_%s", table->name), count_sql, (int)(table - sc_tables) };
    apr_array_header_t *rows;

    SC_TRY(sc_db_select_made(db, &statement, SC_NO_ARGS, &rows, pool));
    *count = sc_db_to_int(SC_ROW(rows, 0)[0], 0);
    return NULL;
}

/* ---- writing */

/* What happens to the other columns of a row that is there already. */
static const char *update_sql(const sc_db_t *db, const sc_table_t *table, apr_pool_t *pool)
{
    apr_array_header_t *parts = new_parts(pool);
    int i, columns = sc_table_columns(table);

    if (db->dialect == SC_MARIADB)
        push(parts, " ON DUPLICATE KEY UPDATE ");
    else
        push(parts, apr_psprintf(pool, " ON CONFLICT (%s) DO UPDATE SET ", names(table, table->keys, pool)));
    for (i = table->keys; i < columns; i++)
        push(parts, apr_psprintf(pool, db->dialect == SC_MARIADB ? "%s%s = VALUES(%s)" : "%s%s = excluded.%s",
                                 i > table->keys ? ", " : "", table->columns[i].name, table->columns[i].name));
    return join(parts, pool);
}

static const char *write_sql(const sc_db_t *db, int which, apr_pool_t *pool)
{
    const sc_table_t *table = &sc_tables[which / (MOST_AT_ONCE + 1)];
    int count = which % (MOST_AT_ONCE + 1), columns = sc_table_columns(table), i;
    const char *row = places(table, columns, pool);
    apr_array_header_t *parts = new_parts(pool);

    push(parts, apr_psprintf(pool, "INSERT INTO %s (%s) VALUES ", table->name, names(table, columns, pool)));
    for (i = 0; i < count; i++) {
        push(parts, i ? ", " : "");
        push(parts, row);
    }
    push(parts, update_sql(db, table, pool));
    return join(parts, pool);
}

static sc_error_t *write_some(sc_db_t *db, const sc_table_t *table, const apr_array_header_t *rows, int from, int count,
                              apr_pool_t *pool)
{
    int columns = sc_table_columns(table), i;
    const char **args = apr_palloc(pool, sizeof(*args) * (apr_size_t)(count * columns + 1));
    sc_statement_t statement = { apr_psprintf(pool, "page_write_%s_%d", table->name, count), write_sql,
                                 (MOST_AT_ONCE + 1) * (int)(table - sc_tables) + count };

    for (i = 0; i < count; i++)
        memcpy(args + i * columns, SC_ROW(rows, from + i), sizeof(*args) * (apr_size_t)columns);
    args[count * columns] = NULL;
    return sc_db_run_made(db, &statement, args, NULL, pool);
}

static apr_size_t length_of(const sc_table_t *table, const char *const *row)
{
    int i, columns = sc_table_columns(table);
    apr_size_t length = 0;

    for (i = 0; i < columns; i++)
        length += row[i] ? strlen(row[i]) : 0;
    return length;
}

/* The largest size that has enough rows left, and is short enough; a single row may be of any length. */
static int size_for(const int *sizes, const sc_table_t *table, const apr_array_header_t *rows, int from)
{
    int i;

    for (; *sizes > 1; sizes++) {
        apr_size_t length = 0;

        if (rows->nelts - from < *sizes)
            continue;
        for (i = 0; i < *sizes && length <= MOST_BYTES; i++)
            length += length_of(table, SC_ROW(rows, from + i));
        if (length <= MOST_BYTES)
            break;
    }
    return *sizes;
}

sc_error_t *sc_page_write(sc_db_t *db, const sc_table_t *table, const apr_array_header_t *rows, apr_pool_t *pool)
{
    const int *sizes = db->dialect == SC_SQLITE ? sqlite_sizes : server_sizes;
    int from, count;

    for (from = 0; from < rows->nelts; from += count) {
        count = size_for(sizes, table, rows, from);
        SC_TRY(write_some(db, table, rows, from, count, pool));
    }
    return NULL;
}

static const char *remove_sql(const sc_db_t *db, int which, apr_pool_t *pool)
{
    const sc_table_t *table = &sc_tables[which];

    (void)db;
    return apr_psprintf(pool, "DELETE FROM %s WHERE (%s) = %s", table->name, names(table, table->keys, pool),
                        places(table, table->keys, pool));
}

sc_error_t *sc_page_remove(sc_db_t *db, const sc_table_t *table, const apr_array_header_t *rows, apr_pool_t *pool)
{
    sc_statement_t statement = { apr_psprintf(pool, "page_remove_%s", table->name), remove_sql, (int)(table - sc_tables) };
    const char *args[SC_TABLE_MOST_COLUMNS + 1] = { NULL };
    int i;

    for (i = 0; i < rows->nelts; i++) {
        memcpy(args, SC_ROW(rows, i), sizeof(*args) * (apr_size_t)table->keys);
        SC_TRY(sc_db_run_made(db, &statement, args, NULL, pool));
    }
    return NULL;
}

/* ---- checksums */

/* Each value with the NUL at its end: "ab", "c" is not "a", "bc". */
static void add_row(sc_digest_t *digest, const char *const *row, int columns)
{
    int i;

    for (i = 0; i < columns; i++) {
        const char *value = row[i] ? row[i] : NULL_MARK;
        sc_digest_add(digest, value, strlen(value) + 1);
    }
}

static sc_error_t *digest_table(sc_db_t *db, const sc_table_t *table, sc_digest_t *digest, sc_page_seen_fn seen, void *baton,
                                apr_int64_t *count, apr_pool_t *pool)
{
    int columns = sc_table_columns(table), i;
    apr_array_header_t *rows;
    sc_cursor_t cursor;

    *count = 0;
    sc_cursor_open(&cursor, db, table, SC_CURSOR_ROWS, pool);
    for (;;) {
        SC_TRY(sc_cursor_page(&cursor, &rows));
        if (!rows->nelts)
            return NULL;
        for (i = 0; i < rows->nelts; i++)
            add_row(digest, SC_ROW(rows, i), columns);
        *count += rows->nelts;
        if (seen)
            SC_TRY(seen(baton, rows->nelts));
    }
}

sc_error_t *sc_page_checksum(sc_db_t *db, const sc_table_t *table, sc_page_seen_fn seen, void *baton, apr_int64_t *count,
                             const char **checksum, apr_pool_t *pool)
{
    sc_digest_t *digest = sc_digest_start(pool);

    SC_TRY(digest_table(db, table, digest, seen, baton, count, pool));
    *checksum = sc_digest_end(digest, pool);
    return NULL;
}
