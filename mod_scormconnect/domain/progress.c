/* SPDX-License-Identifier: Apache-2.0 */
#include "domain/progress.h"

#include <string.h>

sc_results_t *sc_results_new(apr_pool_t *pool)
{
    sc_results_t *results = apr_pcalloc(pool, sizeof(*results));

    results->modules = apr_hash_make(pool);
    results->activities = apr_hash_make(pool);
    results->best_score = SC_NO_SCORE;
    return results;
}

/* ---- modules */

static sc_module_result_t module_result(const sc_results_t *results, const sc_module_t *module)
{
    static const sc_module_result_t nothing = { 0, 0, 0 };
    const sc_module_result_t *found = apr_hash_get(results->modules, module->id, APR_HASH_KEY_STRING);

    return found ? *found : nothing;
}

static const sc_activity_result_t *activity_result(const sc_results_t *results, const sc_activity_t *activity)
{
    return apr_hash_get(results->activities, activity->id, APR_HASH_KEY_STRING);
}

/* The activities of a module: how many there are, how many were answered. */
static void count_answers(const sc_module_t *module, const sc_results_t *results, int *asked, int *answered)
{
    int i;

    *asked = *answered = 0;
    for (i = 0; i < module->block_count; i++) {
        const sc_activity_t *activity = module->blocks[i].activity;

        if (!activity)
            continue;
        (*asked)++;
        *answered += activity_result(results, activity) != NULL;
    }
}

sc_module_state_e sc_progress_module(const sc_module_t *module, const sc_results_t *results)
{
    sc_module_result_t result = module_result(results, module);
    int asked, answered;

    if (result.validated)
        return SC_MODULE_VALIDATED;
    count_answers(module, results, &asked, &answered);
    if (result.read && answered == asked)
        return SC_MODULE_DONE;
    return result.opened || result.read || answered ? SC_MODULE_STARTED : SC_MODULE_OPEN;
}

static int is_done(sc_module_state_e state)
{
    return state == SC_MODULE_DONE || state == SC_MODULE_VALIDATED;
}

int sc_progress_unlocked(const sc_course_t *course, const sc_module_t *module, const sc_results_t *results)
{
    sc_module_result_t result = module_result(results, module);

    if (module->index == 0 || module->unlock == SC_UNLOCK_ALWAYS)
        return 1;
    /* A module that was put in before it later closes nothing that was already gone through. */
    if (result.read || result.validated)
        return 1;
    return is_done(sc_progress_module(course->modules[module->index - 1], results));
}

/* ---- counting */

/* The points of `module`, and those won. A validated module is worth all of its points. */
static void count_points(const sc_module_t *module, const sc_results_t *results, sc_work_t *work)
{
    int validated = module_result(results, module).validated;
    int i;

    for (i = 0; i < module->block_count; i++) {
        const sc_activity_t *activity = module->blocks[i].activity;
        const sc_activity_result_t *result;

        if (!activity)
            continue;
        work->points += activity->points;
        result = activity_result(results, activity);
        if (validated)
            work->points_won += activity->points;
        else if (result)
            work->points_won += result->points < activity->points ? result->points : activity->points;
    }
}

sc_work_t sc_progress_work(const sc_course_t *course, const sc_results_t *results, int pass, int attempts)
{
    sc_work_t work = { 0 };
    int i;

    work.modules = course->module_count;
    for (i = 0; i < course->module_count; i++) {
        work.modules_done += is_done(sc_progress_module(course->modules[i], results));
        count_points(course->modules[i], results, &work);
    }
    work.has_assessment = course->assessment != NULL;
    work.pass = pass;
    work.attempts_allowed = attempts;
    work.attempts_ended = results->attempts_ended;
    work.best_score = results->best_score;
    return work;
}

/* The score for the learner's own eyes, while it may still rise: unlike sc_status_score() it is not held back. */
static int score_so_far(const sc_course_t *course, const sc_results_t *results, const sc_work_t *work)
{
    int i, begun = 0;

    if (work->has_assessment)
        return work->best_score;
    for (i = 0; i < course->module_count; i++) {
        int asked, answered;

        count_answers(course->modules[i], results, &asked, &answered);
        begun += answered + (asked && module_result(results, course->modules[i]).validated);
    }
    if (!begun || work->points <= 0)
        return SC_NO_SCORE;
    return (int)(((apr_int64_t)work->points_won * 10000 + work->points / 2) / work->points);
}

/* ---- responses, as far as they fit the activity as it is now */

static int is_option(const sc_activity_t *activity, const char *key)
{
    int i;

    for (i = 0; i < activity->option_count; i++)
        if (strcmp(activity->options[i].key, key) == 0)
            return 1;
    return 0;
}

static int fits(const sc_activity_t *activity, const sc_json_t *response)
{
    int i, count = sc_json_length(response);

    for (i = 0; i < count; i++) {
        const char *text = sc_json_string(sc_json_at(response, i));

        if (!text || (activity->kind == SC_CHOICE && !is_option(activity, text)))
            return 0;
    }
    /* An item's key follows from its position: as long as their number is the same, so are the keys. */
    if (activity->kind == SC_ORDER)
        return count == activity->option_count;
    return count <= 1 || (activity->kind == SC_CHOICE && activity->multiple);
}

/* A list always: an empty one where the response does not fit. */
static void set_response(sc_json_t *json, const char *key, const sc_activity_t *activity, const sc_json_t *response)
{
    sc_json_t *list = sc_json_set_new_array(json, key);
    int i;

    if (!fits(activity, response))
        return;
    for (i = 0; i < sc_json_length(response); i++)
        sc_json_add_string(list, sc_json_string(sc_json_at(response, i)));
}

/* What we have stored ourselves; NULL where it can't be read. */
static const sc_json_t *stored(const char *text, apr_pool_t *pool)
{
    sc_json_t *json = NULL;

    if (!text || sc_json_read(text, strlen(text), &json, pool))
        return NULL;
    return json;
}

/* ---- the "progress" */

static void set_module(sc_json_t *modules, const sc_course_t *course, const sc_module_t *module, const sc_results_t *results)
{
    static const char *const states[] = {
        [SC_MODULE_OPEN] = "open",
        [SC_MODULE_STARTED] = "started",
        [SC_MODULE_DONE] = "done",
        [SC_MODULE_VALIDATED] = "validated",
    };
    sc_module_result_t result = module_result(results, module);
    sc_json_t *json = sc_json_set_new_object(modules, module->id);

    sc_json_set_string(json, "state", states[sc_progress_module(module, results)]);
    sc_json_set_bool(json, "unlocked", sc_progress_unlocked(course, module, results));
    sc_json_set_bool(json, "read", result.read);
    sc_json_set_bool(json, "validated", result.validated);
}

static void set_activities(sc_json_t *activities, const sc_module_t *module, const sc_results_t *results, apr_pool_t *pool)
{
    int i;

    for (i = 0; i < module->block_count; i++) {
        const sc_activity_t *activity = module->blocks[i].activity;
        const sc_activity_result_t *result = activity ? activity_result(results, activity) : NULL;
        sc_json_t *json;

        if (!result)
            continue;
        json = sc_json_set_new_object(activities, activity->id);
        sc_json_set_bool(json, "correct", result->correct);
        sc_json_set_int(json, "points", result->points);
        sc_json_set_int(json, "tries", result->tries);
        set_response(json, "response", activity, stored(result->response, pool));
    }
}

static void set_placement(sc_json_t *progress, const sc_course_t *course, const sc_results_t *results)
{
    sc_json_t *json = sc_json_set_new_object(progress, "placement"), *validated;
    int i;

    sc_json_set_bool(json, "taken", results->placement_taken);
    sc_json_set_bool(json, "skipped", results->placement_skipped);
    validated = sc_json_set_new_array(json, "validated");
    for (i = 0; i < course->module_count; i++)
        if (module_result(results, course->modules[i]).validated)
            sc_json_add_string(validated, course->modules[i]->id);
}

static void set_open_attempt(sc_json_t *assessment, const sc_test_t *test, const sc_results_t *results, apr_pool_t *pool)
{
    const sc_json_t *kept = stored(results->open_answers, pool);
    sc_json_t *json = sc_json_set_new_object(assessment, "open"), *answers;
    int i;

    sc_json_set_int(json, "number", results->open_attempt);
    answers = sc_json_set_new_object(json, "answers");
    for (i = 0; i < test->activity_count; i++) {
        const sc_activity_t *activity = &test->activities[i];

        if (sc_json_has(kept, activity->id))
            set_response(answers, activity->id, activity, sc_json_get(kept, activity->id));
    }
}

static void set_score(sc_json_t *json, const char *key, int score)
{
    if (score == SC_NO_SCORE)
        sc_json_set_null(json, key);
    else
        sc_json_set_hundredths(json, key, score);
}

static void set_assessment(sc_json_t *progress, const sc_course_t *course, const sc_results_t *results, const sc_work_t *work,
                           apr_pool_t *pool)
{
    sc_json_t *json = sc_json_set_new_object(progress, "assessment");
    int left = work->attempts_allowed - work->attempts_ended;

    sc_json_set_int(json, "attempts_used", work->attempts_ended);
    if (work->attempts_allowed > 0)
        sc_json_set_int(json, "attempts_left", left > 0 ? left : 0);
    else
        sc_json_set_null(json, "attempts_left");
    set_score(json, "best", work->best_score);
    sc_json_set_bool(json, "passed", work->best_score != SC_NO_SCORE && work->best_score >= work->pass * 100);
    /* The grammar has no rule that would close it. */
    sc_json_set_bool(json, "unlocked", 1);
    if (course->assessment && results->open_attempt)
        set_open_attempt(json, course->assessment, results, pool);
    else
        sc_json_set_null(json, "open");
}

sc_json_t *sc_progress_to_json(const sc_course_t *course, const sc_results_t *results, const sc_work_t *work, sc_status_e status,
                               apr_pool_t *pool)
{
    sc_json_t *progress = sc_json_object(pool), *modules, *activities;
    const char *location = results->location && sc_course_module(course, results->location) ? results->location : NULL;
    int i;

    sc_json_set_string(progress, "status", sc_status_name(status));
    set_score(progress, "score", score_so_far(course, results, work));
    sc_json_set_int(progress, "percent", sc_status_percent(work));
    sc_json_set_string(progress, "location", location);
    modules = sc_json_set_new_object(progress, "modules");
    activities = sc_json_set_new_object(progress, "activities");
    for (i = 0; i < course->module_count; i++) {
        set_module(modules, course, course->modules[i], results);
        set_activities(activities, course->modules[i], results, pool);
    }
    set_placement(progress, course, results);
    set_assessment(progress, course, results, work, pool);
    return progress;
}
