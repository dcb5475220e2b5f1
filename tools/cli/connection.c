/* SPDX-License-Identifier: Apache-2.0
 *
 * The tool's own connection to the database, and its own site: what mod_dbd and the virtual host are to the module.
 */
#include <apr_dbd.h>
#include <apr_file_info.h>
#include <apr_strings.h>
#include <string.h>

#include "cli.h"
#include "store/schema.h"

sc_error_t *cli_connect(const cli_t *cli, sc_db_t *db)
{
    const apr_dbd_driver_t *driver;
    const char *reason = NULL;
    apr_dbd_t *handle;
    apr_status_t rv;

    if (!cli->driver || !cli->params)
        return sc_error(cli->pool, SC_INVALID, SC_MSG(700), "database_missing",
                        "Say which database: --config with httpd's configuration, or --driver and --params");
    rv = apr_dbd_init(cli->pool);
    if (rv == APR_SUCCESS)
        rv = apr_dbd_get_driver(cli->pool, cli->driver, &driver);
    if (rv != APR_SUCCESS)
        return sc_error_cause(sc_error(cli->pool, SC_UNAVAILABLE, SC_MSG(701), "driver_missing",
                                       "The database driver \"%s\" can't be loaded", cli->driver),
                              rv);
    rv = apr_dbd_open_ex(driver, cli->pool, cli->params, &handle, &reason);
    if (rv != APR_SUCCESS)
        return sc_error_detail(sc_error(cli->pool, SC_UNAVAILABLE, SC_MSG(702), "unavailable",
                                        "The database can't be opened"),
                               "%s", reason ? reason : "no reason given");
    return sc_db_init(db, driver, handle, apr_hash_make(cli->pool), cli->pool, cli->pool);
}

void cli_disconnect(sc_db_t *db)
{
    apr_dbd_close(db->driver, db->handle);
}

sc_error_t *cli_open_database(const cli_t *cli, sc_db_t *db)
{
    SC_TRY(cli_connect(cli, db));
    return sc_db_setup(db, cli->pool);
}

/* SQLite makes a new file of every name that it is given. */
sc_error_t *cli_open_existing(const cli_t *cli, sc_db_t *db)
{
    apr_finfo_t info;

    if (cli->driver && cli->params && strcmp(cli->driver, "sqlite3") == 0
        && apr_stat(&info, cli->params, APR_FINFO_TYPE, cli->pool) != APR_SUCCESS)
        return sc_error(cli->pool, SC_INVALID, SC_MSG(707), "database_absent", "There is no database %s", cli->params);
    return cli_open_database(cli, db);
}

sc_error_t *cli_open_store(const cli_t *cli, sc_db_t *db)
{
    SC_TRY(cli_open_database(cli, db));
    return sc_schema_check(db, cli->pool);
}

sc_error_t *cli_open_site(const cli_t *cli, sc_site_t **out)
{
    sc_site_t *site = apr_pcalloc(cli->pool, sizeof(*site));

    if (!cli->trainings)
        return sc_error(cli->pool, SC_INVALID, SC_MSG(703), "trainings_missing",
                        "Say where the trainings are: --config with httpd's configuration, or --trainings");
    site->prefix = "";
    site->url = cli->url ? cli->url : "";
    site->htdocs = cli->htdocs ? cli->htdocs : SC_DATADIR "/htdocs";
    site->show_names = cli->show_names;
    SC_TRY(sc_trainings_open(cli->trainings, cli->schema ? cli->schema : SC_DATADIR "/course.xsd", &site->trainings,
                             cli->pool));
    *out = site;
    return NULL;
}
