/* SPDX-License-Identifier: Apache-2.0 */
#include "database.h"

#include <string.h>

#include "store/page.h"

static const sc_table_t *table_named(const char *name)
{
    const sc_table_t *table = sc_tables;

    while (strcmp(table->name, name) != 0)
        table++;
    return table;
}

/* Rows of module_result with the keys ("r0", "m00000") … in a single statement. */
static void fill(sc_db_t *db, int from, int count, apr_pool_t *pool)
{
    run_sql(db, apr_psprintf(pool,
                             "WITH RECURSIVE n(i) AS (SELECT %d UNION ALL SELECT i + 1 FROM n WHERE i + 1 < %d)"
                             " INSERT INTO module_result SELECT 'r' || (i / 700), printf('m%%05d', i), i, 0, 0 FROM n",
                             from, from + count),
            pool);
}

static int walk(sc_db_t *db, const sc_table_t *table, sc_cursor_what_e what, apr_pool_t *pool)
{
    const char *const *row;
    sc_cursor_t cursor;
    int count = 0;

    sc_cursor_open(&cursor, db, table, what, pool);
    for (;;) {
        assert_fine(sc_cursor_row(&cursor, &row));
        if (!row)
            return count;
        assert_string_equal(row[1], apr_psprintf(pool, "m%05d", count));
        if (what == SC_CURSOR_ROWS)
            assert_string_equal(row[2], apr_psprintf(pool, "%d", count));
        count++;
    }
}

static void a_cursor_sees_every_row_once_in_the_order_of_the_key(void **state)
{
    static const int counts[] = { 0, 1, SC_PAGE_ROWS - 1, SC_PAGE_ROWS, SC_PAGE_ROWS + 1, 2 * SC_PAGE_ROWS, 2501 };
    unsigned i;

    for (i = 0; i < sizeof(counts) / sizeof(*counts); i++) {
        sc_db_t *db = make_database(*state);

        if (counts[i])
            fill(db, 0, counts[i], *state);
        assert_int_equal(walk(db, table_named("module_result"), SC_CURSOR_ROWS, *state), counts[i]);
        assert_int_equal(walk(db, table_named("module_result"), SC_CURSOR_KEYS, *state), counts[i]);
    }
}

static void a_cursor_finds_rows_across_pages(void **state)
{
    sc_db_t *db = make_database(*state);
    const char *const *row;
    sc_cursor_t cursor;
    int i;

    fill(db, 0, 3000, *state);
    run_sql(db, "DELETE FROM module_result WHERE opened_at % 3 = 0", *state);
    sc_cursor_open(&cursor, db, table_named("module_result"), SC_CURSOR_ROWS, *state);
    for (i = 0; i < 3100; i += 7) {
        const char *const *like = SC_ARGS(apr_psprintf(*state, "r%d", i / 700), apr_psprintf(*state, "m%05d", i));

        assert_fine(sc_cursor_find(&cursor, like, &row));
        if (i % 3 == 0 || i >= 3000)
            assert_null(row);
        else
            assert_string_equal(row[2], apr_psprintf(*state, "%d", i));
    }
}

static void a_number_in_the_key_is_no_text(void **state)
{
    sc_db_t *db = make_database(*state);
    const sc_table_t *table = table_named("attempt");
    const char *const *row;
    sc_cursor_t cursor;
    int i;

    run_sql(db, "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 600)"
                " INSERT INTO attempt SELECT 'r', i, 0, 0, 0, 0, '{}', '', 0 FROM n", *state);
    sc_cursor_open(&cursor, db, table, SC_CURSOR_KEYS, *state);
    for (i = 1; i <= 600; i++) {
        assert_fine(sc_cursor_row(&cursor, &row));
        assert_string_equal(row[1], apr_psprintf(*state, "%d", i));
    }
    assert_true(sc_page_compare(table, SC_ARGS("r", "9"), SC_ARGS("r", "10")) < 0);
    assert_true(sc_page_compare(table, SC_ARGS("r", "10"), SC_ARGS("r", "10")) == 0);
    assert_true(sc_page_compare(table, SC_ARGS("s", "1"), SC_ARGS("r", "10")) > 0);
}

static void texts_are_ordered_by_their_bytes(void **state)
{
    static const char *const ids[] = { "A", "Z", "a", "a-b", "a.b", "ab", "\xc3\xa4", "\xe2\x82\xac", "\xf0\x9f\xa6\x8a" };
    sc_db_t *db = make_database(*state);
    const sc_table_t *table = table_named("publication_origin");
    const char *const *row;
    sc_cursor_t cursor;
    int i;

    for (i = (int)(sizeof(ids) / sizeof(*ids)) - 1; i >= 0; i--)
        run_sql(db, apr_psprintf(*state, "INSERT INTO publication_origin VALUES ('p', '%s', '', 0)", ids[i]), *state);
    sc_cursor_open(&cursor, db, table, SC_CURSOR_KEYS, *state);
    for (i = 0; i < (int)(sizeof(ids) / sizeof(*ids)); i++) {
        assert_fine(sc_cursor_row(&cursor, &row));
        assert_string_equal(row[1], ids[i]);
        if (i)
            assert_true(sc_page_compare(table, SC_ARGS("p", ids[i - 1]), row) < 0);
    }
}

static apr_array_header_t *some_rows(int count, const char *read_at, apr_pool_t *pool)
{
    apr_array_header_t *rows = apr_array_make(pool, count, sizeof(const char *const *));
    int i;

    for (i = 0; i < count; i++) {
        const char **row = apr_palloc(pool, 5 * sizeof(*row));
        row[0] = "r";
        row[1] = apr_psprintf(pool, "m%05d", i);
        row[2] = apr_psprintf(pool, "%d", i);
        row[3] = read_at;
        row[4] = "0";
        APR_ARRAY_PUSH(rows, const char *const *) = row;
    }
    return rows;
}

/* As many as need statements of each size. */
static void rows_are_written_once_and_then_changed(void **state)
{
    sc_db_t *db = make_database(*state);
    const sc_table_t *table = table_named("module_result");

    assert_fine(sc_page_write(db, table, some_rows(80, "7", *state), *state));
    assert_string_equal(ask_sql(db, "SELECT COUNT(*) || ' ' || SUM(read_at) FROM module_result", *state), "80 560");
    assert_string_equal(ask_sql(db, "SELECT typeof(opened_at) FROM module_result", *state), "integer");
    assert_fine(sc_page_write(db, table, some_rows(81, "8", *state), *state));
    assert_string_equal(ask_sql(db, "SELECT COUNT(*) || ' ' || SUM(read_at) FROM module_result", *state), "81 648");
}

static void rows_longer_than_a_statement_may_be_are_written_too(void **state)
{
    sc_db_t *db = make_database(*state);
    apr_array_header_t *rows = apr_array_make(*state, 30, sizeof(const char *const *));
    char *text = memset(apr_palloc(*state, 100001), 'x', 100000);
    int i;

    text[100000] = '\0';
    for (i = 0; i < 30; i++) {
        const char **row = apr_palloc(*state, 9 * sizeof(*row));
        row[0] = "r";
        row[1] = apr_psprintf(*state, "a%02d", i);
        row[2] = row[3] = row[4] = row[5] = row[7] = row[8] = "1";
        row[6] = text;
        APR_ARRAY_PUSH(rows, const char *const *) = row;
    }
    assert_fine(sc_page_write(db, table_named("activity_result"), rows, *state));
    assert_string_equal(ask_sql(db, "SELECT COUNT(*) || ' ' || SUM(LENGTH(response)) FROM activity_result", *state),
                        "30 3000000");
}

static void removing_takes_the_named_rows_alone(void **state)
{
    sc_db_t *db = make_database(*state);
    apr_array_header_t *rows = some_rows(10, "0", *state);

    assert_fine(sc_page_write(db, table_named("module_result"), rows, *state));
    rows->nelts = 4;
    assert_fine(sc_page_remove(db, table_named("module_result"), rows, *state));
    assert_string_equal(ask_sql(db, "SELECT COUNT(*) || ' ' || MIN(module) FROM module_result", *state), "6 m00004");
}

static const char *checksum_of(sc_db_t *db, const char *table, int expected, apr_pool_t *pool)
{
    apr_int64_t count;
    const char *checksum;

    assert_fine(sc_page_checksum(db, table_named(table), NULL, NULL, &count, &checksum, pool));
    assert_int_equal(count, expected);
    assert_int_equal(strlen(checksum), 64);
    return checksum;
}

static void a_checksum_tells_the_contents_and_not_how_they_came(void **state)
{
    sc_db_t *one = make_database(*state), *other = make_database(*state);
    const char *before;

    fill(one, 0, 1500, *state);
    fill(other, 700, 800, *state);
    fill(other, 0, 700, *state);
    before = checksum_of(one, "module_result", 1500, *state);
    assert_string_equal(before, checksum_of(other, "module_result", 1500, *state));

    run_sql(other, "UPDATE module_result SET validated_at = 1 WHERE module = 'm01499'", *state);
    assert_string_not_equal(before, checksum_of(other, "module_result", 1500, *state));
    run_sql(other, "UPDATE module_result SET validated_at = 0", *state);
    assert_string_equal(before, checksum_of(other, "module_result", 1500, *state));
}

static void a_checksum_knows_where_a_text_ends(void **state)
{
    sc_db_t *one = make_database(*state), *other = make_database(*state);

    run_sql(one, "INSERT INTO publication_origin VALUES ('p', 'ab', 'c', 0)", *state);
    run_sql(other, "INSERT INTO publication_origin VALUES ('p', 'a', 'bc', 0)", *state);
    assert_string_not_equal(checksum_of(one, "publication_origin", 1, *state),
                            checksum_of(other, "publication_origin", 1, *state));
}

static void what_a_database_says_about_itself_is_not_the_sites(void **state)
{
    sc_db_t *one = make_database(*state), *other = make_database(*state);
    apr_int64_t count;

    run_sql(one, "INSERT INTO meta VALUES ('copy', 'running -')", *state);
    assert_string_equal(checksum_of(one, "meta", 0, *state), checksum_of(other, "meta", 0, *state));
    assert_fine(sc_page_count(one, table_named("meta"), &count, *state));
    assert_int_equal(count, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_POOL(a_cursor_sees_every_row_once_in_the_order_of_the_key),
        WITH_POOL(a_cursor_finds_rows_across_pages),
        WITH_POOL(a_number_in_the_key_is_no_text),
        WITH_POOL(texts_are_ordered_by_their_bytes),
        WITH_POOL(rows_are_written_once_and_then_changed),
        WITH_POOL(rows_longer_than_a_statement_may_be_are_written_too),
        WITH_POOL(removing_takes_the_named_rows_alone),
        WITH_POOL(a_checksum_tells_the_contents_and_not_how_they_came),
        WITH_POOL(a_checksum_knows_where_a_text_ends),
        WITH_POOL(what_a_database_says_about_itself_is_not_the_sites),
    };

    return cmocka_run_group_tests(tests, start_databases, NULL);
}
