/* SPDX-License-Identifier: Apache-2.0
 *
 * check, keygen, migrate: what an administrator and an author need before anything runs.
 */
#include <apr_strings.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli.h"
#include "store/schema.h"

/* ---- check */

static void print_problems(const char *folder, const sc_training_t *training)
{
    int i;

    for (i = 0; i < training->problems->nelts; i++) {
        const sc_problem_t *problem = &APR_ARRAY_IDX(training->problems, i, sc_problem_t);
        printf("%s/%s:%d: %s%s\n", folder, problem->file, problem->line,
               problem->severity == SC_PROBLEM_WARNING ? "warning: " : "", problem->text);
    }
}

/* "a/b/fire/" is the training "fire" in the folder "a/b". */
static void split_folder(const char *path, const char **parent, const char **id, apr_pool_t *pool)
{
    char *real = realpath(path, NULL);
    apr_size_t length;
    const char *slash;

    /* "." and "a/.." are folders with names of their own. */
    if (real)
        path = apr_pstrdup(pool, real);
    free(real);
    length = strlen(path);
    while (length > 1 && path[length - 1] == '/')
        length--;
    path = apr_pstrmemdup(pool, path, length);
    slash = strrchr(path, '/');
    *id = slash ? slash + 1 : path;
    *parent = slash ? apr_pstrmemdup(pool, path, (apr_size_t)(slash == path ? 1 : slash - path)) : ".";
}

sc_error_t *cli_check(cli_t *cli, cli_end_e *end)
{
    int i;

    if (!cli->words->nelts)
        *end = CLI_USAGE;
    for (i = 0; i < cli->words->nelts; i++) {
        const char *folder = APR_ARRAY_IDX(cli->words, i, const char *), *id;
        sc_training_t training;
        sc_site_t *site;
        cli_t one = *cli;

        split_folder(folder, &one.trainings, &id, cli->pool);
        SC_TRY(cli_open_site(&one, &site));
        SC_TRY(sc_trainings_get(site->trainings, id, &training, cli->pool));
        print_problems(folder, &training);
        if (!training.course)
            *end = CLI_FAILED;
        else
            printf("%s: good: \"%s\", %d modules, %d languages\n", folder, training.course->title[0],
                   training.course->module_count, training.course->lang_count);
    }
    return NULL;
}

/* ---- keygen, migrate */

sc_error_t *cli_keygen(cli_t *cli, cli_end_e *end)
{
    const char *path;

    if (cli->words->nelts != 1) {
        *end = CLI_USAGE;
        return NULL;
    }
    path = APR_ARRAY_IDX(cli->words, 0, const char *);
    SC_TRY(sc_secret_make_key(path, cli->pool));
    printf("%s: made; let httpd's user read it, and nobody else\n", path);
    return NULL;
}

sc_error_t *cli_migrate(cli_t *cli, cli_end_e *end)
{
    int from, to;
    sc_db_t db;

    (void)end;
    SC_TRY(cli_open_database(cli, &db));
    SC_TRY(sc_schema_migrate(&db, &from, &to, cli->pool));
    if (from == to)
        printf("The database is up to date (version %d).\n", to);
    else
        printf("The database was brought from version %d to version %d.\n", from, to);
    return NULL;
}
