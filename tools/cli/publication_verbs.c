/* SPDX-License-Identifier: Apache-2.0
 *
 * publish, publications, export, credits.
 */
#include <apr_file_io.h>
#include <apr_strings.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli.h"
#include "service/package.h"
#include "service/publish.h"
#include "store/registration.h"

#define ACTOR "command line"

static void set_list(sc_json_t *fields, const char *name, const apr_array_header_t *values)
{
    sc_json_t *list = sc_json_set_new_array(fields, name);
    int i;

    for (i = 0; i < values->nelts; i++)
        sc_json_add_string(list, APR_ARRAY_IDX(values, i, const char *));
}

/* What is no number goes in as a text, so that the field's own check tells about it. */
static void set_number(sc_json_t *fields, const char *name, const char *value)
{
    char *end;
    apr_int64_t number = apr_strtoi64(value, &end, 10);

    if (*end || end == value)
        sc_json_set_string(fields, name, value);
    else
        sc_json_set_int(fields, name, number);
}

sc_error_t *cli_publish(cli_t *cli, cli_end_e *end)
{
    sc_json_t *fields = sc_json_object(cli->pool), *made;
    sc_site_t *site;
    sc_db_t db;

    if (!cli->training || !cli->origins->nelts) {
        *end = CLI_USAGE;
        return NULL;
    }
    sc_json_set_string(fields, "training", cli->training);
    if (cli->title)
        sc_json_set_string(fields, "title", cli->title);
    set_list(fields, "origins", cli->origins);
    set_list(fields, "langs", cli->langs);
    if (cli->pass)
        set_number(fields, "pass", cli->pass);
    if (cli->attempts)
        set_number(fields, "attempts", cli->attempts);
    SC_TRY(cli_open_store(cli, &db));
    SC_TRY(cli_open_site(cli, &site));
    SC_TRY(sc_publish_create(site, &db, fields, ACTOR, apr_time_now(), &made, cli->pool));
    if (cli->json)
        cli_print_json(cli, made);
    else
        puts(sc_json_get_string(made, "id", ""));
    return NULL;
}

sc_error_t *cli_publications(cli_t *cli, cli_end_e *end)
{
    const sc_json_t *list;
    sc_json_t *all;
    sc_site_t *site;
    sc_db_t db;
    int i;

    (void)end;
    SC_TRY(cli_open_store(cli, &db));
    SC_TRY(cli_open_site(cli, &site));
    SC_TRY(sc_publish_list(site, &db, &all, cli->pool));
    if (cli->json) {
        cli_print_json(cli, all);
        return NULL;
    }
    list = sc_json_get(all, "publications");
    for (i = 0; i < sc_json_length(list); i++) {
        const sc_json_t *one = sc_json_at(list, i);
        printf("%s  %-20s  %6" APR_INT64_T_FMT " learners  %6" APR_INT64_T_FMT " credits  %s%s\n",
               sc_json_get_string(one, "id", ""), sc_json_get_string(one, "training", ""),
               sc_json_get_int(one, "learners", 0), sc_json_get_int(one, "credits", 0),
               sc_json_get_bool(one, "enabled", 1) ? "" : "(closed) ", sc_json_get_string(one, "title", ""));
    }
    return NULL;
}

/* Written beside its place and renamed, so that no half package is ever found there. */
static sc_error_t *write_whole(const char *path, const sc_package_t *package, apr_pool_t *pool)
{
    char *template = apr_pstrcat(pool, path, ".XXXXXX", NULL);
    apr_file_t *file;
    apr_status_t rv = apr_file_mktemp(&file, template, APR_FOPEN_CREATE | APR_FOPEN_WRITE | APR_FOPEN_EXCL, pool);

    if (rv == APR_SUCCESS) {
        rv = apr_file_write_full(file, package->bytes, package->length, NULL);
        if (rv == APR_SUCCESS)
            rv = apr_file_close(file);
        if (rv == APR_SUCCESS)
            rv = apr_file_perms_set(template, 0x644);
        if (rv == APR_SUCCESS)
            rv = apr_file_rename(template, path, pool);
        if (rv != APR_SUCCESS)
            apr_file_remove(template, pool);
    }
    if (rv != APR_SUCCESS)
        return sc_error_cause(sc_error(pool, SC_INTERNAL, SC_MSG(710), "output_failed", "%s can't be written", path), rv);
    return NULL;
}

sc_error_t *cli_export(cli_t *cli, cli_end_e *end)
{
    sc_publication_t *publication;
    sc_package_t package;
    sc_site_t *site;
    sc_scorm_e scorm;
    const char *path;
    sc_db_t db;

    if (!cli->publication || !cli->version || !sc_scorm_parse(cli->version, &scorm)) {
        *end = CLI_USAGE;
        return NULL;
    }
    SC_TRY(cli_open_store(cli, &db));
    SC_TRY(cli_open_site(cli, &site));
    SC_TRY(sc_publish_get(&db, cli->publication, &publication, cli->pool));
    SC_TRY(sc_package_make(site, publication, scorm, &package, cli->pool));
    path = cli->output ? cli->output : package.name;
    SC_TRY(write_whole(path, &package, cli->pool));
    puts(path);
    return NULL;
}

sc_error_t *cli_credits(cli_t *cli, cli_end_e *end)
{
    sc_json_t *out = sc_json_object(cli->pool), *list = sc_json_set_new_array(out, "publications");
    apr_array_header_t *rows;
    int total, i;
    sc_db_t db;

    (void)end;
    SC_TRY(cli_open_store(cli, &db));
    SC_TRY(sc_credit_count(&db, &total, cli->pool));
    SC_TRY(sc_credit_list(&db, &rows, cli->pool));
    sc_json_set_int(out, "credits", total);
    for (i = 0; i < rows->nelts; i++) {
        const char *const *row = SC_ROW(rows, i);
        sc_json_t *one = sc_json_add_new_object(list);
        sc_json_set_string(one, "id", row[0]);
        sc_json_set_string(one, "title", row[1]);
        sc_json_set_int(one, "credits", sc_db_to_int(row[2], 0));
        if (!cli->json)
            printf("%6s  %s  %s\n", row[2], row[0], row[1]);
    }
    if (cli->json)
        cli_print_json(cli, out);
    else
        printf("%6d  in total\n", total);
    return NULL;
}
