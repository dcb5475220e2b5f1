/* SPDX-License-Identifier: Apache-2.0 */
#include "service/track.h"

#include <string.h>

#include "service/event.h"

#define MOST_EVENTS 500

/* So often may others have been faster with the same learner's record. */
#define MOST_TRIES 100

/* A request under way. */
typedef struct {
    const sc_site_t *site;
    sc_store_t *store;
    const sc_token_t *token;
    const sc_json_t *body, *events;
    apr_time_t now;
    sc_offer_t offer;
    sc_record_t *record;                /* NULL in a read-only session of somebody who has none */
    int is_recalled;                    /* the record is what this process remembers, and may be behind */
    sc_session_t *session;              /* whose numbers the events have; NULL in a read-only session */
    const sc_standing_t *standing;
    sc_json_t *results;                 /* an array */
    apr_pool_t *pool;
} track_t;

static sc_error_t *body_invalid(const char *field, const char *message, apr_pool_t *pool)
{
    return sc_error_about(sc_error(pool, SC_INVALID, SC_MSG(153), "body_invalid", "%s", message), field);
}

static sc_error_t *check_body(track_t *track, apr_pool_t *pool)
{
    apr_int64_t last = 0;
    int i;

    SC_TRY(sc_json_check(track->body, "session", SC_JSON_STRING, pool));
    SC_TRY(sc_json_check(track->body, "events", SC_JSON_ARRAY, pool));
    track->events = sc_json_get(track->body, "events");
    if (sc_json_length(track->events) > MOST_EVENTS)
        return body_invalid("events", "Too many events in one request", pool);
    for (i = 0; i < sc_json_length(track->events); i++) {
        const sc_json_t *event = sc_json_at(track->events, i);
        apr_int64_t seq;

        if (sc_json_kind(event) != SC_JSON_OBJECT)
            return body_invalid("events", "An event is an object", pool);
        SC_TRY(sc_event_check(event, pool));
        seq = sc_json_get_int(event, "seq", 0);
        if (seq <= last)
            return body_invalid("seq", "The numbers of events must rise", pool);
        last = seq;
    }
    return NULL;
}

static sc_error_t *open_offer(track_t *track)
{
    sc_publication_t *publication;

    SC_TRY(sc_store_publication(track->store, track->token->publication, &publication, track->pool));
    if (!publication)
        return sc_error(track->pool, SC_UNAUTHORIZED, SC_MSG(154), "token_invalid", "The session's publication is gone");
    return sc_offer_of(track->site, publication, &track->offer, track->pool);
}

/* ---- the record and the session */

static const char *named_session(const track_t *track)
{
    return sc_json_get_string(track->body, "session", "");
}

static int is_own(const track_t *track, const char *session)
{
    return strcmp(session, track->token->session) == 0;
}

static sc_error_t *find_record(sc_db_t *db, void *baton)
{
    track_t *track = baton;

    return sc_record_find(db, track->token->registration, &track->record, track->pool);
}

/* The record with an older session of the same learner, whose leftovers are sent now. The session comes last: if somebody
 * writes in between, it is newer than the record, which then can't be written. */
static sc_error_t *find_record_and_session(sc_db_t *db, void *baton)
{
    track_t *track = baton;

    SC_TRY(find_record(db, track));
    return sc_session_find(db, named_session(track), &track->session, track->pool);
}

/* The token's own session: the registration has its figures as long as it holds the lease. */
static sc_session_t *own_session(const track_t *track)
{
    const sc_registration_t *registration = track->record->registration;
    sc_session_t *session = apr_pcalloc(track->pool, sizeof(*session));

    session->id = track->token->session;
    session->registration = registration->id;
    session->last_seq = registration->last_seq;
    session->seconds = registration->session_seconds;
    session->started_at = track->token->launched;
    return session;
}

static sc_error_t *load(track_t *track, int from_memory)
{
    int own = is_own(track, named_session(track));

    track->session = NULL;
    track->record = from_memory && own ? sc_record_recall(track->store->records, track->token->registration, track->pool)
                                       : NULL;
    track->is_recalled = track->record != NULL;
    if (!track->record)
        SC_TRY(sc_store_use(track->store, own ? find_record : find_record_and_session, track, track->pool));
    if (!track->record)
        return sc_error(track->pool, SC_UNAUTHORIZED, SC_MSG(155), "token_invalid", "The learner's account is gone");
    if (!is_own(track, track->record->registration->session))
        return sc_error(track->pool, SC_CONFLICT, SC_MSG(156), "superseded",
                        "The training was opened in another window, which goes on");
    if (own)
        track->session = own_session(track);
    if (!track->session || strcmp(track->session->registration, track->record->registration->id) != 0)
        return body_invalid("session", "There is no such session of this learner", track->pool);
    return NULL;
}

/* ---- the events */

static void set_context(const track_t *track, sc_event_context_t *context)
{
    const char *wanted = sc_json_get_string(track->body, "lang", NULL);

    memset(context, 0, sizeof(*context));
    context->offer = &track->offer;
    context->record = track->token->readonly ? NULL : track->record;
    context->session = track->session;
    context->seed = sc_token_seed(track->token);
    context->lang = sc_course_language(track->offer.course, wanted, track->offer.langs);
    context->now = track->now;
    context->pool = track->pool;
}

/* Applies the events to the record in memory; `*changes` tells how many were new. */
static sc_error_t *apply_events(track_t *track, int *changes)
{
    sc_event_context_t context;
    int i;

    *changes = 0;
    set_context(track, &context);
    track->results = sc_json_array(track->pool);
    track->standing = sc_standing_of(&track->offer, track->record, track->pool);
    for (i = 0; i < sc_json_length(track->events); i++) {
        const sc_json_t *event = sc_json_at(track->events, i);
        apr_int64_t seq = sc_json_get_int(event, "seq", 0);
        sc_json_t *result = sc_json_object(track->pool);
        int said, again = !track->session || seq <= track->session->last_seq;

        context.again = again;
        context.standing = track->standing;
        SC_TRY(sc_event_apply(&context, event, result, &said));
        if (said)
            sc_json_add(track->results, result);
        if (again)
            continue;
        ++*changes;
        track->session->last_seq = seq;
        /* What comes next in the list may depend on it: a module that this answer has unlocked. */
        track->standing = sc_standing_of(&track->offer, track->record, track->pool);
    }
    return NULL;
}

/* What the events make of the record, as a unit of work; an empty one when there are none. */
static sc_error_t *compute(track_t *track, int from_memory, sc_unit_t *unit)
{
    sc_registration_t *registration;
    int own, changes;

    SC_TRY(load(track, from_memory));
    SC_TRY(apply_events(track, &changes));
    if (!changes) {
        /* Sent again: they are acknowledged by a commit of their own. A server that waits for its standby with every commit may
         * have come by what was read without it, when it was restarted while it waited. */
        if (sc_json_length(track->events))
            sc_record_write(track->record, "", track->now, unit);
        return NULL;
    }
    registration = track->record->registration;
    own = is_own(track, track->session->id);
    if (own) {
        registration->last_seq = track->session->last_seq;
        registration->session_seconds = track->session->seconds;
    }
    if (!own || track->session->state == SC_SESSION_ENDED)
        sc_session_write(track->session, NULL, track->now, unit);
    sc_standing_settle(track->standing, registration);
    sc_record_write(track->record, "", track->now, unit);
    return NULL;
}

static sc_error_t *record(track_t *track)
{
    int tries, stale;

    for (tries = 0; tries < MOST_TRIES; tries++) {
        sc_unit_t *unit = sc_unit_new(track->pool);
        sc_error_t *error = compute(track, tries == 0, unit);

        /* Memory may be behind: before anybody is told so, or told that all is stored, the database is asked. */
        if (track->is_recalled && (error || !unit->rows->nelts))
            continue;
        SC_TRY(error);
        if (!unit->rows->nelts)
            return NULL;
        error = sc_writer_commit(track->store->writer, unit, &stale);
        if (!error && !stale) {
            sc_record_remember(track->store->records, track->record);
            return NULL;
        }
        sc_record_forget(track->store->records, track->token->registration);
        SC_TRY(error);
    }
    return sc_error(track->pool, SC_UNAVAILABLE, SC_MSG(157), "busy", "The server is busy");
}

/* A preview: everything is corrected, nothing is stored. */
static sc_error_t *only_answer(track_t *track)
{
    int changes;

    if (*track->token->registration)
        SC_TRY(sc_store_use(track->store, find_record, track, track->pool));
    return apply_events(track, &changes);
}

static apr_int64_t last_number(const track_t *track)
{
    int count = sc_json_length(track->events);

    if (track->session)
        return track->session->last_seq;
    return count ? sc_json_get_int(sc_json_at(track->events, count - 1), "seq", 0) : 0;
}

static sc_json_t *to_json(const track_t *track, sc_token_t *token)
{
    const char *rev = sc_json_get_string(track->body, "rev", NULL);
    sc_json_t *answer = sc_json_object(track->pool);

    sc_json_set_int(answer, "ack", last_number(track));
    sc_json_set(answer, "results", track->results);
    sc_json_set_bool(answer, "course_changed", rev && strcmp(rev, track->offer.course->rev) != 0);
    sc_json_set(answer, "progress", sc_standing_progress(&track->offer, track->standing, track->pool));
    if (token->readonly)
        sc_json_set_null(answer, "snapshot");
    else
        sc_json_set(answer, "snapshot",
                    sc_standing_snapshot(&track->offer, track->record->registration, token->scorm,
                                         track->record->registration->session_seconds, track->pool));
    if (sc_token_is_ageing(track->site, token, track->now))
        sc_json_set_string(answer, "token", sc_token_make(track->site, token, track->now, track->pool));
    return answer;
}

sc_error_t *sc_track(const sc_site_t *site, sc_store_t *store, sc_token_t *token, const sc_json_t *body, apr_time_t now,
                     sc_json_t **answer, apr_pool_t *pool)
{
    track_t track = { 0 };

    track.site = site;
    track.store = store;
    track.token = token;
    track.body = body;
    track.now = now;
    track.pool = pool;
    SC_TRY(check_body(&track, pool));
    SC_TRY(open_offer(&track));
    SC_TRY(token->readonly ? only_answer(&track) : record(&track));
    *answer = to_json(&track, token);
    return NULL;
}

sc_error_t *sc_track_course(const sc_site_t *site, sc_store_t *store, const sc_token_t *token, const char *lang,
                            apr_time_t now, sc_json_t **answer, apr_pool_t *pool)
{
    track_t track = { 0 };

    track.site = site;
    track.store = store;
    track.token = token;
    track.pool = pool;
    SC_TRY(open_offer(&track));
    if (*token->registration)
        SC_TRY(sc_store_use(store, find_record, &track, pool));
    *answer = sc_json_object(pool);
    sc_json_set_text(*answer, "course", sc_standing_course(&track.offer, lang, sc_token_seed(token), pool));
    sc_json_set(*answer, "progress",
                sc_standing_progress(&track.offer, sc_standing_of(&track.offer, track.record, pool), pool));
    sc_json_set_string(*answer, "media",
                       sc_token_media_path(site, track.offer.publication->training, now, pool));
    return NULL;
}
