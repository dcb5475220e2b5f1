/* SPDX-License-Identifier: Apache-2.0 */
#include "service/launch.h"

#include <apr_strings.h>
#include <string.h>

#include "base/id.h"
#include "base/log.h"
#include "base/text.h"
#include "domain/origin.h"
#include "store/learner.h"
#include "store/refusal.h"
#include "store/session.h"

#define LONGEST_LEARNER_ID 4000
#define LONGEST_NAME 1000
#define HEARTBEAT_SECONDS 30
#define IDLE_SECONDS 300

/* A launch under way. */
typedef struct {
    const sc_site_t *site;
    const sc_launch_request_t *ask;
    apr_time_t now;
    const char *learner_id, *learner_name;      /* in canonical form */
    const char *realm;
    sc_offer_t offer;
    sc_learner_t *learner;              /* NULL: a stranger who only looks */
    sc_registration_t *registration;    /* the same */
    sc_standing_t standing;
    sc_token_t token;
} launch_t;

/* ---- may this launch be? */

static sc_error_t *check_origin(launch_t *launch, const sc_publication_t *publication, apr_pool_t *pool)
{
    const char *origin = launch->ask->origin;
    const apr_array_header_t *site = launch->site->allowed;
    int i, allowed_here = site == NULL;

    for (i = 0; site && i < site->nelts; i++)
        allowed_here = allowed_here || sc_origin_matches(APR_ARRAY_IDX(site, i, const char *), origin);
    for (i = 0; allowed_here && i < publication->origins->nelts; i++) {
        const sc_publication_origin_t *listed = &APR_ARRAY_IDX(publication->origins, i, sc_publication_origin_t);
        if (sc_origin_matches(listed->origin, origin)) {
            launch->realm = listed->realm;
            return NULL;
        }
    }
    return sc_error_detail(sc_error_about(sc_error(pool, SC_REFUSED, SC_MSG(100), "origin_refused",
                                                   "%s is not authorized as lmsOrigin", origin),
                                          origin),
                           allowed_here ? "not on the list of publication %s"
                                        : "not allowed by ScormConnectAllowOrigin, publication %s",
                           publication->id);
}

static sc_error_t *check_time(const launch_t *launch, const sc_publication_t *publication, apr_pool_t *pool)
{
    if (!publication->enabled)
        return sc_error_about(sc_error(pool, SC_REFUSED, SC_MSG(101), "publication_closed",
                                       "\"%s\" is closed at the moment", publication->title),
                              publication->title);
    if (publication->starts_at && launch->now < publication->starts_at)
        return sc_error_about(sc_error(pool, SC_REFUSED, SC_MSG(102), "publication_not_started",
                                       "\"%s\" has not begun yet", publication->title),
                              sc_text_from_time(publication->starts_at, pool));
    if (publication->ends_at && launch->now >= publication->ends_at)
        return sc_error_about(sc_error(pool, SC_REFUSED, SC_MSG(103), "publication_ended", "\"%s\" has ended",
                                       publication->title),
                              sc_text_from_time(publication->ends_at, pool));
    return NULL;
}

/* Some LMSes print what their script had no value for. With such an id everyone would share one account. */
static int is_no_id(const char *id)
{
    return !id || !*id || strcmp(id, "undefined") == 0 || strcmp(id, "null") == 0;
}

static sc_error_t *check_learner_id(launch_t *launch, apr_pool_t *pool)
{
    const char *id = launch->ask->learner_id ? sc_text_canonical(launch->ask->learner_id, pool) : NULL;
    const char *name = launch->ask->learner_name ? sc_text_canonical(launch->ask->learner_name, pool) : NULL;

    if (is_no_id(id))
        return sc_error(pool, SC_REFUSED, SC_MSG(104), "learner_missing", "The LMS did not say who you are");
    if (sc_text_length(id) > LONGEST_LEARNER_ID)
        return sc_error_about(sc_error(pool, SC_INVALID, SC_MSG(105), "body_invalid",
                                       "The learner's id is longer than %d characters", LONGEST_LEARNER_ID),
                              "learner.id");
    launch->learner_id = id;
    launch->learner_name = sc_text_clipped(name ? name : "", LONGEST_NAME, pool);
    return NULL;
}

/* A newcomer needs room; whoever was there before is always let in. */
static sc_error_t *check_room(sc_db_t *db, const sc_publication_t *publication, apr_pool_t *pool)
{
    int learners = 0;

    if (publication->cap != SC_UNSET)
        SC_TRY(sc_publication_learners(db, publication->id, &learners, pool));
    if (publication->admits_new && (publication->cap == SC_UNSET || learners < publication->cap))
        return NULL;
    return sc_error_detail(sc_error_about(sc_error(pool, SC_REFUSED, SC_MSG(106), "publication_full",
                                                   "\"%s\" takes no new learners", publication->title),
                                          publication->title),
                           publication->admits_new ? "its cap of %d is reached" : "it is closed to newcomers, cap %d",
                           publication->cap);
}

/* Who asks, and what is known of them; changes nothing. */
static sc_error_t *recognise(sc_db_t *db, launch_t *launch, apr_pool_t *pool)
{
    const sc_publication_t *publication = launch->offer.publication;

    SC_TRY(sc_learner_find(db, launch->realm, launch->learner_id, &launch->learner, pool));
    if (launch->learner && launch->learner->state == SC_LEARNER_DISABLED)
        return sc_error_about(sc_error(pool, SC_REFUSED, SC_MSG(107), "learner_disabled", "User '%s' is disabled",
                                       launch->learner_id),
                              launch->learner_id);
    if (launch->learner)
        SC_TRY(sc_registration_of(db, publication->id, launch->learner->id, &launch->registration, pool));
    if (!launch->registration && !launch->ask->readonly)
        return check_room(db, publication, pool);
    return NULL;
}

/* ---- yes: let them in */

static sc_error_t *start_session(sc_db_t *db, launch_t *launch, apr_pool_t *pool)
{
    sc_registration_t *registration = launch->registration;
    sc_session_t session = { 0 };
    sc_session_origin_t from;

    session.id = launch->token.session;
    session.registration = registration->id;
    session.edition = sc_scorm_name(launch->ask->scorm);
    session.started_at = launch->now;
    from.origin = launch->ask->origin;
    from.connector = launch->ask->connector;
    from.lang = launch->ask->lang ? launch->ask->lang : "";
    SC_TRY(sc_session_insert(db, &session, &from, pool));

    /* The newest launch takes the lease; an older window is told so at its next request. */
    registration->session = session.id;
    registration->sessions++;
    registration->seen_at = launch->now;
    if (registration->status == SC_STATUS_NOT_STARTED)
        registration->status = SC_STATUS_IN_PROGRESS;
    sc_standing_count(&launch->offer, registration, &launch->standing);
    sc_standing_settle(&launch->standing, registration);
    if (registration->rev == 0)
        registration->rev = 1;
    return sc_registration_update(db, registration, pool);
}

static sc_error_t *admit(sc_db_t *db, void *baton, apr_pool_t *pool)
{
    launch_t *launch = baton;
    const char *publication = launch->offer.publication->id;

    SC_TRY(recognise(db, launch, pool));
    SC_TRY(sc_learner_meet(db, launch->realm, launch->learner_id, launch->learner_name, launch->now, &launch->learner,
                           pool));
    SC_TRY(sc_registration_open(db, publication, launch->learner->id, launch->now, &launch->registration, pool));
    if (!launch->learner->tester)
        SC_TRY(sc_credit_consume_once(db, publication, launch->learner->id, launch->ask->origin, launch->now, pool));
    SC_TRY(sc_standing_read(db, &launch->offer, launch->registration, &launch->standing, pool));
    return start_session(db, launch, pool);
}

/* Browse and review make nothing: no account, no registration, no credit, no session. */
static sc_error_t *admit_to_look(sc_db_t *db, launch_t *launch, apr_pool_t *pool)
{
    SC_TRY(recognise(db, launch, pool));
    return sc_standing_read(db, &launch->offer, launch->registration, &launch->standing, pool);
}

static sc_json_t *to_json(launch_t *launch, apr_pool_t *pool)
{
    sc_json_t *answer = sc_json_object(pool);
    sc_token_t *token = &launch->token;
    int readonly = launch->ask->readonly;

    token->registration = launch->registration ? launch->registration->id : "";
    token->publication = launch->offer.publication->id;
    token->scorm = launch->ask->scorm;
    token->readonly = readonly;
    token->launched = launch->now;
    sc_json_set_string(answer, "token", sc_token_make(launch->site, token, launch->now, pool));
    sc_json_set_string(answer, "session", token->session);
    sc_json_set_string(answer, "registration", token->registration);
    sc_json_set_bool(answer, "readonly", readonly);
    sc_json_set_int(answer, "last_seq", 0);
    sc_json_set_string(answer, "media",
                       sc_token_media_path(launch->site, launch->offer.publication->training, launch->now, pool));
    sc_json_set_int(answer, "heartbeat", HEARTBEAT_SECONDS);
    sc_json_set_int(answer, "idle", IDLE_SECONDS);
    sc_json_set(answer, "course", sc_standing_course(&launch->offer, launch->ask->lang, sc_token_seed(token), pool));
    sc_json_set(answer, "progress", sc_standing_progress(&launch->offer, &launch->standing, pool));
    if (readonly)
        sc_json_set_null(answer, "snapshot");
    else
        sc_json_set(answer, "snapshot",
                    sc_standing_snapshot(&launch->offer, launch->registration, launch->ask->scorm, 0, pool));
    return answer;
}

static sc_error_t *open_publication(launch_t *launch, sc_db_t *db, const sc_publication_t *publication, apr_pool_t *pool)
{
    SC_TRY(check_origin(launch, publication, pool));
    SC_TRY(check_time(launch, publication, pool));
    SC_TRY(check_learner_id(launch, pool));
    SC_TRY(sc_offer_of(launch->site, publication, &launch->offer, pool));
    return launch->ask->readonly ? admit_to_look(db, launch, pool) : sc_db_transact(db, admit, launch, pool);
}

/* ---- no: count it for the publisher */

typedef struct {
    const launch_t *launch;
    const char *publication, *code;
} refusal_t;

static sc_error_t *note_refusal(sc_db_t *db, void *baton, apr_pool_t *pool)
{
    const refusal_t *refusal = baton;
    const launch_t *launch = refusal->launch;
    int about_account = strcmp(refusal->code, "learner_disabled") == 0;

    return sc_refusal_note(db, refusal->publication, launch->ask->origin, refusal->code,
                           about_account && launch->learner ? launch->learner->id : "", launch->now, pool);
}

sc_error_t *sc_launch(const sc_site_t *site, sc_db_t *db, const sc_launch_request_t *ask, apr_time_t now,
                      sc_json_t **answer, apr_pool_t *pool)
{
    launch_t launch = { 0 };
    sc_publication_t *publication = NULL;
    sc_error_t *error;

    launch.site = site;
    launch.ask = ask;
    launch.now = now;
    launch.token.session = sc_id_new(now, pool);
    if (sc_id_valid(ask->publication))
        SC_TRY(sc_publication_find(db, ask->publication, &publication, pool));
    if (!publication)
        return sc_error_about(sc_error(pool, SC_NOT_FOUND, SC_MSG(108), "publication_unknown",
                                       "There is no such publication on this server"),
                              ask->publication);

    error = open_publication(&launch, db, publication, pool);
    if (!error)
        *answer = to_json(&launch, pool);
    else if (error->kind == SC_REFUSED) {
        refusal_t refusal = { &launch, publication->id, error->code };
        sc_error_t *lost = sc_db_transact(db, note_refusal, &refusal, pool);
        if (lost)
            sc_log_error(SC_LOG_WARNING, lost);
    }
    return error;
}
