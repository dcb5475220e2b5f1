/* SPDX-License-Identifier: Apache-2.0
 *
 * The learner's requests: launch, events, course (docs/protocol.md).
 */
#include "module/module.h"

#include <apr_strings.h>
#include <http_protocol.h>
#include <string.h>

#include "base/text.h"
#include "service/launch.h"
#include "service/track.h"

/* A request on its way through a use case. */
typedef struct {
    request_rec *r;
    const sc_site_t *site;
    sc_store_t *store;
    const sc_json_t *body;
    sc_launch_request_t ask;
    sc_token_t token;
    sc_json_t *answer;
} call_t;

/* ---- POST /api/launch */

static int is_one_of(const char *word, const char *a, const char *b)
{
    return strcmp(word, a) == 0 || strcmp(word, b) == 0;
}

static sc_error_t *read_launch(call_t *call)
{
    const sc_json_t *body = call->body, *connector, *learner, *lms;
    sc_launch_request_t *ask = &call->ask;
    apr_pool_t *pool = call->r->pool;

    SC_TRY(sc_json_check(body, "publication", SC_JSON_STRING, pool));
    SC_TRY(sc_json_check(body, "origin", SC_JSON_STRING, pool));
    SC_TRY(sc_json_check(body, "connector", SC_JSON_OBJECT, pool));
    SC_TRY(sc_json_check(body, "learner", SC_JSON_OBJECT, pool));
    connector = sc_json_get(body, "connector");
    learner = sc_json_get(body, "learner");
    lms = sc_json_get(body, "lms");
    ask->publication = sc_json_get_string(body, "publication", "");
    ask->origin = sc_text_clipped(sc_json_get_string(body, "origin", ""), 300, pool);
    ask->connector = sc_text_clipped(sc_json_get_string(connector, "version", ""), 16, pool);
    ask->learner_id = sc_json_get_string(learner, "id", "");
    ask->learner_name = sc_json_get_string(learner, "name", "");
    ask->lang = sc_json_get_string(body, "lang", NULL);
    if (ask->lang)
        ask->lang = sc_text_clipped(ask->lang, 35, pool);
    ask->readonly = is_one_of(sc_json_get_string(lms, "mode", ""), "browse", "review")
                 || strcmp(sc_json_get_string(lms, "credit", ""), "no-credit") == 0;
    if (!sc_scorm_parse(sc_json_get_string(connector, "edition", ""), &ask->scorm))
        return sc_error_about(sc_error(pool, SC_INVALID, SC_MSG(530), "body_invalid",
                                       "The edition must be 1.2, 2004-3 or 2004-4"),
                              "connector.edition");
    return NULL;
}

static sc_error_t *launch(call_t *call)
{
    SC_TRY(read_launch(call));
    return sc_launch(call->site, call->store, &call->ask, call->r->request_time, &call->answer, call->r->pool);
}

/* ---- POST /api/events, GET /api/course */

static sc_error_t *read_token(call_t *call)
{
    const char *header = apr_table_get(call->r->headers_in, "Authorization");
    const char *text = header && ap_cstr_casecmpn(header, "Bearer ", 7) == 0 ? header + 7 : NULL;

    return sc_token_read(call->site, text, call->r->request_time, &call->token, call->r->pool);
}

static sc_error_t *events(call_t *call)
{
    SC_TRY(read_token(call));
    return sc_track(call->site, call->store, &call->token, call->body, call->r->request_time, &call->answer, call->r->pool);
}

static sc_error_t *course(call_t *call)
{
    SC_TRY(read_token(call));
    return sc_track_course(call->site, call->store, &call->token, sc_request_query(call->r, "lang"),
                           call->r->request_time, &call->answer, call->r->pool);
}

/* ---- the table */

static const struct {
    const char *path;
    int method;
    sc_error_t *(*run)(call_t *call);
} routes[] = {
    { "/launch", M_POST, launch },
    { "/events", M_POST, events },
    { "/course", M_GET, course },
};

static sc_error_t *run(call_t *call, unsigned route)
{
    sc_json_t *body;

    if (!call->site)
        return sc_error_detail(sc_error(call->r->pool, SC_UNAVAILABLE, SC_MSG(531), "unavailable",
                                        "This server is not ready"),
                               "the folder of trainings could not be opened: see the message at the start");
    if (routes[route].method == M_POST) {
        SC_TRY(sc_request_json(call->r, &body));
        call->body = body;
    }
    return routes[route].run(call);
}

int sc_learner_route(request_rec *r, const sc_config_t *config, const char *path)
{
    call_t call = { 0 };
    sc_error_t *error;
    unsigned i;

    for (i = 0; i < sizeof(routes) / sizeof(*routes); i++)
        if (strcmp(path, routes[i].path) == 0)
            break;
    if (i == sizeof(routes) / sizeof(*routes))
        return HTTP_NOT_FOUND;
    if (r->method_number != routes[i].method) {
        sc_request_allow(r, routes[i].method);
        return HTTP_METHOD_NOT_ALLOWED;
    }
    call.r = r;
    call.site = config->site;
    call.store = config->store;
    error = run(&call, i);
    return error ? sc_request_fail(r, error) : sc_request_answer(r, HTTP_OK, call.answer);
}
