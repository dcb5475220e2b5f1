/* SPDX-License-Identifier: Apache-2.0
 *
 * What the files of the command line tool share: the options, and the verbs.
 */
#ifndef SC_CLI_H
#define SC_CLI_H

#include <apr_tables.h>

#include "base/json.h"
#include "service/site.h"
#include "store/db.h"

/* How a verb ends: the exit code of the process. */
typedef enum { CLI_DONE = 0, CLI_FAILED = 1, CLI_USAGE = 2 } cli_end_e;

typedef struct {
    apr_pool_t *pool;
    const char *config;                 /* httpd.conf, or NULL */
    const char *vhost;                  /* its ServerName, or NULL */
    const char *driver, *params;        /* of the database */
    const char *trainings, *key_file, *url, *htdocs, *schema;
    int show_names;
    int json;
    int overwrite;
    apr_array_header_t *words;          /* const char *: what follows the verb and is no option */
    /* options of single verbs */
    const char *training, *title, *publication, *version, *output, *realm, *pass, *attempts, *from, *to;
    apr_array_header_t *origins, *langs;        /* const char * */
} cli_t;

/* httpd_conf.c: fills what the options leave open from the configuration of the virtual host. */
sc_error_t *cli_read_config(cli_t *cli);

/* connection.c */
sc_error_t *cli_open_database(const cli_t *cli, sc_db_t *db);
/* The same, for a database that must be there. */
sc_error_t *cli_open_existing(const cli_t *cli, sc_db_t *db);
/* The bare connection: nothing is set up, a SQLite file stays as it is. */
sc_error_t *cli_connect(const cli_t *cli, sc_db_t *db);
/* Leaves a SQLite file that is complete by itself. */
void cli_disconnect(sc_db_t *db);
/* The same, and the schema must be there. */
sc_error_t *cli_open_store(const cli_t *cli, sc_db_t *db);
sc_error_t *cli_open_site(const cli_t *cli, sc_site_t **site);

/* The verbs. Each returns an error, or NULL and sets `*end`. */
sc_error_t *cli_backup(cli_t *cli, cli_end_e *end);
sc_error_t *cli_check(cli_t *cli, cli_end_e *end);
sc_error_t *cli_migrate(cli_t *cli, cli_end_e *end);
sc_error_t *cli_keygen(cli_t *cli, cli_end_e *end);
sc_error_t *cli_publish(cli_t *cli, cli_end_e *end);
sc_error_t *cli_publications(cli_t *cli, cli_end_e *end);
sc_error_t *cli_export(cli_t *cli, cli_end_e *end);
sc_error_t *cli_learner(cli_t *cli, cli_end_e *end);
sc_error_t *cli_copy(cli_t *cli, cli_end_e *end);
sc_error_t *cli_credits(cli_t *cli, cli_end_e *end);

/* Prints `json` and a line feed. */
void cli_print_json(const cli_t *cli, const sc_json_t *json);

#endif
