/* SPDX-License-Identifier: Apache-2.0
 *
 * The directives, and a virtual host's configuration. A mistake stops `httpd -t` with the directive's name and what is allowed.
 */
#include "module/module.h"

#include <apr_strings.h>
#include <apr_uri.h>
#include <ap_mpm.h>
#include <string.h>

#include "domain/origin.h"
#include "store/publication.h"

#define USUAL_PREFIX "/connect"
#define USUAL_MAX_BODY 262144
#define USUAL_IDLE 3600
#define LEAST_USUAL_QUEUE 8
#define MOST_QUEUE 10000
#define LEAST_BODY 4096
#define MOST_BODY 67108864
#define LEAST_IDLE 300
#define MOST_IDLE 43200

void *sc_config_create(apr_pool_t *pool, server_rec *server)
{
    sc_config_t *config = apr_pcalloc(pool, sizeof(*config));

    (void)server;
    config->enabled = config->show_names = config->idle = config->queue = SC_UNSET;
    config->max_body = SC_UNSET;
    return config;
}

#define INHERIT(member, unset) merged->member = add->member == (unset) ? base->member : add->member

void *sc_config_merge(apr_pool_t *pool, void *base_, void *add_)
{
    const sc_config_t *base = base_, *add = add_;
    sc_config_t *merged = apr_pcalloc(pool, sizeof(*merged));

    INHERIT(enabled, SC_UNSET);
    INHERIT(prefix, NULL);
    INHERIT(trainings, NULL);
    INHERIT(key_file, NULL);
    merged->key = add->key_file ? add->key : base->key;
    INHERIT(allowed, NULL);
    INHERIT(url, NULL);
    INHERIT(show_names, SC_UNSET);
    INHERIT(max_body, SC_UNSET);
    INHERIT(idle, SC_UNSET);
    INHERIT(queue, SC_UNSET);
    INHERIT(htdocs, NULL);
    INHERIT(schema, NULL);
    return merged;
}

sc_config_t *sc_config_of(server_rec *server)
{
    return ap_get_module_config(server->module_config, &scormconnect_module);
}

/* ---- directives */

static const char *misplaced(cmd_parms *cmd)
{
    return ap_check_cmd_context(cmd, NOT_IN_DIR_LOC_FILE | NOT_IN_HTACCESS);
}

static const char *set_enabled(cmd_parms *cmd, void *unused, int on)
{
    (void)unused;
    sc_config_of(cmd->server)->enabled = on;
    return misplaced(cmd);
}

static const char *set_prefix(cmd_parms *cmd, void *unused, const char *value)
{
    apr_size_t length = strlen(value);

    (void)unused;
    while (length > 1 && value[length - 1] == '/')
        length--;
    if (value[0] != '/' || length < 2 || strpbrk(value, "?#%\\ ") || strstr(value, "//") || strstr(value, "/."))
        return apr_psprintf(cmd->pool, "%s: '%s' must be a path such as /connect", cmd->cmd->name, value);
    sc_config_of(cmd->server)->prefix = apr_pstrmemdup(cmd->pool, value, length);
    return misplaced(cmd);
}

/* An absolute path of something that is there. */
static const char *existing(cmd_parms *cmd, const char *value, apr_filetype_e type, const char **out)
{
    const char *path = ap_server_root_relative(cmd->pool, value);
    apr_finfo_t info;

    if (!path || apr_stat(&info, path, APR_FINFO_TYPE, cmd->temp_pool) != APR_SUCCESS)
        return apr_psprintf(cmd->pool, "%s: '%s' does not exist", cmd->cmd->name, value);
    if (info.filetype != type)
        return apr_psprintf(cmd->pool, "%s: '%s' is not a %s", cmd->cmd->name, value,
                            type == APR_DIR ? "folder" : "plain file");
    *out = path;
    return misplaced(cmd);
}

static const char *set_trainings(cmd_parms *cmd, void *unused, const char *value)
{
    (void)unused;
    return existing(cmd, value, APR_DIR, &sc_config_of(cmd->server)->trainings);
}

static const char *set_htdocs(cmd_parms *cmd, void *unused, const char *value)
{
    (void)unused;
    return existing(cmd, value, APR_DIR, &sc_config_of(cmd->server)->htdocs);
}

static const char *set_schema(cmd_parms *cmd, void *unused, const char *value)
{
    (void)unused;
    return existing(cmd, value, APR_REG, &sc_config_of(cmd->server)->schema);
}

static const char *set_key_file(cmd_parms *cmd, void *unused, const char *value)
{
    sc_config_t *config = sc_config_of(cmd->server);
    const char *path = NULL, *wrong = existing(cmd, value, APR_REG, &path);
    sc_error_t *error;

    (void)unused;
    if (wrong)
        return apr_pstrcat(cmd->pool, wrong, "; make one with: scormconnect keygen FILE", NULL);
    error = sc_secret_read_key(path, &config->key, cmd->pool);
    if (error)
        return apr_psprintf(cmd->pool, "%s: %s", cmd->cmd->name, sc_error_text(error, cmd->pool));
    config->key_file = path;
    return NULL;
}

static const char *add_allowed(cmd_parms *cmd, void *unused, const char *value)
{
    sc_config_t *config = sc_config_of(cmd->server);
    const char *origin;
    sc_error_t *error = sc_origin_normalize(value, &origin, cmd->pool);

    (void)unused;
    if (error)
        return apr_psprintf(cmd->pool, "%s: '%s': %s", cmd->cmd->name, value, error->message);
    if (!config->allowed)
        config->allowed = apr_array_make(cmd->pool, 4, sizeof(const char *));
    APR_ARRAY_PUSH(config->allowed, const char *) = origin;
    return misplaced(cmd);
}

static const char *set_url(cmd_parms *cmd, void *unused, const char *value)
{
    apr_size_t length = strlen(value);
    apr_uri_t uri;

    (void)unused;
    while (length > 0 && value[length - 1] == '/')
        length--;
    value = apr_pstrmemdup(cmd->pool, value, length);
    if (apr_uri_parse(cmd->temp_pool, value, &uri) != APR_SUCCESS || !uri.scheme || !uri.hostname || uri.query
        || uri.fragment || uri.user || (strcmp(uri.scheme, "https") != 0 && strcmp(uri.scheme, "http") != 0))
        return apr_psprintf(cmd->pool, "%s: '%s' must be an address such as https://training.example.com/connect",
                            cmd->cmd->name, value);
    sc_config_of(cmd->server)->url = value;
    return misplaced(cmd);
}

static const char *set_show_names(cmd_parms *cmd, void *unused, int on)
{
    (void)unused;
    sc_config_of(cmd->server)->show_names = on;
    return misplaced(cmd);
}

static const char *number(cmd_parms *cmd, const char *value, apr_int64_t least, apr_int64_t most, apr_int64_t *out)
{
    char *end;

    *out = apr_strtoi64(value, &end, 10);
    if (*end || end == value || *out < least || *out > most)
        return apr_psprintf(cmd->pool,
                            "%s: '%s' must be a whole number from %" APR_INT64_T_FMT " to %" APR_INT64_T_FMT,
                            cmd->cmd->name, value, least, most);
    return misplaced(cmd);
}

static const char *set_max_body(cmd_parms *cmd, void *unused, const char *value)
{
    apr_int64_t bytes = 0;
    const char *wrong = number(cmd, value, LEAST_BODY, MOST_BODY, &bytes);

    (void)unused;
    sc_config_of(cmd->server)->max_body = (apr_off_t)bytes;
    return wrong;
}

static const char *set_idle(cmd_parms *cmd, void *unused, const char *value)
{
    apr_int64_t seconds = 0;
    const char *wrong = number(cmd, value, LEAST_IDLE, MOST_IDLE, &seconds);

    (void)unused;
    sc_config_of(cmd->server)->idle = (int)seconds;
    return wrong;
}

static const char *set_queue(cmd_parms *cmd, void *unused, const char *value)
{
    apr_int64_t requests = 0;
    const char *wrong = number(cmd, value, 1, MOST_QUEUE, &requests);

    (void)unused;
    sc_config_of(cmd->server)->queue = (int)requests;
    return wrong;
}

const command_rec sc_directives[] = {
    AP_INIT_FLAG("ScormConnect", set_enabled, NULL, RSRC_CONF, "On or Off: serve trainings in this virtual host"),
    AP_INIT_TAKE1("ScormConnectPrefix", set_prefix, NULL, RSRC_CONF, "path under which all addresses lie: /connect"),
    AP_INIT_TAKE1("ScormConnectTrainings", set_trainings, NULL, RSRC_CONF, "folder with a sub-folder for each training"),
    AP_INIT_TAKE1("ScormConnectKeyFile", set_key_file, NULL, RSRC_CONF, "file with at least 32 random bytes"),
    AP_INIT_ITERATE("ScormConnectAllowOrigin", add_allowed, NULL, RSRC_CONF,
                    "origins of LMSes, or patterns such as https://*.example.com"),
    AP_INIT_TAKE1("ScormConnectURL", set_url, NULL, RSRC_CONF, "public address of the prefix, which packages point to"),
    AP_INIT_FLAG("ScormConnectShowNames", set_show_names, NULL, RSRC_CONF, "On or Off: show learners' names to publishers"),
    AP_INIT_TAKE1("ScormConnectMaxBody", set_max_body, NULL, RSRC_CONF, "longest request body, in bytes"),
    AP_INIT_TAKE1("ScormConnectSessionIdle", set_idle, NULL, RSRC_CONF, "seconds that an unused session lives"),
    AP_INIT_TAKE1("ScormConnectQueue", set_queue, NULL, RSRC_CONF,
                  "requests of one child that may wait for the database at a time"),
    AP_INIT_TAKE1("ScormConnectHtdocs", set_htdocs, NULL, RSRC_CONF, "folder of the module's browser code"),
    AP_INIT_TAKE1("ScormConnectSchema", set_schema, NULL, RSRC_CONF, "the grammar of trainings, course.xsd"),
    { NULL, { NULL }, NULL, 0, TAKE1, NULL }
};

/* ---- the whole */

static void fill_in(sc_config_t *config)
{
    if (!config->prefix)
        config->prefix = USUAL_PREFIX;
    if (config->max_body == SC_UNSET)
        config->max_body = USUAL_MAX_BODY;
    if (config->idle == SC_UNSET)
        config->idle = USUAL_IDLE;
    if (config->show_names == SC_UNSET)
        config->show_names = 0;
    if (!config->htdocs)
        config->htdocs = SC_DATADIR "/htdocs";
    if (!config->schema)
        config->schema = SC_DATADIR "/course.xsd";
}

static int missing(const server_rec *server, const char *directive)
{
    ap_log_error(APLOG_MARK, APLOG_STARTUP | APLOG_ERR, 0, NULL,
                 "SC0600: %s:%u: ScormConnect On needs %s in the same virtual host or above it",
                 server->defn_name ? server->defn_name : "httpd.conf", server->defn_line_number, directive);
    return !OK;
}

int sc_config_check(apr_pool_t *pconf, apr_pool_t *plog, apr_pool_t *ptemp, server_rec *main_server)
{
    server_rec *server;
    int result = OK;

    (void)pconf;
    (void)plog;
    (void)ptemp;
    for (server = main_server; server; server = server->next) {
        sc_config_t *config = sc_config_of(server);
        fill_in(config);
        if (config->enabled != 1)
            continue;
        if (!config->trainings)
            result = missing(server, "ScormConnectTrainings");
        if (!config->key_file)
            result = missing(server, "ScormConnectKeyFile");
    }
    return result;
}

/* Where packages point to when ScormConnectURL doesn't say. LMSes are on https, and their pages may frame nothing else: so
 * https, unless ServerName says http or has a port of its own. The command line tool has the same rule. */
static const char *url_of(const server_rec *server, const sc_config_t *config, apr_pool_t *pool)
{
    int port = server->port;
    int usual = port == 0 || port == 80 || port == 443;
    const char *scheme = server->server_scheme ? server->server_scheme : usual ? "https" : "http";

    if (config->url)
        return config->url;
    if (!server->server_hostname)
        return "";
    return apr_pstrcat(pool, scheme, "://", server->server_hostname, usual ? "" : apr_psprintf(pool, ":%d", port),
                       config->prefix, NULL);
}

/* Three quarters of a child's threads: the others go on to serve pages when the database stands still. */
static int usual_queue(void)
{
    int threads = 0;

    ap_mpm_query(AP_MPMQ_MAX_THREADS, &threads);
    return threads * 3 / 4 > LEAST_USUAL_QUEUE ? threads * 3 / 4 : LEAST_USUAL_QUEUE;
}

void sc_config_start_child(apr_pool_t *pchild, server_rec *main_server)
{
    server_rec *server;

    for (server = main_server; server; server = server->next) {
        sc_config_t *config = sc_config_of(server);
        sc_site_t *site;
        sc_error_t *error;

        if (config->enabled != 1 || config->site)
            continue;
        site = apr_pcalloc(pchild, sizeof(*site));
        site->key = config->key;
        site->prefix = config->prefix;
        site->url = url_of(server, config, pchild);
        site->htdocs = config->htdocs;
        site->allowed = config->allowed;
        site->show_names = config->show_names;
        site->idle = config->idle;
        error = sc_trainings_open(config->trainings, config->schema, &site->trainings, pchild);
        if (!error)
            error = sc_database_store(server, config->queue == SC_UNSET ? usual_queue() : config->queue, &config->store,
                                      pchild);
        if (error)
            ap_log_error(APLOG_MARK, APLOG_ERR, 0, server, "%s", sc_error_text(error, pchild));
        else
            config->site = site;
    }
}
