/* SPDX-License-Identifier: Apache-2.0 */
#include "store/visitor.h"

#include <apr_strings.h>

#include "store/rows.h"

/* ---- who they are */

/* MariaDB would read whole tables if it were not told which way to go. */
static const char *find_text(const sc_db_t *db, int which, apr_pool_t *pool)
{
    const char *wanted, *join = " JOIN";

    (void)which;
    switch (db->dialect) {
    case SC_SQLITE:
        wanted = "(SELECT json_extract(value, '$[0]') AS number, json_extract(value, '$[1]') AS identity,"
                 " json_extract(value, '$[2]') AS publication FROM json_each(%s)) w";
        join = " CROSS JOIN";           /* to SQLite: in this order */
        break;
    case SC_POSTGRESQL:
        wanted = "unnest(CAST(%s AS BIGINT[]), CAST(%s AS TEXT[]), CAST(%s AS TEXT[])) AS w(number, identity, publication)";
        break;
    default:
        wanted = "JSON_TABLE(%s, '$[*]' COLUMNS (number BIGINT PATH '$[0]',"
                 " identity VARCHAR(64) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin PATH '$[1]',"
                 " publication VARCHAR(26) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin PATH '$[2]')) w";
        join = " STRAIGHT_JOIN";
        break;
    }
    return apr_pstrcat(pool, "SELECT w.number, ", sc_learner_columns_of_l, ", ", sc_registration_columns_of_r, " FROM ", wanted,
                       join, " learner l ON l.identity = w.identity",
                       " LEFT JOIN registration r ON r.publication = w.publication AND r.learner = l.id", NULL);
}

/* Number, identity, publication. */
#define WANTED_COLUMNS 3

static const apr_array_header_t *wanted_rows(sc_visitor_t *const *visitors, int count, apr_pool_t *pool)
{
    apr_array_header_t *rows = apr_array_make(pool, count, sizeof(const char *const *));
    int i;

    for (i = 0; i < count; i++) {
        const char *row[WANTED_COLUMNS] = { sc_db_int(i, pool),
                                            sc_learner_identity(visitors[i]->realm, visitors[i]->external_id, pool),
                                            visitors[i]->publication };
        APR_ARRAY_PUSH(rows, const char *const *) = apr_pmemdup(pool, row, sizeof(row));
    }
    return rows;
}

static void recognise(sc_visitor_t *visitor, sc_cache_t *cache, const char *const *row)
{
    row = sc_db_copy_row(row, SC_LEARNER_COLUMNS + SC_REGISTRATION_COLUMNS, visitor->pool);
    visitor->learner = sc_learner_from_columns(row, visitor->pool);
    if (row[SC_LEARNER_COLUMNS])
        visitor->record = sc_record_begin(sc_registration_from_columns(row + SC_LEARNER_COLUMNS, visitor->pool), cache,
                                          visitor->pool);
}

sc_error_t *sc_visitor_find(sc_db_t *db, sc_cache_t *cache, sc_visitor_t *const *visitors, int count, apr_pool_t *pool)
{
    static const sc_statement_t find = { "visitor_find", find_text, 0 };
    const char *args[WANTED_COLUMNS + 1] = { NULL };
    const apr_array_header_t *wanted = wanted_rows(visitors, count, pool);
    apr_array_header_t *rows, *records = apr_array_make(pool, count, sizeof(sc_record_t *));
    int i;

    for (i = 0; i < count; i++) {
        visitors[i]->learner = NULL;
        visitors[i]->record = NULL;
    }
    if (db->dialect != SC_POSTGRESQL)
        args[0] = sc_rows_json_text(wanted, WANTED_COLUMNS, pool);
    for (i = 0; db->dialect == SC_POSTGRESQL && i < WANTED_COLUMNS; i++)
        args[i] = sc_rows_column_text(wanted, i, i > 0, pool);
    SC_TRY(sc_db_select_made(db, &find, args, &rows, pool));
    for (i = 0; i < rows->nelts; i++) {
        sc_visitor_t *visitor = visitors[sc_db_to_int(SC_ROW(rows, i)[0], 0)];
        recognise(visitor, cache, SC_ROW(rows, i) + 1);
        if (visitor->record && !visitor->record->is_complete)
            APR_ARRAY_PUSH(records, sc_record_t *) = visitor->record;
    }
    return sc_record_complete(db, records, pool);
}
