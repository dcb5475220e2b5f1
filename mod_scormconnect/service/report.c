/* SPDX-License-Identifier: Apache-2.0 */
#include "service/report.h"

#include <apr_strings.h>
#include <string.h>

#include "base/text.h"
#include "domain/status.h"
#include "service/learners.h"
#include "service/publish.h"
#include "store/record.h"
#include "store/tally.h"

/* ---- a publication's figures */

/* Sums by id, in the place of those that the course has no more. */
static apr_hash_t *by_id(const apr_array_header_t *rows, apr_pool_t *pool)
{
    apr_hash_t *hash = apr_hash_make(pool);
    int i;

    for (i = 0; i < rows->nelts; i++)
        apr_hash_set(hash, SC_ROW(rows, i)[0], APR_HASH_KEY_STRING, SC_ROW(rows, i));
    return hash;
}

static void tell_sums(const apr_hash_t *sums, const char *id, const char *const *names, sc_json_t *out)
{
    const char *const *row = apr_hash_get((apr_hash_t *)sums, id, APR_HASH_KEY_STRING);
    int i;

    sc_json_set_string(out, "id", id);
    for (i = 0; names[i]; i++)
        sc_json_set_int(out, names[i], row ? sc_db_to_int(row[i + 1], 0) : 0);
}

static const char *const module_sums[] = { "opened", "finished", "validated", NULL };
static const char *const activity_sums[] = { "answers", "correct", "first_answers", "first_correct", NULL };

static void tell_activity(const apr_hash_t *sums, const sc_activity_t *activity, sc_json_t *list)
{
    sc_json_t *one = sc_json_add_new_object(list);

    tell_sums(sums, activity->id, activity_sums, one);
    sc_json_set_string(one, "module", activity->module ? activity->module->id : NULL);
}

static void tell_course(const sc_course_t *course, const apr_hash_t *modules, const apr_hash_t *activities, sc_json_t *out)
{
    sc_json_t *module_list = sc_json_set_new_array(out, "modules");
    sc_json_t *activity_list = sc_json_set_new_array(out, "activities");
    int i, j;

    for (i = 0; course->placement && i < course->placement->activity_count; i++)
        tell_activity(activities, &course->placement->activities[i], activity_list);
    for (i = 0; i < course->module_count; i++) {
        const sc_module_t *module = course->modules[i];
        sc_json_t *one = sc_json_add_new_object(module_list);

        tell_sums(modules, module->id, module_sums, one);
        sc_json_set_string(one, "title", module->title[0]);
        for (j = 0; j < module->block_count; j++)
            if (module->blocks[j].activity)
                tell_activity(activities, module->blocks[j].activity, activity_list);
    }
}

static void tell_days(const apr_array_header_t *rows, sc_json_t *list, apr_pool_t *pool)
{
    static const char *const names[] = { "learners", "credits", "sessions", "completed", "failed", "passed", NULL };
    int i, c;

    for (i = 0; i < rows->nelts; i++) {
        const char *const *row = SC_ROW(rows, i);
        sc_json_t *one = sc_json_add_new_object(list);
        apr_time_t day = sc_db_to_int(row[0], 0) * apr_time_from_sec(86400);

        /* "2026-11-24" of a whole moment. */
        sc_json_set_string(one, "day", apr_pstrndup(pool, sc_text_from_time(day, pool), 10));
        for (c = 0; names[c]; c++)
            sc_json_set_int(one, names[c], sc_db_to_int(row[c + 1], 0));
    }
}

sc_error_t *sc_report_statistics(const sc_site_t *site, sc_db_t *db, const char *id, sc_json_t **out, apr_pool_t *pool)
{
    apr_array_header_t *modules, *activities, *days;
    sc_publication_t *publication;
    sc_training_t training;

    SC_TRY(sc_publish_get(db, id, &publication, pool));
    SC_TRY(sc_trainings_get(site->trainings, publication->training, &training, pool));
    SC_TRY(sc_tally_modules(db, id, &modules, pool));
    SC_TRY(sc_tally_activities(db, id, &activities, pool));
    SC_TRY(sc_tally_days(db, id, &days, pool));
    *out = sc_json_object(pool);
    if (training.course)
        tell_course(training.course, by_id(modules, pool), by_id(activities, pool), *out);
    else {
        sc_json_set_new_array(*out, "modules");
        sc_json_set_new_array(*out, "activities");
    }
    tell_days(days, sc_json_set_new_array(*out, "days"), pool);
    return NULL;
}

/* ---- a learner */

static void tell_modules(const sc_record_t *record, sc_json_t *list, apr_pool_t *pool)
{
    int i;

    for (i = 0; i < record->modules->nelts; i++) {
        const sc_module_row_t *row = APR_ARRAY_IDX(record->modules, i, sc_module_row_t *);
        sc_json_t *one = sc_json_add_new_object(list);

        sc_json_set_string(one, "id", row->module);
        sc_json_set_time(one, "opened_at", row->opened_at, pool);
        sc_json_set_time(one, "finished_at", row->read_at, pool);
        sc_json_set_time(one, "validated_at", row->validated_at, pool);
    }
}

static void tell_activities(const sc_record_t *record, sc_json_t *list, apr_pool_t *pool)
{
    int i;

    for (i = 0; i < record->activities->nelts; i++) {
        const sc_activity_row_t *row = APR_ARRAY_IDX(record->activities, i, sc_activity_row_t *);
        sc_json_t *one = sc_json_add_new_object(list);

        sc_json_set_string(one, "id", row->activity);
        sc_json_set_bool(one, "correct", row->correct);
        sc_json_set_bool(one, "correct_first", row->correct_first);
        sc_json_set_int(one, "points", row->points);
        sc_json_set_int(one, "tries", row->tries);
        sc_json_set_time(one, "first_at", row->first_at, pool);
        sc_json_set_time(one, "last_at", row->last_at, pool);
    }
}

static void tell_attempts(const sc_record_t *record, sc_json_t *list, apr_pool_t *pool)
{
    int i;

    for (i = 0; i < record->attempts->nelts; i++) {
        const sc_attempt_row_t *row = APR_ARRAY_IDX(record->attempts, i, sc_attempt_row_t *);
        sc_json_t *one = sc_json_add_new_object(list);

        sc_json_set_int(one, "number", row->number);
        sc_json_set_time(one, "started_at", row->started_at, pool);
        sc_json_set_time(one, "ended_at", row->ended_at, pool);
        if (row->score == SC_NO_SCORE)
            sc_json_set_null(one, "score");
        else
            sc_json_set_hundredths(one, "score", row->score);
        sc_json_set_int(one, "pass", row->pass);
    }
}

static sc_error_t *tell_deliveries(sc_db_t *db, const char *registration, sc_json_t *list, apr_pool_t *pool)
{
    apr_array_header_t *rows;
    int i;

    SC_TRY(sc_registration_deliveries(db, registration, &rows, pool));
    for (i = 0; i < rows->nelts; i++) {
        const char *const *row = SC_ROW(rows, i);
        sc_json_t *one = sc_json_add_new_object(list);

        sc_json_set_int(one, "rev", sc_db_to_int(row[0], 0));
        sc_json_set_string(one, "lms", row[1]);
        sc_json_set_string(one, "element", row[2]);
        sc_json_set_time(one, "at", sc_db_to_int(row[3], 0), pool);
    }
    return NULL;
}

static sc_error_t *tell_registration(sc_db_t *db, const char *id, const char *title, sc_json_t *out, apr_pool_t *pool)
{
    sc_record_t *record;

    SC_TRY(sc_record_find(db, id, &record, pool));
    sc_json_set_string(out, "id", id);
    sc_json_set_string(out, "title", title);
    /* Deleted while this is being read. */
    if (!record)
        return NULL;
    sc_json_set_string(out, "publication", record->registration->publication);
    sc_learners_tell_registration(record->registration, out, pool);
    tell_modules(record, sc_json_set_new_array(out, "modules"), pool);
    tell_activities(record, sc_json_set_new_array(out, "activities"), pool);
    tell_attempts(record, sc_json_set_new_array(out, "assessment"), pool);
    return tell_deliveries(db, id, sc_json_set_new_array(out, "deliveries"), pool);
}

sc_error_t *sc_report_learner(const sc_site_t *site, sc_db_t *db, const char *account, sc_json_t **out, apr_pool_t *pool)
{
    apr_array_header_t *rows;
    sc_learner_t *learner;
    sc_json_t *list;
    int i;

    SC_TRY(sc_learner_get(db, account, &learner, pool));
    if (!learner)
        return sc_error(pool, SC_NOT_FOUND, SC_MSG(352), "learner_unknown", "There is no such learner");
    *out = sc_json_object(pool);
    sc_json_set_string(*out, "account", learner->id);
    sc_learners_tell(learner, site->show_names, *out, pool);
    list = sc_json_set_new_array(*out, "registrations");
    SC_TRY(sc_registration_by_learner(db, account, &rows, pool));
    for (i = 0; i < rows->nelts; i++)
        SC_TRY(tell_registration(db, SC_ROW(rows, i)[0], SC_ROW(rows, i)[1], sc_json_add_new_object(list), pool));
    return NULL;
}
