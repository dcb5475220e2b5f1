/* SPDX-License-Identifier: Apache-2.0
 *
 * The least that a handler of httpd can do with a POST of JSON: read it, parse it, answer. What the module's requests cost is
 * measured against this.
 */
#include <httpd.h>
#include <http_config.h>
#include <http_protocol.h>
#include <jansson.h>

#define LONGEST_BODY 8192

static int read_body(request_rec *r, char *body, apr_size_t *length)
{
    apr_bucket_brigade *brigade = apr_brigade_create(r->pool, r->connection->bucket_alloc);
    apr_size_t room = *length;
    int is_end = 0;

    *length = 0;
    while (!is_end) {
        apr_size_t got = room - *length;

        if (ap_get_brigade(r->input_filters, brigade, AP_MODE_READBYTES, APR_BLOCK_READ, HUGE_STRING_LEN) != APR_SUCCESS
            || apr_brigade_flatten(brigade, body + *length, &got) != APR_SUCCESS)
            return HTTP_BAD_REQUEST;
        *length += got;
        is_end = APR_BUCKET_IS_EOS(APR_BRIGADE_LAST(brigade)) || *length == room;
        apr_brigade_cleanup(brigade);
    }
    return OK;
}

static int handle(request_rec *r)
{
    static const char answer[] = "{\"ack\":1,\"results\":[],\"snapshot\":null}";
    json_t *json;
    apr_size_t length = LONGEST_BODY;
    char body[LONGEST_BODY];
    int status;

    if (!r->handler || strcmp(r->handler, "bare") != 0)
        return DECLINED;
    status = read_body(r, body, &length);
    if (status != OK)
        return status;
    json = json_loadb(body, length, 0, NULL);
    if (!json)
        return HTTP_BAD_REQUEST;
    json_decref(json);
    ap_set_content_type(r, "application/json");
    ap_set_content_length(r, sizeof(answer) - 1);
    ap_rwrite(answer, sizeof(answer) - 1, r);
    return OK;
}

static void register_hooks(apr_pool_t *pool)
{
    (void)pool;
    ap_hook_handler(handle, NULL, NULL, APR_HOOK_MIDDLE);
}

AP_DECLARE_MODULE(bare) = { STANDARD20_MODULE_STUFF, NULL, NULL, NULL, NULL, NULL, register_hooks, 0 };
