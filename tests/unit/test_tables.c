/* SPDX-License-Identifier: Apache-2.0
 *
 * The description of the tables is exactly the schema: what is missing in it would not be copied.
 */
#include "database.h"

#include <string.h>

#include "store/tables.h"

static const sc_table_t *table_named(const char *name)
{
    const sc_table_t *table;

    for (table = sc_tables; table->name; table++)
        if (strcmp(table->name, name) == 0)
            return table;
    return NULL;
}

static const sc_column_t *column_named(const sc_table_t *table, const char *name, int *position)
{
    for (*position = 0; table->columns[*position].name; ++*position)
        if (strcmp(table->columns[*position].name, name) == 0)
            return &table->columns[*position];
    return NULL;
}

static void every_table_of_the_schema_is_described_and_no_other(void **state)
{
    apr_array_header_t *rows = rows_of(make_database(*state), "SELECT name FROM sqlite_master WHERE type = 'table'", *state);
    const sc_table_t *table;
    int i, described = 0;

    for (i = 0; i < rows->nelts; i++)
        if (!table_named(SC_ROW(rows, i)[0]))
            fail_msg("store/tables.c does not describe the table %s", SC_ROW(rows, i)[0]);
    for (table = sc_tables; table->name; table++)
        described++;
    assert_int_equal(described, rows->nelts);
}

static sc_column_kind_e kind_of(const char *type)
{
    if (strcmp(type, "TEXT") == 0)
        return SC_COLUMN_LONG_TEXT;
    return strncmp(type, "VARCHAR", 7) == 0 ? SC_COLUMN_TEXT : SC_COLUMN_NUMBER;
}

/* Columns of `row`: cid, name, type, notnull, default, position in the primary key from 1, or 0. */
static void check_column(const sc_table_t *table, const char *const *row)
{
    const sc_column_t *column;
    int position, in_key = (int)sc_db_to_int(row[5], 0);

    column = column_named(table, row[1], &position);
    if (!column)
        fail_msg("store/tables.c does not describe the column %s.%s", table->name, row[1]);
    if (column->kind != kind_of(row[2]))
        fail_msg("%s.%s is %s", table->name, row[1], row[2]);
    if (in_key ? position != in_key - 1 || position >= table->keys : position < table->keys)
        fail_msg("%s.%s: the columns of the primary key come first, in its order", table->name, row[1]);
}

static void every_column_is_described_with_its_kind_and_the_key_in_front(void **state)
{
    sc_db_t *db = make_database(*state);
    const sc_table_t *table;
    int i;

    for (table = sc_tables; table->name; table++) {
        apr_array_header_t *rows = rows_of(db, apr_psprintf(*state, "PRAGMA table_info(%s)", table->name), *state);

        assert_int_equal(rows->nelts, sc_table_columns(table));
        for (i = 0; i < rows->nelts; i++)
            check_column(table, SC_ROW(rows, i));
    }
}

static void every_table_has_a_key_and_something_else(void **state)
{
    const sc_table_t *table;

    (void)state;
    for (table = sc_tables; table->name; table++) {
        assert_true(table->keys > 0);
        assert_true(table->keys < sc_table_columns(table));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_POOL(every_table_of_the_schema_is_described_and_no_other),
        WITH_POOL(every_column_is_described_with_its_kind_and_the_key_in_front),
        WITH_POOL(every_table_has_a_key_and_something_else),
    };

    return cmocka_run_group_tests(tests, start_databases, NULL);
}
