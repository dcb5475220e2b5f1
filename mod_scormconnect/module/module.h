/* SPDX-License-Identifier: Apache-2.0
 *
 * What the files of this room share: the module's configuration, and one request's context.
 */
#ifndef SC_MODULE_MODULE_H
#define SC_MODULE_MODULE_H

#include <httpd.h>
#include <http_config.h>
#include <http_core.h>
#include <http_log.h>

#include "base/json.h"
#include "service/site.h"
#include "store/store.h"

extern module AP_MODULE_DECLARE_DATA scormconnect_module;

APLOG_USE_MODULE(scormconnect);

/* A virtual host's configuration. Unset members are NULL or SC_UNSET until they are merged. */
typedef struct {
    int enabled;
    const char *prefix;
    const char *trainings;
    const char *key_file;
    sc_key_t key;
    apr_array_header_t *allowed;        /* const char *; NULL: any */
    const char *url;
    int show_names;
    apr_off_t max_body;
    int idle;
    const char *htdocs;
    const char *schema;
    int queue;
    sc_site_t *site;                    /* made in each child; NULL before */
    sc_store_t *store;                  /* the same */
} sc_config_t;

/* config.c */
extern const command_rec sc_directives[];
void *sc_config_create(apr_pool_t *pool, server_rec *server);
void *sc_config_merge(apr_pool_t *pool, void *base, void *add);
sc_config_t *sc_config_of(server_rec *server);
/* Cross-checks that `httpd -t` runs too. */
int sc_config_check(apr_pool_t *pconf, apr_pool_t *plog, apr_pool_t *ptemp, server_rec *main_server);
/* Makes each virtual host's site, in a new child. */
void sc_config_start_child(apr_pool_t *pchild, server_rec *main_server);

/* database.c: connections of mod_dbd, and what httpd's children share to use them well */
int sc_database_prepare(apr_pool_t *pconf);
int sc_database_share(apr_pool_t *pconf, server_rec *main_server);
void sc_database_start_child(apr_pool_t *pchild, server_rec *main_server);
/* The virtual host's store, in a new child. At most `most_waiting` requests wait for its writer. */
sc_error_t *sc_database_store(server_rec *server, int most_waiting, sc_store_t **out, apr_pool_t *pchild);

/* request.c: what every route needs */
/* Reads the body as JSON, no longer than ScormConnectMaxBody. Refuses other types, and other sites' pages. */
sc_error_t *sc_request_json(request_rec *r, sc_json_t **out);
/* The value of "name=…" in the query string, decoded; NULL when absent. */
const char *sc_request_query(request_rec *r, const char *name);
/* Sends `json` with `status`, or the error, and logs what the administrator must know. Returns OK. */
int sc_request_answer(request_rec *r, int status, const sc_json_t *json);
int sc_request_fail(request_rec *r, const sc_error_t *error);
/* The same error as a calm page, for people. */
int sc_request_fail_page(request_rec *r, const sc_error_t *error);
/* Headers of everything that is made for one person: not stored, not sniffed, no referrer. */
void sc_request_private_headers(request_rec *r);
/* Names `method` (M_GET …) in the Allow header that goes with 405. */
void sc_request_allow(request_rec *r, int method);

/* files.c: static files and media, by httpd's own default handler */
int sc_files_map(request_rec *r, const sc_config_t *config, const char *path);
int sc_files_fixup(request_rec *r);

/* learner_routes.c, admin_routes.c: `path` is what follows the prefix, or the prefix and "/admin" */
int sc_learner_route(request_rec *r, const sc_config_t *config, const char *path);
int sc_admin_route(request_rec *r, const sc_config_t *config, const char *path);

#endif
