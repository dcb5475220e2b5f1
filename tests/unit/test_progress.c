/* SPDX-License-Identifier: Apache-2.0 */
#include "unit.h"

#include <string.h>

#include "course_sample.h"
#include "domain/progress.h"

static void set_module(sc_results_t *results, const char *id, int opened, int read, int validated, apr_pool_t *pool)
{
    sc_module_result_t *module = apr_pcalloc(pool, sizeof(*module));

    module->opened = opened;
    module->read = read;
    module->validated = validated;
    apr_hash_set(results->modules, id, APR_HASH_KEY_STRING, module);
}

static void set_answer(sc_results_t *results, const char *id, int points, const char *response, apr_pool_t *pool)
{
    sc_activity_result_t *answer = apr_pcalloc(pool, sizeof(*answer));

    answer->correct = points > 0;
    answer->points = points;
    answer->tries = 2;
    answer->response = response;
    apr_hash_set(results->activities, id, APR_HASH_KEY_STRING, answer);
}

/* m1 read and its questions answered, one of them right. */
static sc_results_t *first_module_done(apr_pool_t *pool)
{
    sc_results_t *results = sc_results_new(pool);

    set_module(results, "m1", 1, 1, 0, pool);
    set_answer(results, "q1", 1, "[\"2\"]", pool);
    set_answer(results, "q2", 0, "[\"1\"]", pool);
    return results;
}

static sc_json_t *told(const sc_course_t *course, const sc_results_t *results, int attempts, apr_pool_t *pool)
{
    sc_work_t work = sc_progress_work(course, results, 80, attempts);

    return sc_progress_to_json(course, results, &work, SC_STATUS_IN_PROGRESS, pool);
}

static const char *text(const sc_json_t *json, const char *key, apr_pool_t *pool)
{
    assert_true(sc_json_has(json, key));
    return sc_json_text(sc_json_get(json, key), pool);
}

/* ---- modules */

static void a_module_is_done_when_it_is_read_and_answered(void **state)
{
    sc_course_t *course = sample_course(*state);
    sc_results_t *results = sc_results_new(*state);
    const sc_module_t *module = course->modules[0];

    assert_int_equal(sc_progress_module(module, results), SC_MODULE_OPEN);
    set_module(results, "m1", 1, 0, 0, *state);
    assert_int_equal(sc_progress_module(module, results), SC_MODULE_STARTED);
    set_module(results, "m1", 1, 1, 0, *state);
    set_answer(results, "q1", 0, "[\"1\"]", *state);
    assert_int_equal(sc_progress_module(module, results), SC_MODULE_STARTED);
    set_answer(results, "q2", 0, "[\"1\"]", *state);
    assert_int_equal(sc_progress_module(module, results), SC_MODULE_DONE);
    set_module(results, "m1", 1, 0, 0, *state);
    assert_int_equal(sc_progress_module(module, results), SC_MODULE_STARTED);
    set_module(results, "m1", 0, 0, 1, *state);
    assert_int_equal(sc_progress_module(module, results), SC_MODULE_VALIDATED);
}

static void an_answer_alone_starts_a_module(void **state)
{
    sc_results_t *results = sc_results_new(*state);

    set_answer(results, "q1", 0, "[\"1\"]", *state);
    assert_int_equal(sc_progress_module(sample_course(*state)->modules[0], results), SC_MODULE_STARTED);
}

static void a_module_waits_for_the_one_before_it(void **state)
{
    sc_course_t *course = sample_course(*state);
    sc_results_t *results = sc_results_new(*state);

    assert_true(sc_progress_unlocked(course, course->modules[0], results));
    assert_false(sc_progress_unlocked(course, course->modules[1], results));
    set_module(results, "m1", 1, 1, 0, *state);
    assert_false(sc_progress_unlocked(course, course->modules[1], results));
    assert_true(sc_progress_unlocked(course, course->modules[1], first_module_done(*state)));
    set_module(results, "m1", 0, 0, 1, *state);
    assert_true(sc_progress_unlocked(course, course->modules[1], results));
    assert_false(sc_progress_unlocked(course, course->modules[2], results));
    course->modules[2]->unlock = SC_UNLOCK_ALWAYS;
    assert_true(sc_progress_unlocked(course, course->modules[2], results));
}

static void the_first_module_waits_for_nothing(void **state)
{
    sc_course_t *course = sample_course(*state);

    course->modules[0]->unlock = SC_UNLOCK_PREVIOUS;
    assert_true(sc_progress_unlocked(course, course->modules[0], sc_results_new(*state)));
}

static void what_was_gone_through_stays_open(void **state)
{
    sc_course_t *course = sample_course(*state);
    sc_results_t *results = sc_results_new(*state);

    set_module(results, "m2", 1, 0, 0, *state);
    assert_false(sc_progress_unlocked(course, course->modules[1], results));
    set_module(results, "m2", 1, 1, 0, *state);
    assert_true(sc_progress_unlocked(course, course->modules[1], results));
    set_module(results, "m2", 0, 0, 1, *state);
    assert_true(sc_progress_unlocked(course, course->modules[1], results));
}

/* ---- counting */

static void work_is_counted_over_the_present_course(void **state)
{
    sc_course_t *course = sample_course(*state);
    sc_results_t *results = first_module_done(*state);
    sc_work_t work;

    set_module(results, "removed", 1, 1, 0, *state);
    set_answer(results, "removed-too", 5, "[\"1\"]", *state);
    results->attempts_ended = 1;
    results->best_score = 5000;
    work = sc_progress_work(course, results, 80, 3);
    assert_int_equal(work.modules, 3);
    assert_int_equal(work.modules_done, 1);
    assert_int_equal(work.points, 5);
    assert_int_equal(work.points_won, 1);
    assert_true(work.has_assessment);
    assert_int_equal(work.pass, 80);
    assert_int_equal(work.attempts_allowed, 3);
    assert_int_equal(work.attempts_ended, 1);
    assert_int_equal(work.best_score, 5000);

    course->assessment = NULL;
    assert_false(sc_progress_work(course, results, 80, 3).has_assessment);
}

static void a_validated_module_is_worth_all_its_points(void **state)
{
    sc_results_t *results = sc_results_new(*state);
    sc_work_t work;

    set_module(results, "m2", 0, 0, 1, *state);
    set_answer(results, "g1", 0, "[\"x\"]", *state);
    work = sc_progress_work(sample_course(*state), results, 80, 0);
    assert_int_equal(work.modules_done, 1);
    assert_int_equal(work.points_won, 3);
}

static void no_activity_wins_more_than_it_is_worth_now(void **state)
{
    sc_results_t *results = sc_results_new(*state);

    set_answer(results, "q1", 7, "[\"2\"]", *state);
    assert_int_equal(sc_progress_work(sample_course(*state), results, 80, 0).points_won, 1);
}

/* ---- what is told */

static void the_score_so_far_is_that_of_the_activities(void **state)
{
    sc_course_t *course = sample_course(*state);
    sc_results_t *results = sc_results_new(*state);

    course->assessment = NULL;
    assert_string_equal(text(told(course, results, 0, *state), "score", *state), "null");
    set_answer(results, "q1", 0, "[\"1\"]", *state);
    assert_string_equal(text(told(course, results, 0, *state), "score", *state), "0");
    assert_string_equal(text(told(course, first_module_done(*state), 0, *state), "score", *state), "20");
    results = sc_results_new(*state);
    set_module(results, "m1", 0, 0, 1, *state);
    assert_string_equal(text(told(course, results, 0, *state), "score", *state), "40");
}

static void the_score_is_the_assessments_where_there_is_one(void **state)
{
    sc_results_t *results = first_module_done(*state);

    assert_string_equal(text(told(sample_course(*state), results, 0, *state), "score", *state), "null");
    results->attempts_ended = 1;
    results->best_score = 6667;
    assert_string_equal(text(told(sample_course(*state), results, 0, *state), "score", *state), "66.67");
}

static void modules_and_activities_are_told(void **state)
{
    sc_results_t *results = first_module_done(*state);
    sc_json_t *json;

    results->location = "m1";
    json = told(sample_course(*state), results, 3, *state);
    assert_string_equal(text(json, "status", *state), "\"in_progress\"");
    assert_string_equal(text(json, "percent", *state), "25");
    assert_string_equal(text(json, "location", *state), "\"m1\"");
    assert_string_equal(text(json, "modules", *state),
                        "{\"m1\":{\"state\":\"done\",\"unlocked\":true,\"read\":true,\"validated\":false},"
                        "\"m2\":{\"state\":\"open\",\"unlocked\":true,\"read\":false,\"validated\":false},"
                        "\"m3\":{\"state\":\"open\",\"unlocked\":false,\"read\":false,\"validated\":false}}");
    assert_string_equal(text(json, "activities", *state),
                        "{\"q1\":{\"correct\":true,\"points\":1,\"tries\":2,\"response\":[\"2\"]},"
                        "\"q2\":{\"correct\":false,\"points\":0,\"tries\":2,\"response\":[\"1\"]}}");
}

static void a_location_that_was_removed_is_none(void **state)
{
    sc_results_t *results = sc_results_new(*state);

    results->location = "removed";
    assert_string_equal(text(told(sample_course(*state), results, 0, *state), "location", *state), "null");
}

static const char *told_response(const char *id, const char *response, apr_pool_t *pool)
{
    sc_results_t *results = sc_results_new(pool);
    sc_json_t *json;

    set_answer(results, id, 0, response, pool);
    json = told(sample_course(pool), results, 0, pool);
    return text(sc_json_get(sc_json_get(json, "activities"), id), "response", pool);
}

static void responses_that_no_longer_fit_are_left_out(void **state)
{
    assert_string_equal(told_response("o1", "[\"a\",\"b\",\"c\",\"d\"]", *state), "[\"a\",\"b\",\"c\",\"d\"]");
    assert_string_equal(told_response("o1", "[\"a\",\"b\",\"c\"]", *state), "[]");
    assert_string_equal(told_response("q1", "[\"3\"]", *state), "[\"3\"]");
    assert_string_equal(told_response("q1", "[\"4\"]", *state), "[]");
    assert_string_equal(told_response("q1", "[\"1\",\"2\"]", *state), "[]");
    assert_string_equal(told_response("q2", "[\"1\",\"2\"]", *state), "[\"1\",\"2\"]");
    assert_string_equal(told_response("g1", "[\"a<b\"]", *state), "[\"a\\u003cb\"]");
    assert_string_equal(told_response("g1", "[\"a\",\"b\"]", *state), "[]");
    assert_string_equal(told_response("g1", "[1]", *state), "[]");
    assert_string_equal(told_response("g1", "spoilt", *state), "[]");
    assert_string_equal(told_response("g1", NULL, *state), "[]");
}

static void the_placement_test_is_told(void **state)
{
    sc_results_t *results = sc_results_new(*state);

    assert_string_equal(text(told(sample_course(*state), results, 0, *state), "placement", *state),
                        "{\"taken\":false,\"skipped\":false,\"validated\":[]}");
    results->placement_taken = 1;
    set_module(results, "m1", 0, 0, 1, *state);
    set_module(results, "removed", 0, 0, 1, *state);
    assert_string_equal(text(told(sample_course(*state), results, 0, *state), "placement", *state),
                        "{\"taken\":true,\"skipped\":false,\"validated\":[\"m1\"]}");
}

static void the_assessment_is_told(void **state)
{
    sc_results_t *results = sc_results_new(*state);

    assert_string_equal(text(told(sample_course(*state), results, 0, *state), "assessment", *state),
                        "{\"attempts_used\":0,\"attempts_left\":null,\"best\":null,\"passed\":false,\"unlocked\":true,"
                        "\"open\":null}");
    results->attempts_ended = 1;
    results->best_score = 8000;
    results->open_attempt = 2;
    results->open_answers = "{\"f1\":[\"2\"],\"f2\":[\"a\"],\"removed\":[\"1\"]}";
    assert_string_equal(text(told(sample_course(*state), results, 3, *state), "assessment", *state),
                        "{\"attempts_used\":1,\"attempts_left\":2,\"best\":80,\"passed\":true,\"unlocked\":true,"
                        "\"open\":{\"number\":2,\"answers\":{\"f1\":[\"2\"],\"f2\":[]}}}");
}

static void attempts_left_never_fall_below_none(void **state)
{
    sc_results_t *results = sc_results_new(*state);
    const sc_json_t *assessment;

    results->attempts_ended = 3;
    results->best_score = 7999;
    assessment = sc_json_get(told(sample_course(*state), results, 2, *state), "assessment");
    assert_string_equal(text(assessment, "attempts_left", *state), "0");
    assert_string_equal(text(assessment, "passed", *state), "false");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_POOL(a_module_is_done_when_it_is_read_and_answered),
        WITH_POOL(an_answer_alone_starts_a_module),
        WITH_POOL(a_module_waits_for_the_one_before_it),
        WITH_POOL(the_first_module_waits_for_nothing),
        WITH_POOL(what_was_gone_through_stays_open),
        WITH_POOL(work_is_counted_over_the_present_course),
        WITH_POOL(a_validated_module_is_worth_all_its_points),
        WITH_POOL(no_activity_wins_more_than_it_is_worth_now),
        WITH_POOL(the_score_so_far_is_that_of_the_activities),
        WITH_POOL(the_score_is_the_assessments_where_there_is_one),
        WITH_POOL(modules_and_activities_are_told),
        WITH_POOL(a_location_that_was_removed_is_none),
        WITH_POOL(responses_that_no_longer_fit_are_left_out),
        WITH_POOL(the_placement_test_is_told),
        WITH_POOL(the_assessment_is_told),
        WITH_POOL(attempts_left_never_fall_below_none),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
