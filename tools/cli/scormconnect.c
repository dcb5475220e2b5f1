/* SPDX-License-Identifier: Apache-2.0
 *
 * scormconnect: the command line tool, over the same use cases as the module.
 */
#include <apr_general.h>
#include <apr_getopt.h>
#include <apr_strings.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "cli.h"

static const struct {
    const char *name;
    const char *usage;
    const char *help;
    sc_error_t *(*run)(cli_t *cli, cli_end_e *end);
    int needs_config;
} verbs[] = {
    { "backup", "backup FILE [--overwrite]", "copy the SQLite database, whole and checked, while httpd runs", cli_backup, 1 },
    { "check", "check DIR...", "tell every mistake of a training, as file:line: text", cli_check, 0 },
    { "copy", "copy [--from DATABASE] [--to DATABASE]",
      "copy all data into another database; DATABASE is DRIVER:PARAMS or config:FILE, or the one of --config", cli_copy, 1 },
    { "credits", "credits", "show the credits that each publication has consumed", cli_credits, 1 },
    { "export", "export --publication ID --version 1.2|2004-3|2004-4 [--output FILE]",
      "write the SCORM package of a publication", cli_export, 1 },
    { "keygen", "keygen FILE", "make a key file for ScormConnectKeyFile", cli_keygen, 0 },
    { "learner", "learner list|disable ID|enable ID|delete ID [--realm REALM]", "show and manage learners", cli_learner,
      1 },
    { "migrate", "migrate", "make the database's tables, or bring them up to date", cli_migrate, 1 },
    { "publications", "publications", "list the publications", cli_publications, 1 },
    { "publish", "publish --training ID --origin URL... [--title T] [--lang L]... [--pass N] [--attempts N]",
      "make a publication and print its id", cli_publish, 1 },
};

enum {
    OPT_CONFIG = 256, OPT_VHOST, OPT_DRIVER, OPT_PARAMS, OPT_TRAININGS, OPT_KEY, OPT_URL, OPT_HTDOCS, OPT_SCHEMA,
    OPT_JSON, OPT_TRAINING, OPT_TITLE, OPT_PUBLICATION, OPT_VERSION, OPT_OUTPUT, OPT_REALM, OPT_PASS, OPT_ATTEMPTS,
    OPT_FROM, OPT_TO, OPT_ORIGIN, OPT_LANG, OPT_OVERWRITE, OPT_HELP
};

static const apr_getopt_option_t options[] = {
    { "config", OPT_CONFIG, 1, "FILE     httpd's configuration (or the variable SCORMCONNECT_CONFIG)" },
    { "vhost", OPT_VHOST, 1, "NAME     the virtual host with that ServerName" },
    { "driver", OPT_DRIVER, 1, "NAME     instead of DBDriver" },
    { "params", OPT_PARAMS, 1, "PARAMS   instead of DBDParams" },
    { "trainings", OPT_TRAININGS, 1, "DIR      instead of ScormConnectTrainings" },
    { "key", OPT_KEY, 1, "FILE     instead of ScormConnectKeyFile" },
    { "url", OPT_URL, 1, "URL      instead of ScormConnectURL" },
    { "htdocs", OPT_HTDOCS, 1, "DIR      instead of ScormConnectHtdocs" },
    { "schema", OPT_SCHEMA, 1, "FILE     instead of ScormConnectSchema" },
    { "json", OPT_JSON, 0, "         answer in JSON" },
    { "training", OPT_TRAINING, 1, NULL },
    { "title", OPT_TITLE, 1, NULL },
    { "publication", OPT_PUBLICATION, 1, NULL },
    { "version", OPT_VERSION, 1, NULL },
    { "output", OPT_OUTPUT, 1, NULL },
    { "realm", OPT_REALM, 1, NULL },
    { "pass", OPT_PASS, 1, NULL },
    { "attempts", OPT_ATTEMPTS, 1, NULL },
    { "from", OPT_FROM, 1, NULL },
    { "to", OPT_TO, 1, NULL },
    { "overwrite", OPT_OVERWRITE, 0, NULL },
    { "origin", OPT_ORIGIN, 1, NULL },
    { "lang", OPT_LANG, 1, NULL },
    { "help", OPT_HELP, 0, NULL },
    { NULL, 0, 0, NULL }
};

static void print_usage(FILE *out)
{
    unsigned i;

    fputs("scormconnect: trainings, publications and learners of mod_scormconnect\n\n", out);
    for (i = 0; i < sizeof(verbs) / sizeof(*verbs); i++)
        fprintf(out, "  scormconnect %s\n      %s\n", verbs[i].usage, verbs[i].help);
    fputs("  scormconnect version\n  scormconnect help\n\noptions:\n", out);
    for (i = 0; options[i].name; i++)
        if (options[i].description)
            fprintf(out, "  --%-10s %s\n", options[i].name, options[i].description);
}

static void take_option(cli_t *cli, int option, const char *value)
{
    const char **single[] = {
        [OPT_CONFIG - 256] = &cli->config,       [OPT_VHOST - 256] = &cli->vhost,
        [OPT_DRIVER - 256] = &cli->driver,       [OPT_PARAMS - 256] = &cli->params,
        [OPT_TRAININGS - 256] = &cli->trainings, [OPT_KEY - 256] = &cli->key_file,
        [OPT_URL - 256] = &cli->url,             [OPT_HTDOCS - 256] = &cli->htdocs,
        [OPT_SCHEMA - 256] = &cli->schema,       [OPT_TRAINING - 256] = &cli->training,
        [OPT_TITLE - 256] = &cli->title,         [OPT_PUBLICATION - 256] = &cli->publication,
        [OPT_VERSION - 256] = &cli->version,     [OPT_OUTPUT - 256] = &cli->output,
        [OPT_REALM - 256] = &cli->realm,         [OPT_PASS - 256] = &cli->pass,
        [OPT_ATTEMPTS - 256] = &cli->attempts,   [OPT_FROM - 256] = &cli->from,
        [OPT_TO - 256] = &cli->to,
    };

    if (option == OPT_JSON)
        cli->json = 1;
    else if (option == OPT_OVERWRITE)
        cli->overwrite = 1;
    else if (option == OPT_ORIGIN)
        APR_ARRAY_PUSH(cli->origins, const char *) = value;
    else if (option == OPT_LANG)
        APR_ARRAY_PUSH(cli->langs, const char *) = value;
    else
        *single[option - 256] = value;
}

/* Options may stand anywhere. The verb, or NULL after a complaint. */
static const char *read_arguments(cli_t *cli, int argc, const char *const *argv, int *help)
{
    apr_getopt_t *state;
    const char *value, *verb = NULL;
    int option, i;
    apr_status_t rv;

    apr_getopt_init(&state, cli->pool, argc, argv);
    state->interleave = 1;
    while ((rv = apr_getopt_long(state, options, &option, &value)) == APR_SUCCESS) {
        if (option == OPT_HELP)
            *help = 1;
        else
            take_option(cli, option, value);
    }
    if (rv != APR_EOF)
        return NULL;
    for (i = state->ind; i < argc; i++) {
        if (!verb)
            verb = state->argv[i];
        else
            APR_ARRAY_PUSH(cli->words, const char *) = state->argv[i];
    }
    return verb ? verb : *help ? "help" : NULL;
}

static void print_log(void *baton, sc_log_level_e level, const char *line)
{
    (void)baton;
    if (level <= SC_LOG_WARNING)
        fprintf(stderr, "scormconnect: %s\n", line);
}

void cli_print_json(const cli_t *cli, const sc_json_t *json)
{
    puts(sc_json_text(json, cli->pool));
}

static cli_end_e run_verb(cli_t *cli, const char *verb)
{
    cli_end_e end = CLI_DONE;
    sc_error_t *error = NULL;
    unsigned i;

    for (i = 0; i < sizeof(verbs) / sizeof(*verbs); i++)
        if (strcmp(verbs[i].name, verb) == 0)
            break;
    if (i == sizeof(verbs) / sizeof(*verbs)) {
        fprintf(stderr, "scormconnect: there is no verb \"%s\"; see \"scormconnect help\"\n", verb);
        return CLI_USAGE;
    }
    if (verbs[i].needs_config && cli->config)
        error = cli_read_config(cli);
    if (!error)
        error = verbs[i].run(cli, &end);
    if (error) {
        fprintf(stderr, "scormconnect: %s\n", sc_error_text(error, cli->pool));
        return CLI_FAILED;
    }
    if (end == CLI_USAGE)
        fprintf(stderr, "usage: scormconnect %s\n", verbs[i].usage);
    return end;
}

int main(int argc, const char *const *argv)
{
    cli_t cli = { 0 };
    const char *verb;
    cli_end_e end;
    int help = 0;

    if (apr_app_initialize(&argc, &argv, NULL) != APR_SUCCESS)
        return CLI_FAILED;
    atexit(apr_terminate);
    apr_pool_create(&cli.pool, NULL);
    cli.words = apr_array_make(cli.pool, 4, sizeof(const char *));
    cli.origins = apr_array_make(cli.pool, 4, sizeof(const char *));
    cli.langs = apr_array_make(cli.pool, 4, sizeof(const char *));
    cli.config = getenv("SCORMCONNECT_CONFIG");
    sc_log_to(print_log, NULL);

    verb = read_arguments(&cli, argc, argv, &help);
    if (!verb) {
        print_usage(stderr);
        return CLI_USAGE;
    }
    if (help || strcmp(verb, "help") == 0) {
        print_usage(stdout);
        return CLI_DONE;
    }
    if (strcmp(verb, "version") == 0) {
        puts("scormconnect " SC_VERSION);
        return CLI_DONE;
    }
    end = run_verb(&cli, verb);
    return fflush(stdout) == 0 ? (int)end : CLI_FAILED;
}
