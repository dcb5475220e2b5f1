/* SPDX-License-Identifier: Apache-2.0
 *
 * The kinds of events, one function each: what it changes, and what it answers.
 */
#ifndef SC_SERVICE_EVENT_H
#define SC_SERVICE_EVENT_H

#include "service/standing.h"
#include "service/token.h"

/* What an event works on. */
typedef struct {
    const sc_offer_t *offer;
    sc_record_t *record;                /* NULL in a read-only session */
    sc_session_t *session;              /* the one whose numbers the events have; NULL in a read-only session */
    const sc_standing_t *standing;      /* before the event */
    const char *seed;
    int lang;
    int again;                          /* was applied before, or may not be recorded: answer, change nothing */
    apr_time_t now;
    apr_pool_t *pool;
} sc_event_context_t;

/* SC_INVALID "body_invalid" when `event` is none: no number, an unknown type, a field of the wrong kind. */
sc_error_t *sc_event_check(const sc_json_t *event, apr_pool_t *pool);

/* Applies one event that was checked to the record. `result` is filled when there is something to say; `*said` tells whether. An
 * event that may not be (a locked module, no attempt left) is no error: the refusal is its result. */
sc_error_t *sc_event_apply(sc_event_context_t *context, const sc_json_t *event, sc_json_t *result, int *said);

#endif
