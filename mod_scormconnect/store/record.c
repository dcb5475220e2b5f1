/* SPDX-License-Identifier: Apache-2.0 */
#include "store/record.h"

#include <apr_strings.h>
#include <string.h>

#include "base/id.h"
#include "store/rows.h"

/* Kinds and columns of results_text(). */
enum { IS_MODULE, IS_ACTIVITY, IS_ATTEMPT };
#define RESULT_COLUMNS 10

static sc_record_t *make(sc_registration_t *registration, apr_pool_t *pool)
{
    sc_record_t *record = apr_pcalloc(pool, sizeof(*record));

    record->registration = registration;
    record->modules = apr_array_make(pool, 8, sizeof(sc_module_row_t *));
    record->activities = apr_array_make(pool, 8, sizeof(sc_activity_row_t *));
    record->attempts = apr_array_make(pool, 2, sizeof(sc_attempt_row_t *));
    record->deliveries = apr_array_make(pool, 1, sizeof(const char *const *));
    record->status_before = registration->status;
    record->sessions_before = registration->sessions;
    record->credited_before = registration->credited;
    record->pool = pool;
    return record;
}

sc_record_t *sc_record_new(const char *publication, const char *learner, apr_time_t now, apr_pool_t *pool)
{
    sc_registration_t *registration = apr_pcalloc(pool, sizeof(*registration));
    sc_record_t *record;

    registration->publication = publication;
    registration->learner = learner;
    registration->id = sc_id_new(now, pool);
    registration->started_at = now;
    registration->session = registration->location = registration->delivered_lms = "";
    registration->score = -1;
    record = make(registration, pool);
    record->is_new = record->is_complete = 1;
    return record;
}

/* ---- reading */

static int to_int(const char *column)
{
    return (int)sc_db_to_int(column, 0);
}

static void take_module(sc_record_t *record, const char *const *row)
{
    sc_module_row_t *module = apr_pcalloc(record->pool, sizeof(*module));

    module->module = row[2];
    module->opened_at = sc_db_to_int(row[3], 0);
    module->read_at = sc_db_to_int(row[4], 0);
    module->validated_at = sc_db_to_int(row[5], 0);
    APR_ARRAY_PUSH(record->modules, sc_module_row_t *) = module;
}

static void take_activity(sc_record_t *record, const char *const *row)
{
    sc_activity_row_t *activity = apr_pcalloc(record->pool, sizeof(*activity));

    activity->activity = row[2];
    activity->correct_first = to_int(row[3]);
    activity->first_at = sc_db_to_int(row[4], 0);
    activity->correct = to_int(row[5]);
    activity->response = row[6];
    activity->points = to_int(row[7]);
    activity->tries = to_int(row[8]);
    activity->last_at = sc_db_to_int(row[9], 0);
    APR_ARRAY_PUSH(record->activities, sc_activity_row_t *) = activity;
}

static void take_attempt(sc_record_t *record, const char *const *row)
{
    sc_attempt_row_t *attempt = apr_pcalloc(record->pool, sizeof(*attempt));

    attempt->number = to_int(row[1]);
    attempt->session = row[2];
    attempt->started_at = sc_db_to_int(row[3], 0);
    attempt->ended_at = sc_db_to_int(row[4], 0);
    attempt->score = (int)sc_db_to_int(row[5], -1);
    attempt->answers = row[6];
    attempt->pass = to_int(row[7]);
    attempt->seq = sc_db_to_int(row[8], 0);
    APR_ARRAY_PUSH(record->attempts, sc_attempt_row_t *) = attempt;
}

static void take_result(sc_record_t *record, const char *const *row)
{
    switch (to_int(row[0])) {
    case IS_MODULE:
        take_module(record, row);
        break;
    case IS_ACTIVITY:
        take_activity(record, row);
        break;
    default:
        take_attempt(record, row);
        break;
    }
}

/* All that hangs on some registrations, in one answer: modules, activities, attempts. */
static const char *results_text(const sc_db_t *db, int which, apr_pool_t *pool)
{
    static const struct {
        const char *from, *where;
    } ways[] = {
        [SC_SQLITE] = { " FROM ", " t WHERE t.registration IN (SELECT value FROM json_each(%s))" },
        [SC_POSTGRESQL] = { " FROM ", " t WHERE t.registration = ANY(CAST(%s AS TEXT[]))" },
        [SC_MARIADB] = { " FROM JSON_TABLE(%s, '$[*]' COLUMNS (id VARCHAR(26) CHARACTER SET utf8mb4"
                         " COLLATE utf8mb4_nopad_bin PATH '$')) AS j STRAIGHT_JOIN ",
                         " t ON t.registration = j.id" },
    };
    const char *from = ways[db->dialect].from, *where = ways[db->dialect].where;

    (void)which;
    return apr_pstrcat(pool, "SELECT 0 AS kind, 0 AS number, t.module, t.opened_at, t.read_at, t.validated_at, '', 0, 0, 0,"
                             " t.registration", from, "module_result", where,
                       " UNION ALL SELECT 1, 0, t.activity, t.correct_first, t.first_at, t.correct, t.response, t.points,"
                       " t.tries, t.last_at, t.registration", from, "activity_result", where,
                       " UNION ALL SELECT 2, t.number, t.session, t.started_at, t.ended_at, t.score, t.answers, t.pass, t.seq, 0,"
                       " t.registration", from, "attempt", where, " ORDER BY kind, number", NULL);
}

sc_record_t *sc_record_begin(sc_registration_t *registration, sc_cache_t *cache, apr_pool_t *pool)
{
    sc_record_t *known = sc_record_recall(cache, registration->id, pool);

    return known && known->registration->version == registration->version ? known : make(registration, pool);
}

sc_error_t *sc_record_complete(sc_db_t *db, const apr_array_header_t *records, apr_pool_t *pool)
{
    static const sc_statement_t results = { "record_results", results_text, 0 };
    apr_array_header_t *ids = apr_array_make(pool, records->nelts + 1, sizeof(const char *)), *rows;
    apr_hash_t *by_id = apr_hash_make(pool);
    const char *list;
    int i;

    if (!records->nelts)
        return NULL;
    for (i = 0; i < records->nelts; i++) {
        sc_record_t *record = APR_ARRAY_IDX(records, i, sc_record_t *);
        record->twin = apr_hash_get(by_id, record->registration->id, APR_HASH_KEY_STRING);
        record->is_complete = 1;
        apr_hash_set(by_id, record->registration->id, APR_HASH_KEY_STRING, record);
        APR_ARRAY_PUSH(ids, const char *) = record->registration->id;
    }
    list = sc_rows_ids_text(db, ids, pool);
    SC_TRY(sc_db_select_made(db, &results, SC_ARGS(list, list, list), &rows, pool));
    for (i = 0; i < rows->nelts; i++) {
        sc_record_t *record = apr_hash_get(by_id, SC_ROW(rows, i)[RESULT_COLUMNS], APR_HASH_KEY_STRING);
        for (; record; record = record->twin)
            take_result(record, sc_db_copy_row(SC_ROW(rows, i), RESULT_COLUMNS, record->pool));
    }
    return NULL;
}

/* The registration and its results are two queries, and somebody may write between them. What is then a mixture can't
 * be written; nor may it be kept. */
sc_error_t *sc_record_find(sc_db_t *db, const char *registration, sc_record_t **out, apr_pool_t *pool)
{
    apr_array_header_t *records = apr_array_make(pool, 1, sizeof(sc_record_t *));
    sc_registration_t *found;

    *out = NULL;
    SC_TRY(sc_registration_find(db, registration, &found, pool));
    if (!found)
        return NULL;
    APR_ARRAY_PUSH(records, sc_record_t *) = *out = make(found, pool);
    return sc_record_complete(db, records, pool);
}

/* ---- the cache: the registration's columns, then results as the query gives them */

sc_record_t *sc_record_recall(sc_cache_t *cache, const char *registration, apr_pool_t *pool)
{
    apr_array_header_t *texts = sc_cache_get(cache, registration, pool);
    const char *const *columns;
    sc_record_t *record;
    int at;

    if (!texts)
        return NULL;
    columns = (const char *const *)texts->elts;
    record = make(sc_registration_from_columns(columns, pool), pool);
    for (at = SC_REGISTRATION_COLUMNS; at + RESULT_COLUMNS <= texts->nelts; at += RESULT_COLUMNS)
        take_result(record, columns + at);
    record->is_complete = 1;
    return record;
}

static void add_texts(apr_array_header_t *texts, const char *const *columns, int count)
{
    int i;

    for (i = 0; i < count; i++)
        APR_ARRAY_PUSH(texts, const char *) = columns[i];
}

static const char *number(const sc_record_t *record, apr_int64_t value)
{
    return value == 0 ? "0" : value == 1 ? "1" : sc_db_int(value, record->pool);
}

void sc_record_remember(sc_cache_t *cache, const sc_record_t *record)
{
    int rows = record->modules->nelts + record->activities->nelts + record->attempts->nelts, i;
    apr_array_header_t *texts = apr_array_make(record->pool, SC_REGISTRATION_COLUMNS + RESULT_COLUMNS * rows,
                                               sizeof(const char *));

    add_texts(texts, sc_registration_to_columns(record->registration, record->pool), SC_REGISTRATION_COLUMNS);
    for (i = 0; i < record->modules->nelts; i++) {
        const sc_module_row_t *row = APR_ARRAY_IDX(record->modules, i, sc_module_row_t *);
        const char *columns[RESULT_COLUMNS] = { "0", "0", row->module, number(record, row->opened_at),
                                                number(record, row->read_at), number(record, row->validated_at),
                                                "", "0", "0", "0" };
        add_texts(texts, columns, RESULT_COLUMNS);
    }
    for (i = 0; i < record->activities->nelts; i++) {
        const sc_activity_row_t *row = APR_ARRAY_IDX(record->activities, i, sc_activity_row_t *);
        const char *columns[RESULT_COLUMNS] = { "1", "0", row->activity, number(record, row->correct_first),
                                                number(record, row->first_at), number(record, row->correct),
                                                row->response, number(record, row->points), number(record, row->tries),
                                                number(record, row->last_at) };
        add_texts(texts, columns, RESULT_COLUMNS);
    }
    for (i = 0; i < record->attempts->nelts; i++) {
        const sc_attempt_row_t *row = APR_ARRAY_IDX(record->attempts, i, sc_attempt_row_t *);
        const char *columns[RESULT_COLUMNS] = { "2", number(record, row->number), row->session,
                                                number(record, row->started_at), number(record, row->ended_at),
                                                number(record, row->score), row->answers, number(record, row->pass),
                                                number(record, row->seq), "0" };
        add_texts(texts, columns, RESULT_COLUMNS);
    }
    sc_cache_put(cache, record->registration->id, texts);
}

void sc_record_forget(sc_cache_t *cache, const char *registration)
{
    sc_cache_remove(cache, registration);
}

/* ---- changing */

static sc_module_row_t *module_row(sc_record_t *record, const char *module)
{
    sc_module_row_t *row;
    int i;

    for (i = 0; i < record->modules->nelts; i++) {
        row = APR_ARRAY_IDX(record->modules, i, sc_module_row_t *);
        if (strcmp(row->module, module) == 0)
            return row;
    }
    row = apr_pcalloc(record->pool, sizeof(*row));
    row->module = module;
    APR_ARRAY_PUSH(record->modules, sc_module_row_t *) = row;
    return row;
}

void sc_record_open(sc_record_t *record, const char *module, apr_time_t now)
{
    sc_module_row_t *row = module_row(record, module);

    if (row->opened_at)
        return;
    row->opened_at = now;
    row->opened_now = 1;
}

void sc_record_read(sc_record_t *record, const char *module, apr_time_t now)
{
    sc_module_row_t *row = module_row(record, module);

    sc_record_open(record, module, now);
    if (row->read_at)
        return;
    row->read_at = now;
    row->read_now = 1;
}

void sc_record_validate(sc_record_t *record, const char *module, apr_time_t now)
{
    sc_module_row_t *row = module_row(record, module);

    if (row->validated_at)
        return;
    row->validated_at = now;
    row->validated_now = 1;
}

static sc_activity_row_t *activity_row(sc_record_t *record, const char *activity, apr_time_t now)
{
    sc_activity_row_t *row;
    int i;

    for (i = 0; i < record->activities->nelts; i++) {
        row = APR_ARRAY_IDX(record->activities, i, sc_activity_row_t *);
        if (strcmp(row->activity, activity) == 0)
            return row;
    }
    row = apr_pcalloc(record->pool, sizeof(*row));
    row->activity = activity;
    row->first_at = now;
    APR_ARRAY_PUSH(record->activities, sc_activity_row_t *) = row;
    return row;
}

void sc_record_answer(sc_record_t *record, const char *activity, int correct, int points, const char *response,
                      apr_time_t now)
{
    sc_activity_row_t *row = activity_row(record, activity, now);

    if (!row->tries) {
        row->correct_first = correct;
        row->first_now = 1;
    }
    row->tries++;
    row->tries_now++;
    row->correct_now += correct;
    row->correct = row->correct || correct;
    if (points > row->points)
        row->points = points;
    row->response = response;
    row->last_at = now;
}

sc_attempt_row_t *sc_record_open_attempt(const sc_record_t *record)
{
    int count = record->attempts->nelts;
    sc_attempt_row_t *last = count ? APR_ARRAY_IDX(record->attempts, count - 1, sc_attempt_row_t *) : NULL;

    return last && !last->ended_at ? last : NULL;
}

sc_attempt_row_t *sc_record_start_attempt(sc_record_t *record, apr_time_t now)
{
    sc_attempt_row_t *attempt = apr_pcalloc(record->pool, sizeof(*attempt));

    attempt->number = record->attempts->nelts + 1;
    attempt->started_at = now;
    attempt->score = -1;
    attempt->answers = "{}";
    attempt->session = "";
    attempt->changed = 1;
    APR_ARRAY_PUSH(record->attempts, sc_attempt_row_t *) = attempt;
    return attempt;
}

void sc_record_delivered(sc_record_t *record, const char *session, apr_int64_t rev, const char *lms, const char *element,
                         apr_time_t now)
{
    sc_registration_t *registration = record->registration;
    const char *row[] = { sc_id_new(now, record->pool), registration->id, session, sc_db_int(rev, record->pool), lms,
                          element, sc_db_int(now, record->pool) };

    APR_ARRAY_PUSH(record->deliveries, const char *const *) = apr_pmemdup(record->pool, row, sizeof(row));
    /* An older session's report may come late. */
    if (rev < registration->delivered_rev)
        return;
    registration->delivered_rev = rev;
    registration->delivered_lms = lms;
    registration->delivered_at = now;
}

/* ---- writing */

static void add_row(sc_unit_t *unit, sc_row_kind_e kind, const char *const *row, apr_size_t size)
{
    sc_unit_add(unit, kind, apr_pmemdup(unit->pool, row, size), NULL);
}

static void write_modules(const sc_record_t *record, apr_int64_t week, sc_unit_t *unit)
{
    const sc_registration_t *registration = record->registration;
    int i;

    for (i = 0; i < record->modules->nelts; i++) {
        const sc_module_row_t *row = APR_ARRAY_IDX(record->modules, i, sc_module_row_t *);
        const char *columns[] = { registration->id, row->module, number(record, row->opened_at),
                                  number(record, row->read_at), number(record, row->validated_at) };
        sc_tally_t *tally;
        if (!row->opened_now && !row->read_now && !row->validated_now)
            continue;
        add_row(unit, SC_ROW_MODULE, columns, sizeof(columns));
        tally = sc_unit_tally(unit, SC_ROW_MODULE_TALLY, registration->publication, row->module, week);
        tally->add[SC_TALLY_OPENED] = row->opened_now;
        tally->add[SC_TALLY_FINISHED] = row->read_now;
        tally->add[SC_TALLY_VALIDATED] = row->validated_now;
    }
}

static void write_activities(const sc_record_t *record, apr_int64_t week, sc_unit_t *unit)
{
    const sc_registration_t *registration = record->registration;
    int i;

    for (i = 0; i < record->activities->nelts; i++) {
        const sc_activity_row_t *row = APR_ARRAY_IDX(record->activities, i, sc_activity_row_t *);
        const char *columns[] = { registration->id, row->activity, number(record, row->correct_first),
                                  number(record, row->first_at), number(record, row->correct),
                                  number(record, row->points), number(record, row->tries), row->response,
                                  number(record, row->last_at) };
        sc_tally_t *tally;
        if (!row->tries_now)
            continue;
        add_row(unit, SC_ROW_ACTIVITY, columns, sizeof(columns));
        tally = sc_unit_tally(unit, SC_ROW_ACTIVITY_TALLY, registration->publication, row->activity, week);
        tally->add[SC_TALLY_ANSWERS] = row->tries_now;
        tally->add[SC_TALLY_CORRECT] = row->correct_now;
        tally->add[SC_TALLY_FIRST_ANSWERS] = row->first_now;
        tally->add[SC_TALLY_FIRST_CORRECT] = row->first_now && row->correct_first;
    }
}

static void write_attempts(const sc_record_t *record, sc_unit_t *unit)
{
    int i;

    for (i = 0; i < record->attempts->nelts; i++) {
        const sc_attempt_row_t *row = APR_ARRAY_IDX(record->attempts, i, sc_attempt_row_t *);
        const char *columns[] = { record->registration->id, number(record, row->number), number(record, row->started_at),
                                  number(record, row->ended_at), number(record, row->score), number(record, row->pass),
                                  row->answers, row->session, number(record, row->seq) };
        if (row->changed)
            add_row(unit, SC_ROW_ATTEMPT, columns, sizeof(columns));
    }
}

static void write_credit(const sc_record_t *record, const char *origin, apr_time_t now, sc_unit_t *unit)
{
    const sc_registration_t *registration = record->registration;
    const char *columns[] = { registration->publication, registration->learner, NULL, origin, sc_db_int(now, unit->pool) };

    if (!registration->credited || record->credited_before)
        return;
    columns[2] = sc_id_new(now, unit->pool);
    add_row(unit, SC_ROW_CREDIT, columns, sizeof(columns));
}

static void count_learner(const sc_record_t *record, sc_tally_t *tally)
{
    const sc_registration_t *registration = record->registration;

    tally->add[SC_TALLY_LEARNERS] = record->is_new;
    tally->add[SC_TALLY_CREDITS] = registration->credited - record->credited_before;
    tally->add[SC_TALLY_SESSIONS] = registration->sessions - record->sessions_before;
    if (registration->status > 0)
        tally->add[SC_TALLY_STATUS + registration->status - 1]++;
    if (record->status_before > 0 && !record->is_new)
        tally->add[SC_TALLY_STATUS + record->status_before - 1]--;
}

static void write_figures(const sc_record_t *record, apr_time_t now, sc_unit_t *unit)
{
    const sc_registration_t *registration = record->registration;
    const char *publication = registration->publication;

    if (registration->status == record->status_before && registration->sessions == record->sessions_before)
        return;
    count_learner(record, sc_unit_tally(unit, SC_ROW_PUBLICATION_TALLY, publication, NULL, 0));
    count_learner(record, sc_unit_tally(unit, SC_ROW_PUBLICATION_DAY, publication, NULL, sc_tally_day(now)));
}

void sc_record_write(sc_record_t *record, const char *origin, apr_time_t now, sc_unit_t *unit)
{
    sc_registration_t *registration = record->registration;
    const char *expected = sc_db_int(registration->version, unit->pool);
    apr_int64_t week = sc_tally_week(now);
    int i;

    /* The clock's time rather than the next number: a database that was set back to an older state, or lost its last
     * moments when it fell over to another machine, never comes by the same version to different contents. */
    registration->version = now > registration->version ? now : registration->version + 1;
    registration->seen_at = now;
    sc_unit_add(unit, record->is_new ? SC_ROW_REGISTRATION_NEW : SC_ROW_REGISTRATION,
                sc_registration_to_columns(registration, unit->pool), record->is_new ? NULL : expected);
    write_modules(record, week, unit);
    write_activities(record, week, unit);
    write_attempts(record, unit);
    write_credit(record, origin, now, unit);
    for (i = 0; i < record->deliveries->nelts; i++)
        sc_unit_add(unit, SC_ROW_DELIVERY, APR_ARRAY_IDX(record->deliveries, i, const char *const *), NULL);
    write_figures(record, now, unit);
}
