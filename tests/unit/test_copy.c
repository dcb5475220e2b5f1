/* SPDX-License-Identifier: Apache-2.0 */
#include "database.h"

#include <string.h>

#include "store/copy.h"

#define COUNT "SELECT COUNT(*) FROM module_result"
#define MARK "SELECT value FROM meta WHERE name = 'copy'"

static void add_publication(sc_db_t *db, const char *id, apr_pool_t *pool)
{
    run_sql(db,
            apr_psprintf(pool, "INSERT INTO publication VALUES ('%s', 1, 'tiny', '', '', 0, 0, 0, 0, 1, 1, 0, 0, -1, 1, 1)", id),
            pool);
}

static void add_learner(sc_db_t *db, const char *id, const char *identity, apr_pool_t *pool)
{
    run_sql(db, apr_psprintf(pool, "INSERT INTO learner VALUES ('%s', '%s', '', 'ada', '', 0, 0, 1, 1)", id, identity), pool);
}

static void add_results(sc_db_t *db, int from, int count, apr_pool_t *pool)
{
    run_sql(db, apr_psprintf(pool,
                             "WITH RECURSIVE n(i) AS (SELECT %d UNION ALL SELECT i + 1 FROM n WHERE i + 1 < %d)"
                             " INSERT INTO module_result SELECT 'r', printf('m%%05d', i), i, 0, 0 FROM n",
                             from, from + count),
            pool);
}

/* A site with rows for several pages. */
static sc_db_t *make_source(apr_pool_t *pool)
{
    sc_db_t *db = make_database(pool);

    add_publication(db, "p1", pool);
    add_learner(db, "l1", "ada", pool);
    add_results(db, 0, 3500, pool);
    return db;
}

static const sc_copied_t *table_of(const apr_array_header_t *copied, const char *name)
{
    int i;

    for (i = 0; i < copied->nelts; i++)
        if (strcmp(APR_ARRAY_IDX(copied, i, sc_copied_t).table, name) == 0)
            return &APR_ARRAY_IDX(copied, i, sc_copied_t);
    fail_msg("no table %s", name);
    return NULL;
}

static void assert_copies(sc_db_t *from, sc_db_t *to, int written, int removed, apr_pool_t *pool)
{
    apr_array_header_t *copied;
    int i, rows_written = 0, rows_removed = 0;

    assert_fine(sc_copy(from, to, NULL, NULL, &copied, pool));
    for (i = 0; i < copied->nelts; i++) {
        rows_written += (int)APR_ARRAY_IDX(copied, i, sc_copied_t).written;
        rows_removed += (int)APR_ARRAY_IDX(copied, i, sc_copied_t).removed;
    }
    assert_int_equal(rows_written, written);
    assert_int_equal(rows_removed, removed);
}

static void assert_refuses(int number, const char *why, sc_db_t *from, sc_db_t *to, apr_pool_t *pool)
{
    apr_array_header_t *copied;
    sc_error_t *error = sc_copy(from, to, NULL, NULL, &copied, pool);

    assert_non_null(error);
    if (error->number != number || (why && (!error->detail || !strstr(error->detail, why))))
        fail_msg("%s", sc_error_text(error, pool));
}

static void a_new_database_gets_everything(void **state)
{
    sc_db_t *from = make_source(*state), *to = open_database(*state);
    apr_array_header_t *copied;

    assert_fine(sc_copy(from, to, NULL, NULL, &copied, *state));
    assert_int_equal(table_of(copied, "module_result")->rows, 3500);
    assert_int_equal(table_of(copied, "module_result")->written, 3500);
    assert_int_equal(table_of(copied, "learner")->rows, 1);
    assert_string_equal(ask_sql(to, COUNT, *state), "3500");
    assert_fine(sc_schema_check(to, *state));
}

/* ---- interrupted and begun again */

typedef struct {
    sc_copy_step_e step;
    apr_int64_t at;
    apr_pool_t *pool;
} stop_t;

static sc_error_t *stop(void *baton, const sc_copy_progress_t *progress)
{
    const stop_t *where = baton;

    if (progress->step != where->step || progress->done < where->at)
        return NULL;
    return sc_error(where->pool, SC_UNAVAILABLE, 1, "stopped", "stopped");
}

static void copy_until(sc_db_t *from, sc_db_t *to, sc_copy_step_e step, apr_int64_t at, apr_pool_t *pool)
{
    stop_t where = { step, at, pool };
    apr_array_header_t *copied;
    sc_error_t *error = sc_copy(from, to, stop, &where, &copied, pool);

    assert_non_null(error);
    assert_string_equal(error->code, "stopped");
}

static void an_interrupted_copy_goes_on_where_it_stopped(void **state)
{
    sc_db_t *from = make_source(*state), *to = open_database(*state);

    copy_until(from, to, SC_COPY_WRITING, 2000, *state);
    assert_string_equal(ask_sql(to, COUNT, *state), "2000");
    copy_until(from, to, SC_COPY_COMPARING, 1, *state);
    assert_string_equal(ask_sql(to, COUNT, *state), "3500");
    assert_copies(from, to, 0, 0, *state);
}

static void half_a_copy_is_no_database_to_work_with(void **state)
{
    sc_db_t *from = make_source(*state), *to = open_database(*state);
    sc_error_t *error;

    copy_until(from, to, SC_COPY_WRITING, 2000, *state);
    error = sc_schema_check(to, *state);
    assert_non_null(error);
    assert_int_equal(error->number, 420);
    assert_refuses(420, NULL, to, open_database(*state), *state);
}

/* ---- a source that changed */

static void a_second_run_brings_over_what_changed(void **state)
{
    sc_db_t *from = make_source(*state), *to = open_database(*state);

    assert_copies(from, to, 3502, 0, *state);
    run_sql(from, "UPDATE module_result SET read_at = 5 WHERE module IN ('m00000', 'm01000', 'm03499')", *state);
    run_sql(from, "DELETE FROM module_result WHERE module IN ('m00001', 'm00999')", *state);
    add_results(from, 3500, 2, *state);
    assert_copies(from, to, 5, 2, *state);
    assert_string_equal(ask_sql(to, COUNT, *state), "3500");
    assert_copies(from, to, 0, 0, *state);
}

static void a_target_whose_rows_are_all_gone_from_the_source_is_emptied(void **state)
{
    sc_db_t *from = make_source(*state), *to = open_database(*state);

    assert_copies(from, to, 3502, 0, *state);
    run_sql(from, "DELETE FROM module_result", *state);
    assert_copies(from, to, 0, 3500, *state);
}

/* The identity is unique: the new row can't come before the old one is gone, wherever its key lies. */
static void an_account_that_was_made_anew_takes_the_place_of_the_old_one(void **state)
{
    static const char *const keys[] = { "l0", "l2" };
    int i;

    for (i = 0; i < 2; i++) {
        sc_db_t *from = make_source(*state), *to = open_database(*state);

        assert_copies(from, to, 3502, 0, *state);
        run_sql(from, "DELETE FROM learner", *state);
        add_learner(from, keys[i], "ada", *state);
        assert_copies(from, to, 1, 1, *state);
        assert_string_equal(ask_sql(to, "SELECT id FROM learner", *state), keys[i]);
    }
}

typedef struct {
    sc_db_t *from;
    const char *sql;
    apr_pool_t *pool;
} meddler_t;

/* Someone who still writes when the table is copied already. */
static sc_error_t *meddle(void *baton, const sc_copy_progress_t *progress)
{
    meddler_t *meddler = baton;

    if (progress->step == SC_COPY_COMPARING && meddler->sql) {
        run_sql(meddler->from, meddler->sql, meddler->pool);
        meddler->sql = NULL;
    }
    return NULL;
}

static void a_source_that_changes_meanwhile_is_noticed(void **state)
{
    static const struct {
        const char *sql, *difference;
    } cases[] = {
        { "DELETE FROM learner", "learner: 0 rows in the source, 1 in the target" },
        { "UPDATE learner SET name = 'x'", "learner: other contents" },
        { "INSERT INTO module_result VALUES ('s', 'm', 1, 1, 1)", "module_result: 3501 rows in the source, 3500 in the target" },
    };
    unsigned i;

    for (i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        meddler_t meddler = { make_source(*state), cases[i].sql, *state };
        sc_db_t *to = open_database(*state);
        apr_array_header_t *copied;
        sc_error_t *error = sc_copy(meddler.from, to, meddle, &meddler, &copied, *state);

        assert_non_null(error);
        assert_int_equal(error->number, 724);
        assert_string_equal(error->detail, cases[i].difference);
        assert_non_null(sc_schema_check(to, *state));
        assert_fine(sc_copy(meddler.from, to, NULL, NULL, &copied, *state));
        assert_fine(sc_schema_check(to, *state));
    }
}

/* ---- what is refused */

static void a_database_is_not_copied_into_itself(void **state)
{
    sc_db_t *db = make_source(*state);

    assert_refuses(720, NULL, db, db, *state);
    assert_string_equal(ask_sql(db, "SELECT COUNT(*) FROM meta", *state), "1");
}

static sc_db_t *of_version(sc_db_t *db, int version, apr_pool_t *pool)
{
    run_sql(db, apr_psprintf(pool, "UPDATE meta SET value = '%d'", version), pool);
    return db;
}

static void other_versions_are_refused(void **state)
{
    sc_db_t *source = make_source(*state);

    assert_refuses(721, NULL, of_version(make_source(*state), SC_SCHEMA_VERSION + 1, *state), open_database(*state), *state);
    assert_refuses(721, NULL, of_version(make_source(*state), 1, *state), open_database(*state), *state);
    assert_refuses(721, NULL, source, of_version(make_database(*state), SC_SCHEMA_VERSION + 1, *state), *state);
    assert_refuses(721, NULL, source, of_version(make_source(*state), 1, *state), *state);
}

/* As kill -9 leaves it between two steps of the migration. */
static void a_target_whose_tables_are_half_made_gets_the_rest(void **state)
{
    sc_db_t *to = make_database(*state);

    run_sql(to, "DROP TABLE publication_tally", *state);
    run_sql(to, "DROP TABLE module_tally", *state);
    run_sql(to, "ALTER TABLE registration DROP COLUMN version", *state);
    run_sql(to, "ALTER TABLE registration DROP COLUMN last_seq", *state);
    run_sql(to, "ALTER TABLE registration DROP COLUMN session_seconds", *state);
    run_sql(to, "ALTER TABLE registration DROP COLUMN credited", *state);
    assert_copies(make_source(*state), of_version(to, 1, *state), 3502, 0, *state);
}

static void a_source_without_tables_is_refused(void **state)
{
    assert_refuses(722, NULL, open_database(*state), open_database(*state), *state);
}

static void a_target_with_rows_of_its_own_is_refused_and_keeps_them(void **state)
{
    sc_db_t *source = make_source(*state), *target = make_database(*state);

    add_learner(target, "l7", "other", *state);
    assert_refuses(723, "never copied to", source, target, *state);
    assert_string_equal(ask_sql(target, "SELECT id FROM learner", *state), "l7");
    assert_string_equal(ask_sql(target, "SELECT COUNT(*) FROM meta", *state), "1");
}

static void a_copy_of_another_site_is_refused(void **state)
{
    sc_db_t *one = make_source(*state), *other = make_database(*state), *target = open_database(*state);

    add_publication(other, "p2", *state);
    assert_copies(one, target, 3502, 0, *state);
    assert_refuses(723, "another site", other, target, *state);
    assert_refuses(723, "another site", make_database(*state), target, *state);
    assert_string_equal(ask_sql(target, COUNT, *state), "3500");
    copy_until(other, target = open_database(*state), SC_COPY_COMPARING, 0, *state);
    assert_refuses(723, "another site", one, target, *state);
}

static void a_copy_that_was_used_is_refused(void **state)
{
    sc_db_t *from = make_source(*state), *to = open_database(*state);

    assert_copies(from, to, 3502, 0, *state);
    run_sql(to, "UPDATE learner SET seen_at = 2", *state);
    assert_refuses(723, "used since", from, to, *state);
    assert_string_equal(ask_sql(to, "SELECT seen_at FROM learner", *state), "2");
}

static void a_site_that_was_empty_at_the_first_time_is_the_same_afterwards(void **state)
{
    sc_db_t *from = make_database(*state), *to = open_database(*state);

    assert_copies(from, to, 0, 0, *state);
    add_publication(from, "p1", *state);
    assert_copies(from, to, 1, 0, *state);
    assert_string_equal(apr_pstrndup(*state, ask_sql(to, MARK, *state), 8), "done p1 ");
}

static void a_copy_can_be_copied(void **state)
{
    sc_db_t *from = make_source(*state), *middle = open_database(*state), *to = open_database(*state);

    assert_copies(from, middle, 3502, 0, *state);
    assert_copies(middle, to, 3502, 0, *state);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_POOL(a_new_database_gets_everything),
        WITH_POOL(an_interrupted_copy_goes_on_where_it_stopped),
        WITH_POOL(half_a_copy_is_no_database_to_work_with),
        WITH_POOL(a_second_run_brings_over_what_changed),
        WITH_POOL(a_target_whose_rows_are_all_gone_from_the_source_is_emptied),
        WITH_POOL(an_account_that_was_made_anew_takes_the_place_of_the_old_one),
        WITH_POOL(a_source_that_changes_meanwhile_is_noticed),
        WITH_POOL(a_database_is_not_copied_into_itself),
        WITH_POOL(other_versions_are_refused),
        WITH_POOL(a_target_whose_tables_are_half_made_gets_the_rest),
        WITH_POOL(a_source_without_tables_is_refused),
        WITH_POOL(a_target_with_rows_of_its_own_is_refused_and_keeps_them),
        WITH_POOL(a_copy_of_another_site_is_refused),
        WITH_POOL(a_copy_that_was_used_is_refused),
        WITH_POOL(a_site_that_was_empty_at_the_first_time_is_the_same_afterwards),
        WITH_POOL(a_copy_can_be_copied),
    };

    return cmocka_run_group_tests(tests, start_databases, NULL);
}
