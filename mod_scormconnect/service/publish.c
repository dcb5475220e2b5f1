/* SPDX-License-Identifier: Apache-2.0 */
#include "service/publish.h"

#include <apr_strings.h>
#include <string.h>

#include "base/id.h"
#include "domain/origin.h"
#include "service/publication_fields.h"
#include "store/refusal.h"

static const char *state_name(const sc_training_t *training)
{
    return !training->course ? "broken" : training->stale ? "stale" : "ok";
}

/* "missing" when its folder is gone. `course` may be NULL. */
static const char *training_state(const sc_site_t *site, const char *id, const sc_course_t **course, apr_pool_t *pool)
{
    sc_training_t training;

    *course = NULL;
    if (sc_trainings_get(site->trainings, id, &training, pool))
        return "missing";
    *course = training.course;
    return state_name(&training);
}

static sc_json_t *tell(const sc_site_t *site, const sc_publication_t *publication,
                       const sc_publication_figures_t *figures, apr_pool_t *pool)
{
    const sc_course_t *course;
    sc_json_t *out = sc_json_object(pool);

    sc_publication_tell(publication, figures, training_state(site, publication->training, &course, pool), out, pool);
    return out;
}

/* ---- making and changing */

typedef struct {
    sc_publication_t *publication;
    const char *actor, *action, *detail;
    apr_time_t now;
    int changed;
} change_t;

static sc_error_t *note(sc_db_t *db, const change_t *change, apr_pool_t *pool)
{
    return sc_audit_note(db, change->actor, change->action, change->publication->id, change->detail, change->now, pool);
}

static sc_error_t *insert(sc_db_t *db, void *baton, apr_pool_t *pool)
{
    change_t *change = baton;

    SC_TRY(sc_publication_insert(db, change->publication, pool));
    return note(db, change, pool);
}

static sc_error_t *update(sc_db_t *db, void *baton, apr_pool_t *pool)
{
    change_t *change = baton;

    SC_TRY(sc_publication_update(db, change->publication, &change->changed, pool));
    return change->changed ? note(db, change, pool) : NULL;
}

sc_error_t *sc_publish_create(const sc_site_t *site, sc_db_t *db, const sc_json_t *fields, const char *actor,
                              apr_time_t now, sc_json_t **out, apr_pool_t *pool)
{
    const char *training = sc_json_get_string(fields, "training", "");
    sc_publication_t *publication = sc_publication_blank(pool);
    change_t change = { publication, actor, "publication_create", sc_json_text(fields, pool), now, 0 };
    const sc_course_t *course;
    const char *state = training_state(site, training, &course, pool);

    if (!course)
        return sc_error_about(sc_error(pool, SC_INVALID, SC_MSG(301), "field_invalid",
                                       strcmp(state, "missing") == 0
                                           ? "There is no training \"%s\""
                                           : "The training \"%s\" has errors: run \"scormconnect check\"",
                                       training),
                              "training");
    publication->id = sc_id_new(now, pool);
    publication->rev = 1;
    publication->training = training;
    publication->title = course->title[0];
    publication->created_at = publication->updated_at = now;
    SC_TRY(sc_publication_take(publication, fields, course, pool));
    if (!publication->origins->nelts)
        return sc_error_about(sc_error(pool, SC_INVALID, SC_MSG(302), "field_invalid",
                                       "Name at least one LMS, for example https://lms.example.com"),
                              "origins");
    SC_TRY(sc_db_transact(db, insert, &change, pool));
    *out = tell(site, publication, NULL, pool);
    return NULL;
}

static sc_error_t *save(sc_db_t *db, change_t *change, apr_pool_t *pool)
{
    change->publication->updated_at = change->now;
    SC_TRY(sc_db_transact(db, update, change, pool));
    if (!change->changed)
        return sc_error(pool, SC_CONFLICT, SC_MSG(303), "changed_meanwhile",
                        "Somebody else has changed this publication in the meantime");
    return NULL;
}

sc_error_t *sc_publish_update(const sc_site_t *site, sc_db_t *db, const char *id, const sc_json_t *fields,
                              const char *actor, apr_time_t now, sc_json_t **out, apr_pool_t *pool)
{
    change_t change = { NULL, actor, "publication_update", sc_json_text(fields, pool), now, 0 };
    const sc_course_t *course;

    SC_TRY(sc_publish_get(db, id, &change.publication, pool));
    training_state(site, change.publication->training, &course, pool);
    change.publication->rev = sc_json_get_int(fields, "rev", 0);
    SC_TRY(sc_publication_take(change.publication, fields, course, pool));
    SC_TRY(save(db, &change, pool));
    return sc_publish_show(site, db, id, out, pool);
}

sc_error_t *sc_publish_authorise(const sc_site_t *site, sc_db_t *db, const char *id, const char *origin,
                                 const char *actor, apr_time_t now, sc_json_t **out, apr_pool_t *pool)
{
    change_t change = { NULL, actor, "origin_authorise", origin, now, 0 };
    sc_publication_origin_t *added;
    int i;

    SC_TRY(sc_publish_get(db, id, &change.publication, pool));
    for (i = 0; i < change.publication->origins->nelts; i++)
        if (strcmp(APR_ARRAY_IDX(change.publication->origins, i, sc_publication_origin_t).origin, origin) == 0)
            return sc_publish_show(site, db, id, out, pool);
    added = apr_array_push(change.publication->origins);
    added->origin = origin;
    added->realm = "";
    SC_TRY(save(db, &change, pool));
    return sc_publish_show(site, db, id, out, pool);
}

/* ---- showing */

sc_error_t *sc_publish_get(sc_db_t *db, const char *id, sc_publication_t **out, apr_pool_t *pool)
{
    SC_TRY(sc_publication_find(db, id, out, pool));
    if (!*out)
        return sc_error_about(sc_error(pool, SC_NOT_FOUND, SC_MSG(304), "publication_unknown",
                                       "There is no publication %s", id),
                              id);
    return NULL;
}

sc_error_t *sc_publish_show(const sc_site_t *site, sc_db_t *db, const char *id, sc_json_t **out, apr_pool_t *pool)
{
    sc_publication_figures_t figures;
    sc_publication_t *publication;

    SC_TRY(sc_publish_get(db, id, &publication, pool));
    SC_TRY(sc_publication_figures(db, id, &figures, pool));
    *out = tell(site, publication, &figures, pool);
    return NULL;
}

sc_error_t *sc_publish_list(const sc_site_t *site, sc_db_t *db, sc_json_t **out, apr_pool_t *pool)
{
    apr_array_header_t *publications;
    apr_hash_t *figures;
    sc_json_t *list;
    int i;

    SC_TRY(sc_publication_list(db, &publications, pool));
    SC_TRY(sc_publication_all_figures(db, &figures, pool));
    *out = sc_json_object(pool);
    list = sc_json_set_new_array(*out, "publications");
    for (i = 0; i < publications->nelts; i++) {
        const sc_publication_t *publication = APR_ARRAY_IDX(publications, i, sc_publication_t *);
        sc_json_add(list, tell(site, publication, apr_hash_get(figures, publication->id, APR_HASH_KEY_STRING), pool));
    }
    return NULL;
}

static void tell_problems(const sc_training_t *training, sc_json_t *out)
{
    sc_json_t *list = sc_json_set_new_array(out, "problems");
    int i;

    for (i = 0; i < training->problems->nelts; i++) {
        const sc_problem_t *problem = &APR_ARRAY_IDX(training->problems, i, sc_problem_t);
        sc_json_t *one = sc_json_add_new_object(list);
        sc_json_set_string(one, "file", problem->file);
        sc_json_set_int(one, "line", problem->line);
        sc_json_set_string(one, "severity", problem->severity == SC_PROBLEM_ERROR ? "error" : "warning");
        sc_json_set_string(one, "text", problem->text);
    }
}

static int count_activities(const sc_course_t *course)
{
    int modules, blocks, count = 0;

    for (modules = 0; modules < course->module_count; modules++)
        for (blocks = 0; blocks < course->modules[modules]->block_count; blocks++)
            count += course->modules[modules]->blocks[blocks].activity != NULL;
    return count;
}

static void tell_training(const sc_training_t *training, sc_json_t *out)
{
    const sc_course_t *course = training->course;
    sc_json_t *langs;
    int i;

    sc_json_set_string(out, "id", training->id);
    sc_json_set_string(out, "title", course ? course->title[0] : training->id);
    sc_json_set_string(out, "state", state_name(training));
    langs = sc_json_set_new_array(out, "langs");
    for (i = 0; course && i < course->lang_count; i++)
        sc_json_add_string(langs, course->langs[i]);
    sc_json_set_int(out, "modules", course ? course->module_count : 0);
    sc_json_set_int(out, "activities", course ? count_activities(course) : 0);
    sc_json_set_bool(out, "placement", course && course->placement);
    if (course && course->assessment) {
        sc_json_t *assessment = sc_json_set_new_object(out, "assessment");
        sc_json_set_int(assessment, "pass", course->assessment->pass);
        sc_json_set_int(assessment, "attempts", course->assessment->attempts);
    }
    else
        sc_json_set_null(out, "assessment");
    tell_problems(training, out);
}

sc_error_t *sc_publish_trainings(const sc_site_t *site, sc_json_t **out, apr_pool_t *pool)
{
    apr_array_header_t *trainings;
    sc_json_t *list;
    int i;

    SC_TRY(sc_trainings_list(site->trainings, &trainings, pool));
    *out = sc_json_object(pool);
    list = sc_json_set_new_array(*out, "trainings");
    for (i = 0; i < trainings->nelts; i++)
        tell_training(&APR_ARRAY_IDX(trainings, i, sc_training_t), sc_json_add_new_object(list));
    return NULL;
}

sc_json_t *sc_publish_check_origins(const sc_json_t *texts, apr_pool_t *pool)
{
    sc_json_t *out = sc_json_object(pool), *list = sc_json_set_new_array(out, "origins");
    int i;

    for (i = 0; i < sc_json_length(texts); i++) {
        const char *text = sc_json_string(sc_json_at(texts, i)), *origin = NULL;
        sc_error_t *error = sc_origin_normalize(text ? text : "", &origin, pool);
        sc_json_t *one = sc_json_add_new_object(list);

        sc_json_set_string(one, "text", text);
        sc_json_set_bool(one, "ok", error == NULL);
        sc_json_set_string(one, "origin", error ? NULL : origin);
        sc_json_set_string(one, "message", error ? error->message : NULL);
    }
    return out;
}
