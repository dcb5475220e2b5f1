/* SPDX-License-Identifier: Apache-2.0
 *
 * A learner's work arrives: numbered events, applied once, answered after they are durable (docs/protocol.md §5).
 */
#ifndef SC_SERVICE_TRACK_H
#define SC_SERVICE_TRACK_H

#include "service/standing.h"
#include "service/token.h"
#include "store/store.h"

/* Applies `body`, the whole of POST api/events, as one unit of work. SC_INVALID when it is malformed: nothing of it is stored.
 * SC_CONFLICT "superseded" when a newer session has taken over. SC_UNAVAILABLE: nothing is known to be stored, send it again. */
sc_error_t *sc_track(const sc_site_t *site, sc_store_t *store, sc_token_t *token, const sc_json_t *body, apr_time_t now,
                     sc_json_t **answer, apr_pool_t *pool);

/* GET api/course: the course in the language that serves `lang` best, and the progress: {course, progress, media}. */
sc_error_t *sc_track_course(const sc_site_t *site, sc_store_t *store, const sc_token_t *token, const char *lang,
                            apr_time_t now, sc_json_t **answer, apr_pool_t *pool);

#endif
