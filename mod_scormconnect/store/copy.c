/* SPDX-License-Identifier: Apache-2.0 */
#include "store/copy.h"

#include <apr_strings.h>
#include <string.h>

#include "base/id.h"
#include "base/secret.h"
#include "store/page.h"
#include "store/schema.h"
#include "store/tables.h"

#define PROBE "copy_probe"
#define DONE "done"

/* The site of a database without publications: there is nothing yet that could be another's. */
#define NEW_SITE "-"

typedef struct {
    sc_db_t *from, *to;
    sc_copy_watch_fn watch;
    void *baton;
    sc_copy_progress_t progress;
    const char *site;
    apr_array_header_t *copied;         /* sc_copied_t */
    apr_pool_t *pool;
} copy_t;

/* ---- progress */

static sc_error_t *advance(copy_t *copy, int rows)
{
    copy->progress.done += rows;
    return copy->watch ? copy->watch(copy->baton, &copy->progress) : NULL;
}

static sc_error_t *seen(void *baton, int rows)
{
    return advance(baton, rows);
}

static sc_error_t *begin_step(copy_t *copy, sc_copy_step_e step, apr_int64_t total)
{
    copy->progress.step = step;
    copy->progress.done = 0;
    copy->progress.total = total;
    return advance(copy, 0);
}

/* ---- the row in meta */

static sc_error_t *meta_get(sc_db_t *db, const char *name, const char **value, apr_pool_t *pool)
{
    const char *const *row;

    SC_TRY(sc_db_select_one(db, SC_SQL_META_GET, SC_ARGS(name), &row, pool));
    *value = row ? row[0] : NULL;
    return NULL;
}

static sc_error_t *meta_set(sc_db_t *db, const char *name, const char *value, apr_pool_t *pool)
{
    return sc_db_run(db, SC_SQL_META_SET, SC_ARGS(name, value), NULL, pool);
}

/* ---- may this be copied? */

static const char *forget_sql(const sc_db_t *db, int which, apr_pool_t *pool)
{
    (void)db;
    (void)which;
    (void)pool;
    return "DELETE FROM meta WHERE name = %s";
}

/* The same database may have many names: what is written into the one must not be readable in the other. */
static sc_error_t *refuse_same(const copy_t *copy)
{
    const char *mark = sc_id_new(apr_time_now(), copy->pool), *seen;
    sc_statement_t forget = { "copy_forget_probe", forget_sql, 0 };

    if (copy->from->dialect != copy->to->dialect)
        return NULL;
    SC_TRY(meta_set(copy->to, PROBE, mark, copy->pool));
    SC_TRY(meta_get(copy->from, PROBE, &seen, copy->pool));
    SC_TRY(sc_db_run_made(copy->to, &forget, SC_ARGS(PROBE), NULL, copy->pool));
    if (seen && strcmp(seen, mark) == 0)
        return sc_error(copy->pool, SC_INVALID, SC_MSG(720), "copy_same",
                        "The source and the target are the same database");
    return NULL;
}

static sc_error_t *check_version(const char *which, int version, apr_pool_t *pool)
{
    if (version == SC_SCHEMA_VERSION)
        return NULL;
    return sc_error(pool, SC_INVALID, SC_MSG(721), "copy_version",
                    "The tables of the %s are of version %d, this tool copies version %d%s", which, version, SC_SCHEMA_VERSION,
                    version < SC_SCHEMA_VERSION ? ": run \"scormconnect migrate\" on it first" : "");
}

static sc_error_t *check_source(const copy_t *copy)
{
    int version;

    SC_TRY(sc_schema_version(copy->from, &version, copy->pool));
    if (version == 0)
        return sc_error(copy->pool, SC_INVALID, SC_MSG(722), "copy_empty_source",
                        "The source has no tables: there is nothing to copy");
    SC_TRY(check_version("source", version, copy->pool));
    return sc_schema_check(copy->from, copy->pool);
}

static const sc_table_t *table_of_publications(void)
{
    const sc_table_t *table = sc_tables;

    while (strcmp(table->name, "publication") != 0)
        table++;
    return table;
}

static sc_error_t *has_rows(sc_db_t *db, int *found, apr_pool_t *pool)
{
    const sc_table_t *table;

    *found = 0;
    for (table = sc_tables; table->name && !*found; table++) {
        const char *const *row;
        sc_cursor_t cursor;

        sc_cursor_open(&cursor, db, table, SC_CURSOR_KEYS, pool);
        SC_TRY(sc_cursor_row(&cursor, &row));
        *found = row != NULL;
    }
    return NULL;
}

/* An older database that holds nothing may be one whose tables were just being made when this was interrupted. */
static sc_error_t *make_tables(const copy_t *copy)
{
    int version, from, to;
    apr_int64_t publications = 0;

    SC_TRY(sc_schema_version(copy->to, &version, copy->pool));
    if (version > 0)
        SC_TRY(sc_page_count(copy->to, table_of_publications(), &publications, copy->pool));
    if (version < SC_SCHEMA_VERSION && !publications)
        return sc_schema_migrate(copy->to, &from, &to, copy->pool);
    return check_version("target", version, copy->pool);
}

/* One digest over all tables of the target. */
static sc_error_t *digest_target(copy_t *copy, const char **digest)
{
    sc_digest_t *all = sc_digest_start(copy->pool);
    const sc_table_t *table;

    for (table = sc_tables; table->name; table++) {
        const char *checksum;
        apr_int64_t count;
        apr_pool_t *pool;

        apr_pool_create(&pool, copy->pool);
        SC_TRY(sc_page_checksum(copy->to, table, seen, copy, &count, &checksum, pool));
        sc_digest_add(all, checksum, strlen(checksum));
        apr_pool_destroy(pool);
    }
    *digest = sc_digest_end(all, copy->pool);
    return NULL;
}

static sc_error_t *not_from_here(const copy_t *copy, const char *why)
{
    return sc_error_detail(sc_error(copy->pool, SC_INVALID, SC_MSG(723), "copy_target_full",
                                    "The target has data that is not from this copy: name an empty database"),
                           "%s", why);
}

/* A target with rows must be a copy of this site, and not used since. */
static sc_error_t *check_rows(copy_t *copy)
{
    const char *mark, *digest;
    char *state, *site, *last;
    int found;

    SC_TRY(has_rows(copy->to, &found, copy->pool));
    if (!found)
        return NULL;
    SC_TRY(meta_get(copy->to, SC_COPY_MARK, &mark, copy->pool));
    state = apr_strtok(apr_pstrdup(copy->pool, mark ? mark : ""), " ", &last);
    site = state ? apr_strtok(NULL, " ", &last) : NULL;
    if (!site)
        return not_from_here(copy, "it was never copied to");
    if (strcmp(site, copy->site) != 0 && strcmp(site, NEW_SITE) != 0)
        return not_from_here(copy, "it is a copy of another site");
    if (strcmp(state, DONE) != 0)
        return NULL;
    SC_TRY(digest_target(copy, &digest));
    if (strcmp(last, digest) != 0)
        return not_from_here(copy, "the copy was finished, and has been used since");
    return NULL;
}

static sc_error_t *find_site(copy_t *copy)
{
    const char *const *row;
    sc_cursor_t cursor;

    sc_cursor_open(&cursor, copy->from, table_of_publications(), SC_CURSOR_KEYS, copy->pool);
    SC_TRY(sc_cursor_row(&cursor, &row));
    copy->site = row ? row[0] : NEW_SITE;
    return NULL;
}

/* ---- copying a table */

typedef struct {
    const sc_table_t *table;
    apr_array_header_t *rows;
    int remove;
} change_t;

static sc_error_t *apply(sc_db_t *db, void *baton, apr_pool_t *pool)
{
    const change_t *change = baton;

    return change->remove ? sc_page_remove(db, change->table, change->rows, pool)
                          : sc_page_write(db, change->table, change->rows, pool);
}

static int equal(const char *const *one, const char *const *other, int columns)
{
    int i;

    for (i = 0; i < columns; i++)
        if (!one[i] != !other[i] || (one[i] && strcmp(one[i], other[i]) != 0))
            return 0;
    return 1;
}

/* Walks over `driving` page by page; the rows that `other` lacks (or, when whole rows are read, has otherwise) are removed from
 * the target, or written to it. */
static sc_error_t *reconcile(copy_t *copy, sc_cursor_t *driving, sc_cursor_t *other, int remove, apr_int64_t *changed)
{
    int columns = driving->what == SC_CURSOR_KEYS ? driving->table->keys : sc_table_columns(driving->table);
    apr_array_header_t *page;
    int i;

    for (;;) {
        change_t change = { driving->table, NULL, remove };
        apr_pool_t *pool;

        SC_TRY(sc_cursor_page(driving, &page));
        if (!page->nelts)
            return NULL;
        apr_pool_create(&pool, copy->pool);
        change.rows = apr_array_make(pool, page->nelts, sizeof(const char *const *));
        for (i = 0; i < page->nelts; i++) {
            const char *const *found;
            SC_TRY(sc_cursor_find(other, SC_ROW(page, i), &found));
            if (!found || !equal(SC_ROW(page, i), found, columns))
                APR_ARRAY_PUSH(change.rows, const char *const *) = SC_ROW(page, i);
        }
        if (change.rows->nelts)
            SC_TRY(sc_db_transact(copy->to, apply, &change, pool));
        *changed += change.rows->nelts;
        apr_pool_destroy(pool);
        SC_TRY(advance(copy, remove ? 0 : page->nelts));
    }
}

/* First what is gone from the source: an account that was deleted and made again has the same identity and another key. */
static sc_error_t *copy_table(copy_t *copy, const sc_table_t *table, sc_copied_t *copied, apr_pool_t *pool)
{
    sc_cursor_t source, target;

    sc_cursor_open(&target, copy->to, table, SC_CURSOR_KEYS, pool);
    sc_cursor_open(&source, copy->from, table, SC_CURSOR_KEYS, pool);
    SC_TRY(reconcile(copy, &target, &source, 1, &copied->removed));
    sc_cursor_open(&source, copy->from, table, SC_CURSOR_ROWS, pool);
    sc_cursor_open(&target, copy->to, table, SC_CURSOR_ROWS, pool);
    return reconcile(copy, &source, &target, 0, &copied->written);
}

static sc_error_t *copy_tables(copy_t *copy)
{
    const sc_table_t *table;
    apr_int64_t total = 0, count;

    for (table = sc_tables; table->name; table++) {
        SC_TRY(sc_page_count(copy->from, table, &count, copy->pool));
        total += count;
    }
    SC_TRY(begin_step(copy, SC_COPY_WRITING, total));
    for (table = sc_tables; table->name; table++) {
        sc_copied_t *copied = apr_array_push(copy->copied);
        apr_pool_t *pool;

        memset(copied, 0, sizeof(*copied));
        copied->table = copy->progress.table = table->name;
        apr_pool_create(&pool, copy->pool);
        SC_TRY(copy_table(copy, table, copied, pool));
        apr_pool_destroy(pool);
    }
    return NULL;
}

/* ---- comparing */

/* Compares one table; `differences` grows by a sentence. */
static sc_error_t *compare_table(copy_t *copy, const sc_table_t *table, sc_copied_t *copied, const char **differences)
{
    apr_int64_t count;
    const char *checksum;
    apr_pool_t *pool;

    apr_pool_create(&pool, copy->pool);
    SC_TRY(sc_page_checksum(copy->from, table, seen, copy, &count, &checksum, pool));
    SC_TRY(sc_page_checksum(copy->to, table, seen, copy, &copied->rows, &copied->checksum, pool));
    if (count != copied->rows)
        *differences = apr_psprintf(copy->pool, "%s; %s: %" APR_INT64_T_FMT " rows in the source, %" APR_INT64_T_FMT
                                    " in the target", *differences, table->name, count, copied->rows);
    else if (strcmp(checksum, copied->checksum) != 0)
        *differences = apr_psprintf(copy->pool, "%s; %s: other contents", *differences, table->name);
    copied->checksum = apr_pstrdup(copy->pool, copied->checksum);
    apr_pool_destroy(pool);
    return NULL;
}

static sc_error_t *compare_tables(copy_t *copy)
{
    sc_digest_t *all = sc_digest_start(copy->pool);
    const char *differences = "";
    const sc_table_t *table;
    int i;

    SC_TRY(begin_step(copy, SC_COPY_COMPARING, 2 * copy->progress.done));
    for (table = sc_tables, i = 0; table->name; table++, i++) {
        sc_copied_t *copied = &APR_ARRAY_IDX(copy->copied, i, sc_copied_t);

        copy->progress.table = table->name;
        SC_TRY(compare_table(copy, table, copied, &differences));
        sc_digest_add(all, copied->checksum, strlen(copied->checksum));
    }
    if (*differences)
        return sc_error_detail(sc_error(copy->pool, SC_CONFLICT, SC_MSG(724), "copy_differs",
                                        "The copy differs from the source, which was written to meanwhile: stop httpd, and"
                                        " run the same command again"),
                               "%s", differences + strlen("; "));
    return meta_set(copy->to, SC_COPY_MARK,
                    apr_pstrcat(copy->pool, DONE " ", copy->site, " ", sc_digest_end(all, copy->pool), NULL), copy->pool);
}

sc_error_t *sc_copy(sc_db_t *from, sc_db_t *to, sc_copy_watch_fn watch, void *baton, apr_array_header_t **copied,
                    apr_pool_t *pool)
{
    copy_t copy = { 0 };

    copy.from = from;
    copy.to = to;
    copy.watch = watch;
    copy.baton = baton;
    copy.pool = pool;
    copy.progress.table = "";
    copy.copied = *copied = apr_array_make(pool, 16, sizeof(sc_copied_t));
    SC_TRY(check_source(&copy));
    SC_TRY(find_site(&copy));
    SC_TRY(make_tables(&copy));
    SC_TRY(refuse_same(&copy));
    SC_TRY(begin_step(&copy, SC_COPY_LOOKING, 0));
    SC_TRY(check_rows(&copy));
    SC_TRY(meta_set(to, SC_COPY_MARK, apr_pstrcat(pool, SC_COPY_RUNNING " ", copy.site, NULL), pool));
    SC_TRY(copy_tables(&copy));
    return compare_tables(&copy);
}
