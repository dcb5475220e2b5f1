/* SPDX-License-Identifier: Apache-2.0 */
#include "service/token.h"

#include <apr_strings.h>
#include <stdlib.h>
#include <string.h>

#include "base/id.h"

#define SESSION "session"
#define MEDIA "media"
#define MEDIA_PERIOD 43200

/* Payload: session~registration~publication~edition~readonly~launched~expires, times in seconds. No part has a "~" or a dot
 * in it but the edition, which therefore goes by number. */
const char *sc_token_make(const sc_site_t *site, sc_token_t *token, apr_time_t now, apr_pool_t *pool)
{
    apr_time_t longest = token->launched + apr_time_from_sec(SC_TOKEN_LONGEST);
    const char *text;

    token->expires = now + apr_time_from_sec(site->idle);
    if (token->expires > longest)
        token->expires = longest;
    text = apr_psprintf(pool, "%s~%s~%s~%d~%d~%" APR_INT64_T_FMT "~%" APR_INT64_T_FMT, token->session,
                        token->registration, token->publication, (int)token->scorm, token->readonly,
                        apr_time_sec(token->launched), apr_time_sec(token->expires));
    return sc_secret_sign(&site->key, SESSION, text, pool);
}

static int split(char *text, char **parts, int count)
{
    int i;

    for (i = 0; i < count; i++) {
        char *end = strchr(text, '~');
        parts[i] = text;
        if (i == count - 1)
            return end == NULL;
        if (!end)
            return 0;
        *end = '\0';
        text = end + 1;
    }
    return 0;
}

sc_error_t *sc_token_read(const sc_site_t *site, const char *text, apr_time_t now, sc_token_t *out, apr_pool_t *pool)
{
    const char *payload = text ? sc_secret_verify(&site->key, SESSION, text, pool) : NULL;
    char *part[7];

    memset(out, 0, sizeof(*out));
    if (!payload || !split(apr_pstrdup(pool, payload), part, 7))
        return sc_error(pool, SC_UNAUTHORIZED, SC_MSG(120), "token_invalid", "The session's token is not valid");
    out->session = part[0];
    out->registration = part[1];
    out->publication = part[2];
    out->scorm = (sc_scorm_e)atoi(part[3]);
    out->readonly = atoi(part[4]);
    out->launched = apr_time_from_sec(apr_atoi64(part[5]));
    out->expires = apr_time_from_sec(apr_atoi64(part[6]));
    if (out->expires <= now)
        return sc_error(pool, SC_UNAUTHORIZED, SC_MSG(121), "token_expired", "The session has been idle for too long");
    return NULL;
}

int sc_token_is_ageing(const sc_site_t *site, const sc_token_t *token, apr_time_t now)
{
    return token->expires - now < apr_time_from_sec(site->idle) / 2;
}

const char *sc_token_seed(const sc_token_t *token)
{
    return *token->registration ? token->registration : token->session;
}

const char *sc_token_media_path(const sc_site_t *site, const char *training, apr_time_t now, apr_pool_t *pool)
{
    apr_int64_t expires = (apr_time_sec(now) / MEDIA_PERIOD + 2) * MEDIA_PERIOD;
    const char *text = apr_psprintf(pool, "%s~%" APR_INT64_T_FMT, training, expires);

    return apr_pstrcat(pool, site->prefix, "/m/", sc_secret_sign(&site->key, MEDIA, text, pool), "/", NULL);
}

const char *sc_token_media_training(const sc_site_t *site, const char *text, apr_time_t now, apr_pool_t *pool)
{
    const char *payload = sc_secret_verify(&site->key, MEDIA, text, pool);
    char *part[2];

    if (!payload || !split(apr_pstrdup(pool, payload), part, 2) || apr_atoi64(part[1]) <= apr_time_sec(now))
        return NULL;
    return part[0];
}
