/* SPDX-License-Identifier: Apache-2.0
 *
 * The publisher's room: its page, and the API of docs/admin-api.md. It has no login of its own: httpd authenticates,
 * Require authorises, and without them nothing is answered.
 */
#include "module/module.h"

#include <apr_strings.h>
#include <http_protocol.h>
#include <http_request.h>
#include <string.h>

#include "base/file.h"
#include "base/id.h"
#include "base/text.h"
#include "service/learners.h"
#include "service/package.h"
#include "service/publish.h"
#include "service/report.h"
#include "store/refusal.h"
#include "store/registration.h"
#include "store/schema.h"

#define ADMIN_POLICY                                                                                       \
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; " \
    "base-uri 'self'; form-action 'none'; frame-ancestors 'none'"

typedef struct admin_call_t {
    request_rec *r;
    const sc_site_t *site;
    sc_store_t *store;
    const char *id;                     /* the ID in the path, or NULL */
    const sc_json_t *body;              /* of a write */
    int status;
    sc_json_t *answer;
    sc_package_t package;               /* instead of an answer */
    sc_error_t *(*run)(struct admin_call_t *call, sc_db_t *db);
} admin_call_t;

/* ---- what each request does */

static sc_error_t *show_site(admin_call_t *call, sc_db_t *db)
{
    sc_json_t *out = sc_json_object(call->r->pool), *origins;
    int credits, i;

    SC_TRY(sc_credit_count(db, &credits, call->r->pool));
    sc_json_set_string(out, "version", SC_VERSION);
    sc_json_set_string(out, "user", call->r->user);
    sc_json_set_string(out, "url", call->site->url);
    sc_json_set_string(out, "prefix", call->site->prefix);
    sc_json_set_bool(out, "show_names", call->site->show_names);
    origins = sc_json_set_new_array(out, "allow_origins");
    for (i = 0; call->site->allowed && i < call->site->allowed->nelts; i++)
        sc_json_add_string(origins, APR_ARRAY_IDX(call->site->allowed, i, const char *));
    sc_json_set_int(out, "credits", credits);
    sc_json_set_int(out, "schema", SC_SCHEMA_VERSION);
    call->answer = out;
    return NULL;
}

static sc_error_t *list_trainings(admin_call_t *call, sc_db_t *db)
{
    (void)db;
    return sc_publish_trainings(call->site, &call->answer, call->r->pool);
}

static sc_error_t *list_publications(admin_call_t *call, sc_db_t *db)
{
    return sc_publish_list(call->site, db, &call->answer, call->r->pool);
}

static sc_error_t *create_publication(admin_call_t *call, sc_db_t *db)
{
    call->status = HTTP_CREATED;
    return sc_publish_create(call->site, db, call->body, call->r->user, call->r->request_time, &call->answer,
                             call->r->pool);
}

static sc_error_t *show_publication(admin_call_t *call, sc_db_t *db)
{
    return sc_publish_show(call->site, db, call->id, &call->answer, call->r->pool);
}

static sc_error_t *change_publication(admin_call_t *call, sc_db_t *db)
{
    return sc_publish_update(call->site, db, call->id, call->body, call->r->user, call->r->request_time, &call->answer,
                             call->r->pool);
}

static sc_error_t *make_package(admin_call_t *call, sc_db_t *db)
{
    const char *version = sc_request_query(call->r, "version");
    sc_publication_t *publication;
    sc_scorm_e scorm;

    if (!version || !sc_scorm_parse(version, &scorm))
        return sc_error_about(sc_error(call->r->pool, SC_INVALID, SC_MSG(540), "field_invalid",
                                       "The version must be 1.2, 2004-3 or 2004-4"),
                              "version");
    SC_TRY(sc_publish_get(db, call->id, &publication, call->r->pool));
    return sc_package_make(call->site, publication, scorm, &call->package, call->r->pool);
}

static sc_error_t *list_learners(admin_call_t *call, sc_db_t *db)
{
    const char *after = sc_request_query(call->r, "after");
    sc_publication_t *publication;

    SC_TRY(sc_publish_get(db, call->id, &publication, call->r->pool));
    return sc_learners_of(db, call->id, sc_id_valid(after) ? after : NULL, call->site->show_names, &call->answer,
                          call->r->pool);
}

static sc_error_t *show_statistics(admin_call_t *call, sc_db_t *db)
{
    return sc_report_statistics(call->site, db, call->id, &call->answer, call->r->pool);
}

static sc_error_t *show_learner(admin_call_t *call, sc_db_t *db)
{
    return sc_report_learner(call->site, db, call->id, &call->answer, call->r->pool);
}

static sc_error_t *check_origins(admin_call_t *call, sc_db_t *db)
{
    (void)db;
    SC_TRY(sc_json_check(call->body, "texts", SC_JSON_ARRAY, call->r->pool));
    call->answer = sc_publish_check_origins(sc_json_get(call->body, "texts"), call->r->pool);
    return NULL;
}

static sc_error_t *list_refusals(admin_call_t *call, sc_db_t *db)
{
    return sc_learners_refused(db, sc_request_query(call->r, "publication"), &call->answer, call->r->pool);
}

static sc_error_t *authorise(admin_call_t *call, sc_db_t *db)
{
    sc_refusal_t *refusal;
    sc_json_t *publication;

    SC_TRY(sc_refusal_find(db, call->id, &refusal, call->r->pool));
    if (!refusal)
        return sc_error(call->r->pool, SC_NOT_FOUND, SC_MSG(541), "refusal_unknown", "There is no such refused launch");
    if (!sc_learners_can_authorise(refusal, call->r->pool))
        return sc_error_about(sc_error(call->r->pool, SC_INVALID, SC_MSG(544), "field_invalid",
                                       "This launch was not refused for an address that can be put on the list"),
                              "origins");
    SC_TRY(sc_publish_authorise(call->site, db, refusal->publication, refusal->origin, call->r->user,
                                call->r->request_time, &publication, call->r->pool));
    call->answer = sc_json_object(call->r->pool);
    sc_json_set(call->answer, "publication", publication);
    return NULL;
}

/* ---- the table: "*" stands for an id */

static const struct {
    int method;
    const char *path;
    sc_error_t *(*run)(admin_call_t *call, sc_db_t *db);
} routes[] = {
    { M_GET, "/site", show_site },
    { M_GET, "/trainings", list_trainings },
    { M_GET, "/publications", list_publications },
    { M_POST, "/publications", create_publication },
    { M_GET, "/publications/*", show_publication },
    { M_PUT, "/publications/*", change_publication },
    { M_GET, "/publications/*/package", make_package },
    { M_GET, "/publications/*/learners", list_learners },
    { M_GET, "/publications/*/statistics", show_statistics },
    { M_GET, "/learners/*", show_learner },
    { M_POST, "/origins/check", check_origins },
    { M_GET, "/refusals", list_refusals },
    { M_POST, "/refusals/*/authorise", authorise },
};

/* Whether `path` has the shape of `pattern`; `*id` is what stands for the star. */
static int fits(const char *path, const char *pattern, const char **id, apr_pool_t *pool)
{
    const char *star = strchr(pattern, '*');
    apr_size_t before, length;

    if (!star)
        return strcmp(path, pattern) == 0;
    before = (apr_size_t)(star - pattern);
    if (strncmp(path, pattern, before) != 0)
        return 0;
    length = strcspn(path + before, "/");
    *id = apr_pstrmemdup(pool, path + before, length);
    return length > 0 && strcmp(path + before + length, star + 1) == 0;
}

static int find_route(admin_call_t *call, const char *path)
{
    request_rec *r = call->r;
    int is_known = 0;
    unsigned i;

    for (i = 0; i < sizeof(routes) / sizeof(*routes); i++) {
        const char *id = NULL;
        if (!fits(path, routes[i].path, &id, r->pool))
            continue;
        sc_request_allow(r, routes[i].method);
        is_known = 1;
        if (r->method_number == routes[i].method) {
            call->id = id;
            call->run = routes[i].run;
            return OK;
        }
    }
    return is_known ? HTTP_METHOD_NOT_ALLOWED : HTTP_NOT_FOUND;
}

static sc_error_t *use(sc_db_t *db, void *baton)
{
    admin_call_t *call = baton;

    return call->run(call, db);
}

static sc_error_t *run(admin_call_t *call)
{
    if (call->r->method_number != M_GET) {
        sc_json_t *body;
        SC_TRY(sc_request_json(call->r, &body));
        call->body = body;
    }
    SC_TRY(sc_store_use(call->store, use, call, call->r->pool));
    if (call->r->method_number != M_GET)
        sc_store_publications_changed(call->store);
    return NULL;
}

static int send_package(request_rec *r, const sc_package_t *package)
{
    sc_request_private_headers(r);
    ap_set_content_type(r, "application/zip");
    apr_table_setn(r->headers_out, "Content-Disposition",
                   apr_pstrcat(r->pool, "attachment; filename=\"", package->name, "\"", NULL));
    ap_set_content_length(r, (apr_off_t)package->length);
    if (!r->header_only)
        ap_rwrite(package->bytes, (int)package->length, r);
    return OK;
}

static int api(request_rec *r, const sc_config_t *config, const char *path)
{
    admin_call_t call = { 0 };
    sc_error_t *error;
    int status;

    call.r = r;
    call.store = config->store;
    call.site = config->site;
    call.status = HTTP_OK;
    status = find_route(&call, path);
    if (status == HTTP_METHOD_NOT_ALLOWED)
        return status;
    if (status != OK)
        return sc_request_fail(r, sc_error(r->pool, SC_NOT_FOUND, SC_MSG(542), "not_found", "There is no such address"));
    error = run(&call);
    if (error)
        return sc_request_fail(r, error);
    return call.package.bytes ? send_package(r, &call.package) : sc_request_answer(r, call.status, call.answer);
}

/* ---- the page */

static int page(request_rec *r, const sc_config_t *config)
{
    const char *text, *at;
    sc_error_t *error = sc_file_read(apr_pstrcat(r->pool, config->htdocs, "/admin/index.html", NULL), &text, NULL, r->pool);

    if (error)
        return sc_request_fail_page(r, error);
    at = strstr(text, "@PREFIX@");
    if (at)
        text = apr_pstrcat(r->pool, apr_pstrmemdup(r->pool, text, (apr_size_t)(at - text)),
                           sc_text_escaped(config->prefix, r->pool), at + 8, NULL);
    sc_request_private_headers(r);
    apr_table_setn(r->headers_out, "Content-Security-Policy", ADMIN_POLICY);
    ap_set_content_type(r, "text/html; charset=utf-8");
    ap_set_content_length(r, (apr_off_t)strlen(text));
    if (!r->header_only)
        ap_rputs(text, r);
    return OK;
}

/* Whether httpd has made sure who asks, because the <Location> told it to. */
static int is_authenticated(request_rec *r)
{
    char *user = r->user;
    int required;

    /* httpd tries the <Location>'s rules on an anonymous request; with the user still there they are fulfilled already. */
    r->user = NULL;
    required = ap_some_authn_required(r);
    r->user = user;
    return user && required;
}

int sc_admin_route(request_rec *r, const sc_config_t *config, const char *path)
{
    if (!is_authenticated(r)) {
        ap_log_rerror(APLOG_MARK, APLOG_ERR, 0, r,
                      "SC0543: The admin area is closed: its <Location> has no AuthType and Require");
        return HTTP_FORBIDDEN;
    }
    if (!config->site)
        return HTTP_SERVICE_UNAVAILABLE;
    if (strncmp(path, "/api/", 5) == 0)
        return api(r, config, path + 4);
    if (!*path) {
        apr_table_setn(r->headers_out, "Location", apr_pstrcat(r->pool, config->prefix, "/admin/", NULL));
        return HTTP_MOVED_PERMANENTLY;
    }
    if (r->method_number != M_GET) {
        sc_request_allow(r, M_GET);
        return HTTP_METHOD_NOT_ALLOWED;
    }
    return page(r, config);
}
