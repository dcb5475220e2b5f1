/* SPDX-License-Identifier: Apache-2.0 */
#include "service/track.h"

#include <string.h>

#include "service/event.h"

#define MOST_EVENTS 500

/* A request under way. */
typedef struct {
    const sc_site_t *site;
    sc_token_t *token;
    const sc_json_t *body, *events;
    apr_time_t now;
    sc_offer_t offer;
    sc_registration_t *registration;    /* NULL in a read-only session */
    sc_session_t *session;              /* whose numbers the events have; the same */
    apr_int64_t own_seconds;            /* of the token's own session, for the snapshot */
    sc_standing_t standing;
    sc_json_t *answer;
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

static sc_error_t *open_offer(track_t *track, sc_db_t *db, apr_pool_t *pool)
{
    sc_publication_t *publication;

    SC_TRY(sc_publication_find(db, track->token->publication, &publication, pool));
    if (!publication)
        return sc_error(pool, SC_UNAUTHORIZED, SC_MSG(154), "token_invalid", "The session's publication is gone");
    return sc_offer_of(track->site, publication, &track->offer, pool);
}

/* The registration, if this session still holds its lease. */
static sc_error_t *take_lease(track_t *track, sc_db_t *db, apr_pool_t *pool)
{
    SC_TRY(sc_registration_find(db, track->token->registration, &track->registration, pool));
    if (!track->registration)
        return sc_error(pool, SC_UNAUTHORIZED, SC_MSG(155), "token_invalid", "The learner's account is gone");
    if (strcmp(track->registration->session, track->token->session) != 0)
        return sc_error(pool, SC_CONFLICT, SC_MSG(156), "superseded",
                        "The training was opened in another window, which goes on");
    return NULL;
}

/* The session whose numbers the events have: the token's own, or an older one of the same learner. */
static sc_error_t *find_session(track_t *track, sc_db_t *db, apr_pool_t *pool)
{
    const char *named = sc_json_get_string(track->body, "session", "");
    sc_session_t *own;

    SC_TRY(sc_session_find(db, track->token->session, &own, pool));
    track->session = own;
    if (own && strcmp(named, own->id) != 0)
        SC_TRY(sc_session_find(db, named, &track->session, pool));
    if (!own || !track->session || strcmp(track->session->registration, track->registration->id) != 0)
        return body_invalid("session", "There is no such session of this learner", pool);
    track->own_seconds = own->seconds;
    return NULL;
}

static sc_error_t *apply_events(track_t *track, sc_db_t *db, apr_pool_t *pool)
{
    sc_json_t *results = sc_json_set_new_array(track->answer, "results");
    const char *wanted = sc_json_get_string(track->body, "lang", NULL);
    sc_session_t *session = track->session;
    sc_event_context_t context = { 0 };
    int i;

    context.offer = &track->offer;
    context.db = db;
    context.registration = track->registration;
    context.session = session;
    context.standing = &track->standing;
    context.seed = sc_token_seed(track->token);
    context.lang = sc_course_language(track->offer.course, wanted, track->offer.langs);
    context.now = track->now;
    context.pool = pool;
    for (i = 0; i < sc_json_length(track->events); i++) {
        const sc_json_t *event = sc_json_at(track->events, i);
        apr_int64_t seq = sc_json_get_int(event, "seq", 0);
        sc_json_t *result = sc_json_object(pool);
        int said, again = !session || seq <= session->last_seq;

        context.again = again;
        SC_TRY(sc_event_apply(&context, event, result, &said));
        if (said)
            sc_json_add(results, result);
        if (!again) {
            session->last_seq = seq;
            /* What comes next in the list may depend on it: a module that this answer has unlocked. */
            sc_standing_count(&track->offer, track->registration, &track->standing);
        }
    }
    return NULL;
}

static sc_error_t *record(sc_db_t *db, void *baton, apr_pool_t *pool)
{
    track_t *track = baton;

    SC_TRY(take_lease(track, db, pool));
    SC_TRY(find_session(track, db, pool));
    SC_TRY(sc_standing_read(db, &track->offer, track->registration, &track->standing, pool));
    SC_TRY(apply_events(track, db, pool));
    sc_standing_settle(&track->standing, track->registration);
    track->registration->seen_at = track->now;
    SC_TRY(sc_registration_update(db, track->registration, pool));
    SC_TRY(sc_session_advance(db, track->session, track->now, pool));
    if (strcmp(track->session->id, track->token->session) == 0)
        track->own_seconds = track->session->seconds;
    return NULL;
}

/* A preview: everything is corrected, nothing is stored. */
static sc_error_t *only_answer(track_t *track, sc_db_t *db, apr_pool_t *pool)
{
    sc_registration_t *registration = NULL;

    if (*track->token->registration)
        SC_TRY(sc_registration_find(db, track->token->registration, &registration, pool));
    SC_TRY(sc_standing_read(db, &track->offer, registration, &track->standing, pool));
    return apply_events(track, db, pool);
}

static apr_int64_t last_number(const track_t *track)
{
    int count = sc_json_length(track->events);

    if (track->session)
        return track->session->last_seq;
    return count ? sc_json_get_int(sc_json_at(track->events, count - 1), "seq", 0) : 0;
}

static void finish_answer(track_t *track, apr_pool_t *pool)
{
    const char *rev = sc_json_get_string(track->body, "rev", NULL);
    sc_json_t *answer = track->answer;

    sc_json_set_int(answer, "ack", last_number(track));
    sc_json_set_bool(answer, "course_changed", rev && strcmp(rev, track->offer.course->rev) != 0);
    sc_json_set(answer, "progress", sc_standing_progress(&track->offer, &track->standing, pool));
    if (track->registration)
        sc_json_set(answer, "snapshot", sc_standing_snapshot(&track->offer, track->registration, track->token->scorm,
                                                             track->own_seconds, pool));
    else
        sc_json_set_null(answer, "snapshot");
    if (sc_token_is_ageing(track->site, track->token, track->now))
        sc_json_set_string(answer, "token", sc_token_make(track->site, track->token, track->now, pool));
}

sc_error_t *sc_track(const sc_site_t *site, sc_db_t *db, sc_token_t *token, const sc_json_t *body, apr_time_t now,
                     sc_json_t **answer, apr_pool_t *pool)
{
    track_t track = { 0 };

    track.site = site;
    track.token = token;
    track.body = body;
    track.now = now;
    track.answer = sc_json_object(pool);
    SC_TRY(check_body(&track, pool));
    SC_TRY(open_offer(&track, db, pool));
    SC_TRY(token->readonly ? only_answer(&track, db, pool) : sc_db_transact(db, record, &track, pool));
    finish_answer(&track, pool);
    *answer = track.answer;
    return NULL;
}

sc_error_t *sc_track_course(const sc_site_t *site, sc_db_t *db, const sc_token_t *token, const char *lang,
                            apr_time_t now, sc_json_t **answer, apr_pool_t *pool)
{
    track_t track = { 0 };
    sc_token_t copy = *token;

    track.site = site;
    track.token = &copy;
    SC_TRY(open_offer(&track, db, pool));
    if (*token->registration)
        SC_TRY(sc_registration_find(db, token->registration, &track.registration, pool));
    SC_TRY(sc_standing_read(db, &track.offer, track.registration, &track.standing, pool));
    *answer = sc_json_object(pool);
    sc_json_set(*answer, "course", sc_standing_course(&track.offer, lang, sc_token_seed(token), pool));
    sc_json_set(*answer, "progress", sc_standing_progress(&track.offer, &track.standing, pool));
    sc_json_set_string(*answer, "media",
                       sc_token_media_path(site, track.offer.publication->training, now, pool));
    return NULL;
}
