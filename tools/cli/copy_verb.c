/* SPDX-License-Identifier: Apache-2.0
 *
 * copy: a site's data into another database.
 */
#include <apr_strings.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cli.h"
#include "store/copy.h"

#define BAR_WIDTH 30
#define BETWEEN_DRAWINGS apr_time_from_msec(100)
#define BETWEEN_LINES apr_time_from_sec(10)

/* ---- which databases */

/* "pgsql:host=…" or "config:/etc/apache2/new.conf"; without a text the database that the tool works on otherwise. */
static sc_error_t *choose(const cli_t *cli, const char *text, cli_t *chosen)
{
    const char *colon = text ? strchr(text, ':') : NULL;

    *chosen = *cli;
    if (!text)
        return NULL;
    if (!colon || colon == text || !colon[1])
        return sc_error(cli->pool, SC_INVALID, SC_MSG(725), "copy_database",
                        "\"%s\" names no database: write sqlite3:FILE, pgsql:PARAMS, mysql:PARAMS or config:FILE", text);
    chosen->driver = apr_pstrmemdup(cli->pool, text, (apr_size_t)(colon - text));
    chosen->params = colon + 1;
    if (strcmp(chosen->driver, "config") != 0)
        return NULL;
    chosen->config = chosen->params;
    chosen->driver = chosen->params = NULL;
    return cli_read_config(chosen);
}

/* ---- progress: a bar on a terminal, a line now and then elsewhere */

static volatile sig_atomic_t interrupted;

static void interrupt(int number)
{
    interrupted = 1;
    signal(number, SIG_DFL);            /* who asks twice means it */
}

typedef struct {
    const cli_t *cli;
    int terminal;                       /* standard error is one */
    int drawn;                          /* a bar stands there */
    apr_time_t step_began, told_at;
    sc_copy_step_e step;
} view_t;

static void clear(view_t *view)
{
    if (view->drawn)
        fputs("\r\033[K", stderr);
    view->drawn = 0;
}

static void tell(view_t *view, const sc_copy_progress_t *progress, apr_time_t now)
{
    static const char *const steps[] = { "looking at the target", "copying", "comparing" };
    /* A source that grows meanwhile may have more rows than were counted. */
    apr_int64_t percent = progress->done < progress->total ? progress->done * 100 / progress->total : 100;
    apr_int64_t per_second = progress->done * APR_USEC_PER_SEC / (now - view->step_began + 1);
    char bar[BAR_WIDTH];

    clear(view);
    fputs(steps[progress->step], stderr);
    if (view->terminal && progress->total > 0) {
        memset(bar, '.', BAR_WIDTH);
        memset(bar, '#', (size_t)(percent * BAR_WIDTH / 100));
        fprintf(stderr, " [%.*s]", BAR_WIDTH, bar);
    }
    if (progress->total > 0)
        fprintf(stderr, " %3d %%, %" APR_INT64_T_FMT " of %" APR_INT64_T_FMT " rows, %" APR_INT64_T_FMT " rows/s, %s",
                (int)percent, progress->done, progress->total, per_second, progress->table);
    view->drawn = view->terminal;
    if (!view->terminal)
        fputc('\n', stderr);
    fflush(stderr);
}

static sc_error_t *watch(void *baton, const sc_copy_progress_t *progress)
{
    apr_time_t now = apr_time_now();
    view_t *view = baton;

    if (interrupted)
        return sc_error(view->cli->pool, SC_UNAVAILABLE, SC_MSG(726), "interrupted",
                        "Interrupted; the same command goes on from here");
    if (progress->step != view->step || !view->step_began) {
        view->step = progress->step;
        view->step_began = now;
        view->told_at = view->terminal ? 0 : now;
    }
    if (!view->cli->json && now - view->told_at >= (view->terminal ? BETWEEN_DRAWINGS : BETWEEN_LINES)) {
        tell(view, progress, now);
        view->told_at = now;
    }
    return NULL;
}

/* ---- the answer */

static void print_table(const sc_copied_t *one)
{
    printf("%-20s %10" APR_INT64_T_FMT " rows  %10" APR_INT64_T_FMT " written  %8" APR_INT64_T_FMT " removed  %.16s\n",
           one->table, one->rows, one->written, one->removed, one->checksum);
}

static void add_table(sc_json_t *list, const sc_copied_t *one)
{
    sc_json_t *table = sc_json_add_new_object(list);

    sc_json_set_string(table, "table", one->table);
    sc_json_set_int(table, "rows", one->rows);
    sc_json_set_int(table, "written", one->written);
    sc_json_set_int(table, "removed", one->removed);
    sc_json_set_string(table, "checksum", one->checksum);
}

static void print_copied(const cli_t *cli, const apr_array_header_t *copied, apr_time_t took)
{
    sc_json_t *out = sc_json_object(cli->pool), *list = sc_json_set_new_array(out, "tables");
    apr_int64_t rows = 0, written = 0, removed = 0;
    int i;

    for (i = 0; i < copied->nelts; i++) {
        const sc_copied_t *one = &APR_ARRAY_IDX(copied, i, sc_copied_t);

        rows += one->rows;
        written += one->written;
        removed += one->removed;
        add_table(list, one);
        if (!cli->json)
            print_table(one);
    }
    sc_json_set_int(out, "rows", rows);
    sc_json_set_int(out, "written", written);
    sc_json_set_int(out, "removed", removed);
    sc_json_set_int(out, "milliseconds", apr_time_as_msec(took));
    if (cli->json)
        cli_print_json(cli, out);
    else
        printf("The target has all %" APR_INT64_T_FMT " rows; counts and checksums agree. It took %.1f s.\n", rows,
               (double)took / APR_USEC_PER_SEC);
}

sc_error_t *cli_copy(cli_t *cli, cli_end_e *end)
{
    apr_time_t began = apr_time_now();
    apr_array_header_t *copied;
    view_t view = { 0 };
    sc_error_t *error;
    cli_t source, target;
    sc_db_t from, to;

    if (cli->words->nelts || (!cli->from && !cli->to)) {
        *end = CLI_USAGE;
        return NULL;
    }
    SC_TRY(choose(cli, cli->from, &source));
    SC_TRY(choose(cli, cli->to, &target));
    SC_TRY(cli_open_existing(&source, &from));
    SC_TRY(cli_open_database(&target, &to));
    view.cli = cli;
    view.terminal = isatty(STDERR_FILENO);
    signal(SIGINT, interrupt);
    signal(SIGTERM, interrupt);
    error = sc_copy(&from, &to, watch, &view, &copied, cli->pool);
    clear(&view);
    cli_disconnect(&from);
    cli_disconnect(&to);
    if (!error)
        print_copied(cli, copied, apr_time_now() - began);
    return error;
}
