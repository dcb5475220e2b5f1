/* SPDX-License-Identifier: Apache-2.0 */
#include "service/standing.h"

#include <apr_strings.h>

static const char *const *split_langs(const char *langs, apr_pool_t *pool)
{
    char **list;

    apr_tokenize_to_argv(langs, &list, pool);
    return (const char *const *)list;
}

sc_error_t *sc_offer_of(const sc_site_t *site, const sc_publication_t *publication, sc_offer_t *out, apr_pool_t *pool)
{
    sc_training_t training;
    sc_error_t *error = sc_trainings_get(site->trainings, publication->training, &training, pool);

    if (error || !training.course)
        return sc_error_detail(sc_error(pool, SC_UNAVAILABLE, SC_MSG(122), "training_unavailable",
                                        "The training can't be opened at the moment"),
                               "training %s of publication %s: %s", publication->training, publication->id,
                               error ? error->message : "it has errors and never had a good version");
    out->publication = publication;
    out->course = training.course;
    out->langs = split_langs(publication->langs, pool);
    out->pass = publication->pass;
    out->attempts = publication->attempts;
    if (training.course->assessment) {
        if (out->pass == SC_UNSET)
            out->pass = training.course->assessment->pass;
        if (out->attempts == SC_UNSET)
            out->attempts = training.course->assessment->attempts;
    }
    return NULL;
}

static void take_modules(sc_results_t *results, const apr_array_header_t *rows, apr_pool_t *pool)
{
    int i;

    for (i = 0; i < rows->nelts; i++) {
        const sc_module_row_t *row = APR_ARRAY_IDX(rows, i, sc_module_row_t *);
        sc_module_result_t *module = apr_pcalloc(pool, sizeof(*module));
        module->opened = row->opened_at != 0;
        module->read = row->read_at != 0;
        module->validated = row->validated_at != 0;
        apr_hash_set(results->modules, row->module, APR_HASH_KEY_STRING, module);
    }
}

static void take_activities(sc_results_t *results, const sc_course_t *course, const apr_array_header_t *rows,
                            apr_pool_t *pool)
{
    int i;

    for (i = 0; i < rows->nelts; i++) {
        const sc_activity_row_t *row = APR_ARRAY_IDX(rows, i, sc_activity_row_t *);
        const sc_activity_t *activity = sc_course_activity(course, row->activity);
        sc_activity_result_t *result;

        if (!activity || activity->place != SC_IN_MODULE)
            continue;
        result = apr_pcalloc(pool, sizeof(*result));
        result->correct = row->correct;
        /* The author may have changed the points since. */
        result->points = row->correct ? activity->points : 0;
        result->tries = row->tries;
        result->response = row->response;
        apr_hash_set(results->activities, row->activity, APR_HASH_KEY_STRING, result);
    }
}

static void take_attempts(sc_results_t *results, const apr_array_header_t *rows)
{
    int i;

    for (i = 0; i < rows->nelts; i++) {
        const sc_attempt_row_t *row = APR_ARRAY_IDX(rows, i, sc_attempt_row_t *);
        if (row->ended_at) {
            results->attempts_ended++;
            if (row->score > results->best_score)
                results->best_score = row->score;
        }
        else {
            results->open_attempt = row->number;
            results->open_answers = row->answers;
        }
    }
}

static void take_registration(sc_results_t *results, const sc_registration_t *registration)
{
    results->placement_taken = registration->placement == SC_PLACEMENT_TAKEN;
    results->placement_skipped = registration->placement == SC_PLACEMENT_SKIPPED;
    results->location = *registration->location ? registration->location : NULL;
}

sc_standing_t *sc_standing_of(const sc_offer_t *offer, const sc_record_t *record, apr_pool_t *pool)
{
    sc_standing_t *standing = apr_pcalloc(pool, sizeof(*standing));
    sc_status_e before = record ? (sc_status_e)record->registration->status : SC_STATUS_NOT_STARTED;

    standing->results = sc_results_new(pool);
    if (record) {
        take_modules(standing->results, record->modules, pool);
        take_activities(standing->results, offer->course, record->activities, pool);
        take_attempts(standing->results, record->attempts);
        take_registration(standing->results, record->registration);
    }
    standing->work = sc_progress_work(offer->course, standing->results, offer->pass, offer->attempts);
    standing->status = sc_status_decide(&standing->work, before);
    return standing;
}

void sc_standing_settle(const sc_standing_t *standing, sc_registration_t *registration)
{
    int score = sc_status_score(&standing->work);
    int final = sc_status_is_final(standing->status);

    /* What the LMS was told is never taken back: a threshold or a question may have changed since. */
    if (score < registration->score)
        score = registration->score;
    if (registration->status != (int)standing->status || registration->score != score || registration->final != final)
        registration->rev++;
    registration->status = standing->status;
    registration->score = score;
    registration->final = final;
    registration->percent = sc_status_percent(&standing->work);
    registration->attempts = standing->results->attempts_ended;
}

sc_json_t *sc_standing_progress(const sc_offer_t *offer, const sc_standing_t *standing, apr_pool_t *pool)
{
    return sc_progress_to_json(offer->course, standing->results, &standing->work, standing->status, pool);
}

sc_json_t *sc_standing_snapshot(const sc_offer_t *offer, const sc_registration_t *registration, sc_scorm_e scorm,
                                apr_int64_t seconds, apr_pool_t *pool)
{
    sc_status_e status = (sc_status_e)registration->status;
    sc_lms_words_t words = sc_status_to_lms(status, scorm, offer->publication->keep_incomplete);
    sc_json_t *snapshot = sc_json_object(pool), *lms;

    sc_json_set_int(snapshot, "rev", registration->rev);
    sc_json_set_string(snapshot, "status", sc_status_name(status));
    if (registration->score == SC_NO_SCORE)
        sc_json_set_null(snapshot, "score");
    else
        sc_json_set_hundredths(snapshot, "score", registration->score);
    sc_json_set_int(snapshot, "seconds", seconds);
    sc_json_set_bool(snapshot, "final", registration->final);
    lms = sc_json_set_new_object(snapshot, "lms");
    if (scorm == SC_SCORM_12)
        sc_json_set_string(lms, "status", words.status);
    else {
        sc_json_set_string(lms, "completion", words.completion);
        sc_json_set_string(lms, "success", words.success);
    }
    sc_json_set_string(lms, "exit", words.exit);
    return snapshot;
}

const char *sc_standing_course(const sc_offer_t *offer, const char *wanted, const char *seed, apr_pool_t *pool)
{
    sc_course_view_t view;

    view.lang = sc_course_language(offer->course, wanted, offer->langs);
    view.seed = seed;
    view.pass = offer->pass;
    view.attempts = offer->attempts;
    view.allowed = offer->langs;
    return sc_course_json(offer->course, &view, pool);
}
