/* SPDX-License-Identifier: Apache-2.0 */
#include "service/learners.h"

#include <apr_strings.h>
#include <string.h>

#include "base/text.h"
#include "domain/origin.h"
#include "domain/status.h"
#include "store/publication.h"

static const char *state_name(int state)
{
    return state == SC_LEARNER_DISABLED ? "disabled" : "active";
}

/* ---- accounts */

void sc_learners_tell(const sc_learner_t *learner, int with_name, sc_json_t *out, apr_pool_t *pool)
{
    sc_json_set_string(out, "id", learner->external_id);
    sc_json_set_string(out, "realm", learner->realm);
    sc_json_set_string(out, "name", with_name ? learner->name : NULL);
    sc_json_set_string(out, "state", state_name(learner->state));
    sc_json_set_bool(out, "tester", learner->tester);
    sc_json_set_time(out, "created_at", learner->created_at, pool);
    sc_json_set_time(out, "seen_at", learner->seen_at, pool);
}

sc_error_t *sc_learners_list(sc_db_t *db, int with_names, sc_json_t **out, apr_pool_t *pool)
{
    sc_json_t *list;
    const char *after = "";
    apr_array_header_t *page;
    int i;

    *out = sc_json_object(pool);
    list = sc_json_set_new_array(*out, "learners");
    for (;;) {
        SC_TRY(sc_learner_page(db, after, &page, pool));
        if (!page->nelts)
            return NULL;
        for (i = 0; i < page->nelts; i++) {
            const sc_learner_t *learner = APR_ARRAY_IDX(page, i, sc_learner_t *);
            sc_learners_tell(learner, with_names, sc_json_add_new_object(list), pool);
            after = learner->id;
        }
    }
}

typedef struct {
    sc_learners_verb_e verb;
    const char *external_id, *realm, *actor;
    apr_time_t now;
} change_t;

static sc_error_t *find_one(sc_db_t *db, const change_t *change, sc_learner_t **out, apr_pool_t *pool)
{
    apr_array_header_t *named;
    int i, found = 0;

    SC_TRY(sc_learner_named(db, change->external_id, &named, pool));
    for (i = 0; i < named->nelts; i++) {
        sc_learner_t *learner = APR_ARRAY_IDX(named, i, sc_learner_t *);
        if (change->realm && strcmp(change->realm, learner->realm) != 0)
            continue;
        *out = learner;
        found++;
    }
    if (found == 0)
        return sc_error_about(sc_error(pool, SC_NOT_FOUND, SC_MSG(350), "learner_unknown", "There is no learner '%s'",
                                       change->external_id),
                              change->external_id);
    if (found > 1)
        return sc_error_about(sc_error(pool, SC_CONFLICT, SC_MSG(351), "learner_ambiguous",
                                       "'%s' is a learner in several realms: say which", change->external_id),
                              change->external_id);
    return NULL;
}

static sc_error_t *apply(sc_db_t *db, void *baton, apr_pool_t *pool)
{
    static const char *const actions[] = { "learner_disable", "learner_enable", "learner_delete" };
    const change_t *change = baton;
    sc_learner_t *learner = NULL;

    SC_TRY(find_one(db, change, &learner, pool));
    if (change->verb == SC_LEARNERS_DELETE)
        SC_TRY(sc_learner_delete(db, learner->id, pool));
    else
        SC_TRY(sc_learner_set_state(db, learner->id, change->verb == SC_LEARNERS_DISABLE ? SC_LEARNER_DISABLED
                                                                                         : SC_LEARNER_ACTIVE,
                                    pool));
    /* The account's own id: the trail must not keep what a deletion erased. */
    return sc_audit_note(db, change->actor, actions[change->verb], learner->id, "", change->now, pool);
}

sc_error_t *sc_learners_change(sc_db_t *db, sc_learners_verb_e verb, const char *external_id, const char *realm,
                               const char *actor, apr_time_t now, apr_pool_t *pool)
{
    change_t change = { verb, sc_text_canonical(external_id, pool), realm, actor, now };

    if (!change.external_id)
        change.external_id = "";
    return sc_db_transact(db, apply, &change, pool);
}

/* ---- of a publication */

void sc_learners_tell_registration(const sc_registration_t *r, sc_json_t *out, apr_pool_t *pool)
{
    sc_json_set_string(out, "status", sc_status_name((sc_status_e)r->status));
    if (r->score == SC_NO_SCORE)
        sc_json_set_null(out, "score");
    else
        sc_json_set_hundredths(out, "score", r->score);
    sc_json_set_int(out, "percent", r->percent);
    sc_json_set_int(out, "seconds", r->seconds);
    sc_json_set_int(out, "attempts", r->attempts);
    sc_json_set_int(out, "sessions", r->sessions);
    sc_json_set_time(out, "started_at", r->started_at, pool);
    sc_json_set_time(out, "seen_at", r->seen_at, pool);
    sc_json_set_int(out, "rev", r->rev);
    if (r->delivered_at) {
        sc_json_t *delivered = sc_json_set_new_object(out, "delivered");
        sc_json_set_int(delivered, "rev", r->delivered_rev);
        sc_json_set_string(delivered, "lms", r->delivered_lms);
        sc_json_set_time(delivered, "at", r->delivered_at, pool);
    }
    else
        sc_json_set_null(out, "delivered");
}

static void tell_line(const sc_registration_line_t *line, int with_names, sc_json_t *out, apr_pool_t *pool)
{
    sc_json_set_string(out, "account", line->registration.learner);
    sc_json_set_string(out, "learner_id", line->external_id);
    sc_json_set_string(out, "name", with_names ? line->name : NULL);
    sc_json_set_string(out, "state", state_name(line->learner_state));
    sc_learners_tell_registration(&line->registration, out, pool);
}

sc_error_t *sc_learners_of(sc_db_t *db, const char *publication, const char *after, int with_names, sc_json_t **out,
                           apr_pool_t *pool)
{
    const char *last = NULL;
    apr_array_header_t *lines;
    sc_json_t *list;
    int more, i;

    SC_TRY(sc_registration_page(db, publication, after, &lines, &more, pool));
    *out = sc_json_object(pool);
    list = sc_json_set_new_array(*out, "learners");
    for (i = 0; i < lines->nelts; i++) {
        const sc_registration_line_t *line = &APR_ARRAY_IDX(lines, i, sc_registration_line_t);
        tell_line(line, with_names, sc_json_add_new_object(list), pool);
        last = line->registration.id;
    }
    sc_json_set_string(*out, "next", more ? last : NULL);
    return NULL;
}

/* ---- refused */

int sc_learners_can_authorise(const sc_refusal_t *refusal, apr_pool_t *pool)
{
    return strcmp(refusal->code, "origin_refused") == 0 && sc_origin_is_plain(refusal->origin, pool);
}

static sc_error_t *is_authorised(sc_db_t *db, const sc_refusal_t *refusal, int *out, apr_pool_t *pool)
{
    sc_publication_t *publication;
    int i;

    *out = 0;
    SC_TRY(sc_publication_find(db, refusal->publication, &publication, pool));
    for (i = 0; publication && i < publication->origins->nelts; i++)
        if (sc_origin_matches(APR_ARRAY_IDX(publication->origins, i, sc_publication_origin_t).origin, refusal->origin))
            *out = 1;
    return NULL;
}

sc_error_t *sc_learners_refused(sc_db_t *db, const char *publication, sc_json_t **out, apr_pool_t *pool)
{
    apr_array_header_t *refusals;
    sc_json_t *list;
    int i;

    SC_TRY(sc_refusal_list(db, publication, &refusals, pool));
    *out = sc_json_object(pool);
    list = sc_json_set_new_array(*out, "refusals");
    for (i = 0; i < refusals->nelts; i++) {
        const sc_refusal_t *refusal = APR_ARRAY_IDX(refusals, i, sc_refusal_t *);
        sc_json_t *one = sc_json_add_new_object(list);
        int curable = sc_learners_can_authorise(refusal, pool), authorised = 0;

        if (curable)
            SC_TRY(is_authorised(db, refusal, &authorised, pool));
        sc_json_set_string(one, "id", refusal->id);
        sc_json_set_string(one, "publication", refusal->publication);
        sc_json_set_string(one, "title", refusal->title);
        sc_json_set_string(one, "origin", refusal->origin);
        sc_json_set_string(one, "code", refusal->code);
        sc_json_set_string(one, "learner_id", refusal->external_id);
        sc_json_set_int(one, "count", refusal->times);
        sc_json_set_time(one, "first_at", refusal->first_at, pool);
        sc_json_set_time(one, "last_at", refusal->last_at, pool);
        sc_json_set_bool(one, "can_authorise", curable && !authorised);
        sc_json_set_bool(one, "authorised", authorised);
    }
    return NULL;
}
