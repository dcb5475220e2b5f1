/* SPDX-License-Identifier: Apache-2.0
 *
 * Reading bodies, sending answers and errors: the same for every route.
 */
#include "module/module.h"

#include <apr_atomic.h>
#include <apr_lib.h>
#include <apr_strings.h>
#include <http_protocol.h>
#include <http_request.h>
#include <string.h>

#include "base/text.h"

#define RETRY_AFTER_SECONDS "5"
#define LOG_EVERY_SECONDS 60

/* ---- in */

/* Whether a browser says that one of our own pages asks. Scripts without a browser send neither header. */
static int is_from_our_page(request_rec *r)
{
    const char *site = apr_table_get(r->headers_in, "Sec-Fetch-Site");
    const char *origin = apr_table_get(r->headers_in, "Origin");
    const char *host = apr_table_get(r->headers_in, "Host");

    /* No script can set this header: where there is one, it decides, also behind a proxy that changes Host. */
    if (site)
        return strcmp(site, "same-origin") == 0 || strcmp(site, "none") == 0;
    if (!origin)
        return 1;
    /* The scheme is left out: a proxy in front of us may have taken TLS off. */
    origin = strstr(origin, "://");
    return origin && host && ap_cstr_casecmp(origin + 3, host) == 0;
}

static sc_error_t *too_large(request_rec *r, apr_off_t most)
{
    return sc_error(r->pool, SC_TOO_LARGE, SC_MSG(510), "body_too_large",
                    "The request is longer than %" APR_OFF_T_FMT " bytes", most);
}

static sc_error_t *unreadable(request_rec *r, apr_status_t rv)
{
    int status = ap_map_http_request_error(rv, HTTP_BAD_REQUEST);

    if (status == HTTP_REQUEST_ENTITY_TOO_LARGE)
        return too_large(r, sc_config_of(r->server)->max_body);
    return sc_error_cause(sc_error(r->pool, SC_INVALID, SC_MSG(511), "body_invalid", "The request can't be read"), rv);
}

typedef struct {
    char *bytes;
    apr_size_t length, room;
} body_t;

static void append(body_t *body, const char *data, apr_size_t length, apr_pool_t *pool)
{
    if (length > body->room - body->length) {
        char *larger;

        body->room = 2 * body->room + length;
        larger = apr_palloc(pool, body->room);
        memcpy(larger, body->bytes, body->length);
        body->bytes = larger;
    }
    memcpy(body->bytes + body->length, data, length);
    body->length += length;
}

/* Appends the brigade's data to `body`; `*done` at its end. */
static sc_error_t *take_brigade(request_rec *r, apr_bucket_brigade *brigade, body_t *body, apr_off_t most, int *done)
{
    apr_bucket *bucket;

    for (bucket = APR_BRIGADE_FIRST(brigade); bucket != APR_BRIGADE_SENTINEL(brigade); bucket = APR_BUCKET_NEXT(bucket)) {
        const char *data;
        apr_size_t length;
        apr_status_t rv;

        if (APR_BUCKET_IS_EOS(bucket))
            *done = 1;
        if (APR_BUCKET_IS_METADATA(bucket))
            continue;
        rv = apr_bucket_read(bucket, &data, &length, APR_BLOCK_READ);
        if (rv != APR_SUCCESS)
            return unreadable(r, rv);
        if ((apr_off_t)length > most - (apr_off_t)body->length)
            return too_large(r, most);
        append(body, data, length, r->pool);
    }
    return NULL;
}

static sc_error_t *read_body(request_rec *r, apr_off_t most, body_t *body)
{
    apr_bucket_brigade *brigade = apr_brigade_create(r->pool, r->connection->bucket_alloc);
    const char *announced = apr_table_get(r->headers_in, "Content-Length");
    apr_off_t length = 0;
    int done = 0;

    if (announced && (!ap_parse_strict_length(&length, announced) || length > most))
        return too_large(r, most);
    body->length = 0;
    body->room = length > 0 ? (apr_size_t)length : 512;
    body->bytes = apr_palloc(r->pool, body->room);
    while (!done) {
        apr_status_t rv = ap_get_brigade(r->input_filters, brigade, AP_MODE_READBYTES, APR_BLOCK_READ, HUGE_STRING_LEN);

        if (rv != APR_SUCCESS)
            return unreadable(r, rv);
        SC_TRY(take_brigade(r, brigade, body, most, &done));
        apr_brigade_cleanup(brigade);
    }
    return NULL;
}

sc_error_t *sc_request_json(request_rec *r, sc_json_t **out)
{
    const char *type = apr_table_get(r->headers_in, "Content-Type");
    body_t body;

    if (!is_from_our_page(r))
        return sc_error(r->pool, SC_REFUSED, SC_MSG(512), "foreign_origin", "Requests from other sites are refused");
    if (!type || ap_cstr_casecmpn(type, "application/json", 16) != 0)
        return sc_error_about(sc_error(r->pool, SC_INVALID, SC_MSG(513), "body_invalid",
                                       "The request must be application/json"),
                              "Content-Type");
    SC_TRY(read_body(r, sc_config_of(r->server)->max_body, &body));
    SC_TRY(sc_json_read(body.bytes, body.length, out, r->pool));
    if (sc_json_kind(*out) != SC_JSON_OBJECT)
        return sc_error(r->pool, SC_INVALID, SC_MSG(514), "body_invalid", "The request must be a JSON object");
    return NULL;
}

const char *sc_request_query(request_rec *r, const char *name)
{
    apr_size_t length = strlen(name);
    char *copy = apr_pstrdup(r->pool, r->args ? r->args : ""), *state, *pair;

    for (pair = apr_strtok(copy, "&", &state); pair; pair = apr_strtok(NULL, "&", &state))
        if (strncmp(pair, name, length) == 0 && pair[length] == '=') {
            char *value = pair + length + 1;
            return ap_unescape_urlencoded(value) == OK && sc_text_is_utf8(value) ? value : NULL;
        }
    return NULL;
}

/* ---- out */

void sc_request_allow(request_rec *r, int method)
{
    ap_allow_methods(r, MERGE_ALLOW, ap_method_name_of(r->pool, method), NULL);
}

void sc_request_private_headers(request_rec *r)
{
    apr_table_setn(r->err_headers_out, "Cache-Control", "no-store");
    apr_table_setn(r->err_headers_out, "X-Content-Type-Options", "nosniff");
    apr_table_setn(r->err_headers_out, "Referrer-Policy", "no-referrer");
}

static int send_text(request_rec *r, int status, const char *type, const char *text)
{
    apr_bucket_alloc_t *alloc = r->connection->bucket_alloc;
    apr_bucket_brigade *brigade = apr_brigade_create(r->pool, alloc);
    apr_size_t length = strlen(text);

    r->status = status;
    sc_request_private_headers(r);
    ap_set_content_type(r, type);
    ap_set_content_length(r, (apr_off_t)length);
    if (r->header_only)
        return OK;
    /* From where it is: a course is not copied once more. */
    APR_BRIGADE_INSERT_TAIL(brigade, apr_bucket_pool_create(text, length, r->pool, alloc));
    APR_BRIGADE_INSERT_TAIL(brigade, apr_bucket_eos_create(alloc));
    return ap_pass_brigade(r->output_filters, brigade) == APR_SUCCESS || r->connection->aborted ? OK : HTTP_INTERNAL_SERVER_ERROR;
}

int sc_request_answer(request_rec *r, int status, const sc_json_t *json)
{
    return send_text(r, status, "application/json", sc_json_text(json, r->pool));
}

static int status_of(const sc_error_t *error)
{
    static const int statuses[] = {
        [SC_INVALID] = HTTP_BAD_REQUEST,   [SC_UNAUTHORIZED] = HTTP_UNAUTHORIZED,
        [SC_REFUSED] = HTTP_FORBIDDEN,     [SC_NOT_FOUND] = HTTP_NOT_FOUND,
        [SC_CONFLICT] = HTTP_CONFLICT,     [SC_TOO_LARGE] = HTTP_REQUEST_ENTITY_TOO_LARGE,
        [SC_UNAVAILABLE] = HTTP_SERVICE_UNAVAILABLE, [SC_INTERNAL] = HTTP_INTERNAL_SERVER_ERROR,
    };

    return statuses[error->kind];
}

/* A database that is away fails every request: one line a minute is enough, the others go to debug. */
static int is_worth_a_line(const sc_error_t *error)
{
    static apr_uint32_t last_number, last_minute;
    apr_uint32_t minute = (apr_uint32_t)(apr_time_sec(apr_time_now()) / LOG_EVERY_SECONDS);
    apr_uint32_t number = (apr_uint32_t)error->number;
    int same = apr_atomic_xchg32(&last_number, number) == number;

    return apr_atomic_xchg32(&last_minute, minute) != minute || !same;
}

/* The message and the subject may name a learner: they are for the learner's screen, and here for debug only. */
static void log_failure(request_rec *r, const sc_error_t *error)
{
    if (error->kind == SC_UNAVAILABLE || error->kind == SC_INTERNAL) {
        int level = is_worth_a_line(error) ? APLOG_ERR : APLOG_DEBUG;
        ap_log_rerror(APLOG_MARK, level, 0, r, "%s", sc_error_text(error, r->pool));
        return;
    }
    ap_log_rerror(APLOG_MARK, APLOG_INFO, 0, r, "SC%04d: %s%s%s", error->number, error->code,
                  error->detail ? ": " : "", error->detail ? error->detail : "");
    ap_log_rerror(APLOG_MARK, APLOG_DEBUG, 0, r, "%s", sc_error_text(error, r->pool));
}

static void prepare_failure(request_rec *r, const sc_error_t *error)
{
    log_failure(r, error);
    if (error->kind == SC_UNAVAILABLE)
        apr_table_setn(r->err_headers_out, "Retry-After", RETRY_AFTER_SECONDS);
}

int sc_request_fail(request_rec *r, const sc_error_t *error)
{
    sc_json_t *json = sc_json_object(r->pool);

    prepare_failure(r, error);
    sc_json_set_string(json, "code", error->code);
    sc_json_set_string(json, "message", error->message);
    sc_json_set_string(json, "number", apr_psprintf(r->pool, "SC%04d", error->number));
    sc_json_set_string(json, "subject", error->subject);
    return sc_request_answer(r, status_of(error), json);
}

int sc_request_fail_page(request_rec *r, const sc_error_t *error)
{
    prepare_failure(r, error);
    apr_table_setn(r->err_headers_out, "Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'");
    return send_text(r, status_of(error), "text/html; charset=utf-8",
                apr_psprintf(r->pool,
                             "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\">"
                             "<meta name=\"viewport\" content=\"width=device-width\"><title>One moment</title>"
                             "<style>:root{color-scheme:light dark}body{font:1.1rem/1.6 system-ui,sans-serif;"
                             "max-inline-size:34rem;margin:15vh auto;padding:0 1.5rem}small{opacity:.75}</style>"
                             "<h1>%s</h1><p>Please try again in a moment. If it stays like this, give your administrator "
                             "the line below.</p><p><small>SC%04d %s</small></p></html>",
                             sc_text_escaped(error->message, r->pool), error->number, error->code));
}
