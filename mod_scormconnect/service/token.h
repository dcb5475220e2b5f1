/* SPDX-License-Identifier: Apache-2.0
 *
 * Bearer tokens of learners' sessions, and the signed paths of media. Checked without the database; revoked by
 * the registration's lease, which every write checks.
 */
#ifndef SC_SERVICE_TOKEN_H
#define SC_SERVICE_TOKEN_H

#include "domain/status.h"
#include "service/site.h"

/* Past this many seconds after its launch a session must be launched anew. */
#define SC_TOKEN_LONGEST 43200

typedef struct {
    const char *session;
    const char *registration;           /* "" in a read-only session of somebody who has none */
    const char *publication;
    sc_scorm_e scorm;
    int readonly;
    apr_time_t launched;
    apr_time_t expires;                 /* set by sc_token_make */
} sc_token_t;

/* The text of `token`, good for site->idle seconds from `now`, and no longer than SC_TOKEN_LONGEST after its launch. */
const char *sc_token_make(const sc_site_t *site, sc_token_t *token, apr_time_t now, apr_pool_t *pool);

/* Reads a token. SC_UNAUTHORIZED "token_invalid" or "token_expired". */
sc_error_t *sc_token_read(const sc_site_t *site, const char *text, apr_time_t now, sc_token_t *out, apr_pool_t *pool);

/* Whether more than half of its life is over, so that a fresh one should go out with the answer. */
int sc_token_is_ageing(const sc_site_t *site, const sc_token_t *token, apr_time_t now);

/* What shuffles the items of orders for this learner. */
const char *sc_token_seed(const sc_token_t *token);

/* "/connect/m/TOKEN/": good for the media of `training` for 12 to 24 hours. The same for everyone for 12 hours, so that
 * caches work; names no learner. */
const char *sc_token_media_path(const sc_site_t *site, const char *training, apr_time_t now, apr_pool_t *pool);

/* The training that a media token is good for, or NULL. */
const char *sc_token_media_training(const sc_site_t *site, const char *text, apr_time_t now, apr_pool_t *pool);

#endif
