/* SPDX-License-Identifier: Apache-2.0 */
#include "service/launch.h"

#include <apr_strings.h>
#include <string.h>

#include "base/id.h"
#include "base/log.h"
#include "base/text.h"
#include "domain/origin.h"
#include "store/refusal.h"
#include "store/visitor.h"

#define LONGEST_LEARNER_ID 4000
#define LONGEST_NAME 1000
#define HEARTBEAT_SECONDS 30
#define IDLE_SECONDS 300

/* So often may others have been faster with the same learner. */
#define MOST_TRIES 100

/* A launch under way. */
typedef struct {
    const sc_site_t *site;
    sc_store_t *store;
    const sc_launch_request_t *ask;
    apr_time_t now;
    const char *learner_name;           /* in canonical form */
    sc_offer_t offer;
    sc_visitor_t visitor;               /* without learner and record: a stranger who only looks */
    const sc_standing_t *standing;
    sc_token_t token;
    apr_pool_t *pool;
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
            launch->visitor.realm = listed->realm;
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
    launch->visitor.external_id = id;
    launch->learner_name = sc_text_clipped(name ? name : "", LONGEST_NAME, pool);
    return NULL;
}

static sc_error_t *is_full(const sc_publication_t *publication, apr_pool_t *pool)
{
    return sc_error_detail(sc_error_about(sc_error(pool, SC_REFUSED, SC_MSG(106), "publication_full",
                                                   "\"%s\" takes no new learners", publication->title),
                                          publication->title),
                           publication->admits_new ? "its cap of %d is reached" : "it is closed to newcomers, cap %d",
                           publication->cap);
}

/* A newcomer needs room; whoever was there before is always let in. */
static sc_error_t *check_learner(launch_t *launch)
{
    const sc_publication_t *publication = launch->offer.publication;

    if (launch->visitor.learner && launch->visitor.learner->state == SC_LEARNER_DISABLED)
        return sc_error_about(sc_error(launch->pool, SC_REFUSED, SC_MSG(107), "learner_disabled", "User '%s' is disabled",
                                       launch->visitor.external_id),
                              launch->visitor.external_id);
    if (!launch->visitor.record && !launch->ask->readonly && !publication->admits_new)
        return is_full(publication, launch->pool);
    return NULL;
}

/* With the publication locked, so that two newcomers can't both take the last place. */
static sc_error_t *check_room(sc_db_t *db, void *baton, apr_pool_t *pool)
{
    const sc_publication_t *publication = ((launch_t *)baton)->offer.publication;
    int learners;

    SC_TRY(sc_publication_learners(db, publication->id, &learners, pool));
    return learners < publication->cap ? NULL : is_full(publication, pool);
}

/* ---- yes: let them in */

static void meet(launch_t *launch, sc_unit_t *unit)
{
    int is_new = launch->visitor.learner == NULL;
    sc_learner_t *learner = is_new ? apr_pcalloc(launch->pool, sizeof(*learner)) : launch->visitor.learner;

    if (is_new) {
        learner->id = sc_id_new(launch->now, launch->pool);
        learner->realm = launch->visitor.realm;
        learner->external_id = launch->visitor.external_id;
        learner->name = "";
        learner->created_at = launch->now;
    }
    /* The name may have changed, but an LMS that sends none erases none. */
    if (*launch->learner_name)
        learner->name = launch->learner_name;
    learner->seen_at = launch->now;
    launch->visitor.learner = learner;
    sc_unit_add(unit, is_new ? SC_ROW_LEARNER_NEW : SC_ROW_LEARNER, sc_learner_row(learner, launch->pool),
                is_new ? NULL : sc_db_int(SC_LEARNER_ACTIVE, launch->pool));
}

/* The session that had the lease keeps its own figures from now on. */
static void end_lease(const launch_t *launch, sc_unit_t *unit)
{
    const sc_registration_t *registration = launch->visitor.record->registration;
    sc_session_t session = { 0 };

    if (!*registration->session)
        return;
    session.id = registration->session;
    session.registration = registration->id;
    session.last_seq = registration->last_seq;
    session.seconds = registration->session_seconds;
    session.state = SC_SESSION_ENDED;
    sc_session_write(&session, NULL, registration->seen_at, unit);
}

static void start_session(launch_t *launch, sc_unit_t *unit)
{
    sc_registration_t *registration = launch->visitor.record->registration;
    sc_session_t session = { 0 };
    sc_session_origin_t origin;

    session.id = launch->token.session;
    session.registration = registration->id;
    session.started_at = launch->now;
    origin.origin = launch->ask->origin;
    origin.edition = sc_scorm_name(launch->ask->scorm);
    origin.connector = launch->ask->connector;
    origin.lang = launch->ask->lang ? launch->ask->lang : "";
    sc_session_write(&session, &origin, launch->now, unit);

    /* The newest launch takes the lease; an older window is told so at its next request. */
    registration->session = session.id;
    registration->last_seq = registration->session_seconds = 0;
    registration->sessions++;
    if (registration->status == SC_STATUS_NOT_STARTED)
        registration->status = SC_STATUS_IN_PROGRESS;
    if (!launch->visitor.learner->tester)
        registration->credited = 1;
}

static void admit(launch_t *launch, sc_unit_t *unit)
{
    const sc_publication_t *publication = launch->offer.publication;
    sc_registration_t *registration;

    meet(launch, unit);
    if (launch->visitor.record)
        end_lease(launch, unit);
    else {
        launch->visitor.record = sc_record_new(publication->id, launch->visitor.learner->id, launch->now, launch->pool);
        if (publication->cap != SC_UNSET)
            unit->check = check_room;
    }
    start_session(launch, unit);
    registration = launch->visitor.record->registration;
    launch->standing = sc_standing_of(&launch->offer, launch->visitor.record, launch->pool);
    sc_standing_settle(launch->standing, registration);
    if (registration->rev == 0)
        registration->rev = 1;
    sc_record_write(launch->visitor.record, launch->ask->origin, launch->now, unit);
}

/* An answer that got lost on its way from the database: this very launch is on disk already. */
static int is_admitted(const launch_t *launch)
{
    return launch->visitor.record && strcmp(launch->visitor.record->registration->session, launch->token.session) == 0;
}

static sc_error_t *admit_or_refuse(launch_t *launch, sc_unit_t *unit)
{
    SC_TRY(check_learner(launch));
    if (!is_admitted(launch)) {
        admit(launch, unit);
        return NULL;
    }
    /* Written once more: what was committed while a standby was away may be seen, and is no promise yet. */
    launch->standing = sc_standing_of(&launch->offer, launch->visitor.record, launch->pool);
    sc_record_write(launch->visitor.record, launch->ask->origin, launch->now, unit);
    return NULL;
}

/* In the transaction, for all launches that came at the same time: who they are is one query. */
static sc_error_t *admit_all(sc_db_t *db, sc_unit_t *const *units, int count, apr_pool_t *pool)
{
    sc_visitor_t **visitors = apr_palloc(pool, sizeof(sc_visitor_t *) * (apr_size_t)count);
    int i;

    for (i = 0; i < count; i++)
        visitors[i] = &((launch_t *)units[i]->baton)->visitor;
    SC_TRY(sc_visitor_find(db, ((launch_t *)units[0]->baton)->store->records, visitors, count, pool));
    for (i = 0; i < count; i++)
        units[i]->error = admit_or_refuse(units[i]->baton, units[i]);
    return NULL;
}

static sc_error_t *let_in(launch_t *launch)
{
    sc_unit_t *unit = sc_unit_new(launch->pool);
    int tries, stale;

    unit->prepare = admit_all;
    unit->baton = launch;
    for (tries = 0; tries < MOST_TRIES; tries++) {
        sc_error_t *error = sc_writer_commit(launch->store->writer, unit, &stale);

        if (!error && !stale) {
            sc_record_remember(launch->store->records, launch->visitor.record);
            return NULL;
        }
        if (launch->visitor.record)
            sc_record_forget(launch->store->records, launch->visitor.record->registration->id);
        SC_TRY(error);
    }
    return sc_error(launch->pool, SC_UNAVAILABLE, SC_MSG(109), "busy", "The server is busy");
}

static sc_error_t *recognise(sc_db_t *db, void *baton)
{
    launch_t *launch = baton;
    sc_visitor_t *visitor = &launch->visitor;

    return sc_visitor_find(db, launch->store->records, &visitor, 1, launch->pool);
}

/* Browse and review make nothing: no account, no registration, no credit, no session. */
static sc_error_t *let_look(launch_t *launch)
{
    SC_TRY(sc_store_use(launch->store, recognise, launch, launch->pool));
    SC_TRY(check_learner(launch));
    launch->standing = sc_standing_of(&launch->offer, launch->visitor.record, launch->pool);
    return NULL;
}

static sc_json_t *to_json(launch_t *launch)
{
    apr_pool_t *pool = launch->pool;
    sc_json_t *answer = sc_json_object(pool);
    sc_token_t *token = &launch->token;
    int readonly = launch->ask->readonly;

    token->registration = launch->visitor.record ? launch->visitor.record->registration->id : "";
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
    sc_json_set_text(answer, "course", sc_standing_course(&launch->offer, launch->ask->lang, sc_token_seed(token), pool));
    sc_json_set(answer, "progress", sc_standing_progress(&launch->offer, launch->standing, pool));
    if (readonly)
        sc_json_set_null(answer, "snapshot");
    else
        sc_json_set(answer, "snapshot",
                    sc_standing_snapshot(&launch->offer, launch->visitor.record->registration, launch->ask->scorm, 0, pool));
    return answer;
}

static sc_error_t *open_publication(launch_t *launch, const sc_publication_t *publication)
{
    SC_TRY(check_origin(launch, publication, launch->pool));
    SC_TRY(check_time(launch, publication, launch->pool));
    SC_TRY(check_learner_id(launch, launch->pool));
    SC_TRY(sc_offer_of(launch->site, publication, &launch->offer, launch->pool));
    return launch->ask->readonly ? let_look(launch) : let_in(launch);
}

/* ---- no: count it for the publisher */

typedef struct {
    const launch_t *launch;
    const char *publication, *code;
} refusal_t;

static sc_error_t *write_refusal(sc_db_t *db, void *baton, apr_pool_t *pool)
{
    const refusal_t *refusal = baton;
    const launch_t *launch = refusal->launch;
    int about_account = strcmp(refusal->code, "learner_disabled") == 0;

    return sc_refusal_note(db, refusal->publication, launch->ask->origin, refusal->code,
                           about_account && launch->visitor.learner ? launch->visitor.learner->id : "", launch->now, pool);
}

static sc_error_t *note_refusal(sc_db_t *db, void *baton)
{
    refusal_t *refusal = baton;

    return sc_db_transact(db, write_refusal, refusal, refusal->launch->pool);
}

sc_error_t *sc_launch(const sc_site_t *site, sc_store_t *store, const sc_launch_request_t *ask, apr_time_t now,
                      sc_json_t **answer, apr_pool_t *pool)
{
    launch_t launch = { 0 };
    sc_publication_t *publication = NULL;
    sc_error_t *error;

    launch.site = site;
    launch.store = store;
    launch.ask = ask;
    launch.now = now;
    launch.pool = pool;
    launch.token.session = sc_id_new(now, pool);
    launch.visitor.publication = ask->publication;
    launch.visitor.pool = pool;
    if (sc_id_valid(ask->publication))
        SC_TRY(sc_store_publication(store, ask->publication, &publication, pool));
    if (!publication)
        return sc_error_about(sc_error(pool, SC_NOT_FOUND, SC_MSG(108), "publication_unknown",
                                       "There is no such publication on this server"),
                              ask->publication);

    error = open_publication(&launch, publication);
    if (!error)
        *answer = to_json(&launch);
    else if (error->kind == SC_REFUSED) {
        refusal_t refusal = { &launch, publication->id, error->code };
        sc_error_t *lost = sc_store_use(store, note_refusal, &refusal, pool);
        if (lost)
            sc_log_error(SC_LOG_WARNING, lost);
    }
    return error;
}
