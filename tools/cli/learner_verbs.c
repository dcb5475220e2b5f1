/* SPDX-License-Identifier: Apache-2.0
 *
 * learner list, disable, enable, delete.
 */
#include <apr_strings.h>
#include <stdio.h>
#include <string.h>

#include "cli.h"
#include "service/learners.h"

#define ACTOR "command line"

static const struct {
    const char *name;
    sc_learners_verb_e verb;
    const char *done;
} changes[] = {
    { "disable", SC_LEARNERS_DISABLE, "is disabled" },
    { "enable", SC_LEARNERS_ENABLE, "is active" },
    { "delete", SC_LEARNERS_DELETE, "is deleted; the credits stay" },
};

static sc_error_t *list_learners(cli_t *cli, sc_db_t *db)
{
    const sc_json_t *list;
    sc_json_t *out;
    int i;

    SC_TRY(sc_learners_list(db, cli->show_names, &out, cli->pool));
    if (cli->json) {
        cli_print_json(cli, out);
        return NULL;
    }
    list = sc_json_get(out, "learners");
    for (i = 0; i < sc_json_length(list); i++) {
        const sc_json_t *one = sc_json_at(list, i);
        printf("%-8s  %s  %s%s%s\n", sc_json_get_string(one, "state", ""), sc_json_get_string(one, "seen_at", ""),
               sc_json_get_string(one, "id", ""), *sc_json_get_string(one, "realm", "") ? "  realm " : "",
               sc_json_get_string(one, "realm", ""));
    }
    return NULL;
}

sc_error_t *cli_learner(cli_t *cli, cli_end_e *end)
{
    const char *verb = cli->words->nelts ? APR_ARRAY_IDX(cli->words, 0, const char *) : "";
    int listing = strcmp(verb, "list") == 0 && cli->words->nelts == 1;
    unsigned i, count = sizeof(changes) / sizeof(*changes);
    const char *id;
    sc_db_t db;

    for (i = 0; i < count; i++)
        if (strcmp(changes[i].name, verb) == 0)
            break;
    if (!listing && (i == count || cli->words->nelts != 2)) {
        *end = CLI_USAGE;
        return NULL;
    }
    SC_TRY(cli_open_store(cli, &db));
    if (listing)
        return list_learners(cli, &db);
    id = APR_ARRAY_IDX(cli->words, 1, const char *);
    SC_TRY(sc_learners_change(&db, changes[i].verb, id, cli->realm, ACTOR, apr_time_now(), cli->pool));
    printf("%s %s\n", id, changes[i].done);
    return NULL;
}
