/* SPDX-License-Identifier: Apache-2.0
 *
 * The module itself: its hooks, and which of our rooms a request goes to.
 *
 *   PREFIX/p/…  PREFIX/s/…  PREFIX/m/…   files, mapped in map_to_storage, served by the default handler
 *   PREFIX/api/…                         the learner's requests, learner_routes.c
 *   PREFIX/admin/…                       the publisher's, admin_routes.c, where SetHandler scormconnect-admin says so
 */
#include "module/module.h"

#include <apr_strings.h>
#include <http_main.h>
#include <http_protocol.h>
#include <http_request.h>
#include <string.h>

#include "base/log.h"

#define ADMIN_HANDLER "scormconnect-admin"
#define ADMIN_PATH "/admin"

static const char *after(const char *uri, const char *prefix)
{
    apr_size_t length = strlen(prefix);

    if (strncmp(uri, prefix, length) != 0 || (uri[length] && uri[length] != '/'))
        return NULL;
    return uri + length;
}

/* What follows the prefix in the request's path, or NULL when the request isn't ours. */
static const char *our_path(request_rec *r, const sc_config_t *config)
{
    return config->enabled == 1 ? after(r->uri, config->prefix) : NULL;
}

/* Our addresses are no places in the file system: answering here saves httpd the walk along them. */
static int map_to_storage(request_rec *r)
{
    const sc_config_t *config = sc_config_of(r->server);
    const char *path = our_path(r, config);

    if (!path)
        return DECLINED;
    return sc_files_map(r, config, path);
}

static int handle(request_rec *r)
{
    const sc_config_t *config = sc_config_of(r->server);
    const char *path = our_path(r, config), *admin;

    if (!path || strncmp(path, "/api/", 5) == 0)
        return path ? sc_learner_route(r, config, path + 4) : DECLINED;
    admin = after(path, ADMIN_PATH);
    if (admin && r->handler && strcmp(r->handler, ADMIN_HANDLER) == 0)
        return sc_admin_route(r, config, admin);
    if (r->handler && strcmp(r->handler, "default-handler") == 0)
        return DECLINED;
    return HTTP_NOT_FOUND;
}

/* ---- life of the server */

static void print_log(void *baton, sc_log_level_e level, const char *line)
{
    (void)baton;
    ap_log_error(APLOG_MARK, (int)level, 0, ap_server_conf, "%s", line);
}

static int pre_config(apr_pool_t *pconf, apr_pool_t *plog, apr_pool_t *ptemp)
{
    (void)plog;
    (void)ptemp;
    return sc_database_prepare(pconf);
}

static int post_config(apr_pool_t *pconf, apr_pool_t *plog, apr_pool_t *ptemp, server_rec *main_server)
{
    (void)plog;
    (void)ptemp;
    /* httpd reads its configuration twice at the start; the first time nothing is to be made. */
    if (ap_state_query(AP_SQ_MAIN_STATE) == AP_SQ_MS_CREATE_PRE_CONFIG)
        return OK;
    return sc_database_share(pconf, main_server);
}

static void child_init(apr_pool_t *pchild, server_rec *main_server)
{
    sc_log_to(print_log, NULL);
    sc_database_start_child(pchild, main_server);
    sc_config_start_child(pchild, main_server);
}

static void register_hooks(apr_pool_t *pool)
{
    (void)pool;
    ap_hook_pre_config(pre_config, NULL, NULL, APR_HOOK_MIDDLE);
    ap_hook_check_config(sc_config_check, NULL, NULL, APR_HOOK_MIDDLE);
    ap_hook_post_config(post_config, NULL, NULL, APR_HOOK_MIDDLE);
    ap_hook_child_init(child_init, NULL, NULL, APR_HOOK_MIDDLE);
    ap_hook_map_to_storage(map_to_storage, NULL, NULL, APR_HOOK_FIRST);
    /* Last, so that no AddHandler for a file's suffix has the final word. */
    ap_hook_fixups(sc_files_fixup, NULL, NULL, APR_HOOK_REALLY_LAST);
    ap_hook_handler(handle, NULL, NULL, APR_HOOK_MIDDLE);
}

/* Not AP_DECLARE_MODULE: it defines what APLOG_USE_MODULE has defined already. */
module AP_MODULE_DECLARE_DATA scormconnect_module = {
    STANDARD20_MODULE_STUFF, NULL, NULL, sc_config_create, sc_config_merge, sc_directives, register_hooks,
    AP_MODULE_FLAG_NONE
};
