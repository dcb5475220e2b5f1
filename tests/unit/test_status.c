/* SPDX-License-Identifier: Apache-2.0 */
#include "unit.h"

#include <string.h>

#include "domain/status.h"

/* The table of docs/status.md, line by line. */

static void without_an_assessment_all_modules_pass(void **state)
{
    sc_work_t work = { .modules = 3, .modules_done = 2, .best_score = SC_NO_SCORE };

    (void)state;
    assert_int_equal(sc_status_decide(&work, SC_STATUS_NOT_STARTED), SC_STATUS_IN_PROGRESS);
    work.modules_done = 3;
    assert_int_equal(sc_status_decide(&work, SC_STATUS_IN_PROGRESS), SC_STATUS_PASSED);
}

static void an_empty_course_is_never_passed_by_opening_it(void **state)
{
    sc_work_t work = { .modules = 0, .best_score = SC_NO_SCORE };

    (void)state;
    assert_int_equal(sc_status_decide(&work, SC_STATUS_NOT_STARTED), SC_STATUS_IN_PROGRESS);
    assert_int_equal(sc_status_percent(&work), 0);
}

/* A learner of a course with three modules and an assessment: 80 percent, `allowed` attempts. */
static sc_work_t with_assessment(int modules_done, int allowed, int ended, int best_score)
{
    sc_work_t work = {
        .modules = 3, .modules_done = modules_done, .has_assessment = 1, .pass = 80,
        .attempts_allowed = allowed, .attempts_ended = ended, .best_score = best_score,
    };

    return work;
}

static void the_assessment_decides(void **state)
{
    static const struct {
        int modules_done, allowed, ended, best_score;
        sc_status_e status;
        int score;
    } table[] = {
        /* done allowed ended best */
        { 0,    3,      0,    SC_NO_SCORE, SC_STATUS_IN_PROGRESS, SC_NO_SCORE },
        { 3,    3,      0,    SC_NO_SCORE, SC_STATUS_IN_PROGRESS, SC_NO_SCORE },    /* nothing tried yet */
        { 2,    3,      1,    7999,        SC_STATUS_IN_PROGRESS, SC_NO_SCORE },    /* not all seen */
        { 3,    3,      1,    7999,        SC_STATUS_COMPLETED,   7999 },           /* may improve */
        { 3,    3,      2,    0,           SC_STATUS_COMPLETED,   0 },
        { 3,    0,      99,   7999,        SC_STATUS_COMPLETED,   7999 },           /* unlimited */
        { 3,    3,      3,    7999,        SC_STATUS_FAILED,      7999 },           /* used up */
        { 0,    3,      3,    0,           SC_STATUS_FAILED,      0 },              /* used up before the rest */
        { 0,    1,      4,    0,           SC_STATUS_FAILED,      0 },              /* attempts were reduced */
        { 3,    3,      1,    8000,        SC_STATUS_PASSED,      8000 },
        { 0,    3,      1,    8000,        SC_STATUS_PASSED,      8000 },           /* modules don't matter then */
        { 3,    3,      3,    10000,       SC_STATUS_PASSED,      10000 },          /* with the last attempt */
        { 3,    0,      5,    8001,        SC_STATUS_PASSED,      8001 },
    };
    size_t i;

    (void)state;
    for (i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
        sc_work_t work = with_assessment(table[i].modules_done, table[i].allowed, table[i].ended, table[i].best_score);

        assert_int_equal(sc_status_decide(&work, SC_STATUS_NOT_STARTED), table[i].status);
        assert_int_equal(sc_status_score(&work), table[i].score);
    }
}

static void a_threshold_of_zero_still_needs_an_attempt(void **state)
{
    sc_work_t work = with_assessment(3, 3, 0, SC_NO_SCORE);

    (void)state;
    work.pass = 0;
    assert_int_equal(sc_status_decide(&work, SC_STATUS_IN_PROGRESS), SC_STATUS_IN_PROGRESS);
    work.attempts_ended = 1;
    work.best_score = 0;
    assert_int_equal(sc_status_decide(&work, SC_STATUS_IN_PROGRESS), SC_STATUS_PASSED);
}

static void attempts_used_up_turn_completed_into_failed(void **state)
{
    sc_work_t work = with_assessment(3, 3, 3, 5000);

    (void)state;
    assert_int_equal(sc_status_decide(&work, SC_STATUS_COMPLETED), SC_STATUS_FAILED);
}

static void more_attempts_lift_a_failed_learner_only_by_passing(void **state)
{
    sc_work_t work = with_assessment(3, 5, 3, 5000);

    (void)state;
    assert_int_equal(sc_status_decide(&work, SC_STATUS_FAILED), SC_STATUS_FAILED);
    work.attempts_ended = 4;
    work.best_score = 8000;
    assert_int_equal(sc_status_decide(&work, SC_STATUS_FAILED), SC_STATUS_PASSED);
}

static void a_lower_threshold_lifts_a_failed_learner(void **state)
{
    sc_work_t work = with_assessment(3, 3, 3, 5000);

    (void)state;
    work.pass = 50;
    assert_int_equal(sc_status_decide(&work, SC_STATUS_FAILED), SC_STATUS_PASSED);
}

static void passed_stays_passed_when_the_course_grows(void **state)
{
    sc_work_t work = { .modules = 9, .modules_done = 3, .best_score = SC_NO_SCORE };

    (void)state;
    assert_int_equal(sc_status_decide(&work, SC_STATUS_PASSED), SC_STATUS_PASSED);
}

/* ---- all combinations */

typedef void (*work_fn)(const sc_work_t *work);

static void for_all_work(work_fn fn)
{
    static const int scores[] = { SC_NO_SCORE, 0, 4999, 5000, 5001, 10000 };
    sc_work_t work = { .modules = 0 };

    for (work.modules = 0; work.modules <= 2; work.modules++)
        for (work.modules_done = 0; work.modules_done <= work.modules; work.modules_done++)
            for (work.points = 0; work.points <= 3; work.points += 3)
                for (work.points_won = 0; work.points_won <= work.points; work.points_won++)
                    for (work.has_assessment = 0; work.has_assessment <= 1; work.has_assessment++)
                        for (work.pass = 0; work.pass <= 100; work.pass += 50)
                            for (work.attempts_allowed = 0; work.attempts_allowed <= 2; work.attempts_allowed++)
                                for (work.attempts_ended = 0; work.attempts_ended <= 3; work.attempts_ended++) {
                                    size_t i = work.attempts_ended ? 1 : 0, end = work.attempts_ended ? 6 : 1;
                                    for (; i < end; i++) {
                                        work.best_score = scores[i];
                                        fn(&work);
                                    }
                                }
}

static void rises_only(const sc_work_t *work)
{
    int before;

    for (before = SC_STATUS_NOT_STARTED; before <= SC_STATUS_PASSED; before++) {
        sc_status_e after = sc_status_decide(work, (sc_status_e)before);

        assert_true((int)after >= before);
        assert_int_not_equal(after, SC_STATUS_NOT_STARTED);
        assert_int_equal(sc_status_decide(work, after), after);
    }
}

static void no_status_ever_falls(void **state)
{
    (void)state;
    for_all_work(rises_only);
}

/* More of anything good is never worth less. An attempt more is, when it was the last. */
static void more_is_never_less(const sc_work_t *work)
{
    sc_status_e status = sc_status_decide(work, SC_STATUS_NOT_STARTED);
    sc_work_t more = *work;

    if (more.modules_done < more.modules) {
        more.modules_done++;
        assert_true(sc_status_decide(&more, SC_STATUS_NOT_STARTED) >= status);
        assert_true(sc_status_percent(&more) >= sc_status_percent(work));
    }
    more = *work;
    if (more.best_score != SC_NO_SCORE && more.best_score < 10000) {
        more.best_score++;
        assert_true(sc_status_decide(&more, SC_STATUS_NOT_STARTED) >= status);
        assert_true(sc_status_score(&more) >= sc_status_score(work));
    }
    more = *work;
    if (more.points_won < more.points) {
        more.points_won++;
        assert_int_equal(sc_status_decide(&more, SC_STATUS_NOT_STARTED), status);
        assert_true(sc_status_score(&more) >= sc_status_score(work));
    }
}

static void more_work_never_counts_less(void **state)
{
    (void)state;
    for_all_work(more_is_never_less);
}

static void is_sound(const sc_work_t *work)
{
    sc_status_e status = sc_status_decide(work, SC_STATUS_NOT_STARTED);
    int score = sc_status_score(work), percent = sc_status_percent(work);

    assert_true(score == SC_NO_SCORE || (score >= 0 && score <= 10000));
    assert_true(percent >= 0 && percent <= 100);
    if (status == SC_STATUS_IN_PROGRESS)
        assert_int_equal(score, SC_NO_SCORE);
    if (percent == 100)
        assert_true(sc_status_is_final(status));
    if (status == SC_STATUS_PASSED && work->has_assessment)
        assert_true(score >= work->pass * 100);
    if (status == SC_STATUS_COMPLETED || status == SC_STATUS_FAILED)
        assert_true(work->has_assessment && score < work->pass * 100);
}

static void status_score_and_percent_agree(void **state)
{
    (void)state;
    for_all_work(is_sound);
}

/* ---- score and percent */

static void without_an_assessment_the_activities_give_the_score(void **state)
{
    sc_work_t work = { .modules = 1, .modules_done = 1, .points = 3, .points_won = 2, .best_score = SC_NO_SCORE };

    (void)state;
    assert_int_equal(sc_status_score(&work), 6667);
    work.points_won = 1;
    assert_int_equal(sc_status_score(&work), 3333);
    work.points_won = 0;
    assert_int_equal(sc_status_score(&work), 0);
    work.points = 0;
    assert_int_equal(sc_status_score(&work), SC_NO_SCORE);
    work.points = 1500000;
    work.points_won = 1500000;
    assert_int_equal(sc_status_score(&work), 10000);
    work.modules_done = 0;
    assert_int_equal(sc_status_score(&work), SC_NO_SCORE);
}

static void with_an_assessment_points_do_not_count(void **state)
{
    sc_work_t work = with_assessment(3, 3, 1, 9000);

    (void)state;
    work.points = work.points_won = 10;
    assert_int_equal(sc_status_score(&work), 9000);
}

static void the_assessment_is_a_step_of_its_own(void **state)
{
    sc_work_t work = with_assessment(3, 3, 0, SC_NO_SCORE);

    (void)state;
    assert_int_equal(sc_status_percent(&work), 75);
    work = with_assessment(3, 3, 1, 8000);
    assert_int_equal(sc_status_percent(&work), 100);
    work = with_assessment(3, 3, 3, 1000);
    assert_int_equal(sc_status_percent(&work), 100);
    work = with_assessment(1, 3, 1, 1000);
    assert_int_equal(sc_status_percent(&work), 25);
    work.has_assessment = 0;
    assert_int_equal(sc_status_percent(&work), 33);
}

/* ---- what the LMS is told */

static void assert_words(const char *is, const char *wanted)
{
    if (wanted)
        assert_string_equal(is, wanted);
    else
        assert_null(is);
}

static void scorm_12_has_one_status(void **state)
{
    static const struct {
        sc_status_e status;
        int keep_incomplete;
        const char *lesson_status, *exit;
    } table[] = {
        { SC_STATUS_NOT_STARTED, 0, NULL, NULL },
        { SC_STATUS_IN_PROGRESS, 0, "incomplete", "suspend" },
        { SC_STATUS_COMPLETED, 0, "completed", "" },
        { SC_STATUS_FAILED, 0, "failed", "" },
        { SC_STATUS_PASSED, 0, "passed", "" },
        { SC_STATUS_NOT_STARTED, 1, NULL, NULL },
        { SC_STATUS_IN_PROGRESS, 1, "incomplete", "suspend" },
        { SC_STATUS_COMPLETED, 1, "incomplete", "suspend" },
        { SC_STATUS_FAILED, 1, "failed", "" },
        { SC_STATUS_PASSED, 1, "passed", "" },
    };
    size_t i;

    (void)state;
    for (i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
        sc_lms_words_t words = sc_status_to_lms(table[i].status, SC_SCORM_12, table[i].keep_incomplete);

        assert_words(words.status, table[i].lesson_status);
        assert_words(words.exit, table[i].exit);
        assert_null(words.completion);
        assert_null(words.success);
    }
}

static void scorm_2004_has_two_and_always_suspends(void **state)
{
    static const struct {
        sc_status_e status;
        int keep_incomplete;
        const char *completion, *success, *exit;
    } table[] = {
        { SC_STATUS_NOT_STARTED, 0, NULL, NULL, NULL },
        { SC_STATUS_IN_PROGRESS, 0, "incomplete", NULL, "suspend" },
        { SC_STATUS_COMPLETED, 0, "completed", NULL, "suspend" },
        { SC_STATUS_FAILED, 0, "completed", "failed", "suspend" },
        { SC_STATUS_PASSED, 0, "completed", "passed", "suspend" },
        { SC_STATUS_NOT_STARTED, 1, NULL, NULL, NULL },
        { SC_STATUS_IN_PROGRESS, 1, "incomplete", NULL, "suspend" },
        { SC_STATUS_COMPLETED, 1, "incomplete", NULL, "suspend" },
        { SC_STATUS_FAILED, 1, "completed", "failed", "suspend" },
        { SC_STATUS_PASSED, 1, "completed", "passed", "suspend" },
    };
    size_t i;
    int edition;

    (void)state;
    for (edition = SC_SCORM_2004_3; edition <= SC_SCORM_2004_4; edition++) {
        for (i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
            sc_lms_words_t words = sc_status_to_lms(table[i].status, (sc_scorm_e)edition, table[i].keep_incomplete);

            assert_null(words.status);
            assert_words(words.completion, table[i].completion);
            assert_words(words.success, table[i].success);
            assert_words(words.exit, table[i].exit);
        }
    }
}

static void only_failed_and_passed_are_final(void **state)
{
    (void)state;
    assert_false(sc_status_is_final(SC_STATUS_NOT_STARTED));
    assert_false(sc_status_is_final(SC_STATUS_IN_PROGRESS));
    assert_false(sc_status_is_final(SC_STATUS_COMPLETED));
    assert_true(sc_status_is_final(SC_STATUS_FAILED));
    assert_true(sc_status_is_final(SC_STATUS_PASSED));
}

static void names_are_those_of_the_protocol(void **state)
{
    (void)state;
    assert_string_equal(sc_status_name(SC_STATUS_NOT_STARTED), "not_started");
    assert_string_equal(sc_status_name(SC_STATUS_IN_PROGRESS), "in_progress");
    assert_string_equal(sc_status_name(SC_STATUS_COMPLETED), "completed");
    assert_string_equal(sc_status_name(SC_STATUS_FAILED), "failed");
    assert_string_equal(sc_status_name(SC_STATUS_PASSED), "passed");
}

static void editions_are_named_and_parsed(void **state)
{
    static const char *const wrong[] = { "", "1.3", "2004", "2004-2", "1.2 ", NULL };
    sc_scorm_e edition;
    size_t i;
    int e;

    (void)state;
    for (e = SC_SCORM_12; e <= SC_SCORM_2004_4; e++) {
        assert_true(sc_scorm_parse(sc_scorm_name((sc_scorm_e)e), &edition));
        assert_int_equal(edition, e);
    }
    assert_string_equal(sc_scorm_name(SC_SCORM_12), "1.2");
    assert_string_equal(sc_scorm_name(SC_SCORM_2004_3), "2004-3");
    assert_string_equal(sc_scorm_name(SC_SCORM_2004_4), "2004-4");
    for (i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
        assert_false(sc_scorm_parse(wrong[i], &edition));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(without_an_assessment_all_modules_pass),
        cmocka_unit_test(an_empty_course_is_never_passed_by_opening_it),
        cmocka_unit_test(the_assessment_decides),
        cmocka_unit_test(a_threshold_of_zero_still_needs_an_attempt),
        cmocka_unit_test(attempts_used_up_turn_completed_into_failed),
        cmocka_unit_test(more_attempts_lift_a_failed_learner_only_by_passing),
        cmocka_unit_test(a_lower_threshold_lifts_a_failed_learner),
        cmocka_unit_test(passed_stays_passed_when_the_course_grows),
        cmocka_unit_test(no_status_ever_falls),
        cmocka_unit_test(more_work_never_counts_less),
        cmocka_unit_test(status_score_and_percent_agree),
        cmocka_unit_test(without_an_assessment_the_activities_give_the_score),
        cmocka_unit_test(with_an_assessment_points_do_not_count),
        cmocka_unit_test(the_assessment_is_a_step_of_its_own),
        cmocka_unit_test(scorm_12_has_one_status),
        cmocka_unit_test(scorm_2004_has_two_and_always_suspends),
        cmocka_unit_test(only_failed_and_passed_are_final),
        cmocka_unit_test(names_are_those_of_the_protocol),
        cmocka_unit_test(editions_are_named_and_parsed),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
