/* SPDX-License-Identifier: Apache-2.0 */
#include "store/rows.h"

#include <apr_strings.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"

/* What happens to a row that is there already. */
typedef enum { STAYS, IS_OVERWRITTEN, IS_ADDED_TO } then_e;

#define MOST_COLUMNS 24
#define MOST_KEYS 4

/* The key's columns come first, then those that only an insert writes, then those that follow `then`. A column with a
 * blank in it is a number: "BIGINT name". */
static const struct {
    const char *name;
    const char *table;
    then_e then;
    int keys, kept;
    const char *columns[MOST_COLUMNS + 1];
} kinds[SC_ROW_KINDS] = {

#define LEARNER "identity", "id", "realm", "external_id", "BIGINT state", "BIGINT tester", "BIGINT created_at", "name", \
        "BIGINT seen_at"
    [SC_ROW_LEARNER_NEW] = { "row_learner_new", "learner", STAYS, 1, 6, { LEARNER } },
    [SC_ROW_LEARNER] = { "row_learner", "learner", IS_OVERWRITTEN, 1, 6, { LEARNER } },

#define REGISTRATION "publication", "learner", "id", "BIGINT started_at", "session", "BIGINT status", "BIGINT score", \
        "BIGINT percent", "BIGINT final", "BIGINT rev", "BIGINT seconds", "BIGINT sessions", "BIGINT attempts", \
        "location", "BIGINT placement", "BIGINT delivered_rev", "delivered_lms", "BIGINT delivered_at", "BIGINT seen_at", \
        "BIGINT version", "BIGINT last_seq", "BIGINT session_seconds", "BIGINT credited"
    [SC_ROW_REGISTRATION_NEW] = { "row_registration_new", "registration", STAYS, 2, 2, { REGISTRATION } },
    [SC_ROW_REGISTRATION] = { "row_registration", "registration", IS_OVERWRITTEN, 2, 2, { REGISTRATION } },

    [SC_ROW_SESSION] = { "row_session", "session", IS_OVERWRITTEN, 1, 6,
        { "id", "registration", "origin", "edition", "connector", "lang", "BIGINT started_at", "BIGINT last_seq",
          "BIGINT seconds", "BIGINT state", "BIGINT seen_at" } },

    [SC_ROW_MODULE] = { "row_module", "module_result", IS_OVERWRITTEN, 2, 0,
        { "registration", "module", "BIGINT opened_at", "BIGINT read_at", "BIGINT validated_at" } },

    [SC_ROW_ACTIVITY] = { "row_activity", "activity_result", IS_OVERWRITTEN, 2, 2,
        { "registration", "activity", "BIGINT correct_first", "BIGINT first_at", "BIGINT correct", "BIGINT points",
          "BIGINT tries", "response", "BIGINT last_at" } },

    [SC_ROW_ATTEMPT] = { "row_attempt", "attempt", IS_OVERWRITTEN, 2, 1,
        { "registration", "BIGINT number", "BIGINT started_at", "BIGINT ended_at", "BIGINT score", "BIGINT pass",
          "answers", "session", "BIGINT seq" } },

    [SC_ROW_CREDIT] = { "row_credit", "credit", STAYS, 2, 3,
        { "publication", "learner", "id", "origin", "BIGINT at" } },

    [SC_ROW_DELIVERY] = { "row_delivery", "delivery", STAYS, 1, 6,
        { "id", "registration", "session", "BIGINT rev", "lms", "element", "BIGINT at" } },

#define FIGURES "BIGINT learners", "BIGINT credits", "BIGINT sessions", "BIGINT in_progress", "BIGINT completed", \
        "BIGINT failed", "BIGINT passed"
    [SC_ROW_PUBLICATION_TALLY] = { "row_publication_tally", "publication_tally", IS_ADDED_TO, 2, 0,
        { "publication", "BIGINT shard", FIGURES } },
    [SC_ROW_PUBLICATION_DAY] = { "row_publication_day", "publication_day", IS_ADDED_TO, 3, 0,
        { "publication", "BIGINT day", "BIGINT shard", FIGURES } },
    [SC_ROW_MODULE_TALLY] = { "row_module_tally", "module_tally", IS_ADDED_TO, 4, 0,
        { "publication", "module", "BIGINT week", "BIGINT shard", "BIGINT opened", "BIGINT finished",
          "BIGINT validated" } },
    [SC_ROW_ACTIVITY_TALLY] = { "row_activity_tally", "activity_tally", IS_ADDED_TO, 4, 0,
        { "publication", "activity", "BIGINT week", "BIGINT shard", "BIGINT answers", "BIGINT correct",
          "BIGINT first_answers", "BIGINT first_correct" } },
};

int sc_rows_columns(sc_row_kind_e kind)
{
    int count = 0;

    while (kinds[kind].columns[count])
        count++;
    return count;
}

/* ---- the statements */

static int is_number(const char *column)
{
    return strchr(column, ' ') != NULL;
}

static const char *name_of(const char *column)
{
    const char *blank = strchr(column, ' ');

    return blank ? blank + 1 : column;
}

typedef const char *(*column_fn)(sc_row_kind_e kind, int column, apr_pool_t *pool);

static const char *listed(sc_row_kind_e kind, int from, int to, column_fn each, apr_pool_t *pool)
{
    const char *list = "";
    int i;

    for (i = from; i < to; i++)
        list = apr_pstrcat(pool, list, i > from ? ", " : "", each(kind, i, pool), NULL);
    return list;
}

static const char *the_name(sc_row_kind_e kind, int column, apr_pool_t *pool)
{
    (void)pool;
    return name_of(kinds[kind].columns[column]);
}

static const char *one_place(sc_row_kind_e kind, int column, apr_pool_t *pool)
{
    (void)pool;
    return is_number(kinds[kind].columns[column]) ? "%lld" : "%s";
}

/* PostgreSQL takes each column of all rows as an array. */
static const char *one_array(sc_row_kind_e kind, int column, apr_pool_t *pool)
{
    (void)pool;
    return is_number(kinds[kind].columns[column]) ? "CAST(%s AS BIGINT[])" : "CAST(%s AS TEXT[])";
}

/* MariaDB takes all rows as one JSON text. */
static const char *json_column(sc_row_kind_e kind, int column, apr_pool_t *pool)
{
    return apr_psprintf(pool, "c%d %s PATH '$[%d]'", column,
                        is_number(kinds[kind].columns[column])
                            ? "BIGINT"
                            : "MEDIUMTEXT CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin",
                        column);
}

static const char *json_name(sc_row_kind_e kind, int column, apr_pool_t *pool)
{
    (void)kind;
    return apr_psprintf(pool, "c%d", column);
}

static const char *overwritten(sc_row_kind_e kind, int column, apr_pool_t *pool)
{
    const char *name = name_of(kinds[kind].columns[column]);

    return kinds[kind].then == IS_ADDED_TO
               ? apr_psprintf(pool, "%s = %s.%s + excluded.%s", name, kinds[kind].table, name, name)
               : apr_psprintf(pool, "%s = excluded.%s", name, name);
}

static const char *overwritten_mariadb(sc_row_kind_e kind, int column, apr_pool_t *pool)
{
    const char *name = name_of(kinds[kind].columns[column]);

    return kinds[kind].then == IS_ADDED_TO ? apr_psprintf(pool, "%s = %s + VALUES(%s)", name, name, name)
                                           : apr_psprintf(pool, "%s = VALUES(%s)", name, name);
}

static const char *insert_text(const sc_db_t *db, int which, apr_pool_t *pool)
{
    sc_row_kind_e kind = (sc_row_kind_e)which;
    int columns = sc_rows_columns(kind), changing = kinds[kind].keys + kinds[kind].kept;
    const char *ignore = db->dialect == SC_MARIADB && kinds[kind].then == STAYS ? "IGNORE " : "";
    const char *values, *then;

    if (db->dialect == SC_SQLITE)
        values = apr_psprintf(pool, "VALUES (%s)", listed(kind, 0, columns, one_place, pool));
    else if (db->dialect == SC_POSTGRESQL)
        values = apr_psprintf(pool, "SELECT * FROM unnest(%s)", listed(kind, 0, columns, one_array, pool));
    else
        values = apr_psprintf(pool, "SELECT %s FROM JSON_TABLE(%%s, '$[*]' COLUMNS (%s)) AS j",
                              listed(kind, 0, columns, json_name, pool), listed(kind, 0, columns, json_column, pool));
    if (db->dialect == SC_MARIADB)
        then = kinds[kind].then == STAYS
                   ? ""
                   : apr_pstrcat(pool, " ON DUPLICATE KEY UPDATE ",
                                 listed(kind, changing, columns, overwritten_mariadb, pool), NULL);
    else
        then = apr_psprintf(pool, " ON CONFLICT (%s) DO %s%s", listed(kind, 0, kinds[kind].keys, the_name, pool),
                            kinds[kind].then == STAYS ? "NOTHING" : "UPDATE SET ",
                            kinds[kind].then == STAYS ? "" : listed(kind, changing, columns, overwritten, pool));
    return apr_pstrcat(pool, "INSERT ", ignore, "INTO ", kinds[kind].table, " (", listed(kind, 0, columns, the_name, pool),
                       ") ", values, then, NULL);
}

/* ---- writing */

static int compare_rows(const void *a, const void *b)
{
    const char *const *left = *(const char *const *const *)a, *const *right = *(const char *const *const *)b;
    int order = 0, i;

    for (i = 0; i < MOST_KEYS && !order; i++)
        order = strcmp(left[i], right[i]);
    return order;
}

/* The same order in every writer: two that lock the same rows must not wait for each other. */
static void sort(const apr_array_header_t *rows)
{
    qsort(rows->elts, (size_t)rows->nelts, (size_t)rows->elt_size, compare_rows);
}

const char *sc_rows_json_text(const apr_array_header_t *rows, int columns, apr_pool_t *pool)
{
    sc_json_t *all = sc_json_array(pool);
    int i, c;

    for (i = 0; i < rows->nelts; i++) {
        sc_json_t *one = sc_json_array(pool);
        for (c = 0; c < columns; c++)
            sc_json_add_string(one, APR_ARRAY_IDX(rows, i, const char *const *)[c]);
        sc_json_add(all, one);
    }
    return sc_json_text(all, pool);
}

/* Values as the text of a PostgreSQL array; `quoted` for texts. */
static const char *array_text(const char *const *values, int count, int quoted, apr_pool_t *pool)
{
    apr_size_t room = 3;
    char *text, *at;
    int i;

    for (i = 0; i < count; i++)
        room += 2 * strlen(values[i]) + 3;
    at = text = apr_palloc(pool, room);
    *at++ = '{';
    for (i = 0; i < count; i++) {
        const char *from = values[i];

        if (i > 0)
            *at++ = ',';
        if (quoted)
            *at++ = '"';
        for (; *from; from++) {
            if (*from == '"' || *from == '\\')
                *at++ = '\\';
            *at++ = *from;
        }
        if (quoted)
            *at++ = '"';
    }
    *at++ = '}';
    *at = '\0';
    return text;
}

const char *sc_rows_column_text(const apr_array_header_t *rows, int column, int quoted, apr_pool_t *pool)
{
    const char **values = apr_palloc(pool, sizeof(*values) * (apr_size_t)rows->nelts);
    int i;

    for (i = 0; i < rows->nelts; i++)
        values[i] = APR_ARRAY_IDX(rows, i, const char *const *)[column];
    return array_text(values, rows->nelts, quoted, pool);
}

static sc_error_t *write_one_by_one(sc_db_t *db, const sc_statement_t *insert, const apr_array_header_t *rows, int columns,
                                    apr_pool_t *pool)
{
    int i;

    for (i = 0; i < rows->nelts; i++) {
        const char *args[MOST_COLUMNS + 1] = { NULL };
        memcpy(args, APR_ARRAY_IDX(rows, i, const char *const *), sizeof(*args) * (size_t)columns);
        SC_TRY(sc_db_run_made(db, insert, args, NULL, pool));
    }
    return NULL;
}

sc_error_t *sc_rows_write(sc_db_t *db, sc_row_kind_e kind, const apr_array_header_t *rows, apr_pool_t *pool)
{
    sc_statement_t insert = { kinds[kind].name, insert_text, (int)kind };
    const char *args[MOST_COLUMNS + 1] = { NULL };
    int columns = sc_rows_columns(kind), i;

    sort(rows);
    switch (db->dialect) {
    case SC_SQLITE:
        return write_one_by_one(db, &insert, rows, columns, pool);
    case SC_POSTGRESQL:
        for (i = 0; i < columns; i++)
            args[i] = sc_rows_column_text(rows, i, !is_number(kinds[kind].columns[i]), pool);
        break;
    case SC_MARIADB:
        args[0] = sc_rows_json_text(rows, columns, pool);
        break;
    }
    return sc_db_run_made(db, &insert, args, NULL, pool);
}

/* ---- claiming */

/* MariaDB would read, and lock, the whole of a small table if it were not told which way to go. So it goes through the list
 * in its order; asked for an order, it makes two files each time. */
static const char *claim_text(const sc_db_t *db, int which, apr_pool_t *pool)
{
    const char *columns = which == SC_ROW_LEARNER ? "t.id, t.state" : "t.id, t.version";
    const char *table = kinds[which].table;

    if (db->dialect == SC_SQLITE)
        return apr_psprintf(pool, "SELECT %s FROM %s t WHERE t.id IN (SELECT value FROM json_each(%%s))", columns, table);
    if (db->dialect == SC_POSTGRESQL)
        return apr_psprintf(pool,
                            "SELECT %s FROM %s t WHERE t.id = ANY(CAST(%%s AS TEXT[])) ORDER BY t.id FOR UPDATE",
                            columns, table);
    return apr_psprintf(pool,
                        "SELECT %s FROM JSON_TABLE(%%s, '$[*]' COLUMNS (id VARCHAR(26) CHARACTER SET utf8mb4"
                        " COLLATE utf8mb4_nopad_bin PATH '$')) AS j STRAIGHT_JOIN %s t FORCE INDEX FOR JOIN (PRIMARY)"
                        " ON t.id = j.id FOR UPDATE",
                        columns, table);
}

static int compare_ids(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Sorts, for MariaDB locks in the order of the list, and leaves out what comes twice. */
static void make_unique(apr_array_header_t *ids)
{
    int i, count = 0;

    qsort(ids->elts, (size_t)ids->nelts, (size_t)ids->elt_size, compare_ids);
    for (i = 0; i < ids->nelts; i++) {
        const char *id = APR_ARRAY_IDX(ids, i, const char *);
        if (!count || strcmp(id, APR_ARRAY_IDX(ids, count - 1, const char *)) != 0)
            APR_ARRAY_IDX(ids, count++, const char *) = id;
    }
    ids->nelts = count;
}

const char *sc_rows_ids_text(const sc_db_t *db, apr_array_header_t *ids, apr_pool_t *pool)
{
    sc_json_t *list;
    int i;

    make_unique(ids);
    if (db->dialect == SC_POSTGRESQL)
        return array_text((const char *const *)ids->elts, ids->nelts, 1, pool);
    list = sc_json_array(pool);
    for (i = 0; i < ids->nelts; i++)
        sc_json_add_string(list, APR_ARRAY_IDX(ids, i, const char *));
    return sc_json_text(list, pool);
}

sc_error_t *sc_rows_claim(sc_db_t *db, sc_row_kind_e kind, apr_array_header_t *ids, apr_hash_t **out, apr_pool_t *pool)
{
    sc_statement_t select = { kind == SC_ROW_LEARNER ? "claim_learner" : "claim_registration", claim_text, (int)kind };
    apr_array_header_t *rows;
    int i;

    *out = apr_hash_make(pool);
    SC_TRY(sc_db_select_made(db, &select, SC_ARGS(sc_rows_ids_text(db, ids, pool)), &rows, pool));
    for (i = 0; i < rows->nelts; i++)
        apr_hash_set(*out, SC_ROW(rows, i)[0], APR_HASH_KEY_STRING, SC_ROW(rows, i)[1]);
    return NULL;
}
